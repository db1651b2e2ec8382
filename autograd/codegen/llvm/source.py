"""A kernel in LLVM's language: elementary functions, the parts, and the loop over the samples."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.codegen.kernel import MOST_LINES, Kernel, parts
from autograd.codegen.llvm.arrays import Array, arrays_of
from autograd.codegen.llvm.functions import elementary
from autograd.codegen.llvm.language import FUNCTIONS, Text
from autograd.codegen.llvm.loop import Loop
from autograd.codegen.llvm.straight_line import write_part


def kernel_text(kernel: Kernel, lanes: int, *, fused: bool) -> str:
    """Return a text that defines `run(count, table of the arrays' addresses, unused)`.

    Args:
        kernel: what it runs.
        lanes: numbers in a vector: 1, 2, 4, ...
        fused: whether the processor can multiply and add with one rounding.
    """
    text, arrays = Text(lanes), arrays_of(kernel)
    found, places = parts(kernel, _most_lines(kernel, arrays))
    for step in sorted({line.step for line in kernel.lines} & FUNCTIONS.keys()):
        text.add(*elementary(step, lanes, fused=fused))
    for number, part in enumerate(found):
        write_part(text, kernel, arrays, number, part)
    Loop(text, arrays, found, places).write()
    return text.whole()


def _most_lines(kernel: Kernel, arrays: Sequence[Array]) -> int:
    """Return how many lines a part may have.

    Parts of twice as many lines exchange fewer results: batches through hidden layers of 32 to 64
    take 0.8 to 0.9 of the time. With rows of 64 to 300 numbers, or a function in one line of 12,
    they take 1.05 to 1.25 times the time; in between there is little to choose.
    """
    calls = sum(line.step in FUNCTIONS for line in kernel.lines)
    has_long_rows = any(array.has_rows and array.width >= 60 for array in arrays)
    is_small = has_long_rows or 25 * calls > len(kernel.lines)
    return MOST_LINES if is_small else 2 * MOST_LINES
