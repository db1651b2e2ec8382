"""Back ends: what can run a kernel, and which of them is there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, Protocol

from autograd.cleaning import quoted
from autograd.codegen.kernel import Kernel
from autograd.forking import lock_renewed_in_forks

BACKENDS = ("llvm", "numpy", "python")
"""All of them, the fastest first."""

LONG, LONG_BY_SAMPLE = 5_000, 100_000
"""Lines of the shortest program that runs as a tape instead of as straight-line code.

For one sample a tape is as fast as straight-line code, and made in a tenth of the time. Over a
batch it may take up to 7 times as long, and is for what LLVM would compile for many seconds. What
runs in place, as an update of parameters does, is never a tape; and a batch of one is one sample
where a step is long, see `stepping`.
"""

LONG_IF_QUICK = 10_000
"""The same over a batch, where the tape is quick; see `LLVMTape.is_quick` and `NumPyTape.is_quick`.

With two hidden layers of 40 (10,500 lines) it takes as long over 100 points as straight-line code,
with 64 (26,000) 0.7 times as long, with 96 half; and LLVM would compile for 0.5, 2.3 and 7 s.
"""

_compiling = lock_renewed_in_forks()

_NEEDS = {"llvm": ("llvmlite", "numpy"), "numpy": ("numpy",), "python": ()}


class Runnable(Protocol):
    """A kernel that can run."""

    @property
    def source(self) -> str:
        """The code that was written for it."""

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
        raise ValueError(f"unknown backend: {quoted(backend)} (must be one of {known})")
    if missing := _missing(backend):
        raise ImportError(
            f"the backend {quoted(backend)} needs {' and '.join(missing)}: pip install"
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
    if backend != "python" and not kernel.in_place:
        tape = _tape(kernel, backend)
        if tape is not None:
            return tape
    if backend == "llvm":
        from autograd.codegen.llvm.kernel import LLVMKernel  # noqa: PLC0415  # needs an extra

        return LLVMKernel(kernel)
    if backend == "numpy":
        from autograd.codegen.numpy import NumPyKernel  # noqa: PLC0415

        return NumPyKernel(kernel)
    from autograd.codegen.python import PythonKernel  # noqa: PLC0415

    return PythonKernel(kernel)


def _tape(kernel: Kernel, backend: str) -> Runnable | None:
    """A kernel as a tape; None if straight-line code is better."""
    lines, over_batch = len(kernel.lines), kernel.is_over_batch
    is_long = lines >= (LONG_BY_SAMPLE if over_batch else LONG)
    if not is_long and not (over_batch and lines >= LONG_IF_QUICK):
        return None
    machine: Any
    if backend == "llvm":
        from autograd.codegen.llvm.tape import LLVMTape as machine  # noqa: N813, PLC0415
    else:
        from autograd.codegen.tape.numpy import NumPyTape as machine  # noqa: N813, PLC0415
    tape = machine.tape_of(kernel)
    return machine(kernel, tape) if is_long or machine.is_quick(kernel, tape) else None


def _missing(backend: str) -> list[str]:
    return [package for package in _NEEDS[backend] if find_spec(package) is None]
