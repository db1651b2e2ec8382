"""Notebook 2: the perceptron trick."""

from typing import Any

NUMBERS: dict[str, Any] = {
    "[*far.weights, far.bias]": [-1, -1, -11],
    "[*nearer.weights, nearer.bias]": [2.6, 3.5, -10.1],
    "steps.count": 10,
    "[float(n) for n in (*steps.line.weights, steps.line.bias)]": [4, 5, -9],
    "almost.count": 11,
    "my_trick(3, 4, -10, 4, 5, 0, 0.1)": [2.6, 3.5, -10.1],
    "training.errors[-1]": 0,
    "min(restless.errors) > 0": True,
}

SHOWN: list[str] = [
    "Perceptron(weights=(-1, -1), bias=-11)",
    "Perceptron(weights=(2.6, 3.5), bias=-10.1)",
    "10\n",
    "11\n",
]

SCORE = "w1 * x1 + w2 * x2 + b"


def trick(prediction: str, step: str, bias: str = "b + step") -> str:
    return (
        f"def my_trick(w1, w2, b, x1, x2, label, rate):\n    prediction = int({prediction})\n"
        f"    step = {step}\n    return w1 + step * x1, w2 + step * x2, {bias}"
    )


RIGHT = "rate * (label - prediction)"

WRONG: list[tuple[str, str, str]] = [
    ("exercise-1", "my_w1, my_w2, my_b, my_score = 3, 2.5, -7.5, 6", "first wrong step is new_b"),
    (
        "exercise-1",
        "my_w1, my_w2, my_b, my_score = 1, -0.5, -8, -7.5",
        "sign: 0.5 went in with the other sign",
    ),
    (
        "exercise-2",
        trick(f"{SCORE} >= 0", "rate * abs(label - prediction)"),
        "You always add.",
    ),
    ("exercise-2", trick(f"{SCORE} >= 0", RIGHT, "b"), "The bias learns too"),
    ("exercise-2", trick(f"{SCORE} > 0", RIGHT), "At one point the score is exactly 0"),
    (
        "exercise-2",
        trick(f"{SCORE} >= 0", "rate * (prediction - label)"),
        "The line runs away from the points",
    ),
    (
        "exercise-2",
        trick(f"{SCORE} >= 0", "rate"),
        "my_trick(3, 4, -10, 4, 5, 0, 0.1) is 3.4, 4.5, -9.9; it should be 2.6, 3.5, -10.1.",
    ),
]
