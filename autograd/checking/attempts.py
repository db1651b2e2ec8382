"""Attempts at a slip: what a slip is called, and how it is said, for Python and for the page."""

from __future__ import annotations

from collections.abc import Iterator

Attempt = tuple[str, str, float]
"""A slip's name, what was done, and the number that the slip gives."""

SLIPS: dict[str, tuple[str, str]] = {
    "sign": ("sign", "the sign is the other one"),
    "half": ("factor 2", "half of what it should be"),
    "twice": ("factor 2", "twice what it should be"),
    "forgotten": ("local derivative forgotten", "{factor} is missing"),
    "path": ("path left out", "the one from {below} through {above}"),
    "overwritten": (
        "path left out",
        "the one from {below} through {above}, as = instead of += leaves it out",
    ),
    "last": ("= instead of +=", "only the last share that {below} receives, from {above}"),
    "sign of path": ("sign", "that of the path from {below} through {above}"),
    "sign of factor": ("sign", "that of {factor}"),
    "all forgotten": ("local derivative forgotten", "{factor} is missing, and so are its like"),
    "own gradient": ("wrong parent's number", "the gradient of {other} in the place of its own"),
    "all same": ("wrong parent's number", "{factor} in the place of its like"),
    "swapped": ("wrong parent's number", "{factor} and {other} are swapped"),
    "taken twice": ("factor taken twice", "{factor} was taken twice"),
    "half factor": ("factor 2", "half of {factor}"),
    "twice factor": ("factor 2", "twice {factor}"),
    "other input": ("wrong parent's number", "{other} in the place of {factor}"),
    "by score": (
        "cross entropy",
        "this is the derivative by {below}: {above} minus the target",
    ),
    "extra slope": ("cross entropy", "an extra derivative of {above}"),
    "without target": ("cross entropy", "{above} itself, without minus the target"),
    "extra share": ("cross entropy", "an extra p(1 - p)"),
    "share itself": ("cross entropy", "p itself, without minus the target"),
    "new weight": ("updated weight", "the new {other} in the place of the old one"),
    "new weights": ("updated weight", "the new weights in the place of the old ones"),
    "averaged twice": ("averaged twice", "divided by {count} once more"),
    "not averaged": ("not averaged", "not divided by {count}"),
    "transposed": (
        "transposed weights",
        "the weights of a row in the place of those of a column",
    ),
    "two": ("two slips", "{name}: {said}; and {other}: {also}"),
    "rounding": ("rounding", "a number on the way was rounded too far"),
    "ten": ("decimal point", "ten times what it should be"),
    "tenth": ("decimal point", "a tenth of what it should be"),
    "hundred": ("decimal point", "a hundred times what it should be"),
    "hundredth": ("decimal point", "a hundredth of what it should be"),
}
"""Slips by a key: the name, and what was done, with places for names of nodes and factors."""

EVERYWHERE = "{said}, and so for its like"
"""How a wrong formula is told that was used wherever its operation is."""

FACTOR = "∂{above}/∂{below}"
"""How a factor of the chain rule is called."""

CHANCE = {1: 0.3, 2: 0.11, 3: 0.02}
FINE_CHANCE = {1: 0.0, 2: 0.0, 3: 0.008}
SMALL_CHANCE = 0.02
"""How likely a random wrong number may be named, by its digits, and with more digits than these:
first where numbers on the way may be rounded, then where only the number itself is."""


def attempt(key: str, number: float, /, **places: str) -> Attempt:
    """Return an attempt at one of `SLIPS`."""
    called, said = SLIPS[key]
    return called, said.format(**places), number


def plain_slips(expected: float) -> Iterator[Attempt]:
    """Yield the slips that any number may have."""
    yield attempt("sign", -expected)
    yield attempt("half", expected / 2)
    yield attempt("twice", 2 * expected)
    yield from far_slips(expected)


def far_slips(expected: float) -> Iterator[Attempt]:
    """Yield slips of the decimal point."""
    yield attempt("ten", 10 * expected)
    yield attempt("tenth", expected / 10)


def farther_slips(expected: float) -> Iterator[Attempt]:
    """Yield larger slips of the decimal point."""
    yield attempt("hundred", 100 * expected)
    yield attempt("hundredth", expected / 100)
