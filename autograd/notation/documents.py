"""Text and formulas as a LaTeX document takes them: every sign is one that LaTeX has."""

from __future__ import annotations

import unicodedata

from autograd.notation.text import escape_latex, one_line

SIGN = r"""
% A sign that pdfLaTeX has no letter for is a question mark there, and itself in LuaLaTeX.
\newcommand\sign[1]{\ifdefined\Umathcode #1\else ?\fi}
""".strip()
"""What a document with such text needs before it begins."""

_MATHS = {
    "×": r"\times",
    "÷": r"\div",
    "−": "-",
    "·": r"\cdot",
    "∂": r"\partial",
    "…": r"\dots",
    "Σ": r"\Sigma",
    "Π": r"\Pi",
    "Δ": r"\Delta",
    "∇": r"\nabla",
    "ℓ": r"\ell",
    "ℒ": r"\mathcal{L}",
    "ϕ": r"\phi",
    "√": r"\surd",
    "∛": r"{}^3\!\surd",
    "≈": r"\approx",
    "≠": r"\ne",
    "∞": r"\infty",
    "¬": r"\neg",
    "≤": r"\le",
    "≥": r"\ge",
    "→": r"\to",
    "′": "'",
    **{sign: f"{{}}_{i}" for i, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")},
}
_T1 = "ĂăĄąĆćČčĎďĐđĘęĚěĞğĹĺĽľŁłŃńŇňŊŋŐőŒœŔŕŘřŚśŞşŠšŢţŤťŮůŰűŸŹźŻżŽžİıȘșȚț"
"""Letters that the fonts of `\\usepackage[T1]{fontenc}` have beside those of Western Europe."""

_ACCENTS = {"\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0307": ".", "\u0308": '"'}
_QUOTES = {"“": "``", "”": "''", "‘": "`", "’": "'", "–": "--", "—": "---"}
_GREEK = {
    sign: unicodedata.name(sign).rpartition(" ")[2].lower().replace("lamda", "lambda")
    for sign in "αβγδεζηθικλμνξπρστυφχψω"
}


def document_text(text: str) -> str:
    r"""Return text in which every sign is one that LaTeX has; no command, no markup.

    >>> print(document_text("50 % of θ"))
    50 \% of $\theta$
    """
    found: list[str] = []
    for sign in unicodedata.normalize("NFC", one_line(text)):
        apart = unicodedata.normalize("NFD", sign)
        letter, accents = apart[0], apart[1:]
        if maths := _maths(sign):
            found.append(f"${maths}$")
        elif sign in _QUOTES:
            found.append(_QUOTES[sign])
        elif sign == "\xa0":
            found.append("~")
        elif sign.isascii():
            found.append({"|": "$|$", '"': "''"}.get(sign) or escape_latex(sign))
        elif accents in _ACCENTS and letter.isascii():
            found.append(f"\\{_ACCENTS[accents]}{{{letter}}}")
        else:
            found.append(sign if _has_letter(sign) else f"\\sign{{{sign}}}")
    return "".join(found)


def document_formula(latex: str) -> str:
    r"""Return a formula in LaTeX in which every sign is one that LaTeX has.

    >>> print(document_formula(r"\text{y}≤\text{вес}"))
    \text{y}\ensuremath{\le}\text{\sign{в}\sign{е}\sign{с}}
    """
    found = []
    for sign in unicodedata.normalize("NFC", latex):
        if sign.isascii() or _has_letter(sign):
            found.append(sign)
        elif maths := _maths(sign):
            found.append(rf"\ensuremath{{{maths}}}")
        else:
            found.append(rf"\sign{{{sign}}}")
    return "".join(found)


def _maths(sign: str) -> str:
    """Return a sign as formulas have it; "" if they have it not."""
    return _MATHS.get(sign) or (f"\\{_GREEK[sign]}" if sign in _GREEK else "")


def _has_letter(sign: str) -> bool:
    """Return whether a font of pdfLaTeX has a letter."""
    return "¡" <= sign <= "ÿ" or sign in _T1
