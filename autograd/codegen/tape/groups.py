"""The lines of a kernel by level and step, each group to be computed at once.

A product that is used once, in a sum, becomes part of that sum (`add_product`). Weighted sums, and
gradients that add up, then have half the lines. Product and sum are still rounded one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autograd.codegen.kernel import Kernel
from autograd.codegen.lines import ADD, CONSTANT, MUL, NOTHING, WIDTH

ADD_PRODUCT = "add_product"
"""The step of three operands a, b, c that gives a + b * c."""

MOST_AT_ONCE = 200_000
"""Lines that are looked at together."""

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Groups:
    """The lines that a tape computes, group after group.

    Attributes:
        steps: what each code stands for.
        codes: the code of each group's step.
        lines: the lines of all groups.
        ends: where each group begins in `lines`, and where the last one ends.
        operands: for each of three operands its line for each of `lines`; NOTHING where none is.
        is_for_one: of each of `lines`, whether it is read once.
    """

    steps: tuple[str, ...]
    codes: Ints32
    lines: Ints32
    ends: Ints
    operands: Ints32
    is_for_one: Bools


def groups_of(kernel: Kernel) -> Groups:
    """Return the groups of a kernel, levels in order.

    >>> from autograd.codegen.kernel import Input, kernel, place
    >>> from autograd.codegen.program import Program
    >>> program = Program()
    >>> a, b, c = (program.input(place(0, i)) for i in range(3))
    >>> groups = groups_of(kernel(program, [Input(3, by_sample=False)], [([a + b * c], False)]))
    >>> [groups.steps[code] for code in groups.codes], groups.lines.tolist()
    (['add_product'], [4])
    """
    lines = kernel.lines
    packed = np.frombuffer(lines.packed, dtype=np.int64)
    # Arrays of half the size, for there are many here; filled part by part, for new memory takes
    # longer than the work done in it.
    codes, first, second = np.empty((3, len(packed)), dtype=np.int32)
    for i in range(0, len(packed), MOST_AT_ONCE):
        part = slice(i, i + MOST_AT_ONCE)
        codes[part] = packed[part] >> 2 * WIDTH
        first[part] = packed[part] >> WIDTH & NOTHING
        second[part] = packed[part] & NOTHING
    third = np.full(len(packed), NOTHING, dtype=np.int32)
    is_for_one = _are_for_one(kernel, codes, first, second)
    product = _products(codes, first, second, is_for_one)
    is_computed = codes > CONSTANT
    is_computed[product[product >= 0]] = False
    count = len(lines.conditions)
    choices = np.fromiter(lines.conditions.keys(), np.int64, count)
    third[choices], second[choices] = second[choices], first[choices]  # its condition comes first
    first[choices] = np.fromiter(lines.conditions.values(), np.int64, count)
    sums = np.flatnonzero(product >= 0)
    factors = product[sums]
    added = np.where(factors == first[sums], second[sums], first[sums])
    first[sums], second[sums], third[sums] = added, first[factors], second[factors]
    codes[sums] = len(lines.steps)
    del product, sums, factors, added
    computed, starts = _sorted(kernel, codes, np.flatnonzero(is_computed))
    operands = np.empty((3, len(computed)), dtype=np.int32)
    for k, read in enumerate((first, second, third)):
        read.take(computed, out=operands[k])
    return Groups(
        (*lines.steps, ADD_PRODUCT),
        codes[computed[starts]],
        computed,
        np.append(starts, len(computed)),
        operands,
        is_for_one[computed],
    )


def _sorted(kernel: Kernel, codes: Ints32, computed: Ints) -> tuple[Ints32, Ints]:
    """The lines that are computed, by level and step, and where groups begin in them."""
    levels = np.frombuffer(memoryview(kernel.lines.levels()), dtype=np.int64)
    keys = levels[computed]
    del levels
    keys *= len(kernel.lines.steps) + 1
    keys += codes[computed]
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    return computed[order].astype(np.int32), np.flatnonzero(np.diff(keys, prepend=-1))


def _are_for_one(kernel: Kernel, codes: Ints32, first: Ints32, second: Ints32) -> Bools:
    """For each line whether it is read once."""
    is_computed = codes > CONSTANT
    conditions = kernel.lines.conditions
    times = np.bincount(first[is_computed], minlength=len(codes)).astype(np.int32)
    for read in (
        second[is_computed & (second != NOTHING)],
        np.fromiter(conditions.values(), np.int64, len(conditions)),
        *(np.array(output.lines, dtype=np.int64) for output in kernel.outputs),
    ):
        times += np.bincount(read, minlength=len(codes))
    is_once: Bools = times == 1
    return is_once


def _products(codes: Ints32, first: Ints32, second: Ints32, is_for_one: Bools) -> Ints32:
    """For each sum the product that it takes along; -1 where there is none."""
    found = np.full(len(codes), -1, dtype=np.int32)
    sums = np.flatnonzero(codes == ADD)
    for operand in (first, second):  # if both are products for it alone, it takes the second
        read = operand[sums]
        takes = sums[(codes[read] == MUL) & is_for_one[read]]
        found[takes] = operand[takes]
    return found
