"""record: what a network was at the epochs of its training, to go back to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from autograd.options import whole_number
from nn.callbacks import Callback


@dataclass(frozen=True)
class Moment:
    """A network after some epochs.

    Attributes:
        epoch: how many epochs had ended.
        weights: the numbers of `model.parameters()`.
        memory: what the optimizer kept for each of them, one parameter's numbers after another's.
        steps: how many steps the optimizer had done.
        logs: the measures of the epoch, such as "loss" and "val_loss"; none before the first.
    """

    epoch: int
    weights: list[float]
    memory: list[float]
    steps: int
    logs: dict[str, float]


class Record(Callback):
    """Keeps what a network was from epoch to epoch; see `record`.

    Attributes:
        model: the model.
        x, y: the data, as the model takes them.
        moments: what was kept, from the start on.
    """

    def __init__(self, model: Any, x: Any, y: Any, most: int = 300) -> None:
        self._most = whole_number("most", most, least=2)
        self.model = model
        self.x, self.y = model.data(x, y)
        self.moments: list[Moment] = []
        self._every, self._epoch = 1, 0

    def on_train_begin(self, _logs: Any = None) -> None:
        """Keep the network as it is before its first epoch."""
        if not self.moments:
            self._keep({})

    def on_epoch_end(self, _epoch: int, logs: Any = None) -> None:
        """Keep the network, after every epoch; in long trainings after every second, fourth, ..."""
        self._epoch += 1
        self._latest = dict(logs or {})
        if self._epoch % self._every == 0:
            self._keep(self._latest)

    def on_train_end(self, _logs: Any = None) -> None:
        """Keep the network as it has become."""
        while self.moments[-1].epoch != self._epoch:  # to make room may leave out the last
            self._keep(self._latest)

    def now(self) -> Moment:
        """Return the network as it is now."""
        parameters, optimizer = self.model.parameters(), self.model.optimizer
        memory = [number for p in parameters for number in optimizer.memory(p)]
        return Moment(self._epoch, [p.data for p in parameters], memory, optimizer.iterations, {})

    def restore(self, index: int) -> None:
        """Give the model, and its optimizer, the numbers of a moment back.

        Args:
            index: which of `moments`; -1 for the last.
        """
        moment = self.moments[index]
        size = self.model.optimizer.memory_size
        for i, parameter in enumerate(self.model.parameters()):
            parameter.data = moment.weights[i]
            self.model.optimizer.memory(parameter)[:] = moment.memory[i * size : (i + 1) * size]
        self.model.optimizer.iterations = moment.steps

    def predictions(self, index: int) -> list[list[float]]:
        """Return the outputs for all samples at a moment.

        Args:
            index: which of `moments`; -1 for the last.
        """
        weights = self.moments[index].weights
        rows = self.model.with_parameters(weights, lambda: [self.model.forward(x) for x in self.x])
        return [[float(number) for number in row] for row in rows]

    def _keep(self, logs: dict[str, float]) -> None:
        self.moments.append(replace(self.now(), logs=dict(logs)))
        if len(self.moments) > self._most:
            self.moments = self.moments[::2]
            self._every *= 2


def record(model: Any, x: Any, y: Any, *, most: int = 300) -> Record:
    """Return a callback that keeps what a network is from epoch to epoch.

    `nn.explore(record)` shows the training as a page, in which it can be gone through and goes on.

    Args:
        model: the model, compiled; give the record to its `fit` as a callback.
        x: the samples that the page is to show, such as those of the training.
        y: their targets.
        most: how many moments are kept; of a longer training every second one, fourth, and so on.

    Raises:
        ValueError: the data do not fit the model, or `most` is below 2.
        RuntimeError: the model is not compiled.

    >>> import nn
    >>> x, y = nn.datasets.xor()
    >>> model = nn.Sequential([nn.Input(2), nn.Dense(2, "tanh"), nn.Dense(1, "sigmoid")])
    >>> model.compile(nn.optimizers.SGD(0.5), "binary_crossentropy")
    >>> kept = record(model, x, y)
    >>> _ = model.fit(x, y, epochs=5, verbose=0, callbacks=[kept])
    >>> [moment.epoch for moment in kept.moments]
    [0, 1, 2, 3, 4, 5]
    """
    if getattr(model, "optimizer", None) is None or getattr(model, "loss", None) is None:
        raise RuntimeError("the model has no loss yet: call compile(optimizer, loss) first")
    return Record(model, x, y, most)
