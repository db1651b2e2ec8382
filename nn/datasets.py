"""Small data sets to learn on: the notes' students, the logic gates, and points in the plane.

Nothing is downloaded. The same seed gives the same rows in the same order on every run, but for the
last digit of a sine, a cosine or a logarithm, which may differ between platforms.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from autograd.cleaning import quoted
from autograd.options import missing, whole_number
from nn.data import evenly
from nn.foreign import OF_DATASETS
from nn.randomness import seeded


class Dataset(NamedTuple):
    """Rows of inputs, and for each row the target; `x, y = ...` takes it apart.

    Args:
        inputs: one list of floats for each sample, all of the same length.
        targets: one float for each sample: a mark, or the index of a class.
    """

    inputs: list[list[float]]
    targets: list[float]


def students() -> Dataset:
    """Return three students: hours studied for three subjects, and the mark, in points of 100.

    Source: the notes "Ejemplo retropropagación" by Julián Loaiza, after videos by Bevan Smith.

    >>> students().inputs[0], students().targets[0]
    ([60.0, 80.0, 5.0], 82.0)
    """
    return Dataset([[60.0, 80.0, 5.0], [70.0, 75.0, 8.0], [40.0, 51.0, 10.0]], [82.0, 94.0, 45.0])


def and_gate() -> Dataset:
    """Return the truth table of AND: 1 where both inputs are 1.

    As in every gate, the inputs are (0, 0), (0, 1), (1, 0), (1, 1), in this order.

    Source of the gates: the course notes "Introduction to neural networks".

    >>> and_gate().targets
    [0.0, 0.0, 0.0, 1.0]
    """
    return _gate(0.0, 0.0, 0.0, 1.0)


def or_gate() -> Dataset:
    """Return the truth table of OR: 1 where at least one input is 1.

    >>> or_gate().targets
    [0.0, 1.0, 1.0, 1.0]
    """
    return _gate(0.0, 1.0, 1.0, 1.0)


def not_gate() -> Dataset:
    """Return the truth table of NOT of the second input; the first input is ignored.

    >>> not_gate().targets
    [1.0, 0.0, 1.0, 0.0]
    """
    return _gate(1.0, 0.0, 1.0, 0.0)


def xor(noise: float = 0.0, seed: int = 0) -> Dataset:
    """Return the truth table of XOR: 1 where the inputs differ. No single line separates it.

    Args:
        noise: as for `moons`; the rows keep their order.
        seed: chooses the noise, at least 0.

    Raises:
        ValueError: a number is out of its range.

    >>> xor().targets
    [0.0, 1.0, 1.0, 0.0]
    """
    table = _gate(0.0, 1.0, 1.0, 0.0)
    rows = zip(table.inputs, table.targets, strict=True)
    moved = _moved(rows, "noise", noise, seeded(seed, least=0))
    return Dataset([point for point, _ in moved], table.targets)


def moons(samples: int = 100, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Return points on two half circles that reach into each other, shuffled, and their classes.

    Class 0 is (cos t, sin t) and class 1 is (1 - cos t, 1/2 - sin t), t evenly from 0 to pi.

    Args:
        samples: how many points in all, at least 2; of an odd number class 1 has one more.
        noise: standard deviation of what is added to each coordinate, in the plane's unit.
        seed: chooses the noise and the order of the rows, at least 0.

    Raises:
        ValueError: a number is out of its range, or not whole.

    Source: scikit-learn's `make_moons` has this geometry.

    >>> inputs, targets = moons(samples=2, noise=0.0)
    >>> sorted(inputs)
    [[0.0, 0.5], [1.0, 0.0]]
    """
    inner, outer = _shares(whole_number("samples", samples, least=2), 2)
    rows = [(_polar(1.0, t), 0.0) for t in evenly(0.0, math.pi, outer)]
    rows += [([1 - math.cos(t), 0.5 - math.sin(t)], 1.0) for t in evenly(0.0, math.pi, inner)]
    return _scatter(rows, "noise", noise, seeded(seed, least=0))


def circles(samples: int = 100, noise: float = 0.05, factor: float = 0.5, seed: int = 0) -> Dataset:
    """Return points on a circle of radius 1 and a smaller one in it, shuffled, and their classes.

    Class 0 is (cos t, sin t) and class 1 is factor * (cos t, sin t), t evenly once around.

    Args:
        samples: as for `moons`.
        noise: as for `moons`.
        factor: radius of the inner circle, above 0 and below 1.
        seed: as for `moons`.

    Raises:
        ValueError: a number is out of its range, or not whole.

    Source: scikit-learn's `make_circles` has this geometry.

    >>> inputs, targets = circles(samples=2, noise=0.0, factor=0.25)
    >>> sorted(zip(targets, inputs))
    [(0.0, [1.0, 0.0]), (1.0, [0.25, 0.0])]
    """
    if not 0 < factor < 1:
        raise ValueError(f"expected factor above 0 and below 1, received {quoted(factor)}")
    rows = []
    inner, outer = _shares(whole_number("samples", samples, least=2), 2)
    for k, radius, count in (0.0, 1.0, outer), (1.0, factor, inner):
        rows += [(_polar(radius, 2 * math.pi * i / count), k) for i in range(count)]
    return _scatter(rows, "noise", noise, seeded(seed, least=0))


def blobs(
    samples: int = 100,
    centers: int | Sequence[Sequence[float]] = 2,
    spread: float = 1.0,
    seed: int = 0,
) -> Dataset:
    """Return clouds of normally distributed points, one for each class, shuffled, and the classes.

    A point of class k is centers[k] plus normal noise of standard deviation `spread`.

    Args:
        samples: how many points in all, at least one for each center; where they cannot be shared
            out evenly, the first classes have one more.
        centers: the centers, points with the same number of coordinates; or how many there are,
            to be drawn from the square from -10 to 10.
        spread: standard deviation in each coordinate, in the unit of the coordinates.
        seed: chooses drawn centers, the noise and the order of the rows, at least 0.

    Raises:
        ValueError: a number is out of its range, or not whole; or there are no centers, or they
            have no coordinates, or not equally many.

    Source: scikit-learn's `make_blobs` has this geometry.

    >>> inputs, targets = blobs(samples=3, centers=[(0, 0), (5, 5), (9, 0)], spread=0.0)
    >>> sorted(zip(targets, inputs))
    [(0.0, [0.0, 0.0]), (1.0, [5.0, 5.0]), (2.0, [9.0, 0.0])]
    """
    generator = seeded(seed, least=0)
    if isinstance(centers, Iterable):
        points = _points(centers)
    else:
        drawn = range(whole_number("centers", centers, least=1))
        points = [[generator.uniform(-10, 10), generator.uniform(-10, 10)] for _ in drawn]
    rows = []
    for k, count in enumerate(_shares(samples, len(points))):
        rows += [(points[k], float(k))] * count
    return _scatter(rows, "spread", spread, generator)


def spiral(
    samples: int = 100, classes: int = 2, noise: float = 0.02, turns: float = 1.0, seed: int = 0
) -> Dataset:
    """Return points on arms that wind around the origin, shuffled, and their classes.

    Class k is the arm s * (cos a, sin a) with a = 2 pi (turns * s + k / classes), s evenly up to 1;
    s starts after 0, for at the origin the arms would meet.

    Args:
        samples: as for `blobs`.
        classes: how many arms, at least 2.
        noise: as for `moons`.
        turns: how often an arm winds around the origin, above 0.
        seed: as for `moons`.

    Raises:
        ValueError: a number is out of its range, or not whole.

    >>> inputs, targets = spiral(samples=2, noise=0.0, turns=1.0)
    >>> [(k, [round(c, 9) + 0.0 for c in point]) for k, point in sorted(zip(targets, inputs))]
    [(0.0, [1.0, 0.0]), (1.0, [-1.0, 0.0])]
    """
    if not 0 < turns < math.inf:
        raise ValueError(f"expected turns above 0 and finite, received {quoted(turns)}")
    classes = whole_number("classes", classes, least=2)
    rows = []
    for k, count in enumerate(_shares(samples, classes)):
        for i in range(count):
            radius = (i + 1) / count
            angle = 2 * math.pi * (turns * radius + k / classes)
            rows.append((_polar(radius, angle), float(k)))
    return _scatter(rows, "noise", noise, seeded(seed, least=0))


def __getattr__(name: str) -> object:
    """Say what to do for a data set of Keras that is not here."""
    raise missing("nn.datasets", name, OF_DATASETS)


def _gate(*targets: float) -> Dataset:
    return Dataset([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], list(targets))


def _scatter(
    rows: list[tuple[list[float], float]], name: str, deviation: float, generator: random.Random
) -> Dataset:
    """Return the rows with normal noise on each coordinate, in an order drawn by the generator."""
    noisy = _moved(rows, name, deviation, generator)
    # The order is sorted by random() and not shuffled: Python promises that random() alone stays
    # the same from one version to the next.
    noisy.sort(key=lambda _: generator.random())
    return Dataset([point for point, _ in noisy], [k for _, k in noisy])


def _moved(
    rows: Iterable[tuple[list[float], float]],
    name: str,
    deviation: float,
    generator: random.Random,
) -> list[tuple[list[float], float]]:
    """Return the rows with normal noise on each coordinate."""
    if not 0 <= deviation < math.inf:
        raise ValueError(
            f"expected {name} to be at least 0 and finite, received {quoted(deviation)}"
        )
    return [([c + generator.gauss(0.0, deviation) for c in point], k) for point, k in rows]


def _polar(radius: float, angle: float) -> list[float]:
    return [radius * math.cos(angle), radius * math.sin(angle)]


def _shares(samples: int, classes: int) -> list[int]:
    samples = whole_number("samples", samples, least=1)
    if samples < classes:
        raise ValueError(
            f"expected samples to be at least {classes}, one for each class, received"
            f" {quoted(samples)}"
        )
    return [samples // classes + (k < samples % classes) for k in range(classes)]


def _points(centers: Iterable[Sequence[float]]) -> list[list[float]]:
    points = [[float(c) for c in center] for center in centers]
    widths = {len(point) for point in points}
    if len(widths) != 1 or widths == {0}:
        raise ValueError(
            "expected centers to be at least one point, all with the same number of coordinates, "
            f"received {quoted(centers)}"
        )
    if not all(math.isfinite(c) for point in points for c in point):
        raise ValueError(f"expected centers to be finite, received {quoted(centers)}")
    return points
