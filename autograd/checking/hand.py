"""What is known of a hand and its claims: the graph, the sheets, the style, the findings so far."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any

from autograd.checking.accuracy import fits
from autograd.checking.claims import Claim, Finding
from autograd.checking.graph import Graph
from autograd.checking.habits import Style
from autograd.checking.reading import EXACT, Reading
from autograd.checking.rounding import Rounded, exactly
from autograd.checking.sheet import Sheet
from autograd.notation.names import Names
from autograd.value import Value

_ALL = 12
"""With as many digits as these, nothing is rounded."""
_LONG = 500
"""Of a graph with more nodes than these, a number beside the crowd is not looked at twice."""
_ENOUGH = 4
"""Fewer claims than these do not show how many digits a hand writes."""


class Hand:
    """What is known of one hand.

    There are three kinds of sheet. On the exact one, nothing is rounded; of what was written it has
    only how a tie was shared. On `right` ones, the hand goes on with what it wrote, where that was
    right; on `own` ones, with all that it wrote. Of each there is one for each number of digits
    that claims are written with.

    Args:
        outputs: the results that are differentiated.
        order: the nodes, parents before children.
        names: the names of the nodes.
        claims: the claims.
        errs: whether the hand may have made an error; else the walk ends at the first one.
        fillers: numbers that were written to fill blanks, and not worked out.

    Attributes:
        graph: the graph.
        found: the findings so far, by claim.
        written: the claims so far, by kind and nodes.
        typical: how many digits the hand writes; 0 if too few numbers show it.
        is_long: whether the graph has so many nodes that more hands would take minutes.
        doubts: whether more hands are asked, and slips looked for, before a verdict.
        is_lone: whether there is only one number, so that no line shows what was rounded before it.
    """

    def __init__(
        self,
        outputs: Sequence[Value],
        order: Sequence[Value],
        names: Names,
        claims: Sequence[Claim],
        *,
        errs: bool,
        fillers: Collection[float] = (),
    ) -> None:
        self.outputs, self.names, self.claims = outputs, names, claims
        self.errs, self._fillers = errs, fillers
        self.graph = Graph(order)
        self.found: dict[Claim, Finding] = {}
        self.written: dict[tuple[str, tuple[Value, ...]], Claim] = {}
        self.sign = 0  # of the deltas, once one of them shows it
        written = [
            reading.digits - reading.zeros
            for claim in claims
            for reading in claim.readings[:1]
            if reading.digits < EXACT
        ]
        self._most_digits = max(written, default=0)
        self.typical = self._most_digits if len(written) >= _ENOUGH else 0
        self.is_lone = sum(bool(claim.text) for claim in claims) == 1
        self.exact = Sheet(self.graph)
        counts = {
            self.digits_of(claim, reading) for claim in claims for reading in claim.readings
        } | {0}
        coarse = {count - 1 for count in counts if count > 2}  # a hand may have rounded too far
        self._cut_off = self._rounded_up = 0
        self.is_long = len(order) > _LONG
        self.doubts = errs and not self.is_long
        # Before a hand is called wrong, more hands are asked.
        self.right = {
            count: Sheet(self.graph, Style(count), is_large=self.doubts and count in counts)
            for count in sorted(counts | coarse if errs else counts)
        }
        self.own = self.right
        if errs:
            self.own = {count: Sheet(self.graph, Style(count)) for count in self.right}
        self.steps: Any = None  # a `Steps`, where updates are claimed
        own = self.own.values() if errs else ()
        self.sheets = [self.exact, *self.right.values(), *own]

    # ----------------------------------------------------------- what kind of hand it is

    @property
    def cut(self) -> bool:
        """Whether the lines so far show that the hand cuts digits off."""
        return 0 < self._cut_off >= self._rounded_up

    @property
    def may_cut(self) -> bool:
        """Whether the hand may cut the next number off: those who do write few too large ones."""
        return 2 * (self._cut_off + 1) >= self._rounded_up

    def note_style(self, claim: Claim, reading: Reading, number: Rounded) -> None:
        """Take note whether a right line was rounded or cut off: lines after it may be the same.

        Args:
            claim: the claim.
            reading: how it was read.
            number: what it should be.
        """
        how = fits(reading, claim.accuracy, exactly(number.number))
        self._cut_off += how == "cut off"
        self._rounded_up += how == "rounded" and abs(reading.number) > abs(number.number)
        for sheet in self.sheets:
            sheet.style.cut = self.cut

    def is_filler(self, reading: Reading) -> bool:
        """Return whether a wrong number shows no work: nothing is taken to follow from it."""
        shows_none = reading.number == 0 or math.isinf(reading.number)
        return shows_none or reading.number in self._fillers

    def is_short(self, claim: Claim, reading: Reading) -> bool:
        """Return whether a text has too few digits; a float cannot show its zeros at the end."""
        least = claim.accuracy.least_digits(reading)
        return isinstance(claim.written, str) and 0 < reading.digits < least

    def digits_of(self, claim: Claim, reading: Reading) -> int:
        """Return how many digits the hand kept on the way to a number; 0 for all of them."""
        if claim.accuracy.tolerance is not None:
            return 0
        digits = max(reading.digits, claim.accuracy.least_digits(reading))
        if reading.number == 0:  # which shows none
            digits = max(digits, self._most_digits)
        if reading.zeros and self.typical:
            digits = min(digits, max(self.typical, digits - reading.zeros))
        is_short_float = self.typical >= _ALL and not isinstance(claim.written, str)
        return 0 if digits >= _ALL or is_short_float else max(digits, 2)


def fillers(findings: Sequence[Finding]) -> set[float]:
    """Return the number that fills blanks: half of all answers, and wrong in several places.

    A hand that works its numbers out gets the same wrong one in two places seldom, and never so
    often.
    """
    read = [finding for finding in findings if finding.reading is not None]
    numbers = [finding.reading.number for finding in read if finding.reading]
    wrong = [f.reading.number for f in read if f.reading and f.verdict == "wrong"]
    return {n for n in wrong if wrong.count(n) > 1 and 2 * numbers.count(n) >= len(numbers)}
