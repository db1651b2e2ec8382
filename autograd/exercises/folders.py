"""Folders of files are written whole or not at all, and files have names that are safe."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Collection, Mapping
from pathlib import Path

from autograd.files import write_whole
from autograd.notation.text import one_line

_LONGEST = 60
_RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{i}" for port in ("com", "lpt") for i in "123456789"),
}
"""Names that no file may have in Windows, whatever its ending."""


def write_folder(folder: str | os.PathLike[str], files: Mapping[str, str]) -> None:
    """Write a new folder with all its files, or nothing.

    Args:
        folder: the folder; it may be there if it is empty.
        files: the content of each file by its path within the folder.

    Raises:
        OSError: the folder has files already, or cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     write_folder(Path(place, "set"), {"a.md": "text"})
    ...     Path(place, "set", "a.md").read_text()
    'text'
    """
    target = Path(folder).absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FileExistsError(
            errno.EEXIST, "it is there already, and is not an empty folder", str(target)
        )
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        part.mkdir(parents=True)
        for name, text in files.items():
            write_whole(part / name, text)
        if target.exists():
            target.rmdir()
        part.replace(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def file_names(names: Collection[str], taken: Collection[str] = ()) -> list[str]:
    """Return a file's name, without an ending, for each name of a person: all different.

    Letters and digits of any alphabet stay; all else becomes a hyphen. Names that differ in capital
    letters alone are told apart by a number, for some file systems take them for one.

    Args:
        names: the names, as someone else wrote them.
        taken: names that no file may have.

    >>> file_names(["Ana López", "ana lópez", "../../etc/passwd", "", "CON"])
    ['Ana-López', 'ana-lópez-2', 'etc-passwd', 'student', 'student-CON']
    """
    found: list[str] = []
    used = {name.casefold() for name in taken}
    for name in names:
        text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", one_line(name)))
        safe = re.sub(r"[\W_]+", "-", text)[:_LONGEST].strip("-")
        while len(safe.encode()) > 2 * _LONGEST:
            safe = safe[:-1]
        if not safe or safe.casefold() in _RESERVED:
            safe = f"student-{safe}".strip("-")
        candidate, count = safe, 1
        while candidate.casefold() in used:
            count += 1
            candidate = f"{safe}-{count}"
        used.add(candidate.casefold())
        found.append(candidate)
    return found
