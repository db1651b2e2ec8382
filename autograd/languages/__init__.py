"""The reader's language, and what a text is called in it: catalogues of messages, as in gettext.

The English text is the key. `es.po` is the Spanish catalogue, for translators; `es.mo` is the same
for programs. A new language is one more `.po` file; `python tests/catalogues.py` brings all of them
up to date with the texts in the source. Texts of exceptions stay English.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from autograd.cleaning import quoted
from autograd.contexts import called_with
from autograd.options import choose

if TYPE_CHECKING:
    from gettext import NullTranslations
    from importlib.resources.abc import Traversable

T = TypeVar("T")

__all__ = [
    "count",
    "language",
    "languages",
    "marked",
    "plural",
    "set_language",
    "spoken",
    "translations",
    "words",
]

ENGLISH = "en"
_PLACE = re.compile(r"\{(\w+)\}")
_VARIABLE = "GLASSGRAD_LANGUAGE"
_asked_for: ContextVar[str] = ContextVar("language", default="")  # for one call


def words(text: str, /, **places: object) -> str:
    """Return a text in the reader's language, with its {places} filled in.

    Args:
        text: the text in English, written out where `words` is called: catalogues are made from
            the calls.
        places: what stands in the places of the text. Braces without a name stay as they are.

    >>> words("{name} receives {share} from {giver}", name="a", share="0.5", giver="y")
    'a receives 0.5 from y'
    """
    return _filled(_catalogue(language()).gettext(text) if text else "", places)


def plural(number: int, one: str, many: str, /, **places: object) -> str:
    """Return the text that goes with a number, in the reader's language.

    Args:
        number: how many there are; it stands in the place {count}, as `count` writes it.
        one: the text in English for one.
        many: the text in English for any other number.
        places: what stands in the other places.

    >>> plural(1, "{count} node", "{count} nodes"), plural(2000, "{count} node", "{count} nodes")
    ('1 node', '2,000 nodes')
    """
    chosen = _catalogue(language()).ngettext(one, many, number)
    return _filled(chosen, {"count": count(number), **places})


def count(number: int) -> str:
    """Return a whole number for a reader: English separates thousands.

    >>> count(12345)
    '12,345'
    """
    return f"{number:,}" if language() == ENGLISH else str(number)


def marked(text: str, /) -> str:
    """Return a text as it is; catalogues have it, for `words` to translate it where it is used."""
    return text


marked("English")  # each catalogue has its language's own name for it, which pages show


def _filled(text: str, places: dict[str, object]) -> str:
    return _PLACE.sub(lambda place: str(places.get(place[1], place[0])), text) if places else text


def language() -> str:
    """Return the reader's language, such as "en"."""
    return _asked_for.get() or _chosen


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that there are: English, and each that has a catalogue."""
    files = (file.name for file in _folder().iterdir())
    return (ENGLISH, *sorted(name.removesuffix(".mo") for name in files if name.endswith(".mo")))


def set_language(language: str) -> None:
    """Choose the language of explanations, steps, reports, hints, sheets, pages and pictures.

    The environment variable `GLASSGRAD_LANGUAGE` chooses it from the start. Numbers keep the
    decimal point, names and formulas are the same in all languages, and exceptions are English.

    Args:
        language: "en" or "es".

    Raises:
        ValueError: there is no such language.

    >>> set_language("es")
    >>> words("sum")
    'suma'
    >>> set_language("en")
    """
    global _chosen  # noqa: PLW0603  # a notebook runs each cell in a context of its own
    _chosen = choose("language", language, languages())


def spoken(language: str | None, function: Callable[..., T], *args: Any) -> T:
    """Return what a function returns while the reader's language is another one.

    Args:
        language: the language; if None, the one there is.
        function: what is called.
        args: what it is called with.

    Raises:
        ValueError: there is no such language.
    """
    if language is None:
        return function(*args)
    return called_with(_asked_for, choose("language", language, languages()), function, *args)


def translations() -> dict[str, dict[str, str]]:
    """Return the catalogue of each language but English: what each English text is called."""
    found = {}
    for name in languages()[1:]:
        texts: dict[Any, str] = _catalogue(name)._catalog  # type: ignore[attr-defined]
        found[name] = {key: text for key, text in texts.items() if isinstance(key, str) and key}
    return found


@cache
def _catalogue(language: str) -> NullTranslations:
    from gettext import GNUTranslations, NullTranslations  # noqa: PLC0415  # at the first text

    if language == ENGLISH:
        return NullTranslations()
    with (_folder() / f"{language}.mo").open("rb") as file:
        return GNUTranslations(file)


def _folder() -> Traversable:
    """Where the catalogues are."""
    from importlib import resources  # noqa: PLC0415  # a fifth of the import's time

    return resources.files(__name__)


def _of_the_environment() -> str:
    """Return the language that the environment asks for, or English."""
    asked = os.environ.get(_VARIABLE, "")
    if not asked or asked in languages():
        return asked or ENGLISH
    warnings.warn(
        f"expected {_VARIABLE} to be one of {', '.join(languages())}, received {quoted(asked)}:"
        " English is spoken",
        stacklevel=2,
    )
    return ENGLISH


_chosen = _of_the_environment() if os.environ.get(_VARIABLE) else ENGLISH
