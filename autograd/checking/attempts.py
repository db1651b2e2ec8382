"""Attempts at a slip: what a slip is called, and how it is said, for Python and for the page."""

from __future__ import annotations

from collections.abc import Iterator

from autograd.languages import marked, words

Attempt = tuple[str, str, float]
"""A slip's name, in English as `Slip` has it; what was done, in words; and the slip's number."""

SLIPS: dict[str, tuple[str, str]] = {
    "sign": (marked("sign"), marked("the sign is the other one")),
    "half": (marked("factor 2"), marked("half of what it should be")),
    "twice": (marked("factor 2"), marked("twice what it should be")),
    "forgotten": (marked("local derivative forgotten"), marked("{factor} is missing")),
    "path": (marked("path left out"), marked("the one from {below} through {above}")),
    "overwritten": (
        marked("path left out"),
        marked("the one from {below} through {above}, as = instead of += leaves it out"),
    ),
    "last": (
        marked("= instead of +="),
        marked("only the last share that {below} receives, from {above}"),
    ),
    "sign of path": (marked("sign"), marked("that of the path from {below} through {above}")),
    "sign of factor": (marked("sign"), marked("that of {factor}")),
    "all forgotten": (
        marked("local derivative forgotten"),
        marked("{factor} is missing, and so are its like"),
    ),
    "own gradient": (
        marked("wrong parent's number"),
        marked("the gradient of {other} in the place of its own"),
    ),
    "all same": (marked("wrong parent's number"), marked("{factor} in the place of its like")),
    "swapped": (marked("wrong parent's number"), marked("{factor} and {other} are swapped")),
    "taken twice": (marked("factor taken twice"), marked("{factor} was taken twice")),
    "half factor": (marked("factor 2"), marked("half of {factor}")),
    "twice factor": (marked("factor 2"), marked("twice {factor}")),
    "other input": (marked("wrong parent's number"), marked("{other} in the place of {factor}")),
    "by score": (
        marked("cross entropy"),
        marked("this is the derivative by {below}: {above} minus the target"),
    ),
    "extra slope": (marked("cross entropy"), marked("an extra derivative of {above}")),
    "without target": (marked("cross entropy"), marked("{above} itself, without minus the target")),
    "extra share": (marked("cross entropy"), marked("an extra p(1 - p)")),
    "share itself": (marked("cross entropy"), marked("p itself, without minus the target")),
    "new weight": (marked("updated weight"), marked("the new {other} in the place of the old one")),
    "new weights": (
        marked("updated weight"),
        marked("the new weights in the place of the old ones"),
    ),
    "averaged twice": (marked("averaged twice"), marked("divided by {count} once more")),
    "not averaged": (marked("not averaged"), marked("not divided by {count}")),
    "transposed": (
        marked("transposed weights"),
        marked("the weights of a row in the place of those of a column"),
    ),
    "two": (marked("two slips"), marked("{name}: {said}; and {other}: {also}")),
    "rounding": (marked("rounding"), marked("a number on the way was rounded too far")),
    "ten": (marked("decimal point"), marked("ten times what it should be")),
    "tenth": (marked("decimal point"), marked("a tenth of what it should be")),
    "hundred": (marked("decimal point"), marked("a hundred times what it should be")),
    "hundredth": (marked("decimal point"), marked("a hundredth of what it should be")),
}
"""Slips by a key: the name, and what was done, with places for names of nodes and factors."""

EVERYWHERE = marked("{said}, and so for its like")
"""How a wrong formula is told that was used wherever its operation is."""

FACTOR = "∂{above}/∂{below}"
"""How a factor of the chain rule is called."""

CHANCE = {1: 0.3, 2: 0.11, 3: 0.014}
FINE_CHANCE = {1: 0.0, 2: 0.0, 3: 0.014}
SMALL_CHANCE = 0.02
"""How likely a random wrong number may be named, by its digits, and with more digits than these:
first where numbers on the way may be rounded, then where only the number itself is."""


def attempt(key: str, number: float, /, **places: str) -> Attempt:
    """Return an attempt at one of `SLIPS`."""
    called, said = SLIPS[key]
    return called, words(said, **places), number


def plain_slips(expected: float) -> Iterator[Attempt]:
    """Yield the slips of a leaf's number, which nothing has computed."""
    yield attempt("sign", -expected)
    yield attempt("half", expected / 2)
    yield attempt("twice", 2 * expected)
    yield from far_slips(expected)


def difference_slips(expected: float, step: float) -> Iterator[Attempt]:
    """Yield the slips of a difference quotient, a central one where its step h is told by 2h."""
    name = marked("difference quotient")
    yield attempt("sign", -expected)
    yield attempt("half", expected / 2)
    yield name, words("divided by h in the place of 2h"), 2 * expected
    yield name, words("not divided by 2h"), 2 * step * expected
    yield from far_slips(expected)


def far_slips(expected: float) -> Iterator[Attempt]:
    """Yield slips of the decimal point."""
    yield attempt("ten", 10 * expected)
    yield attempt("tenth", expected / 10)


def farther_slips(expected: float) -> Iterator[Attempt]:
    """Yield larger slips of the decimal point."""
    yield attempt("hundred", 100 * expected)
    yield attempt("hundredth", expected / 100)
