"""Colours: their parts, and the colours of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

Rgb: TypeAlias = tuple[float, float, float]
"""Red, green and blue, from 0 to 1."""

CYCLE = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b")
"""The colours of lines that are given none, in turn."""

_NAMED = {"white": "#ffffff", "black": "#000000", "none": ""}
_BLUES = ("#f7fbff", "#c6dbef", "#6baed6", "#2171b5", "#08306b")


def to_rgb(color: str | Rgb) -> Rgb:
    """Return the parts of a colour."""
    if not isinstance(color, str):
        return color
    text = _NAMED.get(color, color).removeprefix("#")
    red, green, blue = (int(text[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return red, green, blue


def to_hex(color: str | Rgb) -> str:
    """Return a colour as SVG writes it."""
    if isinstance(color, str):
        return _NAMED.get(color, color) or "none"
    return "#" + "".join(f"{round(255 * part):02x}" for part in color)


class LinearSegmentedColormap:
    """Colours from one end to the other, mixed of the nearest two."""

    def __init__(self, colors: Sequence[str]) -> None:
        self._parts = [to_rgb(color) for color in colors]

    @classmethod
    def from_list(cls, _name: str, colors: Sequence[str]) -> LinearSegmentedColormap:
        """Return a map of evenly spaced colours."""
        return cls(colors)

    def __call__(self, share: float) -> Rgb:
        """Return the colour of a number from 0 to 1."""
        place = min(1.0, max(0.0, share)) * (len(self._parts) - 1)
        i = min(int(place), len(self._parts) - 2)
        before, after = self._parts[i : i + 2]
        red, green, blue = (a + (place - i) * (b - a) for a, b in zip(before, after, strict=True))
        return red, green, blue


def known(cmap: str | LinearSegmentedColormap) -> LinearSegmentedColormap:
    """Return a colour map by its name: shades of blue, the dark ones first if it ends in `_r`."""
    if not isinstance(cmap, str):
        return cmap
    return LinearSegmentedColormap(_BLUES[::-1] if cmap.endswith("_r") else _BLUES)


class TwoSlopeNorm:
    """The share of a number between two ends: a half at a centre, linear on both sides of it."""

    def __init__(self, vcenter: float, vmin: float, vmax: float) -> None:
        self.ends = (vmin, vcenter, vmax)

    def __call__(self, number: float) -> float:
        """Return the share, from 0 to 1."""
        for i, (low, high) in enumerate(pairwise(self.ends)):
            if number <= high or i == 1:
                return (i + min(1.0, max(0.0, (number - low) / (high - low)))) / 2
        raise AssertionError
