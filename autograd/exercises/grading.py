"""grade: the marks for answers to an exercise sheet, as text, as JSON and for graders."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any

from autograd.checking import HandCheck, Written
from autograd.checking.claims import Finding
from autograd.cleaning import kind_of, quoted
from autograd.exercises.sheets import ExerciseSheet, check_sheet
from autograd.files import write_whole
from autograd.forking import cached_property
from autograd.languages import ENGLISH, plural, spoken, words
from autograd.notation.numbers import show_number
from autograd.notation.text import one_line
from autograd.real import real


def grade(
    sheet: ExerciseSheet,
    answers: Mapping[str, Written],
    *,
    points: Mapping[str, float] | None = None,
    digits: int | None = None,
    decimals: int | None = None,
    tolerance: float | None = None,
    hint: int = 2,
    language: str | None = None,
) -> Grade:
    """Mark answers to an exercise sheet.

    A number that is right, rounded, or follows from the same hand's earlier numbers, wrong ones
    too, has all its points; one with too few digits has half; any other has none.

    Args:
        sheet: the sheet.
        answers: what was written, by the name of the blank; see `ExerciseSheet.check`.
        points: how much a blank is worth, by its name; 1.0 where nothing is said.
        digits: how many significant digits a number needs; if this and the next two are None, what
            the sheet asks for.
        decimals: how many decimals it needs, instead.
        tolerance: how far off it may be, instead; see `check_by_hand`.
        hint: how much the report tells: 0, how many steps are right; 1, which; 2, by which slip a
            step is wrong; 3, the number that follows from the lines before it.
        language: the language of the report, such as "es"; if None, that of the sheet.

    Returns:
        A `Grade`: print it, or look at `.points`, `.most`, `.marks`, `.hints` and `.to_dict()`.

    Raises:
        ValueError: an answer, or points, belong to no blank; or points are below 0; or an option
            is out of range.
        TypeError: the sheet is none, or the answers or the points are no mapping.

    >>> from autograd import Value, sheet
    >>> w, x = Value(0.5, label="w"), Value(2.0, label="x")
    >>> y = (w * x - 3.0) ** 2
    >>> result = grade(sheet(y, [y, (y, w)]), {"(w*x - 3)^2": "4.0", "gradient of w": "-4.0"})
    >>> result.points, result.most
    (1.0, 2.0)
    >>> result.hints["gradient of w"]
    'WRONG. factor 2: half of what it should be'
    """
    check_sheet(sheet, "grade(sheet, answers)")
    if not isinstance(points, (Mapping, NoneType)):
        raise TypeError(
            "expected points as a dict from the name of a blank to its points, received"
            f" {kind_of(points)}"
        )
    worth = {name: real(number) for name, number in (points or {}).items()}
    if unknown := sheet.unknown(worth, language=ENGLISH):
        raise ValueError(unknown)
    for name, number in worth.items():
        if not 0.0 <= number < math.inf:
            raise ValueError(
                f"expected points of at least 0 for {quoted(name)}, received {quoted(number)}"
            )
    sheet = sheet.wanting(digits, decimals, tolerance)
    check = sheet.check(answers, hint=hint, language=language)
    return Grade(sheet, check, sheet.by_blank(worth))


@dataclass(frozen=True, eq=False, repr=False)
class Grade:
    """The marks for one sheet.

    Attributes:
        sheet: the sheet.
        check: the verdicts.
        worth: how much a blank is worth, where it is not 1.0.
    """

    sheet: ExerciseSheet
    check: HandCheck
    worth: Mapping[str, float]

    @cached_property
    def _findings(self) -> dict[str, Finding]:
        return dict(zip(self.sheet.questions, self.check.findings, strict=True))

    @property
    def ok(self) -> bool:
        """Whether every answer is right."""
        return self.check.ok

    @property
    def marks(self) -> dict[str, float]:
        """The points for each blank, by its name."""
        return {
            name: finding.points * self.worth.get(name, 1.0)
            for name, finding in self._findings.items()
        }

    @property
    def points(self) -> float:
        """All points together."""
        return math.fsum(self.marks.values())

    @property
    def most(self) -> float:
        """The most points that the sheet has."""
        return math.fsum(self.worth.get(name, 1.0) for name in self._findings)

    @property
    def hints(self) -> dict[str, str]:
        """What the report says of each blank that has something to correct, by its name.

        With hint 0 the report says nothing of a single blank, and neither does this.
        """
        return {
            name: self.check.reason(finding)
            for name, finding in self._findings.items()
            if self.check.hint and not finding.ok
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the grade as plain data, ready for JSON."""
        found = self.check.to_dict()
        for claim, name in zip(found.get("claims", ()), self._findings, strict=False):
            claim["points"] = self.marks[name]
            claim["most"] = self.worth.get(name, 1.0)
        return found | {
            "student": one_line(self.sheet.student),
            "points": self.points,
            "most": self.most,
            "score": self.points / self.most if self.most else 0.0,
        }

    @property
    def json(self) -> str:
        """The grade as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1) + "\n"

    def to_gradescope(self) -> dict[str, Any]:
        """Return the grade as Gradescope's `results.json` has it: one test for each blank.

        With hint 0 the tests are hidden from students, who see how many steps are right.

        Source: gradescope-autograders.readthedocs.io, Autograder Specifications, Output format.
        """
        tests = []
        for i, (name, finding) in enumerate(self._findings.items(), start=1):
            written = finding.claim.text
            says = self.check.reason(finding)
            tests.append(
                {
                    "number": str(i),
                    "name": name,
                    "name_format": "text",
                    "score": self.marks[name],
                    "max_score": self.worth.get(name, 1.0),
                    "status": "passed" if finding.points == 1.0 else "failed",
                    "output": f"{written}: {says}" if written else says,
                    "output_format": "text",
                    "visibility": "visible" if self.check.hint else "hidden",
                }
            )
        told = "" if self.check.hint else f"\n{self.check}"
        return {
            "score": self.points,
            "output": f"{spoken(self.check.language, self._total)}{told}",
            "output_format": "text",
            "visibility": "visible",
            "tests": tests,
        }

    def save(self, path: str | os.PathLike[str]) -> str:
        """Write the grade for Gradescope, whole or not at all; return the file's path.

        Args:
            path: the file, such as "/autograder/results/results.json".
        """
        write_whole(path, json.dumps(self.to_gradescope(), ensure_ascii=False, indent=1) + "\n")
        return os.fspath(path)

    def _total(self) -> str:
        points, most = map(show_number, (self.points, self.most))
        return words("{points} of {most} points", points=points, most=most)

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        return spoken(self.check.language, self._text)

    def _text(self) -> str:
        whose = f"{one_line(self.sheet.student)}: " if self.sheet.student else ""
        lines = [f"{whose}{self._total()}", str(self.check), self._advice()]
        return "\n".join(filter(None, lines))

    def _advice(self) -> str:
        """Return what to do with numbers that have their points, and follow from wrong ones."""
        count = sum(f.verdict == "follows from an error" for f in self.check.findings)
        if not count:
            return ""
        if self.check.hint < 1:
            return plural(
                count,
                "{count} more follows from a wrong one, and has its points.",
                "{count} more follow from wrong ones, and have their points.",
            )
        return words(
            "What follows from a wrong number has its points: compute it again once that is right."
        )

    __repr__ = __str__
