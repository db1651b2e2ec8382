"""The name of each node: chosen once, for every sentence, formula, picture and page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from autograd.cleaning import kind_of, quoted
from autograd.languages import words
from autograd.notation.algebra import Name, Number, Symbol, recorded, symbol
from autograd.notation.equations import digits_for
from autograd.notation.labels import MANY_LABELS, is_latex, latex_label
from autograd.notation.text import is_closed, one_line, shortened, with_subscript
from autograd.notation.writers import ATOM, POWER, SHARES, Writer
from autograd.ops import Primitive, row
from autograd.value import Constant, Parameter, Value, topological_order

_LONGEST_NAME = 24
_LONGEST_FORMULA = 120
_LONGEST_LABEL = 40
_MOST_INPUTS = 24
_PLAIN = Writer()


def label(names: Mapping[str, object] | None = None, /, **values: Value) -> None:
    """Name many Values at once, from keywords or from `locals()`.

    Args:
        names: a mapping from names to anything, such as `locals()`. Its Values without a label are
            named; its other entries, and names with a leading underscore, are left alone.
        values: Values by their new names; a label that a Value already has is replaced.

    Raises:
        TypeError: a keyword is not a Value, or `names` is not a mapping.

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
            raise TypeError(f"expected a Value to name {quoted(name)}, received {kind_of(value)}")
    if names is not None and not isinstance(names, Mapping):
        raise TypeError(
            f"expected a mapping such as locals(), or keywords, received {kind_of(names)}"
        )
    for name, named in (names or {}).items():
        if isinstance(named, Value) and not named.label and not name.startswith("_"):
            named.label = name
    for name, value in values.items():
        value.label = name


def names(output: Value) -> dict[Value, str]:
    """Return a name for each node that `output` was computed from, parents before children.

    Args:
        output: the result.

    Returns:
        The names, the same on every run; each is text on one line. See `Names`.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> list(names(a * b + 1.0).values())
    ['a', 'b', 'a*b', '1', 'a*b + 1']
    """
    order = topological_order(output)
    known = Names(order)
    return {node: known.text(node) for node in order}


class Names:
    """A name for each node of a graph, as a symbol: every writer writes it in its own form.

    A labelled node's name is its label, in quotation marks if it reads as another number than the
    node's; where several nodes have one label, or labels that look alike, the second is named
    `label#2`. An unlabelled node is named by its formula, such as `a*b`, if the formula is short
    and not taken; else by its operation and a number: `mul3` is the third unlabelled product. An
    unlabelled leaf is `input1` or `parameter1`. A neuron's weighted sum has
    the name that its parameters share: `hidden1.neuron2` of `hidden1.neuron2.w1` and so on. A
    constant is named by its number, so two constants may share a name; no other nodes do.

    Args:
        order: the nodes, parents before children.

    >>> a = Value(2.0, label="a")
    >>> y = a * 3.0
    >>> known = Names([a, y.parents[1], y])
    >>> known.text(y)
    'a*3'
    """

    def __init__(self, order: Sequence[Value]) -> None:
        self._symbols: dict[Value, Symbol] = {}
        labels = [_in_quotes(one_line(n.label or _neuron(n)).strip(" "), n.data) for n in order]
        self._taken = set(labels)
        self._counts: dict[str, int] = {}
        given: set[str] = set()
        self._neurons = {node for node, own in zip(order, labels, strict=True) if own}
        for node, own in zip(order, labels, strict=True):
            if isinstance(node, Constant):
                self._symbols[node] = Number(node.data)
                continue
            if own and (look := _look(own)) in given:
                self._counts.setdefault(f"{own}#", 1)
                own = self._numbered(f"{own}#")
            elif own:
                given.add(look)
            name = Name(own, node) if own else self._without_label(node)
            self._symbols[node] = name
            self._taken.add(name.label)

    def __getitem__(self, node: Value) -> Symbol:
        """Return the symbol of a node: a name, or a constant's number."""
        return self._symbols[node]

    def text(self, node: Value, writer: Writer = _PLAIN) -> str:
        """Return a node's name as a writer writes it; as plain text, if none is given."""
        return writer.write(self._symbols[node])

    def operand(self, node: Value, writer: Writer = _PLAIN) -> str:
        """Return a node's name as it stands in a product, or after ∂: a formula in parentheses."""
        name = self._symbols[node]
        is_letter = isinstance(name, Name) and name.formula is None and is_latex(name.label)
        return writer.operand(name, POWER if is_letter else ATOM, is_first=True)

    def operation(self, node: Value, writer: Writer = _PLAIN) -> str:
        """Return the operation that made a node, on the names of its inputs."""
        assert node.op is not None  # noqa: S101  # a leaf has no operation
        return operation_text(node.op, [self._symbols[parent] for parent in node.parents], writer)

    def in_numbers(self, node: Value, writer: Writer = _PLAIN) -> str:
        """Return the operation that made a node, on numbers; see `operation_in_numbers`."""
        assert node.op is not None  # noqa: S101  # a leaf has no operation
        has_order = node.op.name in SHARES  # then names tell the place of each number
        inputs = [self._symbols[parent] if has_order else parent.data for parent in node.parents]
        return operation_in_numbers(node.op, inputs, node.data, writer)

    def is_generated(self, node: Value) -> bool:
        """Return whether an unlabelled node has a name that is no formula, such as `mul3`."""
        symbol = self._symbols[node]
        return isinstance(symbol, Name) and not node.label and symbol.formula is None

    def is_given(self, node: Value) -> bool:
        """Return whether a node is named by its label, or as a weighted sum by its neuron."""
        return bool(node.label) or node in self._neurons

    def _without_label(self, node: Value) -> Name:
        if node.op is None:
            kind = "parameter" if isinstance(node, Parameter) else "input"
            return Name(self._numbered(kind), node)
        generated = self._numbered(node.op.name)  # counts the nodes that need no number too
        inputs = [self._symbols[parent] for parent in node.parents]
        text = operation_text(node.op, inputs)
        if len(inputs) > _MOST_INPUTS or len(text) > _LONGEST_NAME or text in self._taken:
            return Name(generated, node)
        return Name(text, node, recorded(node.op, inputs))

    def _numbered(self, name: str) -> str:
        while True:
            self._counts[name] = self._counts.get(name, 0) + 1
            candidate = f"{name}{self._counts[name]}"
            if candidate not in self._taken:
                return candidate


def name_and_number(node: Value) -> str:
    """Return a node's name and number, for a message: "'g' = 0.5".

    >>> x = Value(3.0, label="x")
    >>> name_and_number(x * 2.0)
    "'x*2' = 6"
    """
    return f"{quoted(Names(topological_order(node)).text(node))} = {_PLAIN.number(node.data)}"


def formula(op: Primitive, inputs: Sequence[str]) -> str:
    """Return an operation on inputs that are texts, as it was recorded: nothing is simplified.

    Args:
        op: the row of the table.
        inputs: names or numbers; negative numbers get parentheses where they need them.

    >>> formula(row("mul"), ["2", "-3"])
    '2*(-3)'
    """
    return operation_text(op, [Name(text) for text in inputs])


def operation_text(op: Primitive, inputs: Sequence[Symbol], writer: Writer = _PLAIN) -> str:
    """Return an operation on inputs, as it was recorded; too many inputs are only counted.

    >>> operation_text(row("mul"), [Number(2.0), Number(-3.0)])
    '2*(-3)'
    """
    if len(inputs) <= _MOST_INPUTS:
        text = writer.write(recorded(op, inputs))
        if len(text) <= _LONGEST_FORMULA:
            return text
    return words("{operation} of {count} inputs", operation=op.symbol, count=len(inputs))


def operation_in_numbers(
    op: Primitive, numbers: Sequence[float | Symbol], result: float, writer: Writer = _PLAIN
) -> str:
    """Return an operation on numbers, in digits that make it give the result as it is written.

    Args:
        op: the row of the table.
        numbers: the inputs; a symbol stands for the number of its node.
        result: the number that the operation gave.
        writer: writes the numbers.

    Returns:
        The text; "" where no number of digits makes it true.

    >>> operation_in_numbers(row("sub"), [1000000.25, 1000000.0], 0.25)
    '1000000.25 - 1000000'
    """
    inputs = [symbol(number) for number in numbers]
    if len(inputs) > _MOST_INPUTS:
        return operation_text(op, inputs, writer)
    digits = digits_for(recorded(op, inputs), result, writer.digits)
    return "" if digits is None else operation_text(op, inputs, writer.with_numbers(digits))


def show_label(label: str) -> str:
    """Return a label as pictures write it: not too long, and a letter's digits as a subscript.

    >>> show_label("w1"), show_label("y_pred")
    ('w₁', 'y_pred')
    """
    return shortened(with_subscript(label), _LONGEST_LABEL)


def _in_quotes(label: str, data: float) -> str:
    """Return a label in quotation marks if it reads as a number which the node has not.

    A label with a parenthesis alone is quoted as well: it would close or open one of a formula's.
    """
    try:
        is_unlike = float(label) != data
    except ValueError:
        is_unlike = not is_closed(label)
    return f'"{label}"' if is_unlike else label


@lru_cache(MANY_LABELS)
def _look(label: str) -> str:
    """What a label looks like in pictures and formulas: x1, x_1 and x₁ look alike, α and alpha."""
    return latex_label(with_subscript(unicodedata.normalize("NFC", label)))


def _neuron(node: Value) -> str:
    """Return the part before the last dot that the labels of a weighted sum's parameters share."""
    parameters: Iterable[Value] = (p for p in node.parents if isinstance(p, Parameter))
    places = {parameter.label.rpartition(".")[0] for parameter in parameters}
    return places.pop() if len(places) == 1 and node.op is row("dot") else ""
