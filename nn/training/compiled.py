"""Training and measuring on compiled code: a mini-batch in one call."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import autograd
from autograd import Parameter
from autograd.cleaning import kind_of, quoted
from nn.activations import outputs_of, undone
from nn.data import Rows, listed
from nn.losses import BinaryCrossentropy, Loss, of_batch
from nn.optimizers import Optimizer
from nn.training.eager import Trainable
from nn.training.matrices import MatrixStep, matrices_of


class CompiledTraining:
    """A model's data and parameters in arrays, and the compiled step that works on them.

    Making one leaves the model as it is; a TypeError says what cannot be recorded.
    """

    def __init__(self, model: Trainable, inputs: Rows, targets: Rows, batch_size: int) -> None:
        self._model = model
        if type(model.optimizer).update is not Optimizer.update:
            raise TypeError(f"{kind_of(model.optimizer)} has an update of its own")
        self._parameters = model.trainable_parameters()
        self._inputs, self._targets, self._batch_size = inputs, targets, batch_size
        self._order: Sequence[int] = []
        self._first: int | None = None
        self._is_ahead = False
        self._pending: Callable[[], None] | None = None
        trained = set(self._parameters)
        self._moving = model.moving_parameters()
        trained.update(self._moving)
        self._fixed = [p for p in model.parameters() if p not in trained]
        self._step = self._compile()
        self._array = _array_for(self._step.backend)
        self._every_x = self._x = self._array(inputs)
        self._places: Any = None
        self._room: Any = self._x[:batch_size].copy()
        self._every_y: Any = None
        self._y = self._array(targets)
        self._grads = self._array([0.0] * len(self._parameters))
        self.pull()
        # Everything is recorded now, so that an error comes before anything is changed.
        own = self._data, self._grads, self._memory, self._array([0.0, 1.0])
        x = self._array([[*row, *[0.0] * model.noise_size()] for row in inputs[:batch_size]])
        for size in _sizes(len(inputs), batch_size):
            _, y = self._taken(x[:size], self._y[:size])
            self._step.prepare(*own, x[:size], y)

    def _compile(self) -> Any:
        self._compiled_for = _formulas(self._model, self._fixed)
        loss = _loss_by_sample(self._model)
        self._batch = CompiledMeasuring(self._model, [], None, 1) if loss is None else None
        matrices = matrices_of(self._model, self._parameters)
        if matrices is not None and loss is not None:
            return MatrixStep(matrices, loss, self._update)
        if self._moving:
            raise TypeError(
                "BatchNormalization takes a whole batch, and is compiled only with NumPy, a loss of"
                " nn.losses, and layers that are trained and have no regularizer"
            )

        def sample(parameters: list[Any], x: list[Any], y: list[Any]) -> tuple[Any, list[Any]]:
            outputs, penalties = self._model.with_parameters(
                self._whole(parameters), lambda: (self._model.forward(x), self._model.penalties())
            )
            if loss is None:
                return autograd.dot(y, undone(outputs)[1]) + sum(penalties), []
            return _unknown(sum(penalties, start=loss.sample(y, outputs))), outputs

        return autograd.compile_step(sample, self._update)

    def _whole(self, trained: Sequence[Any]) -> list[Any]:
        """All of the model's numbers, those of parameters that are not trained among them."""
        numbers = dict(zip(self._parameters, trained, strict=True))
        return [numbers.get(p, p.data) for p in self._model.parameters()]

    def _taken(self, x: Any, y: Any) -> tuple[Any, Any]:
        """A step's loss and outputs, if they are known before it; and what it takes for targets.

        A loss that is a function of the whole batch is computed before the step. The step is given
        that loss's derivatives by the scores, and takes the sum of derivative times score for its
        loss: it has the same gradient.
        """
        if self._batch is None:
            return None, y
        outputs, scores = self._batch.ends(self._array(self._whole(listed(self._data))), x)
        value, slopes = self._batch.loss.value_and_grad(y, scores)
        whole = self._whole(listed(self._data))
        value = value + sum(self._model.with_parameters(whole, self._model.penalties))
        # A step takes the mean over the samples, where the slopes are those of all of them.
        rows = [[len(x) * slope for slope in row] for row in listed(slopes)]
        return (value, outputs), self._array(rows)

    def _update(
        self, data: Any, grad: Any, memory: list[Any], settings: list[Any]
    ) -> tuple[Any, list[Any]]:
        """The optimiser's own formula, of a number that is not known yet."""
        optimizer = copy.copy(self._model.optimizer)
        own = _settings(optimizer)
        vars(optimizer).update(copy.deepcopy(own))
        rate, optimizer.iterations = settings
        changed = optimizer.moved(data, grad, rate, memory)
        if _settings(optimizer) != own:
            name = type(optimizer).__name__
            raise TypeError(f"{name} keeps more from step to step than its `memory`")
        return changed, memory

    def begin(self, order: Sequence[int]) -> None:
        """Put the samples in the order of an epoch, and take the parameters' numbers over.

        If there was no `push` since the latest step, they are those that it left here.
        """
        self._order = order
        if self._is_ahead:
            self._keep_start()
        else:
            self.pull()
        if hasattr(self._every_x, "shape") and not self._model.noise_size():
            self._places = self._array(order).astype(int)
        else:
            self._x = self._array([self._model.with_noise(self._inputs[i]) for i in order])
        self._prepare_targets()

    def _samples(self, start: int, end: int) -> Any:
        """Samples of the epoch's order, each with what layers draw for it."""
        if self._places is None:
            return self._x[start:end]
        places = self._places[start:end]  # into an array that is there, which saves making one
        return self._every_x.take(places, axis=0, out=self._room[: len(places)], mode="clip")

    def _prepare_targets(self) -> None:
        """Put the targets in the order of the epoch, as the loss takes them."""
        if _is_by_row(self._model):
            if self._every_y is None:
                self._every_y = self._array(_prepared(self._model, self._targets))
            self._y = _in_order(self._every_y, self._order)
            return
        targets: list[Any] = []
        for start in range(0, len(self._order), self._batch_size):
            batch = self._order[start : start + self._batch_size]
            targets.extend(_prepared(self._model, [self._targets[i] for i in batch]))
        self._y = self._array(targets)

    def step(self, start: int, end: int) -> tuple[float, Any]:
        """Do one step on samples of the epoch's order; return the loss and the outputs."""
        optimizer = self._model.optimizer
        rate = optimizer.next_rate()
        settings = self._array([rate, float(optimizer.iterations)])
        own = self._data, self._grads, self._memory, settings
        self._first, self._is_ahead = start if self._first is None else self._first, True
        x = self._samples(start, end)
        known, y = self._taken(x, self._y[start:end])
        found = self._step(*own, x, y)
        return known or found  # type: ignore[no-any-return]  # a loss, and outputs

    def pull(self) -> None:
        """Take over what a callback may have changed: the parameters' numbers, and formulas."""
        if _differ(_formulas(self._model, self._fixed), self._compiled_for):
            self._step, self._every_y = self._compile(), None
            self._prepare_targets()
        optimizer = self._model.optimizer
        if self._pending is None or optimizer.pending is not self._pending:
            memories = [optimizer.memory(parameter) for parameter in self._parameters]
            if len({len(memory) for memory in memories}) > 1:
                raise TypeError(
                    f"{kind_of(optimizer)} keeps more numbers for one parameter than for another"
                )
            self._memory = self._array([number for memory in memories for number in memory])
        self._data = self._array([p.data for p in self._parameters])
        self._is_ahead = False
        self._keep_start()

    def _keep_start(self) -> None:
        """Remember where the coming steps begin, for `latest`."""
        moving = [parameter.data for parameter in self._moving]
        self._before = self._data.copy(), self._memory.copy(), moving
        self._first = None

    def push(self) -> None:
        """Give the parameters the numbers that they have after the steps since `pull`."""
        if not self._is_ahead:
            return
        numbers = zip(self._parameters, listed(self._data), listed(self._grads), strict=True)
        for parameter, data, grad in numbers:
            parameter.data, parameter.grad, parameter.has_grad = data, grad, True
        optimizer = self._model.optimizer
        self._pending = optimizer.pending = self._settling()
        if type(optimizer).memory is not Optimizer.memory:  # nobody settles what is asked for there
            optimizer.settle()
        self._is_ahead = False

    def _settling(self) -> Callable[[], None]:
        """A function that gives the optimiser its many numbers, once somebody asks for them."""
        optimizer, parameters, memory = self._model.optimizer, self._parameters, self._memory

        def settle() -> None:
            numbers = iter(listed(memory))
            for parameter in parameters:
                kept = optimizer.memory(parameter)
                kept[:] = [next(numbers) for _ in kept]

        return settle

    def latest(self, start: int) -> list[Any]:
        """Return for the latest two steps the samples and the parameters' numbers before it."""
        # Steps keep no numbers for this: all from `_before` on are done again.
        starts = range(self._first or 0, start + 1, self._batch_size)
        self._model.optimizer.iterations -= len(starts)
        self._data[:], self._memory[:], moving = self._before
        for parameter, number in zip(self._moving, moving, strict=True):
            parameter.data = number
        steps: list[Any] = []
        for begin in starts:
            end = min(begin + self._batch_size, len(self._order))
            steps = [*steps[-1:], (self._order[begin:end], self._whole(listed(self._data)))]
            self.step(begin, end)
        return steps


class CompiledMeasuring:
    """The loss and the outputs of many samples, computed at once; without targets, no loss.

    Attributes:
        loss: the compiled loss, of targets and scores, to which a loss may go back.
    """

    def __init__(
        self, model: Trainable, inputs: Rows, targets: Rows | None, batch_size: int
    ) -> None:
        self._model, self._parameters = model, model.parameters()
        self._matrices = matrices_of(model, self._parameters)
        self._compile()
        self._array = _array_for(self._ends.backend)
        # Everything is recorded now, so that an error comes before the first result is needed.
        for size in _sizes(len(inputs), batch_size):
            if targets is None:
                self.outputs(inputs[:size])
            else:
                self.loss_and_outputs(inputs[:size], targets[:size])

    def _compile(self) -> None:
        self._compiled_for = _loss_formula(self._model)
        model, by_sample = self._model, _loss_by_sample(self._model)

        def ends(parameters: list[Any], x: list[Any]) -> list[Any]:
            outputs = model.stateless_call(parameters, x)
            self._activation, scores = undone(outputs)
            return [*outputs, *scores]

        def of_sample(y: list[Any], scores: list[Any]) -> Any:
            return _unknown(by_sample.sample(y, outputs_of(self._activation, scores)))  # type: ignore[union-attr]  # where there is one

        def of_all(y: list[Any], scores: list[Any]) -> Any:
            outputs = [outputs_of(self._activation, row) for row in scores]
            return _unknown(of_batch(model.loss, y, outputs))  # type: ignore[arg-type]  # there is one

        self._ends = autograd.compile(ends, batch=1)
        if self._matrices is not None:
            self._activation = self._matrices.activation
        if by_sample is None:
            self.loss = autograd.compile(of_all, argnums=1)
        else:
            self.loss = autograd.compile(of_sample, batch=(0, 1), reduce="mean")

    def ends(self, data: Any, x: Any) -> tuple[Any, Any]:
        """Return the outputs and the scores for each sample, with these numbers as parameters."""
        if self._matrices is not None:
            scores, _ = self._matrices.forward(data, x)
            return self._matrices.outputs_of(scores), scores
        rows = self._ends(data, x)
        half = len(rows[0]) // 2
        if hasattr(rows, "shape"):
            return rows[:, :half], rows[:, half:]
        return [row[:half] for row in rows], [row[half:] for row in rows]

    def outputs(self, inputs: Rows) -> Rows:
        """Return the outputs for each sample."""
        return listed(self.ends(self._data(), self._array(inputs))[0])  # type: ignore[no-any-return]  # rows

    def loss_and_outputs(self, inputs: Rows, targets: Rows) -> tuple[float, Any]:
        """Return the loss of a batch, and the outputs for each sample."""
        if _differ(_loss_formula(self._model), self._compiled_for):
            self._compile()
        outputs, scores = self.ends(self._data(), self._array(inputs))
        wanted = self._array(_prepared(self._model, targets))
        loss = self.loss(wanted, scores)
        for penalty in self._model.penalties():
            loss += penalty.data if isinstance(penalty, autograd.Value) else penalty
        return loss, outputs

    def _data(self) -> Any:
        return self._array([parameter.data for parameter in self._parameters])


def _formulas(model: Trainable, fixed: Sequence[Parameter]) -> tuple[Any, ...]:
    """What a recorded step depends on: where it has changed, the step is recorded again."""
    numbers = [parameter.data for parameter in fixed]
    return model.optimizer, _settings(model.optimizer), numbers, *_loss_formula(model)


def _loss_formula(model: Trainable) -> tuple[Any, ...]:
    return model.loss, dict(getattr(model.loss, "__dict__", {}))


def _differ(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
    try:
        return a != b
    except ValueError:  # an array has been put in the place of another
        return True


def _settings(optimizer: Optimizer) -> dict[str, Any]:
    """What an optimiser's formula depends on, and is not passed to each step."""
    passed = {"iterations", "learning_rate", "pending", "_memory"}
    return {name: value for name, value in vars(optimizer).items() if name not in passed}


def _sizes(count: int, batch_size: int) -> list[int]:
    """The sizes of batches that differ: that of all but the last, and the last one's."""
    return [size for size in (min(batch_size, count), count % batch_size) if size]


def _loss_by_sample(model: Trainable) -> Loss | None:
    """The model's loss if it is the mean of the samples' losses, else None."""
    loss = model.loss
    return loss if isinstance(loss, Loss) and type(loss).__call__ is Loss.__call__ else None


def _unknown(loss: Any) -> Any:
    """The loss, refused if it is a plain number: that has no gradient."""
    if not hasattr(type(loss), "apply_primitive"):
        raise TypeError(f"the loss is not computed from the predictions: it is {quoted(loss)}")
    return loss


def _prepared(model: Trainable, targets: Rows) -> Any:
    """Targets of a batch, as the loss of a sample takes them."""
    loss = _loss_by_sample(model)
    return targets if loss is None else loss.targets(targets)


def _is_by_row(model: Trainable) -> bool:
    """Whether the loss prepares the targets of each sample by themselves, whatever the batch is."""
    loss = _loss_by_sample(model)
    return loss is not None and type(loss).targets in {Loss.targets, BinaryCrossentropy.targets}


def _in_order(rows: Any, order: Sequence[int]) -> Any:
    return rows[order] if hasattr(rows, "shape") else [rows[i] for i in order]


def _array_for(backend: str) -> Callable[[Any], Any]:
    """A function that makes, from lists, the arrays that a back end is fastest with."""
    if backend == "python":
        return list
    import numpy as np  # noqa: PLC0415  # the other back ends need it too

    return lambda numbers: np.array(numbers, dtype=float)
