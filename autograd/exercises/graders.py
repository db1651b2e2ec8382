"""Exercise sheets for other people's graders: a notebook for nbgrader, a test file for Otter.

Both hold the sheet, from which whoever reads them can compute every answer. Hashes of the answers
would hide nothing, for three digits are tried out in no time, and could follow no earlier number.
"""

from __future__ import annotations

import re
from textwrap import fill

from autograd.checking.report import MOST_HINT
from autograd.cleaning import quoted
from autograd.exercises.notebooks import answers_cell, code_cell, notebook, text_cell
from autograd.exercises.sheets import ExerciseSheet, check_sheet
from autograd.languages import spoken, words
from autograd.options import whole_number

_IMPORT = "from autograd.exercises import ExerciseSheet, grade"
_KNOWN = "sheet.by_blank(answers)"
"""The answers without those for blanks which are not on the sheet; these are told of apart."""


def nbgrader_notebook(sheet: ExerciseSheet, name: str = "exercise", *, hint: int = 2) -> str:
    """Return the instructor's version of a notebook for nbgrader, as the text of its file.

    It has the right answers: students get what `nbgrader generate_assignment` makes of it. A
    cell for the answers holds the solution, which is taken out there, and so is the test cell's
    content. The test cell prints the report, and its result is the points, which nbgrader takes for
    partial credit.

    Args:
        sheet: the sheet.
        name: the name of the exercise within the notebook: letters, digits, "-" and "_".
        hint: how much the report tells, from 0 to 3; see `grade`.

    Raises:
        ValueError: the name has other characters, or there is no such hint.
        TypeError: the sheet is none.

    Source: nbgrader's documentation, "Creating and grading assignments", for the metadata.

    >>> from autograd import Value, sheet
    >>> x = Value(2.0, label="x")
    >>> "BEGIN HIDDEN TESTS" in nbgrader_notebook(sheet(x * x, ["d(x*x)/dx"]))
    True
    """
    check_sheet(sheet, "nbgrader_notebook(sheet)")
    _check(name, hint)
    solution = "\n".join(
        [
            answers_cell(sheet.questions),
            "### BEGIN SOLUTION",
            answers_cell(sheet.questions, sheet.key),
            "### END SOLUTION",
        ]
    )
    test = "\n".join(
        [
            "### BEGIN HIDDEN TESTS",
            _IMPORT,
            f"sheet = ExerciseSheet.from_json({sheet.json!a})",
            f"result = grade(sheet, {_KNOWN}, hint={hint})",
            'print(f"{result}\\n{sheet.unknown(answers)}".strip())',
            "result.points",
            "### END HIDDEN TESTS",
        ]
    )
    common = {"schema_version": 3, "task": False}
    locked = {**common, "grade": True, "solution": False, "locked": True}
    answered = {**common, "grade": False, "solution": True, "locked": False}
    cells = [
        text_cell(sheet.markdown),
        code_cell(solution, nbgrader={**answered, "grade_id": name}),
        code_cell(
            test,
            nbgrader={
                **locked,
                "grade_id": f"{name}-test",
                "points": float(len(sheet.questions)),
            },
        ),
    ]
    return notebook(cells, {"sheet": sheet.code, "student": sheet.student})


def otter_test(sheet: ExerciseSheet, name: str = "exercise", *, hint: int = 2) -> str:
    """Return a test file for Otter's autograder: a test case for each blank, which tells the hint.

    It checks the name `answers` of a notebook. Whoever can read the file can compute every right
    answer from it: it belongs into the archive that `otter generate` makes, and not into what is
    handed out.

    Args:
        sheet: the sheet.
        name: the name of the question, which is that of the file too: `tests/exercise.py`.
        hint: how much a test case tells, from 0 to 3; see `grade`. With hint 0 it is a hidden one,
            of which students see nothing.

    Raises:
        ValueError: the name has other characters than letters, digits, "-" and "_", or there is no
            such hint.
        TypeError: the sheet is none.

    Source: Otter-Grader's documentation, "Exception-Based Format".

    >>> from autograd import Value, sheet
    >>> x = Value(2.0, label="x")
    >>> print(otter_test(sheet(x * x, ["d(x*x)/dx"])).splitlines()[-5])
    @test_case(name='gradient of x', points=1)
    """
    check_sheet(sheet, "otter_test(sheet)")
    _check(name, hint)
    start = (
        f"{spoken(sheet.language, _warning)}\n\nOK_FORMAT = False\n\n"
        "from otter.test_files import test_case\n\n"
        f"{_IMPORT}\n\n"
        f"name = {name!a}\n"
        "points = None\n"
        f"sheet = ExerciseSheet.from_json({sheet.json!a})\n"
    )
    cases = [
        f"@test_case(name={question!a}, points=1{'' if hint else ', hidden=True'})\n"
        f"def test_{i}(answers):\n"
        f"    result = grade(sheet, {_KNOWN}, hint={hint})\n"
        f"    told = result.hints.get({question!a}), sheet.unknown(answers)\n"
        f"    assert result.marks[{question!a}] == 1.0, '\\n'.join(filter(None, told))\n"
        for i, question in enumerate(sheet.questions, start=1)
    ]
    return "\n\n".join([start, *cases])


def _warning() -> str:
    """Return a comment at the head of a file that has the answers."""
    told = words(
        "Whoever can read this file can compute every right answer from it: keep it among the files"
        " of the autograder, and out of what is handed out to students."
    )
    return fill(told, width=100, initial_indent="# ", subsequent_indent="# ")


def _check(name: str, hint: int) -> None:
    whole_number("hint", hint, least=0, most=MOST_HINT)
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise ValueError(
            f"expected a name of letters, digits, '-' and '_' for graders, received {quoted(name)}"
        )
