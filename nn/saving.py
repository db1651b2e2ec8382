"""Models as JSON files: no code in them, and none is run."""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nn import activations
from nn.layers import LAYERS

if TYPE_CHECKING:
    from nn.models import Model

FORMAT = "glassgrad model"
VERSION = 1


def save(model: Model, filepath: str | os.PathLike[str]) -> None:
    """Write all of a model to a file, or nothing; see `Model.save`."""
    if not all(math.isfinite(parameter.data) for parameter in model.parameters()):
        raise ValueError("cannot save weights that are not finite: some are nan or inf")
    text = json.dumps(describe(model) | {"weights": model.get_weights()})
    path = Path(filepath).resolve()
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def describe(model: Model) -> dict[str, Any]:
    """Return all of a model but its weights, as JSON has it: layers, and what each is called on.

    Raises:
        ValueError: an activation is a function of the user's own.
        RuntimeError: the model does not know its number of inputs yet.
    """
    output = model.output  # raises where the model is not built
    tensors = [*model.inputs, *model.calls]
    for layer in model.layers:
        if type(layer) not in LAYERS.values():
            raise ValueError(
                f"cannot save {layer!r}: it is a layer of your own (must be one of"
                f" {', '.join(LAYERS)})"
            )
        used = getattr(layer, "activation", activations.linear)
        if not any(used is known for known in activations.ACTIVATIONS.values()):
            raise ValueError(
                f"cannot save {layer!r}: its activation is a function of your own (must be one of"
                f" {', '.join(activations.ACTIVATIONS)})"
            )
    return {
        "format": FORMAT,
        "version": VERSION,
        "class": "Sequential" if type(model).__name__ == "Sequential" else "Model",
        "inputs": [tensor.size for tensor in model.inputs],
        "output": tensors.index(output),
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
    if described.get("version") != VERSION or described["version"] is True:
        raise ValueError(
            f"{name!r} is of version {described.get('version')!r}; expected version {VERSION}"
        )
    with blaming(filepath):
        _check(described)
    return described


def _check(described: dict[str, Any]) -> None:
    """Refuse what JSON can say but `save` would not: Python takes True for 1, and -1 for the last.

    Raises:
        ValueError: says what it is.
    """
    numbers = [described["inputs"], described["output"], described["calls"]]
    for number in _leaves(numbers):
        if type(number) is not int or number < 0:
            raise ValueError(f"expected a place or a size, received {number!r}")
    for number in _leaves(described["weights"]):
        if type(number) not in (int, float):
            raise ValueError(f"expected a weight, received {number!r}")
    weights = iter(described["weights"])
    for name, config in described["layers"]:
        if not isinstance(config.get("name"), (str, type(None))):
            raise ValueError(  # noqa: TRY004  # the file is wrong, not its reader
                f"expected a name as text, received {config['name']!r}"
            )
        if name == "Dense":  # before anything of that size is made
            kernel: Any = next(weights, [])
            if [len(kernel), len(kernel[0])] != [config["input_dim"], config["units"]]:
                raise ValueError(f"its weights do not fit a layer of {config}")
            if config["use_bias"]:
                next(weights, None)


def _leaves(nested: Any) -> Iterator[Any]:
    stack = [nested]
    while stack:
        part = stack.pop()
        if isinstance(part, list):
            stack.extend(part)
        else:
            yield part


@contextmanager
def blaming(filepath: str | os.PathLike[str]) -> Iterator[None]:
    """Say of whatever goes wrong inside that it is the file's fault."""
    try:
        yield
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValueError(
            f"{os.fspath(filepath)!r} is damaged: {type(error).__name__}: {error}"
        ) from None
