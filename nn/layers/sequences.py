"""Layers for what comes in a row: Embedding for whole numbers, SimpleRNN for steps of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd import Value, is_compiling, take
from autograd.cleaning import quoted
from autograd.options import check_index, whole_number
from nn import activations, initializers
from nn.initializers import Initializer
from nn.layers.base import ActivatedLayer, KerasLayer, Shape, Variable, biases, flag, kernel
from nn.neurons import Neuron


class Embedding(KerasLayer):
    """A row of a table for each input, which is a whole number: a word, a letter, a class.

    Each column of the table is a neuron whose weights are picked by `take`.

    Args:
        input_dim: how many rows the table has; inputs are whole numbers from 0 to input_dim - 1.
        output_dim: how many numbers a row has.
        embeddings_initializer: of the table.
        input_length: how many inputs a sample has, if it is known.

    >>> layer = Embedding(3, 2, embeddings_initializer="ones")
    >>> [y.data for y in layer([2])]
    [1.0, 1.0]
    """

    _arguments = _shown = ("input_dim", "output_dim")
    takes_any_scale = True

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: str | Initializer = "uniform",
        *,
        input_length: int | None = None,
        **common: Any,
    ) -> None:
        if input_length is not None:
            common["input_shape"] = (whole_number("input_length", input_length, least=1),)
        super().__init__(**common)
        self.input_dim = whole_number("input_dim", input_dim, least=1)
        self.output_dim = whole_number("output_dim", output_dim, least=1)
        kind = initializers.get(embeddings_initializer)
        rows = initializers.matrix(kind, input_dim, output_dim)
        self.neurons = [
            Neuron(input_dim, None, initializers.one_by_one(column), None)
            for column in zip(*rows, strict=True)
        ]

    def output_dims(self, dims: Sequence[Shape]) -> Shape:
        """Return the shape of the inputs, and that of a row."""
        super().output_dims(dims)
        return (*dims[0], self.output_dim)

    def variables(self) -> list[Variable]:
        """Return the table, a row for each whole number."""
        return [kernel("embeddings", self.neurons)]

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the rows of the inputs, end to end.

        Raises:
            IndexError: an input is no row of the table; compiled code gives nan for it.
        """
        for index in inputs[0] if not is_compiling() else ():
            check_index(index.data if isinstance(index, Value) else index, self.input_dim)
        return [take(neuron.numbers()[0], index) for index in inputs[0] for neuron in self.neurons]

    def _neurons(self) -> Iterable[Neuron]:
        return self.neurons


class SimpleRNN(ActivatedLayer):
    """h(t) = activation(x(t) . kernel + h(t - 1) . recurrent_kernel + bias), from h(0) = 0.

    The same neurons see every step of time, each with the step's inputs and what all neurons gave
    before: drawn, the network is unrolled, one layer for each step.

    Args:
        units: number of neurons.
        activation: name or function.
        use_bias: whether the neurons have a bias.
        kernel_initializer, recurrent_initializer, bias_initializer: of the weights of the inputs,
            of the weights of what was given before, and of the biases.
        return_sequences: whether to give the outputs of all steps, end to end, or of the last.

    >>> layer = SimpleRNN(1, kernel_initializer="ones", recurrent_initializer="ones")
    >>> round(layer([[0.5], [0.25]])[0].data, 6)  # tanh(0.25 + tanh(0.5))
    0.612003
    """

    has_any_shape = _keeps_shape = True
    _arguments = ("units", "activation", "use_bias", "return_sequences")
    _shown = ("units", "activation")

    def __init__(
        self,
        units: int,
        activation: str | activations.Activation | None = "tanh",
        use_bias: bool = True,
        kernel_initializer: str | Initializer = "glorot_uniform",
        recurrent_initializer: str | Initializer = "orthogonal",
        bias_initializer: str | Initializer = "zeros",
        *,
        return_sequences: bool = False,
        **common: Any,
    ) -> None:
        super().__init__(**common)
        self.units = whole_number("units", units, least=1)
        self._activation = activations.chosen(activation)
        self.use_bias = flag("use_bias", use_bias)
        self.return_sequences = flag("return_sequences", return_sequences)
        self._initializers = (
            initializers.get(kernel_initializer),
            initializers.get(recurrent_initializer),
            initializers.get(bias_initializer),
        )
        self.neurons: list[Neuron] = []

    def output_dims(self, dims: Sequence[Shape]) -> Shape:
        """Return the number of neurons, once for each step if all steps are wanted."""
        self.output_size([size for shape in dims for size in [shape[0]]][:1])
        if len(dims) != 1 or len(dims[0]) != 2:
            raise ValueError(
                f"{quoted(self)} expected samples of shape (steps, numbers in each), such as"
                f" (10, 1), received {dims[0]}"
            )
        if self.neurons and len(self.neurons[0].weights) != dims[0][1] + self.units:
            known = len(self.neurons[0].weights) - self.units
            raise ValueError(
                f"{quoted(self)} expected {known} numbers in each step, received {dims[0][1]}"
            )
        return (dims[0][0], self.units) if self.return_sequences else (self.units,)

    def output_size(self, sizes: Sequence[int]) -> int:
        """Return the number of neurons."""
        whole_number("the number of steps", sizes[0], least=1)
        return self.units

    def build_for(self, dims: Sequence[Shape]) -> None:
        """Make the weights, once the number of numbers in a step is known."""
        self._input_dims = dims[0]
        if self.neurons:
            return
        inputs, units = dims[0][1], self.units
        kernel, recurrent, bias = self._initializers
        rows = initializers.matrix(kernel, inputs, units)
        rows += initializers.matrix(recurrent, units, units)
        kind = bias if self.use_bias else None
        self.neurons.extend(
            Neuron(inputs + units, None, initializers.one_by_one(weights), kind)
            for weights in zip(*rows, strict=True)
        )

    def variables(self) -> list[Variable]:
        """Return the kernel, the recurrent kernel, and the biases."""
        if not self.neurons:
            return []
        found = [
            kernel("kernel", self.neurons, slice(-self.units)),
            kernel("recurrent_kernel", self.neurons, slice(-self.units, None)),
        ]
        return [*found, biases("bias", self.neurons)] if self.use_bias else found

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return every neuron's output after the last step, or after each."""
        values, state = inputs[0], [0.0] * self.units
        width = len(self.neurons[0].weights) - self.units
        steps = []
        for start in range(0, len(values), width):
            known = [*values[start : start + width], *state]
            # At the first step, the weights of what was given before have nothing to weigh.
            sums = [neuron.weighted_sum(known) for neuron in self.neurons]
            state = activations.outputs_of(self.activation, sums)
            steps.append(state)
        return [value for step in steps for value in step] if self.return_sequences else state

    def _neurons(self) -> Iterable[Neuron]:
        return self.neurons
