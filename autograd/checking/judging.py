"""check_by_hand: judging a calculation done by hand, and finding where it went wrong.

A hand rounds, and goes on with the rounded number; so a number may differ from the exact one and
still be right. Each claim is compared with the number of the graph: with the exact one; then with
the span of numbers that honest rounding may lead to from the lines before; then with what follows
from wrong lines before. If nothing fits, the usual slips are tried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograd.checking.accuracy import Accuracy
from autograd.checking.claims import Claim, Finding
from autograd.checking.formulas import judge_formula
from autograd.checking.gathering import Gathering, Pair
from autograd.checking.hand import fillers
from autograd.checking.reading import Written, represented
from autograd.checking.report import MOST_HINT, HandCheck
from autograd.checking.walking import Walk
from autograd.cleaning import kind_of
from autograd.languages import language as language_now
from autograd.languages import spoken, words
from autograd.notation.stale import warn_of_stale
from autograd.options import whole_number
from autograd.value import Value
from autograd.walks import MANY, check_size, order_of


def check_by_hand(
    output: Value | Sequence[Value],
    values: Mapping[Value, Written] | None = None,
    gradients: Mapping[Any, Written] | None = None,
    updates: Mapping[Value, tuple[Any, Any]] | None = None,
    *,
    locals: Mapping[Pair, Written] | None = None,  # noqa: A002  # the field's word for them
    shares: Mapping[Any, Written] | None = None,
    deltas: Mapping[Any, Written] | None = None,
    differences: Mapping[Value, tuple[Written, float | str]] | None = None,
    formulas: Mapping[Pair, Written] | None = None,
    digits: int = 2,
    decimals: int | None = None,
    tolerance: float | None = None,
    hint: int = 2,
    reveal: bool = False,
    language: str | None = None,
) -> HandCheck:
    """Judge a hand calculation of numbers, derivatives and updated parameters.

    A number is judged by the digits that it is written with, of which there have to be two at
    least: where a last zero counts, give the number as text, such as "0.30". Text may be written in
    any usual way, as -42.2, 0,37, 1.234,5, -19,303, 2/3 or 1.2·10^-3. None, `...` and blank text
    are no answer; what cannot be read is reported with all else. `Answer("0.377", digits=3)` in a
    number's place asks for more than the sheet does.

    Args:
        output: the result that is differentiated, such as the cost; or several.
        values: the number of each node in the forward pass.
        gradients: d(output)/d(node) by node; by pair (a, b), d(a)/d(b).
        updates: for each parameter the new number after a step, and the learning rate of gradient
            descent, or an optimiser of `nn`; for several steps a list of numbers. What is judged is
            the step: the number needs so many digits that one sees how far it moved.
        locals: local derivatives ∂a/∂b by pair (a, b): along the paths that meet no other labelled
            node, or along all paths where there are none such.
        shares: the shares of gradients that come down one path, by path: the node that receives,
            and the stops above it. Between two stops count the paths that meet no other labelled
            node, or all paths where there are none such.
        deltas: gradients, all of one sign or all of the other, as two schools write them.
        differences: difference quotients of the output by a leaf, each with its step: central ones,
            or those to one side.
        formulas: derivatives d(a)/d(b) by pair (a, b), written in the labels of nodes, as in
            "2(y_pred - y_act) g1"; each is right if it is the derivative for all numbers that the
            leaves may have. See `autograd.notation.formulas.evaluate` for what can be written.
        digits: how many significant digits a number needs at least.
        decimals: how many decimals it needs, instead.
        tolerance: how far off it may be, instead, as a share of the right number; of an update,
            as a share of the step.
        hint: how much the report tells: 0, how many steps are right; 1, which; 2, by which slip a
            step is wrong; 3, the number that follows from the lines before it.
        reveal: whether the report tells every exact number.
        language: the language of the report, such as "es"; if None, the one that `set_language`
            chose.

    Returns:
        A `HandCheck`: print it, or look at `.ok`, `.score`, `.findings`, `.first_wrong` and
        `.to_dict()`.

    Warns:
        UserWarning: the graph is so large that a verdict may take minutes.

    Raises:
        ValueError: a node is not in the graph of `output`, an option is out of range, or the graph
            is far too large.
        TypeError: `output` is not a Value, or claims are not in a dict.

    >>> w, x = Value(2.0, label="w"), Value(3.0, label="x")
    >>> y = (w * x - 1.0) ** 2
    >>> print(check_by_hand(y, gradients={w: -30}))
    gradient of w  -30  WRONG. sign: the sign is the other one
    The first wrong step is gradient of w.
    """
    several: list[Any] = list(output) if isinstance(output, (list, tuple)) else [output]
    for node in several or [output]:
        if not isinstance(node, Value):
            raise TypeError(
                f"expected a Value to check, or several, received {kind_of(node)}:"
                f" {represented(node)}; write check_by_hand(y, gradients={{w: 0.5}}), y the result"
            )
    outputs: list[Value] = several
    for claims in (values, gradients, locals, shares, deltas, differences, updates, formulas):
        if claims is not None and not isinstance(claims, Mapping):
            raise TypeError(
                "expected claims as a dict from Values to numbers, as in gradients={w: 0.5},"
                f" received {kind_of(claims)}: {represented(claims)}"
            )
    whole_number("hint", hint, least=0, most=MOST_HINT)

    def judged() -> HandCheck:
        check_size(outputs, words("a verdict"), MANY)
        order: list[Value] = order_of(outputs)
        warn_of_stale(order)
        gathering = Gathering(outputs, order, Accuracy(digits, decimals, tolerance))
        gathering.values(values or {})
        gathering.locals(locals or {})
        gathering.gradients(gradients or {})
        gathering.gradients(deltas or {}, "delta")
        gathering.shares(shares or {})
        gathering.differences(differences or {})
        gathering.updates(updates or {})
        numbers = list(gathering.claims)
        gathering.formulas(formulas or {})
        findings = _findings(outputs, order, gathering, numbers)
        return HandCheck(tuple(findings), hint, reveal, language_now())

    return spoken(language, judged)


def _findings(
    outputs: Sequence[Value], order: Sequence[Value], gathering: Gathering, numbers: Sequence[Claim]
) -> list[Finding]:
    """Return the findings on all claims, of which some are on numbers, the others on formulas."""
    # Most calculations are right. What follows from an error is looked for if there is one.
    filled: set[float] = set()
    for errs in (False, True):
        findings = Walk(outputs, order, gathering.names, numbers, errs=errs).judge()
        if all(finding.ok for finding in findings) and len(findings) == len(numbers):
            break
    else:
        filled = fillers(findings)
    if filled:
        findings = Walk(outputs, order, gathering.names, numbers, errs=True, fillers=filled).judge()
    for claim in gathering.claims[len(numbers) :]:
        findings.append(judge_formula(claim, order, gathering.names))
    return findings


def assert_by_hand(output: Value | Sequence[Value], *claims: Any, **options: Any) -> None:
    """Assert that a hand calculation is right; it takes what `check_by_hand` takes.

    Args:
        output: as for `check_by_hand`.
        claims: as for `check_by_hand`.
        options: as for `check_by_hand`.

    Raises:
        AssertionError: the calculation is wrong, or claims nothing; the message is the report.
        ValueError: as for `check_by_hand`.
        TypeError: as for `check_by_hand`.
    """
    __tracebackhide__ = True
    report = check_by_hand(output, *claims, **options)
    if not report.ok:
        raise AssertionError(f"the hand calculation is not right\n{report}")
