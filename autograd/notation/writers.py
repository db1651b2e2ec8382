"""How a formula is written: plain, and in LaTeX."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise

from autograd.notation.algebra import (
    Call,
    Name,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    coefficient_of,
    multiply,
    raise_to,
)
from autograd.notation.numbers import DIGITS, show_number
from autograd.notation.text import latex_text, one_line, with_subscript
from autograd.ops import Primitive

# Precedence: a part needs parentheses where its precedence is lower than its place asks for.
SUM, PRODUCT, POWER, ATOM = range(4)

_INFIX = {
    "add": ("{} + {}", SUM, SUM),
    "sub": ("{} - {}", SUM, PRODUCT),
    "mul": ("{}{times}{}", PRODUCT, PRODUCT),
}
"""Recorded arithmetic: its form, its precedence, and the precedence of its second operand."""


_OPERATOR = re.compile(r"(?<=.)[-+*/^=<>−×÷·]")


class Writer:
    """Formulas as plain text.

    Args:
        names: gives the text for a name, and the precedence of that text; if None, a name is
            written as itself, or as its formula.
        digits: significant digits of the numbers shown.
    """

    times = "*"

    def __init__(
        self, names: Callable[[Name], tuple[str, int]] | None = None, *, digits: int = DIGITS
    ) -> None:
        self._names = names or self._name
        self._digits = digits

    def with_numbers(self) -> Writer:
        """Return a writer that writes the number of each name in the place of the name."""

        def number(name: Name) -> tuple[str, int]:
            return self._name(name) if name.node is None else self._number(name.node.data)

        return type(self)(number, digits=self._digits)

    def label(self, label: str) -> str:
        """Return a label as it stands in a formula."""
        return one_line(label)

    def number(self, value: float) -> str:
        """Return a number; see `show_number`."""
        return show_number(value, self._digits)

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
        # A label that looks like a formula is set like one.
        return self.label(name.label), SUM if _OPERATOR.search(name.label) else ATOM

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
        raise TypeError(f"expected a formula, received {type(formula).__name__}")

    def _call(self, formula: Call) -> tuple[str, int]:
        op, inputs = formula.op, formula.inputs
        if op.name == "neg":
            return f"-{self.operand(inputs[0], PRODUCT)}", PRODUCT
        if op.name == "pow":
            return self.power(self.operand(inputs[0], ATOM), inputs[1]), POWER
        if op.name == "div":
            return self.quotient(*inputs)
        if op.name in _INFIX:
            form, precedence, wanted = _INFIX[op.name]
            first = self.operand(inputs[0], precedence, is_first=True)
            second = self.operand(inputs[1], wanted)
            return form.format(first, second, times=self.times), precedence
        return self.call(op, [self.write(x) for x in inputs])

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
            size = multiply([Number(abs(coefficient)), *factors])
            text += sign + self.operand(size, PRODUCT)
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
        numbers = [] if abs(coefficient) == 1 and above else [self.number(abs(coefficient))]
        if below:
            text = self.fraction(multiply([Number(abs(coefficient)), *above]), below)
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
            like_number = re.match(r"[0-9.]|[eE][-+]?[0-9]|inf|nan", piece)
            letter_after_number = re.fullmatch("[0-9.]+", before) and not like_number
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

    def label(self, label: str) -> str:
        """Return a label: a letter with an index, else upright text with nothing special in it."""
        found = _LETTER.fullmatch(unicodedata.normalize("NFD", label))
        if not found:
            return latex_text(label)
        letter, accent, number, letters = found.groups()
        letter = _GREEK.get(letter, letter)
        letter = f"{_ACCENTS[accent]}{{{letter}}}" if accent else letter
        return f"{letter}_{{{number or letters}}}" if number or letters else letter

    def number(self, value: float) -> str:
        """Return a number, powers of ten written out."""
        digits, _, exponent = super().number(value).partition("e")
        digits = digits.replace("inf", r"\infty").replace("nan", r"\text{nan}")
        return rf"{digits} \cdot 10^{{{int(exponent)}}}" if exponent else digits

    def parenthesised(self, text: str) -> str:
        """Return text in parentheses that grow with it."""
        return rf"\left({text}\right)"

    def power(self, base: str, exponent: Symbol) -> str:
        """Return base ^ exponent."""
        return f"{base}^{{{self.write(exponent)}}}"

    def fraction(self, above: Symbol, below: Sequence[Symbol]) -> str:
        """Return above / below."""
        return rf"\frac{{{self.write(above)}}}{{{self.write(multiply(below))}}}"

    def quotient(self, above: Symbol, below: Symbol) -> tuple[str, int]:
        """Return above / below as it was recorded, and its precedence."""
        return rf"\frac{{{self.write(above)}}}{{{self.write(below)}}}", PRODUCT

    def call(self, op: Primitive, inputs: Sequence[str]) -> tuple[str, int]:
        """Return a function of inputs, and its precedence."""
        if op.name == "greater":
            return f"[{inputs[0]} > {inputs[1]}]", ATOM
        listed = ", ".join(inputs)
        if "#" in op.latex:
            return op.latex.replace("#", listed), POWER if "^" in op.latex else ATOM
        return op.latex + self.parenthesised(listed), ATOM


# LaTeX has no commands for those Greek letters that look like Latin ones.
_NAMES = (
    "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi _ pi rho varsigma"
    " sigma tau upsilon varphi chi psi omega"
)
_GREEK = {
    **{chr(ord("α") + i): f"\\{name}" for i, name in enumerate(_NAMES.split()) if name != "_"},
    **{letter: f"\\{unicodedata.name(letter).split()[-1].capitalize()}" for letter in "ΓΔΘΞΠΣΥΦΨΩ"},
    "Λ": r"\Lambda",
    "ϕ": r"\phi",
    "ϵ": r"\epsilon",
}
_ACCENTS = {"\u0302": r"\hat", "\u0303": r"\tilde", "\u0304": r"\bar", "\u0307": r"\dot"}
_LETTER = re.compile(
    f"([A-Za-z{''.join(_GREEK)}])([{''.join(_ACCENTS)}])?(?:_?([0-9]+)|_([A-Za-z]+))?"
)
