"""Softmax of many scores, and its logarithm: what shares have in common, in linear time."""

import pickle
from collections.abc import Callable, Sequence
from math import inf
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mp

import autograd
from autograd import Value, grad, hessian, log_softmax, ops, softmax, topological_order
from autograd.codegen.arguments import describe
from autograd.codegen.recorder import Recorder
from nn.activations import undone
from nn.losses import CategoricalCrossentropy

COUNT = ops.MANY
rng = np.random.default_rng(5)
SPREADS = {
    "near": rng.normal(size=COUNT),
    "apart": rng.uniform(-300.0, 300.0, size=COUNT),
    "large": 1000.0 + rng.normal(size=COUNT),
    "tied": np.repeat([1.0, 2.0], [COUNT - 3, 3]),
    "one is nearly all": np.append(rng.normal(size=COUNT - 1), 45.0),
}


def exact_shares(scores: Sequence[float]) -> list[mpmath.mpf]:
    powers = [mp.exp(mp.mpf(score)) for score in scores]
    total = mp.fsum(powers)
    return [power / total for power in powers]


def close(number: Any) -> Any:
    return pytest.approx(float(number), rel=1e-12, abs=0.0)


@pytest.fixture
def many_from_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ops, "MANY", 3)


@pytest.mark.parametrize("spread", SPREADS)
def test_shares_and_their_gradients_are_those_of_mpmath(spread: str) -> None:
    numbers = SPREADS[spread].tolist()
    with mp.workdps(60):
        exact = exact_shares(numbers)
        for k in (0, int(np.argmax(numbers))):
            scores = [Value(number) for number in numbers]
            share = softmax(scores)[k]
            assert share.data == close(exact[k])
            share.backward()
            less = mp.fsum(e for i, e in enumerate(exact) if i != k)
            for i, (score, e) in enumerate(zip(scores, exact, strict=True)):
                assert score.grad == close(exact[k] * (less if i == k else -e))


@pytest.mark.parametrize("spread", SPREADS)
def test_logarithms_and_their_gradients_are_those_of_mpmath(spread: str) -> None:
    numbers = SPREADS[spread].tolist()
    with mp.workdps(60):
        exact = exact_shares(numbers)
        for k in (0, int(np.argmax(numbers))):
            scores = [Value(number) for number in numbers]
            logarithm = log_softmax(scores)[k]
            assert logarithm.data == close(mp.log(exact[k]))
            logarithm.backward()
            for i, (score, e) in enumerate(zip(scores, exact, strict=True)):
                assert score.grad == pytest.approx(float((i == k) - e), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("function", [softmax, log_softmax])
def test_floats_give_the_shares_of_values(function: Callable[..., list[Any]]) -> None:
    numbers = SPREADS["near"].tolist()
    assert function(numbers) == [share.data for share in function(map(Value, numbers))]


@pytest.mark.usefixtures("many_from_three")
@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([inf, 1.0, inf, inf], [1 / 3, 0.0, 1 / 3, 1 / 3]),
        ([-inf, 1.0, 1.0], [0.0, 0.5, 0.5]),
        ([-inf, -inf, -inf, -inf], [0.25] * 4),
        ([1000.0, -1000.0, 0.0], [1.0, 0.0, 0.0]),
    ],
)
def test_infinite_scores(scores: list[float], expected: list[float]) -> None:
    assert softmax(scores) == expected
    assert np.exp(log_softmax(scores)) == pytest.approx(expected, rel=1e-15)
    assert np.all(np.isfinite(grad(lambda v: autograd.dot(softmax(v), [3.0] * len(v)))(scores)))


@pytest.mark.usefixtures("many_from_three")
@pytest.mark.parametrize("scores", [[0.3, -1.9, 2.5], [0.0, 40.0, 1.0], [1.0, 1.0, 1.0]])
def test_second_derivatives_are_those_of_mpmath(scores: list[float]) -> None:
    for k in range(3):
        found = hessian(lambda v, k=k: softmax(v)[k])(scores)
        with mp.workdps(60):
            p = exact_shares(scores)
            is_one = np.eye(3)
            for i, j in np.ndindex(3, 3):
                exact = (is_one[k, i] - p[i]) * (is_one[k, j] - p[j]) - p[i] * (is_one[i, j] - p[j])
                assert found[i][j] == pytest.approx(float(p[k] * exact), rel=1e-12, abs=1e-30)


@pytest.mark.parametrize("backend", ["python", "numpy", "llvm"])
def test_compiled_shares_are_those_of_the_graph(backend: str) -> None:
    weights = rng.normal(size=COUNT).tolist()

    def f(scores: Any) -> Any:
        return autograd.dot(softmax(scores), weights)

    scores = SPREADS["apart"] / 100.0
    value, gradient = autograd.compile(f, backend=backend).value_and_grad(scores)
    expected, slopes = autograd.value_and_grad(f)(scores.tolist())
    exactly = 0.0 if backend == "python" else 1e-15  # exponentials of other libraries
    assert value == pytest.approx(expected, rel=exactly, abs=exactly)
    assert list(gradient) == pytest.approx(slopes, rel=1e2 * exactly, abs=exactly)


@pytest.mark.parametrize(
    ("function", "loss"),
    [(softmax, lambda v: autograd.log(softmax(v)[1])), (log_softmax, lambda v: log_softmax(v)[1])],
)
def test_time_and_memory_grow_with_the_number_of_scores(
    function: Callable[..., list[Any]], loss: Callable[..., Any]
) -> None:
    def size(count: int) -> tuple[int, int]:
        scores = [Value(0.1 * (i % 7)) for i in range(count)]
        node = autograd.sum(function(scores))
        edges = sum(len(inner.parents) for inner in topological_order(node))
        made = Recorder(loss, [describe(0, [0.0] * count, by_sample=False)])
        return edges, len(made.kernel([(made.values(), False), (made.gradients([0]), False)]).lines)

    (edges, lines), (more_edges, more_lines) = size(COUNT), size(4 * COUNT)
    assert more_edges <= 4.1 * edges < 4.1 * 16 * COUNT
    assert more_lines <= 4.1 * lines


@pytest.mark.parametrize("function", [softmax, log_softmax])
def test_below_the_bound_nothing_changes(function: Callable[..., list[Any]]) -> None:
    scores = [Value(0.1 * i) for i in range(COUNT - 1)]
    shares = function(scores)
    assert {share.op for share in shares} == {autograd.TABLE[function.__name__]}
    assert all(share.parents[0] is score for share, score in zip(shares, scores, strict=True))


@pytest.mark.usefixtures("many_from_three")
def test_recomputing_follows_another_largest_score() -> None:
    scores = [Value(number) for number in (1.0, 2.0, 3.0)]
    share = softmax(scores)[0]
    logarithm = log_softmax(scores)[1]
    scores[0].data = 2000.0
    share.recompute()
    assert share.data == 1.0
    logarithm.recompute()
    assert logarithm.data == -1998.0
    assert pickle.loads(pickle.dumps(share)).data == 1.0  # noqa: S301  # it is our own


@pytest.mark.usefixtures("many_from_three")
@pytest.mark.parametrize(
    ("change", "is_known"),
    [
        (lambda shares, _: shares, True),
        (lambda shares, _: shares[::-1], False),
        (lambda shares, _: shares[:2], False),
        (lambda shares, other: [*shares[:2], other[2]], False),
        (lambda shares, _: [autograd.share(x, 1.0) for x in shares], False),
        (lambda shares, _: [autograd.share(autograd.exp(x), 1.0) for x in shares], False),
    ],
)
def test_scores_of_all_shares_in_order_are_told(
    change: Callable[..., list[Value]], is_known: bool
) -> None:
    scores = [Value(1.0), Value(2.0), 0.5, Value(4.0)]
    others = [Value(1.0), Value(2.0), Value(3.0), Value(5.0)]
    activation, found = undone(change(softmax(scores), softmax(others)))
    assert (activation is softmax) is is_known
    if is_known:
        assert [found[i] is scores[i] for i in (0, 1, 3)] == [True] * 3


@pytest.mark.usefixtures("many_from_three")
def test_a_cross_entropy_goes_back_to_the_scores_and_says_so() -> None:
    scores = [Value(number) for number in (0.0, 900.0, 0.0)]
    shares = softmax(scores)
    CategoricalCrossentropy()([[1.0, 0.0, 0.0]], [shares]).backward()
    assert [score.grad for score in scores] == [-1.0, 1.0, 0.0]
    with pytest.warns(UserWarning, match="result of softmax was passed by"):
        assert shares[0].grad == 0.0


@pytest.mark.usefixtures("many_from_three")
def test_an_explanation_speaks_of_no_branch_behind_a_stop() -> None:
    scores = [Value(number, label=f"z{i}") for i, number in enumerate((1.0, 2.0, 3.0))]
    text = str(softmax(scores)[0].explain(scores[1]))
    assert "largest" not in text
    assert text.endswith("= -0.022033")
