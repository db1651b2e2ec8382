"""Notebook 6: networks."""

import math
from typing import Any


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


NOTES = sigmoid(7 * sigmoid(1) + 5 * sigmoid(-11) - 6)
"""What the notes' network says of (-1, 1)."""

CROSSING = sigmoid(7 * sigmoid(-1) + 5 * sigmoid(1) - 6)
"""What the network with the crossing lines says of (1, 1), which is a yes."""

NUMBERS: dict[str, Any] = {
    "sigmoid(0.7 + 0.8)": 0.8175744761936437,
    "sigmoid(7 * 0.7 + 5 * 0.8 - 6)": 0.9478464369215823,
    "sums": [1, -11],
    "answer": NOTES,
    "y.data": NOTES,
    "h.grad - (y.data - 1)": 0,
    "w11.grad / h.grad": 7 * sigmoid(1) * (1 - sigmoid(1)) * -1,
    "float(nn.activations.leaky_relu(-2.0))": -0.02,
    "before": [-1, 2, -2, 2, 1, -2, 7, 5, -6],
    "[p.data - b for p, b in zip(network.parameters(), before)]": [
        (1 - CROSSING) * share
        for share in (
            *[7 * sigmoid(-1) * sigmoid(1)] * 3,
            *[5 * sigmoid(-1) * sigmoid(1)] * 3,
            sigmoid(-1),
            sigmoid(1),
            1,
        )
    ],
    "[len(set(column)) for column in zip(*equal.get_weights()[0].T.round(9).tolist())]": [1, 1],
    "[round(p) for [p] in different.predict(nn.datasets.xor().inputs)]": [0, 1, 1, 0],
}

SHOWN: list[str] = [
    "0.82",
    "0.95",
    "0.70  0.80  0.95",
    "[1, -11] 0.73106 0.00002 0.2927",
    "0.00 0.67 0.67 0.67",
    "v1 = 7.16   v2 = 5.45",
    "-0.844",
]

_NUMBERS = "gradient_of_v3, gradient_of_v1, gradient_of_w31 = {}"

WRONG: list[tuple[str, str, str]] = [
    ("exercise-1", _NUMBERS.format("-0.707, -0.517, -4.951"), "local derivative forgotten"),
    ("exercise-1", _NUMBERS.format("0.707, -0.517, -0.973"), "the sign is the other one"),
    (
        "exercise-2-cell",
        "def gradient(x, s, v, y, t):\n    return (y - t) * v * x",
        "Is the sigmoid's slope there?",
    ),
    (
        "exercise-2-cell",
        "def gradient(x, s, v, y, t):\n    return (t - y) * v * s * (1 - s) * x",
        "All signs are the other way.",
    ),
    (
        "exercise-2-cell",
        "def gradient(x, s, v, y, t):\n    return (y - t) * y * (1 - y) * v * s * (1 - s) * x",
        "The last sigmoid counts twice.",
    ),
    (
        "exercise-2-cell",  # right at the point where x is 1
        "def gradient(x, s, v, y, t):\n    return (y - t) * v * s * (1 - s)",
        "Right at 1 of 4 points.",
    ),
]
