"""The search for the slip behind a wrong number: one name, the simplest, or none.

Any wrong number is near to some slip's number by chance, if only enough slips are tried. So slips
are tried in the order of their simplicity, and no more of them than keep that chance small: many
for a number of five digits, a handful for one of two.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import islice

from autograd.checking.attempts import (
    CHANCE,
    FINE_CHANCE,
    SMALL_CHANCE,
    Attempt,
    attempt,
    difference_slips,
)
from autograd.checking.backward_slips import backward_slips
from autograd.checking.claims import Claim, Finding, Slip
from autograd.checking.forward_slips import forward_slips
from autograd.checking.hand import Hand
from autograd.checking.reading import Reading
from autograd.checking.rounding import Rounded
from autograd.checking.sheet import Sheet
from autograd.checking.update_slips import update_slips
from autograd.notation.accumulation import held

_MOST_ATTEMPTS = 20_000

_MOST_ROOM = 0.05
"""How far off an attempt's number may be by rounding on the way, as a part of it."""

_FAR = 0.2
"""So far off may what is written lead, as a part of the number that all digits lead to."""

_UNUSUAL = 0.4
"""How far beyond the crowd a hand may be that rounded too far, as a part of the crowd's span."""


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
    digits = hand.digits_of(claim, reading)
    own, right = hand.own[digits], hand.right[digits]
    if not math.isfinite(numbers[own].number):
        return None
    search = Search(reading, claim, numbers[own])
    if claim.kind == "gradient":
        root, node = claim.nodes
        gradient = numbers[right].number
        kind, sentence = held(node, hand.names.text(node), gradient, root, is_told=False)
        if kind and search.is_hit(node.grad):
            return Slip(kind, sentence)
    if reading.number == 0 or math.isinf(reading.number):
        return None  # by these no slip is told from another
    coarse = hand.own.get(digits - 1)
    is_rounding = coarse is not None and search.is_within(numbers[coarse], _start(hand, claim, own))
    for sheet in _sheets(hand, numbers, own, right):
        attempts = _attempts(hand, claim, sheet, numbers)
        for name, description, number in islice(attempts, _MOST_ATTEMPTS):
            if name == "two slips" and is_rounding:
                break
            if search.is_hit(number):
                return Slip(name, description)
            if search.is_over:
                break
    return Slip(*attempt("rounding", math.nan)[:2]) if is_rounding else None


def _sheets(hand: Hand, numbers: Mapping[Sheet, Rounded], own: Sheet, right: Sheet) -> list[Sheet]:
    """Return the sheets whose numbers a slip may have been made with, the likeliest first."""
    sheets = [own] if numbers[own].number == numbers[right].number else [own, right]
    if not math.isclose(numbers[right].number, numbers[hand.exact].number, rel_tol=_FAR):
        sheets.append(hand.exact)  # digits matter much, and the hand may have gone on with all
    return sheets


def _start(hand: Hand, claim: Claim, sheet: Sheet) -> float:
    """Return from where a number is judged: of an update, the number before the step."""
    return float(hand.steps.before(sheet)[0]) if claim.kind == "update" else 0.0


class Search:
    """One wrong number, and how likely the attempts so far would hit a random one.

    Args:
        reading: the wrong number.
        claim: its claim.
        expected: what it should be.

    Attributes:
        chance: how likely a random number near to the right one is hit by an attempt.
        most: how likely it may be, before attempts have to be hit without rounding on the way.
    """

    def __init__(self, reading: Reading, claim: Claim, expected: Rounded) -> None:
        self._written = claim.readings
        self._digits = max(reading.digits, 2)
        self._unit = claim.accuracy.unit(reading)
        self._expected = expected.number
        spans = expected.spans_before()
        low, high = spans[0][0], spans[-1][1]
        room = (high - low) / 2
        self._room = min(room / 2, _MOST_ROOM * abs(expected.number))
        self._share = self._room / abs(expected.number) if expected.number else 0.0
        self._tried: set[str] = set()
        is_known = self._unit >= 1 and low == high  # a number with decimals may be rounded
        self._is_whole = is_known and _is_whole(expected.number / self._unit)
        self.chance = 0.0
        self.most = CHANCE.get(self._digits, SMALL_CHANCE)

    def is_hit(self, number: float) -> bool:
        """Return whether an attempt gives the number written."""
        if not math.isfinite(number):
            return False
        room = self._unit / 2 * (1 + 1e-9) + 1e-12 * abs(number)
        if self.chance <= self.most:
            room += max(self._share * abs(number), min(self._room, _MOST_ROOM * abs(number)))
        if abs(number - self._expected) <= room and abs(number) > room:
            return False
        if self._is_whole and not _is_whole(number / self._unit):
            return False  # an exact calculation gives no such number
        self._count(number)
        return any(abs(reading.number - number) <= room for reading in self._written)

    @property
    def is_over(self) -> bool:
        """Whether more attempts would hit too many random numbers."""
        return self.chance > self.most + FINE_CHANCE.get(self._digits, SMALL_CHANCE)

    def is_within(self, span: Rounded, old: float = 0.0) -> bool:
        """Return whether the number is within a span that is small beside its step from another."""
        size = max(abs(span.low - old), abs(span.high - old))
        chance = (span.high - span.low + self._unit) / (4 * size) if size else 1.0
        if chance > self.most / 4:
            return False
        room = self._unit / 2 + _UNUSUAL * (span.high - span.low)
        return any(
            span.low - room <= reading.number <= span.high + room for reading in self._written
        )

    def _count(self, number: float) -> None:
        """Add the chance that a random number of as many digits is this one."""
        if not number:
            return
        written = f"{number:.{self._digits - 1}e}"
        if written not in self._tried:
            self._tried.add(written)
            room = 10.0 ** (int(written.partition("e")[2]) - self._digits + 1) / 2
            if self.chance <= self.most:
                room += self._share * abs(number)
            size = max(abs(number), abs(self._expected))
            self.chance += max(room / (2 * size), room / (4.6 * abs(number)))


def _is_whole(number: float) -> bool:
    if not math.isfinite(number):  # of so large a number, or so small a unit, nothing is known
        return False
    return abs(number - round(number)) <= 1e-6 * max(1.0, abs(number) * 1e-6)


def _attempts(
    hand: Hand, claim: Claim, sheet: Sheet, numbers: Mapping[Sheet, Rounded]
) -> Iterator[Attempt]:
    expected = numbers[sheet].number
    if claim.kind != "update":  # a hand may have gone on with all its digits
        yield attempt("sign", -numbers[hand.exact].number)
    found = {
        "value": forward_slips,
        "update": update_slips,
        "difference": lambda *_: difference_slips(expected, claim.how),
    }.get(claim.kind, backward_slips)
    yield from found(hand, claim, sheet, expected)
