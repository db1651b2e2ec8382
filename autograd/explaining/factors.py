"""Factors of the chain rule, and what they make up: paths, and the shares that a node receives."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograd.explaining.formulas import Remark
from autograd.forking import cached_property
from autograd.notation.algebra import Sum, Symbol
from autograd.notation.equations import measured
from autograd.notation.simplifying import has_fraction, parts, simplest
from autograd.value import Value
from autograd.walks import Edge

_CLOSE = 1e-9

_NOISE = 1e-14
"""What rounding alone may leave of a sum whose terms cancel, for the largest term."""

_FEWEST_TERMS = 3
"""A sum of fewer terms that gives next to nothing is a small difference, not noise."""


def is_noise(total: float, terms: Iterable[float]) -> bool:
    """Return whether finite terms cancel, and only rounding keeps their sum from 0.

    >>> is_noise(1e-17, [0.1, -0.1]), is_noise(float("inf"), [float("inf"), 1.0])
    (True, False)
    """
    return abs(total) <= _NOISE * max(map(abs, terms), default=0.0) < math.inf


@dataclass(frozen=True)
class Factor(Edge):
    """One factor of the chain rule: the derivative of a named node by one before it.

    Attributes:
        child: the node to differentiate.
        parent: the node to differentiate by.
        formula: the derivative in symbols; None where it is too long to be read.
        value: the derivative as a number; 0 where rounding alone keeps a sum from it.
        means: the numbers n of which the child is a mean.
        remarks: why the formula has the branches that it has.
        parts: the two factors that this one is the product of; empty for most factors.
    """

    formula: Symbol | None
    means: frozenset[int] = frozenset()
    remarks: tuple[Remark, ...] = ()
    parts: tuple[Factor, ...] = ()

    @cached_property
    def value(self) -> float:
        """The derivative as a number: 0 where rounding alone keeps a sum from it.

        So is that of a variance by its mean, through which the deviations add up to 0.
        """
        if isinstance(self.formula, Sum) and len(self.formula.terms) >= _FEWEST_TERMS:
            terms = [measured(term)[0] for term in self.formula.terms]
            return 0.0 if is_noise(self.derivative, terms) else self.derivative
        return self.derivative


@dataclass(frozen=True)
class Path:
    """One path of factors, from the output back to the node to differentiate by.

    Attributes:
        factors: the factors, from the output's end.
        value: the product of the factors.
    """

    factors: tuple[Factor, ...]
    value: float


@dataclass(frozen=True)
class Share:
    """What a node receives along one way, from the last node before it where ways meet.

    Attributes:
        start: the node that the way begins at: the output, or a node whose own shares have met.
        factors: the factors from `start` back to the node that receives.
        value: d(output)/d(start) times the factors.
    """

    start: Value
    factors: tuple[Factor, ...]
    value: float


@dataclass(frozen=True)
class Meeting:
    """A node where ways meet: its gradient is the sum of the shares.

    Attributes:
        node: the node that receives.
        shares: the shares, at least one.
        value: d(output)/d(node).
        whole: the sum in symbols, where it is p - y; None for any other sum.
    """

    node: Value
    shares: tuple[Share, ...]
    value: float
    whole: Symbol | None = None


def joined(way: Sequence[Factor], taken: Collection[tuple[Value, Value]]) -> Iterator[Factor]:
    """Yield factors, those of a cross entropy and of its sigmoid or softmax as one: p - y.

    Args:
        way: the factors, from the output's end.
        taken: the ends of all factors: two factors are not joined under the name of a third.
    """
    i = 0
    while i < len(way):
        two = way[i : i + 2]
        is_free = len(two) == 2 and (two[0].child, two[1].parent) not in taken
        one = _product(*two) if is_free else None
        yield one or way[i]
        i += 2 if one else 1


def _product(a: Factor, b: Factor) -> Factor | None:
    """Return the product of two factors, where it is shorter than the longer one; else None."""
    if not (made_by(b.child, "sigmoid") or made_by(b.child, "softmax")):
        return None
    if a.formula is None or b.formula is None or not has_fraction(a.formula):
        return None
    formula, value = simplest(a.formula * b.formula), a.value * b.value
    sizes = [sum(1 for _ in parts(x)) for x in (formula, a.formula, b.formula)]
    is_shorter = sizes[0] < max(sizes[1:])
    if not is_shorter or not is_close(measured(formula)[0], value):
        return None
    remarks = (*a.remarks, *b.remarks)
    return Factor(b.parent, a.child, None, value, formula, a.means | b.means, remarks, (a, b))


def made_by(node: Value, name: str) -> bool:
    """Return whether a node was made by the operation of this name."""
    return node.op is not None and node.op.name == name


def is_close(a: float, b: float) -> bool:
    """Return whether two numbers differ by rounding alone."""
    return math.isclose(a, b, rel_tol=_CLOSE, abs_tol=1e-15)
