"""Neurons, layers of them and multi-layer perceptrons, with micrograd's names and call shapes."""

from __future__ import annotations

import inspect
from abc import ABCMeta
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any

from autograd import Parameter, Value, dot, is_compiling, softmax
from autograd.cleaning import kind_of, quoted
from autograd.contexts import called_with
from autograd.elsewhere import advise
from autograd.languages import words
from autograd.options import check_length, whole_number
from nn import activations, initializers
from nn.activations import name_of
from nn.foreign import OF_A_MODULE, OF_A_NEURON
from nn.initializers import Initializer

_standing_in: ContextVar[Mapping[Neuron, tuple[list[Any], Any]] | None] = ContextVar(
    "what stands in for the weights and the bias of neurons", default=None
)
_now_standing_in = _standing_in.get  # asked once a neuron: looked up once and for all


class Made(ABCMeta):
    """The class of classes whose objects, once made, get no attribute of another name.

    A misspelled setting is an error then, and not without effect. A class of the user's own may
    have what it likes.
    """

    def __call__(cls, *args: Any, **named: Any) -> Any:
        """Make an object, and take note of its attributes."""
        made = super().__call__(*args, **named)
        if cls.__module__.partition(".")[0] == "nn":
            made.__dict__["_fixed"] = frozenset(vars(made))
        return made

    @property
    def __signature__(cls) -> inspect.Signature:
        """What the class takes: without this, `help` would show what `__call__` does."""
        _, *parameters = inspect.signature(cls.__init__).parameters.values()  # type: ignore[misc]  # a class's own
        return inspect.Signature(parameters)


class Module(metaclass=Made):
    """A part of a network: what has parameters."""

    def __setattr__(self, name: str, value: Any) -> None:
        known = self.__dict__.get("_fixed")
        if not (known is None or name in known or name[0] == "_" or hasattr(type(self), name)):
            public = [x for x in sorted(known) if x[0] != "_"]
            raise AttributeError(
                f"a {kind_of(self)} has no attribute {quoted(name)} to be set (must be one of"
                f" {', '.join(public)})"
            )
        super().__setattr__(name, value)

    def parameters(self) -> list[Parameter]:
        """Return every weight and bias, in the order of the neurons."""
        return [parameter for neuron in self._neurons() for parameter in neuron.parameters()]

    def zero_grad(self) -> None:
        """Set every parameter's gradient to 0, before the next backward pass adds to it."""
        for parameter in self.parameters():
            parameter.grad = 0.0

    def stateless_call(self, parameters: Sequence[Any], x: Any) -> Any:
        """Return the outputs for one sample, as they would be with other parameters.

        So the outputs can be compiled or differentiated by the parameters: `autograd.compile(
        lambda p, x, y: (model.stateless_call(p, x) - y) ** 2, batch=(1, 2), reduce="mean")`.

        Args:
            parameters: numbers, in the order of `parameters()`.
            x: the sample.

        Raises:
            ValueError: there are not as many numbers as parameters.
            TypeError: the module has parameters that are not those of its neurons.

        >>> Neuron(2, "relu").stateless_call([3.0, 4.0, -5.0], [1.0, 2.0]).data
        6.0
        """
        return self.with_parameters(parameters, self, x)

    def with_parameters(
        self, parameters: Sequence[Any], function: Callable[..., Any], *args: Any
    ) -> Any:
        """Return what a function returns while other parameters stand in for the module's.

        They do so in this call alone: not in other threads, nor after it, however it ends.

        Args:
            parameters: numbers, in the order of `parameters()`.
            function: what is called with `args`.
            args: its arguments.

        Raises:
            ValueError: there are not as many numbers as parameters.
            TypeError: the module has parameters that are not those of its neurons.
        """
        neurons = list(dict.fromkeys(self._neurons()))
        own = self.parameters()
        held = [parameter for neuron in neurons for parameter in neuron.parameters()]
        if held != own or len(set(own)) < len(own):
            raise TypeError(
                f"expected all parameters of {quoted(self, 60)} to be those of its neurons, each"
                " once"
            )
        check_length(parameters, len(own), "{} parameters")
        remaining = iter(parameters)
        standing_in = dict(_now_standing_in() or {})
        for neuron in neurons:
            weights = [next(remaining) for _ in neuron.weights]
            standing_in[neuron] = weights, None if neuron.bias is None else next(remaining)
        return called_with(_standing_in, standing_in, function, *args)

    def __call__(self, x: Any) -> Any:
        """Return the outputs for one sample."""
        raise NotImplementedError

    def _neurons(self) -> Iterable[Neuron]:
        """Every neuron, in the order of `parameters()`."""
        raise TypeError(f"expected a network of neurons, received {kind_of(self)}")


advise(Module, OF_A_MODULE)


class Neuron(Module):
    """activation(w1*x1 + ... + wn*xn + b).

    Args:
        nin: number of inputs, n.
        activation: name or function; see `nn.activations`.
        initializer: of the weights; name or function; see `nn.initializers`.
        bias_initializer: of the bias; None for a neuron without.
        fan_out: number of neurons in its layer, for initialisers that depend on it.

    >>> neuron = Neuron(2, "sigmoid", initializers.Constant(0.5))
    >>> round(neuron([1.0, -1.0]).data, 4)
    0.5
    """

    def __init__(
        self,
        nin: int,
        activation: str | activations.Activation | None = "relu",
        initializer: str | Initializer | None = None,
        bias_initializer: str | Initializer | None = "zeros",
        fan_out: int = 1,
    ) -> None:
        nin = whole_number("nin", nin, least=1)
        initialize = initializers.get(initializer or initializers.RandomUniform(-1.0, 1.0))
        self.activation = activations.get(activation)
        if self.activation is softmax:
            raise ValueError("softmax is one of a whole layer's outputs: give it to the Layer")
        self.weights = [Parameter(initialize(nin, fan_out), f"w{i}") for i in range(1, nin + 1)]
        self.bias: Parameter | None = None
        if bias_initializer is not None:
            self.bias = Parameter(initializers.get(bias_initializer)(nin, fan_out), "b")

    def numbers(self) -> tuple[list[Any], Any]:
        """Return the weights and the bias, or what stands in for them."""
        return (_now_standing_in() or {}).get(self) or (self.weights, self.bias)

    def weighted_sum(self, inputs: Sequence[Value]) -> Value:
        """Return w1*x1 + ... + wn*xn + b, as one node."""
        weights, bias = self.weights, self.bias
        if _now_standing_in() is not None:
            weights, bias = self.numbers()
        return dot(weights, inputs, -0.0 if bias is None else bias)  # type: ignore[no-any-return]  # a Value, for the weights are

    def __call__(self, x: Sequence[Value | float]) -> Value:
        """Return the neuron's output for one sample.

        Raises:
            ValueError: there are not as many inputs as weights.
        """
        return self.activation(self.weighted_sum(as_values(x, len(self.weights))))  # type: ignore[no-any-return]  # a Value too

    def _neurons(self) -> Iterable[Neuron]:
        return [self]

    def name(self, place: str) -> None:
        """Label the parameters by place: `place.w1`, ..., `place.b`."""
        for i, weight in enumerate(self.weights, start=1):
            weight.label = f"{place}.w{i}"
        if self.bias is not None:
            self.bias.label = f"{place}.b"

    def parameters(self) -> list[Parameter]:
        """Return the weights, then the bias."""
        return self.weights if self.bias is None else [*self.weights, self.bias]

    def __repr__(self) -> str:
        return f"{name_of(self.activation)} Neuron({len(self.weights)})"


advise(Neuron, OF_A_NEURON)


class Activated(Module):
    """A part with an activation function, which can be set.

    >>> layer = Layer(1, 2, "relu")
    >>> layer.activation = "tanh"
    >>> layer
    Layer of [tanh Neuron(1), tanh Neuron(1)]
    """

    _activation: activations.Activation
    _chosen = staticmethod(activations.get)

    @property
    def activation(self) -> activations.Activation:
        """The activation function, of all neurons; it can be set."""
        return self._activation

    @activation.setter
    def activation(self, activation: str | activations.Activation | None) -> None:
        self._activation = self._chosen(activation)
        self.take_over_activation()

    def take_over_activation(self) -> None:
        """Pass an activation that was set on to parts, if there are any."""


class Layer(Activated):
    """Neurons side by side, all fed with the same inputs.

    Args:
        nin: number of inputs.
        nout: number of neurons.
        activation: of all of them; `softmax` is one of the whole layer.
        initializer, bias_initializer: see `Neuron`.
    """

    def __init__(
        self,
        nin: int,
        nout: int,
        activation: str | activations.Activation | None = "relu",
        initializer: str | Initializer | None = None,
        bias_initializer: str | Initializer | None = "zeros",
    ) -> None:
        nout = whole_number("nout", nout, least=1)
        self._activation = activations.get(activation)
        self._told: set[object] = set()
        own = None if self._activation is softmax else self._activation
        kinds = own, initializer, bias_initializer, nout
        self.neurons = [Neuron(nin, *kinds) for _ in range(nout)]

    def take_over_activation(self) -> None:
        """Give the activation function to the neurons; a softmax stays the layer's."""
        own = None if self._activation is softmax else self._activation
        for neuron in self.neurons:
            neuron.activation = activations.get(own)

    def forward(self, inputs: Sequence[Value]) -> list[Value]:
        """Return every neuron's output."""
        sums = [neuron.weighted_sum(inputs) for neuron in self.neurons]
        return activations.apply(self._activation, sums, self._told)

    def __call__(self, x: Sequence[Value | float]) -> Value | list[Value]:
        """Return the outputs for one sample; a single one by itself, as micrograd does."""
        outputs = self.forward(as_values(x, len(self.neurons[0].weights)))
        return outputs[0] if len(outputs) == 1 else outputs

    def _neurons(self) -> Iterable[Neuron]:
        return self.neurons

    def name(self, place: str) -> None:
        """Label the parameters by place: `place.neuron1.w1`, ..."""
        for i, neuron in enumerate(self.neurons, start=1):
            neuron.name(f"{place}.neuron{i}")

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(repr, self.neurons))}]"


class MLP(Module):
    """A multi-layer perceptron: layers one after the other.

    Args:
        nin: number of inputs.
        nouts: number of neurons of each layer; the last is the output.
        activation, output_activation: of the hidden layers, and of the last.
        initializer: see `Neuron`; if None, uniform from -1 to 1, as in micrograd.
        seed: of that uniform initialiser; if None, weights follow `nn.set_random_seed`.

    >>> model = MLP(3, [4, 4, 1], seed=1)
    >>> len(model.parameters())
    41
    >>> model.layers[0].neurons[1].weights[2].label
    'hidden1.neuron2.w3'
    >>> isinstance(model([2.0, 3.0, -1.0]), Value)
    True
    """

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        activation: str | activations.Activation | None = "relu",
        output_activation: str | activations.Activation | None = None,
        initializer: str | Initializer | None = None,
        seed: int | None = None,
    ) -> None:
        if not hasattr(nouts, "__iter__"):
            raise TypeError(
                f"expected nouts as a list, one for each layer, received {quoted(nouts)}"
            )
        if not nouts:
            raise ValueError("expected nouts to name at least one layer, received none")
        if initializer is not None and seed is not None:
            raise ValueError(
                "expected an initializer or a seed, received both: give the seed to the initializer"
            )
        initialize = initializers.get(initializer or initializers.RandomUniform(-1.0, 1.0, seed))
        sizes = [nin, *nouts]
        kinds = [activation] * (len(nouts) - 1) + [output_activation]
        shapes = zip(sizes, nouts, kinds, strict=False)
        self.layers = [Layer(*shape, initialize) for shape in shapes]
        for layer, place in zip(self.layers, places(len(self.layers)), strict=True):
            layer.name(place)

    def __call__(self, x: Sequence[Value | float]) -> Value | list[Value]:
        """Return the outputs for one sample; a single one by itself, as micrograd does."""
        values = as_values(x, len(self.layers[0].neurons[0].weights))
        for layer in self.layers:
            values = layer.forward(values)
        return values[0] if len(values) == 1 else values

    def _neurons(self) -> Iterable[Neuron]:
        return [neuron for layer in self.layers for neuron in layer.neurons]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(repr, self.layers))}]"


def places(count: int) -> list[str]:
    """Return what layers are called by place: hidden1, hidden2 and so on, the last one output."""
    return [f"hidden{i}" if i < count else "output" for i in range(1, count + 1)]


def places_in_words(count: int) -> list[str]:
    """Return what layers are called by place in the reader's language, as headings of pictures."""
    hidden = [words("hidden{number}", number=i) for i in range(1, count)]
    return [*hidden, words("output")] if count else []


def as_values(x: Sequence[Any], expected: int) -> list[Value]:
    """Return `expected` numbers as Values, made once for all neurons; recorded ones as they are."""
    if not hasattr(x, "__iter__"):
        raise TypeError(
            f"expected a sample as a list of {expected} numbers, received {quoted(x, 60)}"
        )
    plain = is_compiling()
    values = [
        v if plain or hasattr(type(v), "apply_primitive") else Value(v, f"x{i}")
        for i, v in enumerate(x, start=1)
    ]
    if len(values) != expected:
        raise ValueError(f"expected {expected} inputs, received {len(values)}")
    return values
