"""How a number is written for a reader."""

from __future__ import annotations


def constant(number: float, digits: int = 6) -> str:
    """Return a number that stands in a formula, in `digits` significant digits.

    Rounding makes no whole number of it where all of its digits are few.

    >>> constant(2 / 3), constant(0.9999999)
    ('0.666667', '0.9999999')
    """
    rounded, whole = f"{number:.{digits}g}", repr(number)
    is_made_whole = float(rounded) != number and float(rounded).is_integer()
    return whole if is_made_whole and len(whole) <= _FEW else rounded


_FEW = 10
