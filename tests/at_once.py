"""Threads that run at once, as far as Python lets them: they take turns at every chance."""

import sys
import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def at_once(work: Callable[[T], object], things: Iterable[T]) -> None:
    """Call `work` on each of the things in a thread of its own, and wait for all of them."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work, args=(thing,)) for thing in things]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
