"""explore: the page where a graph is alive.

One HTML file: the graph as data; the table's operations as JavaScript; and a script that runs both
passes in the page, step by step. It needs no network and no Python. The page lays the graph out
itself, the parts of a large one each when it is opened.
"""

from __future__ import annotations

import base64
import html
import json
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from autograd.cleaning import kind_of
from autograd.drawing import engine
from autograd.drawing.diagram import DIRECTIONS, Diagram, TooLargeError
from autograd.drawing.operations import made_by
from autograd.explorer.assembling import SCRIPTS, WRITING, assemble, asset
from autograd.explorer.table import Rows, for_every_page
from autograd.explorer.views import SMALL, View, views
from autograd.files import write_whole
from autograd.languages import spoken, words
from autograd.notation.names import Names
from autograd.notation.text import one_line, shortened, told_apart
from autograd.notation.writers import Writer
from autograd.ops import Primitive, row
from autograd.options import choose, whole_number
from autograd.value import Constant, Parameter, Value, topological_order
from autograd.walks import COUNTED, size_of

MOST_NODES = 2000
_MOST_EDGES = 8000

_LONGEST_NAME = 24
_LONGEST_COLUMN = 8  # of circles that are drawn one by one
_STILL_DOTS_PER_INCH = 96


@dataclass(frozen=True)
class Page:
    """The page for one graph: it shows itself in a notebook, and `save` writes it to a file.

    Attributes:
        html: the page, whole.
        height: the height of the page in a notebook, in pixels of CSS.
        still: the DOT text of a still picture, shown where pages are stripped; "" for no picture.
    """

    html: str
    height: int
    still: str

    def __post_init__(self) -> None:
        whole_number("height", self.height, least=1)

    def save(self, path: str | os.PathLike[str]) -> str:
        """Write the page to a file, which opens in any browser, offline; return the file's path.

        Args:
            path: the file to write.

        Raises:
            OSError: the file cannot be written; an existing file is left unchanged.
        """
        write_whole(path, self.html)
        return os.fspath(path)

    def _repr_html_(self) -> str:
        return self._framed(self._picture())

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str | bytes]:
        """Return the page, and the still picture beside it, for those who show no HTML."""
        picture = self._picture()
        data: dict[str, str | bytes] = {"text/html": self._framed(picture)}
        for kind, drawn in picture.items():
            data[kind] = drawn.decode() if kind == "image/svg+xml" else drawn
        return data

    def _picture(self) -> dict[str, bytes]:
        """Return the still picture by its kind; nothing if there is none."""
        if not self.still:
            return {}
        try:
            return {"image/png": engine.run(self.still, "png", _STILL_DOTS_PER_INCH)}
        except ValueError:  # a web page's engine writes text alone
            return {"image/svg+xml": engine.run(self.still, "svg", _STILL_DOTS_PER_INCH)}

    def _framed(self, picture: dict[str, bytes]) -> str:
        """Return the page in a sandboxed frame, in which it can run its script, and nothing else.

        The frame hides the still picture, which is left where frames and styles are stripped.
        """
        still = words("The page is not shown here; where a notebook is not trusted, no page is.")
        for kind, drawn in picture.items():
            said = html.escape(words("the graph, as a still picture"))
            data = base64.b64encode(drawn).decode()
            still = f'<img alt="{said}" style="max-width: 100%" src="data:{kind};base64,{data}">'
        title = html.escape(words("the graph, step by step"))
        return (
            f'<div style="position: relative; height: {self.height}px; overflow: hidden">{still}'
            f'<iframe sandbox="allow-scripts" title="{title}" width="100%" height="{self.height}"'
            f' frameborder="0" style="position: absolute; top: 0; left: 0"'
            f' srcdoc="{html.escape(self.html)}"></iframe></div>'
        )

    def __repr__(self) -> str:
        return f"<a page of {len(self.html):,} characters; save it with .save('page.html')>"


def explore(
    output: Value,
    *,
    title: str = "",
    note: str = "",
    direction: str = "LR",
    height: int = 720,
    columns: Sequence[Sequence[tuple[Value, str]]] = (),
    lines: Sequence[tuple[Value, Value, Value | None]] = (),
    still: str = "",
    language: str | None = None,
) -> Page:
    """Return a page where the graph of `output` can be stepped through and changed.

    Both passes run in the page: play them, step, step back; click a node for its numbers and its
    paths; change an input, and everything is computed again; take a gradient step; guess a
    gradient. `Parameter`s are what a gradient step changes.

    Args:
        output: the result, such as the cost.
        title: heading of the page.
        note: a sentence of the teacher's, above the inputs and parameters.
        direction: "LR", left to right, or "TB", top to bottom.
        height: the height of the page in a notebook, in pixels.
        columns: the circles of a network, from the inputs on: each a node of the graph, and the
            text in the circle. The page shows them first, and each opens into its own graph; those
            of a long column are folded into one.
        lines: the lines between circles: from a node, to a node, and the weight on the way or None.
        still: the DOT text of the still picture for where scripts are blocked; if "", the graph is
            drawn, its like nodes folded if it is large, unless too few are alike: the page says so.
        language: the language that the page opens in, "en" or "es"; if None, the reader's. It has
            a switch.

    Returns:
        A `Page`: it shows itself in a notebook, and `.save("page.html")` writes it to a file.

    Raises:
        TypeError: `output` is not a Value, or an operation cannot be written in JavaScript.
        ValueError: an option has no such value, or the graph is too large; the message says what
            to do.
        EngineNotFoundError: there is no Graphviz to draw the still picture with.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> page = explore(a * b)
    >>> page.html.splitlines()[0]
    '<!DOCTYPE html>'
    """
    if not isinstance(output, Value):
        raise TypeError(f"expected a Value to explore, received {kind_of(output)}")
    choose("direction", direction, DIRECTIONS)
    order = _of_a_page(output)
    graph = _Graph(order, direction, columns, lines)
    return spoken(language, _page, graph, order, title, note, height, still)


def _page(
    graph: _Graph, order: Sequence[Value], title: str, note: str, height: int, still: str
) -> Page:
    """Return the page of a graph, in the reader's language."""
    title = one_line(title) or words(
        "How {output} is computed, and its gradients", output=graph.name(order[-1])
    )
    still = still or _still(order)
    return Page(
        assemble(
            title,
            [graph.script, for_every_page(), *map(asset, [*WRITING, "recorded.js", *SCRIPTS])],
            json.dumps(graph.data | {"note": one_line(note)}),
            still=svg_of(still) if still else "",
        ),
        height,
        still,
    )


def still_picture(order: Sequence[Value]) -> str:
    """Return a picture of a graph as an SVG element; "" if the graph is too large."""
    still = _still(order)
    return svg_of(still) if still else ""


def _of_a_page(output: Value) -> list[Value]:
    """Return the nodes of a graph, parents before children, if a page stays fluent with them."""
    nodes, lines = size_of(output)
    order = topological_order(output) if nodes <= MOST_NODES and lines <= _MOST_EDGES else []
    least = "at least " * (nodes + lines >= COUNTED)
    for count, what, most in (
        (max(nodes, len(order)), "nodes", MOST_NODES),  # with constants
        (lines, "edges", _MOST_EDGES),
    ):
        if count > most:
            raise ValueError(
                f"the graph has {least}{count:,} {what}, and a page stays fluent up to {most:,}:"
                " explore a part of it from an inner node, or the loss of fewer samples"
            )
    return order


def _still(order: Sequence[Value]) -> str:
    """Return the DOT text of the graph as it is; "" if the graph is too large, or too dense.

    Of a graph that is not small, the labelled nodes are drawn, or else what is alike is folded.
    """
    ways: list[dict[str, Any]] = [{}]
    if len(order) > SMALL:
        ways = [{"max_nodes": SMALL}]
        if 1 < sum(bool(node.label) for node in order) <= SMALL:
            ways.insert(0, {"detail": "labels"})
    for way in ways:
        with suppress(TooLargeError):
            return str(Diagram(order[-1], **way, order=order).picture().source)
    return ""


def svg_of(dot: str) -> str:
    """Return a graph as an SVG element, as it stands within HTML: without a prologue and ids."""
    text = engine.run(dot, "svg", _STILL_DOTS_PER_INCH).decode()
    picture = text[text.index("<svg") :]
    return re.sub(
        r"<!--.*?-->\s*| (?:xmlns(?::xlink)?|id)=\"[^\"]*\"", "", picture, flags=re.DOTALL
    )


# ------------------------------------------------------------------- the graph as data


class _Graph:
    """A graph as the page's script reads it: nodes by number, views, steps, operations."""

    def __init__(
        self,
        order: Sequence[Value],
        direction: str,
        columns: Sequence[Sequence[tuple[Value, str]]] = (),
        lines: Sequence[tuple[Value, Value, Value | None]] = (),
    ) -> None:
        self._order = order
        self._columns = columns
        self._lines = lines
        self._index = {node: i for i, node in enumerate(order)}
        self._names = Names(order)
        self._writer = Writer()
        self._rows = Rows()
        self._direction = direction
        labels = [self.name(node) for node in order if node.label]
        self._cut = dict(zip(labels, told_apart(labels, _LONGEST_NAME), strict=True))
        self._nodes = [self._node(node) for node in order]
        self.data = {
            "direction": direction,
            "nodes": self._nodes,
            "views": self._views(),
        }

    @property
    def script(self) -> str:
        """The operations that the graph uses, in JavaScript."""
        return self._rows.script

    def name(self, node: Value) -> str:
        """Return what the page calls a node."""
        return self._names.text(node, self._writer)

    def _node(self, node: Value) -> dict[str, Any]:
        name = self.name(node)
        found: dict[str, Any] = {"name": name, "kind": _kind(node), "number": repr(node.data)}
        factor = self._names.operand(node, self._writer)
        shown = self._cut.get(name) or shortened(name, _LONGEST_NAME)
        if factor != name:
            found["factor"] = factor
        if shown != name:
            found["shown"] = shown
        if node.label or self._names.is_generated(node):
            found["labelled"] = True
        if node.label:
            found["named"] = True
        if node.op is not None:
            found["operation"] = self._rows.index(node.op, len(node.parents))
            found["parents"] = [self._index[parent] for parent in node.parents]
            symbol = self._operation(node, node.op)
            if symbol != node.op.symbol:
                found["symbol"] = symbol
        return found

    def _operation(self, node: Value, op: Primitive) -> str:
        """Return the operation that made a node; without inputs where the node's name has them."""
        if not node.label and op is not row("dot"):  # of which the text says whether it has a bias
            return op.symbol
        return shortened(made_by(node, self._names, self._writer), _LONGEST_NAME)

    def _views(self) -> list[dict[str, Any]]:
        circles = {node for column in self._columns for node, _ in column}
        found = views(self._order, circles or None)
        if circles:
            groups = [[node for node, _ in c] for c in self._columns if len(c) > _LONGEST_COLUMN]
            found[1:] += [View(None, tuple(nodes), ()) for nodes in groups]
            return [self._network(groups), *map(self._view, found[1:])]
        return list(map(self._view, found))

    def _network(self, groups: Sequence[Sequence[Value]]) -> dict[str, Any]:
        """Return the view of a network's circles; the first of a group stands for all of it."""
        stands = {node: nodes[0] for nodes in groups for node in nodes}
        weights: dict[tuple[Value, Value], list[Value]] = {}
        for start, end, weight in self._lines:
            found = weights.setdefault((stands.get(start, start), stands.get(end, end)), [])
            found += [] if weight is None else [weight]
        return {
            "stop": -1,
            "columns": [
                [
                    {"node": self._index[node], "text": text}
                    for node, text in column
                    if stands.get(node, node) is node
                ]
                for column in self._columns
            ],
            "edges": [
                [self._index[start], self._index[end], None, [self._index[w] for w in found]]
                for (start, end), found in weights.items()
            ],
            "groups": [[self._index[node] for node in nodes] for nodes in groups],
        }

    def _view(self, view: View) -> dict[str, Any]:
        return {
            "stop": -1 if view.stop is None else self._index[view.stop],
            "nodes": [self._index[node] for node in view.nodes],
            "edges": [
                [self._index[edge.parent], self._index[edge.child], edge.position]
                for edge in view.edges
            ],
            "groups": [[self._index[node] for node in nodes] for nodes in view.groups.values()],
        }


def _kind(node: Value) -> str:
    if node.op is not None:
        return "result"
    if isinstance(node, Constant):
        return "constant"
    return "parameter" if isinstance(node, Parameter) else "input"
