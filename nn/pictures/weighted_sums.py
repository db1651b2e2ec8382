"""Which nodes of a recorded graph are neurons: weighted sums, recorded whole or written by hand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from autograd import Constant, Parameter, Value

_WEIGHT, _BIAS = re.compile("[wWθ]"), re.compile("[bB]")


@dataclass
class WeightedSum:
    """A neuron's weighted sum, `w1*x1 + w2*x2 + b`.

    Attributes:
        pairs: the numbers that are added up, each with its weight.
        bias: the bias, if there is one.
        inner: the products and sums on the way, which the neuron stands for.
    """

    pairs: list[tuple[Value, Value]] = field(default_factory=list)
    bias: Value | None = None
    inner: list[Value] = field(default_factory=list)


def weighted_sums(order: Sequence[Value]) -> dict[Value, WeightedSum]:
    """Return the weighted sums of a graph: each `dot`, and sums of products with a weight.

    A weight is a `Parameter`, or a leaf whose label begins with w; a bias is a `Parameter`, or a
    leaf whose label begins with b.

    Args:
        order: the nodes, parents before children.

    >>> w, x, b = Parameter(2.0), Value(3.0), Parameter(1.0)
    >>> y = w * x + b
    >>> [(len(s.pairs), s.bias is b) for s in weighted_sums([w, x, y.parents[0], b, y]).values()]
    [(1, True)]
    """
    uses = Counter(parent for node in order for parent in node.parents)
    found: dict[Value, WeightedSum] = {}
    inner: set[Value] = set()
    for node in reversed(order):
        whole = WeightedSum()
        if node not in inner and _collect(node, whole, uses) and whole.pairs:
            found[node] = whole
            inner.update(whole.inner)
    return found


def _collect(node: Value, whole: WeightedSum, uses: Counter[Value]) -> bool:
    """Add the terms of a node to a weighted sum; return whether it is one."""
    operation = node.op.name if node.op else ""
    if operation == "dot":
        half = len(node.parents) // 2
        weights, bias = node.parents[:half], node.parents[-1]
        whole.pairs += zip(node.parents[half:-1], weights, strict=True)
        has_bias = not isinstance(bias, Constant) or bias.data != 0
        whole.bias = bias if has_bias else None
        return not any(part.parents for part in (*weights, bias))
    if operation == "mul":
        weight = next((n for n in node.parents if _is_leaf(n, _WEIGHT)), None)
        if weight is None:
            return False
        first, second = node.parents
        whole.pairs.append((second if weight is first else first, weight))
        return True
    return operation in {"add", "sum"} and all(_is_term(part, whole, uses) for part in node.parents)


def _is_term(part: Value, whole: WeightedSum, uses: Counter[Value]) -> bool:
    """Add a term to a weighted sum; return whether it may stand there."""
    if isinstance(part, Constant):
        return part.data == 0  # a sum begins with 0
    if whole.bias is None and _is_leaf(part, _BIAS):
        whole.bias = part
        return True
    is_inner = uses[part] == 1 and part.op is not None and part.op.name != "dot"
    if is_inner:
        whole.inner.append(part)
    return is_inner and _collect(part, whole, uses)


def _is_leaf(node: Value, label: re.Pattern[str]) -> bool:
    """Return whether a node is a parameter, or a leaf whose label begins so."""
    is_named = node.op is None and not isinstance(node, Constant) and label.match(node.label)
    return isinstance(node, Parameter) or bool(is_named)
