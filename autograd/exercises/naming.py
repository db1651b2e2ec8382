"""Names that belong to no blank: all of them are told, each with the blank that may be meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from autograd.checking.claims import claim_names
from autograd.cleaning import quoted
from autograd.languages import words

_ALIKE = 0.6
"""Names less alike than this are no guess."""


def unknown_names(names: Iterable[object], blanks: Sequence[str], *, lists: bool = True) -> str:
    """Return what to say of names that belong to no blank; "" if all belong to one.

    Args:
        names: the names.
        blanks: the names of the blanks.
        lists: whether to list the blanks.

    >>> unknown_names(["z", "Z", "dy/dw", "q"], ["z", "gradient of w"], lists=False)
    "no blank is called 'Z', 'dy/dw', 'q': for 'Z' write 'z', for 'dy/dw' write 'gradient of w'"
    """
    unknown = [name for name in names if name not in blanks]
    if not unknown:
        return ""
    listed = ", ".join(quoted(name, 80) for name in unknown)
    told = words("no blank is called {names}", names=listed)
    if lists:
        told = words("{told}; the blanks are {blanks}", told=told, blanks=", ".join(blanks))
    meant = [(name, nearest(name, blanks)) for name in unknown if isinstance(name, str)]
    advice = ", ".join(
        words("for {name} write {blank}", name=quoted(name, 80), blank=repr(blank))
        for name, blank in meant
        if blank
    )
    return f"{told}: {advice}" if advice else told


def nearest(name: str, blanks: Sequence[str]) -> str:
    """Return the blank that a name may be meant for; "" if it is like none.

    >>> nearest("w_new", ["new w", "new b"]), nearest("grad w", ["gradient of b", "gradient of w"])
    ('new w', 'gradient of w')
    """
    derivative = re.fullmatch(r"\s*d(.+)/d(.+?)\s*", name.replace("∂", "d"))
    if derivative:
        above, below = derivative.groups()
        for blank in (f"∂{above}/∂{below}", *claim_names("gradient", below)):
            if blank in blanks:
                return blank
    looks = {_look(blank): blank for blank in reversed(blanks)}
    found = difflib.get_close_matches(_look(name), looks, 1, _ALIKE)
    return looks[found[0]] if found else ""


def _look(name: str) -> str:
    """Return the words of a name in one order, without capital letters."""
    return " ".join(sorted(re.findall(r"[^\W_]+", name.replace("∂", "d").casefold())))
