"""A graph as judging goes through it: what leads where, and which sums are of one layer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autograd.floats import DOT
from autograd.forking import cached_property
from autograd.value import Constant, Value

_SUMS = {"add", "sum"}
_TERMS = {*_SUMS, "sub", "neg"}


class Layer(NamedTuple):
    """Weighted sums of the same inputs.

    Attributes:
        sums: the sums.
        inputs: the inputs, each a node that every sum has.
        weights: of each sum, the weight of each input.
    """

    sums: tuple[Value, ...]
    inputs: tuple[Value, ...]
    weights: tuple[tuple[Value, ...], ...]

    def transposed(self, k: int, j: int) -> Value | None:
        """Return the weight that stands in row j and column k, if there is one."""
        is_there = j < len(self.weights) and k < len(self.inputs)
        return self.weights[j][k] if is_there else None


class Graph:
    """A graph as judging goes through it.

    Args:
        order: the nodes, parents before children.

    Attributes:
        order: the nodes.
        place: each node's place in the order.
        children: the results that each node goes into, and as which input.
        scales: by which factors a hand may have larger numbers on the way, which it divides by the
            count of a mean at the end, or at once; the square of a mean of squares brings a 2.
        in_means: the sums that are divided by such a count, and the parts of those sums.
    """

    def __init__(self, order: Sequence[Value]) -> None:
        self.order = order
        self.place = {node: i for i, node in enumerate(order)}
        self.children: dict[Value, list[tuple[Value, int]]] = {node: [] for node in order}
        self._results: dict[Value, list[Value]] = {}
        for child in order:
            for i, parent in enumerate(child.parents):
                self.children[parent].append((child, i))
        means = {node: set(counts_of(node)) for node in order}
        counts = set[int]().union(*means.values())
        self.in_means: set[Value] = set()
        for node in reversed(order):
            if means[node] or node in self.in_means:
                self.in_means |= {
                    p for p in node.parents if p.op is not None and p.op.name in _TERMS
                }
        self.scales = sorted({scale for n in counts for scale in (n, n / 2, 1 / n)} - {1.0})

    @cached_property
    def shares(self) -> dict[tuple[int, ...], dict[Value, Value]]:
        """For the scores of each softmax, as `scores_of` has them, the share of each score."""
        found: dict[tuple[int, ...], dict[Value, Value]] = {}
        for node in self.order:
            if node.op is not None and node.op.name == "softmax":
                found.setdefault(scores_of(node), {})[node.parents[0]] = node
        return found

    @cached_property
    def layers(self) -> list[Layer]:
        """The weighted sums of the same inputs, written as one operation or as products added."""
        groups: dict[tuple[int, Value], dict[Value, list[tuple[Value, Value]]]] = {}
        for node in self.order:
            pairs = self._pairs(node)
            for factor in dict.fromkeys(pairs[0]) if len(pairs) > 1 else ():
                groups.setdefault((len(pairs), factor), {})[node] = pairs
        found = []
        for sums in groups.values():
            columns = list(zip(*sums.values(), strict=True)) if len(sums) > 1 else []
            shared = [set.intersection(*map(set, column)) for column in columns]
            if shared and all(len(common) == 1 for common in shared):
                inputs = tuple(node for (node,) in shared)
                weights = tuple(
                    tuple(b if a is x else a for (a, b), x in zip(pairs, inputs, strict=True))
                    for pairs in sums.values()
                )
                found.append(Layer(tuple(sums), inputs, weights))
        return found

    @cached_property
    def weighted(self) -> dict[tuple[Value, Value], tuple[Layer, int, int]]:
        """For an input and a weight of it, the layer, the number of the sum and of the input."""
        return {
            (layer.inputs[j], weight): (layer, k, j)
            for layer in self.layers
            for k, row in enumerate(layer.weights)
            for j, weight in enumerate(row)
        }

    def _pairs(self, node: Value) -> list[tuple[Value, Value]]:
        """Return the products that add up to a node, if it is a whole sum; else nothing."""
        if node.op is None or not (node.op is DOT or node.op.name in _SUMS):
            return []
        over = [child.op for child, _ in self.children[node]]
        if not node.label and any(op is not None and op.name in _SUMS for op in over):
            return []  # a part of a sum
        found: list[tuple[Value, Value]] = []
        stack = [node]
        while stack:
            part = stack.pop()
            if part.op is DOT:
                half = len(part.parents) // 2
                found += zip(part.parents[:half], part.parents[half : 2 * half], strict=True)
            elif part.op is not None and (part is node or not part.label):
                if part.op.name in _SUMS:
                    stack.extend(reversed(part.parents))
                elif part.op.name == "mul" and part.parents[0] is not part.parents[1]:
                    found.append((part.parents[0], part.parents[1]))
        return found

    def edges(self, top: Value, bottom: Value) -> list[int]:
        """Return as which inputs a node goes into another."""
        return [i for child, i in self.children[bottom] if child is top]

    def results(self, node: Value) -> list[Value]:
        """Return the inputs of a node that are results themselves."""
        if node not in self._results:
            found = dict.fromkeys(parent for parent in node.parents if parent.op is not None)
            self._results[node] = list(found)
        return self._results[node]

    def between(self, top: Value, bottom: Value, *, stop: bool) -> dict[Value, None]:
        """Return the nodes on the paths between two nodes, children before parents.

        Args:
            top: the upper end.
            bottom: the lower end.
            stop: whether paths that meet a labelled node on the way do not count.
        """
        lowest = self.place[bottom]
        leads = {bottom: True}
        stack: list[tuple[Value, bool]] = [(top, False)]
        done: list[Value] = [bottom]
        while stack:
            node, is_left = stack.pop()
            if is_left:
                leads[node] = bool(self.edges(node, bottom)) or any(
                    leads.get(parent, False) for parent in self.results(node)
                )
                if leads[node]:
                    done.append(node)
            elif node not in leads:
                leads[node] = False
                if self.place[node] > lowest and not (stop and node is not top and node.label):
                    stack.append((node, True))
                    stack.extend((p, False) for p in self.results(node) if p not in leads)
        return dict.fromkeys(reversed(done)) if leads.get(top) else {}


def scores_of(share: Value) -> tuple[int, ...]:
    """Return which scores a share of a softmax is of, the same for all shares of it."""
    return tuple(sorted(map(id, share.parents)))


def counts_of(node: Value) -> Iterator[int]:
    """Yield the numbers of terms that a node may be a mean of.

    >>> x, y = Value(1.0), Value(2.0)
    >>> list(counts_of((x + y) / 3)), list(counts_of((x + y) * 0.5))
    ([3], [2])
    >>> list(counts_of((x + y) * 3))
    []
    """
    if node.op is None:
        return
    if node.op.name in {"sum", "mean"} and len(node.parents) > 1:
        yield len(node.parents)
    if node.op.name in {"div", "mul"}:
        for other in node.parents:
            if isinstance(other, Constant) and other.data:
                count = other.data if node.op.name == "div" else 1.0 / other.data
                if math.isfinite(count) and abs(count - round(count)) < 1e-9 and count > 1:
                    yield round(count)


def is_added(node: Value, parent: Value) -> bool:
    """Return whether a node is a sum of an input and other terms, as z of b in w*x + b."""
    if node.op is DOT:
        return len(node.parents) % 2 == 1 and node.parents[-1] is parent
    return node.op is not None and node.op.name in _SUMS
