"""Results drawn as part of the operation that takes them: `sigmoid(w × x + b)` as one node."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from autograd import ops
from autograd.drawing.operations import symbol_of, without_constants
from autograd.drawing.plan import Folding
from autograd.notation.algebra import Name, Number, Symbol, recorded
from autograd.notation.numbers import show_number
from autograd.notation.writers import PictureWriter
from autograd.value import Constant, Value
from autograd.walks import Graph, edges, edges_between

LONGEST = 36
"""Characters of what a node computes, on a slide."""

_UNNAMED = "·"
_DEPTHS = (LONGEST, 5, 4, 3, 2, 1)  # operations within one another
_MOST_INPUTS = 4  # of more, the operation's symbol says enough
_LETTERS = "vutsrqp"
_FEWER = (12, 8, 6, 4, 3, 2, 1)  # results that are drawn at the most


class Composer:
    """Writes what nodes compute, with all that is drawn as part of them.

    Args:
        shown: the names that nodes are shown by.
        digits: significant digits of constants.
    """

    def __init__(self, shown: Mapping[Value, str], digits: int) -> None:
        self._shown = shown
        self._digits = digits
        self._writer = _OperationWriter(digits=digits)
        taken = set(shown.values())
        self._letters = [letter for letter in _LETTERS if letter not in taken]

    def text(self, group: Sequence[Value], inside: Collection[Value] = ()) -> str:
        """Return what a node computes: "(1 − v)^2"; of a long text, the operations done last.

        Args:
            group: the node, or several that are alike: an input that is not the same for all is a
                letter, a constant that is not, the range of its numbers.
            inside: the nodes that are drawn as part of them, which are written out.
        """
        for depth in _DEPTHS:
            text = self._written(group, inside, depth)
            if len(text) <= LONGEST:
                return text
        return symbol_of(group[0])

    def is_short(self, node: Value, inside: Collection[Value]) -> bool:
        """Return whether all that a node computes can be written."""
        return len(self._written([node], inside, LONGEST)) <= LONGEST

    def _written(self, group: Sequence[Value], inside: Collection[Value], depth: int) -> str:
        letters = iter(self._letters)
        known: dict[tuple[Value, ...], str] = {}

        def symbol(nodes: tuple[Value, ...], depth: int) -> Symbol:
            node = nodes[0]
            if isinstance(node, Constant):
                return self._constants(nodes)
            if node.op is None or not (node in inside or node in group):
                if len(set(nodes)) > 1 and nodes not in known:
                    known[nodes] = next(letters, _UNNAMED)
                return Name(known.get(nodes) or self._shown.get(node) or _UNNAMED)
            if not depth:
                return Name(_UNNAMED)
            if _is_wide(node):
                return Name(symbol_of(node))
            inputs = zip(*(other.parents for other in nodes), strict=True)
            return recorded(node.op, [symbol(parents, depth - 1) for parents in inputs])

        return self._writer.write(symbol(tuple(group), depth)).replace(" - ", " − ")

    def _constants(self, nodes: Sequence[Value]) -> Symbol:
        """Return the number of constants, or the smallest and the largest of them."""
        numbers = sorted({node.data for node in nodes})
        ends = [show_number(number, self._digits) for number in (numbers[0], numbers[-1])]
        return Name(f"({' … '.join(ends)})") if len(numbers) > 1 else Number(numbers[0])


def in_parentheses(text: str) -> str:
    """Return what nodes compute behind their number, 12 × (1 − v), 12 × tanh(v), 3 × Σ."""
    return text if re.fullmatch(r"\w+\([^()]*\)|\S+", text) else f"({text})"


def _is_wide(node: Value) -> bool:
    """Return whether an operation is written by its symbol alone, without its inputs."""
    return node.op is ops.row("dot") or len(node.parents) > _MOST_INPUTS


class _OperationWriter(PictureWriter):
    """Formulas with the signs that operations have in pictures."""

    times = " × "


def merged(order: Sequence[Value], output: Value, composer: Composer) -> Folding:
    """Return the graph with each unlabelled result in the one operation that takes it.

    A node takes in no more than can be written in it.

    Args:
        order: the nodes, parents before children.
        output: the result.
        composer: writes what a node computes.
    """
    users: dict[Value, set[Value]] = {node: set() for node in order}
    for node in order:
        for parent in node.parents:
            users[parent].add(node)
    inside: dict[Value, list[Value]] = {}
    for node in order:
        taken: list[Value] = []
        for parent in () if _is_wide(node) else dict.fromkeys(node.parents):
            if parent.op is not None and not parent.label and len(users[parent]) == 1:
                more = [*taken, parent, *inside[parent]]
                taken = more if composer.is_short(node, more) else taken
        inside[node] = taken
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
    results = [node for node in graph if node.op is not None and node is not output]
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
        ends: dict[Value, None] = {}  # in the order in which the text names them
        found: dict[Value, None] = {}
        stack = [*reversed(node.parents)]
        while stack:
            parent = stack.pop()
            if parent in kept:
                ends[parent] = None
            elif parent not in found:
                found[parent] = None
                stack += reversed(parent.parents)
        if found:
            inside[node] = [*found]
            by_parent = {edge.parent: edge for edge in graph[node]}
            graph[node] = [by_parent[p] for p in ends if not isinstance(p, Constant)]
        else:
            graph |= edges([node])
    return Folding(without_constants(graph, output), inside=inside)
