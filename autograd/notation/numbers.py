"""How a number is written for a reader: one way, wherever it stands."""

from __future__ import annotations

import math

_FEW = 10
"""Characters of a number that is written whole where rounding would make another number of it."""


def show_number(number: float, digits: int = 6) -> str:
    """Return a number in `digits` significant digits.

    A number of few digits is written whole where rounding would hide that it is another number than
    the one written: 0.9999999 is not written 1, and 1234567 not 1.23457e+06. A zero has no sign.

    >>> show_number(-19303.547538), show_number(0.9999999), show_number(1234567.0)
    ('-19303.5', '0.9999999', '1234567')
    """
    # A plain hyphen for a minus, as Python writes it: it can be copied, and has a known width.
    rounded = f"{number + 0.0:.{digits}g}"
    if not math.isfinite(number) or float(rounded) == number:
        return rounded
    reads_whole = "e" not in rounded and "." not in rounded
    whole = repr(number).removesuffix(".0")
    return whole if (reads_whole or number.is_integer()) and len(whole) <= _FEW else rounded


def show_decimals(number: float, places: int = 4) -> str:
    """Return a number in `places` decimals for a table; a short number as it is.

    Of a number smaller than a thousandth the same count of significant digits is written.

    >>> show_decimals(24.957320884), show_decimals(82.0), show_decimals(0.00098765432)
    ('24.9573', '82', '0.0009877')
    """
    short = f"{number:g}"
    if float(short) == round(number, 10):
        return short
    return f"{number:.{places}f}" if abs(number) >= 0.001 else f"{number:.{places}g}"
