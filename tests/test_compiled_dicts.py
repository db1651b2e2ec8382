"""Compiled functions of dicts, as a model's state is one, and functions that return them."""

import copy
import math
import pickle
import re
import sys
from array import array
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value, compile_step, compile_update, dot, logsumexp, take
from autograd.codegen import backends
from autograd.trees import flatten, rebuild

BACKENDS = ("python", "numpy", "llvm")

STATE = {"hidden": {"w": [[0.5, -0.25], [0.75, 1.0]], "b": [0.125, 0.0]}, "out": ([2.0, -1.0], 0.5)}
ROWS = [{"y": 1.0, "x": [1.0, 2.0]}, {"x": [0.5, -1.0], "y": 0.0}, {"y": 2.0, "x": [3.0, 0.25]}]


def error(state: Any, row: Any) -> Any:
    hidden = [
        autograd.relu(autograd.dot(w, row["x"], b))
        for w, b in zip(state["hidden"]["w"], state["hidden"]["b"], strict=True)
    ]
    return (autograd.dot(state["out"][0], hidden, state["out"][1]) - row["y"]) ** 2


def eager(count: int = len(ROWS)) -> tuple[list[float], Any]:
    """Each row's error, and the gradient of their sum, from graphs of Values."""
    w = [[Value(number) for number in row] for row in [[0.5, -0.25], [0.75, 1.0]]]
    b, out, bias = [Value(0.125), Value(0.0)], [Value(2.0), Value(-1.0)], Value(0.5)
    state = {"hidden": {"w": w, "b": b}, "out": (out, bias)}
    errors = [error(state, row) for row in ROWS[:count]]
    autograd.sum(errors).backward()
    return [e.data for e in errors], {
        "hidden": {"w": [[v.grad for v in row] for row in w], "b": [v.grad for v in b]},
        "out": ([v.grad for v in out], bias.grad),
    }


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_gradient_by_a_dict_is_a_dict_of_the_same_keys(backend: str) -> None:
    compiled = autograd.compile(error, backend=backend)
    values, gradient = eager(1)
    for _ in range(2):
        assert compiled.value_and_grad(STATE, ROWS[0]) == (values[0], gradient)
        assert compiled.grad(STATE, ROWS[0]) == gradient
        assert compiled(STATE, ROWS[0]) == values[0]
    by_both = autograd.compile(error, (0, 1), backend=backend).grad(STATE, ROWS[0])
    assert by_both[0] == gradient
    assert set(by_both[1]) == {"x", "y"}
    step = 1e-6
    moved = {"x": [1.0 + step, 2.0], "y": 1.0}
    slope = (compiled(STATE, moved) - values[0]) / step
    assert by_both[1]["x"][0] == pytest.approx(slope, rel=1e-4)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("reduce", ["sum", "mean"])
def test_rows_may_be_dicts(reduce: str, backend: str) -> None:
    values, gradient = eager()
    share = 1.0 if reduce == "sum" else 1.0 / 3.0
    compiled = autograd.compile(error, batch=1, reduce=reduce, backend=backend)
    value, found = compiled.value_and_grad(STATE, ROWS)
    assert value == pytest.approx(share * sum(values), rel=1e-14)
    assert found["hidden"]["w"] == [
        pytest.approx([share * number for number in row]) for row in gradient["hidden"]["w"]
    ]
    assert found["hidden"]["b"] == pytest.approx([share * n for n in gradient["hidden"]["b"]])
    assert found["out"][0] == pytest.approx([share * n for n in gradient["out"][0]])
    assert found["out"][1] == pytest.approx(share * gradient["out"][1])
    assert isinstance(found["out"], tuple)


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_row_has_a_dict_of_its_own(backend: str) -> None:
    compiled = autograd.compile(
        lambda scale, row: row["a"] * row["b"] * scale["s"], (0, 1), batch=1, backend=backend
    )
    rows = [{"a": 2.0, "b": 3.0}, {"b": 5.0, "a": 7.0}]
    values, (by_scale, by_row) = compiled.value_and_grad({"s": 10.0}, rows)
    assert values == [60.0, 350.0]
    assert by_scale == [{"s": 6.0}, {"s": 35.0}]
    assert by_row == [{"a": 30.0, "b": 20.0}, {"a": 50.0, "b": 70.0}]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_function_may_return_a_dict(backend: str) -> None:
    def f(x: Any) -> Any:
        return {"square": x * x, "more": [x, {"twice": 2.0 * x, "one": 1.0}]}

    assert autograd.compile(f, backend=backend)(3.0) == f(3.0)
    assert list(autograd.compile(f, backend=backend)(3.0)) == ["square", "more"]
    by_rows = autograd.compile(f, batch=0, backend=backend)
    mean = autograd.compile(f, batch=0, reduce="mean", backend=backend)
    for numbers in ([3.0, 5.0], np.array([3.0, 5.0])):
        for _ in range(2):
            assert by_rows(numbers) == [f(3.0), f(5.0)]
            assert mean(numbers) == {"square": 17.0, "more": [4.0, {"twice": 8.0, "one": 1.0}]}
    with pytest.raises(TypeError, match="f to return one number, received dict; a gradient is"):
        by_rows.grad([3.0])
    lists = autograd.compile(lambda x: [{"a": x}, {"a": x}], batch=0, backend=backend)
    assert lists(np.array([1.0])) == [[{"a": 1.0}, {"a": 1.0}]]


@pytest.mark.filterwarnings("ignore:.*is recorded for the fourth time")
@pytest.mark.parametrize("backend", BACKENDS)
def test_keys_in_another_order_are_recorded_again_and_give_the_same(backend: str) -> None:
    recorded = []

    def f(d: Any) -> Any:
        recorded.append(list(d))
        return d["b"] * 10.0 + d["a"] - 3.0 * d[2]

    compiled = autograd.compile(f, backend=backend)
    assert compiled({"a": 1.0, "b": 2.0, 2: 0.0}) == 21.0
    assert compiled({2: 0.0, "b": 2.0, "a": 1.0}) == 21.0
    gradient = compiled.grad({"b": 2.0, 2: 0.0, "a": 1.0})
    assert gradient == {"a": 1.0, "b": 10.0, 2: -3.0}
    assert list(gradient) == ["b", 2, "a"]
    assert recorded == [["a", "b", 2], [2, "b", "a"], ["b", 2, "a"]]
    assert compiled({"a": 3.0, "b": 2.0, 2: 1.0}) == 20.0
    assert len(recorded) == 3
    assert compiled({"a": 1.0, "b": 2.0, 2: 1.0, "unused": 9.0}) == 18.0
    assert len(recorded) == 4


@pytest.mark.parametrize("backend", BACKENDS)
def test_arrays_in_a_dict_stay_arrays_and_lists_lists(backend: str) -> None:
    compiled = autograd.compile(
        lambda d, x: autograd.dot(d["w"], x, d["b"]), batch=1, reduce="sum", backend=backend
    )
    state: dict[str, Any] = {"w": np.array([1.0, 2.0]), "b": np.float64(3.0)}
    for x in ([[1.0, 0.0], [0.5, 2.0]], np.array([[1.0, 0.0], [0.5, 2.0]])):
        for _ in range(2):
            value, gradient = compiled.value_and_grad(state, x)
            assert value == 11.5
            assert isinstance(gradient["w"], np.ndarray)
            assert gradient.pop("w").tolist() == [1.5, 2.0]
            assert gradient == {"b": 2.0}
    state["w"] = [1, 2.0]
    assert compiled.grad(state, x) == {"w": [1.5, 2.0], "b": 2.0}


def test_a_state_of_arrays_lists_and_tuples_comes_back_as_it_was_put_in() -> None:
    state = {
        "layers": ({"w": np.ones((2, 3)), "b": [0.5, -0.5]}, [np.float32(2.0), 3, [[4.0]]]),
        "a": np.arange(2),
    }
    norms = [
        autograd.compile(lambda s: autograd.dot(flatten(s), flatten(s)), backend=backend)
        for backend in BACKENDS
    ]
    for norm in norms:
        value, gradient = norm.value_and_grad(state)
        assert value == 6.0 + 0.5 + 4.0 + 9.0 + 16.0 + 1.0
        assert list(gradient) == ["layers", "a"]
        layers, (two, three, four) = gradient["layers"]
        assert isinstance(gradient["layers"], tuple)
        assert layers["w"].tolist() == [[2.0] * 3] * 2
        assert layers["b"] == [1.0, -1.0]
        assert (two, three, four) == (4.0, 6.0, [[8.0]])
        assert gradient["a"].tolist() == [0.0, 2.0]


def test_rows_of_different_lengths_are_taken_number_by_number() -> None:
    norm = autograd.compile(lambda v: autograd.dot(flatten(v), flatten(v)))
    assert norm.grad([[1.0], [2.0, 3.0]]) == [[2.0], [4.0, 6.0]]
    assert norm.grad([[1.0], [2.0], (3.0, [4.0])]) == [[2.0], [4.0], (6.0, [8.0])]
    with pytest.raises(TypeError, match="expected a real number, received str: '2'"):
        norm.grad([[1.0], ["2"]])


def test_dicts_of_values_are_run_as_a_graph() -> None:
    compiled = autograd.compile(error, batch=1, reduce="mean")
    values, gradient = eager()
    bias = Value(0.5)
    state = STATE | {"out": ([2.0, -1.0], bias)}
    mean = compiled(state, ROWS)
    mean.backward()
    assert mean.data == pytest.approx(sum(values) / 3.0)
    assert bias.grad == pytest.approx(gradient["out"][1] / 3.0)
    by_rows = autograd.compile(lambda d: {"s": d["a"] + 1.0}, batch=0)
    (found,) = by_rows([{"a": bias}])
    assert found["s"].data == 1.5
    total = autograd.compile(lambda d: {"b": d["a"], "a": 0.0}, batch=0, reduce="sum")
    assert total([{"a": bias}, {"a": 2.0}])["b"].data == 2.5


@pytest.mark.parametrize("backend", BACKENDS)
def test_dicts_are_pickled_and_spread_over_an_executor(backend: str) -> None:
    compiled = autograd.compile(error, batch=1, reduce="sum", backend=backend)
    expected = compiled.value_and_grad(STATE, ROWS)
    copy = pickle.loads(pickle.dumps(compiled))  # noqa: S301  # made in this line
    assert copy.value_and_grad(STATE, ROWS) == expected
    with ThreadPoolExecutor(2) as pool:
        value, gradient = compiled.map_batches(pool, [STATE], [(ROWS[:2],), (ROWS[2:],)])
    assert value == pytest.approx(expected[0])
    assert gradient["hidden"]["b"] == pytest.approx(expected[1]["hidden"]["b"])
    assert gradient["out"][1] == pytest.approx(expected[1]["out"][1])


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_step_takes_rows_that_are_dicts(backend: str) -> None:
    step = autograd.compile_step(
        lambda w, row: ((w[0] * row["x"] - row["y"]) ** 2, [w[0] * row["x"]]),
        lambda w, gradient, memory, settings: (w - settings[0] * gradient, memory),
        backend=backend,
    )
    w, gradients = [2.0], [0.0]
    rows = [{"x": 1.0, "y": 3.0}, {"y": 5.0, "x": 1.0}]
    assert step(w, gradients, [], [0.25], rows) == (5.0, [[2.0], [2.0]])
    assert (w, gradients) == ([3.0], [-4.0])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"x": 1.0}, {"z": 1.0}], r"rows of one structure in argument 1, .* row 1: \{'z': 1.0\}"),
        ([{"x": 1.0}, 2.0], r"rows of one structure in argument 1, .* row 1: 2.0"),
        (
            {"x": [1.0, 2.0]},
            r"a row for each sample, received dict: .*; write a list of dicts, one for",
        ),
        ([{"x": "one"}], "expected a real number, received str: 'one'"),
    ],
)
def test_dicts_that_do_not_fit_are_refused(rows: Any, message: str) -> None:
    compiled = autograd.compile(lambda w, row: w * row["x"], batch=1, reduce="sum")
    with pytest.raises((TypeError, ValueError), match=message):
        compiled(1.0, rows)


# ------------------------------------------------------------------ steps of training


def adam(w: Any, gradient: Any, memory: Any, settings: Any) -> Any:
    m = 0.9 * memory[0] + 0.1 * gradient
    v = 0.99 * memory[1] + 0.01 * gradient * gradient
    return w - settings[0] * m / (autograd.exp(0.5 * autograd.log(v)) + 1e-8), [m, v]


def surprise(model: Any, document: Any) -> Any:
    """The mean surprise at each token of a document that follows another."""
    terms = []
    for before, after in pairwise(document):
        row = [autograd.take(column, before) for column in zip(*model["embedding"], strict=True)]
        hidden = [autograd.tanh(number) for number in row]
        scores = [
            autograd.dot(weights, hidden, bias) for weights, bias in zip(*model["out"], strict=True)
        ]
        terms.append(autograd.logsumexp(scores) - autograd.take(scores, after))
    return autograd.mean(terms)


def model_of(make: Any) -> dict[str, Any]:
    chance = np.random.default_rng(3)
    return {
        "embedding": make(chance.normal(size=(5, 3))),
        "out": (make(chance.normal(size=(5, 3))), make(chance.normal(size=5))),
    }


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("make", [np.array, lambda array: array.tolist()], ids=["array", "list"])
@pytest.mark.parametrize("long", [0, 10**6], ids=["tape", "code"])
def test_one_recording_of_a_step_trains_on_every_document_of_a_length(
    backend: str, make: Any, long: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograd.codegen.stepping.LONG", long)
    monkeypatch.setattr("autograd.codegen.backends.LONG", long)
    backends.compiled.cache_clear()  # of what was compiled with another LONG
    runs = []

    def loss(model: Any, document: Any) -> Any:
        runs.append(document)
        return surprise(model, document)

    model, slopes, memory = model_of(make), model_of(make), [0.0] * 70
    step = autograd.compile_step(loss, adam, backend=backend)
    flat = flatten(model)
    kept = [0.0] * len(flat) * 2
    for document in ([0.0, 1.0, 4.0], [3.0, 3.0, 2.0], [1.0, 0.0, 0.0]):
        found, _ = step(model, slopes, memory, [0.1], [document])
        leaves = [Value(number) for number in flat]
        expected = surprise(rebuild(model, leaves), document)
        expected.backward()
        assert found == pytest.approx(expected.data, rel=1e-14)
        assert flatten(slopes) == pytest.approx([leaf.grad for leaf in leaves], rel=1e-12)
        for i, leaf in enumerate(leaves):
            flat[i], kept[2 * i : 2 * i + 2] = adam(
                flat[i], leaf.grad, kept[2 * i : 2 * i + 2], [0.1]
            )
        assert flatten(model) == pytest.approx(flat, rel=1e-12)
    assert len(runs) == 1
    assert type(model["out"][0]) is type(make(np.ones(1)))


@pytest.mark.parametrize("in_turn", [1, -1], ids=["list first", "number first"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_step_takes_a_number_beside_a_list_in_any_order(backend: str, in_turn: int) -> None:
    # (w1 + w2 + b) x at x = 2: each slope is 2, and each number goes down by 2.
    model, slopes = [[1.0, 2.0], 0.5][::in_turn], [[0.0, 0.0], 0.0][::in_turn]
    step = autograd.compile_step(
        lambda m, x: autograd.sum(flatten(m)) * x, lambda w, g, m, _: (w - g, m), backend=backend
    )
    assert step(model, slopes, [], [], [2.0]) == (7.0, [])
    assert model == [[-1.0, 0.0], -1.5][::in_turn]
    assert slopes == [[2.0, 2.0], 2.0][::in_turn]


@pytest.mark.parametrize(
    ("parameters", "gradients", "error", "message"),
    [
        ({"w": [1.0]}, {"v": [1.0]}, ValueError, "gradients in the structure of the parameters"),
        ({"w": [1.0]}, {"w": [1.0, 2.0]}, ValueError, "gradients in the structure of"),
        ({"w": [Value(1.0)]}, {"w": [1.0]}, TypeError, "expected parameters as a list or an array"),
        ({"w": (1.0,)}, {"w": (1.0,)}, TypeError, "changed in place"),
        ({"w": np.ones(1, np.float32)}, {"w": [1.0]}, TypeError, "array of doubles, received fl"),
        ({"w": np.ones(1)}, {"w": np.ones(1, int)}, TypeError, "gradients as a list or an array"),
    ],
)
def test_a_structure_that_cannot_be_stepped_is_refused_unchanged(
    parameters: Any, gradients: Any, error: type[Exception], message: str
) -> None:
    step = autograd.compile_step(lambda m, x: m["w"][0] * x, lambda w, g, m, _: (w - g, m))
    before = repr(parameters), repr(gradients)
    with pytest.raises(error, match=message):
        step(parameters, gradients, [], [], [1.0])
    assert (repr(parameters), repr(gradients)) == before


def test_the_fourth_recording_says_why_and_how_to_avoid_it() -> None:
    norm = autograd.compile(lambda v: autograd.dot(v, v))
    for size in (1, 2, 3, 2):
        norm([1.0] * size)
    with pytest.warns(
        RuntimeWarning, match=r"fourth time: argument 0 has 5 numbers, and had 3.* fill up to one"
    ) as told:
        norm([1.0] * 5)
    assert told[0].filename == __file__  # at the line that calls the compiled function
    for size in (6, 5):  # once is enough
        norm([1.0] * size)

    def squares(w: Any, x: Any) -> Any:
        return autograd.dot(x, x) * w[0]

    step = autograd.compile_step(squares, lambda w, g, m, _: (w - g, m))
    for size in (1, 2, 3):
        step([1.0], [0.0], [], [], [[1.0] * size])
    with pytest.warns(
        RuntimeWarning, match="step of squares is recorded for the fourth time"
    ) as told:
        step([1.0], [0.0], [], [], [[1.0] * 4])
    assert told[0].filename == __file__


def test_parameters_that_grow_are_told_as_such_the_fourth_time() -> None:
    step = autograd.compile_step(lambda w, x: w[0] * x[0], lambda w, g, m, _: (w - g, m))
    for size in (1, 2, 3):
        step([1.0] * size, [0.0] * size, [], [], [[1.0]])
    with pytest.warns(RuntimeWarning, match="fourth time: what it changes, or its settings, are"):
        step([1.0] * 4, [0.0] * 4, [], [], [[1.0]])


def test_lengths_in_turn_go_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has its own shortcut, which gives what the long way gave."""
    monkeypatch.setattr("autograd.codegen.stepping.LONG", 0)
    documents = [np.array([[0.0, 1.0, 4.0]]), np.array([[3.0, 3.0, 2.0, 1.0]]), np.zeros((1, 3))]
    ways = []
    for backend in ("llvm", "python"):
        model, slopes, memory = model_of(np.array), model_of(np.zeros_like), np.zeros(70)
        step = autograd.compile_step(surprise, adam, backend=backend)
        for document in documents:
            step(model, slopes, memory, [0.1], document)
        if backend == "llvm":
            monkeypatch.setattr(step, "_step", None)  # not taken any more
        losses = [step(model, slopes, memory, [0.1], x)[0] for x in documents * 2]
        ways.append((losses, flatten(model), flatten(slopes), memory.tolist()))
    for quick, slow in zip(*ways, strict=True):
        assert quick == pytest.approx(slow, rel=1e-11)


@pytest.mark.parametrize(
    "given",
    [
        lambda tokens: tokens,
        lambda tokens: tokens.astype(np.uint8),
        lambda tokens: tokens.astype(np.float32),
        lambda tokens: np.asfortranarray(tokens, dtype=float),
    ],
)
def test_tokens_as_whole_numbers_go_the_short_way(
    given: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are what tokens are; the long way took 30 times as long, and did not say so."""
    tokens = np.array([[0, 1, 4], [2, 2, 3]])
    ways = []
    for data in (tokens.astype(float), given(tokens)):
        model, slopes, memory = model_of(np.array), model_of(np.zeros_like), np.zeros(70)
        step = autograd.compile_step(surprise, adam, backend="llvm")
        losses = [step(model, slopes, memory, [0.1], data)[0]]
        with monkeypatch.context() as changed:
            changed.setattr(step, "_step", None)  # not taken any more
            losses += [step(model, slopes, memory, [0.1], data)[0] for _ in range(3)]
        ways.append((losses, flatten(model), flatten(slopes), memory.tolist()))
    assert ways[0] == ways[1]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda model: model.update(more=np.ones(2)),
        lambda model: model.pop("out"),
        lambda model: model.update(out=[*model["out"]]),
        lambda model: model.update(embedding=np.ones((3, 5))),
        lambda model: model.update(embedding=np.ones((5, 3), dtype=np.float32)),
        lambda model: model.update(embedding=np.ones((5, 6))[:, ::2]),
        lambda model: model.update(embedding=np.ones((5, 3)).tolist()),
    ],
)
def test_the_short_way_notices_what_is_not_what_it_was(
    spoil: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograd.codegen.stepping.LONG", 0)
    document = np.array([[0.0, 1.0, 4.0]])
    model, slopes, memory = model_of(np.array), model_of(np.zeros_like), np.zeros(70)
    step = autograd.compile_step(surprise, adam, backend="llvm")
    step(model, slopes, memory, [0.1], document)
    assert step._shortcut is not None
    before = copy.deepcopy((model, slopes, memory))
    spoil(model)
    assert step._shortcut(model, slopes, memory, [0.1], document) is None
    assert step._shortcut(before[0], slopes, memory[:-1], [0.1], document) is None
    assert step._shortcut(before[0], slopes, memory, ["a"], document) is None
    assert step._shortcut(before[0], slopes, memory, [0.1], document[:, :2]) is None
    assert flatten(slopes) == flatten(before[1])
    assert memory.tolist() == before[2].tolist()


SHARED, ROW = np.ones(2), [1.0, 1.0]


@pytest.mark.parametrize(
    ("parameters", "gradients"),
    [
        ({"a": SHARED, "b": SHARED}, {"a": np.zeros(2), "b": np.zeros(2)}),
        ({"a": np.ones(2), "b": SHARED}, {"a": np.zeros(2), "b": SHARED}),
        ({"a": [1.0, 1.0], "b": ROW}, {"a": [0.0, 0.0], "b": ROW}),
        ({"a": [ROW, ROW]}, {"a": [[0.0, 0.0], [0.0, 0.0]]}),
    ],
)
def test_an_array_in_two_places_is_refused(parameters: Any, gradients: Any) -> None:
    def loss(model: Any, x: Any) -> Any:
        return autograd.sum(flatten(model)) * x

    step = autograd.compile_step(loss, lambda w, g, m, _: (w - g, m))
    with pytest.raises(ValueError, match="each array or list once, received one in two places"):
        step(parameters, gradients, [], [], [1.0])
    apart = copy.deepcopy([*parameters.values()]), copy.deepcopy([*gradients.values()])
    fresh = [dict(zip(parameters, map(np.array, side), strict=True)) for side in apart]
    step(*fresh, [], [], [1.0])  # from now on such arrays are gone through quickly
    fresh[1]["a"] = fresh[0]["a"]
    with pytest.raises(ValueError, match="received one in two places"):
        step(*fresh, [], [], [1.0])
    assert (SHARED.tolist(), ROW) == ([1.0, 1.0], [1.0, 1.0])


@pytest.mark.parametrize("backend", BACKENDS)
def test_views_of_one_array_that_overlap_are_refused(backend: str) -> None:
    whole, apart = np.ones(4), np.ones(4)
    step = autograd.compile_step(
        lambda w, x: (w[0] + w[1]) * x, lambda w, g, m, _: (w - g, m), backend=backend
    )
    for parameters, gradients in ((whole[:2], whole[1:3]), (whole[::-2], whole[1:3])):
        with pytest.raises(ValueError, match="each array or list once, received one in two places"):
            step(parameters, gradients, [], [], [1.0])
    step(apart[::2], apart[1::2], [], [], [1.0])  # side by side, and nothing in common
    assert (whole.tolist(), apart.tolist()) == ([1.0] * 4, [0.0, 1.0, 0.0, 1.0])
    data = np.ones(1)
    step(np.ones(2), np.ones(2), np.ones(0), np.ones(0), data)  # now such arrays go a short way
    with pytest.raises(ValueError, match="received one in two places"):
        step(whole[:2], whole[1:3], np.ones(0), np.ones(0), data)
    with pytest.raises(ValueError, match="received one in two places"):
        step({"w": whole[:2]}, {"w": whole[1:3]}, [], [], [1.0])


@pytest.mark.parametrize("backend", BACKENDS)
def test_parameters_that_are_data_too_are_read_before_they_are_written(backend: str) -> None:
    whole = np.array([2.0, 3.0])
    step = autograd.compile_step(
        lambda w, x: w[0] * w[0] * x, lambda w, g, m, _: (w - g, m), backend=backend
    )
    for _ in range(2):
        whole[:] = 2.0, 3.0
        gradient = np.zeros(1)
        loss, _ = step(whole[:1], gradient, np.ones(0), np.ones(0), whole)  # 4 * 2 and 4 * 3
        assert (loss, gradient.tolist(), whole.tolist()) == (10.0, [10.0], [-8.0, 3.0])


# ------------------------------------------------------------------ arguments that are fixed


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_given_by_name_is_fixed_and_recorded_for_each_value(backend: str) -> None:
    recorded = []

    def f(x: Any, w: Any, *, times: int, kind: str | None = None) -> Any:
        recorded.append((times, kind))
        y = x
        for _ in range(times):
            y = autograd.tanh(w * y) if kind == "tanh" else w * y
        return y

    compiled = autograd.compile(f, argnums=1, backend=backend)
    assert compiled(3.0, 2.0, times=3) == 24.0
    assert compiled.grad(3.0, 2.0, times=2) == 12.0
    assert compiled.value_and_grad(3.0, 2.0, times=3, kind=None) == (24.0, 36.0)
    assert compiled(0.5, 2.0, kind="tanh", times=1) == pytest.approx(np.tanh(1.0), rel=1e-15)
    assert compiled(0.25, 2.0, times=1, kind="tanh") == pytest.approx(np.tanh(0.5), rel=1e-15)
    assert recorded == [(3, None), (2, None), (3, None), (1, "tanh")]
    leaf = Value(2.0)
    compiled(3.0, leaf, times=2).backward()
    assert leaf.grad == 12.0
    compiled.clear()
    compiled(3.0, 2.0, times=3)
    assert len(recorded) == 6


@pytest.mark.parametrize("value", [2.0, [2], np.array(2), Value(2.0), (1, 2.0), {"a": 1}])
def test_a_number_that_may_differ_is_not_given_by_name(value: Any) -> None:
    with pytest.raises(
        TypeError, match=r"by position, .* received times by name: .* whole numbers"
    ):
        autograd.compile(lambda x, times: x * times)(1.0, times=value)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("token", [5.0, -1.0])
def test_a_token_beyond_the_table_is_refused_and_the_weights_stay(
    backend: str, token: float
) -> None:
    def loss(tables: Any, places: Any) -> Any:
        rows = [[take(column, i) for column in zip(*tables["in"], strict=True)] for i in places]
        scores = [[dot(row, other) for other in tables["out"]] for row in rows]
        return autograd.sum([logsumexp(found) for found in scores])

    tables = {"in": np.ones((5, 4)), "out": np.ones((5, 4))}
    slopes = {name: np.zeros((5, 4)) for name in tables}
    step = autograd.compile_step(loss, lambda w, g, m, s: (w - s[0] * g, m), backend=backend)
    for _ in range(2):  # the second goes the short way
        step(tables, slopes, [], [0.1], np.array([[0.0, 1.0, 2.0]]))
    before = {name: table.copy() for name, table in tables.items()}
    with pytest.raises(IndexError, match=f"expected an index from 0 to 4, received {token}"):
        step(tables, slopes, [], [0.1], np.array([[0.0, 1.0, token]]))
    for name, table in tables.items():
        np.testing.assert_array_equal(table, before[name])
    value, _ = step(tables, slopes, [], [0.1], np.array([[0.0, 1.0, 2.0]]))
    assert math.isfinite(value)


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_index_is_asked_about_in_a_loss_that_plain_numbers_cannot_go_through(
    backend: str,
) -> None:
    step = autograd.compile_step(
        lambda w, x: w[2].exp() * take([w[0], w[1]], x[0]),
        lambda w, g, m, _: (w - 0.1 * g, m),
        backend=backend,
    )
    weights = np.array([-1.0, 2.0, 1.0])
    for _ in range(2):
        step(weights, np.zeros(3), [], [], np.array([[0.0], [1.0]]))
    before = weights.copy()
    with pytest.raises(IndexError, match="expected an index from 0 to 1, received 5"):
        step(weights, np.zeros(3), [], [], np.array([[0.0], [5.0]]))
    np.testing.assert_array_equal(weights, before)


@pytest.mark.parametrize("index", [0.0, 0.2, -0.4])  # the nearest place counts
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_loss_that_is_nan_for_another_reason_is_no_index_error(
    backend: str, index: float
) -> None:
    step = autograd.compile_step(
        lambda w, x: take([w[0], w[1]], x[0]).log(),
        lambda w, g, m, s: (w - s[0] * g, m),
        backend=backend,
    )
    weights = np.array([-1.0, 2.0])
    for expected in (-0.9, -0.9 + 0.1 / 0.9):  # the slope of log at -1 is -1
        value, _ = step(weights, np.zeros(2), [], [0.1], np.array([[index]]))
        assert math.isnan(value)
        assert weights[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("parameters", "gradients", "said"),
    [
        ({"a": np.ones(2)}, {"b": np.ones(2)}, "['a'] is in the parameters alone"),
        ({"a": [1.0]}, {"a": [1.0], "b": [1.0]}, "['b'] is in the gradients alone"),
        ({"a": np.ones(2)}, {"a": np.ones(3)}, "['a'] is an array of shape (2,) in the {}, and an"),
        (
            {"a": [np.ones(2), np.ones(1)]},
            {"a": [np.ones(2)]},
            "['a'] is a list of length 2 in the {}, and a list",
        ),
        (
            {"a": [np.ones(2), [1.0]]},
            {"a": [np.ones(2), np.ones(1)]},
            "['a'][1] is a list of shape (1,) in the {}, and an array of shape (1,) in the",
        ),
    ],
)
def test_where_gradients_differ_in_structure_is_said(
    parameters: Any, gradients: Any, said: str
) -> None:
    step = autograd.compile_step(lambda w, x: w["a"][0] * x[0], lambda w, g, m, _: (w - g, m))
    with pytest.raises(ValueError, match=f": {re.escape(said.format('parameters'))}"):
        step(parameters, gradients, [], [], np.ones((1, 1)))


@pytest.mark.parametrize(
    ("update", "settings", "said"),
    [
        (lambda w, g, *_: w - g, [], "to return a parameter and its memory, as in `return w -"),
        (lambda w, g, *_: (w - g,), [], "to return a parameter and its memory, as in `return w"),
        (
            lambda w, g, m, s: (w - g * s[0], m),
            [],
            "memory has the length 0, and its settings the length 0",
        ),
        (lambda w, g, m, s: (w - g * s[0], m), ["a"], "expected a real number, received str: 'a'"),
    ],
)
def test_an_update_that_cannot_be_recorded_is_told_why(
    update: Any, settings: Any, said: str
) -> None:
    step = autograd.compile_step(lambda w, x: w[0] * x[0], update)
    with pytest.raises((TypeError, IndexError), match=re.escape(said)):
        step([1.0], [0.0], [], settings, [[1.0]])


def test_a_value_by_name_that_changes_with_every_call_is_told_the_fourth_time() -> None:
    scaled = autograd.compile(lambda w, *, k: k * w)
    for k in range(3):
        scaled.grad(2.0, k=k)
    with pytest.warns(RuntimeWarning, match="fourth time: with k=3. .* by position") as told:
        scaled.grad(2.0, k=3)
    assert told[0].filename == __file__
    for k in range(6):  # once is enough
        scaled.grad(2.0, k=k)


def distance(p: Any, x: Any) -> Any:
    return (p[0] - x) ** 2 + p[1] ** 2


def with_sum(w: Any, gradient: Any, memory: Any, settings: Any) -> Any:
    return w - settings[0] * gradient, [memory[0] + gradient]


def plainly(w: Any, gradient: Any, memory: Any, settings: Any) -> Any:
    return w - settings[0] * gradient, memory


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"memory": np.zeros((2, 1))}, r"expected memory in one row, .* shape \(2, 1\)"),
        ({"memory": np.zeros((2, 2))}, r"expected memory in one row, .* shape \(2, 2\)"),
        ({"gradients": np.zeros((2, 2))}, r"expected gradients in one row, .* shape \(2, 2\)"),
        ({"gradients": np.zeros((2, 1))}, r"expected gradients in one row, .* shape \(2, 1\)"),
        ({"gradients": [[0.0], [0.0]]}, r"expected numbers as gradients; at \[0\]: "),
        ({"memory": [Value(0.0), 0.0]}, r"expected numbers as memory; at \[0\]: "),
        ({"memory": [0.0, None]}, r"expected numbers as memory; at \[1\]: .* received NoneType"),
        ({"parameters": [1.0, "3"]}, r"expected numbers as parameters; at \[1\]: .* received str"),
    ],
)
def test_what_does_not_fit_a_step_or_an_update_changes_nothing(
    backend: str, changes: dict[str, Any], message: str
) -> None:
    step = compile_step(distance, with_sum, backend=backend)
    update = compile_update(with_sum, backend=backend)
    for count in range(2):  # the second time there is a quick way
        given = {
            "parameters": np.ones(2),
            "gradients": np.zeros(2),
            "memory": np.zeros(2),
        } | changes
        before = copy.deepcopy(given)
        parameters, gradients, memory = given.values()
        with pytest.raises((TypeError, ValueError), match=message):
            step(parameters, gradients, memory, [0.1], [3.0])
        with pytest.raises((TypeError, ValueError), match=message):
            update(parameters, gradients, memory, [0.1])
        for name, numbers in given.items():
            assert repr(numbers) == repr(before[name])
        if not count:
            step(np.ones(2), np.zeros(2), np.zeros(2), [0.1], [3.0])
            update(np.ones(2), np.zeros(2), np.zeros(2), [0.1])


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_update_by_machine_code_goes_the_short_way_from_the_second_time_on(backend: str) -> None:
    update = compile_update(lambda w, g, m, s: (w - s[0] * g, m), backend=backend)
    weights, slopes, settings = np.array([1.0, 2.0]), np.array([4.0, 8.0]), np.array([0.25])
    assert update._shortcut is None
    update(weights, slopes, np.empty(0), settings)
    assert (update._shortcut is not None) is (backend == "llvm")
    update(weights, slopes, np.empty(0), settings)
    assert weights.tolist() == [-1.0, -2.0]


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_update_takes_no_matrix(backend: str) -> None:
    update = compile_update(plainly, backend=backend)
    w = np.arange(4.0).reshape(2, 2)
    with pytest.raises(ValueError, match=r"parameters in one row.*\(2, 2\): write parameters.rav"):
        update(w, np.ones((2, 2)), [], [0.1])
    assert w.tolist() == [[0.0, 1.0], [2.0, 3.0]]
    update(w.ravel(), np.ones(4), [], [0.1])
    assert w.ravel().tolist() == pytest.approx([-0.1, 0.9, 1.9, 2.9])


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_array_without_axes_is_changed_in_place(backend: str) -> None:
    scale = np.array(2.0)
    parameters: dict[str, Any] = {"scale": scale, "shift": 1.0}
    gradients: dict[str, Any] = {"scale": np.array(0.0), "shift": 0.0}
    step = compile_step(lambda p, x: p["scale"] * x + p["shift"], plainly, backend=backend)
    for left in (1.7, 1.4):
        step(parameters, gradients, [], [0.1], [3.0])
        assert parameters["scale"] is scale
        assert float(scale) == pytest.approx(left)
    assert (float(gradients["scale"]), gradients["shift"]) == (3.0, 1.0)
    assert parameters["shift"] == pytest.approx(0.8)


WRITERS = {"autograd.codegen.stepping", "autograd.codegen.blocks"}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of generators
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("kind", ["lists", "arrays"])
def test_ctrl_c_comes_before_or_after_the_writing_of_a_step(backend: str, kind: str) -> None:
    """At every line of Python that a step runs, a break leaves all as before, or all as after."""
    make = np.array if kind == "arrays" else list
    step = compile_step(
        lambda p, x: sum(w * x for w in (*p["a"], *p["b"])), with_sum, backend=backend
    )
    step(
        {"a": make([1.0]), "b": make([1.0])},
        {"a": make([0.0]), "b": make([0.0])},
        make([0.0, 0.0]),
        [-1.0],
        [1.0],
    )
    torn = 0
    for stop in range(1, 4000):
        a, b, memory = make([0.0]), make([0.0]), make([0.0, 0.0])
        parameters, gradients = {"a": a, "b": b}, {"a": make([0.0]), "b": make([0.0])}
        left = stop

        def interrupt(frame: Any, *_: Any) -> Any:
            nonlocal left
            # Elsewhere there are locks, and nothing is written. A tracer may raise where Ctrl-C
            # cannot: between the end of a `with` and the release of its lock.
            if frame.f_globals.get("__name__") not in WRITERS:
                return None
            left -= 1
            if left == 0:
                raise KeyboardInterrupt
            return interrupt

        before = sys.gettrace()
        sys.settrace(interrupt)
        try:
            step(parameters, gradients, memory, [-1.0], [1.0])
        except KeyboardInterrupt:
            torn += len({float(x) for x in (*a, *b, *memory)}) != 1
        else:
            if left > 0:  # else a generator that was closed has swallowed it
                break
        finally:
            sys.settrace(before)
    assert {float(x) for x in (*a, *b, *memory)} == {1.0}
    assert not torn


def test_steps_updates_and_variants_are_pickled() -> None:
    step = pickle.loads(pickle.dumps(compile_step(distance, plainly)))  # noqa: S301  # ours
    update = pickle.loads(pickle.dumps(compile_update(plainly)))  # noqa: S301  # ours
    parameters = np.ones(2)
    for again in range(2):
        assert step(parameters, np.zeros(2), [], [0.0], [3.0])[0] == 5.0
        update(parameters, np.zeros(2), [], [0.1])
        if not again:
            step, update = (pickle.loads(pickle.dumps(x)) for x in (step, update))  # noqa: S301
    assert repr(step).startswith("<the step of distance, compiled for ")
    assert repr(update).startswith("<the update plainly, compiled for ")
    power = autograd.compile(raised)
    assert power(2.0, n=3) == 8.0
    assert power.grad(2.0, n=np.int64(2)) == 4.0
    copied = pickle.loads(pickle.dumps(power))  # noqa: S301  # ours
    assert copied(2.0, n=3) == 8.0
    with pytest.raises(RuntimeError, match="call it once"):
        copied(2.0, n=5)


def raised(x: Any, n: int) -> Any:
    return x**n


@pytest.mark.parametrize("f", [lambda x: [1.0, 2.0][x], lambda x: sum(x for _ in range(x))])
def test_an_unknown_number_is_no_index_and_no_length(f: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match=r"no index and no length: write take\(values, index\)"):
        autograd.compile(f)(1.0)


class Frame:
    """What a table of pandas has of an array: a shape, and no list of its numbers."""

    shape = (2, 1)

    def to_numpy(self) -> None:
        """What it is to be asked for."""


LIST = "several numbers stand in a list: write list(numbers)"


@pytest.mark.parametrize(
    ("argument", "told", "place"),
    [
        ({"w": [1.0, "two"]}, "str: 'two'; write float(text)", "['w'][1]"),
        ({"w": (1.0, {"b": [1j]})}, "complex: 1j; its real part is its .real", "['w'][1]['b'][0]"),
        ({"w": array("d", [1.0])}, f"array: array('d', [1.0]); {LIST}", "['w']"),
        ([{2.0}, 1.0], f"set: {{2.0}}; {LIST}", "[0]"),
        ([1.0, range(2)], f"range: range(0, 2); {LIST}", "[1]"),
        ({"w": Frame()}, "Frame of shape (2, 1); write its .to_numpy()", "['w']"),
        (Frame(), "Frame of shape (2, 1); write its .to_numpy()", ""),
        ({"w": np.array([0.5, None])}, "NoneType: None", "['w'][1]"),
    ],
)
@pytest.mark.parametrize("rows", [False, True])
def test_what_is_no_number_is_told_with_its_place(
    argument: Any, told: str, place: str, *, rows: bool
) -> None:
    function = autograd.compile(lambda x: x, batch=0 if rows else ())
    with pytest.raises(
        TypeError, match=f"^expected a real number, received {re.escape(told)}"
    ) as e:
        function([argument, argument] if rows else argument)
    where = f"argument 0{'[0]' if rows else ''}{place}"
    assert str(e.value).endswith(f" (it stands at {where})") or not place
    with pytest.raises(TypeError, match=re.escape(told)) as e:
        autograd.grad(lambda x: x)(argument)
    assert str(e.value).endswith(f" (it stands at {place})") or not place
