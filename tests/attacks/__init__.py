"""Attacks on the library, by kind: a module each, and a program that runs them for some minutes.

Run all of them from the repository's root: `python -m tests.attacks --minutes 30 --seed 1`; or, of
the library that is installed, from the folder `tests`: `python -m attacks`.

A module has `ATTACKS`, pairs of what is attacked and a function. Given a random.Random, the
function attacks for a moment: it returns how many times it struck, and raises an error where the
library gives way.
"""

import importlib
import random
from collections.abc import Callable

Attack = Callable[[random.Random], int]
"""Attacks for a moment, and returns how many times it struck; raises where the library yields."""

KINDS = ("limits", "interrupts", "threads", "files", "numbers", "arrays", "executors", "output")
"""The modules of attacks."""


def kinds() -> dict[str, list[tuple[str, Attack]]]:
    """Return the attacks of each kind, by what they attack."""
    return {kind: importlib.import_module(f".{kind}", __name__).ATTACKS for kind in KINDS}
