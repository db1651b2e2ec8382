"""activation_functions: their curves, and those of their derivatives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from autograd import value_and_grad
from autograd.languages import words
from autograd.notation import shortened, show_number
from nn import activations
from nn.data import evenly
from nn.pictures.figures import BLUE, ORANGE, SMALL, Axes, Figure, make_panels, tidy


def activation_functions(
    names: str | Sequence[str | activations.Activation] | None = None,
    *,
    axes: Axes | Sequence[Axes] | None = None,
) -> Figure:
    """Plot activation functions and their derivatives, which autograd computes, side by side.

    All panels have the same scales, so that slopes can be compared. The sigmoid's derivative is at
    most 0.25: each layer of them multiplies a gradient by a quarter or less, before the weights.

    Args:
        names: names or functions, see `nn.activations`; if None, all but `softmax`, which is no
            function of one number.
        axes: where to draw, if not in a figure of its own: one for each name.

    Raises:
        ValueError: a name is unknown or "softmax", or there are not as many axes as names.
        ImportError: matplotlib is not installed; the message says how to get it.

    >>> figure = activation_functions(["sigmoid", "relu"])
    >>> [panel.get_title() for panel in figure.axes]
    ['sigmoid', 'relu']
    """
    of_one = [name for name in activations.ACTIVATIONS if name != "softmax"]
    names = [names] if isinstance(names, str) else names
    chosen = [activations.get(name) for name in (of_one if names is None else names)]
    if not chosen:
        raise ValueError("expected at least one activation, received none")
    if activations.get("softmax") in chosen:
        raise ValueError(
            "expected activations of one number, received 'softmax', which is one of a whole layer"
            f" (must be one of {', '.join(of_one)})"
        )
    figure, panels = make_panels(axes, len(chosen), "one for each name", columns=4, size=(3.2, 3.0))
    zs = evenly(-4.0, 4.0, 401)
    for panel, activation in zip(panels, chosen, strict=True):
        pairs = [value_and_grad(activation)(z) for z in zs]
        name = activations.name_of(activation)
        curves = [list(curve) for curve in zip(*pairs, strict=True)]
        panel.axhline(0.0, color="#b0b0b0", linewidth=0.8)
        panel.axvline(0.0, color="#b0b0b0", linewidth=0.8)
        panel.plot(*_broken_at_jumps(zs, curves[0]), color=BLUE, linewidth=2.5, label="f(z)")
        dashed: dict[str, Any] = {"linewidth": 2.2, "linestyle": (0, (4, 2))}
        panel.plot(*_broken_at_jumps(zs, curves[1]), color=ORANGE, label="f′(z)", **dashed)
        if name == "sigmoid":
            slope, z = max(zip(curves[1], zs, strict=True))
            look: dict[str, Any] = {"fontsize": SMALL, "color": ORANGE}
            look["arrowprops"] = {"arrowstyle": "->", "color": ORANGE}
            panel.annotate(
                words("at most {number}", number=show_number(slope, 4)),
                (z, slope),
                (0.6, -0.75),
                **look,
            )
        panel.set(xlim=(-4, 4), xticks=range(-4, 5, 2), ylim=(-1.25, 2.25), yticks=range(-1, 3))
        tidy(panel, "z", "", shortened(name, 24))
    panels[0].legend(fontsize=SMALL, framealpha=0.9, loc="upper left")
    return figure


def _broken_at_jumps(xs: Sequence[float], ys: Sequence[float]) -> tuple[list[float], list[float]]:
    """The curve with a gap where it jumps: a step has no steep piece to draw."""
    steps = [0.0, *(abs(b - a) for a, b in pairwise(ys)), 0.0]
    out_x, out_y = [xs[0]], [ys[0]]
    for i in range(1, len(xs)):
        is_jump = steps[i] > 20 * max(steps[i - 1], steps[i + 1]) + 0.2
        out_x += [math.nan, xs[i]] if is_jump else [xs[i]]
        out_y += [math.nan, ys[i]] if is_jump else [ys[i]]
    return out_x, out_y
