"""Large networks are trained on matrices: what comes out is what graphs of Values give."""

import copy
import math
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import autograd
from nn import Activation, Add, Concatenate, Dense, Input, Model, Sequential, set_random_seed
from nn.activations import leaky_relu
from nn.callbacks import Callback
from nn.data import as_rows
from nn.layers import (
    BatchNormalization,
    Dropout,
    Flatten,
    LayerNormalization,
    LeakyReLU,
    ReLU,
    Reshape,
)
from nn.metrics import Accuracy, BinaryAccuracy, CategoricalAccuracy
from nn.optimizers import SGD, Adam, AdamW, RMSprop
from nn.training import compiled, matrices

if TYPE_CHECKING:
    from tests.arrays import lists
else:
    from arrays import lists

X = [[math.sin(7.0 * i + 3.0 * j) for j in range(4)] for i in range(23)]
ONE_HOT = [[float(i % 3 == j) for j in range(3)] for i in range(23)]
BITS = [[float((i + j) % 2) for j in range(3)] for i in range(23)]
NUMBERS = [[math.cos(i + 2.0 * j) for j in range(3)] for i in range(23)]


@pytest.fixture(autouse=True)
def _small_networks_are_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrices, "WORTH_MATRICES", 1)


def chain(activation: Any = "softmax") -> Model:
    return Sequential(
        [
            *(Dense(5, "relu", input_dim=4), Activation("tanh"), Dense(4, use_bias=False)),
            *(Activation(lambda z: z * autograd.sigmoid(z)), Dense(3, activation)),
        ]
    )


def branched(activation: Any = "softmax") -> Model:
    """Two inputs, a layer that is used three times, and one input that goes around all layers."""
    a, b = Input(1), Input(3)
    shared = Dense(3, "tanh", bias_initializer="random_uniform")
    left = shared(shared(b))
    right = Dense(2, "softplus")(Concatenate()([left, a, shared(left)]))
    joined = Concatenate()([right, Add()([left, b, left])])
    return Model([a, b], Activation(activation)(Dense(3, leaky_relu)(joined)))


def without_hidden_layers(activation: Any = "softmax") -> Model:
    return Sequential([Dense(3, activation, input_dim=4)])


def of_normal_batches(activation: Any = "softmax") -> Model:
    """A normalization that is used twice, and is first, in between and near the end."""
    shared = BatchNormalization(gamma_initializer="random_uniform")
    x = Input(4)
    hidden = Dropout(0.3)(shared(Dense(4, "tanh")(shared(x))))
    hidden = BatchNormalization(center=False)(Dense(5)(hidden))
    ends = [Activation("softplus"), BatchNormalization(momentum=0.5, scale=False)]
    for layer in [*ends, BatchNormalization(center=False, scale=False), Dense(3, activation)]:
        hidden = layer(hidden)
    return Model(x, hidden)


def ending_in_a_sum(_activation: Any = None) -> Model:
    x = Input(4)
    return Model(x, Add()([Dense(3, "tanh")(x), Dense(3)(x)]))


def of_pictures(activation: Any = "softmax") -> Model:
    """Layers of tutorials: pictures, inputs that are dropped, leaky units, the end a layer."""
    hidden = [Dense(6), LeakyReLU(0.2), Dropout(0.3), Dense(12), ReLU(), Dropout(0.5, seed=4)]
    ends = [Reshape((6, 2)), Flatten(), Dense(3), Activation(activation)]
    return Sequential([Flatten(input_shape=(2, 2)), *hidden, *ends])


MADE = [chain, branched, without_hidden_layers, of_pictures, of_normal_batches]


def rows(model: Model) -> Any:
    if model.inputs[0].dims == (2, 2):
        return [[x[:2], x[2:]] for x in X]
    return X if len(model.inputs) == 1 else [[x[:1] for x in X], [x[1:] for x in X]]


@pytest.mark.parametrize("kind", [Accuracy, CategoricalAccuracy, BinaryAccuracy])
@pytest.mark.parametrize("columns", [1, 3])
def test_a_metric_of_arrays_is_that_of_lists(kind: Any, columns: int) -> None:
    y = [row[:columns] for row in ONE_HOT]
    p = [[abs(number) for number in row[:columns]] for row in NUMBERS]
    arrays, ours = kind(), kind()
    arrays.update_state(np.array(y), np.array(p))
    ours.update_state(y, p)
    assert arrays.result() == pytest.approx(ours.result(), rel=1e-14)
    assert 0 < ours.result() < 1


def trained(how: Any, jit: bool) -> Any:
    make, end, loss, y, optimizer = how
    set_random_seed(3)
    model = make(end)
    model.compile(copy.deepcopy(optimizer), loss, ["mae"], jit_compile=jit)
    history = model.fit(rows(model), y, batch_size=5, epochs=3, verbose=0)
    memory = [model.optimizer.memory(p) for p in model.parameters()]
    numbers = [p.data for p in model.parameters()], [p.grad for p in model.parameters()]
    return [*history.history.values(), *numbers, *memory]


def assert_as_graphs(monkeypatch: pytest.MonkeyPatch, *how: Any) -> None:
    calls = []
    step = matrices.MatrixStep.__call__

    def counted(*args: Any) -> Any:
        calls.append(1)
        return step(*args)

    monkeypatch.setattr(matrices.MatrixStep, "__call__", counted)
    found = trained(how, jit=True)
    assert len(calls) == 3 * 5
    for ours, graphs in zip(found, trained(how, jit=False), strict=True):
        np.testing.assert_allclose(ours, graphs, rtol=1e-9, atol=1e-12)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # so small, some trainings get nowhere
@pytest.mark.parametrize("make", MADE)
@pytest.mark.parametrize(
    ("end", "loss", "y"),
    [
        ("softmax", "categorical_crossentropy", ONE_HOT),
        ("sigmoid", "binary_crossentropy", BITS),
        ("linear", "mean_squared_error", NUMBERS),
        ("tanh", "hinge", BITS),
        ("softmax", "mean_squared_error", NUMBERS),
    ],
)
def test_a_training_on_matrices_is_that_on_graphs(
    make: Any, end: str, loss: str, y: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_as_graphs(monkeypatch, make, end, loss, y, SGD(0.1, momentum=0.9))


@pytest.mark.parametrize(
    "optimizer", [Adam(0.01), AdamW(0.01), RMSprop(0.01, momentum=0.5)], ids=repr
)
def test_every_optimizer_moves_matrices(optimizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_as_graphs(monkeypatch, chain, "softmax", "categorical_crossentropy", ONE_HOT, optimizer)


def test_an_optimizer_that_keeps_nothing_moves_matrices(monkeypatch: pytest.MonkeyPatch) -> None:
    class Plain(SGD):
        memory_size = 0

        def decrease(self, data: float, grad: float, rate: float, memory: list[float]) -> float:
            del data, memory
            return rate * grad

    assert_as_graphs(monkeypatch, chain, "linear", "mean_squared_error", NUMBERS, Plain(0.1))


def test_a_network_that_ends_in_a_sum_is_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    how = ending_in_a_sum, None, "mean_squared_error", NUMBERS, SGD(0.1)
    assert_as_graphs(monkeypatch, *how)


class Mine(Dense):
    def forward(self, inputs: Any) -> list[Any]:
        return [value + 1.0 for value in super().forward(inputs)]


@pytest.mark.parametrize(
    "layers",
    [
        [Mine(3, input_dim=4)],
        [Dense(3, "softmax", input_dim=4), Dense(3)],
        [Dense(3, input_dim=4), Activation("softmax"), Dense(3)],
        [Dense(3, input_dim=4, kernel_regularizer="l2"), Dense(3)],
        [Dense(3, input_dim=4, trainable=False), Dense(3)],
        [Dense(3, input_dim=4), LayerNormalization()],
    ],
)
def test_layers_that_matrices_do_not_know_go_the_general_way(layers: list[Any]) -> None:
    model = Sequential(layers)
    assert matrices.matrices_of(model, model.trainable_parameters()) is None


def test_networks_of_several_outputs_go_the_general_way() -> None:
    x = Input(4)
    model = Model(x, [Dense(2)(x), Dense(3)(x)])
    assert matrices.matrices_of(model, model.parameters()) is None


def test_small_networks_have_a_line_for_each_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    model = chain()
    monkeypatch.setattr(matrices, "WORTH_MATRICES", len(model.parameters()) + 1)
    assert matrices.matrices_of(model, model.parameters()) is None
    monkeypatch.setattr(matrices, "WORTH_MATRICES", len(model.parameters()))
    assert matrices.matrices_of(model, model.parameters()) is not None


def test_a_training_is_repeated_to_the_last_bit() -> None:
    how = chain, "softmax", "categorical_crossentropy", ONE_HOT, Adam(0.01)
    assert trained(how, jit=True) == trained(how, jit=True)


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 200, 5), (90, 7, 70), (5, 3, 300), (64, 64, 64)])
def test_a_large_product_is_that_of_its_parts(
    shape: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrices, "UNTHREADED", 100)
    rows, inner, columns = shape
    numbers = np.random.default_rng(0)
    a, b = numbers.normal(size=(rows, inner)), numbers.normal(size=(inner, columns))
    np.testing.assert_allclose(matrices.product(a, b), a @ b, rtol=0, atol=1e-12)


# ------------------------------------------------------- what the optimizer keeps, and when


def test_a_callback_sees_what_the_optimizer_keeps_and_may_change_it() -> None:
    class Look(Callback):
        def __init__(self) -> None:
            self.seen: list[Any] = []

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            del logs
            memory = self.model.optimizer.memory(self.model.parameters()[epoch])
            self.seen.append(list(memory))
            memory[0] += 0.5

    found = []
    for jit in (True, False):
        set_random_seed(3)
        model, look = chain("linear"), Look()
        model.compile(SGD(0.1, momentum=0.9), "mse", jit_compile=jit)
        model.fit(X, NUMBERS, batch_size=5, epochs=4, verbose=0, callbacks=look)
        found.append([*look.seen, [p.data for p in model.parameters()]])
    for ours, graphs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, graphs, rtol=1e-9, atol=1e-12)


def pickled(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))  # noqa: S301  # our own


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
def test_a_copy_of_an_optimizer_has_what_it_keeps(copied: Any) -> None:
    model = Sequential([Dense(3, input_dim=4)])
    model.compile(SGD(0.1, momentum=0.9), "mse", jit_compile=True)
    model.fit(X, NUMBERS, epochs=2, verbose=0)
    other = copied(model.optimizer)
    kept = list(other._memory.values())
    assert kept == [model.optimizer.memory(p) for p in model.parameters()]
    assert any(number for numbers in kept for number in numbers)


def test_a_training_goes_on_from_the_last_one() -> None:
    found = []
    for epochs in ([4], [1, 3]):
        set_random_seed(3)
        model = chain("linear")
        model.compile(Adam(0.01), "mse", jit_compile=True)
        for count in epochs:
            model.fit(X, NUMBERS, epochs=count, shuffle=False, verbose=0)
        found.append(lists(model.get_weights()))
    assert found[0] == found[1]


def test_the_batch_before_a_lost_loss_is_done_again_as_it_was() -> None:
    model = chain("linear")
    model.compile(Adam(0.01), "mse", jit_compile=True)
    steps = compiled.CompiledTraining(model, X, NUMBERS, 5)
    steps.begin(range(len(X)))
    for start in range(0, 15, 5):
        if start == 10:
            before = list(steps._data)
        steps.step(start, start + 5)
    (_, (samples, numbers)) = steps.latest(10)
    assert list(samples) == [10, 11, 12, 13, 14]
    assert numbers == before


def test_a_lost_loss_in_a_later_epoch_is_done_again_from_the_start_of_that_epoch() -> None:
    found: list[Any] = []
    for is_pushed in (True, False):  # whether anybody looks at the parameters between epochs
        set_random_seed(3)
        model = chain("linear")
        model.compile(Adam(0.01), "mse", jit_compile=True)
        steps = compiled.CompiledTraining(model, X, NUMBERS, 5)
        for order in (range(23), range(22, -1, -1)):
            steps.begin(order)
            for start in (0, 5, 10):
                steps.step(start, start + 5)
            if is_pushed and order[0] == 0:
                steps.push()
        found.append([steps.latest(10), list(steps._data), model.optimizer.iterations])
    assert found[0] == found[1]
    latest, after, _ = found[0]
    assert list(latest[1][0]) == [12, 11, 10, 9, 8]
    assert latest[1][1] != after


def test_checked_arrays_are_rows_as_lists_are() -> None:
    numbers = np.arange(6).reshape(2, 3)
    wanted = [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    for kind in (int, float, np.float32, np.uint8):
        rows_of_floats = as_rows(numbers.astype(kind), None, "inputs")
        assert rows_of_floats == wanted
        assert type(rows_of_floats[0][0]) is float
    with pytest.raises(ValueError, match="expected rows of 2 inputs, received 3 in row 0"):
        as_rows(numbers, 2, "inputs")
    with pytest.raises(ValueError, match="expected finite inputs, received nan in row 1"):
        as_rows(np.array([[1.0], [math.nan]]), 1, "inputs")


@pytest.mark.parametrize("make", MADE)
def test_a_network_is_measured_on_matrices_as_on_graphs(make: Any) -> None:
    model = make("softmax")
    found = []
    for jit in (True, False):
        model.compile("sgd", "categorical_crossentropy", ["accuracy"], jit_compile=jit)
        measured = model.evaluate(rows(model), ONE_HOT, batch_size=5, verbose=0)
        found.append([measured, *model.predict(rows(model))])
    for ours, graphs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, graphs, rtol=1e-9, atol=1e-12)
