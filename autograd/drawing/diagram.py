"""draw: the picture of a forward pass and, after `backward()`, of the backward pass."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from autograd import ops
from autograd.drawing import tables
from autograd.drawing.moment import Moment, Passes, Step, columns
from autograd.drawing.picture import Picture
from autograd.drawing.tables import BACKWARD, FORWARD, PATH, QUIET, TEXT, UNKNOWN
from autograd.notation.accumulation import added_up
from autograd.notation.names import Names, name_and_number
from autograd.notation.numbers import DIGITS
from autograd.notation.text import escape_dot, shortened
from autograd.notation.writers import PictureWriter, Writer
from autograd.options import choose, whole_number
from autograd.reach import Shares
from autograd.value import Constant, Parameter, Value, topological_order
from autograd.walks import Edge, Graph, between, edges, edges_between, pull_back

DETAILS = ("ops", "nodes", "labels")
DIRECTIONS = ("LR", "TB")

_BOLD = "setlinewidth(3)"
_LONGEST_LABEL = 40
_NOTE = 30  # characters on a line of a node's note
_EDGES_A_NODE = 4  # more on average is a tangle
# The order matters to dot, but its symbol "Σ w·x + b" tells the order.
_COMMUTATIVE = {
    *("add", "mul", "maximum", "minimum", "sum", "logsumexp", "dot"),
    *("hypot", "mean", "norm", "prod"),
}


def draw(
    output: Value,
    *,
    direction: str = "LR",
    detail: str = "nodes",
    highlight: Value | Sequence[Value] | None = None,
    step: Step | int | None = None,
    digits: int = DIGITS,
    max_nodes: int = 150,
    title: str = "",
) -> Picture:
    """Draw the graph that `output` was computed from.

    Each node shows its label, the operation that made it, its number and, after `backward()`, its
    gradient. Each edge shows the local derivative of its child by its parent. Parameters have a
    round thick border, inputs have a thin border and the word "input", results name their
    operation, and the output's border is the thickest. Where the order of an operation's inputs
    matters and no labels tell that order, the edges are numbered: (1), (2).

    Args:
        output: the result to draw.
        direction: "LR", left to right, or "TB", top to bottom.
        detail: "nodes", the graph as it was recorded; "ops", weighted sums unfolded into products
            and a sum; "labels", labelled nodes only, with the derivative between them on the edge.
        highlight: a node, for all of its paths to the output; or a list of them, for the paths
            from the first through the others to the last.
        step: draw the moment after this step: one of `forward_steps(output)` or
            `backward_steps(output)`, or a number, for that many steps forward and then backward; 0
            is before the first. A number that is not known yet is "…". The step in words is below
            the picture, and the node of the step has a frame: in the forward pass a solid frame,
            with bold edges; in the backward pass a dashed frame, with a dashed edge that points
            back. Nodes stay in the same place from step to step.
        digits: significant digits of the numbers shown.
        max_nodes: how many nodes to draw at the most; more would take minutes and be unreadable.
        title: text below the picture.

    Returns:
        A `graphviz.Digraph`: it shows itself in a notebook, and `.render(outfile="graph.svg")`
        writes it as SVG, PNG or, where the engine can, PDF.

    Raises:
        ValueError: an option has no such value, a highlighted node is not in the picture, or the
            graph is too large to read; the message says what to do.
        TypeError: `output` is not a Value, or `title` is not text.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> picture = draw(a * b)
    >>> picture.source.splitlines()[0]
    'digraph {'
    """
    diagram = Diagram(
        drawable(output),
        direction=direction,
        detail=detail,
        highlight=highlight,
        digits=digits,
        max_nodes=max_nodes,
        title=title,
    )
    if step is None:
        return diagram.picture()
    passes = diagram.passes()
    return diagram.picture(Moment(passes, passes.number_taken(step)))


def drawable(output: Value) -> list[Value]:
    """Return the nodes of the graph to draw, parents before children.

    Raises:
        TypeError: `output` is not a Value.
    """
    if not isinstance(output, Value):
        raise TypeError(
            f"expected a Value to draw, received {type(output).__name__}: {output!r:.60}"
        )
    return topological_order(output)


class Diagram:
    """The parts of a graph to draw, found by one walk, for one picture or for many.

    Args:
        order: the nodes, parents before children; the last is the result to draw.
        direction: see `draw`.
        detail: see `draw`.
        highlight: see `draw`.
        digits: see `draw`.
        max_nodes: see `draw`.
        title: see `draw`.

    Raises:
        ValueError: see `draw`.
        TypeError: `title` is not text.
    """

    def __init__(
        self,
        order: Sequence[Value],
        *,
        direction: str = "LR",
        detail: str = "nodes",
        highlight: Value | Sequence[Value] | None = None,
        digits: int = DIGITS,
        max_nodes: int = 150,
        title: str = "",
    ) -> None:
        if not isinstance(title, str):
            raise TypeError(f"expected title as text, received {type(title).__name__}: {title!r}")
        self._direction = choose("direction", direction, DIRECTIONS)
        self._detail = choose("detail", detail, DETAILS)
        self._digits = whole_number("digits", digits, least=1, most=17)
        self._title = title
        self.output = order[-1]
        self._order = order
        self._names = Names(self._order)
        self._writer = PictureWriter(digits=self._digits)
        self._graph = self._drawn()
        self._check_size(whole_number("max_nodes", max_nodes, least=1))
        stops = self._stops(highlight)
        self._path = self._path_through(stops)
        self._lit = {*stops, *(node for e in self._path for node in (e.parent, e.child))}

    def passes(self) -> Passes:
        """Return both passes, step by step.

        Raises:
            ValueError: the graph is not drawn as it was recorded, or a path is highlighted.
        """
        if self._detail != "nodes" or self._lit:
            raise ValueError(
                "a step is drawn on the graph as it was recorded: leave out detail and highlight"
            )
        return Passes(self._order, self._digits)

    def picture(self, moment: Moment | None = None) -> Picture:
        """Return the picture of the graph as it is, or at a moment of both passes."""
        picture = Picture(
            graph_attr={
                "rankdir": self._direction,
                "bgcolor": "white",
                "fontname": tables.FONT,
                "nodesep": "0.2",
                "ranksep": "0.5",
                "pad": "0.15",
            },
            node_attr={
                "shape": "plain",
                "fontname": tables.FONT,
                "fontsize": str(tables.NODE_POINTS),
                "fontcolor": TEXT,
            },
            edge_attr={
                "fontname": tables.FONT,
                "fontsize": str(tables.EDGE_POINTS),
                "arrowsize": "0.7",
                "color": QUIET,
            },
        )
        if self._title or moment:
            caption = tables.caption(self._title, moment)
            picture.attr(label=f"<{caption}>", labelloc="b", fontsize=str(tables.CAPTION_POINTS))
        place = {node: f"n{i}" for i, node in enumerate(self._graph)}
        for node in self._graph:
            picture.node(place[node], self._node_label(node, moment))
        for node, found in self._graph.items():
            is_numbered = self._order_is_unclear(node)
            for edge in found:
                number = node.parents.index(edge.parent) + 1 if is_numbered else 0
                look = {"color": PATH, "penwidth": "3"} if edge in self._path else {}
                label = self._edge_label(edge, number)
                if moment:
                    label, look = self._edge_then(edge, number, moment)
                picture.edge(place[edge.parent], place[node], label, **look)
        return picture

    # ------------------------------------------------------------- what is drawn

    def _drawn(self) -> Graph:
        """Return the nodes and edges to draw."""
        stops = [node for node in self._order if node.label or node is self.output]
        if self._detail == "labels" and not any(node.label for node in stops):
            raise ValueError(
                "no node has a label, so detail='labels' has nothing to draw; name nodes with"
                " autograd.label(locals()), or draw with detail='nodes'"
            )
        is_whole = self._detail != "labels"
        graph = edges(self._order) if is_whole else edges_between(stops, self._order)
        if self._detail == "ops":
            graph = _unfold(graph)
        return _without_inlined_constants(graph, self.output)

    def _check_size(self, max_nodes: int) -> None:
        graph, edge_count = self._graph, sum(map(len, self._graph.values()))
        if len(graph) <= max_nodes and edge_count <= _EDGES_A_NODE * max_nodes:
            return
        smaller = " draw labelled nodes only with detail='labels',"
        smaller = "" if self._detail == "labels" else smaller
        raise ValueError(
            f"the graph has {len(graph)} nodes and {edge_count} edges to draw, too many to read for"
            f" max_nodes={max_nodes};{smaller} draw a part of it from an inner node, or raise"
            " max_nodes"
        )

    def _stops(self, highlight: Value | Sequence[Value] | None) -> Sequence[Value]:
        """Return the nodes that the highlighted paths go through."""
        if highlight is None:
            return ()
        stops = [highlight] if isinstance(highlight, Value) else highlight
        if not isinstance(stops, (list, tuple)) or not stops:
            raise ValueError(
                f"expected a node to highlight, or a list of them, received {highlight!r}"
            )
        for stop in stops:
            if stop not in self._graph:
                what = name_and_number(stop) if isinstance(stop, Value) else repr(stop)
                raise ValueError(
                    f"cannot highlight {what}: it is not among the nodes of this picture; expected"
                    " a node that the output was computed from (with detail='labels', a labelled"
                    " one)"
                )
        return [*stops, self.output] if len(stops) == 1 else stops

    def _path_through(self, stops: Sequence[Value]) -> set[Edge]:
        """Return the edges on all paths from each stop to the next."""
        path: set[Edge] = set()
        for start, end in pairwise(stops):
            found = between(self._graph, start, end)
            if not found and start is not end:
                a, b = (self._names.text(node) for node in (start, end))
                raise ValueError(f"cannot highlight a path from {a} to {b}: there is none")
            path |= found
        return path

    # -------------------------------------------------------------------- texts

    def _name(self, node: Value) -> str:
        """Return a labelled node's name; "" for any other node, whose operation stands there."""
        if not node.label:
            return ""
        return shortened(self._names.text(node, self._writer), _LONGEST_LABEL)

    def _node_label(self, node: Value, moment: Moment | None) -> str:
        """A node as a table: name, and kind or operation; value; gradient."""
        if isinstance(node, Constant):
            return f"<{tables.font(escape_dot(self._writer.number(node.data)), FORWARD)}>"
        if isinstance(node, Parameter):
            kind, look = tables.font("parameter", QUIET, 10), tables.PARAMETER
        elif node.op is None:
            kind, look = tables.font("input", QUIET, 10), tables.INPUT
        else:
            is_known = moment is None or moment.is_known(node)
            kind = escape_dot(self._operation(node))
            look = tables.result(is_known=is_known, is_output=node is self.output)
        generated = moment.passes.name(node) if moment else ""
        name = escape_dot(self._name(node) or generated)
        if moment:
            room = moment.passes.room(node)
            rows = [
                tables.row("value", moment.value(node), FORWARD, room),
                tables.row("gradient", moment.gradient(node), BACKWARD, room),
            ]
        else:
            rows = [tables.row("value", self._writer.number(node.data), FORWARD)]
            rows += (
                [tables.row("gradient", self._writer.number(node.grad), BACKWARD)]
                if node.has_grad
                else [tables.note("no backward pass yet")]
            )
            rows += self._accumulated(node)
        table = tables.node(name, kind, rows, look, PATH if node in self._lit else QUIET)
        return f"<{tables.framed(table, node, moment) if moment else table}>"

    def _accumulated(self, node: Value) -> list[str]:
        """Return what to say where a leaf's gradient has added up over passes, as rows."""
        if node.op is not None or not node.has_grad:
            return []
        gradient = self._one_pass.get(node, 0.0)
        name = self._names.text(node)
        sentence = added_up(node, name, gradient, self.output, self._writer).partition(": ")[2]
        return [tables.note(escape_dot(line)) for line in textwrap.wrap(sentence, _NOTE)]

    @cached_property
    def _one_pass(self) -> dict[Value, float]:
        """The gradients that one backward pass gives, starting from zeros."""
        return pull_back(self._order, {self.output: 1.0}, Shares(self._order))

    def _operation(self, node: Value) -> str:
        """Return the operation that made a node, as pictures write it; see `made_by`."""
        drawn = {edge.parent for edge in self._graph[node]}
        if drawn != {parent for parent in node.parents if not is_inlined(parent, node)}:
            # Nodes between this node and its parents are left out, or further nodes are drawn.
            return "Σ" if self._detail == "ops" else "result"
        return made_by(node, self._names, self._writer)

    def _order_is_unclear(self, node: Value) -> bool:
        """Whether the edges to a node have to be numbered."""
        drawn = {edge.parent for edge in self._graph[node]}
        return _order_matters(node) and not _order_is_told(node) and drawn <= set(node.parents)

    def _edge_label(self, edge: Edge, number: int) -> str:
        numbered = tables.font(f"({number}) ", QUIET) if number else ""
        if isinstance(edge.parent, Constant):
            return f"<{numbered}>" if numbered else ""
        shown = self._derivative_name(edge) + self._writer.number(edge.derivative)
        shown = numbered + tables.font(escape_dot(shown), BACKWARD)
        shown = f"<B>{shown}</B>" if edge in self._path else shown
        return f"<{tables.clear_of_edge(shown)}>"

    def _derivative_name(self, edge: Edge) -> str:
        child, parent = self._name(edge.child), self._name(edge.parent)
        return f"∂{child}/∂{parent} = " if child and parent else ""

    def _edge_then(self, edge: Edge, number: int, moment: Moment) -> tuple[str, dict[str, str]]:
        """Return an edge's label and look at a moment."""
        node, position, passes = edge.child, edge.position, moment.passes
        assert position is not None  # noqa: S101  # a step is drawn on the graph as it was recorded
        look = _line(QUIET if moment.is_known(node) else UNKNOWN)
        if moment.feeds(node):
            look = _line(FORWARD, _BOLD)
        if isinstance(edge.parent, Constant):
            return self._edge_label(edge, number), look
        if moment.hands_down(node, position):
            look = _line(BACKWARD, f"{_BOLD},dashed", back=True)
        color = BACKWARD if moment.is_known(node) else UNKNOWN
        name = (f"({number}) " if number else "") + self._derivative_name(edge)
        local = len(passes.local(node, position))
        room = max(columns(name) + local, *map(len, passes.share(node, position)))
        # The local derivative stands next to the line: in most steps no share is shown with it.
        lines = [(line, BACKWARD) for line in moment.share(node, position)]
        lines.append((name + moment.local(node, position), color))
        cells = [tables.cell(text, room, tables.EDGE_POINTS, c, "LEFT") for text, c in lines]
        return f"<{tables.clear_of_edge(tables.bare(cells))}>", look


def _unfold(graph: Graph) -> Graph:
    """Return the graph with each weighted sum drawn as products and a sum of the products."""
    unfolded: Graph = {}
    for node, found in graph.items():
        if node.op is not ops.row("dot"):
            unfolded[node] = found
            continue
        half = len(found) // 2
        terms: list[Edge] = []
        for weight, factor in zip(found[:half], found[half:-1], strict=True):
            product = Value(0.0)
            product.data = _number(weight, factor) * _number(factor, weight)
            parents = weight.parent, factor.parent
            product._connect(ops.mul, parents, (weight.derivative, factor.derivative))
            product.grad, product.has_grad = node.grad, node.has_grad
            unfolded |= edges([product])
            terms.append(Edge(product, node, None, 1.0))
        unfolded[node] = [*terms, found[-1]]
    return unfolded


def _number(edge: Edge, other: Edge) -> float:
    """Return a factor's number in the forward pass: the derivative by the other factor, if any."""
    return edge.parent.data if isinstance(other.parent, Constant) else other.derivative


def _without_inlined_constants(graph: Graph, output: Value) -> Graph:
    """Return the graph without the constants that are written in the text of an operation."""
    kept = {
        node: [edge for edge in found if not is_inlined(edge.parent, node)]
        for node, found in graph.items()
    }
    used = {output, *(edge.parent for found in kept.values() for edge in found)}
    return {
        node: found
        for node, found in kept.items()
        if node in used or not isinstance(node, Constant)
    }


def is_inlined(parent: Value, node: Value) -> bool:
    """Return whether a parent is a constant that is written in the text of `node`'s operation."""
    return isinstance(parent, Constant) and len(node.parents) == 2


def made_by(node: Value, names: Names, writer: Writer) -> str:
    """Return the operation that made a node: "+", "a ÷ b"; with constants "· ^ 2", "max(·, 0)".

    Args:
        node: the node; a leaf gives "".
        names: the names of the nodes.
        writer: writes the names.
    """
    if node.op is None:
        return ""
    symbol = node.op.symbol
    inlined = [is_inlined(parent, node) for parent in node.parents]
    if not any(inlined) and not _order_matters(node):
        return symbol
    shown = [
        shortened(names.text(parent, writer), _LONGEST_LABEL) if fixed or parent.label else "·"
        for parent, fixed in zip(node.parents, inlined, strict=True)
    ]
    if len(node.parents) != 2 or symbol[0].isalpha():
        return f"{symbol}({', '.join(shown)})" if _order_is_told(node) else symbol
    return f"{shown[0]} {symbol} {shown[1]}" if _order_is_told(node) or any(inlined) else symbol


def _order_matters(node: Value) -> bool:
    return node.op is not None and node.op.arity != 1 and node.op.name not in _COMMUTATIVE


def _order_is_told(node: Value) -> bool:
    """Whether labels say which input is which."""
    return all(parent.label or is_inlined(parent, node) for parent in node.parents) or (
        sum(not is_inlined(parent, node) for parent in node.parents) == 1
    )


def _line(color: str, style: str = "solid", *, back: bool = False) -> dict[str, str]:
    """Return the look of an edge.

    Graphviz routes a line by its arrows and its width, and not by its colour and style. So every
    line has an arrow at both ends, one of them transparent: no line moves from step to step.
    """
    colors = f"{color};0.9999:transparent" if back else f"transparent;0.0001:{color}"
    return {"color": colors, "style": style, "dir": "both"}
