"""A picture of a plan: its nodes as tables, the multipliers at their ports, its edges."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from autograd import ops
from autograd.drawing import tables
from autograd.drawing.digits import Digits
from autograd.drawing.moment import Moment, columns
from autograd.drawing.operations import made_by, order_is_told, order_matters, variable
from autograd.drawing.picture import Picture
from autograd.drawing.plan import Plan, role
from autograd.drawing.tables import BACKWARD, FORWARD, LOCAL, PATH, QUIET, TEXT, UNKNOWN
from autograd.forking import cached_property
from autograd.languages import marked, words
from autograd.notation.accumulation import held
from autograd.notation.composing import Composer, in_parentheses, symbol_of
from autograd.notation.inputs import scores_of
from autograd.notation.names import Names
from autograd.notation.text import escape_dot, with_subscript
from autograd.notation.writers import Writer
from autograd.reach import Shares
from autograd.value import Constant, Parameter, Value
from autograd.walks import Edge, Graph, pull_back

_TO_COME = "…"
_BOLD = "setlinewidth(3)"
_NOTE = 30  # characters on a line of a node's note
_LONGEST_MARK = 8
_MOST_SCORES = 5  # of a share, that are written one by one
_MOST_EXITS = 5  # places where edges leave a node


class Sketch:
    """How a graph is drawn; `Diagram` says what of it is.

    Attributes:
        output: the result to draw.
    """

    output: Value
    _order: Sequence[Value]
    _graph: Graph
    _direction: str
    _detail: str
    _digits: int
    _title: str
    _colors: str
    _derivatives: bool
    _slide: bool
    _sizes: tables.Sizes
    _names: Names
    _writer: Writer
    _shown: dict[Value, str]
    _path: set[Edge]
    _lit: set[Value]
    _finer: Digits
    _composer: Composer

    def sketch(self, plan: Plan, moment: Moment | None) -> Picture:
        """Return the picture of a plan, at a moment of both passes if one is given."""
        sizes = self._sizes
        picture = Picture(
            colors=self._colors,
            graph_attr={
                "rankdir": self._direction,
                "bgcolor": "#ffffff",
                "fontname": tables.FONT,
                "nodesep": f"{self.node_distance(plan):g}",
                "ranksep": f"{self.rank_distance(plan):.2f}",
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
        place = {node: f"n{i}" for i, node in enumerate(plan.shown())}
        end = "w" if self._direction == "LR" else "n"
        picture.facts.direction, picture.facts.digits = self._direction, self._digits
        picture.facts.title = self._title or self._usual_title()
        for node, name in place.items():
            if not plan.stands_in_port(node):
                picture.node(name, self._node_label(plan, node, moment))
            picture.facts.nodes[name] = self._facts(plan, node, moment)
        for node, found in plan.graph.items():
            for port, edge in enumerate(found):
                if edge.parent in place:
                    if not (plan.leads_on(edge) or plan.stands_in_port(edge.parent)):
                        start = f"{place[edge.parent]}:{self._exit(plan, edge, moment)}"
                        look = self._edge_look(plan, edge, moment)
                        picture.edge(start, f"{place[node]}:i{port}:{end}", **look)
                    at_it = self._facts_at(plan, edge, moment)
                    picture.facts.edges.append((place[edge.parent], place[node], at_it))
        for column in plan.columns:
            _put_side_by_side(picture, [place[node] for node in column])
        _tie(picture, plan, place)
        return picture

    # -------------------------------------------------------------------- texts

    def _usual_title(self) -> str:
        if self._names.is_generated(self.output) and not self._name(self.output):
            return words("Computation graph")
        return words("Computation graph of {name}", name=self._called(self.output))

    def _name(self, node: Value) -> str:
        """Return a node's name; "" where the operation says as much, as in "x ^ 2"."""
        return self._shown.get(node, "")

    def _marks(self, plan: Plan) -> dict[Value, str]:
        """Return what stands for nodes in further rows: a short name, else a number in brackets."""
        names = {node: self._name(node) for node in plan.leading_on if node not in plan.members}
        short = {node: name for node, name in names.items() if 0 < len(name) <= _LONGEST_MARK}
        others = [node for node in plan.leading_on if node not in short]
        return {**short, **{node: f"[{i}]" for i, node in enumerate(others, start=1)}}

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
        name = self._heading(plan, group)
        parts = plan.parts_of(node)
        mark = self._marks(plan).get(node, name)
        if mark != name:
            kind = "  ".join(filter(None, [kind, f"<B>→ {mark}</B>"]))
        numbers = self._numbers(group, moment, plan.look)
        if plan.look in {"line", "narrow"} and node.op is None:
            numbers = [tables.in_one_line(f"{escape_dot(name)}  {kind}".rstrip(), numbers[0])]
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
            f"<{tables.framed(table, parts, moment, 2 if self._slide else 3) if moment else table}>"
        )

    def _kind(self, plan: Plan, node: Value) -> str:
        """Return what stands beside a node's name: its kind, or the operation that made it."""
        if node.op is not None:
            is_told = node in plan.members and not self._is_layer(plan, node)  # by the heading
            return "" if is_told else escape_dot(self._operation(plan, node))
        if plan.look != "named" and (node in plan.members or self._name(node)):
            return ""
        return tables.font(_kind_of_leaf(node), QUIET, self._sizes.small)

    def _heading(self, plan: Plan, group: Sequence[Value]) -> str:
        """Return the name of a node, or what the nodes of a group are."""
        if len(group) == 1:
            return self._name(group[0])
        if group[0].op is None or self._is_layer(plan, group[0]):
            return words(_many(plan, group), count=len(group))
        return f"{len(group)} × {in_parentheses(self._operation(plan, group[0]))}"

    def _is_layer(self, plan: Plan, node: Value) -> bool:
        """Return whether a node is a weighted sum, or a group of weighted sums."""
        return _is_neuron(node) and node not in plan.inside

    def _numbers(self, group: Sequence[Value], moment: Moment | None, look: str) -> list[str]:
        """Return the rows of a node's numbers: of a group, the smallest and the largest."""
        values, gradients = [n.data for n in group], [n.grad for n in group]
        value = self._range(values, _most(self._finer.values, group))
        gradient, rooms = self._range(gradients, _most(self._finer.gradients, group)), (0, 0)
        if moment:
            rooms = len(value), max(map(moment.passes.room, group))
            rooms = rooms if len(group) == 1 else (rooms[0], 2 * rooms[1] + 3)
            value = self._so_far(list(map(moment.value, group)))
            gradient = self._so_far(list(map(moment.gradient, group)))
        shown = [(words("value"), value, FORWARD, rooms[0])]
        if self._derivatives and (moment or all(n.has_grad for n in group)):
            # On a slide there is no room for " + …": a gradient that still grows is grey.
            grows = moment and self._slide and not all(map(moment.is_complete, group))
            color = UNKNOWN if grows else BACKWARD
            shown.append((words("gradient"), gradient, color, rooms[1]))
        if look != "named":
            numbers = [number[1:] for number in shown]
            below = look == "below" or (look == "narrow" and group[0].op is not None)
            lines = [[number] for number in numbers] if below else [numbers]
            return [tables.beside(line, self._sizes.node) for line in lines]
        rows = [tables.row(*number, self._sizes.node) for number in shown]
        if self._derivatives and len(shown) == 1:
            rows.append(tables.note(words("no backward pass yet"), self._sizes))
        is_alone = self._derivatives and moment is None and len(group) == 1
        return rows + (self._accumulated(group[0]) if is_alone else [])

    def _accumulated(self, node: Value) -> list[str]:
        """Return what to say where a leaf's gradient is not that of one pass, as rows."""
        lines = textwrap.wrap(self._held(node), _NOTE)
        return [tables.note(escape_dot(line), self._sizes) for line in lines]

    def _held(self, node: Value) -> str:
        """Return what to say where a leaf's gradient is not that of one pass; else ""."""
        if node.op is not None or not node.has_grad:
            return ""
        gradient = self._one_pass.get(node, 0.0)
        name = self._names.text(node)
        return held(node, name, gradient, self.output, self._writer).sentence.partition(": ")[2]

    @cached_property
    def _one_pass(self) -> dict[Value, float]:
        """The gradients that one backward pass gives, starting from zeros."""
        return pull_back(self._order, {self.output: 1.0}, Shares(self._order))

    def _range(self, numbers: Sequence[float], digits: int = 0) -> str:
        """Return a number, or the smallest and the largest of several."""
        number = self._writer.with_numbers(digits).number if digits else self._writer.number
        texts = list(dict.fromkeys(map(number, sorted(numbers))))
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
        group = plan.nodes(node)
        drawn = {part.parent for edge in plan.graph[node] for part in plan.edges(edge)}
        parents = {parent for one in group for parent in variable(one.parents)}
        if node not in plan.inside and variable(drawn) != parents:
            # Nodes between this node and its parents are left out, or further nodes are drawn.
            whole = {"ops": "Σ", "nodes": symbol_of(node), "labels": words("result")}
            return whole[self._detail]
        if len(group) == 1 and node not in plan.inside:
            if scores := scores_of(node):
                shown = [self._called(score) for score in scores]
                shown = shown if len(shown) <= _MOST_SCORES else [f"{shown[0]} … {shown[-1]}"]
                own = re.sub(r".*?(\d+)", r"p\1", node.parents[0].label)
                place = with_subscript(own).removeprefix("p")
                return f"{symbol_of(node)}({', '.join(shown)}){place}"
            return made_by(node, self._names, self._writer)
        return self._composer.text(group, plan.parts_of(node))

    def _ports(self, plan: Plan, node: Value, moment: Moment | None) -> list[str]:
        """Return what stands in a node's ports: one for each input, in the order of the inputs."""
        is_numbered = node not in plan.members and self._order_is_unclear(node)
        return [self._port(plan, edge, is_numbered, moment) for edge in plan.graph[node]]

    def _facts(self, plan: Plan, node: Value, moment: Moment | None) -> dict[str, Any]:
        """Return what a node shows, for the picture in words and for other programs."""
        group = plan.nodes(node)
        facts: dict[str, Any] = {
            "name": self._heading(plan, group) if len(group) > 1 else self._called(node),
            "operation": self._operation(plan, node) if node.op else _kind_of_leaf(node),
        }
        if moment:
            facts["value"] = self._so_far(list(map(moment.value, group)))
            facts["gradient"] = self._so_far(list(map(moment.gradient, group)))
        else:
            values, gradients = [n.data for n in group], [n.grad for n in group]
            facts["value"] = values[0] if len(group) == 1 else self._range(values)
            if all(n.has_grad for n in group):
                facts["gradient"] = gradients[0] if len(group) == 1 else self._range(gradients)
            if self._derivatives and len(group) == 1 and (note := self._held(node)):
                facts["note"] = note
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
        """Return what stands in a port: a multiplier or a constant, and a leaf if that is there."""
        shown = self._at_port(plan, edge, is_numbered, moment)
        if isinstance(edge.parent, Constant) or not plan.stands_in_port(edge.parent):
            return shown
        group = plan.nodes(edge.parent)
        numbers = self._numbers(group, moment, "line" if self._direction == "LR" else "below")
        return tables.leaf(escape_dot(self._heading(plan, group)), numbers, shown)

    def _at_port(self, plan: Plan, edge: Edge, is_numbered: bool, moment: Moment | None) -> str:
        parts = plan.edges(edge)
        number = ""
        if is_numbered and edge.parent in edge.child.parents:
            number = f"  ({edge.child.parents.index(edge.parent) + 1})"
        mark = f"{self._marks(plan)[edge.parent]} → " if plan.leads_on(edge) else ""
        if isinstance(edge.parent, Constant):
            shown = self._range([part.parent.data for part in parts]) + number
            return tables.font(escape_dot(shown), QUIET)
        if not self._derivatives:
            return tables.font(escape_dot(mark + number), QUIET) if mark + number else ""
        if moment:
            return self._share(plan, parts, mark, number, moment)
        digits = _most(self._finer.multipliers, [(part.child, part.position) for part in parts])
        multiplier = f"{mark}× {self._range([part.derivative for part in parts], digits)}"
        shown = tables.font(escape_dot(multiplier), LOCAL)
        shown = shown if self._path.isdisjoint(parts) else f"<B>{shown}</B>"
        return shown + (tables.font(number, QUIET) if number else "")

    def _share(
        self, plan: Plan, parts: Sequence[Edge], mark: str, number: str, moment: Moment
    ) -> str:
        """Return a port's text at a moment: when a step goes back along the edge, its share."""
        known = [part.derivative for part in parts if moment.is_known(part.child)]
        local = self._range(known or [part.derivative for part in parts])
        whole = [f"{mark}× {local}{number}"]
        shown = f"{mark}× {local if known else _TO_COME}{number}"
        lines = [(shown, LOCAL if known else UNKNOWN)]
        if self._slide:  # there is no room for shares, which the words below the picture tell
            return tables.lines(lines, columns(whole[0]), 1, self._direction, self._sizes)
        places = [place for part in parts for place in plan.places(part)]
        whole += [text for place in places for text in moment.passes.share(*place)]
        for place in places:
            if moment.hands_down(*place):
                lines = [(line, BACKWARD) for line in moment.share(*place) if line]
        return tables.lines(lines, max(map(columns, whole)), 2, self._direction, self._sizes)

    def _edge_look(self, plan: Plan, edge: Edge, moment: Moment | None) -> dict[str, str]:
        parts = plan.edges(edge)
        if moment is None:
            is_lit = not self._path.isdisjoint(parts)
            return {"color": PATH, "penwidth": "3"} if is_lit else {}
        places = [place for part in parts for place in plan.places(part)]
        if any(moment.feeds(node) for node, _ in places):
            return _line(FORWARD, _BOLD)
        if any(moment.hands_down(*place) for place in places):
            return _line(BACKWARD, f"{_BOLD},dashed", back=True)
        return _line(QUIET if any(moment.is_known(part.child) for part in parts) else UNKNOWN)

    def _exit(self, plan: Plan, edge: Edge, moment: Moment | None) -> str:
        """Return where an edge leaves its node: edges leave in the order in which they go on."""
        leaving = plan.leaving[edge.parent]
        side = "e" if self._direction == "LR" else "s"
        exits = min(len(leaving), _MOST_EXITS)
        if exits < 2:
            return f"{tables.WITHIN}:{side}" if moment else side
        return f"o{leaving.index(edge) * exits // len(leaving)}:{side}"

    def node_distance(self, plan: Plan) -> float:
        """Return the distance of nodes side by side, in inches."""
        return 0.2 if plan.is_spread_out else 0.1

    def rank_distance(self, plan: Plan) -> float:
        """Return the distance of ranks in inches: many edges need room to turn."""
        ends = [edge.child for found in plan.leaving.values() for edge in found]
        to_a_node = max(Counter(ends).values(), default=0)
        to_a_rank = max(Counter(map(plan.column.__getitem__, ends)).values(), default=0)
        if not plan.is_spread_out:
            return 0.2 + min(0.05 * to_a_node, 0.6)
        turn = (0.05 if self._direction == "LR" else 0.1) * to_a_node
        return 0.5 + min(max(turn, 0.03 * to_a_rank), 1.2)

    def _legend(self, plan: Plan, moment: Moment | None) -> str:
        """Return the line, as markup, that says what the numbers are; "" where each is named."""
        has_multipliers = self._derivatives and any(
            edge.parent in plan.graph for found in plan.graph.values() for edge in found
        )
        multiplier = ""
        if has_multipliers and (self._detail == "labels" or plan.inside):
            multiplier = words("× at an input: the derivative by that input")
        elif has_multipliers:
            multiplier = words("× at an input: the local derivative by that input")
        if plan.look == "named":
            return multiplier
        found = [tables.font(words("value"), FORWARD)]
        if self._derivatives and (moment or all(node.has_grad for node in plan.graph)):
            found.append(tables.font(words("gradient"), BACKWARD))
        return "  ·  ".join([*found, tables.font(multiplier, LOCAL)] if multiplier else found)


def _most(digits: Mapping[Any, int], keys: Iterable[Any]) -> int:
    """Return the most digits that a number of several needs; 0 for the usual ones."""
    return max((digits.get(key, 0) for key in keys), default=0)


def _is_neuron(node: Value) -> bool:
    return node.op is ops.row("dot")


def _kind_of_leaf(node: Value) -> str:
    return words("parameter") if isinstance(node, Parameter) else words("input")


def _many(plan: Plan, group: Sequence[Value]) -> str:
    """Return what the nodes of a group are, in English: "{count} neurons", "{count} samples"."""
    node = group[0]
    if node.op is not None:
        is_one = len({other.parents[0] for other in group}) == 1  # one neuron, seen many times
        if not _is_neuron(node):
            return marked("{count} nodes")
        return marked("{count} samples") if is_one else marked("{count} neurons")
    if not isinstance(node, Parameter):
        return marked("{count} inputs")
    use = plan.edges(plan.first_use(node))[0]
    if _is_neuron(use.child) and role(use) == "weight":
        return marked("{count} weights")
    if _is_neuron(use.child) and role(use) == "bias":
        return marked("{count} biases")
    return marked("{count} parameters")


def _put_side_by_side(picture: Picture, names: Sequence[str]) -> None:
    """Put nodes into one rank, in this order: invisible edges hold them there."""
    if len(names) > 1:
        with picture.subgraph(
            graph_attr={"rank": "same"}, edge_attr={"style": "invis", "weight": "1"}
        ) as rank:
            for one, other in pairwise(names):
                rank.edge(one, other)


def _tie(picture: Picture, plan: Plan, place: Mapping[Value, str]) -> None:
    """Tie each node to the columns beside it, if no edge does, by an edge that is not seen.

    Graphviz swaps other nodes across a node that no edge leads to, and their order would be lost.
    """
    drawn = [edge for found in plan.leaving.values() for edge in found]
    left, reached = {edge.parent for edge in drawn}, {edge.child for edge in drawn}
    with picture.subgraph(edge_attr={"style": "invis", "weight": "0"}) as ties:
        for before, behind in pairwise(plan.columns):
            for node in behind:
                if node not in reached:
                    ties.edge(place[_beside(node, behind, before, plan)], place[node])
            for node in before:
                if node not in left:
                    ties.edge(place[node], place[_beside(node, before, behind, plan)])


def _beside(node: Value, own: Sequence[Value], other: Sequence[Value], plan: Plan) -> Value:
    """Return the node at about the same place in another column: in the same row, if any is."""
    near = [one for one in other if plan.row[one] == plan.row[node]] or other
    own = [one for one in own if plan.row[one] == plan.row[node]] if near is not other else own
    place = own.index(node) * len(near) // len(own)
    # Graphviz avoids crossings with edges that are not seen, too. So this one begins between the
    # inputs that stand on both sides of the node in the operations that take it.
    for edge in plan.leaving[node]:
        found = [e.parent for e in plan.graph[edge.child]]
        port = found.index(node)
        sides = found[:port], found[port + 1 :]
        passed = [[near.index(one) for one in side if one in near] for side in sides]
        place = min([max([place, *passed[0]]), *passed[1]])
    return near[place]


def _line(color: str, style: str = "solid", *, back: bool = False) -> dict[str, str]:
    """Return the look of an edge; its arrow is at one end, and the line goes up to the other."""
    ends = {"arrowhead": "none", "arrowtail": "normal"} if back else {"arrowtail": "none"}
    return {"color": color, "style": style, "dir": "both", **ends}
