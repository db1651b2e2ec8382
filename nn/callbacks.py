"""Callbacks, by Keras's names: what happens while a model is trained."""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nn.choices import choose

if TYPE_CHECKING:
    from nn.models import Model

Logs = Mapping[str, float]
"""What has been measured: "loss", "val_loss", "accuracy", ... to number."""


class Callback:
    """Something to do while a model is trained; override what you need.

    Attributes:
        model: the model that is trained. Set its `stop_training` to end after this batch.
    """

    model: Model

    def on_train_begin(self) -> None:
        """Act before the first epoch."""

    def on_train_end(self) -> None:
        """Act after the last epoch, however it ended."""

    def on_epoch_begin(self, epoch: int) -> None:
        """Act before an epoch; the first is 0."""

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Act after an epoch."""

    def on_train_batch_end(self, batch: int, logs: Logs) -> None:
        """Act after a batch; the first of an epoch is 0."""


class History(Callback):
    """What `fit` returns: the epochs, and for each what was measured.

    Attributes:
        epoch: the numbers of the epochs.
        history: for each measure, "loss" or "val_accuracy", one number an epoch.
    """

    def __init__(self) -> None:
        self.epoch: list[int] = []
        self.history: dict[str, list[float]] = {}

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Keep what was measured."""
        self.epoch.append(epoch)
        for name, number in logs.items():
            self.history.setdefault(name, []).append(number)


class EarlyStopping(Callback):
    """End the training when a measure no longer gets better.

    Args:
        monitor: which measure.
        min_delta: how much better is better.
        patience: after how many epochs without getting better.
        mode: "min" if less is better, "max" if more, "auto" to tell by the name.
        restore_best_weights: whether to put back the weights of the best epoch.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0.0,
        patience: int = 0,
        mode: str = "auto",
        restore_best_weights: bool = False,
    ) -> None:
        more_is_better = monitor.removeprefix("val_") in {"accuracy", "acc"}
        signs = {"auto": -1.0 if more_is_better else 1.0, "min": 1.0, "max": -1.0}
        self._sign = choose("mode", mode, signs)
        self.monitor = monitor
        self.min_delta = abs(min_delta)
        self.patience = patience
        self.restore_best_weights = restore_best_weights
        self.stopped_epoch: int | None = None

    def on_train_begin(self) -> None:
        """Start anew."""
        self._best = math.inf
        self._best_weights: list[Any] | None = None
        self._waited = 0
        self.stopped_epoch = None

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Compare with the best epoch so far.

        Raises:
            ValueError: the measure is not among those of this training.
        """
        number = self._sign * choose("measure to monitor", self.monitor, logs)
        if number < self._best - self.min_delta:
            self._best = number
            self._waited = 0
            if self.restore_best_weights:
                self._best_weights = self.model.get_weights()
            return
        self._waited += 1
        if self._waited >= self.patience:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self) -> None:
        """Put back the best weights, if that was asked for."""
        if self._best_weights is not None:
            self.model.set_weights(self._best_weights)


class EpochLines(Callback):
    """One line an epoch: what `verbose=2` prints."""

    def __init__(self, epochs: int) -> None:
        self._epochs = epochs

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Print what was measured."""
        print(f"Epoch {epoch + 1}/{self._epochs} - {shown(logs)}")  # noqa: T201  # its purpose


class ProgressBar(Callback):
    """A bar that fills epoch by epoch, in a terminal or a notebook: what `verbose=1` shows."""

    def __init__(self, epochs: int) -> None:
        self._bar = bar(epochs, "epoch")

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:  # noqa: ARG002  # as all callbacks
        """Move on by one."""
        self._bar.set_postfix_str(shown(logs), refresh=False)
        self._bar.update()

    def on_train_end(self) -> None:
        """Leave the bar as it is."""
        self._bar.close()


def bar(total: int, unit: str) -> Any:
    """Return a bar of tqdm's, for a terminal or a notebook.

    Raises:
        ImportError: tqdm is not installed; `pip install 'glassgrad[progress]'` brings it.
    """
    from tqdm import TqdmWarning  # noqa: PLC0415  # an extra, imported where it is used

    with warnings.catch_warnings():  # a notebook without widgets gets a bar of text
        warnings.simplefilter("ignore", TqdmWarning)
        from tqdm.auto import tqdm  # noqa: PLC0415  # likewise

    return tqdm(total=total, unit=unit, file=sys.stderr)


def show_progress(verbose: str | int, epochs: int) -> list[Callback]:
    """Return what shows the progress of a training.

    Args:
        verbose: 0 nothing; 1 or "auto" a bar, or lines where tqdm is not installed; 2 lines.
        epochs: how many there will be.

    Raises:
        ValueError: `verbose` is another.
    """
    check_verbose(verbose)
    if verbose == 0:
        return []
    if verbose in {"auto", 1}:
        try:
            return [ProgressBar(epochs)]
        except ImportError:  # pip install 'glassgrad[progress]' brings the bar
            pass
    return [EpochLines(epochs)]


def check_verbose(verbose: str | int) -> None:
    """Refuse what `verbose` cannot be.

    Raises:
        ValueError: lists what it can be.
    """
    if verbose not in {"auto", 0, 1, 2}:
        raise ValueError(f"unknown verbose: {verbose!r} (must be one of 'auto', 0, 1, 2)")


def shown(logs: Logs) -> str:
    """Return what was measured as text."""
    return " - ".join(f"{name}: {number:.4f}" for name, number in logs.items())
