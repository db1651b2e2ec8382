"""Formulas as people write them, spelt as Python's parser reads them.

`2(y_pred - y_act) g1²` becomes `2*(y_pred - y_act)*g1**2`. Nothing is computed here, and nothing is
refused: a sign that is not known stays as it is, for the reader to refuse in its place.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence

from autograd.languages import marked
from autograd.notation.names import _look

PRIME = "\u02b9"
"""The prime of sigma'(z) as a letter, which Python takes for a part of the name before it."""

POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_RAISED = str.maketrans(f"{POWERS}⁺⁻", "0123456789+-")
_POWER_RUN = f"[⁺⁻]?[{POWERS}]+"
"""A raised whole number, such as ⁻¹²."""

MINUSES = "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"
"""Signs that stand for a minus: hyphens and dashes of keyboards and word processors among them."""

SIGNS = {
    "^": "**",
    **dict.fromkeys("\u00d7\u00b7\u22c5\u2217\u2219", "*"),  # × · ⋅ ∗ ∙
    **dict.fromkeys("\u00f7\u2044\u2215", "/"),  # ÷ ⁄ ∕
    **dict.fromkeys(MINUSES, "-"),
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
}
"""Signs of arithmetic that Python has another spelling for."""

BRANCHES = {
    **dict.fromkeys(("if", "for", "when", "si", "para"), "if"),
    **dict.fromkeys(("else", "otherwise", "sino"), "else"),
}
"""Words of a choice: x if z > 0 else 0; x for z > 0, 0 otherwise."""

NOTHING_ELSE = "(0/0)"
"""What stands for the number that a choice does not give: x for z > 0, 0 for z < 0."""

_NOTHING_ELSE = f" else {NOTHING_ELSE}"

_ROOT = "√"
_ROOTED = rf" *(?![{POWERS}])[\w(\[{{.√]"
"""What a root may stand before: a name, a number, a parenthesis, a root."""

_CLOSING = {"(": ")", "[": "]", "{": "}"}

_LOWERED = "₀₁₂₃₄₅₆₇₈₉"
_SUBSCRIPTS = str.maketrans(_LOWERED, "0123456789")
_LETTER = rf"[^\W0-9{POWERS}]"
_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)"
_POWER_OF_TEN = "[eE][-+]?[0-9]+"
_WHOLE_DIGITS = "[0-9](?:_?[0-9])*"
_TYPED_TOKEN = (
    "(?P<number>0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+"
    rf"|(?:{_WHOLE_DIGITS}(?:\.(?:{_WHOLE_DIGITS})?)?|\.{_WHOLE_DIGITS})(?:[eE][-+]?{_WHOLE_DIGITS})?)"
    r"|(?P<name>[^\W\d]\w*)|(?P<sign>[^ ])"
)
"""One token of a typed formula, in Python's spelling."""

_OTHER_TOKEN = (
    rf"(?P<name>{_LETTER}(?:{_LETTER}|[0-9\u0300-\u036f])*)(?P<primes>['’′]*)"
    r"|(?P<space>\s+)"
    rf"|(?P<power>{_POWER_RUN})"
    r"|(?P<sign>.)"
)
"""One token of a formula, but for its numbers: a name may have accents, and primes after it."""

_IN_A_ROW = marked("of two powers in a row, parentheses say which is first: a^(2^3), (a^2)^3")

UNCLEAR_POWERS = {
    rf"[{POWERS}](\.?[0-9])": marked("after a raised number, a product needs its sign, as in a²*2"),
    rf"[{POWERS}] *(\^|\*\*)": _IN_A_ROW,
    rf"(?:\^|\*\*) *[-+−]? *[0-9][0-9_.]*([⁺⁻]?[{POWERS}])": _IN_A_ROW,
}
"""Powers that are read in two ways, and what to write instead; each ends at the place to refuse."""


def unclear_powers(text: str) -> Iterator[tuple[int, str]]:
    """Yield the places of powers that are read in two ways, and what to write instead.

    >>> list(unclear_powers("a²2"))
    [(2, 'after a raised number, a product needs its sign, as in a²*2')]
    """
    for pattern, told in UNCLEAR_POWERS.items():
        for found in re.finditer(pattern, text):
            yield found.start(1), told


class Spelling:
    """A text in Python's spelling, and the place in the text that each character comes from.

    Args:
        text: a formula.

    Attributes:
        source: the text in Python's spelling.

    >>> Spelling("2·x₁^3 − y²").source
    '2 * x1**3 - y**2'
    """

    def __init__(self, text: str) -> None:
        self._pieces: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._spell(text)
        self._ends.append(len(text))
        self._starts.append(len(text))
        self.source = "".join(self._pieces)

    def meant(self, identifier: str) -> str:
        """Return the name that an identifier in the source stands for; here it is itself."""
        return identifier

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where a part of the source begins and ends in the text.

        Args:
            start: the place of the part's first character, from 0.
            end: the place after its last character.
        """
        return self._starts[start], self._ends[max(start, end - 1)]

    def _spell(self, text: str) -> None:
        for token in re.finditer(f"{_POWER_RUN}|(?<={_LETTER})(?P<index>[{_LOWERED}])|.", text):
            index = token["index"]  # that of w₁, which is w1
            piece = index.translate(_SUBSCRIPTS) if index else _spelt(token[0])
            self._add(piece, *token.span())
            if token[0][-1] in POWERS and re.match(_LETTER, text[token.end() :]):
                self._add(" ", token.end(), token.end())  # x²e3 is no x^2e3

    def _add(self, piece: str, start: int, end: int) -> None:
        """Append a piece of the source; it comes from the part of the text from start to end."""
        self._pieces.append(piece)
        same = len(piece) == end - start  # then the piece is spelt character by character
        for k in range(len(piece)):
            self._starts.append(start + k if same else start)
            self._ends.append(start + k + 1 if same else end)


class TypedSpelling(Spelling):
    """A typed formula, where a product needs no sign: 2x, x(1 - x), (a + b)(a - b), a b.

    A product without a sign binds as one with a sign: 1/2x is x/2. Before a parenthesis, a name is
    a factor if it is given or stands alone somewhere in the text; else it is called: f(x).

    Args:
        text: the formula.
        functions: the functions that it may hold.
        given: the names that have a number.

    >>> TypedSpelling("2x(1 - x)exp(x)", ["exp"]).source
    '2*x*(1 - x)*exp(x)'
    """

    def __init__(self, text: str, functions: Collection[str], given: Collection[str] = ()) -> None:
        super().__init__(text)
        source = self.source
        for at in reversed(list(_products(source, functions, given))):
            self.source = f"{self.source[:at]}*{self.source[at:]}"
            self._starts.insert(at, self._starts[at])
            self._ends.insert(at, self._starts[at])


class FormulaSpelling(Spelling):
    """A formula where a product needs no sign and a prime is a derivative.

    A product without a sign binds as one with a sign: 1/2x is x/2, and e^2x is x*e**2. A root
    without parentheses is that of what stands next to it. Brackets and braces are
    parentheses: `2[g - y]x`; but not around a list, nor around an index. A comma after a condition
    is an else: `x for z > 0, 0 for z < 0`.

    Args:
        text: the formula.
        names: the names that it may hold, of any form: also `hidden1.w3`, `p[0]` or `lambda`; each
            may stand in quotation marks, as one that is no name by itself has to: `"2"`.
        functions: the functions that it may hold; any other name before a parenthesis is a factor.
        of_lists: those of them that take lists.

    >>> FormulaSpelling("2(y_pred - y_act) g1", ["y_pred", "y_act", "g1"], []).source
    '2*(y_pred - y_act)*g1'
    >>> FormulaSpelling('3"2"', ["2"], []).source
    '3*_name0_'
    >>> FormulaSpelling("w sigma'(z)", ["w", "z"], ["sigma"]).source == f"w*sigma{PRIME}(z)"
    True
    >>> FormulaSpelling("2[x - 1]√x", ["x"], []).source
    '2*(x - 1)*sqrt(x)'
    """

    def __init__(
        self,
        text: str,
        names: Collection[str],
        functions: Collection[str],
        of_lists: Collection[str] = (),
    ) -> None:
        self._of_lists = of_lists
        quoted = (
            {f'"{name}"': name for name in names if not _is_quoted(name)} if '"' in text else {}
        )
        self._stand_ins = _stand_ins([*names, *quoted])
        self._meant = {s: quoted.get(name, name) for name, s in self._stand_ins.items()}
        self._names = names
        self._alike: dict[str, list[str]] = {}
        for name in names:
            self._alike.setdefault(_look(name), []).append(name)
        self._functions = functions
        super().__init__(text)

    def meant(self, identifier: str) -> str:
        """Return the name that an identifier in the source stands for, or the one it looks like."""
        if identifier in self._meant:
            return self._meant[identifier]
        if identifier in self._names:
            return identifier
        alike = self._alike.get(_look(identifier), [])
        return alike[0] if len(alike) == 1 else identifier

    def _spell(self, text: str) -> None:
        tokens = list(re.finditer(_pattern(self._names, self._stand_ins), text))
        self._round = _round(tokens, self._of_lists)
        before = ""  # the kind of the token before: operand, number, function, or other
        depth, roots = 0, []  # how many parentheses are open; at which depths roots are not closed
        choices = _Choices()
        for token in tokens:
            start, end = token.span()
            if token.lastgroup == "space":
                self._add(token[0], start, end)
                continue
            piece, kind = self._piece(token, text, before)
            if kind == "closing" or (kind == "other" and (piece in ",;" or piece in BRANCHES)):
                piece, kind = choices.spelt(piece, kind, depth, before, text[end:])
            if kind == "left out":
                continue
            ends = before in {"operand", "number", "closing"}
            begins = kind in {"operand", "function", "opening", "number", "root"}
            if ends and begins and not (before == kind == "number"):
                self._replace_space("*", start)
            self._add(piece, start, end)
            depth += (kind == "opening") - (kind == "closing" and piece.endswith(")"))
            if kind == "root":
                roots.append(depth)
            while roots and roots[-1] == depth and kind in {"operand", "number", "closing"}:
                roots.pop()
                self._add(")", end, end)
            before = "dot" if piece == "." else kind
        self._add(choices.end(), len(text), len(text))

    def _piece(self, token: re.Match[str], text: str, before: str) -> tuple[str, str]:
        """Return a token in Python's spelling, and its kind."""
        start, end = token.span()
        kind = token.lastgroup or ""
        piece = token[0]
        if token["primes"] is not None:
            piece = token["name"].translate(_SUBSCRIPTS) + PRIME * len(token["primes"])
            kind = "function" if self._is_call(token["name"], text, end, before) else "operand"
            if kind == "operand" and not token["primes"]:
                piece = self._split(piece)
            if keyword.iskeyword(piece) or (piece in BRANCHES and piece not in self._names):
                kind = "other"
        elif "label" in token.groupdict() and token["label"] is not None:
            piece, kind = self._stand_ins[piece], "operand"
        elif kind == "power":
            piece, kind = _spelt(piece), "closing"
        elif piece == _ROOT and re.match(_ROOTED, text[end:]):
            piece, kind = "sqrt(", "root"
        elif kind == "sign":
            piece = self._round.get(start, _spelt(piece))
            kind = {"(": "opening", ")": "closing", "]": "closing"}.get(piece, "other")
        return piece, kind

    def _is_call(self, name: str, text: str, end: int, before: str) -> bool:
        """Whether a name with a parenthesis after it is a function's, or a method's."""
        at = end + len(text[end:]) - len(text[end:].lstrip(" "))
        opens = self._round.get(at, text[at : at + 1]) == "("
        return opens and (before == "dot" or name in self._functions)

    def _replace_space(self, sign: str, at: int) -> None:
        """Append a sign that the text leaves out, in the place of the spaces there, if any."""
        if self._pieces[-1].isspace():
            count = len(self._pieces.pop())
            del self._starts[-count:], self._ends[-count:]
        self._add(sign, at, at)

    def _split(self, name: str) -> str:
        """Return `w*x` for `wx` where that is no name itself, and the only product of names."""
        if name in self._names or name in self._functions or len(name) > _LONGEST_SPLIT:
            return name
        ways: list[list[list[str]]] = [[[]]]  # for each length, the products that spell so much
        for end in range(1, len(name) + 1):
            ends = [k for k in self._names if k.isidentifier() and name.endswith(k, 0, end)]
            ways.append([[*way, k] for k in ends for way in ways[end - len(k)]][:2])
        factors = ways[-1][0] if len(ways[-1]) == 1 else [name]
        return "*".join(self._stand_ins.get(factor, factor) for factor in factors)


class _Choices:
    """The choices of a formula, `x for z > 0, 0 otherwise`, by how many parentheses are open."""

    def __init__(self) -> None:
        self._waiting: list[int] = []  # for an else
        self._answered: set[int] = set()

    def spelt(self, piece: str, kind: str, depth: int, before: str, rest: str) -> tuple[str, str]:
        """Return a word of a choice in Python's spelling, or a sign that ends its condition.

        Args:
            piece: the word, or the sign.
            kind: its kind.
            depth: how many parentheses are open.
            before: the kind of the token before.
            rest: the text behind it.

        Returns:
            The spelling, and its kind; "left out" for a word that says nothing more.
        """
        word, waits = BRANCHES.get(piece), depth in self._waiting[-1:]
        if word == "if":
            self._waiting.append(depth)
            return " if ", "other"
        if waits and (kind != "closing" or piece == ")"):
            self._waiting.pop()
            self._answered.add(depth)
            return (f"{_NOTHING_ELSE})", kind) if kind == "closing" else (" else ", "else")
        is_last = re.match(r"\s*($|[)\]}])", rest) and depth in self._answered
        says_more = waits or not (before == "else" or is_last)
        return (piece, "left out" if word == "else" and not says_more else kind)

    def end(self) -> str:
        """Return what the end of the formula adds."""
        return _NOTHING_ELSE if self._waiting == [0] else ""


def _products(source: str, functions: Collection[str], given: Collection[str]) -> Iterator[int]:
    """Yield each place in a typed formula where a product leaves out its sign."""
    tokens = list(re.finditer(_TYPED_TOKEN, source))
    texts = ["", *(unicodedata.normalize("NFKC", token[0]) for token in tokens), ""]
    around = list(zip(tokens, texts, texts[1:], texts[2:], strict=False))
    alone = {text for token, before, text, after in around
             if token["name"] and before != "." and after != "("}  # fmt: skip
    factors = {*given, *alone}.difference(functions, keyword.kwlist)
    seen: list[str] = []  # operands, names that may be called, opening brackets, and other signs
    for token, before, text, after in around:
        at = token.start()
        kind = text
        if token["number"] or (text in factors and before != "."):
            kind = "operand"
        elif token["name"] and not keyword.iskeyword(text):
            kind = "name"
        is_word = token["name"] and kind in {"operand", "name"} and before != "."
        is_cut = source[at - 1 : at] == "." or (text[0] == "_" and source[at - 1 : at].isdigit())
        opens = text == "(" and after != ")"
        if seen[-1:] == ["operand"] and (opens or (is_word and not is_cut)):
            yield at
        if text in _CLOSING.values():
            inside = []
            while seen and (sign := seen.pop()) not in _CLOSING:
                inside.append(sign)
            kind = "name" if inside == ["name"] and text == ")" else "operand"
        seen.append(kind)


def operand_before(source: str, at: int) -> str:
    """Return the name, the number or the closing sign that an operand at a place follows; else "".

    >>> operand_before("2*sin x", 6), operand_before("2*(x", 3)
    ('sin', '')
    """
    before = re.search(r"(\w+|[)\]])\s*$", source[:at])
    after = re.match(r"\w+", source[at:])
    if (
        not before
        or not after
        or any(keyword.iskeyword(found[0].strip()) for found in (before, after))
    ):
        return ""
    return before[1]


def has_decimal_comma(text: str) -> bool:
    """Return whether a comma stands between two digits."""
    return re.search("[0-9],[0-9]", text) is not None


def _spelt(token: str) -> str:
    """Return a sign or a raised number as Python spells it."""
    if token[-1] in POWERS:
        return f"**{token.translate(_RAISED)}"
    spelt = SIGNS.get(token, token)
    return " * " if spelt == "*" != token else spelt  # with spaces two signs never make a **


def _round(tokens: Sequence[re.Match[str]], of_lists: Collection[str]) -> dict[int, str]:
    """Return the brackets and braces that are parentheses: by its place, what each stands for."""
    found: dict[int, str] = {}
    opened: list[int] = []
    lists: set[int] = set()  # the brackets with a comma between them
    bare = [token for token in tokens if token.lastgroup != "space"]
    for i, token in enumerate(bare):
        if token[0] in _CLOSING:
            opened.append(i)
        elif token[0] == "," and opened:
            lists.add(opened[-1])
        elif token[0] in _CLOSING.values():
            if not opened or _CLOSING[bare[opened[-1]][0]] != token[0]:
                return found
            first = opened.pop()
            is_index = _is_index(bare[max(0, first - 1) : i])
            is_argument = any(bare[k - 1][0] in of_lists for k in opened[-1:] if k)
            if first + 1 < i and first not in lists and not is_index and not is_argument:
                found |= {bare[first].start(): "(", token.start(): ")"}
    return found


def _is_index(tokens: Sequence[re.Match[str]]) -> bool:
    """Whether tokens are a name or a closing sign, a bracket, and a number: p[0, for one."""
    kinds = [token.lastgroup for token in tokens]
    follows = kinds[0] in {"primes", "label"} or tokens[0][0] in {")", "]", "}"}
    return len(tokens) == 3 and follows and kinds[2] == "number"


_LONGEST_SPLIT = 24
"""A longer name is not taken for a product of names."""


def _is_quoted(name: str) -> bool:
    return len(name) > 2 and name[0] == name[-1] == '"'


def _stand_ins(names: Iterable[str]) -> dict[str, str]:
    """Return an identifier for each name that is none, and has a letter or quotation marks."""
    odd = [
        name
        for name in names
        if (any(map(str.isalpha, name)) or _is_quoted(name))
        and (not name.isidentifier() or keyword.iskeyword(name))
    ]
    return {name: f"_name{i}_" for i, name in enumerate(sorted(odd, key=len, reverse=True))}


def _pattern(names: Iterable[str], odd: Iterable[str]) -> str:
    """Return the pattern of one token; odd names first, the longest of them first."""
    labels = [
        (f"(?<!{_LETTER})" if name[0].isalnum() else "")
        + re.escape(name)
        + (f"(?!{_LETTER}|[0-9])" if name[-1].isalnum() else "")
        for name in odd
    ]
    label = f"(?P<label>{'|'.join(labels)})|" if labels else ""
    errors = [name for name in names if re.fullmatch(_POWER_OF_TEN, name)]  # 2e1 is 2*e1
    not_a_name = f"(?!(?:{'|'.join(errors)})(?![0-9]))" if errors else ""
    return f"{label}(?P<number>{_NUMBER}(?:{not_a_name}{_POWER_OF_TEN})?)|{_OTHER_TOKEN}"
