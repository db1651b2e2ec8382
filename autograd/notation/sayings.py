"""Sentences of errors: English, as errors are, and in the reader's language where one is shown."""

from __future__ import annotations

from typing import Self

from autograd.languages import ENGLISH, spoken, words

__all__ = ["Saying", "said"]


class Saying(str):
    """A sentence in English, which can be said in the reader's language too.

    Args:
        text: the text in English; it is `marked`, for the catalogues.
        places: what stands in its places; a saying there is said in the same language.

    >>> Saying("unknown name {name}", name="q") + Saying("; a root is sqrt(a)")
    'unknown name q; a root is sqrt(a)'
    """

    __slots__ = ("_parts",)
    _parts: tuple[tuple[str, dict[str, object]], ...]

    def __new__(cls, text: str = "", /, **places: object) -> Self:
        """Fill in the places."""
        return cls._of((text, places))

    @classmethod
    def _of(cls, *parts: tuple[str, dict[str, object]]) -> Self:
        made = super().__new__(cls, spoken(ENGLISH, _rendered, parts))
        made._parts = parts
        return made

    def __add__(self, other: str) -> Self:
        """Return both sentences, one after the other."""
        parts = other._parts if isinstance(other, Saying) else ((other, {}),)
        return self._of(*self._parts, *parts)


def said(thing: object) -> str:
    """Return a saying in the reader's language, and any other text as it is.

    >>> spoken("es", said, Saying("unknown name {name}", name="q"))
    'nombre desconocido: q'
    """
    return _rendered(thing._parts) if isinstance(thing, Saying) else str(thing)


def _rendered(parts: tuple[tuple[str, dict[str, object]], ...]) -> str:
    return "".join(
        words(text, **{name: said(thing) for name, thing in places.items()})
        for text, places in parts
    )
