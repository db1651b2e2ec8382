"""Python's garbage collector, paused for a block of code that makes large graphs."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_blocks: list[bool] = []
"""For each block that runs, in whatever thread: whether the collector is to go on afterwards."""


@contextmanager
def without_collector() -> Iterator[None]:
    """Pause Python's garbage collector while a `with` block, or a decorated function, runs.

    The collector looks for objects that refer to each other in a cycle. A graph of Values has no
    cycles: each node is freed when nothing refers to it any more. Yet where the engine is not
    compiled the collector looks through a graph again and again while it grows, which takes more
    than half of the time of a large one. Compiled, it does not look at Values.

    The pause is for the whole process. What other code of the block leaves in cycles is freed
    after the block. The collector goes on when the last of several such blocks ends, if it was on
    when the first began.

    >>> import gc
    >>> from autograd import Value
    >>> with without_collector():
    ...     y = sum(Value(float(i)) ** 2 for i in range(1000))
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    with _lock:
        _blocks.append(gc.isenabled() or any(_blocks))
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            was_on = _blocks.pop()
            if not _blocks and was_on:
                gc.enable()
