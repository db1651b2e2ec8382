"""Steps of gradient descent by hand: new numbers of parameters, after one step or several."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from autograd import real
from autograd.checking.attempts import Attempt
from autograd.checking.claims import Claim
from autograd.checking.hand import Hand
from autograd.checking.rounding import Rounded, exactly
from autograd.checking.sheet import Sheet
from autograd.languages import marked, words
from autograd.value import Parameter, Value


class Steps:
    """The steps of one calculation, from the first gradients on.

    All parameters move in each step: those that are claimed, and the other `Parameter`s of the
    graph, if one rule is claimed for all. After a step the graph is computed anew.

    Args:
        hand: the walk so far.
        claims: the claims on new numbers, step by step.
        take: judges a claim; see `Walk.take`.
    """

    def __init__(self, hand: Hand, claims: Sequence[Claim], take: Callable[..., None]) -> None:
        self._hand, self._take = hand, take
        hand.steps = self
        self._claims = {(claim.step, claim.node): claim for claim in claims}
        self._last = max(claim.step for claim in claims)
        self._root = claims[0].nodes[0]
        rules = {claim.node: claim.how for claim in claims}
        if (
            self._last > 1
            and len({id(how) if hasattr(how, "decrease") else how for how in rules.values()}) == 1
        ):
            for node in hand.graph.order:
                if isinstance(node, Parameter):
                    rules.setdefault(node, claims[0].how)
        self._rules = {node: rule(how) for node, how in rules.items()}
        self._memory: dict[tuple[Sheet, Value], list[Any]] = {}
        self._gradients: dict[tuple[Sheet, Value], float] = {}  # of the step before
        self._sums: dict[tuple[Sheet, Value], float] = {}  # of gradients of all steps before
        self._before: dict[Sheet, tuple[Rounded, Rounded, list[Any]]] = {}
        # Numbers before the last step, of optimisers that keep by how much it went down.
        self._starts: dict[tuple[Sheet, Value], Rounded] = {}

    def judge(self) -> None:
        """Judge the new numbers after each step."""
        hand = self._hand
        now = {sheet: sheet for sheet in hand.sheets}
        for step in range(1, self._last + 1):
            moved: dict[Sheet, dict[Value, Rounded]] = {sheet: {} for sheet in hand.sheets}
            for node, optimizer in self._rules.items():
                rate = optimizer.next_rate()
                numbers: dict[Sheet, Rounded] = {}
                by_lines: dict[Sheet, Rounded] = {}
                for sheet in hand.sheets:
                    old = now[sheet].values[node]
                    gradient = now[sheet].gradient(self._root, node)
                    kept = self._memory.setdefault((sheet, node), [0.0] * optimizer.memory_size)
                    self._before[sheet] = old, gradient, list(kept)
                    decrease = partial(optimizer.decrease, old, gradient, rate)
                    self._by_written_velocity(sheet, node, decrease, by_lines)
                    numbers[sheet] = _moved(old, self._decrease(sheet, node, decrease))
                    moved[sheet][node] = numbers[sheet]
                claim = self._claims.get((step, node))
                if claim is not None:
                    olds = {sheet: now[sheet].values[node] for sheet in hand.sheets}
                    self._take(
                        claim,
                        numbers,
                        partial(_put, moved, node),
                        plain=by_lines or None,
                        olds=olds,
                    )
            if step < self._last:
                for sheet in hand.sheets:
                    for node in self._rules:
                        number = now[sheet].gradient(self._root, node).number
                        self._gradients[sheet, node] = number
                        self._sums[sheet, node] = self._sums.get((sheet, node), 0.0) + number
                now = {
                    sheet: sheet.anew(_leaves(now[sheet], moved[sheet])) for sheet in hand.sheets
                }
                for sheet in now.values():
                    sheet.run([self._root])

    def _decrease(self, sheet: Sheet, node: Value, decrease: Callable[..., Any]) -> Any:
        """Return by how much a parameter goes down; what the optimiser keeps is changed."""
        kept = self._memory[sheet, node]
        found = decrease(kept)
        if kept and kept[-1] is found:
            self._starts[sheet, node] = self._before[sheet][0]
        return found

    def _by_written_velocity(
        self,
        sheet: Sheet,
        node: Value,
        decrease: Callable[..., Any],
        by_lines: dict[Sheet, Rounded],
    ) -> None:
        """Note the new number where the last velocity is that of the numbers that were written."""
        if (sheet, node) in self._starts:
            old = self._before[sheet][0]
            kept = [*self._memory[sheet, node][:-1], self._starts[sheet, node] - old]
            by_lines[sheet] = _moved(old, decrease(kept))

    def before(self, sheet: Sheet) -> tuple[float, float]:
        """Return the number and the gradient that the step at hand starts from."""
        old, gradient, _ = self._before[sheet]
        return old.number, gradient.number

    def slips(self, claim: Claim, sheet: Sheet, expected: float) -> Iterator[Attempt]:
        """Yield the steps of an optimiser of which a part was forgotten."""
        old, gradient, _ = self._before[sheet]
        rate = rule(claim.how).next_rate()
        number = old.number - rate * gradient.number
        yield marked("optimiser"), words("plain gradient descent"), number
        for name, description, changes in _FORGOTTEN:
            if hasattr(claim.how, name):
                number = self._new_number(claim, sheet, gradient.number, changes)
                yield "optimiser", words(description), number
        # A gradient over a root: without the root, the step is its square over rate * gradient.
        is_over_root = hasattr(claim.how, "rho") or hasattr(claim.how, "beta_2")
        if is_over_root and (claim.step == 1 or hasattr(claim.how, "rho")):
            step = expected - old.number
            number = old.number - real.divide(step * step, rate * gradient.number)
            yield "optimiser", words("the root is missing"), number

    def with_gradient_before(self, claim: Claim, sheet: Sheet) -> float | None:
        """Return the new number by the gradient of the step before; None in the first step."""
        gradient = self._gradients.get((sheet, claim.node))
        if gradient is None:
            return None
        return self._new_number(claim, sheet, gradient, lambda _: {})

    def with_gradients_so_far(self, claim: Claim, sheet: Sheet) -> float | None:
        """Return the new number by the sum of all gradients so far; None in the first step."""
        before = self._sums.get((sheet, claim.node))
        if before is None:
            return None
        _, gradient, _ = self._before[sheet]
        return self._new_number(claim, sheet, before + gradient.number, lambda _: {})

    def _new_number(
        self, claim: Claim, sheet: Sheet, gradient: float, changes: Callable[[Any], dict[str, Any]]
    ) -> float:
        """Return the new number by an optimiser that is changed, or by another gradient."""
        old, _, kept = self._before[sheet]
        other = rule(claim.how)
        other.iterations = claim.step - 1
        rate = other.next_rate()
        vars(other).update(changes(other))
        memory = [exactly(m.number) if isinstance(m, Rounded) else m for m in kept]
        decrease = other.decrease(exactly(old.number), exactly(gradient), rate, memory)
        number = decrease.number if isinstance(decrease, Rounded) else decrease
        return old.number - float(number)

    def gradients_beside(self, claim: Claim, sheet: Sheet) -> Iterator[tuple[Value, float]]:
        """Yield the other leaves with a name, and their gradients before the first step."""
        if claim.step == 1 and self._root in sheet.gradients:
            for node in self._hand.graph.order:
                if node is not claim.node and node.op is None and node.label:
                    yield node, sheet.gradient(self._root, node).number

    def moved_numbers(self, sheet: Sheet) -> dict[Value, float]:
        """Return the parameters' numbers after the first step, where their gradients are known."""
        found: dict[Value, float] = {}
        rates = {rule.rate for rule in self._rules.values() if isinstance(rule, Descent)}
        if self._root not in sheet.gradients or len(rates) != 1:
            return found
        (rate,) = rates
        for node in self._hand.graph.order:
            if isinstance(node, Parameter) or node in self._rules:
                gradient = sheet.received(self._root, node).number
                if gradient:
                    found[node] = sheet.values[node].number - rate * gradient
        return found


_FORGOTTEN: tuple[tuple[str, str, Callable[[Any], dict[str, Any]]], ...] = (
    ("momentum", marked("the last step's velocity is missing"), lambda _: {"momentum": 0.0}),
    (
        "momentum",
        marked("momentum and 1 - momentum are swapped"),
        lambda other: {"momentum": 1.0 - other.momentum},
    ),
    ("rho", marked("rho and 1 - rho are swapped"), lambda other: {"rho": 1.0 - other.rho}),
    (
        "beta_1",
        marked("the correction for the start at 0 is missing"),
        lambda _: {"iterations": 10**9},
    ),
    (
        "beta_1",
        marked("beta_1 and beta_2 are swapped"),
        lambda other: {"beta_1": other.beta_2, "beta_2": other.beta_1},
    ),
    (
        "beta_1",
        marked("beta and 1 - beta are swapped"),
        lambda other: {"beta_1": 1.0 - other.beta_1, "beta_2": 1.0 - other.beta_2},
    ),
)
"""What an optimiser has, what was done instead, and the changes that do so."""


def _put(
    moved: dict[Sheet, dict[Value, Rounded]], node: Value, sheet: Sheet, number: Rounded
) -> None:
    moved[sheet][node] = number


def _moved(old: Rounded, decrease: Any) -> Rounded:
    """Return old - decrease; the result is what is written, so its rounding is not counted here."""
    new: Rounded = old - decrease
    return new


def _leaves(sheet: Sheet, moved: dict[Value, Rounded]) -> dict[Value, Rounded]:
    return {node: sheet.values[node] for node in sheet.graph.order if node.op is None} | moved


class Descent:
    """Gradient descent with a fixed rate: w - rate * gradient.

    Args:
        rate: the learning rate.
    """

    memory_size = 0

    def __init__(self, rate: float) -> None:
        self.rate = rate

    def next_rate(self) -> float:
        """Return the learning rate."""
        return self.rate

    def decrease(self, data: Any, grad: Any, rate: Any, memory: list[Any]) -> Any:  # noqa: ARG002  # an optimiser's arguments
        """Return by how much a parameter goes down."""
        return grad * rate


def rule(how: Any) -> Any:
    """Return an optimiser that has done no step yet."""
    if not hasattr(how, "decrease"):
        return Descent(how)
    fresh = copy.copy(how)
    fresh.iterations = 0
    return fresh
