"""`vec` of librt for a Python that has no librt: arrays of the standard library, used alike.

A `vec[i64]` is a row of whole numbers side by side, eight bytes each; compiled, reading one is as
quick as in C. `append(items, item)` returns the longer row; the one before it is not used again.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any

from mypy_extensions import i32, i64

_LETTERS: dict[Any, str] = {i64: "q", i32: "i", bool: "b"}


class vec:  # noqa: N801  # librt's name
    """What makes rows: `vec[i64](items)`."""

    def __class_getitem__(cls, kind: Any) -> Any:
        """Return what makes a row of numbers of some kind."""

        def made(items: Iterable[Any] = ()) -> Any:
            return array(_LETTERS[kind], items)

        return made


def append(items: Any, item: Any) -> Any:
    """Return items with one more."""
    items.append(item)
    return items
