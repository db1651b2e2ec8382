"""The axes of a panel, the sides of its frame, and the box that they bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from .ticker import MaxNLocator, decades, written


class Box(NamedTuple):
    """A rectangle, in points, from the top left."""

    left: float
    top: float
    width: float
    height: float

    def holds(self, x: float, y: float) -> bool:
        """Return whether a place is within."""
        return 0 <= x - self.left <= self.width and 0 <= y - self.top <= self.height


class Axis:
    """One axis: its ends, its ticks and its name."""

    def __init__(self) -> None:
        self.ends: tuple[float, float] | None = None
        self.ticks: Sequence[float] | None = None
        self.labels: Sequence[str] | None = None
        self.format: Callable[[float, float], str] | None = None
        self.locator = MaxNLocator()
        self.name, self.is_log = "", False

    def set_major_locator(self, locator: MaxNLocator) -> None:
        """Choose where ticks are."""
        self.locator = locator

    def set_major_formatter(self, function: Callable[[float, float], str]) -> None:
        """Choose how the ticks' numbers are written."""
        self.format = function

    def marks(self, low: float, high: float) -> list[tuple[float, str]]:
        """Return each tick that is in view, with its text."""
        found = self.ticks
        if found is None:
            found = decades(low, high) if self.is_log else self.locator.ticks(low, high)
        texts = self.labels
        if texts is None:
            texts = [self.format(t, 0) for t in found] if self.format else written(found)
        slack = 1e-9 * (high - low)
        pairs = zip(found, texts, strict=True)
        return [(tick, said) for tick, said in pairs if low - slack <= tick <= high + slack]


class Spines:
    """The sides of the frame, each shown or not."""

    def __init__(self) -> None:
        self.hidden: set[str] = set()
        self._chosen: list[str] = []

    def __getitem__(self, names: list[str]) -> Spines:
        self._chosen = names
        return self

    def set_visible(self, visible: bool) -> None:
        """Show the sides that were named last, or hide them."""
        (self.hidden.difference_update if visible else self.hidden.update)(self._chosen)
