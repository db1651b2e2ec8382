"""Text that others wrote, made safe to show: on one line, and with nothing a terminal follows."""

from __future__ import annotations

import re

__all__ = ["name_of", "one_line"]

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


def name_of(thing: object) -> str:
    """Return the name of a function or a class, and of any other thing that of its class.

    >>> name_of(max), name_of(3.0)
    ('max', 'float')
    """
    return one_line(str(getattr(thing, "__name__", type(thing).__name__)))
