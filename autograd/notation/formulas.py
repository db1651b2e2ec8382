"""evaluate: from a formula as people write answers, such as "2(a - b) sigma'(z)", to its number."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from autograd import ops
from autograd.notation.reading import CONSTANTS, Operand, Reader, public_function
from autograd.notation.spelling import PRIME, FormulaSpelling, Spelling

OTHER_NAMES = {"sigma": "sigmoid", "σ": "sigmoid"}
"""Names of rows in formulas, besides those in all expressions."""


def evaluate(text: str, names: Mapping[str, Operand]) -> Operand:
    """Return the number of a formula.

    It is an expression as for `parse`, written as in an answer: a product needs no sign,
    `2(a - b) g1`; brackets are parentheses, `2[a - b]g1`; a root needs none, `√a`; a prime is the
    derivative of a function of one number, `sigma'(z)`; a name may be of any form that a label has,
    and x1, x_1 and x₁ are one name, unless more than one is given.

    Args:
        text: the formula, on one line.
        names: the number of each name: a float, or what else takes part in the table's arithmetic.

    Raises:
        ExpressionError: the text is not such a formula, or holds a name that is not given.

    >>> evaluate("2(a - b) g_1^2", {"a": 3.0, "b": 1.0, "g1": 0.5})
    1.0
    >>> evaluate("sigma'(z)", {"z": 0.0})
    0.25
    """
    return _FormulaReader(text, names).read()


class _FormulaReader(Reader):
    """A formula, and the operands that its names stand for."""

    def __init__(self, text: str, names: Mapping[str, Operand]) -> None:
        super().__init__(text)
        self.scope.update(names)
        self.rows |= OTHER_NAMES

    def spelling(self) -> Spelling:
        """Return the formula as Python spells it."""
        of_lists = [name for name in self.rows if _takes_lists(self.rows[name])]
        return FormulaSpelling(self.text, {*self.scope, *CONSTANTS}, self.rows, of_lists)

    def assign(self, statement: ast.stmt, target: ast.Name, tree: ast.expr) -> Operand:
        """Refuse an equation."""
        del target, tree
        self.refuse(statement, "write the right side of the equation alone")

    def function(self, node: ast.expr, name: str) -> Callable[..., Operand] | None:
        """Return a function by its name, or the derivative of one by its name and a prime."""
        bare = name.rstrip(PRIME)
        if bare not in self.rows:
            return None
        if bare == name:
            return _of_numbers(self.rows[name])
        row = ops.TABLE[self.rows[bare]]
        if row.arity != 1 or name != bare + PRIME:
            self.refuse(node, "a prime is the first derivative of a function of one number")
        return lambda a: row.rules[0](row(a), a)


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
