"""Text for Graphviz and LaTeX: on one line, and with no markup that either would read."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from autograd.cleaning import one_line as one_line  # noqa: PLC0414  # found here too


def depths(text: str) -> list[int]:
    """Return how many parentheses are open behind each character.

    >>> depths("(a)b")
    [1, 1, 0, 0]
    """
    return list(accumulate((x in "([{") - (x in ")]}") for x in text))


def is_closed(text: str) -> bool:
    """Return whether each parenthesis of a text has its other half.

    >>> is_closed("f(x)"), is_closed("a)"), is_closed(")(")
    (True, False, False)
    """
    found = depths(text) or [0]
    return found[-1] == 0 and min(found) >= 0


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


def told_apart(names: Sequence[str], longest: int) -> list[str]:
    """Return names of at most `longest` characters; different names stay different.

    A name is cut at its end. Names that would look the same then are cut in the middle, and get a
    number if they still look the same.

    Args:
        names: the names.
        longest: characters of the longest name returned.

    >>> told_apart(["layer1.weight.of.unit1", "layer1.weight.of.unit2", "bias"], 14)
    ['layer1….unit1', 'layer1….unit2', 'bias']
    """
    cut = {name: shortened(name, longest) for name in names}
    half = (longest - 1) // 2
    for name in _alike(cut):
        cut[name] = f"{name[:half]}…{name[-half:]}"
    for i, name in enumerate(_alike(cut), start=1):
        cut[name] = f"{name[: longest - 2 - len(str(i))]}…#{i}"
    return [cut[name] for name in names]


def _alike(cut: Mapping[str, str]) -> list[str]:
    """Return the names that are cut to what another name is cut to."""
    counts = Counter(cut.values())
    return [name for name, short in cut.items() if short != name and counts[short] > 1]


def in_columns(rows: Iterable[Sequence[str]], sides: str = "<", between: str = "  ") -> list[str]:
    """Return rows of texts as lines, with each column as wide as its longest text.

    Args:
        rows: the rows, all with as many texts.
        sides: for each column, "<" where its texts begin at its left side, ">" where they end at
            its right side; the last sign holds for all further columns.
        between: what stands between two columns.

    >>> in_columns([["layer", "size"], ["output", "1"]], "<>")
    ['layer   size', 'output     1']
    """
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    looks = zip(sides.ljust(len(widths), sides[-1]), widths, strict=True)
    line = between.join(f"{{:{side}{width}}}" for side, width in looks)
    return [line.format(*row).rstrip() for row in rows]


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


# LaTeX has no commands for those Greek letters that look like Latin ones.
LETTERS = (
    "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi _ pi rho varsigma"
    " sigma tau upsilon varphi chi psi omega"
)
CAPITALS = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
GREEK = {
    **{chr(ord("α") + i): f"\\{name}" for i, name in enumerate(LETTERS.split()) if name != "_"},
    **{letter: f"\\{unicodedata.name(letter).split()[-1].capitalize()}" for letter in "ΓΔΘΞΠΣΥΦΨΩ"},
    "Λ": r"\Lambda",
    "ϕ": r"\phi",
    "ϵ": r"\epsilon",
}


def latex_text(text: str) -> str:
    r"""Return upright text for a formula, with the signs that `\text` may not hold outside it.

    Greek letters are among these signs: fonts for text have none.

    >>> print(latex_text("∂cost, α and β2"))
    \partial \text{cost, }\alpha \text{ and }\beta \text{2}
    """
    line = unicodedata.normalize("NFC", one_line(text)).replace("\u00b5", "μ")  # the sign of micro
    written = ""
    for part in filter(None, _SIGN.split(line)):
        sign = {"∂": r"\partial", "∇": r"\nabla", **GREEK}.get(part, "")
        if sign:
            written += f"{sign} "
        else:
            written += part if _SIGN.fullmatch(part) else rf"\text{{{escape_latex(part)}}}"
    return written


_SIGN = re.compile(f"([\u2100-\u214f\u2190-\u22ff\u2a00-\u2aff×÷¬±{''.join(GREEK)}])")
