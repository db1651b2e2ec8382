"""What was not chosen has no say: where a gradient goes on, and where it ends.

`relu`, `where`, `maximum` and their kind choose among their inputs. The result does not depend on
an input that was not chosen, whatever the gradient is (0 * inf would be nan) and whatever lies
behind that input (`where(greater(x, 0.0), sqrt(x), 0.0)` at -1). So a node that only leads to such
inputs receives nothing and hands nothing down. A number that was used and happens to be 0 is
another matter: the derivative of `sqrt(x)**2` at 0 is 0 * inf, an honest nan.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from math import isfinite, isinf, isnan, nan
from operator import attrgetter
from typing import Any

from autograd import ops
from autograd.ops import Primitive
from autograd.sweeps import pull_back, shares
from autograd.trees import Node, is_known
from autograd.value import Constant, Value

# --------------------------------------------------------------- of numbers that are known


class Shares:
    """What nodes hand to their parents in a sweep of numbers: 0.0 to what was not chosen.

    Elsewhere it is local * upstream. Which nodes are reached is only asked where this is nan.

    Args:
        order: the nodes, parents before children; the sweep begins at the last.
        partials: gives a node's local derivatives, where they are not `node.partials`.

    >>> x = Value(-1.0)
    >>> root = x.sqrt()
    >>> y = ops.where(ops.greater(x, 0.0), root, 0.0)
    >>> Shares([x, root, *y.parents, y])(root, 0.0)
    [0.0]
    """

    def __init__(
        self,
        order: Sequence[Value],
        partials: Callable[[Value], Sequence[float]] = attrgetter("partials"),
    ) -> None:
        self._order = order
        self._partials = partials
        self._found: Mapping[Value, float] | None = None

    def __call__(self, node: Value, upstream: float) -> list[float]:
        """Return the share of each parent."""
        partials = self._partials(node)
        found = [local * upstream for local in partials]
        if any(map(isnan, found)):
            if node not in self._reached:
                return [0.0] * len(found)
            return [share or 0.0 for share in shares(node, upstream, partials)]
        return found

    @property
    def _reached(self) -> Mapping[Value, float]:
        if self._found is None:
            self._found = pull_back(
                self._order,
                {self._order[-1]: 0.0},
                lambda node, _: shares(node, 0.0, self._partials(node)),
            )
        return self._found


def backward_of_chosen(order: Sequence[Value], gradient: float) -> None:
    """Do a backward pass again, from the leaves' gradients before it, along chosen inputs alone.

    Args:
        order: the nodes, parents before children; the last is the output.
        gradient: what the output is given.
    """
    totals = {node: node._left_partial for node in order if node.op is None}
    output = order[-1]
    totals[output] = totals.get(output, 0.0) + gradient
    pull_back(order, totals, Shares(order))
    for node in order:
        node._grad = totals.get(node, 0.0)  # mypyc mistakes the type that the setter takes


def had_say(node: Value, position: int) -> bool:
    """Return whether a node's number depends on an input: it was chosen, or it decided.

    Args:
        node: the node.
        position: which of its inputs.

    >>> x = Value(-1.0)
    >>> y = ops.where(ops.greater(x, 0.0), x.log(), x)
    >>> [had_say(y, position) for position in range(3)]
    [True, False, True]
    """
    op, number = node.op, node.parents[position].data
    assert op is not None  # noqa: S101  # a leaf depends on nothing
    if not op.chooses or node.partials[position] != 0.0:
        return True
    if op in (_WHERE, _TAKE) and position > 0:
        return False
    if not isfinite(node.data):  # relu, abs, floor and their kind hand on what is not finite
        return not isfinite(number)
    decides = op in (_WHERE, _TAKE) or (
        isinstance(op.rules, tuple) and op.rules[position] is ops.zero
    )
    return decides and not isinf(number)  # an infinity is compared rightly, a nan is not


# ------------------------------------------------------------ of numbers that are not known


class Reach:
    """The shares of a reverse sweep on numbers that may change: Values, or registers.

    Which inputs are chosen is not known, so a share that may be nothing is written as a choice:
    `where(chosen, share, 0.0)`. The choice is left out where the share is 0 without it, for the
    upstream gradient is 0 where nothing arrives: so only a local derivative that could be infinite
    or nan is asked about.

    Args:
        order: the nodes, parents before children.
        output: where the sweep begins.
        depends: the nodes that depend on what is differentiated by.
        where: `where(condition, a, b)` of such numbers.
    """

    def __init__(
        self,
        order: Sequence[Node],
        output: Node,
        depends: AbstractSet[Node],
        where: Callable[..., Any] = ops.where,
    ) -> None:
        self._where = where
        self._is_of_nodes = where is ops.where
        self._ways: dict[Node, list[Any]] = {}
        self._conditions: dict[Node, Any] = {}
        sure = {output}
        for node in reversed(order):
            if node in sure:
                if node.op is None or not node.op.chooses:
                    sure.update(node.parents)
                else:
                    sure |= _sure_behind(node)
        doubtful = [node for node in order if node in depends and node not in sure]
        tame = _tame(order) if any(node.op in _FINITE for node in doubtful) else set()
        self._guarded = {
            node
            for node in doubtful
            if node.op is not None
            and not _is_linear(node.op)
            # The exception, for it is nine tenths of a network: operations of `_FINITE` whose
            # inputs stay finite while the leaves are finite.
            and not (node.op in _FINITE and tame.issuperset(node.parents))
        }
        self._asked: set[Node] = set()
        for node in doubtful:
            if node in self._guarded or not self._asked.isdisjoint(node.parents):
                self._asked.add(node)

    @classmethod
    def of(cls, order: Sequence[Node], *args: Any) -> Reach | None:
        """Return the reach of a sweep; None where no operation chooses, as in most graphs."""
        chooses = any(node.op is not None and node.op.chooses for node in order)
        return cls(order, *args) if chooses else None

    def is_plain(self, node: Node) -> bool:
        """Return whether a node hands to each parent local * upstream, and nothing is asked."""
        return not node.op.chooses and node not in self._asked

    def share(
        self, node: Node, position: int, local: Any, upstream: Any, times: Callable[..., Any]
    ) -> Any:
        """Return what a node hands to a parent: local * upstream, and 0 if that is not chosen.

        To be called for every share of the sweep, in the sweep's order.

        Args:
            node: the node that hands down.
            position: which of its parents receives.
            local: the local derivative by this parent.
            upstream: the gradient of the node.
            times: multiplies the two.
        """
        if self.is_plain(node):
            return times(local, upstream)
        is_known = local.__class__ is float
        chosen = local if node.op.chooses and not is_known else True
        condition = self._condition(node)
        parent = node.parents[position]
        if parent in self._asked:
            self._ways.setdefault(parent, []).append(self._both(condition, chosen))
        if chosen is not True and self._is_of_nodes and local.op is ops.greater:
            share = upstream  # `greater` is 1 or 0: the `where` below makes the product
        else:
            share = times(local, upstream)
        if chosen is not True:
            share = self._where(chosen, share, 0.0)
        if condition is not True and node in self._guarded and not (is_known and isfinite(local)):
            share = self._where(condition, share, 0.0)
        return share

    def _both(self, a: Any, b: Any) -> Any:
        if a is True or b is True:
            return b if a is True else a
        return self._where(a, b, 0.0)

    def _condition(self, node: Node) -> Any:
        """What has to hold for a gradient to arrive at a node: any of the ways to it is chosen."""
        ways = self._ways.pop(node, None)
        if ways is not None:
            if any(way is True for way in ways):
                ways = [True]
            while len(ways) > 1:  # in halves: a thousand ways are ten steps, each on many at once
                half = len(ways) // 2
                pairs = zip(ways[:half], ways[half : 2 * half], strict=True)
                ways = [*(self._where(a, 1.0, b) for a, b in pairs), *ways[2 * half :]]
            (self._conditions[node],) = ways
        return self._conditions.get(node, True)


_DOT, _WHERE, _TAKE = ops.row("dot"), ops.row("where"), ops.row("take")
_FINITE = {_DOT, *map(ops.row, ("softmax", "log_softmax", "logsumexp"))}
"""Operations of networks whose local derivatives are finite where their inputs are."""

_FIRST_CANDIDATE = {
    _WHERE: 1,
    _TAKE: 1,
    ops.row("maximum"): 0,
    ops.row("minimum"): 0,
}
"""Operations that always choose one input, and the position of the first candidate."""


def _sure_behind(node: Node) -> AbstractSet[Node]:
    """The nodes that a gradient is sure to reach where it reaches this one, which chooses.

    Which score of a softmax is the right one may be open: all the scores are reached through any.
    """
    first = _FIRST_CANDIDATE.get(node.op)
    if first is None:
        return set()
    common: AbstractSet[Node] | None = None
    for candidate in node.parents[first:]:
        is_plain = candidate.op is not None and not candidate.op.chooses
        behind = {candidate, *candidate.parents} if is_plain else {candidate}
        common = behind if common is None else common & behind
        if not common:
            break
    return common or set()


@cache
def _is_linear(op: Primitive) -> bool:
    """Whether local derivatives are finite whatever the inputs are: not even nan makes them nan."""
    for inputs in _trials(op, [nan]):
        partials = op.partials(nan, inputs, [False] * len(inputs))
        return all(map(isfinite, partials))
    return False


_INFINITE, _ANY, _NOT_NEGATIVE, _POSITIVE = range(-1, 3)
"""What is known of a number: that it may be infinite or nan, or that it is finite, and its sign."""

_NUMBERS = (-1000.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 1000.0)
_OF_KIND = {_ANY: _NUMBERS, _NOT_NEGATIVE: _NUMBERS[3:], _POSITIVE: _NUMBERS[4:]}


@cache
def _kind(
    op: Primitive, inputs: tuple[int, ...], is_square: bool = False, exponent: float | None = None
) -> int:
    """What is known of the results of an operation, as far as trials show.

    Args:
        op: the operation.
        inputs: what is known of each input; of an operation of many, of all of them.
        is_square: whether its two inputs are one number.
        exponent: the second input, if it is a constant that matters.
    """
    if ops.TABLE.get(op.name) is not op:
        return _INFINITE  # its number was computed outside, and nobody knows others
    tried = [_OF_KIND[kind] for kind in inputs]
    if exponent is not None:
        tried[1] = (exponent,)
    if op.arity is None:
        trials = _trials(op, tried[0])
    else:
        trials = zip(*tried, strict=True) if is_square else itertools.product(*tried)
    results = [op.value(*numbers) for numbers in trials]
    if not all(map(isfinite, results)):
        return _INFINITE
    least = min(results)
    if op is ops.add and least > 0.0:
        return _POSITIVE  # of others what is positive may be so small that it is 0
    return _NOT_NEGATIVE if least >= 0.0 else _ANY


def _trials(op: Primitive, numbers: Sequence[float]) -> Iterable[Sequence[float]]:
    if op.arity is None:
        return [[number] * 3 for number in numbers]
    return itertools.product(numbers, repeat=op.arity)


def _tame(order: Iterable[Node]) -> set[Node]:
    """The nodes whose numbers are finite while the leaves are finite and nothing overflows.

    A Value that is infinite now is none of them.
    """
    kinds: dict[Node, int] = {}
    for node in order:
        if is_known(node) and not isfinite(node._data):
            continue
        kind = _ANY
        if node.op is not None:
            kind = _kind_of_result(node, kinds)
        elif isinstance(node, Constant):
            kind = _POSITIVE if node._data > 0.0 else _ANY if node._data else _NOT_NEGATIVE
        if kind != _INFINITE:
            kinds[node] = kind
    return set(kinds)


def _kind_of_result(node: Node, kinds: Mapping[Node, int]) -> int:
    op, parents = node.op, node.parents
    found = [kinds.get(parent, _INFINITE) for parent in parents]
    weakest = min(found)
    if weakest == _INFINITE:
        return _INFINITE
    if op is _TAKE:  # beyond the ends it is nan, but there is no right answer there
        return min(found[1:])
    if op is _DOT:
        half = len(parents) // 2
        if all(a is b for a, b in zip(parents[:half], parents[half:-1], strict=True)):
            return _kind(ops.add, (_NOT_NEGATIVE, found[-1]))  # squares, and the bias
    if op.arity is None:
        return _kind(op, (weakest,))
    exponent = parents[1]._data if op is ops.pow and isinstance(parents[1], Constant) else None
    return _kind(op, tuple(found), op.arity == 2 and parents[0] is parents[1], exponent)
