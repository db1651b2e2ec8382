"""Executors that fail: nothing is lost, nothing is counted twice, and nothing waits for ever."""

import importlib
import logging
import os
import random
import signal
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from functools import partial
from typing import Any

import autograd

_FAULTS = ("none", "error", "late", "never", "broken", "broken result", "cancelled", "nothing")


class Faulty(Executor):
    """Computes at once, but for the faults that are drawn for its pieces of work."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        self._at = 0
        self.timers: list[threading.Timer] = []

    def submit(self, function: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
        """Take a piece of work, with the next of the faults."""
        fault, future = self.faults[self._at], Future[Any]()
        self._at += 1
        if fault == "broken":
            raise BrokenExecutor
        if fault == "error":
            future.set_exception(ValueError("not enough values to unpack"))
        elif fault == "nothing":
            future.set_result(None)
        elif fault == "broken result":
            future.set_exception(BrokenExecutor())
        elif fault == "cancelled":
            future.cancel()
            future.set_running_or_notify_cancel()
        elif fault == "late":
            result = function(*args)
            self.timers.append(threading.Timer(0.01, lambda: deliver(future, result)))
            self.timers[-1].start()
        elif fault == "none":
            future.set_result(function(*args))
        return future


def deliver(future: Future[Any], result: Any) -> None:
    """Deliver a result, if somebody waits for it still."""
    if future.set_running_or_notify_cancel():
        future.set_result(result)


def error(w: Any, x: Any, y: Any) -> Any:
    """Return the squared error of a line."""
    return (w * x - y) ** 2


COMPILED = autograd.compile(error, batch=(1, 2), reduce="sum", backend="python")


def faulty_workers(draw: random.Random) -> int:
    """Inject faults into workers: the sum is that of all batches, or an error says why not."""
    batches = [([float(i)], [draw.uniform(-1, 1)]) for i in range(draw.randrange(1, 9))]
    x, y = ([row[0] for row in column] for column in zip(*batches, strict=True))
    expected = COMPILED.value_and_grad(0.5, x, y)
    kinds = draw.sample(_FAULTS, draw.randrange(1, 4))
    executor = Faulty([draw.choice(kinds) for _ in batches])
    faults = set(executor.faults)
    seconds = 0.2 if "never" in faults else 60.0  # a busy machine may be late
    refusal: tuple[type[BaseException], ...] = ()
    if faults & {"broken", "broken result"}:
        refusal += (RuntimeError,)
    if "never" in faults:
        refusal += (TimeoutError,)
    if "nothing" in faults:
        refusal += (TypeError,)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            found = COMPILED.map_batches(executor, [0.5], batches, timeout=seconds)
        except refusal:
            found = None
        for timer in executor.timers:
            timer.join()
    if found is None:
        return 1
    assert not refusal, f"{executor.faults} gave a number"
    for number, wanted in zip(found, expected, strict=True):
        assert abs(number - wanted) <= 1e-12 * (1.0 + abs(wanted)), f"{executor.faults}: {found}"
    assert bool(said) == (faults <= {"error", "cancelled"}), (
        f"{executor.faults}: {len(said)} warnings"
    )
    return 1


def dask_cluster(draw: random.Random) -> int:
    """Kill a worker of a Dask cluster, or restart the cluster: the sum is that of all batches."""
    distributed: Any = importlib.import_module("distributed")
    x, y = ([draw.uniform(-1.0, 1.0) for _ in range(2000)] for _ in "xy")
    batches = [(x[i : i + 50], y[i : i + 50]) for i in range(0, len(x), 50)]
    expected = COMPILED.value_and_grad(0.5, x, y)
    logging.disable(logging.CRITICAL)  # Dask tells of workers that die
    try:
        with (
            warnings.catch_warnings(action="ignore"),  # Dask's, and that no worker delivered
            distributed.LocalCluster(
                n_workers=2,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address=None,
                silence_logs=logging.CRITICAL,
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            victim = min(client.run(os.getpid).values())
            kill = partial(os.kill, victim, signal.SIGKILL)
            restart = partial(client.restart, wait_for_workers=False)
            timer = threading.Timer(draw.uniform(0.0, 0.2), draw.choice([kill, restart]))
            timer.start()
            found = COMPILED.map_batches(client.get_executor(), [0.5], batches, timeout=60.0)
            timer.join()
    finally:
        logging.disable(logging.NOTSET)
    for number, wanted in zip(found, expected, strict=True):
        assert abs(number - wanted) <= 1e-12 * (1.0 + abs(wanted)), f"{found}, not {expected}"
    return 1


ATTACKS = [("faulty workers", faulty_workers), ("a Dask cluster", dask_cluster)]
