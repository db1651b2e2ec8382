"""Losses, by Keras's names: how far predictions are from targets, as one number.

A loss is called as in Keras, `loss(y_true, y_pred)`, with a row for each sample (or a number, where
there is one output), and gives the mean over the samples: a Value for predictions that are Values.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import autograd
from autograd import log, logsumexp, maximum, minimum, sigmoid, softmax, softplus, where
from autograd.cleaning import quoted
from autograd.languages import marked, words
from autograd.options import in_range, missing, warn
from nn.activations import name_of, undone
from nn.data import arrayed, listed, objects
from nn.foreign import METHODS_OF_A_LOSS, OF_LOSSES, refuse_methods
from nn.spelling import own_or_spelled

EPSILON = 1e-7
"""Probabilities are kept this far from 0 and 1, as in Keras, so that no logarithm is infinite."""

SMALL = 1e-2
"""A label whose probability is below this has something to teach, unless its gradient is lost."""


class Loss:
    """The mean over all samples of one sample's loss."""

    _flat_is_row = False
    """Whether a flat list is the row of one sample; if not, each of its numbers is a row."""

    def __init_subclass__(cls) -> None:
        """Refuse what Keras would call and nothing here does."""
        refuse_methods(cls, METHODS_OF_A_LOSS)

    def sample(self, y_true: Sequence[float], y_pred: Sequence[Any]) -> Any:
        """Return the loss of one sample; while it is recorded, of numbers not known yet."""
        return _mean([self._one(y, p) for y, p in zip(y_true, y_pred, strict=True)])

    def _one(self, y: Any, p: Any) -> Any:
        """The loss of one output, for a loss that is the mean over the outputs."""
        raise NotImplementedError

    def targets(self, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """Return the targets of a batch as `sample` takes them: as they are, for most losses."""
        return rows

    def target_size(self, outputs: int) -> int:
        """Return how many targets a sample has for so many outputs: as many, for most losses."""
        return outputs

    def spread(self, rows: list[list[float]], outputs: int) -> list[list[float]]:  # noqa: ARG002  # as all losses
        """Return targets with a number for each output: as they are, for most losses."""
        return rows

    def samples(self, numbers: Sequence[Any]) -> list[Sequence[Any]]:
        """Return the rows of a list, one for each sample."""
        if self._flat_is_row and numbers and not any(map(_is_list, numbers)):
            return [numbers]
        return [row if _is_list(row) else [row] for row in numbers]

    def __call__(self, y_true: Any, y_pred: Any) -> Any:
        """Return the mean loss.

        Args:
            y_true: targets: a row for each sample, or a number for each; or one number alone, of
                one sample.
            y_pred: predictions, in the same shape.

        Raises:
            ValueError: the shapes differ, or there is no sample.
        """
        targets, predictions = (self.samples(_as_list(numbers)) for numbers in (y_true, y_pred))
        outputs = len(predictions[0]) if len(predictions) == len(targets) > 0 else 0
        if outputs and len(targets[0]) == 1 == self.target_size(outputs):
            targets = [*self.spread([list(row) for row in targets], outputs)]
        shapes = [[len(row) for row in rows] for rows in (targets, predictions)]
        if _has_values(targets) and not _has_values(predictions):
            warn(
                words(
                    "the targets are Values and the predictions plain numbers, so no gradient comes"
                    " to a prediction: write loss(y_true, y_pred), targets first"
                )
            )
        if shapes[0] == shapes[1] and 0 in {len(targets), *shapes[0]}:
            raise ValueError(
                "expected at least one sample, with at least one number each, received rows of"
                f" {shapes[0]} numbers, as targets and as predictions"
            )
        if shapes[0] != shapes[1]:
            raise ValueError(
                f"expected as many targets as predictions, received rows of {shapes[0]} targets"
                f" and {shapes[1]} predictions"
            )
        return self.of_rows(targets, predictions)

    def of_rows(self, y_true: Any, y_pred: Any) -> Any:
        """Return the mean loss over rows that fit one another."""
        pairs = zip(self.targets(y_true), y_pred, strict=True)
        return _mean([self.sample(*rows) for rows in pairs])


class MeanSquaredError(Loss):
    """(y_pred - y_true)**2, mean over the outputs.

    >>> MeanSquaredError()([1.0, 2.0], [1.0, 4.0])
    2.0
    """

    def _one(self, y: Any, p: Any) -> Any:
        return (p - y) ** 2


class MeanAbsoluteError(Loss):
    """|y_pred - y_true|, mean over the outputs.

    >>> MeanAbsoluteError()([1.0, 2.0], [1.0, 4.0])
    1.0
    """

    def _one(self, y: Any, p: Any) -> Any:
        return autograd.abs(p - y)


class MeanAbsolutePercentageError(Loss):
    """100 |y_pred - y_true| / |y_true|, mean over the outputs; a target of 0 counts as `EPSILON`.

    >>> MeanAbsolutePercentageError()([1.0, 2.0], [1.0, 4.0])
    50.0
    """

    def _one(self, y: Any, p: Any) -> Any:
        return 100 * autograd.abs(p - y) / maximum(autograd.abs(y), EPSILON)


class MeanSquaredLogarithmicError(Loss):
    """(ln(1 + y_pred) - ln(1 + y_true))**2, mean over the outputs; below `EPSILON` it is that.

    >>> round(MeanSquaredLogarithmicError()([0.0], [math.e - 1]), 6)
    1.0
    """

    def _one(self, y: Any, p: Any) -> Any:
        return (log(maximum(p, EPSILON) + 1) - log(maximum(y, EPSILON) + 1)) ** 2


class Huber(Loss):
    """Half the squared error, but beyond delta a line: delta (|error| - delta / 2).

    Args:
        delta: from which size on an error counts less than squared.

    Source: Huber, Robust estimation of a location parameter, 1964.

    >>> Huber()([0.0, 0.0], [0.5, 3.0])
    1.3125
    """

    def __init__(self, delta: float = 1.0) -> None:
        self.delta = float(in_range("delta", delta, "above 0"))

    def _one(self, y: Any, p: Any) -> Any:
        error = p - y
        size = autograd.abs(error)
        line = self.delta * (size - 0.5 * self.delta)
        return where(autograd.greater(size, self.delta), line, 0.5 * error**2)


class LogCosh(Loss):
    """ln(cosh(y_pred - y_true)), mean over the outputs: like half the square, then like a line.

    >>> round(LogCosh()([0.0], [1.0]), 6)
    0.433781
    """

    def _one(self, y: Any, p: Any) -> Any:
        error = p - y
        return error + softplus(-2.0 * error) - math.log(2)


class Poisson(Loss):
    """y_pred - y_true ln y_pred, mean over the outputs, for counts.

    >>> round(Poisson()([1.0], [2.0]), 6)
    1.306853
    """

    def _one(self, y: Any, p: Any) -> Any:
        return p - y * log(p + EPSILON)


class KLDivergence(Loss):
    """y1 ln(y1 / p1) + ... + yn ln(yn / pn), all kept between `EPSILON` and 1.

    Source: Kullback and Leibler, On information and sufficiency, 1951.

    >>> round(KLDivergence()([[0.5, 0.5]], [[0.25, 0.75]]), 6)
    0.143841
    """

    advice = marked(
        "CategoricalCrossentropy has the same gradient, and goes back to the scores of softmax"
    )
    _flat_is_row = True

    def __init__(self) -> None:
        self._told: set[object] = set()

    def sample(self, y_true: Sequence[float], y_pred: Sequence[Any]) -> Any:
        """Return the loss of one sample."""
        for y, p in zip(y_true, y_pred, strict=True):
            if not _is_known(y) or y > EPSILON:
                _tell_if_stuck(p, self.advice, self._told)
        kept = [[minimum(maximum(x, EPSILON), 1.0) for x in row] for row in (y_true, y_pred)]
        return _sum([y * log(y / p) for y, p in zip(*kept, strict=True)])


class _Crossentropy(Loss):
    """What all cross entropies share: how predictions are to be taken."""

    advice: str

    def __init__(
        self, from_logits: bool = False, label_smoothing: float = 0.0, *, textbook: bool = False
    ) -> None:
        if from_logits and textbook:
            raise ValueError("expected from_logits or textbook to be True, received both")
        self.from_logits, self.textbook = from_logits, textbook
        self.label_smoothing = float(in_range("label_smoothing", label_smoothing, "from 0 to 1"))
        self._told: set[object] = set()

    def _scores(self, activation: Any, predictions: Sequence[Any]) -> Sequence[Any] | None:
        """The scores that the loss is computed from; None where it is computed from p."""
        made_by, scores = undone(predictions)
        if made_by is not activation or self.textbook:
            return predictions if self.from_logits else None
        if self.from_logits:
            name = name_of(activation)
            warn(
                words(
                    "from_logits=True, but {activation} made these predictions: the loss is"
                    " computed from the scores before {activation}; leave out {activation}, or"
                    " from_logits=True",
                    activation=name,
                )
            )
        return scores if self._follow(activation, predictions, scores) else None

    def _follow(self, made: Any, predictions: Sequence[Any], scores: Sequence[Any]) -> bool:
        """Return whether predictions are what their scores give now; say so once if not."""
        if not all(map(_is_value, predictions)):
            return True  # numbers that are being recorded
        numbers = [z.data for z in scores]
        now = made(numbers) if made is softmax else map(made, numbers)
        given = [p.data for p in predictions]
        if all(map(_is_as_close, given, now)):
            return True
        warn(
            words(
                "a probability is not what {activation} gives of its score now, for one of the two"
                " was given another number afterwards: the loss is computed from the probability as"
                " it is, and the slope between the two is of before; compute the probability again,"
                " or give the loss a new Value",
                activation=name_of(made),
            ),
            RuntimeWarning,
            self._told,
        )
        return False

    def targets(self, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """Return the labels as they are.

        Raises:
            ValueError: a label is not a number from 0 to 1.
        """
        for y in (y for row in rows for y in row if _is_known(y)):
            if not 0 <= y <= 1:
                raise ValueError(
                    f"expected labels from 0 to 1, received {quoted(y)}: write (y + 1) / 2 for"
                    " labels of -1 and 1, y - 1 for labels of 1 and 2"
                )
        return rows

    def _smoothed(self, y: Any, classes: int) -> Any:
        """A label, of which a share goes to all classes alike."""
        share = self.label_smoothing
        return y * (1 - share) + share / classes if share else y

    def _log(self, p: Any, shared: Sequence[Any] = ()) -> Any:
        """The logarithm of p, kept off 0 and 1; p may be a share of the sum of some numbers."""
        if self.textbook:
            return log(p)
        _tell_if_stuck(p, self.advice, self._told, shared)
        return log(minimum(maximum(p, EPSILON), 1 - EPSILON))


class BinaryCrossentropy(_Crossentropy):
    """-(y ln p + (1 - y) ln(1 - p)), mean over the outputs.

    Where `sigmoid` made p of a score z, the loss is computed from z, as in Keras:
    y ln(1 + e**-z) + (1 - y) ln(1 + e**z), the same number and exact for z of any size. Its
    derivative by z is p - y, so a saturated neuron learns too, and an infinite z has limits. In the
    graph the loss is then beside p, not behind it, and p has no gradient. Any other p, such as
    1 - sigmoid(-z), is kept `EPSILON` away from 0 and 1; beyond, its gradient is 0, which warns
    (but not in a function that `compile` records: its numbers are not known).

    Args:
        from_logits: whether predictions are the scores z, instead of p.
        label_smoothing: the share of each label that goes to both classes alike, from 0 to 1.
        textbook: whether to compute the loss from p in any case, by the formula as it is written:
            for explanations, not for training. From z = 37 on, p is 1, and the loss may be inf, or
            its derivative by z 0 * inf, which is nan.

    Raises:
        ValueError: `from_logits` and `textbook` are both true; or, of a call, a label is not a
            number from 0 to 1.

    >>> round(4 * BinaryCrossentropy()([1, 0, 1, 1], [0.4, 0.6, 0.1, 0.5]), 4)
    4.8283
    >>> z = autograd.Value(40.0)
    >>> BinaryCrossentropy()([0], [sigmoid(z)]).backward()
    >>> z.grad
    1.0
    """

    advice = marked(
        "give the loss what sigmoid itself made, sigmoid(z), or z with from_logits=True; of softmax"
        " take CategoricalCrossentropy"
    )

    def _one(self, y: Any, p: Any) -> Any:
        y = self._smoothed(y, 2)
        is_class = _is_known(y) and y in {0, 1}  # the usual targets leave one term
        scores = self._scores(sigmoid, [p])
        if scores is None:
            if is_class:
                return -self._log(p if y else 1 - p)
            return -(y * self._log(p) + (1 - y) * self._log(1 - p))
        (z,) = scores
        if is_class:
            return softplus(-z) if y else softplus(z)
        # Of the shorter softplus(z) - y z, digits would cancel.
        return _times(y, softplus(-z)) + _times(1 - y, softplus(z))


class CategoricalCrossentropy(_Crossentropy):
    """-(y1 ln p1 + ... + yn ln pn): targets are one-hot rows.

    Where `softmax` made the p of scores z, the loss is computed from z, as in Keras:
    ln(e**z1 + ... + e**zn) - y.z; see `BinaryCrossentropy`. Other predictions are divided by their
    sum first, so that three of 1 are three thirds; of a sum of 0 that is 0 / 0, and the loss is
    nan, as in Keras. A flat list is the row of one sample.

    Args:
        from_logits, label_smoothing, textbook: as for `BinaryCrossentropy`.

    >>> round(CategoricalCrossentropy()([[0, 1]], [[0.25, 0.75]]), 4)
    0.2877
    >>> round(CategoricalCrossentropy()([0, 1], [0.25, 0.75]), 4)
    0.2877
    """

    advice = marked(
        "give the loss what softmax itself made, all shares of softmax(scores), or the scores with"
        " from_logits=True"
    )
    _flat_is_row = True

    def sample(self, y_true: Sequence[float], y_pred: Sequence[Any]) -> Any:
        """Return the loss of one sample."""
        labels = [self._smoothed(y, len(y_pred)) for y in y_true]
        scores = self._scores(softmax, y_pred)
        every = zip(labels, y_pred if scores is None else scores, strict=True)
        pairs = [(y, x) for y, x in every if not _is_known(y) or y != 0]
        if not pairs:  # no class at all
            return 0.0 * y_pred[0]
        if scores is None:
            if self.textbook:
                return -_sum([_times(y, self._log(p)) for y, p in pairs])
            total = _sum([*y_pred])
            shares = [(y, autograd.div(p, total)) for y, p in pairs]
            return -_sum([_times(y, self._log(share, y_pred)) for y, share in shares])
        total = logsumexp(scores)
        # An infinite score is 0 below an infinite total, where a difference is nan.
        is_finite = _is_value(total) and total.data < math.inf
        less = operator.sub if is_finite else autograd.shift
        return _sum([_times(y, less(total, z)) for y, z in pairs])


class SparseCategoricalCrossentropy(CategoricalCrossentropy):
    """-ln p of the right class: targets are the classes' numbers, from 0.

    Args:
        from_logits, textbook: as for `BinaryCrossentropy`.

    Raises:
        ValueError: of a call, a target is not the number of a class.

    >>> round(SparseCategoricalCrossentropy()([1, 0], [[0.25, 0.75], [0.75, 0.25]]), 4)
    0.2877
    """

    _flat_is_row = False

    def __init__(self, from_logits: bool = False, *, textbook: bool = False) -> None:
        super().__init__(from_logits, textbook=textbook)

    def target_size(self, outputs: int) -> int:  # noqa: ARG002  # as all losses
        """Return 1: the number of the class."""
        return 1

    def spread(self, rows: list[list[float]], outputs: int) -> list[list[float]]:
        """Return one-hot rows.

        Raises:
            ValueError: a target is not the number of a class.
        """
        for row in rows:
            y: Any = row[0] if len(row) == 1 else row
            if y is row or not (_is_known(y) and 0 <= y < outputs and y == int(y)):
                raise ValueError(
                    f"expected classes as whole numbers from 0 to {outputs - 1}, one for each"
                    f" output, received {quoted(y)}; of one-hot rows take categorical_crossentropy"
                )
        return [[float(row[0] == i) for i in range(outputs)] for row in rows]


class Weighted(Loss):
    """A loss of which some samples count more: the last number of a target is its weight.

    Args:
        loss: the loss of the other numbers.
    """

    def __init__(self, loss: Loss) -> None:
        self.inner = loss

    def sample(self, y_true: Sequence[float], y_pred: Sequence[Any]) -> Any:
        """Return the loss of one sample, times its weight."""
        return y_true[-1] * self.inner.sample(y_true[:-1], y_pred)

    def targets(self, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """Return the targets as the inner loss takes them, with their weights."""
        inner = self.inner.targets([row[:-1] for row in rows])
        return [[*row, given[-1]] for row, given in zip(inner, rows, strict=True)]


class Several(Loss):
    """The sum of losses of several outputs, which lie end to end.

    Args:
        losses: a loss for each output; None for one that counts for nothing.
        sizes: how many numbers each output has.
        weights: how much each loss counts.
    """

    def __init__(
        self, losses: Sequence[Loss | None], sizes: Sequence[int], weights: Sequence[float]
    ) -> None:
        self.losses, self.sizes, self.weights = list(losses), list(sizes), list(weights)

    def parts(self, row: Sequence[Any]) -> list[Sequence[Any]]:
        """Return the numbers of each output."""
        ends = [*itertools.accumulate(self.sizes)]
        return [row[end - size : end] for end, size in zip(ends, self.sizes, strict=True)]

    def sample(self, y_true: Sequence[float], y_pred: Sequence[Any]) -> Any:
        """Return the loss of one sample."""
        rows = zip(self.losses, self.parts(y_true), self.parts(y_pred), strict=True)
        each = [None if loss is None else loss.sample(y, p) for loss, y, p in rows]
        pairs = zip(self.weights, each, strict=True)
        return _sum([_times(weight, part) for weight, part in pairs if part is not None])

    def targets(self, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """Return the targets as the losses take them."""
        columns = zip(*map(self.parts, rows), strict=True)
        taken = [
            part if loss is None else loss.targets(part)
            for loss, part in zip(self.losses, columns, strict=True)
        ]
        return [[*itertools.chain(*row)] for row in zip(*taken, strict=True)]


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

    def _one(self, y: Any, p: Any) -> Any:
        return maximum(1 - y * p, 0.0)


class SquaredHinge(Hinge):
    """max(1 - y_true * y_pred, 0)**2, mean over the outputs; targets are as for `Hinge`.

    >>> SquaredHinge()([1.0, -1.0], [0.0, -2.0])
    0.5
    """

    def _one(self, y: Any, p: Any) -> Any:
        return super()._one(y, p) ** 2


LOSSES: dict[str, Callable[[], Loss]] = {
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
    "mean_absolute_error": MeanAbsoluteError,
    "mae": MeanAbsoluteError,
    "mean_absolute_percentage_error": MeanAbsolutePercentageError,
    "mape": MeanAbsolutePercentageError,
    "mean_squared_logarithmic_error": MeanSquaredLogarithmicError,
    "msle": MeanSquaredLogarithmicError,
    "huber": Huber,
    "log_cosh": LogCosh,
    "logcosh": LogCosh,
    "poisson": Poisson,
    "kl_divergence": KLDivergence,
    "kld": KLDivergence,
    "binary_crossentropy": BinaryCrossentropy,
    "bce": BinaryCrossentropy,
    "categorical_crossentropy": CategoricalCrossentropy,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
    "hinge": Hinge,
    "squared_hinge": SquaredHinge,
}
"""Every loss by its names."""


def get(loss: str | Callable[..., Any]) -> Callable[..., Any]:
    """Return a loss by name; a function `(y_true, y_pred) -> number` is returned as it is.

    Raises:
        ValueError: the name is unknown.
        TypeError: a class was given, not an object of it.
    """
    return own_or_spelled("loss", loss, LOSSES)


def by_sample(loss: Any) -> Loss:
    """Return a loss that is a mean over the samples.

    Raises:
        TypeError: it is another one.
    """
    if not isinstance(loss, Loss):
        raise TypeError(
            "expected a loss of nn.losses, which is a mean over the samples, received"
            f" {quoted(getattr(loss, '__name__', loss))}"
        )
    return loss


def of_batch(loss: Callable[..., Any], targets: Any, outputs: Sequence[Sequence[Any]]) -> Any:
    """Return the loss of a batch; a function of the user's own is given arrays, as in Keras.

    So it can do arithmetic on them: ((y_true - y_pred) ** 2).mean(). What it returns for each
    sample, or each number, is averaged. Where NumPy is not installed, it is given lists of rows.
    """
    if isinstance(loss, Loss):
        own = type(loss).__call__ is not Loss.__call__
        return loss(targets, outputs) if own else loss.of_rows(targets, outputs)
    try:
        given = objects([*map(list, targets)]), objects([*map(list, outputs)])
    except ImportError:
        return loss(targets, outputs)
    if all(_is_known(y) for row in targets for y in row):
        given = arrayed(targets), given[1]
    found = loss(*given)
    if not hasattr(found, "ndim"):
        return found
    return found.item() if found.ndim == 0 else _mean([*found.ravel()])


def __getattr__(name: str) -> Any:
    """Return a loss by Keras's name of its function: `losses.mean_squared_error`."""
    if name in LOSSES:
        return LOSSES[name]()
    raise missing("nn.losses", name, OF_LOSSES)


def _is_value(p: Any) -> bool:
    """Whether a number is a Value that is known, and not a number that is being recorded."""
    return issubclass(type(p), autograd.Value)


def _is_known(y: Any) -> bool:
    """Whether a target is a plain number, which an `if` can ask."""
    return not hasattr(type(y), "apply_primitive")


def _has_values(rows: Sequence[Sequence[Any]]) -> bool:
    return not all(_is_known(number) for row in rows for number in row)


def _is_as_close(given: float, now: float) -> bool:
    return math.isclose(given, now, rel_tol=1e-9) or math.isnan(given)


def _tell_if_stuck(p: Any, advice: str, told: set[object], shared: Sequence[Any] = ()) -> None:
    """Say once that a label's probability has no gradient, if it is a Value that has none.

    Args:
        p: the probability.
        advice: what to write instead.
        told: the lines of the program that have been told.
        shared: where p is a share of the sum of some numbers, these.
    """
    if _is_value(p) and _is_stuck(p, shared):
        warn(
            words(
                "a label was given the probability {p}, which is clipped: its gradient is 0, and"
                " nothing is learned from it; {advice}",
                p=f"{p.data:.2g}",
                advice=words(advice),
            ),
            RuntimeWarning,
            told,
        )


def _is_stuck(p: autograd.Value, shared: Sequence[Any]) -> bool:
    """Whether a small probability has no gradient: it is clipped here, or was before."""
    if p.data >= SMALL:
        return False
    sources = [_source(x) for x in shared or [p] if _is_value(x)]
    if all(isinstance(source, autograd.Constant) for source in sources):
        return False
    if p.op is None and (p * 1.0).op is None:
        return False  # under no_grad(), nobody asks for a gradient
    if p.data < EPSILON or all(map(_is_cut_off, sources)):
        return True
    # The gradient of EPSILON + (1 - 2 EPSILON) sigmoid(z) is lost, too.
    return not shared and p.op is autograd.add and p.data < 1.01 * EPSILON


def _source(p: autograd.Value) -> autograd.Value:
    """The number itself, or x of 1 - x."""
    is_rest = p.op is autograd.sub and isinstance(p.parents[0], autograd.Constant)
    return p.parents[1] if is_rest else p


def _is_cut_off(node: autograd.Value) -> bool:
    """Whether a number was chosen from others in such a way that no gradient reaches them."""
    while node.op is not None and node.op.chooses:
        used = [x for x, slope in zip(node.parents, node.partials, strict=True) if slope]
        if not used:
            return True
        node = used[0]
    return isinstance(node, autograd.Constant)


def _times(y: Any, x: Any) -> Any:
    """The product, which is 0 where y is, also if x is infinite."""
    if not _is_known(y):
        return where(y, y * x, 0.0)
    return x if y == 1 else y * x


def _sum(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else autograd.sum(values)


def _mean(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else autograd.sum(values) / len(values)


def _as_list(numbers: Any) -> list[Any]:
    """Return targets or predictions as a list; of one number alone, a list of it."""
    found = listed(numbers)
    return list(found) if _is_list(found) or hasattr(found, "__next__") else [found]


def _is_list(numbers: Any) -> bool:
    return hasattr(numbers, "__len__")
