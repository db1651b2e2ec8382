"""Numbers as a hand has them on the way: each with the room that rounding leaves.

A hand rounds each number that it writes, and rounds on the way too, where nobody sees it. So every
step gives a span: it holds each number that the step may give, if the numbers before it are
anywhere in their spans and the result is rounded to some digits. A span follows the operations of
the table as any number does, so each rounding inside an operation is followed as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from autograd import ops, real
from autograd.ops import Primitive

_MOST_DIGITS = 12
"""With more digits than these, nothing is rounded that a hand could see."""

_FEW = 2
"""With so few digits, a sum of known numbers keeps one more: nobody rounds 14.5 - 15 to 15 - 15."""


class Rounded:
    """A number, and the span in which a hand may have it.

    Args:
        number: the number that follows without any rounding on the way.
        low: the smallest number that a hand may have.
        high: the largest.
        digits: how many significant digits the hand keeps on the way; 0 for all.
        cut: whether the hand may cut digits off instead of rounding.
        room: by how much the last rounding has widened the span to both sides.

    >>> third = Rounded(1.0, 1.0, 1.0, 2) / 3.0
    >>> round(third.low, 4), round(third.high, 4)
    (0.3283, 0.3383)
    """

    __slots__ = ("cut", "digits", "high", "low", "number", "room")
    __array_ufunc__ = None

    def __init__(
        self,
        number: float,
        low: float,
        high: float,
        digits: int = 0,
        cut: bool = False,
        room: float = 0.0,
    ) -> None:
        self.number, self.low, self.high = number, low, high
        self.digits, self.cut, self.room = digits, cut, room

    def _made(self, other: Any, number: float, *ends: float) -> Rounded:
        """Return a result of this and another number, rounded as the hand rounds."""
        low, high = min(ends), max(ends)
        if not (low <= number <= high):  # an end is nan, or rounding of floats
            low, high = (
                (number, number)
                if math.isnan(low) or math.isnan(high)
                else (min(low, number), max(high, number))
            )
        digits, cut = self.digits, self.cut
        if not digits and isinstance(other, Rounded):
            digits, cut = other.digits, other.cut
        return _rounded(number, low, high, digits, cut)

    def __add__(self, other: Any) -> Rounded:
        number, low, high = _parts(other)
        return self._plain(other, self.number + number, self.low + low, self.high + high)

    __radd__ = __add__

    def _plain(self, other: Any, number: float, low: float, high: float) -> Rounded:
        if not isinstance(other, Rounded) and other == 0:
            return self
        if abs(number) <= 8e-16 * abs(self.number):  # the two cancel, and floats leave a trace
            low, high = min(low, 0.0), max(high, 0.0)
        made = self._made(other, number, low, high)
        other_low, other_high = _parts(other)[1:]
        if self.low == self.high and other_low == other_high and made.digits == _FEW:
            known = _rounded(number, low, high, made.digits + 1, made.cut)
            return Rounded(number, known.low, known.high, made.digits, made.cut)
        return made

    def __sub__(self, other: Any) -> Rounded:
        number, low, high = _parts(other)
        return self._plain(other, self.number - number, self.low - high, self.high - low)

    def __rsub__(self, other: Any) -> Rounded:
        return (-self).__add__(other)

    def __neg__(self) -> Rounded:
        return Rounded(-self.number, -self.high, -self.low, self.digits, self.cut, self.room)

    def __pos__(self) -> Rounded:
        return self

    def __abs__(self) -> Rounded:
        if self.low >= 0:
            return self
        high = max(-self.low, self.high)
        low = 0.0 if self.high > 0 else -self.high
        return Rounded(abs(self.number), low, high, self.digits, self.cut)

    def __mul__(self, other: Any) -> Rounded:
        if not isinstance(other, Rounded):
            if other == 1:
                return self
            if other == -1:
                return -self
        elif other.low == other.high:
            if other.number == 1:
                return self
            if self.low == self.high and self.number == 1:
                return other
        elif self.low == self.high and self.number == 1:
            return other
        number, low, high = _parts(other)
        ends = [_times(a, b) for a in (self.low, self.high) for b in (low, high)]
        return self._made(other, self.number * number, *ends)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Rounded:
        number, low, high = _parts(other)
        if low == high == 1:
            return self
        ends = [real.divide(a, b) for a in (self.low, self.high) for b in (low, high)]
        if low < 0 < high:  # a hand's own number is not 0, but nobody knows which side it is on
            ends = [real.divide(self.number, number)] * 2
        return self._made(other, real.divide(self.number, number), *ends)

    def __rtruediv__(self, other: Any) -> Rounded:
        return Rounded(other, other, other, self.digits, self.cut) / self

    def __pow__(self, other: Any) -> Any:
        return ops.pow(self, other)

    def __rpow__(self, other: Any) -> Any:
        return ops.pow(other, self)

    def __bool__(self) -> bool:
        return self.number != 0

    def __lt__(self, other: Any) -> bool:
        return self.number < _parts(other)[0]

    def __le__(self, other: Any) -> bool:
        return self.number <= _parts(other)[0]

    def __gt__(self, other: Any) -> bool:
        return self.number > _parts(other)[0]

    def __ge__(self, other: Any) -> bool:
        return self.number >= _parts(other)[0]

    def __eq__(self, other: object) -> bool:
        return bool(self.number == _parts(other)[0])

    def __ne__(self, other: object) -> bool:
        return bool(self.number != _parts(other)[0])

    __hash__ = object.__hash__

    def elementary(self, name: str, *inputs: Any) -> Rounded:
        """Return a function of `autograd.real` of such numbers, rounded like any result."""
        function: Callable[..., float] = getattr(real, "power" if name == "pow" else name)
        inputs = inputs[:1] if name == "tanh" else inputs  # a hand has no use for the rest
        parts = [_parts(x) for x in inputs]
        number = function(*[p[0] for p in parts])
        ends = []
        for i, (_, low, high) in enumerate(parts):
            for end in {low, high}:
                moved = [p[0] for p in parts]
                moved[i] = end
                ends.append(function(*moved))
        finite = [end for end in ends if math.isfinite(end)]
        return self._made(None, number, *(finite or [number]))

    @staticmethod
    def apply_primitive(op: Primitive, inputs: Sequence[Any]) -> Any:  # noqa: PLR0911  # row by row
        """Compute an operation of the table."""
        if op is ops.greater:
            return _greater(*inputs)
        if op.name == "where":
            return _where(*inputs)
        if len(inputs) == 1 and inputs[0].low != inputs[0].high:
            return _hull([op.value(point) for point in inputs[0].ends()])
        if op.name == "sum":
            return add_up(inputs)
        if op.name == "dot":
            half = len(inputs) // 2
            terms = [inputs[i] * inputs[half + i] for i in range(half)]
            return add_up([*terms, inputs[-1]])
        try:
            return op.value(*inputs)
        except TypeError:  # an operation of the user's own, whose function needs plain floats
            return _by_ends(op, inputs)

    def ends(self) -> list[Rounded]:
        """Return the number and the ends of its span, each as a number that is known."""
        numbers = (self.number, self.low, self.high)
        return [exactly(number, self.digits, self.cut) for number in numbers]

    def __repr__(self) -> str:
        return f"<{self.number!r} from {self.low!r} to {self.high!r}>"


def exactly(number: float, digits: int = 0, cut: bool = False) -> Rounded:
    """Return a number that is known: nothing has been rounded yet."""
    return Rounded(number, number, number, digits, cut)


def add_up(terms: Sequence[Any]) -> Any:
    """Add up many terms as a hand does, from left to right.

    Each sum on the way is rounded. Many roundings never all go to the same side: beyond a few,
    their sizes are added as those of independent errors are, three standard deviations at most.

    >>> add_up([exactly(0.125, 3), exactly(0.3, 3)]).high
    0.425
    """
    number = low = high = size = rooms = squares = 0.0
    model: Rounded | None = None
    is_known = True
    for term in terms:
        n, a, b = _parts(term)
        is_known = is_known and a == b
        if isinstance(term, Rounded):
            model = model or term
        number, low, high, size = number + n, low + a, high + b, size + abs(n)
        if model is not None and model.digits:
            digits = model.digits + (is_known and model.digits == _FEW)
            room = _rounded(number, low, high, digits, model.cut).high - high
            rooms, squares = rooms + room, squares + room * room
    if model is None:
        return number
    if not (low <= number <= high):
        low = high = number
    if abs(number) <= 4e-16 * len(terms) * size:  # the terms cancel, and floats leave a trace
        low, high = min(low, 0.0), max(high, 0.0)
    room = min(rooms, math.sqrt(3.0 * squares))
    last = min(room, _rounded(number, low, high, model.digits, model.cut).high - high)
    return Rounded(number, low - room, high + room, model.digits, model.cut, last)


def differentiated(
    op: Primitive, y: Rounded, inputs: Sequence[Rounded], constant: Sequence[bool]
) -> list[Any]:
    """Return the local derivatives of an operation: of one input, at the ends of the spans alone.

    Where a number goes into a formula twice, as in y(1 - y), it is the same number both times.
    """
    if len(inputs) == 1 and (y.low != y.high or inputs[0].low != inputs[0].high):
        ups, downs = y.ends(), inputs[0].ends()
        if op.name in {"relu", "abs"}:  # at a kink any number between the slopes is right
            return op.partials(y, inputs, constant, as_written=True)
        pairs = [*zip(ups, downs, strict=True), (ups[1], downs[2]), (ups[2], downs[1])]
        return [
            _hull([op.partials(up, [down], constant, as_written=True)[0] for up, down in pairs])
        ]
    return op.partials(y, inputs, constant, as_written=True)


def _hull(numbers: Sequence[Any]) -> Any:
    """Return the span around several numbers, of which the first is the number."""
    parts = [_parts(number) for number in numbers]
    model = next((number for number in numbers if isinstance(number, Rounded)), None)
    if model is None:
        return numbers[0]
    ends = [end for part in parts for end in part if math.isfinite(end)] or [parts[0][0]]
    room = min(number.room if isinstance(number, Rounded) else 0.0 for number in numbers)
    return Rounded(parts[0][0], min(ends), max(ends), model.digits, model.cut, room)


def _parts(other: Any) -> tuple[float, float, float]:
    if isinstance(other, Rounded):
        return other.number, other.low, other.high
    return other, other, other


def _times(a: float, b: float) -> float:
    return a * b if a and b else 0.0  # 0 * inf is 0 here: an end of a span is no derivative


def _rounded(number: float, low: float, high: float, digits: int, cut: bool) -> Rounded:
    """Widen a span by what rounding to `digits` may add to both sides."""
    if not digits or digits > _MOST_DIGITS:
        return Rounded(number, low, high, digits, cut)
    size = max(abs(low), abs(high))
    if not 0 < size < math.inf:
        return Rounded(number, low, high, digits, cut)
    if low == high and abs(float(f"{number:.{digits - 1}e}") - number) <= 1e-12 * size:
        return Rounded(number, low, high, digits, cut)
    unit = 10.0 ** (math.floor(math.log10(size)) - digits + 1)
    room = unit if cut else unit / 2
    return Rounded(number, low - room, high + room, digits, cut, room)


def _greater(a: Any, b: Any) -> Any:
    """1 where a > b, else 0; where they may be equal, anything between: a subgradient at a kink."""
    x, y = _parts(a), _parts(b)
    number = 1.0 if x[0] > y[0] else 0.0
    model = a if isinstance(a, Rounded) else b
    open_ = x[2] >= y[1] and y[2] >= x[1]
    return Rounded(number, *((0.0, 1.0) if open_ else (number, number)), model.digits, model.cut)


def _where(condition: Any, a: Any, b: Any) -> Any:
    number, low, high = _parts(condition)
    chosen = a if number else b
    if low == high or not (low <= 0 <= high):
        return chosen
    model = condition
    ends = [_parts(x) for x in (a, b)]
    number = _parts(chosen)[0]
    lows, highs = [e[1] for e in ends], [e[2] for e in ends]
    if not all(map(math.isfinite, lows + highs)):
        return chosen
    return Rounded(number, min(lows), max(highs), model.digits, model.cut)


def _by_ends(op: Primitive, inputs: Sequence[Any]) -> Rounded:
    model = next(x for x in inputs if isinstance(x, Rounded))
    numbers = [float(_parts(x)[0]) for x in inputs]
    number = float(op.value(*numbers))
    ends = [
        float(op.value(*numbers[:i], end, *numbers[i + 1 :]))
        for i, x in enumerate(inputs)
        for end in _parts(x)
    ]
    finite = [end for end in ends if math.isfinite(end)]
    return model._made(None, number, *(finite or [number]))
