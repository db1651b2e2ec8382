"""explain: the chain rule as the course notes write it, in text, in numbers and in LaTeX."""

import functools
import importlib
import itertools
import json
import math
import operator
import random
import re
import subprocess
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from pathlib import Path as File
from typing import Any, NamedTuple

import pytest
from IPython.core.formatters import DisplayFormatter

import autograd
from autograd import TABLE, Parameter, Value, label, topological_order
from autograd.explaining import Explanation, Factor, explain
from autograd.explaining.layouts import Route, TextLayout
from autograd.explaining.pieces import Equation
from autograd.notation.algebra import Call, Name, Number, Power, Product, Sum, Symbol
from autograd.notation.names import names as names_of
from autograd.notation.reading import parse
from autograd.notation.text import one_line
from autograd.worked_example import STUDENTS, build

false_equations = importlib.import_module("written").false_equations  # a module beside the tests


def reckon(formula: Symbol) -> float:
    """The number that a formula stands for."""
    if isinstance(formula, Number):
        return formula.value
    if isinstance(formula, Name):
        return float(formula.node.data)
    if isinstance(formula, Sum):
        return math.fsum(map(reckon, formula.terms))
    if isinstance(formula, Product):
        return formula.coefficient * math.prod(map(reckon, formula.factors))
    if isinstance(formula, Power):
        return float(reckon(formula.base) ** reckon(formula.exponent))
    assert isinstance(formula, Call)
    return float(formula.op.value(*map(reckon, formula.inputs)))


def assert_explained(explanation: Explanation, rel: float = 1e-10) -> None:
    """Assert that formulas, factors, paths and the whole agree with each other and the engine."""
    output, wrt = explanation.output, explanation.wrt
    leaves = [node for node in topological_order(output) if node.op is None]
    for leaf in leaves:
        leaf.grad = 0.0
    output.backward()
    # Where numbers cancel each other, their sum is only as exact as the largest of them.
    size = sum(math.prod(abs(f.value) for f in path.factors) for path in explanation.paths)
    tolerance = rel * (1e-6 + size)
    assert explanation.value == pytest.approx(wrt.grad, rel=rel, abs=tolerance)
    for factor in explanation.factors:
        if factor.formula is not None:
            assert reckon(factor.formula) == pytest.approx(factor.value, rel=rel, abs=tolerance)
    if explanation.paths:
        assert len(explanation.paths) == explanation.path_count
        total = math.fsum(path.value for path in explanation.paths)
        assert total == pytest.approx(wrt.grad, rel=rel, abs=tolerance)
        assert {f for path in explanation.paths for f in path.factors} == set(explanation.factors)
    for path in explanation.paths:
        assert path.value == pytest.approx(math.prod(f.value for f in path.factors), rel=1e-12)
        nodes = [output, *(f.parent for f in path.factors)]
        assert [f.child for f in path.factors] == nodes[:-1]
        assert nodes[-1] is wrt


def names(factors: tuple[Factor, ...]) -> list[str]:
    return [f"{factor.child.label}/{factor.parent.label}" for factor in factors]


# ----------------------------------------------------------------- the worked example


def test_four_factors_of_w1_come_out_as_the_notes_write_them() -> None:
    nodes = build(STUDENTS[0])
    assert explain(nodes["cost"], nodes["w1"]).text.splitlines() == [
        "dcost/dw1 = dcost/dy_pred * dy_pred/dg1 * dg1/dz1 * dz1/dw1",
        "",
        "  dcost/dy_pred = 2(y_pred - y_act) = 2(24.9573 - 82) = -114.085",
        "  dy_pred/dg1   = w7 = 12",
        "  dg1/dz1       = g1(1 - g1) = 0.377541(1 - 0.377541) = 0.235004",
        "  dz1/dw1       = x1 = 60",
        "",
        "dcost/dw1 = 2(y_pred - y_act) * w7 * g1(1 - g1) * x1",
        "          = -114.085 * 12 * 0.235004 * 60",
        "          = -19303.5",
    ]


def test_two_factors_of_w7_come_out_as_the_notes_write_them() -> None:
    nodes = build(STUDENTS[0])
    assert explain(nodes["cost"], nodes["w7"]).text.splitlines() == [
        "dcost/dw7 = dcost/dy_pred * dy_pred/dw7",
        "",
        "  dcost/dy_pred = 2(y_pred - y_act) = 2(24.9573 - 82) = -114.085",
        "  dy_pred/dw7   = g1 = 0.377541",
        "",
        "dcost/dw7 = 2(y_pred - y_act) * g1",
        "          = -114.0854 * 0.3775407",
        "          = -43.0719",
    ]


def test_two_factors_of_b3_come_out_as_the_notes_write_them() -> None:
    nodes = build(STUDENTS[0])
    assert explain(nodes["cost"], nodes["b3"]).text.splitlines() == [
        "dcost/db3 = dcost/dy_pred * dy_pred/db3",
        "",
        "  dcost/dy_pred = 2(y_pred - y_act) = 2(24.9573 - 82) = -114.085",
        "  dy_pred/db3   = 1",
        "",
        "dcost/db3 = 2(y_pred - y_act)",
        "          = 2(24.9573 - 82)",
        "          = -114.085",
    ]


@pytest.mark.parametrize(
    ("chain", "factors", "value"),
    [
        (
            "cost y_pred g1 z1 w1",
            [-114.08535823164831, 12.0, 0.2350037122015945, 60.0],
            -19303.547538445982,
        ),
        ("cost y_pred w7", [-114.08535823164831, 0.3775406687981454], -43.071862446852506),
        ("cost y_pred b3", [-114.08535823164831, 1.0], -114.08535823164831),
    ],
)
def test_factors_of_the_notes_are_exact_numbers(
    chain: str, factors: list[float], value: float
) -> None:
    nodes = build(STUDENTS[0])
    ends = chain.split()
    explanation = explain(nodes["cost"], nodes[ends[-1]])
    assert [factor.value for factor in explanation.factors] == pytest.approx(factors, rel=1e-14)
    assert explanation.value == pytest.approx(value, rel=1e-14)
    assert names(explanation.factors) == [f"{a}/{b}" for a, b in itertools.pairwise(ends)]
    assert [path.factors for path in explanation.paths] == [explanation.factors]
    assert str(explanation.factors[0].formula) == "2(y_pred - y_act)"
    assert_explained(explanation)


def test_explanation_of_w7_in_latex() -> None:
    nodes = build(STUDENTS[0])
    assert explain(nodes["cost"], nodes["w7"]).latex.splitlines() == [
        r"\begin{aligned}",
        (
            r"\frac{\partial \text{cost}}{\partial w_{7}} &= \frac{\partial \text{cost}}{\partial"
            r" y_{pred}} \cdot \frac{\partial y_{pred}}{\partial w_{7}} \\"
        ),
        (
            r"\frac{\partial \text{cost}}{\partial y_{pred}} &= 2\left(y_{pred} - y_{act}\right)"
            r" = 2\left(24.9573 - 82\right) = -114.085 \\"
        ),
        r"\frac{\partial y_{pred}}{\partial w_{7}} &= g_{1} = 0.377541 \\",
        (
            r"\frac{\partial \text{cost}}{\partial w_{7}} &= 2\left(y_{pred} - y_{act}\right)"
            r" \cdot g_{1} \\"
        ),
        r"&= -114.0854 \cdot 0.3775407 \\",
        r"&= -43.0719",
        r"\end{aligned}",
    ]


def test_explanation_prints_as_its_text_and_shows_as_its_latex() -> None:
    nodes = build(STUDENTS[0])
    explanation = explain(nodes["cost"], nodes["w1"])
    assert str(explanation) == repr(explanation) == explanation.text
    assert explanation._repr_markdown_() == f"$$\n{explanation.latex}\n$$"
    data, _ = DisplayFormatter().format(explanation)  # type: ignore[no-untyped-call]
    assert data["text/latex"] == data["text/markdown"] == explanation._repr_markdown_()


@pytest.mark.parametrize("name", ["w1", "w7", "b3", "x1", "y_act", "z1", "g1", "y_pred", "w2"])
def test_method_of_a_value_explains_the_same(name: str) -> None:
    nodes = build(STUDENTS[0])
    explanation = nodes["cost"].explain(nodes[name])
    assert isinstance(explanation, Explanation)
    assert explanation.text == explain(nodes["cost"], nodes[name]).text
    assert_explained(explanation)


# ------------------------------------------------------------ the feedforward network


def two_layers() -> dict[str, Value]:
    """The feedforward network of the course notes with the error of a binary label."""
    w11, w21, w31 = Parameter(0.5), Parameter(-0.3), Parameter(0.1)
    w12, w22, w32 = Parameter(0.2), Parameter(0.4), Parameter(-0.6)
    v11, v21, v31 = Parameter(0.7), Parameter(-0.8), Parameter(0.25)
    x1, x2, y = Value(2.0), Value(-1.0), Value(1.0)
    h1 = autograd.dot([w11, w21], [x1, x2], w31)
    h2 = autograd.dot([w12, w22], [x1, x2], w32)
    h = autograd.dot([v11, v21], [h1.sigmoid(), h2.sigmoid()], v31)
    y_hat = h.sigmoid()
    error = -(y * y_hat.log() + (1 - y) * (1 - y_hat).log())
    nodes = {"x1": x1, "x2": x2, "y": y, "h1": h1, "h2": h2, "h": h, "y_hat": y_hat, "E": error}
    nodes |= {"W11(1)": w11, "W21(1)": w21, "W31(1)": w31, "W12(1)": w12, "W22(1)": w22}
    nodes |= {"W32(1)": w32, "W11(2)": v11, "W21(2)": v21, "W31(2)": v31}
    label(**nodes)
    return nodes


@pytest.mark.parametrize(("name", "is_stacked"), [("W", False), ("WW", True)])
def test_steps_of_more_than_110_signs_stand_one_below_the_other(
    name: str, is_stacked: bool
) -> None:
    x, long = Value(2.0, label="x"), "h" * 23
    hidden = x * 0.5
    g = hidden.sigmoid() * Value(0.7, label=name)
    y = g * g
    label(g=g, y=y, **{long: hidden})
    steps = [
        f"{name}*sigmoid({long})(1 - sigmoid({long}))",
        "0.7*sigmoid(1)(1 - sigmoid(1))",
        f"{0.7 / (2 + math.e + 1 / math.e):.6f}",
    ]
    assert sum(map(len, steps)) == 110 + is_stacked
    left = f"  dg/d{long} = "
    between = "\n" + "= ".rjust(len(left)) if is_stacked else " = "
    assert left + between.join(steps) + "\n" in explain(y, x).text


def test_first_weight_of_the_network_is_a_product_of_four_factors() -> None:
    nodes = two_layers()
    explanation = explain(nodes["E"], nodes["W11(1)"])
    assert explanation.text.splitlines() == [
        "dE/dW11(1) = dE/dy_hat * dy_hat/dh * dh/dh1 * dh1/dW11(1)",
        "",
        (
            "  dE/dy_hat   = -y/y_hat + (1 - y)/(1 - y_hat)"
            " = -1/0.629029 + (1 - 1)/(1 - 0.629029) = -1.58975"
        ),
        "  dy_hat/dh   = y_hat(1 - y_hat) = 0.6290291(1 - 0.6290291) = 0.233351",
        "  dE/dh       = dE/dy_hat * dy_hat/dh = y_hat - y = 0.629029 - 1 = -0.370971",
        (
            "  dh/dh1      = W11(2)*sigmoid(h1)(1 - sigmoid(h1))"
            " = 0.7*sigmoid(1.4)(1 - sigmoid(1.4)) = 0.111079"
        ),
        "  dh1/dW11(1) = x1 = 2",
        "",
        "dE/dW11(1) = (y_hat - y) * W11(2)*sigmoid(h1)(1 - sigmoid(h1)) * x1",
        "           = -0.37097093 * 0.11107943 * 2",
        "           = -0.0824145",
    ]
    assert_explained(explanation)
    y_hat, share = nodes["y_hat"].data, 1 / (1 + math.exp(-1.4))
    assert explanation.value == pytest.approx((y_hat - 1) * 0.7 * share * (1 - share) * 2)


def test_error_by_the_score_is_prediction_minus_label() -> None:
    nodes = two_layers()
    explanation = explain(nodes["E"], nodes["h"])
    assert names(explanation.factors) == ["E/y_hat", "y_hat/h"]
    assert explanation.value == pytest.approx(nodes["y_hat"].data - 1.0, rel=1e-14)
    assert_explained(explanation)


# ---------------------------------------------------------------------- several paths


def test_diamond_has_two_paths_that_add_up() -> None:
    a = Value(2.0)
    b = a * 3
    c = a**2
    d = b * c
    label(a=a, b=b, c=c, d=d)
    explanation = explain(d, a, form="paths")
    assert explanation.text.splitlines() == [
        "There are 2 paths; their products add up.",
        "",
        "Path 1: a -> b -> d",
        "  dd/db   = c = 4",
        "  db/da   = 3",
        "  product = 4 * 3 = 12",
        "",
        "Path 2: a -> c -> d",
        "  dd/dc   = b = 6",
        "  dc/da   = 2a = 2*2 = 4",
        "  product = 6 * 4 = 24",
        "",
        "dd/da = 12 + 24",
        "      = 36",
    ]
    assert explain(d, a).text.splitlines() == [
        "dd/da = dd/db * db/da + dd/dc * dc/da",
        "",
        "  dd/db = c = 4",
        "  db/da = 3",
        "  dd/dc = b = 6",
        "  dc/da = 2a = 2*2 = 4",
        "",
        "dd/da = c * 3 + b * 2a",
        "      = 4 * 3 + 6 * 4",
        "      = 12 + 24",
        "      = 36",
    ]
    assert [path.value for path in explanation.paths] == [12.0, 24.0]
    assert_explained(explanation)


def test_products_of_paths_that_are_negative_or_0_are_added_or_left_out() -> None:
    a, z = Value(2.0, label="a"), Value(0.0, label="z")
    rise, fall, flat = a * 3.0, a * -5.0, a * z
    label(rise=rise, fall=fall, flat=flat)
    y = autograd.sum([rise, fall, flat])
    y.label = "y"
    assert explain(y, a, form="paths").text.endswith("\ndy/da = 3 - 5\n      = -2")


def test_negative_shares_are_taken_away() -> None:
    a = Value(2.0)
    b = a * -3
    c = a * -1
    d = b + c
    label(a=a, b=b, c=c, d=d)
    assert explain(d, a).text.splitlines()[-2:] == ["dd/da = -3 - 1", "      = -4"]


def test_weight_shared_by_two_neurons_is_explained_along_both() -> None:
    w, x1, x2 = Value(0.4), Value(1.5), Value(-0.7)
    z1, z2 = w * x1, w * x2
    g1, g2 = z1.tanh(), z2.sigmoid()
    y = g1 * g2
    label(w=w, x1=x1, x2=x2, z1=z1, z2=z2, g1=g1, g2=g2, y=y)
    explanation = explain(y, w)
    assert [names(path.factors) for path in explanation.paths] == [
        ["y/g1", "g1/z1", "z1/w"],
        ["y/g2", "g2/z2", "z2/w"],
    ]
    assert [str(f.formula) for f in explanation.paths[0].factors] == ["g2", "1 - g1^2", "x1"]
    assert_explained(explanation)


def three_students() -> dict[str, Value]:
    """The worked example's network once for each student, on the same weights."""
    parts = [build(student) for student in STUDENTS]
    weights = {name: node for name, node in parts[0].items() if isinstance(node, Parameter)}
    nodes: dict[str, Value] = {**weights}
    for i, student in enumerate(STUDENTS, start=1):
        inputs = [Value(hours, label=f"x{j}_{i}") for j, hours in enumerate(student.hours, 1)]
        z1 = autograd.dot([weights[w] for w in ("w1", "w3", "w5")], inputs, weights["b1"])
        z2 = autograd.dot([weights[w] for w in ("w2", "w4", "w6")], inputs, weights["b2"])
        g1, g2 = z1.sigmoid(), z2.sigmoid()
        y = autograd.dot([weights["w7"], weights["w8"]], [g1, g2], weights["b3"])
        cost = (y - student.mark) ** 2
        found = {"z1": z1, "g1": g1, "z2": z2, "g2": g2, "y": y, "cost": cost}
        nodes |= {f"{name}_{i}": node for name, node in found.items()}
    nodes["total"] = nodes["cost_1"] + nodes["cost_2"] + nodes["cost_3"]
    label(**nodes)
    return nodes


@pytest.mark.parametrize(
    ("name", "length"), [("w1", 5), ("w4", 5), ("b1", 5), ("w7", 3), ("w8", 3), ("b3", 3)]
)
def test_weight_of_a_batch_has_a_path_through_every_student(name: str, length: int) -> None:
    nodes = three_students()
    explanation = explain(nodes["total"], nodes[name])
    assert len(explanation.paths) == 3
    assert [len(path.factors) for path in explanation.paths] == [length] * 3
    assert [path.factors[0].parent.label for path in explanation.paths] == [
        "cost_1",
        "cost_2",
        "cost_3",
    ]
    assert f"dtotal/d{name} = sum over i = 1..3 of dtotal/dcost_i * " in explanation.text
    assert_explained(explanation)


def test_first_student_of_a_batch_has_the_number_of_the_notes() -> None:
    nodes = three_students()
    first = explain(nodes["total"], nodes["w1"]).paths[0]
    assert first.value == pytest.approx(-19303.547538445982, rel=1e-13)


def test_both_inputs_of_a_square_are_one_factor() -> None:
    x = Value(3.0, label="x")
    y = x * x
    y.label = "y"
    explanation = explain(y, x)
    assert str(explanation) == "dy/dx = 2x\n      = 2*3\n      = 6"
    assert len(explanation.factors) == len(explanation.paths) == 1
    assert_explained(explanation)


def test_branch_that_does_not_lead_to_the_node_is_not_in_its_explanation() -> None:
    nodes = build(STUDENTS[0])
    explanation = explain(nodes["cost"], nodes["w1"])
    shown = {f.child.label for f in explanation.factors}
    assert shown == {"cost", "y_pred", "g1", "z1"}


# ------------------------------------------------------------ too many paths to list


def diamonds(count: int) -> tuple[Value, Value]:
    """A chain of diamonds, which has 2**count paths."""
    x = Value(0.9, label="x")
    node: Value = x
    for i in range(count):
        left, right = node * 0.7, autograd.sin(node)
        joined = left + right
        label({f"l{i}": left, f"r{i}": right, f"n{i}": joined})
        node = joined
    return node, x


def test_paths_too_many_to_list_are_accumulated_backwards() -> None:
    y, x = diamonds(12)
    explanation = explain(y, x)
    assert explanation.path_count == 2**12
    assert explanation.paths == ()
    meet = "There are 4,096 paths. Where they meet, at n10, n9, n8, n7, ..., their shares are added"
    assert explanation.text.startswith(meet)
    assert "4,096 paths" in explanation.latex
    lines = explanation.text.splitlines()
    assert "dn11/dx = dn11/dn0 * dn0/dl0 * dl0/dx + dn11/dn0 * dn0/dr0 * dr0/dx" in lines
    assert "dn11/dx = dn11/dn0 * 0.7 + dn11/dn0 * cos(x)" in lines
    assert lines[-1].split("= ")[-1] == f"{explanation.value:.6g}"
    assert_explained(explanation)


def test_gradients_on_the_way_are_those_of_the_backward_pass() -> None:
    y, x = diamonds(12)
    explanation = explain(y, x)
    y.backward()
    for node, factors in explanation.received():
        assert explanation.gradient(node) == pytest.approx(node.grad, rel=1e-12)
        shares = [explanation.gradient(f.child) * f.value for f in factors]
        assert math.fsum(shares) == pytest.approx(node.grad, rel=1e-12)


def test_gradient_of_a_node_on_no_path_is_0() -> None:
    x, w = Value(3.0, label="x"), Value(2.0, label="w")
    y = x * w
    assert explain(y, x).gradient(w) == 0.0
    assert explain(y, x).gradient(Value(1.0)) == 0.0


def test_more_paths_than_could_ever_be_walked_are_counted() -> None:
    y, x = diamonds(80)
    explanation = explain(y, x)
    assert explanation.path_count == 2**80
    assert f"{2**80:,} paths" in explanation.text
    assert_explained(explanation)


@pytest.mark.parametrize(("max_paths", "listed"), [(7, 0), (8, 8), (9, 8)])
def test_as_many_paths_are_listed_as_asked_for(max_paths: int, listed: int) -> None:
    y, x = diamonds(3)
    assert len(explain(y, x, max_paths=max_paths).paths) == listed


def test_eight_paths_are_listed_unless_told_otherwise() -> None:
    for count in (8, 9):
        x = Value(3.0, label="x")
        middle = [x * float(i) for i in range(count)]
        label(**{f"m{i}": node for i, node in enumerate(middle)})
        listed = explain(autograd.sum(middle), x).paths
        assert len(listed) == (8 if count == 8 else 0)


def test_no_path_may_be_listed_and_less_than_none_may_not() -> None:
    y, x = diamonds(3)
    assert explain(y, x, max_paths=0).paths == ()
    with pytest.raises(ValueError, match="max_paths"):
        explain(y, x, max_paths=-1)


# -------------------------------------------------- unlabelled nodes are folded into formulas


class Folded(NamedTuple):
    """A function of labelled nodes, and its derivative by the first in symbols."""

    compute: Callable[..., Any]
    derivative: str


FOLDED = {
    "square of a difference": Folded(lambda a, *_: (a - 1) ** 2, "2(a - 1)"),
    "tanh of a sum": Folded(lambda a, b, c: autograd.tanh(a * b + c), "(1 - y^2)*b"),
    "quotient": Folded(lambda a, b, c: a * b / c, "b/c"),
    "reciprocal": Folded(lambda a, *_: 1 / a, "-y/a"),
    "power of two": Folded(lambda a, *_: 2**a, "0.693147*y"),
    "cube": Folded(lambda a, *_: a**3, "3a^2"),
    "zeroth power": Folded(lambda a, *_: a**0, "0"),
    "a to the b": Folded(lambda a, b, _: a**b, ""),
    "by the exponent": Folded(lambda a, b, _: (b * b + 1) ** a, "y*log(b^2 + 1)"),
    "by a part of the exponent": Folded(
        lambda a, b, c: (abs(b) + 2) ** (a * c), "y*log(abs(b) + 2)*c"
    ),
    "a to the a": Folded(lambda a, *_: a**a, ""),
    "exp": Folded(lambda a, b, _: autograd.exp(a * b), "y*b"),
    "log": Folded(lambda a, b, _: autograd.log(a + b * b), "1/(a + b^2)"),
    "sqrt": Folded(lambda a, *_: autograd.sqrt(a + 1) * 1.0, ""),
    "max": Folded(lambda a, b, _: autograd.maximum(a, b) * 2, ""),
    "min": Folded(lambda a, b, c: autograd.minimum(a * b, c), ""),
    "relu": Folded(lambda a, b, _: autograd.relu(a * b), "b"),
    "leaky relu": Folded(lambda a, b, _: autograd.leaky_relu(a - b, 0.1), ""),
    "abs": Folded(lambda a, b, _: abs(b - a), ""),
    "where": Folded(
        lambda a, b, c: autograd.where(autograd.greater(a, 0.0), a * b, a * c),
        "b",
    ),
    "softmax": Folded(lambda a, b, c: autograd.softmax([a, b, c])[1], ""),
    "logsumexp": Folded(lambda a, b, c: autograd.logsumexp([a, b, c]), ""),
    "sum": Folded(lambda a, b, _: autograd.sum([a, b, a, 3.0]), "2"),
    "dot with plain numbers": Folded(
        lambda a, b, _: autograd.dot([0.5, 2.0], [a, b], 1.0) ** 2, "0.5a + 2b + 1"
    ),
    "many": Folded(lambda a, b, c: (a.sigmoid() * b - c.exp()).tanh() / (1 + a * a), ""),
}


@pytest.mark.parametrize("point", [(1.3, 0.6, 0.4), (0.8, -1.2, 2.5), (2.1, 2.2, -0.3)])
@pytest.mark.parametrize("name", FOLDED)
def test_unlabelled_nodes_are_folded_into_the_formula(
    name: str, point: tuple[float, float, float]
) -> None:
    a, b, c = (Value(number) for number in point)
    y = FOLDED[name].compute(a, b, c)
    label(a=a, b=b, c=c, y=y)
    explanation = explain(y, a)
    assert len(explanation.factors) == 1
    formula = explanation.factors[0].formula
    assert formula is not None
    assert_explained(explanation)
    text = re.sub(r"  \([^()]*(\([^()]*\))?[^()]*\)$", "", explanation.text, flags=re.MULTILINE)
    assert text.startswith(f"dy/da = {formula}")
    assert text.endswith(f"= {explanation.value:.6g}")


@pytest.mark.parametrize("name", [name for name in FOLDED if FOLDED[name].derivative])
def test_folded_formula_is_written_as_a_hand_would(name: str) -> None:
    a, b, c = Value(1.3), Value(0.6), Value(0.4)
    y = FOLDED[name].compute(a, b, c)
    label(a=a, b=b, c=c, y=y)
    written = str(explain(y, a).factors[0].formula)
    assert written == FOLDED[name].derivative


def test_plain_numbers_and_unlabelled_leaves_are_numbers_in_the_formula() -> None:
    x = Value(3.0, label="x")
    y = x * Value(5.0) + x * 2
    y.label = "y"
    assert str(explain(y, x)) == "dy/dx = 7"


def random_graph(seed: int) -> tuple[Value, Value]:
    """Random operations on shared nodes, some of them labelled; the result, and a leaf."""
    draw = random.Random(seed)  # noqa: S311  # no secret
    nodes = [Value(draw.uniform(0.3, 1.7), label=f"x{i}") for i in range(draw.randint(1, 3))]
    leaf = nodes[0]
    binary: list[Callable[[Any, Any], Any]] = [
        operator.add,
        operator.sub,
        operator.mul,
        operator.truediv,
        autograd.maximum,
        lambda a, b: autograd.dot([a, b], [b, 0.5], 2.0),
        lambda a, b: autograd.softmax([a, b, 0.3])[0],
        lambda a, b: autograd.logsumexp([a, b]),
        lambda a, b: autograd.where(autograd.greater(a, b), a * 2, b),
    ]
    unary: list[Callable[[Any], Any]] = [
        TABLE[name] for name in ("sin", "cos", "tanh", "sigmoid", "exp", "softplus", "relu", "abs")
    ]
    unary += [lambda a: a**2, lambda a: 2**a, lambda a: -a, lambda a: 3 - a, lambda a: a / 4]
    steps = draw.randint(3, 9)
    while len(nodes) < steps + 3:
        recent = nodes[-3:]
        a, b = draw.choice(recent), draw.choice(nodes)
        made = draw.choice(unary)(a) if draw.random() < 0.4 else draw.choice(binary)(a, b)
        if math.isfinite(made.data) and 1e-2 < abs(made.data) < 20:
            if draw.random() < 0.5:
                made.label = f"n{len(nodes)}"
            nodes.append(made)
    for node in reversed(nodes):
        if leaf in topological_order(node):
            return node, leaf
    raise AssertionError("the leaf is itself in its graph")


@pytest.mark.parametrize("ten", range(0, 300, 10))
def test_random_graph_is_explained_by_formulas_that_give_its_numbers(ten: int) -> None:
    has_formula = []
    for seed in range(ten, ten + 10):
        y, x = random_graph(seed)
        explanation = explain(y, x, max_paths=100)
        assert_explained(explanation, rel=1e-9)
        assert explanation.text
        has_formula += [factor.formula is not None for factor in explanation.factors]
    assert sum(has_formula) > 0.8 * len(has_formula)  # a few are too long to be read


@pytest.mark.parametrize("name", ["sin", "sigmoid"])
def test_formula_that_would_double_with_every_node_is_given_as_a_number(name: str) -> None:
    x = Value(0.5, label="x")
    y: Value = x
    for _ in range(8):
        y = y + TABLE[name](y)
    explanation = explain(y, x)
    assert len(explanation.text) < 20_000
    assert_explained(explanation)


@pytest.mark.parametrize("exponent", [math.inf, -math.inf, math.nan])
def test_power_that_is_no_finite_number_is_explained_too(exponent: float) -> None:
    x = Value(0.5, label="x")
    shown = f"({exponent})" if exponent < 0 else exponent
    assert explain(x**exponent, x).text.startswith(f"d(x^{shown})/dx = ")


@pytest.mark.parametrize("number", [0.0, -0.0, math.inf, -math.inf, math.nan, 1e300, 5e-324])
def test_numbers_at_the_edge_are_explained_without_an_error(number: float) -> None:
    functions: list[Callable[[Any], Value]] = [
        lambda x: x**2,
        lambda x: 1 / x,
        lambda x: x.log() * x,
        lambda x: x**x,
        lambda x: 2**x - x,
        lambda x: x / x,
        lambda x: x.sqrt() + autograd.softmax([x, 1.0])[0],
    ]
    for function in functions:
        x = Value(number, label="x")
        explanation = explain(function(x), x)
        assert explanation.text
        assert explanation.latex


# -------------------------------------------------------------------- the two ends


def test_unlabelled_ends_have_names_all_the_same() -> None:
    x = Value(3.0)
    lines = str(explain(x * x, x)).splitlines()
    assert lines == [
        "d(input1*input1)/dinput1 = 2input1",
        "                         = 2*3",
        "                         = 6",
    ]


def test_unlabelled_inner_node_can_be_asked_for() -> None:
    x = Value(3.0, label="x")
    inner = x * 2
    y = inner**2
    explanation = explain(y, inner)
    assert explanation.value == 12.0
    assert_explained(explanation)


def test_output_by_itself_is_one() -> None:
    x = Value(3.0, label="x")
    for node in (x, x * 2):
        explanation = explain(node, node)
        assert explanation.value == 1.0
        assert explanation.factors == ()
        assert explanation.text.endswith("= 1")
        assert r"\frac{\partial" in explanation.latex


def test_constant_of_an_expression_has_no_influence() -> None:
    x = Value(3.0, label="x")
    y = x**2
    y.label = "y"
    explanation = explain(y, y.parents[1])
    assert explanation.value == 0.0
    assert explanation.text == "dy/d2 = 0"


def test_paths_and_their_factors_can_be_kept_in_a_set_and_not_be_changed() -> None:
    x = Value(3.0, label="x")
    explanation = explain(x**2, x)
    (path,) = set(explanation.paths)
    assert set(path.factors) == set(explanation.factors)
    y, x = diamonds(1)
    parts = set(TextLayout(explain(y, x), lists_paths=True).content())
    assert {type(part) for part in parts} == {Equation, Route, str}
    with pytest.raises(FrozenInstanceError):
        path.value = 1.0  # type: ignore[misc]  # which is the point


def test_node_without_influence_is_refused() -> None:
    x, stranger = Value(3.0, label="x"), Value(1.0, label="stranger")
    y = x * 2
    with pytest.raises(ValueError, match=r"was not computed from .*stranger"):
        explain(y, stranger)
    with pytest.raises(ValueError, match="was not computed from"):
        explain(x, y)


@pytest.mark.parametrize("other", [3.0, "x", None, [1.0]])
def test_what_is_no_value_is_refused(other: Any) -> None:
    x = Value(3.0)
    with pytest.raises(TypeError, match=f"expected output .*received {type(other).__name__}"):
        explain(other, x)
    with pytest.raises(TypeError, match=f"expected wrt .*received {type(other).__name__}"):
        explain(x, other)


def test_explaining_leaves_every_node_as_it_was() -> None:
    nodes = three_students()
    nodes["total"].backward()
    order = topological_order(nodes["total"])
    before = [(n.data, n.grad, n.has_grad, n.label, n.op, n.partials) for n in order]
    explanation = explain(nodes["total"], nodes["w1"])
    assert explanation.text
    assert explanation.latex
    assert before == [(n.data, n.grad, n.has_grad, n.label, n.op, n.partials) for n in order]


# ------------------------------------------------------------------------ large graphs


def test_long_chain_of_labelled_nodes_is_explained() -> None:
    x = Value(1.0, label="x")
    y: Value = x
    for i in range(5000):
        y = y * 1.0001
        y.label = f"n{i}"
    explanation = explain(y, x)
    assert len(explanation.factors) == 5000
    assert explanation.value == pytest.approx(1.0001**5000, rel=1e-10)
    assert len(explanation.text.splitlines()) > 5000
    assert len(explanation.latex.splitlines()) > 5000


def test_long_chain_of_unlabelled_nodes_is_one_number() -> None:
    x = Value(1.0, label="x")
    y: Value = x
    for _ in range(100_000):
        y = y * 1.00001
    explanation = explain(y, x)
    assert explanation.text == f"d(mul99999*1.00001)/dx = {explanation.value:.6g}"
    assert explanation.value == pytest.approx(1.00001**100_000, rel=1e-10)


def test_factor_without_a_formula_stands_as_a_number_among_others() -> None:
    x = Value(1.0, label="x")
    y = x**2
    y.label = "y"
    z: Value = y
    for _ in range(100):
        z = z.tanh()
    z.label = "z"
    explanation = explain(z, x)
    assert [f.formula is None for f in explanation.factors] == [True, False]
    assert explanation.text.splitlines()[2] == f"  dz/dy = {explanation.factors[0].value:.6g}"
    assert_explained(explanation)


# ------------------------------------------------------------------------------- LaTeX

MARKUP = [*r"_%$#&{}~^\<>", r"\frac{1}{0}", "a_b_c", "$$", r"\end{aligned}", "50 %", "</script>"]
MARKUP += [
    "<b>",
    "a & b",
    "line\nbreak",
    "tab\there",
    "\x00",
    "\ud800",
    "x'",
    '"',
    "a -> b",
    "[a](b)",
]
MARKUP += ["w^{(1)}_{11}", r"\theta_1", "x^2", r"\hat{y}", "out_h1", "sigma", "delta_o1", "y_hat"]
MARKUP += ["a^b^c", "x_{", r"\x", r"\alpha^{", "x_1_2_", "_", "^", "eta_", "w^{(1)}_{11}^2"]
MARKUP += ["*a*", "`a`", "|a|", "a + b", "W11(1)", "e5", "-x", "x_1_2", "1", "", " "]
MARKUP += ["Δw", "∇L", "L(θ)", "λw", "loss_α", "tasa α", "w_{ij}^{(l)}", "\u00b5"]
FOREIGN = ["∂", "ŷ", "σ(x)", "α", "x₁", "é", "日本", "Ж", "😀", "½", "→", "−", "\u200b", "\xa0"]
MATHEMATICAL = ["∑", "∏", "∫", "ℒ", "ℋ", "≠", "\u2028"]


def with_label(text: str) -> list[Explanation]:
    """Explanations with one path, two and many, and a folded one, for nodes with that label."""
    found = []
    for count in (1, 2, 4):
        x = Value(2.0, label=text)
        y: Value = x
        for _ in range(count):
            left = y * 3.0
            right = y**2 if count > 1 else 1.5
            y = left + right
            for node in (left, right, y):
                if isinstance(node, Value):
                    node.label = text
        found.append(explain(y, x))
    x = Value(2.0, label=text)
    found.append(explain((x * 3.0) ** 2 / (x + 1.0), x))
    return found


def of_row(name: str) -> list[Explanation]:
    """Explanations of a row of the table by each of its inputs, folded and not."""
    count = {"dot": 5, "where": 3}.get(name, TABLE[name].arity or 3)
    found: list[Explanation] = []
    for numbers in ((0.4, 0.7, 0.3, 0.9, 0.2), (1e-7, 0.5, 2e-9, 0.25, 3e-5)):
        inputs = [Value(n, label=f"x{i}") for i, n in enumerate(numbers[:count], start=1)]
        y = TABLE[name](*inputs)
        for output in (y, (y + 1.0) ** 3 / (y * y + 2.0)):
            found.extend(explain(output, x) for x in inputs)
        y.label = "y"
        found.extend(explain(y * y, x) for x in inputs)
    return found


def of_numbers() -> list[Explanation]:
    """Powers, products and quotients of numbers of every size."""
    functions: list[Callable[[Any], Any]] = [
        lambda x: x**3,
        lambda x: x**-2,
        lambda x: x**1.5,
        lambda x: 1e-7**x,
        lambda x: (x * 1e-8 - 1e9) ** 2,
        lambda x: x**x,
        lambda x: x * math.inf,
        lambda x: x * math.nan,
        lambda x: autograd.sqrt(x) ** 3 + autograd.exp(x) ** 2,
    ]
    sizes = [1e-7, -1e-7, 1e10, 1e300, 0.0, -0.0, math.inf, -math.inf, math.nan]
    found = []
    for number in sizes:
        for function in functions:
            x = Value(number, label="x")
            found.append(explain(function(x), x))
    return found


def of_the_notes() -> list[Explanation]:
    nodes = build(STUDENTS[0])
    network = two_layers()
    return [explain(nodes["cost"], nodes[name]) for name in nodes if name != "cost"] + [
        explain(network["E"], network[name]) for name in network
    ]


def of_several_paths() -> list[Explanation]:
    nodes = three_students()
    y, x = diamonds(12)
    return [explain(nodes["total"], nodes[name]) for name in ("w1", "w7", "b3")] + [explain(y, x)]


def of_forms() -> list[Explanation]:
    """Every form, with numbers and without, of a network, a batch, and of choices."""
    nodes, network, students = build(STUDENTS[0]), two_layers(), three_students()
    found = []
    for form in ("nodes", "paths", "layers"):
        for numbers in (True, False):
            found += [
                explain(nodes["cost"], nodes["x1"], form=form, numbers=numbers),
                explain(network["E"], network["x1"], form=form, numbers=numbers),
            ]
    found += [explain(students["total"], students[name], numbers=False) for name in ("w1", "b3")]
    a, b = Value(2.0, label="a"), Value(-1.0, label="b")
    closed, direct = autograd.relu(b * a), a * 2.0
    y = closed + direct + autograd.maximum(a, b) + autograd.where(autograd.greater(a, b), a, b)
    label(closed=closed, direct=direct, y=y)
    for _ in range(2):
        y.backward()
    return [*found, explain(y, a), explain(y, b)]


def of_random_graphs() -> list[Explanation]:
    return [explain(*random_graph(seed), max_paths=20) for seed in range(40)]


GROUPS: dict[str, tuple[Callable[[], list[Explanation]], bool]] = {
    "course notes": (of_the_notes, True),
    "several paths": (of_several_paths, True),
    "forms": (of_forms, True),
    "numbers of every size": (of_numbers, True),
    "random graphs": (of_random_graphs, True),
    **{f"row {name}": (functools.partial(of_row, name), True) for name in TABLE},
    **{f"label {text!a}": (functools.partial(with_label, text), True) for text in MARKUP},
    # KaTeX's strictest setting warns of characters that not every font has; that is not an error.
    **{f"label {text!a}": (functools.partial(with_label, text), False) for text in FOREIGN},
    **{f"label {text!a}": (functools.partial(with_label, text), False) for text in MATHEMATICAL},
}
"""Explanations to compile, by groups, and whether to compile strictly."""

NODE = ["node"]


@pytest.fixture(scope="module")
def katex() -> dict[str, list[str]]:
    """KaTeX's objections, by groups: all groups are compiled in one process of Node."""
    try:
        found = subprocess.run([*NODE, "-e", "require('katex')"], capture_output=True, check=False)  # noqa: S603  # no input of others
    except OSError:
        pytest.skip("there is no node here, which runs KaTeX")
    if found.returncode:
        pytest.skip("KaTeX is missing: npm install katex, and say where in NODE_PATH")
    formulas = [
        (name, explanation.latex, "error" if strict else "ignore")
        for name, (make, strict) in GROUPS.items()
        for explanation in make()
    ]
    run = subprocess.run(  # noqa: S603  # no input of others
        [*NODE, str(File(__file__).with_name("katex_check.js"))],
        input=json.dumps([formula[1:] for formula in formulas]),
        capture_output=True,
        text=True,
        check=True,
    )
    objections: dict[str, list[str]] = {name: [] for name in GROUPS}
    for (name, latex, _), objection in zip(formulas, json.loads(run.stdout), strict=True):
        if objection is not None:
            objections[name].append(f"{objection}\n{latex}")
    return objections


@pytest.mark.parametrize("name", GROUPS)
def test_latex_compiles_with_katex(katex: dict[str, list[str]], name: str) -> None:
    assert not katex[name], katex[name][0].encode("ascii", "backslashreplace").decode()


@pytest.mark.parametrize("name", GROUPS)
def test_markdown_is_one_block_of_mathematics_without_markup(name: str) -> None:
    for explanation in GROUPS[name][0]():
        markdown = explanation._repr_markdown_()
        assert markdown.startswith("$$\n")
        assert markdown.endswith("\n$$")
        body = markdown[3:-3]
        assert "<" not in body  # the start of an HTML tag
        assert "\n\n" not in body  # the end of a paragraph
        assert not re.search(r"(?<!\\)\$", body)  # the end of the formula
        assert not re.search("[\x00-\x09\x0b-\x1f\ud800-\udfff]", body)


@pytest.mark.parametrize("text", [*MARKUP, *FOREIGN, *MATHEMATICAL])
def test_label_is_shown_in_text_as_it_is(text: str) -> None:
    if not text or "\n" in text:
        return
    for explanation in with_label(text):
        assert one_line(text) in explanation.text


@pytest.mark.parametrize("text", ["line\nbreak", "line\r\nbreak"])
def test_line_break_in_a_label_does_not_break_a_line_of_the_text(text: str) -> None:
    x = Value(2.0, label=text)
    y = x * 3.0
    y.label = "y"
    assert len(explain(y, x).text.splitlines()) == 1


# --------------------------------------------------------------- guards, and long formulas


def test_a_power_is_explained_without_the_guard_that_holds() -> None:
    x, b = Value(2.0, label="x"), Value(3.0, label="b")
    y = x**b
    y.label = "y"
    assert [str(f.formula) for f in explain(y, x).factors] == ["b*x^(b - 1)"]
    assert [str(f.formula) for f in explain(y, b).factors] == ["y*log(x)"]


def test_the_guard_of_a_power_stays_where_it_decides() -> None:
    x, b = Value(0.0, label="x"), Value(2.0, label="b")
    y = x**b
    y.label = "y"
    (factor,) = explain(y, b).factors
    assert str(factor.formula) == "where(abs(x) + [0 > b], y*log(x), 0)"
    assert factor.value == 0.0
    assert_explained(explain(y, b))


def test_a_choice_of_another_operation_is_made_and_said() -> None:
    x, b = Value(2.0, label="x"), Value(3.0, label="b")
    y = autograd.where(autograd.greater(x, 1.0), x**b, b)
    y.label = "y"
    (text,) = (str(f.formula) for f in explain(y, x).factors)
    assert text == "b*x^(b - 1)"
    assert "(x > 1)" in str(explain(y, x))


def test_the_product_is_not_written_in_symbols_where_a_factor_is_too_long_for_it() -> None:
    x = Value(1.1, label="x")
    m = x * 2.0
    m.label = "m"
    y = m
    for _ in range(50):
        y = (y * 1.001 + m).tanh()
    y.label = "y"
    explanation = explain(y, x)
    assert [f.formula is None for f in explanation.factors] == [True, False]
    *_, product, value = explanation.text.splitlines()
    assert product.startswith("dy/dx = 0.0")
    assert value.strip() == f"= {explanation.value:.6g}"


# ------------------------------------------------------------------- as a careful teacher writes


def batch(loss: Callable[[Value, float], Value], *samples: tuple[float, float]) -> Explanation:
    """The mean of a loss over samples (x, y) of a neuron without names, by its weight."""
    w, b = Value(0.3, label="w"), Value(-0.2, label="b")
    output = autograd.sum([loss(w * x + b, y) for x, y in samples]) / len(samples)
    output.label = "L"
    return explain(output, w)


def test_a_batch_is_one_sum_over_samples_in_their_order() -> None:
    def squared(z: Value, y: float) -> Value:
        return (z.sigmoid() - y) ** 2

    def entropy(z: Value, y: float) -> Value:
        return -(y * z.sigmoid().log() + (1.0 - y) * (1.0 - z.sigmoid()).log())

    assert batch(squared, (2.0, 0.0), (3.0, 1.0)).text.splitlines()[:2] == [
        "dL/dw = 2*sigmoid(2w + b)^2(1 - sigmoid(2w + b))",
        "        + 3(sigmoid(3w + b) - 1)*sigmoid(3w + b)(1 - sigmoid(3w + b))",
    ]
    assert batch(entropy, (2.0, 0.0), (3.0, 1.0)).text.splitlines()[0] == (
        "dL/dw = sigmoid(2w + b) + 1.5(sigmoid(3w + b) - 1)"
    )
    both = batch(lambda z, y: squared(z, y) if y else entropy(z, y), (2.0, 0.0), (3.0, 1.0))
    assert both.text.splitlines()[0] == (
        "dL/dw = sigmoid(2w + b) + 3(sigmoid(3w + b) - 1)*sigmoid(3w + b)(1 - sigmoid(3w + b))"
    )
    for explanation in (both, batch(squared, (2.0, 0.0), (3.0, 1.0))):
        assert not false_equations(explanation.text)


def test_a_mean_of_three_is_divided_by_three() -> None:
    explanation = batch(lambda z, y: (z - y) ** 2, (1.0, 2.0), (3.0, 1.0), (2.0, 0.0))
    assert explanation.text.splitlines() == [
        "dL/dw = 2(w + b - 2)/3 + 2(3w + b - 1) + 4(2w + b)/3",
        "      = 2(0.3 + (-0.2) - 2)/3 + 2(3*0.3 + (-0.2) - 1) + 4(2*0.3 + (-0.2))/3",
        "      = -1.33333",
    ]
    assert r"\frac{4\left(2w + b\right)}{3}" in explanation.latex


def test_a_long_sum_has_its_terms_on_lines_of_their_own() -> None:
    def loss(z: Value, y: float) -> Value:
        return (z.sigmoid() - y) ** 2

    first, second, *_ = batch(loss, (2.0, 1.0), (3.0, 1.0)).text.splitlines()
    assert first == "dL/dw = 2(sigmoid(2w + b) - 1)*sigmoid(2w + b)(1 - sigmoid(2w + b))"
    assert second == "        + 3(sigmoid(3w + b) - 1)*sigmoid(3w + b)(1 - sigmoid(3w + b))"


def test_no_line_stands_twice_and_no_sign_stands_before_a_zero() -> None:
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    u = -a
    u.label = "u"
    v = -u
    v.label = "v"
    assert explain(v, a).text.splitlines()[-2:] == ["dv/da = -1 * (-1)", "      = 1"]
    zero = Value(0.0, label="z")
    quotient = zero / b
    quotient.label = "q"
    assert explain(quotient, b).text == "dq/db = -q/b\n      = 0/3\n      = 0"
    assert "&= \\frac{0}{3}" in explain(quotient, b).latex
    assert str(explain((zero - b) ** 2, b)).splitlines()[1].strip() == "= -2(0 - 3)"


def test_a_negative_number_that_comes_first_in_a_sum_is_bare() -> None:
    p, y = Value(-3.5, label="p"), Value(1.0, label="y")
    loss = (p - y) ** 2
    loss.label = "L"
    assert explain(loss, p).text.splitlines()[1] == "      = 2(-3.5 - 1)"


def test_long_decimals_stand_apart_from_a_name() -> None:
    x = Value(0.5, label="x")
    y = autograd.exp2(x)
    y.label = "y"
    assert explain(y, x).text.splitlines()[0] == "dy/dx = 0.693147*y"
    z = 0.25 * x
    assert explain(z * x, x).text.splitlines()[0].endswith("= 0.5x")


def test_an_indexed_letter_has_no_parentheses_after_the_sign_of_a_derivative() -> None:
    w, x = Value(0.5, label="w_{ij}^{(l)}"), Value(2.0, label="x")
    y = (w * x) ** 2
    y.label = "y"
    assert r"\frac{\partial y}{\partial w_{ij}^{(l)}} &=" in explain(y, w).latex
    assert r"\left(w_{ij}^{(l)}\right)^{2}" in explain(w**2 * x, x).latex


def test_one_sample_is_p_minus_y_whatever_its_target_is() -> None:
    w = Value(0.3, label="w")
    loss: Value = Value(0.0)
    for i, (x, y) in enumerate([(1.0, 1.0), (2.0, 0.0)], start=1):
        p = (w * x).sigmoid()
        p.label = f"p{i}"
        loss = loss - (y * p.log() + (1.0 - y) * (1.0 - p).log())
    loss.label = "L"
    text = explain(loss, w).text
    assert "dL/dw = (p1 - 1) + 2p2\n      = (0.574443 - 1) + 2*0.645656\n" in text
    assert not false_equations(text)


def test_two_factors_are_not_joined_under_the_name_of_a_third() -> None:
    x, y = Value(0.4, label="x"), Value(1.0, label="y")
    p = x.sigmoid()
    p.label = "p"
    loss = -(y * p.log() + (1.0 - y) * (1.0 - p).log()) + x * x / 3.0
    loss.label = "L"
    lines = [line for line in explain(loss, x).text.splitlines() if "=" in line]
    names = [line.partition("=")[0].strip() for line in lines[1:-3]]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("text", ["a^a + a", "a^a*a", "a^a - exp(a)", "a^(a^a)", "0/0*a + a + a*a"])
def test_what_overflows_is_not_taken_for_rounding(text: str) -> None:
    y, names = parse(text, {"a": 300.0})
    y.backward()
    for form in ("nodes", "paths"):
        assert explain(y, names["a"], form=form).text.endswith(f"= {names['a'].grad:g}")


def test_a_label_that_reads_as_another_number_stands_in_quotation_marks() -> None:
    a, x, one = Value(3.0, label="2"), Value(4.0, label="x"), Value(1.0, label="1")
    y = (a * x + one) ** 2
    assert list(names_of(y).values())[:4] == ['"2"', "x", '"2"*x', "1"]
    equation, numbers, result = explain(y, a).text.splitlines()
    assert equation.endswith('/d"2" = 2("2"*x + 1)*x')
    assert numbers.endswith(" = 2(3*4 + 1)*4")
    assert result.endswith(" = 104")


@pytest.mark.parametrize(("number", "written"), [(math.nan, r"\text{nan}"), (math.inf, r"\infty")])
def test_what_is_not_finite_is_kept_apart_from_digits_before_it(
    number: float, written: str
) -> None:
    n, x = Value(number, label="n"), Value(2.0, label="x")
    y = n * n * x
    y.label = "y"
    assert rf"&= 2 \cdot 2 \cdot {written} \\" in explain(y, n).latex


@pytest.mark.parametrize("name", ["a)", "1)", "x}"])
def test_a_long_formula_is_broken_at_no_sign_within_parentheses_whatever_labels_hold(
    name: str,
) -> None:
    a, b, c = Value(2.0, label=name), Value(3.0, label="weight"), Value(1.5, label="a long label")
    of_both = autograd.sin(c) * autograd.sin(a) * a * b
    y = a * b * (a + b * c + of_both + autograd.tanh(b) * autograd.exp(c) / a)
    y.label = "y"
    for wrt in (a, b):
        latex = explain(y, wrt).latex
        for line in latex.splitlines():
            assert line.count(r"\left(") == line.count(r"\right)")


def test_a_gradient_of_which_rounding_alone_is_left_is_that_of_one_pass() -> None:
    a = Value(-0.1, label="a")
    p = autograd.softmax([a, a, a, a])[0]
    p.label = "p"
    y = autograd.erf(p)
    y.label = "y"
    y.backward()
    assert a.grad != 0.0
    assert "a.grad" not in explain(y, a).text
    y.backward()
    a.grad += 1.0
    assert "a.grad is 1: it was set" in explain(y, a).text


def test_a_label_with_a_parenthesis_alone_stands_in_quotation_marks() -> None:
    a, b = Value(2.0, label="a)"), Value(3.0, label="(b")
    c = Value(1.5, label="f(x)")
    y = autograd.sin(a * b + c) * a
    y.label = "y"
    first = str(explain(y, a)).splitlines()[0]
    assert first.startswith('dy/d"a)" = "a)"*cos(')
    assert '"(b"' in first
    assert "f(x)" in first
    assert '"f(x)"' not in first
