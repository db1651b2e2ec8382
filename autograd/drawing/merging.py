"""Results drawn as part of the operation that takes them: `sigmoid(w × x + b)` as one node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from autograd.drawing.operations import without_constants
from autograd.drawing.plan import Folding
from autograd.notation.composing import Composer, inputs_past, is_wide, within_others
from autograd.value import Constant, Value
from autograd.walks import Graph, edges, edges_between

_FEWER = (12, 8, 6, 4, 3, 2, 1)  # results that are drawn at the most


def merged(order: Sequence[Value], output: Value, composer: Composer) -> Folding:
    """Return the graph with each unlabelled result in the one operation that takes it.

    A node takes in no more than can be written in it.

    Args:
        order: the nodes, parents before children.
        output: the result.
        composer: writes what a node computes.
    """
    inside = within_others(order, composer, lambda node, _: not is_wide(node))
    gone = {part for found in inside.values() for part in found}
    return _with_stops([node for node in order if node not in gone], order, output)


def coarse(graph: Graph, order: Sequence[Value], output: Value) -> Iterator[Folding]:
    """Yield a graph with ever fewer of its results, and at last with the output alone.

    Labelled results, and results that several operations take, are drawn first.

    Args:
        graph: the nodes and edges of which a few are drawn, parents before children.
        order: all nodes, parents before children.
        output: the result.
    """
    uses = Counter(edge.parent for found in graph.values() for edge in found)
    recorded = set(order)
    results = [node for node in graph if node in recorded and node.op and node is not output]
    telling = [node for node in results if node.label or uses[node] > 1] or results
    for most in _FEWER:
        if most <= len(telling) + 1:
            step = len(telling) / most
            kept = {telling[int((i + 1) * step) - 1] for i in range(most - 1)} | {output}
            stops = [node for node in order if node.op is None or node in kept]
            yield _with_stops(stops, order, output)


def _with_stops(stops: Sequence[Value], order: Sequence[Value], output: Value) -> Folding:
    """Return the graph of some nodes, the other results being drawn as part of these."""
    kept = set(stops)
    graph = edges_between(stops, order)
    inside: dict[Value, list[Value]] = {}
    for node in stops:
        ends, found = inputs_past(node, lambda parent: parent in kept)
        if found:
            inside[node] = found
            by_parent = {edge.parent: edge for edge in graph[node]}
            graph[node] = [by_parent[p] for p in ends if not isinstance(p, Constant)]
        else:
            graph |= edges([node])
    return Folding(without_constants(graph, output), inside=inside)
