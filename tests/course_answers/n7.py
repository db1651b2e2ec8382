"""Notebook 7: training by hand."""

from typing import Any

NUMBERS: dict[str, Any] = {
    # One step from w = -1, b = 4 for (1, 3), (2, 5), (3, 7): errors 0, -3, -6.
    "train([1, 2, 3], [3, 5, 7], 0.05, 1)": [0.05 * 2 * 34 / 3, 0.05 * 2 * 15 / 3],
    "[p.grad for p in raw.layers[0].parameters()]": [0] * 8,
    "[round(p - sum(marks) / 3) for [p] in raw.predict(hours)]": [0, 0, 0],
    "[round(100 * p) for [p] in by_hand.predict(x)]": [82, 94, 45],
    "len(notes.parameters())": (3 * 4 + 4) + (4 * 4 + 4),
    "[distance(model, by_hand) < 1e-12, distance(functional, model) < 1e-12]": [True, True],
}

SHOWN: list[str | tuple[str, str]] = [
    "15.0",
    "-16.0 -6.0",
    "w = -0.20   b = 4.30   loss = 4.44",
    "73.67 73.67 73.67",
    "82.2 93.8 45.0",
    ("Total params: 36", "Parámetros en total: 36"),
]


def _loop(*moves: str) -> str:
    body = "".join(f"        {move}\n" for move in moves)
    return (
        "def train(xs, ys, rate, steps):\n"
        "    w, b = Parameter(0), Parameter(0)\n"
        f"    for step in range(steps):\n{body}"
        "    return w.data, b.data\n"
    )


_FORWARD = "loss = mean([(w * x + b - y) ** 2 for x, y in zip(xs, ys)])"
_ZERO = "w.grad = b.grad = 0"
_BACKWARD = "loss.backward()"
_UPDATE = "w.data -= rate * w.grad; b.data -= rate * b.grad"

WRONG: list[tuple[str, str, str]] = [
    ("exercise-1", _loop(_FORWARD, _BACKWARD, _UPDATE), "what is left of the step before?"),
    (
        "exercise-1",
        _loop(_FORWARD, _ZERO, _BACKWARD, _UPDATE.replace("-=", "+=")),
        "That goes uphill.",
    ),
    (
        "exercise-1",
        _loop(_FORWARD.replace("mean", "sum"), _ZERO, _BACKWARD, _UPDATE),
        "Is the loss the mean of the squares?",
    ),
    (
        "exercise-1",
        _loop(_FORWARD, _ZERO, _BACKWARD, _UPDATE, "return w.data, b.data"),
        "is return within the loop?",
    ),
    ("exercise-1", _loop(_FORWARD, _BACKWARD, _ZERO, _UPDATE), "is zero after backward?"),
    (
        "exercise-1",
        _loop(_FORWARD, _ZERO, _BACKWARD, _UPDATE.partition(";")[0]),
        "Only w moves.",
    ),
    ("exercise-2-cell", "gradient, w_after_one, w_after_two = -16, 0.2, -2.12", "uphill"),
    ("exercise-2-cell", "gradient, w_after_one, w_after_two = -8, 1.4, 1.72", "factor 2"),
    ("exercise-2-cell", "gradient, w_after_one, w_after_two = -16, 1.8, 3.08", "not set to zero"),
]
