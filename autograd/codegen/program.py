"""A program without branches or loops, written down by the table's own functions.

A row's value and its rules are functions of numbers. Fed with registers instead, the numbers of a
program that has not run yet, they write that program: one line for each step that a machine can do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from autograd import real
from autograd.ops import Primitive
from autograd.refusals import refuse

MOST_CHOICES = 10
"""The most choices of one operation that may depend on each other: each doubles the ways to try."""


@dataclass(unsafe_hash=True)  # never changed; frozen ones take twice as long to make
class Line:
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


class Program:
    """Lines in the order in which they run; equal lines are one line.

    >>> program = Program()
    >>> x = program.input("x")
    >>> y = x * x + x * x
    >>> [line.step for line in program.lines]
    ['input', 'mul', 'add']
    """

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._place: dict[tuple[str, tuple[int, ...], str], int] = {}
        self._constants: dict[int, float] = {}
        self._decided: dict[int, bool] = {}
        self._exploring = False

    def input(self, name: str) -> Register:
        """Return the number that will be given by this name."""
        return self._register("input", (), name)

    def constant(self, number: float) -> Register:
        """Return a number that is known now."""
        register = self._register("constant", (), repr(number))
        self._constants[register.index] = number
        return register

    def number(self, number: Any) -> Register:
        """Return a register as it is, a plain number as a constant."""
        return number if isinstance(number, Register) else self.constant(real.real(number))

    def step(self, step: str, *inputs: Any) -> Register:
        """Write a line that gives a number; nothing is written for what is known already."""
        registers = [x if x.__class__ is Register else self.number(x) for x in inputs]
        if step in _SIMPLIFIED:
            known = self._simplified(step, registers)
            if known is not None:
                return known
        return self._register(step, tuple([r.index for r in registers]))

    def condition(self, step: str, *inputs: Any) -> Condition:
        """Write a line that gives a condition."""
        registers = [self.number(x) for x in inputs]
        return Condition(self, self._write(step, tuple([r.index for r in registers])))

    def choose(self, condition: int, a: Any, b: Any) -> Register:
        """Write the line that gives `a` where the condition of an earlier line holds, else `b`."""
        line = self.lines[condition]
        first, second = self._given(condition, a, 1), self._given(condition, b, 2)
        if first.index == second.index:
            return first
        if line.step == "equal" and (choice := self._choice_of_constants(line)):
            return self.choose(choice, second, first)
        return self._register("choose", (condition, first.index, second.index))

    def _given(self, condition: int, number: Any, way: int) -> Register:
        """A number without the choices, and factors that are choices, of a known condition."""
        register = self.number(number)
        line = self.lines[register.index]
        if line.step == "choose" and line.inputs[0] == condition:
            return Register(self, line.inputs[way])
        if line.step == "mul":
            factors = [self.lines[i] for i in line.inputs]
            if any(x.step == "choose" and x.inputs[0] == condition for x in factors):
                return self.step(
                    "mul", *(self._given(condition, Register(self, i), way) for i in line.inputs)
                )
        return register

    def live(self, outputs: Iterable[Register]) -> list[int]:
        """Return the lines that the outputs need, in order."""
        needed = bytearray(len(self.lines))
        for output in outputs:
            needed[output.index] = 1
        for i in reversed(range(len(self.lines))):
            if needed[i]:
                for j in self.lines[i].inputs:
                    needed[j] = 1
        return [i for i, is_needed in enumerate(needed) if is_needed]

    def explore(self, function: Callable[[], Any]) -> Register:
        """Return what a function gives whose own `if`s depend on registers: both ways of each.

        The function is run once for each way through it, and `choose` picks the result.

        Raises:
            TypeError: there are too many ways, or it asks a register for its number.
        """
        before, self._exploring = self._exploring, True
        try:
            return self._explore(function, MOST_CHOICES)
        finally:
            self._exploring = before

    def _explore(self, function: Callable[[], Any], choices_left: int) -> Register:
        try:
            return self.number(function())
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
                ways.append(self._explore(function, choices_left - 1))
            finally:
                del self._decided[condition]
        return self.choose(condition, *ways)

    def decide(self, condition: int) -> bool:
        """Return the answer that is being explored; see `explore`."""
        line = self.lines[condition]
        if line.step == "not":
            return not self.decide(line.inputs[0])
        if not self._exploring:
            raise TypeError(
                "this number is not known yet, so no `if` can depend on it: the other branch would"
                " be lost; write the choice as where(greater(a, b), ..., ...)"
            )
        if condition not in self._decided:
            raise _UndecidedError(condition)
        return self._decided[condition]

    def known(self, register: Register) -> float | None:
        """Return the number of a constant, None for what is not known yet."""
        return self._constants.get(register.index)

    def _simplified(self, step: str, inputs: Sequence[Register]) -> Register | None:
        """A result that needs no line, where IEEE arithmetic gives it to the last bit."""
        numbers = [self._constants.get(x.index) for x in inputs]
        if step == "pow":
            return self._power(inputs[0], numbers[1])
        if step == "neg":
            line = self.lines[inputs[0].index]
            if line.step == "neg":
                return Register(self, line.inputs[0])
        elif numbers == _UNKNOWN:
            return None
        if None not in numbers:
            return self.constant(_ARITHMETIC[step](*numbers))
        first, last = numbers[0], numbers[-1]
        same = None
        if _is(last, _NEUTRAL.get(step)):
            same = inputs[0]
        elif step in {"add", "mul"} and _is(first, _NEUTRAL[step]):
            same = inputs[1]
        elif step == "mul" and -1.0 in numbers:
            same = -inputs[numbers.index(-1.0) - 1]
        return same

    def _power(self, base: Register, exponent: float | None) -> Register | None:
        """A power that is no more than a product; the square is rounded as arithmetic is."""
        if exponent == 0.0:
            return self.constant(1.0)
        if exponent == 1.0:
            return base
        return base * base if exponent == 2.0 else None

    def _choice_of_constants(self, line: Line) -> int | None:
        """The condition k of a line `(1 where k, else 0) == 0`, which is k's opposite."""
        left, right = line.inputs
        condition, *ways = self.lines[left].inputs or (None,)
        numbers = [self.known(Register(self, i)) for i in (*ways, right)]
        return condition if numbers == [1.0, 0.0, 0.0] else None

    def _register(self, step: str, inputs: tuple[int, ...], detail: str = "") -> Register:
        return Register(self, self._write(step, inputs, detail))

    def _write(self, step: str, inputs: tuple[int, ...], detail: str = "") -> int:
        key = step, inputs, detail
        place = self._place.get(key)
        if place is None:
            place = self._place[key] = len(self.lines)
            self.lines.append(Line(step, inputs, detail))
        return place


def _written(step: str) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    """The methods of an operator: for a register to its left, and to its right."""

    def left(self: Register, other: Any) -> Register:
        return self.program.step(step, self, other)

    def right(self: Register, other: Any) -> Register:
        return self.program.step(step, other, self)

    return left, right


class Register:
    """A number of a program: the result of one of its lines, which is not known yet."""

    __slots__ = ("index", "program")
    __array_priority__ = 1e3  # so that NumPy's scalars leave the arithmetic to this class

    def __init__(self, program: Program, index: int) -> None:
        self.program = program
        self.index = index

    @staticmethod
    def apply_primitive(op: Primitive, inputs: Sequence[Any]) -> Register:
        """Write down what a row of the table does."""
        program = next(x.program for x in inputs if isinstance(x, Register))
        try:
            return program.explore(lambda: op.value(*map(program.number, inputs)))
        except TypeError as error:
            raise TypeError(f"the operation {op.name!r} cannot be recorded: {error}") from None

    def elementary(self, name: str, *inputs: Any) -> Register:
        """Write down an elementary function of `autograd.real`."""
        return self.program.step(name, *inputs)

    __add__, __radd__ = _written("add")
    __sub__, __rsub__ = _written("sub")
    __mul__, __rmul__ = _written("mul")
    __truediv__, __rtruediv__ = _written("div")
    __pow__, __rpow__ = _written("pow")

    def __neg__(self) -> Register:
        return self.program.step("neg", self)

    def __pos__(self) -> Register:
        return self

    def __abs__(self) -> Register:
        return self.program.step("abs", self)

    def __gt__(self, other: Any) -> Condition:
        return self.program.condition("greater", self, other)

    def __lt__(self, other: Any) -> Condition:
        return self.program.condition("greater", other, self)

    def __ge__(self, other: Any) -> Condition:
        return self.program.condition("greater_equal", self, other)

    def __le__(self, other: Any) -> Condition:
        return self.program.condition("greater_equal", other, self)

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]  # no bool yet
        return self.program.condition("equal", self, other)

    def __ne__(self, other: object) -> Condition:  # type: ignore[override]  # no bool yet
        return ~(self == other)

    __hash__ = None  # type: ignore[assignment]  # equality is not known yet

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

    def __init__(self, program: Program, index: int) -> None:
        self.program = program
        self.index = index

    def __invert__(self) -> Condition:
        return self.program.condition("not", Register(self.program, self.index))

    def __or__(self, other: Condition) -> Condition:
        sides = (Register(self.program, side.index) for side in (self, other))
        return self.program.condition("or", *sides)

    def choose(self, a: Any, b: Any) -> Register:
        """Return a where the condition holds, else b."""
        return self.program.choose(self.index, a, b)

    def __bool__(self) -> bool:
        return self.program.decide(self.index)


class _UndecidedError(BaseException):  # so that no operation's `except Exception` catches it
    """A choice came up, and both of its ways have to be explored."""

    def __init__(self, condition: int) -> None:
        self.condition = condition


_UNKNOWN = [None, None]
_SIMPLIFIED = {"add", "sub", "mul", "div", "neg", "pow"}
_NEUTRAL = {"add": -0.0, "sub": 0.0, "mul": 1.0, "div": 1.0}
"""What changes no number, not even the sign of a zero: -0.0 + 0.0 is 0.0."""


def _is(number: float | None, known: float | None) -> bool:
    return number is not None and known is not None and repr(number) == repr(known)


_ARITHMETIC: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": real.divide,
    "neg": lambda a: -a,
}
