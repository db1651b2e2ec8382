"""Functions compiled: recorded once, then run as straight-line code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from numbers import Integral
from typing import TYPE_CHECKING, Any, NoReturn

from autograd import ops, options
from autograd.cleaning import kind_of, name_of, one_line, quoted, received
from autograd.codegen.arguments import (
    Argument,
    check_rows,
    describe,
    plain,
    warn_of_fourth,
    warn_of_recordings,
)
from autograd.codegen.backends import choose, runnable
from autograd.codegen.one_node import one_node
from autograd.codegen.planning import BOTH, GRADIENT, VALUE, Plan, make_plan
from autograd.codegen.recorder import Recorder
from autograd.functional import value_and_grad
from autograd.modes import detect_anomaly
from autograd.trees import flatten, is_known, is_tree, map_structure, nodes_in, rebuild
from autograd.value import watchers

if TYPE_CHECKING:
    from concurrent.futures import Executor

REDUCTIONS = (None, "sum", "mean")


def compile(  # noqa: A001  # the name that everyone looks for
    f: Callable[..., Any],
    argnums: int | tuple[int, ...] = 0,
    *,
    batch: int | tuple[int, ...] = (),
    reduce: str | None = None,
    backend: str = "auto",
) -> Compiled:
    """Compile a function: record it once, and run it from then on as straight-line code.

    At the first call `f` is run on numbers that are not known yet, and its operations are written
    down as a program: its value, and by the chain rule its gradient, with common parts computed
    once and nothing that is not needed. It is recorded again for arguments of another structure.

    Whatever `f` reads besides its arguments, such as a global or an object's attribute, is read
    while it is recorded, and stays as it was then; so does what `f` prints or appends. After such a
    thing has changed, call `clear()`, or make it an argument.

    A `with no_grad():` in `f` is an error: write `stop_gradient(x)` for a number whose gradient is
    not to pass. While `f` is recorded, its numbers pass `isinstance(x, Value)`, and
    `is_compiling()` is true.

    Sums, differences, products and quotients are rounded as those of a graph of Values are;
    elementary functions are within 2 units in the last place, and tanh within 3 over a batch, for
    that of C's library, which graphs have, is itself off by 2. What differs from `backward()`: a
    sum over samples may be added up in another order, and a square is a product; a derivative of
    -0.0 reads 0.0 after `backward()`, which adds it to 0.0; and where a unit was not chosen,
    infinite weights or inputs of the `dot` behind it give nan here, and 0 there.

    Args:
        f: a function of numbers, and of lists, tuples, dicts and arrays of them, nested as you
            like; arrays reach it as lists. For a gradient it returns one number. An `if` on a
            number is refused: write `where(greater(a, b), ..., ...)`. It may take derivatives
            itself, by `grad`, `hessian` and so on. Called with Values it is run as it is, and what
            it returns is connected to them, so that it can be differentiated again; for compiled
            code pass a Value's number, its `.data`.
        argnums: the position of the argument to differentiate by; or a tuple of positions, and
            gradients come as a tuple.
        batch: positions of arguments that have one row for each sample: `f` sees one row.
        reduce: what becomes of the samples' results: "sum" or "mean", or None for one row each. It
            holds for the value, and for the gradient by an argument that all samples share.
        backend: "llvm" for machine code (`pip install 'glassgrad[fast]'`), "numpy", "python" (which
            is always there), or "auto" for the first of them that is installed. If the environment
            variable GLASSGRAD_CACHE names a folder, machine code is kept there for the next
            process.

    Raises:
        ValueError: a back end or a reduction is unknown, or a position is not a number from 0 on.
        TypeError: `f` is no function.
        ImportError: the back end is not installed.

    >>> cubic = compile(lambda x, a: a * x * x * x)
    >>> cubic(3.0, 2.0), cubic.grad(3.0, 2.0), cubic.value_and_grad(3.0, 2.0)
    (54.0, 54.0, (54.0, 54.0))
    >>> error = compile(lambda w, x, y: (w * x - y) ** 2, batch=(1, 2), reduce="sum")
    >>> error.value_and_grad(0.5, [1.0, 2.0], [1.0, 2.0])
    (1.25, -5.0)
    >>> compile(lambda model, x: model["w"] * x + model["b"]).grad({"w": 2.0, "b": 1.0}, 3.0)
    {'w': 3.0, 'b': 1.0}
    >>> from autograd import stop_gradient
    >>> compile(lambda x: x * stop_gradient(x)).grad(3.0)
    3.0
    >>> settings = {"rate": 1.0}
    >>> scaled = compile(lambda x: settings["rate"] * x)
    >>> scaled(3.0)
    3.0
    >>> settings["rate"] = 2.0
    >>> scaled(3.0)
    3.0
    >>> scaled.clear()
    >>> scaled(3.0)
    6.0
    """
    return Compiled(f, argnums, batch=batch, reduce=reduce, backend=backend)


class Compiled:
    """What `compile` makes: call it for its value, `grad` or `value_and_grad` for more.

    Attributes:
        backend: which one was chosen: "llvm", "numpy" or "python".
    """

    def __init__(
        self,
        f: Callable[..., Any] | None,
        argnums: int | tuple[int, ...] = 0,
        *,
        batch: int | tuple[int, ...] = (),
        reduce: str | None = None,
        backend: str = "auto",
        name: str = "",
    ) -> None:
        if not name and not callable(f):
            raise TypeError(f"expected a function to compile, received {received(f, 200)}")
        self._f = f
        self._argnums = argnums
        self._by = _positions("argnums", argnums)
        self._batch = _positions("batch", batch)
        self._reduce = options.choose("reduce", reduce, REDUCTIONS)
        if reduce is not None and not self._batch:
            raise ValueError(
                f"reduce={quoted(reduce)} is about samples: say with batch= which arguments have"
                " one row for each"
            )
        self.backend = choose(backend, over_a_batch=bool(self._batch))
        self._name = one_line(name) or name_of(f)
        self._plans: dict[tuple[str, Any], Plan] = {}
        self._recorders: dict[Any, Recorder] = {}
        self._recorded: tuple[Argument, ...] = ()
        self._variants: dict[Any, Compiled] = {}
        self._shortcuts: dict[str, Callable[..., Any] | None] = {}
        self._shortcut: Callable[..., Any] | None = None
        self._ran: Plan | None = None

    def __call__(self, *args: Any, **fixed: Any) -> Any:
        """Return the value: what `f` returns; of samples, the sum, the mean, or a row for each.

        Args:
            args: the numbers, and structures and arrays of numbers, that may differ from call to
                call.
            fixed: whole numbers, texts, None, and tuples of such, by name. `f` is recorded for each
                of their values: an `if` or a `range` may depend on them.

        Raises:
            TypeError: a number that may differ is given by name.

        >>> power = compile(lambda x, *, n: ops.prod([x] * n))
        >>> power(3.0, n=2), power.grad(3.0, n=3)
        (9.0, 27.0)
        """
        return (self._with(fixed) if fixed else self)._compute(VALUE, args)[0]

    def grad(self, *args: Any, **fixed: Any) -> Any:
        """Return the gradient, in the structure of the argument that it is taken by."""
        return (self._with(fixed) if fixed else self)._compute(GRADIENT, args)[1]

    def value_and_grad(self, *args: Any, **fixed: Any) -> tuple[Any, Any]:
        """Return the value and the gradient."""
        if fixed:
            return self._with(fixed)._compute(BOTH, args)
        if (
            self._shortcut is not None
            and not watchers
            and (found := self._shortcut(*args)) is not None
        ):
            return found  # type: ignore[no-any-return]  # the shortcut's pair
        return self._compute(BOTH, args)

    def node(self, *args: Any, **fixed: Any) -> Any:
        """Return the value as one node of a graph: its parents are the Values in the arguments.

        Number and derivatives come from compiled code, in one run, where `f` itself would leave
        all its operations in the graph. Second derivatives are taken of `f`'s own operations.

        Args:
            args: as for a call; Values may stand in the place of any numbers.
            fixed: as for a call.

        Returns:
            A Value; a float if no Value takes part.

        Raises:
            TypeError: `f` does not return one number, or gives a number for each row.

        >>> from autograd import Value
        >>> length = compile(lambda v: ops.norm(v))
        >>> x, y = Value(3.0), Value(4.0)
        >>> loss = length.node([x, y]) * 2.0
        >>> loss.backward()
        >>> loss.data, x.grad, y.grad
        (10.0, 1.2, 1.6)
        """
        if fixed:
            return self._with(fixed).node(*args)
        if self._f is None:
            self._no_code()
        if self._batch and self._reduce is None:
            raise TypeError(f"expected one number from {self._name}, for one node: say reduce=")
        if next(nodes_in(args), None) is None or not all(
            map(is_known, nodes_in(args))
        ):  # of plain numbers, or while another function is recorded
            return self(*args)
        return one_node(self._by_arguments, self._by_rows, self._name, args)

    def _by_arguments(self, places: tuple[int, ...]) -> Compiled:
        """The function, compiled to be differentiated by the arguments at these places."""
        return self._variant(places, self._f, places)

    def _variant(self, key: Any, f: Any, argnums: int | tuple[int, ...]) -> Compiled:
        """A function compiled with the options of this one, made once for each key."""
        if key not in self._variants:
            self._variants[key] = Compiled(
                f,
                argnums,
                batch=self._batch,
                reduce=self._reduce,
                backend=self.backend,
                name=self._name,
            )
        return self._variants[key]

    def _with(self, fixed: dict[str, Any]) -> Compiled:
        """The function with these arguments fixed, compiled separately."""
        for name, value in fixed.items():
            if not _is_fixed(value):
                raise TypeError(
                    f"expected all arguments of {self._name} that may differ from call to call by"
                    f" position, for it is compiled, received {name} by name:"
                    f" {kind_of(value)}; whole numbers, texts, None and tuples of such may be"
                    " given by name"
                )
        key = tuple(sorted((name, repr(value)) for name, value in fixed.items()))
        if key in self._variants:
            return self._variants[key]
        if self._f is None:
            self._no_code()
        names = sorted(fixed)
        known = tuple(self._variants)  # another thread may add one
        others = [x for x in known if [y[0] for y in x if type(y) is tuple] == names]
        given = ", ".join(f"{name}={value}" for name, value in key)
        warn_of_fourth(
            len(others),
            self._name,
            f"with {one_line(given)}. A function is recorded and compiled for each value that"
            " is given by name. Pass a number that differs from call to call by position, if no"
            " `if` and no `range` depends on it",
        )
        return self._variant(key, partial(self._f, **fixed), self._argnums)

    def map_batches(
        self,
        executor: Executor,
        shared: Sequence[Any],
        batches: Any,
        *,
        timeout: float | None = None,
    ) -> Any:
        """Return the value and the gradient of many batches, computed by an executor's workers.

        It is `value_and_grad` of all the samples at once, but for the order in which they are added
        up: batch by batch, in the batches' order, whichever is ready first. Workers are sent the
        recorded program, and make code of it once. What an executor seems to have forgotten is
        handed in again.

        Args:
            executor: any of `concurrent.futures`' kind: a process pool, `Client.get_executor()` of
                Dask's, which does a lost worker's batches again, or `MPIPoolExecutor`.
            shared: the arguments that all samples share, in their order.
            batches: for each batch a tuple of the arguments that have a row for each sample.
            timeout: seconds that the workers may take for all batches; None for any time.

        Raises:
            ValueError: results are not reduced, so there is nothing to add up; there is no batch;
                or `timeout` is below 0, or nan.
            TypeError: `timeout` is no number, or a worker delivered something else than a value and
                its gradient.
            RuntimeError: a worker died, and the executor does not do its work again.
            TimeoutError: the workers took longer than `timeout`. Nothing has been changed.

        >>> from concurrent.futures import ThreadPoolExecutor
        >>> error = compile(lambda w, x, y: (w * x - y) ** 2, batch=(1, 2), reduce="mean")
        >>> batches = [([1.0, 2.0], [1.0, 2.0]), ([3.0, 1.0], [0.0, 0.0])]
        >>> with ThreadPoolExecutor() as pool:
        ...     error.map_batches(pool, [0.5], batches)
        (0.9375, 1.25)
        """
        from autograd.codegen.distributing import add_up, spread  # noqa: PLC0415  # few need it

        if self._reduce is None or any(i in self._batch for i in self._by):
            raise ValueError(
                "expected results that can be added up: reduce='sum' or 'mean', and a gradient by"
                " arguments that all samples share"
            )
        calls = [self._arguments_of(shared, batch) for batch in batches]
        if not calls:
            raise ValueError("expected at least one batch, received none")
        if self._reduce == "mean":  # an empty batch has no mean, and counts for nothing
            calls = [args for args in calls if self._count(args)] or calls
        plans = [self._plan(BOTH, args) for args in calls]  # recorded here, to be sent
        counts = [self._count(args) for args in calls]
        total = (sum(counts) or self._no_sample()) if self._reduce == "mean" else 1
        weights = [count / total if self._reduce == "mean" else 1.0 for count in counts]
        results = [
            (value, gradient if isinstance(self._argnums, tuple) else (gradient,))
            for value, gradient in spread(self, executor, calls, timeout)
        ]
        first = plans[0].results
        found = add_up(results, weights, first[0], first[1:], name_of(type(executor)))
        detect_anomaly.check_compiled(self._name, found)
        return self._arranged(BOTH, found)

    def _arguments_of(self, shared: Sequence[Any], batch: Sequence[Any]) -> tuple[Any, ...]:
        expected = f"a batch as a tuple of {{}} arguments, those of batch={self._batch}"
        options.check_length(batch, len(self._batch), expected)
        if not isinstance(shared, (list, tuple)):
            raise TypeError(
                "expected the shared arguments as a list, as in map_batches(executor, [weights],"
                f" batches), received {kind_of(shared)}"
            )
        own, others = iter(batch), iter(shared)
        count = len(shared) + len(batch)
        if max(self._batch) >= count:
            raise ValueError(
                f"expected all arguments that samples share, for those of batch={self._batch} are"
                f" at places up to {max(self._batch)}; received {len(shared)}"
            )
        return tuple(next(own if i in self._batch else others) for i in range(count))

    def clear(self) -> None:
        """Forget what was recorded: the next call records the function anew, as it is then.

        Raises:
            RuntimeError: the function was pickled, and its Python code is not here.
        """
        if self._f is None:
            self._no_code()
        self._plans, self._recorders, self._shortcuts, self._variants = {}, {}, {}, {}
        self._shortcut = self._ran = None

    @property
    def source(self) -> str:
        """The code that the latest call ran: Python, NumPy's, or LLVM's language.

        Raises:
            RuntimeError: there has been no call: what is recorded depends on the arguments.
        """
        if self._ran is None:
            raise RuntimeError("nothing has been recorded yet; call the compiled function first")
        return runnable(self._ran.kernel, self.backend).source

    def __repr__(self) -> str:
        return f"<{self._name}, compiled for {self.backend}>"

    def __copy__(self) -> Compiled:
        return self  # as a function does

    def __deepcopy__(self, _: object) -> Compiled:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process gets the programs, and makes its own code of them; `f` stays here.
        options = {"batch": self._batch, "reduce": self._reduce, "backend": self.backend}
        return _received, (self._name, self._argnums, options, self._plans, self._variants)

    # ------------------------------------------------------------- computing

    def _compute(self, mode: str, args: tuple[Any, ...]) -> tuple[Any, Any]:
        shortcut = None if watchers else self._shortcuts.get(mode)
        if shortcut is not None and (found := shortcut(*args)) is not None:
            return found  # type: ignore[no-any-return]  # the shortcut's pair
        if next(nodes_in(args), None) is not None:
            return self._on_graph(mode, args)
        args = tuple(map(plain, args))
        plan = self._plan(mode, args)
        self._ran = plan
        self._shortcuts[mode] = self._find_shortcut(mode, plan)
        self._shortcut = self._shortcuts.get(BOTH)
        count = self._count(args)
        arrays = [a.numbers(arg) for a, arg in zip(plan.arguments, args, strict=True)]
        if self._reduce == "mean":
            arrays.append([1.0 / (count or self._no_sample())])
        found = runnable(plan.kernel, self.backend).run(count, arrays)
        if mode != GRADIENT and self._reduce == "mean":
            found[0] = [number / count for number in found[0]]
        restored = [a.restore(x, count) for a, x in zip(plan.results, found, strict=True)]
        detect_anomaly.check_compiled(self._name, restored)
        return self._arranged(mode, restored)

    def _on_graph(self, mode: str, args: tuple[Any, ...]) -> tuple[Any, Any]:
        """The value and the gradient as nodes: of Values, or while another function is recorded."""
        if self._f is None:
            self._no_code()
        if mode == VALUE:
            return self._by_rows(*args), None
        if self._batch and self._reduce is None:
            raise TypeError(
                f"expected numbers: a gradient of {self._name} by rows is not differentiated"
                " again; reduce them, or take the function itself"
            )
        return value_and_grad(self._by_rows, self._argnums)(*args)  # type: ignore[no-any-return]

    def _by_rows(self, *args: Any) -> Any:
        """What `f` returns, run on every row: reduced over the samples, or a row for each."""
        listed = [map_structure(lambda number: number, arg) for arg in args]  # arrays are lists
        function: Any = self._f
        if not self._batch:
            return function(*listed)
        count = self._count(listed)
        found = [
            function(*(arg[k] if i in self._batch else arg for i, arg in enumerate(listed)))
            for k in range(count)
        ]
        if self._reduce is None:
            return found
        if not found:
            return 0.0 if self._reduce == "sum" else self._no_sample()
        sums = [ops.sum(column) for column in zip(*map(flatten, found), strict=True)]
        share = 1 if self._reduce == "sum" else count
        return rebuild(found[0], [total / share for total in sums])

    def _arranged(self, mode: str, found: list[Any]) -> tuple[Any, Any]:
        """The value and the gradient, None where it was not asked for."""
        if mode == VALUE:
            return found[0], None
        value = None if mode == GRADIENT else found.pop(0)
        return value, tuple(found) if isinstance(self._argnums, tuple) else found[0]

    def _count(self, args: Sequence[Any]) -> int:
        for i in self._batch:
            check_rows(i, args[i])
        counts = [len(args[i]) for i in self._batch] or [1]
        if len(set(counts)) > 1:
            raise ValueError(
                f"expected as many rows in each argument of batch={self._batch}, received {counts}"
            )
        return counts[0]

    def _no_sample(self) -> NoReturn:
        raise ValueError("expected at least one sample to take the mean of, received none")

    def _find_shortcut(self, mode: str, plan: Plan) -> Callable[..., Any] | None:
        if self.backend != "llvm":
            return None
        from autograd.codegen.llvm.shortcut import shortcut  # noqa: PLC0415  # needs an extra

        machine_code: Any = runnable(plan.kernel, self.backend)
        return shortcut(
            machine_code,
            plan.arguments,
            plan.results,
            mean=self._reduce == "mean",
            has_value=mode != GRADIENT,
            arrange=partial(self._arranged, mode),
        )

    # ------------------------------------------------------------- recording

    def _plan(self, mode: str, args: Sequence[Any]) -> Plan:
        in_blocks = self.backend != "python" or "numpy" in sys.modules
        arguments, keys = self._described(args, in_blocks=in_blocks)
        plan = self._plans.get((mode, keys))
        if plan is None and self._f is None and (in_blocks or find_spec("numpy") is not None):
            # It was recorded in another process, which may have had NumPy where this one has none.
            _, others = self._described(args, in_blocks=not in_blocks)
            plan = self._plans.get((mode, others))
        if plan is None:
            plan = self._new_plan(mode, arguments, keys)
        return plan

    def _new_plan(self, mode: str, arguments: tuple[Argument, ...], keys: Any) -> Plan:
        # Value and gradient write into one program, so a thread takes it out of the dict until it
        # is done: a second thread records anew, and waits for no rule of a user. An error, Ctrl-C
        # and a fork leave no program behind that is half written. `clear` in another thread puts
        # new dicts in their place, and what goes into these is forgotten.
        plans, recorders = self._plans, self._recorders
        recorder = recorders.pop(keys, None)
        if recorder is None:
            warn_of_recordings(len(recorders), self._name, self._recorded, arguments)
            self._recorded = arguments
            recorder = self._record(arguments)
        if mode != VALUE and is_tree(recorder.template):
            raise TypeError(
                f"expected {self._name} to return one number, received"
                f" {kind_of(recorder.template)}; a gradient is that of one number"
            )
        by_rows = bool(self._batch) and self._reduce is None
        plan = make_plan(recorder, arguments, mode, self._by, by_rows=by_rows)
        recorders[keys] = recorder
        plans[mode, keys] = plan
        return plan

    def _described(
        self, args: Sequence[Any], *, in_blocks: bool
    ) -> tuple[tuple[Argument, ...], tuple[Any, ...]]:
        arguments = tuple(
            describe(i, arg, by_sample=i in self._batch, in_blocks=in_blocks)
            for i, arg in enumerate(args)
        )
        return arguments, tuple(argument.key for argument in arguments)

    def _no_code(self) -> NoReturn:
        raise RuntimeError(
            f"{self._name} has been pickled, and that leaves its Python code behind: call it once"
            " with numbers in this structure before it is pickled"
        )

    def _record(self, arguments: tuple[Argument, ...]) -> Recorder:
        if self._f is None:
            self._no_code()
        for name, positions in (("argnums", self._by), ("batch", self._batch)):
            for i in positions:
                if i >= len(arguments):
                    raise TypeError(
                        f"expected an argument of {self._name} at {name}={i}, received"
                        f" {len(arguments)} arguments"
                    )
        return Recorder(self._f, arguments, mean=self._reduce == "mean")


def _received(
    name: str,
    argnums: Any,
    options: dict[str, Any],
    plans: dict[tuple[str, Any], Plan],
    variants: dict[Any, Compiled] | None = None,
) -> Compiled:
    """A compiled function that came from another process, with what had been recorded there."""
    compiled = Compiled(None, argnums, name=name, **options)
    compiled._plans = plans
    compiled._variants = variants or {}  # files of earlier versions have none
    return compiled


def _is_fixed(value: Any) -> bool:
    """Whether an argument may be given by name: it cannot be changed, and has no gradient."""
    if isinstance(value, tuple):
        return all(map(_is_fixed, value))
    return value is None or isinstance(value, (Integral, str))


def _positions(name: str, positions: int | tuple[int, ...]) -> tuple[int, ...]:
    chosen = positions if isinstance(positions, tuple) else (positions,)
    try:
        return tuple([options.whole_number(name, position, least=0) for position in chosen])
    except ValueError:
        raise ValueError(
            f"expected {name} to be the position of an argument, from 0, or a tuple of such,"
            f" received {quoted(positions)}"
        ) from None
