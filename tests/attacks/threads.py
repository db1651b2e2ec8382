"""Threads that train, predict and compile at once, and processes that are forked meanwhile."""

import math
import os
import random
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import autograd
from autograd import Primitive, Value, forking
from autograd.codegen import backends
from nn.layers import Dense
from nn.models import Sequential

_ROWS = [[0.1 * i, 0.3 * (i % 4) - 0.5] for i in range(12)]
_TARGETS = [float(i % 3 == 0) for i in range(12)]


def model(draw: random.Random, width: int) -> Sequential:
    """Return a model with weights of its own."""
    made = Sequential([Dense(width, "tanh", input_dim=2), Dense(1, "sigmoid")])
    for parameter in made.parameters():
        parameter.data = draw.uniform(-1.0, 1.0)
    made.compile("adam", "binary_crossentropy")
    return made


def fit(one: Sequential, **options: Any) -> tuple[Any, Any]:
    """Train a model, in an order that draws nothing; return the losses and the weights."""
    past = one.fit(_ROWS, _TARGETS, batch_size=5, epochs=6, shuffle=False, verbose=0, **options)
    return past.history["loss"], [parameter.data for parameter in one.parameters()]


def together(works: Sequence[Callable[[], object]]) -> list[object]:
    """Return what functions give that run in threads at once; raise the first error."""
    found: list[object] = [None] * len(works)
    errors: list[BaseException] = []

    def run(i: int) -> None:
        try:
            found[i] = works[i]()
        except BaseException as error:  # noqa: BLE001  # raised again below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return found


def training_beside_others(draw: random.Random) -> int:
    """Predict, evaluate and validate while another thread trains."""
    width, seed = draw.choice([2, 30]), draw.random()
    alone = fit(model(random.Random(seed), width))
    trained, other = model(random.Random(seed), width), model(draw, draw.choice([2, 30]))
    validated = model(draw, 2)

    def look() -> None:
        for _ in range(20):
            other.predict(_ROWS)
            other.evaluate(_ROWS, _TARGETS, verbose=0)
            trained.predict(_ROWS)

    found = together(
        [
            lambda: fit(trained),
            look,
            lambda: fit(validated, validation_data=(_ROWS, _TARGETS)),
        ]
    )
    assert found[0] == alone, "the training was disturbed"
    return 1


def eight_fits(draw: random.Random) -> int:
    """Train eight models in eight threads: each as if it were alone."""
    seeds = [draw.random() for _ in range(8)]
    widths = [draw.choice([2, 3, 30]) for _ in seeds]

    def make(i: int) -> object:
        return fit(model(random.Random(seeds[i]), widths[i]))

    makers = [partial(make, i) for i in range(8)]
    in_turn = [make() for make in makers]
    assert together(makers) == in_turn, "a training was disturbed"
    return 8


def shared_graphs(draw: random.Random) -> int:
    """Go back over one graph, and over others with its leaf, in threads: no share is lost."""
    x, count = Value(draw.uniform(0.5, 1.0)), draw.randrange(5, 60)

    def graph() -> Value:
        y = x
        for _ in range(count):
            y = autograd.tanh(y * x) + x
        return y

    one = graph()
    one.backward()
    slope, x.grad = x.grad, 0.0

    def back(is_own: bool) -> None:
        for _ in range(5):
            (graph() if is_own else one).backward()
            one.recompute()
            autograd.gradients(one, [x])

    together([partial(back, i % 2 == 0) for i in range(8)])
    assert math.isclose(x.grad, 40 * slope, rel_tol=1e-12), f"{x.grad}, not {40 * slope}"
    assert one.data == graph().data
    return 40


@contextmanager
def a_thread_that(work: Callable[[], object]) -> Iterator[None]:
    """Let a thread do something again and again."""
    over = threading.Event()

    def run() -> None:
        while not over.is_set():
            work()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def walk() -> None:
    """Walk over a graph."""
    y = x = Value(0.5)
    for _ in range(300):
        y = y * x
    y.backward()


def compile_and_run(backend: str) -> None:
    """Compile a new function, and run it."""
    number = float(time.perf_counter_ns() % 1000)
    compiled = autograd.compile(lambda x: autograd.tanh(x * number), backend=backend)
    compiled.value_and_grad(0.5)


def compile_and_free(backend: str) -> None:
    """Compile a new function, and free its machine code."""
    compile_and_run(backend)
    backends.compiled.cache_clear()


def do_both(backend: str) -> None:
    """Walk over a graph, and compile."""
    walk()
    compile_and_run(backend)


def forked(work: Callable[[], object]) -> int:
    """Return the process that is forked, which ends with status 0 once it has done something."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that threads are about
        child = os.fork()
    if not child:
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    return child


def forks(draw: random.Random) -> int:
    """Fork while another thread walks, compiles or frees: the child does the same, and ends."""
    backend = draw.choice(["python", "numpy", "llvm"])
    works: list[Callable[[], object]] = [walk]
    works += [partial(compile_and_run, backend), partial(compile_and_free, backend)]
    work = draw.choice(works)
    compile_and_run(backend)  # imports: Python's own locks of modules would be held in the child
    with a_thread_that(work):
        for _ in range(5):
            time.sleep(draw.uniform(0.0, 0.01))
            child = forked(partial(do_both, backend))
            assert ended(child, 20.0) == 0, "the child hangs, or fails"
    return 5


def everything() -> None:
    """Walk and compile, in a thread of its own: it would wait for a lock that this one holds."""
    together([partial(do_both, "llvm")])


def forks_that_wait(draw: random.Random) -> int:
    """Let Ctrl-C come while a fork waits for another thread's compilation: no lock stays held."""
    came = 0

    def interrupt(_: int, frame: Any) -> None:
        nonlocal came
        if frame.f_globals is vars(forking):
            came += 1
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt), sys.unraisablehook
    sys.unraisablehook = lambda _: None  # Python tells of an interrupt that it drops
    compile_and_run("llvm")
    try:
        with a_thread_that(lambda: compile_and_run("llvm")):
            while came < 3:
                signal.setitimer(signal.ITIMER_REAL, draw.uniform(1e-6, 0.005), 0.001)
                child = forked(everything)
                signal.setitimer(signal.ITIMER_REAL, 0.0)
                assert ended(child, 20.0) == 0, "the child hangs, or fails"
        everything()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before[0])
        sys.unraisablehook = before[1]
    return came


def rules_that_fork(draw: random.Random) -> int:
    """Fork in a rule of `recompute`: both processes go on, and their other threads can walk."""
    children: list[int] = []

    def rule(a: float) -> float:
        children.append(os.fork() if x.data == 1.0 else 0)
        return a

    x = Value(0.5)
    y = Primitive("forks", "forks", rule, (lambda _y, _a: 1.0,), "a", is_row=False)(x) * x
    x.data = 1.0
    with a_thread_that(walk), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            time.sleep(draw.uniform(0.0, 0.002))
            y.recompute()
            assert y.data == 1.0
            everything()
        finally:
            if len(children) > 1 and not children[-1]:
                os._exit(sys.exc_info()[0] is not None)
        assert ended(children[-1], 20.0) == 0, "the child hangs, or fails"
    return 1


def rules_that_wait(draw: random.Random) -> int:
    """Record a function that waits for another thread, which records it too: none waits for ever.

    So do rules that are recorded, and those that run for a compiled function.
    """
    places = draw.sample(["function", "rule", "run"], draw.randrange(1, 4))

    def meet(place: str) -> None:
        if place in places:
            barriers[place].wait(20.0)  # raises if no other thread comes

    barriers = {place: threading.Barrier(2) for place in places}

    def value(a: float) -> float:
        if isinstance(a, float):
            meet("run")
        return 2.0 * a

    def slope(_: Any, _a: Any) -> float:
        meet("rule")
        return 2.0

    twice = Primitive("twice", "twice", value, (slope,), "a", is_row=False)

    def function(x: Any) -> Any:
        meet("function")
        return twice(x) * x

    compiled = autograd.compile(function, backend="python")
    found = together([lambda: compiled.value_and_grad(3.0)] * 2)
    assert found == [(18.0, 12.0)] * 2, str(found)
    return 1


def ended(child: int, seconds: float) -> int:
    """Return how a child ended; one that takes longer than some seconds is killed."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return status
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


ATTACKS = [
    ("training beside others", training_beside_others),
    ("eight fits", eight_fits),
    ("shared graphs", shared_graphs),
    ("rules that wait", rules_that_wait),
]
if hasattr(os, "fork"):
    ATTACKS += [
        ("forks", forks),
        ("forks that wait", forks_that_wait),
        ("rules that fork", rules_that_fork),
    ]
