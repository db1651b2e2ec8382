"""The perceptron against every number the course notes give for it."""

import dataclasses
import itertools
import math
import random
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from nn import datasets
from nn.perceptron import (
    AND,
    NOT,
    OR,
    Perceptron,
    TruthRow,
    approach,
    train,
    trick,
    truth_table,
    xor,
)

LINE = Perceptron((3, 4), -10)
GATES = {
    "AND": (AND, datasets.and_gate(), [-2, -1, -1, 0]),
    "OR": (OR, datasets.or_gate(), [-2, 0, 0, 2]),
    "NOT": (NOT, datasets.not_gate(), [2, -1, 1, -2]),
}
XOR_TABLE = [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]

every_gate = pytest.mark.parametrize(
    ("gate", "dataset", "scores"), GATES.values(), ids=GATES.keys()
)


def test_the_weights_of_the_gates_are_those_of_the_notes() -> None:
    assert Perceptron((1.0, 1.0), -2.0) == AND
    assert Perceptron((2.0, 2.0), -2.0) == OR
    assert Perceptron((-1.0, -3.0), 2.0) == NOT


@every_gate
def test_a_gate_has_the_linear_combinations_the_notes_print(
    gate: Perceptron, dataset: datasets.Dataset, scores: list[float]
) -> None:
    assert [gate.score(row) for row in dataset.inputs] == scores


@every_gate
def test_a_gate_gets_all_four_rows_right(
    gate: Perceptron, dataset: datasets.Dataset, scores: list[float]
) -> None:
    table = truth_table(gate, dataset.targets)
    assert table.wrong == 0
    assert table.rows == tuple(
        TruthRow(int(a), int(b), score, int(target), True)
        for (a, b), score, target in zip(dataset.inputs, scores, dataset.targets, strict=True)
    )


def test_a_table_is_printed_with_the_columns_of_the_notes() -> None:
    assert str(truth_table(NOT, [1, 0, 1, 0])).splitlines() == [
        "Input 1   Input 2   Linear Combination   Activation Output   Is Correct",
        "      0         0                  2.0                   1          Yes",
        "      0         1                 -1.0                   0          Yes",
        "      1         0                  1.0                   1          Yes",
        "      1         1                 -2.0                   0          Yes",
        "Every row is right.",
    ]


def test_a_table_says_which_rows_are_wrong_and_how_many() -> None:
    table = truth_table(AND, datasets.or_gate().targets)
    assert [row.is_correct for row in table.rows] == [True, False, False, True]
    assert table.wrong == 2
    lines = str(table).splitlines()
    assert [line.split()[-1] for line in lines[1:5]] == ["Yes", "No", "No", "Yes"]
    assert lines[5] == "Rows that are wrong: 2."


def test_targets_may_be_truth_values() -> None:
    assert truth_table(AND, [False, False, False, True]).wrong == 0


@pytest.mark.parametrize(("a", "b", "expected"), XOR_TABLE)
def test_xor_is_one_where_the_inputs_differ(a: int, b: int, expected: int) -> None:
    assert xor(a, b) == expected


def test_xor_negates_the_second_input_of_not() -> None:
    # If NOT read its first input alone, it would answer 1 to both 0 and 1.
    assert [NOT.predict((0, both)) for both in (0, 1)] == [1, 0]
    assert [NOT.predict((both, 0)) for both in (0, 1)] == [1, 1]


def test_no_perceptron_on_a_grid_of_weights_is_xor() -> None:
    steps = [k / 2 for k in range(-6, 7)]
    fewest = min(
        truth_table(Perceptron((w1, w2), b), datasets.xor().targets).wrong
        for w1, w2, b in itertools.product(steps, repeat=3)
    )
    assert fewest == 1


def test_a_point_on_the_line_is_a_one() -> None:
    assert LINE.score((2, 1)) == 0
    assert LINE.predict((2, 1)) == 1
    assert LINE.predict((2, 0.999)) == 0
    assert type(LINE.predict((2.0, 1.0))) is int


def test_the_line_of_the_notes_has_both_points_on_its_wrong_side() -> None:
    assert LINE.predict((4, 5)) == 1
    assert LINE.predict((1, 1)) == 0


def test_the_trick_moves_the_line_by_a_tenth_of_the_point() -> None:
    moved = trick(LINE, (4, 5), label=0, rate=0.1)
    assert [*moved.weights, moved.bias] == pytest.approx([2.6, 3.5, -10.1], rel=1e-15)


def test_the_trick_is_exact_in_fractions() -> None:
    moved = trick(LINE, (4, 5), label=0, rate=Fraction(1, 10))
    assert moved == Perceptron((Fraction(26, 10), Fraction(35, 10)), Fraction(-101, 10))


def test_the_trick_with_rate_one_moves_the_line_by_the_whole_point() -> None:
    moved = trick(LINE, (4, 5), label=0, rate=1)
    assert moved == Perceptron((-1, -1), -11)
    assert {type(number) for number in (*moved.weights, moved.bias)} == {int}


def test_the_trick_adds_the_point_where_the_label_is_one() -> None:
    assert trick(LINE, (1, 1), label=1, rate=1) == Perceptron((4, 5), -9)


def test_the_trick_leaves_a_point_that_is_right_alone() -> None:
    assert trick(LINE, (4, 5), label=1, rate=0.1) is LINE
    assert trick(LINE, (1, 1), label=0, rate=0.1) is LINE
    assert Perceptron((3, 4), -10) == LINE


def test_the_trick_takes_labels_that_are_floats_beside_exact_numbers() -> None:
    assert trick(LINE, (1, 1), 1.0, Decimal(1)) == Perceptron((4, 5), -9)


@pytest.mark.parametrize("rate", [Fraction(1, 10), Decimal("0.1")])
def test_exact_numbers_reach_the_blue_point_in_10_applications(rate: Any) -> None:
    reached = approach(LINE, (1, 1), label=1, rate=rate)
    assert reached.count == 10
    assert reached.line == Perceptron((4, 5), -9)
    assert reached.line.score((1, 1)) == 0
    assert len(reached.lines) == 11
    assert reached.lines[0] == LINE
    assert [line.predict((1, 1)) for line in reached.lines] == [0] * 10 + [1]


def test_floats_need_an_eleventh_application() -> None:
    reached = approach(LINE, (1, 1), label=1, rate=0.1)
    assert reached.count == 11
    tenth = reached.lines[10]
    assert [*tenth.weights, tenth.bias] == pytest.approx([4.0, 5.0, -9.0])
    assert -1e-14 < tenth.score((1, 1)) < 0


def test_a_red_point_is_approached_as_well() -> None:
    # The score 22 falls by (16 + 25 + 1) / 10 each time and must be below 0: six times.
    reached = approach(LINE, (4, 5), label=0, rate=Fraction(1, 10))
    assert reached.count == 6
    assert reached.line.score((4, 5)) == 22 - 6 * Fraction(42, 10)


def test_a_red_point_on_the_line_is_wrong_and_moves_it() -> None:
    assert approach(LINE, (2, 1), label=0, rate=1).count == 1


def test_a_point_that_is_right_takes_no_application() -> None:
    assert approach(LINE, (4, 5), label=1, rate=0.1).lines == (LINE,)


def test_the_limit_is_the_most_applications_that_are_tried() -> None:
    assert approach(LINE, (1, 1), 1, Fraction(1, 10), limit=10).count == 10
    with pytest.raises(ValueError, match="classified right within 9 applications at the rate"):
        approach(LINE, (1, 1), 1, Fraction(1, 10), limit=9)


def test_a_rate_that_is_lost_in_rounding_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a rate that moves the line, received 1e-30"):
        approach(Perceptron((3.0, 4.0), -10.0), (1.0, 1.0), label=1, rate=1e-30)


def test_a_rate_that_is_lost_in_rounding_after_a_while_is_refused_then() -> None:
    # 2**53 - 1 + 1 is a float, and to 2**53 + 1 there is none: the second step goes nowhere.
    with pytest.raises(ValueError, match=r"a rate that moves the line, received 1\.0"):
        approach(Perceptron((2.0**53 - 1,), -1e18), (1.0,), label=1, rate=1.0)


def test_one_epoch_takes_the_points_in_turn_and_updates_at_each_that_is_wrong() -> None:
    # By hand: (1, 0) scores 0 and is a 0: subtract it, (-1, 0), -1. (0, 1) then scores -1 and is
    # a 1: add it, (-1, 1), 0. (1, 1) then scores 0 and is a 1: right. The second epoch is clean.
    training = train(
        [(1, 0), (0, 1), (1, 1)], [0, 1, 1], rate=1, epochs=3, start=Perceptron((0, 0), 0)
    )
    after = Perceptron((-1, 1), 0)
    assert training.lines == (Perceptron((0, 0), 0), after, after, after)
    assert training.errors == (2, 0, 0)
    assert training.perceptron == after


def test_the_perceptron_of_a_training_is_the_last_also_where_it_has_just_moved() -> None:
    training = train([(1, 0)], [0], rate=1, epochs=1, start=Perceptron((0, 0), 0))
    assert training.perceptron == Perceptron((-1, 0), -1) != training.lines[0]


def test_training_on_one_point_is_the_trick_once_an_epoch() -> None:
    training = train([(1, 1)], [1], rate=Fraction(1, 10), epochs=12, start=LINE)
    assert training.lines[:11] == approach(LINE, (1, 1), 1, Fraction(1, 10)).lines
    assert training.errors == (1,) * 10 + (0, 0)


def test_every_epoch_leaves_a_line_even_when_there_is_no_error() -> None:
    training = train(*datasets.and_gate(), epochs=5, start=AND)
    assert training.lines == (AND,) * 6
    assert training.errors == (0,) * 5


def test_by_default_there_are_ten_epochs_at_a_rate_of_a_hundredth() -> None:
    training = train([(1.0, 1.0)], [1], start=Perceptron((0, 0), -5))
    assert len(training.errors) == 10
    assert training.lines[1].weights == (0.01, 0.01)


@pytest.mark.parametrize("seed", range(5))
@every_gate
def test_training_finds_a_line_for_every_gate(
    gate: Perceptron, dataset: datasets.Dataset, scores: list[float], seed: int
) -> None:
    assert len(scores) == 4
    training = train(*dataset, rate=0.1, epochs=100, seed=seed)
    assert training.errors[-1] == 0
    assert truth_table(training.perceptron, dataset.targets).wrong == 0
    assert training.perceptron != gate  # many weights will do


def test_training_never_settles_on_xor() -> None:
    training = train(*datasets.xor(), rate=0.1, epochs=200)
    assert min(training.errors) > 0


def test_training_separates_two_clouds_of_points() -> None:
    inputs, targets = datasets.blobs(centers=[(0, 0), (4, 4)], spread=0.5)
    training = train(inputs, targets, rate=0.1, epochs=50)
    assert training.errors[0] > 0
    assert [training.perceptron.predict(row) for row in inputs] == targets


def test_the_start_is_drawn_as_the_notes_draw_it() -> None:
    generator = random.Random(7)  # noqa: S311  # no secret is made of it
    w1, w2, b = (generator.random() for _ in range(3))
    start = train([(0.5, 9.0), (2.0, 0.0), (-3.0, 1.0)], [1, 0, 1], seed=7).lines[0]
    assert start == Perceptron((w1, w2), b + 2.0)


def test_the_same_seed_gives_the_same_training_and_another_seed_another() -> None:
    data = datasets.blobs()
    assert train(*data, seed=1) == train(*data, seed=1)
    assert train(*data, seed=1).lines[0] != train(*data, seed=2).lines[0]


def test_training_leaves_the_data_as_it_was() -> None:
    data = datasets.moons()
    train(*data)
    assert data == datasets.moons()


def test_training_works_with_any_number_of_coordinates() -> None:
    assert train([[1.0], [-1.0]], [1, 0], rate=0.5, epochs=50).errors[-1] == 0
    assert train([[1, 0, 0], [0, 0, 1]], [1, 0], rate=0.5, epochs=50).errors[-1] == 0


def test_a_line_has_the_slope_and_the_intercept_of_the_notes() -> None:
    assert LINE.slope_and_intercept() == (-0.75, 2.5)
    slope, intercept = AND.slope_and_intercept()
    assert AND.score((0.25, slope * 0.25 + intercept)) == 0


def test_a_slope_of_fractions_is_a_fraction() -> None:
    line = Perceptron((Fraction(1), Fraction(3)), Fraction(1))
    assert line.slope_and_intercept() == (Fraction(-1, 3), Fraction(-1, 3))


def test_a_vertical_line_has_no_slope() -> None:
    with pytest.raises(ValueError, match=r"expected a second weight other than 0.*is vertical"):
        Perceptron((1, 0), -2).slope_and_intercept()
    with pytest.raises(ValueError, match=r"expected a second weight other than 0.*it has no line"):
        Perceptron((0, 0), -2).slope_and_intercept()


def test_a_perceptron_of_three_inputs_is_no_line() -> None:
    with pytest.raises(ValueError, match=r"expected a perceptron with 2 weights.*received 3"):
        Perceptron((1, 2, 3), 4).slope_and_intercept()


def test_a_perceptron_stays_as_it_is_made() -> None:
    weights = [1, 1]
    perceptron = Perceptron(weights, -2)
    weights[0] = 5
    assert perceptron == AND
    assert hash(perceptron) == hash(AND)
    with pytest.raises(dataclasses.FrozenInstanceError):
        perceptron.bias = 3  # type: ignore[misc]


DATA: Any = [[0.0, 1.0], [1.0, 0.0]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Perceptron((), 1), "expected at least one weight, received none"),
        (lambda: Perceptron((1, math.nan), 1), "expected weights to be finite, received nan"),
        (lambda: Perceptron((1, 2), math.inf), "expected bias to be finite, received inf"),
        (lambda: AND.predict((1,)), "expected a point with 2 coordinates.*received 1"),
        (lambda: AND.score((1, 2, 3)), "expected a point with 2 coordinates.*received 3"),
        (lambda: AND.predict((1, math.nan)), "expected point to be finite, received nan"),
        (lambda: xor(2, 0), "expected input to be 0 or 1, received 2"),
        (lambda: xor(0, -1), "expected input to be 0 or 1, received -1"),
        (lambda: truth_table(AND, [0, 1]), "expected 4 targets, one for each row, received 2"),
        (lambda: truth_table(AND, [0, 0, 0, 2]), "expected target to be 0 or 1, received 2"),
        (lambda: truth_table(Perceptron((1,), 0), [0, 0, 0, 1]), "with 1 coordinates"),
        (lambda: trick(LINE, (1, 1), -1, 0.1), "expected label to be 0 or 1, received -1"),
        (lambda: trick(LINE, (1, 1), 0.5, 0.1), "expected label to be 0 or 1, received 0.5"),
        (lambda: trick(LINE, (1, 1), 1, 0), "expected rate to be above 0, received 0"),
        (lambda: trick(LINE, (1, 1), 1, -0.1), "expected rate to be above 0, received -0.1"),
        (lambda: trick(LINE, (1, 1), 1, math.nan), "expected rate to be finite, received nan"),
        (lambda: trick(LINE, (1,), 1, 0.1), "expected a point with 2 coordinates"),
        (
            lambda: approach(LINE, (1, 1), 1, 0.1, limit=0),
            "limit to be a whole number of at least 1, received 0",
        ),
        (lambda: train([], []), "expected at least one point, received none"),
        (lambda: train([[]], [1]), "the same number of coordinates, at least 1"),
        (
            lambda: train([[1, 2], [3, 4], [5]], [0, 1, 1]),
            r"same number of coordinates.*received 2 in inputs\[0\] and 1 in inputs\[2\]",
        ),
        (lambda: train(DATA, [0]), "expected one target for each point, received 1 for 2 points"),
        (lambda: train(DATA, [-1, 1]), "expected target to be 0 or 1, received -1"),
        (lambda: train(DATA, [0, 1], rate=0), "expected rate to be above 0, received 0"),
        (lambda: train(DATA, [0, 1], rate=-1), "expected rate to be above 0, received -1"),
        (
            lambda: train(DATA, [0, 1], epochs=0),
            "epochs to be a whole number of at least 1, received 0",
        ),
        (
            lambda: train(DATA, [0, 1], seed=-1),
            "seed to be a whole number of at least 0, received -1",
        ),
        (lambda: train([[math.inf]], [1]), r"expected inputs\[0\] to be finite, received inf"),
        (
            lambda: train(DATA, [0, 1], start=Perceptron((1,), 0)),
            "expected a start with 2 weights.*received 1",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


WRONG: Any = "1"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Perceptron((1, WRONG), 0), "expected weights to hold ints, .* received '1'"),
        (lambda: Perceptron((1, 1j), 0), "expected weights to hold ints, .* received 1j"),
        (lambda: Perceptron((1, 1), None), "expected bias to hold ints, .* received None"),
        (lambda: AND.predict((1, WRONG)), "expected point to hold ints, .* received '1'"),
        (lambda: train([[1], [WRONG]], [0, 1]), r"expected inputs\[1\] to hold ints, .* '1'"),
        (lambda: train(DATA, [0, 1], epochs=WRONG), "expected epochs to be a whole number"),
        (lambda: trick(LINE, (1.0, 1.0), 1, Decimal("0.1")), "unsupported operand"),
    ],
)
def test_what_is_no_number_is_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        call()


def test_points_may_have_many_coordinates() -> None:
    point = [0.0] * 299 + [1.0]
    training = train([point, [-x for x in point]], [1, 0], rate=0.5, epochs=20)
    assert len(training.perceptron.weights) == 300
    assert training.errors[-1] == 0


def test_rows_tables_and_trainings_can_be_kept_in_a_set() -> None:
    table, training = truth_table(AND, [0, 0, 0, 1]), train([[0, 1]], [1], rate=1)
    kept = {AND, table, *table.rows, training, approach(AND, (1, 1), 1, 1)}
    assert len(kept) == 8
