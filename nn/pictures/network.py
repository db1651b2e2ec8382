"""What there is to draw of a network: circles for inputs and neurons, arrows for weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from autograd import Parameter, Value, softmax
from nn.activations import name_of
from nn.data import wrong_kind
from nn.initializers import Constant
from nn.layers import Activation, Add, Concatenate, Dense, LayerOutput, Tensor
from nn.models import Model
from nn.neurons import MLP, Layer, Neuron, places
from nn.perceptron import Perceptron


@dataclass(eq=False)
class Circle:
    """An input, a neuron, an operation between layers, or a bias drawn by itself.

    Attributes:
        text: what it does: an input's name, or an activation's.
        kind: "input", "neuron", "operation", "bias", or "relay", a point that a line runs through.
        bias: a neuron's bias, if it stands in the circle.
        arrows: the circles that its numbers come from, each with the weight on the way, or None.
        output: the number that it gives, once that is computed.
    """

    text: str
    kind: str = "neuron"
    bias: Parameter | None = None
    arrows: list[tuple[Circle, Parameter | None]] = field(default_factory=list)
    output: Value | None = None


@dataclass(eq=False)
class Group:
    """Circles side by side, and what computes their outputs; those of inputs are given."""

    title: str
    circles: list[Circle]
    compute: Callable[[], list[Value]] | None = None


class Network:
    """Any model that `draw_network` takes, as groups of circles in the order of computing them.

    Attributes:
        groups: the inputs and the layers' calls.
        outputs: the circles of the output.
    """

    def __init__(self, model: Any) -> None:
        self.groups: list[Group] = []
        if isinstance(model, Perceptron):
            model = _as_neuron(model)
        if isinstance(model, Model):
            output = model.output  # refuses a model that is not built
            self.outputs = self._add(model.inputs, model.calls)
            if output in model.inputs:
                raise ValueError("expected a model with at least one layer, received one without")
        else:
            layers = _dense_layers(model)
            tensors = [Tensor(len(layers[0].neurons[0].weights))]
            for layer in layers:
                tensors.append(LayerOutput(layer, layer.units, [tensors[-1]]))
            self.outputs = self._add(tensors[:1], tensors[1:])
        if isinstance(model, Neuron):  # alone, it needs no headings
            for group in self.groups:
                group.title = ""

    def _add(self, inputs: Sequence[Tensor], calls: Sequence[Any]) -> list[Circle]:
        """Add a model's inputs and its calls of layers; return the circles of the output."""
        circles: dict[Tensor, list[Circle]] = {}
        for i, tensor in enumerate(inputs, start=1):
            before = sum(map(len, circles.values()))
            made = [Circle(f"x{before + k}", "input") for k in range(1, tensor.size + 1)]
            self.groups.append(Group(f"inputs {i}" if len(inputs) > 1 else "inputs", made))
            circles[tensor] = made
        titles = _titles(calls)
        uses = Counter(source for call in calls for source in call.sources)
        for call in calls:
            sources = [circles[source] for source in call.sources]
            before_it = self.home(sources[0][0])
            if isinstance(call.layer, Concatenate) and not isinstance(call.layer, Add):
                circles[call] = [circle for source in sources for circle in source]
            elif (
                isinstance(call.layer, Activation)
                and uses[call.sources[0]] == 1
                and before_it.circles == sources[0]
                and {(c.kind, c.text) for c in before_it.circles} == {("neuron", "linear")}
            ):
                _put_on_top(before_it, call.layer)
                circles[call] = before_it.circles
            else:
                circles[call] = _circles(call.layer, sources)
                compute = partial(_outputs_of, call.layer, sources)
                self.groups.append(Group(titles[call], circles[call], compute))
        return circles[[*inputs, *calls][-1]]

    def circles(self) -> Iterator[Circle]:
        """Return every circle."""
        return (circle for group in self.groups for circle in group.circles)

    def parameters(self) -> list[Parameter]:
        """Return every weight and bias once."""
        found: dict[Parameter, None] = {}
        for circle in self.circles():
            weights = [weight for _, weight in circle.arrows]
            found.update(dict.fromkeys(p for p in [*weights, circle.bias] if p is not None))
        return list(found)

    def home(self, circle: Circle) -> Group:
        """Return the group that a circle is in."""
        return next(group for group in self.groups if circle in group.circles)

    def unfold_biases(self) -> None:
        """Make biases weights of circles that hold 1, one for each group of neurons."""
        for group in self.groups:
            one = Circle("1", "bias")
            for circle in group.circles:
                if circle.bias is not None:
                    if one not in self.circles():
                        self.home(circle.arrows[-1][0]).circles.append(one)
                    circle.arrows.append((one, circle.bias))
                    circle.bias = None


def _dense_layers(model: Any) -> list[Dense]:
    """What a model other than a `Model` consists of."""
    if isinstance(model, Neuron):
        return [_dense([model], model.activation)]
    if isinstance(model, (Layer, MLP)):
        layers = model.layers if isinstance(model, MLP) else [model]
        return [_dense(layer.neurons, layer.activation) for layer in layers]
    if not isinstance(model, Dense):
        raise wrong_kind("a Neuron, Layer, MLP, Dense, Sequential, Model or Perceptron", model)
    if not model.neurons:
        raise RuntimeError(
            "the layer does not know its number of inputs yet; show it data, or put it into a model"
        )
    return [model]


def _dense(neurons: list[Neuron], activation: Any) -> Dense:
    """A layer of these very neurons."""
    layer = Dense(len(neurons), activation, kernel_initializer="zeros")  # replaced at once
    layer.build([len(neurons[0].weights)])
    layer.neurons[:] = neurons
    return layer


def _as_neuron(perceptron: Perceptron) -> Neuron:
    neuron = Neuron(len(perceptron.weights), "step", Constant(0.0))
    numbers = (*perceptron.weights, perceptron.bias)
    for parameter, number in zip(neuron.parameters(), numbers, strict=True):
        parameter.data = float(number)
    return neuron


def _circles(layer: Any, sources: Sequence[list[Circle]]) -> list[Circle]:
    """One call of a layer, as circles of its own."""
    if isinstance(layer, Dense):
        text = name_of(layer.activation)
        return [
            Circle(text, "neuron", n.bias, list(zip(sources[0], n.weights, strict=True)))
            for n in layer.neurons
        ]
    if not isinstance(layer, (Activation, Add)):
        raise wrong_kind("layers of Dense, Activation, Concatenate and Add", layer)
    text = "+" if isinstance(layer, Add) else name_of(layer.activation)
    # Each circle is fed with the numbers at its place; a share of a softmax, with all of them.
    takes_all = getattr(layer, "activation", None) is softmax
    feeding = [sources[0]] * len(sources[0]) if takes_all else zip(*sources, strict=True)
    return [
        Circle(text, "operation", arrows=[(source, None) for source in given]) for given in feeding
    ]


def _outputs_of(layer: Any, sources: Sequence[list[Circle]]) -> list[Value]:
    return layer.forward([[circle.output for circle in source] for source in sources])  # type: ignore[no-any-return]  # of Values, Values


def _put_on_top(group: Group, layer: Activation) -> None:
    """Make an activation part of the neurons before it, as it is of a Dense(..., activation)."""
    before = group.compute
    for circle in group.circles:
        circle.text = name_of(layer.activation)
    group.compute = lambda: layer.forward([before() if before else []])


def _titles(calls: Sequence[LayerOutput]) -> dict[LayerOutput, str]:
    """The name of each call: the layer's own, or its place; and which use of it this is."""
    dense = list(dict.fromkeys(call.layer for call in calls if isinstance(call.layer, Dense)))
    place_of: dict[Any, str] = dict(zip(dense, places(len(dense)), strict=True))
    titles = {}
    times: Counter[Any] = Counter()
    for call in calls:
        layer = call.layer
        times[layer] += 1
        title = layer.name_given or place_of.get(layer, "")
        if times[layer] > 1:
            title = f"{title or type(layer).__name__}, use {times[layer]}"
        titles[call] = title
    return titles
