"""Keras's layers, and its two ways of putting them together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd.cleaning import quoted
from autograd.options import missing
from nn import activations
from nn.foreign import OF_LAYERS, family
from nn.layers.activating import Activation, LeakyReLU, ReLU, Softmax
from nn.layers.base import Input, KerasLayer, LayerOutput, Maker, Tensor, Variable
from nn.layers.batch_normalizing import BatchNormalization
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
    maximum,
    minimum,
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
    "BatchNormalization",
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
    "layer_from",
    "maximum",
    "minimum",
    "multiply",
    "subtract",
]

_KINDS: list[Maker] = [
    *(Dense, Activation, Concatenate, Add, Average, Multiply, Subtract, Maximum, Minimum),
    *(Dropout, GaussianNoise, Flatten, Reshape, ReLU, Softmax, LeakyReLU),
    *(Normalization, BatchNormalization, LayerNormalization, Embedding, SimpleRNN),
]
LAYERS = {kind.__name__: kind for kind in _KINDS}
"""Every Keras layer that can be saved, by its name."""


def InputLayer(shape: Any = None, *, input_shape: Any = None, name: str | None = None) -> Tensor:  # noqa: N802  # Keras's name
    """Return the start of a network: `Input(shape)`, by another of Keras's names."""
    return Input(input_shape if shape is None else shape, name=name)


def layer_config(layer: KerasLayer, own: Mapping[str, Any]) -> list[Any]:
    """Return a layer's name and the arguments that make it again, as JSON has them.

    Args:
        layer: the layer.
        own: classes of layers, and activations, of the user's own, by name.
    """
    kind, settings = _name(type(layer), LAYERS, own), layer.config()
    if kind is None:
        raise ValueError(
            f"cannot save {quoted(layer)}: it is a layer of your own (must be one of"
            f" {', '.join(LAYERS)}, or named in custom_objects)"
        )
    if "activation" in settings:
        used = getattr(layer, "activation")  # noqa: B009  # only some layers have one
        settings["activation"] = _name(used, activations.ACTIVATIONS, own)
        if settings["activation"] is None:
            raise ValueError(
                f"cannot save {quoted(layer)}: its activation is a function of your own (must be"
                f" one of {', '.join(activations.ACTIVATIONS)}, or named in custom_objects)"
            )
    return [kind, settings]


def layer_from(kind: str, settings: Mapping[str, Any], own: Mapping[str, Any]) -> KerasLayer:
    """Return the layer that `layer_config` described."""
    settings = dict(settings)
    if "activation" in settings:
        name = settings["activation"]  # that of a layer of ours is no reason to warn
        known = activations.ACTIVATIONS.get(name, name)
        settings["activation"] = own.get(name, known)
    if kind not in LAYERS and kind not in own:
        raise ValueError(f"it has a layer {quoted(kind, 60)}: name it in custom_objects")
    return {**LAYERS, **own}[kind](**settings)  # type: ignore[no-any-return]  # a layer


def _name(thing: object, known: Mapping[str, object], own: Mapping[str, object]) -> str | None:
    every = [*own.items(), *((name, one) for name, one in known.items() if name not in own)]
    return next((name for name, one in every if one is thing), None)


def __getattr__(name: str) -> object:
    """Say what to write for a layer of Keras that is not here."""
    raise missing("nn.layers", name, OF_LAYERS | family(name))
