"""A model's summary, as Keras prints it: a table of layers, and the number of parameters."""

from __future__ import annotations

import textwrap
from typing import Any

from autograd.cleaning import kind_of, one_line
from autograd.languages import count, marked, words
from nn.layers import LayerOutput, Tensor

BYTES = 8
"""A number is a double."""


def summary_lines(model: Any) -> list[str]:
    """Return the lines of a model's summary."""
    is_chain = type(model).__name__ == "Sequential" or not model.calls
    titles = [words("Layer (type)"), words("Output Shape"), words("Param #")]
    widths = [31, 22, 13]
    if not is_chain:
        titles.append(words("Connected to"))
        widths = [19, 17, 10, 17]
    lines = [words('Model: "{name}"', name=one_line(model.name)), _edge("┏┳┓", "━", widths)]
    lines += _row(titles, widths, "┃")
    rows = _rows(model, is_chain)
    for i, row in enumerate(rows):
        lines.append(_edge("├┼┤" if i else "┡╇┩", "─" if i else "━", widths))
        lines += _row(row, widths, "│")
    if not rows:
        lines.append(_edge("┡╇┩", "━", widths))
    lines.append(_edge("└┴┘", "─", widths))
    total = model.count_params()
    trained = len(model.trainable_parameters())
    for text, number in (
        (marked(" Total params: {count} ({size})"), total),
        (marked(" Trainable params: {count} ({size})"), trained),
        (marked(" Non-trainable params: {count} ({size})"), total - trained),
    ):
        lines.append(words(text, count=count(number), size=_size(number)))
    return lines


def _rows(model: Any, is_chain: bool) -> list[list[str]]:
    if not model.calls:
        return [[_title(layer), "?", words("0 (unbuilt)")] for layer in model.layers]
    names: dict[Tensor, str] = {}
    rows, counted = [], set()
    for i, tensor in enumerate(model.inputs):
        names[tensor] = getattr(tensor, "name", None) or f"input_layer{f'_{i}' * bool(i)}"
        if not is_chain:
            rows.append([f"{names[tensor]} (InputLayer)", str(tensor.shape), "0", "-"])
    call: LayerOutput
    for call in model.calls:
        is_shared = call.layer in counted
        counted.add(call.layer)
        names[call] = call.layer.name
        number = words("0 (shared)") if is_shared else count(call.layer.count_params())
        row = [_title(call.layer), str(call.shape), number]
        sources = ", ".join(f"{names[source]}[0][0]" for source in call.sources)
        rows.append(row if is_chain else [*row, sources])
    return rows


def _title(layer: Any) -> str:
    return f"{layer.name} ({kind_of(layer)})"


def _edge(corners: str, line: str, widths: list[int]) -> str:
    return corners[0] + corners[1].join(line * (width + 2) for width in widths) + corners[2]


def _row(cells: list[str], widths: list[int], bar: str) -> list[str]:
    # As in Keras, a word that is longer than its column loses its end.
    wrapped = [
        [
            part if len(part) <= width else f"{part[: width - 1]}…"
            for part in textwrap.wrap(one_line(cell), width, break_long_words=False) or [""]
        ]
        for cell, width in zip(cells, widths, strict=True)
    ]
    lines = []
    for i in range(max(map(len, wrapped))):
        parts = [column[i] if i < len(column) else "" for column in wrapped]
        texts = [
            part.rjust(width) if place == 2 else part.ljust(width)
            for place, (part, width) in enumerate(zip(parts, widths, strict=True))
        ]
        lines.append(f"{bar} " + f" {bar} ".join(texts) + f" {bar}")
    return lines


def _size(count: int) -> str:
    """The bytes of so many numbers, as Keras writes them."""
    size = float(count * BYTES)
    for unit in ("B", "KB", "MB"):
        if size < 1024:
            return f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} GB"
