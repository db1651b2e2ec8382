"""explain: the chain rule for one gradient, written out between labelled nodes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.notation.algebra import (
    Name,
    Symbol,
    chooses_first,
    is_choice,
    is_larger,
    symbol,
)
from autograd.notation.text import latex_text, one_line
from autograd.notation.writers import LatexWriter, Writer
from autograd.ops import Primitive
from autograd.value import Constant, Value, topological_order
from autograd.walks import Graph, between, edges_between, region

_LARGEST_FORMULA = 300
"""A factor whose formula has more parts than this is given as a number alone."""


@dataclass(frozen=True)
class Factor:
    """One factor of the chain rule: the derivative of a labelled node by one before it.

    Attributes:
        child: the node that is differentiated.
        parent: the node by which.
        formula: the derivative in symbols; None where it is too long to be read.
        value: the derivative as a number.
    """

    child: Value
    parent: Value
    formula: Symbol | None
    value: float


@dataclass(frozen=True)
class Path:
    """One way from the output back to the node asked for: its factors, from the output's end.

    Attributes:
        factors: the factors.
        value: their product.
    """

    factors: tuple[Factor, ...]
    value: float


class Explanation:
    """The worked chain rule for d(output)/d(wrt): prints as text, shows as formulas in a notebook.

    Attributes:
        output: what is differentiated.
        wrt: by what.
        paths: every path between them; none if there are too many to list.
        factors: the factors of all paths, each once, from the output's end.
        value: the derivative.
        text: the explanation as plain text.
        latex: its formulas as LaTeX.
    """

    def __init__(self, output: Value, wrt: Value, order: Sequence[Value], max_paths: int) -> None:
        self.output = output
        self.wrt = wrt
        stops = [node for node in order if node.label or node is output or node is wrt]
        graph = edges_between(stops, order)
        used = between(graph, wrt, output)
        self._children: dict[Value, list[Factor]] = {node: [] for node in graph}
        formulas = _Formulas(order, set(graph))
        factors = []
        for child in reversed(graph):
            for edge in graph[child]:
                if edge in used:
                    formula = formulas.derivative(child, edge.parent)
                    factor = Factor(child, edge.parent, formula, edge.derivative)
                    factors.append(factor)
                    self._children[edge.parent].append(factor)
        self.factors = tuple(factors)
        self._gradients, self.path_count = self._accumulate(graph)
        self.value = self._gradients[wrt]
        self.paths = tuple(self._walk()) if self.path_count <= max_paths else ()

    def _accumulate(self, graph: Graph) -> tuple[dict[Value, float], int]:
        """d(output)/d(node) for each node, and the number of paths to `wrt`."""
        gradients = dict.fromkeys(reversed(graph), 0.0)
        counts = dict.fromkeys(graph, 0)
        gradients[self.output], counts[self.output] = 1.0, 1
        for node in reversed(graph):
            for factor in self._children[node]:
                gradients[node] += gradients[factor.child] * factor.value
                counts[node] += counts[factor.child]
        return gradients, counts[self.wrt]

    def _walk(self) -> Iterator[Path]:
        """Every path, from `wrt` up to the output."""
        stack: list[tuple[Value, tuple[Factor, ...]]] = [(self.wrt, ())]
        while stack:
            node, factors = stack.pop()
            if node is self.output:
                yield Path(factors, math.prod(factor.value for factor in factors))
            else:
                stack.extend((f.child, (f, *factors)) for f in self._children[node])

    def gradient(self, node: Value) -> float:
        """Return d(output)/d(node), for a node on the way."""
        return self._gradients[node]

    def received(self) -> Iterator[tuple[Value, list[Factor]]]:
        """Each node on the way, from the output's end, with the factors that lead back to it."""
        for node in self._gradients:
            if self._children[node]:
                yield node, self._children[node]

    @property
    def text(self) -> str:
        """The explanation as plain text."""
        return _Text(self).render()

    @property
    def latex(self) -> str:
        """The explanation as LaTeX, to stand between dollar signs."""
        return _Latex(self).render()

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return f"$$\n{self.latex}\n$$"


def explain(output: Value, wrt: Value, *, max_paths: int = 8) -> Explanation:
    """Write out the chain rule for d(output)/d(wrt) between labelled nodes.

    The derivative is the product of the factors along a path, summed over all paths. Each factor
    is in symbols first, then in numbers; nodes without a label are folded into it.

    Args:
        output: the node to differentiate, such as the cost.
        wrt: the node to differentiate by, such as a weight.
        max_paths: where there are more paths, which grow exponentially, they are not listed: the
            gradients of the labelled nodes are accumulated backwards instead.

    Returns:
        An `Explanation`.

    Raises:
        TypeError: one of them is not a Value.
        ValueError: `output` was not computed from `wrt`.

    >>> x = Value(3.0, label="x")
    >>> y = (x - 1.0) ** 2
    >>> y.label = "y"
    >>> print(explain(y, x))
    dy/dx = 2(x - 1)
          = 2(3 - 1)
          = 4
    """
    for name, node in (("output", output), ("wrt", wrt)):
        if not isinstance(node, Value):
            raise TypeError(f"expected {name} to be a Value, received {type(node).__name__}")
    order = topological_order(output)
    if wrt not in set(order):
        raise ValueError(
            f"{output!r} was not computed from {wrt!r}, so there is nothing to explain"
        )
    return Explanation(output, wrt, order, max_paths)


class _Formulas:
    """Derivatives between neighbouring stops, in symbols: the rules of the table fed with names."""

    def __init__(self, order: Sequence[Value], stops: set[Value]) -> None:
        self._stops = stops
        self._position = {node: i for i, node in enumerate(order)}
        self._known: dict[Value, dict[Value, Symbol] | None] = {}

    def derivative(self, child: Value, parent: Value) -> Symbol | None:
        if child not in self._known:
            self._known[child] = self._derivatives(child)
        known = self._known[child]
        return None if known is None else known[parent]

    def _derivatives(self, child: Value) -> dict[Value, Symbol] | None:
        """The reverse pass through the unlabelled nodes behind `child`, on symbols."""
        nodes = region(child, self._stops, self._position)[::-1]
        formula: dict[Value, Symbol] = {}
        for node in reversed(nodes):
            if node in self._stops and (node.label or node is not child):
                formula[node] = Name(_name(node), node)
            elif node.op is None:
                formula[node] = symbol(node.data)
            else:
                formula[node] = node.op(*[formula[parent] for parent in node.parents])
            if is_larger(formula[node], _LARGEST_FORMULA):
                return None
        derivative = dict.fromkeys(nodes, symbol(0.0))
        derivative[child] = symbol(1.0)
        for node in nodes:
            if node.op is None or (node in self._stops and node is not child):
                continue
            constant = [isinstance(parent, Constant) for parent in node.parents]
            numbers = [
                parent.data if fixed else formula[parent]
                for parent, fixed in zip(node.parents, constant, strict=True)
            ]
            partials: Sequence[Any] = node.op.partials(formula[node], numbers, constant)
            if node.op.name == "pow":
                partials = _without_guards(node.op, node, partials, constant)
            for parent, partial in zip(node.parents, partials, strict=True):
                derivative[parent] += derivative[node] * partial
                if is_larger(derivative[parent], _LARGEST_FORMULA):
                    return None
        return derivative


def _without_guards(
    op: Primitive, node: Value, partials: Sequence[Any], constant: Sequence[bool]
) -> Sequence[Any]:
    """A power's derivatives without `where`, if its condition holds: nobody writes that by hand."""
    names = [Name("", parent) for parent in node.parents]
    bare = op.partials(Name("", node), names, constant)
    return [
        partial.inputs[1] if is_choice(partial) and chooses_first(rule) else partial
        for partial, rule in zip(partials, bare, strict=True)
    ]


def _name(node: Value) -> str:
    return one_line(node.label) or ("input" if node.op is None else "output")


@dataclass(frozen=True)
class _Equation:
    """left = step = step ..., on one line, or each step below the last."""

    left: str
    steps: tuple[str, ...]
    stacked: bool = False


class _Text:
    """An explanation in plain text."""

    writer: type[Writer] = Writer
    times = " * "

    def __init__(self, explanation: Explanation) -> None:
        self.explanation = explanation
        self._symbols = self.writer()
        self._numbers = self.writer(reckon=True)

    def ratio(self, child: Value, parent: Value) -> str:
        """The name of a derivative."""
        return f"d{_name(child)}/d{_name(parent)}"

    def route(self, nodes: Sequence[Value]) -> str:
        """A path, by its nodes."""
        return " -> ".join(map(_name, nodes))

    def number(self, value: float) -> str:
        """A number by itself."""
        return self._symbols.number(value)

    def operand(self, value: float) -> str:
        """A number in a product or a sum: in parentheses if it is negative."""
        shown = self.number(value)
        return self._symbols.parenthesised(shown) if shown.startswith("-") else shown

    def content(self) -> Iterator[str | _Equation]:
        """The explanation as headings and equations; an empty heading parts what it is between."""
        explained = self.explanation
        left = self.ratio(explained.output, explained.wrt)
        if not explained.factors:
            yield _Equation(left, (self.number(explained.value),))
        elif len(explained.paths) == 1:
            yield from self._single(left, explained.paths[0])
        elif explained.paths:
            yield from self._several(left, explained.paths)
        else:
            yield from self._backwards()

    def _single(self, left: str, path: Path) -> Iterator[str | _Equation]:
        if len(path.factors) == 1:
            yield _Equation(left, self._steps(path.factors[0]), stacked=True)
            return
        yield _Equation(left, (self._names(path),))
        yield ""
        for factor in path.factors:
            yield _Equation(self.ratio(factor.child, factor.parent), self._steps(factor))
        yield ""
        steps = [self._product(path), self.number(path.value)]
        formulas = [f.formula for f in path.factors if f.formula is not None]
        if len(formulas) == len(path.factors):
            steps.insert(0, self.times.join(map(self._symbols.as_factor, formulas)))
        yield _Equation(left, tuple(steps), stacked=True)

    def _several(self, left: str, paths: Sequence[Path]) -> Iterator[str | _Equation]:
        yield f"There are {len(paths)} paths; their products add up."
        for i, path in enumerate(paths, start=1):
            yield ""
            nodes = [self.explanation.wrt, *(f.child for f in reversed(path.factors))]
            yield f"Path {i}: {self.route(nodes)}"
            for factor in path.factors:
                yield _Equation(self.ratio(factor.child, factor.parent), self._steps(factor))
            if len(path.factors) > 1:
                yield _Equation("product", (self._product(path), self.number(path.value)))
        yield ""
        first, *rest = [path.value for path in paths]
        terms = " + ".join([self.number(first), *map(self.operand, rest)])
        yield _Equation(left, (terms, self.number(self.explanation.value)), stacked=True)

    def _backwards(self) -> Iterator[str | _Equation]:
        explained = self.explanation
        yield (
            f"There are {explained.path_count:,} paths, too many to list. So backwards, node by"
            " node: the gradient of each is the sum, over those computed from it, of their gradient"
            " times the local derivative."
        )
        yield ""
        for node, factors in explained.received():
            names = [
                self.times.join(
                    [self.ratio(explained.output, f.child), self.ratio(f.child, f.parent)]
                )
                for f in factors
            ]
            numbers = [
                self.times.join([self.operand(explained.gradient(f.child)), self.operand(f.value)])
                for f in factors
            ]
            steps = (" + ".join(names), " + ".join(numbers), self.number(explained.gradient(node)))
            yield _Equation(self.ratio(explained.output, node), steps, stacked=True)

    def _names(self, path: Path) -> str:
        return self.times.join(self.ratio(f.child, f.parent) for f in path.factors)

    def _product(self, path: Path) -> str:
        first, *rest = [factor.value for factor in path.factors]
        return self.times.join([self.number(first), *map(self.operand, rest)])

    def _steps(self, factor: Factor) -> tuple[str, ...]:
        """A derivative in symbols, with numbers for names, and as one number."""
        result = self.number(factor.value)
        if factor.formula is None:
            return (result,)
        steps = [self._symbols.write(factor.formula), self._numbers.write(factor.formula), result]
        return tuple(dict.fromkeys(steps))  # a plain number needs no reckoning

    def render(self) -> str:
        """The explanation as text."""
        content = list(self.content())
        lines = []
        for i, part in enumerate(content):
            if isinstance(part, str):
                lines.append(part)
                continue
            if part.stacked:
                lines.append(f"{part.left} = {part.steps[0]}")
                lines.extend(f"{'':{len(part.left)}} = {step}" for step in part.steps[1:])
            else:
                width = len(part.left) if i == 0 else self._width(content, i)
                indent = "" if i == 0 else "  "
                lines.append(f"{indent}{part.left:{width}} = {' = '.join(part.steps)}")
        return "\n".join(lines)

    def _width(self, content: Sequence[str | _Equation], i: int) -> int:
        """How wide the left sides of the equations around the i-th are."""
        first = last = i
        while isinstance(content[first - 1], _Equation):
            first -= 1
        while last + 1 < len(content) and isinstance(content[last + 1], _Equation):
            last += 1
        group = content[first : last + 1]
        return max(len(part.left) for part in group if isinstance(part, _Equation))


class _Latex(_Text):
    """An explanation in LaTeX."""

    writer = LatexWriter
    times = r" \cdot "

    def ratio(self, child: Value, parent: Value) -> str:
        """The name of a derivative."""
        above, below = (self._symbols.label(_name(node)) for node in (child, parent))
        return rf"\frac{{\partial {above}}}{{\partial {below}}}"

    def route(self, nodes: Sequence[Value]) -> str:
        """A path, by its nodes."""
        return " → ".join(map(_name, nodes))

    def render(self) -> str:
        """The explanation as the body of one aligned environment."""
        lines = []
        for part in self.content():
            if isinstance(part, str):
                if part:
                    nodes = [latex_text(name) for name in part.split(" → ")]
                    lines.append("&" + r" \to ".join(nodes))
            elif part.stacked:
                lines.append(f"{part.left} &= {part.steps[0]}")
                lines.extend(f"&= {step}" for step in part.steps[1:])
            else:
                left = r"\text{product}" if part.left == "product" else part.left
                lines.append(f"{left} &= {' = '.join(part.steps)}")
        body = " \\\\\n".join(lines)
        return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"
