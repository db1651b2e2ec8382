"""What people know from Keras: no difference without a word, and what surrounds a training."""

import csv
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import autograd
import nn
from nn import Dense, Input, Model, Sequential, callbacks, layers, losses, set_random_seed
from nn.initializers import Constant
from nn.optimizers import SGD, Adam

if TYPE_CHECKING:
    from tests.arrays import lists
else:
    from arrays import lists

X = [[0.5, -1.0], [1.5, 2.0], [-0.25, 0.75], [2.0, 1.0], [0.0, -0.5], [1.0, 1.0]]
Y = [0.0, 1.0, 1.0, 0.0, 1.0, 0.0]


@pytest.fixture(params=[True, False], ids=["compiled", "on graphs"])
def way(request: pytest.FixtureRequest) -> bool:
    """A test holds for models that run on compiled code, and on graphs."""
    return bool(request.param)


def made(*parts: Any, way: Any = False, loss: Any = "mse", **settings: Any) -> Sequential:
    set_random_seed(4)
    model = Sequential([Input((2,)), *parts])
    model.compile(SGD(0.1), loss, jit_compile=way, **settings)
    return model


# ------------------------------------------------------- no difference without a word


def test_shares_that_do_not_sum_to_1_are_divided_by_their_sum() -> None:
    assert losses.CategoricalCrossentropy()([[0, 1, 0]], [[1.0, 1.0, 1.0]]) == pytest.approx(
        math.log(3), rel=1e-15
    )


class Table:
    """Looped over as a DataFrame is: it gives the names of its columns."""

    def __init__(self, rows: list[list[float]]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self._rows[0])))

    def to_numpy(self) -> Any:
        return np.array(self._rows)


def test_a_table_of_one_column_is_its_numbers_and_not_its_label() -> None:
    model = Sequential([Dense(1, kernel_initializer=Constant(1.0), input_dim=1)])
    assert lists(model.predict(Table([[4.0], [7.0]]))) == [[4.0], [7.0]]


def test_an_activation_that_is_set_on_a_built_layer_is_the_one_that_works(way: bool) -> None:
    model = made(Dense(3, "relu", kernel_initializer=Constant(-5.0)), way=way)
    model.layers[0].activation = "tanh"
    assert repr(model.layers[0]) == "Dense(3, 'tanh')"
    assert lists(model.predict([[1.0, 0.0]])) == [[pytest.approx(math.tanh(-5.0))] * 3]
    assert nn.layers.Dense(1, "relu").activation is nn.activations.get("relu")
    layer = nn.Layer(1, 1, "relu")
    layer.activation = "linear"
    layer.neurons[0].weights[0].data = -2.0
    assert layer([1.0]).data == layer.neurons[0]([1.0]).data == -2.0  # type: ignore[union-attr]  # one


def test_a_frozen_model_keeps_its_weights_and_a_thawed_one_learns(way: bool) -> None:
    model = made(Dense(3, "tanh"), Dense(1), way=way)
    model.trainable = False
    before = lists(model.get_weights())
    model.fit(X, Y, epochs=2, verbose=0)
    assert lists(model.get_weights()) == before
    model.layers[1].trainable = True
    model.fit(X, Y, epochs=2, verbose=0)
    after = lists(model.get_weights())
    assert after[:2] == before[:2]
    assert after[2] != before[2]


def test_weights_that_change_in_a_frozen_layer_are_seen_in_the_next_step(way: bool) -> None:
    model = made(Dense(2, trainable=False), Dense(1), way=way)
    kernels = []

    def zero(_epoch: int, _logs: Any) -> None:
        kernels.append(lists(model.get_weights())[2])
        model.layers[0].set_weights([np.zeros((2, 2)), np.zeros(2)])

    follower = callbacks.LambdaCallback(on_epoch_end=zero)
    model.fit(X, Y, batch_size=6, epochs=2, verbose=0, callbacks=[follower])
    # Behind zeros the last layer's weights have the gradient 0, in the second epoch.
    assert kernels[0] == kernels[1]


def test_a_hook_that_would_never_be_called_is_refused() -> None:
    class Misspelled(callbacks.Callback):
        def on_epoch_ends(self, epoch: int, logs: Any = None) -> None:
            """Never called."""

    with pytest.raises(TypeError, match=r"Misspelled.on_epoch_ends would never be called"):
        made(Dense(1)).fit(X, Y, verbose=0, callbacks=[Misspelled()])
    with pytest.raises(TypeError, match=r"LambdaCallback takes no on_epoch_ends \(must be one of"):
        callbacks.LambdaCallback(on_epoch_ends=print)


@pytest.mark.parametrize("name", ["call", "train_step", "test_step", "compute_metrics"])
def test_a_method_that_keras_would_call_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match=f"Own.{name} would never be called: "):
        type("Own", (Model,), {name: lambda self: self})


def test_the_slope_of_leaky_relu_is_said_where_keras_has_another() -> None:
    for make in (lambda: Dense(1, "leaky_relu"), lambda: nn.Activation("leaky_relu")):
        with pytest.warns(UserWarning, match=r"slope 0.01 here, and 0.2 in Keras: .*LeakyReLU"):
            make()
    assert layers.LeakyReLU(0.2)([-1.0])[0].data == -0.2


def test_a_saved_leaky_relu_is_loaded_without_a_word(tmp_path: Path) -> None:
    made(Dense(1, nn.activations.leaky_relu)).save(tmp_path / "m")
    assert nn.load_model(tmp_path / "m").layers[0].activation is nn.activations.leaky_relu  # type: ignore[attr-defined]  # a Dense


@pytest.mark.parametrize("loss", ["categorical_crossentropy", "sparse_categorical_crossentropy"])
def test_a_categorical_loss_of_one_output_warns(loss: str) -> None:
    with pytest.warns(UserWarning, match="of one output is 0 whatever it is: take 'binary"):
        made(Dense(1, "sigmoid"), loss=loss).fit(X, [0] * 6, verbose=0)


@pytest.mark.parametrize(
    ("thing", "name", "message"),
    [
        (Sequential, "learning_rate", "a Sequential has no attribute 'learning_rate' to be set"),
        (lambda: Dense(1), "unit", "a Dense has no attribute 'unit' to be set .*units"),
        (
            lambda: Dense(1),
            "units",
            r"units of Dense\(1, 'linear'\) is fixed once the layer is made",
        ),
        (lambda: layers.Dropout(0.5), "rate", r"rate of Dropout\(0.5\) is fixed"),
        (lambda: nn.Neuron(1), "activations", "a Neuron has no attribute 'activations'"),
        (lambda: nn.MLP(1, [1]), "rate", "a MLP has no attribute 'rate' to be set"),
    ],
)
def test_an_attribute_that_has_no_effect_is_not_set(
    thing: Callable[[], Any], name: str, message: str
) -> None:
    with pytest.raises(AttributeError, match=message):
        setattr(thing(), name, 0.5)


def test_a_class_of_ones_own_may_have_what_it_likes() -> None:
    class Own(Sequential):
        pass

    own = Own([Dense(1)])
    own.remark = "mine"
    assert own.remark == "mine"  # type: ignore[attr-defined]


# ------------------------------------------------------------------------- arrays


def test_predictions_weights_and_one_hot_rows_are_arrays() -> None:
    model = made(Dense(3, "softmax"))
    p = model.predict(X)
    assert (p > 0.5).sum() <= 6
    assert p.argmax(1).shape == p[:, 0].shape == (6,)
    assert [w.shape for w in model.get_weights()] == [(2, 3), (3,)]
    assert nn.utils.to_categorical([0, 2]).sum(axis=1).tolist() == [1.0, 1.0]


def test_without_numpy_all_of_it_is_lists(monkeypatch: pytest.MonkeyPatch, way: bool) -> None:
    model = made(Dense(2), way=way if way is False else "auto", metrics=["accuracy"])
    expected = lists(model.predict(X)), lists(model.get_weights())
    monkeypatch.setitem(sys.modules, "numpy", None)
    assert (model.predict(X), model.get_weights()) == expected
    assert nn.to_categorical([1, 0]) == [[0.0, 1.0], [1.0, 0.0]]
    model.fit(X, [[0, 1]] * 6, verbose=0)

    def own(y_true: Any, y_pred: Any) -> Any:
        return sum((p - y) ** 2 for y, p in zip(y_true[0], y_pred[0], strict=True))

    model.compile("sgd", own, jit_compile=False)
    model.fit(X, [[0, 1]] * 6, verbose=0)


# ------------------------------------------------------------------------- dropout


def test_dropout_drops_its_share_and_keeps_the_mean() -> None:
    layer = layers.Dropout(0.25, seed=1)
    factors = layer.noise(20_000)
    assert set(factors) == {0.0, 1 / 0.75}
    assert sum(factors) / len(factors) == pytest.approx(1.0, abs=0.02)


def test_a_training_with_dropout_is_that_of_its_factors() -> None:
    model = made(layers.Dropout(0.5, seed=3), Dense(1, kernel_initializer=Constant(1.0)))
    factors = layers.Dropout(0.5, seed=3).noise(2)
    model.fit([[3.0, 5.0]], [0.0], verbose=0)
    seen = [3.0 * factors[0], 5.0 * factors[1]]
    kernel, bias = model.get_weights()
    step = 0.1 * 2 * sum(seen)
    assert lists(kernel) == [[pytest.approx(1.0 - step * s)] for s in seen]
    assert lists(bias) == [pytest.approx(-step)]


def test_layers_that_draw_are_the_same_compiled_and_on_graphs() -> None:
    found = []
    for way in (True, False):
        model = made(
            Dense(4, "tanh"), layers.Dropout(0.5), layers.GaussianNoise(0.1), Dense(1), way=way
        )
        history = model.fit(X, Y, batch_size=4, epochs=3, verbose=0, validation_data=(X, Y))
        found.append([*history.history["loss"], *history.history["val_loss"]])
        assert (model.predict(X) == model.predict(X)).all()  # nothing is drawn for it
    assert found[0] == pytest.approx(found[1], rel=1e-12)
    assert len(set(found[0])) > 3


# ------------------------------------------------------------ layers of other shapes


def test_pictures_are_flattened_row_by_row(way: bool) -> None:
    model = Sequential([layers.Flatten(input_shape=(2, 2)), Dense(1, kernel_initializer="ones")])
    model.layers[1].set_weights([[[1], [10], [100], [1000]], [0]])
    model.jit_compile = way
    picture = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert lists(model.predict(picture[None])) == [[4321.0]]
    assert model(picture)[0].data == model(picture[None])[0][0].data == 4321.0
    with pytest.raises(ValueError, match="expected rows of 4 inputs, received 6 in row 0"):
        model.predict(np.ones((1, 2, 3)))
    with pytest.raises(ValueError, match=r"put Flatten\(\) before it"):
        Sequential([Input((2, 2)), Dense(1)])


def test_an_embedding_is_a_row_of_its_table_and_learns_in_that_row(way: bool) -> None:
    model = Sequential([layers.Embedding(3, 2, input_length=1), layers.Flatten(), Dense(1)])
    model.compile(SGD(0.1), "mse", jit_compile=way)
    table = np.arange(6.0).reshape(3, 2)
    model.set_weights([table, np.ones((2, 1)), np.zeros(1)])
    assert lists(model.predict([[2], [0]])) == [[9.0], [1.0]]
    model.fit([[1]], [0.0], verbose=0)
    moved = model.get_weights()[0] - table
    assert moved[[0, 2]].tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert lists(moved[1]) == pytest.approx([-1.0, -1.0])


def test_normalization_adapts_to_each_column_and_is_saved(tmp_path: Path, way: bool) -> None:
    layer = layers.Normalization()
    layer.adapt(X)
    model = Sequential([layer, Dense(1)])
    scaled = (np.array(X) - np.mean(X, 0)) / np.std(X, 0)
    direct = Sequential([Dense(1, input_dim=2)])
    model.predict(X)
    direct.set_weights(model.layers[1].get_weights())
    assert model.predict(X) == pytest.approx(direct.predict(scaled), rel=1e-12)
    assert model.count_params() == 5 + 3
    assert len(model.parameters()) == 3
    model.compile("sgd", "mse", jit_compile=way)
    model.fit(X, Y, verbose=0)
    assert lists(layer.get_weights()[0]) == pytest.approx(lists(np.mean(X, 0)))
    model.save(tmp_path / "m")
    assert (nn.load_model(tmp_path / "m").predict(X) == model.predict(X)).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Dropout(1.0), "expected rate to be from 0 to below 1, received 1.0"),
        (lambda: layers.GaussianNoise(-1.0), "expected stddev to be at least 0"),
        (lambda: layers.SimpleRNN(2)(Input((3,))), r"samples of shape \(steps, numbers in each\)"),
        (lambda: layers.Reshape((2, 2))(Input((3,))), r"expected 4 inputs, received 3"),
        (lambda: layers.Normalization(mean=1.0), "expected mean and variance, received only one"),
        (lambda: layers.Subtract()([Input((2,))]), "Subtract expected two inputs, received 1"),
        (lambda: Dense(1, kernel_regularizer="l3"), "unknown regularizer: 'l3'"),
        (lambda: Dense(1, use_bias="yes"), "expected use_bias to be True or False"),  # type: ignore[arg-type]
        (lambda: SGD(clipnorm=1.0, clipvalue=1.0), "expected one of clipvalue, clipnorm"),
        (lambda: SGD(clipvalue=0.0), "expected clipvalue to be above 0"),
    ],
)
def test_what_does_not_fit_is_refused(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_a_function_as_a_layer_does_arithmetic_on_arrays(way: bool) -> None:
    model = made(layers.Lambda(lambda x: x**2 + 1), Dense(1), way=way)
    model.layers[1].set_weights([[[1.0], [1.0]], [0.0]])
    assert lists(model.predict([[2.0, 3.0]])) == [[15.0]]
    before = model.evaluate(X, Y, verbose=0)
    model.optimizer.learning_rate = 1e-3
    model.fit(X, Y, verbose=0)
    assert model.evaluate(X, Y, verbose=0) < before  # type: ignore[operator]  # a loss alone
    with pytest.raises(ValueError, match="cannot save Lambda"):
        model.save("nowhere")


# ---------------------------------------------------------------- around a training


def test_a_loss_and_a_metric_of_ones_own_are_given_arrays(way: bool) -> None:
    def own_loss(y_true: Any, y_pred: Any) -> Any:
        return ((y_true - y_pred) ** 2).mean(axis=-1)

    def own_metric(y_true: Any, y_pred: Any) -> Any:
        return np.sqrt(((y_true - y_pred) ** 2).mean())

    own = made(Dense(2), way=way, loss=own_loss, metrics=[own_metric])
    known = made(Dense(2), way=way)
    y = [[0, 1]] * 6
    history = own.fit(X, y, batch_size=6, epochs=3, verbose=0).history
    other = known.fit(X, y, batch_size=6, epochs=3, verbose=0).history
    assert history["loss"] == pytest.approx(other["loss"], rel=1e-12)
    assert history["own_metric"] == pytest.approx(np.sqrt(other["loss"]), rel=1e-12)
    assert own.get_weights()[0] == pytest.approx(known.get_weights()[0], rel=1e-12)


def test_one_step_by_hand_is_one_step_of_fit() -> None:
    by_hand, fitted = made(Dense(1), metrics=["mae"]), made(Dense(1), metrics=["mae"])
    found = by_hand.train_on_batch(X, Y, return_dict=True)
    history = fitted.fit(X, Y, batch_size=6, shuffle=False, verbose=0).history
    assert found == {name: numbers[0] for name, numbers in history.items()}
    assert lists(by_hand.get_weights()) == lists(fitted.get_weights())
    assert by_hand.test_on_batch(X, Y) == by_hand.evaluate(X, Y, verbose=0)
    assert (by_hand.predict_on_batch(X) == by_hand.predict(X)).all()
    assert by_hand.metrics_names == ["loss", "mae"]


def test_a_training_goes_on_from_an_epoch_and_is_measured_in_some() -> None:
    history = made(Dense(1)).fit(
        X, Y, epochs=5, initial_epoch=2, validation_data=(X, Y), validation_freq=2, verbose=0
    )
    assert history.epoch == [2, 3, 4]
    assert [len(numbers) for numbers in history.history.values()] == [3, 1]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"class_weight": {0: 1.0}}, r"expected a weight for each class, .* for class 1"),
        ({"sample_weight": [1.0]}, "expected 6 numbers in sample_weight, one for each sample"),
        ({"sample_weight": [-1.0] * 6}, "expected weights of at least 0, received -1.0"),
        ({"validation_freq": 0}, "expected validation_freq to be a whole number of at least 1"),
        ({"steps_per_epoch": 3}, "fit takes no steps_per_epoch: all samples are used"),
    ],
)
def test_an_argument_of_fit_that_does_not_fit_changes_nothing(
    settings: dict[str, Any], message: str
) -> None:
    model = made(Dense(1))
    before = lists(model.get_weights())
    with pytest.raises((ValueError, TypeError), match=message):
        model.fit(X, Y, verbose=0, **settings)
    assert lists(model.get_weights()) == before
    assert type(model.loss) is losses.MeanSquaredError


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_checkpoint_is_that_of_the_best_epoch(tmp_path: Path) -> None:
    model = made(Dense(1))
    path = str(tmp_path / "best.json")
    kept: list[float] = []
    model.optimizer.learning_rate = 3.0  # much too large: the first epoch is the best
    model.fit(
        X, Y, epochs=4, verbose=0, validation_data=(X, Y),
        callbacks=[
            callbacks.ModelCheckpoint(path, save_best_only=True),
            callbacks.LambdaCallback(on_epoch_end=lambda _, logs: kept.append(logs["val_loss"])),
        ],
    )  # fmt: skip
    best = nn.load_model(path)
    best.compile("sgd", "mse")
    assert best.evaluate(X, Y, verbose=0) == pytest.approx(min(kept))
    assert kept[-1] > min(kept)


def test_a_learning_rate_falls_on_a_plateau_and_by_schedule(tmp_path: Path) -> None:
    model = made(Dense(1, kernel_initializer="zeros"))
    log = tmp_path / "log.csv"
    history = model.fit(
        X, [0.0] * 6, epochs=6, verbose=0, callbacks=[
            callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=2, cooldown=1, min_lr=0.04),
            callbacks.CSVLogger(log),
        ],
    ).history  # fmt: skip
    assert history["learning_rate"] == [0.1, 0.1, 0.1, 0.05, 0.05, 0.04]
    with log.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["learning_rate"]) for row in rows] == history["learning_rate"]
    assert rows[0]["val_loss"] == "NA"
    model.fit(X, Y, epochs=1, verbose=0, callbacks=[callbacks.CSVLogger(log, append=True)])
    assert len(log.read_text(encoding="utf-8").splitlines()) == 8
    schedule = callbacks.LearningRateScheduler(lambda epoch, rate: rate / (epoch + 1))
    history = model.fit(X, Y, epochs=3, verbose=0, callbacks=schedule).history
    first, second, third = history["learning_rate"]
    assert (second, third) == pytest.approx((first / 2, first / 6))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_training_ends_where_the_loss_is_nan(way: bool) -> None:
    model = made(Dense(1), way=way)
    model.optimizer.learning_rate = 1e200
    history = model.fit(
        X, Y, batch_size=1, epochs=5, verbose=0, callbacks=callbacks.TerminateOnNaN()
    )
    assert history.epoch == [0]


def test_lengths_of_gradients_are_clipped_without_compiling() -> None:
    model = Sequential([Dense(1, input_dim=2)])
    model.compile(Adam(clipnorm=0.5), "mse", jit_compile=True)
    with pytest.raises(TypeError, match="clipnorm looks at many gradients at once"):
        model.fit(X, Y, verbose=0)


# -------------------------------------------------------------------------- models


def test_layers_have_keras_s_names_and_are_found_by_them() -> None:
    model = made(Dense(2), layers.Dropout(0.5), Dense(2, name="mine"), Dense(1))
    assert [layer.name for layer in model.layers] == ["dense", "dropout", "mine", "dense_1"]
    assert model.get_layer("mine") is model.get_layer(index=2) is model.layers[2]
    with pytest.raises(ValueError, match=r"no layer is called 'dense_7' \(must be one of dense,"):
        model.get_layer("dense_7")
    assert (model.input_shape, model.output_shape) == ((None, 2), (None, 1))
    model.pop()
    assert model.output_shape == (None, 2)
    again = nn.models.clone_model(model)
    assert [layer.name for layer in again.layers] == ["dense", "dropout", "mine"]
    assert lists(again.get_weights()) != lists(model.get_weights())


def test_a_model_is_a_layer_of_another_and_shares_its_weights() -> None:
    inner = made(Dense(3, "tanh"))
    outer = Sequential([Input((2,)), inner, Dense(1)])
    assert outer.layers[0] is inner.layers[0]
    x = Input((2,))
    assert (Model(x, inner(x)).predict(X) == inner.predict(X)).all()


def test_an_unknown_output_is_told_which_there_are() -> None:
    x = Input((2,))
    model = Model(x, [Dense(1, name="a")(x), Dense(1, name="b")(x)])
    with pytest.raises(ValueError, match=r"unknown output in losses: 'c' \(must be one of"):
        model.compile("sgd", {"a": "mse", "c": "mse"})
    with pytest.raises(ValueError, match="expected losses for 2 outputs, received 1"):
        model.compile("sgd", ["mse"])
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match="expected targets for 2 outputs, received 1"):
        model.fit(X, [Y], verbose=0)


@pytest.mark.parametrize("name", ["Adam", "adam", "SGD", "RMSprop", "AdamW"])
def test_an_optimizer_is_spelled_as_its_class_too(name: str) -> None:
    assert type(nn.optimizers.get(name)) is getattr(nn.optimizers, name.replace("adam", "Adam"))


def test_networks_of_new_layers_are_drawn_and_explored() -> None:
    x = Input((2,))
    hidden = layers.LayerNormalization()(layers.Dropout(0.5)(Dense(3, "relu")(x)))
    joined = layers.Multiply()([hidden, Dense(3)(x)])
    model = Model(x, [Dense(1)(layers.LeakyReLU()(joined)), Dense(2, "softmax")(joined)])
    source = nn.draw_network(model, x=[1.0, 2.0]).source
    assert "×" in source
    recurrent = Sequential([Input((3, 1)), layers.SimpleRNN(2), Dense(1)])
    output = recurrent([[1.0], [2.0], [3.0]])[0]
    assert "tanh" in nn.draw_network(output).source
    assert "tanh" in str(output.explain(recurrent.parameters()[0]))
    with pytest.raises(TypeError, match=r"unrolled, as draw_network\(model\(x\)\[0\]\) draws it"):
        nn.draw_network(recurrent)


# ------------------------------------------------------------------ what tutorials ask for


def two_inputs() -> tuple[Any, Any, Any]:
    a, b = Input((2,), name="a"), Input((3,), name="b")
    hidden = layers.concatenate([Dense(2, "tanh")(a), Dense(2, "tanh")(b)])
    return Model([a, b], Dense(1, name="end")(hidden)), np.ones((4, 2)), np.full((4, 3), 0.5)


def test_a_model_of_several_inputs_is_called_as_it_predicts() -> None:
    model, a, b = two_inputs()
    wanted = model.predict([a, b])
    for found in (model([a, b]), model({"b": b, "a": a}), model(np.hstack([a, b]).tolist())):
        np.testing.assert_allclose(found.numpy(), wanted, rtol=1e-12)
    one = model([a[0], b[0]]), model({"a": a[0], "b": b[0].tolist()}), model([*a[0], *b[0]])
    assert [[y.data for y in row] for row in one] == [pytest.approx(wanted[0], rel=1e-12)] * 3
    with pytest.raises(ValueError, match=r"expected data for the inputs \['a', 'b'\]"):
        model({"a": a})


def test_what_a_layer_gives_is_the_output_of_another_model() -> None:
    model, a, b = two_inputs()
    inner = Model(model.input, model.get_layer("end").input)
    assert inner.predict([a, b]).shape == (4, 4)
    chain = Sequential([Dense(3, "relu", input_shape=(2,)), Dense(1)])
    hidden = Model(chain.input, chain.layers[0].output)
    kernel, bias = chain.layers[0].get_weights()
    np.testing.assert_allclose(hidden.predict(a), np.maximum(a @ kernel + bias, 0.0))
    chain(Input((2,)))  # the layers are called again, elsewhere
    assert chain.layers[0].output is hidden.outputs[0]
    with pytest.raises(AttributeError, match="is in no network yet"):
        Dense(2).output  # noqa: B018  # it raises


def subclass(base: Any, name: str) -> Any:
    return type("Own", (base,), {name: lambda *_: None})


keras: Any = nn  # as a program asks for what is not here
WORDS: list[tuple[Callable[[Any], object], str]] = [
    (
        lambda _: keras.GradientTape(),
        r"model\.zero_grad\(\), loss\.backward\(\)",
    ),
    (lambda _: keras.keras, "write `import nn as keras`"),
    (lambda _: keras.reduce_mean, r"autograd\.mean\(values\)"),
    (lambda _: keras.datasets.mnist, "nothing is downloaded here"),
    (lambda _: keras.models.model_from_json, r"write nn\.load_model\(path\)"),
    (lambda _: __import__("nn.wrappers.scikit_learn"), "write a function that builds"),
    (lambda _: keras.activations.relu6, "write a function of one number"),
    (lambda _: keras.layers.SeparableConv1D, r"nn\.layers\.Flatten\(\)"),
    (lambda _: keras.layers.ConvLSTM1D, r"nn\.layers\.SimpleRNN\(units\)"),
    (lambda m: m.trainable_variables, r"write model\.trainable_parameters\(\)"),
    (lambda m: m.predict_classes(X), r"write model\.predict\(x\)\.argmax\(axis=1\)"),
    (lambda m: m.fit_generator(X), r"write model\.fit\(x, y\), with all data"),
    (lambda m: m.layers[0].kernel, r"write layer\.get_weights\(\)\[0\]"),
    (lambda _: keras.layers.Normalization().mean, r"write layer\.get_weights\(\)"),
    (lambda _: Input((2,), dtype="float32"), "Input takes no dtype: all numbers are doubles"),
    (lambda m: m.layers[0].get_config(), r"write layer\.config\(\)"),
    (lambda _: keras.metrics.Accuracy().add_weight("total"), "keep numbers of your own"),
    (lambda m: m.optimizer.get_config(), "saved with its model"),
    (
        lambda _: keras.optimizers.SGD(0.1, decay=1e-6),
        "takes no decay: write nn.optimizers.ExponentialDecay",
    ),
    (
        lambda _: keras.optimizers.Adam(weight_decay=0.1),
        r"write nn\.optimizers\.AdamW\(weight_decay",
    ),
    (lambda _: nn.metrics.AUC(curve="PR"), "the curve is 'ROC'"),
    (lambda m: m.summary(line_length=90), "summary takes no line_length: leave it out"),
    (lambda m: m.save("x.h5", save_format="h5"), "the file is JSON"),
    (lambda m: nn.utils.plot_model(m, show_shapes=True), "plot_model takes no show_shapes"),
    (lambda _: Dense(2, layers.LeakyReLU(0.1)), r"received the layer LeakyReLU\(0\.1\): put it"),
    (lambda _: Input((2,)) + Input((2,)), r"write nn\.layers\.add\(\[a, b\]\)"),
    (lambda _: subclass(layers.KerasLayer, "call"), r"would never be called: write forward"),
    (lambda _: subclass(losses.Loss, "call"), "would never be called: write sample"),
    (lambda _: subclass(Model, "forward")(), r"write x = Input\(shape=\(2,\)\)"),
    (lambda m: m.predict(np.array([0.5, 1.0])), "a sample by itself is a row in a list"),
    (lambda m: m.fit(X, Y, class_weight="balanced"), "a weight for each class, such as"),
]


@pytest.mark.parametrize(("ask", "message"), WORDS)
def test_what_is_not_here_is_answered_with_what_to_write(
    ask: Callable[[Any], object], message: str
) -> None:
    model = made(Dense(1))
    with pytest.raises((AttributeError, TypeError, ValueError, ImportError), match=message):
        ask(model)


@pytest.mark.parametrize(
    ("loss", "targets", "message"),
    [
        ("categorical_crossentropy", [0, 1, 2], "take 'sparse_categorical_crossentropy'"),
        ("sparse_categorical_crossentropy", np.eye(3), "take 'categorical_crossentropy'"),
        ("categorical_crossentropy", np.ones((3, 2)), "expected rows of 3 targets, received 2"),
        ("mse", [0.0, 1.0], r"received 1 in row 0$"),
    ],
)
def test_targets_of_another_loss_are_told_which(loss: str, targets: Any, message: str) -> None:
    model = made(Dense(3, "softmax"), loss=loss)
    with pytest.raises(ValueError, match=message):
        model.fit(X[: len(targets)], targets, verbose=0)


def test_older_and_shorter_ways_of_keras_are_taken() -> None:
    assert repr(layers.LeakyReLU(alpha=0.1)) == "LeakyReLU(0.1)"
    assert Constant(np.log([2.0]))(3, 4) == math.log(2.0)
    assert keras.activations.swish is autograd.silu
    assert type(keras.initializers.he_normal()) is nn.initializers.HeNormal
    first, second = [1.0, 9.0], [3.0, 6.0]
    assert [y.data for y in layers.maximum([first, second])] == [3.0, 9.0]
    assert [y.data for y in layers.minimum([first, second])] == [1.0, 6.0]
    assert Dense(3)(np.ones((2, 4))).numpy().shape == (2, 3)
    told: list[str] = []
    made(Dense(1)).summary(print_fn=told.append)
    assert "Total params: 3" in told[0]
    assert "digraph" in nn.utils.plot_model(made(Dense(1))).source


@pytest.mark.parametrize("kind", [layers.Normalization, layers.BatchNormalization])
def test_inputs_that_the_first_layer_scales_are_not_warned_of(kind: Any) -> None:
    x = [[0.001 * i, 5000.0 + i] for i in range(20)]
    layer = kind()
    if kind is layers.Normalization:
        layer.adapt(x)
    made(layer, Dense(1), way=True).fit(x, [float(i) for i in range(20)], verbose=0)
    with pytest.warns(UserWarning, match="the inputs are not scaled"):
        made(Dense(1)).fit(x, [float(i) for i in range(20)], verbose=0)


@pytest.mark.parametrize(
    ("kind", "name", "number", "expected"),
    [
        (callbacks.EarlyStopping, "baseline", "a", "a finite number"),
        (callbacks.EarlyStopping, "baseline", math.nan, "a finite number"),
        (callbacks.EarlyStopping, "min_delta", "a", "a finite number"),
        (callbacks.ReduceLROnPlateau, "min_lr", "a", "at least 0"),
        (callbacks.ReduceLROnPlateau, "min_lr", -1.0, "at least 0"),
        (callbacks.ReduceLROnPlateau, "factor", "a", "between 0 and 1"),
        (callbacks.ReduceLROnPlateau, "factor", 1.0, "between 0 and 1"),
    ],
)
def test_numbers_of_callbacks_are_looked_at_before_the_training(
    kind: Callable[..., Any], name: str, number: Any, expected: str
) -> None:
    with pytest.raises((ValueError, TypeError), match=f"expected {name} to be {expected}, rec"):
        kind(**{name: number})
