"""Sets of exercise sheets for a class: one for each student, and a key."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from autograd.exercises.folders import file_names, write_folder
from autograd.exercises.sheets import ExerciseSheet
from autograd.exercises.tables import read_table, separator_of, write_table
from autograd.exercises.writing import escaped, page
from autograd.files import read_whole
from autograd.languages import ENGLISH, languages, spoken, words
from autograd.languages import language as language_now
from autograd.notation.numbers import show_number
from autograd.notation.text import one_line, shortened
from autograd.options import choose, wrong_kind

FOLDER = "sheets"
"""The folder of a set that can be handed out."""

_VERSION = 1
_LONGEST_NAME = 80
_ATTEMPTS = 20
"""How often numbers are drawn again that another student has already."""

NAME_COLUMNS = {
    *("name", "student", "student name", "full name", "nombre", "nombre completo", "alumno"),
    *("alumna", "alumno/a", "estudiante", "nombre y apellidos", "apellidos y nombre"),
}
_FIRST = {"first name", "given name", "nombre", "name"}
_LAST = {"last name", "surname", "family name", "apellidos", "apellido", "apellido(s)"}
SHEET_COLUMNS = ("sheet", "hoja")
"""The headings of the column for a sheet's code; `NAME_COLUMNS` are those for a name."""


@dataclass(frozen=True)
class ClassSet:
    """The sheets of a class.

    Attributes:
        sheets: each sheet by its code: the name of its file, without the ending.
        notes: what a teacher should know, such as two students of one name.
        separator: what parts the cells of the list of students, and so of the table for answers.
        language: the language of the key and of the table.
    """

    sheets: Mapping[str, ExerciseSheet]
    notes: tuple[str, ...] = ()
    separator: str = ","
    language: str = ENGLISH

    def save(self, folder: str | os.PathLike[str], ending: str = ".md") -> str:
        """Write a new folder with the sheets, the key, and a table for answers; return its path.

        Args:
            folder: the folder; its folder `sheets` is the one to hand out.
            ending: as for `files`.

        Raises:
            OSError: the folder has files already, or cannot be written.
        """
        write_folder(folder, self.files(ending))
        return os.fspath(folder)

    def files(self, ending: str) -> dict[str, str]:
        """Return the files of the set: the sheets, the key, and an empty table for the answers.

        The sheets are in a folder of their own, `sheets`, which can be handed out: it has no key.

        Args:
            ending: as what to write the sheets: ".md", ".html", ".tex" or ".ipynb".
        """
        return spoken(self.language, self._files, ending)

    def _files(self, ending: str) -> dict[str, str]:
        found = {
            f"{FOLDER}/{code}{ending}": sheet.as_file(ending) for code, sheet in self.sheets.items()
        }
        blanks = self.blanks
        header = [words("sheet"), words("name"), *blanks]
        rows = [[code, sheet.student, *[""] * len(blanks)] for code, sheet in self.sheets.items()]
        return found | {
            "answers.csv": "\ufeff" + write_table([header, *rows], self.separator),
            "key.html": self._key_page(),
            "key.json": self.to_json(),
        }

    @property
    def blanks(self) -> list[str]:
        """The names of all blanks, in order."""
        return list(dict.fromkeys(q for sheet in self.sheets.values() for q in sheet.questions))

    def to_json(self) -> str:
        """Return the key as JSON: all sheets with their numbers, and the right answers."""
        lines = []
        for code, sheet in self.sheets.items():
            entry = {"given": sheet.numbers, "answers": sheet.key, "sheet": sheet.to_dict()}
            found = json.dumps(entry, ensure_ascii=False)
            found = re.sub("[\ud800-\udfff]", lambda half: json.dumps(half[0])[1:-1], found)
            lines.append(f"{json.dumps(code)}: {found}")
        head = f'"version": {_VERSION}, "language": {json.dumps(self.language)}'
        return f'{{{head}, "sheets": {{\n{f",{chr(10)}".join(lines)}\n}}}}\n'

    @classmethod
    def from_json(cls, text: str | bytes) -> ClassSet:
        """Return the set whose key is given.

        Args:
            text: the key; bytes are the text as UTF-8.

        Raises:
            ValueError: the text is not a key.
        """
        try:
            text = text.decode("utf-8-sig") if isinstance(text, bytes) else text
            found = json.loads(text)
            if found["version"] != _VERSION:
                raise KeyError  # noqa: TRY301  # as if it were another kind of file
            sheets = {
                str(code): ExerciseSheet.from_dict(entry["sheet"])
                for code, entry in found["sheets"].items()
            }
            language = choose("language", found.get("language", ENGLISH), languages())
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError("this is not the key of a class, key.json") from error
        return cls(sheets, language=language)

    def _key_page(self) -> str:
        blanks = self.blanks
        heads = [words("sheet"), words("name"), words("given"), *blanks]
        head = "".join(f"<th>{escaped(text)}</th>" for text in heads)
        rows = []
        for code, sheet in self.sheets.items():
            given = ", ".join(f"{name} = {show_number(x)}" for name, x in sheet.numbers.items())
            cells = [code, sheet.student, given, *(sheet.key.get(blank, "") for blank in blanks)]
            rows.append("<tr>" + "".join(f"<td>{escaped(text)}</td>" for text in cells) + "</tr>")
        return page(words("Key"), f"<table>\n<tr>{head}</tr>\n{chr(10).join(rows)}\n</table>")


def students_of(data: bytes) -> tuple[list[str], list[str]]:
    """Return the names in a list of students, and notes on what is odd in it.

    The list is a CSV file with a column `name`, or with `first name` and `last name`; without such
    a header, each row is a name.

    Args:
        data: the content of the file.

    Raises:
        ValueError: the file is no table, or has no students.
    """
    rows = read_table(data)
    header = [" ".join(cell.split()).casefold() for cell in rows[0]] if rows else []
    columns = _columns_of_names(header)
    notes = []
    if columns:
        names = [" ".join(row[i] for i in columns if i < len(row)) for row in rows[1:]]
    else:
        names = [", ".join(filter(None, row)) for row in rows]
        if rows:
            notes.append(
                words(
                    "no column is called name: each row is a student, {first} the first",
                    first=repr(names[0]),
                )
            )
    cleaned = []
    for i, name in enumerate(names, start=1):
        shown = clean_name(name)
        if not shown:
            shown = words("student {number}", number=i)
            notes.append(words("student {number} of the list has no name", number=i))
        cleaned.append(shown)
    if not cleaned:
        raise _no_students_error()
    notes += [
        words("{count} students are called {name}: go by the sheet", count=count, name=repr(name))
        for name, count in Counter(cleaned).items()
        if count > 1
    ]
    return cleaned, notes


def _columns_of_names(header: Sequence[str]) -> list[int]:
    """Return the columns that make up a name: the first name and the last, or the one name."""
    first, last, whole = (
        [i for i, cell in enumerate(header) if cell in wanted][:1]
        for wanted in (_FIRST, _LAST, NAME_COLUMNS)
    )
    return [*first, *last] if last else whole or first


def class_set(
    students: Sequence[str] | str | os.PathLike[str],
    make: Callable[[str], ExerciseSheet],
    *,
    language: str | None = None,
) -> ClassSet:
    """Return a sheet for each student, with numbers of its own.

    Args:
        students: the names; or the file of a list as CSV, with a column `name`, or with `first
            name` and `last name`.
        make: makes a sheet from a seed. The seed is made of the student's name, so that the numbers
            stay if others join or leave.
        language: the language of the sheets, of the key and of the table for answers, such as "es";
            if None, the one that `set_language` chose.

    Raises:
        ValueError: the file is no table, or there are no students.
        TypeError: the students are no names, or `make` makes no sheet.
        OSError: the file cannot be read.

    >>> from autograd import Value, sheet
    >>> x = Value(2.0, label="x")
    >>> y = x * x
    >>> found = class_set(["Ana", "Bo"], lambda seed: sheet(y, [(y, x)], seed=seed))
    >>> sorted(found.files(".md"))
    ['answers.csv', 'key.html', 'key.json', 'sheets/Ana.md', 'sheets/Bo.md']
    """
    return spoken(language, _class_set, students, make)


def _class_set(
    students: Sequence[str] | str | os.PathLike[str], make: Callable[[str], ExerciseSheet]
) -> ClassSet:
    if not callable(make):
        raise wrong_kind("a function that makes a sheet from a seed", make)
    sheets: dict[str, ExerciseSheet] = {}
    seen: set[tuple[float, ...]] = set()
    names, told, separator = _names_of(students)
    for name, code in zip(names, file_names(names, ["key", "answers"]), strict=True):
        for attempt in range(_ATTEMPTS):
            sheet = make(f"{name}/{attempt}")
            if not isinstance(sheet, ExerciseSheet):
                raise wrong_kind(
                    "make to return an exercise sheet, as lambda seed: sheet(y, seed=seed) does",
                    sheet,
                )
            numbers = tuple(sheet.numbers.values())
            if numbers not in seen:
                break
        else:
            told.append(
                words(
                    "{code} has the same numbers as another sheet: give more to choose from",
                    code=code,
                )
            )
        seen.add(numbers)
        sheets[code] = replace(sheet, student=name, code=code)
    return ClassSet(sheets, tuple(told), separator, language_now())


def _names_of(
    students: Sequence[str] | str | os.PathLike[str],
) -> tuple[list[str], list[str], str]:
    """Return the names of students, notes on their list, and what parts the cells of its file."""
    if isinstance(students, (str, os.PathLike)):
        data = read_whole(students, "the names of the students, or the file of their list as CSV")
        names, told = students_of(data)
        return list(map(clean_name, names)), told, separator_of(data)
    if not isinstance(students, Iterable):
        raise wrong_kind("the names of the students, or the file of their list as CSV", students)
    names = list(students)
    if not names:
        raise _no_students_error()
    for name in names:
        if not isinstance(name, str):
            raise wrong_kind("the names of the students as texts", name)
    return list(map(clean_name, names)), [], ","


def _no_students_error() -> ValueError:
    return ValueError(
        "the list of students is empty: give names, or a file as CSV with a column name"
    )


def clean_name(name: str) -> str:
    """Return a name on one line, not too long, with single spaces."""
    return shortened(" ".join(one_line(name).split()), _LONGEST_NAME)
