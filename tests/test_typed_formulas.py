"""Formulas that are typed into the page: its scripts read and record them as Python does."""

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from autograd.explorer.assembling import asset
from autograd.explorer.grammar import MOST, Grammar
from autograd.explorer.table import for_every_page
from autograd.notation.reading import ExpressionError, free_names, parse
from autograd.value import topological_order

if TYPE_CHECKING:
    from tests import javascript
    from tests.typed_texts import Drawing
    from tests.written_nodes import Written
else:
    import javascript
    from typed_texts import Drawing
    from written_nodes import Written

SCRIPTS = ("algebra", "writer", "written", "expression_tree", "expression_graph", "typed_graph")
NUMBERS = {
    "a": 0.75, "b": -1.5, "c": 2.0, "x1": 0.1, "x_1": 3.0, "w": -0.25, "δ": 1.25,
}  # fmt: skip

RUN = """
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const tell = (error) => {
  if (!(error instanceof ExpressionError)) throw error;
  return { refused: error.message, column: error.column };
};
const passes = new Function("GRAPH", "OPERATIONS", "readNumber", "writeNumber", ENGINE
  + "const run = new Run(NODES.map(({ number }) => readNumber(number)));"
  + "return [run.values.map(writeNumber), run.gradients.map(writeNumber)];");
process.stdout.write(JSON.stringify(asked.map(([text, numbers, parameters]) => {
  const found = {};
  try { found.free = freeNames(text); } catch (error) { return tell(error); }
  try { found.graph = graphOfFormula(text, numbers, parameters ?? []); }
  catch (error) { return { ...found, ...tell(error) }; }
  const graph = { ...found.graph, views: [] };
  const [values, gradients] = passes(graph, OPERATIONS, readNumber, writeNumber);
  return { ...found, values, gradients };
})));
"""


def in_the_page(asked: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Return what the page's scripts make of each text, with numbers and parameters."""
    grammar = Grammar()
    files = [asset(f"{name}.js") for name in ("words", "numbers", *SCRIPTS)]
    look = re.search(r"function look\(.*?\n\}\n", asset("formulas.js"), re.DOTALL)
    assert look is not None
    script = "\n".join(
        [javascript.ENGLISH, grammar.rows.script, grammar.script, for_every_page(), *files, look[0]]
    )
    program = f"{script}\nconst ENGINE = {json.dumps(asset('engine.js'))};\n{RUN}"
    done = subprocess.run(  # node runs what the page says
        ["node", "-"],  # noqa: S607  # whichever node there is
        input=program.replace(
            'require("fs").readFileSync(0, "utf8")', json.dumps(json.dumps(asked))
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: list[dict[str, Any]] = json.loads(done.stdout)
    rows = [[op.name, arity] for op, arity in grammar.rows]
    return [answer | {"rows": rows} for answer in found]


def in_python(
    text: str, numbers: Mapping[str, float], parameters: Sequence[str] = ()
) -> dict[str, Any]:
    """Return what Python makes of a text, as `in_the_page` does."""
    try:
        free = free_names(text)
    except ExpressionError as error:
        return {"refused": str(error), "column": error.column}
    try:
        output, _ = parse(text, numbers, parameters=parameters)
    except ExpressionError as error:
        return {"free": free, "refused": str(error), "column": error.column}
    order = topological_order(output)
    graph = Written(order)
    output.backward()
    return {
        "free": free,
        "graph": graph.data,
        "values": [repr(node.data) for node in order],
        "gradients": [repr(node.grad) for node in order],
        "rows": [[op.name, arity] for op, arity in graph.rows],
    }


def plain(part: Any, rows: Sequence[Sequence[Any]]) -> Any:
    """Return a part of a graph's data with rows by name, and numbers in ten digits.

    The last digits are those of `exp`, `log` and `pow`, which differ from machine to machine.
    """
    if isinstance(part, dict):
        found = {key: plain(value, rows) for key, value in part.items()}
        if "operation" in part:
            found["operation"] = rows[part["operation"]]
        return found | ({"number": digits(part["number"])} if "number" in part else {})
    if isinstance(part, list):
        if part[:1] == ["apply"]:
            return ["apply", rows[part[1]], *(plain(x, rows) for x in part[2:])]
        return [plain(x, rows) for x in part]
    if isinstance(part, str):
        return re.sub("\ue000=(.*?)\ue001", lambda found: digits(found[1]), part)
    return digits(part) if isinstance(part, (int, float)) and not isinstance(part, bool) else part


def digits(number: "str | float") -> str:
    return f"{float(number) + 0.0:.10g}"  # JSON has no -0


def are_close(a: Sequence[str], b: Sequence[str]) -> bool:
    """Return whether numbers agree; where a sum cancels, up to the rounding of its terms."""
    numbers = [float(x) for x in b]
    noise = 1e-15 * max((abs(x) for x in numbers if abs(x) < float("inf")), default=0.0)
    expected = pytest.approx(numbers, rel=1e-9, abs=max(noise, 1e-300), nan_ok=True)
    return [float(x) for x in a] == expected


def difference(text: str, found: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    """Return how the page's answer to a text differs from Python's; "" if it does not."""
    if ("refused" in found) != ("refused" in expected):
        return (
            f"{text!r}: Python {expected.get('refused', 'reads it')}, page {found.get('refused')}"
        )
    if "refused" in expected:
        return ""
    if found["free"] != expected["free"]:
        return f"{text!r}: free names {found['free']}, expected {expected['free']}"
    graph, wanted = plain(found["graph"], found["rows"]), plain(expected["graph"], expected["rows"])
    if graph != wanted:
        pairs = zip(graph["nodes"], wanted["nodes"], strict=False)
        node = next((pair for pair in pairs if pair[0] != pair[1]), "the order")
        return f"{text!r}: {node}"
    same = all(are_close(found[what], expected[what]) for what in ("values", "gradients"))
    return "" if same else f"{text!r}: {found['gradients']}, expected {expected['gradients']}"


# ------------------------------------------------------------------------------ thousands


def test_the_page_reads_and_records_thousands_of_texts_as_python_does() -> None:
    texts = list(Drawing(11).texts(1200))
    expected = [in_python(text, NUMBERS, ["w"]) for text in texts]
    found = in_the_page([(text, NUMBERS, ["w"]) for text in texts])
    assert list(filter(None, map(difference, texts, found, expected))) == []
    refused = sum("refused" in answer for answer in expected)
    assert 0.3 < refused / len(texts) < 0.7


TEXTS = [
    "z = w*x1 + b; g = sigmoid(z); (g - a)^2",
    "z₁₂ = x₁ + a; z12*x₁²",
    "2*3",
    "k = 2; 3*k*a",
    "p = softmax([a, b, 0]); -log(p[1])",
    "p = a, b; dot(p, (w, c), 1)",
    "(exp)((a).tanh())",
    "a²*b³",
    "a/3 + a/7 + 0.1*a",
    "a**b**c - -a",
    "a*a*a + a*a",
    "x1 + x_1 + x1*x_1",
    "u = a; u*u + w",
    "k = softmax([x1, x_1, 0.5, b])[1]; z2 = a*b; z10 = a; q = softmax([z10, z2, 2])[1]; k*q",
    "dog = a + 0; cat = b + 0; p = softmax([cat, dog, 1])[1]; log_softmax([w*a, b, c])[2]*p",
    "where(greater(a, 0), sqrt(a), 0)*clamp(b) + leaky_relu(b)",
    "maximum(a, b, 0) + max(a, a) + minimum(a)",
    "sum([a]) + prod([a, b, c]) + mean([1, 2]) + norm([a, b]) + sum([])",
    "dot([a, b], [c, w]) + dot([a], [b], 0.5) + dot([], [], a)",
    "log_softmax([a, b])[0]*logsumexp([a, b])",
    "1/0*a + 0/0",
    "take([a, b, c], 1)*w",
    "take([a, b, c], greater(a, 0))",
    "a⁻² + π·b – c¹⁰",
    "2/3*a + a*4/7 - 0.7*a + 0.3*a",
    "gelu(0/0*a)",
    "σ(w*x1 + b) - sigma(a)",
    "1/(1 + e^-a) + e^2*b - 2*e + e**a**2 + c^e",
    "e = 3; e^a",
    "una_suma_de_esta_red_no_1 = a + b; una_suma_de_esta_red_no_2 = b*una_suma_de_esta_red_no_1",
    (
        "la_suma_ponderada_de_la_primera_unidad_1 = a; "
        "la_suma_ponderada_de_la_tercera_unidad_1 = a + b; "
        "la_suma_ponderada_de_la_primera_unidad_1*la_suma_ponderada_de_la_tercera_unidad_1"
    ),
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_page_records_what_python_records(text: str) -> None:
    (found,) = in_the_page([(text, NUMBERS, ["w"])])
    assert difference(text, found, in_python(text, NUMBERS, ["w"])) == ""
    assert "graph" in found


PRODUCTS = {
    "2a": "2*a",
    "a + 2b": "a + 2*b",
    "a b": "a*b",
    "-2a^2b": "-2*a^2*b",
    "a² b": "a²*b",
    "a²x1": "a²*x1",
    "2²a": "2²*a",
    "a(1-a)": "a*(1-a)",
    "a(1 - a)^2": "a*(1 - a)^2",
    "c^a(1 - a)": "c^a*(1 - a)",
    "1/2 (a - b)^2": "1/2*(a - b)^2",
    "1/2a": "1/2*a",
    "(a + b)(a - b)": "(a + b)*(a - b)",
    "(a)(a - b)": "(a)*(a - b)",
    "a sin(b)": "a*sin(b)",
    "sin(a)cos(b)": "sin(a)*cos(b)",
    "a.tanh()(b)": "a.tanh()*b",
    "2π a": "2*π*a",
    "u = 2a; u(u + 1)": "u = 2*a; u*(u + 1)",
    "p = [a, b]; p[0]p[1]": "p = [a, b]; p[0]*p[1]",
    "2(exp)(a)": "2*exp(a)",
    "2e3a": "2000*a",
    "2e^-a(1 - e^a)": "2*exp(-a)*(1 - exp(a))",
}


@pytest.mark.parametrize("text", PRODUCTS)
def test_a_product_may_leave_out_its_sign(text: str) -> None:
    (found,) = in_the_page([(text, NUMBERS)])
    expected = in_python(PRODUCTS[text], NUMBERS)
    assert "graph" in expected
    assert difference(text, found, expected) == ""
    assert difference(text, in_python(text, NUMBERS), expected) == ""


def test_e_to_a_power_is_the_exponential_function() -> None:
    assert difference("e^-a", in_python("e^-a", NUMBERS), in_python("exp(-a)", NUMBERS)) == ""


# ------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("2₁*a", 2, "cannot read this: invalid"),
        ("a < b", 3, "comparison '<' is not allowed here; greater(b, a) is 1 or 0"),
        ("a if b else c", 3, "condition 'if' is not allowed here; where(condition, a, b) chooses"),
        ("a % 2", 3, "operator '%' is not allowed here"),
        ("a + q", 5, "unknown name 'q' (given: a, b, c, x1, x_1, w, δ)"),
        ("a + exp", 5, "for the function, write exp(...)"),
        ("a 2", 3, "a product needs its sign, as in 2*a"),
        ("a + 2.b", 5, "a product needs its sign, as in 2*a"),
        ("q(a + 1)", 1, "; for a product, write q*(...))"),
        ("q(a + 1)", 1, "unknown function 'q' (known: "),
        ("ab", 1, "unknown name 'ab'"),
        ("sigmo(a)", 1, "unknown function 'sigmo' (known: "),
        ("sin a", 5, "for the function, write sin(...)"),
        ("a*|b|", 3, "the character '|' is not allowed here; the size of a is abs(a)"),
        ("|a - b|^2", 1, "the size of a is abs(a)"),
        ("3*√a", 3, "a root is sqrt(a)"),
        ("½*a", 1, "a half is 1/2"),
        ("u = a*b; u = u + 1; u", 10, "the name 'u' is taken already; choose another, such as u2"),
        ("1,5*a", 1, "a decimal comma is a point here: 0.5"),
        ("a ≥ b", 3, "is not allowed here; 1 - greater(b, a) is 1 or 0"),
        ("a.data", 2, "attribute '.data' is not allowed here"),
        ("leaky_relu(a, slope=1)", 15, "the keyword 'slope' is not allowed here"),
        ("a*b; c", 2, "all parts but the last name their result, as in z = a*b"),
        ("a = 3", 1, "the name 'a' is taken already; choose another"),
        ("softmax([a, b])", 1, "the result is a list; choose one of its numbers, as in p[0]"),
        ("[a][1]", 4, "a list of 1 numbers has no item [1]"),
        ("[a][-1]", 4, "index '[' is not allowed here; it has to be a literal 0, 1, 2, ..."),
        ("(a", 1, "'(' was never closed"),
        ("a # b", 3, "the character '#' is not allowed here"),
        ("a * 1e999", 5, "this number is too large"),
        ("", 1, "expected an expression, such as (a*b + c).tanh()"),
        ("  δ*δ % 2", 7, "operator '%' is not allowed here"),
        ("a² + q", 6, "unknown name 'q'"),
        ("a²2", 3, "cannot read this: after a raised number, a product needs its sign, as in a²*2"),
        ("2 + 2²³3", 8, "after a raised number, a product needs its sign"),
        ("(a + b)⁻².5", 10, "after a raised number, a product needs its sign"),
        ("a^2²", 4, "cannot read this: of two powers in a row, parentheses say which is first"),
        (
            "a**−1.5⁻¹",
            8,
            "of two powers in a row, parentheses say which is first: a^(2^3), (a^2)^3",
        ),
        ("a² ^b", 4, "of two powers in a row"),
        ("a²e3", 3, "unknown name 'e3'"),
    ],
)
def test_a_refusal_points_at_the_place_and_says_what_to_write(
    text: str, column: int, said: str
) -> None:
    (found,) = in_the_page([(text, NUMBERS)])
    first, part, caret = found["refused"].split("\n")
    assert first.startswith(f"column {column}: ")
    assert said in first
    assert (part, caret.index("^")) == (f"  {text}", column + 1)
    python = in_python(text, NUMBERS)["refused"].split("\n")[0]
    if "cannot read this" not in python or "product" in said or "function" in said:
        assert said in python  # else Python's own parser has words for it


def test_a_letter_that_is_called_is_a_function_unless_it_is_given() -> None:
    for letter in ("σ", "sigma"):
        for text, numbers in (
            (f"{letter}(w*a) + b", NUMBERS),
            (f"{letter}*a", NUMBERS | {letter: 2.0}),
            (f"{letter}*sigmoid(a)", NUMBERS | {letter: 2.0}),
        ):
            (found,) = in_the_page([(text, numbers, ["w"])])
            assert difference(text, found, in_python(text, numbers, ["w"])) == ""
            assert "graph" in found
        text, numbers = f"{letter}(a - b)", NUMBERS | {letter: 2.0}
        (found,) = in_the_page([(text, numbers)])
        for answer in (found, in_python(text, numbers)):
            assert f"(for a product, write {letter}*(...))" in answer["refused"]


def test_a_list_that_is_longer_than_the_page_reads_is_refused_with_the_reason() -> None:
    listed = ", ".join("a" * (MOST + 1))
    for text in (f"sum([{listed}])", f"maximum({listed})", f"softmax([{listed}])[0]"):
        (found,) = in_the_page([(text, NUMBERS)])
        assert (
            f"{MOST + 1} numbers are more than the {MOST} that this page reads" in found["refused"]
        )
        assert "refused" not in in_python(text, NUMBERS)


@pytest.mark.parametrize(
    "text", ["(" * 3000, "-" * 3999 + "a", "a" * 4001, "[" * 201 + "]" * 201, "\ud800"]
)
def test_deep_and_long_texts_are_no_harm(text: str) -> None:
    (found,) = in_the_page([(text, NUMBERS)])
    assert "refused" in found or "graph" in found
