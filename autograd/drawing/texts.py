"""Names that are cut for a picture, and still told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from autograd.notation.text import shortened


def told_apart(names: Sequence[str], longest: int) -> list[str]:
    """Return names of at most `longest` characters; different names stay different.

    A name is cut at its end. Names that would look the same then are cut in the middle, and get a
    number if they still look the same.

    Args:
        names: the names.
        longest: characters of the longest name returned.

    >>> told_apart(["layer1.weight.of.unit1", "layer1.weight.of.unit2", "bias"], 14)
    ['layer1….unit1', 'layer1….unit2', 'bias']
    """
    cut = {name: shortened(name, longest) for name in names}
    half = (longest - 1) // 2
    for name in _alike(cut):
        cut[name] = f"{name[:half]}…{name[-half:]}"
    for i, name in enumerate(_alike(cut), start=1):
        cut[name] = f"{name[: longest - 2 - len(str(i))]}…#{i}"
    return [cut[name] for name in names]


def _alike(cut: Mapping[str, str]) -> list[str]:
    """Return the names that are cut to what another name is cut to."""
    counts = Counter(cut.values())
    return [name for name, short in cut.items() if short != name and counts[short] > 1]
