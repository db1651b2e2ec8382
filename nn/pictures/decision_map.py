"""decision_map: what a model answers all over the plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import no_grad
from autograd.languages import words
from autograd.notation import show_number
from autograd.options import whole_number, wrong_kind
from nn.data import Rows, as_rows
from nn.models import Model
from nn.neurons import MLP, Layer, Neuron
from nn.perceptron import Perceptron
from nn.pictures.figures import CLASS_COLORS, DARK, Axes, Figure, color_bar, make_panels
from nn.pictures.plane import Limits, around, check_limits, classes_of, lattice, scatter, show_plane

_CLASS_HATCHES = ("..", "//", "\\\\", "--", "||", "xx", "++", "oo")


def decision_map(
    model: Any,
    inputs: Sequence[Sequence[float]] | None = None,
    targets: Sequence[Any] | None = None,
    *,
    threshold: float | None = None,
    resolution: int = 60,
    limits: Limits | None = None,
    axes: Axes | None = None,
    title: str = "",
) -> Figure:
    """Map what a model with two inputs answers all over the plane.

    A model with one output is a map of that number, with the line where it is `threshold`; the side
    above it is hatched. One with several outputs, such as softmax, maps which is the largest.

    Args:
        model: a `Perceptron`, a `Neuron`, `Layer`, `MLP`, `Sequential` or `Model`, or a function
            of a point (x1, x2) that returns a number or a list of numbers. No graph is recorded.
        inputs: points to show on top, each (x1, x2).
        targets: their classes 0, 1, ..., or one-hot rows; None for points without.
        threshold: where the line of one output is; if None, 0 for a `Perceptron`, whose map is of
            the score w1*x1 + w2*x2 + b, and 0.5, a probability's middle, for all others.
        resolution: how many points to evaluate in each direction.
        limits: what to show, ((x1 from, to), (x2 from, to)); if None, what the points take up, or
            from -1 to 1 where there are none.
        axes: where to draw, if not in a figure of its own.
        title: text above.

    Raises:
        ValueError: the model has not two inputs, its outputs are not finite, inputs and targets do
            not fit, or an option is out of its range.
        TypeError: `model` is neither a model nor a function.
        RuntimeError: the model does not know its number of inputs yet.
        ImportError: matplotlib is not installed; the message says how to get it.

    >>> figure = decision_map(lambda point: point[0] * point[1], threshold=0.0, resolution=10)
    >>> figure.axes[0].get_xlabel()
    'x₁'
    """
    resolution = whole_number("resolution", resolution, least=2)
    if threshold is None:
        threshold = 0.0 if isinstance(model, Perceptron) else 0.5
    points, classes, limits = in_view(inputs, targets, limits)
    figure, (panel,) = make_panels(axes, 1, size=(6.4, 5.6))
    handles = shade(panel, model, limits, resolution, threshold)
    if points is not None:
        handles += scatter(panel, points, classes)
    show_plane(panel, limits, title, handles)
    return figure


def in_view(
    inputs: Sequence[Sequence[float]] | None, targets: Sequence[Any] | None, limits: Limits | None
) -> tuple[Rows | None, list[int] | None, Limits]:
    """Return the points to show on a map, their classes, and what to show of the plane."""
    if targets is not None and inputs is None:
        raise ValueError("expected inputs with the targets, received targets alone")
    points = None if inputs is None else as_rows(inputs, 2, "inputs")
    classes = None if points is None or targets is None else classes_of(targets, len(points))
    if limits is None:
        limits = ((-1.0, 1.0), (-1.0, 1.0)) if points is None else around(points)
    return points, classes, check_limits(limits)


def shade(panel: Axes, model: Any, limits: Limits, resolution: int, threshold: float) -> list[Any]:
    """Draw a model's answers into a panel; return what its legend shows of them."""
    xs, ys, points = lattice(limits, resolution)
    outputs = answers(model, points)
    count, most = len(outputs[0]), len(CLASS_COLORS)
    if count > most:
        raise ValueError(f"expected a model with at most {most} outputs, received one with {count}")
    rows = [outputs[i : i + resolution] for i in range(0, len(outputs), resolution)]
    grids = [[[point[k] for point in row] for row in rows] for k in range(count)]
    if count == 1:
        return _map_of_number(panel, xs, ys, grids[0], threshold)
    return _map_of_largest(panel, xs, ys, grids)


def answers(model: Any, points: Rows) -> Rows:
    """Return a model's outputs for each point, finite ones; a perceptron's is its score."""
    count = _number_of_inputs(model)
    if count not in {None, 2}:
        raise ValueError(f"expected a model with 2 inputs, x1 and x2, received one with {count}")
    if isinstance(model, Perceptron):
        outputs = [model.score(point) for point in points]
    elif isinstance(model, Model):
        columns = [[[number] for number in column] for column in zip(*points, strict=True)]
        outputs = model.predict(points if len(model.inputs) == 1 else columns)
    elif callable(model):
        with no_grad():
            outputs = [model(point) for point in points]
    else:
        raise wrong_kind("a model or a function of a point", model)
    return as_rows(outputs, None, "outputs")


def _number_of_inputs(model: Any) -> int | None:
    """How many inputs a model has; None for a function, which does not say."""
    if isinstance(model, Model):
        model.output  # noqa: B018  # raises where the number of inputs is not known
        return sum(tensor.size for tensor in model.inputs)
    if isinstance(model, (Layer, MLP)):
        model, *_ = model._neurons()
    return len(model.weights) if isinstance(model, (Neuron, Perceptron)) else None


def _map_of_number(
    panel: Axes, xs: list[float], ys: list[float], grid: Rows, threshold: float
) -> list[Any]:
    """One output: orange below the threshold, blue and hatched above it."""
    from matplotlib.colors import LinearSegmentedColormap, TwoSlopeNorm  # noqa: PLC0415  # see above
    from matplotlib.lines import Line2D  # noqa: PLC0415  # see above

    lowest, highest = (f(map(f, grid)) for f in (min, max))
    if lowest >= 0.0 and highest <= 1.0 and 0.0 < threshold < 1.0:
        ends = 0.0, 1.0
    else:
        reach = max(highest - threshold, threshold - lowest) or 1.0
        ends = threshold - reach, threshold + reach
    sides = LinearSegmentedColormap.from_list("sides", ["#f0a070", "#ffffff", "#78a8dc"])
    look: dict[str, Any] = {"cmap": sides, "norm": TwoSlopeNorm(threshold, *ends)}
    shade = panel.pcolormesh(xs, ys, grid, shading="gouraud", rasterized=True, **look)
    bar = color_bar(panel, shade, words("output"))
    bar.ax.axhline(threshold, color=DARK, linewidth=2.5)
    if highest >= threshold:
        _hatch(panel, xs, ys, grid, threshold, "//", "#5a8cc4")
    if not lowest < threshold < highest:
        return []
    panel.contour(xs, ys, grid, levels=[threshold], colors=[DARK], linewidths=2.5)
    label = words("output = {number}", number=show_number(threshold, 4))
    return [Line2D([], [], color=DARK, linewidth=2.5, label=label)]


def _map_of_largest(
    panel: Axes, xs: list[float], ys: list[float], grids: Sequence[Rows]
) -> list[Any]:
    """Several outputs: for each the region where it is the largest, with a hatch of its own."""
    from matplotlib.colors import to_rgb  # noqa: PLC0415  # see above
    from matplotlib.patches import Patch  # noqa: PLC0415  # see above

    handles = []
    for k, grid in enumerate(grids):
        others = [other for other in grids if other is not grid]
        # The lead over all other outputs is 0 on the border, which is smooth then, without steps.
        lead = [
            [cell - max(o[j][i] for o in others) for i, cell in enumerate(row)]
            for j, row in enumerate(grid)
        ]
        highest, lowest = max(map(max, lead)), min(map(min, lead))
        if highest <= 0:
            continue
        red, green, blue = to_rgb(CLASS_COLORS[k])
        light = (0.25 * red + 0.75, 0.25 * green + 0.75, 0.25 * blue + 0.75)
        medium = (0.5 * red + 0.5, 0.5 * green + 0.5, 0.5 * blue + 0.5)
        hatch = _CLASS_HATCHES[k]
        panel.contourf(xs, ys, lead, levels=[0.0, highest * 1.001], colors=[light])
        _hatch(panel, xs, ys, lead, 0.0, hatch, medium)
        if lowest < 0:
            panel.contour(xs, ys, lead, levels=[0.0], colors=[DARK], linewidths=1.5)
        handles.append(
            Patch(
                facecolor=light,
                edgecolor=medium,
                hatch=hatch,
                label=words("answer {number}", number=k),
            )
        )
    return handles


def _hatch(
    panel: Axes, xs: list[float], ys: list[float], grid: Rows, above: float, hatch: str, color: Any
) -> None:
    top = max(map(max, grid))
    filled = panel.contourf(
        xs, ys, grid, levels=[above, top + abs(top) + 1.0], colors="none", hatches=[hatch]
    )
    filled.set(edgecolor=color, linewidth=0.0)
