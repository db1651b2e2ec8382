"""Numbers as a hand has them on the way: each with the errors that rounding may have left in it.

A hand rounds each number that it writes, and rounds on the way too, where nobody sees it. An error
goes on through every operation that follows, times the local derivative, as a small change does.
Each error is told from the others as long as it lives, so one that goes into a quotient above and
below cancels there, as the hand's own does. Many errors never all go to the same side: beyond a few
their sizes add up as those of independent errors do.

Source: L. H. de Figueiredo and J. Stolfi, Affine arithmetic: concepts and applications, 2004; the
sum of squares in the place of the sum is that of an error analysis in a laboratory.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import ops, real
from autograd.checking.ways import DERIVATIVES, FROM_INPUTS, VALUES
from autograd.ops import Primitive

_MOST_DIGITS = 12
"""With more digits than these, nothing is rounded that a hand could see."""

_FEW = 2
"""With so few digits, a sum of known numbers keeps one more: nobody rounds 14.5 - 15 to 15 - 15."""

_DEVIATIONS = 3.0
"""How many standard deviations many errors may reach together."""

_MOST_ERRORS = 24
"""Of more errors than these in one number, the smallest are added up to one."""

_TRACE = 8e-16
"""What floats leave of a sum whose terms cancel, as a part of a term."""


class Error:
    """One rounding on the way: by how much it may move the number that was rounded.

    Args:
        low: the most that it moves it down; not above 0.
        high: the most that it moves it up; not below 0.
        size: the size of the evenly spread error whose standard deviation this one has.
    """

    __slots__ = ("high", "low", "size")

    def __init__(self, low: float, high: float, size: float | None = None) -> None:
        self.low, self.high = low, high
        self.size = max(-low, high) if size is None else size


Errors = Mapping[Error, float]
"""Errors in a number, each with the factor by which it moves that number."""


@dataclass
class Style:
    """How a hand writes.

    Attributes:
        digits: how many significant digits it keeps on the way; 0 for all.
        cut: whether it may cut digits off instead of rounding, as far as its lines show so far.
    """

    digits: int = 0
    cut: bool = False


class Rounded:
    """A number, and the errors that a hand may have in it.

    Args:
        number: the number that follows without any rounding on the way.
        errors: the errors in it.
        style: how the hand writes.
        last: the error of the rounding that made this number, if it is among the errors.

    >>> third = exactly(1.0, Style(2)) / 3.0
    >>> round(third.low, 4), round(third.high, 4)
    (0.3283, 0.3383)
    """

    __slots__ = ("_span", "errors", "last", "number", "style")
    __array_ufunc__ = None

    def __init__(
        self,
        number: float,
        errors: Errors,
        style: Style,
        last: Error | None = None,
    ) -> None:
        self.number, self.errors = number, errors
        self.style, self.last = style, last
        self._span: tuple[float, float] | None = None

    @property
    def low(self) -> float:
        """The smallest number that a hand may have."""
        return self.span()[0]

    @property
    def high(self) -> float:
        """The largest number that a hand may have."""
        return self.span()[1]

    @property
    def is_known(self) -> bool:
        """Whether nothing in it has been rounded."""
        return not self.errors

    def span(self) -> tuple[float, float]:
        """Return the smallest and the largest number that a hand may have."""
        if self._span is None:
            self._span = _span(self.number, self.errors)
        return self._span

    def span_before(self) -> tuple[float, float]:
        """Return the span before the last rounding, of a number that is about to be written."""
        return self.span() if self.last is None else _span(self.number, self.errors, self.last)

    # -------------------------------------------------------------------- arithmetic

    def __add__(self, other: Any) -> Rounded:
        return self._plus(other, 1.0)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Rounded:
        return self._plus(other, -1.0)

    def __rsub__(self, other: Any) -> Rounded:
        return (-self)._plus(other, 1.0)

    def _plus(self, other: Any, sign: float) -> Rounded:
        if not isinstance(other, Rounded):
            if other == 0:
                return self
            other = _lifted(other, self)
        found = combined([(1.0, self), (sign, other)])
        if found.number and abs(found.number) <= _TRACE * abs(self.number):
            found = _widened(found, [0.0])
        digits = found.style.digits
        if digits == _FEW and self.is_known and other.is_known:
            digits += 1
        return _rounded(found, digits)

    def __neg__(self) -> Rounded:
        errors = {error: -factor for error, factor in self.errors.items()}
        return Rounded(-self.number, errors, self.style, self.last)

    def __pos__(self) -> Rounded:
        return self

    def __abs__(self) -> Rounded:
        low, high = self.span()
        found = -self if self.number < 0 else self
        return _widened(found, [abs(low), abs(high), 0.0]) if low < 0 < high else found

    def __mul__(self, other: Any) -> Rounded:
        if not isinstance(other, Rounded):
            other = _lifted(other, self)
        for one, another in ((self, other), (other, self)):
            if one.is_known and abs(one.number) == 1.0:
                return another if one.number > 0 else -another
        a, b = self.number, other.number
        both = _reach(self) * _reach(other)
        return _rounded(_passed_on(a * b, [(b, self), (a, other)], [-both, both]))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Rounded:
        if not isinstance(other, Rounded):
            other = _lifted(other, self)
        if other.is_known and other.number == 1:
            return self
        a, b = self.number, other.number
        quotient = real.divide(a, b)
        low, high = other.span()
        if low <= 0 <= high:  # a hand's own number is not 0, but nobody knows which side it is on
            return _rounded(_passed_on(quotient, [(real.divide(1.0, b), self)]))
        share = _reach(other) / min(abs(low), abs(high))
        curved = abs(quotient) * share * share + _reach(self) / abs(b) * share
        moved = [(1.0 / b, self), (-quotient / b, other)]
        return _rounded(_passed_on(quotient, moved, [-curved, curved]))

    def __rtruediv__(self, other: Any) -> Rounded:
        return _lifted(other, self) / self

    def __pow__(self, other: Any) -> Any:
        return ops.pow(self, other)

    def __rpow__(self, other: Any) -> Any:
        return ops.pow(other, self)

    def __bool__(self) -> bool:
        return self.number != 0

    def __lt__(self, other: Any) -> bool:
        return self.number < _number(other)

    def __le__(self, other: Any) -> bool:
        return self.number <= _number(other)

    def __gt__(self, other: Any) -> bool:
        return self.number > _number(other)

    def __ge__(self, other: Any) -> bool:
        return self.number >= _number(other)

    def __eq__(self, other: object) -> bool:
        return bool(self.number == _number(other))

    def __ne__(self, other: object) -> bool:
        return bool(self.number != _number(other))

    __hash__ = object.__hash__

    # --------------------------------------------------------------------- functions

    def elementary(self, name: str, *inputs: Any) -> Rounded:
        """Return a function of `autograd.real` of such numbers, rounded like any result."""
        op = ops.TABLE[name]
        inputs = inputs[: op.arity]  # of tanh a hand has no use for the rest
        return _rounded(by_derivatives(op, [_lifted(x, self) for x in inputs]))

    @staticmethod
    def apply_primitive(op: Primitive, inputs: Sequence[Any]) -> Any:
        """Compute an operation of the table: in one go, or as books write it, step by step."""
        if op is ops.greater:
            return _greater(*inputs)
        if op.name == "where":
            return _where(*inputs)
        model = next(x for x in inputs if isinstance(x, Rounded))
        try:
            found = [op.value(*inputs)]
        except TypeError:  # an operation of the user's own, whose function needs plain floats
            return _rounded(by_ends(op.value, [_lifted(x, model) for x in inputs]))
        found += [way(*inputs) for way in VALUES.get(op.name, ())]
        result = _lifted(widest(found), model)
        if op.chooses and len(inputs) == 1:
            return _widened(result, by_ends(op.value, inputs).span())
        return result

    def __repr__(self) -> str:
        return f"<{self.number!r} from {self.low!r} to {self.high!r}>"


_ALL_DIGITS = Style()


def exactly(number: float, style: Style = _ALL_DIGITS) -> Rounded:
    """Return a number that is known: nothing has been rounded yet."""
    return Rounded(number, {}, style)


def within(number: float, low: float, high: float, model: Rounded) -> Rounded:
    """Return a number that may be anything from `low` to `high`, of the hand that has `model`."""
    return _widened(exactly(number, model.style), [low, high])


def combined(terms: Sequence[tuple[float, Rounded]]) -> Rounded:
    """Return a sum of numbers, each times a factor, before it is rounded."""
    number = 0.0
    errors: dict[Error, float] = {}
    for factor, term in terms:
        number += factor * term.number
        for error, by in term.errors.items():
            errors[error] = errors.get(error, 0.0) + factor * by
    style = _style([term for _, term in terms])
    return Rounded(number, {e: by for e, by in errors.items() if by}, style)


def widest(found: Sequence[Any]) -> Any:
    """Return one number that was computed in several ways, as the way that errs most has it."""
    known = [way for way in found if isinstance(way, Rounded) and math.isfinite(way.number)]
    if not known:
        return found[0]
    most = max(known, key=lambda way: way.high - way.low)
    first = found[0].number if isinstance(found[0], Rounded) else found[0]
    return Rounded(first, most.errors, most.style, most.last)


def differentiated(
    op: Primitive, y: Rounded, inputs: Sequence[Rounded], constant: Sequence[bool]
) -> list[Any]:
    """Return the local derivatives of an operation, as the way of books that errs most has them."""
    if op.name in {"maximum", "minimum"}:
        return _shares_of_a_tie(op, y, inputs)
    found = op.partials(y, inputs, constant, as_written=True)
    ways = DERIVATIVES.get(op.name, ())
    if y.last is not None:  # it was not written down
        ways += FROM_INPUTS.get(op.name, ())
    for i, is_constant in enumerate(constant):
        if ways and not is_constant:
            found[i] = widest([found[i], *(way(y, inputs, i) for way in ways)])
    return found


def _shares_of_a_tie(op: Primitive, y: Rounded, inputs: Sequence[Rounded]) -> list[Any]:
    """Return the derivatives of a largest number: between 0 and 1 for each that may be it."""
    numbers = [x.number for x in inputs]
    shares = op.partials(y.number, numbers, [False] * len(inputs))
    top = max(x.low for x in inputs) if op.name == "maximum" else min(x.high for x in inputs)
    is_open = [x.high >= top if op.name == "maximum" else x.low <= top for x in inputs]
    if sum(is_open) == 1:
        is_open = [False] * len(inputs)
    return [
        within(share, 0.0, 1.0, y) if is_one_of_several else exactly(share, y.style)
        for share, is_one_of_several in zip(shares, is_open, strict=True)
    ]


# ----------------------------------------------------------------- how errors are passed on


def by_derivatives(op: Primitive, inputs: Sequence[Rounded]) -> Rounded:
    """Return an operation of numbers with errors, which its derivatives pass on."""
    numbers = [x.number for x in inputs]
    number = op.value(*numbers)
    found = exactly(number, _style(inputs))
    if all(x.is_known for x in inputs) or not math.isfinite(number):
        return found
    slopes = op.partials(number, numbers, [x.is_known for x in inputs])
    moved, curved = [], [0.0]
    for i, (x, slope) in enumerate(zip(inputs, slopes, strict=True)):
        is_plain = math.isfinite(slope)
        moved.append((slope if is_plain else 0.0, x))
        for end in x.span():
            there = op.value(*numbers[:i], end, *numbers[i + 1 :])
            if math.isfinite(there):
                curved.append(there - number - (slope * (end - x.number) if is_plain else 0.0))
    return _passed_on(number, moved, curved)


def by_ends(function: Callable[..., Any], inputs: Sequence[Rounded]) -> Rounded:
    """Return a function of numbers with errors, of which only the span's ends are looked at."""
    numbers = [x.number for x in inputs]
    number = float(function(*numbers))
    ends = [
        float(function(*numbers[:i], end, *numbers[i + 1 :]))
        for i, x in enumerate(inputs)
        for end in x.span()
    ]
    finite = [end for end in ends if math.isfinite(end)]
    return within(number, min([number, *finite]), max([number, *finite]), inputs[0])


def _passed_on(
    number: float, moved: Sequence[tuple[float, Rounded]], beyond: Sequence[float] = ()
) -> Rounded:
    """Return a result with its inputs' errors, each times a slope, and what is beyond the slope."""
    found = combined([(slope, x) for slope, x in moved if math.isfinite(slope)])
    style = _style([x for _, x in moved])
    found = Rounded(number, found.errors if math.isfinite(number) else {}, style)
    if any(beyond) and math.isfinite(number):
        errors = dict(found.errors)
        errors[Error(min(0.0, *beyond), max(0.0, *beyond))] = 1.0
        found = Rounded(number, errors, style)
    return found


def _style(inputs: Sequence[Rounded]) -> Style:
    """Return how the hand writes that has these numbers."""
    return next((x.style for x in inputs if x.style.digits), _ALL_DIGITS)


def _rounded(found: Rounded, digits: int | None = None) -> Rounded:
    """Return a number with the error of one more rounding, to the digits that the hand keeps."""
    style = found.style
    digits = style.digits if digits is None else digits
    errors = dict(found.errors)
    if len(errors) > _MOST_ERRORS:
        errors = _condensed(errors)
    made = Rounded(found.number, errors, style)
    size = max(map(abs, made.span()))
    if not digits or digits > _MOST_DIGITS or not 0 < size < math.inf:
        return made
    number = found.number
    if not errors and abs(float(f"{number:.{digits - 1}e}") - number) <= 1e-12 * size:
        return made
    unit = 10.0 ** (math.floor(math.log10(size)) - digits + 1)
    room = unit if style.cut else unit / 2
    last = Error(-room, room)
    errors[last] = 1.0
    return Rounded(number, errors, style, last)


def _condensed(errors: Errors) -> dict[Error, float]:
    """Return the largest errors, and the others as one."""
    by_size = sorted(errors, key=lambda error: -abs(errors[error]) * error.size)
    most, others = by_size[: _MOST_ERRORS // 2], by_size[_MOST_ERRORS // 2 :]
    ends = [(errors[e] * e.low, errors[e] * e.high) for e in others]
    size = math.hypot(*(errors[error] * error.size for error in others))
    rest = Error(sum(map(min, ends)), sum(map(max, ends)), size)
    return {error: errors[error] for error in most} | {rest: 1.0}


def _span(number: float, errors: Errors, without: Error | None = None) -> tuple[float, float]:
    down = up = squares = 0.0
    for error, factor in errors.items():
        if error is not without and math.isfinite(factor):
            low, high = factor * error.low, factor * error.high
            down, up = down + min(low, high), up + max(low, high)
            size = factor * error.size
            squares += size * size  # of a float, ** raises where this is infinite
    most = _DEVIATIONS * math.sqrt(squares / 3.0)  # an evenly spread error has size**2 / 3
    return number + max(down, -most), number + min(up, most)


def _reach(found: Rounded) -> float:
    """Return how far a number may be off."""
    low, high = found.span()
    return max(high - found.number, found.number - low)


def _widened(found: Rounded, ends: Sequence[float]) -> Rounded:
    """Return a number that may be as far off as some ends, too."""
    low, high = found.span()
    ends = [end for end in ends if math.isfinite(end)]
    down, up = min([low, *ends]) - low, max([high, *ends]) - high
    if not (down or up):
        return found
    errors = {**found.errors, Error(down, up): 1.0}
    return Rounded(found.number, errors, found.style, found.last)


def _number(other: Any) -> Any:
    return other.number if isinstance(other, Rounded) else other


def _lifted(x: Any, model: Rounded) -> Rounded:
    """Return a constant of a formula as a hand has it: rounded, if it is as long as that of pi."""
    if isinstance(x, Rounded):
        return x
    found = exactly(float(x), model.style)
    is_long = abs(float(f"{found.number:.{_MOST_DIGITS - 1}e}") - found.number) > 1e-12 * abs(found.number)
    return _rounded(found) if is_long else found


# ------------------------------------------------------------------------------- choices


def _greater(a: Any, b: Any) -> Any:
    """1 where a > b, else 0; where they may be equal, anything between: a subgradient at a kink."""
    model = a if isinstance(a, Rounded) else b
    a, b = _lifted(a, model), _lifted(b, model)
    number = 1.0 if a.number > b.number else 0.0
    if a.high >= b.low and b.high >= a.low:
        return within(number, 0.0, 1.0, model)
    return exactly(number, model.style)


def _where(condition: Any, a: Any, b: Any) -> Any:
    model = next(x for x in (condition, a, b) if isinstance(x, Rounded))
    condition = _lifted(condition, model)
    chosen, other = (a, b) if condition.number else (b, a)
    if condition.is_known or not (condition.low <= 0 <= condition.high):
        return chosen
    return _widened(_lifted(chosen, model), _lifted(other, model).span())
