"""Keras's layers, each by itself: sizes that are inferred, sums, branches that meet."""

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import autograd
from autograd import Value, topological_order
from nn import (
    Activation,
    Add,
    Concatenate,
    Dense,
    Input,
    Model,
    Sequential,
    layers,
    set_random_seed,
)
from nn.activations import ACTIVATIONS
from nn.initializers import Constant
from nn.layers import LAYERS, KerasLayer

if TYPE_CHECKING:
    from tests.arrays import lists
else:
    from arrays import lists

# Layers that are told "leaky_relu" say that its slope is another than Keras's.
pytestmark = pytest.mark.filterwarnings("ignore:leaky_relu has the slope")


def test_tensors_beside_numbers_are_refused() -> None:
    place, row = Input((2,)), [1.0, 2.0]
    both = Model([place, other := Input((2,))], Add()([place, other]))
    for join in (Add(), both):
        for given in ([place, row], [row, place], (row, place)):
            with pytest.raises(
                TypeError, match=r"construction, or numbers, received both: .*2 num"
            ):
                join(given)


every_activation = pytest.mark.parametrize("name", ACTIVATIONS)


def data(outputs: list[Value]) -> list[float]:
    return [output.data for output in outputs]


def operations(outputs: list[Value]) -> list[str]:
    order = topological_order(autograd.sum(outputs))[:-1]
    return [node.op.name for node in order if node.op is not None]


def by_place(fan_in: int, fan_out: int) -> Callable[[int, int], float]:
    """An initializer that checks its arguments, and counts: 1, 2, 3, ..."""
    count = 0.0

    def initialize(told_in: int, told_out: int) -> float:
        nonlocal count
        assert (told_in, told_out) == (fan_in, fan_out)
        count += 1.0
        return count

    return initialize


# ---------------------------------------------------------------------------- Dense


def test_dense_computes_the_activation_of_weighted_sums() -> None:
    layer = Dense(2, "sigmoid", kernel_initializer=by_place(3, 2), bias_initializer=Constant(-8.0))
    sigmoid = [1 / (1 + math.exp(-z)) for z in (1 - 2 + 6 - 8, 4 - 5 + 12 - 8)]
    assert data(layer([1.0, -1.0, 2.0])) == pytest.approx(sigmoid, rel=1e-14)


def test_dense_without_an_activation_is_linear() -> None:
    layer = Dense(1, kernel_initializer=Constant(-3.0))
    assert data(layer([1.0, 2.0])) == [-9.0]
    assert operations(layer([1.0, 2.0])) == ["dot"]


def test_dense_without_bias_has_weights_alone() -> None:
    layer = Dense(2, use_bias=False, kernel_initializer=Constant(1.0), bias_initializer="constant")
    assert data(layer([1.0, 2.0])) == [3.0, 3.0]
    assert len(layer.parameters()) == 4


def test_dense_starts_as_in_keras_glorot_uniform_and_no_bias() -> None:
    set_random_seed(0)
    layer = Dense(10, input_dim=50)
    layer(Input(50))
    bound = math.sqrt(6 / 60)
    weights = [weight.data for neuron in layer.neurons for weight in neuron.weights]
    assert len(weights) == 500
    assert 0.98 * bound < max(weights) <= bound
    assert -bound <= min(weights) < -0.98 * bound
    assert {neuron.bias.data for neuron in layer.neurons if neuron.bias is not None} == {0.0}


def test_initializers_of_dense_are_told_the_sizes_of_the_layer() -> None:
    layer = Dense(4, kernel_initializer=by_place(3, 4), bias_initializer=by_place(3, 4))
    layer(Input(3))
    assert [p.data for p in layer.neurons[3].parameters()] == [10.0, 11.0, 12.0, 4.0]


@pytest.mark.parametrize(
    "layer",
    [
        Dense(2, input_dim=3),
        Dense(2, input_shape=(3,)),
        Dense(units=2, input_shape=[3]),
        Sequential([Input(shape=(3,)), Dense(2)]).layers[0],
        Sequential([Dense(3, input_dim=1), Dense(2)]).layers[1],
    ],
)
def test_number_of_inputs_is_given_or_inferred(layer: KerasLayer) -> None:
    assert layer.input_size == 3
    assert len(layer([1.0, 2.0, 3.0])) == 2
    assert len(layer.parameters()) == 8


def test_a_dense_layer_alone_learns_its_number_of_inputs_from_the_first_sample() -> None:
    layer = Dense(2)
    assert layer.parameters() == []
    assert layer.neurons == []
    assert len(layer([1.0, 2.0, 3.0])) == 2
    assert len(layer.parameters()) == 8
    with pytest.raises(ValueError, match="expected 3 inputs, received 2"):
        layer([1.0, 2.0])


def test_weights_are_made_once() -> None:
    layer = Dense(2)
    layer(Input(3))
    before = layer.parameters()
    layer(Input(3))
    layer([1.0, 2.0, 3.0])
    assert layer.parameters() == before


def test_dense_refuses_an_input_of_another_size() -> None:
    layer = Dense(2, input_dim=3)
    with pytest.raises(ValueError, match="Dense expected 3 inputs, received 4"):
        layer(Input(4))
    assert layer.parameters() == []
    assert layer(Input(3)).size == 2


def test_dense_refuses_several_inputs_and_says_what_joins_them() -> None:
    with pytest.raises(ValueError, match=r"Dense expected one input, received 2; .* Concatenate"):
        Dense(2)([Input(3), Input(3)])


def test_dense_refuses_to_be_without_an_input() -> None:
    with pytest.raises(ValueError, match="Dense expected one input, received 0"):
        Dense(2).output_size([])


def test_a_sample_without_numbers_leaves_a_layer_as_it_was() -> None:
    layer = Dense(2)
    with pytest.raises(ValueError, match="at least 1, received 0"):
        layer([])
    assert len(layer([1.0, 2.0, 3.0])) == 2


SIZES: Any = [0, -1, 2.0, "3", None, True, [3], {"units": 3}]


@pytest.mark.parametrize("size", SIZES)
def test_a_number_of_units_that_is_none_is_refused(size: Any) -> None:
    message = f"expected units to be a whole number of at least 1, received {size!r}"
    with pytest.raises(ValueError, match=re.escape(message)):
        Dense(size)


@pytest.mark.parametrize("size", [size for size in SIZES if size is not None])
def test_a_number_of_inputs_that_is_none_is_refused(size: Any) -> None:
    message = f"expected input_dim to be a whole number of at least 1, received {size!r}"
    with pytest.raises(ValueError, match=re.escape(message)):
        Dense(1, input_dim=size)


def test_whole_numbers_of_numpy_are_whole_numbers() -> None:
    classes: Any = np.array([0, 2, 1])
    layer = Dense(classes.max() + 1, input_dim=classes.max())
    assert (layer.units, layer.input_size) == (3, 2)
    assert {type(layer.units), type(layer.input_size)} == {int}  # so that they can be saved


@pytest.mark.parametrize("shape", [(), (0,), (2.0,), ("a",), "ab", (None,)])
def test_a_shape_that_is_none_is_refused(shape: Any) -> None:
    message = r"expected (a shape of one number|shape to be a whole number)"
    for make in (lambda: Input(shape=shape), lambda: Dense(1, input_shape=shape)):
        with pytest.raises(ValueError, match=message):
            make()


def test_dense_wants_samples_of_one_row() -> None:
    with pytest.raises(ValueError, match=r"expected a shape of one number.*Flatten"):
        Dense(1, input_shape=(2, 3))
    with pytest.raises(ValueError, match=r"received shape \(2, 3\): put Flatten\(\) before it"):
        Dense(1)(Input(shape=(2, 3)))


def test_two_numbers_of_inputs_that_disagree_are_refused() -> None:
    with pytest.raises(ValueError, match="input_dim"):
        Dense(1, input_dim=3, input_shape=(5,))


def test_unknown_names_of_dense_are_told_which_there_are() -> None:
    with pytest.raises(ValueError, match=r"unknown activation: 'rellu' \(must be one of linear,"):
        Dense(1, "rellu")
    with pytest.raises(ValueError, match=r"unknown initializer: 'he' \(must be one of zeros,"):
        Dense(1, kernel_initializer="he")
    with pytest.raises(ValueError, match=r"unknown initializer: 'he' \(must be one of zeros,"):
        Dense(1, bias_initializer="he")


# ----------------------------------------------------------------------- Activation


@every_activation
def test_an_activation_layer_after_dense_is_the_activation_of_dense(name: str) -> None:
    model = Sequential([Dense(3, kernel_initializer=Constant(0.5), input_dim=2), Activation(name)])
    whole = Dense(3, name, kernel_initializer=Constant(0.5))
    assert lists(model.predict([[1.0, -3.0]])) == [data(whole([1.0, -3.0]))]


@every_activation
def test_an_activation_layer_has_as_many_outputs_as_inputs_and_no_parameters(name: str) -> None:
    layer = Activation(name)
    assert layer(Input(3)).size == 3
    assert len(layer([1.0, 2.0, 3.0])) == 3
    assert layer.parameters() == []


def test_an_activation_layer_without_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match=r"unknown activation: 'relu6' \(must be one of linear"):
        Activation("relu6")


def test_one_activation_layer_serves_places_of_different_sizes() -> None:
    relu, x = Activation("relu"), Input(2)
    model = Model(x, Dense(1)(relu(Dense(5)(relu(x)))))
    assert len(lists(model.predict([[1.0, 2.0]]))) == 1


# ---------------------------------------------------------------------- joining


def test_concatenate_puts_its_inputs_end_to_end() -> None:
    a, b, c = Input(1), Input(2), Input(3)
    joined = Concatenate()([a, b, c])
    assert joined.size == 6
    assert lists(Model([a, b, c], joined).predict([[[1]], [[2, 3]], [[4, 5, 6]]])) == [
        [1, 2, 3, 4, 5, 6]
    ]


def test_add_sums_its_inputs_number_by_number() -> None:
    a, b, c = Input(2), Input(2), Input(2)
    total = Add()([a, b, c])
    assert total.size == 2
    assert lists(Model([a, b, c], total).predict([[[1, 2]], [[10, 20]], [[100, 200]]])) == [
        [111, 222]
    ]


def test_joining_layers_take_tuples_and_a_single_input() -> None:
    a = Input(2)
    assert Concatenate()((a, Input(3))).size == 5
    assert Concatenate()(a).size == Add()([a]).size == 2
    assert lists(Model(a, Add()([a])).predict([[1.0, 2.0]])) == [[1.0, 2.0]]


def test_an_input_added_to_itself_is_doubled_and_so_is_its_gradient() -> None:
    x = Input(1)
    dense = Dense(1, use_bias=False, kernel_initializer=Constant(2.0))
    hidden = dense(x)
    model = Model(x, Add()([hidden, hidden]))
    (output,) = model([3.0])
    output.backward()
    assert output.data == 12.0
    assert dense.parameters()[0].grad == 6.0


def test_add_refuses_sizes_that_differ() -> None:
    with pytest.raises(ValueError, match=r"Add expected inputs of one size, .* sizes \[2, 3\]"):
        Add()([Input(2), Input(3)])


@pytest.mark.parametrize(("layer", "expected"), [(Concatenate(), [1, 2, 3, 4]), (Add(), [4, 6])])
def test_joining_layers_take_samples_as_other_layers_do(
    layer: KerasLayer, expected: list[float]
) -> None:
    assert data(layer([[1.0, 2.0], [3.0, 4.0]])) == expected


# ------------------------------------------------------------------- all of them


def test_every_layer_says_what_it_is() -> None:
    assert {name: repr(make(*args)) for name, make, args in MADE} == {
        "Dense": "Dense(3, 'relu')",
        "Activation": "Activation('tanh')",
        "Concatenate": "Concatenate()",
        "Add": "Add()",
        "Average": "Average()",
        "Multiply": "Multiply()",
        "Subtract": "Subtract()",
        "Maximum": "Maximum()",
        "Minimum": "Minimum()",
        "Dropout": "Dropout(0.25)",
        "GaussianNoise": "GaussianNoise(0.5)",
        "Flatten": "Flatten()",
        "Reshape": "Reshape((2, 3))",
        "ReLU": "ReLU()",
        "Softmax": "Softmax()",
        "LeakyReLU": "LeakyReLU(0.2)",
        "Normalization": "Normalization()",
        "BatchNormalization": "BatchNormalization()",
        "LayerNormalization": "LayerNormalization()",
        "Embedding": "Embedding(5, 2)",
        "SimpleRNN": "SimpleRNN(3, 'relu')",
    }


def test_a_recurrent_layer_takes_any_number_of_steps_of_one_width() -> None:
    ones: dict[str, Any] = {"kernel_initializer": "ones", "recurrent_initializer": "ones"}
    layer = layers.SimpleRNN(1, "linear", **ones)
    assert [layer([[1.0], [2.0]])[0].data, layer([[1.0], [2.0], [4.0]])[0].data] == [3.0, 7.0]
    assert [weights.tolist() for weights in layer.get_weights()] == [[[1.0]], [[1.0]], [0.0]]
    with pytest.raises(ValueError, match="expected 1 numbers in each step, received 2"):
        layer([[1.0, 2.0]])


def test_what_is_drawn_is_added_as_noise_and_multiplied_for_dropout() -> None:
    inputs = [[1.0, 3.0], [0.25, -0.5]]
    assert layers.GaussianNoise(1.0).forward(inputs) == [1.25, 2.5]
    assert layers.Dropout(0.5).forward(inputs) == [0.25, -1.5]


def test_a_layer_of_ones_own_is_shown_by_its_name() -> None:
    class Conv2D(KerasLayer):
        pass

    assert (repr(Conv2D()), Conv2D().name) == ("Conv2D()", "conv2d")


MADE: list[tuple[str, Callable[..., KerasLayer], tuple[Any, ...]]] = [
    ("Dense", Dense, (3, "relu")),
    ("Activation", Activation, ("tanh",)),
    ("Concatenate", Concatenate, ()),
    ("Add", Add, ()),
    ("Average", layers.Average, ()),
    ("Multiply", layers.Multiply, ()),
    ("Subtract", layers.Subtract, ()),
    ("Maximum", layers.Maximum, ()),
    ("Minimum", layers.Minimum, ()),
    ("Dropout", layers.Dropout, (0.25,)),
    ("GaussianNoise", layers.GaussianNoise, (0.5,)),
    ("Flatten", layers.Flatten, ()),
    ("Reshape", layers.Reshape, ((2, 3),)),
    ("ReLU", layers.ReLU, ()),
    ("Softmax", layers.Softmax, ()),
    ("LeakyReLU", layers.LeakyReLU, (0.2,)),
    ("Normalization", layers.Normalization, (None,)),
    ("BatchNormalization", layers.BatchNormalization, (-1, 0.5, 0.25, False)),
    ("LayerNormalization", layers.LayerNormalization, (-1, 0.5)),
    ("Embedding", layers.Embedding, (5, 2)),
    ("SimpleRNN", layers.SimpleRNN, (3, "relu", False)),
]


def test_every_layer_is_made_here() -> None:
    assert {name: make for name, make, _ in MADE} == LAYERS


@pytest.mark.parametrize(("name", "make", "args"), MADE)
def test_a_layer_made_from_its_config_has_the_same_config(
    name: str, make: Callable[..., KerasLayer], args: tuple[Any, ...]
) -> None:
    layer = make(*args, name="mine")
    again = LAYERS[name](**layer.config())
    assert again.config() == layer.config()
    assert again.name_given == "mine"
    assert repr(again) == repr(layer)


def test_places_in_a_network_say_where_they_come_from() -> None:
    x = Input(shape=(3,))
    assert repr(x) == "<an input of 3 numbers>"
    assert repr(Dense(2, "relu")(x)) == "<2 numbers from Dense(2, 'relu')>"
    assert Input(3).size == Input((3,)).size == Input(shape=[3]).size == 3


@pytest.mark.parametrize("jit_compile", [True, False])
@pytest.mark.parametrize("number", [5.0, -1.0])
def test_an_embedding_refuses_what_is_no_row_and_keeps_its_weights(
    jit_compile: bool, number: float
) -> None:
    model = Sequential([layers.Embedding(5, 2, input_length=3), layers.Flatten()])
    model.add(layers.Dense(1))
    model.compile("sgd", "mse", jit_compile=jit_compile)
    good = [[0, 1, 2], [4, 4, 0]]
    model.fit(good, [0.0, 1.0], verbose=0)
    before = model.get_weights()
    with pytest.raises(IndexError, match=f"expected an index from 0 to 4, received {number:g}"):
        model.fit([[0, 1, number], [4, 4, 0]], [0.0, 1.0], verbose=0)
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_the_row_nearest_to_an_input_of_an_embedding_is_taken_up_to_half_a_row_away() -> None:
    layer = layers.Embedding(3, 1, embeddings_initializer="ones")
    assert [layer([x])[0].data for x in (-0.5, 0.4, 2.4)] == [1.0, 1.0, 1.0]
    with pytest.raises(IndexError):
        layer([2.5])
