"""explain: the chain rule for one gradient, written out between labelled nodes."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.cleaning import kind_of
from autograd.explaining.chain import Chain
from autograd.explaining.latex import LatexLayout
from autograd.explaining.layers import layers
from autograd.explaining.layouts import TextLayout
from autograd.explaining.vectors import VectorLatex, VectorText
from autograd.languages import language as current
from autograd.languages import spoken, words
from autograd.notation.equations import MOST_DIGITS
from autograd.notation.names import name_and_number
from autograd.notation.numbers import DIGITS
from autograd.notation.stale import warn_of_stale
from autograd.notation.writers import LatexWriter, Writer
from autograd.options import choose, whole_number
from autograd.passed_by import why_passed_by
from autograd.value import Value, topological_order
from autograd.walks import check_size

FORMS = ("nodes", "paths", "layers")
"""How an explanation is written: see `explain`."""


class Explanation(Chain):
    """The worked chain rule for d(output)/d(wrt): prints as text, shows as formulas in a notebook.

    Attributes:
        output: the node to differentiate.
        wrt: the node to differentiate by.
        paths: every path from `output` back to `wrt`; empty if there are too many to list.
        factors: the factors of all paths, each once, from the output's end.
        value: the derivative.
        text: the explanation as plain text.
        latex: its formulas as LaTeX.
    """

    _language: str | None = None  # of one that an older version pickled: the one that is spoken

    def __init__(
        self,
        output: Value,
        wrt: Value,
        order: Sequence[Value],
        *,
        form: str,
        max_paths: int,
        numbers: bool,
        digits: int,
    ) -> None:
        super().__init__(output, wrt, order, max_paths)
        self._form, self._numbers, self._digits = form, numbers, digits
        self._language = current()
        self._order = order
        if form == "layers":
            layers(output, wrt, order)  # says now, not when it is printed, if there are none

    @property
    def text(self) -> str:
        """The explanation as plain text."""
        return spoken(self._language, self._as_text)

    def _as_text(self) -> str:
        return self._rendered(Writer(digits=self._digits), TextLayout, VectorText)

    @property
    def latex(self) -> str:
        """The explanation as LaTeX, to stand between dollar signs."""
        return spoken(self._language, self._as_latex)

    def _as_latex(self) -> str:
        return self._rendered(LatexWriter(digits=self._digits), LatexLayout, VectorLatex)

    def _rendered(self, writer: Writer, layout: type[TextLayout], vectors: type[VectorText]) -> str:
        """Return the explanation by that one of two layouts which its form has."""
        has_numbers, is_listed = self._numbers, self._form == "paths"
        if self._form == "layers":
            return vectors(self, self._order, writer, has_numbers=has_numbers).render()
        return layout(self, writer, lists_paths=is_listed, has_numbers=has_numbers).render()

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        # In a notebook < may begin a tag. LaTeX knows no \lt, but what shows formulas there does.
        shown = self.latex.replace("<", r"\lt")
        return f"$$\n{shown}\n$$"

    _repr_markdown_ = _repr_latex_  # some show the one, and some the other


def explain(
    output: Value,
    wrt: Value,
    *,
    form: str = "nodes",
    max_paths: int = 8,
    numbers: bool = True,
    digits: int = DIGITS,
    language: str | None = None,
) -> Explanation:
    """Write out the chain rule for d(output)/d(wrt) between labelled nodes.

    The derivative is the product of the factors along a path, summed over all paths. Each factor
    is in symbols first, then in numbers; nodes without a label are folded into the factors. Numbers
    get as many digits as it takes for each equation to be true as it is written.

    Args:
        output: the node to differentiate, such as the cost.
        wrt: the node to differentiate by, such as a weight.
        form: "nodes": where paths meet, their shares are added up once, and the sum goes on; where
            they part after several factors, the gradient there is worked out once, too; or "paths":
            every path from end to end, and then their sum; or "layers": in vectors, delta = W^T
            delta * sigma', for weighted sums by `dot` or by `nn`, of one sample.
        max_paths: how many paths to list at the most. The number of paths can grow exponentially;
            beyond this limit the form is "nodes".
        numbers: whether to write the numbers too; if not, symbols alone, as in a derivation.
        digits: significant digits of the results, from 1 to 17.
        language: "en" or "es"; if None, the one that is spoken. The explanation keeps to it.

    Returns:
        An `Explanation`.

    Warns:
        UserWarning: a number does not follow from its inputs, which were changed since.

    Raises:
        TypeError: `output` or `wrt` is not a Value.
        ValueError: `output` was not computed from `wrt`; an option has no such value; the graph has
            no layers that follow one another, for the form "layers"; or it is far too large.

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
            raise TypeError(f"expected {name} to be a Value, received {kind_of(node)}")
    choose("form", form, FORMS)
    whole_number("max_paths", max_paths, least=0)
    whole_number("digits", digits, least=1, most=MOST_DIGITS)
    return spoken(language, _explained, output, wrt, form, max_paths, numbers, digits)


def _explained(
    output: Value, wrt: Value, form: str, max_paths: int, numbers: bool, digits: int
) -> Explanation:
    check_size([output], words("an explanation"))
    order = topological_order(output)
    nodes = set(order)
    if wrt not in nodes:
        advice = why_passed_by(wrt, nodes) or "expected a node on the way to it"
        raise ValueError(
            f"{name_and_number(output)} was not computed from {name_and_number(wrt)}, so there is"
            f" nothing to explain; {advice}"
        )
    warn_of_stale(order)
    return Explanation(
        output, wrt, order, form=form, max_paths=max_paths, numbers=numbers, digits=digits
    )
