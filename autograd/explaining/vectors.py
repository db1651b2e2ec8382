"""How the vector form is laid out, delta = W^T delta * sigma': as lines of text, and as LaTeX."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograd.explaining.chain import Chain
from autograd.explaining.latex import LatexLayout
from autograd.explaining.layers import Layer, layers
from autograd.explaining.layouts import TextLayout
from autograd.explaining.pieces import Equation, signed
from autograd.notation.algebra import Number, Product, Sum, Symbol
from autograd.notation.equations import digits_for, products_in_numbers
from autograd.notation.simplifying import simplest
from autograd.notation.writers import Writer
from autograd.value import Value

_MOST = 8
"""Vectors of more components than this are not written out."""


class VectorText:
    """The chain rule in vectors, in plain text.

    Args:
        chain: the chain rule for one gradient.
        order: the nodes of the graph, parents before children.
        writer: writes names and numbers.
        has_numbers: whether numbers are written too.

    Raises:
        ValueError: the graph has no layers that follow one another; see `layers`.
    """

    layout: type[TextLayout] = TextLayout
    times, after, dots, delta = " * ", " ", "...", "delta"
    dot = " * "

    def __init__(
        self, chain: Chain, order: Sequence[Value], writer: Writer, *, has_numbers: bool = True
    ) -> None:
        self.chain = chain
        self.writer = writer
        self._order = order
        self._has_numbers = has_numbers
        self._layers = layers(chain.output, chain.wrt, order)
        self._before = self._layers[0].number - 1

    # ------------------------------------------------------------------------- pieces

    def symbol(self, name: str, layer: int) -> str:
        """Return a vector or a matrix of a layer, which is counted from 1 on the way."""
        return self.numbered(name, layer + self._before)

    def numbered(self, name: str, number: int) -> str:
        """Return a name with the number of its layer in the network."""
        return f"{name}({number})"

    def transposed(self, text: str) -> str:
        """Return a matrix turned on its side."""
        return f"{text}^T"

    def slope(self, function: str, vector: str) -> str:
        """Return the derivative of an activation function at a vector."""
        return f"{'sigma' if function == 'sigmoid' else function}'({vector})"

    def ratio(self, below: str) -> str:
        """Return the name of a derivative of the output."""
        return f"d{self.chain.names.operand(self.chain.output, self.writer)}/d{below}"

    def column(self, texts: Sequence[str]) -> str:
        """Return a vector with its components."""
        return f"[{', '.join(texts)}]"

    def matrix(self, rows: Sequence[Sequence[str]]) -> str:
        """Return a matrix with its rows."""
        return f"[{', '.join(map(self.column, rows))}]"

    def component(self, vector: str, place: int) -> str:
        """Return a component of a vector, by its place from 1."""
        return f"{vector}[{place}]"

    # --------------------------------------------------------------------- its content

    def equations(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the equations: a left side, and what it equals, step by step."""
        for k, layer in enumerate(self._layers, start=1):
            yield self.symbol("a", k - 1), [self._names(layer.inputs)]
            weights = f"{self.symbol('W', k)}{self.after}{self.symbol('a', k - 1)}"
            sums = f"{weights} + {self.symbol('b', k)}" if layer.has_bias else weights
            yield self.symbol("z", k), [sums, self._names(layer.sums)]
        for k in range(len(self._layers), 0, -1):
            yield self.symbol(self.delta, k), [self.ratio(self.symbol("z", k)), *self._deltas(k)]
        yield self._last()

    def _names(self, nodes: Sequence[Value]) -> str:
        shown = [self.chain.names.text(node, self.writer) for node in nodes]
        return self.column([*shown[:_MOST], self.dots] if len(shown) > _MOST else shown)

    def _deltas(self, k: int) -> Iterator[str]:
        """Yield the steps to a layer's deltas: from the output, or from the layer above."""
        layer, is_last = self._layers[k - 1], k == len(self._layers)
        is_short = len(layer.sums) <= _MOST
        if is_last and is_short:
            formulas = [self._formula(total) for total in layer.sums]
            known = [formula for formula in formulas if formula is not None]
            if len(known) == len(formulas):
                yield self.column([self.writer.write(formula) for formula in known])
        if not is_last:
            weights = self.transposed(self.symbol("W", k + 1))
            pulled = weights + self.after + self.symbol(self.delta, k + 1)
            slope = self.times + self.slope(layer.activation, self.symbol("z", k))
            yield pulled + (slope if layer.activation else "")
            if self._has_numbers and is_short and len(self._layers[k].sums) <= _MOST:
                yield from self._in_numbers(layer, self._layers[k])
        if self._has_numbers and is_short:
            yield self.column([self.writer.number(delta) for delta in layer.deltas])

    def _in_numbers(self, layer: Layer, above: Layer) -> Iterator[str]:
        """Yield W^T delta * sigma' in numbers, in digits that make every component true."""
        rows = [[above.weight(j, i) for i in layer.after] for j in range(len(above.sums))]
        most = self.writer.digits
        for place, (slope, delta) in enumerate(zip(layer.slopes, layer.deltas, strict=True)):
            pairs = [(row[place], d) for row, d in zip(rows, above.deltas, strict=True)]
            pulled = Sum(tuple(Product(1.0, (Number(w), Number(d))) for w, d in pairs))
            needed = digits_for(Product(1.0, (pulled, Number(slope))), delta, self.writer.digits)
            if needed is None:
                return
            most = max(most, needed)
        number = self.writer.with_numbers(most).number
        weights = self.transposed(self.matrix([list(map(number, row)) for row in rows]))
        pulled_text = weights + self.after + self.column(list(map(number, above.deltas)))
        slopes = self.times + self.column(list(map(number, layer.slopes)))
        yield pulled_text + (slopes if layer.activation else "")

    def _formula(self, total: Value) -> Symbol | None:
        """Return d(output)/d(sum) in symbols; None where it is too long, or has several paths."""
        paths = Chain(self.chain.output, total, self._order, 1).paths
        formula: Symbol = Number(1.0)
        for factor in paths[0].factors if paths else ():
            if factor.formula is None:
                return None
            formula = formula * factor.formula
        return simplest(formula) if paths else None

    def _last(self) -> tuple[str, list[str]]:
        """Return the gradient that is asked for, from the deltas of the first layer."""
        chain, first = self.chain, self._layers[0]
        left = self.ratio(chain.names.operand(chain.wrt, self.writer))
        delta, inputs = self.symbol(self.delta, 1), self.symbol("a", 0)
        terms: list[tuple[list[str], list[float]]] = []
        for j, total in enumerate(first.sums):
            name, half = self.component(delta, j + 1), len(first.inputs)
            if total is chain.wrt:
                terms.append(([name], [first.deltas[j]]))
            for i, parent in enumerate(total.parents):
                if parent is chain.wrt:
                    other = total.parents[(i + half) % (2 * half)] if i < 2 * half else None
                    factor = self.component(inputs, i + 1)
                    if i >= half and other is not None:
                        factor = chain.names.operand(other, self.writer)
                    names = [name] if other is None else [name, factor]
                    values = [first.deltas[j]] if other is None else [first.deltas[j], other.data]
                    terms.append((names, values))
        steps = [" + ".join(self.dot.join(names) for names, _ in terms)]
        if self._has_numbers:
            products = [[x for x in values if x != 1] or [1.0] for _, values in terms]
            first_term, *others = products_in_numbers(
                products, chain.value, self.writer, self.dot
            ) or [self.writer.number(chain.value)]
            steps.append(first_term + "".join("".join(signed(term)) for term in others))
            steps.append(self.writer.number(chain.value))
        return left, list(dict.fromkeys(steps))

    def render(self) -> str:
        """Return the explanation as it is written."""
        layout = self.layout(self.chain, self.writer)
        return layout.laid_out(
            Equation(left, tuple(steps), stacked=True) for left, steps in self.equations()
        )


class VectorLatex(VectorText):
    """The chain rule in vectors, in LaTeX."""

    layout = LatexLayout
    times, after, dots, delta = r" \odot ", r" \, ", r"\ldots", r"\delta"
    dot = r" \cdot "

    def numbered(self, name: str, number: int) -> str:
        """Return a name with the number of its layer in the network."""
        return f"{name}^{{({number})}}"

    def transposed(self, text: str) -> str:
        """Return a matrix turned on its side."""
        return f"{{{text}}}^{{T}}" if text.startswith("\\begin") else rf"\left({text}\right)^{{T}}"

    def slope(self, function: str, vector: str) -> str:
        """Return the derivative of an activation function at a vector."""
        name = r"\sigma" if function == "sigmoid" else rf"\operatorname{{{function}}}"
        return rf"{name.replace('_', ' ')}'\left({vector}\right)"

    def ratio(self, below: str) -> str:
        """Return the name of a derivative of the output."""
        above = self.chain.names.operand(self.chain.output, self.writer)
        return rf"\frac{{\partial {above}}}{{\partial {below}}}"

    def column(self, texts: Sequence[str]) -> str:
        """Return a vector with its components."""
        return self.matrix([[text] for text in texts])

    def matrix(self, rows: Sequence[Sequence[str]]) -> str:
        """Return a matrix with its rows."""
        body = r" \\ ".join(" & ".join(row) for row in rows)
        return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"

    def component(self, vector: str, place: int) -> str:
        """Return a component of a vector, by its place from 1."""
        return f"{vector}_{{{place}}}"
