"""`nn` beside Keras in one run: names, programs, numbers and speed.

    pip install '.[peers]' && python benchmarks/keras_table.py

What can be held without Keras is held by tests: the programs by `tests/test_tutorials.py`, numbers
by `tests/test_keras.py`, which has those that Keras computed.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
import types
from collections import Counter
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_ENABLE_X64", "1")

import keras_fit

MODULES = (
    *("activations", "callbacks", "initializers", "layers", "losses", "metrics", "models"),
    *("optimizers", "regularizers", "utils"),
)
TRAININGS = [
    ("sgd", "mse", "tanh", "linear"),
    ("adam", "binary_crossentropy", "relu", "sigmoid"),
    ("rmsprop", "categorical_crossentropy", "elu", "softmax"),
]


def answer(module: Any, name: str) -> str:
    """Return whether a name is here, is answered with what to write, or is unknown."""
    try:
        getattr(module, name)
    except AttributeError as error:
        return "unknown" if "has no attribute" in str(error) else "answered"
    return "here"


def names_table() -> None:
    """Print how many of Keras's names are here, module by module."""
    print(f"{'Keras has':16}{'names':>8}{'here':>8}{'answered':>10}{'unknown':>9}")
    total: Counter[str] = Counter()
    for module in MODULES:
        theirs = importlib.import_module(f"keras.{module}")
        own = importlib.import_module(f"nn.{module}")
        names = [
            name
            for name in dir(theirs)
            if name[0] != "_" and not isinstance(getattr(theirs, name), types.ModuleType)
        ]
        found = Counter(answer(own, name) for name in names)
        total += found
        print(f"{module:16}{len(names):8}", end="")
        print(f"{found['here']:8}{found['answered']:10}{found['unknown']:9}")
    print(f"{'all':16}{total.total():8}", end="")
    print(f"{total['here']:8}{total['answered']:10}{total['unknown']:9}\n")


def programs_table() -> None:
    """Print how many tutorials run with their imports changed, and which do not."""
    sys.path.append(str(Path(__file__).parents[1] / "tests"))
    tutorials = importlib.import_module("tutorials")
    failed = []
    for name, (_, code) in tutorials.TUTORIALS.items():
        with tempfile.TemporaryDirectory() as folder, redirect_stdout(None):
            names: dict[str, Any] = {"folder": folder}
            try:
                exec(tutorials.DATA, names)  # noqa: S102  # our own
                exec(tutorials.with_nn(code), names)  # noqa: S102  # our own
            except Exception as error:  # noqa: BLE001  # whatever a program raises
                failed.append(f"{name}: {type(error).__name__}: {error}")
    count = len(tutorials.TUTORIALS)
    print(f"{count - len(failed)} of {count} tutorials run", *failed, sep="\n  ", end="\n\n")


def numbers_table() -> None:
    """Print by how much weights differ that both trained from the same ones."""
    import keras  # noqa: PLC0415  # the names above need only parts of it
    import numpy as np  # noqa: PLC0415  # as above

    import nn  # noqa: PLC0415  # as above

    keras.config.set_floatx("float64")
    numbers = np.random.default_rng(0)
    x = numbers.normal(size=(60, 4))
    y = np.eye(3)[numbers.integers(0, 3, 60)]
    print(f"{'20 epochs of':48}{'largest difference of a weight':>32}")
    for optimizer, loss, hidden, last in TRAININGS:
        begin: Any = None
        ends = []
        for library in (keras, nn):
            layers: Any = library.layers
            model = library.Sequential(
                [layers.Input((4,)), layers.Dense(8, hidden), layers.Dense(3, last)]
            )
            begin = begin or model.get_weights()
            model.set_weights(begin)
            model.compile(optimizer, loss)
            model.fit(x, y, epochs=20, batch_size=16, shuffle=False, verbose=0)
            ends.append(np.concatenate([np.ravel(part) for part in model.get_weights()]))
        difference = float(np.abs(ends[0] - ends[1]).max())
        print(f"{f'{hidden}, {last}, {loss}, {optimizer}':48}{difference:32.1e}")
    print(flush=True)


if __name__ == "__main__":
    names_table()
    programs_table()
    numbers_table()
    keras_fit.main()
