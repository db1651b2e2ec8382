"""A kernel as a tape: levels, groups of equal steps, and one instruction for each group.

All lines that depend on earlier lines only are a level. In a level, equal steps are a group, whose
results lie side by side in one array of numbers, the buffer. A group is one instruction, or a few:
its step, how many results, where they begin, and where each operand is read. Operands that lie side
by side themselves, or are one number for all, are read without an index. Rows of such results, as
products of vectors have, are one instruction too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from autograd.codegen.kernel import Kernel, place_of
from autograd.codegen.lines import CONSTANT, NOTHING, WIDTH
from autograd.codegen.tape.groups import (
    MOST_AT_ONCE,
    Bools,
    Floats,
    Groups,
    Ints,
    Ints32,
    groups_of,
)

ONE, ROW, SCATTERED, ABSENT = 0, 1, 2, 3
"""How an operand lies in the buffer: one number for all, side by side, or anywhere."""

COPY = "copy"
"""The step of an instruction that brings scattered numbers together."""

LONGEST = 512
"""Results of one instruction. Scattered operands are brought together in a room of this size."""

SHORTEST = 8
"""Results of the shortest instruction that is cut out of a group for what lies side by side."""

ORDERED = 16
"""Results of the smallest group that is put in an order. To order a smaller one gains nothing."""

FIELDS = ("step", "to", "n", "rows", *(f"{x}{k}" for k in range(3) for x in "kps"))
"""The numbers of an instruction: one step, done to many numbers.

The step is one of `Tape.steps`. `to` is the place of the first result in the buffer, and the others
follow: `rows` rows of `n` results. Of each of three operands: how it lies; its place, which is that
of the one number, of the first, or of the first of its places in `Tape.places`, all these in the
first row; and by how much its place grows from row to row.
"""

Piece = tuple[int, int, tuple[tuple[int, int], ...]]


@dataclass(frozen=True)
class Tape:
    """A kernel as instructions over a buffer of numbers.

    Attributes:
        size: how many numbers the buffer has.
        inputs: where each array that goes in begins in the buffer.
        constants: the place of the first constant, and the numbers.
        steps: the names of the steps.
        instructions: what to do, in order: a row of `FIELDS` each.
        places: the places of scattered operands.
        outputs: for each array that comes out, the place of each of its numbers.
    """

    size: int
    inputs: tuple[int, ...]
    constants: tuple[int, Floats]
    steps: tuple[str, ...]
    instructions: Ints32
    places: Ints32
    outputs: tuple[Ints, ...]

    def __str__(self) -> str:
        shown = []
        for step, start, count, rows, *operands in self.instructions.tolist():
            written = []
            for kind, place, stride in zip(*(operands[i::3] for i in range(3)), strict=True):
                by = f" + {stride}r" if rows > 1 else ""
                if kind == ONE:
                    written.append(f"[{place}{by}]")
                elif kind == ROW:
                    written.append(f"[{place}:{place + count}{by}]")
                elif kind == SCATTERED:
                    written.append(f"[places[{place}:{place + count}]]")
            results = f"[{start}:{start + count * rows}]"
            shown.append(f"{results} = {self.steps[step]} {', '.join(written)}")
            shown[-1] += f" for r < {rows}" if rows > 1 else ""
        return "\n".join([*shown, ""])


def make_tape(kernel: Kernel, pad: int = 1, *, cut: bool = True) -> Tape:
    """Return a kernel as a tape.

    Args:
        kernel: what to run.
        pad: a multiple of this many places follows the start of a group, so that a machine may
            compute so many results at once, whatever their number.
        cut: whether to cut groups into parts whose operands lie evenly.
    """
    lines = kernel.lines
    codes = np.frombuffer(lines.packed, dtype=np.int64) >> 2 * WIDTH
    places: Ints = np.zeros(len(lines), dtype=np.int64)
    inputs = list(accumulate((array.width for array in kernel.inputs), initial=0))
    first_constant = free = inputs.pop()
    numbers = []
    for i in np.flatnonzero(codes <= CONSTANT).tolist():
        line = lines[i]
        if line.step == "input":
            array_number, position = place_of(line)
            places[i] = inputs[array_number] + position
        else:
            places[i] = free
            numbers.append(float(line.detail))
            free += 1
    scattered = _Scattered(pad)
    copies = _Copies(free, first_constant if cut else 0)
    groups = groups_of(kernel)
    counts = np.diff(groups.ends)
    starts = _padded(np.array([free + copies.room + pad]), pad)
    ends = starts + np.cumsum(_padded(counts, pad))
    starts = np.append(starts, ends)
    places[groups.lines] = _counted(starts[:-1], counts)
    long = _long_groups(groups, places, starts, copies, scattered, LONGEST // pad if cut else 0)
    short = np.flatnonzero(counts < ORDERED)
    # In parts, so that what is in between fits into memory that has been used before.
    parts = np.array_split(short, 1 + counts[short].sum() // MOST_AT_ONCE)
    found = [_short_groups(part, groups, places, starts, scattered) for part in parts]
    copying = _rows([*copies.instructions(len(groups.steps), scattered)])
    return Tape(
        int(starts[-1]) + pad,
        tuple(inputs),
        (first_constant, np.array(numbers)),
        (*groups.steps, COPY),
        _in_order([copying, long, *found]),
        scattered.places(),
        tuple(places[list(output.lines)] for output in kernel.outputs),
    )


def _padded(counts: Ints, pad: int) -> Ints:
    """Each number or the next that is a multiple of `pad`."""
    return -(-counts // pad) * pad


def _counted(starts: Ints, counts: Ints) -> Ints:
    """The numbers from each start on, so many as its count says, all in one array."""
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(counts.sum())


def _rows(instructions: Sequence[Sequence[int]]) -> Ints32:
    return np.array(instructions, dtype=np.int32).reshape(-1, len(FIELDS))


def _in_order(parts: Sequence[Ints32]) -> Ints32:
    """Instructions by the places of their results: a group after those that it reads."""
    order = np.argsort(np.concatenate([part[:, 1] for part in parts]), kind="stable")
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    found = np.empty((len(order), len(FIELDS)), dtype=np.int32)
    ends = np.cumsum([len(part) for part in parts])
    for part, to in zip(parts, np.split(places, ends[:-1]), strict=True):
        found[to] = part
    return found


def _long_groups(
    groups: Groups, places: Ints, starts: Ints, copies: _Copies, scattered: _Scattered, most: int
) -> Ints32:
    """The instructions for the groups that are put in an order, which goes into `places`.

    Args:
        groups: all groups.
        places: of each line; those of earlier groups' lines are known.
        starts: where each group begins.
        copies: gets the columns of inputs.
        scattered: gets the places of the other scattered operands.
        most: rows of the longest instruction; 0 if groups are not to be cut.
    """
    found: list[list[int]] = []
    for number in np.flatnonzero(np.diff(groups.ends) >= ORDERED).tolist():
        begin, end = groups.ends[number : number + 2].tolist()
        members, free = groups.lines[begin:end], int(starts[number])
        operands = [places[read[begin:end]] for read in groups.operands if read[begin] != NOTHING]
        order = _order(operands, copies.end)
        operands = [operand[order] for operand in operands]
        places[members[order]] = np.arange(free, free + len(members))
        cuts = _cuts(operands, len(members), copies.end, cut=most > 0)
        begins = np.array([first for first, _ in cuts])
        counts = np.diff(begins, append=len(members))
        lying = []
        for operand in operands:
            kinds, at = _lying(operand, begins, counts)
            for i in np.flatnonzero(kinds == SCATTERED).tolist():
                part = operand[slice(*cuts[i])]
                copy = copies.place(part)
                kinds[i], at[i] = (ROW, copy) if copy else (SCATTERED, scattered.place(part))
            lying.append([*zip(kinds.tolist(), at.tolist(), strict=True)])
        pieces: list[Piece] = [
            (free + first, last - first, operand)
            for (first, last), operand in zip(cuts, zip(*lying, strict=True), strict=True)
        ]
        found += _in_rows(int(groups.codes[number]), pieces, most)
    return _rows(found)


def _short_groups(
    numbers: Ints, groups: Groups, places: Ints, starts: Ints, scattered: _Scattered
) -> Ints32:
    """The instructions for small groups, one each: in a deep graph these are most.

    Args:
        numbers: which groups.
        groups: all groups.
        places: of each line.
        starts: where each group begins.
        scattered: gets the places of scattered operands.
    """
    counts = groups.ends[numbers + 1] - groups.ends[numbers]
    found = np.zeros((len(counts), len(FIELDS)), dtype=np.int32)
    found[:, 0], found[:, 1], found[:, 2] = groups.codes[numbers], starts[numbers], counts
    found[:, 3] = 1
    if not len(counts):
        return found
    members = _counted(groups.ends[numbers], counts)
    begins = np.cumsum(counts) - counts
    for k, lines in enumerate(groups.operands):
        read = lines[members]
        is_there = read[begins] != NOTHING
        at = places[np.where(read == NOTHING, 0, read)]
        kinds, first = _lying(at, begins, counts)
        anywhere = np.flatnonzero(is_there & (kinds == SCATTERED))
        first[anywhere] = scattered.places_of(at, begins[anywhere], counts[anywhere])
        found[:, 4 + 3 * k] = np.where(is_there, kinds, ABSENT)
        found[:, 5 + 3 * k] = np.where(is_there, first, 0)
    return found


def _lying(places: Ints, begins: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """How each part of an operand lies, and its first place.

    Args:
        places: those of the operand.
        begins: where each part begins; the next one begins where it ends.
        counts: how long each part is.
    """
    first = places[begins]
    reach = places - np.repeat(first, counts)
    within = np.arange(len(places)) - np.repeat(begins, counts)
    is_row = np.logical_and.reduceat(reach == within, begins)
    is_one = np.logical_and.reduceat(reach == 0, begins)
    return np.where(is_row, ROW, np.where(is_one, ONE, SCATTERED)), first


class _Scattered:
    """The places of operands that lie anywhere, one operand's after the other's.

    Args:
        pad: as for `make_tape`; an operand's last place is repeated as often as that takes.
    """

    def __init__(self, pad: int) -> None:
        self._pad = pad
        self._parts: list[Ints32] = []
        self._count = 0

    def place(self, part: Ints) -> int:
        """Add the places of an operand; return where they begin."""
        start, rest = self._count, -len(part) % self._pad
        self._parts.append(np.append(part, np.full(rest, part[-1])).astype(np.int32))
        self._count += len(part) + rest
        return start

    def places_of(self, places: Ints, begins: Ints, counts: Ints) -> Ints:
        """Add the places of many operands at once; return where those of each begin.

        Args:
            places: has the places of all of them.
            begins: where those of each begin there.
            counts: how many each has.
        """
        room = _padded(counts, self._pad)
        within = np.minimum(_counted(0 * room, room), np.repeat(counts - 1, room))
        self._parts.append(places[np.repeat(begins, room) + within].astype(np.int32))
        starts = self._count + np.cumsum(room) - room
        self._count += int(room.sum())
        return starts

    def places(self) -> Ints32:
        """Return the places of all operands."""
        return np.concatenate([*self._parts, np.zeros(1, dtype=np.int32)])


class _Copies:
    """Copies of inputs at equal distances, as a matrix' column is: they lie side by side.

    Args:
        start: the place of the first copy.
        end: where the places of inputs end; 0 if nothing is to be copied.

    Attributes:
        room: how many copies there may be.
        end: the same.
    """

    def __init__(self, start: int, end: int) -> None:
        self.room = self.end = end
        self._start = start
        self._places: dict[tuple[int, int, int], int] = {}
        self._parts: list[Ints] = []
        self._count = 0

    def place(self, part: Ints) -> int | None:
        """Return where copies of these inputs are; None of any other places."""
        count, step = len(part), int(part[1] - part[0])
        if count < SHORTEST or part.max() >= self.end or (part[1:] - part[:-1] != step).any():
            return None
        key = int(part[0]), step, count
        if key not in self._places:
            if self._count + count > self.room:
                return None
            self._places[key] = self._start + self._count
            self._parts.append(part)
            self._count += count
        return self._places[key]

    def instructions(self, step: int, scattered: _Scattered) -> Iterator[list[int]]:
        """Yield the instructions that copy; they are the first of a tape.

        Args:
            step: the number of the step that copies.
            scattered: gets the places of what is copied.
        """
        copied = np.concatenate([*self._parts, np.zeros(0, dtype=np.int64)])
        for i in range(0, self._count, LONGEST):
            part = copied[i : i + LONGEST]
            lying = ((SCATTERED, scattered.place(part)),)
            yield from _in_rows(step, [(self._start + i, len(part), lying)], 1)


def _order(operands: Sequence[Ints], inputs: int) -> Ints:
    """The order of a group in which most operands lie side by side, or stay the same."""
    # By the last operand first: what is added up of a matrix' products then lies side by side.
    candidates = [np.lexsort(operands), np.lexsort(operands[::-1])]
    return max(
        candidates,
        key=lambda order: sum(_even(operand[order], inputs).sum() for operand in operands),
    )


def _even(places: Ints, inputs: int) -> Bools:
    """Whether each place follows from the one before it: it lies beside it, or can be put there."""
    steps = places[1:] - places[:-1]
    even: Bools = (steps == 0) | (steps == 1)
    if inputs:
        is_input = places[1:] < inputs
        goes_on = is_input[1:] & (steps[1:] == steps[:-1])
        even[1:] |= goes_on
        even[:-1] |= goes_on
    return even


def _cuts(operands: Sequence[Ints], count: int, inputs: int, *, cut: bool) -> list[tuple[int, int]]:
    """Where to cut a group into instructions: runs whose operands lie evenly, and the rest."""
    ends = [0]
    if cut and count > SHORTEST and any(_kind(operand) == SCATTERED for operand in operands):
        is_even = np.ones(count - 1, dtype=bool)  # whether each operand has a step of 0 or 1
        goes_on = np.ones(count - 2, dtype=bool)  # whether each operand goes on as it began
        for operand in operands:
            step = operand[1:] - operand[:-1]
            is_even &= _even(operand, inputs)
            goes_on &= step[1:] == step[:-1]
        starts = [0]
        for start in (np.flatnonzero(~(goes_on & is_even[1:])) + 2).tolist():
            # Right after a cut it does not matter how the last number before the cut lay.
            if start - 1 != starts[-1] or not is_even[start - 1]:
                starts.append(start)
        for start, end in pairwise([*starts, count]):
            if end - start >= SHORTEST:
                ends += [end] if ends[-1] == start else [start, end]
    if ends[-1] != count:
        ends.append(count)
    return [
        (i, min(i + LONGEST, end))
        for start, end in pairwise(ends)
        for i in range(start, end, LONGEST)
    ]


def _in_rows(step: int, pieces: Sequence[Piece], most: int) -> Iterator[list[int]]:
    """Yield the instructions for pieces of a group: rows that lie at equal distances are one.

    Args:
        step: the number of what is done.
        pieces: for each piece the place of its first result, how many results, and its operands.
        most: rows of the longest instruction.
    """
    i = 0
    while i < len(pieces):
        start, count, operands = pieces[i]
        rows, strides = 1, (0,) * len(operands)
        while rows < most and i + rows < len(pieces):
            _, number, others = pieces[i + rows]
            if number != count or not all(
                kind == other and kind != SCATTERED
                for (kind, _), (other, _) in zip(operands, others, strict=True)
            ):
                break
            _, _, before = pieces[i + rows - 1]
            found = tuple(b[1] - a[1] for a, b in zip(before, others, strict=True))
            if rows > 1 and found != strides:
                break
            rows, strides = rows + 1, found
        instruction = [step, start, count, rows]
        for (kind, place), stride in zip(operands, strides, strict=True):
            instruction += kind, place, stride
        for _ in range(3 - len(operands)):
            instruction += ABSENT, 0, 0
        yield instruction
        i += rows


def _kind(places: Ints) -> int:
    """How a whole operand lies; `_lying` finds out the same of parts, in more steps."""
    reach = places[-1] - places[0]  # tells most of the scattered ones at once
    if reach == len(places) - 1 and (places[1:] - places[:-1] == 1).all():
        return ROW
    return ONE if reach == 0 and (places == places[0]).all() else SCATTERED
