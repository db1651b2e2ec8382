"""Notebooks with a cell for answers: written, and read back without being run."""

from __future__ import annotations

import ast
import hashlib
import json
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

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


def read_notebook(text: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what a notebook's metadata note about it, and the answers in it.

    The answers are those of the last cell that assigns a dict to `answers`. The cell is read, never
    run: a number keeps the digits that it was written with, and what is no number stays text.

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
        raise ValueError("this is not a notebook") from error
    problem = "no cell assigns a dict to the name `answers`"
    answers: dict[str, str] | None = None
    for source in sources:
        try:
            answers = _assigned(source, answers)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:  # noqa: PERF203
            if "answers" in source:  # other cells may be broken
                problem = f"the cell with the answers cannot be read: {error}"
                answers = None
    if answers is None:
        raise ValueError(problem)
    return mark if isinstance(mark, dict) else {}, answers


def _assigned(source: str, before: dict[str, str] | None) -> dict[str, str] | None:
    """Return the answers after a cell: `answers = {...}` and `answers["z"] = ...` are read."""
    # Magic commands are no Python. Empty lines take their place, so that places stay right.
    lines = ["" if line.startswith(("%", "!")) else line for line in source.split("\n")]
    code = "\n".join(lines)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about odd Python in a cell that is never run
        statements = ast.parse(code).body
    answers = before
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id="answers")], value=ast.Dict() as found):
                pairs = zip(found.keys, found.values, strict=True)
                answers = {
                    key.value: _written(code, value)
                    for key, value in pairs
                    if isinstance(key, ast.Constant) and isinstance(key.value, str)
                }
            case ast.Assign(
                targets=[
                    ast.Subscript(value=ast.Name(id="answers"), slice=ast.Constant(value=str(key)))
                ],
                value=value,
            ):
                answers = {**(answers or {}), key: _written(code, value)}
    return answers


def _written(code: str, value: ast.expr) -> str:
    """Return an answer as it was written: numbers with all their digits, text without quotes."""
    if isinstance(value, ast.Constant):
        if value.value is None or value.value is ...:
            return ""
        if isinstance(value.value, str):
            return value.value
    return ast.get_source_segment(code, value) or ""
