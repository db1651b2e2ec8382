"""The numbers of a network's picture: outputs and gradients of one sample, and their texts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Any, TypeAlias

from autograd import Value, topological_order
from autograd.languages import words
from autograd.notation import shortened, show_label, show_number, told_apart
from nn import losses
from nn.data import as_rows
from nn.models import Model
from nn.pictures.network import Circle, Network

DARK, QUIET, FORWARD, BACKWARD = "#1b1b1b", "#595959", "#0b4a8f", "#a3270c"
LETTER, LINE = 0.1, 0.22  # inches: a letter's width and a line's height, in any common font

_LONGEST_LINE = 8  # characters of what an operation does
_LONGEST_TEXT = 16  # characters of an input's name, or of what an operation does, in a circle
_LONGEST_NAME = 8  # characters of a name beside a number in a circle
_SIGNS = {" + ", " − ", " × ", " ÷ "}

DETAILS = ("whole", "short", "brief", "bare")
"""How much is shown: all; operations within others; outputs and weights alone; weights alone."""

Lines: TypeAlias = list[tuple[str, str]]
"""Lines of text, each with its colour."""


def compute(
    network: Network, model: Any, x: Sequence[Any] | None, target: Any, loss: Any
) -> tuple[dict[Value, float], str]:
    """Compute what `draw_network` is to show; return the gradients, and of what they are."""
    if isinstance(model, Value) and x is not None:
        raise ValueError("expected a model with x; a Value holds the numbers of its graph already")
    if x is not None:
        run_forward(network, x)
    if target is None:
        return _held_gradients(network, is_graph=isinstance(model, Value))
    return _run_backward(network, model, target, loss)


def run_forward(network: Network, x: Sequence[Any]) -> None:
    """Compute every circle's output."""
    inputs = network.inputs()
    (row,) = as_rows([list(x)], len(inputs), "inputs")
    network.compute([Value(x, circle.text) for x, circle in zip(row, inputs, strict=True)])
    for circle in network.circles():
        circle.score = _score(circle)


def _score(circle: Circle) -> Value | None:
    """Return a neuron's weighted sum: of what the output comes from, the node of its weight."""
    if circle.output is None or circle.kind != "neuron":
        return None
    weight = circle.arrows[0][1]
    found = (node for node in reversed(topological_order(circle.output)) if weight in node.parents)
    score = next(found, None)
    return None if score is circle.output else score


def loss_of(
    network: Network, model: Any, target: Any, loss: str | Callable[..., Any] | None
) -> Value:
    """Return the loss of one sample, from the outputs that were computed."""
    (wanted,) = as_rows([target], len(network.outputs), "targets")
    outputs: list[Any] = [circle.output for circle in network.outputs]
    result: Value
    if loss is None and isinstance(model, Model):
        result = model.batch_loss([wanted], [outputs])
    else:
        result = losses.get(loss or "mean_squared_error")([wanted], [outputs])
    if not result.parents:
        raise RuntimeError("there are no gradients inside of no_grad(); draw outside of it")
    return result


def _run_backward(
    network: Network, model: Any, target: Any, loss: str | Callable[..., Any] | None
) -> tuple[dict[Value, float], str]:
    """Compute the gradients; those that the parameters held before are put back."""
    result = loss_of(network, model, target, loss)
    outputs: list[Any] = [circle.output for circle in network.outputs]
    parameters = network.parameters()
    before = [(parameter.grad, parameter.has_grad) for parameter in parameters]
    try:
        for parameter in parameters:
            parameter.grad = 0.0
        result.backward()
        gradients: dict[Value, float] = {parameter: parameter.grad for parameter in parameters}
    finally:
        for parameter, (grad, has_grad) in zip(parameters, before, strict=True):
            parameter.grad, parameter.has_grad = grad, has_grad
    for circle in network.circles():
        # Of an input no gradient is shown, and a loss may go past the outputs to their scores.
        nodes = [circle.score, circle.output] if circle.arrows else []
        gradients |= {node: node.grad for node in nodes if node is not None and node.has_grad}
    number = show_number(result.data)
    if any(output.has_grad for output in outputs):
        return gradients, words("∂: gradient of the loss, which is {loss} here", loss=number)
    return gradients, words(
        "∂: gradient of the loss, which is {loss} here, computed from the scores", loss=number
    )


def _held_gradients(network: Network, *, is_graph: bool) -> tuple[dict[Value, float], str]:
    """Return the gradients that parameters, or all nodes of a graph, hold, and what they are."""
    nodes: list[Any] = [*network.parameters()]
    nodes += [node for circle in network.circles() for node in (circle.score, circle.output)]
    held = {node: node.grad for node in nodes if node is not None and node.has_grad}
    if not any(held.values()):
        return {}, ""
    if is_graph:
        return held, words("∂: gradients that the latest backward passes left")
    return held, words("∂: gradients that the parameters hold from the latest backward passes")


class Texts:
    """Numbers as lines of text, and the gradients that are known, as `draw_network` asks.

    Args:
        gradients: those that are known.
        names: how nodes are called that have a name of their own.
        digits: how many digits are shown.
        numbers: whether circles show their numbers; as much as `detail` says if None.
        detail: one of `DETAILS`.
        inputs: the names of the inputs, which stay different where they are cut.
    """

    def __init__(
        self,
        gradients: Mapping[Value, float],
        names: Mapping[Value, str],
        digits: int,
        numbers: bool | None,
        detail: str = DETAILS[0],
        inputs: Sequence[str] = (),
    ) -> None:
        self.detail = detail
        self._gradients = gradients
        self._names = names
        self._digits = digits
        self.numbers = numbers
        self._cut = dict(zip(inputs, told_apart(inputs, _LONGEST_TEXT), strict=True))

    def weights(self, weights: Sequence[Value]) -> Lines:
        """Return the text on a line; of a line that stands for several, the range of theirs."""
        short = show_label(weights[0].label.rpartition(".")[2])  # of a model's hidden1.neuron1.w1
        name = self._names.get(weights[0], short)
        lines = self._with_gradients(name, weights, " ")
        return lines if self.detail in DETAILS[:2] else lines[:1]

    def circle(self, circle: Circle) -> Lines:
        """Return the text in a circle."""
        circles = circle.members or [circle]
        texts = [self._cut.get(circle.text, circle.text), circle.does]
        names = [shown_name(text, _LONGEST_TEXT) for text in texts if text]
        if self.detail != DETAILS[0] and circle.kind == "operation":
            names = [line for text in names for line in _in_lines(text)]
        lines = [(text, DARK) for text in names] or [("", DARK)]  # a relay has none
        if circle.kind == "bias":
            lines.append((words("bias"), QUIET))
        if self.numbers or (self.numbers is None and self.detail != "bare"):
            biases = self._with_gradients("b", [c.bias for c in circles])
            lines += biases if self.detail in DETAILS[:2] else biases[:1]
        if self.detail == "bare":
            return lines
        is_brief = self.detail == "brief"
        if not is_brief:
            lines += self._with_gradients("z", [c.score for c in circles])
        name = "" if circle.kind == "input" or is_brief else "out"
        return lines + self._with_gradients(name, [c.output for c in circles])

    def _with_gradients(
        self, name: str, nodes: Sequence[Value | None], equals: str = " = "
    ) -> Lines:
        """Return the numbers of nodes, and their gradients if all are known."""
        known = [node for node in nodes if node is not None]
        if not known:
            return []
        if len(known) == 1 and name in {"b", "z", "out"}:
            own = self._names.get(known[0], "" if name == "b" else show_label(known[0].label))
            # Cut short, the name of a bias would say less than b.
            if own and (name != "b" or len(own) <= _LONGEST_NAME):
                name = shortened(own, _LONGEST_NAME)
        elif len(known) > 1 and equals == " ":
            name = "w"
        equals = equals if name else ""
        lines = [(f"{name}{equals}{self._range([node.data for node in known])}", FORWARD)]
        gradients = [self._gradients[node] for node in known if node in self._gradients]
        if len(gradients) == len(known):
            lines.append((f"∂{name}{equals or ' '}{self._range(gradients)}", BACKWARD))
        return lines

    def _range(self, numbers: Sequence[float]) -> str:
        """Return a number, or the smallest and the largest of several."""
        texts = list(dict.fromkeys(show_number(x, self._digits) for x in sorted(numbers)))
        return texts[0] if len(texts) == 1 else f"{texts[0]} … {texts[-1]}"


def _in_lines(text: str) -> list[str]:
    """Return what an operation does, in two lines where it is long and a sign parts it.

    >>> _in_lines("(· − y)^2 + a × b")
    ['(· − y)^2', '+ a × b']
    """
    depths = accumulate((c == "(") - (c == ")") for c in text)
    signs = [i for i, depth in enumerate(depths) if not depth and text[i : i + 3] in _SIGNS]
    if len(text) <= _LONGEST_LINE or not signs:
        return [text]
    cut = min(signs, key=lambda i: max(i, len(text) - i - 1))
    return [text[:cut], text[cut + 1 :]]


def shown_name(text: str, longest: int = 24) -> str:
    """Return a name as it is written, not longer than that."""
    return shortened(show_label(text), longest)


def extent(lines: Lines) -> tuple[float, float]:
    """Return the width and height of lines of text, in inches."""
    return LETTER * max(len(text) for text, _ in lines), LINE * len(lines)


def radius(lines: Lines) -> float:
    """Return the radius of a circle around lines of text, in inches."""
    corners = []
    for i, (text, _) in enumerate(lines):
        across = abs(i - (len(lines) - 1) / 2) * LINE + LINE / 2
        corners.append(math.hypot(LETTER * len(text) / 2, across))
    return max(0.25, max(corners) + 0.03)
