"""Symbolic numbers: what the table's rules give when they are fed with names.

A rule of the table is plain arithmetic, so fed with symbols it writes its own formula down. Sums
and products are kept in a normal form, which is all the simplifying that explanations need: like
terms are collected, equal factors become powers, numbers come first.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NoReturn

from autograd.ops import Primitive, row
from autograd.real import power, real


class Symbol:
    """A formula. Arithmetic on it, and every row of the table, gives another formula.

    >>> x, y = Name("x"), Name("y")
    >>> print(2 * (x - y) * 1 + 0)
    2(x - y)
    >>> print(x * x + 3 * x - x)
    x^2 + 2x
    """

    is_formula = True  # by which the table's rows know to write their rules as books do

    def __add__(self, other: Symbol | float) -> Symbol:
        return add_up([self, symbol(other)])

    def __radd__(self, other: float) -> Symbol:
        return add_up([symbol(other), self])

    def __sub__(self, other: Symbol | float) -> Symbol:
        return self + -1.0 * symbol(other)

    def __rsub__(self, other: float) -> Symbol:
        return symbol(other) - self

    def __mul__(self, other: Symbol | float) -> Symbol:
        return multiply([self, symbol(other)])

    def __rmul__(self, other: float) -> Symbol:
        return multiply([symbol(other), self])

    def __neg__(self) -> Symbol:
        return -1.0 * self

    def __truediv__(self, other: Symbol | float) -> Symbol:
        return self * symbol(other) ** -1.0

    def __rtruediv__(self, other: float) -> Symbol:
        return symbol(other) / self

    def __pow__(self, other: Symbol | float) -> Symbol:
        return raise_to(self, symbol(other))

    def __rpow__(self, other: float) -> Symbol:
        return symbol(other) ** self

    @staticmethod
    def apply_primitive(op: Primitive, inputs: Sequence[Symbol | float]) -> Symbol:
        """Write `op` on `inputs` down: arithmetic as arithmetic, anything else by its name."""
        parts = [symbol(x) for x in inputs]
        if op.name == "div":
            return parts[0] / parts[1]
        if op.name == "pow":
            return parts[0] ** parts[1]
        if op.name == "sum":
            return add_up(parts)  # at once: term by term takes the square of their number
        if op.name in {"add", "sub", "mul", "neg", "dot"}:
            return symbol(op.value(*parts))  # these rows are plain arithmetic on any numbers
        if op.name == "where" and (
            _surely_positive(parts[0]) or _at_zero(parts[1], parts[0]) == parts[2]
        ):
            return parts[1]
        return Call(op, tuple(parts))

    def _no_number(self, *_: object) -> NoReturn:
        raise TypeError(
            f"the symbol {self} has no number yet, so nothing can depend on one; write a choice as"
            " where(greater(a, b), ..., ...)"
        )

    __bool__ = __float__ = __lt__ = __le__ = __gt__ = __ge__ = _no_number

    def __str__(self) -> str:
        from autograd.notation.writers import Writer  # noqa: PLC0415  # writers imports this module

        return Writer().write(self)


@dataclass(frozen=True)
class Number(Symbol):
    """A plain number."""

    value: float


@dataclass(frozen=True)
class Name(Symbol):
    """A name.

    Attributes:
        label: the name.
        node: the node named, which tells equal labels apart and holds the number; or None.
        formula: the formula that serves as the name, such as `a*b`; None for any other name.
    """

    label: str
    node: Any = None
    formula: Symbol | None = None


@dataclass(frozen=True)
class Sum(Symbol):
    """At least two terms."""

    terms: tuple[Symbol, ...]


@dataclass(frozen=True)
class Product(Symbol):
    """A number times at least one factor."""

    coefficient: float
    factors: tuple[Symbol, ...]


@dataclass(frozen=True)
class Power(Symbol):
    """base ^ exponent."""

    base: Symbol
    exponent: Symbol


@dataclass(frozen=True)
class Call(Symbol):
    """A row of the table on inputs: a function, or arithmetic that `recorded` leaves as it is."""

    op: Primitive
    inputs: tuple[Symbol, ...]


def symbol(number: Symbol | float) -> Symbol:
    """Return a number as a symbol; a symbol as it is."""
    return number if isinstance(number, Symbol) else Number(real(number))


def recorded(op: Primitive, inputs: Sequence[Symbol]) -> Symbol:
    """Return an operation as it was recorded, with nothing simplified: `x + x` stays `x + x`.

    Only of a weighted sum without a bias, which is recorded with a bias of 0, that 0 is left out.

    >>> from autograd.ops import add
    >>> print(recorded(add, [Name("x"), Name("x")]))
    x + x
    """
    if op.name in {"sum", "dot"}:  # these rows are sums and products, which _Recorded writes down
        written: _Recorded = op.value(*map(_Recorded, inputs))
        whole = written.symbol
        has_no_bias = op.name == "dot" and len(inputs) > 1 and inputs[-1] == Number(0.0)
        return whole.inputs[0] if has_no_bias and isinstance(whole, Call) else whole
    return Call(op, tuple(inputs))


@dataclass(frozen=True)
class _Recorded:
    """A formula whose sums and products are written down unsimplified."""

    symbol: Symbol

    def __add__(self, other: _Recorded) -> _Recorded:
        return _Recorded(Call(row("add"), (self.symbol, other.symbol)))

    def __radd__(self, _: float) -> _Recorded:
        return self  # a sum starts at 0.0, which nobody writes

    def __mul__(self, other: _Recorded) -> _Recorded:
        return _Recorded(Call(row("mul"), (self.symbol, other.symbol)))


def add_up(terms: Iterable[Symbol]) -> Symbol:
    """Return a sum with like terms collected."""
    collected: dict[Symbol, float] = {}
    for term in terms:
        for part in term.terms if isinstance(term, Sum) else (term,):
            coefficient, factors = coefficient_of(part)
            if coefficient != 0:
                bare = factors[0] if len(factors) == 1 else multiply(factors)
                before = collected.get(bare, 0.0)
                size = max(abs(before), abs(coefficient))
                collected[bare] = _without_noise(before + coefficient, size)
    parts = [
        bare if c == 1 else multiply([Number(c), bare]) for bare, c in collected.items() if c != 0
    ]
    if not parts:
        return Number(0.0)
    return parts[0] if len(parts) == 1 else Sum(tuple(parts))


def multiply(factors: Iterable[Symbol]) -> Symbol:
    """Return a product with its numbers in front, and powers of equal factors joined."""
    number = 1.0
    exponents: dict[Symbol, Symbol] = {}
    for factor in factors:
        coefficient, parts = coefficient_of(factor)
        number = _without_noise(number * coefficient, abs(number * coefficient))
        for part in parts:
            base, exponent = (
                (part.base, part.exponent) if isinstance(part, Power) else (part, Number(1.0))
            )
            exponents[base] = exponents.get(base, Number(0.0)) + exponent
    powers = [raise_to(base, exponent) for base, exponent in exponents.items()]
    powers = [power for power in powers if power != Number(1.0)]
    if number == 0 or not powers:
        return Number(number)
    return powers[0] if number == 1 and len(powers) == 1 else Product(number, tuple(powers))


def raise_to(base: Symbol, exponent: Symbol) -> Symbol:
    """Return base ^ exponent; a whole power of a product becomes a product of powers."""
    if exponent == Number(1.0):
        return base
    if exponent == Number(0.0):
        return Number(1.0)
    if isinstance(base, Number) and isinstance(exponent, Number):
        return Number(power(base.value, exponent.value))
    if isinstance(exponent, Number) and float(exponent.value).is_integer():
        return _to_whole_power(base, exponent)
    return Power(base, exponent)


def _to_whole_power(base: Symbol, exponent: Number) -> Symbol:
    if isinstance(base, Product):
        parts = [Number(base.coefficient), *base.factors]
        return multiply([raise_to(part, exponent) for part in parts])
    if isinstance(base, Power) and isinstance(base.exponent, Number):
        return raise_to(base.base, base.exponent * exponent)
    if isinstance(base, Call) and base.op.name == "sqrt" and exponent.value % 2 == 0:
        return raise_to(base.inputs[0], Number(exponent.value / 2))
    return Power(base, exponent)


def is_larger(formula: Symbol, limit: int) -> bool:
    """Return whether a formula has more than `limit` parts, counted as often as they are written.

    >>> is_larger(Name("x") + 1, 2), is_larger(Name("x") + 1, 3)
    (True, False)
    """
    count, stack = 0, [formula]
    while stack and count <= limit:
        part = stack.pop()
        count += 1
        if isinstance(part, Sum):
            stack.extend(part.terms)
        elif isinstance(part, Product):
            stack.extend(part.factors)
        elif isinstance(part, Power):
            stack += [part.base, part.exponent]
        elif isinstance(part, Call):
            stack.extend(part.inputs)
    return count > limit


def coefficient_of(term: Symbol) -> tuple[float, tuple[Symbol, ...]]:
    """Return a term as its number and its other factors.

    >>> coefficient_of(2 * Name("x"))
    (2.0, (Name(label='x', node=None, formula=None),))
    """
    if isinstance(term, Number):
        return term.value, ()
    if isinstance(term, Product):
        return term.coefficient, term.factors
    return 1.0, (term,)


def _without_noise(number: float, size: float) -> float:
    """Return a result without the noise of binary digits: 0.7 - 1 + 0.3 is 0, not 5.6e-17.

    Args:
        number: the result.
        size: the size of the largest number that it was computed from.
    """
    if not 0.0 < size < math.inf or not math.isfinite(number):
        return number
    rounded = round(number, 14 - math.floor(math.log10(size)))  # to 15 significant digits
    return rounded if len(repr(rounded)) <= _MOST_DECIMALS else number


def as_fraction(number: float) -> tuple[float, float] | None:
    """Return a number such as 1/7 or 2/3, whose decimals have no end, as two whole numbers.

    >>> as_fraction(1 / 3), as_fraction(4 * (1 / 3)), as_fraction(0.25)
    ((1.0, 3.0), (4.0, 3.0), None)
    """
    if not (0 < number < _LARGEST and len(repr(number)) > _MOST_DECIMALS):
        return None
    if (1 / number).is_integer():
        return 1.0, 1 / number
    found = Fraction(number).limit_denominator(_LARGEST)
    is_it = math.isclose(
        found.numerator / found.denominator, number, rel_tol=4 * sys.float_info.epsilon
    )
    return (float(found.numerator), float(found.denominator)) if is_it else None


def is_choice(formula: Any) -> bool:
    """Return whether a formula is a `where`."""
    return isinstance(formula, Call) and formula.op.name == "where"


def chooses_first(formula: Any) -> bool:
    """Return whether a formula is its first case, with the numbers that its names have now."""
    return not is_choice(formula) or _number_of(formula.inputs[0]) != 0


def _number_of(condition: Any) -> float:
    if isinstance(condition, Sum):
        return sum(map(_number_of, condition.terms))
    if isinstance(condition, Call):
        return float(condition.op.value(*map(_number_of, condition.inputs)))
    return float(condition.value if isinstance(condition, Number) else condition.node.data)


def _surely_positive(condition: Symbol) -> bool:
    """Whether a condition holds whatever the names stand for: 2 + |x| does."""
    if isinstance(condition, Number):
        return condition.value != 0
    if not isinstance(condition, Sum):
        return False
    terms = [_size_of_number(t) for t in condition.terms]
    numbers = [t.value for t in terms if isinstance(t, Number)]
    others = [t for t in terms if not isinstance(t, Number)]
    never_negative = all(isinstance(t, Call) and t.op.name in {"abs", "greater"} for t in others)
    return never_negative and sum(numbers) > 0


def _size_of_number(term: Symbol) -> Symbol:
    """Return |2| as 2, and anything else as it is."""
    if isinstance(term, Call) and term.op.name == "abs" and isinstance(term.inputs[0], Number):
        return Number(abs(term.inputs[0].value))
    return term


def _at_zero(formula: Symbol, name: Symbol) -> Symbol:
    """Return a formula with 0 for a name: b*a^(b - 1) at b = 0 is 0, so it needs no `where`."""
    if not isinstance(name, Name) or is_larger(formula, _SIMPLE):
        return formula
    if formula == name:
        return Number(0.0)
    if isinstance(formula, Sum):
        return add_up(_at_zero(term, name) for term in formula.terms)
    if isinstance(formula, Product):
        factors = [_at_zero(factor, name) for factor in formula.factors]
        return multiply([Number(formula.coefficient), *factors])
    if isinstance(formula, Power):
        return raise_to(_at_zero(formula.base, name), _at_zero(formula.exponent, name))
    return formula


_MOST_DECIMALS = 12
"""A number with more characters than this is a fraction that was rounded."""

_LARGEST = 99
"""A fraction has no larger denominator than this, nor is it larger itself."""

_SIMPLE = 20
"""A formula with more parts than this is not searched for a name that may be 0."""
