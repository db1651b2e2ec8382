"""Notebook 9: compiled code; numbers by hand."""

from typing import Any

NUMBERS: dict[str, Any] = {
    "[steep(3.0), steep(-3.0), steep.grad(-3.0)]": [30, -3, 1],
    "all(abs(a - b) < 1e-9 for a, b in zip(by_graph, by_code))": True,
    "summed.grad(0.5, [1.0, 3.0], [1.0, 1.0])": 2,
    "cost.backward() or [cost.data, w.grad]": [0.5, 2],
}

SHOWN = ["write a choice as where(greater(a, b), ..., ...)", "(30.0, -3.0, 1.0)"]

_LEAKY = "def leaky(x):\n    return "

WRONG: list[tuple[str, str, str]] = [
    (
        "exercise-1-cell",
        "values = {e1: -0.5, e2: 0.5, cost: 0.5}\ngradients = {e1: -1, e2: 1, w: 0}",
        "The first wrong step is gradient of w.",
    ),
    (
        "exercise-1-cell",
        "values = {e1: -0.5, e2: 0.5, cost: 0.25}\ngradients = {e1: -1, e2: 1, w: 2}",
        "The first wrong step is cost.",
    ),
    ("exercise-2-cell", _LEAKY + "x if x > 0 else 0.01 * x", "write a choice as where"),
    ("exercise-2-cell", _LEAKY + "autograd.relu(x)", "That is the ReLU without its leak."),
    (
        "exercise-2-cell",
        _LEAKY + "where(greater(x, 0), 0.01 * x, x)",
        "The two sides have changed places.",
    ),
    ("exercise-2-cell", _LEAKY + "x", "Right at 2 of 4 points."),
]
