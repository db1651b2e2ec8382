"""What nodes compute, with the results that are drawn as part of them written out: `(y − 1)^2`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from autograd import ops
from autograd.notation.algebra import Name, Number, Symbol, recorded
from autograd.notation.numbers import show_number
from autograd.notation.writers import PictureWriter
from autograd.value import Constant, Value

_LONGEST = 36  # characters of what a node computes, on a slide
_UNNAMED = "·"
_DEPTHS = (5, 4, 3, 2, 1)  # operations within one another, where not all can be written
_MOST_INPUTS = 4  # of more, the operation's symbol says enough
_LETTERS = "vutsrqp"


class Composer:
    """Writes what nodes compute, with all that is drawn as part of them.

    Args:
        shown: the names that nodes are shown by.
        digits: significant digits of constants.
        longest: characters of a text.
    """

    def __init__(self, shown: Mapping[Value, str], digits: int, longest: int = _LONGEST) -> None:
        self._shown = shown
        self._digits = digits
        self._longest = longest
        self._writer = _OperationWriter(digits=digits)
        taken = set(shown.values())
        self._known: dict[tuple[tuple[Value, ...], frozenset[Value]], str] = {}
        self._letters = [letter for letter in _LETTERS if letter not in taken]

    def text(self, group: Sequence[Value], inside: Collection[Value] = ()) -> str:
        """Return what a node computes: "(1 − v)^2"; of a long text, the operations done last.

        Args:
            group: the node, or several that are alike: an input that is not the same for all is a
                letter, a constant that is not, the range of its numbers.
            inside: the nodes that are drawn as part of them, which are written out.
        """
        parts = frozenset(group).union(inside)
        key = tuple(group), parts
        if key not in self._known:  # the same texts are asked for many times, to try what fits
            whole = (self._longest,) if len(parts) <= self._longest else ()
            texts = (self._written(group, parts, depth) for depth in (*whole, *_DEPTHS))
            short = (text for text in texts if len(text) <= self._longest)
            self._known[key] = next(short, symbol_of(group[0]))
        return self._known[key]

    def is_short(self, node: Value, inside: Collection[Value]) -> bool:
        """Return whether all that a node computes can be written."""
        parts = {node, *inside}
        if len(parts) > self._longest:  # each operation is a sign at least
            return False
        return len(self._written([node], parts, self._longest)) <= self._longest

    def _written(self, group: Sequence[Value], parts: AbstractSet[Value], depth: int) -> str:
        letters = iter(self._letters)
        known: dict[tuple[Value, ...], str] = {}

        def symbol(nodes: tuple[Value, ...], depth: int) -> Symbol:
            node = nodes[0]
            if isinstance(node, Constant):
                return self._constants(nodes)
            if node.op is None or node not in parts:
                if len(set(nodes)) > 1 and nodes not in known:
                    known[nodes] = next(letters, _UNNAMED)
                return Name(known.get(nodes) or self._shown.get(node) or _UNNAMED)
            if not depth:
                return Name(_UNNAMED)
            if is_wide(node):
                return Name(symbol_of(node))
            inputs = zip(*(other.parents for other in nodes), strict=True)
            return recorded(node.op, [symbol(parents, depth - 1) for parents in inputs])

        return self._writer.write(symbol(tuple(group), depth)).replace(" - ", " − ")

    def _constants(self, nodes: Sequence[Value]) -> Symbol:
        """Return the number of constants, or the smallest and the largest of them."""
        numbers = sorted({node.data for node in nodes})
        ends = [show_number(number, self._digits) for number in (numbers[0], numbers[-1])]
        return Name(f"({' … '.join(ends)})") if len(numbers) > 1 else Number(numbers[0])


def in_parentheses(text: str) -> str:
    """Return what nodes compute behind their number, 12 × (1 − v), 12 × tanh(v), 3 × Σ."""
    return text if re.fullmatch(r"\w+\([^()]*\)(\[\d+\])?|\S+", text) else f"({text})"


def is_wide(node: Value) -> bool:
    """Return whether an operation is written by its symbol alone, without its inputs."""
    return node.op is ops.row("dot") or len(node.parents) > _MOST_INPUTS


class _OperationWriter(PictureWriter):
    """Formulas with the signs that operations have in pictures."""

    times = " × "


def within_others(
    order: Sequence[Value], composer: Composer, may: Callable[[Value, Value], bool]
) -> dict[Value, list[Value]]:
    """Return the results to draw as part of each node: unlabelled ones that it alone takes.

    A node takes in all of its parents that compute the same, such as errors of samples, or none.

    Args:
        order: the nodes, parents before children.
        composer: writes what a node computes.
        may: whether a node may take in one of its parents.
    """
    users: dict[Value, set[Value]] = {node: set() for node in order}
    for node in order:
        for parent in node.parents:
            users[parent].add(node)
    inside: dict[Value, list[Value]] = {}
    for node in order:
        alike: dict[Hashable, list[Value]] = {}
        for parent in dict.fromkeys(node.parents):
            is_own = parent.op is not None and not parent.label and len(users[parent]) == 1
            if is_own and may(node, parent):
                alike.setdefault(shape_of(parent, inside), []).append(parent)
        taken: list[Value] = []
        for parents in alike.values():
            more = [*taken, *(part for one in parents for part in (one, *inside[one]))]
            taken = more if composer.is_short(node, more) else taken
        inside[node] = taken
    return inside


def inputs_past(node: Value, is_drawn: Callable[[Value], bool]) -> tuple[list[Value], list[Value]]:
    """Return the drawn nodes that a node is computed from, as its text names them; and the others.

    Args:
        node: a node, with results that are drawn as part of it.
        is_drawn: whether a node is drawn by itself.
    """
    ends: dict[Value, None] = {}
    found: dict[Value, None] = {}
    stack = [*reversed(node.parents)]
    while stack:
        parent = stack.pop()
        if is_drawn(parent):
            ends[parent] = None
        elif parent not in found:
            found[parent] = None
            stack += reversed(parent.parents)
    return [*ends], [*found]


def shape_of(node: Value, inside: Mapping[Value, Collection[Value]]) -> Hashable:
    """Return the operations of a node and of the results drawn as part of it, and their inputs.

    Args:
        node: the node.
        inside: for each node, the results that are drawn as part of it.
    """
    parts = [node, *inside.get(node, ())]
    if len(parts) == 1:
        return node.op and node.op.name
    place = {part: i for i, part in enumerate(parts)}
    return tuple(
        (part.op and part.op.name, *(place.setdefault(x, len(place)) for x in part.parents))
        for part in parts
    )


def symbol_of(node: Value) -> str:
    """Return the symbol of the operation that made a node; of a weighted sum, with its bias."""
    symbol = node.op.symbol if node.op else ""
    return symbol.removesuffix(" + b") if has_no_bias(node) else symbol


def has_no_bias(node: Value) -> bool:
    """Return whether a node is a weighted sum without a bias."""
    bias = node.parents[-1] if node.parents else None
    return node.op is ops.row("dot") and isinstance(bias, Constant) and bias.data == 0
