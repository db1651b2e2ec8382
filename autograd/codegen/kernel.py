"""Kernels: programs that run over arrays of samples, and their division into parts."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from autograd.codegen.lines import Line, Lines, lines_of
from autograd.codegen.program import Program, Register
from autograd.forking import cached_property

MOST_LINES = 200
"""Lines of one part; machine code may have twice as many, see `llvm.source`."""


@dataclass(frozen=True)
class Input:
    """An array that goes in.

    Attributes:
        width: how many numbers it has; if it has rows, how many each row has.
        by_sample: whether it has a row for each sample.
    """

    width: int
    by_sample: bool


@dataclass(frozen=True)
class Output:
    """An array that comes out.

    Attributes:
        lines: the line of the program that gives each of its numbers.
        by_sample: whether there is a row for each sample; if not, each number is the sum over them.
    """

    lines: tuple[int, ...]
    by_sample: bool


@dataclass(frozen=True)
class Kernel:
    """A program with its arrays.

    Attributes:
        lines: the program's; the detail of an input line is what `place` makes.
        inputs: the arrays that go in.
        outputs: the arrays that come out.
        in_place: whether an array that comes out may be one that goes in. The kernel is then one
            part, which reads all numbers of a sample before it writes any.
    """

    lines: Lines
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    in_place: bool

    def __post_init__(self) -> None:
        if not isinstance(self.lines, Lines):  # of a pickle that version 0.1.0 wrote
            object.__setattr__(self, "lines", lines_of(self.lines))

    @cached_property
    def _hash(self) -> int:
        return hash((self.lines, self.inputs, self.outputs, self.in_place))

    @property
    def is_over_batch(self) -> bool:
        """Whether an array that goes in has a row for each sample."""
        return any(array.by_sample for array in self.inputs)

    @cached_property
    def of_one_sample(self) -> Kernel:
        """The kernel for one sample alone: no array has rows, and a sum is a number."""
        return Kernel(
            self.lines,
            tuple(replace(array, by_sample=False) for array in self.inputs),
            tuple(replace(array, by_sample=False) for array in self.outputs),
            self.in_place,
        )

    def __hash__(self) -> int:
        return self._hash  # over all lines, and asked for at each call: computed once

    def __reduce__(self) -> tuple[Any, ...]:
        return Kernel, (self.lines, self.inputs, self.outputs, self.in_place)


def kernel(
    program: Program,
    inputs: Sequence[Input],
    outputs: Sequence[tuple[Sequence[Register], bool]],
    *,
    in_place: bool = False,
) -> Kernel:
    """Return the kernel of those lines of a program that its outputs need.

    Args:
        program: has the lines.
        inputs: the arrays that go in.
        outputs: for each array that comes out its registers, and whether it has a row for each
            sample.
        in_place: see `Kernel`.
    """
    lines, places = program.taken([register for registers, _ in outputs for register in registers])
    found = iter(places)
    arrays = [Output(tuple(islice(found, len(rs))), by_sample) for rs, by_sample in outputs]
    return Kernel(lines, tuple(inputs), tuple(arrays), in_place)


def place(array: int, position: int) -> str:
    """Return the name of an input of a kernel's program."""
    return f"{array}:{position}"


def place_of(line: Line) -> tuple[int, int]:
    """Return which array an input line reads, and where."""
    array, _, position = line.detail.partition(":")
    return int(array), int(position)


@dataclass
class Part:
    """Some lines of a kernel, to be a function of their own.

    Attributes:
        lines: those that it runs, in order.
        loads: lines of earlier parts whose results it needs, and where they are kept.
        stores: lines of its own whose results later parts need, and where to keep them.
        results: (output, position) for each of its lines that is a result.
        once: whether all samples share its results: it runs once, before them.
    """

    lines: list[int] = field(default_factory=list)
    once: bool = False
    loads: dict[int, int] = field(default_factory=dict)
    stores: dict[int, int] = field(default_factory=dict)
    results: dict[int, list[tuple[int, int]]] = field(default_factory=dict)


def parts(kernel: Kernel, most_lines: int | None = None) -> tuple[list[Part], int]:
    """Divide a kernel into parts; return them, and how many places they keep results in.

    Inputs and constants are read where they are needed; every other result that a later part needs
    is kept. A place is free again after the last part that reads it.

    >>> program = Program()
    >>> x = program.input(place(0, 0))
    >>> for _ in range(10):
    ...     x = x * x
    >>> found, places = parts(kernel(program, [Input(1, False)], [([x], False)]), most_lines=5)
    >>> [len(part.lines) for part in found], places
    ([5, 5], 1)
    """
    lines = kernel.lines
    shared, own = _by_sample(kernel)
    size = most_lines or MOST_LINES
    found = [Part(shared[i : i + size], once=True) for i in range(0, len(shared), size)]
    divided = [Part(own[i : i + size]) for i in range(0, len(own), size)]
    found += divided if own and not kernel.in_place else [Part(own)]
    home = {i: number for number, part in enumerate(found) for i in part.lines}
    last = found[-1]
    waiting = 0
    for output, array in enumerate(kernel.outputs):
        for position, i in enumerate(array.lines):
            part = found[home[i]] if i in home else last
            if part is last or part.once:  # inputs, constants, what all samples share: at the end
                if waiting >= size and not kernel.in_place:
                    last, waiting = Part([]), 0
                    found.append(last)
                part = last
                waiting += 1
            part.results.setdefault(i, []).append((output, position))

    last_reader: dict[int, int] = {}
    for number, part in enumerate(found):
        read = {j for i in part.lines for j in lines[i].inputs} | part.results.keys()
        for j in sorted(j for j in read if home.get(j, number) != number):
            # Computed once, read for every sample: its place is never used again.
            last_reader[j] = len(found) if found[home[j]].once else number
            part.loads[j] = -1
    return found, _keep(found, last_reader)


def _by_sample(kernel: Kernel) -> tuple[list[int], list[int]]:
    """The lines to be computed: those that are the same for all samples, and the others."""
    over_batch = kernel.is_over_batch
    differs: list[bool] = []
    shared: list[int] = []
    own: list[int] = []
    for i, line in enumerate(kernel.lines):
        if line.step == "input":
            differs.append(kernel.inputs[place_of(line)[0]].by_sample)
            continue
        differs.append(any(differs[j] for j in line.inputs))
        if line.step != "constant":
            (shared if over_batch and not differs[i] else own).append(i)
    return shared, own


def _keep(found: list[Part], last_reader: dict[int, int]) -> int:
    """Give each result that later parts read a place; return how many there are."""
    free: list[int] = []
    places = 0
    kept: dict[int, int] = {}
    ending: dict[int, list[int]] = {}
    for number, part in enumerate(found):
        part.loads = {i: kept[i] for i in part.loads}
        for i in part.lines:
            if i in last_reader:
                if not free:
                    free.append(places)
                    places += 1
                kept[i] = part.stores[i] = heapq.heappop(free)
                ending.setdefault(last_reader[i], []).append(kept[i])
        for spare in ending.pop(number, []):
            heapq.heappush(free, spare)
    return places


def inputs_of(kernel: Kernel, part: Part) -> Iterator[int]:
    """Yield the lines of inputs and constants that a part reads, each once."""
    read = [j for i in part.lines for j in kernel.lines[i].inputs]
    for i in dict.fromkeys([*read, *part.results]):
        if kernel.lines[i].step in {"input", "constant"}:
            yield i
