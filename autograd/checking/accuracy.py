"""How exactly a number has to be written, and whether a written number stands for another."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograd.checking.reading import Reading
from autograd.checking.rounding import Rounded
from autograd.cleaning import quoted
from autograd.languages import marked, plural, words
from autograd.notation.numbers import show_number
from autograd.options import whole_number
from autograd.real import real

_SAME = 1e-9
_NO_STEP = 1e-12
"""A step of so small a part of the weight may be nothing but the rounding of floats."""
_UNITS = 4
"""So many units of a weight's last digit show a step where two digits are asked for: half the step
and twice the step give other digits then, and 12.04 does for a step of 0.043 from 12."""
_FLOAT = 1e-15
"""The part of a weight by which a float may be beside a decimal."""
_MEANT = 3
"""Zeros at the end of a whole number may hold places if so many digits are left; see `units`."""

_DIGITS = (
    marked("one significant digit"),
    marked("two significant digits"),
    marked("three significant digits"),
    marked("four significant digits"),
    marked("five significant digits"),
)
_DECIMALS = (
    marked("no decimals"),
    marked("one decimal"),
    marked("two decimals"),
    marked("three decimals"),
    marked("four decimals"),
    marked("five decimals"),
)


@dataclass(frozen=True)
class Accuracy:
    """How exactly a number has to be written; what is written beyond that has to be right too.

    Attributes:
        digits: significant digits.
        decimals: decimals, instead of significant digits.
        tolerance: how far off a number may be as a share of the right one, such as 0.01; then its
            digits do not count.

    Raises:
        ValueError: a number is out of range.
        TypeError: the tolerance is not a number.
    """

    digits: int = 2
    decimals: int | None = None
    tolerance: float | None = None

    def __post_init__(self) -> None:
        digits = whole_number("digits", self.digits, least=1, most=15)
        object.__setattr__(self, "digits", digits)
        if self.decimals is not None:
            decimals = whole_number("decimals", self.decimals, least=0, most=15)
            object.__setattr__(self, "decimals", decimals)
        if self.tolerance is not None and not 0 < real(self.tolerance) < 1:
            raise ValueError(
                f"expected a tolerance between 0 and 1, received {quoted(self.tolerance)}"
            )

    def unit(self, reading: Reading, number: float = 0.0) -> float:
        """Return the unit of the last digit that counts: zeros that are asked for are filled in.

        Args:
            reading: the written number.
            number: the right number, if it is known: 1 stands for 0.997, but not for 0.97.
        """
        if self.decimals is not None:
            return min(reading.unit, float(f"1e-{self.decimals}"))
        if reading.number == 0 or not reading.unit:
            return reading.unit
        size = abs(reading.number)
        if reading.digits < self.digits and 0 < abs(number) < size:
            size = abs(number)
        place = math.floor(math.log10(size) + 1e-12) - self.digits + 1
        return min(reading.unit, float(f"1e{place}"))

    def least_digits(self, reading: Reading) -> int:
        """Return how many significant digits a number needs at least."""
        if self.decimals is None:
            return self.digits
        size = abs(reading.number)
        is_placed = size and math.isfinite(size)
        return self.decimals + (math.floor(math.log10(size)) + 1 if is_placed else 0)

    def __str__(self) -> str:
        if self.tolerance is not None:
            return words(
                "within {part} of the right number", part=show_number(float(self.tolerance))
            )
        if self.decimals is not None:
            if self.decimals < len(_DECIMALS):
                return words(_DECIMALS[self.decimals])
            return plural(self.decimals, "{count} decimal", "{count} decimals")
        if self.digits <= len(_DIGITS):
            return words(_DIGITS[self.digits - 1])
        return plural(self.digits, "{count} significant digit", "{count} significant digits")


@dataclass(frozen=True)
class Answer:
    """A written number that has to be as exact as its own question asks.

    Attributes:
        written: the number as it was written.
        digits: as for `Accuracy`.
        decimals: as for `Accuracy`.
        tolerance: as for `Accuracy`.

    >>> Answer("0.377", digits=3)
    Answer(written='0.377', digits=3, decimals=None, tolerance=None)
    """

    written: Any
    digits: int = 2
    decimals: int | None = None
    tolerance: float | None = None

    @property
    def accuracy(self) -> Accuracy:
        """How exactly the number has to be written."""
        return Accuracy(self.digits, self.decimals, self.tolerance)


def fits(
    reading: Reading,
    accuracy: Accuracy,
    other: Rounded,
    *,
    few: bool = False,
    cut: bool = True,
    direct: bool = False,
    seen: bool = False,
) -> str:
    """Return how a written number stands for another: "right", "rounded", "cut off", or "" if not.

    Args:
        reading: the written number.
        accuracy: how exactly it has to be written.
        other: the other number, as each of a crowd of hands has it.
        few: whether the hand writes so few digits that two digits before zeros are meant.
        cut: whether digits may have been cut off.
        direct: whether the other number follows from written ones at once.
        seen: whether one of the crowd has to have come to it; else other hands may be a little off.

    >>> from autograd.checking.reading import readings
    >>> from autograd.checking.rounding import exactly
    >>> def how(text: str, number: float) -> str:
    ...     return fits(readings(text)[0], Accuracy(), exactly(number))
    >>> how("0.37", 0.3775), how("0.38", 0.3775), how("0.39", 0.3775), how("1", 1.3)
    ('cut off', 'rounded', '', '')
    """
    # The last rounding of a step is that of the number written, which is allowed for below.
    for span in other.spans_before(is_direct=direct, is_seen=seen):
        how = _fits_span(reading, accuracy, other.number, span, few=few, cut=cut)
        if how:
            return how
    return ""


def _fits_span(  # noqa: PLR0911  # one answer after another
    reading: Reading,
    accuracy: Accuracy,
    right: float,
    span: tuple[float, float],
    *,
    few: bool,
    cut: bool,
) -> str:
    number, (low, high) = reading.number, span
    if not (math.isfinite(low) and math.isfinite(high) and math.isfinite(number)):
        return "right" if number == right else ""  # an infinite one has no digits to round
    same = _SAME * max(abs(low), abs(high))
    if low - same <= number <= high + same:
        return "right"
    if accuracy.tolerance is not None:
        allowed = accuracy.tolerance * abs(right)
        return "rounded" if low - allowed - same <= number <= high + allowed + same else ""
    if number == 0 and accuracy.decimals is None:
        return ""  # a zero has no significant digit
    for unit in units(reading, accuracy, right, few=few):
        # A decimal such as 0.31 is a float just beside it, and so is its difference from another.
        slack = 1e-9 * unit + 1e-12 * max(abs(low), abs(high))
        if low - unit / 2 - slack <= number <= high + unit / 2 + slack:
            return "rounded"
        small, large = (low, high) if number >= 0 else (-high, -low)
        if cut and number and large > abs(number) - slack and small < abs(number) + unit - slack:
            return "cut off"
    return ""


def is_nearest(number: float, right: float) -> bool:
    """Return whether a number is nearer to the right one than to half of it, or to twice as much.

    A zero has digits of its own to be judged by.

    >>> [is_nearest(number, 0.4) for number in (0.35, 0.5, 0.2, 0.8, -0.4)]
    [True, True, False, False, False]
    """
    return number == 0 or right == 0 or 0.75 <= number / right <= 1.5


def shows_step(reading: Reading, accuracy: Accuracy, new: Rounded, old: float) -> bool:
    """Return whether a new weight tells by how much it moved: what is asked for is the step.

    Args:
        reading: the written weight.
        accuracy: how exactly the step has to be right; of decimals it needs one that is not 0.
        new: the right weight, as each of a crowd of hands has it.
        old: the weight before the step.

    >>> from autograd.checking.reading import readings
    >>> from autograd.checking.rounding import exactly
    >>> [shows_step(readings(text)[0], Accuracy(), exactly(2.958), 3.0) for text in ("2.9", "2.96")]
    [False, True]
    """
    step = abs(new.number - old)
    if not math.isfinite(step) or step <= _NO_STEP * abs(old):
        return True
    if reading.number == old:
        return False
    spans = new.spans_before()
    off = min(max(low - reading.number, reading.number - high, 0.0) for low, high in spans)
    off -= _FLOAT * max(abs(old), abs(new.number))
    if accuracy.tolerance is not None:
        return off <= accuracy.tolerance * step
    place = math.floor(math.log10(step) + 1e-12)
    unit = float(f"1e{place - accuracy.digits + 1}")
    most = min(step / _UNITS * 10.0 ** (2 - accuracy.digits), float(f"1e{place}"))
    if accuracy.decimals is not None:
        unit = most = float(f"1e{min(place, -accuracy.decimals)}")
    written = accuracy.unit(reading, new.number)
    is_fine = written <= most * (1 + _SAME)
    return off <= (written if is_fine else unit / 2) * (1 + _SAME)


def units(
    reading: Reading, accuracy: Accuracy, number: float, *, few: bool = False
) -> Iterator[float]:
    """Yield the unit of the last digit; larger ones too, where zeros may only hold places.

    19300 may mean three digits, and 19000 two: three at least have to be meant, or two in a
    calculation that has no more digits elsewhere.
    """
    yield accuracy.unit(reading, number)
    least = max(accuracy.digits, 2 if few else _MEANT)
    if accuracy.decimals is None:
        for held in range(1, min(reading.zeros, reading.digits - least) + 1):
            yield reading.unit * 10.0**held


def has_few_digits(reading: Reading, accuracy: Accuracy, number: float) -> bool:
    """Return whether a number is right as far as it goes, but has fewer digits than asked for.

    >>> from autograd.checking.reading import readings
    >>> has_few_digits(readings("1")[0], Accuracy(), 1.3)
    True
    """
    if accuracy.tolerance is not None or not math.isfinite(number):
        return False
    if reading.unit <= accuracy.unit(reading, number) and reading.number != 0:
        return False
    return stands_for(reading, number)


def stands_for(reading: Reading, number: float) -> bool:
    """Return whether a written number is another one, rounded or cut off at its own last digit.

    >>> from autograd.checking.reading import readings
    >>> [stands_for(readings(text)[0], 2.998) for text in ("3", "2.9", "2.8")]
    [True, True, False]
    """
    unit = reading.unit
    off = abs(number) - abs(reading.number)
    is_rounded = abs(number - reading.number) <= unit / 2 * (1 + _SAME)
    is_cut_off = reading.number * number > 0 and 0 <= off < unit * (1 - _SAME)
    return is_rounded or is_cut_off
