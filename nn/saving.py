"""Models as JSON files: configurations and weights, no code, and none is run.

Nothing here knows what a model is: `nn.models` turns a model into a configuration, and back.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograd.files import write_whole
from autograd.options import text

FORMAT = "glassgrad model"
VERSION = 1
_KNOWN = {
    *("format", "version", "class", "inputs", "output", "layers", "calls", "weights"),
    "checksum",  # files of 0.1.0 have none
}

_SIZES = {
    "Dense": ("input_dim", "units"),
    "Embedding": ("input_dim", "output_dim"),
    "SimpleRNN": ("rows", "units"),
}
"""The settings that tell the size of a layer's weights."""

_COUNTS = {"Dense": 1, "Embedding": 1, "SimpleRNN": 2, "LayerNormalization": 2, "Normalization": 3}
"""How many lists of weights a layer has, beside its biases."""


def write(filepath: str | os.PathLike[str], config: dict[str, Any], weights: list[Any]) -> None:
    """Write all of a model to a file in a folder that is there, or nothing: see `Model.save`."""
    described = {"format": FORMAT, "version": VERSION, **config, "weights": weights}
    try:
        described["checksum"] = _checksum(described)
        written = json.dumps(described)
    except ValueError:
        raise ValueError("cannot save weights that are not finite: some are nan or inf") from None
    Path(filepath).resolve().parent.resolve(strict=True)  # a misspelled folder is not made
    write_whole(filepath, written)


def read(filepath: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the configuration and the weights that `write` wrote: one dictionary."""
    name = os.fspath(filepath)
    try:
        written = Path(filepath).read_text(encoding="utf-8")
        described = json.loads(written, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:  # no JSON, no text, or nested without end
        raise ValueError(f"{name!r} is damaged, or no model: {error!s:.200}") from None
    if not isinstance(described, dict) or described.get("format") != FORMAT:
        raise ValueError(f"{name!r} is not a model that save() wrote")
    version = described.get("version")
    if version != VERSION or version is True:
        raise ValueError(f"{name!r} is of version {version!r:.200}; expected version {VERSION}")
    with blaming(filepath):
        if unknown := described.keys() - _KNOWN:
            raise ValueError(f"it has unknown parts: {sorted(unknown)!r:.200}")
        _check(described)
        checksum = described.pop("checksum", None)
        if checksum is not None and checksum != _checksum(described):
            raise ValueError(
                "its checksum is of other content; where you have changed the file on purpose,"
                " take the checksum out"
            )
    return {key: part for key, part in described.items() if key not in {"format", "version"}}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; refuse one that has a name twice, of which Python keeps the last."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"a name stands twice among {[name for name, _ in pairs]!r:.100}")
    return found


def _checksum(described: dict[str, Any]) -> str:
    """Return what tells the content from any other, however the file is laid out."""
    import hashlib  # noqa: PLC0415  # few programs write a file

    content = json.dumps(described, sort_keys=True, allow_nan=False)
    return hashlib.sha256(content.encode()).hexdigest()


def _check(described: dict[str, Any]) -> None:
    """Refuse what JSON can say but `write` would not: Python takes True for 1, -1 for the last."""
    for number in _leaves([described["inputs"], described["output"], described["calls"]]):
        if type(number) is not int or number < 0:
            raise ValueError(f"expected a place or a size, received {number!r:.200}")
    for number in _leaves(described["weights"]):
        if type(number) not in (int, float):
            raise ValueError(f"expected a weight, received {number!r:.200}")
    weights = iter(described["weights"])
    for name, config in described["layers"]:
        if config.get("name") is not None:
            text("name", config["name"])
        _check_size(name, config, weights)


def _check_size(name: str, config: dict[str, Any], weights: Iterator[Any]) -> None:
    """Refuse a layer of another size than its weights, before anything of that size is made."""
    rows, columns = _SIZES.get(name, ("", ""))
    taken: list[Any] = [
        next(weights, []) for _ in range(_COUNTS.get(name, 0) + bool(config.get("use_bias")))
    ]
    if name == "SimpleRNN":
        taken, config = taken[1:], config | {"rows": config["units"]}
    if rows and [len(taken[0]), len(taken[0][0])] != [config[rows], config[columns]]:
        raise ValueError(f"its weights do not fit a layer of {config!r:.200}")


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
    """Turn any error inside into one that names the file as damaged."""
    try:
        yield
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValueError(
            f"{os.fspath(filepath)!r} is damaged: {type(error).__name__}: {error!s:.200}"
        ) from None
