r"""Numbers as a hand writes them: one grammar, which the page's `reading.js` has too.

    number   = infinity | term { ("*" | "/") term }, of which no two "/" follow each other
    infinity = ["-" | "+"] ("∞" | "\infty" | "inf" | "infinity" | "infinito"), in any case
    term     = decimal  |  [decimal] "√" decimal  |  "(" number ")", but not a product after "/"
    decimal  = ["-" | "+"] digits [power | "%"]
    digits   = with a decimal point or comma, with thousands parted by the other sign, a space or '
               ; a half is "½", and so are other such signs
    power    = "e" whole  |  ("·" | "×" | "x" | "*") "10" ("^" | "**") whole

One comma with three digits behind it parts thousands for some and decimals for others: then there
are two readings. One point is always a decimal point, as it is where people calculate: "1.234" is
1.234; points part thousands where nothing else fits, as in "1.234.567" and "1.234,5". A test holds
this file and `reading.js` to one table of cases.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from autograd.cleaning import quoted
from autograd.notation.spelling import MINUSES
from autograd.real import divide, real

Written = Any
"""A number as it was written: text such as "-42.20", of which all digits count; or a number.

A float counts with its shortest digits. None, `...` and blank text are no answer.
"""

EXACT = 17
"""The digits of a number that stands for itself alone, such as a fraction: those of a float."""


@dataclass(frozen=True)
class Reading:
    """One way to read a written number.

    Attributes:
        text: the number in plain digits, such as "-19303".
        number: the number.
        unit: what one more in the last digit adds, such as 0.01; 0.0 for a fraction, or infinity.
        digits: how many significant digits were written.
        zeros: how many zeros at the end of a whole number may only hold places.
    """

    text: str
    number: float
    unit: float
    digits: int
    zeros: int = 0


_SIGNS = str.maketrans(
    {**dict.fromkeys(MINUSES, "-"), **dict.fromkeys("⁄∕", "/"), **dict.fromkeys("⋅∙·∗×", "*")}
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SPACES = "[ \t\u00a0\u2009\u202f]"
_NO_ANSWER = re.compile(rf"[-.…?_{MINUSES}\s]*")
_POWER = re.compile(
    rf"^(?:(.*?)(?:{_SPACES}*\*{_SPACES}*10|e)|([-+]?)10(?=\^|\*\*))"
    r"(?:(?<=e)|\^|\*\*)[({]?([-+]?[0-9]{1,3})[)}]?$"
)
_GROUPS = {sign: re.compile(rf"[1-9][0-9]{{0,2}}(?:{sign}[0-9]{{3}})+") for sign in (",", r"\.")}
_SPACED = re.compile(rf"[1-9][0-9]{{0,2}}(?:(?:{_SPACES}|['’])[0-9]{{3}})+(?=$|[.,])")
_TIMES_TEN = re.compile(rf"[xX](?={_SPACES}*10(?:\^|\*\*|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]))")
_VULGAR = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3"}
_SINGLE = re.compile(r"(^|(?<!\*)[-+*/√]\s*)\(([^()*/√]*)\)(?=\s*(?:$|[*/]))")
_PRODUCT = re.compile(r"(^|(?<!\*)[-+*]\s*)\(([^()]*)\)(?=\s*(?:$|[*/]))")
_SIGN = re.compile(rf"(/|(?<!\*)\*(?!\*|{_SPACES}*10(?:\^|\*\*)))")
_PERCENT = re.compile(rf"^([^e*^]*[0-9.]){_SPACES}*%$")
_INFINITE = re.compile(r"([-+]?)\s*(?:∞|\\infty|inf(?:init[yeoa])?)", re.IGNORECASE)
_PLAIN = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")


def is_answer(written: Written) -> bool:
    """Return whether anything was written: not None, `...`, or text without a letter or a digit.

    >>> [is_answer(written) for written in ("0", "", None, ..., "…", "?")]
    [True, False, False, False, False, False]
    """
    if isinstance(written, str):
        return _NO_ANSWER.fullmatch(written) is None
    return written is not None and written is not ...


def text_of(written: Written) -> str:
    """Return what was written as text: a number in its shortest digits.

    >>> text_of(-42.20), text_of(Decimal("-42.20")), text_of(" 0,37 ")
    ('-42.2', '-42.20', '0,37')
    """
    if isinstance(written, str):
        return written.strip()
    if isinstance(written, (Decimal, Fraction)):
        return str(written)
    if isinstance(written, bool) or not _is_real(written):
        return represented(written)
    # NumPy's numbers are among these: str writes them in the shortest digits of their own kind.
    return str(written).removesuffix(".0")


def represented(thing: Any, most: int = 60) -> str:
    """Return the first characters of an object's repr, or its type's name where repr fails."""
    return quoted(thing, most)


def readings(written: Written) -> tuple[Reading, ...]:
    """Return each way to read a written number; none if it is not a number.

    >>> [reading.number for reading in readings("-19,303")]
    [-19303.0, -19.303]
    >>> [reading.number for reading in readings("1.2·10^-3")]
    [0.0012]
    >>> readings("-∞")[0].number
    -inf
    >>> readings("about 3"), readings(True)
    ((), ())
    """
    if not isinstance(written, (str, Decimal, Fraction)) and (
        isinstance(written, bool)
        or getattr(getattr(written, "dtype", None), "kind", "f") == "b"
        or not _is_real(written)
    ):
        return ()
    text = text_of(written).translate(_SIGNS)
    if infinite := _INFINITE.fullmatch(text):
        sign = infinite[1].replace("+", "")
        return (Reading(f"{sign}inf", float(f"{sign}inf"), 0.0, EXACT),)
    text = _TIMES_TEN.sub("*", text)
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+", lambda run: "^" + run[0].translate(_RAISED), text)
    for sign, meant in _VULGAR.items():
        text = re.sub(rf"(?<![0-9]){sign}", meant, text)
    for group in (_SINGLE, _PRODUCT):
        text = group.sub(r"\1\2", text)
    terms = _SIGN.split(text)
    if len(terms) == 1 and "√" not in text:
        return _decimals(text)
    signs = terms[1::2]
    if ("/", "/") in pairwise(signs):
        return ()
    found = [("", 1.0)]
    for sign, term in zip(["", *signs], terms[::2], strict=True):
        found = [
            (f"{before}{sign}{after}", divide(number, other) if sign == "/" else number * other)
            for before, number in found
            for after, other in _term(term.strip())
        ]
    return tuple(
        Reading(text, number, 0.0, EXACT) for text, number in found if math.isfinite(number)
    )


def _term(text: str) -> list[tuple[str, float]]:
    """Return a term, and its number, in each way it can be meant."""
    factor, root, below = text.partition("√")
    if not root:
        return [(reading.text, reading.number) for reading in _decimals(text)]
    factor = factor.strip()
    is_bare = factor in {"", "-", "+"}
    return [
        (f"{factor if is_bare else a.text}√{b.text}", a.number * math.sqrt(b.number))
        for a in _decimals(f"{factor}1" if is_bare else factor)
        for b in _decimals(below.strip())
        if b.number >= 0
    ]


def _is_real(written: Written) -> bool:
    try:
        real(written)
    except Exception:  # noqa: BLE001  # one bad entry must not lose the report
        return False
    return True


def _decimals(text: str) -> tuple[Reading, ...]:
    text = _PERCENT.sub(r"\1e-2", text.replace("E", "e"))
    power = _POWER.match(text)
    exponent = 0
    if power:
        text = power[1] if power[1] is not None else f"{power[2]}1"
        exponent = int(power[3])
    text = text.strip()
    sign = "-" if text.startswith("-") else ""
    if text[:1] in {"-", "+"}:
        text = text[1:].strip()
    if _SPACED.match(text):
        text = re.sub(rf"{_SPACES}|['’]", "", text)
    found = [_reading(sign, plain, exponent) for plain in _plain(text)]
    return tuple(reading for reading in found if reading is not None)


def _plain(text: str) -> list[str]:
    """Return digits with a decimal point, for each way in which commas and points can be meant."""
    commas, points = text.count(","), text.count(".")
    if commas and points:
        decimal = max(",.", key=text.rindex)
        whole, _, rest = text.rpartition(decimal)
        other = ",."[decimal == ","]
        grouped = _GROUPS[re.escape(other)].fullmatch(whole)
        return [f"{whole.replace(other, '')}.{rest}"] if grouped else []
    if commas > 1 or points > 1:
        sign = "," if commas else "."
        return [text.replace(sign, "")] if _GROUPS[re.escape(sign)].fullmatch(text) else []
    thousands = [text.replace(",", "")] if _GROUPS[","].fullmatch(text) else []
    return [*thousands, text.replace(",", ".")]


def _reading(sign: str, plain: str, exponent: int) -> Reading | None:
    if not _PLAIN.fullmatch(plain):
        return None
    whole, _, decimals = plain.partition(".")
    digits = (whole + decimals).lstrip("0")
    last = exponent - len(decimals)
    text = f"{sign}{plain}e{exponent}" if exponent else f"{sign}{plain}"
    number = float(text)
    is_zero = not digits
    if not math.isfinite(number) or (number == 0 and not is_zero):
        return None
    zeros = len(digits) - len(digits.rstrip("0")) if last >= 0 and not exponent else 0
    return Reading(text, number, float(f"1e{last}"), len(digits), zeros)
