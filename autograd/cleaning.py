"""Text that others wrote, made safe to show: on one line, and with nothing a terminal follows."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["cut", "kind_of", "listing", "message_of", "name_of", "one_line", "quoted", "received"]

_NOT_WRITTEN = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters, ends of lines among them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that turn the text around them
    "\u2028\u2029"  # ends of lines that are no control characters
    "\u00ad\u034f\u115f\u1160\u180e\u200b\u2060-\u2064\u3164\ufeff\uffa0"  # what cannot be seen
    "\U000e0000-\U000e0fff"  # tags, which cannot be seen either
    "\ud800-\udfff\ufffe\uffff]+"  # halves of characters, and codes that stand for no character
)


def one_line(text: str) -> str:
    r"""Return text on one line: each run of characters that cannot be written becomes one space.

    These characters are control characters, ends of lines, halves of surrogate pairs, and marks of
    direction, which would turn the text around them.

    >>> one_line("two\nlines")
    'two lines'
    """
    return _NOT_WRITTEN.sub(" ", text)


def cut(text: str, most: int = 200) -> str:
    """Return the first characters of a text, and "…" for what is left out.

    >>> cut("backpropagation", 5)
    'back…'
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


def name_of(thing: object) -> str:
    """Return the name of a function or a class, and of any other thing that of its class.

    >>> name_of(max), name_of(3.0)
    ('max', 'float')
    """
    return cut(one_line(str(getattr(thing, "__name__", type(thing).__name__))))


def kind_of(thing: object) -> str:
    """Return the name of a thing's class.

    >>> kind_of(3.0), kind_of(float)
    ('float', 'type')
    """
    return cut(one_line(type(thing).__name__))


def quoted(thing: object, most: int = 200) -> str:
    """Return how an error quotes what it was given: the beginning of its repr, on one line.

    Where the repr fails, as that of a very deep list does, the name of the class stands for it.

    >>> quoted("x"), quoted([1, 2, 3], 5)
    ("'x'", '[1, …')
    """
    try:
        return cut(one_line(repr(thing)), most)
    except Exception:  # noqa: BLE001  # the error that quotes it is the one to be told
        return f"<{kind_of(thing)}>"


def received(thing: object, most: int = 60) -> str:
    """Return how an error says what came: its kind, and its repr.

    >>> received(3.0)
    'float: 3.0'
    """
    return f"{kind_of(thing)}: {quoted(thing, most)}"


def listing(names: Iterable[str], most: int = 1000) -> str:
    """Return the names that an error lists, each on one line and none at full length.

    >>> listing(["a", "b"])
    'a, b'
    """
    return cut(", ".join(cut(one_line(name)) for name in names), most)


def message_of(error: BaseException, most: int = 400) -> str:
    """Return how an error tells another one's message.

    >>> message_of(ValueError("no number"))
    'no number'
    """
    return cut(one_line(str(error)), most)
