"""Keras's odds and ends, where it has them: to_categorical, set_random_seed and others."""

from __future__ import annotations

import math
from inspect import signature
from typing import Any

import autograd
from autograd.cleaning import quoted
from autograd.options import missing
from nn.data import arrayed, as_rows, to_categorical
from nn.foreign import refuse_arguments
from nn.pictures.network_drawing import draw_network
from nn.randomness import set_random_seed

__all__ = ["normalize", "plot_model", "set_random_seed", "to_categorical"]


def plot_model(model: Any, to_file: str | None = None, **options: Any) -> autograd.Picture:
    """Draw a network; see `nn.draw_network`.

    Args:
        model: the network.
        to_file: a file for the picture, such as model.png or model.svg, or None.
        **options: those of `nn.draw_network`.

    Raises:
        TypeError: an option is Keras's, and not here.
    """
    refuse_arguments("plot_model", options.keys() - signature(draw_network).parameters.keys())
    picture = draw_network(model, **options)
    if to_file is not None:
        picture.render(outfile=to_file)
    return picture


def normalize(x: Any, axis: int = -1, order: int = 2) -> Any:
    """Return rows, each divided by its length.

    Args:
        x: rows.
        axis: -1, for each row by itself; 0 for each column.
        order: 2 for the root of the squares' sum, 1 for the sum of the sizes.

    >>> print(normalize([[3.0, 4.0], [0.0, 0.0]]))
    [[0.6 0.8]
     [0.  0. ]]
    """
    if axis not in {-1, 0, 1} or order not in {1, 2}:
        raise ValueError(
            f"expected axis -1 or 0 and order 1 or 2, received {quoted(axis)}, {quoted(order)}"
        )
    rows = as_rows(x, None, "numbers")
    lines = [list(line) for line in zip(*rows, strict=True)] if axis == 0 else rows
    scaled = []
    for line in lines:
        length = math.hypot(*line) if order == 2 else sum(map(abs, line))
        scaled.append([number / (length or 1.0) for number in line])
    return arrayed([list(row) for row in zip(*scaled, strict=True)] if axis == 0 else scaled)


def __getattr__(name: str) -> object:
    """Say what to write for a name of Keras that is not here."""
    advice = {
        "np_utils": "write nn.utils.to_categorical(classes)",
        "get_file": "read a file of your own",
        "pad_sequences": "write lists of one length",
        "register_keras_serializable": "name it in custom_objects: nn.load_model(path, {...})",
        "model_to_dot": "write nn.draw_network(model)",
        "Sequence": "give fit all data at once",
        "PyDataset": "give fit all data at once",
        "image_dataset_from_directory": "read the pictures into lists or arrays",
    }
    raise missing("nn.utils", name, advice)
