"""The numbers of a network's picture: outputs and gradients of one sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd import Value
from autograd.notation import show_number
from nn import losses
from nn.data import as_rows
from nn.models import Model
from nn.pictures.network import Network


def run_forward(network: Network, x: Sequence[Any]) -> None:
    """Compute every circle's output."""
    inputs = [circle for circle in network.circles() if circle.kind == "input"]
    (row,) = as_rows([list(x)], len(inputs), "inputs")
    for circle, number in zip(inputs, row, strict=True):
        circle.output = Value(number)
    for group in network.groups:
        if group.compute is not None:
            for circle, output in zip(group.circles, group.compute(), strict=True):
                circle.output = output


def run_backward(
    network: Network,
    model: Any,
    x: Sequence[Any],
    target: Any,
    loss: str | Callable[..., Any] | None,
) -> tuple[dict[Value, float], str]:
    """Compute outputs and gradients; return the gradients, and what they are gradients of.

    Gradients that the parameters held before are put back.
    """
    (wanted,) = as_rows([target], len(network.outputs), "targets")
    run_forward(network, x)
    outputs: list[Any] = [circle.output for circle in network.outputs]
    if loss is None and isinstance(model, Model):
        result = model.batch_loss([wanted], [outputs])
    else:
        result = losses.get(loss or "mean_squared_error")([wanted], [outputs])
    if not result.parents:
        raise RuntimeError("there are no gradients inside of no_grad(); draw outside of it")
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
        if circle.kind != "input" and circle.output is not None:
            gradients[circle.output] = circle.output.grad
    return gradients, f"∂: gradient of the loss, which is {show_number(result.data)} here"


def held_gradients(network: Network) -> tuple[dict[Value, float], str]:
    """Return the gradients that the parameters hold, if any, and what they are."""
    held: dict[Value, float] = {p: p.grad for p in network.parameters() if p.has_grad}
    if not any(held.values()):
        return {}, ""
    return held, "∂: gradients that the parameters hold from the latest backward passes"
