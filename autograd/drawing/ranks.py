"""Which nodes of a picture stand side by side, in which order: as declared, then few crossings.

Graphviz could choose both, and would give up the order of the inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from autograd.value import Value
from autograd.walks import Edge, Graph

_MOST_PIECES = 1500  # comparing all pairs of more pieces would take seconds
_ROUNDS = 8

Element: TypeAlias = "Value | tuple[int, int]"
"""What has a place in a rank: a node, or an edge that goes on: its number, and the rank."""

Piece: TypeAlias = tuple[Element, Element, float]
"""A piece of an edge from one rank to the next: where it begins, where it ends, in which port."""


Ranking: TypeAlias = tuple[list[list[Value]], dict[Value, list[Edge]]]
"""The nodes of each rank, in order, and the edges that leave each node, in order."""


def ranked(graph: Graph) -> Ranking:
    """Return the nodes of a graph by rank, in order, and the edges that leave each node, in order.

    An operation stands as far from the beginning as its longest way from an input; an input, just
    before its first use. The nodes of a rank stand as they were declared: an operation's inputs in
    its order, neurons and samples in theirs. An edge that goes on passes the nodes of a rank where
    that makes the fewest crossings.

    Args:
        graph: the nodes to draw, parents before children.

    >>> from autograd.walks import edges, order_of
    >>> a, b, c = (Value(1.0, label=name) for name in "abc")
    >>> y = (a - b) * c
    >>> ranks, _ = ranked(edges(order_of([y])))
    >>> [[node.label or node.op.name for node in rank] for rank in ranks]
    [['a', 'b'], ['sub', 'c'], ['mul']]
    """
    rank = ranks_of(graph)
    orders: list[list[Element]] = [[*nodes] for nodes in _declared(graph, rank)]
    pieces = _pieces(graph, rank, orders)
    if sum(map(len, pieces)) <= _MOST_PIECES:
        orders = _with_few_crossings(orders, pieces)
    place = {element: i for order in orders for i, element in enumerate(order)}
    leaving: dict[Value, list[Edge]] = {node: [] for node in graph}
    ways: dict[Edge, float] = {}
    ports = {e: (i + 0.5) / len(found) for found in graph.values() for i, e in enumerate(found)}
    drawn = [edge for found in graph.values() for edge in found if edge.parent in graph]
    for number, edge in enumerate(drawn):
        leaving[edge.parent].append(edge)
        goes_on = (number, rank[edge.parent] + 1) in place
        way = place[number, rank[edge.parent] + 1] if goes_on else place[edge.child] + ports[edge]
        ways[edge] = way
    for found in leaving.values():
        found.sort(key=ways.__getitem__)
    return [[e for e in order if not isinstance(e, tuple)] for order in orders], leaving


def ranks_of(graph: Graph) -> dict[Value, int]:
    """Return the rank of each node."""
    inputs = {node: {e.parent for e in found if e.parent in graph} for node, found in graph.items()}
    rank: dict[Value, int] = {}
    for node, parents in inputs.items():
        rank[node] = 1 + max(rank[parent] for parent in parents) if parents else 0
    users: dict[Value, list[Value]] = {node: [] for node in graph}
    for node, parents in inputs.items():
        for parent in parents:
            users[parent].append(node)
    # A node with room moves towards the nodes that use it, if that shortens more edges than not.
    for node in reversed(graph):
        lengthened = sum(bool(inputs[parent]) for parent in inputs[node])
        if users[node] and lengthened < max(1, len(users[node])):
            rank[node] = min(rank[user] for user in users[node]) - 1
    used = {place: i for i, place in enumerate(sorted(set(rank.values())))}
    return {node: used[place] for node, place in rank.items()}


def _pieces(
    graph: Graph, rank: dict[Value, int], orders: Sequence[list[Element]]
) -> list[list[Piece]]:
    """Return the pieces of edges that end in each rank.

    Each edge that goes on joins the ranks between, where a straight line would pass.
    """
    pieces: list[list[Piece]] = [[] for _ in orders]
    height = {n: i - len(order) / 2 for order in orders for i, n in enumerate(order)}
    number = 0
    for node, found in graph.items():
        for port, edge in enumerate(found):
            if edge.parent not in graph:
                continue
            last: Element = edge.parent
            start, end, offset = rank[edge.parent], rank[node], (port + 0.5) / len(found)
            rise = (height[node] + offset - height[edge.parent] - 0.5) / (end - start)
            for between in range(start + 1, end):
                element = (number, between)
                height[element] = height[edge.parent] + (between - start) * rise
                orders[between].append(element)
                pieces[between].append((last, element, 0.0))
                last = element
            number += 1
            pieces[end].append((last, node, offset))
    for order in orders:
        order.sort(key=height.__getitem__)
    return pieces


def _declared(graph: Graph, rank: Mapping[Value, int]) -> list[list[Value]]:
    """Return the nodes of each rank in the order in which operations take them.

    Nodes that no operation takes together, and nodes that operations take in opposite orders, stand
    as the walk found them.
    """
    before: dict[Value, set[Value]] = {node: set() for node in graph}
    for found in graph.values():
        latest: dict[int, Value] = {}  # of each rank, the input that was met last
        for node in dict.fromkeys(edge.parent for edge in found if edge.parent in rank):
            if rank[node] in latest:
                before[node].add(latest[rank[node]])
            latest[rank[node]] = node
    left: list[dict[Value, None]] = [{} for _ in range(max(rank.values()) + 1)]
    for node in graph:
        left[rank[node]][node] = None
    orders: list[list[Value]] = [[] for _ in left]
    for nodes, order in zip(left, orders, strict=True):
        while nodes:
            ready = (node for node in nodes if not any(one in nodes for one in before[node]))
            first = next(ready, None)
            order.append(_contradicted(nodes, before) if first is None else first)
            del nodes[order[-1]]
    return orders


def _contradicted(nodes: Mapping[Value, None], before: Mapping[Value, set[Value]]) -> Value:
    """Return, of nodes that each stand behind another, one that stands behind itself."""
    node, seen = next(iter(nodes)), set[Value]()
    while node not in seen:
        seen.add(node)
        node = next(one for one in nodes if one in before[node])
    return node


def _with_few_crossings(
    orders: Sequence[Sequence[Element]], pieces: Sequence[Sequence[Piece]]
) -> list[list[Element]]:
    """Return orders in which no edge that goes on can move within a rank and save a crossing."""
    found = [list(order) for order in orders]
    for _ in range(_ROUNDS):
        moved = False
        for r in [*range(len(found)), *reversed(range(len(found)))]:
            moved |= _sift(found[r], _cost(r, found, pieces))
        if not moved:
            break
    return found


def _places(order: Sequence[Element]) -> dict[Element, int]:
    return {element: i for i, element in enumerate(order)}


def _cost(
    r: int, orders: Sequence[Sequence[Element]], pieces: Sequence[Sequence[Piece]]
) -> Callable[[Element, Element], int]:
    """Return how many crossings it makes that one element of a rank stands before another."""
    before: dict[Element, list[float]] = {element: [] for element in orders[r]}
    behind: dict[Element, list[float]] = {element: [] for element in orders[r]}
    if r:
        place = _places(orders[r - 1])
        for tail, head, _ in pieces[r]:
            before[head].append(place[tail])
    if r + 1 < len(orders):
        place = _places(orders[r + 1])
        for tail, head, port in pieces[r + 1]:
            behind[tail].append(place[head] + port)
    known: dict[tuple[Element, Element], int] = {}

    def cost(one: Element, other: Element) -> int:
        if (one, other) not in known:
            known[one, other] = sum(
                a > b for ends in (before, behind) for a in ends[one] for b in ends[other]
            )
        return known[one, other]

    return cost


def _sift(order: list[Element], cost: Callable[[Element, Element], int]) -> bool:
    """Move each edge that goes on to its best place; return whether any of them moved."""
    moved = False
    for element in [element for element in order if isinstance(element, tuple)]:
        start = order.index(element)
        order.pop(start)
        total = sum(cost(element, other) for other in order)
        totals = [total]
        for other in order:
            total += cost(other, element) - cost(element, other)
            totals.append(total)
        best = min(totals)
        at = start if totals[start] == best else min(_nearest(totals, best, start))[1]
        moved |= at != start
        order.insert(at, element)
    return moved


def _nearest(totals: Sequence[int], best: int, start: int) -> Iterator[tuple[int, int]]:
    return ((abs(i - start), i) for i, total in enumerate(totals) if total == best)
