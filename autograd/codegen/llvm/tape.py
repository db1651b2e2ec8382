"""Tapes that run in machine code, which is shared by all that need no other steps."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from weakref import finalize

import numpy as np

from autograd.codegen.kernel import Kernel
from autograd.codegen.llvm import tape_of_many, tape_of_one
from autograd.codegen.llvm.kernel import RUN
from autograd.codegen.llvm.language import FUNCTIONS
from autograd.codegen.llvm.machine_code import machine_code
from autograd.codegen.llvm.processor import processor
from autograd.codegen.llvm.tape_of_one import QUICK
from autograd.codegen.llvm.tape_text import STEPS
from autograd.codegen.tape.groups import TO_SUM
from autograd.codegen.tape.tape import KINDS, ROWS, STEP, TERMS, N, Tape, make_tape

FORGET = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
"""The type of `forget(tape)`, which frees what it has kept from run to run."""


class LLVMTape:
    """A kernel that runs as a tape, in machine code.

    Args:
        kernel: what to run.
        tape: what `tape_of` returns, if it is known; it is changed.

    Attributes:
        kernel: what to run.
        address: where the function `run(count, table of the arrays' addresses, tape)` is.
        tape: the address of its tape.
    """

    def __init__(self, kernel: Kernel, tape: Tape | None = None) -> None:
        over_batch = kernel.is_over_batch
        self._tape, steps = _renumbered(tape or self.tape_of(kernel), over_batch=over_batch)
        self._engine, self.address = _machine(over_batch, steps)
        self._run = RUN(self.address)
        self.kernel = kernel
        machine = tape_of_many if over_batch else tape_of_one
        # What has an address has to stay.
        self._head = _head(kernel, self._tape) | machine.head_of(kernel, self._tape)
        numbers = [self._head[name] for name in machine.HEAD]
        self._numbers = np.array(
            [x.ctypes.data if isinstance(x, np.ndarray) else x for x in numbers], dtype=np.int64
        )
        self.tape: int = self._numbers.ctypes.data
        if over_batch:
            forget = FORGET(self._engine.get_function_address("forget"))
            finalize(self, _call, forget, self.tape, (self._engine, self._numbers)).atexit = False

    @staticmethod
    def tape_of(kernel: Kernel) -> Tape:
        """Return the tape of a kernel, as its machine needs it."""
        lanes, *_ = processor()
        return make_tape(kernel, 1 if kernel.is_over_batch else lanes)

    @staticmethod
    def is_quick(_: Kernel, tape: Tape) -> bool:
        """Return whether a tape over a batch takes no longer than straight-line code.

        It does if most of what it does for each sample is to add up products: it does that in the
        processor's registers, and straight-line code is so long that it is fetched again and again.
        """
        of_samples = tape.instructions[tape.once :, [STEP, N, ROWS, TERMS]]
        steps, n, rows, terms = of_samples.T.astype(np.int64)
        work = n * rows * terms
        to_sum = [tape.steps.index(step) for step in TO_SUM.values()]
        adds_up = (terms >= 8) | np.isin(steps, to_sum)
        return bool(2 * work[adds_up].sum() >= work.sum())

    @property
    def source(self) -> str:
        """The tape, an instruction a line."""
        return str(self._tape)

    def run(self, count: int, arrays: Sequence[Any]) -> list[Any]:
        """Return the arrays that come out; see `PythonKernel.run`."""
        taken = [np.ascontiguousarray(numbers, dtype=float) for numbers in arrays]
        sizes = [len(y.lines) * (count if y.by_sample else 1) for y in self.kernel.outputs]
        given = [np.empty(size) for size in sizes]
        addresses = [numbers.ctypes.data for numbers in (*taken, *given)]
        table = (ctypes.c_void_p * len(addresses))(*addresses)
        self._run(count, table, self.tape)
        return given


def _call(function: Any, address: int, _: Any) -> None:
    """Call a function with an address; what it needs is given along, to be there until then."""
    function(address)


def _head(kernel: Kernel, tape: Tape) -> dict[str, Any]:
    """What `tape_text.OF_ALL` names, but for the arrays that go in and come out."""
    start, numbers = tape.constants
    to, copied = tape.copies
    return {
        "constants": numbers,
        "constants.to": start,
        "constants.size": numbers.nbytes,
        "copies": copied,
        "copies.to": to,
        "copies.count": len(copied),
        "inputs.count": len(kernel.inputs),
        "outputs.count": len(kernel.outputs),
        "code": tape.instructions,
        "code.count": len(tape.instructions),
        "places": tape.places,
    }


def _renumbered(tape: Tape, *, over_batch: bool) -> tuple[Tape, frozenset[str]]:
    """A tape with the numbers that steps have here, and which steps it has.

    Its instructions are changed in place.
    """
    known = {step: i for i, step in enumerate(STEPS)}
    numbers = np.array([known.get(step, -1) for step in tape.steps])
    numbers = numbers[tape.instructions[:, STEP]]
    used = frozenset(STEPS[number] for number in np.unique(numbers))
    kinds = tape.instructions[:, KINDS]
    for number, (step, lie) in [] if over_batch else enumerate(QUICK, len(STEPS)):
        is_quick = (numbers == known[step]) & (kinds[:, : len(lie)] == lie).all(axis=1)
        numbers[is_quick] = number
    tape.instructions[:, STEP] = numbers
    return replace(tape, steps=(*STEPS, *(step for step, _ in QUICK))), used


_MACHINES: dict[tuple[bool, frozenset[str]], tuple[Any, int]] = {}
"""What `_machine` returned."""


def _machine(over_batch: bool, steps: frozenset[str]) -> tuple[Any, int]:
    """The machine code that runs tapes, and its address.

    It takes long to compile, and a program has few of the steps: only those are written.
    """
    if not over_batch:
        steps = steps.intersection(FUNCTIONS)  # all others are there
    for (kind, those_there), found in [*_MACHINES.items()]:  # other threads may add some
        if kind == over_batch and those_there >= steps:
            return found
    lanes, fused, cpu, features = processor()
    text = (tape_of_many if over_batch else tape_of_one).text_of(lanes, steps, fused=fused)
    engine = machine_code(text, 2, cpu=cpu, features=features)
    _MACHINES[over_batch, steps] = made = engine, engine.get_function_address("run")
    return made
