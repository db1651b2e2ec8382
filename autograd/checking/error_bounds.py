"""Numbers with a bound on how far rounding may have moved them."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograd import ops
from autograd.ops import Primitive

_UNIT = 4.0 * sys.float_info.epsilon
"""How far one operation may round its result, as a part of the result: C's functions err by 1 to 2
units in the last place."""


def value_of(op: Primitive, inputs: Sequence[float]) -> float:
    """Return an operation of floats; nan where an operation of someone's own raises an error.

    >>> value_of(ops.log, [1.0])
    0.0
    """
    try:
        return float(op.value(*inputs))
    except (ArithmeticError, ValueError):
        return math.nan


_Method = Callable[["Bounded", "Bounded | float"], "Bounded"]


def _both_ways(op: Primitive) -> tuple[_Method, _Method]:
    """Return the methods of an operator, with the number on the left and on the right of it."""
    return (
        lambda self, other: Bounded.apply_primitive(op, (self, other)),
        lambda self, other: Bounded.apply_primitive(op, (other, self)),
    )


@dataclass(frozen=True)
class Bounded:
    """A number, and a bound on its error: a running error analysis, to the first order.

    It takes part in the table's arithmetic. An operation passes on its inputs' errors, each times
    the local derivative, and adds its own rounding. A derivative that is nan passes nothing on: so
    has that of (-2)**3 by its exponent, which is a whole number, and exact.

    Attributes:
        value: the number.
        error: the most that rounding may have moved it by, about.

    Source: N. J. Higham, Accuracy and stability of numerical algorithms, 2002, section 3.3.

    >>> x = Bounded(1e8)
    >>> (x + 1e-8 - x).error > 1e-9
    True
    """

    value: float
    error: float = 0.0

    @staticmethod
    def apply_primitive(op: Primitive, inputs: Sequence[Bounded | float]) -> Bounded:
        """Return `op` of the inputs."""
        numbers = [float(x) for x in inputs]
        value = value_of(op, numbers)
        exact = [not isinstance(x, Bounded) for x in inputs]
        partials = op.partials(value, numbers, exact)
        passed_on = sum(
            abs(partial) * x.error
            for partial, x in zip(partials, inputs, strict=True)
            if isinstance(x, Bounded) and x.error and not math.isnan(partial)
        )
        return Bounded(value, passed_on + _UNIT * abs(value))

    def __float__(self) -> float:
        return self.value

    __add__, __radd__ = _both_ways(ops.add)
    __sub__, __rsub__ = _both_ways(ops.sub)
    __mul__, __rmul__ = _both_ways(ops.mul)
    __truediv__, __rtruediv__ = _both_ways(ops.div)
    __pow__, __rpow__ = _both_ways(ops.pow)

    def __neg__(self) -> Bounded:
        return self.apply_primitive(ops.neg, (self,))
