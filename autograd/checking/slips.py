"""The search for the slip behind a wrong number: one name, the simplest, or none.

Any wrong number is near to some slip's number by chance, if only enough slips are tried. So they
are tried in the order of their simplicity, and no more of them than keep that chance small: many for
a number of five digits, a handful for one of two.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import islice

from autograd.checking.attempts import Attempt, plain_slips
from autograd.checking.backward_slips import backward_slips
from autograd.checking.claims import Claim, Finding, Slip
from autograd.checking.forward_slips import forward_slips
from autograd.checking.hand import Hand
from autograd.checking.reading import Reading
from autograd.checking.rounding import Rounded
from autograd.checking.sheet import Sheet
from autograd.checking.update_slips import update_slips

_CHANCE = {1: 0.3, 2: 0.12}
_SMALL_CHANCE = 0.02
"""How likely a random wrong number may be named, by its digits."""
_MOST_ATTEMPTS = 20_000
_SURELY_ROUNDING = 5
"""A number this many times as far off as honest rounding allows was rounded too far."""


def find_slip(
    hand: Hand, claim: Claim, numbers: Mapping[Sheet, Rounded], finding: Finding
) -> Slip | None:
    """Return the simplest usual slip that gives a wrong number, if there is one.

    Args:
        hand: the walk so far.
        claim: the wrong claim.
        numbers: what it should be, on each sheet.
        finding: what is known of it.
    """
    reading = finding.reading
    assert reading is not None  # noqa: S101  # what was not read is not called wrong
    digits = hand.digits_of(reading)
    search = Search(reading, claim, numbers[hand.own[digits]], hand.typical)
    for sheet in dict.fromkeys((hand.own[digits], hand.right[digits])):
        for name, description, number in islice(
            _attempts(hand, claim, sheet, numbers[sheet]), _MOST_ATTEMPTS
        ):
            found = search.is_hit(number)
            if found:
                return Slip(name, description)
            if search.chance > search.most:
                return None
    return None


class Search:
    """One wrong number, and how likely the attempts so far would hit a random one.

    Args:
        reading: the wrong number.
        claim: its claim.
        expected: what it should be.
        typical: how many digits the hand writes.

    Attributes:
        chance: how likely a random number near to the right one is hit by an attempt.
        most: how likely it may be.
    """

    def __init__(self, reading: Reading, claim: Claim, expected: Rounded, typical: int) -> None:
        self._written = [r for r in claim.readings]
        self._unit = claim.accuracy.unit(reading)
        # How fine the written number is, beside the right one: 120 has two digits beside 12.
        digits = reading.digits
        if self._unit and expected.number:
            digits = min(digits, math.floor(math.log10(abs(expected.number) / self._unit)) + 1)
        self._expected = expected.number
        room = (expected.high - expected.low) / 2
        self._share = min(room / abs(expected.number), 0.05) if expected.number else 0.0
        self._tried: list[float] = []
        self._is_short = _is_whole(expected.number / self._unit) if self._unit else False
        self.chance = 0.0
        self.most = _CHANCE.get(max(digits, 1), _SMALL_CHANCE)

    def is_hit(self, number: float) -> bool:
        """Return whether an attempt gives the number written."""
        if not math.isfinite(number):
            return False
        room = self._unit / 2 * (1 + 1e-9) + self._share * abs(number) + 1e-12 * abs(number)
        if abs(number - self._expected) <= room:
            return False
        if self._is_short and not _is_whole(number / self._unit):
            return False  # an exact calculation gives no such number
        if all(abs(number - other) > room for other in self._tried):
            self._tried.append(number)
            size = max(abs(number), abs(self._expected))
            self.chance += max(
                2 * room / (4 * size), min(2 * room / (9.2 * abs(number)), 0.05) if number else 0.0
            )
        return any(abs(reading.number - number) <= room for reading in self._written)


def _is_whole(number: float) -> bool:
    return abs(number - round(number)) <= 1e-6 * max(1.0, abs(number) * 1e-6)


def _attempts(hand: Hand, claim: Claim, sheet: Sheet, expected: Rounded) -> Iterator[Attempt]:
    found = {
        "value": forward_slips,
        "update": update_slips,
        "difference": lambda *_: plain_slips(expected.number),
    }.get(claim.kind, backward_slips)
    yield from found(hand, claim, sheet, expected.number)
