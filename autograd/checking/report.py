"""The report of a hand check: as text for a reader, and as plain data for a grader."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograd.checking.claims import Finding
from autograd.checking.formulas import words_on_formula
from autograd.checking.reading import Reading
from autograd.notation.numbers import DIGITS, show_number

MOST_HINT = 3

WORDS = {
    "right": "right",
    "to the digits": "right to the digits written",
    "follows": "right, by rounding on the way",
    "from": "follows from {basis}",
    "from the wrong": "follows from the wrong {basis}",
    "few": "right so far: give {accuracy}",
    "step": "right so far: the step has to show, in {accuracy} or more",
    "step within": "right so far: the step has to show, within {tolerance:.6g} of its size",
    "given": "Right, to the digits given.",
    "given few": "So far so good: give at least two digits.",
    "not yet": "Not yet.",
    "no number": "Type a number, such as -43.07.",
    "no slip": "No usual slip gives this number.",
    "expected": "It is {number}.",
    "not answered": "not answered",
    "unreadable": "not a number: write one such as -42.2, 0,37, 2/3 or 1.2e-3",
    "read as": "read as {text}",
}
"""What is said of a number, in a report and in a page."""

_WITH_EXPECTED = {"wrong", "too few digits"}
"""Verdicts that are told with the number that follows from the lines before."""

_WITH_EXACT = {"follows", "follows from an error", "not answered", "unreadable"}


@dataclass(frozen=True, eq=False)
class HandCheck:
    """The verdicts on a hand calculation, in the order of its steps.

    Attributes:
        findings: one for each claim.
        hint: how much the report tells: 0, how many steps are right; 1, which; 2, by which slip a
            step is wrong; 3, the number that follows from the lines before it.
        reveal: whether the report tells every exact number.
    """

    findings: tuple[Finding, ...]
    hint: int = 2
    reveal: bool = False

    @property
    def ok(self) -> bool:
        """Whether something is claimed, and every claim is right to its digits, or follows."""
        return bool(self.findings) and all(finding.ok for finding in self.findings)

    @property
    def first_wrong(self) -> Finding | None:
        """The first wrong step, or None."""
        return next((f for f in self.findings if f.verdict == "wrong"), None)

    @property
    def score(self) -> float:
        """The share of all points, from 0 to 1: see `Finding.points`."""
        points = [finding.points for finding in self.findings]
        return sum(points) / len(points) if points else 0.0

    def with_hint(self, hint: int, *, reveal: bool = False) -> HandCheck:
        """Return the same report telling more, or less."""
        return HandCheck(self.findings, hint, reveal)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, ready for JSON; it tells what the text tells.

        Returns:
            `ok`, `score` from 0 to 1, `points` and `most` of them, `first_wrong` and `claims`: each
            with its `name`, `kind`, `written` text, `verdict`, `ok`, `points` and `reason`; from
            hint 2 on with its `slip`, from hint 3 on with what is `expected`, in as many digits as
            the text has; with the `exact` number if numbers are revealed. A formula's number is
            told only then.
        """
        wrong = self.first_wrong
        found: dict[str, Any] = {
            "ok": self.ok,
            "score": self.score,
            "points": sum(finding.points for finding in self.findings),
            "most": float(len(self.findings)),
        }
        if self.hint >= 1 or self.reveal:
            found["first_wrong"] = wrong.claim.name if wrong else None
            found["claims"] = [self._claim(finding) for finding in self.findings]
        return found

    def _claim(self, finding: Finding) -> dict[str, Any]:
        claim = finding.claim
        found: dict[str, Any] = {
            "name": claim.name,
            "kind": claim.kind,
            "written": claim.text,
            "verdict": finding.verdict,
            "ok": finding.ok,
            "points": finding.points,
            "reason": self.reason(finding),
        }
        if self._tells_slip and finding.slip:
            found["slip"] = finding.slip.name
        if self.reveal and not finding.ok:
            found["expected"] = _plain(finding.expected)
        elif self._tells_number and finding.verdict in _WITH_EXPECTED and claim.kind != "formula":
            found["expected"] = _plain(float(_apart(finding.expected, finding.reading)))
        if self.reveal:
            found["exact"] = _plain(finding.exact)
        return found

    @property
    def _tells_slip(self) -> bool:
        return self.hint >= 2 or self.reveal

    @property
    def _tells_number(self) -> bool:
        return self.hint >= 3 or self.reveal

    def reason(self, finding: Finding) -> str:
        """Return why a claim has its verdict, in words."""
        if finding.claim.kind == "formula":
            return words_on_formula(finding, tells_slip=self._tells_slip)
        return "".join(self._words(finding))

    def _words(self, finding: Finding) -> Iterator[str]:
        claim, verdict = finding.claim, finding.verdict
        basis = " and ".join(f"{claim.name} = {claim.text}" for claim in finding.basis)
        exact = _apart(finding.exact, finding.reading, equal=finding.verdict == "right")
        if verdict in {"right", "rounded", "cut off"}:
            yield WORDS["right" if verdict == "right" else "to the digits"]
            if self.reveal and verdict != "right":
                yield f": {exact} {verdict}"
        elif verdict == "follows":
            yield WORDS["from"].format(basis=basis) if basis else WORDS["follows"]
        elif verdict == "follows from an error":
            yield WORDS["from the wrong"].format(basis=basis or "lines before it")
        elif verdict == "too few digits":
            accuracy = claim.accuracy
            step = "step" if accuracy.tolerance is None else "step within"
            few = step if claim.kind == "update" else "few"
            yield WORDS[few].format(accuracy=accuracy, tolerance=accuracy.tolerance)
            if self._tells_number:
                yield f", such as {_apart(finding.expected, finding.reading)}"
        elif verdict == "wrong":
            yield from self._wrong(finding, exact)
        else:
            yield WORDS[verdict]
        if self.reveal and verdict in _WITH_EXACT:
            yield f"; exact: {exact}"
        reading = finding.reading
        if reading and len(claim.readings) > 1:
            yield f" ({WORDS['read as'].format(text=reading.text)})"

    def _wrong(self, finding: Finding, exact: str) -> Iterator[str]:
        yield "WRONG"
        expected = _apart(finding.expected, finding.reading)
        if self._tells_number:
            yield f", expected {expected}"
            if exact != expected:
                yield " from the lines before"
            if self.reveal and exact != expected:
                yield f", exactly {exact}"
        if self._tells_slip:
            slip = finding.slip
            yield f". {slip.name}: {slip.description}" if slip else f". {WORDS['no slip']}"

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        if not self.findings:
            return "Nothing is claimed, so nothing is right."
        if self.hint < 1 and not self.reveal:
            right = sum(finding.ok for finding in self.findings)
            return f"{right} of {len(self.findings)} steps are right."
        rows = [(f.claim.name, f.claim.text, self.reason(f)) for f in self.findings]
        widths = [max(len(row[i]) for row in rows) for i in range(2)]
        lines = [f"{name:{widths[0]}}  {text:>{widths[1]}}  {what}" for name, text, what in rows]
        wrong = self.first_wrong
        if wrong is not None:
            lines.append(f"The first wrong step is {wrong.claim.name}.")
        return "\n".join(lines)

    __repr__ = __str__


def _plain(number: float) -> float | str:
    """Return a number for JSON, which has no infinities."""
    return number if math.isfinite(number) else str(number)


def _apart(number: float, reading: Reading | None, *, equal: bool = False) -> str:
    """Return a number in as many digits as tell it apart from what was written."""
    digits = DIGITS
    if reading is not None and not equal:
        while digits < 17 and float(show_number(number, digits)) == reading.number:
            digits += 1
    return show_number(number, digits)
