"""Numbers that do not follow from their inputs any more are not shown or checked in silence."""

import math
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from autograd import (
    Primitive,
    Value,
    backward_steps,
    check_by_hand,
    dot,
    draw,
    exp,
    explain,
    forward_steps,
    logsumexp,
    softmax,
)
from autograd import ops as operations
from autograd.notation.stale import first_stale

Looks = Callable[[Value, Value], Any]

LOOKS: dict[str, Looks] = {
    "check_by_hand": lambda y, x: check_by_hand(y, gradients={x: 3.0}),
    "explain": explain,
    "draw": lambda y, _: draw(y),
    "forward_steps": lambda y, _: list(forward_steps(y)),
    "backward_steps": lambda y, _: list(backward_steps(y)),
}


def graph() -> tuple[Value, Value]:
    x, w = Value(2.0, label="x"), Value(3.0, label="w")
    y = exp(w * x)
    y.label = "y"
    y.backward()
    return y, x


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_graph_whose_leaf_was_changed_afterwards_is_shown_with_a_warning(look: Looks) -> None:
    y, x = graph()
    x.data = 1.0
    with pytest.warns(UserWarning, match=r"'w\*x' = 6 does not follow from its inputs") as found:
        look(y, x)
    (one,) = found
    assert "call recompute() on the output" in str(one.message)
    assert one.filename == __file__

    y.recompute()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        look(y, x)


def test_numbers_that_follow_are_not_spoken_of_whatever_they_are() -> None:
    x = [Value(a, label=f"x{i}") for i, a in enumerate((2.0, math.inf, math.nan, -0.0))]
    y = dot(x, x) + logsumexp(x) + softmax(x)[0] + x[1] ** 0.5
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw(y)


def test_a_number_from_outside_follows_as_long_as_its_inputs_stay() -> None:
    x = Value(2.0, label="x")
    y = Value(8.0, parents=(x,), partials=(12.0,), op="cube")
    assert first_stale([x, y]) is None
    x.data = 3.0
    assert first_stale([x, y]) is y


def test_an_operation_of_a_users_is_not_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "TABLE", dict(operations.TABLE))
    runs = []

    def value(a: float) -> float:
        runs.append(a)
        return a

    op = Primitive("noted", "noted", value, (lambda _y, _a: 1.0,), "a, which is noted")
    x = Value(2.0)
    y = op(x)
    x.data = 3.0
    assert first_stale([x, y]) is None
    assert runs == [2.0]
