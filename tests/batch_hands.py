"""Hands that work the mean square error of three samples out, in the ways that people have for it.

One divides by 3 at the end, another in each term; one multiplies by 2 first, another by 2/3.
"""

import random
from collections.abc import Callable
from typing import Any

import autograd
from autograd import Parameter, Value, label
from autograd.checking import HandCheck, check_by_hand

Round = Callable[[float], float]
Numbers = dict[str, float]

SAMPLES = "123"

LOSSES: dict[str, Callable[[list[Value]], Value]] = {
    "mean": autograd.mean,
    "a third of the sum": lambda squares: (1 / 3) * (squares[0] + squares[1] + squares[2]),
    "the sum over 3": lambda squares: (squares[0] + squares[1] + squares[2]) / 3,
    "the sum over 6": lambda squares: autograd.sum(squares) / 6,
}


def given(draw: random.Random) -> Numbers:
    """Return a weight, a bias, three inputs and three targets, of one decimal."""
    numbers = {"w": round(draw.uniform(-2, 2), 1) or 0.5, "b": round(draw.uniform(-1, 1), 1)}
    for i in SAMPLES:
        numbers["x" + i] = round(draw.uniform(-3, 3), 1) or 1.5
        numbers["t" + i] = round(draw.uniform(-3, 3), 1)
    return numbers


def graph(numbers: Numbers, loss: str) -> dict[str, Value]:
    v: dict[str, Value] = {
        name: (Parameter if name in "wb" else Value)(x) for name, x in numbers.items()
    }
    for i in SAMPLES:
        v["y" + i] = v["w"] * v["x" + i] + v["b"]
        v["e" + i] = v["y" + i] - v["t" + i]
        v["s" + i] = v["e" + i] ** 2
    v["L"] = LOSSES[loss]([v["s" + i] for i in SAMPLES])
    label(**v)
    return v


def work(numbers: Numbers, r: Round, count: int, way: int) -> Numbers:
    """Return all numbers of the calculation; each step is rounded by r.

    Args:
        numbers: the given numbers.
        r: rounds a number.
        count: by what the sum of squares is divided: 3 or 6.
        way: which way the hand goes, from 0 to 13.
    """
    n = dict(numbers)
    two = 6 // count  # what the square's derivative leaves over 3

    def total(term: Callable[[str], float]) -> float:
        found = 0.0
        for i in SAMPLES:
            found = r(found + term(i))
        return found

    for i in SAMPLES:
        n["y" + i] = r(r(n["w"] * n["x" + i]) + n["b"])
        n["e" + i] = r(n["y" + i] - n["t" + i])
        n["s" + i] = r(n["e" + i] ** 2)
    if way % 2:
        n["L"] = total(lambda i: r(n["s" + i] / count))
    else:
        n["L"] = r(total(lambda i: n["s" + i]) / count)

    def gradient(x: Callable[[str], float]) -> float:
        products = {i: r(n["e" + i] * x(i)) for i in SAMPLES}
        doubled = {i: r(r(two * n["e" + i]) * x(i)) for i in SAMPLES}
        return (
            lambda: r(r(two * total(products.__getitem__)) / 3),
            lambda: r(r(two / 3) * total(products.__getitem__)),
            lambda: r(total(doubled.__getitem__) / 3),
            lambda: total(lambda i: r(doubled[i] / 3)),
            lambda: total(lambda i: r(r(r(two * n["e" + i]) / 3) * x(i))),
            lambda: r(two * r(total(products.__getitem__) / 3)),
            lambda: total(lambda i: r(r(two / 3) * products[i])),
        )[way // 2]()

    n["d w"] = gradient(lambda i: n["x" + i])
    n["d b"] = gradient(lambda _: 1.0)
    return n


def judged(seed: int, text: Callable[[int], Callable[[float], str]]) -> HandCheck:
    """Return the report on one honest hand.

    Args:
        seed: where the dice begin.
        text: gives the function that writes a number in so many digits.
    """
    draw = random.Random(seed)  # noqa: S311  # no secret
    loss, digits = draw.choice(list(LOSSES)), draw.choice((2, 3, 4, 5))
    numbers = given(draw)
    v = graph(numbers, loss)
    way = draw.randrange(14)
    count = 6 if loss == "the sum over 6" else 3
    n = work(numbers, lambda x: float(f"{x:.{digits - 1}e}"), count, way)
    names = [name for name in n if name not in numbers]
    if draw.random() < 0.6:  # some of the numbers are not written
        names = sorted(draw.sample(names, draw.randint(1, len(names))), key=names.index)
    write: Any = draw.choice((text(digits), float))
    return check_by_hand(
        v["L"],
        {v[name]: write(n[name]) for name in names if " " not in name},
        {v[name[2:]]: write(n[name]) for name in names if " " in name},
    )
