"""Make the files in exchange/: networks of Keras and PyTorch, for tests that need neither.

    pip install '.[peers]' && KERAS_BACKEND=jax python tests/data/make_exchange_files.py

Weights and predictions are doubles. Of Keras only what it computes in double precision is used:
its tanh and sigmoid round to single precision. On the way, all networks go in and back, from live
models of Keras and PyTorch as well, and the answers are compared.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ["JAX_ENABLE_X64"] = "1"

import keras
import numpy as np
import torch
from keras import layers

import nn

FOLDER = Path(__file__).parent / "exchange"
ROWS = np.random.default_rng(1).normal(size=(4, 5))


def keras_networks() -> dict[str, Any]:
    """Return a chain; one with branches, two inputs and a shared layer; and one normalized."""
    keras.config.set_floatx("float64")
    keras.utils.set_random_seed(1)
    chain = keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(4, activation="relu", bias_initializer="random_normal"),
            layers.Dropout(0.5),
            layers.Dense(4, activation="leaky_relu", use_bias=False),
            layers.LeakyReLU(negative_slope=0.25),
            layers.Dense(3, name="out", bias_initializer="random_normal"),
            layers.Softmax(),
        ]
    )
    a, b = keras.Input((2,)), keras.Input((3,))
    shared = layers.Dense(3, activation="relu", bias_initializer="random_normal")
    hidden = shared(shared(b))
    inner = keras.Sequential([keras.Input((3,)), layers.Dense(3, bias_initializer="ones")])
    ends = layers.Concatenate()([a, hidden, layers.Add()([inner(hidden), b])])
    branched = keras.Model([a, b], layers.Dense(2)(ends))
    normalized = keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(4, activation="relu"),
            layers.BatchNormalization(momentum=0.75, epsilon=0.25),
            layers.Dense(3),
            layers.BatchNormalization(center=False, epsilon=0.5, name="last"),
        ]
    )
    numbers = np.random.default_rng(2)
    normalized.set_weights([numbers.uniform(0.5, 2, w.shape) for w in normalized.get_weights()])
    return {"chain": chain, "branched": branched, "normalized": normalized}


def torch_network() -> torch.nn.Sequential:
    """Return a chain whose kernel in the middle is square."""
    torch.manual_seed(1)
    middle = torch.nn.Sequential(torch.nn.Linear(4, 4, bias=False), torch.nn.LeakyReLU(0.3))
    ends = torch.nn.Dropout(0.5), torch.nn.Linear(4, 2), torch.nn.Softmax(1)
    return torch.nn.Sequential(torch.nn.Linear(5, 4), torch.nn.Tanh(), middle, *ends).double()


def torch_normalized() -> torch.nn.Sequential:
    """Return a chain with a BatchNorm1d."""
    ends = torch.nn.Tanh(), torch.nn.Linear(4, 2)
    return torch.nn.Sequential(
        torch.nn.Linear(5, 4), torch.nn.BatchNorm1d(4, eps=0.25, momentum=0.75), *ends
    ).double()


def agree(a: Any, b: Any, tolerance: float = 1e-12) -> None:
    """Compare answers to 1e-12."""
    np.testing.assert_allclose(np.array(a), np.array(b), rtol=0, atol=tolerance)


def try_normalized() -> None:
    """See that averages come in and go back, and what PyTorch's module has of its own."""
    normal, fresh = torch_normalized(), torch_normalized()
    normal(torch.tensor(ROWS))  # its averages follow these rows
    wanted = normal.eval()(torch.tensor(ROWS)).detach().numpy()
    model = nn.import_torch(normal)
    agree(model.predict(ROWS), wanted)
    nn.export_torch(model, fresh)
    agree(fresh.eval()(torch.tensor(ROWS)).detach().numpy(), wanted)
    assert fresh[1].eps == normal[1].eps
    state = nn.export_torch(model)
    assert state is not None
    fresh.load_state_dict(state)
    agree(fresh(torch.tensor(ROWS)).detach().numpy(), wanted)


def main() -> None:
    """Write the files, and see that each network comes in and goes back."""
    FOLDER.mkdir(exist_ok=True)
    answers = {}
    for name, network in keras_networks().items():
        tolerance = 1e-5 if name == "normalized" else 1e-12  # Keras's is in single precision
        rows: Any = [ROWS[:, :2], ROWS[:, 2:]] if name == "branched" else ROWS
        wanted = network.predict(rows, verbose=0)
        answers[name] = wanted.tolist()
        network.save(FOLDER / f"{name}.keras")
        model = nn.import_keras(network)
        agree(model.predict(rows), wanted, tolerance)
        if name == "chain":  # the older format has no model inside of a model
            network.save(FOLDER / "chain.h5")
            network.save_weights(FOLDER / "chain.weights.h5")
        network.set_weights([2 * array for array in network.get_weights()])
        nn.export_keras(model, network)
        agree(network.predict(rows, verbose=0), wanted, tolerance)
        back = FOLDER / "back.keras"
        nn.export_keras(model, back)
        agree(keras.models.load_model(back).predict(rows, verbose=0), wanted, tolerance)
        back.unlink()
    module = torch_network()
    wanted = module.eval()(torch.tensor(ROWS)).detach().numpy()
    answers["torch"] = wanted.tolist()
    model = nn.import_torch(module.train())
    assert module.training
    agree(model.predict(ROWS), wanted)
    nn.export_torch(model, FOLDER / "torch.safetensors")
    torch.save(module.state_dict(), FOLDER / "torch.pt")
    state = nn.export_torch(model)
    assert state is not None
    linear = torch.nn.Linear
    flat = torch.nn.Sequential(
        *(linear(5, 4), torch.nn.Tanh(), linear(4, 4, bias=False), torch.nn.LeakyReLU(0.3)),
        *(linear(4, 2), torch.nn.Softmax(1)),
    ).double()
    flat.load_state_dict(state)
    agree(flat.eval()(torch.tensor(ROWS)).detach().numpy(), wanted)
    other = torch_network()
    with torch.no_grad():
        other[0].weight.mul_(2.0)
    nn.export_torch(model, other)
    agree(other.eval()(torch.tensor(ROWS)).detach().numpy(), wanted)
    try_normalized()
    (FOLDER / "answers.json").write_text(json.dumps({"rows": ROWS.tolist(), **answers}))


if __name__ == "__main__":
    main()
