"""From arrays to machine code and back, with as little Python between as there can be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.codegen.arguments import ROWS, Argument
from autograd.codegen.calls import Array, Run, function
from autograd.codegen.llvm import LLVMKernel

Shortcut = Callable[[tuple[Any, ...]], "list[Any] | None"]


def shortcut(
    machine_code: LLVMKernel,
    arguments: Sequence[Argument],
    results: Sequence[Argument],
    *,
    mean: bool,
    has_value: bool,
) -> Shortcut | None:
    """Return a function from a tuple of arrays to the results, None where there is no quick way.

    What it returns answers None to arguments that are none of these arrays.

    Args:
        machine_code: what to run.
        arguments: what it takes.
        results: what it gives.
        mean: whether results are means: it takes the weight of a sample then, 1 / count.
        has_value: whether the first result is the value: its sum is to be divided by the count.
    """
    shapes = [_shape(result) for result in results]
    if None in (*shapes, *(argument.shape or None for argument in arguments)):
        return None
    known = [shape or (1,) for shape in shapes]  # a number comes in an array of one
    rows = next((i for i, argument in enumerate(arguments) if argument.by_sample), None)
    takes = [Array(argument.shape or ()) for argument in arguments]
    takes += [Array((1,))] * mean + [Array(shape, is_written=True) for shape in known]
    run = Run(machine_code.address, 1 if rows is None else ROWS, tuple(range(len(takes))))
    call = function(takes, [run], keep=machine_code)
    if call is None:
        return None
    many, is_number = len(arguments), shapes[0] == ()
    empty, array = np.empty, np.array

    def compute(args: tuple[Any, ...]) -> list[Any] | None:
        if len(args) != many:
            return None
        count = 1 if rows is None else len(args[rows]) if hasattr(args[rows], "__len__") else 0
        found: list[Any] = [empty((count, *s[1:]) if s[:1] == (ROWS,) else s) for s in known]
        if mean:
            if not count or call(*args, array([1.0 / count]), *found) is None:
                return None
            if has_value:
                found[0] /= count
        elif call(*args, *found) is None:
            return None
        if is_number:
            found[0] = found[0].item()
        return found

    return compute


def _shape(result: Argument) -> tuple[int, ...] | None:
    """A result's shape: () for a number, None for what is neither that nor an array."""
    if result.shape is not None or result.by_sample:
        return result.shape
    return None if isinstance(result.template, (list, tuple)) else ()
