"""Explanations as a hand writes them: shared tails once, p - y, branches, samples, vectors."""

import importlib
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import autograd
import nn
from autograd import Parameter, Value, check_by_hand, explain, label, topological_order
from autograd.explaining.samples import averages
from autograd.worked_example import STUDENTS, build

typesetting: Any = importlib.import_module("typesetting")
false_equations = importlib.import_module("written").false_equations

# ------------------------------------------------------------------- shared tails, once


def mazur() -> dict[str, Value]:
    """The 2-2-2 network of Matt Mazur's step by step example, by its names."""
    i1, i2, t1, t2 = Value(0.05), Value(0.10), Value(0.01), Value(0.99)
    numbers = (0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55)
    w1, w2, w3, w4, w5, w6, w7, w8 = map(Parameter, numbers)
    b1, b2 = Parameter(0.35), Parameter(0.60)
    net_h1 = autograd.dot([w1, w2], [i1, i2], b1)
    net_h2 = autograd.dot([w3, w4], [i1, i2], b1)
    out_h1, out_h2 = net_h1.sigmoid(), net_h2.sigmoid()
    net_o1 = autograd.dot([w5, w6], [out_h1, out_h2], b2)
    net_o2 = autograd.dot([w7, w8], [out_h1, out_h2], b2)
    out_o1, out_o2 = net_o1.sigmoid(), net_o2.sigmoid()
    e_o1, e_o2 = 0.5 * (t1 - out_o1) ** 2, 0.5 * (t2 - out_o2) ** 2
    e_total = e_o1 + e_o2
    found = {name: node for name, node in locals().items() if isinstance(node, Value)}
    nodes = {re.sub("^e_", "E_", name): node for name, node in found.items()}
    label(**nodes)
    return nodes


def test_what_two_paths_share_is_written_once() -> None:
    nodes = mazur()
    text = explain(nodes["E_total"], nodes["w1"]).text
    assert text.splitlines()[0] == (
        "There are 2 paths. Where they meet, at out_h1, their shares are added up once."
    )
    # 0.055399425, -0.019049119, 0.036350306 and 0.000438568 are the published numbers.
    assert "= 0.0553994 - 0.0190491\n                 = 0.0363503\n" in text
    assert text.endswith(
        "dE_total/dw1 = dE_total/dout_h1 * out_h1(1 - out_h1) * i1\n"
        "             = 0.0363503 * 0.241301 * 0.05\n"
        "             = 0.000438568"
    )
    assert text.count("dout_h1/dnet_h1 = ") == 1


def factors_written(text: str) -> list[str]:
    """The names of the factors that an explanation writes out, each on a line of its own."""
    return re.findall(r"^  (\S+) += ", text, re.MULTILINE)


def recurrent() -> tuple[Value, Value]:
    """The error of a state after three steps with the same weights, and the weight of the input."""
    w, u, state = Parameter(0.5, label="w"), Parameter(0.8, label="u"), Value(0.0, label="h0")
    for i in (1, 2, 3):
        x = Value(0.5 * i, label=f"x{i}")
        state = (w * state + u * x).tanh()
        state.label = f"h{i}"
    loss = (state - 1.0) ** 2
    loss.label = "L"
    return loss, u


def test_deltas_are_worked_out_where_paths_part() -> None:
    nodes = mazur()
    text = explain(nodes["E_total"], nodes["b1"]).text
    assert text.splitlines()[0] == (
        "There are 4 paths. Where they part, at net_o2, net_o1, and where they meet, at out_h2,"
        " out_h1, b1, the gradient is worked out once."
    )
    assert "= dE_total/dnet_o1 * w5 + dE_total/dnet_o2 * w7\n" in text
    assert "= 0.1384986 * 0.4 - 0.03809824 * 0.5\n" in text  # the published deltas
    assert "= 0.0553994 - 0.0190491\n" in text
    loss, u = recurrent()
    text = explain(loss, u).text
    assert "dL/du = dL/dh1 * dh1/du" not in text
    assert "dL/dh2 * dh2/dh1 * dh1/du + dL/dh2 * dh2/du + dL/dh3 * dh3/du" in text


def test_no_factor_is_written_out_twice() -> None:
    nodes = mazur()
    loss, u = recurrent()
    for output, wrt in ((loss, u), *((nodes["E_total"], nodes[name]) for name in ("b1", "i1"))):
        for has_numbers in (True, False):
            written = factors_written(explain(output, wrt, numbers=has_numbers).text)
            assert written
            assert len(written) == len(set(written))


def test_a_long_product_goes_on_in_the_next_line() -> None:
    node = x = Value(0.9, label="x")
    for i in range(1, 25):
        node = autograd.sin(node)
        node.label = f"h{i}"
    explanation = explain(node, x)
    assert max(map(len, explanation.text.splitlines())) < 120
    assert not false_equations(explanation.text)
    assert r"\\" + "\n" + r"&\quad \cdot \frac{\partial h_{" in explanation.latex


def test_paths_are_an_option() -> None:
    nodes = mazur()
    explanation = explain(nodes["E_total"], nodes["w1"], form="paths")
    assert "Path 2: w1 -> net_h1 -> out_h1 -> net_o2" in explanation.text
    assert explanation.text.count("dout_h1/dnet_h1 = ") == 2
    with pytest.raises(
        ValueError, match=r"unknown form: 'path' \(must be one of nodes, paths, lay"
    ):
        explain(nodes["E_total"], nodes["w1"], form="path")


def test_many_paths_keep_their_symbols() -> None:
    node = x = Value(0.9, label="x")
    for i in range(6):
        left, right = node * 0.7, autograd.sin(node)
        node = left + right
        label({f"l{i}": left, f"r{i}": right, f"n{i}": node})
    text = explain(node, x).text
    assert "dr3/dn2 = cos(n2) = cos(" in text
    assert "dn5/dx = dn5/dn0 * 0.7 + dn5/dn0 * cos(x)" in text


def test_a_long_sum_has_a_line_for_each_term() -> None:
    nodes = mazur()
    lines = explain(nodes["E_total"], nodes["w1"]).text.splitlines()
    at = lines.index(
        "dE_total/dout_h1 = dE_total/dE_o1 * dE_o1/dout_o1 * dout_o1/dnet_o1 * dnet_o1/dout_h1"
    )
    assert lines[at + 1].strip().startswith("+ dE_total/dE_o2 * ")


def test_a_share_has_another_name_than_the_whole() -> None:
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    d = a * b
    y = d + 5 * a
    label(d=d, y=y)
    explanation = explain(y, a)
    assert explanation.text.splitlines()[0] == "dy/da = dy/dd * dd/da + ∂y/∂a"
    assert "  ∂y/∂a = 5" in explanation.text.splitlines()
    assert r"\left.\frac{\partial y}{\partial a}\right|_{\text{direct}} &= 5" in explanation.latex
    assert "dy/da = 5" not in explain(y, a, form="paths").text


# ------------------------------------------------------------------------ zeros and ones


def test_a_path_without_influence_is_named_and_dropped() -> None:
    x = Value(2.0, label="x")
    closed, way = (x * -1.0).relu(), x * 3.0
    y = closed + way
    label(closed=closed, way=way, y=y)
    lines = explain(y, x).text.splitlines()
    assert "The path x -> closed -> y gives 0: dclosed/dx = 0, -x < 0" in lines
    assert lines[-1] == "dy/dx = 3"
    assert " + 0" not in "\n".join(lines)


def test_a_path_without_influence_says_which_number_is_0() -> None:
    loss, _ = recurrent()
    (w,) = (node for node in topological_order(loss) if node.label == "w")
    assert "The path w -> h1 -> h2 gives 0: dh1/dw = (1 - h1^2)*h0 = 0, h0 = 0" in str(
        explain(loss, w)
    )
    x = Value(-2.0, label="x")
    y = autograd.relu(x) * Value(3.0, label="a")
    y.label = "y"
    assert explain(y, x, numbers=False).text == "dy/dx = 0  (x < 0)"


def test_deviations_from_a_mean_add_up_to_0() -> None:
    xs = [Value(number, label=f"x{i}") for i, number in enumerate((1.0, 2.0, 4.0), 1)]
    mean = autograd.mean(xs)
    variance = autograd.mean([(x - mean) ** 2 for x in xs])
    z = (xs[0] - mean) / autograd.sqrt(variance)
    label(mu=mean, var=variance, z=z)
    text = explain(z, xs[0]).text
    assert "dvar/dmu = -2(x1 - mu)/3 - 2(x2 - mu)/3 - 2(x3 - mu)/3 = 0" in text
    assert "e-16" not in text
    assert "  dmu/dx1  = 1/3 = 0.333333" in text.splitlines()
    assert not false_equations(text)


@pytest.mark.parametrize("count", [3, 4, 5])
def test_what_rounding_leaves_of_deviations_is_0_however_many_there_are(count: int) -> None:
    numbers = (0.1, 0.7, 0.4, 0.3, 0.55)[:count]
    xs = [Value(number, label=f"x{i}") for i, number in enumerate(numbers, 1)]
    mean = autograd.mean(xs)
    variance = autograd.mean([(x - mean) ** 2 for x in xs])
    label(mu=mean, var=variance)
    (factor,) = explain(variance, mean).factors
    assert 0 < abs(factor.derivative) < 1e-15  # as floats add them up
    assert factor.value == 0


def test_no_one_and_no_sign_of_a_zero_is_written_in_a_product() -> None:
    nodes = build(STUDENTS[0])
    for name in ("b3", "b1", "w1", "y_act"):
        text = explain(nodes["cost"], nodes[name]).text
        assert not re.search(r"(?<![\w.])1 \*|\* 1(?![\d.])|-0(?![\d.])", text), text


def test_a_number_is_kept_apart_from_a_functions_name() -> None:
    x = Value(2.0, label="x")
    explanation = explain(0.7 * autograd.sin(x) ** 2, x)
    assert "1.4*sin(x)*cos(x)" in explanation.text
    assert r"1.4 \cdot \sin" in explanation.latex


# -------------------------------------------------------------------------------- p - y


def test_a_sigmoid_and_its_cross_entropy_leave_p_minus_y() -> None:
    z, y = Value(0.3, label="z"), Value(1.0, label="y")
    p = z.sigmoid()
    error = -(y * p.log() + (1 - y) * (1 - p).log())
    label(p=p, E=error)
    assert explain(error, z).text.endswith("dE/dz = p - y\n      = 0.574443 - 1\n      = -0.425557")


def test_a_product_that_would_be_longer_leaves_its_two_factors() -> None:
    z = Value(0.5, label="z")
    a = z.sigmoid()
    loss = (a + 1.0).log()
    label(a=a, L=loss)
    assert "dL/dz = 1/(a + 1) * a(1 - a)\n" in explain(loss, z).text


def test_two_factors_that_are_no_cross_entropys_are_written_each_by_itself() -> None:
    x = Value(0.4, label="x")
    s = x.sqrt()
    y = autograd.sqrt(1 - s * s)
    label(s=s, y=y)
    assert "dy/dx = -s/y * 0.5/s\n" in explain(y, x).text  # 0.5 / y would be shorter


@pytest.mark.parametrize("y", [0.0, 1.0, 0.7])
def test_losses_from_scores_leave_p_minus_y(y: float) -> None:
    z = Value(0.3, label="z")
    target = Value(y, label="y")
    for error, formula in (
        (autograd.softplus(z) - target * z, "sigmoid(z) - y"),
        (-(target * z.sigmoid().log() + (1 - target) * (1 - z.sigmoid()).log()), "sigmoid(z) - y"),
        (autograd.softplus(-z), "sigmoid(z) - 1"),
    ):
        error.label = "E"
        (factor,) = explain(error, z).factors
        assert str(factor.formula) == formula


@pytest.mark.parametrize("targets", [(0.0, 1.0, 0.0), (0.2, 0.5, 0.3)])
def test_a_softmax_and_its_cross_entropy_leave_p_minus_y(targets: tuple[float, ...]) -> None:
    scores = [Value(s, label=f"s{i}") for i, s in enumerate((1.0, 2.0, 0.5), 1)]
    ts = [Value(t, label=f"t{i}") for i, t in enumerate(targets, 1)]
    ps = autograd.softmax(scores)
    error = -autograd.sum([t * p.log() for t, p in zip(ts, ps, strict=True)])
    label({f"p{i}": p for i, p in enumerate(ps, 1)}, E=error)
    for i, (score, p, t) in enumerate(zip(scores, ps, targets, strict=True), 1):
        explanation = explain(error, score)
        assert explanation.value == pytest.approx(p.data - t)
        assert f"p{i} - t{i}\n" in explanation.text
        assert not false_equations(explanation.text)


def test_shares_that_cancel_leave_0_and_no_noise() -> None:
    scores = [Value(s, label=f"s{i}") for i, s in enumerate((5.0, 6.0, 7.0), 1)]
    powers = [score.exp() for score in scores]
    total = autograd.sum(powers)
    shares = [power / total for power in powers]
    label({f"a{i}": power for i, power in enumerate(powers, 1)}, t=total)
    label({f"p{i}": share for i, share in enumerate(shares, 1)})
    whole = autograd.sum(shares)
    whole.label = "s"
    text = explain(whole, scores[0]).text
    assert "= -0.000606621 + 0.000606621\n" in text
    assert text.splitlines()[-2:] == ["       = 0 * 148.413", "       = 0"]
    assert not re.search(r"e-1\d", text)
    assert not false_equations(text)


def test_a_log_softmax_leaves_a_share_minus_the_target_too() -> None:
    scores = [Value(s, label=f"s{i}") for i, s in enumerate((1.0, 2.0), 1)]
    loss = -autograd.log_softmax(scores)[0]
    loss.label = "L"
    assert str(explain(loss, scores[0]).factors[0].formula) == "softmax([s1, s2])[0] - 1"
    assert str(explain(loss, scores[1]).factors[0].formula) == "softmax([s1, s2])[1]"


def test_a_number_is_a_1_over_n_only_where_a_mean_is_taken() -> None:
    w = Parameter(0.5, label="w")
    z = [w * Value(float(i), label=f"x{i}") for i in range(1, 5)]
    mean = autograd.mean(z)
    variance = autograd.mean([(k - mean) ** 2 for k in z])
    h = [(k - mean) / autograd.sqrt(variance + 0.5) for k in z]
    loss = autograd.sum([k**3 for k in h]) + 0.1 * abs(w)
    label({f"z{i}": k for i, k in enumerate(z, 1)}, m=mean, v=variance, L=loss)
    label({f"h{i}": k for i, k in enumerate(h, 1)})
    text = explain(loss, w).text
    assert "  dh_i/dv = -0.5h_i/(v + 0.5)\n" in text
    assert re.search(r"∂L/∂w += 0.1  \(w > 0\)", text)
    assert not false_equations(text)


def test_p_minus_y_is_left_in_a_batch_too() -> None:
    weight, losses = Parameter(0.4, label="w"), []
    for i in (1, 2, 3):
        x = Value(0.5 * i, label=f"x{i}")
        scores = [weight * x, 0.3 * x, -0.2 * x]
        shares = autograd.softmax(scores)
        targets = [Value(float(k == i), label=f"y{k}_{i}") for k in (1, 2, 3)]
        label({f"z{k}_{i}": score for k, score in enumerate(scores, 1)})
        label({f"p{k}_{i}": share for k, share in enumerate(shares, 1)})
        losses.append(-autograd.sum([t * p.log() for t, p in zip(targets, shares, strict=True)]))
        losses[-1].label = f"L{i}"
    cost = autograd.mean(losses)
    cost.label = "J"
    explanation = explain(cost, weight)
    for i in (1, 2, 3):
        assert f"= dJ/dL{i} * (p1_{i} - y1_{i})\n" in explanation.text
    assert not false_equations(explanation.text)


def test_a_softmax_without_a_name_says_whose_share_it_is() -> None:
    x = Value(1.5, label="x")
    scores = [Parameter(w, label=f"w{i}") * x for i, w in enumerate((0.5, -0.2, 0.3), 1)]
    label({f"z{i}": score for i, score in enumerate(scores, 1)})
    loss = -autograd.softmax(scores)[1].log()
    loss.label = "L"
    lines = explain(loss, x).text.splitlines()
    assert lines[0] == "dL/dx = sum over i = 1..3 of dL/dz_i * dz_i/dx"
    assert (
        "  dL/dz3  = softmax([z1, z2, z3])[2] = softmax([0.75, -0.3, 0.45])[2] = 0.35433"
        "  (softmax([z1, z2, z3])[2] is the share of z3)"
    ) in lines
    latex = explain(loss, scores[2])._repr_latex_()
    assert r"\operatorname{softmax}\left([z_{1}, z_{2}, z_{3}]\right)[2]" in latex
    assert latex.count(r"\left") == latex.count(r"\right")
    symbols = explain(loss, x, numbers=False).text
    assert symbols.endswith(
        "dL/dx = softmax([z1, z2, z3])[0] * w1 + (softmax([z1, z2, z3])[1] - 1) * w2"
        " + softmax([z1, z2, z3])[2] * w3"
    )


def test_targets_that_do_not_add_up_to_one_leave_another_sum() -> None:
    scores = [Value(s, label=f"s{i}") for i, s in enumerate((1.0, 2.0), 1)]
    ts = [Value(t, label=f"t{i}") for i, t in enumerate((0.5, 0.9), 1)]
    ps = autograd.softmax(scores)
    error = -autograd.sum([t * p.log() for t, p in zip(ts, ps, strict=True)])
    label({f"p{i}": p for i, p in enumerate(ps, 1)}, E=error)
    explanation = explain(error, scores[0])
    assert "= p1 - t1\n" not in explanation.text
    assert not false_equations(explanation.text)


def test_scores_with_logsumexp_leave_a_share_minus_the_target() -> None:
    s = [Value(number, label=f"s{i}") for i, number in enumerate((1.0, 2.0, 0.5), 1)]
    error = autograd.logsumexp(s) - s[1]
    error.label = "E"
    assert str(explain(error, s[1]).factors[0].formula) == "softmax([s1, s2, s3])[1] - 1"
    assert str(explain(error, s[0]).factors[0].formula) == "softmax([s1, s2, s3])[0]"


# -------------------------------------------------------------------- chosen branches


@pytest.mark.parametrize(
    ("compute", "written"),
    [
        (autograd.maximum, "dy/da = 1  (a is the larger: its whole share)"),
        (autograd.minimum, "dy/da = 0  (b is the smaller: its whole share)"),
        (lambda a, b: autograd.relu(a - b), "dy/da = 1  (a - b > 0)"),
        (lambda a, b: autograd.relu(b - a), "dy/da = 0  (b - a < 0)"),
        (lambda a, b: abs(b - a), "dy/da = 1  (b - a < 0)"),
        (lambda a, _: autograd.leaky_relu(-a, 0.1), "dy/da = -0.1  (-a < 0)"),
        (lambda a, b: autograd.where(autograd.greater(a, b), 2 * a, b), "dy/da = 2  (a > b)"),
        (lambda a, b: autograd.take([b, 2 * a, 1.0], b), "dy/da = 2  (b is 1: 2a is taken)"),
        (lambda a, b: autograd.take([b, 2 * a], 0), "dy/da = 0  (b is taken)"),
        (lambda a, b: autograd.maximum(1 - a * b, 0.0), "dy/da = 0  (1 - a*b < 0)"),
    ],
)
def test_a_chosen_branch_is_said_in_words(compute: Any, written: str) -> None:
    a, b = Value(2.0, label="a"), Value(1.0, label="b")
    y = compute(a, b)
    y.label = "y"
    assert explain(y, a).text == written


@pytest.mark.parametrize(
    ("low", "high", "said", "in_spanish"),
    [
        (3.0, 4.0, "0  (a is below 3: 3 is taken)", "a queda por debajo de 3: se toma 3"),
        (2.0, 4.0, "1  (a is equal to the bound 2: its whole share)", "a es igual al límite 2:"),
        (1.0, 4.0, "1  (a is between 1 and 4: its whole share)", "a está entre 1 y 4: recibe el"),
        (1.0, 2.0, "1  (a is equal to the bound 2: its whole share)", "a es igual al límite 2:"),
        (0.0, 1.0, "0  (a is above 1: 1 is taken)", "a queda por encima de 1: se toma 1"),
        (1.0, None, "1  (a is above 1: its whole share)", "a queda por encima de 1: recibe el"),
        (None, 3.0, "1  (a is below 3: its whole share)", "a queda por debajo de 3: recibe el"),
        (None, 1.0, "0  (a is above 1: 1 is taken)", "a queda por encima de 1: se toma 1"),
        (3.0, 1.0, "0  (3 is above 1: 1 is taken)", "3 supera a 1: se toma 1"),
    ],
)
def test_the_branch_of_a_clamp_is_said_in_words(
    low: float | None, high: float | None, said: str, in_spanish: str
) -> None:
    a = Value(2.0, label="a")
    y = autograd.clamp(a, low, high)
    y.label = "y"
    assert explain(y, a).text == f"dy/da = {said}"
    assert in_spanish in explain(y, a, language="es").text


def test_a_bound_that_is_taken_is_said_by_its_name() -> None:
    a, low, high = (Value(x, label=n) for x, n in ((2.0, "a"), (0.0, "low"), (1.0, "high")))
    y = autograd.clamp(a, low, high)
    y.label = "y"
    assert explain(y, high).text == "dy/dhigh = 1  (a is above high: high is taken)"


def test_a_tie_is_said_in_words() -> None:
    a, b = Value(2.0, label="a"), Value(2.0, label="b")
    y = autograd.maximum(a, b)
    y.label = "y"
    assert explain(y, a).text == "dy/da = 0.5  (a and b are equal: equal shares)"


@pytest.fixture
def negative() -> autograd.Explanation:
    """An explanation that says what is less than 0."""
    a, b = Value(2.0, label="a"), Value(1.0, label="b")
    y = autograd.relu(b - a)
    y.label = "y"
    return explain(y, a)


def test_a_notebook_says_a_comparison_without_markup(negative: autograd.Explanation) -> None:
    assert r"\left(b - a < 0\right)" in negative.latex
    assert r"\left(b - a \lt 0\right)" in negative._repr_latex_()


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="LaTeX is not installed")
def test_latex_of_a_comparison_is_latex(negative: autograd.Explanation, tmp_path: Path) -> None:
    head = r"\documentclass{article}\usepackage{amsmath}\begin{document}"
    typesetting.compiled(rf"{head}\[{negative.latex}\]\end{{document}}", tmp_path)


# ----------------------------------------------------------------------------- samples


def batch(count: int) -> tuple[Value, Value]:
    """The mean squared error of `count` samples of a line, and its slope."""
    w, b = Parameter(0.5, label="w"), Parameter(0.1, label="b")
    errors = []
    for i in range(1, count + 1):
        x, t = Value(float(i), label=f"x{i}"), Value(0.3 * i, label=f"t{i}")
        y = w * x + b
        error = (y - t) ** 2
        label({f"y{i}": y, f"e{i}": error})
        errors.append(error)
    loss = autograd.sum(errors) / count
    loss.label = "L"
    return loss, w


def test_a_batch_is_one_sum_over_samples() -> None:
    lines = explain(*batch(3)).text.splitlines()
    assert lines[0] == "dL/dw = sum over i = 1..3 of dL/de_i * de_i/dy_i * dy_i/dw"
    assert "  de_i/dy_i = 2(y_i - t_i)" in lines
    assert "  dy_i/dw   = x_i" in lines
    assert sum(line.startswith("  term ") for line in lines) == 3


def cross_entropy(count: int, average: Callable[[Sequence[Value]], Value]) -> tuple[Value, Value]:
    """The cross entropy of a neuron on some samples, put together in some way, and its weight."""
    w, b, losses = Parameter(0.5, label="w"), Parameter(0.1, label="b"), []
    for i in range(1, count + 1):
        x, y = Value(i / 2, label=f"x{i}"), Value(float(i % 2), label=f"y{i}")
        z = w * x + b
        p = autograd.sigmoid(z)
        label({f"z{i}": z, f"p{i}": p})
        losses.append(-(y * autograd.log(p) + (1.0 - y) * autograd.log(1.0 - p)))
    cost = average(losses)
    cost.label = "J"
    return cost, w


@pytest.mark.parametrize("count", [4, 5, 10])
def test_the_1_over_n_of_a_mean_is_seen(count: int) -> None:
    ways: list[Callable[[Sequence[Value]], Value]] = [
        autograd.mean,
        lambda losses: autograd.sum(losses) / count,
        lambda losses: (1 / count) * autograd.sum(losses),
    ]
    for average in ways:
        text = explain(*cross_entropy(count, average)).text
        assert f"  dJ/dz_i = (p_i - y_i)/{count}\n" in text
        assert f"dJ/dw = 1/{count} * sum over i = 1..{count} of (p_i - y_i)*x_i\n" in text
        assert "  term 2 = " in text
        assert re.search(r"term 2 = [\d.]+ \* 1 = ", text)  # a factor 1 of one term is written too
    symbols = explain(*cross_entropy(count, autograd.mean), numbers=False)
    assert f"1/{count} * sum over i = 1..{count} of (p_i - y_i)*x_i" in symbols.text
    assert "long formula" not in symbols.text
    assert rf"\frac{{1}}{{{count}}} \cdot \sum_{{i=1}}^{{{count}}}" in symbols.latex
    assert f"dL/dw = 2/{count} * sum over i = 1..{count} of (y_i - t_i)*x_i" in str(
        explain(*batch(count))
    )


def test_in_latex_sentences_are_upright_and_dots_are_a_sign() -> None:
    lines = explain(*cross_entropy(10, autograd.mean)).latex.splitlines()
    (at,) = (i for i, line in enumerate(lines) if "ldots" in line and "=" not in line)
    assert re.fullmatch(r"& *\\ldots \\\\", lines[at])
    assert [line[:13] for line in (lines[at - 1], lines[at + 1])] == [
        r"\text{term 3}",
        r"\text{term 10",
    ]
    nodes = mazur()
    of_paths = explain(nodes["E_total"], nodes["w1"], form="paths").latex
    assert "\n&\\text{There are 2 paths; their products add up.} \\\\\n" in of_paths


def test_a_mean_is_known_by_its_1_over_n_for_every_n() -> None:
    a, b = Value(1.0), Value(2.0)
    for count in range(2, 300):
        for mean in ((a + b) * (1 / count), (a + b) / count):
            assert averages(topological_order(mean)) == {count}
    assert averages(topological_order((a + b) * 0.3 * 2.0 / 0.7)) == frozenset()


@pytest.mark.parametrize("is_by_unit", [True, False])
def test_several_ways_through_each_sample_are_one_sum_too(is_by_unit: bool) -> None:
    bias, errors = Parameter(0.1, label="b"), []
    weights = [(Parameter(0.4, label="w1"), Parameter(0.6, label="v1"))]
    weights.append((Parameter(-0.3, label="w2"), Parameter(-0.7, label="v2")))
    xs = {i: Value(0.5 * i, label=f"x{i}") for i in (1, 2, 3)}
    places = [(k, i) for k in (0, 1) for i in xs]
    hidden = {}
    for k, i in places if is_by_unit else sorted(places, key=lambda place: place[1]):
        hidden[k, i] = (weights[k][0] * xs[i] + bias).tanh()
        hidden[k, i].label = f"h{k + 1}_{i}"
    for i in xs:
        y = (weights[0][1] * hidden[0, i] + weights[1][1] * hidden[1, i]).sigmoid()
        target = Value(float(i % 2), label=f"t{i}")
        errors.append(-(target * y.log() + (1.0 - target) * (1.0 - y).log()))
        label({f"y{i}": y, f"e{i}": errors[-1]})
    cost = autograd.mean(errors)
    cost.label = "J"
    text = explain(cost, bias).text
    products = ["(y_i - t_i)*v1(1 - h1_i^2)", "(y_i - t_i)*v2(1 - h2_i^2)"]
    assert any(
        f"dJ/db = 1/3 * sum over i = 1..3 of ({first} + {second})\n" in text
        for first, second in (products, products[::-1])
    )
    assert text.count("  term ") == 3
    assert text.count("dJ/de_i    = 1/3\n") == 1
    assert not false_equations(text)
    symbols = explain(cost, bias, numbers=False)
    assert r"\frac{1}{3} \cdot \sum_{i=1}^{3} \left(" in symbols.latex


@pytest.mark.parametrize("is_sample_by_sample", [True, False])
def test_two_terms_of_each_sample_are_one_sum_over_samples(is_sample_by_sample: bool) -> None:
    w = Value(2.0, label="w")
    rows = [(w * float(i), w * 0.5 + float(i)) for i in (1, 2, 3)]
    label({f"a{i}": a for i, (a, _) in enumerate(rows, 1)})
    label({f"b{i}": b for i, (_, b) in enumerate(rows, 1)})
    groups = rows if is_sample_by_sample else zip(*rows, strict=True)
    y = autograd.sum([node**2 for group in groups for node in group])
    y.label = "y"
    text = explain(y, w).text
    assert "dy/dw = sum over i = 1..3 of (dy/da_i * da_i/dw + dy/db_i * db_i/dw)\n" in text
    assert "term 2 = 8 * 2 + 6 * 0.5 = 19\n" in text  # 2 a2 a2' + 2 b2 b2', of a2 = 4 and b2 = 3


def test_a_mean_over_plain_numbers_has_its_1_over_n_in_each_term() -> None:
    w, b = Parameter(0.5, label="w"), Parameter(0.1, label="b")
    for data, first in (
        (
            [(1.0, 1.0), (2.0, 2.0), (3.0, 2.0), (4.0, 5.0), (5.0, 4.0)],
            (
                "dJ/dw = 2(w + b - 1)/5 + 4(2w + b - 2)/5 + 6(3w + b - 2)/5 + 8(4w + b - 5)/5"
                " + 2(5w + b - 4)"
            ),
        ),
        (
            [(0.5, 1.0), (0.7, 2.0), (1.1, 2.0)],
            "dJ/dw = (0.5w + b - 1)/3 + 1.4(0.7w + b - 2)/3 + 2.2(1.1w + b - 2)/3",
        ),
    ):
        cost = autograd.mean([(w * x + b - y) ** 2 for x, y in data])
        cost.label = "J"
        text = str(explain(cost, w))
        assert text.splitlines()[0] == first
        assert not false_equations(text)


def test_only_a_mean_has_its_1_over_n_written() -> None:
    w = Value(0.5, label="w")
    xs = [Value(float(i), label=f"x{i}") for i in range(1, 5)]
    half = autograd.sum([0.5 * w * x for x in xs])  # 2/4 as well, but no mean of 4
    half.label = "h"
    assert str(explain(half, w)).splitlines()[0] == "dh/dw = 0.5x1 + 0.5x2 + 0.5x3 + 0.5x4"
    mean = autograd.mean([(w * x - 1.0) ** 2 for x in xs])
    mean.label = "m"
    first = "dm/dw = 2(w*x1 - 1)*x1/4 + 2(w*x2 - 1)*x2/4 + 2(w*x3 - 1)*x3/4 + 2(w*x4 - 1)*x4/4"
    assert str(explain(mean, w)).splitlines()[0] == first


def test_branches_that_all_samples_chose_are_said_once() -> None:
    w = Parameter(0.5, label="w")
    hidden = [(w * float(i)).relu() for i in range(1, 5)]
    label({f"h{i}": h for i, h in enumerate(hidden, 1)})
    loss = autograd.sum([h**2 for h in hidden])
    loss.label = "L"
    assert "  dL/dh_i = 2h_i" in explain(loss, w).text.splitlines()
    z = [w * Value(float(i), label=f"x{i}") for i in range(1, 5)]
    label({f"z{i}": node for i, node in enumerate(z, 1)})
    loss = autograd.sum([autograd.relu(node) ** 2 for node in z])
    loss.label = "L"
    assert "  dL/dz_i = 2*relu(z_i)  (z_i > 0)" in explain(loss, w).text.splitlines()


def test_a_large_batch_is_folded() -> None:
    text = explain(*batch(40)).text
    assert len(text.splitlines()) < 20
    assert "sum over i = 1..40 of" in text
    assert "term 40" in text
    assert "term 20" not in text
    assert text.splitlines()[-1].strip() == f"= {explain(*batch(40)).value:.6g}"


def test_a_batch_of_a_network_of_nn_is_explained_through_its_neurons() -> None:
    model = nn.Sequential([nn.Dense(2, activation="tanh"), nn.Dense(1)])
    model.compile(loss="mse", optimizer="sgd")
    loss = model.compute_loss([[0.5, 1.0], [1.0, 0.2], [0.3, 0.4]], [[1.0], [0.0], [1.0]])
    loss.label = "L"
    bias = model.parameters()[-1]
    explanation = explain(loss, bias)
    assert explanation.text.startswith(
        "dL/doutput.neuron1.b = sum over i = 1..3 of dL/doutput.neuron1#i * "
    )
    loss.backward()
    assert explanation.value == pytest.approx(bias.grad)


def test_every_form_says_that_a_gradient_has_added_up() -> None:
    model = nn.Sequential([nn.Dense(2, activation="tanh"), nn.Dense(1)])
    model.compile(loss="mse", optimizer="sgd")
    loss = model.compute_loss([[0.5, 1.0]], [[1.0]])
    weight = model.parameters()[0]
    for form in ("nodes", "paths", "layers"):
        assert "adds up" not in explain(loss, weight, form=form).text
    loss.backward()
    loss.backward()
    for form in ("nodes", "paths", "layers"):
        explanation = explain(loss, weight, form=form)
        for text in (explanation.text, explanation.latex):
            assert "it adds up over passes; this pass gives " in text


def test_blocks_of_samples_that_are_alike_are_written_once() -> None:
    model = nn.Sequential(
        [nn.Dense(2, activation="tanh"), nn.Dense(2, activation="tanh"), nn.Dense(1)]
    )
    model.compile(loss="mse", optimizer="sgd")
    samples = [[0.5, 1.0], [1.0, 0.2], [0.3, 0.4], [0.1, -0.4], [0.9, 0.7]]
    loss = model.compute_loss(samples, [[1.0], [0.0], [1.0], [0.0], [0.3]])
    loss.label = "L"
    weight = model.parameters()[0]
    explanation = explain(loss, weight)
    lines = explanation.text.splitlines()
    assert "In the same way:" in lines
    assert sum(line.startswith("dL/dhidden1.neuron1 = ") for line in lines) == 2
    assert (
        "dL/dhidden1.neuron1.w1 = sum over i = 1..5 of"
        " dL/dhidden1.neuron1#i * dhidden1.neuron1#i/dhidden1.neuron1.w1"
    ) in lines
    loss.backward()
    assert lines[-1].endswith(f"= {weight.grad:.6g}")


# ------------------------------------------------------------------- symbols, and digits


def test_symbols_alone_are_a_derivation() -> None:
    nodes = build(STUDENTS[0])
    assert explain(nodes["cost"], nodes["w1"], numbers=False).text.splitlines() == [
        "dcost/dw1 = dcost/dy_pred * dy_pred/dg1 * dg1/dz1 * dz1/dw1",
        "",
        "  dcost/dy_pred = 2(y_pred - y_act)",
        "  dy_pred/dg1   = w7",
        "  dg1/dz1       = g1(1 - g1)",
        "  dz1/dw1       = x1",
        "",
        "dcost/dw1 = 2(y_pred - y_act) * w7 * g1(1 - g1) * x1",
    ]


@pytest.mark.parametrize("form", ["nodes", "paths", "layers"])
def test_symbols_alone_have_no_number_of_a_node(form: str) -> None:
    nodes = mazur()
    explanation = explain(nodes["E_total"], nodes["w1"], form=form, numbers=False)
    for text in (explanation.text, explanation.latex):
        assert not re.search(r"\d\.\d", text), text


@pytest.mark.parametrize("digits", [2, 4, 9])
def test_results_have_the_digits_that_are_asked_for(digits: int) -> None:
    nodes = build(STUDENTS[0])
    explanation = explain(nodes["cost"], nodes["w7"], digits=digits)
    assert explanation.text.splitlines()[-1].strip() == f"= {explanation.value:.{digits}g}"
    assert not false_equations(explanation.text)


def test_the_method_takes_the_same_options() -> None:
    nodes = build(STUDENTS[0])
    look: dict[str, Any] = {"form": "layers", "digits": 3, "numbers": False}
    cost, w1 = nodes["cost"], nodes["w1"]
    assert cost.explain(w1, **look).text == explain(cost, w1, **look).text
    assert cost.explain(w1, digits=3).text.endswith("= -1.93e+04")


@pytest.mark.parametrize("digits", [0, 18, 2.5, True])
def test_digits_are_a_whole_number_from_1_to_17(digits: Any) -> None:
    x = Value(1.0)
    with pytest.raises(ValueError, match="digits"):
        explain(x * x, x, digits=digits)


def test_a_path_that_is_zero_at_these_numbers_alone_has_its_share_in_symbols() -> None:
    x, w = Value(0.0, label="x"), Value(3.0, label="w")
    a, b = x * w, w * w
    a.label, b.label = "a", "b"
    y = a * b
    y.label = "y"
    z = y + a
    z.label = "z"
    assert "The path w -> b -> y -> z gives 0: dy/db = a = 0" in explain(z, w).text
    symbols = explain(z, w, numbers=False).text
    assert "gives 0" not in symbols
    assert symbols.endswith("dz/dw = dz/da * x + a * 2w")


def test_a_share_of_softmax_has_no_name_of_another_operation_on_the_same_numbers() -> None:
    a, b = Value(0.5, label="a"), Value(0.25, label="b")
    total = autograd.sum([a, b])
    total.label = "s"
    y = autograd.softmax([a, b])[0] * total
    share = "softmax([a, b])[0]"
    assert f"= {share} + s*{share}(1 - {share})" in explain(y, a).text


# ---------------------------------------------------------------------------- vectors


def test_layers_are_written_as_vectors() -> None:
    nodes = build(STUDENTS[0])
    text = explain(nodes["cost"], nodes["w1"], form="layers").text
    assert text.splitlines()[-10:] == [
        "delta(2) = dcost/dz(2)",
        "         = [2(y_pred - y_act)]",
        "         = [-114.085]",
        "delta(1) = dcost/dz(1)",
        "         = W(2)^T delta(2) * sigma'(z(1))",
        "         = [[12, 9]]^T [-114.0854] * [0.2350037, 0.04517666]",
        "         = [-321.726, -46.386]",
        "dcost/dw1 = delta(1)[1] * a(0)[1]",
        "          = -321.7258 * 60",
        "          = -19303.5",
    ]


def test_the_vector_form_has_no_bias_where_the_layer_has_none() -> None:
    w, v, x = (
        Parameter(number, label=name) for number, name in ((0.5, "w"), (2.0, "v"), (3.0, "x"))
    )
    hidden = autograd.dot([w], [x])
    y = autograd.dot([v], [hidden.tanh()], 0.25)
    label(h=hidden, y=y)
    lines = explain(y, w, form="layers").text.splitlines()
    assert "z(1) = W(1) a(0)" in lines
    assert "z(2) = W(2) a(1) + b(2)" in lines


@pytest.mark.parametrize("name", ["w1", "w3", "w7", "b1", "b3", "x1", "z1", "g1"])
def test_the_vector_form_ends_in_the_gradient(name: str) -> None:
    nodes = build(STUDENTS[0])
    explanation = explain(nodes["cost"], nodes[name], form="layers")
    assert explanation.text.splitlines()[-1].endswith(f"= {explanation.value:.6g}")
    assert not false_equations("\n".join(explanation.text.splitlines()[-3:]))
    assert r"\begin{pmatrix}" in explanation.latex


def test_deltas_of_three_layers_are_those_of_numpys_matrices() -> None:
    numpy = pytest.importorskip("numpy")
    model = nn.Sequential(
        [nn.Dense(3, activation="tanh"), nn.Dense(2, activation="sigmoid"), nn.Dense(1)]
    )
    model.compile(loss="mse", optimizer="sgd")
    loss = model.compute_loss([[0.5, -1.0]], [[0.3]])
    loss.label = "L"
    layers: list[Any] = list(model.layers)
    weights = [
        numpy.array([[p.data for p in (*n.weights, n.bias)] for n in layer.neurons])
        for layer in layers
    ]
    a0 = numpy.array([0.5, -1.0])
    z1 = weights[0][:, :2] @ a0 + weights[0][:, 2]
    z2 = weights[1][:, :3] @ numpy.tanh(z1) + weights[1][:, 3]
    a2 = 1 / (1 + numpy.exp(-z2))
    z3 = weights[2][:, :2] @ a2 + weights[2][:, 2]
    delta3 = 2 * (z3 - 0.3)
    delta2 = weights[2][:, :2].T @ delta3 * a2 * (1 - a2)
    delta1 = weights[1][:, :3].T @ delta2 * (1 - numpy.tanh(z1) ** 2)
    text = explain(loss, layers[0].neurons[0].weights[0], form="layers", digits=9).text
    for k, delta in ((1, delta1), (2, delta2), (3, delta3)):
        block = text.partition(f"delta({k}) = ")[2].partition("\ndelta")[0].partition("\ndL/dh")[0]
        shown = [float(number) for number in block.rpartition("[")[2].rstrip("]").split(", ")]
        assert shown == pytest.approx(delta.tolist(), rel=1e-8)


def test_a_later_layer_keeps_its_number_where_the_explanation_begins_with_it() -> None:
    model = nn.MLP(2, [2, 2, 1], "tanh", seed=1)
    weight = model.layers[1].neurons[0].weights[0]
    text = explain(model([1.0, 2.0]), weight, form="layers", numbers=False).text  # type: ignore[arg-type]  # one output
    assert text.splitlines()[:2] == [
        "a(1) = [tanh(hidden1.neuron1), tanh(hidden1.neuron2)]",
        "z(2) = W(2) a(1) + b(2)",
    ]
    assert text.splitlines()[-1].endswith("= delta(2)[1] * a(1)[1]")
    assert "(4)" not in text


def test_the_vector_form_is_refused_where_there_are_no_layers() -> None:
    x = Value(2.0, label="x")
    y = x * x
    with pytest.raises(ValueError, match=r"expected weighted sums.*found none.*form='layers'"):
        explain(y, x, form="layers")
    loss, _ = batch(2)
    model = nn.Sequential([nn.Dense(2, activation="tanh"), nn.Dense(1)])
    model.compile(loss="mse", optimizer="sgd")
    loss = model.compute_loss([[0.5], [1.0]], [[1.0], [0.0]])
    with pytest.raises(ValueError, match=r"in one layer, found it in 2.*one sample"):
        explain(loss, model.parameters()[0], form="layers")


def test_a_layer_that_is_skipped_has_no_vector_form() -> None:
    x, w = Value(1.0, label="x"), Parameter(0.5, label="w")
    z = autograd.dot([w], [x], 0.1)
    top = autograd.dot([0.7], [z.tanh()], 0.2)
    with pytest.raises(ValueError, match="found another way"):
        explain(top + z, w, form="layers")
    assert "delta(1)" in explain(top * 3.0, w, form="layers").text


def test_softmax_behind_a_layer_has_no_vector_form() -> None:
    x = Value(1.0, label="x")
    z = [autograd.dot([w], [x], 0.1) for w in (0.5, -0.5)]
    p = autograd.softmax(z)
    y = autograd.dot([1.0, 2.0], p, 0.0)
    with pytest.raises(ValueError, match=r"expected a function of .* alone"):
        explain(y, x, form="layers")


# ------------------------------------------------------------- gradients that added up


def test_a_gradient_that_has_added_up_is_explained() -> None:
    x = Value(3.0, label="x")
    y = x * x
    y.label = "y"
    y.backward()
    assert "adds up" not in explain(y, x).text
    y.backward()
    said = "12: it adds up over passes; this pass gives 6; set `x.grad = 0.0` between passes"
    explanation = explain(y, x)
    assert explanation.text.endswith(f"      = 6\n\nx.grad is {said}.")
    assert said in explanation.latex
    with pytest.raises(autograd.GradcheckError, match="WRONG, 12: it adds up over passes"):
        autograd.assert_gradients(y, x=12.0)
    picture = re.sub(r"<[^>]*>", " ", str(autograd.draw(y).source))
    for words in ("it adds up over passes", "6; set", "between passes"):
        assert words in " ".join(picture.split())


def test_a_gradient_of_several_outputs_is_explained() -> None:
    x = Value(3.0, label="x")
    y, z = x * x, x * 5
    label(y=y, z=z)
    y.backward()
    z.backward()
    unclear = "x.grad is 11: it was set, or it adds up over passes or outputs;"
    assert f"{unclear} this output alone gives 6" in explain(y, x).text
    assert f"{unclear} this pass gives 5" in explain(z, x).text


@pytest.mark.parametrize("number", [1.0, 12.0])
def test_a_gradient_that_was_set_is_not_said_to_be_of_several_passes(number: float) -> None:
    x = Value(3.0, label="x")
    y = x * x
    y.backward()
    x.grad = number
    said = f"x.grad is {number:g}: it was set, or it adds up over passes or outputs;"
    assert f"{said} this output alone gives 6;" in explain(y, x).text


def test_nothing_is_said_of_a_gradient_of_one_pass() -> None:
    nodes = mazur()
    nodes["E_total"].backward(2.0)  # another seed is no other pass
    for name in ("w1", "b1", "i1"):
        assert "adds up" not in explain(nodes["E_total"], nodes[name]).text
    fresh = mazur()
    fresh["w1"].grad, fresh["w1"].has_grad = 7.0, True  # of a pass over another graph
    assert "adds up" not in explain(fresh["E_total"], fresh["w1"]).text
    assert "adds up" not in explain(nodes["E_o1"], nodes["out_h1"]).text


def line_of_a_gradient(run: Any) -> tuple[Value, Value]:
    """The leaf x, and y = x * x, after some passes."""
    x = Value(3.0, label="x")
    y = x * x
    y.label = "y"
    run(x, y)
    return x, y


def twice_with_seeds(_: Value, y: Value) -> None:
    y.backward(2.0)
    y.backward(2.0)


def there_and_back(_: Value, y: Value) -> None:
    y.backward()
    y.backward(-1.0)


def before_recomputing(x: Value, y: Value) -> None:
    y.backward()
    x.data = 5.0
    y.recompute()


def across_recomputing(x: Value, y: Value) -> None:
    before_recomputing(x, y)
    y.backward()


def without_recomputing(x: Value, y: Value) -> None:
    y.backward()
    x.data = 5.0


CLEAR = "set `x.grad = 0.0`"
EARLIER = "it is left from an earlier pass, for none has begun at the output as it is now"
HELD: list[tuple[Any, float, str, str, str]] = [
    # what was run, x.grad, the kind of slip, and the sentence in two parts: the latter tells
    (
        lambda _, y: y.backward(2.0),
        12.0,
        "another seed",
        "12: the pass reached the output with 2;",
        " it is 2 * 6; `backward()` begins with 1",
    ),
    (
        lambda _, y: y.backward(-0.5),
        -3.0,
        "another seed",
        "-3: the pass reached the output with -0.5;",
        " it is -0.5 * 6; `backward()` begins with 1",
    ),
    (
        twice_with_seeds,
        24.0,
        "added up over passes",
        "24: it adds up over passes;",
        f" this pass gives 12; {CLEAR} between passes",
    ),
    (
        there_and_back,
        0.0,
        "added up over passes",
        "0: it adds up over passes;",
        f" this pass gives -6; {CLEAR} between passes",
    ),
    (
        before_recomputing,
        6.0,
        "an earlier pass",
        f"6: {EARLIER};",
        f" {CLEAR}, then call `backward()`",
    ),
    (
        across_recomputing,
        16.0,
        "added up over passes",
        "16: it was set, or it adds up over passes or outputs;",
        f" this pass gives 10; {CLEAR} between passes",
    ),
]


@pytest.mark.parametrize(("run", "number", "kind", "why", "rest"), HELD)
def test_a_gradient_that_is_not_of_one_pass_from_1_is_told_why_everywhere(
    run: Any, number: float, kind: str, why: str, rest: str
) -> None:
    x, y = line_of_a_gradient(run)
    assert x.grad == number
    for _ in range(2):  # to ask changes nothing of what is known
        assert explain(y, x).text.endswith(f"\n\nx.grad is {why}{rest}.")
        assert why in explain(y, x).latex.replace(r"\_", "_")
        with pytest.raises(autograd.GradcheckError) as caught:
            autograd.assert_gradients(y, x=number)
        assert str(caught.value).endswith(f"WRONG, {why}{rest}")
    report = check_by_hand(y, gradients={x: number}, hint=2)
    slip = report.findings[0].slip
    assert slip is not None
    assert slip.name == kind
    assert why in str(report)
    assert check_by_hand(y, gradients={x: 2.0 * x.data}).ok


def test_a_gradient_of_other_numbers_is_told_to_be_so_by_the_judge() -> None:
    x, y = line_of_a_gradient(without_recomputing)
    with pytest.warns(UserWarning, match="does not follow from its inputs"):
        report = check_by_hand(y, gradients={x: 6.0}, hint=2)
    slip = report.findings[0].slip
    assert slip is not None
    assert slip.name == "other numbers"
    assert "call `recompute()`, set `x.grad = 0.0`, then call `backward()`" in str(report)


def test_a_cleared_gradient_is_told_nothing_of() -> None:
    x, y = line_of_a_gradient(there_and_back)
    x.grad = 0.0
    y.recompute()
    assert "x.grad" not in explain(y, x).text
    y.backward()
    assert "x.grad" not in explain(y, x).text


def test_the_vector_form_tells_of_the_gradient_too() -> None:
    model: Any = nn.MLP(2, [2, 1])
    for parameter in model.parameters():
        parameter.data = 0.5
    weight = model.parameters()[0]
    output = model([1.0, -0.5])
    output.backward()
    for form in ("layers", "nodes"):
        assert "adds up" not in explain(output, weight, form=form).text
    output.backward()
    said = explain(output, weight).text.rpartition("\n\n")[2]
    assert "it adds up over passes; this pass gives" in said
    explanation = explain(output, weight, form="layers")
    assert explanation.text.endswith(f"\n\n{said}")
    assert "it adds up over passes; this pass gives" in explanation.latex


# ---------------------------------------------------- whole explanations, line by line


def closed(count: int, *, opened: bool) -> tuple[Value, Value]:
    """Return a sum of units that are shut where a = -1.5, and a."""
    a = Value(-1.5, label="a")
    units = [autograd.relu(a * (k + 1.0)) for k in range(count)]
    label(**{f"r{k}": unit for k, unit in enumerate(units)})
    y = autograd.sum([*units, *([a * 2.0] if opened else [])])
    y.label = "y"
    return y, a


def test_where_every_path_gives_0_the_first_is_written_out_and_the_others_are_named() -> None:
    assert explain(*closed(4, opened=False)).text.splitlines() == [
        "dy/da = dy/dr0 * dr0/da",
        "",
        "  dy/dr0 = 1",
        "  dr0/da = 0  (a < 0)",
        "The path a -> r1 -> y gives 0: dr1/da = 0, 2a < 0",
        "The path a -> r2 -> y gives 0: dr2/da = 0, 3a < 0",
        "The path a -> r3 -> y gives 0: dr3/da = 0, 4a < 0",
        "",
        "dy/da = 0",
    ]


@pytest.mark.parametrize(
    ("count", "more"),
    [
        (2, []),
        (3, []),
        (4, ["1 more path gives 0."]),
        (5, ["2 more paths give 0."]),
    ],
)
def test_of_the_paths_that_give_0_three_are_named(count: int, more: list[str]) -> None:
    named = ["r0 -> y gives 0: dr0/da = 0, a < 0"]
    named += [f"r{k} -> y gives 0: dr{k}/da = 0, {k + 1}a < 0" for k in (1, 2)][: count - 1]
    assert explain(*closed(count, opened=True)).text.splitlines() == [
        *("dy/da = ∂y/∂a", "", "  ∂y/∂a = 2"),
        *(f"The path a -> {line}" for line in named),
        *more,
        *("", "dy/da = 2"),
    ]


def test_two_meetings_are_worked_out_one_after_the_other() -> None:
    x = Value(2.0, label="x")
    a, b = x * x, 3.0 * x
    m = a * b
    c, d = m * m, 5.0 * m
    y = c + d
    label(a=a, b=b, m=m, c=c, d=d, y=y)
    assert explain(y, x).text.splitlines() == [
        "There are 4 paths. Where they meet, at m, x, their shares are added up once.",
        "",
        "dy/dm = dy/dc * dc/dm + dy/dd * dd/dm",
        "",
        "  dy/dc = 1",
        "  dc/dm = 2m = 2*24 = 48",
        "  dy/dd = 1",
        "  dd/dm = 5",
        "",
        "dy/dm = 2m + 5",
        "      = 48 + 5",
        "      = 53",
        "",
        "dy/dx = dy/dm * dm/da * da/dx + dy/dm * dm/db * db/dx",
        "",
        "  dm/da = b = 6",
        "  da/dx = 2x = 2*2 = 4",
        "  dm/db = a = 4",
        "  db/dx = 3",
        "",
        "dy/dx = dy/dm * b * 2x + dy/dm * a * 3",
        "      = 53 * 6 * 4 + 53 * 4 * 3",
        "      = 1272 + 636",
        "      = 1908",
    ]


@pytest.mark.parametrize("count", [3, 4, 5, 6, 7])
def test_of_more_than_three_meetings_that_are_alike_one_is_written_out(count: int) -> None:
    w = Value(0.5, label="w")
    units = []
    for k in range(1, count + 1):
        z = w * float(k)
        units.append(autograd.tanh(z))
        label(**{f"z{k}": z, f"h{k}": units[-1]})
    o, p = autograd.sum(units), autograd.prod(units)
    y = o * p
    label(o=o, p=p, y=y)
    y.backward()
    lines = explain(y, w).text.splitlines()
    is_alike = count > 3
    assert ("In the same way:" in lines) is is_alike
    written_out = [line for line in lines if line.startswith("dy/dh") and "do/dh" in line]
    assert len(written_out) == (1 if is_alike else count)
    if is_alike:
        after = lines[lines.index("In the same way:") + 1 :]
        after = after[: after.index("")]
        others = [(k, units[k - 1].grad) for k in range(count - 1, 0, -1)]
        results = [f"  dy/dh{k} = {gradient:.6g}" for k, gradient in others]
        assert after == (results if count < 6 else [*results[:3], "  ...", results[-1]])
    listed = ", ".join([f"h{k}" for k in range(count, 0, -1)] + ["w"])
    if count > 3:
        listed = ", ".join(f"h{k}" for k in range(count, count - 4, -1)) + ", ..."
    assert lines[0] == (
        f"There are {2 * count} paths. Where they meet, at {listed},"
        " their shares are added up once."
    )


@pytest.mark.parametrize("count", [3, 8, 9])
def test_of_more_than_eight_samples_the_first_three_and_the_last_are_written(count: int) -> None:
    w = Value(0.5, label="w")
    squares = []
    for k in range(1, count + 1):
        x = Value(float(k), label=f"x{k}")
        z = w * x
        squares.append(z * z)
        label(**{f"z{k}": z, f"h{k}": squares[-1]})
    y = autograd.sum(squares)
    y.label = "y"
    terms = [f"  term {k} = {k} * {k} = {k * k}" for k in range(1, count + 1)]
    numbers = [str(k * k) for k in range(1, count + 1)]
    if count > 8:
        terms = [*terms[:3], "  ...", terms[-1]]
        numbers = [*numbers[:3], "...", numbers[-1]]
    assert explain(y, w).text.splitlines() == [
        f"dy/dw = sum over i = 1..{count} of dy/dh_i * dh_i/dz_i * dz_i/dw",
        "",
        "  dy/dh_i   = 1",
        "  dh_i/dz_i = 2z_i",
        "  dz_i/dw   = x_i",
        "",
        *terms,
        "",
        f"dy/dw = sum over i = 1..{count} of 2z_i*x_i",
        f"      = {' + '.join(numbers)}",
        f"      = {sum(k * k for k in range(1, count + 1))}",
    ]


def test_each_path_of_several_is_written_from_end_to_end_and_one_alone_as_ever() -> None:
    x = Value(2.0, label="x")
    a, b = x * x, 3.0 * x
    y, z = a * b, autograd.sin(a)
    label(a=a, b=b, y=y, z=z)
    assert explain(y, x, form="paths").text.splitlines() == [
        "There are 2 paths; their products add up.",
        "",
        "Path 1: x -> a -> y",
        "  dy/da   = b = 6",
        "  da/dx   = 2x = 2*2 = 4",
        "  product = 6 * 4 = 24",
        "",
        "Path 2: x -> b -> y",
        "  dy/db   = a = 4",
        "  db/dx   = 3",
        "  product = 4 * 3 = 12",
        "",
        "dy/dx = 24 + 12",
        "      = 36",
    ]
    assert explain(y, x, form="paths", numbers=False).text.splitlines() == [
        "There are 2 paths; their products add up.",
        "",
        "Path 1: x -> a -> y",
        "  dy/da = b",
        "  da/dx = 2x",
        "",
        "Path 2: x -> b -> y",
        "  dy/db = a",
        "  db/dx = 3",
        "",
        "dy/dx = dy/da * da/dx + dy/db * db/dx",
    ]
    for numbers in (True, False):
        alone = explain(z, x, form="paths", numbers=numbers).text
        assert alone == explain(z, x, numbers=numbers).text


@pytest.mark.parametrize("last", [32, 33])
def test_a_sum_of_more_than_96_signs_has_a_line_for_each_term(last: int) -> None:
    w = Value(0.5, label="w")
    names = ["a" * 32, "b" * 32, "c" * last]
    a, b, c = (Value(float(k), label=name) for k, name in enumerate(names, start=2))
    y = w * a + w * b + w * c
    y.label = "y"
    between = " + " if last == 32 else "\n        + "
    assert explain(y, w).text == f"dy/dw = {between.join(names)}\n      = 2 + 3 + 4\n      = 9"


@pytest.mark.parametrize("last", [30, 31])
def test_a_product_of_more_than_96_signs_goes_on_in_the_next_line(last: int) -> None:
    w = Value(0.5, label="w")
    names = ["a" * last, "b" * 30, "c" * 30]
    a, b, c = (Value(float(k), label=name) for k, name in enumerate(names, start=2))
    p = w * a
    q = p * b
    y = q * c
    label(p=p, q=q, y=y)
    product = f"{names[2]} * {names[1]}" + (" * " if last == 30 else "\n        * ") + names[0]
    assert explain(y, w).text.endswith(f"\ndy/dw = {product}\n      = 4 * 3 * 2\n      = 24")


@pytest.mark.parametrize("length", [94, 95, 96, 97])
def test_a_long_derivative_among_others_has_a_line_for_each_step_or_term(length: int) -> None:
    w = Value(0.5, label="w")
    names = ["a" * (length - 60), "b" * 30, "c" * 30]
    a, b, c = (Value(float(k), label=name) for k, name in enumerate(names, start=2))
    p = w * a + w * b + w * c
    p.label = "pp"
    y = autograd.sin(p)
    y.label = "y"
    lines = explain(y, w).text.splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith("  dpp/dw"))
    assert lines[start - 1] == "  dy/dpp = cos(pp) = cos(4.5) = -0.210796"
    found = lines[start : lines.index("", start)]
    if length == 94:  # 110 signs, with those of the numbers
        assert found == [f"  dpp/dw = {' + '.join(names)} = 2 + 3 + 4 = 9"]
    else:
        terms = [f"  dpp/dw = {' + '.join(names)}"]
        if length == 97:
            terms = [f"  dpp/dw = {names[0]}", *(f"           + {name}" for name in names[1:])]
        assert found == [*terms, "         = 2 + 3 + 4", "         = 9"]


@pytest.mark.parametrize(
    ("make", "numbers", "told"),
    [
        (autograd.maximum, (3.0, 1.0), "a is the larger: its whole share"),
        (autograd.maximum, (1.0, 1.0), "a and b are equal: equal shares"),
        (autograd.minimum, (1.0, 2.0), "a is the smaller: its whole share"),
        (autograd.maximum, (3.0, 1.0, 2.0), "a is the largest: its whole share"),
        (autograd.minimum, (1.0, 3.0, 3.0), "a is the smallest: its whole share"),
        (autograd.maximum, (3.0, 1.0, 3.0), "a and c are equal: equal shares"),
        (autograd.minimum, (3.0, 3.0, 3.0), "a and b and c are equal: equal shares"),
        (lambda a: autograd.maximum(a, 2.0), (3.0,), "a > 2"),
        (lambda a: autograd.maximum(a, 3.0), (3.0,), "a = 3"),
        (lambda a: autograd.maximum(a, 4.0), (3.0,), "a < 4"),
        (lambda a: autograd.minimum(a, 4.0), (3.0,), "a < 4"),
        (autograd.relu, (0.0,), "a = 0"),
        (autograd.relu, (1.0,), "a > 0"),
        (autograd.relu, (-1.0,), "a < 0"),
        (autograd.abs, (-1.0,), "a < 0"),
        (lambda a, b, c: autograd.where(c, a, b), (2.0, 3.0, 1.0), "c is not 0"),
        (lambda a, b, c: autograd.where(c, a, b), (2.0, 3.0, 0.0), "c is 0"),
        (lambda a, b: autograd.where(autograd.greater(a, b), a, b), (2.0, 3.0), "a < b"),
        (lambda a, b: autograd.where(autograd.greater(a, b), a, b), (4.0, 3.0), "a > b"),
        (lambda a: a * autograd.relu(a - 1.0), (3.0,), "a - 1 > 0"),
        (
            lambda a, b: autograd.maximum(a, b) * autograd.relu(a),
            (3.0, 1.0),
            "a is the larger: its whole share, a > 0",
        ),
    ],
)
def test_beside_a_derivative_stands_why_its_branch_was_chosen(
    make: Callable[..., Value], numbers: Sequence[float], told: str
) -> None:
    inputs = [Value(number, label=name) for number, name in zip(numbers, "abc", strict=False)]
    y = make(*inputs)
    y.label = "y"
    (factor,) = explain(y, inputs[0]).factors
    assert ", ".join("".join(map(str, remark)) for remark in factor.remarks) == told


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda x: autograd.sin(x**2.0), "2*cos(x^2)*x"),
        (lambda x: autograd.sin(x * 3.0 - 2.0), "3*cos(3x - 2)"),
        (lambda x: autograd.sin(autograd.maximum(x, 0.5)), "cos(x)"),
        (lambda x: autograd.sin(autograd.minimum(x, 1.5)), "cos(x)"),
    ],
)
def test_only_a_bound_leaves_a_formula_as_it_is(make: Callable[[Value], Value], told: str) -> None:
    x = Value(1.0, label="x")
    y = make(x)
    y.label = "y"
    (factor,) = explain(y, x).factors
    assert str(factor.formula) == told
