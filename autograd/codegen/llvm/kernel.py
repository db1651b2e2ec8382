"""Kernels in machine code, made by LLVM for the processor at hand."""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.codegen.kernel import Kernel
from autograd.codegen.llvm.machine_code import machine_code
from autograd.codegen.llvm.processor import processor
from autograd.codegen.llvm.source import kernel_text

RUN = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p)
"""The type of `run(count, table of the arrays' addresses, tape)`."""

LEVEL = 1
"""LLVM's level of optimization. Networks of 100 to 24,000 lines run 1.1 to 4 times as long at level
0; levels 2 and 3 gain nothing, and take 5 to 20 % longer to compile."""


class LLVMKernel:
    """A kernel that runs as machine code.

    Args:
        kernel: what to run.

    Attributes:
        kernel: what to run.
        source: the kernel in LLVM's language.
        address: where its function `run(count, table of the arrays' addresses, unused)` is.
        tape: 0; see `LLVMTape`.
    """

    def __init__(self, kernel: Kernel) -> None:
        lanes, fused, cpu, features = processor()
        self.source = kernel_text(kernel, lanes if kernel.is_over_batch else 1, fused=fused)
        self.kernel = kernel
        self.tape = 0
        self._engine = machine_code(self.source, LEVEL, cpu=cpu, features=features)
        self.address: int = self._engine.get_function_address("run")
        self._run = RUN(self.address)

    def run(self, count: int, arrays: Sequence[Any]) -> list[Any]:
        """Return the arrays that come out; see `PythonKernel.run`."""
        taken = [
            np.ascontiguousarray(numbers, dtype=float)
            if isinstance(numbers, np.ndarray)
            else array("d", numbers)
            for numbers in arrays
        ]
        sizes = [len(y.lines) * (count if y.by_sample else 1) for y in self.kernel.outputs]
        given = [array("d", bytes(8 * size)) for size in sizes]
        addresses = [_address(numbers) for numbers in (*taken, *given)]
        self._run(count, (ctypes.c_void_p * len(addresses))(*addresses), self.tape)
        return given


def _address(numbers: Any) -> int:
    if isinstance(numbers, array):
        return numbers.buffer_info()[0]
    address: int = numbers.ctypes.data
    return address
