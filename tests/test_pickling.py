"""Pickling and copying graphs."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import TABLE, Constant, Parameter, Primitive, Value, gradients, topological_order

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
DEEP = 100_000


def pickled(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))  # noqa: S301  # just written


def pickled_by_plain_python(thing: Any) -> Any:
    """Copy by the pickler in Python, which reads ahead in the items of a list."""
    return pickle.loads(pickle._dumps(thing))  # type: ignore[attr-defined]  # noqa: S301


WAYS = [pickled, pickled_by_plain_python, copy.deepcopy]


def described(output: Value) -> list[tuple[Any, ...]]:
    """Return all facts of a graph, with each node given by its position."""
    order = topological_order(output)
    position = {node: i for i, node in enumerate(order)}
    return [
        (
            type(node),
            node.data,
            node.grad,
            node.has_grad,
            node.label,
            node.op,
            [position[parent] for parent in node.parents],
            node.partials,
        )
        for node in order
    ]


def graph() -> tuple[Parameter, Value, Value]:
    """Return a graph with one, two and many inputs, sharing, a constant, labels and gradients."""
    w, x = Parameter(0.5, label="w"), Value(3.0, label="x")
    inner = autograd.dot([w, x], [x, x], 1.0)
    inner.label = "inner"
    y = inner.tanh() * w + inner**2
    y.backward()
    return w, x, y


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_pickling_keeps_the_whole_graph(protocol: int) -> None:
    *_, y = graph()
    again = pickle.loads(pickle.dumps(y, protocol))  # noqa: S301  # just written
    assert again is not y
    assert described(again) == described(y)


@pytest.mark.parametrize("way", WAYS)
def test_copy_keeps_the_whole_graph(way: Callable[[Any], Any]) -> None:
    *_, y = graph()
    assert described(way(y)) == described(y)


@pytest.mark.parametrize("way", WAYS)
def test_copy_shares_no_node_with_its_original(way: Callable[[Any], Any]) -> None:
    *_, y = graph()
    again = way(y)
    assert set(topological_order(again)).isdisjoint(topological_order(y))
    again.parents[0].parents[0].data = 99.0
    again.recompute()
    assert described(y) == described(graph()[-1])


@pytest.mark.parametrize("way", WAYS)
def test_two_outputs_that_share_nodes_share_them_still(way: Callable[[Any], Any]) -> None:
    x = Value(3.0)
    shared = x * x
    first, second, x_again = way((shared + 1.0, shared * x, x))
    assert first.parents[0] is second.parents[0]
    assert second.parents[1] is x_again
    assert first.parents[0].parents == (x_again, x_again)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("backwards", [False, True])
def test_every_node_of_a_graph_can_be_in_the_same_list(
    way: Callable[[Any], Any], backwards: bool
) -> None:
    nodes = topological_order(graph()[-1])
    listed = nodes[::-1] if backwards else nodes
    again = way(listed)
    assert described(again[0 if backwards else -1]) == described(nodes[-1])
    assert set(again) == set(topological_order(again[0 if backwards else -1]))


@pytest.mark.parametrize("way", [*WAYS, copy.copy])
@pytest.mark.parametrize("kind", [Value, Parameter, Constant])
def test_class_label_and_gradient_of_a_leaf_are_kept(
    kind: type[Value], way: Callable[[Any], Any]
) -> None:
    leaf = kind(0.1, label="θ")
    leaf.grad, leaf.has_grad = 2.0, True
    again = way(leaf)
    assert again is not leaf
    assert type(again) is kind
    assert described(again) == described(leaf)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_node_of_every_row_is_kept(name: str) -> None:
    op = TABLE[name]
    start = 1.3 if name == "acosh" else 0.3
    y = op(*[Value(start + 0.1 * i) for i in range(op.arity or 3)])
    assert described(pickled(y)) == described(y)
    assert described(copy.deepcopy(y)) == described(y)
    assert pickled(op) is op
    assert copy.deepcopy(op) is op


def test_shallow_copy_has_the_same_parents() -> None:
    *_, y = graph()
    again = copy.copy(y)
    assert again is not y
    assert again.parents == y.parents
    assert (again.data, again.grad, again.op, again.partials) == (y.data, y.grad, y.op, y.partials)


@pytest.mark.parametrize("way", WAYS)
def test_gradients_continue_to_work_in_a_copy(way: Callable[[Any], Any]) -> None:
    w, x, y = graph()
    w_again, x_again, y_again = way((w, x, y))
    for output in (y, y_again):
        output.backward()
    assert (w_again.grad, x_again.grad) == (w.grad, x.grad)
    assert gradients(y_again, [x_again])[0].data == gradients(y, [x])[0].data
    x_again.data = x.data = -1.0
    y_again.recompute()
    y.recompute()
    assert described(y_again) == described(y)


@pytest.mark.parametrize("way", WAYS)
def test_original_works_as_before_when_it_has_been_copied(way: Callable[[Any], Any]) -> None:
    w, x, y = graph()
    before = (w.grad, x.grad)
    way((y, x, y.parents))
    y.backward()
    assert (w.grad, x.grad) == (2 * before[0], 2 * before[1])


# The picklers take the items of a list in batches of a thousand: graphs of about that size.
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", [998, 999, 1000, 1001, 2001])
def test_graph_as_large_as_a_batch_of_the_pickler_is_kept(
    way: Callable[[Any], Any], size: int
) -> None:
    y = x = Value(1.0)
    for _ in range(size):
        y = y * x
    assert described(way(y)) == described(y)


@pytest.mark.parametrize("way", [pickled, copy.deepcopy])
def test_deep_chain_is_copied(way: Callable[[Any], Any]) -> None:
    y = x = Value(1.0, label="x")
    for _ in range(DEEP):
        y = y + x
    again = way(y)
    order = topological_order(again)
    assert len(order) == DEEP + 1
    again.backward()
    assert (order[0].label, order[0].grad, again.data) == ("x", DEEP + 1.0, DEEP + 1.0)


def test_operation_that_is_unknown_where_it_is_loaded_is_an_error_that_names_it() -> None:
    name = "row_of_another_program"
    op = Primitive(name, "?", lambda a: a, (lambda _y, _a: 1.0,), "a")
    try:
        written = pickle.dumps(op(Value(1.0)))
    finally:
        del TABLE[name]
    with pytest.raises(KeyError, match=f"unknown operation: '{name}'"):
        pickle.loads(written)  # noqa: S301  # just written


class Unpicklable(str):
    """A label that fails to be copied."""

    __slots__ = ()

    def __reduce_ex__(self, _protocol: Any) -> Any:
        raise RuntimeError("not to be copied")


@pytest.mark.parametrize("way", WAYS)
def test_error_while_copying_leaves_the_graph_usable(way: Callable[[Any], Any]) -> None:
    x = Value(2.0)
    middle = x * 3.0
    middle.label = Unpicklable("middle")
    y = middle * middle + x
    with pytest.raises(RuntimeError, match="not to be copied") as info:
        way(y)
    # While the error lives, its traceback lives, and all objects in the traceback's frames: in a
    # notebook, until the next error.
    assert info.value
    y.backward()
    assert x.grad == 37.0
    middle.label = ""
    assert described(way(y)) == described(y)


def test_deep_chain_can_be_copied_while_an_error_of_before_lives() -> None:
    y = x = Value(1.0)
    for _ in range(5000):
        y = y + x
    inner = y.parents[0]
    inner.label = Unpicklable("last but one")
    with pytest.raises(RuntimeError, match="not to be copied") as info:
        copy.deepcopy(y)
    assert info.value
    inner.label = ""
    for node in (y, inner):
        assert described(copy.deepcopy(node)) == described(node)
        assert described(pickled(node)) == described(node)
