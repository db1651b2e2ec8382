"""From the arguments of `check_by_hand` to claims, in the order in which a hand works."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from autograd.checking.accuracy import Accuracy, Answer
from autograd.checking.claims import Claim, claim_name
from autograd.checking.reading import Written, readings, represented
from autograd.cleaning import kind_of
from autograd.languages import words
from autograd.notation.names import Names, name_and_number
from autograd.passed_by import why_passed_by
from autograd.real import real
from autograd.value import Value
from autograd.walks import depending_on

Pair = tuple[Value, Value]


class Gathering:
    """The claims on a graph.

    Args:
        outputs: the results that are differentiated.
        order: the nodes of the graph, parents before children.
        accuracy: how exactly numbers have to be written where nothing else is said.

    Attributes:
        names: the names of the nodes.
        claims: the claims gathered so far.
    """

    def __init__(
        self, outputs: Sequence[Value], order: Sequence[Value], accuracy: Accuracy
    ) -> None:
        self.names = Names(order)
        self.claims: list[Claim] = []
        self._outputs, self._accuracy = outputs, accuracy
        self._order = order
        self._position = {node: i for i, node in enumerate(order)}

    def values(self, found: Mapping[Value, Written]) -> None:
        """Take the numbers of nodes."""
        for node in self._sorted(found):
            self._add("value", (node,), self.names.text(node), found[node])

    def locals(self, found: Mapping[Pair, Written], kind: str = "local") -> None:
        """Take derivatives of one node by another; those over few nodes come first."""
        pairs = [self._pair(key) for key in found]
        place = self._position
        ordered = sorted(
            zip(pairs, found.values(), strict=True),
            key=lambda entry: (place[entry[0][0]] - place[entry[0][1]], -place[entry[0][0]]),
        )
        for (top, bottom), written in ordered:
            called = self.names.operand
            sign = "∂" if kind == "local" else "d"
            self._add(kind, (top, bottom), f"{sign}{called(top)}/{sign}{called(bottom)}", written)

    def formulas(self, found: Mapping[Pair, Written]) -> None:
        """Take derivatives of one node by another that are written as formulas."""
        for key, written in found.items():
            pair = self._pair(key)
            above, below = map(self.names.operand, pair)
            name = claim_name("formula", f"d{above}/d{below}")
            self._add("formula", pair, name, written)

    def shares(self, found: Mapping[Any, Written]) -> None:
        """Take shares of gradients along paths."""
        for path, written in found.items():
            nodes = self._several(path, "the stops of a path, from a node up")
            nodes = tuple(sorted(nodes, key=self._position.__getitem__))
            for below, above in pairwise(nodes):
                if above not in depending_on([below], self._order):
                    raise ValueError(
                        "expected the stops of a path, each computed from the one before, received"
                        f" {name_and_number(below)}, from which {name_and_number(above)} was not"
                        " computed"
                    )
            if len(self._outputs) > 1 and nodes[-1] not in self._outputs:
                self._only_output(nodes[-1])
            first, *rest = map(self.names.text, nodes)
            name = words("share of {name} through {path}", name=first, path=" → ".join(rest))
            self._add("share", nodes, name, written)

    def gradients(self, found: Mapping[Value | Pair, Written], kind: str = "gradient") -> None:
        """Take gradients of the output, or d(a)/d(b) of a pair of nodes (a, b)."""
        whole: dict[Pair, Written] = {}
        for key, written in found.items():
            pair = self._pair(key) if isinstance(key, tuple) else (self._only_output(key), key)
            self._check(pair)
            if pair[0] in self._outputs or kind != "gradient":
                whole[pair] = written
        self.locals(
            {
                pair: written
                for pair, written in found.items()
                if isinstance(pair, tuple) and self._pair(pair) not in whole
            },
            "whole",
        )
        place = self._position
        for top, node in sorted(whole, key=lambda pair: (-place[pair[0]], -place[pair[1]])):
            name = claim_name(kind, self.names.text(node))
            if len(self._outputs) > 1:
                name = f"d{self.names.operand(top)}/d{self.names.operand(node)}"
            self._add(kind, (top, node), name, whole[top, node])

    def differences(self, found: Mapping[Value, tuple[Written, float | str]]) -> None:
        """Take difference quotients of the output, each with its step."""
        for node, entry in found.items():
            written, step = self._with(entry, "a number and its step")
            size = _number(step, "step")
            if size <= 0:
                raise ValueError(f"expected a step above 0, received {represented(step)}")
            self._check((node,))
            name = claim_name("difference", self.names.text(node))
            self._add("difference", (self._only_output(node), node), name, written, size)

    def updates(self, found: Mapping[Value, tuple[Any, Any]]) -> None:
        """Take new numbers of parameters after a step, or after several, each with its rule."""
        self._check(found)
        entries = {
            node: self._with(entry, "a number and a learning rate or an optimiser")
            for node, entry in found.items()
        }
        steps = {
            node: tuple(written or (None,)) if isinstance(written, (list, tuple)) else (written,)
            for node, (written, _) in entries.items()
        }
        rules = {node: _rule(how) for node, (_, how) in entries.items()}
        for step in range(1, 1 + max(map(len, steps.values()), default=0)):
            for node, numbers in steps.items():
                if step <= len(numbers):
                    name = claim_name("update", self.names.text(node))
                    if len(numbers) > 1:
                        name = words("{name} after step {step}", name=name, step=step)
                    self._add(
                        "update",
                        (self._only_output(node), node),
                        name,
                        numbers[step - 1],
                        rules[node],
                        step,
                    )

    def _add(
        self,
        kind: str,
        nodes: tuple[Value, ...],
        name: str,
        written: Any,
        how: Any = None,
        step: int = 1,
    ) -> None:
        accuracy = self._accuracy
        if isinstance(written, Answer):
            written, accuracy = written.written, written.accuracy
        self.claims.append(Claim(kind, nodes, name, written, accuracy, how, step))

    def _only_output(self, node: Any) -> Value:
        if len(self._outputs) > 1:
            what = name_and_number(node) if isinstance(node, Value) else represented(node)
            raise ValueError(
                "there are several outputs: say of which, as a pair (output, node), received only"
                f" {what}"
            )
        return self._outputs[0]

    def _sorted(self, nodes: Iterable[Value]) -> list[Value]:
        nodes = list(nodes)
        self._check(nodes)
        return sorted(nodes, key=self._position.__getitem__)

    def _pair(self, key: Any) -> Pair:
        nodes = self._several(key, "a pair of nodes (a, b) for d(a)/d(b)")
        if len(nodes) != 2 or self._position[nodes[0]] < self._position[nodes[1]]:
            raise ValueError(
                "expected a pair of nodes (a, b) for d(a)/d(b), where a is computed from b,"
                f" received {', '.join(map(name_and_number, nodes))}"
            )
        return nodes[0], nodes[1]

    def _several(self, key: Any, what: str) -> tuple[Value, ...]:
        if not isinstance(key, tuple) or len(key) < 2:
            raise ValueError(f"expected {what}, received {represented(key, 200)}")
        self._check(key)
        return key

    def _with(self, entry: Any, what: str) -> tuple[Any, Any]:
        if not isinstance(entry, (tuple, list)) or len(entry) != 2:
            raise ValueError(f"expected {what}, as a pair, received {represented(entry, 200)}")
        return entry[0], entry[1]

    def _check(self, nodes: Iterable[Any]) -> None:
        for node in nodes:
            if not isinstance(node, Value) or node not in self._position:
                what, why = represented(node), ""
                if isinstance(node, Value):
                    what, why = name_and_number(node), why_passed_by(node, self._position)
                outputs = " and ".join(map(name_and_number, self._outputs))
                raise ValueError(
                    f"expected nodes that {outputs} was computed from, received {what}"
                    f"{why and f'; {why}'}"
                )


def _rule(how: Any) -> Any:
    """Return an optimiser, or the learning rate of gradient descent."""
    if isinstance(how, type) and hasattr(how, "decrease"):
        raise TypeError(
            f"expected an optimiser, received the class {how.__name__}: write {how.__name__}(),"
            " with the learning rate that the hand takes"
        )
    return how if hasattr(how, "decrease") else _number(how, "learning rate")


def _number(given: Any, what: str) -> float:
    """Return a learning rate or a step, which may be given as text."""
    if isinstance(given, str):
        found = {reading.number for reading in readings(given)}
        number = found.pop() if len(found) == 1 else math.nan
    else:
        try:
            number = real(given)
        except Exception:  # noqa: BLE001  # whatever it is, it is no number
            raise TypeError(
                f"expected a {what} as a number, such as 0.1, received {kind_of(given)}:"
                f" {represented(given)}"
            ) from None
    if not math.isfinite(number):
        raise ValueError(f"expected a finite {what}, such as 0.1, received {represented(given)}")
    return number
