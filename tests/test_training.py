"""Training: batches, epochs, validation, randomness, callbacks, Ctrl-C, progress, rates."""

import itertools
import math
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

import autograd
import nn
from nn import (
    Activation,
    Dense,
    EarlyStopping,
    History,
    Input,
    Model,
    Sequential,
    datasets,
    optimizers,
    set_random_seed,
)
from nn.callbacks import Callback
from nn.initializers import Constant
from nn.optimizers import SGD, Adam, AdamW, ExponentialDecay, RMSprop

if TYPE_CHECKING:
    from tests.arrays import lists
else:
    from arrays import lists

pytestmark = pytest.mark.usefixtures("run_both_ways")


Logs = Mapping[str, float]


class Recorder:
    """Writes down what it is told: no `Callback`, and some of its hooks leave out the logs."""

    model: Any

    def __init__(self) -> None:
        self.events: list[str] = []
        self.batches: list[Logs] = []
        self.epochs: list[Logs] = []
        self.weights: list[Any] = []

    def on_train_begin(self) -> None:
        self.events.append("train begins")

    def on_train_end(self) -> None:
        self.events.append("train ends")

    def on_epoch_begin(self, epoch: int) -> None:
        self.events.append(f"epoch {epoch} begins")

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        self.events.append(f"epoch {epoch} ends")
        self.epochs.append(dict(logs))
        self.weights.append(lists(self.model.get_weights()))

    def on_train_batch_end(self, batch: int, logs: Logs) -> None:
        self.events.append(f"batch {batch} ends")
        self.batches.append(dict(logs))


class After(Callback):
    """Does something after a batch, counted from 0 over all epochs."""

    def __init__(self, batch: int, act: Callable[[Model], Any]) -> None:
        self.batch, self.act, self.seen = batch, act, -1

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002  # as all do
        self.seen += 1
        if self.seen == self.batch:
            self.act(self.model)


def still(metrics: Any = None) -> Sequential:
    """y = x, with a loss and a learning rate of 0: nothing moves."""
    model = Sequential([Dense(1, kernel_initializer=Constant(1.0), input_dim=1)])
    model.compile(SGD(learning_rate=0.0), "mse", metrics)
    return model


def moving(rate: float | optimizers.Schedule = 0.01) -> Sequential:
    """y = w x + b from w = 1 and b = 0, with a loss of y: both gradients are that simple."""
    model = Sequential([Dense(1, kernel_initializer=Constant(1.0), input_dim=1)])
    model.compile(SGD(rate), lambda _, y_pred: autograd.sum([p for (p,) in y_pred]))
    return model


def steps(model: Model) -> int:
    return model.optimizer.iterations


# ------------------------------------------------------------------ epochs, batches


def test_history_has_a_number_an_epoch_for_each_measure() -> None:
    model = Sequential([Dense(1, "sigmoid", input_dim=2)])
    model.compile("sgd", "binary_crossentropy", ["accuracy"])
    history = model.fit(*datasets.xor(), epochs=3, validation_data=datasets.xor(), verbose=0)
    assert type(history) is History
    assert history.epoch == [0, 1, 2]
    assert list(history.history) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert {len(numbers) for numbers in history.history.values()} == {3}
    assert {type(number) for numbers in history.history.values() for number in numbers} == {float}
    assert model.evaluate(*datasets.xor(), verbose=0) == [
        history.history["val_loss"][-1],
        history.history["val_accuracy"][-1],
    ]


def test_history_names_a_metric_as_it_was_given() -> None:
    model = still(["acc", "mae", "accuracy", "mean_absolute_error"])
    assert list(model.fit([[1]], [1], verbose=0).history) == [
        *("loss", "acc", "mae", "accuracy", "mean_absolute_error"),
    ]


def test_each_fit_has_a_history_of_its_own() -> None:
    model = still()
    first = model.fit([[1]], [1], epochs=2, verbose=0)
    second = model.fit([[1]], [1], epochs=3, verbose=0)
    assert (first.epoch, second.epoch) == ([0, 1], [0, 1, 2])


@pytest.mark.parametrize(
    ("batch_size", "expected"), [(1, 7), (2, 4), (3, 3), (6, 2), (7, 1), (100, 1), (None, 1)]
)
def test_there_is_one_step_for_each_batch_the_last_may_be_smaller(
    batch_size: int | None, expected: int
) -> None:
    model = still()
    model.fit([[k] for k in range(7)], [0] * 7, batch_size=batch_size, epochs=2, verbose=0)
    assert steps(model) == 2 * expected


def test_a_batch_has_32_samples_by_default() -> None:
    model = still()
    model.fit([[k] for k in range(65)], [0] * 65, verbose=0)
    assert steps(model) == 3


@pytest.mark.parametrize("batch_size", [1, 2, 3, 4, 5, 7])
def test_measures_of_an_epoch_are_means_over_samples_not_over_batches(batch_size: int) -> None:
    model = still(["mae"])
    x, y = [[k] for k in range(7)], [0] * 7
    history = model.fit(x, y, batch_size=batch_size, validation_data=(x, y), verbose=0).history
    assert history["loss"] == history["val_loss"] == pytest.approx([(1 + 4 + 9 + 16 + 25 + 36) / 7])
    assert history["mae"] == history["val_mae"] == pytest.approx([3.0])


def test_logs_of_a_batch_are_means_over_the_epoch_so_far() -> None:
    recorder = Recorder()
    still().fit(
        *([[3], [4], [6]], [0] * 3),
        batch_size=2,
        epochs=2,
        shuffle=False,
        verbose=0,
        callbacks=[recorder],
    )
    assert recorder.batches == [{"loss": 12.5}, {"loss": 61 / 3}] * 2


def test_loss_of_an_epoch_is_measured_before_each_step_and_val_loss_after_the_last() -> None:
    model = Sequential([Dense(1, use_bias=False, kernel_initializer=Constant(1.0), input_dim=1)])
    model.compile(SGD(0.25), "mse")
    history = model.fit([[1]], [0], epochs=2, validation_data=([[1]], [0]), verbose=0).history
    # w is 1, then 1 - 0.25 * 2 = 1/2, then 1/4.
    assert history == {"loss": [1.0, 0.25], "val_loss": [0.25, 0.0625]}
    assert lists(model.get_weights()) == [[[0.25]]]


def test_each_batch_starts_from_gradients_of_0() -> None:
    model = moving(0.0)
    for parameter in model.parameters():
        parameter.grad = 100.0
    model.fit([[2], [3], [5]], [0] * 3, batch_size=2, shuffle=False, verbose=0)
    assert [parameter.grad for parameter in model.parameters()] == [5.0, 1.0]


def test_training_goes_on_where_the_last_one_ended() -> None:
    x, y = datasets.moons(samples=20)
    runs = []
    for parts in ([4], [1, 3], [1, 1, 1, 1]):
        set_random_seed(2)
        model = Sequential([Dense(3, "tanh", input_dim=2), Dense(1, "sigmoid")])
        model.compile(Adam(0.1), "binary_crossentropy")
        for epochs in parts:
            model.fit(x, y, epochs=epochs, shuffle=False, verbose=0)
        runs.append(lists(model.get_weights()))
    assert runs[0] == runs[1] == runs[2]


def test_compiling_again_by_name_starts_the_optimizer_anew() -> None:
    model = still()
    model.compile("adam", "mse")
    model.fit([[1]], [0], epochs=3, verbose=0)
    assert steps(model) == 3
    model.compile("adam", "mse")
    assert steps(model) == 0


@pytest.mark.parametrize("number", [0, -1, 2.0, "3", True, [1]])
@pytest.mark.parametrize("name", ["epochs", "batch_size"])
def test_counts_that_are_none_are_refused(name: str, number: Any) -> None:
    model = moving()
    message = f"expected {name} to be a whole number of at least 1, received {number!r}"
    with pytest.raises(ValueError, match=re.escape(message)):
        model.fit([[1]], [1], verbose=0, **{name: number})
    assert lists(model.get_weights()) == [[[1.0]], [0.0]]


def test_training_that_runs_away_ends_in_nan_not_in_an_error() -> None:
    model = Sequential([Dense(1, kernel_initializer=Constant(1.0), input_dim=1)])
    for optimizer in (SGD(1e200, momentum=0.9), RMSprop(1e200), Adam(1e300), AdamW(1e200)):
        model.compile(optimizer, "mse")
        model.set_weights([[[1.0]], [0.0]])
        with pytest.warns(RuntimeWarning, match="the loss is (inf|nan) in epoch"):
            losses = model.fit([[1.0]], [0.5], epochs=6, verbose=0).history["loss"]
        assert losses[0] == 0.25
        assert not math.isfinite(losses[-1])


def test_a_loss_that_gives_a_plain_number_says_so() -> None:
    model = moving()
    model.compile("sgd", lambda _y_true, _y_pred: 0.0)
    with pytest.raises(TypeError, match="loss"):
        model.fit([[1]], [0], verbose=0)
    assert lists(model.get_weights()) == [[[1.0]], [0.0]]


@pytest.mark.parametrize(
    ("units", "activation", "y"),
    [(2, "softmax", [[0, 0], [0, 0]]), (1, "sigmoid", [[0], [0]])],
)
@pytest.mark.filterwarnings("ignore:a categorical cross entropy of one output")
def test_a_batch_without_any_class_has_a_loss_of_0_and_changes_nothing(
    units: int, activation: str, y: Any
) -> None:
    model = Sequential([Dense(units, activation, input_dim=1)])
    model.compile("sgd", "categorical_crossentropy")
    before = lists(model.get_weights())
    assert model.fit([[1], [2]], y, verbose=0).history == {"loss": [0.0]}
    assert lists(model.get_weights()) == before


# ----------------------------------------------------------------------- validation


def test_validation_split_takes_the_last_samples_and_never_trains_on_them() -> None:
    seen: set[float] = set()

    def watched(y_true: Any, y_pred: Any) -> Any:
        if autograd.sum(y_pred[0]).op is not None:  # recorded, so it is trained on
            seen.update(y for (y,) in y_true)
        return autograd.sum([(p - y) ** 2 for (y,), (p,) in zip(y_true, y_pred, strict=True)])

    model = still()
    model.compile(SGD(0.0), watched, jit_compile=False)  # it would be run once, to be recorded
    x = [[k] for k in range(10)]
    model.fit(x, range(10), validation_split=0.3, batch_size=2, epochs=5, verbose=0)
    assert seen == {0, 1, 2, 3, 4, 5, 6}


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize(("split", "kept"), [(0.1, 9), (0.25, 7), (0.3, 7), (0.5, 5), (0.85, 1)])
def test_validation_split_measures_the_share_of_samples_at_the_end(
    split: float, kept: int, shuffle: bool
) -> None:
    x, y = [[k] for k in range(10)], [0] * 10
    history = still().fit(
        x, y, validation_split=split, shuffle=shuffle, epochs=2, batch_size=3, verbose=0
    )
    squares = [k * k for k in range(10)]
    assert history.history["loss"] == pytest.approx([sum(squares[:kept]) / kept] * 2)
    assert history.history["val_loss"] == pytest.approx([sum(squares[kept:]) / (10 - kept)] * 2)


@pytest.mark.parametrize("split", [1.0, -0.1, 1.5, 0.99, math.nan, math.inf, -math.inf])
def test_validation_split_that_leaves_a_side_empty_is_refused(split: float) -> None:
    model = moving()
    message = f"leaves samples on both sides, received {split!r} for 10 samples"
    with pytest.raises(ValueError, match=re.escape(message)):
        model.fit([[k] for k in range(10)], [0] * 10, validation_split=split, verbose=0)
    assert lists(model.get_weights()) == [[[1.0]], [0.0]]


def test_validation_data_are_measured_by_and_not_trained_on() -> None:
    model = moving()
    history = model.fit([[1]], [0], validation_data=([[100], [200]], [0, 0]), verbose=0).history
    assert lists(model.get_weights()) == [[[0.99]], [-0.01]]
    assert history == {"loss": [1.0], "val_loss": pytest.approx([0.99 * 300 - 0.02])}


def test_validation_data_come_before_a_validation_split_as_in_keras() -> None:
    history = still().fit(
        *([[1], [2]], [0, 0]), validation_data=([[3]], [0]), validation_split=0.5, verbose=0
    )
    assert history.history == {"loss": [2.5], "val_loss": [9.0]}


def test_validation_leaves_gradients_and_steps_alone() -> None:
    model = moving(0.0)
    model.fit([[2]], [0], validation_data=([[100]], [0]), verbose=0)
    assert [parameter.grad for parameter in model.parameters()] == [2.0, 1.0]
    assert steps(model) == 1


# ----------------------------------------------------------------------- randomness


def orders(shuffle: bool, epochs: int) -> list[list[float]]:
    """In which order samples come, epoch by epoch; x is always -y."""
    seen: list[float] = []

    def watched(y_true: Any, y_pred: Any) -> Any:
        assert [p.data for (p,) in y_pred] == [-y for (y,) in y_true]
        seen.extend(y for (y,) in y_true)
        return autograd.sum([p for (p,) in y_pred])

    model = still()
    model.compile(SGD(0.0), watched)
    model.fit(
        *([[-k] for k in range(20)], range(20)),
        batch_size=3,
        epochs=epochs,
        shuffle=shuffle,
        verbose=0,
    )
    return [seen[start : start + 20] for start in range(0, len(seen), 20)]


def test_samples_come_in_their_order_where_they_are_not_shuffled() -> None:
    assert orders(shuffle=False, epochs=2) == [[*range(20)]] * 2


def test_shuffling_takes_every_sample_once_an_epoch_in_a_new_order() -> None:
    set_random_seed(0)
    found = orders(shuffle=True, epochs=3)
    assert [sorted(order) for order in found] == [[*range(20)]] * 3
    assert len({tuple(order) for order in [[*range(20)], *found]}) == 4


def test_samples_are_shuffled_by_default() -> None:
    seen: list[float] = []

    def watched(y_true: Any, y_pred: Any) -> Any:
        seen.extend(y for (y,) in y_true)
        return autograd.sum([p for (p,) in y_pred])

    model = still()
    model.compile(SGD(0.0), watched, jit_compile=False)
    model.fit([[k] for k in range(20)], range(20), verbose=0)
    assert sorted(seen) == [*range(20)] != seen


def test_shuffling_follows_the_seed() -> None:
    set_random_seed(1)
    first = orders(shuffle=True, epochs=2)
    set_random_seed(1)
    assert orders(shuffle=True, epochs=2) == first
    assert orders(shuffle=True, epochs=2) != first


def test_without_shuffling_nothing_is_random_after_the_weights_are_made() -> None:
    runs = []
    for seed in (1, 2):
        model = Sequential([Dense(1, "sigmoid", kernel_initializer=Constant(0.5), input_dim=2)])
        model.compile("adam", "binary_crossentropy")
        set_random_seed(seed)
        history = model.fit(*datasets.moons(), shuffle=False, batch_size=7, epochs=2, verbose=0)
        runs.append((history.history, lists(model.get_weights())))
    assert runs[0] == runs[1]


def test_a_seed_makes_a_whole_run_repeatable_to_the_last_bit() -> None:
    def run(seed: int) -> list[Any]:
        set_random_seed(seed)
        x, y = datasets.moons(samples=30)
        inputs = Input(2)
        hidden = Dense(4, "relu", kernel_initializer="he_uniform")(inputs)
        model = Model(inputs, Dense(1, "sigmoid", bias_initializer="random_uniform")(hidden))
        model.compile("adam", "binary_crossentropy", ["accuracy"])
        first = lists(model.get_weights())
        history = model.fit(x, y, epochs=3, batch_size=7, validation_split=0.2, verbose=0)
        return [first, history.history, lists(model.get_weights()), lists(model.predict(x))]

    one, again, other = run(1), run(1), run(2)
    assert one == again
    assert all(mine != theirs for mine, theirs in zip(one, other, strict=True))


# ------------------------------------------------------------------------ callbacks


def test_events_come_in_order() -> None:
    recorder = Recorder()
    still().fit([[1], [2], [3]], [0] * 3, batch_size=2, epochs=2, verbose=0, callbacks=[recorder])
    epoch = ["epoch {} begins", "batch 0 ends", "batch 1 ends", "epoch {} ends"]
    assert recorder.events == [
        "train begins",
        *(event.format(0) for event in epoch),
        *(event.format(1) for event in epoch),
        "train ends",
    ]


def test_callbacks_are_told_in_the_order_of_the_list_and_know_the_model() -> None:
    told: list[str] = []

    class Named(Callback):
        def __init__(self, name: str) -> None:
            self.name = name

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002  # as all do
            told.append(self.name)
            assert self.model is model

    model = still()
    model.fit([[1]], [0], epochs=2, verbose=0, callbacks=[Named("a"), Named("b")])
    assert told == ["a", "b", "a", "b"]


def test_a_callback_sees_the_measures_that_the_history_keeps() -> None:
    recorder = Recorder()
    history = still(["mae"]).fit(
        *([[1]], [0]), epochs=2, validation_data=([[3]], [0]), verbose=0, callbacks=[recorder]
    )
    assert recorder.epochs == [{"loss": 1.0, "mae": 1.0, "val_loss": 9.0, "val_mae": 3.0}] * 2
    assert [{name: values[i] for name, values in history.history.items()} for i in (0, 1)] == (
        recorder.epochs
    )


def test_a_callback_that_does_nothing_changes_nothing() -> None:
    plain, watched = moving(), moving()
    plain.fit([[1], [2]], [0, 0], shuffle=False, verbose=0)
    watched.fit([[1], [2]], [0, 0], shuffle=False, verbose=0, callbacks=[Callback()])
    assert lists(plain.get_weights()) == lists(watched.get_weights())


def stop(model: Model) -> None:
    model.stop_training = True


def test_stop_training_ends_after_the_batch_at_hand() -> None:
    recorder, model = Recorder(), still()
    history = model.fit(
        *([[k] for k in range(10)], [0] * 10),
        batch_size=2,
        epochs=5,
        verbose=0,
        callbacks=[After(7, stop), recorder],
    )
    assert steps(model) == 8
    assert history.epoch == [0, 1]
    assert recorder.events[-2:] == ["epoch 1 ends", "train ends"]
    assert model.fit([[1]], [0], epochs=2, verbose=0).epoch == [0, 1]  # the next runs again


def test_an_error_in_a_callback_comes_out_and_the_others_learn_of_the_end() -> None:
    def fail(_: Model) -> None:
        raise RuntimeError("no more")

    recorder, before = Recorder(), signal.getsignal(signal.SIGINT)
    with pytest.raises(RuntimeError, match="no more"):
        still().fit([[1]], [0], verbose=0, callbacks=[After(0, fail), recorder])
    assert recorder.events == ["train begins", "epoch 0 begins", "train ends"]
    assert signal.getsignal(signal.SIGINT) is before


def test_a_single_callback_needs_no_list_as_in_keras() -> None:
    recorder: Any = Recorder()
    still().fit([[1]], [0], verbose=0, callbacks=recorder)
    assert recorder.events[-1] == "train ends"


# ------------------------------------------------------------------- early stopping


def scripted(numbers: list[float]) -> Callable[[Any, Any], float]:
    """A metric that answers these numbers, one each epoch."""
    answers: Iterator[float] = iter(numbers)

    def score(_y_true: Any, _y_pred: Any) -> float:
        return next(answers)

    return score


def epochs_run(numbers: list[float], **settings: Any) -> int:
    """After how many epochs `EarlyStopping` ends a training that measures these numbers."""
    model = moving()
    assert model.loss is not None
    model.compile("sgd", model.loss, [scripted(numbers)])
    stopper = EarlyStopping(**({"monitor": "score"} | settings))
    history = model.fit([[1]], [0], epochs=len(numbers), verbose=0, callbacks=[stopper])
    ended_early = len(history.epoch) < len(numbers) or model.stop_training
    assert stopper.stopped_epoch == (history.epoch[-1] if ended_early else None)
    return len(history.epoch)


@pytest.mark.parametrize(
    ("numbers", "settings", "expected"),
    [
        ([3, 2, 1, 0], {}, 4),
        ([3, 2, 2, 1], {}, 3),
        ([3, 2, 5, 1], {"patience": 1}, 3),
        ([3, 2, 5, 1, 6, 7, 0], {"patience": 2}, 6),
        ([3, 5, 5, 1, 5, 5, 5, 0], {"patience": 3}, 7),
        ([3, 2.5, 2.2, 0], {"min_delta": 0.5}, 2),
        ([3, 2.4, 1.8, 1.7, 0], {"min_delta": 0.5}, 4),
        ([3, 2.4, 1.8, 1.7, 0], {"min_delta": -0.5}, 4),
        # small gains add up to one that counts: they are compared with the best that counted
        ([3, 2.8, 2.6, 2.4, 2.3, 2.2], {"min_delta": 0.5, "patience": 3}, 6),
        ([1, 2, 3, 2, 9], {"mode": "max"}, 4),
        ([1, 2, 3], {"mode": "min"}, 2),
        ([3, 2.7, 0], {"mode": "min", "min_delta": 0.5}, 2),
        ([1, 1.3, 9], {"mode": "max", "min_delta": 0.5}, 2),
        ([3, 2, 1, 2, 0], {"mode": "min"}, 4),
        ([math.nan, 1, 2], {}, 1),
        ([3, math.nan, 2, 1], {"patience": 2}, 4),
        ([math.inf, 2, 1], {"patience": 2}, 3),
    ],
)
def test_early_stopping_waits_for_something_better(
    numbers: list[float], settings: dict[str, Any], expected: int
) -> None:
    assert epochs_run(numbers, **settings) == expected


@pytest.mark.parametrize(
    ("monitor", "better", "worse"),
    [
        *(("loss", 1.0, 2.0), ("val_loss", 1.0, 2.0), ("mae", 1.0, 2.0), ("val_mae", 1.0, 2.0)),
        *(("accuracy", 0.9, 0.8), ("val_accuracy", 0.9, 0.8)),
        *(("acc", 0.9, 0.8), ("val_acc", 0.9, 0.8)),
    ],
)
def test_early_stopping_knows_which_measures_ought_to_grow(
    monitor: str, better: float, worse: float
) -> None:
    for first, second, stopped in ((worse, better, False), (better, worse, True)):
        stopper = EarlyStopping(monitor)
        stopper.model = still()
        stopper.on_train_begin()
        stopper.on_epoch_end(0, {monitor: first})
        stopper.on_epoch_end(1, {monitor: second})
        assert stopper.model.stop_training is stopped


def test_early_stopping_watches_the_validation_loss_by_default() -> None:
    model = moving(-0.0)
    history = model.fit(
        *([[1]], [0]),
        epochs=9,
        verbose=0,
        validation_data=([[1]], [0]),
        callbacks=[EarlyStopping(patience=3)],
    )
    assert history.epoch == [0, 1, 2, 3]


@pytest.mark.parametrize(("restore", "expected"), [(True, 1), (False, 3)])
def test_early_stopping_puts_back_the_best_weights_where_that_is_asked_for(
    restore: bool, expected: int
) -> None:
    model, recorder = moving(), Recorder()
    assert model.loss is not None
    model.compile("sgd", model.loss, [scripted([5, 3, 4, 4, 0])])
    stopper = EarlyStopping("score", patience=2, restore_best_weights=restore)
    model.fit([[1]], [0], epochs=5, verbose=0, callbacks=[recorder, stopper])
    assert len(recorder.weights) == 4
    assert lists(model.get_weights()) == recorder.weights[expected]


def test_best_weights_are_put_back_as_well_when_the_epochs_run_out_or_ctrl_c_comes() -> None:
    for last in (After(99, stop), After(3, lambda _: signal.raise_signal(signal.SIGINT))):
        model, recorder = moving(), Recorder()
        assert model.loss is not None
        model.compile("sgd", model.loss, [scripted([5, 3, 4, 4])])
        stopper = EarlyStopping("score", patience=9, restore_best_weights=True)
        model.fit([[1]], [0], epochs=4, verbose=0, callbacks=[recorder, stopper, last])
        assert lists(model.get_weights()) == recorder.weights[1]
        assert stopper.stopped_epoch is None


def test_early_stopping_can_be_used_again() -> None:
    model = still()
    stopper = EarlyStopping("loss", patience=2)
    for _ in range(2):
        history = model.fit([[1]], [0], epochs=9, verbose=0, callbacks=[stopper])
        assert history.epoch == [0, 1, 2]
        assert stopper.stopped_epoch == 2


def test_unknown_monitor_is_told_which_there_are() -> None:
    message = "EarlyStopping follows 'val_loss', which is not measured (measured: loss, mae)"
    model = still(["mae"])
    with pytest.warns(UserWarning, match=re.escape(message)):
        history = model.fit([[1]], [0], epochs=2, verbose=0, callbacks=[EarlyStopping()])
    assert history.epoch == [0, 1]  # it goes on, as in Keras
    follows = EarlyStopping("val_acc")
    data = [[1]], [0]
    with pytest.warns(UserWarning, match=r"nothing is done\. Give compile the metric"):
        model.fit(*data, verbose=0, callbacks=[follows], validation_data=data)


def test_unknown_mode_is_told_which_there_are() -> None:
    with pytest.raises(ValueError, match=r"unknown mode: 'low' \(must be one of auto, min, max\)"):
        EarlyStopping(mode="low")


# --------------------------------------------------------------------------- Ctrl-C


@pytest.fixture(autouse=True)
def ctrl_c_as_in_a_terminal() -> Iterator[None]:
    """Jobs in the background are started with Ctrl-C ignored; these tests may be such a job."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press_ctrl_c(_: Model) -> None:
    signal.raise_signal(signal.SIGINT)


def of_ones_own(*_: object) -> None:
    raise AssertionError("Ctrl-C came out of the training")


@pytest.fixture(
    params=[of_ones_own, signal.default_int_handler, signal.SIG_DFL],
    ids=["own", "Python's", "system's"],
)
def handler(request: pytest.FixtureRequest) -> Iterator[Any]:
    """What Ctrl-C does before the training."""
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, request.param)
    yield request.param
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("handler")
def test_ctrl_c_ends_after_the_batch_at_hand_with_the_history_so_far() -> None:
    recorder, model = Recorder(), still()
    history = model.fit(
        *([[k] for k in range(10)], [0] * 10),
        batch_size=2,
        epochs=5,
        shuffle=False,
        validation_data=([[3]], [0]),
        verbose=0,
        callbacks=[After(6, press_ctrl_c), recorder],
    )
    assert steps(model) == 7
    assert history.epoch == [0, 1]
    assert history.history == {"loss": [28.5, (0 + 1 + 4 + 9) / 4], "val_loss": [9.0, 9.0]}
    assert recorder.events[-3:] == ["batch 1 ends", "epoch 1 ends", "train ends"]


def test_after_training_ctrl_c_does_what_it_did_before(handler: Any) -> None:
    still().fit([[1]], [0], verbose=0)
    assert signal.getsignal(signal.SIGINT) == handler
    still().fit([[1]], [0], verbose=0, callbacks=[After(0, press_ctrl_c)])
    assert signal.getsignal(signal.SIGINT) == handler


def test_ctrl_c_that_the_program_ignores_does_not_end_its_training() -> None:
    # So it is for a script's jobs in the background: the shell has them ignore Ctrl-C.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        history = still().fit([[1]], [0], epochs=3, verbose=0, callbacks=[After(0, press_ctrl_c)])
        assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert history.epoch == [0, 1, 2]


def test_a_second_ctrl_c_ends_the_training_at_once() -> None:
    def twice(model: Model) -> None:
        press_ctrl_c(model)
        press_ctrl_c(model)

    before, recorder = signal.getsignal(signal.SIGINT), Recorder()
    with pytest.raises(KeyboardInterrupt):
        still().fit([[1]], [0], epochs=3, verbose=0, callbacks=[After(0, twice), recorder])
    assert recorder.events == ["train begins", "epoch 0 begins", "train ends"]
    assert signal.getsignal(signal.SIGINT) is before


def test_a_training_ended_by_ctrl_c_can_go_on() -> None:
    model = still()
    model.fit([[1]], [0], epochs=5, verbose=0, callbacks=[After(0, press_ctrl_c)])
    assert steps(model) == 1
    assert model.fit([[1]], [0], epochs=5, verbose=0).epoch == [0, 1, 2, 3, 4]


def test_training_works_in_a_thread_other_than_the_main() -> None:
    histories: list[History] = []
    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(
        target=lambda: histories.append(still().fit([[1]], [0], epochs=3, verbose=0))
    )
    thread.start()
    thread.join(timeout=30)
    assert [history.epoch for history in histories] == [[0, 1, 2]]
    assert signal.getsignal(signal.SIGINT) is before


# ------------------------------------------------------------------------- progress


def test_nothing_is_shown_where_that_is_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    still().fit([[1]], [0], epochs=2, verbose=0)
    assert tuple(capfd.readouterr()) == ("", "")


@pytest.mark.parametrize("verbose", ["auto", 1, True])
def test_a_bar_is_shown_on_stderr(verbose: Any, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm")
    still(["mae"]).fit([[2]], [0], epochs=3, verbose=verbose)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "100%" in shown.err
    assert "3/3" in shown.err
    assert "loss: 4.0000 - mae: 2.0000" in shown.err


def test_a_bar_is_closed_when_training_ends_early(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm")
    still().fit([[2]], [0], epochs=3, verbose=1, callbacks=[After(1, stop)])
    assert "2/3" in capsys.readouterr().err


class Bar:
    """Stands for a bar of tqdm's, which closes itself too when it is dropped."""

    def __init__(self, *_: object) -> None:
        self.moves: list[int] = []
        self.is_closed = False

    def set_postfix_str(self, text: str, *, refresh: bool) -> None:
        assert (text, refresh) == ("loss: 4.0000", False)

    def update(self, count: int = 1) -> None:
        assert not self.is_closed
        self.moves.append(count)

    def close(self) -> None:
        self.is_closed = True


def test_bars_are_moved_on_and_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    bars: list[Bar] = []

    def make(total: int, unit: str) -> Bar:
        assert (total, unit) in {(3, "epoch"), (40, "sample")}
        bars.append(Bar())
        return bars[-1]

    monkeypatch.setattr("nn.training.progress.bar", make)
    still().fit([[2]], [0], epochs=3, verbose=1, callbacks=[After(1, stop)])
    still().predict([[2]] * 40, verbose=1)
    assert [bar.moves for bar in bars] == [[1, 1], [32, 8]]
    assert all(bar.is_closed for bar in bars)


LINES = [
    "Epoch 1/2 - loss: 1.0000 - val_loss: 4.0000",
    "Epoch 2/2 - loss: 1.0000 - val_loss: 4.0000",
]


def test_a_line_an_epoch_is_printed_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    still().fit([[1]], [0], epochs=2, verbose=2, validation_data=([[2]], [0]))
    shown = capsys.readouterr()
    assert shown.out.splitlines() == LINES
    assert shown.err == ""


def test_lines_show_how_gradient_descent_lowers_the_loss(
    capsys: pytest.CaptureFixture[str],
) -> None:
    x, y = datasets.and_gate()
    set_random_seed(0)
    model = Sequential([Dense(1, "sigmoid", input_dim=2)])
    model.compile(SGD(0.5), "binary_crossentropy")
    losses = model.fit(x, y, epochs=20, batch_size=4, verbose=2).history["loss"]
    assert all(later < earlier for earlier, later in itertools.pairwise(losses))
    assert [line.split(": ")[1] for line in capsys.readouterr().out.splitlines()] == [
        f"{loss:.4f}" for loss in losses
    ]


@pytest.mark.parametrize("verbose", ["auto", 1])
def test_without_tqdm_lines_are_printed_in_place_of_a_bar(
    verbose: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "tqdm"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "tqdm", None)
    still().fit([[1]], [0], epochs=2, verbose=verbose, validation_data=([[2]], [0]))
    shown = capsys.readouterr()
    assert shown.out.splitlines() == LINES
    assert shown.err == ""


@pytest.mark.parametrize("verbose", [3, -1, "2", None, "quiet"])
def test_unknown_verbose_is_told_which_there_are(verbose: Any) -> None:
    model = moving()
    message = f"unknown verbose: {verbose!r} (must be one of 'auto', 0, 1, 2)"
    for call in (model.fit, model.evaluate):
        with pytest.raises(ValueError, match=re.escape(message)):
            call([[1]], [0], verbose=verbose)
    with pytest.raises(ValueError, match=re.escape(message)):
        model.predict([[1]], verbose=verbose)
    assert lists(model.get_weights()) == [[[1.0]], [0.0]]


# --------------------------------------------------------- the step, and other rates


ENTRANCE = Input(2)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Sequential([Dense(1, "step", input_dim=2)]),
        lambda: Sequential([Dense(2, input_dim=2), Activation("step"), Dense(1, "sigmoid")]),
        lambda: Sequential([Dense(2, "step"), Dense(1)]),
        lambda: Model(ENTRANCE, Dense(1)(Dense(2, "step")(ENTRANCE))),
    ],
)
def test_a_step_is_computed_but_not_trained_and_the_error_says_why(
    make: Callable[[], Model],
) -> None:
    model = make()
    model.compile("sgd", "mse")
    assert len(lists(model.predict([[1, 2], [3, 4]]))) == 2
    assert isinstance(model.evaluate([[1, 2]], [1], verbose=0), float)
    before = lists(model.get_weights())
    with pytest.raises(ValueError, match=r"'step'\) cannot be trained: .* no gradient .*'sigmoid'"):
        model.fit([[1, 2]], [1], verbose=0)
    assert lists(model.get_weights()) == before


def test_learning_rate_may_be_a_function_of_the_steps_done() -> None:
    asked: list[int] = []

    def schedule(step: int) -> float:
        asked.append(step)
        return 1.0 / (1 + step)

    model = moving(schedule)
    model.fit([[1], [1], [1]], [0] * 3, batch_size=2, epochs=2, verbose=0)
    assert asked == [0, 1, 2, 3]
    # Gradients of a batch are 2, 1, 2, 1.
    (bias,) = lists(model.get_weights())[1]
    assert bias == pytest.approx(-(2 + 1 / 2 + 2 / 3 + 1 / 4))


@pytest.mark.parametrize("make", [SGD, RMSprop, Adam, AdamW])
def test_every_optimizer_takes_a_schedule(make: Any) -> None:
    runs = []
    for rate in (0.05, lambda _: 0.05):
        model = moving()
        assert model.loss is not None
        model.compile(make(learning_rate=rate), model.loss)
        model.fit([[1], [2]], [0, 0], epochs=3, shuffle=False, batch_size=1, verbose=0)
        runs.append(lists(model.get_weights()))
    assert runs[0] == runs[1]
    assert runs[0] != [[[1.0]], [0.0]]


@pytest.mark.parametrize(
    ("staircase", "expected"),
    [
        (False, [0.8, 0.8 * 0.5**0.5, 0.4, 0.4 * 0.5**0.5, 0.2]),
        (True, [0.8, 0.8, 0.4, 0.4, 0.2]),
    ],
)
def test_exponential_decay_falls_by_its_rate_every_so_many_steps(
    staircase: bool, expected: list[float]
) -> None:
    schedule = ExponentialDecay(0.8, decay_steps=2, decay_rate=0.5, staircase=staircase)
    assert [schedule(step) for step in range(5)] == pytest.approx(expected)
    model = moving(schedule)
    model.fit([[1]], [0], epochs=5, verbose=0)
    assert lists(model.get_weights())[1] == pytest.approx([-sum(expected)])


def test_exponential_decay_falls_a_little_with_each_step_by_default() -> None:
    assert ExponentialDecay(0.8, decay_steps=2, decay_rate=0.25)(1) == 0.4


def test_optimizers_have_the_rates_of_keras_by_default() -> None:
    rates = {name: make().learning_rate for name, make in optimizers.OPTIMIZERS.items()}
    assert rates == {"sgd": 0.01, "rmsprop": 0.001, "adam": 0.001, "adamw": 0.001}


@pytest.mark.parametrize("name", optimizers.OPTIMIZERS)
def test_every_optimizer_stands_still_at_a_gradient_of_0(name: str) -> None:
    optimizer = optimizers.get(name)
    weight = autograd.Parameter(0.0)
    for _ in range(3):
        optimizer.update([weight])
    assert weight.data == 0.0


@pytest.mark.parametrize("name", optimizers.OPTIMIZERS)
def test_every_optimizer_goes_downhill(name: str) -> None:
    optimizer = optimizers.get(name)
    weights = [autograd.Parameter(1.0), autograd.Parameter(-1.0)]
    for _ in range(10):
        for weight in weights:
            weight.grad = 2 * weight.data
        optimizer.update(weights)
    assert 0 < weights[0].data < 1
    assert weights[1].data == -weights[0].data


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SGD(-0.1), "expected learning_rate to be at least 0, received -0.1"),
        (lambda: SGD(math.nan), "expected learning_rate to be at least 0, received nan"),
        (lambda: SGD(momentum=1.5), "expected momentum to be from 0 to 1, received 1.5"),
        (lambda: SGD(momentum=-0.1), "expected momentum to be from 0 to 1, received -0.1"),
        (lambda: RMSprop(rho=1.0), "expected rho to be from 0 to below 1, received 1.0"),
        (lambda: RMSprop(momentum=2), "expected momentum to be from 0 to 1, received 2"),
        (lambda: RMSprop(epsilon=-1), "expected epsilon to be at least 0, received -1"),
        (lambda: Adam(beta_1=1.0), "expected beta_1 to be from 0 to below 1, received 1.0"),
        (lambda: Adam(beta_2=-0.1), "expected beta_2 to be from 0 to below 1, received -0.1"),
        (lambda: Adam(epsilon=-1), "expected epsilon to be at least 0, received -1"),
        (lambda: AdamW(weight_decay=-1), "expected weight_decay to be at least 0, received -1"),
        (lambda: ExponentialDecay(0, 1, 1), "expected initial_learning_rate to be above 0"),
        (lambda: ExponentialDecay(1, 0, 1), "expected decay_steps to be above 0, received 0"),
        (lambda: ExponentialDecay(1, 1, -1), "expected decay_rate to be above 0, received -1"),
        (lambda: ExponentialDecay(1, 1, 0), "expected decay_rate to be above 0, received 0"),
    ],
)
def test_settings_out_of_their_range_are_refused(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        make()


def test_samples_that_are_weighed_in_one_thread_are_not_in_another() -> None:
    x, y = nn.datasets.xor()
    model = nn.Sequential([nn.Input(2), nn.Dense(1, "sigmoid")])
    model.compile("sgd", "binary_crossentropy")
    loss = model.loss
    seen: list[Any] = []

    class Looking(nn.callbacks.Callback):
        def on_epoch_end(self, _epoch: int, _logs: Any = None) -> None:
            with ThreadPoolExecutor(1) as pool:
                seen.append(pool.submit(lambda: model.loss).result())
                seen.append(pool.submit(model.evaluate, x, y, verbose=0).result())

    model.fit(x, y, epochs=1, verbose=0, sample_weight=[1, 2, 3, 4], callbacks=[Looking()])
    assert seen == [loss, model.evaluate(x, y, verbose=0)]
    assert model.loss is loss


def test_labels_of_classes_are_from_0_to_1() -> None:
    model = nn.Sequential([nn.Input(2), nn.Dense(2, "softmax")])
    model.compile("sgd", "categorical_crossentropy")
    with pytest.raises(ValueError, match="expected labels from 0 to 1, received -1"):
        model.fit([[0.0, 1.0]], [[-1.0, 1.0]], verbose=0)
