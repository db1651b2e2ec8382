"""A figure: panels side by side, written as SVG."""

from __future__ import annotations

from typing import Any

from .axes import Axes
from .axis import Box
from .bars import Bar
from .svg import element, text

_ABOVE = 30  # for the title of all panels


class Figure:
    """A figure, which shows itself in a notebook and is written with `savefig`."""

    dpi_scale_trans = None
    _repr_png_ = property(lambda _: None)  # `nn.plots` sets one, for Matplotlib's own figures

    def __init__(self, figsize: tuple[float, float] = (6.4, 4.8), **_look: Any) -> None:
        self._size, self._title = figsize, ""
        self.axes: list[Axes] = []

    @property
    def figure(self) -> Figure:
        """The whole figure, which is itself."""
        return self

    def add_subplot(
        self, rows: int = 1, columns: int = 1, place: int = 1, *, projection: str | None = None
    ) -> Axes:
        """Add a panel in one of `rows` and `columns`, counted from 1; return it."""
        if projection is not None:
            raise NotImplementedError("a surface in perspective needs Matplotlib itself")
        self.axes.append(Axes(self, (rows, columns, place - 1)))
        return self.axes[-1]

    def colorbar(self, shade: Any, ax: Axes, pad: float = 0.0) -> Bar:
        """Add the scale of a panel's colours on its right; return it."""
        del pad
        bar = Bar(self, shade)
        ax.bar = bar
        self.axes.append(bar.ax)
        return bar

    def suptitle(self, title: str, **_look: Any) -> None:
        """Set the title above all panels."""
        self._title = title

    def get_size_inches(self) -> tuple[float, float]:
        """Return the width and the height."""
        return self._size

    def savefig(self, target: Any, *, format: str | None = None, **_: Any) -> None:  # noqa: A002  # as Matplotlib
        """Write the figure as SVG to a path or an open file of bytes.

        Raises:
            ValueError: it is to be of another format.
        """
        name = format or str(target).rpartition(".")[2]
        if name != "svg":
            raise ValueError(f"in a browser plots are written as 'svg', received {name!r}")
        if hasattr(target, "write"):
            target.write(self._repr_svg_().encode())
        else:
            with open(target, "w", encoding="utf-8") as file:  # noqa: PTH123  # any path
                file.write(self._repr_svg_())

    def _repr_svg_(self) -> str:
        width, height = (72 * side for side in self._size)
        above = _ABOVE if self._title else 0
        parts = [element("rect", width=width, height=height, fill="#ffffff")]
        if self._title:
            parts.append(text(width / 2, 22, self._title, size=15, anchor="middle"))
        for i, panel in enumerate(self.axes):
            if panel.place is None:  # the bar of another
                continue
            rows, columns, place = panel.place
            across, down = width / columns, (height - above) / rows
            row, column = divmod(place, columns)
            parts.append(panel.drawn(Box(column * across, above + row * down, across, down), i))
        return element(
            "svg",
            "".join(parts),
            xmlns="http://www.w3.org/2000/svg",
            width=width,
            height=height,
            viewBox=f"0 0 {width:g} {height:g}",
            font_family="DejaVu Sans, Verdana, sans-serif",
        )
