"""Walks over a graph: naming nodes, what lies between two of them, and the graph of labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from autograd.value import Value, topological_order

Edges = dict[Value, list[tuple[Value, float]]]
"""For each node, its parents and the derivative of the node by each; parents before children."""


def label(names: Mapping[str, object] | None = None, /, **values: Value) -> None:
    """Name many Values at once, from keywords or from `locals()`.

    Args:
        names: a mapping from names to anything, such as `locals()`. Values in it that have no
            label yet are named; whatever else it holds, and names with a leading underscore, are
            left alone.
        values: Values by the name each is to have, whether it had one or not.

    Raises:
        TypeError: a keyword is not a Value, or `names` no mapping.

    >>> a, b = Value(2.0), Value(3.0)
    >>> c = a * b
    >>> label(locals())
    >>> c
    Value(data=6.0, grad=0.0, label='c')
    >>> label(product=c)
    >>> c.label
    'product'
    """
    for name, value in values.items():
        if not isinstance(value, Value):
            raise TypeError(f"expected a Value to name {name!r}, received {type(value).__name__}")
    if names is not None and not isinstance(names, Mapping):
        raise TypeError(
            f"expected a mapping such as locals(), or keywords, received {type(names).__name__}"
        )
    for name, named in (names or {}).items():
        if isinstance(named, Value) and not named.label and not name.startswith("_"):
            named.label = name
    for name, value in values.items():
        value.label = name


def edges(output: Value) -> Edges:
    """Return the recorded graph of `output`: each node's parents and local derivatives.

    >>> x = Value(3.0)
    >>> y = x * x
    >>> edges(y)[y] == [(x, 3.0), (x, 3.0)]
    True
    """
    return {
        node: list(zip(node.parents, node.partials, strict=True))
        for node in topological_order(output)
    }


def labelled_edges(output: Value) -> Edges:
    """Return the graph of the labelled nodes alone, with `output`.

    An edge stands for everything between two labelled nodes: its number is the derivative of the
    one by the other along all paths that meet no third label, sums of products of the local
    derivatives on the way.

    >>> x = Value(3.0, label="x")
    >>> y = (x - 1.0) ** 2
    >>> labelled_edges(y)[y] == [(x, 4.0)]
    True
    """
    order = topological_order(output)
    return edges_between([node for node in order if node.label or node is output], order)


def edges_between(stops: Sequence[Value], order: Sequence[Value]) -> Edges:
    """Return the graph of `stops` alone, as `labelled_edges` does for labelled nodes.

    Args:
        stops: the nodes to keep, parents before children.
        order: the topological order of the whole graph.
    """
    position = {node: i for i, node in enumerate(order)}
    kept = set(stops)
    graph: Edges = {}
    for node in stops:
        derivative = dict.fromkeys(region(node, kept, position), 0.0)
        derivative[node] = 1.0
        for inner in derivative:
            if inner is node or inner not in kept:
                for parent, partial in zip(inner.parents, inner.partials, strict=True):
                    derivative[parent] += partial * derivative[inner]
        found = [inner for inner in derivative if inner in kept and inner is not node]
        graph[node] = [(inner, derivative[inner]) for inner in reversed(found)]
    return graph


def region(node: Value, stops: AbstractSet[Value], position: Mapping[Value, int]) -> list[Value]:
    """Return `node` and what it was computed from, as far as the nearest `stops`.

    Children come before parents. `position` is each node's place in the topological order.
    """
    found, stack = {node}, [node]
    while stack:
        for parent in stack.pop().parents:
            if parent not in found:
                found.add(parent)
                if parent not in stops:
                    stack.append(parent)
    return sorted(found, key=position.__getitem__, reverse=True)


def between(graph: Edges, start: Value, end: Value) -> set[tuple[Value, Value]]:
    """Return the edges (parent, child) of `graph` on any path from `start` to `end`.

    >>> x = Value(3.0)
    >>> y = x * x
    >>> between(edges(y), x, y) == {(x, y)}
    True
    """
    from_start = {start}
    for node, parents in graph.items():  # parents come first, so one sweep is enough
        if any(parent in from_start for parent, _ in parents):
            from_start.add(node)
    to_end = {end}
    for node in reversed(graph):
        if node in to_end:
            to_end.update(parent for parent, _ in graph[node])
    both = from_start & to_end
    return {(parent, node) for node in both for parent, _ in graph[node] if parent in both}
