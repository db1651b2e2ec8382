"""Choosing by name: "relu", "adam", "mse"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


def choose(kind: str, name: object, choices: Mapping[str, T]) -> T:
    """Return the choice called `name`.

    Raises:
        ValueError: there is none; the message lists those that there are.

    >>> choose("fruit", "plum", {"apple": 1, "pear": 2})
    Traceback (most recent call last):
    ValueError: unknown fruit: 'plum' (must be one of apple, pear)
    """
    if isinstance(name, str) and name in choices:
        return choices[name]
    raise ValueError(f"unknown {kind}: {name!r} (must be one of {', '.join(choices)})")
