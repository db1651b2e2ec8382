"""Attributes that other libraries have: asking a class for one says what to write here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

__all__ = ["advise"]


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


class _Elsewhere:
    """An attribute that a class has not, for which there is advice."""

    def __init__(self, name: str, advice: str) -> None:
        self._told = f"{name!r}: {advice}"
        self.__doc__ = f"Not here: {advice}."

    def __get__(self, thing: object, kind: type) -> _Elsewhere:
        if thing is None:
            return self
        raise self._error(kind)

    def _error(self, kind: type) -> AttributeError:
        return AttributeError(f"a {kind.__name__} has no {self._told}")


class _Fixed(_Elsewhere):
    """An attribute that cannot be set either."""

    def __set__(self, thing: object, _: object) -> NoReturn:
        raise self._error(type(thing))
