"""check_by_hand: judging a calculation done by hand, and finding where it went wrong.

A hand rounds, and goes on with what it rounded; so a number may be off and yet be right. Each claim
is compared with what the graph gives, first from exact numbers, then from those that the same hand
wrote earlier. If neither fits, the usual slips are tried, one by one, until one gives the number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from itertools import chain, combinations, islice

from autograd.notation.algebra import Name
from autograd.real import real
from autograd.value import Constant, Value, topological_order

_EXACT = 1e-9
_CLOSE = 2e-3
_MOST_STEPS = 100_000  # of a pass, for each kind of basis: on a large graph fewer are tried

Written = float | str
"""A number as it was written: as text, such as "-42.20", all of its digits count."""


@dataclass(frozen=True)
class Claim:
    """One number of a hand calculation.

    Attributes:
        kind: "value", "gradient" or "update".
        node: whose number it is.
        text: the number as it was written.
        rate: the learning rate, for an update.
    """

    kind: str
    node: Value
    text: str
    rate: float = 0.0

    @property
    def number(self) -> float:
        """The number."""
        return float(self.text)

    @property
    def name(self) -> str:
        """What it is the number of: "g1", "dcost/dw7" without the cost's name, "new w7"."""
        label = self.node.label or "(unlabelled)"
        return {"value": label, "gradient": f"gradient of {label}", "update": f"new {label}"}[
            self.kind
        ]

    def fits(self, number: float) -> str:
        """Return how the number written stands for `number`: "right", "rounded", "cut off", "".

        A plain 0 stands for what is smaller than 0.01.
        """
        written = self.number
        if math.isclose(written, number, rel_tol=_EXACT, abs_tol=1e-300):
            return "right"
        if not math.isfinite(number):
            return ""
        exact = Decimal(f"{number:.15g}")  # 0.31, not the binary number just below
        for unit in self._units():
            if abs(exact - Decimal(self.text)) <= unit / 2 * Decimal(1 + _EXACT):
                return "rounded"
            if (exact / unit).to_integral_value(ROUND_DOWN) * unit == Decimal(self.text):
                return "cut off"
        return ""

    def is_close_to(self, number: float) -> bool:
        """Return whether the number written may be `number`, rounded somewhere on the way."""
        return math.isclose(self.number, number, rel_tol=_CLOSE)

    def _units(self) -> Iterator[Decimal]:
        """What one of the last digit is worth; zeros as in 19000 may only hold a place."""
        sign, digits, exponent = Decimal(self.text).as_tuple()
        del sign
        assert isinstance(exponent, int)  # noqa: S101  # infinities were refused
        if not any(digits) and exponent >= 0:
            yield Decimal("0.01")  # a plain 0 means next to nothing, not "less than a half"
            return
        yield Decimal(1).scaleb(exponent)
        zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
        if exponent >= 0:  # two digits at least have to be meant
            for held in range(1, min(zeros, len(digits) - 2) + 1):
                yield Decimal(1).scaleb(exponent + held)


@dataclass(frozen=True)
class Slip:
    """A usual mistake that gives the number written.

    Attributes:
        name: "sign", "factor 2", "path left out", "= instead of +=", "local derivative forgotten",
            "wrong parent's number", "learning rate", "term left out", "operation forgotten" or
            "rounding".
        description: what was done.
    """

    name: str
    description: str


@dataclass(frozen=True)
class Finding:
    """The verdict on one claim.

    Attributes:
        claim: the claim.
        verdict: "right"; "rounded" or "cut off", right to the digits written; "follows", from
            numbers that the same hand wrote earlier; "follows from an error"; or "wrong".
        expected: the exact number.
        basis: the earlier claims that it follows from.
        slips: for a wrong claim, the likely slips.
    """

    claim: Claim
    verdict: str
    expected: float
    basis: tuple[Claim, ...] = ()
    slips: tuple[Slip, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there is nothing to correct."""
        return self.verdict in {"right", "rounded", "cut off", "follows"}

    def __str__(self) -> str:
        exact = f"{self.expected:.6g}"
        basis = " and ".join(f"{claim.name} = {claim.text}" for claim in self.basis)
        if self.verdict == "right":
            return "right"
        if self.verdict in {"rounded", "cut off"}:
            return f"right to the digits written: {exact} {self.verdict}"
        if self.verdict == "follows":
            return f"follows from {basis}; exact: {exact}"
        if self.verdict == "follows from an error":
            return f"follows from the wrong {basis}; expected {exact}"
        slips = "; or ".join(f"{slip.name}: {slip.description}" for slip in self.slips)
        return f"WRONG, expected {exact}. {slips or 'No usual slip gives this number.'}"


@dataclass(frozen=True)
class HandCheck:
    """The verdicts on a hand calculation, in the order in which it is done.

    Attributes:
        findings: one for each claim.
    """

    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether every claim is right, as far as its digits and the numbers before it go."""
        return all(finding.ok for finding in self.findings)

    @property
    def first_wrong(self) -> Finding | None:
        """The first wrong step, or None."""
        return next((f for f in self.findings if f.verdict == "wrong"), None)

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        rows = [(f.claim.name, f.claim.text, str(f)) for f in self.findings]
        widths = [max((len(row[i]) for row in rows), default=0) for i in range(2)]
        lines = [f"{name:{widths[0]}}  {text:>{widths[1]}}  {what}" for name, text, what in rows]
        wrong = self.first_wrong
        if wrong is not None:
            lines.append(f"The first wrong step is {wrong.claim.name}.")
        return "\n".join(lines)

    __repr__ = __str__


def check_by_hand(
    output: Value,
    values: Mapping[Value, Written] | None = None,
    gradients: Mapping[Value, Written] | None = None,
    updates: Mapping[Value, tuple[Written, float]] | None = None,
) -> HandCheck:
    """Judge a hand calculation of numbers, gradients and updated parameters.

    Args:
        output: the result, such as the cost, that gradients are of.
        values: for nodes, the numbers of the forward pass.
        gradients: for nodes, d(output)/d(node).
        updates: for parameters, the new number after a step of gradient descent, and its learning
            rate: new = old - rate * gradient.

    Numbers are taken by the digits that they are written with; give them as text, "0.30", where a
    last zero counts.

    Returns:
        A `HandCheck`: print it, or look at `.ok`, `.findings` and `.first_wrong`.

    Raises:
        ValueError: a node is not in the graph of `output`, or a number is none.
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
    position = {node: i for i, node in enumerate(order)}
    for node in chain(values, gradients, updates):
        if node not in position:
            raise ValueError(f"expected nodes that {output!r} was computed from, received {node!r}")
    claims = [
        *(Claim("value", n, _text(values[n])) for n in sorted(values, key=position.__getitem__)),
        *(
            Claim("gradient", n, _text(gradients[n]))
            for n in sorted(gradients, key=position.__getitem__, reverse=True)
        ),
        *(Claim("update", n, _text(text), real(rate)) for n, (text, rate) in updates.items()),
    ]
    desk = _Desk(output, order)
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

    Raises:
        AssertionError: it is not; the message is the whole report.
    """
    report = check_by_hand(output, values, gradients, updates)
    if not report.ok:
        raise AssertionError(f"the hand calculation is wrong\n{report}")


def _text(number: Written) -> str:
    """A number as it was written, without separators between thousands."""
    text = (number if isinstance(number, str) else repr(real(number))).strip().replace("−", "-")
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?", text):
        text = text.replace(",", "")
    if not isinstance(number, str):
        text = text.removesuffix(".0")
    plain = re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", text)
    if not plain or not math.isfinite(float(text)):
        raise ValueError(f"expected a number as it is written, such as -42.2, received {number!r}")
    return text


class _Sheet:
    """Both passes of a graph, reckoned on from numbers that a hand wrote.

    A hand may write 0.37 and carry on with more digits in the forward pass, but take 0.37 as a
    local derivative in the backward pass: then its numbers are not `carried`.
    """

    def __init__(
        self, output: Value, order: Sequence[Value], written: Sequence[Claim], *, carried: bool
    ) -> None:
        values = {claim.node: claim.number for claim in written if claim.kind == "value"}
        gradients = {claim.node: claim.number for claim in written if claim.kind == "gradient"}
        self._written = gradients
        self.reckoned: dict[Value, float] = {}  # from the numbers before it, itself not as written
        self.value: dict[Value, float] = {}
        self.partials: dict[Value, Sequence[float]] = {}
        for node in order:
            inputs = [self.value[parent] for parent in node.parents]
            before = inputs if carried else [self.reckoned[parent] for parent in node.parents]
            number = node.data if node.op is None else node.op.value(*before)
            self.reckoned[node] = number
            self.value[node] = values.get(node, number)
            if node.op is not None:
                constant = [isinstance(parent, Constant) for parent in node.parents]
                self.partials[node] = node.op.partials(self.value[node], inputs, constant)
        self.received = dict.fromkeys(order, 0.0)  # likewise, of gradients
        self.received[output] = 1.0
        self.gradient: dict[Value, float] = {}
        for node in reversed(order):
            self.gradient[node] = gradients.get(node, self.received[node])
            for parent, partial in zip(node.parents, self.partials.get(node, ()), strict=True):
                self.received[parent] += partial * self.gradient[node]

    def reach(self, node: Value) -> dict[Value, float]:
        """Return how much each node's gradient counts in that of `node`: d(it)/d(node).

        Not past a gradient that the hand wrote: from there on it reckoned with that.
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

    def expected(self, claim: Claim) -> float:
        """Return what the claim should be, from the numbers before it."""
        if claim.kind == "value":
            return self.reckoned[claim.node]
        if claim.kind == "gradient":
            return self.received[claim.node]
        return self.value[claim.node] - claim.rate * self.gradient[claim.node]


@dataclass
class _Desk:
    """The graph, and the sheets reckoned so far."""

    output: Value
    order: list[Value]
    _sheets: dict[tuple[tuple[Claim, ...], bool], _Sheet] = field(default_factory=dict)

    def children(self, reach: Mapping[Value, float]) -> dict[Value, list[tuple[Value, int]]]:
        """For each node within reach, the edges that lead on from it: child, and place in it."""
        found: dict[Value, list[tuple[Value, int]]] = {}
        for child in self.order:
            for i, parent in enumerate(child.parents):
                if parent in reach and not isinstance(parent, Constant):
                    found.setdefault(parent, []).append((child, i))
        return found

    def supports(self, claim: Claim, basis: tuple[Claim, ...]) -> bool:
        """Whether a claim follows from other claims, as a hand may reckon it from them."""
        sheets = [self.sheet(basis, carried=carried) for carried in (True, False)]
        return any(claim.fits(sheet.expected(claim)) for sheet in sheets)

    def sheet(self, written: tuple[Claim, ...], *, carried: bool = True) -> _Sheet:
        key = written, carried
        if key not in self._sheets:
            self._sheets[key] = _Sheet(self.output, self.order, written, carried=carried)
        return self._sheets[key]


def _judge(desk: _Desk, claim: Claim, before: Sequence[Finding]) -> Finding:
    expected = desk.sheet(()).expected(claim)
    how = claim.fits(expected)
    if how:
        return Finding(claim, how, expected)
    wrong = {finding.claim for finding in before if not finding.ok}
    most = max(1, _MOST_STEPS // len(desk.order))
    for basis in _bases([finding.claim for finding in before], most):
        if desk.supports(claim, basis):
            # Nothing is blamed that the number does not need, and errors least of all.
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
            slips = _slips(desk, claim, desk.sheet(written), fits)
            if slips:
                return Finding(claim, "wrong", expected, (), slips)
    return Finding(claim, "wrong", expected)


def _bases(claims: Sequence[Claim], most: int) -> Iterator[tuple[Claim, ...]]:
    """Sets of earlier claims that a number may have been reckoned from, likely ones first."""
    everything = tuple(claims)
    yield from islice(combinations(claims, 1), most)
    yield from islice(combinations(claims, 2), most)
    yield everything
    yield tuple(claim for claim in claims if claim.kind == "value")
    for left_out in claims[:most]:
        yield tuple(claim for claim in claims if claim is not left_out)


# ------------------------------------------------------------------------ slips


def _slips(
    desk: _Desk, claim: Claim, sheet: _Sheet, fits: Callable[[float], object]
) -> tuple[Slip, ...]:
    """The slips that give the number written."""
    tried = {"value": _value_slips, "gradient": _gradient_slips, "update": _update_slips}
    found: dict[str, Slip] = {}
    for name, description, number in tried[claim.kind](desk, claim, sheet):
        if name not in found and fits(number):
            found[name] = Slip(name, description)
    if not found and claim.is_close_to(sheet.expected(claim)):
        return (Slip("rounding", "close to it, so a number was rounded too far on the way"),)
    return tuple(found.values())


Attempt = tuple[str, str, float]


def _plain_slips(expected: float) -> Iterator[Attempt]:
    yield "sign", "the sign is the other one", -expected
    yield "factor 2", "half of what it should be", expected / 2
    yield "factor 2", "twice what it should be", 2 * expected


def _value_slips(desk: _Desk, claim: Claim, sheet: _Sheet) -> Iterator[Attempt]:  # noqa: ARG001  # as the others
    node = claim.node
    yield from _plain_slips(sheet.reckoned[node])
    if node.op is None:
        return
    inputs = [sheet.value[parent] for parent in node.parents]
    for i, parent in enumerate(node.parents):
        name = _label(parent)
        negated = [*inputs[:i], -inputs[i], *inputs[i + 1 :]]
        yield "sign", f"{name} went in with the other sign", node.op.value(*negated)
        without = [*inputs[:i], 0.0, *inputs[i + 1 :]]
        yield "term left out", f"{name} is missing", node.op.value(*without)
        if node.op.arity is not None:
            yield "operation forgotten", f"this is {name} itself", inputs[i]
        for j, other in enumerate(node.parents):
            if other is not parent:
                mistaken = [*inputs[:i], inputs[j], *inputs[i + 1 :]]
                description = f"{_label(other)} in the place of {name}"
                yield "wrong parent's number", description, node.op.value(*mistaken)


def _update_slips(desk: _Desk, claim: Claim, sheet: _Sheet) -> Iterator[Attempt]:  # noqa: ARG001  # as the others
    old, gradient, rate = sheet.value[claim.node], sheet.gradient[claim.node], claim.rate
    yield "operation forgotten", "this is the number before the step", old
    for other in (rate / 10, rate * 10, rate / 100, rate * 100, 1.0):
        if other != rate:
            description = f"{other:g} was used instead of {rate:g}"
            yield "learning rate", description, old - other * gradient
    yield "sign", "a step uphill: the gradient was added", old + rate * gradient
    yield from _plain_slips(old - rate * gradient)
    yield "operation forgotten", "this is the step, not the new number", -rate * gradient


def _gradient_slips(desk: _Desk, claim: Claim, sheet: _Sheet) -> Iterator[Attempt]:
    """One factor of the chain rule mistaken at a time, anywhere between the node and the output."""
    total = sheet.received[claim.node]
    yield from _plain_slips(total)
    reach = sheet.reach(claim.node)
    for parent, edges in desk.children(reach).items():
        shares = [sheet.gradient[child] * sheet.partials[child][i] for child, i in edges]
        if len(edges) > 1:
            # The backward pass comes to children from the output's end: the first here comes last.
            last = f"only the last share that {_label(parent)} receives, from {_label(edges[0][0])}"
            yield "= instead of +=", last, total - sum(shares[1:]) * reach[parent]
            for (child, _), share in zip(edges, shares, strict=True):
                route = f"the one from {_label(parent)} through {_label(child)}"
                yield "path left out", route, total - share * reach[parent]
        for child, i in edges:
            partial = sheet.partials[child][i]
            name = f"d{_label(child)}/d{_label(parent)}"
            per_unit = sheet.gradient[child] * reach[parent]
            if partial != 1:
                missing = f"{name} = {partial:.6g} is missing"
                yield "local derivative forgotten", missing, total + (1 - partial) * per_unit
            yield "sign", f"that of {name} = {partial:.6g}", total - 2 * partial * per_unit
            yield "factor 2", f"half of {name} = {partial:.6g}", total - partial / 2 * per_unit
            yield "factor 2", f"twice {name} = {partial:.6g}", total + partial * per_unit
            for other in dict.fromkeys(child.parents):
                mistaken = sheet.value[other]
                if mistaken != partial:
                    instead = f"{_label(other)} = {mistaken:.6g} for {name} = {partial:.6g}"
                    number = total + (mistaken - partial) * per_unit
                    yield "wrong parent's number", instead, number


def _label(node: Value) -> str:
    """A node by its label, or by how it was computed from its parents."""
    if node.label or node.op is None:
        return node.label or f"{node.data:g}"
    parents = [
        p.data if isinstance(p, Constant) else Name(p.label or "...", p) for p in node.parents
    ]
    return f"({node.op(*parents)})"
