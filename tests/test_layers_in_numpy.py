"""Layers beside Dense, against the same in NumPy: their outputs, their shapes, what they keep."""

import math
from statistics import fmean, pstdev
from typing import Any

import numpy as np
import pytest

from autograd import Value
from nn import Concatenate, Dense, Input, Model, Sequential, layers, set_random_seed
from nn.layers import (
    Dropout,
    Embedding,
    GaussianNoise,
    LayerNormalization,
    LeakyReLU,
    Normalization,
    SimpleRNN,
)

A, B, C = [1.0, -5.0, 2.0], [3.0, 4.0, 2.0], [-0.5, 8.0, 0.0]


def numbers(found: Any) -> list[float]:
    return [y.data for y in found]


# ----------------------------------------------------------------------------- joining


@pytest.mark.parametrize(
    ("name", "several", "function"),
    [
        ("Concatenate", True, np.concatenate),
        ("Add", True, lambda parts: np.sum(parts, 0)),
        ("Average", True, lambda parts: np.mean(parts, 0)),
        ("Multiply", True, lambda parts: np.prod(parts, 0)),
        ("Maximum", True, lambda parts: np.max(parts, 0)),
        ("Minimum", True, lambda parts: np.min(parts, 0)),
        ("Subtract", False, lambda parts: np.subtract(*parts)),
    ],
)
def test_branches_are_joined_as_numpy_does_it(name: str, several: bool, function: Any) -> None:
    for parts in ([A, B], [B, A], *([[A, B, C], [A]] if several else [])):
        expected = function(parts).tolist()
        assert numbers(getattr(layers, name)()(parts)) == expected
        assert numbers(getattr(layers, name.lower())(parts)) == expected
        places = [Input(3) for _ in parts]
        model = Model(places, getattr(layers, name)()(places))
        assert model.predict([[part] for part in parts] if len(parts) > 1 else parts).tolist() == [
            expected
        ]


def test_what_does_not_go_together_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Add expected inputs of one size, received sizes \[2, 3"):
        layers.Add()([Input(2), Input(3)])
    with pytest.raises(ValueError, match=r"Multiply expected inputs of one shape"):
        layers.Multiply()([Input((3, 1)), Input((3, 2))])
    for count in (1, 3):
        with pytest.raises(ValueError, match=f"Subtract expected two inputs, received {count}"):
            layers.Subtract()([Input(2)] * count)


# ----------------------------------------------------------------------------- scaling


@pytest.mark.parametrize("axis", [-1, None])
def test_normalization_is_by_column_or_by_all_numbers(axis: int | None) -> None:
    rows = [[1.0, 10.0], [3.0, 50.0], [8.0, 0.0]]
    layer = Normalization(axis=axis)
    layer.adapt(rows)
    columns = [*zip(*rows, strict=True)] if axis else [[x for row in rows for x in row]] * 2
    expected = [(x - fmean(c)) / pstdev(c) for x, c in zip([2.0, 20.0], columns, strict=True)]
    assert numbers(layer([2.0, 20.0])) == pytest.approx(expected)
    mean, variance, count = layer.get_weights()
    assert mean.tolist() == pytest.approx([fmean(c) for c in columns])
    assert variance.tolist() == pytest.approx([pstdev(c) ** 2 for c in columns])
    assert float(count) == 0.0
    assert (layer.count_params(), layer.parameters()) == (5, [])
    layer.adapt([[0.0, 0.0], [2.0, 4.0]])  # a second time it forgets the first
    expected = [-1.0, -1.0] if axis else [-1.5 / 2.75**0.5] * 2
    assert numbers(layer([0.0, 0.0])) == pytest.approx(expected)


def test_normalization_takes_a_mean_for_each_column_or_one_for_all() -> None:
    assert numbers(Normalization(mean=1.0, variance=4.0)([5.0, -1.0])) == [2.0, -1.0]
    assert numbers(Normalization(mean=[1, 2], variance=[4, 9])([5.0, 5.0])) == [2.0, 1.0]
    assert numbers(Normalization()([5.0, -1.0])) == [5.0, -1.0]
    for mean, variance in (([1, 2], [4]), ([1], [4, 9])):
        with pytest.raises(ValueError, match="a mean and a variance for each of 2 inputs"):
            Normalization(mean=mean, variance=variance)([5.0, 5.0])
    for one, other in ((1.0, None), (None, 1.0)):
        with pytest.raises(ValueError, match="expected mean and variance, received only one"):
            Normalization(mean=one, variance=other)


def test_a_column_that_never_changes_is_0_and_finite_beside_it() -> None:
    layer = Normalization()
    layer.adapt([[3.0], [3.0]])
    assert numbers(layer([3.0])) == [0.0]
    assert math.isfinite(numbers(layer([3.5]))[0])


@pytest.mark.parametrize("epsilon", [1e-3, 0.5])
def test_layer_normalization_is_over_the_numbers_of_one_sample(epsilon: float) -> None:
    layer = LayerNormalization(epsilon=epsilon)
    x = np.array([1.0, 3.0, 8.0])
    scaled = (x - x.mean()) / np.sqrt(x.var() + epsilon)
    assert numbers(layer(x.tolist())) == pytest.approx(scaled.tolist())
    layer.set_weights([[2.0, 3.0, 4.0], [0.5, -1.0, 0.0]])
    assert numbers(layer(x.tolist())) == pytest.approx((scaled * [2, 3, 4] + [0.5, -1, 0]).tolist())
    assert len(layer.parameters()) == 6
    assert LayerNormalization().variables() == []
    with pytest.raises(ValueError, match="expected epsilon to be above 0, received 0"):
        LayerNormalization(epsilon=0.0)


# ------------------------------------------------------------------------------ drawing


def test_dropout_keeps_and_drops_by_a_draw_for_each_input() -> None:
    layer = Dropout(0.25, seed=7)
    factors = layer.noise(4000)
    assert set(factors) == {0.0, 1 / 0.75}
    assert factors.count(0.0) / 4000 == pytest.approx(0.25, abs=0.03)
    assert Dropout(0.25, seed=7).noise(4000) == factors
    assert (layer.noise_size(3), Dropout(0.0).noise_size(3)) == (3, 0)
    assert Dropout(0.0).noise(2) == [1.0, 1.0]
    assert layer.forward([A]) == A
    assert layer.forward([A, [2.0, 0.0, 1.0]]) == [2.0, 0.0, 2.0]


def test_a_layer_that_draws_does_so_in_a_training_alone() -> None:
    for kind in (Dropout, GaussianNoise):
        layer = kind(0.5, seed=7)
        assert numbers(layer(A)) == numbers(layer(A, training=False)) == A
        drawn = kind(0.5, seed=7).noise(3)
        assert numbers(layer(A, training=True)) == kind(0.5).forward([A, drawn])
    dense = Dense(2)
    assert numbers(dense(A, training=True)) == numbers(dense(A))


def test_nothing_is_dropped_of_many_inputs_where_nothing_is_drawn() -> None:
    model = Sequential([Input(300), Dropout(0.5, seed=7)])
    row = [float(k) for k in range(300)]
    assert numbers(model(row)) == row
    factors = Dropout(0.5, seed=7).noise(300)
    assert numbers(model(row, training=True)) == [k * f for k, f in enumerate(factors)]


def test_gaussian_noise_is_added_with_its_deviation() -> None:
    layer = GaussianNoise(0.5, seed=7)
    drawn = layer.noise(4000)
    assert (fmean(drawn), pstdev(drawn)) == pytest.approx((0.0, 0.5), abs=0.03)
    assert GaussianNoise(0.5, seed=7).noise(4000) == drawn
    assert (layer.noise_size(3), GaussianNoise(0.0).noise_size(3)) == (3, 0)
    assert layer.forward([A]) == A
    assert layer.forward([A, B]) == [4.0, -1.0, 4.0]


# --------------------------------------------------------------------------- activations


def test_the_slope_of_a_leaky_unit_is_as_given_and_0_3_if_not() -> None:
    for layer, slope in ((LeakyReLU(), 0.3), (LeakyReLU(0.125), 0.125), (LeakyReLU(0.0), 0.0)):
        assert numbers(layer([-2.0, 0.0, 3.0])) == [-2.0 * slope, 0.0, 3.0]
    assert numbers(layers.ReLU()([-2.0, 3.0])) == [0.0, 3.0]
    shares = np.exp([1.0, 2.0]) / np.exp([1.0, 2.0]).sum()
    assert numbers(layers.Softmax()([1.0, 2.0])) == pytest.approx(shares.tolist())
    with pytest.raises(ValueError, match=r"put Flatten\(\) before it"):
        layers.Softmax()(Input((2, 2)))
    assert layers.Softmax()(Input((4,))).dims == (4,)
    assert layers.ReLU()(Input((2, 2))).dims == (2, 2)


# ------------------------------------------------------------------------------- shapes


def test_numbers_of_a_sample_are_laid_out_anew() -> None:
    assert layers.Flatten()(Input((2, 3, 4))).dims == (24,)
    assert layers.Reshape((3, 2))(Input((6,))).dims == (3, 2)
    assert layers.Reshape((6,))(Input((2, 3))).dims == (6,)
    with pytest.raises(ValueError, match="expected 6 inputs, received 5"):
        layers.Reshape((3, 2))(Input((5,)))
    model = Sequential([layers.Reshape((2, 2), input_shape=(4,))])
    assert model.predict([[1, 2, 3, 4]]).tolist() == [[[1.0, 2.0], [3.0, 4.0]]]


def test_a_function_as_a_layer_may_give_an_array_a_list_or_one_number() -> None:
    for function, expected in (
        (lambda x: x * 2, [2.0, -10.0, 4.0]),
        (lambda x: [x[0], x[2]], [1.0, 2.0]),
        (lambda x: x.sum(), [-2.0]),
    ):
        layer = layers.Lambda(function)
        assert numbers(layer(A)) == expected
        assert layer(Input(3)).dims == (len(expected),)
    with pytest.raises(TypeError, match="expected a function, received int"):
        layers.Lambda(3)  # type: ignore[arg-type]  # a mistake


# ---------------------------------------------------------------------------- sequences


def test_an_embedding_gives_the_rows_of_its_table_end_to_end() -> None:
    layer = Embedding(4, 3)
    table = np.arange(12.0).reshape(4, 3)
    layer([0])
    layer.set_weights([table])
    assert numbers(layer([2, 0, 3])) == table[[2, 0, 3]].ravel().tolist()
    assert layer(Input((5,))).dims == (5, 3)
    for wrong in (4, -1):
        with pytest.raises(IndexError):
            layer([wrong])
    (made,) = Embedding(50, 4).get_weights()
    assert np.abs(made).max() <= 0.05  # drawn evenly, as in Keras
    assert np.unique(made).size == 200


@pytest.mark.parametrize("sequences", [False, True])
@pytest.mark.parametrize("use_bias", [False, True])
@pytest.mark.parametrize("steps", [1, 4])
def test_a_recurrent_layer_is_unrolled_as_its_formula_says(
    sequences: bool, use_bias: bool, steps: int
) -> None:
    set_random_seed(3)
    layer = SimpleRNN(3, use_bias=use_bias, return_sequences=sequences)
    model = Sequential([Input((steps, 2)), layer])
    draw = np.random.default_rng(1)
    kernel, recurrent, bias = (draw.normal(size=size) for size in ((2, 3), (3, 3), 3))
    model.set_weights([kernel, recurrent, bias] if use_bias else [kernel, recurrent])
    assert layer.count_params() == 6 + 9 + 3 * use_bias
    x, state, states = draw.normal(size=(steps, 2)), np.zeros(3), []
    for row in x:
        state = np.tanh(row @ kernel + state @ recurrent + bias * use_bias)
        states.append(state)
    expected = np.array(states) if sequences else state
    assert model.output_shape == (None, *expected.shape)
    assert model.predict(x[None])[0] == pytest.approx(expected, rel=1e-12)


def test_a_recurrent_layer_starts_from_an_orthogonal_kernel_and_no_bias() -> None:
    layer = SimpleRNN(4)
    layer(Input((3, 2)))
    kernel, recurrent, bias = layer.get_weights()
    assert recurrent @ recurrent.T == pytest.approx(np.eye(4), abs=1e-12)
    assert np.abs(kernel).max() <= math.sqrt(6 / (2 + 4))
    assert bias.tolist() == [0.0] * 4


def test_a_recurrent_layer_refuses_other_shapes() -> None:
    layer = SimpleRNN(2)
    for shape in ((3,), (3, 2, 1)):
        with pytest.raises(ValueError, match=r"samples of shape \(steps, numbers in each\)"):
            layer(Input(shape))
    layer(Input((3, 2)))
    assert layer(Input((7, 2))).dims == (2,)
    with pytest.raises(ValueError, match="expected 2 numbers in each step, received 3"):
        layer(Input((3, 3)))


def test_a_value_stays_a_value_on_its_way_through_a_layer() -> None:
    x = Value(2.0)
    for layer in (LayerNormalization(), LeakyReLU(), Dropout(0.5), Concatenate(), Dense(1)):
        given = [[x, 1.0]] if isinstance(layer, Concatenate) else [x, 1.0]
        x.grad = 0.0
        found: Any = layer(given)
        found[0].backward()
        assert x.grad != 0.0
