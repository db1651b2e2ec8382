"""draw_network: the picture of a network, neurons as circles and weights as lines.

`autograd.draw` shows every operation of a graph; this shows what textbooks do: a circle for each
input and each neuron, a line for each weight, thick for a large one and thin for a small one.
"""

from __future__ import annotations

import itertools
import math
import textwrap
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import autograd
from autograd import Constant, Parameter, Value
from autograd.languages import marked, spoken, words
from autograd.notation import escape_dot
from autograd.options import choose, whole_number
from nn.neurons import Module
from nn.perceptron import Perceptron
from nn.pictures.layout import LABELLED_EDGES, Layout, columns_of
from nn.pictures.network import Circle, Network
from nn.pictures.numbers import DARK, DETAILS, QUIET, Lines, Texts, compute, shown_name

_POSITIVE, _NEGATIVE = "#0b4a8f", "#c2410c"
_FONT = "Helvetica"
_LEGEND = marked(
    "line: a weight w, the thicker the larger; solid positive, dashed negative, dotted 0"
)
_POINTS = (12, 13)  # of the smallest text, on a screen and on a slide before it is enlarged
_SCALE = 14 / _POINTS[True]
_LONGEST_LINE = 80  # characters: a longer line makes the picture wider than its network
_THINNEST, _THICKEST = 0.6, 5.0  # points
_MOST, _MOST_A_NEURON = 10_000, 100  # inputs and results, of a graph and for each circle


def draw_network(
    model: Module | Perceptron | Value,
    x: Sequence[Any] | None = None,
    *,
    target: Sequence[float] | float | None = None,
    loss: str | Callable[..., Any] | None = None,
    direction: str = "LR",
    bias: str = "inside",
    numbers: bool | None = None,
    digits: int = 4,
    max_neurons: int = 60,
    title: str = "",
    derivatives: bool = True,
    colors: str = "light",
    slide: bool = False,
    language: str | None = None,
) -> autograd.Picture:
    """Draw a network: inputs and neurons as circles, weights as lines between them.

    A line is the thicker the larger |weight| is, measured by the largest one drawn; a positive
    weight is blue and solid, a negative one orange and dashed, 0 grey and dotted. With a row of
    inputs, every circle shows its output in the forward pass, and its weighted sum z if that is
    another number. With a target too, the gradients of
    the loss are shown: by a neuron's output and bias in its circle, by a weight on its line.
    Without a target, gradients that the parameters hold from an earlier backward pass are shown.

    A layer that is used several times is drawn for each use, and its weights' gradients are the
    sums over all uses. Nothing of the model is changed, not even its gradients.

    Args:
        model: a `Neuron`, `Layer`, `MLP`, `Dense`, `Sequential` or `Model`, or a `Perceptron`; or a
            Value, whose graph is drawn: a `dot` as a neuron, other operations as circles.
        x: one row of inputs, those of a model with several inputs end to end.
        target: the right answer to it, a number or one for each output.
        loss: name or function, see `nn.losses`; if None, the one that the model was compiled with,
            and for what cannot be compiled the mean squared error.
        direction: "LR", left to right, or "TB", top to bottom.
        bias: "inside", written in the neuron; or "node", a circle holding 1 with lines of its own.
        numbers: whether to write weights and biases, in however large a picture; if None, biases
            always, and weights where there are at most 30 lines and room for them.
        digits: significant digits of the numbers shown.
        max_neurons: how many circles to draw at the most, inputs among them.
        title: text below the picture.
        derivatives: whether to show gradients, as of `autograd.draw`.
        colors: "light", "dark" or "print", as of `autograd.draw`.
        slide: whether to fit the picture to a slide, 16:9, with no text smaller than 14 pt: the
            headings and the legend are left out, then lines are shortened and operations are as
            large as their text, then the weights and biases are left out, unless `numbers` is True,
            then unlabelled results of a Value are drawn within the operation that takes them, then
            circles show their output alone, then layers, and what else is alike, are folded ("16
            neurons", with the smallest and the largest of their numbers), then circles show no
            numbers.
        language: the language of the words, "en" or "es"; if None, the reader's.

    Returns:
        A `graphviz.Digraph`: it shows itself in a notebook, and `.render(outfile="network.svg")`
        writes it.

    Raises:
        ValueError: an option has no such value, the inputs or targets do not fit, or the network is
            too large to read; the message says what to do.
        TypeError: the model is of another kind, or holds a layer of another kind.
        RuntimeError: the model does not know its number of inputs, or its loss, yet; or gradients
            are asked for inside of `no_grad()`.

    >>> from nn import MLP
    >>> picture = draw_network(MLP(2, [3, 1], seed=1))
    >>> picture.source.count(" -> ")
    9
    """
    choose("direction", direction, ("LR", "TB"))
    choose("bias", bias, ("inside", "node"))
    digits = whole_number("digits", digits, least=1, most=17)
    max_neurons = whole_number("max_neurons", max_neurons, least=1)
    if target is not None and x is None:
        raise ValueError("expected x, a row of inputs, with the target; received a target alone")

    if isinstance(model, Value):
        _refuse_by_size(model, max(_MOST, _MOST_A_NEURON * max_neurons))

    def drawn(
        numbers: bool | None,
        *,
        folded: bool = False,
        is_told: bool = True,
        is_roomy: bool = True,
        detail: str = DETAILS[0],
    ) -> autograd.Picture | None:
        """Return the picture; None where its circles alone do not fit on a slide."""
        network = Network(model, is_short=detail != DETAILS[0])
        count = len(list(network.circles()))
        if count > max_neurons and not slide:
            raise ValueError(
                f"the network has {count} inputs and neurons to draw, more than"
                f" max_neurons={max_neurons}; draw one of its layers, such as model.layers[-1],"
                " fold its layers with slide=True, or raise max_neurons"
            )
        gradients, note = compute(network, model, x, target, loss)
        if folded:
            network.fold()
        columns = columns_of(network)
        if bias == "node":
            network.unfold_biases()
        known = gradients if derivatives else {}
        inputs = [circle.text for circle in network.circles() if circle.kind == "input"]
        texts = Texts(known, network.names, digits, numbers, detail, inputs)
        layout = Layout(columns, texts, direction, is_roomy=is_roomy)
        if slide and min(autograd.Picture.scales_of(*layout.size())) < _SCALE:
            return None
        notes = [title, note if derivatives else ""]
        return _picture(layout, texts, notes, colors, _POINTS[slide], is_told=is_told)

    picture = spoken(language, partial(_on_slide, drawn) if slide else drawn, numbers)
    assert picture is not None  # noqa: S101  # it is None for a slide alone
    return picture


def _refuse_by_size(output: Value, most: int) -> None:
    """Refuse a graph that is far too large for a network: before anything is made of it."""
    own = (Parameter, Constant)  # of neurons: no circles
    count = sum(not isinstance(node, own) for node in autograd.topological_order(output))
    if count > most:
        raise ValueError(
            f"the graph has {count:,} inputs and results, far too many for the picture of a"
            " network; draw a part of it from an inner node, or the model without its loss"
        )


def _on_slide(
    drawn: Callable[..., autograd.Picture | None], numbers: bool | None
) -> autograd.Picture:
    """Return the picture with the most to read of those that fit on a slide."""

    def fitting(**look: Any) -> autograd.Picture | None:
        picture = drawn(**look)
        if picture is None or (scale := min(picture.scales_on_slide())) < _SCALE:
            return None
        picture.put_on_slide(scale)
        return picture

    both = (True, False)
    ways = [(folded, detail) for folded in (False, True) for detail in DETAILS[:-1]]
    smallest = [(folded, DETAILS[-1]) for folded in (False, True)]
    little = {"numbers": bool(numbers), "is_roomy": False, "is_told": False}
    if any(fitting(folded=folded, detail=detail, **little) for folded, detail in smallest):
        for (folded, detail), shown, is_roomy, is_told in itertools.product(
            ways + smallest, dict.fromkeys([numbers, bool(numbers)]), both, both
        ):
            look = {"numbers": shown, "is_roomy": is_roomy, "is_told": is_told}
            if picture := fitting(folded=folded, detail=detail, **look):
                return picture
    raise ValueError(
        "the network does not fit on a slide, even folded; draw a part of it, one of its layers or"
        " an inner node, in the other direction or without numbers; or draw(output, slide=True)"
    )


def _picture(
    layout: Layout, texts: Texts, notes: Sequence[str], colors: str, points: int, *, is_told: bool
) -> autograd.Picture:
    weights = [weight for _, _, weight in layout.arrows if weight is not None]
    largest = max((abs(w.data) for w in weights if math.isfinite(w.data)), default=0.0)
    # Many thick lines would hide each other.
    thickest = max(
        2.0, _THICKEST * min(1.0, math.sqrt(LABELLED_EDGES / max(1, len(layout.arrows))))
    )
    page = {"bgcolor": "#ffffff", "fontname": _FONT, "pad": "0.15"}
    page |= {"layout": "nop", "splines": "line", "outputorder": "edgesfirst"}  # all have positions
    disc = {"shape": "circle", "style": "filled", "fixedsize": "true"}
    disc |= {"fontname": _FONT, "fontsize": str(points), "fontcolor": DARK}
    line = {"arrowsize": "0.6"} if layout.is_small else {"arrowhead": "none"}
    picture = autograd.Picture(colors=colors, graph_attr=page, node_attr=disc, edge_attr=line)
    title, note = notes
    caption = _caption(title, _meanings(layout, texts, note, is_told=is_told), points)
    if caption:
        picture.attr(label=f"<{caption}>", labelloc="b")
    facts = picture.facts
    facts.title, facts.direction = title or words("A network"), layout.direction
    plain = {"shape": "plain", "style": "", "fixedsize": "false", "width": "0"}
    pale = ' BGCOLOR="#ffffffe0"'  # lines can be seen through it, and the text can be read
    for i, group in enumerate(group for column in layout.columns for group in column):
        if group.title and is_told:
            name = _table([(shown_name(group.title), DARK)], pale)
            picture.node(f"t{i}", name, pos=layout.of_heading(group), fontsize="14", **plain)
    for circle, name in layout.names.items():
        label = "" if circle.kind == "relay" else _table(texts.circle(circle))
        width = f"{2 * layout.radii[circle]:.2f}"
        look = {"width": width} | _LOOKS[circle.kind]
        picture.node(name, label, pos=layout.of_circle(circle), **look)
        if circle.kind != "relay":
            facts.nodes[name] = {"name": ", ".join(text for text, _ in texts.circle(circle))}
    for source, circle, weight in layout.arrows:
        look = _stroke(weight, largest, thickest)
        if circle.kind == "relay":
            look["arrowhead"] = "none"
        ends = layout.names[source], layout.names[circle]
        picture.edge(*ends, **look)
        if circle.kind != "relay":
            start = layout.names[_beginning(source)]
            facts.edges.append((start, ends[1], {} if weight is None else {"weight": weight.data}))
    for (source, circle), lines in layout.labels.items():
        name = f"{layout.names[source]}_{layout.names[circle]}"
        label = _table(lines, pale)
        picture.node(name, label, pos=layout.of_label(source, circle), **plain)
    return picture


_LOOKS = {
    "input": {"fillcolor": "#f4f4f4", "color": QUIET},
    "neuron": {"fillcolor": "#fff8e6", "color": DARK, "penwidth": "1.5"},
    "operation": {"fillcolor": "#ffffff", "color": QUIET},
    "bias": {"fillcolor": "#e6f0fa", "color": QUIET, "style": "filled,dashed"},
    "relay": {"shape": "point", "width": "0.04", "color": QUIET},
}


def _beginning(circle: Circle) -> Circle:
    """Return the circle where a line begins that runs through points."""
    return _beginning(circle.arrows[0][0]) if circle.kind == "relay" else circle


def _stroke(weight: Value | None, largest: float, thickest: float) -> dict[str, str]:
    """How a line looks: thickness by size, colour and style by sign."""
    if weight is None:
        return {"color": QUIET, "penwidth": "1"}
    size = abs(weight.data)
    share = min(size / largest, 1.0) if largest and not math.isnan(size) else 0.0
    width = f"{_THINNEST + (thickest - _THINNEST) * share:.2f}"
    color, style = QUIET, "dotted"
    if size > 0:
        color, style = (_POSITIVE, "solid") if weight.data > 0 else (_NEGATIVE, "dashed")
    return {"color": color, "style": style, "penwidth": width}


def _meanings(layout: Layout, texts: Texts, note: str, *, is_told: bool) -> list[str]:
    """Return what lines, letters and gradients mean, of those that the picture has."""
    weights = [weight for _, _, weight in layout.arrows if weight is not None]
    shown = [text for circle in layout.names for text, _ in texts.circle(circle)]
    written = [text for lines in layout.labels.values() for text, _ in lines]
    letters = {"b": words("bias"), "z": words("weighted sum"), "out": words("output")}
    legend = [f"{k}: {what}" for k, what in letters.items() if any(f"{k} =" in t for t in shown)]
    note = note if any(text.startswith("∂") for text in (*shown, *written)) else ""
    used = Counter([*weights, *(c.bias for c in layout.names if c.bias is not None)])
    if note and max(used.values(), default=1) > 1:
        note += words("; of a parameter that is used several times, the sum over all uses")
    return [words(_LEGEND) if weights else "", ", ".join(legend), note] if is_told else [note]


def _caption(title: str, notes: Sequence[str], points: int) -> str:
    """The title, and what lines, letters and colours mean, line by line."""
    short = [line for note in notes for line in textwrap.wrap(note, _LONGEST_LINE)]
    lines = [(title, 16, DARK), *((line, points, QUIET) for line in short)]
    return "<BR/>".join(
        f'<FONT POINT-SIZE="{size}" COLOR="{color}">{escape_dot(text)}</FONT>'
        for text, size, color in lines
        if text.strip()
    )


def _table(lines: Lines, look: str = "") -> str:
    """Lines of text as an HTML-like label."""
    cells = (f'<FONT COLOR="{color}">{escape_dot(text)}</FONT>' for text, color in lines)
    rows = "".join(f"<TR><TD>{cell}</TD></TR>" for cell in cells)
    return f'<<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="1"{look}>{rows}</TABLE>>'
