"""Hands that round in different ways: each goes its own way through a calculation.

One keeps all digits and another rounds every step; one computes tanh with a key and another by
exponentials; one goes on with what it wrote and another with what its calculator shows. What none
of them comes near, no honest hand writes.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from autograd import ops, real
from autograd.checking.ways import DERIVATIVES, FROM_INPUTS, VALUES
from autograd.ops import Primitive

_MOST_DIGITS = 12
"""With more digits than these, nothing is rounded that a hand could see."""

_FEW = 2
"""With so few digits, a sum of known numbers keeps one more: nobody rounds 14.5 - 15 to 15 - 15."""

_SATURATED = 0.04
"""A slope that is smaller than this is that of a saturated unit."""

_STEP_BY_STEP = {"sum", "mean", "prod", "dot", "norm"}
"""Operations for which no calculator has a key."""

_SUMS = {"add", "sub", "sum", "dot"}
"""Operations of which the hand may have written out the terms."""


@dataclass
class Style:
    """How a hand writes.

    Attributes:
        digits: how many significant digits it keeps on the way; 0 for all.
        cut: whether it may cut digits off instead of rounding, as far as its lines show so far.
    """

    digits: int = 0
    cut: bool = False


class Habit:
    """How one hand rounds, and which way it goes.

    Args:
        style: how the hand writes.
        rounds: how often it rounds a step that it does not write down, from 0 to 1.
        keeps: how often it goes on with more digits than it wrote.
        carries: the kinds of numbers, "value" or "gradient", of which it always does so; "forward"
            for values as long as the forward pass lasts.
        way: which way it computes an operation; None for now one and now another.
        how: "even" or "up" for ties; "any" for an error of any size that rounding can have, as in a
            formula that is written in another order; "cut" for a hand that cuts digits off, if its
            lines show that it may.
        kink: the slope that it takes at a kink, as a part of the way from one side to the other;
            None for that of the table.
        scale: how many times as large its numbers may be on the way as those of the graph: a hand
            that divides by 3 at the end has three times the numbers until then, and rounds those.
        is_strict: whether it rounds every number with a name, be it a sum of known numbers.
        seed: where its dice begin.
    """

    def __init__(
        self,
        style: Style,
        *,
        rounds: float = 0.0,
        keeps: float = 0.0,
        carries: Collection[str] = (),
        way: int | None = 0,
        how: str = "even",
        kink: float | None = None,
        scale: float = 1.0,
        is_strict: bool = False,
        seed: int = 0,
    ) -> None:
        self.style, self.rounds, self.keeps, self.way, self.how = style, rounds, keeps, way, how
        self.kink, self.carries, self.scale, self.is_strict = kink, carries, scale, is_strict
        self._is_careful = True
        self._is_settled = False
        self._draw = random.Random(seed)  # noqa: S311  # the same hands every time

    @property
    def is_steady(self) -> bool:
        """Whether it throws no dice: it does the same in every step."""
        is_sure = self.rounds in {0.0, 1.0} and self.keeps in {0.0, 1.0}
        return is_sure and self.how != "any" and self.way is not None

    def rounded(self, number: float, *, more: int = 0, factor: float = 1.0) -> float:
        """Return a number as this hand goes on with it after a step that it does not write down.

        Args:
            number: the number.
            more: how many digits it keeps beside the usual ones.
            factor: how many times as large the number is that the hand has in its place.
        """
        digits = self.style.digits + more
        if not self.rounds or not number or not math.isfinite(number) or digits > _MOST_DIGITS:
            return number
        if self.rounds < 1.0 and self._draw.random() >= self.rounds:
            return number
        return self._rounded(number * factor, digits) / factor

    def _rounded(self, number: float, digits: int) -> float:
        is_even = self._is_settled or (self.how == "cut" and not self.style.cut)
        how = "even" if is_even else self.how
        if how == "any":
            return self._anyhow(number, digits)
        if how == "even":
            return float(f"{number:.{digits - 1}e}")
        exact = Decimal(f"{number:.14e}")
        last = Decimal(1).scaleb(exact.adjusted() - digits + 1)
        return float(exact.quantize(last, ROUND_DOWN if how == "cut" else ROUND_HALF_UP))

    def _anyhow(self, number: float, digits: int) -> float:
        """Return a number with some error, if its digits have to be rounded."""
        unit = 10.0 ** (math.floor(math.log10(abs(number))) - digits + 1)
        if abs(float(f"{number:.{digits - 1}e}") - number) <= 1e-9 * unit:
            return number
        return number + (self._draw.random() - 0.5) * unit

    def goes_on(
        self, written: float, own: float, unit: float, kind: str, *, cut: float = 0.0
    ) -> Step:
        """Return the number that this hand goes on with after it wrote one down.

        Args:
            written: the number written.
            own: the number with all digits.
            unit: by how much the last digit may have been rounded.
            kind: "value", or "gradient" for all other numbers.
            cut: how much may have been cut off, instead.
        """
        carries = kind in self.carries or (kind == "value" and "forward" in self.carries)
        if not carries:
            carries = bool(self.keeps) and self._draw.random() < self.keeps
        most = max(unit, cut)
        if not carries or abs(own - written) > 2 * most:
            return Step(written, self, written=written)
        # It wrote what all its digits round to, and another hand's digits may be a little beside.
        less, more = (unit, most) if written >= 0 else (most, unit)  # what is cut brings it near 0
        number = min(max(own, written - less), written + more)
        return Step(number, self, written=written)

    # ---------------------------------------------------------------- operations

    def value(self, op: Primitive, inputs: Sequence[Step]) -> Step:
        """Return an operation of numbers."""
        # Near 1, an error in some step of a tanh by exponentials would leave any slope.
        if self.is_steady or self._is_settled or op.arity != 1:
            return self._value(op, inputs)
        y = op.value(*(x.number for x in inputs))
        self._is_settled = _is_saturated(op, y, inputs, [False])
        try:
            return self._value(op, inputs)
        finally:
            self._is_settled = False

    def _value(self, op: Primitive, inputs: Sequence[Step]) -> Step:
        ways = VALUES.get(op.name, ())
        k = 0 if self._is_settled else self._choice(1 + len(ways))
        self._is_careful = self.way is not None or op.name in _SUMS
        if self.rounds and k:
            found = ways[k - 1](*inputs)
            if isinstance(found, Step) and math.isfinite(found.number):
                return found
        self._is_careful = op.name in _SUMS  # of the graph, not of a formula
        if self.rounds and op.name in _STEP_BY_STEP:
            return self.lifted(op.value(*inputs))
        number = float(op.value(*(x.number for x in inputs)))
        return self.result(number, inputs, is_sum=op.name in _SUMS)

    def partials(
        self, op: Primitive, y: Step, inputs: Sequence[Step], constant: Sequence[bool]
    ) -> list[Step]:
        """Return the local derivatives of an operation."""
        if op.name in {"maximum", "minimum"}:
            return self._shares_of_a_tie(op, inputs)
        # Of 1 - h**2 nearly all digits cancel where h is near 1, so an error of any size in h**2
        # would leave any slope; and the formula has no other order: its other forms are in `ways`.
        self._is_settled = self.how == "any" and _is_saturated(op, y.number, inputs, constant)
        try:
            return self._partials(op, y, inputs, constant)
        finally:
            self._is_settled = False

    def _partials(
        self, op: Primitive, y: Step, inputs: Sequence[Step], constant: Sequence[bool]
    ) -> list[Step]:
        self._is_careful = self.way is not None
        if self.scale != 1.0:  # of which no derivative between two nodes has the factor
            exact = op.partials(y.number, [x.number for x in inputs], constant, as_written=True)
            return [Step(float(number), self) for number in exact]
        if not self.rounds and y.written is None:
            return self._exactly(op, y, inputs, constant)
        found = op.partials(y, inputs, constant, as_written=True)
        ways = DERIVATIVES.get(op.name, ())
        if y.written is None:
            ways += FROM_INPUTS.get(op.name, ())
        if self.rounds and ways:
            for i, is_constant in enumerate(constant):
                k = 0 if is_constant else self._choice(1 + len(ways))
                other = ways[k - 1](y, inputs, i) if k else None
                if isinstance(other, Step) and math.isfinite(other.number):
                    found[i] = other
        return [self.lifted(number) for number in found]

    def _exactly(
        self, op: Primitive, y: Step, inputs: Sequence[Step], constant: Sequence[bool]
    ) -> list[Step]:
        """Return local derivatives as the table has them: of a book's formula, digits may cancel.

        At a kink they are those of this hand.
        """
        exact = op.partials(y.number, [x.number for x in inputs], constant)
        if self.kink is None:
            return [self.lifted(number) for number in exact]
        usual = Habit(self.style)
        steps = [Step(x.number, usual) for x in (y, *inputs)]
        owns = op.partials(y, inputs, constant, as_written=True)
        books = op.partials(steps[0], steps[1:], constant, as_written=True)
        return [
            self.lifted(own if self.lifted(own).number != usual.lifted(book).number else right)
            for own, book, right in zip(owns, books, exact, strict=True)
        ]

    def _shares_of_a_tie(self, op: Primitive, inputs: Sequence[Step]) -> list[Step]:
        """Return the derivatives of a largest number: at a tie, all may go to one of the tied."""
        numbers = [x.number for x in inputs]
        shares = op.partials(op.value(*numbers), numbers, [False] * len(inputs))
        tied = [i for i, share in enumerate(shares) if share]
        if self.kink is not None and (len(tied) > 2 or (len(tied) > 1 and self.kink != 0.5)):
            chosen = tied[round(self.kink * (len(tied) - 1))]
            shares = [float(i == chosen) for i in range(len(inputs))]
        return [self.lifted(share) for share in shares]

    def _choice(self, count: int) -> int:
        if count == 1 or not self.rounds:
            return 0
        return self._draw.randrange(count) if self.way is None else self.way % count

    def total(self, terms: Sequence[Step]) -> Step:
        """Return a sum, which some hands add up from the last term to the first."""
        found: Step = real.add_up(*(reversed(terms) if self._choice(2) else terms))
        return found

    def result(self, number: float, inputs: Sequence[Step], *, is_sum: bool = False) -> Step:
        """Return the result of a step, which is rounded as this hand rounds."""
        is_known, factor = True, 1.0
        for x in inputs:  # no generator, for this is most of a check's time
            is_known = is_known and x.is_known
            if x.factor != 1.0:
                factor = self.scale
        keeps_more = is_sum and is_known and self._is_careful and self.style.digits == _FEW
        after = self.rounded(number, more=int(keeps_more), factor=factor)
        is_known = is_known and after == number
        before = number if factor == 1.0 else after  # to be divided, and rounded once more
        return Step(after, self, before=before, is_known=is_known, factor=factor)

    def named(self, step: Step) -> Step:
        """Return a number with a name, which this hand may round though it does not write it."""
        if not self.is_strict:
            return step
        return Step(self.rounded(step.before), self, before=step.before)

    def lifted(self, number: Any) -> Step:
        """Return a constant of a formula as this hand has it: rounded, if it is as long as pi."""
        if isinstance(number, Step):
            return number
        number = float(number)
        is_short = not self.rounds or float(f"{number:.11e}") == number or abs(number) < 1e-300
        return Step(number if is_short else self.rounded(number), self, is_known=True)


class Compared:
    """What has a number of its own, by which it is compared."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return bool(_number(self) != 0)

    def __lt__(self, other: Any) -> bool:
        return bool(_number(self) < _number(other))

    def __le__(self, other: Any) -> bool:
        return bool(_number(self) <= _number(other))

    def __gt__(self, other: Any) -> bool:
        return bool(_number(self) > _number(other))

    def __ge__(self, other: Any) -> bool:
        return bool(_number(self) >= _number(other))

    def __eq__(self, other: object) -> bool:
        return bool(_number(self) == _number(other))

    def __ne__(self, other: object) -> bool:
        return bool(_number(self) != _number(other))

    def __hash__(self) -> int:
        return object.__hash__(self)


class Step(Compared):
    """A number of one hand: each operation is a step, whose result it may round.

    Args:
        number: the number.
        habit: how the hand rounds.
        before: the number before the last rounding.
        is_known: whether nothing in it has been rounded.
        written: the number that the hand wrote down, if it did.
        factor: how many times as large the number is that the hand has in its place.
    """

    __slots__ = ("before", "factor", "habit", "is_known", "number", "written")
    __array_ufunc__ = None

    def __init__(
        self,
        number: float,
        habit: Habit,
        *,
        before: float | None = None,
        is_known: bool = False,
        written: float | None = None,
        factor: float = 1.0,
    ) -> None:
        self.number, self.habit, self.factor = number, habit, factor
        self.before = number if before is None else before
        self.is_known, self.written = is_known, written

    def __add__(self, other: Any) -> Step:
        other = self.habit.lifted(other)
        if other.number == 0 or self.number == 0:
            return self if other.number == 0 else other
        number = self.number + other.number
        if abs(number) <= 8e-16 * abs(self.number) < math.inf:
            number = 0.0  # the two cancel, and floats leave a trace
        return self.habit.result(number, (self, other), is_sum=True)

    # Not `__radd__ = __add__`: mypyc takes no method by another name.
    def __radd__(self, other: Any) -> Step:
        return self.__add__(other)

    def __neg__(self) -> Step:
        return Step(
            -self.number,
            self.habit,
            before=-self.before,
            is_known=self.is_known,
            factor=self.factor,
        )

    def __pos__(self) -> Step:
        return self

    def __sub__(self, other: Any) -> Step:
        return self + -self.habit.lifted(other)

    def __rsub__(self, other: Any) -> Step:
        return (-self).__add__(other)

    def __abs__(self) -> Step:
        return -self if self.number < 0 else self

    def __mul__(self, other: Any) -> Step:
        other = self.habit.lifted(other)
        for one, another in ((self, other), (other, self)):
            if one.is_known and abs(one.number) == one.factor == 1.0:
                return another if one.number > 0 else -another
        return self.habit.result(self.number * other.number, (self, other))

    def __rmul__(self, other: Any) -> Step:
        return self.__mul__(other)

    def __truediv__(self, other: Any) -> Step:
        other = self.habit.lifted(other)
        if other.is_known and other.number == 1:
            return self
        return self.habit.result(real.divide(self.number, other.number), (self, other))

    def __rtruediv__(self, other: Any) -> Step:
        return self.habit.lifted(other) / self

    def __pow__(self, other: Any) -> Any:
        return ops.pow(self, other)

    def __rpow__(self, other: Any) -> Any:
        return ops.pow(other, self)

    def elementary(self, name: str, *inputs: Any) -> Step:
        """Return a function of `autograd.real`, as a calculator's key has it."""
        op = ops.TABLE[name]
        steps = [self.habit.lifted(x) for x in inputs[: op.arity]]
        return self.habit.result(op.value(*(x.number for x in steps)), steps)

    @staticmethod
    def apply_primitive(op: Primitive, inputs: Sequence[Any]) -> Step:
        """Compute an operation of the table inside a formula."""
        habit: Habit = next(x.habit for x in inputs if isinstance(x, Step))
        if op is ops.greater:
            return _greater(habit, *inputs)
        steps = [habit.lifted(x) for x in inputs]
        if op.name == "where":
            return steps[1] if steps[0] else steps[2]
        found: Step = habit.value(op, steps)
        return found


def _greater(habit: Habit, a: Any, b: Any) -> Step:
    """1 where a > b, else 0; where they are equal, the slope that the hand takes at a kink."""
    number = 1.0 if _number(a) > _number(b) else 0.0
    if habit.kink is not None and _number(a) == _number(b):
        number = habit.kink if isinstance(a, Step) else 1.0 - habit.kink
    return Step(number, habit, is_known=True)


def _is_saturated(
    op: Primitive, y: float, inputs: Sequence[Step], constant: Sequence[bool]
) -> bool:
    """Return whether a slope is so small that most digits of its formula may cancel."""
    exact = op.partials(y, [x.number for x in inputs], constant)
    return any(0.0 < abs(partial) < _SATURATED for partial in exact)


def _number(other: Any) -> Any:
    return getattr(other, "number", other)


_CARRIED = (
    ("value", "gradient"),
    ("value",),
    ("gradient",),
    ("forward",),
    ("forward", "gradient"),
)
"""Which numbers a hand may go on with in all their digits."""


AT_KINKS_ALONE = 4
"""So many hands, who round nothing, differ at kinks and ties alone."""


_MIXED: dict[str, tuple[Any, ...]] = {
    "rounds": (0.3, 0.5, 0.7),
    "keeps": (0.0, 0.3, 0.6, 1.0),
    "way": (0, None),
    "how": ("even", "up"),
    "is_strict": (False, True),
}
"""What hands do who round now and then: there is one for each mixture."""


def crowd(style: Style, scales: Collection[float] = (), *, is_large: bool = False) -> list[Habit]:
    """Return hands of one style that go about it in different ways; the first rounds nothing.

    Args:
        style: how they write.
        scales: factors that some of them leave out until the end.
        is_large: whether there are many who round some steps and keep others.
    """
    found = [Habit(style), Habit(style, kink=0.0), Habit(style, kink=1.0)]
    if not style.digits or style.digits > _MOST_DIGITS:
        return [*found, Habit(style, kink=0.5)]
    found += [Habit(style, carries=c, rounds=often) for c in _CARRIED for often in (0.0, 1.0)]
    found += [Habit(style, rounds=1.0, way=way) for way in range(3)]
    found.append(Habit(style, rounds=1.0, how="up", keeps=0.5))
    found += [Habit(style, rounds=1.0, how="up", way=way) for way in (1, 2)]
    found.append(Habit(style, rounds=1.0, is_strict=True))
    found += [Habit(style, rounds=1.0, scale=scale, way=way) for scale in scales for way in (0, 1)]
    for seed in range(8):  # of those that cut digits off, most round until the lines show it
        often: dict[str, Any] = {"way": None, "keeps": 0.4}
        found.append(Habit(style, rounds=1.0, how="any", seed=seed, **often))
        if seed < 5:
            found.append(Habit(style, rounds=0.6, kink=0.5, seed=10 + seed, **often))
            found.append(Habit(style, rounds=0.9, how="cut", seed=20 + seed, **often))
    for seed, mixture in enumerate(itertools.product(*_MIXED.values()) if is_large else ()):
        how = dict(zip(_MIXED, mixture, strict=True))
        found.append(Habit(style, seed=100 + seed, **how))
    return found
