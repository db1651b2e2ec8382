"""Numbers on a grid as colours: smooth, or of the regions between levels."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

from .colors import known, to_hex
from .regions import Grid, regions
from .svg import element, hatch, image, path


class Panel(Protocol):
    """What turns data into points."""

    def across(self, x: float) -> float:
        """Return where a number of the axis across is."""

    def up(self, y: float) -> float:
        """Return where a number of the axis up is."""


@dataclass
class Shade:
    """Numbers on a grid as colours: smooth, or of the regions between levels."""

    color: Callable[[float], Any]
    ends: tuple[float, float]
    drawn: Callable[[Panel, str], str]
    levels: Sequence[float] = ()
    hatch_color: Any = None

    def height(self, number: float) -> float:
        """Return the share of the scale that is below a number: each level has as much of it."""
        for i, (low, high) in enumerate(pairwise(self.levels)):
            if number <= high:
                return (i + (number - low) / (high - low)) / (len(self.levels) - 1)
        return (number - self.ends[0]) / (self.ends[1] - self.ends[0])

    def number(self, height: float) -> float:
        """Return the number at a share of the scale."""
        if not self.levels:
            return self.ends[0] + height * (self.ends[1] - self.ends[0])
        place = height * (len(self.levels) - 1)
        low, high = self.levels[int(place)], self.levels[int(place) + 1]
        return low + (place - int(place)) * (high - low)

    def set(self, *, edgecolor: Any, linewidth: float) -> None:
        """Set the colour of the hatches."""
        del linewidth
        self.hatch_color = edgecolor


def smooth(xs: Sequence[float], ys: Sequence[float], grid: Grid, cmap: Any, norm: Any) -> Shade:
    """Return the colours of a number, smooth from point to point."""
    colors = known(cmap)

    def color(number: float) -> Any:
        return colors(norm(number))

    def drawn(panel: Panel, _name: str) -> str:
        left, right = (panel.across(x) for x in (xs[0], xs[-1]))
        top, bottom = (panel.up(y) for y in (ys[-1], ys[0]))
        wide, high = (right - left) / (len(xs) - 1), (bottom - top) / (len(ys) - 1)
        place = {"x": left - wide / 2, "y": top - high / 2}
        place |= {"width": right - left + wide, "height": bottom - top + high}
        return image([[color(number) for number in row] for row in reversed(grid)], **place)

    return Shade(color, (norm.ends[0], norm.ends[-1]), drawn)


def filled(
    xs: Sequence[float],
    ys: Sequence[float],
    grid: Grid,
    levels: Sequence[float],
    color: Callable[[float], Any],
    hatches: Sequence[str],
    extend: str,
) -> Shade:
    """Return the regions between levels, with a colour or a hatch."""

    def drawn(panel: Panel, name: str) -> str:
        kept = []
        for i in range(len(levels) - 1 + (extend == "max")):
            high = levels[i + 1] if i + 1 < len(levels) else math.inf
            shapes = [
                path(((panel.across(x), panel.up(y)) for x, y, _ in shape), closed=True)
                for shape in regions(xs, ys, grid, levels[i], high)
            ]
            fill = to_hex(color(levels[i]))
            if hatches:
                fill = f"url(#{name})"
                kept.append(hatch(name, hatches[0], to_hex(shade.hatch_color)))
            look = {"fill": fill, "shape_rendering": "crispEdges"}
            kept.append(element("path", d="".join(shapes), **look))
        return "".join(kept)

    shade = Shade(color, (levels[0], levels[-1]), drawn, levels)
    return shade
