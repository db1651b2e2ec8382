"""A picture as what other programs read: PDF and TikZ, from its SVG; Mermaid and NetworkX."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from autograd.languages import spoken, words
from autograd.notation.documents import SIGN, document_text
from autograd.notation.numbers import DIGITS, show_number
from autograd.notation.text import one_line

_SVG = "{http://www.w3.org/2000/svg}"
_FONTS = "Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif"


@dataclass
class Facts:
    """What a picture shows, for those who cannot see it and for other programs.

    Attributes:
        title: what the picture is of.
        direction: "LR" or "TB".
        digits: significant digits of the numbers, where they are written.
        nodes: by the name in the DOT text, what each node shows: `name`, `operation`, `value` ...
        edges: the ends of each edge, and what stands at it: `multiplier`.
        language: the language of its words; if None, the one that is spoken.
    """

    title: str = ""
    direction: str = "LR"
    digits: int = DIGITS
    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    edges: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    language: str | None = None

    @property
    def description(self) -> str:
        """The picture in words: each node, its inputs with their multipliers, its numbers."""
        return " ".join(f"{spoken(self.language, self._sentence, name)}." for name in self.nodes)

    def _sentence(self, name: str) -> str:
        facts = self.nodes[name]
        inputs = [
            " ".join([self._called(start), *map(self.shown, more.items())])
            for start, end, more in self.edges
            if end == name
        ]
        made = [str(facts["operation"])] if facts.get("operation") and facts.get("name") else []
        made += [words("from {inputs}", inputs=", ".join(inputs))] if inputs else []
        return ": ".join([self._called(name), "; ".join([*made, *self.numbers(name)])])

    def numbers(self, name: str) -> list[str]:
        """Return the numbers of a node, each with what it is."""
        heading = {"name", "operation"}
        return [
            spoken(self.language, self.shown, fact)
            for fact in self.nodes[name].items()
            if fact[0] not in heading
        ]

    def shown(self, fact: tuple[str, Any]) -> str:
        """Return a fact as text: "value 0.5", "× 12"; a note is a sentence."""
        key, what = fact
        if key == "note":
            return str(what)
        text = show_number(what, self.digits) if isinstance(what, float) else str(what)
        return f"× {text}" if key == "multiplier" else f"{words(key)} {text}"

    def _called(self, name: str) -> str:
        facts = self.nodes[name]
        return one_line(str(facts.get("name") or facts.get("operation") or name))


def described(svg: str, facts: Facts) -> str:
    """Return an SVG with a role, a title and a description, which screen readers read."""
    title, text = ET.Element("title"), ET.Element("desc")
    title.text, text.text = one_line(facts.title), one_line(facts.description)
    parts = "".join(ET.tostring(e, encoding="unicode") for e in (title, text))
    return re.sub(r"(<svg [^>]*)>", lambda m: f'{m[1]} role="img">\n{parts}', svg, count=1)


# ------------------------------------------------------------------------------- PDF


def pdf(svg: str) -> bytes:
    """Return an SVG as PDF, its text as text.

    Raises:
        ImportError: Typst is not installed.
    """
    import typst  # noqa: PLC0415  # an extra

    width, height = re.findall(r'<svg [^>]*?width="([\d.]+)pt" height="([\d.]+)pt"', svg)[0]
    page = (
        f"#set page(width: {width}pt, height: {height}pt, margin: 0pt)\n"
        f'#image(bytes(sys.inputs.svg), format: "svg", width: {width}pt)\n'
    )
    inputs = {"svg": svg.replace("Helvetica,sans-Serif", _FONTS)}
    return bytes(typst.compile(page.encode(), format="pdf", sys_inputs=inputs))


# ------------------------------------------------------------------------------ TikZ

_HEAD = r"""\documentclass{article}
\usepackage[paperwidth=WIDTHbp, paperheight=HEIGHTbp, margin=0bp, noheadfoot]{geometry}
\usepackage[T1]{fontenc}
\usepackage[scaled]{helvet}
\usepackage{tikz}
SIGN
\pagestyle{empty}
\topskip=0bp \parindent=0bp \lineskip=0bp
\begin{document}
\begin{tikzpicture}[x=1bp, y=-1bp, every node/.style={inner sep=0, outer sep=0, anchor=base west}]
"""


def tikz(svg: str) -> str:
    """Return an SVG as a LaTeX document that draws the picture with TikZ, each text as text."""
    root = ET.fromstring(svg)  # noqa: S314  # ours
    graph = next(root.iter(f"{_SVG}g"))
    transform = graph.get("transform") or ""
    scale = re.findall(r"scale\(([\d.]+)", transform)
    zoom = float(scale[0]) if scale else 1.0
    sheet = root.attrib["viewBox"].split()
    x, y = re.findall(r"translate\((\S+) (\S+)\)", transform)[0]
    lines = [
        f"\\path[use as bounding box] (0,0) rectangle ({sheet[2]},{sheet[3]});",
        f"\\begin{{scope}}[scale={zoom:g}, transform shape, shift={{({x},{y})}}]",
    ]
    for element in graph.iter():
        lines += _drawn(element)
    # A point more than the picture is high: else LaTeX would begin a second page.
    head = (
        _HEAD.replace("SIGN", SIGN)
        .replace("WIDTH", sheet[2])
        .replace("HEIGHT", f"{float(sheet[3]) + 1:g}")
    )
    return "\n".join([head, *lines, "\\end{scope}", "\\end{tikzpicture}", "\\end{document}", ""])


def _drawn(element: ET.Element) -> Iterator[str]:
    kind = element.tag.removeprefix(_SVG)
    if kind == "text":
        yield from _text(element)
        return
    points = re.findall(r"(-?[\d.]+),(-?[\d.]+)", element.get("points") or element.get("d") or "")
    corners = [f"({x},{y})" for x, y in points]
    if kind == "ellipse":
        x, y, across, down = (element.get(name) for name in ("cx", "cy", "rx", "ry"))
        way = f"({x},{y}) ellipse [x radius={across}, y radius={down}]"
    elif kind == "path":
        curves = zip(corners[1::3], corners[2::3], corners[3::3], strict=True)
        way = corners[0] + "".join(f" .. controls {a} and {b} .. {c}" for a, b, c in curves)
    elif kind in {"polygon", "polyline"}:
        way = " -- ".join(corners) + (" -- cycle" if kind == "polygon" else "")
    else:
        return
    look = [
        f"{name}={color}"
        for name, given, usual in (("draw", "stroke", "none"), ("fill", "fill", "black"))
        if (color := _color(element.get(given) or usual))
    ]
    if look:
        look.append(f"line width={element.get('stroke-width') or 1}bp")
        look.append(f"fill opacity={element.get('fill-opacity') or 1}")
        dashes = (element.get("stroke-dasharray") or "").split(",")
        if len(dashes) == 2:
            look.append(f"dash pattern=on {dashes[0]}bp off {dashes[1]}bp")
        yield f"\\path[{', '.join(look)}] {way};"


def _text(element: ET.Element) -> Iterator[str]:
    shown = "".join(element.itertext())
    if not shown.strip():
        return
    size = float(element.get("font-size") or 14)
    font = f"\\fontsize{{{size:g}}}{{{size:g}}}\\selectfont\\sffamily"
    font += "\\bfseries" * (element.get("font-weight") == "bold")
    font += "\\itshape" * (element.get("font-style") == "italic")
    anchor = {"middle": "base", "end": "base east"}.get(element.get("text-anchor") or "", "")
    look = [f"text={_color(element.get('fill') or 'black')}", f"font={font}"]
    look += [f"anchor={anchor}"] if anchor else []
    at = f"({element.get('x')},{element.get('y')})"
    # TikZ drops a node's first spaces, which part a port's number from its multiplier.
    spaces = "~" * (len(shown) - len(shown.lstrip()))
    yield f"\\node[{', '.join(look)}] at {at} {{{spaces}{document_text(shown.strip())}}};"


def _color(color: str) -> str:
    """Return a colour as TikZ has it; "" for none."""
    if color in {"none", "transparent"}:
        return ""
    if color.startswith("#"):
        red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
        return f"{{rgb,255:red,{red};green,{green};blue,{blue}}}"
    return color


# ------------------------------------------------------------- Mermaid and NetworkX


def mermaid(facts: Facts) -> str:
    """Return the graph as a flowchart of Mermaid, which many wikis and README files show."""
    lines = [f"flowchart {facts.direction}"]
    for name, shown in facts.nodes.items():
        heading = [str(shown[key]) for key in ("name", "operation") if shown.get(key)]
        text = "<br/>".join(_plain(part) for part in [*heading, *facts.numbers(name)])
        is_input = all(end != name for _, end, _ in facts.edges)
        lines.append(f'    {name}(["{text}"])' if is_input else f'    {name}["{text}"]')
    for start, end, more in facts.edges:
        text = "<br/>".join(_plain(facts.shown(fact)) for fact in more.items())
        lines.append(f'    {start} -->|"{text}"| {end}' if text else f"    {start} --> {end}")
    return "\n".join([*lines, ""])


def _plain(text: str) -> str:
    """Return text that stands for itself in a string of Mermaid."""
    return re.sub(r"[^\w\s.,+=×…·-]", lambda sign: f"#{ord(sign[0])};", one_line(text))


def networkx(facts: Facts) -> Any:
    """Return the graph as a `networkx.MultiDiGraph`.

    Raises:
        ImportError: NetworkX is not installed; the message says how to get it.
    """
    try:
        from networkx import MultiDiGraph  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise ImportError(
            "a graph of NetworkX needs NetworkX: pip install 'glassgrad[networkx]'"
        ) from error
    graph = MultiDiGraph(title=facts.title)
    graph.add_nodes_from(facts.nodes.items())
    graph.add_edges_from(facts.edges)
    return graph
