"""How a formula is written: plain, and in LaTeX."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from autograd.notation.algebra import (
    Call,
    Name,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    _coefficient,
    multiply,
    raise_to,
)
from autograd.notation.numbers import constant
from autograd.notation.text import latex_text
from autograd.ops import Primitive

# Precedence: what a part has to be at least, not to need parentheses in its place.
_SUM, _PRODUCT, _POWER, _ATOM = range(4)


class Writer:
    """Formulas as plain text.

    Args:
        reckon: whether to write a name's number in its place, as one does to work a formula out.
    """

    times = "*"

    def __init__(self, *, reckon: bool = False) -> None:
        self._reckon = reckon

    def label(self, label: str) -> str:
        """Return a label as it stands in a formula."""
        return label

    def number(self, value: float) -> str:
        """Return a number in 6 significant digits; see `constant`."""
        return constant(value)

    def parenthesised(self, text: str) -> str:
        """Return text in parentheses."""
        return f"({text})"

    def power(self, base: str, exponent: Symbol) -> str:
        """Return base ^ exponent."""
        return f"{base}^{self.at_least(exponent, _ATOM)}"

    def fraction(self, above: Symbol, below: Sequence[Symbol]) -> str:
        """Return above / below."""
        text = self.row([], below)
        text = self.parenthesised(text) if len(below) > 1 else text
        return f"{self.at_least(above, _PRODUCT)}/{text}"

    def call(self, op: Primitive, inputs: Sequence[str]) -> tuple[str, int]:
        """Return a function of inputs, and its precedence."""
        if op.name == "greater":
            return f"[{inputs[0]} > {inputs[1]}]", _ATOM
        return f"{op.name}({', '.join(inputs)})", _ATOM

    def write(self, formula: Symbol) -> str:
        """Return the formula as text."""
        return self._write(formula)[0]

    def as_factor(self, formula: Symbol) -> str:
        """Return the formula as it stands in a product: a sum in parentheses."""
        return self.at_least(formula, _PRODUCT)

    def at_least(self, formula: Symbol, wanted: int) -> str:
        """Return the formula, in parentheses where its precedence is below `wanted`."""
        text, precedence = self._write(formula)
        return text if precedence >= wanted else self.parenthesised(text)

    def _write(self, formula: Symbol) -> tuple[str, int]:  # noqa: PLR0911  # one for each kind
        if isinstance(formula, Number):
            text = self.number(formula.value)
            return text, _SUM if text.startswith("-") else _PRODUCT if self.times in text else _ATOM
        if isinstance(formula, Name):
            if self._reckon and formula.node is not None:
                return self._write(Number(formula.node.data))
            return self.label(formula.label), _ATOM
        if isinstance(formula, Call):
            return self.call(formula.op, [self.write(x) for x in formula.inputs])
        if isinstance(formula, Power):
            if isinstance(formula.exponent, Number) and formula.exponent.value < 0:
                return self._product(1.0, (formula,))
            return self.power(self.at_least(formula.base, _ATOM), formula.exponent), _POWER
        if isinstance(formula, Product):
            return self._product(formula.coefficient, formula.factors)
        assert isinstance(formula, Sum)  # noqa: S101  # there is no other kind
        text = ""
        for term in formula.terms:
            coefficient, factors = _coefficient(term)
            sign = (
                (" - " if coefficient < 0 else " + ") if text else ("-" if coefficient < 0 else "")
            )
            size = multiply([Number(abs(coefficient)), *factors])
            text += sign + self.at_least(size, _PRODUCT)
        return text, _SUM

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
        return sign + text, _SUM if sign else _PRODUCT

    def row(self, pieces: list[str], factors: Sequence[Symbol]) -> str:
        """Return factors side by side: 2x, 2(x - y), g(1 - g), but w*x."""
        several = len(pieces) + len(factors) > 1
        wanted = _POWER if several else _PRODUCT
        pieces = [*pieces, *(self.at_least(factor, wanted) for factor in factors)]
        text = pieces[0]
        for before, piece in pairwise(pieces):
            group = piece.startswith(("(", r"\left("))
            like_number = re.match(r"[0-9.]|[eE][-+]?[0-9]|inf|nan", piece)
            letter_after_number = re.fullmatch("[0-9.]+", before) and not like_number
            text += piece if group or letter_after_number else f"{self.times}{piece}"
        return text


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
        """Return a number in 6 significant digits, powers of ten written out."""
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

    def call(self, op: Primitive, inputs: Sequence[str]) -> tuple[str, int]:
        """Return a function of inputs, and its precedence."""
        if op.name == "greater":
            return f"[{inputs[0]} > {inputs[1]}]", _ATOM
        listed = ", ".join(inputs)
        if "#" in op.latex:
            return op.latex.replace("#", listed), _POWER if "^" in op.latex else _ATOM
        return op.latex + self.parenthesised(listed), _ATOM


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
