"""Models, by Keras's names: Sequential, and the functional Model."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from itertools import chain
from math import prod
from typing import Any

from autograd import Parameter, Value, is_compiling
from autograd.cleaning import kind_of, listing, quoted
from autograd.elsewhere import advise
from autograd.options import check_length, missing, wrong_kind
from nn import saving
from nn.data import Rows, arrayed, as_rows, listed, nested
from nn.foreign import METHODS_OF_A_MODEL, OF_A_MODEL, OF_MODELS, refuse_arguments, refuse_methods
from nn.layers import (
    LAYERS,
    Input,
    KerasLayer,
    LayerOutput,
    Tensor,
    Variable,
    layer_config,
    layer_from,
)
from nn.layers.base import Batch, Shape, dims_of, flattened, refuse_mode, set_numbers, tensors_of
from nn.losses import CategoricalCrossentropy, Loss, SparseCategoricalCrossentropy
from nn.neurons import Neuron, as_values, places
from nn.summary import summary_lines
from nn.training.eager import values
from nn.training.outputs import only
from nn.training.trainer import Trainer

_MOST_OUTPUTS = 10_000_000
"""Outputs of one layer in a file, at most.

A small file can describe layers that double their outputs again and again until memory is full.
"""


_OTHER_TARGETS: Mapping[type[Loss], tuple[str, int | None]] = {
    CategoricalCrossentropy: ("of classes as numbers, take 'sparse_categorical_crossentropy'", 1),
    SparseCategoricalCrossentropy: ("of one-hot rows, take 'categorical_crossentropy'", None),
}
"""What to say of targets for the other of two losses, and how many numbers these have."""


class Model(Trainer):
    """A network from inputs to outputs: Keras's functional way, with branches and shared layers.

    Args:
        inputs: what `Input` made; or a list of such.
        outputs: what calling layers on them made; or a list of such.
        name: for `summary`.

    Raises:
        ValueError: the outputs do not come from these inputs.

    >>> from nn.layers import Add, Dense
    >>> x = Input(shape=(2,))
    >>> shared = Dense(3, activation="tanh")
    >>> model = Model(x, Dense(1)(Add()([shared(x), shared(x)])))
    >>> len(model.parameters())
    13
    """

    def __init__(
        self,
        inputs: Tensor | Sequence[Tensor] | None = None,
        outputs: Tensor | Sequence[Tensor] | None = None,
        name: str | None = None,
    ) -> None:
        self._start(name)
        both: list[Any] = [inputs, outputs]
        given: list[list[Tensor]] = [[*x] if hasattr(x, "__iter__") else [x] for x in both]
        self.inputs, self.outputs = given
        every = [*self.inputs, *self.outputs]
        if not (self.inputs and self.outputs and all(isinstance(t, Tensor) for t in every)):
            raise TypeError(
                "expected what Input(...) made and one output computed from it, or several,"
                f" received {quoted(inputs)} and {quoted(outputs)}: write x = Input(shape=(2,)),"
                " then Model(x, layer(x)); in a class of your own, super().__init__(x, layer(x))"
            )
        if len(set(self.inputs)) < len(self.inputs):
            raise ValueError(f"expected each input once, received {self.inputs}")
        self._arrange()

    def _start(self, name: str | None) -> None:
        super().__init__()
        self.name = name or ("sequential" if isinstance(self, Sequential) else "functional")
        self.calls: list[LayerOutput] = []
        self.layers: list[KerasLayer] = []

    def __init_subclass__(cls) -> None:
        """Refuse what Keras would call and nothing here does."""
        refuse_methods(cls, METHODS_OF_A_MODEL)

    def _arrange(self) -> None:
        """Put the layers' calls in order, sources first; name layers and parameters by place."""
        order: dict[Tensor, None] = {}
        stack = [*reversed(self.outputs)]
        while stack:
            tensor = stack.pop()
            before = [source for source in tensor.sources if source not in order]
            if before:
                stack += [tensor, *reversed(before)]
            else:
                order[tensor] = None
        strangers = [t for t in order if not isinstance(t, LayerOutput) and t not in self.inputs]
        if strangers:
            raise ValueError(
                f"the output depends on {quoted(strangers[0])}, which is not an input of it"
            )
        self.calls = [tensor for tensor in order if isinstance(tensor, LayerOutput)]
        self.layers = list(dict.fromkeys(call.layer for call in self.calls))
        self._name_layers()

    def _name_layers(self) -> None:
        """Give layers Keras's names, such as "dense_1", and label parameters by place."""
        taken = {layer.name_given for layer in self.layers}
        for layer in self.layers:
            if not (layer.name_given or layer.place_name):
                count, name = 0, layer.name
                base = name
                while name in taken:
                    count += 1
                    name = f"{base}_{count}"
                layer.place_name = name
            taken.add(layer.name)
        trained = [layer for layer in self.layers if layer.parameters()]
        for layer, place in zip(trained, places(len(trained)), strict=True):
            layer.label_parameters(place)

    @property
    def output(self) -> Tensor:
        """Where the outputs are: of several, the last.

        Raises:
            RuntimeError: the model does not know its number of inputs yet.
        """
        if not self.outputs:
            raise RuntimeError(
                "the model does not know its number of inputs yet; give its first layer input_dim,"
                " or show it data"
            )
        return self.outputs[-1]

    @property
    def input(self) -> Any:
        """Where the inputs are: one, or a list of several."""
        self.output  # noqa: B018  # raises where the model is not built
        return only(self.inputs)

    @property
    def input_shape(self) -> Any:
        """Keras's shape of the input, or of each input: None for the samples, then the numbers."""
        return only([tensor.shape for tensor in self.inputs])

    @property
    def output_shape(self) -> Any:
        """Keras's shape of the output, or of each: None for the samples, then the numbers."""
        self.output  # noqa: B018  # raises where the model is not built
        return only([tensor.shape for tensor in self.outputs])

    @property
    def output_names(self) -> list[str]:
        """The name of each output: that of its layer."""
        return [t.layer.name if isinstance(t, LayerOutput) else "input" for t in self.outputs]

    @property
    def trainable(self) -> bool:
        """Whether an optimiser moves any parameters; set, it is so for every layer."""
        return any(layer.trainable for layer in self.layers)

    @trainable.setter
    def trainable(self, trainable: bool) -> None:
        for layer in self.layers:
            layer.trainable = bool(trainable)

    def get_layer(self, name: str | None = None, index: int | None = None) -> KerasLayer:
        """Return a layer by its name, or by its place.

        Raises:
            ValueError: there is no such layer.
        """
        if index is not None:
            return self.layers[index]
        for layer in self.layers:
            if layer.name == name:
                return layer
        names = listing(layer.name for layer in self.layers)
        raise ValueError(f"no layer is called {quoted(name)} (must be one of {names})")

    def noise_size(self) -> int:
        """Return how many numbers layers such as Dropout draw for each sample of a training."""
        return sum(call.layer.noise_size(call.size) for call in self.calls)

    def with_noise(self, row: Sequence[Any]) -> Sequence[Any]:
        """Return a sample of a training: its numbers, and those that layers draw for it."""
        drawn = _drawn(self._drawing())
        return [*row, *drawn] if drawn else row

    def rehearsed(self, rows: Sequence[Sequence[Any]]) -> list[list[Value]]:
        """Return the outputs for samples with what layers would draw next; nothing is used up."""
        copies = deepcopy(self._drawing())
        return [self.sample([*row, *_drawn(copies)]) for row in rows]

    def _drawing(self) -> list[tuple[KerasLayer, int]]:
        """The layers that draw numbers in a training, each with its number of inputs."""
        calls = ((call.layer, call.size) for call in self.calls)
        return [(layer, size) for layer, size in calls if layer.noise_size(size)]

    def forward(self, inputs: Sequence[Value]) -> list[Value]:
        """Return the outputs for one sample, several inputs, and several outputs, end to end.

        Args:
            inputs: the numbers of the sample; in a training, with what layers draw.
        """
        return self._outputs_for([inputs])[0]

    def training_outputs(self, rows: Sequence[Sequence[Any]]) -> list[list[Value]]:
        """Return the outputs for the samples of a batch, with what layers do in a training.

        Raises:
            TypeError: a layer looks at the whole batch, and `forward` is of the user's own.
        """
        if not self.moving_parameters():
            return super().training_outputs(rows)
        if type(self).forward is not Model.forward:
            raise TypeError(
                f"{kind_of(self)}.forward computes one sample, and BatchNormalization takes"
                " the whole batch: write the network as Model(inputs, outputs)"
            )
        samples = [values(self.with_noise(row)) for row in rows]
        return self._outputs_for(samples, is_training=True)

    def _outputs_for(
        self, rows: Sequence[Sequence[Value]], *, is_training: bool = False
    ) -> list[list[Value]]:
        """The outputs for samples, layer by layer: in a training, a layer may look at all."""
        results: dict[Tensor, list[list[Value]]] = {}
        start = 0
        for tensor in self.inputs:
            results[tensor] = [list(row[start : start + tensor.size]) for row in rows]
            start += tensor.size
        has_noise = len(rows[0]) > start
        for call in self.calls:
            sources = [results[source] for source in call.sources]
            if has_noise and (count := call.layer.noise_size(call.size)):
                sources.append([list(row[start : start + count]) for row in rows])
                start += count
            if is_training and call.layer.moving_parameters():
                results[call] = call.layer.forward_batch(sources[0])
            else:
                results[call] = [call.layer.forward(parts) for parts in zip(*sources, strict=True)]
        samples = zip(*(results[tensor] for tensor in self.outputs), strict=True)
        return [[*chain(*parts)] for parts in samples]

    def __call__(self, x: Any, training: bool | None = None, **others: Any) -> Any:
        """Return the outputs for one sample, as Values; for a batch of samples, a row for each.

        On a Tensor, or a list of them, the model is used as a layer.

        Args:
            x: a sample, a batch, or a Tensor.
            training: whether layers do what they do in a training: Dropout draws, and
                BatchNormalization takes the mean and the variance of the batch, which its moving
                averages follow. One sample is a batch of one.
            **others: none, as for `compile`.
        """
        refuse_arguments("a call of a model", others)
        if tensors := tensors_of(x):
            found = self._on(tensors)
            refuse_mode(self.layers, training)
            return found
        if len(self.inputs) > 1:
            x = self._joined(x)
        if not hasattr(x, "__iter__"):
            raise TypeError(
                f"expected a sample as a list of {self._input_size() or 'its'} numbers, received"
                f" {quoted(x, 60)}"
            )
        sample = x if hasattr(x, "__len__") else list(x)
        is_batch = self._is_batch(sample)
        rows = [self._values_of(row) for row in (sample if is_batch else [sample])]
        if (
            training
            and is_compiling()
            and any(map(KerasLayer.acts_otherwise_in_training, self.layers))
        ):
            raise TypeError(
                "a function that is compiled would keep what layers draw and average while it is"
                " recorded: leave out training=True, or train by fit, which compiles them"
            )
        outputs = self.training_outputs(rows) if training else [*map(self.forward, rows)]
        return Batch(outputs) if is_batch else outputs[0]

    def _joined(self, x: Any) -> Any:
        """A sample, or a batch, of which each input was given by itself: its numbers end to end."""
        x = self._by_input(x)
        if not hasattr(x, "__len__") or len(x) != len(self.inputs):
            return x
        depths = {
            len(dims_of(part)) - len(tensor.dims) if hasattr(part, "__len__") else -1
            for part, tensor in zip(x, self.inputs, strict=True)
        }
        if depths == {0}:
            return [number for part in x for number in flattened(part)]
        if depths == {1}:
            rows = zip(*x, strict=True)
            return [[number for part in parts for number in flattened(part)] for parts in rows]
        return x

    def _by_input(self, x: Any) -> Any:
        """The data in the order of the inputs."""
        names = [getattr(tensor, "name", None) for tensor in self.inputs]
        return _in_order(x, names, "data for the inputs")

    def _values_of(self, sample: Any) -> list[Value]:
        """The numbers of one sample."""
        flat = flattened(sample)
        values = as_values(flat, self._input_size() or len(flat))
        self._build(dims_of(sample))
        return values

    def _is_batch(self, x: Any) -> bool:
        """Whether these are samples, and not one sample."""
        if not len(x):
            return False
        if len(self.inputs) > 1:
            return len(dims_of(x)) == 2
        if self.inputs:
            return len(dims_of(x)) == 1 + len(self.inputs[0].dims)
        return len(dims_of(x)) == 2 and bool(self.layers) and not self.layers[0].has_any_shape

    def _on(self, given: list[Tensor]) -> Any:
        """The model's own layers, shared, on other inputs."""
        if len(given) == 1:
            self._build(given[0].dims)
        if [tensor.dims for tensor in self.inputs] != [tensor.dims for tensor in given]:
            sizes = [tensor.size for tensor in self.inputs]
            several = f"{len(sizes)} inputs of {sizes} numbers"
            wanted = f"one input of {sizes[0]} numbers" if len(sizes) == 1 else several
            raise ValueError(f"expected {wanted}, received {quoted(only(given))}")
        copies = dict(zip(self.inputs, given, strict=True))
        for call in self.calls:
            sources = [copies[source] for source in call.sources]
            copies[call] = call.layer(only(sources))
        return only([copies[tensor] for tensor in self.outputs])

    def parameters(self) -> list[Parameter]:
        """Return every layer's parameters."""
        return [parameter for layer in self.layers for parameter in layer.parameters()]

    def trainable_parameters(self) -> list[Parameter]:
        """Return the parameters of the layers that are trained."""
        return [parameter for layer in self.layers for parameter in layer.trained_parameters()]

    def moving_parameters(self) -> list[Parameter]:
        """Return the parameters that follow the batches without a gradient: moving averages."""
        return [parameter for layer in self.layers for parameter in layer.moving_parameters()]

    def penalties(self) -> list[Any]:
        """Return what regularizers add to the loss."""
        return [penalty for layer in self.layers for penalty in layer.penalties()]

    def count_params(self) -> int:
        """Return how many numbers the layers have, trained or not."""
        return sum(layer.count_params() for layer in self.layers)

    def _build(self, dims: Shape) -> None:
        """Get ready for samples of a shape: a Sequential may not have known which."""

    def _output_sizes(self, dims: Shape) -> list[int]:  # noqa: ARG002  # a Sequential may not know
        """How many numbers each output has for samples of a shape."""
        self.output  # noqa: B018  # raises where the model is not built
        return [tensor.size for tensor in self.outputs]

    def _input_size(self) -> int:
        return sum(tensor.size for tensor in self.inputs)

    def _rows(self, x: Any) -> tuple[Rows, Shape]:
        """The samples, each in one row, for one input or several; and the shape of the first."""
        if len(self.inputs) < 2:
            if isinstance(x, (list, tuple)) and len(x) == 1 and self.inputs and _is_nested(x, self):
                (x,) = x
            dims = self.inputs[0].dims if self.inputs else self._dims_of_first(x)
            return as_rows(x, prod(dims), "inputs", is_deep=len(dims) > 1), dims
        x = self._by_input(x)
        check_length(x, len(self.inputs), "data for {} inputs")
        parts = [
            as_rows(part, t.size, "inputs", is_deep=len(t.dims) > 1)
            for part, t in zip(x, self.inputs, strict=True)
        ]
        return _side_by_side(parts, "input"), self.inputs[0].dims

    def _dims_of_first(self, x: Any) -> Shape:
        """The shape of the first sample, of a model that takes what it is shown."""
        numbers = listed(x)
        takes_rows = bool(self.layers) and self.layers[0].has_any_shape
        if takes_rows and hasattr(numbers, "__len__") and len(numbers):
            first = listed(numbers[0])
            return dims_of(first) if isinstance(first, (list, tuple)) else (1,)
        return (len(as_rows(x, None, "inputs")[0]),)

    def samples(self, x: Any) -> Rows:
        """Return inputs as rows that fit the model.

        Raises:
            ValueError: the inputs do not fit. The model is left as it was.
        """
        rows, dims = self._rows(x)
        self._build(dims)
        return rows

    def data(self, x: Any, y: Any) -> tuple[Rows, Rows]:
        """Return inputs and targets as rows that fit the model.

        Raises:
            ValueError: inputs or targets do not fit. The model is left as it was.
            TypeError: there are no targets.
        """
        if y is None:
            raise TypeError("expected targets beside the inputs, received none: write fit(x, y)")
        inputs, dims = self._rows(x)
        targets = self._targets(y, self._output_sizes(dims))
        if len(inputs) != len(targets):
            received = f"{len(targets)} targets and {len(inputs)} inputs"
            raise ValueError(f"expected as many targets as inputs, received {received}")
        self._build(dims)
        return inputs, targets

    def _targets(self, y: Any, sizes: Sequence[int]) -> Rows:
        """The targets, each in one row with a number for each number of the outputs."""
        if len(sizes) == 1:
            return self._spread(y, self.loss, sizes[0])
        y = _in_order(y, self.output_names, "targets for the outputs")
        check_length(y, len(sizes), "targets for {} outputs")
        losses = getattr(self.loss, "losses", [None] * len(sizes))
        parts = [self._spread(*part) for part in zip(y, losses, sizes, strict=True)]
        return _side_by_side(parts, "output")

    @staticmethod
    def _spread(y: Any, loss: Any, size: int) -> Rows:
        """The targets of one output."""
        if not isinstance(loss, Loss):
            return as_rows(y, size, "targets")
        try:
            rows = as_rows(y, loss.target_size(size), "targets")
        except ValueError as error:
            other, width = _OTHER_TARGETS.get(type(loss), ("", None))
            if other and size > 1 and len(as_rows(y, None, "targets")[0]) == (width or size):
                raise ValueError(f"{error}; {other}") from None
            raise
        return loss.spread(rows, size)

    def output_size(self) -> int | None:
        """Return how many numbers all outputs have; None as long as it is not known."""
        if self.outputs or not self.layers:
            return sum(tensor.size for tensor in self.outputs) or None
        return getattr(self.layers[-1], "units", None)

    def output_sizes(self) -> dict[str, int]:
        """Return how many numbers each output has, by its name; of one output, nothing."""
        if len(self.outputs) < 2:
            return {}
        return {n: t.size for n, t in zip(self.output_names, self.outputs, strict=True)}

    def as_outputs(self, rows: Rows) -> Any:
        """Return rows of outputs as `predict` gives them: an array; for several outputs, a list."""
        found, start = [], 0
        for tensor in self.outputs:
            end = start + tensor.size
            found.append(arrayed([nested(row[start:end], tensor.dims) for row in rows]))
            start = end
        return only(found)

    def _variables(self) -> list[tuple[KerasLayer, Variable]]:
        """Every layer's variables, each with its layer."""
        self.output  # noqa: B018  # raises where there are no weights yet
        return [(layer, variable) for layer in self.layers for variable in layer.variables()]

    def get_weights(self) -> list[Any]:
        """Return the numbers: each layer's kernel, a row for each input, its biases and so on.

        Returns:
            NumPy arrays, or lists where NumPy is not installed.

        >>> from nn.layers import Dense
        >>> model = Sequential([Dense(2, "relu", kernel_initializer="zeros", input_dim=1)])
        >>> [weights.tolist() for weights in model.get_weights()]
        [[[0.0, 0.0]], [0.0, 0.0]]
        """
        return [arrayed(variable.numbers()) for _, variable in self._variables()]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Set the numbers that `get_weights` returns.

        Raises:
            ValueError: the weights are of other shapes. The model is left as it was.
        """
        set_numbers(self._variables(), weights)

    def save_weights(self, filepath: str | os.PathLike[str]) -> None:
        """Write the weights to a file, with the layers that they are of: the same as `save`."""
        self.save(filepath)

    def load_weights(self, filepath: str | os.PathLike[str]) -> None:
        """Read the weights of a model with the same layers from a file: the same as `load`."""
        self.load(filepath)

    def _neurons(self) -> Iterable[Neuron]:
        return [neuron for layer in self.layers for neuron in layer._neurons()]

    def get_config(self, custom_objects: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return all of the model but its weights, as JSON has it: what `from_config` reads.

        Each layer is listed once. A call names its layer by the place among the layers, and its
        sources by their places among the inputs, which come first, and the calls.

        Args:
            custom_objects: activations and layers of your own, by the names that they are to have.

        Raises:
            ValueError: a layer or an activation is of your own and not named.
            RuntimeError: the model does not know its number of inputs yet.

        >>> from nn.layers import Dense
        >>> Sequential([Dense(1, input_dim=2)]).get_config()["calls"]
        [[0, [0]]]
        """
        output = self.output  # raises where the model is not built
        places: dict[Tensor, int] = {t: i for i, t in enumerate([*self.inputs, *self.calls])}
        return {
            "class": "Sequential" if type(self) is Sequential else "Model",
            "inputs": [t.size if len(t.dims) == 1 else list(t.dims) for t in self.inputs],
            "output": [places[t] for t in self.outputs]
            if len(self.outputs) > 1
            else places[output],
            "layers": [layer_config(layer, custom_objects or {}) for layer in self.layers],
            "calls": [
                [self.layers.index(call.layer), [places[source] for source in call.sources]]
                for call in self.calls
            ],
        }

    @staticmethod
    def from_config(
        config: dict[str, Any], custom_objects: Mapping[str, Any] | None = None
    ) -> Model:
        """Return a model as `get_config` described it, with weights of its own.

        Args:
            config: what `get_config` returned.
            custom_objects: activations and layers of your own in it, by name.

        Raises:
            ValueError: the configuration has something that there is not, or is not named.

        >>> from nn.layers import Dense
        >>> Model.from_config(Sequential([Dense(1, input_dim=2)]).get_config())([0.0, 0.0])[0].data
        0.0
        """
        own = custom_objects or {}
        layers = [layer_from(name, settings, own) for name, settings in config["layers"]]
        inputs = [Input(shape=shape) for shape in config["inputs"]]
        tensors = list(inputs)
        for layer, sources in config["calls"]:
            taken = [tensors[source] for source in sources]
            tensors.append(layers[layer](taken if layers[layer].takes_several() else taken[0]))
        largest = max(tensor.size for tensor in tensors)
        if largest > _MOST_OUTPUTS:
            raise ValueError(f"a layer has {largest:,} outputs, more than {_MOST_OUTPUTS:,}")
        ends = config["output"] if isinstance(config["output"], list) else [config["output"]]
        model = Model(inputs, [tensors[end] for end in ends])
        if config["class"] != "Sequential":
            return model
        return Sequential([inputs[0], *(call.layer for call in model.calls)])

    def save(
        self,
        filepath: str | os.PathLike[str],
        custom_objects: Mapping[str, Any] | None = None,
        **others: Any,
    ) -> None:
        """Write the layers and their weights to a JSON file: all of it, or nothing.

        Of a compiled model, the file has what `compile` chose and what the optimizer keeps, so that
        its training goes on where it stopped.

        Args:
            filepath: the file.
            custom_objects: activations and layers of your own, by the names that `load_model` is to
                find them by. Your own losses and metrics are found by their `__name__`.
            **others: none, as for `compile`.

        Raises:
            ValueError: a layer or an activation is of your own and not named, or a weight is not
                finite: JSON cannot hold those.
            RuntimeError: the model does not know its number of inputs yet.
            OSError: the file cannot be written. What was there before is left as it was.
        """
        refuse_arguments("save", others)
        described = self.get_config(custom_objects) | {
            "weights": [listed(part) for part in self.get_weights()]
        }
        training = self.get_compile_config()
        saving.write(filepath, described | ({} if training is None else {"training": training}))

    def load(self, filepath: str | os.PathLike[str]) -> None:
        """Read the weights of a model with the same layers from a file that `save` wrote.

        Raises:
            ValueError: the file is damaged, or of something else. The model is left as it was.
            OSError: the file cannot be read.
        """
        described = saving.read(filepath)
        own = self.get_config()
        if {key: described.get(key) for key in own} != own:
            raise ValueError(
                f"{quoted(os.fspath(filepath))} holds a model with other layers than this"
            )
        with saving.blaming(filepath):
            self.set_weights(described["weights"])

    def summary(self, *, print_fn: Callable[[str], object] = print, **others: Any) -> None:
        """Print the layers as Keras does: the shape of their outputs and how many parameters.

        Args:
            print_fn: what is given all of it, instead of `print`.
            **others: none, as for `compile`.
        """
        refuse_arguments("summary", others)
        print_fn("\n".join(summary_lines(self)))


class Sequential(Model):
    """Layers one after the other.

    Args:
        layers: the layers; more can be added. The first may be what `Input` made.

    >>> from nn.layers import Activation, Dense
    >>> model = Sequential()
    >>> model.add(Dense(units=4, input_dim=3))
    >>> model.add(Activation("sigmoid"))
    >>> model.add(Dense(units=1))
    >>> [layer.name for layer in model.layers]
    ['dense', 'activation', 'dense_1']
    """

    def __init__(
        self,
        layers: Sequence[KerasLayer | Tensor | Model] | None = None,
        *more: KerasLayer,
        name: str | None = None,
    ) -> None:
        self._start(name)
        self.inputs, self.outputs = [], []
        if more or not hasattr(layers or [], "__iter__"):
            raise TypeError(
                "expected a list of layers, as Sequential([layer, layer]), received"
                f" {', '.join(map(kind_of, (layers, *more)))}"
            )
        for layer in layers or []:
            self.add(layer)

    def add(self, layer: KerasLayer | Tensor | Model) -> None:
        """Put a layer after the last.

        Raises:
            TypeError: `layer` is no layer.
            ValueError: the layer does not fit the last one. The model is left as it was.
        """
        if isinstance(layer, Tensor) and not isinstance(layer, LayerOutput):
            if self.layers or self.outputs:
                raise ValueError("expected an input before any layer, and one only")
            self.inputs, self.outputs = [layer], [layer]
            return
        if isinstance(layer, Model):
            self._add_model(layer)
            return
        if not isinstance(layer, KerasLayer):
            raise wrong_kind(f"a layer (one of {', '.join(LAYERS)})", layer)
        dims = layer._input_dims
        if not self.outputs and dims is not None and not self.layers:
            self.inputs = [Input(shape=dims)]
            self.outputs = [self.inputs[0]]
        if not self.outputs:
            self.layers.append(layer)
            self._name_layers()
        else:
            self.outputs = [layer(self.outputs[0])]
            self._arrange()

    def _add_model(self, model: Model) -> None:
        """Put another model's layers after the last."""
        if not model.outputs:  # it has layers only, one after the other
            for layer in model.layers:
                self.add(layer)
            return
        if not self.outputs:
            if self.layers:
                raise ValueError(
                    "expected the number of inputs before a model that knows its own: give the"
                    " first layer input_dim"
                )
            self.inputs = [Input(shape=tensor.dims) for tensor in model.inputs[:1]]
            self.outputs = [*self.inputs]
        found = model(self.outputs[0])
        if not isinstance(found, Tensor):
            raise TypeError("expected a model with one output, received one with several")
        self.outputs = [found]
        self._arrange()

    def pop(self) -> None:
        """Take the last layer away.

        Raises:
            ValueError: there is no layer.
        """
        if not self.layers:
            raise ValueError("the model has no layers; there is none to take away")
        if self.outputs:
            self.outputs = [*self.outputs[0].sources]
            self._arrange()
        else:
            self.layers.pop()

    def _output_sizes(self, dims: Shape) -> list[int]:
        if self.outputs:
            return [self.outputs[0].size]
        if not self.layers:
            raise ValueError("the model has no layers; add one first")
        for layer in self.layers:
            dims = layer.output_dims([dims])
        return [prod(dims)]

    def _build(self, dims: Shape) -> None:
        if not self.outputs:
            self._output_sizes(dims)  # raises before any layer is changed
            tensor = first = Input(shape=dims)
            for layer in self.layers:
                tensor = layer(tensor)
            self.inputs, self.outputs = [first], [tensor]
            self._arrange()

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Get ready for samples of a shape, which may begin with None for the samples."""
        dims = [size for size in input_shape[1:] if size is not None]
        self._build(tuple(dims))


def _drawn(layers: Iterable[tuple[KerasLayer, int]]) -> list[float]:
    """What layers draw for a sample, one after the other."""
    return [number for layer, size in layers for number in layer.noise(size)]


def _in_order(given: Any, names: Sequence[str | None], what: str) -> Any:
    """The parts of a dictionary in the order of these names; anything else as it is."""
    if not isinstance(given, Mapping):
        return given
    if set(given) != set(names):
        raise ValueError(f"expected {what} {names}, received {list(given)}")
    return [given[name] for name in names]


def _side_by_side(parts: Sequence[Rows], what: str) -> Rows:
    """The rows of several inputs or outputs, those of one sample end to end."""
    counts = [len(part) for part in parts]
    if len(set(counts)) != 1:
        raise ValueError(f"expected as many rows for each {what}, received {counts}")
    return [[*chain(*rows)] for rows in zip(*parts, strict=True)]


def __getattr__(name: str) -> object:
    """Say what to write for a name of Keras that is not here."""
    raise missing("nn.models", name, OF_MODELS)


advise(Model, OF_A_MODEL)


def _is_nested(x: Any, model: Model) -> bool:
    """Whether x is a list of one array, for a model with one input, as Keras takes it."""
    shape = getattr(x[0], "shape", None)
    return isinstance(shape, tuple) and len(shape) == 1 + len(model.inputs[0].dims)


def clone_model(model: Model) -> Model:
    """Return a model of the same layers, with weights of its own.

    >>> from nn.layers import Dense
    >>> len(clone_model(Sequential([Dense(3, input_dim=2)])).parameters())
    9
    """
    return Model.from_config(model.get_config())


def load_model(
    filepath: str | os.PathLike[str],
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,  # noqa: A002  # Keras's name
) -> Model:
    """Return the model that `save` wrote; no code of the file's is run.

    The model predicts as it did, and its training goes on where it stopped, to the last bit.

    Args:
        filepath: the file.
        custom_objects: functions and classes of your own that the model has, by name.
        compile: whether to compile it as it was; without, losses and metrics of your own need no
            name.

    Raises:
        ValueError: the file is damaged, or of something else; or something of your own in it is not
            named.
        OSError: the file cannot be read.
    """
    described = saving.read(filepath)
    with saving.blaming(filepath):
        weights = described.pop("weights")
        model = Model.from_config(described, custom_objects)
        model.set_weights(weights)
        if compile and "training" in described:
            model.compile_from_config(described["training"], custom_objects)
            if model.get_compile_config() != described["training"]:
                raise ValueError("it describes another training than it makes")
        own = model.get_config(custom_objects)
        if own != {key: described[key] for key in own}:
            raise ValueError("it describes another model than it makes")
    return model
