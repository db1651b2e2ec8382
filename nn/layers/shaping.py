"""Layers that reshape samples, Flatten and Reshape; and Lambda, a function of the user's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from autograd import Value
from autograd.cleaning import kind_of, name_of, quoted
from nn.data import listed, objects
from nn.layers.base import KerasLayer, Shape, as_dims


class Flatten(KerasLayer):
    """The numbers of each sample in one row: a picture of 28 rows of 28 numbers has 784.

    >>> len(Flatten()([[1.0, 2.0], [3.0, 4.0]]))
    4
    """

    has_any_shape = _keeps_shape = True

    def output_dims(self, dims: Sequence[Shape]) -> Shape:
        """Return the number of numbers."""
        return (self.output_size([prod(shape) for shape in dims]),)

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the inputs: the numbers of a sample are kept row after row in any case."""
        return list(inputs[0])


class Reshape(Flatten):
    """The numbers of each sample in rows of another length.

    Args:
        target_shape: the shape of a sample.

    >>> from nn.layers import Input
    >>> Reshape((2, 3))(Input(shape=(6,)))
    <2 x 3 numbers from Reshape((2, 3))>
    """

    _arguments = _shown = ("target_shape",)

    def __init__(self, target_shape: Sequence[int], **common: Any) -> None:
        super().__init__(**common)
        self.target_shape = as_dims(target_shape)

    def output_dims(self, dims: Sequence[Shape]) -> Shape:
        """Return the shape that is wanted."""
        (size,) = super().output_dims(dims)
        if size != prod(self.target_shape):
            raise ValueError(
                f"{quoted(self)} expected {prod(self.target_shape)} inputs, received {size}"
            )
        return self.target_shape


class Lambda(KerasLayer):
    """A function of your own as a layer; it needs NumPy.

    Args:
        function: what is done with a sample: it takes a NumPy array of Values, and returns an array
            or a list of such, or one. A model that has such a layer cannot be saved.

    >>> [y.data for y in Lambda(lambda x: x * 2 + 1)([1.0, 3.0])]
    [3.0, 7.0]
    """

    has_any_shape = True

    def __init__(self, function: Callable[[Any], Any], **common: Any) -> None:
        super().__init__(**common)
        if not callable(function):
            raise TypeError(f"expected a function, received {kind_of(function)}")
        self.function = function

    def output_size(self, sizes: Sequence[int]) -> int:
        """Return how many numbers the function makes of so many."""
        size = super().output_size(sizes)
        return len(self.forward([[Value(0.5) for _ in range(size)]]))

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return what the function makes of the inputs."""
        found = listed(self.function(objects(inputs[0])))
        return list(found) if isinstance(found, (list, tuple)) else [found]

    def __repr__(self) -> str:
        return f"Lambda({name_of(self.function)})"
