"""From a model to a configuration of Keras's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograd.cleaning import quoted
from nn import activations
from nn.activations import name_of
from nn.exchange.keras_files import names_in_file
from nn.exchange.slopes import slope_of
from nn.layers import LAYERS, Dense, Flatten, KerasLayer, Tensor
from nn.models import Model, Sequential


def described(model: Model) -> tuple[dict[str, Any], list[tuple[str, str, Sequence[Any]]]]:
    """Return Keras's configuration of a model; and class, name, arrays of each of its layers."""
    usual = zip(
        model.layers, names_in_file(type(layer).__name__ for layer in model.layers), strict=True
    )
    own = {layer: layer.name_given or name for layer, name in usual}
    if len(set(own.values())) < len(own):
        raise ValueError(f"Keras wants names that differ, received {list(own.values())}")
    at: dict[Tensor, tuple[str, int]] = {}
    entries: list[dict[str, Any]] = []
    for i, tensor in enumerate(model.inputs, start=1):
        at[tensor] = (f"input_{i}", 0)
        settings = {"name": f"input_{i}", "batch_shape": tensor.shape}
        entries.append(_entry("InputLayer", settings, inbound_nodes=[]))
    nodes: dict[KerasLayer, list[Any]] = {layer: [] for layer in model.layers}
    for layer, name in own.items():
        entries.append(_entry(*_settings(layer, name), inbound_nodes=nodes[layer]))
    for call in model.calls:
        sources = [_keras_tensor(source, *at[source]) for source in call.sources]
        at[call] = (own[call.layer], len(nodes[call.layer]))
        is_several = call.layer.takes_several()
        nodes[call.layer].append({"args": [sources] if is_several else sources, "kwargs": {}})
    stored: list[tuple[str, str, Sequence[Any]]] = [
        ("InputLayer", entry["name"], ()) for entry in entries[: len(model.inputs)]
    ]
    stored += [(type(layer).__name__, own[layer], layer.get_weights()) for layer in model.layers]
    if type(model) is Sequential and len(model.layers) == len(model.calls):
        return _entry("Sequential", {"name": "sequential", "layers": entries}), stored[1:]
    ends = {
        "input_layers": [[*at[tensor], 0] for tensor in model.inputs],
        "output_layers": [[*at[tensor], 0] for tensor in model.outputs],
    }
    return _entry("Model", {"name": "model", "layers": entries} | ends), stored


def _entry(kind: str, settings: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A layer, or a model, as Keras writes it."""
    module = "keras" if "layers" in settings else "keras.layers"
    about = {"module": module, "class_name": kind, "registered_name": None}
    return about | {"name": settings.get("name"), "config": dict(settings)} | more


def _settings(layer: KerasLayer, name: str) -> tuple[str, dict[str, Any]]:
    """The class and the settings by which Keras makes a layer."""
    known = {"input_dim", "input_shape"} if isinstance(layer, (Dense, Flatten)) else set()
    settings = {key: value for key, value in layer.config().items() if key not in known}
    if "activation" in settings:
        used: Any = getattr(layer, "activation")  # noqa: B009  # not every layer has one
        if (slope := slope_of(used)) is not None:
            leaky_layer = {"name": f"{name}_leaky", "negative_slope": slope}
            settings["activation"] = _entry("LeakyReLU", leaky_layer)
        else:
            own_name = name_of(used)
            if used is activations.step or activations.ACTIVATIONS.get(own_name) is not used:
                raise ValueError(f"Keras has no activation as that of {quoted(layer)}")
            settings["activation"] = {"exp": "exponential"}.get(own_name, own_name)
    if type(layer) not in LAYERS.values():
        raise ValueError(f"{quoted(layer)} is a layer of your own, which Keras has not")
    for key in [key for key in settings if key.endswith("_regularizer")]:
        factors = settings[key]
        settings[key] = _entry("L1L2", factors) | {"module": "keras.regularizers"}
    return type(layer).__name__, settings | {"name": name}


def _keras_tensor(tensor: Tensor, name: str, node: int) -> dict[str, Any]:
    settings = {"shape": tensor.shape, "dtype": "float32", "keras_history": [name, node, 0]}
    return {"class_name": "__keras_tensor__", "config": settings}
