"""What all of Keras's layers have: their place in a network, their variables, their name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar, NoReturn

from autograd import Parameter
from autograd.cleaning import kind_of, quoted
from autograd.elsewhere import advise
from autograd.options import check_length, whole_number
from nn import activations, regularizers
from nn.data import arrayed, as_rows, nested
from nn.foreign import METHODS_OF_A_LAYER, OF_A_LAYER, refuse_arguments, refuse_methods
from nn.neurons import Activated, Module, Neuron, as_values
from nn.spelling import snake

Shape = tuple[int, ...]


class Tensor:
    """A place in a network under construction: it will have numbers for each sample.

    `Input(shape=(3,))` makes the first, and calling a layer on one makes the next.

    Attributes:
        dims: how many numbers, in each direction: (3,), or (28, 28) for a picture.
        size: how many numbers in all.
        sources: the places that the numbers are computed from; none for an input.
    """

    def __init__(self, dims: int | Sequence[int], sources: Sequence[Tensor] = ()) -> None:
        self.dims: Shape = (dims,) if isinstance(dims, int) else tuple(dims)
        self.size = prod(self.dims)
        self.sources = tuple(sources)

    @property
    def shape(self) -> tuple[int | None, ...]:
        """Keras's shape: None for the samples, then `dims`."""
        return (None, *self.dims)

    def _refuse(self, _: object) -> NoReturn:
        raise TypeError(
            "arithmetic on a network under construction is a layer: write nn.layers.add([a, b]),"
            " nn.layers.multiply([a, b]) or nn.layers.Lambda(f)(a)"
        )

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = _refuse
    __matmul__ = __pow__ = _refuse

    def _numbers(self) -> str:
        return " x ".join(map(str, self.dims)) + " numbers"

    def __repr__(self) -> str:
        return f"<an input of {self._numbers()}>"


class LayerOutput(Tensor):
    """The outputs of a layer that was called on `sources`."""

    def __init__(
        self, layer: KerasLayer, dims: int | Sequence[int], sources: Sequence[Tensor]
    ) -> None:
        super().__init__(dims, sources)
        self.layer = layer

    def __repr__(self) -> str:
        return f"<{self._numbers()} from {self.layer!r}>"


def tensors_of(x: Any) -> list[Tensor]:
    """Return the Tensors that a layer or a model is called on; none where it gets numbers.

    Raises:
        TypeError: Tensors and numbers stand side by side.
    """
    parts = [x] if isinstance(x, Tensor) else x if isinstance(x, (list, tuple)) else []
    found = [part for part in parts if isinstance(part, Tensor)]
    if found and len(found) < len(parts):
        raise TypeError(
            "expected places in a network under construction, or numbers, received both:"
            f" {quoted(x)}; numbers that come with each sample need an Input(...) of their own"
        )
    return found


def Input(shape: Sequence[int] | int, *, name: str | None = None, **others: Any) -> Tensor:  # noqa: N802  # Keras's name
    """Return the start of a network: `shape` is (n,) for samples of n numbers.

    Args:
        shape: (n,), or (28, 28) for samples of 28 rows of 28 numbers.
        name: for `summary`.
        **others: none: an argument of Keras's that is not here is an error that says so.

    >>> Input(shape=(3,))
    <an input of 3 numbers>
    """
    refuse_arguments("Input", others)
    made = Tensor(as_dims(shape))
    made.name = name  # type: ignore[attr-defined]  # of inputs alone
    return made


@dataclass(eq=False)
class Variable:
    """Numbers of a layer that belong together, by Keras's name of them.

    Attributes:
        name: "kernel", "bias" and so on.
        dims: how many numbers, in each direction.
        holders: what holds each number as its `data`, row after row.
        is_trained: whether an optimiser moves them.
    """

    name: str
    dims: Shape
    holders: list[Any]
    is_trained: bool = True

    def numbers(self) -> Any:
        """Return the numbers, in lists of lists."""
        return nested([holder.data for holder in self.holders], self.dims)


def kernel(name: str, neurons: Sequence[Neuron], rows: slice = slice(None)) -> Variable:
    """Return weights of neurons as a variable: a row for each input, a column for each neuron."""
    columns = [neuron.numbers()[0][rows] for neuron in neurons]
    holders = [weight for row in zip(*columns, strict=True) for weight in row]
    return Variable(name, (len(columns[0]), len(columns)), holders)


def biases(name: str, neurons: Sequence[Neuron]) -> Variable:
    """Return the biases of neurons as a variable."""
    return Variable(name, (len(neurons),), [neuron.numbers()[1] for neuron in neurons])


class Kept:
    """A number that a layer keeps, and no optimiser moves."""

    def __init__(self, data: float) -> None:
        self.data = data


class KerasLayer(Module):
    """A layer that can be built late, once the size of its inputs is known.

    Attributes:
        input_size: the number of inputs; None as long as it is not known.
        name_given: the name chosen by the user, or None.
        trainable: whether an optimiser moves its parameters.
    """

    changeable = frozenset({"trainable", "activation", "name_given", "place_name"})
    """The attributes that can be set on a layer that is made."""

    has_any_shape: ClassVar[bool] = False
    """Whether samples may have rows: such a layer works on each number, wherever it stands."""

    _keeps_shape: ClassVar[bool] = False
    """Whether `config` has the layer's `input_shape`."""

    _arguments: ClassVar[Sequence[str]] = ()
    """The arguments that make such a layer again, which are attributes of it."""

    _shown: ClassVar[Sequence[str]] = ()
    """Those of them that stand in its `repr`."""

    takes_any_scale: ClassVar[bool] = False
    """Whether inputs of any size are fine: the layer scales them, or looks numbers up by them."""

    penalised: Mapping[str, Any] = {}
    """The regularizers, by the variable that each is of."""

    def __init__(
        self,
        input_size: int | None = None,
        name: str | None = None,
        *,
        input_dim: int | None = None,
        input_shape: Sequence[int] | int | None = None,
        trainable: bool = True,
        **others: Any,
    ) -> None:
        refuse_arguments(type(self).__name__, others)
        given = [input_size] if input_size is not None else []
        given += [] if input_dim is None else [whole_number("input_dim", input_dim, least=1)]
        dims = None if input_shape is None else as_dims(input_shape)
        if len({*given, *([prod(dims)] if dims else [])}) > 1:
            sizes = [*given, prod(dims or ())]
            raise ValueError(f"expected input_dim and input_shape to agree, received {sizes}")
        self._input_dims: Shape | None = dims or ((given[0],) if given else None)
        self.name_given = name
        self.place_name = ""
        self._output: LayerOutput | None = None
        self.trainable = flag("trainable", trainable)

    def __setattr__(self, name: str, value: Any) -> None:
        known = self.__dict__.get("_fixed", ())
        if name in known and name[0] != "_" and name not in self.changeable:
            raise AttributeError(
                f"{name} of {quoted(self)} is fixed once the layer is made: make another layer"
            )
        super().__setattr__(name, value)

    @property
    def input_size(self) -> int | None:
        """The number of inputs; None as long as it is not known."""
        return None if self._input_dims is None else prod(self._input_dims)

    @property
    def name(self) -> str:
        """The name: that chosen by the user, or Keras's, such as "dense_1", by place in a model."""
        return self.name_given or self.place_name or snake(type(self).__name__)

    def _argument(self, name: str) -> Any:
        value = getattr(self, name)
        return activations.name_of(value) if name == "activation" else value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(repr(self._argument(x)) for x in self._shown)})"

    def __init_subclass__(cls) -> None:
        """Refuse what Keras would call and nothing here does."""
        refuse_methods(cls, METHODS_OF_A_LAYER)

    @property
    def output(self) -> LayerOutput:
        """Where the outputs are in the network that the layer was first put into.

        Raises:
            AttributeError: it is in none yet.
        """
        if self._output is None:
            raise AttributeError(
                f"{quoted(self)} is in no network yet that knows its number of inputs: give the"
                " first layer input_dim, or write Input(shape=...) before it"
            )
        return self._output

    @property
    def input(self) -> Any:
        """Where the inputs come from there; of a layer that joins several, a list."""
        sources = self.output.sources
        return sources[0] if len(sources) == 1 else list(sources)

    # ------------------------------------------------------------------------ shapes

    def output_dims(self, dims: Sequence[Shape]) -> Shape:
        """Return how many outputs there are, in each direction, for inputs of these shapes.

        Raises:
            ValueError: inputs of these shapes do not fit. The layer is left as it was.
        """
        for shape in dims:
            if len(shape) > 1 and not self.has_any_shape:
                raise ValueError(
                    f"{kind_of(self)} expected samples of one row of numbers, received shape"
                    f" {shape}: put Flatten() before it"
                )
        size = self.output_size([prod(shape) for shape in dims])
        return dims[0] if self.has_any_shape and size == prod(dims[0]) else (size,)

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

    def build_for(self, dims: Sequence[Shape]) -> None:
        """Get ready for inputs of shapes that fit."""
        self.build([prod(shape) for shape in dims])

    def build(self, sizes: Sequence[int]) -> None:
        """Get ready for inputs of sizes that fit; most layers need nothing."""

    # ----------------------------------------------------------------------- numbers

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the outputs for one sample; `inputs` has a list for each source."""
        raise NotImplementedError

    def forward_batch(self, rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
        """Return the outputs for all samples of a batch, of a layer with `moving_parameters`."""
        raise NotImplementedError

    def noise_size(self, size: int) -> int:  # noqa: ARG002  # most layers draw none
        """Return how many numbers are drawn anew for each sample of a training, of so many."""
        return 0

    def noise(self, size: int) -> list[float]:  # noqa: ARG002  # most layers draw none
        """Return what is drawn for one sample of a training: one more source of `forward`."""
        return []

    def variables(self) -> list[Variable]:
        """Return the layer's numbers, as Keras's `get_weights` has them; most layers have none."""
        return []

    def get_weights(self) -> list[Any]:
        """Return the numbers of each variable: arrays where NumPy is installed, else lists."""
        return [arrayed(variable.numbers()) for variable in self.variables()]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Set the numbers that `get_weights` returns.

        Raises:
            ValueError: the weights are of other shapes. The layer is left as it was.
        """
        set_numbers([(self, variable) for variable in self.variables()], weights)

    def moving_parameters(self) -> list[Parameter]:
        """Return the parameters that follow the batches without a gradient: moving averages.

        A layer that has some has a `forward_batch`, too, for the samples of a training.
        """
        return []

    def trained_parameters(self) -> list[Parameter]:
        """Return the parameters that an optimiser moves."""
        moving = set(self.moving_parameters())
        return [p for p in self.parameters() if p not in moving] if self.trainable else []

    def penalties(self) -> list[Any]:
        """Return what regularizers add to the loss."""
        return [
            self.penalised[variable.name](variable.holders)
            for variable in self.variables()
            if self.penalised.get(variable.name) is not None
        ]

    def count_params(self) -> int:
        """Return how many numbers the layer has, trained or not."""
        return sum(len(variable.holders) for variable in self.variables())

    def label_parameters(self, place: str) -> None:
        """Label the parameters by place."""
        for i, neuron in enumerate(self._neurons(), start=1):
            neuron.name(f"{self.name_given or place}.neuron{i}")

    def config(self) -> dict[str, Any]:
        """Return the arguments that make such a layer again, as JSON has them."""
        own = {name: self._argument(name) for name in self._arguments}
        if self._keeps_shape and self._input_dims is not None:
            own["input_shape"] = self._input_dims
        described = {name: list(x) if isinstance(x, tuple) else x for name, x in own.items()}
        described["name"] = self.name_given
        if not self.trainable:
            described["trainable"] = False
        for name, penalty in self.penalised.items():
            if penalty is not None:
                described[f"{name}_regularizer"] = regularizers.config_of(penalty)
        return described

    def __call__(self, x: Any, training: bool | None = None, **others: Any) -> Any:
        """Go on building a network from a Tensor, or compute the outputs for one sample.

        Where samples are rows of numbers, rows are a batch, with a row of outputs for each.

        Args:
            x: a Tensor, a sample or a batch; of a layer that joins several, a list of Tensors or of
                samples.
            training: whether to compute what the layer does in a training, where the outputs of a
                BatchNormalization depend on the whole batch.
            **others: none: an argument of Keras's that is not here is an error that says so.
        """
        refuse_arguments(f"a call of {kind_of(self)}", others)
        if tensors := tensors_of(x):
            dims = [tensor.dims for tensor in tensors]
            found = self.output_dims(dims)
            self.build_for(dims)
            refuse_mode([self], training)
            output = LayerOutput(self, found, tensors)
            self._output = self._output or output
            return output
        is_batch = self._takes_rows() and len(dims_of(x)) == 2
        samples = [
            list(part) if self.takes_several() else [part] for part in (x if is_batch else [x])
        ]
        rows = []
        for parts in samples:
            dims = [dims_of(part) for part in parts]
            self.output_dims(dims)
            self.build_for(dims)
            flat = [
                as_values(flattened(part), prod(d)) for part, d in zip(parts, dims, strict=True)
            ]
            rows.append(flat)
        if training and self.moving_parameters():
            outputs = self.forward_batch([flat[0] for flat in rows])
        elif training and self.noise_size(1):
            outputs = [self.forward([flat, self.noise(len(flat))]) for (flat,) in rows]
        else:
            outputs = [self.forward(flat) for flat in rows]
        return Batch(outputs) if is_batch else outputs[0]

    def acts_otherwise_in_training(self) -> bool:
        """Return whether the layer computes something else in a training."""
        return bool(self.noise_size(1) or self.moving_parameters())

    def _takes_rows(self) -> bool:
        """Whether a sample is one row of numbers, and nothing else."""
        is_flat = type(self).output_dims is KerasLayer.output_dims and not self.has_any_shape
        return is_flat and not self.takes_several()

    def takes_several(self) -> bool:
        """Return whether the layer joins several inputs."""
        return False

    def _neurons(self) -> Iterable[Neuron]:
        return []  # most layers have none


class Batch(list[Any]):
    """The outputs for a batch of samples: a list of rows of Values."""

    def numpy(self) -> Any:
        """Return their numbers as an array, as Keras's tensors do."""
        return arrayed([[value.data for value in row] for row in self])


def refuse_mode(layers: Iterable[KerasLayer], training: bool | None) -> None:
    """Refuse to keep layers of a network under construction to what they do in a training, or not.

    Raises:
        TypeError: `training` is given, and one of the layers would do something else by it.
    """
    if training is None:
        return
    for layer in layers:
        if layer.acts_otherwise_in_training():
            raise TypeError(
                f"{quoted(layer)} takes no training={training} in a network under construction:"
                " leave it out, and call the model with training=True for what layers do in a"
                " training; a BatchNormalization takes its averages in a training too if its"
                " trainable is False"
            )


def set_numbers(variables: Sequence[tuple[KerasLayer, Variable]], weights: Sequence[Any]) -> None:
    """Set the numbers of variables, all or none of them."""
    check_length(weights, len(variables), "{} lists of weights, kernel and biases of each layer")
    places: list[tuple[Any, float]] = []
    for (layer, variable), given in zip(variables, weights, strict=True):
        dims = variable.dims
        if len(dims) == 2:
            rows = as_rows(given, dims[1], "weights")
            check_length(rows, dims[0], f"a {variable.name} of {{}} rows for {quoted(layer)}")
        else:
            plural = "biases" if variable.name == "bias" else variable.name
            rows = as_rows([given] if not dims else given, 1, plural)
            check_length(rows, len(variable.holders), f"{{}} {plural} for {quoted(layer)}")
        numbers = [number for row in rows for number in row]
        places.extend(zip(variable.holders, numbers, strict=True))
    for holder, number in places:
        holder.data = number


def flag(name: str, given: Any) -> bool:
    """Return a setting that is True or False.

    Raises:
        ValueError: it is another thing.
    """
    if not isinstance(given, int) and type(given).__name__ not in {"bool", "bool_"}:
        raise ValueError(f"expected {name} to be True or False, received {quoted(given, 60)}")
    return bool(given)


def check_axis(axis: Any, expected: str = "-1") -> None:
    """Refuse an axis other than the last; that of a row of numbers is 1 too.

    >>> check_axis([1])
    Traceback (most recent call last):
    ValueError: expected axis to be -1, received [1]
    """
    if not isinstance(axis, int) or axis not in {-1, 1}:
        raise ValueError(f"expected axis to be {expected}, received {quoted(axis)}")


def as_dims(shape: Sequence[int] | int) -> Shape:
    """Return a shape as whole numbers; a bare number is that of one row."""
    sizes = list(shape) if isinstance(shape, (list, tuple)) else [shape]
    if not sizes:
        raise ValueError(
            f"expected a shape of one number or more, such as (3,), received {quoted(shape)}"
        )
    return tuple(whole_number("shape", size, least=1) for size in sizes)


def dims_of(sample: Any) -> Shape:
    """Return the shape of one sample: of nested lists, or of an array."""
    shape = getattr(sample, "shape", None)
    if isinstance(shape, tuple):
        return shape
    dims = [len(sample)]
    while len(sample) and isinstance(sample[0], (list, tuple)):
        sample = sample[0]
        dims.append(len(sample))
    return tuple(dims)


def flattened(sample: Any) -> list[Any]:
    """Return the numbers of one sample in one list."""
    if hasattr(sample, "tolist"):
        sample = sample.tolist()
    found = list(sample)
    while found and isinstance(found[0], (list, tuple)):
        found = [number for row in found for number in row]
    return found


class ActivatedLayer(Activated, KerasLayer):
    """A layer with an activation function, which can be set."""

    _chosen = staticmethod(activations.chosen)


advise(KerasLayer, OF_A_LAYER)

Maker = Callable[..., KerasLayer]
"""A class of layers."""
