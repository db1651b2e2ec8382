"""Derivatives written as formulas: judged alike in Python and in the page, as functions."""

import importlib
import math
import random
import time
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Parameter, Value, check_by_hand, label, sheet, topological_order
from autograd.checking.attempts import SLIPS
from autograd.checking.formulas import WORDS, Derivative
from autograd.exercises.solutions import derivative_as_formula
from autograd.notation.formulas import evaluate
from autograd.notation.names import Names
from autograd.notation.reading import ExpressionError, parse
from autograd.worked_example import STUDENTS, build

in_page = importlib.import_module("javascript").in_page  # a module beside the tests

Graph = dict[str, Value]


def worked_example() -> Graph:
    return build(STUDENTS[0])


def logistic() -> Graph:
    w, x, b, y = Parameter(0.5), Value(2.0), Parameter(-1.5), Value(1.0)
    z = w * x + b
    p = autograd.sigmoid(z)
    cost = -(y * autograd.log(p) + (1.0 - y) * autograd.log(1.0 - p))
    label(w=w, x=x, b=b, y=y, z=z, p=p, cost=cost)
    return {"w": w, "x": x, "b": b, "y": y, "z": z, "p": p, "cost": cost}


def kinks() -> Graph:
    a, b, w = Value(0.7), Value(-0.4), Value(1.5)
    r, m, s = autograd.relu(a * w), autograd.maximum(a, b), autograd.abs(b)
    cost = r * r + m * s
    label(a=a, b=b, w=w, r=r, m=m, s=s, cost=cost)
    return {"a": a, "b": b, "w": w, "r": r, "m": m, "s": s, "cost": cost}


def powers() -> Graph:
    x, n, t = Value(-2.0), Value(3.0), Value(0.5)
    u, v = x**n, autograd.exp(t * x)
    cost = u / (1.0 + v) + autograd.sqrt(t) * autograd.tanh(x)
    label(x=x, n=n, t=t, u=u, v=v, cost=cost)
    return {"x": x, "n": n, "t": t, "u": u, "v": v, "cost": cost}


def odd_names() -> Graph:
    nodes = {
        name: Value(number, label=name)
        for name, number in {"hidden1.w3": 0.5, "p[0]": 2.0, "lambda": 1.5, "x\u0302": 3.0}.items()
    }
    cost = nodes["hidden1.w3"] * nodes["p[0]"] ** 2 + nodes["lambda"] * nodes["x\u0302"]
    cost.label = "e1"
    return {**nodes, "e1": cost}


def softmax() -> Graph:
    given = {"y1": 0.0, "y2": 1.0, "y3": 0.0, "w1": 0.6, "w2": -0.35, "w3": 0.2, "x": 1.7}
    text = (
        "s1 = w1*x; s2 = w2*x; s3 = w3*x; p = softmax([s1, s2, s3]);"
        " L = -(y1*log(p[0]) + y2*log(p[1]) + y3*log(p[2]))"
    )
    _, nodes = parse(text, given)
    for i in range(3):
        nodes[f"p[{i}]"].label = f"p{i + 1}"
    return nodes


def dot_of_logarithms() -> Graph:
    targets = [Value(number) for number in (0.0, 1.0, 0.0)]
    scores = [Value(number) for number in (0.4, -0.3, 0.9)]
    logs = [autograd.log(p) for p in autograd.softmax(scores)]
    nodes: Graph = {}
    for i in range(3):
        nodes |= {f"y{i}": targets[i], f"s{i}": scores[i], f"p{i}": logs[i].parents[0]}
    nodes["cost"] = -autograd.dot(targets, logs)
    label(**nodes)
    return nodes


MAKERS = (worked_example, logistic, kinks, powers, odd_names, softmax, dot_of_logarithms)
GRAPHS = {f.__name__: f for f in MAKERS}

RIGHT, WRONG = WORDS["right"], WORDS["none"]
NUMBER, NUMBERS, KINK = (WORDS[key][1] for key in ("number", "numbers", "kink"))
SIGN, HALF, TWICE = (SLIPS[key][1] for key in ("sign", "half", "twice"))


def missing(above: str, below: str) -> str:
    return SLIPS["forgotten"][1].format(factor=f"∂{above}/∂{below}")


SAID = {
    ("worked_example", "w7"): {
        "2(y_pred - y_act) g1": RIGHT,
        "2·(y_pred − y_act)·g₁": RIGHT,
        "2 g_1 y_pred - 2 y_act g_1": RIGHT,
        "-2 g1 (y_act - y_pred)": RIGHT,
        "2(y_pred - y_act) sigma(z1)": RIGHT,
        "2[y_pred - y_act]g1": RIGHT,
        "2{y_pred – y_act} × sigma[z1]": RIGHT,
        "2[y_pred ‐ y_act] ∙ g1 + π − pi": RIGHT,
        "2(y_act - y_pred) g1": SIGN,
        "(y_pred - y_act) g1": HALF,
        "4(y_pred - y_act) g1": TWICE,
        "2(y_pred - y_act)": missing("y_pred", "w7"),
        "2(y_pred - 82) g1": NUMBERS,
        "2(y_pred - y_act) g1 + 0.001": WRONG,
        "2.000001(y_pred - y_act) g1": WRONG,
    },
    ("worked_example", "w1"): {
        "2[y_pred − y_act]·w7·{g1(1 - g1)}·x1": RIGHT,
        "2(y_pred - y_act) w7 g1(1 - g1) x1": RIGHT,
        "2(y_pred - y_act) w7 sigma'(z1) x1": RIGHT,
        "2(y_pred-y_act)w7 e^-z1/(1+e^-z1)^2 x1": RIGHT,
        "2(y_pred - y_act) w7 x1": missing("g1", "z1"),
    },
    ("worked_example", "b3"): {
        "2(y_pred - y_act)": RIGHT,
        "2y_pred - y_act": WRONG,
    },
    ("logistic", "w"): {
        "(p - y)x": RIGHT,
        "x p - xy": RIGHT,
        "(y - p)x": SIGN,
        "2pi": NUMBER,
        "(p - y)w": "w itself, not the other factor",
    },
    ("logistic", "z"): {
        "p - y": RIGHT,
        r"\frac{\partial cost}{\partial p} \cdot p\left(1 - p\right)": RIGHT,
        "∂cost/∂p ∂p/∂z": RIGHT,
        "dcost/dp p'": RIGHT,
        "dcost/dp": "∂p/∂z is missing",
        r"\sigma(z) - y": RIGHT,
        r"\frac{1}{1 + e^{-z}} - y": RIGHT,
        "(p-y)p(1-p)": "∂p/∂z was taken twice",
    },
    ("logistic", "p"): {
        "-y/p + (1-y)/(1-p)": RIGHT,
        "(p - y)/(p(1 - p))": RIGHT,
        "-y/p - (1-y)/(1-p)": NUMBERS,
        "-y/p": NUMBERS,
    },
    ("logistic", "b"): {
        "(p - y) z(1 - z)/(p(1-p))": "z(1 - z) for p(1 - p)",
        "(p - y)/(1 - p)": "p itself for p(1 - p)",
        "(p - y)(1 + p)/(1 - p)": "p(1 + p) for p(1 - p)",
    },
    ("kinks", "w"): {
        "2r relu'(a w) a": RIGHT,
        "2ra": RIGHT,
        "2ra if a w > 0 else 0": RIGHT,
        "2r[a w > 0]a": RIGHT,
        "(a·w > 0) 2 r a": RIGHT,
        "2ra for aw > 0, 0 for aw < 0": RIGHT,
        "0 for a w < 0; 2ra for a w > 0": RIGHT,
        "2ra if r > 0, 0 otherwise": RIGHT,
        "2ra si r > 0, sino 0": RIGHT,
        "2r(a if aw ≥ 0 else 0)": RIGHT,
        "2r a·1{0 < aw}": RIGHT,
        r"2ra 1_{aw > 0}": RIGHT,
        r"2ra \mathbb{1}_{aw > 0}": RIGHT,
        "2ra H(aw)": RIGHT,
        "2ra ReLU'(a w)": RIGHT,
        "where(a w > 0, 2ra, 0)": RIGHT,
        "-2ra if a w > 0 else 0": SIGN,
        "ra for a w > 0, 0 for a w < 0": HALF,
        "2r(w if aw > 0 else 0)": "w itself, not the other factor",
        "2a^2 w": KINK,
    },
    ("kinks", "b"): {
        "m abs'(b)": KINK,
        "m if b > 0 else -m": KINK,
        "m([b > 0] - [b < 0]) + s[b > a]": RIGHT,
        "(m for b > 0, -m for b < 0) + (s if b > a else 0)": RIGHT,
        "m + s for b > a, m for 0 < b < a, -m for b < 0": KINK,
        "-m": KINK,
    },
    ("kinks", "s"): {
        "(a + b + |a − b|)/2": RIGHT,
        "max(a, b)": RIGHT,
        "a": KINK,
    },
    ("powers", "u"): {
        "1/(1+v)": RIGHT,
        "1+v": "times the divisor",
        "1/1+v": "times the divisor",
        "1/(2+v)": WRONG,
    },
    ("powers", "x"): {
        "n x^(n-1)/(1+v) - u v t/(1+v)^2 + sqrt(t) tanh'(x)": RIGHT,
        "3 x²/(1+v) - u v t/(1+v)² + t^(1/2)(1 - tanh(x)²)": NUMBERS,
        "n x^(n-1)/(1+v) - u v t/(1+v)^2": "the one from x through tanh(x)",
        "n x^(n-1)/(1+v) - u v t[1+v]⁻² + √t tanh'(x)": RIGHT,
        "n u/x/(1+v) - u v t(1+v)⁻² + √(t)(1 - tanh(x)²)": RIGHT,
        "√t tanh'(x)": "only the share from tanh(x)",
        "sqrt(t) tanh'(x)": "only the share from tanh(x)",
    },
    ("powers", "t"): {
        r"-\frac{uxv}{(1+v)^2} + \frac{\tanh x}{2\sqrt{t}}": RIGHT,
        "-u x v/(1+v)² + ½ tanh x/√t": RIGHT,
        "-u x v/(1+v)² + tanh(x)/(2√t)": RIGHT,
    },
    ("softmax", "s1"): {
        "p1 - y1": RIGHT,
        "-y1 + p1": RIGHT,
        "p1(y1 + y2 + y3) - y1": RIGHT,
        "y1 - p1": SIGN,
        "p1 - y2": WRONG,
    },
    ("softmax", "w2"): {
        "(p2 - y2) x": RIGHT,
        "p2 - y2": missing("s2", "w2"),
    },
    ("dot_of_logarithms", "s0"): {
        "p0 - y0": RIGHT,
        "y0 - p0": SIGN,
        "p0 - y1": WRONG,
    },
    ("powers", "v"): {
        "-3u/(1+v)^2": "3 times what it should be",
        "-5u/(1+v)^2": "5 times what it should be",
        "-u/(3(1+v)^2)": "0.333333 times what it should be",
        "-1.7u/(1+v)^2": WRONG,
        "-u/(1+v)^2": RIGHT,
    },
    ("odd_names", "lambda"): {
        "x̂": RIGHT,
    },
    ("odd_names", "p[0]"): {
        "2 hidden1.w3 p[0]": RIGHT,
    },
    ("odd_names", "hidden1.w3"): {
        "p[0]²": RIGHT,
        "p[0]": WRONG,
    },
}
"""Of each graph and node: what is said of a formula for the output's derivative by the node."""

TABLE = [(*place, text, said) for place, found in SAID.items() for text, said in found.items()]


def said_in_python(graph: Graph, name: str, text: str) -> str:
    output = output_of(graph)
    order = topological_order(output)
    found = Derivative(order, Names(order), output, graph[name]).compare(text)
    return RIGHT if found.is_right else found.description or WRONG


@pytest.mark.parametrize(("kind", "name", "text", "said"), TABLE)
def test_a_formula_is_judged_as_a_function(kind: str, name: str, text: str, said: str) -> None:
    assert said_in_python(GRAPHS[kind](), name, text) == said


# ------------------------------------------------------------- by formulas that are right surely


def random_graph(draw: random.Random) -> tuple[list[Value], list[Value]]:
    """Return the nodes of a random graph, all labelled, and its leaves."""
    leaves = [Value(draw.choice((-1, 1)) * draw.uniform(0.3, 2.5)) for _ in range(3)]
    nodes = list(leaves)
    for _ in range(6):
        a, b = draw.choices(nodes, k=2)
        make: Callable[[Any, Any], Value] = draw.choice(
            [
                lambda a, b: a * b,
                lambda a, b: a + 2.0 * b,
                lambda a, b: a - b,
                lambda a, b: a / (1.0 + b * b),
                lambda a, _: autograd.tanh(a),
                lambda a, _: autograd.sigmoid(a),
                lambda a, _: autograd.sin(a),
                lambda a, _: autograd.exp(-0.3 * a),
                lambda a, _: autograd.softplus(a),
                lambda a, _: a**2,
            ]
        )
        nodes.append(make(a, b))
    output = autograd.sum(nodes[3:])
    label(**{f"n{i}": node for i, node in enumerate([*nodes, output])})
    return topological_order(output), [leaf for leaf in leaves if leaf in topological_order(output)]


@pytest.mark.parametrize("seed", range(40))
def test_the_formula_of_the_rules_is_right_and_a_changed_one_is_wrong(seed: int) -> None:
    order, leaves = random_graph(random.Random(seed))  # noqa: S311  # no secret
    names = Names(order)
    for leaf in leaves:
        derivative = Derivative(order, names, order[-1], leaf)
        text = derivative_as_formula(order, names, order[-1], leaf)
        if not text:
            continue
        assert derivative.compare(text).is_right, text
        if text == "0":
            continue
        assert not derivative.compare(f"({text})*1.0001").is_right
        assert not derivative.compare(f"({text}) + 0.0001").is_right
        assert derivative.compare(f"-({text})").slip == "sign"
        assert derivative.compare(f"({text})/2").description == HALF


@pytest.mark.parametrize("seed", range(10))
def test_a_formula_is_no_better_than_the_derivative_by_differences(seed: int) -> None:
    # The number that a right formula has is that of central differences of the forward pass.
    order, leaves = random_graph(random.Random(100 + seed))  # noqa: S311  # no secret
    output, names = order[-1], Names(order)
    for leaf in leaves:
        found = Derivative(order, names, output, leaf).number
        x, h = leaf.data, 1e-6
        sides = []
        for moved in (x + h, x - h):
            leaf.data = moved
            output.recompute()
            sides.append(output.data)
        leaf.data = x
        output.recompute()
        assert found == pytest.approx((sides[0] - sides[1]) / (2 * h), rel=1e-6, abs=1e-8)


def test_a_formula_is_told_from_one_that_is_right_for_most_numbers() -> None:
    x = Value(2.0, label="x")
    y = autograd.maximum(x, -3.0) ** 2
    assert said_of(y, x, "2x") == KINK
    assert said_of(y, x, "2max(x, -3) maximum'(x)") == "unreadable"
    assert said_of(autograd.sqrt(x * x), x, "1") == KINK
    assert said_of(autograd.sqrt(x * x), x, "x/x") == KINK
    assert said_of(autograd.sqrt(x * x), x, "x/sqrt(x^2)") == "right"
    assert said_of(3.0 * x, x, "3") == "right"
    assert said_of(x * x, x, "4") == NUMBER


def test_a_formula_is_not_right_because_rounding_hides_what_is_wrong_with_it() -> None:
    x, c = Value(2.0, label="x"), Value(0.7, label="c")
    y = ((c + 1e12) - 1e12) * x  # dy/dx is c, known to a ten thousandth
    assert said_of(y, x, "c + 0.00001") != "right"
    assert said_of(c * x, x, "c + 0.00001") == "wrong"


def test_saturated_units_hide_no_mistake() -> None:
    z = Value(-40.0, label="z")
    g = autograd.sigmoid(z)
    g.label = "g"
    assert said_of(g, z, "g(1 - g)") == "right"
    assert said_of(g, z, "sigma'(z)") == "right"
    assert said_of(g, z, "g") != "right"
    assert said_of(g, z, "g(1 - g) + g^2") != "right"
    z.data = 800.0
    g.recompute()
    assert said_of(g, z, "g(1 - g)") == "right"
    assert said_of(g, z, "g - g") != "right"


def test_a_power_of_a_negative_number_has_formulas() -> None:
    x, n = Value(-2.0, label="x"), Value(3.0, label="n")
    assert said_of(x**n, x, "n x^(n-1)") == "right"
    assert said_of(x**n, x, "n x^n") != "right"
    assert said_of(x**2, x, "2x") == "right"


def test_an_operation_of_ones_own_may_raise_where_it_has_no_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(autograd.ops, "TABLE", dict(autograd.TABLE))
    root = autograd.Primitive(
        "root", "root", math.sqrt, (lambda y, _: autograd.div(0.5, y),), "square root of a"
    )
    x = Value(2.0, label="x")
    assert said_of(root(x), x, "1/(2 root(x))") == "right"
    assert said_of(root(x), x, "1/(2 sqrt(x))") == "right"
    assert said_of(root(x), x, "1/root(x)") == TWICE


def test_a_condition_that_passes_nothing_on_is_no_division_by_zero() -> None:
    x, a = Value(2.0, label="x"), Value(3.0, label="a")
    y = autograd.where(autograd.greater(x, 0.5), a * x, a)
    assert said_of(y, x, "7") == NUMBER
    assert said_of(y, x, "a") == KINK
    assert said_of(y, x, "where(greater(x, 0.5), a, 0)") == "right"


def said_of(output: Value, node: Value, text: str) -> str:
    (finding,) = check_by_hand(output, formulas={(output, node): text}).findings
    if finding.verdict == "wrong" and finding.slip:
        return finding.slip.description
    return finding.verdict


# ------------------------------------------------------------------------- among other claims


def test_formulas_stand_in_the_report_after_the_numbers() -> None:
    nodes = worked_example()
    cost, w7, g1, z1 = (nodes[name] for name in ("cost", "w7", "g1", "z1"))
    report = check_by_hand(
        cost,
        gradients={w7: "-43.07"},
        formulas={(cost, w7): "2(y_pred - y_act) g1", (g1, z1): "g1(1 - g1)"},
    )
    assert report.ok
    assert [finding.claim.name for finding in report.findings] == [
        "gradient of w7",
        "formula of dcost/dw7",
        "formula of dg1/dz1",
    ]
    assert str(report).splitlines()[1] == "formula of dcost/dw7  2(y_pred - y_act) g1  right"


def test_a_bad_formula_does_not_lose_the_report() -> None:
    nodes = worked_example()
    cost = nodes["cost"]
    texts = ["2(y_pred - y_act) g1", "2(y_pred - y) g1", "", None, "2(y_pred -", "__import__('os')"]
    for text in texts:
        found = {(cost, nodes["w7"]): text, (cost, nodes["b3"]): "2(y_pred - y_act)"}
        report = check_by_hand(cost, formulas=found)
        first, second = sorted(report.findings, key=lambda f: f.claim.node is nodes["b3"])
        assert second.verdict == "right"
        assert first.verdict == {texts[0]: "right", "": "not answered", None: "not answered"}.get(
            text, "unreadable"
        )
        assert report.ok is (text == texts[0])
        assert "\n" not in report.reason(first)


def test_hints_on_a_formula_come_in_stages() -> None:
    nodes = worked_example()
    cost = nodes["cost"]
    report = check_by_hand(cost, formulas={(cost, nodes["w7"]): "(y_pred - y_act) g1"})
    (finding,) = report.findings
    assert report.with_hint(1).reason(finding) == "WRONG"
    assert report.reason(finding) == "WRONG. factor 2: half of what it should be"
    assert report.to_dict()["claims"][0]["slip"] == "factor 2"
    assert report.score == 0.0


def test_formulas_are_for_pairs_of_which_one_is_computed_from_the_other() -> None:
    nodes = worked_example()
    cost, w7, g1 = nodes["cost"], nodes["w7"], nodes["g1"]
    for key in ((w7, cost), (g1, w7), (cost, Value(1.0)), cost, (cost,), ("cost", "w7")):
        with pytest.raises((ValueError, TypeError)):
            check_by_hand(cost, formulas={key: "1"})  # type: ignore[dict-item]  # refused


def test_the_graph_is_not_touched_whatever_mode_is_on() -> None:
    nodes = worked_example()
    cost = nodes["cost"]
    cost.backward()
    order = topological_order(cost)
    before = [(n.data, n.grad, n.has_grad, n.label, n.op, n.parents, n.partials) for n in order]
    for text in ("2(y_pred - y_act) g1", "2(y_pred - y) g1", "ln(0) g1", "1/0"):
        asked = {(cost, nodes["w7"]): text}
        plain = str(check_by_hand(cost, formulas=asked))
        with autograd.no_grad():
            assert str(check_by_hand(cost, formulas=asked)) == plain
        with autograd.detect_anomaly():
            assert str(check_by_hand(cost, formulas=asked)) == plain
    after = [(n.data, n.grad, n.has_grad, n.label, n.op, n.parents, n.partials) for n in order]
    assert after == before


# ------------------------------------------------------------------------ the page says the same

JUDGED = """
const run = new Run(NODES.map(({ number }) => readNumber(number)));
return question.asked.map(([node, text]) => {
  const { say, hints = [] } = judgeFormula(run, NODES.findIndex(({ name }) => name === node), text);
  return [say, ...hints.map((hint) => hint.replace(/^[^:]*: /, ""))].join(" ");
});
"""


def output_of(graph: Graph) -> Value:
    return [*graph.values()][-1]


@pytest.mark.parametrize("kind", GRAPHS)
def test_the_page_says_what_python_says(kind: str) -> None:
    rows = [(name, text, said) for graph, name, text, said in TABLE if graph == kind]
    asked = [(name, text) for name, text, _ in rows]
    found = in_page(JUDGED, output_of(GRAPHS[kind]()), asked=asked)
    expected = [f"{RIGHT}." if said == RIGHT else f"Not yet. {said}." for _, _, said in rows]
    assert dict(zip([text for _, text, _ in rows], found, strict=True)) == dict(
        zip([text for _, text, _ in rows], expected, strict=True)
    )


READ = """
const given = new Map(Object.entries(question.given));
return question.texts.map((text) => {
  try {
    const at = (name) => ({ value: given.get(name), error: 0 });
    const { value } = readFormula(usual(text, [...given.keys()]), [...given.keys()])(at);
    return Number.isFinite(value) ? value : String(value);
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    return null;
  }
});
"""

TOO_MUCH = [
    *("sqrt(" * n + "a" + ")" * n for n in (4_000, 20_000)),
    *("ln(" * n + "a" + ")" * n for n in (999, 250)),
    *(sign * 2_000 for sign in ("ln(", r"\\frac{", "ln", "(", "|")),
    r"\\frac{" * 499 + "a" + "}1" * 499,
    r"\\frac1" * 600,
    "sin " * 3_000 + "a",
]


def test_formulas_too_long_or_too_deep_are_refused_at_once_and_the_page_refuses_them_too() -> None:
    start = time.process_time()
    for text in TOO_MUCH:
        with pytest.raises(ExpressionError):
            evaluate(text, {"a": 0.5})
    assert time.process_time() - start < 1.0
    found = in_page(READ, output_of(worked_example()), texts=TOO_MUCH, given={"a": 0.5})
    assert found == [None] * len(TOO_MUCH)


def test_a_formula_as_deep_as_is_read_is_read() -> None:
    text = "sqrt(" * 95 + "a" + ")" * 95
    assert evaluate(text, {"a": 1.0}) == 1.0
    assert in_page(READ, output_of(worked_example()), texts=[text], given={"a": 1.0}) == [1.0]


GIVEN = {
    "a": 0.5,
    "b": 2.0,
    "g1": 3.0,
    "x_2": 5.0,
    "w": 7.0,
    "e1": 11.0,
    "p[0]": 13.0,
    "h.w": 17.0,
    "if": 19.0,
    "ab2": 23.0,
}
ALPHABET = (
    "a b g1 g_1 g₁ x2 x₂ w e1 p[0] h.w if ab2 ab ba wa aw q 2 0.5 .5 3. 1e1 2e3 10 e pi + - * / **"
    " ^ ^ · × − ÷ ² ³ ( ) ( ) sigma( sigma'( tanh( tanh'( ln( max( exp( ) , ' ½ . 2e1 2a exp x # ="
    " [ ] { } [a] 2[ ] √ √( √a π ⁻¹ ⁻ ¹² ∙ ‐ – ⁄ sigma[ √ab ["
    " for otherwise else , ; > < ≥ == si sino"
    " \\\\frac{ \\\\frac } }{ | | \\\\ln \\\\left( \\\\cdot 1_{ 1_[ H( H sgn( sech( ReLU' tanh²"
    " tanh^2 ln sin ½ dw/da"
)
TOKENS = ALPHABET.split(" ")


def random_texts(count: int) -> list[str]:
    draw = random.Random(5)  # noqa: S311  # no secret
    texts = []
    for _ in range(count):
        chosen = draw.choices(TOKENS, k=draw.randint(1, 9))
        texts.append(draw.choice(["", " ", " "]).join(chosen))
    return texts


def random_choices(count: int) -> list[str]:
    """Choices of all sorts, right ones and others."""
    draw = random.Random(6)  # noqa: S311  # no secret

    def one(choices: str) -> str:
        return draw.choice(choices.split(" "))

    def condition() -> str:
        return f"{one('a b g1 w 2 (a+b) 0.5')} {one('> < ≥ ≤ == !=')} {one('a b g1 w 2')}"

    texts = []
    for i in range(count):
        if i % 2:
            words = "a b g1 w for if when otherwise else , ; > < ≥ ( ) [ ] 2 0 + -"
            texts.append(" ".join(one(words) for _ in range(draw.randint(3, 11))))
            continue
        text = (
            f"{one('a b 2')} {one('for when si')} {condition()}{one(', ;  else  otherwise ,else')}"
        )
        text += f" {one('a b 2 w')}{draw.choice([f' for {condition()}', ''])}"
        text += draw.choice([" otherwise", ", 7", ", 7 otherwise", "", "", ""])
        texts.append(f"2({text}){one(' w +1')}" if draw.random() < 0.3 else text)
    return texts


READINGS: dict[str, float | str | None] = {
    "2[a + b]g1": 15.0,
    "2{[a + b](g1 - 1)}": 10.0,
    "2[3]": 6.0,
    "sigma[a - a]": 0.5,
    "max{a, b}": None,
    "[a, b]": None,
    "a[0]": None,
    "2p[0]": 26.0,
    "(a]": None,
    "[]": None,
    "2[a": None,
    "π": math.pi,
    "2πa": math.pi,
    "πa²": math.pi / 4,
    "τ": None,
    "√4": 2.0,
    "3√b": 3 * math.sqrt(2.0),
    "√b²": 2.0,
    "√(g1 + 1)b": 4.0,
    "√[g1 + 1]": 2.0,
    "√√16": 2.0,
    "√ab": 1.0,  # of a*b
    "√a b": 2 * math.sqrt(0.5),
    "√sigma(a - a)": math.sqrt(0.5),
    "√": None,
    "√-a": None,
    "√²": None,
    "b¹⁰": 1024.0,
    "b⁻¹": 0.5,
    "b⁺²g1": 12.0,
    "b²³": 2.0**23,
    "b⁻": None,
    "g1 ‐ a ‑ a – a − a ﹣ a － a": 0.0,
    "a∙b×b·b⋅b∗b": 16.0,
    "b⁄a∕a÷a": 16.0,
    "b when a > 0 else 7": 2.0,
    "b for a < 0, 7 otherwise": 7.0,
    "b for a > 0, 7 for a < 0": 2.0,
    "b for a ≥ 1; g1 when a = 2; 7": None,
    "b for a ≥ 1; g1 when a == 2; 7": None,
    "b for a ≥ 1; g1 when a > 2; 7": 7.0,
    "b si a > 0, sino 7": 2.0,
    "b for a < 0": None,
    "b for a > 0": 2.0,
    "0 for a < 0, b for a > 0": 2.0,
    "0 for a > 1, b for a < 0.1": None,
    "b for a < 0.5, 7 for a > 0.5": "NaN",
    "2(b for a > 0 else 7)g1": 12.0,
    "2(b for a < 1, 7 otherwise)": 4.0,
    "[a > 0]b": 2.0,
    "ln b/b": math.log(2.0) / 2.0,
    r"\frac{\ln b}{b}": math.log(2.0) / 2.0,
    r"\frac12 b": 1.0,
    r"\frac{1}{1+\frac{1}{b}}": 1.0 / 1.5,
    r"\frac{1}": None,
    r"\sqrt{b}\cdot b": 2.0 * math.sqrt(2.0),
    "|a - b|": 1.5,
    "|a - b": None,
    "|a| |b|": 1.0,
    "1_{a>0} b": 2.0,
    "1_{a<0}": 0.0,
    "H(a) b": 2.0,
    "θ(-a)": 0.0,
    "tanh²(a)": math.tanh(0.5) ** 2,
    "1 - tanh^2 a": 1.0 - math.tanh(0.5) ** 2,
    "sech^2(a)": 1.0 / math.cosh(0.5) ** 2,
    "sin^{-1}(a)": None,
    "a cos a + sin a": 0.5 * math.cos(0.5) + math.sin(0.5),
    "sin 2a": math.sin(1.0),
    "ln sigma(a)": math.log(1.0 / (1.0 + math.exp(-0.5))),
    "sgn(-a) b": -2.0,
    "b sen(a)": 2.0 * math.sin(0.5),
    "½b": 1.0,
    "e^{-a}": math.exp(-0.5),
    "sin(a": None,
    "sin q": None,
    "da/db": None,
    "a'": None,
    "b[a > 0]": 2.0,
    "b·1{a ≤ 0}": 0.0,
    "0 < a < 1": 1.0,
    "0 < a < b < 1": 0.0,
    "a ≠ b": None,
    "if": 19.0,
    "b if if > 0 else 7": None,
    "b for if > 0, 7 otherwise": 2.0,
    "b else 7": None,
    "b otherwise": None,
    "max(b for a > 0 else 7, 1)": 2.0,
    "b, 7": None,
    "b for a > 0 else": None,
    "for a > 0": None,
    "b if a": 19.0,
    "b for a": None,
    "b for a, 7": None,
    "b for (a > 0), 7": 2.0,
}


@pytest.mark.parametrize("text", READINGS)
def test_signs_brackets_and_roots_are_read_as_people_write_them(text: str) -> None:
    found = read_in_python(text)
    assert found == (READINGS[text] if READINGS[text] is None else pytest.approx(READINGS[text]))


def read_in_python(text: str) -> float | str | None:
    try:
        number = float(evaluate(text, GIVEN))
    except ExpressionError:
        return None
    return (
        number
        if math.isfinite(number)
        else {math.inf: "Infinity", -math.inf: "-Infinity"}.get(number, "NaN")
    )


def test_the_page_reads_formulas_as_python_does() -> None:
    texts = [*READINGS, *random_texts(3000), *random_choices(2000)]
    found = in_page(READ, output_of(kinks()), given=GIVEN, texts=texts)
    expected = [read_in_python(text) for text in texts]
    assert sum(isinstance(number, float) for number in expected) > 300
    for text, page, python in zip(texts, found, expected, strict=True):
        if isinstance(python, float):
            assert page == pytest.approx(python, rel=1e-12, abs=1e-300), text
        else:
            assert page == python, text


ODD = [
    "2",
    "0.5",
    "-1",
    "1e3",
    "inf",
    "lambda",
    "if",
    "for",
    "a-b",
    "a+b",
    "x y",
    "→",
    "²",
    "e",
    "θ₁",
]


@pytest.mark.parametrize("name", ODD)
def test_a_name_of_any_form_can_be_typed_in_quotation_marks(name: str) -> None:
    a, b = Value(3.7, label=name), Value(2.0, label="b")
    y = (a * b) ** 2
    y.label = "y"
    for text in (f'2"{name}"^2 b', f'2*"{name}"²*"b"', f'"{name}"2b"{name}"', f'2b·("{name}")^2'):
        assert check_by_hand(y, formulas={(y, b): text}).ok, text
    drawn = sheet(y, ["formula dy/db"])
    assert drawn.check(drawn.key).ok, drawn.key
    asked = [(f'2"{name}"^2 b', 54.76), (f'sqrt("{name}"^2)b + "b"', 9.4)]
    found = in_page(READ, y, texts=[text for text, _ in asked], given={name: 3.7, "b": 2.0})
    assert found == pytest.approx([number for _, number in asked])
    known = Names(topological_order(y)).text(a)  # as explanations print it
    quoted = known if known.startswith('"') else f'"{known}"'
    given = {known: 3.7, "b": 2.0}
    assert evaluate(f"2{quoted}^2 b", given) == pytest.approx(54.76)
    assert in_page(READ, y, texts=[f"2{quoted}^2 b"], given=given) == pytest.approx([54.76])


def test_a_quotation_mark_around_no_name_is_refused_in_python_and_the_page() -> None:
    texts = ['2"q"', '"a', 'a"', '""', '"a""', '"a" "', "'a'"]
    for text in texts:
        with pytest.raises(ExpressionError):
            evaluate(text, {"a": 0.5})
    found = in_page(READ, output_of(worked_example()), texts=texts, given={"a": 0.5})
    assert found == [None] * len(texts)
