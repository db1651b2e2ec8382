"""From arrays to machine code and back, with as little Python between as there can be."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from math import isnan
from typing import Any

import numpy as np

from autograd.codegen.arguments import ROWS, Argument
from autograd.codegen.blocks import Layout
from autograd.codegen.llvm.calls import Array, Copy, Run, function
from autograd.codegen.llvm.kernel import LLVMKernel
from autograd.codegen.llvm.tape import LLVMTape
from autograd.trees import is_tree

Shortcut = Callable[..., Any]
"""A function of arrays that returns the results; None if these are not the arrays planned for."""


def shortcut(
    machine_code: LLVMKernel | LLVMTape,
    arguments: Sequence[Argument],
    results: Sequence[Argument],
    *,
    mean: bool,
    has_value: bool,
    arrange: Callable[[list[Any]], Any],
) -> Shortcut | None:
    """Return a quick way from arrays to results; None where something else than arrays is needed.

    Args:
        machine_code: what to run.
        arguments: what it takes.
        results: what it gives.
        mean: whether results are means: the kernel then takes the weight of a sample, 1 / count.
        has_value: whether the first result is the value; of a mean it is the sum over the samples,
            which is then divided by their count.
        arrange: makes what is returned from the list of results.
    """
    shapes = [_shape(result) for result in results]
    if None in (*shapes, *(argument.shape or None for argument in arguments)):
        return None
    known = [shape for shape in shapes if shape]  # a number is the value: returned, in no array
    rows = next((i for i, argument in enumerate(arguments) if argument.by_sample), None)
    takes = [Array(argument.shape or ()) for argument in arguments]
    takes += [Array((1,))] * mean
    given = len(takes)
    is_number = has_value and shapes[0] == ()
    takes += [Array(shape, is_written=True) for shape in known]
    run = Run(
        machine_code.address,
        1 if rows is None else ROWS,
        (*range(given), *[len(takes)] * is_number, *range(given, len(takes))),
        machine_code.tape,
    )
    call = function(takes, [run], keep=machine_code)
    if call is None:
        return None
    if is_number and arrange([0.0, 1.0]) == (0.0, 1.0) and ROWS not in {s[0] for s in known}:
        return _value_and_gradient(call, known[0], rows if mean else None)
    weights = _Weights()

    def compute(*args: Any) -> Any:
        try:
            count = 1 if rows is None else len(args[rows])
            weight = (weights[count],) if mean else ()
        except (IndexError, TypeError, ZeroDivisionError):
            return None
        found: list[Any] = [np.empty((count, *s[1:]) if s[0] == ROWS else s) for s in known]
        number = call(*args, *weight, *found)
        if number is None:
            return None
        if is_number:
            found.insert(0, number)
        if has_value and mean:
            found[0] /= count
        return arrange(found)

    return compute


def _value_and_gradient(
    call: Callable[..., float | None], shape: tuple[int, ...], rows: int | None
) -> Shortcut:
    """The shortcut to a number and one gradient, as training loops ask for: as short as can be."""
    empty, weights = np.empty, _Weights()

    def compute(*args: Any) -> tuple[float, Any] | None:
        gradient = empty(shape)
        value = call(*args, gradient)
        return None if value is None else (value, gradient)

    if rows is None:
        return compute

    def compute_mean(*args: Any) -> tuple[float, Any] | None:
        gradient = empty(shape)
        try:
            count = len(args[rows])
            value = call(*args, weights[count], gradient)
        except (IndexError, TypeError, ZeroDivisionError):
            return None
        return None if value is None else (value / count, gradient)

    return compute_mean


def step_shortcut(
    loss: LLVMKernel | LLVMTape,
    update: LLVMKernel,
    rows: Sequence[Argument],
    outputs: Argument,
    layout: Layout | None,
    *,
    asks: bool,
) -> Shortcut | None:
    """Return a quick way to a whole step of training; None where rows are not in arrays.

    Args:
        loss: gives the sum of the losses, the gradient of their mean, and outputs. It may be a
            kernel for a single sample.
        update: changes the parameters and what is kept for them in place.
        rows: the arguments that have a row for each sample.
        outputs: what else the loss gives.
        layout: where the arrays of the parameters are, and those of the gradients; None if both
            are flat.
        asks: whether a loss of nan ends the step before anything is updated, so that the caller can
            look for the cause.
    """
    _, _, memory, settings = update.kernel.inputs
    count, width = loss.kernel.inputs[0].width, outputs.width
    shapes = [(count,)] if layout is None else layout.shapes
    if not shapes or not all(row.shape for row in rows):
        return None
    is_single = not loss.kernel.is_over_batch
    samples = 1 if is_single else ROWS
    takes: list[Array] = []

    def places(*arrays: Array) -> tuple[int, ...]:
        takes.extend(arrays)
        return tuple(range(len(takes) - len(arrays), len(takes)))

    parameters = places(*(Array(shape, is_written=True) for shape in shapes))
    gradients = places(*(Array(shape, is_written=True) for shape in shapes))
    kept, shared = places(Array((count * memory.width,), is_written=True), Array((settings.width,)))
    data = places(*(Array((samples, *(row.shape or ())[1:])) for row in rows))
    weight, others = places(Array((1,)), Array((samples, width), is_written=True))
    before: list[Run] = []
    after: list[Run] = []
    (numbers,), (slopes,) = parameters[:1], gradients[:1]
    copy = Copy(shapes)
    if layout is not None:
        numbers, slopes = places(*[Array((count,), is_written=True)] * 2)
        before = [copy.run(numbers, parameters, back=False)]
        after = [copy.run(numbers, parameters, back=True), copy.run(slopes, gradients, back=True)]
    value = len(takes)
    runs = [
        *before,
        Run(loss.address, samples, (numbers, *data, weight, value, slopes, others), loss.tape),
        Run(update.address, count, (numbers, slopes, kept, shared, numbers, kept), unless_nan=asks),
        *after,
    ]
    call = function(takes, runs, keep=(loss, update, copy))
    if call is None:
        return None
    empty, weights = np.empty, _Weights()

    def step(
        parameters: Any, gradients: Any, memory: Any, settings: Any, *data: Any
    ) -> tuple[float, Any] | None:
        try:
            number = len(data[0])
            weight = weights[number]
            if settings.__class__ is list:
                settings = array("d", settings)
        except (IndexError, TypeError, ZeroDivisionError):
            return None
        if memory.__class__ is list and not memory:
            memory = empty(0)
        found = empty((number, width))
        if layout is None:
            value = call(parameters, gradients, memory, settings, *data, weight, found)
        else:
            arrays = [*layout.found(parameters), *layout.found(gradients)]
            flat = empty(count), empty(count)
            value = call(*arrays, memory, settings, *data, weight, found, *flat)
        return _step_done(value, number, found if width else [], asks=asks)

    return step


def _step_done(
    value: float | None, count: int, outputs: Any, *, asks: bool
) -> tuple[float, Any] | None:
    """What a step returns; None sends the caller the long way.

    It is None for arrays that were not planned for, and for a loss of nan if `asks`: the long way
    finds the cause.
    """
    return None if value is None or (asks and isnan(value)) else (value / count, outputs)


def update_shortcut(update: LLVMKernel, count: int) -> Callable[..., float | None] | None:
    """Return a quick way to an update by itself, of so many parameters; see `step_shortcut`."""
    _, _, memory, settings = update.kernel.inputs
    takes = [
        Array((count,), is_written=True),
        Array((count,)),
        Array((count * memory.width,), is_written=True),
        Array((settings.width,)),
    ]
    return function(takes, [Run(update.address, count, (0, 1, 2, 3, 0, 2))], keep=update)


class _Weights(dict[int, Any]):
    """How much a sample counts in a mean over so many: 1 / count, in an array."""

    def __missing__(self, count: int) -> Any:
        if len(self) > MOST_WEIGHTS:
            self.clear()
        weight = self[count] = np.array([1.0 / count])
        return weight


MOST_WEIGHTS = 1000


def _shape(result: Argument) -> tuple[int, ...] | None:
    """A result's shape: () for a number, None for what is neither that nor an array."""
    if result.shape is not None or result.by_sample:
        return result.shape
    return None if is_tree(result.template) else ()
