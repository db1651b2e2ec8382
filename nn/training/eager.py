"""Training and measuring on graphs of Values, sample by sample."""

from __future__ import annotations

from collections.abc import Sequence

from autograd import no_grad
from nn.data import Rows
from nn.training.trainable import Trainable


class EagerTraining:
    """Steps of training, each on the graph of its batch.

    Args:
        model: the network to train.
        inputs: a row for each sample.
        targets: a row for each sample.
    """

    def __init__(self, model: Trainable, inputs: Rows, targets: Rows) -> None:
        self._model, self._inputs, self._targets = model, inputs, targets
        self._parameters = model.parameters()

    def begin(self, order: Sequence[int]) -> None:
        """Begin an epoch with the samples in this order."""
        self._order = order

    def step(self, start: int, end: int) -> tuple[float, Rows]:
        """Do one step on samples of the epoch's order; return the loss and the outputs."""
        model, batch = self._model, self._order[start:end]
        outputs = [model.sample(self._inputs[i]) for i in batch]
        loss = model.batch_loss([self._targets[i] for i in batch], outputs)
        model.zero_grad()
        loss.backward()
        model.optimizer.update(self._parameters)
        return loss.data, [[value.data for value in output] for output in outputs]

    def pull(self) -> None:
        """Do nothing: the numbers to work on are the parameters' own."""

    push = pull


class EagerMeasuring:
    """The loss and the outputs of samples, without recording a graph.

    Args:
        model: the network to measure.
    """

    def __init__(self, model: Trainable) -> None:
        self._model = model

    def outputs(self, inputs: Rows) -> Rows:
        """Return the outputs for each sample."""
        with no_grad():
            return [[value.data for value in self._model.sample(row)] for row in inputs]

    def loss_and_outputs(self, inputs: Rows, targets: Rows) -> tuple[float, Rows]:
        """Return the loss of a batch, and the outputs for each sample."""
        with no_grad():
            outputs = [self._model.sample(row) for row in inputs]
            loss = self._model.batch_loss(targets, outputs)
        return loss.data, [[value.data for value in output] for output in outputs]
