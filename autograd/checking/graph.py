"""A graph as judging goes through it: what leads where, and which sums are of one layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograd.value import DOT, Constant, Value


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
    """

    def __init__(self, order: Sequence[Value]) -> None:
        self.order = order
        self.place = {node: i for i, node in enumerate(order)}
        self.children: dict[Value, list[tuple[Value, int]]] = {node: [] for node in order}
        self._layers: dict[tuple[Value, ...], list[Value]] = {}
        self._results: dict[Value, list[Value]] = {}
        for child in order:
            for i, parent in enumerate(child.parents):
                self.children[parent].append((child, i))
            if child.op is DOT:
                self._layers.setdefault(_fed_by(child), []).append(child)
        counts = {count for node in order for count in counts_of(node)}
        self.scales = sorted({scale for n in counts for scale in (n, n / 2, 1 / n)} - {1.0})

    def layer(self, node: Value) -> list[Value]:
        """Return the weighted sums of the same inputs as a weighted sum: those of its layer."""
        return self._layers[_fed_by(node)] if node.op is DOT else []

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


def counts_of(node: Value) -> Iterator[int]:
    """Yield the numbers of terms that a node may be a mean of.

    >>> x, y = Value(1.0), Value(2.0)
    >>> list(counts_of((x + y) / 3)), list(counts_of((x + y) * 0.5))
    ([3], [2])
    """
    if node.op is None:
        return
    if node.op.name in {"sum", "mean"} and len(node.parents) > 1:
        yield len(node.parents)
    if node.op.name in {"div", "mul"}:
        for other in node.parents:
            if isinstance(other, Constant) and other.data:
                count = 1.0 / other.data if abs(other.data) < 1 else other.data
                if abs(count - round(count)) < 1e-9 and count > 1:
                    yield round(count)


def _fed_by(node: Value) -> tuple[Value, ...]:
    half = len(node.parents) // 2
    return node.parents[half : 2 * half]
