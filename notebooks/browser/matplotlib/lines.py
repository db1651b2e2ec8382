"""Lines, with or without markers; points are lines of markers alone."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from .colors import to_hex
from .svg import element, marker, path

_FORMAT = re.compile(r"([kbrg]?)([os^vDPX*.]?)(--|-\.|-|:|)([os^vDPX*.]?)")
_DASHES = {"--": (6.0, 3.0), ":": (1.0, 2.0), "-.": (6.0, 2.0, 1.0, 2.0)}
_COLORS = {"k": "black", "b": "blue", "r": "red", "g": "green"}


class Line2D:
    """A line through points, or its markers, and how both look."""

    def __init__(
        self,
        xdata: Sequence[float],
        ydata: Sequence[float],
        look: str = "-",
        *,
        color: Any = None,
        linewidth: float = 1.5,
        linestyle: Any = None,
        marker: str = "",
        markersize: float = 6.0,
        markeredgecolor: Any = None,
        markevery: int = 1,
        alpha: float | None = None,
        label: str = "",
        zorder: float = 2.0,
        is_endless: bool = False,
    ) -> None:
        found = _FORMAT.fullmatch(look)
        if found is None:
            raise ValueError(f"expected a look such as 'o-', '--' or 'k:', received {look!r}")
        letter, before, style, after = found.groups()
        self.xdata, self.ydata = list(map(float, xdata)), list(map(float, ydata))
        self.marker = marker or before or after
        self.color: Any = color or _COLORS.get(letter)
        style = linestyle if isinstance(linestyle, str) else style
        self.dashes: Sequence[float] | None = _DASHES.get(style, ())
        if not style:  # markers alone
            self.dashes = None
        if isinstance(linestyle, tuple):
            self.dashes = linestyle[1]
        self.linewidth, self.alpha = linewidth, alpha
        self.markersize, self.markeredgecolor = markersize, markeredgecolor
        self.markevery, self.label, self.zorder = markevery, label, zorder
        self.is_endless = is_endless

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

    def drawn(self, places: Sequence[tuple[float, float]]) -> str:
        """Return the line through places in points, broken where one is nan, as SVG."""
        parts = []
        if self.dashes is not None:
            runs: list[list[tuple[float, float]]] = [[]]
            for place in places:
                if math.isnan(sum(place)):
                    runs.append([])
                else:
                    runs[-1].append(place)
            parts.append(stroke("".join(map(path, runs)), self))
        if self.marker:
            edge = None if self.markeredgecolor is None else to_hex(self.markeredgecolor)
            look: dict[str, object] = {"fill": to_hex(self.color), "stroke": edge}
            look |= {"stroke_width": 1, "fill_opacity": self.alpha}
            shown = places[:: self.markevery]
            parts += [marker(self.marker, x, y, self.markersize, **look) for x, y in shown]
        return "".join(parts)


def stroke(way: str, line: Line2D) -> str:
    """Return a path that looks as a line does."""
    dashes = " ".join(f"{line.linewidth * part / 2 + 1:g}" for part in line.dashes or ())
    look: dict[str, object] = {"stroke": to_hex(line.color), "stroke_width": line.linewidth}
    look |= {"fill": "none", "stroke_opacity": line.alpha, "stroke_dasharray": dashes or None}
    return element("path", d=way, **look)


def points(
    xs: Sequence[float],
    ys: Sequence[float],
    *,
    s: float = 36.0,
    color: Any = None,
    edgecolors: Any = None,
    linewidths: float = 1.0,
    marker: str = "o",
    alpha: float | None = None,
    label: str = "",
    zorder: float = 3.0,
) -> Line2D:
    """Return points, whose size is an area, as a line without a line."""
    look: dict[str, Any] = {"marker": marker, "markersize": math.sqrt(s), "alpha": alpha}
    look |= {"markeredgecolor": edgecolors, "linewidth": linewidths}
    return Line2D(xs, ys, "", color=color, label=label, zorder=zorder, **look)
