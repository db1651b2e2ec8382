"""From a configuration of Keras's to a model."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Any

from autograd.cleaning import kind_of, message_of, quoted
from autograd.options import choose
from nn import activations
from nn.data import listed
from nn.exchange.keras_files import Weights, names_in_file
from nn.exchange.slopes import leaky, slope_of
from nn.layers import LAYERS, Activation, Input, KerasLayer, LeakyReLU, Tensor
from nn.models import Model, Sequential

Arrays = dict[KerasLayer, Sequence[Any]]
"""Each layer's arrays, in the order of `Model.get_weights`."""

_SAME_ANSWERS = {
    *("name", "trainable", "dtype", "batch_shape", "batch_input_shape", "input_shape", "seed"),
    *("sparse", "ragged", "optional", "quantization_config", "activity_regularizer"),
    "renorm_momentum",  # beside "renorm", which has to be False
    *(f"{what}_{kind}" for what in ("kernel", "recurrent", "bias", "beta", "gamma", "embeddings")
      for kind in ("initializer", "regularizer", "constraint")),
    *(f"moving_{what}_initializer" for what in ("mean", "variance")),
}  # fmt: skip
"""Settings of Keras's layers that change no answer of a network whose weights are known."""

_USUAL = {
    "axis": (-1, 1, [-1], [1]),
    "data_format": ("channels_last",),
    "center": (True,),
    "scale": (True,),
}
"""Values of settings that are the same as none, for samples of one row of numbers; False is one of
all other settings, and equals an axis of 0."""

_LEFT_OUT = {"GaussianDropout", "AlphaDropout", "ActivityRegularization"}
"""Layers that are not here, do something in Keras's training, and nothing after it."""


def built(config: Mapping[str, Any], weights: Weights, source: str) -> Model:
    """Return the model that a configuration of Keras's describes, with these weights."""
    arrays: Arrays = {}
    try:
        model = _model(config, weights, arrays)
        model.set_weights([listed(a) for layer in model.layers for a in arrays.get(layer, ())])
    except (KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise ValueError(
            f"{source} is damaged: {kind_of(error)}: {message_of(error, 200)}"
        ) from error
    except ValueError as error:
        raise ValueError(f"{source} cannot be read: {error}") from None
    return model


def _model(config: Mapping[str, Any], weights: Weights, arrays: Arrays) -> Model:
    """The model of a configuration; each layer's arrays are put into `arrays`."""
    if "input_layers" in config:
        return _functional(config, weights, arrays)
    first, *_ = config["layers"]
    start = end = _input(first["config"], config)
    described = [part for part in config["layers"] if part["class_name"] != "InputLayer"]
    parts = [_part(part, weights, arrays) for part in described]
    layers = [part for part in parts if part is not None]
    if not any(isinstance(layer, Model) for layer in layers):
        return Sequential([start, *layers])
    for layer in layers:
        end = layer(end)
    return Model(start, end)


def _functional(config: Mapping[str, Any], weights: Weights, arrays: Arrays) -> Model:
    by_name = {part["config"]["name"]: part for part in config["layers"]}
    made: dict[str, Any] = {}
    tensors: dict[tuple[str, int], Tensor] = {}

    def compute(name: str, number: int) -> Tensor:
        described = by_name[name]
        if described["class_name"] == "InputLayer":
            return _input(described["config"], {})
        if name not in made:
            made[name] = _part(described, weights, arrays)
        sources = [tensor(*place) for place in _places(described["inbound_nodes"][number])]
        return sources[0] if made[name] is None else made[name](sources)

    def tensor(*place: Any) -> Tensor:
        if place not in tensors:
            tensors[place] = compute(*place)
        return tensors[place]

    inputs = [tensor(*place) for place in _places(config["input_layers"])]
    outputs = [tensor(*place) for place in _places(config["output_layers"])]
    return Model(inputs, outputs)


def _part(described: Mapping[str, Any], weights: Weights, arrays: Arrays) -> Any:
    """A layer, or a model that is a layer; None if it changes no answer."""
    kind, settings = described["class_name"], described["config"]
    name = settings["name"]
    if "layers" not in settings:
        layer = _layer(kind, settings | {"name": _chosen(kind, name)})
        if layer is not None:
            arrays[layer] = weights.get(name, ())
        return layer
    if not isinstance(weights[name], dict):
        raise ValueError("a model is a layer of it: have Keras save it as .keras, not .h5")  # noqa: TRY004  # of a file
    return _model(settings, weights[name], arrays)


def _chosen(kind: str, name: str) -> str | None:
    """A layer's name, if it was chosen: Keras calls the others dense, dense_1 and so on."""
    (usual,) = names_in_file([kind])
    return None if re.fullmatch(rf"{usual}(_\d+)?", name) else name


def _places(nested: Any) -> list[tuple[str, int]]:
    """Every place in a configuration's list, however nested: a layer's name and its call."""
    if isinstance(nested, dict):
        if nested.get("class_name") == "__keras_tensor__":
            return _places(nested["config"]["keras_history"])
        if set(nested) == {"args", "kwargs"} and any(_places(v) for v in nested["kwargs"].values()):
            raise ValueError(f"a layer is called with tensors by keyword: {list(nested['kwargs'])}")
        return _places(nested.get("args", ()))
    if not isinstance(nested, (list, tuple)):
        return []
    if len(nested) >= 2 and isinstance(nested[0], str):
        return [(nested[0], nested[1])]
    return [place for part in nested for place in _places(part)]


def _input(settings: Mapping[str, Any], outer: Mapping[str, Any]) -> Tensor:
    """The input that a configuration describes; samples are of a row of numbers."""
    names = ("batch_shape", "batch_input_shape")
    shapes = [settings.get(name) for name in names] + [outer.get("build_input_shape")]
    shape = next(filter(None, shapes), None)
    if shape is None:
        raise ValueError("the model does not know its number of inputs: call it on data first")
    return Input(shape=tuple(shape[1:]))


def _layer(kind: str, settings: Mapping[str, Any]) -> KerasLayer | None:
    """A layer as Keras describes it; None if it changes no answer."""
    name = settings.get("name")
    if kind in {"ReLU", "LeakyReLU", "Softmax"}:
        made = _activation({"class_name": kind, "config": settings})
        slope = slope_of(made)
        return Activation(made, name=name) if slope is None else LeakyReLU(slope, name=name)
    if kind in _LEFT_OUT:
        return None
    if kind not in LAYERS:
        raise ValueError(f"there is no layer {kind} here (must be one of {', '.join(LAYERS)})")
    own = {*inspect.signature(LAYERS[kind]).parameters, "name"} - {"axis"}
    given = {key: value for key, value in settings.items() if key in own}
    others = settings.keys() - own - _SAME_ANSWERS
    for key in sorted(others):
        value = list(settings[key]) if isinstance(settings[key], tuple) else settings[key]
        if value not in (None, *_USUAL.get(key, (False,))):
            raise ValueError(f"{kind} here has no setting {key}={quoted(settings[key])}")
    for key in given.keys() & _SAME_ANSWERS - {"name"}:
        del given[key]  # weights are known
    if "activation" in given:
        given["activation"] = _activation(given["activation"])
    return LAYERS[kind](**given)


def _activation(described: Any) -> activations.Activation:
    """An activation as Keras describes it: by name, as a function or as a layer."""
    if not isinstance(described, Mapping):
        return leaky(0.2) if described == "leaky_relu" else activations.get(described)
    kind, settings = described["class_name"], described["config"]
    if kind == "function":
        return _activation(settings)
    if kind == "LeakyReLU":
        return leaky(
            settings["negative_slope"] if "negative_slope" in settings else settings["alpha"]
        )
    plain: dict[str, dict[str, Any]] = {
        "ReLU": {"max_value": None, "threshold": 0, "negative_slope": 0},
        "Softmax": {"axis": -1},
    }
    for key, value in choose("activation", kind, plain).items():
        if settings.get(key, value) != value and (key, settings[key]) != ("axis", 1):
            raise ValueError(f"{kind} here has no setting {key}={quoted(settings[key])}")
    return activations.get(kind.lower())
