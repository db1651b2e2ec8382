"""Initial weights: functions of a neuron's number of inputs and its layer's of outputs.

Weights that start equal stay equal: random ones break the symmetry.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from autograd.cleaning import quoted
from autograd.options import in_range, missing
from nn import randomness
from nn.spelling import own_or_spelled

Initializer = Callable[[int, int], float]
"""`(fan_in, fan_out) -> one weight`, called once for each weight."""


class Constant:
    """Every weight the same.

    Args:
        value: a number, or an array of one.

    >>> Constant(0.5)(3, 4)
    0.5
    """

    def __init__(self, value: Any = 0.0) -> None:
        self.value = float(value.item() if hasattr(value, "item") else value)

    def __call__(self, fan_in: int, fan_out: int) -> float:  # noqa: ARG002  # as all initialisers
        """Return one weight."""
        return self.value


class Zeros(Constant):
    """Every weight 0."""

    def __init__(self) -> None:
        super().__init__(0.0)


class Ones(Constant):
    """Every weight 1."""

    def __init__(self) -> None:
        super().__init__(1.0)


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
            raise ValueError(
                f"expected minval <= maxval, received {quoted(minval)} and {quoted(maxval)}"
            )
        self.minval, self.maxval = minval, maxval
        self._random = randomness.source(seed)

    def __call__(self, fan_in: int, fan_out: int) -> float:  # noqa: ARG002  # as all initialisers
        """Return one weight."""
        return self._random.uniform(self.minval, self.maxval)


class GlorotUniform(RandomUniform):
    """Weights within +-sqrt(6 / (fan_in + fan_out)): for sigmoid and tanh.

    Source: Glorot and Bengio, Understanding the difficulty of training deep feedforward neural
    networks, 2010.
    """

    weighing = 1, 1
    """How often the inputs count, and the outputs."""

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(-1.0, 1.0, seed)

    def __call__(self, fan_in: int, fan_out: int) -> float:
        """Return one weight."""
        ins, outs = self.weighing
        return math.sqrt(6 / (ins * fan_in + outs * fan_out)) * super().__call__(fan_in, fan_out)


class HeUniform(GlorotUniform):
    """Weights within +-sqrt(6 / fan_in): for ReLU.

    Source: He, Zhang, Ren and Sun, Delving deep into rectifiers, 2015.
    """

    weighing = 1, 0


class LecunUniform(GlorotUniform):
    """Weights within +-sqrt(3 / fan_in): for SELU.

    Source: LeCun, Bottou, Orr and Mueller, Efficient backprop, 1998.
    """

    weighing = 2, 0


class RandomNormal:
    """Weights from a normal distribution.

    Args:
        mean, stddev: its mean and its standard deviation.
        seed: as for `RandomUniform`.

    >>> RandomNormal(seed=0)(3, 4)
    0.04708577023403322
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        self.mean, self.stddev = mean, in_range("stddev", stddev, "at least 0")
        self._random = randomness.source(seed)

    def __call__(self, fan_in: int, fan_out: int) -> float:  # noqa: ARG002  # as all initialisers
        """Return one weight."""
        return self._random.gauss(self.mean, self.stddev)


class TruncatedNormal(RandomNormal):
    """Weights from a normal distribution; those beyond two standard deviations are drawn again."""

    def __call__(self, fan_in: int, fan_out: int) -> float:
        """Return one weight."""
        while True:
            weight = super().__call__(fan_in, fan_out)
            if abs(weight - self.mean) <= 2 * self.stddev:
                return weight


_CUT = 0.87962566103423978
"""The standard deviation of a normal distribution of 1 that is cut at 2 on both sides."""


class GlorotNormal(TruncatedNormal):
    """Weights of the variance 2 / (fan_in + fan_out), from a normal distribution cut at 2."""

    weighing = GlorotUniform.weighing

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(0.0, 1.0, seed)

    def __call__(self, fan_in: int, fan_out: int) -> float:
        """Return one weight."""
        ins, outs = self.weighing
        deviation = math.sqrt(2 / (ins * fan_in + outs * fan_out)) / _CUT
        return deviation * super().__call__(fan_in, fan_out)


class HeNormal(GlorotNormal):
    """Weights of the variance 2 / fan_in, from a normal distribution cut at 2: for ReLU."""

    weighing = HeUniform.weighing


class LecunNormal(GlorotNormal):
    """Weights of the variance 1 / fan_in, from a normal distribution cut at 2: for SELU."""

    weighing = LecunUniform.weighing


class Orthogonal(RandomNormal):
    """A matrix of weights whose rows, or columns, are at right angles and of length 1.

    A weight that is asked for alone is a normal one; layers ask `matrix` for the whole.
    """

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(0.0, 1.0, seed)


def matrix(initializer: Initializer, rows: int, columns: int) -> list[list[float]]:
    """Return so many rows of weights; those of `Orthogonal` are at right angles.

    >>> (a, b), (c, d) = matrix(Orthogonal(seed=1), 2, 2)
    >>> abs(a * c + b * d) < 1e-12, round(a * a + b * b, 12)
    (True, 1.0)
    """
    if isinstance(initializer, Orthogonal) and rows > columns:
        return [list(row) for row in zip(*matrix(initializer, columns, rows), strict=True)]
    drawn = [[initializer(rows, columns) for _ in range(columns)] for _ in range(rows)]
    if not isinstance(initializer, Orthogonal):
        return drawn
    made: list[list[float]] = []
    for row in drawn:  # the method of Gram and Schmidt
        rest = row
        for other in made:
            share = sum(a * b for a, b in zip(rest, other, strict=True))
            rest = [a - share * b for a, b in zip(rest, other, strict=True)]
        length = math.hypot(*rest)
        made.append([a / length for a in rest])
    return made


def one_by_one(weights: Iterable[float]) -> Initializer:
    """Return an initialiser that gives these weights, one after the other.

    >>> give = one_by_one([0.5, 0.25])
    >>> give(2, 1), give(2, 1)
    (0.5, 0.25)
    """
    remaining = iter(weights)
    return lambda _fan_in, _fan_out: next(remaining)


INITIALIZERS: dict[str, Callable[[], Initializer]] = {
    "zeros": Zeros,
    "ones": Ones,
    "constant": Constant,
    "random_uniform": RandomUniform,
    "uniform": RandomUniform,
    "random_normal": RandomNormal,
    "normal": RandomNormal,
    "truncated_normal": TruncatedNormal,
    "glorot_uniform": GlorotUniform,
    "glorot_normal": GlorotNormal,
    "he_uniform": HeUniform,
    "he_normal": HeNormal,
    "lecun_uniform": LecunUniform,
    "lecun_normal": LecunNormal,
    "orthogonal": Orthogonal,
}
"""Every initialiser by its names."""


def get(initializer: str | Initializer) -> Initializer:
    """Return an initialiser by name; a function is returned as it is.

    Raises:
        ValueError: the name is unknown.
        TypeError: a class was given, not an object of it.
    """
    return own_or_spelled("initializer", initializer, INITIALIZERS)


def __getattr__(name: str) -> Callable[..., Initializer]:
    """Return an initialiser by Keras's name of its function: `initializers.he_normal`."""
    if name in INITIALIZERS:
        return INITIALIZERS[name]
    raise missing("nn.initializers", name, {})
