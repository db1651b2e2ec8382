"""Graphs as plain data, ready for JSON, and graphs made from such data: a graph copied, or kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.cleaning import quoted
from autograd.ops import TABLE
from autograd.options import choose
from autograd.value import Constant, Parameter, Value, topological_order

_KINDS: dict[str, type[Value]] = {"input": Value, "parameter": Parameter, "constant": Constant}


def graph_to_data(output: Value) -> list[dict[str, Any]]:
    """Return a graph as plain data: its nodes, parents before children.

    A leaf has its kind and its number; a result has the name of its operation, and the places of
    its inputs in the list. Gradients are left out.

    >>> graph_to_data(Value(2.0, label="x") * 3.0)[1:]
    [{'kind': 'constant', 'number': 3.0}, {'operation': 'mul', 'inputs': [0, 1]}]
    """
    order = topological_order(output)
    place = {node: i for i, node in enumerate(order)}
    kinds = {kind: name for name, kind in _KINDS.items()}
    nodes: list[dict[str, Any]] = []
    for node in order:
        found: dict[str, Any] = {"label": node.label} if node.label else {}
        if node.op is None:
            found |= {"kind": kinds[type(node)], "number": node.data}
        else:
            found |= {"operation": node.op.name, "inputs": [place[p] for p in node.parents]}
        nodes.append(found)
    return nodes


def graph_from_data(nodes: Sequence[Any]) -> list[Value]:
    """Return the nodes of a graph, parents before children; the last is its output.

    It is made without being recorded, so that it is the same under `no_grad()`.

    Args:
        nodes: what `graph_to_data` returned.

    Raises:
        ValueError: the data are not those of a graph.

    >>> *_, y = graph_from_data(graph_to_data(Value(2.0, label="x") * 3.0))
    >>> y.data, y.partials
    (6.0, (3.0, 0.0))
    """
    order: list[Value] = []
    for found in nodes:
        try:
            label = str(found.get("label", ""))
            if "operation" not in found:
                kind = choose("kind of leaf", found["kind"], _KINDS)
                order.append(kind(float(found["number"]), label))
                continue
            op = choose("operation", found["operation"], TABLE)
            parents = tuple(order[place] for place in found["inputs"] if place >= 0)
        except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
            raise ValueError(f"expected a node of a graph, received {quoted(found)}") from error
        if op.arity not in {None, len(parents)} or len(parents) != len(found["inputs"]):
            raise ValueError(f"expected a node of a graph, received {quoted(found)}")
        node = Value(0.0, label)
        node._connect(op, parents, [0.0] * len(parents))
        order.append(node)
    if not order:
        raise ValueError("expected the nodes of a graph, received none")
    order[-1].recompute()
    return order
