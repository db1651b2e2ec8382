"""What honest hands can reach: a crowd of simulated ones, independent of the judge's own.

A wrong number that some honest hand would write in its place is one that no judge can tell: so it
is counted by itself. The hands differ in where they round, in how they break ties, in the formulas
they take, and in whether they go on with what they wrote.
"""

import importlib
import math
import random
from collections.abc import Callable, Iterable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

hands: Any = importlib.import_module("hands")  # modules beside the tests, in no package

Round = Callable[[float], float]

CROWDS = 800, 6400
"""How many hands are tried at first, and how many more where those do not reach a number."""


class Dice:
    """Dice of which every throw can be kept, and some thrown anew.

    Args:
        draw: where new throws come from.
        throws: those that are kept, in their order.
    """

    def __init__(self, draw: random.Random, throws: list[float]) -> None:
        self._draw, self.throws, self._count = draw, throws, 0

    def random(self) -> float:
        if self._count == len(self.throws):
            self.throws.append(self._draw.random())
        self._count += 1
        return self.throws[self._count - 1]

    def choice(self, several: Any) -> Any:
        return several[int(self.random() * len(several))]

    def uniform(self, low: float, high: float) -> float:
        return low + (high - low) * self.random()

    def some_anew(self) -> "Dice":
        """Return the same dice with one throw in twenty thrown anew."""
        draw = self._draw
        return Dice(draw, [draw.random() if draw.random() < 0.05 else x for x in self.throws])


def to_digits(number: float, digits: int, mode: str) -> float:
    """Return a number to so many digits, rounded half up or cut off."""
    if number == 0 or not math.isfinite(number):
        return number
    exact = Decimal(f"{number:.15g}")
    return float(exact.quantize(Decimal(1).scaleb(exact.adjusted() - digits + 1), mode))


def rounder(draw: Dice, digits: int) -> Round:
    """Return how one hand rounds its steps: all, some, or none, as one of several schools does."""
    keep = draw.choice((0.0, 0.0, 0.3, 0.7, 1.0))
    school = draw.choice(("even", "up", "order"))
    even: Round = hands.rounding(digits)

    def r(number: float) -> float:
        if draw.random() < keep:
            return number
        if school == "up":
            return to_digits(number, digits, ROUND_HALF_UP)
        if school == "order" and even(number) != number and math.isfinite(number):
            unit = 10.0 ** (math.floor(math.log10(abs(number))) - digits + 1)
            return number + draw.uniform(-unit / 2, unit / 2)  # as if in another order
        return even(number)

    return r


def by_exponentials(z: float, r: Round) -> float:
    above, below = r(math.exp(z)), r(math.exp(-z))
    return r(above - below) / r(above + below)


def by_one_exponential(z: float, r: Round) -> float:
    e = r(math.exp(2 * z))
    return r(e - 1) / r(e + 1)


VALUES: dict[str, list[Callable[[float, Round], float]]] = {
    "tanh": [lambda z, r: math.tanh(z), by_exponentials, by_one_exponential],
    "sigmoid": [lambda z, r: hands.logistic(z), lambda z, r: 1 / r(1 + r(math.exp(-z)))],
}

SLOPES: dict[str, list[Callable[[float, Round], float]]] = {
    "tanh": [lambda y, r: 1 - r(y * y), lambda y, r: r(1 - y) * r(1 + y)],
    "sigmoid": [lambda y, r: y * r(1 - y), lambda y, r: y - r(y * y)],
}


def an_honest_number(
    made: Any, written: dict[str, float], place: str, digits: int, draw: Dice
) -> float:
    """Return the number, before it is written, that one more honest hand has in some place.

    Args:
        made: the network.
        written: the numbers that the sheet shows before that place.
        place: the number's name.
        digits: how many digits the hand keeps.
        draw: the dice.
    """
    r = rounder(draw, digits)
    value = draw.choice(VALUES[made.activation])
    slope = draw.choice(SLOPES[made.activation])
    carries = draw.choice((0.0, 0.5, 1.0))
    found: dict[str, float] = {}

    def write(name: str, number: float) -> float:
        found[name] = number
        if name not in written:
            return r(number)
        carried = (
            draw.random() < carries
        )  # whether or not it fits: the other throws keep their places
        own_fits = hands.rounding(digits)(number) == written[name]
        return number if own_fits and carried else written[name]

    hands.work(made, r, write=write, value=lambda z: value(z, r), slope=lambda y: slope(y, r))
    return found[place]


def is_reached(
    made: Any, written: dict[str, float], place: str, digits: int, *, crowds: Iterable[int] = CROWDS
) -> bool:
    """Return whether an honest hand can reach what a sheet has in some place.

    Where none of a crowd does, those that come nearest change a choice here and there, time and
    again, as long as they come nearer; then a larger crowd is asked.

    Args:
        made: the network.
        written: the numbers of the sheet up to that place.
        place: the number's name.
        digits: how many digits the sheet has.
        crowds: how many hands to try; what lies between two of them is reached by a third.
    """
    draw = random.Random(1)  # noqa: S311  # no secret
    before = {name: number for name, number in written.items() if name != place}
    wrong = written[place]
    exact = hands.work(made, lambda number: number)[place]
    endings = _endings(digits)
    if wrong in [ending(exact) for ending in endings]:
        return True

    def tried(dice: Dice) -> tuple[float, Dice]:
        return an_honest_number(made, before, place, digits, dice), dice

    found: list[tuple[float, Dice]] = []
    for count in crowds:
        found += (tried(Dice(draw, [])) for _ in range(count))
        found = sorted(found, key=lambda pair: pair[0])
        found = [found[0], found[-1]]
        for k, sign in ((0, -1), (-1, 1)):  # the smallest ones go on down, the largest up
            best = found[k]
            for _ in range(count):
                if max(sign * f(best[0]) for f in endings) >= sign * wrong:
                    break
                other = tried(best[1].some_anew())
                if sign * other[0] >= sign * best[0]:
                    best = other
            found[k] = best
        shown = [f(found[k][0]) for k in (0, -1) for f in endings]
        if min(shown) <= wrong <= max(shown):
            return True
    return False


def _endings(digits: int) -> list[Round]:
    return [
        hands.rounding(digits),
        lambda x: to_digits(x, digits, ROUND_HALF_UP),
        lambda x: to_digits(x, digits, ROUND_DOWN),
    ]
