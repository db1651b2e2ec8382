"""BatchNormalization: in a training by the batch's mean and variance, afterwards by averages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import autograd
from autograd import Parameter
from autograd.options import in_range
from nn import initializers, regularizers
from nn.initializers import Initializer
from nn.layers.base import KerasLayer, Variable, check_axis, flag
from nn.neurons import Neuron

_MOVING = "moving_mean", "moving_variance"


class BatchNormalization(KerasLayer):
    """gamma * (x - mean) / sqrt(variance + epsilon) + beta, for each input by itself.

    In a training, mean and variance are those of the batch, so that an output depends on the other
    samples, too; and after each batch, the averages move: moving * momentum + batch's * (1 -
    momentum). A model that predicts or is measured takes the averages, and so does a layer whose
    `trainable` is False.

    Args:
        axis: -1, for there is one axis.
        momentum: how much of the moving averages stays at each batch.
        epsilon: keeps the quotient finite where all inputs are equal.
        center: whether beta is added.
        scale: whether there is a factor gamma.
        beta_initializer, gamma_initializer: of the parameters.
        moving_mean_initializer, moving_variance_initializer: of the averages.
        beta_regularizer, gamma_regularizer: what the loss has to pay for large ones, or None.

    Source: Ioffe and Szegedy, Batch normalization: accelerating deep network training by reducing
    internal covariate shift, 2015.

    >>> layer = BatchNormalization(momentum=0.5)
    >>> layer.build([1])
    >>> batch = [[autograd.Value(1.0)], [autograd.Value(3.0)]]
    >>> [round(y.data, 3) for (y,) in layer.forward_batch(batch)]
    [-1.0, 1.0]
    >>> [weights.tolist() for weights in layer.get_weights()]  # gamma, beta and the averages
    [[1.0], [0.0], [1.0], [1.0]]
    """

    _arguments = ("momentum", "epsilon", "center", "scale")
    takes_any_scale = True

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: str | Initializer = "zeros",
        gamma_initializer: str | Initializer = "ones",
        moving_mean_initializer: str | Initializer = "zeros",
        moving_variance_initializer: str | Initializer = "ones",
        beta_regularizer: regularizers.Given = None,
        gamma_regularizer: regularizers.Given = None,
        **common: Any,
    ) -> None:
        super().__init__(**common)
        check_axis(axis)
        self.momentum = float(in_range("momentum", momentum, "from 0 to 1"))
        self.epsilon = float(in_range("epsilon", epsilon, "above 0"))
        self.center, self.scale = flag("center", center), flag("scale", scale)
        kinds = {
            "gamma": gamma_initializer if scale else None,
            "beta": beta_initializer if center else None,
            "moving_mean": moving_mean_initializer,
            "moving_variance": moving_variance_initializer,
        }
        self._kinds = {n: initializers.get(kind) for n, kind in kinds.items() if kind is not None}
        self.penalised = {
            "gamma": regularizers.get(gamma_regularizer),
            "beta": regularizers.get(beta_regularizer),
        }
        self._held: dict[str, list[Neuron]] = {}  # neurons of one weight each, and nothing else

    def build(self, sizes: Sequence[int]) -> None:
        """Make a gamma, a beta and both averages for each input."""
        (size,) = sizes
        self._input_dims = (size,)
        if not self._held:
            self._held = {
                name: [Neuron(1, None, kind, None) for _ in range(size)]
                for name, kind in self._kinds.items()
            }

    def variables(self) -> list[Variable]:
        """Return gammas, betas, means and variances; no optimiser moves the latter two."""
        return [
            Variable(name, (len(held),), self._numbers(name), is_trained=name not in _MOVING)
            for name, held in self._held.items()
        ]

    def _numbers(self, name: str) -> list[Any]:
        return [neuron.numbers()[0][0] for neuron in self._held.get(name, ())]

    def moving_parameters(self) -> list[Parameter]:
        """Return the averages, which follow the batches of a training; none if it is frozen."""
        names = _MOVING if self.trainable and self._held else ()
        return [neuron.weights[0] for name in names for neuron in self._held[name]]

    def forward(self, inputs: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the inputs on the scale of the moving averages."""
        means, variances = map(self._numbers, _MOVING)
        centred = [x - mean for x, mean in zip(inputs[0], means, strict=True)]
        return self._rescaled(centred, [autograd.sqrt(v + self.epsilon) for v in variances])

    def forward_batch(self, rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
        """Return the inputs of each sample on the scale of the batch, which the averages follow."""
        columns = [*zip(*rows, strict=True)]
        means = [autograd.mean(column) for column in columns]
        centred = [[x - m for x in column] for column, m in zip(columns, means, strict=True)]
        variances = [autograd.mean([x**2 for x in column]) for column in centred]
        deviations = [autograd.sqrt(variance + self.epsilon) for variance in variances]
        self.follow([mean.data for mean in means], [variance.data for variance in variances])
        return [self._rescaled(row, deviations) for row in zip(*centred, strict=True)]

    def follow(self, means: Sequence[float], variances: Sequence[float]) -> None:
        """Move the averages towards the means and variances of a batch, unless it is frozen."""
        for parameter, number in zip(self.moving_parameters(), [*means, *variances], strict=False):
            parameter.data = parameter.data * self.momentum + number * (1.0 - self.momentum)

    def _rescaled(self, centred: Sequence[Any], deviations: Sequence[Any]) -> list[Any]:
        """The outputs of one sample, whose inputs are centred."""
        normal = [x / deviation for x, deviation in zip(centred, deviations, strict=True)]
        betas: Sequence[Any] = self._numbers("beta")
        if self.scale:
            betas = betas or [-0.0] * len(normal)
            parts = zip(self._numbers("gamma"), normal, betas, strict=True)
            return [autograd.dot([gamma], [x], beta) for gamma, x, beta in parts]
        return [x + beta for x, beta in zip(normal, betas, strict=True)] if betas else normal

    def label_parameters(self, place: str) -> None:
        """Label the parameters by place: `place.neuron1.gamma`, `place.moving_mean1`."""
        place = self.name_given or place
        for name, held in self._held.items():
            for i, neuron in enumerate(held, start=1):
                is_moving = name in _MOVING
                own = f"{place}.{name}{i}" if is_moving else f"{place}.neuron{i}.{name}"
                neuron.weights[0].label = own

    def _neurons(self) -> Iterable[Neuron]:
        return [neuron for held in self._held.values() for neuron in held]
