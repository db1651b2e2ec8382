"""The usual mistakes of a hand calculation: each is tried until one gives the number written."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from autograd.checking.claims import Claim, Slip
from autograd.checking.sheet import Desk, Sheet
from autograd.notation.numbers import show_number

Attempt = tuple[str, str, float]
"""A slip's name, what was done, and the number that the slip gives."""


def slips(
    desk: Desk, claim: Claim, sheet: Sheet, fits: Callable[[float], object]
) -> tuple[Slip, ...]:
    """Return the slips that give the number written, each name once.

    Args:
        desk: the graph.
        claim: a claim that is wrong.
        sheet: both passes, computed on from the numbers that the hand went on with.
        fits: tells whether a number may be the one that was written.
    """
    tried = {"value": _value_slips, "gradient": _gradient_slips, "update": _update_slips}
    found: dict[str, Slip] = {}
    for name, description, number in tried[claim.kind](desk, claim, sheet):
        if name not in found and fits(number):
            found[name] = Slip(name, description)
    if not found and claim.is_close_to(sheet.expected(claim)):
        return (Slip("rounding", "close to it, so a number was rounded too far on the way"),)
    return tuple(found.values())


def _plain_slips(expected: float) -> Iterator[Attempt]:
    yield "sign", "the sign is the other one", -expected
    yield "factor 2", "half of what it should be", expected / 2
    yield "factor 2", "twice what it should be", 2 * expected


def _value_slips(desk: Desk, claim: Claim, sheet: Sheet) -> Iterator[Attempt]:
    node, called = claim.node, desk.names.operand
    yield from _plain_slips(sheet.computed[node])
    if node.op is None:
        return
    inputs = [sheet.value[parent] for parent in node.parents]
    for i, parent in enumerate(node.parents):
        name = called(parent)
        negated = [*inputs[:i], -inputs[i], *inputs[i + 1 :]]
        yield "sign", f"{name} went in with the other sign", node.op.value(*negated)
        without = [*inputs[:i], 0.0, *inputs[i + 1 :]]
        yield "term left out", f"{name} is missing", node.op.value(*without)
        if node.op.arity is not None:
            yield "operation forgotten", f"this is {name} itself", inputs[i]
        for j, other in enumerate(node.parents):
            if other is not parent:
                mistaken = [*inputs[:i], inputs[j], *inputs[i + 1 :]]
                description = f"{called(other)} in the place of {name}"
                yield "wrong parent's number", description, node.op.value(*mistaken)


def _update_slips(desk: Desk, claim: Claim, sheet: Sheet) -> Iterator[Attempt]:  # noqa: ARG001  # one signature for all three
    old, gradient, rate = sheet.value[claim.node], sheet.gradient[claim.node], claim.rate
    yield "operation forgotten", "this is the number before the step", old
    for other in (rate / 10, rate * 10, rate / 100, rate * 100, 1.0):
        if other != rate:
            description = f"{show_number(other)} was used instead of {show_number(rate)}"
            yield "learning rate", description, old - other * gradient
    yield "sign", "a step uphill: the gradient was added", old + rate * gradient
    yield from _plain_slips(old - rate * gradient)
    yield "operation forgotten", "this is the step, not the new number", -rate * gradient


def _gradient_slips(desk: Desk, claim: Claim, sheet: Sheet) -> Iterator[Attempt]:
    """Yield mistakes of one factor of the chain rule, anywhere between the node and the output.

    The gradient is a sum over paths. The paths over one edge add up to the edge's derivative times
    `per_unit`: the gradient of its child, times the weight that `reach` has for its parent. So
    another factor in the derivative's place changes the gradient by the difference times that.
    """
    called = desk.names.operand
    total = sheet.received[claim.node]
    yield from _plain_slips(total)
    reach = sheet.reach(claim.node)
    for parent, edges in sheet.edges_from(reach).items():
        shares = [sheet.gradient[edge.child] * edge.derivative for edge in edges]
        if len(edges) > 1:
            # The backward pass starts at the output, so the share of the first edge is added last.
            first = called(edges[0].child)
            last = f"only the last share that {called(parent)} receives, from {first}"
            yield "= instead of +=", last, total - sum(shares[1:]) * reach[parent]
            for edge, share in zip(edges, shares, strict=True):
                route = f"the one from {called(parent)} through {called(edge.child)}"
                yield "path left out", route, total - share * reach[parent]
        for edge in edges:
            partial = edge.derivative
            name = f"d{called(edge.child)}/d{called(parent)}"
            shown = f"{name} = {show_number(partial)}"
            per_unit = sheet.gradient[edge.child] * reach[parent]
            if partial != 1:
                missing = f"{shown} is missing"
                yield "local derivative forgotten", missing, total + (1 - partial) * per_unit
            yield "sign", f"that of {shown}", total - 2 * partial * per_unit
            yield "factor 2", f"half of {shown}", total - partial / 2 * per_unit
            yield "factor 2", f"twice {shown}", total + partial * per_unit
            for other in dict.fromkeys(edge.child.parents):
                mistaken = sheet.value[other]
                if mistaken != partial:
                    instead = f"{called(other)} = {show_number(mistaken)} for {shown}"
                    number = total + (mistaken - partial) * per_unit
                    yield "wrong parent's number", instead, number
