"""The ways in which a hand may compute an operation give the number that the table has."""

import itertools
import math
from collections.abc import Sequence
from typing import Any

import pytest

from autograd.checking.habits import Habit, Step, Style
from autograd.checking.ways import DERIVATIVES, FROM_INPUTS, VALUES
from autograd.ops import TABLE

HABIT = Habit(Style())  # which rounds nothing

POWERS = [(a, b) for a in (0.7, 1.9) for b in (-13.0, -3.0, -1.5, 0.0, 0.3, 1.0, 2.5, 5.0, 12.0)]
PAIRS = [(a, b) for a in (0.7, -1.9) for b in (1.3, -0.4)]
SCORES = [(0.3,), (0.3, -1.1), (0.3, -1.1, 0.9)]
POINTS: dict[str, Sequence[tuple[float, ...]]] = {
    "acosh": [(1.3,), (2.9,)],
    "atan2": [*PAIRS, (0.0, -1.0), (0.8, 0.0)],
    "atanh": [(0.3,), (-0.8,)],
    "div": PAIRS,
    "elu": [(0.7, 1.3), (-0.7, 1.3), (-1.9, 0.4)],
    "hypot": PAIRS,
    "log_softmax": SCORES,
    "logsumexp": SCORES,
    "norm": SCORES,
    "pow": POWERS,
    "softmax": SCORES,
    "xlogy": [(0.7, 1.3), (-1.9, 0.4)],
    **{name: [(0.3,), (2.9,)] for name in ("cbrt", "log10", "log1p", "log2", "sqrt")},
}
"""Where the ways of an operation have numbers; for all others at the points below."""
USUAL = [(0.7,), (-0.4,), (-1.9,)]


def points(name: str) -> list[tuple[list[Step], tuple[float, ...]]]:
    """Each point, as numbers that were given and as such that were computed."""
    return [
        ([Step(x, HABIT, is_known=is_known) for x in point], point)
        for point, is_known in itertools.product(POINTS.get(name, USUAL), (True, False))
    ]


def number(found: Any) -> Any:
    return pytest.approx(found.number if isinstance(found, Step) else found, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", sorted(VALUES))
def test_each_way_to_a_number_is_a_way_to_the_tables(name: str) -> None:
    for way in VALUES[name]:
        for steps, point in points(name):
            assert TABLE[name].value(*point) == number(way(*steps)), point


@pytest.mark.parametrize("name", sorted(DERIVATIVES.keys() | FROM_INPUTS.keys()))
def test_each_way_to_a_local_derivative_is_a_way_to_the_tables(name: str) -> None:
    op = TABLE[name]
    for rule in (*DERIVATIVES.get(name, ()), *FROM_INPUTS.get(name, ())):
        for steps, point in points(name):
            y = op.value(*point)
            partials = op.partials(y, point, [False] * len(point))
            for i, expected in enumerate(partials):
                assert expected == number(rule(Step(y, HABIT), steps, i)), (point, i)


@pytest.mark.parametrize(("exponent", "right"), [(3.0, -3.375), (-2.0, 4 / 9), (12.0, 1.5**12)])
def test_a_whole_power_of_a_negative_number_is_a_product(exponent: float, right: float) -> None:
    for way in VALUES["pow"]:
        found = way(Step(-1.5, HABIT, is_known=True), Step(exponent, HABIT, is_known=True))
        assert right == number(found)


def test_an_exponent_that_was_rounded_is_not_taken_for_a_whole_number() -> None:
    for way in VALUES["pow"]:
        assert math.isnan(way(Step(-1.5, HABIT), Step(3.0, HABIT)).number)
