"""Random expressions with shared parts: against mpmath at sixty digits, and step by step."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import mpmath
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath import mp

import autograd
from autograd import (
    BackwardStep,
    Constant,
    Value,
    backward_steps,
    forward_steps,
    gradients,
    topological_order,
)
from autograd.notation.names import formula, names


class Operation(NamedTuple):
    """One operation, in the engine and in mpmath, and where it is far from poles and kinks."""

    engine: Callable[..., Any]
    exact: Callable[..., Any]
    is_tame: Callable[..., bool]


MARGIN = 0.1
LARGEST = 30.0

UNARY = {
    "neg": Operation(lambda a: -a, lambda a: -a, lambda _: True),
    "square": Operation(lambda a: a**2, lambda a: a * a, lambda _: True),
    "cube": Operation(lambda a: a**3, lambda a: a * a * a, lambda _: True),
    "reciprocal": Operation(lambda a: 1 / a, lambda a: 1 / a, lambda a: abs(a) > MARGIN),
    "exponential": Operation(lambda a: 2**a, lambda a: mp.power(2, a), lambda a: abs(a) < 5),
    "abs": Operation(abs, abs, lambda a: abs(a) > MARGIN),
    "relu": Operation(autograd.relu, lambda a: max(a, mp.mpf(0)), lambda a: abs(a) > MARGIN),
    "leaky": Operation(
        autograd.leaky_relu, lambda a: a if a > 0 else mp.mpf(0.01) * a, lambda a: abs(a) > MARGIN
    ),
    "exp": Operation(autograd.exp, mp.exp, lambda a: abs(a) < 3),
    "expm1": Operation(autograd.expm1, mp.expm1, lambda a: abs(a) < 3),
    "log": Operation(autograd.log, mp.log, lambda a: a > MARGIN),
    "log1p": Operation(autograd.log1p, mp.log1p, lambda a: a > MARGIN - 1),
    "sqrt": Operation(autograd.sqrt, mp.sqrt, lambda a: a > MARGIN),
    "cbrt": Operation(
        autograd.cbrt, lambda a: mp.sign(a) * mp.cbrt(abs(a)), lambda a: abs(a) > MARGIN
    ),
    "erf": Operation(autograd.erf, mp.erf, lambda a: abs(a) < 3),
    "sin": Operation(autograd.sin, mp.sin, lambda _: True),
    "cos": Operation(autograd.cos, mp.cos, lambda _: True),
    "tan": Operation(autograd.tan, mp.tan, lambda a: abs(mp.cos(a)) > MARGIN),
    "asin": Operation(autograd.asin, mp.asin, lambda a: abs(a) < 1 - MARGIN),
    "acos": Operation(autograd.acos, mp.acos, lambda a: abs(a) < 1 - MARGIN),
    "atan": Operation(autograd.atan, mp.atan, lambda _: True),
    "sinh": Operation(autograd.sinh, mp.sinh, lambda a: abs(a) < 3),
    "cosh": Operation(autograd.cosh, mp.cosh, lambda a: abs(a) < 3),
    "tanh": Operation(autograd.tanh, mp.tanh, lambda a: abs(a) < 5),
    "exp2": Operation(autograd.exp2, lambda a: mp.power(2, a), lambda a: abs(a) < 3),
    "log2": Operation(autograd.log2, lambda a: mp.log(a, 2), lambda a: a > MARGIN),
    "log10": Operation(autograd.log10, mp.log10, lambda a: a > MARGIN),
    "asinh": Operation(autograd.asinh, mp.asinh, lambda _: True),
    "acosh": Operation(autograd.acosh, mp.acosh, lambda a: a > 1 + MARGIN),
    "atanh": Operation(autograd.atanh, mp.atanh, lambda a: abs(a) < 1 - MARGIN),
    "erfc": Operation(autograd.erfc, mp.erfc, lambda a: abs(a) < 3),
    "gelu": Operation(
        autograd.gelu, lambda a: a * mp.erfc(-a / mp.sqrt(2)) / 2, lambda a: abs(a) < 5
    ),
    "silu": Operation(autograd.silu, lambda a: a / (1 + mp.exp(-a)), lambda a: abs(a) < LARGEST),
    "mish": Operation(
        autograd.mish, lambda a: a * mp.tanh(mp.log1p(mp.exp(a))), lambda a: abs(a) < LARGEST
    ),
    "elu": Operation(autograd.elu, lambda a: a if a > 0 else mp.expm1(a), lambda _: True),
    "softsign": Operation(autograd.softsign, lambda a: a / (1 + abs(a)), lambda _: True),
    "sigmoid": Operation(
        autograd.sigmoid, lambda a: 1 / (1 + mp.exp(-a)), lambda a: abs(a) < LARGEST
    ),
    "softplus": Operation(
        autograd.softplus, lambda a: mp.log(1 + mp.exp(a)), lambda a: abs(a) < LARGEST
    ),
}
BINARY = {
    "+": Operation(lambda a, b: a + b, lambda a, b: a + b, lambda *_: True),
    "-": Operation(lambda a, b: a - b, lambda a, b: a - b, lambda *_: True),
    "*": Operation(lambda a, b: a * b, lambda a, b: a * b, lambda *_: True),
    "/": Operation(lambda a, b: a / b, lambda a, b: a / b, lambda _, b: abs(b) > MARGIN),
    "**": Operation(lambda a, b: a**b, mp.power, lambda a, b: a > MARGIN and abs(b) < 4),
    "max": Operation(autograd.maximum, max, lambda a, b: abs(a - b) > MARGIN),
    "min": Operation(autograd.minimum, min, lambda a, b: abs(a - b) > MARGIN),
    "hypot": Operation(autograd.hypot, mp.hypot, lambda a, b: abs(a) + abs(b) > MARGIN),
    "atan2": Operation(
        autograd.atan2, mp.atan2, lambda a, b: abs(a) > MARGIN or (a != 0 and b > MARGIN)
    ),
    "xlogy": Operation(autograd.xlogy, lambda a, b: a * mp.log(b), lambda _, b: b > MARGIN),
    "logaddexp": Operation(
        autograd.logaddexp, lambda a, b: mp.log(mp.exp(a) + mp.exp(b)), lambda *_: True
    ),
    "mean": Operation(
        lambda a, b: autograd.mean([a, b, 1.0]), lambda a, b: (a + b + 1) / 3, lambda *_: True
    ),
    "prod": Operation(
        lambda a, b: autograd.prod([a, b, b]), lambda a, b: a * b * b, lambda *_: True
    ),
    "norm": Operation(
        lambda a, b: autograd.norm([a, b, 2.0]),
        lambda a, b: mp.sqrt(a * a + b * b + 4),
        lambda *_: True,
    ),
    "clamp": Operation(
        lambda a, b: autograd.clamp(a, -1.0, b),
        lambda a, b: min(max(a, -1), b),
        lambda a, b: min(abs(a - b), abs(a + 1), b + 1) > MARGIN,
    ),
    "take": Operation(
        lambda a, b: autograd.take([a, a * b, b], 1), lambda a, b: a * b, lambda *_: True
    ),
    "log_softmax": Operation(
        lambda a, b: autograd.log_softmax([a, b])[1],
        lambda a, b: b - mp.log(mp.exp(a) + mp.exp(b)),
        lambda *_: True,
    ),
    "dot": Operation(
        lambda a, b: autograd.dot([a, b], [b, 0.5], a),
        lambda a, b: a * b + b / 2 + a,
        lambda *_: True,
    ),
    "logsumexp": Operation(
        lambda a, b: autograd.logsumexp([a, b]),
        lambda a, b: mp.log(mp.exp(a) + mp.exp(b)),
        lambda *_: True,
    ),
    "softmax": Operation(
        lambda a, b: autograd.softmax([a, b])[1],
        lambda a, b: mp.exp(b) / (mp.exp(a) + mp.exp(b)),
        lambda a, b: abs(a - b) < 5,
    ),
}
OPERATIONS = UNARY | BINARY

Step = tuple[str, tuple[int, ...]]
"""The name of an operation, and the places of its operands among the numbers so far."""


class Expression(NamedTuple):
    """Numbers to start with, and steps that each compute one more; the last is the result."""

    leaves: list[float]
    steps: list[Step]


def evaluate(leaves: Sequence[Any], steps: list[Step], kind: str) -> Any:
    """The result of the steps, by the operations of that kind: "engine" or "exact"."""
    numbers = list(leaves)
    for name, operands in steps:
        numbers.append(getattr(OPERATIONS[name], kind)(*(numbers[i] for i in operands)))
    return numbers[-1]


@st.composite
def expressions(draw: st.DrawFn) -> Expression:
    leaves = draw(st.lists(st.floats(-3.0, 3.0), min_size=1, max_size=4))
    numbers = [mp.mpf(leaf) for leaf in leaves]
    steps: list[Step] = []
    for _ in range(draw(st.integers(1, 10))):
        # Operands are any of the numbers so far: a number that is drawn twice is shared.
        drawn = tuple(draw(st.integers(0, len(numbers) - 1)) for _ in range(2))
        possible: dict[str, tuple[tuple[int, ...], Any]] = {}
        for table, operands in ((BINARY, drawn), (UNARY, drawn[:1])):
            inputs = [numbers[i] for i in operands]
            for name, operation in table.items():
                if operation.is_tame(*inputs):
                    result = operation.exact(*inputs)
                    if abs(result) < LARGEST:
                        possible[name] = operands, result
        name = draw(st.sampled_from(sorted(possible)))
        operands, result = possible[name]
        steps.append((name, operands))
        numbers.append(result)
    return Expression(leaves, steps)


def exact_gradient(leaves: list[float], steps: list[Step], by: int) -> float:
    def at(number: Any) -> Any:
        return evaluate([*leaves[:by], number, *leaves[by + 1 :]], steps, "exact")

    with mp.workdps(60):
        return float(mpmath.diff(at, mp.mpf(leaves[by])))


def sensitivities(output: Value) -> dict[Value, float]:
    """Return how much rounding can grow: the sizes of all paths' derivatives, added up."""
    order = topological_order(output)
    size = dict.fromkeys(order, 0.0)
    size[output] = 1.0
    for node in reversed(order):
        for parent, partial in zip(node.parents, node.partials, strict=True):
            size[parent] += abs(partial) * size[node]
    return size


RELATIVE_ERROR = 1e-8
EXAMPLES = settings(deadline=None, max_examples=500)


@given(expressions())
@EXAMPLES
def test_value_and_all_gradients_are_those_of_mpmath(expression: Expression) -> None:
    leaves = [Value(number) for number in expression.leaves]
    y = evaluate(leaves, expression.steps, "engine")
    y.backward()
    size = sensitivities(y)
    assume(max(size.values()) < 1e6)

    with mp.workdps(60):
        exact = float(evaluate([*map(mp.mpf, expression.leaves)], expression.steps, "exact"))
    tolerance = RELATIVE_ERROR * (1.0 + max(size.values()))
    assert abs(y.data - exact) <= tolerance
    for i, leaf in enumerate(leaves):
        expected = exact_gradient(expression.leaves, expression.steps, by=i)
        assert abs(leaf.grad - expected) <= tolerance


@given(expressions())
@EXAMPLES
def test_graphs_of_gradients_give_what_backward_gives(expression: Expression) -> None:
    leaves = [Value(number) for number in expression.leaves]
    y = evaluate(leaves, expression.steps, "engine")
    y.backward()
    size = sensitivities(y)
    assume(max(size.values()) < 1e6)
    for leaf, graph in zip(leaves, gradients(y, leaves), strict=True):
        assert abs(leaf.grad - graph.data) <= 1e-12 * (1.0 + size.get(leaf, 0.0))


@given(expressions())
@EXAMPLES
def test_recompute_gives_to_the_last_bit_what_a_new_graph_gives(expression: Expression) -> None:
    leaves = [Value(1.0) for _ in expression.leaves]
    y = evaluate(leaves, expression.steps, "engine")
    for leaf, number in zip(leaves, expression.leaves, strict=True):
        leaf.data = number
    y.recompute()
    y.backward()

    fresh_leaves = [Value(number) for number in expression.leaves]
    fresh = evaluate(fresh_leaves, expression.steps, "engine")
    fresh.backward()
    assert y.data == fresh.data
    assert [leaf.grad for leaf in leaves] == [leaf.grad for leaf in fresh_leaves]


# ----------------------------------------------------------------------- step by step


def handed_down(output: Value, gradient: float = 1.0) -> list[BackwardStep]:
    return [s for s in backward_steps(output, gradient) if isinstance(s, BackwardStep)]


@given(expressions())
@EXAMPLES
def test_every_forward_step_computes_its_result_from_what_was_computed_before(
    expression: Expression,
) -> None:
    output = evaluate([Value(x) for x in expression.leaves], expression.steps, "engine")
    order = topological_order(output)
    known = {node: node.data for node in order if node.op is None}
    for step in forward_steps(output):
        assert step.inputs == step.node.parents
        assert step.input_data == tuple(known[parent] for parent in step.inputs)
        assert step.op.value(*step.input_data) == step.result == step.node.data
        known[step.node] = step.result
    assert list(known) != []
    assert set(known) == set(order)


@given(expressions())
@EXAMPLES
def test_final_totals_are_to_the_last_bit_what_backward_gives(expression: Expression) -> None:
    output = evaluate([Value(x) for x in expression.leaves], expression.steps, "engine")
    before = handed_down(output, 0.7)
    assert all(node.grad == 0.0 and not node.has_grad for node in topological_order(output))
    output.backward(0.7)
    gradients = {node: node.grad for node in topological_order(output)}

    totals = {output: 0.7}
    for step in before:
        if step.complete:
            assert step.parent not in totals
            totals[step.parent] = step.total
    constants = {node: node.grad for node in gradients if isinstance(node, Constant)}
    assert totals | constants == gradients
    # Earlier gradients, a leaf's above all, change no step, and steps do not change gradients
    assert handed_down(output, 0.7) == before
    assert {node: node.grad for node in gradients} == gradients


@given(expressions())
@EXAMPLES
def test_steps_are_the_engines_order_and_no_gradient_is_handed_down_incomplete(
    expression: Expression,
) -> None:
    output = evaluate([Value(x) for x in expression.leaves], expression.steps, "engine")
    expected = [
        (node, parent, position)
        for node in reversed(topological_order(output))
        for position, parent in enumerate(node.parents)
        if not isinstance(parent, Constant)
    ]
    steps = handed_down(output)
    assert [(step.node, step.parent, step.position) for step in steps] == expected
    totals = {output: 1.0}
    complete = {output}
    for step in steps:
        assert step.node in complete
        assert step.parent not in complete
        assert step.upstream == totals[step.node]
        assert step.local == step.node.partials[step.position]
        assert step.contribution == step.local * step.upstream
        assert step.total == totals.get(step.parent, 0.0) + step.contribution
        totals[step.parent] = step.total
        if step.complete:
            complete.add(step.parent)
    assert set(totals) == complete


@given(expressions())
@EXAMPLES
def test_names_of_random_graphs_are_unique(expression: Expression) -> None:
    output = evaluate([Value(x) for x in expression.leaves], expression.steps, "engine")
    named = [name for node, name in names(output).items() if not isinstance(node, Constant)]
    assert len(set(named)) == len(named)


@given(expressions())
@EXAMPLES
def test_the_arithmetic_of_a_sentence_can_be_reckoned_through(expression: Expression) -> None:
    """A formula on numbers, read as Python with every digit, gives the step's own result."""
    output = evaluate([Value(x) for x in expression.leaves], expression.steps, "engine")
    known = {name: row for name, row in autograd.TABLE.items() if row.arity is not None}
    several = {
        "softmax": autograd.softmax,
        "take": lambda index, *values: autograd.take(values, index),
        "maximum": autograd.maximum,
        "minimum": autograd.minimum,
        "log_softmax": autograd.log_softmax,
        **{
            name: lambda *numbers, name=name: getattr(autograd, name)(numbers)
            for name in ("logsumexp", "mean", "norm", "prod")
        },
    }
    for step in forward_steps(output):
        text = formula(step.op, [repr(number) for number in step.input_data]).replace("^", "**")
        assert eval(text, {**known, **several}) == step.result  # noqa: S307  # just written here
