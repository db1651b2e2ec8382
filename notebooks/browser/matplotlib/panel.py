"""A panel as SVG: from data to points, its frame, what is drawn in it, and its legend."""

from __future__ import annotations

import math
from typing import Any

from .axis import Axis, Box, Spines
from .colors import to_hex
from .legends import Legend
from .lines import Line2D, stroke
from .shades import Shade
from .svg import element, path, text, width_of

_SMALL = 12


class Panel:
    """A panel: what it holds, and how that is drawn."""

    def __init__(self, figure: Any, place: tuple[int, int, int] | None) -> None:
        self.figure, self.place = figure, place
        self.bar: Any = None
        self.sharing: list[Panel] = []  # the panels with the same axis up
        self.xaxis, self.yaxis, self.spines = Axis(), Axis(), Spines()
        self._title = ""
        self._legend: Legend | None = None
        self._shades: list[Shade] = []
        self._pieces: list[Line2D] = []  # of contours, and lines across the panel
        self._lines: list[Line2D] = []
        self._points: list[Line2D] = []
        self._notes: list[dict[str, Any]] = []
        self._box = Box(0, 0, 1, 1)

    # ------------------------------------------------------------- from data to points

    def across(self, x: float) -> float:
        """Return where a number of the axis across is, in points."""
        low, high = self._ends[0]
        share = float(x > 0) if math.isinf(x) else (x - low) / (high - low)
        return self._box.left + share * self._box.width

    def up(self, y: float) -> float:
        """Return where a number of the axis up is, in points from the top."""
        low, high = self._ends[1]
        if math.isinf(y):
            share = float(y > 0)
        elif self.yaxis.is_log:
            share = math.log(y / low) / math.log(high / low) if y > 0 else -1.0
        else:
            share = (y - low) / (high - low)
        return self._box.top + (1.0 - share) * self._box.height

    def _found_ends(self) -> tuple[tuple[float, float], tuple[float, float]]:
        drawn = [*self._lines, *self._points]
        beside = [line for panel in self.sharing for line in (*panel._lines, *panel._points)]
        ends = []
        for axis, data in (
            (self.xaxis, [x for line in drawn for x in line.xdata]),
            (self.yaxis, [y for line in beside or drawn for y in line.ydata]),
        ):
            finite = [n for n in data if math.isfinite(n) and (n > 0 or not axis.is_log)]
            low, high = (min(finite), max(finite)) if finite else (0.1, 1.0)
            if axis.is_log:
                room = (high / low) ** 0.05 if high > low else 2.0
                found = (low / room, high * room)
            else:
                room = 0.05 * (high - low) or 0.5
                found = (low - room, high + room)
            ends.append(axis.ends or found)
        return ends[0], ends[1]

    # ------------------------------------------------------------- the panel as SVG

    def drawn(self, cell: Box, number: int) -> str:
        """Return the panel, in a cell of its figure."""
        self._ends = self._found_ends()
        legend = self._legend
        below: float = 50 if self.xaxis.name else 28
        if legend and legend.below is not None:
            below = legend.below + legend.height + 8
        left, above = (70 if self.yaxis.name else 44), (34 if self._title else 14)
        right = 14 if self.bar is None else 96
        width, height = cell.width - left - right, cell.height - above - below
        self._box = box = Box(cell.left + left, cell.top + above, width, height)
        name = f"panel{number}-{id(self) % 10**6}"  # other pictures may be on the same page
        clip = element("rect", x=box.left, y=box.top, width=width, height=height)
        inside = [shade.drawn(self, f"{name}-{i}") for i, shade in enumerate(self._shades)]
        lines = sorted([*self._pieces, *self._lines, *self._points], key=lambda one: one.zorder)
        inside += [self._line(line) for line in lines]
        parts = [
            element("clipPath", clip, id=name),
            element("g", "".join(inside), clip_path=f"url(#{name})"),
            self._frame(),
            *map(self._note, self._notes),
        ]
        if legend and legend.handles:
            places = [place for line in lines for place in self._places(line)]
            parts.append(legend.drawn(box, places, f"{name}-key"))
        if self.bar is not None:
            parts.append(self.bar.drawn(Box(box.left + width + 12, box.top, 16, height)))
        return "".join(parts)

    def _line(self, line: Line2D) -> str:
        return line.drawn(self._places(line))

    def _places(self, line: Line2D) -> list[tuple[float, float]]:
        """Return where a line's points are; of an endless one, where it leaves the panel."""
        xs, ys = line.xdata, line.ydata
        if line.is_endless and xs[0] != xs[1]:
            slope = (ys[1] - ys[0]) / (xs[1] - xs[0])
            xs, start, begin = list(self._ends[0]), ys[0], xs[0]
            ys = [start + slope * (x - begin) for x in xs]
        return [(self.across(x), self.up(y)) for x, y in zip(xs, ys, strict=True)]

    def _frame(self) -> str:
        box = self._box
        bottom, right = box.top + box.height, box.left + box.width
        sides = {
            "left": [(box.left, box.top), (box.left, bottom)],
            "bottom": [(box.left, bottom), (right, bottom)],
            "top": [(box.left, box.top), (right, box.top)],
            "right": [(right, box.top), (right, bottom)],
        }
        look = {"stroke": "#1b1b1b", "stroke_width": 0.8, "fill": "none"}
        drawn = [path(ends) for side, ends in sides.items() if side not in self.spines.hidden]
        parts = []
        for tick, said in self.xaxis.marks(*self._ends[0]):
            x = self.across(tick)
            drawn.append(path([(x, bottom), (x, bottom + 4)]))
            parts.append(text(x, bottom + 17, said, size=_SMALL, anchor="middle"))
        for tick, said in self.yaxis.marks(*self._ends[1]):
            y = self.up(tick)
            drawn.append(path([(box.left, y), (box.left - 4, y)]))
            parts.append(text(box.left - 7, y + 4, said, size=_SMALL, anchor="end"))
        middle = box.left + box.width / 2
        parts.append(element("path", d="".join(drawn), **look))
        parts.append(text(middle, bottom + 37, self.xaxis.name, size=14, anchor="middle"))
        high = box.top + box.height / 2
        away = box.left - 54
        parts.append(text(away, high, self.yaxis.name, size=14, anchor="middle", turned=True))
        parts.append(text(middle, box.top - 12, self._title, size=15, anchor="middle"))
        return "".join(parts)

    def _note(self, note: dict[str, Any]) -> str:
        x, y = note["xy"]
        start = (self.across(x), self.up(y))
        if note.get("xycoords") == "share":
            start = (start[0], self._box.top + (1.0 - y) * self._box.height)
        if note.get("textcoords") == "offset points":
            place = (start[0] + note["xytext"][0], start[1] - note["xytext"][1])
        else:
            place = (self.across(note["xytext"][0]), self.up(note["xytext"][1]))
        size, color = note.get("fontsize", _SMALL), to_hex(note.get("color", "#1b1b1b"))
        parts = []
        if "arrowprops" in note:
            near = (place[0] + width_of(note["words"], size) / 2, place[1] - size)
            line = Line2D([], [], color=color, linewidth=1.0)
            parts.append(stroke(path([near, start]), line))
        anchor = "middle" if note.get("ha") == "center" else "start"
        parts.append(text(*place, note["words"], size=size, anchor=anchor, color=color))
        return "".join(parts)
