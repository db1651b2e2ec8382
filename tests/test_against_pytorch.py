"""The engine and the networks beside PyTorch's numbers; data/make_pytorch_reference.py made them.

All in doubles, so the two may differ by rounding errors alone.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import autograd
import nn
from autograd import Value, gradients

if TYPE_CHECKING:
    from tests.arrays import lists
else:
    from arrays import lists

# Layers that are told "leaky_relu" say that its slope, PyTorch's, is another than Keras's.
pytestmark = pytest.mark.filterwarnings("ignore:leaky_relu has the slope")

_FILE = Path(__file__).parent / "data" / "pytorch_reference.json"
REFERENCE: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
NETWORKS: dict[str, Any] = REFERENCE["networks"]
OPTIMISERS: dict[str, Any] = REFERENCE["optimisers"]
ACTIVATIONS: dict[str, Any] = REFERENCE["activations"]
KINKS: list[dict[str, Any]] = REFERENCE["kinks"]

LOSSES: dict[str, Callable[[], Any]] = {
    "mean_squared_error": nn.losses.MeanSquaredError,
    "binary_crossentropy": nn.losses.BinaryCrossentropy,
    "binary_crossentropy_from_logits": lambda: nn.losses.BinaryCrossentropy(from_logits=True),
    "categorical_crossentropy": nn.losses.CategoricalCrossentropy,
    "categorical_crossentropy_from_logits": lambda: nn.losses.CategoricalCrossentropy(
        from_logits=True
    ),
}


def _assert_close(ours: Any, theirs: Any, tolerance: float = 1e-9) -> None:
    """Numbers, or lists of the same shape, agree: relatively or absolutely."""
    if isinstance(theirs, list):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            _assert_close(one, other, tolerance)
    else:
        assert ours == pytest.approx(theirs, rel=tolerance, abs=tolerance)


def _model(network: dict[str, Any], optimizer: Any = "sgd") -> nn.Sequential:
    """The network with its initial weights, compiled."""
    layers: list[nn.Dense] = []
    for units, activation in network["layers"]:
        first = {} if layers else {"input_dim": network["inputs"]}
        layers.append(nn.Dense(units, activation=activation, **first))
    model = nn.Sequential(layers)
    model.set_weights(network["weights"])
    model.compile(optimizer=optimizer, loss=LOSSES[network["loss_function"]]())
    return model


def _gradients(model: nn.Sequential) -> list[Any]:
    """Return the gradients of kernels and biases, in the layout of `get_weights`."""
    found: list[Any] = []
    for layer in model.layers:
        assert isinstance(layer, nn.Dense)
        columns = [[weight.grad for weight in neuron.weights] for neuron in layer.neurons]
        found.append([list(row) for row in zip(*columns, strict=True)])
        found.append([neuron.bias.grad for neuron in layer.neurons if neuron.bias is not None])
    return found


# ------------------------------------------------------------------------ networks


@pytest.mark.parametrize("name", NETWORKS)
def test_weights_that_are_set_come_back_in_the_same_layout(name: str) -> None:
    assert lists(_model(NETWORKS[name]).get_weights()) == NETWORKS[name]["weights"]


@pytest.mark.parametrize("name", NETWORKS)
def test_predictions_are_those_of_pytorch(name: str) -> None:
    network = NETWORKS[name]
    _assert_close(lists(_model(network).predict(network["x"])), network["outputs"])


@pytest.mark.parametrize("name", NETWORKS)
def test_loss_and_its_gradients_are_those_of_pytorch(name: str) -> None:
    network = NETWORKS[name]
    model = _model(network)
    loss = model.compute_loss(network["x"], network["y"])
    loss.backward()
    _assert_close(loss.data, network["loss"])
    _assert_close(_gradients(model), network["gradients"])


def test_parameters_come_neuron_by_neuron_with_the_bias_last() -> None:
    kernel, bias, last_kernel, last_bias = NETWORKS["regression"]["weights"]
    expected = [
        number
        for weights, biases in ((kernel, bias), (last_kernel, last_bias))
        for *column, constant in zip(*weights, biases, strict=True)
        for number in (*column, constant)
    ]
    assert [p.data for p in _model(NETWORKS["regression"]).parameters()] == expected


# ---------------------------------------------------------------------- optimisers


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_hundred_steps_of_an_optimiser_are_those_of_pytorch(name: str) -> None:
    run, network = OPTIMISERS[name], NETWORKS["regression"]
    optimizer = getattr(nn.optimizers, run["class"])(**run["settings"])
    model = _model(network, optimizer)
    history = model.fit(
        network["x"],
        network["y"],
        batch_size=len(network["x"]),
        epochs=len(run["losses"]),
        shuffle=False,
        verbose=0,
    )
    _assert_close(history.history["loss"], run["losses"])
    _assert_close(lists(model.get_weights()), run["weights"])


# ------------------------------------------------------ activation functions, kinks


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_and_its_derivative_are_those_of_pytorch(name: str) -> None:
    case, function = ACTIVATIONS[name], getattr(autograd, name)
    points = [Value(point) for point in case["points"]]
    outputs = [function(point) for point in points]
    for output in outputs:
        output.backward()
    _assert_close([output.data for output in outputs], case["values"], 1e-14)
    _assert_close([point.grad for point in points], case["derivatives"], 1e-14)


@pytest.mark.parametrize("kink", KINKS, ids=lambda kink: f"{kink['operation']} at {kink['at']}")
def test_derivatives_at_a_kink_are_those_of_pytorch(kink: dict[str, Any]) -> None:
    inputs = [Value(number) for number in kink["at"]]
    output = getattr(autograd, kink["operation"])(*inputs)
    output.backward()
    assert output.data == kink["value"]
    assert [a.grad for a in inputs] == kink["derivatives"]
    assert [d.data for d in gradients(output, inputs)] == kink["derivatives"]
