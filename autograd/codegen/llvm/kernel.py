"""Kernels in machine code, made by LLVM for the processor at hand."""

from __future__ import annotations

import ctypes
import ctypes.util
import platform
import sys
from array import array
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import llvmlite.binding as llvm
import numpy as np

from autograd.codegen.kernel import Kernel
from autograd.codegen.llvm.calls import LLVM_LOCK
from autograd.codegen.llvm.functions import PREFIX
from autograd.codegen.llvm.language import FUNCTIONS
from autograd.codegen.llvm.source import kernel_text


class LLVMKernel:
    """A kernel that runs as machine code.

    Args:
        kernel: what to run.

    Attributes:
        kernel: what to run.
        source: the kernel in LLVM's language.
        address: where its function `run(count, table of the arrays' addresses)` is.
    """

    def __init__(self, kernel: Kernel) -> None:
        lanes, fused, cpu, features = _processor()
        over_samples = any(array.by_sample for array in kernel.inputs)
        self.source = kernel_text(kernel, lanes if over_samples else 1, fused=fused)
        self.kernel = kernel
        # An engine takes its machine over, so each has one of its own.
        machine = llvm.Target.from_default_triple().create_target_machine(
            cpu=cpu, features=features, opt=2, jit=True
        )
        with LLVM_LOCK:
            self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(self.source), machine)
            self._engine.finalize_object()
        self.address: int = self._engine.get_function_address("run")
        self._run = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_void_p)(self.address)

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
        self._run(count, (ctypes.c_void_p * len(addresses))(*addresses))
        return given


def _address(numbers: Any) -> int:
    if isinstance(numbers, array):
        return numbers.buffer_info()[0]
    address: int = numbers.ctypes.data
    return address


@lru_cache(maxsize=1)
def _processor() -> tuple[int, bool, str, str]:
    """Of this processor the doubles in a vector, whether it has fma, its name and its features."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    # Found by name wherever Python has them, so that numbers are those of Python's `math`.
    library = (
        ctypes.CDLL("ucrtbase")
        if sys.platform == "win32"
        else ctypes.CDLL(ctypes.util.find_library("m"))
    )
    for name in FUNCTIONS:
        address = ctypes.cast(getattr(library, name), ctypes.c_void_p).value
        llvm.add_symbol(PREFIX + name, address)
    features = llvm.get_host_cpu_features()
    lanes = 8 if features.get("avx512f") else 4
    fused = bool(features.get("fma")) or platform.machine().lower() in {"aarch64", "arm64"}
    return lanes, fused, llvm.get_host_cpu_name(), features.flatten()
