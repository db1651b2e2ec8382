"""Trainer: how a model is trained, measured and asked, by Keras's names."""

from __future__ import annotations

import logging
import math
import signal
import threading
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

from autograd import Value, detect_anomaly
from autograd.options import choose, whole_number
from nn import activations, losses, optimizers, randomness
from nn import metrics as known_metrics
from nn.callbacks import History
from nn.data import Rows
from nn.metrics import Metric
from nn.training.compiled import CompiledMeasuring, CompiledTraining
from nn.training.eager import EagerMeasuring, EagerTraining, Trainable
from nn.training.followers import Followers
from nn.training.progress import VERBOSE, Means, SampleBar, show_progress, shown
from nn.training.watching import Watch

LOGGER = logging.getLogger("nn")

WORTH_COMPILING = 500
"""From this number of samples on, compiling the model first takes less time in all."""

T = TypeVar("T")
Measuring: TypeAlias = CompiledMeasuring | EagerMeasuring


class Trainer(Trainable):
    """A network that can be trained, made of any layers.

    Attributes:
        metrics: what else is measured, by name.
        jit_compile: whether to run on compiled code.
        stop_training: set it to True to end a training after the current batch.
    """

    layers: Sequence[Any]

    def __init__(self) -> None:
        self.stop_training = False
        self.optimizer = optimizers.Optimizer(0.0)
        self.loss = None
        self.metrics: list[tuple[str, Metric]] = []
        self.jit_compile: str | bool = "auto"

    @abstractmethod
    def samples(self, x: Any) -> Rows:
        """Return inputs as rows that fit the network."""

    @abstractmethod
    def data(self, x: Any, y: Any) -> tuple[Rows, Rows]:
        """Return inputs and targets as rows that fit the network."""

    def compile(
        self,
        optimizer: str | optimizers.Optimizer = "rmsprop",
        loss: str | Callable[..., Any] | None = None,
        metrics: Sequence[str | Metric] | None = None,
        jit_compile: str | bool = "auto",
    ) -> None:
        """Choose how to train.

        Args:
            optimizer: name or object; see `nn.optimizers`.
            loss: name, object or function `(y_true, y_pred) -> number`; see `nn.losses`.
            metrics: names or functions; see `nn.metrics`.
            jit_compile: whether to run as compiled code instead of as graphs of Values, with the
                same results but for the last digits. "auto" compiles where that can be done and
                saves time, and logs a line where it cannot be done; with True that is an error.
                Compiling runs functions of your own once, to record them.

        Raises:
            ValueError: a name is unknown.
        """
        choose("jit_compile", jit_compile, ("auto", True, False))
        if isinstance(metrics, str):
            raise ValueError(  # noqa: TRY004  # as for all that is wrong with a choice
                f"expected metrics as a list, such as [{metrics!r}], received a text"
            )
        chosen = [known_metrics.get(metric) for metric in metrics or []]
        names = ["loss", *(name for name, _ in chosen)]
        if len(set(names)) < len(names):
            raise ValueError(f"expected measures of different names, received {names}")
        found = None if loss is None else losses.get(loss)
        self.optimizer, self.loss = optimizers.get(optimizer), found
        self.metrics, self.jit_compile = chosen, jit_compile

    def compute_loss(self, x: Any, y: Any) -> Value:
        """Return the mean loss over samples as a Value: the graph of a whole batch.

        Raises:
            RuntimeError: the model has no loss yet.
        """
        inputs, targets = self.data(x, y)
        return self.batch_loss(targets, [self.sample(row) for row in inputs])

    def fit(
        self,
        x: Any,
        y: Any,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: str | int = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: tuple[Any, Any] | None = None,
        shuffle: bool = True,
    ) -> History:
        """Train the model; return what was measured in each epoch.

        Ctrl-C ends the training after the current batch, and the history so far is returned.

        Args:
            x: inputs: a list of rows or a NumPy array; for several inputs a list of those.
            y: targets: a list of rows or a NumPy array; plain numbers where there is one output.
            batch_size: samples a step; 32 if None.
            epochs: how many times to go through the data.
            verbose: "auto" or 1 a progress bar, 2 a line an epoch, 0 nothing.
            callbacks: one or a list of what is told of each step; see `nn.callbacks`.
            validation_split: the share of the data, from their end, to measure by and not train on.
            validation_data: inputs and targets to measure by, instead.
            shuffle: whether to mix the samples before each epoch.

        Raises:
            RuntimeError: the model is not compiled.
            ValueError: the data do not fit the model, or an argument is out of its range. The
                model is left as it was.
            TypeError: a callback has no hook.

        Warns:
            UserWarning: inputs are not scaled.
            RuntimeWarning: the loss is nan or infinite, or all units of a layer saturate or die.
        """
        size = _batch_size(batch_size)
        epochs = whole_number("epochs", epochs, least=1)
        self._check_compiled()
        self._refuse_step()
        data, validation = self.data(x, y), None
        if validation_data is not None:
            validation = self.data(*validation_data)
        elif validation_split:
            data, validation = _split(*data, validation_split)
        count = len(data[0])
        compiled = self._compiled(epochs * count, CompiledTraining, *data, size)
        steps = compiled or EagerTraining(self, *data)
        measuring = validation and self._measuring(*validation, size, times=epochs)

        history = History()
        watch = Watch(self, *data)
        own: list[Any] = [*show_progress(verbose, epochs), history]
        if not detect_anomaly.is_on():  # it raises, and is not told what is run on the side
            own.append(watch)
        followers = self._followers(own, callbacks, count, size, verbose, epochs)
        self.stop_training = False
        order, logs = list(range(count)), {}
        followers.tell("on_train_begin", {})
        try:
            with _stopping_at_interrupt(self):
                for epoch in range(epochs):
                    followers.tell("on_epoch_begin", epoch, {})
                    if shuffle:
                        randomness.generator.shuffle(order)
                    logs = self._train_epoch(steps, data[1], order, size, followers, watch)
                    if measuring and validation:
                        measured = self._measure(measuring, *validation, size, followers)
                        logs |= {f"val_{name}": number for name, number in measured.items()}
                    followers.tell("on_epoch_end", epoch, logs)
                    if self.stop_training:
                        break
        finally:
            followers.tell("on_train_end", logs)
        return history

    def _train_epoch(
        self,
        steps: CompiledTraining | EagerTraining,
        targets: Rows,
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
        try:
            for batch, start in enumerate(range(0, len(order), size)):
                tell("on_train_batch_begin", batch)
                chosen = order[start : start + size]
                loss, outputs = steps.step(start, start + len(chosen))
                if not math.isfinite(loss) and not watch.is_lost:
                    watch.lost(loss, batch, steps.latest(start))
                means.add(loss, [targets[i] for i in chosen], outputs)
                tell("on_train_batch_end", batch)
                if self.stop_training:
                    break
        finally:
            steps.push()
        return means.all()

    def _check_compiled(self) -> None:
        if self.loss is None:
            raise RuntimeError("the model is not compiled; call compile(optimizer, loss) first")

    def _refuse_step(self) -> None:
        for layer in self.layers:
            if getattr(layer, "activation", None) is activations.step:
                raise ValueError(
                    f"{layer!r} cannot be trained: the step's derivative is 0 wherever it has one,"
                    " so no gradient comes back through it; use 'sigmoid' in its place"
                )

    def evaluate(
        self,
        x: Any,
        y: Any,
        batch_size: int | None = None,
        verbose: str | int = "auto",
        return_dict: bool = False,
        callbacks: Any = None,
    ) -> float | list[float] | dict[str, float]:
        """Return the loss, or a list of the loss and the metrics, over the samples.

        Args:
            x: inputs, as for `fit`.
            y: targets, as for `fit`.
            batch_size: samples at a time; 32 if None.
            verbose: 0 prints nothing, anything else one line.
            return_dict: whether to return a dictionary by name.
            callbacks: one or a list of what is told of each batch; see `nn.callbacks`.

        Raises:
            RuntimeError: the model is not compiled.
            ValueError: the data do not fit the model, or an argument is out of its range.
            TypeError: a callback has no hook.
        """
        size = _batch_size(batch_size)
        self._check_compiled()
        choose("verbose", verbose, VERBOSE)
        inputs, targets = self.data(x, y)
        followers = self._followers([], callbacks, len(inputs), size, verbose)
        measuring = self._measuring(inputs, targets, size, times=1)
        logs = self._measure(measuring, inputs, targets, size, followers)
        if verbose != 0:
            print(shown(logs))  # noqa: T201  # what `verbose` asks for
        if return_dict:
            return logs
        return list(logs.values()) if self.metrics else logs["loss"]

    def _measure(
        self, measuring: Measuring, inputs: Rows, targets: Rows, size: int, followers: Followers
    ) -> dict[str, float]:
        """The means of the loss and the metrics over the samples."""
        means = Means(self.metrics)
        followers.tell("on_test_begin", {})
        for batch, start in enumerate(range(0, len(inputs), size)):
            followers.tell("on_test_batch_begin", batch, {})
            wanted = targets[start : start + size]
            loss, outputs = measuring.loss_and_outputs(inputs[start : start + size], wanted)
            means.add(loss, wanted, outputs)
            followers.tell("on_test_batch_end", batch, means.all())
        followers.tell("on_test_end", means.all())
        return means.all()

    def predict(
        self, x: Any, verbose: str | int = 0, batch_size: int | None = None, callbacks: Any = None
    ) -> Rows:
        """Return the outputs for each sample, a list of rows.

        Args:
            x: inputs, as for `fit`.
            verbose: 0 nothing; 1 or "auto" a progress bar; 2 a line at the end.
            batch_size: samples at a time, for callbacks that watch batches; 32 if None.
            callbacks: one or a list of what is told of each batch; see `nn.callbacks`.

        Raises:
            ValueError: the data do not fit the model, or an argument is out of its range.
            TypeError: a callback has no hook.
            ImportError: a bar was asked for, and tqdm is not installed.
        """
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
        return outputs

    def _followers(
        self, own: list[Any], callbacks: Any, samples: int, size: int, verbose: Any, epochs: int = 1
    ) -> Followers:
        """The training's own callbacks and the user's, one or a list of them."""
        if callbacks is None:
            callbacks = []
        elif not isinstance(callbacks, Iterable):
            callbacks = [callbacks]
        params = {"epochs": epochs, "steps": -(-samples // size), "verbose": verbose}
        return Followers([*own, *callbacks], self, params)

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
                LOGGER.warning("not compiled, which is slower: %s", error)
                return None
            said = f"jit_compile=True, but the model cannot be compiled: {error}"
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
            f" received {share!r} for {len(inputs)} samples"
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
