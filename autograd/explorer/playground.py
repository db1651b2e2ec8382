"""playground: a page for formulas that are typed into it.

One HTML file, for a web server or a stick. A formula is read, recorded, differentiated and laid out
in the page, with neither Python nor a network.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from autograd.cleaning import listing, quoted
from autograd.explorer.assembling import SCRIPTS, WRITING, assemble, asset
from autograd.explorer.grammar import Grammar
from autograd.explorer.page import still_picture
from autograd.explorer.table import for_every_page
from autograd.languages import spoken, words
from autograd.notation.reading import free_names, parse
from autograd.notation.text import one_line
from autograd.value import Value, topological_order

EXAMPLES = (
    "z = w*x + b; g = sigmoid(z); (g - y)^2",
    "x^2*sin(x) + x",
    "h1 = tanh(w1*x1 + w2*x2 + b1); h2 = tanh(w3*x1 + w4*x2 + b2); (w5*h1 + w6*h2 + b3 - y)^2",
    "p = softmax([s1, s2, s3]); -ln(p[0])",
    "m = w^2 + v^2; max(m, 1)/(1 + m)",
)
"""Formulas that the page offers; the first is the one that it opens with."""

CHOICES = (
    (0.5, 2.0, -1.0, 1.0, 1.5, -0.5, 3.0, -2.0),
    (0.5, 2.0, 1.0, 1.5, 3.0, 0.75, 2.5, 0.25),
    (0.5, 0.25, 0.75, 0.4, 0.6),
)
"""Numbers for names without one, in turn: the first with which the whole graph is finite."""

PARAMETER_NAMES = ("w", "b", "v", "θ", "weight", "bias")
"""Names, before their indices, that a gradient step changes unless others are given."""

_SCRIPTS = (
    *WRITING,
    *("expression_tree.js", "expression_graph.js", "typed_graph.js", "typed.js"),
)


def playground(
    expression: str | None = None,
    numbers: Mapping[str, float] | None = None,
    *,
    parameters: Sequence[str] | None = None,
    title: str = "",
    language: str | None = None,
) -> str:
    """Return the HTML of a page in which a formula can be typed, stepped through and changed.

    Args:
        expression: the formula that the page opens with, as for `notation.parse`; a neuron if None.
        numbers: the numbers of names in it; the page chooses those that are not given.
        parameters: the names that a gradient step changes; weights and biases by their usual names
            if None.
        title: heading of the page.
        language: the language that the page opens in, "en" or "es"; if None, the reader's.

    Raises:
        ExpressionError: the expression cannot be read.
        ValueError: a number or a parameter is not of a name in the expression, or is not finite.
        EngineNotFoundError: there is no Graphviz to draw the still picture with.

    >>> playground("a*b + c", {"a": 2.0}).splitlines()[0]
    '<!DOCTYPE html>'
    """
    expression = EXAMPLES[0] if expression is None else expression
    numbers = dict(numbers or {})
    names = free_names(expression)
    for name in [*numbers, *(parameters or ())]:
        if name not in names:
            raise ValueError(
                f"expected a name of the expression without a number, received {quoted(name)}"
                f" (names: {listing(names) or 'none'})"
            )
    for name, number in numbers.items():
        if not math.isfinite(number):
            raise ValueError(f"expected a finite number for {name}, received {quoted(number)}")
    start: dict[str, Any] = {"formula": expression, "numbers": numbers, "examples": EXAMPLES}
    start |= {"choices": CHOICES, "parameterNames": PARAMETER_NAMES}
    if parameters is not None:
        start["parameters"] = list(parameters)
    order = _graph(expression, names, numbers, parameters)
    return spoken(language, _page, start, order, title)


def _page(start: Mapping[str, Any], order: Sequence[Value], title: str) -> str:
    """Return the page that opens with a graph, in the reader's language."""
    grammar = Grammar()
    scripts = [grammar.rows.script, for_every_page(), grammar.script]
    return assemble(
        one_line(title) or words("A formula, its graph, and its gradients"),
        [*scripts, *map(asset, [*_SCRIPTS, *SCRIPTS, "playground.js"])],
        json.dumps(start),
        field=asset("playground.html"),
        still=still_picture(order),
        style=asset("playground.css"),
    )


def _graph(
    expression: str,
    names: Sequence[str],
    numbers: Mapping[str, float],
    parameters: Sequence[str] | None,
) -> list[Value]:
    """Return the nodes of the graph that the page opens with, after both passes."""
    if parameters is None:
        parameters = [name for name in names if _stem(name) in PARAMETER_NAMES]
    order: list[Value] = []
    for choice in CHOICES:
        chosen = {name: choice[i % len(choice)] for i, name in enumerate(names)}
        output, _ = parse(expression, chosen | dict(numbers), parameters=parameters)
        order = topological_order(output)
        if all(math.isfinite(node.data) for node in order):
            break
    order[-1].backward()
    return order


def _stem(name: str) -> str:
    """Return a name without the indices at its end, in small letters."""
    while name and (name[-1].isnumeric() or name[-1] == "_"):
        name = name[:-1]
    return name.lower()
