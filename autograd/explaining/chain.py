"""The chain rule between labelled nodes: its factors, its paths, and their value."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograd.explaining.formulas import Formulas
from autograd.notation.algebra import Symbol
from autograd.notation.names import Names
from autograd.value import Value
from autograd.walks import Edge, between, edges_between, pull_back


@dataclass(frozen=True)
class Factor(Edge):
    """One factor of the chain rule: the derivative of a labelled node by one before it.

    Attributes:
        child: the node to differentiate.
        parent: the node to differentiate by.
        formula: the derivative in symbols; None where it is too long to be read.
        value: the derivative as a number.
    """

    formula: Symbol | None

    @property
    def value(self) -> float:
        """The derivative as a number."""
        return self.derivative


@dataclass(frozen=True)
class Path:
    """One path of factors, from the output back to the node to differentiate by.

    Attributes:
        factors: the factors, from the output's end.
        value: the product of the factors.
    """

    factors: tuple[Factor, ...]
    value: float


class Chain:
    """The chain rule for d(output)/d(wrt) between labelled nodes, in numbers and symbols.

    Args:
        output: the node to differentiate.
        wrt: the node to differentiate by.
        order: the nodes of the graph, parents before children.
        max_paths: how many paths are listed at the most.

    Attributes:
        output: the node to differentiate.
        wrt: the node to differentiate by.
        names: the names of the nodes.
        paths: every path from `output` back to `wrt`; empty if there are too many to list.
        path_count: how many paths there are, listed or not.
        factors: the factors of all paths, each once, from the output's end.
        value: the derivative.
    """

    def __init__(self, output: Value, wrt: Value, order: Sequence[Value], max_paths: int) -> None:
        self.output = output
        self.wrt = wrt
        self.names = Names(order)
        stops = [node for node in order if node.label or node is output or node is wrt]
        graph = edges_between(stops, order)
        formulas = Formulas(order, set(stops), self.names)
        used = between(graph, wrt, output)
        behind = {
            child: [
                Factor(**vars(edge), formula=formulas.derivative(child, edge.parent))
                for edge in edges
                if edge in used
            ]
            for child, edges in graph.items()
        }
        self.factors = tuple(factor for child in reversed(stops) for factor in behind[child])
        self._children: dict[Value, list[Factor]] = {node: [] for node in reversed(stops)}
        for factor in self.factors:
            self._children[factor.parent].append(factor)

        def parents(node: Value) -> list[Value]:
            return [factor.parent for factor in behind[node]]

        def shares(node: Value, gradient: float) -> list[float | None]:
            return [gradient * f.value if f.is_chosen else None for f in behind[node]]

        def counts(node: Value, count: int) -> list[int]:
            return [count] * len(behind[node])

        self._gradients = pull_back(stops, {output: 1.0}, shares, parents)
        self.path_count: int = pull_back(stops, {output: 1}, counts, parents)[wrt]
        self.value = self.gradient(wrt)
        self.paths = tuple(self._walk()) if self.path_count <= max_paths else ()

    def _walk(self) -> Iterator[Path]:
        """Yield every path, walking from `wrt` up to the output."""
        stack: list[tuple[Value, tuple[Factor, ...]]] = [(self.wrt, ())]
        while stack:
            node, factors = stack.pop()
            if node is self.output:
                is_chosen = all(factor.is_chosen for factor in factors)
                value = math.prod(factor.value for factor in factors) if is_chosen else 0.0
                yield Path(factors, value)
            else:
                stack.extend((f.child, (f, *factors)) for f in self._children[node])

    def gradient(self, node: Value) -> float:
        """Return d(output)/d(node) for a node on a path, and 0.0 for any other node."""
        return self._gradients.get(node, 0.0)  # type: ignore[no-any-return]  # of floats

    def received(self) -> Iterator[tuple[Value, list[Factor]]]:
        """Yield the nodes on the paths, from the output's end, each with the factors back to it."""
        return ((node, factors) for node, factors in self._children.items() if factors)
