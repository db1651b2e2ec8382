"""Ctrl-C during a training: it ends the training, not the program."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def stopping_at_interrupt(model: Any) -> Iterator[None]:
    """Let the first Ctrl-C set `stop_training`; a second one does what Ctrl-C did before."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears of Ctrl-C
        return

    before = signal.getsignal(signal.SIGINT)
    if before in {None, signal.SIG_IGN}:
        yield  # the program ignores Ctrl-C, or something other than Python answers it
        return

    def answer(*_: object) -> None:
        model.stop_training = True
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, answer)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
