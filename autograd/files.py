"""Files are written whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import stat
import time
from contextlib import suppress
from pathlib import Path

__all__ = ["write_whole"]


def write_whole(path: str | os.PathLike[str], data: bytes | str) -> None:
    """Write all of a file, or leave what was there as it was.

    The data go into a new file beside it, and from there onto the disk, before the new file takes
    the old one's name: whoever reads the file meets the old one or the new one, never a part. A
    symbolic link stays a link, a file keeps its mode, and missing folders are made.

    Args:
        path: the file.
        data: its content; text is written as UTF-8.

    Raises:
        OSError: the file cannot be written.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> write_whole(Path(folder.name, "new", "y.txt"), "6.0")
    >>> Path(folder.name, "new", "y.txt").read_text()
    '6.0'
    >>> folder.cleanup()
    """
    try:
        target = Path(path).resolve()  # where a link leads to
    except RuntimeError as error:  # before Python 3.13, of links that lead to each other
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), os.fspath(path)) from error
    if target.is_dir():
        raise IsADirectoryError(f"expected a file to write, received a folder: {target}")
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{os.urandom(8).hex()}.part")  # short, however long the name is
    try:
        with part.open("xb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            part.chmod(stat.S_IMODE(target.stat().st_mode))
        part.replace(target)
    except OSError as error:  # names the file that was asked for
        raise type(error)(error.errno, error.strerror, str(target)) from error
    finally:
        part.unlink(missing_ok=True)
    _sweep(target.parent)


_PART = re.compile(r"\.[0-9a-f]{16}\.part")
_OLD = 3600.0  # seconds; nobody is writing that part still


def _sweep(folder: Path) -> None:
    """Remove the parts that writers left who were killed."""
    with suppress(OSError):  # another writer was faster, or may do what this one may not
        for name in filter(_PART.fullmatch, os.listdir(folder)):  # noqa: PTH208  # much faster
            part = folder / name
            if time.time() - part.stat().st_mtime > _OLD:
                part.unlink(missing_ok=True)
