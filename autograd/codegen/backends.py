"""Back ends: what can run a kernel, and which of them is there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from threading import RLock
from typing import Any, Protocol

from autograd.codegen.kernel import Kernel

BACKENDS = ("llvm", "numpy", "python")
"""All of them, the fastest first."""

_compiling = RLock()

_NEEDS = {"llvm": ("llvmlite", "numpy"), "numpy": ("numpy",), "python": ()}


class Runnable(Protocol):
    """A kernel that can run.

    Attributes:
        source: the code that was written for it.
    """

    source: str

    def run(self, count: int, arrays: Sequence[Any]) -> list[Any]:
        """Return the arrays that come out, each flat; see `PythonKernel.run`."""


def choose(backend: str, *, over_a_batch: bool) -> str:
    """Return the back end of this name; for "auto", the fastest of those that are there.

    Args:
        backend: its name, or "auto".
        over_a_batch: whether it runs over many samples: NumPy is of no use for one.

    Raises:
        ValueError: no back end has this name; the message lists those that there are.
        ImportError: the back end needs a package that is not installed; the message says which.

    >>> choose("python", over_a_batch=False)
    'python'
    """
    if backend == "auto":
        able = [name for name in BACKENDS if over_a_batch or name != "numpy"]
        return next(name for name in able if not _missing(name))
    if backend not in BACKENDS:
        known = ", ".join(("auto", *BACKENDS))
        raise ValueError(f"unknown backend: {backend!r} (must be one of {known})")
    if missing := _missing(backend):
        raise ImportError(
            f"the backend {backend!r} needs {' and '.join(missing)}: pip install"
            " 'glassgrad[fast]', or choose another backend"
        )
    return backend


def runnable(kernel: Kernel, backend: str) -> Runnable:
    """Return a kernel compiled for a back end; the same kernel is compiled once."""
    with _compiling:
        return compiled(kernel, backend)


@lru_cache(maxsize=256)
def compiled(kernel: Kernel, backend: str) -> Runnable:
    """Compile a kernel; no two threads do the same work."""
    if backend == "llvm":
        from autograd.codegen.llvm.kernel import LLVMKernel  # noqa: PLC0415  # needs an extra

        return LLVMKernel(kernel)
    if backend == "numpy":
        from autograd.codegen.numpy import NumPyKernel  # noqa: PLC0415

        return NumPyKernel(kernel)
    from autograd.codegen.python import PythonKernel  # noqa: PLC0415

    return PythonKernel(kernel)


def _missing(backend: str) -> list[str]:
    return [package for package in _NEEDS[backend] if find_spec(package) is None]
