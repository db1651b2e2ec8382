"""check_by_hand: right hand calculations are accepted, and wrong ones explained."""

import itertools
import json
import math
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import FrozenInstanceError
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd
from autograd import Parameter, Value, label, topological_order
from autograd.checking import Finding, HandCheck, Written, assert_by_hand, check_by_hand
from autograd.checking.accuracy import Accuracy, fits
from autograd.checking.reading import readings
from autograd.checking.rounding import exactly
from autograd.checking.slips import Search
from autograd.notation.reading import parse
from autograd.worked_example import GRADIENTS, STUDENTS, VALUES, Student, build

# ------------------------------------------------------- six graphs, and how a hand goes through

Formula = Callable[[Any, Any], float]
"""A number, computed from the hand's numbers so far: values `v` and gradients `d`."""


class Calculation(NamedTuple):
    """A graph, and the formulas by which a hand goes through it, independent of the engine."""

    nodes: dict[str, Value]
    output: str
    values: dict[str, Formula]
    gradients: dict[str, Formula]
    parameters: tuple[str, ...]


def logistic(number: float) -> float:
    return 1.0 / (1.0 + math.exp(-number))


def named(**nodes: Value) -> dict[str, Value]:
    label(**nodes)
    return nodes


def worked_example(draw: random.Random | None) -> Calculation:
    student = STUDENTS[0]
    if draw is not None:
        hours = draw.uniform(50, 70), draw.uniform(60, 80), draw.uniform(2, 9)
        student = Student(hours, draw.uniform(60, 95))
    return Calculation(
        build(student),
        "cost",
        {
            "z1": lambda v, _: v.w1 * v.x1 + v.w3 * v.x2 + v.w5 * v.x3 + v.b1,
            "g1": lambda v, _: logistic(v.z1),
            "z2": lambda v, _: v.w2 * v.x1 + v.w4 * v.x2 + v.w6 * v.x3 + v.b2,
            "g2": lambda v, _: logistic(v.z2),
            "y_pred": lambda v, _: v.w7 * v.g1 + v.w8 * v.g2 + v.b3,
            "cost": lambda v, _: (v.y_pred - v.y_act) ** 2,
        },
        {
            "y_pred": lambda v, _: 2 * (v.y_pred - v.y_act),
            "w7": lambda v, d: d.y_pred * v.g1,
            "w8": lambda v, d: d.y_pred * v.g2,
            "b3": lambda _, d: d.y_pred,
            "g1": lambda v, d: d.y_pred * v.w7,
            "g2": lambda v, d: d.y_pred * v.w8,
            "z1": lambda v, d: d.g1 * v.g1 * (1 - v.g1),
            "z2": lambda v, d: d.g2 * v.g2 * (1 - v.g2),
            "w1": lambda v, d: d.z1 * v.x1,
            "w3": lambda v, d: d.z1 * v.x2,
            "w5": lambda v, d: d.z1 * v.x3,
            "b1": lambda _, d: d.z1,
            "w2": lambda v, d: d.z2 * v.x1,
        },
        ("w7", "b3", "w1"),
    )


def diamond(draw: random.Random | None) -> Calculation:
    numbers = (2.5, 3.0) if draw is None else (draw.uniform(1, 4), draw.uniform(-5, -2))
    a, k = Value(numbers[0]), Value(numbers[1])
    b = a * k
    c = a**2
    y = b * c
    return Calculation(
        named(a=a, k=k, b=b, c=c, y=y),
        "y",
        {
            "b": lambda v, _: v.a * v.k,
            "c": lambda v, _: v.a**2,
            "y": lambda v, _: v.b * v.c,
        },
        {
            "b": lambda v, _: v.c,
            "c": lambda v, _: v.b,
            "k": lambda v, d: d.b * v.a,
            "a": lambda v, d: d.b * v.k + d.c * 2 * v.a,
        },
        ("a", "k"),
    )


def shared_weight(draw: random.Random | None) -> Calculation:
    numbers = [0.4, 1.5, -0.7, 0.2, 1.3, -2.2, 0.9]
    if draw is not None:
        numbers = [number * draw.uniform(0.7, 1.3) for number in numbers]
    w, x1, x2, b, p, q, t = map(Value, numbers)
    s1 = w * x1 + b
    s2 = w * x2 + b
    h1, h2 = s1.tanh(), s2.tanh()
    y = autograd.dot([p, q], [h1, h2])
    cost = (y - t) ** 2
    return Calculation(
        named(w=w, x1=x1, x2=x2, b=b, p=p, q=q, t=t, s1=s1, s2=s2, h1=h1, h2=h2, y=y, cost=cost),
        "cost",
        {
            "s1": lambda v, _: v.w * v.x1 + v.b,
            "s2": lambda v, _: v.w * v.x2 + v.b,
            "h1": lambda v, _: math.tanh(v.s1),
            "h2": lambda v, _: math.tanh(v.s2),
            "y": lambda v, _: v.p * v.h1 + v.q * v.h2,
            "cost": lambda v, _: (v.y - v.t) ** 2,
        },
        {
            "y": lambda v, _: 2 * (v.y - v.t),
            "p": lambda v, d: d.y * v.h1,
            "q": lambda v, d: d.y * v.h2,
            "h1": lambda v, d: d.y * v.p,
            "h2": lambda v, d: d.y * v.q,
            "s1": lambda v, d: d.h1 * (1 - v.h1**2),
            "s2": lambda v, d: d.h2 * (1 - v.h2**2),
            "w": lambda v, d: d.s1 * v.x1 + d.s2 * v.x2,
            "b": lambda _, d: d.s1 + d.s2,
        },
        ("w", "b", "p"),
    )


def product_chain(draw: random.Random | None) -> Calculation:
    numbers = [1.7, -2.3, 0.6, 3.1]
    if draw is not None:
        numbers = [number * draw.uniform(0.7, 1.3) for number in numbers]
    a, b, c, e = map(Value, numbers)
    p = a * b
    q = p * c
    y = q * e
    return Calculation(
        named(a=a, b=b, c=c, e=e, p=p, q=q, y=y),
        "y",
        {
            "p": lambda v, _: v.a * v.b,
            "q": lambda v, _: v.p * v.c,
            "y": lambda v, _: v.q * v.e,
        },
        {
            "e": lambda v, _: v.q,
            "q": lambda v, _: v.e,
            "c": lambda v, d: d.q * v.p,
            "p": lambda v, d: d.q * v.c,
            "b": lambda v, d: d.p * v.a,
            "a": lambda v, d: d.p * v.b,
        },
        ("a", "c"),
    )


def two_layers(draw: random.Random | None) -> Calculation:
    """The feedforward network of the course notes, with the error of a binary label."""
    numbers = [2.0, -1.0, 0.5, -0.3, 0.1, 0.2, 0.4, -0.6, 0.7, -0.8, 0.25]
    if draw is not None:
        numbers = [number * draw.uniform(0.7, 1.3) for number in numbers]
    x1, x2, w11, w21, w31, w12, w22, w32, v11, v21, v31 = map(Value, numbers)
    y = Value(1.0)
    h1 = autograd.dot([w11, w21], [x1, x2], w31)
    h2 = autograd.dot([w12, w22], [x1, x2], w32)
    s1, s2 = h1.sigmoid(), h2.sigmoid()
    h = autograd.dot([v11, v21], [s1, s2], v31)
    p = h.sigmoid()
    error = -(y * p.log() + (1 - y) * (1 - p).log())
    layer1 = named(x1=x1, x2=x2, w11=w11, w21=w21, w31=w31, w12=w12, w22=w22, w32=w32)
    layer2 = named(y=y, h1=h1, h2=h2, s1=s1, s2=s2, v11=v11, v21=v21, v31=v31, h=h, p=p)
    return Calculation(
        {**layer1, **layer2, **named(error=error)},
        "error",
        {
            "h1": lambda v, _: v.w11 * v.x1 + v.w21 * v.x2 + v.w31,
            "h2": lambda v, _: v.w12 * v.x1 + v.w22 * v.x2 + v.w32,
            "s1": lambda v, _: logistic(v.h1),
            "s2": lambda v, _: logistic(v.h2),
            "h": lambda v, _: v.v11 * v.s1 + v.v21 * v.s2 + v.v31,
            "p": lambda v, _: logistic(v.h),
            "error": lambda v, _: -(v.y * math.log(v.p) + (1 - v.y) * math.log(1 - v.p)),
        },
        {
            "p": lambda v, _: (1 - v.y) / (1 - v.p) - v.y / v.p,
            "h": lambda v, d: d.p * v.p * (1 - v.p),
            "v11": lambda v, d: d.h * v.s1,
            "v21": lambda v, d: d.h * v.s2,
            "v31": lambda _, d: d.h,
            "s1": lambda v, d: d.h * v.v11,
            "s2": lambda v, d: d.h * v.v21,
            "h1": lambda v, d: d.s1 * v.s1 * (1 - v.s1),
            "h2": lambda v, d: d.s2 * v.s2 * (1 - v.s2),
            "w11": lambda v, d: d.h1 * v.x1,
            "w21": lambda v, d: d.h1 * v.x2,
            "w31": lambda _, d: d.h1,
            "w12": lambda v, d: d.h2 * v.x1,
        },
        ("w11", "v11", "v31"),
    )


def batch(draw: random.Random | None) -> Calculation:
    """Three students, one after the other through the same neuron; their costs add up."""
    parameters = named(w1=Value(0.1), w3=Value(0.2), b1=Value(-0.5), w7=Value(1.2), b3=Value(0.3))
    w1, w3, b1, w7, b3 = parameters.values()
    nodes = dict(parameters)
    for i, (x1, x2, t) in enumerate([(6.0, 8.0, 2.2), (7.0, 7.5, 0.4), (4.0, 5.1, 0.9)], start=1):
        stretch = 1.0 if draw is None else draw.uniform(0.7, 1.3)
        hours = Value(x1 * stretch), Value(x2), Value(t)
        z = autograd.dot([w1, w3], hours[:2], b1)
        g = z.sigmoid()
        y = w7 * g + b3
        cost = (y - hours[2]) ** 2
        names = ("x1", "x2", "t", "z", "g", "y", "cost")
        for name, node in zip(names, (*hours, z, g, y, cost), strict=True):
            nodes[f"{name}_{i}"] = node
    nodes["total"] = autograd.sum(nodes[f"cost_{i}"] for i in (1, 2, 3))
    label(**nodes)

    def each(numbers: Any, name: str) -> list[float]:
        return [getattr(numbers, f"{name}_{i}") for i in (1, 2, 3)]

    def student(i: int, formula: Callable[..., float], *names: str) -> Formula:
        return lambda v, d: formula(
            *[
                getattr(d if name[0] == "d" else v, re.sub("^d ", "", name).replace("#", str(i)))
                for name in names
            ]
        )

    def shares(gradient: str, *factors: str) -> Formula:
        return lambda v, d: sum(
            math.prod(share)
            for share in zip(each(d, gradient), *[each(v, name) for name in factors], strict=True)
        )

    values: dict[str, Formula] = {}
    gradients: dict[str, Formula] = {}
    for i in (1, 2, 3):
        values[f"z_{i}"] = student(
            i, lambda w, x, u, s, b: w * x + u * s + b, "w1", "x1_#", "w3", "x2_#", "b1"
        )
        values[f"g_{i}"] = student(i, logistic, "z_#")
        values[f"y_{i}"] = student(i, lambda w, g, b: w * g + b, "w7", "g_#", "b3")
        values[f"cost_{i}"] = student(i, lambda y, t: (y - t) ** 2, "y_#", "t_#")
        gradients[f"y_{i}"] = student(i, lambda y, t: 2 * (y - t), "y_#", "t_#")
        gradients[f"g_{i}"] = student(i, lambda y, w: y * w, "d y_#", "w7")
        gradients[f"z_{i}"] = student(i, lambda d, g: d * g * (1 - g), "d g_#", "g_#")
    values["total"] = lambda v, _: sum(each(v, "cost"))
    gradients |= {
        "w7": shares("y", "g"),
        "b3": shares("y"),
        "w1": shares("z", "x1"),
        "w3": shares("z", "x2"),
        "b1": shares("z"),
    }
    return Calculation(nodes, "total", values, gradients, ("w1", "w7"))


GRAPHS: dict[str, Callable[[random.Random | None], Calculation]] = {
    graph.__name__: graph
    for graph in (worked_example, diamond, shared_weight, product_chain, two_layers, batch)
}


# ----------------------------------------------------------------------- and the hand itself

Step = tuple[str, str]
"""A claim: its kind, "value", "gradient" or "update", and the name of its node."""

RATE = 0.1


class Hand(NamedTuple):
    """The numbers that a hand wrote."""

    calculation: Calculation
    values: dict[str, Written]
    gradients: dict[str, Written]
    updates: dict[str, tuple[Written, float]]

    def check(self, **options: Any) -> HandCheck:
        nodes = self.calculation.nodes
        return check_by_hand(
            nodes[self.calculation.output],
            {nodes[name]: text for name, text in self.values.items()},
            {nodes[name]: text for name, text in self.gradients.items()},
            {
                nodes[name]: (text, rate)
                for name, (text, rate) in self.updates.items()
                if shows_its_step(text, nodes[name].data)  # else it is no answer
            },
            **options,
        )


def shows_its_step(text: Written, old: float) -> bool:
    """Return whether a new weight is written in so many digits that one sees how far it moved."""
    unit = Decimal(str(text)).as_tuple().exponent
    return abs(float(text) - old) >= 5 * 10.0 ** int(unit)


def work_out(
    calculation: Calculation,
    write: Callable[[float], Written] = repr,
    mistakes: Mapping[Step, Formula] | None = None,
    carried: Sequence[str] = (),
) -> Hand:
    """Go through the calculation, computing each step from the numbers written before.

    Args:
        calculation: the calculation to work out.
        write: writes a number down.
        mistakes: formulas used instead of the right ones; the hand goes on from their numbers.
        carried: the numbers carried on in full: "value" for every value, "forward" for every value
            in the forward pass only, "gradient" for every gradient.
    """
    mistakes = mistakes or {}
    v = SimpleNamespace(**{name: node.data for name, node in calculation.nodes.items()})
    d = SimpleNamespace(**{calculation.output: 1.0})
    hand = Hand(calculation, {}, {}, {})
    for kind, formulas, numbers, texts in (
        ("value", calculation.values, v, hand.values),
        ("gradient", calculation.gradients, d, hand.gradients),
    ):
        for name, formula in formulas.items():
            number = mistakes.get((kind, name), formula)(v, d)
            texts[name] = write(number)
            in_full = kind in carried or (kind == "value" and "forward" in carried)
            setattr(numbers, name, number if in_full else float(texts[name]))
        if "forward" in carried:
            vars(v).update({name: float(text) for name, text in hand.values.items()})
    for name in calculation.parameters:
        step = mistakes.get(("update", name))
        new = step(v, d) if step else getattr(v, name) - RATE * getattr(d, name)
        hand.updates[name] = write(new), RATE
    return hand


def to_digits(digits: int, rounding: str, *, significant: bool, as_text: bool) -> Any:
    """Return a way of writing: to so many significant digits, or so many decimals."""

    def write(number: float) -> Written:
        # As on a calculator: writing adds no rounding errors, and nearly 0 is 0.
        exact = Decimal(f"{number:.15g}" if abs(number) > 1e-12 else "0")
        last = exact.adjusted() - digits + 1 if significant else -digits
        text = f"{exact.quantize(Decimal(1).scaleb(last), rounding):f}"
        return text if as_text else float(text)

    return write


def by_name(report: HandCheck) -> dict[str, Finding]:
    return {finding.claim.name: finding for finding in report.findings}


def verdicts(report: HandCheck) -> dict[str, str]:
    return {name: finding.verdict for name, finding in by_name(report).items()}


def name_of(step: Step) -> str:
    kind, name = step
    return {"value": "", "gradient": "gradient of ", "update": "new "}[kind] + name


# ------------------------------------------------------------- the figures of the course notes


def figures(nodes: dict[str, Value]) -> tuple[dict[Value, Written], dict[Value, Written]]:
    return (
        {nodes[name]: written.number for name, written in VALUES.items()},
        {nodes[name]: written.number for name, written in GRADIENTS.items()},
    )


def test_every_figure_of_the_notes_is_explained() -> None:
    nodes = build(STUDENTS[0])
    w1, w7 = nodes["w1"], nodes["w7"]
    report = check_by_hand(
        nodes["cost"], *figures(nodes), {w7: ("12.04", 0.001), w1: ("193", 0.01)}
    )
    assert verdicts(report) == {
        "z1": "right",
        "g1": "cut off",
        "g2": "rounded",
        "y_pred": "cut off",
        "gradient of y_pred": "rounded",
        "gradient of b3": "rounded",
        "gradient of w1": "cut off",
        "gradient of w7": "follows",
        "new w7": "rounded",
        "new w1": "rounded",
    }
    assert report.ok
    assert report
    assert report.first_wrong is None


def test_gradient_of_w7_follows_from_the_cut_g1_of_the_notes() -> None:
    nodes = build(STUDENTS[0])
    report = check_by_hand(nodes["cost"], *figures(nodes))
    finding = by_name(report)["gradient of w7"]
    assert ("g1", "0.37") in [(claim.name, claim.text) for claim in finding.basis]
    reason = "follows from g1 = 0.37 and gradient of y_pred = -114.1"
    assert report.reason(finding) == reason
    assert report.with_hint(2, reveal=True).reason(finding) == f"{reason}; exact: -43.0719"
    assert finding.exact == pytest.approx(-43.071862446852506, rel=1e-14)
    assert finding.expected == pytest.approx(-114.1 * 0.37, rel=1e-14)


def test_learning_rate_that_the_notes_state_does_not_give_their_new_w7() -> None:
    nodes = build(STUDENTS[0])
    report = check_by_hand(nodes["cost"], *figures(nodes), {nodes["w7"]: ("12.04", 0.01)})
    wrong = report.first_wrong
    assert wrong is not None
    assert wrong.claim.name == "new w7"
    assert wrong.slips[0].name == "learning rate"
    assert wrong.slips[0].description == "0.001 was used instead of 0.01"
    assert not report.ok
    assert not report


def test_figures_of_the_notes_print_as_a_table_in_the_order_of_work() -> None:
    nodes = build(STUDENTS[0])
    report = check_by_hand(nodes["cost"], *figures(nodes), {nodes["w7"]: ("12.04", 0.01)})
    lines = str(report).splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        "z1",
        "g1",
        "g2",
        "y_pred",
        "gradient of y_pred",
        "gradient of b3",
        "gradient of w1",
        "gradient of w7",
        "new w7",
        "The first wrong step is new w7.",
    ]
    assert "0.37  right to the digits written" in lines[1]
    assert lines[-2] == (
        "new w7                12.04  WRONG. learning rate: 0.001 was used instead of 0.01"
    )
    assert repr(report) == str(report)


# ------------------------------------------------------------------------ right calculations

HOW_TO_WRITE = list(
    itertools.product((2, 3, 4, 5), (ROUND_HALF_UP, ROUND_DOWN), (True, False), (True, False))
)


@pytest.mark.parametrize("seed", range(54))
def test_right_calculation_is_accepted_however_it_is_rounded(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311  # no secret
    calculation = list(GRAPHS.values())[seed % len(GRAPHS)](draw)
    digits, rounding, significant, as_text = draw.choice(HOW_TO_WRITE)
    write = to_digits(digits, rounding, significant=significant, as_text=as_text)
    asked = {} if significant else {"decimals": digits}
    report = work_out(calculation, write).check(**asked)
    assert report.ok, f"{digits=} {rounding=} {significant=} {as_text=}\n{report}"
    assert report.first_wrong is None


@pytest.mark.parametrize(
    "carried",
    [
        ("value",),
        ("gradient",),
        ("value", "gradient"),
        ("forward",),
        ("forward", "gradient"),
    ],
)
@pytest.mark.parametrize("graph", GRAPHS)
@pytest.mark.parametrize("rounding", [ROUND_HALF_UP, ROUND_DOWN])
def test_calculation_is_accepted_whose_hand_carries_more_digits_on_than_it_writes(
    graph: str, carried: tuple[str, ...], rounding: str
) -> None:
    for seed in range(4):
        write = to_digits(2 + seed % 2, rounding, significant=True, as_text=True)
        calculation = GRAPHS[graph](random.Random(seed))  # noqa: S311  # no secret
        report = work_out(calculation, write, carried=carried).check()
        assert report.ok, report


@pytest.mark.parametrize("graph", GRAPHS)
def test_exact_calculation_is_right_in_every_step(graph: str) -> None:
    hand = work_out(GRAPHS[graph](None))
    report = hand.check()
    assert len(report.findings) == len(hand.values) + len(hand.gradients) + len(hand.updates)
    assert {finding.verdict for finding in report.findings} == {"right"}


@pytest.mark.parametrize("graph", GRAPHS)
def test_formulas_of_the_hand_are_those_of_the_graph(graph: str) -> None:
    hand = work_out(GRAPHS[graph](None))
    nodes = hand.calculation.nodes
    nodes[hand.calculation.output].backward()
    for name, text in hand.values.items():
        assert nodes[name].data == pytest.approx(float(text), rel=1e-12)
    for name, text in hand.gradients.items():
        assert nodes[name].grad == pytest.approx(float(text), rel=1e-12)


# ------------------------------------------------------------------------ wrong calculations


class Mistake(NamedTuple):
    """One wrong step in a calculation, and the name of the slip."""

    graph: str
    step: Step
    formula: Formula
    slip: str


MISTAKES = {
    "half the derivative of a square": Mistake(
        "worked_example", ("gradient", "y_pred"), lambda v, _: v.y_pred - v.y_act, "factor 2"
    ),
    "error the other way round": Mistake(
        "worked_example", ("gradient", "y_pred"), lambda v, _: 2 * (v.y_act - v.y_pred), "sign"
    ),
    "derivative of the sigmoid forgotten": Mistake(
        "worked_example", ("gradient", "z1"), lambda _, d: d.g1, "local derivative forgotten"
    ),
    "hours forgotten": Mistake(
        "worked_example", ("gradient", "w1"), lambda _, d: d.z1, "local derivative forgotten"
    ),
    "hours of another subject": Mistake(
        "worked_example", ("gradient", "w1"), lambda v, d: d.z1 * v.x2, "wrong parent's number"
    ),
    "output of the other neuron": Mistake(
        "worked_example", ("gradient", "w7"), lambda v, d: d.y_pred * v.g2, "wrong parent's number"
    ),
    "bias with the other sign": Mistake(
        "worked_example",
        ("value", "z1"),
        lambda v, _: v.w1 * v.x1 + v.w3 * v.x2 + v.w5 * v.x3 - v.b1,
        "sign",
    ),
    "bias left out": Mistake(
        "worked_example",
        ("value", "y_pred"),
        lambda v, _: v.w7 * v.g1 + v.w8 * v.g2,
        "term left out",
    ),
    "sigmoid without its minus": Mistake(
        "worked_example", ("value", "g1"), lambda v, _: logistic(-v.z1), "sign"
    ),
    "activation forgotten": Mistake(
        "worked_example", ("value", "g2"), lambda v, _: v.z2, "operation forgotten"
    ),
    "a tenth of the learning rate": Mistake(
        "worked_example",
        ("update", "w7"),
        lambda v, d: v.w7 - RATE / 10 * d.w7,
        "learning rate",
    ),
    "uphill": Mistake("worked_example", ("update", "w1"), lambda v, d: v.w1 + RATE * d.w1, "sign"),
    "diamond with the path through c left out": Mistake(
        "diamond", ("gradient", "a"), lambda v, d: d.b * v.k, "path left out"
    ),
    "diamond where the last path overwrites": Mistake(
        "diamond", ("gradient", "a"), lambda v, d: d.b * v.k, "path left out"
    ),
    "sum instead of product": Mistake(
        "diamond", ("gradient", "b"), lambda v, _: v.b, "wrong parent's number"
    ),
    "shared weight of the second neuron alone": Mistake(
        "shared_weight", ("gradient", "w"), lambda v, d: d.s2 * v.x2, "path left out"
    ),
    "shared weight overwritten": Mistake(
        "shared_weight", ("gradient", "w"), lambda v, d: d.s1 * v.x1, "path left out"
    ),
    "one sign of a shared bias": Mistake(
        "shared_weight", ("gradient", "b"), lambda _, d: d.s1 - d.s2, "sign"
    ),
    "derivative of tanh forgotten": Mistake(
        "shared_weight", ("gradient", "s2"), lambda _, d: d.h2, "local derivative forgotten"
    ),
    "the factor itself": Mistake(
        "product_chain", ("gradient", "c"), lambda v, d: d.q * v.c, "wrong parent's number"
    ),
    "a factor of the chain forgotten": Mistake(
        "product_chain", ("gradient", "a"), lambda _, d: d.p, "local derivative forgotten"
    ),
    "product with the other sign": Mistake(
        "product_chain", ("value", "q"), lambda v, _: -v.p * v.c, "sign"
    ),
    "label minus prediction": Mistake(
        "two_layers", ("gradient", "h"), lambda v, _: v.y - v.p, "sign"
    ),
    "weight of the other neuron": Mistake(
        "two_layers", ("gradient", "s1"), lambda v, d: d.h * v.v21, "wrong parent's number"
    ),
    "derivative of the hidden sigmoid forgotten": Mistake(
        "two_layers", ("gradient", "h1"), lambda _, d: d.s1, "local derivative forgotten"
    ),
    "hidden sigmoid forgotten": Mistake(
        "two_layers", ("value", "s1"), lambda v, _: v.h1, "operation forgotten"
    ),
    "second student left out": Mistake(
        "batch",
        ("gradient", "w1"),
        lambda v, d: d.z_1 * v.x1_1 + d.z_3 * v.x1_3,
        "path left out",
    ),
    "first student alone": Mistake(
        "batch", ("gradient", "w1"), lambda v, d: d.z_1 * v.x1_1, "= instead of +="
    ),
    "cost of a student left out": Mistake(
        "batch", ("value", "total"), lambda v, _: v.cost_1 + v.cost_3, "term left out"
    ),
    "full step": Mistake("batch", ("update", "w7"), lambda v, d: v.w7 - d.w7, "learning rate"),
}

EXACTLY = repr
TO_FIVE_DIGITS = to_digits(5, ROUND_HALF_UP, significant=True, as_text=True)


@pytest.mark.parametrize("write", [EXACTLY, TO_FIVE_DIGITS], ids=["exact", "five digits"])
@pytest.mark.parametrize("name", MISTAKES)
def test_wrong_step_is_found_and_its_slip_named(
    name: str, write: Callable[[float], Written]
) -> None:
    graph, step, formula, slip = MISTAKES[name]
    report = work_out(GRAPHS[graph](None), write, {step: formula}).check()
    wrong = report.first_wrong
    assert wrong is not None
    assert wrong.claim.name == name_of(step)
    assert slip in [found.name for found in wrong.slips], report
    assert not report.ok


@pytest.mark.parametrize("write", [EXACTLY, TO_FIVE_DIGITS], ids=["exact", "five digits"])
@pytest.mark.parametrize("name", MISTAKES)
def test_what_was_reckoned_from_a_wrong_number_is_not_called_wrong_itself(
    name: str, write: Callable[[float], Written]
) -> None:
    graph, step, formula, _ = MISTAKES[name]
    report = work_out(GRAPHS[graph](None), write, {step: formula}).check()
    assert [f.claim.name for f in report.findings if f.verdict == "wrong"] == [name_of(step)]


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("half the derivative of a square", "half of what it should be"),
        ("error the other way round", "the sign is the other one"),
        ("derivative of the sigmoid forgotten", "∂g1/∂z1 is missing"),
        ("hours forgotten", "∂z1/∂w1 is missing"),
        ("hours of another subject", "x2 in the place of ∂z1/∂w1"),
        ("output of the other neuron", "g2 in the place of ∂y_pred/∂w7"),
        ("bias with the other sign", "b1 went in with the other sign"),
        ("bias left out", "b3 is missing"),
        ("activation forgotten", "this is z2 itself"),
        ("a tenth of the learning rate", "0.01 was used instead of 0.1"),
        ("uphill", "a step uphill: the gradient was added"),
        ("diamond with the path through c left out", "the one from a through c"),
        ("shared weight overwritten", "= instead of +="),
        ("second student left out", "the one from w1 through z_2"),
        ("cost of a student left out", "cost_2 is missing"),
    ],
)
def test_slip_is_described_with_the_names_and_numbers_of_the_step(
    name: str, description: str
) -> None:
    graph, step, formula, slip = MISTAKES[name]
    wrong = work_out(GRAPHS[graph](None), mistakes={step: formula}).check().first_wrong
    assert wrong is not None
    assert wrong.slip is not None
    assert wrong.slip.name == slip
    assert description in wrong.slip.description
    assert f"{slip}: {wrong.slip.description}" in str(HandCheck((wrong,)))


def test_everything_reckoned_from_a_wrong_number_names_it() -> None:
    mistake: dict[Step, Formula] = {("value", "g1"): lambda v, _: logistic(-v.z1)}
    report = work_out(worked_example(None), mistakes=mistake).check()
    found = by_name(report)
    following = [name for name, f in found.items() if f.verdict == "follows from an error"]
    assert "y_pred" in following
    assert "gradient of w7" in following
    assert "new w1" in following
    assert [claim.name for claim in found["y_pred"].basis] == ["g1"]
    assert "follows from the wrong g1 = 0.62245" in str(HandCheck((found["y_pred"],)))
    assert verdicts(report)["z1"] == verdicts(report)["g2"] == "right"
    assert str(report).splitlines()[-1] == "The first wrong step is g1."


def test_wrong_number_is_not_blamed_for_what_does_not_depend_on_it() -> None:
    write = to_digits(2, ROUND_DOWN, significant=True, as_text=True)
    mistake: dict[Step, Formula] = {("gradient", "b1"): lambda _, d: 2 * (d.z_1 + d.z_2 + d.z_3)}
    found = 0
    for seed in range(10):
        calculation = batch(random.Random(seed))  # noqa: S311  # no secret
        report = work_out(calculation, write, mistake).check()
        not_ok = [finding.claim.name for finding in report.findings if not finding.ok]
        assert not_ok in ([], ["gradient of b1"]), report
        found += bool(not_ok)
    assert found >= 4  # a wrong number of two digits may follow from others by chance


def test_two_mistakes_are_two_wrong_steps() -> None:
    mistakes: dict[Step, Formula] = {
        ("gradient", "y_pred"): lambda v, _: v.y_pred - v.y_act,
        ("gradient", "w1"): lambda _, d: d.z1,
    }
    report = work_out(worked_example(None), mistakes=mistakes).check()
    wrong = [f for f in report.findings if f.verdict == "wrong"]
    assert [f.claim.name for f in wrong] == ["gradient of y_pred", "gradient of w1"]
    assert wrong[0] is report.first_wrong
    assert "factor 2" in [slip.name for slip in wrong[0].slips]
    assert "local derivative forgotten" in [slip.name for slip in wrong[1].slips]


def test_leaf_copied_wrongly_is_the_first_wrong_step() -> None:
    nodes = build(STUDENTS[0])
    report = check_by_hand(nodes["cost"], {nodes["x1"]: "6", nodes["z1"]: "-5.9"})
    assert verdicts(report) == {"x1": "wrong", "z1": "follows from an error"}
    assert report.first_wrong is by_name(report)["x1"]


@pytest.mark.parametrize(
    ("q_written", "r_written", "verdict"),
    [
        ("1.96", "14.30", "follows"),  # 10 * 1.23 + 2.00
        ("1.96", "14.26", "follows from an error"),  # 10 * 1.23 + 1.96
        ("2.02", "14.30", "follows"),
        ("2.02", "14.32", "follows from an error"),
    ],
)
def test_a_number_follows_from_the_right_lines_or_the_wrong_one_by_which_is_nearer(
    q_written: str, r_written: str, verdict: str
) -> None:
    a, c = Value(1.2345, label="a"), Value(2.0, label="c")
    p, q = a * 1.0, c * 1.0
    r = 10 * p + q
    label(p=p, q=q, r=r)
    report = check_by_hand(r, {p: "1.23", q: q_written, r: r_written})
    assert verdicts(report) == {"p": "rounded", "q": "wrong", "r": verdict}


def test_number_of_no_usual_slip_is_called_wrong_all_the_same() -> None:
    nodes = build(STUDENTS[0])
    report = check_by_hand(nodes["cost"], gradients={nodes["w7"]: "-777.7"})
    assert report.reason(report.findings[0]) == "WRONG. No usual slip gives this number."
    assert report.findings[0].slips == ()


def test_number_rounded_too_far_on_the_way_is_called_that() -> None:
    nodes = build(STUDENTS[0])
    report = check_by_hand(nodes["cost"], gradients={nodes["w1"]: "-19,320"})
    wrong = report.first_wrong
    assert wrong is not None
    assert [slip.name for slip in wrong.slips] == ["rounding"]


# ----------------------------------------------------------------------- no false acceptance


@pytest.mark.parametrize("off", [0.01, 0.05, 0.3])
def test_random_wrong_numbers_after_exact_ones_are_not_accepted(off: float) -> None:
    write = to_digits(4, ROUND_HALF_UP, significant=True, as_text=True)
    accepted = []
    for seed in range(100):
        draw = random.Random(seed)  # noqa: S311  # no secret
        hand = work_out(list(GRAPHS.values())[seed % len(GRAPHS)](draw))
        kind, texts = draw.choice([("value", hand.values), ("gradient", hand.gradients)])
        name = draw.choice(list(texts))
        texts[name] = write(float(texts[name]) * (1 + draw.choice([-1, 1]) * off))
        finding = by_name(hand.check())[name_of((kind, name))]
        if finding.ok:
            accepted.append(f"{seed}: {finding}")
    assert len(accepted) <= 2, accepted


# --------------------------------------------------------------------------------- digits


def verdict(exact: float, written: Written) -> str:
    x = Value(exact, label="x")
    return check_by_hand(x * 1.0, {x: written}).findings[0].verdict


@pytest.mark.parametrize(
    ("exact", "written", "expected"),
    [
        (0.34, "0.3", "too few digits"),
        (0.34, 0.3, "too few digits"),
        (0.39, "0.3", "too few digits"),
        (0.304, "0.3", "rounded"),
        (0.304, 0.3, "rounded"),
        (0.34, "0.30", "wrong"),
        (0.304, "0.30", "rounded"),
        (0.3049, "0.30", "rounded"),
        (0.3, "0.30", "right"),
        (0.3, "0.4", "wrong"),
        (0.35, "0.4", "too few digits"),
        (0.3559, "0.35", "cut off"),
        (0.355, "0.36", "rounded"),
        (0.245, "0.24", "rounded"),
        (0.245, "0.25", "rounded"),
        (12.3, 12, "rounded"),
        (12.3, 12.0, "rounded"),
        (12.3, "12.0", "wrong"),
        (12.7, "12", "cut off"),
        (12.7, "13", "rounded"),
        (13.2, "12", "wrong"),
        (-0.5, "−0.5", "right"),
        (-0.5, "0.5", "wrong"),
        (-2 / 3, "-0.66", "cut off"),
        (-2 / 3, "-0.67", "rounded"),
        (-2 / 3, "-0.68", "wrong"),
        (-19303.5475, "-19,303", "cut off"),
        (-19303.5475, "-19,304", "rounded"),
        (-19303.5475, "-19,305", "wrong"),
        (-19303.5475, "-19000", "wrong"),
        (-19303.5475, "-1.9e4", "rounded"),
        (-19303.5475, "-1.9·10^4", "rounded"),
        (-0.002, "0", "too few digits"),
        (-0.002, "-0.002", "right"),
        (-19303.5475, "-19,300", "rounded"),
        (-19303.5475, "-18000", "wrong"),
        (1234567.0, "1,234,567", "right"),
        (1.04e-5, "1e-5", "rounded"),
        (1.6e-5, "1E-5", "too few digits"),
        (2.1e-5, "1e-5", "wrong"),
        (1.6e-5, "0.000016", "right"),
        (1234.5, "1.23e3", "rounded"),
        (1234.5, "1.24e3", "wrong"),
        (5.0, "+5", "right"),
        (0.5, ".5", "right"),
        (5.0, "5.", "right"),
        (5.0, " 5 ", "right"),
        (1.0, True, "unreadable"),
        (0.0, "0", "right"),
        (0.0, "0.00", "right"),
        (0.004, "0", "too few digits"),
        (0.6, "0", "wrong"),
        (0.04, "0.0", "too few digits"),
        (1.234, "1,234", "right"),
        (1234.0, "1,234", "right"),
        (0.37, "0,37", "right"),
        (1234.5, "1.234,5", "right"),
        (2 / 3, "2/3", "right"),
        (0.0012, "1.2·10^-3", "right"),
        (0.3, Decimal("0.30"), "right"),
        (0.304, Decimal("0.300"), "wrong"),
        (0.1, np.float32(0.1), "right"),
        (0.1, np.float64(0.1), "right"),
        (7.0, np.int8(7), "right"),
        (2 / 3, Fraction(2, 3), "right"),
        (0.1 + 0.2, 0.3, "right"),
        (1 / 3, 1 / 3, "right"),
        (1 / 3, "0.3333333333333333333333333333", "right"),
        (1e300, "1e300", "right"),
        (math.inf, "1", "wrong"),
        (math.nan, "1", "wrong"),
    ],
)
def test_number_is_taken_by_the_digits_it_is_written_with(
    exact: float, written: Written, expected: str
) -> None:
    assert verdict(exact, written) == expected


@pytest.mark.parametrize(
    ("before", "expected"), [((), "cut off"), ((2.67, 3.78), "too few digits")]
)
def test_a_single_digit_cut_off_is_too_short_from_a_hand_that_mostly_rounds_up(
    before: tuple[float, ...], expected: str
) -> None:
    numbers = [*before, 1.29, 1.09]
    values = [Value(number, f"x{i}") * 1.0 for i, number in enumerate(numbers)]
    label({f"p{i}": value for i, value in enumerate(values)})
    written = [*(f"{number:.1f}" for number in before), "1.2", "1"]  # 2.7 and 3.8, up
    report = check_by_hand(autograd.sum(values), dict(zip(values, written, strict=True)))
    verdicts = [finding.verdict for finding in report.findings]
    assert verdicts == ["rounded"] * len(before) + ["cut off", expected]


@pytest.mark.parametrize(
    ("exact", "written"),
    [
        (0.31, "0.30"),
        (0.29, "0.28"),
        (0.58, "0.57"),
        (-8.2, "-8.1"),
        (4.35 * 100, "434"),  # 434.99999999999994
        ((0.1 + 0.7) * 10, "7"),  # 7.999999999999999
    ],
)
def test_number_with_few_decimals_is_not_cut_off_by_its_binary_rounding(
    exact: float, written: str
) -> None:
    assert verdict(exact, written) == "wrong"


@pytest.mark.parametrize(
    ("exact", "written"),
    [(300.4, "300"), (-1002.8, "-1000"), (1002.8, 1000.0), (19960.0, "20000"), (100.4, "100")],
)
def test_zeros_at_the_end_of_a_rounded_number_may_only_hold_a_place(
    exact: float, written: Written
) -> None:
    assert verdict(exact, written) == "rounded"  # to three significant digits


UNREADABLE = [
    *(
        "abc",
        "nan",
        math.nan,
        "0x10",
        "1_000",
        "--1",
        "5 °",
        "1e",
        "1e400",
    ),
    *("1e-99999999999999999999", "2/0", "1/2/3", "12,34.5", "1 2", True, False, [1.0], 1j),
    *({}, object(), 10**400, b"1", "٣", "2½", "1" * 400),
]


@pytest.mark.parametrize("written", UNREADABLE, ids=repr)
def test_one_entry_that_is_no_number_does_not_lose_the_report(written: Any) -> None:
    x = Value(1.0, label="x")
    y = x * 4.0
    report = check_by_hand(y, {x: written}, {x: "4.0"})
    assert verdicts(report) == {"x": "unreadable", "gradient of x": "right"}
    assert not report.ok
    assert "not a number" in str(report)
    assert json.dumps(report.to_dict())


INFINITE: list[Any] = ["inf", "∞", "Infinity", "infinito", math.inf, np.float64("inf")]


@pytest.mark.parametrize("written", INFINITE)
def test_an_infinite_number_is_right_where_the_true_one_is_infinite(written: Any) -> None:
    x = Value(0.0, label="x")
    y = x.sqrt()
    z = -autograd.log(x)
    label(y=y, z=z)
    for digits in ({}, {"decimals": 2}, {"tolerance": 0.01}):
        report = check_by_hand(y, {y: "0"}, {x: written}, {x: (f"-{written}", 0.1)}, **digits)
        assert verdicts(report) == {"y": "right", "gradient of x": "right", "new x": "right"}
        report = check_by_hand(z, {z: written}, {x: f"-{written}"}, **digits)
        assert verdicts(report) == {"z": "right", "gradient of x": "right"}
    report = check_by_hand(z, {z: f"-{written}"}, {x: written}, hint=3)
    assert verdicts(report) == {"z": "wrong", "gradient of x": "wrong"}
    assert "WRONG, expected inf" in str(report)
    assert json.dumps(report.to_dict(), allow_nan=False)


@pytest.mark.parametrize(
    ("above", "said"),
    [("5", "WRONG, expected 13."), ("6", "WRONG, expected 15.6 from the lines before.")],
)
def test_the_lines_before_are_named_where_they_change_what_is_expected(
    above: str, said: str
) -> None:
    a = Value(2.5) * 2.0
    b = a * 2.6
    label(a=a, b=b)
    assert said in str(check_by_hand(b, {a: above, b: "14.4"}, hint=3))


def test_a_slip_that_gives_the_number_of_another_makes_no_hit_by_chance_likelier() -> None:
    y = Value(0.5) * 1.0
    y.label = "y"
    (finding,) = check_by_hand(y, {y: "0.37"}).findings
    assert finding.reading is not None
    search = Search(finding.reading, finding.claim, exactly(0.5))
    search.is_hit(0.8123)
    once = search.chance
    search.is_hit(0.8127)  # 0.81 too, to two digits
    assert search.chance == once > 0.0
    search.is_hit(0.8323)
    assert search.chance > once


@pytest.mark.parametrize("written", ["-1.93e4", "-19303.5", "-19303.5475"])
def test_a_slip_is_named_to_the_digits_that_are_written(written: str) -> None:
    y = Value(-19303.5475) * -1.0
    y.label = "y"
    (finding,) = check_by_hand(y, {y: written}).findings
    assert finding.slip is not None
    assert finding.slip.name == "sign"


@pytest.mark.parametrize("written", INFINITE)
def test_an_infinite_number_is_wrong_elsewhere_and_nothing_follows_from_it(written: Any) -> None:
    x = Value(1.0, label="x")
    y = x * 4.0
    z = y + 1.0
    label(y=y, z=z)
    claims = ({x: written, y: written, z: "5.0"}, {x: written}, {x: (written, 0.1)})
    for digits in ({}, {"decimals": 2}, {"tolerance": 0.01}):
        report = check_by_hand(z, *claims, hint=3, **digits)
        assert [finding.verdict for finding in report.findings] == [
            *("wrong", "wrong", "right", "wrong", "wrong")
        ]
        assert report.findings[0].slip is None
        assert json.dumps(report.to_dict(), allow_nan=False)


@pytest.mark.parametrize("written", [None, ..., "", "  ", "...", "…", "?", "___", "-", "—", "."])
def test_a_blank_is_not_answered(written: Any) -> None:
    x = Value(1.0, label="x")
    report = check_by_hand(x * 4.0, {x: written}, {x: "4.0"})
    assert verdicts(report) == {"x": "not answered", "gradient of x": "right"}
    assert not report.ok
    assert report.score == 0.5


# ------------------------------------------------------------------------- nodes and claims


def test_node_of_another_graph_is_refused_wherever_it_is_claimed() -> None:
    x, stranger = Value(2.0, label="x"), Value(7.0, label="stranger")
    y = x * 3.0
    for claims in (
        {"values": {stranger: "7"}},
        {"gradients": {stranger: "0"}},
        {"updates": {stranger: ("7", 0.1)}},
    ):
        with pytest.raises(ValueError, match="stranger"):
            check_by_hand(y, **claims)


def test_node_computed_from_the_output_is_refused() -> None:
    x = Value(2.0, label="x")
    y = x * 3.0
    with pytest.raises(ValueError, match="expected nodes that"):
        check_by_hand(y, {y + 1.0: "7"})


def test_label_in_the_place_of_a_node_is_refused() -> None:
    y = Value(2.0, label="x") * 3.0
    with pytest.raises(ValueError, match="received 'x'"):
        check_by_hand(y, {"x": "2"})  # type: ignore[dict-item]  # on purpose


def test_output_that_is_no_value_is_a_type_error_that_says_so() -> None:
    with pytest.raises(TypeError, match=r"expected .*Value.*received float"):
        check_by_hand(2.0)  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize("output", [[], (), {}, None])
def test_output_that_is_empty_is_told_as_it_came_and_what_to_write(output: Any) -> None:
    told = (
        f"received {type(output).__name__}: {output}; write check_by_hand(y, gradients={{w: 0.5}}"
    )
    with pytest.raises(TypeError, match=re.escape(told)):
        check_by_hand(output)


def test_a_list_of_no_steps_is_not_answered() -> None:
    x = Value(2.0, label="x")
    report = check_by_hand(x * 3.0, updates={x: ([], 0.1)})
    assert verdicts(report) == {"new x": "not answered"}


@pytest.mark.parametrize("rate", [math.nan, math.inf])
def test_learning_rate_that_is_no_number_is_refused(rate: float) -> None:
    x = Value(2.0, label="x")
    with pytest.raises(ValueError, match="rate"):
        check_by_hand(x * 3.0, updates={x: ("1.7", rate)})


@pytest.mark.parametrize(
    ("written", "slip"),
    [
        ("12.01", "a step uphill"),  # so near to 11.99 that rounding on the way could explain it
        ("12.00", "the number before the step"),
    ],
)
def test_a_slip_that_gives_all_digits_is_named_before_rounding(written: str, slip: str) -> None:
    w = Parameter(12.0, label="w")
    report = check_by_hand(w * Value(1.0, label="x"), updates={w: (written, 0.01)})
    assert not report.ok
    assert slip in str(report)
    assert "rounding" not in str(report)


@pytest.mark.parametrize("digits", [2, 3, 4, 5])
@pytest.mark.parametrize("name", ["tanh", "sin", "asin", "exp", "softplus"])
def test_an_input_itself_is_told_only_of_a_number_that_rounds_from_it(
    name: str, digits: int
) -> None:
    z = Value(-0.51234, label="x") * 1.0
    z.label = "z"
    y = getattr(autograd, name)(z)
    y.label = "y"
    copied = f"{z.data:.{digits}f}"
    for units in (-1, 0, 1):
        written = f"{float(copied) + units * 10.0**-digits:.{digits}f}"
        for z_written in (None, copied):
            finding = check_by_hand(y, {z: z_written, y: written}).findings[-1]
            said = finding.slip.description if finding.slip else ""
            assert ("itself" in said) == (units == 0), (written, said)


def test_a_forgotten_operation_on_the_way_is_not_told_as_the_result() -> None:
    z = Value(0.8137, label="z")
    y = 3.0 * autograd.tanh(z)
    (finding,) = check_by_hand(y, {y: "2.4411"}).findings
    assert finding.slip is not None
    assert finding.slip.name == "operation forgotten"
    assert finding.slip.description == "z in the place of tanh(z)"


def test_what_a_finding_shows_of_itself_goes_by_the_hint() -> None:
    w = Value(2.0, label="w")
    y = (w * 3.0 - 1.0) ** 2
    hidden = {"sign": 2, "wrong": 1, "30.0": 4, "gradient of w": 0}  # from which hint on
    report = check_by_hand(y, gradients={w: "-3.00e1"}, hint=0)
    for hint in range(4):
        again = check_by_hand(y, gradients={w: "-3.00e1"}, hint=hint)
        for findings in (again.findings, report.with_hint(hint).findings, [again.first_wrong]):
            shown = repr(findings).replace("-30.0", "")  # what was written
            assert {text for text in hidden if text in shown} == {
                text for text, least in hidden.items() if hint >= least
            }
    assert "sign" in repr(report.with_hint(0, reveal=True).findings)
    formula = check_by_hand(y, formulas={(y, w): "-6(3w - 1)"}, hint=1).findings
    assert "sign" not in repr(formula)
    assert "slips" not in repr(formula)


def test_a_sheet_without_claims_is_not_right() -> None:
    for report in (check_by_hand(Value(2.0)), check_by_hand(Value(2.0), {}, {}, {})):
        assert not report.ok
        assert not report
        assert report.score == 0.0
        assert report.findings == ()
        assert report.first_wrong is None
        assert str(report) == "Nothing is claimed, so nothing is right."
    with pytest.raises(AssertionError, match="Nothing is claimed"):
        assert_by_hand(Value(2.0))


def test_output_alone_is_a_graph_too() -> None:
    x = Value(2.0, label="x")
    report = check_by_hand(x, {x: 2}, {x: 1}, {x: ("1.9", 0.1)})
    assert verdicts(report) == {"x": "right", "gradient of x": "right", "new x": "right"}


def test_claims_are_judged_in_the_order_of_work_whatever_order_they_come_in() -> None:
    hand = work_out(worked_example(None))
    turned = Hand(
        hand.calculation,
        dict(reversed(hand.values.items())),
        dict(reversed(hand.gradients.items())),
        hand.updates,
    )
    assert list(by_name(turned.check())) == list(by_name(hand.check()))


def test_unlabelled_nodes_can_be_claimed() -> None:
    x = Value(2.0)
    y = x * 3.0
    report = check_by_hand(y, {y: 6}, {x: 3})
    assert report.ok
    assert [finding.claim.name for finding in report.findings] == [
        "input1*3",
        "gradient of input1",
    ]


@pytest.mark.parametrize(("rate", "written"), [(0.1, "1.7"), (1.0, "-1"), (0.0, "2"), (2, "-4")])
def test_update_is_a_step_down_the_gradient(rate: float, written: str) -> None:
    x = Value(2.0, label="x")
    assert check_by_hand(x * 3.0, updates={x: (written, rate)}).ok


def test_update_follows_from_the_gradient_that_the_hand_wrote() -> None:
    w = Value(2.0, label="w")
    y = w**3
    report = check_by_hand(y, gradients={w: "24"}, updates={w: ("-0.4", 0.1)})
    assert verdicts(report) == {"gradient of w": "wrong", "new w": "follows from an error"}


def test_checking_leaves_every_node_as_it_was() -> None:
    for name, graph in GRAPHS.items():
        step, formula = next((m.step, m.formula) for m in MISTAKES.values() if m.graph == name)
        hand = work_out(graph(None), mistakes={step: formula})
        output = hand.calculation.nodes[hand.calculation.output]
        order = topological_order(output)
        for backward in (False, True):
            if backward:
                output.backward(3.0)
            before = [(n.data, n.grad, n.has_grad, n.label, n.op, n.partials) for n in order]
            assert not hand.check().ok
            after = [(n.data, n.grad, n.has_grad, n.label, n.op, n.partials) for n in order]
            assert before == after


# --------------------------------------------------------------------------- assert_by_hand


def test_assertion_passes_for_a_right_calculation() -> None:
    nodes = build(STUDENTS[0])
    w1, w7 = nodes["w1"], nodes["w7"]
    assert_by_hand(nodes["cost"], *figures(nodes), {w7: ("12.04", 0.001), w1: ("193", 0.01)})


def test_failed_assertion_says_the_whole_report() -> None:
    nodes = build(STUDENTS[0])
    claims = (*figures(nodes), {nodes["w7"]: ("12.04", 0.01)})
    report = check_by_hand(nodes["cost"], *claims)
    with pytest.raises(AssertionError) as failure:
        assert_by_hand(nodes["cost"], *claims)
    assert str(failure.value) == f"the hand calculation is not right\n{report}"


# ----------------------------------------------------------------------------- large graphs


def long_chain() -> tuple[Value, list[Value]]:
    """10,000 nodes behind one another, and a dozen of them labelled."""
    x = Parameter(0.5, label="x")
    labelled: list[Value] = [x]
    node: Value = x
    for i in range(5000):
        node = node * 1.0001 + 0.0001
        if i % 450 == 0:
            node.label = f"t{i}"
            labelled.append(node)
    node.label = "y"
    node.backward()
    return node, labelled


@pytest.mark.parametrize("mistaken", [False, True])
def test_large_graph_is_checked(mistaken: bool) -> None:
    y, nodes = long_chain()
    values: dict[Value, Written] = {node: f"{node.data:.4g}" for node in nodes}
    gradients: dict[Value, Written] = {node: f"{node.grad:.4g}" for node in nodes}
    if mistaken:
        gradients[nodes[0]] = "-5.432"
    report = check_by_hand(y, values, gradients)
    assert report.ok is not mistaken
    assert mistaken == (report.first_wrong is not None)


# ------------------------------------------------------------- what a claim follows from


def hand(
    numbers: str, values: str, gradients: str
) -> tuple[Value, dict[Value, str], dict[Value, str]]:
    """e = x*y*y*z - (x + z)*x*y and its square, with the numbers that a hand wrote, in order."""
    x, y, z = (Value(float(number)) for number in numbers.split())
    a, b, c = x * y, y * z, x + z
    d = a * b
    e = d - c * a
    f = e * e
    label(x=x, y=y, z=z, a=a, b=b, c=c, d=d, e=e, f=f)
    return (
        f,
        dict(zip((a, b, c, d, e, f), values.split(), strict=True)),
        dict(zip((e, d, a, x), gradients.split(), strict=True)),
    )


@pytest.mark.parametrize(
    ("numbers", "values", "gradients", "verdict", "basis"),
    [
        pytest.param(
            *(
                "1.6 7.7 7.0",
                "12.3 53.9 8.6 663 557 3.1e+05",
                "1.11e+03 1.11e+03 5.03e+04 3.74e+05",
            ),
            *("follows", "a, gradient of e, gradient of a"),
            id="all are right",
        ),
        pytest.param(
            *("5.4 2.2 6.0", "12 13 11 1.6e+02 28 7.8e+02", "56 56 1.1e+02 -4.3e+02"),
            *("follows", "a, gradient of e, gradient of a"),
            id="with two digits",
        ),
        pytest.param(
            *("5.8 2.5 5.2", "14 13 11 1.8e+02 26 6.8e+02", "68 52 1e+02 -4.8e+02"),
            *("follows", "a, e, gradient of a"),
            id="past a wrong gradient",
        ),
        pytest.param(
            *("2.5 1.9 3.9", "4.8 7.4 6.4 36 5.3 28", "14 14 14 -41"),
            *("follows from an error", "gradient of e, gradient of a"),
            id="from a wrong gradient",
        ),
    ],
)
def test_a_number_follows_from_the_nearest_numbers_that_the_hand_went_on_with(
    numbers: str, values: str, gradients: str, verdict: str, basis: str
) -> None:
    *_, last = check_by_hand(*hand(numbers, values, gradients)).findings
    assert last.claim.name == "gradient of x"
    assert last.verdict == verdict
    assert ", ".join(claim.name for claim in last.basis) == basis


@pytest.mark.parametrize(
    ("text", "number", "how"),
    [
        ("19300", 19303.5, "rounded"),
        ("19300", 19399.0, "cut off"),
        ("19000", 19303.5, ""),
        ("1.9e4", 19303.5, "rounded"),
        ("19000", 19040.5, "rounded"),
        ("20000", 19303.5, ""),
        ("100", 130.0, ""),
        ("120", 117.0, ""),
        ("20", 15.2, ""),
        ("120e1", 1204.0, "rounded"),
        ("120e1", 1240.0, ""),
        ("0", 0.004, ""),
        ("0e2", 0.004, ""),
        ("0.00", 0.004, ""),
        ("0", 0.0, "right"),
    ],
)
def test_zeros_hold_a_place_where_three_digits_are_meant_at_least(
    text: str, number: float, how: str
) -> None:
    assert fits(readings(text)[0], Accuracy(), exactly(number)) == how


@pytest.mark.parametrize(
    ("written", "slips"),
    [("0.39250", ["rounding"]), ("0.39180", ["rounding"]), ("0.39407", []), ("0.38907", [])],
)
def test_rounding_is_named_where_one_digit_less_on_the_way_gives_the_number(
    written: str, slips: list[str]
) -> None:
    x, a, b = Value(1.23456, label="x"), Value(5.98765), Value(7.0)
    z = x * a - b  # 7.39211 - 7; with four digits, from 7.3915 - 7 to 7.3925 - 7
    label(z=z)
    (finding,) = check_by_hand(z, {z: written}).findings
    assert finding.verdict == "wrong"
    assert [slip.name for slip in finding.slips] == slips


@pytest.mark.parametrize(
    ("written", "description"),
    [
        ("24", "twice what it should be"),
        ("6", "half of what it should be"),
        ("-12", "the sign is the other one"),
    ],
)
@pytest.mark.parametrize("kind", ["value", "gradient"])
def test_a_number_off_by_a_factor_is_told_what_factor(
    kind: str, written: str, description: str
) -> None:
    x, y = Value(13.0, label="x"), Value(-1.0, label="y")
    k, z = Value(2.0, label="k"), x + y
    label(z=z)
    claims: Any = {"values": {z: written}} if kind == "value" else {"gradients": {k: written}}
    (finding,) = check_by_hand(z if kind == "value" else z * k, **claims).findings
    assert finding.expected == 12.0
    assert description in [slip.description for slip in finding.slips]


@pytest.mark.parametrize(
    ("written", "description"),
    [
        ("11", "twice the step"),
        ("12.5", "half of the step"),
        ("14", "a step uphill: the gradient was added"),
        ("3.0", "10 was used instead of 1"),
        ("-1", "this is the step, not the new number"),
        ("12.9", "0.1 was used instead of 1"),
    ],
)
def test_of_an_update_the_step_is_judged_and_not_the_weight(written: str, description: str) -> None:
    x, y = Value(13.0, label="x"), Value(-1.0, label="y")
    (finding,) = check_by_hand(x + y, updates={x: (written, 1.0)}).findings
    assert finding.verdict == "wrong"
    assert [slip.description for slip in finding.slips] == [description]


def test_a_wrong_step_is_not_excused_by_rounding_the_weight_too_far() -> None:
    w = Value(3.0, label="w")
    (finding,) = check_by_hand(w * 0.42, updates={w: ("2.955", 0.1)}).findings  # not 2.958
    assert finding.verdict == "wrong"
    assert finding.slips == ()


def test_a_slip_is_found_at_any_step_of_the_chain_rule() -> None:
    w = Value(0.7, label="w")
    z = w * 3.0
    g = z.sigmoid()
    cost = (g - 1.0) ** 2
    label(z=z, g=g, cost=cost)
    without_sigma = 2.0 * (g.data - 1.0) * 3.0
    report = check_by_hand(cost, gradients={w: f"{without_sigma:.6f}"})
    (finding,) = report.findings
    assert [slip.name for slip in finding.slips] == ["local derivative forgotten"]
    assert finding.slips[0].description == "∂g/∂z is missing"


def test_a_slip_is_looked_for_in_what_follows_from_the_numbers_that_were_carried_on() -> None:
    x = Value(1.2345, label="x")
    a = x * 1.0
    b = a * 10.0
    c = b * 3.0
    label(a=a, c=c)
    *_, finding = check_by_hand(c, {a: "1.2", c: "-36.00"}).findings
    assert [slip.name for slip in finding.slips] == ["sign"]


def test_what_was_found_cannot_be_changed() -> None:
    x = Value(2.0, label="x")
    report = check_by_hand(x * 1.0, {x: "-2.0"})
    (finding,) = report.findings
    for thing, name in (
        *((report, "findings"), (finding, "verdict")),
        *((finding.claim, "text"), (finding.slips[0], "name")),
    ):
        with pytest.raises(FrozenInstanceError):
            setattr(thing, name, None)


@pytest.mark.parametrize(
    ("written", "description"), [("9", "b in the place of a"), ("4", "a in the place of b")]
)
def test_a_value_computed_from_the_wrong_input_is_told_which(
    written: str, description: str
) -> None:
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    y = a * b
    label(y=y)
    (finding,) = check_by_hand(y, {y: written}).findings
    slips = {slip.name: slip.description for slip in finding.slips}
    assert slips["wrong parent's number"] == description


def test_a_gradient_that_has_added_up_over_passes_is_told_so() -> None:
    x = Value(3.0, label="x")
    y = x * x
    for _ in range(2):
        y.backward()
    report = check_by_hand(y, gradients={x: 12}, hint=2)
    assert not report.ok
    assert report.findings[0].slip is not None
    assert report.findings[0].slip.name == "added up over passes"
    assert "set `x.grad = 0.0` between passes" in str(report)
    assert "6" not in str(report)  # which would give the answer away
    assert check_by_hand(y, gradients={x: 6}).ok


@pytest.mark.parametrize(
    "asked", ["z dw", "z g dw", "z g c dw", "z c", "z g c dz dw", "z g c dg dz db dw"]
)
def test_what_follows_from_a_wrong_number_is_not_wrong(asked: str) -> None:
    """b went in with the other sign; all that follows is exact, and written in four digits."""
    draw = random.Random(4)  # noqa: S311  # nothing secret about it
    for _ in range(25):
        w, x, b, y = (draw.choice([-1, 1]) * draw.randint(3, 20) / 10 for _ in range(4))
        weight, bias, number = Parameter(w, "w"), Parameter(b, "b"), Value(x, "x")
        z = weight * number + bias
        g = autograd.sigmoid(z)
        c = (g - y) ** 2
        z.label, g.label, c.label = "z", "g", "c"
        wrong = w * x - b
        if abs(wrong) < 0.1:  # all that is multiplied by 0 shows no work
            continue
        squashed = 1.0 / (1.0 + math.exp(-wrong))
        by_g = 2.0 * (squashed - y)
        by_z = by_g * squashed * (1.0 - squashed)
        values = {z: ("z", wrong), g: ("g", squashed), c: ("c", (squashed - y) ** 2)}
        slopes = {g: ("dg", by_g), z: ("dz", by_z), bias: ("db", by_z), weight: ("dw", by_z * x)}
        told = [
            {
                node: f"{number:.4g}"
                for node, (name, number) in numbers.items()
                if name in asked.split()
            }
            for numbers in (values, slopes)
        ]
        report = check_by_hand(c, told[0], told[1])
        first, *others = report.findings
        assert first.verdict == "wrong"
        assert {finding.verdict for finding in others} <= {
            "follows from an error",
            "right",
            "rounded",
        }


# ---------------------------------------------------------------------- where graphs have edges


@pytest.mark.parametrize(
    ("text", "at", "gradient"),
    [
        ("sqrt(relu(x))", -1.0, 0.0),
        ("log(relu(x)) + 2x", -1.0, 2.0),
        ("1/relu(x)", -1.0, 0.0),
        ("relu(x)^0.5 + x^2", -1.0, -2.0),
        ("cbrt(maximum(x, 0))", -1.0, 0.0),
        ("where(greater(x, 0), sqrt(x), 3x)", -1.0, 3.0),
        ("2sqrt(clamp(x, 0, 1))", -1.0, 0.0),
        ("hypot(x, 0*x) + x", 0.0, 1.0),
        ("norm([x, 2x])", 0.0, 0.0),
        # From 40 digits of mpmath 1.3.
        ("sigmoid(x)", 40.0, 4.2483542552915889773e-18),
        ("sigmoid(x)", 20.0, 2.0611536139418493571e-9),
        ("tanh(x)", 10.0, 8.2446144557673980786e-9),
        ("gelu(x)", -9.0, -9.1389373739066399e-18),
        ("asin(x)", 1.0 - 2.0**-53, 67108864.0),
        ("softmax([x, 0])[0]", 20.0, 2.0611536139418493571e-9),
    ],
)
def test_the_true_gradient_is_right_at_edges(text: str, at: float, gradient: float) -> None:
    y, names = parse(text, {"x": at})
    x = names["x"]
    for written in (gradient, f"{gradient:.6g}"):
        assert check_by_hand(y, gradients={x: written}).ok
    wrong = "1" if gradient == 0.0 else f"{3.0 * gradient:.6g}"
    assert not check_by_hand(y, gradients={x: wrong}).ok


@pytest.mark.parametrize(("text", "at"), [("x^x", 300.0), ("x^x + x", 300.0), ("log(x)", 0.0)])
def test_no_number_is_right_where_the_gradient_is_infinite(text: str, at: float) -> None:
    y, names = parse(text, {"x": at})
    for written in ("0", "1", "1e300"):
        assert not check_by_hand(y, gradients={names["x"]: written}).ok


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("hypot(a, b)", {"a": 0.0, "b": 0.0}),
        ("atan2(a, b)", {"a": 0.0, "b": 0.0}),
        ("xlogy(a, b)", {"a": 2.0, "b": 0.0}),
        ("norm([a, b])", {"a": 0.0, "b": 0.0}),
    ],
)
def test_a_division_by_0_has_a_verdict(text: str, names: Mapping[str, float]) -> None:
    y, nodes = parse(text, names)
    assert not check_by_hand(y, gradients={nodes["a"]: "1", nodes["b"]: "3"}).ok


@pytest.mark.parametrize(("a", "b"), [(1e200, 1e-200), (1e160, 1e-160), (-1e250, 3e-200)])
def test_a_slip_beside_a_number_that_is_far_too_small_or_large_gets_a_verdict(
    a: float, b: float
) -> None:
    x, y = Value(a, label="a"), Value(b, label="b")
    for output in (x * y, x - y):
        output.label = "y"
        assert not check_by_hand(output, gradients={x: 1.5 * b + 7.0}).ok
        assert not check_by_hand(output, gradients={x: 1.5e-200}).ok


def test_wrong_numbers_of_a_weighted_sum_that_is_no_number_get_a_verdict() -> None:
    b, x = Value(2.5, label="b"), Value(0.5, label="x")
    u = autograd.Constant(-0.5) ** b
    u.label = "u"
    y = autograd.dot([u, 2.0], [x, b])
    y.label = "y"
    assert not check_by_hand(y, values={u: "12345", y: "12345"}).ok


def test_wrong_numbers_of_a_product_that_is_infinite_get_a_verdict() -> None:
    x = Value(math.inf, label="x")
    u = autograd.sum([1.0, x, 1.0])
    u.label = "u"
    y = autograd.prod([u, Value(0.5), Value(0.5)])
    y.label = "y"
    assert not check_by_hand(y, values={u: "12345", y: "12345"}).ok


@pytest.mark.parametrize("factor", [math.nan, math.inf, 5e-324])
def test_a_factor_that_no_mean_is_taken_by_gets_a_verdict(factor: float) -> None:
    x = Value(0.5, label="x")
    y = autograd.tanh(x) * factor
    y.label = "y"
    assert not check_by_hand(y, values={y: "12345"}).ok


@pytest.mark.parametrize("kind", [int, np.int64, np.uint8])
@pytest.mark.parametrize("option", ["digits", "decimals"])
def test_digits_that_are_asked_for_may_be_numpys(kind: Any, option: str) -> None:
    x = Value(2.0, label="x")
    wrong = check_by_hand(x * x, gradients={x: "3"}, **{option: kind(3)})
    assert [finding.verdict for finding in wrong.findings] == ["wrong"]
