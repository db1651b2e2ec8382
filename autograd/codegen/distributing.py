"""Batches spread over an executor: the same sums, from many processes."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from functools import lru_cache
from typing import Any, Protocol

from autograd.codegen.arguments import Argument


class Differentiable(Protocol):
    """What can be sent: a compiled function."""

    def value_and_grad(self, *args: Any) -> tuple[Any, Any]:
        """Return the value and the gradient."""


def spread(
    compiled: Differentiable, executor: Executor, calls: Sequence[tuple[Any, ...]]
) -> list[tuple[Any, Any]]:
    """Return `compiled.value_and_grad(*args)` for each call's arguments, in their order.

    Args:
        compiled: has recorded arguments of these structures, so that its programs can be sent.
        executor: where to compute.
        calls: the arguments.

    Raises:
        RuntimeError: a worker died, and the executor does not do its work again.
    """
    # A program may be long, but says much the same again and again.
    packed = zlib.compress(pickle.dumps(compiled), level=1)
    futures: list[Future[tuple[Any, Any]]] = []
    try:
        # A generator, so that a list that is cut short has what was submitted, to be cancelled.
        futures.extend(executor.submit(_compute, packed, args) for args in calls)
        return [_result(*pair, compiled) for pair in zip(futures, calls, strict=True)]
    except BrokenExecutor as error:
        raise RuntimeError(
            f"a worker of {type(executor).__name__} died, and this executor gives up then: make a"
            " new one and call again; nothing has been changed"
        ) from error
    finally:
        for future in futures:
            future.cancel()  # without effect on those that are done


def _result(
    future: Future[tuple[Any, Any]], args: tuple[Any, ...], compiled: Differentiable
) -> tuple[Any, Any]:
    try:
        return future.result()
    except BrokenExecutor:
        raise
    except Exception:  # noqa: BLE001  # if the batch is to blame, it is raised again below
        # Dask's executor stumbles over a result whose worker dies between "done" and "fetched".
        return compiled.value_and_grad(*args)


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
