"""Locks that no forked process finds held by a thread which it has not."""

from __future__ import annotations

import os
from threading import RLock
from typing import Any

_locks: list[tuple[int, Any]] = []
_held: list[Any] = []


def lock_held_over_forks(rank: int) -> Any:
    """Return a lock that is held while a process forks, so that the child finds all work done.

    Args:
        rank: locks of a lower rank are taken before it, by threads and for a fork alike.
    """
    lock = RLock()
    _locks.append((rank, lock))
    return lock


def _hold() -> None:
    _held[:] = [lock for _, lock in sorted(_locks, key=lambda known: known[0])]
    for lock in _held:
        lock.acquire()


def _let_go() -> None:
    for lock in reversed(_held):
        lock.release()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(before=_hold, after_in_parent=_let_go, after_in_child=_let_go)
