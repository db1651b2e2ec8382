"""Pictures of networks: what is drawn of each model, how, with which numbers; and what is not."""

import html
import importlib
import itertools
import math
import re
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import autograd
from autograd import Parameter, Value, dot, no_grad
from nn import (
    MLP,
    Activation,
    Add,
    Concatenate,
    Dense,
    Input,
    Layer,
    Model,
    Neuron,
    Sequential,
    draw_network,
    set_random_seed,
)
from nn.initializers import Constant
from nn.layers import Embedding, Flatten, KerasLayer
from nn.perceptron import Perceptron
from nn.pictures.layout import _apart
from nn.pictures.network import Circle, Network
from nn.pictures.numbers import Texts, _in_lines, extent, radius
from nn.pictures.weighted_sums import weighted_sums

pictures = importlib.import_module("pictures")  # a program beside the tests, in no package

BLUE, ORANGE, GRADIENT = "#0b4a8f", "#c2410c", "#a3270c"


@pytest.fixture
def two_models_combined() -> MLP:
    """5x1 - 2x2 + 8 and 7x1 - 3x2 - 1, combined with 7, 5 and -6; sigmoid each."""
    model = MLP(2, [2, 1], "sigmoid", "sigmoid")
    numbers = [5.0, -2.0, 8.0, 7.0, -3.0, -1.0, 7.0, 5.0, -6.0]
    for parameter, number in zip(model.parameters(), numbers, strict=True):
        parameter.data = number
    return model


@pytest.fixture(autouse=True)
def repeatable() -> None:
    set_random_seed(7)


class Drawn:
    """A picture's DOT text, read again."""

    def __init__(self, picture: autograd.Picture) -> None:
        assert isinstance(picture, autograd.Picture)
        self.nodes: dict[str, dict[str, str]] = {}
        self.edges: dict[tuple[str, str], list[dict[str, str]]] = {}
        for line in picture.source.splitlines():
            edge = re.fullmatch(r"\t(\w+) -> (\w+) \[(.*)\]", line)
            node = re.fullmatch(r"\t(\w+) \[(.*)\]", line)
            if edge:
                self.edges.setdefault((edge[1], edge[2]), []).append(attributes(edge[3]))
            elif node and node[1] not in {"graph", "node", "edge"}:
                self.nodes[node[1]] = attributes(node[2])

    def lines(self, name: str) -> list[str]:
        """The lines of text in a node."""
        return [html.unescape(text) for text in rows(self.nodes[name]["label"])]

    def colors(self, name: str) -> list[str]:
        return re.findall(r'<FONT COLOR="([^"]+)">', self.nodes[name]["label"])

    def circles(self, kind: str = "") -> list[str]:
        """The circles whose first line of text is so."""
        named = [name for name in self.nodes if re.fullmatch(r"n[0-9]+", name)]
        return [n for n in named if not kind or self.lines(n)[:1] == [kind]]

    def headings(self) -> list[str]:
        return [self.lines(name)[0] for name in self.nodes if name[0] == "t"]

    def position(self, name: str) -> tuple[float, float]:
        x, y = self.nodes[name]["pos"].split(",")
        return float(x), float(y)


def attributes(text: str) -> dict[str, str]:
    found = re.findall(r'(\w+)=(<<.*?>>|"[^"]*"|[\w.#-]+)(?: |$)', text)
    return {name: value.strip('"') for name, value in found}


def rows(label: str) -> list[str]:
    return re.findall(r"<FONT[^>]*>(.*?)</FONT>", label)


def read(model: Any, *args: Any, **options: Any) -> Drawn:
    return Drawn(draw_network(model, *args, **options))


def svg_of(picture: autograd.Picture) -> str:
    svg = picture.pipe("svg", encoding="utf-8")
    assert isinstance(svg, str)
    ET.fromstring(svg)  # noqa: S314  # our own
    return svg


# ------------------------------------------------------------------ circles and lines


def test_a_circle_for_each_input_and_neuron_and_a_line_for_each_weight() -> None:
    drawn = read(MLP(3, [4, 2, 1], "tanh"))
    assert [drawn.lines(n)[0] for n in drawn.circles()[:3]] == ["x₁", "x₂", "x₃"]
    assert len(drawn.circles("tanh")) == 6
    assert len(drawn.circles("linear")) == 1
    assert len(drawn.edges) == 3 * 4 + 4 * 2 + 2 * 1
    assert drawn.headings() == ["inputs", "hidden1", "hidden2", "output"]


def test_a_line_is_as_thick_as_its_weight_is_large(two_models_combined: MLP) -> None:
    drawn = read(two_models_combined)
    ((five,), (minus_two,)) = drawn.edges["n0", "n2"], drawn.edges["n1", "n2"]
    ((seven,), (minus_three,)) = drawn.edges["n0", "n3"], drawn.edges["n1", "n3"]
    widths = [float(e["penwidth"]) for e in (minus_two, minus_three, five, seven)]
    assert widths == sorted(set(widths))
    least, most = 0.6, 5.0
    assert widths[-1] == most
    assert widths[0] == pytest.approx(least + (most - least) * 2 / 7, abs=0.01)


def test_the_sign_is_told_by_colour_and_by_style(two_models_combined: MLP) -> None:
    drawn = read(two_models_combined)
    (five,), (minus_two,) = drawn.edges["n0", "n2"], drawn.edges["n1", "n2"]
    assert (five["color"], five["style"]) == (BLUE, "solid")
    assert (minus_two["color"], minus_two["style"]) == (ORANGE, "dashed")


@pytest.mark.parametrize(
    ("weight", "style", "width"),
    [(0.0, "dotted", "0.60"), (math.nan, "dotted", "0.60"), (math.inf, "solid", "5.00"),
     (-math.inf, "dashed", "5.00"), (5e-324, "solid", "0.60")],
)  # fmt: skip
def test_unusual_weights_have_a_line_too(weight: float, style: str, width: str) -> None:
    layer = Layer(2, 1)
    for parameter, number in zip(layer.parameters(), [weight, 1.0, 0.0], strict=True):
        parameter.data = number
    picture = draw_network(layer, [1.0, 2.0])
    (edge,) = Drawn(picture).edges["n0", "n2"]
    assert (edge["style"], edge["penwidth"]) == (style, width)
    svg_of(picture)


def test_weights_that_are_all_0_are_drawn() -> None:
    layer = Layer(1, 1, initializer="zeros")
    (edge,) = read(layer).edges["n0", "n1"]
    assert edge["style"] == "dotted"


def test_a_bias_stands_in_its_neuron(two_models_combined: MLP) -> None:
    drawn = read(two_models_combined)
    assert drawn.lines("n2") == ["sigmoid", "b = 8"]
    assert drawn.lines("n4") == ["sigmoid", "b = -6"]
    assert not drawn.circles("1")


def test_or_is_a_circle_holding_1_with_lines_of_its_own(two_models_combined: MLP) -> None:
    drawn = read(two_models_combined, bias="node")
    first, second = drawn.circles("1")
    assert drawn.lines(first) == ["1", "bias"]
    labels = {
        ends: drawn.lines("_".join(ends)) for ends in drawn.edges if ends[0] in {first, second}
    }
    assert sorted(labels.values()) == [["b -1"], ["b -6"], ["b 8"]]
    (eight,) = next(edge for ends, edge in drawn.edges.items() if labels.get(ends) == ["b 8"])
    assert eight["penwidth"] == "5.00"
    assert [drawn.lines(n) for n in drawn.circles("sigmoid")] == [["sigmoid"]] * 3


def test_neurons_without_a_bias_have_none() -> None:
    model = Sequential([Dense(2, use_bias=False, input_dim=2)])
    assert read(model).lines("n2") == ["linear"]
    assert not read(model, bias="node").circles("1")


def test_the_weights_stand_on_their_lines(two_models_combined: MLP) -> None:
    drawn = read(two_models_combined)
    assert {ends: drawn.lines("_".join(ends)) for ends in drawn.edges} == {
        ("n0", "n2"): ["w₁ 5"],
        ("n1", "n2"): ["w₂ -2"],
        ("n0", "n3"): ["w₁ 7"],
        ("n1", "n3"): ["w₂ -3"],
        ("n2", "n4"): ["w₁ 7"],
        ("n3", "n4"): ["w₂ 5"],
    }
    for (start, end), name in ((ends, "_".join(ends)) for ends in drawn.edges):
        (x0, y0), (x, y), (x1, y1) = map(drawn.position, (start, name, end))
        assert x0 < x < x1
        assert (y - y0) * (x1 - x0) == pytest.approx((y1 - y0) * (x - x0), abs=20)
        assert drawn.colors(name) == [BLUE]


def test_weights_are_written_on_at_most_30_lines_unless_asked_for() -> None:
    def labels(model: Layer, numbers: bool | None) -> int:
        return sum("_" in name for name in read(model, numbers=numbers).nodes)

    assert [labels(Layer(5, 6), numbers) for numbers in (None, True, False)] == [30, 30, 0]
    assert [labels(Layer(1, 31), numbers) for numbers in (None, True, False)] == [0, 31, 0]


def test_without_numbers_none_is_written(two_models_combined: MLP) -> None:
    drawn = read(two_models_combined, numbers=False)
    texts = [line for name in drawn.circles() for line in drawn.lines(name)]
    assert texts == ["x₁", "x₂", "sigmoid", "sigmoid", "sigmoid"]


def test_numbers_have_as_many_digits_as_asked_for() -> None:
    layer = Layer(1, 1)
    layer.neurons[0].weights[0].data = 1 / 3
    layer.parameters()[1].data = -0.0
    assert read(layer).lines("n0_n1") == ["w₁ 0.3333"]
    assert read(layer, digits=2).lines("n0_n1") == ["w₁ 0.33"]
    assert read(layer).lines("n1") == ["relu", "b = 0"]


# -------------------------------------------------------------------------- layout


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("bias", ["inside", "node"])
@pytest.mark.parametrize("shape", [(2, [2, 1]), (3, [4, 3]), (5, [6]), (2, [3, 3, 2]), (1, [1])])
def test_numbers_on_lines_are_clear_of_each_other(
    shape: tuple[int, list[int]], bias: str, direction: str
) -> None:
    model = MLP(*shape)
    drawn = read(model, [1.0] * shape[0], target=[1.0] * shape[1][-1], bias=bias,
                 direction=direction, numbers=True)  # fmt: skip
    labels = [name for name in drawn.nodes if "_" in name]
    assert len(labels) == len(drawn.edges)
    lengths = {name: 0.1 * max(map(len, drawn.lines(name))) for name in labels}
    for one, other in itertools.combinations(labels, 2):
        (x0, y0), (x1, y1) = drawn.position(one), drawn.position(other)
        beside = abs(x1 - x0) / 72 >= (lengths[one] + lengths[other]) / 2 - 0.01
        assert beside or abs(y1 - y0) / 72 >= 0.44 - 0.01, (one, other)  # two lines of text


def test_weights_are_left_out_where_there_is_no_room_for_them() -> None:
    model = Sequential([Dense(6, input_dim=5)])
    model.compile("sgd", "mse")
    crowded = draw_network(model, [1.0] * 5, target=[0.0] * 6, direction="TB")
    assert not [name for name in Drawn(crowded).nodes if "_" in name]
    svg = ET.fromstring(svg_of(crowded))  # noqa: S314  # our own
    assert float(svg.attrib["width"].removesuffix("pt")) < 72 * 20


@pytest.mark.parametrize("model", [MLP(2, [16, 16, 1]), MLP(3, [4, 4, 1]), Layer(8, 2)])
def test_no_line_runs_behind_a_circle(model: Any) -> None:
    drawn = read(model)
    for start, end in drawn.edges:
        (x0, y0), (x1, y1) = drawn.position(start), drawn.position(end)
        for other in drawn.circles():
            if other not in {start, end}:
                x, y = drawn.position(other)
                radius = 36 * float(drawn.nodes[other]["width"])
                away = abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0))
                away /= math.hypot(x1 - x0, y1 - y0)
                assert away > radius or not x0 <= x <= x1


def test_circles_of_a_layer_are_side_by_side_in_their_order() -> None:
    model = MLP(2, [3])
    drawn = read(model)
    xs, ys = zip(*[drawn.position(f"n{i}") for i in (2, 3, 4)], strict=True)
    assert len(set(xs)) == 1
    assert list(ys) == sorted(ys, reverse=True)
    down = read(model, direction="TB")
    xs, ys = zip(*[down.position(f"n{i}") for i in (2, 3, 4)], strict=True)
    assert list(xs) == sorted(xs)
    assert len(set(ys)) == 1


LETTER, HEIGHT = 0.1, 0.22  # inches, of a letter and a line of text


def reach(texts: list[str]) -> float:
    """The radius of a circle that holds lines of text, with a little room."""
    corners = []
    for i, text in enumerate(texts):
        top = abs((i + 0.5) - len(texts) / 2) * HEIGHT + HEIGHT / 2
        corners.append(math.hypot(LETTER * len(text) / 2, top))
    return max(0.25, max(corners) + 0.03)


@pytest.mark.parametrize(
    "texts",
    [["x"], ["linear"], ["linear", "b = 0.25"], ["tanh", "b = 1", "out = 0.123456"], 4 * ["a"]],
)
def test_a_circle_holds_its_text(texts: list[str]) -> None:
    lines = [(text, "black") for text in texts]
    assert radius(lines) == pytest.approx(reach(texts))
    assert extent(lines) == pytest.approx((LETTER * max(map(len, texts)), HEIGHT * len(texts)))


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_columns_are_as_far_apart_as_their_texts_need(direction: str) -> None:
    drawn = read(MLP(1, [1, 1], "tanh"), numbers=False, direction=direction)
    ends = [drawn.position(name) for name in drawn.circles()]
    assert ends[0] == (0.0, 0.0)
    step = 72 * (2 * reach(["linear"]) + 0.7)  # that of the widest circle and an arrow
    along = [x if direction == "LR" else -y for x, y in ends]
    assert along == pytest.approx([0.0, step, 2 * step], abs=0.1)
    assert [y if direction == "LR" else x for x, y in ends] == [0.0, 0.0, 0.0]


def test_a_number_on_a_line_has_room_beside_the_arrow() -> None:
    layer = Layer(1, 1, "tanh")
    for direction in ("LR", "TB"):
        drawn = read(layer, direction=direction)
        (number,) = drawn.lines("n0_n1")
        size = LETTER * len(number) if direction == "LR" else HEIGHT
        expected = 72 * (2 * reach(drawn.lines("n1")) + size + 0.7)
        assert sum(map(abs, drawn.position("n1"))) == pytest.approx(expected, abs=0.1)


def test_lines_with_numbers_get_longer_up_to_six_inches() -> None:
    lengths = [read(MLP(4, [4], seed=1), digits=d).position("n4")[0] / 72 for d in (2, 4, 8, 17)]
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[1] < lengths[2] == lengths[3] == 6.0


@pytest.mark.parametrize(("inputs", "neurons"), [(10, 8), (12, 20), (2, 30)])
def test_columns_are_apart_so_that_the_steepest_line_just_misses_a_circle(
    inputs: int, neurons: int
) -> None:
    drawn = read(Layer(inputs, neurons))
    ends = [drawn.position(n) for n in drawn.circles()]
    across = sorted(y for x, y in ends if x == 0.0)
    pitch = (across[1] - across[0]) / 72
    clear = reach(["relu", "b = 0"]) + 0.05  # of a line, from the middle of a circle it passes
    assert pitch == pytest.approx(2 * (clear - 0.05) + 0.12, abs=0.01)
    rise = ((inputs - 1) + (neurons - 1)) / 2 * pitch  # from the lowest input to the highest neuron
    run = drawn.position(drawn.circles("relu")[0])[0] / 72
    # Beside the middle of a circle, the line is as far away as the pitch times the cosine.
    assert pitch * run / math.hypot(run, rise) == pytest.approx(clear, abs=0.005)


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_branches_have_room_for_their_names(direction: str) -> None:
    a, b = Input(shape=(2,)), Input(shape=(1,))
    branches = [Dense(2, "tanh", name="left")(a), Dense(1, "tanh", name="right arm")(b)]
    model = Model([a, b], Dense(1, name="end")(Concatenate()(branches)))
    drawn = read(model, numbers=False, direction=direction)
    across = {n: drawn.position(n)[0 if direction == "TB" else 1] / 72 for n in drawn.nodes}
    if direction == "LR":
        across = {n: -place for n, place in across.items()}
    first, second, third = (across[n] for n in drawn.circles("tanh"))
    pitch = 2 * reach(["linear"]) + 0.2
    room = 0.3 if direction == "LR" else LETTER * len("right arm")
    assert second - first == pytest.approx(pitch, abs=0.01)
    assert third - second == pytest.approx(pitch + room, abs=0.01)
    assert first + third == pytest.approx(0.0, abs=0.01)  # about the middle
    names = {drawn.lines(n)[0]: across[n] for n in drawn.nodes if n[0] == "t"}
    away = 0.2 if direction == "LR" else LETTER * len("right arm") / 2 + 0.15
    assert third - names["right arm"] == pytest.approx(reach(["linear"]) + away, abs=0.01)


def test_numbers_stand_where_their_lines_are_furthest_apart() -> None:
    assert _apart([(0, 0), (0, 4)], 0.2) == pytest.approx((0.8, 3.2))
    assert _apart([(0, 0), (4, 0)], 0.2) == pytest.approx((0.2, 3.2))
    assert _apart([(0, 0), (0, 1), (1, 0), (1, 1)], 0.1) == pytest.approx((1 / 3, 1 / 3), abs=0.005)
    assert _apart([(0, 0), (0, 1)], 0.7) == (0.5, 0.0)  # no part is so far from both ends
    for alone in ([], [(0, 1)]):
        assert _apart(alone, 0.2) == (0.5, math.inf)


@pytest.mark.parametrize(
    ("inputs", "neurons", "thickest"), [(5, 6, 5.0), (10, 8, 3.06), (20, 20, 2.0)]
)
def test_lines_are_thinner_where_there_are_many(inputs: int, neurons: int, thickest: float) -> None:
    drawn = read(Layer(inputs, neurons))
    widths = [float(line["penwidth"]) for lines in drawn.edges.values() for line in lines]
    assert max(widths) == thickest == round(max(2.0, 5.0 * min(1.0, (30 / len(widths)) ** 0.5)), 2)
    assert min(widths) >= 0.6


def test_the_same_network_gives_the_same_text() -> None:
    model = MLP(3, [4, 2], seed=3)
    sources = {draw_network(model, [1, 2, 3], target=[0, 1], bias="node").source for _ in range(3)}
    assert len(sources) == 1


# ------------------------------------------------------------------------- forward


def test_with_inputs_each_circle_shows_its_output(two_models_combined: MLP) -> None:
    drawn = read(two_models_combined, [-1.0, 1.0], digits=6)
    h1, h2 = (neuron([-1.0, 1.0]).data for neuron in two_models_combined.layers[0].neurons)
    y = two_models_combined([-1.0, 1.0])
    assert isinstance(y, Value)
    assert drawn.lines("n0") == ["x₁", "-1"]
    assert drawn.lines("n2")[-1] == f"out = {h1:.6g}"
    assert drawn.lines("n3")[-1] == f"out = {h2:.6g}"
    assert drawn.lines("n4")[-1] == f"out = {y.data:.6g}"
    assert drawn.colors("n4")[-1] == BLUE


def test_the_documents_combination_of_0_7_and_0_8() -> None:
    model = Neuron(2, "sigmoid")
    for parameter, number in zip(model.parameters(), [7.0, 5.0, -6.0], strict=True):
        parameter.data = number
    assert read(model, [0.7, 0.8]).lines("n2") == [
        *("sigmoid", "b = -6", "z = 2.9", "out = 0.9478"),
    ]


def test_softmax_outputs_are_those_of_the_whole_layer() -> None:
    model = Sequential([Dense(3, input_dim=2), Activation("softmax")])
    drawn = read(model, [1.0, 2.0])
    outputs = [drawn.lines(n)[-1] for n in drawn.circles("softmax")]
    assert outputs == [f"out = {p:.4g}" for p in model.predict([[1.0, 2.0]])[0]]


def test_a_forward_pass_alone_shows_no_gradients() -> None:
    model = MLP(2, [2, 1])
    assert "∂" not in draw_network(model, [1.0, 2.0]).source
    assert not any(parameter.has_grad for parameter in model.parameters())


def test_inputs_may_be_values_and_those_are_left_alone() -> None:
    model, x = MLP(1, [1]), Value(2.0)
    assert read(model, [x], target=1.0).lines("n0") == ["x₁", "2"]
    assert (x.grad, x.has_grad) == (0.0, False)


# ------------------------------------------------------------------------ backward


def test_with_a_target_gradients_of_weights_biases_and_outputs_are_shown() -> None:
    model = MLP(2, [2, 1], "tanh", seed=5)
    drawn = read(model, [0.5, -1.5], target=2.0, digits=10)
    hidden = [neuron([0.5, -1.5]) for neuron in model.layers[0].neurons]
    output = model.layers[1](hidden)
    assert isinstance(output, Value)
    model.zero_grad()
    ((output - 2.0) ** 2).backward()

    def shown(number: float) -> str:
        return f"{number + 0.0:.10g}"

    for j, neuron in enumerate(model.layers[0].neurons):
        assert neuron.bias is not None
        assert drawn.lines(f"n{2 + j}") == [
            "tanh",
            f"b = {shown(neuron.bias.data)}",
            f"∂b = {shown(neuron.bias.grad)}",
            f"z = {shown(hidden[j].parents[0].data)}",
            f"∂z = {shown(hidden[j].parents[0].grad)}",
            f"out = {shown(hidden[j].data)}",
            f"∂out = {shown(hidden[j].grad)}",
        ]
        assert drawn.colors(f"n{2 + j}") == ["#1b1b1b", *[BLUE, GRADIENT] * 3]
        for i, weight in enumerate(neuron.weights):
            name = f"w{'₁₂'[i]}"
            assert drawn.lines(f"n{i}_n{2 + j}") == [
                *(f"{name} {shown(weight.data)}", f"∂{name} {shown(weight.grad)}"),
            ]
            assert drawn.colors(f"n{i}_n{2 + j}") == [BLUE, GRADIENT]
    assert drawn.lines("n4")[-1] == f"∂out = {shown(output.grad)}"


def test_a_bias_node_has_its_gradient_on_its_line(two_models_combined: MLP) -> None:
    drawn = read(two_models_combined, [-1.0, 1.0], target=1.0, bias="node")
    y = two_models_combined([-1.0, 1.0])
    assert isinstance(y, Value)
    outputs = {n: drawn.lines(n)[3] for n in drawn.circles("sigmoid")}
    (end,) = [n for n, shown in outputs.items() if shown == f"out = {y.data:.4g}"]
    (label,) = [drawn.lines(f"{n}_{end}") for n in drawn.circles("1") if (n, end) in drawn.edges]
    gradient = 2 * (y.data - 1) * y.data * (1 - y.data)
    assert label == ["b -6", f"∂b {gradient:.4g}"]


def test_the_loss_is_the_one_the_model_was_compiled_with() -> None:
    model = Sequential([Dense(1, "sigmoid", input_dim=1)])
    model.compile("sgd", "binary_crossentropy")
    ((p,),) = model.predict([[2.0]])
    picture = draw_network(model, [2.0], target=1)
    assert f"which is {-math.log(p):.6g} here" in picture.source
    assert Drawn(picture).lines("n0_n1")[1] == f"∂w₁ {(p - 1) * 2.0:.4g}"  # -(y - p) x
    other = draw_network(model, [2.0], target=1, loss="mse")
    assert f"which is {(p - 1) ** 2:.6g} here" in other.source


def test_gradients_are_left_as_they_were() -> None:
    model = MLP(2, [2, 1], seed=1)
    before = model.parameters()
    for i, parameter in enumerate(before[:4]):
        parameter.grad, parameter.has_grad = float(i), True
    draw_network(model, [1.0, 2.0], target=3.0)
    assert [(p.grad, p.has_grad) for p in before[:4]] == [(float(i), True) for i in range(4)]
    assert [(p.grad, p.has_grad) for p in before[4:]] == [(0.0, False)] * 5


def test_and_they_are_after_an_error_too() -> None:
    model = MLP(1, [1], seed=1)
    model.parameters()[0].grad = 5.0
    model.parameters()[0].data = math.nan
    with autograd.detect_anomaly(), pytest.raises(FloatingPointError):
        draw_network(model, [1.0], target=math.pi)
    assert model.parameters()[0].grad == 5.0


def test_gradients_of_an_earlier_pass_do_not_count() -> None:
    model = MLP(1, [1], seed=1)
    fresh = draw_network(model, [1.0], target=2.0).source
    model([9.0]).backward()  # type: ignore[union-attr]  # one output
    assert draw_network(model, [1.0], target=2.0).source == fresh


def test_without_a_target_gradients_that_the_parameters_hold_are_shown() -> None:
    model = MLP(1, [1], seed=1)
    model([3.0]).backward()  # type: ignore[union-attr]  # one output
    picture = draw_network(model)
    assert Drawn(picture).lines("n0_n1")[1:] == ["∂w₁ 3"]
    assert Drawn(picture).lines("n1") == ["linear", "b = 0", "∂b = 1"]
    assert "hold from the latest backward passes" in picture.source
    model.zero_grad()
    assert "∂" not in draw_network(model).source


def test_a_step_lets_no_gradient_through() -> None:
    drawn = read(Perceptron((3, 4), -10), (4, 5), target=0)
    assert drawn.lines("n2") == [
        *("step", "b = -10", "∂b = 0", "z = 22", "∂z = 0", "out = 1", "∂out = 2"),
    ]


def test_gradients_inside_of_no_grad_are_refused() -> None:
    with no_grad(), pytest.raises(RuntimeError, match=r"no gradients inside of no_grad\(\)"):
        draw_network(MLP(1, [1]), [1.0], target=1.0)


# ------------------------------------------------------------------- kinds of model


def test_a_perceptron_is_a_neuron_with_a_step() -> None:
    drawn = read(Perceptron((Fraction(1, 2), -1), Fraction(3, 2)), (1, 1))
    assert drawn.lines("n2") == ["step", "b = 1.5", "z = 1", "out = 1"]
    assert (drawn.lines("n0_n2"), drawn.lines("n1_n2")) == (["w₁ 0.5"], ["w₂ -1"])


def test_a_dense_layer_is_drawn_by_itself() -> None:
    model = Sequential([Dense(3, "relu", input_dim=2), Dense(1)])
    drawn = read(model.layers[0], [1.0, 1.0])
    assert len(drawn.circles("relu")) == 3
    assert len(drawn.edges) == 6


def test_an_activation_layer_is_part_of_the_neurons_before_it() -> None:
    merged = Sequential([Dense(3, input_dim=2), Activation("tanh"), Dense(1)])
    drawn = read(merged, [1.0, -1.0])
    assert len(drawn.circles("tanh")) == 3
    assert len(drawn.circles()) == 2 + 3 + 1
    ((expected,),) = merged.predict([[1.0, -1.0]])
    assert drawn.lines(drawn.circles("linear")[0])[-1] == f"out = {expected:.4g}"


def test_but_not_if_those_have_one_or_go_elsewhere_too() -> None:
    twice = Sequential([Dense(2, "relu", input_dim=1), Activation("tanh")])
    assert [len(read(twice).circles(kind)) for kind in ("relu", "tanh")] == [2, 2]
    x = Input(shape=2)
    h = Dense(2)(x)
    forked = Model(x, Add()([h, Activation("tanh")(h)]))
    drawn = read(forked, [1.0, 2.0])
    assert [len(drawn.circles(kind)) for kind in ("linear", "tanh", "+")] == [2, 2, 2]
    outputs = [drawn.lines(n)[-1] for n in drawn.circles("+")]
    assert outputs == [f"out = {y:.4g}" for y in forked.predict([[1.0, 2.0]])[0]]


def test_softmax_as_a_layer_of_its_own_comes_from_all_scores() -> None:
    x = Input(shape=3)
    drawn = read(Model(x, Activation("softmax")(x)), [5.0, 6.0, 7.0])
    assert len(drawn.edges) == 9
    outputs = [drawn.lines(n)[-1] for n in drawn.circles("softmax")]
    assert outputs == ["out = 0.09003", "out = 0.2447", "out = 0.6652"]


def test_branches_meet_in_concatenate_and_add() -> None:
    a, b = Input(shape=2), Input(shape=1)
    joined = Concatenate()([Dense(2, "tanh")(a), Dense(1, "relu")(b)])
    model = Model([a, b], Dense(1, "sigmoid", name="top")(Add()([joined, Dense(3)(joined)])))
    model.compile("sgd", "mse")
    drawn = read(model, [0.1, 0.2, 0.3], target=1.0, numbers=False)
    ((y,),) = model.predict([[[0.1, 0.2]], [[0.3]]])
    assert drawn.lines(drawn.circles("sigmoid")[0])[3] == f"out = {y:.4g}"
    assert set(drawn.headings()) == {"inputs 1", "inputs 2", "hidden1", "hidden2", "hidden3", "top"}
    assert len(drawn.circles("+")) == 3


def test_branches_are_beside_what_they_come_from() -> None:
    a, b = Input(shape=1), Input(shape=1)
    upper, lower = Dense(1, "tanh")(a), Dense(1, "relu")(b)
    drawn = read(Model([a, b], Concatenate()([lower, upper])))
    heights = {
        kind: drawn.position(*drawn.circles(kind))[1] for kind in ("x₁", "x₂", "tanh", "relu")
    }
    assert heights["x₁"] == heights["tanh"] > heights["x₂"] == heights["relu"]


def test_each_use_of_a_shared_layer_is_drawn_with_the_sum_of_gradients() -> None:
    x = Input(shape=1)
    shared = Dense(1, name="again", kernel_initializer=Constant(1.0))
    model = Model(x, shared(shared(x)))
    model.compile("sgd", "mse")
    drawn = read(model, [3.0], target=2.0)
    assert drawn.headings() == ["inputs", "again", "again, use 2"]
    # y = w (w x), dE/dw = 2 (y - t) * 2 w x
    assert drawn.lines("n0_n1") == drawn.lines("n1_n2") == ["w₁ 1", "∂w₁ 12"]


def test_a_number_that_skips_a_layer_runs_past_it() -> None:
    x = Input(shape=1)
    model = Model(x, Dense(1)(Concatenate()([x, Dense(2, "tanh")(x)])))
    drawn = read(model)
    (point,) = [name for name, look in drawn.nodes.items() if look.get("shape") == "point"]
    (to_point,) = drawn.edges["n0", point]
    assert to_point["arrowhead"] == "none"
    output = drawn.circles("linear")[0]
    weight = model.parameters()[-4].data
    assert drawn.lines(f"{point}_{output}") == [f"w₁ {weight:.4g}"]
    assert drawn.position("n0")[0] < drawn.position(point)[0] < drawn.position(output)[0]


def test_two_weights_between_the_same_circles_have_a_line_each() -> None:
    x = Input(shape=1)
    layer = Dense(1)
    model = Model(x, layer(Concatenate()([x, x])))
    drawn = read(model)
    assert len(drawn.edges["n0", "n1"]) == 2
    weights = enumerate(layer.neurons[0].weights)
    assert drawn.lines("n0_n1") == [f"w{'₁₂'[i]} {w.data:.4g}" for i, w in weights]


MODELS: dict[str, Callable[[], Any]] = {
    "neuron": lambda: Neuron(3),
    "layer": lambda: Layer(2, 3, "softmax"),
    "mlp": lambda: MLP(3, [4, 4, 1]),
    "wide": lambda: MLP(2, [16, 16, 1]),
    "sequential": lambda: Sequential([Dense(4, input_dim=3), Activation("relu"), Dense(2)]),
    "perceptron": lambda: Perceptron((1, 1), -2),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("bias", ["inside", "node"])
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_every_kind_of_model_is_rendered(name: str, bias: str, direction: str) -> None:
    picture = draw_network(MODELS[name](), bias=bias, direction=direction, title=name)
    svg = svg_of(picture)
    assert svg.count('class="edge"') == picture.source.count(" -> ")
    assert "(nan" not in svg


# ---------------------------------------------------------------------------- text

NASTY = [
    "</text><script>alert(1)</script>",
    'say "x"',
    "it's & <b>",
    "back\\slash \\N \\G",
    "two\nlines\tand a tab",
    "\x00\x1b[31m",
    "half a pair \ud800",
    "日本語",
    "]]>",
]


@pytest.mark.parametrize("name", NASTY)
def test_names_and_titles_are_text_and_never_markup(name: str) -> None:
    model = Sequential([Dense(1, input_dim=1, name=name)])
    svg = svg_of(draw_network(model, title=name))
    texts = [
        " ".join("".join(element.itertext()).split())
        for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")  # noqa: S314  # our own
    ]
    clean = " ".join(re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]+", " ", name).split())
    assert clean in texts
    assert "<script" not in svg


@pytest.mark.parametrize("mark", ["\u202e", "\u061c", "\u2066", "\u2028", "\u2029", "\x85"])
def test_marks_that_turn_or_break_text_do_not_reach_the_picture(mark: str) -> None:
    def odd(z: Any) -> Any:
        return z

    odd.__name__ = f"f{mark}g"
    model = Sequential([Dense(1, odd, input_dim=1, name=f"a{mark}b")])
    picture = draw_network(model, title=f"c{mark}d")
    assert mark not in picture.source
    assert Drawn(picture).headings()[1] == "a b"
    assert Drawn(picture).lines("n1")[0] == "f g"
    assert ">c d<" in picture.source


def test_a_letter_with_digits_has_them_as_a_subscript_as_in_pictures_of_graphs() -> None:
    model = Sequential([Dense(1, input_dim=1, name="a_12"), Dense(1, name="h2o")])
    assert read(model).headings() == ["inputs", "a₁₂", "h2o"]


def test_the_name_of_ones_own_activation_is_text_too() -> None:
    def odd(z: Any) -> Any:
        return z

    odd.__name__ = "<b>\\N&"
    picture = draw_network(Neuron(1, odd))
    assert Drawn(picture).lines("n1")[0] == "<b>\\\\N&"  # DOT's own way to write a backslash
    svg_of(picture)


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        ("x", "x", ["x", "x#2"]),
        ("x1", "x_1", ["x1", "x_1#2"]),
        ("2", "a\u202eb", ['"2"', "a b"]),
    ],
)
def test_inputs_of_a_graph_have_the_names_that_they_have_everywhere(
    first: str, second: str, shown: list[str]
) -> None:
    y = Value(3.0, label=first) * Value(4.0, label=second)
    assert [c.text for c in Network(y).circles() if c.kind == "input"] == shown


def test_long_names_of_inputs_that_differ_at_their_end_are_told_apart() -> None:
    a, b = (Value(2.0, label=f"entrada_de_la_red_{i}") for i in (1, 2))
    source = draw_network(a * b).source
    assert "entrada…a_red_1<" in source
    assert "entrada…a_red_2<" in source


def test_a_long_name_is_shortened() -> None:
    model = Sequential([Dense(1, input_dim=1, name="w" * 50)])
    assert read(model).headings()[1] == "w" * 23 + "…"


def test_the_picture_says_what_its_lines_mean_and_has_a_title() -> None:
    source = draw_network(Neuron(1), title="One neuron").source
    assert "One neuron" in source
    assert "solid positive, dashed negative" in source


# ------------------------------------------------------------------------- refusals


def test_a_layer_that_looks_numbers_up_is_refused_with_what_draws_it() -> None:
    model = Sequential([Embedding(5, 2), Flatten(), Dense(1)])
    sample = model([1, 4])[0]
    with pytest.raises(TypeError, match=re.escape("as draw_network(model(x)[0]) draws it")):
        draw_network(model)
    assert " -> " in draw_network(sample).source


def test_a_network_too_large_to_read_is_refused_with_what_to_do() -> None:
    with pytest.raises(
        ValueError, match=r"131 inputs and neurons to draw.* max_neurons=60; draw one of its"
    ):
        draw_network(MLP(2, [64, 64, 1]))
    assert len(read(MLP(2, [64, 1]), max_neurons=67).circles()) == 67


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"direction": "RL"}, r"unknown direction: 'RL' \(must be one of LR, TB\)"),
        ({"bias": "outside"}, r"unknown bias: 'outside' \(must be one of inside, node\)"),
        ({"digits": 0}, "expected digits to be a whole number from 1 to 17, received 0"),
        ({"target": 1.0}, "expected x, a row of inputs, with the target"),
        ({"x": [1.0]}, "expected rows of 2 inputs, received 1"),
        ({"x": [1.0, math.nan]}, "expected finite inputs, received nan"),
        ({"x": [1.0, 2.0], "target": [1.0, 2.0]}, "expected rows of 1 targets, received 2"),
        ({"x": [1.0, 2.0], "target": 1.0, "loss": "msee"}, "unknown loss: 'msee'"),
    ],
)
def test_draw_network_refuses_what_does_not_fit(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_network(MLP(2, [1]), **options)


def test_other_models_and_layers_are_refused() -> None:
    class Own(KerasLayer):
        pass

    with pytest.raises(TypeError, match=r"expected a Neuron, Layer, MLP.* received str"):
        draw_network("model")  # type: ignore[arg-type]  # on purpose
    x = Input(shape=1)
    with pytest.raises(TypeError, match=r"expected layers of Dense, Activation.* received Own"):
        draw_network(Model(x, Own()(x)))
    with pytest.raises(ValueError, match="at least one layer, received one without"):
        draw_network(Model(x, x))


def test_models_that_are_not_ready_are_refused() -> None:
    with pytest.raises(RuntimeError, match="does not know its number of inputs yet"):
        draw_network(Sequential([Dense(1)]))
    with pytest.raises(RuntimeError, match="does not know its number of inputs yet"):
        draw_network(Dense(1))
    with pytest.raises(RuntimeError, match="the model has no loss; call compile"):
        draw_network(Sequential([Dense(1, input_dim=1)]), [1.0], target=1.0)


# --------------------------------------------- slides, colours, and graphs of bare Values


def texts_of(picture: autograd.Picture) -> list[str]:
    root = ET.fromstring(svg_of(picture))  # noqa: S314  # our own
    found = root.iter("{http://www.w3.org/2000/svg}text")
    return ["".join(element.itertext()).strip() for element in found]


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("name", MODELS)
def test_a_slide_is_16_by_9_and_its_smallest_text_has_14_points(name: str, direction: str) -> None:
    root = ET.fromstring(svg_of(draw_network(MODELS[name](), slide=True, direction=direction)))  # noqa: S314
    assert root.get("viewBox") == "0.00 0.00 960.00 540.00"
    graph = next(root.iter("{http://www.w3.org/2000/svg}g"))
    (scale,) = re.findall(r"scale\(([\d.]+)", graph.get("transform") or "")
    sizes = {float(e.get("font-size") or 0) for e in root.iter("{http://www.w3.org/2000/svg}text")}
    assert min(sizes) * float(scale) >= 13.99


def test_layers_that_do_not_fit_on_a_slide_are_folded() -> None:
    shown = texts_of(draw_network(MLP(2, [16, 16, 1]), slide=True))
    assert shown.count("16 neurons") == 2
    assert "2 inputs" in shown
    assert "linear" in shown
    assert not [text for text in shown if "neurons" in text and text != "16 neurons"]
    assert "tanh" in texts_of(draw_network(MLP(2, [2, 1], "tanh"), slide=True))


def test_a_slide_leaves_out_weighted_sums_before_it_folds_neurons() -> None:
    model = MLP(3, [4, 4, 1], "tanh", "sigmoid", seed=1)
    source = draw_network(model, [0.5] * 3, target=0.3, slide=True).source
    shown = re.findall(r">([^<>]+)</", source)
    assert (shown.count("tanh"), shown.count("sigmoid")) == (8, 1)
    assert len([text for text in shown if text.startswith("∂ ")]) == 9
    assert not [text for text in shown if text.startswith("z = ")]


def test_without_derivatives_there_are_none() -> None:
    model = MLP(2, [2, 1], seed=1)
    shown = texts_of(draw_network(model, [1.0, 2.0], target=0.5, derivatives=False))
    assert not [text for text in shown if "∂" in text]
    assert [text for text in shown if text.startswith("z = ")]


@pytest.mark.parametrize("colors", ["dark", "print"])
def test_no_colour_of_a_light_picture_is_left_in_another(colors: str) -> None:
    model = MLP(2, [2, 1], seed=1)
    light, other = (
        svg_of(draw_network(model, [1.0, 2.0], target=0.5, colors=c)) for c in ("light", colors)
    )
    ink = {BLUE, ORANGE, GRADIENT}
    assert ink <= set(re.findall("#[0-9a-f]{6}", light))
    assert not ink & set(re.findall("#[0-9a-f]{6}", other))
    with pytest.raises(ValueError, match="unknown colors: 'red'"):
        draw_network(model, colors="red")


def test_a_line_can_be_seen_behind_its_numbers() -> None:
    svg = svg_of(draw_network(MLP(2, [1], seed=1)))
    shades = re.findall(r'fill-opacity="([\d.]+)"', svg)
    assert shades
    assert all(0.5 < float(shade) < 0.9 for shade in shades)


def test_z_is_the_weighted_sum_and_the_legend_names_each_letter() -> None:
    model = MLP(2, [1], output_activation="sigmoid", seed=4)
    neuron = model.layers[0].neurons[0]
    z = sum(w.data * x for w, x in zip(neuron.weights, (0.5, -2.0), strict=True))
    picture = draw_network(model, [0.5, -2.0])
    assert Drawn(picture).lines("n2")[2] == f"z = {z:.4g}"
    shown = texts_of(picture)
    assert "b: bias, z: weighted sum, out: output" in shown
    assert "dotted 0" in " ".join(shown)
    assert "b: bias" in texts_of(draw_network(model))


def test_a_graph_of_bare_values_is_a_network_of_its_weighted_sums() -> None:
    w = [autograd.Parameter(n, label=f"w{i}") for i, n in enumerate((0.5, -1.0, 2.0), start=1)]
    b, x = autograd.Parameter(0.25, label="b"), [Value(3.0, label="x1"), Value(4.0, label="x2")]
    hidden = autograd.sigmoid(autograd.dot(w[:2], x, b))
    y = autograd.dot([w[2]], [hidden]) - Value(1.0, label="target")
    y.backward()
    drawn = read(y, digits=6)
    named = [lines[0] for n in drawn.circles() if (lines := drawn.lines(n))]
    assert named == ["x₁", "x₂", "sigmoid", "linear", "target", "−"]
    (target,), (last,) = drawn.circles("target"), drawn.circles("−")
    assert (target, last) in drawn.edges  # a target stands just before the loss that takes it
    (neuron,) = drawn.circles("sigmoid")
    assert drawn.lines(neuron) == [
        *("sigmoid", "b = 0.25", f"∂b = {b.grad:.6g}", f"z = {hidden.parents[0].data:.6g}"),
        *(f"∂z = {hidden.parents[0].grad:.6g}", f"out = {hidden.data:.6g}"),
        f"∂out = {hidden.grad:.6g}",
    ]
    (x1,) = drawn.circles("x₁")
    assert drawn.lines(f"{x1}_{neuron}") == ["w₁ 0.5", f"∂w₁ {w[0].grad:.6g}"]
    assert len(drawn.edges) == 5 + sum(
        look.get("shape") == "point" for look in drawn.nodes.values()
    )
    with pytest.raises(ValueError, match="a Value holds the numbers of its graph already"):
        draw_network(y, [1.0])


def test_a_graph_without_weighted_sums_and_one_of_constants_are_drawn() -> None:
    a, b = Value(2.0), Value(3.0, label="b")
    drawn = read((a * b + a).tanh())
    assert len(drawn.edges) >= 3
    assert read(a).circles()
    assert read(autograd.dot([a], [4.0], 1.0) * b).circles()


def through_numbers_of_others(drawn: Drawn) -> list[tuple[str, tuple[str, str]]]:
    """The numbers, and the lines of other weights that run through them."""
    found = []
    for label in (name for name in drawn.nodes if "_" in name):
        lines = drawn.lines(label)
        x, y = drawn.position(label)
        half_width, half_height = 3.25 * max(map(len, lines)), 7.5 * len(lines)
        for ends in drawn.edges:
            if label == "_".join(ends):
                continue
            (x0, y0), (x1, y1) = map(drawn.position, ends)
            ways = ((x0 + k / 200 * (x1 - x0), y0 + k / 200 * (y1 - y0)) for k in range(201))
            if any(abs(a - x) < half_width and abs(b - y) < half_height for a, b in ways):
                found.append((label, ends))
    return found


@pytest.mark.parametrize("target", [None, [1.0, 0.0, 0.0]])
def test_no_line_runs_through_the_numbers_of_another(target: Any) -> None:
    model = MLP(3, [3], output_activation="softmax", seed=1)
    loss = target and "categorical_crossentropy"
    drawn = read(model, [1.0, -2.0, 0.5], target=target, loss=loss)
    assert len([name for name in drawn.nodes if "_" in name]) == 9
    assert through_numbers_of_others(drawn) == []
    # The measure finds what it looks for.
    labels = [name for name in drawn.nodes if "_" in name]
    drawn.nodes[labels[0]]["pos"] = drawn.nodes[labels[4]]["pos"]
    assert through_numbers_of_others(drawn)


@pytest.mark.parametrize("leaf", [Value, autograd.Parameter])
def test_a_weighted_sum_written_by_hand_is_a_neuron(leaf: Any) -> None:
    w = [leaf(number, label=f"w{i}") for i, number in enumerate((0.5, -1.0, 2.0), start=1)]
    b, x = leaf(0.25, label="b"), [Value(3.0, label="x1"), Value(4.0, label="x2")]
    hidden = (w[0] * x[0] + x[1] * w[1] + b).tanh()
    hidden.label = "h"
    y = w[2] * hidden
    y.label = "y"
    drawn = read(y, digits=3)
    assert [drawn.lines(n)[0] for n in drawn.circles()] == ["x₁", "x₂", "tanh", "linear"]
    (neuron,), (output,) = drawn.circles("tanh"), drawn.circles("linear")
    assert drawn.lines(neuron)[1:] == ["b = 0.25", "z = -2.25", f"h = {hidden.data:.3g}"]
    assert drawn.lines(output)[1:] == [f"y = {y.data:.3g}"]
    (x1,) = drawn.circles("x₁")
    assert drawn.lines(f"{x1}_{neuron}") == ["w₁ 0.5"]
    assert drawn.edges[x1, neuron][0]["color"] == BLUE
    assert drawn.edges[neuron, output][0]["color"] == BLUE


def test_a_constant_in_a_weighted_sum_is_a_beginning_of_0_or_none_at_all() -> None:
    product = Parameter(2.0) * Value(3.0)
    for start in (0, 1, -1):
        for y in (start + product, autograd.sum([start, product])):
            (neuron,) = weighted_sums(autograd.topological_order(y))
            assert neuron is (y if start == 0 else product)


def test_only_a_constant_bias_of_0_is_none() -> None:
    for bias, is_none in ((0.0, True), (1.0, False), (-0.5, False), (Parameter(0.0), False)):
        y = autograd.dot([Parameter(2.0)], [Value(3.0)], bias)
        (neuron,) = weighted_sums(autograd.topological_order(y)).values()
        assert neuron.bias is (None if is_none else y.parents[-1])


def test_an_operation_says_what_it_does_with_constants_and_a_long_graph_has_arrowheads() -> None:
    x, t = Value(2.0, label="x"), Value(1.0, label="t")
    output = (x - t) ** 2
    for _ in range(40):
        output = output + 1.0
    picture = draw_network(output + x, max_neurons=60)
    named = {lines[0] for n in Drawn(picture).circles() if (lines := Drawn(picture).lines(n))}
    assert {"x − t", "· ^ 2", "· + 1", "+"} <= named
    assert "arrowhead=none" in picture.source  # more than 30 lines
    assert "edge [arrowsize" in draw_network((x - t) ** 2 + x).source


def test_a_folded_layer_keeps_the_range_of_its_numbers() -> None:
    model = MLP(3, [12, 2], seed=1)
    drawn = read(model, [1.0, 2.0, 3.0], target=[1.0, 0.0], slide=True)
    (hidden,), (inputs,) = drawn.circles("12 neurons"), drawn.circles("3 inputs")
    weights = [w.data for neuron in model.layers[0].neurons for w in neuron.weights]
    assert drawn.lines(f"{inputs}_{hidden}")[0] == f"w {min(weights):.4g} … {max(weights):.4g}"
    assert drawn.lines(inputs)[1] == "1 … 3"
    assert any(line.startswith("out = 0 … ") for line in drawn.lines(hidden))
    picture = draw_network(model, [1.0, 2.0, 3.0], target=[1.0, 0.0], slide=True)
    shown = texts_of(picture)
    assert not [text for text in shown if text.startswith("line: ")]  # no line has one weight


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("name", ["worked", "whole_batch", "wide_and_deep", "tangled", "ridge"])
def test_a_long_graph_of_bare_values_fits_on_a_slide(name: str, direction: str) -> None:
    picture = draw_network(pictures.GRAPHS[name](), slide=True, direction=direction)
    drawn = Drawn(picture)
    circles = {n: (drawn.position(n), 36 * float(drawn.nodes[n]["width"])) for n in drawn.circles()}
    for (a, one), (b, other) in itertools.combinations(circles.values(), 2):
        assert math.dist(a, b) > one + other
    for start, end in drawn.edges:  # no line runs behind a circle
        (x0, y0), (x1, y1) = circles[start][0], circles[end][0]
        way = [(x0 + k / 50 * (x1 - x0), y0 + k / 50 * (y1 - y0)) for k in range(51)]
        for other_one, (middle, size) in circles.items():
            assert other_one in {start, end} or min(math.dist(middle, p) for p in way) > size
    assert float(picture.graph_attr["viewport"].rpartition(",")[2]) * 13 >= 13.99


def test_an_input_stands_right_before_its_first_use_and_an_operation_after_its_sources() -> None:
    a, b, late = (Value(float(i), label=label) for i, label in enumerate(("a", "b", "late"), 1))
    y = autograd.exp(a) * autograd.exp(autograd.tanh(autograd.exp(b))) / late
    network = Network(y + a)
    found = [(group.column, c.text) for group in network.groups for c in group.circles]
    assert found == [
        (0, "a"), (0, "b"), (1, "exp"), (1, "exp"), (2, "tanh"), (3, "exp"), (4, "×"), (4, "late"),
        (5, "÷"), (6, "+"),
    ]  # fmt: skip


def test_a_fold_says_what_it_folds_and_keeps_paths_that_differ_apart() -> None:
    network = Network(pictures.long_short_term_memory())
    network.fold()
    found = [(circle.text, circle.does) for circle in network.circles()]
    assert found.count(("sigmoid", "")) == 3  # each gate is used in its own way
    network = Network(pictures.ridge(), is_short=True)
    network.fold()
    inputs = [(c.text, c.does) for c in network.circles() if c.kind == "input"]
    assert {("2 inputs", "x₁₁, x₁₂"), ("2 inputs", "x₂₁, x₂₂")} <= {*inputs}
    network = Network(pictures.batch())
    network.fold()
    assert ("3 × −", "") in [(circle.text, circle.does) for circle in network.circles()]


def test_operations_are_folded_only_with_those_that_do_the_same_within() -> None:
    x = [Value(float(i), label=f"x{i}") for i in range(4)]
    terms = [(x[0] - 1) ** 2, (x[1] - 1) ** 2, (x[2] * 3) ** 2, (x[3] * 3) ** 2]
    network = Network(autograd.sum(terms), is_short=True)
    network.fold()
    does = [c.does for c in network.circles() if c.text == "2 operations"]
    assert does == ["(v − 1)^2", "(v × 3)^2"]


def test_an_operation_of_one_number_is_its_symbol_alone() -> None:
    x = Value(4.0, label="x")
    for y, symbol in ((-x, "−"), (x.sqrt(), "√")):
        assert [circle.text for circle in Network(y).circles()] == ["x", symbol]


def test_a_circle_shown_bare_has_its_bias_where_numbers_are_asked_for_alone() -> None:
    circle = Circle("tanh", "neuron", bias=Value(0.5), output=Value(2.0))
    for numbers, wanted in ((None, ["tanh"]), (False, ["tanh"]), (True, ["tanh", "b = 0.5"])):
        texts = Texts({}, {}, 4, numbers, "bare")
        assert [text for text, _ in texts.circle(circle)] == wanted


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a + b", ["a + b"]),
        ("ab × cde", ["ab × cde"]),
        ("abc × def", ["abc", "× def"]),
        ("(abc − d)^2", ["(abc − d)^2"]),
    ],
)
def test_an_operation_of_more_than_8_characters_is_in_two_lines_parted_at_a_sign(
    text: str, lines: list[str]
) -> None:
    assert _in_lines(text) == lines


@pytest.mark.parametrize(
    ("names", "does"),
    [
        (["x", "y", "z"], "x, y, z"),
        (["left", "middle", "up"], "left, middle, up"),
        (["left", "middle", "top"], "left … top"),
        (["north", "south", "east", "west"], "north … west"),
    ],
)
def test_folded_inputs_say_all_their_names_in_16_characters_or_the_ends(
    names: list[str], does: str
) -> None:
    network = Network(autograd.sum([(Value(1.0, label=name) - 3) ** 2 for name in names]))
    network.fold()
    assert [c.does for c in network.circles() if c.kind == "input"] == [does]


def test_operations_with_other_constants_are_folded_with_the_range_of_these() -> None:
    x = [Value(float(i), label=f"x{i}") for i in range(1, 4)]
    network = Network(autograd.sum([(one - k) ** 2 for k, one in enumerate(x)]), is_short=True)
    network.fold()
    (fold,) = (c for c in network.circles() if c.text == "3 operations")
    assert fold.does == "(v − (0 … 2))^2"


def test_a_weighted_sum_hides_no_operation_within_it_and_scores_stand_in_order() -> None:
    named = [circle.text for circle in Network(pictures.attention(), is_short=True).circles()]
    assert named.count("softmax") == 2
    assert "Σ w·x" in named
    circles = [circle.text for circle in Network(pictures.cross_entropy()).circles()]
    assert circles[:3] == ["z1", "z2", "z3"]


def test_a_short_network_has_unlabelled_operations_within_the_one_that_takes_them() -> None:
    t, x = Value(1.0, label="t"), Value(2.0, label="x")
    y = autograd.sigmoid(autograd.Parameter(0.5, label="w") * x)
    output = 0.5 * (t - y) ** 2
    network = Network(output, is_short=True)
    assert [circle.text for circle in network.circles()] == ["x", "t", "sigmoid", "0.5 × (t − ·)^2"]
    assert [source.text for source, _ in network.outputs[0].arrows] == ["t", "sigmoid"]


def test_weights_that_are_asked_for_are_written_on_a_slide() -> None:
    model = MLP(3, [4, 2], seed=1)
    drawn = read(model, [1.0, 2.0, 3.0], slide=True, numbers=True, derivatives=False)
    assert [name for name in drawn.nodes if "_" in name]


def test_alike_operations_are_folded_into_what_they_compute_and_others_are_only_counted() -> None:
    for targets, what in (([1.0] * 4, "4 × ((· − 1)^2)"), ([1.0, 0.0, 1.0, 0.0], "4 operations")):
        w = [
            [autograd.Parameter(0.1 * i + j, label=f"w{i}{j}") for j in range(9)] for i in range(4)
        ]
        x = [Value(float(i), label=f"x{i}") for i in range(9)]
        errors = [(autograd.dot(w[i], x) - target) ** 2 for i, target in enumerate(targets)]
        network = Network(autograd.sum(errors), is_short=True)
        network.fold()
        assert what in [circle.text for circle in network.circles()]


def test_what_fits_on_no_slide_is_refused_at_once_with_what_to_do() -> None:
    x = Value(0.5, label="x")
    for i in range(40):
        x = autograd.tanh(autograd.Parameter(0.5, label=f"w{i}") * x)
    begin = time.perf_counter()
    with pytest.raises(ValueError, match=r"does not fit on a slide.*draw\(output, slide=True\)"):
        draw_network(x, slide=True)
    assert time.perf_counter() - begin < 5  # well below a second where nothing else runs


def test_a_folded_layer_says_what_all_of_its_neurons_do() -> None:
    drawn = read(MLP(3, [40, 2], "tanh", seed=1), [1.0, 2.0, 3.0], slide=True)
    (hidden,) = drawn.circles("40 neurons")
    assert drawn.lines(hidden)[:2] == ["40 neurons", "tanh"]


def test_headings_and_meanings_are_in_the_readers_language_and_no_wider_than_a_page() -> None:
    source = draw_network(MLP(2, [2, 2, 1], seed=1), bias="node", language="es").source
    told = re.findall(r"<FONT[^>]*>([^<]+)</FONT>", source)
    assert {"entradas", "oculta 1", "oculta 2", "salida", "sesgo"} <= {*told}
    assert max(map(len, told)) <= 80
    assert "hidden1" in draw_network(MLP(2, [2, 1], seed=1)).source


def test_the_legend_says_where_a_gradient_is_the_sum_over_all_uses_of_a_weight() -> None:
    def note(model: Any) -> str:
        found = texts_of(draw_network(model, [1.0, 2.0], target=[1.0], loss="mse"))
        start = next(i for i, text in enumerate(found) if text.startswith("∂: "))
        return " ".join(found[start : start + 2])  # a long line is broken in two

    inputs, dense = Input(2), Dense(2, "tanh")
    shared = Model(inputs, Dense(1)(dense(dense(inputs))))
    assert note(shared).endswith("the sum over all uses")
    assert "sum" not in note(MLP(2, [2, 1], seed=1))


def test_a_line_past_a_column_is_one_edge_in_words_and_for_other_programs() -> None:
    x, w = Value(2.0, label="x"), autograd.Parameter(0.5, label="w")
    picture = draw_network(autograd.tanh(w * x) * 3.0 + x)
    assert "shape=point" in picture.source
    names = {node: facts["name"].partition(",")[0] for node, facts in picture.facts.nodes.items()}
    assert all(names.values())
    assert ("x", "+") in [(names[start], names[end]) for start, end, _ in picture.facts.edges]


def test_weights_and_biases_of_a_graph_are_called_as_in_all_else() -> None:
    weights = [Value(2.0, label="w"), Value(3.0, label="w"), Value(4.0, label="a.b")]
    inputs = [Value(float(i), label=f"x{i}") for i in range(3)]
    source = draw_network(dot(weights, inputs, Value(0.5, label="off"))).source
    for text in ("w 2", "w#2 3", "a.b 4", "off = 0.5"):
        assert f">{text}<" in source
    long = draw_network(dot(weights, inputs, Value(0.5, label="block1.bias"))).source
    assert ">b = 0.5<" in long
    assert "b: bias" in long
    assert "b: bias" not in source


def test_weights_of_a_model_keep_their_short_names_in_its_graph() -> None:
    output: Any = MLP(2, [2, 1], seed=1)([1.0, 2.0])
    source = draw_network(output).source
    assert "w₁ " in source
    assert "neuron" not in source
    assert ">b = 0<" in source
