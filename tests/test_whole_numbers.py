"""Whole numbers that `nn` is given: Python's and NumPy's are taken, all else is refused."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nn import (
    MLP,
    Dense,
    EarlyStopping,
    Input,
    Layer,
    Neuron,
    Sequential,
    datasets,
    draw_network,
    initializers,
    metrics,
    perceptron,
    plots,
    set_random_seed,
    to_categorical,
)
from nn.perceptron import Perceptron

X, Y = [[1.0], [2.0], [3.0]], [1.0, 2.0, 3.0]
NEURON = Neuron(1, initializer="zeros")


def model() -> Sequential:
    made = Sequential([Dense(1, kernel_initializer="zeros", input_dim=1)])
    made.compile("sgd", "mse")
    return made


def weights(seed: Any) -> list[float]:
    set_random_seed(seed)
    return [parameter.data for parameter in Layer(2, 2).parameters()]


# Name in the message, a smallest number if there is one, and a result that depends on the number.
CASES: list[tuple[str, int | None, Callable[[Any], Any]]] = [
    ("batch_size", 1, lambda n: model().fit(X, Y, batch_size=n, shuffle=False, verbose=0).history),
    ("batch_size", 1, lambda n: model().evaluate(X, Y, batch_size=n, verbose=0)),
    ("batch_size", 1, lambda n: model().predict(X, batch_size=n).tolist()),
    ("epochs", 1, lambda n: model().fit(X, Y, epochs=n, shuffle=False, verbose=0).history),
    ("patience", 0, lambda n: EarlyStopping(patience=n).patience),
    ("start_from_epoch", 0, lambda n: EarlyStopping(start_from_epoch=n).start_from_epoch),
    ("num_thresholds", 2, lambda n: metrics.AUC(n)([0.0, 1.0], [0.2, 0.8])),
    ("units", 1, lambda n: Dense(n).units),
    ("input_dim", 1, lambda n: Dense(1, input_dim=n).input_size),
    ("shape", 1, lambda n: Dense(1, input_shape=(n,)).input_size),
    ("shape", 1, lambda n: Input(shape=(n,)).size),
    ("shape", 1, lambda n: Input(n).size),
    ("nin", 1, lambda n: repr(Neuron(n))),
    ("nin", 1, lambda n: repr(Layer(n, 1))),
    ("nout", 1, lambda n: repr(Layer(1, n))),
    ("nin", 1, lambda n: repr(MLP(n, [1]))),
    ("nout", 1, lambda n: repr(MLP(1, [n]))),
    ("seed", None, lambda n: MLP(1, [1], seed=n).parameters()[0].data),
    ("seed", None, lambda n: initializers.GlorotUniform(seed=n)(1, 1)),
    ("seed", None, lambda n: initializers.HeUniform(seed=n)(1, 1)),
    ("seed", None, weights),
    ("num_classes", 1, lambda n: to_categorical([0], n).tolist()),
    ("samples", 2, lambda n: datasets.moons(samples=n)),
    ("seed", 0, lambda n: datasets.moons(samples=4, seed=n)),
    ("samples", 2, lambda n: datasets.circles(samples=n)),
    ("samples", 1, lambda n: datasets.blobs(samples=n, centers=[[0.0]])),
    ("centers", 1, lambda n: datasets.blobs(centers=n)),
    ("samples", 1, lambda n: datasets.spiral(samples=n)),
    ("classes", 2, lambda n: datasets.spiral(classes=n)),
    ("limit", 1, lambda n: perceptron.approach(Perceptron((1,), -4), (3,), 1, 1, n).count),
    ("epochs", 1, lambda n: perceptron.train([[1]], [1], epochs=n).errors),
    ("seed", 0, lambda n: perceptron.train([[1]], [1], seed=n).lines),
    ("digits", 1, lambda n: draw_network(NEURON, digits=n).source),
    (
        "max_neurons",
        1,
        lambda n: draw_network(NEURON, max_neurons=n).source,
    ),
    ("resolution", 2, lambda n: len(plots.decision_map(sum, resolution=n).axes)),
]
every_case = pytest.mark.parametrize(("name", "least", "call"), CASES)


@pytest.mark.parametrize(("least", "call"), [(least, call) for _, least, call in CASES])
@pytest.mark.parametrize("kind", [np.int64, np.uint8])
def test_whole_numbers_of_numpy_are_those_of_python(
    least: int | None, call: Callable[[Any], Any], kind: Any
) -> None:
    number = max(least or 0, 3)
    expected = call(number)
    found = call(kind(number))
    assert found == expected
    assert repr(found) == repr(expected)  # no number of NumPy's is in it


@every_case
@pytest.mark.parametrize("wrong", [True, 3.0, np.float64(3.0), np.bool_(1), 3j])
def test_what_is_no_whole_number_is_refused_as_of_a_wrong_kind_and_value(
    name: str, least: int | None, call: Callable[[Any], Any], wrong: Any
) -> None:
    wanted = "" if least is None else " (of at least [0-9]+|from [0-9]+ to [0-9]+)"
    message = rf"expected {name} to be a whole number{wanted}, received {re.escape(repr(wrong))}"
    for kind in (TypeError, ValueError):
        with pytest.raises(kind, match=message):
            call(wrong)


@every_case
def test_a_whole_number_below_the_least_is_a_wrong_value_alone(
    name: str, least: int | None, call: Callable[[Any], Any]
) -> None:
    if least is None:
        call(-1)
        return
    with pytest.raises(ValueError, match=f"expected {name} to be a whole number") as caught:
        call(least - 1)
    assert not isinstance(caught.value, TypeError)
    assert caught.match(f"received {least - 1}")
