"""Points in the plane, as plots show them: each class with a colour and a shape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

from autograd.cleaning import quoted
from autograd.languages import words
from nn.data import Rows, as_rows, evenly
from nn.pictures.figures import CLASS_COLORS, DARK, Axes, legend_below, tidy

Limits: TypeAlias = tuple[tuple[float, float], tuple[float, float]]
"""What part of the plane is shown: (lowest, highest) of x1, and of x2."""

_CLASS_SHAPES = ("o", "s", "^", "D", "v", "P", "X", "*")
_HIGHEST = len(CLASS_COLORS) - 1


def classes_of(targets: Sequence[Any], count: int, highest: int = _HIGHEST) -> list[int]:
    """The class of each point: a number as it is, a one-hot row by the place of its 1."""
    rows = as_rows(targets, None, "targets")
    if len(rows) != count:
        received = f"received {len(rows)} for {count} points"
        raise ValueError(f"expected one target for each point, {received}")
    classes = []
    for row in rows:
        number = row[0] if len(row) == 1 else row.index(max(row))
        if number not in range(highest + 1):
            expected = f"expected targets to be classes from 0 to {highest}"
            raise ValueError(f"{expected}, received {quoted(number)}")
        classes.append(int(number))
    return classes


def around(points: Rows) -> Limits:
    """The part of the plane that points take up, and a margin."""
    ends = []
    for coordinates in zip(*points, strict=True):
        low, high = min(coordinates), max(coordinates)
        margin = 0.2 * (high - low) or 1.0
        ends.append((low - margin, high + margin))
    return ends[0], ends[1]


def check_limits(limits: Limits) -> Limits:
    """Return what is to be shown; refuse ends that are not in order."""
    for low, high in limits:
        if not -math.inf < low < high < math.inf:
            raise ValueError(
                f"expected limits (low, high), low < high, received {quoted((low, high))}"
            )
    return limits


def lattice(limits: Limits, count: int) -> tuple[list[float], list[float], Rows]:
    """Return so many numbers along each axis, and the points with these coordinates, row by row."""
    xs, ys = (evenly(*ends, count) for ends in limits)
    return xs, ys, [[x, y] for y in ys for x in xs]


def scatter(panel: Axes, points: Rows, classes: Sequence[int] | None) -> list[Any]:
    """Draw the points, with a colour and a shape for each class; return them for the legend."""
    look: dict[str, Any] = {"edgecolors": "white", "linewidths": 1.0, "zorder": 3}
    look["s"] = 80 if len(points) < 50 else 45
    if classes is None:
        return [
            panel.scatter(*zip(*points, strict=True), color=DARK, label=words("inputs"), **look)
        ]
    drawn = []
    for k in sorted(set(classes)):
        xs, ys = zip(*(x for x, of in zip(points, classes, strict=True) if of == k), strict=True)
        look |= {
            "color": CLASS_COLORS[k],
            "marker": _CLASS_SHAPES[k],
            "label": words("class {number}", number=k),
        }
        drawn.append(panel.scatter(xs, ys, **look))
    return drawn


def show_plane(panel: Axes, limits: Limits, title: str, handles: Sequence[Any]) -> None:
    """Show this part of the plane, with its axes named and a legend below."""
    panel.set(xlim=limits[0], ylim=limits[1])
    panel.locator_params(nbins=6)
    tidy(panel, "x₁", "x₂", title)
    legend_below(panel, handles)
