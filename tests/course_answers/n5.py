"""Notebook 5: stepping through an expression; numbers by the formula of tanh's derivative."""

import math
from typing import Any

TANH = math.tanh(1.0)
SLOPE = 2 * (1 - TANH**2)  # of y by s, at a = 2 and s = 1

NUMBERS: dict[str, Any] = {
    "y.backward() or [a.grad, b.grad, c.grad]": [TANH - 3 * SLOPE, 2 * SLOPE, SLOPE],
    "len(list(forward_steps(y)))": 4,
    "len(list(backward_steps(y)))": 8,
    "p.backward() or [u.grad, v.grad, n.grad]": [-8, 4, 2],
}

SHOWN: list[str | tuple[str, str]] = [
    "d = a*b = 2*(-3) = -6",
    ("a receives 1 * 0.761594 = 0.761594 from y", "a recibe 1 * 0.761594 = 0.761594 de y"),
    ("which makes -1.75825 in all", "-1.75825 en total"),
]

_FORWARD = "def my_gradients(a, b, c):\n    t = math.tanh(a * b + c)\n"

WRONG: list[tuple[str, str, str]] = [
    (
        "exercise-1-cell",
        "gradients = {n: 2, v: 4, u: -2}\nshares = {(u, p): -2, (u, m, n, p): -6}",
        "gradient of u",
    ),
    (
        "exercise-1-cell",
        "gradients = {n: 2, v: -6, u: -8}\nshares = {(u, p): -2, (u, m, n, p): -6}",
        "gradient of v",
    ),
    (
        "exercise-2-cell",
        _FORWARD + "    k = a * (1 - t**2)\n    return k * b, k * a, k",
        "a is used twice.",
    ),
    (
        "exercise-2-cell",
        _FORWARD + "    k = a * (1 - t**2)\n    return t, k * a, k",
        "a is used twice.",
    ),
    (
        "exercise-2-cell",
        _FORWARD + "    return t + a * b, a * a, a",
        "Where is the slope of tanh?",
    ),
]
