"""What a command writes: all of it passes here, and reaches the terminal as it stands."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, NoReturn

from autograd.cleaning import cut, one_line

__all__ = ["Parser", "plain_output"]

_LONG = re.compile(r"\S{200,}")
_LONGEST = 2000  # characters of an error, which may list names


class Parser(argparse.ArgumentParser):
    """A parser that ends in one line where the arguments are wrong."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.color = False  # newer Pythons would colour the help, which is plain text here

    def error(self, message: str) -> NoReturn:
        """End with one line that says what is wrong, and status 2."""
        told = cut(_LONG.sub(lambda word: cut(word[0]), message), _LONGEST)
        self.exit(2, f"{self.prog}: error: {told}\n")


@contextmanager
def plain_output() -> Iterator[None]:
    """Write text alone to both streams, in the characters that they have.

    What a terminal would follow becomes a space, as in `one_line`, and a character that the
    stream's encoding has not becomes a question mark.
    """
    with redirect_stdout(_Plain(sys.stdout)), redirect_stderr(_Plain(sys.stderr)):
        yield


class _Plain:
    """A stream of text without what a terminal would follow."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        plain = "\n".join(map(one_line, text.split("\n")))
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        self._stream.write(plain.encode(encoding, "replace").decode(encoding))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
