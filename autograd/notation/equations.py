"""Equations in numbers: written with the digits that make them true as they are written.

Six digits are enough for most equations, but not where numbers nearly cancel: 1(1 - 1) is not
4.13994e-08. So the numbers on the left get more digits until the left side, computed from its text,
gives the number on the right. The page chooses digits in the same way, in explorer/equations.js.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial, reduce

from autograd.notation.algebra import (
    Call,
    Name,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    as_fraction,
    symbol,
)
from autograd.notation.numbers import show_number
from autograd.notation.writers import PRODUCT, Writer
from autograd.real import power

MOST_DIGITS = 17
"""No double needs more digits to be told from all others."""

_NEXT_TO_NOTHING = 5e-10
"""The left side may give so much where the right side is 0."""

_ROUNDING = 2.0**-52

_FIRST = re.compile(r"(^|\(|, )(?:\\left)?\((-[-+\w.]+)(?:\\right)?\)(?=\*| \\cdot |\(|\\left\()")

_MINUS_ZERO = re.compile(r"(^|\()-(?=(?:\\frac\{)?0(?![\w.]))")

Measured = tuple[float, float]
"""A number, and the most that rounding may have changed it by while it was computed."""


def in_numbers(formula: Symbol, result: float, writer: Writer) -> str | None:
    """Return a formula with the numbers of its names, in digits that make "formula = result" true.

    Args:
        formula: the left side of the equation.
        result: the right side, which is written with the writer's own digits.
        writer: writes both sides.

    Returns:
        The text; None where no number of digits makes the equation true: rounding has the last
        word there, as in 0.1 + 0.2 - 0.3.

    >>> g = Number(0.9999999586)
    >>> in_numbers(Product(1.0, (g, Sum((Number(1.0), Product(-1.0, (g,)))))), 4.14e-08, Writer())
    '0.9999999586(1 - 0.9999999586)'
    """
    digits = digits_for(formula, result, writer.digits)
    if digits is None:
        return None
    # A negative number needs no parentheses where it comes first, and a zero needs no sign.
    text = _FIRST.sub(r"\1\2", writer.with_numbers(digits).write(formula))
    return _MINUS_ZERO.sub(r"\1", text)


def products_in_numbers(
    terms: Sequence[Sequence[float | Symbol]], result: float, writer: Writer, times: str
) -> list[str]:
    """Return products, in digits that make "their sum = result" true; nothing where none do.

    Args:
        terms: the numbers of each product; a formula stands for one that is not written out.
        result: the sum of the products.
        writer: writes the numbers.
        times: the text between two factors.

    >>> products_in_numbers([[2.0, -3.0], [0.5]], -5.5, Writer(), " * ")
    ['2 * (-3)', '0.5']
    """
    formula = Sum(tuple(Product(1.0, tuple(map(symbol, numbers))) for numbers in terms))
    digits = digits_for(formula, result, writer.digits)
    if digits is None:
        return []
    finer = writer.with_numbers(digits)
    return [
        times.join(
            [finer.write(symbol(first)), *(finer.operand(symbol(x), PRODUCT) for x in others)]
        )
        for first, *others in terms
    ]


def digits_for(formula: Symbol, result: float, digits: int) -> int | None:
    """Return how many digits the numbers in a formula need, so that the formula gives a result.

    Args:
        formula: the left side of the equation.
        result: the right side.
        digits: significant digits of the right side, and the fewest of the left side.

    Returns:
        The number of digits; None where no number of digits is enough.

    >>> left = Sum((Number(1000000.25), Number(-1000000.0)))
    >>> digits_for(left, 0.25, 6)
    7
    """
    shown = show_number(result, digits)
    for more in range(digits, MOST_DIGITS + 1):
        rounded = partial(_rounded, digits=more)
        if _gives(measured(formula, rounded), shown, digits):
            return more
    return None


def holds(formula: Symbol, result: float) -> bool:
    """Return whether a formula gives a result, but for rounding on the way.

    A formula that was simplified need not: the graph computed the result before it was, and may
    have met 0 * inf, or have lost digits, on the way.

    >>> g = Number(1.0)
    >>> holds(Product(1.0, (g, Sum((Number(1.0), Product(-1.0, (g,)))))), 3e-17)
    True
    >>> holds(g, math.nan)
    False
    """
    number, rounding = measured(formula)
    if not (math.isfinite(number) and math.isfinite(result)):
        return number == result or (math.isnan(number) and math.isnan(result))
    return abs(number - result) <= 16 * rounding + 1e-6 * abs(result)


def _rounded(number: float, digits: int) -> float:
    return float(show_number(number, digits))


def _gives(found: Measured, shown: str, digits: int) -> bool:
    """Return whether a number that was computed rounds to the number shown."""
    (number, rounding), result = found, float(shown)
    if not (math.isfinite(number) and math.isfinite(result)):
        return number == result or (math.isnan(number) and math.isnan(result))
    if result == 0:
        return abs(number) <= _NEXT_TO_NOTHING
    # Zeros at the end are not shown: 4 stands for 4.00000, so 3.6 does not give it.
    slack = min(unit(shown) / 2, 5 * 10.0**-digits * abs(result))
    return abs(number - result) + rounding <= slack * (1 + 1e-9)


def unit(shown: str) -> float:
    """Return the size of the last digit of a number that is shown.

    >>> unit("-19303.5"), unit("1.5e-07"), unit("1234567")
    (0.1, 1e-08, 1.0)
    """
    mantissa, _, exponent = shown.partition("e")
    return float(f"1e{int(exponent or 0) - len(mantissa.partition('.')[2])}")


def measured(  # noqa: PLR0911  # one for each kind
    formula: Symbol, number: Callable[[float], float] = float
) -> Measured:
    """Compute a formula from the numbers of its names.

    Args:
        formula: the formula.
        number: gives the number to compute with, from the exact one.

    >>> measured(Sum((Number(1.0), Number(2.0))))[0]
    3.0
    """
    if isinstance(formula, (Number, Name)):
        shown = number(formula.value if isinstance(formula, Number) else formula.node.data)
        return shown, 0.0 if shown.is_integer() else _ROUNDING * abs(shown)
    if isinstance(formula, Sum):
        return _sum(measured(term, number) for term in formula.terms)
    if isinstance(formula, Product):
        factors = [measured(factor, number) for factor in formula.factors]
        return reduce(_product, factors, _coefficient(formula.coefficient, number))
    if isinstance(formula, Power):
        return _function(power, measured(formula.base, number), measured(formula.exponent, number))
    assert isinstance(formula, Call)  # noqa: S101  # there are no other kinds
    inputs = [measured(part, number) for part in formula.inputs]
    if formula.op.name in {"add", "sub"}:
        sign = 1.0 if formula.op.name == "add" else -1.0
        return _sum([inputs[0], (sign * inputs[1][0], inputs[1][1])])
    if formula.op.name == "mul":
        return _product(*inputs)
    return _function(formula.op.value, *inputs)


def _coefficient(coefficient: float, number: Callable[[float], float]) -> Measured:
    """Return a number before a product, which is written as 1/3, not as 0.333333."""
    above, below = as_fraction(abs(coefficient)) or (coefficient, 1.0)
    size = number(above) / number(below)
    shown = math.copysign(size, coefficient)
    return shown, 0.0 if shown.is_integer() else _ROUNDING * abs(shown)


def _sum(terms: Iterable[Measured]) -> Measured:
    total = rounding = 0.0
    for number, own in terms:
        total += number
        rounding += own + _ROUNDING * abs(total)
    return total, rounding


def _product(a: Measured, b: Measured) -> Measured:
    number = a[0] * b[0]
    return number, abs(a[0]) * b[1] + abs(b[0]) * a[1] + _ROUNDING * abs(number)


def _function(function: Callable[..., float], *inputs: Measured) -> Measured:
    """Apply a function, which changes with its inputs as far as rounding has changed these."""
    number = float(function(*(x for x, _ in inputs)))
    moved = float(function(*(x + rounding for x, rounding in inputs)))
    change = 0.0 if math.isnan(moved) else abs(moved - number)
    return number, change + 4 * _ROUNDING * abs(number)
