"""`fit` against Keras's: the same networks, data and settings, each in a process of its own.

    pip install '.[peers]' && python benchmarks/keras_fit.py

A line for each data set: seconds from the first import to the end of the first epoch, and
milliseconds of a later epoch, of Keras on JAX and of `nn`, and Keras's divided by `nn`'s: above 1,
`nn` is faster. A later epoch is what each epoch more takes in a `fit` of many (the median of
several). Data are made up, of the sizes of well-known sets.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time

CASES: dict[str, tuple[int, list[int], int, str]] = {
    "iris": (4, [8, 3], 120, "softmax"),
    "breast cancer": (30, [16, 1], 455, "sigmoid"),
    "diabetes": (10, [16, 1], 353, "linear"),
    "digits": (64, [32, 10], 1437, "softmax"),
    "digits, deep": (64, [64, 64, 10], 1437, "softmax"),
    "784-32-10": (784, [32, 10], 2000, "softmax"),
}
"""For each data set: inputs, units of the layers, samples, and the activation of the output."""

LOSSES = {
    "softmax": ("categorical_crossentropy", ["accuracy"]),
    "sigmoid": ("binary_crossentropy", ["accuracy"]),
    "linear": ("mean_squared_error", ["mae"]),
}
FEW, MANY, TIMES = 5, 25, 5
"""Epochs of a short and of a long `fit`, and how often both are done."""


def data(case: str) -> tuple[list[list[float]], list[list[float]]]:
    """Return inputs around the centre of their class, and targets."""
    width, units, count, kind = CASES[case]
    numbers = random.Random(1)  # noqa: S311  # nothing secret
    classes = max(units[-1], 2)
    centres = [[numbers.gauss(0, 1) for _ in range(width)] for _ in range(classes)]
    x, y = [], []
    for i in range(count):
        x.append([centre + numbers.gauss(0, 1) for centre in centres[i % classes]])
        one_hot = [float(j == i % classes) for j in range(classes)]
        y.append(one_hot if kind == "softmax" else one_hot[:1])
    return x, y


def train(library: str, case: str) -> dict[str, float]:
    """Train with one of the two libraries; return the times and the last loss."""
    import numpy as np  # noqa: PLC0415  # both need it

    x, y = map(np.array, data(case))
    begin = time.perf_counter()
    if library == "keras":
        os.environ["KERAS_BACKEND"] = "jax"
        import keras as nn  # noqa: PLC0415  # the import is measured
    else:
        import nn  # noqa: PLC0415  # the import is measured
    width, units, _, kind = CASES[case]
    sizes = [nn.layers.Dense(n, activation="relu") for n in units[:-1]]
    model = nn.models.Sequential(
        [nn.layers.Input(shape=(width,)), *sizes, nn.layers.Dense(units[-1], activation=kind)]
    )
    loss, metrics = LOSSES[kind]
    model.compile(optimizer="adam", loss=loss, metrics=metrics)

    def seconds(epochs: int) -> float:
        start = time.perf_counter()
        model.fit(x, y, epochs=epochs, verbose=0)
        return time.perf_counter() - start

    seconds(1)
    first = time.perf_counter() - begin
    more = [seconds(MANY) - seconds(FEW) for _ in range(TIMES)]
    loss = model.evaluate(x, y, verbose=0, return_dict=True)["loss"]
    return {"first": first, "epoch": 1000 * statistics.median(more) / (MANY - FEW), "loss": loss}


def main() -> None:
    """Print a line for each data set; names on the command line choose some."""
    chosen = sys.argv[1:] or list(CASES)
    print(f"{'':14}{'to the first epoch, s':>30}{'an epoch, ms':>30}{'loss':>18}")
    print(f"{'':14}" + 2 * f"{'Keras':>10}{'nn':>10}{'ratio':>10}" + f"{'Keras':>9}{'nn':>9}")
    for case in chosen:
        found = {}
        for library in ("keras", "nn"):
            command = [sys.executable, __file__, "--train", library, case]
            done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # our own
            found[library] = json.loads(done.stdout.splitlines()[-1])
        theirs, own = found["keras"], found["nn"]
        line = f"{case:14}"
        for what, digits in (("first", 2), ("epoch", 2)):
            ratio = theirs[what] / own[what]
            line += f"{theirs[what]:10.{digits}f}{own[what]:10.{digits}f}{ratio:10.2f}"
        print(line + f"{theirs['loss']:9.4f}{own['loss']:9.4f}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--train"]:
        print(json.dumps(train(*sys.argv[2:])))
    else:
        main()
