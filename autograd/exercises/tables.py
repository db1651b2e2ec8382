"""Tables as CSV: read as spreadsheets write them, and written so that none runs a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read_table(data: bytes) -> list[list[str]]:
    r"""Return the rows of a CSV file: its cells as text, without space around them.

    The separator is a comma, a semicolon or a tab: whichever the first line has most of, or the one
    that Excel's first line `sep=;` names. The text is UTF-8, UTF-16 with its mark, or else of the
    code page of Western Windows. Rows without any text are left out.

    Args:
        data: the content of the file.

    Raises:
        ValueError: the file is no table of text.

    >>> read_table("name;group\nAna;1\n".encode())
    [['name', 'group'], ['Ana', '1']]
    """
    text, separator = _opened(data)
    try:
        rows = [
            [_without_guard(cell.strip()) for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        ]
    except csv.Error as error:
        raise ValueError(f"this is not a table as CSV: {error}") from error
    return [row for row in rows if any(row)]


def separator_of(data: bytes) -> str:
    r"""Return the separator of a CSV file's cells; see `read_table`.

    Raises:
        ValueError: the file is no table of text.

    >>> separator_of(b"name;group\nAna;1\n")
    ';'
    """
    return _opened(data)[1]


def _opened(data: bytes) -> tuple[str, str]:
    """Return the text of a CSV file, without its line `sep=`, and the separator of its cells."""
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        if encoding != "utf-16":
            try:
                data.decode(encoding)
            except UnicodeDecodeError:
                encoding = "cp1252"
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(f"this is not a table as CSV: {error}") from error
    named = re.match(r"\s*\"?sep=([,;\t])\"?[,;\t]*(?:\r\n|\r|\n|$)", text)
    text = text[named.end() :] if named else text
    first = next((line for line in text.splitlines() if line.strip()), "")
    return text, named[1] if named else max(",;\t", key=first.count)


def write_table(rows: Iterable[Sequence[object]], separator: str = ",") -> str:
    """Return a table as CSV. A text that a spreadsheet would run as a formula is quoted by "'".

    Args:
        rows: the rows.
        separator: what parts the cells. With a semicolon, numbers have a decimal comma: so do the
            spreadsheets that write semicolons.

    >>> print(write_table([["name", "points"], ["=1+1", 2.5]]).strip())
    name,points
    '=1+1,2.5
    >>> print(write_table([["Ana", 2.5]], ";").strip())
    Ana;2,5
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=separator, lineterminator="\n")
    writer.writerows([[_cell(cell, separator) for cell in row] for row in rows])
    return written.getvalue()


def _cell(cell: object, separator: str) -> object:
    if isinstance(cell, float) and separator == ";":
        return str(cell).replace(".", ",")
    return _guarded(cell)


def _guarded(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith((*_STARTS_A_FORMULA, "'")):
        return f"'{cell}"
    return cell


def _without_guard(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith((*_STARTS_A_FORMULA, "'")) else cell
