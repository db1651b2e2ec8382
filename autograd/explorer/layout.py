"""Where nodes and lines are: Graphviz lays each view out once, and nothing moves after that."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.drawing import engine

Point = tuple[float, float]

_POINTS_AN_INCH = 72
TANGLE = 160
"""A view with more lines than this keeps no room for the labels of its lines."""


@dataclass(frozen=True)
class Sketch:
    """A drawing to lay out: boxes, and lines between them.

    Attributes:
        boxes: width and height of each box, in points.
        lines: for each line, the number of the box where it starts and of the box where it ends.
        label: width and height of the text at a line, in points.
        direction: Graphviz's rankdir, "LR" or "TB".
    """

    boxes: Sequence[Point]
    lines: Sequence[tuple[int, int]]
    label: Point
    direction: str = "LR"


@dataclass(frozen=True)
class Layout:
    """The places of boxes and lines, in points from the upper left corner.

    Attributes:
        size: width and height of the whole drawing.
        centres: the middle of each box.
        paths: each line, as the path data of SVG.
        labels: the middle of each line's text.
    """

    size: Point
    centres: list[Point]
    paths: list[str]
    labels: list[Point]


def lay_out(sketches: Sequence[Sketch]) -> list[Layout]:
    """Lay out each sketch, all in one run of Graphviz.

    Args:
        sketches: the drawings.

    Returns:
        A layout for each sketch, in the same order.

    Raises:
        EngineNotFoundError: there is no Graphviz; the message says how to get one.

    >>> (layout,) = lay_out([Sketch([(40, 20), (40, 20)], [(0, 1)], (30, 10))])
    >>> layout.centres[0] < layout.centres[1]
    True
    """
    answer = engine.run("\n".join(map(_dot, sketches)), "json0", _POINTS_AN_INCH).decode()
    return [_read(graph) for graph in _documents(answer)]


def _dot(sketch: Sketch) -> str:
    tangled = len(sketch.lines) > TANGLE
    lines = [
        f"digraph {{ rankdir={sketch.direction}; nodesep=0.15; ranksep={1.8 if tangled else 0.22};",
        'node [shape=box, fixedsize=true, label=""]; edge [arrowhead=none];',
    ]
    for i, (width, height) in enumerate(sketch.boxes):
        size = f"width={width / _POINTS_AN_INCH:.4f}, height={height / _POINTS_AN_INCH:.4f}"
        lines.append(f"n{i} [{size}];")
    width, height = (round(side) for side in sketch.label)
    room = (
        f'label=<<TABLE FIXEDSIZE="TRUE" BORDER="0" WIDTH="{width}" HEIGHT="{height}">'
        "<TR><TD></TD></TR></TABLE>>"
    )
    for i, (start, end) in enumerate(sketch.lines):
        rest = "" if tangled else f", {room}"
        lines.append(f'n{start} -> n{end} [id="{i}"{rest}];')
    return "\n".join([*lines, "}"])


def _documents(text: str) -> Iterator[Any]:
    """Yield the JSON documents that stand in a text one after the other."""
    decoder, at = json.JSONDecoder(), 0
    while found := re.compile(r"\s*(?=\{)").match(text, at):
        document, at = decoder.raw_decode(text, found.end())
        yield document


def _read(graph: Any) -> Layout:
    left, below, right, above = map(float, graph["bb"].split(","))

    def point(text: str) -> Point:
        x, y = map(float, text.split(","))
        return round(x - left, 2), round(above - y, 2)  # Graphviz counts from below

    boxes = sorted(graph.get("objects", []), key=lambda node: int(node["name"][1:]))
    centres = [point(node["pos"]) for node in boxes]
    paths, labels = [], []
    for edge in sorted(graph.get("edges", []), key=lambda edge: int(edge["id"])):
        points = [point(text) for text in edge["pos"].split() if text[0] not in "es"]
        first, *rest = (f"{x:g} {y:g}" for x, y in points)
        paths.append(f"M{first}C{' '.join(rest)}")
        labels.append(point(edge["lp"]) if "lp" in edge else points[len(points) // 2])
    return Layout((right - left, above - below), centres, paths, labels)
