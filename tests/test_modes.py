"""no_grad and detect_anomaly."""

import asyncio
import copy
import importlib
import inspect
import math
import random
import sys
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value, compile_step, detect_anomaly, gradients, log, no_grad
from autograd.value import watchers

at_once: Any = importlib.import_module("at_once").at_once  # beside the tests, in no package

inf, nan = math.inf, math.nan


@pytest.fixture(autouse=True)
def nobody_is_left_watching() -> Iterator[None]:
    yield
    Value(1.0)  # the first node after a block takes what watched the block off the list
    assert watchers == []


# --------------------------------------------------------------------------- no_grad


def is_recorded(node: Value) -> bool:
    return node.op is not None and len(node.parents) > 0


def test_no_grad_computes_numbers_and_records_nothing() -> None:
    x = Value(3.0)
    with no_grad():
        results = [x * x, x + 1, x.exp(), autograd.dot([x], [x], x), autograd.sum([x, x])]
    assert [y.data for y in results] == [9.0, 4.0, math.exp(3.0), 12.0, 6.0]
    assert [(y.op, y.parents, y.partials) for y in results] == [(None, (), ())] * 5


@pytest.mark.parametrize("count", [1, 2, 3])
def test_results_of_no_grad_let_their_inputs_go(count: int) -> None:
    inputs = [Value(1.0) for _ in range(count)]
    before = [sys.getrefcount(x) for x in inputs]
    with no_grad():
        result = autograd.sum(inputs)
    assert result.data == count
    assert [sys.getrefcount(x) for x in inputs] == before


def test_recording_is_on_again_after_no_grad() -> None:
    x = Value(3.0)
    with no_grad():
        pass
    assert is_recorded(x * x)


def test_recording_is_on_again_after_an_exception() -> None:
    x = Value(3.0)
    with pytest.raises(ValueError, match="inside"), no_grad():
        raise ValueError("inside")
    assert is_recorded(x * x)


def test_nested_no_grad_ends_with_the_outermost() -> None:
    x = Value(3.0)
    with no_grad():
        with no_grad():
            assert not is_recorded(x * x)
        assert not is_recorded(x * x)
    assert is_recorded(x * x)


@pytest.mark.parametrize("blocks", [0, 1, 3])
def test_a_nan_within_no_grad_is_told_with_its_inputs(blocks: int) -> None:
    x = Value(-1.0, label="x")
    told = pytest.raises(
        FloatingPointError, match=r"^log gave nan in the forward pass, from x = -1\.0"
    )
    with told, ExitStack() as stack:
        for _ in range(blocks):
            stack.enter_context(no_grad())
        with detect_anomaly():
            log(x)


def test_no_grad_can_be_entered_again() -> None:
    mode, x = no_grad(), Value(3.0)
    with mode:
        with mode:
            assert not is_recorded(x * x)
        assert not is_recorded(x * x)
    assert is_recorded(x * x)


def test_no_grad_decorates_a_function() -> None:
    @no_grad()
    def double(x: Value) -> Value:
        """Twice x."""
        return x * 2.0

    x = Value(3.0)
    y = double(x)
    assert (y.data, is_recorded(y)) == (6.0, False)
    assert not is_recorded(double(double(x)))
    assert is_recorded(x * 2.0)
    assert (double.__name__, double.__doc__) == ("double", "Twice x.")


def test_result_of_no_grad_is_a_leaf_like_any_other() -> None:
    x = Value(3.0)
    with no_grad():
        y = x * x
    z = y * x
    z.backward()
    assert (y.grad, x.grad) == (3.0, 9.0)


def test_recompute_in_no_grad_keeps_the_graph() -> None:
    x = Value(3.0)
    y = autograd.sum([x * x, x])
    x.data = 5.0
    with no_grad():
        y.recompute()
    assert y.data == 30.0
    y.backward()
    assert x.grad == 11.0


def test_graph_recorded_before_is_differentiated_in_no_grad() -> None:
    x = Value(3.0)
    y = x * x
    with no_grad():
        y.backward()
        (derivative,) = gradients(y, [x])
    assert x.grad == 6.0
    assert (derivative.data, is_recorded(derivative)) == (6.0, False)


def test_a_block_that_python_forgets_to_leave_is_over() -> None:
    mode, x = no_grad(), Value(3.0)
    leave = mode.__exit__  # what `with` has until the block is over
    mode.__enter__()
    assert not is_recorded(x * x)
    del leave  # by Python 3.13, where Ctrl-C comes at the end of a turn of a loop
    assert is_recorded(x * x)


def test_a_mode_that_is_entered_by_hand_stays_on_until_it_is_left() -> None:
    mode, x = no_grad(), Value(3.0)
    assert hasattr(mode, "__exit__")
    mode.__enter__()
    assert not is_recorded(x * x)
    mode.__exit__(None, None, None)
    assert is_recorded(x * x)


# --------------------------------------------------------------------- detect_anomaly


def test_anomaly_in_the_forward_pass_names_the_operation_and_its_inputs() -> None:
    with (
        pytest.raises(
            FloatingPointError,
            match=r"^log gave -inf in the forward pass, from p = 0\.0; there are rows that are"
            r" right at 0: xlogy\(x, y\) for x \* log\(y\)\nit was computed in test_anomaly.*py$",
        ),
        detect_anomaly(),
    ):
        autograd.log(Value(0.0, label="p"))


def test_anomaly_in_the_forward_pass_shows_numbers_where_there_are_no_names() -> None:
    message = (
        r"^div gave nan in the forward pass, from zero = 0\.0, 0\.0; there are rows .* xdivy.* 0\n"
    )
    with pytest.raises(FloatingPointError, match=message), detect_anomaly():
        Value(0.0, label="zero") / 0


def test_anomaly_is_found_in_operations_of_many_inputs() -> None:
    a, b = Value(1e308, label="a"), Value(1e308, label="b")
    message = r"^sum gave inf in the forward pass, from a = 1e\+308, b = 1e\+308\n"
    with pytest.raises(FloatingPointError, match=message), detect_anomaly():
        autograd.sum([a, b])


def test_anomaly_in_sums_and_products_is_found() -> None:
    a = Value(1e308)
    with pytest.raises(FloatingPointError, match="add gave inf"), detect_anomaly():
        a + a
    with pytest.raises(FloatingPointError, match="mul gave inf"), detect_anomaly():
        a * a


ASKING: dict[str, Callable[[Callable[..., Any]], Any]] = {
    "number": lambda f: f(Value(-1.0)),
    "no graph": no_grad()(lambda f: f(Value(-1.0))),
    "backward": lambda f: f(Value(-1.0)).backward(),
    "gradients": lambda f: gradients(f(x := Value(-1.0)), [x]),
    "grad": lambda f: autograd.grad(f)(-1.0),
    "grad of grad": lambda f: autograd.grad(autograd.grad(f))(-1.0),
    "recompute": lambda f: f(Value(-1.0)).recompute(),
}
BRANCHES: dict[str, Callable[[Any], Any]] = {
    "log": lambda x: autograd.where(autograd.greater(x, 0.0), 2.0 * autograd.log(x), 0.5),
    "quotient": lambda x: autograd.where(x + 1.0, autograd.sin(x) / (x + 1.0), 1.0),
    "largest": lambda x: autograd.relu(-1.0 / (x + 1.0) ** 2),
    "index": lambda x: autograd.take([autograd.log(x), x], 1),
}


@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
@pytest.mark.parametrize("f", BRANCHES.values(), ids=BRANCHES)
def test_an_anomaly_that_was_not_chosen_is_no_anomaly(f: Any, ask: Any) -> None:
    with detect_anomaly():
        ask(f)
    with pytest.raises(FloatingPointError, match="forward pass"), detect_anomaly():
        ask(lambda x: f(x) + autograd.log(x))


@pytest.mark.parametrize(
    "decided",
    [
        lambda x: autograd.where(autograd.greater(autograd.log(x), 0.0), 1.0, 2.0),
        lambda x: autograd.sign(autograd.log(x)),
        lambda x: autograd.relu(autograd.log(x)),
        lambda x: autograd.stop_gradient(1.0 / (x + 1.0)),
        lambda x: autograd.take([x, x], autograd.log(x)),
        lambda x: autograd.exp(-1.0 / (x + 1.0)) + x,
    ],
)
def test_an_anomaly_that_decided_is_one(decided: Any) -> None:
    with pytest.raises(FloatingPointError, match="in the forward pass"), detect_anomaly():
        decided(Value(-1.0))


def test_the_first_anomaly_that_was_chosen_is_named() -> None:
    x = Value(-1.0, label="x")
    with pytest.raises(FloatingPointError, match="sqrt gave nan") as info, detect_anomaly():
        (BRANCHES["log"](x) + autograd.sqrt(x)).backward()
    assert info.value.node.op is autograd.TABLE["sqrt"]  # type: ignore[attr-defined]


def test_anomaly_in_the_backward_pass_names_the_operation_and_its_inputs() -> None:
    x = Value(0.0, label="x")
    message = (
        r"^sqrt gave the gradient inf in the backward pass:"
        r" local derivative inf \* upstream 3\.0, from x = 0\.0$"
    )
    with detect_anomaly():
        y = autograd.sqrt(x) * 3.0
        with pytest.raises(FloatingPointError, match=message):
            y.backward()


def test_anomaly_in_the_backward_pass_is_reported_where_it_is_born() -> None:
    # The inf from sqrt becomes a nan further back; the birth is what helps.
    x = Value(0.0, label="x")
    y = autograd.sqrt(x * x)
    with detect_anomaly(), pytest.raises(FloatingPointError, match=r"^sqrt gave the gradient inf"):
        y.backward()


def test_infinity_born_where_shares_add_up_is_found() -> None:
    x = Value(0.0, label="x")
    with detect_anomaly():
        y = x * 1e308 + x * 1e308
        with pytest.raises(FloatingPointError, match="inf"):
            y.backward()
    assert x.grad == inf


def test_gradients_are_filled_in_before_an_anomaly_is_raised() -> None:
    x = Value(0.0)
    y = autograd.sqrt(x)
    with detect_anomaly(), pytest.raises(FloatingPointError):
        y.backward()
    assert (y.grad, x.grad) == (1.0, inf)


def test_anomaly_in_recompute_names_the_operation_and_its_inputs() -> None:
    x = Value(1.0, label="x")
    y = autograd.log(x) * 2.0
    x.data = -1.0
    message = r"^log gave nan in the forward pass, from x = -1\.0\n"
    with detect_anomaly(), pytest.raises(FloatingPointError, match=message):
        y.recompute()


def test_recompute_without_an_anomaly_passes() -> None:
    x = Value(1.0)
    y = autograd.log(x) * 2.0
    x.data = math.e
    with detect_anomaly():
        y.recompute()
    assert y.data == 2.0


def test_leaf_that_is_given_a_nan_is_an_anomaly() -> None:
    with (
        detect_anomaly(),
        pytest.raises(FloatingPointError, match=r"^a leaf was given nan; expected a finite"),
    ):
        Value(nan)


@pytest.mark.parametrize("number", [nan, inf, -inf])
def test_number_that_was_no_finite_one_already_is_no_anomaly(number: float) -> None:
    x = Value(number)
    with detect_anomaly():
        y = autograd.sum([x * 2.0, x, x.exp()])
        y.recompute()
    assert not math.isfinite(y.data)


def test_nan_born_from_an_infinity_is_an_anomaly() -> None:
    x = Value(inf)
    with pytest.raises(FloatingPointError, match="sub gave nan"), detect_anomaly():
        x - x


def test_gradient_that_was_no_finite_one_already_is_no_anomaly() -> None:
    x = Value(2.0)
    y = x * 3.0
    with detect_anomaly():
        y.backward(gradient=inf)
    assert x.grad == inf


def test_constant_that_would_get_an_infinite_gradient_is_no_anomaly() -> None:
    w = Value(1e308)
    with detect_anomaly():
        y = autograd.dot([w], [1e-300]) * 1e10  # d(y)/d(1e-300) would be 1e318
        y.backward()
    assert w.grad == pytest.approx(1e-290)


def test_finite_graph_passes_in_silence() -> None:
    x = Value(3.0)
    with detect_anomaly():
        y = (x * x).tanh() + x.log()
        y.backward()
        gradients(y, [x])
    assert math.isfinite(x.grad)


def test_graph_of_a_derivative_does_not_ask_for_those_by_constants() -> None:
    # The derivative of (-4)**2 by its exponent would have log(-4) in it.
    x = Value(-4.0)
    y = x**2
    with detect_anomaly():
        (derivative,) = gradients(y, [x])
    assert derivative.data == -8.0


def test_nothing_is_detected_outside() -> None:
    with detect_anomaly():
        pass
    assert autograd.log(Value(0.0)).data == -inf


def test_detect_anomaly_decorates_a_function() -> None:
    @detect_anomaly()
    def logarithm(x: Value) -> Value:
        return x.log()

    with pytest.raises(FloatingPointError, match="log gave -inf"):
        logarithm(Value(0.0))
    assert logarithm(Value(1.0)).data == 0.0


@pytest.mark.parametrize("modes", [(no_grad, detect_anomaly), (detect_anomaly, no_grad)])
def test_anomaly_is_named_in_no_grad_too(
    modes: tuple[type[no_grad | detect_anomaly], type[no_grad | detect_anomaly]],
) -> None:
    outer, inner = modes
    x = Value(0.0, label="p")
    message = r"^log gave -inf in the forward pass, from p = 0\.0; there are rows .*log\(y\)\n"
    with pytest.raises(FloatingPointError, match=message), outer(), inner():
        x.log()


@pytest.mark.parametrize("modes", [(no_grad, detect_anomaly), (detect_anomaly, no_grad)])
def test_number_that_was_nan_already_is_no_anomaly_in_no_grad_either(
    modes: tuple[type[no_grad | detect_anomaly], type[no_grad | detect_anomaly]],
) -> None:
    outer, inner = modes
    x = Value(nan)
    with outer(), inner():
        y = x * 2.0
    assert math.isnan(y.data)
    assert not is_recorded(y)


def test_an_anomaly_names_unlabelled_inputs_by_their_formula() -> None:
    x = Value(-3.0, label="x")
    with (
        pytest.raises(FloatingPointError, match=r"log gave nan .*, from x\*2 \+ 1 = -5\.0\n"),
        detect_anomaly(),
    ):
        autograd.log(x * 2.0 + 1.0)
    inner = x * 1e-10
    y = inner * 1e308 + inner * 1e308
    with (
        detect_anomaly(),
        pytest.raises(FloatingPointError, match=r"^the gradients that x\*1e-10 received .* inf$"),
    ):
        y.backward()


# ------------------------------------------------- of one thread, one task, one generator


def seen_in_a_thread(look: Callable[[], object]) -> object:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(look).result()


def test_a_mode_of_one_thread_is_not_on_in_another() -> None:
    x = Value(3.0)
    with no_grad():
        assert not is_recorded(x * x)
        assert seen_in_a_thread(lambda: is_recorded(x * x)) is True
        assert not is_recorded(x * x)
    with detect_anomaly():
        assert seen_in_a_thread(lambda: autograd.log(Value(0.0)).data) == -inf
        assert seen_in_a_thread(detect_anomaly.is_on) is False
        assert detect_anomaly.is_on()


def test_threads_that_enter_and_leave_at_once_do_not_mix_their_modes_up() -> None:
    x = Value(3.0)
    mixed: list[int] = []

    def work(number: int) -> None:
        for _ in range(300):
            if number % 2:
                with no_grad():
                    mixed.extend([number] * is_recorded(x * x))
            else:
                mixed.extend([number] * (not is_recorded(x * x)))

    at_once(work, range(4))
    assert mixed == []


def test_a_mode_of_one_task_is_not_on_in_another() -> None:
    x = Value(3.0)
    seen: dict[str, list[bool]] = {"without": [], "with": []}

    async def work(name: str) -> None:
        for _ in range(3):
            seen[name].append(is_recorded(x * x))
            await asyncio.sleep(0)

    async def unrecorded() -> None:
        with no_grad():
            await work("with")

    async def both() -> None:
        await asyncio.gather(work("without"), unrecorded(), work("without"))

    asyncio.run(both())
    assert seen == {"without": [True] * 6, "with": [False] * 3}


def test_tasks_that_are_started_in_a_block_are_in_it() -> None:
    x = Value(3.0)

    async def recorded() -> bool:
        await asyncio.sleep(0)
        return is_recorded(x * x)

    async def started() -> tuple[bool, bool]:
        with no_grad():
            return await asyncio.gather(recorded(), recorded())

    assert not any(asyncio.run(started()))


def test_a_decorated_coroutine_is_in_the_mode_and_its_pauses_are_not() -> None:
    x = Value(3.0)

    @no_grad()
    async def double(y: Value) -> list[Any]:
        """Twice y, twice."""
        first = y * 2.0
        await asyncio.sleep(0)
        return [first, y * 2.0]

    results = asyncio.run(double(x))
    assert [is_recorded(y) for y in results] == [False, False]
    assert inspect.iscoroutinefunction(double)
    assert double.__doc__ == "Twice y, twice."

    by_hand = double(x)
    by_hand.send(None)
    assert is_recorded(x * x)  # it is paused
    by_hand.close()


def test_a_decorated_generator_is_in_the_mode_and_its_pauses_are_not() -> None:
    x = Value(3.0)
    noted: list[object] = []

    @no_grad()
    def powers() -> Generator[Value, float, str]:
        try:
            factor = yield x * x
            try:
                yield x * factor
            except KeyError:
                yield x * 5.0
            return "returned"
        finally:
            noted.append(is_recorded(x * x))

    def through() -> Generator[Value, float, None]:
        noted.append((yield from powers()))

    steps = through()
    assert not is_recorded(next(steps))
    assert is_recorded(x * x)
    sent = steps.send(2.0)
    assert (sent.data, is_recorded(sent)) == (6.0, False)
    thrown = steps.throw(KeyError())
    assert (thrown.data, is_recorded(thrown)) == (15.0, False)
    assert list(steps) == []
    assert noted == [False, "returned"]
    closed = powers()
    next(closed)
    closed.close()
    assert noted == [False, "returned", False]
    assert is_recorded(x * x)


def test_a_block_in_a_generator_is_off_while_the_generator_is_paused() -> None:
    x = Value(3.0)

    def squares() -> Iterator[Value]:
        with no_grad():
            yield x * x
            yield x * x
        yield x * x

    steps = squares()
    seen = []
    for y in steps:
        seen += [is_recorded(y), is_recorded(x * x)]
    assert seen == [False, True, False, True, True, True]
    abandoned = squares()
    next(abandoned)
    del abandoned
    assert is_recorded(x * x)


def test_a_block_in_a_context_manager_is_on_in_the_managers_block() -> None:
    x = Value(3.0)

    @contextmanager
    def evaluating() -> Iterator[None]:
        with no_grad():
            yield

    with evaluating():
        assert not is_recorded(x * x)
    assert is_recorded(x * x)
    with ExitStack() as stack:
        stack.enter_context(no_grad())
        assert not is_recorded(x * x)
    assert is_recorded(x * x)


def test_an_asynchronous_generator_is_not_decorated() -> None:
    async def numbers() -> AsyncIterator[int]:
        yield 1

    message = "does not decorate an asynchronous generator; write `with no_grad"
    with pytest.raises(TypeError, match=message):
        no_grad()(numbers)


def test_no_grad_decorates_without_parentheses_too() -> None:
    @no_grad
    def double(x: Value) -> Value:
        return x * 2.0

    assert not is_recorded(double(Value(3.0)))


@pytest.mark.parametrize("mode", [no_grad, detect_anomaly])
def test_a_mode_decorates_nothing_but_functions(mode: Any) -> None:
    with pytest.raises(TypeError, match="expected a function to decorate, received int; for a"):
        mode(5)


def test_a_mode_is_entered_and_left_by_hand() -> None:
    mode, x = no_grad(), Value(3.0)
    mode.__enter__()  # by hand, as in a notebook's two cells
    assert not is_recorded(x * x)
    mode.__exit__(None, None, None)
    assert is_recorded(x * x)
    with pytest.raises(RuntimeError):
        mode.leave()


# ------------------------------------------------------------- no graph, no backward pass


@pytest.mark.parametrize("copied", [lambda y: y, copy.deepcopy])
def test_a_number_of_no_grad_has_no_backward_pass(copied: Callable[[Value], Value]) -> None:
    x = Value(3.0)
    with no_grad():
        y, leaf = x * x, Value(2.0)
    y = copied(y)
    with pytest.raises(RuntimeError, match="computed under no_grad"):
        y.backward()
    (y * x).backward()  # as an input of another number it is a leaf
    assert (y.grad, x.grad) == (3.0, 9.0)
    with pytest.raises(RuntimeError, match="computed under no_grad"):
        y.backward()
    leaf.backward()
    assert leaf.grad == 1.0


def test_gradients_of_a_number_of_no_grad_are_an_error_instead_of_zero() -> None:
    x = Value(3.0)
    with no_grad():
        y = x * x
    with pytest.raises(RuntimeError, match="computed under no_grad"):
        gradients(y, [x])
    with pytest.raises(RuntimeError, match="computed under no_grad"):
        autograd.grad(no_grad()(lambda x: x * x))(3.0)
    assert [d.data for d in gradients(Value(2.0), [x])] == [0.0]


@pytest.mark.parametrize(
    ("f", "row"),
    [
        (lambda x: autograd.sqrt(x * x) ** 2, r"sqrt gave .* local derivative inf .*hypot\(x, y\)"),
        (lambda x: autograd.sqrt(x * x) ** 2, r"norm\(\[x, y, ...\]\)"),
        (lambda x: autograd.sqrt(x) ** 2, r"sqrt gave .* local derivative inf .*: x for sqrt\(x\)"),
        (lambda x: (x**0.5) ** 2, r"pow gave .* x\*\*1.5 .* and x for \(x\*\*0.5\)\*\*2"),
        (lambda x: (x * x) ** 0.5, r"pow gave .*hypot\(x, y\)"),
        (lambda x: x * x**0.5, r"pow gave .*; there are rows that are right at 0: .*x\*\*1.5"),
        (lambda x: x * autograd.log(x), r"log gave -inf in the forward .*xlogy\(x, y\)"),
        (lambda x: x / x, r"div gave nan in the forward .*xdivy\(x, y\)"),
    ],
)
def test_anomaly_at_zero_names_the_row_to_write_instead(f: Any, row: str) -> None:
    with pytest.raises(FloatingPointError, match=row), detect_anomaly():
        f(Value(0.0)).backward()


@pytest.mark.parametrize("f", [lambda x: autograd.sqrt(x) ** 2, lambda x: x**0.5 * x])
def test_a_root_of_no_sum_of_squares_is_not_told_of_hypot(f: Any) -> None:
    with pytest.raises(FloatingPointError) as info, detect_anomaly():
        f(Value(0.0)).backward()
    assert "hypot" not in str(info.value)


def root_squared(x: Any) -> Any:
    return autograd.sqrt(x) ** 2


DERIVATIVES: dict[str, Callable[[Callable[..., Any]], Any]] = {
    "grad": lambda f: autograd.grad(f)(0.0),
    "value_and_grad": lambda f: autograd.value_and_grad(f)(0.0),
    "jacobian": lambda f: autograd.jacobian(lambda x: [x, f(x)])(0.0),
    "hessian": lambda f: autograd.hessian(f)(0.0),
    "vjp": lambda f: autograd.vjp(f, 0.0)[1](1.0),
    "jvp": lambda f: autograd.jvp(f, (0.0,), (1.0,)),
    "hvp": lambda f: autograd.hvp(f, 0.0, 1.0),
    "gradients": lambda f: autograd.gradients(f(x := Value(0.0)), [x]),
    "compiled, of Values": lambda f: autograd.compile(f).grad(Value(0.0)),
}


@pytest.mark.parametrize("ask", DERIVATIVES.values(), ids=DERIVATIVES)
def test_an_anomaly_is_named_where_derivatives_are_functions(ask: Any) -> None:
    said = r"sqrt gave the gradient nan in the backward pass: local derivative inf \* upstream 0.0"
    with pytest.raises(FloatingPointError, match=said), detect_anomaly():
        ask(root_squared)
    ask(root_squared)  # and nothing is said outside
    with detect_anomaly():
        ask(lambda x: x * x)


@pytest.mark.parametrize("way", ["grad", "value_and_grad", "vjp", "gradients"])
def test_an_anomaly_of_a_derivative_tells_the_gradient_that_arrived_there(way: str) -> None:
    # d(3 u) / du = 3 arrives at u = sqrt(x), however the derivative is asked for.
    said = r"sqrt gave the gradient inf in the backward pass: local derivative inf \* upstream 3\.0"
    with pytest.raises(FloatingPointError, match=said), detect_anomaly():
        DERIVATIVES[way](lambda x: autograd.sqrt(x) * 3.0)


def test_an_anomaly_of_a_second_derivative_is_named() -> None:
    assert autograd.grad(lambda x: x**1.5)(0.0) == 0.0
    with pytest.raises(FloatingPointError, match="inf"), detect_anomaly():
        autograd.grad(autograd.grad(lambda x: x**1.5))(0.0)


def test_an_anomaly_on_the_way_to_another_leaf_is_no_anomaly() -> None:
    w = Value(0.0)
    with detect_anomaly():
        assert autograd.grad(lambda x: x + autograd.sqrt(w))(2.0).data == 1.0
        assert autograd.grad(lambda x: autograd.where(x, x, autograd.sqrt(x) ** 2))(2.0) == 1.0


@pytest.mark.parametrize("backend", ["python", "numpy", "llvm"])
def test_compiled_results_that_are_no_finite_numbers_are_an_anomaly(backend: str) -> None:
    compiled = autograd.compile(root_squared, backend=backend)
    over_rows = autograd.compile(root_squared, batch=0, reduce="mean", backend=backend)
    said = r"root_squared, compiled, gave nan: call it without `compile` under detect_anomaly\(\)"
    for _ in range(2):  # the second call takes the shortcut, if there is one
        assert math.isnan(compiled.value_and_grad(0.0)[1])
        assert math.isnan(over_rows.grad([0.0, 4.0])[0])
        with detect_anomaly():
            assert compiled(0.0) == 0.0
            assert compiled.value_and_grad(4.0) == (4.0, 1.0)
            for ask, x in [
                (compiled.grad, 0.0),
                (compiled.value_and_grad, 0.0),
                (over_rows.grad, [4.0, 0.0]),
                (over_rows.grad, np.array([0.0, 4.0])),
            ]:
                with pytest.raises(FloatingPointError, match=said):
                    ask(x)
            with pytest.raises(FloatingPointError, match="compiled, gave inf"):
                autograd.compile(autograd.exp, backend=backend)(1000.0)


@pytest.mark.parametrize("backend", ["python", "numpy", "llvm"])
def test_a_compiled_step_that_would_make_nan_is_an_anomaly_and_changes_nothing(
    backend: str,
) -> None:
    step = autograd.compile_step(
        lambda w, x: root_squared(w[0] * x),
        lambda w, slope, _memory, settings: (w - settings[0] * slope, []),
        backend=backend,
    )
    for _ in range(2):
        weights, slopes = [2.0], [0.0]
        step(weights, slopes, [], [0.1], [1.0])
        assert weights == pytest.approx([1.9])
        weights = [0.0]
        said = "the step, compiled, gave nan"
        with pytest.raises(FloatingPointError, match=said), detect_anomaly():
            step(weights, slopes, [], [0.1], [1.0])
        assert weights == [0.0]


def test_rows_that_are_right_at_zero_are_no_anomaly() -> None:
    with detect_anomaly():
        functions: list[Callable[[Value], Value]] = [
            lambda x: autograd.hypot(x, x) ** 2,
            lambda x: autograd.norm([x, x]) ** 2,
            lambda x: autograd.xlogy(0.0, x),
            lambda x: autograd.xdivy(0.0, x),
        ]
        for f in functions:
            x = Value(0.0)
            f(x).backward()
            assert x.grad == 0.0


def test_anomaly_elsewhere_names_no_row() -> None:
    with pytest.raises(FloatingPointError, match=r"from -1\.0\n"), detect_anomaly():
        autograd.log(Value(-1.0))


def test_a_class_and_an_object_that_is_called_in_steps_are_refused() -> None:
    class Steps:
        async def __call__(self, x: Value) -> Value:
            return x * x

    for thing in (Steps, Steps()):
        with pytest.raises(TypeError, match="decorates functions; decorate the methods of"):
            no_grad()(thing)


@pytest.mark.parametrize("documented", [no_grad, autograd.compile])
def test_no_grad_in_a_compiled_function_is_refused_and_that_is_documented(documented: Any) -> None:
    def f(x: Any) -> Any:
        with no_grad():
            y = x * x
        return y * x

    compiled = autograd.compile(f, backend="python")
    with pytest.raises(RuntimeError, match=r"being recorded: write stop_gradient\(x\)"):
        compiled.grad(3.0)
    stopped = autograd.compile(lambda x: autograd.stop_gradient(x * x) * x, backend="python")
    with no_grad():  # around the call it changes nothing
        assert stopped.grad(3.0) == 9.0
    assert "stop_gradient(x)" in documented.__doc__


@pytest.mark.parametrize("backend", ["python", "numpy", "llvm"])
def test_a_compiled_step_that_gives_nan_is_an_anomaly(backend: str) -> None:
    step = compile_step(
        lambda w, x: log(w[0] * x), lambda w, g, memory, _: (w - g, memory), backend=backend
    )
    weights, slopes = np.array([-1.0]), np.zeros(1)
    others = np.empty(0), np.empty(0), np.array([2.0])
    with detect_anomaly(), pytest.raises(FloatingPointError, match=r"the step"):
        step(weights, slopes, *others)
    assert weights.tolist() == [-1.0]
    step(weights, slopes, *others)  # nobody asked
    with detect_anomaly():
        weights[:] = 1.0
        assert step(weights, slopes, *others)[0] == pytest.approx(math.log(2.0), rel=1e-15)


def test_a_function_that_is_recorded_has_no_nodes_to_watch() -> None:
    def f(x: Any) -> Any:
        with detect_anomaly():
            return log(x) * x

    with pytest.raises(RuntimeError, match="put the call of the compiled function into it"):
        autograd.compile(f)(0.5)


def test_ctrl_c_leaves_nothing_recording() -> None:
    attack = importlib.import_module("attacks.interrupts").recording
    assert attack(random.Random(3)) > 0  # noqa: S311  # to be repeated
