"""Notebook 1: gates."""

from typing import Any

NUMBERS: dict[str, Any] = {
    "[*AND.weights, AND.bias]": [1, 1, -2],
    "[*OR.weights, OR.bias]": [2, 2, -2],
    "[*NOT.weights, NOT.bias]": [-1, -3, 2],
    "[xor(a, b) for a in (0, 1) for b in (0, 1)]": [0, 1, 1, 0],
    "[round(p) for [p] in network.predict(nn.datasets.xor().inputs)]": [0, 1, 1, 0],
    "neuron([1, 0, 1], [2, -9, 2], -3)": 1,
    "[w1.grad, w2.grad, b.grad, z.data]": [4, 5, 1, 22],
}

SHOWN: list[str | tuple[str, str]] = [
    "-2.0",
    "[0, 1, 1, 0]",
    ("Every row is right.", "Todas las filas son correctas."),
]

SUM = "sum(x * w for x, w in zip(inputs, weights))"

WRONG: list[tuple[str, str, str]] = [
    (
        "exercise-1",
        f"def neuron(inputs, weights, bias):\n    return int({SUM} + bias > 0)",
        "At the second point the sum is exactly 0.",
    ),
    (
        "exercise-1",
        f"def neuron(inputs, weights, bias):\n    return int({SUM} >= 0)",
        "Where is the bias?",
    ),
    (
        "exercise-1",
        f"def neuron(inputs, weights, bias):\n    return {SUM} + bias",
        "The neuron still has to decide",
    ),
    (
        "exercise-1",
        "def neuron(i, w, bias):\n    return int(i[0] * w[0] + i[1] * w[1] + bias >= 0)",
        "neuron([5], [-1], 4) stops: IndexError: list index out of range.",
    ),
    ("exercise-2", "my_w1, my_w2, my_b = 1, 1, -2", "That is AND."),
    ("exercise-2", "my_w1, my_w2, my_b = -1, 1, -1", "the second but not the first"),
    ("exercise-2", "my_w1, my_w2, my_b = 1, -1, 0", "With this bias it says yes by itself"),
]
