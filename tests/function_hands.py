"""Hands that compute functions as books write them: each inner step is rounded.

Formulas are written here once more, with floats and a function r that rounds, so that they are an
oracle for the engine's.
"""

import math
import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import autograd
from autograd import Value, label
from autograd.checking import HandCheck, check_by_hand

Round = Callable[[float], float]
Numbers = Sequence[float]


class Way(NamedTuple):
    """A function of a few numbers, and one way in which a hand computes it and its derivatives.

    Attributes:
        name: the function's name.
        build: makes the graph's node from nodes.
        low: the smallest number to draw.
        high: the largest.
        value: the number, from the inputs.
        slopes: the derivatives, from the result and the inputs.
        arity: how many inputs there are.
    """

    name: str
    build: Callable[[Sequence[Value]], Value]
    low: float
    high: float
    value: Callable[[Round, Numbers], float]
    slopes: Callable[[Round, float, Numbers], list[float]]
    arity: int = 1


def method(name: str) -> Callable[[Sequence[Value]], Value]:
    return lambda x: getattr(autograd, name)(*x)


def one(name: str, low: float, high: float, value: Any, slope: Any) -> Way:
    return Way(
        name,
        method(name),
        low,
        high,
        lambda r, x: value(r, x[0]),
        lambda r, y, x: [slope(r, y, x[0])],
    )


def power(name: str, exponent: float, value: Any, slope: Any, low: float = 0.3) -> Way:
    return Way(
        name,
        lambda x: x[0] ** exponent,
        low,
        2.5,
        lambda r, x: value(r, x[0]),
        lambda r, y, x: [slope(r, y, x[0])],
    )


def e(r: Round, a: float) -> float:
    return r(math.exp(a))


def sigmoid(r: Round, a: float) -> float:
    return r(1 / r(1 + e(r, -a)))


def tanh(r: Round, a: float) -> float:
    return r(r(e(r, a) - e(r, -a)) / r(e(r, a) + e(r, -a)))


def softplus(r: Round, a: float) -> float:
    return r(math.log(r(1 + e(r, a))))


def exponentials(r: Round, x: Numbers) -> tuple[list[float], float]:
    es = [e(r, a) for a in x]
    total = es[0]
    for one_more in es[1:]:
        total = r(total + one_more)
    return es, total


def shares(r: Round, x: Numbers) -> list[float]:
    es, total = exponentials(r, x)
    return [r(a / total) for a in es]


def square(r: Round, a: float) -> float:
    return r(a * a)


LN_2, LN_10, PI = math.log(2), math.log(10), math.pi

WAYS = [
    one("exp", -2, 2.5, lambda r, a: math.exp(a), lambda r, y, a: y),
    one("log", 0.2, 9, lambda r, a: math.log(a), lambda r, y, a: 1 / a),
    one("sqrt", 0.2, 9, lambda r, a: math.sqrt(a), lambda r, y, a: 1 / r(2 * y)),
    one("sin", -3, 3, lambda r, a: math.sin(a), lambda r, y, a: math.cos(a)),
    one("cos", -3, 3, lambda r, a: math.cos(a), lambda r, y, a: -math.sin(a)),
    one(
        "tan",
        -1.2,
        1.2,
        lambda r, a: r(math.sin(a)) / r(math.cos(a)),
        lambda r, y, a: 1 + square(r, y),
    ),
    one(
        "tan",
        -1.2,
        1.2,
        lambda r, a: math.tan(a),
        lambda r, y, a: 1 / square(r, r(math.cos(a))),
    ),
    one("sigmoid", -3, 3, lambda r, a: 1 / r(1 + e(r, -a)), lambda r, y, a: y * r(1 - y)),
    one(
        "sigmoid",
        -3,
        3,
        lambda r, a: e(r, a) / r(1 + e(r, a)),
        lambda r, y, a: r(y) - square(r, y),
    ),
    one(
        "tanh",
        -2,
        2,
        lambda r, a: r(e(r, a) - e(r, -a)) / r(e(r, a) + e(r, -a)),
        lambda r, y, a: 1 - square(r, y),
    ),
    one(
        "tanh",
        -2,
        2,
        lambda r, a: r(e(r, 2 * a) - 1) / r(e(r, 2 * a) + 1),
        lambda r, y, a: r(1 - y) * r(1 + y),
    ),
    one(
        "sinh",
        -2,
        2,
        lambda r, a: r(e(r, a) - e(r, -a)) / 2,
        lambda r, y, a: r(e(r, a) + e(r, -a)) / 2,
    ),
    one(
        "cosh",
        -2,
        2,
        lambda r, a: r(e(r, a) + e(r, -a)) / 2,
        lambda r, y, a: r(e(r, a) - e(r, -a)) / 2,
    ),
    one("softplus", -2, 2, lambda r, a: math.log(r(1 + e(r, a))), lambda r, y, a: sigmoid(r, a)),
    one(
        "softplus",
        -2,
        2,
        lambda r, a: math.log(r(1 + e(r, a))),
        lambda r, y, a: e(r, a) / r(1 + e(r, a)),
    ),
    one(
        "softsign", -3, 3, lambda r, a: a / r(1 + abs(a)), lambda r, y, a: 1 / square(r, 1 + abs(a))
    ),
    one(
        "silu",
        -3,
        3,
        lambda r, a: a * sigmoid(r, a),
        lambda r, y, a: sigmoid(r, a) * r(1 + r(a * r(1 - sigmoid(r, a)))),
    ),
    one(
        "silu",
        -3,
        3,
        lambda r, a: a / r(1 + e(r, -a)),
        lambda r, y, a: y + r(sigmoid(r, a) * r(1 - y)),
    ),
    one(
        "gelu",
        -2,
        2,
        lambda r, a: r(a / 2) * r(1 + r(math.erf(r(a / r(math.sqrt(2)))))),
        lambda r, y, a: (
            r(0.5 * r(1 + r(math.erf(r(a / r(math.sqrt(2)))))))
            + r(a * r(e(r, -r(square(r, a) / 2)) / r(math.sqrt(2 * PI))))
        ),
    ),
    one(
        "mish",
        -2,
        2,
        lambda r, a: a * r(math.tanh(softplus(r, a))),
        lambda r, y, a: (
            r(math.tanh(softplus(r, a)))
            + r(r(a * r(1 - square(r, r(math.tanh(softplus(r, a)))))) * sigmoid(r, a))
        ),
    ),
    one("exp2", -2, 3, lambda r, a: math.exp(r(a * r(LN_2))), lambda r, y, a: y * r(LN_2)),
    one("expm1", -1, 2, lambda r, a: e(r, a) - 1, lambda r, y, a: math.exp(a)),
    one("expm1", -1, 2, lambda r, a: e(r, a) - 1, lambda r, y, a: y + 1),
    one("log1p", -0.5, 4, lambda r, a: math.log(r(1 + a)), lambda r, y, a: 1 / r(1 + a)),
    one("log2", 0.3, 9, lambda r, a: r(math.log(a)) / r(LN_2), lambda r, y, a: 1 / r(a * r(LN_2))),
    one(
        "log10", 0.3, 9, lambda r, a: r(math.log(a)) / r(LN_10), lambda r, y, a: 1 / r(a * r(LN_10))
    ),
    one(
        "cbrt",
        0.3,
        9,
        lambda r, a: math.exp(r(r(math.log(a)) / 3)),
        lambda r, y, a: 1 / r(3 * square(r, y)),
    ),
    one(
        "asin",
        -0.8,
        0.8,
        lambda r, a: math.asin(a),
        lambda r, y, a: 1 / r(math.sqrt(r(1 - square(r, a)))),
    ),
    one(
        "acos",
        -0.8,
        0.8,
        lambda r, a: math.acos(a),
        lambda r, y, a: -1 / r(math.sqrt(r(1 - square(r, a)))),
    ),
    one("atan", -3, 3, lambda r, a: math.atan(a), lambda r, y, a: 1 / r(1 + square(r, a))),
    one(
        "asinh",
        0.3,
        3,
        lambda r, a: math.log(r(a + r(math.sqrt(r(square(r, a) + 1))))),
        lambda r, y, a: 1 / r(math.sqrt(r(1 + square(r, a)))),
    ),
    one(
        "acosh",
        1.5,
        4,
        lambda r, a: math.log(r(a + r(math.sqrt(r(square(r, a) - 1))))),
        lambda r, y, a: 1 / r(math.sqrt(r(square(r, a) - 1))),
    ),
    one(
        "atanh",
        -0.8,
        0.8,
        lambda r, a: r(math.log(r(r(1 + a) / r(1 - a)))) / 2,
        lambda r, y, a: 1 / r(1 - square(r, a)),
    ),
    one(
        "erf",
        -1.5,
        1.5,
        lambda r, a: math.erf(a),
        lambda r, y, a: r(2 / r(math.sqrt(PI))) * e(r, -square(r, a)),
    ),
    one(
        "erfc",
        -1,
        1,
        lambda r, a: 1 - r(math.erf(a)),
        lambda r, y, a: -r(2 / r(math.sqrt(PI))) * e(r, -square(r, a)),
    ),
    one(
        "elu",
        -2,
        2,
        lambda r, a: a if a > 0 else e(r, a) - 1,
        lambda r, y, a: 1.0 if a > 0 else math.exp(a),
    ),
    one("relu", -2, 2, lambda r, a: max(a, 0.0), lambda r, y, a: float(a > 0)),
    one("abs", -2, 2, lambda r, a: abs(a), lambda r, y, a: math.copysign(1.0, a)),
    one("sigmoid", -3, 3, lambda r, a: 1 / (1 + math.exp(-a)), lambda r, y, a: y * r(1 - y)),
    power("a**2", 2, lambda r, a: a * a, lambda r, y, a: 2 * a, -2.5),
    power("a**3", 3, lambda r, a: square(r, a) * a, lambda r, y, a: 3 * square(r, a), -2.5),
    power(
        "a**5",
        5,
        lambda r, a: square(r, square(r, a)) * a,
        lambda r, y, a: 5 * square(r, square(r, a)),
    ),
    power(
        "a**5",
        5,
        lambda r, a: r(r(square(r, a) * a) * a) * a,
        lambda r, y, a: 5 * r(y / a),
    ),
    power("a**-2", -2, lambda r, a: 1 / square(r, a), lambda r, y, a: -2 / r(square(r, a) * a)),
    power(
        "a**1.7",
        1.7,
        lambda r, a: math.exp(r(1.7 * r(math.log(a)))),
        lambda r, y, a: 1.7 * e(r, r(0.7 * r(math.log(a)))),
    ),
    power("a**0.5", 0.5, lambda r, a: math.sqrt(a), lambda r, y, a: 0.5 / r(math.sqrt(a))),
    power(
        "a**1.5",
        1.5,
        lambda r, a: a * r(math.sqrt(a)),
        lambda r, y, a: 1.5 * r(math.sqrt(a)),
    ),
    Way(
        "a**b",
        lambda x: x[0] ** x[1],
        0.4,
        2.4,
        lambda r, x: math.exp(r(x[1] * r(math.log(x[0])))),
        lambda r, y, x: [x[1] * r(y / x[0]), y * r(math.log(x[0]))],
        2,
    ),
    Way(
        "a/b",
        lambda x: x[0] / x[1],
        0.4,
        4,
        lambda r, x: x[0] / x[1],
        lambda r, y, x: [1 / x[1], -x[0] / square(r, x[1])],
        2,
    ),
    Way(
        "a/b",
        lambda x: x[0] / x[1],
        0.4,
        4,
        lambda r, x: x[0] * r(1 / x[1]),
        lambda r, y, x: [1 / x[1], -y / x[1]],
        2,
    ),
    Way(
        "hypot",
        method("hypot"),
        0.4,
        4,
        lambda r, x: math.sqrt(r(square(r, x[0]) + square(r, x[1]))),
        lambda r, y, x: [x[0] / y, x[1] / y],
        2,
    ),
    Way(
        "atan2",
        method("atan2"),
        0.4,
        4,
        lambda r, x: math.atan(r(x[0] / x[1])),
        lambda r, y, x: [
            x[1] / r(square(r, x[0]) + square(r, x[1])),
            -x[0] / r(square(r, x[0]) + square(r, x[1])),
        ],
        2,
    ),
    Way(
        "xlogy",
        method("xlogy"),
        0.4,
        4,
        lambda r, x: x[0] * r(math.log(x[1])),
        lambda r, y, x: [math.log(x[1]), x[0] / x[1]],
        2,
    ),
    Way(
        "softmax",
        lambda x: autograd.softmax(x)[0],
        -1.5,
        1.5,
        lambda r, x: exponentials(r, x)[0][0] / exponentials(r, x)[1],
        lambda r, y, x: [y * r(1 - y), *(-y * share for share in shares(r, x)[1:])],
        3,
    ),
    Way(
        "log_softmax",
        lambda x: autograd.log_softmax(x)[0],
        -1.5,
        1.5,
        lambda r, x: x[0] - r(math.log(exponentials(r, x)[1])),
        lambda r, y, x: [1 - shares(r, x)[0], *(-share for share in shares(r, x)[1:])],
        3,
    ),
    Way(
        "log_softmax",
        lambda x: autograd.log_softmax(x)[0],
        -1.5,
        1.5,
        lambda r, x: math.log(shares(r, x)[0]),
        lambda r, y, x: [1 - shares(r, x)[0], *(-share for share in shares(r, x)[1:])],
        3,
    ),
    Way(
        "logsumexp",
        autograd.logsumexp,
        -1.5,
        1.5,
        lambda r, x: math.log(exponentials(r, x)[1]),
        lambda r, y, x: shares(r, x),
        3,
    ),
    Way(
        "norm",
        autograd.norm,
        0.3,
        3,
        lambda r, x: math.sqrt(r(r(square(r, x[0]) + square(r, x[1])) + square(r, x[2]))),
        lambda r, y, x: [a / y for a in x],
        3,
    ),
    Way(
        "mean",
        autograd.mean,
        0.3,
        3,
        lambda r, x: r(r(x[0] + x[1]) + x[2]) / 3,
        lambda r, y, x: [1 / 3] * 3,
        3,
    ),
    Way(
        "prod",
        autograd.prod,
        0.3,
        3,
        lambda r, x: r(x[0] * x[1]) * x[2],
        lambda r, y, x: [x[1] * x[2], x[0] * x[2], x[0] * x[1]],
        3,
    ),
    Way(
        "maximum",
        method("maximum"),
        -2,
        2,
        lambda r, x: max(x),
        lambda r, y, x: [float(a == max(x)) for a in x],
        2,
    ),
    Way(
        "minimum",
        method("minimum"),
        -2,
        2,
        lambda r, x: min(x),
        lambda r, y, x: [float(a == min(x)) for a in x],
        2,
    ),
]


def rounding(digits: int, draw: random.Random) -> Round:
    """Return the function that rounds every step, or most of them, ties to even or up."""
    always = draw.random() < 0.7

    def r(number: float) -> float:
        if not always and draw.random() < 0.4:
            return number
        return float(f"{number:.{digits - 1}e}")

    return r


def judged(way: Way, digits: int, seed: int, given: Callable[[float], str]) -> HandCheck:
    """Return the report on an honest hand: its number, and 1.5 times it squared, differentiated.

    Args:
        way: the way in which the hand computes the function.
        digits: how many significant digits the hand writes.
        seed: where the dice begin.
        given: writes a number.
    """
    draw = random.Random(f"{way.name} {seed}")  # noqa: S311  # no secret
    numbers = [float(f"{draw.uniform(way.low, way.high):.2g}") or 0.5 for _ in range(way.arity)]
    if way.name == "a**b" and numbers[1].is_integer():  # for which nobody takes logarithms
        numbers[1] += 0.3
    r = rounding(digits, draw)
    nodes = [Value(number, label=f"x{i}") for i, number in enumerate(numbers)]
    y = way.build(nodes)
    cost = (y - 0.3) ** 2
    label(y=y, cost=cost)
    write = rounding(digits, random.Random(0))  # noqa: S311  # no secret
    number = float(given(way.value(r, numbers)))
    upstream = float(given(2 * r(number - 0.3)))
    slopes = [float(given(slope)) for slope in way.slopes(r, number, numbers)]
    kinds = draw.choice(("all", "value", "locals", "gradients"))
    claims: dict[str, Any] = {"values": {}, "gradients": {}, "locals": {}}
    if kinds in {"all", "value"}:
        claims["values"][y] = given(number)
    if kinds in {"all", "locals"}:
        if kinds == "locals":  # nothing is written before
            slopes = [write(slope) for slope in way.slopes(r, r(way.value(r, numbers)), numbers)]
        claims["locals"] = {(y, x): given(s) for x, s in zip(nodes, slopes, strict=True)}
    if kinds in {"all", "gradients"}:
        claims["gradients"] = {y: given(upstream)} | {
            x: given(upstream * s) for x, s in zip(nodes, slopes, strict=True)
        }
    return check_by_hand(cost, **claims)
