"""A table of cases at the edges, each with the right value: kinks, poles, ties, overflow, rounding.

One row is one claim: an expression, a point, what is asked of it, and the answer. What is asked: ""
is the number, "x" the derivative by x, "xy" the second derivative by x and y. The answer is a
number that was worked out by hand (the derivative of the branch that is chosen, a limit, or what
the documentation promises), or a formula in the point's names, which mpmath computes with fifty
digits. Every engine has to give the answer: `backward()`, graphs of gradients, compiled code.
"""

import math
import random
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import mpmath
import pytest

import autograd
from autograd import TABLE as TABLE_OF_ROWS
from autograd import Value, gradients
from autograd import compile as compiled

inf, nan = math.inf, math.nan


class Case(NamedTuple):
    """One row of the table."""

    expression: str
    point: dict[str, float]
    asked: str
    answer: float | str
    digits: float = 1e-12

    def __str__(self) -> str:
        at = ", ".join(f"{name}={number}" for name, number in self.point.items())
        return f"{'d' * bool(self.asked)}{self.asked} {self.expression} at {at}"


def at(x: float, y: float | None = None, z: float | None = None) -> dict[str, float]:
    """A point, by the names of its numbers."""
    named = {"x": x, "y": y, "z": z}
    return {name: number for name, number in named.items() if number is not None}


def rows(expression: str, point: dict[str, float], **answers: float | str) -> list[Case]:
    """Rows of one expression at one point: `number=`, `x=`, `xx=`, ... are what is asked."""
    return [
        Case(expression, point, "" if asked == "number" else asked, answer)
        for asked, answer in answers.items()
    ]


# ------------------------------------------------ what was not chosen has no say
CHOICES: list[Case] = [
    # The gradient that arrives is infinite, and the input was not chosen.
    *rows("sqrt(relu(x))", at(-1.0), x=0.0, xx=0.0),
    *rows("sqrt(relu(x))", at(0.0), x=0.0, xx=0.0),
    *rows("sqrt(relu(x))", at(4.0), x=0.25, xx=-0.03125),
    *rows("log(relu(x))", at(-1.0), x=0.0, xx=0.0),
    *rows("1 / relu(x)", at(-1.0), x=0.0, xx=0.0),
    *rows("relu(x) ** 0.5", at(-1.0), x=0.0, xx=0.0),
    *rows("cbrt(relu(x))", at(-1.0), x=0.0, xx=0.0),
    *rows("sqrt(maximum(x, 0.0))", at(-1.0), x=0.0, xx=0.0),
    *rows("log(minimum(x, 0.0))", at(1.0), x=0.0, xx=0.0),
    *rows("asin(minimum(x, 1.0))", at(2.0), x=0.0, xx=0.0),
    *rows("acos(maximum(x, -1.0))", at(-2.0), x=0.0, xx=0.0),
    *rows("sqrt(where(greater(x, 0.0), x, 0.0))", at(-1.0), x=0.0, xx=0.0),
    *rows("sqrt(abs(x))", at(0.0), x=0.0, xx=0.0),
    *rows("sqrt(greater(x, 0.0))", at(-1.0), x=0.0, xx=0.0),
    *rows("sqrt(leaky_relu(x, 0.0))", at(-1.0), x=0.0, xx=0.0),
    *rows("sqrt(relu(relu(x)))", at(-1.0), x=0.0, xx=0.0),
    *rows("sqrt(relu(-x) + relu(x - 3.0))", at(1.0), x=0.0, xx=0.0),
    # A nan or an infinity lies behind the input that was not chosen.
    *rows("where(greater(x, 0.0), sqrt(x), 0.0)", at(-1.0), number=0.0, x=0.0, xx=0.0),
    *rows("where(greater(x, 0.0), sqrt(x), 0.0)", at(0.0), x=0.0, xx=0.0),
    *rows("where(greater(x, 0.0), sqrt(x), 0.0)", at(4.0), x=0.25, xx=-0.03125),
    *rows("where(x, sin(x) / x, 1.0)", at(0.0), number=1.0, x=0.0, xx=0.0),
    *rows("where(greater(x, 0.0), log(x), x)", at(0.0), x=1.0, xx=0.0),
    *rows("where(greater(x, 0.0), x * log(x), 0.0)", at(0.0), number=0.0, x=0.0, xx=0.0),
    *rows("where(greater(x, 0.0), 1 / x, x * x)", at(0.0), x=0.0, xx=2.0),
    *rows("where(greater(x, 0.0), x**0.5, x * x)", at(-1.0), x=-2.0, xx=2.0),
    *rows("where(greater(x, 0.0), x**x, x)", at(-1.0), x=1.0, xx=0.0),
    *rows("where(greater(x, 0.0), x * inf, x)", at(-1.0), x=1.0, xx=0.0),
    *rows("where(greater(x, 0.0), x - inf, x)", at(-1.0), x=1.0, xx=0.0),
    *rows("where(greater(1.0, x), acos(x), x * x)", at(2.0), x=4.0, xx=2.0),
    *rows("where(greater(x, -1.0), log1p(x), x * x)", at(-2.0), x=-4.0, xx=2.0),
    *rows("where(greater(0.0, x), x * x, sqrt(x))", at(-3.0), x=-6.0, xx=2.0),
    *rows("where(greater(x, 0.0), exp(1 / x), x)", at(0.0), x=1.0, xx=0.0),
    *rows("where(greater(x, 0.0), tan(log(x)), x)", at(-1.0), x=1.0, xx=0.0),
    *rows("where(greater(x, 0.0), y / x, y)", at(0.0, 3.0), x=0.0, y=1.0, xy=0.0),
    *rows("where(greater(x, 0.0), y * sqrt(x), y)", at(-1.0, 3.0), x=0.0, y=1.0, xy=0.0),
    *rows("maximum(log(x), x * x)", at(0.0), x=0.0, xx=2.0),
    *rows("minimum(1 / (x * x), x)", at(0.0), x=1.0, xx=0.0),
    *rows("relu(-exp(x) * exp(x))", at(800.0), x=0.0, xx=0.0),
    *rows("relu(x * y)", at(-1.0, inf), x=0.0, y=0.0),
    *rows("where(greater(x, 0.0), tanh(sin(sqrt(x)) * 2.0) * x, x)", at(-1.0), x=1.0, xx=0.0),
    *rows("where(greater(x, 0.0), sqrt(x) * relu(log(x)), x)", at(-1.0), x=1.0, xx=0.0),
    *rows(
        "where(greater(x, 0.0), dot([sqrt(x), 2.0], [x, log(x)], x), x)", at(-1.0), x=1.0, xx=0.0
    ),
    *rows("where(greater(x, 0.0), softplus(log(x)), x)", at(-1.0), x=1.0, xx=0.0),
    *rows("where(greater(x, 0.0), logsumexp([log(x), x]), x)", at(-1.0), x=1.0, xx=0.0),
    *rows("where(greater(x, 0.0), div(1.0, x) + pow(x, -2.0), x)", at(0.0), x=1.0, xx=0.0),
    *rows(
        "where(greater(x, 0.0), sqrt(-x), 0.0) + where(greater(0.0, x), x, 0.0)",
        at(-4.0), x=1.0, xx=0.0,
    ),
    *rows("take([x, sqrt(x), log(x)], greater(x, 0.0))", at(-1.0), number=-1.0, x=1.0, xx=0.0),
    *rows("take([x, sqrt(x), log(x)], greater(x, 0.0))", at(4.0), number=2.0, x=0.25, xx=-0.03125),
    *rows("take([x * x, y, 1 / x], 1.0)", at(0.0, 3.0), number=3.0, x=0.0, y=1.0, xy=0.0),
    *rows("take([x, y], y)", at(2.0, 1.0), number=1.0, x=0.0, y=1.0),
    *rows("take([x, y], y)", at(2.0, 0.0), number=2.0, x=1.0, y=0.0),
    # One node is used twice, and only one of the uses was chosen.
    *rows("where(greater(x, 0.0), (w := x * x), 0.0) + w", at(-3.0), x=-6.0, xx=2.0),
    *rows(
        "where(greater(x, 0.0), (w := sqrt(-x)), 0.0) + where(greater(0.0, x), w * w, 0.0)",
        at(-4.0), x=-1.0, xx=0.0,
    ),
    # But 0 * inf through what was used is an honest nan.
    *rows("sqrt(x) ** 2", at(0.0), number=0.0, x=nan, xx=nan),
    *rows("where(1.0, sqrt(x) ** 2, 0.0)", at(0.0), x=nan, xx=nan),
    *rows("sqrt(relu(x) * x)", at(-1.0), x=nan, xx=nan),  # x * 0 was used
    *rows("sqrt(x * x + y * y) ** 2", at(0.0, 0.0), x=nan, y=nan),
]  # fmt: skip

TABLE: list[Case] = [
    *CHOICES,
    # ------------------------------------------------------------- kinks and ties
    *rows("relu(x)", at(0.0), x=0.0),
    *rows("abs(x)", at(0.0), x=0.0),
    *rows("leaky_relu(x)", at(0.0), x=0.01),
    *rows("leaky_relu(x, y)", at(-3.0, 0.2), x=0.2, y=-3.0),
    *rows("maximum(x, y)", at(2.0, 2.0), x=0.5, y=0.5),
    *rows("minimum(x, y)", at(2.0, 2.0), x=0.5, y=0.5),
    *rows("maximum(x, x)", at(2.0), x=1.0),
    *rows("maximum(x * x, x)", at(1.0), x=1.5, xx=1.0),
    *rows("maximum(x, y, z)", at(1.0, 1.0, 1.0), x=1 / 3, y=1 / 3, z=1 / 3),
    *rows("maximum(x, y, z)", at(1.0, 3.0, 3.0), x=0.0, y=0.5, z=0.5),
    *rows("minimum(x, y, z)", at(1.0, 1.0, 1.0), x=1 / 3, y=1 / 3, z=1 / 3),
    *rows("minimum(x, y, z)", at(2.0, 1.0, 3.0), number=1.0, x=0.0, y=1.0, z=0.0),
    *rows("minimum(maximum(x, 1.0), 1.0)", at(2.0), number=1.0, x=0.0),
    *rows("clamp(x, 0.0, 1.0)", at(0.0), x=1.0),
    *rows("clamp(x, 0.0, 1.0)", at(1.0), x=1.0),
    *rows("clamp(x, 0.0, 1.0)", at(1.5), number=1.0, x=0.0),
    *rows("sqrt(clamp(x, 0.0, 1.0))", at(-2.0), number=0.0, x=0.0),
    *rows("sign(x)", at(0.0), number=0.0, x=0.0),
    *rows("sign(x)", at(-2.5), number=-1.0, x=0.0),
    *rows("floor(x)", at(-1.5), number=-2.0, x=0.0),
    *rows("floor(x)", at(2.0), number=2.0, x=0.0),
    # ----------------------------------------------------- powers, roots and zeros
    *rows("x ** y", at(2.0, 0.0), x=0.0, y="log(x)", xx=0.0, xy=0.5, yx=0.5, yy="log(x)**2"),
    *rows("x ** y", at(0.0, 2.0), number=0.0, x=0.0, y=0.0, xx=2.0, yy=0.0),
    *rows("x ** y", at(0.0, 1.0), x=1.0, y=0.0),
    *rows("x ** y", at(0.0, 0.0), number=1.0, x=0.0),
    # d2/dadb of a**b is a**(b - 1) * (1 + b ln(a)), in either order: below, its limits at 0.
    *rows("x ** y", at(0.0, 1.0), xx=0.0, xy=-inf, yx=-inf, yy=0.0),
    *rows("x ** y", at(-0.0, 1.0), xy=-inf, yx=-inf),
    *rows("x ** y", at(0.0, 0.5), x=inf, y=0.0, xx=-inf, xy=-inf, yx=-inf, yy=0.0),
    *rows("x ** y", at(0.0, 1.5), x=0.0, y=0.0, xx=inf, xy=0.0, yx=0.0, yy=0.0),
    *rows("x ** y", at(0.0, 2.0), xy=0.0, yx=0.0),
    *rows("x ** y", at(0.0, 3.0), xx=0.0, xy=0.0, yx=0.0, yy=0.0),
    *rows("x ** y", at(0.0, -1.0), x=-inf, y=-inf, xx=inf, xy=inf, yx=inf, yy=inf),
    *rows("x ** y", at(0.5, 0.0), xy=2.0, yx=2.0, xxy=-4.0, xyx=-4.0, yxx=-4.0),
    *rows("x ** y", at(2.0, 3.0), xy="x**2 * (1 + y*log(x))", yx="x**2 * (1 + y*log(x))"),
    *rows("x ** y", at(2.0, 3.0), xyy="4 * log(x) * (2 + 3*log(x))"),
    # Along b = 0, where both orders are 1/a, the limit is inf; along other lines it is another.
    *rows("x ** y", at(0.0, 0.0), y=0.0, xx=0.0, xy=inf, yx=inf, yy=0.0),
    *rows("x ** x", at(0.0), number=1.0, x=0.0, xx=inf),
    *rows("x ** y", at(-2.0, 0.0), x=0.0, y=nan, xy=nan, yx=nan),
    *rows("x ** y", at(-2.0, 3.0), x=12.0, y=nan, xy=nan, yx=nan),
    *rows("x ** y", at(inf, 1.0), x=1.0, y=inf, xx=0.0, xy=inf, yx=inf),
    *rows("x ** y", at(inf, -0.5), number=0.0, x=0.0, y=0.0),
    *rows("x ** y", at(0.5, inf), number=0.0, x=0.0, y=0.0),
    *rows("0.0 ** y", at(0.0, 2.0), number=0.0, y=0.0, yy=0.0),
    *rows("x ** 2", at(-3.0), x=-6.0, xx=2.0),
    *rows("x ** 3", at(0.0), x=0.0, xx=0.0),
    *rows("x ** -1", at(-2.0), x=-0.25, xx=-0.25),
    *rows("(-2.0) ** x", at(3.0), number=-8.0),
    *rows("x ** 0.5", at(-1.0), number=nan, x=nan),
    *rows("sqrt(x)", at(0.0), number=0.0, x=inf),
    *rows("log(x)", at(0.0), number=-inf, x=inf),
    *rows("cbrt(x)", at(-8.0), number=-2.0, x=1 / 12),
    *rows("hypot(x, y)", at(0.0, 0.0), number=0.0, x=0.0, y=0.0),
    *rows("hypot(x, y)", at(3.0, 4.0), number=5.0, x=0.6, y=0.8, xx=0.128, xy=-0.096),
    *rows("hypot(x, y) ** 2", at(0.0, 0.0), x=0.0, y=0.0),
    *rows("hypot(x, y)", at(3e200, 4e200), number=5e200, x=0.6, y=0.8),
    *rows("hypot(x, y)", at(3e-200, 4e-200), number=5e-200, x=0.6, y=0.8),
    *rows("hypot(x, y) ** 2", at(0.0, 0.0), xx=nan, xy=0.0),
    *rows("x * x + y * y", at(0.0, 0.0), xx=2.0, xy=0.0, yy=2.0),
    *rows("hypot(x, y)", at(0.0, 0.0), xx=inf),
    *rows("hypot(x, y)", at(inf, 1.0), number=inf, x=1.0, y=0.0, xx=0.0, xy=0.0, yy=0.0),
    *rows("hypot(x, y)", at(2.0, -inf), number=inf, x=0.0, y=-1.0),
    *rows("hypot(x, y)", at(0.0, inf), number=inf, x=0.0, y=1.0),
    *rows("hypot(x, y)", at(inf, inf), number=inf, x=nan, y=nan),
    *rows("norm([x, y, z])", at(-inf, 1.0, 0.0), number=inf, x=-1.0, y=0.0, z=0.0, xx=0.0, xy=0.0),
    *rows("norm([x, y, z])", at(inf, 1.0, inf), number=inf, x=nan, y=0.0, z=nan),
    *rows("norm([x, y])", at(inf, nan), x=nan, y=nan),
    *rows("norm([x, y]) ** 2", at(0.0, 0.0), x=0.0, y=0.0, xx=nan, xy=0.0),
    *rows("dot([x, y], [x, y])", at(0.0, 0.0), xx=2.0, xy=0.0, yy=2.0),
    *rows("atan2(x, y)", at(inf, 1.0), number="pi / 2", x=0.0, y=0.0),
    *rows("atan2(x, y)", at(-2.0, -inf), number="-pi", x=0.0, y=0.0),
    *rows("atan2(x, y)", at(inf, -inf), number="pi * 3 / 4", x=0.0, y=0.0),
    *rows("norm([x, y])", at(0.0, 0.0), number=0.0, x=0.0, y=0.0),
    *rows("norm([x, y, z])", at(1.0, 2.0, 2.0), number=3.0, x=1 / 3, y=2 / 3, z=2 / 3),
    *rows("xlogy(x, y)", at(0.0, 0.0), number=0.0),
    *rows("xlogy(x, y)", at(0.0, 2.0), number=0.0, x="log(y)", y=0.0),
    *rows("xlogy(x, y)", at(3.0, 2.0), number="x * log(y)", x="log(y)", y=1.5, xy=0.5),
    *rows("prod([x, y, z])", at(0.0, 2.0, 3.0), number=0.0, x=6.0, y=0.0, z=0.0, xy=3.0),
    *rows("prod([x, y, z])", at(0.0, 0.0, 3.0), x=0.0, y=0.0, z=0.0, xy=3.0),
    *rows("atan2(x, y)", at(1.0, -1.0), number="pi * 3 / 4", x=-0.5, y=-0.5),
    *rows("atan2(x, y)", at(0.0, -1.0), number="pi", x=-1.0),
    # -------------------------------------------- large numbers, and what cancels
    *rows("sigmoid(x)", at(38.0), x="exp(-x) / (1 + exp(-x))**2"),
    *rows("sigmoid(x)", at(-38.0), x="exp(x) / (1 + exp(x))**2"),
    *rows("sigmoid(x)", at(800.0), number=1.0, x=0.0, xx=0.0),
    *rows("sigmoid(x)", at(-800.0), number=0.0, x=0.0, xx=0.0),
    *rows("sigmoid(x)", at(40.0), xx="-exp(-x) * (1 - exp(-x)) / (1 + exp(-x))**3"),
    *rows("tanh(x)", at(20.0), x="sech(x)**2"),
    *rows("tanh(x)", at(-20.0), x="sech(x)**2", xx="-2 * tanh(x) * sech(x)**2"),
    *rows("softplus(x)", at(40.0), x="1 / (1 + exp(-x))", xx="exp(-x) / (1 + exp(-x))**2"),
    *rows("softplus(x)", at(-40.0), number="log(1 + exp(x))", xx="exp(x) / (1 + exp(x))**2"),
    *rows("softplus(x)", at(1000.0), number=1000.0, x=1.0, xx=0.0),
    *rows("expm1(x)", at(-38.0), number="exp(x) - 1", x="exp(x)", xx="exp(x)"),
    *rows("expm1(x)", at(1e-20), number=1e-20, x=1.0),
    *rows("log1p(x)", at(1e-20), number=1e-20, x=1.0),
    *rows("erf(x)", at(6.0), x="2 / sqrt(pi) * exp(-x**2)"),
    # The derivative of a derivative that has vanished has vanished, too.
    *(
        row
        for name in ("atan", "erf", "erfc", "cbrt")
        for far in (inf, -inf)
        for row in rows(f"{name}(x)", at(far), x=0.0, xx=0.0, xxx=0.0)
    ),
    *rows("acosh(x)", at(inf), number=inf, x=0.0, xx=0.0, xxx=0.0),
    *rows("acosh(x)", at(1e30), x=1e-30, xx=-1e-60),
    *rows("gelu(x)", at(inf), x=1.0, xx=0.0, xxx=0.0),
    *rows("gelu(x)", at(-inf), x=0.0, xx=0.0, xxx=0.0),
    *rows("atan(x)", at(1e70), x=1e-140, xx=-2e-210),
    *rows("erfc(x)", at(20.0), xx="4 * x / sqrt(pi) * exp(-x**2)"),
    *rows("cbrt(x)", at(-1e60), xx="2 / (9 * 10**100)"),
    *rows("logsumexp([x, y])", at(1000.0, 1000.0), number="1000 + log(2)", x=0.5, y=0.5, xy=-0.25),
    *rows("logsumexp([x, y])", at(-inf, 0.0), number=0.0, x=0.0, y=1.0),
    *rows("logsumexp([x, y])", at(-inf, -inf), number=-inf),
    *rows("logsumexp([x, y])", at(inf, 0.0), number=inf, x=1.0, y=0.0),
    *rows("logsumexp([x, y])", at(1e16, 1e16), x=0.5, xx=0.25, xy=-0.25),
    *rows("logaddexp(x, y)", at(-1000.0, -1000.0), number="-1000 + log(2)", x=0.5),
    *rows("logaddexp(x, y)", at(-inf, 2.0), number=2.0, x=0.0, y=1.0),
    *rows("softmax([x, y])[0]", at(1e16, 1e16), number=0.5, x=0.25, y=-0.25),
    *rows("softmax([x, y])[0]", at(1000.0, 0.0), number=1.0, x=0.0, y=0.0),
    *rows("softmax([x, y])[1]", at(40.0, 0.0), y="exp(-40) / (1 + exp(-40))**2"),
    *rows("softmax([x, y])[0]", at(40.0, 0.0), x="exp(-40) / (1 + exp(-40))**2"),
    *rows("log_softmax([x, y])[1]", at(1000.0, 0.0), number=-1000.0, x=-1.0, y=1.0),
    # Beside the 1 of the largest score the others are not lost.
    *rows("logsumexp([x, y])", at(0.0, -40.0), number="log1p(exp(y))", xy="-1 / (2 + 2*cosh(y))"),
    *rows("logsumexp([x, y, z])", at(0.0, 0.0, -50.0), number="log(2 + exp(z))"),
    *rows("logsumexp([x, y, z])", at(-50.0, 0.0, -60.0), number="log1p(exp(x) + exp(z))"),
    *rows("logaddexp(x, y)", at(-80.0, 0.0), number="log1p(exp(x))"),
    *rows("log_softmax([x, y])[0]", at(40.0, 0.0), number="-log1p(exp(-x))"),
    *rows("log_softmax([x, y, z])[1]", at(-90.0, 5.0, -5.0), number="-log1p(exp(-95) + exp(-10))"),
    *rows(
        "log_softmax([x, y, z])[0]",
        at(-26.0, 1.0, 16.0),
        xz="exp(x + z) / (exp(x) + exp(y) + exp(z))**2",
    ),
    *rows("-softplus(-x)", at(60.0), number="-log1p(exp(-x))"),
    # Where one side is nearly all of the length, no digits of its derivative cancel.
    *rows("hypot(x, y)", at(1.0, 1e-9), xx="y**2 / (x**2 + y**2)**1.5", yy="1 / (1 + y**2)**1.5"),
    *rows("hypot(x, y)", at(-3e8, 7.0), xx="y**2 / (x**2 + y**2)**1.5", xxx=1.8148148148148149e-32),
    *rows("hypot(x, y)", at(1e200, 1.0), yy=1e-200),
    *rows("norm([x, y, z])", at(2e9, 3.0, 4.0), xx="25 / (x**2 + 25)**1.5", yz="-12 / x**3"),
    *rows("norm([x, y, z])", at(-3.0, 5e7, 0.0), yy="9 / (9 + y**2)**1.5", xz=0.0),
    *rows("exp(x)", at(1000.0), number=inf, x=inf),
    *rows("sinh(x)", at(1e-9), number="sinh(x)", x=1.0),
    *rows("asinh(x)", at(-1e-9), number="asinh(x)", x=1.0),
    *rows("asinh(x)", at(1e200), number="asinh(x)", x=1e-200),
    *rows("acosh(x)", at(1.0), number=0.0, x=inf),
    *rows("acosh(x)", at(2.0), number="acosh(x)", x="1 / sqrt(x**2 - 1)"),
    *rows("atanh(x)", at(0.5), number="atanh(x)", x="1 / (1 - x**2)"),
    *rows("atanh(x)", at(1.0), number=inf, x=inf),
    *rows("log2(x)", at(8.0), number=3.0, x="1 / (8 * log(2))"),
    *rows("log10(x)", at(1000.0), number=3.0, x="1 / (1000 * log(10))"),
    *rows("exp2(x)", at(10.0), number=1024.0, x="1024 * log(2)"),
    *rows("gelu(x)", at(0.0), number=0.0, x=0.5),
    *rows("gelu(x)", at(-10.0), number="x * erfc(-x / sqrt(2)) / 2"),
    *rows("silu(x)", at(0.0), number=0.0, x=0.5, xx=0.5),
    *rows("silu(x)", at(-800.0), number=0.0, x=0.0),
    *rows("elu(x)", at(-50.0), number="exp(x) - 1", x="exp(x)"),
    *rows("elu(x)", at(0.0), number=0.0, x=1.0),
    *rows("selu(x)", at(2.0), number="2 * 1.0507009873554804934193349852946", x=1.0507009873554805),
    *rows("mish(x)", at(0.0), number=0.0, x=0.6),
    *rows("softsign(x)", at(0.0), number=0.0, x=1.0),
    *rows("softsign(x)", at(-3.0), number=-0.75, x=1 / 16),
    *rows("mean([x, y, z])", at(1.0, 2.0, 6.0), number=3.0, x=1 / 3),
    *rows("stop_gradient(x) * x", at(3.0), number=9.0, x=3.0),
    # -------------------------------------------------------------- signs of zero
    *rows("1 / (x + -0.0)", at(-0.0), number=-inf),
    *rows("1 / sum([x, x])", at(-0.0), number=-inf),
    *rows("1 / dot([x], [1.0])", at(-0.0), number=-inf),
    *rows("1 / (x + 0.0)", at(-0.0), number=inf),
    *rows("1 / (x - 0.0)", at(-0.0), number=-inf),
    *rows("1 / (-x)", at(0.0), number=-inf),
]


@cache
def function(expression: str) -> Callable[..., Any]:
    """The expression as a function of x, y and z, by autograd's own names."""
    names = {name: getattr(autograd, name) for name in (*autograd.__all__, "pow", "sum")} | {
        "inf": inf
    }
    return eval(f"lambda x, y=0.0, z=0.0: {expression}", names)  # type: ignore[no-any-return]  # noqa: S307  # the table's


def answer(case: Case) -> float:
    """The right value; a formula's by mpmath."""
    if not isinstance(case.answer, str):
        return case.answer
    with mpmath.workdps(50):
        point = {name: mpmath.mpf(number) for name, number in case.point.items()}
        return float(eval(case.answer, {**vars(mpmath), **point}))  # noqa: S307  # the table's


def derivative(case: Case, leaves: dict[str, Any]) -> Any:
    """What is asked, as a node."""
    node = function(case.expression)(**leaves)
    for name in case.asked:
        (node,) = gradients(node, [leaves[name]])
    return node


def by_backward(case: Case) -> float:
    leaves = {name: Value(number) for name, number in case.point.items()}
    node = derivative(case._replace(asked=case.asked[:-1]), leaves)
    if not case.asked:
        return float(node.data)
    node.backward()
    return leaves[case.asked[-1]].grad


def by_graph(case: Case) -> float:
    leaves = {name: Value(number) for name, number in case.point.items()}
    return float(derivative(case, leaves).data)


def by_code(case: Case, backend: str) -> float:
    names = list(case.point)

    def asked(*leaves: Any) -> Any:
        return derivative(case, dict(zip(names, leaves, strict=True)))

    return float(compiled(asked, backend=backend)(*case.point.values()))


def by_batch(case: Case) -> float:
    names = list(case.point)

    def asked(*leaves: Any) -> Any:
        return derivative(case, dict(zip(names, leaves, strict=True)))

    run = compiled(asked, batch=tuple(range(len(names))), backend="llvm")
    return float(run(*([0.75, number, 1.25] for number in case.point.values()))[1])


ENGINES: dict[str, Callable[[Case], float]] = {
    "backward": by_backward,
    "graphs": by_graph,
    "python": lambda case: by_code(case, "python"),
    "numpy": lambda case: by_code(case, "numpy"),
    "llvm": lambda case: by_code(case, "llvm"),
    "llvm over a batch": by_batch,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", TABLE, ids=str)
def test_the_answer_is_right(case: Case, engine: str) -> None:
    expected = answer(case)
    found = ENGINES[engine](case)
    assert found == pytest.approx(expected, rel=case.digits, abs=0.0, nan_ok=True)


@pytest.mark.parametrize("engine", ["eager", "python", "numpy", "llvm"])
def test_logarithms_of_sums_keep_their_digits(engine: str) -> None:
    def both(scores: Any) -> Any:
        return [autograd.logsumexp(scores), autograd.log_softmax(scores)[0]]

    draw = random.Random(1)  # noqa: S311  # no secret
    sizes = (1e-9, 1e-3, 1.0, 10.0, 50.0)
    run = both if engine == "eager" else compiled(both, backend=engine)
    for _ in range(300):
        scores = [draw.choice((0.0, draw.gauss(0.0, draw.choice(sizes)))) for _ in range(3)]
        with mpmath.workdps(400):
            total = mpmath.log(mpmath.fsum(mpmath.exp(mpmath.mpf(x)) for x in scores))
            exact = [total, scores[0] - total]
            shares = [mpmath.exp(x - total) for x in scores]
            # What a change in the last digit of each score would make of it.
            least = [mpmath.fdot(shares, map(abs, scores)), 0]
            least[1] = (1 - shares[0]) * abs(scores[0]) + mpmath.fdot(
                shares[1:], map(abs, scores[1:])
            )
            for found, right, change in zip(run(scores), exact, least, strict=True):
                assert abs(found - right) <= 5e-16 * (abs(right) + change), scores


FAR = [1e100, 1e200, 1e308, -1e100, -1e200, -1e308, 1e-200, -1e-200, 1e-308, -1e-308]

SECONDS: dict[str, str] = {
    "abs": "0",
    "acos": "-x / (1 - x**2)**1.5",
    "acosh": "-x / (x**2 - 1)**1.5",
    "asin": "x / (1 - x**2)**1.5",
    "asinh": "-x / (1 + x**2)**1.5",
    "atan": "-2 * x / (1 + x**2)**2",
    "atanh": "2 * x / (1 - x**2)**2",
    "cbrt": "-2 / mpf(9) * sign(x) * abs(x)**(-mpf(5) / 3)",
    "cos": "-cos(x)",
    "cosh": "cosh(x)",
    "erf": "-4 * x * exp(-x * x) / sqrt(pi)",
    "erfc": "4 * x * exp(-x * x) / sqrt(pi)",
    "exp": "exp(x)",
    "exp2": "mpf(2)**x * log(2)**2",
    "expm1": "exp(x)",
    "floor": "0",
    "gelu": "(2 - x * x) * exp(-x * x / 2) / sqrt(2 * pi)",
    "log": "-1 / x**2",
    "log10": "-1 / x**2 / log(10)",
    "log1p": "-1 / (1 + x)**2",
    "log2": "-1 / x**2 / log(2)",
    "neg": "0",
    "relu": "0",
    "sigmoid": "-exp(-abs(x)) * tanh(x / 2) / (1 + exp(-abs(x)))**2",
    "sign": "0",
    "sin": "-sin(x)",
    "sinh": "sinh(x)",
    "softplus": "exp(-abs(x)) / (1 + exp(-abs(x)))**2",
    "softsign": "-2 * sign(x) / (1 + abs(x))**3",
    "sqrt": "-x**-1.5 / 4",
    "stop_gradient": "0",
    "tan": "2 * tan(x) / cos(x)**2",
    "tanh": "-2 * tanh(x) * sech(x)**2",
}
OUTSIDE: dict[str, Callable[[float], bool]] = {
    **dict.fromkeys(["acos", "asin", "atanh"], lambda x: abs(x) > 1),
    **dict.fromkeys(["log", "log2", "log10", "sqrt"], lambda x: x < 0),
    "log1p": lambda x: x < -1,
    "acosh": lambda x: x < 1,
}
"""Where there is no real number, and so no derivative."""


def is_outside(name: str, x: float) -> bool:
    return name in OUTSIDE and OUTSIDE[name](x)


@pytest.mark.parametrize("x", FAR)
@pytest.mark.parametrize("name", SECONDS)
def test_second_derivatives_far_out_are_right_or_vanish_and_are_never_nan(
    name: str, x: float
) -> None:
    if is_outside(name, x):
        return
    formula = SECONDS[name]
    case = Case(f"{name}(x)", at(x), "xx", formula)
    with mpmath.workdps(700):  # for sines of 1e308
        exact = eval(formula, {**vars(mpmath), "x": mpmath.mpf(x)})  # noqa: S307  # the table's
        wanted = math.copysign(inf, exact) if abs(exact) > 1e309 else float(exact)
    for engine in ("backward", "graphs", "python"):
        found = ENGINES[engine](case)
        has_vanished = found == 0.0 and abs(wanted) < 1e-290
        assert has_vanished or found == pytest.approx(wanted, rel=1e-11, abs=0.0), engine


@pytest.mark.parametrize("x", FAR)
@pytest.mark.parametrize("name", sorted({n for n, op in TABLE_OF_ROWS.items() if op.arity == 1}))
def test_no_second_derivative_far_out_is_nan(name: str, x: float) -> None:
    if not is_outside(name, x):
        assert not math.isnan(by_graph(Case(f"{name}(x)", at(x), "xx", nan)))


def test_the_table_is_long() -> None:
    assert len(TABLE) >= 150
    assert len(set(map(str, TABLE))) == len(TABLE)
