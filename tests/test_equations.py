"""No false equation: what is written gives, computed from its text, what is written after it."""

import importlib
import math
import operator
import random
import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
import autograd.explorer
from autograd import TABLE, Value, backward_steps, explain, forward_steps, topological_order
from autograd.drawing.moment import Passes
from autograd.notation.algebra import Name, Number, Product, Sum, Symbol
from autograd.notation.equations import digits_for, in_numbers, measured, products_in_numbers, unit
from autograd.notation.formulas import evaluate
from autograd.notation.numbers import DIGITS
from autograd.notation.writers import Writer
from autograd.worked_example import STUDENTS, build

oracle = importlib.import_module("written")  # a module beside the tests, in no package
equations, false_equations, holds = oracle.equations, oracle.false_equations, oracle.holds
graphs = importlib.import_module("test_explanation")
javascript = importlib.import_module("javascript")


def number(draw: random.Random) -> float:
    """A number of any size: common ones, large and tiny ones, whole ones, short ones."""
    size: float = draw.choice([1.0, 1.0, 10.0 ** draw.randint(-9, 9)])
    kinds = [draw.uniform(-3, 3) * size, float(draw.randint(-5, 5)), round(draw.uniform(-9, 9), 2)]
    return draw.choice(kinds)


def graph(seed: int) -> tuple[Value, Value]:
    """Random operations on numbers of any size; the result, and a leaf that it depends on."""
    draw = random.Random(seed)  # noqa: S311  # no secret
    nodes = [Value(number(draw), label=f"x{i}") for i in range(3)]
    unary = [
        *("sin", "cos", "tanh", "sigmoid", "exp", "softplus", "relu", "abs"),
        *("log", "sqrt", "neg", "expm1", "log1p", "erf"),
    ]
    binary: list[Callable[[Any, Any], Any]] = [
        *(operator.add, operator.sub, operator.mul, operator.truediv),
        *(autograd.maximum, autograd.minimum),
        lambda a, b: autograd.dot([a, b], [b, 0.5], 2.0),
        lambda a, b: autograd.softmax([a, b, 0.3])[0],
        lambda a, b: autograd.logsumexp([a, b]),
        lambda a, b: autograd.where(autograd.greater(a, b), a * 2, b),
        lambda a, b: a - (a + b),  # nearly cancels where b is small
        lambda a, b: a**2 - b,
        lambda a, _: a**3 / 7,
        lambda a, b: -(b * a.sigmoid().log() + (1 - b) * (1 - a.sigmoid()).log()),
    ]
    for _ in range(draw.randint(2, 8)):
        a, b = draw.choice(nodes[-4:]), draw.choice(nodes)
        is_unary = draw.random() < 0.4
        made = TABLE[draw.choice(unary)](a) if is_unary else draw.choice(binary)(a, b)
        if draw.random() < 0.6:
            made.label = f"n{len(nodes)}"
        nodes.append(made)
    node = next(node for node in reversed(nodes) if nodes[0] in topological_order(node))
    return node, nodes[0]


def constant(draw: random.Random) -> float:
    """A constant of many digits, of many zeros, or of decimals that have no end."""
    known = [1.1076e18, 1 / 3, 2 / 7, 0.1, 1234567.891, 0.9999999, 3.14159265358979, 1e20]
    return draw.choice([draw.choice(known), number(draw)])


def of_constants(seed: int) -> tuple[Value, Value]:
    """Operations that have plain numbers for operands, many without a label between them."""
    draw = random.Random(seed)  # noqa: S311  # no secret
    x = node = Value(number(draw), label="x")
    y = Value(number(draw), label="y")
    ways: list[Callable[[Value], Value]] = [
        lambda a: a * constant(draw),
        lambda a: a * constant(draw) + constant(draw),
        lambda a: constant(draw) - a,
        lambda a: (a + y) / 1.1076e18,
        lambda a: autograd.dot([a, y], [constant(draw), 0.7], constant(draw)),
        lambda a: a * autograd.Constant(constant(draw)) + a,
        lambda a: a * (autograd.Constant(constant(draw)) / autograd.Constant(7.0)),
        lambda a: a.tanh() / 7,
        lambda a: autograd.maximum(a, constant(draw)),
    ]
    for i in range(draw.randint(1, 5)):
        node = draw.choice(ways)(node)
        if draw.random() < 0.5:
            node.label = f"n{i}"
    return node, x


def sentences(output: Value) -> Iterator[str]:
    """The equations of both passes."""
    for step in [*forward_steps(output), *backward_steps(output)]:
        before, receives, after = step.sentence.partition(" receives ")
        yield after.partition(" from ")[0] if receives else before


# -------------------------------------------------------------------- the oracle itself


@pytest.mark.parametrize(
    "text",
    [
        "dg/dz = g(1 - g)\n      = 1(1 - 1)\n      = 4.13994e-08",
        "g = 0.999877(1 - 0.999877) = 0.000123379",
        "x - 1000000 = 1e+06 - 1e+06 = 0.25",
        "dcost/dw7 = -114.085 * 0.377541\n          = -43.0719",
        "-1369.02 * 0.235004 = -321.726",
    ],
)
def test_the_oracle_finds_a_false_equation(text: str) -> None:
    assert false_equations(text)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("2(3 - 1)", "4"),
        ("0.7*sigmoid(1.4)(1 - sigmoid(1.4))", "0.111079"),
        ("-0.5^2/4", "-0.0625"),
        ("[2 > 1]*3", "3"),
        ("4*[[5 > 1] > softmax([1, 2])[0]]", "4"),
        ("1/0", "inf"),
    ],
)
def test_the_oracle_lets_a_true_equation_pass(left: str, right: str) -> None:
    assert holds(left, right)


# --------------------------------------------------------------------------- all texts


@given(st.integers(0, 10**6))
@settings(deadline=None, max_examples=150)
def test_every_printed_equation_holds_as_it_is_written(seed: int) -> None:
    output, leaf = graph(seed)
    texts = [explain(output, leaf, digits=digits).text for digits in (2, 6, 12)]
    texts += [explain(output, leaf, form="paths").text, *sentences(output)]
    assert [found for text in texts for found in false_equations(text)] == []


@pytest.mark.parametrize("first", range(0, 1000, 250))
def test_an_equation_of_constants_has_the_digits_that_it_needs(first: int) -> None:
    found = 0
    for seed in range(first, first + 250):
        output, leaf = of_constants(seed)
        texts = [explain(output, leaf, digits=digits).text for digits in (3, 6)]
        texts += [explain(output, leaf, form="paths").text, *sentences(output)]
        assert [false for text in texts for false in false_equations(text)] == [], seed
        found += sum(len(list(equations(text))) for text in texts)
    assert found > 1000


def test_equations_are_found_in_the_texts_that_are_searched() -> None:
    found = 0
    for seed in range(50):
        output, leaf = graph(seed)
        for text in (explain(output, leaf).text, *sentences(output)):
            found += len(list(equations(text)))
    assert found > 200


@pytest.mark.parametrize("name", ["w1", "w7", "b3", "x1", "z1", "w2"])
@pytest.mark.parametrize("form", ["nodes", "paths"])
def test_every_equation_of_the_worked_example_holds(name: str, form: str) -> None:
    nodes, network, students = build(STUDENTS[0]), graphs.two_layers(), graphs.three_students()
    texts = [explain(nodes["cost"], nodes[name], form=form).text, *sentences(nodes["cost"])]
    texts += [explain(network["E"], network[w], form=form).text for w in ("W11(1)", "h", "x1")]
    texts += [explain(students["total"], students["w1"], form=form).text]
    texts += [explain(*graphs.diamonds(5), form=form).text]
    assert [found for text in texts for found in false_equations(text)] == []


def test_latex_has_the_numbers_of_the_text() -> None:
    for made, seed in product((graph, of_constants), range(60)):
        explanation = explain(*made(seed))
        found = [
            sorted(re.findall(r"(?<![\w.])\d+\.\d+", text))
            for text in (
                re.sub(r"e[-+]\d+", "", explanation.text),
                re.sub(r" \\cdot 10\^\{-?\d+\}", "", explanation.latex),
            )
        ]
        assert found[0] == found[1], seed


@given(st.integers(0, 10**6))
@settings(deadline=None, max_examples=40)
def test_products_in_pictures_hold_as_they_are_written(seed: int) -> None:
    output, _ = graph(seed)
    order = topological_order(output)
    passes = Passes(order, DIGITS)
    for node, position in passes._shares:
        left, right = passes.share(node, position)
        if left:
            assert holds(left, right.removeprefix("= ")), (left, right)


# ------------------------------------------------------------------------------ digits


@pytest.mark.parametrize(
    ("z", "written"),
    [
        (0.4, "0.598688(1 - 0.598688)"),
        (9.0, "0.9998766054(1 - 0.9998766054)"),
        (17.0, "0.9999999586006(1 - 0.9999999586006)"),
    ],
)
def test_a_saturated_sigmoid_has_the_digits_that_its_derivative_needs(
    z: float, written: str
) -> None:
    x = Value(z, label="x")
    g = x.sigmoid()
    g.label = "g"
    assert explain(g, x).text.splitlines()[1].strip() == f"= {written}"


def test_numbers_that_nearly_cancel_are_written_out() -> None:
    x = Value(1000000.25, label="x")
    (step,) = forward_steps(x - 1e6)
    assert step.sentence == "x - 1000000 = 1000000.25 - 1000000 = 0.25"


def test_where_rounding_has_the_last_word_the_numbers_are_left_out() -> None:
    x, y, z = Value(0.1, label="x"), Value(0.2, label="y"), Value(0.3, label="z")
    *_, last = forward_steps(x + y - z)
    assert last.sentence == "x + y - z = 5.55112e-17"


def test_a_share_that_was_not_chosen_is_no_product() -> None:
    x = Value(-1.0, label="x")
    y = autograd.where(autograd.greater(x, 0.0), x.sqrt(), 0.0)
    y.label = "y"
    found = [step.sentence for step in backward_steps(y) if "receives" in step.sentence]
    assert "x receives 0 from sqrt(x)" in found


def test_common_equations_keep_their_six_digits() -> None:
    nodes = build(STUDENTS[0])
    lines = explain(nodes["cost"], nodes["z1"]).text
    assert "2(24.9573 - 82) = -114.085" in lines
    assert "0.377541(1 - 0.377541) = 0.235004" in lines


def test_digits_of_a_product_are_as_many_as_it_takes_and_no_more() -> None:
    for seed in range(200):
        draw = random.Random(seed)  # noqa: S311  # no secret
        numbers = [draw.uniform(-9, 9) for _ in range(draw.randint(2, 4))]
        result = math.prod(numbers)
        formula = Product(1.0, tuple(map(Number, numbers)))
        digits = digits_for(formula, result, DIGITS)
        assert digits is not None
        (text,) = products_in_numbers([numbers], result, Writer(), " * ")
        assert holds(text, Writer().number(result))
        if digits > DIGITS and len(re.findall(r"\d", Writer().number(result))) == DIGITS:
            fewer = Writer(digits=digits - 1)
            shorter = " * ".join(f"({fewer.number(x)})" for x in numbers)
            assert not holds(shorter, Writer().number(result))


@pytest.mark.parametrize(
    ("shown", "size"), [("4", 1.0), ("-19303.5", 0.1), ("1.5e-07", 1e-8), ("1.2e+20", 1e19)]
)
def test_the_last_digit_of_a_number_has_its_size(shown: str, size: float) -> None:
    assert unit(shown) == pytest.approx(size)


def test_a_whole_result_stands_for_itself_and_not_for_what_rounds_to_it() -> None:
    left = Sum((Number(100000.4), Number(-99995.4)))
    assert in_numbers(left, 5.0, Writer()) == "100000.4 - 99995.4"


def test_a_formula_is_computed_as_the_engine_computes_it() -> None:
    x, y = Value(0.3), Value(-1.2)
    a, b = Name("a", x), Name("b", y)
    for formula, value in (
        (2 * (a - b) / (a * b), 2 * (x - y) / (x * y)),
        (autograd.sigmoid(a) * (1 - autograd.sigmoid(a)), x.sigmoid() * (1 - x.sigmoid())),
        ((a + 1) ** b, (x + 1) ** y),
    ):
        found, rounding = measured(formula)
        assert found == pytest.approx(value.data, rel=1e-14)
        assert abs(found - value.data) <= rounding < 1e-13


def test_a_sum_in_numbers_is_none_where_no_digits_are_enough() -> None:
    formula: Symbol = Sum((Number(0.1), Number(0.2), Number(-0.3)))
    assert in_numbers(formula, 0.1 + 0.2 - 0.3, Writer()) is None


# ------------------------------------------------------------------------------ the page


def tree(formula: Symbol) -> Any:
    """A formula of plain numbers as the page has it."""
    if isinstance(formula, Number):
        return formula.value
    if isinstance(formula, Sum):
        return ["+", *map(tree, formula.terms)]
    assert isinstance(formula, Product)
    return ["*", formula.coefficient, *map(tree, formula.factors)]


def cases() -> Iterator[tuple[Symbol, float]]:
    """Sums, products and g(1 - g) with their results, some of which rounding has made."""
    draw = random.Random(11)  # noqa: S311  # no secret
    for _ in range(300):
        numbers = [number(draw) for _ in range(draw.randint(1, 4))]
        yield Product(1.0, tuple(map(Number, numbers))), math.prod(numbers)
        yield Sum(tuple(map(Number, numbers))), sum(numbers)
        g = autograd.sigmoid(draw.uniform(-30, 30))
        yield Product(1.0, (Number(g), Sum((Number(1.0), Number(-g))))), g * (1 - g)
    yield Sum((Number(0.1), Number(0.2), Number(-0.3))), 0.1 + 0.2 - 0.3
    yield Product(1.0, (Number(1e200), Number(1e200))), math.inf


def test_the_page_chooses_the_digits_that_python_chooses() -> None:
    numbers, rules = javascript.scripts("numbers.js"), javascript.scripts("equations.js")
    program = f"""const DIGITS = {DIGITS}; const OPERATIONS = []; const power = Math.pow;
        {numbers}
        {rules}
        const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
        const at = () => NaN;
        console.log(JSON.stringify(given.map(([tree, result]) =>
          digitsFor(tree, readNumber(result), at) ?? null)));"""
    given = list(cases())
    found = javascript.in_node(
        program, [[tree(formula), repr(result)] for formula, result in given]
    )
    expected = [digits_for(formula, result, DIGITS) for formula, result in given]
    assert found == expected
    assert None in expected
    assert {6, 7, 8} < set(expected)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (
            ["1.29465 - 1", "0\ue000=1.2946512\ue001 - 0\ue000=1\ue001", ["+", 1.2946512, -1]],
            " = 1.294651 - 1",
        ),
        (
            ["x - 1", "0\ue0000\ue001 - 0\ue000=1\ue001", ["+", [0], -1]],
            " = x - 1 = 1.294651 - 1",
        ),
    ],
)
def test_the_page_writes_a_formula_of_constants_with_its_own_digits_once(
    row: list[Any], text: str
) -> None:
    files = ("numbers.js", "equations.js", "panels.js")
    program = f"""const DIGITS = {DIGITS}; const OPERATIONS = []; const power = Math.pow;
        const state = {{ run: {{ values: [1.2946512] }} }}, marked = String;
        {javascript.scripts(*files)}
        const row = JSON.parse(require("fs").readFileSync(0, "utf8"));
        console.log(JSON.stringify(worked(row, "", 0.2946512)));"""
    assert javascript.in_node(program, row) == text


@pytest.mark.parametrize(
    ("template", "numbers", "text"),
    [
        ("-{0}/{1}", [0.0, 1.4], "0/1.4"),
        ("{0}*{1} + {0}", [-0.5, 2.0], "-0.5*2 + (-0.5)"),
        ("sigmoid({0}*{1} - {0})", [-0.5, 3.0], "sigmoid(-0.5*3 - (-0.5))"),
        ("2({0} - 1)", [-3.5], "2(-3.5 - 1)"),
        ("{0}^2*{1}", [-3.5, 0.0], "(-3.5)^2*0"),
    ],
)
def test_a_first_number_needs_no_parentheses_and_a_zero_no_sign(
    template: str, numbers: list[float], text: str
) -> None:
    names = [Name(letter, Value(number)) for letter, number in zip("ab", numbers, strict=False)]
    letters = template.format("a", "b")
    formula: Symbol = evaluate(letters, {name.label: name for name in names})
    assert in_numbers(formula, measured(formula)[0], Writer()) == text
    numbers_as_text, rules = javascript.scripts("numbers.js"), javascript.scripts("equations.js")
    program = f"""const DIGITS = {DIGITS};
        {numbers_as_text}
        {rules}
        const [template, numbers] = JSON.parse(require("fs").readFileSync(0, "utf8"));
        console.log(JSON.stringify(evaluated(template, (i) => numbers[i])));"""
    places = [f"0\ue000{i}\ue001" for i in range(2)]
    assert javascript.in_node(program, [template.format(*places), numbers]) == text
