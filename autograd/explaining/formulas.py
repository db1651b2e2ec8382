"""Derivatives between neighbouring stops in symbols: the rules of the table, fed with names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.notation.algebra import Name, Symbol, chooses_first, is_choice, is_larger, symbol
from autograd.notation.names import Names
from autograd.value import Constant, Value
from autograd.walks import pull_back, region

_LARGEST_FORMULA = 300
"""A formula with more parts than this is given as a number alone."""


class _TooLargeError(Exception):
    """A formula has grown too large to be read."""


class Formulas:
    """The derivatives of each stop by those before it, in symbols.

    Args:
        order: the nodes of the graph, parents before children.
        stops: the nodes that formulas are written between; all others are folded into them.
        names: the names of the stops.
    """

    def __init__(self, order: Sequence[Value], stops: set[Value], names: Names) -> None:
        self._stops = stops
        self._names = names
        self._position = {node: i for i, node in enumerate(order)}
        self._known: dict[Value, dict[Value, Symbol] | None] = {}

    def derivative(self, child: Value, parent: Value) -> Symbol | None:
        """Return d(child)/d(parent) along all paths that meet no third stop.

        Returns:
            The formula; None where it is too large to be read.
        """
        if child not in self._known:
            try:
                self._known[child] = self._derivatives(child)
            except _TooLargeError:
                self._known[child] = None
        known = self._known[child]
        return None if known is None else known[parent]

    def _derivatives(self, child: Value) -> dict[Value, Symbol]:
        """Run the reverse sweep, on symbols, through the nodes between `child` and the stops."""
        nodes = region(child, self._stops, self._position)
        formulas: dict[Value, Symbol] = {}
        for node in nodes:
            if node in self._stops and (node.label or node is not child):
                formulas[node] = self._names[node]
            elif node.op is None:
                formulas[node] = symbol(node.data)
            else:
                formulas[node] = _readable(node.op(*[formulas[p] for p in node.parents]))

        def times(node: Value, upstream: Symbol) -> list[Symbol | None]:
            if node in self._stops and node is not child:
                return [None] * len(node.parents)
            return [_readable(upstream) * partial for partial in _partials(node, formulas)]

        received = pull_back(nodes, {child: symbol(1.0)}, times)
        return {node: _readable(received[node]) for node in nodes}


def _partials(node: Value, formulas: dict[Value, Symbol]) -> Sequence[Any]:
    """Return the local derivatives of a node, in symbols."""
    assert node.op is not None  # noqa: S101  # a leaf hands nothing down
    constant = [isinstance(parent, Constant) for parent in node.parents]
    inputs = [
        parent.data if fixed else formulas[parent]
        for parent, fixed in zip(node.parents, constant, strict=True)
    ]
    partials = node.op.partials(formulas[node], inputs, constant)
    if node.op.name not in {"pow", "hypot", "norm", "xlogy"}:
        return partials
    # These derivatives are a `where`; by hand, nobody writes it where its condition holds.
    names = [Name("", parent) for parent in node.parents]
    bare = node.op.partials(Name("", node), names, constant)
    return [
        partial.inputs[1] if is_choice(partial) and chooses_first(rule) else partial
        for partial, rule in zip(partials, bare, strict=True)
    ]


def _readable(formula: Symbol) -> Symbol:
    if is_larger(formula, _LARGEST_FORMULA):
        raise _TooLargeError
    return formula
