"""Dense: a layer of neurons, each with every input."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd.options import whole_number
from nn import activations, initializers, regularizers
from nn.initializers import Initializer
from nn.layers.base import ActivatedLayer, Variable, biases, flag, kernel
from nn.neurons import Layer, Neuron


class Dense(ActivatedLayer):
    """activation(inputs . kernel + bias): a layer of neurons, each with every input.

    Args:
        units: number of neurons.
        activation: name or function; None is linear.
        use_bias: whether the neurons have a bias.
        kernel_initializer, bias_initializer: of the weights, and of the biases.
        kernel_regularizer, bias_regularizer: what the loss has to pay for large ones, or None.
        input_dim, input_shape: the number of inputs, as n or (n,), for a first layer; later layers
            infer it.
        name: for labels and the summary. If None, labels say the layer's place ("hidden1",
            "output"), and the summary has Keras's name ("dense", "dense_1").
        trainable: whether an optimiser moves the parameters.

    Raises:
        ValueError: a size is no positive whole number, or a name is unknown.

    >>> layer = Dense(units=4, input_dim=3, activation="sigmoid")
    >>> len(layer([1.0, 2.0, 3.0]))
    4
    """

    _arguments = ("units", "activation", "use_bias")
    _shown = ("units", "activation")

    def __init__(
        self,
        units: int,
        activation: str | activations.Activation | None = None,
        use_bias: bool = True,
        kernel_initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        kernel_regularizer: regularizers.Given = None,
        bias_regularizer: regularizers.Given = None,
        **common: Any,
    ) -> None:
        super().__init__(**common)
        if self._input_dims is not None and len(self._input_dims) > 1:
            raise ValueError(
                f"expected a shape of one number, such as (3,), received {self._input_dims}: begin"
                f" with Flatten(input_shape={self._input_dims})"
            )
        self.units = whole_number("units", units, least=1)
        self._activation = activations.chosen(activation)
        self.use_bias = flag("use_bias", use_bias)
        self._kernel_initializer = initializers.get(kernel_initializer)
        self._bias_initializer = initializers.get(bias_initializer)
        self.penalised = {
            "kernel": regularizers.get(kernel_regularizer),
            "bias": regularizers.get(bias_regularizer),
        }
        self._layer: Layer | None = None

    def take_over_activation(self) -> None:
        """Give the neurons, if they are made, the activation function."""
        if self._layer is not None:
            self._layer.activation = self._activation

    def output_size(self, sizes: Sequence[int]) -> int:
        """Return the number of neurons, for any one input."""
        super().output_size(sizes)
        return self.units

    def build(self, sizes: Sequence[int]) -> None:
        """Make the weights, once the number of inputs is known."""
        (size,) = sizes
        self._input_dims = (size,)
        if self._layer is None:
            bias = self._bias_initializer if self.use_bias else None
            kernel = self._kernel_initializer
            if isinstance(kernel, initializers.Orthogonal):  # its weights depend on one another
                rows = initializers.matrix(kernel, size, self.units)
                kernel = initializers.one_by_one(w for row in zip(*rows, strict=True) for w in row)
            kinds = self.activation, kernel, bias
            self._layer = Layer(size, self.units, *kinds)

    @property
    def neurons(self) -> list[Neuron]:
        """The neurons; none before the number of inputs is known."""
        return [] if self._layer is None else self._layer.neurons

    def variables(self) -> list[Variable]:
        """Return the kernel, a row for each input, and the biases."""
        if self._layer is None:
            return []
        found = [kernel("kernel", self.neurons)]
        return [*found, biases("bias", self.neurons)] if self.use_bias else found

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return every neuron's output for one sample."""
        assert self._layer is not None  # noqa: S101  # it has been built
        return self._layer.forward(inputs[0])

    def config(self) -> dict[str, Any]:
        """Return the arguments that make such a layer again."""
        return {"input_dim": self.input_size} | super().config()

    def _neurons(self) -> Iterable[Neuron]:
        return self.neurons
