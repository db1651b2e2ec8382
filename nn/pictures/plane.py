"""Points in the plane, as plots show them: each class with a colour and a shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from nn.data import Rows, as_rows
from nn.pictures.figures import CLASS_COLORS, DARK, Axes, legend_below, tidy

Limits: TypeAlias = tuple[tuple[float, float], tuple[float, float]]
"""What part of the plane is shown: (lowest, highest) of x1, and of x2."""

_CLASS_SHAPES = ("o", "s", "^", "D", "v", "P", "X", "*")


def classes_of(targets: Sequence[Any], count: int, highest: int | None = None) -> list[int]:
    """The class of each point: a number as it is, a one-hot row by the place of its 1."""
    rows = as_rows(targets, None, "targets")
    if len(rows) != count:
        received = f"received {len(rows)} for {count} points"
        raise ValueError(f"expected one target for each point, {received}")
    top = len(CLASS_COLORS) - 1 if highest is None else highest
    classes = []
    for row in rows:
        number = row[0] if len(row) == 1 else row.index(max(row))
        if number not in range(top + 1):
            raise ValueError(f"expected targets to be classes from 0 to {top}, received {number!r}")
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


def scatter(panel: Axes, points: Rows, classes: Sequence[int] | None) -> list[Any]:
    """Draw the points, with a colour and a shape for each class; return them for the legend."""
    groups: dict[int | None, Rows] = {}
    for i, point in enumerate(points):
        groups.setdefault(None if classes is None else classes[i], []).append(point)
    drawn = []
    for group in sorted(groups, key=lambda k: -1 if k is None else k):
        place = group or 0
        xs, ys = zip(*groups[group], strict=True)
        color = DARK if group is None else CLASS_COLORS[place]
        label = "inputs" if group is None else f"class {group}"
        look: dict[str, Any] = {"color": color, "edgecolors": "white", "linewidths": 1.0}
        look |= {"marker": _CLASS_SHAPES[place], "s": 80 if len(points) < 50 else 45, "zorder": 3}
        drawn.append(panel.scatter(xs, ys, label=label, **look))
    return drawn


def show_plane(panel: Axes, limits: Limits, title: str, handles: Sequence[Any]) -> None:
    """Show this part of the plane, with its axes named and a legend below."""
    panel.set(xlim=limits[0], ylim=limits[1])
    panel.locator_params(nbins=6)
    tidy(panel, "x₁", "x₂", title)
    legend_below(panel, handles)
