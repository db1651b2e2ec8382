"""What goes wrong in a training: looked for on the way, and said once, with what to try."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import autograd
from autograd import detect_anomaly, topological_order
from nn.data import Rows, warn

FLAT = 1e-6
"""A smaller slope lets no gradient through: that of a dead `relu`, or of `sigmoid` beyond 14."""

FEW = 2
"""So few samples do not show how large a column is, or that a unit is dead for all."""

REMEDY = "Begin anew with a smaller learning rate, or inputs as (x - mean) / standard deviation"


class Watch:
    """A follower of one training, which changes nothing of it."""

    params: dict[str, Any]

    def __init__(self, model: Any, inputs: Rows, targets: Rows) -> None:
        self._model, self._inputs, self._targets = model, inputs, targets
        self._layers = [layer.parameters() for layer in model.layers if layer.parameters()]
        self._parameters = model.parameters()
        self._start = [parameter.data for parameter in self._parameters]
        self._epoch, self._looks_on, self.is_lost = 1, len(inputs) > FEW, False

    def on_train_begin(self) -> None:
        """Look at how large the columns of the inputs are."""
        columns = enumerate(zip(*self._inputs, strict=True), start=1)
        sizes = sorted((max(map(abs, x)), f"x{i}") for i, x in columns if any(x)) or [(1.0, "")]
        (least, _), (most, _) = ends = sizes[0], sizes[-1]
        if most >= 1000 or (most > 100 * least and len(self._inputs) > FEW):
            goes = " and ".join(dict.fromkeys(f"{name} goes up to {size:g}" for size, name in ends))
            warn(
                f"the inputs are not scaled: {goes}, and no learning rate suits all weights; give"
                " (x - mean) / standard deviation"
            )

    def on_epoch_end(self, epoch: int, _logs: Any) -> None:
        """Look at the layers after epochs 1, 2, 4, 8 and so on, and after the last."""
        self._epoch = epoch + 2
        if not self._looks_on or (epoch & (epoch + 1) and epoch + 1 < self.params["epochs"]):
            return
        now = [parameter.data for parameter in self._parameters]
        sizes = [max(abs(parameter.grad) for parameter in layer) for layer in self._layers]
        is_near = all(abs(a - b) < 1 for a, b in zip(self._start, now, strict=True))
        if not sizes or (is_near and min(sizes) > 1e-3 * max(sizes)):
            return  # no large step, and a gradient passed through all layers: nothing is run
        names = self._flat_layers(now)
        names = names and names - self._flat_layers(self._start)
        if names:
            self._looks_on = False  # it is said once
            warn(
                f"after epoch {epoch + 1}, all units of {' and '.join(sorted(names))} are saturated"
                f" or dead on every sample: no gradient passes through them. {REMEDY}",
                RuntimeWarning,
            )

    def _flat_layers(self, numbers: Sequence[float]) -> set[str]:
        """The layers before the output no unit of which has a slope on any of 100 samples."""
        layers = {n.weights[0]: n.weights[0].label for n in self._model._neurons()}
        flat: set[str] | None = None
        for row in self._inputs[:: len(self._inputs) // 100 + 1]:
            with self._at(numbers):
                outputs = set(self._model.sample(row))
            sums: dict[Any, str] = {}
            has_slope: dict[str, list[bool]] = {}
            for node in topological_order(autograd.sum(outputs)):
                for parent, slope in zip(node.parents, node.partials, strict=True):
                    if parent in layers:
                        sums[node] = layers[parent].partition(".neuron")[0]
                    elif parent in sums and node not in sums and node not in outputs:
                        has_slope.setdefault(sums[parent], []).append(not abs(slope) <= FLAT)
            found = {layer for layer, every in has_slope.items() if not any(every)}
            flat = found if flat is None else flat & found
            if not flat:
                break
        return flat or set()

    def lost(self, loss: float, batch: int, steps: Sequence[Any]) -> None:
        """Say that the loss of a batch is nan or infinite, and which node is the first of such.

        The latest `steps`, each its samples and the parameters' numbers before it, are done again.
        """
        self.is_lost, cause = True, ""
        whens = ["In the batch before it", "There"][-len(steps) :]
        for when, (samples, numbers) in zip(whens, steps, strict=True):
            try:
                with detect_anomaly(), self._at(numbers):
                    outputs = [self._model.sample(self._inputs[i]) for i in samples]
                    self._model.batch_loss([self._targets[i] for i in samples], outputs).backward()
            except FloatingPointError as error:  # noqa: PERF203  # two steps at most
                cause = f" {when}, {error}."
                break
        place = f"epoch {self._epoch}, batch {batch + 1}"
        warn(f"the loss is {loss} in {place}.{cause} {REMEDY}", RuntimeWarning)

    @contextmanager
    def _at(self, numbers: Sequence[float]) -> Iterator[None]:
        """Give the parameters these numbers inside of a `with` block."""
        kept = [(p.data, p.grad, p.has_grad) for p in self._parameters]
        try:
            for parameter, number in zip(self._parameters, numbers, strict=True):
                parameter.data, parameter.grad = number, 0.0
                if not math.isfinite(number) and detect_anomaly.is_on():
                    raise FloatingPointError(f"{parameter.label} is {number} already")
            yield
        finally:
            for parameter, (data, grad, has_grad) in zip(self._parameters, kept, strict=True):
                parameter.data, parameter.grad, parameter.has_grad = data, grad, has_grad
