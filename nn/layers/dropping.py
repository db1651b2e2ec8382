"""Dropout and its like: layers that draw numbers anew for each sample of a training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.options import in_range
from nn import randomness
from nn.layers.base import KerasLayer


class Dropout(KerasLayer):
    """In a training some inputs are 0, drawn anew for each sample, and the others grow.

    An input is x * 0 with the probability `rate`, else x / (1 - rate), so that the mean stays x. A
    model that predicts or is measured leaves all inputs as they are.

    Args:
        rate: the share of inputs that is dropped, from 0 to below 1.
        seed: for draws that are the same on every run; if None, they follow `nn.set_random_seed`.

    Source: Srivastava and others, Dropout: a simple way to prevent neural networks from
    overfitting, 2014.

    >>> [y.data for y in Dropout(0.5)([1.0, 3.0])]
    [1.0, 3.0]
    >>> Dropout(0.5, seed=0).noise(3)
    [2.0, 2.0, 0.0]
    """

    has_any_shape = True
    _arguments = ("rate", "seed")
    _shown = ("rate",)

    def __init__(self, rate: float, seed: int | None = None, **common: Any) -> None:
        super().__init__(**common)
        self.rate, self.seed = float(in_range("rate", rate, "from 0 to below 1")), seed
        self._random = randomness.source(seed)

    def noise_size(self, size: int) -> int:
        """Return that there is one number for each input, unless none is ever dropped."""
        return size if self.rate else 0

    def noise(self, size: int) -> list[float]:
        """Return a factor for each input of one sample."""
        kept = 1.0 / (1.0 - self.rate)
        return [kept if self._random.random() >= self.rate else 0.0 for _ in range(size)]

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the inputs, times their factors in a training."""
        if len(inputs) == 1:
            return list(inputs[0])
        return [value * factor for value, factor in zip(*inputs, strict=True)]


class GaussianNoise(Dropout):
    """In a training a number is added to each input, drawn anew for each sample.

    Args:
        stddev: the standard deviation of the numbers, whose mean is 0.
        seed: as for `Dropout`.

    >>> [y.data for y in GaussianNoise(0.5)([1.0, 3.0])]
    [1.0, 3.0]
    """

    _arguments = ("stddev", "seed")
    _shown = ("stddev",)

    def __init__(self, stddev: float, seed: int | None = None, **common: Any) -> None:
        super().__init__(0.0, seed, **common)
        self.stddev = float(in_range("stddev", stddev, "at least 0"))

    def noise_size(self, size: int) -> int:
        """Return that there is one number for each input, unless all are 0."""
        return size if self.stddev else 0

    def noise(self, size: int) -> list[float]:
        """Return what is added to each input of one sample."""
        return [self._random.gauss(0.0, self.stddev) for _ in range(size)]

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the inputs, and what is added to them in a training."""
        if len(inputs) == 1:
            return list(inputs[0])
        return [value + added for value, added in zip(*inputs, strict=True)]
