"""Concatenate, Add and their like: where branches of a network meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import autograd
from autograd.cleaning import kind_of
from nn.layers.base import KerasLayer, Shape


class Concatenate(KerasLayer):
    """Several inputs end to end, where branches meet.

    >>> from nn.layers import Input
    >>> a, b = Input(shape=(2,)), Input(shape=(3,))
    >>> Concatenate()([a, b]).size
    5
    """

    def output_size(self, sizes: Sequence[int]) -> int:
        """Return the sum of the sizes."""
        return sum(sizes)

    def takes_several(self) -> bool:
        """Return that the layer joins several inputs."""
        return True

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return all inputs in one list."""
        return [value for values in inputs for value in values]


class Add(Concatenate):
    """The sum of several inputs of one size, number by number.

    >>> from nn.layers import Input
    >>> a, b = Input(shape=(2,)), Input(shape=(2,))
    >>> Add()([a, b]).size
    2
    """

    def output_dims(self, dims: Sequence[Shape]) -> Shape:
        """Return the shape that all inputs have."""
        self.output_size([size for shape in dims for size in shape[:1]])
        if len(set(dims)) != 1:
            raise ValueError(f"{kind_of(self)} expected inputs of one shape, received {dims}")
        return dims[0]

    def output_size(self, sizes: Sequence[int]) -> int:
        """Return the size that all inputs have."""
        if len(set(sizes)) != 1:
            name = type(self).__name__
            raise ValueError(f"{name} expected inputs of one size, received sizes {list(sizes)}")
        return sizes[0]

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return what is made of the numbers at each place."""
        return [self.joined(values) for values in zip(*inputs, strict=True)]

    def joined(self, values: Sequence[Any]) -> Any:
        """Return the sum."""
        return sum(values[1:], start=values[0])


class Average(Add):
    """The mean of several inputs of one size, number by number.

    >>> [y.data for y in Average()([[1.0, 2.0], [3.0, 6.0]])]
    [2.0, 4.0]
    """

    def joined(self, values: Sequence[Any]) -> Any:
        """Return the mean."""
        return super().joined(values) / len(values)


class Multiply(Add):
    """The product of several inputs of one size, number by number.

    >>> [y.data for y in Multiply()([[1.0, 2.0], [3.0, 6.0]])]
    [3.0, 12.0]
    """

    def joined(self, values: Sequence[Any]) -> Any:
        """Return the product."""
        product, *others = values
        for value in others:
            product = product * value
        return product


class Subtract(Add):
    """The first of two inputs of one size minus the second, number by number.

    >>> [y.data for y in Subtract()([[1.0, 2.0], [3.0, 6.0]])]
    [-2.0, -4.0]
    """

    def output_size(self, sizes: Sequence[int]) -> int:
        """Return the size that both inputs have."""
        if len(sizes) != 2:
            raise ValueError(f"Subtract expected two inputs, received {len(sizes)}")
        return super().output_size(sizes)

    def joined(self, values: Sequence[Any]) -> Any:
        """Return the difference."""
        return values[0] - values[1]


class Maximum(Add):
    """The largest of several inputs of one size, number by number.

    >>> [y.data for y in Maximum()([[1.0, 9.0], [3.0, 6.0]])]
    [3.0, 9.0]
    """

    def joined(self, values: Sequence[Any]) -> Any:
        """Return the largest."""
        return autograd.maximum(*values)


class Minimum(Add):
    """The smallest of several inputs of one size, number by number.

    >>> [y.data for y in Minimum()([[1.0, 9.0], [3.0, 6.0]])]
    [1.0, 6.0]
    """

    def joined(self, values: Sequence[Any]) -> Any:
        """Return the smallest."""
        return autograd.minimum(*values)


def concatenate(inputs: Sequence[Any], **common: Any) -> Any:
    """Return several inputs end to end: `Concatenate()(inputs)`."""
    return Concatenate(**common)(inputs)


def add(inputs: Sequence[Any], **common: Any) -> Any:
    """Return the sum of several inputs: `Add()(inputs)`."""
    return Add(**common)(inputs)


def multiply(inputs: Sequence[Any], **common: Any) -> Any:
    """Return the product of several inputs: `Multiply()(inputs)`."""
    return Multiply(**common)(inputs)


def subtract(inputs: Sequence[Any], **common: Any) -> Any:
    """Return the difference of two inputs: `Subtract()(inputs)`."""
    return Subtract(**common)(inputs)


def average(inputs: Sequence[Any], **common: Any) -> Any:
    """Return the mean of several inputs: `Average()(inputs)`."""
    return Average(**common)(inputs)


def maximum(inputs: Sequence[Any], **common: Any) -> Any:
    """Return the largest of several inputs: `Maximum()(inputs)`."""
    return Maximum(**common)(inputs)


def minimum(inputs: Sequence[Any], **common: Any) -> Any:
    """Return the smallest of several inputs: `Minimum()(inputs)`."""
    return Minimum(**common)(inputs)
