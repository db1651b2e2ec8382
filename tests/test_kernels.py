"""Kernels: their division into parts, and the places in which parts keep results for each other."""

import itertools
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from mypy_extensions import i32, i64

import autograd
from autograd import Value
from autograd.codegen import lines, python, vectors
from autograd.codegen.kernel import MOST_LINES, Input, Kernel, kernel, parts, place
from autograd.codegen.lines import ADD, MUL, NEG, NOTHING, Table, pack
from autograd.codegen.llvm.source import kernel_text
from autograd.codegen.program import Program, Register

BACKENDS = ("python", "numpy", "llvm")


def mixed(numbers: list[Any], size: int, choices: random.Random) -> list[Any]:
    """Numbers of moderate size, each from two of those before it, near and far."""
    numbers = list(numbers)
    for i in range(size):
        near = numbers[-choices.randrange(1, 1 + min(12, len(numbers)))]
        far = numbers[choices.randrange(len(numbers))]
        quotient = near * far / (1.0 + far * far)
        numbers.append([0.5 * near + far, 0.5 * (near - far), quotient, 0.1 - 0.5 * near][i % 4])
    return numbers


def random_kernel(seed: int) -> Kernel:
    """Lines that all samples share, lines of each sample, and results of both kinds."""
    choices = random.Random(seed)  # noqa: S311  # nothing secret about it
    program = Program()
    w = [program.input(place(0, i)) for i in range(3)]
    x = [program.input(place(1, i)) for i in range(2)]
    shared = mixed(w, choices.choice([0, 5, 40]), choices)
    own = mixed([*shared, *x], choices.choice([1, 30]), choices)
    results: list[Register] = [*choices.sample(shared, 3), *choices.sample(own, 3), own[-1]]
    inputs = [Input(3, by_sample=False), Input(2, by_sample=True)]
    return kernel(program, inputs, [(results, False), (results[::-1], True)])


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("most_lines", [1, 3, 7, 1000])
def test_every_part_finds_the_results_that_it_reads(seed: int, most_lines: int) -> None:
    made = random_kernel(seed)
    found, places = parts(made, most_lines)
    read_anywhere = {"input", "constant"}
    holds: list[int | None] = [None] * places
    for sample in range(2):
        results = []
        for part in found:
            if part.once and sample:
                continue
            at_hand = set(part.loads)
            for i, spot in part.loads.items():
                assert holds[spot] == i
            for i in part.lines:
                for j in made.lines[i].inputs:
                    assert j in at_hand or made.lines[j].step in read_anywhere
                at_hand.add(i)
            for i, spot in part.stores.items():
                assert i in part.lines
                holds[spot] = i
            for i, spot in part.loads.items():  # a load may be written out where it is used
                assert holds[spot] == i
            for i, spots in part.results.items():
                assert i in at_hand or made.lines[i].step in read_anywhere
                results += [(*where, i) for where in spots]
        assert sorted(results) == [
            (number, position, i)
            for number, output in enumerate(made.outputs)
            for position, i in enumerate(output.lines)
        ]
    assert sorted(i for part in found for i in part.lines) == [
        i for i, line in enumerate(made.lines) if line.step not in read_anywhere
    ]


def test_results_that_are_inputs_do_not_all_go_into_the_last_part() -> None:
    """Those of a wide dot's derivative do; LLVM takes the square of the time for a long part."""
    program = Program()
    x = [program.input(place(0, i)) for i in range(100)]
    found, _ = parts(kernel(program, [Input(100, by_sample=True)], [(x, False)]), most_lines=10)
    assert [sum(map(len, part.results.values())) for part in found] == [10] * 10


def test_a_place_is_used_again_after_its_last_reader() -> None:
    program = Program()
    x = program.input(place(0, 0))
    for _ in range(60):
        x = x * x
    made = kernel(program, [Input(1, by_sample=True)], [([x], True)])
    found, places = parts(made, most_lines=3)
    assert len(found) == 20
    assert places == 2  # one that a part reads, and one that it writes


def test_what_is_computed_once_is_kept_for_every_sample() -> None:
    program = Program()
    w, x = program.input(place(0, 0)), program.input(place(1, 0))
    shared = w + 1.0
    first = shared * x
    made = kernel(
        program,
        [Input(1, by_sample=False), Input(1, by_sample=True)],
        [([(first - x) * first], True)],
    )
    found, places = parts(made, most_lines=1)
    assert [part.once for part in found] == [True, False, False, False]
    # One for the number that all samples share, one for each of the two that are handed on.
    assert places == 3
    reused = {spot for part in found[1:] for spot in part.stores.values()}
    assert set(found[0].stores.values()).isdisjoint(reused)


def test_lines_one_by_one_as_older_pickles_have_them_are_packed_alike() -> None:
    def f(w: Any, x: Any) -> Any:
        largest = autograd.where(autograd.greater(w[0], x[0]), w[0], autograd.exp(-x[1]))
        return largest / w[1] + 2.5 * x[0]

    compiled = autograd.compile(f, 1, batch=1, backend="python")
    made = compiled._plan("value_and_grad", ([0.5, 2.0], [[0.3, 0.1]])).kernel
    assert {line.step for line in made.lines} >= {"input", "constant", "choose", "exp", "greater"}
    older: Any = tuple(made.lines)
    assert Kernel(older, made.inputs, made.outputs, made.in_place) == made


@pytest.mark.parametrize("is_compiled", [True, False])  # which has no effect where it is
@pytest.mark.parametrize("seed", range(20))
def test_equal_lines_are_one_however_many_there_are(
    seed: int, is_compiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "IS_COMPILED", is_compiled)
    choices = random.Random(seed)  # noqa: S311  # nothing secret about it
    table, places = Table(), dict[tuple[int, int, int], int]()
    reach = choices.choice([2, 50, 10**6])  # within which both inputs are
    newest = choices.choice([None, 1000])  # the newer input of all, so that all want one slot
    for i in range(choices.choice([10, 3000, 20_000])):
        code = choices.choice([ADD, MUL, NEG])
        first = newest or i - choices.randrange(1, reach) % (i + 1)
        second = NOTHING if code == NEG else i - choices.randrange(1, reach) % (i + 1)
        expected = places.setdefault((code, first, second), len(places))
        assert table.place_of(code, first, second) == expected
    assert [*table.packed] == [pack(*line) for line in places]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", [bool, i32, i64])
def test_rows_of_numbers_are_the_same_without_librt(kind: Any, seed: int) -> None:
    choices = random.Random(seed)  # noqa: S311  # nothing secret about it
    librt = pytest.importorskip("librt.vecs")
    every: list[Any] = [librt.vec, vectors.vec]
    theirs, ours = (vec[kind]([kind(0)] * 5) for vec in every)
    for _ in range(200):
        number = kind(choices.randrange(2 if kind is bool else 2**31))
        place = choices.randrange(len(theirs))
        theirs[place] = ours[place] = number
        theirs, ours = librt.append(theirs, number), vectors.append(ours, number)
        assert (len(ours), ours[place]) == (len(theirs), theirs[place])
    assert [*ours] == [*theirs]
    assert memoryview(ours).tobytes() == memoryview(theirs).tobytes()


def long_function(seed: int) -> Callable[..., Any]:
    """More lines than a part has, both of what all samples share and of each sample."""

    def f(w: Any, x: Any) -> Any:
        choices = random.Random(seed)  # noqa: S311  # nothing secret about it
        shared = mixed(w, 3 * MOST_LINES, choices)
        own = mixed([*shared[-60:], *x], 3 * MOST_LINES, choices)
        return autograd.sum([0.001 * number for number in [*own[-80:], *shared[-5:]]])

    return f


@pytest.mark.parametrize("backend", BACKENDS)
def test_long_batches_give_to_the_last_bit_what_the_eager_engine_gives(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(python, "MOST_LINES", MOST_LINES)  # Python divides into parts as well
    f = long_function(1)
    w = [0.3, -0.2, 0.1]
    rows = [[0.01 * i, 0.5 - 0.02 * i] for i in range(11)]
    leaves = [[Value(number) for number in row] for row in rows]
    outputs = [f([Value(number) for number in w], row) for row in leaves]
    for output in outputs:
        output.backward()
    compiled = autograd.compile(f, 1, batch=1, backend=backend)
    found, _ = parts(compiled._plan("value_and_grad", (w, rows)).kernel)
    assert [part.once for part in found].count(True) > 1
    assert [part.once for part in found].count(False) > 1
    values, gradients = compiled.value_and_grad(w, rows)
    assert values == [output.data for output in outputs]
    assert gradients == [[leaf.grad for leaf in row] for row in leaves]


@pytest.mark.parametrize(
    ("width", "function_every", "parts_wanted"), [(59, 40, 3), (3, 20, 5), (60, 40, 5)]
)
def test_machine_code_has_small_parts_where_rows_are_long_or_functions_many(
    width: int, function_every: int, parts_wanted: int
) -> None:
    program = Program()
    row = [program.input(place(0, i)) for i in range(width)]
    y = row[0]
    for i in range(5 * MOST_LINES):
        y = autograd.exp(y) if i % function_every == 0 else y + row[i % width]
    made = kernel(program, [Input(width, by_sample=True)], [([y], True)])
    text = kernel_text(made, 4, fused=True)
    assert text.count("define internal void @part") == parts_wanted


# ---------------------------------------------------------------- changed in place


def long_update(parameter: Any, gradient: Any, memory: list[Any], settings: list[Any]) -> Any:
    """More lines than a part has, the first of them results, the last ones reading everything."""
    (kept,) = memory
    changed = kept - settings[0] * gradient
    remembered = changed
    for _ in range(MOST_LINES):
        remembered = 0.5 * (remembered - kept) + parameter
    return changed, [remembered]


def test_a_long_update_reads_all_before_it_writes() -> None:
    found = []
    start = [0.05 * i for i in range(11)]  # more than the samples of a block
    for convert in (list, np.array):
        step = autograd.compile_step(lambda w, x: autograd.sum(w) * x, long_update, backend="llvm")
        w, gradients, memory = convert(start), convert([0.0] * 11), convert(start[::-1])
        for _ in range(3):  # arrays are changed in place from the second step on
            step(w, gradients, memory, convert([0.1]), convert([1.0, 2.0]))
        found.append([*w, *gradients, *memory])
    in_lists, in_arrays = found
    assert in_arrays == in_lists


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_update_that_computes_nothing_is_one_all_the_same(backend: str) -> None:
    step = autograd.compile_step(
        lambda w, x: w[0] * x, lambda _, gradient, memory, __: (gradient, memory), backend=backend
    )
    for convert in (list, np.array):
        w, gradients, memory = convert([5.0]), convert([0.0]), convert([7.0])
        for _ in range(2):
            step(w, gradients, memory, convert([0.0]), convert([1.0, 2.0]))
        assert [*w, *gradients, *memory] == [1.5, 1.5, 7.0]


def test_a_recording_that_takes_long_shows_its_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("autograd.codegen.progress._is_seen", lambda: True)

    def long(x: Any) -> Any:
        for _ in range(70_000):
            x = x + 1.0
        return x

    monkeypatch.setattr("autograd.codegen.progress.monotonic", lambda: 1e3)
    autograd.compile(long, backend="python")._plan("value", (0.5,))
    assert "recording" not in capsys.readouterr().err
    seconds = itertools.count(1e3, 3.0)
    monkeypatch.setattr("autograd.codegen.progress.monotonic", lambda: next(seconds))
    autograd.compile(long, backend="python")._plan("value", (0.5,))
    assert "recording long" in capsys.readouterr().err


@pytest.mark.parametrize("width", [7, 8, 9, 20])
@pytest.mark.parametrize("count", [1, 3, 8, 9, 21])
@pytest.mark.parametrize("reduce", [None, "sum"])
def test_long_rows_that_are_turned_for_a_block_give_the_same(
    width: int, count: int, reduce: Any
) -> None:
    choices = random.Random(width + count)  # noqa: S311  # nothing secret about it
    x = np.array([[choices.uniform(-1, 1) for _ in range(width)] for _ in range(count)])
    w = np.array([choices.uniform(-1, 1) for _ in range(width)])

    def f(w: Any, x: Any) -> Any:
        return autograd.dot(w, x) * x[0] + w[-1] * x[-1]

    every = []
    for backend in BACKENDS:
        compiled = autograd.compile(f, (0, 1), batch=1, reduce=reduce, backend=backend)
        value, (by_w, by_x) = compiled.value_and_grad(w, x)
        assert by_x.shape == x.shape
        every.append([np.asarray(value).tolist(), by_w.tolist(), by_x.tolist()])
    if reduce is None:
        assert every[0] == every[1] == every[2]
    else:  # they add samples up in different orders
        for a, b in itertools.combinations(every, 2):
            np.testing.assert_allclose(a[0], b[0], rtol=1e-13)
            np.testing.assert_allclose(a[1], b[1], rtol=1e-13, atol=1e-13)
            assert a[2] == b[2]


# ------------------------------------------------------------------------------- lines


def random_lines(seed: int) -> list[lines.Line]:
    """Lines of every kind, each of lines before it."""
    choices = random.Random(seed)  # noqa: S311  # nothing secret about it
    made = [lines.Line("input", detail="0:0"), lines.Line("constant", detail="-0.0")]
    for i in range(40):
        one, other, condition = (choices.randrange(len(made)) for _ in range(3))
        made.append(
            [
                lines.Line("add", (one, other)),
                lines.Line("exp", (one,)),
                lines.Line("input", detail=f"0:{i}"),
                lines.Line("choose", (condition, one, other)),
                lines.Line("greater", (one, other)),
                lines.Line("atan2", (one, other)),
                lines.Line("constant", detail=str(i)),
                lines.Line("neg", (one,)),
            ][choices.randrange(8)]
        )
    return made


@pytest.mark.parametrize("seed", range(10))
def test_lines_are_unpacked_as_they_were_packed(seed: int) -> None:
    made = random_lines(seed)
    packed = lines.lines_of(made)
    assert (len(packed), [*packed]) == (len(made), made)
    assert packed.steps[: len(lines.STEPS)] == lines.STEPS
    again = lines.lines_of(random_lines(seed))
    assert packed == again
    assert hash(packed) == hash(again)
    assert packed != lines.lines_of(random_lines(seed + 1))
    assert packed != made


@pytest.mark.parametrize("seed", range(10))
def test_lines_that_are_needed_stand_by_themselves_as_they_stood_among_all(seed: int) -> None:
    made = random_lines(seed)
    packed = lines.lines_of(made)
    outputs = [len(made) - 1, len(made) // 2]
    wanted, waiting = set(outputs), [*outputs]
    while waiting:
        for j in made[waiting.pop()].inputs:
            if j not in wanted:
                wanted.add(j)
                waiting.append(j)
    codes: Any = lines.vec[i64](packed.packed)
    is_needed = lines.needed(codes, packed.conditions, outputs)
    assert [i for i, one in enumerate(is_needed) if one] == sorted(wanted)
    found, moves = lines.chosen(
        [*packed.steps], codes, [*packed.details], packed.conditions, is_needed
    )
    new = {place: i for i, place in enumerate(sorted(wanted))}
    assert [*found] == [
        made[place]._replace(inputs=tuple(new[j] for j in made[place].inputs)) for place in new
    ]
    assert all(place - moves[place] == i for place, i in new.items())


def test_a_table_tells_how_many_lines_there_are_now_and_then() -> None:
    table, told = Table(), list[int]()
    table.progress = told.append
    for i in range(2 * 65536 + 2):
        assert table.place_of(ADD, i, NOTHING) == i
        table.place_of(ADD, i, NOTHING)  # the same line, which is no other
    assert told == [0, 65536, 131072]
    assert table.add(pack(MUL, 1, 2)) == len(table.packed) - 1 == 131074
