"""Simulated hands: honest ones are never called wrong; slips are found, and seldom by chance."""

import importlib
import math
import random
from typing import Any

import pytest

from autograd.checking import check_by_hand

hands: Any = importlib.import_module("hands")  # modules beside the tests, in no package
function_hands: Any = importlib.import_module("function_hands")
slip_catalogue: Any = importlib.import_module("slip_catalogue")


@pytest.mark.parametrize("start", [0, 40, 341, 2433])
def test_an_honest_hand_is_never_called_wrong(start: int) -> None:
    for seed in range(start, start + 40):
        report, digits = hands.honest(seed)
        assert report.ok, f"{seed=} {digits=}\n{report}"


@pytest.mark.parametrize(("digits", "named"), [(3, 0.6), (4, 0.9), (5, 0.95)])
def test_a_hand_with_one_slip_is_not_right_and_the_slip_is_named(digits: int, named: float) -> None:
    found = [o for seed in range(60) if (o := hands.slipped(seed, digits)) is not None]
    clear = [outcome for outcome in found if outcome.visible > 0.1]
    assert len(clear) > 45
    assert not any(outcome.ok for outcome in clear)
    assert all(outcome.at_place for outcome in clear)
    rightly = [outcome for outcome in clear if outcome.name in outcome.slip.names.split("|")]
    assert len(rightly) >= named * len(clear)


@pytest.mark.parametrize("sheet", ["whole", "some", "lone"])
@pytest.mark.parametrize("digits", [3, 4, 5])
def test_a_wrong_sheet_is_right_only_where_an_honest_hand_could_have_written_it(
    sheet: str, digits: int
) -> None:
    for seed in range(8):
        outcome = hands.slipped(seed, digits, sheet)
        assert outcome is None or not (outcome.ok and outcome.is_told), (seed, outcome.slip)


@pytest.mark.parametrize("way", function_hands.WAYS, ids=lambda way: way.name)
def test_a_hand_that_computes_a_function_as_books_do_is_never_called_wrong(way: Any) -> None:
    for digits in (2, 3, 4, 5):
        report = function_hands.judged(way, digits, 0, hands.given(digits))
        assert report.ok, f"{digits=}\n{report}"


@pytest.mark.parametrize("digits", [16, 6])
def test_of_the_planted_slips_nearly_all_are_named(digits: int) -> None:
    missed = []
    for slip in slip_catalogue.CATALOGUE:
        report, _, _ = slip_catalogue.judged(slip, digits)
        assert not report.ok, slip
        name = report.findings[0].slip.name if report.findings[0].slip else ""
        if name not in slip.names.split("|"):
            missed.append((slip.graph, slip.place, slip.names, name))
    assert len(slip_catalogue.CATALOGUE) >= 109
    assert len(missed) <= 7, missed


def test_a_random_wrong_number_of_three_digits_seldom_gets_a_name() -> None:
    named, count = 0, 0
    for seed in range(250):
        draw = random.Random(seed)  # noqa: S311  # no secret
        made = hands.network(draw)
        numbers = hands.work(made, hands.rounding(3))
        names = [
            n for n in hands.computed_names(numbers, made) if hands.moves(made, numbers, n, str)
        ]
        place = draw.choice(names)
        right = numbers[place]
        numbers[place] = hands.rounding(3)(right * math.exp(draw.uniform(-1.6, 1.6)))
        if numbers[place] == right:
            continue
        written = names[: names.index(place) + 1]
        report = check_by_hand(made.cost, **hands.claims(made, numbers, written, hands.given(3)))
        wrong = report.first_wrong
        count += wrong is not None
        named += wrong is not None and wrong.slip is not None
    assert count > 200
    assert named < 0.03 * count
