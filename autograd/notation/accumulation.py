"""What to say of a gradient that has added up over several backward passes."""

from __future__ import annotations

import math

from autograd.notation.writers import Writer
from autograd.value import Value

_PLAIN = Writer()


def added_up(
    node: Value,
    name: str,
    gradient: float,
    output: Value,
    writer: Writer = _PLAIN,
    *,
    is_told: bool = True,
) -> str:
    """Return what to say where `.grad` holds more than one pass gives: why, and what to do.

    Args:
        node: the node.
        name: its name.
        gradient: d(output)/d(node), as one pass that starts from zeros gives it.
        output: the node that the pass begins at.
        writer: writes the numbers.
        is_told: whether the sentence may tell the gradient.

    Returns:
        The sentence; "" where `.grad` is the gradient of one pass, or no pass has been.

    >>> x = Value(3.0, label="x")
    >>> y = x * x
    >>> y.backward()
    >>> y.backward()
    >>> added_up(x, "x", 6.0, y)
    '12: it adds up over passes; this pass gives 6; set `x.grad = 0.0` between passes'
    """
    held, seed = node.grad, output.grad  # an output's gradient is what its pass began with
    one_pass = seed * gradient
    is_one = math.isclose(held, one_pass, rel_tol=1e-9) or not math.isfinite(held)
    if node.op is not None or not (node.has_grad and output.has_grad) or is_one:
        return ""
    passes = held / one_pass if one_pass else 0.0
    if passes > 1.5 and math.isclose(passes, round(passes), rel_tol=1e-9):
        what, this = "over passes", "this pass gives"
    elif seed == 1:  # else the output is itself a part of what was differentiated
        what, this = "over passes and outputs", "this output alone gives"
    else:
        return ""
    told = f" {this} {writer.number(gradient)};" if is_told else ""
    return f"{writer.number(held)}: it adds up {what};{told} set `{name}.grad = 0.0` between passes"
