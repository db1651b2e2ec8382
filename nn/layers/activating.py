"""Activations as layers of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import autograd
from autograd.options import in_range
from nn import activations
from nn.layers.base import ActivatedLayer, KerasLayer, Shape


class Activation(ActivatedLayer):
    """An activation function as a layer of its own.

    >>> Activation("sigmoid")([0.0])[0].data
    0.5
    """

    has_any_shape = True
    _arguments = _shown = ("activation",)

    def __init__(self, activation: str | activations.Activation | None, **common: Any) -> None:
        super().__init__(**common)
        self._activation = activations.chosen(activation)
        self._told: set[object] = set()

    def output_dims(self, dims: Sequence[Shape]) -> Shape:
        """Return the shape of the inputs."""
        if self.activation is autograd.softmax and any(len(shape) > 1 for shape in dims):
            raise ValueError(
                f"softmax expected samples of one row of numbers, received shape {dims[0]}: put"
                " Flatten() before it"
            )
        return super().output_dims(dims)

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the activation of each input."""
        return activations.apply(self.activation, inputs[0], self._told)


class _Named(Activation):
    """An activation that has a class of its own."""

    function: activations.Activation
    _arguments = _shown = ()  # type: ignore[assignment]  # fewer

    def __init__(self, **common: Any) -> None:
        super().__init__(type(self).function, **common)


class ReLU(_Named):
    """`relu` as a layer."""

    function = autograd.relu


class Softmax(_Named):
    """`softmax` as a layer."""

    function = autograd.softmax


class LeakyReLU(KerasLayer):
    """z where z > 0, else negative_slope * z.

    Args:
        negative_slope: the slope below 0, Keras's 0.3 if it is not given.

    >>> LeakyReLU(0.2)([-3.0])[0].data
    -0.6000000000000001
    """

    has_any_shape = True
    _arguments = _shown = ("negative_slope",)

    def __init__(self, negative_slope: float = 0.3, **common: Any) -> None:
        negative_slope = common.pop("alpha", negative_slope)  # Keras's older name
        super().__init__(**common)
        self.negative_slope = float(in_range("negative_slope", negative_slope, "at least 0"))

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the activation of each input."""
        return [autograd.leaky_relu(value, self.negative_slope) for value in inputs[0]]
