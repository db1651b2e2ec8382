"""Walks over a graph: its edges, the reverse sweep; and label, which names its nodes."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Value, label, topological_order, walks
from autograd.walks import Edge, Graph, between, edges_between, pull_back
from autograd.worked_example import STUDENTS, build

Pairs = dict[Value, list[tuple[Value, float]]]


def pairs(graph: Graph) -> Pairs:
    """Return for each node its parents, each with the derivative by that parent."""
    for node, found in graph.items():
        assert all(edge.child is node for edge in found)
    return {node: [(e.parent, e.derivative) for e in found] for node, found in graph.items()}


def edges(output: Value) -> Graph:
    return walks.edges(topological_order(output))


def labelled(output: Value) -> Graph:
    order = topological_order(output)
    return edges_between([node for node in order if node.label or node is output], order)


def ends(found: set[Edge]) -> set[tuple[Value, Value]]:
    return {(edge.parent, edge.child) for edge in found}


# ------------------------------------------------------------------------------ label


def test_label_names_values_by_keyword() -> None:
    a, b = Value(2.0), Value(3.0)
    label(first=a, _second=b)
    assert (a.label, b.label) == ("first", "_second")


def test_label_names_the_values_of_locals() -> None:
    a = Value(2.0)
    b = a * 3.0
    unrelated = "text"
    label(locals())
    assert (a.label, b.label, unrelated) == ("a", "b", "text")


def test_label_leaves_names_with_an_underscore_alone() -> None:
    a, b = Value(2.0), Value(3.0)
    label({"_a": a, "__": b})
    assert (a.label, b.label) == ("", "")


def test_label_from_a_mapping_keeps_labels_that_are_there() -> None:
    a = Value(2.0, label="weight")
    label({"a": a})
    assert a.label == "weight"


def test_label_by_keyword_replaces_labels_that_are_there() -> None:
    a = Value(2.0, label="weight")
    label(bias=a)
    assert a.label == "bias"


def test_value_of_two_names_is_labelled_with_the_first() -> None:
    a = Value(2.0)
    label({"first": a, "second": a})
    assert a.label == "first"


def test_keyword_goes_before_the_mapping() -> None:
    a, b = Value(2.0), Value(3.0)
    label({"a": a, "b": b}, b=a)
    assert (a.label, b.label) == ("b", "b")


def test_label_of_nothing_does_nothing() -> None:
    label()
    label({})


def test_keyword_that_is_no_value_is_an_error_and_nothing_is_labelled() -> None:
    a = Value(2.0)
    with pytest.raises(TypeError, match=r"^expected a Value to name 'b', received float$"):
        label({"a": a}, a=a, b=3.0)  # type: ignore[arg-type]
    assert a.label == ""


# ------------------------------------------------------------------------------ edges


def test_edges_are_each_nodes_parents_and_local_derivatives() -> None:
    a, b = Value(2.0), Value(3.0)
    c = a * b
    d = autograd.sum([c, a, c])
    assert pairs(edges(d)) == {
        a: [],
        b: [],
        c: [(a, 3.0), (b, 2.0)],
        d: [(c, 1.0), (a, 1.0), (c, 1.0)],
    }


def test_edges_come_in_topological_order() -> None:
    *_, y = diamond()
    assert list(edges(y)) == topological_order(y)


# --------------------------------------------------------------------- edges_between


def diamond() -> tuple[Value, Value]:
    """A labelled x and y with two paths between them through unlabelled nodes."""
    x = Value(2.0, label="x")
    top = x * 3.0
    y = (top * top) * (top + 1.0)
    y.label = "y"
    return x, y


def derivative_by_chaining(graph: Graph, output: Value, leaf: Value) -> float:
    """The chain rule over the edges of `graph` alone."""
    gradient = dict.fromkeys(graph, 0.0)
    gradient[output] = 1.0
    for node in reversed(graph):
        for edge in graph[node]:
            gradient[edge.parent] += edge.derivative * gradient[node]
    return gradient[leaf]


def test_diamond_between_labels_adds_both_paths() -> None:
    x, y = diamond()
    y.backward()
    assert pairs(labelled(y)) == {x: [], y: [(x, 360.0)]}
    assert x.grad == 360.0


def test_labels_in_between_stop_an_edge() -> None:
    x = Value(2.0, label="x")
    middle = (x * 3.0) + 1.0
    middle.label = "middle"
    y = (middle * middle) * 0.5
    assert pairs(labelled(y)) == {x: [], middle: [(x, 3.0)], y: [(middle, 7.0)]}


def test_path_past_a_label_is_kept_beside_the_path_through_it() -> None:
    x = Value(2.0, label="x")
    middle = x * 3.0
    middle.label = "middle"
    y = middle * 5.0 + x * 7.0
    graph = labelled(y)
    assert pairs(graph) == {x: [], middle: [(x, 3.0)], y: [(x, 7.0), (middle, 5.0)]}
    assert derivative_by_chaining(graph, y, x) == 22.0


def test_unlabelled_output_is_shown_and_other_unlabelled_nodes_are_not() -> None:
    x, unnamed = Value(2.0, label="x"), Value(3.0)
    y = x * unnamed + 4.0
    assert pairs(labelled(y)) == {x: [], y: [(x, 3.0)]}


def test_path_whose_derivative_is_zero_is_an_edge_still() -> None:
    x = Value(-2.0, label="x")
    y = x.relu() * 3.0
    assert pairs(labelled(y))[y] == [(x, 0.0)]


@pytest.mark.parametrize("names", ["w1", "w1 z1", "w1 g1", "w1 g1 y_pred", "w1 z1 g1 y_pred cost"])
def test_chained_labelled_edges_give_the_true_derivative_whatever_is_labelled(names: str) -> None:
    nodes = build(STUDENTS[0])
    for name, node in nodes.items():
        node.label = name if name in names.split() else ""
    cost, w1 = nodes["cost"], nodes["w1"]
    cost.backward()
    graph = labelled(cost)
    assert {node.label for node in graph} == {*names.split(), cost.label}
    assert derivative_by_chaining(graph, cost, w1) == pytest.approx(w1.grad, rel=1e-14)


def test_edges_between_any_chosen_nodes_need_no_labels() -> None:
    x, y = diamond()
    order = topological_order(y)
    top = next(node for node in order if x in node.parents)
    assert edges_between([x, y], order) == labelled(y)
    assert pairs(edges_between([x, top, y], order)) == {x: [], top: [(x, 3.0)], y: [(top, 120.0)]}


def test_labelled_edges_of_a_deep_graph_need_no_recursion() -> None:
    x = Value(1.0, label="x")
    y = x
    for _ in range(50_000):
        y = y + x
    assert pairs(labelled(y)) == {x: [], y: [(x, 50_001.0)]}


# ------------------------------------------------------------------ the reverse sweep


def test_pull_back_gives_backwards_gradients_to_the_last_bit() -> None:
    cost = build(STUDENTS[1])["cost"]
    order = topological_order(cost)
    found = pull_back(order, {cost: 1.0}, lambda n, number: [p * number for p in n.partials])
    cost.backward()
    assert found == {node: node.grad for node in order}


def test_parent_whose_share_is_none_receives_nothing() -> None:
    a, b = Value(2.0), Value(3.0)
    y = a * b
    assert pull_back([a, b, y], {y: 5.0}, lambda _, number: [number, None]) == {y: 5.0, a: 5.0}


def test_rule_with_a_wrong_number_of_shares_is_an_error() -> None:
    a, b = Value(2.0), Value(3.0)
    y = a * b
    with pytest.raises(ValueError, match="one share for each of 2 parents, received 1"):
        pull_back([a, b, y], {y: 5.0}, lambda _, number: [number])


# ---------------------------------------------------------------------------- between


def test_between_is_every_edge_on_any_path() -> None:
    a, b = Value(2.0), Value(3.0)
    c = a * b
    d = c + a
    e = d * b
    assert ends(between(edges(e), a, e)) == {(a, c), (a, d), (c, d), (d, e)}
    assert ends(between(edges(e), b, e)) == {(b, c), (c, d), (d, e), (b, e)}
    assert ends(between(edges(e), c, e)) == {(c, d), (d, e)}
    assert ends(between(edges(e), a, d)) == {(a, c), (a, d), (c, d)}


@pytest.mark.parametrize("pick", [lambda _a, c: (c, c), lambda a, c: (c, a)])
def test_between_is_nothing_where_there_is_no_path(
    pick: Callable[[Value, Value], tuple[Any, Any]],
) -> None:
    a = Value(2.0)
    c = a * 3.0
    start, end = pick(a, c)
    assert between(edges(c), start, end) == set()


def test_between_is_nothing_from_a_node_of_another_graph() -> None:
    a = Value(2.0)
    c = a * 3.0
    assert between(edges(c), Value(2.0), c) == set()


def test_between_works_on_labelled_edges_too() -> None:
    x, y = diamond()
    assert ends(between(labelled(y), x, y)) == {(x, y)}


# --------------------------------------------------------------- a graph is walked once


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch) -> list[Value]:
    """Return a list that notes the output of each walk over a graph."""
    outputs: list[Value] = []

    def counting(output: Value) -> list[Value]:
        outputs.append(output)
        return topological_order(output)

    for name, module in list(sys.modules.items()):
        if name.split(".")[0] != "autograd":
            continue
        if getattr(module, "topological_order", None) is topological_order:
            monkeypatch.setattr(module, "topological_order", counting)
    return outputs


@pytest.mark.parametrize(
    "look_at",
    [
        autograd.draw,
        autograd.draw_steps,
        autograd.explore,
        lambda cost: list(autograd.forward_steps(cost)),
        lambda cost: list(autograd.backward_steps(cost)),
        lambda cost: autograd.draw(cost, step=5),
    ],
)
def test_a_graph_is_walked_once_however_many_pictures_it_gives(
    look_at: Callable[[Value], object], walked: list[Value]
) -> None:
    cost = build(STUDENTS[0])["cost"]
    look_at(cost)
    assert walked == [cost]
