"""A kernel in LLVM's language: elementary functions, the parts, and the loop over the samples."""

from __future__ import annotations

from autograd.codegen.kernel import Kernel, parts
from autograd.codegen.llvm.arrays import arrays_of
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
    found, places = parts(kernel)
    for step in sorted({line.step for line in kernel.lines} & FUNCTIONS.keys()):
        text.add(*elementary(step, lanes, fused=fused))
    for number, part in enumerate(found):
        write_part(text, kernel, arrays, number, part)
    Loop(text, arrays, found, places).write()
    return text.whole()
