"""The usual slips of the chain rule: in a factor, in a path, in a formula, anywhere on the way."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from autograd.checking.attempts import (
    EVERYWHERE,
    FACTOR,
    Attempt,
    attempt,
    far_slips,
    farther_slips,
)
from autograd.checking.claims import Claim
from autograd.checking.graph import counts_of
from autograd.checking.hand import Hand
from autograd.checking.mistakes import WRONG_DERIVATIVES
from autograd.checking.sheet import Sheet
from autograd.languages import words
from autograd.notation.names import Names
from autograd.value import Constant, Value
from autograd.walks import pull_back

_MOST_BESIDE = 100
_MOST_FOR_PAIRS = 60
_SAME = 1e-9


Edge = tuple[Value, int]
"""A result, and by which of its inputs it is differentiated."""


@dataclass(frozen=True)
class Factor:
    """A factor of the chain rule, between two nodes that have a name.

    Attributes:
        below: the node by which is differentiated.
        above: the node that is differentiated.
        number: the derivative, along the paths that meet no other named node.
        rest: by what it is multiplied on the way to the number claimed.
    """

    below: Value
    above: Value
    number: float
    rest: float


class Climb:
    """The way up from a node, along every path that its gradient came down.

    Args:
        sheet: the sheet.
        gradients: what came down to each node above, and to the node itself.
        node: where to begin.
        ends: nodes at which the hand wrote what came down: nothing above them matters.
        names: the names of the nodes.

    Attributes:
        edges: the edges on the way, each as child, which input, the local derivative, and by what
            it is multiplied; the nearest first. Those that leave the node are in `near`, and the
            others in `far`.
        factors: the factors between named nodes; the nearest first.
    """

    def __init__(  # noqa: C901  # one walk, which is read best in one piece
        self,
        sheet: Sheet,
        gradients: Mapping[Value, float],
        node: Value,
        ends: set[Value],
        names: Names,
        children: Mapping[Value, list[tuple[Value, int]]],
    ) -> None:
        self.sheet, self.node, self.names = sheet, node, names
        place = sheet.graph.place
        reach = {node: 1.0}
        near: dict[Value, dict[Value, float]] = {node: {node: 1.0}}  # from each named node below
        self.edges: list[tuple[Value, int, float, float]] = []
        self.factors: list[Factor] = []
        waiting, seen = [place[node]], {node}
        while waiting:
            other = sheet.graph.order[heappop(waiting)]
            is_named = bool(other.label) or other in ends
            if other is not node and is_named:
                for below, number in near[other].items():
                    self.factors.append(
                        Factor(below, other, number, reach[below] * gradients[other])
                    )
                near[other] = {other: 1.0}
            if other in ends and other is not node:
                continue
            climbed = False
            for child, i in children.get(other, ()):
                if child not in gradients:
                    continue
                climbed = True
                partial = sheet.partials(child)[i].number
                self.edges.append((child, i, partial, reach[other] * gradients[child]))
                reach[child] = reach.get(child, 0.0) + reach[other] * partial
                starts = near.setdefault(child, {})
                for start, number in near[other].items():
                    starts[start] = starts.get(start, 0.0) + number * partial
                if child not in seen:
                    seen.add(child)
                    heappush(waiting, place[child])
            if not climbed and other is not node and not is_named:  # the top has no label
                for start, number in near[other].items():
                    self.factors.append(
                        Factor(start, other, number, reach[start] * gradients[other])
                    )
        self._ends = {
            other: gradients[other] for other in reach if other in ends and other is not node
        }
        self.near = [edge for edge in self.edges if edge[0].parents[edge[1]] is node]
        self.far = [edge for edge in self.edges if edge[0].parents[edge[1]] is not node]

    def with_partials(self, changes: Mapping[Edge, float]) -> float:
        """Return the number with others in the place of some local derivatives."""
        reach = {self.node: 1.0}
        for child, i, partial, _ in self.edges:
            change = changes.get((child, i), partial)
            reach[child] = reach.get(child, 0.0) + reach[child.parents[i]] * change
        return sum(reach[end] * gradient for end, gradient in self._ends.items())

    def called(self, factor: Factor) -> str:
        """Return what a factor is called: ∂g/∂z."""
        return self.called_between(factor.below, factor.above)

    def called_between(self, below: Value, above: Value) -> str:
        """Return what the factor between two nodes is called."""
        called = self.names.operand
        return FACTOR.format(above=called(above), below=called(below))


def backward_slips(hand: Hand, claim: Claim, sheet: Sheet, expected: float) -> Iterator[Attempt]:
    """Yield the usual slips of a gradient, a local derivative or a share; simple ones first.

    The number is a sum over paths. The paths over one edge add up to the edge's derivative times
    what came down to its child, times how the node reaches its parent. So another factor in the
    derivative's place changes the number by the difference times that.
    """
    climb = _climb(hand, claim, sheet)
    sign = -1.0 if claim.kind == "delta" and hand.sign < 0 else 1.0
    simple: list[Attempt] = []
    for name, description, number in _single(hand, claim, climb, expected * sign):
        simple.append((name, description, number))
        yield name, description, sign * number
    for name, description, number in _pairs(simple, expected * sign):
        yield name, description, sign * number


def _climb(hand: Hand, claim: Claim, sheet: Sheet) -> Climb:
    if claim.kind in {"gradient", "delta"}:
        root, node = claim.nodes
        gradients = {other: n.number for other, n in sheet.gradients[root].items()}
        gradients = {other: n for other, n in gradients.items() if n}
        ends = {
            nodes[1]
            for kind, nodes in hand.written
            if kind in {"gradient", "delta"} and nodes[0] is root
        } | {root}
    elif claim.kind == "share":
        root = claim.nodes[-1]
        found = sheet.descend(hand.outputs[0] if len(hand.outputs) == 1 else root, claim.nodes)
        gradients = {other: n.number for other, n in found.items()}
        node, ends = claim.nodes[0], {root}
    else:
        root, node = claim.nodes
        found = sheet.swept(root, node, stop=claim.kind == "local")
        gradients = {other: n.number for other, n in found.items()}
        ends = {root}
    gradients.pop(node, None)
    return Climb(sheet, gradients, node, ends, hand.names, hand.graph.children)


def _single(  # noqa: C901, PLR0912  # a list, in the order of simplicity
    hand: Hand, claim: Claim, climb: Climb, total: float
) -> Iterator[Attempt]:
    """Yield the slips of one step."""
    yield attempt("sign", -total)
    nearest = [factor for factor in climb.factors if factor.below is climb.node]
    if len(nearest) == 1:
        yield from _forgotten(climb, nearest[0], total)
    yield attempt("half", total / 2)
    yield attempt("twice", 2 * total)
    yield from _paths(climb, total)
    if len(nearest) > 1:
        for factor in nearest:
            yield from _forgotten(climb, factor, total)
    near, far = climb.near, climb.far
    yield from _cross_entropy(climb, total)
    for edge in near:
        yield from _wrong_formulas(climb, edge, total)
    yield from far_slips(total)
    yield from _transposed(hand, climb)
    for factor in nearest if len(nearest) == 1 else ():
        yield from _taken_twice(climb, factor, total)
    for edge in far:
        yield from _wrong_formulas(climb, edge, total)
    for factor in climb.factors:
        if factor.below is not climb.node:
            yield from _forgotten(climb, factor, total)
    for child, i, partial, rest in climb.edges:
        if not (child.label and child.parents[i].label):
            number = total + (1.0 - partial) * rest
            yield _factor_forgotten(climb, child, i, partial, number)
    yield from _everywhere(climb, nearest)
    for edge in near:
        yield from _other_inputs(hand, climb, edge, total)
    for factor in nearest:
        yield from _beside(climb, factor, total)
    yield from _updated(hand, climb, total)
    yield from _averaged(climb, total)
    for factor in climb.factors:
        name, share = climb.called(factor), factor.number * factor.rest
        if len(climb.factors) > 1:
            yield attempt("sign of factor", total - 2 * share, factor=name)
        yield from _taken_twice(climb, factor, total)
    if len(climb.factors) > 1:
        for factor in climb.factors:
            name, share = climb.called(factor), factor.number * factor.rest
            yield attempt("half factor", total - share / 2, factor=name)
            yield attempt("twice factor", total + share, factor=name)
    for edge in far:
        yield from _other_inputs(hand, climb, edge, total)
    for factor in climb.factors:
        if factor.below is not climb.node:
            yield from _beside(climb, factor, total)
    if claim.kind in {"gradient", "delta"}:
        yield from _other_gradients(hand, climb, claim.nodes[0])
    yield from farther_slips(total)


def _forgotten(climb: Climb, factor: Factor, total: float) -> Iterator[Attempt]:
    number = total + (1.0 - factor.number) * factor.rest
    yield attempt("forgotten", number, factor=climb.called(factor))


def _factor_forgotten(climb: Climb, child: Value, i: int, partial: float, number: float) -> Attempt:
    """Return that a local derivative is missing: of a mean without a name, that it is no mean.

    Args:
        climb: the way up.
        child: the result.
        i: by which of its inputs it is differentiated.
        partial: the derivative.
        number: the gradient without it.
    """
    ends = child, child.parents[i]
    if len(child.parents) == 2 and any(map(climb.names.is_generated, ends)):
        for count in counts_of(child):
            if abs(partial * count - 1.0) < _SAME:
                return attempt("not averaged", number, count=str(count))
    return attempt("forgotten", number, factor=climb.called_between(child.parents[i], child))


def _taken_twice(climb: Climb, factor: Factor, total: float) -> Iterator[Attempt]:
    number = total + (factor.number - 1.0) * factor.number * factor.rest
    yield attempt("taken twice", number, factor=climb.called(factor))


def _paths(climb: Climb, total: float) -> Iterator[Attempt]:
    called = climb.names.operand
    groups: dict[Value, list[Factor]] = {}
    for factor in climb.factors:
        groups.setdefault(factor.below, []).append(factor)
    for below, factors in groups.items():
        if len(factors) < 2:
            continue
        shares = [factor.number * factor.rest for factor in factors]
        names = [{"below": called(below), "above": called(factor.above)} for factor in factors]
        # The backward pass starts at the output: the share of the lowest node is added last.
        for k, (share, places) in enumerate(zip(shares, names, strict=True)):
            key = "overwritten" if len(factors) == 2 and k == 1 else "path"
            yield attempt(key, total - share, **places)
        if len(factors) > 2:
            yield attempt("last", total - sum(shares[1:]), **names[0])
        for share, places in zip(shares, names, strict=True):
            yield attempt("sign of path", total - 2 * share, **places)


def _mistaken(climb: Climb, child: Value, i: int) -> Iterator[Attempt]:
    """Yield the usual wrong local derivatives of a result by one of its inputs."""
    assert child.op is not None  # noqa: S101  # an edge leads to a result
    y = climb.sheet.values[child].number
    inputs = [climb.sheet.values[parent].number for parent in child.parents]
    called = climb.names.operand
    for mistake in WRONG_DERIVATIVES.get(child.op.name, ()):
        if mistake.fits(i):
            try:
                number = float(mistake.formula(y, inputs, i))
            except (TypeError, ValueError, ArithmeticError):
                number = math.nan
            said = words(mistake.description, y=called(child), a=called(child.parents[i]))
            yield mistake.name, said, number


def _wrong_formulas(
    climb: Climb, edge: tuple[Value, int, float, float], total: float
) -> Iterator[Attempt]:
    child, i, partial, rest = edge
    for name, said, number in _mistaken(climb, child, i):
        yield name, said, total + (number - partial) * rest


def _everywhere(climb: Climb, nearest: Sequence[Factor]) -> Iterator[Attempt]:
    """Yield what is done wherever the same is to be done: forgotten, or by a wrong formula."""
    alike: dict[str, list[Edge]] = {}
    for child, i, *_ in climb.edges:
        if len(child.parents) == 1 and child.op and child.op.name in WRONG_DERIVATIVES:
            alike.setdefault(child.op.name, []).append((child, i))
    for edges in alike.values():
        if len(edges) > 1:
            child, i = edges[0]
            factor = climb.called_between(child.parents[i], child)
            yield attempt(
                "all forgotten", climb.with_partials(dict.fromkeys(edges, 1.0)), factor=factor
            )
            for several in zip(*(_mistaken(climb, *edge) for edge in edges), strict=True):
                name, said, _ = several[0]
                numbers = [number for *_, number in several]
                wrong = climb.with_partials(dict(zip(edges, numbers, strict=True)))
                yield name, words(EVERYWHERE, said=said), wrong
    if len(nearest) > 1:
        rests = [factor.rest for factor in nearest]
        called = climb.called(nearest[0])
        yield attempt("all forgotten", sum(rests), factor=called)
        if len(nearest) == 2:
            swapped = nearest[1].number * rests[0] + nearest[0].number * rests[1]
            yield attempt("swapped", swapped, factor=called, other=climb.called(nearest[1]))
        for one in nearest:
            yield attempt("all same", one.number * sum(rests), factor=climb.called(one))


def _other_inputs(
    hand: Hand, climb: Climb, edge: tuple[Value, int, float, float], total: float
) -> Iterator[Attempt]:
    child, i, partial, rest = edge
    named = climb.called_between
    factor = named(child.parents[i], child)
    for other in dict.fromkeys(child.parents):
        number = climb.sheet.values[other].number
        if number != partial and not isinstance(other, Constant):
            wrong = total + (number - partial) * rest
            yield attempt("other input", wrong, other=climb.names.operand(other), factor=factor)
    for other in dict.fromkeys(child.parents):
        if len(other.parents) == 1 and climb.sheet.values[other].number == partial:
            (before,) = other.parents
            wrong = total + (climb.sheet.values[before].number - partial) * rest
            yield attempt("other input", wrong, other=climb.names.operand(before), factor=factor)
    # The numbers beside the right one: other neurons' weights, and slopes of their activations.
    for below, above, number in _numbers_alike(hand, climb, child, i):
        if number != partial:
            wrong = total + (number - partial) * rest
            yield attempt("other input", wrong, other=named(below, above), factor=factor)


def _numbers_alike(
    hand: Hand, climb: Climb, child: Value, i: int
) -> Iterator[tuple[Value, Value, float]]:
    """Yield the derivatives by the same input in its layer, or of the same function elsewhere."""
    values = climb.sheet.values
    below, weight = child.parents[i], _weight(child, i)
    if (below, weight) in hand.graph.weighted:
        layer, k, j = hand.graph.weighted[below, weight]
        for other, above in enumerate(layer.sums):
            if other != k:
                yield below, above, values[layer.weights[other][j]].number
    elif len(child.parents) == 1 and child.label:
        others = [n for n in hand.graph.order if n.op is child.op and n.label and n is not child]
        for above in others[:_MOST_BESIDE]:
            yield above.parents[0], above, climb.sheet.partials(above)[0].number


def _beside(climb: Climb, factor: Factor, total: float) -> Iterator[Attempt]:
    """Yield the gradients with a named number beside the right one: of another input or weight."""
    found: dict[Value, None] = {}
    stack, seen = [factor.above], set()
    while stack and len(found) < _MOST_BESIDE:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        for parent in node.parents:
            if parent.op is not None and not parent.label:
                stack.append(parent)
            elif not isinstance(parent, Constant):
                found[parent] = None
    if factor.above.label:
        found[factor.above] = None  # as c_t for c_{t-1}, by which it is made
    for other in found:
        number = climb.sheet.values[other].number
        if number != factor.number:
            wrong = total + (number - factor.number) * factor.rest
            called = climb.names.operand(other)
            yield attempt("other input", wrong, other=called, factor=climb.called(factor))


def _cross_entropy(climb: Climb, total: float) -> Iterator[Attempt]:
    """Yield slips of a cross entropy behind a sigmoid or a softmax."""
    node, sheet, called = climb.node, climb.sheet, climb.names.operand
    if node.op is not None and node.op.name in {"sigmoid", "softmax"} and _feeds(climb, {"log"}):
        partial = sheet.partials(node)[0].number
        score = called(node.parents[0])
        yield attempt("by score", total * partial, above=called(node), below=score)
    for child, i, partial, rest in climb.edges:
        if child.parents[i] is not node or child.op is None:
            continue
        if child.op.name in {"sigmoid", "softmax"} and i == 0:
            number = sheet.values[child].number
            slope = number * (1.0 - number)
            if _feeds(climb, {"log"}):
                yield attempt("extra slope", total * slope, above=called(child))
                yield attempt("without target", number, above=called(child))
            break
        if child.op.name in {"logsumexp", "softplus"}:
            slope = partial * (1.0 - partial)
            yield attempt("extra share", total * slope)
            yield attempt("share itself", partial * rest)
            break


def _feeds(climb: Climb, names: set[str]) -> bool:
    return any(child.op is not None and child.op.name in names for child, *_ in climb.edges)


def _updated(hand: Hand, climb: Climb, total: float) -> Iterator[Attempt]:
    """Yield the gradients with a parameter's new number in the place of the old one."""
    news = hand.steps.moved_numbers(climb.sheet) if hand.steps else {}
    called = climb.names.operand
    every = total
    for child, _, partial, rest in climb.edges:
        for parent, new in news.items():
            if parent in child.parents and climb.sheet.values[parent].number == partial != 0:
                yield attempt("new weight", total + (new - partial) * rest, other=called(parent))
                every += (new - partial) * rest
    if every != total:
        yield attempt("new weights", every)


def _averaged(climb: Climb, total: float) -> Iterator[Attempt]:
    """Yield the slips of a mean: taken twice, or not at all."""
    counts = {count for child, *_ in climb.edges for count in counts_of(child)}
    for count in sorted(counts):
        yield attempt("averaged twice", total / count, count=str(count))
        yield attempt("not averaged", total * count, count=str(count))


def _transposed(hand: Hand, climb: Climb) -> Iterator[Attempt]:
    """Yield a layer's gradient with its weights transposed: row for column."""
    changes: dict[tuple[Value, ...], dict[Edge, float]] = {}
    for child, i, *_ in climb.edges:
        place = hand.graph.weighted.get((child.parents[i], _weight(child, i)))
        if place is not None:
            layer, k, j = place
            other = layer.transposed(k, j)
            number = climb.sheet.values[other].number if other is not None else math.nan
            changes.setdefault(layer.sums, {})[child, i] = number
    for found in changes.values():
        if len(found) > 1:
            yield attempt("transposed", climb.with_partials(found))


def _weight(child: Value, i: int) -> Value:
    """Return by what an input is multiplied in a product or a weighted sum; else itself."""
    if child.op is not None and child.op.name in {"mul", "dot"}:
        half = len(child.parents) // 2
        return child.parents[(i + half) % (2 * half)] if i < 2 * half else child.parents[i]
    return child.parents[i]


def _other_gradients(hand: Hand, climb: Climb, root: Value) -> Iterator[Attempt]:
    """Yield the gradients of other nodes that the same operation made."""
    sheet, mine = climb.sheet, climb.node

    def times(node: Value, upstream: float) -> list[float]:
        return [upstream * partial.number for partial in sheet.partials(node)]

    gradients = pull_back(hand.graph.order, {root: 1.0}, times)
    for other in hand.graph.order:
        if other is not mine and other.label and other.op is mine.op and gradients.get(other):
            called = hand.names.operand(other)
            yield attempt("own gradient", gradients[other], other=called)


def _pairs(simple: list[Attempt], total: float) -> Iterator[Attempt]:
    """Yield two slips at once, where each is a factor of the whole number."""
    if not total:
        return
    factors = [
        (words(name), description, number / total)
        for name, description, number in simple[:_MOST_FOR_PAIRS]
        if number and number != total
    ]
    for k, (name, description, factor) in enumerate(factors):
        for other, also, second in factors[k + 1 :]:
            places = {"name": name, "said": description, "other": other, "also": also}
            yield attempt("two", total * factor * second, **places)
