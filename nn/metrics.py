"""Metrics, by Keras's names: measures of predictions besides the loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograd.options import choose

Metric = Callable[[Sequence[float], Sequence[float]], float]
"""`(y_true, y_pred) -> number` for one sample; what is shown is the mean over the samples."""


def accuracy(y_true: Sequence[float], y_pred: Sequence[float]) -> float:
    """Return the share of right answers.

    With one output, a prediction above 0.5 answers 1, any other 0; of several, the largest answers.

    >>> accuracy([1.0], [0.7]), accuracy([0.0, 1.0], [0.7, 0.3])
    (1.0, 0.0)
    """
    if len(y_true) == 1:
        return float(y_true[0] == (1.0 if y_pred[0] > 0.5 else 0.0))
    right, answer = (max(range(len(row)), key=row.__getitem__) for row in (y_true, y_pred))
    return float(answer == right)


def mean_absolute_error(y_true: Sequence[float], y_pred: Sequence[float]) -> float:
    """Return |y_pred - y_true|, mean over the outputs.

    >>> mean_absolute_error([1.0, 2.0], [2.0, 4.0])
    1.5
    """
    return sum(abs(p - y) for y, p in zip(y_true, y_pred, strict=True)) / len(y_true)


METRICS: dict[str, Metric] = {
    "accuracy": accuracy,
    "acc": accuracy,
    "mean_absolute_error": mean_absolute_error,
    "mae": mean_absolute_error,
}
"""Every metric by its names."""


def get(metric: str | Metric) -> tuple[str, Metric]:
    """Return the name that a history shows, and the metric; a function is named after itself.

    Raises:
        ValueError: the name is unknown.
    """
    if callable(metric):
        return getattr(metric, "__name__", type(metric).__name__), metric
    return metric, choose("metric", metric, METRICS)
