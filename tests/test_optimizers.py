"""Optimisers: the numbers that they keep for each parameter, on graphs and on compiled code."""

import copy
import logging
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

import autograd
from autograd import Parameter
from autograd.codegen import backends
from nn import Dense, Sequential, datasets, optimizers, set_random_seed
from nn.optimizers import SGD, Adam, AdamW, ExponentialDecay, Optimizer, RMSprop

if TYPE_CHECKING:
    from tests.arrays import lists
else:
    from arrays import lists

X, Y = datasets.moons(20, seed=3)


class Plain(Optimizer):
    """Keeps nothing."""

    memory_size = 0

    def decrease(self, data: Any, grad: Any, rate: Any, memory: Any) -> Any:  # noqa: ARG002  # as all optimisers
        return rate * grad


class Velocity(Optimizer):
    """Keeps one number."""

    memory_size = 1

    def decrease(self, data: Any, grad: Any, rate: Any, memory: Any) -> Any:  # noqa: ARG002  # as all optimisers
        memory[0] = 0.9 * memory[0] + rate * grad
        return memory[0]


class Three(Optimizer):
    """Keeps the sum of gradients, of their squares, and the latest."""

    memory_size = 3

    def decrease(self, data: Any, grad: Any, rate: Any, memory: Any) -> Any:
        memory[0] += grad
        memory[1] += grad * grad
        step = rate * (grad + 0.5 * memory[2] + 0.01 * memory[0]) / autograd.sqrt(1 + memory[1])
        memory[2] = grad
        return step + 0.001 * data


class ThreeByItsOwn(Three):
    """The same, without saying so: it makes the memory itself."""

    memory_size = 2

    def memory(self, parameter: Parameter) -> list[float]:
        return self._memory.setdefault(parameter, [0.0, 0.0, 0.0])


def of_a_batch(y_true: Any, y_pred: Any) -> Any:
    """A loss that is no mean of samples' losses."""
    return autograd.sum([(p[0] - y[0]) ** 2 for y, p in zip(y_true, y_pred, strict=True)])


def train(optimizer: Optimizer, loss: Any, jit_compile: Any, epochs: int = 3) -> Sequential:
    set_random_seed(5)
    model = Sequential([Dense(3, "tanh", input_dim=2), Dense(1, "sigmoid")])
    model.compile(optimizer, loss, jit_compile=jit_compile)
    model.fit(X, Y, batch_size=7, epochs=epochs, verbose=0)
    return model


@pytest.mark.parametrize("make", [Plain, Velocity, Three, ThreeByItsOwn])
@pytest.mark.parametrize("loss", ["mse", of_a_batch])
@pytest.mark.parametrize("backend", ["llvm", "numpy", "python"])
def test_any_number_of_numbers_is_kept_on_compiled_code_as_on_graphs(
    make: Any, loss: Any, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if backend != "llvm":
        there = {"numpy"} if backend == "numpy" else set()
        monkeypatch.setattr(backends, "find_spec", lambda name: name in there or None)
    eager, compiled = (train(make(0.1), loss, jit_compile) for jit_compile in (False, True))
    kept = {Plain: 0, Velocity: 1}.get(make, 3)
    for parameter, twin in zip(eager.parameters(), compiled.parameters(), strict=True):
        memory = eager.optimizer.memory(parameter)
        assert len(memory) == kept
        assert compiled.optimizer.memory(twin) == pytest.approx(memory, rel=1e-9, abs=1e-12)
        assert twin.data == pytest.approx(parameter.data, rel=1e-9)
        assert twin.grad == pytest.approx(parameter.grad, rel=1e-9, abs=1e-12)


def test_three_numbers_are_what_their_formula_says() -> None:
    w = Parameter(2.0)
    optimizer = Three(0.1)
    data, total, squares, latest = 2.0, 0.0, 0.0, 0.0
    for grad in (3.0, -1.0, 0.5):
        w.grad = grad
        optimizer.update([w])
        total, squares = total + grad, squares + grad**2
        data -= 0.1 * (grad + 0.5 * latest + 0.01 * total) / (1 + squares) ** 0.5 + 0.001 * data
        latest = grad
    assert optimizer.memory(w) == [2.5, 10.25, 0.5]
    assert w.data == pytest.approx(data, rel=1e-15)


@pytest.mark.parametrize(
    ("optimizer", "kept"), [(SGD(), 1), (RMSprop(), 2), (Adam(), 2), (AdamW(), 2)]
)
def test_an_optimizer_keeps_no_more_than_it_needs(optimizer: Optimizer, kept: int) -> None:
    assert optimizer.memory(Parameter(1.0)) == [0.0] * kept


# ---------------------------------------------------------------------- another number


class Growing(Optimizer):
    """Keeps one number more with each step."""

    def decrease(self, data: Any, grad: Any, rate: Any, memory: Any) -> Any:  # noqa: ARG002  # as all optimisers
        memory.append(grad)
        return rate * grad


class Uneven(Plain):
    """Keeps one number for the first parameter, and none for the others."""

    def memory(self, parameter: Parameter) -> list[float]:
        return self._memory.setdefault(parameter, [] if self._memory else [0.0])


GROWING = "expected Growing.decrease to keep 2 numbers for each parameter, received 3; set memory"


@pytest.mark.parametrize("loss", ["mse", of_a_batch])
def test_a_formula_that_changes_how_many_numbers_are_kept_is_refused(loss: Any) -> None:
    with pytest.raises(TypeError, match=GROWING):
        Growing(0.1).update([Parameter(1.0)])
    for jit_compile in (False, True, "auto"):
        with pytest.raises(TypeError, match=GROWING):
            train(Growing(0.1), loss, jit_compile)


def test_on_compiled_code_every_parameter_has_as_many_numbers(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = "Uneven keeps more numbers for one parameter than for another"
    with pytest.raises(TypeError, match=message):
        train(Uneven(0.1), "mse", jit_compile=True)
    monkeypatch.setattr("nn.training.trainer.WORTH_COMPILING", 0)
    with caplog.at_level(logging.WARNING, "nn"):
        model = train(Uneven(0.1), "mse", jit_compile="auto")
    assert message in caplog.text
    expected = train(Plain(0.1), "mse", jit_compile=False)
    assert lists(model.get_weights()) == lists(expected.get_weights())


@pytest.mark.parametrize("jit_compile", [True, False])
def test_another_memory_size_after_the_first_step_is_refused(jit_compile: bool) -> None:
    model = train(Adam(0.1), "mse", jit_compile)
    before = lists(model.get_weights())
    model.optimizer.memory_size = 3
    message = (
        "expected Adam to keep 3 numbers for 'hidden1.neuron1.w1', as its memory_size says,"
        " received 2 kept so far; make a new optimizer"
    )
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        model.fit(X, Y, verbose=0)
    assert lists(model.get_weights()) == before


@pytest.mark.parametrize("jit_compile", [True, False])
def test_momentum_may_be_set_during_a_training(jit_compile: bool) -> None:
    model = train(SGD(0.1), "mse", jit_compile)
    twin = train(SGD(0.1, momentum=1e-300), "mse", jit_compile)
    for one in (model, twin):
        one.optimizer.momentum = 0.5  # type: ignore[attr-defined]  # it is SGD's
        set_random_seed(1)
        one.fit(X, Y, verbose=0, batch_size=7)
    assert lists(model.get_weights()) == lists(twin.get_weights())


# ------------------------------------------------------- each against its own formula


def steps(optimizer: Optimizer, grads: list[float], start: float = 1.0) -> float:
    w = Parameter(start)
    for grad in grads:
        w.grad = grad
        optimizer.update([w])
    return w.data


def by_sgd(grads: list[float], momentum: float, nesterov: bool) -> float:
    w, v = 1.0, 0.0
    for g in grads:  # as in Keras: velocity = momentum * velocity - rate * g
        v = momentum * v - 0.1 * g
        w += momentum * v - 0.1 * g if nesterov else v
    return w


def by_rmsprop(grads: list[float], momentum: float, rho: float = 0.9) -> float:
    w, v, m = 1.0, 0.0, 0.0
    for g in grads:
        v = rho * v + (1 - rho) * g**2
        m = momentum * m + 0.1 * g / (v + 1e-7) ** 0.5
        w -= m
    return w


def by_adam(grads: list[float], decay: float, beta_1: float = 0.9, beta_2: float = 0.999) -> float:
    w, m, v = 1.0, 0.0, 0.0
    for t, g in enumerate(grads, start=1):
        m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g**2
        corrected = m / (1 - beta_1**t)
        # Epsilon is added before the correction of v, as in Keras.
        root = (v**0.5 + 1e-7) / (1 - beta_2**t) ** 0.5
        w -= 0.1 * (corrected / root + decay * w)
    return w


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: SGD(0.1), lambda g: by_sgd(g, 0.0, nesterov=False)),
        (lambda: SGD(0.1, 0.9), lambda g: by_sgd(g, 0.9, nesterov=False)),
        (lambda: SGD(0.1, 0.9, nesterov=True), lambda g: by_sgd(g, 0.9, nesterov=True)),
        (lambda: RMSprop(0.1), lambda g: by_rmsprop(g, 0.0)),
        (lambda: RMSprop(0.1, momentum=0.5), lambda g: by_rmsprop(g, 0.5)),
        (lambda: Adam(0.1), lambda g: by_adam(g, 0.0)),
        (lambda: AdamW(0.1), lambda g: by_adam(g, 0.004)),
        (lambda: RMSprop(0.1, rho=0.25), lambda g: by_rmsprop(g, 0.0, 0.25)),
        (lambda: AdamW(0.1, 0.5, 0.25, 0.3), lambda g: by_adam(g, 0.5, 0.25, 0.3)),
    ],
)
def test_an_optimizer_takes_the_steps_that_its_formula_says(
    make: Callable[[], Optimizer], expected: Callable[[list[float]], float]
) -> None:
    grads = [0.3, -2.0, 1.5, 1e-6, 0.0]
    assert steps(make(), grads) == pytest.approx(expected(grads), rel=1e-12)


def test_a_copy_of_an_optimizer_has_a_memory_of_its_own() -> None:
    w, optimizer = Parameter(1.0), SGD(0.1, momentum=0.9)
    w.grad = 1.0
    optimizer.update([w])
    twin, other = copy.deepcopy((w, optimizer))
    other.update([twin])
    assert optimizer.memory(w) == [0.1]
    assert other.memory(twin) == pytest.approx([0.19])
    assert optimizers.get(other) is other


def decay(**given: float) -> ExponentialDecay:
    numbers: dict[str, Any] = {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5}
    return ExponentialDecay(**numbers | given)


@pytest.mark.parametrize(
    ("make", "name", "fine", "refused"),
    [
        (SGD, "learning_rate", [0.0, 2.0], [-1e-9]),
        (SGD, "momentum", [0.0, 1.0], [-1e-9, 1.0 + 1e-9]),
        (RMSprop, "rho", [0.0, 0.999], [-1e-9, 1.0]),
        (RMSprop, "momentum", [0.0, 1.0], [-1e-9, 1.0 + 1e-9]),
        (RMSprop, "epsilon", [0.0, 2.0], [-1e-9]),
        (Adam, "beta_1", [0.0, 0.999], [-1e-9, 1.0]),
        (Adam, "beta_2", [0.0, 0.999], [-1e-9, 1.0]),
        (Adam, "epsilon", [0.0, 2.0], [-1e-9]),
        (AdamW, "weight_decay", [0.0, 2.0], [-1e-9]),
        (decay, "initial_learning_rate", [1e-9, 2.0], [0.0, -1.0]),
        (decay, "decay_steps", [1, 2.5], [0, -1]),
        (decay, "decay_rate", [1e-9, 2.0], [0.0, -1.0]),
    ],
)
def test_a_number_is_taken_up_to_its_limits_and_refused_beyond_them(
    make: Callable[..., Any], name: str, fine: list[float], refused: list[float]
) -> None:
    for number in fine:
        assert getattr(make(**{name: number}), name) == number
    for number in refused:
        with pytest.raises(ValueError, match=f"expected {name} to be .*, received {number}"):
            make(**{name: number})


@pytest.mark.parametrize("size", [1.5, "2", None, -1])
def test_a_memory_size_that_is_no_number_of_numbers_is_refused(size: Any) -> None:
    class Own(Optimizer):
        memory_size = size

        def decrease(self, data: Any, grad: Any, rate: Any, memory: Any) -> Any:  # noqa: ARG002
            return rate * grad

    parameter = Parameter(1.0)
    with pytest.raises(ValueError, match="expected memory_size to be a whole number"):
        Own(0.1).update([parameter])
    assert parameter.data == 1.0


def test_a_decrease_that_returns_nothing_is_refused() -> None:
    class Own(Optimizer):
        def decrease(self, data: Any, grad: Any, rate: Any, memory: Any) -> Any:
            pass

    parameter = Parameter(1.0)
    with pytest.raises(TypeError, match=r"expected a number from .*Own\.decrease, received None"):
        Own(0.1).update([parameter])
    assert parameter.data == 1.0


# --------------------------------------------------------------------------- clipping

# Two layers of two neurons; the lengths are 5 of the first weights, 13 of the first biases, 1 of
# the second weights and 0 of the second biases.
GRADIENTS = {
    "layer1.neuron1.w1": 3.0, "layer1.neuron2.w1": 4.0,
    "layer1.neuron1.b": 5.0, "layer1.neuron2.b": -12.0,
    "layer2.neuron1.w1": 0.6, "layer2.neuron1.w2": -0.8, "layer2.neuron1.b": 0.0,
    "alone": 8.0, "other": -6.0,
}  # fmt: skip


def steps_of(**clipping: Any) -> list[float]:
    """Return by how much each parameter goes down at a learning rate of 1."""
    parameters = [Parameter(0.0, label) for label in GRADIENTS]
    for parameter, grad in zip(parameters, GRADIENTS.values(), strict=True):
        parameter.grad = grad
    Plain(1.0, **clipping).update(parameters)
    return [-parameter.data for parameter in parameters]


@pytest.mark.parametrize(
    ("clipping", "expected"),
    [
        ({}, list(GRADIENTS.values())),
        ({"clipvalue": 4.0}, [3.0, 4.0, 4.0, -4.0, 0.6, -0.8, 0.0, 4.0, -4.0]),
        # Each variable by itself: weights of a layer, biases of a layer, a parameter in no layer.
        ({"clipnorm": 1.0}, [3 / 5, 4 / 5, 5 / 13, -12 / 13, 0.6, -0.8, 0.0, 1.0, -1.0]),
        ({"clipnorm": 5.0}, [3.0, 4.0, 25 / 13, -60 / 13, 0.6, -0.8, 0.0, 5.0, -5.0]),
        ({"clipnorm": 6.5}, [3.0, 4.0, 2.5, -6.0, 0.6, -0.8, 0.0, 6.5, -6.0]),
        ({"global_clipnorm": 1000.0}, list(GRADIENTS.values())),
        (
            {"global_clipnorm": 1.0},  # 25 + 169 + 1 + 64 + 36 are the square of the whole length
            [grad / 295**0.5 for grad in GRADIENTS.values()],
        ),
    ],
)
def test_gradients_beyond_a_length_are_made_as_long_as_that(
    clipping: dict[str, float], expected: list[float]
) -> None:
    assert steps_of(**clipping) == pytest.approx(expected)


@pytest.mark.parametrize("names", [("clipvalue", "clipnorm"), ("clipnorm", "global_clipnorm")])
def test_one_way_of_clipping_is_taken_and_not_two(names: tuple[str, str]) -> None:
    both: Any = dict.fromkeys(names, 0.5)
    for make in (SGD, RMSprop, Adam, AdamW):
        for name in names:
            one: Any = {name: 0.5}
            assert getattr(make(**one), name) == 0.5
        with pytest.raises(ValueError, match="expected one of clipvalue, clipnorm and global_cl"):
            make(**both)


@pytest.mark.parametrize("name", ["clipnorm", "global_clipnorm"])
def test_lengths_are_of_many_gradients_and_so_of_none_alone(name: str) -> None:
    clipped = SGD(**{name: 1.0})  # type: ignore[arg-type]  # a number
    with pytest.raises(TypeError, match="clipnorm looks at many gradients at once"):
        clipped.moved(0.0, 1.0, 0.1, [0.0])
    assert SGD(clipvalue=0.5).moved(0.0, 2.0, 0.1, [0.0]) == pytest.approx(-0.05)


# -------------------------------------------------------------------- names and rates


def test_a_rate_falls_along_a_curve_or_in_steps() -> None:
    curve = ExponentialDecay(0.8, decay_steps=4, decay_rate=0.25)
    assert [curve(step) for step in (0, 2, 4, 6)] == pytest.approx([0.8, 0.4, 0.2, 0.1])
    stairs = ExponentialDecay(0.8, 4, 0.25, staircase=True)
    assert [stairs(step) for step in (0, 3, 4, 7, 8)] == pytest.approx([0.8, 0.8, 0.2, 0.2, 0.05])
    rated = Plain(stairs)
    assert [rated.next_rate() for _ in range(5)] == pytest.approx([0.8] * 4 + [0.2])
    assert rated.iterations == 5
    assert rated.current_rate() == pytest.approx(0.2)


def test_a_step_of_a_gradient_of_0_is_0_even_without_an_epsilon() -> None:
    for make in (Adam, RMSprop):
        parameter = Parameter(2.0)
        parameter.grad = 0.0
        make(0.1, epsilon=0.0).update([parameter])
        assert parameter.data == 2.0


def test_an_optimizer_is_equal_to_itself_alone_and_shown_as_an_object() -> None:
    for make in (SGD, RMSprop, Adam, AdamW, lambda: ExponentialDecay(1, 1, 1)):
        assert len({make(), make()}) == 2
        assert repr(make()).startswith("<nn.optimizers.")


def test_an_optimizer_is_taken_by_its_name_or_as_it_is() -> None:
    for name, kind in (("sgd", SGD), ("rmsprop", RMSprop), ("adam", Adam), ("adamw", AdamW)):
        assert type(optimizers.get(name)) is kind
    own = SGD(0.25)
    assert optimizers.get(own) is own
    for wrong in (SGD, "sdg", 3):
        with pytest.raises(ValueError, match=r"unknown optimizer: .* \(must be one of sgd, rms"):
            optimizers.get(wrong)  # type: ignore[arg-type]  # a mistake
    with pytest.raises(TypeError, match=r"SGD takes no lr: write SGD\(learning_rate=0.1\)"):
        SGD(lr=0.1)  # type: ignore[call-arg]  # a mistake
    with pytest.raises(TypeError, match="expected learning_rate as a number, received list"):
        SGD([Parameter(1.0)])  # type: ignore[arg-type]  # a mistake
    with pytest.raises(TypeError, match=r"expected momentum as a number, as in SGD\(momentum=0.1"):
        SGD(0.1, momentum="high")  # type: ignore[arg-type]  # a mistake
