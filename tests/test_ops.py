"""Every row of the table: its number, its derivatives, its kinks and its poles."""

import functools
import itertools
import math
import operator
import struct
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import mpmath
import numpy as np
import pytest
from mpmath import mp

import autograd
from autograd import TABLE, Constant, Primitive, Value, gradients
from autograd.ops import row

inf, nan = math.inf, math.nan

ROWS = sorted(TABLE)


class Case(NamedTuple):
    """What a row is held against: the same function in mpmath, and ordinary points to try."""

    exact: Callable[..., Any]
    points: Sequence[tuple[float, ...]]


def _exact_dot(*v: Any) -> Any:
    half = len(v) // 2
    return mp.fdot(v[:half], v[half:-1]) + v[-1]


def _exact_shares(*v: Any) -> list[Any]:
    total = mp.fsum(map(mp.exp, v))
    return [mp.exp(score) / total for score in v]


def _exact_gelu(a: Any) -> Any:
    return a * mp.erfc(-a / mp.sqrt(2)) / 2


def _exact_elu(a: Any, alpha: Any = 1) -> Any:
    return a if a > 0 else alpha * mp.expm1(a)


def _exact_selu(a: Any) -> Any:
    # Source: G. Klambauer et al., Self-normalizing neural networks, 2017, equation 14.
    alpha = -mp.sqrt(2 / mp.pi) / (mp.erfc(1 / mp.sqrt(2)) * mp.exp(mp.mpf(1) / 2) - 1)
    scale = (
        (1 - mp.erfc(1 / mp.sqrt(2)) * mp.sqrt(mp.e))
        * mp.sqrt(2 * mp.pi)
        / mp.sqrt(
            2 * mp.erfc(mp.sqrt(2)) * mp.e**2
            + mp.pi * mp.erfc(1 / mp.sqrt(2)) ** 2 * mp.e
            - 2 * (2 + mp.pi) * mp.erfc(1 / mp.sqrt(2)) * mp.sqrt(mp.e)
            + mp.pi
            + 2
        )
    )
    return scale * _exact_elu(a, alpha)


def _exact_mish(a: Any) -> Any:
    return a * mp.tanh(mp.log1p(mp.exp(a)))


UNARY = [(0.3,), (-0.7,), (1.9,)]
POSITIVE = [(0.3,), (1.7,), (42.0,)]
INSIDE_ONE = [(0.3,), (-0.7,), (0.05,)]
BINARY = [(0.3, 1.9), (-0.7, 2.5), (3.1, -0.4)]
SCORES = [(0.3,), (0.3, -1.9, 2.5), (5.0, 6.0, 7.0), (7.0, 5.0, 6.0)]

CASES = {
    "abs": Case(abs, UNARY),
    "acos": Case(mp.acos, INSIDE_ONE),
    "acosh": Case(mp.acosh, [(1.3,), (42.0,), (1.0000001,)]),
    "add": Case(lambda a, b: a + b, BINARY),
    "asin": Case(mp.asin, INSIDE_ONE),
    "asinh": Case(mp.asinh, [*UNARY, (1e-9,), (-42.0,)]),
    "atan": Case(mp.atan, UNARY),
    "atan2": Case(mp.atan2, [*BINARY, (-0.7, -2.5), (1e-9, 3.0)]),
    "atanh": Case(mp.atanh, [*INSIDE_ONE, (1e-9,)]),
    "cbrt": Case(lambda a: mp.sign(a) * mp.cbrt(abs(a)), [*UNARY, (-8.0,), (1e300,)]),
    "clamp": Case(
        lambda a, low, high: min(max(a, low), high),
        [(0.3, -0.7, 1.9), (-2.0, -0.7, 1.9), (3.0, -0.7, 1.9), (0.3, 2.0, 1.0)],
    ),
    "cos": Case(mp.cos, UNARY),
    "cosh": Case(mp.cosh, UNARY),
    "div": Case(lambda a, b: a / b, BINARY),
    "dot": Case(_exact_dot, [(0.3,), (0.3, 1.9, 0.7), (0.3, -0.7, 1.9, 2.5, 4.0)]),
    "elu": Case(_exact_elu, [(1.9, 1.0), (-0.7, 1.0), (-1.9, 0.2)]),
    "erf": Case(mp.erf, [*UNARY, (-5.5,), (1e-300,)]),
    "erfc": Case(mp.erfc, [*UNARY, (5.5,), (-5.5,)]),
    "exp": Case(mp.exp, UNARY),
    "exp2": Case(lambda a: mp.power(2, a), UNARY),
    "expm1": Case(mp.expm1, [*UNARY, (1e-9,)]),
    "floor": Case(mp.floor, [*UNARY, (-1.5,)]),
    "gelu": Case(_exact_gelu, [*UNARY, (1e-9,)]),
    "greater": Case(lambda a, b: mp.mpf(a > b), BINARY),
    "hypot": Case(mp.hypot, BINARY),
    "hypot_slope": Case(lambda a, b: a / mp.hypot(a, b), BINARY),
    "leaky_relu": Case(lambda a, s: a if a > 0 else s * a, [(1.9, 0.01), (-1.9, 0.2)]),
    "log": Case(mp.log, POSITIVE),
    "log10": Case(mp.log10, POSITIVE),
    "log1p": Case(mp.log1p, [*UNARY, (1e-9,)]),
    "log2": Case(lambda a: mp.log(a, 2), POSITIVE),
    "log_softmax": Case(lambda *v: mp.log(_exact_shares(*v)[0]), SCORES),
    "logsumexp": Case(lambda *v: mp.log(mp.fsum(map(mp.exp, v))), SCORES),
    "maximum": Case(max, BINARY),
    "mean": Case(lambda *v: mp.fsum(v) / len(v), [(0.3,), (0.3, 1.9, 0.7), (5.0, -6.0, 7.5, 1e-3)]),
    "minimum": Case(min, BINARY),
    "mish": Case(_exact_mish, [*UNARY, (-5.5,), (1e-9,)]),
    "mul": Case(lambda a, b: a * b, BINARY),
    "neg": Case(lambda a: -a, UNARY),
    "norm": Case(lambda *v: mp.norm(v), [(0.3,), (0.3, -1.9), (3.0, 4.0, -12.0)]),
    "pow": Case(mp.power, [(0.3, 1.9), (2.5, -0.7), (1.7, 3.0), (42.0, 0.5)]),
    "pow_by_base": Case(lambda a, b: b * mp.power(a, b - 1), [(0.3, 1.9), (2.5, -0.7), (1.7, 3.0)]),
    "pow_by_exponent": Case(
        lambda a, b: mp.power(a, b) * mp.log(a), [(0.3, 1.9), (2.5, -0.7), (42.0, 0.5)]
    ),
    "prod": Case(lambda *v: mp.fprod(v), [(0.3,), (0.3, 1.9, -0.7), (5.0, -6.0, 7.5, 1e-3)]),
    "relu": Case(lambda a: max(a, mp.mpf(0)), UNARY),
    "selu": Case(_exact_selu, UNARY),
    "share": Case(lambda a, b: a / mp.fadd(a, b), BINARY),
    "shift": Case(lambda a, b: a - mp.mpf(b), BINARY),
    "sigmoid": Case(lambda a: 1 / (1 + mp.exp(-a)), UNARY),
    "sigmoid_slope": Case(lambda a: 1 / (1 + mp.exp(-a)) / (1 + mp.exp(a)), UNARY),
    "sign": Case(mp.sign, UNARY),
    "silu": Case(lambda a: a / (1 + mp.exp(-a)), [*UNARY, (-42.0,), (1e-9,)]),
    "sin": Case(mp.sin, UNARY),
    "sinh": Case(mp.sinh, UNARY),
    "softmax": Case(lambda *v: mp.exp(v[0]) / mp.fsum(map(mp.exp, v)), SCORES),
    "softplus": Case(lambda a: mp.log(1 + mp.exp(a)), UNARY),
    "softsign": Case(lambda a: a / (1 + abs(a)), [*UNARY, (-42.0,)]),
    "sqrt": Case(mp.sqrt, POSITIVE),
    "stop_gradient": Case(lambda a: a, UNARY),
    "sub": Case(lambda a, b: a - b, BINARY),
    "sum": Case(lambda *v: mp.fsum(v), [(0.3,), (0.3, 1.9, 0.7), (5.0, -6.0, 7.5, 1e-3)]),
    "take": Case(
        lambda i, *v: v[int(mp.nint(i))],
        [(0.0, 0.3), (1.0, 0.3, -1.9), (2.0, 0.3, -1.9, 2.5), (3.0, 5.0, 6.0, 7.0, 0.1, 0.2)],
    ),
    "tan": Case(mp.tan, [(0.3,), (-0.7,), (1.2,)]),
    "tanh": Case(mp.tanh, [(0.3,), (-0.7,), (1.2,)]),
    "tanh_slope": Case(lambda a: mp.sech(a) ** 2, UNARY),
    "where": Case(lambda c, a, b: a if c else b, [(1.0, 0.3, 1.9), (-2.0, 0.3, 1.9)]),
    "xdivy": Case(lambda a, b: a / b, BINARY),
    "xlogy": Case(lambda a, b: a * mp.log(b), [(0.3, 1.9), (-0.7, 2.5), (3.1, 0.4)]),
}
# What counts as constant, though the number changes with it: the derivative is 0.
HELD = {"stop_gradient": (0,)}
# The flat part of `where` has a point of its own: next to 0 the condition is not 0.
FALSE_CONDITION = (0.0, 0.3, 1.9)

EXTREMES = (inf, -inf, nan, 0.0, -0.0, 1e308, -1e308, 5e-324, 1.0, -1.5)


@pytest.fixture(autouse=True)
def many_digits() -> Iterator[None]:
    with mp.workdps(60):
        yield


@pytest.fixture
def table() -> Iterator[dict[str, Primitive]]:
    """The table; rows made by a test leave with it."""
    names = set(TABLE)
    yield TABLE
    for name in set(TABLE) - names:
        del TABLE[name]


def derivative_of(name: str, point: tuple[float, ...], *by: int) -> float:
    """The derivative of the row's function in mpmath; 0 by an input that the row holds constant."""
    if set(by) & set(HELD.get(name, ())):
        return 0.0
    return exact_derivative(case(name).exact, point, *by)


def case(name: str) -> Case:
    if name not in CASES:
        pytest.fail(f"the row {name!r} of the table has no test data: give it a Case in CASES")
    return CASES[name]


def exact_derivative(exact: Callable[..., Any], point: tuple[float, ...], *by: int) -> float:
    """The derivative of `exact` at `point` by the inputs numbered `by`, one order for each."""
    orders = tuple(by.count(i) for i in range(len(point)))
    if len(point) == 1:
        return float(mpmath.diff(exact, point[0], orders[0]))
    return float(mpmath.diff(exact, point, orders))


def close(expected: float, relative: float = 1e-14) -> Any:
    """Approximately `expected`, however small that is (pytest's own default is not so strict)."""
    return pytest.approx(expected, rel=relative, abs=1e-30)


def same(a: float, b: float) -> bool:
    """Whether two floats are the same number, nan and the sign of a zero included."""
    return (math.isnan(a) and math.isnan(b)) or (
        a == b and math.copysign(1.0, a) == math.copysign(1.0, b)
    )


def inputs_of(name: str, numbers: tuple[float, ...]) -> Iterator[tuple[float, ...]]:
    """All combinations of `numbers` that the row takes; up to three for one that takes any."""
    arity = TABLE[name].arity
    for size in (arity,) if arity is not None else (1, 3):
        yield from itertools.product(numbers, repeat=size)


# ---------------------------------------------------------------- ordinary points


def test_every_row_of_the_table_has_test_data_and_nothing_else_has() -> None:
    assert sorted(CASES) == ROWS


@pytest.mark.parametrize("name", ROWS)
def test_value_is_that_of_mpmath(name: str) -> None:
    exact, points = case(name)
    for point in points:
        expected = float(exact(*map(mp.mpf, point)))
        assert abs(TABLE[name](*point) - expected) <= 4 * math.ulp(expected)


@pytest.mark.parametrize("name", ROWS)
def test_local_derivatives_are_those_of_mpmath(name: str) -> None:
    op, points = TABLE[name], case(name).points
    for point in points:
        partials = op.partials(op(*point), point, [False] * len(point))
        expected = [derivative_of(name, point, i) for i in range(len(point))]
        assert list(partials) == [close(number) for number in expected]


@pytest.mark.parametrize("name", ROWS)
def test_number_and_local_derivatives_are_stored_on_the_node(name: str) -> None:
    op, points = TABLE[name], case(name).points
    for point in points:
        inputs = tuple(Value(number) for number in point)
        node = op(*inputs)
        expected = [derivative_of(name, point, i) for i in range(len(point))]
        assert (node.op, node.parents) == (op, inputs)
        assert node.data == op(*point)
        assert list(node.partials) == [close(number) for number in expected]


@pytest.mark.parametrize("name", ROWS)
def test_second_derivatives_are_those_of_mpmath(name: str) -> None:
    for point in case(name).points:
        inputs = [Value(number) for number in point]
        first = gradients(TABLE[name](*inputs), inputs)
        for i, derivative in enumerate(first):
            second = [node.data for node in gradients(derivative, inputs)]
            expected = [derivative_of(name, point, i, j) for j in range(len(point))]
            assert second == [close(number, relative=1e-9) for number in expected]


def test_where_takes_the_second_number_at_a_condition_of_zero() -> None:
    node = TABLE["where"](*map(Value, FALSE_CONDITION))
    assert (node.data, node.partials) == (1.9, (0.0, 0.0, 1.0))


# ------------------------------------------------------------------ kinks and zeros


def partials(name: str, *point: float) -> tuple[float, ...]:
    node: Value = TABLE[name](*map(Value, point))
    return node.partials


@pytest.mark.parametrize("zero", [0.0, -0.0])
@pytest.mark.parametrize("name", ["relu", "abs"])
def test_derivative_at_the_kink_is_zero(name: str, zero: float) -> None:
    assert partials(name, zero) == (0.0,)


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_tie_shares_the_derivative_by_halves(name: str) -> None:
    assert partials(name, 1.5, 1.5) == (0.5, 0.5)
    assert partials(name, 0.0, -0.0) == (0.5, 0.5)


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_derivative_of_leaky_relu_at_the_kink_is_the_slope(zero: float) -> None:
    x = Value(zero)
    y = autograd.leaky_relu(x, 0.2)
    assert y.partials[0] == 0.2
    assert autograd.leaky_relu(x).partials[0] == 0.01


@pytest.mark.parametrize("x", [0.0, -0.0, 2.0, -2.0, inf, nan])
def test_derivative_of_x_to_the_power_of_zero_is_zero(x: float) -> None:
    assert (Value(x) ** 0).partials[0] == 0.0
    assert partials("pow", x, 0.0)[0] == 0.0


@pytest.mark.parametrize("x", [0.0, 2.0, -2.0])
def test_graph_of_the_derivative_of_x_to_the_power_of_zero_is_zero(x: float) -> None:
    base, exponent = Value(x), Value(0.0)
    by_constant, by_value = base**0, base**exponent
    assert gradients(by_constant, [base])[0].data == 0.0
    assert gradients(by_value, [base])[0].data == 0.0


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0, 2.0, inf])
def test_zero_to_a_power_does_not_change_with_the_exponent(exponent: float) -> None:
    assert partials("pow", 0.0, exponent)[1] == 0.0
    base, power = Value(0.0), Value(exponent)
    assert gradients(base**power, [power])[0].data == 0.0


def test_nan_in_the_exponent_is_not_hidden_by_a_base_of_zero() -> None:
    assert math.isnan(partials("pow", 0.0, nan)[1])


def test_power_of_a_negative_base_is_differentiated_by_the_base_alone() -> None:
    x = Value(-4.0)
    y = x**2
    assert (y.data, y.partials) == (16.0, (-8.0, 0.0))


@pytest.mark.parametrize("condition", [-2.0, 0.5, nan, inf])
def test_where_passes_no_gradient_to_what_is_not_chosen(condition: float) -> None:
    assert partials("where", condition, nan, 3.0) == (0.0, 1.0, 0.0)
    assert partials("where", 0.0, nan, 3.0) == (0.0, 0.0, 1.0)


def test_relu_is_flat_where_a_product_with_a_step_would_be_nan() -> None:
    y = autograd.relu(Value(-inf))
    assert (y.data, y.partials) == (0.0, (0.0,))


@pytest.mark.parametrize("given", [1, 3])
def test_a_rule_gives_a_derivative_for_each_input(given: int) -> None:
    op = Primitive("a wrong one", "w", lambda *v: v[0] * v[1], lambda _, v: [v[1]] * given, "")
    try:
        with pytest.raises(ValueError, match=f"gave {given} derivatives for 2 inputs"):
            op(Value(2.0), Value(3.0))
    finally:
        del TABLE["a wrong one"]


# ---------------------------------------------------------- IEEE: poles and domains

IEEE = [
    ("log", (0.0,), -inf),
    ("log", (-1.0,), nan),
    ("log1p", (-1.0,), -inf),
    ("log1p", (-2.0,), nan),
    ("pow", (-8.0, 1 / 3), nan),
    ("pow", (0.0, -1.0), inf),
    ("pow", (-0.0, -1.0), -inf),
    ("pow", (-0.0, -2.0), inf),
    ("pow", (-0.0, math.nextafter(-1.0, 0.0)), inf),  # next to an odd exponent
    ("pow", (-10.0, 309.0), -inf),
    ("pow", (-10.0, 310.0), inf),
    ("pow", (0.0, 0.0), 1.0),
    ("div", (1.0, 0.0), inf),
    ("div", (-1.0, 0.0), -inf),
    ("div", (1.0, -0.0), -inf),
    ("div", (0.0, 0.0), nan),
    ("div", (nan, 0.0), nan),
    ("exp", (1000.0,), inf),
    ("exp", (-1000.0,), 0.0),
    ("expm1", (1000.0,), inf),
    ("expm1", (-1000.0,), -1.0),
    ("cbrt", (0.0,), 0.0),
    ("cbrt", (-0.0,), -0.0),
    ("cbrt", (inf,), inf),
    ("cbrt", (-inf,), -inf),
    ("cbrt", (nan,), nan),
    ("cbrt", (-8.0,), -2.0),
    ("erf", (0.0,), 0.0),
    ("erf", (-0.0,), -0.0),
    ("erf", (inf,), 1.0),
    ("erf", (-inf,), -1.0),
    ("erf", (nan,), nan),
    ("erf", (1e300,), 1.0),
    ("erf", (5e-324,), 5e-324),
    ("sinh", (1000.0,), inf),
    ("sinh", (-1000.0,), -inf),
    ("cosh", (1000.0,), inf),
    ("cosh", (-1000.0,), inf),
    ("tanh", (-1000.0,), -1.0),
    ("sqrt", (-1.0,), nan),
    ("asin", (2.0,), nan),
    ("acos", (-2.0,), nan),
    ("sin", (inf,), nan),
    ("cos", (-inf,), nan),
    ("tan", (inf,), nan),
    ("atan", (inf,), math.pi / 2),
    ("sub", (inf, inf), nan),
    ("mul", (0.0, inf), nan),
    ("maximum", (nan, 1.0), nan),
    ("maximum", (1.0, nan), nan),
    ("minimum", (nan, 1.0), nan),
    ("minimum", (1.0, nan), nan),
    ("relu", (nan,), nan),
]


@pytest.mark.parametrize(("name", "point", "expected"), IEEE)
def test_answer_is_that_of_ieee(name: str, point: tuple[float, ...], expected: float) -> None:
    number = TABLE[name](*point)
    assert type(number) is float
    assert same(number, expected)
    assert same(TABLE[name](*map(Value, point)).data, expected)


@pytest.mark.parametrize("x", [5e-324, -5e-324, 1e-310, 2.0**-1022, 1e100, -1.7e308])
@pytest.mark.parametrize(
    ("name", "exact"),
    [("cbrt", lambda a: mp.sign(a) * mp.cbrt(abs(a))), ("erf", mp.erf)],
)
def test_tiny_and_large_inputs_give_all_digits(
    name: str, exact: Callable[[Any], Any], x: float
) -> None:
    expected = float(exact(mp.mpf(x)))
    assert abs(TABLE[name](x) - expected) <= math.ulp(expected)


POLES = [
    ("log", (0.0,), (inf,)),
    ("log", (-0.0,), (-inf,)),
    ("sqrt", (0.0,), (inf,)),
    ("cbrt", (0.0,), (inf,)),
    ("cbrt", (-0.0,), (inf,)),
    ("asin", (1.0,), (inf,)),
    ("acos", (1.0,), (-inf,)),
    ("div", (1.0, 0.0), (inf, -inf)),
    ("pow", (0.0, 0.5), (inf, 0.0)),
    ("pow", (0.0, -1.0), (-inf, -inf)),
]


@pytest.mark.parametrize(("name", "point", "expected"), POLES)
def test_derivative_at_a_pole_is_an_infinity(
    name: str, point: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    assert partials(name, *point) == expected


# NumPy computes these by IEEE too, and raises nowhere when it is told not to warn.
NUMPY: dict[str, Callable[..., Any]] = {
    "abs": np.abs,
    "acos": np.arccos,
    "acosh": np.arccosh,
    "add": np.add,
    "asin": np.arcsin,
    "asinh": np.arcsinh,
    "atan": np.arctan,
    "atan2": np.arctan2,
    "atanh": np.arctanh,
    "cbrt": np.cbrt,
    "cos": np.cos,
    "cosh": np.cosh,
    "div": np.divide,
    "exp": np.exp,
    "exp2": np.exp2,
    "expm1": np.expm1,
    "floor": np.floor,
    "hypot": np.hypot,
    "log": np.log,
    "log10": np.log10,
    "log1p": np.log1p,
    "log2": np.log2,
    "maximum": lambda *numbers: functools.reduce(np.maximum, numbers),
    "minimum": lambda *numbers: functools.reduce(np.minimum, numbers),
    "mul": np.multiply,
    "neg": np.negative,
    "pow": np.power,
    "sign": np.sign,
    "sin": np.sin,
    "sinh": np.sinh,
    "sqrt": np.sqrt,
    "sub": np.subtract,
    "tan": np.tan,
    "tanh": np.tanh,
}


@pytest.mark.parametrize("name", sorted(NUMPY))
def test_extreme_inputs_give_what_numpy_gives(name: str) -> None:
    for inputs in inputs_of(name, EXTREMES):
        with np.errstate(all="ignore"):
            expected = float(NUMPY[name](*inputs))
        assert TABLE[name](*inputs) == pytest.approx(expected, rel=1e-14, abs=0, nan_ok=True), (
            inputs
        )


@pytest.mark.parametrize("scores", [(inf, nan), (nan, inf), (-inf, nan), (nan, -inf), (1.0, nan)])
def test_logsumexp_of_a_nan_is_nan_wherever_it_stands(scores: tuple[float, float]) -> None:
    assert math.isnan(autograd.logsumexp(scores))


@pytest.mark.parametrize("name", ROWS)
def test_nothing_raises_for_any_combination_of_extreme_inputs(name: str) -> None:
    op = TABLE[name]
    for inputs in inputs_of(name, EXTREMES):
        number = op(*inputs)
        node = op(*map(Value, inputs))
        assert type(number) is float, inputs
        assert same(node.data, number), inputs
        assert [type(partial) for partial in node.partials] == [float] * len(inputs), inputs
        node.backward()
        node.recompute()


@pytest.mark.parametrize("name", ROWS)
def test_no_graph_of_a_derivative_raises_for_extreme_inputs(name: str) -> None:
    for inputs in inputs_of(name, (inf, -inf, nan, 0.0, -0.0, 1e308)):
        leaves = [Value(number) for number in inputs]
        for derivative in gradients(TABLE[name](*leaves), leaves):
            gradients(derivative, leaves)


@pytest.mark.parametrize("name", ROWS)
def test_graph_of_a_derivative_has_the_number_that_is_on_the_edge(name: str) -> None:
    for inputs in inputs_of(name, EXTREMES):
        leaves = [Value(number) for number in inputs]
        node = TABLE[name](*leaves)
        graphs = [derivative.data for derivative in gradients(node, leaves)]
        assert graphs == pytest.approx(node.partials, rel=1e-14, abs=0, nan_ok=True), inputs


def test_dot_of_two_pairs_takes_any_combination_of_extreme_inputs() -> None:
    for inputs in itertools.product((inf, -inf, nan, 0.0, 1e308), repeat=5):
        assert len(TABLE["dot"](*map(Value, inputs)).partials) == 5


# ------------------------------------------------------------- stable at any size


@pytest.mark.parametrize(
    ("x", "value", "derivative"),
    [(1000.0, 1.0, 0.0), (-1000.0, 0.0, 0.0), (inf, 1.0, 0.0), (-inf, 0.0, 0.0)],
)
def test_sigmoid_is_stable_on_both_sides(x: float, value: float, derivative: float) -> None:
    y = autograd.sigmoid(Value(x))
    assert (y.data, y.partials) == (value, (derivative,))


@pytest.mark.parametrize("x", [-40.0, -700.0, -720.0])
@pytest.mark.parametrize("name", ["sigmoid", "softplus"])
def test_digits_are_kept_far_to_the_left(name: str, x: float) -> None:
    # Here value and derivative are e**x to all digits; below e**-708 there are not so many.
    expected = pytest.approx(float(mp.exp(x)), rel=1e-10, abs=0.0)
    assert TABLE[name](x) == expected
    assert partials(name, x)[0] == expected


@pytest.mark.parametrize(
    ("x", "value", "derivative"),
    [(1000.0, 1000.0, 1.0), (-1000.0, 0.0, 0.0), (inf, inf, 1.0), (-inf, 0.0, 0.0)],
)
def test_softplus_is_stable_on_both_sides(x: float, value: float, derivative: float) -> None:
    y = autograd.softplus(Value(x))
    assert (y.data, y.partials) == (value, (derivative,))


@pytest.mark.parametrize("shift", [1000.0, -1000.0])
def test_logsumexp_is_stable_for_scores_of_any_size(shift: float) -> None:
    scores = [Value(shift), Value(shift + 1.0)]
    y = autograd.logsumexp(scores)
    assert y.data == close(float(shift + mp.log(1 + mp.e)))
    # The scores are large, and what is left of their difference has 13 digits.
    assert y.partials == (
        close(float(1 / (1 + mp.e)), relative=1e-12),
        close(float(mp.e / (1 + mp.e)), relative=1e-12),
    )


@pytest.mark.parametrize("shift", [0.0, 1000.0, -1000.0])
def test_softmax_is_stable_for_scores_of_any_size(shift: float) -> None:
    shares = autograd.softmax([shift + score for score in (5.0, 6.0, 7.0)])
    assert shares == [
        close(share) for share in (0.09003057317038046, 0.24472847105479764, 0.6652409557748219)
    ]
    assert math.fsum(shares) == close(1.0)


def test_softmax_of_scores_far_apart_is_all_or_nothing() -> None:
    assert autograd.softmax([1000.0, -1000.0, 0.0]) == [1.0, 0.0, 0.0]


def test_gradients_of_softmax_are_those_of_mpmath_whichever_score_comes_first() -> None:
    scores = (0.3, -1.9, 2.5)
    for i, share in enumerate(autograd.softmax([Value(score) for score in scores])):
        order = [i, *(j for j in range(3) if j != i)]
        point = tuple(scores[j] for j in order)
        expected = [exact_derivative(CASES["softmax"].exact, point, j) for j in range(3)]
        assert [parent.data for parent in share.parents] == list(point)
        assert list(share.partials) == [close(number) for number in expected]


# ------------------------------------------------- written out by hand, held to the table


def bits(*numbers: float) -> bytes:
    """Numbers to the last bit; but all nans are one, for the sign of a nan means nothing."""
    return struct.pack(f"{len(numbers)}d", *(nan if math.isnan(x) else x for x in numbers))


ALIKE = (*EXTREMES, 0.1, 0.7, math.pi, 2.0, 3.0, 5e-324, -1e-310)


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div", "pow", "share", "shift"])
def test_arithmetic_written_out_agrees_with_its_row_whichever_input_is_a_plain_number(
    name: str,
) -> None:
    op = TABLE[name]
    operate = getattr(operator, {"div": "truediv"}.get(name, name), op)
    for a, b in itertools.product(ALIKE, repeat=2):
        y = op.value(a, b)
        for left, right in ((Value(a), Value(b)), (Value(a), b), (a, Value(b))):
            fixed = [type(x) is float for x in (left, right)]
            expected = bits(y, *op.partials(y, (a, b), fixed))
            for node in (operate(left, right), op(left, right)):
                # The node has edges before it has nodes for numbers, and the same after.
                for _ in range(2):
                    node.recompute()
                    assert bits(node.data, *node.partials) == expected
                    assert node.op is op
                    assert [type(x) is Constant for x in node.parents] == fixed
                    assert bits(*(x.data for x in node.parents)) == bits(a, b)
                    for parent, given in zip(node.parents, (left, right), strict=True):
                        assert parent is given or type(given) is float


@pytest.mark.parametrize("name", [name for name in ROWS if TABLE[name].arity == 1])
def test_function_written_out_agrees_with_its_row_bit_for_bit(name: str) -> None:
    op = TABLE[name]
    for a in (*ALIKE, *(-x for x in ALIKE), 709.9, -746.0, 20.0, -20.0):
        x = Value(a)
        y = op.value(a)
        node = op(x)
        assert bits(node.data, *node.partials) == bits(y, *op.partials(y, (a,), (False,)))
        method = getattr(x, name) if name != "abs" else x.__abs__
        assert bits(method().data, *method().partials) == bits(node.data, *node.partials)
        node.recompute()
        assert bits(node.data, *node.partials) == bits(y, *op.partials(y, (a,), (False,)))


@pytest.mark.parametrize(
    "name", ["sum", "maximum", "minimum", "logsumexp", "softmax", "log_softmax"]
)
def test_operation_on_many_inputs_written_out_agrees_with_its_row_bit_for_bit(name: str) -> None:
    op = TABLE[name]
    points = itertools.product((*EXTREMES, 0.7, 30.5), repeat=3)
    for point in itertools.chain([(a,) for a in EXTREMES], points):
        y = op.value(*point)
        node = op(*map(Value, point))
        fixed = [False] * len(point)
        assert bits(node.data, *node.partials) == bits(y, *op.partials(y, point, fixed)), point
        for i in range(len(point) if len(point) > 1 else 0):
            fixed = [j == i for j in range(len(point))]
            expected = bits(y, *op.partials(y, point, fixed))
            for make in (Constant, float):  # a node that is constant, and a number without one
                node = op(*(make(a) if f else Value(a) for a, f in zip(point, fixed, strict=True)))
                node.recompute()
                assert bits(node.data, *node.partials) == expected, point


@pytest.mark.parametrize("name", [name for name in ROWS if TABLE[name].arity not in {1, 2}])
def test_plain_number_among_many_inputs_is_a_constant(name: str) -> None:
    op = TABLE[name]
    point = case(name).points[0]
    for i in range(len(point)):
        x = Value(point[i])
        node = op(*point[:i], x, *point[i + 1 :])
        node.backward()
        y = op.value(*point)
        fixed = [j != i for j in range(len(point))]
        for _ in range(2):
            assert bits(node.data, *node.partials) == bits(y, *op.partials(y, point, fixed))
            assert node.parents == node.parents
            assert [type(x) is Constant for x in node.parents] == fixed
            assert [x.data for x in node.parents] == list(point)
            assert x.grad == node.partials[i]
            node.recompute()


@pytest.mark.parametrize("constants", [(), (0,), (3,), (4,), (0, 1, 2, 3, 4)])
def test_weighted_sum_written_out_by_hand_agrees_with_its_row_bit_for_bit(
    constants: tuple[int, ...],
) -> None:
    op = TABLE["dot"]
    fixed = [i in constants for i in range(5)]
    for numbers in itertools.product((*EXTREMES[:6], 0.1, 1.7), repeat=5):
        inputs = [Constant(x) if f else Value(x) for x, f in zip(numbers, fixed, strict=True)]
        node = Value.apply_primitive(op, tuple(inputs))
        y = op.value(*numbers)
        expected = bits(y, *op.partials(y, numbers, fixed))
        assert node.parents == tuple(inputs)
        assert bits(node.data, *node.partials) == expected
        plain = [x if f else Value(x) for x, f in zip(numbers, fixed, strict=True)]
        if not all(fixed):
            node = Value.apply_primitive(op, tuple(plain))
            node.recompute()  # before there are nodes for plain numbers, and after
            for _ in range(2):
                assert bits(node.data, *node.partials) == expected
                node.recompute()


# ------------------------------------------------------------------ inputs and errors


@pytest.mark.parametrize("name", ROWS)
def test_floats_in_give_a_float(name: str) -> None:
    for point in case(name).points:
        assert type(TABLE[name](*point)) is float


@pytest.mark.parametrize(
    "kind", [int, bool, Fraction, np.float32, np.float64, np.int64, np.array, np.bool_]
)
@pytest.mark.parametrize("name", ROWS)
def test_real_numbers_of_any_kind_give_a_float(name: str, kind: Callable[[int], Any]) -> None:
    size = TABLE[name].arity or 3
    number = TABLE[name](*[kind(1)] * size)
    assert type(number) is float
    assert same(number, TABLE[name](*[1.0] * size))


@pytest.mark.parametrize("name", ROWS)
def test_one_value_among_the_inputs_gives_a_value(name: str) -> None:
    for point in case(name).points:
        for i, number in enumerate(point):
            inputs = [*point[:i], Value(number), *point[i + 1 :]]
            node = TABLE[name](*inputs)
            assert type(node) is Value
            assert node.data == TABLE[name](*point)
            assert [parent.data for parent in node.parents] == list(point)


def test_functions_of_many_numbers_take_any_iterable() -> None:
    assert autograd.sum(iter([1, 2.0, 3])) == 6.0
    assert autograd.dot(iter([1, 2]), iter([3, 4]), 5) == 16.0
    assert autograd.dot((1.0, 2.0), (3.0, 4.0)) == 11.0
    assert autograd.softmax(iter([0, 0])) == [0.5, 0.5]
    assert autograd.logsumexp(iter([0.0])) == 0.0


def test_sum_of_nothing_is_zero() -> None:
    assert autograd.sum([]) == 0.0
    assert autograd.dot([], [], 4.0) == 4.0


def test_terms_are_added_from_left_to_right() -> None:
    # A compensated sum would give 1.0 here, and the result would depend on the Python version.
    assert autograd.sum([1.0, 1e100, -1e100]) == 0.0
    assert autograd.dot([1.0, 1e100, -1e100], [1.0, 1.0, 1.0]) == 0.0


def test_where_chooses_between_numbers_too() -> None:
    assert autograd.where(1.0, 2.0, 3.0) == 2.0
    assert autograd.where(False, 2.0, 3.0) == 3.0
    assert autograd.where(nan, 2.0, 3.0) == 2.0


@pytest.mark.parametrize("name", [name for name in ROWS if TABLE[name].arity is not None])
@pytest.mark.parametrize("kind", [float, Value])
def test_wrong_number_of_inputs_is_an_error_that_counts_them(
    name: str, kind: Callable[[float], Any]
) -> None:
    arity = TABLE[name].arity or 0
    takes = "1 input" if arity == 1 else f"{arity} inputs"
    for size in (0, arity - 1, arity + 1):
        if size != arity:
            with pytest.raises(TypeError, match=f"^{name} takes {takes}, received {size}"):
                TABLE[name](*[kind(1.0)] * size)


@pytest.mark.parametrize("bad", ["3", None, 1j, [1.0]])
def test_input_that_is_no_number_is_an_error_that_says_what_came(bad: object) -> None:
    with pytest.raises(TypeError, match=f"expected a real number, received {type(bad).__name__}"):
        autograd.exp(bad)
    with pytest.raises(TypeError, match=f"expected a real number, received {type(bad).__name__}"):
        autograd.maximum(Value(1.0), bad)


def test_unknown_operation_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"unknown operation: 'sine' \(must be one of abs, .*, sin,"):
        row("sine")


@pytest.mark.parametrize("name", ROWS)
def test_row_is_found_by_its_name(name: str) -> None:
    assert row(name) is TABLE[name]
    assert row(name).name == name
    assert repr(row(name)) == f"<operation {name}>"


@pytest.mark.parametrize("name", ROWS)
def test_every_row_says_how_it_is_written_and_what_it_means(name: str) -> None:
    assert TABLE[name].symbol
    assert TABLE[name].__doc__


def test_name_that_is_taken_is_an_error(table: dict[str, Primitive]) -> None:
    before = dict(table)
    with pytest.raises(ValueError, match="has an operation named 'exp' already; choose another"):
        Primitive("exp", "exp", math.exp, (lambda y, _a: y,), "e**a")
    assert table == before


def test_dot_of_unequal_lengths_is_an_error_that_counts_both() -> None:
    with pytest.raises(ValueError, match="received 2 weights and 1 inputs"):
        autograd.dot([1.0, 2.0], [3.0], 4.0)


@pytest.mark.parametrize("function", [autograd.softmax, autograd.logsumexp])
def test_no_scores_at_all_is_an_error(function: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match=f"^{function.__name__} expected at least one score"):
        function([])


# --------------------------------------------------------------------------- a new row


@pytest.mark.usefixtures("table")
def test_new_row_works_with_values_gradients_and_second_derivatives_at_once() -> None:
    cube = Primitive("cube", "³", lambda a: a * a * a, (lambda _y, a: 3.0 * a * a,), "a**3")
    x = Value(2.0)
    y = cube(x) + x
    y.backward()
    (first,) = gradients(y, [x])
    (second,) = gradients(first, [x])
    assert cube(2) == 8.0
    assert y.data == 10.0
    assert (x.grad, first.data, second.data) == (13.0, 13.0, 12.0)
    assert row("cube") is cube


def test_rows_of_other_tests_are_gone() -> None:
    assert sorted(TABLE) == ROWS


def test_a_rule_that_forgets_to_return_is_told_so() -> None:
    def rule(_: Any, a: Any) -> None:
        3.0 * a * a

    forgot = Primitive("forgot", "f", lambda a: a**3, (rule,), "a**3")
    del TABLE["forgot"]
    with pytest.raises(TypeError, match=r"a rule of 'forgot' returned None; expected a number"):
        autograd.grad(forgot)(2.0)
    with pytest.raises(TypeError, match=r"a rule of 'forgot' returned None; expected a number"):
        forgot(Value(2.0))


@pytest.mark.parametrize("backend", ["python", "numpy", "llvm"])
def test_a_row_of_a_table_is_taken_number_by_number(backend: str) -> None:
    table = [[Value(float(10 * i + j)) for j in range(3)] for i in range(4)]
    row = autograd.take(table, Value(2.0))
    assert [y.data for y in row] == [20.0, 21.0, 22.0]
    autograd.sum(row).backward()
    assert [[x.grad for x in line] for line in table] == [[float(i == 2)] * 3 for i in range(4)]
    numbers = [[x.data for x in line] for line in table]
    compiled = autograd.compile(lambda t, i: autograd.sum(autograd.take(t, i)), backend=backend)
    assert compiled.value_and_grad(numbers, 1.0) == (33.0, [[float(i == 1)] * 3 for i in range(4)])
    assert autograd.take(numbers, 3) == [30.0, 31.0, 32.0]
    with pytest.raises(IndexError, match="expected an index from 0 to 3, received 4"):
        autograd.take(numbers, 4)
    with pytest.raises(ValueError, match=r"rows of one length, received rows of \[1, 2\] numbers"):
        autograd.take([[1.0], [2.0, 3.0]], 0)
    with pytest.raises(IndexError, match="expected an index from 0 to 1, received 7"):
        autograd.take([[], []], 7)


@pytest.mark.parametrize("values", [["ab", "cd"], [{"a": 1.0}], [{1.0}], [[1.0], 2.0]])
def test_what_are_neither_numbers_nor_rows_is_not_taken_of(values: Any) -> None:
    with pytest.raises(TypeError, match="expected a real number, received"):
        autograd.take(values, 0)


def test_an_array_without_dimensions_is_a_number_to_take() -> None:
    assert autograd.take([np.array(1.0), np.array(2.0)], 1) == 2.0


@pytest.mark.parametrize("index", [-1.0, -0.75, 2.5, 3.0, nan, inf])
def test_there_is_nothing_to_take_beside_the_values(index: float) -> None:
    values = [1.0, 2.0, 3.0]
    with pytest.raises(IndexError, match="from 0 to 2, received"):
        autograd.take(values, index)
    assert math.isnan(autograd.take(values, Value(index)).data)
    for backend in ("python", "numpy", "llvm"):
        compiled = autograd.compile(lambda i: autograd.take(values, i), backend=backend)
        assert math.isnan(compiled(index))


@pytest.mark.parametrize(
    "index", [-0.5, -0.25, 0.0, 0.49, 0.5, 0.1 * 3 * 5, 1.9999999999999998, 2.4]
)
def test_the_nearest_place_is_taken(index: float) -> None:
    values, place = [1.0, 2.0, 3.0], math.floor(index + 0.5)
    assert autograd.take(values, Value(index)).data == values[place]
    expected = [0.0] * 3
    expected[place] = 1.0
    for backend in ("python", "numpy", "llvm"):
        compiled = autograd.compile(autograd.take, backend=backend)
        assert compiled.value_and_grad(values, index) == (values[place], expected)
    leaves = [Value(value) for value in values]
    y = autograd.take(leaves, Value(index))
    assert y.partials[1:] == tuple(expected)


def test_one_recording_takes_the_rows_of_every_token() -> None:
    table = [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]

    def length(table: list[list[float]], token: float) -> Any:
        row = [autograd.take(column, token) for column in zip(*table, strict=True)]
        return autograd.dot(row, row)

    step = autograd.compile(autograd.grad(length))
    for token, numbers in enumerate(table):
        expected = [[0.0, 0.0]] * 3
        expected[token] = [2.0 * number for number in numbers]
        assert step(table, float(token)) == expected
