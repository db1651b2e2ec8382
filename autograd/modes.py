"""Ways of running the engine: without recording, or watching for the first nan or inf."""

from __future__ import annotations

import functools
import inspect
import math
import sys
import threading
import types
import weakref
from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, Self, overload

from autograd.cleaning import kind_of, name_of, quoted
from autograd.functional import is_compiling
from autograd.ops import Primitive
from autograd.reach import Shares, had_say
from autograd.sweeps import order_of, pull_back
from autograd.trees import flatten
from autograd.value import Constant, Value, watchers

if TYPE_CHECKING:
    from types import FrameType

_entered: ContextVar[tuple[_Block, ...]] = ContextVar("entered", default=())
"""The blocks that this thread, or this task, has entered; some may be over."""

_next = threading.local()
"""The lock that a `with` statement of this thread has looked up and is about to enter."""

_PAUSING = inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR
_DRIVERS = {"contextlib", "_pytest.fixtures"}
"""Who runs a generator to its `yield` for the block that follows: its mode holds in that block."""


class _Block:
    """One `with` block of a mode: what watches the engine while the block runs.

    The block is at work from one assignment, the last step of entering, until its lock is released
    or gone. `with` finds the lock's own `__exit__`, a function of C, which Ctrl-C cannot interrupt
    half way; and `with` alone has the lock, for Python 3.13 forgets to call an `__exit__` where
    Ctrl-C comes at the end of a turn of a loop.

    Args:
        mode: the mode.
        lock: is held while the block is at work.
        frame: of the code that has the block.
        is_by_hand: whether no `with` has the lock.
    """

    def __init__(
        self, mode: _Mode, lock: threading.Lock, frame: FrameType, *, is_by_hand: bool
    ) -> None:
        self.mode = mode
        self.is_entered = False
        self._lock = weakref.ref(lock)
        self._kept = lock if is_by_hand else None
        is_driven = frame.f_back is not None and frame.f_back.f_globals.get("__name__") in _DRIVERS
        pauses = frame.f_code.co_flags & _PAUSING and not is_driven
        self._frame = id(frame) if pauses else 0  # the frame lives as long as the block in it

    def is_over(self) -> bool:
        """Return whether the block has ended."""
        lock = self._lock()
        return lock is None or not lock.locked()

    def end(self) -> None:
        """End the block."""
        lock = self._lock()
        if lock is not None:
            lock.release()

    def is_on(self) -> bool:
        """Return whether the block is at work in this thread and task."""
        if not self.is_entered or self.is_over():
            return False
        if not self._frame:
            return self in _entered.get()
        frame: FrameType | None = sys._getframe(1)  # a paused generator is not among the callers
        while frame is not None and id(frame) != self._frame:
            frame = frame.f_back
        return frame is not None

    def created(self, node: Value) -> None:
        """See each node as it is made."""
        if self.is_on():
            self.mode.created(node)
        elif self.is_over():
            self._remove()

    def recomputed(self, order: list[Value]) -> None:
        """See the nodes whose numbers were computed again, parents first."""
        if self.is_on():
            self.mode.recomputed(order)

    def finished(self, order: list[Value]) -> None:
        """See the nodes of a backward pass, parents first, when it is done."""
        if self.is_on():
            self.mode.finished(order)

    def differentiated(self, order: list[Value], depends: set[Value]) -> None:
        """See the nodes that `gradients` is about to go back over, and which of them matter."""
        if self.is_on():
            self.mode.differentiated(order, depends)

    def _remove(self) -> None:
        with suppress(ValueError):  # another thread was faster
            watchers.remove(self)


class _Exit:
    """`__exit__`: what `with` finds is that of a lock, made for the block that it then enters.

    `with` looks it up before it calls `__enter__`. Where a block of this mode is on already, as
    when a mode is entered twice or left by hand, it is the plain method `leave`; and so it is on
    the class, where `contextlib.ExitStack` looks.
    """

    def __get__(self, mode: _Mode | None, kind: type[_Mode]) -> Callable[..., Any]:
        if mode is None:
            return kind.leave
        if mode.blocks_here():
            return mode.leave
        lock = threading.Lock()
        lock.acquire()
        _next.lock = mode, weakref.ref(lock)
        return mode.ending(lock)


class _Kind(type):
    """The class of modes: a class itself is no block, and says what to write."""

    def __enter__(cls) -> NoReturn:
        raise TypeError(f"write `with {name_of(cls)}():`, with parentheses")

    def __exit__(cls, *_: object) -> None:
        """Be there, for `with` looks for it first."""


class _Mode(metaclass=_Kind):
    """Watches the engine while a `with` block, or a decorated function, runs.

    A mode holds for the thread and the asyncio task that entered it, and for tasks started in the
    block. In a generator it holds while the generator runs, not while the generator is paused.
    """

    if TYPE_CHECKING:

        @overload
        def __new__(cls) -> Self: ...
        @overload
        def __new__(cls, function: Callable[..., Any]) -> Any: ...

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        """Return a mode; or a function decorated by one, for `@no_grad` without parentheses."""
        mode = super().__new__(cls)
        return mode if function is None else mode(function)

    def __enter__(self) -> Self:
        mode, of_with = getattr(_next, "lock", (None, None))
        _next.lock = None, None
        lock = of_with() if of_with and mode is self else None
        is_by_hand = lock is None
        if lock is None:
            lock = threading.Lock()
            lock.acquire()
        block = _Block(self, lock, sys._getframe(1), is_by_hand=is_by_hand)
        try:
            _entered.set((*(b for b in _entered.get() if not b.is_over()), block))
            self._watch(block)
            block.is_entered = True  # the last step
            return self  # noqa: TRY300  # nothing may come between
        except BaseException:
            lock.release()
            raise

    __exit__ = _Exit()

    def leave(self, *_: object) -> None:
        """End the latest block of this mode, as `with` does by itself.

        Raises:
            RuntimeError: the mode is not on here.
        """
        blocks = self.blocks_here() or [b for b in watchers if b.mode is self and b.is_entered]
        if not blocks:
            raise RuntimeError(f"{kind_of(self)}() is left without having been entered")
        blocks[-1].end()

    def ending(self, lock: threading.Lock) -> Callable[..., Any]:
        """Return what `with` calls at the end of a block that holds this lock."""
        return lock.__exit__

    def blocks_here(self) -> list[_Block]:
        """Return the blocks of this mode that this thread, or this task, is in."""
        return [b for b in _entered.get() if b.mode is self and b.is_entered and not b.is_over()]

    def _watch(self, block: _Block) -> None:
        watchers.append(block)

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Decorate a function, a generator or a coroutine: the mode holds while its code runs."""
        if not callable(function):
            raise TypeError(
                f"expected a function to decorate, received {kind_of(function)}; for a block"
                f" write `with {kind_of(self)}():`"
            )
        if isinstance(function, type) or _is_called_in_steps(function):
            raise TypeError(
                f"{kind_of(self)}() decorates functions; decorate the methods of"
                f" {quoted(function, 60)}, such as its __call__"
            )
        if inspect.isasyncgenfunction(function):
            raise TypeError(
                f"{kind_of(self)}() does not decorate an asynchronous generator; write"
                f" `with {kind_of(self)}():` in it, around what is computed"
            )
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def decorated(*args: Any, **kwargs: Any) -> Any:
                return await _awaitable(self, function(*args, **kwargs))

        elif inspect.isgeneratorfunction(function):

            @functools.wraps(function)
            def decorated(*args: Any, **kwargs: Any) -> Any:
                return (yield from _by_steps(self, function(*args, **kwargs)))

        else:

            @functools.wraps(function)
            def decorated(*args: Any, **kwargs: Any) -> Any:
                return self.run(function, *args, **kwargs)

        return decorated

    def run(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Return what a function returns while a new mode of this kind is on."""
        with type(self)():
            return function(*args, **kwargs)

    def created(self, node: Value) -> None:
        """See each node as it is made."""

    def recomputed(self, order: list[Value]) -> None:
        """See the nodes whose numbers were computed again, parents first."""

    def finished(self, order: list[Value]) -> None:
        """See the nodes of a backward pass, parents first, when it is done."""

    def differentiated(self, order: list[Value], depends: set[Value]) -> None:
        """See the nodes that `gradients` is about to go back over, and which of them matter."""


def _by_steps(
    mode: _Mode, generator: Generator[Any, Any, Any] | Coroutine[Any, Any, Any]
) -> Generator[Any, Any, Any]:
    """Run a generator or a coroutine: each step of it, but no pause, with the mode on."""
    step: Callable[[Any], Any] = generator.send
    given: Any = None
    while True:
        try:
            found = mode.run(step, given)
        except StopIteration as end:
            return end.value
        try:
            given = yield found
            step = generator.send
        except GeneratorExit:
            mode.run(generator.close)
            raise
        except BaseException as error:  # noqa: BLE001  # it is the generator's to see
            step, given = generator.throw, error


_awaitable = types.coroutine(_by_steps)


class no_grad(_Mode):  # noqa: N801  # used as a function, and PyTorch's name for it
    """Compute numbers without recording a graph: all results are leaves.

    Such a result has no `backward()`. It is on for one thread and one asyncio task, and decorates
    functions, generators and coroutines.

    Raises:
        RuntimeError: it is entered in a function that `compile` records, where there are no nodes
            to cut: write `stop_gradient(x)` for a number without its gradient.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.parents
    (9.0, ())
    """

    def _watch(self, block: _Block) -> None:
        if is_compiling():
            raise RuntimeError(
                "no_grad() has no nodes to cut in a function that is being recorded: write"
                " stop_gradient(x) for a number without its gradient, or leave no_grad() out"
            )
        super()._watch(block)

    def created(self, node: Value) -> None:
        """Cut the edges of a new node."""
        if node.op is not None:
            node.forget()


class _Birth(NamedTuple):
    """The first node of those that are nan or infinite for one reason, as it was made.

    Attributes:
        place: its place among the births.
        node: the node.
        op: its operation, which `no_grad` makes the node forget.
        result: its number.
        inputs: its parents.
        numbers: the parents' numbers.
        line: where it was made, as text.
    """

    place: int
    node: Value
    op: Primitive
    result: float
    inputs: tuple[Value, ...]
    numbers: tuple[float, ...]
    line: str


class detect_anomaly(_Mode):  # noqa: N801  # used as a function, and PyTorch's name for it
    """Raise for the node where a nan or an infinity is born, forward or backward.

    What was not chosen has no say: nothing is raised for `log(x)` in
    `where(greater(x, 0.0), log(x), 0.0)` at -1. So a number that is born nan is told of by the
    backward pass that begins behind it, or else at the end of the block.

    It is on for one thread and one asyncio task, as `no_grad` is.

    `grad`, `hessian` and their kind are watched as `backward()` is. Compiled code has no nodes to
    watch: of what `compile` and `compile_step` made the results alone are looked at, and `fit` and
    the other methods of a model use graphs while this is on.

    Raises:
        FloatingPointError: a nan or an infinity is born; the message says by which operation, on
            which numbers, a note of it says in which line, and `error.node` is the node.
        RuntimeError: it is entered in a function that `compile` records.

    >>> from autograd import Value, log
    >>> try:
    ...     with detect_anomaly():
    ...         y = log(Value(-1.0, label="p"))
    ... except FloatingPointError as error:
    ...     print(error)
    log gave nan in the forward pass, from p = -1.0
    """

    def __init__(self, _: object = None) -> None:
        self._births = 0
        self._touched: dict[Value, _Birth] = {}
        """Nodes whose numbers depend on one that was born nan or infinite, and on which."""
        self._left: dict[Value, _Birth] = {}
        """Those of them that no later node was computed from."""

    @staticmethod
    def is_on() -> bool:
        """Return whether a `detect_anomaly()` is on."""
        return any(isinstance(b.mode, detect_anomaly) and b.is_on() for b in tuple(watchers))

    def _watch(self, block: _Block) -> None:
        if is_compiling():
            raise RuntimeError(
                "detect_anomaly() has no nodes to watch in a function that is being recorded: put"
                " the call of the compiled function into it, or call the function uncompiled"
            )
        watchers.insert(0, block)  # to see a node before `no_grad` cuts its edges

    def ending(self, lock: threading.Lock) -> Callable[..., Any]:
        """Return what ends the block, and raises for what was born in it and is left."""

        def end(kind: object = None, *_: object) -> None:
            lock.release()  # first, for Ctrl-C may come
            self._end(kind)

        return end

    def leave(self, kind: object = None, *_: object) -> None:
        """End the latest block of this mode; see `ending`."""
        super().leave()
        self._end(kind)

    def _end(self, kind: object) -> None:
        left = list(self._left.values())
        self._touched, self._left = {}, {}
        if left and kind is None:
            raise _born(min(left))

    def created(self, node: Value) -> None:
        """Follow a number that an operation made nan or infinite into what is computed from it."""
        if isinstance(node, Constant) or (math.isfinite(node.data) and not self._touched):
            return
        if node.op is None:
            if not math.isfinite(node.data):
                raise _anomaly(
                    node, f"a leaf was given {quoted(node.data)}; expected a finite number"
                )
            return
        found = []
        for position, parent in enumerate(node.parents):
            if parent in self._touched:
                self._left.pop(parent, None)
                if had_say(node, position):
                    found.append(self._touched[parent])
        if not found and _is_born(node):
            self._births += 1
            numbers = tuple(parent.data for parent in node.parents)
            found = [_Birth(self._births, node, node.op, node.data, node.parents, numbers, _line())]
        if found:
            self._touched[node] = self._left[node] = min(found)
            if len(self._touched) > _MOST_TOUCHED:
                del self._touched[next(iter(self._touched))]

    def recomputed(self, order: list[Value]) -> None:
        """Raise as for nodes that are made, if the last of them depends on a nan or infinity."""
        for node in order:
            self._touched.pop(node, None)
            self._left.pop(node, None)
        for node in order:
            self.created(node)
        self._raise_behind(order)

    def _raise_behind(self, order: list[Value]) -> None:
        """Raise if the output depends on a number that was born nan or infinite."""
        birth = self._touched.get(order[-1]) if order else None
        if birth is not None:
            self._touched, self._left = {}, {}
            raise _born(birth)

    def finished(self, order: list[Value]) -> None:
        """Raise at the first node, from the output, where a gradient became nan or infinite."""
        self._raise_behind(order)
        _check_gradients(order, {node: node.grad for node in order})

    def differentiated(self, order: list[Value], depends: set[Value]) -> None:
        """Raise as for a backward pass, if the way to a node that matters leads over such a one."""
        self._raise_behind(order)
        totals = pull_back(order, {order[-1]: 1.0}, Shares(order))
        _check_gradients(order, {node: totals.get(node, 0.0) for node in order if node in depends})

    @staticmethod
    def check_compiled(name: str, *results: Any) -> None:
        """Raise if this is on and the results of compiled code hold a nan or an infinity.

        Args:
            name: what the function is called.
            results: numbers, and structures and arrays of numbers.
        """
        if detect_anomaly.is_on():
            for number in flatten(results):
                if not math.isfinite(number):
                    raise FloatingPointError(
                        f"{name}, compiled, gave {quoted(float(number))}: call it without"
                        " `compile` under detect_anomaly(), or on Values, for the operation that"
                        " did"
                    )


def _check_gradients(order: list[Value], gradients: Mapping[Value, float]) -> None:
    """Raise at the first node, from the output, where a gradient became nan or infinite."""
    shares = Shares(order)
    excused = {order[-1]}  # the output; parents of what had such a gradient
    for node in reversed(order):
        if node not in gradients:
            continue
        gradient = gradients[node]
        if not math.isfinite(gradient):
            if node not in excused and not isinstance(node, Constant):
                from autograd.notation.names import Names  # noqa: PLC0415  # seldom needed

                raise _anomaly(
                    node,
                    f"the gradients that {Names(order).text(node)} received in the backward"
                    f" pass add up to {quoted(gradient)}",
                )
            excused.update(node.parents)
            continue
        if node.op is None:
            continue
        for parent, partial, share in zip(
            node.parents, node.partials, shares(node, gradient), strict=True
        ):
            matters = parent in gradients and not isinstance(parent, Constant)
            if matters and not math.isfinite(share):
                numbers = [p.data for p in node.parents]
                advice = _advice(node.op, node.parents, numbers)
                raise _anomaly(
                    node,
                    f"{node.op.name} gave the gradient {quoted(share)} in the"
                    f" backward pass: local derivative {quoted(partial)} * upstream"
                    f" {quoted(gradient)}, from {_inputs(node.parents, numbers)}"
                    + (advice if math.isnan(share) or parent.op is not None else ""),
                )


_MOST_INPUTS, _LONGEST_NAME = 3, 40
_MOST_TOUCHED = 100_000
"""Nodes to be remembered, in a block that computes branches that are not chosen without end."""


def _is_born(node: Value) -> bool:
    """Whether a node's own operation made its number nan or infinite."""
    if math.isfinite(node.data):
        return False
    bad = math.isnan if math.isnan(node.data) else _is_not_finite
    return not any(bad(parent.data) for parent in node.parents)


def _line() -> str:
    """The line that is running, of the code that uses these packages."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__", "").startswith(
        ("autograd.", "nn.")
    ):
        frame = frame.f_back
    if frame is None:  # a module of these packages runs by itself
        return "here"
    return f"in {frame.f_code.co_name}, line {frame.f_lineno} of {frame.f_code.co_filename}"


def _born(birth: _Birth) -> FloatingPointError:
    error = _anomaly(
        birth.node,
        f"{birth.op.name} gave {quoted(birth.result)} in the forward pass, from"
        f" {_inputs(birth.inputs, birth.numbers)}"
        f"{_advice(birth.op, birth.inputs, birth.numbers)}",
    )
    error.add_note(f"it was computed {birth.line}")
    return error


def _is_not_finite(number: float) -> bool:
    return not math.isfinite(number)


_INSTEAD = {
    "sqrt": "x for sqrt(x)**2, x**1.5 for x * sqrt(x)",
    "pow": "one power for a product, x**1.5 for x * x**0.5, and x for (x**0.5)**2",
    "log": "xlogy(x, y) for x * log(y)",
    "div": "xdivy(x, y) for x / y where both may be 0",
}
"""What to write instead of an operation that has 0 * inf at 0."""

_OF_SQUARES = {
    "sqrt": "hypot(x, y) for sqrt(x*x + y*y), norm([x, y, ...]) for more numbers",
    "pow": f"hypot(x, y) for (x*x + y*y)**0.5; {_INSTEAD['pow']}",
}
"""The same, where the root is of a computed number, as a length is of a sum of squares."""

_SUMS = {"add", "sum", "dot", "mul", "pow"}


def _advice(op: Primitive, inputs: Sequence[Value], numbers: Sequence[float]) -> str:
    """What to write instead of an operation whose base, denominator or only input is 0."""
    name, place = op.name, int(op.name == "div")
    if name not in _INSTEAD or numbers[place] != 0.0:
        return ""
    zero = inputs[place]
    is_sum = zero.op is not None and zero.op.name in _SUMS
    advice = _OF_SQUARES.get(name, _INSTEAD[name]) if is_sum else _INSTEAD[name]
    return f"; there are rows that are right at 0: {advice}"


def _inputs(inputs: Sequence[Value], numbers: Sequence[float]) -> str:
    from autograd.notation.names import Names  # noqa: PLC0415  # seldom needed
    from autograd.notation.text import shortened  # noqa: PLC0415

    names = Names(order_of(inputs))
    shown = [
        f"{shortened(names.text(p), _LONGEST_NAME)} = {quoted(number)}"
        if p.label or p.op is not None
        else repr(number)
        for p, number in zip(inputs[:_MOST_INPUTS], numbers, strict=False)
    ]
    more = len(inputs) - len(shown)
    return ", ".join(shown) + (f" and {more} more, the error's node.parents" if more else "")


def _anomaly(node: Value, message: str) -> FloatingPointError:
    error = FloatingPointError(message)
    error.node = node  # type: ignore[attr-defined]  # for whoever wants to see all of its inputs
    return error


def _is_called_in_steps(thing: object) -> bool:
    """Whether this is an object whose `__call__` is a coroutine or a generator."""
    if inspect.isroutine(thing) or isinstance(thing, functools.partial):
        return False
    method = type(thing).__call__
    kinds = (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)
    return any(is_so(method) for is_so in kinds)
