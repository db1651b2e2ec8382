"""Plots: the data they show, how they tell it apart, what they refuse; and no trace left."""

import math
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

import autograd
import nn
from autograd import Value
from nn import MLP, Dense, History, Input, Layer, Model, Neuron, Sequential, datasets, plots
from nn.activations import ACTIVATIONS
from nn.layers import Concatenate
from nn.perceptron import Approach, Perceptron, approach, train
from nn.pictures.loss_valley import _levels
from nn.training.record import Record

if TYPE_CHECKING:
    from tests.arrays import lists
else:
    from arrays import lists

pytest.importorskip("matplotlib", reason="needs the extra `plot`")

from matplotlib.colors import to_hex
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure

# The types that matplotlib gives to what it holds are too wide to be of use here.
activation_functions: Any = plots.activation_functions
boundary_lines: Any = plots.boundary_lines
decision_map: Any = plots.decision_map
gradients_by_layer: Any = plots.gradients_by_layer
loss_curve: Any = plots.loss_curve
loss_valley: Any = plots.loss_valley
neuron_maps: Any = plots.neuron_maps

AND = datasets.and_gate()


def lines_of(figure: Any) -> list[Any]:
    return [line for line in figure.axes[0].get_lines() if len(line.get_xdata(orig=True)) == 2]


def legend_of(axes: Any) -> list[str]:
    legend = axes.get_legend()
    assert legend is not None
    return [text.get_text() for text in legend.get_texts()]


def offsets(axes: Any, label: str) -> list[list[float]]:
    (dots,) = [c for c in axes.collections if c.get_label() == label]
    return [list(map(float, row)) for row in dots.get_offsets()]


def contours(axes: Any, *, filled: bool = False) -> list[Any]:
    return [c for c in axes.collections if isinstance(c, QuadContourSet) and c.filled == filled]


def history_of(**measures: list[float]) -> History:
    history = History()
    for epoch in range(len(measures["loss"])):
        history.on_epoch_end(epoch, {name: numbers[epoch] for name, numbers in measures.items()})
    return history


def drawn(figure: Any) -> bytes:
    """The figure as PNG: whatever cannot be drawn raises here, and warnings are errors."""
    data, _ = figure._repr_png_()
    assert isinstance(data, bytes)
    return data


# ------------------------------------------------------------------ boundary lines


def test_the_line_of_every_epoch_is_drawn() -> None:
    training = train([[-1, 0], [1, 0], [0, 1]], [0, 1, 1], epochs=7, start=Perceptron((1, 0), 0))
    figure = boundary_lines(training, [[-1, 0], [1, 0], [0, 1]], [0, 1, 1])
    assert len(lines_of(figure)) == len(training.lines) == 8
    assert drawn(figure).startswith(b"\x89PNG")


def test_each_line_is_where_the_score_is_0() -> None:
    chain = [Perceptron((3, 4), -3), Perceptron((-1, 2), 0), Perceptron((1, 1e-9), -0.5)]
    figure = boundary_lines(chain, *AND)
    for perceptron, line in zip(chain, lines_of(figure), strict=True):
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True):
            assert perceptron.score((float(x), float(y))) == pytest.approx(0.0, abs=1e-9)


def test_a_line_reaches_from_one_side_of_the_view_to_another_and_not_further() -> None:
    figure = boundary_lines([Perceptron((1, 1), -1)], *AND)
    (low_x, high_x), (low_y, high_y) = figure.axes[0].get_xlim(), figure.axes[0].get_ylim()
    (line,) = lines_of(figure)
    ends = sorted(zip(map(float, line.get_xdata()), map(float, line.get_ydata()), strict=True))
    assert ends[0] == pytest.approx((low_x, high_y))
    assert ends[1] == pytest.approx((high_x, low_y))


def test_the_first_line_is_dashed_the_last_bold_and_those_between_get_stronger() -> None:
    chain = [Perceptron((1, 1), -0.2 * i) for i in range(1, 6)]
    first, *between, last = lines_of(boundary_lines(chain, *AND))
    assert first.is_dashed()
    assert not last.is_dashed()
    assert last.get_linewidth() > 1.5 * first.get_linewidth()
    alphas = [line.get_alpha() for line in between]
    assert alphas == sorted(set(alphas))
    assert all(line.get_linewidth() < first.get_linewidth() for line in between)


def test_a_vertical_line_is_drawn_and_a_horizontal_one() -> None:
    figure = boundary_lines([Perceptron((2, 0), -1), Perceptron((0, 2), -1)], *AND)
    vertical, horizontal = lines_of(figure)
    assert [float(x) for x in vertical.get_xdata()] == [0.5, 0.5]
    assert [float(y) for y in horizontal.get_ydata()] == [0.5, 0.5]


@pytest.mark.parametrize("bias", [0, 1, -1])
def test_weights_of_0_are_said_to_have_no_line(bias: float) -> None:
    figure = boundary_lines([Perceptron((0, 0), bias), Perceptron((1, 1), -1)], *AND)
    assert len(lines_of(figure)) == 1
    assert "start (no line)" in legend_of(figure.axes[0])


def test_lines_do_not_change_what_is_in_view() -> None:
    near = boundary_lines([Perceptron((1, 1), -1)], *AND)
    far = boundary_lines(
        [Perceptron((1, 1), -1000), Perceptron((1e-6, 1), 1e9), Perceptron((1, 1), -1)], *AND
    )
    assert far.axes[0].get_xlim() == near.axes[0].get_xlim()
    assert far.axes[0].get_ylim() == near.axes[0].get_ylim()
    assert legend_of(far.axes[0])[2:4] == ["start (not in view)", "epoch 1 (1 not in view)"]


def test_points_of_the_two_classes_differ_in_shape_and_colour() -> None:
    figure = boundary_lines([Perceptron((1, 1), -2)], *AND)
    axes = figure.axes[0]
    assert offsets(axes, "class 0") == [[0, 0], [0, 1], [1, 0]]
    assert offsets(axes, "class 1") == [[1, 1]]
    zero, one = axes.collections
    assert zero.get_paths()[0].vertices.shape != one.get_paths()[0].vertices.shape
    assert [to_hex(dots.get_facecolor()[0]) for dots in (zero, one)] == ["#c2410c", "#0b4a8f"]


def test_axes_and_lines_are_named() -> None:
    figure = boundary_lines(train(*AND, rate=0.1, epochs=20), *AND, title="AND, for $5")
    axes = figure.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x₁", "x₂")
    assert axes.get_title() == r"AND, for \$5"
    names = [name.split(" (")[0] for name in legend_of(axes)]
    assert names == ["class 0", "class 1", "start", "epochs 1–19", "epoch 20, the last"]


def test_the_steps_of_the_trick_on_one_point_are_plotted_in_exact_numbers_too() -> None:
    steps = approach(Perceptron((3, 4), -10), (1, 1), 1, Fraction(1, 10))
    figure = boundary_lines(steps, [(1, 1), (4, 5)], [1, 0])
    assert len(lines_of(figure)) == 11
    assert legend_of(figure.axes[0])[-1] == "step 10, the last"


def test_one_point_alone_has_a_view() -> None:
    figure = boundary_lines(Perceptron((1, 1), -4), [(2, 2)], [1])
    assert figure.axes[0].get_xlim() == (1, 3)
    assert len(lines_of(figure)) == 1


@pytest.mark.parametrize(
    ("lines", "inputs", "targets", "message"),
    [
        ([], [[0, 0]], [0], "expected at least one line, received none"),
        (Perceptron((1, 2, 3), 0), [[0, 0]], [0], "2 weights.* received one with 3"),
        (Perceptron((1, 2), 0), [[0, 0, 0]], [0], "expected rows of 2 inputs, received 3"),
        (Perceptron((1, 2), 0), [[0, 0]], [0, 1], "one target for each point, received 2 for 1"),
        (Perceptron((1, 2), 0), [[0, 0]] * 2, [1], "one target for each point, received 1 for 2"),
        (Perceptron((1, 2), 0), [[0, 0]], [2], "classes from 0 to 1, received 2"),
        (Perceptron((1, 2), 0), [[0, 0]], [0.5], "classes from 0 to 1, received 0.5"),
        (Perceptron((1, 2), 0), [], [], "expected at least one row of inputs, received none"),
        (Perceptron((1, 2), 0), [[0, math.nan]], [0], "expected finite inputs, received nan"),
    ],
)
def test_boundary_lines_refuses_what_does_not_fit(
    lines: Any, inputs: Any, targets: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        boundary_lines(lines, inputs, targets)


@pytest.mark.parametrize("lines", ["abc", 3, [(1, 2, 3)], MLP(2, [1])])
def test_boundary_lines_of_something_else_are_refused(lines: Any) -> None:
    with pytest.raises(TypeError, match="expected perceptrons, received"):
        boundary_lines(lines, *AND)


# -------------------------------------------------------------------- decision map


def test_a_map_shows_the_models_own_outputs() -> None:
    model = Sequential([Dense(3, "tanh", input_dim=2), Dense(1, "sigmoid")])
    figure = decision_map(model, resolution=5, limits=((0, 4), (-2, 2)))
    grid = figure.axes[0].collections[0].get_array()
    assert grid is not None
    expected = lists(model.predict([[x, y] for y in range(-2, 3) for x in range(5)]))
    assert [float(number) for number in grid.ravel()] == [row[0] for row in expected]


MODELS: list[Callable[[], Any]] = [
    lambda: Perceptron((1, -1), 0),
    lambda: Neuron(2, "sigmoid"),
    lambda: Layer(2, 1, "sigmoid"),
    lambda: Layer(2, 3, "softmax"),
    lambda: MLP(2, [3, 1], "tanh"),
    lambda: Sequential([Dense(4, input_dim=2), Dense(8, "softmax")]),
    lambda: lambda point: point[0] ** 2 + point[1] ** 2,
    lambda: lambda point: Value(point[0]) * 2,
    lambda: lambda point: (point[0], Value(point[1])),
    lambda: lambda _: 1.0,
    lambda: lambda _: 0.5,
    lambda: lambda _: -1,
    lambda: lambda point: int(point[0] > 0),
    lambda: lambda _: [0.2, 0.8],
]


@pytest.mark.parametrize("make", MODELS)
def test_whatever_has_two_inputs_has_a_map(make: Callable[[], Any]) -> None:
    inputs, targets = datasets.moons(samples=6)
    figure = decision_map(make(), inputs, targets, resolution=12)
    assert drawn(figure).startswith(b"\x89PNG")
    assert legend_of(figure.axes[0])[-2:] == ["class 0", "class 1"]


def test_a_model_of_two_inputs_of_one_number_has_a_map() -> None:
    a, b = Input(shape=1), Input(shape=1)
    model = Model([a, b], Dense(1, "sigmoid")(Concatenate()([a, b])))
    figure = decision_map(model, resolution=3)
    grid = figure.axes[0].collections[0].get_array()
    assert grid is not None
    assert float(grid.ravel()[2]) == lists(model.predict([[1.0], [-1.0]]))[0][0]


def test_mapping_records_no_graph_and_leaves_gradients_alone() -> None:
    model = MLP(2, [2, 1], seed=1)
    recorded: list[Value] = []

    def watched(point: Sequence[float]) -> Any:
        recorded.append(model(point))  # type: ignore[arg-type]  # one output
        return recorded[-1]

    decision_map(watched, resolution=3)
    assert {node.parents for node in recorded} == {()}
    assert not any(parameter.has_grad for parameter in model.parameters())


def test_the_line_of_a_map_is_at_the_threshold() -> None:
    figure = decision_map(lambda p: p[0], threshold=0.25, limits=((0, 1), (0, 1)))
    (line,) = contours(figure.axes[0])
    assert list(line.levels) == [0.25]
    assert {round(float(x), 9) for path in line.get_paths() for x, _ in path.vertices} == {0.25}
    assert legend_of(figure.axes[0]) == ["output = 0.25"]
    near = decision_map(lambda p: p[0], threshold=0.2504, limits=((0, 1), (0, 1)))
    assert legend_of(near.axes[0]) == ["output = 0.2504"]


def test_the_line_is_at_one_half_and_of_a_perceptrons_score_at_0() -> None:
    steep = MLP(2, [1], output_activation="sigmoid", seed=1)
    assert legend_of(decision_map(steep).axes[0]) == ["output = 0.5"]
    assert legend_of(decision_map(Perceptron((1, 1), 0)).axes[0]) == ["output = 0"]


def test_one_side_of_the_line_is_hatched_for_who_sees_no_colours() -> None:
    figure = decision_map(lambda p: p[0], threshold=0.0)
    (hatched,) = [c for c in contours(figure.axes[0], filled=True) if any(c.hatches)]
    assert {float(x) >= -1e-9 for path in hatched.get_paths() for x, _ in path.vertices} == {True}


def test_several_outputs_are_a_region_each_with_a_hatch_of_its_own() -> None:
    centers = [(0.0, 0.0), (4.0, 0.0), (2.0, 4.0)]
    inputs, targets = datasets.blobs(samples=9, centers=centers, spread=0.1)

    def nearness(point: Sequence[float]) -> list[float]:
        return [-math.dist(point, center) for center in centers]

    figure = decision_map(nearness, inputs, targets)
    names = legend_of(figure.axes[0])
    assert names == [*(f"answer {k}" for k in range(3)), *(f"class {k}" for k in range(3))]
    legend = figure.axes[0].get_legend()
    assert legend is not None
    hatches = [patch.get_hatch() for patch in legend.get_patches()]
    assert len(set(hatches)) == 3
    (between_0_and_1, *_) = contours(figure.axes[0])
    low = [x for path in between_0_and_1.get_paths() for x, y in path.vertices if y < 0.5]
    assert low
    assert {round(float(x), 3) for x in low} == {2.0}


def test_a_class_that_is_never_the_answer_has_no_region() -> None:
    figure = decision_map(lambda p: [p[0], 0.0, -9.0])
    assert legend_of(figure.axes[0]) == ["answer 0", "answer 1"]


def test_one_hot_targets_are_classes_too() -> None:
    figure = decision_map(lambda p: p[0], [[0, 0], [1, 1]], [[0, 0, 1], [1, 0, 0]])
    assert offsets(figure.axes[0], "class 2") == [[0, 0]]
    assert offsets(figure.axes[0], "class 0") == [[1, 1]]


def test_the_view_is_around_the_points_or_from_minus_1_to_1() -> None:
    assert decision_map(lambda p: p[0]).axes[0].get_xlim() == (-1, 1)
    figure = decision_map(lambda p: p[0], [[0, 10], [5, 30]])
    assert figure.axes[0].get_xlim() == (-1, 6)
    assert figure.axes[0].get_ylim() == (6, 34)
    assert offsets(figure.axes[0], "inputs") == [[0, 10], [5, 30]]


@pytest.mark.parametrize(
    "model",
    [
        Perceptron((1, 2, 3), 0),
        Neuron(3),
        Layer(3, 2),
        MLP(3, [2]),
        Sequential([Dense(1, input_dim=3)]),
    ],
)
def test_models_with_other_than_two_inputs_are_refused(model: Any) -> None:
    with pytest.raises(ValueError, match=r"expected a model with 2 inputs.* received one with 3"):
        decision_map(model)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"resolution": 1}, "resolution to be a whole number of at least 2, received 1"),
        ({"resolution": 2.5}, "received 2.5"),
        ({"targets": [1]}, "expected inputs with the targets"),
        ({"inputs": [[1, 2]], "targets": [1, 2]}, "one target for each point, received 2 for 1"),
        ({"inputs": [[1, 2]], "targets": [8]}, "classes from 0 to 7, received 8"),
        ({"inputs": [[1]]}, "expected rows of 2 inputs, received 1"),
        ({"limits": ((1, 1), (0, 1))}, r"low < high, received \(1, 1\)"),
        ({"limits": ((0, math.inf), (0, 1))}, "low < high"),
    ],
)
def test_decision_map_refuses_what_does_not_fit(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        decision_map(lambda point: point[0], **arguments)


def test_outputs_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ValueError, match="expected finite outputs, received nan"):
        decision_map(lambda _: math.nan)


def test_more_outputs_than_there_are_colours_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 8 outputs, received one with 9"):
        decision_map(Layer(2, 9))


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(TypeError, match="expected a model or a function of a point, received str"):
        decision_map("model")
    with pytest.raises(RuntimeError, match="does not know its number of inputs yet"):
        decision_map(Sequential([Dense(1)]))


# ---------------------------------------------------------------------- loss curve


def test_training_and_validation_are_told_apart_by_style_and_shape() -> None:
    figure = loss_curve(history_of(loss=[3.0, 2.0, 1.0], val_loss=[3.5, 2.5, 2.0]))
    (axes,) = figure.axes
    training, validation = axes.get_lines()
    assert list(training.get_ydata()) == [3.0, 2.0, 1.0]
    assert list(validation.get_ydata()) == [3.5, 2.5, 2.0]
    assert (training.get_linestyle(), validation.get_linestyle()) == ("-", "--")
    assert training.get_marker() != validation.get_marker()
    assert training.get_color() != validation.get_color()
    assert legend_of(axes) == ["training", "validation"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "loss")
    assert drawn(figure)


def test_epochs_are_whole_numbers_from_1() -> None:
    figure = loss_curve(history_of(loss=[3.0, 2.0, 1.0]))
    (line,) = figure.axes[0].get_lines()
    assert list(line.get_xdata()) == [1, 2, 3]
    drawn(figure)
    low, high = figure.axes[0].get_xlim()
    ticks = [float(tick) for tick in figure.axes[0].get_xticks() if low <= tick <= high]
    assert ticks == [1.0, 2.0, 3.0]


def test_one_epoch_is_a_point_that_can_be_seen() -> None:
    figure = loss_curve(history_of(loss=[3.0]))
    (line,) = figure.axes[0].get_lines()
    assert line.get_marker() == "o"
    assert drawn(figure)


def test_other_measures_have_a_second_panel() -> None:
    history = history_of(loss=[1.0], accuracy=[0.5], mae=[2.0], val_accuracy=[0.4], val_loss=[1.1])
    first, second = loss_curve(history, title="two").axes
    assert [line.get_label() for line in first.get_lines()] == ["training", "validation"]
    assert legend_of(second) == ["accuracy, training", "accuracy, validation", "mae, training"]
    assert len({line.get_color() for line in second.get_lines()}) == 2


def test_what_fit_returns_has_a_curve() -> None:
    model = Sequential([Dense(1, input_dim=2)])
    model.compile("sgd", "mse", ["mae"])
    history = model.fit([[0, 1], [1, 0], [1, 1]], [0, 1, 2], epochs=4, verbose=0,
                        validation_split=0.34)  # fmt: skip
    loss, mae = loss_curve(history).axes
    assert [list(line.get_ydata()) for line in loss.get_lines()] == [
        history.history["loss"],
        history.history["val_loss"],
    ]
    assert mae.get_ylabel() == "mae"


@pytest.mark.parametrize("history", [History(), {}, {"loss": []}])
def test_an_empty_history_is_refused(history: Any) -> None:
    with pytest.raises(ValueError, match="at least one epoch, received an empty one; train with"):
        loss_curve(history)


def test_measures_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"received lengths \{'loss': 2, 'val_loss': 1\}"):
        loss_curve({"loss": [1.0, 2.0], "val_loss": [1.0]})


def test_what_is_no_history_is_refused() -> None:
    with pytest.raises(TypeError, match="expected the History that fit returns, received list"):
        loss_curve([1.0, 2.0])


# ----------------------------------------------------------- activation functions


def test_every_activation_of_one_number_has_a_panel() -> None:
    figure = activation_functions()
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == [name for name in ACTIVATIONS if name != "softmax"]
    assert drawn(figure)


@pytest.mark.parametrize(
    ("name", "derivative"),
    [
        ("sigmoid", lambda z: math.exp(-z) / (1 + math.exp(-z)) ** 2),
        ("tanh", lambda z: 1 - math.tanh(z) ** 2),
        ("relu", lambda z: float(z > 0)),
        ("step", lambda _: 0.0),
    ],
)
def test_a_panel_shows_the_function_and_its_derivative(
    name: str, derivative: Callable[[float], float]
) -> None:
    (axes,) = activation_functions(name).axes
    curves = {line.get_label(): line for line in axes.get_lines()}
    function, slope = curves["f(z)"], curves["f′(z)"]
    assert function.get_linestyle() != slope.get_linestyle()
    for curve, expected in ((function, ACTIVATIONS[name]), (slope, derivative)):
        for z, y in zip(map(float, curve.get_xdata()), map(float, curve.get_ydata()), strict=True):
            if not math.isnan(z):
                assert y == pytest.approx(expected(z), abs=1e-12)


def test_a_jump_is_a_gap_and_a_slope_is_none() -> None:
    def steep(z: Any) -> Any:
        return 100.0 * autograd.relu(z)

    step, relu, tanh, ramp = activation_functions(["step", "relu", "tanh", steep]).axes

    def gaps(axes: Any, label: str) -> int:
        (line,) = [line for line in axes.get_lines() if line.get_label() == label]
        return sum(math.isnan(float(y)) for y in line.get_ydata())

    assert (gaps(step, "f(z)"), gaps(step, "f′(z)")) == (1, 0)
    assert (gaps(relu, "f(z)"), gaps(relu, "f′(z)")) == (0, 1)
    assert (gaps(tanh, "f(z)"), gaps(tanh, "f′(z)")) == (0, 0)
    assert (gaps(ramp, "f(z)"), gaps(ramp, "f′(z)")) == (0, 1)


def test_the_sigmoids_largest_derivative_is_pointed_at() -> None:
    sigmoid, tanh = activation_functions(["sigmoid", "tanh"]).axes
    (note,) = sigmoid.texts
    assert note.get_text() == "at most 0.25"
    assert note.xy == (0.0, 0.25)
    assert not tanh.texts
    right, below = note.get_position()
    assert 0.0 < right < 1.0
    assert -1.0 < below < -0.5  # within the panel, and clear of the curves and the axis


def test_ones_own_function_has_a_panel_by_its_name() -> None:
    def square(z: Any) -> Any:
        return z * z

    (axes,) = activation_functions([square]).axes
    assert axes.get_title() == "square"


def test_activations_that_have_no_curve_are_refused() -> None:
    with pytest.raises(ValueError, match=r"received 'softmax', which is one of a whole layer"):
        activation_functions(["relu", "softmax"])
    with pytest.raises(ValueError, match=r"unknown activation: 'rleu' \(must be one of linear"):
        activation_functions(["rleu"])
    with pytest.raises(ValueError, match="expected at least one activation, received none"):
        activation_functions([])


# ------------------------------------------------------------- gradients by layer


def test_a_point_is_the_mean_size_of_a_layers_gradients() -> None:
    model = MLP(2, [3, 2, 1], "sigmoid", seed=1)
    model([1.0, -2.0]).backward()  # type: ignore[union-attr]  # one output
    (axes,) = gradients_by_layer(model).axes
    (line,) = axes.get_lines()
    expected = [
        sum(abs(p.grad) for p in layer.parameters()) / len(layer.parameters())
        for layer in model.layers
    ]
    assert list(line.get_ydata()) == expected
    assert [t.get_text() for t in axes.get_xticklabels()] == ["hidden1", "hidden2", "output"]
    assert axes.get_yscale() == "log"
    assert [text.get_text() for text in axes.texts] == [f"{mean:.2g}" for mean in expected]


def test_gradients_of_0_are_said_to_be_0() -> None:
    model = Sequential([Dense(2, "step", input_dim=1, name="gate $"), Dense(1)])
    model.compile("sgd", "mse")
    model.compute_loss([[1.0]], [5.0]).backward()
    figure = gradients_by_layer(model, title="steps")
    (axes,) = figure.axes
    assert axes.texts[0].get_text() == "0"
    assert len(axes.get_lines()[0].get_ydata()) == 1
    assert axes.get_xticklabels()[0].get_text() == r"gate \$"
    model.zero_grad()
    assert drawn(figure)
    assert drawn(gradients_by_layer(model))


def test_gradients_are_refused_where_there_are_none() -> None:
    with pytest.raises(ValueError, match=r"hold no gradients; call backward\(\) on its loss"):
        gradients_by_layer(MLP(2, [1]))
    with pytest.raises(TypeError, match="expected an MLP, Sequential or Model, received Neuron"):
        gradients_by_layer(Neuron(2))
    model = MLP(1, [1], output_activation="linear")
    model([math.inf]).backward()  # type: ignore[union-attr]  # one output
    with pytest.raises(ValueError, match="expected finite gradients, received means"):
        gradients_by_layer(model)


# ---------------------------------------------------------------------- every plot

PLOTS: dict[str, Callable[..., Any]] = {
    "boundary_lines": lambda **k: boundary_lines(Perceptron((1, 1), -2), *AND, **k),
    "decision_map": lambda **k: decision_map(Perceptron((1, 1), -2), *AND, **k),
    "loss_curve": lambda **k: loss_curve({"loss": [1.0, 0.5]}, **k),
    "activation_functions": lambda **k: activation_functions(["relu"], **k),
    "gradients_by_layer": lambda **k: gradients_by_layer(_after_backward(), **k),
    "loss_valley": lambda **k: loss_valley(
        recorded(), "output.neuron1.w1", "output.neuron1.w2", resolution=5, **k
    ),
    "neuron_maps": lambda **k: neuron_maps(
        Sequential([Dense(1, "sigmoid", input_dim=2)]), resolution=5, **k
    ),
}


def _after_backward() -> MLP:
    model = MLP(1, [1, 1])
    model([1.0]).backward()  # type: ignore[union-attr]  # one output
    return model


def test_every_plot_is_among_those_tested_here() -> None:
    assert set(plots.__all__) == set(PLOTS)


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_shows_itself_in_a_notebook(name: str) -> None:
    figure = PLOTS[name]()
    data, size = figure._repr_png_()
    assert data.startswith(b"\x89PNG")
    width, height = (int.from_bytes(data[i : i + 4], "big") for i in (16, 20))
    assert width == pytest.approx(2 * size["width"], abs=2)
    assert height == pytest.approx(2 * size["height"], abs=2)
    assert pickle.loads(pickle.dumps(figure))._repr_png_()[1] == size  # noqa: S301  # our own


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_is_drawn_into_given_axes(name: str) -> None:
    figure = Figure()
    left, right = figure.subplots(1, 2)
    assert PLOTS[name](axes=right) is figure
    assert not left.get_lines()
    assert not left.collections
    assert right.get_xlabel()
    assert PLOTS[name](axes=[left]) is figure
    part = Figure()
    inner: Any = part.subfigures(1, 2)
    assert PLOTS[name](axes=inner[0].subplots()) is part


@pytest.mark.parametrize("name", PLOTS)
def test_axes_that_do_not_fit_are_refused(name: str) -> None:
    axes = list(Figure().subplots(1, 2))
    with pytest.raises(ValueError, match=r"expected 1 axes.* received 2"):
        PLOTS[name](axes=axes)
    with pytest.raises(TypeError, match="expected matplotlib axes, received str"):
        PLOTS[name](axes=["left"])


@pytest.mark.parametrize("name", PLOTS)
def test_texts_are_large_enough_for_a_slide(name: str) -> None:
    for axes in PLOTS[name]().axes:
        labels = [axes.xaxis.label, axes.yaxis.label, axes.title, *axes.texts]
        labels += [*axes.get_xticklabels(), *axes.get_yticklabels()]
        assert [text for text in labels if text.get_text() and text.get_fontsize() < 12] == []


@pytest.mark.parametrize("name", PLOTS)
def test_without_matplotlib_the_error_says_what_to_install(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"run pip install 'glassgrad\[plot\]'"):
        PLOTS[name]()


def test_plotting_imports_no_pyplot_and_importing_nn_no_matplotlib() -> None:
    program = (
        "import sys, nn, nn.plots\n"
        "assert 'matplotlib' not in sys.modules\n"
        "nn.plots.loss_curve({'loss': [1.0]})._repr_png_()\n"
        "assert 'matplotlib' in sys.modules\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)  # noqa: S603  # our own
    assert done.stderr.decode() == ""
    assert done.returncode == 0


def test_approach_has_its_lines_in_order() -> None:
    chain = (Perceptron((1, 0), -0.25), Perceptron((1, 0), -0.75))
    first, last = lines_of(boundary_lines(Approach(chain), *AND))
    assert (float(first.get_xdata()[0]), float(last.get_xdata()[0])) == (0.25, 0.75)


def test_panels_of_activations_share_their_axes() -> None:
    for panel in plots.activation_functions(["tanh", "relu"]).axes:
        assert (panel.get_xlim(), panel.get_ylim()) == ((-4.0, 4.0), (-1.25, 2.25))
        assert list(panel.get_xticks()) == [-4, -2, 0, 2, 4]
        assert list(panel.get_yticks()) == [-1, 0, 1, 2]


def test_gradients_by_layer_lie_between_powers_of_ten() -> None:
    model = MLP(1, [1, 1], seed=1)
    for layer, size in zip(model.layers, (0.02, 3.0), strict=True):
        for parameter in layer.parameters():
            parameter.grad, parameter.has_grad = size, True
    (panel,) = plots.gradients_by_layer(model).axes
    assert panel.get_ylim() == pytest.approx((0.01, 10.0))


def shape(figure: Any) -> tuple[float, ...]:
    return tuple(float(inches) for inches in figure.get_size_inches())


def test_figures_are_as_wide_as_matplotlibs_own_and_no_panel_is_squeezed() -> None:
    width, height = (6.4, 4.8)  # what matplotlib takes for one that nobody gave a size
    assert shape(PLOTS["loss_curve"]()) == (width, height)
    assert shape(loss_curve({"loss": [1.0], "mae": [2.0]})) == (2 * width, height)
    for name in ("boundary_lines", "decision_map"):  # as high as wide, but for what stands beside
        assert shape(PLOTS[name]()) == (width, 5.6)
    assert shape(activation_functions(["tanh"] * 4)) == (4 * 3.2, 3.0)
    assert shape(activation_functions(["tanh"] * 5)) == (4 * 3.2, 2 * 3.0)
    sizes = [shape(gradients_by_layer(_deep(count))) for count in (1, 3, 4, 6)]
    assert sizes == [(5.0, 4.2), (5.0, 4.2), (pytest.approx(5.2), 4.2), (pytest.approx(7.8), 4.2)]


def _deep(count: int) -> MLP:
    model = MLP(1, [1] * count)
    model([1.0]).backward()  # type: ignore[union-attr]  # one output
    return model


def test_the_legend_is_below_the_axis_in_two_columns_and_its_lines_can_be_seen() -> None:
    figure = boundary_lines(train(*AND, rate=0.1, epochs=20), *AND)
    (axes,) = figure.axes
    assert drawn(figure)
    legend = axes.get_legend()
    assert not legend.get_frame_on()
    assert [line.get_alpha() for line in legend.get_lines()] == [None] * 3
    boxes = [text.get_window_extent() for text in legend.get_texts()]
    assert len({round(box.x0) for box in boxes}) == 2
    assert max(box.y1 for box in boxes) < axes.xaxis.label.get_window_extent().y0
    middle = axes.get_window_extent()
    assert legend.get_window_extent().x0 + legend.get_window_extent().x1 == pytest.approx(
        middle.x0 + middle.x1, abs=1.0
    )


def test_points_are_above_lines_and_smaller_where_there_are_many() -> None:
    few, many = ([[i, i % 2] for i in range(count)] for count in (49, 50))
    sizes = []
    for points in (few, many):
        (axes,) = boundary_lines(Perceptron((1, 1), -1), points, [1] * len(points)).axes
        (dots,) = axes.collections
        assert dots.get_zorder() > max(line.get_zorder() for line in axes.get_lines())
        assert [to_hex(color) for color in dots.get_edgecolors()] == ["#ffffff"]
        assert list(dots.get_linewidths()) == [1.0]
        sizes.append(float(dots.get_sizes()[0]))
    assert sizes == [80.0, 45.0]


def test_only_a_line_out_of_view_is_said_to_be_so() -> None:
    near, far = Perceptron((1, 1), -1), Perceptron((1, 1), -1000)

    def last_names(*chain: Perceptron) -> list[str]:
        return legend_of(boundary_lines(list(chain), *AND).axes[0])[2:]

    assert last_names(near, near) == ["start", "epoch 1, the last"]
    assert last_names(near, far) == ["start", "epoch 1, the last (not in view)"]
    assert last_names(far, near, near) == [
        "start (not in view)",
        "epoch 1",
        "epoch 2, the last",
    ]
    assert last_names(near, far, near) == ["start", "epoch 1 (1 not in view)", "epoch 2, the last"]
    assert last_names(far) == ["start (not in view)"]
    assert last_names(near, near, far, near) == [
        "start",
        "epochs 1–2 (1 not in view)",
        "epoch 3, the last",
    ]


def test_the_first_line_lies_below_the_last_and_both_above_those_between() -> None:
    chain = [Perceptron((1, 1), -0.2 * i) for i in range(1, 5)]
    first, *between, last = lines_of(boundary_lines(chain, *AND))
    orders = [line.get_zorder() for line in (*between, first, last)]
    assert orders == sorted(orders)
    assert orders[-3] < orders[-2] < orders[-1]
    assert [line.get_linewidth() for line in (first, *between, last)] == [1.8, 1.0, 1.0, 3.5]
    alphas = [line.get_alpha() for line in between]
    assert alphas == [pytest.approx(0.15 + 0.55 / 3), pytest.approx(0.15 + 0.55 * 2 / 3)]


def test_validation_is_orange_where_training_alone_is_blue() -> None:
    history = {"loss": [2.0, 1.0], "val_loss": [2.5, 2.0], "mae": [1.0, 0.5], "val_mae": [1.0, 0.9]}
    for axes in loss_curve(history).axes:
        assert [line.get_color() for line in axes.get_lines()] == ["#0b4a8f", "#c2410c"]
    (_, both) = loss_curve(history | {"acc": [0.5, 1.0], "val_acc": [0.4, 0.9]}).axes
    colors = [line.get_color() for line in both.get_lines()]
    assert colors == ["#0b4a8f", "#0b4a8f", "#3f7f1f", "#3f7f1f"]
    assert {line.get_linewidth() for line in both.get_lines()} == {2.2}


@pytest.mark.parametrize(("epochs", "every"), [(1, 1), (23, 1), (24, 2), (120, 10)])
def test_a_curve_has_at_most_twice_twelve_dots(epochs: int, every: int) -> None:
    (axes,) = loss_curve({"loss": [1.0] * epochs}).axes
    (line,) = axes.get_lines()
    assert line.get_markevery() == every
    assert axes.get_xlim() == (0.5, epochs + 0.5)


def test_a_panel_of_an_activation_has_pale_axes_through_0() -> None:
    (axes,) = activation_functions("tanh").axes
    across, upright, *curves = axes.get_lines()
    assert list(across.get_ydata()) == [0.0, 0.0]
    assert list(upright.get_xdata()) == [0.0, 0.0]
    assert {line.get_color() for line in (across, upright)} == {"#b0b0b0"}
    assert all(line.get_linewidth() < 1.0 for line in (across, upright))
    assert all(line.get_linewidth() > 2.0 for line in curves)
    for curve in curves:
        assert len(curve.get_xdata()) == 401
        assert [float(curve.get_xdata()[i]) for i in (0, 200, 400)] == [-4.0, 0.0, 4.0]


@pytest.mark.parametrize(
    ("model", "threshold", "ends"),
    [
        (lambda p: 0.25 + 0.1 * p[0], 0.5, (0.0, 1.0)),  # probabilities: all of their range
        (lambda p: 0.0 * p[0], 0.25, (0.0, 1.0)),
        (lambda p: 1.0 + 0.0 * p[0], 0.25, (0.0, 1.0)),
        (lambda p: 0.25 + 0.1 * p[0], 0.0, (-0.35, 0.35)),  # others: as far on both sides
        (lambda p: 3.0 * p[0], 1.0, (-3.0, 5.0)),
        (lambda p: 0.25 + 0.1 * p[0], -0.5, (-1.35, 0.35)),
        (lambda p: 0.25 + 0.1 * p[0], 1.0, (0.15, 1.85)),
        (lambda p: 0.5 + 0.51 * p[0], 0.5, (-0.01, 1.01)),
        (lambda p: 2.0 + p[0], 1.0, (-1.0, 3.0)),
        (lambda p: 2.0 + 0.0 * p[0], 2.0, (1.0, 3.0)),
    ],
)
def test_colours_of_a_map_reach_as_far_on_both_sides_of_the_line(
    model: Callable[..., Any], threshold: float, ends: tuple[float, float]
) -> None:
    figure = decision_map(model, threshold=threshold, resolution=5)
    panel, bar = figure.axes
    (mesh,) = [c for c in panel.collections if c.get_cmap().name == "sides"]
    norm = mesh.norm
    assert (norm.vmin, norm.vcenter, norm.vmax) == pytest.approx((ends[0], threshold, ends[1]))
    assert bar.get_ylabel() == "output"
    assert bar.get_position().x0 > panel.get_position().x1
    assert {width for c in contours(panel, filled=True) for width in c.get_linewidths()} <= {0.0}
    (mark,) = [line for line in bar.get_lines() if line.get_linewidth() == 2.5]
    assert set(map(float, mark.get_ydata())) == {threshold}


def span(contour: Any) -> tuple[float, ...]:
    """From where to where the areas reach: (x from, to, y from, to)."""
    points = [vertex for path in contour.get_paths() for vertex in path.vertices]
    xs, ys = ([float(point[i]) for point in points] for i in (0, 1))
    return min(xs), max(xs), min(ys), max(ys)


@pytest.mark.parametrize(
    ("constant", "is_hatched"), [(0.4, False), (0.5, True), (0.9, True), (1e17, True)]
)
def test_the_same_answer_everywhere_has_no_line_and_one_hatch_or_none(
    constant: float, is_hatched: bool
) -> None:
    (panel, _) = decision_map(lambda p: constant + 0.0 * p[0], resolution=4).axes
    assert contours(panel) == []
    assert legend_of(panel) == []
    hatched = [span(c) for c in contours(panel, filled=True) if any(c.hatches)]
    assert hatched == ([pytest.approx((-1, 1, -1, 1))] if is_hatched else [])


def test_a_class_that_is_always_the_answer_fills_the_map_without_a_border() -> None:
    (panel,) = decision_map(lambda _: [0.0, 3.0, 1.0], resolution=4).axes
    assert legend_of(panel) == ["answer 1"]
    assert contours(panel) == []
    assert [span(c) for c in contours(panel, filled=True)] == [pytest.approx((-1, 1, -1, 1))] * 2


def test_where_all_outputs_are_equal_no_class_is_the_answer() -> None:
    (panel,) = decision_map(lambda _: [1.0, 1.0], resolution=4).axes
    assert legend_of(panel) == []
    assert not panel.collections


def test_regions_have_their_class_s_colour_paler_and_a_dark_border() -> None:
    (panel,) = decision_map(lambda p: [p[0], -p[0]], resolution=8).axes
    patches = panel.get_legend().get_patches()
    for patch, (red, green, blue) in zip(patches, [(194, 65, 12), (11, 74, 143)], strict=True):
        for share, color in ((0.25, patch.get_facecolor()), (0.5, patch.get_edgecolor())):
            pale = [share * part / 255 + 1 - share for part in (red, green, blue)]
            assert list(color[:3]) == pytest.approx(pale)
    fills = [c for c in contours(panel, filled=True) if not any(c.hatches)]
    assert [tuple(c.get_facecolor()[0]) for c in fills] == [p.get_facecolor() for p in patches]
    borders = contours(panel)
    assert [to_hex(c.get_edgecolor()[0]) for c in borders] == ["#1b1b1b"] * 2
    assert {float(c.get_linewidths()[0]) for c in borders} == {1.5}


def test_the_line_of_a_map_is_dark_and_bold_in_the_legend_too() -> None:
    (panel, bar) = decision_map(lambda p: p[0], resolution=7).axes
    (line,) = contours(panel)
    (named,) = panel.get_legend().get_lines()
    assert to_hex(line.get_edgecolor()[0]) == to_hex(named.get_color()) == "#1b1b1b"
    assert float(line.get_linewidths()[0]) == named.get_linewidth() == 2.5
    assert legend_of(panel) == ["output = 0.5"]
    (mesh,) = [c for c in panel.collections if c.get_cmap().name == "sides"]
    assert mesh.get_array().size == 7 * 7
    assert mesh.get_rasterized()
    assert bar.yaxis.label.get_fontsize() == 14
    assert {text.get_fontsize() for text in bar.get_yticklabels()} == {12}


def test_a_dash_of_a_derivative_is_twice_as_long_as_its_gap() -> None:
    (axes,) = activation_functions("tanh").axes
    *_, function, slope = axes.get_lines()
    assert not function.is_dashed()
    dash, gap = slope.get_linestyle() == "--" and slope._dash_pattern[1]
    assert dash == 2 * gap == 4 * slope.get_linewidth()


def with_gradients(*sizes: float) -> MLP:
    """A model whose layers hold gradients of these sizes."""
    model = MLP(1, [1] * len(sizes))
    for layer, size in zip(model.layers, sizes, strict=True):
        for parameter in layer.parameters():
            parameter.grad, parameter.has_grad = size, True
    return model


@pytest.mark.parametrize(
    ("sizes", "ends"),
    [
        ((0.02, 3.0), (0.01, 10.0)),
        ((0.0101, 4.0), (0.001, 10.0)),  # a point that is nearly at the bottom has room below
        ((0.02, 6.0), (0.01, 100.0)),  # and one near the top has room for its number
        ((0.0, 0.0), (0.1, 10.0)),
    ],
)
def test_gradients_have_room_below_and_above(
    sizes: tuple[float, ...], ends: tuple[float, float]
) -> None:
    (axes,) = gradients_by_layer(with_gradients(*sizes)).axes
    assert axes.get_ylim() == pytest.approx(ends)
    assert axes.get_xlim() == pytest.approx((-0.6, 1.6))
    assert list(axes.get_xticks()) == [0, 1]


def test_a_gradient_s_number_stands_above_its_point_and_a_0_at_the_bottom() -> None:
    (axes,) = gradients_by_layer(with_gradients(0.5, 0.0, 2.0)).axes
    assert [text.xy for text in axes.texts] == [(0, 0.5), (1, 0.02), (2, 2.0)]
    on_data, on_axes, _ = [text.xycoords for text in axes.texts]
    assert on_data == "data"
    assert tuple(on_axes.transform((1, 0.0))) == pytest.approx(
        (axes.transData.transform((1, 1.0))[0], axes.transAxes.transform((0, 0.0))[1])
    )
    assert {text.get_position() for text in axes.texts} == {(0, 12)}
    (line,) = axes.get_lines()
    assert (line.get_linewidth(), line.get_markersize()) == (1.0, 10)


@pytest.mark.parametrize("name", PLOTS)
def test_frames_are_open_and_titles_larger_than_other_texts(name: str) -> None:
    axes = PLOTS[name]().axes[0]
    assert [side for side in axes.spines if axes.spines[side].get_visible()] == ["left", "bottom"]
    if name not in {"activation_functions", "neuron_maps"}:  # whose panels name themselves
        figure = Figure()
        panel: Any = figure.subplots()
        PLOTS[name](axes=panel, title="its title")
        assert panel.get_title() == "its title"
        assert panel.title.get_fontsize() == 15 > panel.xaxis.label.get_fontsize() == 14
        assert {text.get_fontsize() for text in panel.get_xticklabels()} == {12}


def test_a_title_of_several_panels_stands_above_them_all() -> None:
    history = {"loss": [1.0], "mae": [2.0]}
    figure = loss_curve(history, title="costs $")
    assert figure.get_suptitle() == r"costs \$"
    assert figure._suptitle.get_fontsize() == 15
    assert [axes.get_title() for axes in figure.axes] == ["", ""]
    panels = list(Figure().subplots(1, 2))
    assert loss_curve(history, axes=panels, title="costs").get_suptitle() == ""
    assert [axes.get_title() for axes in panels] == ["costs", ""]


def recorded(rate: float = 0.3) -> Record:
    x, y = datasets.xor()
    nn.set_random_seed(3)
    model = Sequential([nn.Input(2), Dense(2, "tanh"), Dense(1, "sigmoid")])
    model.compile(nn.optimizers.SGD(rate), "binary_crossentropy")
    kept = nn.record(model, x, y)
    model.fit(x, y, epochs=8, verbose=0, callbacks=[kept])
    return kept


def test_contours_of_the_loss_are_closest_near_the_lowest_and_end_before_the_highest() -> None:
    levels = _levels([[float(i) for i in range(1001)], [math.inf, math.nan]])
    apart = [above - below for below, above in pairwise(levels)]
    assert (len(levels), levels[0], levels[-1]) == (15, 0.0, 970.0)
    assert apart == sorted(apart)
    assert apart[-1] > 5 * apart[0]
    assert _levels([[3.0, 3.0], [3.0, math.inf]]) == [3.0, 4.0]


def test_a_valley_is_the_loss_over_two_parameters() -> None:
    kept = recorded()
    model = kept.model
    first, second = model.parameters()[1], model.parameters()[6]
    figure = loss_valley(kept, first, second.label, limits=((-2, 2), (-1, 3)), resolution=5)
    panel = figure.axes[0]
    (path, *_) = panel.get_lines()
    weights = [(moment.weights[1], moment.weights[6]) for moment in kept.moments]
    assert list(zip(*path.get_data(), strict=True)) == weights
    assert (panel.get_xlabel(), panel.get_ylabel()) == (first.label, second.label)
    (filled,) = contours(panel, filled=True)
    surface = loss_valley(
        kept, first, second, limits=((-2, 2), (-1, 3)), resolution=5, surface=True
    )
    assert surface.axes[0].name == "3d"
    along = surface.axes[0].get_lines()[0].get_data_3d()[2]
    assert along[-1] == pytest.approx(model.evaluate(kept.x, kept.y, verbose=0), rel=1e-12)
    first.data, second.data = 2.0, -1.0
    corner = model.evaluate(kept.x, kept.y, verbose=0)
    assert filled.levels[0] <= corner
    assert min(filled.levels) < max(filled.levels)


def test_every_second_of_the_15_levels_of_a_valley_has_its_number_at_the_bar() -> None:
    figure = loss_valley(recorded(), "output.neuron1.w1", "output.neuron1.w2", resolution=12)
    (filled,) = contours(figure.axes[0], filled=True)
    assert len(filled.levels) == 15
    assert [*figure.axes[1].get_yticks()] == [*filled.levels[::2]]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (("w99", "output.neuron1.w1"), "expected a parameter of the model, received 'w99'"),
        (("output.neuron1.w1", "output.neuron1.w1"), "twice"),
        ((Value(1.0), "output.neuron1.w1"), "expected a parameter of the model"),
    ],
)
def test_parameters_that_span_no_valley_are_refused(wanted: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        loss_valley(recorded(), *wanted)


def test_a_valley_is_that_of_a_record() -> None:
    kept = recorded()
    with pytest.raises(TypeError, match="record"):
        loss_valley(kept.model, "output.neuron1.w1", "output.neuron1.w2")
    with pytest.raises(ValueError, match="low < high"):
        loss_valley(kept, "output.neuron1.w1", "output.neuron1.w2", limits=((1, 0), (0, 1)))


@pytest.mark.parametrize("surface", [False, True])
def test_a_valley_without_a_finite_loss_is_refused(surface: bool) -> None:
    model = Sequential([Input(1), Dense(1), Dense(1)])
    model.compile(loss="mse")
    w, b, *_, last = model.parameters()
    last.data = math.inf
    with pytest.raises(ValueError, match="expected a finite loss somewhere within the limits"):
        loss_valley(nn.record(model, [[1.0]], [3.0]), w, b, resolution=2, surface=surface)


# ------------------------------------------------------------------------ maps of neurons


def _two_lines() -> Sequential:
    model = Sequential([Dense(2, "sigmoid", input_dim=2), Dense(1, "sigmoid")])
    model.set_weights([[[1, 0], [0, 2]], [-1, 1], [[7], [5]], [-6]])
    return model


def _dashed(panel: Any) -> list[Any]:
    return [line for line in panel.get_lines() if line.is_dashed()]


def test_each_neuron_has_its_map_and_the_network_has_all_their_lines() -> None:
    figure = neuron_maps(_two_lines(), [[0, 0], [1, 1]], [0, 1], limits=((-3, 3), (-3, 3)))
    first, second, network = (panel for panel in figure.axes if panel.get_title())
    assert [panel.get_title() for panel in (first, second, network)] == [
        "neuron 1",
        "neuron 2",
        "network",
    ]
    # x1 = 1, and x2 = -1/2: where the weighted sums are 0.
    for panel, axis, place in ((first, 0, 1.0), (second, 1, -0.5)):
        (curve,) = contours(panel)
        assert {round(float(v[axis]), 3) for v in curve.get_paths()[0].vertices} == {place}
    lines = [line.get_xydata().tolist() for line in network.get_lines() if len(line.get_xdata())]
    assert sorted(map(sorted, lines)) == [[[-3, -0.5], [3, -0.5]], [[1, -3], [1, 3]]]
    assert legend_of(network) == ["output = 0.5", "class 0", "class 1", "lines of the neurons"]
    assert drawn(figure)


def test_lines_and_curve_are_shown_as_they_were_before() -> None:
    model = _two_lines()
    before = [parameter.data for parameter in model.parameters()]
    for parameter in model.parameters()[:3]:
        parameter.data = -0.5 * parameter.data
    figure = neuron_maps(model, before=before, limits=((-3, 3), (-3, 3)))
    first, second, network = (panel for panel in figure.axes if panel.get_title())
    for panel, ends in ((first, {(1, -3), (1, 3)}), (second, {(-3, -0.5), (3, -0.5)})):
        (line,) = _dashed(panel)
        assert set(map(tuple, line.get_xydata().tolist())) == ends
    now, then = contours(network)
    for curve, numbers in ((now, None), (then, before)):
        for vertex in curve.get_paths()[0].vertices[::9]:
            said = (
                model(list(vertex))
                if numbers is None
                else model.with_parameters(numbers, model, list(vertex))
            )
            assert said[0].data == pytest.approx(0.5, abs=0.02)
    assert [parameter.data for parameter in model.parameters()][:3] == [-0.5, 0.0, 0.5]


@pytest.mark.parametrize("bias", [100.0, -100.0])
def test_a_network_that_said_one_class_alone_before_has_no_curve_of_then(bias: float) -> None:
    model = _two_lines()
    *before, _ = [parameter.data for parameter in model.parameters()]
    figure = neuron_maps(model, before=[*before, bias], limits=((-3, 3), (-3, 3)), resolution=8)
    *_, network = (panel for panel in figure.axes if panel.get_title())
    (now,) = contours(network)
    assert list(now.levels) == [0.5]


def test_neurons_of_a_tanh_have_their_line_where_they_say_0() -> None:
    model = Sequential([Dense(1, "tanh", input_dim=2), Dense(1, "sigmoid")])
    model.set_weights([[[1], [0]], [-1], [[1]], [0]])
    panel = neuron_maps(model, limits=((-3, 3), (-3, 3))).axes[0]
    (curve,) = contours(panel)
    assert {round(float(x), 3) for x, _ in curve.get_paths()[0].vertices} == {1.0}
    assert (panel.get_title(), legend_of(panel)) == ("neuron 1", ["output = 0"])


def test_a_layer_alone_has_the_maps_of_its_neurons_and_none_of_a_network() -> None:
    figure = neuron_maps(Sequential([Dense(3, "tanh", input_dim=2)]), resolution=4)
    titles = [panel.get_title() for panel in figure.axes if panel.get_title()]
    assert titles == ["neuron 1", "neuron 2", "neuron 3"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: neuron_maps(Neuron(2)), "expected a Sequential or Model, received Neuron"),
        (
            lambda: neuron_maps(Sequential([Input(2), nn.Activation("tanh"), Dense(1)])),
            "expected a network whose first layer is a Dense, received Activation",
        ),
        (
            lambda: neuron_maps(Sequential([Dense(2, input_dim=2), Dense(3)])),
            "expected a network with 1 output, received one with 3",
        ),
        (
            lambda: neuron_maps(Sequential([Dense(2, input_dim=3), Dense(1)])),
            "expected a model with 2 inputs, x1 and x2, received one with 3",
        ),
        (
            lambda: neuron_maps(_two_lines(), before=[1.0, 2.0]),
            "expected 9 numbers from before, received 2",
        ),
    ],
)
def test_neuron_maps_refuse_what_they_cannot_show(make: Callable[[], Any], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        make()
