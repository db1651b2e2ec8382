"""Locks that stay usable after a fork, and a cached property that needs no lock."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import RLock
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")

_can_fork = hasattr(os, "register_at_fork")  # not on Windows


class cached_property(Generic[T]):  # noqa: N801  # as Python's own is called
    """A property that is computed once; two threads may both do it, and one result stays.

    That of `functools` has, in Python 3.11, one lock for all objects of a class. A thread that
    holds it is missing in a forked process, which would wait for the lock for ever.

    >>> class Circle:
    ...     @cached_property
    ...     def area(self) -> float:
    ...         return 3.0
    >>> circle = Circle()
    >>> circle.area, vars(circle)
    (3.0, {'area': 3.0})
    """

    def __init__(self, function: Callable[[Any], T]) -> None:
        self._function, self.__doc__ = function, function.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, thing: None, owner: type) -> Self: ...
    @overload
    def __get__(self, thing: object, owner: type) -> T: ...
    def __get__(self, thing: Any, owner: type) -> Self | T:
        if thing is None:
            return self
        found = vars(thing)[self._name] = self._function(thing)  # which is found first from then on
        return found


def lock_renewed_in_forks(lock: Any = None) -> Any:
    """Return a lock that is free in a forked process, unless the thread that forked holds it.

    What other threads were doing is half done in that process, as after Ctrl-C.

    Args:
        lock: an RLock that is there already; a new one if None.
    """
    lock = RLock() if lock is None else lock

    def renew() -> None:
        if not lock._is_owned():
            lock._at_fork_reinit()

    if _can_fork:
        os.register_at_fork(after_in_child=renew)
    return lock


def lock_held_over_forks(lock: Any = None) -> Any:
    """Return a lock that a fork waits for, so that the work of other threads is done.

    It is for a library in C, which may crash where it finds work half done. No code of users runs
    while it is held, and no other lock of this library is asked for.

    Args:
        lock: an RLock that is there already; a new one if None.
    """
    lock = lock_renewed_in_forks(lock)

    def hold() -> None:
        try:
            lock.acquire()
        except BaseException:  # such as Ctrl-C: Python tells of it, and forks all the same
            if not lock._is_owned():
                hold()
            raise

    if _can_fork:
        os.register_at_fork(before=hold, after_in_parent=lock.release, after_in_child=lock.release)
    return lock
