"""Leaky ReLUs of any slope: Keras and PyTorch differ in theirs."""

from __future__ import annotations

from typing import Any

import autograd
from nn import activations


class _Leaky:
    """z where z > 0, else slope * z."""

    def __init__(self, slope: float) -> None:
        self.slope = slope
        self.__name__ = f"leaky_relu_{slope:g}"

    def __call__(self, z: Any) -> Any:
        return autograd.leaky_relu(z, self.slope)


def leaky(slope: float) -> activations.Activation:
    """Return the leaky ReLU of a slope: `nn.activations.leaky_relu` if it is its slope.

    >>> leaky(0.25)(-2.0)
    -0.5
    """
    slope = float(slope)
    return activations.leaky_relu if slope == slope_of(activations.leaky_relu) else _Leaky(slope)


def slope_of(activation: activations.Activation) -> float | None:
    """Return the slope of a leaky ReLU; None of any other activation.

    >>> slope_of(leaky(0.3))
    0.3
    """
    if activation is activations.leaky_relu:
        return float(-activations.leaky_relu(-1.0))
    return activation.slope if isinstance(activation, _Leaky) else None
