"""How exactly a number has to be written: each bound from both sides."""

import math

import pytest

from autograd.checking.accuracy import (
    Accuracy,
    Answer,
    fits,
    has_few_digits,
    is_nearest,
    shows_step,
    stands_for,
    units,
)
from autograd.checking.reading import Reading, readings
from autograd.checking.rounding import exactly

TWO, THREE = Accuracy(), Accuracy(digits=3)


def written(text: str) -> Reading:
    return readings(text)[0]


@pytest.mark.parametrize(
    ("text", "accuracy", "number", "unit"),
    [
        ("0.3", TWO, 0.0, 0.01),
        ("0.3", THREE, 0.0, 0.001),
        ("12.34", TWO, 0.0, 0.01),
        ("1", TWO, 0.0, 0.1),
        ("1", TWO, 0.997, 0.01),
        ("1", TWO, -0.997, 0.01),
        ("1", TWO, 1.003, 0.1),
        ("1.0", TWO, 0.997, 0.1),  # it has its two digits
        ("1000", TWO, 0.0, 1.0),
        ("1e3", TWO, 0.0, 100.0),
        ("0.00", TWO, 0.5, 0.01),
        ("0", THREE, 0.0, 1.0),
        ("1.5", Accuracy(decimals=2), 0.0, 0.01),
        ("1.555", Accuracy(decimals=2), 0.0, 0.001),
        ("0", Accuracy(decimals=0), 0.0, 1.0),
    ],
)
def test_the_last_digit_that_counts_is_one_that_was_written_or_asked_for(
    text: str, accuracy: Accuracy, number: float, unit: float
) -> None:
    assert accuracy.unit(written(text), number) == pytest.approx(unit, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "accuracy", "least"),
    [
        ("12.3", TWO, 2),
        ("12.3", Accuracy(decimals=2), 4),
        ("9.99", Accuracy(decimals=2), 3),
        ("10", Accuracy(decimals=2), 4),
        ("0.05", Accuracy(decimals=2), 1),
        ("-0.5", Accuracy(decimals=0), 0),
        ("0", Accuracy(decimals=2), 2),
        ("inf", Accuracy(decimals=2), 2),
    ],
)
def test_decimals_ask_for_as_many_digits_as_the_size_of_a_number_needs(
    text: str, accuracy: Accuracy, least: int
) -> None:
    assert accuracy.least_digits(written(text)) == least


WITHIN, PLACES = Accuracy(tolerance=0.01), Accuracy(decimals=2)


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(
    ("text", "accuracy", "number", "how", "uncut"),
    [
        ("0.37", TWO, 0.37, "right", "right"),
        ("0.37", TWO, 0.37 * (1 + 5e-10), "right", "right"),
        ("0.37", TWO, 0.37 * (1 + 5e-9), "rounded", "rounded"),
        ("0.37", TWO, 0.375, "rounded", "rounded"),
        ("0.37", TWO, 0.365, "rounded", "rounded"),
        ("0.37", TWO, 0.3649, "", ""),
        ("0.37", TWO, 0.3751, "cut off", ""),
        ("0.37", TWO, 0.3799, "cut off", ""),
        ("0.37", TWO, 0.38, "", ""),
        ("0.37", TWO, -0.3775, "", ""),
        ("0.37", TWO, -0.37, "", ""),
        ("0.29", TWO, 0.285, "rounded", "rounded"),
        ("0.28", TWO, 0.285, "rounded", "rounded"),
        ("2.5", TWO, 2.599, "cut off", ""),
        ("2.5", TWO, 2.449, "", ""),
        ("0.3", TWO, 0.304, "rounded", "rounded"),
        ("0.3", TWO, 0.306, "cut off", ""),
        ("0.3", TWO, 0.311, "", ""),
        ("2.0", WITHIN, 2.0, "right", "right"),
        ("2.0199", WITHIN, 2.0, "rounded", "rounded"),
        ("2.0201", WITHIN, 2.0, "", ""),
        ("1.9801", WITHIN, 2.0, "rounded", "rounded"),
        ("1.9799", WITHIN, 2.0, "", ""),
        ("200.1", WITHIN, 199.0, "rounded", "rounded"),
        ("0", WITHIN, 0.001, "", ""),
        ("0", TWO, 0.004, "", ""),
        ("0.00", TWO, 0.004, "", ""),
        ("0.00", PLACES, 0.0049, "rounded", "rounded"),
        ("0.00", PLACES, 0.0051, "", ""),
        ("7.12", PLACES, 7.125, "rounded", "rounded"),
        ("7.12", PLACES, 7.129, "cut off", ""),
        ("7.12", PLACES, 7.131, "", ""),
        ("inf", TWO, math.inf, "right", "right"),
        ("inf", TWO, -math.inf, "", ""),
        ("inf", TWO, 3.0, "", ""),
        ("3", TWO, math.inf, "", ""),
        ("3", TWO, math.nan, "", ""),
    ],
)
def test_a_number_fits_another_that_it_is_rounded_or_cut_off_from_whatever_their_sign(
    text: str, accuracy: Accuracy, number: float, how: str, uncut: str, sign: str
) -> None:
    reading = written(sign + text)
    other = exactly(-number if sign else number)
    assert fits(reading, accuracy, other) == how
    assert fits(reading, accuracy, other, cut=False) == uncut


@pytest.mark.parametrize(
    ("number", "right", "near"),
    [
        (0.75, 1.0, True),
        (0.7499, 1.0, False),
        (1.5, 1.0, True),
        (1.5001, 1.0, False),
        (-3.0, -2.0, True),
        (-1.4, -2.0, False),
        (1.0, -1.0, False),
        (0.0, 1.0, True),
        (1.0, 0.0, True),
    ],
)
def test_a_number_is_nearest_from_three_quarters_to_one_and_a_half(
    number: float, right: float, near: bool
) -> None:
    assert is_nearest(number, right) is near


@pytest.mark.parametrize(
    ("text", "few", "found"),
    [
        ("19300", False, [1.0, 10.0, 100.0]),
        ("19300", True, [1.0, 10.0, 100.0]),
        ("19000", False, [1.0, 10.0, 100.0]),
        ("19000", True, [1.0, 10.0, 100.0, 1000.0]),
        ("300", False, [1.0]),
        ("300", True, [1.0, 10.0]),
        ("1000", False, [1.0, 10.0]),
        ("12.0", True, [0.1]),
    ],
)
def test_zeros_at_the_end_may_hold_places_after_three_digits_or_two(
    text: str, few: bool, found: list[float]
) -> None:
    assert list(units(written(text), TWO, 1.0, few=few)) == pytest.approx(found)
    four = Accuracy(digits=4)
    assert len(list(units(written("19300"), four, 1.0, few=few))) == 2
    assert list(units(written("19300"), Accuracy(decimals=0), 1.0, few=few)) == [1.0]


@pytest.mark.parametrize(
    ("text", "number", "stands"),
    [
        ("0.38", 0.385, True),
        ("0.38", 0.375, True),
        ("0.38", 0.3749, False),
        ("0.38", 0.3899, True),
        ("0.38", 0.39, False),
        ("-0.38", -0.3899, True),
        ("-0.38", -0.39, False),
        ("-0.38", -0.3749, False),
        ("-0.38", 0.3899, False),
        ("0", 0.5, True),
        ("0", 0.6, False),
    ],
)
def test_a_number_stands_for_what_it_is_rounded_or_cut_off_from(
    text: str, number: float, stands: bool
) -> None:
    assert stands_for(written(text), number) is stands


@pytest.mark.parametrize(
    ("text", "accuracy", "number", "few"),
    [
        ("1", TWO, 1.3, True),
        ("1.3", TWO, 1.3, False),
        ("1.3", TWO, 1.304, False),
        ("1", TWO, 2.3, False),
        ("1.3", THREE, 1.304, True),
        ("0", TWO, 0.4, True),
        ("0.000", TWO, 0.0004, True),
        ("1", Accuracy(decimals=1), 1.3, True),
        ("1", Accuracy(decimals=0), 1.3, False),
        ("1", Accuracy(tolerance=0.1), 1.3, False),
        ("1", TWO, math.inf, False),
    ],
)
def test_few_digits_are_fewer_than_those_asked_for(
    text: str, accuracy: Accuracy, number: float, few: bool
) -> None:
    assert has_few_digits(written(text), accuracy, number) is few


@pytest.mark.parametrize(
    ("text", "accuracy", "new", "old", "shows"),
    [
        ("2.96", TWO, 2.958, 3.0, True),
        ("2.95", TWO, 2.958, 3.0, True),
        ("2.94", TWO, 2.958, 3.0, False),
        ("2.97", TWO, 2.958, 3.0, False),
        ("2.9", TWO, 2.958, 3.0, False),
        ("3.0", TWO, 2.9999, 3.0, False),  # the weight before the step
        ("2.9", TWO, 2.9004, 3.0, True),  # a digit that is enough, by chance
        ("2.9", TWO, 2.9006, 3.0, False),
        ("2.96", TWO, 2.9601, 3.0, True),
        ("2.95", TWO, 2.9599, 3.0, True),  # a step of 0.0401 is more than four units
        ("2.97", TWO, 2.9601, 3.0, False),  # and one of 0.0399 is less
        ("2.958", THREE, 2.958, 3.0, True),
        ("2.96", THREE, 2.958, 3.0, False),
        ("2.9584", Accuracy(tolerance=0.01), 2.958, 3.0, True),
        ("2.9585", Accuracy(tolerance=0.01), 2.958, 3.0, False),
        ("2.96", Accuracy(decimals=2), 2.958, 3.0, True),
        ("2.94", Accuracy(decimals=2), 2.958, 3.0, False),
        ("2.9", Accuracy(decimals=0), 2.958, 3.0, False),
        ("7", TWO, 3.0, 3.0, True),  # no step, so nothing to show
        ("7", TWO, math.inf, 3.0, True),
        ("7", TWO, 1e6 + 1e-7, 1e6, True),
        ("7", TWO, 1e6 + 1e-5, 1e6, False),
    ],
)
def test_a_new_weight_has_to_show_how_far_it_moved(
    text: str, accuracy: Accuracy, new: float, old: float, shows: bool
) -> None:
    assert shows_step(written(text), accuracy, exactly(new), old) is shows


def test_what_is_asked_for_is_told_in_words() -> None:
    told = {
        "one significant digit": Accuracy(digits=1),
        "five significant digits": Accuracy(digits=5),
        "6 significant digits": Accuracy(digits=6),
        "no decimals": Accuracy(decimals=0),
        "five decimals": Accuracy(decimals=5),
        "6 decimals": Accuracy(decimals=6),
        "within 0.01 of the right number": Accuracy(decimals=3, tolerance=0.01),
    }
    assert {str(accuracy): accuracy for accuracy in told.values()} == told
    assert Answer("1", 3, 2, 0.1).accuracy == Accuracy(3, 2, 0.1)


@pytest.mark.parametrize("tolerance", [0.0, 1.0, -0.1, 1.1])
def test_a_tolerance_is_between_0_and_1(tolerance: float) -> None:
    with pytest.raises(ValueError, match="tolerance between 0 and 1"):
        Accuracy(tolerance=tolerance)
    assert Accuracy(tolerance=0.999).tolerance == 0.999


@pytest.mark.parametrize(("name", "least"), [("digits", 1), ("decimals", 0)])
def test_digits_and_decimals_have_bounds(name: str, least: int) -> None:
    for number in (least, 15):
        assert getattr(Accuracy(**{name: number}), name) == number
    for number in (least - 1, 16):
        with pytest.raises(ValueError, match=name):
            Accuracy(**{name: number})
