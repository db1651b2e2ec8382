"""Measures of pictures of graphs: what a reader would stumble over, counted in the drawing itself.

Run it as a program: `python tests/pictures.py` draws eighteen graphs, from left to right and from
top to bottom, and prints for each picture

- labels: multipliers that are nearer to another edge than to their own;
- overlaps: pairs of texts, or of nodes, that overlap;
- behind: edges that run through a node that they do not belong to;
- saved: crossings of edges that another order within one rank would save, if it is no disorder;
- disorder: pairs of nodes in one rank that are not in the order in which they were declared;
- points: the smallest text on a slide of 13.33 by 7.5 inches that the picture is fitted to.

Everything is read from the picture's SVG; only which edge is which is read from its DOT text.
"""

from __future__ import annotations

import argparse
import itertools
import random
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import autograd
from autograd import Parameter, Picture, Value, draw
from autograd.worked_example import STUDENTS, build
from nn import MLP, losses

_SVG = "{http://www.w3.org/2000/svg}"
_LETTER = 0.556  # of the font size: the width of a digit in Helvetica
_WIDTHS = dict.fromkeys(" .,:;i'l|jtfI", 0.278) | dict.fromkeys("-()r", 0.333)
_MULTIPLIER = "#6b21a8"  # the colour of multipliers alone
SLIDE = (960.0, 540.0)  # points

Point = tuple[float, float]


class Box(NamedTuple):
    """A rectangle, in points."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box, slack: float = 1.0) -> bool:
        """Return whether two boxes share more than their rims."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > slack and down > slack

    def distance(self, point: Point) -> float:
        """Return how far a point is from the box; 0 inside it."""
        x = max(self.left - point[0], 0.0, point[0] - self.right)
        y = max(self.top - point[1], 0.0, point[1] - self.bottom)
        return float((x * x + y * y) ** 0.5)


@dataclass
class Text:
    """A text in the picture, and where it is."""

    shown: str
    box: Box
    points: float
    color: str = ""


@dataclass
class Node:
    """A node: its box, the texts in it, its colour, and which of its ports have a multiplier."""

    box: Box
    texts: list[Text]
    color: str = ""
    ports: list[int] = field(default_factory=list)


@dataclass
class Edge:
    """An edge: where it begins, in which port it ends, and points along it."""

    tail: str
    head: str
    port: int
    way: list[Point]


@dataclass
class Drawing:
    """A picture, read again from its SVG.

    Attributes:
        size: its width and height, in points.
        is_upright: whether ranks are columns.
        nodes: by the names of the DOT text.
        edges: in the order of the DOT text.
        texts: the texts outside of nodes.
        scale: by how much all that is in the drawing is enlarged.
    """

    size: Point
    is_upright: bool
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    scale: float = 1.0


def read(picture: Picture) -> Drawing:
    """Return what is in a picture."""
    svg = picture.pipe("svg", encoding="utf-8")
    assert isinstance(svg, str)
    root = ET.fromstring(svg)  # noqa: S314  # ours
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    drawing = Drawing((width, height), "rankdir=TB" not in picture.source)
    ends = re.findall(r"^\t(n\d+)(?::[\w:]+)? -> (n\d+)(?::i(\d+))?", picture.source, re.MULTILINE)
    counts: dict[str, int] = {}
    for tail, head, port in ends:
        counts[head] = counts.get(head, -1) + 1
        drawing.edges.append(Edge(tail, head, int(port or counts[head]), []))
    ports: dict[str, list[int]] = {}
    for name, label in re.findall(r"^\t(n\d+) \[label=(.*)$", picture.source, re.MULTILINE):
        _, *parts = re.split('PORT="i(\\d+)"', label)
        cells = zip(map(int, parts[::2]), parts[1::2], strict=True)
        ports[name] = [port for port, text in cells if _MULTIPLIER in text]
    graph = next(root.iter(f"{_SVG}g"))
    drawing.scale = float(re.findall(r"scale\(([\d.]+)", graph.get("transform") or "")[0])
    drawing.texts = [_text(e) for e in graph if e.tag == f"{_SVG}text"]
    for group in root.iter(f"{_SVG}g"):
        if group.get("class") == "node":
            name = group[0].text or ""
            drawing.nodes[name] = _node(group)
            drawing.nodes[name].ports = ports.get(name, [])
        if group.get("class") == "edge":
            edge = drawing.edges[int((group.get("id") or "edge0").removeprefix("edge")) - 1]
            edge.way = [p for path in group.iter(f"{_SVG}path") for p in _way(path.get("d") or "")]
            edge.way += [p for tip in group.iter(f"{_SVG}polygon") for p in _pairs(tip)]
            drawing.texts += [_text(e) for e in group.iter(f"{_SVG}text")]
    return drawing


def _text(element: ET.Element) -> Text:
    whole = "".join(element.itertext())
    shown = whole.strip()
    size = float(element.get("font-size") or 14)
    x, y = float(element.get("x") or 0), float(element.get("y") or 0)
    width = size * sum(_WIDTHS.get(letter, _LETTER) for letter in shown)
    x += size * _WIDTHS[" "] * (len(whole) - len(whole.lstrip()))
    left = x - {"middle": width / 2, "end": width}.get(element.get("text-anchor") or "", 0.0)
    return Text(
        shown,
        Box(left, y - 0.75 * size, left + width, y + 0.2 * size),
        size,
        element.get("fill") or "",
    )


def _node(group: ET.Element) -> Node:
    numbers = [point for element in group.iter() for point in _pairs(element)]
    texts = [_text(e) for e in group.iter(f"{_SVG}text")]
    if not numbers:
        numbers = [corner for t in texts for corner in (t.box[:2], t.box[2:])]
    xs, ys = zip(*numbers, strict=True)
    colors = [e.get("fill", "none") for e in group.iter() if not e.tag.endswith("text")]
    color = next((color for color in colors if color != "none"), "")
    return Node(Box(min(xs), min(ys), max(xs), max(ys)), texts, color)


def _pairs(element: ET.Element) -> list[Point]:
    """Return the corners of a polygon, or the points that a path is made of."""
    data = element.get("points") or element.get("d") or ""
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", data)]


def _way(data: str, steps: int = 12) -> list[Point]:
    """Return points along a path of cubic curves."""
    found = [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", data)]
    way = found[:1]
    for i in range(0, len(found) - 3, 3):
        a, b, c, d = found[i : i + 4]
        for k in range(1, steps + 1):
            t = k / steps
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            way.append(
                (
                    sum(w * p[0] for w, p in zip(weights, (a, b, c, d), strict=True)),
                    sum(w * p[1] for w, p in zip(weights, (a, b, c, d), strict=True)),
                )
            )
    return way


# ------------------------------------------------------------------------- measures


def labels_nearer_to_another_edge(drawing: Drawing) -> list[str]:
    """Return the multipliers that are nearer to another edge than to their own."""
    found = []
    across = 1 if drawing.is_upright else 0
    for name, node in drawing.nodes.items():
        labels = [text for text in node.texts if text.color == _MULTIPLIER]
        labels.sort(key=lambda text: text.box[across])
        assert len(labels) == len(node.ports), (name, [text.shown for text in labels])
        own = {edge.port: edge for edge in drawing.edges if edge.head == name}
        for port, text in zip(node.ports, labels, strict=True):
            if port not in own:  # the label says itself where it belongs
                continue
            near = min(text.box.distance(point) for point in own[port].way)
            if any(
                text.box.distance(point) <= near
                for e in drawing.edges
                if e is not own[port]
                for point in e.way
            ):
                found.append(f"{text.shown} at {name}")
    return found


def overlaps(drawing: Drawing) -> list[tuple[str, str]]:
    """Return the pairs of texts, and of nodes, that overlap."""
    texts = [*drawing.texts, *(text for node in drawing.nodes.values() for text in node.texts)]
    boxes = [(text.shown, text.box) for text in texts]
    nodes = [(name, node.box) for name, node in drawing.nodes.items()]
    return [
        (a, b)
        for many in (boxes, nodes)
        for (a, one), (b, other) in itertools.combinations(many, 2)
        if one.overlaps(other)
    ]


def edges_behind_nodes(drawing: Drawing) -> list[tuple[str, str, str]]:
    """Return the edges that run through a node that they do not belong to."""
    return [
        (edge.tail, edge.head, name)
        for edge in drawing.edges
        for name, node in drawing.nodes.items()
        if name not in {edge.tail, edge.head}
        and any(node.box.distance(point) == 0 for point in edge.way)
    ]


Rank = list[str]


class Ranks:
    """Who is in which rank, in which order, and which pieces of edges lead from rank to rank.

    An edge over several ranks has a place of its own in each rank between.
    """

    def __init__(self, drawing: Drawing) -> None:
        along, self._across = (0, 1) if drawing.is_upright else (1, 0)
        nodes = drawing.nodes
        # Nodes stand in one rank if, along the way of the graph, they overlap.
        spans: list[list[float]] = []
        for box in sorted((n.box for n in nodes.values()), key=lambda b: b[along]):
            middle = (box[along] + box[along + 2]) / 2
            if spans and middle - spans[-1][-1] < 1.0:
                spans[-1].append(middle)
            else:
                spans.append([middle])
        middles = [sum(span) / len(span) for span in spans]

        def rank(name: str) -> int:
            box = nodes[name].box
            middle = (box[along] + box[along + 2]) / 2
            return min(range(len(middles)), key=lambda i: abs(middles[i] - middle))

        self.of = {name: rank(name) for name in nodes}
        self._nodes = sorted(nodes, key=lambda name: int(name.removeprefix("n")))
        self._colors = {name: node.color for name, node in nodes.items()}
        self._inputs: dict[str, list[str]] = {name: [] for name in nodes}
        for edge in sorted(drawing.edges, key=lambda edge: edge.port):
            self._inputs[edge.head].append(edge.tail)
        places = {name: self._middle(node.box) for name, node in nodes.items()}
        self.pieces: list[list[tuple[str, str, float]]] = [[] for _ in middles]
        for i, edge in enumerate(drawing.edges):
            last, offset = edge.tail, 0.0
            for r in range(self.of[edge.tail] + 1, self.of[edge.head]):
                point = min(edge.way, key=lambda p: abs(p[along] - middles[r]))
                name = f"edge{i} in {r}"
                places[name], self.of[name] = point[self._across], r
                self.pieces[r].append((last, name, 0.0))
                last = name
            offset = float(edge.port)
            self.pieces[self.of[edge.head]].append((last, edge.head, offset))
        self.orders = [
            sorted((n for n in places if self.of[n] == r), key=places.__getitem__)
            for r in range(len(middles))
        ]

    def _middle(self, box: Box) -> float:
        return (box[self._across] + box[self._across + 2]) / 2

    def crossings(self, rank: int, order: Rank | None = None) -> int:
        """Return the crossings before and behind a rank, if the rank had this order."""
        orders = list(self.orders)
        if order is not None:
            orders[rank] = order
        count = 0
        for r in (rank, rank + 1):
            if 0 < r < len(orders):
                place = {name: i for names in orders[r - 1 : r + 1] for i, name in enumerate(names)}
                ends = [
                    (place[tail], place[head] + offset / 1000)
                    for tail, head, offset in self.pieces[r]
                    if self.of[tail] == r - 1
                ]
                count += sum(
                    (a[0] - b[0]) * (a[1] - b[1]) < 0 for a, b in itertools.combinations(ends, 2)
                )
        return count

    def saved(self) -> int:
        """Return how many crossings another order of one rank would save, over all ranks.

        Only orders count that put no declared pair of nodes into the wrong order.
        """
        saved = 0
        for r, order in enumerate(self.orders):
            allowed = (other for other in _other_orders(order) if not self._in_wrong_order(other))
            fewest = min((self.crossings(r, other) for other in allowed), default=self.crossings(r))
            saved += max(0, self.crossings(r) - fewest)
        return saved

    def disorder(self) -> list[tuple[str, str]]:
        """Return the declared pairs of nodes that stand in the wrong order."""
        return [pair for order in self.orders for pair in self._in_wrong_order(order)]

    def _in_wrong_order(self, order: Rank) -> list[tuple[str, str]]:
        return [(b, a) for a, b in itertools.combinations(order, 2) if (b, a) in self.declared]

    @cached_property
    def declared(self) -> set[tuple[str, str]]:
        """The pairs of nodes of one rank whose order was declared.

        Inputs of an operation stand in its order, unless operations contradict each other. Inputs,
        parameters and results that no operation takes together stand as in the DOT text.
        """
        behind: dict[str, set[str]] = {name: set() for name in self._nodes}
        for found in self._inputs.values():
            for a, b in itertools.combinations(dict.fromkeys(found), 2):
                if self.of[a] == self.of[b]:
                    behind[a].add(b)
        for middle, a in itertools.product(behind, behind):  # what is behind b is behind a
            if middle in behind[a]:
                behind[a] |= behind[middle]
        pairs = set()
        for (i, a), (j, b) in itertools.permutations(enumerate(self._nodes), 2):
            is_told = b in behind[a] or a in behind[b]
            is_first = a not in behind[b] if is_told else i < j
            is_alike = self._colors[a] == self._colors[b]
            if self.of[a] == self.of[b] and is_first and (is_told or is_alike):
                pairs.add((a, b))
        return pairs


def _other_orders(order: Rank) -> Iterator[Rank]:
    """Yield orders: all, of few; of many, those where one has another place, or two change."""
    if len(order) <= 6:
        yield from map(list, itertools.permutations(order))
        return
    yield order
    for i, j in itertools.permutations(range(len(order)), 2):
        moved = [*order[:i], *order[i + 1 :]]
        moved.insert(j, order[i])
        yield moved
        swapped = list(order)
        swapped[i], swapped[j] = swapped[j], swapped[i]
        yield swapped


def disorder(drawing: Drawing) -> list[tuple[str, str]]:
    """Return the inputs of one operation alone that stand in one rank, and in the wrong order.

    The pages are measured by these; pictures, by `Ranks.disorder`, which counts shared inputs too.
    """
    ranks = Ranks(drawing)
    uses: dict[str, int] = {}
    for edge in drawing.edges:
        uses[edge.tail] = uses.get(edge.tail, 0) + 1
    found = []
    for name in drawing.nodes:
        inputs = sorted((e for e in drawing.edges if e.head == name), key=lambda e: e.port)
        for a, b in itertools.combinations([e.tail for e in inputs if uses[e.tail] == 1], 2):
            rank = ranks.orders[ranks.of[a]]
            if ranks.of[a] == ranks.of[b] and rank.index(a) > rank.index(b):
                found.append((a, b))
    return found


def smallest_points(drawing: Drawing) -> float:
    """Return the size of the smallest text on a slide that the picture is fitted to."""
    scale = min(SLIDE[0] / drawing.size[0], SLIDE[1] / drawing.size[1]) * drawing.scale
    texts = [*drawing.texts, *(text for node in drawing.nodes.values() for text in node.texts)]
    return min(text.points for text in texts) * scale


# --------------------------------------------------------------------- eighteen graphs


def _labelled(output: Value, label: str) -> Value:
    output.label = label
    return output


def worked() -> Value:
    """Return the cost of the worked example."""
    return build(STUDENTS[0])["cost"]


def mlp() -> Value:
    """Return the output of a network of 3 inputs and layers of 4, 4 and 1."""
    x = [Value(number, label=f"x{i}") for i, number in enumerate((2.0, 3.0, -1.0), start=1)]
    output = MLP(3, [4, 4, 1], seed=1)(x)
    assert isinstance(output, Value)
    return output


def attention() -> Value:
    """Return what the second of two tokens sees."""
    q = [Value(0.5, label="q1"), Value(-1.0, label="q2")]
    k = [[Value(0.1 * i + j, label=f"k{i}{j}") for j in (1, 2)] for i in (1, 2)]
    v = [Value(2.0 * i, label=f"v{i}") for i in (1, 2)]
    scores = [_labelled(autograd.dot(q, key), f"s{i}") for i, key in enumerate(k, start=1)]
    weights = autograd.softmax(scores)
    return _labelled(autograd.dot(weights, v), "seen")


def recurrent() -> Value:
    """Return the state of a recurrent unit after three steps."""
    w, u, b = (Parameter(n, label=s) for n, s in ((0.5, "w"), (-0.3, "u"), (0.1, "b")))
    state = Value(0.0, label="h0")
    for i, number in enumerate((1.0, 2.0, -1.0), start=1):
        state = autograd.dot([w, u], [Value(number, label=f"x{i}"), state], b).tanh()
        state.label = f"h{i}"
    return state


def long_sum() -> Value:
    """Return a sum of 12 inputs."""
    return _labelled(autograd.sum([Value(float(i), label=f"a{i}") for i in range(1, 13)]), "y")


def cross_entropy() -> Value:
    """Return the cross entropy of a softmax of three scores."""
    scores = [Value(n, label=f"z{i}") for i, n in enumerate((1.0, 2.0, 0.5), start=1)]
    p = autograd.softmax(scores)
    for i, share in enumerate(p, start=1):
        share.label = f"p{i}"
    return _labelled(-autograd.log(p[1]), "loss")


def batch() -> Value:
    """Return the mean squared error of a line over three samples."""
    w, b = Parameter(2.0, label="w"), Parameter(-1.0, label="b")
    rows = []
    for i, (x, y) in enumerate(((1.0, 2.0), (2.0, 1.0), (3.0, 6.0)), start=1):
        rows.append(((w * Value(x, label=f"x{i}") + b) - Value(y, label=f"y{i}")) ** 2)
    return _labelled(autograd.sum(rows) / 3.0, "loss")


def diamond() -> Value:
    """Return x * x + x."""
    x = Value(3.0, label="x")
    return _labelled(x * x + x, "y")


def whole_batch() -> Value:
    """Return the loss of a small network over two samples."""
    model = MLP(2, [2, 1], "tanh", seed=2)
    rows = [[0.5, -1.0], [1.5, 0.25]]
    outputs: Any = [[model(row)] for row in rows]
    return _labelled(losses.get("mean_squared_error")([[1.0], [0.0]], outputs), "loss")


def constants() -> Value:
    """Return a weighted sum of numbers without a bias, divided by an unlabelled sum."""
    w = [Parameter(0.5, label="w1"), Parameter(-2.0, label="w2")]
    return _labelled(autograd.dot(w, [60.0, 80.0]) / (w[0] + Value(4.0)), "y")


def wide_and_deep() -> Value:
    """Return a chain whose first input skips to its end."""
    x = Value(0.5, label="x")
    node = x
    for _ in range(6):
        node = node.tanh()
    return _labelled(node + x, "y")


def tangled() -> Value:
    """Return a random graph, whose inputs are used all over."""
    chance = random.Random(5)  # noqa: S311  # no secret
    nodes: list[Value] = [Value(float(i), label=f"a{i}") for i in range(1, 6)]
    for _ in range(14):
        a, b = chance.sample(nodes[-6:], 2)
        nodes.append(chance.choice([a * b, a + b, a - b, a.tanh()]))
    return _labelled(autograd.sum(nodes[-5:]), "y")


def softmax() -> Value:
    """Return the first share of three scores."""
    scores = [Value(n, label=f"z{i}") for i, n in enumerate((1.0, 2.0, 0.5), start=1)]
    return _labelled(autograd.softmax(scores)[0], "p1")


def shares() -> Value:
    """Return the cross entropy of scores of three neurons."""
    model = MLP(3, [3], seed=1)
    x = [Value(n, label=f"x{i}") for i, n in enumerate((1.0, -2.0, 0.5), start=1)]
    scores = model(x)
    assert isinstance(scores, list)
    p = autograd.softmax(scores)
    return _labelled(-autograd.log(p[0]), "loss")


def long_short_term_memory() -> Value:
    """Return the state of a cell with an input gate, a forget gate and an output gate."""
    x, h, c = (Value(n, label=s) for n, s in ((1.0, "x"), (0.5, "h"), (-0.2, "c")))
    gates = []
    for i, gate in enumerate(("i", "f", "o", "g")):
        w, u, b = (Parameter(0.1 * (i + k) - 0.2, label=f"{s}{gate}") for k, s in enumerate("wub"))
        score = autograd.dot([w, u], [x, h], b)
        gates.append(_labelled(score.tanh() if gate == "g" else autograd.sigmoid(score), gate))
    gated, forget, out, new = gates
    cell = _labelled(forget * c + gated * new, "c_new")
    return _labelled(out * cell.tanh(), "h_new")


def convolution() -> Value:
    """Return the largest of what a filter of two gives on four inputs."""
    x = [Value(n, label=f"x{i}") for i, n in enumerate((1.0, 3.0, -2.0, 0.5), start=1)]
    k = [Parameter(0.5, label="k1"), Parameter(-1.0, label="k2")]
    b = Parameter(0.1, label="b")
    found = [autograd.relu(autograd.dot(k, x[i : i + 2], b)) for i in range(3)]
    return _labelled(autograd.maximum(*found), "y")


def ridge() -> Value:
    """Return the mean squared error of a line, and a penalty on its weights."""
    w = [Parameter(0.5, label="w1"), Parameter(-1.0, label="w2")]
    b, penalty = Parameter(0.1, label="b"), Value(0.01, label="lambda")
    errors = []
    for i, (first, second, y) in enumerate(((1.0, 2.0, 1.0), (3.0, -1.0, 2.0)), start=1):
        x = [Value(first, label=f"x{i}1"), Value(second, label=f"x{i}2")]
        errors.append((autograd.dot(w, x, b) - Value(y, label=f"y{i}")) ** 2)
    return _labelled(autograd.sum(errors) / 2 + penalty * (w[0] ** 2 + w[1] ** 2), "loss")


def products() -> Value:
    """Return w1*x1 + w2*x2 + w3*x3 + b, written by hand."""
    w = [Parameter(n, label=f"w{i}") for i, n in enumerate((0.5, -1.0, 2.0), start=1)]
    x = [Value(n, label=f"x{i}") for i, n in enumerate((1.0, 3.0, -2.0), start=1)]
    b = Parameter(0.1, label="b")
    return _labelled(w[0] * x[0] + w[1] * x[1] + w[2] * x[2] + b, "z")


GRAPHS: dict[str, Callable[[], Value]] = {
    function.__name__: function
    for function in (
        *(worked, mlp, attention, recurrent, long_sum, cross_entropy, batch, diamond),
        *(whole_batch, constants, wide_and_deep, tangled, softmax, shares),
        *(long_short_term_memory, convolution, ridge, products),
    )
}


def measures(picture: Picture) -> dict[str, float]:
    """Return all measures of a picture; for all but the last, 0 is what a reader wants."""
    drawing = read(picture)
    ranks = Ranks(drawing)
    return {
        "labels": len(labels_nearer_to_another_edge(drawing)),
        "overlaps": len(overlaps(drawing)),
        "behind": len(edges_behind_nodes(drawing)),
        "saved": ranks.saved(),
        "disorder": len(ranks.disorder()),
        "points": round(smallest_points(drawing), 1),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the measures of the pictures."""
    parser = argparse.ArgumentParser(description="Measure pictures of graphs.")
    parser.add_argument("--slide", action="store_true", help="draw them for slides")
    options = parser.parse_args(arguments)
    look = {"slide": True} if options.slide else {}
    for i, ((name, make), direction) in enumerate(itertools.product(GRAPHS.items(), ("LR", "TB"))):
        output = make()
        output.backward()
        found = measures(draw(output, direction=direction, **look))  # type: ignore[arg-type]
        if i == 0:
            print(f"{'picture':18}", *(f"{title:>9}" for title in found))
        print(f"{f'{name} {direction}':18}", *(f"{number:9g}" for number in found.values()))


if __name__ == "__main__":
    main(sys.argv[1:])
