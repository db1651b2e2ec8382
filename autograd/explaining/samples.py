"""A sum whose terms differ in an index alone, such as one over samples, folded into one term."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from autograd.explaining.factors import Factor
from autograd.notation.algebra import Name, Number, Power, Product, Sum, Symbol, coefficient_of
from autograd.notation.names import Names
from autograd.notation.simplifying import parts, rebuilt
from autograd.notation.writers import ATOM, Writer
from autograd.value import Constant, Value

FEWEST_TERMS = 3
"""Fewer terms than these are written one by one."""

_INDEX = "i"


@dataclass(frozen=True)
class Samples:
    """The index in which terms differ.

    Attributes:
        indices: the index of each term, as its names have it.
        labels: the names of a term's nodes, from the output's end, with `i` for the index.
    """

    indices: tuple[str, ...]
    labels: tuple[str, ...]

    def operand(self, place: int, writer: Writer) -> str:
        """Return the name at a place of every term, as it stands in a product."""
        return writer.operand(Name(self.labels[place]), ATOM, is_first=True)

    @property
    def limits(self) -> tuple[str, str] | None:
        """The first and the last index, if these are 1, 2, 3, ... without a gap; else None."""
        first = int(self.indices[0])
        count = [str(first + k) for k in range(len(self.indices))]
        return (count[0], count[-1]) if count == [*self.indices] else None

    def common(self, formulas: Sequence[Symbol], names: Names) -> Symbol | None:
        """Return the formula that all terms have, with `i` for the index; None if they differ.

        Args:
            formulas: a formula for each term, in the order of the terms.
            names: the names of the nodes.
        """
        if len({_skeleton(formula) for formula in formulas}) > 1:
            return None
        columns = zip(*map(_names_in, formulas), strict=True)
        folded: dict[Symbol, Symbol] = {}
        for column in columns:
            texts = [name.label if name.node is None else names.text(name.node) for name in column]
            label = _fold(texts, self.indices)
            if label is None:
                return None
            folded[column[0]] = column[0] if len(set(texts)) == 1 else Name(label)
        return rebuilt(formulas[0], lambda part: folded.get(part, part))


def averages(order: Sequence[Value]) -> frozenset[int]:
    """Return the numbers n of which nodes are means: by `mean`, by / n or by * (1 / n)."""
    found: set[float] = set()
    for node in order:
        if node.op is None:
            continue
        if node.op.name == "mean":
            found.add(float(len(node.parents)))
        fixed = [parent.data for parent in node.parents if isinstance(parent, Constant)]
        if node.op.name == "div" and isinstance(node.parents[1], Constant):
            found.update(fixed[-1:])
        elif node.op.name == "mul":
            found.update(1 / number for number in fixed if 0 < number < 1)
    finite = [n for n in found if math.isfinite(n)]  # of 1 / 49, the inverse is 49 but for rounding
    return frozenset(round(n) for n in finite if math.isclose(n, round(n), rel_tol=1e-15))


def with_mean(formula: Symbol, count: int) -> Symbol:
    """Return a formula in which the 1/n of a mean over samples is seen: 2(p - y)/6, not (p - y)/3.

    Args:
        formula: the formula.
        count: n, how many samples there are; in a sum of n terms, each term has its 1/n.

    >>> p, y = Name("p"), Name("y")
    >>> from autograd.notation.writers import Writer
    >>> Writer().write(with_mean((p - y) * (2 / 6), 6)), Writer().write(with_mean(0.5 * p, 7))
    ('2(p - y)/6', '0.5p')
    """
    if isinstance(formula, Sum):
        if len(formula.terms) != count:
            return formula
        terms = [_over(term, count) for term in formula.terms]
        return formula if None in terms else Sum(tuple(term for term in terms if term is not None))
    found = _over(formula, count)
    above = coefficient_of(found)[0] if found is not None else 0.0
    return found if found is not None and abs(above) in {1.0, 2.0} else formula  # 2 of the square


def _over(term: Symbol, count: int) -> Symbol | None:
    """Return a term as a fraction over n, such as 1.4(w - 1)/5 for 0.28(w - 1).

    A term with a whole number stays as it is.

    Returns:
        The term; None where the number above the n would have more than three digits.
    """
    coefficient, factors = coefficient_of(term)
    if coefficient.is_integer():
        return term
    above = float(f"{coefficient * count:.3g}")
    if not math.isclose(above, coefficient * count, rel_tol=1e-12):
        return None
    size = float(count)  # a name, for a number would be multiplied into the coefficient
    below = Power(Name(str(count), Constant(size), Number(size)), Number(-1.0))
    return Product(above, (*factors, below))


def folded(names: Names, ways: Sequence[Sequence[Factor]]) -> Samples | None:
    """Return the index in which ways from node to node differ; None if they differ otherwise.

    Args:
        names: the names of the nodes.
        ways: the factors of each way, from the output's end.
    """
    if len(ways) < FEWEST_TERMS or len({len(way) for way in ways}) > 1:
        return None
    rows = [(*(names.text(f.child) for f in way), names.text(way[-1].parent)) for way in ways]
    for column in zip(*rows, strict=True):
        if len(set(column)) == 1:
            continue
        indices = _indices(column)
        if indices is None or len(set(indices)) < len(indices):
            return None
        labels = [_fold(texts, indices) for texts in zip(*rows, strict=True)]
        known = tuple(label for label in labels if label is not None)
        return Samples(indices, known) if len(known) == len(labels) else None
    return None


def _indices(column: Sequence[str]) -> tuple[str, ...] | None:
    """Return the number in which names differ, for each name; None if there is no such number."""
    split = _split(column)
    if len({len(tokens) for tokens in split}) > 1:
        return None
    for tokens in zip(*split, strict=True):
        if len(set(tokens)) > 1:
            return tokens if all(token.isdigit() for token in tokens) else None
    return None


def _fold(column: Sequence[str], indices: Sequence[str]) -> str | None:
    """Return the name that all names have once their index is `i`; None if they have no such."""
    split = _split(column)
    if len({len(tokens) for tokens in split}) > 1:
        return None
    label = ""
    for tokens in zip(*split, strict=True):
        if len(set(tokens)) == 1:
            label += tokens[0]
        elif tokens == tuple(indices):
            label += _INDEX if re.search(r"(^|[^\w]|_)$", label) else f"_{_INDEX}"
        else:
            return None
    return label


def _split(column: Sequence[str]) -> list[list[str]]:
    """Return names as texts and numbers by turns; a first name is its own `#1` beside a `#2`."""
    if any("#" in name for name in column):
        column = [name if "#" in name else f"{name}#1" for name in column]
    return [re.split(r"(\d+)", name) for name in column]


def _names_in(formula: Symbol) -> list[Name]:
    return [part for part in parts(formula) if isinstance(part, Name)]


def _skeleton(formula: Symbol) -> Symbol:
    """Return a formula without its names: two formulas of one form have one skeleton."""
    places: dict[Symbol, Symbol] = {}
    for name in _names_in(formula):
        places.setdefault(name, Name(f"{len(places)}"))
    return rebuilt(formula, lambda part: places.get(part, part))
