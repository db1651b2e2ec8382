"""What is measured and shown of a training: means, and a bar or a line for each epoch."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from autograd.cleaning import one_line
from autograd.languages import words
from autograd.options import choose
from autograd.progress import bar
from nn.data import arrayed
from nn.metrics import Metric

VERBOSE = ("auto", 0, 1, 2)


class Means:
    """The loss and metrics as means over samples, which come in batches that may differ in size."""

    def __init__(self, metrics: Sequence[tuple[str, Metric]]) -> None:
        # Copies: a callback may measure the model with the same metrics while this goes on.
        self._metrics = [(name, copy.deepcopy(metric)) for name, metric in metrics]
        for _, metric in self._metrics:
            metric.reset_state()
        self._loss, self._count = 0.0, 0

    def add(self, loss: float, targets: Sequence[Sequence[float]], outputs: Any) -> None:
        """Add a batch: its mean loss, and a row of targets and one of outputs for each sample."""
        self._count += len(targets)
        self._loss += loss * len(targets)
        rows = arrayed(targets) if self._metrics and hasattr(outputs, "dtype") else targets
        for _, metric in self._metrics:
            metric.update_state(rows, outputs)

    def all(self) -> dict[str, float]:
        """Return the mean of each measure over all samples so far."""
        measures = {name: float(metric.result()) for name, metric in self._metrics}
        return {"loss": self._loss / self._count, **measures}


class EpochLines:
    """One line an epoch: what `verbose=2` prints."""

    def __init__(self, epochs: int) -> None:
        self._epochs = epochs

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Print what was measured."""
        said = words("Epoch {epoch}/{epochs}", epoch=epoch + 1, epochs=self._epochs)
        print(f"{said} - {shown(logs)}")  # noqa: T201  # its purpose


class ProgressBar:
    """A bar that fills epoch by epoch, in a terminal or a notebook: what `verbose=1` shows."""

    def __init__(self, epochs: int, unit: str = "") -> None:
        self._bar = bar(epochs, unit or words("epoch"))

    def on_epoch_end(self, _epoch: int, logs: Mapping[str, float]) -> None:
        """Move on by one."""
        self._bar.set_postfix_str(shown(logs), refresh=False)
        self._bar.update()

    def on_train_end(self) -> None:
        """Leave the bar as it is."""
        self._bar.close()


class SampleBar(ProgressBar):
    """A bar that fills with the samples that are predicted."""

    def __init__(self, samples: int) -> None:
        super().__init__(samples, words("sample"))

    def on_predict_batch_end(self, _batch: int, logs: Mapping[str, Any]) -> None:
        """Move on by a batch."""
        self._bar.update(len(logs["outputs"]))

    on_predict_end = ProgressBar.on_train_end


def show_progress(verbose: str | int, epochs: int) -> list[EpochLines | ProgressBar]:
    """Return what shows a training: with "auto" or 1 a bar, or lines where tqdm is missing."""
    choose("verbose", verbose, VERBOSE)
    if verbose == 0:
        return []
    if verbose in {"auto", 1}:
        with suppress(ImportError):  # pip install 'glassgrad[progress]' brings the bar
            return [ProgressBar(epochs)]
    return [EpochLines(epochs)]


def shown(logs: Mapping[str, float]) -> str:
    """Return measures as text: loss: 0.5000 - mae: 0.3333."""
    return " - ".join(f"{one_line(name)}: {number:.4f}" for name, number in logs.items())
