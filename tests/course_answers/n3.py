"""Notebook 3: from yes or no to how likely."""

from typing import Any

NUMBERS: dict[str, Any] = {
    "shares": [0.09003057317038046, 0.24472847105479764, 0.6652409557748219],
    "math.prod(first)": 0.0084,
    "math.prod(second)": 0.3024,
    "-sum(map(math.log, first))": 4.7795,
    "-sum(map(math.log, second))": 1.1960,
    "4 * mean": 4.828313737302301,
    "[g - f for g, f in zip(by_graph, by_formula)]": [0, 0, 0],
}

SHOWN: list[str] = ["[0.09, 0.2447, 0.6652]", "(0.0084, 0.3024)", "[4.8, 1.2]", "4.8283"]

WRONG: list[tuple[str, str, str]] = []
