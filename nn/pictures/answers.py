"""What a model with two inputs answers for points of the plane."""

from __future__ import annotations

import math
from typing import Any

from autograd import Value, no_grad
from nn.data import Rows, as_rows, wrong_kind
from nn.models import Model
from nn.neurons import MLP, Layer, Neuron
from nn.perceptron import Perceptron


def answers(model: Any, points: Rows) -> Rows:
    """Return a model's outputs for each point, finite ones; a perceptron's is its score.

    >>> answers(Perceptron((3, 4), -10), [[4.0, 5.0]])
    [[22.0]]
    """
    if isinstance(model, Model):
        model.output  # noqa: B018  # raises where the number of inputs is not known
    count = _number_of_inputs(model)
    if count not in {None, 2}:
        raise ValueError(
            f"expected a model with 2 inputs, for a map is of the plane, received one with {count}"
        )
    if isinstance(model, Perceptron):
        outputs = [[float(model.score(point))] for point in points]
    elif isinstance(model, Model):
        columns = [[[number] for number in column] for column in zip(*points, strict=True)]
        outputs = model.predict(points if len(model.inputs) == 1 else columns)
    elif callable(model):
        with no_grad():
            outputs = as_rows([_numbers(model(point)) for point in points], None, "outputs")
    else:
        raise wrong_kind("a model or a function of a point", model)
    for number in (number for row in outputs for number in row):
        if not math.isfinite(number):
            raise ValueError(f"expected finite outputs, received {number!r}")
    return outputs


def _number_of_inputs(model: Any) -> int | None:
    """How many inputs a model has; None for a function, which does not say."""
    if isinstance(model, Model):
        return sum(tensor.size for tensor in model.inputs)
    if isinstance(model, MLP):
        model = model.layers[0]
    if isinstance(model, Layer):
        model = model.neurons[0]
    return len(model.weights) if isinstance(model, (Neuron, Perceptron)) else None


def _numbers(output: Any) -> list[float]:
    listed = output.tolist() if hasattr(output, "tolist") else output
    numbers = listed if isinstance(listed, (list, tuple)) else [listed]
    return [number.data if isinstance(number, Value) else number for number in numbers]
