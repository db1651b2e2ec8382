"""draw: the picture of a forward pass and, after `backward()`, of the backward pass."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

from autograd import ops
from autograd.drawing import tables
from autograd.drawing.moment import Moment, Passes, Step, columns
from autograd.drawing.operations import (
    LONGEST_LABEL,
    made_by,
    order_is_told,
    order_matters,
    unfolded,
    variable,
    without_constants,
)
from autograd.drawing.picture import COLORS, Picture
from autograd.drawing.plan import LOOKS, MOST_ROWS, Folding, Plan, foldings, role
from autograd.drawing.tables import BACKWARD, FORWARD, LOCAL, PATH, QUIET, TEXT, UNKNOWN
from autograd.drawing.texts import told_apart
from autograd.notation.accumulation import added_up
from autograd.notation.names import Names, name_and_number
from autograd.notation.numbers import DIGITS
from autograd.notation.text import escape_dot
from autograd.notation.writers import PictureWriter
from autograd.options import choose, whole_number
from autograd.reach import Shares
from autograd.value import Constant, Parameter, Value, topological_order
from autograd.walks import Edge, Graph, between, edges, edges_between, pull_back

DETAILS = ("ops", "nodes", "labels")
DIRECTIONS = ("LR", "TB")

_TO_COME = "…"
_DIGITS_OF_A_SLIDE = 4
_FAR_TOO_TALL = 0.7
_BOLD = "setlinewidth(3)"
_NOTE = 30  # characters on a line of a node's note
_MOST_EXITS = 5  # places where edges leave a node
_EDGES_A_NODE = 4  # more on average is a tangle


def draw(
    output: Value,
    *,
    direction: str = "LR",
    detail: str = "nodes",
    highlight: Value | Sequence[Value] | None = None,
    step: Step | int | None = None,
    digits: int | None = None,
    max_nodes: int = 150,
    title: str = "",
    derivatives: bool = True,
    colors: str = "light",
    slide: bool = False,
) -> Picture:
    """Draw the graph that `output` was computed from.

    Each node shows its name, the operation that made it, its number and, after `backward()`, its
    gradient. An operation has a port for each input, in the order of the inputs; the edge from the
    input ends there, beside the local derivative as a multiplier: × 12. A constant stands in its
    port. Parameters have a round thick border, inputs have a thin border and the word "input",
    results name their operation, and the output's border is the thickest. Where the order of an
    operation's inputs matters and no labels tell that order, the ports are numbered: (1), (2).

    Args:
        output: the result to draw.
        direction: "LR", left to right, or "TB", top to bottom.
        detail: "nodes", the graph as it was recorded; "ops", weighted sums unfolded into products
            and a sum; "labels", labelled nodes only, with the derivative between them at the port.
        highlight: a node, for all of its paths to the output; or a list of them, for the paths
            from the first through the others to the last.
        step: draw the moment after this step: one of `forward_steps(output)` or
            `backward_steps(output)`, or a number, for that many steps forward and then backward; 0
            is before the first. A number that is not known yet is "…". The step in words is below
            the picture, and the node of the step has a frame: in the forward pass a solid frame,
            with bold edges; in the backward pass a dashed frame, with a dashed edge that points
            back. Nodes stay in the same place from step to step.
        digits: significant digits of the numbers shown; if None, 6, and 4 on a slide.
        max_nodes: how many nodes to draw at the most; more would take minutes and be unreadable. On
            a slide what fits is drawn.
        title: text below the picture.
        derivatives: whether to show gradients and multipliers; False for a first lesson.
        colors: "light"; "dark", for dark notebooks and slides; "print", black on white.
        slide: whether to fit the picture to a slide, 16:9, with no text smaller than 14 pt on
            13.33 by 7.5 inches. The names of numbers are dropped, long chains are wrapped, and
            nodes that are alike, of a layer or of samples, are folded into one ("16 neurons", with
            the smallest and the largest of their numbers) where there is no room for all.

    Returns:
        A `graphviz.Digraph`: it shows itself in a notebook, and `.render(outfile="graph.svg")`
        writes it as SVG, PNG or, where the engine can, PDF.

    Raises:
        ValueError: an option has no such value, a highlighted node is not in the picture, or the
            graph is too large to read, or for a slide; the message says what to do.
        TypeError: `output` is not a Value, or `title` is not text.
        EngineNotFoundError: there is no Graphviz to fit a picture to a slide with.

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
        derivatives=derivatives,
        colors=colors,
        slide=slide,
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
        derivatives: see `draw`.
        colors: see `draw`.
        slide: see `draw`.

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
        digits: int | None = None,
        max_nodes: int = 150,
        title: str = "",
        derivatives: bool = True,
        colors: str = "light",
        slide: bool = False,
    ) -> None:
        if not isinstance(title, str):
            raise TypeError(f"expected title as text, received {type(title).__name__}: {title!r}")
        self._direction = choose("direction", direction, DIRECTIONS)
        self._detail = choose("detail", detail, DETAILS)
        usual = DIGITS if not slide else _DIGITS_OF_A_SLIDE
        digits = usual if digits is None else digits
        self._digits = whole_number("digits", digits, least=1, most=17)
        choose("colors", colors, COLORS)
        self._colors = colors
        self._derivatives = derivatives
        self._slide = slide
        self._sizes = tables.SLIDE if slide else tables.SCREEN
        self._title = title
        self.output = order[-1]
        self._order = order
        self._names = Names(self._order)
        self._writer = PictureWriter(digits=self._digits)
        named = [n for n in self._order if n.label or self._names.is_generated(n)]
        names = [self._names.text(node, self._writer) for node in named]
        self._shown = dict(zip(named, told_apart(names, LONGEST_LABEL), strict=True))
        self._graph = self._drawn()
        max_nodes = whole_number("max_nodes", max_nodes, least=1)
        if not slide:
            self._check_size(max_nodes)
        stops = self._stops(highlight)
        self._path = self._path_through(stops)
        self._lit = {*stops, *(node for e in self._path for node in (e.parent, e.child))}
        self._plan: Plan | None = None if slide else Plan(self._graph)
        self._scale = 1.0

    def passes(self) -> Passes:
        """Return both passes, step by step.

        Raises:
            ValueError: the graph is not drawn as it was recorded, or a path is highlighted.
        """
        if self._detail != "nodes" or self._lit:
            raise ValueError(
                "a step is drawn on the graph as it was recorded: leave out detail and highlight"
            )
        return Passes(self._order, self._digits, backwards=self._derivatives)

    def picture(self, moment: Moment | None = None) -> Picture:
        """Return the picture of the graph as it is, or at a moment of both passes.

        Raises:
            ValueError: a picture for a slide does not fit on one.
            EngineNotFoundError: there is no Graphviz to fit a picture to a slide with.
        """
        if self._plan is None:
            self._plan = self._fitting(moment)
        picture = self._sketch(self._plan, moment)
        if self._slide:
            picture.put_on_slide(self._scale)
        return picture

    def _fitting(self, moment: Moment | None) -> Plan:
        """Return the plan with the most to read of those that fit on a slide.

        Names of numbers go first; then chains are wrapped, then what is alike is folded. A graph is
        wrapped where many edges lead on only if nothing else fits.
        """
        for may_be_tangled in (False, True):
            for folding in foldings(self._graph):
                for rows in range(1, MOST_ROWS + 1):
                    if Plan(*folding, rows=rows).is_tangled and not may_be_tangled:
                        continue
                    plan, tallest = self._best_look(folding, rows, moment)
                    if plan:
                        return self._spread_out(plan, moment)
                    if tallest < _FAR_TOO_TALL:
                        break  # with more rows, the picture would be still taller
        raise ValueError(
            f"the graph has {len(self._graph)} nodes, and does not fit on a slide in letters of 14"
            " pt, even where nodes that are alike are folded: draw a part of it from an inner"
            " node, ask for fewer digits, leave out derivatives, or draw labelled nodes only with"
            " detail='labels'"
        )

    def _best_look(
        self, folding: Folding, rows: int, moment: Moment | None
    ) -> tuple[Plan | None, float]:
        """Return the first look that fits on a slide, if any, and by how much the lowest fits."""
        lowest = 0.0
        for look in LOOKS:
            plan = Plan(*folding, look, rows)
            scales = self._sketch(plan, moment).scales_on_slide()
            self._scale = min(scales)
            if self._scale >= 1:
                return plan, self._scale
            lowest = max(lowest, scales[self._direction == "LR"])
        return None, lowest

    def _spread_out(self, plan: Plan, moment: Moment | None) -> Plan:
        """Return a plan with its ranks further apart, if there is room for it on the slide."""
        plan.is_spread_out = True
        scale = min(self._sketch(plan, moment).scales_on_slide())
        plan.is_spread_out = scale >= 1
        self._scale = scale if scale >= 1 else self._scale
        return plan

    def _sketch(self, plan: Plan, moment: Moment | None) -> Picture:
        sizes = self._sizes
        picture = Picture(
            colors=self._colors,
            graph_attr={
                "rankdir": self._direction,
                "bgcolor": "#ffffff",
                "fontname": tables.FONT,
                "nodesep": "0.2" if plan.look == "named" else "0.1",
                "ranksep": f"{self._rank_distance(plan):.2f}",
                "pad": "0.15",
            },
            node_attr={
                "shape": "plain",
                "fontname": tables.FONT,
                "fontsize": str(sizes.node),
                "fontcolor": TEXT,
            },
            edge_attr={
                "fontname": tables.FONT,
                "fontsize": str(sizes.port),
                "arrowsize": "0.7",
                "color": QUIET,
            },
        )
        caption = tables.caption(self._title, moment, self._legend(plan, moment), sizes)
        if caption:
            picture.attr(label=f"<{caption}>", labelloc="b", fontsize=str(sizes.caption))
        place = {node: f"n{i}" for i, node in enumerate(plan.graph)}
        end = "w" if self._direction == "LR" else "n"
        picture.facts.direction, picture.facts.digits = self._direction, self._digits
        picture.facts.title = self._title or f"Computation graph of {self._called(self.output)}"
        for node in plan.graph:
            picture.node(place[node], self._node_label(plan, node, moment))
            picture.facts.nodes[place[node]] = self._facts(plan, node, moment)
        for node, found in plan.graph.items():
            for port, edge in enumerate(found):
                if edge.parent in place:
                    look = self._edge_look(plan, edge, moment)
                    start = f"{place[edge.parent]}:{self._exit(plan, edge)}"
                    if plan.leads_back(edge):
                        look["constraint"] = "false"
                        start = f"{place[edge.parent]}:{'s' if end == 'w' else 'e'}"
                    picture.edge(start, f"{place[node]}:i{port}:{end}", **look)
                    at_it = self._facts_at(plan, edge, moment)
                    picture.facts.edges.append((place[edge.parent], place[node], at_it))
        for column in plan.columns:
            _put_side_by_side(picture, [place[node] for node in column])
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
            graph = unfolded(graph)
        return without_constants(graph, self.output)

    def _check_size(self, max_nodes: int) -> None:
        graph, edge_count = (
            self._graph,
            sum(edge.parent in self._graph for found in self._graph.values() for edge in found),
        )
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
        """Return a node's name; "" where the operation says as much, as in "x ^ 2"."""
        return self._shown.get(node, "")

    def _node_label(self, plan: Plan, node: Value, moment: Moment | None) -> str:
        """A node as a table: name, and kind or operation; value; gradient; the ports beside it."""
        if isinstance(node, Constant):
            return f"<{tables.font(escape_dot(self._writer.number(node.data)), FORWARD)}>"
        group = plan.nodes(node)
        kind, look = self._kind(plan, node), tables.INPUT
        if isinstance(node, Parameter):
            look = tables.PARAMETER
        elif node.op is not None:
            is_known = moment is None or any(map(moment.is_known, group))
            look = tables.result(is_known=is_known, is_output=node is self.output)
        name = f"{len(group)} {_many(plan, group)}" if len(group) > 1 else self._name(node)
        numbers = self._numbers(plan, group, moment)
        if plan.look in {"line", "narrow"} and node.op is None:
            numbers = [tables.in_one_line(escape_dot(name), numbers[0])]
            name = kind = ""
        table = tables.node(
            escape_dot(name),
            kind,
            numbers,
            look,
            PATH if not self._lit.isdisjoint(group) else QUIET,
            self._ports(plan, node, moment),
            min(len(plan.leaving[node]), _MOST_EXITS),
            self._direction,
            self._sizes,
        )
        return (
            f"<{tables.framed(table, group, moment, 2 if self._slide else 3) if moment else table}>"
        )

    def _kind(self, plan: Plan, node: Value) -> str:
        """Return what stands beside a node's name: its kind, or the operation that made it."""
        if node.op is not None:
            return escape_dot(self._operation(plan, node))
        if plan.look != "named" and (node in plan.members or self._name(node)):
            return ""
        kind = "parameter" if isinstance(node, Parameter) else "input"
        return tables.font(kind, QUIET, self._sizes.small)

    def _numbers(self, plan: Plan, group: Sequence[Value], moment: Moment | None) -> list[str]:
        """Return the rows of a node's numbers: of a group, the smallest and the largest."""
        values, gradients = [n.data for n in group], [n.grad for n in group]
        value, gradient, rooms = self._range(values), self._range(gradients), (0, 0)
        if moment:
            rooms = len(value), max(map(moment.passes.room, group))
            rooms = rooms if len(group) == 1 else (rooms[0], 2 * rooms[1] + 3)
            value = self._so_far(list(map(moment.value, group)))
            gradient = self._so_far(list(map(moment.gradient, group)))
        shown = [("value", value, FORWARD, rooms[0])]
        if self._derivatives and (moment or all(n.has_grad for n in group)):
            shown.append(("gradient", gradient, BACKWARD, rooms[1]))
        if plan.look != "named":
            numbers = [number[1:] for number in shown]
            below = plan.look == "below" or (plan.look == "narrow" and group[0].op is not None)
            lines = [[number] for number in numbers] if below else [numbers]
            return [tables.beside(line, self._sizes.node) for line in lines]
        rows = [tables.row(*number, self._sizes.node) for number in shown]
        if self._derivatives and len(shown) == 1:
            rows.append(tables.note("no backward pass yet", self._sizes))
        is_alone = self._derivatives and moment is None and len(group) == 1
        return rows + (self._accumulated(group[0]) if is_alone else [])

    def _accumulated(self, node: Value) -> list[str]:
        """Return what to say where a leaf's gradient has added up over passes, as rows."""
        if node.op is not None or not node.has_grad:
            return []
        gradient = self._one_pass.get(node, 0.0)
        name = self._names.text(node)
        sentence = added_up(node, name, gradient, self.output, self._writer).partition(": ")[2]
        lines = textwrap.wrap(sentence, _NOTE)
        return [tables.note(escape_dot(line), self._sizes) for line in lines]

    @cached_property
    def _one_pass(self) -> dict[Value, float]:
        """The gradients that one backward pass gives, starting from zeros."""
        return pull_back(self._order, {self.output: 1.0}, Shares(self._order))

    def _range(self, numbers: Sequence[float]) -> str:
        """Return a number, or the smallest and the largest of several."""
        texts = list(dict.fromkeys(self._writer.number(number) for number in sorted(numbers)))
        return texts[0] if len(texts) == 1 else f"{texts[0]} … {texts[-1]}"

    def _so_far(self, texts: Sequence[str]) -> str:
        """Return what is known of the numbers of a group at a moment."""
        if len(set(texts)) == 1:
            return texts[0]
        try:
            return self._range(list(map(float, texts)))
        except ValueError:  # some of them are still to come
            return _TO_COME

    def _operation(self, plan: Plan, node: Value) -> str:
        """Return the operation that made a node, as pictures write it; see `made_by`."""
        if node in plan.members:
            # The names of one node's inputs are not those of the others.
            is_named = any(parent.label for parent in node.parents)
            symbol = node.op.symbol if node.op else ""
            return symbol if is_named else made_by(node, self._names, self._writer)
        drawn = {part.parent for edge in plan.graph[node] for part in plan.edges(edge)}
        if variable(drawn) != variable(node.parents):
            # Nodes between this node and its parents are left out, or further nodes are drawn.
            return "Σ" if self._detail == "ops" else "result"
        return made_by(node, self._names, self._writer)

    def _ports(self, plan: Plan, node: Value, moment: Moment | None) -> list[str]:
        """Return the cells of a node's ports: one for each input, in the order of the inputs."""
        is_numbered = node not in plan.members and self._order_is_unclear(node)
        align = "LEFT" if self._direction == "LR" else "CENTER"
        return [
            tables.port(i, self._port(plan, edge, is_numbered, moment), align, self._sizes)
            for i, edge in enumerate(plan.graph[node])
        ]

    def _facts(self, plan: Plan, node: Value, moment: Moment | None) -> dict[str, Any]:
        """Return what a node shows, for the picture in words and for other programs."""
        group = plan.nodes(node)
        kind = "parameter" if isinstance(node, Parameter) else "input"
        facts: dict[str, Any] = {
            "name": f"{len(group)} {_many(plan, group)}" if len(group) > 1 else self._called(node),
            "operation": self._operation(plan, node) if node.op else kind,
        }
        if moment:
            facts["value"] = self._so_far(list(map(moment.value, group)))
            facts["gradient"] = self._so_far(list(map(moment.gradient, group)))
        else:
            values, gradients = [n.data for n in group], [n.grad for n in group]
            facts["value"] = values[0] if len(group) == 1 else self._range(values)
            if all(n.has_grad for n in group):
                facts["gradient"] = gradients[0] if len(group) == 1 else self._range(gradients)
        if not self._derivatives:
            facts.pop("gradient", None)
        return facts

    def _facts_at(self, plan: Plan, edge: Edge, moment: Moment | None) -> dict[str, Any]:
        parts = plan.edges(edge)
        if not self._derivatives or (moment and not any(moment.is_known(p.child) for p in parts)):
            return {}
        numbers = [part.derivative for part in parts]
        return {"multiplier": numbers[0] if len(parts) == 1 else self._range(numbers)}

    def _called(self, node: Value) -> str:
        """Return what sentences call a node: a node that is made up for the picture has no name."""
        try:
            return self._names.text(node, self._writer)
        except KeyError:
            return ""

    def _order_is_unclear(self, node: Value) -> bool:
        """Whether the edges to a node have to be numbered."""
        drawn = {edge.parent for edge in self._graph[node]}
        return order_matters(node) and not order_is_told(node) and drawn <= set(node.parents)

    def _port(self, plan: Plan, edge: Edge, is_numbered: bool, moment: Moment | None) -> str:
        """Return what stands in a port: a multiplier, or a constant."""
        parts = plan.edges(edge)
        is_numbered &= edge.parent in edge.child.parents
        number = f"  ({edge.child.parents.index(edge.parent) + 1})" if is_numbered else ""
        if isinstance(edge.parent, Constant):
            shown = self._range([part.parent.data for part in parts]) + number
            return tables.font(escape_dot(shown), QUIET)
        if not self._derivatives:
            return tables.font(number, QUIET) if number else ""
        if moment:
            return self._share(parts, number, moment)
        multiplier = f"× {self._range([part.derivative for part in parts])}"
        shown = tables.font(escape_dot(multiplier), LOCAL)
        shown = shown if self._path.isdisjoint(parts) else f"<B>{shown}</B>"
        return shown + (tables.font(number, QUIET) if number else "")

    def _share(self, parts: Sequence[Edge], number: str, moment: Moment) -> str:
        """Return a port's text at a moment: when a step goes back along the edge, its share."""
        passes = moment.passes
        places = [(part.child, _position(part)) for part in parts]
        known = [place for place in places if moment.is_known(place[0])]
        local = self._range([node.partials[position] for node, position in known or places])
        whole = [f"× {local}{number}"]
        shown = f"× {local if known else _TO_COME}{number}"
        lines = [(shown, LOCAL if known else UNKNOWN)]
        if self._slide:  # there is no room for shares, which the words below the picture tell
            return tables.lines(lines, columns(whole[0]), 1, self._sizes)
        whole += [text for place in places for text in passes.share(*place)]
        for place in places:
            if moment.hands_down(*place):
                lines = [(line, BACKWARD) for line in moment.share(*place) if line]
        return tables.lines(lines, max(map(columns, whole)), 2, self._sizes)

    def _edge_look(self, plan: Plan, edge: Edge, moment: Moment | None) -> dict[str, str]:
        parts = plan.edges(edge)
        if moment is None:
            is_lit = not self._path.isdisjoint(parts)
            return {"color": PATH, "penwidth": "3"} if is_lit else {}
        if any(moment.feeds(part.child) for part in parts):
            return _line(FORWARD, _BOLD)
        if any(moment.hands_down(part.child, _position(part)) for part in parts):
            return _line(BACKWARD, f"{_BOLD},dashed", back=True)
        return _line(QUIET if any(moment.is_known(part.child) for part in parts) else UNKNOWN)

    def _exit(self, plan: Plan, edge: Edge) -> str:
        """Return where an edge leaves its node: edges leave in the order in which they go on."""
        leaving = plan.leaving[edge.parent]
        side = "e" if self._direction == "LR" else "s"
        exits = min(len(leaving), _MOST_EXITS)
        return side if exits < 2 else f"o{leaving.index(edge) * exits // len(leaving)}:{side}"

    def _rank_distance(self, plan: Plan) -> float:
        """Return the distance of ranks in inches: edges to many ports need room to turn."""
        most = max(map(len, plan.graph.values()))
        least = 0.5 if plan.is_spread_out else 0.3
        return least + min((0.05 if self._direction == "LR" else 0.1) * most, 1.2)

    def _legend(self, plan: Plan, moment: Moment | None) -> str:
        """Return the line, as markup, that says what the numbers are; "" where each is named."""
        has_multipliers = self._derivatives and any(
            edge.parent in plan.graph for found in plan.graph.values() for edge in found
        )
        what = "derivative" if self._detail == "labels" else "local derivative"
        multiplier = f"× at an input: the {what} by that input" if has_multipliers else ""
        if plan.look == "named":
            return multiplier
        found = [tables.font("value", FORWARD)]
        if self._derivatives and (moment or all(node.has_grad for node in plan.graph)):
            found.append(tables.font("gradient", BACKWARD))
        return "  ·  ".join([*found, tables.font(multiplier, LOCAL)] if multiplier else found)


def _position(edge: Edge) -> int:
    """Return which input an edge is of: a step is drawn on the graph as it was recorded."""
    assert edge.position is not None  # noqa: S101  # so every edge has one
    return edge.position


def _is_neuron(node: Value) -> bool:
    return node.op is ops.row("dot")


def _many(plan: Plan, group: Sequence[Value]) -> str:
    """Return what the nodes of a group are: "neurons", "weights", "inputs"."""
    node = group[0]
    if node.op is not None:
        return "neurons" if _is_neuron(node) else "nodes"
    if not isinstance(node, Parameter):
        return "inputs"
    use = plan.edges(plan.leaving[node][0])[0]
    names = {"weight": "weights", "bias": "biases"} if _is_neuron(use.child) else {}
    return names.get(role(use), "parameters")


def _put_side_by_side(picture: Picture, names: Sequence[str]) -> None:
    """Put nodes into one rank, in this order: invisible edges hold them there."""
    if len(names) > 1:
        with picture.subgraph(
            graph_attr={"rank": "same"}, edge_attr={"style": "invis", "weight": "1"}
        ) as rank:
            for one, other in pairwise(names):
                rank.edge(one, other)


def _line(color: str, style: str = "solid", *, back: bool = False) -> dict[str, str]:
    """Return the look of an edge.

    Graphviz routes a line by its arrows and its width, and not by its colour and style. So every
    line has an arrow at both ends, one of them transparent: no line moves from step to step.
    """
    colors = f"{color};0.9999:transparent" if back else f"transparent;0.0001:{color}"
    return {"color": colors, "style": style, "dir": "both"}
