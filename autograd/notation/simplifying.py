"""Formulas as a hand leaves them: choices made, products multiplied out where that is shorter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import prod

from autograd.notation.algebra import (
    Call,
    Name,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    add_up,
    coefficient_of,
    multiply,
    raise_to,
)
from autograd.notation.equations import measured
from autograd.ops import row

_MOST_TERMS = 64
"""A product that multiplies out to more terms than this is left as it is."""


def rebuilt(formula: Symbol, change: Callable[[Symbol], Symbol]) -> Symbol:
    """Return a formula whose parts are changed, the innermost first, in its normal form.

    Args:
        formula: the formula.
        change: takes a part whose own parts are changed already, and gives what stands there.
    """
    again: Symbol = formula
    if isinstance(formula, Sum):
        again = add_up(rebuilt(term, change) for term in formula.terms)
    elif isinstance(formula, Product):
        factors = [rebuilt(factor, change) for factor in formula.factors]
        again = multiply([Number(formula.coefficient), *factors])
    elif isinstance(formula, Power):
        again = raise_to(rebuilt(formula.base, change), rebuilt(formula.exponent, change))
    elif isinstance(formula, Call):
        again = Call(formula.op, tuple(rebuilt(part, change) for part in formula.inputs))
    return change(again)


def parts(formula: Symbol) -> Iterable[Symbol]:
    """Yield a formula and all its parts."""
    yield formula
    inner: tuple[Symbol, ...] = ()
    if isinstance(formula, Sum):
        inner = formula.terms
    elif isinstance(formula, Product):
        inner = formula.factors
    elif isinstance(formula, Power):
        inner = formula.base, formula.exponent
    elif isinstance(formula, Call):
        inner = formula.inputs
    for part in inner:
        yield from parts(part)


def has_name(formula: Symbol) -> bool:
    """Return whether a formula has a name in it: one without is an equation in numbers alone.

    >>> has_name(2 * Name("x")), has_name(Number(2.0))
    (True, False)
    """
    return any(isinstance(part, Name) for part in parts(formula))


def decided(formula: Symbol) -> Symbol:
    """Return a formula with its choices made, by the numbers that its names have now.

    >>> from autograd import Value, greater, where
    >>> x = Name("x", Value(3.0))
    >>> print(decided(where(greater(x, 0.0), 2.0 * x, x)))
    2x
    """

    def decide(part: Symbol) -> Symbol:
        if isinstance(part, Call) and part.op.name == "greater":
            return Number(measured(part)[0])
        if isinstance(part, Call) and part.op.name == "where":
            condition, first, second = part.inputs
            return first if measured(condition)[0] != 0 else second
        return part

    return rebuilt(formula, decide)


def simplest(formula: Symbol) -> Symbol:
    """Return a formula multiplied out if that is shorter, its functions by their familiar names.

    >>> p, y = Name("p"), Name("y")
    >>> print(simplest((1 - y) * p - y * (1 - p)))
    p - y
    """
    if not _may_shrink(formula):
        return formula
    groups = _groups(rebuilt(formula, _familiar))
    return _shortest(groups[0]) if len(groups) == 1 else add_up(map(_shortest, groups))


def _shortest(formula: Symbol) -> Symbol:
    """Return a formula multiplied out if that is shorter, and makes no higher powers."""
    expanded = _expanded(formula)
    before, after = list(parts(formula)), list(parts(expanded))
    is_shorter = len(after) < len(before) and sum(map(_counts, after)) <= sum(map(_counts, before))
    if is_shorter and max(map(_exponent, after)) <= max(map(_exponent, before)):
        return expanded
    if isinstance(formula, Sum):  # a sum begins with what is added
        return Sum(tuple(sorted(formula.terms, key=lambda term: coefficient_of(term)[0] < 0)))
    return formula


def _groups(formula: Symbol) -> list[Symbol]:
    """Return the parts of a sum that cancel with nothing outside of them, such as one per sample.

    Terms are of one part if they share a function, or else a name that not all functions have.
    """
    terms = formula.terms if isinstance(formula, Sum) else (formula,)
    calls = [{part for part in parts(term) if isinstance(part, Call)} for term in terms]
    names: list[set[Symbol]] = [
        {part for part in parts(term) if isinstance(part, Name)} for term in terms
    ]
    of_calls = [found for found, own in zip(names, calls, strict=True) if own]
    common: set[Symbol] = set.intersection(*of_calls) if of_calls else set()
    groups: list[tuple[set[Symbol], list[Symbol]]] = []
    for term, own, found in zip(terms, calls, names, strict=True):
        marks: set[Symbol] = {*own, *(found - common)}
        met = [group for group in groups if not marks.isdisjoint(group[0])]
        joined = [part for _, others in met for part in others]
        groups = [group for group in groups if group not in met]
        groups.append((marks.union(*(others for others, _ in met)), [*joined, term]))
    return [add_up(found) for _, found in groups]


def _may_shrink(formula: Symbol) -> bool:
    """Whether there is a choice at all: a product such as g(1 - g) is as short as it gets."""
    if isinstance(formula, Product) and formula.coefficient == 1:
        return any(isinstance(part, (Power, Call)) for part in parts(formula))
    return not isinstance(formula, (Name, Number))


def _counts(part: Symbol) -> bool:
    return isinstance(part, (Name, Call))


def _exponent(part: Symbol) -> float:
    if isinstance(part, Power) and isinstance(part.exponent, Number):
        return part.exponent.value
    return 1.0


def _expanded(formula: Symbol) -> Symbol:
    """Return a formula as a sum of products without sums in them, what is added before the rest.

    Factors that all terms share stand behind the sum.
    """
    collected: dict[frozenset[Symbol], tuple[float, tuple[Symbol, ...]]] = {}
    for term in _terms(formula):
        coefficient, factors = coefficient_of(term)
        before, factors = collected.get(frozenset(factors), (0.0, factors))
        collected[frozenset(factors)] = before + coefficient, factors
    terms = sorted((term for term in collected.values() if term[0]), key=lambda term: term[0] < 0)
    sizes = {abs(number) for number, _ in terms}
    common = sizes.pop() if len(sizes) == 1 else 1.0
    shared: list[Symbol] = []
    if len(terms) > 1:
        every = [set(factors) for _, factors in terms]
        shared = [factor for factor in terms[0][1] if all(factor in own for own in every)]
    inner = [(number, [f for f in factors if f not in shared]) for number, factors in terms]
    whole = add_up(multiply([Number(number / common), *factors]) for number, factors in inner)
    return multiply([Number(common), whole, *shared])


def _terms(formula: Symbol) -> Iterator[Symbol]:
    """Yield the terms of a formula multiplied out; a formula of too many terms as it is."""
    if isinstance(formula, Sum):
        for term in formula.terms:
            yield from _terms(term)
        return
    sums = [f for f in coefficient_of(formula)[1] if isinstance(f, Sum)]
    if not sums or prod(len(factor.terms) for factor in sums) > _MOST_TERMS:
        yield formula
        return
    # One sum at a time, fractions first: their denominators may cancel with another sum.
    chosen = max(sums, key=has_fraction)
    others = [f for f in coefficient_of(formula)[1] if f is not chosen]
    for term in chosen.terms:
        yield from _terms(multiply([Number(coefficient_of(formula)[0]), term, *others]))


def has_fraction(formula: Symbol) -> bool:
    """Return whether a formula has a denominator.

    >>> has_fraction(1 / Name("x") + 1), has_fraction(Name("x") + 1)
    (True, False)
    """
    exponents = (part.exponent for part in parts(formula) if isinstance(part, Power))
    return any(isinstance(exponent, Number) and exponent.value < 0 for exponent in exponents)


def _familiar(part: Symbol) -> Symbol:
    """Return -sigmoid(-z) as sigmoid(z) - 1, exp(s - logsumexp(s, ...)) and its like as softmax."""
    if isinstance(part, Product) and part.coefficient < 0:
        for factor in part.factors:
            match factor:
                case Call(op, (Product(sign, z),)) if op.name == "sigmoid" and sign < 0:
                    share = Call(op, (multiply([Number(-sign), *z]),))
                    others = [other for other in part.factors if other is not factor]
                    return multiply([Number(-part.coefficient), share - 1.0, *others])
    match part:
        case Call(op, (Sum((score, Product(-1.0, (Call(total, scores),)))),)) if (
            op.name == "exp" and total.name == "logsumexp" and score in scores
        ):
            rest = list(scores)
            rest.remove(score)
            return Call(row("softmax"), (score, *rest))
        case Call(op, (Call(inner, scores),)) if op.name == "exp" and inner.name == "log_softmax":
            return Call(row("softmax"), scores)
    return part
