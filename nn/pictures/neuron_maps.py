"""neuron_maps: the map of each neuron of the first layer, and of the network made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import no_grad
from autograd.languages import words
from autograd.options import check_length, wrong_kind
from nn.models import Model
from nn.neurons import Neuron
from nn.perceptron import Perceptron
from nn.pictures.boundary_lines import clipped
from nn.pictures.decision_map import answers, in_view, shade
from nn.pictures.figures import DARK, Axes, Figure, make_panels
from nn.pictures.plane import Limits, lattice, scatter, show_plane

_HALF = 0.5
"""Of a network's output, where its curve is, as in `decision_map`."""
_THIN: dict[str, Any] = {"color": DARK, "linewidth": 1.2, "linestyle": (0, (1, 2))}
_EARLIER: dict[str, Any] = {"color": DARK, "linewidth": 1.8, "linestyle": (0, (5, 3))}


def neuron_maps(
    model: Model,
    inputs: Sequence[Sequence[float]] | None = None,
    targets: Sequence[Any] | None = None,
    *,
    before: Sequence[float] | None = None,
    limits: Limits | None = None,
    resolution: int = 60,
    axes: Axes | Sequence[Axes] | None = None,
) -> Figure:
    """Map each neuron of the first layer over the plane, then the network made of them.

    Each panel is a `decision_map`. A neuron's has the line where its weighted sum is 0; the
    network's, the last, has the lines of all these neurons, dotted, beside its own curve.

    Args:
        model: a network with two inputs and one output, whose first layer is a `Dense`; one of this
            layer alone has maps of its neurons alone, and as many outputs.
        inputs: points to show on top, each (x1, x2).
        targets: their classes.
        before: the numbers that `model.parameters()` had before a training; each panel shows its
            line or curve as it was then, dashed.
        limits: what to show; see `decision_map`.
        resolution: how many points to evaluate in each direction.
        axes: where to draw, if not in a figure of its own: one for each panel.

    Raises:
        ValueError: the network has not two inputs and one output, or there are not as many numbers
            or axes as needed.
        TypeError: it is no `Sequential` or `Model`, or its first layer is no `Dense`.
        RuntimeError: the network does not know its number of inputs yet.
        ImportError: matplotlib is not installed; the message says how to get it.

    >>> from nn import Dense, Sequential
    >>> model = Sequential([Dense(2, "sigmoid", input_dim=2), Dense(1, "sigmoid")])
    >>> figure = neuron_maps(model, resolution=5)
    >>> [panel.get_title() for panel in figure.axes if panel.get_title()]
    ['neuron 1', 'neuron 2', 'network']
    """
    neurons = _first_neurons(model)
    parts: list[Any] = list(neurons)
    names = [words("neuron {number}", number=i) for i in range(1, len(neurons) + 1)]
    if len(model.layers) > 1:
        parts.append(model)
        names.append(words("network"))
    if before is not None:
        check_length(before, len(model.parameters()), "{} numbers from before")
    points, classes, limits = in_view(inputs, targets, limits)
    figure, panels = make_panels(axes, len(parts), ", ".join(names), size=(5.4, 4.8))
    from matplotlib.lines import Line2D  # noqa: PLC0415  # see `make_panels`

    for part, panel, name in zip(parts, panels, names, strict=True):
        handles = shade(panel, part, limits, resolution, _middle(part))
        if points is not None:
            handles += scatter(panel, points, classes)
        if part is model:
            for neuron in neurons:
                _line(panel, [parameter.data for parameter in neuron.parameters()], limits, _THIN)
            handles.append(Line2D([], [], label=words("lines of the neurons"), **_THIN))
        if before is not None:
            _earlier(panel, model, part, before, limits, resolution)
            handles.append(Line2D([], [], label=words("before"), **_EARLIER))
        show_plane(panel, limits, name, handles)
    return figure


def _first_neurons(model: Model) -> list[Neuron]:
    """The neurons of the first layer, each a line in the plane."""
    if not isinstance(model, Model):
        raise wrong_kind("a Sequential or Model", model)
    model.output  # noqa: B018  # raises where the number of inputs is not known
    layer = model.layers[0]
    neurons: list[Neuron] | None = getattr(layer, "neurons", None)
    if not neurons:
        raise wrong_kind("a network whose first layer is a Dense", layer)
    outputs = sum(tensor.size for tensor in model.outputs)
    if outputs != 1 and len(model.layers) > 1:
        raise ValueError(f"expected a network with 1 output, received one with {outputs}")
    return list(neurons)


def _middle(part: Neuron | Model) -> float:
    """What is said on the line or curve: by a neuron, where its weighted sum is 0."""
    if isinstance(part, Model):
        return _HALF
    with no_grad():
        return float(part.activation(0.0))


def _line(panel: Axes, numbers: Sequence[float], limits: Limits, look: dict[str, Any]) -> None:
    """Draw the line of a neuron with these numbers, (w1, w2) or (w1, w2, b)."""
    w1, w2, *bias = numbers
    piece = clipped(Perceptron((w1, w2), sum(bias)), limits)
    if piece:
        panel.plot(*zip(*piece, strict=True), **look)


def _earlier(
    panel: Axes, model: Model, part: Any, before: Sequence[float], limits: Limits, resolution: int
) -> None:
    """Draw a neuron's line, or the network's curve, with earlier numbers."""
    if part is not model:
        places = [model.parameters().index(parameter) for parameter in part.parameters()]
        _line(panel, [before[place] for place in places], limits, _EARLIER)
        return
    xs, ys, points = lattice(limits, resolution)
    rows = model.with_parameters(before, answers, model.__call__, points)
    if min(rows)[0] < _HALF < max(rows)[0]:
        grid = [[p for [p] in rows[i : i + resolution]] for i in range(0, len(rows), resolution)]
        width, dashes = _EARLIER["linewidth"], _EARLIER["linestyle"]
        look: dict[str, Any] = {"linewidths": width, "linestyles": [dashes]}
        panel.contour(xs, ys, grid, levels=[_HALF], colors=[DARK], **look)
