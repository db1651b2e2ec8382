"""Lines, with or without markers; points are lines of markers alone."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

_FORMAT = re.compile(r"([os^DvPX*]?)(--|-|)")


class Line2D:
    """A line through points, or its markers, and how both look."""

    def __init__(
        self,
        xdata: Sequence[float],
        ydata: Sequence[float],
        look: str = "-",
        *,
        color: Any = "#1b1b1b",
        linewidth: float = 1.5,
        linestyle: Any = None,
        marker: str = "",
        markersize: float = 6.0,
        markeredgecolor: Any = None,
        markevery: int = 1,
        alpha: float | None = None,
        label: str = "",
        zorder: float = 2.0,
    ) -> None:
        found = _FORMAT.fullmatch(look)
        assert found is not None, look  # noqa: S101  # no other is used
        self.xdata, self.ydata = list(map(float, xdata)), list(map(float, ydata))
        self.marker = marker or found[1]
        self.dashes: Sequence[float] | None = (6.0, 3.0) if found[2] == "--" else ()
        if not found[2]:
            self.dashes = None  # markers alone
        if isinstance(linestyle, tuple):
            self.dashes = linestyle[1]
        self.color, self.linewidth, self.alpha = color, linewidth, alpha
        self.markersize, self.markeredgecolor = markersize, markeredgecolor
        self.markevery, self.label, self.zorder = markevery, label, zorder

    def get_label(self) -> str:
        """Return what the legend calls the line."""
        return self.label

    def get_xdata(self) -> list[float]:
        """Return the points' places across."""
        return self.xdata

    def get_ydata(self) -> list[float]:
        """Return the points' places up."""
        return self.ydata

    def set_alpha(self, alpha: float | None) -> None:
        """Set how opaque the line is; None for all."""
        self.alpha = alpha


def points(
    xs: Sequence[float],
    ys: Sequence[float],
    *,
    s: float,
    color: Any,
    edgecolors: Any,
    linewidths: float,
    marker: str = "o",
    label: str = "",
    zorder: float = 3.0,
) -> Line2D:
    """Return points, whose size is an area, as a line without a line."""
    look: dict[str, Any] = {"marker": marker, "markersize": math.sqrt(s)}
    look |= {"markeredgecolor": edgecolors, "linewidth": linewidths}
    return Line2D(xs, ys, "", color=color, label=label, zorder=zorder, **look)
