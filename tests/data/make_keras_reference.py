"""Write keras_reference.json: what Keras 3 computes and learns, in doubles, from given weights.

pip install 'glassgrad[peers]', then:
KERAS_BACKEND=jax JAX_ENABLE_X64=1 python tests/data/make_keras_reference.py
"""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np

RANDOM = np.random.default_rng(5)
X = RANDOM.normal(size=(12, 3)).round(3)
SHARES = RANDOM.uniform(0.05, 0.95, size=(6, 3)).round(3)
ONE_HOT = np.eye(3)[[0, 2, 1, 1, 0, 2]]


def weights_of(model: Any) -> list[Any]:
    return [np.asarray(weights).tolist() for weights in model.get_weights()]


def losses() -> dict[str, Any]:
    """Each loss of the same targets and predictions, which do not sum to 1."""
    plain = (
        *("mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error"),
        *("mean_squared_logarithmic_error", "huber", "log_cosh", "poisson", "kl_divergence"),
        *("hinge", "squared_hinge", "categorical_crossentropy", "binary_crossentropy"),
    )
    made: dict[str, dict[str, Any]] = {name: {} for name in plain}
    for name in ("categorical_crossentropy", "binary_crossentropy"):
        made[f"{name} of smoothed labels"] = {"label_smoothing": 0.2}
    found = {}
    for name, settings in made.items():
        of_samples = getattr(keras.losses, name.partition(" of ")[0])(ONE_HOT, SHARES, **settings)
        found[name] = {"settings": settings, "loss": float(np.mean(np.asarray(of_samples)))}
    classes = ONE_HOT.argmax(1)
    normal = SHARES / SHARES.sum(1, keepdims=True)
    of_samples = keras.losses.sparse_categorical_crossentropy(classes, normal)
    found["sparse_categorical_crossentropy"] = {
        "settings": {},
        "loss": float(np.mean(np.asarray(of_samples))),
    }
    return found


def metrics() -> dict[str, float]:
    """Each metric of one output, and of several."""
    y, p = ONE_HOT.ravel()[:, None], SHARES.ravel()[:, None]
    found = {}
    for name in ("Precision", "Recall", "AUC", "BinaryAccuracy", "TruePositives", "FalseNegatives",
                 "RootMeanSquaredError", "MeanAbsoluteError"):  # fmt: skip
        metric = getattr(keras.metrics, name)()
        metric.update_state(y, p)
        found[name] = float(metric.result())
    return found


def trainings() -> list[dict[str, Any]]:
    """Trainings from given weights, without shuffling: the layers as code, and what is learned.

    Some settings are taken in single precision: those here are sums of powers of 2.
    """
    of_classes = np.array([0, 2, 1] * 4)
    one_hot = np.eye(3)[of_classes]
    rows: list[tuple[str, str, dict[str, Any], dict[str, Any], Any]] = [
        ("three sigmoids", "[layers.Dense(3, activation='sigmoid')]",
         {"loss": "categorical_crossentropy", "metrics": ["accuracy"]}, {}, one_hot),
        ("sparse", "[layers.Dense(4, activation='tanh'), layers.Dense(3, activation='softmax')]",
         {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]}, {}, of_classes),
        ("regularized", ("[layers.Dense(4, activation='relu',"
         " kernel_regularizer=regularizers.l2(0.0625),"
         " bias_regularizer=regularizers.l1_l2(0.125, 0.25)), layers.Dense(3)]"),
         {"loss": "mse", "metrics": ["mae"]}, {}, one_hot),
        ("classes weighed", "[layers.Dense(3, activation='softmax')]",
         {"loss": "categorical_crossentropy", "metrics": ["accuracy"]},
         {"class_weight": {0: 1.0, 1: 3.0, 2: 0.5}}, one_hot),
        ("samples weighed", "[layers.Dense(3)]", {"loss": "huber"},
         {"sample_weight": np.arange(12.0)}, one_hot),
        ("frozen", "[layers.Dense(4, activation='tanh', trainable=False), layers.Dense(3)]",
         {"loss": "mae"}, {}, one_hot),
        ("layer normalization", "[layers.Dense(4), layers.LayerNormalization(), layers.Dense(3)]",
         {"loss": "mse"}, {}, one_hot),
        ("recurrent", "[layers.Reshape((3, 1)), layers.SimpleRNN(2), layers.Dense(3)]",
         {"loss": "mse"}, {}, one_hot),
        ("recurrent, every step", ("[layers.Reshape((3, 1)),"
         " layers.SimpleRNN(2, return_sequences=True), layers.Flatten(), layers.Dense(3)]"),
         {"loss": "mse"}, {}, one_hot),
        ("leaky", "[layers.Dense(4), layers.LeakyReLU(), layers.Dense(3)]",
         {"loss": "mse"}, {}, one_hot),
        ("activations", ("[layers.Dense(2, activation='elu'), layers.Dense(2, activation='gelu'),"
         " layers.Dense(2, activation='selu'), layers.Dense(2, activation='swish'),"
         " layers.Dense(2, activation='softsign'), layers.Dense(3)]"),
         {"loss": "mse"}, {}, one_hot),
        ("clipped by value", "[layers.Dense(4, activation='tanh'), layers.Dense(3)]",
         {"loss": "mse", "clipvalue": 0.015625}, {}, one_hot),
        ("clipped by norm", "[layers.Dense(4, activation='tanh'), layers.Dense(3)]",
         {"loss": "mse", "clipnorm": 0.0625}, {}, one_hot),
        ("clipped together", "[layers.Dense(4, activation='tanh'), layers.Dense(3)]",
         {"loss": "mse", "global_clipnorm": 0.0625}, {}, one_hot),
        ("batch normalization", ("[layers.Dense(4, activation='relu'), layers.BatchNormalization(),"
         " layers.Dense(3, activation='softmax')]"),
         {"loss": "categorical_crossentropy", "metrics": ["accuracy"]}, {}, one_hot),
        ("batch normalizations of each kind", ("[layers.BatchNormalization("
         "center=False, epsilon=0.5),"
         " layers.Dense(4, use_bias=False), layers.BatchNormalization(momentum=0.5, epsilon=0.25),"
         " layers.Activation('tanh'), layers.BatchNormalization(scale=False, epsilon=0.5),"
         " layers.BatchNormalization(center=False, scale=False, epsilon=0.5), layers.Dense(3)]"),
         {"loss": "mse"}, {}, one_hot),
        ("batch normalization, frozen", ("[layers.Dense(4),"
         " layers.BatchNormalization(trainable=False), layers.Dense(3)]"),
         {"loss": "mse"}, {}, one_hot),
        ("batch normalization, regularized", ("[layers.Dense(4), layers.BatchNormalization("
         "momentum=0.5, epsilon=0.5, gamma_regularizer=regularizers.l2(0.0625),"
         " beta_regularizer=regularizers.l1(0.125)), layers.Dense(3)]"),
         {"loss": "mse"}, {}, one_hot),
    ]  # fmt: skip
    found = []
    for name, code, compiled, fitted, y in rows:
        names = {"layers": keras.layers, "regularizers": keras.regularizers}
        # Unrolled, for Keras's loop over the steps does not take doubles.
        unrolled = code.replace("SimpleRNN(2", "SimpleRNN(2, unroll=True")
        model = keras.Sequential([keras.Input((3,)), *eval(unrolled, names)])  # noqa: S307  # above
        begin = [
            1 + np.abs(numbers) if weights.name == "moving_variance" else numbers
            for weights in model.weights
            for numbers in [RANDOM.normal(size=weights.shape).round(3)]
        ]
        model.set_weights(begin)
        settings = dict(compiled)
        clipping = {k: settings.pop(k) for k in list(settings) if "clip" in k}
        model.compile(optimizer=keras.optimizers.SGD(0.125, **clipping), **settings)
        own = {key: np.asarray(v) if key == "sample_weight" else v for key, v in fitted.items()}
        history = model.fit(
            X, y, batch_size=5, epochs=3, shuffle=False, verbose=0, validation_data=(X, y), **own
        ).history
        found.append({
            "name": name, "layers": code, "compile": settings, "clipping": clipping,
            "fit": {k: v.tolist() if hasattr(v, "tolist") else v for k, v in fitted.items()},
            "targets": y.tolist(), "begin": [w.tolist() for w in begin], "history": history,
            "end": weights_of(model), "predictions": model.predict(X, verbose=0).tolist(),
        })  # fmt: skip
    return found


def several() -> dict[str, Any]:
    """A training of two outputs."""
    inputs = keras.Input((3,))
    hidden = keras.layers.Dense(2, activation="tanh")(inputs)
    first = keras.layers.Dense(1, name="first")(hidden)
    second = keras.layers.Dense(3, activation="softmax", name="second")(hidden)
    model = keras.Model(inputs, [first, second])
    begin = [RANDOM.normal(size=w.shape).round(3) for w in model.get_weights()]
    model.set_weights(begin)
    loss = {"first": "mse", "second": "categorical_crossentropy"}
    model.compile(
        keras.optimizers.SGD(0.125), loss, loss_weights={"first": 0.5, "second": 2.0},
        metrics={"first": ["mae"], "second": ["accuracy"]},
    )  # fmt: skip
    targets = [X[:, :1], np.eye(3)[[0, 2, 1] * 4]]
    history = model.fit(X, targets, batch_size=5, epochs=2, shuffle=False, verbose=0).history
    return {
        "begin": [w.tolist() for w in begin], "history": history, "end": weights_of(model),
        "evaluated": model.evaluate(X, targets, verbose=0),
    }  # fmt: skip


if __name__ == "__main__":
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    reference = {
        "keras": keras.__version__,
        "x": X.tolist(), "shares": SHARES.tolist(), "one_hot": ONE_HOT.tolist(),
        "losses": losses(), "metrics": metrics(), "trainings": trainings(), "several": several(),
    }  # fmt: skip
    path = Path(__file__).parent / "keras_reference.json"
    path.write_text(json.dumps(reference) + "\n", encoding="utf-8")
