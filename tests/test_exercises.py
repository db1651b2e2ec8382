"""Exercise sheets: numbers that a hand can work with, blanks, keys, marks, and whole classes."""

import html.parser
import importlib
import json
import math
import random
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest

import autograd
from autograd import Constant, ExerciseSheet, Parameter, Value, grade, label, sheet
from autograd import topological_order as order_of
from autograd.exercises import class_set, grade_class, nbgrader_notebook, otter_test
from autograd.exercises.classes import ClassSet, students_of
from autograd.exercises.folders import file_names, write_folder
from autograd.exercises.friendly import friendly_numbers
from autograd.exercises.marking import mark_files, mark_notebooks, mark_table, report
from autograd.exercises.notebooks import read_notebook
from autograd.exercises.tables import read_table, write_table
from autograd.notation.labels import latex_label
from autograd.ops import TABLE
from autograd.worked_example import STUDENTS, build

# A module beside the tests, in no package.
typesetting: Any = importlib.import_module("typesetting")

Graph = dict[str, Value]


def neuron() -> Graph:
    w, x, b, y = Parameter(0.5), Value(2.0), Parameter(-1.5), Value(1.0)
    z = w * x + b
    g = z.sigmoid()
    cost = (g - y) ** 2
    label(w=w, x=x, b=b, y=y, z=z, g=g, cost=cost)
    return {"w": w, "x": x, "b": b, "y": y, "z": z, "g": g, "cost": cost}


def worked_out(n: Mapping[str, float], rate: float) -> dict[str, float]:
    """All numbers of the neuron, by formulas that owe nothing to the engine."""
    z = n["w"] * n["x"] + n["b"]
    g = 1 / (1 + math.exp(-z))
    by_g = 2 * (g - n["y"])
    by_z = by_g * g * (1 - g)
    return {
        "z": z,
        "g": g,
        "cost": (g - n["y"]) ** 2,
        "∂g/∂z": g * (1 - g),
        "∂z/∂w": n["x"],
        "∂z/∂b": 1.0,
        "gradient of g": by_g,
        "gradient of z": by_z,
        "gradient of w": by_z * n["x"],
        "gradient of b": by_z,
        "new w": n["w"] - rate * by_z * n["x"],
        "new b": n["b"] - rate * by_z,
    }


def as_a_hand_writes(numbers: Mapping[str, float]) -> dict[str, str]:
    """Three digits of each number; of the new ones as many as show the step."""
    return {name: f"{number:.{6 if 'new' in name else 3}g}" for name, number in numbers.items()}


# ---------------------------------------------------------------------------- the numbers


@pytest.mark.parametrize(
    ("leaf", "numbers"),
    [
        (Value(2.0), [1, 2, 3, 4, 5]),
        (Value(-3.0), [-2, -3, -4, -5, -6]),
        (Value(0.3), [0.2, 0.3, 0.4, 0.5, 0.6]),
        (Value(60.0), [30, 40, 50, 60, 70, 80, 90, 100, 110, 120]),
        (Value(1.0), [0, 1]),
        (Value(0.0), [0, 1]),
        (Parameter(0.1), [-0.4, -0.3, -0.2, -0.1, 0.1, 0.2, 0.3, 0.4]),
        (Parameter(0.0), [-4, -3, -2, -1, 1, 2, 3, 4]),
    ],
)
def test_numbers_are_drawn_from_numbers_like_ones_own(leaf: Value, numbers: list[float]) -> None:
    assert friendly_numbers(leaf) == numbers


@pytest.mark.parametrize("number", [0.123456, 1234567.0, 1e-7, 3e12, 82.0, -0.047])
def test_friendly_numbers_have_two_digits_or_three(number: float) -> None:
    for drawn in friendly_numbers(Value(number)):
        digits = re.sub(r"e.*|[-.]", "", repr(drawn)).strip("0")
        assert len(digits) <= 3
        assert 0.4 <= drawn / number <= 4.1


@pytest.mark.parametrize("make", [neuron, lambda: build(STUDENTS[0])])
def test_no_unit_saturates_and_no_gradient_is_nothing(make: Callable[[], Graph]) -> None:
    nodes = make()
    seen = set()
    for seed in range(60):
        drawn = sheet(nodes["cost"], seed=seed)
        seen.add(tuple(drawn.numbers.values()))
        for node in drawn.nodes:
            if node.op is autograd.sigmoid:
                assert node.data * (1 - node.data) >= 0.05
        assert all(float(answer) != 0 for answer in drawn.key.values())
    assert len(seen) > 55


def test_a_seed_draws_the_same_numbers_always() -> None:
    nodes = neuron()
    assert sheet(nodes["cost"], seed=7).numbers == {"w": 0.6, "x": 2.0, "b": -1.3, "y": 0.0}
    assert sheet(nodes["cost"], seed="7").json == sheet(neuron()["cost"], seed=7).json
    assert sheet(nodes["cost"]).numbers == {"w": 0.5, "x": 2.0, "b": -1.5, "y": 1.0}


def test_numbers_can_be_kept_and_chosen() -> None:
    nodes = neuron()
    for seed in range(20):
        drawn = sheet(nodes["cost"], seed=seed, keep=["y", nodes["x"]], numbers={"w": (0.25, 0.75)})
        assert (drawn.numbers["x"], drawn.numbers["y"]) == (2.0, 1.0)
        assert drawn.numbers["w"] in {0.25, 0.75}


def test_a_sheet_whose_numbers_are_not_finite_is_refused() -> None:
    x = Value(-1.0, label="x")
    y = autograd.sqrt(x)
    y.label = "y"
    with pytest.raises(ValueError, match="or a number is not finite; give other numbers"):
        sheet(y, seed=1, numbers={x: [-1.0]})


def test_dead_and_saturated_units_are_refused() -> None:
    nodes = neuron()
    with pytest.raises(ValueError, match=r"no numbers were found at which every unit learns"):
        sheet(nodes["cost"], seed=1, numbers={"w": [50.0, 60.0]}, keep=["b", "x"])
    x = Value(-1.0, label="x")
    dead = autograd.relu(x) + x
    with pytest.raises(ValueError, match="a relu is dead"):
        sheet(dead, [dead], seed=1)
    assert sheet(dead, [dead], seed=1, numbers={"x": [-1.0, 2.0]}).numbers == {"x": 2.0}


def relu_network() -> Graph:
    """A network of relu units alone, one of which is dead at the numbers that it has here."""
    weights = {f"w{i}": Parameter(w) for i, w in enumerate((0.5, 0.5, -1.0, -0.5, 0.2, 0.3), 1)}
    outputs = {f"v{i}": Parameter(v) for i, v in enumerate((1.0, 2.0, -1.0), 1)}
    x1, x2, target = Value(1.0), Value(2.0), Value(1.0)
    w = list(weights.values())
    sums = {f"z{i}": w[2 * i - 2] * x1 + w[2 * i - 1] * x2 for i in (1, 2, 3)}
    hidden = {f"h{i}": z.relu() for i, z in enumerate(sums.values(), 1)}
    y = autograd.dot(list(outputs.values()), list(hidden.values()))
    cost = (y - target) ** 2
    nodes = {**weights, **outputs, **sums, **hidden, "x1": x1, "x2": x2, "t": target, "y": y}
    label(nodes, cost=cost)
    return {**nodes, "cost": cost}


def test_on_a_sheet_of_relu_units_each_unit_learns() -> None:
    nodes = relu_network()
    assert nodes["z2"].data < 0
    for seed in range(30):
        drawn = sheet(nodes["cost"], seed=seed)
        sums = [node.data for node in drawn.nodes if node.label in {"z1", "z2", "z3"}]
        assert len(sums) == 3
        assert min(sums) > 0.01
        assert all(len(re.sub(r"[-.]", "", text).lstrip("0")) <= 6 for text in drawn.key.values())


def test_units_without_a_flat_part_do_not_saturate() -> None:
    x = Value(60.0, label="x")
    assert sheet(autograd.log(x), [x], seed=1).numbers["x"] >= 30
    shares = autograd.softmax([Value(number, label=f"s{i}") for i, number in enumerate((1, 2, 3))])
    assert sheet(-autograd.log(shares[0]), ["s1"], seed=2).questions == ("s1",)


def test_the_graph_is_left_as_it_is_whatever_mode_is_on() -> None:
    nodes = neuron()
    nodes["cost"].backward()
    before = [(n.data, n.grad, n.has_grad, n.partials) for n in order_of(nodes["cost"])]
    plain = sheet(nodes["cost"], seed=3, rate=0.1)
    with autograd.no_grad():
        assert sheet(nodes["cost"], seed=3, rate=0.1).json == plain.json
        assert ExerciseSheet.from_json(plain.json).key == plain.key
    with autograd.detect_anomaly():
        logged = autograd.log(nodes["w"])
        assert sheet(logged, [logged], seed=3, numbers={"w": [-1.0, 2.0, 0.0]}).numbers["w"] == 2.0
    assert [(n.data, n.grad, n.has_grad, n.partials) for n in order_of(nodes["cost"])] == before


# -------------------------------------------------------------------------- what is asked


def test_everything_with_a_label_is_asked_for_as_a_hand_goes() -> None:
    drawn = sheet(neuron()["cost"], rate=0.1)
    assert set(drawn.questions) == set(worked_out(drawn.numbers, 0.1)) | {"∂z/∂b", "∂z/∂w"}
    assert drawn.questions[:3] == ("z", "g", "cost")
    assert drawn.questions[-2:] == ("new w", "new b")


def test_the_key_is_what_a_hand_finds() -> None:
    nodes = neuron()
    for seed in range(20):
        drawn = sheet(nodes["cost"], seed=seed, rate=0.1)
        found = worked_out(drawn.numbers, 0.1)
        assert {name: float(number) for name, number in drawn.key.items()} == pytest.approx(
            found, rel=1e-5
        )


def test_questions_are_nodes_pairs_and_words() -> None:
    nodes = neuron()
    by_nodes = sheet(
        nodes["cost"],
        [nodes["z"], (nodes["g"], nodes["z"]), (nodes["cost"], nodes["w"]), "new w"],
        rate=0.1,
    )
    by_words = sheet(nodes["cost"], ["z", "dg/dz", "∂cost/∂w", "new w", "z"], rate=0.1)
    assert by_nodes.questions == ("z", "∂g/∂z", "gradient of w", "new w")
    assert by_words.asked == by_nodes.asked


def test_an_unlabelled_output_has_its_formula_for_a_name() -> None:
    x = Value(3.0, label="x")
    drawn = sheet(x * x + 1.0, ["d(x*x + 1)/dx", "x*x + 1"])
    assert drawn.key == {"x*x + 1": "10", "gradient of x": "6"}


@pytest.mark.parametrize(
    ("ask", "rate", "complaint"),
    [
        ([], None, "nothing is asked for"),
        (["q"], None, "cannot ask for 'q': expected a name, a derivative such as dA/dB, or new A"),
        (["dq/dw"], None, "cannot ask for 'dq/dw'"),
        (["dw/dz"], None, "cannot ask for dw/dz: w is not computed from z"),
        (["dz/dz"], None, "cannot ask for dz/dz"),
        (["new w"], None, "'new w' needs a learning rate: give one, as in rate=0.1"),
        (["new z"], 0.1, "expected a leaf, whose number can be chosen, received 'z'"),
        (["formula w"], None, "cannot ask for 'w'"),
        ([Value(1.0, label="other")], None, "was computed from, received 'other' = 1"),
        (["z"], math.nan, "expected a learning rate above 0"),
    ],
)
def test_what_cannot_be_asked_is_refused(ask: Any, rate: Any, complaint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(complaint)):
        sheet(neuron()["cost"], ask, rate=rate)


def test_wrong_kinds_of_arguments_are_refused() -> None:
    nodes = neuron()
    with pytest.raises(TypeError, match=r"expected a Value to ask about, received float"):
        sheet(2.0)  # type: ignore[arg-type]  # refused
    with pytest.raises(TypeError, match="expected a list of what to ask for, received 'z'"):
        sheet(nodes["cost"], "z")
    with pytest.raises(ValueError, match="unknown name 'q'"):
        sheet(nodes["cost"], keep=["q"])
    with pytest.raises(ValueError, match="numbers are drawn by a seed"):
        sheet(nodes["cost"], numbers={"w": [1.0]})
    with pytest.raises(ValueError, match="expected numbers to choose from for 'w', received none"):
        sheet(nodes["cost"], seed=1, numbers={"w": []})


# --------------------------------------------------------------------------- how it looks


def test_a_sheet_shows_the_numbers_the_steps_and_the_blanks_and_no_answer() -> None:
    drawn = sheet(neuron()["cost"], seed=5, rate=0.1, student="Ana", title="First steps")
    for text in (drawn.markdown, drawn.html, drawn.latex):
        for shown in ("First steps", "Ana", "0.1", *map("{:g}".format, drawn.numbers.values())):
            assert shown in text
        for name, answer in drawn.key.items():
            if name in {"g", "cost", "gradient of z", "new w"}:
                assert answer not in text
    assert r"- $z = w \cdot x + b$" in drawn.markdown
    assert r"8. $\frac{\partial \text{cost}}{\partial z}$ (gradient of z) = \_" in drawn.markdown
    assert "\n1. $z$ = " in drawn.markdown
    assert "\n4. $\\frac{\\partial g}{\\partial z}$ = " in drawn.markdown
    assert r". $\text{new } w$ = " in drawn.markdown
    assert "<td>new b =</td>" in drawn.html
    assert "<li>g = sigmoid(z)</li>" in drawn.html
    assert r"\item $\text{cost} = \left(g - y\right)^{2}$" in drawn.latex


def test_a_sheet_says_what_its_kinds_of_blanks_need() -> None:
    cost = neuron()["cost"]
    for ask, needs in (
        (["z"], set[str]()),
        (["new w"], {"The learning rate is 0.1"}),
        (["formula dcost/dw"], {"A formula is written in the names above"}),
    ):
        text = sheet(cost, ask, rate=0.1).markdown
        for words in ("The learning rate is 0.1", "A formula is written in the names above"):
            assert (words in text) is (words in needs)


def test_a_key_has_every_answer(tmp_path: Path) -> None:
    drawn = sheet(neuron()["cost"], ["g", "dcost/dw", "formula dcost/dw"], seed=5)
    for ending in (".md", ".html", ".tex"):
        path = tmp_path / f"key{ending}"
        assert drawn.save(path, with_answers=True) == str(path)
        text = path.read_text(encoding="utf-8")
        assert drawn.key["g"] in text
        assert drawn.key["gradient of w"] in text
        assert "2(g - y)" in text
    with pytest.raises(ValueError, match=r"unknown ending of an answer key: '.ipynb'"):
        drawn.save(tmp_path / "key.ipynb", with_answers=True)
    with pytest.raises(ValueError, match=r"unknown ending of a sheet: '.doc'"):
        drawn.save(tmp_path / "sheet.doc")
    assert not (tmp_path / "sheet.doc").exists()


def test_the_formula_of_the_key_is_right() -> None:
    nodes = build(STUDENTS[0])
    names = ["w1", "w7", "x1", "b3", "z1", "y_pred"]
    drawn = sheet(nodes["cost"], [f"formula dcost/d{name}" for name in names], seed=1)
    assert drawn.check(drawn.key).ok
    assert drawn.key["formula of dcost/dw1"] == "2(y_pred - y_act)*w7*g1(1 - g1)*x1"


def test_the_formula_of_the_key_is_right_for_all_numbers() -> None:
    a, b = Value(0.7, label="a"), Value(-0.4, label="b")
    r = autograd.relu(a * b + 1.0)
    shares = autograd.softmax([a, b, r])
    y = r * autograd.maximum(a, b) + autograd.abs(b) - autograd.log(shares[0])
    label(r=r, y=y)
    drawn = sheet(y, ["formula dy/da", "formula dy/db", "formula dr/db"])
    assert drawn.check(drawn.key).ok
    assert drawn.key["formula of dr/db"] == "[a*b + 1 > 0]*a"


@pytest.mark.parametrize("name", TABLE)
def test_the_key_has_a_formula_of_every_operation_that_its_sheet_calls_right(name: str) -> None:
    a, b, c, d = (Value(x, label=n) for x, n in ((0.4, "a"), (0.7, "b"), (0.3, "c"), (0.6, "d")))
    row = TABLE[name]
    count = (5 if name == "dot" else 3) if row.arity is None else row.arity
    for inputs in ([a, b, c, d, d], [a * d, b, a, c, d], [a * a, b * b, b, a, c]):
        y = row(*inputs[:count])
        y.label = "y"
        for leaf in [a, b][:count]:
            if leaf in order_of(y):
                drawn = sheet(y, [f"formula dy/d{leaf.label}"])
                assert drawn.check(drawn.key).ok, (drawn.key, leaf.label)


@pytest.mark.parametrize(
    ("function", "formula"),
    [
        (lambda a: autograd.mean([a, 2.0, a]), "2/3"),
        (autograd.erf, "(2/sqrt(pi))*exp(-a^2)"),
        (autograd.exp2, "log(2)*y"),
        (lambda a: autograd.log10(a * a), "2/log(10)/a"),
        (lambda a: 1.23456789 * a, "1.23456789"),
    ],
)
def test_no_number_of_a_key_is_rounded(function: Callable[[Value], Value], formula: str) -> None:
    y = function(a := Value(0.4, label="a"))
    label(a=a, y=y)
    assert sheet(y, ["formula dy/da"]).key == {"formula of dy/da": formula}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("x if w*x > 1 else 0", "right"),
        ("x [w x - 1 > 0]", "right"),
        ("x·1{w x ≥ 1}", "right"),
        ("0 for wx < 1, x for wx > 1", "right"),
        ("x for r > 0; 0 otherwise", "right"),
        ("x si r > 0, sino 0", "right"),
        ("where(r > 0, x, 0)", "right"),
        ("x", "kink"),
        ("w if r > 0 else 0", "w itself"),
        ("x for r > 0", "nothing is said for other numbers"),
        ("0 for r = 0", "cannot read this"),
    ],
)
def test_a_branch_may_be_written_as_a_student_writes_it(answer: str, says: str) -> None:
    w, x = Value(2.0, label="w"), Value(1.5, label="x")
    r = autograd.relu(w * x - 1.0)
    r.label = "r"
    drawn = sheet(r, ["formula dr/dw"])
    assert "a choice as c if a &gt; b else 0" in drawn.html
    result = grade(drawn, {"formula of dr/dw": answer})
    assert result.ok == (says == "right")
    assert says in str(result)
    assert "a choice" not in sheet(neuron()["cost"], ["formula dcost/dw"]).html


def test_a_share_shows_whose_score_it_is_of() -> None:
    scores = [Value(number, label=f"z{i}") for i, number in enumerate((1.0, 2.0, 0.5))]
    shares = autograd.softmax(scores)
    cost = -autograd.log(shares[1])
    cost.label = "cost"
    drawn = sheet(cost, ["cost", "formula dcost/dz1"])
    total = "e^{z_{1}} + e^{z_{0}} + e^{z_{2}}"
    assert rf"\text{{cost}} = -\ln\left(\frac{{e^{{z_{{1}}}}}}{{{total}}}\right)" in drawn.markdown
    assert "cost = -log(exp(z₁)/(exp(z₁) + exp(z₀) + exp(z₂)))" in drawn.html
    formula = drawn.key["formula of dcost/dz1"]
    assert formula == "exp(z1)/(exp(z1) + exp(z0) + exp(z2)) - 1"
    logarithm = autograd.log_softmax(scores)[2]
    assert "z₂ - log(exp(z₂) + exp(z₀) + exp(z₁))" in sheet(logarithm, [logarithm]).html
    for text in (drawn.markdown, drawn.html, drawn.latex):
        assert "softmax" not in text
    assert grade(drawn, drawn.key).ok


HOSTILE = "<script>alert(1)</script> $x$ **b** | a_1 \\input{x} & % # ~ ^ \u202eevil `c` [l](u)"


def test_names_and_labels_are_text_in_every_form() -> None:
    x = Value(2.0, label=HOSTILE)
    y = x * x
    y.label = "y"
    drawn = sheet(y, ["y", "dy/d" + f"({x.label})"], title=HOSTILE, student=HOSTILE)
    assert "<script" not in drawn.html
    tags = Tags(drawn.html)
    assert tags.found <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "p", "b", "ul", "li"),
        *("table", "tr", "td", "input"),
    }
    assert "\u202e" not in drawn.html + drawn.markdown + drawn.latex
    assert r"\textbackslash{}input" in drawn.latex
    assert r"\<script\>" in drawn.markdown
    assert r"\$x\$ \*\*b\*\*" in drawn.markdown


class Tags(html.parser.HTMLParser):
    """The names of a page's elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002  # the parser's
        self.found.add(tag)


def test_the_formulas_of_sheets_can_be_typeset() -> None:
    formulas = []
    for drawn in (
        sheet(neuron()["cost"], rate=0.1),
        sheet(build(STUDENTS[0])["cost"], ["formula dcost/dw1", "dg1/dz1", "new w7"], rate=0.1),
        sheet((x := Value(2.0, label=HOSTILE)) * x, [x]),
    ):
        formulas += re.findall(r"(?<!\\)\$(.*?[^\\])\$", drawn.markdown)
    assert len(formulas) > 40
    assert typesetting.objections(formulas) == []


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="LaTeX is not installed")
def test_a_sheet_compiles_as_latex_whatever_its_names_are(tmp_path: Path) -> None:
    theta, x = Parameter(0.5, label="θ_1"), Value(2.0, label="x\u0302")
    hidden = autograd.tanh(theta * x)
    loss = (hidden - Value(1.0, label="año 1")) ** 2 + autograd.cbrt(x)
    label({"активация": hidden, "ℒ≤3": loss})
    ask = ["активация", "dℒ≤3/dθ_1", "formula dℒ≤3/dθ_1", "new θ_1"]
    drawn = sheet(loss, ask, rate=0.1, student="Łukasz Żółć, Нина, 王芳", title=HOSTILE)
    for has_answers in (False, True):
        source = drawn.as_file(".tex", with_answers=has_answers)
        typesetting.compiled(source, tmp_path)
        assert r"ółć, \sign{Н}" in source
        assert r"(gradient of $\theta$\_1)" in source


SCRIPTS = {
    "θ₁": r"\theta_{1}",
    "σ_1^2": r"\sigma_{1}^{2}",
    "x₁²": r"x_{1}^{2}",
    "α²": r"\alpha^{2}",
    "x₁₂": r"x_{12}",
    "W^(1)": r"W^{(1)}",
    "x⁻¹": r"x^{-1}",
    "wₙ": r"w_{n}",
    "β̂₂": r"\hat{\beta}_{2}",
}


def of_scripts(name: str) -> Value:
    leaf = Value(0.5, label=name)
    y: Value = autograd.tanh(leaf**2 * 3.0) + autograd.exp(leaf)
    y.label = "y"
    return y


@pytest.mark.parametrize("name", SCRIPTS)
def test_lowered_and_raised_signs_of_a_label_are_indices_and_powers_in_latex(name: str) -> None:
    y = of_scripts(name)
    leaf = next(node for node in order_of(y) if node.label == name)
    assert latex_label(name) == SCRIPTS[name]
    drawn = sheet(y, ["y", (y, leaf)])
    formulas = [autograd.explain(y, leaf).latex]
    formulas += re.findall(r"(?<!\\)\$(.*?[^\\])\$", drawn.markdown)
    assert all(SCRIPTS[name] in formula for formula in formulas[:1])
    assert typesetting.objections(formulas) == []


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="LaTeX is not installed")
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_sheet_with_lowered_and_raised_signs_compiles_as_latex(name: str, tmp_path: Path) -> None:
    y = of_scripts(name)
    leaf = next(node for node in order_of(y) if node.label == name)
    source = sheet(y, ["y", (y, leaf), f"formula dy/d{name}"]).latex
    typesetting.compiled(source, tmp_path)
    assert SCRIPTS[name] in source


def test_given_numbers_stand_in_the_order_in_which_steps_need_them() -> None:
    w = {f"w{i}": Parameter(i / 10) for i in range(1, 7)}
    x1, x2, b1, b2, b3, y = Value(1.0), Value(2.0), *map(Parameter, (0.1, 0.2, 0.3)), Value(0.0)
    h1 = autograd.tanh(w["w1"] * x1 + w["w2"] * x2 + b1)
    h2 = autograd.tanh(w["w3"] * x1 + w["w4"] * x2 + b2)
    p = w["w5"] * h1 + w["w6"] * h2 + b3
    cost = (p - y) ** 2
    label(**w, x1=x1, x2=x2, b1=b1, b2=b2, b3=b3, y=y, h1=h1, h2=h2, p=p, cost=cost)
    expected = ["w1", "x1", "w2", "x2", "b1", "w3", "w4", "b2", "w5", "w6", "b3", "y"]
    assert list(sheet(cost).numbers) == expected


def test_a_large_graph_is_written_in_steps_that_can_be_read() -> None:
    x = Value(0.5, label="x")
    y = x
    for _ in range(12):
        y = y * y + x * y  # without labels: the formula would double each time
    y.label = "y"
    text = sheet(y, [y]).markdown
    assert len(text) < 4000
    assert re.search(r"- \$\\text\{mul\}?_?\{?3\}? = ", text)


# ------------------------------------------------------------------------------- keeping


def test_a_sheet_is_the_same_after_json(tmp_path: Path) -> None:
    drawn = sheet(build(STUDENTS[0])["cost"], seed=3, rate=0.01, student="Ana\ud800", title="é")
    again = ExerciseSheet.from_json(drawn.json)
    assert (again.json, again.markdown, again.key) == (drawn.json, drawn.markdown, drawn.key)
    kept = tmp_path / "sheet.json"
    drawn.save(kept)
    assert ExerciseSheet.from_json(kept.read_text(encoding="utf-8")).json == drawn.json
    kinds = {type(node) for node in again.nodes}
    assert kinds == {Value, Parameter, Constant}


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"graph": []},
        {"graph": [{"kind": "input", "number": "x"}]},
        {"graph": [{"kind": "secret", "number": 1.0}]},
        {"graph": [{"operation": "system", "inputs": []}]},
        {"graph": [{"operation": "mul", "inputs": [0, 1]}]},
        {"graph": [{"kind": "input", "number": 1.0}, {"operation": "mul", "inputs": [0]}]},
        {"graph": [{"kind": "input", "number": 1.0}, {"operation": "exp", "inputs": [-1]}]},
        {"graph": "no"},
        {"asked": [["value", [99]]]},
        {"asked": [["secret", [1]]]},
        {"asked": [["value"]]},
        {"asked": [["value", [-1]]]},
        {"asked": [["local", [0, 4]]]},
        {"rate": "fast"},
    ],
)
def test_what_is_no_sheet_is_refused(change: dict[str, Any]) -> None:
    data = sheet(neuron()["cost"], rate=0.1).to_dict() | change
    with pytest.raises(ValueError, match=r"expected|unknown"):
        ExerciseSheet.from_dict(data)
    for text in ("{", "[]", "null", '"x"', "[" * 100_000):
        with pytest.raises(ValueError, match=r".+"):
            ExerciseSheet.from_json(text)


# ------------------------------------------------------------------------------- marking


def test_right_answers_have_all_points() -> None:
    nodes = neuron()
    for seed in range(30):
        drawn = sheet(nodes["cost"], seed=seed, rate=0.1)
        result = grade(drawn, as_a_hand_writes(worked_out(drawn.numbers, 0.1)))
        assert result.ok, str(result)
        assert (result.points, result.most, result.hints) == (12.0, 12.0, {})


def test_a_mistake_costs_its_own_point_and_is_named() -> None:
    drawn = sheet(neuron()["cost"], seed=5, rate=0.1)
    n = drawn.numbers
    found = worked_out(n, 0.1)
    wrong = float(f"{-found['gradient of z']:.3g}")  # y - g for g - y; the hand goes on with it
    found |= {
        "gradient of z": wrong,
        "gradient of w": wrong * n["x"],
        "gradient of b": wrong,
        "new w": n["w"] - 0.1 * wrong * n["x"],
        "new b": n["b"] - 0.1 * wrong,
    }
    result = grade(drawn, as_a_hand_writes(found))
    assert (result.points, result.most) == (11.0, 12.0)
    assert result.marks["gradient of z"] == 0.0
    assert "sign" in result.hints["gradient of z"]
    assert result.hints["gradient of w"] == (f"follows from the wrong gradient of z = {wrong:.3g}")


def test_blanks_that_are_missing_are_not_answered() -> None:
    drawn = sheet(neuron()["cost"], ["z", "g", "cost"])
    result = grade(drawn, {"z": "-0.5", "g": None})
    assert (result.points, result.most) == (1.0, 3.0)
    assert result.hints == {"g": "not answered", "cost": "not answered"}
    assert not grade(drawn, {})
    with pytest.raises(ValueError, match="no blank is called 'q'; the blanks are z, g, cost"):
        grade(drawn, {"q": "1"})


def test_blanks_can_be_worth_more() -> None:
    drawn = sheet(neuron()["cost"], ["z", "g"])
    result = grade(drawn, {"z": "-0.5"}, points={"z": 3, "g": 0.5})
    assert (result.points, result.most, result.to_dict()["score"]) == (3.0, 3.5, 3.0 / 3.5)
    with pytest.raises(ValueError, match="no blank is called 'q'"):
        grade(drawn, {}, points={"q": 1})
    with pytest.raises(ValueError, match="expected points of at least 0"):
        grade(drawn, {}, points={"z": -1})


def test_a_grade_is_ready_for_json() -> None:
    drawn = sheet(neuron()["cost"], ["z", "g"], student="Ana")
    found = json.loads(grade(drawn, {"z": "0.5"}).json)
    assert (found["student"], found["points"], found["most"], found["ok"]) == (
        "Ana",
        0.0,
        2.0,
        False,
    )
    assert [claim["name"] for claim in found["claims"]] == ["z", "g"]
    assert found["claims"][0]["slip"] == "sign"
    assert "exact" not in found["claims"][0]


GRADESCOPE = {
    "score": (int, float),
    "max_score": (int, float),
    "output": str,
    "output_format": {"text", "html", "simple_format", "md", "ansi"},
    "name_format": {"text", "html", "simple_format", "md", "ansi"},
    "visibility": {"hidden", "after_due_date", "after_published", "visible"},
    "status": {"passed", "failed"},
    "name": str,
    "number": str,
    "tests": list,
}
"""What Gradescope documents for results.json, as far as we write it."""


def test_results_for_gradescope_are_as_it_documents_them(tmp_path: Path) -> None:
    drawn = sheet(neuron()["cost"], ["z", "g", "dcost/dw"])
    result = grade(drawn, {"z": "-0.5", "g": "0.9"}, points={"g": 2})
    path = tmp_path / "results" / "results.json"
    assert result.save(path) == str(path)
    found = json.loads(path.read_text(encoding="utf-8"))
    for entry in (found, *found["tests"]):
        for key, value in entry.items():
            allowed = GRADESCOPE[key]
            if isinstance(allowed, set):
                assert value in allowed
            else:
                assert isinstance(value, allowed)  # type: ignore[arg-type]  # a type, or several
    assert found["score"] == math.fsum(test["score"] for test in found["tests"]) == 1.0
    assert [test["max_score"] for test in found["tests"]] == [1.0, 2.0, 1.0]
    assert [test["status"] for test in found["tests"]] == ["passed", "failed", "failed"]
    assert found["tests"][2]["output"] == "not answered"


def test_hints_are_told_in_stages() -> None:
    drawn = sheet(neuron()["cost"], ["z", "g"])
    answers = {"z": "0.5"}
    assert str(grade(drawn, answers, hint=0)).endswith("0 of 2 steps are right.")
    assert "sign" not in str(grade(drawn, answers, hint=1))
    assert "sign: " in str(grade(drawn, answers, hint=2))
    assert "expected -0.5" in str(grade(drawn, answers, hint=3))


def test_hint_0_tells_of_no_single_blank_anywhere() -> None:
    drawn = sheet(neuron()["cost"], ["z", "g", "cost"])
    right, wrong = drawn.key, drawn.key | {"g": "0.9", "cost": "7.7"}
    for answers, count in ((right, 3), (wrong, 1)):
        result = grade(drawn, answers, hint=0)
        found = result.to_gradescope()
        assert result.hints == {}
        assert f"{count} of 3 steps are right." in found["output"]
        assert {test["visibility"] for test in found["tests"]} == {"hidden"}
        assert "claims" not in result.to_dict()
    told = grade(drawn, wrong, hint=1).to_gradescope()
    assert "steps are right" not in told["output"]
    assert {test["visibility"] for test in told["tests"]} == {"visible"}


ASKED: list[tuple[dict[str, Any], str, str, str]] = [
    ({}, "write at least three significant digits", "0.37", "0.377"),
    ({"digits": 2}, "write at least two significant digits", "0.4", "0.38"),
    ({"digits": 5}, "write at least five significant digits", "0.3775", "0.37754"),
    ({"decimals": 1}, "write at least one decimal", "0", "0.4"),
    ({"decimals": 4}, "write at least four decimals", "0.378", "0.3775"),
    ({"decimals": 0}, "write it as a whole number at least", "1", "0"),
    ({"tolerance": 0.1}, "write it to within 10 % of its size", "0.33", "0.36"),
    ({"tolerance": 0.005}, "write it to within 0.5 % of its size", "0.375", "0.376"),
]
"""What a sheet asks for and says; for sigmoid(-0.5), an answer too short and one long enough."""


@pytest.mark.parametrize(("asked", "says", "too_few", "enough"), ASKED)
def test_what_a_sheet_asks_for_is_what_grade_wants(
    asked: dict[str, Any], says: str, too_few: str, enough: str
) -> None:
    drawn = sheet(neuron()["cost"], ["g"], **asked)
    for kept in (drawn, ExerciseSheet.from_json(drawn.json)):
        for text in (kept.markdown, kept.html, kept.latex.replace(r"\%", "%")):
            assert says in text
        assert not grade(kept, {"g": too_few}).ok
        assert grade(kept, {"g": enough}).ok
        assert grade(kept, kept.key).ok
    if asked:
        usual = sheet(neuron()["cost"], ["g"])
        assert not grade(usual, {"g": too_few}, **asked).ok
        assert grade(usual, {"g": enough}, **asked).ok


def test_three_digits_that_are_asked_for_are_told_and_two_have_half() -> None:
    drawn = sheet(neuron()["cost"], ["g"])
    result = grade(drawn, {"g": "0.38"})
    assert (result.points, result.hints["g"]) == (
        0.5,
        "right so far: give three significant digits",
    )
    older = drawn.to_dict()
    del older["accuracy"]  # as sheets were kept that said three, too
    assert grade(ExerciseSheet.from_dict(older), {"g": "0.38"}).points == 0.5


@pytest.mark.parametrize("option", [{"digits": 0}, {"decimals": -1}, {"tolerance": 2.0}])
def test_what_cannot_be_wanted_is_refused(option: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=rf"expected .*{next(iter(option))}"):
        sheet(neuron()["cost"], **option)
    with pytest.raises(ValueError, match=rf"expected .*{next(iter(option))}"):
        grade(sheet(neuron()["cost"]), {}, **option)


@pytest.mark.parametrize("rate", [0.1, 1e-3, 1e-5])
@pytest.mark.parametrize("asked", [{}, {"digits": 7}, {"digits": 10}, {"decimals": 8}])
def test_a_key_has_digits_enough_for_its_own_sheet(rate: float, asked: dict[str, Any]) -> None:
    for seed in range(5):
        drawn = sheet(neuron()["cost"], seed=seed, rate=rate, **asked)
        result = grade(drawn, drawn.key)
        assert result.ok, str(result)


def test_a_key_has_no_noise_of_binary_digits() -> None:
    for seed in range(40):
        drawn = sheet(neuron()["cost"], ["z", "g", "dg/dz"], seed=seed)
        assert all(len(answer) <= len("-0.0123456") for answer in drawn.key.values()), drawn.key
        assert grade(drawn, drawn.key).ok
    x = Value(0.1, label="x")
    sum_ = x + 0.2
    sum_.label = "s"
    assert sheet(sum_, ["s"]).key == {"s": "0.3"}
    near = x + 0.2000001
    near.label = "s"
    assert sheet(near, ["s"]).key == {"s": "0.300000"}


# ----------------------------------------------------------------------------- notebooks


def answered(cell: str, *others: str) -> str:
    cells = [nbformat.v4.new_code_cell(source) for source in (*others, cell)]
    return str(nbformat.writes(nbformat.v4.new_notebook(cells=cells)))


def test_a_notebook_is_valid_and_its_answers_are_read_back() -> None:
    drawn = sheet(neuron()["cost"], rate=0.1, student="Ana")
    notebook = nbformat.reads(drawn.notebook, as_version=4)
    nbformat.validate(notebook)
    assert notebook.cells[1].source == drawn.cell
    space: dict[str, Any] = {}
    exec(drawn.cell, space)  # noqa: S102  # the cell is of this library
    assert space["answers"] == dict.fromkeys(drawn.questions, ...)
    mark, answers, notes = read_notebook(drawn.notebook)
    assert notes == []
    assert mark == {"sheet": "", "student": "Ana"}
    assert answers == dict.fromkeys(drawn.questions, "")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("0.30", "0.30"),
        ("-1.20", "-1.20"),
        ("2/3", "2/3"),
        ("'0,30'", "0,30"),
        ("...", ""),
        ("None", ""),
        ("True", "True"),
        ("1e-3", "1e-3"),
        ("__import__('os').system('touch harm')", "__import__('os').system('touch harm')"),
    ],
)
def test_answers_are_read_as_they_were_written_and_never_run(
    value: str, written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cell = f"%matplotlib inline\nanswers = {{'z': {value}, 'g': 1}}"
    assert read_notebook(answered(cell))[1] == {"z": written, "g": "1"}
    later = f"answers['z'] = {value}"
    assert read_notebook(answered(later, "answers = {'z': 5, 'g': 1}"))[1]["z"] == written
    assert list(tmp_path.iterdir()) == []


TEMPLATE = 'answers = {\n    "z": ...,\n    "g": 2.50,\n}'


@pytest.mark.parametrize(
    "cell",
    [
        'answers["z"] = 1.50',
        'answers.update({"z": 1.50})',
        "answers.update(z=1.50)",
        'answers.update({"z": 7}, z=1.50)',
        'answers |= {"z": 1.50}',
        'answers = {"z": 1.50, "g": "2.50"}',
        'answers = {**answers, "z": 1.50}',
        'answers = dict(answers, z="1.50")',
        'answers = answers | {"z": 1.50}',
        'answers["z"], answers["g"] = 1.50, 2.50',
        'answers: dict[str, float] = {"z": 1.50, "g": 2.50}',
        'mine = answers = {"z": 1.50, "g": 2.50}',
        'number = answers["z"] = 1.50',
        '%%time\nanswers.update({"z": 1.50})\nanswers?\nprint(answers)\nlen(answers)\nanswers',
        "answers.update(\n    {  # a comment\n        'z':\n            1.50,\n    }\n)",
        "answers.update({'z': 1.50}); f'{answers}', answers['g'], answers.get('z')",
        "answers['z'] = 1.50\nfor name in answers:\n    print(name, answers[name])",
    ],
)
def test_what_a_cell_does_with_literals_is_read_as_python_would_do_it(cell: str) -> None:
    _, answers, notes = read_notebook(answered(cell, TEMPLATE))
    assert (answers, notes) == ({"z": "1.50", "g": "2.50"}, [])
    space: dict[str, Any] = {}
    plain = "\n".join(line for line in cell.split("\n") if not re.search(r"^%|\?$|^print", line))
    exec(f"{TEMPLATE}\n{plain}", space)  # noqa: S102  # the cells above
    assert {name: float(number) for name, number in space["answers"].items()} == {
        "z": 1.5,
        "g": 2.5,
    }


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("answers.update(found)", "`answers.update(found)` is not run"),
        ("answers |= found", "`answers |= found` is not run"),
        ("answers = found", "`answers = found` is not run"),
        ("answers = {name: 1 for name in 'zg'}", "`answers = {name: 1 for name in 'zg'}` is not"),
        ("answers[name] = 1", "`name` is not run"),
        ("answers = {name: 1, 'g': 2.50}", "`name` is not run"),
        ("answers['z'] += 1", "`answers['z'] += 1` is not run"),
        ("del answers['g']", "`del answers['g']` is not run"),
        ("answers.pop('g')", "`answers.pop('g')` is not run"),
        ("if done:\n    answers['z'] = 1", "`answers['z'] = 1` is not run"),
        ("for name in 'zg':\n    answers[name] = 1", "`answers[name] = 1` is not run"),
        ("def fill():\n    answers['z'] = 1\nfill()", "`answers['z'] = 1` is not run"),
        ("fill(answers)", "`fill(answers)` is not run"),
        ("mine = answers", "`mine = answers` is not run"),
        ("(answers := {'z': 1})", "`(answers := {'z': 1})` is not run"),
        ("answers.update({'z': 0,5})", "a decimal comma needs quotes, as in '0,5'"),
        (
            "answers['z'] = number / 2",
            "answers['z'] is `number / 2`, which is not run: write the number",
        ),
        ("answers = {'z': 1}", "has nothing for 'g': write answers['g'] = 0.5 below"),
        ("answers = {'g': 1, **answers, 'g': ...}", "nothing for 'g'"),
        ("answers = {'g': 1, 'z': 2, 'g': ...}", "nothing for 'g'"),
        ("answers.update(g=None)", "nothing for 'g'"),
        ("answers['g'] = ...", "nothing for 'g'"),
    ],
)
def test_no_answer_is_lost_in_silence(cell: str, shown: str) -> None:
    *_, notes = read_notebook(answered(cell, "x = 1", TEMPLATE))
    assert len(notes) == 1
    assert notes[0].startswith("code cell 3: ")
    assert shown in notes[0]
    assert "write" in notes[0] or "needs quotes" in notes[0]


def test_cells_that_are_broken_spoil_no_others() -> None:
    text = answered("answers = {'z': 1}", "this is ( no Python", "x = 1", "answers = 5")
    assert read_notebook(text)[1] == {"z": "1"}
    for text, complaint in (
        (answered("answers = {'z': 1"), "the cell with the answers cannot be read"),
        (answered("x = 1"), "no cell assigns a dict to the name `answers`"),
        ("{}", "this is not a notebook"),
        ("no json", "this is not a notebook"),
        ('{"cells": [1]}', "this is not a notebook"),
        ("[" * 100_000, "this is not a notebook"),
    ):
        with pytest.raises(ValueError, match=re.escape(complaint)):
            read_notebook(text)


def test_graders_take_names_of_letters_alone() -> None:
    drawn = sheet(neuron()["cost"], ["z"])
    for write in (nbgrader_notebook, otter_test):
        with pytest.raises(ValueError, match="expected a name of letters, digits"):
            write(drawn, "../q1")
    nbformat.validate(nbformat.reads(nbgrader_notebook(drawn, "q1"), as_version=4))
    assert "def test_1(answers):" in otter_test(drawn, "q1")


# -------------------------------------------------------------------------------- tables


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"name,group\nAna,1\n", [["name", "group"], ["Ana", "1"]]),
        ("\ufeffname;x\r\nAna López;0,5\r\n".encode(), [["name", "x"], ["Ana López", "0,5"]]),
        ("name\tx\nAna\t1".encode("utf-16"), [["name", "x"], ["Ana", "1"]]),
        ("name\nPeña\n".encode("cp1252"), [["name"], ["Peña"]]),
        (b'name\n"Meier, Ana"\n\n , \n', [["name"], ["Meier, Ana"]]),
        (b"sep=;\r\nname;x\r\nAna;0,5\r\n", [["name", "x"], ["Ana", "0,5"]]),
        (b'\xef\xbb\xbf"sep=,"\nname,x;y;z\n', [["name", "x;y;z"]]),
        (
            "apellidos;nombre\r\nPeña;Íñigo\r\n".encode("latin-1"),
            [["apellidos", "nombre"], ["Peña", "Íñigo"]],
        ),
        (b"", []),
    ],
)
def test_tables_are_read_as_spreadsheets_write_them(data: bytes, rows: list[list[str]]) -> None:
    assert read_table(data) == rows


def test_what_is_no_table_is_refused() -> None:
    for data in (b"\x81\x8d\x00", b"\xff\xfe\x00", b'a,"' + b"x" * 200_000):
        with pytest.raises(ValueError, match="this is not a table as CSV"):
            read_table(data)


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "'quoted", "plain", "ü;,"]
)
def test_no_cell_is_run_by_a_spreadsheet_and_all_come_back(text: str) -> None:
    written = write_table([["name"], [text]])
    assert not re.search(r"^[\"]?[=+@-]", written, re.MULTILINE)
    assert read_table(written.encode()) == [["name"], [text]]


def test_a_table_with_semicolons_has_decimal_commas() -> None:
    assert write_table([["Ana", 11.5, "0.5"]], ";") == "Ana;11,5;0.5\n"
    found = replace(class_of(["Ana"]), separator=";")
    table = found.files(".md")["answers.csv"]
    assert table.startswith("\ufeffsheet;name;z;g;cost;")
    marks = mark_files(found, mark_table(found, b"name;z\nAna;0,5\n"), ";")["grades.csv"]
    assert marks.splitlines()[2].startswith("Ana;Ana;0,0;12,0;")


# ------------------------------------------------------------------------- files and folders


def test_file_names_are_safe_and_all_different() -> None:
    names = [
        *(
            "../../etc/passwd",
            "C:\\Windows\\x",
            "a/b",
            "\u202egnp.exe",
            "",
            "   ",
            ".",
            "..",
            "CON",
        ),
        *(
            "con",
            "Ana",
            "ana",
            "ANA",
            "key",
            "Answers",
            "李雷",
            "x" * 500,
            "é" * 300,
            "\x00\n",
            "nul.txt",
        ),
        *("-rf", "--help", "a" * 60 + "1", "a" * 60 + "2", "e\u0301", "é", "\ud800"),
    ]
    found = file_names(names, ["key", "answers"])
    assert len({name.casefold() for name in found}) == len(names)
    for name in found:
        assert re.fullmatch(r"[^\W_]([\w-]*[^\W_])?", name), name
        assert len(name.encode()) < 150
        assert name.casefold() not in {"con", "nul", "key", "answers"}
    assert file_names(["Ana López"]) == ["Ana-López"]


def test_a_folder_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "new" / "set"
    write_folder(target, {"a.md": "A", "reports/b.txt": "B"})
    assert (target / "reports" / "b.txt").read_text() == "B"
    with pytest.raises(FileExistsError):
        write_folder(target, {"c.md": "C"})
    assert not (target / "c.md").exists()
    (tmp_path / "file").write_text("precious")
    with pytest.raises(FileExistsError):
        write_folder(tmp_path / "file", {"c.md": "C"})

    def fails_at_the_second(path: Any, text: str) -> None:
        if Path(path).name == "2.md":
            raise OSError(28, "No space left on device", str(path))
        Path(path).write_text(text)

    monkeypatch.setattr("autograd.exercises.folders.write_whole", fails_at_the_second)
    with pytest.raises(OSError, match="No space left"):
        write_folder(tmp_path / "other", {"1.md": "", "2.md": "", "3.md": ""})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "new"]
    (tmp_path / "empty").mkdir()
    monkeypatch.undo()
    write_folder(tmp_path / "empty", {"a.md": "A"})
    assert (tmp_path / "empty" / "a.md").read_text() == "A"


# -------------------------------------------------------------------------------- classes


@pytest.mark.parametrize(
    ("data", "names", "notes"),
    [
        ("name\nAna\nBo\n", ["Ana", "Bo"], []),
        ("id,Name,mail\n1,Ana,a@x\n2,Bo,b@x\n", ["Ana", "Bo"], []),
        ("First name,Last name\nAna,López\n", ["Ana López"], []),
        ("nombre;grupo\nAna;1\n", ["Ana"], []),
        ("Apellido(s);Nombre;Correo\nLópez;Ana;a@x\n", ["Ana López"], []),
        ("Apellidos  y nombre;x\nLópez, Ana;1\n", ["López, Ana"], []),
        ("Ana\nBo\n", ["Ana", "Bo"], ["no column is called name: each row is a student"]),
        ("name,x\nAna,1\n,2\n", ["Ana", "student 2"], ["student 2 of the list has no name"]),
        ("name\nAna\nAna\n", ["Ana", "Ana"], ["2 students are called 'Ana'"]),
        ("name\n\u202eevil\x07\n", ["evil"], []),
        (f"name\n{'x' * 80}\n{'y' * 81}\n", ["x" * 80, "y" * 79 + "…"], []),
    ],
)
def test_lists_of_students_are_read(data: str, names: list[str], notes: list[str]) -> None:
    found, told = students_of(data.encode())
    assert found == names
    assert len(told) == len(notes)
    for note, start in zip(told, notes, strict=True):
        assert note.startswith(start)


def test_a_list_without_students_is_refused() -> None:
    for data in (b"", b"name\n", b"\n\n"):
        with pytest.raises(ValueError, match="the list of students is empty"):
            students_of(data)


NAMES = ["Ana", "Ana", "Bo", "=1+1", "../x", "李雷", "\u202eevil"]


def class_of(names: list[str]) -> ClassSet:
    nodes = neuron()
    return class_set(names, lambda seed: sheet(nodes["cost"], seed=seed, rate=0.1))


def answers_of(found: ClassSet) -> dict[str, dict[str, str]]:
    return {
        code: as_a_hand_writes(worked_out(drawn.numbers, 0.1))
        for code, drawn in found.sheets.items()
    }


def table_of(found: ClassSet, answers: Mapping[str, Mapping[str, str]], by: str = "sheet") -> bytes:
    header, *rows = read_table(found.files(".md")["answers.csv"].encode())
    filled = [[*row[:2], *(answers[row[0]].get(blank, "") for blank in header[2:])] for row in rows]
    column = ["sheet", "name"].index(by)
    kept = [[row[column], *row[2:]] for row in [header, *filled]]
    return write_table(kept).encode()


def test_each_student_has_numbers_of_ones_own_that_stay_when_others_join() -> None:
    found = class_of(NAMES)
    numbers = {code: tuple(drawn.numbers.values()) for code, drawn in found.sheets.items()}
    assert len(set(numbers.values())) == len(NAMES)
    assert [drawn.student for drawn in found.sheets.values()] == [*NAMES[:-1], "evil"]
    again = class_of(["Zoe", *NAMES]).sheets
    assert again["Bo"].numbers == found.sheets["Bo"].numbers


def test_too_few_numbers_for_a_class_are_noted() -> None:
    nodes = neuron()
    few = {"w": [0.5], "x": [2.0], "b": [-1.5, -0.5], "y": [1.0]}
    found = class_set(
        ["Ana", "Bo", "Cy"], lambda seed: sheet(nodes["cost"], seed=seed, numbers=few)
    )
    assert found.notes == ("Cy has the same numbers as another sheet: give more to choose from",)


@pytest.mark.parametrize("ending", [".md", ".html", ".tex", ".ipynb"])
def test_a_set_has_a_sheet_for_each_student_and_one_key(ending: str) -> None:
    found = class_of(NAMES)
    files = found.files(ending)
    assert len(files) == len(NAMES) + 3
    assert {"key.json", "key.html", "answers.csv"} <= set(files)
    kept = ClassSet.from_json(files["key.json"])
    assert {code: drawn.json for code, drawn in kept.sheets.items()} == {
        code: drawn.json for code, drawn in found.sheets.items()
    }
    assert files["key.html"].count("<tr>") == len(NAMES) + 1
    for code, drawn in found.sheets.items():
        assert drawn.key["cost"] in files["key.html"]
        assert drawn.key["cost"] not in files[f"sheets/{code}{ending}"]


def test_halves_of_characters_and_marks_of_terminals_spoil_no_report(tmp_path: Path) -> None:
    w = Value(0.5, label="w\ud800")
    y = w * 2.0
    y.label = "y"
    drawn = sheet(y, ["y", (y, w)], student="Ana\ud800\x1b[31m")
    result = grade(drawn, {"y": "1\ud800\u202e\x1b[31m", "gradient of w": "\udfff2"})
    for text in (str(result), result.json, json.dumps(result.to_gradescope(), ensure_ascii=False)):
        assert "Ana" in text or "2 points" in text
        assert not set(text.encode().decode()) & {"\x1b", "\u202e"}
    result.save(tmp_path / "results.json")
    found = class_set(["Ana\ud800"], lambda _: drawn)
    write_folder(tmp_path / "set", found.files(".md"))
    kept = ClassSet.from_json((tmp_path / "set" / "key.json").read_text(encoding="utf-8"))
    assert kept.sheets["Ana"].nodes[0].label == "w\ud800"
    marked = mark_table(kept, b"name,y\nAna,1\x1b[31m\n")
    write_folder(tmp_path / "marks", mark_files(kept, marked))


def test_one_of_a_kind_is_told_in_the_singular() -> None:
    found = class_of(["Ana", "Bo"])
    told = [s.problem for s in mark_table(found, b"sheet,name,z\nQ1,Ana,1\n") if s.source == "Q1"]
    assert told == ["no such sheet; the one of this name is Ana"]


def test_decimal_commas_that_move_cells_are_told() -> None:
    found = class_of(["Ana", "Bo"])
    marked = mark_table(found, b'name,z,g\nAna,-0,5,0,377\nBo,"-0,5","0,377"\n')
    problems = {s.student: s.problem for s in marked}
    assert problems["Bo"] == ""
    assert problems["Ana"] == (
        "the row has 5 cells, and the table has 3 columns: a decimal comma needs quotes, as in"
        ' "0,5", or semicolons between the cells'
    )


def test_names_of_no_blank_are_all_told_each_with_the_one_that_is_meant() -> None:
    drawn = sheet(neuron()["cost"], rate=0.1)
    meant = {
        "Z": "z",
        "grad w": "gradient of w",
        "dcost/dw": "gradient of w",
        "dg/dz": "∂g/∂z",
        "b_new": "new b",
        "gradient of  b": "gradient of b",
        "Cost ": "cost",
    }
    with pytest.raises(
        ValueError, match=r"no blank is called 'Z', 'grad w', .*, 'email';"
    ) as raised:
        grade(drawn, {**dict.fromkeys(meant, "1"), "email": "a@x", "z": "1"})
    for wrong, blank in meant.items():
        assert f"for {wrong!r} write {blank!r}" in str(raised.value)
    assert "for 'email'" not in str(raised.value)
    with pytest.raises(ValueError, match="no blank is called 'q', 'Z'; the blanks are"):
        grade(drawn, {}, points={"q": 1, "Z": 2})


def test_a_notebook_that_cannot_be_read_was_handed_in(tmp_path: Path) -> None:
    found = class_of(["Ana", "Bo"])
    (tmp_path / "Ana.ipynb").write_text(answered("x = 1\nanswers = {'z': 0,5}"))
    ana, bo = mark_notebooks(found, tmp_path)
    assert (ana.code, ana.student, ana.grade) == ("Ana", "Ana", None)
    assert re.fullmatch(
        r"code cell 1: the cell with the answers cannot be read: .*, line 2; a decimal comma needs"
        r" quotes, as in '0,5'",
        ana.problem,
    )
    assert (bo.code, bo.problem) == ("Bo", "nothing was handed in")
    assert "Ana" in mark_files(found, [ana, bo])["grades.csv"]


def test_names_of_no_blank_in_notebooks_and_tables_are_all_told(tmp_path: Path) -> None:
    found = class_of(["Ana"])
    file = tmp_path / "Ana.ipynb"
    file.write_text(answered("answers = {'z': 1, 'Cost': 2, 'grad w': 3}\nanswers.update(found)"))
    (marked,) = mark_notebooks(found, tmp_path)
    assert marked.grade is not None
    assert marked.problem.startswith("code cell 1: `answers.update(found)` is not run")
    assert marked.problem.endswith(
        "no blank is called 'Cost', 'grad w': for 'Cost' write 'cost', for 'grad w' write"
        " 'gradient of w'"
    )
    told, _ = mark_table(found, b"name,z,Cost,e-mail\nAna,1,2,a@x\n")
    assert told.problem.endswith("; write 'cost' for 'Cost'")


def test_what_is_no_key_is_refused() -> None:
    for text in ("", "[]", "{}", '{"version": 1, "sheets": {"a": {"sheet": {}}}}', "null"):
        with pytest.raises(ValueError, match="this is not the key of a class"):
            ClassSet.from_json(text)


def test_a_class_is_marked_from_a_table() -> None:
    found = class_of(NAMES)
    marked = mark_table(found, table_of(found, answers_of(found)))
    assert [submission.code for submission in marked] == list(found.sheets)
    assert all(submission.grade is not None and submission.grade.ok for submission in marked)
    assert all(line.endswith("12 of 12") for line in report(marked).splitlines())


def test_a_teacher_makes_and_marks_a_class_from_python(tmp_path: Path) -> None:
    students = tmp_path / "list.csv"
    names = ["María García", "José Núñez", *(f"Student {i}" for i in range(3, 26))]
    rows = "".join(f"{name};A\r\n" for name in names)
    students.write_bytes(f"nombre;grupo\r\n{rows}".encode("cp1252"))
    nodes = neuron()
    found = class_set(
        str(students), lambda seed: sheet(nodes["cost"], ["z", "g"], seed=seed, digits=2)
    )
    assert [drawn.student for drawn in found.sheets.values()] == names
    folder = found.save(tmp_path / "class", ".html")
    assert len(list((tmp_path / "class" / "sheets").iterdir())) == 25
    assert not any("key" in file.name for file in (tmp_path / "class" / "sheets").iterdir())
    header, *blank = read_table((tmp_path / "class" / "answers.csv").read_bytes())
    answers = [
        [code, name, *(found.sheets[code].key[b].replace(".", ",") for b in header[2:])]
        for code, name, *_ in blank
    ]
    back = tmp_path / "back.csv"
    back.write_text(write_table([header, *answers], ";"), encoding="utf-8-sig")
    marked = grade_class(Path(folder) / "key.json", back)
    assert marked.ok
    assert len(str(marked).splitlines()) == 25
    assert all(s.grade is not None and s.grade.ok for s in marked.submissions), str(marked)
    marked.save(tmp_path / "grades")
    table = (tmp_path / "grades" / "grades.csv").read_text(encoding="utf-8-sig")
    assert "María-García;María García;2,0;2,0;" in table
    strict = grade_class(found, back, digits=12)
    assert any(s.grade is not None and not s.grade.ok for s in strict.submissions)


def test_two_of_one_name_are_told_apart_in_the_marks() -> None:
    found = class_of(["Ana", "Bo", "Ana"])
    lines = report(mark_table(found, table_of(found, answers_of(found)))).splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        "Ana (sheet Ana)",
        "Bo",
        "Ana (sheet Ana-2)",
    ]


def test_a_table_by_name_tells_of_names_that_two_have() -> None:
    found = class_of(NAMES)
    marked = mark_table(found, table_of(found, answers_of(found), "name"))
    odd = {(s.student, s.problem) for s in marked if s.problem}
    assert odd == {("Ana", "2 sheets are of this name"), ("Ana", "nothing was handed in")}
    assert sum(s.grade is not None for s in marked) == len(NAMES) - 2


def test_nothing_odd_in_a_table_is_passed_over_in_silence() -> None:
    found = class_of(["Ana", "Bo"])
    table = "sheet,name,z,email\nAna,Ana,0.5,a@x\nCy,C\x1b[31my,1,c@x\n,Bo,,\nAna,Bo,1,\n"
    marked = mark_table(found, table.encode())
    told, *marked = marked
    assert (told.student, told.grade) == ("the table", None)
    assert told.problem.startswith("no column is called 'g', 'cost', '∂g/∂z'")
    assert [(s.code, s.problem) for s in marked] == [
        ("Ana", "one of 2 for this sheet"),
        ("", "no such sheet"),
        ("Bo", ""),
        ("Ana", "the name is Bo; one of 2 for this sheet"),
    ]
    assert "\x1b" not in report(marked)
    bo = marked[2].grade
    assert bo is not None
    assert bo.points == 0.0
    for data in (b"", b"a,b\n1,2\n", b"sheet,q\nAna,1\n", b"z\n1\n"):
        with pytest.raises(ValueError, match="expected a table with a column 'sheet' or 'name'"):
            mark_table(found, data)


@pytest.mark.parametrize(
    ("header", "times"),
    [("sheet,z,g,z", "'z' stands 2"), ("Sheet,sheet,SHEET,z", "'sheet' stands 3")],
)
def test_a_column_that_stands_twice_is_named(header: str, times: str) -> None:
    with pytest.raises(ValueError, match=f"the column {times} times: keep one"):
        mark_table(class_of(["Ana"]), f"{header}\nAna,1,2,3\n".encode())


@pytest.mark.parametrize(
    "code", ["Ana-López", "ana-lópez", " ANA-LÓPEZ ", "Ana López", "ana _ lo\u0301pez"]
)
def test_the_code_of_a_sheet_may_be_typed_in_other_ways(code: str, tmp_path: Path) -> None:
    found = class_of(["Ana López", "Bo"])
    table = f"Sheet;Name;z\r\n{code};ana  lópez;0,5\r\n".encode("utf-8-sig")
    marked = [s for s in mark_table(found, table) if s.source]
    assert [(s.code, s.problem) for s in marked] == [("Ana-López", "")]
    file = handed_in(found, tmp_path)["Ana-López"]
    text = nbformat.read(file, as_version=4)
    del text.metadata["glassgrad"]
    place = tmp_path / f"{code}.ipynb"
    file.unlink()
    place.write_text(nbformat.writes(text), encoding="utf-8")
    assert [s.code for s in mark_notebooks(found, place) if s.grade] == ["Ana-López"]


def test_grade_says_what_answers_and_points_are() -> None:
    drawn = sheet(neuron()["cost"])
    wrong: Any
    for wrong in (["0.5"], "0.5", None, 0.5, {("z", "0.5")}):
        with pytest.raises(
            TypeError, match=r"answers as a dict .* such as \{'z': '0.5'\}, received"
        ):
            grade(drawn, wrong)
    for wrong in ([1.0], 2.0):
        with pytest.raises(TypeError, match="expected points as a dict"):
            grade(drawn, {}, points=wrong)
    for wrong in (math.nan, None, 3, "Z"):
        with pytest.raises(
            ValueError, match=re.escape(f"no blank is called {wrong!r}; the blanks")
        ):
            grade(drawn, {wrong: "1"})
        with pytest.raises(
            ValueError, match=re.escape(f"no blank is called {wrong!r}; the blanks")
        ):
            grade(drawn, {}, points={wrong: 1.0})
    for text in ("nan", math.nan, "inf", math.inf, "NaN"):
        assert grade(drawn, {"z": text}).marks["z"] == 0.0


@pytest.mark.parametrize("rate", [0, -1, 0.0, math.nan, math.inf, -0.1])
def test_a_learning_rate_is_above_0(rate: float) -> None:
    with pytest.raises(ValueError, match=r"expected a learning rate above 0, such as rate=0\.1"):
        sheet(neuron()["cost"], rate=rate)


def handed_in(found: ClassSet, folder: Path) -> dict[str, Path]:
    files = {}
    for code, filled in answers_of(found).items():
        notebook = nbformat.reads(found.files(".ipynb")[f"sheets/{code}.ipynb"], as_version=4)
        lines = ",\n".join(f"{name!r}: {number}" for name, number in filled.items())
        notebook.cells[1].source = f"answers = {{\n{lines}\n}}"
        files[code] = folder / f"{code}.ipynb"
        files[code].write_text(nbformat.writes(notebook), encoding="utf-8")
    return files


def test_a_class_is_marked_from_notebooks(tmp_path: Path) -> None:
    found = class_of(NAMES)
    handed_in(found, tmp_path)
    marked = mark_notebooks(found, tmp_path)
    assert sorted(s.code for s in marked) == sorted(found.sheets)
    assert all(s.grade is not None and s.grade.ok and not s.problem for s in marked)


def test_notebooks_are_known_by_what_they_note_or_by_their_place(tmp_path: Path) -> None:
    found = class_of(["Ana", "Bo", "Cy", "Di", "Ed"])
    files = handed_in(found, tmp_path)
    files["Ana"].rename(tmp_path / "homework (1).ipynb")  # known by its metadata
    for code, place in (("Bo", "Bo.ipynb"), ("Cy", "Cy/ps1/exercise.ipynb")):
        notebook = nbformat.read(files[code], as_version=4)
        files[code].unlink()
        del notebook.metadata["glassgrad"]
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, tmp_path / place)
    (tmp_path / "Di.ipynb").write_text(files["Ed"].read_text(encoding="utf-8"), encoding="utf-8")
    files["Ed"].unlink()
    (tmp_path / "zzz.ipynb").write_text("broken")
    (tmp_path / ".ipynb_checkpoints").mkdir()
    (tmp_path / ".ipynb_checkpoints" / "Bo.ipynb").write_text("old")
    marked = mark_notebooks(found, tmp_path)
    problems = {s.code: s.problem for s in marked}
    assert problems == {
        "Ana": "",
        "Bo": "",
        "Cy": "",
        "Ed": "the file is called Di, and has the sheet of Ed",
        "": "this is not a notebook",
        "Di": "nothing was handed in",
    }
    with pytest.raises(ValueError, match="there is no notebook"):
        mark_notebooks(found, tmp_path / ".ipynb_checkpoints")


def test_marks_are_written_as_a_table_as_json_and_as_reports(tmp_path: Path) -> None:
    found = class_of(["Ana", "=1+1", "Bo"])
    answers = answers_of(found)
    answers["Ana"]["g"] = "0.99"
    table = table_of(found, {**answers, "Bo": {}})
    files = mark_files(found, mark_table(found, table))
    rows = read_table(files["grades.csv"].encode())
    assert rows[0][:4] == ["sheet", "name", "points", "most"]
    assert [row[:4] for row in rows[1:]] == [
        ["Ana", "Ana", "11.0", "12.0"],
        ["1-1", "=1+1", "12.0", "12.0"],
        ["Bo", "Bo", "0.0", "12.0"],
    ]
    entries = json.loads(files["grades.json"])
    assert [entry["points"] for entry in entries] == [11.0, 12.0, 0.0]
    assert "WRONG" in files["reports/Ana.txt"]
    write_folder(tmp_path / "grades", files)
    assert (tmp_path / "grades" / "reports" / "1-1.txt").exists()


def test_random_wrong_answers_are_marked_and_never_raise() -> None:
    draw = random.Random(1)  # noqa: S311  # no secret
    found = class_of(["Ana"])
    drawn = found.sheets["Ana"]
    texts = [
        "",
        "x",
        "1",
        "-0.5",
        "1e400",
        "0,5",
        "1/0",
        "=2",
        "²",
        "\ud800",
        "nan",
        "2(g - y)",
        "…",
    ]
    for _ in range(60):
        result = grade(drawn, {name: draw.choice(texts) for name in drawn.questions})
        assert 0.0 <= result.points <= result.most
        json.loads(result.json)
        result.to_gradescope()


# ------------------------------------------------------------------ two mistakes on one sheet


def test_two_mistakes_are_found_from_the_hints_alone() -> None:
    drawn = sheet(neuron()["cost"], seed=7, rate=0.1)
    right = worked_out(drawn.numbers, 0.1)
    written = as_a_hand_writes(right)
    slope = right["g"] * (1 + right["g"])  # the first mistake
    by_z = right["gradient of g"] * slope
    by_w = by_z * drawn.numbers["x"]
    written |= {
        "∂g/∂z": f"{slope:.4g}",
        "gradient of z": f"{by_z:.4g}",
        "gradient of b": f"{by_z:.4g}",
        "gradient of w": f"{by_w:.4g}",
        "new b": f"{drawn.numbers['b'] - 0.1 * by_z:.4g}",
        "new w": f"{drawn.numbers['w'] + 0.1 * by_w:.4g}",  # the second: uphill
    }

    def told(hint: int) -> str:
        return str(grade(drawn, written, hint=hint))

    assert told(0).splitlines()[1:] == [
        "6 of 12 steps are right.",
        "4 more follow from wrong ones, and have their points.",
    ]
    wrong = [line.split("  ")[0] for line in told(1).splitlines() if line.endswith("WRONG")]
    assert wrong == ["∂g/∂z", "new w"]
    assert told(1).endswith(
        "What follows from a wrong number has its points: compute it again once that is right."
    )
    assert "activation derivative: g(1 + g) for g(1 - g)" in told(2)
    assert "a step uphill: the gradient was added" in told(2)
    assert re.search(r"∂g/∂z .* WRONG, expected 0\.249375 from the lines before\. activ", told(3))
    assert re.search(r"new w .* WRONG, expected 0\.4669 from the lines before\. sign", told(3))
    assert "has its points" not in str(grade(drawn, as_a_hand_writes(right)))


Numbers = dict[str, float]
Step = Callable[[Numbers], float]

STEPS: dict[str, Step] = {
    "z": lambda n: n["w"] * n["x"] + n["b"],
    "g": lambda n: 1 / (1 + math.exp(-n["z"])),
    "cost": lambda n: (n["g"] - n["y"]) ** 2,
    "∂g/∂z": lambda n: n["g"] * (1 - n["g"]),
    "∂z/∂b": lambda _: 1.0,
    "∂z/∂w": lambda n: n["x"],
    "gradient of g": lambda n: 2 * (n["g"] - n["y"]),
    "gradient of z": lambda n: n["gradient of g"] * n["∂g/∂z"],
    "gradient of b": lambda n: n["gradient of z"] * n["∂z/∂b"],
    "gradient of w": lambda n: n["gradient of z"] * n["∂z/∂w"],
    "new w": lambda n: n["w"] - 0.1 * n["gradient of w"],
    "new b": lambda n: n["b"] - 0.1 * n["gradient of b"],
}
"""How a student works each step of the neuron out, from what is on the sheet already."""

MISTAKES: dict[str, tuple[str, Step, str]] = {
    "the bias forgotten": ("z", lambda n: n["w"] * n["x"], "term left out"),
    "exp(z) for exp(-z)": ("g", lambda n: 1 / (1 + math.exp(n["z"])), "sign"),
    "tanh": ("g", lambda n: math.tanh(n["z"]), "wrong function"),
    "half the square": ("cost", lambda n: 0.5 * (n["g"] - n["y"]) ** 2, "factor 2"),
    "g(1 + g)": ("∂g/∂z", lambda n: n["g"] * (1 + n["g"]), "activation derivative"),
    "no 2": ("gradient of g", lambda n: n["g"] - n["y"], "factor 2"),
    "y - g": ("gradient of g", lambda n: 2 * (n["y"] - n["g"]), "sign"),
    "no g(1 - g)": ("gradient of z", lambda n: n["gradient of g"], "local derivative forgotten"),
    "uphill": ("new w", lambda n: n["w"] + 0.1 * n["gradient of w"], "sign"),
    "no rate": ("new b", lambda n: n["b"] - n["gradient of b"], "learning rate"),
}
"""A step, the wrong way in which a student works it out, and the name of the slip."""


def worked(given: Numbers, ways: Mapping[str, Step]) -> dict[str, str]:
    """The sheet of a student, who goes on with the numbers that are written."""
    numbers, written = dict(given), {}
    for name, way in ways.items():
        written[name] = f"{way(numbers):.{10 if 'new' in name else 5}g}"
        numbers[name] = float(written[name])
    return written


@pytest.mark.parametrize("seed", [0, 3, 4])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("the bias forgotten", "g(1 + g)"),
        ("exp(z) for exp(-z)", "no 2"),
        ("tanh", "uphill"),
        ("half the square", "no g(1 - g)"),
        ("g(1 + g)", "y - g"),
        ("no 2", "no rate"),
        ("y - g", "no g(1 - g)"),
        ("the bias forgotten", "no rate"),
        ("g(1 + g)", "uphill"),
    ],
)
def test_a_student_finds_two_mistakes_by_the_hints(first: str, second: str, seed: int) -> None:
    drawn = sheet(neuron()["cost"], seed=seed, rate=0.1)
    mistakes = {name: (way, slip) for name, way, slip in (MISTAKES[first], MISTAKES[second])}
    ways = STEPS | {name: way for name, (way, _) in mistakes.items()}
    result = grade(drawn, worked(drawn.numbers, ways))
    where = str(result.check.with_hint(1)).splitlines()
    told = [line.split("  ")[0] for line in where if line.endswith("WRONG")]
    assert told == [name for name in STEPS if name in mistakes]
    for name, (_, slip) in mistakes.items():
        assert result.hints[name].startswith(f"WRONG. {slip}: ")
    # The student does the steps again that are called wrong, and what follows from them.
    ways |= {name: STEPS[name] for name in told}
    assert grade(drawn, worked(drawn.numbers, ways)).ok


NOTHING: Any = None
NUMBERS: Any = [3]


def _drawn(seed: str) -> ExerciseSheet:
    return sheet(neuron()["cost"], ["g"], seed=seed)


@pytest.mark.parametrize(
    ("call", "error", "told"),
    [
        (
            lambda: class_set("nope.csv", _drawn),
            FileNotFoundError,
            "'nope.csv': No such file or directory; expected the names of the;(the path",
        ),
        (lambda: class_set("", _drawn), OSError, "''; expected the names of the students, or"),
        (lambda: class_set([], _drawn), ValueError, "the list of students is empty: give names"),
        (
            lambda: class_set(NOTHING, _drawn),
            TypeError,
            "expected the names of the students, or the file",
        ),
        (
            lambda: class_set(NUMBERS, _drawn),
            TypeError,
            "names of the students as texts, received int",
        ),
        (
            lambda: class_set(["A"], NOTHING),
            TypeError,
            "expected a function that makes a sheet from",
        ),
        (
            lambda: class_set(["A"], lambda _: NOTHING),
            TypeError,
            "expected make to return an exercise",
        ),
        (
            lambda: grade_class("nope.json", "nope.csv"),
            FileNotFoundError,
            "'nope.json': No such file or directory; expected the key.json of a class",
        ),
        (
            lambda: grade_class(class_set(["A"], _drawn), "nope.csv"),
            FileNotFoundError,
            "'nope.csv': No such file or directory; expected the table of answers as CSV",
        ),
        (lambda: ClassSet.from_json(b"\xff\xfe\x00"), ValueError, "this is not the key of a class"),
        (lambda: ExerciseSheet.from_json(""), ValueError, "the JSON of an exercise sheet, as its"),
        (lambda: otter_test(NOTHING), TypeError, "received NoneType; write otter_test(sheet)"),
        (
            lambda: nbgrader_notebook(NUMBERS),
            TypeError,
            "received list; write nbgrader_notebook(sheet)",
        ),
    ],
)
def test_what_is_empty_or_missing_is_told_with_what_was_expected(
    call: Callable[[], object],
    error: type[Exception],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error) as raised:
        call()
    text = str(raised.value)
    assert all(part in text for part in told.split(";")), text
    assert "Errno" not in text
