"""Kernels in NumPy: each step is done to all samples at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.codegen.kernel import Kernel, parts
from autograd.codegen.language import Language
from autograd.codegen.python import Python, functions, source


class NumPy(Python):
    """Expressions in NumPy, on a number for each sample."""

    forms = Language.forms | {"or": "{} | {}"}
    functions = {  # noqa: RUF012  # never changed
        "not": "logical_not",  # of a constant's condition too, which is Python's own bool
        "choose": "where",
        "pow": "float_power",  # `power` takes the square root for an exponent of 0.5
        **{name: f"arc{name[1:]}" for name in ("acos", "acosh", "asin", "asinh")},
        **{name: f"arc{name[1:]}" for name in ("atan", "atan2", "atanh")},
    }


NAMES = vars(np) | {f.__name__: np.vectorize(f, otypes=[float]) for f in (math.erf, math.erfc)}
"""What kernels call: NumPy's functions, and `math`'s number by number where NumPy has none."""


class NumPyKernel:
    """A kernel that runs in NumPy.

    Args:
        kernel: what to run.
    """

    def __init__(self, kernel: Kernel) -> None:
        found, self._places = parts(kernel)
        self.source = source(kernel, found, NumPy())
        self._kernel = kernel
        self._functions = functions(self.source, NAMES)

    def run(self, count: int, arrays: Sequence[Any]) -> list[Any]:
        """Return the arrays that come out; see `PythonKernel.run`."""
        columns = []
        for x, numbers in zip(self._kernel.inputs, arrays, strict=True):
            array = np.asarray(numbers, dtype=float)
            # Columns of samples; where all share a number it is a NumPy scalar, which follows IEEE.
            columns.append(array.reshape(count, x.width).T.copy() if x.by_sample else array)
        kept: list[Any] = [0.0] * self._places
        results: list[Any] = [0.0] * sum(len(output.lines) for output in self._kernel.outputs)
        with np.errstate(all="ignore"):
            for function in self._functions:
                function(*columns, kept, results)
            found = []
            start = 0
            nothing = -0.0 if count else 0.0  # -0.0 + x is x, whatever the sign of a zero
            for output in self._kernel.outputs:
                table = np.empty((len(output.lines), count))
                for row, number in enumerate(results[start : start + len(output.lines)]):
                    table[row] = number  # one for all samples, or one for each
                start += len(output.lines)
                found.append(
                    table.T.ravel() if output.by_sample else table.sum(axis=1, initial=nothing)
                )
        return found
