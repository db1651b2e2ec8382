"""Regularizers, by Keras's names: what a loss has to pay for large weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import autograd
from autograd.cleaning import quoted
from autograd.options import in_range
from nn.spelling import own_or_spelled


class L1L2:
    """l1 * (|w1| + ... + |wn|) + l2 * (w1**2 + ... + wn**2).

    Args:
        l1, l2: the factors, at least 0.

    >>> L1L2(l1=1.0, l2=0.5)([2.0, -4.0])
    16.0
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1, self.l2 = (
            float(in_range(name, factor, "at least 0")) for name, factor in (("l1", l1), ("l2", l2))
        )

    def __call__(self, weights: Sequence[Any]) -> Any:
        """Return what has to be paid for these weights."""
        parts = []
        if self.l1:
            parts.append(self.l1 * autograd.sum([autograd.abs(w) for w in weights]))
        if self.l2:
            parts.append(self.l2 * autograd.sum([w**2 for w in weights]))
        return sum(parts[1:], start=parts[0]) if parts else 0.0


class L1(L1L2):
    """l1 * (|w1| + ... + |wn|)."""

    def __init__(self, l1: float = 0.01) -> None:
        super().__init__(l1=l1)


class L2(L1L2):
    """l2 * (w1**2 + ... + wn**2)."""

    def __init__(self, l2: float = 0.01) -> None:
        super().__init__(l2=l2)


l1, l2 = L1, L2
"""Keras's short names."""


def l1_l2(l1: float = 0.01, l2: float = 0.01) -> L1L2:
    """Return `L1L2(l1, l2)`, by Keras's short name."""
    return L1L2(l1, l2)


REGULARIZERS: dict[str, Callable[[], L1L2]] = {"l1": l1, "l2": l2, "l1_l2": l1_l2}
"""Every regularizer by its name."""

Given: TypeAlias = "str | L1L2 | dict[str, float] | Callable[..., Any] | None"


def get(regularizer: Given) -> Callable[..., Any] | None:
    """Return a regularizer by name, or by its factors; a function is returned as it is.

    Raises:
        ValueError: the name is unknown.
        TypeError: a class was given, not an object of it.
    """
    if regularizer is None:
        return None
    if isinstance(regularizer, dict):
        return L1L2(**regularizer)
    return own_or_spelled("regularizer", regularizer, REGULARIZERS)


def config_of(regularizer: Any) -> dict[str, float]:
    """Return the factors of a regularizer, as JSON has them.

    Raises:
        ValueError: it is a function of the user's own.
    """
    if not isinstance(regularizer, L1L2):
        message = f"cannot save {quoted(regularizer)}: it is a regularizer of your own"
        raise ValueError(message)  # noqa: TRY004  # as for all that cannot be saved
    return {"l1": regularizer.l1, "l2": regularizer.l2}
