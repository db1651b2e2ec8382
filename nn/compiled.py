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

    Raises:
        TypeError: the loss, an activation or the optimiser cannot be recorded; says why.
    """

    def __init__(self, model: Model, inputs: Rows, targets: Rows) -> None:
        self._model = model
        self._loss = loss_by_sample(model)
        if type(model.optimizer).update is not Optimizer.update:
            raise TypeError(f"{type(model.optimizer).__name__} has an update of its own")
        self._parameters = model.parameters()
        self._inputs, self._targets = inputs, targets
        self._step = autograd.compile_step(self._sample, self._update)
        self._array = _array_for(self._step.backend)
        self._x, self._y = self._array(inputs), self._array(self._loss.targets(targets))
        self._settings_seen = self._settings()
        self.pull()
        # The loss is recorded now: what cannot be is to be known before anything is changed.
        self._step.prepare(
            self._data, self._grads, self._memory, self._array([0.0, 1.0]), self._x, self._y
        )

    def _sample(self, parameters: list[Any], x: list[Any], y: list[Any]) -> tuple[Any, list[Any]]:
        outputs = self._model.stateless_call(parameters, x)
        return self._loss.sample(y, outputs), outputs

    def _update(
        self, data: Any, grad: Any, memory: list[Any], settings: list[Any]
    ) -> tuple[Any, list[Any]]:
        """The optimiser's own formula, of a number that is not known yet."""
        optimizer = copy.copy(self._model.optimizer)
        rate, optimizer.iterations = settings
        return data - optimizer.decrease(data, grad, rate, memory), memory

    def begin(self, order: Sequence[int], batch_size: int) -> None:
        """Put the samples in the order of an epoch, and take the parameters' numbers over."""
        self.pull()
        if self._settings() != self._settings_seen:  # a callback has changed the optimiser
            self._step = autograd.compile_step(self._sample, self._update)
            self._settings_seen = self._settings()
        self._x = self._array([self._inputs[i] for i in order])
        targets: list[Any] = []
        for start in range(0, len(order), batch_size):
            chosen = [self._targets[i] for i in order[start : start + batch_size]]
            targets.extend(self._loss.targets(chosen))
        self._y = self._array(targets)

    def step(self, start: int, end: int) -> tuple[float, Any]:
        """Do one step on samples of the epoch's order; return the loss and the outputs."""
        optimizer = self._model.optimizer
        rate = optimizer.next_rate()
        settings = self._array([rate, float(optimizer.iterations)])
        return self._step(
            self._data,
            self._grads,
            self._memory,
            settings,
            self._x[start:end],
            self._y[start:end],
        )

    def pull(self) -> None:
        """Take the parameters' numbers over, as they are now."""
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

    def _settings(self) -> dict[str, Any]:
        """What the optimiser's formula depends on, and is not passed to each step."""
        passed = {"iterations", "learning_rate", "_memory"}
        return {k: v for k, v in vars(self._model.optimizer).items() if k not in passed}


class CompiledMeasuring:
    """The losses and the outputs of many samples, computed at once.

    Args:
        model: is left as it is.
        with_loss: whether the loss is wanted too.

    Raises:
        TypeError: the loss or an activation cannot be recorded; says why.
    """

    def __init__(self, model: Model, *, with_loss: bool) -> None:
        self._parameters = model.parameters()
        self._loss = loss_by_sample(model) if with_loss else None

        def measured(parameters: list[Any], x: list[Any], *y: list[Any]) -> list[Any]:
            outputs = list(model.stateless_call(parameters, x))
            if self._loss is None:
                return outputs
            return [self._loss.sample(y[0], outputs), *outputs]

        batch = (1, 2) if with_loss else (1,)
        self._compiled = autograd.compile(measured, batch=batch)
        self._array = _array_for(self._compiled.backend)

    def outputs(self, inputs: Rows) -> Rows:
        """Return the outputs for each sample."""
        return _rows(self._compiled(self._data(), self._array(inputs)))

    def losses_and_outputs(self, inputs: Rows, targets: Rows) -> tuple[list[float], Rows]:
        """Return each sample's loss, and the outputs for each."""
        assert self._loss is not None  # noqa: S101  # it was asked for
        wanted = self._array(self._loss.targets(targets))
        rows = _rows(self._compiled(self._data(), self._array(inputs), wanted))
        return [row[0] for row in rows], [row[1:] for row in rows]

    def _data(self) -> Any:
        return self._array([parameter.data for parameter in self._parameters])


def loss_by_sample(model: Model) -> Loss:
    """Return the model's loss, if it is the mean of one sample's losses.

    Raises:
        TypeError: it is another.
    """
    loss = model.loss
    if not isinstance(loss, Loss) or type(loss).__call__ is not Loss.__call__:
        name = getattr(loss, "__name__", type(loss).__name__)
        raise TypeError(
            f"the loss {name} is a function of a whole batch; a subclass of nn.losses.Loss with a"
            " method `sample` would be compiled"
        )
    return loss


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
