"""Notebook 2: the perceptron trick."""

from typing import Any

NUMBERS: dict[str, Any] = {
    "[*far.weights, far.bias]": [-1, -1, -11],
    "[*nearer.weights, nearer.bias]": [2.6, 3.5, -10.1],
    "steps.count": 10,
    "[float(n) for n in (*steps.line.weights, steps.line.bias)]": [4, 5, -9],
    "approach(line, (1, 1), label=1, rate=0.1).count": 11,
}

SHOWN: list[str] = ["Perceptron(weights=(2.6, 3.5), bias=-10.1)", "10", "11"]

WRONG: list[tuple[str, str, str]] = []
