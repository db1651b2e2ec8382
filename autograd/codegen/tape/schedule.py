"""When each line of a kernel is computed: its level, and its turn within a chain.

A chain is a sum, the largest of some numbers, or whether any of some conditions holds, term after
term, where nothing else reads what is in between. It counts as one level, however long it is, and
begins when its last term is there. So what follows chains of different lengths stays side by side:
in a transformer each letter looks back at one more than the letter before it.
"""

from __future__ import annotations

from typing import Any, Final

from mypy_extensions import i32, i64

from autograd.codegen.lines import NOTHING, vec

NO_CHAIN: Final = 0
"""The kind of steps that are no links of a chain."""


def schedule(
    computed: Any, codes: Any, kinds: Any, first: Any, second: Any, third: Any
) -> vec[i64]:
    """Return for each line of `computed` a number: lower ones come first, and equal ones at once.

    It puts lines in order by level, turn and code. The turn is 0, or one more than that of the link
    before it; a line's inputs are of lower levels, but for this link, which is of its own level.
    Each argument is a `vec[i32]`.

    Args:
        computed: the lines to be computed, in order; all others are of level 0.
        codes: of each line what is done.
        kinds: of each line which kind of chain it may be a link of, `NO_CHAIN` if of none. A link
            goes on from its first or, if it has no third one, second input, which has to be of the
            same kind. Of a line that several lines read the kind is negative: none goes on from it.
        first: of each line its first input.
        second: the second one, or `NOTHING`.
        third: the third one, or `NOTHING`.
    """
    # Taken as objects, for mypyc 2.4 never frees an argument that is marked as a vec.
    lines: vec[i32] = computed
    code_of: vec[i32] = codes
    kind_of: vec[i32] = kinds
    ones: vec[i32] = first
    twos: vec[i32] = second
    threes: vec[i32] = third
    levels, turns = vec[i32]([0] * len(kind_of)), vec[i32]([0] * len(kind_of))
    keys = vec[i64]([0] * len(lines))
    longest: i64 = 1
    most: i64 = 1
    for i in range(len(lines)):
        line = i64(lines[i])
        a, b, c = i64(ones[line]), i64(twos[line]), i64(threes[line])
        before = _link_before(kind_of, line, a, b, c)
        level: i64 = 0
        if a != before:
            level = i64(levels[a])
        if before != b != NOTHING:
            level = max(level, i64(levels[b]))
        if c != NOTHING:
            level = max(level, i64(levels[c]))
        level += 1
        if before >= 0:
            level = max(level, i64(levels[before]))
            turns[line] = turns[before] + 1
            longest = max(longest, i64(turns[line]) + 1)
        levels[line] = i32(level)
        most = max(most, i64(code_of[line]) + 1)
    for i in range(len(lines) - 1, -1, -1):
        line = i64(lines[i])
        if turns[line] > 0:  # the links before it wait for the last term too
            a, b, c = i64(ones[line]), i64(twos[line]), i64(threes[line])
            levels[_link_before(kind_of, line, a, b, c)] = levels[line]
        keys[i] = (i64(levels[line]) * longest + i64(turns[line])) * most + i64(code_of[line])
    return keys


def mark_differing(computed: Any, differs: Any, first: Any, second: Any, third: Any) -> None:
    """Mark the lines that differ from sample to sample: those that read a line which does.

    Args:
        computed: the lines to be computed, in order.
        differs: 1 for each input that differs, 0 for all other lines; a `vec[i32]`, which is
            changed.
        first: of each line its first input.
        second: the second one, or `NOTHING`.
        third: the third one, or `NOTHING`.
    """
    lines: vec[i32] = computed  # as objects, as above
    marks: vec[i32] = differs
    ones: vec[i32] = first
    twos: vec[i32] = second
    threes: vec[i32] = third
    for line32 in lines:
        line = i64(line32)
        b, c = i64(twos[line]), i64(threes[line])
        mark = marks[i64(ones[line])]
        if b != NOTHING:
            mark |= marks[b]
        if c != NOTHING:
            mark |= marks[c]
        marks[line] = mark


def _link_before(kinds: vec[i32], line: i64, first: i64, second: i64, third: i64) -> i64:
    """The link that a line goes on from; -1 if there is none."""
    kind = kinds[line]
    if kind < 0:
        kind = -kind
    if kind > 0:
        if kinds[first] == kind:
            return first
        if third == NOTHING and second != NOTHING and kinds[second] == kind:
            return second
    return -1
