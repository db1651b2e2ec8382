"""How a number is written for a reader: one way wherever it stands, and one for tables."""

from __future__ import annotations

import math

DIGITS = 6
"""Significant digits of a number where nobody asks for more or fewer, in Python and in the page."""

_SURELY_DECIMAL = 15
"""Digits that every double can show as they were typed; further ones may be of its own."""

_FEW = 10
"""A number of at most so many characters is written whole where rounding would change it."""


def show_number(number: float, digits: int = DIGITS) -> str:
    """Return a number in `digits` significant digits.

    A number of few digits is written whole where its rounded form would be mistaken for an exact
    number, and where it is a whole number: 0.9999999 is not written 1, and 1234567 is not written
    1.23457e+06. A zero has no sign.

    >>> show_number(-19303.547538), show_number(0.9999999), show_number(1234567.0)
    ('-19303.5', '0.9999999', '1234567')
    """
    # A minus is a plain hyphen, as Python writes it: it can be copied, and has a known width.
    rounded = f"{number + 0.0:.{digits}g}"
    for fewer in range(_SURELY_DECIMAL, digits):  # 0.1, not 0.10000000000000001
        if float(shorter := f"{number + 0.0:.{fewer}g}") == number:
            rounded = shorter
            break
    if not math.isfinite(number) or number == 0:
        return rounded
    is_exact = float(rounded) == number
    reads_whole = "e" not in rounded and "." not in rounded
    whole = repr(number).removesuffix(".0")
    is_better = number.is_integer() or (reads_whole and not is_exact)
    return whole if is_better and len(whole) <= _FEW else rounded


def show_decimals(number: float, places: int = 4) -> str:
    """Return a number in `places` decimals for a table; a short number as it is.

    A number smaller than a thousandth has `places` significant digits instead.

    >>> show_decimals(24.957320884), show_decimals(82.0), show_decimals(0.00098765432)
    ('24.9573', '82', '0.0009877')
    """
    short = f"{number:g}"
    if float(short) == round(number, 10):
        return short
    return f"{number:.{places}f}" if abs(number) >= 0.001 else f"{number:.{places}g}"
