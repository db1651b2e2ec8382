"""loss_curve and gradients_by_layer: how a training goes, from epoch to epoch and back by layer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from autograd.languages import words
from autograd.notation import shortened, show_number
from autograd.options import wrong_kind
from nn.callbacks import History
from nn.models import Model
from nn.neurons import MLP, Module, places_in_words
from nn.pictures.figures import (
    BLUE,
    CLASS_COLORS,
    DARK,
    NORMAL,
    ORANGE,
    SMALL,
    Axes,
    Figure,
    legend_below,
    make_panels,
    plain_text,
    tidy,
)

Measures: TypeAlias = Mapping[str, Sequence[float]]
"""For each measure, such as "loss" or "val_loss", a number of each epoch."""


def loss_curve(
    history: History | Measures,
    *,
    log: bool = False,
    axes: Axes | Sequence[Axes] | None = None,
    title: str = "",
) -> Figure:
    """Plot what was measured in each epoch of a training.

    The loss has a panel, and all other measures share a second if there are any. Training is
    solid with dots, validation dashed with squares.

    Args:
        history: what `fit` returned, or its `.history`.
        log: whether the loss has a logarithmic scale.
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
        raise ValueError(f"expected a number of each measure an epoch, received lengths {lengths}")
    plain = dict.fromkeys(name.removeprefix("val_") for name in measures)
    others = [name for name in plain if name != "loss"]
    panels = [names for names in (["loss"] if "loss" in plain else [], others) if names]
    figure, axes_list = make_panels(axes, len(panels), ", ".join(n[0] for n in panels))
    first = history.epoch[0] if isinstance(history, History) else 0
    for panel, names in zip(axes_list, panels, strict=True):
        above = title if axes is not None and panel is axes_list[0] else ""
        _curves(panel, names, measures, first + 1, above)
        if log and names == ["loss"]:
            panel.set_yscale("log")
    if title and axes is None:
        figure.suptitle(plain_text(title), fontsize=NORMAL + 1, color=DARK)
    return figure


def _curves(panel: Axes, names: list[str], measures: Measures, first: int, title: str) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415  # see `make_panels`

    alone = len(names) == 1
    for i, name in enumerate(names):
        for prefix, kind, look in (
            ("", words("training"), "o-"),
            ("val_", words("validation"), "s--"),
        ):
            if prefix + name not in measures:
                continue
            numbers = [float(number) for number in measures[prefix + name]]
            epochs = range(first, first + len(numbers))
            panel.set_xlim(first - 0.5, epochs[-1] + 0.5)
            own = CLASS_COLORS[(i + 1) % len(CLASS_COLORS)]
            color = ORANGE if prefix and alone else own
            label = kind if alone else f"{plain_text(name)}, {kind}"
            dots: dict[str, Any] = {"markersize": 6, "markevery": max(1, len(numbers) // 12)}
            panel.plot(epochs, numbers, look, color=color, linewidth=2.2, label=label, **dots)
    whole = MaxNLocator(nbins=8, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1)
    panel.xaxis.set_major_locator(whole)
    name = words("loss") if names == ["loss"] else plain_text(names[0])
    tidy(panel, words("epoch"), name if alone else words("measure"), title)
    legend_below(panel, panel.get_lines())


def gradients_by_layer(model: Module, *, axes: Axes | None = None, title: str = "") -> Figure:
    """Plot how large the gradients are in each layer, after a backward pass.

    A point is the mean of |d(loss)/d(parameter)| over a layer's weights and biases, on a
    logarithmic scale. Where it falls towards the inputs, gradients vanish.

    Args:
        model: an `MLP`, `Sequential` or `Model` whose parameters hold gradients: after
            `loss.backward()` or `fit`.
        axes: where to draw, if not in a figure of its own.
        title: text above.

    Raises:
        ValueError: no backward pass has reached the parameters, or a gradient is nan or infinite.
        TypeError: the model is of another kind.
        ImportError: matplotlib is not installed; the message says how to get it.

    >>> from nn import MLP
    >>> model = MLP(2, [2, 1], "sigmoid", seed=1)
    >>> model([1.0, 2.0]).backward()
    >>> [tick.get_text() for tick in gradients_by_layer(model).axes[0].get_xticklabels()]
    ['hidden1', 'output']
    """
    if not isinstance(model, (MLP, Model)):
        raise wrong_kind("an MLP, Sequential or Model", model)
    layers = [layer for layer in model.layers if layer.parameters()]
    if not any(parameter.has_grad for layer in layers for parameter in layer.parameters()):
        raise ValueError(
            "expected a model after a backward pass, received one whose parameters hold no"
            " gradients; call backward() on its loss, or fit, first"
        )
    sizes = [[abs(parameter.grad) for parameter in layer.parameters()] for layer in layers]
    means = [sum(numbers) / len(numbers) for numbers in sizes]
    if not all(map(math.isfinite, means)):
        raise ValueError(f"expected finite gradients, received means {means}")
    names = [
        getattr(layer, "name_given", None) or place
        for layer, place in zip(layers, places_in_words(len(layers)), strict=True)
    ]
    figure, (panel,) = make_panels(axes, 1, size=(max(5.0, 1.3 * len(layers)), 4.2))
    shown = [(i, mean) for i, mean in enumerate(means) if mean > 0]
    panel.set_yscale("log")
    xs, ys = zip(*shown, strict=True) if shown else ((), (1.0,))
    if shown:
        panel.plot(xs, ys, "o-", color=BLUE, linewidth=1.0, markersize=10)
    # Whole decades, so that small differences look small, and room for the numbers.
    least, most = math.floor(math.log10(min(ys)) - 0.1), math.ceil(math.log10(max(ys)) + 0.3)
    panel.set_ylim(10.0**least, 10.0**most)
    look: dict[str, Any] = {"ha": "center", "fontsize": SMALL, "color": DARK}
    look["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
    for i, mean in enumerate(means):
        point = (i, mean) if mean else (i, 0.02)  # 0 has no place on the scale
        look["xycoords"] = "data" if mean else panel.get_xaxis_transform()
        panel.annotate(show_number(mean, 2), point, (0, 12), textcoords="offset points", **look)
    panel.set_xticks(range(len(names)), [shortened(plain_text(name), 16) for name in names])
    panel.set_xlim(-0.6, len(names) - 0.4)
    tidy(panel, words("layer, from the inputs to the output"), words("mean |gradient|"), title)
    return figure
