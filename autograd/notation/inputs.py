"""The inputs of an operation: whether their order matters, and in which order scores stand."""

from __future__ import annotations

import re

from autograd import ops
from autograd.notation.writers import SHARES
from autograd.value import Value

# The order matters to dot, but its symbol "Σ w·x + b" tells the order.
_COMMUTATIVE = {
    *("add", "mul", "maximum", "minimum", "sum", "logsumexp", "dot"),
    *("hypot", "mean", "norm", "prod"),
}


def is_ordered(op: ops.Primitive) -> bool:
    """Return whether the inputs of an operation may not be exchanged."""
    return op.arity != 1 and op.name not in _COMMUTATIVE


def tells_inputs_apart(op: ops.Primitive | None) -> bool:
    """Return whether an input's place says what it is; a share of a softmax is told by its name."""
    return op is not None and op.name not in SHARES and is_ordered(op)


def scores_of(node: Value) -> list[Value]:
    """Return the scores z1, z2, z3 that a share was computed from, in order; [] where none is told.

    >>> z1, z2, z3 = scores = [Value(float(i), label=f"z{i}") for i in (1, 2, 3)]
    >>> scores_of(ops.softmax(scores)[1]) == scores
    True
    """
    if node.op is None or node.op.name not in SHARES:
        return []
    labels = [re.fullmatch(r"(.*?)(\d+)", parent.label) for parent in node.parents]
    numbers = [int(label[2]) for label in labels if label]
    is_told = len({label and label[1] for label in labels}) == 1 and all(labels)
    if not is_told or len(set(numbers)) < len(labels):
        return []
    place = dict(zip(node.parents, numbers, strict=True))
    return sorted(node.parents, key=place.__getitem__)
