"""explore: a network as a page, circles first, where both passes run and each neuron opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import autograd
from autograd import Value, topological_order
from autograd.languages import spoken, words
from nn.neurons import Module
from nn.perceptron import Perceptron
from nn.pictures.network import Circle, Network
from nn.pictures.numbers import loss_of, run_forward
from nn.pictures.training_page import explore_training, still_of
from nn.training.record import Record, record

_MOST_CIRCLES = 24
"""Circles of a still picture that is not folded."""


def explore(
    model: Module | Perceptron | Record,
    x: Sequence[Any] | None = None,
    y: Sequence[Any] | None = None,
    *,
    target: Sequence[float] | float | None = None,
    loss: str | Callable[..., Any] | None = None,
    title: str = "",
    note: str = "",
    height: int = 720,
    language: str | None = None,
) -> autograd.Page:
    """Return a page of a network and one sample: neurons as circles, weights on the lines.

    Numbers run forward through the circles and gradients back along the lines, step by step. A
    neuron that is chosen opens into its own graph, with its weighted sum and its activation; of
    more than eight circles side by side, one stands for all, with the smallest and the largest of
    their numbers, until it is chosen. All else is as on the page of `autograd.explore`. Nothing of
    the model is changed.

    Of a `record`, or with data x and y for a compiled model, it is the page of a training: the
    network as it was at each epoch, with a map of each unit if there are two inputs. There the
    training goes on by sample, batch or epoch, as `fit` with `shuffle=False` does it.

    A loss that is computed from the scores before sigmoid or softmax, as cross entropies are, does
    not use the output: the last neurons are then called "score", and so is what they show.

    Args:
        model: as for `draw_network`; or a record of a training.
        x: one row of inputs, those of a model with several inputs end to end; with `y` the samples.
        y: the targets of the samples; None for the page of one sample.
        target: the right answer to it, a number or one for each output: the page ends in the loss.
            If None it ends in the output, of which there may be one only.
        loss: as for `draw_network`.
        title: heading of the page.
        note: a sentence of the teacher's, above the inputs and parameters.
        height: the height of the page in a notebook, in pixels.
        language: the language that the page opens in, "en" or "es"; if None, the reader's.

    Raises:
        ValueError: the inputs or targets do not fit, or there are several outputs and no target.
        TypeError: the model is of another kind, or holds a layer of another kind; a training has a
            loss of the user's own, or layers that draw by chance or look at a whole batch.
        RuntimeError: the model does not know its number of inputs, or its loss, yet.
        EngineNotFoundError: there is no Graphviz to draw the still picture with.

    >>> from nn import MLP
    >>> page = explore(MLP(2, [3, 1], seed=1), [0.5, -1.0], target=1.0)
    >>> page.html.count('"columns"')
    1
    """
    if y is not None:
        model = record(model, x, y)
    if isinstance(model, Record):
        if target is not None or loss is not None or note:
            raise TypeError(
                "a page of a training takes no target, loss or note: the data and the loss are the"
                " model's"
            )
        return spoken(language, partial(explore_training, model, title=title, height=height))
    if x is None:
        raise TypeError("expected a row of inputs, explore(model, [0.5, -1.0]), received none")
    page = partial(_page_of_sample, title=title, note=note, height=height)
    return spoken(language, page, model, x, target, loss)


def _page_of_sample(
    model: Module | Perceptron,
    x: Sequence[Any],
    target: Sequence[float] | float | None,
    loss: str | Callable[..., Any] | None,
    *,
    title: str,
    note: str,
    height: int,
) -> autograd.Page:
    network = Network(model)
    run_forward(network, x)
    result: Any = network.outputs[0].output
    if target is not None:
        result = loss_of(network, model, target, loss)
        result.label = words("loss")
    elif len(network.outputs) > 1:
        raise ValueError(
            f"the model has {len(network.outputs)} outputs, and gradients are those of one number:"
            " give the target, and the page ends in the loss"
        )
    known = set(topological_order(result))
    nodes: dict[Circle, Value] = {}
    for circle in network.circles():
        for node in (circle.score, circle.output):
            if node is not None and node in known:
                nodes[circle] = node  # the output, but of a loss that goes past it the score
    columns: list[list[tuple[Value, str]]] = []
    lines: list[tuple[Value, Value, Value | None]] = []
    depths: dict[Circle, int] = {}
    for group in network.groups:
        sources = [source for circle in group.circles for source, _ in circle.arrows]
        depth = 1 + max((depths[source] for source in sources), default=-1)
        depths |= dict.fromkeys(group.circles, depth)
        columns += [[] for _ in range(depth + 1 - len(columns))]
        for circle in filter(nodes.__contains__, group.circles):
            text = circle.text if nodes[circle] is circle.output else words("score")
            columns[depth].append((nodes[circle], text))
            lines += [(nodes[s], nodes[circle], w) for s, w in circle.arrows if s in nodes]
    # Of an output that the loss goes past, the numbers that it is made of lead to the loss.
    ends: dict[Value, None] = {}
    for circle in network.outputs:
        last = [circle] if circle in nodes else [source for source, _ in circle.arrows]
        ends |= dict.fromkeys(nodes[end] for end in last if end in nodes)
    columns = [column for column in columns if column]
    if result not in ends:
        columns.append([(result, words("loss"))])
        lines += [(node, result, None) for node in ends]
    goes_past = any(circle.output not in known for circle in network.outputs)
    name = type(model).__name__
    title = title or (
        words("{model}: both passes for one sample, the loss computed from the scores", model=name)
        if goes_past
        else words("{model}: both passes for one sample", model=name)
    )
    return autograd.explore(
        result,
        title=title,
        note=note,
        height=height,
        columns=columns,
        lines=lines,
        still=still_of(model, (False, True), _MOST_CIRCLES, x, target=target, loss=loss),
    )
