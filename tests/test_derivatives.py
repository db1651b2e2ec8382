"""Derivatives as functions: grad, value_and_grad, jacobian, hessian and hvp, to any order."""

import gc
import inspect
import itertools
import math
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import mpmath
import numpy as np
import pytest
from mpmath import mp

import autograd
from autograd import TABLE, Constant, Parameter, Value, gradients, no_grad
from autograd.functional import Function, grad, hessian, hvp, jacobian, value_and_grad
from autograd.trees import Items

ORDERS = (1, 2, 3, 4)


@pytest.fixture(autouse=True)
def many_digits() -> Iterator[None]:
    with mp.workdps(60):
        yield


# ---------------------------------------------- orders 1 to 4 of every row of the table

ANYWHERE = [(0.3,), (-0.7,), (1.9,)]
POSITIVE = [(0.3,), (1.7,)]
INSIDE_ONE = [(0.3,), (-0.7,)]
PAIRS = [(0.3, 1.9), (-0.7, 2.5)]
SCORES = [(0.3,), (0.3, -1.9, 2.5)]


def _exact_dot(*v: Any) -> Any:
    half = len(v) // 2
    return mp.fdot(v[:half], v[half:-1]) + v[-1]


SCALE = mp.mpf("1.0507009873554804934193349852946")
ALPHA = mp.mpf("1.6732632423543772848170429916717")

# The same functions in mpmath, with 0 for what a row holds constant, and points away from kinks,
# where they are differentiated.
EXACT: dict[str, Any] = {
    "abs": (abs, ANYWHERE),
    "acos": (mp.acos, INSIDE_ONE),
    "acosh": (mp.acosh, [(1.3,), (42.0,)]),
    "add": (lambda a, b: a + b, PAIRS),
    "asin": (mp.asin, INSIDE_ONE),
    "asinh": (mp.asinh, ANYWHERE),
    "atan": (mp.atan, ANYWHERE),
    "atan2": (mp.atan2, [*PAIRS, (-0.7, -2.5)]),
    "atanh": (mp.atanh, INSIDE_ONE),
    "cbrt": (lambda a: mp.sign(a) * mp.cbrt(abs(a)), ANYWHERE),
    "clamp": (lambda a, low, high: min(max(a, low), high), [(0.3, -0.7, 1.9), (3.0, -0.7, 1.9)]),
    "cos": (mp.cos, ANYWHERE),
    "cosh": (mp.cosh, ANYWHERE),
    "div": (lambda a, b: a / b, PAIRS),
    "dot": (_exact_dot, [(0.3,), (0.3, 1.9, 0.7), (0.3, -0.7, 1.9, 2.5, 4.0)]),
    "elu": (lambda a, alpha: a if a > 0 else alpha * mp.expm1(a), [(1.9, 1.0), (-0.7, 0.2)]),
    "erf": (mp.erf, ANYWHERE),
    "erfc": (mp.erfc, ANYWHERE),
    "exp": (mp.exp, ANYWHERE),
    "exp2": (lambda a: mp.power(2, a), ANYWHERE),
    "expm1": (mp.expm1, ANYWHERE),
    "floor": (mp.floor, ANYWHERE),
    "gelu": (lambda a: a * mp.erfc(-a / mp.sqrt(2)) / 2, ANYWHERE),
    "greater": (lambda a, b: mp.mpf(a > b), PAIRS),
    "hypot": (mp.hypot, PAIRS),
    "hypot_slope": (lambda a, b: a / mp.hypot(a, b), PAIRS),
    "leaky_relu": (lambda a, slope: a if a > 0 else slope * a, [(1.9, 0.01), (-1.9, 0.2)]),
    "log": (mp.log, POSITIVE),
    "log10": (mp.log10, POSITIVE),
    "log1p": (mp.log1p, ANYWHERE),
    "log2": (lambda a: mp.log(a, 2), POSITIVE),
    "log_softmax": (lambda *v: v[0] - mp.log(mp.fsum(map(mp.exp, v))), SCORES),
    "logsumexp": (lambda *v: mp.log(mp.fsum(map(mp.exp, v))), SCORES),
    "maximum": (max, PAIRS),
    "mean": (lambda *v: mp.fsum(v) / len(v), [(0.3,), (0.3, 1.9, -0.7)]),
    "minimum": (min, PAIRS),
    "mish": (lambda a: a * mp.tanh(mp.log1p(mp.exp(a))), ANYWHERE),
    "mul": (lambda a, b: a * b, PAIRS),
    "neg": (lambda a: -a, ANYWHERE),
    "norm": (
        lambda *v: mp.sqrt(mp.fsum(x * x for x in v)),
        [(0.3,), (0.3, 1.9), (3.0, 4.0, -12.0)],
    ),
    "pow": (mp.power, [(0.3, 1.9), (2.5, -0.7), (1.7, 3.0)]),
    "pow_by_base": (
        lambda a, b: b * mp.power(a, b - 1),
        [(0.3, 1.9), (2.5, -0.7), (1.7, 3.0)],
    ),
    "pow_by_exponent": (
        lambda a, b: mp.power(a, b) * mp.log(a),
        [(0.3, 1.9), (2.5, -0.7), (1.7, 3.0)],
    ),
    "prod": (lambda *v: mp.fprod(v), [(0.3,), (0.3, 1.9, -0.7)]),
    "relu": (lambda a: max(a, mp.mpf(0)), ANYWHERE),
    "selu": (lambda a: SCALE * (a if a > 0 else ALPHA * mp.expm1(a)), ANYWHERE),
    "share": (lambda a, b: a / mp.fadd(a, b), PAIRS),
    "shift": (lambda a, b: a - b, PAIRS),
    "sigmoid": (lambda a: 1 / (1 + mp.exp(-a)), ANYWHERE),
    "sigmoid_slope": (lambda a: 1 / (1 + mp.exp(-a)) / (1 + mp.exp(a)), ANYWHERE),
    "sign": (mp.sign, ANYWHERE),
    "silu": (lambda a: a / (1 + mp.exp(-a)), ANYWHERE),
    "sin": (mp.sin, ANYWHERE),
    "sinh": (mp.sinh, ANYWHERE),
    "softmax": (lambda *v: mp.exp(v[0]) / mp.fsum(map(mp.exp, v)), SCORES),
    "softplus": (lambda a: mp.log(1 + mp.exp(a)), ANYWHERE),
    "softsign": (lambda a: a / (1 + abs(a)), ANYWHERE),
    "sqrt": (mp.sqrt, POSITIVE),
    "stop_gradient": (lambda _: mp.mpf(0), ANYWHERE),
    "sub": (lambda a, b: a - b, PAIRS),
    "sum": (lambda *v: mp.fsum(v), [(0.3,), (0.3, 1.9, -0.7)]),
    "take": (
        lambda i, *v: v[int(mp.nint(i))],
        [(0.0, 0.3), (1.0, 0.3, -1.9), (2.0, 0.3, -1.9, 2.5), (3.0, 5.0, 6.0, 7.0, 0.1, 0.2)],
    ),
    "tan": (mp.tan, INSIDE_ONE),
    "tanh": (mp.tanh, ANYWHERE),
    "tanh_slope": (lambda a: mp.sech(a) ** 2, ANYWHERE),
    "where": (lambda c, a, b: a if c else b, [(1.0, 0.3, 1.9), (-2.0, 0.3, 1.9)]),
    "xdivy": (lambda a, b: a / b, PAIRS),
    "xlogy": (lambda a, b: a * mp.log(b), PAIRS),
}


def exact_derivative(exact: Function, point: tuple[float, ...], by: tuple[int, ...]) -> float:
    """The derivative of `exact` at `point` by the inputs numbered `by`, one order for each."""
    orders = tuple(by.count(i) for i in range(len(point)))
    if len(point) == 1:
        return float(mpmath.diff(exact, point[0], orders[0]))
    return float(mpmath.diff(exact, point, orders))


def derivative(f: Function, by: tuple[int, ...]) -> Function:
    for i in by:
        f = grad(f, i)
    return f


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_derivative_of_every_row_is_that_of_mpmath(name: str, order: int) -> None:
    if name not in EXACT:
        pytest.fail(f"the row {name!r} of the table has no test points: give it some in EXACT")
    exact, points = EXACT[name]
    for point in points:
        for by in itertools.combinations_with_replacement(range(len(point)), order):
            expected = exact_derivative(exact, point, by)
            assert derivative(TABLE[name], by)(*point) == pytest.approx(
                expected, rel=1e-11, abs=1e-12
            ), (point, by)


def test_nothing_but_rows_of_the_table_has_test_points() -> None:
    assert sorted(EXACT) == sorted(TABLE)


@pytest.mark.parametrize("order", ORDERS)
def test_derivatives_do_not_depend_on_the_order_of_the_inputs(order: int) -> None:
    def f(x: Any, y: Any) -> Any:
        return autograd.exp(x * y) / (x + y**2)

    for by in itertools.product((0, 1), repeat=order):
        assert derivative(f, by)(0.7, 1.3) == pytest.approx(
            derivative(f, tuple(sorted(by)))(0.7, 1.3), rel=1e-12
        )


def test_square_at_zero_has_one_derivative_that_is_not_zero() -> None:
    assert [derivative(lambda x: x**2, (0,) * order)(0.0) for order in ORDERS] == [0, 2, 0, 0]


# ------------------------------------------------------------------------ structures


class Point(NamedTuple):
    x: Any
    y: Any


def test_gradient_has_the_structure_of_the_argument() -> None:
    def f(w: Any) -> Any:
        return w[0][0] * w[0][1] + w[1][0] ** 2 * w[2]

    assert grad(f)([[2.0, 3.0], (5.0,), 7.0]) == [[3.0, 2.0], (70.0,), 25.0]
    assert grad(f)(([2, 3], [5], 7)) == ([3.0, 2.0], [70.0], 25.0)


def test_named_tuple_stays_one() -> None:
    gradient = grad(lambda p: p.x * p.y)(Point(2.0, 3.0))
    assert (type(gradient), gradient) == (Point, Point(3.0, 2.0))


def test_empty_argument_has_an_empty_gradient() -> None:
    assert grad(lambda _: 1.0)([]) == []


def test_array_reaches_the_function_as_lists_and_its_gradient_is_lists() -> None:
    seen = []

    def f(x: Any) -> Any:
        seen.append(type(x[0]))
        return x[0][0] * x[0][1] + x[1][0]

    assert grad(f)(np.array([[2.0, 3.0], [5.0, 7.0]])) == [[3.0, 2.0], [1.0, 0.0]]
    assert seen == [Items]  # lists, of which `*` is refused
    assert issubclass(Items, list)
    assert grad(lambda x: x[0] * x[1])(np.array([2, 3])) == [3.0, 2.0]


@pytest.mark.parametrize("two", [2, np.float64(2.0), np.float32(2.0), np.int64(2), np.array(2.0)])
def test_any_real_number_counts_as_a_float(two: Any) -> None:
    result = value_and_grad(lambda x: x**3)(two)
    assert result == (8.0, 12.0)
    assert list(map(type, result)) == [float, float]


def test_tuple_of_argnums_gives_a_tuple_of_gradients() -> None:
    def f(x: Any, y: Any, z: Any) -> Any:
        return x * y[0] + y[1] * z

    assert grad(f, (0, 1, 2))(2.0, [3.0, 5.0], 7.0) == (3.0, [2.0, 7.0], 5.0)
    assert grad(f, (2, 0))(2.0, [3.0, 5.0], 7.0) == (5.0, 3.0)
    assert grad(f, (1,))(2.0, [3.0, 5.0], 7.0) == ([2.0, 7.0],)
    assert grad(f, 1)(2.0, [3.0, 5.0], 7.0) == [2.0, 7.0]
    assert grad(f, -1)(2.0, [3.0, 5.0], 7.0) == 5.0
    assert grad(f, (0, 0, -3))(2.0, [3.0, 5.0], 7.0) == (3.0, 3.0, 3.0)


def test_other_arguments_are_passed_on_as_they_are() -> None:
    received = []

    def f(x: Any, *others: Any, **named: Any) -> Any:
        received.append((others, named))
        return x * x

    thing = object()
    assert grad(f)(3.0, thing, "text", key=thing) == 6.0
    assert received == [((thing, "text"), {"key": thing})]


def test_value_and_gradient_come_from_one_call() -> None:
    calls = []

    def f(x: Any) -> Any:
        calls.append(x)
        return x[0] * x[1]

    assert value_and_grad(f)([2.0, 3.0]) == (6.0, [3.0, 2.0])
    assert len(calls) == 1


def test_jacobian_has_the_structure_of_the_result_then_that_of_the_argument() -> None:
    def f(x: Any, y: Any) -> Any:
        return [x[0] * x[1], (x[1] * y, 4.0)]

    assert jacobian(f)([2.0, 3.0], 5.0) == [[3.0, 2.0], ([0.0, 5.0], [0.0, 0.0])]
    by_both = jacobian(f, (0, 1))([2.0, 3.0], 5.0)
    assert by_both == ([[3.0, 2.0], ([0.0, 5.0], [0.0, 0.0])], [0.0, (3.0, 0.0)])


def test_jacobian_of_one_number_is_its_gradient() -> None:
    assert jacobian(lambda x: x[0] * x[1])([2.0, 3.0]) == [3.0, 2.0]


def test_jacobian_runs_the_function_once() -> None:
    calls = []

    def f(x: Any) -> Any:
        calls.append(x)
        return [x[0], x[1], x[0] * x[1]]

    jacobian(f)([2.0, 3.0])
    assert len(calls) == 1


def test_jacobian_of_softmax_is_its_formula() -> None:
    scores = [5.0, 6.0, 7.0]
    shares = autograd.softmax(scores)
    for i, j in itertools.product(range(3), repeat=2):
        expected = shares[i] * ((i == j) - shares[j])
        assert jacobian(autograd.softmax)(scores)[i][j] == pytest.approx(expected, rel=1e-12)


# -------------------------------------------------------------------- second derivatives


def rosenbrock(x: Any) -> Any:
    return 100.0 * (x[1] - x[0] ** 2) ** 2 + (1.0 - x[0]) ** 2


def bumpy(x: Any) -> Any:
    return autograd.sin(x[0] * x[1]) * autograd.exp(x[2]) + x[0] ** 3 / x[2]


def exact_bumpy(a: Any, b: Any, c: Any) -> Any:
    return mp.sin(a * b) * mp.exp(c) + a**3 / c


def test_hessian_of_the_rosenbrock_function_is_its_formula() -> None:
    a, b = -1.2, 1.0
    expected = [[1200 * a * a - 400 * b + 2, -400 * a], [-400 * a, 200]]
    for row, exact in zip(hessian(rosenbrock)([a, b]), expected, strict=True):
        assert row == pytest.approx(exact, rel=1e-13)


def test_hessian_is_symmetric_and_that_of_mpmath() -> None:
    point = (0.7, -1.3, 2.1)
    found = hessian(bumpy)(list(point))
    for i, j in itertools.product(range(3), repeat=2):
        assert found[i][j] == pytest.approx(found[j][i], rel=1e-13)
        assert found[i][j] == pytest.approx(exact_derivative(exact_bumpy, point, (i, j)), rel=1e-12)


def test_hessian_by_several_arguments_has_a_block_for_each_pair() -> None:
    def f(x: Any, y: Any) -> Any:
        return x[0] * x[1] * y**2

    (xx, xy), (yx, yy) = hessian(f, (0, 1))([2.0, 3.0], 5.0)
    assert xx == [[0.0, 25.0], [25.0, 0.0]] == hessian(f)([2.0, 3.0], 5.0)
    assert (xy, yx, yy) == ([30.0, 20.0], [30.0, 20.0], 12.0)


def test_block_of_a_hessian_has_the_structure_of_the_first_argument_then_of_the_second() -> None:
    def f(x: Any, y: Any) -> Any:
        return x[0] * y[0] + 2.0 * x[0] * y[1] + 3.0 * x[1] * y[2]

    (_, xy), (yx, _) = hessian(f, (0, 1))([1.0, 1.0], [1.0, 1.0, 1.0])
    assert xy == [[1.0, 2.0, 0.0], [0.0, 0.0, 3.0]]
    assert yx == [[1.0, 0.0], [2.0, 0.0], [0.0, 3.0]]


@pytest.mark.parametrize("v", [(1.0, 0.0, 0.0), (0.0, -2.0, 0.5), (3.0, 1.0, -1.0)])
def test_hessian_vector_product_is_the_hessian_times_the_vector(v: tuple[float, ...]) -> None:
    x = [0.7, -1.3, 2.1]
    rows = hessian(bumpy)(x)
    expected = [math.fsum(map(float.__mul__, row, v)) for row in rows]
    assert hvp(bumpy, x, v) == pytest.approx(expected, rel=1e-12)


def test_hessian_vector_product_keeps_the_structure_and_takes_arrays() -> None:
    def f(x: Any) -> Any:
        return x[0][0] ** 2 * x[1][0]

    assert hvp(f, [[2.0], (5.0,)], [[1.0], (0.0,)]) == [[10.0], (4.0,)]
    assert hvp(f, np.array([[2.0], [5.0]]), np.array([[1.0], [0.0]])) == [[10.0], [4.0]]
    assert hvp(lambda x: x**3, 2.0, 10.0) == 120.0
    assert hvp(lambda x: 3.0 * x, 2.0, 10.0) == 0.0


def test_hessian_vector_product_does_not_form_the_hessian() -> None:
    size = 2000
    calls = []

    def f(x: Any) -> Any:
        calls.append(x)
        return autograd.sum([number**3 for number in x])

    assert hvp(f, [1.0] * size, [2.0] * size) == [12.0] * size
    assert len(calls) == 1


def test_vector_of_another_size_is_an_error_that_counts_both() -> None:
    with pytest.raises(ValueError, match="as many numbers in v as in x, received 1 for 2"):
        hvp(rosenbrock, [1.0, 2.0], [1.0])


# ---------------------------------------------------------- nesting, without confusion


def test_inner_derivative_does_not_see_the_outer_one() -> None:
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0) == 6.0


def test_inner_derivative_at_the_outer_x_does_not_see_other_uses_of_x() -> None:
    assert grad(lambda x: x * grad(lambda y: x + y)(x))(1.0) == 1.0
    assert grad(lambda x: grad(lambda y: x * y * y)(x))(3.0) == 12.0  # d/dx (2 x x)
    assert grad(lambda x: grad(lambda a, b: a * b**2)(x, x))(3.0) == 6.0  # d/dx x**2


def test_same_value_as_two_arguments_is_differentiated_as_one_of_them() -> None:
    x = Value(3.0)
    assert grad(lambda a, b: a * b**2)(x, x).data == 9.0
    assert grad(lambda a, b: a * b**2, 1)(x, x).data == 18.0
    assert grad(lambda a: a[0] * a[1] ** 2)([x, x])[1].data == 18.0


def test_inner_derivative_passes_on_what_it_depends_on_by_closure() -> None:
    # The inner function is called with a float, and still the derivative by the outer x is 1.
    assert grad(lambda x: grad(lambda y: x * y)(1.0))(2.0) == 1.0
    assert grad(lambda x: grad(lambda y: grad(lambda z: x * y * z)(1.0))(1.0))(2.0) == 1.0


def test_three_levels_mix_as_the_formula_says() -> None:
    # f(x) = x d/dy [y d/dz (x y z**2)] = x d/dy (2 x y**2 z) = 4 x**2 y z, at y = x, z = y.
    def f(x: Any) -> Any:
        return x * grad(lambda y: y * grad(lambda z: x * y * z**2)(y))(x)

    # Here z is y: y d/dz is 2 x y**3, whose derivative is 6 x y**2; times x at y = x, 6 x**4.
    assert f(2.0) == 96.0
    assert grad(f)(2.0) == 24.0 * 2.0**3


def test_derivative_of_newtons_iteration_goes_through_every_step() -> None:
    def root(a: Any) -> Any:
        x: Any = 1.0
        for _ in range(8):
            value, slope = value_and_grad(lambda x: x * x - a)(x)
            x = x - value / slope
        return x

    assert value_and_grad(root)(2.0) == pytest.approx((2**0.5, 0.5 * 2**-0.5), rel=1e-14)


# --------------------------------------------------- floats give floats, Values give Values


def test_values_in_give_values_out_that_are_connected() -> None:
    x = Value(2.0)
    value, first = value_and_grad(lambda x: x**3)(x)
    assert (type(value), value.data, type(first), first.data) == (Value, 8.0, Value, 12.0)
    (first * value).backward()  # 3 x**2 * x**3, whose derivative is 15 x**4
    assert x.grad == 240.0


def test_inner_node_in_gives_a_derivative_that_reaches_its_leaves() -> None:
    w = Value(3.0)
    first = grad(lambda x: x**3)(2.0 * w)
    first.backward()  # 3 (2 w)**2
    assert (first.data, w.grad) == (108.0, 72.0)


def test_one_value_among_the_inputs_makes_all_results_values() -> None:
    y = Value(5.0)
    by_x, by_y = grad(lambda x, y: x * y, (0, 1))(2.0, y)
    assert (by_x.data, by_y.data) == (5.0, 2.0)
    by_x.backward()
    assert y.grad == 1.0


def test_value_that_is_only_passed_on_makes_all_results_values_too() -> None:
    y = Value(5.0)
    gradient = grad(lambda x, y: x * y)(2.0, y)
    gradient.backward()
    assert (gradient.data, y.grad) == (5.0, 1.0)


def test_derivative_that_uses_parameters_can_train_them() -> None:
    w = Parameter(3.0)
    slope = grad(lambda x: w * w * x)(2.0)
    slope.backward()
    assert (slope.data, w.grad) == (9.0, 6.0)


def test_results_are_floats_when_all_that_went_in_is_floats() -> None:
    assert type(grad(lambda x: 2.0 * x)(3.0)) is float
    assert type(hessian(lambda x: x[0] ** 2)([3.0])[0][0]) is float
    assert type(hvp(lambda x: x**2, 3.0, 1.0)) is float


def test_arguments_are_left_as_they_were() -> None:
    x = Value(2.0, label="x")
    x.grad = 7.0
    hessian(lambda x: x**3)(x)
    assert (x.data, x.grad, x.has_grad, x.op, x.label) == (2.0, 7.0, False, None, "x")


def test_function_of_nothing_has_the_derivative_zero() -> None:
    assert grad(lambda _: 3.0)(2.0) == 0.0
    assert grad(lambda _: 3)([2.0, [1.0]]) == [0.0, [0.0]]
    assert grad(lambda x: x.data)(2.0) == 0.0
    assert grad(grad(lambda x: 3.0 * x))(2.0) == 0.0
    value, gradient = value_and_grad(lambda _: 3.0)(Value(2.0))
    assert (type(value), value.data, type(gradient), gradient.data) == (Constant, 3, Constant, 0)


def test_derivative_can_be_recomputed_for_another_value() -> None:
    x = Value(2.0)
    first = grad(lambda x: x**3)(x)
    x.data = -1.0
    first.recompute()
    assert first.data == 3.0


def test_minus_zero_stays_minus_zero() -> None:
    value, _ = value_and_grad(lambda x: x)(Value(-0.0))
    value.recompute()
    assert math.copysign(1.0, value.data) == -1.0


# --------------------------------------------------------------------- names and errors


def test_derivative_has_the_signature_of_the_function_and_a_name_that_says_what_it_is() -> None:
    def cost(weights: float, *, rate: float = 1.0) -> float:
        """Say what it costs."""
        return weights * rate

    for transform in (grad, value_and_grad, jacobian, hessian):
        derived = transform(cost)
        assert derived.__name__ == f"{transform.__name__}_of_cost"
        assert derived.__doc__ == f"The {transform.__name__} of cost."
        assert inspect.signature(derived) == inspect.signature(cost)
    assert grad(grad(cost)).__name__ == "grad_of_grad_of_cost"


def test_object_that_can_be_called_is_named_by_its_class() -> None:
    class Model:
        def __init__(self) -> None:
            self.layers = [Parameter(1.0)]

        def __call__(self, x: Any) -> Any:
            return x * x

    assert grad(Model()).__name__ == "grad_of_Model"
    assert not hasattr(grad(Model()), "layers")
    assert grad(Model())(3.0) == 6.0


@pytest.mark.parametrize("result", ["list", "tuple"])
def test_gradient_of_several_numbers_is_an_error_that_names_the_jacobian(result: str) -> None:
    def several(x: Any) -> Any:
        return [x, x] if result == "list" else (x, x)

    with pytest.raises(
        TypeError, match=f"expected several to return one number, received {result}; .*jacobian"
    ):
        grad(several)(1.0)


@pytest.mark.parametrize("bad", [None, "3", 1j, {1.0}])
def test_function_that_returns_no_number_is_an_error_that_says_what_came(bad: Any) -> None:
    def forgetful(_: Any) -> Any:
        return bad

    for transform in (grad, jacobian):
        with pytest.raises(
            TypeError,
            match="what forgetful returned has no derivative: expected a real number,"
            f" received {type(bad).__name__}",
        ):
            transform(forgetful)(1.0)


@pytest.mark.parametrize("bad", [None, "3", [1.0, "3"], {"x": "3"}])
def test_argument_that_is_no_number_is_an_error_that_says_what_came(bad: Any) -> None:
    with pytest.raises(TypeError, match="expected a real number, received"):
        grad(lambda x: x)(bad)


@pytest.mark.parametrize("transform", [grad, value_and_grad, jacobian, hessian])
def test_value_in_the_place_of_the_function_is_an_error_that_names_gradients(
    transform: Function,
) -> None:
    x = Value(3.0)
    with pytest.raises(TypeError, match=r"expected a function, received Value; .*gradients"):
        transform(x * x)


@pytest.mark.parametrize("argnums", [[0], 0.0, "x", (0, "x")])
def test_argnums_of_another_kind_are_an_error(argnums: Any) -> None:
    with pytest.raises(TypeError, match="expected argnums to be an int or a tuple of ints"):
        grad(lambda x: x, argnums)


@pytest.mark.parametrize("argnums", [2, -3, (0, 2)])
def test_argnums_beyond_the_arguments_are_an_error_that_counts_them(argnums: Any) -> None:
    def product(a: Any, b: Any) -> Any:
        return a * b

    with pytest.raises(TypeError, match=r"arguments of product at argnums=.*, received 2 pos"):
        grad(product, argnums)(1.0, 2.0)


def test_derivative_inside_no_grad_is_an_error_instead_of_zero() -> None:
    with no_grad(), pytest.raises(RuntimeError, match=r"no_grad\(\) is on"):
        grad(lambda x: x * x)(3.0)


def test_no_grad_inside_the_function_is_respected() -> None:
    def f(x: Any) -> Any:
        with no_grad():
            frozen = x * x
        return frozen * x

    assert grad(f)(3.0).data == 9.0


def test_error_inside_the_function_comes_out_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError):
        grad(lambda _: 1 / 0)(3.0)


# ------------------------------------------------------------------- large, and cleaned up


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="counts blocks of memory")
def test_call_leaves_nothing_alive() -> None:
    def calls() -> None:
        for order in ORDERS:
            derivative(lambda x: autograd.tanh(x) ** 2, (0,) * order)(0.5)
        hessian(bumpy)([0.7, -1.3, 2.1])
        hvp(bumpy, [0.7, -1.3, 2.1], [1.0, 2.0, 3.0])

    gc.collect()
    gc.disable()
    for _ in range(300):  # until Python's own store of freed objects is full
        calls()
    before = sys.getallocatedblocks()
    for _ in range(100):
        calls()
    assert sys.getallocatedblocks() < before + 100
    assert gc.collect() == 0
    gc.enable()


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="counts references")
def test_result_that_is_a_value_goes_with_its_last_name() -> None:
    x = Value(0.5)
    before = sys.getrefcount(x)
    first = grad(grad(lambda x: autograd.tanh(x) ** 2))(x)
    assert sys.getrefcount(x) > before
    del first
    assert sys.getrefcount(x) == before


def test_deep_graph_is_differentiated_without_recursion() -> None:
    def power(x: Any) -> Any:
        y = x
        for _ in range(20_000):
            y = y * x
        return y

    assert grad(power)(1.0) == 20_001.0
    assert grad(grad(power))(1.0) == 20_001.0 * 20_000.0


def test_inner_derivative_does_not_walk_what_its_argument_was_computed_from() -> None:
    # Each of a thousand steps has a derivative of its own: to walk the whole history each time
    # would be to visit millions of nodes.
    visited = 0

    def counted(output: Value) -> list[Value]:
        nonlocal visited
        order = walk(output)
        visited += len(order)
        return order

    walk = autograd.topological_order
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograd.functional.topological_order", counted)
        x: Any = Value(1.0)
        for _ in range(1000):
            x = x - 0.1 * grad(lambda x: x * x)(x)
    assert x.data == pytest.approx(0.8**1000, rel=1e-9)
    assert visited < 10_000


# ------------------------------------------------------------------------------ pictures


@pytest.mark.parametrize("name", sorted(TABLE))
def test_graph_of_a_derivative_can_be_drawn(name: str) -> None:
    _, points = EXACT[name]
    inputs = [Value(number, label=f"x{i}") for i, number in enumerate(points[-1])]
    for first in gradients(TABLE[name](*inputs), inputs):
        assert autograd.draw(first).source.startswith("digraph")


def test_picture_of_a_derivative_function_shows_its_argument() -> None:
    x = Value(0.5, label="the angle")
    picture = autograd.draw(grad(autograd.sin)(x))
    assert "the angle" in picture.source
    assert picture.pipe(format="svg")
