"""Attributes and modules that other libraries have: asking for one says what to write here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import signature
from typing import Any, NoReturn, TypeVar, cast

from autograd.cleaning import name_of, quoted

__all__ = ["Absent", "Modules", "NotASequenceError", "advise", "advise_on_arguments"]

F = TypeVar("F", bound=Callable[..., Any])


def advise(kind: type, advice: Mapping[str, str], *, fixed: bool = False) -> None:
    """Let a class say what to write for attributes that it has not.

    Args:
        kind: the class; attributes that its subclasses or its objects have of their own stay.
        advice: what to write, by the attribute's name.
        fixed: whether to give the advice where such an attribute is set, too.

    >>> class Part:
    ...     pass
    >>> advise(Part, {"train": "call fit(x, y)"})
    >>> Part().train()
    Traceback (most recent call last):
    AttributeError: a Part has no 'train': call fit(x, y)
    """
    for name, sentence in advice.items():
        setattr(kind, name, (_Fixed if fixed else _Elsewhere)(name, sentence))


def advise_on_arguments(function: F) -> F:
    """Return the function, which says what to write for an argument's name that it has not.

    Args:
        function: a function that takes no further arguments by name.

    >>> @advise_on_arguments
    ... def train(epochs: int = 1, shuffle: bool = True) -> None:
    ...     pass
    >>> train(epoch=3)
    Traceback (most recent call last):
    TypeError: train takes no 'epoch': write epochs=...
    >>> train(lr=0.1)
    Traceback (most recent call last):
    TypeError: train takes no 'lr': it takes epochs, shuffle
    """
    names = list(signature(function).parameters)

    @wraps(function)
    def told(*args: Any, **named: Any) -> Any:
        for name in named:
            if name not in names:
                raise TypeError(
                    f"{name_of(function)} takes no {quoted(name)}: {_spelled(name, names)}"
                )
        return function(*args, **named)

    return cast("F", told)


def _spelled(name: str, names: list[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  # seldom needed

    found = get_close_matches(name, names, 1)
    return f"write {found[0]}=..." if found else f"it takes {', '.join(names)}"


class Modules:
    """A finder of modules that finds none: it says what to write for those of other libraries.

    Put at the end of `sys.meta_path`, it is asked for modules that are nowhere else.

    Args:
        package: the package in which they are looked for.
        advice: what to write, by the module's name.

    >>> Modules("autograd", {"numpy": "write lists"}).find_spec("autograd.numpy")
    Traceback (most recent call last):
    ModuleNotFoundError: autograd has no module 'numpy': write lists
    """

    def __init__(self, package: str, advice: Mapping[str, str]) -> None:
        self._package, self._advice = package, advice

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        """Raise a ModuleNotFoundError for a module that there is advice for."""
        package, _, module = name.rpartition(".")
        if package == self._package and module in self._advice:
            message = f"{package} has no module {quoted(module)}: {self._advice[module]}"
            raise ModuleNotFoundError(message, name=name)


class _Elsewhere:
    """An attribute that a class has not, for which there is advice."""

    def __init__(self, name: str, advice: str) -> None:
        self._told = f"{quoted(name)}: {advice}"
        self.__doc__ = f"Not here: {advice}."

    def __get__(self, thing: object, kind: type) -> _Elsewhere:
        if thing is None:
            return self
        raise self._error(kind)

    def __call__(self, *_: object, **__: object) -> NoReturn:
        """Say so where it is called on the class."""
        raise AttributeError(f"there is no {self._told}")

    def _error(self, kind: type) -> AttributeError:
        return AttributeError(f"a {name_of(kind)} has no {self._told}")


class NotASequenceError(TypeError, AttributeError):
    """What Python asks a list for was asked of one number; `hasattr` says that it is not there."""


class Absent(_Elsewhere):
    """A special method that a class has not, with a sentence of its own where Python needs it.

    Args:
        message: what to say.
    """

    def __init__(self, message: str) -> None:
        self._message = message
        self.__doc__ = f"Not here: {message}."

    def _error(self, _: type) -> AttributeError:
        return NotASequenceError(self._message)


class _Fixed(_Elsewhere):
    """An attribute that cannot be set either."""

    def __set__(self, thing: object, _: object) -> NoReturn:
        raise self._error(type(thing))
