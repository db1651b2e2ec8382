"""Operations that a user adds: right at poles, and never a second derivative of 0 in silence."""

import cmath
import math
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Primitive, Value, grad, gradients, hessian, hvp, jvp, log, vjp
from autograd import compile as compiled

inf, nan = math.inf, math.nan


@pytest.fixture(autouse=True)
def a_table_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd.ops.TABLE", dict(autograd.TABLE))


def made(value: Callable[..., Any], *rules: Callable[..., Any]) -> Primitive:
    return Primitive("own", "own", value, rules, "an operation of a user's")


def several(value: Callable[..., Any], rule: Callable[..., Any]) -> Callable[..., Any]:
    own = Primitive("own", "own", value, rule, "an operation of a user's")
    return lambda x: own(x, x)


# ------------------------------------------------------------------------------- poles

# Each as arithmetic has it in IEEE 754: the number, the derivative, the second derivative.
POLES: list[tuple[str, Callable[[], Any], float, tuple[float, float, float]]] = [
    (
        "1 / a",
        lambda: made(lambda a: 1 / a, lambda _y, a: -1 / a**2),
        0.0,
        (inf, -inf, nan),  # -1 * -2 * inf * 0, through what was used
    ),
    (
        "1 / a at -0",
        lambda: made(lambda a: 1 / a, lambda _y, a: -1 / a**2),
        -0.0,
        (-inf, -inf, nan),
    ),
    (
        "a ** 0.5",
        lambda: made(lambda a: a**0.5, lambda _y, a: 0.5 * a**-0.5),
        0.0,
        (0.0, inf, -inf),
    ),
    (
        "a ** 0.5 of a negative number",
        lambda: made(lambda a: a**0.5, lambda _y, a: 0.5 * a**-0.5),
        -8.0,
        (nan, nan, nan),
    ),
    (
        "ln(a ** 0.5) of a negative number",
        lambda: made(lambda a: log(a**0.5), lambda _y, a: 0.5 / a),
        -8.0,
        (nan, -0.0625, -0.0078125),
    ),
    (
        "|a ** 0.5| of a negative number",
        lambda: made(lambda a: abs(a**0.5), lambda _y, a: 0.5 * abs(a**-0.5)),
        -8.0,
        (nan, nan, 0.0),  # of |nan| no side is chosen
    ),
    (
        "|a| ** 0.5 of a negative number",
        lambda: made(lambda a: abs(a) ** 0.5, lambda y, a: 0.5 * y / a),
        -4.0,
        (2.0, -0.25, -0.03125),
    ),
    (
        "a ** 3, which overflows",
        lambda: made(lambda a: a**3, lambda _y, a: 3 * a**2),
        1e200,
        (inf, inf, 6e200),
    ),
    (
        "ln(a) / a",
        lambda: made(lambda a: log(a) / a, lambda _y, a: (1 - log(a)) / (a * a)),
        0.0,
        (-inf, inf, nan),
    ),
    (
        "1 / a + b, of any number of inputs",
        lambda: several(lambda *v: 1 / v[0] + v[1], lambda _y, v: [-1 / v[0] ** 2, 1.0]),
        0.0,
        (inf, -inf, nan),
    ),
    (
        "1 / ln(a)",
        lambda: made(lambda a: 1 / log(a), lambda y, a: -y * y / a),
        1.0,
        (inf, -inf, inf),
    ),
]


@pytest.mark.parametrize(("make", "x", "right"), [r[1:] for r in POLES], ids=[r[0] for r in POLES])
def test_at_a_pole_an_operation_has_ieees_answer_everywhere(
    make: Callable[[], Any], x: float, right: tuple[float, float, float]
) -> None:
    own = make()
    y = own(v := Value(x))
    y.backward()
    answers = {
        "graph": (y.data, v.grad, gradients(gradients(own(v), [v])[0], [v])[0].data),
        "numbers": (own(x), grad(own)(x), grad(grad(own))(x)),
    }
    for backend in ("python", "numpy", "llvm"):
        number, slope = compiled(own, backend=backend).value_and_grad(x)
        answers[backend] = number, slope, compiled(grad(grad(own)), backend=backend)(x)
    for way, found in answers.items():
        assert found == pytest.approx(right, nan_ok=True), way


def test_a_rule_that_divides_by_a_constant_0_has_a_pole_too() -> None:
    own = made(lambda a, b: a / b, lambda _y, _a, b: 1 / b, lambda _y, a, b: -a / b**2)
    assert grad(lambda x: own(x, 0.0))(3.0) == inf
    x = Value(3.0)
    assert gradients(own(x, 0.0), [x])[0].data == inf


@pytest.mark.parametrize(
    ("value", "x"), [(math.log, 0.0), (math.exp, 1000.0), (cmath.sqrt, -1.0), (cmath.exp, 0.0)]
)
def test_where_maths_functions_raise_it_is_said_what_to_write(
    value: Callable[[Any], Any], x: float
) -> None:
    own = made(value, lambda y, _a: y)
    said = (
        "operation 'own' cannot be (computed .*functions instead of math's|recorded: .*not known)"
    )
    for run in (own, lambda x: own(Value(x)), grad(own), compiled(own)):
        with pytest.raises((ValueError, OverflowError, TypeError), match=said):
            run(x)


# -------------------------------------------------------------------- second derivatives


def number(a: Any) -> Any:
    return getattr(a, "data", a)


def product() -> Callable[..., Any]:
    own = made(lambda a, b: a * b, lambda _y, _a, b: number(b), lambda _y, a, _b: number(a))
    return lambda x: own(x, x)


def geometric_mean() -> Callable[..., Any]:
    def rule(a: Any, b: Any) -> float:
        return float(0.5 * math.sqrt(number(b) / number(a)))

    rules = (lambda _y, a, b: rule(a, b), lambda _y, a, b: rule(b, a))
    own = made(lambda a, b: (a * b) ** 0.5, *rules)
    return lambda x: own(x, x)


SILENT: list[tuple[str, Callable[[], Any], float]] = [
    ("of a", lambda: made(lambda a: a**3, lambda _y, a: 3 * number(a) ** 2), 12.0),
    ("of y", lambda: made(lambda a: a**3, lambda y, _a: 3 * number(y) ** (2 / 3)), 12.0),
    ("by math", lambda: made(lambda a: a * a, lambda _y, a: math.sqrt(4 * number(a) ** 2)), 4.0),
    ("of two", product, 4.0),
    ("of a ratio", geometric_mean, 1.0),
    (
        "of many",
        lambda: several(lambda *v: v[0] * v[1], lambda _y, v: [number(v[1]), number(v[0])]),
        4.0,
    ),
]


@pytest.mark.parametrize(
    ("make", "first"), [row[1:] for row in SILENT], ids=[row[0] for row in SILENT]
)
def test_a_rule_that_reads_numbers_has_no_second_derivative_and_says_so(
    make: Callable[[], Any], first: float
) -> None:
    own = make()
    said = "the rule of 'own' was computed outside .* with autograd's functions and without .data"
    assert grad(own)(2.0) == pytest.approx(first)
    assert vjp(own, 2.0)[1](1.0) == (pytest.approx(first),)
    assert jvp(own, (2.0,), (1.0,))[1] == pytest.approx(first)
    x = Value(2.0)
    (slope,) = gradients(own(x), [x])
    assert slope.data == pytest.approx(first)
    for second in (
        lambda: grad(grad(own))(2.0),
        lambda: hessian(own)(2.0),
        lambda: hvp(own, 2.0, 1.0),
        lambda: gradients(slope, [x]),
        lambda: hessian(lambda v: own(v[0]) * v[1])([2.0, 3.0]),
    ):
        with pytest.raises(TypeError, match=said):
            second()
    slope.backward()
    assert math.isnan(x.grad)  # nobody knows it, and it is not 0
    with pytest.raises(TypeError, match=r"not known while a function is recorded|cannot be record"):
        compiled(grad(grad(own)))(2.0)


def test_a_rule_that_is_constant_but_for_kinks_has_the_second_derivative_0() -> None:
    kinked = made(lambda a: max(a, 2 * a), lambda _y, a: 2.0 if a > 0 else 1.0)
    for x in (-3.0, -1e-9, 0.0, 1e-9, 3.0):
        assert grad(grad(kinked))(x) == 0.0
    scaled = Primitive(
        "own", "own", lambda a, b: a * b, (lambda _y, _a, b: b, lambda _y, a, _b: a), ""
    )
    assert grad(grad(lambda x: scaled(x, 3.0)))(2.0) == 0.0
    assert hessian(lambda v: scaled(*v))([2.0, 3.0]) == [[0.0, 1.0], [1.0, 0.0]]


def test_a_rule_is_tried_near_its_input_and_what_it_is_farther_off_does_not_count() -> None:
    huber = made(
        lambda a: a * a / 2 if abs(a) < 1 else abs(a) - 0.5,
        lambda _y, a: max(-1.0, min(1.0, number(a))),
    )
    for x in (-1.5, -1.01, 1.01, 1.5):
        assert grad(grad(huber))(x) == 0.0
    for x in (-0.99, -0.6, 0.0, 0.6, 0.99):
        with pytest.raises(TypeError, match=r"without \.data"):
            grad(grad(huber))(x)


def test_a_rule_that_cannot_be_tried_on_one_side_keeps_its_first_derivative() -> None:
    own = made(lambda a: a**1.5, lambda _y, a: 1.5 * math.sqrt(number(a)))
    x = Value(0.0)
    (slope,) = gradients(own(x), [x])
    assert slope.data == 0.0
    with pytest.raises(TypeError, match=r"without \.data"):
        gradients(slope, [x])
