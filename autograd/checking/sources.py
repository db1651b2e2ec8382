"""From which of a hand's earlier numbers a number follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from autograd.checking.claims import Claim
from autograd.checking.hand import Hand
from autograd.checking.sheet import Sheet
from autograd.value import Constant, Value

Place = tuple[str, tuple[Value, ...]]
"""A number of the calculation: a kind of claim, and its nodes."""


class Sources:
    """The numbers that a number is computed from, back to the nearest ones that the hand wrote.

    Args:
        hand: the walk so far.
        sheet: the sheet that the number is computed on.
    """

    def __init__(self, hand: Hand, sheet: Sheet) -> None:
        self._hand, self._sheet = hand, sheet

    def of(self, claim: Claim, verdict: str) -> tuple[Claim, ...]:
        """Return the claims that a claim follows from, in the order of work.

        Args:
            claim: the claim.
            verdict: "follows", from what was rounded, or "follows from an error".
        """
        places, _ = self._nearest(claim, verdict)
        found = {self._hand.written[place] for place in places}
        every = [other for other in self._hand.found if other in found]
        wanted = [other for other in every if self._counts(other, verdict)]
        return tuple(wanted or (every if verdict == "follows from an error" else ()))

    def are_written(self, claim: Claim, verdict: str) -> bool:
        """Return whether every number with a name that a claim follows from is on the sheet."""
        return not self._nearest(claim, verdict)[1]

    def is_any_written(self, claim: Claim, verdict: str) -> bool:
        """Return whether a number that a claim follows from is on the sheet."""
        return bool(self._nearest(claim, verdict)[0])

    def _nearest(self, claim: Claim, verdict: str) -> tuple[set[Place], bool]:
        """Return the nearest written numbers, and whether a number with a name is not written."""
        found: set[Place] = set()
        seen: set[Place] = set()
        is_missing = False
        stack = list(self._before((claim.kind, claim.nodes)))
        while stack:
            place = stack.pop()
            if place in seen:
                continue
            seen.add(place)
            known = self._known(place, verdict)
            if known is not None:
                found.add(known)
                continue
            is_missing |= self._is_unknown(place)
            stack.extend(self._before(place))
        return found, is_missing

    def _is_unknown(self, place: Place) -> bool:
        """Return whether a number has a name, and rounding may have moved it."""
        kind, nodes = place
        if not nodes[-1].label or kind not in {"value", "gradient"}:
            return False
        number = self._sheet.values[nodes[0]] if kind == "value" else self._sheet.gradient(*nodes)
        return number.low != number.high

    def copied(  # noqa: PLR0911  # one walk up, which ends for one reason or another
        self, claim: Claim
    ) -> tuple[Claim, float] | None:
        """Return the written gradient that a gradient is a copy of, and 1 or -1; else None.

        Where the derivative on the only way up is 1, nothing is computed, so nothing is rounded.
        """
        if claim.kind not in {"gradient", "delta"}:
            return None
        (root, node), sign = claim.nodes, 1.0
        written = self._hand.written
        while node is not root:
            if any(kind in {"local", "whole"} and ends[1] is node for kind, ends in written):
                return None
            shares = [path for kind, path in written if kind == "share" and path[0] is node]
            if any(self._output_of(path) is root for path in shares):
                return None
            ways = [
                (child, i)
                for child, i in self._hand.graph.children[node]
                if self._sheet.gradient(root, child).number != 0
            ]
            if len(ways) != 1:
                return None
            child, i = ways[0]
            partial = self._sheet.partials(child)[i]
            if partial.low != partial.high or abs(partial.number) != 1.0:
                return None
            sign *= partial.number
            node = child
            if (claim.kind, (root, node)) in written:
                return written[claim.kind, (root, node)], sign
        return None

    def _known(self, place: Place, verdict: str) -> Place | None:
        """Return the claim on a number that the hand went on with; on right sheets, a right one."""
        kind, nodes = place
        for other in (kind, "delta") if kind == "gradient" else (kind,):
            claim = self._hand.written.get((other, nodes))
            if claim is None:
                continue
            finding = self._hand.found[claim]
            if finding.reading is not None and (finding.ok or verdict != "follows"):
                return other, nodes
        return None

    def _counts(self, claim: Claim, verdict: str) -> bool:
        finding = self._hand.found[claim]
        if verdict == "follows":
            return finding.verdict != "right"
        return not finding.ok

    def _before(self, place: Place) -> Iterator[Place]:  # noqa: C901, PLR0912  # kind by kind
        """Yield the numbers that a number is computed from at once."""
        kind, nodes = place
        if kind == "value":
            for parent in nodes[0].parents:
                yield "value", (parent,)
        elif kind in {"gradient", "delta"}:
            root, node = nodes
            for other, path in self._hand.written:
                if other == "share" and path[0] is node and self._output_of(path) is root:
                    yield other, path
            for child, i in self._hand.graph.children[node]:
                gradient = self._sheet.gradient(root, child)
                is_nothing = gradient.low == gradient.high == 0
                if is_nothing and self._hand.exact.gradient(root, child).number == 0:
                    continue
                if child is not root:
                    yield "gradient", (root, child)
                if not is_nothing:  # by which it would be multiplied
                    yield from self._of_partial(child, i)
            for other, link in self._hand.written:
                if other in {"local", "whole"} and link[1] is node:
                    yield other, link
        elif kind in {"local", "whole"}:
            yield from self._of_derivative(*nodes, stop=kind == "local")
        elif kind == "share":
            root = self._output_of(nodes)
            if nodes[-1] is not root:
                yield "gradient", (root, nodes[-1])
            for bottom, top in pairwise(nodes):
                yield from self._of_derivative(top, bottom, stop=True)
        elif kind == "update":
            root, node = nodes
            yield "value", (node,)
            yield "gradient", nodes

    def _output_of(self, path: Sequence[Value]) -> Value:
        """Return the output that a share comes down from: of several, the one its path ends at."""
        outputs = self._hand.outputs
        return path[-1] if len(outputs) > 1 else outputs[0]

    def _of_derivative(self, top: Value, bottom: Value, *, stop: bool) -> Iterator[Place]:
        for kind in ("local", "whole"):
            if (kind, (top, bottom)) in self._hand.written:
                yield kind, (top, bottom)
        graph = self._hand.graph
        inside = graph.between(top, bottom, stop=stop) or graph.between(top, bottom, stop=False)
        for child in inside:
            for i, parent in enumerate(child.parents):
                if parent in inside:
                    yield from self._of_partial(child, i)

    def _of_partial(self, child: Value, i: int) -> Iterator[Place]:
        """Yield the numbers in a local derivative: those of inputs, or else that of the result."""
        parent = child.parents[i]
        if ("local", (child, parent)) in self._hand.written:
            yield "local", (child, parent)
            return
        partial = self._sheet.partials(child)[i]
        same = [p for p in child.parents if self._sheet.values[p].steps[0] is partial.steps[0]]
        if same:
            yield "value", (same[0],)
        elif child.op is not None and child.op.arity is None:
            for k, other in self._sheet.written_shares(child):
                if k == i:
                    yield "value", (other,)
            if partial.low != partial.high:
                yield "value", (child,)
        else:
            yield from self._of_formula(child, i)

    def _of_formula(self, child: Value, i: int) -> Iterator[Place]:
        """Yield the numbers that the formula of a local derivative depends on."""
        assert child.op is not None  # noqa: S101  # an edge leads to a result
        nodes = [child, *child.parents]
        numbers = [self._sheet.values[node].number for node in nodes]
        constant = [isinstance(parent, Constant) for parent in child.parents]

        def partial(numbers: list[float]) -> float:
            return float(child.op.partials(numbers[0], numbers[1:], constant, as_written=True)[i])  # type: ignore[union-attr]

        for k, node in enumerate(nodes):
            if isinstance(node, Constant):
                continue
            # The right number may be on the other side of a kink.
            for other in (0.9 * numbers[k] + 0.01, self._hand.exact.values[node].number):
                if partial([*numbers[:k], other, *numbers[k + 1 :]]) != partial(numbers):
                    yield "value", (node,)
                    break
