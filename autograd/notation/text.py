"""Text for Graphviz and LaTeX: on one line, and with no markup that either would read."""

from __future__ import annotations

import html
import re
from itertools import zip_longest

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


def shortened(text: str, longest: int) -> str:
    """Return text of at most `longest` characters; "…" stands for what is cut off.

    A number that tells names of one label apart is kept.

    >>> shortened("backpropagation", 5), shortened("backpropagation#2", 7)
    ('back…', 'back…#2')
    """
    if len(text) <= longest:
        return text
    number = "".join(re.findall(r"#\d{1,6}$", text))
    return f"{text[: longest - 1 - len(number)]}…{number}"


def with_subscript(label: str) -> str:
    """Return a label as pictures write it: the digits after a single letter are a subscript.

    >>> with_subscript("w1"), with_subscript("y_pred")
    ('w₁', 'y_pred')
    """
    indexed = re.fullmatch(r"([^\W\d_])_?([0-9]+)", label)
    return indexed[1] + indexed[2].translate(_SUBSCRIPTS) if indexed else label


_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def escape_dot(text: str) -> str:
    r"""Return text that stands for itself in one of Graphviz's HTML-like labels.

    >>> print(escape_dot("a<b \\N"))
    a&lt;b \\N
    """
    return html.escape(one_line(text)).replace("\\", 2 * "\\")


def escape_latex(text: str) -> str:
    r"""Return text that stands for itself in LaTeX: no command, no markup.

    >>> escape_latex("50 %")
    '50 \\%'
    """
    return "".join(_LATEX.get(character, character) for character in one_line(text))


_LATEX = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    **{special: f"\\{special}" for special in "{}$&#%_"},
}


def latex_text(text: str) -> str:
    r"""Return upright text for a formula, with the signs that `\text` may not hold outside it.

    >>> print(latex_text("∂cost"))
    \partial \text{cost}
    """
    parts = re.split("([\u2100-\u214f\u2190-\u22ff\u2a00-\u2aff×÷¬±])", one_line(text))
    texts = [rf"\text{{{escape_latex(part)}}}" if part else "" for part in parts[::2]]
    signs = [{"∂": r"\partial ", "∇": r"\nabla "}.get(sign, sign) for sign in parts[1::2]]
    return "".join(map("".join, zip_longest(texts, signs, fillvalue="")))
