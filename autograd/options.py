"""Checks that every part makes: one of a few choices, a whole number, a text; and warnings."""

from __future__ import annotations

import operator
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence, Sized
from contextlib import suppress
from math import inf
from typing import Any, TypeVar, overload

from autograd.cleaning import listing, quoted, received

T = TypeVar("T")

OWN = ("autograd.", "nn.")
"""How the names of this project's modules begin."""

__all__ = [
    "NotWholeError",
    "check_index",
    "check_length",
    "choose",
    "in_range",
    "missing",
    "no_place",
    "text",
    "warn",
    "whole_number",
    "wrong_kind",
]


class NotWholeError(TypeError, ValueError):
    """A number that has to be whole is not: wrong in kind, and so in value."""


@overload
def choose(kind: str, name: object, choices: Mapping[str, T]) -> T: ...
@overload
def choose(kind: str, name: object, choices: Sequence[T]) -> T: ...
def choose(kind: str, name: object, choices: Any) -> Any:
    """Return the choice called `name`.

    Args:
        kind: what is chosen, for the message.
        name: the choice's name, a text or another plain thing.
        choices: what there is to choose from: by name, or the names themselves.

    Raises:
        ValueError: there is no such choice; the message lists those that there are.

    >>> choose("fruit", "pear", {"apple": 1, "pear": 2})
    2
    >>> choose("fruit", "plum", ("apple", "pear"))
    Traceback (most recent call last):
    ValueError: unknown fruit: 'plum' (must be one of apple, pear)
    >>> choose("verbose", 3, ("auto", 0, 1))
    Traceback (most recent call last):
    ValueError: unknown verbose: 3 (must be one of 'auto', 0, 1)
    """
    found = choices if isinstance(choices, Mapping) else {x: x for x in choices}
    with suppress(TypeError):  # a list has no hash, and is no choice
        if name in found:
            return found[name]
    names = found if all(isinstance(x, str) for x in found) else map(repr, found)
    raise ValueError(f"unknown {kind}: {quoted(name)} (must be one of {listing(names)})")


def whole_number(
    name: str, number: object, *, least: int | None = None, most: int | None = None
) -> int:
    """Return a whole number as an int: Python's own, NumPy's, or whatever else is one.

    Args:
        name: what the number is called, for the message.
        number: the number; a bool is not one.
        least: the smallest that is allowed.
        most: the largest that is allowed.

    Raises:
        ValueError: the number is not whole (then the error is a TypeError too), or out of range.

    >>> whole_number("epochs", 3, least=1)
    3
    >>> whole_number("epochs", 0, least=1)
    Traceback (most recent call last):
    ValueError: expected epochs to be a whole number of at least 1, received 0
    """
    if least is None:
        wanted = "" if most is None else f" of at most {most}"
    else:
        wanted = f" of at least {least}" if most is None else f" from {least} to {most}"
    message = f"expected {name} to be a whole number{wanted}, received {quoted(number)}"
    if type(number).__name__ == "bool":  # NumPy's too, which NumPy 2.0 takes for a number
        raise NotWholeError(message)
    try:
        whole = operator.index(number)  # type: ignore[arg-type]  # what is refused raises
    except TypeError:
        raise NotWholeError(message) from None
    if (least is not None and whole < least) or (most is not None and whole > most):
        raise ValueError(message)
    return whole


_RANGES: Mapping[str, Callable[[Any], bool]] = {
    "above 0": lambda number: number > 0,
    "at least 0": lambda number: number >= 0,
    "from 0 to 1": lambda number: 0 <= number <= 1,
    "from 0 to below 1": lambda number: 0 <= number < 1,
    "between 0 and 1": lambda number: 0 < number < 1,
    "a finite number": lambda number: -inf < number < inf,
}


def in_range(name: str, number: Any, expected: str) -> Any:
    """Return a number that is in a range; nan is in none.

    Args:
        name: what the number is called, for the message.
        number: the number.
        expected: the range in words, such as "above 0", "at least 0", "from 0 to 1".

    Raises:
        ValueError: the number is not in the range.
        TypeError: it is no number.

    >>> in_range("momentum", 0.5, "from 0 to 1")
    0.5
    >>> in_range("momentum", 2, "from 0 to 1")
    Traceback (most recent call last):
    ValueError: expected momentum to be from 0 to 1, received 2
    """
    message = f"expected {name} to be {expected}, received {quoted(number)}"
    try:
        is_inside = _RANGES[expected](number)
    except TypeError:
        raise TypeError(message) from None
    if not is_inside:
        raise ValueError(message)
    return number


def text(name: str, given: object) -> str:
    """Return a text.

    Args:
        name: what the text is called, for the message.
        given: the text.

    Raises:
        TypeError: it is of another kind.

    >>> text("label", "x")
    'x'
    >>> text("label", 3)
    Traceback (most recent call last):
    TypeError: expected label as text, received int: 3; write label='x', or label='' for none
    """
    if not isinstance(given, str):
        error = wrong_kind(f"{name} as text", given)
        raise TypeError(f"{error}; write {name}='x', or {name}='' for none")
    return given


def wrong_kind(expected: str, given: object) -> TypeError:
    """Return the error to raise where one kind of thing was expected, and another came.

    Args:
        expected: what was expected, with its article.
        given: what came.

    >>> print(wrong_kind("a Value to draw", 3.0))
    expected a Value to draw, received float: 3.0
    """
    return TypeError(f"expected {expected}, received {received(given)}")


def check_length(things: Sized, length: int | None, expected: str) -> None:
    """Refuse another number of things than `length`.

    Args:
        things: the things to count.
        length: how many there have to be.
        expected: what was expected, with {} in the place of `length`.

    Raises:
        ValueError: there are more or fewer.

    >>> check_length([0, 1], 4, "{} targets")
    Traceback (most recent call last):
    ValueError: expected 4 targets, received 2
    """
    if len(things) != length:
        wanted = expected.replace("{}", str(length), 1)
        raise ValueError(f"expected {wanted}, received {len(things)}")


def check_index(index: float, count: int) -> None:
    """Raise an IndexError for an index to which no place is the nearest, as `take` rounds it.

    Args:
        index: the index.
        count: how many places there are.

    >>> check_index(1.4, 2)
    >>> check_index(1.5, 2)
    Traceback (most recent call last):
    IndexError: expected an index from 0 to 1, received 1.5
    """
    if not -0.5 <= index < count - 0.5:
        raise no_place(index, count)


def no_place(index: object, count: int) -> IndexError:
    """Return the error to raise for an index that is none of so many places."""
    if not count:
        return IndexError("expected values to take one of, received none")
    return IndexError(f"expected an index from 0 to {count - 1}, received {quoted(index, 30)}")


def warn(
    message: str, category: type[Warning] = UserWarning, told: set[object] | None = None
) -> None:
    """Warn of something, at the line of the program that called `autograd` or `nn`.

    Args:
        message: what to say.
        category: the kind of warning.
        told: the lines that have been told already, which are not told again.
    """
    frame, level = sys._getframe(1), 2
    while frame.f_back and f"{frame.f_globals.get('__name__')}.".startswith(OWN):
        frame, level = frame.f_back, level + 1
    place = frame.f_code.co_filename, frame.f_lineno
    if told is not None:
        if place in told:
            return
        told.add(place)
    warnings.warn(message, category, level)


def missing(module: str, name: str, advice: Mapping[str, str]) -> Exception:
    """Return the error for a name that a module has not, for the module's `__getattr__` to raise.

    Where the program has written `from module import name`, Python would say that it cannot import
    the name, and leave the advice out: the error is an ImportError then.

    Args:
        module: the module's name.
        name: the name that was asked for.
        advice: what to write, by names that other libraries have.

    >>> print(missing("autograd", "tensor", {"tensor": "write autograd.Value(2.0)"}))
    autograd has no 'tensor': write autograd.Value(2.0)
    >>> print(missing("autograd", "tensr", {}))
    module 'autograd' has no attribute 'tensr'
    """
    message = f"module {quoted(module)} has no attribute {quoted(name)}"
    if name in advice:
        message = f"{module} has no {quoted(name)}: {advice[name]}"
    import opcode  # noqa: PLC0415  # seldom needed

    frame = sys._getframe(2)
    code = frame.f_code.co_code
    if name in advice and opcode.opname[code[frame.f_lasti]] == "IMPORT_FROM":
        return ImportError(message, name=name)
    return AttributeError(message, name=name, obj=sys.modules[module])
