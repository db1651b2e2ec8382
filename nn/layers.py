"""Keras's layers, and its two ways of putting them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd.options import whole_number
from nn import activations, initializers
from nn.activations import name_of
from nn.initializers import Initializer
from nn.neurons import Layer, Module, Neuron, as_values


class Tensor:
    """A place in a network under construction: it will have numbers for each sample.

    `Input(shape=(3,))` makes the first, and calling a layer on one makes the next.

    Attributes:
        size: how many numbers.
        sources: the places that the numbers are computed from; none for an input.
    """

    def __init__(self, size: int, sources: Sequence[Tensor] = ()) -> None:
        self.size = size
        self.sources = tuple(sources)

    def __repr__(self) -> str:
        return f"<an input of {self.size} numbers>"


class LayerOutput(Tensor):
    """The outputs of a layer that was called on `sources`."""

    def __init__(self, layer: KerasLayer, size: int, sources: Sequence[Tensor]) -> None:
        super().__init__(size, sources)
        self.layer = layer

    def __repr__(self) -> str:
        return f"<{self.size} numbers from {self.layer!r}>"


def Input(shape: Sequence[int] | int) -> Tensor:  # noqa: N802  # Keras's name
    """Return the start of a network: `shape` is (n,) for samples of n numbers.

    >>> Input(shape=(3,))
    <an input of 3 numbers>
    """
    return Tensor(_size(shape))


class KerasLayer(Module):
    """A layer that can be built late, once the size of its inputs is known.

    Attributes:
        input_size: the number of inputs; None as long as it is not known.
        name_given: the name chosen by the user, or None.
    """

    def __init__(self, input_size: int | None = None, name: str | None = None) -> None:
        self.input_size = input_size
        self.name_given = name

    def output_size(self, sizes: Sequence[int]) -> int:
        """Return how many outputs there are for inputs of these sizes.

        Raises:
            ValueError: inputs of these sizes do not fit. The layer is left as it was.
        """
        name = type(self).__name__
        if len(sizes) != 1:
            raise ValueError(
                f"{name} expected one input, received {len(sizes)}; join them with Concatenate()"
            )
        size = whole_number("the number of inputs", sizes[0], least=1)
        if self.input_size not in {None, size}:
            raise ValueError(f"{name} expected {self.input_size} inputs, received {size}")
        return size

    def build(self, sizes: Sequence[int]) -> None:
        """Get ready for inputs of sizes that fit; most layers need nothing."""

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the outputs for one sample; `inputs` has a list for each source."""
        raise NotImplementedError

    def config(self) -> dict[str, Any]:
        """Return the arguments that make such a layer again, as JSON has them."""
        return {"name": self.name_given}

    def __call__(self, x: Any) -> Any:
        """Go on building a network from a Tensor, or compute the outputs for one sample."""
        is_one = isinstance(x, Tensor)
        is_network = is_one or (len(x) > 0 and isinstance(x[0], Tensor))
        parts = list(x) if not is_one and (is_network or isinstance(self, Concatenate)) else [x]
        sizes = [part.size if is_network else len(part) for part in parts]
        size = self.output_size(sizes)
        self.build(sizes)
        if is_network:
            return LayerOutput(self, size, parts)
        return self.forward([as_values(part, len(part)) for part in parts])

    def _neurons(self) -> Iterable[Neuron]:
        return []  # most layers have none


class Dense(KerasLayer):
    """activation(inputs . kernel + bias): a layer of neurons, each with every input.

    Args:
        units: number of neurons.
        activation: name or function; None is linear.
        use_bias: whether the neurons have a bias.
        kernel_initializer, bias_initializer: of the weights, and of the biases.
        input_dim, input_shape: the number of inputs, as n or (n,), for a first layer; later layers
            infer it.
        name: for labels and the summary; if None, the layer's place: "hidden1", "output".

    Raises:
        ValueError: a size is no positive whole number, or a name is unknown.

    >>> layer = Dense(units=4, input_dim=3, activation="sigmoid")
    >>> len(layer([1.0, 2.0, 3.0]))
    4
    """

    def __init__(
        self,
        units: int,
        activation: str | activations.Activation | None = None,
        use_bias: bool = True,
        kernel_initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        *,
        input_dim: int | None = None,
        input_shape: Sequence[int] | None = None,
        name: str | None = None,
    ) -> None:
        given = [] if input_dim is None else [whole_number("input_dim", input_dim, least=1)]
        given += [] if input_shape is None else [_size(input_shape)]
        if len(set(given)) > 1:
            raise ValueError(f"expected input_dim and input_shape to agree, received {given}")
        super().__init__(given[0] if given else None, name)
        self.units = whole_number("units", units, least=1)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self._kernel_initializer = initializers.get(kernel_initializer)
        self._bias_initializer = initializers.get(bias_initializer)
        self._layer: Layer | None = None

    def output_size(self, sizes: Sequence[int]) -> int:
        """Return the number of neurons, for any one input."""
        super().output_size(sizes)
        return self.units

    def build(self, sizes: Sequence[int]) -> None:
        """Make the weights, once the number of inputs is known."""
        (self.input_size,) = sizes
        if self._layer is None:
            bias = self._bias_initializer if self.use_bias else None
            kinds = self.activation, self._kernel_initializer, bias
            self._layer = Layer(self.input_size, self.units, *kinds)

    @property
    def neurons(self) -> list[Neuron]:
        """The neurons; none before the number of inputs is known."""
        return [] if self._layer is None else self._layer.neurons

    def name(self, place: str) -> None:
        """Label the parameters by place."""
        if self._layer is not None:
            self._layer.name(self.name_given or place)

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return every neuron's output for one sample."""
        assert self._layer is not None  # noqa: S101  # it has been built
        return self._layer.forward(inputs[0])

    def config(self) -> dict[str, Any]:
        """Return the arguments that make such a layer again."""
        neurons = {"units": self.units, "activation": name_of(self.activation)}
        inputs = {"use_bias": self.use_bias, "input_dim": self.input_size}
        return neurons | inputs | super().config()

    def _neurons(self) -> Iterable[Neuron]:
        return self.neurons

    def __repr__(self) -> str:
        return f"Dense({self.units}, {name_of(self.activation)!r})"


class Activation(KerasLayer):
    """An activation function as a layer of its own.

    >>> Activation("sigmoid")([0.0])[0].data
    0.5
    """

    def __init__(
        self, activation: str | activations.Activation, *, name: str | None = None
    ) -> None:
        super().__init__(name=name)
        self.activation = activations.get(activation)
        self._told: set[object] = set()

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the activation of each input."""
        return activations.apply(self.activation, inputs[0], self._told)

    def config(self) -> dict[str, Any]:
        """Return the arguments that make such a layer again."""
        return {"activation": name_of(self.activation)} | super().config()

    def __repr__(self) -> str:
        return f"Activation({name_of(self.activation)!r})"


class Concatenate(KerasLayer):
    """Several inputs end to end, where branches meet.

    >>> a, b = Input(shape=(2,)), Input(shape=(3,))
    >>> Concatenate()([a, b]).size
    5
    """

    def output_size(self, sizes: Sequence[int]) -> int:
        """Return the sum of the sizes."""
        return sum(sizes)

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return all inputs in one list."""
        return [value for values in inputs for value in values]

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Add(Concatenate):
    """The sum of several inputs of one size, number by number.

    >>> a, b = Input(shape=(2,)), Input(shape=(2,))
    >>> Add()([a, b]).size
    2
    """

    def output_size(self, sizes: Sequence[int]) -> int:
        """Return the size that all inputs have."""
        if len(set(sizes)) != 1:
            raise ValueError(f"Add expected inputs of one size, received sizes {list(sizes)}")
        return sizes[0]

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the sums."""
        return [sum(values[1:], start=values[0]) for values in zip(*inputs, strict=True)]


_KINDS: list[Callable[..., KerasLayer]] = [Dense, Activation, Concatenate, Add]
LAYERS = {kind.__name__: kind for kind in _KINDS}
"""Every Keras layer by its name."""


def layer_config(layer: KerasLayer) -> list[Any]:
    """Return a layer's name in `LAYERS` and the arguments that make it again, as JSON has them."""
    if type(layer) not in LAYERS.values():
        raise ValueError(
            f"cannot save {layer!r}: it is a layer of your own (must be one of {', '.join(LAYERS)})"
        )
    used = getattr(layer, "activation", activations.linear)
    if not any(used is known for known in activations.ACTIVATIONS.values()):
        raise ValueError(
            f"cannot save {layer!r}: its activation is a function of your own (must be one of"
            f" {', '.join(activations.ACTIVATIONS)})"
        )
    return [type(layer).__name__, layer.config()]


def _size(shape: Sequence[int] | int) -> int:
    sizes = list(shape) if isinstance(shape, (list, tuple)) else [shape]
    if len(sizes) != 1:
        raise ValueError(f"expected a shape of one number, such as (3,), received {shape!r}")
    return whole_number("shape", sizes[0], least=1)
