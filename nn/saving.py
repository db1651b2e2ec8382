"""Models as JSON files: no code in them, and none is run."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nn import activations
from nn.activations import name_of

if TYPE_CHECKING:
    from nn.models import Model

FORMAT = "glassgrad model"
VERSION = 1


def save(model: Model, filepath: str | os.PathLike[str]) -> None:
    """Write all of a model to a file, or nothing; see `Model.save`."""
    text = json.dumps(describe(model) | {"weights": model.get_weights()}, allow_nan=False)
    path = Path(filepath)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def describe(model: Model) -> dict[str, Any]:
    """Return all of a model but its weights, as JSON has it: layers, and what each is called on.

    Raises:
        ValueError: an activation is a function of the user's own.
        RuntimeError: the model does not know its number of inputs yet.
    """
    tensors = [*model.inputs, *model.calls] if model.output else []
    for layer in model.layers:
        used = getattr(layer, "activation", None)
        if used is not None and name_of(used) not in activations.ACTIVATIONS:
            raise ValueError(
                f"cannot save {layer!r}: its activation is a function of your own (must be one of"
                f" {', '.join(activations.ACTIVATIONS)})"
            )
    return {
        "format": FORMAT,
        "version": VERSION,
        "class": type(model).__name__,
        "inputs": [tensor.size for tensor in model.inputs],
        "layers": [[type(layer).__name__, layer.config()] for layer in model.layers],
        "calls": [
            [model.layers.index(call.layer), [tensors.index(source) for source in call.sources]]
            for call in model.calls
        ],
    }


def read(filepath: str | os.PathLike[str]) -> dict[str, Any]:
    """Return what `save` wrote.

    Raises:
        ValueError: the file is damaged, or of something else.
        OSError: it cannot be read.
    """
    name = os.fspath(filepath)
    try:
        described = json.loads(Path(filepath).read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # no JSON, no text, or nested without end
        raise ValueError(f"{name!r} is damaged, or no model: {error}") from None
    if not isinstance(described, dict) or described.get("format") != FORMAT:
        raise ValueError(f"{name!r} is not a model that save() wrote")
    if described.get("version") != VERSION:
        raise ValueError(
            f"{name!r} is of version {described.get('version')!r}; expected version {VERSION}"
        )
    return described


@contextmanager
def blaming(filepath: str | os.PathLike[str]) -> Iterator[None]:
    """Say of whatever goes wrong inside that it is the file's fault."""
    try:
        yield
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValueError(
            f"{os.fspath(filepath)!r} is damaged: {type(error).__name__}: {error}"
        ) from None
