"""Training that goes wrong says so, once; training that does not is not told a word."""

import itertools
import math
import random
import re
import statistics
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

import autograd
import nn
from autograd import Parameter
from nn import Activation, Dense, Sequential, datasets
from nn.initializers import Constant, RandomUniform
from nn.layers import KerasLayer
from nn.optimizers import SGD, Adam, ExponentialDecay, RMSprop
from nn.training.watching import Watch


@pytest.fixture(autouse=True, params=[True, False], ids=["compiled", "on graphs"])
def jit_compile(request: pytest.FixtureRequest) -> bool:
    """Every test holds for models that run on compiled code, and on graphs."""
    return bool(request.param)


def warned(run: Callable[[], Any]) -> list[warnings.WarningMessage]:
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        run()
    return found


class Idle:
    """In the place of a `Watch`: what a training is without one."""

    is_lost = True

    def __init__(self, *_: Any) -> None:
        """Take what a `Watch` takes."""

    def on_train_end(self) -> None:
        """Have a hook, as callbacks must."""

    @staticmethod
    def is_due(_: int) -> bool:
        """Look at no layer."""
        return False


# ------------------------------------------------------------------- losses that are lost


def line(loss: Any, optimizer: Any, *, jit_compile: bool) -> Sequential:
    model = Sequential([Dense(1, kernel_initializer=Constant(1.0), use_bias=False, input_dim=1)])
    model.compile(optimizer, loss, jit_compile=jit_compile)
    return model


@pytest.mark.parametrize("batch_size", [1, 2, 5])
@pytest.mark.parametrize("rate", [3.0, 1e3, 1e80])
def test_an_infinite_loss_names_its_epoch_its_batch_and_its_node(
    rate: float, batch_size: int, jit_compile: bool
) -> None:
    x, y = [1.0, 2.0, -1.0, 0.5, 1.5], [0.5, 0.0, 1.0, 0.0, 2.0]
    weight, place = 1.0, ""
    for epoch, start in itertools.product(range(400), range(0, 5, batch_size)):  # plain floats
        rows = [*zip(x, y, strict=True)][start : start + batch_size]
        squares = [(weight * a - b) * (weight * a - b) for a, b in rows]
        if not all(map(math.isfinite, squares)):
            place = f"epoch {epoch + 1}, batch {start // batch_size + 1}"
            break
        weight -= rate * sum(2 * (weight * a - b) * a for a, b in rows) / len(rows)
    assert place
    model = line("mse", SGD(rate), jit_compile=jit_compile)
    (found,) = warned(
        lambda: model.fit(
            [[number] for number in x], y, batch_size, epochs=400, shuffle=False, verbose=0
        )
    )
    text = str(found.message)
    assert found.category is RuntimeWarning
    assert found.filename == __file__
    assert f"the loss is inf in {place}. There, pow gave inf in the forward pass, from " in text
    assert "a smaller learning rate, or inputs as (x - mean) / standard deviation" in text


def test_a_loss_that_is_nan_names_the_first_node_by_its_name(jit_compile: bool) -> None:
    def entropy(y_true: Any, y_pred: Any) -> Any:
        return -autograd.log(y_pred[0][0]) * y_true[0][0]

    model = line(entropy, SGD(10.0), jit_compile=jit_compile)
    (found,) = warned(
        lambda: model.fit([[2.0], [-2.0], [1.0]], [1, 1, 1], 1, epochs=3, shuffle=False, verbose=0)
    )
    # -ln(2w) has the slope -1/w: w goes from 1 to 11, and -22 has no logarithm.
    assert re.search(
        r"the loss is nan in epoch 1, batch 2\. There, log gave nan in the forward pass, from"
        r" output\.neuron1 = -22\.\d*\.? Begin",
        str(found.message),
    ), found.message


def test_a_gradient_that_was_nan_before_the_loss_is_named(jit_compile: bool) -> None:
    def edge(_: Any, y_pred: Any) -> Any:  # the derivative of a square root at 0 is infinite
        return autograd.sum([autograd.sqrt(p - p) for (p,) in y_pred]) + y_pred[0][0]

    model = line(edge, SGD(0.1), jit_compile=jit_compile)
    x = [[1.0], [2.0], [3.0]]
    (found,) = warned(lambda: model.fit(x, [0, 0, 0], 1, epochs=2, shuffle=False, verbose=0))
    text = str(found.message)
    assert "the loss is nan in epoch 1, batch 2. In the batch before it, sqrt gave the" in text


def test_where_weights_are_nan_before_an_epoch_no_node_is_blamed(jit_compile: bool) -> None:
    model = line("mse", SGD(0.1), jit_compile=jit_compile)
    model.parameters()[0].data = math.nan
    (found,) = warned(lambda: model.fit([[1.0]], [1.0], epochs=2, verbose=0))
    assert "in epoch 1, batch 1. There, a leaf was given nan; expected a finite" in str(
        found.message
    )


class Scaled(KerasLayer):
    """A layer with a parameter that is no neuron's, which only graphs can train."""

    def __init__(self) -> None:
        super().__init__()
        self.factor = Parameter(1.0, "factor")

    def forward(self, inputs: Any) -> list[Any]:
        return [self.factor * number for number in inputs[0]]

    def output_size(self, sizes: Any) -> int:
        return int(sizes[0])

    def parameters(self) -> list[Parameter]:
        return [self.factor]


def test_a_model_with_parameters_of_its_own_is_watched_as_far_as_that_goes() -> None:
    model = Sequential([Dense(1, "tanh", kernel_initializer=Constant(1.0), input_dim=1), Scaled()])
    model.compile(SGD(3.0), "mse", jit_compile=False)
    assert warned(lambda: model.fit([[1.0], [0.5], [0.1]], [0, 0, 0], verbose=0)) == []
    model.compile(SGD(1e200), "mse", jit_compile=False)
    found = warned(lambda: model.fit([[1.0], [0.5], [0.1]], [0, 0, 0], epochs=4, verbose=0))
    assert re.match(r"the loss is inf in epoch 2, batch 1\. Begin", str(found[-1].message))


def test_detect_anomaly_raises_instead(jit_compile: bool) -> None:
    model = line("mse", SGD(1e200), jit_compile=jit_compile)
    with autograd.detect_anomaly(), pytest.raises(FloatingPointError, match="pow gave inf"):
        model.fit([[1e200]], [1.0], epochs=4, verbose=0)  # and the inputs' size is not warned of


@pytest.mark.parametrize("between", [False, True])
@pytest.mark.parametrize(
    "make",
    [
        *(lambda: SGD(100.0), lambda: SGD(3.0, momentum=0.9), lambda: Adam(1e200)),
        lambda: SGD(ExponentialDecay(50.0, 3, 0.9)),
        *(lambda: SGD(0.1), lambda: Adam(0.01), lambda: RMSprop(0.01)),
    ],
)
def test_a_training_that_is_watched_is_the_same_to_the_last_bit(
    make: Callable[[], Any], between: bool, jit_compile: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    x, y = datasets.moons(30)
    found: list[Any] = []

    class Between:
        def on_train_batch_end(self, batch: int) -> None:
            seen.append((batch, [repr(p.data) for p in model.parameters()]))

    for watch in (Watch, Idle):
        monkeypatch.setattr("nn.training.trainer.Watch", watch)
        nn.set_random_seed(2)
        seen: list[Any] = []
        model = Sequential([Dense(3, "tanh", input_dim=2), Dense(1)])
        model.compile(make(), "mse", jit_compile=jit_compile)
        followers = Between() if between else None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            history = model.fit(x, y, 7, epochs=20, verbose=0, callbacks=followers)
        state = [(p.data, p.grad, p.has_grad) for p in model.parameters()]
        memory = [model.optimizer.memory(p) for p in model.parameters()]
        found.append(repr((history.history, seen, state, memory, model.optimizer.iterations)))
    assert found[0] == found[1]


@pytest.mark.parametrize("between", [False, True])
@pytest.mark.parametrize(
    "make",
    [
        *(lambda: SGD(100.0), lambda: SGD(0.6), lambda: SGD(0.3, momentum=0.9)),
        lambda: Adam(1e78),
        lambda: SGD(ExponentialDecay(60.0, 2, 0.7)),
    ],
)
def test_compiled_training_names_the_same_batch_and_node_as_training_on_graphs(
    make: Callable[[], Any], between: bool
) -> None:
    class Between:
        def on_train_batch_end(self, batch: int) -> None:
            """Watch every batch, so that parameters are kept up to date."""

    x, y = datasets.moons(40)
    texts = []
    for jit_compile in (True, False):
        nn.set_random_seed(2)
        model = Sequential([Dense(3, input_dim=2), Dense(1)])
        model.compile(make(), "mse", jit_compile=jit_compile)
        followers = Between() if between else None
        (found,) = warned(partial(model.fit, x, y, 3, 300, verbose=0, callbacks=followers))
        assert "inf in the forward pass, from output.neuron1" in str(found.message)
        texts.append(re.sub(r"\.\d+e", "e", str(found.message)))  # the last digits may differ
    assert texts[0] == texts[1]


# --------------------------------------------------------------- layers that learn no more


def network(activation: str, optimizer: Any, *, jit_compile: bool, layers: int = 1) -> Sequential:
    nn.set_random_seed(4)
    hidden = [Dense(4, activation) for _ in range(layers)]
    model = Sequential([*hidden, Dense(1, "sigmoid")])
    model.compile(optimizer, "binary_crossentropy", jit_compile=jit_compile)
    return model


def slopes(model: Sequential, rows: Any) -> list[float]:
    """The derivative of each hidden unit's activation, for each row, from its number alone."""
    layer: Any = model.layers[0]
    found = []
    for row, neuron in itertools.product(rows, layer.neurons):
        *weights, bias = (parameter.data for parameter in neuron.parameters())
        z = sum(weight * x for weight, x in zip(weights, row, strict=True)) + bias
        name = nn.activations.name_of(layer.activation)
        small = math.exp(-abs(z))
        found.append(
            {"relu": float(z > 0), "sigmoid": small / (1 + small) ** 2}.get(
                name, 4 * small**2 / (1 + small**2) ** 2
            )
        )
    return found


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
@pytest.mark.parametrize("rate", [1e3, 1e5])
def test_a_rate_that_saturates_all_hidden_units_is_named_once(
    activation: str, rate: float, jit_compile: bool
) -> None:
    x, y = datasets.moons(40)
    model = network(activation, SGD(rate), jit_compile=jit_compile)
    (found,) = warned(lambda: model.fit(x, y, epochs=20, verbose=0))
    assert max(slopes(model, x)) < 1e-6
    assert found.category is RuntimeWarning
    assert found.filename == __file__
    text = str(found.message)
    assert re.match(
        r"after epoch (1|4|16), all units of hidden1 are saturated or dead on every sample", text
    )
    assert "a smaller learning rate" in text


def test_units_of_relu_that_die_are_named(jit_compile: bool) -> None:
    x, y = datasets.xor()
    model = network("relu", SGD(1e3), jit_compile=jit_compile)
    (found,) = warned(lambda: model.fit(x, y, epochs=1, verbose=0))  # in one step
    assert set(slopes(model, x)) == {0.0}
    assert "after epoch 1, all units of hidden1 are saturated or dead on" in str(found.message)


def test_all_layers_that_are_dead_are_named(jit_compile: bool) -> None:
    x, y = datasets.moons(20)
    model = network("tanh", SGD(1e4), jit_compile=jit_compile, layers=2)
    (found,) = warned(lambda: model.fit(x, y, epochs=3, verbose=0))
    assert "all units of hidden1 and hidden2 are" in str(found.message)


def test_an_activation_that_is_a_layer_of_its_own_counts(jit_compile: bool) -> None:
    x, y = datasets.moons(20)
    nn.set_random_seed(1)
    model = Sequential([Dense(3), Activation("tanh"), Dense(1, "sigmoid")])
    model.compile(SGD(1e5), "binary_crossentropy", jit_compile=jit_compile)
    (found,) = warned(lambda: model.fit(x, y, epochs=10, verbose=0))
    assert "all units of hidden1 are" in str(found.message)


def test_linear_units_do_not_saturate_however_small_the_weights_behind_them_are() -> None:
    model = Sequential([Dense(2, input_dim=1), Dense(2, "tanh"), Dense(1)])
    x, y = [[1.0], [2.0]], [[0.0], [0.0]]
    model.data(x, y)  # which builds it
    for number, flat in [(1e-9, set()), (1e3, {"hidden2"})]:
        for parameter in model.parameters():
            parameter.data = number
        assert Watch(model, x, y)._flat_layers() == flat


@pytest.mark.parametrize("epochs", [1, 10])
def test_units_that_were_dead_before_the_training_are_named_as_such(
    jit_compile: bool, epochs: int
) -> None:
    x, y = datasets.xor()
    model = Sequential(
        [Dense(3, "relu", bias_initializer=Constant(-9.0), input_dim=2), Dense(1, "sigmoid")]
    )
    model.compile(SGD(0.1), "binary_crossentropy", jit_compile=jit_compile)
    (found,) = warned(lambda: model.fit(x, y, epochs=epochs, verbose=0))
    assert re.match(
        r"after epoch (1|4), all units of hidden1 are saturated or dead on every sample, as they"
        " were at the beginning: .* biases of 0",
        str(found.message),
    )


@pytest.mark.parametrize("batch_size", [1, 4, 40])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("make", [lambda: SGD(0.5), lambda: Adam(0.03)])
def test_honest_training_is_not_told_a_word(
    activation: str, make: Any, batch_size: int, jit_compile: bool
) -> None:
    x, y = datasets.circles(40)
    model = network(activation, make(), jit_compile=jit_compile)
    epochs = 60 if jit_compile else 8
    assert warned(lambda: model.fit(x, y, batch_size, epochs=epochs, verbose=0)) == []


def test_a_network_that_has_learned_its_data_by_heart_is_not_told_a_word() -> None:
    x, y = datasets.xor()
    model = network("tanh", Adam(0.1), jit_compile=True)
    found = warned(lambda: model.fit(x, y, epochs=4096, verbose=0))
    assert model.evaluate(x, y, verbose=0, return_dict=True)["loss"] < 1e-5  # type: ignore[call-overload, index]
    assert found == []


def test_vanishing_gradients_of_a_deep_network_are_no_fault_of_the_rate(jit_compile: bool) -> None:
    x, y = datasets.moons(20)
    model = network("sigmoid", SGD(0.1), jit_compile=jit_compile, layers=12)
    assert warned(lambda: model.fit(x, y, epochs=4, verbose=0)) == []
    *_, output = model.layers
    first: Any = model.layers[0]
    sizes = [max(abs(p.grad) for p in layer.parameters()) for layer in (first, output)]
    assert sizes[0] < 1e-6 * sizes[1]


# ------------------------------------------------- layers that are stuck from the beginning


def people(seed: int, count: int = 30) -> tuple[list[list[float]], list[float]]:
    """Heights in cm and weights in kg, and which of two groups each is of."""
    rng = random.Random(seed)  # noqa: S311  # no secret
    x, y = [], []
    for _ in range(count):
        y.append(float(rng.random() < 0.5))
        x.append([rng.gauss(178 if y[-1] else 165, 6), rng.gauss(80 if y[-1] else 62, 8)])
    return x, y


@pytest.mark.parametrize("seed", [1, 3])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
@pytest.mark.parametrize("make", [lambda: SGD(0.1), lambda: SGD(0.01), lambda: Adam(0.001)])
def test_units_that_inputs_saturate_from_the_beginning_are_named_once(
    make: Any, activation: str, seed: int, jit_compile: bool
) -> None:
    x, y = people(seed)
    nn.set_random_seed(seed)
    model = Sequential([Dense(4, activation), Dense(1, "sigmoid")])
    model.compile(make(), "binary_crossentropy", jit_compile=jit_compile)
    (found,) = warned(lambda: model.fit(x, y, epochs=20, verbose=0))
    assert found.category is RuntimeWarning
    assert found.filename == __file__
    largest = max(row[0] for row in x)
    assert re.fullmatch(
        r"after epoch (4|16|20), the units of hidden1 are saturated or dead on nearly every sample,"
        r" as they were at the beginning, and one number for all samples would predict as well: x1"
        rf" goes up to {largest:g}, so give \(x - mean\) / standard deviation",
        str(found.message),
    ), found.message
    share = sum(y) / len(y)
    entropy = -share * math.log(share) - (1 - share) * math.log(1 - share)
    loss = model.evaluate(x, y, verbose=0, return_dict=True)["loss"]  # type: ignore[call-overload, index]
    assert loss > 0.94 * entropy
    # Scaled as the warning says, the network learns, and is not told a word.
    columns = [*zip(*x, strict=True)]
    means = [statistics.fmean(column) for column in columns]
    deviations = [statistics.pstdev(column) for column in columns]
    scaled = [[(a - m) / d for a, m, d in zip(row, means, deviations, strict=True)] for row in x]
    nn.set_random_seed(seed)
    model = Sequential([Dense(4, activation), Dense(1, "sigmoid")])
    model.compile(SGD(1.0), "binary_crossentropy", jit_compile=jit_compile)
    assert warned(lambda: model.fit(scaled, y, epochs=20, verbose=0)) == []
    assert model.evaluate(scaled, y, verbose=0, return_dict=True)["loss"] < 0.7 * entropy  # type: ignore[call-overload, index]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("make", [lambda: SGD(0.1), lambda: SGD(0.01), lambda: Adam(0.01)])
def test_logistic_regression_far_off_centre_that_never_learns_is_told_to_scale(
    make: Any, seed: int, jit_compile: bool
) -> None:
    x, y = people(seed)
    nn.set_random_seed(seed)
    model = Sequential([Dense(1, "sigmoid")])
    model.compile(make(), "binary_crossentropy", jit_compile=jit_compile)
    (found,) = warned(lambda: model.fit(x, y, epochs=20, verbose=0))
    assert found.category is RuntimeWarning
    assert found.filename == __file__
    heights = [row[0] for row in x]
    share = sum(y) / len(y)
    entropy = -share * math.log(share) - (1 - share) * math.log(1 - share)
    assert re.fullmatch(
        rf"after epoch 20, the loss is [\d.]+( and does not go on falling)?, where one number for"
        rf" all samples has {entropy:.3g}: x1 is about {statistics.fmean(heights):.3g} \+-"
        rf" {statistics.pstdev(heights):.2g}, so give \(x - mean\) / standard deviation",
        str(found.message),
    ), found.message


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_a_rate_that_saturates_a_part_of_the_units_is_told_to_be_smaller(
    activation: str, seed: int, jit_compile: bool
) -> None:
    nn.set_random_seed(seed)
    model = Sequential([Dense(4, activation), Dense(1, "sigmoid")])
    model.compile(SGD(1000.0), "mse", jit_compile=jit_compile)
    (found,) = warned(lambda: model.fit(*datasets.xor(), epochs=50, verbose=0))
    assert "the loss is 0.5 and does not go on falling" in str(found.message)
    assert "one number for all samples has 0.25: begin anew with a smaller" in str(found.message)


@pytest.mark.parametrize("epochs", [2, 3, 6])
@pytest.mark.parametrize("make", [lambda: SGD(500.0), lambda: Adam(10.0)])
def test_a_rate_that_makes_the_loss_far_worse_is_named_in_a_short_training(
    make: Any, epochs: int, jit_compile: bool
) -> None:
    nn.set_random_seed(3)
    model = Sequential([Dense(4, "tanh"), Dense(1, "sigmoid")])
    model.compile(make(), "mse", jit_compile=jit_compile)
    x, y = datasets.xor()
    model.data(x, y)  # which builds it
    before = model.evaluate(x, y, verbose=0)
    (found,) = warned(lambda: model.fit(x, y, epochs=epochs, verbose=0))
    assert re.fullmatch(
        rf"after epoch {epochs}, the loss is 0.5, where it was {before:.3g} before the training,"
        r" and one number for all samples has 0.25: begin anew with a smaller learning rate, .*",
        str(found.message),
    ), found.message


def test_a_loss_that_falls_or_that_had_few_epochs_is_not_spoken_of(jit_compile: bool) -> None:
    x = [[-1.0 + 0.1 * k] for k in range(20)]
    y = [100.0 + row[0] for row in x]
    for optimizer, epochs in ((Adam(0.01), 30), (SGD(1.0), 3)):  # the latter swings for ever
        model = Sequential([Dense(1)])
        model.compile(optimizer, "mse", jit_compile=jit_compile)
        history = model.fit(x, y, epochs=1, verbose=0).history["loss"]
        assert history[-1] > 1.0
        assert warned(lambda: model.fit(x, y, epochs=epochs, verbose=0)) == []  # noqa: B023


def test_a_loss_of_the_user_is_not_compared_with_one_number(jit_compile: bool) -> None:
    class OfValues(nn.losses.Loss):
        def sample(self, y_true: Any, y_pred: Any) -> Any:
            return (y_pred[0] - y_true[0]).abs()  # no float has such a method

    model = Sequential([Dense(1)])
    model.compile(SGD(1.0), OfValues(), jit_compile=jit_compile)
    x = [[0.1 * k] for k in range(20)]
    assert warned(lambda: model.fit(x, [k % 2 for k in range(20)], epochs=20, verbose=0)) == []


@pytest.mark.parametrize("epochs", [1, 3, 10])
def test_clipped_labels_of_a_spelt_out_sigmoid_are_named(epochs: int, jit_compile: bool) -> None:
    def spelt_out(z: Any) -> Any:
        return 1.0 / (1.0 + autograd.exp(-z))

    model = Sequential([Dense(1, spelt_out, kernel_initializer=Constant(1.0), input_dim=1)])
    model.compile(SGD(0.1), "binary_crossentropy", jit_compile=jit_compile)
    x, y = [[50.0 * k] for k in (-2, -1, 1, 2)], [1, 1, 0, 0]  # all on the wrong side
    found = warned(lambda: model.fit(x, y, epochs=epochs, shuffle=False, verbose=0))
    assert any("which is clipped: its gradient is 0" in str(w.message) for w in found)
    assert {w.filename for w in found} == {__file__}


def test_labels_that_are_clipped_in_a_training_alone_are_named(jit_compile: bool) -> None:
    nn.set_random_seed(1)
    first = Dense(1, "sigmoid", kernel_initializer=Constant(60.0), input_dim=1)
    model = Sequential([first, nn.layers.GaussianNoise(0.1)])
    model.compile(SGD(0.1), "binary_crossentropy", jit_compile=jit_compile)
    found = warned(lambda: model.fit([[1.0], [-1.0], [1.0]], [0, 1, 0], epochs=2, verbose=0))
    assert any("which is clipped: its gradient is 0" in str(w.message) for w in found)
    rows, state = [[0.1], [0.2]], nn.randomness.generator.getstate()
    rehearsed = [[y.data for y in outputs] for outputs in model.rehearsed(rows)]
    assert nn.randomness.generator.getstate() == state
    assert rehearsed == [[y.data for y in outputs] for outputs in model.training_outputs(rows)]


def test_noise_of_none_leaves_the_scores_to_the_loss(jit_compile: bool) -> None:
    none = [nn.layers.Dropout(0.0), nn.layers.GaussianNoise(0.0)]
    first = Dense(1, "sigmoid", kernel_initializer=Constant(60.0), input_dim=1)
    model = Sequential([first, *none])
    model.compile(SGD(0.1), "binary_crossentropy", jit_compile=jit_compile)
    before = model.evaluate([[1.0]], [0.0], verbose=0)
    assert [before] == model.fit([[1.0]], [0.0], verbose=0).history["loss"] == [60.0]


def test_what_is_said_of_a_lost_loss_can_be_read(jit_compile: bool) -> None:
    rng = random.Random(1)  # noqa: S311  # no secret
    x = [[rng.gauss(0.0, 3.0) for _ in range(12)] for _ in range(40)]
    nn.set_random_seed(1)
    model = Sequential([Dense(8, "relu"), Dense(8, "relu"), Dense(1)])
    model.compile(SGD(1e4), "mse", jit_compile=jit_compile)
    (found,) = warned(lambda: model.fit(x, [sum(row) for row in x], epochs=30, verbose=0))
    assert "dot gave inf" in str(found.message)
    assert "and 14 more, in the error that detect_anomaly() raises" in str(found.message)
    assert len(str(found.message)) <= 400
    nn.set_random_seed(1)
    model = Sequential([Dense(8, "relu"), Dense(8, "relu"), Dense(1)])
    model.compile(SGD(1e4), "mse")
    with pytest.raises(FloatingPointError) as info, autograd.detect_anomaly():
        model.fit(x, [sum(row) for row in x], epochs=30, verbose=0)
    assert len(str(info.value)) <= 400
    node = info.value.node  # type: ignore[attr-defined]
    assert len(node.parents) == 17


def test_a_branch_that_was_not_chosen_is_not_what_made_a_loss_infinite(jit_compile: bool) -> None:
    def steep(z: Any) -> Any:
        return autograd.where(autograd.greater(z, 0.0), autograd.log(z), 1e200)

    model = Sequential([Dense(1, steep, kernel_initializer=Constant(1.0), input_dim=1)])
    model.compile(SGD(0.1), "mse", jit_compile=jit_compile)
    (found,) = warned(lambda: model.fit([[-1.0]], [0.0], epochs=1, verbose=0))
    assert "There, pow gave inf in the forward pass" in str(found.message)


def test_a_regression_that_is_stuck_is_named_after_its_only_epoch(jit_compile: bool) -> None:
    x, _ = people(1)
    nn.set_random_seed(1)
    model = Sequential([Dense(3, "tanh"), Dense(1)])
    model.compile(SGD(0.01), "mse", jit_compile=jit_compile)
    (found,) = warned(lambda: model.fit([row[:1] for row in x], [row[1] for row in x], verbose=0))
    assert "after epoch 1, the units of hidden1 are" in str(found.message)


def test_weights_that_saturate_from_the_beginning_are_named(jit_compile: bool) -> None:
    x, _ = datasets.moons(30)
    nn.set_random_seed(1)
    large = RandomUniform(-300.0, 300.0)
    model = Sequential(
        [Dense(3, "tanh"), Dense(3, "tanh", kernel_initializer=large), Dense(1, "sigmoid")]
    )
    model.compile(SGD(1e-5), "binary_crossentropy", jit_compile=jit_compile)
    found = warned(
        lambda: model.fit(x, [0.3 + 0.1 * (k % 5) for k in range(30)], epochs=4, verbose=0)
    )
    assert [str(w.message).partition("predict as well")[2] for w in found] == [
        ": begin with smaller weights and biases"
    ]
    assert "the units of hidden2 are" in str(found[0].message)


def test_saturated_units_that_tell_the_samples_apart_are_not_told_a_word(jit_compile: bool) -> None:
    x = [[100.0], [120.0], [180.0], [200.0]]
    model = Sequential([Dense(1, "tanh", input_dim=1), Dense(1, "sigmoid")])
    model.compile(SGD(0.1), "binary_crossentropy", jit_compile=jit_compile)
    model.set_weights([[[1.0]], [-150.0], [[3.0]], [0.0]])
    assert max(slopes(model, x)) < 1e-6
    assert warned(lambda: model.fit(x, [0, 0, 1, 1], epochs=20, verbose=0)) == []


def test_targets_that_are_all_the_same_leave_nothing_to_learn(jit_compile: bool) -> None:
    x, _ = people(1)
    model = network("tanh", SGD(0.1), jit_compile=jit_compile)
    assert warned(lambda: model.fit(x, [1.0] * len(x), epochs=4, verbose=0)) == []


def healthy() -> dict[str, tuple[Any, Any, list[Any], Any, str]]:
    """Twenty trainings that go well: inputs, targets, layers, optimizer and loss."""
    rng = random.Random(1)  # noqa: S311  # no secret
    centres = ((5.0, 3.4, 1.5, 0.2), (5.9, 2.8, 4.3, 1.3), (6.6, 3.0, 5.6, 2.0))
    iris = (
        [[rng.gauss(m, 0.3) for m in centres[k % 3]] for k in range(45)],
        [k % 3 for k in range(45)],
    )
    sine = [[-3.0 + 0.15 * k] for k in range(41)], [math.sin(-3.0 + 0.15 * k) for k in range(41)]
    lines = [[0.1 * k, 9.0 - 0.2 * k] for k in range(40)], [0.03 * k - 0.5 for k in range(40)]
    data = {
        "xor": (*datasets.xor(), [Dense(1, "sigmoid")], "binary_crossentropy"),
        "moons": (*datasets.moons(40), [Dense(1, "sigmoid")], "binary_crossentropy"),
        "circles": (*datasets.circles(40), [Dense(1)], "mse"),
        "iris": (
            iris[0],
            nn.to_categorical(iris[1]),
            [Dense(3, "softmax")],
            "categorical_crossentropy",
        ),
        "sine": (*sine, [Dense(1)], "mse"),
        "lines": (*lines, [Dense(1)], "mse"),
    }
    hidden: dict[str, Callable[[], list[Any]]] = {
        "tanh": lambda: [Dense(6, "tanh")],
        "deep sigmoid": lambda: [Dense(6, "sigmoid"), Dense(6, "sigmoid")],
        "relu": lambda: [Dense(8, "relu")],
        "deep relu": lambda: [Dense(6, "relu") for _ in range(4)],
    }
    return {
        f"{name}, {kind}": (x, y, [*layers(), *output], Adam(0.01), loss)
        for name, (x, y, output, loss) in data.items()
        for kind, layers in hidden.items()
    }


@pytest.mark.parametrize("name", healthy())
def test_no_healthy_training_is_told_a_word(name: str, jit_compile: bool) -> None:
    x, y, layers, optimizer, loss = healthy()[name]
    nn.set_random_seed(3)
    model = Sequential(layers)
    model.compile(optimizer, loss, jit_compile=jit_compile)
    assert warned(lambda: model.fit(x, y, epochs=80 if jit_compile else 5, verbose=0)) == []


# ------------------------------------------------------------------------------- inputs


def fitted(x: Any, jit_compile: bool) -> list[warnings.WarningMessage]:
    model = Sequential([Dense(1, kernel_initializer="zeros")])
    model.compile(SGD(0.0), "mse", jit_compile=jit_compile)
    return warned(lambda: model.fit(x, [0.0] * len(x), epochs=3, verbose=0))


@pytest.mark.parametrize(
    ("x", "sizes"),
    [
        ([[0.5, 300.0], [-0.9, -10.0], [0.1, 55.0]], "x1 goes up to 0.9 and x2 goes up to 300"),
        ([[900.0, 1.0], [12.0, -8.0], [40.0, 3.0]], "x2 goes up to 8 and x1 goes up to 900"),
        ([[1990.0], [2001.0], [2020.0]], "x1 goes up to 2020"),
        ([[-25000.0, 1.0]], "x2 goes up to 1 and x1 goes up to 25000"),
        ([[0.0, 1e-4, 1.0]] * 3, "x2 goes up to 0.0001 and x3 goes up to 1"),
    ],
)
def test_inputs_that_are_not_scaled_are_warned_of_once(
    x: list[list[float]], sizes: str, jit_compile: bool
) -> None:
    (found,) = fitted(x, jit_compile)
    assert found.category is UserWarning
    assert found.filename == __file__
    assert f"the inputs are not scaled: {sizes}, and no learning" in str(found.message)
    assert "give (x - mean) / standard deviation" in str(found.message)


@pytest.mark.parametrize(
    "x",
    [
        [[60.0, 80.0, 5.0], [70.0, 75.0, 8.0], [40.0, 51.0, 10.0]],  # the notes' students
        [[170.0, 70.0], [181.0, 80.0], [165.0, 55.0]],
        [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]],
        [[0.0, 999.0], [0.0, 10.0], [0.0, 1.0]],  # a column of zeros has no size
        [[1.0, 99.0, -100.0], [0.5, 3.0, 2.0], [0.1, 0.1, 0.1]],
        [[0.001, 1.0], [0.002, 0.3]],  # two samples do not show how large a column is
        [[0.0], [0.0]],
    ],
)
def test_inputs_of_about_one_size_are_not_warned_of(
    x: list[list[float]], jit_compile: bool
) -> None:
    assert fitted(x, jit_compile) == []


def test_scaled_as_the_warning_says_the_inputs_are_not_warned_of(jit_compile: bool) -> None:
    rows = [[1.0 * k, 5000.0 - 40.0 * k * k] for k in range(10)]
    assert fitted(rows, jit_compile) != []
    columns = []
    for column in zip(*rows, strict=True):
        mean = sum(column) / 10
        deviation = math.sqrt(sum((x - mean) ** 2 for x in column) / 10)
        columns.append([(x - mean) / deviation for x in column])
    assert fitted([*map(list, zip(*columns, strict=True))], jit_compile) == []


def test_one_sample_does_not_show_that_a_unit_is_dead_for_all(jit_compile: bool) -> None:
    # One step of the notes' example, whose gradients of -19,303 make z1 a number of thousands.
    model = Sequential([Dense(2, "sigmoid", input_dim=3), Dense(1)])
    model.compile(SGD(0.001), "mse", jit_compile=jit_compile)
    kernel = [[0.1, 0.2], [0.1, 0.2], [0.1, 0.2]]
    model.set_weights([kernel, [-15.0, -32.0], [[12.0], [9.0]], [20.0]])
    assert warned(lambda: model.fit([[60.0, 80.0, 5.0]], [82.0], verbose=0)) == []
    assert max(slopes(model, [[60.0, 80.0, 5.0]])) < 1e-6
