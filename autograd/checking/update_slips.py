"""The usual slips of a step of gradient descent: what is judged is the step, not the weight."""

from __future__ import annotations

from collections.abc import Iterator

from autograd.checking.attempts import Attempt, attempt
from autograd.checking.claims import Claim
from autograd.checking.hand import Hand
from autograd.checking.sheet import Sheet
from autograd.notation.numbers import show_number


def update_slips(hand: Hand, claim: Claim, sheet: Sheet, expected: float) -> Iterator[Attempt]:
    """Yield the usual slips of a step; simple ones first."""
    assert hand.steps is not None  # noqa: S101  # an update is a step's
    old, gradient = hand.steps.before(sheet)
    step = expected - old
    yield "operation forgotten", "this is the number before the step", old
    yield "sign", "a step uphill: the gradient was added", old - step
    yield "operation forgotten", "this is the step, not the new number", step
    yield "operation forgotten", "this is the step, not the new number", -step
    if not hasattr(claim.how, "decrease"):
        rate = claim.how
        for other in (1.0, rate / 10, rate * 10, rate / 100, rate * 100):
            if other != rate:
                description = f"{show_number(other)} was used instead of {show_number(rate)}"
                yield "learning rate", description, old - other * gradient
        yield "operation forgotten", "this is the gradient", gradient
        for other, number in hand.steps.gradients_beside(claim, sheet):
            called = hand.names.operand(other)
            yield attempt("own gradient", old - rate * number, other=called)
    else:
        yield from hand.steps.slips(claim, sheet, expected)
    stale = hand.steps.with_gradient_before(claim, sheet)
    if stale is not None:
        yield "old gradient", "the gradient of the step before was used once more", stale
    yield "factor 2", "half of the step", old + step / 2
    yield "factor 2", "twice the step", old + 2 * step
    yield "decimal point", "ten times the step", old + 10 * step
    yield "decimal point", "a tenth of the step", old + step / 10
