"""Training on compiled code: a mini-batch in one call, and predictions of many samples in one."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import autograd
from nn.data import Rows
from nn.losses import Loss
from nn.optimizers import Optimizer

if TYPE_CHECKING:
    from nn.models import Model


class CompiledTraining:
    """A model's data and parameters in arrays, and the compiled step that works on them.

    Args:
        model: is to be trained; it is left as it is.
        inputs: a row for each sample.
        targets: likewise.
        batch_size: samples a step.

    Raises:
        TypeError: the loss, an activation or the optimiser cannot be recorded; says why.
    """

    def __init__(self, model: Model, inputs: Rows, targets: Rows, batch_size: int) -> None:
        self._model = model
        if type(model.optimizer).update is not Optimizer.update:
            raise TypeError(f"{type(model.optimizer).__name__} has an update of its own")
        self._parameters = model.parameters()
        self._inputs, self._targets = inputs, targets
        self._batches: list[Sequence[int]] = []
        self._step = self._compile()
        self._array = _array_for(self._step.backend)
        self._x, self._y = self._array(inputs), self._array(targets)
        self.pull()
        # All is recorded now: what cannot be is to be known before anything is changed.
        own = self._data, self._grads, self._memory, self._array([0.0, 1.0])
        for size in _sizes(len(inputs), batch_size):
            self._step.prepare(*own, self._x[:size], self._y[:size])

    def _compile(self) -> Any:
        self._compiled_for = _formulas(self._model)
        loss = loss_by_sample(self._model)
        if loss is None:
            return _StepByBatch(self._model, self._update)

        def sample(parameters: list[Any], x: list[Any], y: list[Any]) -> tuple[Any, list[Any]]:
            outputs = self._model.stateless_call(parameters, x)
            return _unknown(loss.sample(y, outputs)), outputs

        return autograd.compile_step(sample, self._update)

    def _update(
        self, data: Any, grad: Any, memory: list[Any], settings: list[Any]
    ) -> tuple[Any, list[Any]]:
        """The optimiser's own formula, of a number that is not known yet."""
        optimizer = copy.copy(self._model.optimizer)
        own = _settings(optimizer)
        vars(optimizer).update(copy.deepcopy(own))
        rate, optimizer.iterations = settings
        decrease = optimizer.decrease(data, grad, rate, memory)
        if _settings(optimizer) != own:
            raise TypeError(
                f"{type(optimizer).__name__} keeps more from step to step than its `memory`"
            )
        return data - decrease, memory

    def begin(self, order: Sequence[int], batch_size: int) -> None:
        """Put the samples in the order of an epoch, and take the parameters' numbers over."""
        self._batches = [order[i : i + batch_size] for i in range(0, len(order), batch_size)]
        self.pull()
        self._x = self._array([self._inputs[i] for i in order])
        self._prepare_targets()

    def _prepare_targets(self) -> None:
        """Put the targets in the order of the epoch, as the loss takes them."""
        targets: list[Any] = []
        for batch in self._batches:
            targets.extend(_prepared(self._model, [self._targets[i] for i in batch]))
        self._y = self._array(targets)

    def step(self, start: int, end: int) -> tuple[float, Any]:
        """Do one step on samples of the epoch's order; return the loss and the outputs."""
        optimizer = self._model.optimizer
        rate = optimizer.next_rate()
        settings = self._array([rate, float(optimizer.iterations)])
        own = self._data, self._grads, self._memory, settings
        loss, outputs = self._step(*own, self._x[start:end], self._y[start:end])
        return loss, outputs

    def pull(self) -> None:
        """Take over what a callback may have changed: the parameters' numbers, and formulas."""
        if _differ(_formulas(self._model), self._compiled_for):
            self._step = self._compile()
            self._prepare_targets()
        memory = [x for p in self._parameters for x in self._model.optimizer.memory(p)]
        self._data = self._array([p.data for p in self._parameters])
        self._grads = self._array([p.grad for p in self._parameters])
        self._memory = self._array(memory)

    def push(self) -> None:
        """Give the parameters, and the optimiser's memory, their numbers."""
        numbers = zip(self._parameters, _floats(self._data), _floats(self._grads), strict=True)
        memory = iter(_floats(self._memory))
        for parameter, data, grad in numbers:
            parameter.data, parameter.grad, parameter.has_grad = data, grad, True
            self._model.optimizer.memory(parameter)[:] = [next(memory), next(memory)]


class _StepByBatch:
    """A step where the loss is a function of a whole batch: in four calls, instead of one.

    The outputs of all samples; the loss and its derivatives by them; those by the parameters, for
    which the loss is replaced by the sum of its derivatives times the outputs; the update.
    """

    def __init__(self, model: Model, update: Callable[..., Any]) -> None:
        def pulled(parameters: list[Any], x: list[Any], slopes: list[Any]) -> Any:
            return autograd.dot(slopes, model.stateless_call(parameters, x))

        def updated(data: Any, grad: Any, memory: list[Any], settings: list[Any]) -> list[Any]:
            changed, memory = update(data, grad, memory, settings)
            return [changed, *memory]

        self._outputs = autograd.compile(model.stateless_call, batch=1)
        self._loss = _compiled_loss(model)
        self._pull = autograd.compile(pulled, batch=(1, 2), reduce="sum")
        self._update = autograd.compile(updated, batch=(0, 1, 2))
        self.backend = self._outputs.backend

    def prepare(self, *arrays: Any) -> None:
        """Record all that a step needs, without doing one."""
        data, grads, memory, settings, x, y = arrays
        self._gradient(data, x, y)
        self._updated(data, grads, memory, settings)

    def __call__(
        self, data: Any, grads: Any, memory: Any, settings: Any, x: Any, y: Any
    ) -> tuple[float, Any]:
        """Do one step; see `autograd.compile_step`."""
        value, outputs, gradient = self._gradient(data, x, y)
        rows = self._updated(data, gradient, memory, settings)
        grads[:] = gradient
        data[:] = [row[0] for row in rows]
        memory[:] = [number for row in rows for number in row[1:]]
        return value, outputs

    def _gradient(self, data: Any, x: Any, y: Any) -> tuple[float, Any, Any]:
        outputs = self._outputs(data, x)
        value, slopes = self._loss.value_and_grad(y, outputs)
        return value, outputs, self._pull.grad(data, x, slopes)

    def _updated(self, data: Any, grads: Any, memory: Any, settings: Any) -> Any:
        pairs = [[memory[i], memory[i + 1]] for i in range(0, len(memory), 2)]
        return self._update(data, grads, pairs, settings)


class CompiledMeasuring:
    """The loss and the outputs of many samples, computed at once.

    Args:
        model: is left as it is.
        inputs: a row for each sample.
        targets: likewise, or None if the loss is not wanted.
        batch_size: how many samples `loss_and_outputs` will be given.

    Raises:
        TypeError: the loss or an activation cannot be recorded; says why.
    """

    def __init__(
        self, model: Model, inputs: Rows, targets: Rows | None = None, batch_size: int = 1
    ) -> None:
        self._model = model
        self._parameters = model.parameters()
        self._has_loss = targets is not None
        self._compile()
        self._array = _array_for(self._compiled.backend)
        # All is recorded now: what cannot be is to be known before it is needed.
        for size in _sizes(len(inputs), batch_size):
            if targets is None:
                self.outputs(inputs[:size])
            else:
                self.loss_and_outputs(inputs[:size], targets[:size])

    def _compile(self) -> None:
        self._compiled_for = _loss_formula(self._model)
        by_sample = loss_by_sample(self._model) if self._has_loss else None
        with_batch = self._has_loss and by_sample is None
        self._loss = _compiled_loss(self._model) if with_batch else None

        def measured(parameters: list[Any], x: list[Any], *y: list[Any]) -> list[Any]:
            outputs = list(self._model.stateless_call(parameters, x))
            if by_sample is None:
                return outputs
            return [_unknown(by_sample.sample(y[0], outputs)), *outputs]

        batch = (1,) if by_sample is None else (1, 2)
        self._compiled = autograd.compile(measured, batch=batch)

    def outputs(self, inputs: Rows) -> Rows:
        """Return the outputs for each sample."""
        return _rows(self._compiled(self._data(), self._array(inputs)))

    def loss_and_outputs(self, inputs: Rows, targets: Rows) -> tuple[float, Rows]:
        """Return the loss of a batch, and the outputs for each sample."""
        if _differ(_loss_formula(self._model), self._compiled_for):
            self._compile()
        wanted = self._array(_prepared(self._model, targets))
        if self._loss is not None:
            outputs = self._compiled(self._data(), self._array(inputs))
            return self._loss(wanted, outputs), _rows(outputs)
        rows = _rows(self._compiled(self._data(), self._array(inputs), wanted))
        return sum(row[0] for row in rows) / len(rows), [row[1:] for row in rows]

    def _data(self) -> Any:
        return self._array([parameter.data for parameter in self._parameters])


def _formulas(model: Model) -> tuple[Any, ...]:
    """What was recorded: were it another now, it would have to be recorded again."""
    return model.optimizer, _settings(model.optimizer), *_loss_formula(model)


def _loss_formula(model: Model) -> tuple[Any, ...]:
    return model.loss, dict(getattr(model.loss, "__dict__", {}))


def _differ(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
    try:
        return a != b
    except ValueError:  # an array has been put in the place of another
        return True


def _settings(optimizer: Optimizer) -> dict[str, Any]:
    """What an optimiser's formula depends on, and is not passed to each step."""
    passed = {"iterations", "learning_rate", "_memory"}
    return {name: value for name, value in vars(optimizer).items() if name not in passed}


def _sizes(count: int, batch_size: int) -> list[int]:
    """The sizes of batches: all but the last are alike."""
    return [size for size in (min(batch_size, count), count % batch_size) if size]


def loss_by_sample(model: Model) -> Loss | None:
    """Return the model's loss if it is the mean of the samples' losses, None if it is another."""
    loss = model.loss
    is_mean = isinstance(loss, Loss) and type(loss).__call__ is Loss.__call__
    return loss if is_mean else None  # type: ignore[return-value]  # just seen to be one


def _compiled_loss(model: Model) -> autograd.Compiled:
    """The model's loss as a function of all targets and all outputs, to be differentiated."""
    loss: Any = model.loss
    return autograd.compile(lambda y, outputs: _unknown(loss(y, outputs)), argnums=1)


def _unknown(loss: Any) -> Any:
    """The loss, which is not to be a plain number: it would have no gradient."""
    if not hasattr(type(loss), "apply_primitive"):
        raise TypeError(f"the loss is not computed from the predictions: it is {loss!r}")
    return loss


def _prepared(model: Model, targets: Rows) -> Any:
    """Targets of a batch, as the loss of a sample takes them."""
    loss = loss_by_sample(model)
    return targets if loss is None else loss.targets(targets)


def _array_for(backend: str) -> Callable[[Any], Any]:
    """What makes of lists the arrays that a back end is fastest with."""
    if backend == "python":
        return list
    import numpy as np  # noqa: PLC0415  # the other back ends have brought it

    return lambda numbers: np.array(numbers, dtype=float)


def _floats(numbers: Any) -> list[float]:
    return numbers.tolist() if hasattr(numbers, "tolist") else list(numbers)


def _rows(rows: Any) -> Rows:
    return rows.tolist() if hasattr(rows, "tolist") else [list(row) for row in rows]
