"""Softmax as books write it: a fraction of powers of e, which shows whose share it is."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.notation.algebra import Symbol, recorded
from autograd.ops import TABLE, Primitive


def as_in_books(op: Primitive, inputs: Sequence[Symbol]) -> Symbol:
    """Return an operation of inputs as books write it.

    >>> from autograd.notation.algebra import Name
    >>> from autograd.notation.writers import Writer
    >>> a, b = Name("a"), Name("b")
    >>> Writer().write(as_in_books(TABLE["softmax"], [a, b]))
    'exp(a)/(exp(a) + exp(b))'
    >>> Writer().write(as_in_books(TABLE["log_softmax"], [a, b]))
    'a - log(exp(a) + exp(b))'
    """
    if op.name not in {"softmax", "log_softmax", "logsumexp"}:
        return recorded(op, inputs)
    powers = [recorded(TABLE["exp"], [score]) for score in inputs]
    total = powers[0]
    for power in powers[1:]:
        total = recorded(TABLE["add"], [total, power])
    if op.name == "softmax":
        return recorded(TABLE["div"], [powers[0], total])
    logarithm = recorded(TABLE["log"], [total])
    return logarithm if op.name == "logsumexp" else recorded(TABLE["sub"], [inputs[0], logarithm])
