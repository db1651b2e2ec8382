"""Trainer: how a model is trained, measured and asked, by Keras's names."""

from __future__ import annotations

import logging
import math
import signal
import threading
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

import autograd
from autograd import Value, detect_anomaly
from autograd.cleaning import message_of, quoted
from autograd.contexts import called_with
from autograd.languages import words
from autograd.options import choose, warn, whole_number
from nn import activations, losses, optimizers, randomness
from nn import metrics as known_metrics
from nn.callbacks import History
from nn.data import Rows, arrayed
from nn.foreign import refuse_arguments
from nn.metrics import Metric
from nn.training import choices
from nn.training.compiled import CompiledMeasuring, CompiledTraining
from nn.training.eager import EagerMeasuring, EagerTraining, Trainable
from nn.training.followers import Followers, has_hooks
from nn.training.outputs import epochs_measured, flat_list, of_outputs, only, weights_of
from nn.training.progress import VERBOSE, Means, SampleBar, show_progress, shown
from nn.training.watching import Watch

LOGGER = logging.getLogger("nn")

WORTH_COMPILING = 500
"""From this number of samples on, compiling the model first takes less time in all."""

T = TypeVar("T")
_weighing: ContextVar[Mapping[Any, losses.Weighted]] = ContextVar(
    "losses that take the weights of samples, by model", default=MappingProxyType({})
)


Measuring: TypeAlias = CompiledMeasuring | EagerMeasuring


class Trainer(Trainable):
    """A network that can be trained, made of any layers.

    Attributes:
        metrics: what else is measured, by name.
        jit_compile: whether to run on compiled code.
        stop_training: set it to True to end a training after the current batch.
        history: that of the latest `fit`.
    """

    layers: Sequence[Any]

    def __init__(self) -> None:
        self.stop_training = False
        self.optimizer = optimizers.Optimizer(0.0)
        self._loss: Callable[..., Any] | None = None
        self.metrics: list[tuple[str, Metric]] = []
        self.jit_compile: str | bool = "auto"
        self._chosen: dict[str, Any] = {}
        self.history: History | None = None

    @property
    def metrics_names(self) -> list[str]:
        """The names of what `evaluate` returns: the loss and the metrics."""
        return ["loss", *(name for name, _ in self.metrics)]

    @abstractmethod
    def output_size(self) -> int | None:
        """Return how many numbers all outputs have; None as long as it is not known."""

    def output_sizes(self) -> dict[str, int]:
        """Return how many numbers each output has, by its name; of one output, nothing."""
        return {}

    def as_outputs(self, rows: Rows) -> Any:
        """Return rows of outputs as `predict` gives them."""
        return rows

    @abstractmethod
    def samples(self, x: Any) -> Rows:
        """Return inputs as rows that fit the network."""

    @abstractmethod
    def data(self, x: Any, y: Any) -> tuple[Rows, Rows]:
        """Return inputs and targets as rows that fit the network."""

    def compile(
        self,
        optimizer: str | optimizers.Optimizer = "rmsprop",
        loss: Any = None,
        metrics: Any = None,
        jit_compile: str | bool = "auto",
        loss_weights: Any = None,
        **others: Any,
    ) -> None:
        """Choose how to train.

        Args:
            optimizer: name or object; see `nn.optimizers`.
            loss: name, object or function `(y_true, y_pred) -> number`; see `nn.losses`. Of several
                outputs, one for all, or a list or a dictionary by the outputs' names.
            metrics: names, objects or functions; see `nn.metrics`. Of several outputs, a list or a
                dictionary of such lists.
            loss_weights: of several outputs, how much the loss of each counts; if None, 1.
            jit_compile: whether to run as compiled code instead of as graphs of Values, with the
                same results but for the last digits. "auto" compiles where that can be done and
                saves time, and logs a line where it cannot be done; with True that is an error.
                Compiling runs functions of your own once, to record them.
            **others: none: an argument of Keras's that is not here is an error that says so.

        Raises:
            ValueError: a name is unknown.
        """
        refuse_arguments("compile", others)
        choose("jit_compile", jit_compile, ("auto", True, False))
        if isinstance(metrics, str):
            raise ValueError(  # noqa: TRY004  # as for all that is wrong with a choice
                f"expected metrics as a list, such as [{quoted(metrics)}], received a text"
            )
        sizes = self.output_sizes()
        if len(sizes) > 1:
            found, chosen = of_outputs(sizes, loss, loss_weights, metrics)
        else:
            found = None if loss is None else losses.get(only(loss))  # type: ignore[assignment]
            chosen = [known_metrics.get(metric) for metric in flat_list(metrics)]
            if loss_weights is not None:
                raise ValueError("loss_weights are of several outputs, and the model has one")
        names = ["loss", *(name for name, _ in chosen)]
        if len(set(names)) < len(names):
            raise ValueError(f"expected measures of different names, received {names}")
        self.optimizer, self.loss = optimizers.get(optimizer), found
        self.metrics, self.jit_compile = chosen, jit_compile
        self._chosen = {"loss": loss, "metrics": metrics, "jit_compile": jit_compile}
        if loss_weights is not None:
            self._chosen["loss_weights"] = loss_weights

    def get_compile_config(self) -> dict[str, Any] | None:
        """Return what `compile` chose, and how far the optimizer is, as JSON has it.

        None before `compile`, and, with a warning, where something of it has no name or keeps
        arguments to itself, so that it cannot be made again.
        """
        if not self._chosen:
            return None
        try:
            chosen = (
                choices.described(self.optimizer),
                *map(choices.described, self._chosen.values()),
            )
        except ValueError as error:
            warn(words("what compile was given is not kept: {error}", error=message_of(error)))
            return None
        names = ("optimizer", *self._chosen)
        reached = choices.progress(self.optimizer, self.parameters())
        return {"compile": dict(zip(names, chosen, strict=True)), **reached}

    def compile_from_config(
        self, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None
    ) -> None:
        """Compile as `get_compile_config` described, and go on where the optimizer was.

        Args:
            config: what `get_compile_config` returned.
            custom_objects: functions and classes of your own in it, by name.

        Raises:
            ValueError: something is not named, or is of another model.
        """
        chosen = config["compile"].items()
        self.compile(**{name: choices.made(part, custom_objects or {}) for name, part in chosen})
        choices.resume(self.optimizer, self.parameters(), config)

    def compute_loss(self, x: Any, y: Any, *, training: bool = False) -> Value:
        """Return the mean loss over samples as a Value: the graph of a whole batch.

        Args:
            x: inputs, as for `fit`.
            y: targets, as for `fit`.
            training: whether layers do what they do in a training: Dropout draws, and
                BatchNormalization takes the mean and the variance of these samples, which its
                moving averages follow.

        Raises:
            RuntimeError: the model has no loss yet.
        """
        inputs, targets = self.data(x, y)
        outputs = self.training_outputs if training else lambda rows: [*map(self.sample, rows)]
        return self.batch_loss(targets, outputs(inputs))

    def fit(
        self,
        x: Any,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: str | int = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: tuple[Any, ...] | None = None,
        shuffle: bool = True,
        class_weight: Mapping[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        validation_freq: int | Sequence[int] = 1,
        validation_batch_size: int | None = None,
        **others: Any,
    ) -> History:
        """Train the model; return what was measured in each epoch.

        Ctrl-C ends the training after the current batch, and the history so far is returned.

        Args:
            x: inputs: a list of rows or a NumPy array; for several inputs a list of those.
            y: targets: a list of rows or a NumPy array; plain numbers where there is one output.
            batch_size: samples a step; 32 if None.
            epochs: how many times to go through the data; with an initial_epoch, the last epoch.
            verbose: "auto" or 1 a progress bar, 2 a line an epoch, 0 nothing.
            callbacks: one or a list of what is told of each step; see `nn.callbacks`.
            validation_split: the share of the data, from their end, to measure by and not train on.
            validation_data: inputs and targets to measure by, instead, and the samples' weights.
            shuffle: whether to mix the samples before each epoch.
            class_weight: how much the samples of each class count, by the class's number.
            sample_weight: how much each sample counts in the loss, beside 1.
            initial_epoch: the epoch to begin with, where a training goes on.
            validation_freq: after how many epochs to measure each time, or after which epochs.
            validation_batch_size: samples at a time where it is measured; `batch_size` if None.
            **others: none, as for `compile`.

        Raises:
            RuntimeError: the model is not compiled.
            ValueError: the data do not fit the model, or an argument is out of its range. The
                model is left as it was.
            TypeError: a callback has no hook.

        Warns:
            UserWarning: inputs are not scaled.
            RuntimeWarning: the loss is nan or infinite, or all units of a layer saturate or die.
        """
        refuse_arguments("fit", others)
        size = _batch_size(batch_size)
        own_size = size if validation_batch_size is None else _batch_size(validation_batch_size)
        epochs = whole_number("epochs", epochs, least=1)
        initial_epoch = whole_number("initial_epoch", initial_epoch, least=0)
        measured_in = epochs_measured(validation_freq, epochs)
        self._check_compiled()
        self._refuse_step()
        data, validation = self.data(x, y), None
        weights = weights_of(data[1], sample_weight, class_weight)
        own_weights: list[float] | None = None
        if validation_data is not None:
            validation = self.data(*validation_data[:2])
            given = validation_data[2] if len(validation_data) > 2 else None
            own_weights = weights_of(validation[1], given)
        elif validation_split:
            if weights is not None:
                kept = len(_split(*data, validation_split)[0][0])
                weights, own_weights = weights[:kept], weights[kept:]
            data, validation = _split(*data, validation_split)
        is_weighed = weights is not None or own_weights is not None
        return self._weighing(
            *(is_weighed, self._fit, data, validation, weights, own_weights, size, own_size),
            *(epochs, verbose, callbacks, shuffle, initial_epoch, measured_in),
        )

    @property
    def loss(self) -> Callable[..., Any] | None:
        """The loss, `(y_true, y_pred) -> number`; None before `compile`."""
        return _weighing.get().get(self) or self._loss

    @loss.setter
    def loss(self, loss: Callable[..., Any] | None) -> None:
        self._loss = loss

    def _weighing(self, is_needed: bool, function: Callable[..., T], *args: Any) -> T:
        """Call a function with a loss that takes targets with their sample's weight at the end.

        The model has that loss in this call alone: not in other threads, nor after it.
        """
        if not is_needed:
            return function(*args)
        if not isinstance(self.loss, losses.Loss):
            raise TypeError(
                f"expected a loss of nn.losses where samples have weights, received"
                f" {quoted(self.loss)}"
            )
        weighing = {**_weighing.get(), self: losses.Weighted(self.loss)}
        return called_with(_weighing, weighing, function, *args)

    def _weighed(self, targets: Rows, weights: Sequence[float] | None) -> Rows:
        """Targets as the loss takes them: where samples have weights, each with its own."""
        if not isinstance(self.loss, losses.Weighted):
            return targets
        return [[*row, w] for row, w in zip(targets, weights or [1.0] * len(targets), strict=True)]

    def _fit(
        self,
        data: tuple[Rows, Rows],
        validation: tuple[Rows, Rows] | None,
        weights: list[float] | None,
        own_weights: list[float] | None,
        size: int,
        own_size: int,
        epochs: int,
        verbose: str | int,
        callbacks: Any,
        shuffle: bool,
        initial_epoch: int,
        measured_in: Callable[[int], bool],
    ) -> History:
        """Train on data that fit."""
        count = len(data[0])
        weighed = data[0], self._weighed(data[1], weights)
        times = max(epochs - initial_epoch, 0)
        compiled = None
        if self.trainable_parameters():
            compiled = self._compiled(times * count, CompiledTraining, *weighed, size)
        known = arrayed(data[1]) if compiled else data[1]
        steps = compiled or EagerTraining(self, *weighed)
        wanted = validation and self._weighed(validation[1], own_weights)
        measuring = validation and self._measuring(
            validation[0], wanted, own_size, sum(map(measured_in, range(initial_epoch, epochs)))
        )

        history = History()
        watch = Watch(self, *weighed)
        own: list[Any] = [*show_progress(verbose, epochs)]
        if not detect_anomaly.is_on():  # its errors are to be of the training itself
            own.append(watch)
        followers = self._followers(own, callbacks, count, size, verbose, epochs, history)
        self.stop_training = False
        is_seen = bool(callbacks) or validation is not None
        order, logs = list(range(count)), {}
        followers.tell("on_train_begin", {})
        try:
            with _stopping_at_interrupt(self):
                for epoch in range(initial_epoch, epochs):
                    followers.tell("on_epoch_begin", epoch, {})
                    if shuffle:
                        randomness.generator.shuffle(order)
                    logs = self._train_epoch(steps, known, order, size, followers, watch)
                    if is_seen or epoch + 1 == epochs or watch.is_due(epoch + 1):
                        steps.push()
                    if measuring and validation and wanted and measured_in(epoch):
                        found = self._measure(
                            measuring, *validation, own_size, followers, wanted=wanted
                        )
                        logs |= {f"val_{name}": number for name, number in found.items()}
                    followers.tell("on_epoch_end", epoch, logs)
                    if self.stop_training:
                        break
        finally:
            steps.push()
            followers.tell("on_train_end", logs)
        self.history = history
        return history

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Mapping[int, float] | None = None,
        return_dict: bool = False,
    ) -> float | list[float] | dict[str, float]:
        """Take one step on these samples; return the loss, and metrics, from before it.

        Args:
            x: inputs, as for `fit`.
            y: targets, as for `fit`.
            sample_weight: as for `fit`.
            class_weight: as for `fit`.
            return_dict: as for `evaluate`.

        Raises:
            RuntimeError: the model is not compiled.
            ValueError: the data do not fit the model.
        """
        self._check_compiled()
        self._refuse_step()
        inputs, targets = self.data(x, y)
        weights = weights_of(targets, sample_weight, class_weight)

        def step() -> tuple[float, Any]:
            steps = EagerTraining(self, inputs, self._weighed(targets, weights))
            steps.begin(range(len(inputs)))
            return steps.step(0, len(inputs))

        loss, outputs = self._weighing(weights is not None, step)
        means = Means(self.metrics)
        means.add(loss, targets, outputs)
        return self._as_returned(means.all(), return_dict)

    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> float | list[float] | dict[str, float]:
        """Return what `evaluate` returns for these samples; nothing is printed."""
        return self.evaluate(x, y, verbose=0, sample_weight=sample_weight, return_dict=return_dict)

    def predict_on_batch(self, x: Any) -> Any:
        """Return what `predict` returns for these samples."""
        return self.predict(x)

    def _as_returned(
        self, logs: dict[str, float], return_dict: bool
    ) -> float | list[float] | dict[str, float]:
        """Measures as a dictionary, as a list, or the loss alone."""
        if return_dict:
            return logs
        return list(logs.values()) if self.metrics else logs["loss"]

    def _train_epoch(
        self,
        steps: CompiledTraining | EagerTraining,
        targets: Any,
        order: Sequence[int],
        size: int,
        followers: Followers,
        watch: Watch,
    ) -> dict[str, float]:
        """Take one step for each batch; return the means over the samples."""
        means = Means(self.metrics)

        def tell(event: str, batch: int) -> None:
            if followers.is_watched(event):
                # Callbacks between batches see, and may change, the parameters themselves.
                steps.push()
                followers.tell(event, batch, means.all() if event == "on_train_batch_end" else {})
                steps.pull()

        steps.begin(order)
        known = targets[order] if hasattr(targets, "dtype") else [targets[i] for i in order]
        for batch, start in enumerate(range(0, len(order), size)):
            tell("on_train_batch_begin", batch)
            end = min(start + size, len(order))
            loss, outputs = steps.step(start, end)
            if not math.isfinite(loss) and not watch.is_lost:
                watch.lost(loss, batch, steps.latest(start))
            means.add(loss, known[start:end], outputs)
            tell("on_train_batch_end", batch)
            if self.stop_training:
                break
        return means.all()

    def _check_compiled(self) -> None:
        if self.loss is None:
            raise RuntimeError("the model is not compiled; call compile(optimizer, loss) first")

    def _refuse_step(self) -> None:
        """Refuse a model that cannot be trained; warn of one that has nothing to learn."""
        for layer in self.layers:
            if getattr(layer, "activation", None) is activations.step:
                raise ValueError(
                    f"{quoted(layer)} cannot be trained: the step's derivative is 0 wherever it"
                    " has one, so no gradient comes back through it; use 'sigmoid' in its place"
                )
        last = getattr(self.layers[-1], "activation", None) if self.layers else None
        is_categorical = isinstance(self.loss, losses.CategoricalCrossentropy)
        # A softmax of one unit warns by itself.
        if is_categorical and self.output_size() == 1 and last is not autograd.softmax:
            warn(
                words(
                    "a categorical cross entropy of one output is 0 whatever it is: take"
                    " 'binary_crossentropy' and a sigmoid, or one output for each class"
                )
            )

    def evaluate(
        self,
        x: Any,
        y: Any = None,
        batch_size: int | None = None,
        verbose: str | int = "auto",
        return_dict: bool = False,
        callbacks: Any = None,
        sample_weight: Any = None,
        **others: Any,
    ) -> float | list[float] | dict[str, float]:
        """Return the loss, or a list of the loss and the metrics, over the samples.

        Args:
            x: inputs, as for `fit`.
            y: targets, as for `fit`.
            batch_size: samples at a time; 32 if None.
            verbose: 0 prints nothing, anything else one line.
            return_dict: whether to return a dictionary by name.
            callbacks: one or a list of what is told of each batch; see `nn.callbacks`.
            sample_weight: how much each sample counts in the loss, beside 1.
            **others: none, as for `compile`.

        Raises:
            RuntimeError: the model is not compiled.
            ValueError: the data do not fit the model, or an argument is out of its range.
            TypeError: a callback has no hook.
        """
        refuse_arguments("evaluate", others)
        size = _batch_size(batch_size)
        self._check_compiled()
        choose("verbose", verbose, VERBOSE)
        inputs, targets = self.data(x, y)
        followers = self._followers([], callbacks, len(inputs), size, verbose)
        weights = weights_of(targets, sample_weight)

        def measure() -> dict[str, float]:
            wanted = self._weighed(targets, weights)
            measuring = self._measuring(inputs, wanted, size, times=1)
            return self._measure(measuring, inputs, targets, size, followers, wanted=wanted)

        logs = self._weighing(weights is not None, measure)
        if verbose != 0:
            print(shown(logs))  # noqa: T201  # what `verbose` asks for
        return self._as_returned(logs, return_dict)

    def _measure(
        self,
        measuring: Measuring,
        inputs: Rows,
        targets: Rows,
        size: int,
        followers: Followers,
        *,
        wanted: Rows,
    ) -> dict[str, float]:
        """The means of the loss and the metrics over the samples.

        Args:
            measuring: computes loss and outputs.
            inputs: the samples.
            targets: for the metrics.
            size: samples of a batch.
            followers: whom to tell.
            wanted: targets for the loss, with the samples' weights if there are any.
        """
        means = Means(self.metrics)
        followers.tell("on_test_begin", {})
        for batch, start in enumerate(range(0, len(inputs), size)):
            followers.tell("on_test_batch_begin", batch, {})
            end = start + size
            loss, outputs = measuring.loss_and_outputs(inputs[start:end], wanted[start:end])
            means.add(loss, targets[start:end], outputs)
            followers.tell("on_test_batch_end", batch, means.all())
        followers.tell("on_test_end", means.all())
        return means.all()

    def predict(
        self,
        x: Any,
        verbose: str | int = 0,
        batch_size: int | None = None,
        callbacks: Any = None,
        **others: Any,
    ) -> Any:
        """Return the outputs for each sample.

        Args:
            x: inputs, as for `fit`.
            verbose: 0 nothing; 1 or "auto" a progress bar; 2 a line at the end.
            batch_size: samples at a time, for callbacks that watch batches; 32 if None.
            callbacks: one or a list of what is told of each batch; see `nn.callbacks`.
            **others: none, as for `compile`.

        Returns:
            A NumPy array with a row for each sample, or a list of rows where NumPy is not
            installed; for several outputs a list of those.

        Raises:
            ValueError: the data do not fit the model, or an argument is out of its range.
            TypeError: a callback has no hook.
            ImportError: a bar was asked for, and tqdm is not installed.
        """
        refuse_arguments("predict", others)
        choose("verbose", verbose, VERBOSE)
        size = _batch_size(batch_size)
        rows = self.samples(x)
        bars = [SampleBar(len(rows))] if verbose in {1, "auto"} else []
        followers = self._followers(bars, callbacks, len(rows), size, verbose)
        if not any(followers.is_watched(f"on_predict_batch_{when}") for when in ("begin", "end")):
            size = len(rows)
        measuring = self._measuring(rows, None, size, times=1)
        outputs: Rows = []
        followers.tell("on_predict_begin", {})
        for batch, start in enumerate(range(0, len(rows), size)):
            followers.tell("on_predict_batch_begin", batch, {})
            predicted = measuring.outputs(rows[start : start + size])
            outputs += predicted
            followers.tell("on_predict_batch_end", batch, {"outputs": predicted})
        followers.tell("on_predict_end", {})
        if verbose == 2:
            print(f"{len(rows)} samples")  # noqa: T201  # what `verbose` asks for
        return self.as_outputs(outputs)

    def _followers(
        self,
        own: list[Any],
        callbacks: Any,
        samples: int,
        size: int,
        verbose: Any,
        epochs: int = 1,
        history: History | None = None,
    ) -> Followers:
        """The training's own callbacks, the user's, one or a list, and the history."""
        if callbacks is None:
            callbacks = []
        elif has_hooks(callbacks) or not isinstance(callbacks, Iterable):
            callbacks = [callbacks]
        params = {"epochs": epochs, "steps": -(-samples // size), "verbose": verbose}
        return Followers([*own, *callbacks, *([history] if history else [])], self, params)

    def _measuring(self, inputs: Rows, targets: Rows | None, size: int, times: int) -> Measuring:
        """What computes the loss and the outputs of these samples, so many times."""
        samples = times * len(inputs)
        compiled = self._compiled(samples, CompiledMeasuring, inputs, targets, size)
        return compiled or EagerMeasuring(self)

    def _compiled(self, samples: int, kind: Callable[..., T], *data: Any) -> T | None:
        """What is made of data, if so many samples are to run compiled and can; else None."""
        if self.jit_compile is False or (self.jit_compile == "auto" and samples < WORTH_COMPILING):
            return None
        if detect_anomaly.is_on():  # it looks at the nodes of a graph
            return None
        try:
            return kind(self, *data)
        except Exception as error:
            if self.jit_compile == "auto":
                LOGGER.warning(
                    words("not compiled, which is slower: {error}", error=message_of(error))
                )
                return None
            said = f"jit_compile=True, but the model cannot be compiled: {message_of(error)}"
            raise TypeError(said) from error


def _batch_size(batch_size: int | None) -> int:
    return 32 if batch_size is None else whole_number("batch_size", batch_size, least=1)


def _split(
    inputs: Rows, targets: Rows, share: float
) -> tuple[tuple[Rows, Rows], tuple[Rows, Rows]]:
    """The samples to train on, and the last `share` of them to measure by."""
    kept = int(len(inputs) * (1 - share)) if 0 < share < 1 else 0
    if not 0 < kept < len(inputs):
        raise ValueError(
            "expected a validation_split from 0 to below 1 that leaves samples on both sides,"
            f" received {quoted(share)} for {len(inputs)} samples"
        )
    return (inputs[:kept], targets[:kept]), (inputs[kept:], targets[kept:])


@contextmanager
def _stopping_at_interrupt(model: Trainer) -> Iterator[None]:
    """Let the first Ctrl-C end the training; a second one does what Ctrl-C did before."""
    before = signal.getsignal(signal.SIGINT)
    is_heard = threading.current_thread() is threading.main_thread()
    if not is_heard or before in {None, signal.SIG_IGN}:
        yield  # only the main thread hears of Ctrl-C, if Python answers it and nobody ignores it
        return

    def answer(*_: object) -> None:
        model.stop_training = True
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, answer)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
