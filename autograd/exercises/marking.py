"""The answers of a class marked: a table of them, or notebooks; and the marks as files."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograd.cleaning import quoted
from autograd.exercises.classes import NAME_COLUMNS, SHEET_COLUMNS, ClassSet, clean_name
from autograd.exercises.folders import write_folder
from autograd.exercises.grading import Grade, grade
from autograd.exercises.naming import nearest
from autograd.exercises.notebooks import read_notebook
from autograd.exercises.sheets import ExerciseSheet
from autograd.exercises.tables import read_table, separator_of, write_table
from autograd.exercises.writing import named_with_sheet
from autograd.files import read_whole
from autograd.languages import spoken, words
from autograd.notation.numbers import show_number
from autograd.notation.text import one_line


@dataclass(frozen=True)
class Submission:
    """What was handed in for one sheet, and its marks.

    Attributes:
        code: the code of the sheet, or "" where it is not known.
        student: the name.
        source: where the answers come from, such as a file.
        grade: the marks; None where nothing could be marked.
        problem: what is odd about it, or why nothing could be marked; "" if nothing is.
    """

    code: str
    student: str
    source: str
    grade: Grade | None
    problem: str = ""


@dataclass(frozen=True)
class ClassGrade:
    """The marks of a class: print it for an overview, and `save` it.

    Attributes:
        key: the sheets.
        submissions: what was handed in, and what is missing.
        separator: what parts the cells of the table of answers, and so of the table of marks.
        language: the language of the overview and of the table; if None, the one there is.
    """

    key: ClassSet
    submissions: Sequence[Submission]
    separator: str = ","
    language: str | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing is odd: every sheet was handed in once, and could be read."""
        return not any(submission.problem for submission in self.submissions)

    def save(self, folder: str | os.PathLike[str]) -> str:
        """Write a new folder with a table, the same as JSON, and each report; return its path.

        Raises:
            OSError: the folder has files already, or cannot be written.
        """
        files = spoken(self.language, mark_files, self.key, self.submissions, self.separator)
        write_folder(folder, files)
        return os.fspath(folder)

    def __str__(self) -> str:
        return spoken(self.language, report, self.submissions)


def grade_class(
    key: ClassSet | str | os.PathLike[str],
    answers: str | os.PathLike[str],
    *,
    digits: int | None = None,
    decimals: int | None = None,
    tolerance: float | None = None,
    hint: int = 2,
    language: str | None = None,
) -> ClassGrade:
    """Mark the answers of a class.

    Args:
        key: the sheets, or the file `key.json`.
        answers: the table of answers as CSV, a notebook, or a folder of notebooks, none of which is
            run.
        digits: as for `grade`.
        decimals: as for `grade`.
        tolerance: as for `grade`.
        hint: how much the reports tell; see `grade`.
        language: the language of the marks and the reports, such as "es"; if None, that of the
            sheets.

    Raises:
        ValueError: a file is not what it should be, or an option is out of range.
        OSError: a file cannot be read.
    """
    if not isinstance(key, ClassSet):
        key = ClassSet.from_json(read_whole(key, "the key.json of a class"))
    wanted = {
        code: sheet.wanting(digits, decimals, tolerance) for code, sheet in key.sheets.items()
    }
    key, place = replace(key, sheets=wanted), Path(answers)
    told = language or key.language
    if place.is_dir() or place.suffix == ".ipynb":
        found = mark_notebooks(key, place, hint=hint, language=language)
        return ClassGrade(key, found, language=told)
    data = read_whole(place, "the table of answers as CSV, a notebook, or a folder of notebooks")
    found = mark_table(key, data, hint=hint, language=language)
    return ClassGrade(key, found, separator_of(data), told)


def mark_table(
    key: ClassSet, data: bytes, *, hint: int = 2, language: str | None = None
) -> list[Submission]:
    """Mark a table of answers, as `answers.csv` is: a row for each sheet, a column for each blank.

    Args:
        key: the sheets.
        data: the content of the CSV file.
        hint: how much the reports tell; see `grade`.
        language: as for `grade_class`.

    Raises:
        ValueError: the file is no table; or it has no column for the sheet, the name, or any
            blank, or two columns for one of them.
    """
    return spoken(language or key.language, _mark_table, key, data, hint, language)


def _mark_table(key: ClassSet, data: bytes, hint: int, language: str | None) -> list[Submission]:
    header, *rows = read_table(data) or [[]]
    header = [" ".join(cell.split()) for cell in header]
    columns = {cell: i for i, cell in enumerate(header)}
    lower = {cell.casefold(): i for cell, i in columns.items()}
    asked = [blank for blank in key.blanks if blank in columns]
    missing = [blank for blank in key.blanks if blank not in columns]
    counts = Counter(cell if cell in key.blanks else cell.casefold() for cell in header)
    for cell in (*SHEET_COLUMNS, *key.blanks):
        if counts[cell] > 1:
            raise ValueError(f"the column {quoted(cell)} stands {counts[cell]} times: keep one")
    by_code = next((lower[cell] for cell in SHEET_COLUMNS if cell in lower), None)
    by_name = next((lower[cell] for cell in lower if cell in NAME_COLUMNS), None)
    if (by_code is None and by_name is None) or not asked:
        raise ValueError(
            f"expected a table with a column {quoted(SHEET_COLUMNS[0])} or 'name', and a column"
            f" for each blank: {', '.join(key.blanks)}; received"
            f" {', '.join(header) or 'an empty table':.300}"
        )
    found = []
    if missing:
        told = words("no column is called {names}", names=", ".join(map(repr, missing)))
        told = "; ".join([told, *_meant(header, missing, key)])
        found.append(Submission("", words("the table"), "", None, told))
    for row in rows:
        cells = [*row, *[""] * (len(header) - len(row))]
        code = _code(key, cells[by_code]) if by_code is not None else ""
        name = clean_name(cells[by_name]) if by_name is not None else ""
        source = one_line(code) or name
        if code not in key.sheets:
            called = [c for c, sheet in key.sheets.items() if _look(sheet.student) == _look(name)]
            if code or len(called) != 1:
                why = words("no such sheet")
                if len(called) == 1:
                    why = words("no such sheet; the one of this name is {code}", code=called[0])
                elif called:
                    why = words("{count} sheets are of this name", count=len(called))
                found.append(Submission("", name, source, None, why))
                continue
            (code,) = called
        answers = {blank: cells[columns[blank]] for blank in asked}
        odd = "; ".join(_oddities(key.sheets[code], name, row, header))
        found.append(_marked(key, code, source, answers, hint, odd, language))
    return list(_complete(key, found))


def _meant(header: Sequence[str], missing: Sequence[str], key: ClassSet) -> Iterator[str]:
    """Yield which columns may be meant for blanks that have none."""
    others = [cell for cell in header if cell not in key.blanks]
    known = {"", *SHEET_COLUMNS, *NAME_COLUMNS}
    for cell in others:
        blank = nearest(cell, missing) if cell.casefold() not in known else ""
        if blank:
            yield words("write {blank} for {name}", blank=repr(blank), name=quoted(cell, 80))


def _oddities(
    sheet: ExerciseSheet, name: str, row: Sequence[str], header: Sequence[str]
) -> Iterator[str]:
    """Yield what is odd in a row of a table of answers."""
    if name and _look(name) != _look(sheet.student):
        yield words("the name is {name}", name=name)
    if len(row) > len(header):
        yield words(
            "the row has {cells} cells, and the table has {columns} columns: a decimal comma needs"
            ' quotes, as in "0,5", or semicolons between the cells',
            cells=len(row),
            columns=len(header),
        )


def mark_notebooks(
    key: ClassSet, place: Path, *, hint: int = 2, language: str | None = None
) -> list[Submission]:
    """Mark one notebook, or all in a folder and in the folders within. No notebook is run.

    A notebook knows the code of its sheet; where this was lost, the file or its folder has to be
    called so.

    Args:
        key: the sheets.
        place: the notebook or the folder.
        hint: how much the reports tell; see `grade`.
        language: as for `grade_class`.

    Raises:
        ValueError: there is no notebook.
    """
    return spoken(language or key.language, _mark_notebooks, key, place, hint, language)


def _mark_notebooks(
    key: ClassSet, place: Path, hint: int, language: str | None
) -> list[Submission]:
    files = [place] if place.is_file() else sorted(place.rglob("*.ipynb"))
    files = [file for file in files if ".ipynb_checkpoints" not in file.parts and file.is_file()]
    if not files:
        raise ValueError(f"there is no notebook, a file ending in .ipynb, in {quoted(str(place))}")
    found = []
    for file in files:
        source = one_line(str(file if file == place else file.relative_to(place)))
        places = (_code(key, part) for part in (file.stem, *reversed(file.parts[:-1])))
        named = next((place for place in places if place in key.sheets), "")
        try:
            mark, answers, notes = read_notebook(file.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            student = key.sheets[named].student if named else ""
            found.append(Submission(named, student, source, None, one_line(str(error))))
            continue
        noted = mark.get("sheet")
        code = noted if isinstance(noted, str) and noted in key.sheets else named
        if not code:
            found.append(Submission("", "", source, None, words("no such sheet")))
            continue
        is_odd = named and named != code
        if is_odd:
            told = words(
                "the file is called {name}, and has the sheet of {code}", name=named, code=code
            )
            notes.insert(0, told)
        odd = one_line("; ".join(notes))
        found.append(_marked(key, code, source, answers, hint, odd, language))
    return list(_complete(key, found))


def _code(key: ClassSet, written: str) -> str:
    """Return the code that is meant: capital letters, blanks and hyphens make no difference."""
    codes = {_look(code): code for code in key.sheets}
    return written if written in key.sheets else codes.get(_look(written), written)


def _look(name: str) -> str:
    """What a name looks like, however it was typed."""
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", name)).strip("-").casefold()


def _marked(
    key: ClassSet,
    code: str,
    source: str,
    answers: Mapping[str, str],
    hint: int,
    problem: str,
    language: str | None,
) -> Submission:
    sheet = key.sheets[code]
    marks = grade(sheet, sheet.by_blank(answers), hint=hint, language=language)
    problem = "; ".join(
        filter(None, [problem, sheet.unknown(answers, lists=False, language=language)])
    )
    return Submission(code, sheet.student, source, marks, problem)


def _complete(key: ClassSet, found: Sequence[Submission]) -> Iterator[Submission]:
    """Yield what was handed in, with a note where it is not the only one, and what is missing."""
    counts = Counter(submission.code for submission in found if submission.code)
    for submission in found:
        count = counts[submission.code]
        others = words("one of {count} for this sheet", count=count) if count > 1 else ""
        problem = "; ".join(filter(None, [submission.problem, others]))
        yield replace(submission, problem=problem)
    for code, sheet in key.sheets.items():
        if code not in counts:
            yield Submission(code, sheet.student, "", None, words("nothing was handed in"))


def report(submissions: Sequence[Submission]) -> str:
    """Return the marks of a class as lines of text; two of one name are told apart."""
    sheets: dict[str, set[str]] = {}
    for s in submissions:
        sheets.setdefault(s.student, set()).add(s.code)
    names = [
        named_with_sheet(s.student, s.code) if s.code and len(sheets[s.student]) > 1 else s.student
        for s in submissions
    ]
    rows = [
        (name or s.source, _points(s), s.problem)
        for name, s in zip(names, submissions, strict=True)
    ]
    width = max((len(name) for name, _, _ in rows), default=0)
    return "\n".join(
        f"{name:{width}}  {points:>10}  {what}".rstrip() for name, points, what in rows
    )


def mark_files(
    key: ClassSet, submissions: Sequence[Submission], separator: str = ","
) -> dict[str, str]:
    """Return the files with the marks of a class: a table, the same as JSON, and each report.

    Args:
        key: the sheets.
        submissions: what was handed in.
        separator: what parts the cells of the table.
    """
    blanks = key.blanks
    totals = [words("points"), words("most")]
    header = [words("sheet"), words("name"), *totals, *blanks, words("source"), words("problem")]
    rows: list[list[object]] = []
    entries: list[dict[str, Any]] = []
    reports: dict[str, str] = {}
    for s in submissions:
        marks = s.grade.marks if s.grade is not None else {}
        total = [s.grade.points, s.grade.most] if s.grade is not None else ["", ""]
        rows.append(
            [s.code, s.student, *total, *(marks.get(b, "") for b in blanks), s.source, s.problem]
        )
        entry = {"sheet": s.code, "student": s.student, "source": s.source, "problem": s.problem}
        entries.append(({} if s.grade is None else s.grade.to_dict()) | entry)
        if s.grade is not None:
            again = sum(name.startswith(f"reports/{s.code}.") for name in reports)
            name = f"reports/{s.code}{f'.{again + 1}' if again else ''}.txt"
            reports[name] = f"{s.grade}\n"
    return {
        "grades.csv": "\ufeff" + write_table([header, *rows], separator),
        "grades.json": json.dumps(entries, ensure_ascii=False, indent=1) + "\n",
        **reports,
    }


def _points(submission: Submission) -> str:
    if submission.grade is None:
        return "-"
    points, most = map(show_number, (submission.grade.points, submission.grade.most))
    return words("{points} of {most}", points=points, most=most)
