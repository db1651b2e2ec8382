"""What changes between pictures in which nothing moves, drawn once for each of its looks."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence

from autograd.drawing import engine
from autograd.drawing.picture import Picture
from autograd.drawing.tables import FONT

_SVG = "http://www.w3.org/2000/svg"
_START = "<?xml"
_STATEMENT = re.compile(r"^\t(n\d+)(:\S+ -> \S+)? ")

Looks = dict[str, dict[str, set[int]]]
"""For each place in a drawing: each look of what is there, and the frames that show the look."""


def looks(pictures: Sequence[Picture]) -> tuple[ET.Element, Looks]:
    """Return the drawing of a picture, and each of its elements as it looks in each picture.

    To draw all pictures would take minutes for a large graph. A node has only a few looks, so a few
    drawings have them all: the first look of each node, the second of each, and so on. The texts
    below the picture, of which each picture has its own, are drawn by themselves.

    Args:
        pictures: pictures in which nothing moves from one to the next, as of `draw_steps`.

    Raises:
        EngineNotFoundError: there is no Graphviz engine.
    """
    sources = [picture.source.split("\n") for picture in pictures]
    captions = [next(i for i, line in enumerate(s) if "label=<" in line) for s in sources]
    (caption,) = set(captions)
    known: list[dict[str, int]] = [{} for _ in sources[0]]  # for each line, its looks, numbered
    for lines in sources:
        for found, line in zip(known, lines, strict=True):
            found.setdefault(line, len(found))
    count = max(len(found) for i, found in enumerate(known) if i != caption)
    sheets = []
    for i in range(count):
        variants = (list(found) for found in known)
        sheets.append("\n".join(v[min(i, len(v) - 1)] for v in variants))
    drawings = _drawn(sheets)

    shown_in: Looks = {}
    line_of = _lines_by_element(sources[0])
    for k, element in enumerate(_graph(drawings[0])):
        place = element.get("id") or f"{element.tag} {k}"
        if place not in line_of:
            if not element.tag.endswith("text"):
                shown_in[place] = {_look(element): set(range(len(pictures)))}
            continue
        found = known[line_of[place]]
        by_number = [_look(_by_id(drawing, place)) for drawing in drawings[: len(found)]]
        for frame, lines in enumerate(sources):
            look = by_number[found[lines[line_of[place]]]]
            shown_in.setdefault(place, {}).setdefault(look, set()).add(frame)

    there = next(_texts(drawings[0]))  # of the first picture
    head = f"digraph {{\ngraph [fontname={FONT}]"
    alone = _drawn([f"{head}\n{lines[caption]}\nn [style=invis]\n}}" for lines in sources])
    here = next(_texts(alone[0]))
    right, down = (float(there.attrib[at]) - float(here.attrib[at]) for at in "xy")
    for frame, drawing in enumerate(alone):
        for k, element in enumerate(_texts(drawing)):
            element.set("x", f"{float(element.attrib['x']) + right:.6g}")
            element.set("y", f"{float(element.attrib['y']) + down:.6g}")
            shown_in.setdefault(f"caption {k}", {}).setdefault(_look(element), set()).add(frame)
    return drawings[-1], shown_in


def _drawn(sources: Sequence[str]) -> list[ET.Element]:
    """Return the drawings of graphs, all by one run of the engine."""
    svg = engine.run("\n".join(sources), "svg", 72).decode()
    return [ET.fromstring(_START + part) for part in svg.split(_START)[1:]]  # noqa: S314  # ours


def _graph(drawing: ET.Element) -> ET.Element:
    return next(drawing.iter(f"{{{_SVG}}}g"))


def _texts(drawing: ET.Element) -> Iterator[ET.Element]:
    """Return the texts below a graph."""
    return (element for element in _graph(drawing) if element.tag.endswith("text"))


def _by_id(drawing: ET.Element, place: str) -> ET.Element:
    return next(element for element in _graph(drawing) if element.get("id") == place)


def _look(element: ET.Element) -> str:
    """Return an element as text, without what tells two elements of one look apart."""
    twin = ET.fromstring(ET.tostring(element))  # noqa: S314  # ours
    twin.attrib.pop("id", None)
    twin.tail = None
    return ET.tostring(twin, encoding="unicode")


def _lines_by_element(lines: Sequence[str]) -> dict[str, int]:
    """Return the line of DOT that each element comes from: Graphviz numbers nodes and edges."""
    found: dict[str, int] = {}
    counts = {"node": 0, "edge": 0}
    for i, line in enumerate(lines):
        statement = _STATEMENT.match(f"{line} ")
        if statement:
            kind = "edge" if statement[2] else "node"
            counts[kind] += 1
            found[f"{kind}{counts[kind]}"] = i
    return found
