"""Symbols: their normal form, how formulas are written, and the table's rules fed with names."""

import math
import operator
import random
import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import TABLE, Value, explain, where
from autograd.notation.algebra import Call, Name, Number, Power, Product, Sum, Symbol, symbol
from autograd.notation.text import escape_latex
from autograd.notation.writers import LatexWriter, Writer

x, y, z = (Name(letter) for letter in "xyz")
w1, y_pred = Name("w1"), Name("y_pred")


# ------------------------------------------------------------------ reading formulas back

Tree = Any
"""A formula that was read: a number, a name, or an operator with its operands."""

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:e[+-]\d+)?)|(?P<name>[A-Za-z]\w*)|(?P<sign>[-+*/^(),\[\]>]))"
)


class Reader:
    """Reads formulas as a person would: `2x`, `2(x - y)` and `g(1 - g)` are products.

    Sums and products are read as flat, so that needless parentheses do not change the tree.
    """

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        position = 0
        while position < len(text):
            match = TOKEN.match(text, position)
            if match is None:
                raise ValueError(f"cannot read {text[position:]!r}")
            self._tokens.append(match[match.lastgroup or 0])
            position = match.end()
        self._tokens.append("")

    def read(self) -> Tree:
        tree = self._sum()
        self._expect("")
        return tree

    @property
    def _next(self) -> str:
        return self._tokens[0]

    def _expect(self, token: str) -> None:
        if self._next != token:
            raise ValueError(f"expected {token!r}, received {self._next!r}")
        del self._tokens[:1]

    def _taken(self, token: str) -> bool:
        taken = self._next == token
        if taken:
            self._expect(token)
        return taken

    def _sum(self) -> Tree:
        terms: list[Tree] = []
        sign = -1 if self._taken("-") else 1
        while True:
            term = self._product()
            negated = ("*", -1.0, *(term[1:] if _is(term, "*") else (term,)))
            parts = negated if sign < 0 else term
            terms.extend(parts[1:] if _is(parts, "+") else [parts])
            if self._taken("+"):
                sign = 1
            elif self._taken("-"):
                sign = -1
            else:
                return ("+", *terms) if len(terms) > 1 else terms[0]

    def _product(self) -> Tree:
        tree = self._power()
        while True:
            if self._taken("/"):
                tree = ("/", tree, self._power())
            elif self._taken("*") or self._next in {"(", "["} or self._next[:1].isalpha():
                factors = [tree, self._power()]
                flat = [part for f in factors for part in (f[1:] if _is(f, "*") else [f])]
                tree = ("*", *flat)
            else:
                return tree

    def _power(self) -> Tree:
        base = self._atom()
        return ("^", base, self._atom()) if self._taken("^") else base

    def _inputs(self) -> list[Tree]:
        inputs = [self._sum()]
        while self._taken(","):
            inputs.append(self._sum())
        return inputs

    def _share(self, token: str) -> Tree:
        """Read the rest of softmax([a, b, c])[1] as a row of the table: its own score is first."""
        self._expect("[")
        scores = self._inputs()
        for sign in "])[":
            self._expect(sign)
        own = scores.pop(int(self._next))
        self._expect(self._next)
        self._expect("]")
        return (token, own, *scores)

    def _atom(self) -> Tree:
        if self._taken("("):
            tree = self._sum()
            self._expect(")")
            return tree
        if self._taken("["):
            left = self._sum()
            self._expect(">")
            right = self._sum()
            self._expect("]")
            return ("greater", left, right)
        token = self._next
        if not token or not (token[0].isalnum()):
            raise ValueError(f"expected a number or a name, received {token!r}")
        self._expect(token)
        if token[0].isdigit():
            return float(token)
        if token in TABLE:
            self._expect("(")
            if token in {"softmax", "log_softmax"}:
                return self._share(token)
            inputs = self._inputs()
            self._expect(")")
            return (token, *inputs)
        return token


def _is(tree: Tree, operator: str) -> bool:
    return isinstance(tree, tuple) and tree[0] == operator


ARITHMETIC: dict[str, Callable[..., float]] = {
    "+": lambda *terms: math.fsum(terms),
    "*": lambda *factors: math.prod(factors),
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
}


def reckon(tree: Tree, numbers: dict[str, float]) -> float:
    if isinstance(tree, float):
        return tree
    if isinstance(tree, str):
        return numbers[tree]
    operator, *operands = tree
    inputs = [reckon(operand, numbers) for operand in operands]
    return ARITHMETIC[operator](*inputs) if operator in ARITHMETIC else TABLE[operator](*inputs)


class AllDigits(Writer):
    """Plain text with numbers in full."""

    def number(self, value: float) -> str:
        return f"{value:.17g}"


class AllDigitsLatex(LatexWriter):
    """LaTeX with numbers in full."""

    def number(self, value: float) -> str:
        digits, _, exponent = f"{value:.17g}".partition("e")
        return rf"\left({digits} \cdot 10^{{{int(exponent)}}}\right)" if exponent else digits


def from_latex(latex: str) -> str:
    """The same formula as plain text."""
    text = latex.replace(r"\left|", "abs(").replace(r"\right|", ")").replace(r" \cdot ", "*")
    text = text.replace(r"\left", "").replace(r"\right", "")
    for name, command in ((op.name, op.latex) for op in TABLE.values() if "#" not in op.latex):
        text = text.replace(command + "(", f" {name}(")
    text = re.sub(r"([A-Za-z])_\{(\w+)\}", r"\1\2", text)
    before = ""
    while text != before:  # from the inside out
        before = text
        text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
        text = re.sub(r"\\lfloor(.*?)\\rfloor", r" floor(\1)", text)
        text = re.sub(r"\\sqrt\{([^{}]*)\}", r" sqrt(\1)", text)
        text = re.sub(r"\\sqrt\[3\]\{([^{}]*)\}", r" cbrt(\1)", text)
        text = re.sub(r"(?<![A-Za-z_])e\^\{([^{}]*)\}", r" exp(\1)", text)
        text = re.sub(r"\^\{([^{}]*)\}", r"^(\1)", text)
    return text


# ------------------------------------------------------------------------------ normal form


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (x + x, "2x"),
        (x + y + x, "2x + y"),
        (x - x, "0"),
        (x + 0, "x"),
        (0 + x, "x"),
        (x + 1 + 2, "x + 3"),
        (1 + x + 2, "3 + x"),
        (2 * x + 3 * x - x, "4x"),
        (x - y, "x - y"),
        (x - 2 * y, "x - 2y"),
        (1 - x, "1 - x"),
        (-x, "-x"),
        (-(x - y), "-(x - y)"),
        (-x + y, "-x + y"),
        (-2 * x - y, "-2x - y"),
        (x * y + y * x, "x*y + y*x"),
        (x * 1, "x"),
        (1 * x, "x"),
        (x * 0, "0"),
        (x * 2, "2x"),
        (2 * x * 3, "6x"),
        (2 * (3 * x), "6x"),
        (x * x, "x^2"),
        (x * x * x, "x^3"),
        (x * y * x, "x^2*y"),
        (x**2 * x**3, "x^5"),
        (x**y * x, "x^(y + 1)"),
        (x**y * x**y, "x^(2y)"),
        (x / x, "1"),
        (x**3 / x, "x^2"),
        (x / y, "x/y"),
        (1 / x, "1/x"),
        (-1 / x, "-1/x"),
        (0.5 / x, "0.5/x"),
        (2 * x / y, "2x/y"),
        (x * 2 / 4, "0.5x"),
        (x / 2, "0.5x"),
        (x / y / z, "x/(y*z)"),
        (x / (y / z), "x*z/y"),
        (1 / (1 / x), "x"),
        (x / -y, "-x/y"),
        (x / (y + z), "x/(y + z)"),
        ((x + y) / z, "(x + y)/z"),
        (1 / x**2, "1/x^2"),
        (x**-0.5, "1/x^0.5"),
        ((x * y) ** -0.5, "1/(x*y)^0.5"),
        (x**1, "x"),
        (x**0, "1"),
        ((x**2) ** 3, "x^6"),
        ((x * y) ** 2, "x^2*y^2"),
        ((2 * x) ** 3, "8x^3"),
        ((-x) ** 2, "x^2"),
        ((-x) ** 3, "-x^3"),
        ((x**2) ** 0.5, "(x^2)^0.5"),
        ((-x) ** 0.5, "(-x)^0.5"),
        ((x**y) ** z, "(x^y)^z"),
        (x ** (y**z), "x^(y^z)"),
        (x ** (-y), "x^(-y)"),
        (2**x, "2^x"),
        ((x + y) ** 2, "(x + y)^2"),
        (x**0.3 * x ** (0.7 - 1) * x**-0.3 * x**0.3, "1"),
        (x ** (0.7 - 1) * x**0.3, "1"),
        (x**0.1 * x**0.2, "x^0.3"),
        ((x**0.1) ** 3 * x**-0.3, "1"),
        (0.1 * x + 0.2 * x - 0.3 * x, "0"),
        (1.1 * x - x - 0.1 * x + y, "y"),
        (0.1 * (3 * x) - 0.3 * x, "0"),
        (x ** (1 / 3) * x ** (2 / 3), "x"),
        (x / 3 + x / 3 + x / 3, "x"),
        (1e-20 * x + y, "1e-20*x + y"),
        (symbol(2) ** 3, "8"),
        (symbol(2) * 3 + 4, "10"),
        (symbol(1) / 0, "inf"),
        (2 * (y_pred - Name("y_act")), "2(y_pred - y_act)"),
        (w1 * (1 - w1), "w1(1 - w1)"),
        ((x - 1) * (y + 1), "(x - 1)(y + 1)"),
        (3 * (x + 1) * y, "3(x + 1)*y"),
        (x * 2.5 * y, "2.5x*y"),
        (Name("ab") * Name("cd"), "ab*cd"),
    ],
)
def test_formula_is_written_in_its_normal_form(formula: Symbol, text: str) -> None:
    assert str(formula) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (x + x, 2 * x),
        (x * x, x**2),
        (2 * (x + y) * 3, 6 * (x + y)),
        (x - y - x, -y),
        (x / y, x * y**-1),
        (x * y / x, y),
        ((x + y) * (x + y), (x + y) ** 2),
    ],
)
def test_formulas_that_are_alike_in_normal_form_are_equal(one: Symbol, other: Symbol) -> None:
    assert one == other
    assert hash(one) == hash(other)


def test_normal_form_has_few_kinds() -> None:
    assert symbol(2) == Number(2.0)
    assert symbol(x) is x
    assert x + 2 * y == Sum((x, Product(2.0, (y,))))
    assert -x / y == Product(-1.0, (x, Power(y, Number(-1.0))))
    assert autograd.exp(x) == Call(TABLE["exp"], (x,))


def test_names_of_different_nodes_are_kept_apart_though_they_look_the_same() -> None:
    one, other = Name("w", node=object()), Name("w", node=object())
    assert one != other
    assert str(one - other) == "w - w"
    assert str(one - one) == "0"


def test_large_and_small_numbers_are_multiplied_with_a_sign() -> None:
    assert str(1e-7 * x) == "1e-07*x"
    assert str(1e20 * x + 1) == "1e+20*x + 1"
    assert str(-1e-7 * x) == "-1e-07*x"


def test_product_of_a_number_and_a_name_does_not_read_as_a_number() -> None:
    for label in ("e5", "E3", "e", "1", "2x", ".5"):
        text = str(2 * Name(label))
        with pytest.raises(ValueError, match="could not convert"):
            float(text)


@pytest.mark.parametrize("exponent", [math.inf, -math.inf, math.nan])
def test_exponent_that_is_no_finite_number_is_written_like_any_other(exponent: float) -> None:
    for base in (x, x * y, x**2):
        assert isinstance(base**exponent, Symbol)


def test_numbers_without_a_finite_value_are_written() -> None:
    assert str(x + math.inf) == "x + inf"
    assert "nan" in str(x * math.nan)


# ---------------------------------------------------------------- no choices by a symbol


@pytest.mark.parametrize(
    "depend",
    [
        bool,
        float,
        lambda s: s < 1,
        lambda s: s <= 1,
        lambda s: s > 1,
        lambda s: s >= 1,
        lambda s: s > y,
        lambda s: 1 < s,  # noqa: SIM300  # the number comes first on purpose
        lambda s: max(s, 0),
        lambda s: 1 if s else 0,
        lambda s: not s,
        math.exp,
    ],
)
@pytest.mark.parametrize("formula", [x, x + 1, 2 * x, x**2, autograd.sin(x), symbol(3)])
def test_symbol_that_a_choice_depends_on_raises_with_advice(
    formula: Symbol, depend: Callable[[Any], Any]
) -> None:
    with pytest.raises(TypeError, match=r"has no number yet.*greater") as failure:
        depend(formula)
    assert str(formula) in str(failure.value) or str(y) in str(failure.value)


@pytest.mark.parametrize("other", ["x", None, [1.0], 1j])
def test_symbol_takes_real_numbers_only(other: Any) -> None:
    for operation in (operator.add, operator.mul, operator.pow, operator.truediv):
        with pytest.raises(TypeError):
            operation(x, other)
        with pytest.raises(TypeError):
            operation(other, x)


# ---------------------------------------------------------------- the table fed with symbols


def inputs_of(name: str) -> list[tuple[float, ...]]:
    """Points for a row, on both sides of kinks and inside of every domain."""
    count = {"dot": 5, "where": 3}.get(name, TABLE[name].arity or 3)
    points: list[tuple[float, ...]] = [(0.4, 0.7, -0.3, 0.9, 0.2), (0.8, 0.3, 0.5, -0.6, 0.1)]
    if TABLE[name].arity != 1 or name in {"relu", "abs", "tanh", "sigmoid", "exp"}:
        points.append((0.2, -0.5, 0.1, 0.3, -0.9))
    if name == "where":
        points.append((0.0, 1.5, 2.5, 0.0, 0.0))
    if name in {"relu", "abs", "leaky_relu", "sinh", "cosh", "sin"}:
        points.append((-0.6, 0.1, 0.0, 0.0, 0.0))
    if name == "acosh":
        points = [(1.4,), (3.0,)]
    if name == "xlogy":
        points = [(0.4, 0.7), (-0.8, 0.3)]
    return [point[:count] for point in points]


ROWS_AT_POINTS = [(name, point) for name in TABLE for point in inputs_of(name)]


@pytest.mark.parametrize(("name", "point"), ROWS_AT_POINTS)
def test_row_fed_with_symbols_writes_what_it_computes(name: str, point: Sequence[float]) -> None:
    letters = "abcdk"[: len(point)]
    formula = TABLE[name](*map(Name, letters))
    assert isinstance(formula, Symbol)
    numbers = dict(zip(letters, point, strict=True))
    expected = pytest.approx(TABLE[name].value(*point), rel=1e-13)
    assert reckon(Reader(AllDigits().write(formula)).read(), numbers) == expected
    latex = AllDigitsLatex().write(formula)
    assert reckon(Reader(from_latex(latex)).read(), numbers) == expected


@pytest.mark.parametrize(("name", "point"), ROWS_AT_POINTS)
def test_rules_fed_with_symbols_write_the_local_derivatives(
    name: str, point: Sequence[float]
) -> None:
    op = TABLE[name]
    letters = "abcdk"[: len(point)]
    value = op.value(*point)
    expected = op.partials(value, point, [False] * len(point))
    formulas = op.partials(Name("y"), [Name(letter) for letter in letters], [False] * len(point))
    numbers = {**dict(zip(letters, point, strict=True)), "y": value}
    assert len(formulas) == len(point)
    for formula, partial in zip(formulas, expected, strict=True):
        text = AllDigits().write(symbol(formula))
        assert reckon(Reader(text).read(), numbers) == pytest.approx(partial, rel=1e-12, abs=1e-15)
        latex = AllDigitsLatex().write(symbol(formula))
        assert reckon(Reader(from_latex(latex)).read(), numbers) == pytest.approx(
            partial, rel=1e-12, abs=1e-15
        )


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (autograd.sigmoid(x), "sigmoid(x)"),
        (autograd.log(x), "log(x)"),
        (autograd.greater(x, 0.0), "[x > 0]"),
        (2 * autograd.greater(x, y), "2[x > y]"),
        (autograd.maximum(x, y), "maximum(x, y)"),
        (autograd.leaky_relu(x), "leaky_relu(x, 0.01)"),
        (where(autograd.greater(x, 0.0), x, -x), "where([x > 0], x, -x)"),
        (autograd.sum([x, y, 1.0]), "x + y + 1"),
        (autograd.dot([x, y], [2.0, z], 1.0), "2x + y*z + 1"),
        (autograd.sub(x, y), "x - y"),
        (autograd.neg(x), "-x"),
        (autograd.exp(x) ** 2, "exp(x)^2"),
        (autograd.exp(x + y) * 2, "2*exp(x + y)"),
        (autograd.softmax([x, y])[1], "softmax([x, y])[1]"),
    ],
)
def test_row_is_written_as_arithmetic_or_by_its_name(formula: Symbol, text: str) -> None:
    assert str(formula) == text


def test_choice_by_a_plain_number_is_made_at_once() -> None:
    row = TABLE["where"]
    assert row(1.0, x, y) is x
    assert isinstance(row(z, x, y), Call)


# ------------------------------------------------------------- random formulas, read back

NUMBERS = {"x": 0.7310, "y": -1.3717, "w1": 2.1913, "ypred": 0.4177}
NAMES = [x, y, w1, y_pred]
POINT = [NUMBERS[label.replace("_", "")] for label in ("x", "y", "w1", "y_pred")]
FUNCTIONS = ("sin", "exp", "sigmoid", "sqrt", "log", "abs", "softplus", "maximum", "greater")

Pair = tuple[Any, float]
"""A formula, and its number, computed while the formula is built."""


def applied(name: str) -> Callable[[Any, Any], Any]:
    row = TABLE[name]
    return lambda a, b: row(*(a, b)[: row.arity])


def random_formula(seed: int) -> Pair:
    draw = random.Random(seed)  # noqa: S311  # no secret
    pairs: list[Pair] = [*zip(NAMES, POINT, strict=True)]
    pairs += [(c, c) for c in (1.0, 2.0, 3.0, -1.0, -2.0, 0.5, -0.25, 1e-7, 3e8)]
    start = len(pairs)
    while len(pairs) < start + 6:
        # Half of the operands are formulas made before, so that formulas grow.
        (a, m), (b, n) = (draw.choice(pairs[draw.choice([0, start - 3]) :]) for _ in range(2))
        possible = [operator.add, operator.sub, operator.mul] * 2
        possible += [lambda a, _: -a, lambda a, _: a**2.0]
        if abs(n) > 1e-9:
            possible += [operator.truediv] * 2
        if abs(m) > 1e-9:
            possible.append(lambda a, _: a**-1.0)
        if m > 1e-9 and abs(n) < 3:
            possible += [operator.pow] * 2
        function = draw.choice(FUNCTIONS)
        if math.isfinite(TABLE[function].value(*(m, n)[: TABLE[function].arity])):
            possible.append(applied(function))
        apply = draw.choice(possible)
        formula, number = apply(a, b), apply(m, n)
        if isinstance(formula, Symbol) and 1e-9 < abs(number) < 1e9:
            pairs.append((formula, number))
    return pairs[-1]


def same(expected: float) -> object:
    return pytest.approx(expected, rel=1e-6, abs=1e-6)


HUNDREDS = pytest.mark.parametrize("hundred", range(0, 1500, 100))


@HUNDREDS
def test_random_formula_reads_back_as_the_number_it_stands_for(hundred: int) -> None:
    numbers = {**NUMBERS, "y_pred": NUMBERS["ypred"]}
    for seed in range(hundred, hundred + 100):
        formula, expected = random_formula(seed)
        text = AllDigits().write(formula)
        assert reckon(Reader(text).read(), numbers) == same(expected), (seed, text)


@HUNDREDS
def test_random_formula_in_latex_reads_back_as_the_number_it_stands_for(hundred: int) -> None:
    for seed in range(hundred, hundred + 100):
        formula, expected = random_formula(seed)
        text = from_latex(AllDigitsLatex().write(formula))
        assert not set(text) & set("\\{}")
        assert reckon(Reader(text).read(), NUMBERS) == same(expected), (seed, text)


def tree_or_none(text: str) -> Tree:
    try:
        return Reader(text).read()
    except ValueError:
        return None  # no formula at all


def without_each_pair_of_parentheses(text: str) -> list[str]:
    """Return the text without one pair of parentheses, for each pair that is not of a call."""
    found, open_at = [], []
    for i, character in enumerate(text):
        if character == "(":
            open_at.append(i)
        elif character == ")":
            start = open_at.pop()
            called = re.search(r"[A-Za-z]\w*$", text[:start])
            if not (called and called[0] in TABLE):
                found.append(f"{text[:start]} {text[start + 1 : i]} {text[i + 1 :]}")
    return found


@HUNDREDS
def test_no_parentheses_of_a_random_formula_could_be_left_out(hundred: int) -> None:
    for seed in range(hundred, hundred + 100):
        text = AllDigits().write(random_formula(seed)[0])
        tree = Reader(text).read()
        for shorter in without_each_pair_of_parentheses(text):
            assert tree_or_none(shorter) != tree, (seed, shorter)


def test_reader_of_these_tests_tells_right_from_wrong() -> None:
    assert Reader("2(x - y)").read() == ("*", 2.0, ("+", "x", ("*", -1.0, "y")))
    assert Reader("2x^2*y/(x + 1)").read() == Reader("2 * x^2 * y / (x + 1)").read()
    assert Reader("x*(y*z)").read() == Reader("x*y*z").read()
    assert Reader("x - (y - z)").read() != Reader("x - y - z").read()
    for text in ("x^y^z", "2 * * x", "(x", "x)", "sin x", "x -", "- -x", "x^-2", "x*-y"):
        with pytest.raises(ValueError, match="expected"):
            Reader(text).read()


# ------------------------------------------------------------- numbers in the place of names


class Node:
    """A node with all that a writer reads of it: its number."""

    def __init__(self, data: float) -> None:
        self.data = data


@pytest.mark.parametrize(
    ("number", "texts"),
    [
        (3.0, ("2*3 - 1", "3^2", "4(3 - 1)", "1/3", "-3", "1 - 3")),
        (-3.0, ("2(-3) - 1", "(-3)^2", "4(-3 - 1)", "1/(-3)", "-(-3)", "1 - (-3)")),
        (1e-7, ("2*1e-07 - 1", "1e-07^2", "4(1e-07 - 1)", "1/1e-07", "-1e-07", "1 - 1e-07")),
        (1 / 3, ("2*0.333333 - 1",)),
    ],
)
def test_numbers_in_the_place_of_names_keep_the_formula_readable(
    number: float, texts: Sequence[str]
) -> None:
    a = Name("a", Node(number))
    written = [2 * a - 1, a**2, 4 * (a - 1), 1 / a, -a, 1 - a][: len(texts)]
    assert [Writer().with_numbers().write(formula) for formula in written] == list(texts)


def test_minus_zero_in_the_place_of_a_name_is_not_written_after_another_sign() -> None:
    a = Name("a", Node(-0.0))
    for formula in (3 - a, 2 * a, a**2, x + a):
        text = Writer().with_numbers().write(formula.__class__(*vars(formula).values()))
        assert not re.search(r"[-+*/^] ?-", text), text


# ----------------------------------------------------------------------------------- LaTeX


@pytest.mark.parametrize(
    ("label", "squared"),
    [
        ("Δw", r"2\left(\Delta w\right)^{2}"),
        ("∇L_1", r"2\left(\nabla L_{1}\right)^{2}"),
        ("∂", r"2\partial ^{2}"),
        ("Δ", r"2\Delta^{2}"),
        ("w1", "2w_{1}^{2}"),
    ],
)
def test_the_power_of_a_change_is_that_of_the_whole_change(label: str, squared: str) -> None:
    assert LatexWriter().write(2 * Name(label) ** 2) == squared
    assert LatexWriter().write(2 * Name(label)) == f"2{LatexWriter().label(label)}"


@pytest.mark.parametrize(
    ("label", "latex"),
    [
        ("x", "x"),
        ("x1", "x_{1}"),
        ("x_12", "x_{12}"),
        ("y_pred", "y_{pred}"),
        ("cost", r"\text{cost}"),
        ("W11(1)", r"\text{W11(1)}"),
        ("a b", r"\text{a b}"),
        ("a\nb", r"\text{a b}"),
        ("∂", r"\partial "),
        ("∇L", r"\nabla L"),
        ("Δw", r"\Delta w"),
        ("ΔW_12", r"\Delta W_{12}"),
        ("∂θ_1", r"\partial \theta_{1}"),
        ("L(θ)", r"L\left(\theta\right)"),
        ("loss(w1)", r"\text{loss}\left(w_{1}\right)"),
        ("loss_α", r"\text{loss}_{\alpha}"),
        ("w_theta", r"w_{\theta}"),
        ("λw", r"\lambda \text{w}"),
        ("tasa α de 1", r"\text{tasa }\alpha \text{ de 1}"),
        ("\u00b5_1", r"\mu_{1}"),  # the sign of micro, which keyboards have
        ("a²", r"\text{a²}"),
        ("θ", r"\theta"),
        ("θ_0", r"\theta_{0}"),
        ("Λ2", r"\Lambda_{2}"),
        ("ε", r"\varepsilon"),
        ("Α", r"\text{Α}"),  # a capital alpha, for which LaTeX has no command
        ("ŷ", r"\hat{y}"),
        ("x\u0304_i", r"\bar{x}_{i}"),
        ("out_h1", r"\text{out}_{h1}"),
        ("cost_1", r"\text{cost}_{1}"),
        ("x1_2", "x_{1,2}"),
        ("sigma", r"\sigma"),
        ("alpha1", r"\alpha_{1}"),
        ("delta_o1", r"\delta_{o1}"),
        ("Omega", r"\Omega"),
        ("y_hat", r"\hat{y}"),
        ("w^{(1)}_{11}", "w^{(1)}_{11}"),
        (r"\theta_{ij}", r"\theta_{ij}"),
        (r"\hat{y}", r"\hat{y}"),
        ("x^2", "x^2"),
        ("a^b^c", r"\text{a\textasciicircum{}b\textasciicircum{}c}"),
        (r"\input{x}", r"\text{\textbackslash{}input\{x\}}"),
    ],
)
def test_label_in_latex_is_a_letter_with_an_index_or_upright_text(label: str, latex: str) -> None:
    assert LatexWriter().write(Name(label)) == latex


@pytest.mark.parametrize(
    ("formula", "latex"),
    [
        (2 * (x - y), r"2\left(x - y\right)"),
        (x * y, r"x \cdot y"),
        (x / y, r"\frac{x}{y}"),
        (-x / (y * z), r"-\frac{x}{y \cdot z}"),
        (x / (y + z), r"\frac{x}{y + z}"),
        (x**2, "x^{2}"),
        (x ** (y + 1), "x^{y + 1}"),
        ((x + 1) ** 2, r"\left(x + 1\right)^{2}"),
        (autograd.exp(x), "e^{x}"),
        (autograd.exp(x) ** 2, r"\left(e^{x}\right)^{2}"),
        (autograd.sqrt(x + 1), r"\sqrt{x + 1}"),
        (autograd.abs(x), r"\left|x\right|"),
        (autograd.log(x), r"\ln\left(x\right)"),
        (autograd.sigmoid(x), r"\sigma\left(x\right)"),
        (autograd.leaky_relu(x), r"\operatorname{leaky relu}\left(x, 0.01\right)"),
        (1e-7 * x, r"1 \cdot 10^{-7} \cdot x"),
        (symbol(2.5e20), r"2.5 \cdot 10^{20}"),
        (x * math.inf, r"\infty \cdot x"),
    ],
)
def test_formula_is_written_in_latex(formula: Symbol, latex: str) -> None:
    assert LatexWriter().write(formula) == latex


def test_a_label_with_a_superscript_is_no_double_superscript() -> None:
    w = Name("w^{(1)}_{11}")
    assert LatexWriter().write(w**2) == r"\left(w^{(1)}_{11}\right)^{2}"
    assert LatexWriter().write(w * x) == r"w^{(1)}_{11} \cdot x"
    assert Writer().write(w * x) == "w^{(1)}_{11}*x"


def test_fraction_in_latex_needs_no_parentheses_around_its_parts() -> None:
    assert LatexWriter().write((x + y) / z) == r"\frac{x + y}{z}"


@pytest.mark.parametrize("base", [1e-7, 1e10])
def test_power_of_a_number_with_an_exponent_of_its_own_is_no_double_superscript(
    base: float,
) -> None:
    a = Name("a", Node(base))
    writer = LatexWriter()
    for latex in (writer.with_numbers().write(a**2), writer.write(base**x)):
        assert not re.search(r"10\^\{-?\d+\}\^", latex), latex


@given(st.text())
@settings(deadline=None)
def test_escaped_text_has_no_command_or_markup_of_its_own(text: str) -> None:
    escaped = escape_latex(text)
    bare = re.sub(r"\\[{}$&#%_]|\\text[a-z]+\{\}", "", escaped)
    assert not set(bare) & set("\\{}$&#%_~^<>\n\r")


@pytest.mark.parametrize("text", ["", "plain words", "ñandú", "a, b; c: (d)"])
def test_ordinary_text_is_escaped_as_it_is(text: str) -> None:
    assert escape_latex(text) == text


# ------------------------------------------------------ cases that need no words


def test_a_powers_derivative_is_the_one_of_the_textbook() -> None:
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    y = a**b
    y.label = "y"
    assert "dy/da = b*a^(b - 1)\n" in str(explain(y, a))
    z = 2.0**b
    z.label = "z"
    assert "dz/db = 0.693147*z\n" in str(explain(z, b))


def test_a_choice_that_matters_is_said_in_words() -> None:
    c, a, b = (Value(number, label=label) for number, label in ((1.0, "c"), (2.0, "a"), (3.0, "b")))
    y = where(c, a, b)
    y.label = "y"
    assert str(explain(y, a)) == "dy/da = 1  (c is not 0)"


def test_a_sum_of_thousands_is_written_as_it_was_recorded() -> None:
    names = [Name(f"x{i}") for i in range(3000)]
    total: Symbol = names[0]
    for i, name in enumerate(names[1:]):
        total = Call(TABLE["sub" if i % 3 == 2 else "add"], (total, name))
    written = Writer().write(total)
    assert written.startswith("x0 + x1 + x2 - x3 + x4 + x5 - x6")
    assert written.endswith(" + x2998 + x2999".replace("+", "-" if 2998 % 3 == 0 else "+", 1))
    assert Writer().write(Call(TABLE["sub"], (names[0], total)))[:10] == "x0 - (x0 +"
