"""Derivatives between neighbouring stops in symbols: the rules of the table, fed with names."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache, reduce
from itertools import combinations
from typing import Any

from autograd.languages import marked, words
from autograd.notation.algebra import (
    Call,
    Name,
    Number,
    Symbol,
    add_up,
    chooses_first,
    is_choice,
    is_larger,
    symbol,
)
from autograd.notation.equations import measured
from autograd.notation.names import Names
from autograd.notation.simplifying import decided, parts, rebuilt, simplest
from autograd.ops import Primitive, stop_gradient
from autograd.value import Constant, Value
from autograd.walks import pull_back, region

_LARGEST_FORMULA = 300
"""A formula with more parts than this is given as a number alone."""

_SHARES = {"sigmoid", "softplus", "softmax", "log_softmax", "logsumexp"}
"""Operations whose derivatives leave p - y behind a cross entropy, once they are multiplied out."""

_GUARDED = {"pow", "hypot", "norm", "xlogy"}
"""Operations whose derivatives are guarded at 0; the guard is no choice of the operation."""

Remark = tuple[str | Symbol, ...]
"""Why a derivative is what it is, in words and formulas: which branch was chosen."""


def remark(text: str, /, **places: Symbol | Remark) -> Remark:
    """Return words with formulas in their {places}.

    >>> list(map(str, remark("{a} and {b}: both", a=Name("x"), b=("y", "!"))))
    ['x', ' and ', 'y', '!', ': both']
    """
    found: list[str | Symbol] = []
    for i, part in enumerate(re.split(r"\{(\w+)\}", text)):
        what = places[part] if i % 2 else (part,) if part else ()
        found += what if isinstance(what, tuple) else (what,)
    return tuple(found)


Shares = tuple[Symbol, ...]
"""What a node has received so far; a tuple, so that shares added to it stay apart."""


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
        self._remarks: dict[Value, dict[Value, Remark]] = {}
        self._has_shares: dict[Value, bool] = {}
        self._shares = {
            (names[stop.parents[0]], frozenset(map(names.__getitem__, stop.parents))): names[stop]
            for stop in stops
            if stop.op is not None and stop.op.name == "softmax"
        }

    def derivative(self, child: Value, parent: Value) -> Symbol | None:
        """Return d(child)/d(parent) along all paths that meet no third stop.

        Returns:
            The formula, with the branches chosen that the numbers choose now; None where it is too
            large to be read.
        """
        if child not in self._known:
            try:
                self._known[child] = self._derivatives(child)
            except _TooLargeError:
                self._known[child] = None
        known = self._known[child]
        if known is None:
            return None
        formula = known[parent]
        return self._simplest(formula) if self._has_shares[child] else formula

    def remarks(self, child: Value, parent: Value) -> tuple[Remark, ...]:
        """Return why the branches were chosen that d(child)/d(parent) goes through.

        Where the derivative has a softmax without a name, they say whose share it is.
        """
        formula = self.derivative(child, parent)
        shares: list[Remark] = [
            remark(words("{share} is the share of {score}"), share=part, score=part.inputs[0])
            for part in (() if formula is None else parts(formula))
            if isinstance(part, Call) and part.op.name == "softmax"
        ]
        return (*self._branches(child, parent), *dict.fromkeys(shares))

    def inner(self, child: Value) -> list[Value]:
        """Return a stop, and the nodes between the stops before and itself."""
        nodes = region(child, self._stops, self._position)
        return [node for node in nodes if node is child or node not in self._stops]

    def _branches(self, child: Value, parent: Value) -> tuple[Remark, ...]:
        found = self._remarks.get(child)
        if not found:
            return ()
        inner, dependent, reached = self.inner(child), {parent}, {child}
        for node in inner:
            if not dependent.isdisjoint(node.parents):
                dependent.add(node)
        for node in reversed(inner):
            if node in reached and node.op is not stop_gradient:
                reached.update(node.parents)
        on_way = dependent & reached
        return tuple(dict.fromkeys(found[node] for node in found if node in on_way))

    def _derivatives(self, child: Value) -> dict[Value, Symbol]:
        """Run the reverse sweep, on symbols, through the nodes between `child` and the stops."""
        nodes = region(child, self._stops, self._position)
        formulas: dict[Value, Symbol] = {}
        remarks: dict[Value, Remark] = {}
        has_shares = False
        for node in nodes:
            if node in self._stops and (node is not child or self._names.is_given(node)):
                formulas[node] = self._names[node]
            elif node.op is None:
                formulas[node] = symbol(node.data)
            else:
                inputs = [formulas[p] for p in node.parents]
                unclipped = _unclipped(node, inputs)
                formulas[node] = _readable(node.op(*inputs) if unclipped is None else unclipped)
            if node.op is not None and (node is child or node not in self._stops):
                has_shares = has_shares or node.op.name in _SHARES
                if _chooses(node.op, len(node.parents)):
                    branch = _remark(node, [formulas[p] for p in node.parents])
                    remarks |= {node: branch} if branch else {}
        self._remarks[child], self._has_shares[child] = remarks, has_shares

        one = symbol(1.0)

        def times(node: Value, shares: Shares) -> list[Shares | None]:
            if node in self._stops and node is not child:
                return [None] * len(node.parents)
            partials, upstream = _partials(node, formulas), _total(shares)
            if upstream is one:
                return [(symbol(partial),) for partial in partials]
            return [(_readable(upstream) * partial,) for partial in partials]

        received = pull_back(nodes, {child: (one,)}, times)
        return {node: _readable(_total(received[node])) for node in nodes}

    def _simplest(self, formula: Symbol) -> Symbol:
        """Return a formula multiplied out if that is shorter, and each share by its name."""

        def named(part: Symbol) -> Symbol:
            if self._shares and isinstance(part, Call) and part.op.name == "softmax":
                return self._shares.get((part.inputs[0], frozenset(part.inputs)), part)
            return part

        return rebuilt(simplest(formula), named)


def _total(shares: Shares) -> Symbol:
    """Add up shares in the order of the graph: the sweep hands the last one down first."""
    return shares[0] if len(shares) == 1 else add_up(reversed(shares))


def _partials(node: Value, formulas: dict[Value, Symbol]) -> Sequence[Any]:
    """Return the local derivatives of a node, in symbols."""
    assert node.op is not None  # noqa: S101  # a leaf hands nothing down
    constant = [isinstance(parent, Constant) for parent in node.parents]
    inputs = [
        parent.data if fixed else formulas[parent]
        for parent, fixed in zip(node.parents, constant, strict=True)
    ]
    partials = node.op.partials(formulas[node], inputs, constant)
    if node.op.name not in _GUARDED:
        chooses = _chooses(node.op, len(inputs))
        return [decided(symbol(p)) for p in partials] if chooses else partials
    # These derivatives are a `where`; by hand, nobody writes it where its condition holds.
    names = [Name("", parent) for parent in node.parents]
    bare = node.op.partials(Name("", node), names, constant)
    return [
        partial.inputs[1] if is_choice(partial) and chooses_first(rule) else partial
        for partial, rule in zip(partials, bare, strict=True)
    ]


# ------------------------------------------------------------------- chosen branches


@cache
def _chooses(op: Primitive, arity: int) -> bool:
    """Whether the derivatives of an operation depend on a choice, as those of relu do."""
    return op.name not in _GUARDED and bool(_conditions(op, [Name(f"x{i}") for i in range(arity)]))


def _conditions(op: Primitive, inputs: Sequence[Symbol]) -> list[tuple[Symbol, ...]]:
    """Return the pairs of formulas that the derivatives of an operation compare."""
    partials = op.partials(Name("y"), inputs, [False] * len(inputs))
    every = [part for partial in partials for part in parts(symbol(partial))]
    calls = [p for p in every if isinstance(p, Call) and p.op.name in {"greater", "where"}]
    return [p.inputs if p.op.name == "greater" else p.inputs[:1] for p in calls]


def _is_extreme(op: Primitive) -> bool:
    return op.name in {"maximum", "minimum"}


def _unclipped(node: Value, inputs: Sequence[Symbol]) -> Symbol | None:
    """Return the formula that a constant bound leaves as it is; None for any other operation."""
    if node.op is None or not _is_extreme(node.op):
        return None
    chosen = [i for i, parent in enumerate(node.parents) if parent.data == node.data]
    bounds = [isinstance(parent, Constant) for parent in node.parents]
    return inputs[chosen[0]] if any(bounds) and len(chosen) == 1 else None


def _remark(node: Value, inputs: Sequence[Symbol]) -> Remark | None:
    """Return which branch an operation chose, and why; None where a nan was compared."""
    assert node.op is not None  # noqa: S101  # a leaf chooses nothing
    if any(math.isnan(parent.data) for parent in (node, *node.parents)):
        return None
    if node.op.name == "take":
        place = math.floor(node.parents[0].data + 0.5)
        if isinstance(node.parents[0], Constant):
            return remark(words("{chosen} is taken"), chosen=inputs[1 + place])
        told = words("{index} is {place}: {chosen} is taken", place=place)
        return remark(told, index=inputs[0], chosen=inputs[1 + place])
    bounds = [parent for parent in node.parents if isinstance(parent, Constant)]
    is_clamp = node.op.name == "clamp"
    if is_clamp or (_is_extreme(node.op) and (len(inputs) != 2 or not bounds)):
        return _clamped(node, inputs) if is_clamp else _extreme(node, node.op, inputs)
    remarks = [_comparison(*pair) for pair in compared(node.op, inputs)]
    if node.op.name == "where" and not remarks:
        is_zero = node.parents[0].data == 0
        told = words("{condition} is 0") if is_zero else words("{condition} is not 0")
        return remark(told, condition=inputs[0])
    return tuple(part for pair in remarks for part in (", ", *pair))[1:] or None


def _extreme(node: Value, op: Primitive, inputs: Sequence[Symbol]) -> Remark:
    """Return which input is the largest or smallest, and how they share the gradient."""
    chosen = [x for x, p in zip(inputs, node.parents, strict=True) if p.data == node.data]
    if len(chosen) == 1:
        return remark(words(_EXTREMES[op.name, len(inputs) == 2]), chosen=chosen[0])
    listed: list[Remark] = [(x,) for x in chosen]
    return remark(words("{listed} are equal: equal shares"), listed=reduce(_and, listed))


_EXTREMES = {
    ("maximum", True): marked("{chosen} is the larger: its whole share"),
    ("minimum", True): marked("{chosen} is the smaller: its whole share"),
    ("maximum", False): marked("{chosen} is the largest: its whole share"),
    ("minimum", False): marked("{chosen} is the smallest: its whole share"),
}
"""What is said of the input that was chosen, by the operation, and whether it has two inputs."""


def _clamped(node: Value, inputs: Sequence[Symbol]) -> Remark | None:
    """Return whether a number or one of its bounds was taken; None where there is no bound."""
    number, low, high = (parent.data for parent in node.parents)
    has_low, has_high = low > -math.inf, high < math.inf
    if low > high:
        told = words("{low} is above {high}: {high} is taken")
    elif number < low:
        told = words("{number} is below {low}: {low} is taken")
    elif number > high:
        told = words("{number} is above {high}: {high} is taken")
    elif number == low and has_low:
        told = words("{number} is equal to the bound {low}: its whole share")
    elif number == high and has_high:
        told = words("{number} is equal to the bound {high}: its whole share")
    elif has_low and has_high:
        told = words("{number} is between {low} and {high}: its whole share")
    elif has_low:
        told = words("{number} is above {low}: its whole share")
    elif has_high:
        told = words("{number} is below {high}: its whole share")
    else:
        return None
    places = dict(zip(("number", "low", "high"), inputs, strict=True))
    return remark(told, **{name: x for name, x in places.items() if f"{{{name}}}" in told})


def _and(most: Remark, last: Remark) -> Remark:
    return remark(words("{most} and {last}"), most=most, last=last)


def compared(op: Primitive, inputs: Sequence[Symbol]) -> list[tuple[Symbol, Symbol]]:
    """Return the pairs of formulas that an operation compares in order to choose, each once.

    Args:
        op: the operation.
        inputs: its inputs.

    >>> from autograd.ops import row
    >>> [[str(x) for x in pair] for pair in compared(row("relu"), [Name("z")])]
    [['z', '0']]
    >>> bounds = [Number(0.0), Number(1.0)]
    >>> [[str(x) for x in pair] for pair in compared(row("clamp"), [Name("z"), *bounds])]
    [['z', '0'], ['z', '1']]
    """
    found: dict[frozenset[Symbol], tuple[Symbol, Symbol]] = {}
    # The largest of several is compared with each input; by hand, the inputs with one another.
    # A number and its bounds are, too; what a bound of no number, inf, is, needs no telling.
    is_told = _is_extreme(op) or op.name == "clamp"
    pairs = combinations(inputs, 2) if is_told else _conditions(op, inputs)
    for pair in pairs:
        if len(pair) == 2 and pair[0] != pair[1] and not (op.name == "clamp" and _is_known(pair)):
            a, b = sorted(pair, key=lambda part: isinstance(part, Number))
            found.setdefault(frozenset(pair), (a, b))
    return list(found.values())


def _is_known(pair: Sequence[Symbol]) -> bool:
    """Return whether a comparison says nothing: of two numbers, or with infinity."""
    numbers = [part.value for part in pair if isinstance(part, Number)]
    return len(numbers) == len(pair) or any(map(math.isinf, numbers))


def _comparison(a: Symbol, b: Symbol) -> Remark:
    left, right = measured(a)[0], measured(b)[0]
    return a, " > " if left > right else " < " if left < right else " = ", b


def _readable(formula: Symbol) -> Symbol:
    if is_larger(formula, _LARGEST_FORMULA):
        raise _TooLargeError
    return formula
