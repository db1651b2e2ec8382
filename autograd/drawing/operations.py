"""How operations are drawn: what is written of them, and which of their inputs have ports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograd import ops
from autograd.notation.composing import has_no_bias, symbol_of
from autograd.notation.inputs import is_ordered, scores_of
from autograd.notation.names import Names
from autograd.notation.text import shortened
from autograd.notation.writers import SHARES, Writer, share_text
from autograd.value import Constant, Value
from autograd.walks import Edge, Graph, edges, edges_between

LONGEST_LABEL = 40


def unfolded(graph: Graph) -> Graph:
    """Return the graph with each weighted sum drawn as products and a sum of the products."""
    whole: Graph = {}
    for node, found in graph.items():
        if node.op is not ops.row("dot"):
            whole[node] = found
            continue
        half = len(found) // 2
        terms: list[Edge] = []
        for weight, factor in zip(found[:half], found[half:-1], strict=True):
            product = Value(0.0)
            product.data = _number(weight, factor) * _number(factor, weight)
            parents = weight.parent, factor.parent
            product._connect(ops.mul, parents, (weight.derivative, factor.derivative))
            product.grad, product.has_grad = node.grad, node.has_grad
            whole |= edges([product])
            terms.append(Edge(product, node, None, 1.0))
        whole[node] = [*terms, found[-1]]
    return whole


def _number(edge: Edge, other: Edge) -> float:
    """Return a factor's number in the forward pass: the derivative by the other factor, if any."""
    return edge.parent.data if isinstance(other.parent, Constant) else other.derivative


def with_whole_sums(order: Sequence[Value]) -> Graph:
    """Return the graph with each chain of sums, `((a + b) + c) + d`, drawn as one sum of all.

    Args:
        order: the nodes, parents before children.
    """
    users: dict[Value, list[Value]] = {node: [] for node in order}
    for node in order:
        for parent in node.parents:
            users[parent].append(node)
    inner = {
        node
        for node in order
        if node.op is ops.add
        and not node.label
        and len(users[node]) == 1
        and users[node][0].op is ops.add
    }
    kept = [node for node in order if node not in inner]
    as_recorded = edges(node for node in kept if inner.isdisjoint(node.parents))
    return edges_between(kept, order) | as_recorded


def without_constants(graph: Graph, output: Value) -> Graph:
    """Return the graph without nodes for constants.

    A constant stands in its port, or in the text of its operation. A weighted sum that has no bias
    was recorded with a bias of 0, which is left out.
    """
    return {
        node: [edge for edge in found if not _is_left_out(edge.parent, node)]
        for node, found in graph.items()
        if node is output or not isinstance(node, Constant)
    }


def _is_left_out(parent: Value, node: Value) -> bool:
    """Whether a parent has no port: it is in the operation's text, or is the bias of no bias."""
    return is_inlined(parent, node) or (parent is node.parents[-1] and has_no_bias(node))


def variable(nodes: Iterable[Value]) -> set[Value]:
    """Return the nodes that are no constants."""
    return {node for node in nodes if not isinstance(node, Constant)}


def is_inlined(parent: Value, node: Value) -> bool:
    """Return whether a parent is a constant that is written in the text of `node`'s operation."""
    return isinstance(parent, Constant) and len(node.parents) == 2


def made_by(node: Value, names: Names, writer: Writer) -> str:
    """Return the operation that made a node: "+", "a ÷ b"; with constants "· ^ 2", "max(·, 0)".

    Args:
        node: the node; a leaf gives "".
        names: the names of the nodes.
        writer: writes the names.
    """
    if node.op is None:
        return ""
    symbol = symbol_of(node)
    inlined = [is_inlined(parent, node) for parent in node.parents]
    if not any(inlined) and not order_matters(node):
        return symbol
    shown = [
        shortened(names.text(parent, writer), LONGEST_LABEL) if fixed or parent.label else "·"
        for parent, fixed in zip(node.parents, inlined, strict=True)
    ]
    if node.op.name in SHARES and order_is_told(node):
        return share_text(symbol, shown, [names[parent] for parent in node.parents])
    if len(node.parents) != 2 or symbol[0].isalpha():
        return f"{symbol}({', '.join(shown)})" if order_is_told(node) else symbol
    return f"{shown[0]} {symbol} {shown[1]}" if order_is_told(node) or any(inlined) else symbol


def with_scores_in_order(graph: Graph) -> Graph:
    """Return the graph with the scores of each share, of a softmax, as their labels number them.

    A share is recorded with its own score first, before those of the others.
    """
    whole: Graph = {}
    for node, found in graph.items():
        place = {score: i for i, score in enumerate(scores_of(node))}
        whole[node] = sorted(found, key=lambda e: place[e.parent]) if place else found
    return whole


def order_matters(node: Value) -> bool:
    """Return whether the inputs of a node's operation may not be exchanged."""
    return node.op is not None and is_ordered(node.op)


def order_is_told(node: Value) -> bool:
    """Return whether labels say which input is which."""
    return all(parent.label or is_inlined(parent, node) for parent in node.parents) or (
        sum(not is_inlined(parent, node) for parent in node.parents) == 1
    )
