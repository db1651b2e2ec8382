"""Attempts at a slip, and those that any number may have."""

from __future__ import annotations

from collections.abc import Iterator

Attempt = tuple[str, str, float]
"""A slip's name, what was done, and the number that the slip gives."""


def plain_slips(expected: float) -> Iterator[Attempt]:
    """Yield the slips that any number may have."""
    yield "sign", "the sign is the other one", -expected
    yield "factor 2", "half of what it should be", expected / 2
    yield "factor 2", "twice what it should be", 2 * expected
    yield from far_slips(expected)


def far_slips(expected: float) -> Iterator[Attempt]:
    """Yield slips of the decimal point."""
    yield "decimal point", "ten times what it should be", 10 * expected
    yield "decimal point", "a tenth of what it should be", expected / 10


def farther_slips(expected: float) -> Iterator[Attempt]:
    """Yield larger slips of the decimal point, and slips in copying a digit."""
    yield "decimal point", "a hundred times what it should be", 100 * expected
    yield "decimal point", "a hundredth of what it should be", expected / 100
