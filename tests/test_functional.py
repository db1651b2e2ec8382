"""gradients: derivatives that are graphs."""

import itertools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import mpmath
import numpy as np
import pytest
from mpmath import mp

import autograd
from autograd import (
    Constant,
    Value,
    dot,
    grad,
    gradients,
    greater,
    maximum,
    topological_order,
    where,
)
from autograd.worked_example import STUDENTS, build


def derivatives(y: Value, x: Value, orders: int) -> list[float]:
    """Return the numbers of `y` and of its derivatives by `x`, up to that order."""
    numbers = [y.data]
    for _ in range(orders):
        (y,) = gradients(y, [x])
        numbers.append(y.data)
    return numbers


def test_square_at_zero_has_one_derivative_that_is_not_zero() -> None:
    # With the exponent differentiated too, the second derivative would meet log(0).
    x = Value(0.0)
    assert derivatives(x**2, x, 4) == [0.0, 0.0, 2.0, 0.0, 0.0]


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("at", [0.0, -2.0])
def test_derivatives_of_a_power_of_any_order_are_exact(at: float, exponent: int) -> None:
    x = Value(at)
    expected = [
        math.perm(exponent, order) * at ** max(exponent - order, 0) for order in range(exponent + 3)
    ]
    assert derivatives(x**exponent, x, exponent + 2) == expected


@pytest.mark.parametrize(
    ("function", "exact"),
    [
        (lambda x: x.exp() * autograd.sin(x), lambda x: mp.exp(x) * mp.sin(x)),
        (lambda x: x.tanh() / x, lambda x: mp.tanh(x) / x),
        (lambda x: (x * x + 1.0).log() ** 3, lambda x: mp.log(x * x + 1) ** 3),
        (lambda x: x**x, lambda x: x**x),
        (
            lambda x: autograd.logsumexp([x, x * x, 1.0]),
            lambda x: mp.log(mp.exp(x) + mp.exp(x * x) + mp.e),
        ),
        (
            lambda x: autograd.softmax([x * x, x, 2.0])[1],
            lambda x: mp.exp(x) / (mp.exp(x * x) + mp.exp(x) + mp.exp(2)),
        ),
    ],
    ids=["product", "quotient", "composition", "power", "logsumexp", "softmax"],
)
def test_derivatives_up_to_the_fourth_order_are_those_of_mpmath(
    function: Callable[[Value], Value], exact: Callable[[Any], Any]
) -> None:
    x = Value(0.7)
    with mp.workdps(60):
        expected = [float(mpmath.diff(exact, mp.mpf(0.7), order)) for order in range(5)]
    assert derivatives(function(x), x, 4) == pytest.approx(expected, rel=1e-11)


def test_mixed_partial_derivatives_are_symmetric() -> None:
    a, b, c = inputs = [Value(0.7), Value(-1.3), Value(2.1)]
    y = (a * b).exp() * c + autograd.dot([a, b], [b, c], c).tanh() / c
    hessian = [[node.data for node in gradients(first, inputs)] for first in gradients(y, inputs)]
    for i, j in itertools.combinations(range(3), 2):
        assert hessian[i][j] == pytest.approx(hessian[j][i], rel=1e-13)
        assert hessian[i][j] != 0.0


def test_derivative_by_a_node_that_is_not_in_the_graph_is_zero() -> None:
    x, other = Value(3.0), Value(3.0)
    y = x * x
    by_x, by_other = gradients(y, [x, other])
    assert (by_x.data, by_other.data) == (6.0, 0.0)
    assert type(by_other) is Constant


def test_derivative_by_what_was_computed_from_the_output_is_zero() -> None:
    x = Value(3.0)
    y = x * x
    assert gradients(x, [y])[0].data == 0.0


def test_derivative_of_a_node_by_itself_is_one() -> None:
    x = Value(3.0)
    y = x * x
    assert [node.data for node in gradients(y, [y, x])] == [1.0, 6.0]
    assert gradients(x, [x])[0].data == 1.0


def test_inputs_may_be_inner_nodes_or_none_or_given_twice() -> None:
    x = Value(3.0)
    square = x * x
    y = square * x
    assert [node.data for node in gradients(y, [square, x, square])] == [3.0, 27.0, 3.0]
    assert gradients(y, []) == []


def test_gradients_agree_with_backward_on_the_worked_example() -> None:
    for student in STUDENTS:
        nodes = build(student)
        cost = nodes["cost"]
        graphs = gradients(cost, list(nodes.values()))
        cost.backward()
        for (name, node), graph in zip(nodes.items(), graphs, strict=True):
            assert graph.data == pytest.approx(node.grad, rel=1e-13), name


def test_gradients_leave_the_graph_and_its_gradients_alone() -> None:
    x = Value(3.0)
    y = x * x
    y.backward()
    gradients(y, [x])
    assert topological_order(y) == [x, y]
    assert (x.grad, y.grad, x.data, y.data) == (6.0, 1.0, 3.0, 9.0)


def test_gradients_can_be_filled_in_by_backward_of_a_derivative() -> None:
    x = Value(2.0)
    (first,) = gradients(x**3, [x])
    (first * first).backward()
    assert x.grad == 2 * 12.0 * 12.0


def test_derivative_can_be_recomputed_after_a_leaf_has_changed() -> None:
    x = Value(2.0)
    (first,) = gradients(x**3 + x.exp(), [x])
    x.data = -1.0
    first.recompute()
    assert first.data == pytest.approx(3.0 + math.exp(-1.0), rel=1e-15)


@pytest.mark.parametrize(
    ("function", "right", "left"),
    [
        (autograd.relu, 1.0, 0.0),
        (autograd.abs, 1.0, -1.0),
        (autograd.leaky_relu, 1.0, 0.01),
        (lambda x: autograd.maximum(x, -x), 1.0, -1.0),
        (lambda x: autograd.minimum(x, -x), -1.0, 1.0),
        (lambda x: autograd.where(autograd.greater(x, 0.0), 3.0 * x, x * x), 3.0, -4.0),
    ],
    ids=["relu", "abs", "leaky_relu", "maximum", "minimum", "where"],
)
def test_recomputed_derivative_changes_sides_with_its_leaf(
    function: Callable[[Value], Value], right: float, left: float
) -> None:
    x = Value(2.0)
    (derivative,) = gradients(function(x), [x])
    assert derivative.data == right
    x.data = -2.0
    derivative.recompute()
    assert derivative.data == left
    x.data = 2.0
    derivative.recompute()
    assert derivative.data == right


def test_recomputed_derivative_of_x_to_a_variable_power_finds_the_zero_exponent() -> None:
    x, power = Value(2.0), Value(3.0)
    (derivative,) = gradients(x**power, [x])
    x.data, power.data = 0.0, 0.0
    derivative.recompute()
    assert derivative.data == 0.0


def test_factor_of_one_makes_no_node() -> None:
    a, b = Value(2.0), Value(3.0)
    y = (a + b) * b
    (derivative,) = gradients(y, [a])
    assert derivative is b


def test_constants_stay_constants_in_a_derivative() -> None:
    x = Value(-4.0)
    (first,) = gradients(3.0 * x**2, [x])
    (second,) = gradients(first, [x])
    assert (first.data, second.data) == (-24.0, 6.0)


def test_deep_graph_is_differentiated_without_recursion() -> None:
    x = y = Value(1.0)
    for _ in range(20_000):
        y = y * x
    (derivative,) = gradients(y, [x])
    assert derivative.data == 20_001.0


class Family(NamedTuple):
    """A structure whose fields are called as those of nodes are."""

    parents: Any
    op: Any


def test_a_structure_is_one_whatever_its_fields_are_called() -> None:
    point = Family(2.0, [3.0, 4.0])
    found = grad(lambda p: p.parents * p.op[0] * p.op[1])(point)
    assert found == Family(12.0, [8.0, 6.0])
    assert type(found) is Family
    jacobian = autograd.jacobian(lambda x: Family(2.0 * x, [x * x, x]))(3.0)
    assert jacobian == Family(2.0, [6.0, 1.0])
    compiled = autograd.compile(lambda p: p.parents * p.op[0] * p.op[1])
    assert compiled.value_and_grad(point) == (24.0, found)


def test_gradients_of_a_dict_come_in_the_order_of_the_dict() -> None:
    first_key = autograd.compile(lambda p: next(iter(p.values())) ** 2, backend="python")
    for point in ({"a": 1.0, "b": 2.0}, {"b": 2.0, "a": 1.0}, {"a": 1.0, "b": 2.0}):
        expected = autograd.value_and_grad(lambda p: next(iter(p.values())) ** 2)(point)
        found = first_key.value_and_grad(point)
        assert found == expected
        assert list(found[1]) == list(point)


def test_positions_of_any_kind_of_whole_number_are_taken_and_bools_refused() -> None:
    def product(a: float, b: float) -> float:
        return a * b

    second: Any = np.int64(1)
    assert autograd.grad(product, second)(2.0, 3.0) == 2.0
    assert autograd.compile(product, second, backend="python").grad(2.0, 3.0) == 2.0
    takers: list[Any] = [autograd.grad, autograd.compile]
    for take in takers:
        with pytest.raises((TypeError, ValueError), match="argnums"):
            take(product, True)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x.relu() * -2.0,
        lambda x: x * x * -3.0,
        lambda x: -x * 0.0,
        lambda x: x.relu().sqrt(),
        lambda x: where(greater(x, 0.0), x.sqrt(), 0.0),
        lambda x: maximum(x, 0.0, -x) / x,
        lambda x: dot([x, 2.0], [x, x], 1.0) - 1,
        lambda x: sum([x, 1, x.tanh().exp()]),
        lambda x: 3.0,  # noqa: ARG005  # it is what is tested
        lambda x: x,
    ],
)
@pytest.mark.parametrize("point", [2.0, -2.0, 0.0, -0.0, math.inf, -math.inf, math.nan, 1e-320])
def test_derivative_found_without_a_graph_is_that_of_the_graph_with_its_sign(
    function: Callable[[Any], Any], point: float
) -> None:
    x = Value(point)
    output = function(x)
    (expected,) = gradients(output if isinstance(output, Value) else Constant(output), [x])
    found = grad(function)(point)
    assert type(found) is float
    assert repr(found) == repr(expected.data)


def test_derivative_without_a_graph_leaves_a_constant_of_the_function_as_it_was() -> None:
    two = Constant(2.0)
    assert grad(lambda x: x * two + two)(3.0) == 2.0
    assert (two.grad, two.has_grad, two.data) == (0.0, False, 2.0)


def test_parameters_of_the_function_make_its_derivative_a_graph_as_before() -> None:
    w = Value(2.0)
    found = grad(lambda x: x * x * w)(3.0)
    assert isinstance(found, Value)
    assert (found.data, w.grad, w.has_grad) == (12.0, 0.0, False)
