"""The reverse sweep over a recorded graph: its nodes in order, and the shares they hand down.

It runs on numbers of any kind: floats, Values, symbols, registers. The file is compiled with the
engine, for recording a program goes through it once for each node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from autograd.ops import Primitive
from autograd.trees import Node, is_known
from autograd.value import Constant, Value, topological_order


def order_of(outputs: Iterable[Node]) -> list[Node]:
    """Return every node that the outputs were computed from, parents before children.

    For one output it is the order of `autograd.topological_order`, which `backward()` follows.
    Compiled code follows it too, and so rounds the same. For several, each output's nodes come
    after those of the outputs before it.

    >>> x = Value(3.0)
    >>> y = x * x
    >>> order_of([y]) == [x, y]
    True
    """
    outputs = list(outputs)
    if len(outputs) == 1 and is_known(outputs[0]):
        return topological_order(outputs[0])
    order: list[Node] = []
    visits: dict[Node, int] = {}
    for output in outputs:
        stack = [output]
        while stack:
            node = stack[-1]
            if node not in visits:  # first visit: the parents have to be placed before it
                visits[node] = 1
                stack.extend([p for p in reversed(node.parents) if p not in visits])
            else:
                stack.pop()
                if visits[node] == 1:  # second visit: all parents are placed
                    visits[node] = 2
                    order.append(node)
    return order


def depending_on(inputs: Iterable[Node], order: Sequence[Node]) -> set[Node]:
    """Return the nodes that depend on any of `inputs`, and the inputs themselves.

    Args:
        inputs: the nodes to begin with.
        order: the nodes of the graph, parents before children.

    >>> x, c = Value(3.0), Value(2.0)
    >>> y = x * c
    >>> depending_on([x], [x, c, y]) == {x, y}
    True
    """
    found = set(inputs)
    for node in order:
        if not found.isdisjoint(node.parents):
            found.add(node)
    return found


def pull_back(
    order: Sequence[Node],
    numbers: dict[Node, Any],
    times: Callable[[Node, Any], Iterable[Any]],
    parents: Callable[[Node], Sequence[Node]] = attrgetter("parents"),
    tell: Callable[[Node, int, Any], object] | None = None,
) -> dict[Node, Any]:
    """Apply the chain rule backwards: add up, at each node, the shares that its children hand down.

    It is `Value.backward()` for numbers of any kind: floats, Values, symbols, registers.

    Args:
        order: the nodes, parents before children.
        numbers: the numbers to start with, such as 1.0 for the output. The shares that nodes
            receive are added to these numbers, in place.
        times: takes a node and its total, and gives the share of each of its parents in turn: the
            total times the local derivative; None for a parent that gets nothing.
        parents: gives the parents of a node, where they are not `node.parents`.
        tell: is told each share as it is handed down: the node that hands down, which of its
            parents receives, and the share, which is in `numbers` by then.

    Returns:
        `numbers`: the total of every node that started with a number or received a share.

    >>> x = Value(3.0)
    >>> y = x * x
    >>> shares = lambda node, number: [number * partial for partial in node.partials]
    >>> pull_back([x, y], {y: 1.0}, shares)[x]
    6.0
    """
    for node in reversed(order):
        inputs, total = parents(node), numbers.get(node)
        if not inputs or total is None:
            continue
        given = list(times(node, total))
        if len(given) != len(inputs):
            raise ValueError(
                f"expected one share for each of {len(inputs)} parents, received {len(given)}"
            )
        for position, share in enumerate(given):
            if share is not None:
                before = numbers.get(inputs[position])
                numbers[inputs[position]] = share if before is None else before + share
                if tell is not None:
                    tell(node, position, share)
    return numbers


def is_chosen(op: Primitive, parent: Value, local: float) -> bool:
    """Return whether gradients go on to an input: not to one that was not chosen; see `reach`.

    Args:
        op: the operation.
        parent: the input; by a constant nothing is differentiated.
        local: the local derivative by this input.

    >>> x = Value(-1.0)
    >>> is_chosen(x.relu().op, x, 0.0), is_chosen((x * 0.0).op, x, 0.0)
    (False, True)
    """
    return not (op.chooses and local == 0.0) and not isinstance(parent, Constant)


def shares(
    node: Value, upstream: float, partials: Sequence[float] | None = None
) -> list[float | None]:
    """Return what a node hands to each parent, local * upstream; None to one not chosen.

    Args:
        node: the node that hands down; not a leaf.
        upstream: the node's gradient.
        partials: its local derivatives, where they are not `node.partials`.

    >>> shares(Value(-1.0).relu(), float("inf"))
    [None]
    """
    op = node.op
    assert op is not None  # noqa: S101  # a leaf hands nothing down
    return [
        local * upstream if is_chosen(op, parent, local) else None
        for parent, local in zip(node.parents, partials or node.partials, strict=True)
    ]
