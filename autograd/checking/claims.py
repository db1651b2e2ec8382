"""Claims of a hand calculation, the findings on them, and the report of all findings."""

from __future__ import annotations

from dataclasses import dataclass

from autograd.checking.reading import fits, is_close
from autograd.notation.numbers import show_number
from autograd.value import Value


@dataclass(frozen=True)
class Claim:
    """One number of a hand calculation.

    Attributes:
        kind: "value", "gradient" or "update".
        node: whose number it is.
        called: the name of the node.
        text: the number as it was written.
        rate: the learning rate, for an update.
    """

    kind: str
    node: Value
    called: str
    text: str
    rate: float = 0.0

    @property
    def number(self) -> float:
        """The number written, as a float."""
        return float(self.text)

    @property
    def name(self) -> str:
        """The name of the number: "g1", "gradient of w7", "new w7"."""
        before = {"value": "", "gradient": "gradient of ", "update": "new "}
        return before[self.kind] + self.called

    def fits(self, number: float) -> str:
        """Return how the number written stands for `number`; see `reading.fits`."""
        return fits(self.text, number)

    def is_close_to(self, number: float) -> bool:
        """Return whether the number written may be `number`, rounded somewhere on the way."""
        return is_close(self.text, number)


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
        basis: the earlier claims that the claim follows from.
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
        exact = show_number(self.expected)
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
    """The verdicts on a hand calculation, in the order of its steps.

    Attributes:
        findings: one for each claim.
    """

    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether every claim is right to its digits, or follows from right numbers before it."""
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
