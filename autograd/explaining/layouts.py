"""How an explanation is laid out: its headings and equations, as lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from autograd.explaining.chain import Chain
from autograd.explaining.factors import Factor, Meeting, Path, Share
from autograd.explaining.formulas import Remark
from autograd.explaining.samples import Samples, folded
from autograd.notation.accumulation import added_up
from autograd.notation.algebra import Name, Number, Product, Sum
from autograd.notation.equations import in_numbers, products_in_numbers
from autograd.notation.simplifying import parts
from autograd.notation.writers import PRODUCT, Writer
from autograd.value import Value

_MOST_SAMPLES = 8
"""Of a sum over more samples than this, the first few and the last are written."""

_FIRST_SAMPLES = 3

_LONG = "(a long formula)"
BREAK = "\v"
"""Where a long sum goes on in the next line; no label has this character."""


@dataclass(frozen=True)
class Equation:
    """An equation, left = step = step ...: on one line, or with each step on a line of its own."""

    left: str
    steps: tuple[str, ...]
    stacked: bool = False
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Route:
    """Words, with a way from node to node among them.

    Attributes:
        before: the words before the nodes.
        nodes: the nodes, in the order in which they were computed.
        after: what stands after the nodes, as it is written.
    """

    before: str
    nodes: tuple[Value, ...]
    after: str = ""


Part = str | Route | Equation
"""A part of an explanation: a heading, or an equation. An empty heading is an empty line."""


class TextLayout:
    """An explanation in plain text.

    Args:
        chain: the chain rule to lay out.
        writer: writes the formulas; in six digits if None.
        lists_paths: whether each path is written from end to end.
        has_numbers: whether numbers are written too, or symbols alone.
    """

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
        self.symbols = writer or Writer()
        self._lists_paths = lists_paths
        self._has_numbers = has_numbers

    # ------------------------------------------------------------------------- pieces

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

    def words(self, remark: Remark) -> str:
        """Return words and formulas in a row."""
        return "".join(p if isinstance(p, str) else self.symbols.write(p) for p in remark)

    # --------------------------------------------------------------------- its content

    def content(self) -> Iterator[Part]:
        """Go through the explanation, heading by heading and equation by equation."""
        chain = self.chain
        left = self.ratio(chain.output, chain.wrt)
        if not chain.factors:
            yield Equation(left, (self.number(chain.value),))
        elif self._lists_paths and len(chain.paths) > 1:
            yield from self._several(left, chain.paths)
        else:
            yield from self._meetings()
        if sentence := self._accumulated():
            yield ""
            yield sentence

    def _accumulated(self) -> str:
        """Return what to say where the gradient of `wrt` has added up over passes."""
        chain = self.chain
        name = chain.names.text(chain.wrt)
        writer = Writer(digits=self.symbols.digits)
        sentence = added_up(chain.wrt, name, chain.value, chain.output, writer)
        return f"{name}.grad is {sentence}." if sentence else ""

    def _meetings(self) -> Iterator[Part]:
        meetings = self.chain.meetings
        if len(meetings) > 1:
            yield self._overview(meetings)
            yield ""
        for i, group in enumerate(self._alike(meetings)):
            if i:
                yield ""
            yield from self._meeting(group[0])
            if len(group) > 1:
                yield ""
                yield "In the same way:"
                yield from self._results_alone(group[1:])

    def _alike(self, meetings: Sequence[Meeting]) -> Iterator[list[Meeting]]:
        """Yield the meetings, those of many samples that differ in their numbers alone together."""
        groups: dict[object, list[Meeting]] = {}
        for meeting in meetings:
            names = (self.chain.names.text(f.child) for s in meeting.shares for f in s.factors)
            shape = (*(re.sub(r"\d+", "", name) for name in names), meeting.node is self.chain.wrt)
            groups.setdefault(shape, []).append(meeting)
        for group in groups.values():
            nodes = {meeting.node for meeting in group}
            is_chain = any(share.start in nodes for m in group for share in m.shares)
            if is_chain or len(group) <= _FIRST_SAMPLES:
                yield from ([meeting] for meeting in group)
            else:
                yield group

    def _results_alone(self, meetings: Sequence[Meeting]) -> Iterator[Part]:
        """Yield the gradients of the first few nodes and of the last."""
        for k, meeting in enumerate(meetings):
            if k < _FIRST_SAMPLES or k == len(meetings) - 1:
                value = self.number(meeting.value) if self._has_numbers else self.dots
                yield Equation(self.ratio(self.chain.output, meeting.node), (value,))
            elif k == _FIRST_SAMPLES:
                yield f"  {self.dots}"

    def _overview(self, meetings: Sequence[Meeting]) -> str:
        where = [self.chain.names.text(m.node) for m in meetings if len(m.shares) > 1]
        listed = ", ".join(where[:4]) + (", ..." if len(where) > 4 else "")
        return (
            f"There are {self.chain.path_count:,} paths. Where they meet, at {listed}, their"
            " shares are added up once."
        )

    def _meeting(self, meeting: Meeting) -> Iterator[Part]:
        """Write out the sum of the shares that a node receives."""
        left = self.ratio(self.chain.output, meeting.node)
        is_zero = {share: self._is_zero(share) for share in meeting.shares}
        kept = [share for share in meeting.shares if not is_zero[share]]
        dropped = [share for share in meeting.shares if is_zero[share]]
        if len(meeting.shares) == 1 or not kept:
            kept, dropped = [*meeting.shares[:1]], [*meeting.shares[1:]]
        if len(meeting.shares) == 1 and self._is_alone(kept[0]):
            factor = kept[0].factors[0]
            yield Equation(left, self._steps(factor), stacked=True, remarks=factor.remarks)
            return
        samples = folded(self.chain.names, [share.factors for share in kept])
        if samples:
            yield from self._sum_over_samples(left, kept, samples)
        else:
            head = self._sum([self._ratios(share) for share in kept])
            if head != left:
                yield Equation(left, (head,), stacked=True)
                yield ""
            yield from self._factors(
                dict.fromkeys(factor for share in kept for factor in share.factors), left
            )
        for share in dropped[:_FIRST_SAMPLES]:
            yield self._zero(meeting, share)
        if more := len(dropped[_FIRST_SAMPLES:]):
            yield f"{more} more {'path gives' if more == 1 else 'paths give'} 0."
        yield ""
        yield Equation(left, tuple(self._results(meeting, kept, samples)), stacked=True)

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

    def _zero(self, meeting: Meeting, share: Share) -> Route:
        """Name a path that gives nothing, and why."""
        nodes = (meeting.node, *(factor.child for factor in reversed(_unjoined(share.factors))))
        factor = next((f for f in _unjoined(share.factors) if f.value == 0), None)
        ends = (factor.child, factor.parent) if factor else (self.chain.output, share.start)
        remarks = [part for remark in factor.remarks for part in (", ", *remark)] if factor else []
        after = self.words((" gives 0: ",)) + self.ratio(*ends) + self.words((" = ", "0", *remarks))
        return Route("The path ", nodes, after)

    def _factors(self, factors: Iterable[Factor], left: str = "") -> Iterator[Part]:
        """Write out factors, and the product of two that are one in the end.

        Args:
            factors: the factors, from the output's end.
            left: the derivative that they make up; what it is, is written after them.
        """
        for factor in factors:
            for part in factor.parts:
                yield Equation(self.name(part), self._steps(part), remarks=part.remarks)
            steps, name = self._steps(factor), self.name(factor)
            if not factor.parts:
                yield Equation(name, steps, remarks=factor.remarks)
            elif name != left:
                yield Equation(name, (self._names(factor.parts), *steps))

    def _results(
        self, meeting: Meeting, kept: Sequence[Share], samples: Samples | None
    ) -> Iterator[str]:
        """Yield the sum in symbols, in numbers, and as one number."""
        steps = []
        formulas = [self._formulas(share, is_only=len(kept) == 1) for share in kept]
        if all(formulas) and not samples:
            steps.append(self._sum([f for f in formulas if f]))
        if meeting.whole is not None:
            steps.append(self.symbols.write(meeting.whole))
        if not self._has_numbers:
            yield from dict.fromkeys(steps or [_LONG])
            return
        shares = [self._numbers(share) for share in kept]
        value, formula = meeting.value, meeting.whole
        if formula is None and len(kept) == 1 and kept[0].start is self.chain.output:
            changing = [factor for factor in kept[0].factors if factor.value != 1]
            formula = changing[0].formula if len(changing) == 1 else None
        if formula is not None:
            written = in_numbers(formula, value, self.symbols)
            steps += [written] if written else []
        elif not samples:
            steps += self._true_sum(shares, value)
        if formula is None:
            steps += self._true_sum([[share.value] for share in kept], value)
        yield from dict.fromkeys([*steps, self.number(value)])

    def _several(self, left: str, paths: Sequence[Path]) -> Iterator[Part]:
        yield f"There are {len(paths)} paths; their products add up."
        for i, path in enumerate(paths, start=1):
            yield ""
            nodes = (self.chain.wrt, *(f.child for f in reversed(path.factors)))
            yield Route(f"Path {i}: ", nodes)
            yield from self._factors(path.factors)
            if len(path.factors) > 1 and self._has_numbers:
                numbers = [factor.value for factor in path.factors if factor.value != 1]
                steps = (*self._true_sum([numbers or [1.0]], path.value), self.number(path.value))
                yield Equation(self.text("product"), tuple(dict.fromkeys(steps)))
        yield ""
        if self._has_numbers:
            terms = [[path.value] for path in paths if path.value != 0] or [[0.0]]
            value = self.chain.value
            steps = (*self._true_sum(terms, value), self.number(value))
        else:
            steps = (self._sum([self._names(path.factors) for path in paths]),)
        yield Equation(left, tuple(dict.fromkeys(steps)), stacked=True)

    # --------------------------------------------------------------- a sum over samples

    def _sum_over_samples(
        self, left: str, kept: Sequence[Share], samples: Samples
    ) -> Iterator[Part]:
        """Write out one term for all samples, and then the numbers of each."""
        names = [samples.operand(i, self.symbols) for i in range(len(samples.labels))]
        ratios = [self.fraction(*pair) for pair in pairwise(names)]
        term = self.times.join([*self._start(kept[0].start), *ratios])
        yield Equation(left, (self.sum_over(samples) + term,), stacked=True)
        yield ""
        columns = zip(*(share.factors for share in kept), strict=True)
        for factors, ratio in zip(columns, ratios, strict=True):
            formulas = [f.formula for f in factors if f.formula is not None]
            if len(formulas) < len(kept):
                continue
            common = samples.common(formulas, self.chain.names)
            if common is not None:
                yield Equation(ratio, (self.symbols.write(common),))
            else:
                one = factors[0]
                yield Equation(self.ratio(one.child, one.parent), self._steps(one)[:1])
        if not self._has_numbers:
            return
        if all(len(self._numbers(share)) == 1 for share in kept):
            return  # the sum itself has all these numbers
        yield ""
        for k, (index, share) in enumerate(zip(samples.indices, kept, strict=True)):
            if len(kept) <= _MOST_SAMPLES or k < _FIRST_SAMPLES or k == len(kept) - 1:
                steps = self._true_sum([self._numbers(share)], share.value)
                steps += [self.number(share.value)]
                yield Equation(self.text(f"term {index}"), tuple(dict.fromkeys(steps)))
            elif k == _FIRST_SAMPLES:
                yield f"  {self.dots}"

    def sum_over(self, samples: Samples) -> str:
        """Return the words or the sign for a sum over all terms."""
        indices = "..".join(samples.limits) if samples.limits else ", ".join(samples.indices)
        return f"sum over i = {indices} of "

    def text(self, words: str) -> str:
        """Return words as they stand beside an equals sign."""
        return words

    # ----------------------------------------------------------------------- one share

    def _start(self, start: Value) -> list[str]:
        return [] if start is self.chain.output else [self.ratio(self.chain.output, start)]

    def _ratios(self, share: Share) -> str:
        return self.times.join([*self._start(share.start), self._names(_unjoined(share.factors))])

    def _names(self, factors: Iterable[Factor]) -> str:
        return self.times.join(self.name(f) for f in factors)

    def _formulas(self, share: Share, *, is_only: bool) -> str | None:
        """Return a share in symbols; None where a factor is too long to be read."""
        formulas = [f.formula for f in share.factors if f.formula != Number(1.0)]
        start, is_alone = self._start(share.start), len(formulas) == 1
        texts: list[str] = []
        for formula in formulas:
            if formula is None:
                return None
            is_bare = is_alone and (is_only or not isinstance(formula, Sum))
            is_clear = not texts and not start and (isinstance(formula, Product) or is_bare)
            written = self.symbols.write(formula)
            texts.append(written if is_clear else self.symbols.operand(formula, PRODUCT))
        return self.times.join([*start, *texts]) or "1"

    def _numbers(self, share: Share) -> list[float]:
        """Return the numbers whose product a share is; a 1 is left out."""
        before = [] if share.start is self.chain.output else [self.chain.gradient(share.start)]
        return [x for x in (*before, *(f.value for f in share.factors)) if x != 1] or [1.0]

    def _steps(self, factor: Factor) -> tuple[str, ...]:
        """Return a derivative in symbols, with numbers for names, and as one number."""
        result = self.number(factor.value)
        if factor.formula is None:
            return (result if self._has_numbers else _LONG,)
        symbols = self.symbols.write(factor.formula)
        if not self._has_numbers:
            return (symbols,)
        numbers = in_numbers(factor.formula, factor.value, self.symbols)
        if numbers is None and not any(isinstance(p, Name) for p in parts(factor.formula)):
            return (result,)  # a number that rounding, or 0 * inf, made another
        steps = [symbols, *([numbers] if numbers else []), result]
        return tuple(dict.fromkeys(steps))  # for a plain number all three are the same

    # ----------------------------------------------------------------------------- sums

    def _true_sum(self, terms: Sequence[Sequence[float]], result: float) -> list[str]:
        """Return a sum of products in digits that make it true; no text where none do."""
        texts = products_in_numbers(terms, result, self.symbols, self.times)
        if len(texts) > _MOST_SAMPLES and all(len(numbers) == 1 for numbers in terms):
            texts = [*texts[:_FIRST_SAMPLES], self.dots, *texts[-1:]]
        return [self._sum(texts)] if texts else []

    def _sum(self, terms: Sequence[str]) -> str:
        """Return terms one after the other, on lines of their own if they are long."""
        is_long = sum(map(len, terms)) > self.longest
        return terms[0] + "".join(
            (BREAK + sign[1:] if is_long else sign) + size for sign, size in map(signed, terms[1:])
        )

    # ------------------------------------------------------------------------ on lines

    def render(self) -> str:
        """Return the explanation as text."""
        lines: list[str] = []
        for is_equation, group in groupby(self.content(), lambda part: isinstance(part, Equation)):
            parts = list(group)
            if is_equation:
                lines += self._equations([part for part in parts if isinstance(part, Equation)])
            else:
                lines += [self._heading(part) for part in parts if not isinstance(part, Equation)]
        # The first equation is the result that the others explain: it begins at the margin.
        return "\n".join([lines[0].strip(), *lines[1:]])

    def _heading(self, part: str | Route) -> str:
        if isinstance(part, str):
            return part
        return part.before + self._way(part.nodes) + part.after

    def _way(self, nodes: Sequence[Value]) -> str:
        return self.arrow.join(self.chain.names.text(node, self.symbols) for node in nodes)

    def _equations(self, equations: Sequence[Equation]) -> Iterator[str]:
        """Yield equations one below the other, with their equals signs aligned."""
        width = max(len(equation.left) for equation in equations)
        for equation in equations:
            left, steps = equation.left, equation.steps
            remarks = ", ".join(map(self.words, equation.remarks))
            remarks = f"  ({remarks})" if remarks else ""
            if equation.stacked:
                indent = "\n" + " " * (len(left) + 3)
                lines = [step.replace(BREAK, indent) for step in steps]
                yield f"{left} = {lines[0]}{remarks}"
                yield from (f"{'':{len(left)}} = {line}" for line in lines[1:])
            else:
                indent = "\n" + " " * (width + 5)
                yield f"  {left:{width}} = {' = '.join(steps)}{remarks}".replace(BREAK, indent)


def signed(term: str) -> tuple[str, str]:
    """Return a term of a sum as the sign before it, and the rest.

    >>> signed("-2 * 3"), signed("x")
    ((' - ', '2 * 3'), (' + ', 'x'))
    """
    return (" - ", term[1:]) if term.startswith("-") else (" + ", term)


def _unjoined(factors: Sequence[Factor]) -> list[Factor]:
    """Return factors with each product of two as these two."""
    return [part for factor in factors for part in (factor.parts or (factor,))]
