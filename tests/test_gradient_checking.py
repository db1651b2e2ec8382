"""gradcheck, check_grads and assert_gradients: right gradients pass, wrong ones are shown."""

import functools
import itertools
import math
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import TABLE, Parameter, Primitive, Value, no_grad
from autograd.checking import GradcheckError, assert_gradients, check_grads, gradcheck
from autograd.functional import Function
from autograd.notation.names import names
from autograd.trees import number_of

# By the number of inputs, a point where all derivatives of a row exist; exceptions are below.
ORDINARY: dict[int | None, tuple[float, ...]] = {
    1: (0.6,),
    2: (0.6, 1.7),
    3: (1.0, -0.4, 1.9),
    None: (0.6, -1.3, 0.8),
}
ROWS = sorted(set(TABLE) - {"stop_gradient"})  # whose derivative is 0 on purpose


def ordinary_point(name: str) -> tuple[float, ...]:
    return (1.3,) if name == "acosh" else ORDINARY[TABLE[name].arity]


def message_of(check: Callable[[], Any]) -> list[str]:
    """The lines of the GradcheckError that `check` raises."""
    with pytest.raises(GradcheckError) as caught:
        check()
    return str(caught.value).splitlines()


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


# ----------------------------------------------------------------------- what is right


@pytest.mark.parametrize("name", ROWS)
def test_every_row_is_right_to_the_third_order(name: str) -> None:
    assert check_grads(TABLE[name], ordinary_point(name), order=3)


def test_a_gradient_that_is_stopped_is_not_that_of_the_numbers() -> None:
    assert check_grads(lambda x: autograd.stop_gradient(x) * 0.0 + x, 0.5)
    assert not gradcheck(lambda x: autograd.stop_gradient(x) * x, 0.5, raise_exception=False)


def test_all_inputs_and_all_outputs_of_any_structure_are_right() -> None:
    def f(w: Any, x: Any, y: Any) -> Any:
        return [w[0][0] * x, (w[0][1] / y, w[1][0] ** 3 * y), 4.0]

    assert gradcheck(f, ([[2.0, 3.0], (5.0,)], 0.5, Value(-1.5))) is True
    assert check_grads(f, [[[2.0, 3.0], (5.0,)], 0.5, Value(-1.5)], order=2) is True


def test_single_number_stands_for_itself() -> None:
    assert gradcheck(autograd.sin, 0.5)
    assert gradcheck(autograd.sin, Value(0.5))
    assert gradcheck(lambda x: x[0] * x[1], np.array([2.0, 3.0]))
    assert check_grads(autograd.sin, 0.5, order=4)


def test_network_is_right() -> None:
    def network(weights: Any, x: Any) -> Any:
        hidden = [autograd.dot(row, x, 0.1).tanh() for row in weights]
        return autograd.logsumexp(hidden)

    assert check_grads(network, ([[0.1, -0.4], [0.7, 0.2]], [1.5, -2.0]), order=2)


def test_function_that_returns_its_input_or_a_plain_number_is_right() -> None:
    assert gradcheck(lambda x: x, 3.0)
    assert gradcheck(lambda _: 3.0, 3.0)


def test_values_that_are_passed_are_left_exactly_as_they_were() -> None:
    x, w = Value(2.0, label="x"), Parameter(3.0)
    y = x * w
    y.backward()
    before = [(n.data, n.grad, n.has_grad, n.op, n.label) for n in (x, w, y)]
    unused = Value(1.0)
    assert gradcheck(lambda a, b: a * b * b, (x, w))
    assert gradcheck(lambda a, _: a * a, (x, [unused]))
    assert gradcheck(lambda a: a * a, y)
    assert [(n.data, n.grad, n.has_grad, n.op, n.label) for n in (x, w, y)] == before
    assert (unused.grad, unused.has_grad) == (0.0, False)


def test_values_that_the_function_uses_besides_are_left_exactly_as_they_were() -> None:
    w = Parameter(3.0)
    square = w * w
    square.backward(gradient=0.5)
    fresh = Value(4.0)
    assert gradcheck(lambda x: square * x + fresh, 2.0)
    assert (w.grad, square.grad, square.has_grad) == (3.0, 0.5, True)
    assert (fresh.grad, fresh.has_grad) == (0.0, False)


def test_gradients_are_restored_after_an_error_in_the_backward_pass() -> None:
    w = Value(0.0)
    w.grad = 7.0
    with autograd.detect_anomaly(), pytest.raises(FloatingPointError):
        gradcheck(lambda x: autograd.sqrt(w) * x, 2.0)
    assert (w.grad, w.has_grad) == (7.0, False)


# ------------------------------------------------------------------------ what is wrong


@pytest.fixture
def other_rules() -> Iterator[Callable[[Primitive, Any], Primitive]]:
    """Makes a row like another, with other rules: those of the commonest are also written out."""
    made: list[Primitive] = []

    def like(op: Primitive, rules: Any) -> Primitive:
        name = f"{op.name} with other rules"
        made.append(Primitive(name, op.symbol, op.value, rules, op.meaning, chooses=op.chooses))
        return made[-1]

    yield like
    for op in made:
        del TABLE[op.name]


def broken(op: Primitive, i: int) -> Any:
    """Return the rules of a row, with a wrong rule for input `i`."""

    def wrong(number: Any) -> Any:
        return 1.03 * number + 0.02

    def rules(y: Any, inputs: Any) -> Any:
        partials = list(op_rules(y, inputs))
        partials[i] = wrong(partials[i])
        return partials

    op_rules = op.rules
    if op.arity is None:
        return rules
    rule = op.rules[i]
    return (*op.rules[:i], lambda *numbers: wrong(rule(*numbers)), *op.rules[i + 1 :])


@pytest.mark.parametrize(
    ("name", "i"), [(name, i) for name in ROWS for i in range(len(ordinary_point(name)))]
)
def test_every_rule_of_every_row_is_caught_when_it_is_broken(
    name: str, i: int, other_rules: Callable[[Primitive, Any], Primitive]
) -> None:
    op, point = other_rules(TABLE[name], broken(TABLE[name], i)), ordinary_point(name)
    lines = message_of(lambda: gradcheck(op, point))
    verdicts = [cells(line)[-1] for line in lines[2:]]
    assert verdicts == ["WRONG" if j == i else "right" for j in range(len(point))]
    assert gradcheck(op, point, raise_exception=False) is False
    assert check_grads(op, point, raise_exception=False) is False


def test_rule_that_is_right_but_no_graph_is_caught_at_the_second_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(TABLE["sin"], "rules", (lambda _y, a: math.cos(number_of(a)),))
    assert gradcheck(autograd.sin, 0.5)
    lines = message_of(lambda: check_grads(autograd.sin, 0.5))
    assert lines[0].startswith("derivatives of order 2: 1 of 1 wrong")


def test_second_derivative_by_any_argument_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TABLE["sin"], "rules", (lambda _y, a: math.cos(number_of(a)),))
    assert not check_grads(lambda x, y: x + autograd.sin(y), (2.0, 0.5), raise_exception=False)


def test_every_number_of_an_array_is_checked() -> None:
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    lines = message_of(lambda: gradcheck(lambda x: x[0][0] * x[1][0].data, (x,)))
    assert [(cells(line)[0], cells(line)[-1]) for line in lines[2:]] == [
        ("inputs[0][0][0]", "right"),
        ("inputs[0][0][1]", "right"),
        ("inputs[0][1][0]", "WRONG"),
        ("inputs[0][1][1]", "right"),
    ]


def test_wrong_third_order_is_caught_at_the_third_order(monkeypatch: pytest.MonkeyPatch) -> None:
    def rule(_y: Any, a: Any) -> Any:
        return autograd.cos(a) + 0.1 * (a - a.data) ** 2  # 0, and so is its first derivative

    monkeypatch.setattr(
        TABLE["sin"],
        "rules",
        (lambda y, a: rule(y, a) if isinstance(a, Value) else math.cos(a),),
    )
    assert check_grads(autograd.sin, 0.5, order=2)
    lines = message_of(lambda: check_grads(autograd.sin, 0.5, order=3))
    assert lines[0].startswith("derivatives of order 3: 1 of 1 wrong")


def test_number_that_left_the_graph_is_caught() -> None:
    assert not gradcheck(lambda x: x * x.data, 3.0, raise_exception=False)


def test_message_is_a_table_of_every_derivative() -> None:
    def f(x: Any, w: Any) -> Any:
        return [x * w[0], x.data * w[1]]

    lines = message_of(lambda: gradcheck(f, (2.0, [3.0, Value(5.0, label="slope")])))
    assert lines[0] == (
        "1 of 6 wrong: derivatives by backward() (eps=1e-06, atol=1e-05, rtol=0.001)"
    )
    columns = "input output analytic numeric absolute error relative error verdict"
    assert " ".join(cells(lines[1])) == columns
    table = [cells(line) for line in lines[2:]]
    assert [(row[0], row[1], row[-1]) for row in table] == [
        ("inputs[0]", "output[0]", "right"),
        ("inputs[0]", "output[1]", "WRONG"),
        ("inputs[1][0]", "output[0]", "right"),
        ("inputs[1][0]", "output[1]", "right"),
        ("slope", "output[0]", "right"),
        ("slope", "output[1]", "right"),
    ]
    assert [float(cell) for cell in table[1][2:6]] == pytest.approx([0, 5, 5, 1], rel=1e-6)
    assert [float(cell) for cell in table[0][2:4]] == pytest.approx([3, 3], rel=1e-6)


def test_columns_of_the_table_are_aligned() -> None:
    lines = message_of(lambda: gradcheck(lambda x, y: x.data * 1e6 * y, (2.0, 3.0)))
    assert lines[1].index("verdict") == lines[2].index("WRONG") == lines[3].index("right")


def test_error_is_an_assertion_error() -> None:
    assert issubclass(GradcheckError, AssertionError)


def test_tolerances_mean_what_they_do_in_pytorch() -> None:
    def a_little_wrong(x: Any) -> Any:  # analytic 4, numeric 4.02
        return 4.0 * x + 0.02 * x.data

    def passes(**tolerances: float) -> bool:
        return gradcheck(a_little_wrong, 1.0, raise_exception=False, **tolerances)

    assert not passes()
    assert passes(atol=0.0201, rtol=0.0)
    assert not passes(atol=0.0199, rtol=0.0)
    assert passes(atol=0.0, rtol=0.005)
    assert not passes(atol=0.0, rtol=0.0049)


def test_eps_is_the_step_and_is_not_scaled() -> None:
    asked = set()

    def square(x: Any) -> Any:
        asked.add(x.data)
        return x * x

    gradcheck(square, 1000.0, eps=0.25)
    assert asked == {999.75, 1000.0, 1000.25}
    # The central difference of x**3 is 3 x**2 + eps**2.
    assert not gradcheck(lambda x: x**3, 0.0, eps=0.1, raise_exception=False)
    assert gradcheck(lambda x: x**3, 0.0, eps=0.001)


# ------------------------------------------------------------------------------- kinks

KINKS: dict[str, tuple[Function, tuple[float, ...]]] = {
    "relu": (autograd.relu, (0.0,)),
    "abs": (autograd.abs, (0.0,)),
    "leaky_relu": (autograd.leaky_relu, (0.0, 0.2)),
    "maximum": (autograd.maximum, (1.5, 1.5)),
    "minimum": (autograd.minimum, (1.5, 1.5)),
    "steep relu": (lambda x: 1e4 * autograd.relu(x), (0.0,)),
    "uneven maximum": (lambda x: autograd.maximum(3.0 * x, x * x - x), (0.0,)),
}


@pytest.mark.parametrize("name", KINKS)
def test_kink_is_no_bug(name: str) -> None:
    assert gradcheck(*KINKS[name]) is True


@pytest.mark.parametrize("name", KINKS)
@pytest.mark.parametrize("part", range(-30, 31))
def test_point_next_to_a_kink_is_no_bug_however_near(name: str, part: int) -> None:
    f, (x, *others) = KINKS[name]
    assert gradcheck(f, (x + part * 5e-8, *others)) is True


@pytest.mark.parametrize("times", [1e6, 1e7, 1e8, 1e10])
def test_a_wave_within_a_step_is_no_kink_and_says_what_step_to_take(times: float) -> None:
    with pytest.raises(GradcheckError, match=r"CANNOT TELL.*take a smaller eps, such as") as info:
        gradcheck(lambda x: autograd.sin(times * x), 0.3)
    said = str(info.value)
    assert "kink" not in said
    assert gradcheck(lambda x: autograd.sin(times * x), 0.3, eps=0.01 / times)


@pytest.mark.parametrize("wave", [autograd.sin, lambda a: autograd.tanh(autograd.cos(a))])
def test_a_wave_far_shorter_than_the_step_is_no_jump_either(wave: Function) -> None:
    for k in range(30):
        times = 10 ** (8.0 + 0.13 * k)
        lines = message_of(functools.partial(gradcheck, lambda x, n=times: wave(n * x), 0.3))
        assert cells(lines[2])[-1].startswith("CANNOT TELL, wrong or too large a step"), times


@pytest.mark.parametrize("slope", [-0.1, 1.1])
def test_derivative_that_is_not_between_the_slopes_of_a_kink_is_caught(
    slope: float, other_rules: Callable[[Primitive, Any], Primitive]
) -> None:
    relu = other_rules(TABLE["relu"], (lambda _y, _a: slope,))
    lines = message_of(lambda: gradcheck(relu, 0.0))
    assert cells(lines[2])[-1] == "WRONG, kink: left 0, right 1"


@pytest.mark.parametrize("slope", [0.0, 0.25, 1.0])
def test_any_number_between_the_slopes_of_a_kink_is_right(
    slope: float, other_rules: Callable[[Primitive, Any], Primitive]
) -> None:
    assert gradcheck(other_rules(TABLE["relu"], (lambda _y, _a: slope,)), 0.0)


def test_wrong_derivative_next_to_a_kink_is_caught(
    other_rules: Callable[[Primitive, Any], Primitive],
) -> None:
    relu = other_rules(TABLE["relu"], (lambda _y, _a: 0.7,))
    assert not gradcheck(relu, 6e-7, raise_exception=False)


def test_kink_is_named_when_something_else_is_wrong() -> None:
    def f(x: Any, y: Any, z: Any) -> Any:
        return autograd.relu(x) + autograd.relu(y) + z.data

    lines = message_of(lambda: gradcheck(f, (0.0, 4e-7, 2.0)))
    assert [cells(line)[-1] for line in lines[2:]] == [
        "kink: left 0, right 1",
        "kink near: left 0.4, right 1",
        "WRONG",
    ]


def test_strong_curvature_is_no_excuse_for_a_wrong_derivative() -> None:
    # The slopes to the left and to the right of 0 are -10 and 10, and 0 + 5 lies between.
    assert gradcheck(lambda x: 1e7 * x * x, 0.0)
    lines = message_of(lambda: gradcheck(lambda x: 1e7 * x * x + 5.0 * (x - x.data), 0.0))
    assert cells(lines[2])[-1] == "WRONG"


def test_jump_has_no_derivative() -> None:
    lines = message_of(lambda: gradcheck(autograd.greater, (0.0, 0.0)))
    assert [cells(line)[-1] for line in lines[2:]] == [
        "WRONG, jump: left 0, right 1000000",
        "WRONG, jump: left -1000000, right 0",
    ]


@pytest.mark.parametrize("f", [autograd.relu, autograd.abs])
def test_derivative_of_a_kink_is_a_jump(f: Function) -> None:
    lines = message_of(lambda: check_grads(f, 0.0, order=2))
    assert lines[0].startswith("derivatives of order 2: 1 of 1 wrong")
    assert cells(lines[2])[-1].startswith("WRONG, jump: ")


def test_a_pole_at_the_end_of_the_step_is_no_mistake_of_the_derivative() -> None:
    lines = message_of(lambda: gradcheck(lambda x: (x.exp() - 1.0) / x, 1e-6))  # x - eps is 0
    assert cells(lines[-1])[-1] == (
        "CANNOT TELL, wrong or too large a step, of which smaller ones are rounded away"
    )
    lines = message_of(lambda: gradcheck(lambda x: 1.0 / x, 1e-3, eps=1e-3))
    assert "too large a step: take a smaller eps" in lines[-1]
    at_an_end = message_of(lambda: gradcheck(lambda x: x * x.sqrt(), 1e-300))
    assert cells(at_an_end[-1])[-1].startswith("WRONG, not finite: left nan")


# ---------------------------------------------------- not finite, not deterministic, not usable


def test_what_is_not_finite_is_named() -> None:
    assert cells(message_of(lambda: gradcheck(autograd.sqrt, 0.0))[2])[-1] == (
        "WRONG, not finite: analytic inf, left nan"
    )
    assert cells(message_of(lambda: gradcheck(autograd.log, 0.0))[2])[-1] == (
        "WRONG, not finite: analytic inf, left nan, right inf"
    )
    assert cells(message_of(lambda: gradcheck(lambda x: x * math.nan, 1.0))[2])[-1] == (
        "WRONG, not finite: analytic nan, left nan, right nan"
    )


def test_function_that_is_not_deterministic_is_caught() -> None:
    numbers = random.Random(1)  # noqa: S311  # no secret
    (line,) = message_of(lambda: gradcheck(lambda x: x * numbers.random(), 2.0))
    assert line.startswith("func is not deterministic: called twice with the same inputs, it gave")
    assert not gradcheck(lambda x: x * numbers.random(), 2.0, raise_exception=False)


def test_function_whose_gradient_alone_is_not_deterministic_is_caught() -> None:
    factors = itertools.count(1.0)
    (line,) = message_of(lambda: gradcheck(lambda x: (x - 2.0) * next(factors), 2.0))
    assert line.startswith("func is not deterministic")


def test_random_function_with_a_seed_of_its_own_is_deterministic() -> None:
    assert gradcheck(lambda x: x * random.Random(1).random(), 2.0)  # noqa: S311  # no secret


@pytest.mark.parametrize("inputs", [(), [], ([],)])
def test_no_input_is_an_error(inputs: Any) -> None:
    with pytest.raises(ValueError, match="expected at least one input"):
        gradcheck(lambda *_: Value(1.0), inputs)


@pytest.mark.parametrize("bad", [math.inf, math.nan])
def test_input_that_is_not_finite_is_an_error(bad: float) -> None:
    with pytest.raises(ValueError, match="finite ones, received"):
        gradcheck(autograd.sin, bad)


@pytest.mark.parametrize("eps", [0.0, -1e-6, math.inf, math.nan])
def test_eps_that_is_no_step_is_an_error(eps: float) -> None:
    with pytest.raises(ValueError, match="expected an eps above 0"):
        gradcheck(autograd.sin, 1.0, eps=eps)


def test_eps_that_does_not_change_an_input_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"step of 1e-06 does not change the input 1e\+20; take a"):
        gradcheck(autograd.sin, 1e20)
    assert gradcheck(lambda x: 3.0 * x, 1e20, eps=1e6)


def test_derivative_that_rounding_could_hide_is_not_taken_for_right() -> None:
    flipped = Primitive(
        "flipped", "flipped", autograd.real.sin, (lambda _, a: -autograd.cos(a),), "a wrong sign"
    )
    try:
        for offset in (0.0, 1e4, 1e6, 1e7, 1e8, 3e8, 1e10):
            for point in (0.1, 0.7, 1.3, 1.5):
                assert not gradcheck(
                    lambda x, offset=offset: offset + flipped(x), point, raise_exception=False
                )
        with pytest.raises(GradcheckError, match=r"or rounding, up to 2: take a larger eps"):
            gradcheck(lambda x: 3e8 + flipped(x), 0.7)
        assert gradcheck(lambda x: 3e8 + autograd.sin(x), 0.7, eps=1e-2)
    finally:
        del autograd.TABLE["flipped"]


@pytest.mark.parametrize("factor", [0.0, 0.5, -1.0, 1e3])
@pytest.mark.parametrize("size", [1e9, 1e12, 1e15])
@pytest.mark.parametrize(
    "form", [lambda y, size: y + size, lambda y, size: (y + size) - size], ids=["sum", "back"]
)
def test_a_wrong_derivative_does_not_pass_however_large_the_noise_is(
    form: Any, size: float, factor: float
) -> None:
    wrong = Primitive(
        "wrong", "wrong", autograd.real.sin, (lambda _, a: factor * autograd.cos(a),), "wrong"
    )
    try:
        for point in (0.1, 0.3, 0.7, 1.3):
            last = message_of(lambda: gradcheck(lambda x: form(wrong(x), size), point))[-1]  # noqa: B023  # called at once
            assert re.search(
                r"  WRONG$|  CANNOT TELL, wrong or rounding, up to .* larger eps$", last
            )
    finally:
        del autograd.TABLE["wrong"]


def test_noise_that_would_hide_a_mistake_is_no_proof_though_the_numbers_agree() -> None:
    # 1e15 has no digits left for x: each difference is 0, and so is the derivative.
    lines = message_of(lambda: gradcheck(lambda x: x.data + 0.0 * x + 1e15, 0.5))
    assert lines[0].startswith("1 of 1 undecided: derivatives by backward()")
    assert cells(lines[2])[2:4] == ["0", "0"]
    assert cells(lines[2])[-1].startswith("CANNOT TELL, wrong or rounding, up to ")
    # A number that plays no part is told from that by a larger step.
    assert gradcheck(lambda x, y: autograd.relu(y) + 1e5 * x, (1.0, -2.0))


def test_wrong_ones_and_undecided_ones_are_counted_apart() -> None:
    lines = message_of(lambda: gradcheck(lambda x, y: [x.data, (y + 1e15) - y.data], (0.5, 1.0)))
    assert lines[0].startswith("1 of 4 wrong, 2 of 4 undecided: ")


BENT: dict[str, tuple[Function, float]] = {
    "1 / x": (lambda x: 1 / x, 1e-5),
    "exp": (lambda x: autograd.exp(1e5 * x), 1e-5),
    "sin": (lambda x: autograd.sin(1e5 * x), 1.0),
    "power": (lambda x: x**-3, 3e-5),
    "log": (autograd.log, 1.5e-5),
}


@pytest.mark.parametrize("name", BENT)
def test_a_function_that_bends_within_the_step_has_a_right_derivative(name: str) -> None:
    f, point = BENT[name]
    assert gradcheck(f, point)
    for factor in (0.98, 1.02, 0.0, -1.0):

        def wrong(x: Any, factor: float = factor) -> Any:
            return f(x) * factor + (1 - factor) * f(x.data)

        assert cells(message_of(lambda: gradcheck(wrong, point))[-1])[-1] == "WRONG"


TOO_LARGE: dict[str, tuple[Function, float, float]] = {
    "a pole within the step": (lambda x: 1 / x, 1e-7, 1e-6),
    "a pole at its end": (lambda x: 1 / x, 1e-6, 1e-6),
    "no root to the left": (autograd.sqrt, 1e-7, 1e-6),
    "no logarithm to the left": (autograd.log, 5e-7, 1e-6),
    "several waves": (lambda x: autograd.sin(1e7 * x), 0.3, 1e-6),
    "a tangent by its pole": (autograd.tan, 1.5707963, 1e-6),
    "a cube": (lambda x: x**3, 0.0, 0.1),
    "a fifth power": (lambda x: x + x**2 + 0.1 * x**5, 0.0, 1.0),
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_step_that_is_far_too_large_is_told_from_a_mistake_and_a_smaller_one_named(
    name: str,
) -> None:
    f, point, eps = TOO_LARGE[name]
    lines = message_of(lambda: gradcheck(f, point, eps=eps))
    assert lines[0].startswith("1 of 1 undecided: ")
    found = re.search(r"CANNOT TELL, wrong or too large a step: .* such as (\S+)$", lines[2])
    assert found
    assert gradcheck(f, point, eps=float(found[1]))


def test_where_all_steps_are_too_large_or_too_small_there_is_no_verdict() -> None:
    lines = message_of(lambda: gradcheck(lambda x: 1e-3 * autograd.sin(1e7 * x) + 1e6, 0.3))
    assert lines[0].startswith("1 of 1 undecided: ")
    assert "CANNOT TELL, wrong or " in lines[2]


ROUNDED = {
    "sum": lambda f: lambda x: (f(x) + 1e8) - 1e8,
    "product": lambda f: lambda x: (f(x) * 1e-3 + 1e5) * 1e3 - 1e8,
    "square": lambda f: lambda x: ((f(x) + 1e4) ** 2 - 1e8) / 2e4,
    "exponential": lambda f: lambda x: autograd.log(autograd.exp(f(x) + 1e8 - 1e8)),
}


@pytest.mark.parametrize("point", [0.1, 0.3, 0.7])
@pytest.mark.parametrize("name", ROUNDED)
def test_rounding_on_the_way_is_told_from_a_mistake(name: str, point: float) -> None:
    assert gradcheck(ROUNDED[name](autograd.sin), point)
    for factor in (0.9, 1.1, -1.0, 2.0, 0.0):
        wrong = Primitive(
            "wrong",
            "wrong",
            autograd.real.sin,
            (lambda _, a, factor=factor: factor * autograd.cos(a),),
            "a wrong factor",
        )
        try:
            assert not gradcheck(ROUNDED[name](wrong), point, raise_exception=False), factor
        finally:
            del autograd.TABLE["wrong"]


def test_numbers_that_are_small_beside_what_they_are_added_to_have_a_right_derivative() -> None:
    for x in (1.0, -0.3, 7.0):
        assert gradcheck(lambda x: (x + 1e8) - 1e8, x)
    with pytest.raises(GradcheckError, match=r"or rounding, up to .*: take a larger eps"):
        gradcheck(lambda x: (x + 1e10) - 1e10, 1.0)
    assert gradcheck(lambda x: (x + 1e10) - 1e10, 1.0, eps=0.1)


@pytest.mark.parametrize("bad", [None, "3", [None]])
def test_function_that_returns_no_number_is_an_error(bad: Any) -> None:
    with pytest.raises(TypeError, match="has no derivative: expected a real number, received"):
        gradcheck(lambda _: bad, 1.0)


def test_number_of_outputs_that_changes_is_an_error_that_counts_them() -> None:
    with pytest.raises(ValueError, match="as many outputs everywhere, received 1, 1 and 2 around"):
        gradcheck(lambda x: [x] * (1 + (x > 1.0)), 1.0)


def test_check_inside_no_grad_is_an_error_instead_of_a_false_alarm() -> None:
    for check in (gradcheck, check_grads):
        with no_grad(), pytest.raises(RuntimeError, match=r"no_grad\(\) is on"):
            check(autograd.sin, 1.0)


@pytest.mark.parametrize("order", [0, -1])
def test_order_below_one_is_an_error(order: int) -> None:
    with pytest.raises(ValueError, match="expected order to be a whole number of at least 1"):
        check_grads(autograd.sin, 1.0, order=order)


# --------------------------------------------------------------------- assert_gradients


@pytest.fixture
def line() -> tuple[Value, Value, Value, Value]:
    x, w, b = Value(3.0, label="x"), Value(-2.0, label="w"), Value(1.0)
    product = w * x
    product.label = "product"
    return x, w, b, product + b


Line = tuple[Value, Value, Value, Value]


def test_right_gradients_pass_by_value_and_by_label(line: Line) -> None:
    x, w, b, y = line
    assert_gradients(y, {x: -2.0, w: 3, b: 1.0})
    assert_gradients(y, x=-2.0, w=3.0)
    assert_gradients(y, {b: 1.0, "x": np.float64(-2.0)}, w=3.0, product=1.0)


def test_wrong_gradients_are_shown_with_all_the_others(line: Line) -> None:
    _, _, b, y = line
    lines = message_of(lambda: assert_gradients(y, {b: 2.5}, x=-2.0, w=-3.0))
    assert lines[0] == "2 of 3 wrong: gradients (rel=1e-06, abs=1e-12)"
    assert [cells(line) for line in lines[1:]] == [
        ["node", "expected", "got", "difference", "verdict"],
        ["input1", "2.5", "1", "-1.5", "WRONG"],
        ["x", "-2", "-2", "0", "right"],
        ["w", "-3", "3", "6", "WRONG"],
    ]


def test_gradients_are_of_one_pass_and_afterwards_what_they_were(line: Line) -> None:
    x, w, b, y = line
    y.backward()
    y.backward()
    b.grad = 7.0
    before = [(node.grad, node.has_grad) for node in autograd.topological_order(y)]
    assert_gradients(y, {x: -2.0, w: 3.0, b: 1.0})
    with pytest.raises(GradcheckError):
        assert_gradients(y, x=0.0)
    assert [(node.grad, node.has_grad) for node in autograd.topological_order(y)] == before


def test_tolerances_are_relative_and_absolute() -> None:
    x = Value(1.0, label="x")
    y = 1000.0 * x
    assert_gradients(y, x=1000.0005)
    assert_gradients(y, x=1001.0, rel=0.01)
    assert_gradients(y, x=1001.0, abs=1.5)
    for tolerances in ({}, {"rel": 1e-4}, {"abs": 0.5}):
        with pytest.raises(GradcheckError):
            assert_gradients(y, {x: 1001.0}, **tolerances)
    assert_gradients(0.0 * x, x=1e-13)
    with pytest.raises(GradcheckError):
        assert_gradients(0.0 * x, x=1e-11)


@pytest.mark.parametrize(
    ("got", "right", "wrong"), [(math.inf, math.inf, 1.0), (1.0, 1.0, math.inf)]
)
def test_infinity_equals_itself_only(got: float, right: float, wrong: float) -> None:
    x = Value(1.0, label="x")
    assert_gradients(x * got, x=right)
    with pytest.raises(GradcheckError):
        assert_gradients(x * got, x=wrong)


def test_nan_is_never_right() -> None:
    x = Value(1.0, label="x")
    with pytest.raises(GradcheckError, match="nan"):
        assert_gradients(x * math.nan, x=math.nan)


def test_node_that_the_output_does_not_depend_on_has_gradient_zero(line: Line) -> None:
    y = line[3]
    other = Value(5.0, label="other")
    other.grad = 4.0
    assert_gradients(y, {other: 0.0})
    lines = message_of(lambda: assert_gradients(y, {other: 4.0}))
    assert cells(lines[2]) == [
        "other",
        "4",
        "0",
        "-4",
        "WRONG, the output does not depend on it",
    ]
    assert other.grad == 4.0


def test_unknown_label_is_an_error_that_lists_the_known_ones(line: Line) -> None:
    with pytest.raises(
        ValueError, match=r"unknown label: 'v' \(labels in the graph: product, w, x\)"
    ):
        assert_gradients(line[3], v=1.0)
    with pytest.raises(ValueError, match=r"unknown label: '' \(labels in the graph: none\)"):
        assert_gradients(Value(1.0) * Value(2.0), {"": 1.0})


def test_label_of_two_nodes_is_an_error_that_counts_them() -> None:
    a, b = Value(1.0, label="w"), Value(2.0, label="w")
    with pytest.raises(ValueError, match="2 nodes are labelled 'w': give the Value itself"):
        assert_gradients(a * b, w=2.0)


def test_gradients_are_expected_by_the_names_that_are_shown() -> None:
    a, b, c = Value(1.0, label="w"), Value(2.0, label="w"), Value(3.0)
    y = (a * b + c) * a
    assert [*names(y).values()][1:5] == ["w#2", "w*w#2", "input1", "w*w#2 + input1"]
    assert_gradients(y, {"w#2": 1.0, "w*w#2": 1.0, "input1": 1.0, "w*w#2 + input1": 1.0})
    with pytest.raises(GradcheckError, match=r"w#2 +2 +1 +-1 +WRONG"):
        assert_gradients(y, {"w#2": 2.0})
    with pytest.raises(ValueError, match=r"2 nodes are labelled .w.: .* or the name .w#2., if"):
        assert_gradients(y, {"w": 1.0})
    with pytest.raises(ValueError, match=r"unknown label: 'w#3' \(labels in the graph: w\)"):
        assert_gradients(y, {"w#3": 1.0})
    with pytest.raises(ValueError, match="unknown label: '2'"):  # a constant has no gradient
        assert_gradients(y * 2.0, {"2": 1.0})


@pytest.mark.parametrize("expected", [None, {}])
def test_nothing_expected_is_an_error(expected: Any, line: Line) -> None:
    with pytest.raises(ValueError, match="expected at least one gradient to check"):
        assert_gradients(line[3], expected)


def test_output_that_is_no_value_is_an_error() -> None:
    with pytest.raises(TypeError, match="expected a Value to differentiate, received float"):
        assert_gradients(3.0, x=1.0)  # type: ignore[arg-type]  # the point of the test


def test_expected_gradient_that_is_no_number_is_an_error(line: Line) -> None:
    with pytest.raises(TypeError, match="expected a real number, received str"):
        assert_gradients(line[3], {"x": "3"})  # type: ignore[dict-item]  # the point of the test


def test_one_gradient_needs_no_more_than_pytest() -> None:
    x = Value(3.0)
    y = x * x
    y.backward()
    assert x.grad == pytest.approx(6.0)


@pytest.mark.parametrize(("expected", "told"), [(10.5, "right"), (12.0, "WRONG")])
def test_what_a_gradient_still_held_is_told_of_a_wrong_one_alone(
    expected: float, told: str
) -> None:
    x, w = Value(3.0, label="x"), Value(10.0, label="w")
    y = w * x
    y.backward()
    x.grad = expected  # as an earlier pass may have left it
    with pytest.raises(GradcheckError) as failure:
        assert_gradients(y, rel=0.1, x=expected, w=7.0)
    (line,) = [line for line in str(failure.value).splitlines() if line.startswith("x ")]
    verdict = line.split("  ")[-1]
    assert verdict == told if told == "right" else verdict.startswith("WRONG, ")
