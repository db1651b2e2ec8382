"""Expressions as text: their meaning, and the refusal of all other texts."""

import ast
import inspect
import math
import re
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import autograd
from autograd import Constant, Parameter, Value, topological_order
from autograd.languages import spoken
from autograd.notation import reading as expressions
from autograd.notation.formulas import evaluate
from autograd.notation.reading import ExpressionError, free_names, parse
from autograd.notation.usual import LONGEST

EXAMPLES = settings(deadline=None, max_examples=250)


def refusal(text: str, **names: float) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        parse(text, names)
    return caught.value


def shape(output: Value) -> list[tuple[Any, ...]]:
    """A graph: for each node its kind, operation, number and local derivatives, and its parents."""
    order = topological_order(output)
    return [
        (type(n), n.op, n.data, n.partials, [order.index(parent) for parent in n.parents])
        for n in order
    ]


# ------------------------------------------------------------------- what they mean


def test_an_expression_builds_the_graph_that_python_would() -> None:
    output, nodes = parse("(a*b + c).tanh() - 2/a**2", {"a": 2, "b": -3, "c": 7})
    a, b, c = Value(2), Value(-3), Value(7)
    assert shape(output) == shape((a * b + c).tanh() - 2 / a**2)
    assert {name: node.data for name, node in nodes.items()} == {"a": 2, "b": -3, "c": 7}
    assert [node.label for node in nodes.values()] == ["a", "b", "c"]


def test_parts_before_the_last_name_their_results() -> None:
    output, nodes = parse(
        "z = w*x + b; g = sigmoid(z); cost = (g - y)**2", {"w": 0.5, "x": 2, "b": -3, "y": 1}
    )
    assert list(nodes) == ["w", "x", "b", "y", "z", "g", "cost"]
    assert [node.label for node in nodes.values()] == list(nodes)
    assert nodes["cost"] is output
    assert nodes["g"].op is autograd.sigmoid
    assert nodes["z"] in nodes["g"].parents


def test_a_result_without_a_name_has_no_label() -> None:
    output, nodes = parse(" z = w*w ;  z + 1 ; ", {"w": 2})
    assert (output.data, output.label, nodes["z"].label) == (5.0, "", "z")


def test_another_name_for_a_node_keeps_its_first_label() -> None:
    output, nodes = parse("z = w; z*z", {"w": 3})
    assert nodes["z"] is nodes["w"]
    assert (nodes["w"].label, output.data) == ("w", 9.0)


def test_a_named_number_is_a_leaf_and_an_unnamed_one_a_constant() -> None:
    output, nodes = parse("k = 2; 3*k", {})
    output.backward()
    assert (type(nodes["k"]), nodes["k"].label, nodes["k"].grad) == (Value, "k", 3.0)
    assert [type(parent) for parent in output.parents] == [Constant, Value]


def test_a_list_is_named_item_by_item() -> None:
    output, nodes = parse("p = softmax([a, b, 0]); -log(p[1])", {"a": 1, "b": 2})
    assert list(nodes) == ["a", "b", "p[0]", "p[1]", "p[2]"]
    assert [nodes[name].label for name in list(nodes)[2:]] == ["p[0]", "p[1]", "p[2]"]
    shares = autograd.softmax([1.0, 2.0, 0.0])
    assert [nodes[f"p[{i}]"].data for i in range(3)] == shares
    assert output.data == -math.log(shares[1])


def test_lists_can_be_named_nested_in_calls_and_left_as_numbers() -> None:
    assert parse("w = [a, 2]; dot(w, (3, a), 1)", {"a": 5})[0].data == 26.0
    assert parse("sum(softmax([1, 2]))", {})[0].data == pytest.approx(1.0)
    assert parse("[4, 5][1]", {})[0].data == 5.0


def test_names_asked_for_are_parameters() -> None:
    _, nodes = parse("w*x", {"w": 2, "x": 3}, parameters=["w"])
    assert [type(node) for node in nodes.values()] == [Parameter, Value]


def test_an_unknown_parameter_is_an_error() -> None:
    with pytest.raises(ExpressionError, match=r"^unknown parameter 'v' \(given: w, x\)$"):
        parse("w*x", {"w": 2, "x": 3}, parameters=["v"])


def test_a_name_can_be_that_of_a_function() -> None:
    assert parse("sum = a + sin; sum * sin(sin)", {"a": 1, "sin": 0.5})[0].data == pytest.approx(
        1.5 * math.sin(0.5)
    )


def test_numbers_are_ieee_where_python_would_raise() -> None:
    assert parse("1/0", {})[0].data == math.inf
    assert math.isnan(parse("(-8)**(1/3)", {})[0].data)
    assert parse("a/0 + exp(1000)", {"a": 1})[0].data == math.inf
    assert parse("log(0)", {})[0].data == -math.inf


@pytest.mark.parametrize(
    ("text", "number"),
    [("-2**2", -4), ("2**-1", 0.5), ("2**3**2", 512), ("7-4-2", 1), ("8/4/2", 1), ("1_0.5e1", 105)],
)
def test_precedence_and_literals_are_those_of_python(text: str, number: float) -> None:
    assert parse(text, {})[0].data == number


def test_long_sums_need_no_recursion() -> None:
    terms = 400
    output, nodes = parse("+".join("a" * terms), {"a": 1})
    output.backward()
    assert (output.data, nodes["a"].grad) == (terms, terms)


def test_names_may_be_of_any_alphabet() -> None:
    assert parse("  η*δ", {"η": 2, "δ": 3})[0].data == 6.0
    assert refusal("  η*δ % 2", η=2, δ=3).column == 7


# ------------------------------------------------------------ every row of the table

INPUTS = {"a": 0.3, "b": 0.6, "c": 0.2}


def calls(name: str) -> Iterator[str]:
    """Ways to call a function of one number, of two, of a list, ..."""
    for inputs in ("a", "a, b", "a, b, c", "[a, b, c]", "[a, b], [c, a], b", "[a, b], 1.0"):
        yield f"{name}({inputs})"
        yield f"{name}({inputs})[0]"


def numbers_of(text: str) -> dict[str, float]:
    """Return the entries of `INPUTS` whose names are in the text."""
    named = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    return {name: number for name, number in INPUTS.items() if name in named}


@pytest.mark.parametrize("name", autograd.TABLE)
def test_every_row_is_reached_by_its_public_name(name: str) -> None:
    found = []
    start = 1.0 if name == "acosh" else 0.0
    for text in calls(name):
        numbers = {letter: start + number for letter, number in numbers_of(text).items()}
        try:
            output, nodes = parse(text, numbers)
        except ExpressionError:
            continue
        found.append(text)
        assert output.op is autograd.TABLE[name]
        expected = eval(text, {name: getattr(autograd, name)}, nodes)  # noqa: S307  # text from above
        assert shape(output) == shape(expected)
    assert found


METHODS = [name for name in autograd.TABLE if inspect.isroutine(getattr(Value, name, None))]


@pytest.mark.parametrize("name", METHODS)
def test_every_method_is_the_function_of_its_name(name: str) -> None:
    numbers = {"a": 1.3 if name == "acosh" else 0.3}
    by_method, _ = parse(f"(a*2).{name}()", numbers)
    by_function, _ = parse(f"{name}(a*2)", numbers)
    assert shape(by_method) == shape(by_function)
    assert by_method.op is autograd.TABLE[name]


def test_values_have_methods_in_the_table() -> None:
    assert {"tanh", "exp", "log"} <= set(METHODS)


def test_an_operation_of_ones_own_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autograd.ops, "TABLE", dict(autograd.TABLE))
    for name in ("cube", "row"):  # `row` is also a function beside the table
        op = autograd.Primitive(name, name, lambda a: a**3, (lambda _, a: 3 * a * a,), "a**3")
        assert parse(f"{name}(a)", {"a": 2})[0].op is op


# ------------------------------------------------------------------------- formulas

GIVEN = {
    "y_pred": 3.0,
    "y_act": 1.0,
    "g1": 0.5,
    "w": 2.0,
    "x": 5.0,
    "z": 0.3,
    "e2": 7.0,
    "hidden1.neuron2.w3": 11.0,
    "p[0]": 13.0,
    "lambda": 17.0,
    "x\u0302": 19.0,
    "δ loss": 23.0,
}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2(y_pred - y_act) g1", 2.0),
        ("2·(y_pred − y_act)·g₁²", 1.0),
        ("g_1 + g1", 1.0),
        ("2wx + wx", 30.0),
        ("w(x)(w)", 20.0),
        ("(w + 1)2", 6.0),
        ("w 2 x", 20.0),
        ("x(1 - x)w", -40.0),
        ("-w^2", -4.0),
        ("1/2x", 2.5),
        ("e^2x", 5 * math.e**2),
        ("2pi w", 4 * math.pi),
        ("2e", 2 * math.e),
        ("2e3", 2000.0),
        ("2e2", 14.0),
        ("2e20", 2e20),
        ("2exp(0)ln(e)", 2.0),
        ("max(w, x) min(w, x)", 10.0),
        ("sigma(z)", 1 / (1 + math.exp(-0.3))),
        ("sigma'(0) σ′(0) sigmoid’(0)", 1 / 64),
        ("x tanh'(z)", 5 * (1 - math.tanh(0.3) ** 2)),
        ("relu'(z) relu'(-z)", 0.0),
        ("z.tanh()", math.tanh(0.3)),
        ("sum(w, x, 1) + sum([w, x])", 15.0),
        ("logsumexp(w, w)", 2.0 + math.log(2.0)),
        ("softmax(w, w) + softmax([w, w])[1]", 1.0),
        ("dot([w], [x], 1) + leaky_relu(-w, 0.5) + leaky_relu(-x)", 9.95),
        ("2 hidden1.neuron2.w3 p[0]", 286.0),
        ("lambda^2 x̂", 17 * 17 * 19.0),
        ("2δ loss", 46.0),
    ],
)
def test_a_formula_is_read_as_people_write_it(text: str, number: float) -> None:
    assert evaluate(text, GIVEN) == pytest.approx(number, rel=1e-14)


@pytest.mark.parametrize(
    ("text", "column", "complaint"),
    [
        ("2(y_pred - y) g1", 12, "unknown name 'y'"),
        ("2 3", 3, "cannot read this"),
        ("f(x)", 1, "unknown name 'f'"),
        ("exp", 1, "for the function, write exp(...)"),
        ("w = 3", 3, "write the right side of the equation alone"),
        ("w == 3", 3, "comparison '=='"),
        ("2x; w", 2, "all parts but the last"),
        ("sigma''(z)", 1, "a prime is the first derivative of a function of one number"),
        ("max'(w, x)", 1, "a prime is the first derivative of a function of one number"),
        ("z'", 1, "unknown name"),
        ("2(w x)(x", 7, "was never closed"),
        ("x.data", 2, "attribute '.data'"),
        ("(x).__class__(w)", 4, "unknown method '__class__'"),
        ("x if w else 2", 3, "condition 'if'"),
        ("[w, x]", 1, "the result is a list"),
        ("w x\n", 4, "the character"),
        ("", 1, "expected an expression"),
        ("wq", 1, "unknown name 'wq'"),
        ("sum()", 1, "sum cannot be applied to ()"),
        ("softmax()", 1, "softmax cannot be applied to ()"),
        ("dot(w, x)", 1, "dot cannot be applied to (number, number)"),
        ("sum(w, [x])", 1, "sum cannot be applied to (number, list)"),
        ("_name0_", 1, "unknown name"),
    ],
)
def test_a_formula_that_cannot_be_read_is_refused_with_its_place(
    text: str, column: int, complaint: str
) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(text, {"w": 2.0, "x": 5.0, "z": 0.3, "y_pred": 3.0, "g1": 0.5, "x1": 1.0})
    assert complaint in str(caught.value)
    assert caught.value.column == column or "cannot read this" in complaint


def test_a_function_of_a_name_needs_no_parentheses() -> None:
    assert evaluate("exp x", {"x": 2.0}) == math.exp(2.0)
    assert evaluate("x ln x", {"x": 2.0}) == 2.0 * math.log(2.0)


def test_names_that_look_alike_are_told_apart_where_both_are_given() -> None:
    assert evaluate("x1 + 10x_1", {"x1": 1.0, "x_1": 2.0}) == 21.0
    with pytest.raises(ExpressionError, match="unknown name"):
        evaluate("x1", {"x_1": 2.0, "x₁": 3.0})


def test_a_product_of_names_is_parted_in_one_way_only() -> None:
    assert evaluate("abc", {"a": 2.0, "b": 3.0, "c": 5.0}) == 30.0
    assert evaluate("abc", {"a": 2.0, "b": 3.0, "c": 5.0, "abc": 7.0}) == 7.0
    with pytest.raises(ExpressionError, match="unknown name 'abc'"):
        evaluate("abc", {"ab": 2.0, "c": 3.0, "a": 5.0, "bc": 7.0})


# ------------------------------------------------------------------ what is refused

NASTY = [
    ("__import__('os').system('touch harm')", 17, "unknown method 'system'"),
    ("__import__('os')", 1, "unknown function '__import__'"),
    ("open('harm', 'w')", 1, "unknown function 'open'"),
    ("eval('1')", 1, "unknown function 'eval'"),
    ("a.__class__", 2, "attribute '.__class__'"),
    ("a.data", 2, "attribute '.data'"),
    ("().__class__.__bases__[0]", 13, "attribute '.__bases__'"),
    ("a.backward()", 2, "unknown method 'backward'"),
    ("a.become_leaf()", 2, "unknown method 'become_leaf'"),
    ("a.__init__(3)", 2, "unknown method '__init__'"),
    ("a.exp.__self__", 6, "attribute '.__self__'"),
    ("a.exp.__call__()", 6, "unknown method '__call__'"),
    ("exp.value(a)", 4, "unknown method 'value'"),
    ("(lambda: 0)()", 1, "call '(lambda: 0)()'"),
    ("lambda x: x", 1, "lambda 'lambda x: x'"),
    ("[x for x in a]", 1, "comprehension"),
    ("sum(x for x in a)", 7, "comprehension"),
    ("{x: 1 for x in a}", 1, "comprehension"),
    ("{a}", 1, "set '{a}'"),
    ("{'a': a}", 1, "dict"),
    ("f'{a}'", 1, "f-string"),
    ("f'{a.__class__!r:>{a}}'", 1, "f-string"),
    ("'text'", 1, "str"),
    ("a * b'bytes'", 5, "bytes"),
    ("a + True", 5, "bool 'True'"),
    ("None", 1, "NoneType 'None'"),
    ("...", 1, "ellipsis '...'"),
    ("a + 1j", 6, "unknown name 'j'"),
    ("(a := 3)", 4, "assignment ':='"),
    ("a += 1", 3, "assignment '+='"),
    ("a: int = 1", 2, "assignment ':'"),
    ("x = y = a", 3, "assignment '='"),
    ("a.data = 3", 8, "assignment '='"),
    ("x, y = a", 6, "assignment '='"),
    ("(a) < 1", 5, "comparison '<' is not allowed here; greater"),
    ("0 < a < 1", 3, "comparison '<'"),
    ("a is not a", 3, "comparison 'is not'"),
    ("a and a", 3, "operator 'and'"),
    ("not a", 1, "operator 'not a'"),
    ("~a", 1, "operator '~a'"),
    ("a if a else 2", 3, "condition 'if' is not allowed here; where"),
    ("1if a else 2", 2, "condition 'if'"),  # Python's parser warns of "1if"
    ("a ^= 2", 3, "assignment '^='"),
    ("a^2 % 2", 5, "operator '%'"),
    ("a² + d", 6, "unknown name 'd'"),
    ("a % 2", 3, "operator '%'"),
    ("((a))  //  (2)", 8, "operator '//'"),
    ("a @ a", 3, "operator '@'"),
    ("a << 1", 3, "operator '<<'"),
    ("leaky_relu(a, slope=1)", 15, "keyword 'slope'"),
    ("exp(**a)", 5, "keyword '**'"),
    ("sum(*a)", 5, "starred '*a'"),
    ("a[0]", 2, "an index cannot be applied to (number)"),
    ("[a][-1]", 4, "index '['"),
    ("[a][True]", 4, "index '['"),
    ("[a][0:1]", 4, "index '['"),
    ("[a][1]", 4, "a list of 1 numbers has no item [1]"),
    ("yield a", 1, "yield"),
    ("await a", 1, "await"),
    ("import os", 1, "import"),
    ("del a", 1, "delete"),
    ("pass", 1, "pass"),
    ("if a: a", 1, "if"),
    ("def f(): return a", 1, "functiondef"),
    ("a # + 1", 3, "the character '#'"),
    ("a\n+ 1", 2, r"the character '\n'"),
    ("a\0", 2, r"the character '\x00'"),
    ("a + \ud800", 5, r"the character '\ud800'"),
    ("a +", 4, "cannot read this"),
    ("a 2", 3, "cannot read this"),
    ("a +;", 4, "cannot read this"),
    ("(a", 1, "'(' was never closed"),
    ("", 1, "expected an expression"),
    ("  ", 1, "expected an expression"),
    ("a * 1e999", 5, "too large"),
    ("1" + 400 * "0", 1, "too large"),
    ("a * 0x" + 400 * "f", 5, "too large"),
    ("a + d", 5, "unknown name 'd' (given: a)"),
    ("a + exp", 5, "unknown name 'exp' (given: a); for the function, write exp(...)"),
    ("exp(a, a)", 1, "exp cannot be applied to (number, number)"),
    ("exp()", 1, "exp cannot be applied to ()"),
    ("1 + sum(a)", 5, "sum cannot be applied to (number)"),
    ("a + [a]", 3, "an operator cannot be applied to (number, list)"),
    ("dot([a], [a, a])", 1, "expected as many weights as inputs"),
    ("logsumexp([])", 1, "expected at least one score"),
    ("sum([[a]])", 5, "a list within a list"),
    ("[a, a]", 1, "the result is a list"),
    ("p = softmax([a, a])", 5, "the result is a list"),
    ("a; a", 1, "all parts but the last name their result"),
    ("a = 3", 1, "the name 'a' is taken already"),
    ("z = a; z = z + 1; z", 8, "the name 'z' is taken already"),
    ("z = z + a; z", 5, "unknown name 'z'"),
    ("pi = 3; e(2)", 9, "unknown function 'e' (known: "),
    ("ln(a, a)", 1, "ln cannot be applied to (number, number)"),
]


@pytest.mark.parametrize(("text", "column", "complaint"), NASTY)
def test_all_else_is_refused_with_its_place(
    text: str, column: int, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    error = refusal(text, a=0.5)
    assert complaint in str(error)
    if error.column != column:  # Python's versions disagree on the column of a syntax error
        assert "cannot read this" in str(error)
    assert list(tmp_path.iterdir()) == []


REFUSED_BY_THE_PARSER = [
    *(
        "'abc",
        "a' + b",
        '"',
        "'''a",
        "f'{a",
        "f'{}'",
        "f'{a!z}'",
        "b'é'",
        r"'\x'",
        r"'\N{x}'",
        "'a' b'b'",
    ),
    *("[a)", "(a]", "{a)", "a]", "a)", "a}", "((", "a[", "{", "2…a", "a → b", "∞", "a¬b", "٠", "①"),
    *(
        "0777",
        "1_",
        "1__0",
        "0b2",
        "0o8",
        "0xz",
        "1e+",
        "1.2.3",
        "1..2",
        "a\\b",
        "\\",
        "a $ b",
    ),
    *(
        "a +",
        "a**",
        "= a",
        "a = ",
        "a..b",
        "a.",
        "a ? b",
        "a!",
        "if",
        "a if b",
        "lambda",
        "f(a,,b)",
    ),
    *("1 = a", "f(a) = 1", "a + b = 1", "None = 1", "True := 1", "(1 := a)", "f(a=1, b)", "f(1=2)"),
    *(
        "f(**a, *b)",
        "f(a=1, a=1)",
        "f(a for a in b, c)",
        "(*a)",
        "1 += a",
        "1: a",
        "del 1",
        "a: b: c",
    ),
    *(
        "print 'a'",
        "def f",
        "class",
        "while a",
        "try: a",
        "for i in",
        "a b c d",
        "import",
        "x = yield",
    ),
    *(
        "with a: ",
        "match a: ",
        "async a",
        "@a",
        "(yield) = a",
        "a <> b",
        "a else b",
        "return return",
    ),
]


@pytest.mark.parametrize("text", REFUSED_BY_THE_PARSER)
def test_nothing_that_pythons_parser_says_reaches_a_reader(text: str) -> None:
    try:
        parsed = ast.parse(text)
    except SyntaxError as error:
        words_of_python = {*re.findall("[a-z]{3,}", re.sub("'.*?'", "", error.msg.lower()))}
    else:
        words_of_python = {type(parsed.body[0]).__name__.lower()}
    refused = refusal(text, a=1.0, b=2.0, x=3.0)
    told = refused.said().lower()
    assert not re.search("literal|unterminated|unmatched|codec|permitted|did you mean|python", told)
    assert " an octal" not in told
    in_spanish = spoken("es", refused.said).lower()
    outside = re.sub("""'.*?'|".*?"|'.*$""", "", in_spanish)
    assert not words_of_python & {*re.findall("[a-z]{3,}", outside)}, in_spanish


def test_what_cannot_be_read_is_told_in_both_languages() -> None:
    told = refusal("a + 'b", a=1.0)
    assert told.said() == (
        "column 5: cannot read this: a quotation mark is never closed, or has a text behind it:"
        " a formula holds no text"
    )
    assert spoken("es", told.said) == (
        "columna 5: no se puede leer: una comilla no se cierra, o lleva un texto detrás: una"
        " fórmula no contiene textos"
    )


@pytest.mark.parametrize("text", [text for text, _, _ in NASTY if 0 < len(text) < 60])
def test_a_caret_stands_below_the_column(text: str) -> None:
    error = refusal(text, a=0.5)
    message, shown, caret = str(error).split("\n")
    assert error.column is not None
    assert message.startswith(f"column {error.column}: ")
    assert len(shown) == len(text) + 2
    assert caret == " " * (error.column + 1) + "^"


def test_of_a_long_text_the_part_around_the_column_is_shown() -> None:
    error = refusal("a + " * 300 + "d" + " + a" * 300, a=1)
    _, shown, caret = str(error).split("\n")
    assert shown[caret.index("^")] == "d"
    assert len(shown) < 100


def test_a_name_that_is_not_used_is_there_all_the_same() -> None:
    output, nodes = parse("z = a*3; c = a + 1; d = z - 1; a*2", {"a": 1, "b": 2})
    assert {name: node.data for name, node in nodes.items()} == {
        "a": 1.0,
        "b": 2.0,
        "z": 3.0,
        "c": 2.0,
        "d": 2.0,
    }
    assert output.data == 2.0


@pytest.mark.parametrize(
    ("text", "spelt_out"),
    [
        ("a^2", "a**2"),
        ("-a^2^a", "-a**2**a"),
        ("2^-a", "2**-a"),
        ("a² − 3×a ÷ 2·a", "a**2 - 3*a/2*a"),
        ("ln(a)", "log(a)"),
        ("max(a, 3) + min(2*a, 1)", "maximum(a, 3) + minimum(2*a, 1)"),
    ],
)
def test_signs_and_names_of_mathematics_are_read(text: str, spelt_out: str) -> None:
    assert shape(parse(text, {"a": 0.7})[0]) == shape(parse(spelt_out, {"a": 0.7})[0])


def test_pi_and_e_are_numbers_unless_they_are_given() -> None:
    assert parse("a*pi", {"a": 2})[0].data == 2 * math.pi
    assert parse("ln(e^3)", {})[0].data == 3.0
    assert parse("e = 2; e + pi", {"pi": 3})[0].data == 5.0
    assert list(parse("a*pi", {"a": 2})[1]) == ["a"]


def test_an_operation_named_as_another_goes_by_keeps_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(autograd.ops, "TABLE", dict(autograd.TABLE))
    op = autograd.Primitive("max", "max", lambda a: a, (autograd.ops.one,), "a")
    assert parse("max(a)", {"a": 2})[0].op is op


def test_free_names_are_those_that_need_a_number() -> None:
    assert free_names("z = w*x + b; g = sigmoid(z); (g - y)^2 + w*pi") == ["w", "x", "b", "y"]
    assert free_names("sum = a + sin; sum*sin(sin) + e") == ["a", "sin"]
    assert free_names("a*e; e") == ["a"]
    with pytest.raises(ExpressionError):
        free_names("a +")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1500,
        "(" * 1500 + "a" + ")" * 1500,
        "[" * 1500,
        "exp(" * 900,
        "-" * 3999 + "a ~",
        "~" * 3999 + "a",
        "not " * 999 + "a",
        "a.b" * 1300,
        "{" * 3000,
        "f'{" * 1000,
        "lambda:" * 570 + "a",
        "a if a else " * 330 + "a",
        "a<" * 1999 + "a",
        "a" * 4000,
        "a" * (LONGEST + 1),
        "é" * 100_000,
        "(" * 1_000_000,
    ],
    ids=lambda text: f"{text[:8]} x {len(text)}",
)
def test_deep_and_long_texts_are_refused(text: str) -> None:
    refusal(text, a=0.5)
    with pytest.raises(ExpressionError):
        evaluate(text, {"b": 0.5, "p[0]": 1.0})


def test_the_longest_text_is_read() -> None:
    text = "a" + " " * (LONGEST - 1)
    assert parse(text, {"a": 2})[0].data == 2.0
    assert refusal(f"{text} ", a=2).column is None


def test_nothing_here_runs_text_as_python() -> None:
    tree = ast.parse(inspect.getsource(expressions))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert names & {"eval", "exec", "compile", "__import__", "globals", "builtins"} == set()
    assert not {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names} - {
        "ast",
        "math",
        "warnings",
    }


# --------------------------------------------------------------------- random texts

ALPHABET = (
    "a b c z ' ² _name0_ exp softmax sum dot where ( ( ) ) [ ] , ; = == + - * / ** // . .tanh()"
    " .x 0 1 2.5 1e5 1j"
    " ' \" f' { } : := if else lambda for in not is and @ % ^ ~ ... None yield await # \\ é _"
)
TOKENS = ALPHABET.split(" ")


def is_read_or_refused(text: str, **names: float) -> bool:
    try:
        output, _ = parse(text, names)
    except ExpressionError as error:
        return str(error).count("\n") in {0, 2}
    return isinstance(output, Value)


def is_a_formula_or_refused(text: str) -> bool:
    try:
        number = evaluate(text, {"a": 0.5, "b": 2.0, "c d": 1.5, "e1": 3.0, "if": 4.0, "p[0]": 1.0})
    except ExpressionError as error:
        return str(error).count("\n") in {0, 2}
    return isinstance(number, float)


@given(st.text(max_size=80))
@example("a\ud800")
@example("\x0ca")
@example("\u0302a")
@EXAMPLES
def test_random_text_raises_nothing_but_expression_errors(text: str) -> None:
    assert is_read_or_refused(text)
    assert is_read_or_refused(text, a=0.5)
    assert is_a_formula_or_refused(text)


@given(st.lists(st.sampled_from(TOKENS), max_size=15), st.sampled_from(["", " "]))
@EXAMPLES
def test_random_tokens_raise_nothing_but_expression_errors(tokens: list[str], space: str) -> None:
    assert is_read_or_refused(space.join(tokens))
    assert is_read_or_refused(space.join(tokens), a=0.5)
    assert is_a_formula_or_refused(space.join(tokens))


def test_all_pairs_of_tokens_raise_nothing_but_expression_errors() -> None:
    for pair in product(TOKENS, repeat=2):
        assert is_read_or_refused(" ".join(pair), a=0.5)
        assert is_a_formula_or_refused(" ".join(pair))


FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "atan": math.atan,
    "tanh": math.tanh,
    "abs": math.fabs,
    "maximum": max,
    "minimum": min,
    "sum": math.fsum,
}


@st.composite
def formulas(draw: st.DrawFn, depth: int = 2) -> str:
    """Random terms between random operators, signs and spaces, some in parentheses."""
    space = st.sampled_from(["", " ", "  "])
    text = ""
    for i in range(draw(st.integers(1, 3))):
        if i:
            text += draw(space) + draw(st.sampled_from(["+", "-", "*", "/", "**"])) + draw(space)
        text += draw(st.sampled_from(["", "", "", "-", "+", "- -"]))
        kind = draw(st.sampled_from(["name", "number", "parentheses", "function"]))
        if depth == 0 or kind == "name":
            text += draw(st.sampled_from(["a", "b", "c"]))
        elif kind == "number":
            text += draw(st.sampled_from(["1.", "2.0", "0.5", "3e-1", ".25", "1_0.0"]))
        elif kind == "parentheses":
            text += f"({draw(formulas(depth - 1))}{draw(space)})"
        else:
            name = draw(st.sampled_from(sorted(FUNCTIONS)))
            inner = [draw(formulas(depth - 1)) for _ in range(2 if "imum" in name else 1)]
            text += f"{name}([{inner[0]}])" if name == "sum" else f"{name}({', '.join(inner)})"
    return text


@given(formulas(), formulas(), st.tuples(*[st.floats(-4, 4)] * 3))
@EXAMPLES
def test_a_random_expression_gives_the_float_that_python_gives(
    first: str, second: str, numbers: tuple[float, float, float]
) -> None:
    names = dict(zip("abc", numbers, strict=True))
    text = f"z = {first}; {second} + z*a + b + c"
    try:
        z = eval(first, dict(FUNCTIONS), names)  # noqa: S307  # text from above, of these names
        expected = eval(text.partition(";")[2].strip(), dict(FUNCTIONS), names | {"z": z})  # noqa: S307
    except (ArithmeticError, ValueError, TypeError):  # poles, and functions of complex numbers
        assume(False)
    assume(not isinstance(expected, complex) and not isinstance(z, complex))
    output, nodes = parse(text, names)
    # Equal to the last bit; where Python gives nan, as for inf - inf, the engine gives nan too.
    assert output.data == pytest.approx(expected, rel=0, abs=0, nan_ok=True)
    assert nodes["z"].data == pytest.approx(z, rel=0, abs=0, nan_ok=True)
