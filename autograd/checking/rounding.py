"""Numbers as many hands have them on the way, who round in different ways.

A hand rounds each number that it writes, and rounds on the way too, where nobody sees it. So a
number of a calculation is followed as each of a crowd of hands has it: what lies among theirs is
what an honest hand may have.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from autograd.checking.habits import AT_KINKS_ALONE, Compared, Habit, Step, Style
from autograd.ops import Primitive

_MARGIN, _MARGIN_OF_MANY, _DIRECT_MARGIN = 0.3, 0.22, 0.05
"""How far beyond the crowd another hand may be, as a part of what is between its outermost; beyond
a large crowd, which leaves fewer out; and where the number follows from written numbers at once, so
that there are fewer ways to it."""

_GAP = 0.6
"""Hands are two groups if more than this part of what is between the outermost is between them; at
a kink, where any slope between two is right, some hands are in the middle."""

_MANY = 100
"""So many hands are a large crowd."""


class Rounded(Compared):
    """A number of a calculation, as each hand of a crowd has it.

    Args:
        steps: the number of each hand; that of the first is rounded nowhere on the way.

    >>> from autograd.checking.habits import crowd
    >>> third = exactly(1.0, crowd(Style(2))) / 3.0
    >>> round(third.low, 4) < 1 / 3 < round(third.high, 4)
    True
    """

    __slots__ = ("steps",)
    __array_ufunc__ = None

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = steps

    @property
    def number(self) -> float:
        """The number that follows without any rounding on the way."""
        return self.steps[0].number

    @property
    def low(self) -> float:
        """The smallest number that a hand may have."""
        return self._spans([step.number for step in self.steps], gap=1.0)[0][0]

    @property
    def high(self) -> float:
        """The largest number that a hand may have."""
        return self._spans([step.number for step in self.steps], gap=1.0)[-1][1]

    def spans_before(
        self, *, is_direct: bool = False, is_seen: bool = False
    ) -> list[tuple[float, float]]:
        """Return the span before the last rounding, of a number that is about to be written.

        There are two where the hands are two groups far from each other.

        Args:
            is_direct: whether it follows from written numbers at once.
            is_seen: whether nothing is allowed beyond the crowd.
        """
        margin = 0.0 if is_seen else _DIRECT_MARGIN if is_direct else _MARGIN
        return self._spans([step.before for step in self.steps], margin)

    def _spans(
        self, numbers: Sequence[float], margin: float = _MARGIN, gap: float = _GAP
    ) -> list[tuple[float, float]]:
        """Return from where to where the numbers of each group of hands go, and a little more."""
        first = numbers[0]
        finite = sorted(number for number in numbers if math.isfinite(number))
        if not finite or not math.isfinite(first):
            return [(first, first)]
        low, high = finite[0], finite[-1]
        if low == high or len(numbers) <= AT_KINKS_ALONE:
            return [(low, high)]
        if len(numbers) >= _MANY:
            margin = min(margin, _MARGIN_OF_MANY)
        widest, below, above = max((b - a, a, b) for a, b in pairwise(finite))
        if widest <= gap * (high - low):
            return [(low - margin * (high - low), high + margin * (high - low))]
        # A tanh that was written as 1.00 has a slope of 0 for some hands and of 0.0013 for others:
        # nobody is beside either by a part of what is between the two.
        last_digit = 10.0 ** (1 - self.steps[0].habit.style.digits)
        spans = []
        for least, most in ((low, below), (above, high)):
            unit = min(last_digit * max(abs(least), abs(most)), high - low)
            room = margin * max(most - least, unit)
            spans.append((least - room, most + room))
        return spans

    def of_steady_hands(self) -> list[Rounded]:
        """Return the number of each steady hand, by itself: nothing is allowed beside it."""
        return [Rounded([step]) for step in self.steps if step.habit.is_steady]

    def each(self, function: Callable[..., Any], *others: Any) -> Rounded:
        """Return a function of this and other numbers, as each hand computes it."""
        found = []
        for k, step in enumerate(self.steps):
            inputs = [other.steps[k] if isinstance(other, Rounded) else other for other in others]
            found.append(step.habit.lifted(function(step, *inputs)))
        return Rounded(found)

    def __add__(self, other: Any) -> Rounded:
        return self.each(lambda a, b: a + b, other)

    # Not `__radd__ = __add__`: mypyc takes no method by another name.
    def __radd__(self, other: Any) -> Rounded:
        return self.__add__(other)

    def __sub__(self, other: Any) -> Rounded:
        return self.each(lambda a, b: a - b, other)

    def __rsub__(self, other: Any) -> Rounded:
        return self.each(lambda a, b: b - a, other)

    def __neg__(self) -> Rounded:
        return self.each(lambda a: -a)

    def __mul__(self, other: Any) -> Rounded:
        return self.each(lambda a, b: a * b, other)

    def __rmul__(self, other: Any) -> Rounded:
        return self.__mul__(other)

    def __truediv__(self, other: Any) -> Rounded:
        return self.each(lambda a, b: a / b, other)

    def __rtruediv__(self, other: Any) -> Rounded:
        return self.each(lambda a, b: b / a, other)

    def __pow__(self, other: Any) -> Rounded:
        return self.each(lambda a, b: a**b, other)

    def __abs__(self) -> Rounded:
        return self.each(abs)

    @staticmethod
    def apply_primitive(op: Primitive, inputs: Sequence[Any]) -> Rounded:
        """Compute an operation of the table."""
        model = next(x for x in inputs if isinstance(x, Rounded))
        found = []
        for k, step in enumerate(model.steps):
            habit = step.habit
            steps = [x.steps[k] if isinstance(x, Rounded) else habit.lifted(x) for x in inputs]
            found.append(habit.value(op, steps))
        return Rounded(found)

    def __repr__(self) -> str:
        return f"<{self.number!r} from {self.low!r} to {self.high!r}>"


_ONE_HAND = [Habit(Style())]


def exactly(number: float, habits: Sequence[Habit] = _ONE_HAND) -> Rounded:
    """Return a number that is known: nothing has been rounded yet."""
    return Rounded([Step(number, habit, is_known=True) for habit in habits])


def left_open(number: Rounded) -> Rounded:
    """Return a gradient before a mean, by whose count some hands divide later."""
    return Rounded(
        [
            Step(step.number, step.habit, is_known=step.is_known, factor=step.habit.scale)
            for step in number.steps
        ]
    )


def divided(number: Rounded, *, is_term: bool) -> Rounded:
    """Return an input of an operation, which hands may have divided by the count of a mean.

    Args:
        number: the number.
        is_term: whether it is a term of a sum that is divided by the count: some hands divide each
            term, and round it.
    """
    found = []
    for step in number.steps:
        factor = step.habit.scale if is_term and step.habit.scale < 1.0 else 1.0
        if step.factor != factor:
            after = step.habit.rounded(step.number, factor=factor) if is_term else step.number
            step = Step(after, step.habit, factor=factor)
        found.append(step)
    return Rounded(found)


def meant(number: float, unit: float, habits: Sequence[Habit]) -> Rounded:
    """Return a wrong number that was written, and that hands may have had with more digits.

    Args:
        number: the number.
        unit: by how much its last digit may have been rounded. What was rounded nobody knows, so
            some hands had most of it more, others less, and others nothing.
        habits: those of the hands; the first rounds nowhere.
    """
    shifts = [0.0, 0.8 * unit, -0.8 * unit]
    return Rounded([Step(number + shifts[k % 3], habit) for k, habit in enumerate(habits)])


def written(number: float, unit: float, own: Rounded, kind: str, *, cut: float = 0.0) -> Rounded:
    """Return a number that was written down: some hands go on with more digits than they wrote.

    Args:
        number: the number.
        unit: by how much its last digit may have been rounded.
        own: the number as each hand has computed it.
        kind: "value", or "gradient" for all other numbers.
        cut: how much may have been cut off, instead.
    """
    steps = own.steps
    return Rounded([s.habit.goes_on(number, s.before, unit, kind, cut=cut) for s in steps])


def named(number: Rounded) -> Rounded:
    """Return a number that has a name: some hands round it though they do not write it."""
    return Rounded([step.habit.named(step) for step in number.steps])


def settled(number: Rounded) -> Rounded:
    """Return a value after the forward pass: some hands carry its digits no further."""
    if number.steps[0].written is None:
        return number
    return Rounded(
        [
            Step(step.written, step.habit, written=step.written)
            if step.written is not None and "forward" in step.habit.carries
            else step
            for step in number.steps
        ]
    )


def differentiated(
    op: Primitive, y: Rounded, inputs: Sequence[Rounded], constant: Sequence[bool]
) -> list[Rounded]:
    """Return the local derivatives of an operation, as each hand computes them."""
    found = [
        step.habit.partials(op, step, [x.steps[k] for x in inputs], constant)
        for k, step in enumerate(y.steps)
    ]
    return [Rounded(steps) for steps in zip(*found, strict=True)]


def sum_of_products(pairs: Sequence[tuple[Rounded, Rounded]]) -> Rounded:
    """Return the sum of the products of pairs, as each hand adds it up."""
    totals = []
    for k, step in enumerate(pairs[0][0].steps):
        products = [a.steps[k] * b.steps[k] for a, b in pairs]
        totals.append(step.habit.total(products) if len(products) > 1 else products[0])
    return Rounded(totals)


def remaining(left: Rounded, taken: Rounded, even: Rounded, unit: float) -> Rounded:
    """Return what is left of the shares of a tie after one of them was written.

    Args:
        left: what was left before.
        taken: the share that was written.
        even: what that share is if all are even.
        unit: by how much its last digit may have been rounded. What was rounded nobody knows.
    """
    steps = []
    for k, (before, share, usual) in enumerate(
        zip(left.steps, taken.steps, even.steps, strict=True)
    ):
        number, shift = share.number, unit * (0.0, 1.0, -1.0)[k % 3]
        if abs(number * (before.number - number)) <= 1e-9:  # nothing, or all
            shift = 0.0
        elif abs(number - usual.number) <= unit:
            number, shift = usual.number, 0.0
        after = before.number - min(before.number, max(0.0, number + shift))
        steps.append(Step(after, share.habit))
    return Rounded(steps)


def shared_out(left: Rounded, count: int) -> list[Rounded]:
    """Return what each of the last inputs of a tie receives: some hands give all to one of them."""
    found: list[list[Step]] = [[] for _ in range(count)]
    for step in left.steps:
        kink = step.habit.kink
        is_even = kink is None or (count == 2 and kink == 0.5)
        chosen = None if is_even else round(kink * (count - 1))  # type: ignore[operator]
        for i, steps in enumerate(found):
            share = step.number / count if is_even else step.number * (i == chosen)
            steps.append(Step(share, step.habit))
    return [Rounded(steps) for steps in found]


def exchanged(number: Rounded, term: Rounded, computed: Rounded, factor: float = 1.0) -> Rounded:
    """Return a sum in which a written term takes the place of a computed one."""
    steps = []
    for a, b, c in zip(number.steps, term.steps, computed.steps, strict=True):
        total = a.before + factor * (b.number - c.before)
        steps.append(Step(a.habit.rounded(total), a.habit, before=total))
    return Rounded(steps)
