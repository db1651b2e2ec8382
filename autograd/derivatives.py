"""First derivatives as plain numbers: those of `gradients`, where nobody asks for their graph."""

from __future__ import annotations

from autograd.order import check_graph, order_of, walking
from autograd.value import Constant, Value


def derivatives(output: Value, leaves: list[Value]) -> list[float] | None:
    """Return d(output)/d(leaf) for each of `leaves`.

    Args:
        output: the node to differentiate.
        leaves: leaves of a graph that nobody else walks over, for their gradients are cleared.

    Returns:
        The numbers; None where `gradients` has to find them: another leaf takes part that is not
        constant, or a gradient is nan, which is 0 there if the node was not chosen.

    Raises:
        RuntimeError: `output` was computed under `no_grad()`.

    >>> x = Value(3.0)
    >>> derivatives(x * x, [x])
    [6.0]
    """
    check_graph(output)
    with walking:  # and no loop, see `Value.recompute`
        return _derivatives(order_of(output), leaves)


def _derivatives(order: list[Value], leaves: list[Value]) -> list[float] | None:
    """The derivatives of the last node of a graph by its leaves."""
    own, output = set(leaves), order[len(order) - 1]
    for node in order:
        if node.op is None and type(node) is not Constant and node not in own:
            return None
        node.has_grad = False
    output._grad, output.has_grad = 1.0, True
    found: list[float] | None = [0.0] * len(leaves)
    for i in range(len(order) - 1, -1, -1):
        node = order[i]
        if node.has_grad:
            _hand_down(node)
            if node._grad != node._grad:  # only nan differs from itself
                found = None
    if found is not None:
        found = [leaf._grad if leaf.has_grad else 0.0 for leaf in leaves]
    for node in order:
        node._grad, node.has_grad = 0.0, False
    return found


def _hand_down(node: Value) -> None:
    """Give each input its share; an input that was not chosen has none, not even of 0."""
    op = node._made_by
    if op is None:
        return
    if node._many is not None:
        inputs, partials = node._many
        for i in range(len(inputs)):
            if not isinstance(inputs[i], float) and not (op.chooses and partials[i] == 0.0):
                _receive(inputs[i], partials[i] * node._grad)
        return
    if node._left is not None and not (op.chooses and node._left_partial == 0.0):
        _receive(node._left, node._left_partial * node._grad)
    if node._right is not None and not (op.chooses and node._right_partial == 0.0):
        _receive(node._right, node._right_partial * node._grad)


def _receive(node: Value, share: float) -> None:
    """Add a share; the first is taken as it is, with its sign, though it may be 0."""
    node._grad = node._grad + share if node.has_grad else share
    node.has_grad = True
