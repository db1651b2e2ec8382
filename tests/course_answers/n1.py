"""Notebook 1: gates."""

from typing import Any

NUMBERS: dict[str, Any] = {
    "[*AND.weights, AND.bias]": [1, 1, -2],
    "[*OR.weights, OR.bias]": [2, 2, -2],
    "[*NOT.weights, NOT.bias]": [-1, -3, 2],
    "[xor(a, b) for a in (0, 1) for b in (0, 1)]": [0, 1, 1, 0],
    "[round(p) for [p] in network.predict(nn.datasets.xor().inputs)]": [0, 1, 1, 0],
}

SHOWN: list[str] = []

WRONG: list[tuple[str, str, str]] = []
