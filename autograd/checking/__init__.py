"""Checks of derivatives: those worked out by hand, and those of the table."""

from autograd.checking.accuracy import Answer
from autograd.checking.claims import Claim, Finding, Slip
from autograd.checking.gradients import GradcheckError, assert_gradients, check_grads, gradcheck
from autograd.checking.judging import assert_by_hand, check_by_hand
from autograd.checking.reading import Written
from autograd.checking.report import HandCheck

__all__ = [
    "Answer",
    "Claim",
    "Finding",
    "GradcheckError",
    "HandCheck",
    "Slip",
    "Written",
    "assert_by_hand",
    "assert_gradients",
    "check_by_hand",
    "check_grads",
    "gradcheck",
]
