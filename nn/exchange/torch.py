"""PyTorch's networks: read from a module, its state or a file, and written back to each."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from autograd.cleaning import kind_of, message_of, quoted
from autograd.files import write_whole
from autograd.options import check_length, choose
from nn import activations
from nn.data import Rows, listed
from nn.exchange.filling import (
    Parts,
    check_answers,
    fill,
    in_order,
    refuse_branches,
    sizes,
)
from nn.exchange.slopes import leaky
from nn.layers import (
    Activation,
    BatchNormalization,
    Dense,
    Dropout,
    Flatten,
    Input,
    KerasLayer,
    LeakyReLU,
    ReLU,
    Softmax,
)
from nn.models import Model, Sequential

_ACTIVATIONS = {
    "ReLU": "relu",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Softmax": "softmax",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "ELU": "elu",
    "SELU": "selu",
    "GELU": "gelu",
    "SiLU": "silu",
    "Mish": "mish",
    "LeakyReLU": "leaky_relu",
}
"""PyTorch's modules, and what they are called here."""

_USUAL = {"dim": (None, 1, -1), "beta": (1,), "alpha": (1,), "approximate": ("none",)}
"""What these modules' settings have to be, where they have them."""

_NAMES = {
    "kernel": "weight",
    "bias": "bias",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}
"""What PyTorch calls a layer's variables."""

_ORDER = "weight", "bias", "running_mean", "running_var"
"""The names of a module's arrays, in the order of `Model.get_weights`."""

_LEFT_OUT = {"Identity", "Flatten", "Dropout", "AlphaDropout"}
"""Modules that change no answer for rows of numbers, once a training is over."""

_MODULES = Dense, BatchNormalization, Activation, ReLU, LeakyReLU, Softmax, Dropout, Flatten
"""The layers that a Sequential of PyTorch's has, too."""


def import_torch(source: Any, model: Model | None = None) -> Model:
    """Return a network of PyTorch's as a model, which answers the same.

    A module is read by its public methods, and both are asked the same three samples; PyTorch is
    not imported here. The module's layers are taken in the order in which it holds them; where its
    `forward` uses them otherwise, or has activations that it does not hold, give a `model` of the
    same layers to be filled.

    Args:
        source: a module made of Linear, BatchNorm1d and activations; its state_dict; or the name of
            a .safetensors file.
        model: a model of the same layers to be filled, instead of a new one; a state_dict or a
            file, which does not tell activations, needs it.

    Raises:
        ValueError: the module has a part that there is not here; the weights do not fit the model;
            the file is damaged; or the answers differ.
        ImportError: a file is to be read, and safetensors is not installed; `pip install
            'glassgrad[exchange]'` brings it.
        OSError: the file cannot be read.
    """
    is_module = hasattr(source, "state_dict")
    if is_module:
        name = f"PyTorch's {kind_of(source)}"
        parts = _parts(source.state_dict())
        model = model or _built(source, name)
    else:
        if isinstance(source, (str, os.PathLike)):
            name = repr(os.fspath(source))
            parts = in_order(_parts(_read(source)), name)
        elif isinstance(source, Mapping):
            name, parts = "the state_dict", _parts(source)
        else:
            raise TypeError(
                "expected a module of PyTorch's, its state_dict or the name of a .safetensors"
                f" file, received {kind_of(source)}"
            )
        if model is None:
            raise ValueError(
                f"{name} has weights alone, and no activations: write import_torch(source, model)"
                f" with a model of the same layers; {sizes(parts)}"
            )
        refuse_branches(model, name)
    before = model.get_weights()
    fill(model, parts, name)
    if is_module:
        try:
            check_answers(model, lambda rows: _predicted(source, rows), name)
        except ValueError as error:
            model.set_weights(before)
            raise ValueError(f"{error}; give import_torch a model that does so to fill") from None
    return model


def export_torch(model: Model, target: Any = None) -> dict[str, Any] | None:
    """Return a network's weights as PyTorch's state_dict, or write them into a module or a file.

    The names are those of a `torch.nn.Sequential` with a module for each layer and for each
    activation: 0.weight, 0.bias, 2.weight and so on. A BatchNormalization is BatchNorm1d(n,
    eps=layer.epsilon, momentum=1 - layer.momentum): weights alone tell neither, and a module that
    is given gets both. What PyTorch averages in a further training is the variance times n / (n -
    1) for a batch of n samples.

    Args:
        model: the network: layers one after the other.
        target: None for a state_dict of tensors in double precision; a module with the same
            layers, which is asked the same three samples afterwards; or the name of a file that
            ends in .safetensors.

    Raises:
        ValueError: the network has branches or other layers; its weights do not fit the module, or
            the module answers otherwise, and is left as it was.
        ImportError: PyTorch or safetensors is not installed, and is needed.
        OSError: the file cannot be written.
    """
    if target is None:
        import torch  # noqa: PLC0415  # whoever asks for tensors has it

        return {name: torch.tensor(a, dtype=torch.float64) for name, a in _state(model).items()}
    if isinstance(target, (str, os.PathLike)):
        if not os.fspath(target).endswith(".safetensors"):
            raise ValueError(
                f"expected a name that ends in .safetensors, received {quoted(target)}"
            )
        _write(target, _state(model))
        return None
    _fill_module(target, model)
    return None


# ------------------------------------------------------------------------------ from PyTorch


def _parts(state: Mapping[str, Any]) -> Parts:
    """A state's arrays by module, kernels with a row for each input, as here."""
    parts: dict[str, list[Any]] = {}
    for name, tensor in state.items():
        array = listed(tensor)
        if not isinstance(array, list):  # num_batches_tracked counts, and weighs nothing
            continue
        parts.setdefault(name.rpartition(".")[0] or name, []).append((name, array))
    return {part: [_turned(array) for _, array in sorted(named, key=_place)]
            for part, named in parts.items()}  # fmt: skip


def _place(named: tuple[str, Any]) -> int:
    """The place of an array among those of its layer."""
    name = named[0].rpartition(".")[2]
    return _ORDER.index(name) if name in _ORDER else 0


def _turned(array: list[Any]) -> list[Any]:
    """A kernel with rows and columns exchanged: PyTorch's has a row for each output."""
    return [list(row) for row in zip(*array, strict=True)] if isinstance(array[0], list) else array


def _leaves(module: Any) -> Iterator[Any]:
    children = list(module.children())
    for child in children:
        yield from _leaves(child)
    if not children:
        yield module


def _built(module: Any, source: str) -> Sequential:
    """A model of the module's layers one after the other; weights are put in later."""
    layers: list[KerasLayer] = []
    try:
        for leaf in _leaves(module):
            kind = type(leaf).__name__
            if kind in _LEFT_OUT:
                continue
            if kind == "BatchNorm1d":
                layers.append(_normalization(leaf))
                continue
            if kind != "Linear":
                last = layers[-1] if layers else None
                own = _activation(leaf, kind)
                if isinstance(last, Dense) and last.activation is activations.linear:
                    last.activation = own
                else:
                    layers.append(Activation(own))
                continue
            layers.append(
                Dense(
                    leaf.out_features,
                    None,
                    leaf.bias is not None,
                    "zeros",
                    input_dim=leaf.in_features,
                )
            )
        first = next(layer for layer in layers if isinstance(layer, Dense))
        return Sequential([Input(first.input_size), *layers])  # type: ignore[arg-type]  # known
    except (ValueError, StopIteration) as error:
        raise ValueError(f"{source} cannot be read: {error or 'it has no Linear'}") from None


def _normalization(module: Any) -> BatchNormalization:
    """A BatchNorm1d as a layer; PyTorch's momentum is the share of the batch."""
    if module.running_mean is None or module.momentum is None:
        raise ValueError("a BatchNorm1d here has running averages and a momentum")
    affine = module.affine
    return BatchNormalization(
        momentum=1.0 - module.momentum, epsilon=module.eps, center=affine, scale=affine
    )


def _activation(module: Any, kind: str) -> activations.Activation:
    """The activation that a module computes."""
    name = choose("module", kind, {"Linear": "", **_ACTIVATIONS, "BatchNorm1d": ""})
    if kind == "LeakyReLU":
        return leaky(module.negative_slope)
    for setting, usual in _USUAL.items():
        given = getattr(module, setting, usual[0])
        if given not in usual:
            raise ValueError(
                f"{name} has no {setting}={quoted(given)} here, only {quoted(usual[-1])}"
            )
    return activations.get(name)


def _predicted(module: Any, parts: list[Rows]) -> Any:
    """What a module answers to rows, a list of them for each input, as after training."""
    modes = [(each, each.training) for each in module.modules()]
    kind = next(iter(module.parameters()))
    module.eval()
    try:
        return module(*(kind.new_tensor(part) for part in parts)).detach()
    finally:
        for each, mode in modes:
            each.training = mode


def _read(filepath: str | os.PathLike[str]) -> Mapping[str, Any]:
    name = os.fspath(filepath)
    content = Path(filepath).read_bytes()
    if not name.endswith(".safetensors"):
        advice = "expected .safetensors"
        if zipfile.is_zipfile(filepath):
            advice = "write import_torch(torch.load(file, weights_only=True), model)"
        raise ValueError(f"{quoted(name)} is no file of tensors alone: {advice}")
    safetensors = _safetensors()
    try:
        loaded: Mapping[str, Any] = safetensors.load(content)
    except Exception as error:  # noqa: BLE001  # its own error is a kind of Exception alone
        raise ValueError(f"{quoted(name)} is damaged: {message_of(error, 200)}") from None
    return loaded


# -------------------------------------------------------------------------------- to PyTorch


def _state(model: Model) -> dict[str, list[Any]]:
    """The arrays by the names that a Sequential of PyTorch's gives them."""
    refuse_branches(model, "a state_dict")
    state: dict[str, list[Any]] = {}
    place = 0
    for layer in model.layers:
        if type(layer) not in _MODULES:
            names = ", ".join(kind.__name__ for kind in _MODULES)
            raise ValueError(f"a state_dict is of {names}, and not of {quoted(layer)}")
        state |= {f"{place}.{name}": array for name, array in _arrays(layer).items()}
        used = getattr(layer, "activation", None)
        place += not isinstance(layer, Activation)
        place += used not in (None, activations.linear)
    return state


def _arrays(layer: KerasLayer) -> dict[str, Any]:
    """A layer's arrays by PyTorch's names; a BatchNorm1d has both gamma and beta, or neither."""
    found = {variable.name: variable.numbers() for variable in layer.variables()}
    if "gamma" in found or "beta" in found:
        size = len(found["moving_mean"])
        found = {"gamma": [1.0] * size, "beta": [0.0] * size} | found
    return {_NAMES[name]: _turned(array) for name, array in found.items()}


def _fill_module(module: Any, model: Model) -> None:
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    names = [name for name, tensor in before.items() if tensor.dim() > 0]
    after = [array for layer in model.layers for array in _arrays(layer).values()]
    source = f"PyTorch's {kind_of(module)}"
    if len(names) != len(after):
        raise ValueError(f"expected {source} to have {len(after)} arrays, received {names}")
    tensors = {
        name: before[name].new_tensor(array) for name, array in zip(names, after, strict=True)
    }
    for name, tensor in tensors.items():
        if tensor.shape != before[name].shape:
            raise ValueError(
                f"expected {name} of {source} to have the shape {tuple(tensor.shape)}, received"
                f" {tuple(before[name].shape)}"
            )
    norms = [leaf for leaf in _leaves(module) if type(leaf).__name__ == "BatchNorm1d"]
    own = [layer for layer in model.layers if isinstance(layer, BatchNormalization)]
    check_length(norms, len(own), f"{source} to have {{}} BatchNorm1d")
    settings = [(norm.eps, norm.momentum) for norm in norms]
    module.load_state_dict({**before, **tensors})
    for norm, layer in zip(norms, own, strict=True):
        norm.eps, norm.momentum = layer.epsilon, 1.0 - layer.momentum
    try:
        check_answers(model, lambda parts: _predicted(module, parts), source)
    except ValueError:
        module.load_state_dict(before)
        for norm, (epsilon, momentum) in zip(norms, settings, strict=True):
            norm.eps, norm.momentum = epsilon, momentum
        raise


def _write(filepath: str | os.PathLike[str], state: Mapping[str, list[Any]]) -> None:
    import numpy as np  # noqa: PLC0415  # safetensors needs it too

    arrays = {name: np.array(array) for name, array in state.items()}
    write_whole(filepath, _safetensors().save(arrays))


def _safetensors() -> Any:
    try:
        from safetensors import numpy  # noqa: PLC0415  # few programs need it
    except ImportError as error:
        raise ImportError(
            "a .safetensors file needs safetensors and NumPy, which are not installed: pip install"
            " 'glassgrad[exchange]'"
        ) from error
    return numpy
