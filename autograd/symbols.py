"""Symbolic numbers: what the table's rules give when they are fed with names.

A rule of the table is plain arithmetic, so fed with symbols it writes its own formula down. Sums
and products are kept in a normal form, which is all the simplifying that explanations need: like
terms are collected, equal factors become powers, numbers come first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import Any, NoReturn

from autograd.ops import Primitive
from autograd.real import power, real


class Symbol:
    """A formula. Arithmetic on it, and every row of the table, gives another formula.

    >>> x, y = Name("x"), Name("y")
    >>> print(2 * (x - y) * 1 + 0)
    2(x - y)
    >>> print(x * x + 3 * x - x)
    x^2 + 2x
    """

    def __add__(self, other: Symbol | float) -> Symbol:
        return add_up([self, symbol(other)])

    def __radd__(self, other: float) -> Symbol:
        return add_up([symbol(other), self])

    def __sub__(self, other: Symbol | float) -> Symbol:
        return self + -1.0 * symbol(other)

    def __rsub__(self, other: float) -> Symbol:
        return symbol(other) - self

    def __mul__(self, other: Symbol | float) -> Symbol:
        return multiply([self, symbol(other)])

    def __rmul__(self, other: float) -> Symbol:
        return multiply([symbol(other), self])

    def __neg__(self) -> Symbol:
        return -1.0 * self

    def __truediv__(self, other: Symbol | float) -> Symbol:
        return self * symbol(other) ** -1.0

    def __rtruediv__(self, other: float) -> Symbol:
        return symbol(other) / self

    def __pow__(self, other: Symbol | float) -> Symbol:
        return raise_to(self, symbol(other))

    def __rpow__(self, other: float) -> Symbol:
        return symbol(other) ** self

    @staticmethod
    def apply_primitive(op: Primitive, inputs: Sequence[Symbol | float]) -> Symbol:
        """Write `op` on `inputs` down: arithmetic as arithmetic, anything else by its name."""
        parts = [symbol(x) for x in inputs]
        if op.name == "div":
            return parts[0] / parts[1]
        if op.name == "pow":
            return parts[0] ** parts[1]
        if op.name in {"add", "sub", "mul", "neg", "sum", "dot"}:
            return symbol(op.value(*parts))  # these rows are plain arithmetic on any numbers
        if op.name == "where" and (
            _surely_positive(parts[0]) or _at_zero(parts[1], parts[0]) == parts[2]
        ):
            return parts[1]
        return Call(op, tuple(parts))

    def _no_number(self, *_: object) -> NoReturn:
        raise TypeError(
            f"the symbol {self} has no number yet, so nothing can depend on one; write a choice as"
            " where(greater(a, b), ..., ...)"
        )

    __bool__ = __float__ = __lt__ = __le__ = __gt__ = __ge__ = _no_number

    def __str__(self) -> str:
        return Writer().write(self)


@dataclass(frozen=True)
class Number(Symbol):
    """A plain number."""

    value: float


@dataclass(frozen=True)
class Name(Symbol):
    """A name; `node` tells apart what has the same label, and has the number."""

    label: str
    node: Any = None


@dataclass(frozen=True)
class Sum(Symbol):
    """At least two terms."""

    terms: tuple[Symbol, ...]


@dataclass(frozen=True)
class Product(Symbol):
    """A number times at least one factor."""

    coefficient: float
    factors: tuple[Symbol, ...]


@dataclass(frozen=True)
class Power(Symbol):
    """base ^ exponent."""

    base: Symbol
    exponent: Symbol


@dataclass(frozen=True)
class Call(Symbol):
    """A row of the table that is written as a function."""

    op: Primitive
    inputs: tuple[Symbol, ...]


def symbol(number: Symbol | float) -> Symbol:
    """Return a number as a symbol; a symbol as it is."""
    return number if isinstance(number, Symbol) else Number(real(number))


def add_up(terms: Iterable[Symbol]) -> Symbol:
    """Return a sum with like terms collected."""
    collected: dict[Symbol, float] = {}
    for term in terms:
        for part in term.terms if isinstance(term, Sum) else (term,):
            coefficient, factors = _coefficient(part)
            if coefficient != 0:
                bare = multiply(factors)
                collected[bare] = collected.get(bare, 0.0) + coefficient
    parts = [multiply([Number(c), bare]) for bare, c in collected.items() if c != 0]
    if not parts:
        return Number(0.0)
    return parts[0] if len(parts) == 1 else Sum(tuple(parts))


def multiply(factors: Iterable[Symbol]) -> Symbol:
    """Return a product with its numbers in front, and powers of equal factors joined."""
    number = 1.0
    exponents: dict[Symbol, Symbol] = {}
    for factor in factors:
        coefficient, parts = _coefficient(factor)
        number *= coefficient
        for part in parts:
            base, exponent = (
                (part.base, part.exponent) if isinstance(part, Power) else (part, Number(1.0))
            )
            exponents[base] = exponents.get(base, Number(0.0)) + exponent
    powers = [raise_to(base, exponent) for base, exponent in exponents.items()]
    powers = [power for power in powers if power != Number(1.0)]
    if number == 0 or not powers:
        return Number(number)
    return powers[0] if number == 1 and len(powers) == 1 else Product(number, tuple(powers))


def raise_to(base: Symbol, exponent: Symbol) -> Symbol:
    """Return a power; of a product, the product of powers."""
    if exponent == Number(1.0):
        return base
    if exponent == Number(0.0):
        return Number(1.0)
    if isinstance(base, Number) and isinstance(exponent, Number):
        return Number(power(base.value, exponent.value))
    if isinstance(exponent, Number) and float(exponent.value).is_integer():
        if isinstance(base, Product):
            parts = [Number(base.coefficient), *base.factors]
            return multiply([raise_to(part, exponent) for part in parts])
        if isinstance(base, Power) and isinstance(base.exponent, Number):
            return raise_to(base.base, base.exponent * exponent)
    return Power(base, exponent)


def is_larger(formula: Symbol, limit: int) -> bool:
    """Return whether a formula has more than `limit` parts, counted as often as they are written.

    >>> is_larger(Name("x") + 1, 2), is_larger(Name("x") + 1, 3)
    (True, False)
    """
    count, stack = 0, [formula]
    while stack and count <= limit:
        part = stack.pop()
        count += 1
        if isinstance(part, Sum):
            stack.extend(part.terms)
        elif isinstance(part, Product):
            stack.extend(part.factors)
        elif isinstance(part, Power):
            stack += [part.base, part.exponent]
        elif isinstance(part, Call):
            stack.extend(part.inputs)
    return count > limit


def _coefficient(term: Symbol) -> tuple[float, tuple[Symbol, ...]]:
    """A term as a number and the factors that are none."""
    if isinstance(term, Number):
        return term.value, ()
    if isinstance(term, Product):
        return term.coefficient, term.factors
    return 1.0, (term,)


def is_choice(formula: Any) -> bool:
    """Return whether a formula is a `where`."""
    return isinstance(formula, Call) and formula.op.name == "where"


def chooses_first(formula: Any) -> bool:
    """Return whether a formula is its first case, with the numbers that its names have now."""
    return not is_choice(formula) or _number_of(formula.inputs[0]) != 0


def _number_of(condition: Any) -> float:
    if isinstance(condition, Sum):
        return sum(map(_number_of, condition.terms))
    if isinstance(condition, Call):
        return float(condition.op.value(*map(_number_of, condition.inputs)))
    return float(condition.value if isinstance(condition, Number) else condition.node.data)


def _surely_positive(condition: Symbol) -> bool:
    """Whether a condition holds whatever the names stand for: 2 + |x| does."""
    if isinstance(condition, Number):
        return condition.value != 0
    if not isinstance(condition, Sum):
        return False
    terms = [_size_of_number(t) for t in condition.terms]
    numbers = [t.value for t in terms if isinstance(t, Number)]
    others = [t for t in terms if not isinstance(t, Number)]
    never_negative = all(isinstance(t, Call) and t.op.name in {"abs", "greater"} for t in others)
    return never_negative and sum(numbers) > 0


def _size_of_number(term: Symbol) -> Symbol:
    """|2| as 2, anything else as it is."""
    if isinstance(term, Call) and term.op.name == "abs" and isinstance(term.inputs[0], Number):
        return Number(abs(term.inputs[0].value))
    return term


def _at_zero(formula: Symbol, name: Symbol) -> Symbol:
    """A formula where a name is 0: b*a^(b - 1) at b = 0 is 0, so that case needs no words."""
    if not isinstance(name, Name) or is_larger(formula, _SIMPLE):
        return formula
    if formula == name:
        return Number(0.0)
    if isinstance(formula, Sum):
        return add_up(_at_zero(term, name) for term in formula.terms)
    if isinstance(formula, Product):
        factors = [_at_zero(factor, name) for factor in formula.factors]
        return multiply([Number(formula.coefficient), *factors])
    if isinstance(formula, Power):
        return raise_to(_at_zero(formula.base, name), _at_zero(formula.exponent, name))
    return formula


_SIMPLE = 20
"""Parts of a formula that is looked at so closely."""

# Precedence: what a part has to be at least, not to need parentheses in its place.
_SUM, _PRODUCT, _POWER, _ATOM = range(4)


def constant(number: float, digits: int = 6) -> str:
    """Return a number that stands in a formula, in `digits` significant digits.

    Rounding makes no whole number of it where all of its digits are few.

    >>> constant(2 / 3), constant(0.9999999)
    ('0.666667', '0.9999999')
    """
    rounded, whole = f"{number:.{digits}g}", repr(number)
    is_made_whole = float(rounded) != number and float(rounded).is_integer()
    return whole if is_made_whole and len(whole) <= _FEW else rounded


_FEW = 10


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

_LATEX = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    **{special: f"\\{special}" for special in "{}$&#%_"},
}


def escape_latex(text: str) -> str:
    r"""Return text that stands for itself in LaTeX: no command, no markup.

    >>> escape_latex("50 %")
    '50 \\%'
    """
    return "".join(_LATEX.get(character, character) for character in one_line(text))


def latex_text(text: str) -> str:
    r"""Return upright text for a formula; signs of mathematics, which it may not hold, beside it.

    >>> print(latex_text("∂cost"))
    \partial \text{cost}
    """
    parts = re.split("([\u2100-\u214f\u2190-\u22ff\u2a00-\u2aff×÷¬±])", one_line(text))
    texts = [rf"\text{{{escape_latex(part)}}}" if part else "" for part in parts[::2]]
    signs = [{"∂": r"\partial ", "∇": r"\nabla "}.get(sign, sign) for sign in parts[1::2]]
    return "".join(map("".join, zip_longest(texts, signs, fillvalue="")))


_NOT_WRITTEN = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # controls
    "\u200e\u200f\u2028-\u202e\u2066-\u2069"  # ends of lines, marks of direction
    "\ud800-\udfff\ufffe\uffff]+"  # halves of characters, and none
)


def one_line(text: str) -> str:
    r"""Return text on one line, without what cannot be written: control characters, surrogates.

    Nor with what would turn the text around it: marks of direction.

    >>> one_line("two\nlines")
    'two lines'
    """
    return re.sub(
        r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+",
        " ",
        text,
    )
