"""A panel, with the part of the interface of Matplotlib's that the course uses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from .colors import CYCLE, known
from .legends import Legend
from .lines import Line2D, points
from .panel import Panel
from .regions import Grid, chained, level_lines
from .shades import Shade, filled, smooth
from .ticker import MaxNLocator
from .transforms import ScaledTranslation


class Axes(Panel):
    """A panel."""

    transAxes = None  # noqa: N815  # as Matplotlib

    def __init__(self, figure: Any, place: tuple[int, int, int] | None) -> None:
        super().__init__(figure, place)
        self._used = 0  # colours

    # ------------------------------------------------------------- what it is told

    def get_figure(self) -> Any:
        """Return the figure."""
        return self.figure

    def remove(self) -> None:
        """Take the panel out of its figure."""
        self.figure.axes.remove(self)

    def set(self, **settings: Any) -> None:
        """Set several at once, such as `xlim`."""
        for name, value in settings.items():
            getattr(self, f"set_{name}")(value)

    def set_xlim(self, *ends: Any) -> None:
        """Set the ends of the axis across: two numbers, or a pair."""
        self.xaxis.ends = ends if len(ends) == 2 else tuple(ends[0])

    def set_ylim(self, *ends: Any) -> None:
        """Set the ends of the axis up: two numbers, or a pair."""
        self.yaxis.ends = ends if len(ends) == 2 else tuple(ends[0])

    def set_xticks(self, ticks: Sequence[float], labels: Sequence[str] | None = None) -> None:
        """Set the ticks of the axis across, and their texts."""
        self.xaxis.ticks, self.xaxis.labels = list(ticks), labels

    def set_yticks(self, ticks: Sequence[float], labels: Sequence[str] | None = None) -> None:
        """Set the ticks of the axis up, and their texts."""
        self.yaxis.ticks, self.yaxis.labels = list(ticks), labels

    def set_yscale(self, scale: str) -> None:
        """Make the axis up "log" or "linear"."""
        self.yaxis.is_log = scale == "log"

    def set_xlabel(self, name: str, **_look: Any) -> None:
        """Name the axis across."""
        self.xaxis.name = name

    def set_ylabel(self, name: str, **_look: Any) -> None:
        """Name the axis up."""
        self.yaxis.name = name

    def set_title(self, title: str, **_look: Any) -> None:
        """Set the title above."""
        self._title = title

    def locator_params(self, nbins: int) -> None:
        """Set how many steps the ticks make at most, on both axes."""
        self.xaxis.locator, self.yaxis.locator = MaxNLocator(nbins), MaxNLocator(nbins)

    def tick_params(self, **_look: Any) -> None:
        """Accept how ticks look; all look alike here."""

    def grid(self, *_how: Any, **_look: Any) -> None:
        """Accept that lines be drawn at the ticks; none are here."""

    def get_xaxis_transform(self) -> str:
        """Return what says that a place up is a share of the panel."""
        return "share"

    def get_lines(self) -> list[Line2D]:
        """Return the lines that were plotted."""
        return self._lines

    def get_legend(self) -> Legend | None:
        """Return the legend."""
        return self._legend

    # ------------------------------------------------------------- what is drawn

    def plot(self, xs: Any, ys: Any, *look: str, **how: Any) -> list[Line2D]:
        """Draw a line through points, or one point; return the line in a list."""
        line = Line2D(_several(xs), _several(ys), *look, **how)
        self._lines.append(self._colored(line))
        return [line]

    def scatter(self, xs: Any, ys: Any, **look: Any) -> Line2D:
        """Draw points; return them for a legend."""
        self._points.append(self._colored(points(_several(xs), _several(ys), **look)))
        return self._points[-1]

    def axline(self, start: Sequence[float], through: Sequence[float], **look: Any) -> None:
        """Draw the line through two points, from one side of the panel to the other."""
        across, up = zip(start, through, strict=True)
        self._lines.append(self._colored(Line2D(across, up, is_endless=True, **look)))

    def _colored(self, line: Line2D) -> Line2D:
        """Return a line, with the next colour if it has none."""
        if line.color is None:
            line.color = CYCLE[self._used % len(CYCLE)]
            self._used += 1
        return line

    def axhline(self, y: float, **look: Any) -> None:
        """Draw a line from the left to the right."""
        self._pieces.append(self._colored(Line2D([-math.inf, math.inf], [y, y], **look)))

    def axvline(self, x: float, **look: Any) -> None:
        """Draw a line from the bottom to the top."""
        self._pieces.append(self._colored(Line2D([x, x], [-math.inf, math.inf], **look)))

    def pcolormesh(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        grid: Grid,
        *,
        cmap: Any,
        norm: Any,
        **_: Any,
    ) -> Shade:
        """Colour the plane by a number that is known on a grid, smoothly."""
        self._shades.append(smooth(xs, ys, grid, cmap, norm))
        return self._shades[-1]

    def contour(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        grid: Grid,
        *,
        levels: Sequence[float],
        colors: Sequence[Any],
        linewidths: float,
        linestyles: Sequence[Any] = (None,),
    ) -> None:
        """Draw the lines on which the number has these levels."""
        look = {"color": colors[0], "linewidth": linewidths, "linestyle": linestyles[0]}
        for level in levels:
            across: list[float] = []
            up: list[float] = []
            for line in chained(level_lines(xs, ys, grid, level)):
                across += [*(corner[0] for corner in line), math.nan]
                up += [*(corner[1] for corner in line), math.nan]
            self._pieces.append(Line2D(across, up, **look))

    def contourf(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        grid: Grid,
        *,
        levels: Sequence[float],
        colors: Any = None,
        cmap: Any = None,
        hatches: Sequence[str] = (),
        extend: str = "",
    ) -> Shade:
        """Fill the regions between levels, with colours or hatches."""
        count = len(levels) - 1 + (extend == "max")

        def color(number: float) -> Any:
            if cmap is None:
                return "none" if colors == "none" else colors[0]
            below = sum(level <= number for level in levels[1:])
            return known(cmap)(below / max(1, count - 1))

        self._shades.append(filled(xs, ys, grid, levels, color, hatches, extend))
        return self._shades[-1]

    def annotate(
        self, words: str, xy: Sequence[float], xytext: Sequence[float], **how: Any
    ) -> None:
        """Write words beside a point, with an arrow to it if `arrowprops` are given."""
        self._notes.append({"words": words, "xy": xy, "xytext": xytext, **how})

    def legend(
        self,
        *,
        handles: Sequence[Any] | None = None,
        ncols: int = 1,
        bbox_transform: ScaledTranslation | None = None,
        loc: str = "best",
        **_look: Any,
    ) -> Legend:
        """Add a legend: below the panel, so far as `bbox_transform` says, or in a corner."""
        below = None if bbox_transform is None else -72 * bbox_transform.up
        named = [line for line in (*self._lines, *self._points) if line.label]
        self._legend = Legend(named if handles is None else handles, ncols, below, loc)
        return self._legend


def _several(numbers: Any) -> list[float]:
    return list(numbers) if hasattr(numbers, "__iter__") else [numbers]
