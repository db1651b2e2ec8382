"""Models, by Keras's names: Sequential, and the functional Model."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from autograd import Parameter, Value
from autograd.notation import in_columns
from autograd.options import check_length, wrong_kind
from nn import saving
from nn.data import Rows, as_rows
from nn.layers import LAYERS, Dense, Input, KerasLayer, LayerOutput, Tensor, layer_config
from nn.neurons import Neuron, as_values, name_layers
from nn.training.trainer import Trainer

_MOST_OUTPUTS = 10_000_000
"""Of one layer; layers that double have more in a small file, and would fill the memory."""


class Model(Trainer):
    """A network from inputs to outputs: Keras's functional way, with branches and shared layers.

    Args:
        inputs: what `Input` made; or a list of such.
        outputs: what calling layers on them made.

    Raises:
        ValueError: the outputs do not come from these inputs.

    >>> from nn.layers import Add
    >>> x = Input(shape=(2,))
    >>> shared = Dense(3, activation="tanh")
    >>> model = Model(x, Dense(1)(Add()([shared(x), shared(x)])))
    >>> len(model.parameters())
    13
    """

    def __init__(self, inputs: Tensor | Sequence[Tensor], outputs: Tensor) -> None:
        self._start()
        self.inputs = [inputs] if isinstance(inputs, Tensor) else list(inputs)
        self._output: Tensor | None = outputs
        if not isinstance(outputs, Tensor) or not self.inputs:
            raise TypeError(
                "expected what Input(...) made and one output computed from it, received"
                f" {inputs!r} and {outputs!r}"
            )
        if len(set(self.inputs)) < len(self.inputs):
            raise ValueError(f"expected each input once, received {self.inputs}")
        self._arrange()

    def _start(self) -> None:
        super().__init__()
        self.calls: list[LayerOutput] = []
        self.layers: list[KerasLayer] = []

    def _arrange(self) -> None:
        """Put the layers' calls in order, sources first, and label the parameters by place."""
        order: dict[Tensor, None] = {}
        stack = [self.output]
        while stack:
            tensor = stack.pop()
            missing = [source for source in tensor.sources if source not in order]
            if missing:
                stack += [tensor, *reversed(missing)]
            else:
                order[tensor] = None
        strangers = [t for t in order if not isinstance(t, LayerOutput) and t not in self.inputs]
        if strangers:
            raise ValueError(f"the output depends on {strangers[0]!r}, which is not an input of it")
        self.calls = [tensor for tensor in order if isinstance(tensor, LayerOutput)]
        self.layers = list(dict.fromkeys(call.layer for call in self.calls))
        name_layers(self._dense())

    @property
    def output(self) -> Tensor:
        """Where the outputs are.

        Raises:
            RuntimeError: the model does not know its number of inputs yet.
        """
        if self._output is None:
            raise RuntimeError(
                "the model does not know its number of inputs yet; give its first layer input_dim,"
                " or show it data"
            )
        return self._output

    def forward(self, inputs: Sequence[Value]) -> list[Value]:
        """Return the outputs for one sample, several inputs end to end."""
        results: dict[Tensor, list[Value]] = {}
        start = 0
        for tensor in self.inputs:
            results[tensor] = list(inputs[start : start + tensor.size])
            start += tensor.size
        for call in self.calls:
            results[call] = call.layer.forward([results[source] for source in call.sources])
        return results[self.output]

    def __call__(self, x: Any) -> Any:
        """Return the outputs for one sample, as Values; on a Tensor, use the model as a layer."""
        if isinstance(x, Tensor):
            return self._on(x)
        values = as_values(x, self._input_size() or len(x))
        self._build(len(values))
        return self.forward(values)

    def _on(self, x: Tensor) -> Tensor:
        """The model's own layers, shared, on another input."""
        self._build(x.size)
        if [tensor.size for tensor in self.inputs] != [x.size]:
            raise ValueError(f"expected one input of {self._input_size()} numbers, received {x!r}")
        (own,) = self.inputs
        copies = {own: x}
        for call in self.calls:
            copies[call] = call.layer([copies[source] for source in call.sources])
        return copies[self.output]

    def parameters(self) -> list[Parameter]:
        """Return every layer's parameters."""
        return [parameter for layer in self.layers for parameter in layer.parameters()]

    def _build(self, width: int) -> None:
        """Get ready for samples of `width` numbers: a Sequential may not have known how many."""

    def _output_size(self, width: int) -> int:  # noqa: ARG002  # a Sequential may not know yet
        """How many outputs there are for samples of `width` numbers."""
        return self.output.size

    def _input_size(self) -> int:
        return sum(tensor.size for tensor in self.inputs)

    def _rows(self, x: Any) -> Rows:
        """The samples, each in one row, for one input or several."""
        if len(self.inputs) < 2:
            return as_rows(x, self.inputs[0].size if self.inputs else None, "inputs")
        check_length(x, len(self.inputs), "data for {} inputs")
        parts = [as_rows(part, t.size, "inputs") for part, t in zip(x, self.inputs, strict=True)]
        counts = [len(part) for part in parts]
        if len(set(counts)) != 1:
            raise ValueError(f"expected as many rows for each input, received {counts}")
        return [[*chain(*rows)] for rows in zip(*parts, strict=True)]

    def samples(self, x: Any) -> Rows:
        """Return inputs as rows that fit the model.

        Raises:
            ValueError: the inputs do not fit. The model is left as it was.
        """
        rows = self._rows(x)
        self._build(len(rows[0]))
        return rows

    def data(self, x: Any, y: Any) -> tuple[Rows, Rows]:
        """Return inputs and targets as rows that fit the model.

        Raises:
            ValueError: inputs or targets do not fit. The model is left as it was.
        """
        inputs = self._rows(x)
        width = len(inputs[0])
        targets = as_rows(y, self._output_size(width), "targets")
        if len(inputs) != len(targets):
            received = f"{len(targets)} targets and {len(inputs)} inputs"
            raise ValueError(f"expected as many targets as inputs, received {received}")
        self._build(width)
        return inputs, targets

    def get_weights(self) -> list[Any]:
        """Return the numbers: each dense layer's kernel, a row for each input, and its biases.

        >>> Sequential([Dense(2, "relu", kernel_initializer="zeros", input_dim=1)]).get_weights()
        [[[0.0, 0.0]], [0.0, 0.0]]
        """
        self.output  # noqa: B018  # raises where there are no weights yet
        weights: list[Any] = []
        for layer in self._dense():
            columns = [[p.data for p in neuron.parameters()] for neuron in layer.neurons]
            rows = [list(row) for row in zip(*columns, strict=True)]
            weights += [rows[:-1], rows[-1]] if layer.use_bias else [rows]
        return weights

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Set the numbers that `get_weights` returns.

        Raises:
            ValueError: the weights are of other shapes. The model is left as it was.
        """
        self.output  # noqa: B018  # raises where there are no weights yet
        places: list[tuple[Parameter, float]] = []
        expected = sum(1 + layer.use_bias for layer in self._dense())
        check_length(weights, expected, "{} lists of weights, kernel and biases of each layer")
        parts = iter(weights)
        for layer in self._dense():
            kernel = as_rows(next(parts), layer.units, "weights")
            check_length(kernel, layer.input_size, f"a kernel of {{}} rows for {layer!r}")
            if layer.use_bias:
                biases = as_rows(next(parts), 1, "biases")
                check_length(biases, layer.units, f"{{}} biases for {layer!r}")
                kernel.append([bias for (bias,) in biases])
            for neuron, column in zip(layer.neurons, zip(*kernel, strict=True), strict=True):
                places.extend(zip(neuron.parameters(), column, strict=True))
        for parameter, number in places:
            parameter.data = number

    def _neurons(self) -> Iterable[Neuron]:
        return [neuron for layer in self._dense() for neuron in layer.neurons]

    def _dense(self) -> list[Dense]:
        return [layer for layer in self.layers if isinstance(layer, Dense)]

    def get_config(self) -> dict[str, Any]:
        """Return all of the model but its weights, as JSON has it: what `from_config` reads.

        Each layer is listed once. A call names its layer by the place among the layers, and its
        sources by their places among the inputs, which come first, and the calls.

        Raises:
            ValueError: a layer or an activation is of your own, which JSON cannot hold.
            RuntimeError: the model does not know its number of inputs yet.

        >>> Sequential([Dense(1, input_dim=2)]).get_config()["calls"]
        [[0, [0]]]
        """
        output = self.output  # raises where the model is not built
        places: dict[Tensor, int] = {t: i for i, t in enumerate([*self.inputs, *self.calls])}
        return {
            "class": "Sequential" if type(self) is Sequential else "Model",
            "inputs": [tensor.size for tensor in self.inputs],
            "output": places[output],
            "layers": [layer_config(layer) for layer in self.layers],
            "calls": [
                [self.layers.index(call.layer), [places[source] for source in call.sources]]
                for call in self.calls
            ],
        }

    @staticmethod
    def from_config(config: dict[str, Any]) -> Model:
        """Return a model as `get_config` described it, with weights of its own.

        >>> Model.from_config(Sequential([Dense(1, input_dim=2)]).get_config())([0.0, 0.0])[0].data
        0.0
        """
        layers = [LAYERS[name](**settings) for name, settings in config["layers"]]
        inputs = [Input(shape=(size,)) for size in config["inputs"]]
        tensors = list(inputs)
        for layer, sources in config["calls"]:
            tensors.append(layers[layer]([tensors[source] for source in sources]))
        largest = max(tensor.size for tensor in tensors)
        if largest > _MOST_OUTPUTS:
            raise ValueError(f"a layer has {largest:,} outputs, more than {_MOST_OUTPUTS:,}")
        model = Model(inputs, tensors[config["output"]])
        if config["class"] != "Sequential":
            return model
        return Sequential([inputs[0], *(call.layer for call in model.calls)])

    def save(self, filepath: str | os.PathLike[str]) -> None:
        """Write the layers and their weights to a JSON file: all of it, or nothing.

        Raises:
            ValueError: a layer or an activation is of your own, or a weight is not finite: JSON
                cannot hold those.
            RuntimeError: the model does not know its number of inputs yet.
            OSError: the file cannot be written. What was there before is left as it was.
        """
        saving.write(filepath, self.get_config(), self.get_weights())

    def load(self, filepath: str | os.PathLike[str]) -> None:
        """Read the weights of a model with the same layers from a file that `save` wrote.

        Raises:
            ValueError: the file is damaged, or of something else. The model is left as it was.
            OSError: the file cannot be read.
        """
        described = saving.read(filepath)
        own = self.get_config()
        if {key: described.get(key) for key in own} != own:
            raise ValueError(f"{os.fspath(filepath)!r} holds a model with other layers than this")
        with saving.blaming(filepath):
            self.set_weights(described["weights"])

    def summary(self) -> None:
        """Print the layers: how many outputs and parameters each has."""
        lines = [("layer", "outputs", "parameters")]
        counted: set[KerasLayer] = set()
        for call in self.calls:
            number = "shared" if call.layer in counted else f"{len(call.layer.parameters()):,}"
            lines.append((repr(call.layer), str(call.size), number))
            counted.add(call.layer)
        if not self.calls:
            lines.extend((repr(layer), "not built yet", "") for layer in self.layers)
        lines.append(("total", "", f"{len(self.parameters()):,}"))
        print(*in_columns(lines, "<>"), sep="\n")  # noqa: T201  # its purpose


class Sequential(Model):
    """Layers one after the other.

    Args:
        layers: the layers; more can be added. The first may be what `Input` made.

    >>> from nn.layers import Activation
    >>> model = Sequential()
    >>> model.add(Dense(units=4, input_dim=3))
    >>> model.add(Activation("sigmoid"))
    >>> model.add(Dense(units=1))
    >>> model.summary()
    layer                  outputs  parameters
    Dense(4, 'linear')           4          16
    Activation('sigmoid')        4           0
    Dense(1, 'linear')           1           5
    total                                   21
    """

    def __init__(
        self, layers: Sequence[KerasLayer | Tensor] | None = None, *more: KerasLayer
    ) -> None:
        self._start()
        self.inputs = []
        self._output = None
        if more or not hasattr(layers or [], "__iter__"):
            raise TypeError(
                "expected a list of layers, as Sequential([layer, layer]), received"
                f" {', '.join(type(layer).__name__ for layer in (layers, *more))}"
            )
        for layer in layers or []:
            self.add(layer)

    def add(self, layer: KerasLayer | Tensor) -> None:
        """Put a layer after the last.

        Raises:
            TypeError: `layer` is no layer.
            ValueError: the layer does not fit the last one. The model is left as it was.
        """
        if isinstance(layer, Tensor) and not isinstance(layer, LayerOutput):
            if self.layers or self._output is not None:
                raise ValueError("expected an input before any layer, and one only")
            self.inputs, self._output = [layer], layer
            return
        if not isinstance(layer, KerasLayer):
            raise wrong_kind(f"a layer (one of {', '.join(LAYERS)})", layer)
        if self._output is None and layer.input_size is not None and not self.layers:
            self.inputs = [Input(shape=(layer.input_size,))]
            self._output = self.inputs[0]
        if self._output is None:
            self.layers.append(layer)
        else:
            self._output = layer(self._output)
            self._arrange()

    def _output_size(self, width: int) -> int:
        if self._output is not None:
            return self._output.size
        if not self.layers:
            raise ValueError("the model has no layers; add one first")
        for layer in self.layers:
            width = layer.output_size([width])
        return width

    def _build(self, width: int) -> None:
        if self._output is None:
            self._output_size(width)  # raises before any layer is changed
            tensor = first = Input(shape=(width,))
            for layer in self.layers:
                tensor = layer(tensor)
            self.inputs, self._output = [first], tensor
            self._arrange()


def load_model(filepath: str | os.PathLike[str]) -> Model:
    """Return the model that `save` wrote; no code of the file's is run.

    The model predicts as it did. Compile it again to train it: the file has no optimiser or loss.

    Raises:
        ValueError: the file is damaged, or of something else.
        OSError: the file cannot be read.
    """
    described = saving.read(filepath)
    with saving.blaming(filepath):
        weights = described.pop("weights")
        model = Model.from_config(described)
        model.set_weights(weights)
        own = model.get_config()
        if own != {key: described[key] for key in own}:
            raise ValueError("it describes another model than it makes")
    return model
