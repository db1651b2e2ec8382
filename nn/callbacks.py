"""Callbacks, by Keras's names: what else happens while a model is trained or used.

A callback is any object with some of the hooks of `Callback`; it need not inherit from it.
`nn.training.followers` calls the hooks.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograd.options import choose, whole_number
from nn.training.progress import EpochLines, ProgressBar

__all__ = ["Callback", "EarlyStopping", "EpochLines", "History", "Logs", "ProgressBar"]

Logs = Mapping[str, float]
"""Measures by name: "loss", "val_loss", "accuracy" and so on."""


class Callback:
    """Every hook, each doing nothing: override what you need.

    A hook is called at the beginning or the end of something, and may leave out its last argument:

    - `on_train_begin(logs)`, `on_train_end(logs)`: a training; it ends also where an error ends it;
    - `on_epoch_begin(epoch, logs)`, `on_epoch_end(epoch, logs)`: an epoch, with its validation;
    - `on_train_batch_begin(batch, logs)`, `on_train_batch_end(batch, logs)`: a batch of an epoch;
      `on_batch_begin` and `on_batch_end` are other names of these;
    - `on_test_begin(logs)`, `on_test_end(logs)`: an evaluation, or the validation of an epoch;
    - `on_test_batch_begin(batch, logs)`, `on_test_batch_end(batch, logs)`: a batch of that;
    - `on_predict_begin(logs)`, `on_predict_end(logs)`: a prediction;
    - `on_predict_batch_begin(batch, logs)`, `on_predict_batch_end(batch, logs)`: a batch of that.

    The first epoch, and the first batch of each, is 0. The hooks at the end of a batch, an epoch, a
    test or a training get the measures so far; `on_predict_batch_end` gets the batch's outputs in
    `logs["outputs"]`; all others get an empty dictionary.

    Attributes:
        model: the model at work. Set its `stop_training` to end a training after this batch.
        params: what was asked for: "epochs", "steps" (batches in each) and "verbose".
    """

    model: Any
    params: dict[str, Any]

    def set_model(self, model: Any) -> None:
        """Take note of the model, before all else."""
        self.model = model

    def set_params(self, params: dict[str, Any]) -> None:
        """Take note of what was asked for, before all else."""
        self.params = params

    def on_train_begin(self, logs: Any = None) -> None:
        """Do nothing; a callback of your own acts here, as `Callback` says."""

    on_train_end = on_test_begin = on_test_end = on_predict_begin = on_predict_end = on_train_begin

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Do nothing; a callback of your own acts here, as `Callback` says."""

    on_epoch_end = on_epoch_begin

    def on_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Do nothing; a callback of your own acts here, as `Callback` says."""

    on_batch_end = on_test_batch_begin = on_test_batch_end = on_batch_begin
    on_predict_batch_begin = on_predict_batch_end = on_batch_begin

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Call `on_batch_begin`, as `fit` does without this."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Call `on_batch_end`, as `fit` does without this."""
        self.on_batch_end(batch, logs)


class History(Callback):
    """What `fit` returns: the epochs, and for each what was measured.

    Attributes:
        epoch: the numbers of the epochs.
        history: for each measure, "loss" or "val_accuracy", one number an epoch.
    """

    def __init__(self) -> None:
        self.epoch: list[int] = []
        self.history: dict[str, list[float]] = {}

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Keep what was measured."""
        self.epoch.append(epoch)
        for name, number in (logs or {}).items():
            self.history.setdefault(name, []).append(number)


@dataclass(eq=False, repr=False)
class EarlyStopping(Callback):
    """End the training when a measure no longer gets better.

    Args:
        monitor: which measure.
        min_delta: how much better is better.
        patience: after how many epochs without getting better.
        mode: "min" if less is better, "max" if more, "auto" to tell by the name.
        restore_best_weights: whether to put back the weights of the best epoch.

    Raises:
        ValueError: `mode` is unknown, or `patience` no whole number of at least 0.
    """

    monitor: str = "val_loss"
    min_delta: float = 0.0
    patience: int = 0
    mode: str = "auto"
    restore_best_weights: bool = False

    def __post_init__(self) -> None:
        more_is_better = self.monitor.removeprefix("val_") in {"accuracy", "acc"}
        signs = {"auto": -1.0 if more_is_better else 1.0, "min": 1.0, "max": -1.0}
        self._sign = choose("mode", self.mode, signs)
        self.min_delta = abs(self.min_delta)
        self.patience = whole_number("patience", self.patience, least=0)
        self.stopped_epoch: int | None = None

    def on_train_begin(self, logs: Any = None) -> None:  # noqa: ARG002  # as all callbacks
        """Start anew."""
        self._best = math.inf
        self._best_weights: list[Any] | None = None
        self._waited = 0
        self.stopped_epoch = None

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compare with the best epoch so far.

        Raises:
            ValueError: the measure is not among those of this training.
        """
        number = self._sign * choose("measure to monitor", self.monitor, logs or {})
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

    def on_train_end(self, logs: Any = None) -> None:  # noqa: ARG002  # as all callbacks
        """Put back the best weights, if that was asked for."""
        if self._best_weights is not None:
            self.model.set_weights(self._best_weights)
