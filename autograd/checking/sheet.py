"""Both passes of a graph, as one hand has their numbers: written ones in the place of computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from autograd import real
from autograd.checking.graph import Graph, scores_of
from autograd.checking.habits import Style, crowd
from autograd.checking.rounding import (
    Rounded,
    differentiated,
    divided,
    exactly,
    exchanged,
    left_open,
    named,
    remaining,
    settled,
    shared_out,
    sum_of_products,
)
from autograd.sweeps import is_chosen
from autograd.value import Constant, Value

Link = tuple[Value, Value]
"""A node, and a node that it depends on: the ends of a derivative."""


class Sheet:
    """Both passes of a graph, as one hand has their numbers.

    Args:
        graph: the graph.
        style: how the hand writes.
        leaves: the numbers of leaves that have moved.
        is_large: whether there are more hands who round now and then, which takes longer.

    Attributes:
        values: each node's number.
        gradients: for each output, the gradient of each node so far.
    """

    def __init__(
        self,
        graph: Graph,
        style: Style | None = None,
        leaves: Mapping[Value, Rounded] | None = None,
        *,
        is_large: bool = False,
    ) -> None:
        self.graph, self.style, self._is_large = graph, style or Style(), is_large
        self.habits = crowd(self.style, graph.scales, is_large=is_large)
        self.values: dict[Value, Rounded] = {}
        self._leaves = leaves or {}
        self._partials: dict[Value, list[Rounded]] = {}
        self.gradients: dict[Value, dict[Value, Rounded]] = {}
        self._shares: dict[Value, dict[Value, list[tuple[Rounded, Rounded]]]] = {}
        self._ties: dict[Value, tuple[list[int], Rounded]] = {}
        self._links: dict[Value, list[tuple[Value, Rounded, Rounded]]] = {}
        self._paths: dict[tuple[Value, Value], list[tuple[Rounded, Rounded]]] = {}

    def anew(self, leaves: Mapping[Value, Rounded]) -> Sheet:
        """Return a sheet of the same hands, for leaves that have moved."""
        return Sheet(self.graph, self.style, leaves, is_large=self._is_large)

    # ------------------------------------------------------------------ forward

    def known(self, number: float) -> Rounded:
        """Return a number that was given."""
        return exactly(number, self.habits)

    def compute(self, node: Value) -> Rounded:
        """Return a node's number as it follows from those of its parents."""
        if node.op is None:
            return self._leaves[node] if node in self._leaves else self.known(node.data)
        inputs = [self.values[parent] for parent in node.parents]
        if self.graph.scales:
            inputs = [divided(x, is_term=node in self.graph.in_means) for x in inputs]
        found = Rounded.apply_primitive(node.op, inputs)
        return named(found) if node.label else found

    def settle(self) -> None:
        """End the forward pass: hands that carried digits as long as it lasted carry no more."""
        for node, number in self.values.items():
            self.values[node] = settled(number)

    def known_number(self, node: Value) -> float:
        """Return a node's number, or the graph's own where the hand has not come to it yet."""
        return self.values[node].number if node in self.values else node.data

    def run(self, roots: Iterable[Value] = ()) -> Sheet:
        """Compute every number that is not there yet, and the gradients of some outputs."""
        for node in self.graph.order:
            if node not in self.values:
                self.values[node] = self.compute(node)
        for root in roots:
            for node in self.backward(root):
                self.hand_down(root, node, self.received(root, node))
        return self

    def partials(self, node: Value) -> list[Rounded]:
        """Return the local derivatives of a node by its parents."""
        if node not in self._partials:
            assert node.op is not None  # noqa: S101  # a leaf has no parents
            inputs = [self.values[parent] for parent in node.parents]
            constant = [isinstance(parent, Constant) for parent in node.parents]
            found = differentiated(node.op, self.values[node], inputs, constant)
            for i, other in self.written_shares(node):
                found[i] = -(self.values[node] * self.values[other])
            self._partials[node] = found
        return self._partials[node]

    def written_shares(self, node: Value) -> list[tuple[int, Value]]:
        """Return the other shares of a softmax that the hand wrote, by the place of their scores.

        The derivative of p1 by the second score is -p1 * p2: a hand goes on with its own p2.
        """
        if node.op is None or node.op.name != "softmax":
            return []
        shares = self.graph.shares[scores_of(node)]
        others = [(i, shares.get(score)) for i, score in enumerate(node.parents) if i]
        return [
            (i, other)
            for i, other in others
            if other is not None and self.values[other].steps[0].written is not None
        ]

    # ----------------------------------------------------------------- backward

    def backward(self, root: Value) -> list[Value]:
        """Begin the backward pass of an output: return its nodes, children before parents."""
        self.gradients[root] = {}
        self._shares[root] = {root: [(left_open(self.known(1.0)), self.known(1.0))]}
        return list(reversed(self.graph.order))

    def received(self, root: Value, node: Value) -> Rounded:
        """Return a node's gradient as it follows from the shares that it received."""
        shares = self._shares[root].get(node)
        if not shares:
            return self.known(0.0)
        return sum_of_products(shares)

    def largest_share(self, root: Value, node: Value) -> float:
        """Return the size of the largest share that a node received."""
        shares = self._shares[root].get(node, ())
        return max(
            (abs(gradient.number * partial.number) for gradient, partial in shares), default=0.0
        )

    def corrected(self, root: Value, node: Value, received: Rounded) -> Rounded:
        """Return a node's gradient with the local derivatives and shares that the hand wrote."""
        found = received
        for child, written, computed in self._links.get(node, ()):
            gradient = self.gradients[root].get(child)
            if gradient is not None and gradient.number:
                found = exchanged(found, written, computed, gradient.number)
        for written, computed in self._paths.get((root, node), ()):
            found = exchanged(found, written, computed)
        return found

    def hand_down(self, root: Value, node: Value, gradient: Rounded) -> None:
        """Take a node's gradient, and give each parent its share."""
        self.gradients[root][node] = gradient
        if node.op is None or gradient.low == gradient.high == 0:
            return
        shares = self._shares[root]
        for parent, partial in zip(node.parents, self.partials(node), strict=True):
            if _goes_on(node, parent, partial):
                shares.setdefault(parent, []).append((gradient, partial))

    def gradient(self, root: Value, node: Value) -> Rounded:
        """Return d(root)/d(node) as the hand has it."""
        found = self.gradients[root].get(node)
        return self.received(root, node) if found is None else found

    def share_of_tie(self, root: Value, child: Value, i: int, gradient: Rounded) -> Rounded | None:
        """Return which share of a largest number's gradient an input's gradient tells of."""
        upstream, node = self.gradients[root][child], child.parents[i]
        if not all(step.number for step in upstream.steps):
            return None
        computed = upstream * self.partials(child)[i]
        return (gradient - self.received(root, node) + computed) / upstream

    # --------------------------------------------------- between two nodes

    def derivative(self, top: Value, bottom: Value, *, stop: bool = False) -> Rounded:
        """Return d(top)/d(bottom) along all paths.

        Args:
            top: the node that is differentiated.
            bottom: the node by which.
            stop: whether the labelled nodes on the way are held fixed; but if all paths meet one,
                all paths count.
        """
        edges = self.graph.edges(top, bottom)
        if len(edges) == 1 and len(self.graph.between(top, bottom, stop=stop)) == 2:
            return self.partials(top)[edges[0]]
        numbers = self.swept(top, bottom, stop=stop)
        return numbers[bottom] if bottom in numbers else self.known(0.0)

    def swept(
        self, top: Value, bottom: Value, *, stop: bool = False, seed: Rounded | None = None
    ) -> dict[Value, Rounded]:
        """Return d(top)/d(node), times a number, for each node on the paths to another node.

        Args:
            top: as for `derivative`.
            bottom: as for `derivative`.
            stop: as for `derivative`.
            seed: the number.
        """
        graph = self.graph
        inside = graph.between(top, bottom, stop=stop) or graph.between(top, bottom, stop=False)
        shares: dict[Value, list[Rounded]] = {top: [self.known(1.0) if seed is None else seed]}
        numbers: dict[Value, Rounded] = {}
        for node in inside:
            found = shares.get(node)
            if not found:
                continue
            number = real.add_up(*found)
            for child, written, computed in self._links.get(node, ()):
                if child in numbers:
                    number = exchanged(number, written, computed, numbers[child].number)
            numbers[node] = number
            if node is bottom or node.op is None:
                continue
            for parent, partial in zip(node.parents, self.partials(node), strict=True):
                if parent in inside and _goes_on(node, parent, partial):
                    shares.setdefault(parent, []).append(number * partial)
        return numbers

    def descend(self, root: Value, path: Sequence[Value]) -> dict[Value, Rounded]:
        """Return the share of a gradient that comes down a path, for each node on the path.

        From one stop to the next, the paths count that meet no other labelled node: an edge, where
        there is one. Where there are none such, all paths count.

        Args:
            root: the output.
            path: the stops of the path, from the node that receives the share up.
        """
        number = self.gradient(root, path[-1])
        found = {path[-1]: number}
        for bottom, top in reversed(list(pairwise(path))):
            found |= self.swept(top, bottom, stop=True, seed=number)
            # Nothing comes down to a node below a relu that is shut.
            number = found.setdefault(bottom, self.known(0.0))
        return found

    # -------------------------------------------------------- what the hand wrote

    def write_link(
        self, top: Value, bottom: Value, written: Rounded, computed: Rounded, *, stop: bool
    ) -> None:
        """Go on with a derivative that the hand wrote; `stop` is as for `derivative`."""
        edges = self.graph.edges(top, bottom)
        if len(edges) == 1 and len(self.graph.between(top, bottom, stop=stop)) == 2:
            self.partials(top)[edges[0]] = written
        else:
            self._links.setdefault(bottom, []).append((top, written, computed))

    def write_share_of_tie(self, child: Value, i: int, share: Rounded, unit: float) -> None:
        """Go on with the share of a largest number that one of the tied inputs got: all are 1.

        Args:
            child: the largest or the smallest number.
            i: which of its inputs got the share.
            share: the share, from 0 to 1.
            unit: by how much its last digit may have been rounded.
        """
        found = self.partials(child)
        tied, left = self._ties.get(child, (self.tied(child), self.known(1.0)))
        if i not in tied or len(tied) < 2:
            return
        even = shared_out(left, len(tied))[tied.index(i)]
        even = self.known(even.number)
        left = remaining(left, share, even, unit)
        tied = [j for j in tied if j != i]
        self._ties[child] = tied, left
        for j, partial in zip(tied, shared_out(left, len(tied)), strict=True):
            for shares in self._shares.values():
                pairs = shares.get(child.parents[j], [])
                pairs[:] = [(up, partial if p is found[j] else p) for up, p in pairs]
            found[j] = partial

    def tied(self, node: Value) -> list[int]:
        """Return which inputs of a largest or smallest number are as large as it is."""
        if node.op is None or node.op.name not in {"maximum", "minimum"}:
            return []
        number = self.values[node].number
        found = [i for i, p in enumerate(node.parents) if self.values[p].number == number]
        return found if len(found) > 1 else []

    def write_path(self, root: Value, node: Value, written: Rounded, computed: Rounded) -> None:
        """Go on with a share of a gradient that the hand wrote."""
        self._paths.setdefault((root, node), []).append((written, computed))


def _goes_on(node: Value, parent: Value, partial: Rounded) -> bool:
    """Whether gradients go on to an input; not to one that no hand takes for chosen."""
    return is_chosen(node.op, parent, partial.number) or partial.low < partial.high  # type: ignore[arg-type]  # no leaf has parents
