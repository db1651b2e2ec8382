"""Metrics, by Keras's names: measures of predictions besides the loss."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from autograd.cleaning import quoted
from autograd.elsewhere import advise
from autograd.options import missing, whole_number
from nn.data import arrayed, as_rows, listed
from nn.foreign import OF_A_METRIC, OF_METRICS
from nn.losses import LOSSES, Loss
from nn.spelling import choose_spelled, is_function, snake

Row = Sequence[float]


class Metric:
    """A measure that takes in batches: derive from it and write `update_state` and `result`.

    Attributes:
        name: what a history calls it.
    """

    def __init__(self, name: str | None = None) -> None:
        self.name = name or snake(type(self).__name__)
        self.reset_state()

    def reset_state(self) -> None:
        """Forget all samples."""
        self._total, self._count = 0.0, 0

    def update_state(self, y_true: Any, y_pred: Any) -> None:
        """Take in a batch.

        Args:
            y_true: targets: a row for each sample, or a number where there is one output.
            y_pred: predictions, in the same shape.
        """
        is_array = len(getattr(y_pred, "shape", ())) == 2
        if is_array and y_pred.shape == getattr(y_true, "shape", ()):
            found = self.of_arrays(y_true, y_pred)
            if found is not None:
                self._total += float(found.sum())
                self._count += len(found)
                return
        for row in _samples(y_true, y_pred):
            self._total += self.of_sample(*row)
            self._count += 1

    def of_arrays(self, y_true: Any, y_pred: Any) -> Any:  # noqa: ARG002  # as those that have one
        """Return the measures of all rows of two arrays at once, or None: one by one."""
        return None

    def of_sample(self, y_true: Row, y_pred: Row) -> float:
        """Return the measure of one sample, for a metric that is the mean over the samples."""
        raise NotImplementedError

    def result(self) -> float:
        """Return the measure of all samples so far."""
        return self._total / self._count if self._count else 0.0

    def __call__(self, y_true: Any, y_pred: Any) -> float:
        """Take in a batch, and return the measure of all samples so far."""
        self.update_state(y_true, y_pred)
        return self.result()


def _samples(y_true: Any, y_pred: Any) -> Iterator[tuple[Row, Row]]:
    """Each sample of a batch: its targets and its predictions."""
    return zip(as_rows(y_true, None, "targets"), as_rows(y_pred, None, "y"), strict=True)


class Accuracy(Metric):
    """The share of right answers.

    With one output, a prediction above `threshold` answers 1, any other 0; of several, the largest
    answers.

    >>> Accuracy()([1.0, 0.0], [0.7, 0.8])
    0.5
    """

    def __init__(self, name: str | None = None, *, threshold: float = 0.5) -> None:
        super().__init__(name)
        self.threshold = threshold

    def of_sample(self, y_true: Row, y_pred: Row) -> float:
        """Return 1 for a right answer, else 0."""
        if len(y_true) == 1:
            return float(y_true[0] == (1.0 if y_pred[0] > self.threshold else 0.0))
        right, answer = (max(range(len(row)), key=row.__getitem__) for row in (y_true, y_pred))
        return float(answer == right)

    def of_arrays(self, y_true: Any, y_pred: Any) -> Any:
        """Return 1 for each right answer, else 0."""
        if type(self).of_sample is not Accuracy.of_sample:
            return None
        if y_true.shape[1:] == (1,):
            return (y_true == (y_pred > self.threshold)).ravel()
        return y_true.argmax(axis=1) == y_pred.argmax(axis=1)


class CategoricalAccuracy(Accuracy):
    """The share of samples whose largest prediction is that of the right class."""


class SparseCategoricalAccuracy(Accuracy):
    """The share of samples whose largest prediction is that of the right class."""

    def update_state(self, y_true: Any, y_pred: Any) -> None:
        """Take in a batch, whose targets may be the classes' numbers."""
        if getattr(y_true, "shape", None) == getattr(y_pred, "shape", ()):
            super().update_state(y_true, y_pred)
            return
        targets, predictions = as_rows(y_true, None, "targets"), as_rows(y_pred, None, "y")
        if len(targets[0]) == 1 < len(predictions[0]):
            targets = LOSSES["sparse_categorical_crossentropy"]().spread(
                targets, len(predictions[0])
            )
        super().update_state(targets, predictions)


class BinaryAccuracy(Accuracy):
    """The share of outputs that are above 0.5 where the target is 1, and not where it is 0.

    >>> BinaryAccuracy()([[1.0, 0.0]], [[0.7, 0.8]])
    0.5
    """

    def of_sample(self, y_true: Row, y_pred: Row) -> float:
        """Return the share over the outputs."""
        right = [y == float(p > self.threshold) for y, p in zip(y_true, y_pred, strict=True)]
        return sum(right) / len(right)

    def of_arrays(self, y_true: Any, y_pred: Any) -> Any:
        """Return the share for each sample."""
        return (y_true == (y_pred > self.threshold)).mean(axis=1)


class _OfLoss(Metric):
    """A loss as a metric: its mean over the samples."""

    def __init__(self, name: str, loss: Loss) -> None:
        self.loss = loss
        super().__init__(name)

    def of_sample(self, y_true: Row, y_pred: Row) -> float:
        """Return the loss of one sample."""
        (target,) = self.loss.targets([y_true])
        return float(self.loss.sample(target, y_pred))


def _of_loss(named: str) -> Callable[..., Metric]:
    """What makes a metric of a loss, with the loss's name and arguments."""
    loss = LOSSES[named]

    def make(name: str | None = None, **settings: Any) -> Metric:
        """Return the loss {kind} as a metric: its mean over the samples.

        {formula}

        Args:
            name: what a history calls it; {named} if there is none.
            settings: as the loss takes them.
        """
        return _OfLoss(name or named, loss(**settings))

    make.__name__ = make.__qualname__ = kind = loss.__name__
    formula = (loss.__doc__ or "").partition("\n")[0]
    make.__doc__ = (make.__doc__ or "").format(kind=kind, formula=formula, named=repr(named))
    return make


MeanSquaredError = _of_loss("mean_squared_error")
MeanAbsoluteError = _of_loss("mean_absolute_error")
MeanAbsolutePercentageError = _of_loss("mean_absolute_percentage_error")
MeanSquaredLogarithmicError = _of_loss("mean_squared_logarithmic_error")
BinaryCrossentropy = _of_loss("binary_crossentropy")
CategoricalCrossentropy = _of_loss("categorical_crossentropy")
KLDivergence = _of_loss("kl_divergence")


class RootMeanSquaredError(_OfLoss):
    """The square root of the mean squared error.

    >>> RootMeanSquaredError()([0.0, 0.0], [3.0, 3.0])
    3.0
    """

    def __init__(self, name: str | None = None) -> None:
        super().__init__(name or "root_mean_squared_error", LOSSES["mean_squared_error"]())

    def result(self) -> float:
        """Return the root of the mean."""
        return math.sqrt(super().result())


class _Counting(Metric):
    """What is counted of answers: how many of each kind there are.

    Args:
        thresholds: a prediction above it answers 1.
        name: what a history calls it.
    """

    def __init__(self, thresholds: float | None = None, name: str | None = None) -> None:
        self.thresholds = thresholds
        self.threshold = 0.5 if thresholds is None else float(thresholds)
        super().__init__(name)

    def reset_state(self) -> None:
        """Forget all samples."""
        self._counts = {(y, p): 0 for y in (False, True) for p in (False, True)}

    def update_state(self, y_true: Any, y_pred: Any) -> None:
        """Take in a batch; of several outputs, each is an answer by itself."""
        for row in _samples(y_true, y_pred):
            for y, p in zip(*row, strict=True):
                self._counts[bool(y), p > self.threshold] += 1

    def share(self, y: bool, p: bool, *others: tuple[bool, bool]) -> float:
        """Return the share of one kind of answers, of that kind and others."""
        whole = self._counts[y, p] + sum(self._counts[other] for other in others)
        return self._counts[y, p] / whole if whole else 0.0


class Precision(_Counting):
    """The share of right ones among answers of 1; 0 where there is no such answer.

    >>> Precision()([1.0, 0.0, 1.0], [0.7, 0.8, 0.1])
    0.5
    """

    def result(self) -> float:
        """Return the share."""
        return self.share(True, True, (False, True))


class Recall(_Counting):
    """The share of targets of 1 that are answered by 1; 0 where there is no such target.

    >>> Recall()([1.0, 0.0, 1.0, 1.0], [0.7, 0.8, 0.1, 0.2])
    0.3333333333333333
    """

    def result(self) -> float:
        """Return the share."""
        return self.share(True, True, (True, False))


class _Count(_Counting):
    """How many answers are of one kind."""

    kind: tuple[bool, bool]

    def result(self) -> float:
        """Return the count."""
        return float(self._counts[self.kind])


class TruePositives(_Count):
    """How many targets of 1 are answered by 1."""

    kind = True, True


class FalsePositives(_Count):
    """How many targets of 0 are answered by 1."""

    kind = False, True


class TrueNegatives(_Count):
    """How many targets of 0 are answered by 0."""

    kind = False, False


class FalseNegatives(_Count):
    """How many targets of 1 are answered by 0."""

    kind = True, False


class AUC(Metric):
    """The area under the curve of true positives over false ones, as the threshold falls.

    It is computed for evenly spaced thresholds and with straight lines between them, as in Keras.

    Args:
        num_thresholds: how many thresholds, at least 2.
        name: what a history calls it.
        curve: "ROC".

    >>> AUC()([0.0, 0.0, 1.0, 1.0], [0.0, 0.5, 0.3, 0.9])
    0.75
    """

    def __init__(
        self, num_thresholds: int = 200, name: str | None = None, curve: str = "ROC"
    ) -> None:
        if curve != "ROC":
            raise ValueError(f"the curve is 'ROC', and there is no {quoted(curve)} here")
        num_thresholds = whole_number("num_thresholds", num_thresholds, least=2)
        self.num_thresholds = num_thresholds
        inner = [i / (num_thresholds - 1) for i in range(1, num_thresholds - 1)]
        self._thresholds = [-1e-7, *inner, 1 + 1e-7]
        super().__init__(name)

    def reset_state(self) -> None:
        """Forget all samples."""
        # For each target, how many predictions are above so many thresholds.
        self._above = {y: [0] * len(self._thresholds) for y in (False, True)}

    def update_state(self, y_true: Any, y_pred: Any) -> None:
        """Take in a batch.

        Raises:
            ValueError: a prediction is not from 0 to 1.
        """
        for row in _samples(y_true, y_pred):
            for y, p in zip(*row, strict=True):
                if not 0 <= p <= 1:
                    raise ValueError(f"AUC expected predictions from 0 to 1, received {quoted(p)}")
                self._above[bool(y)][bisect_left(self._thresholds, p)] += 1

    def result(self) -> float:
        """Return the area."""
        rates = []
        for y in (False, True):
            counts = self._above[y]
            above = [sum(counts[i + 1 :]) for i in range(len(self._thresholds))]
            rates.append([n / sum(counts) if sum(counts) else 0.0 for n in above])
        x, heights = rates
        pairs = range(len(x) - 1)
        return sum((x[i] - x[i + 1]) * (heights[i] + heights[i + 1]) / 2 for i in pairs)


class OfFunction(Metric):
    """A function of your own: it is given the arrays of a batch, as in Keras.

    What it returns for each sample is averaged over the samples; one number for the batch, over the
    batches. Where NumPy is not installed, it is given lists of rows.
    """

    def __init__(self, function: Callable[[Any, Any], Any], name: str | None = None) -> None:
        self.function = function
        super().__init__(name or getattr(function, "__name__", type(function).__name__))

    def update_state(self, y_true: Any, y_pred: Any) -> None:
        """Take in a batch."""
        found = listed(self.function(arrayed(listed(y_true)), arrayed(listed(y_pred))))
        while isinstance(found, (list, tuple)) and found and isinstance(found[0], (list, tuple)):
            found = [sum(row) / len(row) for row in found]
        numbers = found if isinstance(found, (list, tuple)) else [found]
        self._total += sum(float(number) for number in numbers)
        self._count += len(numbers)


class OfPart(Metric):
    """A metric of one of several outputs, which lie end to end in the rows."""

    def __init__(self, metric: Metric, name: str, start: int, size: int) -> None:
        self.metric, self._place = metric, slice(start, start + size)
        super().__init__(name)

    def reset_state(self) -> None:
        """Forget all samples."""
        self.metric.reset_state()

    def update_state(self, y_true: Any, y_pred: Any) -> None:
        """Take in a batch of rows."""
        self.metric.update_state(*([row[self._place] for row in y] for y in (y_true, y_pred)))

    def result(self) -> float:
        """Return the measure of this output."""
        return self.metric.result()


def accuracy(y_true: Row, y_pred: Row) -> float:
    """Return the share of right answers of one sample: see `Accuracy`.

    >>> accuracy([1.0], [0.7]), accuracy([0.0, 1.0], [0.7, 0.3])
    (1.0, 0.0)
    """
    return Accuracy().of_sample(y_true, y_pred)


def mean_absolute_error(y_true: Row, y_pred: Row) -> float:
    """Return |y_pred - y_true| of one sample, mean over the outputs.

    >>> mean_absolute_error([1.0, 2.0], [2.0, 4.0])
    1.5
    """
    return float(LOSSES["mean_absolute_error"]().sample(y_true, y_pred))


METRICS: dict[str, Callable[..., Metric]] = {
    "accuracy": Accuracy,
    "acc": Accuracy,
    "binary_accuracy": BinaryAccuracy,
    "categorical_accuracy": CategoricalAccuracy,
    "sparse_categorical_accuracy": SparseCategoricalAccuracy,
    "precision": Precision,
    "recall": Recall,
    "auc": AUC,
    "root_mean_squared_error": RootMeanSquaredError,
    "rmse": RootMeanSquaredError,
    "true_positives": TruePositives,
    "false_positives": FalsePositives,
    "true_negatives": TrueNegatives,
    "false_negatives": FalseNegatives,
    **{name: _of_loss(name) for name in LOSSES},
}
"""Every metric by its names: those of the losses too."""

OWN = {accuracy: "accuracy", mean_absolute_error: "mean_absolute_error"}
"""The functions of this module, of one sample each, by the names of their metrics."""


def get(metric: str | Metric | Callable[..., Any]) -> tuple[str, Metric]:
    """Return the name that a history shows, and the metric; a function is named after itself.

    Raises:
        ValueError: the name is unknown.
        TypeError: a class was given, not an object of it.
    """
    if isinstance(metric, Metric):
        return metric.name, metric
    if isinstance(metric, Loss):
        name = snake(type(metric).__name__)
        return name, _OfLoss(name, metric)
    if is_function(metric):
        own = OfFunction(metric) if metric not in OWN else METRICS[OWN[metric]]()
        return own.name, own
    return str(metric), choose_spelled("metric", metric, METRICS)()


advise(Metric, OF_A_METRIC)


def __getattr__(name: str) -> Any:
    """Return a metric by Keras's name of its function: `metrics.binary_accuracy`."""
    if name in METRICS:
        return METRICS[name](name=name)
    raise missing("nn.metrics", name, OF_METRICS)
