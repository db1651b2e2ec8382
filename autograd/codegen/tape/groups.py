"""The lines of a kernel by level and step, each group to be computed at once.

A product that is used once, in a sum, becomes part of that sum (`add_product`). Weighted sums, and
gradients that add up, then have half the lines. Product and sum are still rounded one by one. The
larger of two numbers is one step too (`maximum`), not the four that say when it is nan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from mypy_extensions import i32
from numpy.typing import NDArray

from autograd.codegen.kernel import Kernel
from autograd.codegen.lines import (
    ADD,
    CONSTANT,
    EQUAL,
    GREATER_EQUAL,
    MUL,
    NOT,
    NOTHING,
    OR,
    WIDTH,
    vec,
)
from autograd.codegen.tape.schedule import NO_CHAIN, schedule

ADD_PRODUCT = "add_product"
"""The step of three operands a, b, c that gives a + b * c."""

MAXIMUM = "maximum"
"""The step of two operands a, b that gives a if a >= b or a is nan, else b."""

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
    codes, first, second = (np.empty(len(packed), dtype=np.int32) for _ in range(3))
    for i in range(0, len(packed), MOST_AT_ONCE):
        part = slice(i, i + MOST_AT_ONCE)
        codes[part] = packed[part] >> 2 * WIDTH
        first[part] = packed[part] >> WIDTH & NOTHING
        second[part] = packed[part] & NOTHING
    third = np.full(len(packed), NOTHING, dtype=np.int32)
    count = len(lines.conditions)
    choices = np.fromiter(lines.conditions.keys(), np.int32, count)
    third[choices], second[choices] = second[choices], first[choices]  # its condition comes first
    first[choices] = np.fromiter(lines.conditions.values(), np.int32, count)
    is_computed = codes > CONSTANT
    times = _times_read(kernel, is_computed, first, second, third)
    add_product, maximum = len(lines.steps), len(lines.steps) + 1
    larger, parts = _maxima(codes, first, second, third, times, choices)
    first[larger], second[larger], third[larger] = second[larger], third[larger], NOTHING
    codes[larger] = maximum
    is_computed[parts] = False
    # Three of the parts read the first operand, one the second.
    np.subtract.at(times, first[larger], 3)
    np.subtract.at(times, second[larger], 1)
    is_for_one = times == 1
    del times
    product = _products(codes, first, second, is_for_one)
    is_computed[product[product >= 0]] = False
    sums = np.flatnonzero(product >= 0)
    factors = product[sums]
    added = np.where(factors == first[sums], second[sums], first[sums])
    first[sums], second[sums], third[sums] = added, first[factors], second[factors]
    codes[sums] = add_product
    del product, sums, factors, added
    computed = np.flatnonzero(is_computed).astype(np.int32)
    kinds = np.full(len(lines.steps) + 2, NO_CHAIN, dtype=np.int32)
    kinds[[ADD, add_product]], kinds[OR], kinds[maximum] = 1, 2, 3
    chains = kinds[codes]
    np.negative(chains, out=chains, where=~is_for_one)
    inputs = [vec[i32](read) for read in (first, second, third)]
    del first, second, third  # they are as large again
    keys = schedule(vec[i32](computed), vec[i32](codes), vec[i32](chains), *inputs)
    del chains
    computed, starts = _sorted(computed, keys)
    del keys
    operands = np.empty((3, len(computed)), dtype=np.int32)
    for k, read in enumerate(inputs):
        np.frombuffer(memoryview(read), dtype=np.int32).take(computed, out=operands[k])
    return Groups(
        (*lines.steps, ADD_PRODUCT, MAXIMUM),
        codes[computed[starts]],
        computed,
        np.append(starts, len(computed)),
        operands,
        is_for_one[computed],
    )


def _sorted(computed: Ints32, keys: Any) -> tuple[Ints32, Ints]:
    """The lines in the order of their keys, and where groups, whose keys are equal, begin."""
    numbers = np.frombuffer(memoryview(keys), dtype=np.int64)
    order = np.argsort(numbers, kind="stable")
    starts = [np.zeros(min(len(order), 1), dtype=np.int64)]
    for i in range(0, len(order), MOST_AT_ONCE):
        changes = np.diff(numbers[order[i : i + MOST_AT_ONCE + 1]])
        starts.append(np.flatnonzero(changes) + i + 1)
    return computed[order], np.concatenate(starts)


def _times_read(
    kernel: Kernel, is_computed: Bools, first: Ints32, second: Ints32, third: Ints32
) -> Ints32:
    """How often each line is read, by other lines and as an output."""
    times = np.bincount(first[is_computed], minlength=len(first)).astype(np.int32)
    for read in (
        second[is_computed & (second != NOTHING)],
        third[third != NOTHING],
        *(np.array(output.lines, dtype=np.int64) for output in kernel.outputs),
    ):
        times += np.bincount(read, minlength=len(first))
    return times


def _maxima(
    codes: Ints32, first: Ints32, second: Ints32, third: Ints32, times: Ints32, choices: Ints32
) -> tuple[Ints32, Ints32]:
    """The choices that give the larger of two numbers, and the lines that they alone read."""
    found = choices[codes[first[choices]] == OR]
    either, a, b = first[found], second[found], third[found]
    at_least, no_nan = first[either], second[either]
    equal = first[no_nan]
    fits = (codes[at_least] == GREATER_EQUAL) & (codes[no_nan] == NOT)
    fits &= (first[at_least] == a) & (second[at_least] == b)
    parts = np.stack([either, at_least, no_nan, np.where(fits, equal, either)])
    equal = parts[3]
    fits &= (codes[equal] == EQUAL) & (first[equal] == a) & (second[equal] == a)
    fits &= (times[parts] == 1).all(axis=0)
    return found[fits], parts[:, fits].ravel()


def _products(codes: Ints32, first: Ints32, second: Ints32, is_for_one: Bools) -> Ints32:
    """For each sum the product that it takes along; -1 where there is none."""
    found = np.full(len(codes), -1, dtype=np.int32)
    sums = np.flatnonzero(codes == ADD)
    for operand in (first, second):  # if both are products for it alone, it takes the second
        read = operand[sums]
        takes = sums[(codes[read] == MUL) & is_for_one[read]]
        found[takes] = operand[takes]
    return found
