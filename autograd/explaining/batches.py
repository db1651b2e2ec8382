"""Sums over samples: one term for all of them, then the numbers of each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from autograd.explaining.factors import Factor, Share
from autograd.explaining.formulas import Remark
from autograd.explaining.pieces import FIRST_SAMPLES, MOST_SAMPLES, Equation, Pieces
from autograd.explaining.samples import FEWEST_TERMS, Samples, folded
from autograd.languages import words
from autograd.notation.algebra import Product, Symbol, multiply
from autograd.notation.writers import PRODUCT


@dataclass(frozen=True)
class Ways:
    """Ways that differ in the index of their sample alone.

    Attributes:
        shares: the share along each way, in the order of the indices.
        samples: the index in which they differ.
    """

    shares: tuple[Share, ...]
    samples: Samples


@dataclass(frozen=True)
class Batch:
    """The ways of all samples to a node: one for each sample, or several.

    Attributes:
        ways: the ways, those alike together.
        count: how many samples there are, with those that give 0.
    """

    ways: tuple[Ways, ...]
    count: int

    @property
    def samples(self) -> Samples:
        """The index of the samples."""
        return self.ways[0].samples

    @property
    def shares(self) -> list[Share]:
        """The shares of all ways."""
        return [share for ways in self.ways for share in ways.shares]

    @property
    def values(self) -> list[float]:
        """What each sample gives."""
        columns = zip(*(ways.shares for ways in self.ways), strict=True)
        return [math.fsum(share.value for share in column) for column in columns]


class Batches(Pieces):
    """The sums over samples of an explanation; its arguments are those of `Pieces`."""

    def batch(self, shares: Sequence[Share], count: int) -> Batch | None:
        """Return shares as those of a batch; None where they are no such.

        Args:
            shares: the shares.
            count: how many there are, with those that give 0.
        """
        for several in range(1, len(shares) // FEWEST_TERMS + 1):
            if len(shares) % several:
                continue
            long = len(shares) // several  # sample by sample, or kind by kind
            for kinds in (
                [shares[kind::several] for kind in range(several)],
                [shares[kind * long : (kind + 1) * long] for kind in range(several)],
            ):
                ways = tuple(found for kind in kinds if (found := self._ways(kind)))
                if len(ways) == several and len({w.samples.indices for w in ways}) == 1:
                    return Batch(ways, count // several)
        return None

    def _ways(self, shares: Sequence[Share]) -> Ways | None:
        samples = folded(self.chain.names, [share.factors for share in shares])
        if samples is None:
            return None
        places = sorted(range(len(shares)), key=lambda place: int(samples.indices[place]))
        indices = tuple(samples.indices[place] for place in places)
        return Ways(tuple(shares[place] for place in places), Samples(indices, samples.labels))

    def sum_over_samples(self, left: str, batch: Batch) -> Iterator[Equation | str]:
        """Write out one term for all samples, and then the numbers of each.

        Args:
            left: the derivative that the terms make up.
            batch: the terms.
        """
        ratios = [self._ratios_of(ways) for ways in batch.ways]
        yield Equation(left, (self._over(batch, list(map(self.times.join, ratios))),), stacked=True)
        yield ""
        written = set[str]()
        for ways in batch.ways:
            for equation in self._common(ways, batch.count):
                if equation.left not in written:
                    yield equation
                written.add(equation.left)
        if not self._has_numbers:
            return
        if len(batch.ways) == 1 and all(len(self._numbers(share)) == 1 for share in batch.shares):
            return  # the sum itself has all these numbers
        yield ""
        rows = zip(*map(self._rows, batch.ways), strict=True)
        terms = list(zip(batch.samples.indices, rows, batch.values, strict=True))
        for k, (index, numbers, value) in enumerate(terms):
            if len(terms) <= MOST_SAMPLES or k < FIRST_SAMPLES or k == len(terms) - 1:
                steps = dict.fromkeys([*self._true_sum(numbers, value), self.number(value)])
                yield Equation(self.text(words("term {index}", index=index)), tuple(steps))
            elif k == FIRST_SAMPLES:
                yield f"  {self.dots}"

    def folded_sum(self, batch: Batch) -> list[str]:
        """Return a sum over samples in symbols, the 1/n of a mean before it; none if terms differ.

        Args:
            batch: the terms.
        """
        products = [self._folded(ways, batch.count) for ways in batch.ways]
        if any(product is None for product in products):
            return []
        found = [product for product in products if product is not None]
        means = {mean for mean, _, _ in found}
        (mean, *others) = means
        if mean and not others:
            inner = self._over(batch, [within for _, within, _ in found])
            return [mean + self.times + inner]
        return [self._over(batch, [whole for _, _, whole in found])]

    def _over(self, batch: Batch, terms: Sequence[str]) -> str:
        """Return the sum of terms over all samples."""
        whole = self._sum(terms)
        term = self.symbols.parenthesised(whole) if len(terms) > 1 else whole
        return self.sum_over(batch.samples, term)

    def _ratios_of(self, ways: Ways) -> list[str]:
        """Return the names of the factors of every way, from the output's end."""
        names = [ways.samples.operand(i, self.symbols) for i in range(len(ways.samples.labels))]
        return [*self._before(ways), *(self.fraction(*pair) for pair in pairwise(names))]

    def _before(self, ways: Ways) -> list[str]:
        """Return the name of the gradient that every way starts at; nothing for the output."""
        if ways.shares[0].start is self.chain.output:
            return []
        above = self.chain.names.operand(self.chain.output, self.symbols)
        return [self.fraction(above, ways.samples.operand(0, self.symbols))]

    def _columns(self, ways: Ways) -> list[tuple[Factor, ...]]:
        return list(zip(*(share.factors for share in ways.shares), strict=True))

    def _common(self, ways: Ways, count: int) -> Iterator[Equation]:
        """Yield what each factor is for all samples; for the first few where they differ."""
        columns = self._columns(ways)
        for factors, ratio in zip(columns, self._ratios_of(ways)[-len(columns) :], strict=True):
            formulas = [f.formula for f in factors if f.formula is not None]
            if len(formulas) < len(factors):
                continue
            common = ways.samples.common(formulas, self.chain.names)
            if common is not None:
                step = self._broken(
                    self.symbols.write(self._with_mean(common, count, factors[0].means))
                )
                yield Equation(ratio, (step,), remarks=self._common_remarks(ways.samples, factors))
            else:
                few = factors if len(factors) <= MOST_SAMPLES else factors[:FIRST_SAMPLES]
                for one in few:
                    yield Equation(self.name(one), self._steps(one), remarks=one.remarks)

    def _rows(self, ways: Ways) -> Iterator[list[float | Symbol]]:
        """Yield the numbers of each way: a 1 only where other ways have another number."""
        is_one = [all(factor.value == 1 for factor in column) for column in self._columns(ways)]
        for share in ways.shares:
            numbers: list[float | Symbol] = []
            if share.start is not self.chain.output:
                numbers.append(self.chain.gradient(share.start))
            pairs = zip(share.factors, is_one, strict=True)
            yield [*numbers, *(self._value(factor) for factor, one in pairs if not one)] or [1.0]

    def _folded(self, ways: Ways, count: int) -> tuple[str, str, str] | None:
        """Return the 1/n of a mean, what it is of, and the product of both; None if ways differ."""
        found = []
        for factors in self._columns(ways):
            formulas = [f.formula for f in factors if f.formula is not None]
            common = ways.samples.common(formulas, self.chain.names) if formulas else None
            if common is None or len(formulas) < len(factors):
                return None
            found.append(common)
        whole = multiply(found)
        means = {n for factor in ways.shares[0].factors for n in factor.means}
        mean, before = self._with_mean(whole, count, means), self._before(ways)
        product = self.times.join([*before, self.symbols.operand(whole, PRODUCT)])
        if mean is whole or not isinstance(mean, Product):
            return "", product, product
        *others, below = mean.factors
        inner = [self.symbols.operand(multiply(others), PRODUCT)] if others else []
        part = self.symbols.write(Product(mean.coefficient, (below,)))
        return part, self.times.join([*before, *inner]) or "1", product

    def _common_remarks(self, samples: Samples, factors: Sequence[Factor]) -> tuple[Remark, ...]:
        """Return the remarks that all terms have, with `i` for the index; none if they differ."""
        shapes = {tuple(tuple(map(type, remark)) for remark in f.remarks) for f in factors}
        if len(shapes) > 1:
            return ()
        found = []
        for remarks in zip(*(factor.remarks for factor in factors), strict=True):
            remark: list[str | Symbol] = []
            for column in zip(*remarks, strict=True):
                formulas = [part for part in column if isinstance(part, Symbol)]
                common = samples.common(formulas, self.chain.names) if formulas else column[0]
                if common is None or (not formulas and len(set(column)) > 1):
                    return ()
                remark.append(common)
            found.append(tuple(remark))
        return tuple(found)
