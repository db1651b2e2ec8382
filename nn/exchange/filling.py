"""Numbers from elsewhere, put into a model; and whether two networks answer alike."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any

import autograd
from autograd.cleaning import quoted
from autograd.notation import show_number
from autograd.options import check_length
from nn.data import Rows, listed
from nn.layers.base import dims_of
from nn.models import Model

TOLERANCE = 1e-4
"""Two networks answer alike within this share: the others often compute in single precision."""

Parts = Mapping[str, Sequence[Any]]
"""Arrays by the name of their layer, each layer's in the order of `Model.get_weights`."""


def fill(model: Model, parts: Parts, source: str) -> None:
    """Give the layers these arrays, one part to each layer with weights, in their order.

    Raises:
        ValueError: the arrays do not fit. The model is left as it was.
        RuntimeError: the model does not know its number of inputs yet.
    """
    model.output  # noqa: B018  # raises where there are no weights yet
    wanted = [layer for layer in model.layers if layer.variables()]
    check_length(
        parts, len(wanted), f"{source} to have {{}} layers with weights, as {quoted(wanted)}"
    )
    model.set_weights([listed(array) for part in parts.values() for array in part])


def sizes(parts: Parts) -> str:
    """Return what arrays are called and how large they are, for a message."""
    return ", ".join(
        f"{name}: {' x '.join(map(str, dims_of(part[0])))}" for name, part in parts.items()
    )


def refuse_branches(model: Model, source: str) -> None:
    """Refuse to guess which weights belong to which branch.

    Raises:
        ValueError: the layers are not one after the other, each once.
    """
    follows = all(
        list(call.sources) == [before]
        for before, call in zip([*model.inputs, *model.calls], model.calls, strict=False)
    )
    if not follows or len(model.layers) < len(model.calls):
        raise ValueError(
            f"{source} has weights alone, which do not tell the layers of branches apart; read a"
            " file or an object that has the layers, too"
        )


def in_order(parts: Parts, source: str) -> dict[str, Sequence[Any]]:
    """Return parts of a file that keeps no order, by the numbers in their names.

    Raises:
        ValueError: the names differ by more than numbers.
    """
    if len({re.sub(r"\d+", "0", name) for name in parts}) > 1:
        raise ValueError(
            f"{source} keeps no order, and its names do not tell it: {', '.join(parts)}; give"
            " import_torch a dictionary of its tensors, in the order of the layers"
        )
    places = {name: [int(digits) for digits in re.findall(r"\d+", name)] for name in parts}
    return {name: parts[name] for name in sorted(parts, key=places.__getitem__)}


def check_answers(model: Model, answers: Callable[[list[Rows]], Any], source: str) -> None:
    """Compare what both answer to the same three samples.

    Args:
        model: the network here.
        answers: returns the other network's outputs, for a list of rows for each input.
        source: what the other network is called.

    Raises:
        ValueError: they answer otherwise.
    """
    waves = (math.sin(1.7 * place) for place in range(1, 1_000_000_000))
    parts = [[[next(waves) for _ in range(t.size)] for _ in range(3)] for t in model.inputs]
    with autograd.no_grad():
        rows = [[*chain(*row)] for row in zip(*parts, strict=True)]
        own = [[float(value.data) for value in model(row)] for row in rows]
    theirs = listed(answers(parts))
    pairs = list(zip(chain(*own), chain(*theirs), strict=True))
    if not all(math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE) for a, b in pairs):
        farthest = max(pairs, key=lambda pair: abs(pair[0] - pair[1]))
        own_number, their_number = (show_number(float(answer)) for answer in farthest)
        raise ValueError(
            f"the layers and weights of {source} were read, but the model answers {own_number}"
            f" where {source} answers {their_number}: {source} computes more than its layers one"
            " after the other"
        )
