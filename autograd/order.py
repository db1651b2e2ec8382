"""The order in which a graph is walked: inputs before what is computed from them."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final

from mypy_extensions import i64  # noqa: TC002  # mypyc reads it

from autograd.cleaning import received
from autograd.forking import lock_renewed_in_forks

if TYPE_CHECKING:
    from autograd.value import Value

walking: Final = lock_renewed_in_forks()
"""Held by the thread that walks over a graph: marks and gradients are on the nodes."""

_marks: Final = count(1, 2)


def topological_order(output: Any) -> list[Value]:
    """Return every node that `output` was computed from, and itself: parents before children.

    Args:
        output: the node to begin at.

    Raises:
        TypeError: `output` is not a Value.

    >>> from autograd import Value
    >>> a = Value(2.0)
    >>> topological_order(b := a * a) == [a, b]
    True
    """
    if not hasattr(output, "_visit"):
        raise TypeError(f"expected a Value, received {received(output)}")
    with walking:
        order = order_of(output)
        made = [node.make_constants() for node in order]
        return order_of(output) if any(made) else order


def is_cut(node: Value) -> bool:
    """Return whether `no_grad` computed a number: a leaf that is no input; see `Value.forget`."""
    return node.op is None and node._right_partial == 1.0


def check_graph(output: Value) -> None:
    """Raise a RuntimeError if `no_grad` computed a number, which then has no graph."""
    if is_cut(output):
        raise RuntimeError(
            "expected a number with a graph, received one that was computed under no_grad(), which"
            " records none: compute it outside of no_grad()"
        )


def order_of(output: Value, renewing: bool = False) -> list[Value]:  # noqa: C901  # calls cost
    """Return the topological order, for a caller that holds `walking`.

    The walk is depth first on a stack in a list, so no graph is too deep, and it has the same order
    on every run. On the stack are the nodes that wait for a parent to be placed, and parents that
    have not been walked to yet.

    Args:
        output: the node to begin at.
        renewing: whether to set `has_grad`, to clear inner gradients, and to keep the gradient of
            each leaf as it was, for a backward pass.
    """
    order: list[Value] = []
    stack: list[Value] = []
    opened: i64 = next(_marks)  # above all marks of earlier walks
    placed = opened + 1  # marks those that are in the order
    node = output
    while True:
        if node._left is not None and node._left._visit < placed:
            stack.append(node)
            if node._right is not None and node._right._visit < placed:
                stack.append(node._right)
            node = node._left
            continue
        if node._right is not None:
            if node._right._visit < placed:
                stack.append(node)
                node = node._right
                continue
        elif node._many is not None and node._visit < opened:
            node._visit = opened
            stack.append(node)
            are_nodes = node._right_partial == 0.0
            _push(node._many[0], are_nodes, opened, stack)
            node = stack.pop()
            continue
        if node._visit < placed:  # else it was placed while it waited
            node._visit = placed
            order.append(node)
            if renewing:
                node.has_grad = True
                if node._made_by is not None:
                    node._grad = 0.0
                else:
                    node._left_partial = node._grad  # of a leaf, this slot is free
        if not stack:
            return order
        node = stack.pop()


def _push(
    inputs: tuple[Value | float, ...], are_nodes: bool, opened: i64, stack: list[Value]
) -> None:
    """Put the inputs that are nodes and not yet opened on the stack, the first of them on top."""
    for x in reversed(inputs):
        if are_nodes or type(x) is not float:
            parent: Value = x  # type: ignore[assignment]
            if parent._visit < opened:
                stack.append(parent)
