"""The scale of colours beside a panel."""

from __future__ import annotations

import copy
from typing import Any

from .axes import Axes
from .axis import Box
from .legends import vars_of
from .shades import Shade
from .svg import element, image, text

_STEPS, _SMALL = 128, 12


class Bar:
    """The scale of colours beside a panel."""

    def __init__(self, figure: Any, shade: Shade) -> None:
        self.ax = Axes(figure, None)
        self._shade = shade

    def set_label(self, label: str, **_look: Any) -> None:
        """Name the scale."""
        self.ax.yaxis.name = label

    def drawn(self, box: Box) -> str:
        """Return the scale in its place."""
        panel, shade = self.ax, self._shade
        panel._box, panel._ends = box, ((0.0, 1.0), (0.0, 1.0))
        colors = [[shade.color(shade.number(1 - (i + 0.5) / _STEPS))] for i in range(_STEPS)]
        place = vars_of(box)
        parts = [image(colors, **place)]
        for line in map(copy.copy, panel._pieces):
            line.ydata = [shade.height(number) for number in line.ydata]
            parts.append(panel._line(line))
        right = box.left + box.width
        parts.append(element("rect", fill="none", stroke="#1b1b1b", stroke_width=0.8, **place))
        for tick, said in panel.yaxis.marks(*shade.ends):
            y = panel.up(shade.height(tick))
            parts.append(text(right + 6, y + 4, said, size=_SMALL))
        middle = box.top + box.height / 2
        look: dict[str, Any] = {"size": 14, "anchor": "middle", "turned": True}
        parts.append(text(right + 60, middle, panel.yaxis.name, **look))
        return "".join(parts)
