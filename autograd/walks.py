"""Walks over a recorded graph: its nodes in order, its edges, and the reverse sweep.

`order_of` finds the nodes of a graph. The other functions take its result, so that no graph has to
be searched twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from autograd.ops import Primitive
from autograd.trees import Node
from autograd.value import Constant, Value, topological_order


@dataclass(frozen=True)
class Edge:
    """A line of the graph, from a node to a node that was computed from it.

    Attributes:
        parent: the node where the edge begins.
        child: the node where the edge ends, which was computed from the parent.
        position: which of the child's inputs the parent is, from 0; `x * x` has `x` twice. None
            where the edge stands for all paths from the parent to the child.
        derivative: d(child)/d(parent) by this input alone, or along all these paths.
        is_chosen: whether gradients go this way; they do not where the child chose another input.
    """

    parent: Value
    child: Value
    position: int | None
    derivative: float
    is_chosen: bool = field(default=True, kw_only=True)


Graph = dict[Value, list[Edge]]
"""For each node the edges that lead to it, in the order of its inputs; parents before children."""


def order_of(outputs: Iterable[Node]) -> list[Node]:
    """Return every node that the outputs were computed from, parents before children.

    For one output it is the order of `autograd.topological_order`, which `backward()` follows.
    Compiled code follows it too, and so rounds the same. For several, each output's nodes come
    after those of the outputs before it.

    >>> x = Value(3.0)
    >>> y = x * x
    >>> order_of([y]) == [x, y]
    True
    """
    outputs = list(outputs)
    if len(outputs) == 1 and isinstance(outputs[0], Value):
        return topological_order(outputs[0])
    order: list[Node] = []
    visits: dict[Node, int] = {}
    for output in outputs:
        stack = [output]
        while stack:
            node = stack[-1]
            if node not in visits:  # first visit: the parents have to be placed before it
                visits[node] = 1
                stack.extend([p for p in reversed(node.parents) if p not in visits])
            else:
                stack.pop()
                if visits[node] == 1:  # second visit: all parents are placed
                    visits[node] = 2
                    order.append(node)
    return order


# ------------------------------------------------------------------ the reverse sweep


def pull_back(
    order: Sequence[Node],
    numbers: dict[Node, Any],
    times: Callable[[Node, Any], Iterable[Any]],
    parents: Callable[[Node], Sequence[Node]] = attrgetter("parents"),
) -> dict[Node, Any]:
    """Apply the chain rule backwards: add up, at each node, the shares that its children hand down.

    It is `Value.backward()` for numbers of any kind: floats, Values, symbols, registers.

    Args:
        order: the nodes, parents before children.
        numbers: the numbers to start with, such as 1.0 for the output. The shares that nodes
            receive are added to these numbers, in place.
        times: takes a node and its total, and gives the share of each of its parents in turn: the
            total times the local derivative; None for a parent that gets nothing.
        parents: gives the parents of a node, where they are not `node.parents`.

    Returns:
        `numbers`: the total of every node that started with a number or received a share.

    >>> x = Value(3.0)
    >>> y = x * x
    >>> shares = lambda node, number: [number * partial for partial in node.partials]
    >>> pull_back([x, y], {y: 1.0}, shares)[x]
    6.0
    """
    for _ in sweep(order, numbers, times, parents):
        pass
    return numbers


def sweep(
    order: Sequence[Node],
    numbers: dict[Node, Any],
    times: Callable[[Node, Any], Iterable[Any]],
    parents: Callable[[Node], Sequence[Node]] = attrgetter("parents"),
) -> Iterator[tuple[Node, int, Any]]:
    """Apply the chain rule as `pull_back` does, and yield each share as it is handed down.

    Args:
        order: as for `pull_back`.
        numbers: as for `pull_back`; at each step, every node's total so far.
        times: as for `pull_back`.
        parents: as for `pull_back`.

    Returns:
        An iterator: the node that hands down, which of its parents receives, and the share.
    """
    for node in reversed(order):
        inputs = parents(node)
        if not inputs or node not in numbers:
            continue
        shares = list(times(node, numbers[node]))
        if len(shares) != len(inputs):
            raise ValueError(
                f"expected one share for each of {len(inputs)} parents, received {len(shares)}"
            )
        for position, share in enumerate(shares):
            if share is not None:
                parent = inputs[position]
                before = numbers.get(parent)
                numbers[parent] = share if before is None else before + share
                yield node, position, share


def is_chosen(op: Primitive, parent: Value, local: float) -> bool:
    """Return whether gradients go on to an input: not to one that was not chosen; see `reach`.

    Args:
        op: the operation.
        parent: the input; by a constant nothing is differentiated.
        local: the local derivative by this input.

    >>> x = Value(-1.0)
    >>> is_chosen(x.relu().op, x, 0.0), is_chosen((x * 0.0).op, x, 0.0)
    (False, True)
    """
    return not (op.chooses and local == 0.0) and not isinstance(parent, Constant)


def shares(
    node: Value, upstream: float, partials: Sequence[float] | None = None
) -> list[float | None]:
    """Return what a node hands to each parent, local * upstream; None to one not chosen.

    Args:
        node: the node that hands down; not a leaf.
        upstream: the node's gradient.
        partials: its local derivatives, where they are not `node.partials`.

    >>> shares(Value(-1.0).relu(), float("inf"))
    [None]
    """
    op = node.op
    assert op is not None  # noqa: S101  # a leaf hands nothing down
    return [
        local * upstream if is_chosen(op, parent, local) else None
        for parent, local in zip(node.parents, partials or node.partials, strict=True)
    ]


# ----------------------------------------------------------------------------- edges


def edges(order: Iterable[Value]) -> Graph:
    """Return the recorded graph of these nodes: for each node, the edges from its inputs.

    >>> x = Value(3.0)
    >>> y = x * x
    >>> [(edge.position, edge.derivative) for edge in edges([x, y])[y]]
    [(0, 3.0), (1, 3.0)]
    """
    return {
        node: [
            Edge(parent, node, i, partial, is_chosen=is_chosen(node.op, parent, partial))
            for i, (parent, partial) in enumerate(zip(node.parents, node.partials, strict=True))
            if node.op is not None
        ]
        for node in order
    }


def depending_on(inputs: Iterable[Node], order: Sequence[Node]) -> set[Node]:
    """Return the nodes that depend on any of `inputs`, and the inputs themselves.

    Args:
        inputs: the nodes to begin with.
        order: the nodes of the graph, parents before children.

    >>> x, c = Value(3.0), Value(2.0)
    >>> y = x * c
    >>> depending_on([x], [x, c, y]) == {x, y}
    True
    """
    found = set(inputs)
    for node in order:
        if not found.isdisjoint(node.parents):
            found.add(node)
    return found


def edges_between(
    stops: Sequence[Value], order: Sequence[Value], ends: Sequence[Value] | None = None
) -> Graph:
    """Return the graph of `stops` alone.

    An edge stands for everything between two stops. Its derivative is d(later)/d(earlier) along the
    paths that meet no third stop: on each path the product of the local derivatives, and the sum of
    these products.

    Args:
        stops: the nodes to keep, parents before children.
        order: the topological order of the whole graph.
        ends: the stops whose edges are wanted, parents before children; all if None.

    >>> x = Value(3.0)
    >>> y = (x - 1.0) ** 2
    >>> [(edge.parent is x, edge.derivative) for edge in edges_between([x, y], order_of([y]))[y]]
    [(True, 4.0)]
    """
    position = {node: i for i, node in enumerate(order)}
    kept = set(stops)
    graph: Graph = {}
    for node in stops if ends is None else ends:
        nodes = region(node, kept, position)

        def times(inner: Value, number: float, top: Value = node) -> list[float | None]:
            goes_on = inner is top or inner not in kept  # the sweep ends at the next stops
            return shares(inner, number) if goes_on else [None] * len(inner.parents)

        numbers = pull_back(nodes, {node: 1.0}, times)
        graph[node] = [
            Edge(parent, node, None, numbers.get(parent, 0.0), is_chosen=parent in numbers)
            for parent in nodes
            if parent in kept and parent is not node
        ]
    return graph


def region(node: Value, stops: AbstractSet[Value], position: Mapping[Value, int]) -> list[Value]:
    """Return `node` and the nodes that it was computed from, up to the nearest `stops`.

    Args:
        node: where to begin.
        stops: where to end; `node` may be one of them.
        position: each node's place in the topological order, by which the result is sorted.
    """
    found, stack = {node}, [node]
    while stack:
        for parent in stack.pop().parents:
            if parent not in found:
                found.add(parent)
                if parent not in stops:
                    stack.append(parent)
    return sorted(found, key=position.__getitem__)


def between(graph: Graph, start: Value, end: Value) -> set[Edge]:
    """Return the edges of `graph` on any path from `start` to `end`.

    >>> x = Value(3.0)
    >>> y = x * x
    >>> between(edges([x, y]), x, y) == set(edges([x, y])[y])
    True
    """
    from_start = {start}
    for node, found in graph.items():  # parents come first, so one sweep is enough
        if any(edge.parent in from_start for edge in found):
            from_start.add(node)
    to_end = {end}
    for node in reversed(graph):
        if node in to_end:
            to_end.update(edge.parent for edge in graph[node])
    both = from_start & to_end
    return {edge for node in both for edge in graph[node] if edge.parent in both}
