"""What nodes are called in sentences, and how an operation on named things is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograd.notation.numbers import constant
from autograd.notation.text import one_line, shortened
from autograd.notation.writers import _ATOM, _POWER, _PRODUCT, _SUM, Writer
from autograd.ops import Primitive, row
from autograd.value import Constant, Parameter, Value, topological_order

_LONGEST_NAME = 24
_LONGEST_FORMULA = 120
_LONGEST_LABEL = 40
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_MOST_INPUTS = 24
_WRITER = Writer()
_ARITHMETIC = {"add", "sub", "mul", "div", "neg", "sum", "dot"}


def label(names: Mapping[str, object] | None = None, /, **values: Value) -> None:
    """Name many Values at once, from keywords or from `locals()`.

    Args:
        names: a mapping from names to anything, such as `locals()`. Values in it that have no
            label yet are named; whatever else it holds, and names with a leading underscore, are
            left alone.
        values: Values by the name each is to have, whether it had one or not.

    Raises:
        TypeError: a keyword is not a Value, or `names` no mapping.

    >>> a, b = Value(2.0), Value(3.0)
    >>> c = a * b
    >>> label(locals())
    >>> c
    Value(data=6.0, grad=0.0, label='c')
    >>> label(product=c)
    >>> c.label
    'product'
    """
    for name, value in values.items():
        if not isinstance(value, Value):
            raise TypeError(f"expected a Value to name {name!r}, received {type(value).__name__}")
    if names is not None and not isinstance(names, Mapping):
        raise TypeError(
            f"expected a mapping such as locals(), or keywords, received {type(names).__name__}"
        )
    for name, named in (names or {}).items():
        if isinstance(named, Value) and not named.label and not name.startswith("_"):
            named.label = name
    for name, value in values.items():
        value.label = name


def names(output: Value) -> dict[Value, str]:
    """Return a name for each node that `output` was computed from, parents before children.

    A labelled node's name is its label; of several with one label, the second is `label#2`. An
    unlabelled one is called by its formula if that is short and not taken, such as `a*b`; else by
    its operation and a number, `mul3`, or `input1`, `parameter1`. A neuron's weighted sum has the
    name that its parameters share: `hidden1.neuron2` of `hidden1.neuron2.w1` and so on. So no two
    have the same name, but for constants: those are called by their number.

    Args:
        output: the result.

    Returns:
        The names, the same on every run; each is text on one line.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> list(names(a * b + 1.0).values())
    ['a', 'b', 'a*b', '1', 'a*b + 1']
    """
    return {node: term.text for node, term in terms(topological_order(output)).items()}


def formula(op: Primitive, inputs: Sequence[str]) -> str:
    """Return an operation on inputs as text, as it was recorded: nothing is simplified.

    Args:
        op: the row of the table.
        inputs: names or numbers; negative numbers get parentheses where they need them.

    >>> from autograd import ops
    >>> formula(ops.mul, ["2", "-3"])
    '2*(-3)'
    """
    return write(op, [Term(text) for text in inputs]).text


def show_label(label: str) -> str:
    """Return a label as pictures write it: not too long, and a letter's digits as a subscript.

    >>> show_label("w1"), show_label("y_pred")
    ('w₁', 'y_pred')
    """
    indexed = re.fullmatch(r"([^\W\d_])_?([0-9]+)", label)
    if indexed:
        return indexed[1] + indexed[2].translate(_SUBSCRIPTS)
    return shortened(label, _LONGEST_LABEL)


def show_number(number: float, digits: int = 6) -> str:
    """Return a number in `digits` significant digits.

    >>> show_number(-19303.547538)
    '-19303.5'
    """
    # A plain hyphen for a minus, as Python writes it: it can be copied, and has a known width.
    return f"{number:.{digits}g}"


def factor(number: float, digits: int = 6) -> str:
    """Return a number as it stands after a sign of multiplication.

    >>> factor(-3.0)
    '(-3)'
    """
    return Term(show_number(number, digits)).next(_PRODUCT)


@dataclass(frozen=True)
class Term:
    """A piece of a formula, exactly as it is written: `x + x` stays that."""

    text: str
    precedence: int = _ATOM

    def first(self, wanted: int = _SUM) -> str:
        """Return the text as it stands before an operator."""
        unclear = self.text.startswith("-") and wanted >= _POWER
        return f"({self.text})" if unclear or self.precedence < wanted else self.text

    def next(self, wanted: int) -> str:
        """Return the text as it stands after an operator: with a minus, in parentheses."""
        return f"({self.text})" if self.text.startswith("-") else self.first(wanted)

    def __add__(self, other: Term) -> Term:
        return Term(f"{self.first()} + {other.next(_SUM)}", _SUM)

    def __radd__(self, _: float) -> Term:
        return self  # a sum of many terms starts at 0.0, which nobody writes

    def __sub__(self, other: Term) -> Term:
        return Term(f"{self.first()} - {other.next(_PRODUCT)}", _SUM)

    def __neg__(self) -> Term:
        return Term(f"-{self.next(_PRODUCT)}", _PRODUCT)

    def __mul__(self, other: Term) -> Term:
        return Term(f"{self.first(_PRODUCT)}*{other.next(_PRODUCT)}", _PRODUCT)

    def __truediv__(self, other: Term) -> Term:
        return Term(f"{self.first(_PRODUCT)}/{other.next(_POWER)}", _PRODUCT)

    def __pow__(self, other: Term) -> Term:
        return Term(f"{self.first(_ATOM)}^{other.next(_ATOM)}", _POWER)


def terms(order: Sequence[Value]) -> dict[Value, Term]:
    """Return the name of each node of a topological order as a term; see `names`."""
    named: dict[Value, Term] = {}
    labels = [one_line(node.label or _neuron(node)).strip() for node in order]
    taken = set(labels)
    counts: dict[str, int] = {}

    def numbered(name: str) -> str:
        while True:
            counts[name] = counts.get(name, 0) + 1
            candidate = f"{name}{counts[name]}"
            if candidate not in taken:
                return candidate

    given = set()
    for node, label in zip(order, labels, strict=True):
        if isinstance(node, Constant):
            named[node] = Term(constant(node.data))
            continue
        if label:
            if label in given:
                counts.setdefault(f"{label}#", 1)
                label = numbered(f"{label}#")
            term = Term(label)
            given.add(label)
        elif node.op is None:
            term = Term(numbered("parameter" if isinstance(node, Parameter) else "input"))
        else:
            generated = numbered(node.op.name)
            term = write(node.op, [named[parent] for parent in node.parents])
            if len(term.text) > _LONGEST_NAME or term.text in taken:
                term = Term(generated)
        taken.add(term.text)
        named[node] = term
    return named


def _neuron(node: Value) -> str:
    """What the labels of a weighted sum's parameters have in common, before their last dot."""
    parameters = [parent for parent in node.parents if isinstance(parent, Parameter)]
    places = {parameter.label.rpartition(".")[0] for parameter in parameters}
    return places.pop() if len(places) == 1 and node.op is row("dot") else ""


def write(op: Primitive, inputs: Sequence[Term]) -> Term:
    """Return an operation on terms; where it has too many to be read, say how many."""
    many = Term(f"{op.symbol} of {len(inputs)} inputs", _SUM)
    if len(inputs) > _MOST_INPUTS:
        return many
    if op.name in _ARITHMETIC:
        # These rows are plain arithmetic, on whatever they are fed with.
        term: Term = op.value(*inputs)
    elif op.name == "pow":
        term = inputs[0] ** inputs[1]
    else:
        term = Term(*_WRITER.call(op, [term.text for term in inputs]))
    return term if len(term.text) <= _LONGEST_FORMULA else many
