"""A kernel as a tape: levels, groups of equal steps, and one instruction for each group.

A level is lines whose operands are all of lower levels, or before them in a chain (see `schedule`).
In a level, equal steps of equal turns are a group, whose results lie side by side in one array of
numbers, the buffer. A group is one instruction, or a few: its step, how many results, where they
begin, and where each operand is read. Operands lie evenly if each is in the place after the one
before it, or in the same place: they are read without an index. Rows of such results, as products
of vectors have, are one instruction too.

The buffer begins with places that have one number for all samples: shared inputs, constants, copies
of inputs, and what is computed of them. Then come places that have a number for each: the other
inputs, and results. What instructions add up over the samples comes last.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograd.codegen.kernel import Kernel, place_of
from autograd.codegen.lines import CONSTANT, NOTHING, WIDTH
from autograd.codegen.tape.groups import (
    ADD_PRODUCT,
    MOST_AT_ONCE,
    TO_SUM,
    Bools,
    Floats,
    Groups,
    Ints,
    Ints32,
    groups_of,
)

ONE, ROW, SCATTERED, ABSENT = 0, 1, 2, 3
"""How an operand lies in the buffer: one number for all, side by side, or anywhere."""

ADD_PRODUCTS, ADD_MULTIPLES = "add_products", "add_multiples"
"""The steps of rows a, b, c that give a + b1 * c1 + b2 * c2 + ...; in multiples c is a number."""

LONGEST = 512
"""Results in the longest row of an instruction. There is room to gather as many operands."""

SHORTEST = 4
"""Results of the shortest instruction that is cut out of a group for what lies side by side."""

ORDERED = 8
"""Results of the smallest group that is put in an order. To order smaller ones gains nothing."""

FIELDS = ("step", "to", "n", "rows", "terms", *(f"{x}{k}" for k in range(3) for x in "kpst"))
"""The numbers of an instruction: one step, done to many numbers.

The step is one of `Tape.steps`. `to` is the place of the first result in the buffer, and the others
follow: `rows` rows of `n` results, each of `terms` terms. Each of three operands has four numbers.
`k` is how it lies: `ONE`, `ROW`, `SCATTERED` or `ABSENT`. `p` is its place in the first row and
term: of the one number; of the first in a row; or, of scattered ones, where their places begin in
`Tape.places`. `s` and `t` are by how much `p` grows from row to row, and from term to term.
"""

STEP, TO, N, ROWS, TERMS = range(5)
KINDS, PLACES, STRIDES, GROWTHS = (slice(i, None, 4) for i in range(5, 9))
"""The columns of these fields; of operands, those of all three."""


@dataclass(frozen=True)
class Tape:
    """A kernel as instructions over a buffer of numbers.

    Attributes:
        size: how many numbers the buffer has.
        own: the first place that has a number for each sample.
        sums: the first place of a sum over the samples.
        inputs: where each array that goes in begins in the buffer.
        constants: the place of the first constant, and the numbers.
        copies: the place of the first copy, and the places of the inputs that are copied.
        steps: the names of the steps.
        instructions: what to do, in order: a row of `FIELDS` each.
        once: how many instructions, from the first on, give the same for all samples.
        kept: where their results begin, where all others read them, as one number for all samples,
            and how many there are.
        places: the places of scattered operands.
        outputs: for each array that comes out, the place of each of its numbers.
    """

    size: int
    own: int
    sums: int
    inputs: tuple[int, ...]
    constants: tuple[int, Floats]
    copies: tuple[int, Ints]
    steps: tuple[str, ...]
    instructions: Ints32
    once: int
    kept: tuple[int, int, int]
    places: Ints32
    outputs: tuple[Ints, ...]

    def __str__(self) -> str:
        start, copied = self.copies
        of = f"[{start}:{start + len(copied)}] = copy [places of inputs]"
        shown = [of] if len(copied) else []
        for step, start, count, rows, terms, *operands in self.instructions.tolist():
            written = []
            of_each = zip(*(operands[i::4] for i in range(4)), strict=True)
            for kind, place, stride, growth in of_each:
                by = f" + {stride}r" if rows > 1 else ""
                by += f" + {growth}t" if growth else ""
                if kind == ONE:
                    written.append(f"[{place}{by}]")
                elif kind == ROW:
                    written.append(f"[{place}:{place + count}{by}]")
                elif kind == SCATTERED:
                    written.append(f"[places[{place}:{place + count}]]")
            results = f"[{start}:{start + count * rows}]"
            shown.append(f"{results} = {self.steps[step]} {', '.join(written)}")
            shown[-1] += f" for r < {rows}" if rows > 1 else ""
            shown[-1] += f" for t < {terms}" if terms > 1 else ""
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
    places = np.zeros(len(lines), dtype=np.int32)
    inputs, free = [0] * len(kernel.inputs), 0
    for i in (i for i, array in enumerate(kernel.inputs) if not array.by_sample):
        inputs[i], free = free, free + kernel.inputs[i].width
    first_constant = free
    numbers = []
    codes = np.frombuffer(lines.packed, dtype=np.int64) >> 2 * WIDTH
    constants = np.flatnonzero(codes == CONSTANT).tolist()
    known = np.flatnonzero(codes < CONSTANT).tolist()
    del codes  # of a large graph such arrays are larger than its tape
    for i in constants:
        places[i] = free
        numbers.append(float(lines[i].detail))
        free += 1
    scattered = _Scattered(pad)
    copies = _Copies(free, first_constant if cut else 0)
    groups = groups_of(kernel, sums=cut)
    of_once = groups.once if cut else 0
    once, others = np.split(groups.lines, groups.bounds[[of_once]])
    kept = free + copies.room
    # The place before it is never used, so that no row of operands is partly shared.
    own = free = int(_padded(np.array([kept + len(once) + pad]), pad)[0])
    for i in (i for i, array in enumerate(kernel.inputs) if array.by_sample):
        inputs[i], free = free, free + kernel.inputs[i].width
    for i in known:
        array_number, position = place_of(lines[i])
        places[i] = inputs[array_number] + position
    starts, sums, size = _starts(groups, free, pad)
    counts = np.diff(groups.bounds)
    places[groups.lines] = _ranges(starts, counts)
    own = own if kernel.is_over_batch else 0
    most = LONGEST // pad if cut else 0
    layout = _Layout(starts, places, copies, scattered, own, most)
    is_read_once = np.zeros(size, dtype=bool)
    instructions = _written(groups, range(of_once), layout)
    is_read_once[places[once]] = groups.is_read_once[: len(once)]
    first = int(starts[0]) if of_once else 0
    places[once] += kept - first  # from where the others read them
    rest = _written(groups, range(of_once, len(counts)), layout)
    is_read_once[places[others]] = groups.is_read_once[len(once) :]
    instructions = np.concatenate([instructions, rest]) if of_once else rest
    steps = groups.steps
    del groups, layout, starts, counts, rest
    if cut:
        steps = (*steps, ADD_PRODUCTS, ADD_MULTIPLES)
        instructions = _merge_sums(instructions, steps, is_read_once, own)
    return Tape(
        size,
        own,
        sums,
        tuple(inputs),
        (first_constant, np.array(numbers)),
        copies.copied(),
        steps,
        instructions,
        int(np.count_nonzero(instructions[:, TO] < first + len(once))),
        (first, kept, len(once)),
        scattered.places(),
        tuple(places[list(output.lines)].astype(np.int64) for output in kernel.outputs),
    )


def _starts(groups: Groups, free: int, pad: int) -> tuple[Ints, int, int]:
    """Where each group begins in the buffer, where sums over the samples do, and where it ends.

    Args:
        groups: the groups.
        free: the first place that is free.
        pad: as for `make_tape`.
    """
    counts = _padded(np.diff(groups.bounds), pad)
    is_sum = np.isin(groups.codes, [groups.steps.index(step) for step in TO_SUM.values()])
    own, summed = np.where(is_sum, 0, counts), np.where(is_sum, counts, 0)
    sums = int(_padded(np.array([free]), pad)[0]) + int(own.sum())
    begins = np.where(is_sum, sums + np.cumsum(summed), sums - own.sum() + np.cumsum(own)) - counts
    return begins, sums, sums + int(summed.sum()) + pad


@dataclass
class _Layout:
    """Where the parts of a tape are.

    Attributes:
        starts: where each group begins in the buffer.
        places: of each line; they are put in an order within each group.
        copies: gets the columns of inputs.
        scattered: gets the places of the other scattered operands.
        own: as for `Tape`.
        most: rows of the longest instruction; 0 if groups are not to be cut.
    """

    starts: Ints
    places: Ints32
    copies: _Copies
    scattered: _Scattered
    own: int
    most: int


def _written(groups: Groups, numbers: range, layout: _Layout) -> Ints32:
    """The instructions for the groups of these numbers, in order."""
    copies, cut = layout.copies, layout.most > 0
    lines = groups.bounds[numbers.stop] - groups.bounds[numbers.start]
    found = np.empty((0, len(FIELDS)), dtype=np.int32)
    # In parts, so that temporary arrays fit into memory that has been used before.
    for part in np.array_split(np.array(numbers), 1 + lines // MOST_AT_ONCE):
        if len(part):
            pieces = _pieces(groups, part, layout.starts, layout.places, copies.end, cut=cut)
            copies.bring_together(pieces)
            layout.scattered.add(pieces)
            some = _instructions(pieces, max(layout.most, 1), layout.own)
            end = len(found)
            found.resize((end + len(some), len(FIELDS)), refcheck=False)  # in place
            found[end:] = some
    return found


def _padded(counts: Ints, pad: int) -> Ints:
    """Each number or the next that is a multiple of `pad`."""
    return -(-counts // pad) * pad


def _ranges(starts: Ints, counts: Ints) -> Ints:
    """The numbers from each start on, so many as its count says, all in one array."""
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(counts.sum())


@dataclass
class _Pieces:
    """Groups in pieces of which most lie evenly.

    Attributes:
        codes: the code of each piece's step.
        starts: the place of its first result.
        counts: how many results it has.
        follows: whether it is of the same group as the piece before it.
        begins: where it begins in `operands`.
        operands: the places of its operands, a row for each of them.
        kinds: how each operand of each piece lies, a row for each operand.
        at: the place of each, as an instruction has it.
    """

    codes: Ints32
    starts: Ints
    counts: Ints
    follows: Bools
    begins: Ints
    operands: Ints
    kinds: Ints
    at: Ints


def _pieces(
    groups: Groups, part: Ints, starts: Ints, places: Ints32, inputs: int, *, cut: bool
) -> _Pieces:
    """Put some groups in an order, which goes into `places`, and cut them into pieces.

    Args:
        groups: all groups.
        part: the numbers of these; no group between them is left out.
        starts: where each group begins in the buffer.
        places: of each line; those of earlier groups' lines are known.
        inputs: as for `_even`.
        cut: as for `make_tape`.
    """
    first, end = groups.bounds[part[0]], groups.bounds[part[-1] + 1]
    members, read = groups.lines[first:end], groups.operands[:, first:end]
    begins = groups.bounds[part] - first
    counts = np.diff(begins, append=len(members))
    arity = (read[:, begins] != NOTHING).sum(axis=0)
    operands = np.zeros(read.shape, dtype=np.int64)
    is_even = np.zeros(len(members), dtype=bool)
    for i in np.flatnonzero(counts >= ORDERED).tolist():
        own, free = slice(begins[i], begins[i] + counts[i]), starts[part[i]]
        order, ordered, even = _ordered(places.take(read[: arity[i], own]), inputs)
        places[members[own].take(order)] = np.arange(free, free + counts[i])
        operands[: arity[i], own] = ordered
        is_even[own][1:] = even.all(axis=0)
    is_small = np.repeat(counts < ORDERED, counts)
    operands[:, is_small] = places.take(read[:, is_small], mode="clip")
    is_even |= is_small
    is_even[begins] = False
    cuts = _cuts(operands, is_even, is_small, begins) if cut else begins
    cuts, lengths = _split(cuts, len(members), LONGEST)
    of = np.searchsorted(begins, cuts, side="right") - 1
    kinds, at = _lying(operands, cuts, lengths)
    is_absent = np.arange(len(kinds))[:, np.newaxis] >= arity[of]
    kinds[is_absent], at[is_absent] = ABSENT, 0
    return _Pieces(
        groups.codes[part][of],
        starts[part][of] + cuts - begins[of],
        lengths,
        cuts != begins[of],
        cuts,
        operands,
        kinds,
        at,
    )


def _ordered(operands: Ints32, inputs: int) -> tuple[Ints, Ints32, Bools]:
    """The order of a group in which most operands lie side by side, or stay the same.

    Args:
        operands: a row of places for each operand.
        inputs: as for `_even`.

    Returns:
        The order, the operands in it, and what `_even` says of them.
    """
    found = []
    # By the last operand first: what is added up of a matrix' products then lies side by side.
    for keys in (operands, operands[::-1])[: len(operands)]:
        order = np.lexsort(keys)
        ordered = operands.take(order, axis=1)
        found.append((order, ordered, _even(ordered, inputs)))
        if found[-1][2].all():
            return found[-1]
    return max(found, key=lambda candidate: np.count_nonzero(candidate[2]))


def _even(places: Ints32, inputs: int) -> Bools:
    """Whether each place lies evenly after the one before it, or can be put so.

    Args:
        places: a row of them for each operand.
        inputs: places before this one are inputs, which can be put there; 0 if none can be.
    """
    steps = places[:, 1:] - places[:, :-1]
    even: Bools = (steps == 0) | (steps == 1)
    if inputs:
        goes_on = (places[:, 2:] < inputs) & (steps[:, 1:] == steps[:, :-1])
        even[:, 1:] |= goes_on
        even[:, :-1] |= goes_on
    return even


def _cuts(operands: Ints, is_even: Bools, is_whole: Bools, begins: Ints) -> Ints:
    """Where to cut groups into instructions: runs whose operands lie evenly, and the rest.

    Args:
        operands: a row of places for each operand.
        is_even: whether the operands of a result lie evenly after those of the one before it.
        is_whole: whether a result is of a group that is not cut.
        begins: where each group begins.
    """
    steps = operands[:, 1:] - operands[:, :-1]
    goes_on = (steps[:, 1:] == steps[:, :-1]).all(axis=0)
    runs = _runs(is_even[1:], goes_on | is_whole[2:])
    is_long = np.diff(runs, append=len(is_even)) >= SHORTEST
    # Short runs side by side are one piece.
    is_cut = is_long | np.append(True, is_long[:-1])
    is_first = np.zeros(len(is_even), dtype=bool)
    is_first[runs[is_cut]] = is_first[begins] = True
    return np.flatnonzero(is_first)


def _runs(follows: Bools, goes_on: Bools) -> Ints:
    """Where runs begin in a row of things.

    Args:
        follows: of each but the first, whether it may be in one run with the one before it.
        goes_on: of each from the third on, whether it follows as the one before it does.
    """
    is_first = np.append(True, ~follows)  # whatever came before
    is_break = is_first.copy()
    is_break[2:] |= ~goes_on
    # The first step in a run may differ from the one before, and begins no other run. In
    # 0, 1, 5, 6, 10, 11 the step changes at 5, 6, 10 and 11, but the runs are 0, 1 and 5, 6 and
    # 10, 11: of neighbouring breaks every other one begins a run, counted from one that is sure.
    is_sure = is_first.copy()
    is_sure[1:] |= is_break[1:] & ~is_break[:-1]
    breaks = np.flatnonzero(is_break)
    sure = np.maximum.accumulate(np.where(is_sure[breaks], breaks, 0))
    begins: Ints = breaks[(breaks - sure) % 2 == 0]
    return begins


def _lying(places: Ints, begins: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """How each piece of operands lies, and its first place.

    Args:
        places: a row of them for each operand.
        begins: where each piece begins; the next one begins where it ends.
        counts: how long each piece is.
    """
    first = places.take(begins, axis=1)
    reach = places - np.repeat(first, counts, axis=1)
    within = np.arange(places.shape[1]) - np.repeat(begins, counts)
    is_row = np.logical_and.reduceat(reach == within, begins, axis=1)
    is_one = np.logical_and.reduceat(reach == 0, begins, axis=1)
    return np.where(is_row, ROW, np.where(is_one, ONE, SCATTERED)), first


def _instructions(pieces: _Pieces, most: int, own: int = 0) -> Ints32:
    """The instructions for pieces of groups: rows that lie at equal distances are one.

    Args:
        pieces: the pieces.
        most: rows of the longest instruction.
        own: as for `Tape`; no operand is shared in one row and each sample's own in another.
    """
    kinds, at, counts = pieces.kinds, pieces.at, pieces.counts
    strides = at[:, 1:] - at[:, :-1]
    is_alike = (kinds[:, 1:] == kinds[:, :-1]) & (kinds[:, 1:] != SCATTERED)
    is_alike &= (at[:, 1:] < own) == (at[:, :-1] < own)
    follows = is_alike.all(axis=0) & (counts[1:] == counts[:-1]) & pieces.follows[1:]
    begins = _runs(follows, (strides[:, 1:] == strides[:, :-1]).all(axis=0))
    begins, rows = _split(begins, len(counts), most)
    found = np.zeros((len(begins), len(FIELDS)), dtype=np.int32)
    found[:, STEP], found[:, TO] = pieces.codes[begins], pieces.starts[begins]
    found[:, N], found[:, ROWS], found[:, TERMS] = counts[begins], rows, 1
    found[:, KINDS], found[:, PLACES] = kinds.T[begins], at.T[begins]
    found[:, STRIDES] = np.where(rows > 1, np.append(strides, [[0]] * 3, axis=1)[:, begins], 0).T
    return found


def _merge_sums(found: Ints32, steps: tuple[str, ...], is_read_once: Bools, own: int = 0) -> Ints32:
    """The same instructions, but those that add products to one sum are one.

    Args:
        found: the instructions, in order; they are changed.
        steps: the names of their steps.
        is_read_once: of each place, whether its number is read once.
        own: as for `Tape`; no factor is shared in one term and each sample's own in another.
    """
    # Only sums are looked at, for in a deep graph there are as many instructions as lines.
    sums = np.flatnonzero(found[:, STEP] == steps.index(ADD_PRODUCT))
    part = found[sums]
    # Factors may be exchanged: the one that is one number for all of a row comes last.
    turned = (part[:, KINDS][:, 1] == ONE) & (part[:, KINDS][:, 2] == ROW)
    for columns in KINDS, PLACES, STRIDES:
        part[:, columns][turned, 1:] = part[:, columns][turned, :0:-1]
    kinds, to_next = part[:, KINDS], part[:, STRIDES][:, 0] == part[:, N]
    fits = (kinds[:, :2] == ROW).all(axis=1) & (kinds[:, 2] != SCATTERED)
    fits &= (part[:, ROWS] == 1) | to_next
    sums, part = sums[fits], part[fits]
    if not len(sums):
        return found
    starts, places = part[:, TO], part[:, PLACES]
    bounds = np.stack([starts, starts + part[:, N] * part[:, ROWS]], axis=1).ravel()
    is_once = np.logical_and.reduceat(is_read_once, bounds)[::2]
    before = np.minimum(np.searchsorted(starts, places[:, 0]), len(sums) - 1)
    same = [part[:, [N, ROWS]], part[:, KINDS], part[:, STRIDES][:, 1:]]
    if own:
        same.append(places[:, 1:] < own)
    alike = np.concatenate(same, axis=1)
    goes_on = (starts[before] == places[:, 0]) & is_once[before]
    goes_on &= (alike == alike[before]).all(axis=1)
    first = [*range(len(sums))]
    for i in np.flatnonzero(goes_on).tolist():
        first[i] = first[before[i]]
    order = np.argsort(first, kind="stable")
    growths = places[order[1:], 1:] - places[order[:-1], 1:]
    runs = _runs(goes_on[order[1:]], (growths[1:] == growths[:-1]).all(axis=1))
    terms = np.diff(runs, append=len(order))
    runs, terms = runs[terms > 1], terms[terms > 1]
    begin, end = part[order[runs]], order[runs + terms - 1]
    one = part[end]
    multiples, products = steps.index(ADD_MULTIPLES), steps.index(ADD_PRODUCTS)
    one[:, STEP] = np.where(one[:, KINDS][:, 2] == ONE, multiples, products)
    one[:, TERMS], one[:, PLACES], one[:, GROWTHS][:, 1:] = terms, begin[:, PLACES], growths[runs]
    found[sums[end]] = one
    is_kept = np.ones(len(found), dtype=bool)
    is_kept[sums[order[_ranges(runs, terms - 1)]]] = False
    kept = np.flatnonzero(is_kept)
    for i in range(0, len(kept), MOST_AT_ONCE):  # in place: a second array would be as large
        some = kept[i : i + MOST_AT_ONCE]
        found[i : i + len(some)] = found[some]
    return found[: len(kept)]


def _split(begins: Ints, end: int, longest: int) -> tuple[Ints, Ints]:
    """Where parts begin of which none is longer than `longest`, and how long each is."""
    counts = np.diff(begins, append=end)
    parts = -(-counts // longest)
    within = longest * _ranges(0 * parts, parts)
    rest = np.repeat(counts, parts) - within
    return np.repeat(begins, parts) + within, np.minimum(rest, longest)


class _Scattered:
    """The places of operands that lie anywhere, one operand's after the other's.

    Args:
        pad: as for `make_tape`; an operand's last place is repeated as often as that takes.
    """

    def __init__(self, pad: int) -> None:
        self._pad = pad
        self._parts = [np.zeros(0, dtype=np.int32)]
        self._count = 0

    def add(self, pieces: _Pieces) -> None:
        """Add the places of the scattered operands of pieces; `at` then has where they begin."""
        numbers, which = np.nonzero(pieces.kinds == SCATTERED)
        counts = pieces.counts[which]
        room = _padded(counts, self._pad)
        within = np.minimum(_ranges(0 * room, room), np.repeat(counts - 1, room))
        begins = numbers * pieces.operands.shape[1] + pieces.begins[which]
        places = pieces.operands.ravel()[np.repeat(begins, room) + within]
        self._parts.append(places.astype(np.int32))
        pieces.at[numbers, which] = self._count + np.cumsum(room) - room
        self._count += int(room.sum())

    def places(self) -> Ints32:
        """Return the places of all operands."""
        return np.concatenate([*self._parts, np.zeros(1, dtype=np.int32)])


class _Copies:
    """Copies of inputs at equal distances, as a matrix' column is: they lie side by side.

    Args:
        start: the place of the first copy.
        end: where the places of inputs end; 0 if nothing is to be copied.

    Attributes:
        room: how many copies there may be: as many as inputs.
        end: where the places of inputs end.
    """

    def __init__(self, start: int, end: int) -> None:
        self.room = self.end = end
        self._start = start
        self._places: dict[tuple[int, int, int], int] = {}
        self._parts = [np.zeros(0, dtype=np.int64)]
        self._count = 0

    def bring_together(self, pieces: _Pieces) -> None:
        """Let operands read copies where that makes rows of scattered ones."""
        may_be = (pieces.kinds == SCATTERED) & (pieces.at < self.end)
        for k, i in np.argwhere(may_be).tolist():
            begin = pieces.begins[i]
            place = self.place(pieces.operands[k, begin : begin + pieces.counts[i]])
            if place is not None:
                pieces.kinds[k, i], pieces.at[k, i] = ROW, place

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

    def copied(self) -> tuple[int, Ints]:
        """Return the place of the first copy, and the places of all that is copied."""
        return self._start, np.concatenate(self._parts)
