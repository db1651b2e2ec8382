"""The chain rule between labelled nodes: its factors, its paths, and where paths meet."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from autograd.explaining.factors import (
    Factor,
    Meeting,
    Path,
    Share,
    is_close,
    is_noise,
    joined,
    made_by,
)
from autograd.explaining.formulas import Formulas
from autograd.explaining.samples import averages
from autograd.forking import cached_property
from autograd.languages import words
from autograd.notation.accumulation import held
from autograd.notation.algebra import Number, Symbol, add_up, multiply
from autograd.notation.equations import measured
from autograd.notation.names import Names
from autograd.notation.simplifying import has_fraction, simplest
from autograd.notation.writers import Writer
from autograd.reach import Shares
from autograd.value import Value, topological_order
from autograd.walks import Edge, depending_on, edges_between, pull_back


class Chain:
    """The chain rule for d(output)/d(wrt) between named nodes, in numbers and symbols.

    The nodes are those with a label, and the weighted sums that are named after their neuron.

    Args:
        output: the node to differentiate.
        wrt: the node to differentiate by.
        order: the nodes of the graph, parents before children.
        max_paths: how many paths are listed at the most.

    Attributes:
        output: the node to differentiate.
        wrt: the node to differentiate by.
        names: the names of the nodes.
        path_count: how many paths there are, listed or not.
        factors: the factors of all paths, each once, from the output's end.
        value: the derivative.
    """

    def __init__(self, output: Value, wrt: Value, order: Sequence[Value], max_paths: int) -> None:
        self.output = output
        self.wrt = wrt
        self.names = Names(order)
        self._max_paths = max_paths
        stops = [n for n in order if n is output or n is wrt or self.names.is_given(n)]
        dependent = depending_on([wrt], order)
        stops_between = [stop for stop in stops if stop in dependent]
        graph = edges_between(stops, order, stops_between[1:])
        formulas = Formulas(order, set(stops), self.names)
        behind = {
            child: list(_factors([e for e in edges if e.parent in dependent], formulas))
            for child, edges in graph.items()
        }
        self.factors = tuple(factor for child in reversed(graph) for factor in behind[child])
        self._ends = {(factor.child, factor.parent) for factor in self.factors}
        self._children: dict[Value, list[Factor]] = {node: [] for node in reversed(stops_between)}
        for factor in self.factors:
            self._children[factor.parent].append(factor)

        def parents(node: Value) -> list[Value]:
            return [factor.parent for factor in behind.get(node, ())]

        def shares(node: Value, gradient: float) -> list[float | None]:
            return [gradient * f.derivative if f.is_chosen else None for f in behind[node]]

        def counts(node: Value, count: int) -> list[int]:
            return [count] * len(behind[node])

        self._gradients = pull_back(stops_between, {output: 1.0}, shares, parents)
        self.path_count: int = pull_back(stops_between, {output: 1}, counts, parents)[wrt]
        self.value: float = self._gradients.get(wrt, 0.0)

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """Every path from `output` back to `wrt`; empty if there are too many to list."""
        return tuple(self._walk()) if self.path_count <= self._max_paths else ()

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
        """Return d(output)/d(node) for a node on a path, and 0.0 for any other node.

        It is 0 where shares cancel, and only rounding keeps their sum from it.
        """
        return self._rounded.get(node, 0.0)

    @cached_property
    def _rounded(self) -> dict[Value, float]:
        found: dict[Value, float] = {self.output: 1.0}
        for node, factors in self.received():
            shares = [found[f.child] * f.value if f.is_chosen else 0.0 for f in factors]
            gradient = self._gradients.get(node, 0.0)
            is_nothing = not any(shares) or is_noise(gradient, shares)
            found[node] = 0.0 if is_nothing else gradient
        return found

    def held(self, digits: int) -> str:
        """Return what to say where `.grad` holds another number than the derivative; else "".

        Args:
            digits: significant digits of the numbers.
        """
        name, writer = self.names.text(self.wrt), Writer(digits=digits)
        if not held(self.wrt, name, self.value, self.output, writer).sentence:
            return ""
        # Where shares cancel, what rounding leaves depends on the order of addition: so it is the
        # backward pass's own.
        order = topological_order(self.output)
        own = pull_back(order, {self.output: 1.0}, Shares(order)).get(self.wrt, 0.0)
        sentence = held(self.wrt, name, own, self.output, writer).sentence
        return words("{name}.grad is {sentence}.", name=name, sentence=sentence) if sentence else ""

    def received(self) -> Iterator[tuple[Value, list[Factor]]]:
        """Yield the nodes on the paths, from the output's end, each with the factors back to it."""
        return ((node, factors) for node, factors in self._children.items() if factors)

    def is_meeting(self, node: Value) -> bool:
        """Return whether several ways lead from a node to the output, and meet at the node."""
        return len(self._children.get(node, ())) > 1

    @cached_property
    def meetings(self) -> tuple[Meeting, ...]:
        """The nodes whose gradient is worked out, from the output's end; the last is `wrt`.

        Their ways meet, or part after several factors, which would be written for each way.
        """
        received = dict(self.received())
        return tuple(self._meeting(node, received[node]) for node in self._stages)

    @cached_property
    def _stages(self) -> dict[Value, None]:
        """The nodes of `meetings`, in order."""
        found: dict[Value, None] = {}
        length = {self.output: 0}  # how many factors lead to a node from the one before in `found`
        parting = Counter(factor.child for factor in self.factors)
        losses = {f.child for f in self.factors if _is_predicted(f) and f.parent in parting}
        for node, factors in self.received():
            length[node] = length[factors[0].child] + 1
            is_repeated = parting[node] > 1 and (length[node] > 1 or node in losses)
            is_repeated = is_repeated and not _is_predicted(factors[0])  # a part of p - y
            if is_repeated or self.is_meeting(node) or node is self.wrt:
                found[node] = None
                length[node] = 0
        return found

    def _meeting(self, node: Value, factors: Sequence[Factor]) -> Meeting:
        shares = tuple(self._share(factor) for factor in reversed(factors))
        return Meeting(node, shares, self.gradient(node), self._error(node, shares))

    def _share(self, factor: Factor) -> Share:
        """Return the way from a factor up to the output, or to the next node of `meetings`."""
        way = [factor]
        while way[-1].child is not self.output and way[-1].child not in self._stages:
            way += self._children[way[-1].child]
        is_chosen = all(f.is_chosen for f in way)
        value = self.gradient(factor.child) * factor.value if is_chosen else 0.0
        return Share(way[-1].child, tuple(joined(way[::-1], self._ends)), value)

    def _error(self, node: Value, shares: Sequence[Share]) -> Symbol | None:
        """Return p - y for a score whose shares come through a softmax and a cross entropy.

        It is the derivative of the node that all shares start at.
        """
        ways = [share.factors[-1].parts or share.factors[-2:] for share in shares]
        softmaxes = [way[-1].child for way in ways if made_by(way[-1].child, "softmax")]
        if len(shares) < 2 or len(softmaxes) < len(shares):
            return None
        start = shares[0].start
        formulas = [f.formula for share in shares for f in share.factors]
        if any(len(way) != 2 or way[0].child is not start for way in ways):
            return None
        if None in formulas or any(share.start is not start for share in shares):
            return None
        every = [
            multiply(f.formula for f in share.factors if f.formula is not None) for share in shares
        ]
        whole = [simplest(add_up(every))]
        for way in ways:  # where the targets add up to 1, this is what is left of the sum
            probability, by = self.names[way[-1].child], way[0].formula
            if way[-1].child.parents[0] is node and by is not None:
                whole.append(simplest(probability + probability * by))
        size = self.gradient(start)
        right = [f for f in whole if is_close(size * measured(f)[0], self.gradient(node))]
        return right[-1] if right else None


def _is_predicted(factor: Factor) -> bool:
    """Return whether a factor is that of a cross entropy by a sigmoid's or softmax's result."""
    is_fraction = factor.formula is not None and has_fraction(factor.formula)
    return is_fraction and (made_by(factor.parent, "sigmoid") or made_by(factor.parent, "softmax"))


def _factors(edges: Sequence[Edge], formulas: Formulas) -> Iterator[Factor]:
    """Yield the factors of a node; without a formula that rounding, or 0 * inf, has made false."""
    means = averages(formulas.inner(edges[0].child)) if edges else frozenset()
    for edge in edges:
        formula, value = formulas.derivative(edge.child, edge.parent), edge.derivative
        if isinstance(formula, Number) and not math.isclose(formula.value, value, rel_tol=1e-9):
            formula = None
        remarks = formulas.remarks(edge.child, edge.parent)
        yield Factor(**vars(edge), formula=formula, means=means, remarks=remarks)
