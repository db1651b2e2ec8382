"""The usual slips of the forward pass: a sign, a term, an operation, a function."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from autograd import ops
from autograd.checking.accuracy import stands_for
from autograd.checking.attempts import (
    EVERYWHERE,
    SLIPS,
    Attempt,
    attempt,
    far_slips,
    farther_slips,
    plain_slips,
)
from autograd.checking.claims import Claim
from autograd.checking.hand import Hand
from autograd.checking.mistakes import WRONG_VALUES
from autograd.checking.sheet import Sheet
from autograd.languages import marked, words
from autograd.value import Constant, Value

_MOST_BESIDE = 40
_SUMS = {"add", "sub", "sum", "dot"}
_FORGOTTEN = marked("operation forgotten")
_OTHER = SLIPS["other input"][0]
_OTHER_SIGN = marked("{term} went in with the other sign")
_SMALL = 60
"""Of a larger formula, only the first order of a change is followed up to its result."""


def forward_slips(  # noqa: C901  # a list, in the order of simplicity
    hand: Hand, claim: Claim, sheet: Sheet, expected: float
) -> Iterator[Attempt]:
    """Yield the usual slips of a number; simple ones first.

    A number is computed from the named nodes below it, by one operation or by several: a slip in
    each of them is followed up.
    """
    node = claim.node
    if node.op is None:
        yield from plain_slips(expected)
        yield from farther_slips(expected)
        return
    region = _region(hand, node)
    yield attempt("sign", -expected)
    made = _Made(sheet, region, node)
    late = [
        (inner, [sheet.values[parent].number for parent in inner.parents])
        for inner in reversed(region)
    ]
    if node.op.name in _SUMS:
        for inner, inputs in late:
            if inner.op is not None and inner.op.name in _SUMS:
                yield from _terms(hand, made, inner, inputs)
        yield from _other_weights(hand, sheet, made, region)
    for inner, inputs in late:
        yield from _wrong_results(hand, claim, made, inner, inputs)
    for inner, inputs in late:
        yield from _terms(hand, made, inner, inputs)
    for inner, inputs in late:
        yield from _left_out(hand, sheet, made, inner, inputs)
    yield attempt("half", expected / 2)
    yield attempt("twice", 2 * expected)
    yield from far_slips(expected)
    yield from _everywhere(hand, sheet, made, late)
    if expected > 0 and any(inner.op is ops.pow for inner in region):
        yield marked("wrong operation"), words("the root of it"), math.sqrt(expected)
    if node.op.name not in _SUMS:
        yield from _other_weights(hand, sheet, made, region)
    for inner, inputs in late:
        yield from _other_inputs(hand, made, inner, inputs)
    if len(region) <= _SMALL:
        yield from _exchanged(hand, sheet, made, region)
    yield from farther_slips(expected)
    yield from digit_slips(expected, claim)


def _wrong_results(
    hand: Hand, claim: Claim, made: _Made, inner: Value, inputs: list[float]
) -> Iterator[Attempt]:
    """Yield the results that follow from the wrong numbers of one operation."""
    is_last = inner is claim.node
    if is_last and _is_forgotten(inner):
        for parent, number in zip(inner.parents, inputs, strict=True):
            # What is near to an input by rounding on the way alone is not the input.
            is_it = any(stands_for(reading, number) for reading in claim.readings)
            if is_it and not isinstance(parent, Constant):
                said = words("this is {a} itself", a=hand.names.operand(parent))
                yield _FORGOTTEN, said, number
    for name, said, number in _wrong_numbers(hand, made, inner, inputs):
        if is_last and name == _FORGOTTEN:
            continue
        yield name, said, made.with_numbers({inner: number})
        if inner.op is ops.pow and name == "wrong operation":  # |g - y| has no 0.5 before it
            yield name, said, number


def _wrong_numbers(hand: Hand, made: _Made, inner: Value, inputs: list[float]) -> Iterator[Attempt]:
    """Yield the wrong numbers of one operation: without it, or by a wrong formula."""
    called = hand.names.operand
    assert inner.op is not None  # noqa: S101  # a region is made of results
    if _is_forgotten(inner):
        for parent, number in zip(inner.parents, inputs, strict=True):
            if not isinstance(parent, Constant):
                yield _FORGOTTEN, _in_place(hand, parent, inner), number
    for mistake in WRONG_VALUES.get(inner.op.name, ()):
        try:
            number = float(mistake.formula(made.plain[inner], inputs, 0))
        except (TypeError, ValueError, ArithmeticError):
            number = math.nan
        said = words(mistake.description, y=called(inner), a=called(inner.parents[0]))
        yield mistake.name, said, number


def _is_forgotten(inner: Value) -> bool:
    """Whether an operation may be forgotten: a sum without a part is one with a term left out."""
    assert inner.op is not None  # noqa: S101  # a region is made of results
    is_sum = inner.op.name in {"add", "sub"}
    return not is_sum and (inner.op.arity is not None or len(inner.parents) == 1)


def _everywhere(
    hand: Hand, sheet: Sheet, made: _Made, late: list[tuple[Value, list[float]]]
) -> Iterator[Attempt]:
    """Yield what is done wherever the same is to be done: forgotten, or by a wrong formula."""
    alike: dict[str, list[tuple[Value, list[float]]]] = {}
    before: dict[Value, float] = {}
    for inner, inputs in late:
        if inner.op is not None and inner.op.name not in _SUMS:
            alike.setdefault(inner.op.name, []).append((inner, inputs))
        for parent in inner.parents:
            if parent not in made.plain and parent.op is not None and len(parent.parents) == 1:
                before[parent] = sheet.values[parent.parents[0]].number
    for found in alike.values():
        wrong = [list(_wrong_numbers(hand, made, *one)) for one in found]
        for several in zip(*wrong, strict=False) if len(found) > 1 else ():
            name, said, _ = several[0]
            numbers = {one: number for (one, _), (*_, number) in zip(found, several, strict=True)}
            yield name, words(EVERYWHERE, said=said), made.with_numbers(numbers)
    if len(before) > 1:
        one = next(iter(before))
        said = words(EVERYWHERE, said=_in_place(hand, one.parents[0], one))
        yield _FORGOTTEN, said, made.with_inputs(before)


def _region(hand: Hand, node: Value) -> list[Value]:
    """Return the results that a node is computed by, from the named nodes below it on."""
    found, stack = {node}, [node]
    while stack:
        for parent in stack.pop().parents:
            is_inner = parent.op is not None and not parent.label
            if is_inner and parent not in found and ("value", (parent,)) not in hand.written:
                found.add(parent)
                stack.append(parent)
    return sorted(found, key=hand.graph.place.__getitem__)


class _Made:
    """A number that is made by a few operations, of which one can be changed."""

    def __init__(self, sheet: Sheet, region: list[Value], node: Value) -> None:
        self._sheet, self._region, self._node = sheet, region, node
        self.plain: dict[Value, float] = {}
        for inner in region:
            self.plain[inner] = self._run(inner, self.plain)
        self._slopes: dict[Value, float] | None = None

    def _run(self, inner: Value, found: dict[Value, float]) -> float:
        assert inner.op is not None  # noqa: S101  # a region is made of results
        return float(inner.op.value(*[self.number(p, found) for p in inner.parents]))

    def number(self, node: Value, found: dict[Value, float]) -> float:
        return found[node] if node in found else self._sheet.values[node].number

    def with_numbers(self, changed: Mapping[Value, float]) -> float:
        """Return the result with other numbers in the place of some of its own."""
        if self._node in changed:
            return changed[self._node]
        if len(self._region) > _SMALL:
            moves = (self._slope(x) * (number - self.plain[x]) for x, number in changed.items())
            return self.plain[self._node] + sum(moves)
        found = dict(changed)
        for inner in self._region:
            if inner not in found and any(parent in found for parent in inner.parents):
                found[inner] = self._run_mixed(inner, found)
        return found.get(self._node, self.plain[self._node])

    def with_inputs(self, others: dict[Value, float]) -> float:
        """Return the result with other numbers in the place of some inputs."""
        found = dict(others)
        for inner in self._region:
            found[inner] = self._run(inner, found)
        return found[self._node]

    def _run_mixed(self, inner: Value, found: dict[Value, float]) -> float:
        assert inner.op is not None  # noqa: S101  # a region is made of results
        return float(
            inner.op.value(
                *[found[p] if p in found else self.number(p, self.plain) for p in inner.parents]
            )
        )

    def _slope(self, changed: Value) -> float:
        if self._slopes is None:
            slopes = {self._node: 1.0}
            inside = set(self._region)
            for inner in reversed(self._region):
                if inner in slopes:
                    for parent, partial in zip(
                        inner.parents, self._sheet.partials(inner), strict=True
                    ):
                        if parent in inside:
                            slopes[parent] = (
                                slopes.get(parent, 0.0) + slopes[inner] * partial.number
                            )
            self._slopes = slopes
        return self._slopes.get(changed, 0.0)


def _terms(hand: Hand, made: _Made, inner: Value, inputs: list[float]) -> Iterator[Attempt]:
    """Yield signs and terms that are wrong or missing."""
    called = hand.names.operand
    assert inner.op is not None  # noqa: S101  # a region is made of results
    y = made.plain[inner]
    if inner.op.name == "dot":
        half = len(inputs) // 2
        terms = [
            (
                f"{called(inner.parents[i])} {called(inner.parents[half + i])}",
                inputs[i] * inputs[half + i],
            )
            for i in range(half)
        ]
        terms.insert(0, (called(inner.parents[-1]), inputs[-1]))
    elif inner.op.name in {"sum", "add"}:
        terms = [(called(p), x) for p, x in zip(inner.parents, inputs, strict=True)]
    elif inner.op.name == "sub":
        terms = [(called(inner.parents[0]), inputs[0]), (called(inner.parents[1]), -inputs[1])]
    else:
        for i, parent in enumerate(inner.parents):
            changed = [*inputs]
            changed[i] = -inputs[i]
            try:
                number = float(inner.op.value(*changed))
            except (TypeError, ValueError, ArithmeticError):
                continue
            yield (
                "sign",
                words(_OTHER_SIGN, term=called(parent)),
                made.with_numbers({inner: number}),
            )
        return
    for name, term in terms:
        missing = words("{factor} is missing", factor=name)
        yield marked("term left out"), missing, made.with_numbers({inner: y - term})
        number = made.with_numbers({inner: y - 2 * term})
        yield "sign", words(_OTHER_SIGN, term=name), number


def _left_out(
    hand: Hand, sheet: Sheet, made: _Made, inner: Value, inputs: list[float]
) -> Iterator[Attempt]:
    """Yield the numbers with what an input was made from, such as a variance for its root."""
    assert inner.op is not None  # noqa: S101  # a region is made of results
    for i, parent in enumerate(inner.parents):
        if parent.op is not None and len(parent.parents) == 1:
            before = parent.parents[0]
            changed = [*inputs]
            changed[i] = sheet.values[before].number
            number = made.with_numbers({inner: float(inner.op.value(*changed))})
            yield _FORGOTTEN, _in_place(hand, before, parent), number


def _other_inputs(hand: Hand, made: _Made, inner: Value, inputs: list[float]) -> Iterator[Attempt]:
    """Yield the numbers with one input in the place of another."""
    assert inner.op is not None  # noqa: S101  # a region is made of results
    if inner.op.name == "dot":
        half = len(inputs) // 2
        y = made.plain[inner]
        for i in range(half):
            for start in (0, half):
                for j in range(half):
                    if j != i:
                        number = (
                            y + (inputs[start + j] - inputs[start + i]) * (inputs[half - start + i])
                        )
                        one, other = inner.parents[start + i], inner.parents[start + j]
                        said = _in_place(hand, other, one)
                        yield _OTHER, said, made.with_numbers({inner: number})
        return
    for i, parent in enumerate(inner.parents):
        for j, other in enumerate(inner.parents):
            if other is not parent and inputs[i] != inputs[j]:
                changed = [*inputs]
                changed[i] = inputs[j]
                number = made.with_numbers({inner: float(inner.op.value(*changed))})
                yield _OTHER, _in_place(hand, other, parent), number


def _exchanged(hand: Hand, sheet: Sheet, made: _Made, region: list[Value]) -> Iterator[Attempt]:
    """Yield the numbers with two inputs swapped, or with another leaf in the place of one."""
    called = hand.names.operand
    inside = set(region)
    found = dict.fromkeys(parent for inner in region for parent in inner.parents)
    inputs = [p for p in found if p not in inside and not isinstance(p, Constant)]
    for i, one in enumerate(inputs):
        for other in inputs[i + 1 :]:
            a, b = sheet.values[one].number, sheet.values[other].number
            number = made.with_inputs({one: b, other: a})
            yield attempt("swapped", number, factor=called(one), other=called(other))
    others = [n for n in hand.graph.order if n.op is None and n.label and n not in found]
    for one in inputs:
        if one.op is None:
            for other in others[:_MOST_BESIDE]:
                number = made.with_inputs({one: sheet.known_number(other)})
                yield _OTHER, _in_place(hand, other, one), number


def _other_weights(hand: Hand, sheet: Sheet, made: _Made, region: list[Value]) -> Iterator[Attempt]:
    """Yield a weighted sum with a weight of another sum, or with those of a column for a row."""
    for layer in hand.graph.layers:
        for k, inner in enumerate(layer.sums):
            if inner not in region:
                continue
            numbers = [sheet.known_number(x) for x in layer.inputs]
            right = [sheet.known_number(weight) for weight in layer.weights[k]]
            for j, weight in enumerate(layer.weights[k]):
                for row in layer.weights[:k] + layer.weights[k + 1 :]:
                    change = (sheet.known_number(row[j]) - right[j]) * numbers[j]
                    number = made.with_numbers({inner: made.plain[inner] + change})
                    yield _OTHER, _in_place(hand, row[j], weight), number
            others = [layer.transposed(k, j) for j in range(len(right))]
            if None not in others:
                wrong = [sheet.known_number(weight) for weight in others if weight is not None]
                moves = zip(wrong, right, numbers, strict=True)
                change = sum((other - own) * x for other, own, x in moves)
                said = words("the weights of a column in the place of those of a row")
                number = made.with_numbers({inner: made.plain[inner] + change})
                yield marked("transposed weights"), said, number


def _in_place(hand: Hand, other: Value, right: Value) -> str:
    """Return the words for a node that stands where another one should."""
    called = hand.names.operand
    return words(SLIPS["other input"][1], other=called(other), factor=called(right))


def digit_slips(expected: float, claim: Claim) -> Iterator[Attempt]:
    """Yield the numbers with one digit copied wrongly, or two digits swapped."""
    for reading in claim.readings[:1]:
        if reading.digits < 4 or reading.digits > 12 or not math.isfinite(expected):
            return
        text = f"{abs(expected):.{reading.digits - 1}e}"
        mantissa, _, exponent = text.partition("e")
        sign = -1.0 if expected < 0 else 1.0
        figures = mantissa.replace(".", "")
        for i in range(1, len(figures) - 1):
            if figures[i] != figures[i + 1]:
                swapped = figures[:i] + figures[i + 1] + figures[i] + figures[i + 2 :]
                said = words("two digits are swapped")
                yield marked("digits"), said, sign * _number(swapped, exponent)
        for i in range(1, len(figures) - 1):
            for digit in (int(figures[i]) + 1, int(figures[i]) - 1):
                if 0 <= digit <= 9:
                    changed = figures[:i] + str(digit) + figures[i + 1 :]
                    said = words("one digit is off by one")
                    yield "digits", said, sign * _number(changed, exponent)


def _number(figures: str, exponent: str) -> float:
    return float(f"{figures[0]}.{figures[1:]}e{exponent}")
