"""The wrong formulas of operations, written once more as one would tell a student of them."""

from collections.abc import Sequence
from typing import Any

import pytest

from autograd.checking.mistakes import WRONG_DERIVATIVES, WRONG_VALUES, Mistake
from autograd.notation.formulas import evaluate
from autograd.ops import TABLE

# y is the result; a, b, c, d, e are the inputs, and x is the one that the derivative is by.
BY_NAME: dict[str, list[str]] = {
    "sigmoid": [
        "y(1 + y)",
        "a(1 - a)",
        "1 - y^2",
        "1 - y",
        "y",
        "1 - a^2",
        "sigmoid'(y)",
        "tanh'(a)",
    ],
    "tanh": ["1 - a^2", "y(1 - y)", "1 + y^2", "1 - y", "y", "a(1 - a)", "tanh'(y)", "sigmoid'(a)"],
    "relu": ["y", "1 - step"],
    "softplus": ["sigmoid'(a)"],
    "exp": ["a exp(a - 1)", "a"],
    "log": ["1/(a ln(10))", "a", "y"],
    "sqrt": ["1/y", "y/2"],
    "sin": ["cos(pi a/180)", "y"],
    "cos": ["-sin(pi a/180)", "y"],
    "tan": ["1 + tan(pi a/180)^2"],
    "pow": ["b y", "a^(b - 1)", "y", "(b - 1) a^(b - 1)", "b a"],
    "div": ["-y", "y", "1/b", "b"],
    "mul": ["y", "x"],
    "dot": ["term", "x"],
    "logsumexp": ["p(1 - p)"],
    "softmax": ["y(1 - y)", "y"],
}
RESULTS: dict[str, list[str]] = {
    "add": ["a b"],
    "sub": ["b - a", "a + b"],
    "mul": ["a + b"],
    "div": ["b/a", "a b"],
    "pow": ["abs(a)", "a b"],
    "sigmoid": [
        *("sigmoid(-a)", "tanh(a)", "exp(-a)", "exp(a)", "1 + exp(-a)", "1/(1 - exp(-a))"),
        "sigmoid'(a)",
    ],
    "tanh": ["sigmoid(a)", "sinh(a)", "tan(a)", "tanh'(a)", "tanh(a/2)", "tanh(2a)"],
    "exp": ["exp(-a)", "10^a"],
    "log": ["log10(a)", "log2(a)"],
    "sqrt": ["a^2"],
    "sin": ["sin(pi a/180)", "cos(a)"],
    "cos": ["cos(pi a/180)", "sin(a)"],
    "tan": ["tan(pi a/180)"],
    "relu": ["a"],
    "softmax": ["exp(a)", "a/(a + b + c)"],
    "logsumexp": ["log10(exp(a) + exp(b) + exp(c))", "exp(a) + exp(b) + exp(c)"],
    "sum": ["(a + b + c)/3"],
}
TWO, THREE = (1.7, 2.6), (0.4, -1.1, 0.9)
POINTS = {
    **dict.fromkeys(("add", "sub", "mul", "div", "pow"), TWO),
    **dict.fromkeys(("softmax", "logsumexp", "sum"), THREE),
    "dot": (1.7, 2.6, 0.4, -1.1, 0.3),
}


def number(mistake: Mistake, op: str, point: Sequence[float], i: int) -> float:
    return float(mistake.formula(TABLE[op].value(*point), point, i))


def told(formula: str, op: str, point: Sequence[float], i: int) -> Any:
    """Return the number of a formula, about."""
    names = dict(zip("abcde", point, strict=False))
    names |= {"y": TABLE[op].value(*point), "x": point[i], "step": float(point[0] > 0)}
    names |= {"p": TABLE[op].partials(names["y"], point, [False] * len(point))[i]}
    if op == "dot":
        names["term"] = [1.7 * 0.4, 2.6 * -1.1, 1.7 * 0.4, 2.6 * -1.1, 1.0][i]
    return pytest.approx(evaluate(formula, names), rel=1e-12)


@pytest.mark.parametrize("op", [*WRONG_DERIVATIVES])
def test_a_wrong_derivative_is_what_is_said_of_it(op: str) -> None:
    for one in (0.7, -0.4) if op in {"relu", "exp", "sin", "tanh"} else (0.7,):
        point = POINTS.get(op, (one,))
        for mistake, formula in zip(WRONG_DERIVATIVES[op], BY_NAME[op], strict=True):
            for i in range(len(point)):
                assert number(mistake, op, point, i) == told(formula, op, point, i), (formula, i)


@pytest.mark.parametrize("op", [*WRONG_VALUES])
def test_a_wrong_result_is_what_is_said_of_it(op: str) -> None:
    point = POINTS.get(op, (0.7,))
    for mistake, formula in zip(WRONG_VALUES[op], RESULTS[op], strict=True):
        assert number(mistake, op, point, 0) == told(formula, op, point, 0), formula


def test_a_mistake_in_the_derivative_by_one_input_is_none_in_that_by_another() -> None:
    for op, right in {"pow": [[0], [0], [0], [0], [0]], "div": [[1], [0, 1], [1], [0]]}.items():
        assert [[i for i in (0, 1) if m.fits(i)] for m in WRONG_DERIVATIVES[op]] == right
    assert all(m.fits(i) for m in WRONG_DERIVATIVES["mul"] for i in (0, 1))
