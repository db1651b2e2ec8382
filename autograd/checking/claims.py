"""Claims of a hand calculation, and the findings on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from autograd.checking.accuracy import Accuracy
from autograd.checking.reading import Reading, Written, is_answer, readings, text_of
from autograd.languages import languages, marked, spoken, words
from autograd.notation.text import one_line
from autograd.value import Value

KINDS = ("value", "local", "share", "gradient", "delta", "difference", "update", "formula")
"""What a claim can be about."""

_CALLED = {
    "gradient": marked("gradient of {name}"),
    "delta": marked("delta of {name}"),
    "difference": marked("difference quotient by {name}"),
    "update": marked("new {name}"),
    "formula": marked("formula of {name}"),
}


def claim_name(kind: str, name: str) -> str:
    """Return what a number of a kind is called: with an adjective, or by its name alone.

    Args:
        kind: one of `KINDS`.
        name: the name of the node; of a formula, the derivative.

    >>> claim_name("gradient", "w"), claim_name("value", "z")
    ('gradient of w', 'z')
    """
    return words(_CALLED[kind], name=name) if kind in _CALLED else name


def claim_names(kind: str, name: str) -> tuple[str, ...]:
    """Return what a number of a kind is called in each language, English first.

    >>> claim_names("gradient", "w")
    ('gradient of w', 'gradiente de w')
    """
    return tuple(spoken(other, claim_name, kind, name) for other in languages())


@dataclass(frozen=True, eq=False)
class Claim:
    """One number of a hand calculation.

    Attributes:
        kind: one of `KINDS`.
        nodes: whose number it is. A value, an update: the node. A gradient, a delta, a difference:
            the output, and the node. A local derivative, a formula: the node above and the node
            below. A share: the stops of its path, from the node up.
        name: what the number is called: "g1", "gradient of w7", "∂g1/∂z1", "new w7".
        written: the number as it was given.
        accuracy: how exactly it has to be written.
        how: for an update the learning rate, or the optimiser; for a difference the step.
        step: for an update, which step it is, from 1.
    """

    kind: str
    nodes: tuple[Value, ...] = field(repr=False)  # whose numbers a notebook would show
    name: str
    written: Written
    accuracy: Accuracy = field(default_factory=Accuracy)
    how: Any = None
    step: int = 1

    @property
    def node(self) -> Value:
        """The node that the number belongs to."""
        return self.nodes[0] if self.kind == "share" else self.nodes[-1]

    @property
    def text(self) -> str:
        """The number as it was written, as text on one line that can be printed."""
        return one_line(text_of(self.written)) if is_answer(self.written) else ""

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Each way to read the number."""
        return readings(self.written) if is_answer(self.written) else ()


TELLS_VERDICT, TELLS_SLIP, TELLS_NUMBER = 1, 2, 3
"""From which hint on a verdict is told, then a slip, then what follows from the line before."""


@dataclass(frozen=True)
class Slip:
    """A usual mistake that gives the number written.

    Attributes:
        name: what kind of mistake it is, in English; see `SLIPS` in `autograd.checking.attempts`.
        description: what was done, in the language of the report; it tells no number that is asked
            for.
    """

    name: str
    description: str


@dataclass(frozen=True, eq=False, repr=False)
class Finding:
    """The verdict on one claim.

    Attributes:
        claim: the claim.
        verdict: "right"; "rounded" or "cut off", right to the digits written; "follows", from
            numbers that the same hand wrote or rounded on the way; "follows from an error"; "too
            few digits"; "wrong"; "not answered"; or "unreadable".
        exact: the number that is exact.
        expected: the number that follows from the lines before, as the hand wrote them.
        basis: the earlier claims that the claim follows from.
        slips: for a wrong claim, the likeliest slip, if there is one.
        reading: how the number was read; None if it could not be.
        is_unchanged: whether a new number of a parameter is the old one, which shows no step.
        hint: how much its `repr` tells, as the report that it is in; see `HandCheck`.
    """

    claim: Claim
    verdict: str
    exact: float
    expected: float
    basis: tuple[Claim, ...] = ()
    slips: tuple[Slip, ...] = ()
    reading: Reading | None = None
    is_unchanged: bool = False
    hint: int = 0

    def __repr__(self) -> str:
        # A notebook shows findings unasked, so no exact number is among what they tell.
        shown = ["claim"]
        if self.hint >= TELLS_VERDICT:
            shown += ["verdict", "basis", "reading", "is_unchanged"]
        if self.hint >= TELLS_SLIP:
            shown.append("slips")
        return f"Finding({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    @property
    def ok(self) -> bool:
        """Whether there is nothing to correct."""
        return self.verdict in {"right", "rounded", "cut off", "follows"}

    @property
    def slip(self) -> Slip | None:
        """The likeliest slip, if the number is wrong and a usual slip gives it."""
        return self.slips[0] if self.slips else None

    @property
    def points(self) -> float:
        """The mark: 1 for what is right or follows, even from an error; 0.5 for too few digits."""
        if self.ok or self.verdict == "follows from an error":
            return 1.0
        shows_work = self.reading is not None and self.reading.number and not self.is_unchanged
        return 0.5 if self.verdict == "too few digits" and shows_work else 0.0
