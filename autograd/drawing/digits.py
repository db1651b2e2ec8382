"""How many digits the numbers of a picture need, so that what is read from node to node is true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from autograd.notation.algebra import Number, Product, Sum, recorded
from autograd.notation.equations import digits_for
from autograd.value import Value

_Key = TypeVar("_Key")
_MOST_INPUTS = 24
_NOISE = 1e-13  # of the largest share: less is what rounding left of 0
_LAST = 2
"""So many of a result's last digits may be off: more digits are only worth it where they cancel."""


@dataclass
class Digits:
    """Digits of the numbers that need more than the others.

    Where 1 - 0.99995 is 4.5e-05, no node shows 1.

    Args:
        order: the nodes, parents before children.
        usual: significant digits of the other numbers.

    Attributes:
        values: by node.
        gradients: by node.
        multipliers: by node, and which of its inputs.

    >>> g = Value(0.9999546021)
    >>> y = 1.0 - g
    >>> Digits([*y.parents, y], usual=4).values[g]
    6
    """

    order: Sequence[Value]
    usual: int
    values: dict[Value, int] = field(default_factory=dict)
    gradients: dict[Value, int] = field(default_factory=dict)
    multipliers: dict[tuple[Value, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        coarse = max(2, self.usual - _LAST)
        uses: dict[Value, list[tuple[Value, int]]] = {node: [] for node in self.order}
        for node in self.order:
            for position, parent in enumerate(node.parents):
                uses[parent].append((node, position))
            if node.op is not None and len(node.parents) <= _MOST_INPUTS:
                made = recorded(node.op, [Number(parent.data) for parent in node.parents])
                needed = digits_for(made, node.data, coarse) or 0
                _raise(self.values, dict.fromkeys(node.parents, needed), self.usual)
        for node, found in uses.items():
            numbers = [user.grad * user.partials[position] for user, position in found]
            is_noise = abs(node.grad) <= _NOISE * max(map(abs, numbers), default=0.0)
            if node.has_grad and not is_noise and all(user.has_grad for user, _ in found):
                shares = [
                    Product(1.0, (Number(user.grad), Number(user.partials[position])))
                    for user, position in found
                ]
                needed = digits_for(Sum(tuple(shares)), node.grad, coarse) or 0
                _raise(self.gradients, dict.fromkeys((n for n, _ in found), needed), self.usual)
                _raise(self.multipliers, dict.fromkeys(found, needed), self.usual)


def _raise(known: dict[_Key, int], needed: Mapping[_Key, int], usual: int) -> None:
    """Keep the larger numbers of digits, where they are above the usual."""
    for key, digits in needed.items():
        if digits > max(usual, known.get(key, 0)):
            known[key] = digits
