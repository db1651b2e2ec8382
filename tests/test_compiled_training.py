"""Training on compiled code gives the same as training on graphs, but for the last digits."""

import logging
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from autograd.codegen import backends, stepping
from nn import losses, optimizers
from nn.callbacks import Callback, History
from nn.layers import Activation, Add, Concatenate, Dense, Input
from nn.losses import Loss
from nn.models import Model, Sequential

if TYPE_CHECKING:
    from tests.arrays import lists
else:
    from arrays import lists

REL = 1e-9


def make_optimizers() -> dict[str, Callable[[], optimizers.Optimizer]]:
    decay = optimizers.ExponentialDecay(0.1, decay_steps=3, decay_rate=0.5)
    return {
        "sgd": lambda: optimizers.SGD(0.1),
        "momentum": lambda: optimizers.SGD(0.05, momentum=0.9),
        "nesterov": lambda: optimizers.SGD(0.05, momentum=0.9, nesterov=True),
        "schedule": lambda: optimizers.SGD(decay),
        "rmsprop": lambda: optimizers.RMSprop(0.01),
        "rmsprop with momentum": lambda: optimizers.RMSprop(0.01, momentum=0.5),
        "rmsprop without epsilon": lambda: optimizers.RMSprop(0.01, epsilon=0.0),
        "adam": lambda: optimizers.Adam(0.02),
        "adam without epsilon": lambda: optimizers.Adam(0.02, epsilon=0.0),
        "adamw": lambda: optimizers.AdamW(decay),
    }


def moons(count: int = 45) -> tuple[list[list[float]], list[float]]:
    x, y = nn.datasets.moons(count, noise=0.1, seed=3)
    return [list(map(float, row)) for row in x], [float(target) for target in y]


def make_model(**options: Any) -> Model:
    nn.set_random_seed(5)
    model = Sequential([Dense(6, "tanh", input_dim=2), Dense(4, "relu"), Dense(1, "sigmoid")])
    model.compile(**({"optimizer": "sgd", "loss": "binary_crossentropy"} | options))
    return model


def both_ways(
    train: Callable[[Model], Any], make: Callable[..., Model] = make_model, **options: Any
) -> tuple[tuple[Any, Model], tuple[Any, Model]]:
    """Return the results of a training on graphs and on compiled code, from the same start."""
    found = []
    for jit_compile in (False, True):
        model = make(**options, jit_compile=jit_compile)
        found.append((train(model), model))
    return found[0], found[1]


def assert_same_training(
    eager: tuple[History, Model], compiled: tuple[History, Model], rel: float = REL
) -> None:
    (expected, model), (history, twin) = eager, compiled
    assert history.epoch == expected.epoch
    assert history.history.keys() == expected.history.keys()
    for name, numbers in expected.history.items():
        assert history.history[name] == pytest.approx(numbers, rel=rel), name
    for parameter, other in zip(model.parameters(), twin.parameters(), strict=True):
        assert other.data == pytest.approx(parameter.data, rel=rel, abs=1e-12)
        assert other.grad == pytest.approx(parameter.grad, rel=1e-6, abs=1e-12)
        memory = model.optimizer.memory(parameter)
        assert twin.optimizer.memory(other) == pytest.approx(memory, rel=1e-6, abs=1e-12)
    assert twin.optimizer.iterations == model.optimizer.iterations


# ------------------------------------------------------------------- the same


@pytest.mark.parametrize("name", sorted(make_optimizers()))
def test_every_optimizer_gives_the_same_history(name: str) -> None:
    x, y = moons()

    def train(model: Model) -> History:
        nn.set_random_seed(1)
        return model.fit(x, y, batch_size=7, epochs=4, verbose=0, validation_split=0.2)

    def make(**options: Any) -> Model:
        return make_model(optimizer=make_optimizers()[name](), **options)

    assert_same_training(*both_ways(train, make, metrics=["accuracy", "mae"]))


LOSSES: dict[str, tuple[Loss, str, list[list[float]]]] = {
    "mse": (losses.MeanSquaredError(), "linear", [[0.3, -2.0, 1.0]]),
    "binary": (losses.BinaryCrossentropy(), "sigmoid", [[0.0, 1.0, 0.3], [1.0, 0.0, 1.0]]),
    "logits": (
        losses.BinaryCrossentropy(from_logits=True),
        "linear",
        [[0.0, 1.0, 0.3], [1.0, 0.0, 1.0]],
    ),
    "categorical": (
        losses.CategoricalCrossentropy(),
        "softmax",
        [[0.0, 1.0, 0.0], [0.2, 0.3, 0.5], [0.0, 0.0, 0.0]],
    ),
    "scores": (
        losses.CategoricalCrossentropy(from_logits=True),
        "linear",
        [[0.0, 1.0, 0.0], [0.2, 0.3, 0.5], [0.0, 0.0, 0.0]],
    ),
    "three sigmoids": (
        losses.CategoricalCrossentropy(label_smoothing=0.1),
        "sigmoid",
        [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]],
    ),
    "absolute": (losses.MeanAbsoluteError(), "linear", [[0.3, -2.0, 1.0]]),
    "percentage": (losses.MeanAbsolutePercentageError(), "linear", [[0.3, -2.0, 1.0]]),
    "logarithmic": (losses.MeanSquaredLogarithmicError(), "softplus", [[0.3, 2.0, 0.0]]),
    "huber": (losses.Huber(0.5), "linear", [[0.3, -2.0, 1.0]]),
    "log cosh": (losses.LogCosh(), "linear", [[0.3, -2.0, 1.0]]),
    "poisson": (losses.Poisson(), "softplus", [[3.0, 2.0, 0.0]]),
    "divergence": (losses.KLDivergence(), "softmax", [[0.2, 0.3, 0.5], [0.0, 0.0, 1.0]]),
    "squared hinge": (losses.SquaredHinge(), "tanh", [[1.0, -1.0, 1.0], [-1.0, -1.0, 1.0]]),
    "hinge": (losses.Hinge(), "tanh", [[1.0, -1.0, 1.0], [-1.0, -1.0, 1.0]]),
    "hinge of 0 and 1": (losses.Hinge(), "tanh", [[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]]),
}


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_every_loss_gives_the_same_history(name: str) -> None:
    loss, activation, targets = LOSSES[name]
    x, _ = moons(20)
    y = [targets[i % len(targets)] for i in range(20)]

    def make(**options: Any) -> Model:
        nn.set_random_seed(5)
        model = Sequential([Dense(4, "softplus", input_dim=2), Dense(3, activation)])
        model.compile("adam", loss, **options)
        return model

    def train(model: Model) -> History:
        nn.set_random_seed(1)
        return model.fit(x, y, batch_size=6, epochs=3, verbose=0)

    assert_same_training(*both_ways(train, make))


def test_every_loss_is_known_here() -> None:
    sparse = losses.SparseCategoricalCrossentropy  # whose targets are classes: see test_keras
    assert {type(make()) for make in losses.LOSSES.values()} - {sparse} == {
        type(loss) for loss, _, _ in LOSSES.values()
    }
    assert {type(make()) for make in optimizers.OPTIMIZERS.values()} == {
        type(make()) for make in make_optimizers().values()
    }


def test_branches_and_shared_layers_are_compiled() -> None:
    x, y = moons()

    def make(**options: Any) -> Model:
        nn.set_random_seed(5)
        inputs = Input(shape=(2,))
        shared = Dense(3, "tanh")
        first = shared(inputs)
        second = Activation(nn.activations.leaky_relu)(shared(inputs))
        joined = Concatenate()([Add()([first, second]), inputs])
        model = Model(inputs, Dense(1, "sigmoid", use_bias=False)(joined))
        model.compile("sgd", "mse", **options)
        return model

    def train(model: Model) -> History:
        nn.set_random_seed(1)
        return model.fit(x, y, batch_size=10, epochs=3, verbose=0)

    assert_same_training(*both_ways(train, make))


@pytest.mark.parametrize("backend", ["numpy", "python"])
def test_without_llvm_it_is_the_same(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"numpy"} if backend == "numpy" else set()
    monkeypatch.setattr(backends, "find_spec", lambda name: name in there or None)
    x, y = moons(20)

    def train(model: Model) -> History:
        nn.set_random_seed(1)
        return model.fit(x, y, batch_size=8, epochs=3, verbose=0, validation_data=(x, y))

    assert_same_training(*both_ways(train, optimizer="adam", metrics=["accuracy"]))


def test_a_training_goes_on_where_the_last_one_ended_whichever_way() -> None:
    x, y = moons(20)
    histories = []
    for ways in ((False, False), (True, False), (False, True)):
        model = make_model(optimizer="adam")
        for way in ways:
            model.jit_compile = way
            nn.set_random_seed(1)
            history = model.fit(x, y, epochs=2, verbose=0)
        histories.append(history.history["loss"])
    assert histories[1] == pytest.approx(histories[0], rel=REL)
    assert histories[2] == pytest.approx(histories[0], rel=REL)


def test_evaluate_and_predict_are_the_same() -> None:
    x, y = moons(37)
    (eager, _), (compiled, _) = both_ways(
        lambda model: (model.evaluate(x, y, batch_size=10, verbose=0), model.predict(x)),
        metrics=["accuracy", "mae"],
    )
    assert compiled[0] == pytest.approx(eager[0], rel=REL)
    for row, expected in zip(compiled[1], eager[1], strict=True):
        assert row == pytest.approx(expected, rel=1e-14)


# -------------------------------------------------------------------- callbacks


class Notes(Callback):
    """Notes down the parameters after each batch."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        parameters = self.model.parameters()
        self.seen.append(
            [batch, logs["loss"], *(p.data for p in parameters), *(p.grad for p in parameters)]
        )


def test_callbacks_see_the_parameters_of_each_batch() -> None:
    x, y = moons()

    def train(model: Model) -> list[Any]:
        nn.set_random_seed(1)
        notes = Notes()
        model.fit(x, y, batch_size=10, epochs=2, verbose=0, callbacks=notes)
        return notes.seen

    (eager, _), (compiled, _) = both_ways(train)
    assert len(compiled) == len(eager) == 10
    for seen, expected in zip(compiled, eager, strict=True):
        assert seen == pytest.approx(expected, rel=REL, abs=1e-12)


class Meddling(Callback):
    """Changes, during training, everything that can be changed."""

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        self.model.parameters()[0].data = 0.25
        if batch == 1:
            self.model.optimizer.learning_rate = 0.05

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
        self.model.optimizer.momentum = 0.5
        self.model.parameters()[1].data = -0.5


def test_what_callbacks_change_takes_effect() -> None:
    x, y = moons()

    def train(model: Model) -> History:
        nn.set_random_seed(1)
        return model.fit(x, y, batch_size=10, epochs=3, verbose=0, callbacks=Meddling())

    def make(**options: Any) -> Model:
        return make_model(optimizer=optimizers.SGD(0.1, momentum=0.9), **options)

    assert_same_training(*both_ways(train, make))


@pytest.mark.parametrize("jit_compile", ["auto", True, False])
def test_anomalies_are_detected_in_training_whatever_is_compiled(jit_compile: Any) -> None:
    model = Sequential([Dense(1, input_dim=2)])
    model.compile("sgd", "mse", jit_compile=jit_compile)
    with autograd.detect_anomaly(), pytest.raises(FloatingPointError, match="gave inf"):
        model.fit([[1e200, 1.0]] * 600, [1.0] * 600, verbose=0)


def test_a_network_of_plain_inputs_is_compiled_and_differentiated() -> None:
    model: Any = nn.MLP(2, [3, 1], activation="tanh", seed=1)
    parameters = [p.data for p in model.parameters()]

    def slope_at_the_border(parameters: Any) -> Any:
        return autograd.grad(lambda t: model.stateless_call(parameters, [t, 0.5]))(0.0) - 1.0

    compiled = autograd.compile(slope_at_the_border)
    assert compiled(parameters) == pytest.approx(slope_at_the_border(parameters).data, rel=1e-13)
    for k, exact in enumerate(compiled.grad(parameters)):
        moved = [[x + e * (i == k) for i, x in enumerate(parameters)] for e in (1e-6, -1e-6)]
        numeric = (compiled(moved[0]) - compiled(moved[1])) / 2e-6
        assert exact == pytest.approx(numeric, abs=1e-8)


class Weighted(Loss):
    """A squared error with a weight that is changed during training."""

    weight = 1.0

    def __init__(self) -> None:
        self.by_class = np.array([1.0, 1.0])

    def sample(self, y_true: Any, y_pred: Any) -> Any:
        return self.weight * self.by_class[0] * (y_pred[0] - y_true[0]) ** 2


class Annealing(Callback):
    """Changes formulas: of the loss and of the optimiser, within an epoch and between two."""

    def __init__(self) -> None:
        self.batches = 0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        self.batches += 1
        model: Any = self.model
        if self.batches == 3:
            model.loss.weight = 2.0
            model.optimizer.momentum = 0.5
        elif self.batches == 8:
            model.loss = losses.get("binary_crossentropy")
        elif self.batches == 12:
            model.optimizer = optimizers.Adam(0.01)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
        model: Any = self.model
        if epoch == 0:
            model.loss.weight = 0.5
            model.loss.by_class = np.array([3.0, 1.0])


def test_formulas_that_callbacks_change_are_recorded_anew() -> None:
    x, y = moons()

    def train(model: Model) -> History:
        nn.set_random_seed(1)
        options: dict[str, Any] = {"validation_data": (x[:7], y[:7]), "callbacks": Annealing()}
        return model.fit(x, y, batch_size=10, epochs=4, verbose=0, **options)

    def make(**options: Any) -> Model:
        return make_model(optimizer=optimizers.SGD(0.1, momentum=0.9), loss=Weighted(), **options)

    assert_same_training(*both_ways(train, make))


class Ending(Callback):
    """Ends the training after three batches, one way or the other."""

    def __init__(self, error: type[BaseException] | None) -> None:
        self._error = error

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        if batch == 2:
            if self._error is not None:
                raise self._error
            self.model.stop_training = True


@pytest.mark.parametrize("error", [None, KeyError, KeyboardInterrupt])
def test_a_training_that_ends_early_leaves_the_parameters_of_its_last_batch(
    error: type[BaseException] | None,
) -> None:
    x, y = moons()

    def train(model: Model) -> Any:
        nn.set_random_seed(1)
        ending = Ending(error)
        with pytest.raises(error) if error is not None else nullcontext():
            model.fit(x, y, batch_size=10, epochs=9, verbose=0, callbacks=ending)
        return History()

    assert_same_training(*both_ways(train, optimizer="adam"))


def test_a_batch_crosses_to_machine_code_once(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = moons(40)
    asked: list[Any] = []
    steps: list[Any] = []
    step = stepping.CompiledStep.__call__

    def counted(self: Any, *args: Any) -> Any:
        steps.append(len(asked))
        return step(self, *args)

    run = backends.runnable

    def asking(*args: Any) -> Any:
        asked.append(args)
        return run(*args)

    monkeypatch.setattr(stepping.CompiledStep, "__call__", counted)
    monkeypatch.setattr(stepping, "runnable", asking)
    make_model(optimizer="adam", jit_compile=True).fit(x, y, batch_size=10, epochs=5, verbose=0)
    assert len(steps) == 20
    assert len(set(steps[1:])) == 1  # from the second batch on, a step is one call of a built-in


# --------------------------------------------------------------------- refusals


def branching(z: Any) -> Any:
    return z if z > 0 else 0.1 * z


def of_a_batch(y_true: Any, y_pred: Any) -> Any:
    return autograd.sum([(p[0] - y[0]) ** 2 for y, p in zip(y_true, y_pred, strict=True)])


def branching_on_a_batch(y_true: Any, y_pred: Any) -> Any:
    return max(p[0] * y[0] for y, p in zip(y_true, y_pred, strict=True))


class LossOfItsOwn(losses.MeanSquaredError):
    def __call__(self, y_true: Sequence[Any], y_pred: Sequence[Any]) -> Any:
        return 2.0 * super().__call__(y_true, y_pred) + y_pred[0][0] ** 2


class BranchingLoss(Loss):
    def sample(self, y_true: Sequence[float], y_pred: Sequence[Any]) -> Any:
        return (y_pred[0] - 1.0) ** 2 if y_true[0] == 1 else y_pred[0] ** 2


class SlopeLoss(Loss):
    def sample(self, y_true: Sequence[float], y_pred: Sequence[Any]) -> Any:
        return autograd.abs(y_pred[0] - y_true[0])


class OwnUpdate(optimizers.SGD):
    def update(self, parameters: Any) -> None:
        for parameter in parameters:
            parameter.data -= 0.1 * parameter.grad


class OwnCounter(optimizers.SGD):
    count = 0

    def decrease(self, data: float, grad: float, rate: float, memory: list[float]) -> float:
        self.count += 1
        return super().decrease(data, grad, rate / self.count, memory)


class OwnState(optimizers.SGD):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Any] = []

    def decrease(self, data: float, grad: float, rate: float, memory: list[float]) -> float:
        self.seen.append(data)
        return super().decrease(data, grad, rate / len(self.seen), memory)


CANNOT: dict[str, tuple[dict[str, Any], Any, str]] = {
    "an activation that branches": ({}, branching, r"no `if`, comparison"),
    "a loss that branches": ({"loss": BranchingLoss()}, "tanh", r"no `if`, comparison"),
    "a loss of a batch that branches": ({"loss": branching_on_a_batch}, "tanh", r"no `if`, comp"),
    "a counter": ({"optimizer": OwnCounter}, "tanh", "OwnCounter keeps more from step to step"),
    "a list": ({"optimizer": OwnState}, "tanh", "OwnState keeps more from step to step"),
    "an update": ({"optimizer": OwnUpdate()}, "tanh", "OwnUpdate has an update of its own"),
}


def unusual(activation: Any, options: dict[str, Any], jit_compile: Any) -> Model:
    nn.set_random_seed(5)
    model = Sequential([Dense(3, activation, input_dim=2), Dense(1)])
    made = {name: x() if isinstance(x, type) else x for name, x in options.items()}
    model.compile(**({"optimizer": "sgd", "loss": "mse"} | made), jit_compile=jit_compile)
    return model


@pytest.mark.parametrize("name", sorted(CANNOT))
def test_what_cannot_be_compiled_runs_on_graphs_and_says_why(
    name: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    options, activation, why = CANNOT[name]
    monkeypatch.setattr("nn.training.trainer.WORTH_COMPILING", 0)
    x, y = moons(10)
    found = []
    for jit_compile in (False, "auto"):
        model = unusual(activation, options, jit_compile)
        nn.set_random_seed(1)
        with caplog.at_level(logging.WARNING, "nn"):
            found.append((model.fit(x, y, epochs=2, verbose=0), model))
    assert_same_training(found[0], found[1], rel=0.0)
    (record,) = caplog.records
    assert record.getMessage().startswith("not compiled, which is slower: ")
    caplog.clear()
    with pytest.raises(TypeError, match=rf"jit_compile=True, but .*{why}"):
        unusual(activation, options, jit_compile=True).fit(x, y, verbose=0)


@pytest.mark.parametrize("loss", [SlopeLoss(), of_a_batch, LossOfItsOwn()])
@pytest.mark.parametrize("backend", ["llvm", "python"])
def test_a_loss_of_ones_own_is_compiled(
    loss: Any, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if backend == "python":
        monkeypatch.setattr(backends, "find_spec", lambda _: None)
    x, y = moons(20)

    def train(model: Model) -> History:
        nn.set_random_seed(1)
        history = model.fit(x, y, batch_size=8, epochs=2, verbose=0, validation_data=(x, y))
        history.history["evaluated"] = [model.evaluate(x, y, verbose=0)]  # type: ignore[list-item]
        return history

    assert_same_training(*both_ways(train, loss=loss, optimizer="adam"))


@pytest.mark.parametrize("loss", [lambda *_: 1.0, branching_on_a_batch, BranchingLoss()])
def test_what_cannot_be_compiled_is_measured_on_graphs(
    loss: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nn.training.trainer.WORTH_COMPILING", 0)
    x, y = moons(10)
    results = []
    for jit_compile in (False, "auto"):
        model = unusual(branching, {"loss": loss}, jit_compile)
        results.append(lists(model.predict(x)))
        try:
            results[-1].append([model.evaluate(x, y, verbose=0)])
        except TypeError as error:
            assert "expected the loss to be a Value" in str(error)  # noqa: PT017
    assert results[0] == results[1]


class ConstantLoss(Loss):
    def sample(self, y_true: Sequence[float], y_pred: Sequence[Any]) -> Any:  # noqa: ARG002
        return 1.0


@pytest.mark.parametrize("loss", [lambda *_: 1.0, ConstantLoss()])
@pytest.mark.parametrize("work", ["fit", "evaluate"])
def test_a_loss_that_does_not_depend_on_the_predictions_is_refused(loss: Any, work: str) -> None:
    model, (x, y) = make_model(loss=loss, jit_compile=True), moons(10)
    before = lists(model.get_weights())
    with pytest.raises(TypeError, match="the loss is not computed from the predictions: it is 1"):
        getattr(model, work)(x, y, verbose=0)
    assert lists(model.get_weights()) == before


def test_plain_python_runs_compiled_where_there_is_no_numpy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backends, "find_spec", lambda _: None)
    model, (x, y) = make_model(jit_compile=True), moons(10)
    monkeypatch.setitem(sys.modules, "numpy", None)
    losses_seen = model.fit(x, y, epochs=2, verbose=0).history["loss"]
    assert losses_seen[1] < losses_seen[0]


def test_parameters_that_are_tied_are_not_compiled() -> None:
    model = make_model(jit_compile=True)
    first, second = model.layers[0].neurons[:2]  # type: ignore[attr-defined]
    second.weights = first.weights
    with pytest.raises(TypeError, match="those of its neurons, each once"):
        model.fit(*moons(10), verbose=0)


def test_nothing_is_changed_by_what_is_refused() -> None:
    model = make_model(optimizer="adam", jit_compile=True)
    before = lists(model.get_weights())
    with pytest.raises(ValueError, match="finite"):
        model.fit([[float("nan"), 1.0]], [1.0], verbose=0)
    model.loss = branching_on_a_batch
    with pytest.raises(TypeError, match="no `if`, comparison"):
        model.fit(*moons(10), verbose=0)
    assert lists(model.get_weights()) == before
    assert model.optimizer.iterations == 0
    assert all(isinstance(p, autograd.Parameter) for p in model.parameters())


def test_small_work_is_not_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError

    monkeypatch.setattr("nn.training.trainer.CompiledTraining", refuse)
    x, y = moons(10)
    make_model().fit(x, y, epochs=3, verbose=0)
    with pytest.raises(TypeError, match="jit_compile=True"):
        make_model(jit_compile=True).fit(x, y, epochs=3, verbose=0)


@pytest.mark.parametrize(
    ("work", "name", "is_worth_it"),
    [
        (lambda model: model.fit(*moons(20), epochs=24, verbose=0), "CompiledTraining", False),
        (lambda model: model.fit(*moons(20), epochs=25, verbose=0), "CompiledTraining", True),
        (
            lambda model: model.fit(*moons(10), epochs=25, verbose=0, validation_data=moons(19)),
            "CompiledMeasuring",
            False,
        ),
        (
            lambda model: model.fit(*moons(10), epochs=25, verbose=0, validation_data=moons(20)),
            "CompiledMeasuring",
            True,
        ),
        (lambda model: model.evaluate(*moons(499), verbose=0), "CompiledMeasuring", False),
        (lambda model: model.evaluate(*moons(500), verbose=0), "CompiledMeasuring", True),
        (lambda model: model.predict(moons(499)[0]), "CompiledMeasuring", False),
        (lambda model: model.predict(moons(500)[0]), "CompiledMeasuring", True),
    ],
)
def test_work_is_compiled_from_500_samples_on(
    work: Callable[[Model], Any], name: str, is_worth_it: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []

    def recorded(*args: Any) -> None:
        made.append(args)

    monkeypatch.setattr(f"nn.training.trainer.{name}", recorded)
    work(make_model())
    assert len(made) == is_worth_it


def test_what_is_compiled_is_not_run_on_graphs_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(Model, "sample", refuse)
    model, (x, y) = make_model(jit_compile=True), moons(10)
    model.fit(x, y, epochs=2, verbose=0, validation_data=(x, y))
    model.evaluate(x, y, verbose=0)
    model.predict(x)


def test_an_unknown_way_of_compiling_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'yes' \(must be one of 'auto', True, False\)"):
        make_model(jit_compile="yes")


# ---------------------------------------------------------------- stateless calls


def test_a_stateless_call_is_the_model_at_other_parameters() -> None:
    model = nn.MLP(2, [3, 1], activation="tanh", seed=4)
    numbers = [0.1 * i for i in range(13)]
    x = [0.5, -1.0]
    found: Any = model.stateless_call(numbers, x)
    before = [p.data for p in model.parameters()]
    for parameter, number in zip(model.parameters(), numbers, strict=True):
        parameter.data = number
    expected: Any = model(x)
    assert found.data == expected.data
    assert before != numbers
    for module, count in ((model.layers[0], 9), (model.layers[0].neurons[0], 3)):
        own = [p.data for p in module.parameters()]
        assert len(own) == count
        again, expected = module.stateless_call(own, x), module(x)
        many = isinstance(expected, list)
        assert isinstance(again, list) == many
        pairs = zip(again, expected, strict=True) if many else [(again, expected)]
        assert all(v.data == w.data for v, w in pairs)


def test_a_network_is_compiled_from_a_stateless_call() -> None:
    model: Any = nn.MLP(2, [3, 1], activation="tanh", seed=4)

    def loss(parameters: Any, x: Any, y: Any) -> Any:
        return (model.stateless_call(parameters, x) - y) ** 2

    x, y = moons(12)
    compiled = autograd.compile(loss, batch=(1, 2), reduce="sum")
    value, gradient = compiled.value_and_grad([p.data for p in model.parameters()], x, y)
    total = autograd.sum([(model(row) - target) ** 2 for row, target in zip(x, y, strict=True)])
    total.backward()
    assert value == pytest.approx(total.data, rel=1e-13)
    assert gradient == pytest.approx([p.grad for p in model.parameters()], rel=1e-12)


def test_a_stateless_call_with_another_number_of_parameters_is_refused() -> None:
    model = nn.MLP(2, [3, 1], seed=4)
    before = [list(n.weights) for layer in model.layers for n in layer.neurons]
    with pytest.raises(ValueError, match="expected 13 parameters, received 2"):
        model.stateless_call([1.0, 2.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="expected 2 inputs, received 1"):
        model.stateless_call([1.0] * 13, [1.0])
    assert [n.weights for layer in model.layers for n in layer.neurons] == before
    assert isinstance(model([1.0, 2.0]), Value)
