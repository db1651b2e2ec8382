"""A label as LaTeX sets it: a letter or a word with its indices, Greek letters as Greek."""

from __future__ import annotations

import re
import unicodedata

from autograd.notation.text import latex_text

# LaTeX has no commands for those Greek letters that look like Latin ones.
_NAMES = (
    "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi _ pi rho varsigma"
    " sigma tau upsilon varphi chi psi omega"
)
_CAPITALS = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
_GREEK = {
    **{chr(ord("α") + i): f"\\{name}" for i, name in enumerate(_NAMES.split()) if name != "_"},
    **{letter: f"\\{unicodedata.name(letter).split()[-1].capitalize()}" for letter in "ΓΔΘΞΠΣΥΦΨΩ"},
    "Λ": r"\Lambda",
    "ϕ": r"\phi",
    "ϵ": r"\epsilon",
}
_WORDS = {
    name: f"\\{name}"
    for name in [*_NAMES.split(), *_CAPITALS.split(), "epsilon", "phi"]
    if name != "_"
}
_ACCENTS = {"\u0302": r"\hat", "\u0303": r"\tilde", "\u0304": r"\bar", "\u0307": r"\dot"}
_ACCENT_WORDS = {"hat": r"\hat", "bar": r"\bar", "tilde": r"\tilde", "dot": r"\dot"}

_LABEL = re.compile(
    f"([A-Za-z]+|[{''.join(_GREEK)}])([{''.join(_ACCENTS)}])?([0-9]*)((?:_[A-Za-z0-9]+)*)"
)
_COMMANDS = "|".join(sorted(_WORDS, key=len, reverse=True))
_BASE = rf"(?:[A-Za-z]|\\(?:{_COMMANDS})|\\(?:hat|bar|tilde|dot|vec)\{{[A-Za-z]\}})"
_SCRIPT = r"(?:\{[A-Za-z0-9(),+*'\[\]-]+\}|[A-Za-z0-9])"
_LATEX = re.compile(rf"{_BASE}(?:\^{_SCRIPT}(?:_{_SCRIPT})?|_{_SCRIPT}(?:\^{_SCRIPT})?)?")


def is_latex(label: str) -> bool:
    r"""Return whether a label is a letter with indices, written in LaTeX already.

    >>> is_latex("w^{(1)}_{11}"), is_latex(r"\theta"), is_latex("a^b^c")
    (True, True, False)
    """
    return len(label) > 1 and _LATEX.fullmatch(label) is not None


def latex_label(label: str) -> str:
    r"""Return a label in LaTeX: a letter or a word with its indices, or else upright text.

    >>> latex_label("w1"), latex_label("out_h1"), latex_label("alpha")
    ('w_{1}', '\\text{out}_{h1}', '\\alpha')
    """
    if is_latex(label) and not re.fullmatch(r"[A-Za-z]_[A-Za-z0-9]", label):
        return label
    found = _LABEL.fullmatch(unicodedata.normalize("NFD", label))
    if not found:
        return latex_text(label)
    base, accent, number, rest = found.groups()
    indices = [index for index in (number, *rest.split("_")) if index]
    command = _GREEK.get(base) or _WORDS.get(base)
    if command is None and len(base) > 1 and not indices:
        return latex_text(label)
    letter = command or (base if len(base) == 1 else rf"\text{{{base}}}")
    accent = _ACCENTS.get(accent or "", "")
    if not accent and indices and len(base) == 1:
        accent = _ACCENT_WORDS.get(indices[0], "")
        indices = indices[1:] if accent else indices
    letter = f"{accent}{{{letter}}}" if accent else letter
    return f"{letter}_{{{','.join(indices)}}}" if indices else letter
