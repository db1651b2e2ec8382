"""The lines of a program, each packed into one whole number.

A network has hundreds of thousands of lines. As objects they would take most of the time and the
memory of a recording; packed, a line takes eight bytes. `Line` is one line as people read it.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple, final

from mypy_extensions import i32, i64

try:
    from librt.vecs import append
    from librt.vecs import vec as vec  # noqa: PLC0414  # `program` has it from here
except ImportError:  # no CPython, or one in a browser
    from autograd.codegen.vectors import append, vec  # type: ignore[assignment,no-redef,unused-ignore]

WIDTH: Final = 28
"""Bits of the place of a line: a program has less than 2**28 lines."""

NOTHING: Final = 2**WIDTH - 1
"""Stands where a line has no input."""

STEPS: Final = (
    *("input", "constant", "choose"),
    *("add", "sub", "mul", "div", "neg", "abs", "pow"),
    *("greater", "greater_equal", "equal", "or", "not"),
)
"""The steps that are no elementary functions; their places are their codes."""

INPUT: Final = 0
CONSTANT: Final = 1
CHOOSE: Final = 2
ADD: Final = 3
SUB: Final = 4
MUL: Final = 5
DIV: Final = 6
NEG: Final = 7
ABS: Final = 8
POW: Final = 9
GREATER: Final = 10
GREATER_EQUAL: Final = 11
EQUAL: Final = 12
OR: Final = 13
NOT: Final = 14


class Line(NamedTuple):
    """One step: `step` is done to the results of the earlier lines `inputs`.

    Attributes:
        step: "input", "constant", or what is done: "add", "sub", "mul", "div", "neg", "abs", "pow";
            "greater", "greater_equal", "equal", "or", "not", which give a condition; "choose", of a
            condition and two numbers; else an elementary function of `autograd.real`, such as
            "exp".
        inputs: which lines.
        detail: of an input its name, of a constant its number as text, which tells -0.0 from 0.0.
    """

    step: str
    inputs: tuple[int, ...] = ()
    detail: str = ""


def pack(code: i64, first: i64, second: i64) -> i64:
    """Return a line as one whole number; see `Lines`."""
    return code << 2 * WIDTH | first << WIDTH | second


class Lines:
    """Lines that are complete, in the order in which they run.

    Args:
        steps: what each code stands for.
        packed: each line: its code, and two inputs; of an input or a constant, which detail it has.
        details: the details.
        conditions: of each choice its condition.

    >>> from autograd.codegen.program import Program
    >>> program = Program()
    >>> y = program.input("x") * 2.0
    >>> program.lines[2]
    Line(step='mul', inputs=(0, 1), detail='')
    """

    def __init__(
        self, steps: tuple[str, ...], packed: Any, details: tuple[str, ...], conditions: Any
    ) -> None:
        self.steps = steps
        self.packed = packed
        self.details = details
        self.conditions = conditions

    def __len__(self) -> int:
        return len(self.packed)

    def __getitem__(self, place: int) -> Line:
        packed: i64 = self.packed[place]
        code, first, second = packed >> 2 * WIDTH, packed >> WIDTH & NOTHING, packed & NOTHING
        step = self.steps[code]
        if code <= CONSTANT:
            return Line(step, (), self.details[second])
        if code == CHOOSE:
            return Line(step, (self.conditions[place], first, second))
        return Line(step, (first,) if second == NOTHING else (first, second))

    def __iter__(self) -> Iterator[Line]:
        return map(self.__getitem__, range(len(self)))

    def _key(self) -> tuple[Any, ...]:
        return self.steps, self.packed.tobytes(), self.details, tuple(self.conditions.items())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lines) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __reduce__(self) -> Any:
        return Lines, (self.steps, self.packed, self.details, self.conditions)


IS_COMPILED: Final = not __file__.endswith(".py")
"""Whether this module runs as compiled code."""


class Table:
    """Lines that grow in number, packed as those of `Lines`; equal lines are one.

    The places are in a hash table of whole numbers with room to spare. The search for a line begins
    in one of the 4,096 slots from twice the place of its newer input on: lines that are written one
    after the other have slots near each other, which are in the processor's cache. After eight
    tries it goes on at a slot that the hash alone gives. Interpreted, a dict is quicker.

    Attributes:
        packed: the lines.
        progress: if it is set, it is called now and then with the number of lines.

    >>> table = Table()
    >>> [table.place_of(code, 0, 1) for code in (ADD, MUL, ADD)]
    [0, 1, 0]
    """

    def __init__(self) -> None:
        self.packed = vec[i64]()
        self.progress: Callable[[int], None] | None = None
        self._slots = vec[i32]([0] * 64)  # in each a line's place + 1, or 0 if it is empty
        self._places: dict[int, int] = {}

    @final
    def add(self, line: i64) -> i64:
        """Write a line that is not to be found again; return its place."""
        self.packed = append(self.packed, line)
        return len(self.packed) - 1

    @final
    def place_of(self, code: i64, first: i64, second: i64) -> i64:
        """Return the place of a line, which is written if there is none like it."""
        line = pack(code, first, second)
        new: i64 = len(self.packed)
        if IS_COMPILED:
            slot = self._slot(line)
            if self._slots[slot] != 0:
                return i64(self._slots[slot]) - 1
            self._slots[slot] = i32(new + 1)
        else:
            place = self._places.setdefault(line, new)
            if place != new:
                return place
        self.packed = append(self.packed, line)
        if IS_COMPILED and 2 * new > len(self._slots):
            self._grow()
        if new & 0xFFFF == 0 and self.progress is not None:
            self.progress(new)
        return new

    @final
    def _slot(self, line: i64) -> i64:
        """The slot of a line; of one that is not there an empty one."""
        slots, packed = self._slots, self.packed
        last: i64 = len(slots) - 1
        first, second = line >> WIDTH & NOTHING, line & NOTHING
        newer = first if second == NOTHING or first > second else second
        mixed = line * 0x1E3779B97F4A7C15 >> 24  # the product as C has it, of 64 bits
        slot = 2 * newer + (mixed & 4095) & last
        tries = 0
        while True:
            place = i64(slots[slot])
            if place == 0 or packed[place - 1] == line:
                return slot
            tries += 1
            slot = (mixed >> 12 if tries == 8 else slot + 1) & last

    @final
    def _grow(self) -> None:
        before = self._slots
        self._slots = vec[i32]([0] * (2 * len(before)))
        for place in before:
            if place != 0:
                self._slots[self._slot(self.packed[i64(place) - 1])] = place


def needed(packed: vec[i64], conditions: dict[int, int], outputs: list[int]) -> vec[bool]:
    """Return for each line whether some lines need it: it is one of them, or they depend on it.

    Args:
        packed: the lines of a program, see `Lines`.
        conditions: of each choice its condition.
        outputs: the places to begin with.
    """
    is_needed = vec[bool]([False] * len(packed))
    for place in outputs:
        is_needed[place] = True
    for place in range(len(packed) - 1, -1, -1):
        if is_needed[place]:
            line = packed[place]
            code, second = line >> 2 * WIDTH, line & NOTHING
            if code > CONSTANT:
                is_needed[line >> WIDTH & NOTHING] = True
                if second != NOTHING:
                    is_needed[second] = True
                if code == CHOOSE:
                    is_needed[conditions[place]] = True
    return is_needed


def chosen(
    steps: list[str],
    packed: vec[i64],
    details: list[str],
    conditions: dict[int, int],
    is_chosen: vec[bool],
) -> tuple[Lines, vec[i64]]:
    """Return some lines of a program by themselves, and by how many places each moves forward.

    Equal lines are packed alike, from whatever programs they come.

    Args:
        steps: as for `Lines`.
        packed: as for `Lines`.
        details: as for `Lines`.
        conditions: as for `Lines`.
        is_chosen: for each line whether it is one of them; a line that one depends on has to be.
    """
    moves = vec[i64]([0] * len(packed))
    result = vec[i64]()
    codes, new_steps = list(range(len(steps))), list(STEPS)
    is_used = [False] * len(steps)
    new_details: list[str] = []
    new_conditions: dict[int, int] = {}
    for place in range(len(packed)):
        if not is_chosen[place]:
            continue
        new: i64 = len(result)
        moves[place] = place - new
        line = packed[place]
        code, first, second = line >> 2 * WIDTH, line >> WIDTH & NOTHING, line & NOTHING
        if code <= CONSTANT:
            new_details.append(details[second])
            second = len(new_details) - 1
        else:
            first -= moves[first]
            if second != NOTHING:
                second -= moves[second]
            if code == CHOOSE:
                condition: i64 = conditions[place]
                new_conditions[new] = condition - moves[condition]
            elif code >= len(STEPS):
                if not is_used[code]:
                    is_used[code] = True
                    codes[code] = len(new_steps)
                    new_steps.append(steps[code])
                code = codes[code]
        result = append(result, pack(code, first, second))
    kept = array("q")
    kept.frombytes(memoryview(result).cast("B"))
    return Lines(tuple(new_steps), kept, tuple(new_details), new_conditions), moves


def lines_of(lines: Any) -> Lines:
    """Return lines that have `step`, `inputs` and `detail`, packed."""
    steps = list(STEPS)
    codes = {step: code for code, step in enumerate(STEPS)}
    result = array("q")
    details: list[str] = []
    conditions: dict[int, int] = {}
    for place, line in enumerate(lines):
        if line.step not in codes:
            codes[line.step] = len(steps)
            steps.append(line.step)
        code = codes[line.step]
        inputs = [*line.inputs]
        if code <= CONSTANT:
            details.append(line.detail)
            inputs = [NOTHING, len(details) - 1]
        elif code == CHOOSE:
            conditions[place] = inputs.pop(0)
        result.append(pack(code, inputs[0], inputs[1] if len(inputs) == 2 else NOTHING))
    return Lines(tuple(steps), result, tuple(details), conditions)
