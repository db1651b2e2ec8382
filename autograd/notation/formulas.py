"""evaluate: from a formula as people write answers, such as "2(a - b) sigma'(z)", to its number."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from itertools import pairwise

from autograd import ops
from autograd.languages import marked
from autograd.notation.reading import (
    CONSTANTS,
    OTHER_NAMES,
    ExpressionError,
    Operand,
    Reader,
    Step,
    public_function,
)
from autograd.notation.sayings import Saying
from autograd.notation.spelling import PRIME, FormulaSpelling, Spelling
from autograd.notation.usual import usual

ONE_INPUT = {
    *(name for name, row in ops.TABLE.items() if row.arity == 1),
    *(name for name, meant in OTHER_NAMES.items() if ops.TABLE[meant].arity == 1),
}
"""The names of functions of one number."""

_COMPARED: dict[type[ast.cmpop], Callable[[Operand, Operand], Operand]] = {
    ast.Gt: ops.greater,
    ast.Lt: lambda a, b: ops.greater(b, a),
    ast.GtE: lambda a, b: 1.0 - ops.greater(b, a),
    ast.LtE: lambda a, b: 1.0 - ops.greater(a, b),
}


def evaluate(text: str, names: Mapping[str, Operand]) -> Operand:
    r"""Return the number of a formula.

    It is an expression as for `parse`, written as in an answer: a product needs no sign,
    `2(a - b) g1`; brackets are parentheses, `2[a - b]g1`; a root needs none, `√a`; a prime is the
    derivative of a function of one number, `sigma'(z)`; a name may be of any form that a label has,
    in quotation marks if it is no name by itself, as `"2"`, and x1, x_1 and x₁ are one name, unless
    more than one is given. A comparison is 1 or 0, `[z > 0] x`; and a choice has words, `x if z > 0
    else 0`, `x for z > 0, 0 for z < 0`. What LaTeX and mathematicians write is read as well:
    `\frac{a}{b}`, `\ln t`, `|t|`, `1_{z>0}`, `H(z)`.

    Args:
        text: the formula, on one line.
        names: the number of each name: a float, or what else takes part in the table's arithmetic.

    Raises:
        ExpressionError: the text is not such a formula, or holds a name that is not given.

    >>> evaluate("2(a - b) g_1^2", {"a": 3.0, "b": 1.0, "g1": 0.5})
    1.0
    >>> evaluate("sigma'(z)", {"z": 0.0})
    0.25
    >>> [evaluate(text, {"x": 3.0, "z": -1.0}) for text in ("x[z < 0]", "x for z > 0, 0 otherwise")]
    [3.0, 0.0]
    """
    text = usual(text, names, ONE_INPUT)
    return _FormulaReader(text, names).read()


class _FormulaReader(Reader):
    """A formula, and the operands that its names stand for."""

    def __init__(self, text: str, names: Mapping[str, Operand]) -> None:
        super().__init__(text)
        self.scope.update(names)
        self._before: ast.expr | None = None  # what a choice goes on with: another one, it may be

    def read(self) -> Operand:
        """Return the number of the formula."""
        found = super().read()
        if found is _UNSAID:
            told = marked(
                "nothing is said for other numbers: write what it is there, as in x if z > 0 else 0"
            )
            raise ExpressionError(Saying(told))
        return found

    def spelling(self) -> Spelling:
        """Return the formula as Python spells it."""
        of_lists = [name for name in self.rows if _takes_lists(self.rows[name])]
        return FormulaSpelling(self.text, {*self.scope, *CONSTANTS}, self.rows, of_lists)

    def assign(self, statement: ast.stmt, target: ast.Name, tree: ast.expr) -> Operand:
        """Refuse an equation."""
        del target, tree
        self.refuse(statement, Saying(marked("write the right side of the equation alone")))

    def _step(self, node: ast.expr) -> Step:
        """Return a node's name, function and inputs; comparisons and choices are read, too."""
        match node:
            case ast.Compare(left=left, ops=signs, comparators=others) if all(
                type(sign) in _COMPARED for sign in signs
            ):
                return Saying(marked("a comparison")), _compared(signs), [left, *others]
            case ast.IfExp(test=ast.Compare() as test, body=body, orelse=other):
                if not _is_nothing(other):
                    self._before = other
                    return Saying(marked("a choice")), _chosen, [test, body, other]
                is_second = self._before is node and len(test.ops) == 1
                sides = [test.left, *test.comparators] if is_second else []
                return Saying(marked("a choice")), _without_else, [test, body, *sides]
        return super()._step(node)

    def function(self, node: ast.expr, name: str) -> Callable[..., Operand] | None:
        """Return a function by its name, or the derivative of one by its name and a prime."""
        bare = name.rstrip(PRIME)
        if bare not in self.rows:
            return None
        if bare == name:
            return _of_numbers(self.rows[name])
        row = ops.TABLE[self.rows[bare]]
        if row.arity != 1 or name != bare + PRIME:
            told = marked("a prime is the first derivative of a function of one number")
            self.refuse(node, Saying(told))
        return lambda a: row.rules[0](row(a), a)


_UNSAID = object()
"""Stands for the number where a choice says nothing; no operation takes it."""


def _is_nothing(tree: ast.expr) -> bool:
    """Return whether a tree is that of `NOTHING_ELSE`, 0/0."""
    match tree:
        case ast.BinOp(left=ast.Constant(value=0), op=ast.Div(), right=ast.Constant(value=0)):
            return True
    return False


def _compared(signs: list[ast.cmpop]) -> Callable[..., Operand]:
    """Return the function that is 1 where all comparisons of its inputs hold, else 0."""

    def apply(*inputs: Operand) -> Operand:
        pairs = zip(signs, pairwise(inputs), strict=True)
        first, *others = [_COMPARED[type(sign)](a, b) for sign, (a, b) in pairs]
        return math.prod(others, start=first)

    return apply


def _chosen(condition: Operand, number: Operand, other: Operand) -> Operand:
    """Return one of two numbers, of which one may be unsaid."""
    if number is _UNSAID or other is _UNSAID:
        return number if float(condition) else other
    return ops.where(condition, number, other)


def _without_else(condition: Operand, number: Operand, *sides: Operand) -> Operand:
    """Return the number of a choice that says nothing where its condition does not hold.

    Args:
        condition: the condition.
        number: the number where it holds.
        sides: what the condition compares, if another one stands before it: between z > 0 and
            z < 0, at 0 itself, nothing needs to be said.
    """
    if float(condition):
        return ops.where(condition, number, 0.0)
    return math.nan if sides and float(sides[0]) == float(sides[1]) else _UNSAID


def _takes_lists(name: str) -> bool:
    return ops.TABLE[name].arity is None and name not in {"maximum", "minimum"}


def _of_numbers(name: str) -> Callable[..., Operand]:
    """Return a row's public function; one of a list takes plain numbers too, as it is written."""
    row, function = ops.TABLE[name], public_function(name)
    if row.arity is not None or name == "dot":
        return function

    def apply(*inputs: Operand) -> Operand:
        is_plain = inputs and not any(isinstance(x, list) for x in inputs)
        return row(*inputs) if is_plain else function(*inputs)

    return apply
