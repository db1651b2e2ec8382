"""draw: the picture of a forward pass and, once it has run, of the backward pass."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from autograd import ops
from autograd.drawing.moment import Moment, Step, columns
from autograd.drawing.picture import Picture
from autograd.notation.names import show_label, show_number
from autograd.notation.numbers import constant
from autograd.notation.text import escape_dot
from autograd.value import Constant, Parameter, Value, topological_order
from autograd.walks import Edge, Graph, between, edges, edges_between

DETAILS = ("ops", "nodes", "labels")
DIRECTIONS = ("LR", "TB")

_TEXT, _QUIET, _FORWARD, _BACKWARD, _PATH = "#1b1b1b", "#595959", "#0b4a8f", "#a3270c", "#c2410c"
_FONT = "Helvetica"
_UNKNOWN = "#8a8a8a"
_CAPTION_POINTS, _NODE_POINTS, _EDGE_POINTS = 14, 13, 11
_COLUMN, _LINE = 0.62, 1.3  # of a character's and a line's size in points, with some to spare
_BOLD = "setlinewidth(3)"
_EDGES_A_NODE = 4  # more on average is a tangle
_COMMUTATIVE = {"add", "mul", "maximum", "minimum", "sum", "logsumexp", "dot"}  # dot's head says it


def draw(
    output: Value,
    *,
    direction: str = "LR",
    detail: str = "nodes",
    highlight: Value | Sequence[Value] | None = None,
    step: Step | int | None = None,
    digits: int = 6,
    max_nodes: int = 150,
    title: str = "",
) -> Picture:
    """Draw the graph that `output` was computed from.

    Each node shows its label, the operation that made it, its number and, after `backward()`, its
    gradient; each edge the local derivative of the node it leads to by the node it comes from.
    Parameters have a round thick border, inputs a thin one and the word "input", results name
    their operation; the output's border is the thickest. Where the order of an operation's inputs
    matters and their labels do not tell it, the edges are numbered: (1), (2).

    Args:
        output: the result to draw.
        direction: "LR", left to right, or "TB", top to bottom.
        detail: "nodes", the graph as it was recorded; "ops", weighted sums unfolded into products
            and a sum; "labels", labelled nodes only, with the derivative between them on the edge.
        highlight: a node, for all of its paths to the output; or a list of them, for the paths
            from the first through the others to the last.
        step: draw the moment after this step: one of `forward_steps(output)` or
            `backward_steps(output)`, or a number, for that many steps forward and then backward; 0
            is before the first. What is still to come is "…". The step in words is below, and its
            node has a frame: a solid one, and bold edges, forward; a dashed one, and a dashed edge
            that points back, backward. Nodes stay in the same place from step to step.
        digits: significant digits of the numbers shown.
        max_nodes: how many nodes to draw at the most; more would take minutes and be unreadable.
        title: text below the picture.

    Returns:
        A `graphviz.Digraph`: it shows itself in a notebook, and `.render(outfile="graph.svg")`
        writes it as SVG, PNG or, where the engine can, PDF.

    Raises:
        ValueError: an option has no such value, a highlighted node is not in the picture, or the
            graph is too large to read; the message says what to do.
        TypeError: `output` is not a Value, or `title` no text.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> picture = draw(a * b)
    >>> picture.source.splitlines()[0]
    'digraph {'
    """
    if not isinstance(output, Value):
        raise TypeError(f"expected a Value to draw, received {type(output).__name__}: {output!r}")
    _check_option("direction", direction, DIRECTIONS)
    _check_option("detail", detail, DETAILS)
    if digits not in range(1, 18):
        raise ValueError(f"expected digits as a whole number from 1 to 17, received {digits!r}")
    if not isinstance(title, str):
        raise TypeError(f"expected title as text, received {type(title).__name__}: {title!r}")

    if step is not None and (detail != "nodes" or highlight is not None):
        raise ValueError(
            "a step is drawn on the graph as it was recorded: leave out detail and highlight"
        )
    graph = _graph(output, detail)
    _check_size(graph, max_nodes, detail)
    stops = _stops(graph, output, highlight)
    path = _path(graph, stops)
    moment = None if step is None else Moment(output, step, digits)

    picture = Picture(
        graph_attr={
            "rankdir": direction,
            "bgcolor": "white",
            "fontname": _FONT,
            "nodesep": "0.2",
            "ranksep": "0.5",
            "pad": "0.15",
        },
        node_attr={
            "shape": "plain",
            "fontname": _FONT,
            "fontsize": str(_NODE_POINTS),
            "fontcolor": _TEXT,
        },
        edge_attr={
            "fontname": _FONT,
            "fontsize": str(_EDGE_POINTS),
            "arrowsize": "0.7",
            "color": _QUIET,
        },
    )
    if title or moment:
        caption = _caption(title, moment)
        picture.attr(label=f"<{caption}>", labelloc="b", fontsize=str(_CAPTION_POINTS))
    names = {node: f"n{i}" for i, node in enumerate(graph)}
    lit = {*stops, *(node for edge in path for node in (edge.parent, edge.child))}
    for node in graph:
        drawn = [edge.parent for edge in graph[node]]
        made_by = operation_text(node, drawn, detail, digits)
        label = _node_label(node, made_by, node is output, node in lit, digits, moment)
        picture.node(names[node], label)
    for node, found in graph.items():
        numbered = _order_is_unclear(node, graph)
        for edge in found:
            parent, on_path = edge.parent, edge in path
            look = {"color": _PATH, "penwidth": "3"} if on_path else {}
            place = node.parents.index(parent) + 1 if numbered else 0
            if moment:
                label, look = _edge_then(edge, place, moment)
            else:
                label = _edge_label(edge, place, on_path, digits)
            picture.edge(names[parent], names[node], label, **look)
    return picture


def _check_option(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"unknown {name}: {value!r} (must be one of {', '.join(allowed)})")


def _graph(output: Value, detail: str) -> Graph:
    """What is drawn of a graph."""
    order = topological_order(output)
    stops = [node for node in order if node.label or node is output]
    graph = edges_between(stops, order) if detail == "labels" else edges(order)
    if detail == "labels" and not any(node.label for node in graph):
        raise ValueError(
            "no node has a label, so detail='labels' has nothing to draw; name nodes with"
            " autograd.label(locals()), or draw with detail='nodes'"
        )
    if detail == "ops":
        graph = _unfold(graph)
    return _without_inlined_constants(graph, output)


def _unfold(graph: Graph) -> Graph:
    """The graph with each weighted sum as products and a sum of them."""
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
    """What a factor was in the forward pass: the derivative by the other, if there is one."""
    return edge.parent.data if isinstance(other.parent, Constant) else other.derivative


def _without_inlined_constants(graph: Graph, output: Value) -> Graph:
    """The graph without the constants that the text of their operation shows."""
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
    """Return whether a parent is a constant that the text of the operation shows."""
    return isinstance(parent, Constant) and node.op is not None and node.op.arity == 2


def _check_size(graph: Graph, max_nodes: int, detail: str) -> None:
    edge_count = sum(map(len, graph.values()))
    if len(graph) <= max_nodes and edge_count <= _EDGES_A_NODE * max_nodes:
        return
    smaller = "" if detail == "labels" else " draw labelled nodes only with detail='labels',"
    raise ValueError(
        f"the graph has {len(graph)} nodes and {edge_count} edges to draw, too many to read for"
        f" max_nodes={max_nodes};{smaller} draw a part of it from an inner node, or raise max_nodes"
    )


def _stops(
    graph: Graph, output: Value, highlight: Value | Sequence[Value] | None
) -> Sequence[Value]:
    """The nodes that the highlighted paths go through."""
    if highlight is None:
        return ()
    stops = [highlight] if isinstance(highlight, Value) else highlight
    if not isinstance(stops, (list, tuple)) or not stops:
        raise ValueError(f"expected a node to highlight, or a list of them, received {highlight!r}")
    for stop in stops:
        if stop not in graph:
            raise ValueError(
                f"cannot highlight {stop!r}: it is not among the nodes of this picture; expected"
                " a node that the output was computed from (with detail='labels', a labelled one)"
            )
    return [*stops, output] if len(stops) == 1 else stops


def _path(graph: Graph, stops: Sequence[Value]) -> set[Edge]:
    """The edges between each of the stops and the next."""
    path: set[Edge] = set()
    for start, end in pairwise(stops):
        found = between(graph, start, end)
        if not found and start is not end:
            a, b = (node.label or repr(node) for node in (start, end))
            raise ValueError(f"cannot highlight a path from {a} to {b}: there is none")
        path |= found
    return path


def _node_label(
    node: Value, made_by: str, is_output: bool, lit: bool, digits: int, moment: Moment | None
) -> str:
    """A node as an HTML-like table: name, and kind or operation; value; gradient."""
    if isinstance(node, Constant):
        return f"<{_font(escape_dot(constant(node.data, digits)), _FORWARD)}>"
    if isinstance(node, Parameter):
        kind, look = _font("parameter", _QUIET, 10), 'BGCOLOR="#e6f0fa" STYLE="ROUNDED" BORDER="2"'
    elif node.op is None:
        kind, look = _font("input", _QUIET, 10), 'BGCOLOR="#f4f4f4" BORDER="1"'
    else:
        color = "#fff8e6" if moment is None or moment.is_known(node) else "white"
        kind, look = escape_dot(made_by), f'BGCOLOR="{color}" BORDER="{3 if is_output else 1}"'
    name = escape_dot(show_label(node.label) or (moment.name(node) if moment else ""))
    head = _row(f"<B>{name}</B>", kind) if name else f'<TR><TD COLSPAN="2">{kind}</TD></TR>'
    if moment:
        room = moment.room(node)
        value = _row("value", moment.value(node), _FORWARD, room)
        gradient = _row("gradient", moment.gradient(node), _BACKWARD, room)
    else:
        value = _row("value", show_number(node.data, digits), _FORWARD)
        gradient = (
            _row("gradient", show_number(node.grad, digits), _BACKWARD)
            if node.has_grad
            else f'<TR><TD COLSPAN="2">{_font("no backward pass yet", _QUIET, 10)}</TD></TR>'
        )
    table = (
        f'<TABLE {look} COLOR="{_PATH if lit else _QUIET}" CELLBORDER="0" CELLSPACING="0"'
        f' CELLPADDING="3">{head}<HR/>{value}{gradient}</TABLE>'
    )
    return f"<{_framed(table, node, moment) if moment else table}>"


def operation_text(node: Value, drawn: Sequence[Value], detail: str, digits: int) -> str:
    """Return what made a node: "+", "a ÷ b", with its constants "· ^ 2", "max(·, 0)"."""
    if node.op is None:
        return ""
    if set(drawn) != {parent for parent in node.parents if not is_inlined(parent, node)}:
        return "Σ" if detail == "ops" else "result"  # the nodes between them are not, or are more
    symbol = node.op.symbol
    inlined = [is_inlined(parent, node) for parent in node.parents]
    if not any(inlined) and not _order_matters(node):
        return symbol
    shown = [
        constant(parent.data, digits) if fixed else show_label(parent.label) or "·"
        for parent, fixed in zip(node.parents, inlined, strict=True)
    ]
    if node.op.arity != 2 or symbol[0].isalpha():
        return f"{symbol}({', '.join(shown)})" if _order_is_told(node) else symbol
    return f"{shown[0]} {symbol} {shown[1]}" if _order_is_told(node) or any(inlined) else symbol


def _order_matters(node: Value) -> bool:
    return node.op is not None and node.op.arity != 1 and node.op.name not in _COMMUTATIVE


def _order_is_told(node: Value) -> bool:
    """Whether labels say which input is which."""
    return all(parent.label or is_inlined(parent, node) for parent in node.parents) or (
        sum(not is_inlined(parent, node) for parent in node.parents) == 1
    )


def _order_is_unclear(node: Value, graph: Graph) -> bool:
    """Whether the edges to a node have to be numbered."""
    drawn = {edge.parent for edge in graph[node]}
    return _order_matters(node) and not _order_is_told(node) and drawn <= set(node.parents)


def _edge_label(edge: Edge, place: int, lit: bool, digits: int) -> str:
    numbered = _font(f"({place}) ", _QUIET) if place else ""
    if isinstance(edge.parent, Constant):
        return f"<{numbered}>" if numbered else ""
    shown = _derivative_name(edge) + show_number(edge.derivative, digits)
    shown = numbered + _font(escape_dot(shown), _BACKWARD)
    shown = f"<B>{shown}</B>" if lit else shown
    return f"<{_clear_of_edge(shown)}>"


def _clear_of_edge(shown: str) -> str:
    """A label in a cell, which keeps it at a distance from its edge."""
    return f'<TABLE BORDER="0" CELLPADDING="3"><TR><TD>{shown}</TD></TR></TABLE>'


def _derivative_name(edge: Edge) -> str:
    parent, node = edge.parent, edge.child
    if not parent.label or not node.label or parent.label == node.label:
        return ""
    return f"∂{show_label(node.label)}/∂{show_label(parent.label)} = "


# ------------------------------------------------------------ the moment after a step
# Whatever changes from step to step stands in a cell of fixed size, so that nothing moves.


def _framed(table: str, node: Value, moment: Moment) -> str:
    """A node's table in a frame, which can be seen if the step changed the node."""
    color, style = "white", "SOLID"
    if moment.changes(node):
        color, style = (_BACKWARD, "DASHED") if moment.is_backward else (_FORWARD, "SOLID")
    return (
        f'<TABLE BORDER="3" COLOR="{color}" STYLE="{style}" CELLBORDER="0" CELLSPACING="0"'
        f' CELLPADDING="2"><TR><TD>{table}</TD></TR></TABLE>'
    )


def _edge_then(edge: Edge, place: int, moment: Moment) -> tuple[str, dict[str, str]]:
    """An edge's label and look at a moment."""
    parent, node, position = edge.parent, edge.child, edge.position
    assert position is not None  # noqa: S101  # a step is drawn on the graph as it was recorded
    look = _line(_QUIET if moment.is_known(node) else _UNKNOWN)
    if moment.feeds(node):
        look = _line(_FORWARD, _BOLD)
    if isinstance(parent, Constant):
        return _edge_label(edge, place, lit=False, digits=1), look
    if moment.hands_down(node, position):
        look = _line(_BACKWARD, f"{_BOLD},dashed", back=True)
    color = _BACKWARD if moment.is_known(node) else _UNKNOWN
    name = (f"({place}) " if place else "") + _derivative_name(edge)
    room = max(columns(name) + moment.local_room(node, position), moment.share_room(node, position))
    # What is always there stands next to the line, for in most steps it stands alone.
    lines = [(line, _BACKWARD) for line in moment.share(node, position)]
    lines.append((name + moment.local(node, position), color))
    cells = [_cell(line, room, _EDGE_POINTS, color, "LEFT") for line, color in lines]
    return f"<{_clear_of_edge(_bare_table(cells))}>", look


def _line(color: str, style: str = "solid", *, back: bool = False) -> dict[str, str]:
    """The look of an edge.

    The way of a line depends on where it has arrows, and on its width, but not on its colour and
    style. So every line has arrows at both ends, one of them transparent.
    """
    colors = f"{color};0.9999:transparent" if back else f"transparent;0.0001:{color}"
    return {"color": colors, "style": style, "dir": "both"}


def _caption(title: str, moment: Moment | None) -> str:
    """What stands below the picture: its title, and the step in words."""
    if moment is None:
        return escape_dot(title)
    room, count = moment.caption_room
    lines = [*moment.caption, *[""] * (count - len(moment.caption))]
    cells = [_cell(line, room, _CAPTION_POINTS, _TEXT) for line in lines]
    return _bare_table([f"<TD>{escape_dot(title)}</TD>", *cells] if title else cells)


def _bare_table(cells: Iterable[str]) -> str:
    """Cells below one another."""
    rows = "".join(f"<TR>{cell}</TR>" for cell in cells)
    return f'<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="0">{rows}</TABLE>'


def _cell(text: str, room: int, points: int, color: str, align: str = "CENTER") -> str:
    """A cell with room for so many columns of text, however wide or narrow its text is."""
    width = math.ceil(room * points * _COLUMN) + 8
    height = math.ceil(points * _LINE)
    shown = _font(escape_dot(text), color) if text else ""
    return f'<TD FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}" ALIGN="{align}">{shown}</TD>'


def _row(name: str, shown: str, color: str = _TEXT, room: int = 0) -> str:
    cell = (
        _cell(shown, room, _NODE_POINTS, color, "RIGHT")
        if room
        else f'<TD ALIGN="RIGHT">{_font(shown, color)}</TD>'
    )
    return f'<TR><TD ALIGN="LEFT">{_font(name + "  ", color)}</TD>{cell}</TR>'


def _font(text: str, color: str, size: int = 0) -> str:
    points = f' POINT-SIZE="{size}"' if size else ""
    return f'<FONT COLOR="{color}"{points}>{text}</FONT>'
