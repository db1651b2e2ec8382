"""Two moons told apart: from `import` to 97 % of 100 points right, a process for each library.

    pip install '.[bench,peers]' && python benchmarks/moons.py

Every library trains the same 2-16-16-1 ReLU network from the same weights, by gradient descent on
the mean squared error of all points, and stops at the same step. The time is that of the whole
process, from its start: it includes importing the library, and compiling.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

RATE = 0.3
GOAL = 0.97
MOST_STEPS = 5_000

Problem = dict[str, Any]
"""`layers`: for each layer its rows, a neuron's weights and then its bias; and `x` and `y`."""


def make_problem() -> Problem:
    """Return the network to start with, and the points."""
    import random  # noqa: PLC0415  # the contestants do not need it

    import nn  # noqa: PLC0415  # most contestants do not need it

    chance = random.Random(2)  # noqa: S311  # nothing secret about it
    layers = [
        [[chance.uniform(-1, 1) / a**0.5 for _ in range(a + 1)] for _ in range(b)]
        for a, b in ((2, 16), (16, 16), (16, 1))
    ]
    x, y = nn.datasets.moons(100, noise=0.1, seed=1)
    return {"layers": layers, "x": [list(map(float, row)) for row in x], "y": list(map(float, y))}


def right(outputs: Any, targets: Any) -> float:
    """Return the share of right answers."""
    pairs = list(zip(outputs, targets, strict=True))
    return sum(bool((output > 0.5) == (target > 0.5)) for output, target in pairs) / len(pairs)


def glassgrad(problem: Problem) -> int:
    """Train by `fit`, as in Keras, with a callback that stops."""
    import nn  # noqa: PLC0415

    class Stop(nn.callbacks.Callback):
        epochs = 0

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.epochs = epoch
            self.model.stop_training = logs["accuracy"] >= GOAL

    model = nn.Sequential([nn.Dense(16, "relu", input_dim=2), nn.Dense(16, "relu"), nn.Dense(1)])
    weights = []
    for layer in problem["layers"]:
        *columns, biases = zip(*layer, strict=True)
        weights += [[list(column) for column in columns], list(biases)]
    model.set_weights(weights)
    model.compile(nn.optimizers.SGD(RATE), "mse", ["accuracy"])
    stop = Stop()
    model.fit(
        problem["x"],
        problem["y"],
        batch_size=100,
        epochs=MOST_STEPS,
        verbose=0,
        callbacks=stop,
        shuffle=False,
    )
    return stop.epochs


def on_graphs(problem: Problem, library: str) -> int:
    """Train an engine's own MLP, as micrograd's examples do."""
    model = importlib.import_module(library).MLP(2, [16, 16, 1])
    numbers = [number for layer in problem["layers"] for row in layer for number in row]
    for parameter, number in zip(model.parameters(), numbers, strict=True):
        parameter.data = number
    for step in range(MOST_STEPS):
        outputs = [model(row) for row in problem["x"]]
        if right([output.data for output in outputs], problem["y"]) >= GOAL:
            return step
        errors = [(o - t) ** 2 for o, t in zip(outputs, problem["y"], strict=True)]
        model.zero_grad()
        (sum(errors) / len(errors)).backward()
        for parameter in model.parameters():
            parameter.data -= RATE * parameter.grad
    raise SystemExit("the goal was not reached")


def pytorch(problem: Problem) -> int:
    """Train PyTorch's layers by its optimiser, on tensors."""
    import torch  # noqa: PLC0415

    torch.set_num_threads(1)
    modules: list[Any] = []
    for layer in problem["layers"]:
        rows = torch.tensor(layer, dtype=torch.float64)
        linear = torch.nn.Linear(rows.shape[1] - 1, rows.shape[0], dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(rows[:, :-1])
            linear.bias.copy_(rows[:, -1])
        modules += [linear, torch.nn.ReLU()]
    model = torch.nn.Sequential(*modules[:-1])
    x = torch.tensor(problem["x"], dtype=torch.float64)
    y = torch.tensor(problem["y"], dtype=torch.float64)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    for step in range(MOST_STEPS):
        outputs = model(x)[:, 0]
        if ((outputs > 0.5) == (y > 0.5)).double().mean().item() >= GOAL:
            return step
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(outputs, y).backward()
        optimizer.step()
    raise SystemExit("the goal was not reached")


def jax(problem: Problem) -> int:
    """Train by a step that JAX has compiled."""
    import jax  # noqa: PLC0415

    jax.config.update("jax_enable_x64", True)
    jnp: Any = jax.numpy
    layers: Any = [jnp.array(layer) for layer in problem["layers"]]
    x, y = jnp.array(problem["x"]), jnp.array(problem["y"])

    def error(layers: Any) -> tuple[Any, Any]:
        signals = x
        for layer in layers:
            signals = signals @ layer[:, :-1].T + layer[:, -1]
            signals = signals if layer is layers[-1] else jax.nn.relu(signals)
        outputs = signals[:, 0]
        return jnp.mean((outputs - y) ** 2), jnp.mean((outputs > 0.5) == (y > 0.5), dtype=float)

    def descend(layers: Any) -> tuple[Any, Any]:
        (_, share), slopes = jax.value_and_grad(error, has_aux=True)(layers)
        return [a - RATE * s for a, s in zip(layers, slopes, strict=True)], share

    descend = jax.jit(descend)
    for step in range(MOST_STEPS):
        layers, share = descend(layers)
        if share >= GOAL:
            return step
    raise SystemExit("the goal was not reached")


ENGINES: dict[str, tuple[str, Callable[[Problem], int]]] = {
    "glassgrad, fit": ("llvmlite", glassgrad),
    "glassgrad, on graphs": ("autograd", lambda problem: on_graphs(problem, "nn")),
    "micrograd": ("micrograd", lambda problem: on_graphs(problem, "micrograd.nn")),
    "PyTorch": ("torch", pytorch),
    "jax.jit": ("jax", jax),
}
"""For each engine, the package that it needs, and the function that trains."""


def race(rounds: int) -> dict[str, list[dict[str, float]]]:
    """Return each engine's seconds in each round, and the step at which it stopped."""
    from importlib.util import find_spec  # noqa: PLC0415  # the contestants do not need it

    found: dict[str, list[dict[str, float]]] = {
        engine: [] for engine, (package, _) in ENGINES.items() if find_spec(package)
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "problem.json"
        file.write_text(json.dumps(make_problem()), encoding="utf-8")
        for _ in range(rounds):
            for engine, results in found.items():
                start = time.perf_counter()
                done = subprocess.run(  # noqa: S603  # this program
                    [sys.executable, __file__, "--worker", engine, str(file)],
                    capture_output=True,
                    text=True,
                    check=True,
                )
                seconds = time.perf_counter() - start
                results.append({"seconds": seconds, "steps": float(done.stdout)})
    return found


def race_table(found: dict[str, list[dict[str, float]]]) -> str:
    """Return the table, with ratios to the first."""
    from measure import median, ratio, table  # noqa: PLC0415  # the contestants do not need it

    first = next(iter(found.values()))
    rows = [
        [
            engine,
            f"{median(results, 'seconds'):.2f} s",
            f"{results[0]['steps']:.0f}",
            f"{ratio(results, first, 'seconds'):.1f}",
        ]
        for engine, results in found.items()
    ]
    return table(["moons, from import to 97 %", "time", "steps", "times as long"], rows)


def main() -> None:
    """Race, and print the table."""
    parser = argparse.ArgumentParser(description="Two moons told apart.")
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        engine, file = arguments.worker
        print(ENGINES[engine][1](json.loads(Path(file).read_text(encoding="utf-8"))))
        return
    print(race_table(race(arguments.rounds)))


if __name__ == "__main__":
    main()
