"""How an explanation is laid out: as lines of text, and as LaTeX."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from autograd.explaining.chain import Chain, Factor, Path
from autograd.notation.algebra import Number
from autograd.notation.text import latex_text
from autograd.notation.writers import PRODUCT, LatexWriter, Writer
from autograd.value import Value


@dataclass(frozen=True)
class Equation:
    """An equation, left = step = step ...: on one line, or with each step on a line of its own."""

    left: str
    steps: tuple[str, ...]
    stacked: bool = False


@dataclass(frozen=True)
class Route:
    """The heading of a path: its number, and the nodes on it."""

    number: int
    nodes: tuple[Value, ...]


Part = str | Route | Equation
"""A part of an explanation: a heading, or an equation. An empty heading is an empty line."""


class TextLayout:
    """An explanation in plain text.

    Args:
        chain: the chain rule to lay out.
        writer: writes the formulas; as plain text if None.
    """

    times = " * "
    product = "product"

    def __init__(self, chain: Chain, writer: Writer | None = None) -> None:
        self.chain = chain
        self.symbols = writer or Writer()
        self.numbers = self.symbols.with_numbers()

    def ratio(self, child: Value, parent: Value) -> str:
        """Return the name of the derivative d(child)/d(parent)."""
        names = self.chain.names
        above, below = (names.operand(node, self.symbols) for node in (child, parent))
        return f"d{above}/d{below}"

    def number(self, value: float) -> str:
        """Return a number by itself."""
        return self.symbols.number(value)

    def operand(self, value: float) -> str:
        """Return a number in a product or a sum: in parentheses if it is negative."""
        return self.symbols.operand(Number(value), PRODUCT)

    # --------------------------------------------------------------------- its content

    def content(self) -> Iterator[Part]:
        """Go through the explanation, heading by heading and equation by equation."""
        chain = self.chain
        left = self.ratio(chain.output, chain.wrt)
        if not chain.factors:
            yield Equation(left, (self.number(chain.value),))
        elif len(chain.paths) == 1:
            yield from self._single(left, chain.paths[0])
        elif chain.paths:
            yield from self._several(left, chain.paths)
        else:
            yield from self._backwards()

    def _single(self, left: str, path: Path) -> Iterator[Part]:
        if len(path.factors) == 1:
            yield Equation(left, self._steps(path.factors[0]), stacked=True)
            return
        yield Equation(left, (self._names(path),))
        yield ""
        for factor in path.factors:
            yield Equation(self.ratio(factor.child, factor.parent), self._steps(factor))
        yield ""
        steps = [self._product(path), self.number(path.value)]
        formulas = [f.formula for f in path.factors if f.formula is not None]
        if len(formulas) == len(path.factors):
            written = (self.symbols.operand(formula, PRODUCT) for formula in formulas)
            steps.insert(0, self.times.join(written))
        yield Equation(left, tuple(steps), stacked=True)

    def _several(self, left: str, paths: Sequence[Path]) -> Iterator[Part]:
        yield f"There are {len(paths)} paths; their products add up."
        for i, path in enumerate(paths, start=1):
            yield ""
            yield Route(i, (self.chain.wrt, *(f.child for f in reversed(path.factors))))
            for factor in path.factors:
                yield Equation(self.ratio(factor.child, factor.parent), self._steps(factor))
            if len(path.factors) > 1:
                yield Equation(self.product, (self._product(path), self.number(path.value)))
        yield ""
        first, *rest = [path.value for path in paths]
        terms = " + ".join([self.number(first), *map(self.operand, rest)])
        yield Equation(left, (terms, self.number(self.chain.value)), stacked=True)

    def _backwards(self) -> Iterator[Part]:
        chain = self.chain
        yield (
            f"There are {chain.path_count:,} paths, too many to list. So backwards, node by"
            " node: the gradient of each is the sum, over those computed from it, of their gradient"
            " times the local derivative."
        )
        yield ""
        for node, factors in chain.received():
            names = [
                self.times.join([self.ratio(chain.output, f.child), self.ratio(f.child, f.parent)])
                for f in factors
            ]
            numbers = [
                self.times.join([self.operand(chain.gradient(f.child)), self.operand(f.value)])
                for f in factors
            ]
            steps = (" + ".join(names), " + ".join(numbers), self.number(chain.gradient(node)))
            yield Equation(self.ratio(chain.output, node), steps, stacked=True)

    def _names(self, path: Path) -> str:
        return self.times.join(self.ratio(f.child, f.parent) for f in path.factors)

    def _product(self, path: Path) -> str:
        first, *rest = [factor.value for factor in path.factors]
        return self.times.join([self.number(first), *map(self.operand, rest)])

    def _steps(self, factor: Factor) -> tuple[str, ...]:
        """Return a derivative in symbols, with numbers for names, and as one number."""
        result = self.number(factor.value)
        if factor.formula is None:
            return (result,)
        steps = [self.symbols.write(factor.formula), self.numbers.write(factor.formula), result]
        return tuple(dict.fromkeys(steps))  # for a plain number all three are the same

    # ------------------------------------------------------------------------ on lines

    def render(self) -> str:
        """Return the explanation as text."""
        lines: list[str] = []
        for is_equation, group in groupby(self.content(), lambda part: isinstance(part, Equation)):
            parts = list(group)
            if is_equation:
                lines += self._equations([part for part in parts if isinstance(part, Equation)])
            else:
                lines += [self._heading(part) for part in parts if not isinstance(part, Equation)]
        # The first equation is the result that the others explain: it begins at the margin.
        return "\n".join([lines[0].strip(), *lines[1:]])

    def _heading(self, part: str | Route) -> str:
        if isinstance(part, str):
            return part
        names = (self.chain.names.text(node, self.symbols) for node in part.nodes)
        return f"Path {part.number}: {' -> '.join(names)}"

    def _equations(self, equations: Sequence[Equation]) -> Iterator[str]:
        """Yield equations one below the other, with their equals signs aligned."""
        width = max(len(equation.left) for equation in equations)
        for equation in equations:
            left, steps = equation.left, equation.steps
            if equation.stacked:
                yield f"{left} = {steps[0]}"
                yield from (f"{'':{len(left)}} = {step}" for step in steps[1:])
            else:
                yield f"  {left:{width}} = {' = '.join(steps)}"


class LatexLayout(TextLayout):
    """An explanation in LaTeX.

    Args:
        chain: the chain rule to lay out.
    """

    times = r" \cdot "
    product = r"\text{product}"

    def __init__(self, chain: Chain) -> None:
        super().__init__(chain, LatexWriter())

    def ratio(self, child: Value, parent: Value) -> str:
        """Return the name of the derivative d(child)/d(parent)."""
        names = self.chain.names
        above, below = (names.operand(node, self.symbols) for node in (child, parent))
        return rf"\frac{{\partial {above}}}{{\partial {below}}}"

    def render(self) -> str:
        """Return the explanation as the body of one aligned environment."""
        lines = []
        for part in self.content():
            if not isinstance(part, Equation):
                lines += [f"&{heading}"] if (heading := self._heading(part)) else []
            elif part.stacked:
                lines.append(f"{part.left} &= {part.steps[0]}")
                lines.extend(f"&= {step}" for step in part.steps[1:])
            else:
                lines.append(f"{part.left} &= {' = '.join(part.steps)}")
        body = " \\\\\n".join(lines)
        return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"

    def _heading(self, part: str | Route) -> str:
        if isinstance(part, str):
            return latex_text(part)
        names = (self.chain.names.text(node, self.symbols) for node in part.nodes)
        return rf"\text{{Path {part.number}: }} " + r" \to ".join(names)
