"""Patches: areas, as a legend has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class Patch:
    """An area with a hatch."""

    facecolor: Any = "none"
    edgecolor: Any = "none"
    hatch: str = ""
    label: str = ""
