"""Numbers as a hand writes them: their text, and the exact numbers they may stand for."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal

from autograd.real import real

Written = float | str
"""A number as it was written: as text, such as "-42.20", all of its digits count."""

_EXACT = 1e-9
_CLOSE = 2e-3


def read(number: Written) -> str:
    """Return a number's text as it was written, without separators between thousands.

    Raises:
        ValueError: `number` is not a finite number as a hand writes one.

    >>> read("-19,303"), read(2.0)
    ('-19303', '2')
    """
    text = (number if isinstance(number, str) else repr(real(number))).strip().replace("−", "-")
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?", text):
        text = text.replace(",", "")
    if not isinstance(number, str):
        text = text.removesuffix(".0")
    plain = re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", text)
    if not plain or not math.isfinite(float(text)):
        raise ValueError(f"expected a number as it is written, such as -42.2, received {number!r}")
    return text


def fits(text: str, number: float) -> str:
    """Return how a written number stands for another: "right", "rounded", "cut off", or "" if not.

    A plain 0 stands for any number smaller than 0.01.

    Args:
        text: the number as it was written, from `read`.
        number: the other number, exact.

    >>> fits("0.37", 0.3775), fits("0.38", 0.3775), fits("0.39", 0.3775)
    ('cut off', 'rounded', '')
    """
    if math.isclose(float(text), number, rel_tol=_EXACT, abs_tol=1e-300):
        return "right"
    if not math.isfinite(number):
        return ""
    exact, written = Decimal(f"{number:.15g}"), Decimal(text)  # 0.31, not the double just below
    for unit in _units(written):
        if abs(exact - written) <= unit / 2 * Decimal(1 + _EXACT):
            return "rounded"
        if (exact / unit).to_integral_value(ROUND_DOWN) * unit == written:
            return "cut off"
    return ""


def is_close(text: str, number: float) -> bool:
    """Return whether a written number may be another that was rounded somewhere on the way.

    Args:
        text: the number as it was written, from `read`.
        number: the other number, exact.

    >>> is_close("0.378", 0.3775), is_close("0.38", 0.3775)
    (True, False)
    """
    return math.isclose(float(text), number, rel_tol=_CLOSE)


def _units(written: Decimal) -> Iterator[Decimal]:
    """Yield the unit of the last digit; larger ones too, as zeros in 19000 may only hold places."""
    _, digits, exponent = written.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101  # infinities were refused
    if not any(digits) and exponent >= 0:
        yield Decimal("0.01")  # a plain 0 means next to nothing, not "less than a half"
        return
    yield Decimal(1).scaleb(exponent)
    zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    if exponent >= 0:  # two digits at least have to be meant
        for held in range(1, min(zeros, len(digits) - 2) + 1):
            yield Decimal(1).scaleb(exponent + held)
