"""The one recorder: a function run once on unknown numbers, and the program of what it did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.cleaning import name_of
from autograd.codegen.arguments import Argument
from autograd.codegen.kernel import Input, Kernel, kernel, place
from autograd.codegen.lowering import Lowering
from autograd.codegen.program import Program, Register
from autograd.codegen.progress import Progress
from autograd.codegen.recording import Recorded, record, recorded_numbers
from autograd.trees import arithmetic_on_items, map_structure, rebuild


class Recorder:
    """A function's operations, for arguments of one structure.

    Args:
        f: the function.
        arguments: what is known of its arguments.
        mean: whether gradients are those of the mean over the samples. The kernels' last array is
            then the derivative of the mean by the number of one sample, 1 / count.

    Attributes:
        output: what the function returned; its numbers are not known.
        template: its structure, with 0.0 for each number.
        takes: whether it uses `take`, whose index may be out of range.

    >>> line = Recorder(lambda w, x: w[0] * x + w[1], [Argument([0.0, 0.0]), Argument(0.0)])
    >>> made = line.kernel([(line.values(), False), (line.gradients([0]), False)])
    >>> [line.step for line in made.lines]
    ['input', 'input', 'input', 'mul', 'add', 'constant']
    """

    def __init__(
        self, f: Callable[..., Any], arguments: Sequence[Argument], *, mean: bool = False
    ) -> None:
        self._leaves = [[Recorded() for _ in range(a.width)] for a in arguments]
        given = [*map(rebuild, (a.template for a in arguments), self._leaves)]
        with arithmetic_on_items(f, given):
            self.output = record(f, *given)
        self.template = map_structure(lambda _: 0.0, self.output)
        self._arrays = [Input(a.width, a.by_sample) for a in arguments]
        self._program = Program()
        self._progress = Progress(name_of(f))
        self._program.progress = self._progress
        registers = {
            leaf: self._program.input(place(i, position))
            for i, leaves in enumerate(self._leaves)
            for position, leaf in enumerate(leaves)
        }
        self._seed: Register | float = 1.0
        if mean:
            self._seed = self._program.input(place(len(self._arrays), 0))
            self._arrays.append(Input(1, by_sample=False))
        self._lowering = Lowering(self._program, recorded_numbers(self.output), registers)
        self.takes = self._program.takes

    def values(self) -> list[Register]:
        """Return the numbers of the output, from left to right."""
        return self._lowering.values()

    def gradients(self, positions: Sequence[int]) -> list[Register]:
        """Return the derivatives of the output's first number by the numbers of some arguments.

        Args:
            positions: which arguments.
        """
        leaves = [leaf for i in positions for leaf in self._leaves[i]]
        return self._lowering.gradients(leaves, self._seed)

    def kernel(
        self, outputs: Sequence[tuple[Sequence[Register], bool]], *, in_place: bool = False
    ) -> Kernel:
        """Return the kernel that computes some of these numbers; see `kernel.kernel`."""
        self._progress.close()
        return kernel(self._program, self._arrays, outputs, in_place=in_place)
