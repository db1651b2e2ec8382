"""The numbers of the course notes as networks of `nn`, and the statements of the notes on them.

Other tests compute these numbers with the engine alone, and with the perceptron.
"""

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest

import autograd
from autograd import Parameter, Value, topological_order
from autograd.walks import edges_between
from nn import (
    MLP,
    Activation,
    Concatenate,
    Dense,
    Input,
    Layer,
    Model,
    Neuron,
    Sequential,
    activations,
    datasets,
    set_random_seed,
)
from nn.activations import ACTIVATIONS
from nn.initializers import Constant
from nn.losses import BinaryCrossentropy, CategoricalCrossentropy, MeanSquaredError
from nn.optimizers import SGD, Adam, Optimizer, RMSprop

if TYPE_CHECKING:
    from tests.arrays import lists
else:
    from arrays import lists


def exactly(number: float) -> Any:
    """Return an expected number that holds to twelve digits."""
    return pytest.approx(number, rel=1e-12, abs=0.0)


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def put(model: Any, *numbers: float) -> None:
    """Set weights and biases, neuron by neuron."""
    for parameter, number in zip(model.parameters(), numbers, strict=True):
        parameter.data = number


# ------------------------------------------------------------------ softmax and entropy


SHARES = [0.09003057317038046, 0.24472847105479764, 0.6652409557748219]


def test_a_softmax_layer_makes_shares_of_the_scores_5_6_and_7() -> None:
    assert [share.data for share in Activation("softmax")([5, 6, 7])] == [*map(exactly, SHARES)]
    model = Sequential([Dense(3, "softmax", input_dim=1)])
    put(model, 5, 0, 0, 6, 3, 4)  # 5x, 6 and 3x + 4 at x = 1
    assert lists(model.predict([[1.0]])) == [[*map(exactly, SHARES)]]
    assert sum(lists(model.predict([[1.0]]))[0]) == exactly(1.0)


def test_four_times_the_binary_crossentropy_is_the_cross_entropy_of_the_notes() -> None:
    labels, chances = [1, 0, 1, 1], [0.4, 0.6, 0.1, 0.5]
    assert 4 * BinaryCrossentropy()(labels, chances) == exactly(4.828313737302301)
    model = Sequential([Input(1), Activation("linear")])
    model.compile("sgd", "binary_crossentropy")
    assert 4 * model.compute_loss(chances, labels).data == exactly(4.828313737302301)


@pytest.mark.parametrize(
    ("chances", "product", "written"),
    [((0.6, 0.2, 0.1, 0.7), 0.0084, 4.7795), ((0.7, 0.9, 0.8, 0.6), 0.3024, 1.1960)],
)
def test_crossentropies_are_minus_the_logarithm_of_the_product_of_the_chances(
    chances: Sequence[float], product: float, written: float
) -> None:
    of_the_label = [1.0] * 4
    rows = [[p, 1 - p] for p in chances]
    for error in (
        4 * BinaryCrossentropy()(of_the_label, chances),
        4 * CategoricalCrossentropy()([[1, 0]] * 4, rows),
    ):
        assert error == exactly(-math.log(product))
        assert error == pytest.approx(written, abs=5e-5)


def test_the_likelier_of_the_two_models_has_the_smaller_error() -> None:
    unlikely, likely = (
        BinaryCrossentropy()([1] * 4, chances)
        for chances in ((0.6, 0.2, 0.1, 0.7), (0.7, 0.9, 0.8, 0.6))
    )
    assert likely < unlikely


# -------------------------------------------------------------------- logistic regression


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("point", [(4.0, 5.0), (1.0, 1.0), (-0.5, 2.0)])
def test_gradient_of_logistic_regression_is_prediction_minus_label_times_the_point_and_1(
    point: tuple[float, float], label: int
) -> None:
    model = Sequential([Dense(1, "sigmoid", input_dim=2)])
    model.compile("sgd", "binary_crossentropy")
    put(model, 0.3, -0.4, 0.1)
    model.compute_loss([point], [label]).backward()
    p = sigmoid(0.3 * point[0] - 0.4 * point[1] + 0.1)
    assert lists(model.predict([point])) == [[exactly(p)]]
    assert [w.grad for w in model.parameters()] == [
        exactly((p - label) * factor) for factor in (*point, 1)
    ]


def test_gradient_over_several_points_is_the_mean_of_theirs() -> None:
    points, labels = [(4.0, 5.0), (1.0, 1.0), (-0.5, 2.0)], [0, 1, 1]
    model = Sequential([Dense(1, "sigmoid", input_dim=2)])
    model.compile("sgd", "binary_crossentropy")
    put(model, 0.3, -0.4, 0.1)
    model.compute_loss(points, labels).backward()
    errors = [
        sigmoid(0.3 * a - 0.4 * b + 0.1) - y for (a, b), y in zip(points, labels, strict=True)
    ]
    assert [w.grad for w in model.parameters()] == [
        exactly(math.fsum(error * x[i] for error, x in zip(errors, points, strict=True)) / 3)
        for i in (0, 1)
    ] + [exactly(math.fsum(errors) / 3)]


@pytest.mark.parametrize(("label", "sign"), [(0, -1), (1, 1)])
def test_a_step_moves_the_line_by_the_error_times_the_point_as_the_perceptron_does(
    label: int, sign: int
) -> None:
    # The perceptron adds rate * (label - prediction) * (point, 1); here the prediction is p.
    point, line = (4.0, 5.0), (3.0, 4.0, -10.0)
    model = Sequential([Dense(1, "sigmoid", input_dim=2)])
    model.compile(SGD(0.1), BinaryCrossentropy())
    put(model, *(number / 10 for number in line))
    p = sigmoid(2.2)
    model.fit([point], [label], verbose=0)
    assert [w.data for w in model.parameters()] == [
        exactly(number / 10 + 0.1 * (label - p) * factor)
        for number, factor in zip(line, (*point, 1), strict=True)
    ]
    assert math.copysign(1, label - p) == sign


# --------------------------------------------------------------- two models, and a third


def test_the_sum_of_two_models_through_a_neuron() -> None:
    neuron = Neuron(2, "sigmoid", Constant(1.0))
    assert neuron([0.7, 0.8]).data == exactly(0.8175744761936437)
    assert neuron([0.7, 0.8]).data == pytest.approx(0.8176, abs=5e-5)


def test_the_weighted_sum_of_two_models_through_a_neuron() -> None:
    neuron = Neuron(2, "sigmoid")
    put(neuron, 7, 5, -6)
    output = neuron([0.7, 0.8])
    assert output.parents[0].data == exactly(2.9)
    assert output.data == exactly(0.9478464369215823)
    assert output.data == pytest.approx(0.9478, abs=5e-5)


@pytest.mark.parametrize("point", [(0.0, 0.0), (1.0, 1.0), (-1.5, 0.25), (0.3, 4.0), (-2.0, -1.0)])
def test_two_lines_combined_are_the_network_of_the_notes(point: tuple[float, float]) -> None:
    x1, x2 = point
    by_hand = sigmoid(7 * sigmoid(5 * x1 - 2 * x2 + 8) + 5 * sigmoid(7 * x1 - 3 * x2 - 1) - 6)
    numbers = (5, -2, 8, 7, -3, -1, 7, 5, -6)
    model = Sequential([Dense(2, "sigmoid", input_dim=2), Dense(1, "sigmoid")])
    put(model, *numbers)
    assert lists(model.get_weights()) == [[[5, 7], [-2, -3]], [8, -1], [[7], [5]], [-6]]
    mlp = MLP(2, [2, 1], activation="sigmoid", output_activation="sigmoid")
    put(mlp, *numbers)
    output = mlp(point)
    assert isinstance(output, Value)
    assert lists(model.predict([point]))[0][0] == output.data == exactly(by_hand)


# ----------------------------------------------- feedforward, and one derivative by its path

POINT, LABEL = (0.4, -1.2), 1
# Each neuron has W1, W2 and the bias W3: two neurons in the first layer, one in the second.
WEIGHTS = (0.5, -0.3, 0.1, 0.8, 0.2, -0.4, 1.5, -0.7, 0.25)


@pytest.fixture
def nodes() -> dict[str, Value]:
    """Return the error of one point and the nodes behind it, by their names in the notes."""
    model = Sequential([Dense(2, "sigmoid", input_dim=2), Dense(1, "sigmoid")])
    model.compile("sgd", BinaryCrossentropy(textbook=True))
    put(model, *WEIGHTS)
    error = model.compute_loss([POINT], [LABEL])
    order = topological_order(error)
    weights = {parameter.label: parameter for parameter in model.parameters()}

    def sum_with(label: str) -> Value:
        (node,) = (node for node in order if weights[label] in node.parents)
        return node

    found = {
        "E": error,
        "h": sum_with("output.neuron1.w1"),
        "h1": sum_with("hidden1.neuron1.w1"),
        "h2": sum_with("hidden1.neuron2.w1"),
        "W11(1)": weights["hidden1.neuron1.w1"],
    }
    (found["y"],) = (node for node in order if found["h"] in node.parents)
    for name, node in found.items():
        node.label = name
    return found


def test_feedforward_is_the_formula_of_the_notes(nodes: dict[str, Value]) -> None:
    x1, x2 = POINT
    h1 = 0.5 * x1 - 0.3 * x2 + 0.1
    h2 = 0.8 * x1 + 0.2 * x2 - 0.4
    h = 1.5 * sigmoid(h1) - 0.7 * sigmoid(h2) + 0.25
    assert nodes["h1"].data == exactly(h1)
    assert nodes["h2"].data == exactly(h2)
    assert nodes["h"].data == exactly(h)
    assert nodes["y"].data == exactly(sigmoid(h))
    assert nodes["E"].data == exactly(-math.log(sigmoid(h)))


def test_derivative_by_the_first_weight_is_the_product_of_its_four_factors(
    nodes: dict[str, Value],
) -> None:
    order = topological_order(nodes["E"])
    graph = edges_between([node for node in order if node.label], order)
    by = {(e.child.label, e.parent.label): e.derivative for found in graph.values() for e in found}
    factors = [
        by[child, parent] for child, parent in itertools.pairwise(("E", "y", "h", "h1", "W11(1)"))
    ]
    y, s1 = nodes["y"].data, sigmoid(nodes["h1"].data)
    assert factors == [
        exactly(-1 / y),
        exactly(y * (1 - y)),
        exactly(1.5 * s1 * (1 - s1)),
        exactly(POINT[0]),
    ]
    assert factors[0] * factors[1] == exactly(y - LABEL)
    nodes["E"].backward()
    assert nodes["h"].grad == exactly(y - LABEL)
    assert nodes["W11(1)"].grad == exactly(math.prod(factors))


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("h", [-2.5, -0.3, 0.0, 1.2])
def test_derivative_of_the_error_by_the_last_sum_is_prediction_minus_label(
    h: float, label: int
) -> None:
    model = Sequential([Dense(1, "sigmoid", input_dim=1)])
    model.compile("sgd", "binary_crossentropy")
    put(model, 0.0, h)
    model.compute_loss([[0.0]], [label]).backward()
    assert model.parameters()[1].grad == exactly(sigmoid(h) - label)  # d(h)/d(bias) is 1


def test_slope_of_a_sigmoid_neuron_is_its_output_times_what_it_lacks_to_1() -> None:
    for z in (-4.0, -0.5, 0.0, 2.0):
        neuron = Neuron(1, "sigmoid", Constant(z))
        output = neuron([1.0])
        assert output.partials == (exactly(output.data * (1 - output.data)),)


# ---------------------------------------------------- a 3-2-1 network as a Keras user has it


def test_one_step_of_the_student_s_network_gives_the_weight_of_the_notes() -> None:
    model = Sequential([Dense(2, "sigmoid", input_dim=3), Dense(1)])
    # Of the second hidden neuron the notes give only the output, which fits any weights whose
    # weighted sum is -3 here.
    put(model, *(0.1, 0.1, 0.1, -15), *(0.2, 0.2, 0.2, -32), *(12, 9, 20))
    model.compile(SGD(learning_rate=0.001), MeanSquaredError())
    x, y = datasets.students()
    assert lists(model.predict(x[:1])) == [[exactly(24.957320884175846)]]
    history = model.fit(x[:1], y[:1], verbose=0).history
    assert history["loss"] == [exactly(3253.8672407108816)]
    assert model.layers[1].parameters()[0].data == exactly(12.043071862446853)


# ----------------------------------------------------------------- gates, and what a line can


def gate(*numbers: float) -> Dense:
    """A perceptron as a layer: weights, then the bias."""
    *weights, bias = numbers
    queue = iter(weights)
    return Dense(
        1,
        "step",
        kernel_initializer=lambda fan_in, fan_out: next(queue),  # noqa: ARG005  # as all initializers
        bias_initializer=Constant(bias),
    )


AND, OR, NOT = (1, 1, -2), (2, 2, -2), (-1, -3, 2)
ROWS = [[0, 0], [0, 1], [1, 0], [1, 1]]


@pytest.mark.parametrize(
    ("numbers", "expected"), [(AND, [0, 0, 0, 1]), (OR, [0, 1, 1, 1]), (NOT, [1, 0, 1, 0])]
)
def test_a_gate_is_a_layer_of_one_neuron_with_a_step(
    numbers: Sequence[float], expected: list[float]
) -> None:
    model = Sequential([Input(2), gate(*numbers)])
    assert [answer for (answer,) in lists(model.predict(ROWS))] == expected


def test_xor_is_a_network_of_gates() -> None:
    x = Input(2)
    either, both = gate(*OR)(x), gate(*AND)(x)
    not_both = gate(*NOT)(Concatenate()([either, both]))
    model = Model(x, gate(*AND)(Concatenate()([either, not_both])))
    assert [answer for (answer,) in lists(model.predict(ROWS))] == [0, 1, 1, 0]


def trained(
    dataset: datasets.Dataset,
    layers: Sequence[Dense],
    optimizer: Optimizer,
    epochs: int,
    batch_size: int = 4,
) -> float:
    """The share of right answers after training."""
    model = Sequential([Input(2), *layers])
    model.compile(optimizer, "binary_crossentropy", ["accuracy"])
    model.fit(*dataset, batch_size, epochs, verbose=0)
    measured = model.evaluate(*dataset, verbose=0, return_dict=True)
    assert isinstance(measured, dict)
    return measured["accuracy"]


@pytest.mark.parametrize("name", ["and_gate", "or_gate", "not_gate"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_one_neuron_learns_what_a_line_can_separate(name: str, seed: int) -> None:
    set_random_seed(seed)
    accuracy = trained(getattr(datasets, name)(), [Dense(1, "sigmoid")], Adam(0.3), epochs=100)
    assert accuracy == 1.0, f"accuracy {accuracy} on {name} with seed {seed}"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_one_neuron_does_not_learn_xor(seed: int) -> None:
    set_random_seed(seed)
    accuracy = trained(datasets.xor(), [Dense(1, "sigmoid")], Adam(0.3), epochs=300)
    assert accuracy <= 0.75, f"accuracy {accuracy} with seed {seed}"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_two_layers_learn_xor_from_its_truth_table(seed: int) -> None:
    set_random_seed(seed)
    layers = [Dense(8, "tanh"), Dense(1, "sigmoid")]
    accuracy = trained(datasets.xor(), layers, Adam(0.1), epochs=200)
    assert accuracy == 1.0, f"accuracy {accuracy} with seed {seed}"


# Name, epochs, and the share of right answers that a 2-16-16-1 network has to reach.
CLOUDS = [("moons", 25, 0.97), ("spiral", 60, 0.95)]


@pytest.mark.parametrize(("name", "epochs", "least"), CLOUDS, ids=[name for name, *_ in CLOUDS])
@pytest.mark.parametrize("seed", [0, 1])
def test_two_hidden_layers_learn_curves(name: str, epochs: int, least: float, seed: int) -> None:
    set_random_seed(seed)
    layers = [
        Dense(16, "relu", kernel_initializer="he_uniform"),
        Dense(16, "relu", kernel_initializer="he_uniform"),
        Dense(1, "sigmoid"),
    ]
    accuracy = trained(getattr(datasets, name)(), layers, Adam(0.03), epochs=epochs, batch_size=10)
    assert accuracy >= least, f"accuracy {accuracy} on {name} with seed {seed}"


# --------------------------------------------------------- why weights start at random


def hidden_neurons(kernel_initializer: Any, optimizer: Optimizer) -> list[list[float]]:
    """Return for each hidden neuron, after training: its weights, its bias, its outgoing weight."""
    set_random_seed(3)
    model = Sequential(
        [
            Dense(4, "tanh", kernel_initializer=kernel_initializer, input_dim=2),
            Dense(1, "sigmoid", kernel_initializer=kernel_initializer),
        ]
    )
    model.compile(optimizer, "binary_crossentropy")
    before = lists(model.get_weights())
    model.fit(*datasets.moons(samples=20), batch_size=5, epochs=5, verbose=0)
    assert lists(model.get_weights()) != before
    kernel, biases, last, _ = lists(model.get_weights())
    return [
        list(numbers) for numbers in zip(*kernel, biases, *zip(*last, strict=True), strict=True)
    ]


@pytest.mark.parametrize("optimizer", [SGD(0.5), SGD(0.1, momentum=0.9), RMSprop(0.05), Adam(0.05)])
@pytest.mark.parametrize("start", [0.0, 0.5, -2.0])
def test_neurons_that_start_equal_stay_equal(start: float, optimizer: Optimizer) -> None:
    neurons = hidden_neurons(Constant(start), optimizer)
    assert neurons == neurons[:1] * 4


@pytest.mark.parametrize("optimizer", [SGD(0.5), SGD(0.1, momentum=0.9), RMSprop(0.05), Adam(0.05)])
@pytest.mark.parametrize("start", ["random_uniform", "glorot_uniform", "he_uniform"])
def test_neurons_that_start_at_random_go_ways_of_their_own(
    start: str, optimizer: Optimizer
) -> None:
    neurons = hidden_neurons(start, optimizer)
    assert all(one != other for one, other in itertools.combinations(neurons, 2))


def test_equal_weights_of_a_layer_have_equal_gradients() -> None:
    layer = Layer(2, 3, "sigmoid", Constant(0.3))
    outputs = layer([0.5, -1.0])
    assert isinstance(outputs, list)
    (autograd.sum(outputs) ** 2).backward()
    gradients = [[w.grad for w in neuron.parameters()] for neuron in layer.neurons]
    assert gradients == gradients[:1] * 3
    assert 0.0 not in gradients[0]


@pytest.mark.parametrize(("start", "end"), [(1.5, 0.96), (-1.5, -1.035)])
def test_gradient_descent_ends_in_the_minimum_on_whose_side_it_starts(
    start: float, end: float
) -> None:
    w, optimizer = Parameter(start), SGD(0.05)
    for _ in range(300):
        w.grad = 0.0
        ((w**2 - 1) ** 2 + 0.3 * w).backward()
        optimizer.update([w])
    assert w.data == pytest.approx(end, abs=5e-3)
    assert w.grad == pytest.approx(0.0, abs=1e-9)


# ------------------------------------------------------------- activations of the notes


def slope_at(name: str, z: float) -> float:
    x = Value(z)
    ACTIVATIONS[name](x).backward()
    return x.grad


@pytest.mark.parametrize("z", [-20.0, -10.0, 10.0, 20.0])
def test_no_light_comes_through_a_sigmoid_of_large_numbers(z: float) -> None:
    assert 0 < slope_at("sigmoid", z) < 5e-5
    assert slope_at("relu", z) == (1.0 if z > 0 else 0.0)
    assert slope_at("leaky_relu", z) == (1.0 if z > 0 else 0.01)


def test_the_gradient_vanishes_behind_many_sigmoids_and_not_behind_relu() -> None:
    gradients = {}
    for name in ("sigmoid", "relu"):
        model = MLP(1, [1] * 11, activation=name, initializer=Constant(1.0))
        output = model([1.0])
        assert isinstance(output, Value)
        output.backward()
        gradients[name] = model.layers[0].neurons[0].weights[0].grad
    assert gradients["relu"] == 1.0
    assert 0 < gradients["sigmoid"] < 0.25**10


def test_relu_lets_through_what_is_positive_and_leaky_relu_a_hundredth_of_the_rest() -> None:
    z = [-300.0, -1.0, 0.0, 0.5, 7.0]
    relu, leaky = Activation("relu"), Activation(activations.leaky_relu)
    assert [value.data for value in relu(z)] == [0.0, 0.0, 0.0, 0.5, 7.0]
    assert [value.data for value in leaky(z)] == [-3.0, -0.01, 0.0, 0.5, 7.0]
