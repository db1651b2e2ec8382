"""draw: the picture of a forward pass and, after `backward()`, of the backward pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import pairwise, product
from typing import Any, TypeVar

from autograd.cleaning import quoted, received
from autograd.drawing import tables
from autograd.drawing.digits import Digits
from autograd.drawing.fitting import Fitting
from autograd.drawing.merging import coarse, merged
from autograd.drawing.moment import Moment, Passes, Step
from autograd.drawing.operations import (
    LONGEST_LABEL,
    unfolded,
    with_scores_in_order,
    with_whole_sums,
    without_constants,
)
from autograd.drawing.picture import COLORS, Picture
from autograd.drawing.plan import Folding, Plan, folded, foldings
from autograd.drawing.sketch import Sketch
from autograd.languages import spoken
from autograd.notation.composing import Composer
from autograd.notation.names import Names, name_and_number
from autograd.notation.numbers import DIGITS
from autograd.notation.stale import warn_of_stale
from autograd.notation.text import told_apart
from autograd.notation.writers import PictureWriter
from autograd.options import choose, whole_number
from autograd.value import Value, topological_order
from autograd.walks import COUNTED, Edge, Graph, between, edges, edges_between, size_of

_Found = TypeVar("_Found")

DETAILS = ("ops", "nodes", "labels")
DIRECTIONS = ("LR", "TB")

_DIGITS_OF_A_SLIDE = (4, 3)
_EDGES_A_NODE = 4  # more on average is a tangle
_MOST_TO_FOLD = 2_000  # nodes, within half a second
_MOST_ON_SLIDES = 10_000  # nodes to fold for a slide
_MOST_EDGES = 30_000  # to fold
_WORTH_FOLDING = 2 / 3  # of the nodes may be left


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
    language: str | None = None,
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
        digits: significant digits of the numbers shown; if None, 6, and 4 or 3 on a slide. Numbers
            that nearly cancel have as many as make their difference true.
        max_nodes: how many nodes to draw at the most; more would take minutes and be unreadable. Of
            a larger graph, chains of sums are drawn as one sum, and nodes that are alike are
            folded into one, as on a slide. On a slide what fits is drawn.
        title: text below the picture.
        derivatives: whether to show gradients and multipliers; False for a first lesson.
        colors: "light"; "dark", for dark notebooks and slides; "print", black on white.
        slide: whether to fit the picture to a slide, 16:9, with no text smaller than 14 pt on
            13.33 by 7.5 inches. Where there is no room for all, the names of numbers are dropped,
            long chains are wrapped (a port says what it takes from a row before: `h1 →` or
            `[1] →`), leaves stand in the port that takes them, unlabelled results are drawn within
            the operation that takes them ("(y − 1)^2"), and nodes that are alike, of a layer or of
            samples, are folded into one ("16 neurons", "12 × (1 − v)", with the smallest and the
            largest of their numbers). Of what is larger still, a few results are drawn.
        language: of the words, "en" or "es"; if None, the one that is spoken. The picture keeps to
            it.

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
    options = {
        "direction": direction,
        "detail": detail,
        "highlight": highlight,
        "digits": digits,
        "max_nodes": max_nodes,
        "title": title,
        "derivatives": derivatives,
        "colors": colors,
        "slide": slide,
    }

    def picture(diagram: Diagram) -> Picture:
        if step is None:
            found = diagram.picture()
        else:
            passes = diagram.passes()
            found = diagram.picture(Moment(passes, passes.number_taken(step)))
        warn_of_stale(diagram._order)
        return found

    return spoken(language, partial(with_room, output, picture, **options))


def with_room(output: Value, use: Callable[[Diagram], _Found], **options: Any) -> _Found:
    """Return what is made of a diagram; for a slide with fewer digits, if only those have room.

    Args:
        output: see `draw`.
        use: makes pictures of the diagram.
        options: of the `Diagram`.

    Raises:
        ValueError: see `draw`.
    """
    if not options.get("slide"):
        return use(Diagram(output, **options))
    digits = options.pop("digits", None)
    tried = _DIGITS_OF_A_SLIDE if digits is None else (digits,)
    for is_coarse, digits in product((False, True), tried):
        diagram = Diagram(output, **options, digits=digits, is_coarse=is_coarse)
        with suppress(TooLargeError):
            return use(diagram)
    raise TooLargeError(_no_slide(f"{len(diagram._graph)} nodes"))


class TooLargeError(ValueError):
    """A graph is too large to be read as a picture."""


class Diagram(Sketch):
    """The parts of a graph to draw, found by one walk, for one picture or for many.

    Args:
        output: see `draw`.
        direction: see `draw`.
        detail: see `draw`.
        highlight: see `draw`.
        digits: see `draw`.
        max_nodes: see `draw`.
        title: see `draw`.
        derivatives: see `draw`.
        colors: see `draw`.
        slide: see `draw`.
        order: the nodes, parents before children, where they are known.
        is_coarse: whether a few results alone are drawn on a slide.

    Raises:
        ValueError: see `draw`.
        TypeError: `output` is not a Value, or `title` is not text.
    """

    def __init__(
        self,
        output: Value,
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
        order: Sequence[Value] = (),
        is_coarse: bool = False,
    ) -> None:
        if not isinstance(title, str):
            raise TypeError(f"expected title as text, received {received(title, 200)}")
        self._direction = choose("direction", direction, DIRECTIONS)
        self._detail = choose("detail", detail, DETAILS)
        usual = _DIGITS_OF_A_SLIDE[0] if slide else DIGITS
        digits = usual if digits is None else digits
        self._digits = whole_number("digits", digits, least=1, most=17)
        choose("colors", colors, COLORS)
        self._colors = colors
        self._derivatives = derivatives
        self._slide = slide
        self._is_coarse = is_coarse
        self._sizes = tables.SLIDE if slide else tables.SCREEN
        self._title = title
        max_nodes = whole_number("max_nodes", max_nodes, least=1)
        if not isinstance(output, Value):
            raise TypeError(f"expected a Value to draw, received {received(output)}")
        self.output = output
        self._refuse_by_size(max_nodes)
        self._order = order or topological_order(output)
        self._names = Names(self._order)
        self._writer = PictureWriter(digits=self._digits)
        self._finer = Digits(self._order, self._digits)
        self._shown = self._names_shown(with_generated=False)
        self._composer = Composer(self._shown, self._digits)
        self._graph = self._drawn()
        self._too_large = "" if slide else self._size_over(max_nodes)
        self._plan: Plan | None = None
        if self._too_large:
            if highlight is not None or len(self._graph) > _MOST_TO_FOLD:
                raise TooLargeError(self._too_large)
            self._plan = Plan(*self._small(max_nodes))
        elif not slide:
            self._plan = Plan(self._graph)
        stops = self._stops(highlight)
        self._path = self._path_through(stops)
        self._lit = {*stops, *(node for e in self._path for node in (e.parent, e.child))}
        self._scale = 1.0

    def passes(self) -> Passes:
        """Return both passes, step by step.

        Raises:
            ValueError: the graph is not drawn as it was recorded, or a path is highlighted.
        """
        if self._too_large:
            raise TooLargeError(self._too_large)
        if self._detail != "nodes" or self._lit:
            raise ValueError(
                "a step is drawn on the graph as it was recorded: leave out detail and highlight"
            )
        self._shown = self._names_shown(with_generated=True)  # the words of the steps use them
        self._composer = Composer(self._shown, self._digits)
        return Passes(self._order, self._digits, backwards=self._derivatives, is_brief=self._slide)

    def picture(self, moment: Moment | None = None) -> Picture:
        """Return the picture of the graph as it is, or at a moment of both passes.

        Raises:
            TooLargeError: a picture for a slide does not fit on one.
            EngineNotFoundError: there is no Graphviz to fit a picture to a slide with.
        """
        if self._plan is None:
            self._plan = self._fitting(moment)
        picture = self.sketch(self._plan, moment)
        if self._slide:
            picture.put_on_slide(self._scale)
        return picture

    def _fitting(self, moment: Moment | None) -> Plan:
        """Return the plan with the most to read of those that fit on a slide.

        Leaves move into ports, then results are drawn as part of others, then what is alike is
        folded; and if `is_coarse`, a few results alone are drawn.
        """
        fits = Fitting(self, moment, self._direction)
        is_recorded = self._detail == "nodes" and not self._lit
        part = merged(self._order, self.output, self._composer) if is_recorded else None
        if not self._is_coarse:
            found = fits.best(foldings(Folding(self._graph), part))
        else:
            graph = part.graph if part else self._graph
            few = coarse(graph, self._order, self.output) if not self._lit else iter(())
            found = fits.best(folding for one in few for folding in foldings(one))
        if not found:
            raise TooLargeError(_no_slide(f"{len(self._graph)} nodes"))
        plan, self._scale = found
        return plan

    # ------------------------------------------------------------- what is drawn

    def _names_shown(self, *, with_generated: bool) -> dict[Value, str]:
        """Return the names to show: a result such as `mul3` is told by its operation alone."""
        named = [
            node
            for node in self._order
            if self._names.is_given(node)
            or (self._names.is_generated(node) and (with_generated or node.op is None))
        ]
        names = [self._names.text(node, self._writer) for node in named]
        return dict(zip(named, told_apart(names, LONGEST_LABEL), strict=True))

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
        return with_scores_in_order(without_constants(graph, self.output))

    def _refuse_by_size(self, max_nodes: int) -> None:
        """Raise a TooLargeError where the graph is far too large: before anything is done with it.

        Where labelled nodes alone are drawn, the work is that of all nodes between them.
        """
        nodes, count = size_of(self.output)
        if self._detail == "labels":
            if nodes + count >= COUNTED:
                counted = f"at least {nodes:,} nodes and {count:,}"
                raise TooLargeError(
                    f"the graph has {counted} edges, too many to look for its labelled nodes; draw"
                    " a part of it from an inner node, or the loss of fewer samples"
                )
            return
        most = max(max_nodes, _MOST_ON_SLIDES if self._slide else _MOST_TO_FOLD)
        if nodes <= most and count <= max(_EDGES_A_NODE * max_nodes, _MOST_EDGES):
            return
        least = "at least " * (self._detail == "ops" or nodes + count >= COUNTED)
        raise TooLargeError(
            _no_slide(f"{least}{nodes} nodes")
            if self._slide
            else self._too_many(f"{least}{nodes} nodes and {count}", max_nodes)
        )

    def _size_over(self, max_nodes: int) -> str:
        """Return what is wrong with the size of the graph; "" if nothing is."""
        if _is_small(self._graph, max_nodes):
            return ""
        return self._too_many(f"{len(self._graph)} nodes and {_edge_count(self._graph)}", max_nodes)

    def _too_many(self, counted: str, max_nodes: int) -> str:
        smaller = " draw labelled nodes only with detail='labels',"
        smaller = "" if self._detail == "labels" else smaller
        return (
            f"the graph has {counted} edges to draw, too many to read for max_nodes={max_nodes};"
            f"{smaller} draw a part of it from an inner node, or raise max_nodes"
        )

    def _small(self, max_nodes: int) -> Folding:
        """Return the graph with chains of sums drawn as one sum, and with nodes alike folded.

        Raises:
            ValueError: even that is too large, or is not much smaller: to see all is better then.
        """
        whole = len(self._graph)
        if self._detail == "nodes":
            self._graph = without_constants(with_whole_sums(self._order), self.output)
        for least in (0, 3, 2):
            folding = Folding(*folded(self._graph, least)) if least else Folding(self._graph)
            if _is_small(folding.graph, max_nodes) and len(folding.graph) <= _WORTH_FOLDING * whole:
                return folding
        raise TooLargeError(self._too_large)

    def _stops(self, highlight: Value | Sequence[Value] | None) -> Sequence[Value]:
        """Return the nodes that the highlighted paths go through."""
        if highlight is None:
            return ()
        stops = [highlight] if isinstance(highlight, Value) else highlight
        if not isinstance(stops, (list, tuple)) or not stops:
            raise ValueError(
                f"expected a node to highlight, or a list of them, received {quoted(highlight)}"
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


def _no_slide(counted: str) -> str:
    return (
        f"the graph has {counted}, and does not fit on a slide in letters of 14 pt, even where"
        " nodes that are alike are folded: draw a part of it from an inner node or in the other"
        " direction, ask for fewer digits or a shorter title, leave out derivatives, or draw"
        " labelled nodes only with detail='labels'"
    )


def _edge_count(graph: Graph) -> int:
    return sum(edge.parent in graph for found in graph.values() for edge in found)


def _is_small(graph: Graph, max_nodes: int) -> bool:
    return len(graph) <= max_nodes and _edge_count(graph) <= _EDGES_A_NODE * max_nodes
