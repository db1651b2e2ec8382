"""A bar that fills, by tqdm: in a terminal or a notebook."""

from __future__ import annotations

import sys
import warnings
from typing import Any

__all__ = ["bar"]


def bar(total: int | None, unit: str, name: str = "") -> Any:
    """Return a bar, which has `update`, `set_postfix_str` and `close`, as tqdm's have.

    Args:
        total: how many there will be; None if nobody knows.
        unit: what is counted.
        name: what stands before the bar.

    Raises:
        ImportError: tqdm is not installed; `pip install 'glassgrad[progress]'` brings it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a notebook without widgets gets a bar of text
        from tqdm.auto import tqdm  # noqa: PLC0415  # an extra, imported where it is used

        return tqdm(
            total=total,
            unit=unit,
            desc=name or None,
            file=sys.stderr,
            leave=total is not None,
            unit_scale=total is None,
        )
