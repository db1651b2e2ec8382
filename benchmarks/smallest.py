"""The smallest engine that trains a transformer: a class in plain Python, as courses write it.

It stands beside micrograd's as a peer: its nodes keep local derivatives in place of functions.
"""

from __future__ import annotations

import math
from typing import Any


class Number:
    """A number, what it was computed from, and the local derivative by each of these."""

    __slots__ = ("data", "grad", "parents", "partials")

    def __init__(
        self, data: float, parents: tuple[Number, ...] = (), partials: tuple[float, ...] = ()
    ) -> None:
        self.data, self.grad = data, 0.0
        self.parents, self.partials = parents, partials

    def __add__(self, other: Any) -> Number:
        b = other if isinstance(other, Number) else Number(other)
        return Number(self.data + b.data, (self, b), (1.0, 1.0))

    def __mul__(self, other: Any) -> Number:
        b = other if isinstance(other, Number) else Number(other)
        return Number(self.data * b.data, (self, b), (b.data, self.data))

    def __pow__(self, other: float) -> Number:
        return Number(self.data**other, (self,), (other * self.data ** (other - 1),))

    def __neg__(self) -> Number:
        return self * -1.0

    def __sub__(self, other: Any) -> Number:
        result: Number = self + (-other)
        return result

    def __truediv__(self, other: Any) -> Number:
        result: Number = self * other**-1
        return result

    __radd__, __rmul__ = __add__, __mul__

    def relu(self) -> Number:
        """Return max(this, 0)."""
        return Number(max(self.data, 0.0), (self,), (float(self.data > 0.0),))

    def exp(self) -> Number:
        """Return e**this."""
        y = math.exp(self.data)
        return Number(y, (self,), (y,))

    def log(self) -> Number:
        """Return ln(this)."""
        return Number(math.log(self.data), (self,), (1.0 / self.data,))

    def backward(self) -> None:
        """Apply the chain rule from this number back to all that it was computed from."""
        order: list[Number] = []
        seen: set[Number] = set()

        def visit(node: Number) -> None:
            if node not in seen:
                seen.add(node)
                for parent in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for parent, partial in zip(node.parents, node.partials, strict=True):
                parent.grad += partial * node.grad
