"""Numbers for an exercise: friendly to a hand, and such that no unit saturates."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from autograd.checking.error_bounds import value_of
from autograd.cleaning import quoted
from autograd.value import Constant, Parameter, Value
from autograd.walks import pull_back

_FLAT = 0.05
"""A unit is saturated where its slope is smaller than this: sigmoid beyond 3, tanh beyond 2.2."""

_TRIVIAL = 0.01
"""A number or a gradient that is smaller than this is no pleasure to work with."""

_FAR = 30.0
"""Where a unit that can saturate is flat, on one side at least."""

_SWEEPS, _MOST_TRIES = 60, 6000
"""How many new numbers are tried for each leaf, and for all leaves together."""

_HOPELESS = 1000.0
"""How bad a number is that is infinite or nan."""


def friendly_numbers(leaf: Value) -> list[float]:
    """Return the numbers that a leaf may have in an exercise: those like its own.

    They have as many decimals as its own number, of which two digits count, and are from half to
    twice as large. A `Parameter` may have either sign; an input of 0 or 1 has one of these two.

    >>> friendly_numbers(Value(0.5))
    [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    >>> friendly_numbers(Value(60.0))
    [30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0, 110.0, 120.0]
    >>> friendly_numbers(Value(1.0))
    [0.0, 1.0]
    """
    number = leaf.data
    if not isinstance(leaf, Parameter) and number in {0.0, 1.0}:
        return [0.0, 1.0]
    if not math.isfinite(number):
        raise ValueError(
            f"expected a finite number to draw others like it, received {quoted(number)}"
        )
    size = Decimal(repr(abs(number))).normalize()
    last = size.adjusted() - len(size.as_tuple().digits) + 1  # the power of ten of the last digit
    unit = max(last, size.adjusted() - 1)  # 60 counts tens, 82 ones, and 0.1234 hundredths
    count = max(1, round(size.scaleb(-unit)))
    sizes = [
        float(Decimal(k).scaleb(unit))
        for k in range(max(1, (count + 1) // 2), max(2 * count, count + 3) + 1)
    ]
    if isinstance(leaf, Parameter):
        return [*(-x for x in reversed(sizes)), *sizes]
    return [math.copysign(x, number) for x in sizes]


def choose_numbers(
    order: Sequence[Value],
    choices: Mapping[Value, Sequence[float]],
    asked: Collection[Value],
    draw: random.Random,
) -> dict[Value, float]:
    """Return new numbers for leaves. The graph is not touched.

    One leaf after another is given a new number, which is kept if it makes the exercise no worse:
    until no unit saturates, and then on, so that every set of good numbers can come up.

    Args:
        order: the nodes of the graph, parents before children; the last is the output.
        choices: for each leaf that may change, the numbers to choose from.
        asked: nodes whose numbers or gradients are asked for; these should not be nearly 0.
        draw: the source of chance.

    Raises:
        ValueError: a unit saturates, or a number is not finite, for all numbers that were tried.
    """
    leaves = {node: node.data for node in order if node.op is None}
    for leaf, numbers in choices.items():
        if leaves[leaf] not in numbers:
            leaves[leaf] = _one_of(numbers, draw)
    changing = [leaf for leaf, numbers in choices.items() if len(numbers) > 1]
    trial = _Trial(order, leaves, asked)
    tries = min(_SWEEPS * len(changing), _MOST_TRIES)
    for tried in range(tries):
        if tried >= tries // 3 and not trial.badness:
            break
        leaf = _one_of(changing, draw)
        changed = _Trial(order, leaves | {leaf: _one_of(choices[leaf], draw)}, asked)
        if changed.badness <= trial.badness:
            leaves, trial = changed.leaves, changed
    if trial.saturation and (changing or trial.saturation >= _HOPELESS):
        raise ValueError(
            "no numbers were found at which every unit learns: a sigmoid saturates, a relu is dead,"
            " or a number is not finite; give other numbers to choose from"
        )
    return {leaf: leaves[leaf] for leaf in choices}


class _Trial:
    """Both passes of a graph for one choice of numbers, and how bad an exercise they make.

    Attributes:
        leaves: the number of each leaf.
        saturation: how badly units are saturated; 0.0 where none is.
        badness: the saturation, the numbers asked for that are trivial, and the kinks.
    """

    def __init__(
        self, order: Sequence[Value], leaves: dict[Value, float], asked: Collection[Value]
    ) -> None:
        self.leaves = leaves
        numbers: dict[Value, float] = {}
        partials: dict[Value, Sequence[float]] = {}
        for node in order:
            if node.op is None:
                numbers[node] = leaves[node]
                continue
            inputs = [numbers[parent] for parent in node.parents]
            fixed = [isinstance(parent, Constant) for parent in node.parents]
            numbers[node] = value_of(node.op, inputs)
            partials[node] = node.op.partials(numbers[node], inputs, fixed)
        gradients = pull_back(
            order,
            {order[-1]: 1.0},
            lambda node, gradient: [gradient * partial for partial in partials[node]],
        )
        self.saturation = math.fsum(
            _saturation(node, numbers[node], partials.get(node, ())) for node in order
        )
        trivial = sum(
            abs(gradients.get(node, 0.0)) < _TRIVIAL
            or (node.op is not None and abs(numbers[node]) < _TRIVIAL)
            for node in asked
        )
        # At a kink several derivatives are right; a branch that is not chosen is an exercise.
        kinks = sum(_is_at_kink(node, numbers, partials) for node in partials)
        self.badness = self.saturation + trivial + 2 * kinks


def _is_at_kink(
    node: Value, numbers: Mapping[Value, float], partials: Mapping[Value, Sequence[float]]
) -> bool:
    """Whether a choice is tied: of a largest number, or of the sides of `relu` or of `abs`."""
    name = node.op.name if node.op else ""
    if name in {"maximum", "minimum"}:
        return any(0.0 < partial < 1.0 for partial in partials[node])
    return name in {"relu", "abs"} and numbers[node.parents[0]] == 0.0


def _one_of(items: Sequence[Value] | Sequence[float], draw: random.Random) -> Any:
    return items[int(draw.random() * len(items))]  # `choice` may differ between Python's versions


def _saturation(node: Value, number: float, partials: Sequence[float]) -> float:
    """Return how badly a unit is saturated: the digits by which its slope is too small."""
    if not math.isfinite(number):
        return _HOPELESS
    op = node.op
    slopes = [
        abs(partial)
        for parent, partial in zip(node.parents, partials, strict=True)
        if not isinstance(parent, Constant)
    ]
    if op is None or op.arity not in {None, 1} or not slopes:
        return 0.0
    if not all(map(math.isfinite, slopes)):
        return _HOPELESS
    flat = _FLAT
    if op.arity is None:
        flat /= 4  # softmax hands out small shares without being saturated
    elif not any(abs(op.rules[0](op(far), far)) < _FLAT / 10 for far in (-_FAR, _FAR)):
        return 0.0  # sin or log: the slope may be small, but not for good
    steepest = max(slopes)
    if steepest >= flat:
        return 0.0
    return min(20.0, math.log10(flat / steepest)) if steepest else 20.0
