"""loss_curve: what was measured in each epoch of a training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from nn.callbacks import History
from nn.data import wrong_kind
from nn.pictures.figures import (
    CLASS_COLORS,
    DARK,
    NORMAL,
    ORANGE,
    legend_below,
    make_panels,
    plain_text,
    put_title,
    tidy,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def loss_curve(
    history: History | Mapping[str, Sequence[float]],
    *,
    axes: Axes | Sequence[Axes] | None = None,
    title: str = "",
) -> Figure:
    """Plot what was measured in each epoch of a training.

    The loss has a panel, and all other measures share a second if there are any. Training is
    solid with dots, validation dashed with squares.

    Args:
        history: what `fit` returned, or its `.history`.
        axes: where to draw, if not in a figure of its own: one for each panel.
        title: text above.

    Raises:
        ValueError: the history is empty, its measures differ in length, or there are not as many
            axes as panels.
        TypeError: it is no history.
        ImportError: matplotlib is not installed; the message says how to get it.

    >>> figure = loss_curve({"loss": [0.9, 0.5, 0.4], "val_loss": [1.0, 0.7, 0.7]})
    >>> [line.get_label() for line in figure.axes[0].get_lines()]
    ['training', 'validation']
    """
    measures = history.history if isinstance(history, History) else history
    if not isinstance(measures, Mapping):
        raise wrong_kind("the History that fit returns", history)
    lengths = {name: len(numbers) for name, numbers in measures.items()}
    if not lengths or not all(lengths.values()):
        raise ValueError(
            "expected a history of at least one epoch, received an empty one; train with fit first"
        )
    if len(set(lengths.values())) != 1:
        raise ValueError(
            f"expected one number an epoch for every measure, received lengths {lengths}"
        )
    plain = dict.fromkeys(name.removeprefix("val_") for name in measures)
    others = [name for name in plain if name != "loss"]
    panels = [names for names in (["loss"] if "loss" in plain else [], others) if names]
    figure, axes_list = make_panels(axes, len(panels), ", ".join(n[0] for n in panels))
    first = history.epoch[0] if isinstance(history, History) else 0
    for panel, names in zip(axes_list, panels, strict=True):
        _curves(panel, names, measures, first + 1)
    if title and axes is None:
        figure.suptitle(plain_text(title), fontsize=NORMAL + 1, color=DARK)
    elif title:
        put_title(axes_list[0], title)
    return figure


def _curves(
    panel: Axes, names: Sequence[str], measures: Mapping[str, Sequence[float]], first: int
) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415  # see `make_panels`

    alone = len(names) == 1
    for i, name in enumerate(names):
        for prefix, kind, look in ("", "training", "o-"), ("val_", "validation", "s--"):
            if prefix + name not in measures:
                continue
            numbers = [float(number) for number in measures[prefix + name]]
            color = CLASS_COLORS[(i + 1) % len(CLASS_COLORS)]
            epochs = range(first, first + len(numbers))
            panel.set_xlim(first - 0.5, epochs[-1] + 0.5)
            panel.plot(
                epochs,
                numbers,
                look,
                color=ORANGE if prefix and alone else color,
                linewidth=2.2,
                markersize=6,
                markevery=max(1, len(numbers) // 12),
                label=kind if alone else f"{plain_text(name)}, {kind}",
            )
    panel.set_xlabel("epoch", fontsize=NORMAL, color=DARK)
    panel.set_ylabel(plain_text(names[0]) if alone else "measure", fontsize=NORMAL, color=DARK)
    whole = MaxNLocator(nbins=8, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1)
    panel.xaxis.set_major_locator(whole)
    tidy(panel)
    legend_below(panel, panel.get_lines())
