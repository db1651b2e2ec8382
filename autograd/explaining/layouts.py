"""How an explanation is laid out: its headings and equations, as lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from autograd.explaining.batches import Batch, Batches
from autograd.explaining.factors import Factor, Meeting, Path, Share
from autograd.explaining.formulas import Remark, remark
from autograd.explaining.pieces import (
    BREAK,
    FIRST_SAMPLES,
    LONG,
    MOST_SAMPLES,
    Equation,
    unjoined,
)
from autograd.languages import count as shown
from autograd.languages import plural, words
from autograd.notation.algebra import Name, Power, Product, Sum, Symbol
from autograd.notation.equations import holds, in_numbers
from autograd.notation.simplifying import has_name
from autograd.notation.writers import PRODUCT, SUM
from autograd.value import Value

_MOST_NAMES = 4

_MOST_STEPS = 110
"""Steps with more signs than this stand one below the other."""


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


Part = str | Remark | Route | Equation
"""A part of an explanation: a heading, or an equation. An empty heading is an empty line."""


class TextLayout(Batches):
    """An explanation in plain text; its arguments are those of `Pieces`."""

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

    def _meetings(self) -> Iterator[Part]:
        self._written = set()
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
                yield words("In the same way:")
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
            if is_chain or len(group) <= FIRST_SAMPLES:
                yield from ([meeting] for meeting in group)
            else:
                yield group

    def _results_alone(self, meetings: Sequence[Meeting]) -> Iterator[Part]:
        """Yield the gradients of the first few nodes and of the last."""
        for k, meeting in enumerate(meetings):
            if k < FIRST_SAMPLES or k == len(meetings) - 1:
                left = self.ratio(self.chain.output, meeting.node)
                step = self.number(meeting.value) if self._has_numbers else self.dots
                yield Equation(left, (step,))
            elif k == FIRST_SAMPLES:
                yield f"  {self.dots}"

    def _overview(self, meetings: Sequence[Meeting]) -> Remark:
        parting, meeting = (
            [self.chain.names[m.node] for m in meetings if is_counted(m)]
            for is_counted in (self._only_parts, lambda m: len(m.shares) > 1)
        )
        count = shown(self.chain.path_count)
        if not parting:
            told = words(
                "There are {count} paths. Where they meet, at {meeting}, their shares are added up"
                " once.",
                count=count,
            )
            return remark(told, meeting=_listed(meeting))
        told = words(
            "There are {count} paths. Where they part, at {parting}, and where they meet, at"
            " {meeting}, the gradient is worked out once.",
            count=count,
        )
        return remark(told, parting=_listed(parting), meeting=_listed(meeting))

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
            self._written.add(factor)
            yield Equation(left, self._steps(factor), stacked=True, remarks=factor.remarks)
            return
        batch = self.batch(kept, len(meeting.shares))
        first: tuple[str, ...] = ()
        if batch:
            kept = batch.shares
            yield from self.sum_over_samples(left, batch)
        else:
            head = self._sum([self._ratios(share) for share in kept])
            every = [factor for share in kept for factor in share.factors]
            factors = list(self._factors(every, self._written, left))
            if head != left and (factors or dropped):
                yield Equation(left, (head,), stacked=True)
                yield ""
            elif head != left:
                first = (head,)
            yield from factors
        for share in dropped[:FIRST_SAMPLES]:
            yield self._zero(meeting, share)
        if more := len(dropped[FIRST_SAMPLES:]):
            yield plural(more, "{count} more path gives 0.", "{count} more paths give 0.")
        if not first:
            yield ""
        steps = dict.fromkeys([*first, *self._results(meeting, kept, batch)])
        yield Equation(left, tuple(steps), stacked=True)

    def _only_parts(self, meeting: Meeting) -> bool:
        """Return whether ways part at a node and none meet."""
        return len(meeting.shares) == 1 and meeting.node is not self.chain.wrt

    def _zero(self, meeting: Meeting, share: Share) -> Route:
        """Name a path that gives nothing, and why."""
        nodes = (meeting.node, *(factor.child for factor in reversed(unjoined(share.factors))))
        factor = next((f for f in unjoined(share.factors) if f.value == 0), None)
        name = self.name(factor) if factor else self.ratio(self.chain.output, share.start)
        why: list[str | Symbol] = []
        if factor and isinstance(factor.formula, (Name, Product, Sum)):
            why += [" = ", factor.formula]
        why += [" = ", "0"]
        for reason in (*factor.remarks, *_zeros(factor.formula)) if factor else ():
            why += [", ", *reason]
        before, between = words("The path {nodes} gives 0: ").split("{nodes}")
        return Route(before, nodes, self.written((between,)) + name + self.written(tuple(why)))

    def _factors(
        self, factors: Iterable[Factor], written: set[Factor], left: str = ""
    ) -> Iterator[Part]:
        """Write out factors, and the product of two that are one in the end.

        Args:
            factors: the factors, from the output's end.
            written: the factors that are written already; the others join them.
            left: the derivative that they make up; what it is, is written after them.
        """
        for factor in factors:
            if factor in written:
                continue
            for part in factor.parts:
                if part not in written:
                    yield Equation(self.name(part), self._steps(part), remarks=part.remarks)
            written.update((factor, *factor.parts))
            steps, name = self._steps(factor), self.name(factor)
            if not factor.parts:
                yield Equation(name, steps, remarks=factor.remarks)
            elif name != left:
                yield Equation(name, (self._names(factor.parts), *steps))

    def _results(
        self, meeting: Meeting, kept: Sequence[Share], batch: Batch | None
    ) -> Iterator[str]:
        """Yield the sum in symbols, in numbers, and as one number."""
        steps = self._in_symbols(meeting, kept, batch)
        if not self._has_numbers:
            yield from dict.fromkeys(steps or [words(LONG)])
            return
        shares = [self._numbers(share) for share in kept]
        value, formula = meeting.value, meeting.whole
        if formula is not None and kept[0].start is not self.chain.output:
            formula = Product(self.chain.gradient(kept[0].start), (formula,))
        if formula is None and len(kept) == 1 and kept[0].start is self.chain.output:
            changing = [factor for factor in kept[0].factors if factor.value != 1]
            formula = changing[0].formula if len(changing) == 1 else None
        factors = [factor for share in kept for factor in share.factors]
        written_out = [(f.formula, f.value) for f in factors] + [(formula, value)]
        if not all(left is None or holds(left, right) for left, right in written_out):
            steps = []  # simplified, a formula may be right where the graph met 0 * inf
        elif formula is not None:
            written = in_numbers(formula, value, self.symbols)
            steps += [written] if written else []
        elif not batch:
            whole = self._whole(meeting, kept)
            written = in_numbers(whole, value, self.symbols) if whole is not None else None
            steps += [written] if written else self._true_sum(shares, value)
        if formula is None:
            values = batch.values if batch else [share.value for share in kept]
            steps += self._true_sum([[number] for number in values], value)
        yield from dict.fromkeys([*steps, self.number(value)])

    def _in_symbols(
        self, meeting: Meeting, kept: Sequence[Share], batch: Batch | None
    ) -> list[str]:
        """Return the sum in symbols; nothing where a factor is too long to be read."""
        steps = self.folded_sum(batch) if batch else []
        formulas = [self._formulas(share, is_only=len(kept) == 1) for share in kept]
        every = [factor.formula for share in kept for factor in share.factors]
        # Without a name it is a step in numbers, which follows with as many digits as it needs.
        has_symbols = (
            not self._has_numbers
            or kept[0].start is not self.chain.output
            or any(formula is None or has_name(formula) for formula in every)
        )
        if all(formulas) and not steps and len(kept) <= MOST_SAMPLES and has_symbols:
            steps.append(self._sum([f for f in formulas if f]))
        if meeting.whole is not None:
            start = self._start(kept[0].start)
            wanted = PRODUCT if start else SUM
            steps.append(self.times.join([*start, self.symbols.operand(meeting.whole, wanted)]))
        if not self._has_numbers and all(map(self._is_zero, kept)):
            steps.append("0")
        return steps

    def _whole(self, meeting: Meeting, kept: Sequence[Share]) -> Symbol | None:
        """Return a sum in symbols where a p - y in it stands in no line of its own; else None."""
        ends = (self.chain.output, meeting.node)
        factors = [share.factors for share in kept if share.start is self.chain.output]
        if not any((f.child, f.parent) == ends and f.parts for way in factors for f in way):
            return None
        products = [[f.formula for f in way if f.formula is not None] for way in factors]
        if len(kept) < 2 or [*map(len, products)] != [len(share.factors) for share in kept]:
            return None
        return Sum(tuple(p[0] if len(p) == 1 else Product(1.0, tuple(p)) for p in products))

    def _several(self, left: str, paths: Sequence[Path]) -> Iterator[Part]:
        yield words("There are {count} paths; their products add up.", count=len(paths))
        for i, path in enumerate(paths, start=1):
            yield ""
            nodes = (self.chain.wrt, *(f.child for f in reversed(path.factors)))
            before, after = words("Path {number}: {path}", number=i).split("{path}")
            yield Route(before, nodes, after)
            yield from self._factors(path.factors, set())
            if len(path.factors) > 1 and self._has_numbers:
                numbers = [factor.value for factor in path.factors if factor.value != 1]
                steps = (*self._true_sum([numbers or [1.0]], path.value), self.number(path.value))
                yield Equation(self.text(words("product")), tuple(dict.fromkeys(steps)))
        yield ""
        if self._has_numbers:
            terms = [[path.value] for path in paths if path.value != 0] or [[0.0]]
            value = self.chain.value
            steps = (*self._true_sum(terms, value), self.number(value))
        else:
            steps = (self._sum([self._names(path.factors) for path in paths]),)
        yield Equation(left, tuple(dict.fromkeys(steps)), stacked=True)

    def render(self) -> str:
        """Return the explanation as it is written."""
        return self.laid_out(self.content())

    def laid_out(self, content: Iterable[Part]) -> str:
        """Return parts as they are written, and last what is to say about `.grad`."""
        sentence = self.chain.held(self.symbols.digits)
        return self._joined([*content, *(["", sentence] if sentence else [])])

    def _joined(self, parts: Iterable[Part]) -> str:
        lines: list[str] = []
        for is_equation, group in groupby(parts, lambda part: isinstance(part, Equation)):
            alike = list(group)
            if is_equation:
                lines += self._equations([part for part in alike if isinstance(part, Equation)])
            else:
                lines += [self._heading(part) for part in alike if not isinstance(part, Equation)]
        # The first equation is the result that the others explain: it begins at the margin.
        return "\n".join([lines[0].strip(), *lines[1:]])

    def _heading(self, part: str | Remark | Route) -> str:
        if isinstance(part, str):
            return part
        if isinstance(part, tuple):
            return self.written(part)
        return part.before + self._way(part.nodes) + part.after

    def _way(self, nodes: Sequence[Value]) -> str:
        return self.arrow.join(self.chain.names.text(node, self.symbols) for node in nodes)

    def _equations(self, equations: Sequence[Equation]) -> Iterator[str]:
        """Yield equations one below the other, with their equals signs aligned."""
        width = max(len(equation.left) for equation in equations)
        for equation in equations:
            left, steps = equation.left, equation.steps
            remarks = ", ".join(map(self.written, equation.remarks))
            remarks = f"  ({remarks})" if remarks else ""
            if equation.stacked:
                indent = "\n" + " " * (len(left) + 3)
                lines = [step.replace(BREAK, indent) for step in steps]
                yield f"{left} = {lines[0]}{remarks}"
                yield from (f"{'':{len(left)}} = {line}" for line in lines[1:])
            else:
                indent = "\n" + " " * (width + 5)
                is_long = sum(map(len, steps)) > _MOST_STEPS
                between = f"\n  {'':{width}} = " if is_long else " = "
                yield f"  {left:{width}} = {between.join(steps)}{remarks}".replace(BREAK, indent)


def _zeros(formula: Symbol | None) -> Iterator[Remark]:
    """Yield which numbers make a product 0."""
    for factor in formula.factors if isinstance(formula, Product) else ():
        base = factor.base if isinstance(factor, Power) else factor
        if isinstance(base, Name) and base.node is not None and base.node.data == 0:
            yield base, " = ", "0"


def _listed(names: Sequence[Symbol]) -> Remark:
    """Return names with commas between them, the first few if there are many."""
    shown = [part for name in names[:_MOST_NAMES] for part in (", ", name)][1:]
    return (*shown, ", ...") if len(names) > _MOST_NAMES else tuple(shown)
