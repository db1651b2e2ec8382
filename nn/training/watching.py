"""What goes wrong in a training: looked for on the way, and said once, with what to try."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograd import detect_anomaly
from nn.data import Rows, warn

LITTLE = 1e-6
"""A layer whose part of the gradient has fallen by this factor does not learn any more."""

REMEDY = "Begin anew with a smaller learning rate, or inputs as (x - mean) / standard deviation"


class Watch:
    """A follower of one training, which changes nothing of it."""

    params: dict[str, Any]

    def __init__(self, model: Any, inputs: Rows, targets: Rows) -> None:
        self._model, self._inputs, self._targets = model, inputs, targets
        self._layers = [layer.parameters() for layer in model.layers if layer.parameters()]
        self._parameters = model.parameters()
        self._start = [parameter.data for parameter in self._parameters]
        self._epoch, self._is_cut, self.is_lost = 1, False, False

    def on_train_begin(self) -> None:
        """Look at the size of the inputs; two samples do not show that of a column."""
        columns = enumerate(zip(*self._inputs, strict=True), start=1)
        sizes = [(max(map(abs, column)), f"x{i}") for i, column in columns if any(column)]
        (least, one), (most, other) = min(sizes, default=(1, "")), max(sizes, default=(1, ""))
        if most >= 1000 or (most > 100 * least and len(self._inputs) > 2):
            warn(
                f"the inputs are not scaled: {one} goes up to {least:g}, {other} up to {most:g}, so"
                " that no learning rate suits all weights; give (x - mean) / standard deviation"
            )

    def on_epoch_end(self, epoch: int) -> None:
        """Look at the layers' gradients after epochs 1, 2, 4, 8 and so on, and after the last."""
        self._epoch = epoch + 2
        if self._is_cut or (epoch & (epoch + 1) and epoch + 1 < self.params["epochs"]):
            return
        if any(part < LITTLE for part in self._parts([[p.grad for p in self._parameters]])):
            every = range(0, len(self._inputs), len(self._inputs) // 100 + 1)
            before, now = (
                self._parts([self._gradients([i], numbers) for i in every])
                for numbers in (self._start, [p.data for p in self._parameters])
            )
            names = [layer[0].label.partition(".neuron")[0] for layer in self._layers]
            cut = [x for x, a, b in zip(names, before, now, strict=False) if b < LITTLE * a]
            self._is_cut = bool(cut)
            if cut:
                warn(
                    f"after epoch {epoch + 1}, no sample's gradient reaches {' and '.join(cut)}:"
                    f" all units of a layer are saturated or dead. {REMEDY}",
                    RuntimeWarning,
                )

    def _parts(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """The largest gradient of each layer before the output, as a part of the output's."""
        sizes = (max(map(abs, column)) for column in zip(*rows, strict=True))
        largest = [max(next(sizes) for _ in layer) for layer in self._layers]
        return [size / (largest[-1] or math.nan) for size in largest[:-1]]

    def lost(self, loss: float, batch: int, steps: Sequence[Any]) -> None:
        """Say that the loss of a batch is nan or infinite, and which node is the first of such.

        The latest `steps`, each its samples and the parameters' numbers before it, are done again.
        """
        self.is_lost, cause = True, ""
        for ago, (samples, numbers) in zip(range(len(steps))[::-1], steps, strict=True):
            try:
                with detect_anomaly():
                    self._gradients(samples, numbers)
            except FloatingPointError as error:  # noqa: PERF203  # two steps at most
                cause = f" {'In the batch before it' if ago else 'There'}, {error}."
                break
        place = f"epoch {self._epoch}, batch {batch + 1}"
        warn(f"the loss is {loss} in {place}.{cause} {REMEDY}", RuntimeWarning)

    def _gradients(self, samples: Sequence[int], numbers: Sequence[float]) -> list[float]:
        """The gradients of a batch's loss, if these were the parameters' numbers."""
        kept = [(p.data, p.grad, p.has_grad) for p in self._parameters]
        try:
            for parameter, number in zip(self._parameters, numbers, strict=True):
                parameter.data, parameter.grad = number, 0.0
            outputs = [self._model.sample(self._inputs[i]) for i in samples]
            self._model.batch_loss([self._targets[i] for i in samples], outputs).backward()
            return [parameter.grad for parameter in self._parameters]
        finally:
            for parameter, (data, grad, has_grad) in zip(self._parameters, kept, strict=True):
                parameter.data, parameter.grad, parameter.has_grad = data, grad, has_grad
