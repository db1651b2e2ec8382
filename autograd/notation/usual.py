r"""Formulas as mathematicians and LaTeX write them, in the signs that `evaluate` reads.

`\frac{dL}{dz} 2\ln t` becomes `dL/dz 2 ln(t)`, and `|u|` becomes `abs(u)`. What is not known here
stays as it is, for the reader to refuse. The page's `usual.js` does the same, in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from itertools import accumulate

from autograd.notation.names import _look

LONGEST = 4000
"""Characters of the longest text that is read."""

DEEPEST = 200
"""Brackets within one another in the deepest text that is read, as in Python."""

CALLED = {
    "sgn": "sign",
    "sen": "sin",
    "tg": "tan",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "ReLU": "relu",
    "Relu": "relu",
}
"""Functions of other names."""

WRITTEN_OUT = {
    **dict.fromkeys(("H", "θ", "step", "heaviside", "Heaviside"), "(({}) > 0)"),
    "sech": "(1/cosh({}))",
}
"""Functions of which there is no key: each is written out, with its input in the place of {}."""

SIGNS = {
    r"\\[lr]?vert\b|\\mid\b": "|",
    r"\\(?:mathbb|mathbf|mathds)\{1\}|𝟙": "1",
    r"\\(?:operatorname|mathrm|text|mathit)\{(\w+)\}": r"\1",
    r"\\(?:left|right|displaystyle|quad|[,;:! ])": " ",
    r"\\([{}])": r"\1",
    r"\\(?:cdot|times)(?![A-Za-z])": "·",
    r"\\partial(?![A-Za-z])\s*": "∂",
    r"\\geq?(?![A-Za-z])": "≥",
    r"\\leq?(?![A-Za-z])": "≤",
    r"\^?\{?\\prime(?![A-Za-z])\}?": "'",
    r"_\{(\w+)\}": r"_\1",
    "½": "(1/2)",
    "¼": "(1/4)",
    "¾": "(3/4)",
    "⅓": "(1/3)",
    "⅔": "(2/3)",
}
"""Signs by the pattern of what stands for them: first of all."""

_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_NAME = rf"[^\W\d{_RAISED}][^\W{_RAISED}]*"
_FRACTION = re.compile(r"\\[dt]?frac\s*(?=[{\d])")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_QUOTIENT = re.compile(rf"(?<!\w)[d∂]\s*({_NAME})\s*/\s*[d∂]\s*({_NAME})")
_QUOTIENT_IN_GROUPS = re.compile(rf"\(\(\s*[d∂]\s*({_NAME})\s*\)/\(\s*[d∂]\s*({_NAME})\s*\)\)")
_PRIME = re.compile(rf"(?<!\w)({_NAME})['’′](?!['’′])(?:\s*\(\s*({_NAME})\s*\))?")
_INDICATOR = re.compile(r"(?<![\w.])1_\s*(?=[({\[])|(?<!\w)I_?\s*(?=[({\[][^({\[]*[<>≤≥])")
_BARS = re.compile(r"\|([^|]+)\|")
_APPLIED = re.compile(
    rf"(?<![^\W\d])({_NAME})(?![^\W{_RAISED}])(?:\s*(?:\^\s*(?:([0-9]+)|[({{]([0-9]+)[)}}])|([²³])))?"
    rf"(\s*)(?=[({{\[]|[0-9.]|{_NAME})"
)
_OPERAND = re.compile(rf"(?:[0-9]+\.?[0-9]*|\.[0-9]+)?({_NAME})?")
_CLOSING = {"(": ")", "{": "}", "[": "]"}

_CONSTANTS = {"e", "pi", "π"}


def usual(
    text: str,
    names: Collection[str],
    functions: Collection[str] = (),
    input_of: Callable[[str, str], str] = lambda *_: "",
) -> str:
    r"""Return a formula in the signs that `evaluate` reads.

    Args:
        text: the formula.
        names: the names that it may hold.
        functions: the functions of one number that it may hold.
        input_of: gives, for two names, the second if the first depends on it, and for a name and ""
            the only name that it is computed from; else "".

    >>> usual(r"\frac{1}{2}\ln t + |u|", ["t", "u"], ["ln"])
    '((1)/(2)) ln(t) + abs(u)'
    """
    if len(text) > LONGEST or _depth(text) > DEEPEST:
        return text  # for the reader to refuse
    for pattern, sign in SIGNS.items():
        text = re.sub(pattern, sign, text)
    while found := _FRACTION.search(text):
        above, rest = _group(text[found.end() :])
        below, rest = _group(rest.lstrip())
        if not above or not below:
            return text
        text = f"{text[: found.start()]}(({above})/({below})){rest}"
    text = _COMMAND.sub(r" \1", text)
    if text.count("|") % 2 == 0:
        text = _BARS.sub(r"abs(\1)", text)
    text = _INDICATOR.sub(
        lambda found: found[0] if found[0][0] == "I" and "I" in names else "1*", text
    )

    def derivative(found: re.Match[str]) -> str:
        above, below = _known(found[1], names), _known(found[2] or "", names)
        is_name = f"d{found[1]}" in names or f"d{found[2]}" in names
        below = "" if is_name or not above else input_of(above, below)
        return f"d{above}/d{below}" if below else found[0]

    text = _QUOTIENT_IN_GROUPS.sub(derivative, text)
    text = _QUOTIENT.sub(derivative, text)
    text = _PRIME.sub(lambda found: found[0] if found[1] in functions else derivative(found), text)
    for name in CALLED.keys() - set(names):
        text = re.sub(rf"(?<![^\W\d]){name}(?=['’′]|\W*\w)(?!\w)", CALLED[name], text)
    return _applied(text, names, {*functions, *WRITTEN_OUT} - set(names))


def _depth(text: str) -> int:
    """Return how many brackets are open at the most."""
    closing = set(_CLOSING.values())
    return max(accumulate((sign in _CLOSING) - (sign in closing) for sign in text), default=0)


def _applied(text: str, names: Collection[str], functions: Collection[str]) -> str:
    """Return a formula with a parenthesis around each function's input, and powers behind it."""
    done = ""
    while found := _APPLIED.search(text):
        name, rest = found[1], text[found.end() :]
        power = found[2] or found[3] or {"²": "2", "³": "3"}.get(found[4] or "", "")
        inside = ""
        if name in functions:
            inside, rest = _input(rest, names, functions)
        if not inside:
            done, text = done + text[: found.end(1)], text[found.end(1) :]
            continue
        inside = _applied(inside, names, functions)
        applied = WRITTEN_OUT.get(name, f"{name}({{}})").format(inside)
        done += text[: found.start()] + (f"({applied})^{power}" if power else applied)
        text = rest
    return done + text


def _input(text: str, names: Collection[str], functions: Collection[str]) -> tuple[str, str]:
    """Return the input of a function that a text begins with, "" if there is none; and the rest."""
    if text[:1] in _CLOSING:
        return _group(text)
    found = _OPERAND.match(text)
    operand, name = (found[0], found[1] or "") if found else ("", "")
    rest = text[len(operand) :]
    if name in functions and rest[:1] in _CLOSING:
        inside, after = _group(rest)
        return (f"{operand}({inside})", after) if inside else ("", text)
    is_known = not name or bool(_known(name, names)) or name in _CONSTANTS
    return (operand, rest) if operand and is_known else ("", text)


def _known(name: str, names: Collection[str]) -> str:
    """Return the name that is meant, such as w1 by w_1; "" if there is none, or more than one."""
    if name in names:
        return name
    alike = [known for known in names if name and _look(known) == _look(name)]
    return alike[0] if len(alike) == 1 else ""


def _group(text: str) -> tuple[str, str]:
    """Return what stands in the brackets that a text begins with, or its first digit; and the rest.

    Of brackets that do not close, it is "".
    """
    if text[:1] not in _CLOSING:
        return text[:1], text[1:]
    depth = 0
    for end, sign in enumerate(text):
        depth += (sign in _CLOSING) - (sign in _CLOSING.values())
        if depth == 0:
            return text[1:end], text[end + 1 :]
    return "", text
