"""Keras's files: a .keras archive, its .weights.h5, and the older .h5."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograd.cleaning import quoted
from autograd.files import write_whole
from nn.saving import blaming
from nn.spelling import snake

Weights = dict[str, Any]
"""By a layer's name its arrays; by that of a model that is a layer, the same of its layers."""


def names_in_file(kinds: Iterable[str]) -> Iterator[str]:
    """Yield what Keras calls layers of these classes by itself.

    >>> list(names_in_file(["Dense", "LeakyReLU", "Dense"]))
    ['dense', 'leaky_re_lu', 'dense_1']
    """
    counts: Counter[str] = Counter()
    for kind in kinds:
        name = snake(kind)
        yield f"{name}_{counts[name]}" if counts[name] else name
        counts[name] += 1


def read(filepath: str | os.PathLike[str]) -> tuple[dict[str, Any] | None, Weights]:
    """Return the configuration in a file of Keras's, None if it has weights alone, and the weights.

    Raises:
        ValueError: the file is damaged, or of something else.
        ImportError: h5py is not installed.
        OSError: the file cannot be read.
    """
    content = Path(filepath).read_bytes()
    is_archive = zipfile.is_zipfile(io.BytesIO(content))
    if not is_archive and not content.startswith(b"\x89HDF"):
        raise ValueError(f"{quoted(os.fspath(filepath))} is no Keras file: expected .keras or .h5")
    h5py = _h5py()
    with _blaming(filepath):
        if is_archive:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                config = json.loads(archive.read("config.json"))
                content = archive.read("model.weights.h5")
            with h5py.File(io.BytesIO(content), "r") as file:
                return config, _by_name(file, config["config"]["layers"])
        with h5py.File(io.BytesIO(content), "r") as file:
            if "layers" in file:
                return None, _by_place(file)
            described = file.attrs.get("model_config")
            named = _by_weight_names(file.get("model_weights", file))
            return described if described is None else json.loads(described), named


def write(
    filepath: str | os.PathLike[str],
    config: dict[str, Any],
    layers: Sequence[tuple[str, str, Sequence[Any]]],
) -> None:
    """Write a .keras archive, or its weights alone where the name ends in .weights.h5.

    Args:
        filepath: the file.
        config: of the model, as Keras writes it.
        layers: class, name and arrays of each layer, in the order of the configuration.

    Raises:
        ValueError: the name has another end.
    """
    name = os.fspath(filepath)
    if not name.endswith((".keras", ".weights.h5")):
        raise ValueError(
            f"expected a name that ends in .keras or .weights.h5, received {quoted(name)}"
        )
    stored = io.BytesIO()
    with _h5py().File(stored, "w") as file:
        for place, (_, layer, arrays) in zip(
            names_in_file(kind for kind, *_ in layers), layers, strict=True
        ):
            group = file.create_group(f"layers/{place}/vars")
            group.attrs["name"] = layer
            for i, array in enumerate(arrays):
                group[str(i)] = array
    content = stored.getvalue()
    if name.endswith(".keras"):
        stored = io.BytesIO()
        with zipfile.ZipFile(stored, "w") as archive:
            archive.writestr("metadata.json", json.dumps({"keras_version": "3.0.0"}))
            archive.writestr("config.json", json.dumps(config))
            archive.writestr("model.weights.h5", content)
        content = stored.getvalue()
    write_whole(filepath, content)


def _by_name(group: Any, layers: Sequence[Mapping[str, Any]]) -> Weights:
    """The arrays of layers that a configuration lists."""
    found: Weights = {}
    names = names_in_file(layer["class_name"] for layer in layers)
    for place, layer in zip(names, layers, strict=True):
        part = group.get(f"layers/{place}", {})
        inner = layer["config"].get("layers")
        arrays = _by_name(part, inner) if inner else _numbered(part.get("vars", {}))
        found[layer["config"]["name"]] = arrays
    return found


def _by_place(group: Any) -> Weights:
    """The arrays of layers that no configuration lists, by the numbers that Keras gave them."""
    found = [place for place, part in group["layers"].items() if len(part.get("vars", ()))]
    kinds = {re.sub(r"_\d+$", "", place) for place in found}
    if len(kinds) > 1:
        raise ValueError(
            f"it has weights of {', '.join(sorted(kinds))}, in an order it does not tell"
        )
    places = sorted(found, key=lambda place: (len(place), place))
    return {place: _numbered(group[f"layers/{place}/vars"]) for place in places}


def _numbered(group: Any) -> list[Any]:
    return [group[str(i)][()].tolist() for i in range(len(group))]


def _by_weight_names(group: Any) -> Weights:
    """The arrays of the older .h5, which lists the layers, and of each its arrays."""
    found: Weights = {}
    for layer in group.attrs["layer_names"]:
        own = group[_text(layer)]
        found[_text(layer)] = [own[_text(n)][()].tolist() for n in own.attrs["weight_names"]]
    return found


def _text(name: Any) -> str:
    return name.decode() if isinstance(name, bytes) else str(name)


def _h5py() -> Any:
    try:
        import h5py  # noqa: PLC0415  # few programs need it
    except ImportError as error:
        raise ImportError(
            "Keras's files need h5py, which is not installed: pip install 'glassgrad[exchange]'"
        ) from error
    return h5py


@contextmanager
def _blaming(filepath: str | os.PathLike[str]) -> Iterator[None]:
    with blaming(filepath):
        try:
            yield
        except (OSError, RuntimeError, zipfile.BadZipFile) as error:
            raise ValueError(error) from None
