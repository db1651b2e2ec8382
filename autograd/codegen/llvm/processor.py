"""The processor at hand, and the functions of C's library that machine code may call."""

from __future__ import annotations

import ctypes
import ctypes.util
import platform
import sys
from functools import lru_cache

import llvmlite.binding as llvm

from autograd.codegen.llvm.functions import PREFIX
from autograd.codegen.llvm.language import FUNCTIONS


@lru_cache(maxsize=1)
def processor() -> tuple[int, bool, str, str]:
    """Return the doubles in a vector, whether there is fma, and LLVM's names of the processor."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    # From the library that Python's `math` calls too, so that numbers are the same.
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
