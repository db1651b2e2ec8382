"""Keras's networks: read from a model of Keras's or a file, and written back to either."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from autograd.cleaning import kind_of, quoted
from nn.data import Rows
from nn.exchange import keras_files
from nn.exchange.filling import check_answers, fill, refuse_branches, sizes
from nn.exchange.keras_files import Weights
from nn.exchange.keras_reading import built
from nn.exchange.keras_writing import described
from nn.models import Model


def import_keras(source: Any, model: Model | None = None) -> Model:
    """Return a network of Keras's as a model, which answers the same.

    A model of Keras's is read by its public methods, and both are asked the same three samples;
    Keras is not imported here. Weights come as they are, so a network that Keras computed in single
    precision answers here as it would in double. Layers that work in training alone and
    are not here, such as AlphaDropout, are left out.

    Args:
        source: a Sequential or functional model of Keras's, or a file: .keras, .h5 or .weights.h5.
        model: a model of the same layers to be filled, instead of a new one; a .weights.h5 file,
            which does not tell the layers, needs it.

    Raises:
        ValueError: the network has a layer or a setting that there is not here; the weights do not
            fit the model; the file is damaged; or the answers differ.
        ImportError: a file is to be read, and h5py is not installed; `pip install
            'glassgrad[exchange]'` brings it.
        OSError: the file cannot be read.
    """
    is_file = isinstance(source, (str, os.PathLike))
    if is_file:
        config, weights = keras_files.read(source)
        name = repr(os.fspath(source))
    else:
        if not hasattr(source, "get_config") or not hasattr(source, "layers"):
            raise TypeError(
                f"expected a model of Keras's or the name of its file, received {kind_of(source)}"
            )
        config, weights = {"config": source.get_config()}, _weights_of(source)
        name = f"Keras's {quoted(source.name)}"
    if model is None:
        if config is None:
            raise ValueError(
                f"{name} has weights alone, and no layers: write import_keras({name}, model) with a"
                f" model of the same layers; {sizes(_flat(weights))}"
            )
        model = built(config["config"], weights, name)
    else:
        if is_file:
            refuse_branches(model, name)
        fill(model, _flat(weights), name)
    if not is_file:
        check_answers(model, lambda parts: _predicted(source, model, parts), name)
    return model


def export_keras(model: Model, target: Any) -> None:
    """Write a network as a file of Keras's, or its weights into a model of Keras's.

    Args:
        model: the network.
        target: the name of a file, which ends in .keras or .weights.h5; or a model of Keras's with
            the same layers, which is asked the same three samples afterwards.

    Raises:
        ValueError: the network has a layer or an activation that Keras has not; the weights do not
            fit the model of Keras's, or it answers otherwise, and is left as it was.
        ImportError: a file is to be written, and h5py is not installed; `pip install
            'glassgrad[exchange]'` brings it.
        OSError: the file cannot be written.
    """
    if isinstance(target, (str, os.PathLike)):
        keras_files.write(target, *described(model))
        return
    import numpy as np  # noqa: PLC0415  # Keras needs it too

    before, after = target.get_weights(), [np.array(array) for array in model.get_weights()]
    name = f"Keras's {quoted(target.name)}"
    shapes = [[array.shape for array in arrays] for arrays in (after, before)]
    if shapes[0] != shapes[1]:
        raise ValueError(f"expected {name} to have weights of {shapes[0]}, received {shapes[1]}")
    target.set_weights(after)
    try:
        check_answers(model, lambda parts: _predicted(target, model, parts), name)
    except ValueError:
        target.set_weights(before)
        raise


def _weights_of(model: Any) -> Weights:
    """The arrays of a model of Keras's, by layer."""
    return {
        layer.name: _weights_of(layer) if hasattr(layer, "layers") else layer.get_weights()
        for layer in model.layers
    }


def _flat(weights: Weights) -> dict[str, Sequence[Any]]:
    """The arrays of the layers that have some, also of those inside of a model that is a layer."""
    found: dict[str, Sequence[Any]] = {}
    for name, arrays in weights.items():
        if isinstance(arrays, dict):
            found |= {f"{name}/{inner}": own for inner, own in _flat(arrays).items()}
        elif len(arrays):
            found[name] = arrays
    return found


def _predicted(theirs: Any, model: Model, parts: list[Rows]) -> Any:
    """What a model of Keras's answers to rows, a list of them for each input."""
    import numpy as np  # noqa: PLC0415  # Keras needs it too

    tensors = zip(parts, model.inputs, strict=True)
    arrays = [np.array(part).reshape(-1, *tensor.dims) for part, tensor in tensors]
    found = theirs.predict(arrays[0] if len(arrays) == 1 else arrays, verbose=0)
    outputs = found if isinstance(found, (list, tuple)) else [found]
    return np.concatenate([output.reshape(len(output), -1) for output in outputs], axis=1)
