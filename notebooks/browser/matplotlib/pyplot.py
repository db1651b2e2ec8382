"""The figure at hand: `plot`, `xlabel` and their like draw into it, and `show` shows it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

from .axes import Axes
from .figure import Figure

_open: list[Figure] = []
_SETTERS = ("xlabel", "ylabel", "title", "xlim", "ylim", "xticks", "yticks", "xscale", "yscale")


def figure(**look: Any) -> Figure:
    """Begin a figure."""
    _open.append(Figure(**look))
    return _open[-1]


def subplots(
    rows: int = 1, columns: int = 1, *, sharey: bool = False, **look: Any
) -> tuple[Figure, Any]:
    """Begin a figure with panels; return it with its one panel, or the list of them."""
    made = figure(**look)
    panels = [made.add_subplot(rows, columns, i + 1) for i in range(rows * columns)]
    for panel in panels:
        panel.sharing = [*panels] if sharey else []
    if len(panels) == 1:
        return made, panels[0]
    if 1 in {rows, columns}:
        return made, panels
    return made, [panels[i : i + columns] for i in range(0, len(panels), columns)]


def gcf() -> Figure:
    """Return the figure at hand, a new one if there is none."""
    return _open[-1] if _open else figure()


def gca() -> Axes:
    """Return the panel at hand."""
    made = gcf()
    return made.axes[-1] if made.axes else made.add_subplot()


def show() -> None:
    """Show the figures that were begun, and forget them."""
    display = importlib.import_module("IPython.display").display
    while _open:
        display(_open.pop(0))


def close(*_which: Any) -> None:
    """Forget the figures that were begun."""
    _open.clear()


def tight_layout(**_how: Any) -> None:
    """Accept that nothing may overlap."""


def __getattr__(name: str) -> Callable[..., Any]:
    """Return what draws into the panel at hand, by the name of the panel's own."""
    own = f"set_{name}" if name in _SETTERS else name
    if name.startswith("_") or not hasattr(Axes, own):
        raise AttributeError(f"the stand-in for Matplotlib in this page has no pyplot.{name}")

    def draw(*arguments: Any, **named: Any) -> Any:
        return getattr(gca(), own)(*arguments, **named)

    return draw


def _show_after_cells() -> None:
    """Have a notebook show, after each cell, the figures that the cell began."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None:
        shell.events.register("post_run_cell", lambda *_: show())


_show_after_cells()
