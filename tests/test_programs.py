"""Programs: what is written for an expression, and that nothing of its meaning is lost."""

import math
import operator
import sys
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Primitive, real
from autograd.codegen.program import Program, Register

BACKENDS = ("python", "numpy", "llvm")


def written(f: Callable[..., Any], *numbers: float) -> str:
    """The expression that Python's back end writes for the value of f."""
    compiled = autograd.compile(f, backend="python")
    compiled(*numbers)
    _, _, expression = compiled.source.partition("results[0] = ")
    return expression.strip()


# --------------------------------------------------------------- simplification


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (lambda x: x + 0.0, "x0[0] + 0.0"),  # -0.0 + 0.0 is 0.0
        (lambda x: 0.0 + x, "0.0 + x0[0]"),
        (lambda x: x + -0.0, "x0[0]"),
        (lambda x: -0.0 + x, "x0[0]"),
        (lambda x: x - 0.0, "x0[0]"),
        (lambda x: x - -0.0, "x0[0] - (-0.0)"),
        (lambda x: 0.0 - x, "0.0 - x0[0]"),
        (lambda x: x * 1.0, "x0[0]"),
        (lambda x: 1.0 * x, "x0[0]"),
        (lambda x: x * -1.0, "-x0[0]"),
        (lambda x: -1.0 * x, "-x0[0]"),
        (lambda x: x * 0.0, "x0[0] * 0.0"),
        (lambda x: x / 1.0, "x0[0]"),
        (lambda x: 1.0 / x, "divide(1.0, x0[0])"),
        (lambda x: x / 2.0, "divide(x0[0], 2.0)"),
        (lambda x: 1.0 - x, "1.0 - x0[0]"),
        (lambda x: x - 1.0, "x0[0] - 1.0"),
        (lambda x: 1.0 + x, "1.0 + x0[0]"),
        (lambda x: autograd.neg(-x), "x0[0]"),
        (lambda x: -abs(x), "-abs(x0[0])"),
        (lambda x: +x, "x0[0]"),
        (lambda x: x**0.0, "1.0"),
        (lambda x: x**1.0, "x0[0]"),
        (lambda x: x**2.0, "x0[0] * x0[0]"),
        (lambda x: x**3.0, "power(x0[0], 3.0)"),
        (lambda x: 2.0**x, "power(2.0, x0[0])"),
        (lambda x: autograd.where(autograd.greater(x, x), 2.0, 2.0), "2.0"),
        (lambda _: autograd.add(2.0, 3.0), "5.0"),
    ],
)
def test_what_arithmetic_gives_to_the_last_bit_is_not_computed(
    f: Callable[..., Any], expected: str
) -> None:
    assert written(f, 0.5) == expected


@pytest.mark.parametrize(
    ("step", "numbers", "expected"),
    [
        ("add", (1.0, 2.0), 3.0),
        ("sub", (1.0, 3.0), -2.0),
        ("mul", (2.0, 3.0), 6.0),
        ("div", (1.0, 0.0), math.inf),
        ("div", (-1.0, 4.0), -0.25),
        ("neg", (0.0,), -0.0),
    ],
)
def test_arithmetic_of_constants_is_done_at_once(
    step: str, numbers: tuple[float, ...], expected: float
) -> None:
    program = Program()
    found = program.step(step, *map(program.constant, numbers)).known
    assert repr(found) == repr(expected)


Node = tuple[Any, ...]
NUMBERS = st.sampled_from([1.0, -1.0, 2.0, 0.5, -3.0, 0.75])
CONSTANTS = NUMBERS | st.sampled_from([0.0, -0.0])
ARITHMETIC: dict[str, Callable[..., float]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": real.divide,
    "neg": operator.neg,
    "pow": real.power,
}


@st.composite
def arithmetic(draw: st.DrawFn) -> list[Node]:
    """Steps, each of any of the numbers so far: inputs, constants, results."""
    nodes: list[Node] = [("input", 0), ("input", 1)]
    for _ in range(draw(st.integers(1, 12))):
        if draw(st.booleans()):
            nodes.append(("constant", draw(CONSTANTS)))
        step = draw(st.sampled_from(sorted(ARITHMETIC)))
        count = 1 if step == "neg" else 2
        nodes.append((step, *(draw(st.integers(0, len(nodes) - 1)) for _ in range(count))))
    return nodes


def computed(program: Program, register: Register, inputs: Sequence[float]) -> float:
    """The number of a register, line by line."""
    numbers: list[float] = []
    for line in program.lines:
        if line.step == "input":
            numbers.append(inputs[int(line.detail)])
        elif line.step == "constant":
            numbers.append(float(line.detail))
        else:
            numbers.append(ARITHMETIC[line.step](*(numbers[i] for i in line.inputs)))
    return numbers[register.index]


@given(arithmetic(), NUMBERS, NUMBERS)
@settings(deadline=None, max_examples=300)
def test_simplified_arithmetic_gives_the_same_numbers(
    nodes: list[Node], first: float, second: float
) -> None:
    program = Program()
    registers: list[Register] = []
    expected: list[float] = []
    for step, *inputs in nodes:
        if step == "input":
            registers.append(program.input(str(inputs[0])))
            expected.append((first, second)[inputs[0]])
        elif step == "constant":
            registers.append(program.constant(inputs[0]))
            expected.append(inputs[0])
        else:
            registers.append(program.step(step, *(registers[i] for i in inputs)))
            expected.append(ARITHMETIC[step](*(expected[i] for i in inputs)))
            found = computed(program, registers[-1], (first, second))
            assert found == expected[-1] or (math.isnan(found) and math.isnan(expected[-1]))
            if found == 0.0:  # its sign may differ, and with it whatever is computed from it
                break


def test_equal_lines_are_one_line() -> None:
    program = Program()
    x, y = program.input("x"), program.input("y")
    assert (x * y).index == (x * y).index
    assert (x * y).index != (y * x).index
    assert program.constant(0.0).index != program.constant(-0.0).index
    assert program.constant(2.0).index == program.constant(2.0).index
    assert len(program.lines) == 7


def test_the_lines_that_outputs_need_are_told_from_the_others() -> None:
    program = Program()
    x = program.input("x")
    unused = program.step("exp", x)
    y = x * 2.0 + program.step("sin", x)
    live = program.live([y])
    assert unused.index not in live
    assert [program.lines[i].step for i in live] == ["input", "constant", "mul", "sin", "add"]


def test_a_program_is_kept_by_the_registers_that_are_in_use_alone() -> None:
    program = Program()
    alone = sys.getrefcount(program)
    x = program.input("x")
    y = 2.0 * -(x * -1.0) + program.number(3)
    assert sys.getrefcount(program) == alone + 2
    del x, y
    assert sys.getrefcount(program) == alone


# ---------------------------------------------------------------------- choices


def own(value: Callable[..., Any]) -> Callable[..., Any]:
    """An operation that is no row of the table, with ways of its own to choose."""

    def apply(*inputs: Any) -> Any:
        zeros = [0.0] * len(inputs)
        return Primitive("own", "own", value, lambda *_: zeros, "one's own")(*inputs)

    return apply


@pytest.fixture(autouse=True)
def own_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd.ops.TABLE", dict(autograd.TABLE))


def chosen_by(condition: Any) -> Callable[..., Any]:
    return lambda x: autograd.where(condition(x), x, 3.0 * x)


by_one = chosen_by(lambda x: autograd.greater(x, 1.0))


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (by_one, "x0[0] if (x0[0] > 1.0) else (3.0 * x0[0])"),
        (chosen_by(lambda x: x), "(3.0 * x0[0]) if (x0[0] == 0.0) else x0[0]"),
        (
            chosen_by(own(lambda a: 0.0 if a > 1.0 else 1.0)),
            "(3.0 * x0[0]) if ((0.0 if (x0[0] > 1.0) else 1.0) == 0.0) else x0[0]",
        ),
        (
            chosen_by(own(lambda a: 1.0 if a > 1.0 else 2.0)),
            "(3.0 * x0[0]) if ((1.0 if (x0[0] > 1.0) else 2.0) == 0.0) else x0[0]",
        ),
        (
            own(lambda a: a if real.choose(a > 1.0, 1.0, 0.0) == 1.0 else -a),
            "x0[0] if ((1.0 if (x0[0] > 1.0) else 0.0) == 1.0) else (-x0[0])",
        ),
        (
            own(lambda a: real.choose(a != 1.0, a, -a)),
            "x0[0] if (not (x0[0] == 1.0)) else (-x0[0])",
        ),
        (  # a factor that is a choice by the same condition
            lambda x: autograd.where(autograd.greater(x, 1.0), 2.0 * by_one(x), by_one(x)),
            "(2.0 * x0[0]) if (x0[0] > 1.0) else (3.0 * x0[0])",
        ),
    ],
)
def test_a_condition_is_asked_once(f: Callable[..., Any], expected: str) -> None:
    assert written(f, 0.5) == expected


@pytest.mark.parametrize("step", [operator.add, operator.sub, operator.mul, operator.truediv])
def test_a_number_made_of_a_choice_may_be_chosen_by_the_same_condition(step: Any) -> None:
    def f(x: Any) -> Any:
        is_large = autograd.greater(x, 1.0)
        inner = autograd.where(is_large, x, 3.0 * x)
        return autograd.where(is_large, step(inner, 7.0), step(5.0, inner))

    compiled = autograd.compile(f, backend="python")
    assert [compiled(x) for x in (0.5, 2.0)] == [step(5.0, 1.5), step(2.0, 7.0)]


def leaf(a: Any) -> Any:
    return (4.0 if a > 3.0 else 5.0) if a > 2.0 else (6.0 if a == 1.0 else 7.0)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    "value",
    [
        leaf,
        lambda a: real.choose(a != 1.0, 2.0, 3.0),
        lambda a: real.choose((a != 1.0) | (a > 2.0), 2.0, 3.0),
        lambda a: 1.0 if a != 2.0 else 0.0,
        lambda a: 2.0 if not a >= 2.0 else 3.0,
        lambda a: 2.0 if a <= 2.0 else 3.0,
        lambda a: 2.0 if a < 2.0 else 3.0,
        lambda a: 2.0 if a else 3.0,
        lambda a: max(a, 1.0) + min(a, 2.0),
    ],
)
def test_a_choice_is_that_of_numbers(value: Callable[..., Any], backend: str) -> None:
    numbers = [-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5]
    compiled = autograd.compile(own(value), batch=0, backend=backend)
    assert compiled(numbers) == [value(number) for number in numbers]
    below = autograd.compile(chosen_by(own(value)), batch=0, backend=backend)
    assert below(numbers) == [x if value(x) else 3.0 * x for x in numbers]


@pytest.mark.parametrize(
    "f",
    [
        lambda z: autograd.xlogy(z, autograd.div(z, z)),
        lambda z: autograd.where(z + 1.0, autograd.div(z, z), 0.0),
    ],
)
@pytest.mark.parametrize(
    "zero", [lambda x: autograd.greater(x, x), lambda x: autograd.greater(x, 1.0) * 0.0]
)
def test_zero_by_zero_is_nan_where_llvm_finds_out_by_itself_that_both_are_zero(
    f: Callable[..., Any], zero: Callable[..., Any]
) -> None:
    def whole(x: Any) -> Any:
        return f(zero(x))

    assert math.isnan(autograd.compile(whole, backend="llvm")(0.5))
    assert all(map(math.isnan, autograd.compile(whole, backend="llvm", batch=0)([0.5, 2.0])))


def test_a_choice_that_is_explored_is_forgotten_afterwards() -> None:
    program = Program()
    x = program.input("x")
    for _ in range(2):
        found = program.explore(lambda: 1.0 if x > 0.0 else 2.0)
        assert program.lines[found.index].step == "choose"
    with pytest.raises(TypeError, match="no `if` can depend on it: the other branch would be lost"):
        bool(x > 0.0)
    assert repr(x) == "<the result of line 0: input>"


@pytest.mark.parametrize("name", ["where", "greater", "relu"])
def test_a_choice_that_is_written_at_once_is_the_one_that_exploring_finds(name: str) -> None:
    op = autograd.ops.row(name)
    lines = []
    for write in (Program.row, lambda program, op, inputs: program.explore(op.value, inputs)):
        program = Program()
        inputs = [program.input(letter) for letter in "abc"[: op.arity]]
        found = write(program, op, inputs)
        lines.append(program.taken([found])[0])
    assert lines[0] == lines[1]
    assert lines[0][len(lines[0]) - 1].step == "choose"


def test_equal_choices_are_one_line_and_those_by_other_conditions_are_not() -> None:
    program = Program()
    x, a, b = (program.input(letter) for letter in "xab")
    conditions = [x > a, x > b, a > b]
    chosen = [[condition.choose(a, b).index for condition in conditions] for _ in range(2)]
    assert chosen[0] == chosen[1]
    assert len(set(chosen[0])) == len(conditions)
    assert [program.lines[i].inputs for i in chosen[0]] == [
        (condition.index, a.index, b.index) for condition in conditions
    ]


@pytest.mark.parametrize("is_explored", [False, True])
def test_where_of_a_comparison_chooses_by_it_and_compares_no_more(*, is_explored: bool) -> None:
    program = Program()
    x, a, b = (program.input(letter) for letter in "xab")
    greater = program.row(autograd.ops.greater, [x, a])
    if is_explored:
        found = program.explore(autograd.ops.row("where").value, [greater, b, a])
    else:
        found = program.where(greater, b, a)
        assert "equal" not in [line.step for line in program.lines]
    lines, _ = program.taken([found])
    assert [line.step for line in lines] == ["input", "input", "input", "greater", "choose"]
    assert program.lines[found.index].inputs[1:] == (b.index, a.index)


def test_ten_choices_may_depend_on_each_other() -> None:
    def nested(a: Any, depth: int) -> float:
        for i in range(depth):
            if a > float(i):
                return float(i)
        return -1.0

    assert autograd.compile(own(lambda a: nested(a, 10)), backend="python")(3.5) == 0.0
    with pytest.raises(TypeError, match=r"more than 10 choices in one operation .* where\("):
        autograd.compile(own(lambda a: nested(a, 11)), backend="python")(3.5)
