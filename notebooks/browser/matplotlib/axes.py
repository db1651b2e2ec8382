"""A panel: its axes, what is drawn in it, and its legend."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from .colors import known, to_hex
from .lines import Line2D, points
from .patches import Patch
from .regions import Grid, chained, level_lines, regions
from .svg import element, hatch, image, marker, path, text, width_of
from .ticker import MaxNLocator, decades, written
from .transforms import ScaledTranslation

_SMALL = 12


class Box(NamedTuple):
    """A rectangle, in points, from the top left."""

    left: float
    top: float
    width: float
    height: float


class _Spines:
    """The sides of the frame, each shown or not."""

    def __init__(self) -> None:
        self.hidden: set[str] = set()
        self._chosen: list[str] = []

    def __getitem__(self, names: list[str]) -> _Spines:
        self._chosen = names
        return self

    def set_visible(self, visible: bool) -> None:
        """Show the sides that were named last, or hide them."""
        (self.hidden.difference_update if visible else self.hidden.update)(self._chosen)


class _Axis:
    """One axis: its ends, its ticks and its name."""

    def __init__(self) -> None:
        self.ends: tuple[float, float] | None = None
        self.ticks: Sequence[float] | None = None
        self.labels: Sequence[str] | None = None
        self.format: Callable[[float, float], str] | None = None
        self.locator = MaxNLocator()
        self.name, self.is_log = "", False

    def set_major_locator(self, locator: MaxNLocator) -> None:
        """Choose where ticks are."""
        self.locator = locator

    def set_major_formatter(self, function: Callable[[float, float], str]) -> None:
        """Choose how the ticks' numbers are written."""
        self.format = function

    def marks(self, low: float, high: float) -> list[tuple[float, str]]:
        """Return each tick that is in view, with its text."""
        found = self.ticks
        if found is None:
            found = decades(low, high) if self.is_log else self.locator.ticks(low, high)
        texts = self.labels
        if texts is None:
            texts = [self.format(t, 0) for t in found] if self.format else written(found)
        slack = 1e-9 * (high - low)
        pairs = zip(found, texts, strict=True)
        return [(tick, said) for tick, said in pairs if low - slack <= tick <= high + slack]


@dataclass
class Shade:
    """Numbers on a grid as colours: smooth, or of the regions between levels."""

    color: Callable[[float], Any]
    ends: tuple[float, float]
    drawn: Callable[[Axes, str], str]
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


class Legend:
    """What the legend shows, and where."""

    def __init__(self, handles: Sequence[Any], columns: int, below: float | None) -> None:
        self.handles = [copy.copy(handle) for handle in handles]
        self.columns, self.below = columns, below

    def get_lines(self) -> list[Line2D]:
        """Return the legend's own lines."""
        return [handle for handle in self.handles if isinstance(handle, Line2D)]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return -(-len(self.handles) // self.columns)


class Axes:
    """A panel, with the part of the interface of Matplotlib's that `nn.plots` uses."""

    transAxes = None  # noqa: N815  # as Matplotlib

    def __init__(self, figure: Any, place: tuple[int, int, int] | None) -> None:
        self.figure, self.place = figure, place
        self.bar: Bar | None = None
        self.xaxis, self.yaxis, self.spines = _Axis(), _Axis(), _Spines()
        self._title = ""
        self._legend: Legend | None = None
        self._shades: list[Shade] = []
        self._pieces: list[Line2D] = []  # of contours, and lines across the panel
        self._lines: list[Line2D] = []
        self._points: list[Line2D] = []
        self._notes: list[dict[str, Any]] = []
        self._box = Box(0, 0, 1, 1)

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
            getattr(self, f"set_{name}")(*([value] if name.endswith("ticks") else value))

    def set_xlim(self, low: float, high: float) -> None:
        """Set the ends of the axis across."""
        self.xaxis.ends = low, high

    def set_ylim(self, low: float, high: float) -> None:
        """Set the ends of the axis up."""
        self.yaxis.ends = low, high

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

    def plot(self, xs: Sequence[float], ys: Sequence[float], *look: str, **how: Any) -> None:
        """Draw a line through points."""
        self._lines.append(Line2D(list(xs), list(ys), *look, **how))

    def scatter(self, xs: Sequence[float], ys: Sequence[float], **look: Any) -> Line2D:
        """Draw points; return them for a legend."""
        self._points.append(points(xs, ys, **look))
        return self._points[-1]

    def axhline(self, y: float, **look: Any) -> None:
        """Draw a line from the left to the right."""
        self._pieces.append(Line2D([-math.inf, math.inf], [y, y], **look))

    def axvline(self, x: float, **look: Any) -> None:
        """Draw a line from the bottom to the top."""
        self._pieces.append(Line2D([x, x], [-math.inf, math.inf], **look))

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
        colors = known(cmap)

        def color(number: float) -> Any:
            return colors(norm(number))

        def drawn(panel: Axes, _name: str) -> str:
            left, right = (panel.across(x) for x in (xs[0], xs[-1]))
            top, bottom = (panel.up(y) for y in (ys[-1], ys[0]))
            wide, high = (right - left) / (len(xs) - 1), (bottom - top) / (len(ys) - 1)
            place = {"x": left - wide / 2, "y": top - high / 2}
            place |= {"width": right - left + wide, "height": bottom - top + high}
            return image([[color(number) for number in row] for row in reversed(grid)], **place)

        self._shades.append(Shade(color, (norm.ends[0], norm.ends[-1]), drawn))
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

        def drawn(panel: Axes, name: str) -> str:
            kept = []
            for i in range(count):
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
        self._shades.append(shade)
        return shade

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
        **_look: Any,
    ) -> Legend:
        """Add a legend: below the panel, so far as `bbox_transform` says, or in its corner."""
        below = None if bbox_transform is None else -72 * bbox_transform.up
        named = [line for line in self._lines if line.label]
        self._legend = Legend(named if handles is None else handles, ncols, below)
        return self._legend

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
        ends = []
        for axis, data in (
            (self.xaxis, [x for line in drawn for x in line.xdata]),
            (self.yaxis, [y for line in drawn for y in line.ydata]),
        ):
            known_ = [n for n in data if math.isfinite(n) and (n > 0 or not axis.is_log)]
            low, high = (min(known_), max(known_)) if known_ else (0.1, 1.0)
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
            below = legend.below + 20 * legend.rows + 8
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
            parts.append(self._drawn_legend(legend, f"{name}-key"))
        if self.bar is not None:
            parts.append(self.bar.drawn(Box(box.left + width + 12, box.top, 16, height)))
        return "".join(parts)

    def _line(self, line: Line2D) -> str:
        places = [(self.across(x), self.up(y)) for x, y in zip(line.xdata, line.ydata, strict=True)]
        color = to_hex(line.color)
        parts = []
        if line.dashes is not None:
            runs: list[list[tuple[float, float]]] = [[]]
            for place in places:
                if math.isnan(sum(place)):
                    runs.append([])
                else:
                    runs[-1].append(place)
            look = _stroke(line, color)
            parts.append(element("path", d="".join(map(path, runs)), **look))
        if line.marker:
            look = _marker_look(line, color)
            shown = places[:: line.markevery]
            parts += [marker(line.marker, x, y, line.markersize, **look) for x, y in shown]
        return "".join(parts)

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
            parts.append(element("path", d=path([near, start]), **_stroke(line, color)))
        anchor = "middle" if note.get("ha") == "center" else "start"
        parts.append(text(*place, note["words"], size=size, anchor=anchor, color=color))
        return "".join(parts)

    def _drawn_legend(self, legend: Legend, name: str) -> str:
        box, sample, high = self._box, 26, 20
        columns = [legend.handles[i :: legend.columns] for i in range(legend.columns)]
        if legend.below is not None:  # filled column by column
            rows = legend.rows
            columns = [legend.handles[i : i + rows] for i in range(0, len(legend.handles), rows)]
        widths = [
            sample + 30 + max(width_of(handle.label, _SMALL) for handle in column)
            for column in columns
        ]
        left = box.left + 8.0
        top = box.top + 8.0
        parts = []
        if legend.below is None:
            look = {"fill": "#ffffff", "fill_opacity": 0.9, "stroke": "#cccccc"}
            tall = high * legend.rows + 4
            parts.append(element("rect", x=left, y=top, width=widths[0] - 8, height=tall, **look))
        else:
            left = max(4.0, box.left + (box.width - sum(widths)) / 2)
            top = box.top + box.height + legend.below
        for column, width in zip(columns, widths, strict=True):
            for row, handle in enumerate(column):
                y = top + high * row + 12
                key = _key(handle, left + 6, y, sample, f"{name}{len(parts)}")
                parts.append(key + text(left + sample + 14, y + 4, handle.label, size=_SMALL))
            left += width
        return "".join(parts)


def _key(handle: Line2D | Patch, x: float, y: float, wide: float, name: str) -> str:
    """Return the sample of a legend's entry."""
    if isinstance(handle, Patch):
        look = {"x": x, "y": y - 6, "width": wide, "height": 12, "stroke": to_hex(handle.edgecolor)}
        pattern = hatch(name, handle.hatch, to_hex(handle.edgecolor))
        filled = element("rect", fill=to_hex(handle.facecolor), **look)
        return pattern + filled + element("rect", fill=f"url(#{name})", **look)
    color = to_hex(handle.color)
    parts = []
    if handle.dashes is not None:
        parts.append(element("path", d=path([(x, y), (x + wide, y)]), **_stroke(handle, color)))
    if handle.marker:
        look = _marker_look(handle, color)
        parts.append(marker(handle.marker, x + wide / 2, y, handle.markersize, **look))
    return "".join(parts)


def _stroke(line: Line2D, color: str) -> dict[str, object]:
    dashes = " ".join(f"{line.linewidth * part / 2 + 1:g}" for part in line.dashes or ())
    look: dict[str, object] = {"stroke": color, "stroke_width": line.linewidth, "fill": "none"}
    return look | {"stroke_opacity": line.alpha, "stroke_dasharray": dashes or None}


def _marker_look(line: Line2D, color: str) -> dict[str, object]:
    edge = None if line.markeredgecolor is None else to_hex(line.markeredgecolor)
    return {"fill": color, "stroke": edge, "stroke_width": 1, "fill_opacity": line.alpha}


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
        colors = [[shade.color(shade.number(1 - (i + 0.5) / 128))] for i in range(128)]
        place = {"x": box.left, "y": box.top, "width": box.width, "height": box.height}
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
