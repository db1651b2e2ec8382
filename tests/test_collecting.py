"""Graphs without Python's garbage collector: paused in a block, and nothing is left behind."""

import gc
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import autograd
from autograd import (
    Value,
    compile,  # noqa: A004  # autograd's
    dot,
    grad,
    no_grad,
    softmax,
    value_and_grad,
    without_collector,
)
from nn import MLP


@pytest.fixture(autouse=True)
def collector_is_on() -> Iterator[None]:
    gc.enable()
    yield
    assert gc.isenabled()


def test_it_is_paused_until_the_last_of_several_blocks_ends() -> None:
    with without_collector():
        assert not gc.isenabled()
        with without_collector():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_an_error_and_in_a_decorated_function_is_paused() -> None:
    @without_collector()
    def divided(a: float) -> tuple[float, bool]:
        return 1.0 / a, gc.isenabled()

    assert divided(2.0) == (0.5, False)
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError):
        divided(0.0)


def test_one_that_was_off_before_stays_off() -> None:
    gc.disable()
    with without_collector(), without_collector():
        pass
    assert not gc.isenabled()
    gc.enable()


@pytest.mark.parametrize("first_to_end", ["the first", "the second"])
def test_blocks_of_two_threads_may_end_in_any_order(first_to_end: str) -> None:
    entered, may_end = threading.Event(), threading.Event()

    def run() -> None:
        with without_collector():
            entered.set()
            may_end.wait(10.0)

    other = threading.Thread(target=run)
    with without_collector():
        other.start()
        assert entered.wait(10.0)
        if first_to_end == "the second":
            may_end.set()
            other.join()
            assert not gc.isenabled()
    if first_to_end == "the first":
        assert not gc.isenabled()
        may_end.set()
        other.join()


def f(x: Any) -> Any:
    w = [x * float(i) for i in range(5)]
    return dot(softmax(w), w).tanh()


def backward() -> None:
    f(Value(0.5)).backward()


def without_recording() -> None:
    with no_grad():
        f(Value(0.5))


def of_a_network() -> None:
    output: Any = MLP(2, [3, 1], seed=1)([Value(1.0), Value(2.0)])
    ((output - 1.0) ** 2).backward()


@pytest.mark.parametrize(
    "work",
    [
        backward,
        without_recording,
        of_a_network,
        lambda: value_and_grad(f)(0.5),
        lambda: grad(grad(f))(0.5),
        lambda: compile(f, backend="python").value_and_grad(0.5),
        lambda: f(Value(0.5)).recompute(),
    ],
)
def test_no_value_is_left_behind_in_a_circle(work: Callable[[], object]) -> None:
    """Compiled, the collector does not see Values; interpreted it finds those in circles."""
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        with without_collector():
            work()
            gc.collect()
        left = [thing for thing in gc.garbage if isinstance(thing, Value)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
    assert not left


def test_it_is_a_public_name() -> None:
    assert autograd.without_collector is without_collector
    assert "without_collector" in autograd.__all__
