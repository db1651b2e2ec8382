"""Where a legend is placed: so far below its axes."""

from __future__ import annotations

from typing import Any


class ScaledTranslation:
    """A shift, in inches; any transform plus a shift is the shift."""

    def __init__(self, across: float, up: float, scale: Any) -> None:
        self.across, self.up, self.scale = across, up, scale

    def __radd__(self, other: Any) -> ScaledTranslation:
        return self
