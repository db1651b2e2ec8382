"""Names as Keras takes them: "Adam" and "adam", "GlorotUniform" and "glorot_uniform"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard, TypeVar

from autograd.cleaning import name_of
from autograd.options import choose

T = TypeVar("T")


def snake(name: str) -> str:
    """Return the name of a class as words, as Keras does: "simple_rnn" of "SimpleRNN".

    >>> snake("GlorotUniform"), snake("MSE"), snake("Conv2D")
    ('glorot_uniform', 'mse', 'conv2d')
    """
    apart = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", apart).lower()


def is_function(thing: object) -> TypeGuard[Callable[..., Any]]:
    """Return whether this is to be called as it is: a function, or an object that is called as one.

    >>> is_function(max), is_function(int)
    (True, False)
    """
    return callable(thing) and not isinstance(thing, type)


def own_or_spelled(
    kind: str, given: object, makers: Mapping[str, Callable[[], Callable[..., Any]]]
) -> Callable[..., Any]:
    """Return a new one of what is called `given`; a function is returned as it is.

    Raises:
        ValueError, TypeError: as for `choose_spelled`.

    >>> own_or_spelled("function", "Maximum", {"maximum": lambda: max})
    <built-in function max>
    """
    if is_function(given):
        return given
    return choose_spelled(kind, given, makers)()


def choose_spelled(kind: str, name: object, choices: Mapping[str, T]) -> T:
    """Return the choice called `name`, in small letters or as Keras's class is called.

    Raises:
        ValueError: there is no such choice; the message lists those that there are.
        TypeError: a class was given, where its name or an object of it is wanted.

    >>> choose_spelled("optimizer", "Adam", {"adam": 1})
    1
    """
    if isinstance(name, type):
        wanted = f"an {kind}" if kind[0] in "aeio" else f"a {kind}"
        raise TypeError(f"expected {wanted}, received the class {name_of(name)}: write it with ()")
    if isinstance(name, str) and name not in choices:
        for spelling in (snake(name), name.lower()):
            if spelling in choices:
                return choices[spelling]
    return choose(kind, name, choices)
