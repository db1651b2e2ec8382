"""What one picture shows of a graph: nodes one by one, or folded into groups of nodes alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from math import ceil
from types import MappingProxyType
from typing import NamedTuple

from autograd import ops
from autograd.drawing.ranks import Ranking, ranked, ranks_of
from autograd.notation.composing import shape_of
from autograd.notation.inputs import tells_inputs_apart
from autograd.value import Constant, Value
from autograd.walks import Edge, Graph


class Folding(NamedTuple):
    """A graph to draw, and what stands behind its nodes and edges.

    Attributes:
        graph: the nodes and edges to draw; a group of nodes is drawn as the first of them.
        members: for each node that stands for a group, the nodes of the group.
        parts: for each edge that stands for several, those edges.
        inside: for each node, the results that are drawn as part of it.
    """

    graph: Graph
    members: Mapping[Value, list[Value]] = MappingProxyType({})
    parts: Mapping[Edge, list[Edge]] = MappingProxyType({})
    inside: Mapping[Value, list[Value]] = MappingProxyType({})


LOOKS = ("named", "beside", "line", "below", "narrow")
_MOST_ON_A_SLIDE = 60
_MOST_EDGES = 600
MOST_ROWS = 8


@dataclass
class Plan:
    """What is drawn, and how.

    Attributes:
        graph: the nodes and edges to draw; a group of nodes is drawn as the first of them.
        members: for each node that stands for a group, the nodes of the group.
        parts: for each edge that stands for several, those edges.
        inside: for each node, the results that are drawn as part of it.
        look: how numbers stand in a node: "named"; or without their names, "beside" each other, or
            "below" each other; or those of an input in one "line" with its name, also in a "narrow"
            picture, in which those of an operation are below each other.
        rows: how many rows the ranks are wrapped into.
        ranking: who stands in which rank, if that is known already; see `ranked`.
        is_spread_out: whether ranks stand as far apart as where there is room.
        leaving: the edges that leave each node for its own row, in order.
        leading_on: the nodes that further rows use: a mark stands there, and no line leads there.
        row: the row of each node.
        column: the number of each node's column.
        columns: the nodes side by side, row by row, in order.
    """

    graph: Graph
    members: Mapping[Value, list[Value]] = field(default_factory=dict)
    parts: Mapping[Edge, list[Edge]] = field(default_factory=dict)
    inside: Mapping[Value, list[Value]] = field(default_factory=dict)
    look: str = "named"
    rows: int = 1
    ranking: Ranking | None = None

    def __post_init__(self) -> None:
        self.ranking = self.ranking or ranked(self.graph)
        ranks, self.leaving = self.ranking[0], dict(self.ranking[1])
        self.is_spread_out = self.look == "named"
        self.row = dict.fromkeys(self.graph, 0)
        self.columns = self._wrapped(ranks)
        self.column = {node: i for i, nodes in enumerate(self.columns) for node in nodes}
        self.leading_on = [
            node for node, found in self.leaving.items() if any(map(self.leads_on, found))
        ]
        for node in self.leading_on:
            self.leaving[node] = [e for e in self.leaving[node] if not self.leads_on(e)]

    def _wrapped(self, ranks: Sequence[Sequence[Value]]) -> list[list[Value]]:
        """Wrap the ranks into rows, cut where few edges lead on; return the columns."""
        rank = {node: i for i, nodes in enumerate(ranks) for node in nodes}
        starts = self._starts(rank)
        for node, place in rank.items():
            self.row[node] = sum(start <= place for start in starts[1:])
        for node in filter(self.is_input, rank):
            users = [self.row[edge.child] for edge in self.leaving[node]]
            self.row[node] = min(users, default=self.row[node])
        # Inputs that are used first thing in a row stand before it, in a column of their own.
        early = {row for node, row in self.row.items() if rank[node] < starts[row]}
        column = {n: rank[n] - starts[self.row[n]] + (self.row[n] in early) for n in rank}
        last = [node for node, row in self.row.items() if row == self.rows - 1]
        # The last row stands in the middle, as the last line below a figure does.
        room = max(column.values()) - max((column[node] for node in last), default=0)
        column |= {node: column[node] + ceil(room / 2) for node in last}
        columns: list[list[Value]] = [[] for _ in range(max(column.values()) + 1)]
        for node in sorted(rank, key=self.row.__getitem__):  # within a row as in the ranks
            columns[column[node]].append(node)
        return columns

    def _starts(self, rank: Mapping[Value, int]) -> list[int]:
        """Return the rank where each row begins."""
        count = 1 + max(rank.values())
        leading_on = [0] * count
        for edge in (edge for found in self.graph.values() for edge in found):
            if edge.parent in rank and not self.is_input(edge.parent):
                for between in range(rank[edge.parent] + 1, rank[edge.child] + 1):
                    leading_on[between] += 1
        length = count / self.rows
        starts = [0]
        for i in range(1, self.rows):
            first, last = ceil((i - 0.4) * length), ceil((i + 0.4) * length)
            cuts = range(max(starts[-1] + 1, first), max(starts[-1] + 2, last))
            fitting = [cut for cut in cuts if cut < count] or [count - 1]
            middle = [abs(cut - i * length) for cut in fitting]
            leading = [leading_on[cut] for cut in fitting]
            later = [-cut for cut in fitting]  # if two are as good, the first row is the longer one
            starts.append(-min(zip(leading, middle, later, strict=True))[2])
        return starts

    def looking(self, look: str) -> Plan:
        """Return the plan with another look."""
        plan = copy(self)
        plan.look, plan.is_spread_out = look, look == "named"
        return plan

    def is_input(self, node: Value) -> bool:
        """Return whether no edge leads to a node."""
        return not any(edge.parent in self.graph for edge in self.graph[node])

    def leads_on(self, edge: Edge) -> bool:
        """Return whether an edge leads to a further row."""
        return edge.parent in self.row and self.row[edge.parent] != self.row[edge.child]

    def stands_in_port(self, node: Value) -> bool:
        """Return whether a leaf has no place of its own."""
        return node not in self.graph

    def shown(self) -> list[Value]:
        """Return the nodes, also those in ports, parents before children."""
        shown: dict[Value, None] = {}
        for node, found in self.graph.items():
            leaves = [e.parent for e in found if not isinstance(e.parent, Constant)]
            shown |= dict.fromkeys([*leaves, node])
        return list(shown)

    def first_use(self, node: Value) -> Edge:
        """Return the first edge that leaves a node."""
        return next(e for found in self.graph.values() for e in found if e.parent is node)

    @property
    def is_tangled(self) -> bool:
        """Whether a row uses more than one result of those before."""
        used = [set[Value]() for _ in range(self.rows)]
        for node, found in self.graph.items():
            used[self.row[node]] |= {
                edge.parent
                for edge in found
                if self.leads_on(edge) and not self.is_input(edge.parent)
            }
        return any(len(results) > 1 for results in used)

    def nodes(self, node: Value) -> list[Value]:
        """Return the nodes that a node stands for."""
        return self.members.get(node, [node])

    def parts_of(self, node: Value) -> list[Value]:
        """Return the nodes that a node stands for, and the results drawn as part of these."""
        nodes = self.nodes(node)
        return [*nodes, *(part for one in nodes for part in self.inside.get(one, ()))]

    def places(self, part: Edge) -> list[tuple[Value, int]]:
        """Return the recorded nodes that take an edge's parent, each with which of its inputs."""
        if part.position is not None:
            return [(part.child, part.position)]
        return [
            (node, i)
            for node in (part.child, *self.inside.get(part.child, ()))
            for i, parent in enumerate(node.parents)
            if parent is part.parent
        ]

    def edges(self, edge: Edge) -> list[Edge]:
        """Return the edges that an edge stands for."""
        return self.parts.get(edge, [edge])


def foldings(whole: Folding, merged: Folding | None = None) -> Iterator[Folding]:
    """Yield a graph as it is, then with nodes that are alike folded, where that makes it smaller.

    Each is followed by itself with leaves in the ports of the only operation that takes them.

    Args:
        whole: the nodes and edges to draw, parents before children.
        merged: the same with results drawn as part of others, which is tried after the whole.
    """
    smallest = _MOST_ON_A_SLIDE + 1
    graphs = [whole] if merged is None else [whole, merged]
    for least in (0, 3, 2):
        for graph, _, _, inside in graphs:
            found = Folding(graph, inside=inside)
            if least:
                found = Folding(*folded(graph, least, inside), inside)
            if len(found.graph) < smallest and _edge_count(found) <= _MOST_EDGES:
                smallest = len(found.graph)
                yield found
                yield found._replace(graph=_without_leaves(found.graph))


def _edge_count(folding: Folding) -> int:
    return sum(map(len, folding.graph.values()))


def _without_leaves(graph: Graph) -> Graph:
    """Return the graph without the leaves that one edge leads from."""
    uses = Counter(edge.parent for found in graph.values() for edge in found)
    return {node: found for node, found in graph.items() if node.op or uses[node] != 1}


def folded(
    graph: Graph, least: int, inside: Mapping[Value, Collection[Value]] = MappingProxyType({})
) -> tuple[Graph, dict[Value, list[Value]], dict[Edge, list[Edge]]]:
    """Return the graph with nodes that are alike folded into groups: layers, and samples.

    Nodes are alike if they have one rank and one operation, if their inputs are alike, and if they
    are used alike.

    Args:
        graph: the nodes and edges, parents before children.
        least: how many nodes make a group.
        inside: for each node, the results that are drawn as part of it.

    Returns:
        The folded graph, the nodes of each group, and the edges that each of its edges stands for.

    >>> from autograd.walks import edges, order_of
    >>> x, weights = Value(1.0), [Value(float(i)) for i in range(3)]
    >>> output = ops.sum([x * weight for weight in weights])
    >>> graph, members, _ = folded(edges(order_of([output])), 3)
    >>> [len(members.get(node, [node])) for node in graph]
    [1, 3, 3, 1]
    """
    kind = _kinds(graph, least, inside)
    classes: dict[Hashable, list[Value]] = {}
    for node in graph:
        classes.setdefault(kind[node], []).append(node)
    groups = [nodes for nodes in classes.values() if len(nodes) >= least]
    stands = {node: nodes[0] for nodes in groups for node in nodes}
    members = {nodes[0]: nodes for nodes in groups}
    rank = ranks_of(graph)
    found: Graph = {}
    parts: dict[Edge, list[Edge]] = {}
    for node in sorted((n for n in graph if stands.get(n, n) is n), key=rank.__getitem__):
        merged: dict[Hashable, list[Edge]] = {}
        for member in members.get(node, [node]):
            for edge in graph[member]:
                parent = stands.get(edge.parent, edge.parent)
                is_one = node not in members and parent not in members
                merged.setdefault((parent, edge.position) if is_one else parent, []).append(edge)
        found[node] = []
        for many in merged.values():
            edge = many[0]
            if edge.child in stands or edge.parent in stands:
                parent = stands.get(edge.parent, edge.parent)
                edge = Edge(parent, node, None, edge.derivative)
                parts[edge] = many
            found[node].append(edge)
    return found, members, parts


def _kinds(
    graph: Graph, least: int, inside: Mapping[Value, Collection[Value]]
) -> dict[Value, Hashable]:
    """Return a mark for each node; nodes that are alike have the same.

    Nodes that are too few for a group are no longer alike: each leads to what it is used for, and
    what leads to different ones is not alike.
    """
    rank = ranks_of(graph)
    mark: dict[Value, Hashable] = {
        node: hash((rank[node], type(node).__name__, bool(node.parents), shape_of(node, inside)))
        for node in graph
    }
    roles = {node: [role(edge) for edge in found] for node, found in graph.items()}
    while True:
        mark = _refined(graph, roles, mark)
        sizes = Counter(mark.values())
        few = [node for node in graph if 1 < sizes[mark[node]] < least]
        if not few:
            return mark
        mark |= {node: hash(("alone", i)) for i, node in enumerate(few)}


def _refined(
    graph: Graph, roles: Mapping[Value, Sequence[str]], mark: dict[Value, Hashable]
) -> dict[Value, Hashable]:
    """Return finer marks: nodes of one are computed from alike nodes, and used alike."""
    count = 0
    while len(set(mark.values())) > count:
        count = len(set(mark.values()))
        users: dict[Value, Counter[Hashable]] = {node: Counter() for node in graph}
        before: dict[Value, list[Hashable]] = {node: [] for node in graph}
        for node, found in graph.items():
            for edge, its_role in zip(found, roles[node], strict=True):
                is_constant = isinstance(edge.parent, Constant)
                before[node].append("constant" if is_constant else mark[edge.parent])
                if not is_constant:
                    users[edge.parent][mark[node], its_role] += 1
        mark = {n: hash((mark[n], tuple(before[n]), frozenset(users[n].items()))) for n in graph}
    return mark


def role(edge: Edge) -> str:
    """Return what an input is to its operation: "weight", "input", "bias"; or its place, "2"."""
    op, parents = edge.child.op, edge.child.parents
    place = edge.position
    if place is None:  # not by `index`: nodes take long to compare
        place = next((i for i, parent in enumerate(parents) if parent is edge.parent), None)
    if place is None:
        return "input"  # nodes between the two are left out
    if op is ops.row("dot"):
        return ("weight", "input", "bias")[2 * place // (len(parents) - 1)]
    return str(place) if tells_inputs_apart(op) else "input"
