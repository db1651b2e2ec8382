"""Both passes one step at a time: the numbers of the steps, their order, their sentences."""

import math
from dataclasses import FrozenInstanceError
from itertools import pairwise
from typing import Any

import pytest

import autograd
from autograd import (
    BackwardStep,
    ForwardStep,
    Parameter,
    Primitive,
    SeedStep,
    Value,
    backward_steps,
    forward_steps,
    ops,
)
from autograd.explaining.steps import backward, forward
from autograd.notation.names import Names, formula, names
from autograd.worked_example import STUDENTS, build

NASTY = [
    "</text><script>alert(1)</script>",
    "two\nlines\tand a tab",
    "\x00\x1b[31m",
    "half a pair \ud800",
    "日本語",
    "%s %d {x}",
    "a * b = 3",
]


@pytest.fixture
def nodes() -> dict[str, Value]:
    return build(STUDENTS[0])


def edge_steps(output: Value, gradient: float = 1.0) -> list[BackwardStep]:
    """The backward pass without its seed."""
    return [s for s in backward_steps(output, gradient) if isinstance(s, BackwardStep)]


def sentences(output: Value) -> list[str]:
    return [s.sentence for s in [*forward_steps(output), *backward_steps(output)]]


def diamond() -> tuple[Value, Value]:
    x = Value(3.0, label="x")
    y = x * x + x
    y.label = "y"
    return x, y


# ---------------------------------------------------------------------------- forward


def test_the_worked_example_forward_is_seven_steps_in_order(nodes: dict[str, Value]) -> None:
    steps = list(forward_steps(nodes["cost"]))
    assert [step.node.label for step in steps] == ["z1", "g1", "z2", "g2", "y_pred", "", "cost"]
    assert [step.index for step in steps] == list(range(7))
    results = [step.result for step in steps]
    assert results == pytest.approx(
        [
            *(-0.5, 0.3775406687981454, -3.0, 0.04742587317756678),
            *(24.957320884175846, -57.042679115824154, 3253.8672407108816),
        ],
        rel=1e-14,
    )


def test_a_forward_step_is_the_node_its_operation_its_inputs_and_the_result() -> None:
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    c = a * b
    (step,) = forward_steps(c)
    assert step == ForwardStep(
        index=0,
        node=c,
        op=autograd.mul,
        inputs=(a, b),
        input_data=(2.0, -3.0),
        result=-6.0,
        sentence="a*b = 2*(-3) = -6",
    )


def test_the_forward_steps_are_said_in_words(nodes: dict[str, Value]) -> None:
    assert [step.sentence for step in forward_steps(nodes["cost"])] == [
        "z1 = w1*x1 + w3*x2 + w5*x3 + b1 = 0.1*60 + 0.1*80 + 0.1*5 + (-15) = -0.5",
        "g1 = sigmoid(z1) = sigmoid(-0.5) = 0.377541",
        "z2 = w2*x1 + w4*x2 + w6*x3 + b2 = 0.2*60 + 0.2*80 + 0.2*5 + (-32) = -3",
        "g2 = sigmoid(z2) = sigmoid(-3) = 0.0474259",
        "y_pred = w7*g1 + w8*g2 + b3 = 12*0.377541 + 9*0.0474259 + 20 = 24.9573",
        "y_pred - y_act = 24.9573 - 82 = -57.0427",
        "cost = (y_pred - y_act)^2 = (-57.0427)^2 = 3253.87",
    ]


# --------------------------------------------------------------------------- backward


def test_the_backward_pass_starts_with_the_seed(nodes: dict[str, Value]) -> None:
    cost = nodes["cost"]
    assert next(backward_steps(cost)) == SeedStep(
        0, cost, 1.0, "cost starts with 1: dcost/dcost = 1"
    )
    assert next(backward_steps(cost, 2)) == SeedStep(
        0, cost, 2.0, "cost starts with the gradient that was given: 2"
    )


def test_a_backward_step_is_upstream_times_local(nodes: dict[str, Value]) -> None:
    (step,) = (s for s in edge_steps(nodes["cost"]) if s.parent is nodes["z1"])
    assert step.node is nodes["g1"]
    assert step.position == 0
    assert step.upstream == pytest.approx(-1369.0242987797797, rel=1e-14)
    assert step.local == pytest.approx(0.2350037122015945, rel=1e-14)
    assert step.contribution == step.total == pytest.approx(-321.72579230743304, rel=1e-14)
    assert step.complete
    assert step.sentence == "z1 receives -1369.024 * 0.2350037 = -321.726 from g1"


def test_the_worked_example_backward_has_a_step_for_each_edge_but_the_constants(
    nodes: dict[str, Value],
) -> None:
    steps = edge_steps(nodes["cost"])
    assert [step.index for step in steps] == list(range(1, 25))
    assert [step.parent.label for step in steps] == [
        *("", "y_pred", "y_act"),
        *("w7", "w8", "g1", "g2", "b3"),
        *("z2", "w2", "w4", "w6", "x1", "x2", "x3", "b2"),
        *("z1", "w1", "w3", "w5", "x1", "x2", "x3", "b1"),
    ]
    totals = {step.parent.label: step.total for step in steps if step.complete}
    assert totals["w7"] == pytest.approx(-43.071862446852506, rel=1e-14)
    assert totals["b3"] == pytest.approx(-114.08535823164831, rel=1e-14)
    assert totals["w1"] == pytest.approx(-19303.547538445982, rel=1e-14)
    assert totals["w3"] == pytest.approx(-25738.063384594643, rel=1e-14)
    assert totals["w5"] == pytest.approx(-1608.6289615371652, rel=1e-14)


def test_a_diamond_adds_both_paths_term_by_term() -> None:
    x, y = diamond()
    steps = [step for step in edge_steps(y) if step.parent is x]
    assert [step.contribution for step in steps] == [1.0, 3.0, 3.0]
    assert [step.total for step in steps] == [1.0, 4.0, 7.0]
    assert [step.complete for step in steps] == [False, False, True]
    assert [step.position for step in steps] == [1, 0, 1]
    assert [step.sentence for step in steps] == [
        "x receives 1 * 1 = 1 from y",
        "x receives 1 * 3 = 3 from x*x (input 1), which makes 4 so far",
        "x receives 1 * 3 = 3 from x*x (input 2), which makes 7 in all",
    ]


def test_a_pole_is_stepped_through_as_the_engine_does() -> None:
    x = Value(0.0, label="x")
    y = x.log() * x
    steps = edge_steps(y)
    y.backward()
    assert math.isnan(x.grad)
    assert math.isnan(steps[-1].total)
    assert sentences(y)[:2] == ["log(x) = log(0) = -inf", "log(x)*x = -inf*0 = nan"]


def test_a_leaf_alone_has_its_seed_and_no_other_step() -> None:
    x = Value(3.0, label="x")
    assert list(forward_steps(x)) == []
    assert [step.sentence for step in backward_steps(x)] == ["x starts with 1: dx/dx = 1"]


def test_an_output_without_a_label_is_held_together_in_its_derivative() -> None:
    x = Value(3.0, label="x")
    first = next(iter(backward_steps(x * x + x)))
    assert first.sentence == "x*x + x starts with 1: d(x*x + x)/d(x*x + x) = 1"


def test_steps_follow_leaves_that_were_changed_and_recomputed() -> None:
    x, y = diamond()
    x.data = 5.0
    y.recompute()
    assert [step.result for step in forward_steps(y)] == [25.0, 30.0]
    assert edge_steps(y)[-1].total == 11.0


# ------------------------------------------------------------------------------ both


def test_steps_are_the_same_on_every_run() -> None:
    first, second = (sentences(build(STUDENTS[0])["cost"]) for _ in range(2))
    assert first == second
    x, y = diamond()
    assert list(forward_steps(y)) == list(forward_steps(y))
    assert list(backward_steps(y)) == list(backward_steps(y))
    assert x.grad == 0.0


def test_a_long_chain_is_stepped_through_without_recursion_as_far_as_one_looks() -> None:
    y = Value(1.0)
    for _ in range(50_000):
        y = y + 1.0
    assert next(forward_steps(y)).result == 2.0
    assert sum(1 for _ in forward_steps(y)) == 50_000
    assert edge_steps(y)[-1].total == 1.0


def test_a_sum_of_many_terms_is_said_shortly() -> None:
    total = autograd.sum([Value(1.0) for _ in range(50_000)])
    total.label = "total"
    (step,) = forward_steps(total)
    assert step.sentence == "total = Σ of 50000 inputs = 50000"
    assert edge_steps(total)[-1].sentence == "input50000 receives 1 * 1 = 1 from total"


@pytest.mark.parametrize("steps", [forward_steps, backward_steps])
@pytest.mark.parametrize("wrong", [3.0, None, "y", [Value(1.0)]])
def test_only_a_value_is_stepped_through_and_that_is_said_at_once(steps: Any, wrong: Any) -> None:
    with pytest.raises(
        TypeError, match=f"^expected a Value to step through, received {type(wrong).__name__}: "
    ):
        steps(wrong)


def test_a_seed_that_is_no_number_is_refused_at_once() -> None:
    message = r"^expected a real number, received str: '1'; write float\(text\)$"
    with pytest.raises(TypeError, match=message):
        backward_steps(Value(1.0), "1")  # type: ignore[arg-type]


@pytest.mark.parametrize("label", NASTY)
def test_a_sentence_is_one_line_whatever_the_labels_are(label: str) -> None:
    x = Value(2.0, label=label)
    for sentence in sentences(x * x):
        assert sentence.isprintable()
        sentence.encode()


# ----------------------------------------------------------------------------- naming


def test_unlabelled_nodes_are_called_by_their_formula_while_it_is_short() -> None:
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    output = ((a + b) * a / b) ** 2 + a * (a + b) * (a - b)
    assert list(names(output).values()) == [
        *("a", "b", "a + b", "(a + b)*a", "(a + b)*a/b", "2", "((a + b)*a/b)^2"),
        *("add2", "a*add2", "a - b", "a*add2*(a - b)", "add3"),
    ]


def test_unlabelled_leaves_are_numbered_and_parameters_are_called_so() -> None:
    output = Value(1.0) * Parameter(2.0) + Value(3.0)
    found = ["input1", "parameter1", "input1*parameter1", "input2", "input1*parameter1 + input2"]
    assert list(names(output).values())[:4] == found[:4]


def test_no_two_nodes_have_one_name() -> None:
    x, other, third = Value(1.0, label="x"), Value(2.0, label="x"), Value(3.0, label="x#2")
    product, taken = x * other, Value(4.0, label="x*x#3")
    again, number = x * other, Value(5.0, label="mul2")
    order = names(autograd.sum([x, other, third, product, again, taken, number, other * x]))
    found = list(order.values())
    assert len(set(found)) == len(found)
    assert found[:3] == ["x", "x#3", "x#2"]


def test_a_blank_label_is_no_name() -> None:
    x = Value(1.0, label=" \n")
    assert names(x) == {x: "input1"}


@pytest.mark.parametrize(
    ("op", "inputs", "written"),
    [
        ("add", ["-1", "-2"], "-1 + (-2)"),
        ("sub", ["a", "-2"], "a - (-2)"),
        ("mul", ["-2", "-3"], "-2*(-3)"),
        ("div", ["a", "-3"], "a/(-3)"),
        ("neg", ["-3"], "-(-3)"),
        ("pow", ["-3", "2"], "(-3)^2"),
        ("pow", ["3", "-2"], "3^(-2)"),
        ("sum", ["a", "b", "-1"], "a + b + (-1)"),
        ("dot", ["w", "-2", "b"], "w*(-2) + b"),
        ("greater", ["a", "0"], "[a > 0]"),
        ("softmax", ["z2", "z1", "z10"], "softmax([z1, z2, z10])[1]"),
        ("log_softmax", ["z10", "z1", "z2"], "log_softmax([z1, z2, z10])[2]"),
        ("softmax", ["a", "a"], "softmax([a, a])[0]"),
        ("softmax", ["dog", "cat", "bird"], "softmax([dog, cat, bird])[0]"),
        ("where", ["c", "a", "-1"], "where(c, a, -1)"),
    ],
)
def test_a_formula_is_written_as_it_was_recorded(op: str, inputs: list[str], written: str) -> None:
    assert formula(ops.row(op), inputs) == written


def test_every_row_of_the_table_is_written() -> None:
    for row in autograd.TABLE.values():
        inputs = ["a", "b", "c"][: row.arity or 3]
        text = formula(row, inputs)
        assert all(name in text for name in inputs)


def test_an_operation_of_ones_own_is_stepped_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ops, "TABLE", dict(ops.TABLE))
    cube = Primitive("cube", "cube", lambda a: a * a * a, (lambda y, a: 3.0 * a * a,), "a**3")  # noqa: ARG005
    x = Value(2.0, label="x")
    assert sentences(cube(x)) == [
        "cube(x) = cube(2) = 8",
        "cube(x) starts with 1: dcube(x)/dcube(x) = 1",
        "x receives 1 * 12 = 12 from cube(x)",
    ]


def test_a_graph_that_has_been_walked_has_the_same_steps() -> None:
    _, y = diamond()
    order = autograd.topological_order(y)
    assert list(forward(order, Names(order))) == list(forward_steps(y))
    assert list(backward(order, Names(order))) == list(backward_steps(y))


def test_steps_can_be_kept_in_a_set_and_not_be_changed() -> None:
    _, y = diamond()
    steps = [*forward_steps(y), *backward_steps(y)]
    assert {type(step) for step in set(steps)} == {ForwardStep, SeedStep, BackwardStep}
    for step in steps:
        with pytest.raises(FrozenInstanceError):
            step.sentence = "another"  # type: ignore[misc]  # which is the point


def test_indices_count_up_by_one(nodes: dict[str, Value]) -> None:
    for steps in (forward_steps(nodes["cost"]), backward_steps(nodes["cost"])):
        assert all(b.index == a.index + 1 for a, b in pairwise(steps))


def test_an_input_after_a_constant_is_counted_among_its_own_nodes_inputs() -> None:
    x = Value(3.0, label="x")
    y = 2.0 * (x * x)
    y.label = "y"
    assert [step.sentence for step in edge_steps(y)] == [
        "x*x receives 1 * 2 = 2 from y",
        "x receives 2 * 3 = 6 from x*x (input 1)",
        "x receives 2 * 3 = 6 from x*x (input 2), which makes 12 in all",
    ]


@pytest.mark.parametrize("function", [forward_steps, backward_steps])
def test_the_output_may_be_named_and_the_language_has_to_be(function: Any) -> None:
    _, y = diamond()
    assert list(function(output=y, language="en"))
    with pytest.raises(TypeError, match="positional"):
        function(y, 1.0, "en")
