"""Notebook 0: a number is nudged."""

from typing import Any

NUMBERS: dict[str, Any] = {
    "f(3.1) - f(3)": 0.61,
    "derivative(4)": 3 * 4**2 + 1,
    "(lambda x, y: (y.backward(), x.grad)[1])(n := Number(3.0), n * n + n)": 2 * 3 + 1,
}

SHOWN: list[str] = ["9.61", "6.001", "y = 12    "]

WRONG: list[tuple[str, str, str]] = [
    ("exercise-1", "my_y, my_slope_a, my_slope_b = -6, -4, 2", "path left out"),
    ("exercise-1", "my_y, my_slope_a, my_slope_b = 8, -3, 2", "y               8  WRONG"),
    (
        "exercise-1",
        "my_y, my_slope_a, my_slope_b = -6, 2, -3",
        "the gradient of a in the place of its own",
    ),
    (
        "exercise-2",
        "def cube(n):\n    return Number(n.data**3, (n,), (3 * n.data,))",
        "Right at 0 and at 1, by luck",
    ),
    (
        "exercise-2",
        "def cube(n):\n    return Number(n.data**3, (n,), (n.data**2,))",
        "Right at 1 of 6 points.",
    ),
    (
        "exercise-2",
        "def cube(n):\n    return Number(n.data**3, (n,), (2 * n.data,))",
        "That is the slope of the square",
    ),
]
