"""How one hand of the crowd rounds its steps, held to the decimals of Python's library."""

import itertools
import math
import random
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import Any

import pytest

from autograd import Value, topological_order
from autograd.checking.graph import Graph
from autograd.checking.habits import Habit, Step, Style, crowd
from autograd.ops import TABLE


def step(number: float, digits: int = 2, *, is_known: bool = False, **how: Any) -> Step:
    """Return a number of a hand that rounds every step."""
    return Step(number, Habit(Style(digits), rounds=1.0, **how), is_known=is_known)


@pytest.mark.parametrize("digits", [1, 2, 5, 12])
@pytest.mark.parametrize(
    ("how", "rule"), [("even", ROUND_HALF_EVEN), ("up", ROUND_HALF_UP), ("cut", ROUND_DOWN)]
)
def test_a_step_is_rounded_to_the_digits_of_the_hand(how: str, rule: str, digits: int) -> None:
    habit = Habit(Style(digits, cut=True), rounds=1.0, how=how)
    draw = random.Random(digits)  # noqa: S311  # no secret
    for sign, exponent in itertools.product((-1, 1), range(-9, 9)):
        number = sign * draw.uniform(1.0, 9.9) * 10.0**exponent
        right = Context(prec=digits, rounding=rule).create_decimal(repr(number))
        assert habit.rounded(number) == float(right)


def test_ties_are_rounded_to_even_up_or_cut_off() -> None:
    ties = (0.125, -0.125, 1.375, 2.5e10)
    for how, right in {
        "even": (0.12, -0.12, 1.38, 2.5e10),
        "up": (0.13, -0.13, 1.38, 2.5e10),
        "cut": (0.12, -0.12, 1.37, 2.5e10),
    }.items():
        habits = [Habit(Style(d, cut=True), rounds=1.0, how=how) for d in (2, 2, 3, 2)]
        assert tuple(h.rounded(x) for h, x in zip(habits, ties, strict=True)) == right


def test_a_hand_cuts_off_only_once_its_lines_show_that_it_does() -> None:
    style = Style(2)
    habit = Habit(style, rounds=1.0, how="cut")
    assert habit.rounded(0.378) == 0.38
    style.cut = True
    assert habit.rounded(0.378) == 0.37


def test_an_error_of_any_size_is_one_that_rounding_can_have() -> None:
    habit = Habit(Style(3), rounds=1.0, how="any")
    errors = [habit.rounded(-43.0689) + 43.0689 for _ in range(400)]
    assert -0.05 <= min(errors) < -0.045
    assert 0.045 < max(errors) <= 0.05
    assert {habit.rounded(-43.1) for _ in range(20)} == {-43.1}  # nothing to round


def test_a_hand_that_rounds_now_and_then_does_so_as_often_as_it_is_said() -> None:
    habit = Habit(Style(2), rounds=0.6)
    kept = sum(habit.rounded(0.378) == 0.378 for _ in range(2_000))
    assert 0.35 < kept / 2_000 < 0.45


@pytest.mark.parametrize("number", [0.0, math.inf, -math.inf])
def test_zero_and_infinities_have_no_digits(number: float) -> None:
    for how in ("even", "up", "any", "cut"):
        assert Habit(Style(2, cut=True), rounds=1.0, how=how).rounded(number) == number


def test_with_more_than_twelve_digits_nothing_is_rounded() -> None:
    assert Habit(Style(13), rounds=1.0).rounded(1 / 3) == 1 / 3
    assert Habit(Style(12), rounds=1.0).rounded(1 / 3) == 0.333333333333
    assert Habit(Style(12), rounds=1.0).rounded(1 / 3, more=1) == 1 / 3


@pytest.mark.parametrize(
    ("found", "before", "after"),
    [
        (step(0.47) * step(0.31), 0.1457, 0.15),
        (step(0.47) / step(0.31), 0.47 / 0.31, 1.5),
        (step(1.47) + step(12.0), 13.47, 13.0),
        (step(1.47) - step(12.0), -10.53, -11.0),
        (2.0 - step(1.444), 0.556, 0.56),
        (2.0 / step(0.3), 2 / 0.3, 6.7),
        (-step(0.477), -0.477, -0.477),
        (abs(step(-0.477)), 0.477, 0.477),
        (abs(step(0.477)), 0.477, 0.477),
        (step(3.3) ** 2, 10.89, 11.0),
        (2 ** step(3.3), 2**3.3, 9.8),
        (step(0.477) * 1.0, 0.477, 0.477),  # by 1, by -1, with 0 nothing is computed
        (-1.0 * step(0.477), -0.477, -0.477),
        (step(0.477) / 1.0, 0.477, 0.477),
        (step(0.477) / -1.0, -0.477, -0.48),
        (step(0.477) + 0.0, 0.477, 0.477),
        (0.0 + step(0.477), 0.477, 0.477),
        (step(0.1) * 3.0 - 0.3, 0.0, 0.0),
    ],
)
def test_a_step_keeps_what_it_was_before_it_was_rounded(
    found: Step, before: float, after: float
) -> None:
    assert found.before == pytest.approx(before, rel=1e-14, abs=1e-300)
    assert found.number == after
    assert not found.is_known


def test_two_numbers_that_cancel_leave_no_trace_of_floats() -> None:
    exact = Habit(Style())
    a = Step(0.1, exact) + Step(0.2, exact)
    assert a.number != 0.3
    assert (a - 0.3).number == 0.0
    assert (Step(1.0, exact) - (1.0 - 2e-15)).number > 0.0


def test_of_two_digits_a_sum_of_given_numbers_keeps_one_more() -> None:
    for digits, right in ((2, 3.47), (3, 3.47)):
        given = step(1.234, digits, is_known=True) + step(2.234, digits, is_known=True)
        assert given.number == right
    computed = step(1.234) + step(2.234, is_known=True)
    assert computed.number == 3.5
    product = step(1.234, is_known=True) * step(2.234, is_known=True)
    assert product.number == 2.8


def test_what_was_not_rounded_stays_known() -> None:
    assert (step(2.0, is_known=True) * step(3.0, is_known=True)).is_known
    assert not (step(2.1, is_known=True) * step(3.3, is_known=True)).is_known
    assert not (step(2.0, is_known=True) * step(3.0)).is_known


def test_steps_are_compared_by_their_numbers() -> None:
    for a, b in itertools.product((1.0, 2.0), repeat=2):
        for other in (b, step(b)):
            left = step(a)
            found = left < other, left <= other, left > other, left >= other, left == other
            assert found == (a < b, a <= b, a > b, a >= b, a == b)
            assert (left != other) == (a != b)
    assert step(0.1)
    assert not step(0.0)


def test_a_long_constant_of_a_formula_is_rounded_and_a_short_one_is_not() -> None:
    habit = Habit(Style(2), rounds=1.0)
    assert habit.lifted(math.pi).number == 3.1
    assert habit.lifted(0.044715).number == 0.044715
    assert habit.lifted(math.pi).is_known
    assert Habit(Style(2)).lifted(math.pi).number == math.pi


def test_a_hand_goes_on_with_what_it_wrote_or_with_all_its_digits() -> None:
    numbers = {
        (carries, kind): Habit(Style(2), carries=(carries,)).goes_on(0.38, 0.3775, 0.005, kind)
        for carries in ("value", "gradient", "forward")
        for kind in ("value", "gradient")
    }
    kept = {key for key, found in numbers.items() if found.number == 0.3775}
    assert kept == {("value", "value"), ("gradient", "gradient"), ("forward", "value")}
    assert {found.number for found in numbers.values()} == {0.38, 0.3775}
    assert {found.written for found in numbers.values()} == {0.38}
    always = Habit(Style(2), keeps=1.0)
    assert always.goes_on(0.38, 0.385, 0.005001, "value").number == 0.385
    assert always.goes_on(0.38, 0.395, 0.005, "value").number == 0.38  # its own was another one
    for sign in (1.0, -1.0):  # what was cut off had brought it nearer to 0
        cut = always.goes_on(sign * 0.38, sign * 0.389, 0.005, "value", cut=0.01)
        assert cut.number == sign * 0.389
        near = always.goes_on(sign * 0.38, sign * 0.371, 0.005, "value", cut=0.01)
        assert near.number == sign * 0.375
    often = Habit(Style(2), keeps=0.4)
    found = [often.goes_on(0.38, 0.3775, 0.005, "value").number for _ in range(2_000)]
    assert 0.35 < found.count(0.3775) / 2_000 < 0.45


def test_the_first_of_a_crowd_rounds_nothing_and_without_digits_nobody_does() -> None:
    for digits in (0, 13):
        assert [habit.kink for habit in crowd(Style(digits))] == [None, 0.0, 1.0, 0.5]
    for digits in (2, 12):
        first, *others = crowd(Style(digits))
        assert first.rounded(1 / 3) == 1 / 3
        assert any(
            habit.rounded(1 / 3) == float(Decimal(f"{1 / 3:.{digits}f}")) for habit in others
        )
        assert len({habit.way for habit in others} & {None, 0, 1, 2}) == 4
        assert {habit.how for habit in others} == {"even", "up", "any", "cut"}


def partials(name: str, *numbers: float, kink: float | None) -> list[float]:
    habit = Habit(Style(), kink=kink)
    op, inputs = TABLE[name], [Step(number, habit, is_known=True) for number in numbers]
    y = habit.value(op, inputs)
    return [found.number for found in habit.partials(op, y, inputs, [False] * len(numbers))]


@pytest.mark.parametrize("kink", [0.0, 0.5, 1.0])
def test_at_a_kink_a_hand_takes_its_own_slope_between_those_of_the_sides(kink: float) -> None:
    assert partials("relu", 0.0, kink=kink) == [kink]
    assert partials("relu", 1e-9, kink=kink) == [1.0]
    assert partials("relu", -1e-9, kink=kink) == [0.0]


def test_at_a_tie_all_may_go_to_one_of_the_largest() -> None:
    tied = (1.0, 3.0, 3.0)
    assert partials("maximum", *tied, kink=None) == [0.0, 0.5, 0.5]
    assert partials("maximum", *tied, kink=0.5) == [0.0, 0.5, 0.5]
    assert partials("maximum", *tied, kink=0.0) == [0.0, 1.0, 0.0]
    assert partials("maximum", *tied, kink=1.0) == [0.0, 0.0, 1.0]
    assert partials("minimum", *tied, kink=1.0) == [1.0, 0.0, 0.0]


def test_a_count_its_half_and_its_inverse_may_be_left_out_until_the_end() -> None:
    x, y, z = Value(1.0), Value(2.0), Value(4.0)
    order = topological_order((x * x + y * y + z * z) / 3)
    assert Graph(order).scales == [1 / 3, 1.5, 3]


def test_a_steady_hand_does_the_same_every_time() -> None:
    for habit in crowd(Style(2)):
        if habit.is_steady:
            found = {habit.rounded(0.3775 + 1e-9 * i) for i in range(40)}
            assert found == {0.38} or {round(x, 4) for x in found} == {0.3775}
    assert sum(habit.is_steady for habit in crowd(Style(2))) > 10
    for how in ({"rounds": 0.6}, {"keeps": 0.5}, {"how": "any"}, {"way": None}):
        assert not Habit(Style(2), **how).is_steady
