"""Compiled functions: the numbers of the eager engine, from generated code."""

import copy
import gc
import importlib
import math
import pickle
import random
import struct
import threading
from array import array
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings

import autograd
from autograd import TABLE, Primitive, Value
from autograd.codegen import backends
from autograd.codegen.kernel import MOST_LINES, Input, kernel, parts, place
from autograd.codegen.llvm import kernel as llvm_kernel
from autograd.codegen.llvm import shortcut
from autograd.codegen.llvm.processor import processor
from autograd.codegen.llvm.source import kernel_text
from autograd.codegen.lowering import Lowering
from autograd.codegen.program import Program
from autograd.codegen.python import PythonKernel

# Tests find each other by name, where pytest has put their folder.
random_expressions: Any = importlib.import_module("test_random_expressions")

BACKENDS = ("python", "numpy", "llvm")

NUMBERS = (
    *(0.0, -0.0, 0.3, -0.7, 1.0, -1.0, 2.0, -3.0, 5.5, 40.0, -800.0, 710.0, 1e300, 5e-324),
    *(math.inf, -math.inf, math.nan),
)
NUMBERS_OF_MANY = (0.0, -0.7, 2.0, 5.5, -800.0, math.inf)

BY_EXP = {
    *("exp", "expm1", "tanh", "sigmoid", "softplus", "logsumexp", "softmax", "log_softmax"),
    *("erf", "erfc", "gelu", "silu", "mish", "elu", "selu", "sigmoid_slope", "tanh_slope"),
}
UNITS = {"tanh": 3, "tanh_slope": 3, "gelu": 9, "logsumexp": 4}  # the last two near zeros
ARITHMETIC = {"add", "sub", "mul", "div", "neg", "abs", "sqrt"}


def units_between(a: float, b: float) -> float:
    """How many doubles lie from a to b."""
    if a == b or (math.isnan(a) and math.isnan(b)):
        return 0
    if math.isnan(a) or math.isnan(b):
        return math.inf
    places = []
    for number in (a, b):
        (bits,) = struct.unpack("<q", struct.pack("<d", number))
        places.append(bits if bits >= 0 else -(2**63) - bits)
    return float(abs(places[0] - places[1]))


def samples(op: Primitive) -> Iterator[tuple[float, ...]]:
    if op.arity is None:
        return product(NUMBERS_OF_MANY, repeat=3)
    return product(NUMBERS, repeat=op.arity)


def eager(f: Callable[..., Any], *inputs: float) -> list[float]:
    """The value of f and its gradient by each input, from a graph of Values."""
    leaves = [Value(number) for number in inputs]
    output = f(*leaves)
    output.backward()
    return [output.data, *(leaf.grad for leaf in leaves)]


def spread(compiled: Any, rows: Sequence[Sequence[float]]) -> list[list[float]]:
    """The value and the gradients for each row of inputs, as `eager` gives them."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    values, gradients = compiled.value_and_grad(*columns)
    return [list(row) for row in zip(values, *gradients, strict=True)]


# ------------------------------------------------------------- the same numbers


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_row_gives_the_numbers_of_the_eager_engine(name: str, backend: str) -> None:
    op = TABLE[name]
    rows = list(samples(op))
    everything = tuple(range(op.arity or 3))
    compiled = autograd.compile(op, everything, batch=everything, backend=backend)
    # Python's code has the eager engine's elementary functions, machine code all but two of them.
    same = backend == "python" or (backend == "llvm" and name not in BY_EXP)
    allowed = 0 if same or name in ARITHMETIC else UNITS.get(name, 2)
    for row, found in zip(rows, spread(compiled, rows), strict=True):
        for a, b in zip(found, eager(op, *row), strict=True):
            assert units_between(a, b) <= allowed, (row, found, eager(op, *row))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", sorted(name for name, op in TABLE.items() if op.arity != 1))
def test_a_constant_may_stand_in_any_place(name: str, backend: str) -> None:
    op = TABLE[name]
    places = op.arity or 3
    for place_, constant in product(range(places), (0.0, 0.5, -2.0, 3.0)):

        def f(x: Any, place_: int = place_, constant: float = constant) -> Any:
            return op(*(constant if i == place_ else x for i in range(places)))

        numbers = [number for number in NUMBERS if number or math.copysign(1, number) > 0]
        compiled = autograd.compile(f, batch=0, backend=backend)
        for x, found in zip(numbers, compiled(numbers), strict=True):
            value, slope = eager(f, x)
            allowed = UNITS.get(name, 2)
            assert units_between(found, value) <= allowed, (place_, constant, x, found, value)
            if math.isfinite(slope):  # a term that is 0 whatever the numbers is left out
                assert compiled.grad([x]) == pytest.approx([slope], rel=1e-14, abs=1e-300)


@given(random_expressions.expressions())
@settings(deadline=None, max_examples=60)
def test_random_expressions_give_to_the_last_bit_what_the_eager_engine_gives(
    expression: Any,
) -> None:
    def f(*leaves: Any) -> Any:
        return random_expressions.evaluate(leaves, expression.steps, "engine")

    # A square is a product, where `math.pow` may round otherwise.
    exact = all(name not in {"square", "cube", "**"} for name, _ in expression.steps)
    everything = tuple(range(len(expression.leaves)))
    expected = eager(f, *expression.leaves)
    for backend in ("python", "llvm"):
        value, gradients = autograd.compile(f, everything, backend=backend).value_and_grad(
            *expression.leaves
        )
        if exact:
            assert [value, *gradients] == expected
        else:
            assert [value, *gradients] == pytest.approx(expected, rel=1e-8, abs=1e-8)


def arithmetic(size: int, seed: int) -> Callable[..., Any]:
    """A function of four numbers: `size` sums, differences, products and quotients of them."""

    def f(*leaves: Any) -> Any:
        choices = random.Random(seed)  # noqa: S311  # nothing secret about it
        numbers = list(leaves)
        for _ in range(size):
            a, b = (numbers[-choices.randrange(1, 1 + min(30, len(numbers)))] for _ in "ab")
            way = choices.randrange(5)
            numbers.append([a + b, a - b, a * b, a / b, 0.5 * (a + b)][way])
        return autograd.sum(numbers[-30:])

    return f


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("size", [10, 300, 3000])
def test_arithmetic_is_exact_however_long_and_however_shared(size: int, backend: str) -> None:
    f = arithmetic(size, seed=size)
    rows = [[1.5, -0.75, 2.0, 1.0], [0.1, 0.2, 0.3, 0.4], [1e10, -3.0, 1e-5, 7.0]]
    every = (0, 1, 2, 3)
    found = spread(autograd.compile(f, every, batch=every, backend=backend), rows)
    expected = [eager(f, *row) for row in rows]
    for row, answer in zip(found, expected, strict=True):
        assert all(units_between(a, b) == 0 for a, b in zip(row, answer, strict=True))


def network(weights: Sequence[Any], x: Sequence[Any], y: Any) -> Any:
    """The squared error of a 2-3-1 network on one sample."""
    hidden = [autograd.tanh(autograd.dot(w[:2], x, w[2])) for w in weights[:3]]
    return (autograd.dot(weights[3][:3], hidden, weights[3][3]) - y) ** 2


WEIGHTS = [[0.1, -0.2, 0.3], [0.5, 0.4, -0.1], [-0.7, 0.2, 0.0], [0.3, 0.6, -0.9, 0.2]]


def some_samples(count: int) -> tuple[list[list[float]], list[float]]:
    choices = random.Random(count)  # noqa: S311  # nothing secret about it
    x = [[choices.uniform(-1, 1), choices.uniform(-1, 1)] for _ in range(count)]
    return x, [choices.choice([-1.0, 1.0]) for _ in x]


def eager_network(x: Sequence[Any], y: Sequence[float]) -> tuple[list[float], list[float]]:
    """Each sample's error, and the gradient of their sum by the weights, from left to right."""
    weights = [[Value(number) for number in row] for row in WEIGHTS]
    outputs = [network(weights, row, target) for row, target in zip(x, y, strict=True)]
    for output in outputs:
        output.backward()
    return [output.data for output in outputs], [w.grad for row in weights for w in row]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("count", [*range(1, 18), 100])
def test_a_batch_of_any_size_is_complete(count: int, backend: str) -> None:
    x, y = some_samples(count)
    values, gradients = eager_network(x, y)
    summed = autograd.compile(network, batch=(1, 2), reduce="sum", backend=backend)
    value, found = summed.value_and_grad(WEIGHTS, x, y)
    assert value == pytest.approx(sum(values), rel=1e-13)
    assert [g for row in found for g in row] == pytest.approx(gradients, rel=1e-12, abs=1e-14)
    mean = autograd.compile(network, batch=(1, 2), reduce="mean", backend=backend)
    value, found = mean.value_and_grad(WEIGHTS, x, y)
    assert value == pytest.approx(sum(values) / count, rel=1e-13)
    assert [count * g for row in found for g in row] == pytest.approx(
        gradients, rel=1e-12, abs=1e-14
    )
    each = autograd.compile(network, batch=(1, 2), backend=backend)
    assert each(WEIGHTS, x, y) == pytest.approx(values, rel=1e-13)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_batch_may_be_empty(backend: str) -> None:
    nothing = np.empty((0, 2)), np.empty(0)
    summed = autograd.compile(network, batch=(1, 2), reduce="sum", backend=backend)
    value, gradient = summed.value_and_grad(WEIGHTS, *nothing)
    assert str(value) == "0.0"  # of nothing, the sum is not -0.0
    assert str(gradient) == str([[0.0, 0.0, 0.0]] * 3 + [[0.0] * 4])
    assert list(autograd.compile(network, batch=(1, 2), backend=backend)(WEIGHTS, *nothing)) == []
    mean = autograd.compile(network, batch=(1, 2), reduce="mean", backend=backend)
    for _ in range(2):
        with pytest.raises(ValueError, match="at least one sample"):
            mean(WEIGHTS, *nothing)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("reduce", ["sum", "mean"])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 8, 9, 16, 33, 20_000])
def test_a_sum_of_negative_zeros_is_one(backend: str, reduce: str, count: int) -> None:
    product = autograd.compile(lambda w, x: w * x, batch=1, reduce=reduce, backend=backend)
    found = product.value_and_grad(1.0, [-0.0] * count)
    assert [str(number) for number in found] == ["-0.0", "-0.0"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_nan_stays_in_its_own_sample(backend: str) -> None:
    x, y = some_samples(9)
    x[8][0] = math.nan
    each = autograd.compile(network, batch=(1, 2), backend=backend)
    values, gradients = each.value_and_grad(WEIGHTS, x, y)
    assert [math.isnan(value) for value in values] == [False] * 8 + [True]
    assert [math.isnan(gradient[0][0]) for gradient in gradients] == [False] * 8 + [True]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_choice_is_made_for_each_sample(backend: str) -> None:
    def f(x: Any) -> Any:
        return autograd.where(autograd.greater(x, 1.0), x * x, autograd.leaky_relu(x))

    compiled = autograd.compile(f, batch=0, backend=backend)
    assert compiled.value_and_grad([3.0, 0.5, -2.0]) == ([9.0, 0.5, -0.02], [6.0, 1.0, 0.01])


# --------------------------------------------------------------- what it is given


@pytest.mark.parametrize("backend", BACKENDS)
def test_results_have_the_structure_of_what_came_in(backend: str) -> None:
    def f(a: Any, b: Any) -> Any:
        return a[0] * b[1][0] + a[1] * b[0] ** 2

    compiled = autograd.compile(f, (0, 1), backend=backend)
    in_lists = compiled.grad([2.0, 3.0], (4.0, [5.0]))
    assert in_lists == ([5.0, 16.0], (24.0, [2.0]))
    by_array, _ = compiled.grad(np.array([2.0, 3.0]), (4.0, [5.0]))
    assert isinstance(by_array, np.ndarray)
    assert by_array.tolist() == [5.0, 16.0]


@pytest.mark.parametrize("backend", BACKENDS)
def test_arrays_of_all_kinds_give_what_lists_give(backend: str) -> None:
    x, y = some_samples(11)
    weights = np.arange(6.0).reshape(3, 2) / 7.0

    def f(w: Any, x: Any, y: Any) -> Any:
        return autograd.sum([(autograd.dot(row, x) - y) ** 2 for row in w])

    compiled = autograd.compile(f, (0, 1), batch=(1, 2), reduce="sum", backend=backend)
    value, (by_weights, by_x) = compiled.value_and_grad(weights.tolist(), x, y)
    for convert in (
        np.array,
        np.asfortranarray,
        lambda a: np.array(a)[:, ::-1][:, ::-1],
        lambda a: np.array([[a]])[0, 0],
    ):
        for _ in range(2):  # the second call goes the quick way
            found = compiled.value_and_grad(convert(weights), convert(x), np.array(y))
            assert found[0] == value
            assert found[1][0].tolist() == by_weights
            assert found[1][1].tolist() == by_x
    whole = compiled.value_and_grad(np.ones((3, 2), dtype=int), np.array(x), np.ones(11, bool))
    assert whole[0] == compiled.value_and_grad(np.ones((3, 2)), np.array(x), np.ones(11))[0]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.bool_, np.float32, np.float64])
def test_numbers_are_reckoned_as_doubles_whatever_the_array_holds(kind: Any, backend: str) -> None:
    def f(x: Any) -> Any:
        return x[0] * x[1] - (x[0] + x[1]) * 100.0 - x[1] / (x[0] - x[1])

    for numbers in ([100, 90], [1, 3], [1, 1]):
        x = np.array(numbers).astype(kind)
        expected = autograd.compile(f, backend="python").value_and_grad([float(n) for n in x])
        compiled = autograd.compile(f, backend=backend)
        assert compiled(x) == expected[0]
        assert compiled.grad(x).tolist() == pytest.approx(expected[1], nan_ok=True)
        rows = autograd.compile(f, batch=0, backend=backend)(np.array([x, x]))
        assert rows.tolist() == [expected[0]] * 2


def mean_error(w: Any, x: Any, y: Any) -> Any:
    return (autograd.tanh(autograd.dot(w, x)) - y) ** 2


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_compiled_can_be_differentiated_again(backend: str) -> None:
    compiled = autograd.compile(mean_error, batch=(1, 2), reduce="mean", backend=backend)
    x, y = [[1.0, 2.0], [-0.5, 0.25], [0.1, 0.7]], [1.0, -1.0, 0.5]

    def whole(w: Any) -> Any:
        errors = [mean_error(w, *row) for row in zip(x, y, strict=True)]
        return autograd.sum(errors) / 3.0

    w = [0.3, -0.2]
    expected = autograd.hessian(whole)(w)
    for data in ((x, y), (np.array(x), np.array(y))):
        assert autograd.grad(compiled)(w, *data) == autograd.grad(whole)(w)
        assert autograd.hessian(compiled)(w, *data) == expected
        jacobian = autograd.jacobian(lambda w, data=data: compiled.grad(w, *data))(w)
        assert jacobian == [pytest.approx(row, rel=1e-14) for row in expected]
    leaves = [autograd.Parameter(number) for number in w]
    loss = compiled(leaves, x, y)
    loss.backward()
    assert [leaf.grad for leaf in leaves] == autograd.grad(whole)(w)


def test_what_cannot_be_differentiated_again_says_so() -> None:
    by_rows = autograd.compile(mean_error, batch=(1, 2))
    weights = [Value(0.3), Value(-0.2)]
    assert [type(v) for v in by_rows(weights, [[1.0, 2.0]], [1.0])] == [Value]
    with pytest.raises(TypeError, match="a gradient of mean_error by rows is not differentiated"):
        by_rows.grad(weights, [[1.0, 2.0]], [1.0])
    received = pickle.loads(pickle.dumps(by_rows))  # noqa: S301  # from here
    with pytest.raises(RuntimeError, match="has been pickled, and that leaves its Python code"):
        received(weights, [[1.0, 2.0]], [1.0])
    mean = autograd.compile(mean_error, batch=(1, 2), reduce="mean")
    with pytest.raises(ValueError, match="at least one sample to take the mean of"):
        mean(weights, np.empty((0, 2)), np.empty(0))
    total = autograd.compile(mean_error, batch=(1, 2), reduce="sum")
    assert [g.data for g in total.grad(weights, np.empty((0, 2)), np.empty(0))] == [0.0, 0.0]
    frozen = Value(2.0)
    for use in (
        lambda x: frozen * x,
        lambda x: x * frozen,
        autograd.grad(lambda z: z * frozen),
        lambda x: x * autograd.grad(lambda z: z * z)(frozen),
    ):
        with pytest.raises(TypeError, match=r"would be frozen: pass .* as (an )?argument"):
            autograd.compile(use)(3.0)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_compiled_function_may_take_derivatives_of_every_row(name: str) -> None:
    op = TABLE[name]
    inputs = [1.3, 0.7, -0.4] if name == "acosh" else [0.3, 0.7, -0.4]
    inputs = inputs[: op.arity or 3]

    def second(x: Any) -> Any:
        return autograd.hessian(lambda z: op(*z))(x)

    found = autograd.compile(second, backend="python")(inputs)
    assert found == [pytest.approx(row, rel=1e-14, abs=1e-15) for row in second(inputs)]


def test_derivatives_within_are_those_of_numbers_and_of_what_is_not_known_yet() -> None:
    def newton(x: Any, a: Any) -> Any:
        value, slope = autograd.value_and_grad(lambda z, a: z * z - a)(x, a)
        return x - value / slope

    assert autograd.compile(newton)(1.5, 2.0) == newton(1.5, 2.0)
    # d/dx (x - (x*x - a) / (2*x)) = 1/2 - a / (2*x*x)
    assert autograd.compile(newton).grad(1.5, 2.0) == pytest.approx(0.5 - 1.0 / 2.25)
    mixed = autograd.compile(lambda x: autograd.jacobian(lambda z: [z[0] * z[1], 3.0])([x, 2.0]))
    assert mixed(5.0) == [[2.0, 5.0], [0.0, 0.0]]
    known = autograd.compile(lambda x: autograd.grad(lambda z: z**3)(2.0) * x)
    assert known(5.0) == 60.0
    within = autograd.compile(lambda x: autograd.compile(lambda z: z**3).grad(x) + x)
    assert within(2.0) == 14.0


def test_a_derivative_within_that_is_a_number_can_be_reckoned_with() -> None:
    grad, compiled = autograd.grad, autograd.compile
    assert compiled(lambda x: grad(lambda z: 3.0 * z)(x) ** 2)(2.0) == 9.0
    assert compiled(lambda x: -grad(lambda z: 3.0 * z)(x) * x)(2.0) == -6.0
    assert compiled(lambda x: autograd.value_and_grad(lambda _: 5.0)(x)[0] * 2.0)(1.0) == 10.0

    def determinant(v: Any) -> Any:
        rows = autograd.hessian(lambda p: p[0] ** 2 + p[1] ** 2 + p[0] * p[1])(v)
        return rows[0][0] * rows[1][1] - rows[0][1] ** 2

    assert compiled(determinant)([1.0, 2.0]) == 3.0


def test_a_derivative_within_may_be_taken_at_a_plain_number() -> None:
    grad, compiled = autograd.grad, autograd.compile
    assert compiled(lambda x: grad(lambda z: z * z * x)(2.0)).value_and_grad(3.0) == (12.0, 4.0)
    assert compiled(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert compiled(lambda x: grad(lambda _: x)(0.5))(2.0) == 0.0
    product = compiled(lambda v: autograd.hvp(lambda z: z[0] ** 2 * z[1], [2.0, 5.0], v))
    assert product([1.0, 0.0]) == [10.0, 4.0]
    assert not autograd.is_compiling()

    def asking(x: Any) -> Any:
        return x * (2.0 if autograd.is_compiling() else 3.0)

    assert compiled(asking)(1.0) == 2.0


def test_lists_of_arrays_reach_the_function_as_lists_on_a_graph_too() -> None:
    rows = np.array([[1.0, 2.0], [3.0, 4.0]])
    compiled = autograd.compile(
        lambda w, x: w * autograd.sum([2 * a for a in x]), batch=1, reduce="sum"
    )
    assert compiled(1.0, list(rows)) == compiled(Value(1.0), list(rows)).data == 20.0
    with pytest.raises(TypeError, match="argument 1 to have a row for each sample, received float"):
        autograd.grad(compiled)(1.0, 2.0)


def test_several_values_come_in_the_structure_that_the_function_returns() -> None:
    empty = autograd.compile(lambda w, _: w * 1.0, 1, batch=1)
    assert empty.grad(2.0, np.ones((3, 0))).shape == (3, 0)
    assert empty.grad(2.0, [[], [], []]) == [[], [], []]
    compiled = autograd.compile(lambda x: [x, (x * x, 1.0)], batch=0)
    assert compiled([2.0, 3.0]) == [[2.0, (4.0, 1.0)], [3.0, (9.0, 1.0)]]
    with pytest.raises(TypeError, match="one number, received list"):
        compiled.grad([2.0])


@pytest.mark.filterwarnings("ignore:.*is recorded for the fourth time")
@pytest.mark.parametrize("backend", BACKENDS)
def test_arguments_of_another_structure_are_recorded_anew(backend: str) -> None:
    recorded = []

    def f(x: list[Any]) -> Any:
        recorded.append(len(x))
        return autograd.sum(x)

    compiled = autograd.compile(f, backend=backend)
    for numbers in ([1.0], [1.0, 2.0], [3.0], np.ones(2), np.ones(3), np.ones(2), [5.0, 6.0]):
        assert compiled(numbers) == sum(numbers)
        assert compiled.grad(numbers) == pytest.approx([1.0] * len(numbers))
    assert recorded == [1, 2, 2, 3]


def test_a_value_alone_needs_no_gradient() -> None:
    compiled = autograd.compile(autograd.sin, backend="python")
    compiled(1.0)
    assert "cos" not in compiled.source
    compiled.grad(1.0)
    assert "cos" in compiled.source
    assert "sin" not in compiled.source


def test_only_what_is_needed_is_computed() -> None:
    def f(x: Any, y: Any) -> Any:
        autograd.exp(x)
        return autograd.sin(x) * autograd.sin(x) + autograd.log(y)

    compiled = autograd.compile(f, argnums=0, backend="python")
    compiled.value_and_grad(1.0, 2.0)
    assert compiled.source.count("sin(") == 1
    assert "exp" not in compiled.source
    assert "divide" not in compiled.source


# -------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x if x > 0.0 else 1.0,
        lambda x: 1.0 if x else x,
        lambda x: 1.0 if x == 1.0 else x,
        lambda x: x * float(x),
        lambda x: x * math.exp(x),
        lambda x: max(x, 1.0),
        lambda x: x * x.data,
        lambda x: [1.0, x][int(x)],
    ],
)
def test_what_depends_on_a_number_is_refused_with_advice(f: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match=r"not known .* where\(greater\(a, b\), .* autograd's"):
        autograd.compile(f)(2.0)


def test_a_number_that_would_be_frozen_is_refused() -> None:
    weight = autograd.Parameter(3.0, "w")
    with pytest.raises(TypeError, match="frozen: pass it to the function as an argument"):
        autograd.compile(lambda x: x * weight)(2.0)


def test_a_choice_of_a_back_end_that_is_not_there_says_what_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(ValueError, match=r"'fortran' \(must be one of auto, llvm, numpy, python\)"):
        autograd.compile(network, backend="fortran")
    monkeypatch.setattr(backends, "find_spec", lambda name: name != "llvmlite" or None)
    with pytest.raises(ImportError, match=r"needs llvmlite: pip install 'glassgrad\[fast\]'"):
        autograd.compile(network, backend="llvm")
    assert autograd.compile(network, batch=(1, 2)).backend == "numpy"
    assert autograd.compile(network).backend == "python"
    monkeypatch.setattr(backends, "find_spec", lambda _: None)
    assert autograd.compile(network, batch=(1, 2)).backend == "python"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"reduce": "max", "batch": 1}, r"unknown reduce: 'max' \(must be one of None, 'sum'"),
        ({"reduce": "sum"}, "say with batch="),
        ({"argnums": -1}, "expected argnums to be the position"),
        ({"batch": "x"}, "expected batch to be the position"),
    ],
)
def test_options_that_mean_nothing_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        autograd.compile(network, **options)


def test_what_is_no_function_is_refused() -> None:
    with pytest.raises(TypeError, match="expected a function to compile, received float"):
        autograd.compile(3.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("x", "y", "error", "message"),
    [
        ([[1.0, 2.0]], [1.0, 2.0], ValueError, r"as many rows .* received \[1, 2\]"),
        (np.ones((1, 2)), np.ones(2), ValueError, r"as many rows .* received \[1, 2\]"),
        ([[1.0, 2.0], [1.0]], [1.0, 2.0], ValueError, "one structure in argument 1, .* row 1"),
        ([], [], ValueError, "at least one row in argument 1"),
        (1.0, 2.0, TypeError, "argument 1 to have a row for each sample, received float"),
        ([["a", "b"]], [1.0], TypeError, "expected a real number, received str"),
        (np.array([["a", "b"]]), [1.0], TypeError, "array of real numbers, received one of <U1"),
        (np.ones((1, 2), complex), [1.0], TypeError, "received one of complex128"),
    ],
)
def test_samples_that_do_not_fit_are_refused(
    x: Any, y: Any, error: type[Exception], message: str
) -> None:
    compiled = autograd.compile(network, batch=(1, 2), reduce="sum")
    compiled.value_and_grad(WEIGHTS, np.ones((2, 2)), np.ones(2))
    for _ in range(2):
        with pytest.raises(error, match=message):
            compiled.value_and_grad(WEIGHTS, x, y)


def test_a_missing_argument_is_named() -> None:
    with pytest.raises(TypeError, match="expected an argument of network at batch=1"):
        autograd.compile(network, batch=(1, 2))(WEIGHTS)


# ---------------------------------------------------------------- how it is made


def test_the_source_is_there_to_be_read() -> None:
    compiled = autograd.compile(lambda x, y: x * y + autograd.sin(x), backend="python")
    with pytest.raises(RuntimeError, match="call the compiled function first"):
        _ = compiled.source
    compiled.value_and_grad(1.0, 2.0)
    assert compiled.source == (
        "def part0(x0, x1, kept, results):\n"
        "    results[0] = (x0[0] * x1[0]) + sin(x0[0])\n"
        "    results[1] = cos(x0[0]) + x1[0]\n"
    )
    compiled = autograd.compile(lambda x, y: x * y, batch=(0, 1), backend="llvm")
    compiled([1.0], [2.0])
    assert "fmul <" in compiled.source
    assert "fast" not in compiled.source


def sizes_of(size: int, backend: str) -> tuple[int, int, int]:
    """Lines, parts and characters of the code for about as many operations."""
    compiled = autograd.compile(arithmetic(size, seed=1), (0, 1), backend=backend)
    kernel = compiled._plan("value_and_grad", (1.0, 2.0, 3.0, 4.0)).kernel
    return len(kernel.lines), len(parts(kernel)[0]), len(backends.runnable(kernel, backend).source)


@pytest.mark.parametrize("backend", BACKENDS)
def test_code_grows_in_proportion_to_the_graph(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "LONG", 10**9)  # straight-line code, whatever its length
    small, large = sizes_of(1_000, backend), sizes_of(8_000, backend)
    for before, after in zip(small, large, strict=True):
        assert 5 * before < after < 10 * before


def test_no_function_is_longer_than_compilers_like() -> None:
    kernel = (
        autograd.compile(arithmetic(5_000, seed=2))
        ._plan("value_and_grad", (1.0, 2.0, 3.0, 4.0))
        .kernel
    )
    assert max(len(part.lines) for part in parts(kernel)[0]) == MOST_LINES
    machine_code = kernel_text(kernel, 1, fused=True)
    of_both = len(parts(kernel, 2 * MOST_LINES)[0])
    assert machine_code.count("define internal void @part") == of_both > len(kernel.lines) // 400


def test_a_chain_as_long_as_you_like_is_compiled_without_recursion() -> None:
    def f(x: Any) -> Any:
        for _ in range(20_000):
            x = x * 0.9999 + 1e-5
        return x

    compiled = autograd.compile(f, backend="python")
    assert compiled.value_and_grad(1.0) == tuple(eager(f, 1.0))


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_same_program_is_compiled_once(backend: str) -> None:
    def compiled(scale: float) -> float:
        fresh = autograd.compile(lambda x: scale * x + 0.123, backend=backend)
        return fresh.grad(2.0)  # type: ignore[no-any-return]

    compiled(3.0)
    before = backends.compiled.cache_info().misses
    assert compiled(3.0) == 3.0
    assert backends.compiled.cache_info().misses == before
    assert compiled(4.0) == 4.0
    assert backends.compiled.cache_info().misses == before + 1


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_compiled_function_is_pickled_with_what_it_recorded(backend: str) -> None:
    x, y = some_samples(5)
    compiled = autograd.compile(network, batch=(1, 2), reduce="mean", backend=backend)
    expected = compiled.value_and_grad(WEIGHTS, x, y)
    copy = pickle.loads(pickle.dumps(compiled))  # noqa: S301  # made in this line
    assert copy.value_and_grad(WEIGHTS, x, y) == expected
    assert copy.backend == backend
    with pytest.raises(RuntimeError, match="network has been pickled, and that leaves"):
        copy.value_and_grad([WEIGHTS[0]] * 4, x, y)


def test_machine_code_lives_as_long_as_what_calls_it() -> None:
    x, y = np.ones((3, 2)), np.ones(3)

    def f(w: Any, x: Any, y: Any) -> Any:
        return (autograd.dot(w, x) - y) ** 2

    compiled = autograd.compile(f, batch=(1, 2), reduce="sum", backend="llvm")
    first = compiled.value_and_grad(np.ones(2), x, y)
    backends.compiled.cache_clear()
    gc.collect()
    again = compiled.value_and_grad(np.ones(2), x, y)
    assert (again[0], again[1].tolist()) == (first[0], first[1].tolist())


def test_threads_do_not_disturb_each_other() -> None:
    x, y = (np.array(part) for part in some_samples(1001))
    weights = np.linspace(-1.0, 1.0, 33)

    def f(w: Any, x: Any, y: Any) -> Any:
        hidden = [autograd.relu(autograd.dot(w[i : i + 2], x, w[i + 2])) for i in range(0, 24, 3)]
        return (autograd.dot(w[24:32], hidden, w[32]) - y) ** 2

    compiled = autograd.compile(f, batch=(1, 2), reduce="sum", backend="llvm")
    expected = compiled.value_and_grad(weights, x, y)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: compiled.value_and_grad(weights, x, y), range(200)))
    for value, gradient in answers:
        assert value == expected[0]
        assert gradient.tolist() == expected[1].tolist()


def test_threads_that_record_at_once_do_not_wait_for_each_other() -> None:
    both = threading.Barrier(2)

    def rule_that_waits(_: Any, a: Any) -> Any:
        both.wait(20.0)  # for the other thread to be here too
        return 2.0 * a

    square = Primitive("a square", "square", lambda a: a * a, (rule_that_waits,), "a square")
    try:
        compiled = autograd.compile(square, backend="python")
        assert compiled(3.0) == 9.0
        with ThreadPoolExecutor(2) as pool:
            pair = pool.submit(compiled.value_and_grad, 3.0)
            gradient = pool.submit(compiled.grad, 3.0)
        assert (pair.result(), gradient.result()) == ((9.0, 6.0), 6.0)
    finally:
        del TABLE["a square"]


def test_a_recording_that_fails_half_way_leaves_nothing_behind() -> None:
    errors = [ArithmeticError]

    def slope(_: Any, a: Any) -> Any:
        for error in errors:
            raise error
        return 2.0 * a

    square = Primitive("a square", "square", lambda a: a * a, (slope,), "a square")
    try:
        compiled = autograd.compile(lambda x: square(3.0 * x) * x, backend="python")
        assert compiled(2.0) == 72.0
        with pytest.raises(ArithmeticError):
            compiled.value_and_grad(2.0)
        errors.clear()
        assert compiled.value_and_grad(2.0) == (72.0, 108.0)
    finally:
        del TABLE["a square"]


def test_a_copy_is_the_function_itself() -> None:
    compiled = autograd.compile(lambda x: x * x)
    assert copy.copy(compiled) is compiled
    assert copy.deepcopy({"f": compiled})["f"] is compiled


def test_a_rule_that_cannot_be_recorded_is_named() -> None:
    def rule(_: Any, a: Any) -> float:
        return 1.0 if a > 0.0 else 0.0

    bend = Primitive("a bend", "bend", lambda a: max(a, 0.0), (rule,), "a bend")
    try:
        compiled = autograd.compile(bend)
        assert compiled(2.0) == 2.0
        with pytest.raises(TypeError, match="a rule of 'a bend' cannot be recorded: this number"):
            compiled.grad(2.0)
    finally:
        del TABLE["a bend"]
    rules = Primitive("a list", "list", lambda *_: 1.0, lambda _, a: [rule(0.0, a[0])], "a list")
    try:
        assert autograd.compile(lambda _, y: rules(y)).grad(2.0, 3.0) == 0.0  # it is not asked
        with pytest.raises(TypeError, match="a rule of 'a list' cannot be recorded"):
            autograd.compile(lambda _, y: rules(y), 1).grad(2.0, 3.0)
    finally:
        del TABLE["a list"]
    gamma = Primitive("gamma", "Γ", math.gamma, (lambda _, a: autograd.exp(-a * a),), "")
    try:
        with pytest.raises(
            TypeError, match="the operation 'gamma' cannot be recorded: this number"
        ):
            autograd.compile(gamma)(0.5)
    finally:
        del TABLE["gamma"]


def test_a_graph_of_values_is_lowered_as_it_stands() -> None:
    x, y = Value(0.5), Value(2.0)
    output = x * y + autograd.tanh(x) / y
    output.backward()
    program = Program()
    inputs = {x: program.input(place(0, 0)), y: program.input(place(0, 1))}
    lowering = Lowering(program, [output], inputs)
    results = [*lowering.values(), *lowering.gradients([x, y])]
    made = kernel(program, [Input(2, by_sample=False)], [(results, False)])
    assert PythonKernel(made).run(1, [[0.5, 2.0]]) == [[output.data, x.grad, y.grad]]


def test_in_a_python_of_another_kind_arrays_go_the_slower_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    x, y = (np.array(rows) for rows in some_samples(11))
    found = []
    for known in (True, False):
        monkeypatch.setattr("autograd.codegen.llvm.calls.KNOWN_LAYOUT", known)
        compiled = autograd.compile(
            lambda w, x, y: (autograd.dot(w, x) - y) ** 2,
            batch=(1, 2),
            reduce="sum",
            backend="llvm",
        )
        for _ in range(2):
            value, gradient = compiled.value_and_grad(np.ones(2), x, y)
            found.append((value, gradient.tolist()))
        assert (compiled._shortcut is not None) is known
    assert len({repr(numbers) for numbers in found}) == 1


def test_arrays_of_any_depth_and_number_are_taken() -> None:
    deep = np.arange(128.0).reshape((2,) * 7)

    def of_deep(x: Any) -> Any:
        return autograd.sum([2.0 * number for number in np.array(x, dtype=object).ravel()])

    compiled = autograd.compile(of_deep, backend="llvm")
    for _ in range(2):
        assert compiled.grad(deep).tolist() == np.full_like(deep, 2.0).tolist()

    def of_many(*parts: Any) -> Any:
        return autograd.sum([part[0] for part in parts])

    many = [np.array([float(i)]) for i in range(100)]
    compiled = autograd.compile(of_many, backend="llvm")
    for _ in range(2):
        assert compiled(*many) == sum(range(100))


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_all_samples_share_is_computed_once(backend: str) -> None:
    def f(w: Any, x: Any) -> Any:
        return autograd.exp(w) * x + autograd.exp(w)

    compiled = autograd.compile(f, batch=1, reduce="sum", backend=backend)
    x = [float(i) for i in range(11)]
    value, gradient = compiled.value_and_grad(0.5, x)
    assert value == pytest.approx(66.0 * math.exp(0.5), rel=1e-14)
    assert gradient == pytest.approx(66.0 * math.exp(0.5), rel=1e-14)
    found, _ = parts(compiled._plan("value", (0.5, x)).kernel)
    assert [part.once for part in found] == [True, False]
    constant = autograd.compile(lambda w, x: 0.0 * x + w * w, batch=1, reduce="sum")
    assert constant.value_and_grad(3.0, x) == (99.0, 66.0)


def flat_array(numbers: list[float]) -> Any:
    return array("d", numbers)


def test_a_step_is_the_loss_its_gradient_and_the_update() -> None:
    def error(w: Any, x: Any, y: Any) -> Any:
        output = autograd.dot(w[:2], x, w[2])
        return (output - y) ** 2, [output]

    def descend(w: Any, gradient: Any, memory: list[Any], settings: list[Any]) -> Any:
        rate, momentum = settings
        velocity = momentum * memory[0] + rate * gradient
        return w - velocity, [velocity, memory[1] + autograd.abs(gradient)]

    x, y = some_samples(13)
    results = []
    for backend in BACKENDS:
        for convert in (list, np.array, flat_array):
            step = autograd.compile_step(error, descend, backend=backend)
            samples = np.array if convert is np.array else list
            w, grads, memory = (convert(n) for n in ([0.1, 0.2, 0.3], [0.0] * 3, [0.0] * 6))
            losses = [
                step(w, grads, memory, convert([0.1, 0.5]), samples(x), samples(y))
                for _ in range(3)
            ]
            outputs = np.array([o for _, o in losses]).ravel()
            numbers = [*(loss for loss, _ in losses), *outputs, *w, *grads, *memory]
            results.append(numbers)
            assert "fadd" in step.source or "def part0" in step.source
    weights = [Value(n) for n in (0.1, 0.2, 0.3)]
    velocity = [0.0] * 3
    expected = []
    for _ in range(3):
        for weight in weights:
            weight.grad = 0.0
        total = autograd.sum([error(weights, a, b)[0] for a, b in zip(x, y, strict=True)]) / 13.0
        total.backward()
        expected.append(total.data)
        velocity = [0.5 * v + 0.1 * w.grad for v, w in zip(velocity, weights, strict=True)]
        for weight, v in zip(weights, velocity, strict=True):
            weight.data -= v
    for numbers in results:
        assert numbers == pytest.approx(results[0], rel=1e-12)
        assert numbers[:3] == pytest.approx(expected, rel=1e-12)
        assert numbers[42:45] == pytest.approx([w.data for w in weights], rel=1e-12)
        assert numbers[48::2] == pytest.approx(velocity, rel=1e-12)


def test_a_step_that_does_not_fit_is_refused_with_nothing_changed() -> None:
    def keep_one_more(w: Any, gradient: Any, memory: list[Any], _: Any) -> Any:
        return w - gradient, [*memory, 0.0]

    def descend(w: Any, gradient: Any, memory: list[Any], _: Any) -> Any:
        return w - gradient, memory

    def error(w: Any, x: Any) -> Any:
        return (w[0] - x) ** 2

    w = [1.0]
    step = autograd.compile_step(error, descend)
    with pytest.raises(RuntimeError, match="do a step first"):
        _ = step.source
    with pytest.raises(ValueError, match="as many gradients as parameters"):
        step(w, [], [], [], [1.0])
    with pytest.raises(ValueError, match="as many gradients as parameters"):
        step(w, [0.0, 0.0], [], [], [1.0])
    with pytest.raises(ValueError, match="at least one row in argument 4"):
        step(w, [0.0], [], [], [])
    with pytest.raises(ValueError, match="at least one, received"):
        step(w, [0.0], [], [], np.empty(0))
    for call in (step, step.prepare):
        with pytest.raises(ValueError, match=r"at least one, received \[\]"):
            call(w, [0.0], [], [])
    with pytest.raises(ValueError, match="expected the update to keep as many numbers"):
        autograd.compile_step(error, keep_one_more)(w, [0.0], [], [], [1.0])
    for wrong, kind in ((np.array([1]), "int64"), (np.ones(1, np.float32), "float32")):
        with pytest.raises(TypeError, match=f"parameters as .* of doubles, received {kind}"):
            step(wrong, [0.0], [], [], [1.0])
    fixed, gradients = np.ones(1), [0.0]
    fixed.flags.writeable = False
    with pytest.raises(TypeError, match="parameters as an array that can be written to"):
        step(fixed, gradients, [], [], [1.0])
    assert gradients == [0.0]
    with pytest.raises(TypeError, match="gradients as a list or an array of doubles, received tup"):
        step(w, (0.0,), [], [], [1.0])
    with pytest.raises(TypeError, match="settings as a list or an array, received float"):
        step(w, [0.0], [], 0.1, [1.0])
    assert w == [1.0]


def test_a_step_without_outputs_returns_none_of_them_at_every_call() -> None:
    step = autograd.compile_step(lambda w, x: (w[0] - x) ** 2, lambda w, g, m, _: (w - g, m))
    w, grads, memory, settings = np.ones(1), np.zeros(1), np.zeros(0), np.zeros(1)
    assert step(w, grads, memory, settings, np.array([2.0])) == (1.0, [])
    assert step(w, grads, memory, settings, np.array([2.0])) == (1.0, [])
    assert w.tolist() == [1.0]


@pytest.mark.parametrize("lanes", sorted({4, processor()[0]}))
@pytest.mark.parametrize("name", ["exp", "tanh"])
def test_functions_of_whole_vectors_are_within_a_unit_of_the_truth(
    name: str, lanes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many numbers a vector has: of 8, exp has an instruction that scales."""
    features = processor()[1:]
    monkeypatch.setattr(llvm_kernel, "processor", lambda: (lanes, *features))
    backends.compiled.cache_clear()
    choices = random.Random(name)  # noqa: S311  # nothing secret about it
    numbers = [
        *(choices.uniform(-1.0, 1.0) for _ in range(4000)),
        *(choices.uniform(-25.0, 25.0) for _ in range(4000)),
        *(choices.uniform(-745.0, 710.0) for _ in range(2000)),
        *(choices.choice([-1, 1]) * 10 ** choices.uniform(-300.0, 2.0) for _ in range(2000)),
        *NUMBERS,
        *(709.782712893384, 709.7827128933841, -745.13, -745.14, -708.4, 22.0, -22.1),
    ]
    compiled = autograd.compile(getattr(autograd, name), batch=0, backend="llvm")
    found = compiled(np.array(numbers)).tolist()
    backends.compiled.cache_clear()
    with mpmath.workdps(50):
        exact = [float(getattr(mpmath, name)(mpmath.mpf(number))) for number in numbers]
    worst = max(units_between(a, b) for a, b in zip(found, exact, strict=True))
    # Without an instruction that multiplies and adds at once, it is C's library, off by up to 2.
    assert worst <= (1 if processor()[1] else 2)
    assert [math.copysign(1.0, a) for a, b in zip(found, numbers, strict=True) if b == 0.0] == (
        [1.0, 1.0] if name == "exp" else [1.0, -1.0]
    )


def test_a_kernel_is_the_same_in_another_process() -> None:
    compiled = autograd.compile(arithmetic(30, seed=4), backend="python")
    made = compiled._plan("value", (1.0, 2.0, 3.0, 4.0)).kernel
    copy = pickle.loads(pickle.dumps(made))  # noqa: S301  # made in this line
    assert copy == made
    assert hash(copy) == hash(made)
    assert "_hash" not in pickle.loads(pickle.dumps(made)).__dict__  # noqa: S301  # likewise


@pytest.mark.parametrize("reduce", [None, "sum", "mean"])
@pytest.mark.parametrize("mode", ["__call__", "grad", "value_and_grad"])
@pytest.mark.parametrize("argnums", [0, (0, 1)])
def test_from_the_second_call_on_arrays_go_straight_to_machine_code(
    argnums: Any, mode: str, reduce: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def numbers(found: Any) -> Any:
        if isinstance(found, tuple):
            return [numbers(part) for part in found]
        return found.tolist() if isinstance(found, np.ndarray) else found

    compiled = autograd.compile(mean_error, argnums, batch=(1, 2), reduce=reduce, backend="llvm")
    plainly = autograd.compile(mean_error, argnums, batch=(1, 2), reduce=reduce, backend="llvm")
    w, x, y = np.array([0.3, -0.2]), np.array([[1.0, 2.0], [-0.5, 0.25]]), np.array([1.0, 0.5])
    getattr(compiled, mode)(w, x, y)
    monkeypatch.setattr(compiled, "_plan", None)
    for count in (1, 2):
        found = numbers(getattr(compiled, mode)(w, x[:count], y[:count]))
        expected = getattr(plainly, mode)(w.tolist(), x[:count].tolist(), y[:count].tolist())
        assert found == numbers(expected)


def test_a_function_without_samples_goes_straight_to_machine_code_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compiled = autograd.compile(lambda w: [w[0][0] * w[0][1], w[0][0]], backend="llvm")
    one = autograd.compile(lambda w: w[0][0] * w[0][1], backend="llvm")
    by_both = autograd.compile(lambda w, v: w[0][0] * v[0], (0, 1), backend="llvm")
    w, v = np.array([[2.0, 3.0]]), np.array([5.0])
    for _ in range(2):
        assert compiled(w) == [6.0, 2.0]
        assert one(w) == 6.0
        value, gradient = one.value_and_grad(w)
        assert (value, gradient.tolist()) == (6.0, [[3.0, 2.0]])
        value, gradients = by_both.value_and_grad(w, v)
        assert (value, [g.tolist() for g in gradients]) == (10.0, [[[5.0, 0.0]], [2.0]])
        monkeypatch.setattr(one, "_plan", None)
        monkeypatch.setattr(by_both, "_plan", None)


@pytest.mark.parametrize("outputs", [True, False])
def test_a_step_with_arrays_goes_straight_to_machine_code(
    outputs: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def error(w: Any, x: Any, y: Any) -> Any:
        output = autograd.dot(w, x)
        return ((output - y) ** 2, [output, x[0]]) if outputs else (output - y) ** 2

    def descend(w: Any, gradient: Any, memory: list[Any], settings: list[Any]) -> Any:
        return w - settings[0] * gradient, [memory[0] + settings[1], memory[1] + gradient]

    found = []
    for convert in (list, np.array):
        step = autograd.compile_step(error, descend, backend="llvm")
        w, gradients, memory = convert([0.3, -0.2]), convert([0.0] * 2), convert([0.0] * 4)
        for count in (2, 3, 1):
            x, y = convert([[1.0, 2.0], [-0.5, 0.25], [3.0, 1.0]][:count]), convert([1.0] * count)
            loss, more = step(w, gradients, memory, convert([0.1, 1.0]), x, y)
            if convert is np.array:
                monkeypatch.setattr(step, "_step", None)
            found.append([loss, *np.array(more).ravel(), *w, *gradients, *memory])
    assert found[:3] == found[3:]
    with pytest.raises(TypeError):  # nothing but arrays goes this way
        step([0.3, -0.2], [0.0] * 2, [0.0] * 4, [0.1, 1.0], [[1.0, 2.0]], [1.0])


def test_arrays_that_must_not_be_written_to_are_read_only() -> None:
    compiled = autograd.compile(autograd.dot, batch=1, reduce="sum", backend="llvm")
    w, x = np.array([1.0, 2.0]), np.array([[3.0, 4.0]])
    compiled.value_and_grad(w, x)
    w.flags.writeable = x.flags.writeable = False
    assert compiled._shortcut is not None
    assert compiled._shortcut(w, x)[0] == 11.0
    step = autograd.compile_step(
        lambda w, x: w[0] * x, lambda w, g, m, _: (w - g, m), backend="llvm"
    )
    parameters, rest = np.array([1.0]), (np.zeros(1), np.zeros(0), np.zeros(0), np.array([2.0]))
    step(parameters, *rest)
    parameters.flags.writeable = False
    with pytest.raises(TypeError, match="parameters as an array that can be written to"):
        step(parameters, *rest)
    assert parameters.tolist() == [-1.0]


@pytest.mark.filterwarnings("ignore:.*is recorded for the fourth time")
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("convert", [list, np.array])
def test_one_step_takes_arguments_of_any_sizes(convert: Any, backend: str) -> None:
    def error(w: Any, x: Any) -> Any:
        return autograd.sum([p * q for p in w for q in x])

    def descend(w: Any, gradient: Any, memory: list[Any], settings: list[Any]) -> Any:
        return w - autograd.sum([*settings, *memory]) * gradient, memory

    step = autograd.compile_step(error, descend, backend=backend)
    for count, kept, shared, width in product((1, 2), (0, 1, 2), (1, 2), (1, 2)):
        w, gradients = convert([1.0] * count), convert([0.0] * count)
        memory = convert([0.5] * (kept * count))
        x = convert([[1.0] * width, [3.0] * width])
        loss, _ = step(w, gradients, memory, convert([0.25] * shared), x)
        assert loss == 2.0 * count * width
        assert [*gradients] == [2.0 * width] * count
        assert [*w] == [1.0 - (0.25 * shared + 0.5 * kept) * 2.0 * width] * count


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("convert", [list, np.array])
def test_an_update_by_itself_is_the_formula_for_each_parameter(convert: Any, backend: str) -> None:
    def formula(w: Any, gradient: Any, memory: Any, settings: Any) -> Any:
        velocity = 0.5 * memory[0] - settings[0] * gradient
        return w + velocity, [velocity, memory[1] + gradient**2]

    update = autograd.compile_update(formula, backend=backend)
    for count in (3, 3, 2):  # the same sizes again are the quick way, and other sizes are not
        numbers = [2.0, -1.0, 0.5][:count], [*map(float, range(count))]
        kept = [[float(i), float(i - 1)] for i in range(count)]
        rows = zip(numbers[1], numbers[0], kept, strict=True)
        wanted = [formula(*row, [0.25]) for row in rows]
        gradients, w, memory = *map(convert, numbers), convert([x for row in kept for x in row])
        update(w, gradients, memory, convert([0.25]))
        assert [*w] == [number for number, _ in wanted]
        assert [*memory] == [number for _, row in wanted for number in row]
        assert [*gradients] == numbers[0]
    with pytest.raises(ValueError, match="as many gradients as parameters"):
        update(w, gradients[:1], memory, convert([0.25]))
    with pytest.raises(TypeError, match="expected parameters as a list or an array of doubles"):
        update((1.0, 2.0), gradients, memory, convert([0.25]))
    assert [*w] == [number for number, _ in wanted]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_gradient_by_no_number_is_empty(backend: str) -> None:
    compiled = autograd.compile(
        lambda w, x: x * 2.0 + autograd.sum(w), batch=1, reduce="sum", backend=backend
    )
    assert compiled.value_and_grad([], [1.0, 2.0, 3.0]) == (12.0, [])
    if backend == "llvm":
        assert "y0.loop:" in compiled.source
        assert "y1.loop:" not in compiled.source  # it would add up a number that is not there


def test_weights_of_samples_are_kept_for_some_counts_alone() -> None:
    weights = shortcut._Weights()
    for count in range(1, 3 * shortcut.MOST_WEIGHTS):
        assert weights[count].tolist() == [1.0 / count]
        assert weights[count] is weights[count]
        assert len(weights) <= shortcut.MOST_WEIGHTS + 1


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_derivative_that_is_0_whatever_the_numbers_hands_nothing_on(backend: str) -> None:
    compiled = autograd.compile(lambda x: autograd.log(autograd.greater(x, 1.0)), backend=backend)
    assert compiled.value_and_grad(0.5) == (-math.inf, 0.0)  # not 0 * inf, which is nan


def test_what_a_constant_decides_is_decided_when_a_function_is_recorded() -> None:
    cube = autograd.compile(lambda x: x**3.0, backend="python")
    cube.grad(2.0)
    assert cube.source.endswith("results[0] = 3.0 * (x0[0] * x0[0])\n")
    leaky = autograd.compile(lambda s: autograd.leaky_relu(-2.0, s), backend="python")
    assert leaky.grad(0.1) == -2.0
    assert leaky.source.endswith("results[0] = -2.0\n")


# ---------------------------------------------------------------- what is read while recording


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_global_is_read_while_recording_and_anew_after_clear(backend: str) -> None:
    settings = {"rate": 2.0}
    scaled = autograd.compile(lambda x: settings["rate"] * x, backend=backend)
    assert (scaled(3.0), scaled.grad(3.0), scaled.value_and_grad(3.0)) == (6.0, 2.0, (6.0, 2.0))
    settings["rate"] = 5.0
    assert (scaled(3.0), scaled.grad(3.0), scaled.value_and_grad(3.0)) == (6.0, 2.0, (6.0, 2.0))
    scaled.clear()
    with pytest.raises(RuntimeError, match="nothing has been recorded yet"):
        scaled.source  # noqa: B018  # it raises
    assert (scaled(3.0), scaled.grad(3.0), scaled.value_and_grad(3.0)) == (15.0, 5.0, (15.0, 5.0))


def test_a_pickled_function_keeps_what_was_recorded_when_it_is_asked_to_forget() -> None:
    double = autograd.compile(lambda x: 2.0 * x)
    assert double(3.0) == 6.0
    received = pickle.loads(pickle.dumps(double))  # noqa: S301  # from here
    with pytest.raises(RuntimeError, match="has been pickled, and that leaves its Python code"):
        received.clear()
    assert received(3.0) == 6.0


def test_a_step_of_training_reads_globals_anew_after_clear() -> None:
    settings = {"target": 1.0}
    step = autograd.compile_step(
        lambda w, x: (w[0] * x - settings["target"]) ** 2, lambda w, g, m, s: (w - s[0] * g, m)
    )
    losses = []
    for target, clears in ((1.0, False), (3.0, False), (3.0, True)):
        settings["target"] = target
        if clears:
            step.clear()
        losses.append(step([0.0], [0.0], [], [0.1], [1.0])[0])
    assert losses == [1.0, 1.0, 9.0]


# ------------------------------------------------------------------ one node of a graph


def loss_of_a_row(model: Any, x: Any, y: Any) -> Any:
    hidden = [autograd.tanh(autograd.dot(w, x)) for w in model["w"]]
    return (autograd.dot(model["out"], hidden) - y) ** 2


@pytest.mark.parametrize("backend", ["python", "numpy", "llvm"])
def test_a_compiled_function_is_one_node_of_a_graph(backend: str) -> None:
    def made() -> tuple[Any, list[Value]]:
        w = [Value(0.1 * i - 0.3) for i in range(6)]
        out, y = Value(0.5), Value(0.25, label="y")
        return ({"w": [w[:3], w[3:]], "out": [out, 2.0]}, y), [*w, out, y]

    x = [1.0, -2.0, 0.5]
    (model, y), leaves = made()
    graph = autograd.exp(loss_of_a_row(model, x, y) * 3.0)
    graph.backward()
    (same, target), own = made()
    node = autograd.compile(loss_of_a_row, backend=backend).node(same, x, target)
    assert node.parents == (own[6], *own[:6], own[7])  # dicts are read in the order of their keys
    output = autograd.exp(node * 3.0)
    output.backward()
    assert output.data == pytest.approx(graph.data, rel=1e-14)
    assert [leaf.grad for leaf in own] == pytest.approx([leaf.grad for leaf in leaves], rel=1e-13)
    assert len(autograd.topological_order(output)) == len(own) + 4

    for leaf, other in ((own[0], leaves[0]), (target, y)):
        leaf.data = other.data = -0.0
    for z in (output, graph):
        z.recompute()
    assert output.data == pytest.approx(graph.data, rel=1e-14)
    seconds = [
        [g.data for g in autograd.gradients(autograd.gradients(z, [a])[0], [a, b])]
        for z, a, b in ((output, own[0], target), (graph, leaves[0], y))
    ]
    assert seconds[0] == pytest.approx(seconds[1], rel=1e-12)
    assert "loss_of_a_row" in autograd.draw(output).source


def test_one_node_of_many_samples_and_of_none() -> None:
    mean = autograd.compile(lambda w, x: (w * x) ** 2, batch=1, reduce="mean")
    w, x = Value(3.0), Value(2.0)
    node = mean.node(w, [1.0, x])
    node.backward()
    assert (node.data, w.grad, x.grad) == (22.5, 15.0, 18.0)
    assert mean.node(3.0, [1.0, 2.0]) == 22.5
    inside = autograd.compile(lambda w: mean.node(w, [1.0, 2.0]) * 2.0)
    assert inside.value_and_grad(3.0) == (45.0, 30.0)
    power = autograd.compile(lambda x, *, n: x**n)
    assert power.node(w, n=2).data == 9.0
    with pytest.raises(TypeError, match="one number from rows, for one node: say reduce="):
        autograd.compile(rows, batch=1).node(w, [1.0])
    with pytest.raises(TypeError, match="expected pair to return one number, received list"):
        autograd.compile(pair).node(w)
    zero = autograd.compile(lambda x: x * 2.0).node(Value(0.0))
    zero.parents[0].data = -0.0
    zero.recompute()
    assert str(zero.data) == "-0.0"
    with pytest.raises(RuntimeError, match="leaves its Python code behind"):
        pickle.loads(pickle.dumps(mean)).node(w, [1.0])  # noqa: S301  # made in this line


def rows(w: Any, x: Any) -> Any:
    return w * x


def pair(w: Any) -> Any:
    return [w, w]


@pytest.mark.parametrize("backend", BACKENDS)
def test_arrays_that_hide_numbers_are_refused_wherever_they_stand(backend: str) -> None:
    numbers, rows = np.array([1.0, 2.0]), np.array([[1.0, 2.0], [3.0, 4.0]])
    hidden = np.ma.masked_equal(numbers, 2.0)
    hidden_rows = np.ma.masked_equal(rows, 3.0)

    def weighed(w: Any, x: Any) -> Any:
        return autograd.dot(w, x)

    def nested(w: Any, x: Any) -> Any:
        return autograd.dot(w["w"], x)

    def update(parameter: Any, gradient: Any, _memory: Any, settings: Any) -> Any:
        return parameter - settings[0] * gradient, []

    plain = autograd.compile(weighed, backend=backend)
    batch = autograd.compile(weighed, batch=1, reduce="sum", backend=backend)
    mean = autograd.compile(weighed, batch=1, reduce="mean", backend=backend)
    by_name = autograd.compile(nested, batch=1, reduce="sum", backend=backend)
    step = autograd.compile_step(lambda w, x: (weighed(w, x), []), update, backend=backend)
    calls: list[tuple[Any, tuple[Any, ...], tuple[Any, ...]]] = [
        (plain, (numbers, numbers), (hidden, numbers)),
        (plain.value_and_grad, (numbers, numbers), (numbers, hidden)),
        (batch, (numbers, rows), (numbers, hidden_rows)),
        (batch, (numbers, [*rows]), (numbers, [*hidden_rows])),
        (batch.grad, (numbers, rows), (hidden, rows)),
        (mean.value_and_grad, (numbers, rows), (numbers, hidden_rows)),
        (by_name, ({"w": numbers}, rows), ({"w": hidden}, rows)),
        (
            step,
            (numbers, np.zeros(2), [], [0.0], rows),
            (numbers, np.zeros(2), [], [0.0], hidden_rows),
        ),
        (step, (numbers, np.zeros(2), [], [0.0], rows), (hidden, np.zeros(2), [], [0.0], rows)),
    ]
    for function, right, wrong in calls:
        for _ in range(2):  # the second time, straight to machine code
            with pytest.raises(ValueError, match="a masked array that hides 1 of"):
                function(*wrong)
            function(*right)
    assert plain(np.ma.array([1.0, 2.0]), numbers) == 5.0  # which hides none
