"""A label as LaTeX sets it: a letter or a word with its indices, Greek letters as Greek."""

from __future__ import annotations

import re
import unicodedata

from autograd.notation.text import CAPITALS, GREEK, LETTERS, latex_text

MANY_LABELS = 4096
"""Labels that are remembered, because one explanation writes the same few many times."""

_WORDS = {
    name: f"\\{name}"
    for name in [*LETTERS.split(), *CAPITALS.split(), "epsilon", "phi"]
    if name != "_"
}
_ACCENTS = {"\u0302": r"\hat", "\u0303": r"\tilde", "\u0304": r"\bar", "\u0307": r"\dot"}
_ACCENT_WORDS = {"hat": r"\hat", "bar": r"\bar", "tilde": r"\tilde", "dot": r"\dot"}

_GREEK = f"[{''.join(GREEK)}]"
_LABEL = re.compile(
    f"([A-Za-z]+|{_GREEK})([{''.join(_ACCENTS)}])?([0-9]*)((?:_(?:[A-Za-z0-9]+|{_GREEK}))*)"
)
_LOWERED = "₀-₉₊₋ₐₑₒₓₔₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ"
_POWER = re.compile(
    "(?P<base>[^^⁰¹²³⁴-⁹⁺⁻ⁿᵀ]+)(?:(?P<raised>[⁰¹²³⁴-⁹⁺⁻ⁿᵀ]+)"
    r"|\^(?:\{(?P<braced>[A-Za-z0-9+-]+)\}|(?P<bare>[A-Za-z0-9]+|\([A-Za-z0-9]+\))))"
)
"""A name and a power of it, which may be an upper index: σ_1^2, x², W^(1)."""

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

    >>> latex_label("w1"), latex_label("out_h1"), latex_label("alpha"), latex_label("ℒ")
    ('w_{1}', '\\text{out}_{h1}', '\\alpha', '\\mathcal{L}')
    >>> latex_label("θ₁"), latex_label("σ_1^2"), latex_label("x₁²")
    ('\\theta_{1}', '\\sigma_{1}^{2}', 'x_{1}^{2}')
    """
    if len(label) == 1 and unicodedata.name(label, "").startswith("SCRIPT CAPITAL"):
        return rf"\mathcal{{{unicodedata.normalize('NFKC', label)}}}"
    if is_latex(label) and not re.fullmatch(r"[A-Za-z]_[A-Za-z0-9]", label):
        return label
    plain, power = _without_power(_with_plain_indices(label))
    is_text = re.fullmatch("[A-Za-z]+[¹²³]+", label)  # signs that every font has
    if (
        (plain, power) != (label, "")
        and not is_text
        and _LABEL.fullmatch(unicodedata.normalize("NFD", plain))
    ):
        return f"{latex_label(plain)}^{{{power}}}" if power else latex_label(plain)
    decomposed = unicodedata.normalize("NFD", label).replace("\u00b5", "μ")  # the sign of micro
    found = _LABEL.fullmatch(decomposed)
    if not found:
        return _composed(decomposed) or latex_text(label)
    base, accent, number, rest = found.groups()
    indices = [index for index in (number, *rest.split("_")) if index]
    command = GREEK.get(base) or _WORDS.get(base)
    if command is None and len(base) > 1 and not indices:
        return latex_text(label)
    letter = command or (base if len(base) == 1 else rf"\text{{{base}}}")
    accent = _ACCENTS.get(accent or "", "")
    if not accent and indices and len(base) == 1:
        accent = _ACCENT_WORDS.get(indices[0], "")
        indices = indices[1:] if accent else indices
    letter = f"{accent}{{{letter}}}" if accent else letter
    indices = [GREEK.get(index) or _WORDS.get(index) or index for index in indices]
    return f"{letter}_{{{','.join(indices)}}}" if indices else letter


def _with_plain_indices(label: str) -> str:
    """Return a label with signs that stand lower written as an index: θ_1 for θ₁."""

    def written(run: re.Match[str]) -> str:
        before = label[: run.start()]
        index = unicodedata.normalize("NFKC", run[0])
        return index if not before or before.endswith("_") else f"_{index}"

    return re.sub(f"[{_LOWERED}]+", written, label)


def _without_power(label: str) -> tuple[str, str]:
    """Return a label without the power at its end, and the power in LaTeX; "" if it has none."""
    found = _POWER.fullmatch(label)
    if not found:
        return label, ""
    power = found["raised"] or found["braced"] or found["bare"]
    return found["base"], unicodedata.normalize("NFKC", power).replace("\u2212", "-")


def _composed(label: str) -> str:
    """Return a change or a gradient of a label, or a function of one: Δw, ∇L, L(θ); else ""."""
    name = f"(?:{re.sub(r'[(](?![?])', '(?:', _LABEL.pattern)})"
    if found := re.fullmatch(f"([Δ∂∇])({name})", label):
        return f"{BEFORE[found[1]]} {latex_label(found[2])}"
    if found := re.fullmatch(rf"({name})\(({name})\)", label):
        return rf"{latex_label(found[1])}\left({latex_label(found[2])}\right)"
    return ""


BEFORE = {"Δ": r"\Delta", "∂": r"\partial", "∇": r"\nabla"}
"""Signs before a name, which make another name: a change of it, or a gradient."""
