"""Figures and what all plots share: colours, sizes of text, titles, legends."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from autograd.cleaning import kind_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Axes  # noqa: PLC0414  # other pictures have it from here
    from matplotlib.figure import Figure as Figure  # noqa: PLC0414
else:
    Axes = Figure = Any  # matplotlib is loaded when something is drawn


DARK, BLUE, ORANGE = "#1b1b1b", "#0b4a8f", "#c2410c"
# Classes 0, 1, 2, ...: dark colours that differ in lightness too.
CLASS_COLORS = (ORANGE, BLUE, "#3f7f1f", "#8b3a9c", "#1b1b1b", "#b8860b", "#0e8a8a", "#6b4a2b")
NORMAL, SMALL = 14, 12  # points, readable on a slide
_DOTS_PER_INCH = 144


def make_panels(
    axes: Axes | Sequence[Axes] | None,
    count: int,
    what: str = "",
    columns: int = 2,
    size: tuple[float, float] = (6.4, 4.8),
) -> tuple[Figure, list[Axes]]:
    """The axes to draw into, and their figure: the caller's, or a new one's."""
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415  # an extra, imported where it is used
    except ImportError as error:
        raise ImportError(
            "plots need matplotlib, which cannot be imported: run pip install 'glassgrad[plot]'"
        ) from error

    if axes is not None:
        given = list(axes) if hasattr(axes, "__iter__") else [axes]
        for one in given:
            if not hasattr(one, "get_figure"):
                raise TypeError(f"expected matplotlib axes, received {kind_of(one)}")
        if len(given) != count:
            detail = f" ({what})" if what else ""
            raise ValueError(f"expected {count} axes{detail}, received {len(given)}")
        return given[0].figure.figure, given  # of a subfigure, the whole figure
    columns = min(columns, count)
    rows = -(-count // columns)
    figure = Figure(figsize=(size[0] * columns, size[1] * rows), layout="constrained")
    # A figure made without pyplot cannot show itself in a notebook: IPython asks for this method.
    vars(figure)["_repr_png_"] = partial(_png, figure)
    return figure, [figure.add_subplot(rows, columns, i) for i in range(1, count + 1)]


def _png(figure: Figure) -> tuple[bytes, dict[str, int]]:
    """The figure for a notebook, with the size at which to show it."""
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=_DOTS_PER_INCH)
    width, height = figure.get_size_inches()
    return written.getvalue(), {"width": round(72 * width), "height": round(72 * height)}


def tidy(panel: Axes, across: str, up: str, title: str = "") -> None:
    """Name a panel's axes, make its ticks readable, and take away the frame's other half."""
    panel.set_xlabel(across, fontsize=NORMAL, color=DARK)
    panel.set_ylabel(up, fontsize=NORMAL, color=DARK)
    panel.tick_params(labelsize=SMALL, colors=DARK)
    panel.spines[["top", "right"]].set_visible(False)
    if title:
        panel.set_title(plain_text(title), fontsize=NORMAL + 1, color=DARK)


def color_bar(panel: Axes, shade: Any, label: str) -> Any:
    """Put a bar beside the panel that tells what its colours stand for; return the bar."""
    bar = panel.figure.colorbar(shade, ax=panel, pad=0.02)
    bar.set_label(label, fontsize=NORMAL, color=DARK)
    bar.ax.tick_params(labelsize=SMALL)
    return bar


def legend_below(panel: Axes, handles: Sequence[Any]) -> None:
    """Put the legend below the panel, where it hides no data: clear of the axis by points."""
    from matplotlib.transforms import ScaledTranslation  # noqa: PLC0415  # see `make_panels`

    figure = panel.figure
    down = ScaledTranslation(0.0, -50 / 72, figure.dpi_scale_trans)
    look: dict[str, Any] = {"fontsize": SMALL, "frameon": False, "ncols": 2}
    look |= {"loc": "upper center", "bbox_to_anchor": (0.5, 0.0), "borderaxespad": 0.0}
    legend = panel.legend(handles=handles, bbox_transform=panel.transAxes + down, **look)
    for line in legend.get_lines():  # one alone is too faint to be seen
        line.set_alpha(None)


def plain_text(text: str) -> str:
    """Text in which a dollar is a dollar, and starts no formula."""
    return text.replace("$", r"\$")
