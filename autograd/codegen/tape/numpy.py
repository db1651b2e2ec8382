"""A tape in NumPy, for where there is no LLVM."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.codegen.kernel import Kernel
from autograd.codegen.numpy import NAMES, NumPy
from autograd.codegen.tape.groups import ADD_PRODUCT, MAXIMUM
from autograd.codegen.tape.tape import ABSENT, ONE, ROW, Tape, make_tape

_BLOCK = 64
"""Samples that are computed at once: enough to fill NumPy's loops, few enough to stay in cache."""


class NumPyTape:
    """A kernel that runs as a tape, in NumPy.

    Args:
        kernel: what to run.
        tape: what `tape_of` returns, if it is known.
    """

    def __init__(self, kernel: Kernel, tape: Tape | None = None) -> None:
        self._samples = _BLOCK if kernel.is_over_batch else 1
        self._kernel = kernel
        self._tape = tape or self.tape_of(kernel)
        self._buffers: list[Any] = []
        names = self._tape.steps
        functions = {
            code: _function(names[code]) for code in {*self._tape.instructions[:, 0].tolist()}
        }
        self._work = [
            (functions[step], slice(start, start + count), _operands(names[step], operands))
            for step, start, count, _, _, *operands in self._tape.instructions.tolist()
        ]

    @staticmethod
    def tape_of(kernel: Kernel) -> Tape:
        """Return the tape of a kernel, as NumPy runs it."""
        return make_tape(kernel, cut=False)

    @staticmethod
    def is_quick(kernel: Kernel, tape: Tape) -> bool:
        """Return whether a tape over a batch takes no longer than straight-line code.

        It does if an instruction stands for many lines: networks, with 22 to 90 lines for one, take
        0.3 to 0.7 of the time, and what is irregular, with 3 for one, four times as long.
        """
        return len(kernel.lines) >= 12 * len(tape.instructions)

    @property
    def source(self) -> str:
        """The tape, an instruction a line."""
        return str(self._tape)

    def run(self, count: int, arrays: Sequence[Any]) -> list[Any]:
        """Return the arrays that come out; see `PythonKernel.run`."""
        tape, samples, outputs = self._tape, self._samples, self._kernel.outputs
        try:
            buffer = self._buffers.pop()  # no other thread has it now
        except IndexError:
            buffer = self._new_buffer()
        rows: list[tuple[slice, Any]] = []
        for start, array, numbers in zip(tape.inputs, self._kernel.inputs, arrays, strict=True):
            given, where = np.asarray(numbers, dtype=float), slice(start, start + array.width)
            if array.by_sample:
                rows.append((where, given.reshape(count, array.width).T))
            else:
                buffer[where] = given[:, None]
        nothing = -0.0 if count else 0.0  # -0.0 changes no sum, and of no samples the sum is 0.0
        found = [
            np.empty((count, len(places))) if output.by_sample else np.full(len(places), nothing)
            for output, places in zip(outputs, tape.outputs, strict=True)
        ]
        for first in range(0, count, samples):
            size = min(samples, count - first)
            for where, columns in rows:
                buffer[where, :size] = columns[:, first : first + size]
                buffer[where, size:] = columns[:, -1:]  # computed too, and not counted
            self._instructions(buffer)
            for output, places, result in zip(outputs, tape.outputs, found, strict=True):
                block = buffer[places, :size]
                if output.by_sample:
                    result[first : first + size] = block.T
                elif count == 1:
                    result[:] = block[:, 0]
                else:
                    result += block.sum(axis=1, initial=-0.0)
        self._buffers.append(buffer)
        return [result.ravel() for result in found]

    def _new_buffer(self) -> Any:
        buffer = np.zeros((self._tape.size, self._samples))
        start, numbers = self._tape.constants
        buffer[start : start + len(numbers)] = numbers[:, None]
        return buffer

    def _instructions(self, buffer: Any) -> None:
        """Run the tape over a buffer: all constants and inputs are in their places."""
        places = self._tape.places
        with np.errstate(all="ignore"):
            for function, results, operands in self._work:
                count = results.stop - results.start
                inputs = []
                for kind, place in operands:
                    if kind == ROW:
                        inputs.append(buffer[place : place + count])
                    elif kind == ONE:
                        inputs.append(buffer[place])
                    else:
                        inputs.append(buffer[places[place : place + count]])
                buffer[results] = function(*inputs)


def _operands(step: str, operands: Sequence[int]) -> Sequence[tuple[int, int]]:
    found = [*zip(operands[::4], operands[1::4], strict=True)]
    return [x for x in found if x[0] != ABSENT][: NumPy.takes.get(step)]


def _function(step: str) -> Callable[..., Any]:
    """NumPy's function for a step; conditions are numbers here, 1.0 or 0.0."""
    known: dict[str, Callable[..., Any]] = {
        "add": np.add,
        "sub": np.subtract,
        "mul": np.multiply,
        "div": np.divide,
        "neg": np.negative,
        "greater": np.greater,
        "greater_equal": np.greater_equal,
        "equal": np.equal,
        "or": np.logical_or,
        ADD_PRODUCT: lambda a, b, c: a + b * c,
        MAXIMUM: lambda a, b: np.where((a >= b) | np.isnan(a), a, b),
        "choose": lambda condition, a, b: np.where(condition != 0.0, a, b),
    }
    if step in known:
        return known[step]
    function: Callable[..., Any] = NAMES[NumPy.functions.get(step, step)]
    return function
