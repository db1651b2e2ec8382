"""Notebook 3: from yes or no to how likely."""

import math
from typing import Any

ENTROPIES = {"first": 4.7795, "second": 1.1960}

NUMBERS: dict[str, Any] = {
    "shares": [0.09003057317038046, 0.24472847105479764, 0.6652409557748219],
    "math.prod(first)": 0.0084,
    "math.prod(second)": 0.3024,
    **{f"-sum(map(math.log, {model}))": number for model, number in ENTROPIES.items()},
    "cross_entropy([1, 0, 1, 1], [0.4, 0.6, 0.1, 0.5])": 4.828313737302301,
    "sum(scenarios.values())": 1.0,
    "scenarios[1, 1, 0]": 0.8 * 0.7 * 0.9,
    "3 * error(happened, doors)": -math.log(0.084),
    "[g - f for g, f in zip(by_graph, by_formula)]": [0, 0, 0],
    "history[0]": math.log(2),
}

SHOWN: list[str] = [
    "[0.09, 0.2447, 0.6652]",
    "0.0084 0.3024",
    "[0.51, 1.61, 2.3, 0.36]",
    "4.8\n",
    "1.2\n",
    "4.8283",
    "0.6931",
]

_BY_HAND = "values, gradients = {{z: {z}, p: {p}}}, {{z: {dz}, w1: {dw1}, b: {db}}}"
_STEP = """def step(w1, w2, b, x1, x2, y, rate):
    p = 1 / (1 + math.exp(-(w1 * x1 + w2 * x2 + b)))
    push = rate * (y - p)
    return {}"""

WRONG: list[tuple[str, str, str]] = [
    # The label was taken for 1; the bias was left out.
    ("exercise-1", _BY_HAND.format(z=1, p=0.731, dz=-0.269, dw1=-0.538, db=-0.269), "WRONG"),
    ("exercise-1", _BY_HAND.format(z=4, p=0.982, dz=0.982, dw1=1.96, db=0.982), "first wrong"),
    ("exercise-2-code", _STEP.format("w1 - push * x1, w2 - push * x2, b - push"), "the mountain"),
    ("exercise-2-code", _STEP.format("w1 + push, w2 + push, b + push"), "All three move alike"),
    ("exercise-2-code", _STEP.format("w1 + push * x1, w2 + push * x2, b"), "the bias stays"),
    ("exercise-2-code", _STEP.format("w1 + push * x2, w2 + push * x1, b + push"), "0 of 3"),
    (
        "exercise-2-code",
        _STEP.replace(
            "1 / (1 + math.exp(-(w1 * x1 + w2 * x2 + b)))", "w1 * x1 + w2 * x2 + b >= 0"
        ).format("w1 + push * x1, w2 + push * x2, b + push"),
        "the perceptron",
    ),
]
