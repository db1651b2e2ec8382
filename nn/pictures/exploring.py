"""explore: a network as a page, circles first, where both passes run and each neuron opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import autograd
from autograd import Value, topological_order
from nn.neurons import Module
from nn.perceptron import Perceptron
from nn.pictures.network import Circle, Network
from nn.pictures.numbers import loss_of, run_forward, shown_name


def explore(
    model: Module | Perceptron,
    x: Sequence[Any],
    *,
    target: Sequence[float] | float | None = None,
    loss: str | Callable[..., Any] | None = None,
    title: str = "",
    note: str = "",
    height: int = 720,
) -> autograd.Page:
    """Return a page of a network and one sample: neurons as circles, weights on the lines.

    Numbers run forward through the circles and gradients back along the lines, step by step. A
    neuron that is chosen opens into its own graph, with its weighted sum and its activation; all
    else is as on the page of `autograd.explore`. Nothing of the model is changed.

    A loss that is computed from the scores before sigmoid or softmax, as cross entropies are, does
    not use the output: the last neurons are then called "score", and so is what they show.

    Args:
        model: as for `draw_network`.
        x: one row of inputs, those of a model with several inputs end to end.
        target: the right answer to it, a number or one for each output: the page ends in the loss.
            If None it ends in the output, of which there may be one only.
        loss: as for `draw_network`.
        title: heading of the page.
        note: a sentence of the teacher's, above the inputs and parameters.
        height: the height of the page in a notebook, in pixels.

    Raises:
        ValueError: the inputs or targets do not fit, or there are several outputs and no target.
        TypeError: the model is of another kind, or holds a layer of another kind.
        RuntimeError: the model does not know its number of inputs, or its loss, yet.

    >>> from nn import MLP
    >>> page = explore(MLP(2, [3, 1], seed=1), [0.5, -1.0], target=1.0)
    >>> page.html.count('"columns"')
    1
    """
    network = Network(model)
    run_forward(network, x)
    for circle in network.circles():
        if circle.kind == "input" and circle.output is not None:
            circle.output.label = circle.text  # a node of this page alone
    outputs = [circle.output for circle in network.outputs]
    if target is not None:
        result = loss_of(network, model, target, loss)
        result.label = "loss"
    elif len(outputs) == 1 and outputs[0] is not None:
        result = outputs[0]
    else:
        raise ValueError(
            f"the model has {len(outputs)} outputs, and gradients are those of one number: give"
            " the target, and the page ends in the loss"
        )
    known = set(topological_order(result))
    columns: list[list[tuple[Value, str]]] = []
    lines: list[tuple[Value, Value, Value | None]] = []
    nodes = {circle: _node(circle, known) for circle in network.circles()}
    depths: dict[Circle, int] = {}
    for group in network.groups:
        sources = [source for circle in group.circles for source, _ in circle.arrows]
        depth = 1 + max((depths[source] for source in sources), default=-1)
        columns += [[] for _ in range(depth + 1 - len(columns))]
        for circle in group.circles:
            depths[circle] = depth
            node = nodes[circle]
            if node is None:
                continue
            text = circle.text if node is circle.output else "score"
            columns[depth].append((node, shown_name(text, longest=9)))
            lines += [
                (start, node, weight)
                for source, weight in circle.arrows
                if (start := nodes[source]) is not None
            ]
    # Of an output that the loss goes past, the numbers that it is made of lead to the loss.
    ends = dict.fromkeys(
        node
        for circle in network.outputs
        for end in (
            [circle] if nodes[circle] is not None else [source for source, _ in circle.arrows]
        )
        if (node := nodes[end]) is not None
    )
    columns = [column for column in columns if column]
    if result not in ends:
        columns.append([(result, "loss")])
        lines += [(node, result, None) for node in ends]
    goes_past = any(circle.output not in known for circle in network.outputs)
    way = ", the loss computed from the scores" if goes_past else ""
    title = title or f"{type(model).__name__}: both passes for one sample{way}"
    return autograd.explore(
        result, title=title, note=note, height=height, columns=columns, lines=lines
    )


def _node(circle: Circle, known: set[Value]) -> Value | None:
    """Return the node of a circle: its output; its score, where a loss goes past the output."""
    return next((node for node in (circle.output, circle.score) if node in known), None)
