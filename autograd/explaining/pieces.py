"""The pieces of an explanation in plain text: names, factors, sums, and words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograd.explaining.chain import Chain
from autograd.explaining.factors import Factor, Share
from autograd.explaining.formulas import Remark
from autograd.explaining.samples import FEWEST_TERMS, Samples, with_mean
from autograd.languages import marked, words
from autograd.notation.algebra import Number, Product, Sum, Symbol, as_fraction
from autograd.notation.equations import holds, in_numbers, products_in_numbers
from autograd.notation.simplifying import has_name
from autograd.notation.text import depths, is_closed
from autograd.notation.writers import PRODUCT, Writer
from autograd.value import Value

MOST_SAMPLES = 8
"""Of a sum over more samples than this, the first few and the last are written."""

FIRST_SAMPLES = 3

LONG = marked("(a long formula)")
BREAK = "\v"
"""Where a long sum goes on in the next line; no label has this character."""


@dataclass(frozen=True)
class Equation:
    """An equation, left = step = step ...: on one line, or with each step on a line of its own."""

    left: str
    steps: tuple[str, ...]
    stacked: bool = False
    remarks: tuple[Remark, ...] = ()


class Pieces:
    """The pieces of an explanation in plain text.

    Args:
        chain: the chain rule to lay out.
        writer: writes the formulas; in six digits if None.
        lists_paths: whether each path is written from end to end.
        has_numbers: whether numbers are written too, or symbols alone.
    """

    writes: type[Writer] = Writer
    times = " * "
    arrow = " -> "
    dots = "..."
    longest = 96

    def __init__(
        self,
        chain: Chain,
        writer: Writer | None = None,
        *,
        lists_paths: bool = False,
        has_numbers: bool = True,
    ) -> None:
        self.chain = chain
        self.symbols = writer or self.writes()
        self._lists_paths = lists_paths
        self._has_numbers = has_numbers
        self._written: set[Factor] = set()

    def ratio(self, child: Value, parent: Value) -> str:
        """Return the name of the derivative d(child)/d(parent)."""
        names = self.chain.names
        return self.fraction(*(names.operand(node, self.symbols) for node in (child, parent)))

    def fraction(self, above: str, below: str) -> str:
        """Return the name of a derivative, from the names of its two nodes."""
        return f"d{above}/d{below}"

    def name(self, factor: Factor) -> str:
        """Return the name of a factor: another one than that of the whole derivative."""
        ratio = self.ratio(factor.child, factor.parent)
        chain = self.chain
        is_part = factor.child is chain.output and chain.is_meeting(factor.parent)
        return self.direct(ratio) if is_part and not factor.parts else ratio

    def direct(self, ratio: str) -> str:
        """Return the name of a derivative that is one share of the whole of this name."""
        return f"∂{ratio[1:].replace('/d', '/∂', 1)}"

    def number(self, value: float) -> str:
        """Return a number by itself."""
        return self.symbols.number(value)

    def written(self, remark: Remark) -> str:
        """Return words and formulas in a row."""
        return "".join(p if isinstance(p, str) else self.symbols.write(p) for p in remark)

    def text(self, text: str) -> str:
        """Return words as they stand beside an equals sign."""
        return text

    def sum_over(self, samples: Samples, term: str) -> str:
        """Return a term summed over all samples, in words or by a sign."""
        indices = "..".join(samples.limits) if samples.limits else ", ".join(samples.indices)
        return words("sum over i = {indices} of {term}", indices=indices, term=term)

    def _start(self, start: Value) -> list[str]:
        return [] if start is self.chain.output else [self.ratio(self.chain.output, start)]

    def _ratios(self, share: Share) -> str:
        return self.times.join([*self._start(share.start), self._names(unjoined(share.factors))])

    def _names(self, factors: Iterable[Factor]) -> str:
        return self.times.join(self.name(f) for f in factors)

    def _formulas(self, share: Share, *, is_only: bool) -> str | None:
        """Return a share in symbols; None where a factor is too long to be read."""
        formulas = [self._shown(f) for f in share.factors if f.formula != Number(1.0)]
        start, is_alone = self._start(share.start), len(formulas) == 1
        texts: list[str] = []
        for formula in formulas:
            if formula is None:
                return None
            is_bare = is_alone and (is_only or not isinstance(formula, Sum))
            is_clear = (
                not texts and not start and (isinstance(formula, (Product, Number)) or is_bare)
            )
            written = self.symbols.write(formula)
            texts.append(written if is_clear else self.symbols.operand(formula, PRODUCT))
        return self.times.join([*start, *texts]) or "1"

    def _numbers(self, share: Share) -> list[float | Symbol]:
        """Return the numbers whose product a share is; a 1 is left out."""
        before = [] if share.start is self.chain.output else [self.chain.gradient(share.start)]
        numbers = [*before, *map(self._value, share.factors)]
        return [x for x in numbers if x != 1] or [1.0]

    def _value(self, factor: Factor) -> float | Symbol:
        """Return a factor's number; a 1/3 of a mean as it is, for its decimals have no end."""
        shown = self._shown(factor) if isinstance(factor.formula, Number) else None
        return factor.value if shown is None or isinstance(shown, Number) else shown

    def _steps(self, factor: Factor) -> tuple[str, ...]:
        """Return a derivative in symbols, with numbers for names, and as one number."""
        result = self.number(factor.value)
        formula = self._shown(factor)
        if factor.formula is None or formula is None:
            return (result if self._has_numbers else words(LONG),)
        symbols = self._broken(self.symbols.write(formula))
        if not self._has_numbers:
            return (symbols,)
        numbers = in_numbers(formula, factor.value, self.symbols)
        is_plain = not has_name(factor.formula)
        if numbers is None and (is_plain or not holds(factor.formula, factor.value)):
            return (result,)  # a number that rounding, or 0 * inf, made another
        # Without a name, the formula is in numbers itself, and its digits may be too few.
        steps = [symbols] if has_name(formula) or not numbers else []
        steps += [*([self._broken(numbers)] if numbers else []), result]
        return tuple(dict.fromkeys(steps))  # for a plain number all three are the same

    def _shown(self, factor: Factor) -> Symbol | None:
        """Return a factor's formula as it is written: a sum of n terms, or 1/3, with its 1/n."""
        formula = factor.formula
        if isinstance(formula, Sum) and len(formula.terms) >= FEWEST_TERMS:
            return self._with_mean(formula, len(formula.terms), factor.means)
        if isinstance(formula, Number) and as_fraction(formula.value):  # its decimals have no end
            found = (with_mean(formula, count) for count in factor.means)
            return next((shown for shown in found if shown != formula), formula)
        return formula

    def _with_mean(self, formula: Symbol, count: int, means: Collection[int]) -> Symbol:
        """Return a formula with its 1/n in sight, if a mean of n is taken."""
        return with_mean(formula, count) if count in means else formula

    def _true_sum(self, terms: Sequence[Sequence[float | Symbol]], result: float) -> list[str]:
        """Return a sum of products in digits that make it true; no text where none do."""
        texts = products_in_numbers(terms, result, self.symbols, self.times)
        if len(texts) > MOST_SAMPLES and all(len(numbers) == 1 for numbers in terms):
            texts = [*texts[:FIRST_SAMPLES], self.dots, *texts[-1:]]
        return [self._sum(texts)] if texts else []

    def _broken(self, text: str) -> str:
        """Return a sum with its terms on lines of their own if they are long."""
        return self._sum(list(terms_of(text)))

    def _sum(self, terms: Sequence[str]) -> str:
        """Return terms one after the other, on lines of their own if they are long."""
        is_long = sum(map(len, terms)) > self.longest
        terms = [self._wrapped(term) for term in terms]
        return terms[0] + "".join(
            (BREAK + sign[1:] if is_long else sign) + size for sign, size in map(signed, terms[1:])
        )

    def _wrapped(self, text: str) -> str:
        """Return a product on several lines if it is long."""
        first, *factors = split(text, {self.times}) if len(text) > self.longest else [text]
        lines = [first]
        for factor in factors:
            longer = lines[-1] + self.times + factor
            if len(longer) > self.longest:
                lines.append(self.times.lstrip() + factor)
            else:
                lines[-1] = longer
        return BREAK.join(lines)

    def _is_alone(self, share: Share) -> bool:
        return (
            len(share.factors) == 1
            and share.start is self.chain.output
            and not (share.factors[0].parts)
        )

    def _is_zero(self, share: Share) -> bool:
        if self._has_numbers:
            return share.value == 0
        return any(factor.formula == Number(0.0) for factor in share.factors)


def terms_of(text: str) -> Iterator[str]:
    """Yield the terms of a sum, each with a minus if it has one: those of no inner sum.

    >>> list(terms_of("2(x - 1) - y + 3"))
    ['2(x - 1)', '-y', '3']
    """
    first, *others = split(text, {" + ", " - "}, keeps=True)
    yield first
    for term in others:
        yield term[3:] if term[1] == "+" else f"-{term[3:]}"


def split(text: str, signs: Collection[str], *, keeps: bool = False) -> Iterator[str]:
    """Yield the parts of a formula between signs, those that are in no parentheses.

    Where a label such as "a)" has a parenthesis alone, no sign is known to be outside of all, and
    the formula stays whole.

    Args:
        text: the formula.
        signs: the signs.
        keeps: whether a part begins with the sign before it.

    >>> list(split("2(x - 1) * y * 3", {" * "}))
    ['2(x - 1)', 'y', '3']
    """
    start = 0
    for i, depth in enumerate(depths(text) if is_closed(text) else [1] * len(text)):
        sign = next((sign for sign in signs if text.startswith(sign, i)), "") if not depth else ""
        if sign and i >= start:
            yield text[start:i]
            start = i if keeps else i + len(sign)
    yield text[start:]


def signed(term: str) -> tuple[str, str]:
    """Return a term of a sum as the sign before it, and the rest.

    >>> signed("-2 * 3"), signed("x")
    ((' - ', '2 * 3'), (' + ', 'x'))
    """
    return (" - ", term[1:]) if term.startswith("-") else (" + ", term)


def unjoined(factors: Sequence[Factor]) -> list[Factor]:
    """Return factors with each product of two as these two."""
    return [part for factor in factors for part in (factor.parts or (factor,))]
