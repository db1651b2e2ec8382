"""Compared with Keras itself, whose numbers `tests/data/make_keras_reference.py` has stored."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from nn import Dense, Input, Model, Sequential, layers, losses, metrics, regularizers
from nn.spelling import snake

REFERENCE = json.loads((Path(__file__).parent / "data/keras_reference.json").read_text("utf-8"))
X = REFERENCE["x"]


def as_there(number: Any) -> Any:
    """Keras computes some steps of a training of doubles in single precision."""
    return pytest.approx(number, rel=1e-6, abs=1e-6)


@pytest.fixture(params=[True, False], ids=["compiled", "on graphs"])
def way(request: pytest.FixtureRequest) -> bool:
    """A test holds for models that run on compiled code, and on graphs."""
    return bool(request.param)


@pytest.mark.parametrize("name", REFERENCE["losses"])
def test_a_loss_is_keras_s(name: str) -> None:
    known = REFERENCE["losses"][name]
    loss: Any = losses.LOSSES[name.partition(" of ")[0]]
    loss = loss(**known["settings"])
    targets: Any = REFERENCE["one_hot"]
    shares = REFERENCE["shares"]
    if name.startswith("sparse"):
        targets = np.argmax(targets, axis=1)
    # Keras takes arrays over in single precision; tests/test_losses.py has the digits.
    assert loss(targets, shares) == pytest.approx(known["loss"], rel=3e-7)


@pytest.mark.parametrize("name", REFERENCE["metrics"])
def test_a_metric_is_keras_s(name: str) -> None:
    called, metric = metrics.get(name)
    assert called == name
    y, p = (np.ravel(REFERENCE[part]) for part in ("one_hot", "shares"))
    for half in (slice(0, 5), slice(5, None)):  # batches of different sizes
        metric.update_state(y[half], p[half])
    # Keras counts in single precision.
    assert metric.result() == pytest.approx(REFERENCE["metrics"][name], rel=1e-6)
    assert type(metric) is type(metrics.get(snake(name))[1])


@pytest.mark.parametrize("known", REFERENCE["trainings"], ids=lambda known: known["name"])
def test_a_training_is_keras_s(known: Any, way: bool, tmp_path: Path) -> None:
    names = {"layers": layers, "regularizers": regularizers}
    model = Sequential([Input((3,)), *eval(known["layers"], names)])  # noqa: S307  # our own file
    model.set_weights(known["begin"])
    # Lengths of gradients are not clipped in compiled code, nor are means over a batch penalised.
    is_on_graphs = "norm" in str(known["clipping"]) or known["name"].endswith("n, regularized")
    jit_compile: Any = "auto" if is_on_graphs else way
    optimizer = nn.optimizers.SGD(0.125, **known["clipping"])
    model.compile(optimizer, **known["compile"], jit_compile=jit_compile)
    fitted = dict(known["fit"])
    if "class_weight" in fitted:
        fitted["class_weight"] = {int(k): v for k, v in fitted["class_weight"].items()}
    history = model.fit(
        *(X, known["targets"], 5), epochs=3, shuffle=False, verbose=0,
        validation_data=(X, known["targets"]), **fitted,
    ).history  # fmt: skip
    assert set(history) == set(known["history"])
    for name, numbers in known["history"].items():
        # Keras's means over batches are in single precision.
        assert history[name] == pytest.approx(numbers, rel=1e-6)
    for own, other in zip(model.get_weights(), known["end"], strict=True):
        assert own == as_there(np.array(other))
    assert model.predict(X) == as_there(np.array(known["predictions"]))
    model.save(tmp_path / "model.json")
    again = nn.load_model(tmp_path / "model.json")
    again.jit_compile = model.jit_compile
    assert (again.predict(X) == model.predict(X)).all()
    assert [layer.trainable for layer in again.layers] == [
        layer.trainable for layer in model.layers
    ]


def test_several_outputs_train_as_keras_s(way: bool, tmp_path: Path) -> None:
    known = REFERENCE["several"]
    inputs = Input((3,))
    hidden = Dense(2, activation="tanh")(inputs)
    outputs = [
        Dense(1, name="first")(hidden),
        Dense(3, activation="softmax", name="second")(hidden),
    ]
    model = Model(inputs, outputs)
    model.set_weights(known["begin"])
    loss = {"first": "mse", "second": "categorical_crossentropy"}
    model.compile(
        nn.optimizers.SGD(0.125), loss, {"first": ["mae"], "second": ["accuracy"]},
        loss_weights={"first": 0.5, "second": 2.0}, jit_compile=way,
    )  # fmt: skip
    targets = [np.array(X)[:, :1], np.eye(3)[[0, 2, 1] * 4]]
    history = model.fit(X, targets, batch_size=5, epochs=2, shuffle=False, verbose=0).history
    assert set(history) == set(known["history"])
    for name, numbers in known["history"].items():
        assert history[name] == pytest.approx(numbers, rel=1e-6)
    for own, other in zip(model.get_weights(), known["end"], strict=True):
        assert own == as_there(np.array(other))
    assert model.evaluate(X, targets, verbose=0) == pytest.approx(known["evaluated"], rel=1e-6)
    predicted = model.predict(X)
    assert [part.shape for part in predicted] == [(12, 1), (12, 3)]
    model.save(tmp_path / "model.json")
    again = nn.load_model(tmp_path / "model.json")
    again.jit_compile = way
    for part, other in zip(again.predict(X), predicted, strict=True):
        assert (part == other).all()
