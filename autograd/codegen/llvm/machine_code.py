"""Machine code from LLVM's language; in a folder of the user's it outlives the process."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm

from autograd.files import write_whole
from autograd.forking import lock_held_over_forks

VARIABLE = "GLASSGRAD_CACHE"
"""The environment variable that names the folder."""

LLVM_LOCK = lock_held_over_forks(getattr(getattr(llvm.ffi.lib, "_lock", None), "_lock", None))
"""One thread at a time may use LLVM. The lock is llvmlite's own, which it takes to free engines."""


def machine_code(text: str, level: int, *, cpu: str = "", features: str = "") -> Any:
    """Return an engine that has the machine code of a text.

    Args:
        text: in LLVM's language.
        level: how much to optimize, 0 to 3.
        cpu: LLVM's name of the processor; if empty, code for any of its kind.
        features: what the processor can do, as LLVM writes it.
    """
    folder = os.environ.get(VARIABLE)
    with LLVM_LOCK:
        # An engine becomes the owner of its target machine, so each needs a new one.
        machine = llvm.Target.from_default_triple().create_target_machine(
            cpu=cpu, features=features, opt=level, jit=True
        )
        engine = llvm.create_mcjit_compiler(llvm.parse_assembly(text), machine)
        if folder:
            known = (llvm.llvm_version_info, machine.triple, cpu, features, level, text)
            name = hashlib.sha256(repr(known).encode()).hexdigest()
            kept = _Kept(Path(folder).expanduser() / f"{name}.code")
            engine.set_object_cache(kept.write, kept.read)
        engine.finalize_object()
    return engine


class _Kept:
    """The machine code of one text in a file, after the digest that tells whether it is whole.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, _: Any) -> bytes | None:
        """Return the code; None if it is not there, or not as it was written."""
        with suppress(OSError):
            data = self._path.read_bytes()
            digest, code = data[:32], data[32:]
            if hashlib.sha256(code).digest() == digest:
                return code
        return None

    def write(self, _: Any, code: bytes) -> None:
        """Keep the code; without a file it is compiled again another time."""
        with suppress(OSError):
            write_whole(self._path, hashlib.sha256(code).digest() + code)
