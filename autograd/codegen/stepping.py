"""A whole step of training compiled: forward, backward and update, in one call."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Sequence
from operator import is_
from typing import Any

from autograd.cleaning import kind_of, message_of, name_of, quoted, received
from autograd.codegen import blocks
from autograd.codegen.arguments import (
    ROWS,
    Argument,
    describe,
    doubles,
    plain,
    warn_of_recordings,
)
from autograd.codegen.backends import LONG, choose, runnable
from autograd.codegen.kernel import Kernel
from autograd.codegen.recorder import Recorder
from autograd.modes import detect_anomaly
from autograd.ops import row
from autograd.options import check_index
from autograd.real import real
from autograd.sweeps import order_of
from autograd.trees import flatten, is_tree, rebuild, refuse_hidden
from autograd.value import Value, watchers

_TAKE = row("take")


def compile_step(
    loss: Callable[..., Any],
    update: Callable[[Any, Any, list[Any], list[Any]], tuple[Any, Sequence[Any]]],
    *,
    backend: str = "auto",
) -> CompiledStep:
    """Compile a step of training: the mean loss of a batch, its gradients, and the update.

    Args:
        loss: `(parameters, *rows) -> number`, of the parameters and one sample's row of each array
            of data; or `-> (number, outputs)`, with a list of more numbers to be returned. A row
            may be a sequence: a document is a list of one row.
        update: `(parameter, gradient, memory, settings) -> (parameter, memory)`: what becomes of
            one parameter, and of the numbers that are kept for it from step to step. Settings, such
            as a learning rate, are numbers that all parameters share.
        backend: as for `compile`.

    Returns:
        A function, `step(parameters, gradients, memory, settings, *data) -> (loss, outputs)`, which
        changes its first three arguments in place. Parameters and gradients are lists or arrays of
        doubles, or dicts, lists and tuples of such, both of the same structure (for which NumPy has
        to be there). `memory` is flat, and has as many numbers for each parameter as `update` is to
        keep, one parameter after the other. `data` have one row for each sample.

    Raises:
        ValueError: the back end is unknown.
        ImportError: it is not installed.

    >>> def error(w, x, y):
    ...     return (w[0] * x - y) ** 2
    >>> def descend(w, gradient, memory, settings):
    ...     return w - settings[0] * gradient, memory
    >>> step = compile_step(error, descend)
    >>> weights, gradients = [0.0], [0.0]
    >>> step(weights, gradients, [], [0.25], [1.0, 1.0], [3.0, 5.0])
    (17.0, [])
    >>> weights, gradients
    ([2.0], [-8.0])
    >>> model, slopes = {"w": [0.0], "b": [0.0]}, {"w": [0.0], "b": [0.0]}
    >>> line = compile_step(lambda m, x, y: (m["w"][0] * x + m["b"][0] - y) ** 2, descend)
    >>> line(model, slopes, [], [0.25], [1.0, 1.0], [3.0, 5.0])
    (17.0, [])
    >>> model
    {'w': [2.0], 'b': [2.0]}
    """
    return CompiledStep(loss, update, backend)


def compile_update(
    update: Callable[[Any, Any, list[Any], list[Any]], tuple[Any, Sequence[Any]]],
    *,
    backend: str = "auto",
) -> CompiledUpdate:
    """Compile the update of a step by itself, for gradients that something else computes.

    Args:
        update: as for `compile_step`.
        backend: as for `compile`.

    Returns:
        A function, `update(parameters, gradients, memory, settings)`, which changes parameters and
        memory in place: flat lists or arrays of doubles, as a step of `compile_step` takes them.

    Raises:
        ValueError: the back end is unknown.
        ImportError: it is not installed.

    >>> def with_momentum(w, gradient, memory, settings):
    ...     velocity = 0.5 * memory[0] - settings[0] * gradient
    ...     return w + velocity, [velocity]
    >>> update = compile_update(with_momentum)
    >>> weights, velocities = [1.0, 2.0], [0.0, 8.0]
    >>> update(weights, [4.0, 0.0], velocities, [0.25])
    >>> weights, velocities
    ([0.0, 6.0], [-1.0, 4.0])
    """
    return CompiledUpdate(update, backend)


class CompiledStep:
    """What `compile_step` makes.

    Attributes:
        backend: which one was chosen.
    """

    def __init__(
        self, loss: Callable[..., Any], update: Callable[..., Any], backend: str = "auto"
    ) -> None:
        self._loss = loss
        self._update = update
        self.backend = choose(backend, over_a_batch=True)
        self._kernels: dict[Any, tuple[Kernel, Kernel, Argument, bool]] = {}
        self._recorded: list[Argument] = []
        self._layout: blocks.Layout | None = None
        self._ran: tuple[Kernel, Kernel] | None = None
        self._shortcut: Callable[..., Any] | None = None
        self._shortcuts: dict[Any, tuple[Callable[..., Any], tuple[Kernel, Kernel]]] = {}

    def __call__(
        self, parameters: Any, gradients: Any, memory: Any, settings: Any, *data: Any
    ) -> tuple[float, Any]:
        """Do one step; see `compile_step`.

        Raises:
            ValueError: sizes do not fit, or there is no sample; nothing has been changed.
            TypeError: what is to be changed is neither a list nor an array of doubles; nothing has
                been changed.
            IndexError: `take` was given a place beyond the ends; parameters and memory are as they
                were.
        """
        if self._shortcut is not None and not watchers:
            found = self._shortcut(parameters, gradients, memory, settings, *data)
            if found is None:
                before, data = data, tuple(map(doubles, data))
                is_same = all(map(is_, before, data))
                own = parameters, gradients, memory, settings
                found = self._by_another_shortcut(own, data, is_same=is_same)
            if found is not None:
                return found  # type: ignore[no-any-return]  # the shortcut's pair
        if _is_structure(parameters):
            return self._step_of_structure(parameters, gradients, memory, settings, data)
        found, new = self._step(parameters, gradients, memory, settings, data)
        blocks.write(map(_change, (gradients, parameters, memory), new))
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        # What was recorded stays here: its machine code is this process's own.
        return CompiledStep, (self._loss, self._update, self.backend)

    def __repr__(self) -> str:
        return f"<the step of {name_of(self._loss)}, compiled for {self.backend}>"

    def prepare(
        self, parameters: Any, gradients: Any, memory: Any, settings: Any, *data: Any
    ) -> None:
        """Record and compile what a step with such arguments needs, without doing one.

        Raises:
            ValueError: sizes do not fit, or there is no sample.
            TypeError: the loss or the update cannot be recorded.
        """
        layout = None
        data = tuple(map(plain, data))
        if _is_structure(parameters):
            layout, parameters, gradients = _flat(parameters, gradients, memory)
        for part in self._prepared(layout, parameters, gradients, memory, settings, data)[0]:
            runnable(part, self.backend)

    def clear(self) -> None:
        """Forget what was recorded: the next step records the loss and the update anew."""
        self._kernels, self._shortcuts = {}, {}
        self._ran = self._shortcut = None

    @property
    def source(self) -> str:
        """The code that the latest call ran: of the loss, then of the update.

        Raises:
            RuntimeError: there has been no call.
        """
        if self._ran is None:
            raise RuntimeError("nothing has been recorded yet; do a step first")
        return "\n".join(runnable(part, self.backend).source for part in self._ran)

    def _step_of_structure(
        self, parameters: Any, gradients: Any, memory: Any, settings: Any, data: Sequence[Any]
    ) -> tuple[float, Any]:
        if self._layout is not None:
            arrays, of_slopes = map(self._layout.arrays, (parameters, gradients))
            if arrays and of_slopes and _are_apart([*arrays, *of_slopes, memory]):
                numbers, slopes = map(blocks.joined, (arrays, of_slopes))
                found, new = self._step(numbers, slopes, memory, settings, data, self._layout)
                slopes, numbers, remembered = new
                changes = [*blocks.refills(of_slopes, slopes), *blocks.refills(arrays, numbers)]
                blocks.write([*changes, _change(memory, remembered)])
                return found
        layout, numbers, slopes = _flat(parameters, gradients, memory)
        found, new = self._step(numbers, slopes, memory, settings, data, layout)
        slopes, numbers, remembered = new
        changes = [
            *blocks.changes(gradients, layout.outer, slopes),
            *blocks.changes(parameters, layout.outer, numbers),
        ]
        blocks.write([*changes, _change(memory, remembered)])
        self._layout = layout
        return found

    def _step(
        self,
        parameters: Any,
        gradients: Any,
        memory: Any,
        settings: Any,
        data: Sequence[Any],
        layout: blocks.Layout | None = None,
    ) -> tuple[tuple[float, Any], tuple[Any, Any, Any]]:
        """What a step returns, and the gradients, parameters and memory after it."""
        data = tuple(map(plain, data))
        (loss, update), outputs, takes, rows = self._prepared(
            layout, parameters, gradients, memory, settings, data
        )
        size = len(data[0])
        if size == 1 and len(loss.lines) >= LONG:
            loss = loss.of_one_sample
        self._ran = loss, update
        self._find_shortcut(outputs, takes, rows, data, layout)
        arrays = [row.numbers(arg) for row, arg in zip(rows, data, strict=True)]
        value, slopes, others = runnable(loss, self.backend).run(
            size, [parameters, *arrays, [1.0 / size]]
        )
        if takes and math.isnan(value[0]):
            self._refuse_index(size, layout, parameters, rows, arrays)
        changed, remembered = runnable(update, self.backend).run(
            len(parameters), [parameters, slopes, memory, settings]
        )
        if watchers:
            detect_anomaly.check_compiled("the step", [*value, *slopes, *changed])
        given = outputs.restore(others, size) if outputs.width else []
        return (float(value[0]) / size, given), (slopes, changed, remembered)

    def _prepared(
        self,
        layout: blocks.Layout | None,
        parameters: Any,
        gradients: Any,
        memory: Any,
        settings: Any,
        data: Sequence[Any],
    ) -> tuple[tuple[Kernel, Kernel], Argument, bool, list[Argument]]:
        """The kernels, the outputs, whether the loss takes at an index, and the data's rows."""
        count, kept = _sizes(parameters, gradients, memory, settings)
        rows = [describe(4 + i, rows, by_sample=True) for i, rows in enumerate(data)]
        samples = {len(rows) for rows in data}
        if len(samples) != 1 or 0 in samples:
            raise ValueError(
                "expected as many samples in all data, at least one, received"
                f" {[len(rows) for rows in data]}"
            )
        structure = count if layout is None else layout.key
        key = (structure, kept, len(settings), *(row.key for row in rows))
        if key not in self._kernels:
            title = f"the step of {name_of(self._loss)}"
            warn_of_recordings(len(self._kernels), title, self._recorded, rows, first=4)
            self._recorded = rows
            template = [0.0] * count if layout is None else blocks.template(layout.outer)
            loss, outputs, takes = self._record_loss(template, rows)
            update = _record_update(self._update, kept, len(settings))
            self._kernels[key] = loss, update, outputs, takes
        loss, update, outputs, takes = self._kernels[key]
        return (loss, update), outputs, takes, rows

    def _record_loss(
        self, template: Any, rows: Sequence[Argument]
    ) -> tuple[Kernel, Argument, bool]:
        recorder = Recorder(self._loss, [Argument(template), *rows], mean=True)
        value, *others = recorder.values()
        results = [([value], False), (recorder.gradients([0]), False), (others, True)]
        shape = (ROWS, len(others)) if any(row.shape for row in rows) else None
        outputs = Argument([0.0] * len(others), by_sample=True, shape=shape)
        return recorder.kernel(results), outputs, recorder.takes

    def _refuse_index(
        self,
        size: int,
        layout: blocks.Layout | None,
        parameters: Any,
        rows: Sequence[Argument],
        arrays: Sequence[Any],
    ) -> None:
        """Raise an IndexError if the loss is nan because `take` was given an index out of range.

        Such a step would turn all weights into nan. The search ends at the first sample whose loss
        is nan.
        """
        numbers = [Value(float(x)) for x in parameters]
        outer = [0.0] * len(numbers) if layout is None else blocks.template(layout.outer)
        for i in range(size):
            given = [
                rebuild(
                    row.template, [*map(Value, map(float, array[i * row.width :][: row.width]))]
                )
                for row, array in zip(rows, arrays, strict=True)
            ]
            found = flatten(self._loss(rebuild(outer, numbers), *given))
            for node in order_of([x for x in found if isinstance(x, Value)]):
                if node.op is _TAKE:
                    index, *values = node.parents
                    check_index(index.data, len(values))
            value = found[0].data if isinstance(found[0], Value) else found[0]
            if math.isnan(value):
                return

    def _find_shortcut(
        self,
        outputs: Argument,
        takes: bool,
        rows: Sequence[Argument],
        data: Sequence[Any],
        layout: blocks.Layout | None,
    ) -> None:
        """Keep a quick way to do steps like the one that is about to run, if there is any."""
        if self.backend != "llvm" or self._ran is None:
            return
        from autograd.codegen.llvm.shortcut import step_shortcut  # noqa: PLC0415  # needs an extra

        of_loss, of_update = (runnable(part, self.backend) for part in self._ran)
        found = step_shortcut(of_loss, of_update, rows, outputs, layout, asks=takes)  # type: ignore[arg-type]  # LLVM's
        if found is not None:
            self._shortcut = found
            self._shortcuts[_shapes(data)] = found, self._ran

    def _by_another_shortcut(
        self, own: Sequence[Any], data: Sequence[Any], *, is_same: bool
    ) -> Any:
        """Do a step by an earlier shortcut that fits it; None if none does.

        So steps stay quick where lengths of data take turns.

        Args:
            own: what a step takes beside data.
            data: the data.
            is_same: whether the latest shortcut has had these data, and they did not fit.
        """
        shortcut, ran = self._shortcuts.get(_shapes(data), (None, None))
        if shortcut is None or (is_same and shortcut is self._shortcut):
            return None
        found = shortcut(*own, *data)
        if found is not None:
            self._shortcut, self._ran = shortcut, ran
        return found


class CompiledUpdate:
    """What `compile_update` makes.

    Attributes:
        backend: which one was chosen.
    """

    def __init__(self, update: Callable[..., Any], backend: str = "auto") -> None:
        self._update = update
        self.backend = choose(backend, over_a_batch=True)
        self._kernels: dict[tuple[int, int], Kernel] = {}
        self._shortcut: Callable[..., float | None] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return CompiledUpdate, (self._update, self.backend)

    def __repr__(self) -> str:
        return f"<the update {name_of(self._update)}, compiled for {self.backend}>"

    def __call__(self, parameters: Any, gradients: Any, memory: Any, settings: Any) -> None:
        """Change parameters and memory in place; see `compile_update`.

        Raises:
            ValueError: sizes do not fit; nothing has been changed.
            TypeError: what is to be changed is neither a list nor an array of doubles; nothing has
                been changed.
        """
        shortcut = None if watchers else self._shortcut
        given = parameters, gradients, memory, settings
        if shortcut is not None and shortcut(*given) is not None:
            return
        count, kept = _sizes(parameters, gradients, memory, settings)
        key = kept, len(settings)
        if key not in self._kernels:
            self._kernels[key] = _record_update(self._update, *key)
        kernel = runnable(self._kernels[key], self.backend)
        changed, remembered = kernel.run(count, [parameters, gradients, memory, settings])
        if watchers:
            detect_anomaly.check_compiled("the update", changed)
        blocks.write([_change(parameters, changed), _change(memory, remembered)])
        if self.backend == "llvm":
            from autograd.codegen.llvm.shortcut import update_shortcut  # noqa: PLC0415  # needs an extra

            self._shortcut = update_shortcut(kernel, count)  # type: ignore[arg-type]  # LLVM's


def _sizes(parameters: Any, gradients: Any, memory: Any, settings: Any) -> tuple[int, int]:
    """The number of parameters, and of what is kept for each; refused if they do not fit."""
    for name, numbers in (
        ("parameters", parameters),
        ("gradients", gradients),
        ("memory", memory),
    ):
        _check_doubles(name, numbers)
        _check_flat(name, numbers)
    if not hasattr(settings, "__len__"):
        raise TypeError(
            f"expected settings as a list or an array, received {kind_of(settings)}:"
            f" {quoted(settings, 60)}"
        )
    for number in settings:
        real(number)
    _check_apart([parameters, gradients, memory])
    count = len(parameters)
    if len(gradients) != count or len(memory) % (count or 1):
        raise ValueError(
            f"expected as many gradients as parameters and as many numbers of memory for each,"
            f" received {count} parameters, {len(gradients)} gradients and a memory of"
            f" {len(memory)} numbers"
        )
    return count, len(memory) // (count or 1)


def _record_update(update: Callable[..., Any], kept: int, settings: int) -> Kernel:
    # One parameter is a sample: the update runs over all of them.
    number, memory = Argument(0.0, by_sample=True), Argument([0.0] * kept, by_sample=True)
    try:
        recorder = Recorder(update, [number, number, memory, Argument([0.0] * settings)])
    except IndexError as error:
        raise IndexError(
            f"{message_of(error)}; the update's memory has the length {kept}, and its settings the"
            f" length {settings}"
        ) from error
    output = recorder.output
    if not (isinstance(output, (tuple, list)) and len(output) == 2 and is_tree(output[1])):
        raise TypeError(
            "expected the update to return a parameter and its memory, as in"
            f" `return w - rate * gradient, memory`, received {received(output)}"
        )
    remembered = output[1]
    if len(remembered) != kept:
        raise ValueError(
            f"expected the update to keep as many numbers as it is given, {kept}, received"
            f" {len(remembered)}"
        )
    changed, *others = recorder.values()
    return recorder.kernel([([changed], True), (others, True)], in_place=True)


def _shapes(data: Sequence[Any]) -> Any:
    """The key of shortcuts: whether there is one sample, and each row's shape; None for lists."""
    try:
        return (len(data[0]) == 1, *(rows.shape[1:] for rows in data))
    except (AttributeError, IndexError, TypeError):
        return None


def _is_structure(parameters: Any) -> bool:
    """Whether parameters are anything else than a flat list or array of numbers."""
    if isinstance(parameters, (dict, tuple)) or len(getattr(parameters, "shape", ())) > 1:
        return True
    return isinstance(parameters, list) and any(
        isinstance(x, (list, tuple, dict)) or getattr(x, "shape", ()) for x in parameters
    )


def _flat(parameters: Any, gradients: Any, memory: Any) -> tuple[blocks.Layout, Any, Any]:
    """The layout of parameters and gradients, and their numbers in an array each."""
    found = []
    for name, structure in (("parameters", parameters), ("gradients", gradients)):
        known = blocks.blocks_of(structure)
        if known is None or blocks.is_fixed(known[0]):
            raise TypeError(
                f"expected {name} as a list or an array of doubles, or as dicts, lists and tuples"
                f" of such, which can be changed in place, received"
                f" {received(structure)}"
            )
        for numbers in known[1]:
            _check_doubles(name, numbers)
        found.append(known)
    (outer, arrays), (of_gradients, slopes) = found
    if outer != of_gradients:
        raise ValueError(
            "expected gradients in the structure of the parameters:"
            f" {blocks.difference(outer, of_gradients, ('the parameters', 'the gradients'))}"
        )
    holders = [y for x in (parameters, gradients) for y in blocks.holders(x, outer)]
    _check_apart([*holders, memory])
    return blocks.Layout(outer), blocks.joined(arrays), blocks.joined(slopes)


def _are_apart(found: Sequence[Any]) -> bool:
    """Whether no number stands in two places."""
    return blocks.are_apart(found) and not blocks.overlap(found)


def _check_apart(found: Sequence[Any]) -> None:
    if _are_apart(found):
        return
    raise ValueError(
        "expected each array or list once, received one in two places of the parameters or the"
        " gradients, where one update would undo the other: give it once, and let the loss use"
        " it twice"
    )


def _change(kept: Any, numbers: Any) -> blocks.Change:
    """What puts numbers in the place of a list's or an array's."""
    if hasattr(kept, "typecode"):
        numbers = array("d", numbers)
    elif isinstance(kept, list):
        numbers = [float(number) for number in numbers]
    return kept, slice(None), numbers


def _check_doubles(name: str, numbers: Any) -> None:
    """What is changed in place has to take doubles: an array of ints would cut them off."""
    refuse_hidden(numbers)
    kind: Any = getattr(numbers, "dtype", getattr(numbers, "typecode", type(numbers).__name__))
    if getattr(kind, "char", kind) not in {"list", "d"}:
        raise TypeError(f"expected {name} as a list or an array of doubles, received {kind}")
    if hasattr(numbers, "flags") and not numbers.flags.writeable:
        raise TypeError(f"expected {name} as an array that can be written to, received another")


def _check_flat(name: str, numbers: Any) -> None:
    """A list or an array has to be numbers alone, in one row."""
    shape = getattr(numbers, "shape", ())
    if len(shape) > 1:
        raise ValueError(
            f"expected {name} in one row, received an array of shape {shape}: write {name}.ravel()"
        )
    if isinstance(numbers, list) and not set(map(type, numbers)) <= {float, int}:
        for i, number in enumerate(numbers):
            try:
                real(number)
            except TypeError as error:
                raise TypeError(f"expected numbers as {name}; at [{i}]: {error}") from None
