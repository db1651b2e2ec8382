"""The one source of random numbers: initial weights and shuffling draw from it."""

from __future__ import annotations

import random
from typing import Any

from autograd.options import whole_number


class _Generator(random.Random):
    """Draws from Python's `random`, which `random.seed` sets, until it has a seed of its own.

    So programs have the weights that they had with other engines. A seed of its own outlasts a
    fork, after which Python gives `random` a new one.
    """

    def seed(self, a: Any = None, version: int = 2) -> None:
        super().seed(a, version)
        self._is_seeded = a is not None

    def random(self) -> float:
        return super().random() if self._is_seeded else random.random()  # noqa: S311

    def getrandbits(self, k: int, /) -> int:
        return super().getrandbits(k) if self._is_seeded else random.getrandbits(k)

    def gauss(self, mu: float = 0.0, sigma: float = 1.0) -> float:
        return super().gauss(mu, sigma) if self._is_seeded else random.gauss(mu, sigma)

    def getstate(self) -> tuple[Any, ...]:
        return super().getstate() if self._is_seeded else random.getstate()

    def __reduce__(self) -> tuple[Any, ...]:
        return _of_state, (self.getstate(),)  # a copy draws what this would draw next


def _of_state(state: tuple[Any, ...]) -> random.Random:
    copy = random.Random()  # noqa: S311  # nothing secret about weights
    copy.setstate(state)
    return copy


generator = _Generator()


def set_random_seed(seed: int) -> None:
    """Make everything random that follows repeatable to the last bit.

    Without it, initial weights and shuffling follow Python's `random`, and so `random.seed`.

    >>> set_random_seed(1)
    >>> first = generator.random()
    >>> set_random_seed(1)
    >>> generator.random() == first
    True
    """
    generator.seed(whole_number("seed", seed))


def source(seed: int | None) -> random.Random:
    """Return where to draw from: without a seed the one source, which `set_random_seed` sets."""
    return generator if seed is None else seeded(seed)


def seeded(seed: int, least: int | None = None) -> random.Random:
    """Return another source of random numbers, the same on every run; a seed may have a `least`."""
    return random.Random(whole_number("seed", seed, least=least))  # noqa: S311  # no secret either
