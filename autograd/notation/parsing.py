"""What Python's parser says of a text, in words of our own: its words are English, and change."""

from __future__ import annotations

import re

from autograd.languages import marked
from autograd.notation.sayings import Saying

__all__ = ["NOT_ALLOWED", "in_own_words", "is_of_digits"]

NOT_ALLOWED = marked("the character {character} is not allowed here")
_TOO_EARLY = marked("the formula ends too early")

_PARSER_SAYS: dict[str, str] = {
    r"'(?P<sign>.)' was never closed": marked("'{sign}' was never closed"),
    r"unmatched '(?P<sign>.)'": marked("'{sign}' closes nothing"),
    r"closing .* '(?P<sign>.)' does not match .* '(?P<other>.)'.*": marked(
        "'{other}' is open, and '{sign}' does not close it"
    ),
    r"invalid (?:non-printable )?character (?P<character>'.'|U\+\w+).*": NOT_ALLOWED,
    r"leading zeros in .*": marked("a whole number begins with no 0"),
    r"invalid decimal literal": marked("a product needs its sign, as in 2*a"),
    r"invalid (?:hexa|digit|imag|octal|binary|hex).*": marked(
        "a number holds digits that are not its own"
    ),
    r"unexpected EOF.*": _TOO_EARLY,
    r"(?i).*(?:string|quot|unicode error|bytes).*": marked(
        "a quotation mark is never closed, or has a text behind it: a formula holds no text"
    ),
    r".*(?:assign|illegal target|':=').*": marked("'=' gives a name to a result, as in z = a*b"),
    r"too many.*|.*stack overflow.*": marked("this is nested too deeply to be read"),
}
"""What is said in the place of what the parser says, by the pattern of its message."""


def in_own_words(message: str, *, is_at_end: bool = False) -> Saying:
    """Return what Python's parser says of a text, in words that have a translation.

    Args:
        message: the message of the parser's error.
        is_at_end: whether the error is at the end of the text.

    >>> in_own_words("unmatched ')'")
    "')' closes nothing"
    >>> in_own_words("expected 'else' after 'if' expression")
    'invalid syntax'
    """
    for pattern, told in _PARSER_SAYS.items():
        if found := re.fullmatch(pattern, message):
            return Saying(told, **found.groupdict())
    return Saying(_TOO_EARLY if is_at_end else marked("invalid syntax"))


def is_of_digits(message: str) -> bool:
    """Return whether digits run into what follows: it may be a product without its sign."""
    return re.match("invalid (?:hexa|digit|octal|binary)|leading zeros", message) is not None
