"""The lines of a program, each packed into one whole number.

A network has hundreds of thousands of lines. As objects they would take most of the time and the
memory of a recording; packed, a line takes eight bytes. `Line` is one line as people read it.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from mypy_extensions import i64  # noqa: TC002  # mypyc reads it

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

    def levels(self) -> list[int]:
        """Return the level of each line: 0, or one more than the highest level of its inputs."""
        levels: list[int] = []
        for place, packed in enumerate(self.packed):
            line: i64 = packed
            code, second = line >> 2 * WIDTH, line & NOTHING
            level = 0
            if code > CONSTANT:
                level = levels[line >> WIDTH & NOTHING] + 1
                if second != NOTHING:
                    level = max(level, levels[second] + 1)
                if code == CHOOSE:
                    level = max(level, levels[self.conditions[place]] + 1)
            levels.append(level)
        return levels

    def _key(self) -> tuple[Any, ...]:
        return self.steps, self.packed.tobytes(), self.details, tuple(self.conditions.items())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lines) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __reduce__(self) -> Any:
        return Lines, (self.steps, self.packed, self.details, self.conditions)


def needed(packed: list[Any], conditions: dict[int, int], outputs: list[int]) -> list[Any]:
    """Return for each line whether it is one of some lines, or they depend on it.

    Args:
        packed: the lines of a program, see `Lines`.
        conditions: of each choice its condition.
        outputs: the places to begin with.
    """
    is_needed = [False] * len(packed)
    for place in outputs:
        is_needed[place] = True
    for place in range(len(packed) - 1, -1, -1):
        if is_needed[place]:
            line: i64 = packed[place]
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
    packed: list[Any],
    details: list[str],
    conditions: dict[int, int],
    is_chosen: list[Any],
) -> tuple[Lines, list[Any]]:
    """Return some lines of a program by themselves, and by how many places each moves up.

    Equal lines are packed alike, whatever else the programs have that they come from.

    Args:
        steps: as for `Lines`.
        packed: as for `Lines`.
        details: as for `Lines`.
        conditions: as for `Lines`.
        is_chosen: for each line whether it is one of them; so are those that they depend on. The
            list is used up: the same list has the moves afterwards.
    """
    moves = is_chosen
    move: object = 0  # one object of 32 bytes for each gap: a new place would be one for each line
    left_out: i64 = 0
    codes, new_steps = list(range(len(steps))), list(STEPS)
    is_used = [False] * len(steps)
    new_details: list[str] = []
    new_conditions: dict[int, int] = {}
    result = array("q", [0]) * is_chosen.count(True)  # growing, it would be copied all the time
    for place in range(len(packed)):
        if not is_chosen[place]:
            left_out += 1
            move = left_out
            continue
        moves[place] = move
        line: i64 = packed[place]
        code, first, second = line >> 2 * WIDTH, line >> WIDTH & NOTHING, line & NOTHING
        if code <= CONSTANT:
            new_details.append(details[second])
            second = len(new_details) - 1
        else:
            first_move: i64 = moves[first]
            first -= first_move
            if second != NOTHING:
                second_move: i64 = moves[second]
                second -= second_move
            if code == CHOOSE:
                condition = conditions[place]
                new_conditions[place - left_out] = condition - moves[condition]
            elif code >= len(STEPS):
                if not is_used[code]:
                    is_used[code] = True
                    codes[code] = len(new_steps)
                    new_steps.append(steps[code])
                code = codes[code]
        result[place - left_out] = pack(code, first, second)
    return Lines(tuple(new_steps), result, tuple(new_details), new_conditions), moves


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
