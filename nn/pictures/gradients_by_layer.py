"""gradients_by_layer: how large gradients are on their way back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autograd.notation import shortened, show_number
from nn.data import wrong_kind
from nn.models import Model
from nn.neurons import MLP, Module, places
from nn.pictures.figures import BLUE, DARK, NORMAL, SMALL, make_panels, plain_text, put_title, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


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
    means = []
    for layer in layers:
        sizes = [abs(parameter.grad) for parameter in layer.parameters()]
        means.append(sum(sizes) / len(sizes))
    if not all(map(math.isfinite, means)):
        raise ValueError(f"expected finite gradients, received means {means}")
    names = [
        getattr(layer, "name_given", None) or place
        for layer, place in zip(layers, places(len(layers)), strict=True)
    ]
    figure, (panel,) = make_panels(axes, 1, size=(max(5.0, 1.3 * len(layers)), 4.2))
    shown = [(i, mean) for i, mean in enumerate(means) if mean > 0]
    panel.set_yscale("log")
    xs, ys = zip(*shown, strict=True) if shown else ((), (1.0,))
    if shown:
        panel.plot(xs, ys, "o-", color=BLUE, linewidth=1.0, markersize=10)
    # Whole decades, so that small differences look small, and room for the numbers.
    panel.set_ylim(
        10.0 ** math.floor(math.log10(min(ys)) - 0.1), 10.0 ** math.ceil(math.log10(max(ys)) + 0.3)
    )
    for i, mean in enumerate(means):
        panel.annotate(
            show_number(mean, 2),
            (i, mean or 0.02),
            (0, 12),
            textcoords="offset points",
            xycoords="data" if mean else panel.get_xaxis_transform(),
            ha="center",
            fontsize=SMALL,
            color=DARK,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
        )
    panel.set_xticks(range(len(names)), [shortened(plain_text(name), 16) for name in names])
    panel.set_xlim(-0.6, len(names) - 0.4)
    panel.set_xlabel("layer, from the inputs to the output", fontsize=NORMAL)
    panel.set_ylabel("mean |gradient|", fontsize=NORMAL)
    put_title(panel, title)
    tidy(panel)
    return figure
