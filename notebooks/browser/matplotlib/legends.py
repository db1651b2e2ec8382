"""Legends: below a panel, or in the corner that hides least of it."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from .axis import Box
from .colors import to_hex
from .lines import Line2D
from .patches import Patch
from .svg import element, hatch, text, width_of

_SIZE, _SAMPLE, _HIGH = 12, 26, 20


class Legend:
    """What the legend shows, and where."""

    def __init__(
        self, handles: Sequence[Any], columns: int, below: float | None, corner: str
    ) -> None:
        self.handles = [copy.copy(handle) for handle in handles]
        self.below, self._columns, self._corner = below, columns, corner

    def get_lines(self) -> list[Line2D]:
        """Return the legend's own lines."""
        return [handle for handle in self.handles if isinstance(handle, Line2D)]

    @property
    def height(self) -> float:
        """How high it is, in points."""
        return _HIGH * -(-len(self.handles) // self._columns)

    def drawn(self, box: Box, places: Sequence[tuple[float, float]], name: str) -> str:
        """Return the legend of a panel, whose lines go through these places, as SVG."""
        rows = -(-len(self.handles) // self._columns)  # filled column by column
        columns = [self.handles[i : i + rows] for i in range(0, len(self.handles), rows)]
        widths = [
            _SAMPLE + 30 + max(width_of(handle.label, _SIZE) for handle in column)
            for column in columns
        ]
        parts = []
        if self.below is None:
            frame = self._free(box, places, sum(widths) - 8)
            look = {"fill": "#ffffff", "fill_opacity": 0.9, "stroke": "#cccccc"}
            parts.append(element("rect", **vars_of(frame), **look))
            left, top = frame.left, frame.top
        else:
            left = max(4.0, box.left + (box.width - sum(widths)) / 2)
            top = box.top + box.height + self.below
        for column, width in zip(columns, widths, strict=True):
            for row, handle in enumerate(column):
                y = top + _HIGH * row + 12
                key = _key(handle, left + 6, y, f"{name}{len(parts)}")
                parts.append(key + text(left + _SAMPLE + 14, y + 4, handle.label, size=_SIZE))
            left += width
        return "".join(parts)

    def _free(self, box: Box, places: Sequence[tuple[float, float]], width: float) -> Box:
        """Return the corner that was chosen, or else the one with the fewest places in it."""
        height = self.height + 4
        right, bottom = box.left + box.width - width - 8, box.top + box.height - height - 8
        corners = {
            "upper right": Box(right, box.top + 8, width, height),
            "upper left": Box(box.left + 8, box.top + 8, width, height),
            "lower left": Box(box.left + 8, bottom, width, height),
            "lower right": Box(right, bottom, width, height),
        }
        if self._corner in corners:
            return corners[self._corner]
        return min(corners.values(), key=lambda corner: sum(corner.holds(*at) for at in places))


def vars_of(box: Box) -> dict[str, float]:
    """Return a box as the attributes of a rectangle."""
    return {"x": box.left, "y": box.top, "width": box.width, "height": box.height}


def _key(handle: Line2D | Patch, x: float, y: float, name: str) -> str:
    """Return the sample of a legend's entry."""
    if isinstance(handle, Line2D):
        line = handle if not handle.marker else copy.copy(handle)
        ends = [(x, y), (x + _SAMPLE, y)]
        if not line.marker:
            return line.drawn(ends)
        line.marker, line.markevery = "", 1
        marks = copy.copy(handle)
        marks.dashes, marks.markevery = None, 1
        drawn = line.drawn(ends) if line.dashes is not None else ""
        return drawn + marks.drawn([(x + _SAMPLE / 2, y)])
    look = {"x": x, "y": y - 6, "width": _SAMPLE, "height": 12, "stroke": to_hex(handle.edgecolor)}
    pattern = hatch(name, handle.hatch, to_hex(handle.edgecolor))
    filled = element("rect", fill=to_hex(handle.facecolor), **look)
    return pattern + filled + element("rect", fill=f"url(#{name})", **look)
