"""Both passes of a graph, with a hand's numbers in the place of the exact ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from autograd.checking.claims import Claim
from autograd.notation.names import Names
from autograd.reach import Shares
from autograd.value import Constant, Value
from autograd.walks import Edge, pull_back


class Sheet:
    """Both passes of a graph, with a hand's numbers in the place of the exact ones.

    Args:
        order: the nodes, parents before children; the last is the output.
        written: the claims whose numbers the hand went on with.
        carried: whether later nodes are computed from the written numbers. If not, written numbers
            enter the local derivatives alone: so does a hand that writes 0.37, carries on with more
            digits in the forward pass, and takes 0.37 as a factor in the backward pass.

    Attributes:
        computed: each node's number as it follows from the numbers before it.
        value: each node's number as the hand has it: as written, or as it follows.
        partials: each result's local derivatives.
        received: each node's gradient as it follows from the gradients before it.
        gradient: each node's gradient as the hand has it.
    """

    def __init__(self, order: Sequence[Value], written: Sequence[Claim], *, carried: bool) -> None:
        values = {claim.node: claim.number for claim in written if claim.kind == "value"}
        self._written = {claim.node: claim.number for claim in written if claim.kind == "gradient"}
        self._order = order
        self.computed: dict[Value, float] = {}
        self.value: dict[Value, float] = {}
        self.partials: dict[Value, Sequence[float]] = {}
        for node in order:
            inputs = [self.value[parent] for parent in node.parents]
            before = inputs if carried else [self.computed[parent] for parent in node.parents]
            number = node.data if node.op is None else node.op.value(*before)
            self.computed[node] = number
            self.value[node] = values.get(node, number)
            if node.op is not None:
                constant = [isinstance(parent, Constant) for parent in node.parents]
                self.partials[node] = node.op.partials(
                    self.value[node], inputs, constant, as_written=True
                )

        shares = Shares(order, self.partials.__getitem__)

        def times(node: Value, received: float) -> list[float]:
            return shares(node, self._written.get(node, received))

        self.received: dict[Value, float] = pull_back(
            order, dict.fromkeys(order, 0.0) | {order[-1]: 1.0}, times
        )
        self.gradient = self.received | self._written

    def reach(self, node: Value) -> dict[Value, float]:
        """Return d(other)/d(node) for each other node: its gradient's weight in that of `node`.

        The walk ends at a gradient that the hand wrote, because the hand went on with that number.
        """
        counts = {node: 1.0}
        for other, partials in self.partials.items():  # in topological order
            if other is not node and other not in self._written:
                paths = [
                    partial * counts[parent]
                    for parent, partial in zip(other.parents, partials, strict=True)
                    if parent in counts
                ]
                if paths:
                    counts[other] = sum(paths)
        return counts

    def edges_from(self, reach: dict[Value, float]) -> dict[Value, list[Edge]]:
        """Return the edges that lead on from each node within reach."""
        found: dict[Value, list[Edge]] = {}
        for child in self._order:
            for i, parent in enumerate(child.parents):
                if parent in reach and not isinstance(parent, Constant):
                    edge = Edge(parent, child, i, self.partials[child][i])
                    found.setdefault(parent, []).append(edge)
        return found

    def expected(self, claim: Claim) -> float:
        """Return the number that the claim should be, from the numbers before it."""
        if claim.kind == "value":
            return self.computed[claim.node]
        if claim.kind == "gradient":
            return self.received[claim.node]
        return self.value[claim.node] - claim.rate * self.gradient[claim.node]


@dataclass
class Desk:
    """A graph, and the sheets computed so far.

    Attributes:
        order: the nodes, parents before children.
        names: the names of the nodes.
    """

    order: list[Value]
    names: Names
    _sheets: dict[tuple[tuple[Claim, ...], bool], Sheet] = field(default_factory=dict)

    def supports(self, claim: Claim, basis: tuple[Claim, ...]) -> bool:
        """Return whether a claim follows from other claims, carried in the forward pass or not.

        Args:
            claim: the claim to judge.
            basis: the claims whose numbers the hand may have gone on with.
        """
        sheets = [self.sheet(basis, carried=carried) for carried in (True, False)]
        return any(claim.fits(sheet.expected(claim)) for sheet in sheets)

    def sheet(self, written: tuple[Claim, ...], *, carried: bool = True) -> Sheet:
        """Return the sheet that goes on from these claims; each sheet is computed once.

        Args:
            written: as for `Sheet`.
            carried: as for `Sheet`.
        """
        key = written, carried
        if key not in self._sheets:
            self._sheets[key] = Sheet(self.order, written, carried=carried)
        return self._sheets[key]
