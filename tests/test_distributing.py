"""Batches over executors: threads, processes, and a real Dask cluster that loses a worker."""

import importlib
import math
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

import autograd

SIZES = (7, 1, 12, 3)
WEIGHTS = [0.3, -0.2, 0.1]


def error(weights: list[Any], x: list[Any], y: Any) -> Any:
    return (autograd.tanh(autograd.dot(weights[:2], x, weights[2])) - y) ** 2


def make_batches(sizes: tuple[int, ...] = SIZES) -> list[tuple[Any, Any]]:
    choices = random.Random(1)  # noqa: S311  # nothing secret about it
    rows = [[[choices.uniform(-1, 1) for _ in "ab"] for _ in range(size)] for size in sizes]
    return [(x, [choices.choice([-1.0, 1.0]) for _ in x]) for x in rows]


def together(batches: list[tuple[Any, Any]]) -> tuple[Any, Any]:
    return [row for x, _ in batches for row in x], [t for _, y in batches for t in y]


@contextmanager
def processes() -> Iterator[ProcessPoolExecutor]:
    """Two processes that start afresh, as processes on another machine would."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.mark.parametrize("make", [ThreadPoolExecutor, processes], ids=["threads", "processes"])
@pytest.mark.parametrize("reduce", ["sum", "mean"])
def test_batches_add_up_to_the_whole(make: Callable[[], Any], reduce: str) -> None:
    compiled = autograd.compile(error, batch=(1, 2), reduce=reduce)
    batches = make_batches()
    value, gradient = compiled.value_and_grad(WEIGHTS, *together(batches))
    with make() as executor:
        found = compiled.map_batches(executor, [WEIGHTS], batches)
        arrays = [(np.array(x), np.array(y)) for x, y in batches]
        by_array = compiled.map_batches(executor, [np.array(WEIGHTS)], arrays)
    assert found[0] == pytest.approx(value, rel=1e-13)
    assert found[1] == pytest.approx(gradient, rel=1e-13)
    assert by_array[0] == found[0]
    assert by_array[1].tolist() == found[1]


def test_a_tuple_of_gradients_stays_one() -> None:
    def f(x: Any, a: Any, b: Any) -> Any:
        return a * x + b

    compiled = autograd.compile(f, (1, 2), batch=0, reduce="sum")
    with ThreadPoolExecutor(2) as pool:
        found = compiled.map_batches(pool, [2.0, 5.0], [([1.0, 2.0],), ([3.0],)])
    assert found == (27.0, (6.0, 3.0))


def test_the_order_of_the_batches_decides_not_who_is_ready_first() -> None:
    compiled = autograd.compile(error, batch=(1, 2), reduce="sum")
    batches = make_batches((40, 1) * 20)
    with ThreadPoolExecutor(4) as pool:
        found = {str(compiled.map_batches(pool, [WEIGHTS], batches)) for _ in range(10)}
    assert len(found) == 1


class Watching(Executor):
    """Wraps another executor, and acts once after a given number of batches."""

    def __init__(self, other: Executor, after: int, act: Callable[[], None]) -> None:
        self._other, self._after, self._act = other, after, act
        self.done = 0

    def submit(self, *args: Any, **kwargs: Any) -> Future[Any]:
        future = self._other.submit(*args, **kwargs)
        future.add_done_callback(self._count)
        return future

    def _count(self, future: Future[Any]) -> None:
        if future.cancelled():  # taken back, to be handed in again
            return
        self.done += 1
        if self.done == self._after:
            self._act()


def test_a_process_that_dies_is_reported_and_nothing_has_changed() -> None:
    compiled = autograd.compile(error, batch=(1, 2), reduce="sum")
    weights = np.array(WEIGHTS)
    with processes() as pool:
        compiled.map_batches(pool, [weights], make_batches())
        victim = next(iter(pool._processes))
        watching = Watching(pool, 3, lambda: os.kill(victim, signal.SIGKILL))
        with pytest.raises(RuntimeError, match=r"a worker of Watching died, .* make a new one"):
            # Small ones: a pipe that is full when its reader dies stays so in Python 3.11.7.
            compiled.map_batches(watching, [weights], make_batches((100,) * 300))
    assert weights.tolist() == WEIGHTS


class Breaking(Executor):
    """An executor that takes two pieces of work, and breaks at the third."""

    def __init__(self) -> None:
        self.taken: list[Future[Any]] = []

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        if len(self.taken) == 2:
            raise BrokenExecutor
        self.taken.append(Future())
        return self.taken[-1]


def test_work_that_nobody_waits_for_any_more_is_cancelled() -> None:
    compiled = autograd.compile(error, batch=(1, 2), reduce="sum")
    breaking = Breaking()
    with pytest.raises(RuntimeError, match="a worker of Breaking died"):
        compiled.map_batches(breaking, [WEIGHTS], make_batches())
    assert [future.cancelled() for future in breaking.taken] == [True, True]


class Stumbling(Executor):
    """An executor that fails to deliver one of its results."""

    def __init__(self) -> None:
        self.failed = 0

    def submit(self, function: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
        future: Future[Any] = Future()
        result = function(*args)
        if len(args[1][1]) == SIZES[0]:
            self.failed += 1
            future.set_exception(ValueError("not enough values to unpack"))
        else:
            future.set_result(result)
        return future


def test_what_an_executor_does_not_deliver_is_computed_here() -> None:
    compiled = autograd.compile(error, batch=(1, 2), reduce="sum")
    stumbling = Stumbling()
    found = compiled.map_batches(stumbling, [WEIGHTS], make_batches())
    assert stumbling.failed == 1
    with ThreadPoolExecutor() as pool:
        assert found == compiled.map_batches(pool, [WEIGHTS], make_batches())


class Failing(Executor):
    """An executor that delivers nothing but an error."""

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_exception(OSError("no worker has this module"))
        return future


def test_workers_that_deliver_nothing_are_said_to_and_nothing_is_lost() -> None:
    compiled = autograd.compile(error, batch=(1, 2), reduce="sum")
    message = r"Failing delivered none of 4 batches.* OSError: no worker has this module"
    with pytest.warns(RuntimeWarning, match=message):
        found = compiled.map_batches(Failing(), [WEIGHTS], make_batches())
    with ThreadPoolExecutor() as pool:
        assert found == compiled.map_batches(pool, [WEIGHTS], make_batches(), timeout=60.0)


class Resting(Executor):
    """An executor that does nothing for the last of its work."""

    def __init__(self) -> None:
        self.taken: list[Future[Any]] = []

    def submit(self, function: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
        self.taken.append(Future())
        if len(self.taken) < len(SIZES):
            self.taken[-1].set_result(function(*args))
        return self.taken[-1]


def test_workers_may_take_some_seconds_and_no_more() -> None:
    compiled = autograd.compile(error, batch=(1, 2), reduce="sum")
    resting = Resting()
    with pytest.raises(TimeoutError, match=r"3 of 4 batches were computed by Resting .*=0\.05"):
        compiled.map_batches(resting, [WEIGHTS], make_batches(), timeout=0.05)
    assert resting.taken[-1].cancelled()


class Forgetting(Executor):
    """An executor that forgets the last of its work, and work that it knows already, as Dask's."""

    def __init__(self) -> None:
        self.taken: list[tuple[Any, ...]] = []
        self.futures: list[Future[Any]] = []

    def submit(self, function: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.futures.append(future)
        if args not in self.taken and len(self.taken) != len(SIZES) - 1:
            future.set_result(function(*args))
        self.taken.append(args)
        return future


def test_what_an_executor_forgets_is_handed_in_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd.codegen.distributing._PATIENCE", 0.01)
    compiled = autograd.compile(error, batch=(1, 2), reduce="sum")
    forgetting = Forgetting()
    found = compiled.map_batches(forgetting, [WEIGHTS], make_batches(), timeout=60.0)
    assert [future.cancelled() for future in forgetting.futures] == [False] * 3 + [True, False]
    with ThreadPoolExecutor() as pool:
        assert found == compiled.map_batches(pool, [WEIGHTS], make_batches())


def test_work_that_runs_is_not_handed_in_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd.codegen.distributing._PATIENCE", 0.01)
    compiled = autograd.compile(error, batch=(1, 2), reduce="sum")
    with ThreadPoolExecutor(2) as pool:
        expected = compiled.map_batches(pool, [WEIGHTS], make_batches())
        slow = Slow(pool)
        assert compiled.map_batches(slow, [WEIGHTS], make_batches()) == expected
    assert slow.count == len(SIZES)


class Slow(Executor):
    """An executor whose first worker needs long for a batch."""

    def __init__(self, other: Executor) -> None:
        self.count, self._other = 0, other

    def submit(self, function: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
        self.count += 1
        if self.count == 1:
            return self._other.submit(sleep_and, function, *args)
        return self._other.submit(function, *args)


def sleep_and(function: Callable[..., Any], *args: Any) -> Any:
    """Call a function, after half a second."""
    time.sleep(0.5)
    return function(*args)


@pytest.mark.filterwarnings("default")  # Dask may warn
def test_a_killed_worker_of_a_dask_cluster_loses_nothing() -> None:
    distributed: Any = importlib.import_module("distributed")
    compiled = autograd.compile(error, batch=(1, 2), reduce="mean")
    batches = [(np.array(x), np.array(y)) for x, y in make_batches((500,) * 60)]
    x, y = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    value, gradient = compiled.value_and_grad(np.array(WEIGHTS), x, y)
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            host="127.0.0.1",
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        workers = client.run(os.getpid)
        victim = next(iter(workers.values()))
        killed: list[int] = []

        def kill() -> None:
            os.kill(victim, signal.SIGKILL)
            killed.append(victim)

        watching = Watching(client.get_executor(), 5, kill)
        found = compiled.map_batches(watching, [np.array(WEIGHTS)], batches)
        assert killed == [victim]
        assert watching.done == len(batches)
    assert found[0] == pytest.approx(value, rel=1e-12)
    assert found[1].tolist() == pytest.approx(gradient.tolist(), rel=1e-12)


@pytest.mark.parametrize(
    "compiled",
    [
        autograd.compile(error, batch=(1, 2), backend="python"),
        autograd.compile(error, 1, batch=(1, 2), reduce="sum", backend="python"),
    ],
)
def test_what_cannot_be_added_up_is_refused(compiled: autograd.Compiled) -> None:
    with ThreadPoolExecutor() as pool, pytest.raises(ValueError, match="can be added up"):
        compiled.map_batches(pool, [WEIGHTS], make_batches())


def test_batches_that_do_not_fit_are_refused() -> None:
    compiled = autograd.compile(error, batch=(1, 2), reduce="sum")
    with ThreadPoolExecutor() as pool:
        with pytest.raises(ValueError, match="at least one batch"):
            compiled.map_batches(pool, [WEIGHTS], [])
        with pytest.raises(ValueError, match=r"tuple of 2 arguments, .* received 1"):
            compiled.map_batches(pool, [WEIGHTS], [([[1.0, 2.0]],)])
        with pytest.raises(ValueError, match="as many rows"):
            compiled.map_batches(pool, [WEIGHTS], [([[1.0, 2.0]], [1.0, 2.0])])
        with pytest.raises(ValueError, match=r"at places up to 2; received 0"):
            compiled.map_batches(pool, [], make_batches())
        far = autograd.compile(lambda *args: args[5], batch=5, reduce="sum")
        for shared in ([], [1.0], [1.0] * 4):
            with pytest.raises(ValueError, match=rf"places up to 5; received {len(shared)}"):
                far.map_batches(pool, shared, [([2.0, 3.0],)])
        # Five before it are enough.
        assert far.map_batches(pool, [1.0] * 5, [([2.0, 3.0],)])[0] == 5.0
        with pytest.raises(TypeError, match=r"shared arguments as a list, .* received ndarray"):
            compiled.map_batches(pool, np.array(WEIGHTS), make_batches())  # type: ignore[arg-type]


def test_an_empty_batch_has_no_say_in_a_mean() -> None:
    compiled = autograd.compile(error, batch=(1, 2), reduce="mean")
    x, y = make_batches()[0]
    empty = np.empty((0, 2)), np.empty(0)
    with ThreadPoolExecutor() as pool:
        alone = compiled.map_batches(pool, [WEIGHTS], [(x, y)])
        assert compiled.map_batches(pool, [WEIGHTS], [empty, (x, y), empty]) == alone
        with pytest.raises(ValueError, match="at least one sample to take the mean of"):
            compiled.map_batches(pool, [WEIGHTS], [empty, empty])


@pytest.mark.parametrize(
    ("timeout", "kind"),
    [
        ("1", TypeError),
        (True, TypeError),
        ([1.0], TypeError),
        (-1, ValueError),
        (math.nan, ValueError),
    ],
)
def test_a_timeout_that_is_no_time_is_refused(timeout: Any, kind: type[Exception]) -> None:
    compiled = autograd.compile(error, batch=(1, 2), reduce="sum")
    with ThreadPoolExecutor() as pool, pytest.raises(kind, match="expected timeout as seconds"):
        compiled.map_batches(pool, [WEIGHTS], make_batches(), timeout=timeout)


@pytest.mark.parametrize("timeout", [math.inf, 1e300, np.float32(60.0)])
def test_a_timeout_may_be_as_long_as_one_likes(timeout: Any) -> None:
    compiled = autograd.compile(error, batch=(1, 2), reduce="sum")
    with ThreadPoolExecutor() as pool:
        found = compiled.map_batches(pool, [WEIGHTS], make_batches(), timeout=timeout)
        assert found == compiled.map_batches(pool, [WEIGHTS], make_batches())


class Answering(Executor):
    """An executor that answers what it likes."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if isinstance(self.answer, Exception):
            future.set_exception(self.answer)
        else:
            future.set_result(self.answer)
        return future


@pytest.mark.parametrize("answer", [None, (1.0,), (1.0, None), (1.0, [0.0]), ("1", "2"), 3.0])
def test_an_answer_that_is_no_value_and_gradient_is_refused(answer: Any) -> None:
    compiled = autograd.compile(error, batch=(1, 2), reduce="sum")
    with pytest.raises(TypeError, match=r"each worker of Answering to deliver .* a value and its"):
        compiled.map_batches(Answering(answer), [WEIGHTS], make_batches())


def test_an_error_of_a_worker_is_shown_without_what_a_terminal_would_follow() -> None:
    compiled = autograd.compile(error, batch=(1, 2), reduce="sum")
    failing = Answering(OSError("disk\x1b[31m\u202e full"))
    with pytest.warns(RuntimeWarning, match=r"OSError: disk \[31m +full$"):
        compiled.map_batches(failing, [WEIGHTS], make_batches())
