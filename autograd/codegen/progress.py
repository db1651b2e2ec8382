"""How far a long recording has come, as a bar of tqdm's, where it is installed."""

from __future__ import annotations

import sys
from contextlib import suppress
from time import monotonic
from typing import Any

from autograd.progress import bar

PATIENCE = 2.0
"""Seconds that a recording takes before anything is shown."""


class Progress:
    """A bar that counts the lines of a program, in a terminal or a notebook.

    Args:
        name: the function that is recorded.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._start = monotonic()
        self._bar: Any = None

    def __call__(self, lines: int) -> None:
        """Show how many lines there are by now."""
        if self._bar is None and monotonic() - self._start > PATIENCE and _is_seen():
            with suppress(ImportError):
                self._bar = bar(None, " lines", f"recording {self._name}")
        if self._bar is not None:
            self._bar.update(lines - self._bar.n)

    def close(self) -> None:
        """Take the bar away: the recording is complete."""
        if self._bar is not None:
            self._bar.close()


def _is_seen() -> bool:
    return sys.stderr.isatty() or "ipykernel" in sys.modules
