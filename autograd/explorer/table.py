"""The table of operations as the page's scripts have it: rows by number, formulas as trees."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from autograd.checking.attempts import (
    CHANCE,
    EVERYWHERE,
    FACTOR,
    FINE_CHANCE,
    SLIPS,
    SMALL_CHANCE,
)
from autograd.checking.formulas import WORDS as WORDS_ON_FORMULAS
from autograd.checking.mistakes import WRONG_DERIVATIVES, Formula
from autograd.checking.report import WORDS as WORDS_OF_JUDGE
from autograd.codegen.javascript import PRELUDE, formula_source, operation_source
from autograd.explaining.formulas import compared
from autograd.notation import reading, spelling
from autograd.notation.algebra import (
    Call,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    as_fraction,
    is_larger,
    recorded,
    symbol,
)
from autograd.notation.formulas import ONE_INPUT
from autograd.notation.inputs import is_ordered
from autograd.notation.numbers import DIGITS
from autograd.notation.usual import CALLED, DEEPEST, LONGEST, WRITTEN_OUT
from autograd.notation.usual import SIGNS as SIGNS_OF_USUAL
from autograd.ops import TABLE, Primitive

_LARGEST = 120
"""Parts of the largest derivative that the page has as a formula."""

LONGEST_FORMULA = 40
"""Parts of the longest formula, and inputs of the longest operation, that the page writes out."""

_MOST_DERIVED = 128
"""Inputs of the longest operation whose derivatives the page has as formulas."""

_SHORT = 10
"""Parts of the longest derivative of a longer operation that the page has as a formula."""


class Rows:
    """The operations that a page needs, each with its number of inputs, in the order of asking.

    >>> from autograd.ops import row
    >>> rows = Rows()
    >>> [rows.index(row("exp"), 1), rows.index(row("sum"), 3), rows.index(row("exp"), 1)]
    [0, 1, 0]
    """

    def __init__(self) -> None:
        self._rows: list[tuple[Primitive, int]] = []
        self._indices: dict[tuple[Primitive, int], int] = {}

    def __iter__(self) -> Iterator[tuple[Primitive, int]]:
        return iter(self._rows)  # which also reaches rows that are added on the way

    def index(self, op: Primitive, arity: int) -> int:
        """Return the number of an operation on so many inputs; a new one is added."""
        if (op, arity) not in self._indices:
            self._indices[op, arity] = len(self._rows)
            self._rows.append((op, arity))
        return self._indices[op, arity]

    def tree(self, formula: Symbol, place: Callable[[Any], Any]) -> Any:
        """Return a formula as the page computes it; see equations.js.

        Args:
            formula: the formula.
            place: gives what stands for a name, such as the number of its node.
        """
        match formula:
            case Number(value):
                return _number(value)
            case Sum(terms):
                return ["+", *(self.tree(term, place) for term in terms)]
            case Product(coefficient, factors):
                number = [] if coefficient == 1 else [_coefficient(coefficient)]
                return ["*", *number, *(self.tree(factor, place) for factor in factors)]
            case Power(base, exponent):
                return ["^", self.tree(base, place), self.tree(exponent, place)]
            case Call(op, inputs):
                row = self.index(op, len(inputs))
                return ["apply", row, *(self.tree(x, place) for x in inputs)]
        return [place(formula)]

    @property
    def script(self) -> str:
        """The operations in JavaScript, their formulas, and their usual wrong derivatives."""
        # A rule's formula may call further rows, which then are rows of the page too.
        rules = ",\n".join(_json(self._rule(op, arity)) for op, arity in self)
        sources = ",\n".join(operation_source(op, arity) for op, arity in self)
        mistakes = ",\n".join(_mistakes(op, arity) for op, arity in self)
        return (
            f"{PRELUDE}const OPERATIONS = [\n{sources}\n];\n"
            f"const MISTAKES = [\n{mistakes}\n];\nconst RULES = [\n{rules}\n];\n"
        )

    def _rule(self, op: Primitive, arity: int) -> dict[str, Any]:
        """Return what is written and drawn of a row; in trees, [0], [1], ... are its inputs."""
        about = {
            "name": op.name,
            "symbol": op.symbol,
            "ordered": is_ordered(op),
            "chooses": op.chooses,
        }
        *inputs, y = map(_Input, range(arity + 1))
        partials: list[Symbol] = []
        if arity <= _MOST_DERIVED:
            partials = [symbol(partial) for partial in op.partials(y, inputs, [False] * arity)]
        if arity > LONGEST_FORMULA:  # of a long sum, the derivative is short
            short = [None if is_larger(p, _SHORT) else self._tree(p) for p in partials]
            return about | {
                "value": None,
                "recorded": None,
                "partials": short or [None] * arity,
                "compared": [],
            }
        return about | {
            "value": self._tree(op(*inputs)),
            "recorded": self._tree(recorded(op, inputs)),
            "partials": [self._tree(partial) for partial in partials],
            "compared": [
                [self._tree(part) for part in pair]
                for pair in (compared(op, inputs) if op.chooses else ())
            ],
        }

    def _tree(self, formula: Symbol) -> Any:
        return None if is_larger(formula, _LARGEST) else self.tree(formula, lambda x: x.place)


@dataclass(frozen=True)
class _Input(Symbol):
    """An input of a rule. It is no name, so that nothing is left out that holds for names only."""

    place: int


def _number(value: float) -> float | str:
    """Return a number for JSON, which has none that are not finite."""
    return value if math.isfinite(value) else repr(value)


def _coefficient(number: float) -> Any:
    """Return a number in front of a product; a fraction such as 2/3 is not rounded."""
    fraction = as_fraction(abs(number))
    if fraction is None:
        return _number(number)
    return ["*", math.copysign(fraction[0], number), ["^", fraction[1], -1.0]]


def for_every_page() -> str:
    """Return what every page has from Python, in JavaScript: digits, the judge's sentences, names.

    `FUNCTIONS` are the functions that an answer written as a formula may hold.
    """
    judging: dict[str, Any] = {
        "slips": SLIPS,
        "factor": FACTOR,
        "everywhere": EVERYWHERE,
        "chance": {
            **{str(digits): chance for digits, chance in CHANCE.items()},
            "most": SMALL_CHANCE,
        },
        "fine": {
            **{str(digits): chance for digits, chance in FINE_CHANCE.items()},
            "most": SMALL_CHANCE,
        },
        "words": WORDS_OF_JUDGE,
        "formulas": WORDS_ON_FORMULAS,
    }
    usual = {
        "signs": list(SIGNS_OF_USUAL.items()),
        "called": CALLED,
        "written": WRITTEN_OUT,
        "functions": sorted(ONE_INPUT),
        "longest": LONGEST,
        "deepest": DEEPEST,
    }
    sources = ",\n".join(f"{json.dumps(name)}: {text}" for name, text in _functions())
    return (
        f"const DIGITS = {DIGITS};\n"
        f"const JUDGING = {_json(judging)};\n"
        f"const FUNCTIONS = {{\n{sources}\n}};\nconst ALIASES = {_json(reading.OTHER_NAMES)};\n"
        f"const SIGNS = {json.dumps(spelling.SIGNS)};\n"
        f"const USUAL = {json.dumps(usual)};\n"
        f"const BRANCHES = {json.dumps(spelling.BRANCHES)};\n"
        f"const CONSTANTS = {_json(reading.CONSTANTS)};\n"
    )


def _functions() -> Iterator[tuple[str, str]]:
    """Yield the rows that a formula may hold, in JavaScript: all but those of lists."""
    for name, op in TABLE.items():
        with suppress(TypeError):  # an operation of someone's own may need Python
            if op.arity is not None:
                yield name, operation_source(op, op.arity)
            elif name in reading.OTHER_NAMES.values():  # the larger of many is found two by two
                yield name, f"{{...{operation_source(op, 2)}, many: true}}"


def _mistakes(op: Primitive, arity: int) -> str:
    """Return the wrong derivatives by each input of an operation, as JavaScript."""
    if arity > LONGEST_FORMULA:
        return "[]"
    inputs = []
    for i in range(arity):
        found = []
        for mistake in WRONG_DERIVATIVES.get(op.name, ()):
            if mistake.fits(i):
                source = formula_source(partial(_with_input, mistake.formula, i), arity)
                said = f"name: {_json(mistake.name)}, say: {_json(mistake.description)}"
                found.append(f"{{{said}, formula: {source}}}")
        inputs.append(f"[{', '.join(found)}]")
    return f"[{', '.join(inputs)}]"


def _with_input(formula: Formula, i: int, y: Any, inputs: Sequence[Any]) -> Any:
    return formula(y, inputs, i)


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)
