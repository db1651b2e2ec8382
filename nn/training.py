"""Training: epochs, batches, and what is measured on the way."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autograd import Value, no_grad
from nn import activations, randomness
from nn.callbacks import Callback, History, check_verbose, show_progress, shown
from nn.data import Rows

if TYPE_CHECKING:
    from nn.models import Model


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
                logs = _one_epoch(model, *data, order, batch_size, followers)
                if validation is not None:
                    measured = _measure(model, *validation, batch_size)
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
    logs = _measure(model, *model.data(x, y), batch_size)
    if verbose != 0:
        print(shown(logs))  # noqa: T201  # what `verbose` asks for
    return logs


def _one_epoch(
    model: Model,
    inputs: Rows,
    targets: Rows,
    order: Sequence[int],
    batch_size: int,
    followers: Sequence[Callback],
) -> dict[str, float]:
    """Take one step for each batch; return the means over the samples."""
    means = _Means()
    parameters = model.parameters()
    for batch, start in enumerate(range(0, len(order), batch_size)):
        chosen = order[start : start + batch_size]
        outputs = [model.sample(inputs[i]) for i in chosen]
        wanted = [targets[i] for i in chosen]
        loss = model.batch_loss(wanted, outputs)
        model.zero_grad()
        loss.backward()
        model.optimizer.update(parameters)
        means.add(_measures(model, loss, wanted, outputs), len(chosen))
        _tell(followers, "on_train_batch_end", batch, means.all())
        if model.stop_training:
            break
    return means.all()


def _measure(model: Model, inputs: Rows, targets: Rows, batch_size: int) -> dict[str, float]:
    """Return the means over the samples, without a step."""
    means = _Means()
    with no_grad():
        for start in range(0, len(inputs), batch_size):
            outputs = [model.sample(row) for row in inputs[start : start + batch_size]]
            wanted = targets[start : start + batch_size]
            loss = model.batch_loss(wanted, outputs)
            means.add(_measures(model, loss, wanted, outputs), len(wanted))
    return means.all()


def _measures(
    model: Model, loss: Value, targets: Rows, outputs: Sequence[Sequence[Value]]
) -> dict[str, float]:
    measures = {"loss": loss.data}
    for name, metric in model.metrics:
        numbers = [
            metric(target, [value.data for value in output])
            for target, output in zip(targets, outputs, strict=True)
        ]
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
