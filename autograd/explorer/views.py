"""The parts in which a graph is shown: a small graph as a whole, a large one as a map and regions.

The map shows the results with labels, and enough other results to cut the graph into regions that
can be read. Behind each result on the map lies a region: the nodes that the result was computed
from, up to the next results on the map. An input that only one region needs, such as a neuron's
weight, is shown in that region alone. On a map of many nodes, nodes that are alike, such as the
neurons of a layer or the samples of a batch, are folded into one place, behind which they lie.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from math import nan

from autograd.drawing.operations import without_constants
from autograd.drawing.plan import folded
from autograd.value import Constant, Value
from autograd.walks import Edge, Graph, edges, region

SMALL = 80
"""A graph of no more nodes is shown as a whole."""

_REGION = 60
"""Nodes that a region should have at the most."""

_WORTH_A_PLACE = 4
"""A region with so few nodes gets no place on the map."""

_MANY = 24
"""On a map with more nodes, nodes that are alike are folded."""

_GROUP = 3
"""Nodes that are alike are folded if there are so many of them."""

_FEW = 8
"""An input that more regions share is not on the map: its lines would be a tangle."""


@dataclass(frozen=True)
class View:
    """A part of the graph.

    Attributes:
        stop: the result whose region this is; None for the map, for the whole of a small graph, and
            for nodes that are alike.
        nodes: the nodes that are shown, parents before children.
        edges: the lines between these nodes.
        groups: on a map, nodes that are alike, by the first of them, which stands for all.
    """

    stop: Value | None
    nodes: tuple[Value, ...]
    edges: tuple[Edge, ...]
    groups: Mapping[Value, Sequence[Value]] = field(default_factory=dict)


def views(order: Sequence[Value], neurons: AbstractSet[Value] | None = None) -> list[View]:
    """Return the views of a graph, from its nodes in topological order; the first shows all of it.

    The views of regions follow, and then those of the groups on the map.

    Args:
        order: the nodes, parents before children.
        neurons: the results to cut the graph at, whatever its size; those that the map shows else.

    >>> x = Value(3.0)
    >>> y = x * x
    >>> [len(view.edges) for view in views([x, y])]
    [2]
    """
    position = {node: i for i, node in enumerate(order)}
    if len(order) <= SMALL and neurons is None:
        return [_recorded(None, order, set())]
    stops = _stops(order) if neurons is None else {*neurons, order[-1]}
    regions = {stop: region(stop, stops, position) for stop in order if stop in stops}
    inside = [_recorded(stop, nodes, stops - {stop}) for stop, nodes in regions.items()]
    overview = _map(regions, position)
    if neurons is None and len(overview.nodes) > _MANY:
        overview = _folded(overview)
    groups = [View(None, tuple(nodes), ()) for nodes in overview.groups.values()]
    return [overview, *inside, *groups]


def _recorded(stop: Value | None, nodes: Sequence[Value], ends: AbstractSet[Value]) -> View:
    """Return the view of these nodes, with the recorded edges between them, up to the ends.

    An edge from a constant is a number in a port.
    """
    inside = edges(node for node in nodes if node not in ends)
    graph = without_constants(inside, nodes[-1])
    kept = [node for node in nodes if node in graph or type(node) is not Constant]
    return View(stop, tuple(kept), tuple(edge for found in graph.values() for edge in found))


def _map(regions: Mapping[Value, Sequence[Value]], position: Mapping[Value, int]) -> View:
    """Return the map: the stops, and the inputs that a few regions share."""
    uses = Counter(node for nodes in regions.values() for node in nodes if node.op is None)
    shared = {
        leaf for leaf, count in uses.items() if 1 < count <= _FEW and type(leaf) is not Constant
    }
    places = sorted(shared.union(regions), key=position.__getitem__)
    lines = [
        Edge(node, stop, None, nan)
        for stop, nodes in regions.items()
        for node in nodes
        if node is not stop and (node in shared or node in regions)
    ]
    return View(None, tuple(places), tuple(lines))


def _folded(overview: View) -> View:
    """Return the map with nodes that are alike folded."""
    graph: Graph = {node: [] for node in overview.nodes}
    for edge in overview.edges:
        graph[edge.child].append(edge)
    graph, groups, _ = folded(graph, _GROUP)
    lines = tuple(Edge(e.parent, e.child, None, nan) for found in graph.values() for e in found)
    return View(None, tuple(graph), lines, groups)


def _stops(order: Sequence[Value]) -> set[Value]:
    """Return the labelled results, the output, and results where a region would be too large."""
    output = order[-1]
    stops: set[Value] = set()
    reach: dict[Value, set[Value]] = {}  # for each node, the nodes of its region so far

    def stop(node: Value) -> None:
        stops.add(node)
        reach[node] = {node}

    for node in order:
        reach[node] = {node}.union(*(reach[parent] for parent in node.parents))
        large = [p for p in node.parents if p not in stops and len(reach[p]) > _WORTH_A_PLACE]
        if len(reach[node]) > _REGION:
            for parent in large:
                stop(parent)
            reach[node] = {node}.union(*(reach[parent] for parent in node.parents))
        if node.op is not None and (node.label or node is output):
            stop(node)
    return stops
