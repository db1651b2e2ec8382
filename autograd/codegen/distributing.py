"""Batches spread over an executor: the same sums, from many processes."""

from __future__ import annotations

import math
import pickle
import threading
import time
import warnings
import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, wait
from functools import lru_cache
from typing import Any, Protocol

from autograd.cleaning import name_of, one_line, quoted
from autograd.codegen.arguments import Argument
from autograd.options import wrong_kind

_PATIENCE = 10.0
"""Seconds without any result before work is handed in again, at least."""


class Differentiable(Protocol):
    """What can be sent: a compiled function."""

    def value_and_grad(self, *args: Any) -> tuple[Any, Any]:
        """Return the value and the gradient."""


def spread(
    compiled: Differentiable,
    executor: Executor,
    calls: Sequence[tuple[Any, ...]],
    timeout: float | None = None,
) -> list[tuple[Any, Any]]:
    """Return `compiled.value_and_grad(*args)` for each call's arguments, in their order.

    Batches that the executor does not deliver are computed here; if it delivers none, with a
    warning. Batches that it seems to have forgotten are handed in again.

    Args:
        compiled: has recorded arguments of these structures, so that its programs can be sent.
        executor: where to compute.
        calls: the arguments.
        timeout: seconds that the workers may take; None for as long as it takes.

    Raises:
        RuntimeError: a worker died, and the executor does not do its work again.
        TimeoutError: the workers have not delivered in time.
        TypeError: the timeout is no number, or a worker delivered something else than a pair.
        ValueError: the timeout is below 0, or nan.
    """
    timeout = _seconds(timeout)
    # A program may be long, but it repeats itself: compressed, it is short.
    packed = zlib.compress(pickle.dumps(compiled), level=1)
    name = name_of(type(executor))
    end = None if timeout is None else time.monotonic() + timeout
    futures: list[Future[tuple[Any, Any]]] = []

    def hand_in(place: int, attempt: int) -> Future[tuple[Any, Any]]:
        return executor.submit(_compute, packed, calls[place], attempt)

    try:
        # A generator, so that a list that is cut short has what was submitted, to be cancelled.
        futures.extend(hand_in(place, 0) for place in range(len(calls)))
        _wait_for(futures, hand_in, end)
        found = [_result(future) for future in futures]
    except BrokenExecutor as error:
        raise RuntimeError(
            f"a worker of {name} died, and this executor gives up then: make a new one and call"
            " again; nothing has been changed"
        ) from error
    except _OutOfTimeError:
        raise TimeoutError(
            f"{sum(future.done() for future in futures)} of {len(futures)} batches were computed"
            f" by {name} within timeout={timeout:g} seconds: allow more, or look after the"
            " workers; nothing has been changed"
        ) from None
    finally:
        for future in futures:
            future.cancel()  # without effect on those that are done
    for result in found:
        if not isinstance(result, Exception) and not (
            isinstance(result, tuple) and len(result) == 2
        ):
            raise _unfit(name, result)
    if all(isinstance(result, Exception) for result in found):
        warnings.warn(
            f"{name} delivered none of {len(found)} batches, so all are computed here; its first"
            f" error: {name_of(type(found[0]))}: {one_line(str(found[0])):.200}",
            RuntimeWarning,
            stacklevel=3,
        )
    # If a batch is to blame for its error, the error is raised again here.
    return [
        compiled.value_and_grad(*args) if isinstance(result, Exception) else result
        for result, args in zip(found, calls, strict=True)
    ]


def _seconds(timeout: object) -> float | None:
    """Return the seconds that workers may take; None for any time, or more than a lock can wait.

    >>> _seconds(-1.0)
    Traceback (most recent call last):
    ValueError: expected timeout as seconds of at least 0, or None for any time, received -1.0
    """
    if timeout is None:
        return None
    expected = "timeout as seconds of at least 0, or None for any time"
    if isinstance(timeout, bool) or not hasattr(timeout, "__float__"):
        raise wrong_kind(expected, timeout)
    seconds = float(timeout)
    if math.isnan(seconds) or seconds < 0.0:
        raise ValueError(f"expected {expected}, received {quoted(timeout, 60)}")
    return seconds if seconds < threading.TIMEOUT_MAX else None


def _unfit(name: str, result: object) -> TypeError:
    return TypeError(
        f"expected each worker of {name} to deliver what it computed, a value and its gradient,"
        f" received {name_of(type(result))}: {quoted(result, 60)}; nothing has been changed"
    )


class _OutOfTimeError(Exception):
    """The workers have not delivered in time."""


def _wait_for(
    futures: list[Future[Any]], hand_in: Callable[[int, int], Future[Any]], end: float | None
) -> None:
    """Wait until all work is done; hand in again what is unfinished long after the rest.

    An executor can forget its work: Dask's never sets a future whose worker is lost between "done"
    and "fetched". Work that an executor says to be running is never taken back.

    Args:
        futures: the work, in order. What is handed in again takes the place of what was forgotten.
        hand_in: hands in the work of a place, for the nth time.
        end: the moment until which to wait; None for as long as it takes.

    Raises:
        _OutOfTimeError: the moment has come.
    """
    begin, before, patience, attempt = time.monotonic(), 0, _PATIENCE, 0
    for place in range(len(futures)):
        while not futures[place].done():
            left = math.inf if end is None else end - time.monotonic()
            if left <= 0.0:
                raise _OutOfTimeError
            wait([futures[place]], min(left, patience))
            if futures[place].done() or left <= patience:
                continue
            done = sum(future.done() for future in futures)
            if done > before:
                # Ten times what a result has taken, so that slow workers are not disturbed.
                patience = max(patience, 10.0 * (time.monotonic() - begin) / done)
                before = done
            elif done:
                attempt, patience = attempt + 1, 2.0 * patience
                for i, future in enumerate(futures):
                    if not future.done() and future.cancel():
                        futures[i] = hand_in(i, attempt)


def _result(future: Future[tuple[Any, Any]]) -> tuple[Any, Any] | Exception:
    """Return what a worker has delivered, or its error."""
    try:
        return future.result()
    except BrokenExecutor:
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, the batch is computed here
        return error


def add_up(
    results: Iterable[tuple[Any, Any]],
    weights: Sequence[float],
    value: Argument,
    gradients: Sequence[Argument],
    name: str,
) -> list[Any]:
    """Return the weighted sum of values and of gradients, from the first to the last.

    Args:
        results: for each batch its value, and a tuple of its gradients.
        weights: how much each batch counts.
        value: the structure of the value.
        gradients: the structure of each gradient.
        name: the executor that delivered the results.

    Raises:
        TypeError: a result is of another structure.
    """
    arguments = [value, *gradients]
    totals = [[0.0] * argument.width for argument in arguments]
    for (number, found), weight in zip(results, weights, strict=True):
        try:
            pairs = zip(arguments, [number, *found], strict=True)
            listed = [argument.numbers(part) for argument, part in pairs]
            totals = [
                [a + weight * float(b) for a, b in zip(total, numbers, strict=True)]
                for total, numbers in zip(totals, listed, strict=True)
            ]
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise _unfit(name, (number, found)) from error
    return [a.restore(total, 1) for a, total in zip(arguments, totals, strict=True)]


def _compute(packed: bytes, args: tuple[Any, ...], attempt: int) -> tuple[Any, Any]:  # noqa: ARG001
    """Compute a batch; `attempt` makes calls differ, for Dask takes equal calls for one call."""
    return _unpacked(packed).value_and_grad(*args)


@lru_cache(maxsize=16)
def _unpacked(packed: bytes) -> Differentiable:
    """The compiled function of a message, made once in each process."""
    compiled: Differentiable = pickle.loads(zlib.decompress(packed))  # noqa: S301  # from our own process
    return compiled
