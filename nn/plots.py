"""Plots of what networks learn: boundaries, maps of decisions, curves of losses, activations.

They need the extra `plot`, matplotlib: `pip install 'glassgrad[plot]'`. It is imported when a plot
is made, and without pyplot: no window opens, no setting of yours is changed, and nothing is left
behind when the figure is dropped.

Each function returns a `matplotlib.figure.Figure`, which shows itself as the last line of a
notebook's cell and is written with `.savefig("plot.png")`. Given `axes`, it draws there instead.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

from autograd import Value, no_grad
from autograd.options import whole_number
from nn import activations
from nn.callbacks import History
from nn.data import Rows, as_rows
from nn.models import Model
from nn.neurons import MLP, Layer, Module, Neuron
from nn.perceptron import Approach, Perceptron, Training

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Limits: TypeAlias = tuple[tuple[float, float], tuple[float, float]]
"""What part of the plane is shown: (lowest, highest) of x1, and of x2."""

_TEXT, _QUIET = "#1b1b1b", "#595959"
_BLUE, _ORANGE = "#0b4a8f", "#c2410c"
# Classes 0, 1, 2, ...: dark colours that differ in lightness too, and a shape for each.
_CLASS_COLORS = (_ORANGE, _BLUE, "#3f7f1f", "#8b3a9c", "#1b1b1b", "#b8860b", "#0e8a8a", "#6b4a2b")
_CLASS_SHAPES = ("o", "s", "^", "D", "v", "P", "X", "*")
_CLASS_HATCHES = ("..", "//", "\\\\", "--", "||", "xx", "++", "oo")
_NORMAL, _SMALL = 14, 12  # points, readable on a slide
_DOTS_PER_INCH = 144
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def boundary_lines(
    lines: Training | Approach | Perceptron | Sequence[Perceptron],
    inputs: Sequence[Sequence[float]],
    targets: Sequence[float],
    *,
    axes: Axes | None = None,
    title: str = "",
) -> Figure:
    """Plot points of two classes and the perceptron's boundary line of every epoch.

    A line is where w1*x1 + w2*x2 + b = 0. The first is dashed, the last is bold, those between
    are thin and get stronger from epoch to epoch. What is shown is set by the points: the piece of
    each line within that view is drawn, and the legend counts the lines that do not cross it.

    Args:
        lines: what `nn.perceptron.train` or `approach` returned, or perceptrons in their order.
        inputs: the points, each (x1, x2).
        targets: the class of each point, 0 or 1.
        axes: where to draw, if not in a figure of its own.
        title: text above.

    Returns:
        The figure.

    Raises:
        ValueError: there is no line, one has not two weights, the points are not in the plane, or
            there is not one target of 0 or 1 for each.
        TypeError: `lines` holds something else than perceptrons.
        ImportError: matplotlib is not installed; the message says how to get it.

    >>> from nn import datasets, perceptron
    >>> inputs, targets = datasets.and_gate()
    >>> training = perceptron.train(inputs, targets, rate=0.1, epochs=20)
    >>> figure = boundary_lines(training, inputs, targets)
    >>> [text.get_text() for text in figure.axes[0].get_legend().get_texts()][-1]
    'epoch 20, the last'
    """
    chain = _perceptrons(lines)
    points = as_rows(inputs, 2, "inputs")
    classes = _classes(targets, len(points), highest=1)
    figure, (panel,) = _panels(axes, 1, size=(6.4, 5.6))
    limits = _around(points)
    step = "step" if isinstance(lines, Approach) else "epoch"
    last = len(chain) - 1
    pieces = [_clipped(line, limits) for line in chain]
    hidden = sum(piece is None for piece in pieces[1:-1])
    names = [f"{step} {i}" for i in range(last + 1)]
    names[0] = "start" + _why_hidden(chain[0], pieces[0])
    if last > 1:
        names[1] = names[1] if last == 2 else f"{step}s 1–{last - 1}"
        names[1] += f" ({hidden} not in view)" if hidden else ""
    if last:
        names[-1] += ", the last" + _why_hidden(chain[-1], pieces[-1])
    for i, piece in enumerate(pieces):
        style: dict[str, Any] = {"linewidth": 1.0, "alpha": 0.15 + 0.55 * i / max(1, last)}
        if i == 0:
            style = {"linewidth": 1.8, "linestyle": (0, (5, 3)), "zorder": 2.4}
        if i == last:
            style = {"linewidth": 3.5, "zorder": 2.5}
        if 1 < i < last:
            names[i] = "_" + names[i]  # a leading underscore keeps it out of the legend
        xs, ys = zip(*piece, strict=True) if piece else ((), ())
        panel.plot(xs, ys, color=_TEXT, label=names[i], **style)
    named = [line for line in panel.get_lines() if not str(line.get_label()).startswith("_")]
    handles = _scatter(panel, points, classes) + named
    _show_plane(panel, limits, title)
    _legend_below(panel, handles)
    return figure


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
    above it is hatched. One with several outputs, such as softmax, is a map of which is
    the largest.

    Args:
        model: a `Perceptron`, a `Neuron`, `Layer`, `MLP`, `Sequential` or `Model`, or a function
            of a point (x1, x2) that returns a number or a list of them. Nothing is recorded.
        inputs: points to show on top, each (x1, x2).
        targets: their classes 0, 1, ..., or one-hot rows; None for points without.
        threshold: where the line of one output is; if None, 0 for a `Perceptron`, whose map is of
            the score w1*x1 + w2*x2 + b, and 0.5, a probability's middle, for all others.
        resolution: how many points to evaluate in each direction.
        limits: what to show, ((x1 from, to), (x2 from, to)); if None, what the points take up, or
            from -1 to 1 where there are none.
        axes: where to draw, if not in a figure of its own.
        title: text above.

    Returns:
        The figure.

    Raises:
        ValueError: the model has not two inputs, its outputs are not finite, inputs and targets do
            not fit, or an option is out of its range.
        TypeError: `model` cannot be asked.
        RuntimeError: the model does not know its number of inputs yet.
        ImportError: matplotlib is not installed; the message says how to get it.

    >>> figure = decision_map(lambda point: point[0] * point[1], threshold=0.0, resolution=10)
    >>> figure.axes[0].get_xlabel()
    'x₁'
    """
    resolution = whole_number("resolution", resolution, least=2)
    if threshold is None:
        threshold = 0.0 if isinstance(model, Perceptron) else 0.5
    if targets is not None and inputs is None:
        raise ValueError("expected inputs with the targets, received targets alone")
    points = None if inputs is None else as_rows(inputs, 2, "inputs")
    classes = None if points is None or targets is None else _classes(targets, len(points))
    if limits is None:
        limits = ((-1.0, 1.0), (-1.0, 1.0)) if points is None else _around(points)
    answer = _asking(model)
    xs, ys = (_evenly(*_checked_range(ends), resolution) for ends in limits)
    outputs = answer([[x, y] for y in ys for x in xs])
    _check_outputs(outputs)

    figure, (panel,) = _panels(axes, 1, size=(6.4, 5.6))
    grids = [
        [[outputs[row * resolution + i][k] for i in range(resolution)] for row in range(resolution)]
        for k in range(len(outputs[0]))
    ]
    if len(grids) == 1:
        handles = _map_of_number(panel, xs, ys, grids[0], threshold)
    else:
        handles = _map_of_largest(panel, xs, ys, grids)
    if points is not None:
        handles += _scatter(panel, points, classes)
    _show_plane(panel, limits, title)
    _legend_below(panel, handles)
    return figure


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

    Returns:
        The figure.

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
        raise TypeError(
            f"expected the History that fit returns, received {type(history).__name__}:"
            f" {history!r:.60}"
        )
    lengths = {name: len(numbers) for name, numbers in measures.items()}
    if not lengths or not all(lengths.values()):
        raise ValueError(
            "expected a history of at least one epoch, received an empty one; train with fit first"
        )
    if len(set(lengths.values())) != 1:
        raise ValueError(
            f"expected one number an epoch for every measure, received lengths {lengths}"
        )
    plain = list(dict.fromkeys(name.removeprefix("val_") for name in measures))
    panels = [names for names in ([n for n in plain if n == "loss"],
                                  [n for n in plain if n != "loss"]) if names]  # fmt: skip
    figure, axes_list = _panels(axes, len(panels), ", ".join(n[0] for n in panels))
    first = history.epoch[0] if isinstance(history, History) else 0
    for panel, names in zip(axes_list, panels, strict=True):
        _curves(panel, names, measures, first + 1)
    if title and axes is None:
        figure.suptitle(_plain(title), fontsize=_NORMAL + 1, color=_TEXT)
    elif title:
        _title(axes_list[0], title)
    return figure


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

    Returns:
        The figure.

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
    figure, panels = _panels(axes, len(chosen), "one for each name", columns=4, size=(3.2, 3.0))
    zs = _evenly(-4.0, 4.0, 401)
    for panel, activation in zip(panels, chosen, strict=True):
        pairs = [_with_derivative(activation, z) for z in zs]
        name = activations.name_of(activation)
        curves = [list(curve) for curve in zip(*pairs, strict=True)]
        panel.axhline(0.0, color="#b0b0b0", linewidth=0.8)
        panel.axvline(0.0, color="#b0b0b0", linewidth=0.8)
        panel.plot(*_broken_at_jumps(zs, curves[0]), color=_BLUE, linewidth=2.5, label="f(z)")
        panel.plot(
            *_broken_at_jumps(zs, curves[1]),
            color=_ORANGE,
            linewidth=2.2,
            linestyle=(0, (4, 2)),
            label="f′(z)",
        )
        if name == "sigmoid":
            top = max(range(len(zs)), key=curves[1].__getitem__)
            panel.annotate(
                f"at most {curves[1][top]:.4g}",
                (zs[top], curves[1][top]),
                (0.6, -0.75),
                fontsize=_SMALL,
                color=_ORANGE,
                arrowprops={"arrowstyle": "->", "color": _ORANGE},
            )
        panel.set(xlim=(-4.0, 4.0), ylim=(-1.25, 2.25), xticks=[-4, -2, 0, 2, 4])
        panel.set_yticks([-1, 0, 1, 2])
        panel.set_title(_shortened(name), fontsize=_NORMAL, color=_TEXT)
        panel.set_xlabel("z", fontsize=_SMALL)
        _tidy(panel)
    panels[0].legend(fontsize=_SMALL, framealpha=0.9, loc="upper left")
    return figure


def gradients_by_layer(model: Module, *, axes: Axes | None = None, title: str = "") -> Figure:
    """Plot how large the gradients are in each layer, after a backward pass.

    A point is the mean of |d(loss)/d(parameter)| over a layer's weights and biases, on a
    logarithmic scale. Where it falls towards the inputs, gradients vanish.

    Args:
        model: an `MLP`, `Sequential` or `Model` whose parameters hold gradients: after
            `loss.backward()` or `fit`.
        axes: where to draw, if not in a figure of its own.
        title: text above.

    Returns:
        The figure.

    Raises:
        ValueError: no backward pass has reached the parameters, or a gradient is nan or infinite.
        TypeError: the model is none of these.
        ImportError: matplotlib is not installed; the message says how to get it.

    >>> from nn import MLP
    >>> model = MLP(2, [2, 1], "sigmoid", seed=1)
    >>> model([1.0, 2.0]).backward()
    >>> [tick.get_text() for tick in gradients_by_layer(model).axes[0].get_xticklabels()]
    ['hidden1', 'output']
    """
    if not isinstance(model, (MLP, Model)):
        raise TypeError(
            f"expected an MLP, Sequential or Model, received {type(model).__name__}: {model!r:.60}"
        )
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
        getattr(layer, "name_given", None)
        or ("output" if layer is layers[-1] else f"hidden{layers.index(layer) + 1}")
        for layer in layers
    ]
    figure, (panel,) = _panels(axes, 1, size=(max(5.0, 1.3 * len(layers)), 4.2))
    shown = [(i, mean) for i, mean in enumerate(means) if mean > 0]
    panel.set_yscale("log")
    xs, ys = zip(*shown, strict=True) if shown else ((), (1.0,))
    if shown:
        panel.plot(xs, ys, "o-", color=_BLUE, linewidth=1.0, markersize=10)
    # Whole decades, and room for the numbers: a piece of one would make any difference look large.
    panel.set_ylim(
        10.0 ** math.floor(math.log10(min(ys)) - 0.1), 10.0 ** math.ceil(math.log10(max(ys)) + 0.3)
    )
    for i, mean in enumerate(means):
        panel.annotate(
            f"{mean:.2g}",
            (i, mean or 0.02),
            (0, 12),
            textcoords="offset points",
            xycoords="data" if mean else panel.get_xaxis_transform(),
            ha="center",
            fontsize=_SMALL,
            color=_TEXT,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
        )
    panel.set_xticks(range(len(names)), [_shortened(_plain(name), 16) for name in names])
    panel.set_xlim(-0.6, len(names) - 0.4)
    panel.set_xlabel("layer, from the inputs to the output", fontsize=_NORMAL)
    panel.set_ylabel("mean |gradient|", fontsize=_NORMAL)
    _title(panel, title)
    _tidy(panel)
    return figure


# ---------------------------------------------------------------------- figures


def _panels(
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
            "plots need matplotlib, which cannot be imported here: run"
            " pip install 'glassgrad[plot]'"
        ) from error

    if axes is not None:
        given = list(axes) if hasattr(axes, "__iter__") else [axes]
        for one in given:
            if not hasattr(one, "get_figure"):
                raise TypeError(f"expected matplotlib axes, received {type(one).__name__}")
        if len(given) != count:
            detail = f" ({what})" if what else ""
            raise ValueError(f"expected {count} axes{detail}, received {len(given)}")
        root: Any = given[0].figure.figure  # of a subfigure, the whole figure
        return root, given
    columns = min(columns, count)
    rows = -(-count // columns)
    figure = Figure(figsize=(size[0] * columns, size[1] * rows), layout="constrained")
    # A figure without pyplot does not know how to show itself in a notebook; IPython asks this.
    vars(figure)["_repr_png_"] = partial(_png, figure)
    return figure, [figure.add_subplot(rows, columns, i) for i in range(1, count + 1)]


def _png(figure: Figure) -> tuple[bytes, dict[str, int]]:
    """The figure for a notebook, with the size at which to show it."""
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=_DOTS_PER_INCH)
    width, height = figure.get_size_inches()
    return written.getvalue(), {"width": round(72 * width), "height": round(72 * height)}


def _tidy(panel: Axes) -> None:
    panel.tick_params(labelsize=_SMALL, colors=_TEXT)
    panel.spines[["top", "right"]].set_visible(False)


def _title(panel: Axes, title: str) -> None:
    if title:
        panel.set_title(_plain(title), fontsize=_NORMAL + 1, color=_TEXT)


def _legend_below(panel: Axes, handles: Sequence[Any]) -> None:
    """Put the legend below the panel, where it hides no data: clear of the axis by points."""
    from matplotlib.transforms import ScaledTranslation  # noqa: PLC0415  # see `_panels`

    figure = panel.figure
    down = ScaledTranslation(0.0, -50 / 72, figure.dpi_scale_trans)
    legend = panel.legend(
        handles=handles,
        fontsize=_SMALL,
        frameon=False,
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        bbox_transform=panel.transAxes + down,
        borderaxespad=0.0,
        ncols=2,
    )
    for line in legend.get_lines():  # one alone is too faint to be seen
        line.set_alpha(None)


def _plain(text: str) -> str:
    """Text in which a dollar is a dollar, and starts no formula."""
    return text.replace("$", r"\$")


def _shortened(text: str, longest: int = 24) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _evenly(low: float, high: float, count: int) -> list[float]:
    return [low + (high - low) * i / (count - 1) for i in range(count)]


# ------------------------------------------------------------ points in the plane


def _classes(targets: Sequence[Any], count: int, highest: int | None = None) -> list[int]:
    """The class of each point: a number as it is, a one-hot row by the place of its 1."""
    rows = as_rows(targets, None, "targets")
    if len(rows) != count:
        raise ValueError(
            f"expected one target for each point, received {len(rows)} for {count} points"
        )
    top = len(_CLASS_COLORS) - 1 if highest is None else highest
    classes = []
    for row in rows:
        number = row[0] if len(row) == 1 else row.index(max(row))
        if number not in range(top + 1):
            raise ValueError(f"expected targets to be classes from 0 to {top}, received {number!r}")
        classes.append(int(number))
    return classes


def _around(points: Rows) -> Limits:
    """The part of the plane that points take up, and a margin."""
    ends = []
    for coordinates in zip(*points, strict=True):
        low, high = min(coordinates), max(coordinates)
        margin = 0.2 * (high - low) or 1.0
        ends.append((low - margin, high + margin))
    return ends[0], ends[1]


def _scatter(panel: Axes, points: Rows, classes: Sequence[int] | None) -> list[Any]:
    """Draw the points, with a colour and a shape for each class; return them for the legend."""
    groups: dict[int | None, Rows] = {}
    for i, point in enumerate(points):
        groups.setdefault(None if classes is None else classes[i], []).append(point)
    drawn = []
    for group in sorted(groups, key=lambda k: -1 if k is None else k):
        place = group or 0
        xs, ys = zip(*groups[group], strict=True)
        dots = panel.scatter(
            xs,
            ys,
            s=80 if len(points) < 50 else 45,
            marker=_CLASS_SHAPES[place],
            color=_TEXT if group is None else _CLASS_COLORS[place],
            edgecolors="white",
            linewidths=1.0,
            zorder=3,
            label="inputs" if group is None else f"class {group}",
        )
        drawn.append(dots)
    return drawn


def _show_plane(panel: Axes, limits: Limits, title: str) -> None:
    panel.set(xlim=limits[0], ylim=limits[1])
    panel.set_xlabel("x₁", fontsize=_NORMAL, color=_TEXT)
    panel.set_ylabel("x₂", fontsize=_NORMAL, color=_TEXT)
    panel.locator_params(nbins=6)
    _title(panel, title)
    _tidy(panel)


# ------------------------------------------------------------------------- lines


def _perceptrons(lines: Any) -> list[Perceptron]:
    if isinstance(lines, (Training, Approach)):
        lines = lines.lines
    chain = [lines] if isinstance(lines, Perceptron) else lines
    if isinstance(chain, str) or not hasattr(chain, "__iter__"):
        raise TypeError(f"expected perceptrons, received {type(lines).__name__}: {lines!r:.60}")
    chain = list(chain)
    if not chain:
        raise ValueError("expected at least one line, received none")
    for line in chain:
        if not isinstance(line, Perceptron):
            raise TypeError(f"expected perceptrons, received {type(line).__name__}: {line!r:.60}")
        if len(line.weights) != 2:
            raise ValueError(
                "expected perceptrons with 2 weights, for only those have a line, received one"
                f" with {len(line.weights)}"
            )
    return chain


def _clipped(line: Perceptron, limits: Limits) -> list[tuple[float, float]] | None:
    """The two ends of the piece of a line that is in view; None where there is no such piece."""
    w1, w2, bias = (float(number) for number in (*line.weights, line.bias))
    size = math.hypot(w1, w2)
    if size == 0:
        return None
    # A point on the line, and how far along it (-w2, w1) the view begins and ends. Measured from
    # the middle of the view, so that a line far away loses no digits that are seen.
    middle = [(low + high) / 2 for low, high in limits]
    score = (w1 * middle[0] + w2 * middle[1] + bias) / size
    normal = (w1 / size, w2 / size)
    foot = [m - score * n for m, n in zip(middle, normal, strict=True)]
    along = (-normal[1], normal[0])
    start, end = -math.inf, math.inf
    for at, pace, (low, high) in zip(foot, along, limits, strict=True):
        if pace == 0:
            if not low <= at <= high:
                return None
        else:
            enter, leave = sorted(((low - at) / pace, (high - at) / pace))
            start, end = max(start, enter), min(end, leave)
    if start >= end:
        return None
    return [(foot[0] + t * along[0], foot[1] + t * along[1]) for t in (start, end)]


def _why_hidden(line: Perceptron, piece: object) -> str:
    if piece is not None:
        return ""
    has_none = all(weight == 0 for weight in line.weights)
    return " (no line)" if has_none else " (not in view)"


# -------------------------------------------------------------------------- maps


def _asking(model: Any) -> Callable[[Rows], Rows]:
    """What returns a model's outputs for each of many points."""
    if isinstance(model, Model):
        if not model.inputs:
            raise RuntimeError(
                "the model does not know its number of inputs yet; give its first layer"
                " input_dim=2, or show it data"
            )
        _check_two_inputs(sum(tensor.size for tensor in model.inputs))
        return partial(_predict, model)
    if isinstance(model, Perceptron):
        _check_two_inputs(len(model.weights))
        return lambda points: [[float(model.score(point))] for point in points]
    if isinstance(model, MLP):
        _check_two_inputs(len(model.layers[0].neurons[0].weights))
    elif isinstance(model, Layer):
        _check_two_inputs(len(model.neurons[0].weights))
    elif isinstance(model, Neuron):
        _check_two_inputs(len(model.weights))
    elif not callable(model):
        raise TypeError(
            "expected a model or a function of a point, received"
            f" {type(model).__name__}: {model!r:.60}"
        )
    return partial(_call, model)


def _predict(model: Model, points: Rows) -> Rows:
    if len(model.inputs) == 1:
        return model.predict(points)
    return model.predict([[[point[0]] for point in points], [[point[1]] for point in points]])


def _call(function: Callable[[list[float]], Any], points: Rows) -> Rows:
    with no_grad():
        return as_rows([_numbers(function(point)) for point in points], None, "outputs")


def _numbers(output: Any) -> list[float]:
    listed = output.tolist() if hasattr(output, "tolist") else output
    numbers = listed if isinstance(listed, (list, tuple)) else [listed]
    return [number.data if isinstance(number, Value) else number for number in numbers]


def _check_two_inputs(count: int) -> None:
    if count != 2:
        raise ValueError(
            f"expected a model with 2 inputs, for a map is of the plane, received one with {count}"
        )


def _check_outputs(outputs: Rows) -> None:
    if len(outputs[0]) > len(_CLASS_COLORS):
        raise ValueError(
            f"expected a model with at most {len(_CLASS_COLORS)} outputs, received one with"
            f" {len(outputs[0])}"
        )
    for row in outputs:
        for number in row:
            if not math.isfinite(number):
                raise ValueError(f"expected finite outputs, received {number!r}")


def _checked_range(ends: tuple[float, float]) -> tuple[float, float]:
    low, high = ends
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"expected limits as (low, high) with low < high, received {ends!r}")
    return low, high


def _map_of_number(
    panel: Axes, xs: list[float], ys: list[float], grid: Rows, threshold: float
) -> list[Any]:
    """One output: orange below the threshold, blue and hatched above it."""
    from matplotlib.colors import LinearSegmentedColormap, TwoSlopeNorm  # noqa: PLC0415  # see above
    from matplotlib.lines import Line2D  # noqa: PLC0415  # likewise

    lowest, highest = (f(map(f, grid)) for f in (min, max))
    if lowest >= 0.0 and highest <= 1.0 and 0.0 < threshold < 1.0:
        ends = 0.0, 1.0
    else:
        reach = max(highest - threshold, threshold - lowest) or 1.0
        ends = threshold - reach, threshold + reach
    shade = panel.pcolormesh(
        xs,
        ys,
        grid,
        cmap=LinearSegmentedColormap.from_list("sides", ["#f0a070", "#ffffff", "#78a8dc"]),
        norm=TwoSlopeNorm(threshold, *ends),
        shading="gouraud",
        rasterized=True,
    )
    figure = panel.figure
    bar = figure.colorbar(shade, ax=panel, pad=0.02)
    bar.set_label("output", fontsize=_NORMAL, color=_TEXT)
    bar.ax.tick_params(labelsize=_SMALL)
    bar.ax.axhline(threshold, color=_TEXT, linewidth=2.5)
    if highest >= threshold:
        _hatch(panel, xs, ys, grid, threshold, "//", "#5a8cc4")
    if not lowest < threshold < highest:
        return []
    panel.contour(xs, ys, grid, levels=[threshold], colors=[_TEXT], linewidths=2.5)
    return [Line2D([], [], color=_TEXT, linewidth=2.5, label=f"output = {threshold:.4g}")]


def _map_of_largest(
    panel: Axes, xs: list[float], ys: list[float], grids: Sequence[Rows]
) -> list[Any]:
    """Several outputs: for each the region where it is the largest, with a hatch of its own."""
    from matplotlib.colors import to_rgb  # noqa: PLC0415  # see above
    from matplotlib.patches import Patch  # noqa: PLC0415  # likewise

    handles = []
    for k, grid in enumerate(grids):
        others = [other for other in grids if other is not grid]
        # How far it leads: 0 on the border, so that borders are smooth and not steps of the grid.
        lead = [
            [cell - max(o[j][i] for o in others) for i, cell in enumerate(row)]
            for j, row in enumerate(grid)
        ]
        highest, lowest = max(map(max, lead)), min(map(min, lead))
        if highest <= 0:
            continue
        red, green, blue = to_rgb(_CLASS_COLORS[k])
        light = (0.25 * red + 0.75, 0.25 * green + 0.75, 0.25 * blue + 0.75)
        medium = (0.5 * red + 0.5, 0.5 * green + 0.5, 0.5 * blue + 0.5)
        hatch = _CLASS_HATCHES[k]
        panel.contourf(xs, ys, lead, levels=[0.0, highest * 1.001], colors=[light])
        _hatch(panel, xs, ys, lead, 0.0, hatch, medium)
        if lowest < 0:
            panel.contour(xs, ys, lead, levels=[0.0], colors=[_TEXT], linewidths=1.5)
        handles.append(Patch(facecolor=light, edgecolor=medium, hatch=hatch, label=f"answer {k}"))
    return handles


def _hatch(
    panel: Axes, xs: list[float], ys: list[float], grid: Rows, above: float, hatch: str, color: Any
) -> None:
    top = max(map(max, grid))
    filled = panel.contourf(
        xs, ys, grid, levels=[above, top + abs(top) + 1.0], colors="none", hatches=[hatch]
    )
    filled.set(edgecolor=color, linewidth=0.0)


# ------------------------------------------------------------------------ curves


def _curves(
    panel: Axes, names: Sequence[str], measures: Mapping[str, Sequence[float]], first: int
) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415  # see `_panels`

    alone = len(names) == 1
    for i, name in enumerate(names):
        for key, kind, line, shape in ((name, "training", "-", "o"),
                                       (f"val_{name}", "validation", "--", "s")):  # fmt: skip
            if key not in measures:
                continue
            numbers = [float(number) for number in measures[key]]
            color = _CLASS_COLORS[(i + 1) % len(_CLASS_COLORS)]
            if kind == "validation" and alone:
                color = _ORANGE
            epochs = range(first, first + len(numbers))
            panel.set_xlim(first - 0.5, epochs[-1] + 0.5)
            panel.plot(
                epochs,
                numbers,
                line,
                color=color,
                linewidth=2.2,
                marker=shape,
                markersize=6,
                markevery=max(1, len(numbers) // 12),
                label=kind if alone else f"{_plain(name)}, {kind}",
            )
    panel.set_xlabel("epoch", fontsize=_NORMAL, color=_TEXT)
    panel.set_ylabel(_plain(names[0]) if alone else "measure", fontsize=_NORMAL, color=_TEXT)
    whole = MaxNLocator(nbins=8, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1)
    panel.xaxis.set_major_locator(whole)
    _tidy(panel)
    _legend_below(panel, panel.get_lines())


def _with_derivative(activation: activations.Activation, z: float) -> tuple[float, float]:
    node = Value(z)
    result = activation(node)
    result.backward()
    return result.data, node.grad


def _broken_at_jumps(xs: Sequence[float], ys: Sequence[float]) -> tuple[list[float], list[float]]:
    """The curve with a gap where it jumps: a step has no steep piece to draw."""
    steps = [abs(b - a) for a, b in pairwise(ys)]
    out_x, out_y = [xs[0]], [ys[0]]
    for i, size in enumerate(steps):
        around = max(
            steps[max(0, i - 1)] if i else 0.0, steps[i + 1] if i + 1 < len(steps) else 0.0
        )
        if size > 20 * around + 0.2:
            out_x.append(math.nan)
            out_y.append(math.nan)
        out_x.append(xs[i + 1])
        out_y.append(ys[i + 1])
    return out_x, out_y
