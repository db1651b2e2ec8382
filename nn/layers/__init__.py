"""Keras's layers, and its two ways of putting them together."""

from __future__ import annotations

from typing import Any

from nn import activations
from nn.foreign import OF_LAYERS, left_out
from nn.layers.activating import Activation, LeakyReLU, ReLU, Softmax
from nn.layers.base import Input, KerasLayer, LayerOutput, Maker, Tensor, Variable
from nn.layers.dense import Dense
from nn.layers.dropping import Dropout, GaussianNoise
from nn.layers.joining import (
    Add,
    Average,
    Concatenate,
    Maximum,
    Minimum,
    Multiply,
    Subtract,
    add,
    average,
    concatenate,
    multiply,
    subtract,
)
from nn.layers.normalizing import LayerNormalization, Normalization
from nn.layers.sequences import Embedding, SimpleRNN
from nn.layers.shaping import Flatten, Lambda, Reshape

__all__ = [
    "LAYERS",
    "Activation",
    "Add",
    "Average",
    "Concatenate",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GaussianNoise",
    "Input",
    "InputLayer",
    "KerasLayer",
    "Lambda",
    "LayerNormalization",
    "LayerOutput",
    "LeakyReLU",
    "Maximum",
    "Minimum",
    "Multiply",
    "Normalization",
    "ReLU",
    "Reshape",
    "SimpleRNN",
    "Softmax",
    "Subtract",
    "Tensor",
    "Variable",
    "add",
    "average",
    "concatenate",
    "layer_config",
    "multiply",
    "subtract",
]

_KINDS: list[Maker] = [
    *(Dense, Activation, Concatenate, Add, Average, Multiply, Subtract, Maximum, Minimum),
    *(Dropout, GaussianNoise, Flatten, Reshape, ReLU, Softmax, LeakyReLU),
    *(Normalization, LayerNormalization, Embedding, SimpleRNN),
]
LAYERS = {kind.__name__: kind for kind in _KINDS}
"""Every Keras layer that can be saved, by its name."""


def InputLayer(shape: Any = None, *, input_shape: Any = None, name: str | None = None) -> Tensor:  # noqa: N802  # Keras's name
    """Return the start of a network: `Input(shape)`, by another of Keras's names."""
    return Input(input_shape if shape is None else shape, name=name)


def layer_config(layer: KerasLayer) -> list[Any]:
    """Return a layer's name in `LAYERS` and the arguments that make it again, as JSON has them."""
    if type(layer) not in LAYERS.values():
        raise ValueError(
            f"cannot save {layer!r}: it is a layer of your own (must be one of {', '.join(LAYERS)})"
        )
    used = getattr(layer, "activation", activations.linear)
    if not any(used is known for known in activations.ACTIVATIONS.values()):
        raise ValueError(
            f"cannot save {layer!r}: its activation is a function of your own (must be one of"
            f" {', '.join(activations.ACTIVATIONS)})"
        )
    return [type(layer).__name__, layer.config()]


def __getattr__(name: str) -> object:
    """Say what to write for a layer of Keras that is not here."""
    raise left_out("nn.layers", name, OF_LAYERS)
