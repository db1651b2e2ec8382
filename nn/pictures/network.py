"""What there is to draw of a network: circles for inputs and neurons, arrows for weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from autograd import Constant as Number
from autograd import Parameter, Value, softmax, topological_order
from autograd.languages import marked, words
from autograd.notation import (
    Composer,
    Names,
    in_parentheses,
    inputs_past,
    is_wide,
    scores_of,
    shape_of,
    show_label,
    show_number,
    symbol_of,
    tells_inputs_apart,
    within_others,
)
from autograd.options import wrong_kind
from nn.activations import name_of
from nn.initializers import Constant
from nn.layers import (
    LAYERS,
    Activation,
    Add,
    Concatenate,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    LayerNormalization,
    LayerOutput,
    Multiply,
    SimpleRNN,
    Subtract,
    Tensor,
)
from nn.models import Model
from nn.neurons import MLP, Layer, Neuron, places_in_words
from nn.perceptron import Perceptron
from nn.pictures.weighted_sums import WeightedSum, weighted_sums

_LONGEST = 16  # characters of what a circle computes
_MANY = {
    "input": marked("{count} inputs"),
    "neuron": marked("{count} neurons"),
    "operation": marked("{count} operations"),
    "bias": marked("{count} biases"),
}


@dataclass(eq=False)
class Circle:
    """An input, a neuron, an operation between layers, or a bias drawn by itself.

    Attributes:
        text: what it does: an input's name, or an activation's; or how many it stands for.
        does: of one that stands for several: what all of its neurons or operations do, or which
            inputs they are.
        kind: "input", "neuron", "operation", "bias", or "relay", a point that a line runs through.
        bias: a neuron's bias, if it stands in the circle.
        arrows: the circles that its numbers come from, each with the weight on the way, or None.
        output: the number that it gives, once that is computed.
        score: a neuron's weighted sum, if that is another number.
        members: the circles that it stands for, if it stands for several.
        parts: of an operation of a graph, the node and those that are drawn as part of it.
        folded: the weights on each line that stands for several, by the circle that it comes from.
    """

    text: str
    kind: str = "neuron"
    bias: Value | None = None
    arrows: list[tuple[Circle, Value | None]] = field(default_factory=list)
    output: Value | None = None
    score: Value | None = None
    members: list[Circle] = field(default_factory=list)
    does: str = ""
    parts: tuple[Value, ...] = ()
    folded: dict[Circle, list[Value]] = field(default_factory=dict)


@dataclass(eq=False)
class Group:
    """Circles side by side, and what computes their outputs; those of inputs are given.

    Attributes:
        title: its name.
        circles: its circles, in order.
        compute: computes their outputs.
        column: where it stands, if that is not the first column after all of its sources.
    """

    title: str
    circles: list[Circle]
    compute: Callable[[], list[Value]] | None = None
    column: int | None = None


class Network:
    """Any model that `draw_network` takes, as groups of circles in the order of computing them.

    Args:
        model: see `draw_network`.
        is_short: whether an unlabelled result of a graph is drawn within the operation that takes
            it.

    Attributes:
        groups: the inputs and the layers' calls.
        outputs: the circles of the output.
        names: of a graph, the names of its labelled nodes, but for those of a model's parameters.
    """

    def __init__(self, model: Any, *, is_short: bool = False) -> None:
        self.groups: list[Group] = []
        self.names: dict[Value, str] = {}
        self._composer = Composer({}, 4, _LONGEST)
        if isinstance(model, Value):
            self.outputs = self._add_graph(model, is_short=is_short)
            return
        if isinstance(model, Perceptron):
            model = _as_neuron(model)
        if isinstance(model, Model):
            output = model.output  # refuses a model that is not built
            self.outputs = self._add(model.inputs, model.calls, model.outputs)
            if output in model.inputs:
                raise ValueError("expected a model with at least one layer, received one without")
        else:
            layers = _dense_layers(model)
            tensors = [Tensor(len(layers[0].neurons[0].weights))]
            for layer in layers:
                tensors.append(LayerOutput(layer, layer.units, [tensors[-1]]))
            self.outputs = self._add(tensors[:1], tensors[1:], tensors[-1:])
        if isinstance(model, Neuron):  # alone, it needs no headings
            for group in self.groups:
                group.title = ""

    def _add(
        self, inputs: Sequence[Tensor], calls: Sequence[Any], outputs: Sequence[Tensor]
    ) -> list[Circle]:
        """Add a model's inputs and its calls of layers; return the circles of the output."""
        circles: dict[Tensor, list[Circle]] = {}
        for i, tensor in enumerate(inputs, start=1):
            before = sum(map(len, circles.values()))
            made = [Circle(f"x{before + k}", "input") for k in range(1, tensor.size + 1)]
            self.groups.append(
                Group(
                    words("inputs {number}", number=i) if len(inputs) > 1 else words("inputs"), made
                )
            )
            circles[tensor] = made
        titles = _titles(calls)
        uses = Counter(source for call in calls for source in call.sources)
        for call in calls:
            sources = [circles[source] for source in call.sources]
            before_it = self.home(sources[0][0])
            if _is_as_it_is(call.layer):
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
        return [circle for output in outputs for circle in circles[output]]

    def _add_graph(self, output: Value, *, is_short: bool) -> list[Circle]:
        """Add a recorded graph: a weighted sum is a neuron, with the function that follows it.

        An input that is used late, such as a target, stands in the column before its first use.
        """
        whole = topological_order(output)
        sums = weighted_sums(whole)
        inner = {node for found in sums.values() for node in found.inner}
        known = Names(whole)
        shown = {n: show_label(known.text(n)) for n in whole if n.label}
        self.names = {n: name for n, name in shown.items() if not isinstance(n, Parameter)}
        self._composer = composer = Composer(shown, 4, _LONGEST)
        inside = _within_others(whole, sums, inner, composer) if is_short else {}
        inner |= {part for found in inside.values() for part in found}
        order = [
            node
            for node in whole
            if node is output or not (isinstance(node, Number) or node in inner)
        ]
        inputs: dict[Value, list[tuple[Value, Value | None]]] = {
            node: [*sums[node].pairs]
            if node in sums
            else [(p, None) for p in inputs_past(node, lambda p: p not in inner)[0]]
            for node in order
        }
        uses = Counter(parent for found in inputs.values() for parent, _ in found)
        given = {x for found in inputs.values() for x, _ in found}
        circles: dict[Value, Circle] = {}
        columns: dict[Circle, int] = {}
        for node in order:
            symbol = symbol_of(node)
            before = circles.get(node.parents[0]) if len(node.parents) == 1 else None
            if before and before.text == "linear" and uses[node.parents[0]] == 1:
                before.text, before.score, before.output = symbol, before.output, node
                circles[node] = before
                continue
            if not node.parents and node not in given and node is not output:
                continue  # a weight or a bias
            arrows = [(circles[x], weight) for x, weight in inputs[node] if x in circles]
            kind = "neuron" if node in sums else "operation" if arrows else "input"
            usual = {"neuron": "linear", "input": known.text(node) if node.label else "input"}
            text = usual.get(kind) or _operation(node, symbol, inside.get(node), composer)
            bias = sums[node].bias if node in sums else None
            circles[node] = Circle(text, kind, bias, arrows, node)
            circles[node].parts = (node, *inside.get(node, ())) if kind == "operation" else ()
            columns[circles[node]] = 1 + max((columns[s] for s, _ in arrows), default=-1)
        users: dict[Circle, set[int]] = {circle: set() for circle in columns}
        for circle, column in columns.items():
            for source, _ in circle.arrows:
                users[source].add(column)
        for circle in columns:
            if circle.kind == "input" and users[circle]:
                columns[circle] = min(users[circle]) - 1
        # A group is what is used in the same columns: its lines skip the same ones.
        groups: dict[Any, Group] = {}
        for circle in sorted(_with_scores_in_order(circles, columns), key=columns.__getitem__):
            key = columns[circle], circle.kind, frozenset(users[circle])
            group = groups.setdefault(key, Group("", [], column=columns[circle]))
            group.circles.append(circle)
        self.groups += groups.values()
        return [circles[output]]

    def circles(self) -> Iterator[Circle]:
        """Return every circle."""
        return (circle for group in self.groups for circle in group.circles)

    def inputs(self) -> list[Circle]:
        """Return the circles of inputs."""
        return [circle for circle in self.circles() if circle.kind == "input"]

    def compute(self, row: Sequence[Any]) -> None:
        """Give the inputs these numbers, and compute every circle's output."""
        for circle, number in zip(self.inputs(), row, strict=True):
            circle.output = number
        for group in self.groups:
            if group.compute is not None:
                for circle, number in zip(group.circles, group.compute(), strict=True):
                    circle.output = number

    def parameters(self) -> list[Value]:
        """Return every weight and bias once."""
        every = [p for c in self.circles() for p in (*(weight for _, weight in c.arrows), c.bias)]
        return [*dict.fromkeys(p for p in every if p is not None)]

    def home(self, circle: Circle) -> Group:
        """Return the group that a circle is in."""
        return next(group for group in self.groups if circle in group.circles)

    def fold(self) -> None:
        """Put one circle in the place of several of a group that are alike, and one line of theirs.

        Circles are alike that do the same with what is alike, for circles that are alike.
        """
        stands: dict[Circle, Circle] = {}
        marks = self._marks()
        for group in self.groups:
            alike: dict[Hashable, list[Circle]] = {}
            for circle in group.circles:
                alike.setdefault(marks[circle], []).append(circle)
            group.circles[:] = [
                self._one_for(many, is_named=not group.title) if len(many) > 1 else many[0]
                for many in alike.values()
            ]
            for one in group.circles:
                stands |= dict.fromkeys(one.members, one)
                given = [arrow for circle in one.members or [one] for arrow in circle.arrows]
                arrows = [(stands.get(source, source), weight) for source, weight in given]
                for source, weight in arrows:
                    if weight is not None:
                        one.folded.setdefault(source, []).append(weight)
                sources = dict.fromkeys(source for source, _ in arrows)
                is_whole = len(sources) == len(arrows)
                one.arrows = arrows if is_whole else [(source, None) for source in sources]

    def _marks(self) -> dict[Circle, Hashable]:
        """Return a mark for each circle; circles that are alike have the same."""
        mark: dict[Circle, Hashable] = {
            circle: hash((i, circle.bias is None, _what_it_does(circle)))
            for i, group in enumerate(self.groups)
            for circle in group.circles
        }
        count = 0
        while len(set(mark.values())) > count:
            count = len(set(mark.values()))
            users: dict[Circle, Counter[Hashable]] = {circle: Counter() for circle in mark}
            for circle, its in mark.items():
                for place, (source, _) in enumerate(circle.arrows):
                    users[source][its, place if _is_ordered(circle) else None] += 1
            mark = {
                c: hash((mark[c], *(mark[s] for s, _ in c.arrows), frozenset(users[c].items())))
                for c in mark
            }
        return mark

    def _one_for(self, circles: Sequence[Circle], *, is_named: bool) -> Circle:
        """Return the circle that stands for several: how many and what they are, and do."""
        kind, texts = circles[0].kind, [*dict.fromkeys(circle.text for circle in circles)]
        text, does = words(_MANY[kind], count=len(circles)), texts[0]
        if kind == "input":
            labels = [c.output.label for c in circles if c.output is not None and is_named]
            names = [show_label(label) for label in dict.fromkeys(labels) if label]
            does = ", ".join(names)
            does = does if len(does) <= _LONGEST else f"{names[0]} … {names[-1]}"
        elif kind == "operation" and len(texts) == 1:
            text, does = f"{len(circles)} × {in_parentheses(texts[0])}", ""
        elif kind == "operation":
            parts = [part for circle in circles for part in circle.parts]
            does = self._composer.text([circle.parts[0] for circle in circles], parts)
        return Circle(text, kind, members=[*circles], does=does)

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


def _what_it_does(circle: Circle) -> Hashable:
    """Return what a circle does, whatever its inputs are called and its constants are."""
    if circle.kind == "input":
        return circle.kind
    if circle.parts:
        return shape_of(circle.parts[0], {circle.parts[0]: circle.parts[1:]})
    return circle.kind, circle.text


def _is_ordered(circle: Circle) -> bool:
    """Return whether what a circle computes depends on the order of its inputs."""
    if len(circle.parts) != 1:
        return bool(circle.parts)
    return tells_inputs_apart(circle.parts[0].op)


def _with_scores_in_order(
    circles: Mapping[Value, Circle], columns: Mapping[Circle, int]
) -> list[Circle]:
    """Return the circles, the scores of each share of a softmax as their labels number them."""
    order = [*columns]
    for node in circles:
        scores = [circles[score] for score in scores_of(node) if score in circles]
        places = sorted(map(order.index, scores))
        for place, circle in zip(places, scores, strict=True):
            order[place] = circle
    return order


def _within_others(
    order: Sequence[Value],
    sums: Mapping[Value, WeightedSum],
    inner: AbstractSet[Value],
    composer: Composer,
) -> dict[Value, list[Value]]:
    """Return the operations to draw within others: those that are no neurons."""

    def is_operation(node: Value) -> bool:
        is_function = len(node.parents) == 1 and node.parents[0] in sums
        return not (node in sums or node in inner or is_function)

    def may(node: Value, parent: Value) -> bool:
        return not is_wide(node) and is_operation(node) and is_operation(parent)

    return within_others(order, composer, may)


def _operation(node: Value, symbol: str, inside: Sequence[Value] | None, composer: Composer) -> str:
    """Return what an operation does: "−"; "a − 2" where a constant or labels tell the order."""
    if inside:
        return composer.text([node], inside)
    is_told = all(p.label for p in node.parents) and symbol not in {"+", "×"}
    has_constant = any(isinstance(p, Number) for p in node.parents)
    if len(node.parents) != 2 or symbol.isalpha() or not (is_told or has_constant):
        return symbol
    first, second = (
        show_number(p.data, 4) if isinstance(p, Number) else show_label(p.label) or "·"
        for p in node.parents
    )
    return f"{first} {symbol} {second}"


def _dense_layers(model: Any) -> list[Dense]:
    """What a model other than a `Model` consists of."""
    if isinstance(model, Neuron):
        layer = Layer(len(model.weights), 1, model.activation, "zeros")  # replaced at once
        layer.neurons = [model]
        return [_dense(layer)]
    if isinstance(model, (Layer, MLP)):
        return [_dense(layer) for layer in (model.layers if isinstance(model, MLP) else [model])]
    if not isinstance(model, Dense):
        raise wrong_kind(
            "a Neuron, Layer, MLP, Dense, Sequential, Model, Perceptron or Value", model
        )
    if not model.neurons:
        raise RuntimeError(
            "the layer does not know its number of inputs yet; show it data, or put it into a model"
        )
    return [model]


def _dense(layer: Layer) -> Dense:
    """Keras's layer of these very neurons."""
    dense = Dense(len(layer.neurons), layer.activation)
    dense._layer = layer
    return dense


def _as_neuron(perceptron: Perceptron) -> Neuron:
    neuron = Neuron(len(perceptron.weights), "step", Constant(0.0))
    numbers = (*perceptron.weights, perceptron.bias)
    for parameter, number in zip(neuron.parameters(), numbers, strict=True):
        parameter.data = float(number)
    return neuron


_SIGNS = {Add: "+", Multiply: "×", Subtract: "-"}
"""What stands in the circles of layers that join others, where it is no word."""


def _is_as_it_is(layer: Any) -> bool:
    """Whether a layer changes no number when it is asked: it is not drawn."""
    joins = isinstance(layer, Concatenate) and not isinstance(layer, Add)
    return joins or isinstance(layer, (Flatten, Dropout))


def _circles(layer: Any, sources: Sequence[list[Circle]]) -> list[Circle]:
    """One call of a layer, as circles of its own."""
    if isinstance(layer, Dense):
        text = name_of(layer.activation)
        return [
            Circle(text, "neuron", n.bias, list(zip(sources[0], n.weights, strict=True)))
            for n in layer.neurons
        ]
    if isinstance(layer, SimpleRNN):
        raise wrong_kind(
            "a recurrent network for one sample, unrolled, as draw_network(model(x)[0]) draws it",
            layer,
        )
    if isinstance(layer, Embedding):
        raise wrong_kind(
            "an embedding for one sample, looked up, as draw_network(model(x)[0]) draws it", layer
        )
    if type(layer) not in LAYERS.values():
        raise wrong_kind("layers of Dense, Activation and others of nn.layers", layer)
    text = _SIGNS.get(type(layer), "")
    if not text:
        is_function = isinstance(layer, Activation)
        text = name_of(layer.activation) if is_function else type(layer).__name__
    # Each circle is fed with the numbers at its place; a share of a softmax, with all of them.
    is_softmax = getattr(layer, "activation", None) is softmax
    takes_all = is_softmax or isinstance(layer, LayerNormalization)
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
    place_of: dict[Any, str] = dict(zip(dense, places_in_words(len(dense)), strict=True))
    titles = {}
    times: Counter[Any] = Counter()
    for call in calls:
        layer = call.layer
        times[layer] += 1
        title = layer.name_given or place_of.get(layer, "")
        if times[layer] > 1:
            title = words(
                "{layer}, use {number}", layer=title or type(layer).__name__, number=times[layer]
            )
        titles[call] = title
    return titles
