"""Right answers to questions: numbers in digits enough, derivatives in the labelled names."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

from autograd.checking.accuracy import Accuracy
from autograd.checking.formulas import Derivative
from autograd.checking.reading import EXACT, readings
from autograd.exercises.shares import as_in_books
from autograd.explaining.formulas import Formulas
from autograd.notation.algebra import Call, Symbol, as_fraction, is_larger, recorded, symbol
from autograd.notation.names import Names
from autograd.notation.numbers import DIGITS, show_number
from autograd.notation.reading import ExpressionError
from autograd.notation.writers import PRODUCT, Writer
from autograd.value import Constant, Value
from autograd.walks import edges_between, pull_back

_LARGEST = 300
"""A formula with more parts than this is not written."""


def number_as_answer(number: float, moved: float, accuracy: Accuracy) -> str:
    """Return a number in six digits, or in as many more as are asked for.

    Args:
        number: the right number.
        moved: what has to be seen in its digits: of an updated weight the step, else the number.
        accuracy: how exactly it has to be written.

    >>> number_as_answer(0.1 + 0.2, 0.3, Accuracy(digits=3))
    '0.3'
    >>> number_as_answer(0.3000001, 0.3, Accuracy(digits=3))
    '0.300000'
    >>> number_as_answer(12.00001234, 0.00001234, Accuracy(digits=3))
    '12.0000123'
    """
    text = show_number(number)
    if not math.isfinite(number):
        return text
    least = accuracy.least_digits(readings(text)[-1])
    if number and moved:  # zeros before the first digit that moved count, too
        least += max(0, math.ceil(math.log10(abs(number / moved))))
    digits = min(max(least, DIGITS), EXACT)
    text = show_number(number, digits)
    found = readings(text)[-1]
    is_enough = found.digits >= least or math.isclose(found.number, number, rel_tol=1e-12)
    return text if is_enough else f"{number:#.{digits}g}"


_BELOW = {
    "sqrt(2)": math.sqrt(2.0),
    "sqrt(pi)": math.sqrt(math.pi),
    "sqrt(2pi)": math.sqrt(2.0 * math.pi),
    "log(2)": math.log(2.0),
    "log(10)": math.log(10.0),
}
"""Numbers without end by which rules of the table divide, as books write them."""

_SHORT = 4
"""How many characters a number has at most that stands above one of these."""

_SAME = 4 * sys.float_info.epsilon
"""How far apart, as a part of them, two numbers may be by rounding alone."""


class _AsInBooks(Writer):
    """Formulas as books write them, which can be read back as an answer: no number is rounded."""

    def label(self, label: str) -> str:
        """Return a label, in quotation marks if it has no letter by which a name is known."""
        text = super().label(label)
        return text if any(map(str.isalpha, text)) or text.startswith('"') else f'"{text}"'

    def number(self, value: float) -> str:
        """Return a number that is read back as itself, in parentheses if it is a quotient."""
        shown = super().number(value)
        if not math.isfinite(value) or float(shown) == value:
            return shown
        sign, size = "-" if value < 0 else "", abs(value)
        if found := as_fraction(size):
            return f"{sign}({found[0]:.0f}/{found[1]:.0f})"
        for below, number in _BELOW.items():
            if above := self._short(size * number):
                return f"{sign}({above}/{below})"
        if times := self._short(size / _BELOW["log(2)"]):
            return f"{sign}log(2)" if times == "1" else f"{sign}{times}{self.times}log(2)"
        return repr(value)

    def _short(self, value: float) -> str:
        """Return a number of a few digits; "" if it has more."""
        text = super().number(value)
        is_short = len(text) <= _SHORT and math.isclose(float(text), value, rel_tol=_SAME)
        return text if is_short else ""

    def _number(self, value: float) -> tuple[str, int]:
        text, precedence = super()._number(value)
        sign, opening, rest = text.partition("(")
        is_quotient = sign in {"", "-"} and opening
        return (sign + rest[:-1], PRODUCT) if is_quotient else (text, precedence)

    def _call(self, formula: Call) -> tuple[str, int]:
        written = as_in_books(formula.op, formula.inputs)
        is_other = not (isinstance(written, Call) and written.op is formula.op)
        return self._write(written) if is_other else super()._call(formula)


def derivative_as_formula(order: Sequence[Value], names: Names, above: Value, below: Value) -> str:
    """Return d(above)/d(below) as a formula in the labels between them; "" if none can be read.

    It is written as explanations write it, unless that holds for the graph's own numbers alone:
    then every choice is written down.

    Args:
        order: the nodes of the graph, parents before children.
        names: the names of the nodes.
        above: what is differentiated.
        below: what it is differentiated by.

    >>> from autograd.value import topological_order
    >>> w, x = Value(2.0, label="w"), Value(3.0, label="x")
    >>> order = topological_order((w * x) ** 2)
    >>> derivative_as_formula(order, Names(order), order[-1], w)
    '2w*x^2'
    """
    derivative = Derivative(order, names, above, below)
    for attempt in (_as_explained, _as_recorded):
        with suppress(_TooLargeError, ExpressionError):
            text = attempt(order, names, above, below)
            if derivative.compare(text).is_right:
                return text
    return ""


def _as_explained(order: Sequence[Value], names: Names, above: Value, below: Value) -> str:
    """Return the formula with the derivatives between labelled nodes that explanations have."""
    stops = [node for node in order if node.label or node in {above, below}]
    formulas = Formulas(order, set(stops), names)
    graph = edges_between(stops, order)

    def partials(node: Value) -> list[Symbol | None]:
        return [formulas.derivative(node, edge.parent) for edge in graph[node]]

    return _swept(stops, above, below, partials, lambda node: [edge.parent for edge in graph[node]])


def _as_recorded(order: Sequence[Value], names: Names, above: Value, below: Value) -> str:
    """Return the formula with the rules of the table as they are."""
    written: dict[Value, Symbol] = {}
    for node in order:
        written[node] = names[node]
        if node.op is not None and not node.label and node is not below:
            written[node] = recorded(node.op, [written[parent] for parent in node.parents])
            if is_larger(written[node], _LARGEST):
                raise _TooLargeError

    def partials(node: Value) -> list[Symbol | None]:
        assert node.op is not None  # noqa: S101  # a leaf hands nothing down
        fixed = [isinstance(parent, Constant) for parent in node.parents]
        inputs = [written[parent] for parent in node.parents]
        return list(map(symbol, node.op.partials(written[node], inputs, fixed)))

    return _swept(order, above, below, partials, lambda node: node.parents)


def _swept(
    nodes: Sequence[Value],
    above: Value,
    below: Value,
    partials: Callable[[Value], Sequence[Symbol | None]],
    parents: Callable[[Value], Sequence[Value]],
) -> str:
    """Apply the chain rule from `above` back to `below`, in symbols."""

    def times(node: Value, upstream: Symbol) -> list[Symbol | None]:
        if node is below:
            return [None for _ in parents(node)]
        shares: list[Symbol | None] = []
        for partial in partials(node):
            if partial is None or is_larger(upstream, _LARGEST):
                raise _TooLargeError
            shares.append(upstream * partial)
        return shares

    before = nodes[: nodes.index(above) + 1]
    received = pull_back(before, {above: symbol(1.0)}, times, parents)
    return _AsInBooks().write(received.get(below, symbol(0.0)))


class _TooLargeError(Exception):
    """A formula has grown too large to be read."""
