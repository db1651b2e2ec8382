"""Callbacks that follow a measure, told of numbers that are made up; and what they write down."""

import math
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from nn import callbacks
from nn.callbacks import (
    CSVLogger,
    EarlyStopping,
    LearningRateScheduler,
    ModelCheckpoint,
    ReduceLROnPlateau,
    TerminateOnNaN,
)


class Model:
    """What callbacks see of a model; its weights are the number of the epoch."""

    def __init__(self, rate: float = 1.0) -> None:
        self.stop_training = False
        self.weights: Any = None
        self.saved: list[str] = []
        self.optimizer = SimpleNamespace(learning_rate=rate)
        self.optimizer.current_rate = lambda: self.optimizer.learning_rate

    def get_weights(self) -> Any:
        return self.weights

    def set_weights(self, weights: Any) -> None:
        self.weights = weights

    def save(self, path: str) -> None:
        self.saved.append(path)

    def save_weights(self, path: str) -> None:
        self.saved.append(f"weights {path}")


def told(callback: Any, numbers: Sequence[float], name: str = "loss", rate: float = 1.0) -> Model:
    """Return the model after a training that measured these numbers, one an epoch."""
    model = Model(rate)
    callback.set_model(model)
    callback.on_train_begin({})
    for epoch, number in enumerate(numbers):
        model.weights = epoch
        callback.on_epoch_begin(epoch, {})
        callback.on_epoch_end(epoch, {name: number})
        if model.stop_training:
            break
    callback.on_train_end({})
    return model


# --------------------------------------------------------------------- early stopping


@pytest.mark.parametrize(
    ("settings", "numbers", "stopped"),
    [
        ({}, [3, 2, 1], None),
        ({}, [3, 2, 2, 1], 2),  # as good is not better
        ({}, [3, 4], 1),
        ({"patience": 1}, [3, 4], 1),
        ({"patience": 2}, [3, 4, 4], 2),
        ({"patience": 2}, [3, 4, 2, 4, 4], 4),  # what is better starts the count anew
        ({"patience": 3}, [3, 4, 4], None),
        ({"min_delta": 0.5}, [3, 2.5], 1),
        ({"min_delta": 0.5}, [3, 2.25], None),
        ({"min_delta": -0.5}, [3, 2.5], 1),  # its sign does not matter, as in Keras
        ({"min_delta": 0.5}, [3, 2.25, 1.9], 2),  # better than the best, not than the first
        ({"mode": "max"}, [1, 2, 3, 3], 3),
        ({"mode": "max", "min_delta": 0.5}, [1, 1.5], 1),
        ({"mode": "max", "min_delta": 0.5}, [1, 1.75], None),
        ({"start_from_epoch": 2}, [1, 2, 3, 2, 2], 4),
        ({"start_from_epoch": 2, "patience": 1}, [1, 2, 3, 4], 3),
        ({"baseline": 1.0, "patience": 2}, [4, 3, 2], None),
        ({"baseline": 1.0, "patience": 2}, [4, 4, 3, 2, 2], 1),
        ({"baseline": 1.0, "patience": 2}, [4, 0.5, 0.7], None),
        ({"baseline": 1.0, "patience": 2}, [4, 1.0, 2], 2),  # as good as the line is not better
        ({"baseline": 1.0, "patience": 2, "min_delta": 0.25}, [4, 0.75, 2], 2),
        ({"baseline": 1.0, "patience": 2, "min_delta": 0.25}, [4, 0.7, 2], None),
        ({"baseline": 1.0, "patience": 3}, [4, 5, 5], 2),
        ({"patience": 2}, [math.nan, math.nan], 1),  # what is no number is not better
        ({"baseline": 1.0, "patience": 2, "mode": "max"}, [0.5, 1.5, 1.2], None),
        ({"baseline": 1.0, "patience": 2, "mode": "max"}, [0.5, 0.9, 0.8], 2),
    ],
)
def test_a_training_is_stopped_after_so_many_epochs_that_are_no_better(
    settings: dict[str, Any],
    numbers: list[float],
    stopped: int | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stopping = EarlyStopping("loss", verbose=1, **settings)
    line = "" if stopped is None else f"Epoch {stopped + 1}: early stopping\n"
    for _ in range(2):  # a second training starts anew
        model = told(stopping, numbers)
        assert capsys.readouterr().out == line
        assert (stopping.stopped_epoch, model.stop_training) == (stopped, stopped is not None)
        assert model.weights == (len(numbers) - 1 if stopped is None else stopped)


@pytest.mark.parametrize(
    ("settings", "numbers", "kept"),
    [
        ({}, [3, 1, 2], 1),
        ({}, [3, 1, 1], 1),  # the first of equals
        ({"patience": 5}, [3, 1, 2, 2], 1),  # when the training ends by itself, too
        ({"patience": 5, "start_from_epoch": 2}, [3, 1, 2, 2.5], 2),
        ({"patience": 5, "min_delta": 0.5}, [3, 2, 1.75], 1),
    ],
)
def test_the_weights_of_the_best_epoch_are_put_back(
    settings: dict[str, Any], numbers: list[float], kept: int, capsys: pytest.CaptureFixture[str]
) -> None:
    stopping = EarlyStopping("loss", restore_best_weights=True, verbose=1, **settings)
    assert told(stopping, numbers).weights == kept
    assert f"The weights are those of epoch {kept + 1}\n" in capsys.readouterr().out


def test_nothing_is_printed_unless_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    told(EarlyStopping("loss", restore_best_weights=True), [1, 2])
    told(ReduceLROnPlateau("loss", patience=1), [1, 2])
    told(ModelCheckpoint("file"), [1, 2])
    told(LearningRateScheduler(lambda _: 1.0), [1, 2])
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("name", "is_more"),
    [
        ("val_loss", False), ("mae", False), ("accuracy", True), ("val_acc", True),
        ("val_auc", True), ("AUC", True), ("precision", True), ("val_b_recall", True),
        ("accuracy_loss", False),
    ],
)  # fmt: skip
def test_the_name_of_a_measure_tells_whether_more_is_better(name: str, is_more: bool) -> None:
    assert told(EarlyStopping(name), [1, 2], name).stop_training is not is_more
    assert told(EarlyStopping(name), [2, 1], name).stop_training is is_more
    assert told(EarlyStopping(name, mode="min"), [1, 2], name).stop_training
    assert told(EarlyStopping(name, mode="max"), [2, 1], name).stop_training


@pytest.mark.parametrize(
    ("monitor", "measured", "advice"),
    [
        ("val_loss", "loss", "Give fit validation_split=0.2"),
        ("val_acc", "val_loss", "Give compile the metric"),
        ("acc", "loss", "Give compile the metric"),
    ],
)
def test_a_measure_that_is_not_there_is_warned_of_and_nothing_is_done(
    monitor: str, measured: str, advice: str
) -> None:
    for make in (EarlyStopping, ReduceLROnPlateau):
        with pytest.warns(UserWarning, match=rf"'{monitor}', which is not measured .*{advice}"):
            model = told(make(monitor, patience=0), [1, 2], measured)
        assert (model.stop_training, model.optimizer.learning_rate) == (False, 1.0)


# ------------------------------------------------------------------------- the rate


def rates(callback: Any, numbers: Sequence[float], rate: float = 1.0) -> list[float]:
    """Return the learning rate after each epoch."""
    found: list[float] = []
    model = Model(rate)
    callback.set_model(model)
    callback.on_train_begin({})
    for epoch, number in enumerate(numbers):
        logs = {"loss": number}
        before = model.optimizer.learning_rate
        callback.on_epoch_end(epoch, logs)
        assert logs["learning_rate"] == before  # the one that this epoch had
        found.append(model.optimizer.learning_rate)
    return found


@pytest.mark.parametrize(
    ("settings", "numbers", "expected"),
    [
        ({"patience": 1}, [3, 2, 1], [1, 1, 1]),
        ({"patience": 1}, [3, 3, 3], [1, 0.5, 0.25]),
        ({"patience": 2}, [3, 3, 3, 3, 3], [1, 1, 0.5, 0.5, 0.25]),
        ({"patience": 2}, [3, 3, 2, 2, 2], [1, 1, 1, 1, 0.5]),
        ({"patience": 0}, [3, 3], [1, 0.5]),
        ({"patience": 1, "min_delta": 0.5}, [3, 2.5, 2.25], [1, 0.5, 0.5]),
        ({"patience": 1, "mode": "max"}, [1, 2, 1], [1, 1, 0.5]),
        ({"patience": 1, "cooldown": 2}, [3, 3, 3, 3, 3], [1, 0.5, 0.5, 0.25, 0.25]),
        ({"patience": 2, "cooldown": 1}, [3, 3, 3, 3, 3, 3], [1, 1, 0.5, 0.5, 0.25, 0.25]),
        ({"patience": 1, "cooldown": 1}, [3, 3, 3, 3], [1, 0.5, 0.25, 0.125]),
        ({"patience": 1, "min_lr": 0.4}, [3, 3, 3, 3], [1, 0.5, 0.4, 0.4]),
        ({"patience": 1, "min_lr": 1.0}, [3, 3], [1, 1]),
        ({"patience": 1, "min_lr": 2.0}, [3, 3], [1, 1]),  # never raised
    ],
)
def test_the_rate_falls_after_so_many_epochs_that_are_no_better(
    settings: dict[str, Any], numbers: list[float], expected: list[float]
) -> None:
    callback = ReduceLROnPlateau("loss", factor=0.5, **settings)
    for _ in range(2):  # a second training starts anew
        assert rates(callback, numbers) == expected


def test_the_usual_plateau_is_ten_epochs_within_a_ten_thousandth() -> None:
    flat = [1.0 - 1e-5 * k for k in range(10)]
    assert rates(ReduceLROnPlateau("loss"), [*flat, 1.0]) == [1.0] * 10 + [0.1]
    falling = [1.0 - 2e-4 * k for k in range(30)]
    assert rates(ReduceLROnPlateau("loss"), falling) == [1.0] * 30


def test_a_schedule_gives_the_rate_of_each_epoch(capsys: pytest.CaptureFixture[str]) -> None:
    model = told(LearningRateScheduler(lambda epoch: 1 / (epoch + 2), verbose=1), [1, 1])
    assert model.optimizer.learning_rate == 1 / 3
    assert capsys.readouterr().out.splitlines() == [
        "Epoch 1: the learning rate is 0.5", "Epoch 2: the learning rate is 0.333333",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="expected a learning rate from the schedule, received No"):
        told(LearningRateScheduler(lambda _: None), [1])  # type: ignore[arg-type,return-value]
    with pytest.raises(TypeError, match="expected a function of the epoch, received 0"):
        LearningRateScheduler(0.1)  # type: ignore[arg-type]  # a mistake


# ----------------------------------------------------------------------------- files


@pytest.mark.parametrize(
    ("settings", "numbers", "expected"),
    [
        ({}, [3, 4], ["at 01 3.00", "at 02 4.00"]),
        ({"save_weights_only": True}, [3], ["weights at 01 3.00"]),
        ({"save_best_only": True}, [3, 3, 2, 4], ["at 01 3.00", "at 03 2.00"]),
        ({"save_best_only": True, "mode": "max"}, [3, 3, 2, 4], ["at 01 3.00", "at 04 4.00"]),
        (
            {"save_best_only": True, "initial_value_threshold": 2.5},
            [3, 2.5, 2.25],
            ["at 03 2.25"],
        ),
        (
            {"save_best_only": True, "initial_value_threshold": 2.5, "mode": "max"},
            [2, 2.5, 3],
            ["at 03 3.00"],
        ),
        ({"save_best_only": True}, [math.nan, 3], ["at 02 3.00"]),
    ],
)
def test_the_model_is_saved_after_each_epoch_or_each_better_one(
    settings: dict[str, Any], numbers: list[float], expected: list[str]
) -> None:
    checkpoint = ModelCheckpoint("at {epoch:02d} {loss:.2f}", "loss", **settings)
    assert told(checkpoint, numbers).saved == expected


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_a_log_has_a_line_an_epoch_below_the_names(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("what was there before", encoding="utf-8")
    told(CSVLogger(path), [0.5, 0.25])
    assert lines_of(path) == ["epoch,loss,val_loss", "0,0.5,NA", "1,0.25,NA"]
    told(CSVLogger(path, separator=";"), [0.5], "val_loss")
    assert lines_of(path) == ["epoch;val_loss", "0;0.5"]


def test_a_log_that_goes_on_has_its_names_once(tmp_path: Path) -> None:
    path = tmp_path / "log"
    log = CSVLogger(path, append=True)
    told(log, [0.5])
    told(log, [0.25])
    assert lines_of(path) == ["epoch,loss,val_loss", "0,0.5,NA", "0,0.25,NA"]
    path.write_text("", encoding="utf-8")
    told(log, [0.5])
    assert lines_of(path) == ["epoch,loss,val_loss", "0,0.5,NA"]
    path.write_text("\n", encoding="utf-8")  # of one byte, and so not empty
    told(log, [0.5])
    assert lines_of(path) == ["", "0,0.5,NA"]


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_no_number_ends_the_training(loss: float) -> None:
    for logs, stopped in (({"loss": loss}, True), ({"loss": 1e300}, False), ({}, False)):
        callback, model = TerminateOnNaN(), Model()
        callback.set_model(model)
        callback.on_train_batch_end(0, logs)
        assert model.stop_training is stopped


def test_a_history_keeps_each_measure_and_a_hook_of_none_is_left_out() -> None:
    history = callbacks.History()
    told(history, [3.0, 2.0])
    history.on_epoch_end(5, None)
    assert (history.epoch, history.history) == ([0, 1, 5], {"loss": [3.0, 2.0]})
    seen: list[int] = []
    hooks = callbacks.LambdaCallback(on_epoch_end=lambda e, _: seen.append(e), on_train_end=None)
    told(hooks, [1.0, 1.0])
    assert seen == [0, 1]


def test_the_range_of_each_setting_is_checked() -> None:
    for make in (
        lambda: EarlyStopping(mode="least"),
        lambda: EarlyStopping(start_from_epoch=-1),
        lambda: ReduceLROnPlateau(patience=-1),
        lambda: ReduceLROnPlateau(cooldown=0.5),  # type: ignore[arg-type]  # a mistake
        lambda: ReduceLROnPlateau(factor=0.0),
        lambda: ModelCheckpoint("file", save_freq="batch"),
    ):
        with pytest.raises(ValueError, match=r"expected|unknown|must be"):
            make()


@pytest.mark.parametrize("kind", [EarlyStopping, ReduceLROnPlateau, lambda: ModelCheckpoint("f")])
def test_a_callback_is_equal_to_itself_alone_and_shown_as_an_object(kind: Any) -> None:
    one, other = kind(), kind()
    assert len({one, other}) == 2
    assert one != other
    assert repr(one).startswith(f"<nn.callbacks.{type(one).__name__} object at ")
