"""loss_valley: the loss over two parameters, and the path of a training on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import autograd
from autograd import Parameter
from autograd.cleaning import quoted
from autograd.languages import words
from autograd.notation import show_label, show_number
from autograd.options import whole_number, wrong_kind
from nn.losses import by_sample
from nn.pictures.figures import (
    DARK,
    NORMAL,
    ORANGE,
    SMALL,
    Axes,
    Figure,
    color_bar,
    make_panels,
    plain_text,
    tidy,
)
from nn.pictures.plane import Limits, around, check_limits, lattice
from nn.training.record import Record


def loss_valley(
    record: Record,
    first: str | Parameter,
    second: str | Parameter,
    *,
    limits: Limits | None = None,
    resolution: int = 60,
    surface: bool = False,
    axes: Axes | None = None,
    title: str = "",
) -> Figure:
    """Plot the loss over two parameters, as contours or a surface, with the path of a training.

    All other parameters are as at the last moment of the record, so the path is the training's
    shadow on this plane: where it seems to go uphill, other parameters were elsewhere.

    Args:
        record: a record of the training; see `nn.record`.
        first: the parameter on the axis across, or its label, such as "output.neuron1.w1".
        second: the parameter on the axis up, or its label.
        limits: what part of the plane is shown, ((lowest, highest), (lowest, highest)); if None,
            the path and a margin.
        resolution: points along each axis at which the loss is computed.
        surface: whether to draw a surface in perspective, instead of contours.
        axes: where to draw, if not in a figure of its own; for a surface, axes in perspective.
        title: text above.

    Raises:
        ValueError: a parameter is not one of the model's, or both are the same; limits are not in
            order, or no loss within them is finite.
        TypeError: it is no record, or the loss is not one of nn.losses.
        ImportError: matplotlib is not installed; the message says how to get it.

    >>> import nn
    >>> model = nn.Sequential([nn.Input(1), nn.Dense(1)])
    >>> model.compile(nn.optimizers.SGD(0.1), "mse")
    >>> kept = nn.record(model, [[1.0], [2.0]], [3.0, 5.0])
    >>> _ = model.fit(kept.x, kept.y, epochs=5, verbose=0, callbacks=[kept])
    >>> w, b = model.parameters()
    >>> figure = loss_valley(kept, w, b)
    >>> len(figure.axes[0].get_lines()[0].get_xdata())
    6
    """
    if not isinstance(record, Record):
        raise wrong_kind("the record of a training, as nn.record makes it", record)
    places = _places(record, first, second)
    moments = record.moments or [record.now()]
    path = [[moment.weights[place] for place in places] for moment in moments]
    limits = check_limits(around(path) if limits is None else limits)
    count = whole_number("resolution", resolution, least=2)
    xs, ys, points = lattice(limits, count)
    losses = _losses(record, places, points, moments[-1].weights)
    if not any(map(math.isfinite, losses)):
        raise ValueError("expected a finite loss somewhere within the limits, received none")
    grid = [losses[i : i + count] for i in range(0, len(losses), count)]
    along = _losses(record, places, path, moments[-1].weights)
    names = [plain_text(show_label(record.model.parameters()[i].label)) for i in places]
    if surface:
        return _surface(axes, xs, ys, grid, path, along, names, title)
    figure, (panel,) = make_panels(axes, 1, size=(6.4, 5.6))
    levels = _levels(grid)
    shade = panel.contourf(xs, ys, grid, levels=levels, cmap="Blues_r", extend="max")
    panel.contour(xs, ys, grid, levels=levels, colors=[DARK], linewidths=0.5)
    bar = color_bar(panel, shade, words("loss"))
    bar.ax.set_yticks(levels[:: max(1, len(levels) // 6)])
    bar.ax.yaxis.set_major_formatter(_level)
    across, up = zip(*path, strict=True)
    panel.plot(across, up, "o-", color=ORANGE, markersize=4, linewidth=1.8, label=words("training"))
    panel.plot(across[:1], up[:1], "s", color=ORANGE, markersize=10, markeredgecolor="white")
    panel.plot(across[-1:], up[-1:], "*", color=ORANGE, markersize=16, markeredgecolor="white")
    panel.set(xlim=limits[0], ylim=limits[1])
    tidy(panel, names[0], names[1], title or words("The loss; the training from ■ to ★"))
    return figure


def _places(record: Record, *wanted: str | Parameter) -> list[int]:
    """Where two parameters are among the model's."""
    parameters = record.model.parameters()
    labels = [parameter.label for parameter in parameters]
    found = []
    for one in wanted:
        known: Sequence[Any] = labels if isinstance(one, str) else parameters
        if one not in known:
            shown = one if isinstance(one, str) else getattr(one, "label", one)
            raise ValueError(
                f"expected a parameter of the model, received {quoted(shown)} (must be one of"
                f" {', '.join(labels)})"
            )
        found.append(known.index(one))
    if found[0] == found[1]:
        raise ValueError(f"expected two parameters, received {quoted(labels[found[0]])} twice")
    return found


def _losses(
    record: Record, places: Sequence[int], points: Sequence[Sequence[float]], rest: Sequence[float]
) -> list[float]:
    """The loss of all samples with each pair of numbers in these two places."""
    model, loss = record.model, by_sample(record.model.loss)

    def of_sample(pair: Sequence[Any], x: Sequence[Any], y: Sequence[Any]) -> Any:
        weights: list[Any] = list(rest)
        for place, number in zip(places, pair, strict=True):
            weights[place] = number
        return model.with_parameters(
            weights, lambda: loss.sample(y, model.forward(x)) + sum(model.penalties())
        )

    function = autograd.compile(of_sample, batch=(1, 2), reduce="mean")
    inputs, targets = record.x, loss.targets(record.y)
    return [float(function(list(point), inputs, targets)) for point in points]


def _level(level: float, _place: float) -> str:
    """A level as the bar beside the plot has it; no lambda, so that a figure can be pickled."""
    return show_number(level, 3)


def _levels(grid: Sequence[Sequence[float]]) -> list[float]:
    """Where contours are drawn: closer together near the lowest, as far apart as quantiles are."""
    numbers = sorted(loss for row in grid for loss in row if math.isfinite(loss))
    count = len(numbers) - 1
    found = [numbers[round(count * (k / 14) ** 1.5 * 0.97)] for k in range(15)]
    levels = sorted(set(found))
    return levels if len(levels) > 1 else [levels[0], levels[0] + 1.0]


def _surface(
    axes: Axes | None,
    xs: Sequence[float],
    ys: Sequence[float],
    grid: Sequence[Sequence[float]],
    path: Sequence[Sequence[float]],
    along: Sequence[float],
    names: Sequence[str],
    title: str,
) -> Figure:
    """The loss as a surface in perspective, and the path on it."""
    import numpy as np  # noqa: PLC0415  # matplotlib needs it

    figure, (panel,) = make_panels(axes, 1, size=(6.4, 5.6))
    if axes is None:
        panel.remove()
        panel = figure.add_subplot(projection="3d")
    space: Any = panel
    if not hasattr(space, "plot_surface"):
        raise TypeError("expected axes in perspective for a surface, received flat ones")
    space.plot_surface(*np.meshgrid(xs, ys), np.array(grid), cmap="Blues_r", alpha=0.85)
    across, up = zip(*path, strict=True)
    space.plot(across, up, along, "o-", color=ORANGE, markersize=4, linewidth=1.8, zorder=10)
    space.set_xlabel(names[0], fontsize=SMALL)
    space.set_ylabel(names[1], fontsize=SMALL)
    space.set_zlabel(words("loss"), fontsize=SMALL)
    space.set_title(plain_text(title or words("The loss, and the training on it")), fontsize=NORMAL)
    return figure
