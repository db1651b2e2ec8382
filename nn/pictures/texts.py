"""What is written in a network's picture, and how much room it takes."""

from __future__ import annotations

import math
from typing import TypeAlias

from autograd import Parameter, Value
from autograd.notation import shortened, show_label, show_number
from nn.pictures.network import Circle

DARK, QUIET, FORWARD, BACKWARD = "#1b1b1b", "#595959", "#0b4a8f", "#a3270c"
LETTER, LINE = 0.1, 0.22  # inches: a letter's width and a line's height, in any common font

Lines: TypeAlias = list[tuple[str, str]]
"""Lines of text, each with its colour."""


class Texts:
    """Numbers as lines of text, and the gradients that are known, as `draw_network` asks."""

    def __init__(self, gradients: dict[Value, float], digits: int, numbers: bool | None) -> None:
        self._gradients = gradients
        self._digits = digits
        self.numbers = numbers

    def weight(self, weight: Parameter) -> Lines:
        """Return the text on a line."""
        return self._with_gradient("", weight)

    def circle(self, circle: Circle) -> Lines:
        """Return the text in a circle."""
        lines = [(shown_name(circle.text, longest=12), DARK)]
        if circle.kind == "bias":
            lines.append(("bias", QUIET))
        if circle.bias is not None and self.numbers is not False:
            lines += self._with_gradient("b", circle.bias)
        if circle.output is not None:
            lines += self._with_gradient("" if circle.kind == "input" else "out", circle.output)
        return lines

    def _with_gradient(self, name: str, node: Value) -> Lines:
        equals = " = " if name else ""
        lines = [(f"{name}{equals}{self._number(node.data)}", FORWARD)]
        if node in self._gradients:
            shown = self._number(self._gradients[node])
            lines.append((f"∂{name}{equals or ' '}{shown}", BACKWARD))
        return lines

    def _number(self, number: float) -> str:
        return show_number(number + 0.0, self._digits)  # + 0.0 makes -0.0 a plain 0


def shown_name(text: str, longest: int = 24) -> str:
    """Return a name as it is written, not longer than that."""
    return shortened(show_label(text), longest)


def extent(lines: Lines) -> tuple[float, float]:
    """Return the width and height of lines of text, in inches."""
    return LETTER * max(len(text) for text, _ in lines), LINE * len(lines)


def radius(lines: Lines) -> float:
    """Return the radius of a circle around lines of text, in inches."""
    corners = []
    for i, (text, _) in enumerate(lines):
        across = abs(i - (len(lines) - 1) / 2) * LINE + LINE / 2
        corners.append(math.hypot(LETTER * len(text) / 2, across))
    return max(0.25, max(corners) + 0.03)
