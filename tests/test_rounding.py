"""A number as each hand of a crowd has it: every hand computes on its own."""

import math
import operator
from collections.abc import Callable
from typing import Any

import pytest

from autograd.checking.habits import Habit, Step, Style, crowd
from autograd.checking.rounding import Rounded, divided, exactly, exchanged, settled, written

HANDS = crowd(Style(2))


def of(*numbers: float) -> Rounded:
    """Return a number that hands who round nothing have in different ways."""
    return Rounded([Step(number, Habit(Style())) for number in numbers])


def numbers(found: Rounded) -> list[float]:
    return [step.number for step in found.steps]


@pytest.mark.parametrize(
    "function", [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
)
def test_each_hand_computes_with_its_own_numbers(function: Callable[..., Any]) -> None:
    a, b = of(2.0, 3.0), of(5.0, 7.0)
    assert numbers(function(a, b)) == [function(2.0, 5.0), function(3.0, 7.0)]
    assert numbers(function(a, 4.0)) == [function(2.0, 4.0), function(3.0, 4.0)]
    if function is not operator.pow:
        assert numbers(function(4.0, a)) == [function(4.0, 2.0), function(4.0, 3.0)]
    assert numbers(-a) == [-2.0, -3.0]


def test_a_number_is_the_first_hands() -> None:
    a = of(2.0, 3.0)
    assert a.number == 2.0
    assert a == 2.0
    assert a != 3.0
    assert a == of(2.0)
    assert a == of(float("2"), 4.0)  # a float of its own
    assert a
    assert not of(0.0, 3.0)


def test_other_hands_may_be_a_little_beyond_a_crowd_but_not_beyond_four() -> None:
    few = of(2.0, 1.0, 5.0, 3.0)  # so many differ at kinks alone
    assert (few.low, few.high) == (1.0, 5.0)
    many = of(2.0, 1.0, 5.0, 3.0, 4.0)
    below, above = 1.0 - many.low, many.high - 5.0
    assert 0.0 < below < 2.0
    assert below == pytest.approx(above)
    same = of(2.0, 2.0, 2.0, 2.0, 2.0)
    assert same.low == same.high == 2.0


def test_two_groups_of_hands_have_a_span_each() -> None:
    def of_two_digits(*numbers: float) -> Rounded:
        return Rounded([Step(number, Habit(Style(2))) for number in numbers])

    groups = of_two_digits(0.0, 0.0, 0.0, 10.0, 10.2)
    (low, below), (above, high) = groups.spans_before()
    assert (low, below) == (0.0, 0.0)  # of a 0, no digit was rounded
    assert 9.0 < above < 10.0
    assert 10.2 < high < 11.2
    seen = groups.spans_before(is_seen=True)
    assert seen == [(0.0, 0.0), (10.0, 10.2)]
    assert len(of_two_digits(0.0, 3.0, 5.0, 10.0, 10.2).spans_before()) == 1


def test_from_a_hundred_hands_on_other_hands_are_less_far_beyond_them() -> None:
    def beyond(count: int) -> float:
        return of(*(k / (count - 1) for k in range(count))).high - 1.0

    assert beyond(98) == pytest.approx(beyond(99))
    assert beyond(100) == pytest.approx(beyond(101))
    assert 0.0 < beyond(100) < beyond(99) - 0.01


def test_a_hand_without_a_number_counts_only_if_it_is_the_first() -> None:
    some = of(2.0, math.nan, math.inf)
    assert (some.low, some.high) == (2.0, 2.0)
    first = of(math.inf, 2.0, 3.0)
    assert (first.low, first.high) == (math.inf, math.inf)


def test_the_last_rounding_does_not_count_in_what_is_about_to_be_written() -> None:
    habit = Habit(Style(1), rounds=1.0)
    product = Rounded([Step(0.3, habit) * Step(0.7, habit)])
    assert (product.low, product.high) == (0.2, 0.2)
    assert product.spans_before() == [(0.21, 0.21)]


def test_after_the_forward_pass_digits_are_carried_by_those_who_always_do() -> None:
    own = Rounded([Step(0.3775, habit) for habit in HANDS])
    found = written(0.38, 0.005, own, "value")
    carried = [habit.carries for habit in HANDS]
    for carries, before, after in zip(carried, found.steps, settled(found).steps, strict=True):
        if "value" in carries:
            assert (before.number, after.number) == (0.3775, 0.3775)
        if "forward" in carries:
            assert (before.number, after.number) == (0.3775, 0.38)
            assert after.written == 0.38
        if not carries:
            assert before.number == after.number
    known = exactly(0.3775, HANDS)
    assert settled(known) is known


def test_who_divides_each_term_of_a_mean_rounds_the_term_divided() -> None:
    one = Rounded([Step(1.0, Habit(Style(2), rounds=1.0, scale=1 / 3))])
    (term,) = divided(one, is_term=True).steps
    assert term.number * term.factor == pytest.approx(0.33)
    assert term.factor == 1 / 3
    assert numbers(divided(one, is_term=False)) == [1.0]
    three = Rounded([Step(1.0, Habit(Style(2), rounds=1.0, scale=3.0))])
    assert numbers(divided(three, is_term=True)) == [1.0]


@pytest.mark.parametrize(
    ("number", "own", "goes_on"),
    [
        (0.38, 0.389, 0.385),
        (0.38, 0.371, 0.375),
        (-0.38, -0.389, -0.385),
        (0.38, 0.5, 0.38),
    ],
)
def test_nobody_goes_on_with_digits_that_do_not_round_to_what_was_written(
    number: float, own: float, goes_on: float
) -> None:
    keeper = Habit(Style(2), carries=("value",))
    found = written(number, 0.005, Rounded([Step(own, keeper)]), "value")
    assert numbers(found) == pytest.approx([goes_on], abs=1e-12)


def test_who_cuts_digits_off_goes_on_with_as_much_as_a_whole_unit_more() -> None:
    keeper = Habit(Style(2), carries=("value",))
    for number, own in ((0.38, 0.389), (-0.38, -0.389)):
        found = written(number, 0.005, Rounded([Step(own, keeper)]), "value", cut=0.01)
        assert numbers(found) == [own]


def test_a_written_term_takes_the_place_of_a_computed_one() -> None:
    total, term, computed = of(10.0, 20.0), of(3.0, 4.0), of(1.0, 1.5)
    assert numbers(exchanged(total, term, computed)) == [12.0, 22.5]
    assert numbers(exchanged(total, term, computed, 2.0)) == [14.0, 25.0]
