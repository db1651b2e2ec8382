"""Training: epochs, batches, and what is measured on the way."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from autograd import detect_anomaly, no_grad
from nn import activations, randomness
from nn.callbacks import Callback, History, check_verbose, show_progress, shown
from nn.compiled import CompiledMeasuring, CompiledTraining
from nn.data import Rows

if TYPE_CHECKING:
    from nn.models import Model

LOGGER = logging.getLogger("nn")

WORTH_COMPILING = 500
"""Samples to be computed from which on it takes less time to compile the model first."""

T = TypeVar("T")


def fit(
    model: Model,
    x: Any,
    y: Any,
    *,
    batch_size: int,
    epochs: int,
    verbose: str | int,
    callbacks: Sequence[Callback] | Callback,
    validation_split: float,
    validation_data: tuple[Any, Any] | None,
    shuffle: bool,
) -> History:
    """Train a model; see `Model.fit`."""
    _at_least_one("batch_size", batch_size)
    _at_least_one("epochs", epochs)
    _check_compiled(model)
    _refuse_step(model)
    data = model.data(x, y)
    validation = None
    if validation_data is not None:
        validation = model.data(*validation_data)
    elif validation_split:
        data, validation = _split(*data, validation_split)
    trainer = _compiled(
        model, epochs * len(data[0]), lambda: CompiledTraining(model, *data, batch_size)
    ) or _EagerTraining(model, *data)
    measurer = validation and _Measurer(model, *validation, batch_size, times=epochs)

    history = History()
    others = [callbacks] if isinstance(callbacks, Callback) else callbacks
    followers = [*show_progress(verbose, epochs), history, *others]
    for follower in followers:
        follower.model = model
    model.stop_training = False
    order = list(range(len(data[0])))
    _tell(followers, "on_train_begin")
    try:
        with _stopping_at_interrupt(model):
            for epoch in range(epochs):
                _tell(followers, "on_epoch_begin", epoch)
                if shuffle:
                    randomness.generator.shuffle(order)
                logs = _one_epoch(model, trainer, data[1], order, batch_size, followers)
                if measurer is not None:
                    measured = measurer.measure()
                    logs |= {f"val_{name}": number for name, number in measured.items()}
                _tell(followers, "on_epoch_end", epoch, logs)
                if model.stop_training:
                    break
    finally:
        _tell(followers, "on_train_end")
    return history


def evaluate(model: Model, x: Any, y: Any, batch_size: int, verbose: str | int) -> dict[str, float]:
    """Return the loss and the metrics over all samples; see `Model.evaluate`."""
    _at_least_one("batch_size", batch_size)
    _check_compiled(model)
    check_verbose(verbose)
    logs = _Measurer(model, *model.data(x, y), batch_size).measure()
    if verbose != 0:
        print(shown(logs))  # noqa: T201  # what `verbose` asks for
    return logs


def predict(model: Model, rows: Rows, progress: Any) -> Rows:
    """Return the outputs for each row; see `Model.predict`."""
    compiled = _compiled(model, len(rows), lambda: CompiledMeasuring(model, rows))
    if compiled is not None:
        outputs = compiled.outputs(rows)
        if progress is not None:
            progress.update(len(rows))
        return outputs
    outputs = []
    with no_grad():
        for row in rows:
            outputs.append([value.data for value in model.sample(row)])
            if progress is not None:
                progress.update()
    return outputs


def _compiled(model: Model, samples: int, make: Callable[[], T]) -> T | None:
    """What `make` makes, if the model is to run on compiled code and can; else None.

    Args:
        model: says whether it is to.
        samples: how many will be computed.
        make: raises where it cannot.
    """
    if model.jit_compile is False or (model.jit_compile == "auto" and samples < WORTH_COMPILING):
        return None
    if detect_anomaly.is_on():  # it looks at the nodes of a graph
        return None
    try:
        return make()
    except Exception as error:
        if model.jit_compile == "auto":
            LOGGER.warning("not compiled, which is slower: %s", error)
            return None
        raise TypeError(f"jit_compile=True, but the model cannot be compiled: {error}") from error


class _EagerTraining:
    """A step of training on a graph of Values."""

    def __init__(self, model: Model, inputs: Rows, targets: Rows) -> None:
        self._model, self._inputs, self._targets = model, inputs, targets
        self._parameters = model.parameters()

    def begin(self, order: Sequence[int], batch_size: int) -> None:  # noqa: ARG002  # as compiled
        self._order = order

    def step(self, start: int, end: int) -> tuple[float, Rows]:
        model = self._model
        outputs = [model.sample(self._inputs[i]) for i in self._order[start:end]]
        loss = model.batch_loss([self._targets[i] for i in self._order[start:end]], outputs)
        model.zero_grad()
        loss.backward()
        model.optimizer.update(self._parameters)
        return loss.data, [[value.data for value in output] for output in outputs]

    def pull(self) -> None:
        """The parameters are where they are."""

    push = pull


def _one_epoch(
    model: Model,
    trainer: CompiledTraining | _EagerTraining,
    targets: Rows,
    order: Sequence[int],
    batch_size: int,
    followers: Sequence[Callback],
) -> dict[str, float]:
    """Take one step for each batch; return the means over the samples."""
    means = _Means()
    # Who looks on between batches is to see, and may change, the parameters themselves.
    looks_on = any(type(f).on_train_batch_end is not Callback.on_train_batch_end for f in followers)
    trainer.begin(order, batch_size)
    try:
        for batch, start in enumerate(range(0, len(order), batch_size)):
            chosen = order[start : start + batch_size]
            loss, outputs = trainer.step(start, start + len(chosen))
            measures = _measures(model, loss, [targets[i] for i in chosen], outputs)
            means.add(measures, len(chosen))
            if looks_on:
                trainer.push()
                _tell(followers, "on_train_batch_end", batch, means.all())
                trainer.pull()
            if model.stop_training:
                break
    finally:
        trainer.push()
    return means.all()


class _Measurer:
    """Measures a model on the same samples, as often as is asked, without a step."""

    def __init__(
        self, model: Model, inputs: Rows, targets: Rows, batch_size: int, times: int = 1
    ) -> None:
        self._model, self._inputs, self._targets = model, inputs, targets
        self._batch_size = batch_size
        self._compiled = _compiled(
            model,
            times * len(inputs),
            lambda: CompiledMeasuring(model, inputs, targets, batch_size),
        )

    def measure(self) -> dict[str, float]:
        """Return the means over the samples."""
        means = _Means()
        with no_grad():
            for start in range(0, len(self._inputs), self._batch_size):
                inputs = self._inputs[start : start + self._batch_size]
                wanted = self._targets[start : start + self._batch_size]
                loss, outputs = self._batch(inputs, wanted)
                means.add(_measures(self._model, loss, wanted, outputs), len(wanted))
        return means.all()

    def _batch(self, inputs: Rows, wanted: Rows) -> tuple[float, Rows]:
        if self._compiled is not None:
            return self._compiled.loss_and_outputs(inputs, wanted)
        values = [self._model.sample(row) for row in inputs]
        loss = self._model.batch_loss(wanted, values)
        return loss.data, [[value.data for value in output] for output in values]


def _measures(model: Model, loss: float, targets: Rows, outputs: Any) -> dict[str, float]:
    measures = {"loss": loss}
    if model.metrics:
        rows = outputs.tolist() if hasattr(outputs, "tolist") else outputs
        for name, metric in model.metrics:
            numbers = [metric(*pair) for pair in zip(targets, rows, strict=True)]
            measures[name] = sum(numbers) / len(numbers)
    return measures


class _Means:
    """Means over samples, from means over batches that may differ in size."""

    def __init__(self) -> None:
        self._sums: dict[str, float] = {}
        self._count = 0

    def add(self, means: dict[str, float], count: int) -> None:
        self._count += count
        for name, number in means.items():
            self._sums[name] = self._sums.get(name, 0.0) + number * count

    def all(self) -> dict[str, float]:
        return {name: total / self._count for name, total in self._sums.items()}


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


def _check_compiled(model: Model) -> None:
    if model.loss is None:
        raise RuntimeError("the model is not compiled; call compile(optimizer, loss) first")


def _refuse_step(model: Model) -> None:
    for layer in model.layers:
        if getattr(layer, "activation", None) is activations.step:
            raise ValueError(
                f"{layer!r} cannot be trained: the step's derivative is 0 wherever it has one, so"
                " no gradient comes back through it; use 'sigmoid' in its place"
            )


@contextmanager
def _stopping_at_interrupt(model: Model) -> Iterator[None]:
    """Let Ctrl-C end the training after the batch at hand; a second one ends it at once."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears of Ctrl-C
        return

    before = signal.getsignal(signal.SIGINT)
    if before in {None, signal.SIG_IGN}:
        yield  # the program does not want to hear of it, or it is not Python's to answer
        return

    def stop(*_: object) -> None:
        model.stop_training = True
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _at_least_one(name: str, number: object) -> None:
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise ValueError(f"expected {name} to be a whole number of at least 1, received {number!r}")


def _tell(followers: Sequence[Callback], event: str, *details: Any) -> None:
    for follower in followers:
        getattr(follower, event)(*details)
