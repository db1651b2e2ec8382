"""Losses, by Keras's names: how far predictions are from targets, as one number.

A loss is called as in Keras, `loss(y_true, y_pred)`, with a row for each sample (or a number, where
there is one output), and gives the mean over the samples: a Value for predictions that are Values.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import autograd
from autograd import log, logsumexp, maximum, minimum, sigmoid, softmax, softplus, where
from autograd.options import choose, warn
from nn.activations import name_of, undone
from nn.data import listed

EPSILON = 1e-7
"""Probabilities are kept this far from 0 and 1, as in Keras, so that no logarithm is infinite."""

SMALL = 1e-2
"""A label whose probability is below this has something to teach, unless its gradient is lost."""


class Loss:
    """The mean over all samples of one sample's loss."""

    def sample(self, y_true: Sequence[float], y_pred: Sequence[Any]) -> Any:
        """Return the loss of one sample; while it is recorded, of numbers not known yet."""
        return _mean([self._one(y, p) for y, p in zip(y_true, y_pred, strict=True)])

    def _one(self, y: Any, p: Any) -> Any:
        """The loss of one output, for a loss that is the mean over the outputs."""
        raise NotImplementedError

    def targets(self, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """Return the targets of a batch as `sample` takes them: as they are, for most losses."""
        return rows

    def samples(self, numbers: Sequence[Any]) -> list[Sequence[Any]]:
        """Return the rows of a list, one for each sample: in a flat list, each number is a row."""
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
        rows = [self.samples(_as_list(numbers)) for numbers in (y_true, y_pred)]
        targets, predictions = self.targets(rows[0]), rows[1]
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

    def _one(self, y: Any, p: Any) -> Any:
        return (p - y) ** 2


class _Crossentropy(Loss):
    """What both cross entropies share: how predictions are to be taken."""

    advice: str

    def __init__(self, from_logits: bool = False, *, textbook: bool = False) -> None:
        if from_logits and textbook:
            raise ValueError("expected from_logits or textbook to be True, received both")
        self.from_logits, self.textbook = from_logits, textbook
        self._told: set[object] = set()

    def _scores(self, activation: Any, predictions: Sequence[Any]) -> Sequence[Any] | None:
        """The scores that the loss is computed from; None where it is computed from p."""
        made_by, scores = undone(predictions)
        if made_by is not activation or self.textbook:
            return predictions if self.from_logits else None
        if self.from_logits:
            name = name_of(activation)
            warn(
                f"from_logits=True, but {name} made these predictions: the loss is computed from"
                f" the scores before {name}; leave out {name}, or from_logits=True"
            )
        return scores

    def _log(self, p: Any) -> Any:
        if self.textbook:
            return log(p)
        if isinstance(p, autograd.Value) and _is_stuck(p):
            warn(
                f"a label was given the probability {p.data:.2g}, which is clipped: its gradient is"
                f" 0, and nothing is learned from it; {self.advice}",
                RuntimeWarning,
                self._told,
            )
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

    advice = (
        "give the loss what sigmoid itself made, sigmoid(z), or z with from_logits=True; of softmax"
        " take CategoricalCrossentropy"
    )

    def targets(self, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """Return the labels as they are.

        Raises:
            ValueError: a label is not a number from 0 to 1.
        """
        for y in (y for row in rows for y in row if _is_known(y)):
            if not 0 <= y <= 1:
                raise ValueError(
                    f"expected labels from 0 to 1, received {y!r}: write (y + 1) / 2 for labels of"
                    " -1 and 1, y - 1 for labels of 1 and 2"
                )
        return rows

    def _one(self, y: Any, p: Any) -> Any:
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
    ln(e**z1 + ... + e**zn) - y.z; see `BinaryCrossentropy`. Other predictions are taken as they
    are, where Keras divides them by their sum first. A flat list is the row of one sample.

    Args:
        from_logits, textbook: as for `BinaryCrossentropy`.

    >>> round(CategoricalCrossentropy()([[0, 1]], [[0.25, 0.75]]), 4)
    0.2877
    >>> round(CategoricalCrossentropy()([0, 1], [0.25, 0.75]), 4)
    0.2877
    """

    advice = (
        "give the loss what softmax itself made, all shares of softmax(scores), or the scores with"
        " from_logits=True"
    )

    def samples(self, numbers: Sequence[Any]) -> list[Sequence[Any]]:
        """Return the rows of a list, one for each sample: a flat list is one row."""
        is_flat = bool(numbers) and not any(map(_is_list, numbers))
        return [numbers] if is_flat else super().samples(numbers)

    def sample(self, y_true: Sequence[float], y_pred: Sequence[Any]) -> Any:
        """Return the loss of one sample."""
        scores = self._scores(softmax, y_pred)
        every = zip(y_true, y_pred if scores is None else scores, strict=True)
        pairs = [(y, x) for y, x in every if not _is_known(y) or y != 0]
        if not pairs:  # no class at all
            return 0.0 * y_pred[0]
        if scores is None:
            return -_sum([_times(y, self._log(p)) for y, p in pairs])
        total = logsumexp(scores)
        # An infinite score is 0 below an infinite total, where a difference is nan.
        is_finite = isinstance(total, autograd.Value) and total.data < math.inf
        less = operator.sub if is_finite else autograd.shift
        return _sum([_times(y, less(total, z)) for y, z in pairs])


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


def _is_stuck(p: autograd.Value) -> bool:
    """Whether a small probability has no gradient: it is clipped here, or was before."""
    if p.data >= SMALL or p.op is None:
        return False
    node = p.parents[1] if p.op is autograd.sub else p  # 1 - p
    while node.op is not None and node.op.chooses:
        used = [x for x, slope in zip(node.parents, node.partials, strict=True) if slope]
        if not used:
            return True
        node = used[0]
    return p.data < 1.01 * EPSILON  # that of EPSILON + (1 - 2 EPSILON) sigmoid(z) is lost, too


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
