"""Callbacks, by Keras's names: what else happens while a model is trained or used.

A callback is any object with some of the hooks of `Callback`; it need not inherit from it.
`nn.training.followers` calls the hooks.
"""

from __future__ import annotations

import inspect
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograd.cleaning import cut, one_line, quoted
from autograd.languages import words
from autograd.options import choose, in_range, missing, warn, whole_number
from nn.foreign import OF_CALLBACKS
from nn.training.progress import EpochLines, ProgressBar

__all__ = [
    "CSVLogger",
    "Callback",
    "EarlyStopping",
    "EpochLines",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "Logs",
    "ModelCheckpoint",
    "ProgressBar",
    "ReduceLROnPlateau",
    "TerminateOnNaN",
]

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


class _Telling(Callback):
    """A callback that prints what it does, if `verbose` asks for it."""

    verbose: int

    def _tell(self, said: str) -> None:
        if self.verbose:
            print(said)  # noqa: T201  # asked for


class _Following(_Telling):
    """What callbacks that follow one measure share."""

    monitor: str
    mode: str
    min_delta: float = 0.0

    def _begin(self) -> None:
        """Check the settings."""
        choose("mode", self.mode, ("auto", "min", "max"))
        self.min_delta = abs(in_range("min_delta", self.min_delta, "a finite number"))

    def _measure(self, logs: Logs | None) -> float | None:
        """The measure, or its negative if more is better; None, and a warning, if there is none."""
        if self.monitor not in (logs or {}):
            said = words(
                "{callback} follows {measure}, which is not measured (measured: {known}): nothing"
                " is done.",
                callback=type(self).__name__,
                measure=repr(self.monitor),
                known=one_line(", ".join(logs or {})),
            )
            warn(f"{said} {self._advice(logs or {})}")
            return None
        return self._sign() * (logs or {})[self.monitor]

    def _advice(self, known: Logs) -> str:
        if self.monitor.startswith("val_") and "val_loss" not in known:
            return words("Give fit validation_split=0.2 or validation_data=(x, y)")
        return words("Give compile the metric")

    def _sign(self) -> float:
        """1 if less is better, else -1."""
        if self.mode != "auto":
            return 1.0 if self.mode == "min" else -1.0
        name = self.monitor.removeprefix("val_").lower()
        is_more = name.endswith(("acc", "accuracy", "auc", "precision", "recall"))
        return -1.0 if is_more else 1.0


@dataclass(eq=False, repr=False)
class EarlyStopping(_Following):
    """End the training when a measure no longer gets better.

    Args:
        monitor: which measure; where it is not measured, a warning says so and nothing is done.
        min_delta: how much better is better.
        patience: after how many epochs without getting better.
        verbose: whether to print a line when the training is ended.
        mode: "min" if less is better, "max" if more, "auto" to tell by the name.
        baseline: what the measure has to get better than, or the patience runs out.
        restore_best_weights: whether to put back the weights of the best epoch.
        start_from_epoch: how many epochs to let pass before.

    Raises:
        ValueError: `mode` is unknown, or `patience` or `start_from_epoch` no whole number of at
            least 0.
    """

    monitor: str = "val_loss"
    min_delta: float = 0.0
    patience: int = 0
    mode: str = "auto"
    restore_best_weights: bool = False
    verbose: int = 0
    baseline: float | None = None
    start_from_epoch: int = 0

    def __post_init__(self) -> None:
        self._begin()
        self.patience = whole_number("patience", self.patience, least=0)
        self.start_from_epoch = whole_number("start_from_epoch", self.start_from_epoch, least=0)
        if self.baseline is not None:
            in_range("baseline", self.baseline, "a finite number")
        self.stopped_epoch: int | None = None

    def on_train_begin(self, logs: Any = None) -> None:  # noqa: ARG002  # as all callbacks
        """Start anew."""
        self._best = math.inf
        self._best_weights: list[Any] | None = None
        self._waited = self._best_epoch = 0
        self.stopped_epoch = None

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compare with the best epoch so far."""
        number = self._measure(logs)
        if number is None or epoch < self.start_from_epoch:
            return
        self._waited += 1
        if number < self._best - self.min_delta:
            self._best, self._best_epoch = number, epoch
            if self.restore_best_weights:
                self._best_weights = self.model.get_weights()
            known = math.inf if self.baseline is None else self._sign() * self.baseline
            if number < known - self.min_delta:
                self._waited = 0
            return
        if self._waited >= self.patience:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Any = None) -> None:  # noqa: ARG002  # as all callbacks
        """Put back the best weights, if that was asked for."""
        if self.stopped_epoch is not None:
            self._tell(words("Epoch {epoch}: early stopping", epoch=self.stopped_epoch + 1))
        if self._best_weights is not None:
            self._tell(words("The weights are those of epoch {epoch}", epoch=self._best_epoch + 1))
            self.model.set_weights(self._best_weights)


@dataclass(eq=False, repr=False)
class ModelCheckpoint(_Following):
    """Save the model after each epoch, or after those in which a measure got better.

    Args:
        filepath: the file; "model-{epoch:02d}-{val_loss:.2f}.json" names it by the epoch, counted
            from 1, and the measures.
        monitor: which measure; where it is not measured, a warning says so and nothing is saved.
        verbose: whether to print a line for each file.
        save_best_only: whether to leave out epochs that are no better than one before.
        save_weights_only: whether the file is for `load_weights`; it holds the layers in any case.
        mode: as for `EarlyStopping`.
        save_freq: "epoch", the one choice there is.
        initial_value_threshold: what the measure has to get better than at first.
    """

    filepath: str | os.PathLike[str]
    monitor: str = "val_loss"
    verbose: int = 0
    save_best_only: bool = False
    save_weights_only: bool = False
    mode: str = "auto"
    save_freq: str = "epoch"
    initial_value_threshold: float | None = None

    def __post_init__(self) -> None:
        self._begin()
        choose("save_freq", self.save_freq, ("epoch",))
        known = self.initial_value_threshold
        self._best = math.inf if known is None else self._sign() * known

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save the model, if that is to be done."""
        if self.save_best_only:
            number = self._measure(logs)
            if number is None or not number < self._best:
                return
            self._best = number
        path = os.fspath(self.filepath).format(epoch=epoch + 1, **(logs or {}))
        (self.model.save_weights if self.save_weights_only else self.model.save)(path)
        self._tell(words("Epoch {epoch}: saved to {path}", epoch=epoch + 1, path=one_line(path)))


@dataclass(eq=False, repr=False)
class ReduceLROnPlateau(_Following):
    """Make the learning rate smaller when a measure no longer gets better.

    Args:
        monitor, patience, mode, min_delta: as for `EarlyStopping`.
        factor: what the rate is multiplied by, below 1.
        verbose: whether to print a line when the rate changes.
        cooldown: how many epochs to let pass after a change.
        min_lr: the smallest rate.
    """

    monitor: str = "val_loss"
    factor: float = 0.1
    patience: int = 10
    verbose: int = 0
    mode: str = "auto"
    min_delta: float = 1e-4
    cooldown: int = 0
    min_lr: float = 0.0

    def __post_init__(self) -> None:
        self._begin()
        in_range("factor", self.factor, "between 0 and 1")
        in_range("min_lr", self.min_lr, "at least 0")
        self.patience = whole_number("patience", self.patience, least=0)
        self.cooldown = whole_number("cooldown", self.cooldown, least=0)

    def on_train_begin(self, logs: Any = None) -> None:  # noqa: ARG002  # as all callbacks
        """Start anew."""
        self._best, self._waited, self._cooling = math.inf, 0, 0

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Compare with the best epoch so far; note the learning rate among the measures."""
        number = self._measure(logs)
        rate = note_rate(self.model, logs)
        if number is None:
            return
        if self._cooling:
            self._cooling -= 1
            self._waited = 0
        if number < self._best - self.min_delta:
            self._best, self._waited = number, 0
        elif not self._cooling:
            self._waited += 1
            if self._waited >= self.patience and rate > self.min_lr:
                lower = max(rate * self.factor, self.min_lr)
                self.model.optimizer.learning_rate = lower
                self._cooling, self._waited = self.cooldown, 0
                said = {"epoch": epoch + 1, "rate": f"{lower:g}"}
                self._tell(words("Epoch {epoch}: the learning rate is now {rate}", **said))


class LearningRateScheduler(_Telling):
    """Set the learning rate at the beginning of each epoch.

    Args:
        schedule: `(epoch, rate) -> rate`, or `epoch -> rate`; the first epoch is 0.
        verbose: whether to print a line for each epoch.
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        if not callable(schedule):
            raise TypeError(f"expected a function of the epoch, received {quoted(schedule, 60)}")
        self.schedule, self.verbose = schedule, verbose

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002  # as all callbacks
        """Set the rate.

        Raises:
            ValueError: the schedule does not give a number.
        """
        try:
            rate = self.schedule(epoch, rate_of(self.model))
        except TypeError:
            if _takes_two(self.schedule):  # so the error is one within it
                raise
            rate = self.schedule(epoch)
        if not isinstance(rate, (int, float)) and not hasattr(rate, "__float__"):
            raise ValueError(
                f"expected a learning rate from the schedule, received {quoted(rate, 60)}"
            )
        self.model.optimizer.learning_rate = float(rate)
        said = {"epoch": epoch + 1, "rate": f"{float(rate):g}"}
        self._tell(words("Epoch {epoch}: the learning rate is {rate}", **said))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002  # as all callbacks
        """Note the learning rate among the measures."""
        note_rate(self.model, logs)


def _takes_two(schedule: Callable[..., Any]) -> bool:
    """Whether a schedule is known to take a rate as well as the epoch."""
    try:
        kinds = [x.kind for x in inspect.signature(schedule).parameters.values()]
    except (TypeError, ValueError):  # a function written in C may not tell
        return False
    one = inspect.Parameter
    return sum(x in {one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD} for x in kinds) >= 2


class CSVLogger(Callback):
    """Write a line of measures for each epoch to a file of comma-separated values.

    Args:
        filename: the file.
        separator: what is between the numbers.
        append: whether to go on in a file that is there.
    """

    def __init__(
        self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False
    ) -> None:
        self.filename, self.separator, self.append = filename, separator, append
        self._names: list[str] | None = None

    def on_train_begin(self, logs: Any = None) -> None:  # noqa: ARG002  # as all callbacks
        """Begin the file, or leave what is there."""
        path = Path(self.filename)
        self._names = None
        self._has_head = self.append and path.exists() and path.stat().st_size > 0
        if not self.append:
            path.write_text("", encoding="utf-8")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write a line; the first one has the names above it."""
        measures = dict(logs or {})
        lines = []
        if self._names is None:
            self._names = sorted(measures)
            if not any(name.startswith("val_") for name in self._names):
                self._names += [f"val_{name}" for name in self._names]
            if not self._has_head:
                lines.append(["epoch", *self._names])
        lines.append([str(epoch), *(str(measures.get(name, "NA")) for name in self._names)])
        import csv  # noqa: PLC0415  # no other callback needs it

        with Path(self.filename).open("a", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=self.separator).writerows(lines)


class TerminateOnNaN(Callback):
    """End the training when the loss is nan or infinite."""

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Look at the loss."""
        if not math.isfinite((logs or {}).get("loss", 0.0)):
            said = words(
                "Batch {batch}: the loss is nan or infinite, and the training ends", batch=batch
            )
            print(said)  # noqa: T201
            self.model.stop_training = True


class LambdaCallback(Callback):
    """A callback made of functions, one for each hook that is wanted.

    Args:
        hooks: functions by the hooks' names, such as `on_epoch_end=lambda epoch, logs: ...`.

    Raises:
        TypeError: there is no such hook.
    """

    def __init__(self, **hooks: Callable[..., Any] | None) -> None:
        for name, hook in hooks.items():
            if name not in HOOKS:
                raise TypeError(
                    f"LambdaCallback takes no {cut(one_line(name))} (must be one of"
                    f" {', '.join(HOOKS)})"
                )
            if hook is not None:
                setattr(self, name, hook)


HOOKS = [name for name in vars(Callback) if name.startswith("on_")]
"""The names of all hooks."""


def rate_of(model: Any) -> float:
    """Return the learning rate of the step that is next."""
    return float(model.optimizer.current_rate())


def note_rate(model: Any, logs: Any) -> float:
    """Put the learning rate among an epoch's measures, as Keras does, and return it."""
    rate = rate_of(model)
    if isinstance(logs, dict):
        logs["learning_rate"] = rate
    return rate


def __getattr__(name: str) -> object:
    """Say what to write for a callback of Keras that is not here."""
    raise missing("nn.callbacks", name, OF_CALLBACKS)
