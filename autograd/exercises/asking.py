"""What an exercise asks for: questions from nodes, pairs of nodes, and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autograd.checking.claims import claim_names
from autograd.cleaning import listing, quoted
from autograd.notation.names import Names, name_and_number
from autograd.notation.text import one_line
from autograd.options import wrong_kind
from autograd.passed_by import why_passed_by
from autograd.real import real
from autograd.value import Constant, Parameter, Value
from autograd.walks import depending_on, edges_between

Asked = Value | tuple[Value, Value] | str
"""A node's number, a derivative d(a)/d(b), or either of them in words."""

Question = tuple[str, tuple[int, ...]]
"""The kind of a question, and the places of its nodes in the graph's order."""

KINDS = ("value", "local", "gradient", "update", "formula")
"""What a question can ask for."""


def derivative_in_words(words: str, nodes: Mapping[str, Value]) -> tuple[Value, Value] | None:
    """Return the nodes a and b that "da/db" is about; None if it is about none.

    Args:
        words: the derivative; ∂ stands for d, and a formula may be in parentheses.
        nodes: each node by its name.

    >>> z, w = Value(1.0), Value(2.0)
    >>> derivative_in_words("∂z/∂w", {"z": z, "w": w}) == (z, w)
    True
    """
    bare = words.strip().replace("∂", "d")
    for i in range(len(bare)):
        if bare.startswith("d") and bare.startswith("/d", i):
            parts = [part.strip() for part in (bare[1:i], bare[i + 2 :])]
            names = [p if p in nodes else p.removeprefix("(").removesuffix(")") for p in parts]
            if all(name in nodes for name in names):
                return nodes[names[0]], nodes[names[1]]
    return None


def _first_words(kind: str) -> set[str]:
    """Return the words that a question of a kind may begin with, in each language."""
    return {name.partition(" ")[0] for name in claim_names(kind, "")}


class Asking:
    """Reads what is asked for.

    Args:
        order: the nodes of the graph, parents before children; the last is the output.
        rate: the learning rate, or None.
    """

    def __init__(self, order: Sequence[Value], rate: float | None) -> None:
        self._order = order
        self._rate = rate
        self._names = Names(order)
        self._place = {node: i for i, node in enumerate(order)}
        self._by_name = {self._names.text(n): n for n in order if not isinstance(n, Constant)}

    def questions(self, ask: Sequence[Asked] | None) -> tuple[Question, ...]:
        """Return the questions, each once.

        Args:
            ask: what to ask for; None for all that has a label.

        Raises:
            ValueError: nothing is asked for, or for something that the graph does not have.
            TypeError: `ask` is no list.
        """
        if isinstance(ask, (str, Value)):
            raise TypeError(f"expected a list of what to ask for, received {quoted(ask)}")
        found = list(self._everything() if ask is None else map(self._question, ask))
        if not found:
            raise ValueError(
                "nothing is asked for: name what to ask for, such as ask=['dcost/dw'], or label"
                " the nodes"
            )
        places = [(kind, tuple(self._place[node] for node in nodes)) for kind, nodes in found]
        return tuple(dict.fromkeys(places))

    def leaf(self, key: Any) -> Value:
        """Return a leaf by itself or by its name.

        Raises:
            ValueError: there is no such leaf.
        """
        node = self._node(key)
        if node.op is not None or isinstance(node, Constant):
            raise ValueError(f"expected a leaf, whose number can be chosen, received {quoted(key)}")
        return node

    def choices(
        self, numbers: Mapping[Any, Sequence[float]]
    ) -> Iterator[tuple[Value, list[float]]]:
        """Yield each leaf with the numbers to draw from.

        Raises:
            ValueError: there is no such leaf, or there are no numbers.
            TypeError: the numbers are not by leaf.
        """
        if not isinstance(numbers, Mapping):
            raise wrong_kind("numbers to draw from by leaf, as in {x: [1, 2]}", numbers)
        for key, given in numbers.items():
            found = [given] if isinstance(given, (int, float)) else list(given)
            if not found:
                raise ValueError(
                    f"expected numbers to choose from for {quoted(key)}, received none"
                )
            yield self.leaf(key), [real(number) for number in found]

    def _everything(self) -> Iterator[tuple[str, tuple[Value, ...]]]:
        """Yield questions on all labelled nodes, as a hand goes through the graph."""
        order, output = self._order, self._order[-1]
        parameters: list[Value] = [n for n in order if isinstance(n, Parameter) and n.label]
        leaves = parameters or [
            n for n in order if n.op is None and n.label and not isinstance(n, Constant)
        ]
        wanted = depending_on(leaves, order)
        stops = [n for n in order if n is output or (n.label and n in wanted)]
        for node in stops:
            if node.op is not None:
                yield "value", (node,)
        graph = edges_between(stops, order)
        for node in reversed(stops):
            if node is not output:
                for edge in graph[node]:
                    yield "local", (node, edge.parent)
        for node in reversed(stops):
            if node is not output and (node.op is not None or node in leaves):
                yield "gradient", (output, node)
        if self._rate is not None:
            for node in parameters or leaves:
                yield "update", (output, node)

    def _question(self, asked: Any) -> tuple[str, tuple[Value, ...]]:
        if isinstance(asked, str):
            return self._in_words(one_line(asked).strip())
        if isinstance(asked, tuple) and len(asked) == 2:
            return self._derivative(*map(self._node, asked))
        return "value", (self._node(asked),)

    def _in_words(self, words: str) -> tuple[str, tuple[Value, ...]]:
        if words in self._by_name:
            return "value", (self._by_name[words],)
        first, _, rest = words.partition(" ")
        kinds = {other: kind for kind in ("update", "formula") for other in _first_words(kind)}
        kind = kinds.get(first)
        if kind == "update":
            if self._rate is None:
                raise ValueError(f"{quoted(words)} needs a learning rate: give one, as in rate=0.1")
            return "update", (self._order[-1], self.leaf(rest.strip()))
        if kind == "formula":
            return "formula", self._ratio(rest.strip())
        return self._derivative(*self._ratio(words))

    def _ratio(self, words: str) -> tuple[Value, Value]:
        """Return the nodes a and b of "da/db"."""
        found = derivative_in_words(words, self._by_name)
        if found is None:
            raise ValueError(
                f"cannot ask for {quoted(words)}: expected a name, a derivative such as dA/dB, or"
                f" new A; the names are {listing(self._by_name)}"
            )
        return self._checked(*found)

    def _derivative(self, above: Value, below: Value) -> tuple[str, tuple[Value, ...]]:
        kind = "gradient" if above is self._order[-1] else "local"
        return kind, self._checked(above, below)

    def _checked(self, above: Value, below: Value) -> tuple[Value, Value]:
        if above is below or above not in depending_on([below], self._order):
            a, b = map(self._names.text, (above, below))
            raise ValueError(f"cannot ask for d{a}/d{b}: {a} is not computed from {b}")
        return above, below

    def _node(self, key: Any) -> Value:
        if isinstance(key, str):
            key = one_line(key).strip()
            if key not in self._by_name:
                raise ValueError(
                    f"unknown name {quoted(key)} (must be one of {listing(self._by_name)})"
                )
            return self._by_name[key]
        if key not in self._place:
            what, why = quoted(key), ""
            if isinstance(key, Value):
                what, why = name_and_number(key), why_passed_by(key, self._place)
            output = name_and_number(self._order[-1])
            raise ValueError(
                f"expected nodes that {output} was computed from, received {what:.200}"
                f"{why and f'; {why}'}"
            )
        return self._order[self._place[key]]
