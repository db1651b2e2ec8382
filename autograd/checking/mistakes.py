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
from autograd.languages import marked

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


def _in_degrees(function: Callable[[Any], Any]) -> Mistake:
    return Mistake(
        marked("degrees"),
        marked("{a} was taken in degrees"),
        lambda y, x, i: function(x[0] * _DEGREE),
    )


def _product(_: Any, x: Sequence[Any], i: int) -> Any:
    half = len(x) // 2
    return x[i % half] * x[half + i % half] if i < 2 * half else 1.0


_ACTIVATION = marked("activation derivative")
_EXTRA = marked("cross entropy")

WRONG_DERIVATIVES: dict[str, tuple[Mistake, ...]] = {
    "sigmoid": (
        Mistake(
            _ACTIVATION, marked("{y}(1 + {y}) for {y}(1 - {y})"), lambda y, x, i: y * (1.0 + y)
        ),
        Mistake(
            _ACTIVATION,
            marked("{a}(1 - {a}) for {y}(1 - {y})"),
            lambda y, x, i: x[0] * (1.0 - x[0]),
        ),
        Mistake(_ACTIVATION, marked("1 - {y}^2, which is for tanh"), lambda y, x, i: 1.0 - y * y),
        Mistake(_ACTIVATION, marked("1 - {y} for {y}(1 - {y})"), lambda y, x, i: 1.0 - y),
        Mistake(_ACTIVATION, marked("{y} itself for {y}(1 - {y})"), lambda y, x, i: y),
        Mistake(
            _ACTIVATION, marked("1 - {a}^2 for {y}(1 - {y})"), lambda y, x, i: 1.0 - x[0] * x[0]
        ),
        Mistake(
            _ACTIVATION,
            marked("at {y}, which is the sigmoid already, in the place of {a}"),
            lambda y, x, i: ops.sigmoid(y) * (1.0 - ops.sigmoid(y)),
        ),
        Mistake(
            _ACTIVATION,
            marked("1 - tanh({a})^2, which is for tanh"),
            lambda y, x, i: 1.0 - ops.tanh(x[0]) * ops.tanh(x[0]),
        ),
    ),
    "tanh": (
        Mistake(_ACTIVATION, marked("1 - {a}^2 for 1 - {y}^2"), lambda y, x, i: 1.0 - x[0] * x[0]),
        Mistake(
            _ACTIVATION,
            marked("{y}(1 - {y}), which is for a sigmoid"),
            lambda y, x, i: y * (1.0 - y),
        ),
        Mistake(_ACTIVATION, marked("1 + {y}^2 for 1 - {y}^2"), lambda y, x, i: 1.0 + y * y),
        Mistake(_ACTIVATION, marked("1 - {y} for 1 - {y}^2"), lambda y, x, i: 1.0 - y),
        Mistake(_ACTIVATION, marked("{y} itself for 1 - {y}^2"), lambda y, x, i: y),
        Mistake(
            _ACTIVATION, marked("{a}(1 - {a}) for 1 - {y}^2"), lambda y, x, i: x[0] * (1.0 - x[0])
        ),
        Mistake(
            _ACTIVATION,
            marked("at {y}, which is the tanh already, in the place of {a}"),
            lambda y, x, i: 1.0 - ops.tanh(y) * ops.tanh(y),
        ),
        Mistake(
            _ACTIVATION,
            marked("that of a sigmoid at {a}"),
            lambda y, x, i: ops.sigmoid(x[0]) * (1.0 - ops.sigmoid(x[0])),
        ),
    ),
    "relu": (
        Mistake(_ACTIVATION, marked("{y} itself for 1 or 0"), lambda y, x, i: y),
        Mistake(
            _ACTIVATION,
            marked("1 where 0 is right, or 0 for 1"),
            lambda y, x, i: 1.0 - ops.greater(x[0], 0.0),
        ),
    ),
    "softplus": (
        Mistake(
            _ACTIVATION,
            marked("an extra sigmoid's derivative"),
            lambda y, x, i: ops.sigmoid(x[0]) * (1.0 - ops.sigmoid(x[0])),
        ),
    ),
    "exp": (
        Mistake(
            marked("power rule"),
            marked("{a} e^({a} - 1), which is for a power"),
            lambda y, x, i: x[0] * ops.exp(x[0] - 1.0),
        ),
        Mistake(marked("power rule"), marked("{a} itself for {y}"), lambda y, x, i: x[0]),
    ),
    "log": (
        Mistake(
            marked("log10"),
            marked("1/({a} ln 10), which is for log10"),
            lambda y, x, i: 1.0 / (x[0] * _LN10),
        ),
        Mistake(marked("logarithm"), marked("{a} for 1/{a}"), lambda y, x, i: x[0]),
        Mistake(marked("logarithm"), marked("{y} for 1/{a}"), lambda y, x, i: y),
    ),
    "sqrt": (
        Mistake(
            marked("power rule"), marked("1/{y}, without the 2"), lambda y, x, i: ops.div(1.0, y)
        ),
        Mistake(marked("power rule"), marked("{y}/2 for 1/(2 {y})"), lambda y, x, i: y / 2.0),
    ),
    "sin": (
        _in_degrees(ops.cos),
        Mistake(marked("derivative of sin"), marked("sin for cos"), lambda y, x, i: y),
    ),
    "cos": (
        _in_degrees(lambda x: -ops.sin(x)),
        Mistake(marked("derivative of cos"), marked("cos for -sin"), lambda y, x, i: y),
    ),
    "tan": (_in_degrees(lambda x: 1.0 + ops.tan(x) * ops.tan(x)),),
    "pow": (
        Mistake(
            marked("power rule"),
            marked("the exponent was not lowered by 1"),
            lambda y, x, i: x[1] * y,
            (0,),
        ),
        Mistake(
            marked("power rule"),
            marked("the exponent did not come down as a factor"),
            lambda y, x, i: ops.pow(x[0], x[1] - 1.0),
            (0,),
        ),
        Mistake(
            marked("power rule"),
            marked("the power itself for its derivative"),
            lambda y, x, i: y,
            (0,),
        ),
        Mistake(
            marked("power rule"),
            marked("the lowered exponent came down as the factor"),
            lambda y, x, i: (x[1] - 1.0) * ops.pow(x[0], x[1] - 1.0),
            (0,),
        ),
        Mistake(
            marked("power rule"),
            marked("exponent times base, without a power"),
            lambda y, x, i: x[1] * x[0],
            (0,),
        ),
    ),
    "div": (
        Mistake(
            marked("quotient rule"), marked("the divisor was not squared"), lambda y, x, i: -y, (1,)
        ),
        Mistake(
            marked("quotient rule"), marked("{y} itself for the derivative"), lambda y, x, i: y
        ),
        Mistake(
            marked("quotient rule"),
            marked("1 over the divisor alone"),
            lambda y, x, i: ops.div(1.0, x[1]),
            (1,),
        ),
        Mistake(marked("quotient rule"), marked("times the divisor"), lambda y, x, i: x[1], (0,)),
    ),
    "mul": (
        Mistake(
            marked("product for the derivative"), marked("the whole product {y}"), lambda y, x, i: y
        ),
        Mistake(
            marked("wrong parent's number"),
            marked("{a} itself, not the other factor"),
            lambda y, x, i: x[i],
        ),
    ),
    "dot": (
        Mistake(
            marked("product for the derivative"),
            marked("the whole product of {a} and its factor"),
            _product,
        ),
        Mistake(
            marked("wrong parent's number"),
            marked("{a} itself, not the other factor"),
            lambda y, x, i: x[i],
        ),
    ),
    "logsumexp": (
        Mistake(
            _EXTRA,
            marked("an extra p(1 - p)"),
            lambda y, x, i: ops.exp(x[i] - y) * (1.0 - ops.exp(x[i] - y)),
        ),
    ),
    "softmax": (
        Mistake(_ACTIVATION, marked("a sigmoid's {y}(1 - {y})"), lambda y, x, i: y * (1.0 - y)),
        Mistake(_ACTIVATION, marked("{y} itself for the derivative"), lambda y, x, i: y),
    ),
}
"""For each operation the usual wrong local derivatives, likely ones first."""

WRONG_VALUES: dict[str, tuple[Mistake, ...]] = {
    "add": (
        Mistake(
            marked("wrong operation"), marked("a product for the sum"), lambda y, x, i: x[0] * x[1]
        ),
    ),
    "sub": (
        Mistake(
            marked("sign"),
            marked("the difference was taken the other way round"),
            lambda y, x, i: x[1] - x[0],
        ),
        Mistake(
            marked("wrong operation"),
            marked("a sum for the difference"),
            lambda y, x, i: x[0] + x[1],
        ),
    ),
    "mul": (
        Mistake(
            marked("wrong operation"), marked("a sum for the product"), lambda y, x, i: x[0] + x[1]
        ),
    ),
    "div": (
        Mistake(
            marked("wrong operation"),
            marked("the quotient upside down"),
            lambda y, x, i: ops.div(x[1], x[0]),
        ),
        Mistake(
            marked("wrong operation"),
            marked("a product for the quotient"),
            lambda y, x, i: x[0] * x[1],
        ),
    ),
    "pow": (
        Mistake(
            marked("wrong operation"),
            marked("the size of {a}, not its power"),
            lambda y, x, i: ops.abs(x[0]),
        ),
        Mistake(
            marked("wrong operation"),
            marked("base times exponent for the power"),
            lambda y, x, i: x[0] * x[1],
        ),
    ),
    "sigmoid": (
        Mistake(
            marked("sign"),
            marked("1/(1 + e^{a}): the minus is missing"),
            lambda y, x, i: ops.sigmoid(-x[0]),
        ),
        Mistake(
            marked("wrong function"), marked("tanh for sigmoid"), lambda y, x, i: ops.tanh(x[0])
        ),
        Mistake(
            marked("wrong function"), marked("e^-{a} for sigmoid"), lambda y, x, i: ops.exp(-x[0])
        ),
        Mistake(
            marked("wrong function"), marked("e^{a} for sigmoid"), lambda y, x, i: ops.exp(x[0])
        ),
        Mistake(
            marked("wrong function"),
            marked("1 + e^-{a}, not 1 over it"),
            lambda y, x, i: ops.div(1.0, y),
        ),
        Mistake(
            marked("sign"),
            marked("1 - e^-{a} for 1 + e^-{a}"),
            lambda y, x, i: ops.div(1.0, 1.0 - ops.exp(-x[0])),
        ),
        Mistake(
            marked("wrong function"),
            marked("the derivative {y}(1 - {y}) for {y}"),
            lambda y, x, i: y * (1.0 - y),
        ),
    ),
    "tanh": (
        Mistake(
            marked("wrong function"), marked("sigmoid for tanh"), lambda y, x, i: ops.sigmoid(x[0])
        ),
        Mistake(marked("wrong function"), marked("sinh for tanh"), lambda y, x, i: ops.sinh(x[0])),
        Mistake(marked("wrong function"), marked("tan for tanh"), lambda y, x, i: ops.tan(x[0])),
        Mistake(
            marked("wrong function"),
            marked("the derivative 1 - {y}^2 for {y}"),
            lambda y, x, i: 1.0 - y * y,
        ),
        Mistake(
            marked("wrong function"),
            marked("tanh of half of {a}"),
            lambda y, x, i: ops.tanh(x[0] / 2.0),
        ),
        Mistake(
            marked("wrong function"),
            marked("tanh of twice {a}"),
            lambda y, x, i: ops.tanh(2.0 * x[0]),
        ),
    ),
    "exp": (
        Mistake(marked("sign"), marked("e^-{a} for e^{a}"), lambda y, x, i: ops.exp(-x[0])),
        Mistake(
            marked("wrong function"),
            marked("10^{a} for e^{a}"),
            lambda y, x, i: ops.pow(10.0, x[0]),
        ),
    ),
    "log": (
        Mistake(marked("log10"), marked("log10 for ln"), lambda y, x, i: y / _LN10),
        Mistake(marked("log2"), marked("log2 for ln"), lambda y, x, i: y / _LN2),
    ),
    "sqrt": (
        Mistake(
            marked("wrong operation"), marked("a square for the root"), lambda y, x, i: x[0] * x[0]
        ),
    ),
    "sin": (
        _in_degrees(ops.sin),
        Mistake(marked("wrong function"), marked("cos for sin"), lambda y, x, i: ops.cos(x[0])),
    ),
    "cos": (
        _in_degrees(ops.cos),
        Mistake(marked("wrong function"), marked("sin for cos"), lambda y, x, i: ops.sin(x[0])),
    ),
    "tan": (_in_degrees(ops.tan),),
    "relu": (
        Mistake(marked("operation forgotten"), marked("this is {a} itself"), lambda y, x, i: x[0]),
    ),
    "softmax": (
        Mistake(
            marked("term left out"),
            marked("e^{a}, not divided by the sum"),
            lambda y, x, i: ops.exp(x[0]),
        ),
        Mistake(
            marked("wrong function"),
            marked("{a} divided by the sum of the scores"),
            lambda y, x, i: ops.div(x[0], ops.sum(x)),
        ),
    ),
    "logsumexp": (
        Mistake(marked("log10"), marked("log10 for ln"), lambda y, x, i: y / _LN10),
        Mistake(
            marked("operation forgotten"),
            marked("the logarithm is missing"),
            lambda y, x, i: ops.exp(y),
        ),
    ),
    "sum": (
        Mistake(marked("averaged"), marked("the mean for the sum"), lambda y, x, i: y / len(x)),
    ),
}
"""For each operation the usual wrong results, likely ones first."""
