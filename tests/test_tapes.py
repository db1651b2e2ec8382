"""Long programs as tapes: the numbers of straight-line code, made in a fraction of the time."""

import ctypes
import itertools
import math
import mmap
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value, compile_step, dot, exp, greater, maximum, relu, softmax, where
from autograd import compile as compiled
from autograd.codegen import backends
from autograd.codegen.kernel import Input, place
from autograd.codegen.kernel import kernel as make_kernel
from autograd.codegen.lines import EQUAL, GREATER_EQUAL, NOTHING
from autograd.codegen.llvm import kernel as llvm_kernel
from autograd.codegen.llvm import tape as llvm_tape
from autograd.codegen.llvm.kernel import LLVMKernel
from autograd.codegen.llvm.processor import processor
from autograd.codegen.llvm.tape import LLVMTape
from autograd.codegen.llvm.tape_of_many import HEAD
from autograd.codegen.llvm.tape_of_one import QUICK
from autograd.codegen.llvm.tape_text import STEPS
from autograd.codegen.program import Program
from autograd.codegen.python import PythonKernel
from autograd.codegen.tape.groups import ADD_PRODUCT, groups_of
from autograd.codegen.tape.numpy import NumPyTape
from autograd.codegen.tape.tape import (
    ABSENT,
    ADD_MULTIPLES,
    ADD_PRODUCTS,
    FIELDS,
    LONGEST,
    ONE,
    ORDERED,
    PLACES,
    ROW,
    SCATTERED,
    SHORTEST,
    STEP,
    _Copies,
    _cuts,
    _even,
    _instructions,
    _lying,
    _merge_sums,
    _ordered,
    _Pieces,
    _runs,
    make_tape,
)

rng = np.random.default_rng(7)

MACHINES: defaultdict[int, dict[Any, Any]] = defaultdict(dict)
"""For vectors of so many numbers, the machine code that runs tapes."""


@pytest.fixture
def tapes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every program runs as a tape."""
    monkeypatch.setattr(backends, "LONG", 0)
    monkeypatch.setattr(backends, "LONG_BY_SAMPLE", 0)
    backends.compiled.cache_clear()
    yield
    backends.compiled.cache_clear()


def network(sizes: list[int]) -> tuple[Any, Any]:
    model = nn.MLP(sizes[0], sizes[1:], activation="relu", seed=1)
    parameters = np.array([p.data for p in model.parameters()])

    def loss(weights: Any, x: Any, y: Any) -> Any:
        return (model.stateless_call(weights, x) - y) ** 2

    return loss, parameters


def kernel_of(function: Any, *args: Any) -> Any:
    made = compiled(function, backend="python")
    made.value_and_grad(*args)
    return next(iter(made._plans.values())).kernel


def kernel_of_numbers(function: Any, *args: Any) -> Any:
    """The kernel of numbers alone, without gradients."""
    made = compiled(function, backend="python")
    made(*args)
    return next(iter(made._plans.values())).kernel


@pytest.mark.usefixtures("tapes")
@pytest.mark.parametrize("backend", ["llvm", "numpy"])
@pytest.mark.parametrize("count", [1, 3, 7, 8, 9, 64, 65, 200])
def test_over_a_batch_of_any_size(backend: str, count: int) -> None:
    loss, parameters = network([3, 9, 9, 1])
    x, y = rng.normal(size=(count, 3)), rng.normal(size=count)
    made = compiled(loss, batch=(1, 2), reduce="mean", backend=backend)
    value, slopes = made.value_and_grad(parameters, x, y)
    rows = compiled(loss, batch=(1, 2), backend=backend)(parameters, x, y)

    plain = compiled(loss, batch=(1, 2), reduce="mean", backend="python")
    expected, expected_slopes = plain.value_and_grad(parameters, x, y)
    assert value == pytest.approx(expected, rel=1e-13)
    assert slopes == pytest.approx(np.array(expected_slopes), rel=1e-11, abs=1e-13)
    assert rows == pytest.approx(
        np.array(compiled(loss, batch=(1, 2), backend="python")(parameters, x, y)), rel=1e-13
    )


@pytest.mark.parametrize("seed", range(40))
def test_over_a_batch_it_gives_the_bits_of_straight_line_code(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is shared or each sample's own, goes in a row or anywhere, and comes out how.

    And whatever the processor's vectors hold.
    """
    draw = random.Random(seed)  # noqa: S311  # no secret
    lanes, *features = processor()
    lanes = draw.choice([2, 4, lanes])
    for module in (llvm_kernel, llvm_tape):
        monkeypatch.setattr(module, "processor", lambda: (lanes, *features))
    monkeypatch.setattr(llvm_tape, "_MACHINES", MACHINES[lanes])
    width = draw.choice([3, 6, 9, 17])

    def f(w: Any, x: Any) -> Any:
        own, shared = list(x), [w[0][0] * 2.0, 3.0]
        for _ in range(draw.randint(1, 4)):
            columns = [[row[i] for row in w] for i in range(width)]
            matrix = draw.choice([w, columns, columns[::-1]])
            factors = draw.choice([own[-width:], shared[:1] * width, w[0], own[:width]])
            own += [dot(row, factors) for row in matrix]
            shared += [draw.choice([exp, relu])(a * 0.1) for a in draw.choice([w, columns])[0]]
            a, b = draw.sample(own, 2), draw.choice(shared)
            own += [where(greater(a[0], a[1]), a[0] - b, maximum(a[1], b)), a[0] * a[1] * b]
            own += [c * draw.choice(own) for c in draw.sample(shared, 3)]
        ends = [sum(own) + sum(shared), sum(c * c for c in own[-5:]), own[-1] * 0.0]
        return draw.choice(ends) + draw.choice([0.0, 0.5 * dot(w[0], w[0]), exp(w[1][1])])

    w, x = rng.normal(size=(width, width)) * 0.3, rng.normal(size=(70, width))
    made = compiled(f, batch=1, reduce="sum", backend="python")
    made.value_and_grad(w, x[:1])
    kernels = [plan.kernel for plan in made._plans.values()]
    made = compiled(f, batch=1, backend="python")
    made(w, x[:1])
    kernels += [plan.kernel for plan in made._plans.values()]
    for kernel in kernels:
        tape, straight = LLVMTape(kernel), LLVMKernel(kernel)
        for count in (0, 1, 3, 8, 9, 16, 31, 32, 33, 64, 70):
            arrays = [w.ravel(), x[:count].ravel()]
            found, expected = (machine.run(count, arrays) for machine in (tape, straight))
            for numbers, others in zip(found, expected, strict=True):
                assert np.array(numbers).tobytes() == np.array(others).tobytes(), count


@pytest.mark.skipif(sys.platform != "linux", reason="mprotect is called as Linux has it")
@pytest.mark.parametrize("long", [0, 10**9])
@pytest.mark.parametrize("count", [1, 3, 9])
def test_no_row_is_read_behind_the_last(
    long: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "LONG_BY_SAMPLE", long)
    backends.compiled.cache_clear()
    page = mmap.PAGESIZE
    memory = np.frombuffer(mmap.mmap(-1, 2 * page))
    x = memory[page // 8 - 3 * count : page // 8].reshape(count, 3)
    x[...] = rng.normal(size=x.shape)
    loss, parameters = network([3, 9, 1])
    made = compiled(loss, batch=(1, 2), reduce="sum", backend="llvm")
    expected = made(parameters, x.copy(), np.ones(count))
    end, protect = ctypes.c_void_p(memory.ctypes.data + page), ctypes.CDLL(None).mprotect
    assert protect(end, page, 0) == 0  # whoever reads the second page now ends the process
    try:
        assert made(parameters, x, np.ones(count)) == expected
    finally:
        protect(end, page, mmap.PROT_READ | mmap.PROT_WRITE)
        backends.compiled.cache_clear()


@pytest.mark.usefixtures("tapes")
@pytest.mark.parametrize("backend", ["llvm", "numpy", "python"])
@pytest.mark.parametrize("reduce", ["sum", "mean"])
def test_a_sum_of_negative_zeros_is_one(backend: str, reduce: str) -> None:
    for count in (1, 3, 8, 9, 64):
        made = compiled(lambda w, x: w * x, batch=1, reduce=reduce, backend=backend)
        found = made.value_and_grad(1.0, [-0.0] * count)
        assert [str(number) for number in found] == ["-0.0", "-0.0"]
    if reduce == "sum":
        assert str(made(1.0, np.empty(0))) == "0.0"


@pytest.mark.usefixtures("tapes")
@pytest.mark.parametrize("backend", ["llvm", "numpy"])
def test_arithmetic_is_that_of_a_graph_to_the_last_bit(backend: str) -> None:
    loss, parameters = network([3, 20, 20, 1])
    x = [0.3, -0.7, 1.1]
    weights = [Value(number) for number in parameters]
    graph = loss(weights, x, 0.5)
    graph.backward()
    value, slopes = compiled(loss, backend=backend).value_and_grad(parameters, np.array(x), 0.5)
    assert value == graph.data
    assert list(slopes) == [weight.grad for weight in weights]


@pytest.mark.usefixtures("tapes")
def test_threads_do_not_share_a_buffer_over_a_batch() -> None:
    loss, parameters = network([3, 30, 30, 1])
    xs, y = rng.normal(size=(40, 300, 3)), np.zeros(300)
    made = compiled(loss, batch=(1, 2), reduce="mean", backend="llvm")
    expected = [made.value_and_grad(parameters, x, y)[0] for x in xs]
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(made.value_and_grad, parameters, x, y) for x in xs]
    assert [task.result()[0] for task in asked] == expected


def test_a_buffer_is_kept_from_run_to_run_and_freed_with_its_tape() -> None:
    loss, parameters = network([3, 9, 1])
    x, y = rng.normal(size=(9, 3)), np.zeros(9)
    made = compiled(loss, batch=(1, 2), reduce="mean", backend="python")
    made(parameters, x, y)
    tape = LLVMTape(next(iter(made._plans.values())).kernel)
    numbers, kept = tape._numbers, HEAD.index("memory")
    assert numbers[kept] == 0
    arrays = [parameters, x.ravel(), y, np.array([1.0 / 9.0])][: len(tape.kernel.inputs)]
    tape.run(9, arrays)
    memory = numbers[kept]
    assert memory != 0
    tape.run(9, arrays)
    assert numbers[kept] == memory
    del tape
    assert numbers[kept] == 0


def test_long_programs_and_no_others_are_tapes() -> None:
    loss, parameters = network([3, 40, 40, 1])
    x = np.array([0.3, -0.7, 1.1])
    kernel = kernel_of(loss, parameters, x, 0.5)
    assert len(kernel.lines) >= backends.LONG
    assert isinstance(backends.runnable(kernel, "llvm"), LLVMTape)
    assert isinstance(backends.runnable(kernel, "numpy"), NumPyTape)
    short, few = network([3, 4, 1])
    kernel = kernel_of(short, few, x, 0.5)
    assert not isinstance(backends.runnable(kernel, "llvm"), LLVMTape)


@pytest.mark.usefixtures("tapes")
def test_its_source_is_an_instruction_a_line() -> None:
    made = compiled(lambda x: [exp(a) * 2.0 for a in x], backend="llvm")
    assert made(np.arange(3.0)) == pytest.approx(2.0 * np.exp(np.arange(3.0)), rel=1e-15)
    first, second = made.source.splitlines()
    assert first.endswith("= exp [0:3]")
    assert "= mul [" in second


@pytest.mark.parametrize(
    ("places", "kind"),
    [
        *(([3, 4, 5, 6], ROW), ([3], ROW), ([3, 3, 3], ONE)),
        *(([3, 5, 4, 6], SCATTERED), ([3, 4, 3], SCATTERED), ([6, 5], SCATTERED)),
    ],
)
def test_neighbouring_places_are_a_row_which_is_loaded_as_one(places: list[int], kind: int) -> None:
    ((found,),), ((first,),) = _lying(np.array([places]), np.array([0]), np.array([len(places)]))
    assert (found, first) == (kind, places[0])


@pytest.mark.parametrize("seed", range(30))
def test_runs_are_those_of_a_walk_from_thing_to_thing(seed: int) -> None:
    chance = np.random.default_rng(seed)
    count = int(chance.integers(1, 40))
    follows = chance.random(count - 1) < chance.random()
    goes_on = chance.random(max(count - 2, 0)) < chance.random()
    assert _runs(follows, goes_on).tolist() == walk(follows, goes_on)


def walk(follows: Any, goes_on: Any) -> list[int]:
    """Return where runs begin, from thing to thing."""
    begins = [0]
    for i in range(1, len(follows) + 1):
        is_second = i - 1 == begins[-1]
        if not (follows[i - 1] and (is_second or goes_on[i - 2])):
            begins.append(i)
    return begins


@pytest.mark.parametrize(
    ("places", "inputs", "expected"),
    [
        ([3, 4, 4, 9, 8, 10], 0, [1, 1, 0, 0, 0]),
        ([0, 3, 6, 9, 4], 10, [1, 1, 1, 0]),  # at equal distances, where they are inputs
        ([0, 3, 6, 9, 4], 9, [1, 1, 0, 0]),
        ([0, 3, 6, 9, 4], 6, [0, 0, 0, 0]),
        ([0, 3, 6, 9, 4], 0, [0, 0, 0, 0]),
        ([9, 6, 3, 4, 8], 10, [1, 1, 1, 0]),
        ([0, 3], 10, [0]),
        ([0, 3, 5, 7], 10, [0, 1, 1]),
    ],
)
def test_places_are_even_where_they_lie_side_by_side_or_can_be_put_there(
    places: list[int], inputs: int, expected: list[int]
) -> None:
    assert _even(np.array([places]), inputs).tolist() == [expected]
    both = _even(np.array([range(len(places)), places]), inputs).tolist()
    assert both == [[1] * (len(places) - 1), expected]


@pytest.mark.parametrize(
    ("operands", "order"),
    [
        ([[5, 3, 4, 3]], [1, 3, 2, 0]),
        (
            [[0, 1, 0, 1], [6, 6, 5, 5]],
            [2, 3, 0, 1],
        ),  # by the last operand, as good as by the first
        ([[1, 0, 2, 3], [10, 40, 30, 20]], [1, 0, 2, 3]),  # by the first, which is better
        ([[30, 20, 10], [2, 1, 0]], [2, 1, 0]),
        ([[7, 7, 7], [3, 1, 2]], [1, 2, 0]),
    ],
)
def test_a_group_is_put_in_the_order_in_which_most_operands_are_even(
    operands: list[list[int]], order: list[int]
) -> None:
    found, ordered, even = _ordered(np.array(operands), 0)
    assert found.tolist() == order
    assert ordered.tolist() == [[row[i] for i in order] for row in operands]
    assert even.tolist() == _even(ordered, 0).tolist()


@pytest.mark.parametrize("seed", range(30))
def test_groups_are_cut_into_long_runs_and_the_pieces_between_them(seed: int) -> None:
    chance = np.random.default_rng(seed)
    count, rare = int(chance.integers(2, 120)), chance.choice([0.02, 0.1, 0.4])
    operands = np.cumsum(chance.random((2, count)) < rare, axis=1) * 3
    is_even, is_whole = (chance.random(count) > rare for _ in range(2))
    begins = np.unique(chance.integers(0, count, 3))
    steps = np.diff(operands).T.tolist()
    goes_on = [a == b or is_whole[i] for i, (a, b) in enumerate(itertools.pairwise(steps), 2)]
    runs = walk(is_even[1:], goes_on)
    lengths = np.diff([*runs, count]).tolist()
    cuts = {0, *begins.tolist()}
    for i, run in enumerate(runs):
        if lengths[i] >= SHORTEST or (i and lengths[i - 1] >= SHORTEST):
            cuts.add(run)
    assert _cuts(operands, is_even, is_whole, begins).tolist() == sorted(cuts)


def test_every_step_of_a_tape_has_a_number() -> None:
    assert len(set(STEPS)) == len(STEPS)


@pytest.mark.usefixtures("tapes")
@pytest.mark.parametrize("backend", ["llvm", "numpy"])
@pytest.mark.parametrize("count", [1, SHORTEST, 100, LONGEST, LONGEST + 1, 3 * LONGEST + 5])
def test_groups_of_any_size_whose_operands_lie_anywhere(backend: str, count: int) -> None:
    order = rng.permutation(count)

    def shuffled(x: Any, y: Any) -> Any:
        return [x[i] * y[j] for i, j in enumerate(order)]

    x, y = rng.normal(size=count), rng.normal(size=count)
    assert list(compiled(shuffled, backend=backend)(x, y)) == list(x * y[order])


@pytest.mark.parametrize("most", [1, 40, 10**6])
def test_small_groups_are_looked_at_in_parts(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    def deep(x: list[Any]) -> Any:
        draw, numbers = random.Random(3), list(x)  # noqa: S311  # no secret
        for _ in range(300):
            a, b = (numbers[-draw.randint(1, 12)] for _ in "ab")
            way = draw.randrange(4)
            numbers.append([a + b, a * b, relu(a), where(greater(a, b), a - b, b)][way])
        return sum(numbers[-12:])

    x = [0.1 * i - 0.5 for i in range(12)]
    kernel = kernel_of(deep, x)
    groups = np.diff(groups_of(kernel).bounds)
    assert groups[groups < ORDERED].sum() > 400
    monkeypatch.setattr("autograd.codegen.tape.tape.MOST_AT_ONCE", most)
    expected = PythonKernel(kernel).run(1, [x])
    for machine in (NumPyTape, LLVMTape):
        found = machine(kernel).run(1, [np.array(x)])
        assert [list(numbers) for numbers in found] == [list(numbers) for numbers in expected]


QUICKLY: dict[tuple[str, tuple[int, ...]], Any] = {
    ("add", (ROW, ROW)): lambda x, y, _, __: x + y,
    ("add", (ROW, ONE)): lambda x, _, __, s: x + s,
    ("mul", (ROW, ROW)): lambda x, y, _, __: x * y,
    ("mul", (ROW, ONE)): lambda x, _, __, s: x * s,
    ("mul", (ONE, ROW)): lambda x, _, __, s: s * x,
    ("div", (ROW, ROW)): lambda x, y, _, __: x / y,
    ("div", (ROW, ONE)): lambda x, _, __, s: x / s,
    ("div", (ONE, ROW)): lambda x, _, __, s: s / x,
    (ADD_PRODUCT, (ROW, ROW, ROW)): lambda x, y, z, _: x + y * z,
    (ADD_PRODUCT, (ROW, ROW, ONE)): lambda x, y, _, s: x + y * s,
    ("choose", (ONE, ROW, ROW)): lambda x, y, _, s: where(s, x, y),
}


@pytest.mark.parametrize("quick", QUICK, ids=str)
@pytest.mark.parametrize(("rows", "count"), [(1, 1), (1, 7), (1, 8), (1, 9), (3, 40), (70, 16)])
def test_what_most_instructions_are_has_code_of_its_own(quick: Any, rows: int, count: int) -> None:
    """For rows of any length, of one and the same step, and each with a number of its own."""

    def f(x: Any, y: Any, z: Any, s: Any) -> Any:
        by_row = zip(x, y, z, s, strict=True)
        return [
            QUICKLY[quick](a, b, c, number)
            for *row, number in by_row
            for a, b, c in zip(*row, strict=True)
        ]

    x, y, z = rng.normal(size=(3, rows, count))
    s = np.where(np.arange(rows) % 3, rng.normal(size=rows), 0.0)
    kernel = kernel_of_numbers(f, x, y, z, s)
    tape = LLVMTape(kernel)
    if count >= SHORTEST:
        number = len(STEPS) + QUICK.index(quick)
        assert {*tape._tape.instructions[:, STEP].tolist()} >= {number}
    arrays = [numbers.ravel() for numbers in (x, y, z, s)]
    (found,), (expected,) = tape.run(1, arrays), PythonKernel(kernel).run(1, arrays)
    assert found.tobytes() == np.array(expected).tobytes()


@pytest.mark.usefixtures("tapes")
def test_threads_do_not_share_a_buffer() -> None:
    loss, parameters = network([3, 30, 30, 1])
    x = rng.normal(size=(40, 3))
    for backend in ("llvm", "numpy"):
        made = compiled(loss, backend=backend)
        expected = [made.value_and_grad(parameters, row, 0.0)[0] for row in x]
        with ThreadPoolExecutor(4) as pool:
            asked = [pool.submit(made.value_and_grad, parameters, row, 0.0) for row in x]
        assert [task.result()[0] for task in asked] == expected


@pytest.mark.usefixtures("tapes")
def test_a_step_of_training() -> None:
    loss, parameters = network([3, 9, 9, 1])
    x, y = rng.normal(size=(20, 3)), rng.normal(size=20)

    def descend(weight: Any, gradient: Any, memory: Any, settings: Any) -> Any:
        return weight - settings[0] * gradient, memory

    results = []
    for backend in ("python", "llvm", "numpy"):
        weights, slopes = parameters.copy(), np.zeros_like(parameters)
        step = compile_step(loss, descend, backend=backend)
        losses = [step(weights, slopes, np.empty(0), np.array([0.1]), x, y)[0] for _ in range(5)]
        results.append((losses, weights))
    for losses, weights in results[1:]:
        assert losses == pytest.approx(results[0][0], rel=1e-12)
        assert weights == pytest.approx(results[0][1], rel=1e-10)


@pytest.mark.usefixtures("tapes")
def test_no_sample_at_all() -> None:
    loss, parameters = network([3, 4, 1])
    for backend in ("llvm", "numpy"):
        made = compiled(loss, batch=(1, 2), reduce="sum", backend=backend)
        value, slopes = made.value_and_grad(parameters, np.empty((0, 3)), np.empty(0))
        assert (value, set(slopes.tolist())) == (0.0, {0.0})


@pytest.mark.usefixtures("tapes")
@pytest.mark.parametrize("batch", [(), 1])
def test_products_of_vectors_and_matrices_are_few_instructions(batch: Any) -> None:
    rows, columns = 40, 24
    w, x = rng.normal(size=(rows, columns)), rng.normal(size=columns)

    def outer(w: Any, x: Any) -> Any:
        return [[a * b for b in x] for a in w[0]]

    made = compiled(outer, backend="llvm")
    assert np.array_equal(made(w, x), np.outer(w[0], x))
    assert len(made.source.splitlines()) == 1
    assert made.source.endswith(f"for r < {columns}\n")

    def product(w: Any, x: Any) -> Any:
        return [dot(row, x) for row in w]

    made = compiled(product, backend="llvm", batch=batch)
    xs = x if batch == () else np.stack([x + i for i in range(11)])
    found = np.array(made(w, xs))
    expected = np.zeros(found.shape)
    for i in range(columns):  # added up in the order of the columns, as dot does
        expected = expected + (w[:, i] * (xs[i] if batch == () else xs[:, i : i + 1]))
    assert np.array_equal(found, expected)
    # The columns are copied, multiplied, and added up.
    copies = [line for line in made.source.splitlines() if "= copy" in line]
    assert len(copies) == 1
    assert len(made.source.splitlines()) <= 3 * columns + len(copies)


@pytest.mark.usefixtures("tapes")
@pytest.mark.parametrize("batch", [(), 1])
@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize(("rows", "columns"), [(1, 3), (5, 30), (16, 16), (27, 9), (64, 70)])
def test_a_sum_of_products_is_one_instruction_and_rounded_term_by_term(
    rows: int, columns: int, backward: bool, batch: Any
) -> None:
    w, x = rng.normal(size=(rows, columns)), rng.normal(size=columns)
    order = range(columns)[:: -1 if backward else 1]

    def product(w: Any, x: Any) -> Any:
        totals = [row[order[0]] * x[order[0]] for row in w]
        for i in order[1:]:
            totals = [total + row[i] * x[i] for total, row in zip(totals, w, strict=True)]
        return totals

    made = compiled(product, backend="llvm", batch=batch)
    xs = x if batch == () else np.stack([x - i for i in range(11)])
    found = np.array(made(w, xs))
    samples = [x] if batch == () else xs
    expected = [[sum_of(row, sample, order) for row in w] for sample in samples]
    assert np.array_equal(found, expected[0] if batch == () else expected)
    if rows >= ORDERED:
        assert f"for t < {columns - 1}" in made.source
        assert len([line for line in made.source.splitlines() if "= copy" not in line]) == 2


def sum_of(row: Any, x: Any, order: Any) -> Any:
    total = row[order[0]] * x[order[0]]
    for i in order[1:]:
        total = total + row[i] * x[i]
    return total


@pytest.mark.parametrize(
    ("changes", "is_one"),
    [
        ({}, True),
        ({"n": 3}, False),
        ({"rows": 3}, False),
        ({"p0": 104}, False),
        ({"s0": 8}, False),  # every other row
        ({"k0": ONE}, False),
        ({"k0": SCATTERED}, False),
        ({"k1": ONE}, False),
        ({"s1": 1}, False),
        ({"k2": ROW}, False),
        ({"s2": 3}, False),
        ({"k2": SCATTERED}, False),
        ({"step": 0}, False),
        ({"p1": -7, "p2": 900}, True),
        ({"k1": ONE, "p1": 61, "s1": 2, "k2": ROW, "p2": 51, "s2": 0}, True),  # turned round
    ],
)
def test_sums_are_one_only_if_each_goes_on_where_the_other_ends(
    changes: dict[str, int], is_one: bool
) -> None:
    steps = ("add", ADD_PRODUCT, ADD_PRODUCTS, ADD_MULTIPLES)
    first = dict(
        zip(FIELDS, [1, 100, 4, 2, 1, ROW, 0, 4, 0, ROW, 50, 0, 0, ONE, 60, 2, 0], strict=True)
    )
    second = first | {"to": 200, "p0": 100, "p1": 51, "p2": 61} | changes
    found = np.array([[*first.values()], [*second.values()]], dtype=np.int32)
    once = np.ones(300, dtype=bool)
    result = [
        dict(zip(FIELDS, row, strict=True))
        for row in _merge_sums(found.copy(), steps, once).tolist()
    ]
    if is_one:
        (only,) = result
        assert only["terms"] == 2
        assert steps[only["step"]] == ADD_MULTIPLES
        assert [only[x] for x in ("to", "p0", "p1", "p2")] == [200, 0, 50, 60]
        turned = changes.get("k1") == ONE
        ends = [second["p2"], second["p1"]] if turned else [second["p1"], second["p2"]]
        assert [only[f"p{k}"] + only[f"t{k}"] for k in (1, 2)] == ends
    else:
        assert [[*row.values()] for row in result] == found.tolist()
    once[103] = False
    assert len(_merge_sums(found.copy(), steps, once)) == 2
    once[103] = True
    found[:, FIELDS.index("k2")] = SCATTERED
    assert len(_merge_sums(found, steps, once)) == 2


@pytest.mark.usefixtures("tapes")
@pytest.mark.parametrize("backend", ["llvm", "numpy"])
def test_a_tape_without_an_instruction(backend: str) -> None:
    made = compiled(lambda x: [x[1], x[0], 3.0], backend=backend)
    assert made([1.0, 2.0]) == [2.0, 1.0, 3.0]
    assert not made.source.strip()


@pytest.mark.usefixtures("tapes")
def test_what_is_read_on_the_way_stays() -> None:
    """Of sums that something else reads, or that come out, none is left out."""
    w, x = rng.normal(size=(20, 6)), rng.normal(size=6)

    def products(w: Any, x: Any) -> Any:
        totals = [row[0] * x[0] for row in w]
        kept = []
        for i in range(1, 6):
            totals = [total + row[i] * x[i] for total, row in zip(totals, w, strict=True)]
            if i == 2:
                kept.append(totals)
            if i == 4:
                kept.append([exp(total) if k == 7 else x[0] for k, total in enumerate(totals)])
        return [kept, totals]

    made = compiled(products, backend="llvm")
    (second, fourth), last = made(w, x)
    assert second == [sum_of(row, x, range(3)) for row in w]
    assert fourth[7] == pytest.approx(math.exp(sum_of(w[7], x, range(5))), rel=1e-14)
    assert last == [sum_of(row, x, range(6)) for row in w]


def test_columns_are_copied_only_while_there_is_room() -> None:
    copies = _Copies(100, 30)
    column = np.arange(0, 27, 3)
    assert copies.place(column) == copies.place(column) == 100
    assert copies.place(column + 1) == 109
    assert copies.place(np.arange(0, 18, 2)) == 118
    assert copies.place(np.arange(1, 28, 3)) == 109
    assert copies.place(column + 2) is None  # 30 places were set aside


@pytest.mark.parametrize(
    ("places", "start"),
    [
        ([0, 3, 6, 9, 12, 15, 18, 21], 100),
        ([0, 3, 6, 9, 12, 15, 18, 22], None),
        ([0, 3, 6, 9, 12, 15, 18, 20], None),
        ([0, 3, 7, 9, 12, 15, 18, 21], None),
        ([0, 3, 6], None),  # too few to gain anything
        ([8, 11, 14, 17, 20, 23, 26, 29], 100),
        ([9, 12, 15, 18, 21, 24, 27, 30], None),  # the last is no input
    ],
)
def test_inputs_are_copied_where_they_lie_at_equal_distances(
    places: list[int], start: int | None
) -> None:
    assert _Copies(100, 30).place(np.array(places)) == start


def rows_of_four(count: int, start: int) -> _Pieces:
    """Pieces of one operand, which lies at 100, 108, 116, ..."""
    of_each = np.arange(count)
    return _Pieces(
        codes=np.full(count, 2, dtype=np.int32),
        starts=start + 4 * of_each,
        counts=np.full(count, 4),
        follows=of_each > 0,
        begins=4 * of_each,
        operands=np.zeros((3, 4 * count), dtype=np.int64),
        kinds=np.array([[ROW] * count, [ABSENT] * count, [ABSENT] * count]),
        at=np.array([100 + 8 * of_each, 0 * of_each, 0 * of_each]),
    )


def test_an_instruction_has_no_more_rows_than_there_is_room_for() -> None:
    pieces = rows_of_four(5, 0)
    rows = [instruction[:9] for instruction in _instructions(pieces, most=3).tolist()]
    assert rows == [[2, 0, 4, 3, 1, ROW, 100, 8, 0], [2, 12, 4, 2, 1, ROW, 124, 8, 0]]
    pieces.follows[2] = False  # another group
    rows = [instruction[:4] for instruction in _instructions(pieces, most=3).tolist()]
    assert rows == [[2, 0, 4, 2], [2, 8, 4, 3]]


def test_no_operand_is_shared_in_one_row_and_each_samples_own_in_another() -> None:
    pieces = rows_of_four(4, 200)
    assert [row[3] for row in _instructions(pieces, most=9).tolist()] == [4]
    rows = [instruction[:9] for instruction in _instructions(pieces, 9, own=110).tolist()]
    assert rows == [[2, 200, 4, 2, 1, ROW, 100, 8, 0], [2, 208, 4, 2, 1, ROW, 116, 8, 0]]


def test_what_is_shared_comes_first_and_is_computed_once() -> None:
    def f(w: Any, x: Any) -> Any:
        return [exp(w[0] * 2.0) * a + 5.0 for a in x]

    made = compiled(f, batch=1, backend="python")
    made(np.ones(2), np.ones((1, 3)))
    tape = make_tape(next(iter(made._plans.values())).kernel)
    start, constants = tape.constants
    assert tape.inputs[0] == 0
    assert sorted(constants) == [2.0, 5.0]
    # A place between them is free, so that no row of operands is partly shared.
    assert start + len(constants) < tape.own == tape.inputs[1]
    steps = [tape.steps[code] for code in tape.instructions[:, STEP]]
    assert sorted(steps[: tape.once]) == ["exp", "mul"]
    # They are kept as one number each, and read there.
    begin, kept, count = tape.kept
    assert (count, begin >= tape.own, kept + count < tape.own) == (2, True, True)
    assert kept + 1 in tape.instructions[tape.once :, PLACES]
    assert "exp" not in steps[tape.once :]


def test_of_programs_over_a_batch_those_are_tapes_that_are_quick_as_one() -> None:
    """What adds up products for LLVM, what does many things at once for NumPy."""

    def kernel_over_a_batch(function: Any, *arrays: Any) -> Any:
        batch = tuple(range(1, len(arrays)))
        made = compiled(function, batch=batch, reduce="mean", backend="python")
        made.value_and_grad(*arrays)
        return next(iter(made._plans.values())).kernel

    def irregular(w: Any, x: Any) -> Any:
        draw, numbers = random.Random(3), [*w, *x]  # noqa: S311  # no secret
        for _ in range(3000):
            a, b = (numbers[-draw.randint(1, 8)] for _ in "ab")
            numbers.append(0.5 * a * b if draw.random() < 0.5 else a - 0.3 * b)
        return numbers[-1]

    loss, parameters = network([2, 48, 48, 1])
    deep = kernel_over_a_batch(loss, parameters, np.ones((1, 2)), np.ones(1))
    loss_of_deep = loss

    def penalized(weights: Any, x: Any, y: Any) -> Any:
        return loss_of_deep(weights, x, y) + 0.001 * dot(weights, weights)

    decayed = kernel_over_a_batch(penalized, parameters, np.ones((1, 2)), np.ones(1))
    loss, parameters = network([2, 700, 1])
    wide = kernel_over_a_batch(loss, parameters, np.ones((1, 2)), np.ones(1))
    other = kernel_over_a_batch(irregular, np.ones(4), np.ones((1, 4)))
    assert (
        min(len(kernel.lines) for kernel in (deep, decayed, wide, other)) >= backends.LONG_IF_QUICK
    )
    for backend, machine, quick in (
        ("llvm", LLVMTape, [True, True, False, False]),
        ("numpy", NumPyTape, [True, False, True, False]),  # a penalty's sum is term by term
    ):
        made = [backends.runnable(kernel, backend) for kernel in (deep, decayed, wide, other)]
        assert [isinstance(x, machine) for x in made] == quick
    loss, parameters = network([2, 30, 30, 1])
    short = kernel_over_a_batch(loss, parameters, np.ones((1, 2)), np.ones(1))
    assert not isinstance(backends.runnable(short, "llvm"), LLVMTape)


def test_a_softmax_is_recorded_in_proportion_to_its_scores() -> None:
    """Its largest score and the exponentials are those of all shares; sums differ in order."""
    count = 40
    kernel = kernel_of(lambda scores: softmax(scores)[0] + softmax(scores)[-1], [0.5] * count)
    assert sum(line.step == "exp" for line in kernel.lines) == count


@pytest.mark.usefixtures("tapes")
@pytest.mark.parametrize("backend", ["llvm", "numpy"])
def test_a_sum_takes_a_product_along_that_nothing_else_reads(backend: str) -> None:
    def f(x: Any) -> Any:
        a, b, c, d = x
        shared = a * b
        return [c + a * d, a * c + b * d, shared + c, shared + d, c * d + c * d, b * d + b]

    x = rng.normal(size=4)
    made = compiled(f, backend=backend)
    assert made(x) == f(x.tolist())
    kernel = next(iter(made._plans.values())).kernel
    groups = groups_of(kernel)
    steps = [groups.steps[code] for code in groups.codes]
    counts: Counter[str] = Counter()
    for step, count in zip(steps, np.diff(groups.bounds).tolist(), strict=True):
        counts[step] += count
    # a*b, c*d and b*d are read twice.
    assert counts == {"mul": 3, "add": 4, "add_product": 2}


NUMBERS = (math.nan, -math.nan, 0.0, -0.0, 1.0, -math.inf, math.inf)


@pytest.mark.parametrize("machine", [NumPyTape, LLVMTape])
def test_the_larger_number_is_one_step_and_nan_and_signs_of_zero_are_as_elsewhere(
    machine: Any,
) -> None:
    inputs = np.array([*itertools.product(NUMBERS, repeat=3)])
    kernel = kernel_of_numbers(lambda rows: [maximum(*row) for row in rows], inputs)
    found = made_groups(kernel)
    assert {step for step, _, _ in found} == {"maximum"}
    assert sum(len(lines) for _, lines, _ in found) == 2 * len(inputs)
    (expected, *_), (numbers, *_) = (
        made(kernel).run(1, [inputs.ravel()]) for made in (PythonKernel, machine)
    )
    assert [*map(repr, numbers)] == [*map(repr, map(np.float64, expected))]


def made_groups(kernel: Any) -> list[tuple[str, list[int], Any]]:
    """Each group's step, lines, and operands, a row for each operand."""
    groups = groups_of(kernel)
    found = []
    for code, (begin, end) in zip(groups.codes, itertools.pairwise(groups.bounds), strict=True):
        operands = groups.operands[:, begin:end]
        found.append((groups.steps[code], groups.lines[begin:end].tolist(), operands))
    return found


def test_what_reads_a_comparison_of_its_own_keeps_the_lines_of_a_maximum() -> None:
    def f(x: Any) -> Any:
        a, b = x
        return [maximum(a, b), where(greater(a, b), exp(a), b), where(a - a, 1.0, b)]

    kernel = kernel_of_numbers(f, [1.0, 2.0])
    at_least = [i for i, line in enumerate(kernel.lines) if line.step == "greater_equal"]
    outputs = (replace(kernel.outputs[0], lines=(*kernel.outputs[0].lines, *at_least)),)
    steps = {step for step, _, _ in made_groups(replace(kernel, outputs=outputs))}
    assert at_least
    assert {"or", "not", "equal"} <= steps
    assert "maximum" not in steps
    assert "maximum" in {step for step, _, _ in made_groups(kernel)}


@pytest.mark.parametrize(
    ("at_least", "no_nan", "chosen"),
    [
        (("a", "b"), ("a", "a"), ("a", "b")),
        (("c", "b"), ("a", "a"), ("a", "b")),
        (("a", "c"), ("a", "a"), ("a", "b")),
        (("a", "b"), ("b", "a"), ("a", "b")),
        (("a", "b"), ("a", "b"), ("a", "b")),
        (("a", "b"), ("c", "c"), ("a", "b")),
        (("a", "b"), ("a", "a"), ("c", "b")),
        (("a", "b"), ("a", "a"), ("a", "c")),
        (("a", "b"), ("a", "a"), ("b", "a")),
    ],
)
@pytest.mark.parametrize("machine", [NumPyTape, LLVMTape])
def test_what_only_looks_like_a_maximum_is_none(
    machine: Any, at_least: tuple[str, str], no_nan: tuple[str, str], chosen: tuple[str, str]
) -> None:
    program = Program()
    inputs = {name: program.input(place(0, i)) for i, name in enumerate("abc")}
    condition = program.condition(GREATER_EQUAL, *(inputs[name] for name in at_least))
    condition |= ~program.condition(EQUAL, *(inputs[name] for name in no_nan))
    number = condition.choose(*(inputs[name] for name in chosen))
    made = make_kernel(program, [Input(3, by_sample=False)], [([number], False)])
    is_maximum = (at_least, no_nan, chosen) == (("a", "b"), ("a", "a"), ("a", "b"))
    assert ("maximum" in {step for step, _, _ in made_groups(made)}) == is_maximum
    tape, python = machine(made), PythonKernel(made)
    for numbers in itertools.product((math.nan, 1.0, 2.0), repeat=3):
        (found,), (expected,) = tape.run(1, [np.array(numbers)]), python.run(1, [numbers])
        assert [*map(str, found.tolist())] == [*map(str, expected)]


@pytest.mark.parametrize("times_read", [1, 2])
def test_a_chain_begins_when_its_last_term_is_there(times_read: int) -> None:
    """Its links are of one level, so that chains of equal length are computed turn by turn."""

    def f(x: Any) -> Any:
        terms = [x[0]]
        for number in x[1:]:
            terms.append(exp(terms[-1] - number))
        return [sum(terms), *[sum(terms) * 2.0] * (times_read - 1)]

    found = made_groups(kernel_of_numbers(f, rng.normal(size=6)))
    assert [step for step, _, _ in found] == [
        *["sub", "exp"] * 5,
        *["add"] * 6,  # `sum` begins with 0 + x[0]
        *["mul"] * (times_read - 1),
    ]


@pytest.mark.parametrize("seed", range(40))
def test_groups_come_after_what_they_read(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311  # no secret

    def f(x: list[Any]) -> Any:
        numbers = list(x)
        for _ in range(120):
            some = [draw.choice(numbers) for _ in range(draw.randint(2, 9))]
            a, b = some[:2]
            found: list[Any] = [sum(some), maximum(*some), dot(some, some[::-1])]
            found += [a * b, relu(a), where(greater(a, b), a - b, b)]
            numbers.append(draw.choice(found))
        return sum(numbers[-5:])

    kernel = kernel_of(f, [0.3, -0.2, 0.7])
    known = {i for i, line in enumerate(kernel.lines) if line.step in ("input", "constant")}
    for step, lines, operands in made_groups(kernel):
        assert not known.intersection(lines), "each line is computed once"
        assert known.issuperset(operands[operands != NOTHING].tolist()), step
        known.update(lines)
    assert known.issuperset(line for output in kernel.outputs for line in output.lines)


def test_what_follows_sums_of_different_lengths_is_one_group() -> None:
    """As in attention, where each letter looks back at one more than the one before it."""

    def from_the_right(numbers: Any) -> Any:
        return reduce(lambda total, number: number + total, numbers)

    def f(x: Any) -> Any:
        back = [[exp(number) for number in x[i:]] for i in range(20)]
        return [
            exp(function(powers) * 0.5)
            for powers in back
            for function in (lambda v: maximum(*v), sum, from_the_right, lambda v: dot(v, v))
        ]

    found = made_groups(kernel_of_numbers(f, rng.normal(size=25)))
    # The powers; then what reads the largest numbers and the sums, and, for their first product is
    # a step before the sum, what reads the sums of products.
    assert [len(lines) for step, lines, _ in found if step == "exp"] == [25, 60, 20]
