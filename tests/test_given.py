"""Numbers that were computed outside: recorded with derivatives of their own, and no others."""

import copy
import math
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Constant, Value, draw, explain, gradients, topological_order
from autograd.ops import TABLE


def safe_log(x: Value) -> Value:
    number = math.log(max(x.data, 1e-12))
    return Value(number, parents=(x,), partials=(1.0 / max(x.data, 1e-12),), op="safe_log")


def test_gradients_go_through_it_like_through_any_operation() -> None:
    x, w = Value(2.0), Value(3.0)
    y = safe_log(x) * w + x
    y.backward()
    assert y.data == math.log(2.0) * 3.0 + 2.0
    assert (x.grad, w.grad) == (3.0 * 0.5 + 1.0, math.log(2.0))


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_it_has_any_number_of_parents(count: int) -> None:
    inputs = tuple(Value(float(i)) for i in range(count))
    y = Value(7, "y", parents=inputs, partials=list(range(count)), op="f")
    assert (y.data, y.label, y.parents) == (7.0, "y", inputs)
    assert y.partials == tuple(map(float, range(count)))
    (y * 2.0).backward()
    assert [x.grad for x in inputs] == [2.0 * i for i in range(count)]


def test_it_is_drawn_and_explained_by_its_name() -> None:
    x = Value(2.0, label="x")
    y = safe_log(x) * 3.0
    y.label = "y"
    assert "safe_log" in draw(y).source
    assert "1.5" in str(explain(y, x))
    assert y.parents[0]._op == "safe_log"  # type: ignore[attr-defined]  # micrograd's name


def test_it_leaves_the_table_as_it_was_even_by_the_name_of_a_row() -> None:
    before = dict(TABLE)
    x = Value(0.5)
    y = Value(math.exp(0.5), parents=(x,), partials=(math.exp(0.5),), op="exp")
    assert before == TABLE
    assert y.op is not autograd.exp
    assert x.exp().op is autograd.exp


def pickled(y: Value) -> Any:
    return pickle.loads(pickle.dumps(y))  # noqa: S301  # our own


@pytest.mark.parametrize("again", [pickled, copy.deepcopy])
def test_copies_have_the_same_number_and_derivatives(again: Callable[[Value], Value]) -> None:
    y = again(safe_log(Value(2.0)) * 3.0)
    y.backward()
    assert y.data == math.log(2.0) * 3.0
    assert topological_order(y)[0].grad == 1.5


def test_what_nobody_knows_is_refused() -> None:
    x = Value(2.0)
    y = safe_log(x) * x
    with pytest.raises(TypeError, match=r"safe_log was computed outside.*have no derivative: w"):
        gradients(y, [x])
    y.recompute()  # at the numbers that it was computed at
    said = r"where its inputs were \[2.0\], and cannot be computed"
    for other in (1.0, 3.0):
        x.data = other
        with pytest.raises(TypeError, match=said):
            y.recompute()
    assert y.data == math.log(2.0) * 2.0


def test_derivatives_that_do_not_go_through_it_are_had_as_graphs() -> None:
    x, w = Value(2.0), Value(-3.0)
    y = safe_log(x) * (w * w).relu().sqrt()
    (by_w,) = gradients(y, [w])
    assert by_w.data == pytest.approx(-math.log(2.0))


def test_first_derivatives_of_functions_are_had_as_numbers() -> None:
    assert autograd.grad(lambda x: safe_log(x) * 3.0)(2.0) == 1.5


def test_no_grad_keeps_its_number_alone() -> None:
    with autograd.no_grad():
        y = safe_log(Value(2.0))
    assert (y.data, y.parents, y.op) == (math.log(2.0), (), None)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"parents": (Value(1.0),)}, "expected partials as a tuple, .* received NoneType"),
        ({"partials": (1.0,)}, "expected parents as a tuple, .* received NoneType"),
        ({"op": "f"}, "expected parents as a tuple, .* received NoneType"),
        ({"parents": Value(1.0), "partials": 1.0}, "expected parents as a tuple, .* Value"),
        ({"parents": (), "partials": ()}, "received 0 parents and 0 partials"),
        ({"parents": (Value(1.0),), "partials": (1.0, 2.0)}, "1 parents and 2 partials"),
        ({"parents": (2.0,), "partials": (1.0,)}, "expected Values as parents, received float: 2"),
        ({"parents": (Value(1.0),), "partials": ("a",)}, "expected a real number, received str"),
        ({"parents": (Value(1.0),), "partials": (1.0,), "op": 3}, "expected op as text .* 3"),
        ({"parents": (Value(1.0),), "partials": (1.0,), "op": ""}, "expected op as text .* ''"),
        (
            {"label": (Value(1.0),), "op": "sin"},
            r"received tuple: .* write Value\(number, parents=",
        ),
    ],
)
def test_what_does_not_fit_is_an_error_that_says_so(
    arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        Value(2.0, **arguments)


# ------------------------------------------------- habits from other scalar engines


def test_a_graph_can_be_walked_by_the_names_of_micrograd() -> None:
    x = Value(3.0)
    y = x * 2.0 + x
    assert y._prev == y._children == y.parents  # type: ignore[attr-defined]
    assert y._local_grads == y.partials == (1.0, 1.0)  # type: ignore[attr-defined]
    assert (x._prev, x._op) == ((), "")  # type: ignore[attr-defined]
    assert type(y._prev[0]._prev[1]) is Constant  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("made", "op"),
    [
        (lambda x: x + 1.0, "+"),
        (lambda x: 1.0 - x, "-"),
        (lambda x: x * x, "*"),
        (lambda x: x / 2.0, "/"),
        (lambda x: x**2, "**2"),
        (lambda x: x**-0.5, "**-0.5"),
        (lambda x: x**x, "pow"),
        (lambda x: x.relu(), "ReLU"),
        (lambda x: x.tanh(), "tanh"),
        (lambda x: x.exp(), "exp"),
        (lambda x: x.log(), "log"),
        (lambda x: -x, "neg"),
    ],
)
def test_operations_are_called_as_micrograd_calls_them(made: Any, op: str) -> None:
    node = made(Value(3.0))
    assert node._op == op
    for name in ("_op", "_prev", "_children", "_local_grads"):
        with pytest.raises(AttributeError, match=r"not to be set: for a number that was computed"):
            setattr(node, name, "w")


def test_the_operation_of_a_number_from_outside_is_one_and_knows_where_it_was_computed() -> None:
    x = Value(2.0)
    y = Value(math.sin(2.0), (x,), (math.cos(2.0),))
    x.data = 3.0  # before anybody asks
    assert y.op is not None
    assert y.op is y.op
    assert y.op.value(2.0) == math.sin(2.0)
    assert y.op.rules[0](y.data, 2.0) == math.cos(2.0)
    with pytest.raises(TypeError, match=r"where its inputs were \[2.0\]"):
        y.op.value(3.0)
    assert (y.parents, y.partials) == ((x,), (math.cos(2.0),))


def test_a_backward_pass_can_be_done_node_by_node_but_not_set() -> None:
    x = Value(3.0)
    square = x * x
    y: Any = square * 2.0 + square
    y.grad = 1.0
    for node in reversed(topological_order(y)):
        node._backward()  # type: ignore[attr-defined]
    assert (x.grad, square.grad) == (18.0, 3.0)
    with pytest.raises(AttributeError, match=r"write Value\(number, parents=\(x,\), partials="):
        y._backward = lambda: None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("m", r"keep numbers of your own beside .* m = dict.fromkeys\(parameters, 0.0\)"),
        ("velocity", "keep numbers of your own beside"),
        ("_vis_color", r"as in colors = {v: 'red'}"),
    ],
)
def test_attribute_of_the_users_own_is_an_error_that_says_what_to_do(
    name: str, message: str
) -> None:
    with pytest.raises(AttributeError, match=message):
        setattr(Value(1.0), name, 0.0)
    assert not hasattr(Value(1.0), name)


def test_gradients_are_cleared_by_a_number_and_data_are_updated_in_place() -> None:
    p = Value(1.0)
    (p * 3.0).backward()
    p.data -= 0.1 * p.grad
    assert p.data == 1.0 - 0.1 * 3.0
    p.grad = 0
    assert (p.grad, type(p.grad)) == (0.0, float)
    with pytest.raises(TypeError, match=r"received NoneType: None; a gradient is cleared by 0.0"):
        p.grad = None


def test_parents_and_partials_may_stand_in_the_order_of_microgpts_class() -> None:
    x, w = Value(2.0), Value(3.0)
    y = Value(math.sin(x.data), (x,), (math.cos(x.data),)) * Value(5.0, (w, x), (2.0, 1.0))
    y.backward()
    assert y.data == math.sin(2.0) * 5.0
    assert (x.grad, w.grad) == (math.cos(2.0) * 5.0 + math.sin(2.0), math.sin(2.0) * 2.0)
    assert y.parents[0].op is not None


@pytest.mark.parametrize("rest", [((),), ((), ()), ((), "")])
def test_no_parents_and_no_partials_in_that_order_are_a_leaf(rest: Any) -> None:
    leaf = Value(2.0, *rest)
    assert (leaf.data, leaf.label, leaf.op, leaf.parents) == (2.0, "", None, ())


@pytest.mark.parametrize("rest", [((Value(1.0),), (2.0,)), ((), ())])
def test_parents_are_not_given_twice(rest: Any) -> None:
    again: Any = {"parents": (Value(1.0),), "partials": (1.0,)}
    with pytest.raises(TypeError, match="expected label as text"):
        Value(2.0, *rest, **again)


@pytest.mark.parametrize("rest", [((1.0,), (2.0,)), ((Value(1.0),), ()), ((), (2.0,))])
def test_what_does_not_fit_in_that_order_is_refused(rest: Any) -> None:
    with pytest.raises(TypeError, match="expected"):
        Value(2.0, *rest)
