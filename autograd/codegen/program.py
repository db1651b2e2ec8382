"""A program without branches or loops, written down by the table's own functions.

A row's value and its rules are functions of numbers. Fed with registers instead, the numbers of a
program that has not run yet, they write that program: one line for each step that a machine can do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, Final, NoReturn

from mypy_extensions import i64, mypyc_attr

from autograd import ops, real
from autograd.cleaning import message_of, quoted
from autograd.codegen.lines import (
    ABS,
    ADD,
    CHOOSE,
    CONSTANT,
    DIV,
    EQUAL,
    GREATER,
    GREATER_EQUAL,
    INPUT,
    MUL,
    NEG,
    NOT,
    NOTHING,
    OR,
    POW,
    STEPS,
    SUB,
    WIDTH,
    Lines,
    Table,
    chosen,
    needed,
    pack,
    vec,
)
from autograd.ops import Primitive
from autograd.refusals import refuse

MOST_CHOICES = 10
"""The most choices of one operation that may depend on each other: each doubles the ways to try."""


@mypyc_attr(native_class=False)  # so that it takes any attributes
class Line:
    """What pickles of version 0.1.0 have for a line; `lines.lines_of` packs them."""


class Program(Table):
    """Lines in the order in which they run, and the rules by which numbers write them.

    Attributes:
        takes: whether the row `take` is among them, whose index may be out of range.

    >>> program = Program()
    >>> x = program.input("x")
    >>> y = x * x + x * x
    >>> [line.step for line in program.lines]
    ['input', 'mul', 'add']
    """

    def __init__(self) -> None:
        super().__init__()
        self._steps: list[str] = list(STEPS)
        self._codes: dict[str, int] = {step: code for code, step in enumerate(STEPS)}
        self._details: list[str] = []
        self._conditions: dict[int, int] = {}
        # The places of lines that choose between the same two numbers as an earlier line does, but
        # by another condition. The key is the earlier line's place and that condition's.
        self._choices: dict[int, int] = {}
        self._inputs: dict[str, int] = {}
        # Places, not registers: a register refers to the program, and where this is compiled, the
        # garbage collector would not find such a cycle.
        self._constants: dict[Any, int] = {}
        self._zero: i64 = -1  # the place of 0.0, and that of 1.0: choices ask for them all the time
        self._one: i64 = -1
        self._known: dict[int, float] = {}
        self._decided: dict[int, bool] = {}
        self._exploring = False
        self.takes = False

    @property
    def lines(self) -> Lines:
        """The lines that have been written, all of them."""
        return self._chosen(vec[bool]([True] * len(self.packed)))[0]

    def live(self, outputs: Iterable[Register]) -> list[int]:
        """Return the lines that the outputs need, in order."""
        is_needed = self._needed(outputs)
        return [place for place in range(len(is_needed)) if is_needed[place]]

    def taken(self, outputs: Sequence[Register]) -> tuple[Lines, list[int]]:
        """Return the lines that the outputs need by themselves, and the outputs' places there."""
        lines, moves = self._chosen(self._needed(outputs))
        return lines, [output.index - moves[output.index] for output in outputs]

    def _needed(self, outputs: Iterable[Register]) -> vec[bool]:
        return needed(self.packed, self._conditions, [output.index for output in outputs])

    def _chosen(self, is_chosen: vec[bool]) -> tuple[Lines, vec[i64]]:
        return chosen(self._steps, self.packed, self._details, self._conditions, is_chosen)

    def input(self, name: str) -> Register:
        """Return the number that will be given by this name."""
        place = self._inputs.get(name, -1)
        if place < 0:
            place = self._inputs[name] = self._append(INPUT, name)
        return Register(self, place)

    def constant(self, number: float) -> Register:
        """Return a number that is known now."""
        # 0.0 equals -0.0, and nan equals nothing: these have keys of their own.
        key: Any = number
        if number == 0.0:
            key = "0.0" if math.copysign(1.0, number) > 0.0 else "-0.0"
        elif math.isnan(number):
            key = "nan"
        place = self._constants.get(key, -1)
        if place < 0:
            place = self._constants[key] = self._append(CONSTANT, repr(number))
            self._known[place] = number
            if key == "0.0":
                self._zero = place
            elif key == 1.0:
                self._one = place
        return Register(self, place, number)

    @property
    def zero(self) -> Register:
        """The constant 0.0."""
        return self.constant(0.0) if self._zero < 0 else Register(self, self._zero, 0.0)

    @property
    def one(self) -> Register:
        """The constant 1.0."""
        return self.constant(1.0) if self._one < 0 else Register(self, self._one, 1.0)

    def _append(self, code: i64, detail: str) -> int:
        self._details.append(detail)
        return self.add(pack(code, NOTHING, len(self._details) - 1))

    def number(self, number: Any) -> Register:
        """Return a register as it is, a plain number as a constant."""
        if isinstance(number, Register):
            return number
        return self.constant(number if type(number) is float else real.real(number))

    def step(self, step: str, first: Any, second: Any = None) -> Register:
        """Write a line that gives a number; nothing is written for what is known already."""
        code = self._codes.get(step, -1)
        if code < 0:
            code = self._codes[step] = len(self._steps)
            self._steps.append(step)
        if second is not None:
            return self.of_two(code, first, second)
        return self.of_one(code, self.number(first))

    def of_one(self, code: i64, number: Register) -> Register:
        """Write a line of one number, as `step` does; `code` is that of the step."""
        if code == NEG:
            return self._negative(number)
        return Register(self, self.place_of(code, number.index, NOTHING))

    def of_two(self, code: i64, left: Any, right: Any) -> Register:
        """Write a line of two numbers, as `step` does; `code` is that of the step."""
        a = left if isinstance(left, Register) else self.number(left)
        b = right if isinstance(right, Register) else self.number(right)
        if a.known is not None or b.known is not None:
            found = self._simplified(code, a, b)
            if found is not None:
                return found
        return Register(self, self.place_of(code, a.index, b.index))

    def condition(self, code: i64, left: Any, right: Any) -> Condition:
        """Write a line that gives a condition of two numbers; `code` is that of the step."""
        first, second = self.number(left), self.number(right)
        return Condition(self, self.place_of(code, first.index, second.index))

    def opposite(self, condition: i64) -> Condition:
        """Write the line that holds where a condition does not."""
        return Condition(self, self.place_of(NOT, condition, NOTHING))

    def either(self, one: i64, other: i64) -> Condition:
        """Write the line that holds where one of two conditions does."""
        return Condition(self, self.place_of(OR, one, other))

    def where(self, condition: Register, a: Any, b: Any) -> Register:
        """Write `where` as the table has it, without trying what follows either way."""
        known = self._condition_of(condition.index)
        if known >= 0:
            first, second = self.number(a), self.number(b)
            other = self._condition_of(second.index)
            if other >= 0 and first.index == self._one:  # 1 where either holds, else 0
                return self.choose(self.either(known, other).index, self.one, self.zero)
            return self.choose(known, first, second)
        return self.choose(self.place_of(EQUAL, condition.index, self.zero.index), b, a)

    def choose(self, condition: i64, a: Any, b: Any) -> Register:
        """Write the line that gives `a` where the condition of an earlier line holds, else `b`."""
        first, second = self._given(condition, a, True), self._given(condition, b, False)
        if first.index == second.index:
            return first
        compared = self.packed[condition]
        if compared >> 2 * WIDTH == EQUAL and compared & NOTHING == self._zero:
            opposite = self._condition_of(compared >> WIDTH & NOTHING)
            if opposite >= 0:
                return self.choose(opposite, second, first)
        place = self.place_of(CHOOSE, first.index, second.index)
        if self._conditions.setdefault(place, condition) != condition:
            new: i64 = len(self.packed)
            place = self._choices.setdefault(place << WIDTH | condition, new)
            if place == new:
                self._conditions[place] = condition
                self.add(pack(CHOOSE, first.index, second.index))
        return Register(self, place)

    def _given(self, condition: i64, number: Any, holds: bool) -> Register:
        """A number where a condition is known: of choices by it, in factors too, the way taken."""
        register = self.number(number)
        line = self.packed[register.index]
        code, first, second = line >> 2 * WIDTH, line >> WIDTH & NOTHING, line & NOTHING
        if self._chooses(register.index, condition):
            return self._at(first if holds else second)
        if code == MUL and (self._chooses(first, condition) or self._chooses(second, condition)):
            left = self._given(condition, self._at(first), holds)
            return self.of_two(MUL, left, self._given(condition, self._at(second), holds))
        return register

    def _chooses(self, place: i64, condition: i64) -> bool:
        """Whether a line is a choice by this condition."""
        line = self.packed[place]
        return line >> 2 * WIDTH == CHOOSE and self._conditions[place] == condition

    def row(self, op: Primitive, inputs: list[Register]) -> Register:
        """Write down what a row of the table does.

        The commonest choices are written at once, as `explore` would find them: it tries both ways.

        Raises:
            TypeError: see `explore`.
        """
        if op is _TAKE:
            self.takes = True
        if op.chooses and not self._exploring:
            if op is _WHERE:
                return self.where(inputs[0], inputs[1], inputs[2])
            if op is _GREATER:
                greater = self.place_of(GREATER, inputs[0].index, inputs[1].index)
                return self.choose(greater, self.one, self.zero)
            if op is _RELU:
                zero = self.zero
                return self.choose(
                    self.place_of(GREATER, zero.index, inputs[0].index), zero, inputs[0]
                )
        try:
            return self.explore(op.value, inputs)
        except TypeError as error:
            raise TypeError(
                f"the operation {quoted(op.name)} cannot be recorded: {message_of(error)}"
            ) from None

    def explore(self, function: Callable[..., Any], inputs: Sequence[Any] = ()) -> Register:
        """Return the result of a function whose own `if`s depend on registers.

        The function is run once for each way through it, and `choose` picks the result.

        Args:
            function: the function.
            inputs: what it is given.

        Raises:
            TypeError: there are too many ways, or it asks a register for its number.
        """
        before, self._exploring = self._exploring, True
        try:
            return self._explore(function, inputs, MOST_CHOICES)
        finally:
            self._exploring = before

    def _explore(
        self, function: Callable[..., Any], inputs: Sequence[Any], choices_left: int
    ) -> Register:
        try:
            return self.number(function(*inputs))
        except _UndecidedError as undecided:
            condition = undecided.condition
        if not choices_left:
            raise TypeError(
                f"more than {MOST_CHOICES} choices in one operation depend on each other; write"
                " them as where(greater(a, b), ..., ...)"
            )
        ways = []
        for holds in (True, False):
            self._decided[condition] = holds
            try:
                ways.append(self._explore(function, inputs, choices_left - 1))
            finally:
                del self._decided[condition]
        return self.choose(condition, *ways)

    def decide(self, condition: i64) -> bool:
        """Return the answer that is being explored; see `explore`."""
        line = self.packed[condition]
        if line >> 2 * WIDTH == NOT:
            return not self.decide(line >> WIDTH & NOTHING)
        if not self._exploring:
            raise TypeError(
                "this number is not known yet, so no `if` can depend on it: the other branch would"
                " be lost; write the choice as where(greater(a, b), ..., ...)"
            )
        if condition not in self._decided:
            raise _UndecidedError(condition)
        return self._decided[condition]

    def _negative(self, register: Register) -> Register:
        if register.known is not None:
            return self.constant(-register.known)
        line = self.packed[register.index]
        if line >> 2 * WIDTH == NEG:
            return self._at(line >> WIDTH & NOTHING)
        return Register(self, self.place_of(NEG, register.index, NOTHING))

    def _simplified(self, code: i64, a: Register, b: Register) -> Register | None:
        """The result, if IEEE arithmetic gives it to the last bit without a new line; else None."""
        found = None
        if code == POW:
            found = self._power(a, b.known)
        elif ADD <= code <= DIV:
            if a.known is not None and b.known is not None:
                found = self.constant(_ARITHMETIC[code](a.known, b.known))
            elif b.known is not None:
                found = self._unchanged(code, a, b.known)
            elif a.known is not None and code in (ADD, MUL):
                found = self._unchanged(code, b, a.known)
        return found

    def _unchanged(self, code: i64, register: Register, number: float) -> Register | None:
        """The other operand, if the known one changes nothing, or its sign alone; else None."""
        neutral = _NEUTRAL[code]
        if number == neutral and math.copysign(1.0, number) == math.copysign(1.0, neutral):
            return register
        return self._negative(register) if code == MUL and number == -1.0 else None

    def _power(self, base: Register, exponent: float | None) -> Register | None:
        """A power that is no more than a product; the square is rounded as arithmetic is."""
        if exponent == 0.0:
            return self.constant(1.0)
        if exponent == 1.0:
            return base
        return self.of_two(MUL, base, base) if exponent == 2.0 else None

    def _condition_of(self, place: i64) -> i64:
        """The condition k of a line that is (1 where k, else 0); -1 of any other line."""
        line = self.packed[place]
        if line >> 2 * WIDTH != CHOOSE:
            return -1
        is_condition = line >> WIDTH & NOTHING == self._one and line & NOTHING == self._zero
        return self._conditions[place] if is_condition else -1

    def _at(self, place: i64) -> Register:
        """The register of a line that has been written."""
        return Register(self, place, self._known.get(place))


@mypyc_attr(acyclic=True)
class Register:
    """A number of a program: the result of one of its lines, which is not known yet.

    Attributes:
        program: the program.
        index: which line.
        known: the number of a constant.
    """

    __slots__ = ("index", "known", "program")
    __array_priority__: ClassVar[float] = 1e3  # NumPy's scalars leave the arithmetic to this class

    def __init__(self, program: Program, index: i64, known: float | None = None) -> None:
        self.program = program
        self.index: i64 = index
        self.known = known

    @staticmethod
    def apply_primitive(op: Primitive, inputs: Sequence[Any]) -> Register:
        """Write down what a row of the table does."""
        program = [x for x in inputs if isinstance(x, Register)][0].program  # noqa: RUF015  # quick
        return program.row(op, [program.number(x) for x in inputs])

    def elementary(self, name: str, first: Any, second: Any = None) -> Register:
        """Write down an elementary function of `autograd.real`."""
        return self.program.step(name, first, second)

    def __add__(self, other: Any) -> Register:
        return self.program.of_two(ADD, self, other)

    def __radd__(self, other: Any) -> Register:
        return self.program.of_two(ADD, other, self)

    def __sub__(self, other: Any) -> Register:
        return self.program.of_two(SUB, self, other)

    def __rsub__(self, other: Any) -> Register:
        return self.program.of_two(SUB, other, self)

    def __mul__(self, other: Any) -> Register:
        return self.program.of_two(MUL, self, other)

    def __rmul__(self, other: Any) -> Register:
        return self.program.of_two(MUL, other, self)

    def __truediv__(self, other: Any) -> Register:
        return self.program.of_two(DIV, self, other)

    def __rtruediv__(self, other: Any) -> Register:
        return self.program.of_two(DIV, other, self)

    def __pow__(self, other: Any) -> Register:
        return self.program.of_two(POW, self, other)

    def __rpow__(self, other: Any) -> Register:
        return self.program.of_two(POW, other, self)

    def __neg__(self) -> Register:
        return self.program.of_one(NEG, self)

    def __pos__(self) -> Register:
        return self

    def __abs__(self) -> Register:
        return self.program.of_one(ABS, self)

    def __gt__(self, other: Any) -> Condition:
        return self.program.condition(GREATER, self, other)

    def __lt__(self, other: Any) -> Condition:
        return self.program.condition(GREATER, other, self)

    def __ge__(self, other: Any) -> Condition:
        return self.program.condition(GREATER_EQUAL, self, other)

    def __le__(self, other: Any) -> Condition:
        return self.program.condition(GREATER_EQUAL, other, self)

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]  # no bool yet
        return self.program.condition(EQUAL, self, other)

    def __ne__(self, other: object) -> Condition:  # type: ignore[override]  # no bool yet
        return ~(self == other)

    def __hash__(self) -> int:
        raise TypeError("this number is not known yet, so it can be no key of a dict or set")

    def __bool__(self) -> bool:
        return bool(self != 0.0)

    def __float__(self) -> NoReturn:
        # `math`'s functions pass the error on, and those of `autograd.real` write a line instead.
        raise TypeError(
            "this number is not known yet, so no float can be made of it: use autograd's functions"
            " instead of math's"
        )

    def __repr__(self) -> str:
        line = self.program.lines[self.index]
        return f"<the result of line {self.index}: {line.step}>"


refuse(Register, "this number is not known yet")


class Condition:
    """A condition of a program: whether it holds is not known yet."""

    __slots__ = ("index", "program")

    def __init__(self, program: Program, index: i64) -> None:
        self.program = program
        self.index: i64 = index

    def __invert__(self) -> Condition:
        return self.program.opposite(self.index)

    def __or__(self, other: Condition) -> Condition:
        return self.program.either(self.index, other.index)

    def choose(self, a: Any, b: Any) -> Register:
        """Return a where the condition holds, else b."""
        return self.program.choose(self.index, a, b)

    def __bool__(self) -> bool:
        return self.program.decide(self.index)


class _UndecidedError(BaseException):  # so that no operation's `except Exception` catches it
    """A choice came up, and both of its ways have to be explored."""

    def __init__(self, condition: int) -> None:
        self.condition = condition


_WHERE: Final = ops.row("where")
_TAKE: Final = ops.row("take")
_GREATER: Final = ops.greater
_RELU: Final = ops.relu

_NEUTRAL: Final = {ADD: -0.0, SUB: 0.0, MUL: 1.0, DIV: 1.0}
"""What changes no number, not even the sign of a zero: -0.0 + 0.0 is 0.0."""


_ARITHMETIC: Final[dict[int, Callable[[Any, Any], Any]]] = {
    ADD: lambda a, b: a + b,
    SUB: lambda a, b: a - b,
    MUL: lambda a, b: a * b,
    DIV: real.divide,
}
