"""The data sets: their geometry, their balance, their seeds, and what they refuse."""

import itertools
import math
import random
import statistics
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from autograd.worked_example import STUDENTS
from nn import datasets
from nn.datasets import Dataset

CLOUDS: dict[str, Callable[..., Dataset]] = {
    "moons": datasets.moons,
    "circles": datasets.circles,
    "blobs": datasets.blobs,
    "spiral": datasets.spiral,
}
NOISE = {"moons": "noise", "circles": "noise", "blobs": "spread", "spiral": "noise"}

every_cloud = pytest.mark.parametrize("name", CLOUDS)


def members(dataset: Dataset, k: float) -> list[list[float]]:
    return [x for x, y in zip(dataset.inputs, dataset.targets, strict=True) if y == k]


def around(center: tuple[float, float], point: list[float]) -> float:
    return math.hypot(point[0] - center[0], point[1] - center[1])


def test_students_are_those_of_the_worked_example() -> None:
    inputs, targets = datasets.students()
    assert inputs == [list(student.hours) for student in STUDENTS]
    assert targets == [student.mark for student in STUDENTS]


@pytest.mark.parametrize(
    ("gate", "truth"),
    [
        (datasets.and_gate, lambda a, b: a and b),
        (datasets.or_gate, lambda a, b: a or b),
        (datasets.not_gate, lambda _, b: not b),
        (datasets.xor, lambda a, b: a != b),
    ],
)
def test_a_gate_lists_its_truth_in_the_order_of_the_notes(
    gate: Callable[[], Dataset], truth: Callable[[float, float], bool]
) -> None:
    inputs, targets = gate()
    assert inputs == [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    assert targets == [float(truth(a, b)) for a, b in inputs]


def test_every_call_gives_new_lists() -> None:
    datasets.xor().inputs[0][0] = 9.0
    assert datasets.xor().inputs[0] == [0.0, 0.0]
    centers = [[0.0, 0.0], [5.0, 5.0]]
    datasets.blobs(samples=4, centers=centers, spread=0.0).inputs[0][0] = 9.0
    assert centers == [[0.0, 0.0], [5.0, 5.0]]


@pytest.mark.parametrize(
    "dataset",
    [
        datasets.students(),
        datasets.and_gate(),
        *(make(samples=7) for make in CLOUDS.values()),
    ],
)
def test_all_numbers_are_floats_in_lists(dataset: Dataset) -> None:
    assert {type(row) for row in dataset.inputs} == {list}
    assert {type(c) for row in dataset.inputs for c in row} == {float}
    assert {type(y) for y in dataset.targets} == {float}
    assert len(dataset.inputs) == len(dataset.targets)


@every_cloud
def test_the_same_seed_gives_the_same_rows(name: str) -> None:
    assert CLOUDS[name](seed=3) == CLOUDS[name](seed=3)


@every_cloud
def test_another_seed_gives_other_points_in_another_order(name: str) -> None:
    one, other = CLOUDS[name](seed=3), CLOUDS[name](seed=4)
    assert one.inputs != other.inputs
    assert one.targets != other.targets


def test_a_seed_leaves_the_generator_of_the_program_alone() -> None:
    before = random.getstate()
    datasets.moons()
    assert random.getstate() == before


def test_moons_of_seed_0_are_these_on_every_platform() -> None:
    inputs, targets = datasets.moons(samples=4)
    assert targets == [0.0, 1.0, 0.0, 1.0]
    assert inputs[0] == pytest.approx([1.0941715404680665, -0.139657810470115])
    assert inputs[3] == pytest.approx([-0.1016348894188071, 0.49278799772149284])


@every_cloud
def test_classes_are_balanced(name: str) -> None:
    assert Counter(CLOUDS[name](samples=100).targets) == {0.0: 50, 1.0: 50}


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("moons", {0.0: 3, 1.0: 4}),
        ("circles", {0.0: 3, 1.0: 4}),
        ("blobs", {0.0: 4, 1.0: 3}),
        ("spiral", {0.0: 4, 1.0: 3}),
    ],
)
def test_the_odd_sample_goes_where_scikit_learn_puts_it(
    name: str, counts: dict[float, int]
) -> None:
    assert Counter(CLOUDS[name](samples=7).targets) == counts


@every_cloud
def test_rows_are_shuffled(name: str) -> None:
    targets = CLOUDS[name](samples=100).targets
    changes = sum(a != b for a, b in itertools.pairwise(targets))
    assert 25 < changes < 75  # sorted points change once, alternating points 99 times


@every_cloud
def test_noise_moves_each_coordinate_by_its_standard_deviation(name: str) -> None:
    clean = CLOUDS[name](samples=2000, **{NOISE[name]: 0.0})
    noisy = CLOUDS[name](samples=2000, **{NOISE[name]: 0.3})
    assert clean.targets == noisy.targets
    for axis in (0, 1):
        moved = [b[axis] - a[axis] for a, b in zip(clean.inputs, noisy.inputs, strict=True)]
        assert statistics.pstdev(moved) == pytest.approx(0.3, rel=0.1)
        assert statistics.fmean(moved) == pytest.approx(0.0, abs=0.03)


def test_moons_are_two_half_circles_of_radius_1() -> None:
    moons = datasets.moons(samples=40, noise=0.0)
    upper, lower = members(moons, 0.0), members(moons, 1.0)
    assert [around((0.0, 0.0), p) for p in upper] == pytest.approx([1.0] * 20)
    assert [around((1.0, 0.5), p) for p in lower] == pytest.approx([1.0] * 20)
    assert min(p[1] for p in upper) == pytest.approx(0.0)
    assert max(p[1] for p in lower) == pytest.approx(0.5)
    assert sorted(p[0] for p in upper) == pytest.approx(
        sorted(math.cos(math.pi * i / 19) for i in range(20))
    )


def test_circles_lie_in_each_other_without_a_doubled_point() -> None:
    circles = datasets.circles(samples=40, noise=0.0, factor=0.3)
    outer, inner = members(circles, 0.0), members(circles, 1.0)
    assert [around((0.0, 0.0), p) for p in outer] == pytest.approx([1.0] * 20)
    assert [around((0.0, 0.0), p) for p in inner] == pytest.approx([0.3] * 20)
    steps = sorted(math.atan2(p[1], p[0]) % (2 * math.pi) for p in outer)
    gaps = [b - a for a, b in itertools.pairwise(steps)]
    assert gaps == pytest.approx([2 * math.pi / 20] * 19)


def test_blobs_lie_around_the_centers_that_are_given() -> None:
    centers = [(0.0, 0.0, 0.0), (5.0, -5.0, 9.0), (100.0, 0.0, 1.0)]
    blobs = datasets.blobs(samples=3000, centers=centers, spread=0.5)
    for k, center in enumerate(centers):
        for axis in range(3):
            coordinates = [p[axis] for p in members(blobs, float(k))]
            assert statistics.fmean(coordinates) == pytest.approx(center[axis], abs=0.1)
            assert statistics.pstdev(coordinates) == pytest.approx(0.5, rel=0.1)


def test_blobs_draw_their_centers_from_the_square_from_minus_10_to_10() -> None:
    points = datasets.blobs(samples=500, centers=500, spread=0.0).inputs
    for coordinates in zip(*points, strict=True):
        assert -10 <= min(coordinates) < -9
        assert 9 < max(coordinates) <= 10


def test_the_arms_of_a_spiral_wind_outward_and_never_meet() -> None:
    spiral = datasets.spiral(samples=90, classes=3, noise=0.0, turns=1.5)
    for k in range(3):
        arm = sorted(members(spiral, float(k)), key=lambda p: around((0.0, 0.0), p))
        assert [around((0.0, 0.0), p) for p in arm] == pytest.approx(
            [(i + 1) / 30 for i in range(30)]
        )
        angles = [math.atan2(p[1], p[0]) for p in arm]
        turned = sum((b - a) % (2 * math.pi) for a, b in itertools.pairwise(angles)) / (2 * math.pi)
        assert turned == pytest.approx(1.5 * 29 / 30)
        ends_at = (1.5 + k / 3) * 2 * math.pi
        assert arm[-1] == pytest.approx([math.cos(ends_at), math.sin(ends_at)])
    assert len({tuple(p) for p in spiral.inputs}) == 90


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: datasets.moons(samples=1),
            "samples to be a whole number of at least 2, received 1",
        ),
        (
            lambda: datasets.circles(samples=0),
            "samples to be a whole number of at least 2, received 0",
        ),
        (
            lambda: datasets.blobs(samples=-5),
            "samples to be a whole number of at least 1, received -5",
        ),
        (
            lambda: datasets.blobs(samples=2, centers=3),
            "expected samples to be at least 3, one for each class, received 2",
        ),
        (
            lambda: datasets.spiral(samples=3, classes=4),
            "expected samples to be at least 4, one for each class, received 3",
        ),
        (
            lambda: datasets.spiral(classes=1),
            "classes to be a whole number of at least 2, received 1",
        ),
        (
            lambda: datasets.moons(noise=-0.1),
            "expected noise to be at least 0 and finite, received -0.1",
        ),
        (
            lambda: datasets.circles(noise=math.nan),
            "expected noise to be at least 0 and finite, received nan",
        ),
        (
            lambda: datasets.spiral(noise=math.inf),
            "expected noise to be at least 0 and finite, received inf",
        ),
        (
            lambda: datasets.blobs(spread=-1.0),
            r"expected spread to be at least 0 and finite, received -1\.0",
        ),
        (lambda: datasets.circles(factor=0.0), "expected factor above 0 and below 1, received 0.0"),
        (lambda: datasets.circles(factor=1.0), "expected factor above 0 and below 1, received 1.0"),
        (lambda: datasets.circles(factor=math.nan), "expected factor above 0 .* received nan"),
        (lambda: datasets.spiral(turns=0.0), "expected turns above 0 and finite, received 0.0"),
        (lambda: datasets.spiral(turns=-0.5), "expected turns above 0 and finite, received -0.5"),
        (
            lambda: datasets.spiral(turns=math.nan),
            "expected turns above 0 and finite, received nan",
        ),
        (
            lambda: datasets.spiral(turns=math.inf),
            "expected turns above 0 and finite, received inf",
        ),
        (
            lambda: datasets.blobs(centers=0),
            "centers to be a whole number of at least 1, received 0",
        ),
        (lambda: datasets.blobs(centers=[]), r"expected centers to be at least one point.*\[\]"),
        (lambda: datasets.blobs(centers=[[], []]), "expected centers to be at least one point"),
        (lambda: datasets.blobs(centers=[[0], [0, 1]]), "the same number of coordinates, received"),
        (lambda: datasets.blobs(centers=[[math.nan]]), "expected centers to be finite, received"),
        (lambda: datasets.moons(seed=-1), "seed to be a whole number of at least 0, received -1"),
    ],
)
def test_what_makes_no_data_is_refused(call: Callable[[], Dataset], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@every_cloud
@pytest.mark.parametrize("argument", ["samples", "seed"])
@pytest.mark.parametrize("wrong", [10.0, "10", None, True])
def test_a_count_or_a_seed_that_is_no_whole_number_is_refused(
    name: str, argument: str, wrong: Any
) -> None:
    with pytest.raises(TypeError, match=f"expected {argument} to be a whole number of .* received"):
        CLOUDS[name](**{argument: wrong})
