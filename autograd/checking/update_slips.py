"""The usual slips of a step of gradient descent: what is judged is the step, not the weight."""

from __future__ import annotations

from collections.abc import Iterator

from autograd.checking.attempts import Attempt, attempt
from autograd.checking.claims import Claim
from autograd.checking.hand import Hand
from autograd.checking.sheet import Sheet
from autograd.languages import marked, words
from autograd.notation.numbers import show_number


def update_slips(hand: Hand, claim: Claim, sheet: Sheet, expected: float) -> Iterator[Attempt]:
    """Yield the usual slips of a step; simple ones first."""
    assert hand.steps is not None  # noqa: S101  # an update is a step's
    old, gradient = hand.steps.before(sheet)
    step = expected - old
    forgotten = marked("operation forgotten")
    yield forgotten, words("this is the number before the step"), old
    yield "sign", words("a step uphill: the gradient was added"), old - step
    yield forgotten, words("this is the step, not the new number"), step
    yield forgotten, words("this is the step, not the new number"), -step
    yield marked("factor 2"), words("half of the step"), old + step / 2
    yield marked("factor 2"), words("twice the step"), old + 2 * step
    stale = hand.steps.with_gradient_before(claim, sheet)
    if stale is not None:
        said = words("the gradient of the step before was used once more")
        yield marked("old gradient"), said, stale
    summed = hand.steps.with_gradients_so_far(claim, sheet)
    if summed is not None:
        said = words("the gradients of the steps before were not set to zero, and are added")
        yield marked("old gradient"), said, summed
    if not hasattr(claim.how, "decrease"):
        rate = claim.how
        for other in (1.0, rate / 10, rate * 10, rate / 100, rate * 100):
            if other != rate:
                both = {"other": show_number(other), "rate": show_number(rate)}
                said = words("{other} was used instead of {rate}", **both)
                yield marked("learning rate"), said, old - other * gradient
        yield forgotten, words("this is the gradient"), gradient
        for other, number in hand.steps.gradients_beside(claim, sheet):
            called = hand.names.operand(other)
            yield attempt("own gradient", old - rate * number, other=called)
    else:
        yield from hand.steps.slips(claim, sheet, expected)
    yield marked("decimal point"), words("ten times the step"), old + 10 * step
    yield marked("decimal point"), words("a tenth of the step"), old + step / 10
