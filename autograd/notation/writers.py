"""How a formula is written: plain, and in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

from autograd.cleaning import kind_of
from autograd.notation.algebra import (
    Call,
    Name,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    as_fraction,
    coefficient_of,
    multiply,
    raise_to,
)
from autograd.notation.labels import BEFORE, MANY_LABELS, is_latex, latex_label
from autograd.notation.numbers import DIGITS, show_number
from autograd.notation.text import one_line, with_subscript
from autograd.ops import Primitive

# Precedence: a part needs parentheses where its precedence is lower than its place asks for.
SUM, PRODUCT, POWER, ATOM = range(4)

_SUMS = {"add": (" + ", SUM), "sub": (" - ", PRODUCT)}
"""Recorded sums: their signs, and the precedence of their second operand."""

_SHORT = "[0-9.]{1,5}"
"""A number that stands beside a letter without a sign: 0.25x, but 0.693147*x."""

_LIKE_NUMBER = r"[0-9.]|[eE][-+]?[0-9]|inf|nan|\\text\{nan\}|\\infty"
"""What would be taken for digits of the number before it."""

_CHANGES = tuple(f"{sign} " for sign in BEFORE.values())

_OPERATOR = re.compile(r"(?<=.)[-+*/^=<>−×÷·]")


SHARES = {"softmax", "log_softmax"}
"""Rows that give one share of several scores; its own score is their first input."""


def share_text(row: str, scores: Sequence[str], inputs: Sequence[Symbol]) -> str:
    """Return one of the shares of all scores, as `softmax([a, b, c])[1]`.

    Scores whose names have an order, such as z2 and z11, or a and b, stand in that order, constants
    last: so all shares of one softmax have the same list. Others stand as they were recorded.

    Args:
        row: what is written for the row of the table.
        scores: what is written for each score.
        inputs: the scores; the share's own is the first, as it was recorded.

    >>> inputs = [Name("z11"), Name("z1"), Name("z2")]
    >>> share_text("softmax", ["11", "1", "2"], inputs)
    'softmax([1, 2, 11])[2]'
    >>> share_text("softmax", ["dog", "cat"], [Name("dog"), Name("cat")])
    'softmax([dog, cat])[0]'
    """
    names = [_LAST if isinstance(score, Number) else Writer().write(score) for score in inputs]
    stems = {len(name) > 1 and re.sub("[0-9]+", "0", name) for name in names if name != _LAST}
    order = list(range(len(names)))
    if len(stems) == 1:
        padded = [re.sub("[0-9]+", lambda found: found[0].zfill(20), name) for name in names]
        order.sort(key=padded.__getitem__)
    return f"{row}([{', '.join(scores[k] for k in order)}])[{order.index(0)}]"


_LAST = "\uffff"
"""A name that comes after all others."""


@lru_cache(MANY_LABELS)
def _precedence(label: str) -> int:
    """Return the precedence of a label: one that looks like a formula is set like one."""
    if is_latex(label):
        return POWER if "^" in label else ATOM
    return SUM if _OPERATOR.search(label) else ATOM


class Writer:
    """Formulas as plain text.

    Args:
        names: gives the text for a name, and the precedence of that text; if None, a name is
            written as itself, or as its formula.
        digits: significant digits of the numbers shown.

    Attributes:
        digits: significant digits of the numbers shown.
    """

    times = "*"
    _function = r"\w+\("  # a number before a function is kept apart from its name

    def __init__(
        self, names: Callable[[Name], tuple[str, int]] | None = None, *, digits: int = DIGITS
    ) -> None:
        self._names = names or self._name
        self.digits = digits

    def with_numbers(self, digits: int = 0) -> Writer:
        """Return a writer that writes the number of each name in the place of the name.

        Args:
            digits: significant digits of the numbers; as many as this writer's if 0.
        """

        def number(name: Name) -> tuple[str, int]:
            return self._name(name) if name.node is None else writer._number(name.node.data)

        writer = type(self)(number, digits=digits or self.digits)
        return writer

    def label(self, label: str) -> str:
        """Return a label as it stands in a formula."""
        return one_line(label)

    def number(self, value: float) -> str:
        """Return a number; see `show_number`."""
        return show_number(value, self.digits)

    def parenthesised(self, text: str) -> str:
        """Return text in parentheses."""
        return f"({text})"

    def power(self, base: str, exponent: Symbol) -> str:
        """Return base ^ exponent."""
        return f"{base}^{self.operand(exponent, ATOM)}"

    def fraction(self, above: Symbol, below: Sequence[Symbol]) -> str:
        """Return above / below."""
        text = self.row([], below)
        text = self.parenthesised(text) if len(below) > 1 else text
        return f"{self.operand(above, PRODUCT)}/{text}"

    def call(self, op: Primitive, inputs: Sequence[str]) -> tuple[str, int]:
        """Return a function of inputs, and its precedence."""
        if op.name == "greater":
            return f"[{inputs[0]} > {inputs[1]}]", ATOM
        return f"{op.name}({', '.join(inputs)})", ATOM

    def write(self, formula: Symbol) -> str:
        """Return the formula as text."""
        return self._write(formula)[0]

    def operand(self, formula: Symbol, wanted: int, *, is_first: bool = False) -> str:
        """Return a formula as it stands beside an operator, in parentheses where it needs them.

        Args:
            formula: the formula.
            wanted: the least precedence that needs no parentheses.
            is_first: whether it stands before the operator: a minus there is clear by itself.
        """
        text, precedence = self._write(formula)
        is_unclear = text.startswith("-") and (wanted > PRODUCT or not is_first)
        return self.parenthesised(text) if is_unclear or precedence < wanted else text

    def _name(self, name: Name) -> tuple[str, int]:
        if name.formula is not None:
            return self._write(name.formula)
        return self.label(name.label), _precedence(name.label)

    def _number(self, value: float) -> tuple[str, int]:
        text = self.number(value)
        return text, PRODUCT if self.times in text else ATOM

    def _write(self, formula: Symbol) -> tuple[str, int]:  # noqa: PLR0911  # one for each kind
        match formula:
            case Number(value):
                return self._number(value)
            case Name():
                return self._names(formula)
            case Call():
                return self._call(formula)
            case Power(base, exponent):
                if isinstance(exponent, Number) and exponent.value < 0:
                    return self._product(1.0, (formula,))
                return self.power(self.operand(base, ATOM), exponent), POWER
            case Product(coefficient, factors):
                return self._product(coefficient, factors)
            case Sum(terms):
                return self._sum(terms), SUM
        raise TypeError(f"expected a formula, received {kind_of(formula)}")

    def _call(self, formula: Call) -> tuple[str, int]:
        op, inputs = formula.op, formula.inputs
        if op.name == "neg":
            return f"-{self.operand(inputs[0], PRODUCT)}", PRODUCT
        if op.name == "pow":
            return self.power(self.operand(inputs[0], ATOM), inputs[1]), POWER
        if op.name == "div":
            return self.quotient(*inputs)
        if op.name in _SUMS:
            return self._sum_as_recorded(formula), SUM
        if op.name == "mul":
            first = self.operand(inputs[0], PRODUCT, is_first=True)
            return f"{first}{self.times}{self.operand(inputs[1], PRODUCT)}", PRODUCT
        texts = [self.write(x) for x in inputs]
        is_share = op.name in SHARES
        return (self.share(op, texts, inputs), ATOM) if is_share else self.call(op, texts)

    def _sum_as_recorded(self, formula: Call) -> str:
        """Return a sum as it was recorded, a term at a time: a wide sum is nested deep."""
        first: Symbol = formula
        ends = []
        while isinstance(first, Call) and first.op.name in _SUMS:
            sign, wanted = _SUMS[first.op.name]
            ends.append(sign + self.operand(first.inputs[1], wanted))
            first = first.inputs[0]
        return self.operand(first, SUM, is_first=True) + "".join(reversed(ends))

    def share(self, op: Primitive, scores: Sequence[str], inputs: Sequence[Symbol]) -> str:
        """Return a share of all scores; see `share_text`."""
        return share_text(op.name, scores, inputs)

    def quotient(self, above: Symbol, below: Symbol) -> tuple[str, int]:
        """Return above / below as it was recorded, and its precedence."""
        before = self.operand(above, PRODUCT, is_first=True)
        return f"{before}/{self.operand(below, POWER)}", PRODUCT

    def _sum(self, terms: Sequence[Symbol]) -> str:
        text = ""
        for term in terms:
            coefficient, factors = coefficient_of(term)
            sign = (
                (" - " if coefficient < 0 else " + ") if text else ("-" if coefficient < 0 else "")
            )
            size = term if coefficient > 0 else multiply([Number(-coefficient), *factors])
            text += sign + self.operand(size, PRODUCT, is_first=not text)
        return text

    def _product(self, coefficient: float, factors: Sequence[Symbol]) -> tuple[str, int]:
        above, below = [], []
        for factor in factors:
            exponent = factor.exponent if isinstance(factor, Power) else Number(1.0)
            if isinstance(exponent, Number) and exponent.value < 0:
                below.append(raise_to(factor, Number(-1.0)))
            else:
                above.append(factor)
        sign = "-" if coefficient < 0 else ""
        size = abs(coefficient)
        if fraction := as_fraction(size):
            size, below = fraction[0], [Number(fraction[1]), *below]
        numbers = [] if size == 1 and above else [self.number(size)]
        if below:
            text = self.fraction(multiply([Number(size), *above]), below)
        else:
            text = self.row(numbers, above)
        return sign + text, SUM if sign else PRODUCT

    def row(self, pieces: list[str], factors: Sequence[Symbol]) -> str:
        """Return factors side by side: 2x, 2(x - y), g(1 - g), but w*x.

        Args:
            pieces: texts that stand before the factors.
            factors: the factors.
        """
        several = len(pieces) + len(factors) > 1
        wanted = POWER if several else PRODUCT
        pieces = [*pieces, *(self.operand(factor, wanted) for factor in factors)]
        text = pieces[0]
        for before, piece in pairwise(pieces):
            group = piece.startswith(("(", r"\left("))
            like_number = re.match(_LIKE_NUMBER, piece)
            is_call = re.match(self._function, piece)
            letter_after_number = re.fullmatch(_SHORT, before) and not (like_number or is_call)
            text += piece if group or letter_after_number else f"{self.times}{piece}"
        return text


class PictureWriter(Writer):
    """Formulas as pictures write them: a letter's number is a subscript.

    >>> PictureWriter().write(2 * Name("x1"))
    '2x₁'
    """

    def label(self, label: str) -> str:
        """Return a label, a letter's digits as a subscript."""
        return with_subscript(super().label(label))


class LatexWriter(Writer):
    r"""Formulas as LaTeX.

    >>> x = Name("x1")
    >>> LatexWriter().write(2 * x / (1 + x))
    '\\frac{2x_{1}}{1 + x_{1}}'
    """

    times = r" \cdot "
    _function = r"\\[a-z]+(\{[a-z\d ]*\})?\\left\("

    def label(self, label: str) -> str:
        """Return a label; see `latex_label`."""
        return latex_label(one_line(label))

    def number(self, value: float) -> str:
        """Return a number, powers of ten written out."""
        digits, _, exponent = super().number(value).partition("e")
        digits = digits.replace("inf", r"\infty").replace("nan", r"\text{nan}")
        return rf"{digits} \cdot 10^{{{int(exponent)}}}" if exponent else digits

    def parenthesised(self, text: str) -> str:
        """Return text in parentheses that grow with it."""
        return rf"\left({text}\right)"

    def power(self, base: str, exponent: Symbol) -> str:
        """Return base ^ exponent; the power of Δw is that of the whole change."""
        is_change = base.startswith(_CHANGES) and base.strip() == base
        has_power = re.search(r"\^\{[^{}]*\}$", base) is not None  # the label x² has one itself
        base = self.parenthesised(base) if is_change or has_power else base
        return f"{base}^{{{self.write(exponent)}}}"

    def fraction(self, above: Symbol, below: Sequence[Symbol]) -> str:
        """Return above / below."""
        return rf"\frac{{{self.write(above)}}}{{{self.write(multiply(below))}}}"

    def quotient(self, above: Symbol, below: Symbol) -> tuple[str, int]:
        """Return above / below as it was recorded, and its precedence."""
        return rf"\frac{{{self.write(above)}}}{{{self.write(below)}}}", PRODUCT

    def share(self, op: Primitive, scores: Sequence[str], inputs: Sequence[Symbol]) -> str:
        """Return a share of all scores; see `share_text`."""
        listed, _, place = share_text("", scores, inputs)[1:].rpartition(")[")
        return f"{op.latex}{self.parenthesised(listed)}[{place}"

    def call(self, op: Primitive, inputs: Sequence[str]) -> tuple[str, int]:
        """Return a function of inputs, and its precedence."""
        if op.name == "greater":
            return f"[{inputs[0]} > {inputs[1]}]", ATOM
        listed = ", ".join(inputs)
        if "#" in op.latex:
            return op.latex.replace("#", listed), POWER if "^" in op.latex else ATOM
        return op.latex + self.parenthesised(listed), ATOM
