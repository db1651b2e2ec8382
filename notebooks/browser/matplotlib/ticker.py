"""Where the ticks of an axis are, and how their numbers are written."""

from __future__ import annotations

import math
from collections.abc import Sequence


class MaxNLocator:
    """Round numbers, at most `nbins` steps from one end to the other."""

    def __init__(
        self,
        nbins: int = 6,
        steps: Sequence[float] = (1, 2, 2.5, 5, 10),
        integer: bool = False,
        min_n_ticks: int = 2,
    ) -> None:
        self.nbins, self.steps, self.integer = nbins, steps, integer
        self.least = min_n_ticks

    def ticks(self, low: float, high: float) -> list[float]:
        """Return the ticks between two ends."""
        rough = (high - low) / self.nbins
        decade = 10.0 ** math.floor(math.log10(rough))
        step = next(step * decade for step in (*self.steps, 20) if step * decade >= rough * 0.999)
        if self.integer:
            step = max(1.0, round(step))
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        return [i * step for i in range(first, last + 1)]


def decades(low: float, high: float) -> list[float]:
    """Return the powers of ten between two ends, or those ends' own digits where there is none."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    stride = max(1, -(-(last - first) // 8))
    found = [10.0**i for i in range(first, last + 1, stride)]
    if len(found) > 1:
        return found
    return [m * 10.0**i for i in range(first - 1, last + 2) for m in (1, 2, 5)]


def written(ticks: Sequence[float]) -> list[str]:
    """Return the ticks as text: all with as many decimals as any needs."""
    if any(tick and not 1e-4 <= abs(tick) < 1e6 for tick in ticks):
        return [f"{tick:.3g}".replace("-", "−") for tick in ticks]
    places = next(
        (n for n in range(6) if all(math.isclose(t, round(t, n), abs_tol=1e-9) for t in ticks)), 6
    )
    return [f"{tick + 0.0:.{places}f}".replace("-", "−") for tick in ticks]
