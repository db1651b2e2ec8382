"""Losses, by Keras's names: how far predictions are from targets, as one number.

A loss is called as in Keras, `loss(y_true, y_pred)`, with a row for each sample (or a number, where
there is one output), and gives the mean over the samples: a Value for predictions that are Values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import autograd
from autograd import log, logsumexp, maximum, minimum, softplus, where
from autograd.options import choose

EPSILON = 1e-7
"""Probabilities are kept this far from 0 and 1, as in Keras, so that no logarithm is infinite."""


class Loss:
    """The mean over all samples of one sample's loss."""

    def sample(self, y_true: Sequence[float], y_pred: Sequence[Any]) -> Any:
        """Return the loss of one sample; while it is recorded, of numbers not known yet."""
        raise NotImplementedError

    def targets(self, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """Return the targets of a batch as `sample` takes them: as they are, for most losses."""
        return rows

    def __call__(self, y_true: Sequence[Any], y_pred: Sequence[Any]) -> Any:
        """Return the mean loss.

        Args:
            y_true: targets: a row for each sample, or one number.
            y_pred: predictions, in the same shape.

        Raises:
            ValueError: the shapes differ, or there is no sample.
        """
        targets, predictions = self.targets(_rows(y_true)), _rows(y_pred)
        shapes = [[len(row) for row in rows] for rows in (targets, predictions)]
        if shapes[0] != shapes[1] or 0 in {len(targets), *shapes[0]}:
            raise ValueError(
                f"expected as many targets as predictions, received rows of {shapes[0]} targets"
                f" and {shapes[1]} predictions"
            )
        return _mean([self.sample(*rows) for rows in zip(targets, predictions, strict=True)])


class MeanSquaredError(Loss):
    """(y_pred - y_true)**2, mean over the outputs.

    >>> MeanSquaredError()([1.0, 2.0], [1.0, 4.0])
    2.0
    """

    def sample(self, y_true: Sequence[float], y_pred: Sequence[Any]) -> Any:
        """Return the loss of one sample."""
        return _mean([(p - y) ** 2 for y, p in zip(y_true, y_pred, strict=True)])


class BinaryCrossentropy(Loss):
    """-(y ln p + (1 - y) ln(1 - p)), mean over the outputs.

    Args:
        from_logits: whether predictions are z with p = sigmoid(z), instead of p. The loss is then
            ln(1 + e**z) - y z, which is exact for z of any size.

    >>> round(4 * BinaryCrossentropy()([1, 0, 1, 1], [0.4, 0.6, 0.1, 0.5]), 4)
    4.8283
    """

    def __init__(self, from_logits: bool = False) -> None:
        self.from_logits = from_logits

    def sample(self, y_true: Sequence[float], y_pred: Sequence[Any]) -> Any:
        """Return the loss of one sample."""
        one = _from_logit if self.from_logits else _from_probability
        return _mean([one(y, p) for y, p in zip(y_true, y_pred, strict=True)])


def _from_logit(y: Any, z: Any) -> Any:
    if not _is_known(y):  # while it is recorded: `where` chooses for each sample
        return where(y - 1, softplus(z) - y * z, softplus(-z))
    if y == 1:  # softplus(z) - z would be a difference of large numbers
        return softplus(-z)
    return softplus(z) - y * z if y else softplus(z)


def _from_probability(y: Any, p: Any) -> Any:
    p = _inside(p)
    if _is_known(y) and y in {0, 1}:  # the usual targets leave one term
        return -log(p) if y else -log(1 - p)
    return -(y * log(p) + (1 - y) * log(1 - p))


class CategoricalCrossentropy(Loss):
    """-(y1 ln p1 + ... + yn ln pn): targets are one-hot rows.

    Predictions are taken as they are, where Keras divides them by their sum first: after a softmax
    that is 1.

    Args:
        from_logits: whether predictions are scores z with p = softmax(z), instead of p. The loss
            is then ln(e**z1 + ... + e**zn) - y.z, which is exact for scores of any size.

    >>> round(CategoricalCrossentropy()([[0, 1]], [[0.25, 0.75]]), 4)
    0.2877
    """

    def __init__(self, from_logits: bool = False) -> None:
        self.from_logits = from_logits

    def sample(self, y_true: Sequence[float], y_pred: Sequence[Any]) -> Any:
        """Return the loss of one sample."""
        every = zip(y_true, y_pred, strict=True)
        pairs = [(y, p) for y, p in every if not _is_known(y) or y != 0]
        if self.from_logits:
            return logsumexp(y_pred) * sum(y_true) - autograd.sum([y * z for y, z in pairs])
        if not pairs:  # no class at all
            return 0.0 * y_pred[0]
        return -autograd.sum([y * log(_inside(p)) for y, p in pairs])


class Hinge(Loss):
    """max(1 - y_true * y_pred, 0), mean over the outputs; targets are -1 and 1.

    Targets that are all 0 and 1 are taken for -1 and 1, as in Keras.

    >>> Hinge()([1.0, -1.0], [0.25, -2.0])
    0.375
    """

    def targets(self, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """Return targets of -1 and 1."""
        if all(y in {0, 1} for row in rows for y in row):
            return [[2 * y - 1 for y in row] for row in rows]
        return rows

    def sample(self, y_true: Sequence[float], y_pred: Sequence[Any]) -> Any:
        """Return the loss of one sample."""
        return _mean([maximum(1 - y * p, 0.0) for y, p in zip(y_true, y_pred, strict=True)])


LOSSES: dict[str, Callable[[], Loss]] = {
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
    "binary_crossentropy": BinaryCrossentropy,
    "categorical_crossentropy": CategoricalCrossentropy,
    "hinge": Hinge,
}
"""Every loss by its names."""


def get(loss: str | Callable[..., Any]) -> Callable[..., Any]:
    """Return a loss by name; a function `(y_true, y_pred) -> number` is returned as it is.

    Raises:
        ValueError: the name is unknown.
        TypeError: a class was given, not an object of it.
    """
    if isinstance(loss, type):
        raise TypeError(f"expected a loss, received the class {loss.__name__}: write it with ()")
    return loss if callable(loss) else choose("loss", loss, LOSSES)()


def _is_known(y: Any) -> bool:
    """Whether a target is a plain number, which an `if` can ask."""
    return not hasattr(type(y), "apply_primitive")


def _inside(p: Any) -> Any:
    return minimum(maximum(p, EPSILON), 1 - EPSILON)


def _mean(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else autograd.sum(values) / len(values)


def _rows(numbers: Sequence[Any]) -> list[Sequence[Any]]:
    return [row if hasattr(row, "__len__") else [row] for row in numbers]
