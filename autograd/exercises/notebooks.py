"""Notebooks with a cell for answers: written, and read back without being run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from autograd.exercises.cells import Cells
from autograd.languages import words

_MARK = "glassgrad"
"""What a notebook's metadata have our own entries under."""


def answers_cell(names: Sequence[str], answers: Mapping[str, str] | None = None) -> str:
    """Return the code of a cell for answers.

    Args:
        names: the names of the blanks.
        answers: what to fill in; blanks hold `...` without.

    >>> print(answers_cell(["z", "gradient of w"]))
    answers = {
        "z": ...,
        "gradient of w": ...,
    }
    """
    filled = answers or {}
    lines = [
        f"    {json.dumps(name, ensure_ascii=False)}:"
        f" {json.dumps(filled[name], ensure_ascii=False) if name in filled else '...'},"
        for name in names
    ]
    return "\n".join(["answers = {", *lines, "}"])


def text_cell(text: str) -> dict[str, Any]:
    """Return a cell of Markdown."""
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def code_cell(code: str, **metadata: Any) -> dict[str, Any]:
    """Return a cell of code that was not run yet."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata,
        "outputs": [],
        "source": code,
    }


def notebook(cells: Sequence[Mapping[str, Any]], mark: Mapping[str, Any]) -> str:
    """Return a notebook as the text of its file.

    Args:
        cells: its cells, from `text_cell` and `code_cell`.
        mark: what to note in its metadata, to know the notebook again.
    """
    numbered = []
    for i, cell in enumerate(cells):
        digest = hashlib.sha256(f"{i} {cell['source']}".encode("utf-8", "surrogatepass"))
        numbered.append({"id": digest.hexdigest()[:16], **cell})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {
        "kernelspec": kernel,
        "language_info": {"name": "python"},
        _MARK: dict(mark),
    }
    found = {"cells": numbered, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(found, indent=1) + "\n"


class Handed(NamedTuple):
    """What a notebook holds that was handed in.

    Attributes:
        mark: what its metadata note about it.
        answers: what was written, by the name of the blank.
        notes: what could not be read, and where it stands.
    """

    mark: dict[str, Any]
    answers: dict[str, str]
    notes: list[str]


def read_notebook(text: str) -> Handed:
    """Return what a notebook's metadata note about it, the answers in it, and what is odd in it.

    The cells are read, never run: a number keeps the digits that it was written with, and what is
    no number stays text.

    Args:
        text: the text of the notebook's file.

    Raises:
        ValueError: the text is not that of a notebook, or no cell has answers that can be read.
    """
    try:
        found = json.loads(text)
        sources = [
            cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
            for cell in found["cells"]
            if cell["cell_type"] == "code"
        ]
        metadata = found.get("metadata", {})
        mark = metadata.get(_MARK, {}) if isinstance(metadata, dict) else {}
    except (ValueError, KeyError, TypeError, RecursionError, AttributeError) as error:
        raise ValueError(words("this is not a notebook")) from error
    cells = Cells()
    for number, source in enumerate(sources, start=1):
        cells.read(number, source)
    if cells.answers is None:
        problem = words("no cell assigns a dict to the name `answers`")
        raise ValueError("; ".join(cells.notes) or problem)
    return Handed(mark if isinstance(mark, dict) else {}, cells.answers, cells.notes)
