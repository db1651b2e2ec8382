"""micrograd's call shapes: neurons, layers, MLPs; their activations and their initial weights."""

import copy
import math
import pickle
import random
import re
import statistics
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Parameter, Value
from nn import (
    MLP,
    Dense,
    Layer,
    Neuron,
    activations,
    initializers,
    randomness,
    set_random_seed,
)
from nn.activations import ACTIVATIONS
from nn.initializers import INITIALIZERS, Constant, GlorotUniform, HeUniform, RandomUniform
from nn.neurons import Module


def each(function: Callable[[float], float]) -> Callable[[Sequence[float]], list[float]]:
    return lambda zs: [function(z) for z in zs]


def shares(zs: Sequence[float]) -> list[float]:
    return [math.exp(z) / sum(map(math.exp, zs)) for z in zs]


SELU_ALPHA = 1.6732632423543772

# The output of every activation for the weighted sums of a layer.
FORMULAS: dict[str, Callable[[Sequence[float]], list[float]]] = {
    "linear": each(lambda z: z),
    "step": each(lambda z: 1.0 if z >= 0 else 0.0),
    "sigmoid": each(lambda z: 1 / (1 + math.exp(-z))),
    "tanh": each(math.tanh),
    "relu": each(lambda z: max(z, 0.0)),
    "leaky_relu": each(lambda z: z if z > 0 else 0.01 * z),
    "elu": each(lambda z: z if z > 0 else math.exp(z) - 1),
    "exp": each(math.exp),
    "gelu": each(lambda z: z * (1 + math.erf(z / math.sqrt(2))) / 2),
    "selu": each(lambda z: 1.0507009873554805 * (z if z > 0 else SELU_ALPHA * (math.exp(z) - 1))),
    "silu": each(lambda z: z / (1 + math.exp(-z))),
    "mish": each(lambda z: z * math.tanh(math.log(1 + math.exp(z)))),
    "softplus": each(lambda z: math.log(1 + math.exp(z))),
    "softsign": each(lambda z: z / (1 + abs(z))),
    "softmax": shares,
}

# How far from 0 an initial weight may be.
BOUNDS: dict[str, Callable[[int, int], float]] = {
    "zeros": lambda fan_in, fan_out: 0.0,  # noqa: ARG005  # all take both
    "constant": lambda fan_in, fan_out: 0.0,  # noqa: ARG005  # all take both
    "ones": lambda fan_in, fan_out: 1.0,  # noqa: ARG005  # all take both
    "random_uniform": lambda fan_in, fan_out: 0.05,  # noqa: ARG005  # all take both
    "uniform": lambda fan_in, fan_out: 0.05,  # noqa: ARG005  # all take both
    "lecun_uniform": lambda fan_in, fan_out: math.sqrt(3 / fan_in),  # noqa: ARG005  # all take both
    "glorot_uniform": lambda fan_in, fan_out: math.sqrt(6 / (fan_in + fan_out)),
    "he_uniform": lambda fan_in, fan_out: math.sqrt(6 / fan_in),  # noqa: ARG005  # all take both
}

# The standard deviation of normal initial weights, and after how many of them they are cut.
CUT = 0.8796256610342398  # that of a normal distribution of 1 that is cut at 2
NORMAL: dict[str, tuple[Callable[[int, int], float], float]] = {
    "random_normal": (lambda fan_in, fan_out: 0.05, math.inf),  # noqa: ARG005  # all take both
    "normal": (lambda fan_in, fan_out: 0.05, math.inf),  # noqa: ARG005  # all take both
    "orthogonal": (lambda fan_in, fan_out: 1.0, math.inf),  # noqa: ARG005  # all take both
    "truncated_normal": (lambda fan_in, fan_out: 0.05 * CUT, 0.1),  # noqa: ARG005  # all take both
    "glorot_normal": (lambda i, o: math.sqrt(2 / (i + o)), 2 / CUT),
    "he_normal": (lambda i, o: math.sqrt(2 / i), 2 / CUT),  # noqa: ARG005  # all take both
    "lecun_normal": (lambda i, o: math.sqrt(1 / i), 2 / CUT),  # noqa: ARG005  # all take both
}

every_activation = pytest.mark.parametrize("name", ACTIVATIONS)
RANDOM = [name for name in BOUNDS if name not in {"zeros", "constant", "ones"}]


def nodes(output: Value) -> list[str]:
    """The operations a value was computed with."""
    return [node.op.name for node in autograd.topological_order(output) if node.op is not None]


def numbers(model: Any) -> list[float]:
    return [parameter.data for parameter in model.parameters()]


# -------------------------------------------------------------- micrograd's shapes


def test_mlp_with_one_output_gives_a_value() -> None:
    output = MLP(3, [4, 4, 1])([2.0, 3.0, -1.0])
    assert type(output) is Value


def test_mlp_with_several_outputs_gives_a_list_of_values() -> None:
    outputs = MLP(3, [4, 2])([2.0, 3.0, -1.0])
    assert isinstance(outputs, list)
    assert [type(output) for output in outputs] == [Value, Value]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [((3, [4, 4, 1]), 41), ((2, [16, 16, 1]), 337), ((1, [1]), 2), ((5, (2, 3)), 21)],
)
def test_mlp_has_a_weight_for_each_input_and_a_bias_for_each_neuron(
    sizes: tuple[int, Sequence[int]], expected: int
) -> None:
    parameters = MLP(*sizes).parameters()
    assert len(parameters) == expected
    assert len(set(parameters)) == expected
    assert {type(parameter) for parameter in parameters} == {Parameter}


def test_mlp_ends_in_a_linear_layer_behind_relu() -> None:
    model = MLP(3, [4, 4, 1])
    assert [layer.activation for layer in model.layers] == [
        autograd.relu,
        autograd.relu,
        activations.linear,
    ]


def test_mlp_computes_what_its_layers_compute_one_after_the_other() -> None:
    model = MLP(2, [3, 2], activation="tanh", output_activation="sigmoid", seed=3)
    expected = [0.5, -1.5]
    for layer, formula in zip(model.layers, ("tanh", "sigmoid"), strict=True):
        expected = FORMULAS[formula](
            [
                sum(w.data * x for w, x in zip(neuron.weights, expected, strict=True))
                for neuron in layer.neurons
            ]
        )
    outputs = model([0.5, -1.5])
    assert isinstance(outputs, list)
    assert [output.data for output in outputs] == pytest.approx(expected, rel=1e-12)


def test_one_step_of_gradient_descent_as_in_micrograd_lowers_the_loss() -> None:
    model = MLP(3, [4, 4, 1], activation="tanh", seed=1)
    rows = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
    targets = [1.0, -1.0, -1.0, 1.0]
    losses: list[float] = []
    for _ in range(20):
        outputs: list[Any] = [model(row) for row in rows]
        loss = sum((out - y) ** 2 for y, out in zip(targets, outputs, strict=True))
        model.zero_grad()
        loss.backward()
        for parameter in model.parameters():
            parameter.data -= 0.02 * parameter.grad
        losses.append(loss.data)
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < losses[0] / 2


@pytest.mark.parametrize("model", [Neuron(2), Layer(2, 3), MLP(2, [3, 1])], ids=repr)
def test_zero_grad_clears_what_backward_passes_have_added_up(model: Any) -> None:
    for parameter in model.parameters():
        parameter.grad = 7.0
    model.zero_grad()
    assert [parameter.grad for parameter in model.parameters()] == [0.0] * len(numbers(model))


def test_layer_gives_a_list_and_a_layer_of_one_neuron_its_value() -> None:
    outputs = Layer(2, 3)([1.0, 2.0])
    assert isinstance(outputs, list)
    assert len(outputs) == 3
    assert type(Layer(2, 1)([1.0, 2.0])) is Value


def test_weights_are_those_that_micrograd_draws_by_the_same_seed() -> None:
    random.seed(1337)  # micrograd draws from `random` itself, neuron by neuron; biases are 0
    expected = []
    for nin, nout in [(2, 4), (4, 4), (4, 1)]:
        for _ in range(nout):
            expected += [*(random.uniform(-1, 1) for _ in range(nin)), 0.0]  # noqa: S311  # no secret
    set_random_seed(1337)
    for model in (MLP(2, [4, 4, 1]), MLP(2, [4, 4, 1], seed=1337)):
        assert [parameter.data for parameter in model.parameters()] == expected


def test_until_nn_has_a_seed_it_follows_that_of_random(monkeypatch: pytest.MonkeyPatch) -> None:
    own = randomness._Generator()
    monkeypatch.setattr(randomness, "generator", own)
    makers: list[Callable[[Any], Any]] = [
        lambda draw: draw.uniform(-1.0, 1.0),
        lambda draw: [draw.gauss(1.0, 2.0) for _ in range(3)],
        lambda draw: draw.sample(range(100), 10),
        lambda draw: draw.random(),
    ]
    for make in makers:
        random.seed(1337)
        expected = make(random)
        random.seed(1337)
        assert make(own) == expected
    random.seed(1337)
    weights = [p.data for p in Neuron(3).parameters()]
    random.seed(1337)
    assert weights == [*(random.uniform(-1, 1) for _ in range(3)), 0.0]  # noqa: S311  # no secret
    set_random_seed(5)
    first = own.random()
    random.seed(1)
    assert own.random() != random.Random(1).random()  # noqa: S311  # as above
    set_random_seed(5)
    assert own.random() == first == random.Random(5).random()  # noqa: S311  # as above


@pytest.mark.parametrize("is_seeded", [False, True])
@pytest.mark.parametrize("again", [copy.deepcopy, lambda own: pickle.loads(pickle.dumps(own))])  # noqa: S301  # our own
def test_a_copy_of_what_draws_for_nn_draws_the_same_and_uses_nothing_up(
    is_seeded: bool, again: Callable[[Any], Any]
) -> None:
    own = randomness._Generator()
    if is_seeded:
        own.seed(5)
    own.gauss(0.0, 1.0)  # which keeps a second number for later
    copied = again(own)
    expected = [copied.gauss(0.0, 1.0), copied.random(), copied.getrandbits(40)]
    assert [own.gauss(0.0, 1.0), own.random(), own.getrandbits(40)] == expected


def test_a_new_seed_forgets_the_second_of_two_normal_numbers() -> None:
    own = randomness._Generator()
    for seed in (1, 2):
        random.seed(seed)
        expected = random.gauss()
        random.seed(seed)
        assert own.gauss() == expected
    for seed in (1, 2):
        own.seed(seed)
        assert own.gauss() == random.Random(seed).gauss()  # noqa: S311  # no secret


def test_parts_of_an_mlp_print_as_in_micrograd() -> None:
    assert repr(MLP(2, [2, 1])) == (
        "MLP of [Layer of [relu Neuron(2), relu Neuron(2)], Layer of [linear Neuron(2)]]"
    )


def test_gradient_reaches_inputs_that_are_values() -> None:
    neuron = Neuron(2, "linear", Constant(0.5))
    x = [Value(3.0, "hours"), Value(4.0)]
    output = neuron(x)
    output.backward()
    assert [value.grad for value in x] == [0.5, 0.5]
    assert [weight.grad for weight in neuron.weights] == [3.0, 4.0]
    assert x[0].label == "hours"


def test_inputs_that_are_numbers_are_labelled_by_place_and_shared_by_the_neurons() -> None:
    outputs = Layer(2, 2, "linear")([1.0, 2.0])
    assert isinstance(outputs, list)
    inputs = [
        {node for node in output.parents if type(node) is Value and node.op is None}
        for output in outputs
    ]
    assert inputs[0] == inputs[1]
    assert sorted(node.label for node in inputs[0]) == ["x1", "x2"]


@pytest.mark.parametrize(
    "x", [[1, 2], (1.0, 2.0), range(1, 3), np.array([1.0, 2.0]), np.array([1, 2], dtype="int8")]
)
def test_a_sample_may_be_any_sequence_of_real_numbers(x: Any) -> None:
    assert Neuron(2, "linear", Constant(2.0))(x).data == 6.0


@pytest.mark.parametrize("model", [Neuron(2), Layer(2, 3), MLP(2, [3, 1])], ids=repr)
@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        ([1.0], ValueError, "expected 2 inputs, received 1"),
        ([1.0, 2.0, 3.0], ValueError, "expected 2 inputs, received 3"),
        ([], ValueError, "expected 2 inputs, received 0"),
        ([1.0, None], TypeError, "expected a real number, received NoneType"),
        ("12", TypeError, "expected a real number, received str: '1'"),
        ([[1.0, 2.0], [3.0, 4.0]], TypeError, "expected a real number, received list"),
    ],
)
def test_a_sample_that_does_not_fit_is_refused(
    model: Any, x: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        model(x)


WRONG: Any = [0, -1, 2.0, "3", None, True]


@pytest.mark.parametrize("size", WRONG)
def test_a_size_that_is_no_whole_number_of_at_least_1_is_refused(size: Any) -> None:
    for make in (
        lambda: Neuron(size),
        lambda: Layer(size, 1),
        lambda: Layer(1, size),
        lambda: MLP(size, [1]),
        lambda: MLP(1, [2, size, 1]),
    ):
        with pytest.raises(ValueError, match=rf"of at least 1, received {re.escape(repr(size))}"):
            make()


def test_an_mlp_without_layers_is_refused() -> None:
    with pytest.raises(ValueError, match="expected nouts to name at least one layer"):
        MLP(3, [])


# ------------------------------------------------------------------------- a neuron


@pytest.mark.parametrize("name", [n for n in ACTIVATIONS if n not in {"linear", "softmax", "step"}])
@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_a_neuron_is_one_weighted_sum_and_one_activation(name: str, size: int) -> None:
    output = Neuron(size, name)([1.0] * size)
    assert nodes(output) == ["dot", name]


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_a_linear_neuron_is_its_weighted_sum_alone(size: int) -> None:
    neuron = Neuron(size, None)
    output = neuron([1.0] * size)
    assert nodes(output) == ["dot"]
    assert set(neuron.parameters()) <= set(output.parents)


def test_a_neuron_starts_with_a_bias_of_0_and_may_have_none() -> None:
    assert Neuron(3).parameters()[-1].data == 0.0
    assert Neuron(3, bias_initializer=Constant(0.25)).parameters()[-1].data == 0.25
    without = Neuron(3, None, Constant(1.0), bias_initializer=None)
    assert without.bias is None
    assert len(without.parameters()) == 3
    assert without([1.0, 2.0, 3.0]).data == 6.0


def test_weights_come_before_the_bias() -> None:
    neuron = Neuron(2)
    assert [parameter.label for parameter in neuron.parameters()] == ["w1", "w2", "b"]


def test_softmax_is_refused_by_a_neuron_for_it_is_one_of_a_whole_layer() -> None:
    with pytest.raises(ValueError, match="layer"):
        Neuron(2, "softmax")([1.0, 2.0])


# --------------------------------------------------------------------------- labels


def test_parameters_of_an_mlp_are_labelled_by_their_place() -> None:
    assert [parameter.label for parameter in MLP(1, [2, 1, 2]).parameters()] == [
        "hidden1.neuron1.w1",
        "hidden1.neuron1.b",
        "hidden1.neuron2.w1",
        "hidden1.neuron2.b",
        "hidden2.neuron1.w1",
        "hidden2.neuron1.w2",
        "hidden2.neuron1.b",
        "output.neuron1.w1",
        "output.neuron1.b",
        "output.neuron2.w1",
        "output.neuron2.b",
    ]


def test_label_leads_to_the_weight_it_names() -> None:
    model = MLP(3, [4, 4, 1])
    assert model.layers[0].neurons[1].weights[2].label == "hidden1.neuron2.w3"
    bias = model.layers[2].neurons[0].bias
    assert bias is not None
    assert bias.label == "output.neuron1.b"


def test_an_mlp_of_one_layer_is_its_output() -> None:
    assert [p.label for p in MLP(1, [1]).parameters()] == ["output.neuron1.w1", "output.neuron1.b"]


# ---------------------------------------------------------------------- activations


def test_every_activation_has_a_formula_here() -> None:
    assert set(ACTIVATIONS) == set(FORMULAS)


def scores() -> list[list[float]]:
    """Weights and bias of three neurons with two inputs, away from kinks."""
    return [[0.5, -1.0, 0.3], [2.0, 0.25, -0.1], [-1.5, -0.5, 0.7]]


def layer_of(name: str) -> Layer:
    layer = Layer(2, 3, name)
    for neuron, row in zip(layer.neurons, scores(), strict=True):
        for parameter, number in zip(neuron.parameters(), row, strict=True):
            parameter.data = number
    return layer


def by_hand(name: str, rows: list[list[float]], x: Sequence[float]) -> list[float]:
    return FORMULAS[name]([w1 * x[0] + w2 * x[1] + b for w1, w2, b in rows])


@every_activation
@pytest.mark.parametrize("x", [[1.0, 2.0], [-0.75, 0.5], [3.0, -4.0]])
def test_a_layer_computes_what_its_activation_says(name: str, x: list[float]) -> None:
    outputs = layer_of(name).forward([Value(number) for number in x])
    assert [output.data for output in outputs] == pytest.approx(
        by_hand(name, scores(), x), rel=1e-12, abs=1e-15
    )


@every_activation
def test_gradients_of_a_layer_are_its_slopes(name: str) -> None:
    x, shares = [1.0, -2.5], [1.0, -2.0, 0.5]  # weights of the differentiated sum
    layer = layer_of(name)
    outputs = layer.forward([Value(number) for number in x])
    autograd.dot(outputs, shares).backward()
    found = [[p.grad for p in neuron.parameters()] for neuron in layer.neurons]
    h = 1e-6
    for i in range(3):
        for j in range(3):
            ends = []
            for change in (h, -h):
                rows = scores()
                rows[i][j] += change
                ends.append(math.fsum(map(float.__mul__, shares, by_hand(name, rows, x))))
            assert found[i][j] == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-7, abs=1e-8)


@every_activation
def test_activation_is_taken_by_name_or_as_the_function(name: str) -> None:
    function = ACTIVATIONS[name]
    assert activations.get(name) is activations.get(function) is function
    assert activations.name_of(function) == name
    assert Layer(2, 3, name).activation is Layer(2, 3, function).activation


def test_no_activation_is_the_linear_one() -> None:
    assert activations.get(None) is activations.linear


@pytest.mark.parametrize("z", [0.0, -0.0, 1e-300, 5.0, math.inf])
def test_step_is_1_from_0_on(z: float) -> None:
    assert activations.step(z) == 1.0
    assert activations.step(Value(z)).data == 1.0


@pytest.mark.parametrize("z", [-1e-300, -5.0, -math.inf])
def test_step_is_0_below_0(z: float) -> None:
    assert activations.step(z) == 0.0


@pytest.mark.parametrize("z", [-2.0, 0.0, 2.0])
def test_no_gradient_comes_back_through_a_step(z: float) -> None:
    x = Value(z)
    activations.step(x).backward()
    assert x.grad == 0.0


def test_leaky_relu_lets_a_hundredth_pass() -> None:
    x = Value(-3.0)
    y = activations.leaky_relu(x)
    y.backward()
    assert (y.data, x.grad) == (-0.03, 0.01)


def test_a_function_of_ones_own_is_an_activation() -> None:
    def swish(z: Any) -> Any:
        return z * autograd.sigmoid(z)

    neuron = Neuron(1, swish, Constant(2.0))
    assert neuron([1.0]).data == pytest.approx(2 / (1 + math.exp(-2)))
    assert repr(neuron) == "swish Neuron(1)"


@pytest.mark.parametrize("name", ["rellu", "ReLU", "", 3, ["relu"]])
def test_unknown_activation_is_told_which_there_are(name: Any) -> None:
    expected = (
        f"unknown activation: {name!r} (must be one of linear, step, sigmoid, tanh, relu,"
        " leaky_relu, elu, exp, gelu, selu, silu, mish, softplus, softsign, softmax)"
    )
    for make in (lambda: Neuron(1, name), lambda: Layer(1, 1, name), lambda: MLP(1, [1, 1], name)):
        with pytest.raises(ValueError, match=re.escape(expected)):
            make()


# ------------------------------------------------------------------ initial weights


def test_every_initializer_has_a_bound_here() -> None:
    assert set(INITIALIZERS) == set(BOUNDS) | set(NORMAL)


@pytest.mark.parametrize("name", NORMAL)
@pytest.mark.parametrize("fans", [(3, 4), (1, 100)])
def test_normal_weights_have_their_deviation_and_are_cut(name: str, fans: tuple[int, int]) -> None:
    set_random_seed(0)
    initialize = initializers.get(name)
    wanted, cut = NORMAL[name][0](*fans), NORMAL[name][1]
    drawn = [initialize(*fans) for _ in range(4000)]
    deviation = math.sqrt(math.fsum(w * w for w in drawn) / len(drawn))
    assert deviation == pytest.approx(wanted, rel=0.06)  # 4000 draws: 1 %, five times
    most = cut * wanted if "_normal" in name and name != "truncated_normal" else cut
    assert max(map(abs, drawn)) <= most * (1 + 1e-9)
    assert max(map(abs, drawn)) > 1.8 * wanted


@pytest.mark.parametrize("shape", [(3, 3), (2, 5), (5, 2)])
def test_orthogonal_weights_are_at_right_angles(shape: tuple[int, int]) -> None:
    layer = Dense(shape[1], kernel_initializer="orthogonal", input_dim=shape[0])
    layer.build([shape[0]])
    kernel = np.array(layer.get_weights()[0])
    small = kernel @ kernel.T if shape[0] <= shape[1] else kernel.T @ kernel
    assert small == pytest.approx(np.eye(min(shape)), abs=1e-12)


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("fans", [(1, 1), (3, 4), (100, 1), (1, 100)])
def test_initial_weights_keep_to_their_bounds(name: str, fans: tuple[int, int]) -> None:
    set_random_seed(0)
    initialize = initializers.get(name)
    bound = BOUNDS[name](*fans)
    assert all(-bound <= initialize(*fans) <= bound for _ in range(1000))


@pytest.mark.parametrize("name", RANDOM)
@pytest.mark.parametrize("fans", [(1, 1), (3, 4), (100, 1), (1, 100)])
def test_random_weights_are_spread_evenly_within_their_bounds(
    name: str, fans: tuple[int, int]
) -> None:
    set_random_seed(0)
    initialize = initializers.get(name)
    bound = BOUNDS[name](*fans)
    drawn = [initialize(*fans) / bound for _ in range(4000)]
    tenths = [0] * 10
    for number in drawn:
        tenths[min(int((number + 1) * 5), 9)] += 1
    # 400 are expected in each tenth, give or take 19; mean 0, and standard deviation 1/sqrt(3).
    assert all(300 < count < 500 for count in tenths)
    assert abs(statistics.fmean(drawn)) < 0.04
    assert statistics.pstdev(drawn) == pytest.approx(1 / math.sqrt(3), rel=0.03)


@pytest.mark.parametrize("name", RANDOM)
def test_random_weights_follow_the_seed_of_nn(name: str) -> None:
    initialize = initializers.get(name)
    set_random_seed(5)
    first = [initialize(3, 4) for _ in range(10)]
    set_random_seed(5)
    assert [initialize(3, 4) for _ in range(10)] == first
    set_random_seed(6)
    assert [initialize(3, 4) for _ in range(10)] != first


@pytest.mark.parametrize("make", [RandomUniform, GlorotUniform, HeUniform])
def test_a_seed_of_its_own_makes_an_initializer_independent_of_all_else(make: Any) -> None:
    set_random_seed(1)
    expected = RandomUniform()(1, 1)
    set_random_seed(1)
    seeded = make(seed=7)
    first = seeded(3, 4)
    assert RandomUniform()(1, 1) == expected  # nothing was drawn from the common source
    assert make(seed=7)(3, 4) == first
    assert make(seed=8)(3, 4) != first
    assert seeded(3, 4) != first  # it goes on


def test_initial_weights_leave_the_programs_own_random_numbers_alone() -> None:
    random.seed(1)
    before = random.getstate()
    set_random_seed(0)
    MLP(2, [3, 1])
    assert random.getstate() == before


def test_constant_is_the_same_for_every_weight() -> None:
    layer = Layer(2, 2, initializer=Constant(0.1), bias_initializer=Constant(-2))
    assert numbers(layer) == [0.1, 0.1, -2.0, 0.1, 0.1, -2.0]


def test_bounds_of_a_uniform_initializer_are_kept() -> None:
    drawn = [RandomUniform(2.0, 3.0, seed=i)(1, 1) for i in range(200)]
    assert min(drawn) >= 2.0
    assert max(drawn) <= 3.0
    assert max(drawn) - min(drawn) > 0.9
    assert RandomUniform(4.0, 4.0)(1, 1) == 4.0


@pytest.mark.parametrize("bounds", [(1.0, 0.0), (math.nan, 1.0), (0.0, math.nan)])
def test_bounds_the_wrong_way_round_are_refused(bounds: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="expected minval <= maxval, received"):
        RandomUniform(*bounds)


def test_an_initializer_is_told_the_fans_of_the_layer_once_for_each_weight() -> None:
    asked: list[tuple[int, int]] = []

    def initialize(fan_in: int, fan_out: int) -> float:
        asked.append((fan_in, fan_out))
        return float(len(asked))

    layer = Layer(3, 4, initializer=initialize)
    assert asked == [(3, 4)] * 12
    assert [weight.data for weight in layer.neurons[1].weights] == [4.0, 5.0, 6.0]
    asked.clear()
    Layer(3, 4, initializer="zeros", bias_initializer=initialize)
    assert asked == [(3, 4)] * 4
    asked.clear()
    MLP(5, [2, 1], initializer=initialize)
    assert asked == [(5, 2)] * 10 + [(2, 1)] * 2


def test_by_default_weights_are_micrograds_from_minus_1_to_1() -> None:
    set_random_seed(0)
    for model in (Neuron(300), Layer(30, 10), MLP(30, [10])):
        weights = [p.data for p in model.parameters() if not p.label.endswith("b")]
        assert len(weights) == 300
        assert -1.0 <= min(weights) < -0.95
        assert 0.95 < max(weights) <= 1.0


def test_an_mlp_of_the_same_seed_is_the_same() -> None:
    assert numbers(MLP(3, [4, 1], seed=1)) == numbers(MLP(3, [4, 1], seed=1))
    assert numbers(MLP(3, [4, 1], seed=1)) != numbers(MLP(3, [4, 1], seed=2))
    set_random_seed(3)
    first = numbers(MLP(3, [4, 1]))
    set_random_seed(3)
    assert numbers(MLP(3, [4, 1])) == first


def test_neurons_of_a_seeded_mlp_differ_from_each_other() -> None:
    weights = [p.data for p in MLP(3, [4, 4, 1], seed=1).parameters() if "w" in p.label[-2:]]
    assert len(set(weights)) == len(weights)


def test_a_seed_beside_an_initializer_is_not_ignored_in_silence() -> None:
    with pytest.raises(ValueError, match="seed"):
        MLP(3, [1], initializer="glorot_uniform", seed=1)


@pytest.mark.parametrize("name", ["glorot", "Zeroes", 0.5, None])
def test_unknown_initializer_is_told_which_there_are(name: Any) -> None:
    expected = (
        f"unknown initializer: {name!r} (must be one of zeros, ones, constant,"
        " random_uniform, uniform, random_normal, normal, truncated_normal, glorot_uniform,"
    )
    with pytest.raises(ValueError, match=re.escape(expected)):
        initializers.get(name)


def test_a_module_without_neurons_has_no_stateless_call() -> None:
    class Scale(Module):
        def __init__(self) -> None:
            self.factor = Parameter(2.0)

        def parameters(self) -> list[Parameter]:
            return [self.factor]

    with pytest.raises(TypeError, match="expected a network of neurons, received Scale"):
        Scale().stateless_call([3.0], [1.0])


def test_what_stands_in_for_parameters_is_seen_by_one_call_alone() -> None:
    model: Any = MLP(2, [3, 1], seed=1)
    own, expected = list(model.parameters()), model([1.0, 2.0]).data
    other = [0.1 * i for i in range(len(own))]
    assert model.stateless_call(other, [1.0, 2.0]).data != expected

    def both() -> tuple[float, float]:
        with ThreadPoolExecutor(1) as pool:
            beside = pool.submit(lambda: model([1.0, 2.0]).data).result()
        return model([1.0, 2.0]).data, beside

    mine, beside = model.with_parameters(other, both)
    assert (mine, beside) == (model.stateless_call(other, [1.0, 2.0]).data, expected)
    with pytest.raises(ZeroDivisionError):
        model.with_parameters(other, lambda: 1 / 0)
    assert model.parameters() == own
    assert model([1.0, 2.0]).data == expected
