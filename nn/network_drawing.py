"""draw_network: the picture of a network, neurons as circles and weights as lines.

`autograd.draw` shows every operation of a graph; this shows what textbooks do: a circle for each
input and each neuron, a line for each weight, thick for a large one and thin for a small one.
"""

from __future__ import annotations

import html
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any, TypeAlias

from autograd import Parameter, Picture, Value
from autograd.options import choose, whole_number
from nn import activations, losses
from nn.activations import name_of
from nn.data import as_rows
from nn.initializers import Constant
from nn.layers import Activation, Add, Concatenate, Dense, LayerOutput, Tensor
from nn.models import Model
from nn.neurons import MLP, Layer, Module, Neuron
from nn.perceptron import Perceptron

_TEXT, _QUIET, _FORWARD, _BACKWARD = "#1b1b1b", "#595959", "#0b4a8f", "#a3270c"
_POSITIVE, _NEGATIVE = "#0b4a8f", "#c2410c"
_FONT = "Helvetica"
_THINNEST, _THICKEST = 0.6, 5.0  # points
_LABELLED_EDGES = 30
_LONGEST_LINE, _WIDEST_PITCH = 6.0, 4.0  # inches
_LETTER, _LINE = 0.1, 0.22  # inches: a letter's width and a line's height, in any common font
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

Rows: TypeAlias = list[tuple[str, str]]
"""Lines of text, each with its colour."""


def draw_network(
    model: Module | Perceptron,
    x: Sequence[Any] | None = None,
    *,
    target: Sequence[float] | float | None = None,
    loss: str | Callable[..., Any] | None = None,
    direction: str = "LR",
    bias: str = "inside",
    numbers: bool | None = None,
    digits: int = 4,
    max_neurons: int = 60,
    title: str = "",
) -> Picture:
    """Draw a network: inputs and neurons as circles, weights as lines between them.

    A line is the thicker the larger |weight| is, measured by the largest one drawn; a positive
    weight is blue and solid, a negative one orange and dashed, 0 grey and dotted. With a row of
    inputs, every circle shows its output in the forward pass. With a target too, the gradients of
    the loss are shown: by a neuron's output and bias in its circle, by a weight on its line.
    Without one, gradients that the parameters hold from an earlier backward pass are.

    A layer that is used several times is drawn for each use, and its weights' gradients are the
    sums over all of them. Nothing of the model is changed, its gradients neither.

    Args:
        model: a `Neuron`, `Layer`, `MLP`, `Dense`, `Sequential` or `Model`, or a `Perceptron`.
        x: one row of inputs, those of a model with several inputs end to end.
        target: the right answer to it, a number or one for each output.
        loss: name or function, see `nn.losses`; if None, the one that the model was compiled with,
            and for what cannot be compiled the mean squared error.
        direction: "LR", left to right, or "TB", top to bottom.
        bias: "inside", written in the neuron; or "node", a circle holding 1 with lines of its own.
        numbers: whether to write weights and biases, in however large a picture; if None, biases
            always, and weights where there are at most 30 lines and room for them.
        digits: significant digits of the numbers shown.
        max_neurons: how many circles to draw at the most, inputs among them.
        title: text below the picture.

    Returns:
        A `graphviz.Digraph`: it shows itself in a notebook, and `.render(outfile="network.svg")`
        writes it.

    Raises:
        ValueError: an option has no such value, the inputs or targets do not fit, or the network is
            too large to read; the message says what to do.
        TypeError: the model is none of these, or holds a layer of another kind.
        RuntimeError: the model does not know its number of inputs, or its loss, yet; or gradients
            are asked for inside of `no_grad()`.

    >>> from nn import MLP
    >>> picture = draw_network(MLP(2, [3, 1], seed=1))
    >>> picture.source.count(" -> ")
    9
    """
    choose("direction", direction, ("LR", "TB"))
    choose("bias", bias, ("inside", "node"))
    digits = whole_number("digits", digits, least=1, most=17)
    max_neurons = whole_number("max_neurons", max_neurons, least=1)
    if target is not None and x is None:
        raise ValueError("expected x, a row of inputs, with the target; received a target alone")
    network = _Network(model)
    count = sum(len(group.circles) for group in network.groups)
    if count > max_neurons:
        raise ValueError(
            f"the network has {count} inputs and neurons to draw, more than"
            f" max_neurons={max_neurons}; draw one of its layers, such as model.layers[-1], or a"
            " smaller model of the same kind, or raise max_neurons"
        )
    if x is not None and target is not None:
        note = network.run_backward(x, target, loss)
    else:
        if x is not None:
            network.run_forward(x)
        note = network.take_held_gradients()
    columns = network.columns()
    if bias == "node":
        network.unfold_biases()
    texts = _Texts(network.gradients, digits, numbers)
    return _picture(_Layout(columns, texts, direction), texts, title, note)


# --------------------------------------------------------- what there is to draw


@dataclass(eq=False)
class _Circle:
    """An input, a neuron, an operation between layers, or a bias drawn by itself.

    Arrows are where its numbers come from, each with its weight, or None where they pass as they
    are.
    """

    text: str
    kind: str = "neuron"
    bias: Parameter | None = None
    arrows: list[tuple[_Circle, Parameter | None]] = field(default_factory=list)
    output: Value | None = None


@dataclass(eq=False)
class _Group:
    """Circles side by side, and how to compute their outputs, which an input's are given."""

    title: str
    circles: list[_Circle]
    compute: Callable[[], list[Value]] | None = None


class _Network:
    """Any model as groups of circles, in the order in which they are computed.

    Attributes:
        groups: the inputs and the layers' calls.
        outputs: the circles of the output.
        gradients: what is known of them, by parameter and by neuron's output.
    """

    def __init__(self, model: Any) -> None:
        self.model = model
        self.groups: list[_Group] = []
        self.gradients: dict[Value, float] = {}
        if isinstance(model, Perceptron):
            model = _as_neuron(model)
        if isinstance(model, Neuron):
            inputs = self._inputs("", len(model.weights))
            only = self._neurons("", [model], model.activation, inputs)
            only.compute = lambda: [model(_outputs(inputs))]
            self.outputs = only.circles
        elif isinstance(model, (Layer, MLP)):
            self._add_layers([model] if isinstance(model, Layer) else model.layers)
        elif isinstance(model, Dense):
            if not model.neurons:
                raise RuntimeError(
                    "the layer does not know its number of inputs yet; put it into a model that"
                    " does, or show it data"
                )
            source = Tensor(len(model.neurons[0].weights))
            self._add_calls([source], [LayerOutput(model, model.units, [source])])
        elif isinstance(model, Model):
            output = model.output  # refuses a model that is not built
            self._add_calls(model.inputs, model.calls)
            if output in model.inputs:
                raise ValueError("expected a model with at least one layer, received one without")
        else:
            raise TypeError(
                "expected a Neuron, Layer, MLP, Dense, Sequential, Model or Perceptron, received"
                f" {type(model).__name__}: {model!r:.60}"
            )

    def _inputs(self, title: str, count: int) -> list[_Circle]:
        before = sum(len(group.circles) for group in self.groups)
        circles = [_Circle(f"x{i}", "input") for i in range(before + 1, before + count + 1)]
        self.groups.append(_Group(title, circles))
        return circles

    def _neurons(
        self,
        title: str,
        neurons: Sequence[Neuron],
        activation: activations.Activation,
        sources: Sequence[_Circle],
    ) -> _Group:
        text = name_of(activation)
        circles = [
            _Circle(text, "neuron", n.bias, list(zip(sources, n.weights, strict=True)))
            for n in neurons
        ]
        self.groups.append(_Group(title, circles))
        return self.groups[-1]

    def _add_layers(self, layers: Sequence[Layer]) -> None:
        """Layers one after the other, as an MLP has them."""
        sources = self._inputs("inputs", len(layers[0].neurons[0].weights))
        for i, layer in enumerate(layers, start=1):
            title = "output" if i == len(layers) else f"hidden{i}"
            group = self._neurons(title, layer.neurons, layer.activation, sources)
            group.compute = partial(_compute_layer, layer, sources)
            sources = group.circles
        self.outputs = sources

    def _add_calls(self, inputs: Sequence[Tensor], calls: Sequence[LayerOutput]) -> None:
        """A functional model's calls of layers."""
        circles: dict[Tensor, list[_Circle]] = {}
        for i, tensor in enumerate(inputs, start=1):
            name = f"inputs {i}" if len(inputs) > 1 else "inputs"
            circles[tensor] = self._inputs(name, tensor.size)
        titles = _titles(calls)
        uses = Counter(source for call in calls for source in call.sources)
        for call in calls:
            sources = [circles[source] for source in call.sources]
            before = self.home(sources[0][0])
            if isinstance(call.layer, Concatenate) and not isinstance(call.layer, Add):
                circles[call] = [circle for source in sources for circle in source]
            elif (
                isinstance(call.layer, Activation)
                and uses[call.sources[0]] == 1
                and before.circles == sources[0]
                and {(c.kind, c.text) for c in before.circles} == {("neuron", "linear")}
            ):
                _put_on_top(before, call.layer)
                circles[call] = before.circles
            else:
                group = self._call(titles[call], call.layer, sources)
                group.compute = partial(_compute_call, call.layer, sources)
                circles[call] = group.circles
        self.outputs = circles[calls[-1]] if calls else circles[inputs[0]]

    def _call(self, title: str, layer: Any, sources: Sequence[list[_Circle]]) -> _Group:
        """One call of a layer, as circles of its own."""
        if isinstance(layer, Dense):
            return self._neurons(title, layer.neurons, layer.activation, sources[0])
        if isinstance(layer, Add):
            return self._operations(title, "+", sources)
        if isinstance(layer, Activation):
            group = self._operations(title, name_of(layer.activation), sources)
            if layer.activation is activations.get("softmax"):  # each share comes from all scores
                for circle in group.circles:
                    circle.arrows = [(source, None) for source in sources[0]]
            return group
        raise TypeError(
            "expected layers of Dense, Activation, Concatenate and Add, received"
            f" {type(layer).__name__}: {layer!r:.60}"
        )

    def _operations(self, title: str, text: str, sources: Sequence[list[_Circle]]) -> _Group:
        """A circle for each place, fed with what is at that place in each source."""
        circles = [
            _Circle(text, "operation", arrows=[(source, None) for source in places])
            for places in zip(*sources, strict=True)
        ]
        self.groups.append(_Group(title, circles))
        return self.groups[-1]

    # ------------------------------------------------------------------ passes

    def parameters(self) -> list[Parameter]:
        """Every weight and bias once."""
        found: dict[Parameter, None] = {}
        for circle in self.circles():
            found.update(dict.fromkeys(weight for _, weight in circle.arrows if weight is not None))
            if circle.bias is not None:
                found[circle.bias] = None
        return list(found)

    def circles(self) -> Iterator[_Circle]:
        """Every circle but those of biases."""
        return (circle for group in self.groups for circle in group.circles)

    def run_forward(self, x: Sequence[Any]) -> None:
        """Compute every circle's output."""
        inputs = [circle for circle in self.circles() if circle.kind == "input"]
        (row,) = as_rows([list(x)], len(inputs), "inputs")
        for circle, number in zip(inputs, row, strict=True):
            circle.output = Value(number)
        for group in self.groups:
            if group.compute is not None:
                for circle, output in zip(group.circles, group.compute(), strict=True):
                    circle.output = output

    def run_backward(
        self, x: Sequence[Any], target: Any, loss: str | Callable[..., Any] | None
    ) -> str:
        """Compute outputs and gradients; return what they are gradients of."""
        (wanted,) = as_rows([target], len(self.outputs), "targets")
        self.run_forward(x)
        outputs = _outputs(self.outputs)
        if loss is not None:
            result = losses.get(loss)([wanted], [outputs])
        elif isinstance(self.model, Model):
            result = self.model.batch_loss([wanted], [outputs])
        else:
            result = losses.MeanSquaredError()([wanted], [outputs])
        if not result.parents:
            raise RuntimeError("there are no gradients inside of no_grad(); draw outside of it")
        parameters = self.parameters()
        with _gradients_put_back(parameters):
            for parameter in parameters:
                parameter.grad = 0.0
            result.backward()
            self.gradients = {parameter: parameter.grad for parameter in parameters}
        for circle in self.circles():
            if circle.kind != "input" and circle.output is not None:
                self.gradients[circle.output] = circle.output.grad
        return f"∂: gradient of the loss, which is {result.data:.6g} here"

    def take_held_gradients(self) -> str:
        """Take the gradients that the parameters hold, if any; return what they are."""
        held: dict[Value, float] = {p: p.grad for p in self.parameters() if p.has_grad}
        if not any(held.values()):
            return ""
        self.gradients = held
        return "∂: gradients that the parameters hold from the latest backward passes"

    def unfold_biases(self) -> None:
        """Make biases weights of circles that hold 1, one for each group of neurons."""
        for group in self.groups:
            biased = [circle for circle in group.circles if circle.bias is not None]
            if biased:
                one = _Circle("1", "bias")
                self.home(biased[0].arrows[-1][0]).circles.append(one)
                for circle in biased:
                    assert circle.bias is not None  # noqa: S101  # chosen for that
                    circle.arrows.append((one, circle.bias))
                    circle.bias = None

    def home(self, circle: _Circle) -> _Group:
        """The group that a circle is in."""
        return next(group for group in self.groups if circle in group.circles)

    def columns(self) -> list[list[_Group]]:
        """The groups by depth: each in the first column after all of its sources.

        Numbers that skip columns get points to run through, so that every line leads from one
        column to the next and none behind a circle.
        """
        columns: list[list[_Group]] = []
        depth: dict[_Circle, int] = {}
        relays: dict[tuple[_Group, int], _Group] = {}
        for group in list(self.groups):
            sources = [source for circle in group.circles for source, _ in circle.arrows]
            column = 1 + max((depth[source] for source in sources), default=-1)
            for circle in group.circles:
                circle.arrows = [
                    (self._relayed(source, depth, column, columns, relays), weight)
                    for source, weight in circle.arrows
                ]
            if column == len(columns):
                columns.append([])
            columns[column].append(group)
            depth.update(dict.fromkeys(group.circles, column))
        return columns

    def _relayed(
        self,
        source: _Circle,
        depth: dict[_Circle, int],
        column: int,
        columns: list[list[_Group]],
        relays: dict[tuple[_Group, int], _Group],
    ) -> _Circle:
        """What stands for a source in the column before this one."""
        group = self.home(source)
        for between in range(depth[source] + 1, column):
            if (group, between) not in relays:
                points = [_Circle("", "relay", arrows=[(c, None)]) for c in group.circles]
                relays[group, between] = _Group("", points)
                self.groups.append(relays[group, between])
                columns[between].append(relays[group, between])
                depth.update(dict.fromkeys(points, between))
            place = group.circles.index(source)
            group = relays[group, between]
            source = group.circles[place]
        return source


def _as_neuron(perceptron: Perceptron) -> Neuron:
    neuron = Neuron(len(perceptron.weights), "step", Constant(0.0))
    numbers = [float(number) for number in (*perceptron.weights, perceptron.bias)]
    for parameter, number in zip(neuron.parameters(), numbers, strict=True):
        parameter.data = number
    return neuron


def _outputs(circles: Sequence[_Circle]) -> list[Value]:
    return [circle.output for circle in circles if circle.output is not None]


def _compute_layer(layer: Layer, sources: Sequence[_Circle]) -> list[Value]:
    return layer.forward(_outputs(sources))


def _compute_call(layer: Any, sources: Sequence[list[_Circle]]) -> list[Value]:
    return layer.forward([_outputs(source) for source in sources])  # type: ignore[no-any-return]  # of Values, Values


def _titles(calls: Sequence[LayerOutput]) -> dict[LayerOutput, str]:
    """The name of each call: the layer's own, or its place; and which use of it this is."""
    dense = list(dict.fromkeys(call.layer for call in calls if isinstance(call.layer, Dense)))
    titles = {}
    times: Counter[Any] = Counter()
    for call in calls:
        layer = call.layer
        times[layer] += 1
        title = layer.name_given or ""
        if isinstance(layer, Dense) and not title:
            title = "output" if layer is dense[-1] else f"hidden{dense.index(layer) + 1}"
        if times[layer] > 1:
            title = f"{title or type(layer).__name__}, use {times[layer]}"
        titles[call] = title
    return titles


def _put_on_top(group: _Group, layer: Activation) -> None:
    """Make an activation part of the neurons before it, as it is of a Dense(..., activation)."""
    before = group.compute
    for circle in group.circles:
        circle.text = name_of(layer.activation)
    group.compute = lambda: layer.forward([before() if before else []])


@contextmanager
def _gradients_put_back(parameters: Sequence[Parameter]) -> Iterator[None]:
    before = [(parameter.grad, parameter.has_grad) for parameter in parameters]
    try:
        yield
    finally:
        for parameter, (grad, has_grad) in zip(parameters, before, strict=True):
            parameter.grad, parameter.has_grad = grad, has_grad


# ------------------------------------------------- what is written, and how large it is


class _Texts:
    """Numbers as lines of text, with their colours."""

    def __init__(self, gradients: dict[Value, float], digits: int, numbers: bool | None) -> None:
        self._gradients = gradients
        self._digits = digits
        self.numbers = numbers

    def weight(self, weight: Parameter) -> Rows:
        """What stands on a line."""
        return self._with_gradient("", weight)

    def circle(self, circle: _Circle) -> Rows:
        """What stands in a circle."""
        rows = [(_shown_name(circle.text, longest=12), _TEXT)]
        if circle.kind == "bias":
            rows.append(("bias", _QUIET))
        if circle.bias is not None and self.numbers is not False:
            rows += self._with_gradient("b", circle.bias)
        if circle.output is not None:
            rows += self._with_gradient("" if circle.kind == "input" else "out", circle.output)
        return rows

    def _with_gradient(self, name: str, node: Value) -> Rows:
        equals = " = " if name else ""
        rows = [(f"{name}{equals}{self._number(node.data)}", _FORWARD)]
        if node in self._gradients:
            shown = self._number(self._gradients[node])
            rows.append((f"∂{name}{equals or ' '}{shown}", _BACKWARD))
        return rows

    def _number(self, number: float) -> str:
        return f"{number + 0.0:.{self._digits}g}"  # + 0.0 makes -0.0 a plain 0


def _extent(rows: Rows) -> tuple[float, float]:
    """The width and height of lines of text."""
    return _LETTER * max(len(text) for text, _ in rows), _LINE * len(rows)


def _radius(rows: Rows) -> float:
    """The radius of a circle around lines of text."""
    corners = []
    for i, (text, _) in enumerate(rows):
        across = abs(i - (len(rows) - 1) / 2) * _LINE + _LINE / 2
        corners.append(math.hypot(_LETTER * len(text) / 2, across))
    return max(0.25, max(corners) + 0.03)


# -------------------------------------------------------------------- where it is


class _Layout:
    """Where circles and numbers are, in inches: along the way of the numbers, and across it.

    Neighbours in a column have one distance from centre to centre, the pitch. It and the distance
    of the columns are chosen such that no line runs behind a circle, and the numbers on the lines
    are clear of each other.
    """

    def __init__(self, columns: list[list[_Group]], texts: _Texts, direction: str) -> None:
        self._upright = direction == "LR"
        self.columns = columns
        circles = [circle for column in columns for group in column for circle in group.circles]
        self.names = {circle: f"n{i}" for i, circle in enumerate(circles)}
        self.arrows = [
            (source, circle, weight) for circle in circles for source, weight in circle.arrows
        ]
        self.is_small = len(self.arrows) <= _LABELLED_EDGES
        self.labels: dict[tuple[_Circle, _Circle], Rows] = {}
        if self.is_small if texts.numbers is None else texts.numbers:
            for source, circle, weight in self.arrows:
                if weight is not None:
                    self.labels.setdefault((source, circle), []).extend(texts.weight(weight))
        self.radii = dict.fromkeys(_LOOKS, 0.0)
        for circle in circles:
            fitting = _radius(texts.circle(circle))
            self.radii[circle.kind] = max(self.radii[circle.kind], fitting)
        self._radius = max(self.radii.values())
        extents = [_extent(rows) for rows in self.labels.values()] or [(0.0, 0.0)]
        label = max(width for width, _ in extents), max(height for _, height in extents)
        self._label_along, self._label_across = label if self._upright else label[::-1]
        self._at: dict[_Circle, tuple[float, float]] = {}
        self._fractions: dict[tuple[_Circle, _Circle], float] = {}

        narrowest = pitch = 2 * self._radius + (0.2 if self.is_small else 0.12)
        shortage = self._place(pitch)
        widest = _WIDEST_PITCH if texts.numbers is None else math.inf
        while shortage > 1.0:
            if pitch > widest:
                self.labels.clear()
                pitch = narrowest
            pitch *= min(shortage, 1.2) if self.labels else 1.0
            shortage = self._place(pitch)

    def _place(self, pitch: float) -> float:
        """Give everything its place; return how many times too close the closest numbers are."""
        along, shortage = 0.0, 0.0
        self._at.clear()
        # Lines with this much of a slope still miss the circles beside those that they join.
        clear = self._radius + 0.05
        slope = math.sqrt(pitch**2 - clear**2) / clear
        for column in self.columns:
            column.sort(key=self._mean_of_sources)  # branches beside what they come from
            places = self._across(column, pitch)
            circles = [circle for group in column for circle in group.circles]
            lines = {
                (source, circle): (self._at[source][1], place)
                for circle, place in zip(circles, places, strict=True)
                for source, _ in circle.arrows
            }
            if lines:
                rise = max(abs(end - start) for start, end in lines.values())
                distance = max(2 * self._radius + self._label_along + 0.7, rise / slope)
                written = [ends for pair, ends in lines.items() if pair in self.labels]
                end = self._radius + self._label_along / 2 + 0.15
                if len(written) > 1:
                    fewest = min(len({s for s, _ in written}), len({e for _, e in written}))
                    distance = max(distance, min(end * (fewest + 1), _LONGEST_LINE))
                fraction, gap = _apart(written, end / distance)
                if gap * shortage < self._label_across + 0.03:
                    shortage = (self._label_across + 0.03) / max(gap, 1e-9)
                self._fractions.update(dict.fromkeys(lines, fraction))
                along += distance
            self._at.update((c, (along, p)) for c, p in zip(circles, places, strict=True))
        return shortage

    def _mean_of_sources(self, group: _Group) -> float:
        places = [self._at[s][1] for c in group.circles for s, _ in c.arrows]
        return sum(places) / len(places) if places else 0.0

    def _across(self, column: Sequence[_Group], pitch: float) -> list[float]:
        """Where a column's circles are, about a middle of 0."""
        places: list[float] = []
        for group in column:
            room = 0.3 if self._upright else _LETTER * len(_shown_name(group.title))
            extra = pitch + (room if group.title else 0.0)
            start = places[-1] + extra if places else 0.0
            places += [start + i * pitch for i in range(len(group.circles))]
        middle = (places[0] + places[-1]) / 2
        return [place - middle for place in places]

    def of_circle(self, circle: _Circle) -> str:
        """A circle's position, as DOT has it."""
        return self._position(*self._at[circle])

    def of_label(self, source: _Circle, circle: _Circle) -> str:
        """The position of the numbers on a line."""
        share = self._fractions[source, circle]
        (x0, y0), (x1, y1) = self._at[source], self._at[circle]
        return self._position(x0 + share * (x1 - x0), y0 + share * (y1 - y0))

    def of_heading(self, group: _Group) -> str:
        """The position of a group's name: above it, or on its left."""
        along, across = self._at[group.circles[0]]
        room = 0.2 if self._upright else _LETTER * len(_shown_name(group.title)) / 2 + 0.15
        return self._position(along, across - self.radii[group.circles[0].kind] - room)

    def _position(self, along: float, across: float) -> str:
        x, y = (along, -across) if self._upright else (across, -along)
        return f"{72 * x + 0.0:.1f},{72 * y + 0.0:.1f}"


def _apart(lines: Sequence[tuple[float, float]], nearest: float) -> tuple[float, float]:
    """At which part of their way lines between two columns are furthest from each other.

    Args:
        lines: where each starts and ends.
        nearest: the smallest part of the way to take, from either end.

    Returns:
        The part, and the smallest distance between any two lines there.
    """
    best = (0.5, math.inf if len(lines) < 2 else 0.0)
    for thousandth in range(500, 0, -5):
        for share in (thousandth / 1000, 1 - thousandth / 1000):
            if thousandth / 1000 >= nearest and len(lines) > 1:
                places = sorted((1 - share) * start + share * end for start, end in lines)
                gap = min(b - a for a, b in pairwise(places))
                if gap > best[1] + 1e-9:
                    best = share, gap
    return best


# ------------------------------------------------------------------- the picture


def _picture(layout: _Layout, texts: _Texts, title: str, note: str) -> Picture:
    weights = [weight for _, _, weight in layout.arrows if weight is not None]
    largest = max((abs(w.data) for w in weights if math.isfinite(w.data)), default=0.0)
    # Where lines are many, thick ones would hide the rest.
    thickest = max(2.0, _THICKEST * min(1.0, math.sqrt(_LABELLED_EDGES / len(layout.arrows))))
    picture = Picture(
        graph_attr={
            "layout": "nop",  # everything has its position
            "splines": "line",
            "outputorder": "edgesfirst",
            "bgcolor": "white",
            "fontname": _FONT,
            "pad": "0.15",
        },
        node_attr={
            "shape": "circle",
            "style": "filled",
            "fixedsize": "true",
            "fontname": _FONT,
            "fontsize": "12",
            "fontcolor": _TEXT,
        },
        edge_attr={"arrowsize": "0.6"} if layout.is_small else {"arrowhead": "none"},
    )
    picture.attr(label=f"<{_caption(title, note)}>", labelloc="b")
    plain = {"shape": "plain", "style": "", "fixedsize": "false", "width": "0"}
    white = ' BGCOLOR="white"'  # lines end at it, instead of crossing the text
    for i, group in enumerate(group for column in layout.columns for group in column):
        if group.title:
            name = _table([(_shown_name(group.title), _TEXT)], white)
            picture.node(f"t{i}", name, pos=layout.of_heading(group), fontsize="14", **plain)
    for circle, name in layout.names.items():
        label = "" if circle.kind == "relay" else _table(texts.circle(circle))
        width = f"{2 * layout.radii[circle.kind]:.2f}"
        look = {"width": width} | _LOOKS[circle.kind]
        picture.node(name, label, pos=layout.of_circle(circle), **look)
    for source, circle, weight in layout.arrows:
        look = _stroke(weight, largest, thickest)
        if circle.kind == "relay":
            look["arrowhead"] = "none"
        picture.edge(layout.names[source], layout.names[circle], **look)
    for (source, circle), rows in layout.labels.items():
        name = f"{layout.names[source]}_{layout.names[circle]}"
        label = _table(rows, white)
        picture.node(name, label, pos=layout.of_label(source, circle), **plain)
    return picture


_LOOKS = {
    "input": {"fillcolor": "#f4f4f4", "color": _QUIET},
    "neuron": {"fillcolor": "#fff8e6", "color": _TEXT, "penwidth": "1.5"},
    "operation": {"fillcolor": "white", "color": _QUIET},
    "bias": {"fillcolor": "#e6f0fa", "color": _QUIET, "style": "filled,dashed"},
    "relay": {"shape": "point", "width": "0.04", "color": _QUIET},
}


def _stroke(weight: Parameter | None, largest: float, thickest: float) -> dict[str, str]:
    """How a line looks: thickness by size, colour and style by sign."""
    if weight is None:
        return {"color": _QUIET, "penwidth": "1"}
    size = abs(weight.data)
    share = min(size / largest, 1.0) if largest and not math.isnan(size) else 0.0
    width = f"{_THINNEST + (thickest - _THINNEST) * share:.2f}"
    if size > 0:
        positive = weight.data > 0
        color, style = (_POSITIVE, "solid") if positive else (_NEGATIVE, "dashed")
    else:
        color, style = _QUIET, "dotted"
    return {"color": color, "style": style, "penwidth": width}


def _caption(title: str, note: str) -> str:
    lines = [f'<FONT POINT-SIZE="16">{_escape(title)}</FONT>'] if title.strip() else []
    small = ["line: a weight, the thicker the larger; solid positive, dashed negative"]
    small += [note] if note else []
    lines += [f'<FONT POINT-SIZE="11" COLOR="{_QUIET}">{_escape(line)}</FONT>' for line in small]
    return "<BR/>".join(lines)


def _table(rows: Rows, look: str = "") -> str:
    """Lines of text as an HTML-like label."""
    cells = [
        f'<TR><TD><FONT COLOR="{color}">{_escape(text)}</FONT></TD></TR>' for text, color in rows
    ]
    return f'<<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="1"{look}>{"".join(cells)}</TABLE>>'


def _shown_name(text: str, longest: int = 24) -> str:
    """A name as pictures write it: not too long, and an input's number as a subscript."""
    indexed = re.fullmatch(r"x([0-9]+)", text)
    if indexed:
        return "x" + indexed[1].translate(_SUBSCRIPTS)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _escape(text: str) -> str:
    """Text for an HTML-like label: no markup, no escapes such as Graphviz's own.

    What XML cannot hold, control characters and halves of surrogate pairs, becomes a space.
    """
    clean = re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+", " ", text)
    return html.escape(clean).replace("\\", 2 * "\\")
