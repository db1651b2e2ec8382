"""Walks over a recorded graph: its edges. The reverse sweep is in `sweeps`, and found here too.

`order_of` finds the nodes of a graph. The other functions take its result, so that no graph has to
be searched twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from autograd.languages import count as shown
from autograd.languages import words
from autograd.options import warn
from autograd.sweeps import depending_on as depending_on  # noqa: PLC0414  # found here too
from autograd.sweeps import is_chosen as is_chosen  # noqa: PLC0414
from autograd.sweeps import order_of as order_of  # noqa: PLC0414
from autograd.sweeps import pull_back as pull_back  # noqa: PLC0414
from autograd.sweeps import shares as shares  # noqa: PLC0414
from autograd.value import Constant, Value


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


COUNTED = 500_000
"""Where `size_of` stops counting nodes and edges, within a second: more are far too many."""

MANY = 100_000
"""Nodes and edges that are judged and asked about in about a minute."""


def size_of(output: Value) -> tuple[int, int]:
    """Return the number of nodes that are no constants, and of edges from them, up to `COUNTED`.

    No node is made, and the largest graph takes no longer than one of `COUNTED` nodes and edges.

    Args:
        output: the node to begin at.

    >>> x = Value(2.0)
    >>> size_of(x * x + 1.0)
    (3, 3)
    """
    found = {output}
    stack = [output]
    count = 0
    while stack and len(found) + count < COUNTED:
        node = stack.pop()
        inputs = (node._left, node._right) if node._many is None else node._many[0]
        for parent in inputs[: COUNTED - len(found) - count]:
            if isinstance(parent, Value) and type(parent) is not Constant:
                count += 1
                if parent not in found:
                    found.add(parent)
                    stack.append(parent)
    return len(found), count


def check_size(outputs: Iterable[Value], what: str, most: int = COUNTED) -> None:
    """Refuse a graph that is far too large, and warn where an answer takes minutes: first of all.

    Args:
        outputs: the ends of the graph.
        what: what is asked for, in the reader's language.
        most: nodes and edges of the largest graph that is not warned of, up to `COUNTED`.

    Raises:
        ValueError: there are `COUNTED` nodes and edges, or more.
    """
    nodes, lines = map(max, zip(*map(size_of, outputs), strict=True))
    size = {"nodes": shown(nodes), "edges": shown(lines), "what": what}
    if nodes + lines >= COUNTED:
        raise ValueError(
            words(
                "the graph has at least {nodes} nodes and {edges} edges, too many for {what}: ask"
                " about a part of it, from an inner node, or about the loss of fewer samples",
                **size,
            )
        )
    if nodes + lines >= most:
        warn(
            words(
                "the graph has {nodes} nodes and {edges} edges, so {what} may take minutes: a part"
                " of it, from an inner node, is answered sooner",
                **size,
            )
        )


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
