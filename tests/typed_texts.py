"""Thousands of formulas, valid and invalid, that are typed into the page: drawn with a seed."""

import random
from collections.abc import Iterator

NAMES = ("a", "b", "c", "x1", "x_1", "w", "δ", "e", "pi")
NUMBERS = (
    "1",
    "2",
    "0.5",
    "3.",
    ".25",
    "1_0",
    "1e-3",
    "2E2",
    "0x1f",
    "0",
    "7",
    "1e300",
    "0b11",
    "00",
)
ONE = (
    "exp",
    "ln",
    "log",
    "sin",
    "tanh",
    "sigmoid",
    "relu",
    "abs",
    "sqrt",
    "softplus",
    "gelu",
    "neg",
    "σ",
    "sigma",
)
TWO = (
    "maximum",
    "min",
    "hypot",
    "pow",
    "atan2",
    "greater",
    "max",
    "logaddexp",
    "leaky_relu",
    "div",
)
THREE = ("where", "clamp", "maximum", "minimum")
LISTS = ("sum", "mean", "prod", "norm", "logsumexp")
SHARES = ("softmax", "log_softmax")
METHODS = ("tanh", "exp", "relu", "sigmoid", "sin", "log", "abs")
SIGNS = ("+", "-", "*", "/", "**", "^", "·", "×", "÷", "−", "+", "*")
TOKENS = (
    *NAMES, *NUMBERS, *ONE, *TWO, *LISTS, *SHARES, *SIGNS, *"()()()[],;=.²³", ".tanh()", "[0]",
    *"<>%@':{}~&|!?$é₁#\\", "==", "//", "if", "else", "not", "lambda", "for", "in", "is", "None",
    *"|√½σ≥", " (a - b)", "(a)",
    "[1]", "2a", "a b", "(exp)", "((ln))(", "3.a", "0xfg", "1_a", "2e3a",
    "a.b(c)", "2(a)", "exp a", "b (c)", "1.5.2", "0x", "01", "1_", "1e", "1j", "...", ":=", "+=",
)  # fmt: skip


class Drawing:
    """A source of texts."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)  # noqa: S311  # nothing secret about it
        self._known: list[str] = []

    def texts(self, count: int) -> Iterator[str]:
        """Yield texts: a third each of valid ones, of valid ones with a slip, and of any tokens."""
        for _ in range(count):
            kind = self._rng.random()
            if kind < 0.5:
                yield self.valid()
            elif kind < 0.85:
                yield self._with_slip(self.valid())
            else:
                yield "".join(
                    self._one(TOKENS) + self._space() for _ in range(self._rng.randint(1, 9))
                )

    def valid(self) -> str:
        """Return a formula that is meant to be valid."""
        self._known = []
        parts = []
        for i in range(self._rng.choice([0, 0, 0, 1, 1, 2, 3])):
            name = f"{self._one('zgqu')}{self._one(['', '1', '_2'])}{i}"
            if self._rng.random() < 0.15:
                parts.append(f"{name} = {self._list(2)}")
                self._known += [f"{name}[0]", f"{name}[1]"]
            else:
                parts.append(f"{name}{self._space()}={self._space()}{self._expression(2)}")
                self._known.append(name)
        parts.append(
            f"y = {self._expression(2)}" if self._rng.random() < 0.2 else self._expression(2)
        )
        return ("; " if self._rng.random() < 0.8 else ";").join(parts)

    def _one(self, choices: "tuple[str, ...] | list[str] | str") -> str:
        return self._rng.choice(choices)

    def _space(self) -> str:
        return self._one(["", "", " ", "  "])

    def _expression(self, depth: int) -> str:
        text = self._one(["", "", "", "", "-", "+", "−"])
        for i in range(self._rng.choice([1, 1, 2, 2, 3])):
            if i and self._rng.random() < 0.15:  # a product without its sign
                text += self._one([" a", " x1", "²b", "(b)"])
            if i:
                text += self._space() + self._one(SIGNS) + self._space()
            text += self._term(depth)
        return text

    def _list(self, length: int) -> str:
        items = ", ".join(self._expression(1) for _ in range(length))
        return f"[{items}]" if self._rng.random() < 0.8 else f"({items}{',' if length < 2 else ''})"

    def _term(self, depth: int) -> str:  # noqa: PLR0911  # one for each kind
        kind = self._rng.random()
        if depth <= 0 or kind < 0.3:
            return self._one([*NAMES, *self._known, *self._known])
        if kind < 0.42:
            return self._one(NUMBERS)
        inner = depth - 1
        if kind < 0.52:
            return f"({self._space()}{self._expression(inner)})" + self._one(
                ["", "", "²", "^3", "⁻¹"]
            )
        if kind < 0.66:
            return f"{self._one(ONE)}({self._expression(inner)})"
        if kind < 0.74:
            return f"{self._one(TWO)}({self._expression(inner)}, {self._expression(inner)})"
        if kind < 0.80:
            inputs = ", ".join(self._expression(inner) for _ in range(3))
            return f"{self._one(THREE)}({inputs})"
        if kind < 0.86:
            return f"{self._one(LISTS)}({self._list(self._rng.randint(0, 5))})"
        if kind < 0.91:
            length = self._rng.randint(1, 4)
            return f"{self._one(SHARES)}({self._list(length)})[{self._rng.randrange(length)}]"
        if kind < 0.95:
            length = self._rng.randint(0, 3)
            bias = self._one(["", f", {self._expression(0)}"])
            return f"dot({self._list(length)}, {self._list(length)}{bias})"
        return f"({self._expression(inner)}).{self._one(METHODS)}()"

    def _with_slip(self, text: str) -> str:
        place = self._rng.randrange(len(text))
        kind = self._rng.random()
        if kind < 0.35:
            return text[:place] + text[place + 1 :]
        if kind < 0.7:
            return text[:place] + self._one(TOKENS) + text[place:]
        other = self._rng.randrange(len(text))
        return text[:place] + text[other : other + 3] + text[place + self._rng.randint(0, 2) :]
