"""Measures of many samples: the loss and the metrics, as means over the samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nn.data import Rows
from nn.metrics import Metric


class Means:
    """Means over samples that come in batches, which may differ in size.

    Args:
        metrics: what to measure besides the loss, by name.
    """

    def __init__(self, metrics: Sequence[tuple[str, Metric]]) -> None:
        self._metrics = metrics
        self._sums = dict.fromkeys(["loss", *(name for name, _ in metrics)], 0.0)
        self._count = 0

    def add(self, loss: float, targets: Rows, outputs: Any) -> None:
        """Add a batch: its mean loss, and a row of targets and one of outputs for each sample."""
        self._count += len(targets)
        self._sums["loss"] += loss * len(targets)
        if self._metrics:
            rows = outputs.tolist() if hasattr(outputs, "tolist") else outputs
            for name, metric in self._metrics:
                self._sums[name] += sum(metric(*pair) for pair in zip(targets, rows, strict=True))

    def all(self) -> dict[str, float]:
        """Return the mean of each measure over all samples so far."""
        return {name: total / self._count for name, total in self._sums.items()}
