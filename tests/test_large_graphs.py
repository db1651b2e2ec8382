"""A million nodes: nothing recurses, and everything is freed by its reference count."""

import gc
import sys
import time
from collections.abc import Callable, Iterator

import pytest

import autograd
import nn
from autograd import Value, topological_order

MILLION = 1_000_000


@pytest.fixture(autouse=True)
def recursion_limit_of_a_plain_interpreter() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    yield
    sys.setrecursionlimit(before)


@pytest.fixture
def no_garbage_collector() -> Iterator[None]:
    """Turn the garbage collector off: objects without cycles are freed without it."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def chain(length: int, step: Callable[[Value, Value], Value]) -> tuple[Value, Value]:
    y = x = Value(1.0)
    for _ in range(length):
        y = step(y, x)
    return x, y


STEPS = [
    pytest.param(lambda y, x: y * x, MILLION, id="two inputs"),
    pytest.param(lambda y, _: -y, MILLION // 4, id="one input"),
    pytest.param(lambda y, x: autograd.sum([y, x, 0.5]), MILLION // 4, id="many inputs"),
]


def test_chain_of_a_million_nodes_runs_forward_backward_and_again() -> None:
    x, y = chain(MILLION, lambda y, x: y * x)  # x**1000001
    y.backward()
    assert (y.data, x.grad) == (1.0, MILLION + 1.0)

    x.data = -1.0
    y.recompute()
    y.backward()
    assert (y.data, x.grad) == (-1.0, 2 * (MILLION + 1.0))
    assert len(topological_order(y)) == MILLION + 1


@pytest.mark.skipif(
    sys.implementation.name != "cpython", reason="only CPython counts references and blocks"
)
@pytest.mark.usefixtures("no_garbage_collector")
@pytest.mark.parametrize(("step", "length"), STEPS)
def test_long_chain_is_freed_at_once_when_its_last_name_goes(
    step: Callable[[Value, Value], Value], length: int
) -> None:
    before = sys.getallocatedblocks()
    x, y = chain(length, step)
    y.backward()
    if not autograd.__compiled__:  # compiled nodes are in memory of their own
        assert sys.getallocatedblocks() > before + length
    held = sys.getrefcount(x)
    del y
    assert sys.getrefcount(x) < held, "the node that was made first, and holds x, is there"
    # Python itself keeps some thousands of freed tuples and floats at hand.
    assert sys.getallocatedblocks() < before + length // 10
    assert x.data == 1.0


@pytest.mark.usefixtures("no_garbage_collector")
def test_small_graphs_leave_no_garbage() -> None:
    x = Value(0.5)
    for _ in range(10):
        y = autograd.dot([x, x], [x, 2.0]).tanh() ** 2
        y.backward()
        y.recompute()
        autograd.gradients(y, [x])
    assert gc.collect() == 0


def test_sum_of_a_million_terms_is_one_node() -> None:
    terms = [Value(float(i % 3)) for i in range(MILLION)]
    y = autograd.sum(terms)
    y.backward(gradient=2.0)
    assert len(y.parents) == MILLION
    assert y.data == float(sum(i % 3 for i in range(MILLION)))
    assert {term.grad for term in terms} == {2.0}

    terms[0].data = 100.0
    y.recompute()
    assert y.data == 100.0 + sum(i % 3 for i in range(MILLION))


def test_node_that_a_hundred_thousand_others_share_is_visited_once() -> None:
    x = Value(1.0)
    y = autograd.sum([x * 2.0 for _ in range(100_000)])
    y.backward()
    assert x.grad == 200_000.0


def test_as_many_paths_as_two_to_the_power_of_a_thousand_take_a_thousand_steps() -> None:
    y = x = Value(1.0)
    for _ in range(1000):
        y = y + y
    y.backward()
    assert x.grad == 2.0**1000


def test_a_wrong_number_of_a_graph_with_a_great_many_paths_is_judged_at_once() -> None:
    x = Value(1.01, label="x")
    y = x
    for _ in range(60):
        y = (y + y) * 0.5  # twice as many paths each time
    y.label = "y"
    (finding,) = autograd.check_by_hand(y * 2.0, {}, {x: "3.33333333333"}).findings
    assert finding.verdict == "wrong"


def million(kind: str) -> Value:
    """Return the end of a chain of a million nodes, or of a sum of a million inputs."""
    x = Value(2.0, label="x")
    y = x
    if kind == "sum":
        y = autograd.sum([x] * 1_000_000)
    else:
        for _ in range(1_000_000):
            y = y * 1.0000001
    y.label = "y"
    return y


class StartedError(Exception):
    """The work has begun."""


def test_a_million_nodes_are_refused_before_the_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def started(*_: object) -> None:
        raise StartedError

    chain, wide = million("chain"), million("sum")
    for output in (chain, wide):
        start = time.process_time()
        with pytest.raises(ValueError, match="draw a part of it"):
            autograd.draw(output, detail="labels")
        assert time.process_time() - start < 5.0
    for slide in (False, True):
        start = time.process_time()
        with pytest.raises(ValueError, match=r"1,000,001 inputs and results.* draw a part of it"):
            nn.draw_network(chain, slide=slide)
        assert time.process_time() - start < 10.0
    for place in ("explaining.explanation", "exercises.sheets"):
        monkeypatch.setattr(f"autograd.{place}.topological_order", started)
    monkeypatch.setattr("autograd.checking.judging.order_of", started)
    for output in (chain, wide):
        for work in (autograd.sheet, autograd.check_by_hand, autograd.explain):
            given = (output, output) if work is autograd.explain else (output,)
            start = time.process_time()
            with pytest.raises(ValueError, match=r"at least .* edges, too many for an? "):
                work(*given)
            assert time.process_time() - start < 2.0
