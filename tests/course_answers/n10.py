"""Notebook 10: a GPT; what does not hang on how its training went."""

from typing import Any

NUMBERS: dict[str, Any] = {
    "places('ada')": [0, 1, 4, 1, 0],
    "take([0.1, 0.2, 0.3], 2)": 0.3,
    "losses[-1] < losses[0]": True,
    "round(sum(share.data for share in shares), 12)": 1,
    "s.backward() or [s.data, f[0].grad, f[1].grad]": [1 / 3, 2 / 9, -1 / 9],
    "tempered([5, 6, 7], 1)": [0.09003057317038046, 0.24472847105479764, 0.6652409557748219],
}

SHOWN = ["([0, 1, 4, 1, 0], 0.3)"]

_TEMPERED = "def tempered(scores, temperature):\n    return "

WRONG: list[tuple[str, str, str]] = [
    (
        "exercise-1-cell",
        "values = {s: 0.333}\ngradients = {f[0]: 0.333, f[1]: -0.111}",
        "The first wrong step is gradient of f1.",
    ),
    (
        "exercise-1-cell",
        "values = {s: 0.333}\ngradients = {f[0]: 0.222, f[1]: 0.111}",
        "The first wrong step is gradient of f2.",
    ),
    (
        "exercise-2-cell",
        _TEMPERED + "softmax([score * temperature for score in scores])",
        "Multiplied instead of divided.",
    ),
    (
        "exercise-2-cell",
        _TEMPERED + "[share / temperature for share in softmax(scores)]",
        "do the shares add up to 1?",
    ),
    ("exercise-2-cell", _TEMPERED + "softmax(scores)", "Right at 1 of 3 points."),
]
