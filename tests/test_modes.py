"""no_grad and detect_anomaly."""

import math
import sys
from collections.abc import Iterator

import pytest

import autograd
from autograd import Value, detect_anomaly, gradients, no_grad
from autograd.value import watchers

inf, nan = math.inf, math.nan


@pytest.fixture(autouse=True)
def nobody_is_left_watching() -> Iterator[None]:
    yield
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


# --------------------------------------------------------------------- detect_anomaly


def test_anomaly_in_the_forward_pass_names_the_operation_and_its_inputs() -> None:
    with (
        detect_anomaly(),
        pytest.raises(
            FloatingPointError, match=r"^log gave -inf in the forward pass, from p = 0\.0$"
        ),
    ):
        autograd.log(Value(0.0, label="p"))


def test_anomaly_in_the_forward_pass_shows_numbers_where_there_are_no_names() -> None:
    message = r"^div gave nan in the forward pass, from zero = 0\.0, 0\.0$"
    with detect_anomaly(), pytest.raises(FloatingPointError, match=message):
        Value(0.0, label="zero") / 0


def test_anomaly_is_found_in_operations_of_many_inputs() -> None:
    a, b = Value(1e308, label="a"), Value(1e308, label="b")
    message = r"^sum gave inf in the forward pass, from a = 1e\+308, b = 1e\+308$"
    with detect_anomaly(), pytest.raises(FloatingPointError, match=message):
        autograd.sum([a, b])


def test_anomaly_in_sums_and_products_is_found() -> None:
    a = Value(1e308)
    with detect_anomaly():
        with pytest.raises(FloatingPointError, match="add gave inf"):
            a + a
        with pytest.raises(FloatingPointError, match="mul gave inf"):
            a * a


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
    message = r"^log gave nan in the forward pass, from x = -1\.0$"
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
    with detect_anomaly(), pytest.raises(FloatingPointError, match="sub gave nan"):
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
    message = r"^log gave -inf in the forward pass, from p = 0\.0$"
    with outer(), inner(), pytest.raises(FloatingPointError, match=message):
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
        detect_anomaly(),
        pytest.raises(FloatingPointError, match=r"log gave nan .*, from x\*2 \+ 1 = -5\.0$"),
    ):
        autograd.log(x * 2.0 + 1.0)
    inner = x * 1e-10
    y = inner * 1e308 + inner * 1e308
    with (
        detect_anomaly(),
        pytest.raises(FloatingPointError, match=r"^the gradients that x\*1e-10 received .* inf$"),
    ):
        y.backward()
