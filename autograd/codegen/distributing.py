"""Batches spread over an executor: the same sums, from many processes."""

from __future__ import annotations

import pickle
import time
import warnings
import zlib
from collections.abc import Iterable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from functools import lru_cache
from typing import Any, Protocol

from autograd.cleaning import name_of, one_line
from autograd.codegen.arguments import Argument


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

    What the executor does not deliver is computed here; if that is all of it, with a warning.

    Args:
        compiled: has recorded arguments of these structures, so that its programs can be sent.
        executor: where to compute.
        calls: the arguments.
        timeout: seconds that the workers may take; None for as long as it takes.

    Raises:
        RuntimeError: a worker died, and the executor does not do its work again.
        TimeoutError: the workers have not delivered in time.
    """
    # A program may be long, but says much the same again and again.
    packed = zlib.compress(pickle.dumps(compiled), level=1)
    name = name_of(type(executor))
    end = None if timeout is None else time.monotonic() + timeout
    futures: list[Future[tuple[Any, Any]]] = []
    try:
        # A generator, so that a list that is cut short has what was submitted, to be cancelled.
        futures.extend(executor.submit(_compute, packed, args) for args in calls)
        found = [_result(future, end) for future in futures]
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


class _OutOfTimeError(Exception):
    """The workers have not delivered in time."""


def _result(future: Future[tuple[Any, Any]], end: float | None) -> tuple[Any, Any] | Exception:
    """Return what a worker delivers before a moment of time, or its error."""
    try:
        return future.result(None if end is None else max(0.0, end - time.monotonic()))
    except BrokenExecutor:
        raise
    except Exception as error:  # whatever it is, the batch is computed here
        # Dask's executor stumbles over a result whose worker dies between "done" and "fetched".
        if end is not None and not future.done():
            raise _OutOfTimeError from error
        return error


def add_up(
    results: Iterable[tuple[Any, Any]],
    weights: Sequence[float],
    value: Argument,
    gradients: Sequence[Argument],
) -> list[Any]:
    """Return the weighted sum of values and of gradients, from the first to the last.

    Args:
        results: for each batch its value, and a tuple of its gradients.
        weights: how much each batch counts.
        value: the structure of the value.
        gradients: the structure of each gradient.
    """
    arguments = [value, *gradients]
    totals = [[0.0] * argument.width for argument in arguments]
    for (number, found), weight in zip(results, weights, strict=True):
        for k, (argument, part) in enumerate(zip(arguments, [number, *found], strict=True)):
            numbers = argument.numbers(part)
            totals[k] = [a + weight * float(b) for a, b in zip(totals[k], numbers, strict=True)]
    return [a.restore(total, 1) for a, total in zip(arguments, totals, strict=True)]


def _compute(packed: bytes, args: tuple[Any, ...]) -> tuple[Any, Any]:
    return _unpacked(packed).value_and_grad(*args)


@lru_cache(maxsize=16)
def _unpacked(packed: bytes) -> Differentiable:
    """The compiled function of a message, made once in each process."""
    compiled: Differentiable = pickle.loads(zlib.decompress(packed))  # noqa: S301  # from our own process
    return compiled
