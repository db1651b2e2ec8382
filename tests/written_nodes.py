"""What is written of a recorded graph's nodes, by Python's writers: what the page has to write."""

from collections.abc import Sequence
from typing import Any

from autograd import Primitive, Value
from autograd.drawing.operations import made_by
from autograd.explaining import BackwardStep
from autograd.explaining.formulas import compared
from autograd.explaining.steps import backward, forward
from autograd.explorer.table import Rows
from autograd.notation.algebra import Name, Symbol, is_larger, symbol
from autograd.notation.names import Names
from autograd.notation.text import shortened, told_apart
from autograd.notation.writers import ATOM, Writer
from autograd.ops import row
from autograd.value import Constant, Parameter

LONGEST = 40


class Written:
    """A graph as the page should have it.

    Args:
        order: the nodes, parents before children.
    """

    def __init__(self, order: Sequence[Value]) -> None:
        self._index = {node: i for i, node in enumerate(order)}
        self._names = Names(order)
        labels = [self._names.text(node, Writer()) for node in order if node.label]
        self._cut = dict(zip(labels, told_apart(labels, 24), strict=True))
        self._writer = Writer()
        self._places = _PlaceWriter(self._place)
        self.rows = Rows()
        steps = backward(order, self._names)
        self.data = {
            "output": len(order) - 1,
            "nodes": [self._node(node) for node in order],
            "forward": [self._index[step.node] for step in forward(order, self._names)],
            "backward": [
                [self._index[step.node], step.position]
                for step in steps
                if isinstance(step, BackwardStep)
            ],
        }

    def _node(self, node: Value) -> dict[str, Any]:
        name = self._names.text(node, self._writer)
        kinds = {Constant: "constant", Parameter: "parameter"}
        found: dict[str, Any] = {
            "name": name,
            "factor": self._names.operand(node, self._writer),
            "shown": self._cut.get(name) or shortened(name, 24),
            "kind": "result" if node.op else kinds.get(type(node), "input"),
            "named": bool(node.label),
            "labelled": bool(node.label) or self._names.is_generated(node),
            "number": repr(node.data),
        }
        if node.op is not None:
            value, *partials = self._formulas(node, node.op)
            drawn = made_by(node, self._names, self._writer)
            found |= {
                "operation": self.rows.index(node.op, len(node.parents)),
                "symbol": shortened(drawn, 24)
                if node.label or node.op is row("dot")
                else node.op.symbol,
                "chooses": node.op.chooses,
                "compared": self._compared(node) if node.op.chooses else [],
                "parents": [self._index[parent] for parent in node.parents],
                "constant": [isinstance(parent, Constant) for parent in node.parents],
                "formula": value,
                "partials": partials,
            }
        return found

    def _formulas(self, node: Value, op: Primitive) -> list[list[str]]:
        """Return an operation and its local derivatives, with names and with places for numbers."""
        if len(node.parents) > LONGEST:
            return [[]] * (1 + len(node.parents))
        y = self._names[node]
        inputs = [self._names[parent] for parent in node.parents]
        constant = [isinstance(parent, Constant) for parent in node.parents]
        written = [op(*inputs), *map(symbol, op.partials(y, inputs, constant))]
        return [self._write(formula) for formula in written]

    def _write(self, formula: Symbol) -> list[str]:
        if is_larger(formula, LONGEST):
            return []
        return [self._writer.write(formula), self._places.write(formula), self._tree(formula)]

    def _compared(self, node: Value) -> list[list[list[Any]]]:
        """Return the pairs that an operation compares in order to choose, each as text and tree."""
        assert node.op is not None  # a leaf chooses nothing
        pairs = compared(node.op, [self._names[parent] for parent in node.parents])
        return [[[self._writer.write(x), self._tree(x)] for x in pair] for pair in pairs]

    def _tree(self, formula: Symbol) -> Any:
        return self.rows.tree(formula, lambda name: self._index[name.node])

    def _place(self, name: Name) -> tuple[str, int]:
        """Return a place for a name's number; it starts with 0, so it is written like a number."""
        return f"0\ue000{self._index[name.node]}\ue001", ATOM


class _PlaceWriter(Writer):
    """Formulas with places for numbers: a number that was rounded is shown in other digits too."""

    def number(self, value: float) -> str:
        """Return a short number as it is, and a place for any other."""
        text = super().number(value)
        return text if float(text) == value else f"0\ue000={value!r}\ue001"
