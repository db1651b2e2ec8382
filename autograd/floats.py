"""The commonest operations on floats, written out: the number and its local derivatives at once.

The rows of the table hold for whatever they are fed with, and that has its price: some ten calls
for a power. Here the types are known, so that the compiler makes plain C of these lines. A test
holds each of them to its row, bit for bit; all other operations are looked up in the table.
"""

from __future__ import annotations

import math
from typing import Final

from autograd import ops, real
from autograd.ops import Primitive

ADD: Final = ops.add
SUB: Final = ops.sub
MUL: Final = ops.mul
DIV: Final = ops.div
POW: Final = ops.pow
NEG: Final = ops.neg
EXP: Final = ops.exp
LOG: Final = ops.log
SQRT: Final = ops.sqrt
TANH: Final = ops.tanh
SIGMOID: Final = ops.sigmoid
RELU: Final = ops.relu
ABS: Final = ops.abs
SIN: Final = ops.sin
COS: Final = ops.cos
SHIFT: Final = ops.shift
SHARE: Final = ops.share
MAXIMUM: Final = ops.maximum
MINIMUM: Final = ops.minimum
SUM: Final = ops.row("sum")
DOT: Final = ops.row("dot")
LOGSUMEXP: Final = ops.row("logsumexp")
SOFTMAX: Final = ops.row("softmax")
LOG_SOFTMAX: Final = ops.row("log_softmax")
WRITTEN_OUT: Final = frozenset({SUM, MAXIMUM, MINIMUM, LOGSUMEXP, SOFTMAX, LOG_SOFTMAX})
"""Operations of many inputs that `of_many` computes."""


def of_one(op: Primitive, a: float) -> tuple[float, float]:  # noqa: C901, PLR0911  # it is a list
    """Return the number that an operation of one input gives, and its derivative."""
    if op is TANH:
        return math.tanh(a), real.tanh_slope(a)
    if op is RELU:
        y = 0.0 if a < 0.0 else a  # noqa: FURB136  # calling max would take longer
        return y, 1.0 if a > 0.0 else 0.0
    if op is NEG:
        return -a, -1.0
    if op is ABS:
        return abs(a), 1.0 if a > 0.0 else -1.0 if a < 0.0 else 0.0
    try:  # IEEE's answers, where Python raises, are those of the table
        if op is EXP:
            y = math.exp(a)
            return y, y
        if op is LOG:
            return math.log(a), 1.0 / a
        if op is SQRT:
            y = math.sqrt(a)
            return y, 0.5 / y
        if op is SIGMOID:
            falling = math.exp(-abs(a))
            whole = 1.0 + falling
            return (1.0 if a >= 0.0 else falling) / whole, falling / (whole * whole)
        if op is SIN:
            return math.sin(a), math.cos(a)
        if op is COS:
            return math.cos(a), -math.sin(a)
    except (ArithmeticError, ValueError):
        pass
    number = op.returned(op.value(a))
    return number, op.returned(op.rules[0](number, a))


def of_two(
    op: Primitive, a: float, b: float, is_a_fixed: bool, is_b_fixed: bool
) -> tuple[float, float, float]:
    """Return the number that an operation of two inputs gives, and its derivative by each.

    Args:
        op: the operation.
        a: the first input.
        b: the second input.
        is_a_fixed: whether `a` is a constant, by which the derivative is 0.0.
        is_b_fixed: whether `b` is one.
    """
    if op is ADD:
        y, by_a, by_b = a + b, 1.0, 1.0
    elif op is MUL:
        y, by_a, by_b = a * b, b, a
    elif op is SUB:
        y, by_a, by_b = a - b, 1.0, -1.0
    elif op is DIV:
        y = divide(a, b)
        by_a, by_b = divide(1.0, b), divide(-y, b)
    elif op is SHARE:
        total = a + b
        y = divide(a, total)
        by_a, by_b = divide(divide(b, total), total), divide(-y, total)
    elif op is SHIFT:
        y, by_a, by_b = 0.0 if a == b else a - b, 1.0, -1.0
    elif op is POW:
        y, by_a = power_and_slope(a, b)
        by_b = 0.0 if is_b_fixed else _exponent_slope(y, a, b)
    else:
        return _of_two_by_table(op, a, b, is_a_fixed, is_b_fixed)
    return y, 0.0 if is_a_fixed else by_a, 0.0 if is_b_fixed else by_b


def _of_two_by_table(
    op: Primitive, a: float, b: float, is_a_fixed: bool, is_b_fixed: bool
) -> tuple[float, float, float]:
    y = op.returned(op.value(a, b))
    by_a = 0.0 if is_a_fixed else op.returned(op.rules[0](y, a, b))
    by_b = 0.0 if is_b_fixed else op.returned(op.rules[1](y, a, b))
    return y, by_a, by_b


def of_many(op: Primitive, numbers: list[float]) -> tuple[float, list[float]]:
    """Return the number that an operation in `WRITTEN_OUT` gives, and its derivatives."""
    if op is SUM:
        total = -0.0
        for number in numbers:
            total += number
        return total, [1.0] * len(numbers)
    if op is MAXIMUM:
        y = _largest(numbers)
        return y, _equal_shares([0.0 if y > number else 1.0 for number in numbers])
    if op is MINIMUM:
        y = -_largest([-number for number in numbers])
        return y, _equal_shares([0.0 if number > y else 1.0 for number in numbers])
    return _of_scores(op, numbers)


def _largest(numbers: list[float]) -> float:
    """Return the first of the largest numbers; nan if any is nan."""
    largest = numbers[0]
    for number in numbers:
        if not (largest >= number or largest != largest):  # noqa: PLR0124  # nan stays
            largest = number
    return largest


def _equal_shares(chosen: list[float]) -> list[float]:
    count = 0.0
    for choice in chosen:
        count += choice
    return [choice / count for choice in chosen]


def _of_scores(op: Primitive, scores: list[float]) -> tuple[float, list[float]]:
    largest = _largest(scores)
    exponentials = [1.0 if s == largest else math.exp(s - largest) for s in scores]
    total = -0.0
    for exponential in exponentials:
        total += exponential
    if op is LOGSUMEXP:
        y = largest + _log_of_shifted(scores, largest, exponentials)
        return y, [x / total for x in exponentials]
    y, factor = exponentials[0] / total, 1.0
    if op is LOG_SOFTMAX:
        y = 0.0 if scores[0] == largest else scores[0] - largest
        y -= _log_of_shifted(scores, largest, exponentials)
    else:
        factor = y
    rest = -0.0
    partials = [0.0] * len(scores)
    for i in range(1, len(scores)):
        share = exponentials[i] / total
        rest += share
        partials[i] = -factor * share
    partials[0] = factor * rest
    return y, partials


def _log_of_shifted(scores: list[float], largest: float, exponentials: list[float]) -> float:
    """Return the logarithm of what the exponentials add up to, as `real` has it."""
    others, count = 0.0, 0.0
    for i in range(len(scores)):
        if scores[i] == largest:
            count += 1.0
        else:
            others += exponentials[i]
    return math.log1p((count - 1.0) + others)


def divide(a: float, b: float) -> float:
    """Return a / b, as IEEE has it."""
    return a / b if b != 0.0 else float(real.divide(a, b))


def power_and_slope(a: float, b: float) -> tuple[float, float]:
    """Return a**b, and its derivative by a as `real.power_by_base` has it."""
    if b == 2.0:
        return a * a, 2.0 * a
    try:
        y = math.pow(a, b)
        size = a * a if b == 3.0 else math.pow(a, b - 1.0)
    except (OverflowError, ValueError):
        return float(real.power(a, b)), float(real.power_by_base(a, b))
    return y, 0.0 if b == 0.0 or (size == 0.0 and abs(b) == math.inf) else b * size


def _exponent_slope(y: float, a: float, b: float) -> float:
    """Return the derivative of y = a**b by b, as `real.power_by_exponent` has it."""
    size = logarithm(1.0 if a == 0.0 and b >= 0.0 else a)
    return 0.0 if y == 0.0 and size == math.inf else y * size


def logarithm(a: float) -> float:
    """Return ln(a), as IEEE has it."""
    return math.log(a) if a > 0.0 else float(real.log(a))
