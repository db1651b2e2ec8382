"""BatchNormalization: by the batch in a training, by moving averages afterwards.

`tests/test_keras.py` holds trainings to Keras's own, `tests/test_matrices.py` compiled ones to
graphs.
"""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from nn import Dense, Input, Sequential
from nn.layers import BatchNormalization, Dropout

RANDOM = np.random.default_rng(4)
X, Y = RANDOM.normal(size=(12, 3)), RANDOM.normal(size=(12, 2))


def made(*more: Any, jit_compile: Any = False, **settings: Any) -> Sequential:
    nn.set_random_seed(2)
    model = Sequential([Input((3,)), Dense(4, "tanh"), BatchNormalization(**settings), *more])
    model.add(Dense(2))
    model.compile(nn.optimizers.Adam(0.01), "mse", jit_compile=jit_compile)
    return model


def by_hand(model: Sequential, x: Any, *, is_training: bool) -> Any:
    """The outputs, with NumPy."""
    kernel, bias, gamma, beta, mean, variance, last, last_bias = model.get_weights()
    hidden = np.tanh(x @ kernel + bias)
    if is_training:
        mean, variance = hidden.mean(axis=0), hidden.var(axis=0)
    return (gamma * (hidden - mean) / np.sqrt(variance + 1e-3) + beta) @ last + last_bias


@pytest.mark.parametrize("jit_compile", [True, False])
def test_predictions_are_by_the_averages_and_trainings_by_the_batch(jit_compile: bool) -> None:
    model = made(jit_compile=jit_compile)
    wanted = np.mean((by_hand(model, X, is_training=True) - Y) ** 2)
    loss = model.fit(X, Y, batch_size=12, verbose=0).history["loss"]
    assert loss == pytest.approx([wanted], rel=1e-12)
    model.fit(X, Y, batch_size=4, epochs=5, verbose=0)
    wanted = by_hand(model, X, is_training=False)
    np.testing.assert_allclose(model.predict(X), wanted, rtol=1e-10)
    np.testing.assert_allclose(model.predict(X[:1]), wanted[:1], rtol=1e-10)
    assert model.evaluate(X, Y, verbose=0) == pytest.approx(np.mean((wanted - Y) ** 2), rel=1e-10)


def test_without_a_scale_beta_is_added_to_the_normalized() -> None:
    model = Sequential([Input((1,)), BatchNormalization(epsilon=0.25, scale=False)])
    model.set_weights([[2.0], [1.0], [3.75]])  # beta and the averages
    assert model([5.0])[0].data == 4.0  # 2 + (5 - 1) / sqrt(3.75 + 0.25)


@pytest.mark.parametrize("jit_compile", [True, False])
def test_the_averages_follow_the_batches(jit_compile: bool) -> None:
    model = made(momentum=0.75, jit_compile=jit_compile)
    kernel, bias, _, _, mean, variance, *_ = model.get_weights()
    assert (mean == 0).all()
    assert (variance == 1).all()
    hidden = np.tanh(X @ kernel + bias)
    model.fit(X, Y, batch_size=12, verbose=0)
    _, _, _, _, mean, variance, *_ = model.get_weights()
    np.testing.assert_allclose(mean, 0.25 * hidden.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(variance, 0.75 + 0.25 * hidden.var(axis=0), rtol=1e-12)


def test_a_validation_in_a_training_sees_the_averages_as_they_are_by_then() -> None:
    found = []
    for jit_compile in (True, False):
        model = made(jit_compile=jit_compile)
        history = model.fit(X, Y, 5, 3, verbose=0, shuffle=False, validation_data=(X, Y)).history
        assert history["val_loss"][-1] == pytest.approx(model.evaluate(X, Y, verbose=0), rel=1e-9)
        found.append(history["val_loss"])
    assert found[0] == pytest.approx(found[1], rel=1e-9)


def test_the_loss_of_a_training_has_the_gradients_of_its_batch() -> None:
    model = made(momentum=1.0)  # the averages stay
    weight = model.layers[0].parameters()[0]
    losses = []
    for sign in (1, -1):
        weight.data += sign * 1e-6
        losses.append(np.mean((by_hand(model, X, is_training=True) - Y) ** 2))
        weight.data -= sign * 1e-6
    loss = model.compute_loss(X, Y, training=True)
    loss.backward()
    assert weight.grad == pytest.approx((losses[0] - losses[1]) / 2e-6, rel=1e-6)
    assert f"{weight.grad:.6g}" in str(loss.explain(weight))
    trained = weight.grad
    model.zero_grad()
    model.compute_loss(X, Y).backward()
    assert weight.grad != pytest.approx(trained, rel=1e-2)


def test_only_a_loss_of_a_training_moves_the_averages() -> None:
    model = made()
    before = model.layers[1].get_weights()[2]
    model.compute_loss(X, Y)
    assert (model.layers[1].get_weights()[2] == before).all()
    model.compute_loss(X, Y, training=True)
    assert (model.layers[1].get_weights()[2] != before).all()


def test_a_call_in_a_training_is_by_the_batch_and_moves_the_averages() -> None:
    model = made(momentum=0.5)
    wanted = by_hand(model, X, is_training=True)
    before = model.layers[1].get_weights()[2]
    assert before.tolist() == [0.0] * 4
    found = model(X, training=True)
    np.testing.assert_allclose([[y.data for y in row] for row in found], wanted, rtol=1e-12)
    after = model.layers[1].get_weights()[2]
    kernel, bias, *_ = model.get_weights()
    np.testing.assert_allclose(after, 0.5 * np.tanh(X @ kernel + bias).mean(axis=0), rtol=1e-12)
    for training in (None, False):
        row = model([*map(autograd.Value, X[0])], training=training)
        answer = by_hand(model, X[:1], is_training=False)[0]
        assert [y.data for y in row] == pytest.approx(answer, rel=1e-12)
    assert (model.layers[1].get_weights()[2] == after).all()
    values = [[autograd.Value(number) for number in row] for row in X]
    model(values, training=True)[0][0].backward()
    assert values[1][0].grad != 0  # through the batch's mean and variance


def test_a_layer_takes_a_batch() -> None:
    layer = BatchNormalization()
    with pytest.raises(ValueError, match="received shape"):
        layer([[[1.0], [2.0]]])
    found = layer([[1.0, 5.0], [3.0, 5.0]], training=True)
    assert [y.data for y, _ in found] == pytest.approx([-1 / 1.001**0.5, 1 / 1.001**0.5])
    rows = layer([[1.0, 5.0], [3.0, 5.0]])
    assert [y.data for y in rows[1]] == [y.data for y in layer([3.0, 5.0])]


def test_a_network_under_construction_has_no_mode_and_says_so() -> None:
    x = Input((3,))
    made()(x)
    for layer in (BatchNormalization(), Dropout(0.5), made()):
        with pytest.raises(TypeError, match="call the model with training=True"):
            layer(x, training=True)
    Dense(2)(x, training=False)
    frozen = made()
    frozen.trainable = False
    frozen(x, training=False)


def test_a_call_in_a_training_is_not_compiled() -> None:
    model = made(Dropout(0.5))
    with pytest.raises(TypeError, match="leave out training=True"):
        autograd.compile(lambda x: model(x, training=True)[0])([1.0, 2.0, 3.0])


def test_a_call_in_a_training_draws_for_dropout() -> None:
    model = made(Dropout(0.5))
    model.layers[1].trainable = False
    assert len({model(X[0], training=True)[0].data for _ in range(5)}) > 1
    assert len({model(X[0])[0].data for _ in range(5)}) == 1
    assert {y.data for y in Dropout(0.5, seed=0)([1.0] * 9, training=True)} == {0.0, 2.0}


def test_a_loss_of_a_training_draws_for_dropout() -> None:
    model = made(Dropout(0.5))
    losses = {model.compute_loss(X, Y, training=True).data for _ in range(3)}
    assert len(losses) == 3


@pytest.mark.parametrize("jit_compile", [True, False])
def test_a_frozen_one_takes_the_averages_and_leaves_them(jit_compile: bool) -> None:
    model = made(jit_compile=jit_compile)
    model.fit(X, Y, epochs=3, verbose=0)
    model.layers[1].trainable = False
    before = model.layers[1].get_weights()
    wanted = np.mean((by_hand(model, X, is_training=False) - Y) ** 2)
    loss = model.fit(X, Y, batch_size=12, verbose=0).history["loss"]
    assert loss == pytest.approx([wanted], rel=1e-10)
    for own, other in zip(model.layers[1].get_weights(), before, strict=True):
        assert (own == other).all()


def test_it_is_saved_and_its_training_goes_on_to_the_last_bit(tmp_path: Path) -> None:
    model = made(momentum=0.5, epsilon=0.25, center=False, jit_compile=True)
    model.fit(X, Y, epochs=2, verbose=0)
    model.save(tmp_path / "model.json")
    again: Any = nn.load_model(tmp_path / "model.json")
    assert again.layers[1].config() == model.layers[1].config()
    for each in (model, again):
        each.fit(X, Y, epochs=2, shuffle=False, verbose=0)
    for own, other in zip(model.get_weights(), again.get_weights(), strict=True):
        assert (own == other).all()


def test_averages_count_as_parameters_that_are_not_trained(
    capsys: pytest.CaptureFixture[str],
) -> None:
    model = made()
    model.summary()
    shown = capsys.readouterr().out
    assert "batch_normalization" in shown
    assert " Total params: 42 (336.00 B)" in shown
    assert " Non-trainable params: 8 (64.00 B)" in shown
    labels = [p.label for p in model.layers[1].parameters()]
    assert labels[0] == "hidden2.neuron1.gamma"
    assert labels[-1] == "hidden2.moving_variance4"


def test_a_loss_that_gets_lost_leaves_the_averages_of_its_steps() -> None:
    def steps(is_asked: bool) -> Any:
        model = made(jit_compile=True)
        training = nn.training.compiled.CompiledTraining(model, X.tolist(), Y.tolist(), 4)
        training.begin(range(12))
        for start in range(0, 12, 4):
            training.step(start, start + 4)
        if is_asked:
            training.latest(8)
        training.push()
        return model.get_weights()

    for own, other in zip(steps(True), steps(False), strict=True):
        assert (own == other).all()


def test_what_is_not_compiled_is_said_and_trained_on_graphs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def own_loss(y: Any, p: Any) -> Any:
        return nn.losses.mean_squared_error(y, p)

    model = made(jit_compile=True)
    model.compile("sgd", own_loss, jit_compile=True)
    with pytest.raises(TypeError, match="BatchNormalization takes a whole batch"):
        model.fit(X, Y, verbose=0)
    model.compile("sgd", own_loss)
    with caplog.at_level(logging.WARNING, "nn"):
        model.fit(X, Y, epochs=50, verbose=0)
    assert "BatchNormalization takes a whole batch" in caplog.text


class OwnForward(nn.Model):
    def forward(self, inputs: Any) -> Any:
        return super().forward(inputs)


def test_a_forward_of_the_user_s_own_is_told_that_it_sees_one_sample() -> None:
    x = Input((3,))
    model = OwnForward(x, Dense(2)(BatchNormalization()(x)))
    model.compile("sgd", "mse", jit_compile=False)
    with pytest.raises(TypeError, match=r"OwnForward\.forward computes one sample"):
        model.fit(X, Y, verbose=0)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"axis": 2}, "expected axis to be -1, received 2"),
        ({"axis": [1]}, "expected axis to be -1, received"),
        ({"momentum": 1.5}, "expected momentum to be from 0 to 1, received 1.5"),
        ({"epsilon": 0.0}, "expected epsilon to be above 0, received 0.0"),
        ({"center": "no"}, "expected center to be True or False, received 'no'"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        BatchNormalization(**settings)


def test_it_is_drawn_and_explored_for_a_sample_and_no_page_trains_it() -> None:
    model = made()
    assert "BatchNormalizat…" in nn.draw_network(model, x=X[0].tolist()).source
    page = nn.explore(model, X[0].tolist(), target=Y[0].tolist())
    assert "moving_mean1" in page.html
    with pytest.raises(TypeError, match="that layer takes a whole batch"):
        nn.explore(model, X.tolist(), Y.tolist())


def test_a_state_of_pytorch_s_fills_it() -> None:
    model = Sequential([Input((2,)), Dense(2), BatchNormalization(epsilon=1e-9)])
    state = {
        "0.weight": np.eye(2), "0.bias": np.zeros(2), "1.weight": np.full(2, 3.0),
        "1.bias": np.full(2, 0.5), "1.running_mean": np.full(2, 2.0),
        "1.running_var": np.full(2, 4.0), "1.num_batches_tracked": np.array(7),
    }  # fmt: skip
    nn.import_torch(state, model)
    assert model.predict([[4.0, 2.0]])[0] == pytest.approx([3.5, 0.5])
