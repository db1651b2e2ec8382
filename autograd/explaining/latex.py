"""How an explanation is laid out in LaTeX."""

from __future__ import annotations

from collections.abc import Iterable

from autograd.explaining.formulas import Remark
from autograd.explaining.layouts import Part, Route, TextLayout
from autograd.explaining.pieces import BREAK, Equation
from autograd.explaining.samples import Samples
from autograd.languages import words
from autograd.notation.algebra import Symbol
from autograd.notation.text import latex_text
from autograd.notation.writers import LatexWriter


class LatexLayout(TextLayout):
    """An explanation in LaTeX."""

    writes = LatexWriter
    times = r" \cdot "
    arrow = r" \to "
    dots = r"\ldots"
    longest = 300

    def fraction(self, above: str, below: str) -> str:
        """Return the name of a derivative, from the names of its two nodes."""
        return rf"\frac{{\partial {above}}}{{\partial {below}}}"

    def text(self, text: str) -> str:
        """Return words as they stand beside an equals sign."""
        return latex_text(text)

    def sum_over(self, samples: Samples, term: str) -> str:
        """Return a term summed over all samples, by a sign."""
        if samples.limits:
            first, last = samples.limits
            return rf"\sum_{{i={first}}}^{{{last}}} {term}"
        return rf"\sum_{{i={', '.join(samples.indices)}}} {term}"

    def direct(self, ratio: str) -> str:
        """Return the name of a derivative that is one share of the whole of this name."""
        direct = latex_text(words("direct"))
        return rf"\left.{ratio}\right|_{{{direct}}}"

    def written(self, remark: Remark) -> str:
        """Return words and formulas in a row."""
        signs = {" > ": " > ", " < ": " < ", " = ": " = "}  # \lt is no command of LaTeX's own
        return "".join(
            self.symbols.write(p) if isinstance(p, Symbol) else signs.get(p, latex_text(p))
            for p in remark
        )

    def _joined(self, parts: Iterable[Part]) -> str:
        """Return parts as the body of one aligned environment."""
        lines = []
        for part in parts:
            if not isinstance(part, Equation):
                lines += [f"&{heading}"] if (heading := self._heading(part)) else []
                continue
            remarks = r",\ ".join(map(self.written, part.remarks))
            remarks = rf" \quad \left({remarks}\right)" if remarks else ""
            joined = [*part.steps] if part.stacked else [" = ".join(part.steps)]
            lines.append(f"{part.left} &= {joined[0]}{remarks}")
            lines.extend(f"&= {step}" for step in joined[1:])
        body = " \\\\\n".join(lines).replace(BREAK, " \\\\\n&\\quad ")
        return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"

    def _heading(self, part: str | Remark | Route) -> str:
        if isinstance(part, str):
            return part if part.strip() == self.dots else latex_text(part)
        if isinstance(part, tuple):
            return self.written(part)
        return latex_text(part.before) + self._way(part.nodes) + part.after
