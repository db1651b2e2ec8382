"""Optimisers, by Keras's names: how parameters follow their gradients downhill."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from inspect import signature
from typing import Any, Self

from autograd import Parameter, maximum, minimum, sqrt, where
from autograd.cleaning import kind_of, name_of, quoted, received
from autograd.elsewhere import advise
from autograd.options import choose, in_range, missing, whole_number, wrong_kind
from nn.foreign import OF_AN_OPTIMIZER, OF_OPTIMIZERS, refuse_arguments
from nn.spelling import choose_spelled

Schedule = Callable[[int], float]
"""A learning rate that changes: `(steps done so far) -> rate`."""


@dataclass(eq=False, repr=False)
class ExponentialDecay:
    """initial_learning_rate * decay_rate ** (step / decay_steps).

    Args:
        initial_learning_rate: the rate of the first step.
        decay_steps: how many steps it takes to fall by `decay_rate`.
        decay_rate: a factor, below 1 to fall.
        staircase: whether to fall all at once after every `decay_steps`.

    >>> ExponentialDecay(0.1, decay_steps=10, decay_rate=0.5)(20)
    0.025
    """

    initial_learning_rate: float
    decay_steps: int
    decay_rate: float
    staircase: bool = False

    def __post_init__(self) -> None:
        _check_settings(self)

    def __call__(self, step: int) -> float:
        """Return the rate after `step` steps."""
        falls = step / self.decay_steps
        falls = math.floor(falls) if self.staircase else falls
        return float(self.initial_learning_rate * self.decay_rate**falls)


@dataclass(eq=False, repr=False)
class Optimizer:
    """Moves each parameter against its gradient, one step at a time.

    Args:
        learning_rate: the size of a step; or a schedule, `(steps done so far) -> rate`.
        clipvalue: the largest size of a number of the gradient; what is beyond counts as that.
        clipnorm: the largest length of the gradient of one variable (a layer's weights, or its
            biases), which is made shorter beyond; trained without compiling.
        global_clipnorm: the largest length of the whole gradient, in the same way.

    Attributes:
        iterations: steps done so far.
        memory_size: how many numbers are kept for each parameter from step to step.
        pending: what brings these numbers up to date, if they are not; None if they are.
    """

    learning_rate: float | Schedule
    clipvalue: float | None = field(default=None, kw_only=True)
    clipnorm: float | None = field(default=None, kw_only=True)
    global_clipnorm: float | None = field(default=None, kw_only=True)

    memory_size = 2

    def __new__(cls, *_: object, **named: object) -> Self:
        """Say what to write for arguments that there are elsewhere."""
        if "lr" in named:
            raise TypeError(f"{name_of(cls)} takes no lr: write {name_of(cls)}(learning_rate=0.1)")
        takes = signature(cls.__init__).parameters.values()
        if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in takes):
            refuse_arguments(cls.__name__, named.keys() - {parameter.name for parameter in takes})
        return super().__new__(cls)

    def __post_init__(self) -> None:
        if isinstance(self.learning_rate, (list, tuple)):
            raise TypeError(
                f"expected learning_rate as a number, received {kind_of(self.learning_rate)}:"
                " an optimizer is given to model.compile, and gets the parameters from there"
            )
        _check_settings(self)
        if sum(x is not None for x in (self.clipvalue, self.clipnorm, self.global_clipnorm)) > 1:
            raise ValueError(
                "expected one of clipvalue, clipnorm and global_clipnorm, received several"
            )
        self.iterations = 0
        self._memory: dict[Parameter, list[float]] = {}
        self.pending: Callable[[], None] | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy or a pickle has, with what is kept as it is now."""
        self.settle()
        return vars(self).copy()

    def settle(self) -> None:
        """Bring up to date what is kept: compiled training leaves that until it is asked for."""
        pending, self.pending = self.pending, None
        if pending is not None:
            pending()

    def update(self, parameters: Sequence[Parameter]) -> None:
        """Do one step: change each parameter's `.data` by its `.grad`."""
        rate = self.next_rate()
        factors = self._shortening(parameters)
        for parameter in parameters:
            memory = self.memory(parameter)
            grad = factors.get(parameter, 1.0) * parameter.grad
            parameter.data = self._step(parameter.data, grad, rate, memory)

    def _shortening(self, parameters: Sequence[Parameter]) -> dict[Parameter, float]:
        """By what each parameter's gradient is made shorter, so that it is of a certain length."""
        most = self.clipnorm if self.global_clipnorm is None else self.global_clipnorm
        if most is None:
            return {}
        together: dict[object, list[Parameter]] = {}
        for parameter in parameters:
            layer, _, place = parameter.label.rpartition(".neuron")
            # Weights of a layer are one variable, and its biases another.
            one = (layer, place.rpartition(".")[2][:1]) if layer else parameter
            together.setdefault("" if self.clipnorm is None else one, []).append(parameter)
        found: dict[Parameter, float] = {}
        for variable in together.values():
            length = math.hypot(*(parameter.grad for parameter in variable))
            found |= dict.fromkeys(variable, most / max(length, most))
        return found

    def next_rate(self) -> float:
        """Begin a step: count it, and return its learning rate."""
        rate = self.current_rate()
        self.iterations += 1
        return rate

    def current_rate(self) -> float:
        """Return the learning rate of the step that is next."""
        rate = self.learning_rate
        return rate(self.iterations) if callable(rate) else rate

    def memory(self, parameter: Parameter) -> list[float]:
        """Return the numbers that are kept for a parameter from step to step, 0 at first.

        Raises:
            ValueError: `memory_size` is no whole number, or has been changed since the first step.
        """
        if self.pending is not None:
            self.settle()
        memory = self._memory.get(parameter)
        if memory is None:
            size = whole_number("memory_size", self.memory_size, least=0)
            memory = self._memory[parameter] = [0.0] * size
        if len(memory) != self.memory_size:
            raise ValueError(
                f"expected {kind_of(self)} to keep {self.memory_size} numbers for"
                f" {quoted(parameter.label)}, as its memory_size says, received {len(memory)}"
                " kept so far; make a new optimizer"
            )
        return memory

    def moved(self, data: float, grad: float, rate: float, memory: list[float]) -> float:
        """Return a parameter's number after this step; takes what `decrease` takes.

        Raises:
            TypeError: `decrease` has changed how many numbers are kept; or the lengths of gradients
                are clipped, which one number does not tell.
        """
        if self.clipnorm is not None or self.global_clipnorm is not None:
            raise TypeError("clipnorm looks at many gradients at once")
        return self._step(data, grad, rate, memory)

    def _step(self, data: float, grad: float, rate: float, memory: list[float]) -> float:
        if self.clipvalue is not None:
            grad = minimum(maximum(grad, -self.clipvalue), self.clipvalue)
        kept = len(memory)
        decrease = self.decrease(data, grad, rate, memory)
        if len(memory) != kept:
            raise TypeError(
                f"expected {kind_of(self)}.decrease to keep {kept} numbers for each"
                f" parameter, received {len(memory)}; set memory_size to how many it keeps"
            )
        if decrease is None:
            raise wrong_kind(f"a number from {kind_of(self)}.decrease", decrease)
        return data - decrease

    def decrease(self, data: float, grad: float, rate: float, memory: list[float]) -> float:
        """Return by how much a parameter goes down in this step.

        Compiling records this formula on numbers that are not known yet: write it with autograd's
        functions, and with `where` for a choice.

        Args:
            data: the parameter.
            grad: its gradient.
            rate: the learning rate of this step.
            memory: the `memory_size` numbers kept for this parameter, to be changed in place.
        """
        raise NotImplementedError


advise(Optimizer, OF_AN_OPTIMIZER)


@dataclass(eq=False, repr=False)
class SGD(Optimizer):
    """Gradient descent: w - rate * g; with momentum, velocity v = momentum * v + rate * g.

    Args:
        learning_rate: as for `Optimizer`.
        momentum: the share of the last step's velocity that goes on, from 0 to 1.
        nesterov: whether to look ahead by the new velocity: w - (momentum * v + rate * g).

    >>> w = Parameter(12.0)
    >>> w.grad = -43.0719
    >>> SGD(learning_rate=0.001).update([w])
    >>> round(w.data, 4)
    12.0431
    """

    learning_rate: float | Schedule = 0.01
    momentum: float = 0.0
    nesterov: bool = False

    memory_size = 1  # the velocity; also without momentum, which may be set during a training

    def decrease(self, data: float, grad: float, rate: float, memory: list[float]) -> float:  # noqa: ARG002  # as all optimisers
        """Return by how much a parameter goes down in this step."""
        memory[0] = self.momentum * memory[0] + rate * grad
        return self.momentum * memory[0] + rate * grad if self.nesterov else memory[0]


@dataclass(eq=False, repr=False)
class RMSprop(Optimizer):
    """w - rate * g / sqrt(v + epsilon), v = rho * v + (1 - rho) * g**2.

    Args:
        learning_rate: the size of a step.
        rho: how long squares of gradients are remembered, from 0 to 1.
        momentum: the share of the last step that goes on, from 0 to 1.
        epsilon: keeps a step finite where gradients are 0.

    Source: Hinton, Neural networks for machine learning, lecture 6e; epsilon stands as in Keras.
    """

    learning_rate: float | Schedule = 0.001
    rho: float = 0.9
    momentum: float = 0.0
    epsilon: float = 1e-7

    def decrease(self, data: float, grad: float, rate: float, memory: list[float]) -> float:  # noqa: ARG002  # as all optimisers
        """Return by how much a parameter goes down in this step."""
        memory[0] = self.rho * memory[0] + (1 - self.rho) * grad * grad
        root = _not_zero(sqrt(memory[0] + self.epsilon))
        memory[1] = self.momentum * memory[1] + rate * grad / root
        return memory[1]


@dataclass(eq=False, repr=False)
class Adam(Optimizer):
    """w - rate * c * m / (sqrt(v) + epsilon), with running means m of g and v of g**2.

    m = beta_1 * m + (1 - beta_1) * g and v = beta_2 * v + (1 - beta_2) * g**2; after t steps
    c = sqrt(1 - beta_2**t) / (1 - beta_1**t) makes up for their start at 0.

    Args:
        learning_rate: the size of a step.
        beta_1, beta_2: how long gradients, and their squares, are remembered, from 0 to 1.
        epsilon: keeps a step finite where gradients are 0.

    Source: Kingma and Ba, Adam: a method for stochastic optimization, 2015; epsilon stands as in
    the last remark of its section 2, and in Keras.
    """

    learning_rate: float | Schedule = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7

    def decrease(self, data: float, grad: float, rate: float, memory: list[float]) -> float:  # noqa: ARG002  # as all optimisers
        """Return by how much a parameter goes down in this step."""
        memory[0] += (grad - memory[0]) * (1 - self.beta_1)
        memory[1] += (grad * grad - memory[1]) * (1 - self.beta_2)
        steps = self.iterations
        correction = sqrt(1 - self.beta_2**steps) / (1 - self.beta_1**steps)
        root = _not_zero(sqrt(memory[1]) + self.epsilon)
        return rate * correction * memory[0] / root  # type: ignore[no-any-return]  # numbers all


class AdamW(Adam):
    """Adam, and apart from it every parameter shrinks by rate * weight_decay of itself.

    Args:
        weight_decay: the share of a parameter that is lost, per unit of learning rate.
        learning_rate, beta_1, beta_2, epsilon, clipping: as for `Adam` and `Optimizer`.

    Source: Loshchilov and Hutter, Decoupled weight decay regularization, 2019.
    """

    def __init__(
        self,
        learning_rate: float | Schedule = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        **clipping: float | None,
    ) -> None:
        self.weight_decay = weight_decay
        super().__init__(learning_rate, beta_1, beta_2, epsilon, **clipping)

    def decrease(self, data: float, grad: float, rate: float, memory: list[float]) -> float:
        """Return by how much a parameter goes down in this step."""
        return rate * self.weight_decay * data + super().decrease(data, grad, rate, memory)


_KINDS: list[Callable[[], Optimizer]] = [SGD, RMSprop, Adam, AdamW]
OPTIMIZERS = {kind.__name__.lower(): kind for kind in _KINDS}
"""Every optimiser by its name."""


def get(optimizer: str | Optimizer) -> Optimizer:
    """Return an optimiser by name; an `Optimizer` is returned as it is.

    Raises:
        ValueError: the name is unknown.
    """
    if isinstance(optimizer, Optimizer):
        return optimizer
    # A class is answered with the names that there are, as all that is no optimiser.
    chosen = choose if isinstance(optimizer, type) else choose_spelled
    return chosen("optimizer", optimizer, OPTIMIZERS)()


def __getattr__(name: str) -> object:
    """Say what to write for an optimiser of Keras that is not here."""
    raise missing("nn.optimizers", name, OF_OPTIMIZERS)


def _not_zero(root: Any) -> Any:
    """A root to divide by. Where it is 0, so is every gradient, and 1 does as well."""
    return where(root, root, 1.0)


_RANGES = {
    **dict.fromkeys(("initial_learning_rate", "decay_steps", "decay_rate"), "above 0"),
    **dict.fromkeys(("clipvalue", "clipnorm", "global_clipnorm"), "above 0"),
    **dict.fromkeys(("learning_rate", "epsilon", "weight_decay"), "at least 0"),
    **dict.fromkeys(("rho", "beta_1", "beta_2"), "from 0 to below 1"),
    "momentum": "from 0 to 1",
}
"""Settings, and in which range each of them has to be."""


def _check_settings(thing: Any) -> None:
    for name, number in vars(thing).items():
        is_schedule = name == "learning_rate" and callable(number)
        if name not in _RANGES or is_schedule or ("clip" in name and number is None):
            continue
        try:
            in_range(name, number, _RANGES[name])
        except TypeError:
            raise TypeError(
                f"expected {name} as a number, as in {kind_of(thing)}({name}=0.1),"
                f" received {received(number)}"
            ) from None
