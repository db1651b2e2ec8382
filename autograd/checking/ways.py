"""The ways in which a hand computes an operation, where there are others than a single key.

Each way is a formula of a book, with numbers on the way that a hand may write down and round. A way
gives the same number as the operation, so it is no oracle for it: it tells what rounding can do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from autograd import ops

Number = Any

_MOST_FACTORS = 12
"""A power with a whole exponent up to this is computed as a product."""


def _e(a: Number) -> Number:
    return ops.exp(a)


def _add_up(terms: Sequence[Number]) -> Number:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _shares(scores: Sequence[Number]) -> tuple[Number, Number]:
    """Return the exponential of the first score, and the sum of all."""
    exponentials = [_e(score) for score in scores]
    return exponentials[0], _add_up(exponentials)


def _whole(b: Number) -> int | None:
    """Return an exponent as an int, if it is known and small enough for a product."""
    number = float(b.number if hasattr(b, "number") else b)
    is_whole = getattr(b, "is_known", True) and abs(number) <= _MOST_FACTORS
    return int(number) if is_whole and number == int(number) else None


def _inverted(power: Number, n: int) -> Number:
    return 1.0 / power if n < 0 else power


def power_by_factors(a: Number, b: Number) -> Number:
    """a**3 as a*a*a."""
    n = _whole(b)
    if not n:
        return power_by_logarithm(a, b)
    found = a
    for _ in range(abs(n) - 1):
        found = found * a
    return _inverted(found, n)


def power_by_squares(a: Number, b: Number) -> Number:
    """a**5 as a*(a**2)**2."""
    n = _whole(b)
    if not n:
        return power_by_roots(a, b)
    found, square, rest = None, a, abs(n)
    while rest:
        if rest % 2:
            found = square if found is None else found * square
        rest //= 2
        square = square * square if rest else square
    return _inverted(found, n)


def power_by_logarithm(a: Number, b: Number) -> Number:
    """a**b as e**(b ln a)."""
    return _e(b * ops.log(a))


def power_by_roots(a: Number, b: Number) -> Number:
    """a**1.5 as a*sqrt(a)."""
    n = _whole(2.0 * b)
    if not n:
        return power_by_logarithm(a, b)
    root = ops.sqrt(a)
    found = root
    for _ in range(abs(n) // 2):
        found = found * a
    return _inverted(found, n)


def _quotient_of_exponentials(a: Number) -> Number:
    return (_e(a) - _e(-a)) / (_e(a) + _e(-a))


def _of_one_exponential(a: Number) -> Number:
    e = _e(2.0 * a)
    return (e - 1.0) / (e + 1.0)


def _root_of_pi(a: Number) -> Number:
    return a.habit.lifted(math.sqrt(math.pi))


def _angle(a: Number, b: Number) -> Number:
    found = ops.atan(a / b)
    if b >= 0:
        return found
    return found + math.pi if a >= 0 else found - math.pi


def _root_of_squares(*numbers: Number) -> Number:
    return ops.sqrt(_add_up([number * number for number in numbers]))


def _log_sum(*scores: Number) -> Number:
    return ops.log(_shares(scores)[1])


def _share(*scores: Number) -> Number:
    first, total = _shares(scores)
    return first / total


def _bias_first(*inputs: Number) -> Number:
    half = len(inputs) // 2
    terms = [inputs[i] * inputs[half + i] for i in reversed(range(half))]
    return _add_up([inputs[-1], *terms] if inputs[-1].number else terms)


def _share_by_share(*terms: Number) -> Number:
    return _add_up([term / float(len(terms)) for term in terms])


VALUES: dict[str, tuple[Callable[..., Number], ...]] = {
    "sigmoid": (lambda a: 1.0 / (1.0 + _e(-a)), lambda a: _e(a) / (1.0 + _e(a))),
    "tanh": (_quotient_of_exponentials, _of_one_exponential),
    "sinh": (lambda a: (_e(a) - _e(-a)) / 2.0,),
    "cosh": (lambda a: (_e(a) + _e(-a)) / 2.0,),
    "tan": (lambda a: ops.sin(a) / ops.cos(a),),
    "exp2": (lambda a: _e(a * ops.LN_2),),
    "expm1": (lambda a: _e(a) - 1.0,),
    "log1p": (lambda a: ops.log(1.0 + a),),
    "log2": (lambda a: ops.log(a) / ops.LN_2,),
    "log10": (lambda a: ops.log(a) / ops.LN_10,),
    "cbrt": (lambda a: _e(ops.log(a) / 3.0),),
    "pow": (power_by_factors, power_by_squares),
    "asinh": (lambda a: ops.log(a + ops.sqrt(a * a + 1.0)),),
    "acosh": (lambda a: ops.log(a + ops.sqrt(a * a - 1.0)),),
    "atanh": (lambda a: ops.log((1.0 + a) / (1.0 - a)) / 2.0,),
    "atan2": (_angle,),
    "erfc": (lambda a: 1.0 - ops.erf(a),),
    "hypot": (_root_of_squares,),
    "norm": (_root_of_squares,),
    "softplus": (lambda a: ops.log(1.0 + _e(a)),),
    "softsign": (lambda a: a / (1.0 + abs(a)),),
    "silu": (lambda a: a * ops.sigmoid(a), lambda a: a / (1.0 + _e(-a))),
    "gelu": (lambda a: 0.5 * a * (1.0 + ops.erf(a / math.sqrt(2.0))),),
    "mish": (lambda a: a * ops.tanh(ops.softplus(a)),),
    "elu": (lambda a, alpha: a if a > 0 else alpha * (_e(a) - 1.0),),
    "logsumexp": (_log_sum,),
    "softmax": (_share,),
    "log_softmax": (
        lambda *scores: scores[0] - _log_sum(*scores),
        lambda *scores: ops.log(_share(*scores)),
    ),
    "xlogy": (lambda a, b: a * ops.log(b),),
    "div": (lambda a, b: a * (1.0 / b),),
    "sum": (lambda *terms: _add_up(terms[::-1]),),
    "mean": (_share_by_share,),
    "dot": (_bias_first,),
}
"""For each operation the other ways to its number, from its inputs. Where a way has no number, as a
logarithm of a negative one, nobody takes it."""

Rule = Callable[[Number, Sequence[Number], int], Number]
"""A local derivative, from the output, the inputs, and by which input it is."""


def _slope_of_power(y: Number, x: Sequence[Number], i: int) -> Number:
    return x[1] * power_by_squares(x[0], x[1] - 1.0) if i == 0 else y * ops.log(x[0])


DERIVATIVES: dict[str, tuple[Rule, ...]] = {
    "sigmoid": (lambda y, x, i: y - y * y,),
    "tanh": (lambda y, x, i: (1.0 - y) * (1.0 + y),),
    "sqrt": (lambda y, x, i: 1.0 / (2.0 * y),),
    "pow": (
        _slope_of_power,
        lambda y, x, i: x[1] * y / x[0] if i == 0 else y * ops.log(x[0]),
    ),
    "div": (lambda y, x, i: 1.0 / x[1] if i == 0 else -x[0] / (x[1] * x[1]),),
    "log2": (lambda y, x, i: 1.0 / (x[0] * ops.LN_2),),
    "log10": (lambda y, x, i: 1.0 / (x[0] * ops.LN_10),),
    "expm1": (lambda y, x, i: y + 1.0,),
    "erf": (lambda y, x, i: 2.0 / _root_of_pi(x[0]) * _e(-(x[0] * x[0])),),
    "erfc": (lambda y, x, i: -2.0 / _root_of_pi(x[0]) * _e(-(x[0] * x[0])),),
    "softplus": (lambda y, x, i: 1.0 - _e(-y),),
    "silu": (lambda y, x, i: y + ops.sigmoid(x[0]) * (1.0 - y),),
    "mish": (
        lambda y, x, i: y / x[0] + x[0] * (1.0 - (y / x[0]) * (y / x[0])) * ops.sigmoid(x[0]),
    ),
    "elu": (lambda y, x, i: 1.0 - i if x[0] > 0 else y + x[1] if i == 0 else _e(x[0]) - 1.0,),
    "log_softmax": (lambda y, x, i: (1.0 if i == 0 else 0.0) - _share(x[i], *x[:i], *x[i + 1 :]),),
    "softmax": (
        lambda y, x, i: y * (1.0 - y) if i == 0 else -y * _share(x[i], *x[:i], *x[i + 1 :]),
    ),
}
"""For each operation the other ways to its local derivatives."""

FROM_INPUTS: dict[str, tuple[Rule, ...]] = {
    "sigmoid": (lambda y, x, i: _e(-x[0]) / power_by_squares(1.0 + _e(-x[0]), 2.0),),
    "tanh": (lambda y, x, i: 4.0 / power_by_squares(_e(x[0]) + _e(-x[0]), 2.0),),
    "tan": (lambda y, x, i: 1.0 / power_by_squares(ops.cos(x[0]), 2.0),),
    "softplus": (lambda y, x, i: _e(x[0]) / (1.0 + _e(x[0])),),
    "logsumexp": (lambda y, x, i: _share(x[i], *x[:i], *x[i + 1 :]),),
}
"""Ways to local derivatives that do without the output: nobody takes them who has written it."""
