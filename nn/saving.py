"""Models as JSON files: configurations and weights, no code, and none is run.

Nothing here knows what a model is: `nn.models` turns a model into a configuration, and back.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from autograd.cleaning import kind_of, message_of, quoted
from autograd.files import write_whole
from autograd.options import text


class NotNamedError(ValueError):
    """A file has something of the user's own, which the program that reads it does not name."""


FORMAT = "glassgrad model"
VERSION = 1
_KNOWN = {
    *("format", "version", "class", "inputs", "output", "layers", "calls", "weights"),
    *("training", "checksum"),  # files of 0.1.0 have neither
}

_SIZES = {
    "Dense": ("input_dim", "units"),
    "Embedding": ("input_dim", "output_dim"),
    "SimpleRNN": ("rows", "units"),
}
"""The settings that tell the size of a layer's weights."""

_COUNTS = {
    "Dense": 1,
    "Embedding": 1,
    "SimpleRNN": 2,
    "BatchNormalization": 2,
    "LayerNormalization": 2,
    "Normalization": 3,
}
"""How many lists of weights a layer has, beside those that a setting of it tells."""

_COUNTED = ("use_bias", "center", "scale")
"""The settings with each of which a layer has one more list of weights."""


def write(filepath: str | os.PathLike[str], described: dict[str, Any]) -> None:
    """Write all of a model to a file in a folder that is there, or nothing: see `Model.save`."""
    described = {"format": FORMAT, "version": VERSION, **described}
    try:
        described["checksum"] = _checksum(described)
        written = json.dumps(described)
    except ValueError:
        raise ValueError("cannot save weights that are not finite: some are nan or inf") from None
    Path(os.path.realpath(filepath)).parent.stat()  # a misspelled folder is not made
    write_whole(filepath, written)


def read(filepath: str | os.PathLike[str]) -> dict[str, Any]:
    """Return what `write` was given."""
    name = os.fspath(filepath)
    content = Path(filepath).read_bytes()
    if foreign := _foreign(content):
        raise ValueError(f"{quoted(name)} is {foreign}")
    try:
        described = json.loads(content.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:  # no JSON, no text, or nested without end
        raise ValueError(
            f"{quoted(name)} is damaged, or no model: {message_of(error, 200)}"
        ) from None
    if not isinstance(described, dict) or described.get("format") != FORMAT:
        raise ValueError(f"{quoted(name)} is not a model that save() wrote")
    version = described.get("version")
    if version != VERSION or version is True:
        raise ValueError(
            f"{quoted(name)} is of version {quoted(version)}; expected version {VERSION}"
        )
    with blaming(filepath):
        if unknown := described.keys() - _KNOWN:
            raise ValueError(f"it has unknown parts: {quoted(sorted(unknown))}")
        _check(described)
        checksum = described.pop("checksum", None)
        if checksum is not None and checksum != _checksum(described):
            raise ValueError(
                "its checksum is of other content; where you have changed the file on purpose,"
                " take the checksum out"
            )
    return {key: part for key, part in described.items() if key not in {"format", "version"}}


def _foreign(content: bytes) -> str:
    """Return what file of Keras's or PyTorch's this is, and what to write; nothing of any other."""
    names: list[str] = []
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
    if "config.json" in names or content.startswith(b"\x89HDF"):
        return "a file of Keras's: write nn.import_keras(file)"
    if any(name.endswith("data.pkl") for name in names):
        return (
            "a file of PyTorch's: write nn.import_torch(torch.load(file, weights_only=True), model)"
        )
    if content[8:9] == b"{" and int.from_bytes(content[:8], "little") < len(content):
        return "a file of tensors: write nn.import_torch(file, model)"
    return ""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; refuse one that has a name twice, of which Python keeps the last."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"a name stands twice among {quoted([name for name, _ in pairs], 100)}")
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
            raise ValueError(f"expected a place or a size, received {quoted(number)}")
    for part in described["weights"]:
        rows = part if isinstance(part, list) else [part]  # a number by itself has no list
        is_matrix = any(isinstance(row, list) for row in rows)
        for number in (number for row in rows for number in row) if is_matrix else rows:
            if type(number) not in (int, float):
                raise ValueError(f"expected a weight, received {quoted(number)}")
    _check_progress(**{"iterations": 0, "memory": [], **described.get("training", {})})
    weights = iter(described["weights"])
    for name, config in described["layers"]:
        if config.get("name") is not None:
            text("name", config["name"])
        _check_size(name, config, weights)


def _check_size(name: str, config: dict[str, Any], weights: Iterator[Any]) -> None:
    """Refuse a layer of another size than its weights, before anything of that size is made."""
    if name not in _COUNTS and "units" in config:  # of the user's own, and dense
        name = "Dense"
    rows, columns = _SIZES.get(name, ("", ""))
    count = _COUNTS.get(name, 0) + sum(bool(config.get(setting)) for setting in _COUNTED)
    taken: list[Any] = [next(weights, []) for _ in range(count)]
    if name == "SimpleRNN":
        taken, config = taken[1:], config | {"rows": config["units"]}
    if rows and [len(taken[0]), len(taken[0][0])] != [config[rows], config[columns]]:
        raise ValueError(f"its weights do not fit a layer of {quoted(config)}")


def _check_progress(iterations: Any, memory: Any, **_: Any) -> None:
    if type(iterations) is not int or iterations < 0:
        raise ValueError(f"expected a number of steps, received {quoted(iterations)}")
    for number in (number for numbers in memory for number in numbers):
        if type(number) not in (int, float):
            raise ValueError(
                f"expected a number that the optimizer keeps, received {quoted(number)}"
            )


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
    except NotNamedError as error:
        raise ValueError(
            f"{quoted(os.fspath(filepath))} cannot be loaded: {message_of(error)}"
        ) from None
    except RecursionError:
        raise ValueError(
            f"{quoted(os.fspath(filepath))} is damaged: a part of it is nested too deep"
        ) from None
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValueError(
            f"{quoted(os.fspath(filepath))} is damaged: {kind_of(error)}: {message_of(error, 200)}"
        ) from None
