"""The report of a hand check: as text for a reader, and as plain data for a grader."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import Any

from autograd.checking.claims import TELLS_NUMBER, TELLS_SLIP, TELLS_VERDICT, Finding
from autograd.checking.formulas import words_on_formula
from autograd.checking.reading import Reading
from autograd.languages import marked, spoken, words
from autograd.notation.numbers import DIGITS, show_number

MOST_HINT = TELLS_NUMBER

WORDS = {
    "right": marked("right"),
    "to the digits": marked("right to the digits written"),
    "rounded": marked("right to the digits written: {exact} rounded"),
    "cut off": marked("right to the digits written: {exact} cut off"),
    "follows": marked("right, by rounding on the way"),
    "from": marked("follows from {basis}"),
    "from_wrong": marked("follows from the wrong {basis}"),
    "from_wrong_lines": marked("follows from the wrong lines before it"),
    "few": marked("right so far: give {accuracy}"),
    "such_as": marked("{said}, such as {number}"),
    "step": marked("right so far: the step has to show, in {accuracy} or more"),
    "step_within": marked("right so far: the step has to show, within {tolerance} of its size"),
    "given": marked("Right, to the digits given."),
    "given few": marked("So far so good: give at least two digits."),
    "not yet": marked("Not yet."),
    "no number": marked("Type a number, such as -0.25."),
    "no slip": marked("No usual slip gives this number."),
    "expected": marked("It is {number}."),
    "not answered": marked("not answered"),
    "unreadable": marked("not a number: write one such as -42.2, 0,37, 2/3 or 1.2e-3"),
    "two numbers": marked("two numbers, to Python: write 0.37, or '0,37' in quotes"),
    "read as": marked("read as {text}"),
    "exact": marked("{said}; exact: {exact}"),
    "wrong": marked("WRONG"),
    "wrong_expected": marked("WRONG, expected {expected}"),
    "wrong_by_lines": marked("WRONG, expected {expected} from the lines before"),
    "wrong_exactly": marked("WRONG, expected {expected} from the lines before, exactly {exact}"),
}
"""What is said of a number, in a report and in a page."""

_TWO_NUMBERS = re.compile(r"\(-?\d+, \d+\)")
"""What Python makes of 0,37 where the quotes are missing."""

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
        language: the language that the report was made in; if None, the one there is.
    """

    findings: tuple[Finding, ...]
    hint: int = 2
    reveal: bool = False
    language: str | None = None

    def __post_init__(self) -> None:
        stage = self._stage
        findings = (f if f.hint == stage else replace(f, hint=stage) for f in self.findings)
        object.__setattr__(self, "findings", tuple(findings))

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
        return HandCheck(self.findings, hint, reveal, self.language)

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
        if self._stage >= TELLS_VERDICT:
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
        if self._stage >= TELLS_SLIP and finding.slip:
            found["slip"] = finding.slip.name
        if self.reveal and not finding.ok:
            found["expected"] = _plain(finding.expected)
        elif (
            self._stage >= TELLS_NUMBER
            and finding.verdict in _WITH_EXPECTED
            and claim.kind != "formula"
        ):
            found["expected"] = _plain(float(_apart(finding.expected, finding.reading)))
        if self.reveal:
            found["exact"] = _plain(finding.exact)
        return found

    @property
    def _stage(self) -> int:
        """How much is told, as a hint: all of it, where the answers are."""
        return MOST_HINT if self.reveal else self.hint

    def reason(self, finding: Finding) -> str:
        """Return why a claim has its verdict, in words."""
        return spoken(self.language, self._reason, finding)

    def _reason(self, finding: Finding) -> str:
        if finding.claim.kind == "formula":
            return words_on_formula(finding, tells_slip=self._stage >= TELLS_SLIP)
        exact = _apart(finding.exact, finding.reading, equal=finding.verdict == "right")
        said = self._verdict(finding, exact)
        if self.reveal and finding.verdict in _WITH_EXACT:
            said = _told("exact", said=said, exact=exact)
        reading = finding.reading
        if reading and len(finding.claim.readings) > 1:
            said += f" ({_told('read as', text=reading.text)})"
        return said

    def _verdict(self, finding: Finding, exact: str) -> str:
        verdict = finding.verdict
        claims = [f"{claim.name} = {claim.text}" for claim in finding.basis]
        basis = f" {words('and')} ".join(claims)
        if verdict in {"rounded", "cut off"}:
            return _told(verdict if self.reveal else "to the digits", exact=exact)
        if verdict == "follows":
            return _told("from" if basis else "follows", basis=basis)
        if verdict == "follows from an error":
            return _told("from_wrong" if basis else "from_wrong_lines", basis=basis)
        if verdict == "too few digits":
            return self._too_few(finding)
        if verdict == "unreadable" and _TWO_NUMBERS.fullmatch(finding.claim.text):
            return _told("two numbers")
        return self._wrong(finding, exact) if verdict == "wrong" else _told(verdict)

    def _too_few(self, finding: Finding) -> str:
        accuracy = finding.claim.accuracy
        step = "step" if accuracy.tolerance is None else "step_within"
        few = step if finding.claim.kind == "update" else "few"
        said = _told(
            few, accuracy=accuracy, tolerance=show_number(float(accuracy.tolerance or 0.0))
        )
        if self._stage < TELLS_NUMBER:
            return said
        return _told("such_as", said=said, number=_apart(finding.expected, finding.reading))

    def _wrong(self, finding: Finding, exact: str) -> str:
        expected, key = _apart(finding.expected, finding.reading), "wrong"
        if self._stage >= TELLS_NUMBER:
            key = "wrong_exactly" if self.reveal else "wrong_by_lines"
            key = key if exact != expected else "wrong_expected"
        said = _told(key, expected=expected, exact=exact)
        if self._stage < TELLS_SLIP:
            return said
        slip = finding.slip
        why = f"{words(slip.name)}: {slip.description}" if slip else _told("no slip")
        return f"{said}. {why}"

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        return spoken(self.language, self._text)

    def _text(self) -> str:
        if not self.findings:
            return words("Nothing is claimed, so nothing is right.")
        if self._stage < TELLS_VERDICT:
            right = sum(finding.ok for finding in self.findings)
            every = len(self.findings)
            return words("{right} of {every} steps are right.", right=right, every=every)
        rows = [(f.claim.name, f.claim.text, self.reason(f)) for f in self.findings]
        widths = [max(len(row[i]) for row in rows) for i in range(2)]
        lines = [f"{name:{widths[0]}}  {text:>{widths[1]}}  {what}" for name, text, what in rows]
        wrong = self.first_wrong
        if wrong is not None:
            lines.append(words("The first wrong step is {name}.", name=wrong.claim.name))
        return "\n".join(lines)

    __repr__ = __str__


def _told(key: str, **places: object) -> str:
    """Return one of `WORDS` in the reader's language."""
    return words(WORDS[key], **places)


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
