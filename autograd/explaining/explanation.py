"""explain: the chain rule for one gradient, written out between labelled nodes."""

from __future__ import annotations

from autograd.explaining.chain import Chain
from autograd.explaining.layouts import LatexLayout, TextLayout
from autograd.notation.names import name_and_number
from autograd.options import whole_number
from autograd.value import Value, topological_order


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

    @property
    def text(self) -> str:
        """The explanation as plain text."""
        return TextLayout(self).render()

    @property
    def latex(self) -> str:
        """The explanation as LaTeX, to stand between dollar signs."""
        return LatexLayout(self).render()

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return f"$$\n{self.latex}\n$$"


def explain(output: Value, wrt: Value, *, max_paths: int = 8) -> Explanation:
    """Write out the chain rule for d(output)/d(wrt) between labelled nodes.

    The derivative is the product of the factors along a path, summed over all paths. Each factor
    is in symbols first, then in numbers; nodes without a label are folded into the factors.

    Args:
        output: the node to differentiate, such as the cost.
        wrt: the node to differentiate by, such as a weight.
        max_paths: how many paths to list at the most. The number of paths can grow exponentially;
            beyond this limit the gradients of the labelled nodes are accumulated backwards instead.

    Returns:
        An `Explanation`.

    Raises:
        TypeError: `output` or `wrt` is not a Value.
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
    whole_number("max_paths", max_paths, least=0)
    order = topological_order(output)
    if wrt not in set(order):
        raise ValueError(
            f"{name_and_number(output)} was not computed from {name_and_number(wrt)}, so there is"
            " nothing to explain; expected a node on the way to it"
        )
    return Explanation(output, wrt, order, max_paths)
