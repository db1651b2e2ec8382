"""The lines of a kernel by level and step, each group to be computed at once.

A product that is only added to something is no line of a group: a sum takes it along. Of a weighted
sum, and of all gradients that add up, this leaves half the lines. It is rounded as ever, twice.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from autograd.codegen.kernel import Kernel
from autograd.codegen.lines import ADD, CHOOSE, CONSTANT, MUL, NOTHING, WIDTH

ADD_PRODUCT = "add_product"
"""The step of three operands a, b, c that gives a + b * c."""

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def groups_of(kernel: Kernel) -> Iterator[tuple[str, Ints, list[Ints]]]:
    """Yield each group, levels in order: its step, its lines, and the lines of each operand.

    >>> from autograd.codegen.kernel import Input, kernel, place
    >>> from autograd.codegen.program import Program
    >>> program = Program()
    >>> a, b, c = (program.input(place(0, i)) for i in range(3))
    >>> made = kernel(program, [Input(3, by_sample=False)], [([a + b * c], False)])
    >>> [(step, lines.tolist()) for step, lines, _ in groups_of(made)]
    [('add_product', [4])]
    """
    lines = kernel.lines
    packed = np.frombuffer(lines.packed, dtype=np.int64)
    kinds, first, second = packed >> 2 * WIDTH, packed >> WIDTH & NOTHING, packed & NOTHING
    product = _products(kernel, kinds, first, second)
    adds_product = len(lines.steps)
    is_computed = kinds > CONSTANT
    is_computed[product[product >= 0]] = False
    kinds = np.where(product >= 0, adds_product, kinds)
    keys = np.array(lines.levels(), dtype=np.int64) * (adds_product + 1) + kinds
    computed = np.flatnonzero(is_computed)
    computed = computed[np.argsort(keys[computed], kind="stable")]
    ends = np.flatnonzero(np.diff(keys[computed])) + 1
    for members in np.split(computed, ends) if len(computed) else ():
        kind = kinds[members[0]]
        inputs = [first[members]]
        if kind == adds_product:
            factors = product[members]
            added = np.where(factors == inputs[0], second[members], inputs[0])
            yield ADD_PRODUCT, members, [added, first[factors], second[factors]]
            continue
        if second[members[0]] != NOTHING:
            inputs.append(second[members])
        if kind == CHOOSE:
            conditions = [lines.conditions[i] for i in members.tolist()]
            inputs.insert(0, np.array(conditions, dtype=np.int64))
        yield lines.steps[kind], members, inputs


def _products(kernel: Kernel, kinds: Ints, first: Ints, second: Ints) -> Ints:
    """For each sum the product that it takes along; -1 where there is none."""
    is_computed = kinds > CONSTANT
    has_second = is_computed & (second != NOTHING)
    read = [first[is_computed], second[has_second]]
    read += [np.array([*kernel.lines.conditions.values()], dtype=np.int64)]
    read += [np.array(output.lines, dtype=np.int64) for output in kernel.outputs]
    is_for_one = (kinds == MUL) & (np.bincount(np.concatenate(read), minlength=len(kinds)) == 1)
    found = np.full(len(kinds), -1)
    sums = np.flatnonzero(kinds == ADD)
    for operand in (first, second):  # if both are products for it alone, it takes the second
        takes = sums[is_for_one[operand[sums]]]
        found[takes] = operand[takes]
    return found
