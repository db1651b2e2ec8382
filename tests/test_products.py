"""jvp and vjp, what is handed on beside a derivative, and arguments given by name."""

import math
import random
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd
from autograd import Parameter, Value, grad, hessian, jacobian, jvp, value_and_grad, vjp
from autograd.codegen.backends import BACKENDS
from autograd.trees import flatten


def mixed(x: Any, y: Any) -> Any:
    """Two arguments, and three numbers in a structure."""
    return [x[0] * y["a"], (autograd.sin(x[1]) / y["b"], autograd.exp(x[0] * x[1]) + 4.0)]


POINT: tuple[Any, ...] = ([0.7, -1.3], {"a": 2.0, "b": 0.4})
NUMBERS = (0.7, -1.3, 2.0, 0.4)


def exact_rows() -> list[list[float]]:
    """The derivatives of `mixed`, written out by hand."""
    p, q, a, b = NUMBERS
    return [
        [a, 0.0, p, 0.0],
        [0.0, math.cos(q) / b, 0.0, -math.sin(q) / b**2],
        [q * math.exp(p * q), p * math.exp(p * q), 0.0, 0.0],
    ]


def flat(structure: Any) -> list[float]:
    return flatten(structure)


def test_jvp_is_the_jacobian_times_the_tangents() -> None:
    value, rates = jvp(mixed, POINT, ([1.0, 10.0], {"a": 100.0, "b": 1000.0}))
    assert value == mixed(*POINT)
    v = (1.0, 10.0, 100.0, 1000.0)
    expected = [math.fsum(map(float.__mul__, row, v)) for row in exact_rows()]
    assert flat(rates) == pytest.approx(expected, rel=1e-14)
    assert (type(rates), type(rates[1])) == (list, tuple)
    assert {type(number) for number in flat((value, rates))} == {float}


def test_vjp_is_the_vector_times_the_jacobian() -> None:
    value, pull_back = vjp(mixed, *POINT)
    assert value == mixed(*POINT)
    for u in ((1.0, 10.0, 100.0), (0.0, 1.0, 0.0)):
        found = pull_back([u[0], (u[1], u[2])])
        expected = [math.fsum(map(float.__mul__, c, u)) for c in zip(*exact_rows(), strict=True)]
        assert flat(found) == pytest.approx(expected, rel=1e-14)
        assert (type(found), type(found[0]), type(found[1])) == (tuple, list, dict)
        assert {type(number) for number in flat(found)} == {float}


def test_both_agree_with_the_jacobian_of_random_functions_to_rounding() -> None:
    chance = random.Random(1)  # noqa: S311  # no secret
    for _ in range(20):
        weights = [[chance.uniform(-1, 1) for _ in range(3)] for _ in range(4)]
        x, v = ([chance.uniform(-1, 1) for _ in range(3)] for _ in range(2))

        def f(x: Any, weights: Any = weights) -> Any:
            return [autograd.tanh(autograd.dot(row, x)) * autograd.norm(x) for row in weights]

        rows = jacobian(f)(x)
        _, rates = jvp(f, (x,), (v,))
        assert rates == pytest.approx(
            [math.fsum(map(float.__mul__, r, v)) for r in rows], rel=1e-13, abs=1e-15
        )
        for i in range(4):
            (row,) = vjp(f, x)[1]([float(i == j) for j in range(4)])
            assert row == pytest.approx(rows[i], rel=1e-13)


def test_a_number_in_and_a_number_out_need_no_structure() -> None:
    assert jvp(lambda x: x**3, (2.0,), (10.0,)) == (8.0, 120.0)
    assert jvp(lambda x: x**3, [2], [10]) == (8.0, 120.0)
    value, pull_back = vjp(lambda x: x**3, 2.0)
    assert (value, pull_back(10.0), pull_back(np.float64(1.0))) == (8.0, (120.0,), (12.0,))


def test_what_does_not_depend_on_the_arguments_does_not_move() -> None:
    assert jvp(lambda _: [3.0, 4.0], (2.0,), (1.0,)) == ([3.0, 4.0], [0.0, 0.0])
    assert vjp(lambda _: 3.0, 2.0)[1](5.0) == (0.0,)
    assert jvp(lambda _: [], (2.0,), (1.0,)) == ([], [])
    assert vjp(lambda _: [], 2.0)[1]([]) == (0.0,)


def test_a_number_that_was_not_chosen_does_not_move_the_result() -> None:
    def root(x: Any) -> Any:
        return autograd.where(autograd.greater(x, 0.0), autograd.sqrt(x), 0.0)

    assert jvp(root, (-1.0,), (1.0,)) == (0.0, 0.0)
    assert vjp(root, -1.0)[1](1.0) == (0.0,)


def test_second_derivatives_by_one_product_within_another() -> None:
    def f(x: Any) -> Any:
        return x[0] ** 2 * x[1]

    x, v = [2.0, 5.0], [1.0, -3.0]
    expected = [2.0 * 5.0 - 3.0 * 2.0 * 2.0, 2.0 * 2.0]
    assert jvp(grad(f), (x,), (v,)) == ([20.0, 4.0], expected)
    assert grad(lambda x: jvp(f, (x,), (v,))[1])(x) == expected
    assert vjp(lambda x: vjp(f, x)[1](1.0)[0], x)[1](v) == (expected,)
    assert jvp(lambda x: jvp(lambda y: x * y**2, (3.0,), (1.0,))[1], (5.0,), (1.0,)) == (30.0, 6.0)


def test_values_that_take_part_make_results_values() -> None:
    w = Parameter(3.0)
    value, rate = jvp(lambda x: w * x**2, (2.0,), (1.0,))
    assert (value.data, rate.data) == (12.0, 12.0)
    rate.backward()
    assert w.grad == 4.0
    x, v, u = Value(2.0), Value(10.0), Value(7.0)
    _, rate = jvp(lambda x: x**3, (x,), (v,))
    rate.backward()  # 3 x**2 v
    assert (rate.data, x.grad, v.grad) == (120.0, 120.0, 12.0)
    (pulled,) = vjp(lambda x: x**3, 2.0)[1](u)
    pulled.backward()
    assert (pulled.data, u.grad) == (84.0, 12.0)


@pytest.mark.parametrize("backend", BACKENDS)
def test_both_can_be_compiled(backend: str) -> None:
    forward = autograd.compile(lambda x, v: jvp(mixed, (x, POINT[1]), (v, {"a": 0.0, "b": 0.0})))
    assert flat(forward([0.7, -1.3], [1.0, 10.0])) == pytest.approx(
        flat(jvp(mixed, POINT, ([1.0, 10.0], {"a": 0.0, "b": 0.0}))), rel=1e-14
    )
    back = autograd.compile(lambda x, u: vjp(lambda x: x**3, x)[1](u), backend=backend)
    assert back(2.0, 10.0) == (120.0,)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: jvp(math.prod, ([1.0, 2.0],), ([1.0],)), "in tangents as in primals.* 1 for 2"),
        (lambda: vjp(lambda x: [x, x], 1.0)[1]([1.0]), r"in pull_back as in what .*, received 1"),
    ],
)
def test_another_number_of_numbers_is_an_error_that_counts_both(
    call: Callable[[], Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_arguments_that_are_not_listed_are_an_error_that_says_how() -> None:
    with pytest.raises(
        TypeError, match=r"primals as a tuple of arguments, received float; .*\(x,\)"
    ):
        jvp(lambda x: x, 1.0, (1.0,))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"tangents as a tuple of arguments, received float"):
        jvp(lambda x: x, (1.0,), 1.0)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="expected a function, received Value"):
        vjp(Value(1.0), 1.0)  # type: ignore[arg-type]


# ---------------------------------------------------------------------- what is handed on


class Aux(NamedTuple):
    prediction: Any
    name: str


def with_aux(x: Any) -> Any:
    return (x[0] * 3.0 - x[1]) ** 2, {"aux": Aux(x[0] * 3.0, "here"), "plain": [1, None]}


HANDED_ON = {"aux": Aux(6.0, "here"), "plain": [1, None]}


def test_what_a_function_hands_on_comes_beside_the_derivative() -> None:
    x, gradient = [2.0, 5.0], [6.0, -2.0]
    assert grad(with_aux, has_aux=True)(x) == (gradient, HANDED_ON)
    assert value_and_grad(with_aux, has_aux=True)(x) == ((1.0, HANDED_ON), gradient)
    assert jacobian(with_aux, has_aux=True)(x) == (gradient, HANDED_ON)
    assert hessian(with_aux, has_aux=True)(x) == ([[18.0, -6.0], [-6.0, 2.0]], HANDED_ON)
    assert grad(with_aux, (0,), has_aux=True)(x) == ((gradient,), HANDED_ON)
    assert hessian(with_aux, (0,), has_aux=True)(x)[1] == HANDED_ON
    value, pull_back, aux = vjp(with_aux, x, has_aux=True)
    assert (value, pull_back(2.0), aux) == (1.0, ([12.0, -4.0],), HANDED_ON)
    assert jvp(with_aux, (x,), ([1.0, 1.0],), has_aux=True) == (1.0, 4.0, HANDED_ON)
    aux = grad(with_aux, has_aux=True)(x)[1]
    assert type(aux["aux"]) is Aux
    assert type(aux["aux"].prediction) is float


def test_things_that_are_no_numbers_are_handed_on_as_they_are() -> None:
    thing, array, other = object(), np.array([1.0, 2.0]), Value(3.0)
    _, aux = grad(lambda x: (x * x, [thing, array, other]), has_aux=True)(2.0)
    assert [a is b for a, b in zip(aux, (thing, array, other), strict=True)] == [True] * 3


def test_what_is_handed_on_is_connected_where_values_take_part() -> None:
    x = Value(2.0)
    gradient, aux = grad(lambda x: (x**3, x * 5.0), has_aux=True)(x)
    (gradient * aux).backward()  # 3 x**2 * 5 x
    assert (aux.data, x.grad) == (10.0, 180.0)
    inner = grad(lambda x: grad(lambda y: (x * y**2, x * y), has_aux=True)(x)[1])
    assert inner(3.0) == 6.0  # d/dx (x x): what is handed on is a function of x as well


@pytest.mark.parametrize("bad", [1.0, (1.0,), (1.0, 2.0, 3.0), [1.0, 2.0]])
def test_a_function_that_returns_no_pair_is_an_error(bad: Any) -> None:
    def f(_: Any) -> Any:
        return bad

    for call in (
        lambda: grad(f, has_aux=True)(1.0),
        lambda: vjp(f, 1.0, has_aux=True),
        lambda: jvp(f, (1.0,), (1.0,), has_aux=True),
    ):
        with pytest.raises(TypeError, match=rf"expected f to return a pair.*{type(bad).__name__}"):
            call()


def test_a_pair_without_has_aux_is_an_error_that_names_it() -> None:
    with pytest.raises(TypeError, match="say has_aux=True"):
        grad(lambda x: (x, "aux"[:0] or x))(1.0)


# -------------------------------------------------------------------------- arguments by name


def weighted(weights: Any, x: Any, *, power: float = 1.0, offset: Any = 0.0) -> Any:
    return (weights[0] * x + weights[1]) ** power + offset


def test_an_argument_by_its_name_is_the_one_at_its_position() -> None:
    for transform in (grad, value_and_grad, jacobian, hessian):
        expected = transform(weighted)([3.0, 1.0], 2.0, power=2.0)
        assert transform(weighted)([3.0, 1.0], power=2.0, x=2.0) == expected
        assert transform(weighted)(x=2.0, weights=[3.0, 1.0], power=2.0) == expected
        both = transform(weighted, (1, 0))([3.0, 1.0], x=2.0, power=2.0)
        assert both == transform(weighted, (1, 0))([3.0, 1.0], 2.0, power=2.0)
    assert grad(weighted)(x=2.0, weights=[3.0, 1.0], power=2.0) == [28.0, 14.0]
    assert grad(weighted, 1)(weights=[3.0, 1.0], power=2.0, x=2.0) == 42.0


def test_derivatives_of_derivatives_take_names_too() -> None:
    assert grad(grad(lambda x: x**3))(x=2.0) == 12.0
    assert grad(lambda y: grad(lambda x, y: x**2 * y)(x=3.0, y=y))(y=5.0) == 6.0


def test_values_among_the_named_arguments_make_results_values() -> None:
    offset = Value(5.0)
    value, gradient = value_and_grad(weighted)([3.0, 1.0], x=2.0, offset=offset)
    assert (value.data, [number.data for number in gradient]) == (12.0, [2.0, 1.0])


def test_an_argument_that_is_missing_is_an_error_that_says_what_came() -> None:
    with pytest.raises(
        TypeError, match="of weighted at argnums=1, received 1 positional arguments and power by"
    ):
        grad(weighted, 1)([3.0, 1.0], power=2.0)
    with pytest.raises(TypeError, match="of weighted at argnums=2, received 2 positional"):
        grad(weighted, 2)([3.0, 1.0], 2.0, power=2.0)
