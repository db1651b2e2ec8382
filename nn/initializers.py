"""Initial weights: functions of a neuron's number of inputs and its layer's of outputs.

Weights that start equal stay equal: random ones break the symmetry.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from autograd.options import choose
from nn import randomness

Initializer = Callable[[int, int], float]
"""`(fan_in, fan_out) -> one weight`, called once for each weight."""


class Constant:
    """Every weight the same.

    >>> Constant(0.5)(3, 4)
    0.5
    """

    def __init__(self, value: float = 0.0) -> None:
        self.value = float(value)

    def __call__(self, fan_in: int, fan_out: int) -> float:  # noqa: ARG002  # as all initialisers
        """Return one weight."""
        return self.value


class Zeros(Constant):
    """Every weight 0."""

    def __init__(self) -> None:
        super().__init__(0.0)


class RandomUniform:
    """Weights from minval to maxval, each as likely as the others.

    Args:
        minval, maxval: the smallest and the largest.
        seed: for weights that are the same on every run; if None, weights follow
            `nn.set_random_seed`.

    >>> RandomUniform(-1.0, 1.0, seed=0)(3, 4)
    0.6888437030500962
    """

    def __init__(
        self, minval: float = -0.05, maxval: float = 0.05, seed: int | None = None
    ) -> None:
        if not minval <= maxval:
            raise ValueError(f"expected minval <= maxval, received {minval!r} and {maxval!r}")
        self.minval, self.maxval = minval, maxval
        self._random = randomness.generator if seed is None else randomness.seeded(seed)

    def __call__(self, fan_in: int, fan_out: int) -> float:  # noqa: ARG002  # as all initialisers
        """Return one weight."""
        return self._random.uniform(self.minval, self.maxval)


class GlorotUniform(RandomUniform):
    """Weights within +-sqrt(6 / (fan_in + fan_out)): for sigmoid and tanh.

    Source: Glorot and Bengio, Understanding the difficulty of training deep feedforward neural
    networks, 2010.
    """

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(-1.0, 1.0, seed)

    def __call__(self, fan_in: int, fan_out: int) -> float:
        """Return one weight."""
        return math.sqrt(6 / (fan_in + fan_out)) * super().__call__(fan_in, fan_out)


class HeUniform(GlorotUniform):
    """Weights within +-sqrt(6 / fan_in): for ReLU.

    Source: He, Zhang, Ren and Sun, Delving deep into rectifiers, 2015.
    """

    def __call__(self, fan_in: int, fan_out: int) -> float:  # noqa: ARG002  # as all initialisers
        """Return one weight."""
        return super().__call__(fan_in, 0)  # the outputs do not count


INITIALIZERS: dict[str, Callable[[], Initializer]] = {
    "zeros": Zeros,
    "constant": Constant,
    "random_uniform": RandomUniform,
    "glorot_uniform": GlorotUniform,
    "he_uniform": HeUniform,
}
"""Every initialiser by its name."""


def get(initializer: str | Initializer) -> Initializer:
    """Return an initialiser by name; a function is returned as it is.

    Raises:
        ValueError: the name is unknown.
    """
    if callable(initializer):
        return initializer
    return choose("initializer", initializer, INITIALIZERS)()
