"""Ctrl-C, and errors, at any moment: no mode stays on, and a graph is as it was."""

import contextlib
import math
import operator
import random
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import autograd
import nn
from autograd import Primitive, Value, detect_anomaly, no_grad, topological_order
from autograd.codegen.recording import Recorded, record

_INTERRUPTS = 200  # in one round


@contextlib.contextmanager
def a_timer_that_interrupts() -> Iterator[None]:
    """Let the alarm of the system raise what Ctrl-C raises."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    def tell(error: "sys.UnraisableHookArgs") -> None:
        if error.exc_type is not KeyboardInterrupt:
            tells(error)

    before, tells = signal.signal(signal.SIGALRM, interrupt), sys.unraisablehook
    # Python tells of an interrupt that it drops: where the collector calls back, others' code too.
    sys.unraisablehook = tell
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
        sys.unraisablehook = tells


def interrupted(work: Callable[[], object], seconds: float) -> None:
    """Do something again and again until Ctrl-C comes."""
    try:
        # It comes again, for Python drops one that comes while the collector calls back.
        signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
        while True:
            work()
    except KeyboardInterrupt:
        signal.setitimer(signal.ITIMER_REAL, 0.0)


def modes(draw: random.Random) -> int:
    """Interrupt blocks and functions of both modes."""
    x = Value(3.0)

    @no_grad()
    def square() -> Value:
        return x * x

    def work() -> None:
        with no_grad(), detect_anomaly():
            for i in range(3):
                if i != 1:  # Python 3.13 forgets `with` where Ctrl-C comes after a choice
                    x * x
        square()

    with a_timer_that_interrupts():
        for _ in range(_INTERRUPTS):
            interrupted(work, draw.uniform(2e-6, 60e-6))
            assert (x * x).parents == (x, x), "no_grad is on still"
            assert not detect_anomaly.is_on(), "detect_anomaly is on still"
    return _INTERRUPTS


def state(output: Value) -> list[object]:
    """Return all numbers of the results of a graph."""
    return [
        (node.data, node.grad, node.has_grad, node.parents, node.partials)
        for node in topological_order(output)
        if node.op is not None
    ]


def chain(x: Value, count: int) -> Value:
    """Return the end of a chain of operations of one, of two and of many inputs."""
    y = x
    for i in range(count):
        y = (y * 0.5, autograd.tanh(y), autograd.sum([y, x, 1.0]), autograd.logsumexp([y, x]))[
            i % 4
        ]
    y.backward()
    return y


def can_walk(output: Value) -> bool:
    """Return whether other threads than this one can walk over a graph still."""
    thread = threading.Thread(target=topological_order, args=(output,), daemon=True)
    thread.start()
    thread.join(10.0)
    return not thread.is_alive()


def recomputing(draw: random.Random) -> int:
    """Interrupt `recompute`: every number is the old one, or every number is the new one."""
    x = Value(0.5)
    y = chain(x, 60)
    with a_timer_that_interrupts():
        for _ in range(_INTERRUPTS // 10):
            before = state(y)
            x.data += 1.0
            done = 0

            def work() -> None:
                nonlocal done
                y.recompute()
                done += 1

            interrupted(work, draw.uniform(20e-6, 400e-6))
            after = state(y)
            if after != before:
                y.recompute()
                assert state(y) == after, "some numbers are new, and some are old"
            else:
                assert not done
            y.recompute()
            assert can_walk(y), "other threads wait for ever"
    return _INTERRUPTS // 10


def differentiating(draw: random.Random) -> int:
    """Interrupt derivatives: they are right afterwards, and other threads can have them."""

    def f(x: Any) -> Any:
        y = x
        for _ in range(20):
            y = autograd.tanh(y * x)
        return y

    slope = autograd.grad(f)
    right = slope(0.5)
    with a_timer_that_interrupts():
        for _ in range(_INTERRUPTS // 10):
            interrupted(lambda: slope(0.5), draw.uniform(20e-6, 400e-6))
            assert slope(0.5) == right
            assert can_walk(Value(1.0)), "other threads wait for ever"
    return _INTERRUPTS // 10


def recomputing_with_errors(draw: random.Random) -> int:
    """Let a rule, or `detect_anomaly`, raise in the middle of `recompute`."""

    def careful(a: float) -> float:
        if x.data == 10.0:
            raise ArithmeticError("a number that it does not take")
        return math.nan if x.data == 20.0 else a

    x = Value(0.5)
    own = Primitive("careful", "careful", careful, (lambda _y, _a: 1.0,), "a", is_row=False)
    y = chain(x, draw.randrange(1, 20))
    y = chain(own(y * x), draw.randrange(1, 20)) * x
    y.backward()
    before = state(y)
    x.data = draw.choice([10.0, 20.0])
    watching = detect_anomaly() if x.data == 20.0 else contextlib.nullcontext()
    with contextlib.suppress(ArithmeticError), watching:
        y.recompute()
        raise AssertionError("the rule did not raise")
    assert state(y) == before, "some numbers are new, and some are old"
    return 1


def recording(draw: random.Random) -> int:
    """Interrupt the recording of a function."""
    with a_timer_that_interrupts():
        for _ in range(_INTERRUPTS):
            interrupted(lambda: record(lambda x: x * x, Recorded()), draw.uniform(2e-6, 60e-6))
            assert not autograd.is_compiling(), "it is recording still"
    return _INTERRUPTS


def compiling(draw: random.Random) -> int:
    """Interrupt the first call of a compiled function: the next gives what it would have given."""
    with a_timer_that_interrupts():
        for _ in range(_INTERRUPTS // 10):
            compiled = autograd.compile(lambda x: autograd.tanh(x * x) * x, backend="python")
            right = 0.5 * math.tanh(0.25), math.tanh(0.25) + 0.5 * (1 - math.tanh(0.25) ** 2)

            def work(compiled: Any = compiled) -> None:
                compiled.clear()
                compiled(0.5)  # value and gradient are written into one program
                compiled.value_and_grad(0.5)

            interrupted(work, draw.uniform(20e-6, 2e-3))
            found = compiled.value_and_grad(0.5)
            for number, expected in zip(found, right, strict=True):
                assert math.isclose(number, expected, rel_tol=1e-14), f"{found}, not {right}"
    return _INTERRUPTS // 10


def standing_in(draw: random.Random) -> int:
    """Interrupt a network while other numbers stand in for its parameters."""
    model = nn.MLP(2, [3, 1], seed=1)
    own = list(model.parameters())
    numbers = [0.1 * i for i in range(len(own))]
    with a_timer_that_interrupts():
        for _ in range(_INTERRUPTS):
            interrupted(
                lambda: model.stateless_call(numbers, [1.0, 2.0]), draw.uniform(20e-6, 400e-6)
            )
            found = model.parameters()
            assert all(map(operator.is_, found, own)), "a parameter is another one now"
    return _INTERRUPTS


ATTACKS = [
    ("modes", modes),
    ("recording", recording),
    ("compiling", compiling),
    ("parameters that stand in", standing_in),
    ("recompute", recomputing),
    ("derivatives", differentiating),
    ("recompute that raises", recomputing_with_errors),
]
if not hasattr(signal, "setitimer"):
    del ATTACKS[:6]
