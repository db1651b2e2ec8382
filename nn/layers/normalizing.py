"""Layers that bring numbers to the mean 0 and the variance 1: Normalization, LayerNormalization."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Any

import autograd
from autograd.elsewhere import advise
from autograd.options import in_range
from nn.data import as_rows, listed
from nn.foreign import OF_NORMALIZATION
from nn.layers.base import Kept, KerasLayer, Variable, biases, check_axis
from nn.neurons import Neuron

SMALLEST = 1e-7
"""No standard deviation of `Normalization` is taken for less, as in Keras."""


class Normalization(KerasLayer):
    """(x - mean) / sqrt(variance), with the mean and variance of each column of the data.

    Show it the training data by `adapt` before the model is used, or give both.

    Args:
        axis: -1, for each column by itself; None for all numbers together.
        mean, variance: one number for each input, or one for all.

    >>> layer = Normalization()
    >>> layer.adapt([[1.0, 10.0], [3.0, 50.0]])
    >>> [round(y.data, 9) for y in layer([1.0, 50.0])]
    [-1.0, 1.0]
    """

    _arguments = ("axis",)
    takes_any_scale = True

    def __init__(
        self, axis: int | None = -1, mean: Any = None, variance: Any = None, **common: Any
    ) -> None:
        super().__init__(**common)
        if axis is not None:
            check_axis(axis, "-1 or None")
        if (mean is None) != (variance is None):
            raise ValueError("expected mean and variance, received only one of them")
        self.axis = axis
        self._given = None if mean is None else (listed(mean), listed(variance))
        self._mean: list[Kept] = []
        self._variance: list[Kept] = []

    def adapt(self, data: Any) -> None:
        """Take the mean and the variance of each column of the data.

        Args:
            data: rows, as for `fit`; plain numbers where there is one input.

        Raises:
            ValueError: the data do not fit the layer.
        """
        rows = as_rows(data, self.input_size, "inputs")
        columns = [list(column) for column in zip(*rows, strict=True)]
        if self.axis is None:
            columns = [[x for column in columns for x in column]] * len(columns)
        means = [fmean(column) for column in columns]
        squares = [fmean((x - m) ** 2 for x in c) for c, m in zip(columns, means, strict=True)]
        self._given = means, squares
        self._mean = self._variance = []
        self.build([len(columns)])

    def build(self, sizes: Sequence[int]) -> None:
        """Keep a mean and a variance for each input."""
        (size,) = sizes
        self._input_dims = (size,)
        if self._mean:
            return
        if self._given is None:
            self._given = 0.0, 1.0
        mean, variance = (
            [given] * size if isinstance(given, (int, float)) else list(given)
            for given in self._given
        )
        if len(mean) != size or len(variance) != size:
            raise ValueError(f"expected a mean and a variance for each of {size} inputs")
        self._mean, self._variance = [*map(Kept, mean)], [*map(Kept, variance)]

    def variables(self) -> list[Variable]:
        """Return the means, the variances and Keras's count, which no optimiser moves."""
        if not self._mean:
            return []
        dims = (len(self._mean),)
        return [
            Variable("mean", dims, list(self._mean), is_trained=False),
            Variable("variance", dims, list(self._variance), is_trained=False),
            Variable("count", (), [Kept(0.0)], is_trained=False),
        ]

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return each input on its column's scale."""
        return [
            (x - mean.data) / max(variance.data**0.5, SMALLEST)
            for x, mean, variance in zip(inputs[0], self._mean, self._variance, strict=True)
        ]


advise(Normalization, OF_NORMALIZATION)


class LayerNormalization(KerasLayer):
    """gamma * (x - mean) / sqrt(variance + epsilon) + beta, mean and variance over one sample.

    Args:
        axis: -1, for there is one axis.
        epsilon: keeps the quotient finite where all inputs are equal.

    Source: Ba, Kiros and Hinton, Layer normalization, 2016.

    >>> [round(y.data, 3) for y in LayerNormalization()([1.0, 3.0])]
    [-1.0, 1.0]
    """

    _arguments = ("epsilon",)
    takes_any_scale = True

    def __init__(self, axis: int = -1, epsilon: float = 1e-3, **common: Any) -> None:
        super().__init__(**common)
        check_axis(axis)
        self.epsilon = float(in_range("epsilon", epsilon, "above 0"))
        self.neurons: list[Neuron] = []

    def build(self, sizes: Sequence[int]) -> None:
        """Make a gamma of 1 and a beta of 0 for each input: a neuron with one weight."""
        (size,) = sizes
        self._input_dims = (size,)
        if not self.neurons:
            self.neurons.extend(Neuron(1, None, "ones") for _ in range(size))

    def variables(self) -> list[Variable]:
        """Return the gammas and the betas."""
        gammas = [neuron.numbers()[0][0] for neuron in self.neurons]
        both = [Variable("gamma", (len(gammas),), gammas), biases("beta", self.neurons)]
        return both if gammas else []

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the inputs on the scale of this sample."""
        mean = autograd.mean(inputs[0])
        centred = [x - mean for x in inputs[0]]
        variance = autograd.mean([x**2 for x in centred])
        deviation = autograd.sqrt(variance + self.epsilon)
        return self.rescaled([x / deviation for x in centred])

    def rescaled(self, inputs: Sequence[Any]) -> list[Any]:
        """Return gamma * x + beta for each input."""
        return [neuron.weighted_sum([x]) for neuron, x in zip(self.neurons, inputs, strict=True)]

    def _neurons(self) -> Iterable[Neuron]:
        return self.neurons
