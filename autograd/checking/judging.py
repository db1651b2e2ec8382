"""check_by_hand: judging a calculation done by hand, and finding where it went wrong.

A hand rounds, and goes on with the rounded number; so a number may differ from the exact one and
still be right. Each claim is compared with the number of the graph, computed first from exact
numbers, then from numbers that the same hand wrote earlier. If neither fits, the usual slips are
tried, one by one, until one gives the number written.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations, islice

from autograd.checking.claims import Claim, Finding, HandCheck
from autograd.checking.reading import Written, read
from autograd.checking.sheet import Desk
from autograd.checking.slips import slips
from autograd.notation.names import Names, name_and_number
from autograd.real import real
from autograd.value import Value, topological_order

_MOST_STEPS = 100_000  # nodes computed for each kind of basis: a large graph has fewer tries


def check_by_hand(
    output: Value,
    values: Mapping[Value, Written] | None = None,
    gradients: Mapping[Value, Written] | None = None,
    updates: Mapping[Value, tuple[Written, float]] | None = None,
) -> HandCheck:
    """Judge a hand calculation of numbers, gradients and updated parameters.

    A number is judged by the digits that it is written with: where a last zero counts, give the
    number as text, such as "0.30".

    Args:
        output: the result that is differentiated, such as the cost.
        values: the number of each node in the forward pass.
        gradients: d(output)/d(node) of each node.
        updates: for each parameter, the new number after a step of gradient descent, and the
            learning rate of the step: new = old - rate * gradient.

    Returns:
        A `HandCheck`: print it, or look at `.ok`, `.findings` and `.first_wrong`.

    Raises:
        ValueError: a node is not in the graph of `output`, a text is not a number, or a learning
            rate is not finite.
        TypeError: `output` is not a Value.

    >>> w, x = Value(2.0, label="w"), Value(3.0, label="x")
    >>> y = (w * x - 1.0) ** 2
    >>> print(check_by_hand(y, gradients={w: -30}))
    gradient of w  -30  WRONG, expected 30. sign: the sign is the other one
    The first wrong step is gradient of w.
    """
    values, gradients, updates = values or {}, gradients or {}, updates or {}
    if not isinstance(output, Value):
        raise TypeError(f"expected a Value to check, received {type(output).__name__}: {output!r}")
    for _, rate in updates.values():
        if not math.isfinite(real(rate)):
            raise ValueError(f"expected a finite learning rate, received {rate!r}")
    order = topological_order(output)
    names = Names(order)
    position = {node: i for i, node in enumerate(order)}
    for node in chain(values, gradients, updates):
        if node not in position:
            what = name_and_number(node) if isinstance(node, Value) else repr(node)
            raise ValueError(
                f"expected nodes that {name_and_number(output)} was computed from, received {what}"
            )
    claims = [
        *(
            Claim("value", node, names.text(node), read(values[node]))
            for node in sorted(values, key=position.__getitem__)
        ),
        *(
            Claim("gradient", node, names.text(node), read(gradients[node]))
            for node in sorted(gradients, key=position.__getitem__, reverse=True)
        ),
        *(
            Claim("update", node, names.text(node), read(number), real(rate))
            for node, (number, rate) in updates.items()
        ),
    ]
    desk = Desk(order, names)
    findings: list[Finding] = []
    for claim in claims:
        findings.append(_judge(desk, claim, findings))
    return HandCheck(tuple(findings))


def assert_by_hand(
    output: Value,
    values: Mapping[Value, Written] | None = None,
    gradients: Mapping[Value, Written] | None = None,
    updates: Mapping[Value, tuple[Written, float]] | None = None,
) -> None:
    """Assert that a hand calculation is right; see `check_by_hand`.

    Args:
        output: as for `check_by_hand`.
        values: as for `check_by_hand`.
        gradients: as for `check_by_hand`.
        updates: as for `check_by_hand`.

    Raises:
        AssertionError: the calculation is wrong; the message is the whole report.
        ValueError: as for `check_by_hand`.
        TypeError: as for `check_by_hand`.
    """
    report = check_by_hand(output, values, gradients, updates)
    if not report.ok:
        raise AssertionError(f"the hand calculation is wrong\n{report}")


def _judge(desk: Desk, claim: Claim, before: Sequence[Finding]) -> Finding:
    expected = desk.sheet(()).expected(claim)
    how = claim.fits(expected)
    if how:
        return Finding(claim, how, expected)
    wrong = {finding.claim for finding in before if not finding.ok}
    most = max(1, _MOST_STEPS // len(desk.order))
    for basis in _bases([finding.claim for finding in before], most):
        if desk.supports(claim, basis):
            # The claims that the number does not need are dropped, wrong ones first: none is blamed
            # for a number that follows without it.
            for other in sorted(basis, key=lambda c: c not in wrong):
                fewer = tuple(c for c in basis if c is not other)
                if desk.supports(claim, fewer):
                    basis = fewer
            errors = tuple(c for c in basis if c in wrong)
            verdict = "follows from an error" if errors else "follows"
            return Finding(claim, verdict, expected, errors or basis)
    everything = tuple(finding.claim for finding in before)
    for fits in (claim.fits, claim.is_close_to):
        for written in ((), everything):
            found = slips(desk, claim, desk.sheet(written), fits)
            if found:
                return Finding(claim, "wrong", expected, (), found)
    return Finding(claim, "wrong", expected)


def _bases(claims: Sequence[Claim], most: int) -> Iterator[tuple[Claim, ...]]:
    """Yield the sets of earlier claims that a number may follow from, likely sets first."""
    everything = tuple(claims)
    yield from islice(combinations(claims, 1), most)
    yield from islice(combinations(claims, 2), most)
    yield everything
    yield tuple(claim for claim in claims if claim.kind == "value")
    for left_out in claims[:most]:
        yield tuple(claim for claim in claims if claim is not left_out)
