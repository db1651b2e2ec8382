"""Locks that a forked process finds free."""

import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import pytest

import autograd.codegen.llvm.machine_code  # noqa: F401  # it says what forks wait for
from autograd.forking import cached_property, lock_held_over_forks, lock_renewed_in_forks

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks on Windows")


def is_free(lock: Any) -> bool:
    """Return whether another thread could have a lock."""
    found: list[bool] = []

    def ask() -> None:
        found.append(lock.acquire(blocking=False))
        if found[0]:
            lock.release()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return found[0]


def in_a_fork(look: Callable[[], bool]) -> bool:
    """Return what a function says in a forked process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that threads are about
        child = os.fork()
    if not child:
        os._exit(0 if look() else 1)
    return os.waitpid(child, 0)[1] == 0


@contextmanager
def held_by_another_thread(lock: Any, seconds: float = 60.0) -> Iterator[list[str]]:
    """Let another thread hold a lock, for some time at most; the list is filled when it is done."""
    is_held, is_over, done = threading.Event(), threading.Event(), []

    def hold() -> None:
        with lock:
            is_held.set()
            is_over.wait(seconds)
            done.append("done")

    thread = threading.Thread(target=hold)
    thread.start()
    is_held.wait()
    try:
        yield done
    finally:
        is_over.set()
        thread.join()


def test_a_lock_of_another_thread_is_free_in_a_fork() -> None:
    lock = lock_renewed_in_forks()
    with held_by_another_thread(lock):
        # A new thread of the child may be taken for the one that is gone: its own is asked.
        assert in_a_fork(lambda: lock.acquire(blocking=False))
        assert not is_free(lock)


def test_a_lock_of_the_thread_that_forks_stays_its_own() -> None:
    lock = lock_renewed_in_forks()

    def look() -> bool:
        was_free = is_free(lock)
        lock.release()
        return not was_free and is_free(lock)

    with lock:
        assert in_a_fork(look)
    assert is_free(lock)


class Slow:
    """A property that takes until something has happened."""

    def __init__(self, waits_for: threading.Event | None = None) -> None:
        self._waits_for, self.begun = waits_for, threading.Event()

    @cached_property
    def number(self) -> float:
        """A number."""
        self.begun.set()
        return float(self._waits_for is None or self._waits_for.wait(60.0))


def test_a_property_that_another_thread_computes_is_computed_in_a_fork() -> None:
    over = threading.Event()
    slow, quick = Slow(over), Slow()
    thread = threading.Thread(target=lambda: slow.number)
    thread.start()
    slow.begun.wait()
    try:
        assert in_a_fork(lambda: quick.number == 1.0)
    finally:
        over.set()
        thread.join()
    assert vars(slow)["number"] == 1.0


@pytest.mark.parametrize("folder", ["autograd", "nn"])
def test_no_lock_of_cached_properties_is_there_to_be_held(folder: str) -> None:
    files = (Path(__file__).parents[1] / folder).rglob("*.py")
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    found = [file for file, text in texts.items() if "functools import cached" in text]
    assert len(texts) > 30
    assert found == []


def test_a_fork_waits_for_work_that_must_not_be_half_done() -> None:
    lock = lock_held_over_forks()
    with held_by_another_thread(lock, 0.3) as done:
        assert in_a_fork(lambda: done == ["done"] and is_free(lock))
        assert is_free(lock)


def test_a_fork_waits_for_machine_code_that_is_freed() -> None:
    with held_by_another_thread(llvm.ffi.lib._lock, 0.3) as done:
        assert in_a_fork(lambda: done == ["done"] and llvm.get_default_triple() != "")


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no alarms on Windows")
def test_ctrl_c_does_not_end_the_wait_and_leaves_nothing_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    told: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda error: told.append(error.exc_type))
    lock, before = lock_held_over_forks(), signal.signal(signal.SIGALRM, interrupt)
    try:
        with held_by_another_thread(lock, 0.5) as done:
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            assert in_a_fork(lambda: done == ["done"] and is_free(lock))
    finally:
        signal.signal(signal.SIGALRM, before)
    assert is_free(lock)
    assert told == [KeyboardInterrupt]
