"""Derivatives as functions and as graphs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.value import Constant, Value, topological_order


def gradients(output: Value, inputs: Sequence[Value]) -> list[Value]:
    """Return d(output)/d(input) for each of `inputs`, as nodes of a graph.

    The same chain rule as `backward()`, with the rules of the table fed with Values instead of
    floats: so the derivatives can be drawn, recomputed, and differentiated again.

    Args:
        output: the node to differentiate.
        inputs: nodes it was computed from; by any other the derivative is 0.

    >>> x = Value(3.0, label="x")
    >>> (first,) = gradients(x**3, [x])
    >>> (second,) = gradients(first, [x])
    >>> first.data, second.data
    (27.0, 18.0)
    """
    order = topological_order(output)
    asked = set(inputs)
    depends: set[Value] = set()  # the nodes that any of `inputs` has a say in
    for node in order:
        if node in asked or not depends.isdisjoint(node.parents):
            depends.add(node)

    upstream: dict[Value, Any] = {output: 1.0}
    for node in reversed(order):
        if node not in upstream or node.op is None:
            continue
        # Constants go into the rules as plain floats: what is not a node has no derivative.
        numbers = [p.data if isinstance(p, Constant) else p for p in node.parents]
        fixed = [p not in depends for p in node.parents]
        partials = node.op.partials(node, numbers, fixed)
        for parent, partial in zip(node.parents, partials, strict=True):
            if parent in depends and not _is(partial, 0.0):
                share = _product(upstream[node], partial)
                upstream[parent] = upstream[parent] + share if parent in upstream else share

    results = [upstream.get(node, 0.0) for node in inputs]
    return [result if isinstance(result, Value) else Constant(result) for result in results]


def _is(number: Value | float, known: float) -> bool:
    return not isinstance(number, Value) and number == known


def _product(a: Value | float, b: Value | float) -> Value | float:
    """A * b, but no node for a factor of 1."""
    if _is(a, 1.0):
        return b
    return a if _is(b, 1.0) else a * b
