"""The one source of random numbers: initial weights and shuffling draw from it."""

from __future__ import annotations

import random

from autograd.options import whole_number

generator = random.Random()  # noqa: S311  # nothing secret about weights


def set_random_seed(seed: int) -> None:
    """Make everything random that follows repeatable to the last bit.

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
