"""Notebook 8: operations of one's own; numbers by the formulas of their derivatives."""

import math
from typing import Any

BUMP = math.exp(-0.36)  # of -0.6

NUMBERS: dict[str, Any] = {
    "rule(0.5, None)": 0.75,
    "[y.data, x.grad]": [3 * BUMP, 3.6 * BUMP],
    "grad(grad(bump))(0.0)": -2,
    "program.value_and_grad(0.4)": [3 * BUMP, 3.6 * BUMP],
    "[gradcheck(square, [a], raise_exception=False) for a in (2.0, 3.0)]": [True, False],
    "z.backward() or [z.data, u.grad]": [4 * math.exp(-1), -16 * math.exp(-1)],
}

SHOWN = ["0.75", "-2.0", "[True, False]"]

_RULE = "def witch_rule(y, a):\n    return "

WRONG: list[tuple[str, str, str]] = [
    ("exercise-1-cell", _RULE + "2 * a * y**2", "The sign is the other one"),
    ("exercise-1-cell", _RULE + "-(y**2)", "The inner derivative is missing"),
    ("exercise-1-cell", _RULE + "-2 * a * y", "y comes in more than once."),
    ("exercise-1-cell", _RULE + "-1.28 * a", "Right at 2 of 5 points."),
    (
        "exercise-2-cell",
        "values = {g: 0.368, z: 1.47}\ngradients = {g: 4, k: -2.94, u: -2.94}",
        "The first wrong step is gradient of u.",
    ),
    (
        "exercise-2-cell",
        "values = {g: 0.368, z: 1.47}\ngradients = {g: 4, k: 2.94, u: 5.89}",
        "The first wrong step is gradient of k.",
    ),
]
