"""Training and measuring on graphs of Values, sample by sample; and what both need of a network."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from autograd import Parameter, Value, no_grad
from autograd.cleaning import received
from nn.data import Rows
from nn.losses import of_batch
from nn.neurons import Module
from nn.optimizers import Optimizer


class Trainable(Module, ABC):
    """What a step of training asks of a network.

    Attributes:
        optimizer: how the parameters follow their gradients.
        loss: a function `(y_true, y_pred) -> number`; None before `compile`.
    """

    optimizer: Optimizer
    loss: Callable[..., Any] | None

    @abstractmethod
    def forward(self, inputs: Sequence[Value]) -> list[Value]:
        """Return the outputs for one sample."""

    def sample(self, row: Sequence[Any]) -> list[Value]:
        """Return the outputs for one row of numbers, or Values, that has been checked."""
        return self.forward(values(row))

    def batch_loss(self, targets: Rows, outputs: Sequence[Sequence[Value]]) -> Value:
        """Return the loss of a batch whose outputs are known.

        Raises:
            RuntimeError: the model has no loss yet.
            TypeError: the loss is not computed from the outputs.
        """
        if self.loss is None:
            raise RuntimeError("the model has no loss; call compile(optimizer, loss) first")
        loss = of_batch(self.loss, targets, outputs)
        if not isinstance(loss, Value):
            raise TypeError(
                "expected the loss to be a Value computed from the predictions, received"
                f" {received(loss, 200)}"
            )
        penalties = self.penalties()
        return sum(penalties, start=loss) if penalties else loss

    def penalties(self) -> list[Any]:
        """Return what regularizers add to the loss."""
        return []

    def trainable_parameters(self) -> list[Parameter]:
        """Return the parameters that an optimiser moves."""
        return self.parameters()

    def noise_size(self) -> int:
        """Return how many numbers layers draw for each sample of a training."""
        return 0

    def moving_parameters(self) -> list[Parameter]:
        """Return the parameters that follow the batches without a gradient: moving averages."""
        return []

    def training_outputs(self, rows: Sequence[Sequence[Any]]) -> list[list[Value]]:
        """Return the outputs for the samples of a batch, with what layers do in a training."""
        return [self.sample(self.with_noise(row)) for row in rows]

    def rehearsed(self, rows: Sequence[Sequence[Any]]) -> list[list[Value]]:
        """Return the outputs for samples with what layers would draw next; nothing is used up."""
        return [self.sample(row) for row in rows]

    def with_noise(self, row: Sequence[Any]) -> Sequence[Any]:
        """Return a sample of a training, with what layers draw for it."""
        return row


def values(row: Sequence[Any]) -> list[Value]:
    """Return numbers as Values, and Values as they are."""
    return [number if isinstance(number, Value) else Value(number) for number in row]


class EagerTraining:
    """Steps of training, each on the graph of its batch."""

    _latest: list[Any]

    def __init__(self, model: Trainable, inputs: Rows, targets: Rows) -> None:
        self._model, self._inputs, self._targets = model, inputs, targets
        self._parameters, self._trained = model.parameters(), model.trainable_parameters()

    def begin(self, order: Sequence[int]) -> None:
        """Begin an epoch with the samples in this order."""
        self._order, self._latest = order, []

    def step(self, start: int, end: int) -> tuple[float, Rows]:
        """Do one step on samples of the epoch's order; return the loss and the outputs."""
        model, batch = self._model, self._order[start:end]
        self._latest = [*self._latest[-1:], (batch, [p.data for p in self._parameters])]
        outputs = model.training_outputs([self._inputs[i] for i in batch])
        loss = model.batch_loss([self._targets[i] for i in batch], outputs)
        model.zero_grad()
        loss.backward()
        model.optimizer.update(self._trained)
        return loss.data, [[value.data for value in output] for output in outputs]

    def latest(self, _start: int) -> list[Any]:
        """Return for the latest two steps the samples and the parameters' numbers before it."""
        return self._latest

    def pull(self) -> None:
        """Do nothing: the numbers to work on are the parameters' own."""

    push = pull


class EagerMeasuring:
    """The loss and the outputs of samples."""

    def __init__(self, model: Trainable) -> None:
        self._model = model

    def outputs(self, inputs: Rows) -> Rows:
        """Return the outputs for each sample."""
        with no_grad():
            return [[value.data for value in self._model.sample(row)] for row in inputs]

    def loss_and_outputs(self, inputs: Rows, targets: Rows) -> tuple[float, Rows]:
        """Return the loss of a batch, and the outputs for each sample."""
        outputs = [self._model.sample(row) for row in inputs]  # a loss may go back to their scores
        with no_grad():
            loss = self._model.batch_loss(targets, outputs)
        return loss.data, [[value.data for value in output] for output in outputs]
