"""Callbacks: which hooks are called when, with what; and who need not be a `Callback`."""

import inspect
import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import autograd
from nn import Dense, EarlyStopping, History, Sequential, callbacks
from nn.callbacks import Callback
from nn.initializers import Constant
from nn.optimizers import SGD
from nn.training.compiled import CompiledTraining
from nn.training.followers import ALIASES, ARGUMENTS

if TYPE_CHECKING:
    from tests.arrays import lists
else:
    from arrays import lists


@pytest.fixture(autouse=True, params=[True, False], ids=["compiled", "on graphs"])
def way(request: pytest.FixtureRequest) -> bool:
    """Every test holds for models that run on compiled code, and on graphs."""
    return bool(request.param)


@pytest.fixture
def model(way: bool) -> Sequential:
    """y = w x + b from w = 1 and b = 0, with a loss of y: both gradients are that simple."""
    made = Sequential([Dense(1, kernel_initializer=Constant(1.0), input_dim=1)])

    def loss(_: Any, y_pred: Any) -> Any:
        return autograd.sum([p for (p,) in y_pred])

    made.compile(SGD(0.5), loss, ["mae"], jit_compile=way)
    return made


X, Y = [[1], [2], [4]], [0, 0, 0]


class Everything:
    """Has every hook, and writes down each call and the logs."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []
        for event, count in ARGUMENTS.items():
            setattr(self, event, self._hook(event.removeprefix("on_"), count))

    def _hook(self, event: str, count: int) -> Callable[..., None]:
        def one(place: int, logs: Any = None) -> None:
            self.told.append((event, place, dict(logs)))

        def none(logs: Any = None) -> None:
            self.told.append((event, dict(logs)))

        return one if count else none

    def events(self) -> list[str]:
        return [" ".join(map(str, call[:-1])) for call in self.told]


# -------------------------------------------------------------------------------- when


def test_fit_tells_of_training_and_of_validation_when_keras_does(model: Sequential) -> None:
    follower = Everything()
    model.fit(
        *(X, Y), 2, epochs=2, verbose=0, callbacks=[follower], shuffle=False,
        validation_data=([[1], [1], [1]], Y),
    )  # fmt: skip
    epoch = [
        *("train_batch_begin 0", "train_batch_end 0", "train_batch_begin 1", "train_batch_end 1"),
        *("test_begin", "test_batch_begin 0", "test_batch_end 0"),
        *("test_batch_begin 1", "test_batch_end 1", "test_end"),
    ]
    assert follower.events() == [
        "train_begin",
        *("epoch_begin 0", *epoch, "epoch_end 0"),
        *("epoch_begin 1", *epoch, "epoch_end 1"),
        "train_end",
    ]


def test_evaluate_and_predict_tell_of_themselves_alone(model: Sequential) -> None:
    follower = Everything()
    model.evaluate(X, Y, batch_size=2, verbose=0, callbacks=[follower])
    model.predict(X, batch_size=2, callbacks=follower)
    batches = ["{0}_batch_begin 0", "{0}_batch_end 0", "{0}_batch_begin 1", "{0}_batch_end 1"]
    assert follower.events() == [
        *("test_begin", *(event.format("test") for event in batches), "test_end"),
        *("predict_begin", *(event.format("predict") for event in batches), "predict_end"),
    ]


def test_what_ends_has_its_measures_and_what_begins_has_none(model: Sequential) -> None:
    follower = Everything()
    model.fit(X, Y, batch_size=2, verbose=0, callbacks=follower, shuffle=False,
              validation_data=([[1]], [0]))  # fmt: skip
    model.evaluate([[1]], [0], verbose=0, callbacks=follower)
    model.predict(X, batch_size=2, callbacks=follower)
    # w is 1 - 0.5 * (1 + 2) = -1/2 and b is -1 after the first batch; then -5/2 and -3/2.
    epoch = {"loss": (2 * 3 + 1 * -3) / 3, "mae": (1 + 2 + 3) / 3}
    test = {"loss": -4.0, "mae": 4.0}
    logs = {call[0]: call[-1] for call in follower.told}
    assert logs == {
        "train_begin": {},
        "epoch_begin": {},
        "train_batch_begin": {},
        "train_batch_end": epoch,
        "test_begin": {},
        "test_batch_begin": {},
        "test_batch_end": test,
        "test_end": test,
        "epoch_end": epoch | {"val_loss": -4.0, "val_mae": 4.0},
        "train_end": epoch | {"val_loss": -4.0, "val_mae": 4.0},
        "predict_begin": {},
        "predict_batch_begin": {},
        "predict_batch_end": {"outputs": [[-11.5]]},
        "predict_end": {},
    }


def test_predictions_have_batches_of_32_where_somebody_watches_them(model: Sequential) -> None:
    sizes: list[int] = []
    follower = SimpleNamespace(
        on_predict_batch_end=lambda _, logs: sizes.append(len(logs["outputs"]))
    )
    plain = lists(model.predict([[k] for k in range(70)]))
    assert lists(model.predict([[k] for k in range(70)], callbacks=follower)) == plain
    assert sizes == [32, 32, 6]


def test_train_end_has_the_logs_of_the_last_epoch_that_ended(model: Sequential) -> None:
    def fail(epoch: int, _: Any) -> None:
        if epoch == 1:
            raise KeyError

    follower = Everything()
    with pytest.raises(KeyError):
        model.fit(X, Y, epochs=3, verbose=0,
                  callbacks=[follower, SimpleNamespace(on_epoch_begin=fail)])  # fmt: skip
    assert follower.events()[-2:] == ["epoch_begin 1", "train_end"]
    assert follower.told[-1][-1].keys() == {"loss", "mae"}


# --------------------------------------------------------------------------------- who


@pytest.mark.parametrize("name", [*ARGUMENTS, *ALIASES.values()])
def test_a_callback_has_every_hook_with_the_arguments_of_keras(name: str) -> None:
    count = ARGUMENTS.get(name, 1)
    parameters = list(inspect.signature(getattr(Callback(), name)).parameters.values())
    assert len(parameters) == count + 1
    assert (parameters[-1].name, parameters[-1].default) == ("logs", None)
    getattr(Callback(), name)(*range(count))
    getattr(Callback(), name)(*range(count), {})


class Notes:
    """Takes note in a way of its own."""

    def set_model(self, model: Any) -> None:
        self.given = [model]

    def set_params(self, params: Any) -> None:
        assert self.given  # the model is first, as in Keras
        self.asked = params

    def on_test_end(self) -> None:
        pass


def test_a_callback_is_given_the_model_and_what_was_asked_for(model: Sequential) -> None:
    plain, notes, own = SimpleNamespace(on_test_end=lambda: None), Notes(), Callback()
    model.fit(X, Y, batch_size=2, epochs=4, verbose=0, callbacks=[plain, notes, own])
    assert plain.model is notes.given[0] is own.model is model
    assert plain.params == notes.asked == own.params == {"epochs": 4, "steps": 2, "verbose": 0}
    model.evaluate(X, Y, batch_size=1, verbose=0, callbacks=[plain, notes, own])
    assert plain.params == notes.asked == own.params == {"epochs": 1, "steps": 3, "verbose": 0}
    model.predict(X, callbacks=[plain, notes, own])
    assert plain.params == notes.asked == own.params == {"epochs": 1, "steps": 1, "verbose": 0}


class Narrow:
    """Has no place for a model."""

    __slots__ = ("epochs",)

    def __init__(self) -> None:
        self.epochs = 0

    def on_epoch_end(self, epoch: int) -> None:
        self.epochs = epoch + 1


def test_a_callback_without_a_place_for_the_model_is_told_all_the_same(model: Sequential) -> None:
    narrow = Narrow()
    model.fit(X, Y, epochs=3, verbose=0, callbacks=narrow)
    assert narrow.epochs == 3


def test_batches_have_keras_other_names_too(model: Sequential) -> None:
    told: list[str] = []

    class Older(Callback):
        def on_batch_begin(self, batch: int, logs: Any = None) -> None:
            told.append(f"begin {batch} {logs}")

        def on_batch_end(self, batch: int, logs: Any = None) -> None:
            told.append(f"end {batch} {sorted(logs)}")

    class Newer(Older):
        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            told.append("newer")
            super().on_train_batch_begin(batch, logs)

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            told.append("newer")
            super().on_train_batch_end(batch, logs)

    lines = ["begin 0 {}", "end 0 ['loss', 'mae']"]
    model.fit(X, Y, verbose=0, callbacks=Older())
    assert told == lines
    model.fit(X, Y, verbose=0, callbacks=SimpleNamespace(on_batch_end=Older().on_batch_end))
    assert told == [*lines, lines[1]]
    told.clear()
    model.fit(X, Y, verbose=0, callbacks=Newer())
    assert told == ["newer", lines[0], "newer", lines[1]]


def test_a_hook_may_take_logs_by_keyword_alone_or_any_arguments(model: Sequential) -> None:
    told: list[Any] = []

    class Unusual(Callback):
        def on_train_batch_end(self, batch: int, *, logs: Any = None) -> None:  # type: ignore[override]  # Keras passes it by keyword
            told.append((batch, sorted(logs)))

        def on_epoch_end(self, *details: Any) -> None:
            told.append((details[0], sorted(details[1])))

    model.fit(X, Y, verbose=0, callbacks=Unusual())
    assert told == [(0, ["loss", "mae"])] * 2


def test_a_hook_written_in_c_is_called_as_any_other(model: Sequential) -> None:
    epochs: dict[int, Any] = {}
    model.fit(X, Y, epochs=2, verbose=0,
              callbacks=SimpleNamespace(on_epoch_end=epochs.setdefault))  # fmt: skip
    assert [*epochs] == [0, 1]
    last: dict[str, float] = {}
    model.fit(X, Y, verbose=0, callbacks=SimpleNamespace(on_train_end=last.update))
    assert last.keys() == {"loss", "mae"}


@pytest.mark.parametrize("thing", [print, 3, "on_epoch_end", object()])
def test_what_has_no_hook_is_refused(thing: Any, model: Sequential) -> None:
    kind = type(thing).__name__
    for call in (
        lambda: model.fit(X, Y, verbose=0, callbacks=[thing]),
        lambda: model.evaluate(X, Y, verbose=0, callbacks=[thing]),
        lambda: model.predict(X, callbacks=[thing]),
    ):
        with pytest.raises(TypeError, match=f"expected a callback, with hooks .* received {kind}"):
            call()
    assert lists(model.get_weights()) == [[[1.0]], [0.0]]


def test_a_class_in_place_of_a_callback_is_refused(model: Sequential) -> None:
    with pytest.raises(TypeError, match=r"received the class History: write it with \(\)"):
        model.fit(X, Y, verbose=0, callbacks=[History])
    assert lists(model.get_weights()) == [[[1.0]], [0.0]]


def test_what_fit_shows_can_be_asked_for_as_a_callback(
    model: Sequential, capsys: pytest.CaptureFixture[str]
) -> None:
    model.fit(X, Y, epochs=1, verbose=0,
              callbacks=[callbacks.EpochLines(1), callbacks.ProgressBar(1)])  # fmt: skip
    shown = capsys.readouterr()
    assert shown.out == "Epoch 1/1 - loss: 7.0000 - mae: 2.3333\n"
    assert "1/1" in shown.err


# ------------------------------------------------------------- parameters, on the way


def test_parameters_are_seen_and_changed_before_a_batch_and_after_it(model: Sequential) -> None:
    seen: list[Any] = []

    def look(batch: int, _logs: Any) -> None:
        first, second = model.parameters()
        seen.append((batch, first.data, second.data, first.grad, second.grad, first.has_grad))
        second.data = 10.0

    class Looking:
        on_train_batch_begin = staticmethod(look)
        on_train_batch_end = staticmethod(look)

    model.fit(X, Y, batch_size=2, verbose=0, callbacks=Looking(), shuffle=False)
    assert seen == [
        (0, 1.0, 0.0, 0.0, 0.0, False),
        (0, -0.5, 9.0, 3.0, 2.0, True),
        (1, -0.5, 10.0, 3.0, 2.0, True),
        (1, -2.5, 9.5, 4.0, 1.0, True),
    ]
    assert lists(model.get_weights()) == [[[-2.5]], [10.0]]


def test_before_a_batch_alone_they_are_seen_as_well(model: Sequential) -> None:
    seen: list[Any] = []
    follower = SimpleNamespace(
        on_batch_begin=lambda _: seen.append([p.data for p in model.parameters()])
    )
    model.fit(X, Y, batch_size=2, verbose=0, callbacks=follower, shuffle=False)
    assert seen == [[1.0, 0.0], [-0.5, -1.0]]
    assert lists(model.get_weights()) == [[[-2.5]], [-1.5]]


def test_what_a_callback_did_before_it_failed_stays_done(model: Sequential) -> None:
    def fail(*_: Any) -> None:
        model.parameters()[0].data = 7.0
        raise KeyError

    with pytest.raises(KeyError):
        model.fit(X, Y, verbose=0, callbacks=SimpleNamespace(on_train_batch_end=fail))
    assert model.parameters()[0].data == 7.0


def test_after_training_the_parameters_hold_their_gradients(model: Sequential) -> None:
    assert not any(parameter.has_grad for parameter in model.parameters())
    model.fit(X, Y, verbose=0)
    assert [(p.grad, p.has_grad) for p in model.parameters()] == [(7.0, True), (3.0, True)]


@pytest.mark.parametrize(
    ("follower", "are_watched"),
    [
        (Callback(), False),
        (History(), False),
        (EarlyStopping("loss"), False),
        (SimpleNamespace(on_epoch_end=lambda _: None), False),
        (SimpleNamespace(on_test_batch_end=lambda _: None), False),
        (SimpleNamespace(on_train_batch_end=lambda _: None), True),
        (SimpleNamespace(on_batch_begin=lambda _: None), True),
    ],
)
def test_batches_are_watched_only_where_a_callback_has_a_hook_for_them(
    follower: Any, are_watched: bool, model: Sequential, way: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulled: list[int] = []
    pull = CompiledTraining.pull

    def counted(self: CompiledTraining) -> None:
        pulled.append(1)
        pull(self)

    monkeypatch.setattr(CompiledTraining, "pull", counted)
    model.fit(X, Y, batch_size=1, verbose=0, callbacks=follower)
    # When it is made, when the epoch begins, and by batch; on graphs there is nothing to copy.
    assert len(pulled) == way * (2 + 3 * are_watched)


def test_what_callbacks_tell_counts_epochs_from_1(
    model: Sequential, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    model.compile(SGD(0.01), "mse", jit_compile=model.jit_compile)
    followers = [  # to the last two, a loss that falls gets worse
        callbacks.LearningRateScheduler(lambda _, rate: rate, verbose=1),
        callbacks.ModelCheckpoint(tmp_path / "at-{epoch}.json", verbose=1),
        callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=2, verbose=1, mode="max"),
        EarlyStopping("loss", patience=2, restore_best_weights=True, verbose=1, mode="max"),
    ]
    losses = model.fit(X, Y, epochs=9, verbose=0, callbacks=followers).history["loss"]
    assert losses == sorted(losses, reverse=True)
    assert capsys.readouterr().out.splitlines() == [
        "Epoch 1: the learning rate is 0.01",
        f"Epoch 1: saved to {tmp_path / 'at-1.json'}",
        "Epoch 2: the learning rate is 0.01",
        f"Epoch 2: saved to {tmp_path / 'at-2.json'}",
        "Epoch 3: the learning rate is 0.01",
        f"Epoch 3: saved to {tmp_path / 'at-3.json'}",
        "Epoch 3: the learning rate is now 0.005",
        "Epoch 3: early stopping",
        "The weights are those of epoch 1",
    ]


def test_terminate_on_nan_ends_the_training_at_the_batch_that_ran_away(
    model: Sequential, capsys: pytest.CaptureFixture[str]
) -> None:
    model.compile(SGD(1e200), "mse", jit_compile=model.jit_compile)
    with pytest.warns(RuntimeWarning, match="the loss is inf in epoch 1, batch 2"):
        model.fit(X, Y, batch_size=1, epochs=9, verbose=0, callbacks=[callbacks.TerminateOnNaN()])
    # The first sample has a finite loss; its step makes the second one's infinite. Batches of the
    # logs are counted from 0.
    assert (
        capsys.readouterr().out == "Batch 1: the loss is nan or infinite, and the training ends\n"
    )
    assert model.optimizer.iterations == 2


def test_terminate_on_nan_lets_a_finite_training_go_on(model: Sequential) -> None:
    history = model.fit(X, Y, epochs=2, verbose=0, callbacks=[callbacks.TerminateOnNaN()])
    assert len(history.history["loss"]) == 2


def test_patience_is_a_whole_number() -> None:
    three: Any = np.int64(3)
    assert EarlyStopping(patience=three).patience == 3
    for wrong in (-1, 1.5, True, math.inf, "2"):
        with pytest.raises(ValueError, match="expected patience to be a whole number of at least"):
            EarlyStopping(patience=wrong)  # type: ignore[arg-type]  # on purpose


def test_there_is_no_hook_that_is_never_called() -> None:
    hooks = {name for name in dir(Callback) if name.startswith("on_")}
    assert hooks == {*ARGUMENTS, *ALIASES.values()}


def test_an_error_within_a_schedule_is_told_as_it_is() -> None:
    def schedule(_epoch: int, rate: float) -> float:
        return rate + "epoch"  # type: ignore[operator]

    model = Sequential([Dense(1, input_dim=1)])
    model.compile("sgd", "mse")
    with pytest.raises(TypeError, match="unsupported operand"):
        model.fit([[1.0]], [1.0], verbose=0, callbacks=callbacks.LearningRateScheduler(schedule))


def test_a_list_with_hooks_is_told_of_the_training_itself() -> None:
    class Losses(list[float]):
        def on_epoch_end(self, _epoch: int, logs: Any = None) -> None:
            self.append(logs["loss"])

    model = Sequential([Dense(1)])
    model.compile("sgd", "mse")
    losses = Losses()
    history = model.fit([[1.0]], [0.0], epochs=3, verbose=0, callbacks=losses)
    assert losses == history.history["loss"]


@pytest.mark.parametrize(
    "schedule",
    [
        lambda *args, **_: 0.1 / (1 + args[0]) if len(args) == 1 else 0.25,
        [0.1, 0.2].__getitem__,
        lambda epoch: 0.1 * (epoch + 1),
        lambda epoch, rate: rate / (epoch + 1),
    ],
)
def test_a_schedule_takes_the_epoch_or_the_rate_as_well(schedule: Any) -> None:
    model = Sequential([Dense(1)])
    model.compile("sgd", "mse")
    history = model.fit(
        [[1.0]], [0.0], epochs=2, verbose=0, callbacks=[callbacks.LearningRateScheduler(schedule)]
    )
    assert all(rate > 0.0 for rate in history.history["learning_rate"])
