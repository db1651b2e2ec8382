"""What `help` shows of the engine: each row of the table as itself, and how a Value is made.

Both are put on the classes from here, so that the engine's own modules stay as short and as fast as
they are, compiled or not. A row's text is written when it is asked for: importing costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from inspect import Parameter, Signature, unwrap
from types import FunctionType

from autograd.ops import Primitive
from autograd.value import Value

_NAMES = {
    "where": ("c", "a", "b"),
    "leaky_relu": ("a", "slope"),
    "elu": ("a", "alpha"),
    "clamp": ("a", "low", "high"),
    "take": ("i", "a0", "a1"),
    "sum": ("a1", "a2"),
    "dot": ("w1", "w2", "x1", "x2", "b"),
    "logsumexp": ("s1", "s2"),
    "softmax": ("s1", "s2"),
    "log_softmax": ("s1", "s2"),
}
"""The inputs as the meaning of a row calls them, where that is not a, b, ..."""


def documentation(op: Primitive) -> str:
    """Return the text of one row: its formula, kinks and zeros, and its local derivatives.

    The derivatives are the row's own rules, fed with symbols. A row that takes any number of inputs
    is written out for a few.

    >>> from autograd import tanh
    >>> print(documentation(tanh))
    tanh(a) = (e**a - e**-a) / (e**a + e**-a)
    <BLANKLINE>
    Local derivatives, where y is the result:
        d/da = 1 - y^2
    """
    from autograd.notation.algebra import Name, symbol  # noqa: PLC0415  # where help is asked for
    from autograd.notation.writers import Writer  # noqa: PLC0415

    names = _names(op)
    try:
        partials = op.partials(Name("y"), [Name(name) for name in names], [False] * len(names))
        formulas = [Writer().write(symbol(partial)) for partial in partials]
    except Exception as error:  # noqa: BLE001  # rules of a user's row may raise anything
        rules = [f"The local derivatives cannot be written as formulas: {error}"]
    else:
        first = "Local derivatives"
        if op.arity is None:
            first += f" for {', '.join(names)}"
        if any(re.search(r"(?<![A-Za-z_])y(?![A-Za-z_])", formula) for formula in formulas):
            first += ", where y is the result"
        rules = [f"{first}:"]
        rules += [f"    d/d{n} = {formula}" for n, formula in zip(names, formulas, strict=True)]
        if any("[" in formula for formula in formulas):
            rules.append("[a > b] is 1 where a > b, else 0.")
    listed = ", ".join(names) if op.arity is not None else "..."
    return "\n".join([f"{op.name}({listed}) = {op.meaning}", "", *rules])


def _names(op: Primitive) -> Sequence[str]:
    """What the inputs are called: as in the rules, where these can be asked (not compiled ones)."""
    if op.name in _NAMES:
        return _NAMES[op.name]
    if op.arity is None:
        return ("a1", "a2")
    for rule in map(unwrap, op.rules):
        if isinstance(rule, FunctionType) and rule.__code__.co_argcount > op.arity:
            names = rule.__code__.co_varnames[1 : op.arity + 1]
            if not any(name.startswith("_") for name in names):
                return names
    return "ab"[: op.arity] if op.arity <= 2 else [f"a{i + 1}" for i in range(op.arity)]


class _Documentation:
    """The `__doc__` of a class, and of each of its objects its own."""

    def __init__(self, of_class: str | None) -> None:
        self._of_class = of_class

    def __get__(self, op: Primitive | None, _: type[Primitive]) -> str | None:
        return self._of_class if op is None else documentation(op)


def _show_rows() -> None:
    Primitive.__doc__ = _Documentation(Primitive.__doc__)  # type: ignore[assignment]


def _show_constructor() -> None:
    """Hide the arguments that only the engine passes."""
    kind = Parameter.POSITIONAL_OR_KEYWORD
    shown = [
        *(Parameter("data", kind), Parameter("label", kind, default="")),
        *(
            Parameter(x, Parameter.KEYWORD_ONLY, default=None)
            for x in ("parents", "partials", "op")
        ),
    ]
    Value.__signature__ = Signature(shown)  # type: ignore[attr-defined]
    made = Value.__init__
    if isinstance(made, FunctionType):  # compiled it has no signature to be replaced
        made.__signature__ = Signature([Parameter("self", kind), *shown])  # type: ignore[attr-defined]


_show_rows()
_show_constructor()
