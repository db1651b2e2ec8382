"""The lines of a kernel by level, turn and step, each group to be computed at once.

A product that is used once, in a sum, becomes part of that sum (`add_product`). Weighted sums, and
gradients that add up, then have half the lines. Product and sum are still rounded one by one. The
larger of two numbers is one step too (`maximum`), not the four that say when it is nan.

Over a batch, what is the same for all samples comes first, to be computed once. A product that does
nothing but come out, summed over the samples, as most weights' gradients do, can be added to its
sum at once (`TO_SUM`), with what a penalty adds to it, which is the same for all samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from mypy_extensions import i32
from numpy.typing import NDArray

from autograd.codegen.kernel import Kernel, place_of
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
    Lines,
    vec,
)
from autograd.codegen.tape.schedule import NO_CHAIN, mark_differing, schedule

ADD_PRODUCT = "add_product"
"""The step of three operands a, b, c that gives a + b * c."""

MAXIMUM = "maximum"
"""The step of two operands a, b that gives a if a >= b or a is nan, else b."""

TO_SUM = {"mul": "mul_to_sum", ADD_PRODUCT: "add_product_to_sum"}
"""For steps, those that add the result of each sample to a sum."""

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
        bounds: where each group begins in `lines`, and where the last one ends.
        operands: for each of three operands its line for each of `lines`; NOTHING where none is.
        is_read_once: of each of `lines`, whether it is read once.
        once: how many groups, from the first on, are the same for all samples.
    """

    steps: tuple[str, ...]
    codes: Ints32
    lines: Ints32
    bounds: Ints
    operands: Ints32
    is_read_once: Bools
    once: int


def groups_of(kernel: Kernel, *, sums: bool = False) -> Groups:
    """Return the groups of a kernel, levels in order.

    Args:
        kernel: the kernel.
        sums: whether products may be added to sums over the samples.

    >>> from autograd.codegen.kernel import Input, kernel, place
    >>> from autograd.codegen.program import Program
    >>> program = Program()
    >>> a, b, c = (program.input(place(0, i)) for i in range(3))
    >>> groups = groups_of(kernel(program, [Input(3, by_sample=False)], [([a + b * c], False)]))
    >>> [groups.steps[code] for code in groups.codes], groups.lines.tolist()
    (['add_product'], [4])
    """
    steps = (*kernel.lines.steps, ADD_PRODUCT, MAXIMUM, *TO_SUM.values())
    codes, reads = _unpacked(kernel.lines)
    is_computed = codes > CONSTANT
    times = _times_read(kernel, is_computed, reads)
    _fuse_maxima(steps.index(MAXIMUM), codes, reads, is_computed, times)
    is_read_once = times == 1
    del times  # memory is at its peak here
    _fuse_products(steps.index(ADD_PRODUCT), codes, reads, is_computed, is_read_once)
    computed = np.flatnonzero(is_computed).astype(np.int32)
    order, inputs = vec[i32](computed), [vec[i32](read) for read in reads]
    del reads
    differs = None
    if kernel.is_over_batch:
        differs = _differing(kernel, codes, order, inputs)
        if sums:
            fits = is_computed & is_read_once & differs
            # What goes on from a sample's other products is a term of theirs, see `tape`.
            own = np.flatnonzero(fits & (codes == steps.index(ADD_PRODUCT)))
            fits[own] = ~differs[_array(inputs[0])[own]]
            _add_to_sums(steps, kernel, codes, fits)
    kinds = np.full(len(steps), NO_CHAIN, dtype=np.int32)
    kinds[[ADD, steps.index(ADD_PRODUCT)]], kinds[OR], kinds[steps.index(MAXIMUM)] = 1, 2, 3
    chains = kinds[codes]
    np.negative(chains, out=chains, where=~is_read_once)
    found = schedule(order, vec[i32](codes), vec[i32](chains), *inputs)
    del chains
    keys = np.frombuffer(memoryview(found), dtype=np.int64)
    if differs is not None:
        keys = np.where(differs[computed], keys, keys - keys.max(initial=0) - 1)
    computed, starts = _sorted(computed, keys)
    once = int(np.count_nonzero(keys < 0))
    del keys, found
    operands = np.empty((3, len(computed)), dtype=np.int32)
    for k, read in enumerate(inputs):
        _array(read).take(computed, out=operands[k])
    return Groups(
        steps,
        codes[computed[starts]],
        computed,
        np.append(starts, len(computed)),
        operands,
        is_read_once[computed],
        int(np.searchsorted(starts, once)),
    )


def _unpacked(lines: Lines) -> tuple[Ints32, Ints32]:
    """The code of each line's step, and its three operands: of a choice, the condition first."""
    packed = np.frombuffer(lines.packed, dtype=np.int64)
    # Arrays of half the size, for there are many here; filled part by part, for new memory takes
    # longer than the work done in it.
    codes, reads = np.empty(len(packed), dtype=np.int32), np.empty((3, len(packed)), dtype=np.int32)
    for i in range(0, len(packed), MOST_AT_ONCE):
        part = slice(i, i + MOST_AT_ONCE)
        codes[part] = packed[part] >> 2 * WIDTH
        reads[0, part] = packed[part] >> WIDTH & NOTHING
        reads[1, part] = packed[part] & NOTHING
    reads[2] = NOTHING
    count = len(lines.conditions)
    choices = np.fromiter(lines.conditions.keys(), np.int32, count)
    reads[1:, choices] = reads[:2, choices]
    reads[0, choices] = np.fromiter(lines.conditions.values(), np.int32, count)
    return codes, reads


def _sorted(computed: Ints32, keys: Ints) -> tuple[Ints32, Ints]:
    """The lines in the order of their keys, and where groups, whose keys are equal, begin."""
    order = np.argsort(keys, kind="stable")
    starts = [np.zeros(min(len(order), 1), dtype=np.int64)]
    for i in range(0, len(order), MOST_AT_ONCE):
        changes = np.diff(keys[order[i : i + MOST_AT_ONCE + 1]])
        starts.append(np.flatnonzero(changes) + i + 1)
    return computed[order], np.concatenate(starts)


def _times_read(kernel: Kernel, is_computed: Bools, reads: Ints32) -> Ints32:
    """How often each line is read, by other lines and as an output."""
    first, second, third = reads
    times = np.bincount(first[is_computed], minlength=len(first)).astype(np.int32)
    for read in (
        second[is_computed & (second != NOTHING)],
        third[third != NOTHING],
        *(np.array(output.lines, dtype=np.int64) for output in kernel.outputs),
    ):
        times += np.bincount(read, minlength=len(first))
    return times


def _fuse_maxima(
    maximum: int, codes: Ints32, reads: Ints32, is_computed: Bools, times: Ints32
) -> None:
    """Make one step of each choice that gives the larger of two numbers.

    That is so if the lines of its condition, (a >= b) | ~(a == a), are read by it alone.
    """
    first, second, third = reads
    found = np.flatnonzero(third != NOTHING)
    found = found[codes[first[found]] == OR]
    either, a, b = first[found], second[found], third[found]
    at_least, no_nan = first[either], second[either]
    fits = (codes[at_least] == GREATER_EQUAL) & (codes[no_nan] == NOT)
    fits &= (first[at_least] == a) & (second[at_least] == b)
    equal = np.where(fits, first[no_nan], either)
    fits &= (codes[equal] == EQUAL) & (first[equal] == a) & (second[equal] == a)
    parts = np.stack([either, at_least, no_nan, equal])
    fits &= (times[parts] == 1).all(axis=0)
    larger, a, b = found[fits], a[fits], b[fits]
    codes[larger], first[larger], second[larger], third[larger] = maximum, a, b, NOTHING
    is_computed[parts[:, fits]] = False
    np.subtract.at(times, a, 3)  # `at_least` read it, and `equal` twice
    np.subtract.at(times, b, 1)


def _fuse_products(
    add_product: int, codes: Ints32, reads: Ints32, is_computed: Bools, is_read_once: Bools
) -> None:
    """Make one step of each sum and a product that it alone reads: the second, if both are."""
    first, second, third = reads
    sums = np.flatnonzero(codes == ADD)
    products = np.full(len(sums), -1, dtype=np.int32)
    for operand in (first[sums], second[sums]):
        fits = (codes[operand] == MUL) & is_read_once[operand]
        products[fits] = operand[fits]
    sums, products = sums[products >= 0], products[products >= 0]
    added = np.where(products == first[sums], second[sums], first[sums])
    codes[sums], first[sums] = add_product, added
    second[sums], third[sums] = first[products], second[products]
    is_computed[products] = False


def _differing(kernel: Kernel, codes: Ints32, computed: Any, inputs: Sequence[Any]) -> Bools:
    """Of each line, whether it differs from sample to sample."""
    marks = np.zeros(len(codes), dtype=np.int32)
    for i in np.flatnonzero(codes < CONSTANT).tolist():
        array, _ = place_of(kernel.lines[i])
        marks[i] = kernel.inputs[array].by_sample
    found = vec[i32](marks)
    mark_differing(computed, found, *inputs)
    differs: Bools = _array(found) != 0
    return differs


def _array(numbers: Any) -> Ints32:
    """The memory of a `vec[i32]` as an array."""
    return np.frombuffer(memoryview(numbers), dtype=np.int32)


def _add_to_sums(steps: Sequence[str], kernel: Kernel, codes: Ints32, fits: Bools) -> None:
    """Make additions to a sum of the products, of those that fit, which come out as a sum."""
    for output in kernel.outputs:
        if not output.by_sample:
            lines = np.array(output.lines, dtype=np.int64)
            for step, to_sum in TO_SUM.items():
                is_it = fits[lines] & (codes[lines] == steps.index(step))
                codes[lines[is_it]] = steps.index(to_sum)
