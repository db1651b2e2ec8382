"""Files are written whole or not at all; and what is said of one that cannot be read."""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path

from autograd.cleaning import quoted

__all__ = ["read_whole", "write_whole"]


def read_whole(path: str | os.PathLike[str], expected: str) -> bytes:
    """Return the content of a file.

    Args:
        path: the file.
        expected: what file, or what else, was expected, for the message.

    Raises:
        OSError: the file cannot be read: the message says why, what was expected, and in which
            folder a path begins.

    >>> read_whole("none.csv", "a list of students")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FileNotFoundError: 'none.csv': No such file or directory; expected a list of students...
    """
    try:
        return Path(path).read_bytes()
    except OSError as error:
        what = f"{quoted(os.fspath(path))}: {error.strerror}; expected {expected}"
        is_relative = isinstance(error, FileNotFoundError) and not Path(path).is_absolute()
        begins = f" (the path begins in {quoted(os.getcwd())})" if is_relative else ""  # noqa: PTH109
        told = type(error)(f"{what}{begins}")
        told.errno = error.errno
        raise told from None


def write_whole(path: str | os.PathLike[str], data: bytes | str) -> None:
    """Write all of a file, or leave what was there as it was.

    The data go into a new file beside it, and from there onto the disk, before the new file takes
    the old one's name: whoever reads the file meets the old one or the new one, never a part. A
    symbolic link stays a link, a file keeps its mode, and its owner where that is allowed, and
    missing folders are made. A device, a pipe, and the file that this program prints to are written
    into.

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
    content = data if isinstance(data, bytes) else data.encode()
    there = None
    with suppress(FileNotFoundError):  # links that lead to each other are an OSError here
        there = os.stat(os.fspath(path))  # noqa: PTH116  # "" is no path here, and "." for pathlib
    target = Path(os.path.realpath(path))  # where a link leads to
    if target.is_dir():
        raise IsADirectoryError(f"expected a file to write, received a folder: {target}")
    if there is not None and (not stat.S_ISREG(there.st_mode) or _printed_to(there)):
        _write_into(path, there, content)
        return
    if there is not None and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{os.urandom(8).hex()}.part")  # short, however long the name is
    blamed = target.parent  # where no file can be made
    # The part is as private as the file from its first byte.
    mode = 0o666 if there is None else stat.S_IMODE(there.st_mode)
    try:
        with open(part, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            blamed = target  # the file that was asked for
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if there is not None:
            with suppress(PermissionError, AttributeError):  # Windows has no owners of this kind
                os.chown(part, there.st_uid, there.st_gid)
            part.chmod(mode)
        part.replace(target)
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(blamed)) from error
    finally:
        part.unlink(missing_ok=True)
    _sweep(target.parent)


def _printed_to(there: os.stat_result) -> int:
    """Return the number under which this program prints to a file: 1 or 2, or 0 if it does not."""
    for number in (1, 2):
        with suppress(OSError):  # it is closed
            if os.path.samestat(there, os.fstat(number)):
                return number
    return 0


def _write_into(path: str | os.PathLike[str], there: os.stat_result, content: bytes) -> None:
    """Write to what has to stay in its place: a device, a pipe, or where this program prints."""
    number = _printed_to(there)
    for stream in (sys.stdout, sys.stderr):
        if number and stream is not None:
            stream.flush()  # what was printed before comes before
    with open(os.dup(number) if number else path, "wb") as file:  # noqa: PTH123  # maybe a number
        file.write(content)


_PART = re.compile(r"\.[0-9a-f]{16}\.part")
_OLD = 3600.0  # seconds; nobody is writing that part still


def _sweep(folder: Path) -> None:
    """Remove the parts that writers left who were killed."""
    with suppress(OSError):  # another writer was faster, or may do what this one may not
        for name in filter(_PART.fullmatch, os.listdir(folder)):  # noqa: PTH208  # much faster
            part = folder / name
            if time.time() - part.stat().st_mtime > _OLD:
                part.unlink(missing_ok=True)
