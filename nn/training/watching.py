"""What goes wrong in a training: looked for on the way, and said once, with what to try."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import autograd
from autograd import Parameter, detect_anomaly, topological_order
from nn.data import Rows, warn

FLAT = 1e-6
"""A smaller slope lets no gradient through: that of a dead `relu`, or of `sigmoid` beyond 14."""

REMEDY = "Begin anew with a smaller learning rate, or inputs as (x - mean) / standard deviation"


class Watch:
    """A follower of one training, which changes nothing of it: what it runs, it runs on copies."""

    params: dict[str, Any]

    def __init__(self, model: Any, inputs: Rows, targets: Rows) -> None:
        self._model, self._inputs, self._targets = model, inputs, targets
        self._is_enough = len(inputs) > 2  # to show how large a column is, or that a unit is dead
        self._epoch, self.is_lost = 1, False

    def on_train_begin(self) -> None:
        """Look at how large the columns of the inputs are, and at the layers as they are now."""
        columns = enumerate(zip(*self._inputs, strict=True), start=1)
        sizes = sorted((max(map(abs, x)), f"x{i}") for i, x in columns if any(x)) or [(1.0, "")]
        (least, _), (most, _) = ends = sizes[0], sizes[-1]
        if most >= 1000 or (most > 100 * least and self._is_enough):
            goes = " and ".join(dict.fromkeys(f"{name} goes up to {size:g}" for size, name in ends))
            warn(
                f"the inputs are not scaled: {goes}, and no learning rate suits all weights; give"
                " (x - mean) / standard deviation"
            )
        self._flat = self._flat_layers() if self._is_enough else None

    def on_epoch_end(self, epoch: int, _logs: Any) -> None:
        """Look at the layers after epochs 1, 4, 16, 64 and so on, and after the last."""
        done, self._epoch = epoch + 1, epoch + 2
        is_power_of_4 = done & epoch == 0 and done.bit_length() % 2 == 1
        if (
            self.is_lost
            or self._flat is None
            or not (is_power_of_4 or done == self.params["epochs"])
        ):
            return
        if names := sorted(self._flat_layers() - self._flat):
            self._flat = None  # it is said once
            warn(
                f"after epoch {done}, all units of {' and '.join(names)} are saturated or dead"
                f" on every sample: no gradient passes through them. {REMEDY}",
                RuntimeWarning,
            )

    def _flat_layers(self) -> set[str]:
        """The layers before the output no unit of which has a slope on any of 100 samples."""
        flat: set[str] | None = None
        for i in range(0, len(self._inputs), len(self._inputs) // 100 + 1):
            outputs = set(self._model(self._inputs[i]))
            sums: dict[Any, str] = {}
            has_slope: dict[str, list[bool]] = {}
            for node in topological_order(autograd.sum(outputs)):
                layer, is_sum, _ = (node.parents or [node])[0].label.partition(".neuron")
                if is_sum:  # its first parent is a weight
                    sums[node] = layer
                elif node not in outputs:
                    for parent, slope in zip(node.parents, node.partials, strict=True):
                        if parent in sums:  # and nan is not flat
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
                with detect_anomaly():
                    self._run(samples, numbers)
            except FloatingPointError as error:  # noqa: PERF203  # two steps at most
                cause = f" {when}, {error}."
                break
            except TypeError:  # the model has parameters of its own, outside of neurons
                break
        place = f"epoch {self._epoch}, batch {batch + 1}"
        warn(f"the loss is {loss} in {place}.{cause} {REMEDY}", RuntimeWarning)

    def _run(self, samples: Sequence[int], numbers: Sequence[float]) -> None:
        """Compute the loss of these samples and its gradients, with these numbers as parameters."""
        pairs = zip(numbers, self._model.parameters(), strict=True)
        parameters = [Parameter(number, parameter.label) for number, parameter in pairs]
        outputs = [self._model.stateless_call(parameters, self._inputs[i]) for i in samples]
        self._model.batch_loss([self._targets[i] for i in samples], outputs).backward()
