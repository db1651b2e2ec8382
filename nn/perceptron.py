"""The perceptron: a line that says 1 on one side and 0 on the other, and how it learns its place.

Source: the course notes "Introduction to neural networks", which print a table for each gate.

Numbers pass through unchanged: with `fractions.Fraction` all arithmetic is exact, with
`decimal.Decimal` it is to 28 digits or what its context says. A single float among Fractions makes
the result a float; beside a Decimal, Python refuses it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from decimal import Decimal
from numbers import Rational, Real
from typing import Any, TypeAlias

from autograd.cleaning import quoted
from autograd.languages import words
from autograd.notation import in_columns
from autograd.options import check_length, in_range, whole_number
from nn.randomness import seeded

Number: TypeAlias = Any
"""An int, a float, a Fraction or a Decimal: results are of the kind that was put in."""


def _numbers(name: str, values: Iterable[Number]) -> tuple[Number, ...]:
    numbers = tuple(values)
    for number in numbers:
        if not isinstance(number, (Real, Decimal)):
            raise TypeError(
                f"expected {name} to hold ints, floats, Fractions or Decimals, received"
                f" {quoted(number)}"
            )
        if not isinstance(number, Rational) and not math.isfinite(number):
            raise ValueError(f"expected {name} to be finite, received {quoted(number)}")
    return numbers


@dataclass(frozen=True)
class Perceptron:
    """A weighted sum followed by a step: int(weights . point + bias >= 0).

    Args:
        weights: one number for each input.
        bias: what is added to the weighted sum.

    Raises:
        ValueError: there are no weights, or a number is nan or infinite.
        TypeError: a weight or the bias is no real number.
    """

    weights: Sequence[Number]
    bias: Number

    def __post_init__(self) -> None:
        weights = _numbers("weights", self.weights)
        if not weights:
            raise ValueError("expected at least one weight, received none")
        object.__setattr__(self, "weights", weights)  # a list would be neither fixed nor hashable
        _numbers("bias", [self.bias])

    def score(self, point: Sequence[Number]) -> Number:
        """Return weights . point + bias, a number of the kind that went in: 0 on the line itself.

        Args:
            point: one number for each weight.

        Raises:
            ValueError: the point has another width than the weights, or is nan or infinite.
            TypeError: a coordinate is no real number.

        >>> Perceptron((3, 4), -10).score((4, 5))
        22
        """
        point = _numbers("point", point)
        check_length(point, len(self.weights), "a point with {} coordinates")
        # Not sum(): since Python 3.12 sum() rounds floats otherwise than additions one by one.
        total: Number = 0
        for weight, coordinate in zip(self.weights, point, strict=True):
            total += weight * coordinate
        return total + self.bias

    def predict(self, point: Sequence[Number]) -> int:
        """Return 1 if weights . point + bias >= 0, else 0: a point on the line is a 1.

        The point and the errors are as for `score`.

        >>> line = Perceptron((3, 4), -10)
        >>> line.predict((1, 1)), line.predict((2, 1))
        (0, 1)
        """
        return int(self.score(point) >= 0)

    def slope_and_intercept(self) -> tuple[Number, Number]:
        """Return the line as x2 = slope * x1 + intercept: (-w1/w2, -bias/w2).

        Both are in the units of the plane. Of ints they are floats.

        Raises:
            ValueError: there are not two weights, or the second is 0: such a line is vertical.

        >>> Perceptron((3, 4), -10).slope_and_intercept()
        (-0.75, 2.5)
        """
        check_length(self.weights, 2, "a perceptron with {} weights")
        if self.weights[1] == 0:
            reason = "its line is vertical" if self.weights[0] != 0 else "it has no line"
            raise ValueError(
                f"expected a second weight other than 0, by which to divide, received"
                f" {quoted(self)}: {reason}"
            )
        return -self.weights[0] / self.weights[1], -self.bias / self.weights[1]


AND = Perceptron((1, 1), -2)
"""1 where both inputs are 1. The weights are the course notes'; many others would do."""

OR = Perceptron((2, 2), -2)
"""1 where at least one input is 1: the line of AND, moved towards the origin."""

NOT = Perceptron((-1, -3), 2)
"""1 where the SECOND input is 0, whichever the first is."""


def xor(a: int, b: int) -> int:
    """Return 1 where the inputs differ: AND(OR(a, b), NOT(AND(a, b))).

    No single perceptron can: no line separates (0, 1) and (1, 0) from (0, 0) and (1, 1).

    Raises:
        ValueError: an input is neither 0 nor 1.

    >>> [xor(a, b) for a, b in [(0, 0), (0, 1), (1, 0), (1, 1)]]
    [0, 1, 1, 0]
    """
    inputs = _binary("input", a), _binary("input", b)
    not_both = NOT.predict((0, AND.predict(inputs)))  # NOT negates the second input
    return AND.predict((OR.predict(inputs), not_both))


@dataclass(frozen=True)
class TruthRow:
    """One row of a truth table: what went in, the score, its step, and if that is the target."""

    input_1: int
    input_2: int
    linear_combination: Number
    activation_output: int
    is_correct: bool


@dataclass(frozen=True)
class TruthTable:
    """The four rows of a gate; `str` or `print` writes them as a table.

    Args:
        rows: the rows for (0, 0), (0, 1), (1, 0), (1, 1).

    >>> print(truth_table(AND, [0, 0, 0, 1]))
    Input 1   Input 2   Linear Combination   Activation Output   Is Correct
          0         0                 -2.0                   0          Yes
          0         1                 -1.0                   0          Yes
          1         0                 -1.0                   0          Yes
          1         1                  0.0                   1          Yes
    Every row is right.
    """

    rows: tuple[TruthRow, ...]

    @property
    def wrong(self) -> int:
        """How many rows miss their target."""
        return [row.is_correct for row in self.rows].count(False)

    def __str__(self) -> str:
        header = [
            words("Input 1"),
            words("Input 2"),
            words("Linear Combination"),
            words("Activation Output"),
            words("Is Correct"),
        ]
        body = [
            [
                f"{a}",
                f"{b}",
                f"{float(score)}",
                f"{output}",
                words("Yes") if is_correct else words("No"),
            ]
            for a, b, score, output, is_correct in map(astuple, self.rows)
        ]
        lines = in_columns([header, *body], ">", between="   ")
        verdict = (
            words("Rows that are wrong: {count}.", count=self.wrong)
            if self.wrong
            else words("Every row is right.")
        )
        return "\n".join([*lines, verdict])


def truth_table(perceptron: Perceptron, targets: Sequence[float]) -> TruthTable:
    """Return what a perceptron answers to (0, 0), (0, 1), (1, 0), (1, 1), held against targets.

    Args:
        perceptron: one with two weights.
        targets: the four right answers in that order, each 0 or 1 (or False or True).

    Raises:
        ValueError: the perceptron has not two weights, or the targets are not four of 0 and 1.

    >>> truth_table(NOT, [1, 0, 1, 0]).rows[1]
    TruthRow(input_1=0, input_2=1, linear_combination=-1, activation_output=0, is_correct=True)
    """
    check_length(targets, 4, "{} targets, one for each row")
    rows = []
    for (a, b), target in zip([(0, 0), (0, 1), (1, 0), (1, 1)], targets, strict=True):
        score, output = perceptron.score((a, b)), perceptron.predict((a, b))
        rows.append(TruthRow(a, b, score, output, output == _binary("target", target)))
    return TruthTable(tuple(rows))


def trick(line: Perceptron, point: Sequence[Number], label: float, rate: Number) -> Perceptron:
    """Return the line moved one step towards a point that is on its wrong side.

    (weights, bias) + rate * (label - prediction) * (point, 1). A point that is classified right
    has label - prediction = 0, and the line is returned as it is.

    Args:
        line: the perceptron before; it is not changed.
        point: one number for each weight.
        label: the right answer, 0 or 1.
        rate: the learning rate, above 0: which part of the point is added or taken away.

    Raises:
        ValueError: the point has another width than the weights, the label is neither 0 nor 1,
            the rate is not above 0, or a number is nan or infinite.
        TypeError: something is no real number, or floats and Decimals are mixed.

    >>> from fractions import Fraction
    >>> moved = trick(Perceptron((3, 4), -10), (4, 5), label=0, rate=Fraction("0.1"))
    >>> [float(number) for number in (*moved.weights, moved.bias)]
    [2.6, 3.5, -10.1]
    """
    _positive("rate", rate)
    difference = _binary("label", label) - line.predict(point)
    if difference == 0:
        return line
    pairs = zip(line.weights, point, strict=True)
    weights = [weight + rate * difference * coordinate for weight, coordinate in pairs]
    return Perceptron(weights, line.bias + rate * difference)


@dataclass(frozen=True)
class Approach:
    """The lines on the way to one that classifies a point right.

    Args:
        lines: the line at the start, and the line after every application of the trick.
    """

    lines: tuple[Perceptron, ...]

    @property
    def count(self) -> int:
        """How many times the trick was applied."""
        return len(self.lines) - 1

    @property
    def line(self) -> Perceptron:
        """The last line, the one that classifies the point right."""
        return self.lines[-1]


def approach(
    line: Perceptron, point: Sequence[Number], label: float, rate: Number, limit: int = 10_000
) -> Approach:
    """Apply the trick to one point until it is classified right, and keep every line.

    Each application moves the point's score by rate * (point . point + 1) to the right side, so
    exact arithmetic comes to an end. The number of applications can hang on the last digit: below,
    10 make the score exactly 0, but the float 0.1 is rounded, and its score just misses 0.

    Args:
        line: the perceptron at the start.
        point: as for `trick`.
        label: as for `trick`.
        rate: as for `trick`.
        limit: the most applications to try, at least 1.

    Raises:
        ValueError: `trick` refuses an argument, the point is still wrong after `limit`
            applications, or the rate is too small to move floats of the line's size.
        TypeError: something is no real number, or floats and Decimals are mixed.

    >>> from fractions import Fraction
    >>> exact = approach(Perceptron((3, 4), -10), (1, 1), label=1, rate=Fraction(1, 10))
    >>> exact.count, exact.line == Perceptron((4, 5), -9)
    (10, True)
    >>> approach(Perceptron((3, 4), -10), (1, 1), label=1, rate=0.1).count
    11
    """
    lines = [line]
    for _ in range(whole_number("limit", limit, least=1)):
        moved = trick(lines[-1], point, label, rate)
        if moved is lines[-1]:
            return Approach(tuple(lines))
        if moved == lines[-1]:
            raise ValueError(
                f"expected a rate that moves the line, received {quoted(rate)}: it is lost in the "
                f"rounding of {quoted(moved)}; take a larger rate, or Fractions"
            )
        lines.append(moved)
    if lines[-1].predict(point) != label:
        raise ValueError(
            f"expected point {quoted(tuple(point))} to be classified right within {limit}"
            " applications "
            f"at the rate {quoted(rate)}, received {quoted(lines[-1])}: take a larger rate or limit"
        )
    return Approach(tuple(lines))


@dataclass(frozen=True)
class Training:
    """What `train` went through.

    Args:
        lines: the perceptron at the start and after every epoch: one more than epochs.
        errors: for every epoch, how many points its pass met on the wrong side.
    """

    lines: tuple[Perceptron, ...]
    errors: tuple[int, ...]

    @property
    def perceptron(self) -> Perceptron:
        """The last line."""
        return self.lines[-1]


def train(
    inputs: Sequence[Sequence[Number]],
    targets: Sequence[float],
    rate: Number = 0.01,
    epochs: int = 10,
    seed: int = 0,
    start: Perceptron | None = None,
) -> Training:
    """Learn a line by the perceptron algorithm: in every epoch, the trick on each point in turn.

    The training does not stop early: once an epoch meets no error all later lines are the same, and
    the line of every epoch is kept, so that each epoch has one to draw.

    Args:
        inputs: the points, all with the same number of coordinates.
        targets: for each point its label, 0 or 1.
        rate: the learning rate, above 0.
        epochs: how many passes over all points, at least 1.
        seed: chooses the line at the start, at least 0; without effect if `start` is given.
        start: the line to start from. Without it, the weights are drawn evenly from 0 to 1, and
            the bias too, with the largest first coordinate added: for inputs that are not negative
            every point then starts as a 1. A drawn line is floats; exact work needs a start.

    Raises:
        ValueError: there are no points, they differ in width, the targets are not one of 0 and
            1 for each, the start has another width, or a number is out of its range.
        TypeError: something is no real number, or floats and Decimals are mixed.

    >>> from nn import datasets
    >>> training = train(*datasets.and_gate(), rate=0.1, epochs=20)
    >>> training.errors[0], training.errors[-1], len(training.lines)
    (3, 0, 21)
    """
    _positive("rate", rate)
    epochs = whole_number("epochs", epochs, least=1)
    generator = seeded(seed, least=0)
    width = _width(inputs)
    if len(targets) != len(inputs):
        raise ValueError(
            f"expected one target for each point, received {len(targets)} for {len(inputs)} points"
        )
    labels = [_binary("target", target) for target in targets]
    if start is None:
        weights = [generator.random() for _ in range(width)]
        start = Perceptron(weights, generator.random() + float(max(row[0] for row in inputs)))
    expected = "a start with {} weights, as many as a point has coordinates"
    check_length(start.weights, width, expected)
    lines, errors = [start], []
    for _ in range(epochs):
        line, wrong = lines[-1], 0
        for point, label in zip(inputs, labels, strict=True):
            wrong += line.predict(point) != label
            line = trick(line, point, label, rate)
        lines.append(line)
        errors.append(wrong)
    return Training(tuple(lines), tuple(errors))


def _width(inputs: Sequence[Sequence[Number]]) -> int:
    if len(inputs) == 0:
        raise ValueError("expected at least one point, received none")
    for i, row in enumerate(inputs):
        _numbers(f"inputs[{i}]", row)
        if len(row) != len(inputs[0]) or len(row) == 0:
            raise ValueError(
                "expected every point to have the same number of coordinates, at least 1, "
                f"received {len(inputs[0])} in inputs[0] and {len(row)} in inputs[{i}]"
            )
    return len(inputs[0])


def _positive(name: str, number: Number) -> None:
    in_range(name, _numbers(name, [number])[0], "above 0")


def _binary(name: str, number: float) -> int:
    if number not in {0, 1}:
        raise ValueError(f"expected {name} to be 0 or 1, received {quoted(number)}")
    return int(number)
