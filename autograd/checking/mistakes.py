"""The usual wrong formulas of operations: each is written once, for Python and for the page.

A wrong formula is arithmetic over the operation's output and inputs, as a rule of the table is. It
gives the number that a hand would have in the place of the right one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import ops

_DEGREE = math.pi / 180.0
_LN10 = math.log(10.0)
_LN2 = math.log(2.0)

Formula = Callable[[Any, Sequence[Any], int], Any]
"""A number from the operation's output, its inputs, and which input it is by."""


@dataclass(frozen=True)
class Mistake:
    """A wrong formula in the place of an operation, or of its local derivative.

    Attributes:
        name: the slip's name.
        description: what was done, in words; "{y}" stands for the result, "{a}" for the input.
        formula: what the hand computes.
        inputs: by which inputs the derivative is wrong so; None for all.
    """

    name: str
    description: str
    formula: Formula
    inputs: tuple[int, ...] | None = None

    def fits(self, i: int) -> bool:
        """Return whether it is a mistake in the derivative by input i."""
        return self.inputs is None or i in self.inputs


def _product(_: Any, x: Sequence[Any], i: int) -> Any:
    half = len(x) // 2
    return x[i % half] * x[half + i % half] if i < 2 * half else 1.0


_ACTIVATION = "activation derivative"
_EXTRA = "cross entropy"

WRONG_DERIVATIVES: dict[str, tuple[Mistake, ...]] = {
    "sigmoid": (
        Mistake(_ACTIVATION, "{y}(1 + {y}) for {y}(1 - {y})", lambda y, x, i: y * (1.0 + y)),
        Mistake(_ACTIVATION, "{a}(1 - {a}) for {y}(1 - {y})", lambda y, x, i: x[0] * (1.0 - x[0])),
        Mistake(_ACTIVATION, "1 - {y}^2, which is for tanh", lambda y, x, i: 1.0 - y * y),
        Mistake(_ACTIVATION, "1 - {y} for {y}(1 - {y})", lambda y, x, i: 1.0 - y),
        Mistake(_ACTIVATION, "{y} itself for {y}(1 - {y})", lambda y, x, i: y),
        Mistake(_ACTIVATION, "1 - {a}^2 for {y}(1 - {y})", lambda y, x, i: 1.0 - x[0] * x[0]),
        Mistake(
            _ACTIVATION,
            "at {y}, which is the sigmoid already, in the place of {a}",
            lambda y, x, i: ops.sigmoid(y) * (1.0 - ops.sigmoid(y)),
        ),
        Mistake(
            _ACTIVATION,
            "1 - tanh({a})^2, which is for tanh",
            lambda y, x, i: 1.0 - ops.tanh(x[0]) * ops.tanh(x[0]),
        ),
    ),
    "tanh": (
        Mistake(_ACTIVATION, "1 - {a}^2 for 1 - {y}^2", lambda y, x, i: 1.0 - x[0] * x[0]),
        Mistake(_ACTIVATION, "{y}(1 - {y}), which is for a sigmoid", lambda y, x, i: y * (1.0 - y)),
        Mistake(_ACTIVATION, "1 + {y}^2 for 1 - {y}^2", lambda y, x, i: 1.0 + y * y),
        Mistake(_ACTIVATION, "1 - {y} for 1 - {y}^2", lambda y, x, i: 1.0 - y),
        Mistake(_ACTIVATION, "{y} itself for 1 - {y}^2", lambda y, x, i: y),
        Mistake(_ACTIVATION, "{a}(1 - {a}) for 1 - {y}^2", lambda y, x, i: x[0] * (1.0 - x[0])),
        Mistake(
            _ACTIVATION,
            "at {y}, which is the tanh already, in the place of {a}",
            lambda y, x, i: 1.0 - ops.tanh(y) * ops.tanh(y),
        ),
        Mistake(
            _ACTIVATION,
            "that of a sigmoid at {a}",
            lambda y, x, i: ops.sigmoid(x[0]) * (1.0 - ops.sigmoid(x[0])),
        ),
    ),
    "relu": (
        Mistake(_ACTIVATION, "{y} itself for 1 or 0", lambda y, x, i: y),
        Mistake(
            _ACTIVATION,
            "1 where 0 is right, or 0 for 1",
            lambda y, x, i: 1.0 - ops.greater(x[0], 0.0),
        ),
    ),
    "softplus": (
        Mistake(
            _ACTIVATION,
            "an extra sigmoid's derivative",
            lambda y, x, i: ops.sigmoid(x[0]) * (1.0 - ops.sigmoid(x[0])),
        ),
    ),
    "exp": (
        Mistake(
            "power rule",
            "{a} e^({a} - 1), which is for a power",
            lambda y, x, i: x[0] * ops.exp(x[0] - 1.0),
        ),
        Mistake("power rule", "{a} itself for {y}", lambda y, x, i: x[0]),
    ),
    "log": (
        Mistake("log10", "1/({a} ln 10), which is for log10", lambda y, x, i: 1.0 / (x[0] * _LN10)),
        Mistake("logarithm", "{a} for 1/{a}", lambda y, x, i: x[0]),
        Mistake("logarithm", "{y} for 1/{a}", lambda y, x, i: y),
    ),
    "sqrt": (
        Mistake("power rule", "1/{y}, without the 2", lambda y, x, i: ops.div(1.0, y)),
        Mistake("power rule", "{y}/2 for 1/(2 {y})", lambda y, x, i: y / 2.0),
    ),
    "sin": (
        Mistake("degrees", "{a} was taken in degrees", lambda y, x, i: ops.cos(x[0] * _DEGREE)),
        Mistake("derivative of sin", "sin for cos", lambda y, x, i: y),
    ),
    "cos": (
        Mistake("degrees", "{a} was taken in degrees", lambda y, x, i: -ops.sin(x[0] * _DEGREE)),
        Mistake("derivative of cos", "cos for -sin", lambda y, x, i: y),
    ),
    "tan": (
        Mistake(
            "degrees",
            "{a} was taken in degrees",
            lambda y, x, i: 1.0 + ops.tan(x[0] * _DEGREE) * ops.tan(x[0] * _DEGREE),
        ),
    ),
    "pow": (
        Mistake("power rule", "the exponent was not lowered by 1", lambda y, x, i: x[1] * y, (0,)),
        Mistake(
            "power rule",
            "the exponent did not come down as a factor",
            lambda y, x, i: ops.pow(x[0], x[1] - 1.0),
            (0,),
        ),
        Mistake("power rule", "the power itself for its derivative", lambda y, x, i: y, (0,)),
        Mistake(
            "power rule",
            "the lowered exponent came down as the factor",
            lambda y, x, i: (x[1] - 1.0) * ops.pow(x[0], x[1] - 1.0),
            (0,),
        ),
        Mistake(
            "power rule", "exponent times base, without a power", lambda y, x, i: x[1] * x[0], (0,)
        ),
    ),
    "div": (
        Mistake("quotient rule", "the divisor was not squared", lambda y, x, i: -y, (1,)),
        Mistake("quotient rule", "{y} itself for the derivative", lambda y, x, i: y),
        Mistake(
            "quotient rule", "1 over the divisor alone", lambda y, x, i: ops.div(1.0, x[1]), (1,)
        ),
        Mistake("quotient rule", "times the divisor", lambda y, x, i: x[1], (0,)),
    ),
    "mul": (
        Mistake("product for the derivative", "the whole product {y}", lambda y, x, i: y),
        Mistake("wrong parent's number", "{a} itself, not the other factor", lambda y, x, i: x[i]),
    ),
    "dot": (
        Mistake("product for the derivative", "the whole product of {a} and its factor", _product),
        Mistake("wrong parent's number", "{a} itself, not the other factor", lambda y, x, i: x[i]),
    ),
    "logsumexp": (
        Mistake(
            _EXTRA,
            "an extra p(1 - p)",
            lambda y, x, i: ops.exp(x[i] - y) * (1.0 - ops.exp(x[i] - y)),
        ),
    ),
    "softmax": (
        Mistake(_ACTIVATION, "a sigmoid's {y}(1 - {y})", lambda y, x, i: y * (1.0 - y)),
        Mistake(_ACTIVATION, "{y} itself for the derivative", lambda y, x, i: y),
    ),
}
"""For each operation the usual wrong local derivatives, likely ones first."""

WRONG_VALUES: dict[str, tuple[Mistake, ...]] = {
    "add": (Mistake("wrong operation", "a product for the sum", lambda y, x, i: x[0] * x[1]),),
    "sub": (
        Mistake(
            "sign", "the difference was taken the other way round", lambda y, x, i: x[1] - x[0]
        ),
        Mistake("wrong operation", "a sum for the difference", lambda y, x, i: x[0] + x[1]),
    ),
    "mul": (Mistake("wrong operation", "a sum for the product", lambda y, x, i: x[0] + x[1]),),
    "div": (
        Mistake("wrong operation", "the quotient upside down", lambda y, x, i: ops.div(x[1], x[0])),
        Mistake("wrong operation", "a product for the quotient", lambda y, x, i: x[0] * x[1]),
    ),
    "pow": (
        Mistake(
            "wrong operation", "base times exponent for the power", lambda y, x, i: x[0] * x[1]
        ),
        Mistake("wrong operation", "the size of {a}, not its power", lambda y, x, i: ops.abs(x[0])),
    ),
    "sigmoid": (
        Mistake("sign", "1/(1 + e^{a}): the minus is missing", lambda y, x, i: ops.sigmoid(-x[0])),
        Mistake("wrong function", "tanh for sigmoid", lambda y, x, i: ops.tanh(x[0])),
        Mistake("wrong function", "e^-{a} for sigmoid", lambda y, x, i: ops.exp(-x[0])),
        Mistake("wrong function", "e^{a} for sigmoid", lambda y, x, i: ops.exp(x[0])),
        Mistake("wrong function", "1 + e^-{a}, not 1 over it", lambda y, x, i: ops.div(1.0, y)),
        Mistake(
            "sign",
            "1 - e^-{a} for 1 + e^-{a}",
            lambda y, x, i: ops.div(1.0, 1.0 - ops.exp(-x[0])),
        ),
        Mistake(
            "wrong function", "the derivative {y}(1 - {y}) for {y}", lambda y, x, i: y * (1.0 - y)
        ),
    ),
    "tanh": (
        Mistake("wrong function", "sigmoid for tanh", lambda y, x, i: ops.sigmoid(x[0])),
        Mistake("wrong function", "sinh for tanh", lambda y, x, i: ops.sinh(x[0])),
        Mistake("wrong function", "tan for tanh", lambda y, x, i: ops.tan(x[0])),
        Mistake("wrong function", "the derivative 1 - {y}^2 for {y}", lambda y, x, i: 1.0 - y * y),
        Mistake("wrong function", "tanh of half of {a}", lambda y, x, i: ops.tanh(x[0] / 2.0)),
        Mistake("wrong function", "tanh of twice {a}", lambda y, x, i: ops.tanh(2.0 * x[0])),
    ),
    "exp": (
        Mistake("sign", "e^-{a} for e^{a}", lambda y, x, i: ops.exp(-x[0])),
        Mistake("wrong function", "10^{a} for e^{a}", lambda y, x, i: ops.pow(10.0, x[0])),
    ),
    "log": (
        Mistake("log10", "log10 for ln", lambda y, x, i: y / _LN10),
        Mistake("log2", "log2 for ln", lambda y, x, i: y / _LN2),
    ),
    "sqrt": (Mistake("wrong operation", "a square for the root", lambda y, x, i: x[0] * x[0]),),
    "sin": (
        Mistake("degrees", "{a} was taken in degrees", lambda y, x, i: ops.sin(x[0] * _DEGREE)),
        Mistake("wrong function", "cos for sin", lambda y, x, i: ops.cos(x[0])),
    ),
    "cos": (
        Mistake("degrees", "{a} was taken in degrees", lambda y, x, i: ops.cos(x[0] * _DEGREE)),
        Mistake("wrong function", "sin for cos", lambda y, x, i: ops.sin(x[0])),
    ),
    "tan": (
        Mistake("degrees", "{a} was taken in degrees", lambda y, x, i: ops.tan(x[0] * _DEGREE)),
    ),
    "relu": (Mistake("operation forgotten", "this is {a} itself", lambda y, x, i: x[0]),),
    "softmax": (
        Mistake("term left out", "e^{a}, not divided by the sum", lambda y, x, i: ops.exp(x[0])),
        Mistake(
            "wrong function",
            "{a} divided by the sum of the scores",
            lambda y, x, i: ops.div(x[0], ops.sum(x)),
        ),
    ),
    "logsumexp": (
        Mistake("log10", "log10 for ln", lambda y, x, i: y / _LN10),
        Mistake("operation forgotten", "the logarithm is missing", lambda y, x, i: ops.exp(y)),
    ),
    "sum": (Mistake("averaged", "the mean for the sum", lambda y, x, i: y / len(x)),),
}
"""For each operation the usual wrong results, likely ones first."""
