"""A small network's step on compiled code, beside tensor libraries and others that compile.

    pip install '.[bench,peers]' && python benchmarks/network.py

- Step: a 2-16-16-1 network with ReLU on 100 points, its mean squared error and the gradient by all
  337 parameters, for arrays that come from Python. Peers get one thread.
- Width: the same with wider hidden layers, beside PyTorch.
- Compile time: of graphs of sums and products, by their nodes.

Times are those of one machine and one run; the ratios are worth keeping.
"""

from __future__ import annotations

import importlib
import os
import random
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import numpy as np
from measure import Measurement, Worker, alternate, median, ratio, rounds_asked, serve, table

POINTS = 100
WIDTHS = (8, 16, 32, 64, 96, 128)
NODES = (1_000, 10_000, 100_000)
SECONDS = 0.05
"""A round repeats a step for about so long."""

Step = Callable[[], Any]


class Problem:
    """A network, its parameters and its data, the same for all engines.

    Args:
        width: neurons in each of the two hidden layers.
        activation: activation of the hidden layers.
    """

    def __init__(self, width: int = 16, activation: str = "relu") -> None:
        self.sizes = (2, width, width, 1)
        self.activation = activation
        chance = random.Random(1)  # noqa: S311  # nothing secret about it
        # Each layer has a row for each neuron: its weights, then its bias.
        self.layers = [
            np.array([[chance.uniform(-1, 1) for _ in range(a + 1)] for _ in range(b)])
            for a, b in pairwise(self.sizes)
        ]
        self.parameters = np.concatenate([layer.ravel() for layer in self.layers])
        self.x = np.array([[chance.uniform(-1, 1) for _ in "ab"] for _ in range(POINTS)])
        self.y = np.array([chance.choice([-1.0, 1.0]) for _ in range(POINTS)])


def compiled(problem: Problem, backend: str) -> Step:
    """Return one step of glassgrad on compiled code."""
    import autograd  # noqa: PLC0415  # each worker imports its own engine alone
    import nn  # noqa: PLC0415

    model: Any = nn.MLP(2, problem.sizes[1:], activation=problem.activation, seed=1)

    def error(parameters: Any, x: Any, y: Any) -> Any:
        return (model.stateless_call(parameters, x) - y) ** 2

    both = autograd.compile(error, batch=(1, 2), reduce="mean", backend=backend).value_and_grad
    parameters, x, y = problem.parameters, problem.x, problem.y
    return lambda: both(parameters, x, y)


def on_graphs(problem: Problem, library: str) -> Step:
    """Return one step of an engine's own MLP on a graph of Values."""
    model = importlib.import_module(library).MLP(2, list(problem.sizes[1:]))
    parameters = model.parameters()
    for parameter, number in zip(parameters, problem.parameters, strict=True):
        parameter.data = float(number)
    x, y = problem.x.tolist(), problem.y.tolist()

    def step() -> tuple[float, list[float]]:
        model.zero_grad()
        loss = sum((model(row) - target) ** 2 for row, target in zip(x, y, strict=True)) / POINTS
        loss.backward()
        return loss.data, [p.grad for p in parameters]

    return step


def pytorch(problem: Problem, kind: str) -> Step:
    """Return one step of PyTorch's own layers, eager, on tensors of this kind."""
    import torch  # noqa: PLC0415

    torch.set_num_threads(1)
    dtype = getattr(torch, kind)
    modules: list[Any] = []
    for layer in problem.layers:
        linear = torch.nn.Linear(layer.shape[1] - 1, layer.shape[0], dtype=dtype)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(layer[:, :-1]))
            linear.bias.copy_(torch.tensor(layer[:, -1]))
        modules += [linear, torch.nn.ReLU() if problem.activation == "relu" else torch.nn.Tanh()]
    model = torch.nn.Sequential(*modules[:-1])
    parameters = list(model.parameters())
    x = torch.tensor(problem.x, dtype=dtype)
    y = torch.tensor(problem.y, dtype=dtype).reshape(-1, 1)
    loss_of = torch.nn.MSELoss()

    def step() -> tuple[float, list[Any]]:
        model.zero_grad()
        loss = loss_of(model(x), y)
        loss.backward()
        return loss.item(), [p.grad for p in parameters]

    return step


def jax(problem: Problem, kind: str) -> Step:
    """Return one step of a function that JAX has compiled, on arrays of this kind."""
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    import jax  # noqa: PLC0415

    jax.config.update("jax_enable_x64", True)
    jnp: Any = jax.numpy
    activation: Any = jax.nn.relu if problem.activation == "relu" else jnp.tanh
    layers = [(jnp.array(a[:, :-1], kind), jnp.array(a[:, -1], kind)) for a in problem.layers]
    x, y = jnp.array(problem.x, kind), jnp.array(problem.y, kind)

    def error(layers: Any, x: Any, y: Any) -> Any:
        for weights, biases in layers[:-1]:
            x = activation(x @ weights.T + biases)
        weights, biases = layers[-1]
        return jnp.mean(((x @ weights.T + biases)[:, 0] - y) ** 2)

    both = jax.jit(jax.value_and_grad(error))
    return lambda: jax.block_until_ready(both(layers, x, y))


def casadi(problem: Problem) -> Step:
    """Return one step of a CasADi function of scalars, mapped over the points."""
    import casadi  # noqa: PLC0415

    p, x, y = casadi.SX.sym("p", len(problem.parameters)), casadi.SX.sym("x", 2), casadi.SX.sym("y")
    start, signals = 0, x
    for layer in problem.layers:
        neurons, size = layer.shape
        weights = casadi.reshape(p[start : start + layer.size], size, neurons).T
        start += layer.size
        signals = weights[:, :-1] @ signals + weights[:, -1]
        if layer is not problem.layers[-1]:
            relu = problem.activation == "relu"
            signals = casadi.fmax(signals, 0) if relu else casadi.tanh(signals)
    error = (signals - y) ** 2 / POINTS
    one = casadi.Function("one", [p, x, y], [error, casadi.gradient(error, p)])
    every = one.map("every", "serial", POINTS, [0], [0, 1])
    columns, row = np.asfortranarray(problem.x.T), problem.y.reshape(1, -1)
    return lambda: every(problem.parameters, columns, row)


ENGINES: dict[str, tuple[str, Callable[[Problem], Step]]] = {
    "glassgrad, LLVM": ("llvmlite", lambda problem: compiled(problem, "llvm")),
    "glassgrad, NumPy": ("numpy", lambda problem: compiled(problem, "numpy")),
    "glassgrad, Python code": ("autograd", lambda problem: compiled(problem, "python")),
    "glassgrad, on graphs": ("autograd", lambda problem: on_graphs(problem, "nn")),
    "micrograd": ("micrograd", lambda problem: on_graphs(problem, "micrograd.nn")),
    "PyTorch, float64": ("torch", lambda problem: pytorch(problem, "float64")),
    "PyTorch, float32": ("torch", lambda problem: pytorch(problem, "float32")),
    "jax.jit, float64": ("jax", lambda problem: jax(problem, "float64")),
    "jax.jit, float32": ("jax", lambda problem: jax(problem, "float32")),
    "CasADi, SX": ("casadi", casadi),
}
"""For each engine, the package that it needs, and the function that returns one step."""


def those_there(engines: Sequence[str]) -> list[str]:
    """Return the engines whose packages are installed; print which are not."""
    there = [engine for engine in engines if find_spec(ENGINES[engine][0])]
    for package in sorted({ENGINES[e][0] for e in engines} - {ENGINES[e][0] for e in there}):
        print(f"({package} is not installed, and so left out.)")
    return there


def work(engine: str) -> None:
    """Measure one engine in this process."""
    steps: dict[tuple[float, float], tuple[Step, int]] = {}

    def step(width: float, relu: float = 1.0) -> Measurement:
        if (width, relu) not in steps:
            problem = Problem(int(width), "relu" if relu else "tanh")
            fresh = ENGINES[engine][1](problem)
            fresh()  # the first call compiles
            start = time.perf_counter()
            fresh()
            taken = time.perf_counter() - start
            steps[width, relu] = fresh, max(1, int(SECONDS / taken))
        run, count = steps[width, relu]
        start = time.perf_counter()
        for _ in range(count):
            run()
        seconds = (time.perf_counter() - start) / count
        return {"step": seconds, "result": float(np.asarray(run()[0]).ravel()[0])}

    serve({"step": step, "compile": compile_time})


def compare(
    engines: Sequence[str], rounds: int, width: int = 16, *, relu: bool = True
) -> dict[str, list[Measurement]]:
    """Return the measurements of each engine, one for each round of steps; with ReLU or tanh.

    Raises:
        SystemExit: the engines do not agree on the loss.
    """
    workers = [Worker(__file__, engine) for engine in engines]
    try:
        found = alternate(workers, "step", rounds, width, relu)
    finally:
        for worker in workers:
            worker.__exit__()
    expected = found[engines[0]][0]["result"]
    for engine, measurements in found.items():
        result = measurements[0]["result"]
        if abs(result - expected) > (1e-4 if "float32" in engine else 1e-9) * abs(expected):
            raise SystemExit(f"{engine} disagrees: the loss is {result}, expected {expected}")
    return found


def in_words(seconds: float) -> str:
    """Return a time with its unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def step_table(found: dict[str, list[Measurement]], title: str = "one step") -> str:
    """Return the table of one step, with ratios to the first engine's."""
    first = next(iter(found.values()))
    rows = [
        [engine, in_words(median(measured, "step")), f"{ratio(measured, first, 'step'):,.1f}"]
        for engine, measured in found.items()
    ]
    return table([title, "time", "times as long"], rows)


TENSORS = [
    "glassgrad, LLVM",
    *("PyTorch, float64", "PyTorch, float32", "jax.jit, float64", "jax.jit, float32"),
]


def tanh_table(rounds: int) -> str:
    """Return the table of one step of the network with tanh."""
    found = compare(those_there(TENSORS), rounds, relu=False)
    return step_table(found, "one step, tanh instead of ReLU")


def by_width(
    rounds: int, widths: Sequence[int] = WIDTHS
) -> dict[int, dict[str, list[Measurement]]]:
    """Return for each width what `compare` returns for LLVM and PyTorch."""
    engines = those_there(["glassgrad, LLVM", "PyTorch, float64", "PyTorch, float32"])
    return {width: compare(engines, rounds, width) for width in widths}


def width_table(found: dict[int, dict[str, list[Measurement]]]) -> str:
    """Return the table of widths, with ratios to the first engine's."""
    engines = list(next(iter(found.values())))
    rows = []
    for width, measured in found.items():
        first = measured[engines[0]]
        row = [str(width), in_words(median(first, "step"))]
        for engine in engines[1:]:
            times = ratio(measured[engine], first, "step")
            row.append(f"{in_words(median(measured[engine], 'step'))}, {times:.2f} times as long")
        rows.append(row)
    return table(["hidden width", *engines], rows)


def compile_time(nodes: float) -> Measurement:
    """Time the recording and compiling of value and gradient of so many nodes."""
    import autograd  # noqa: PLC0415

    autograd.compile(lambda x: x * 1.5, backend="llvm").value_and_grad(1.0)  # imports, untimed

    def graph(inputs: list[Any]) -> Any:
        chance = random.Random(1)  # noqa: S311  # nothing secret about it
        numbers = list(inputs)
        while len(numbers) < nodes:
            a, b = (numbers[-chance.randint(1, 50)] for _ in "ab")
            way = chance.randrange(4)
            numbers.append([a + b, a * b, autograd.relu(a), autograd.tanh(a)][way])
        return autograd.sum(numbers[-50:])

    start = time.perf_counter()
    autograd.compile(graph, backend="llvm").value_and_grad([0.01 * i for i in range(50)])
    return {"seconds": time.perf_counter() - start}


def compile_table() -> str:
    """Return the table of compile times."""
    rows = []
    for nodes in NODES:
        with Worker(__file__, "glassgrad, LLVM") as worker:
            rows.append([f"{nodes:,}", in_words(worker.ask("compile", nodes)["seconds"])])
    return table(["nodes", "to record and compile value and gradient"], rows)


def main() -> None:
    """Measure, and print the tables."""
    rounds = rounds_asked("A small network's step beside its peers.", work)
    if rounds is None:
        return
    print()
    print(f"A 2-16-16-1 network with ReLU, {POINTS} points: loss and gradient.\n")
    print(step_table(compare(those_there(list(ENGINES)), rounds)), end="\n\n")
    print(tanh_table(rounds), end="\n\n")
    print(width_table(by_width(rounds)), end="\n\n")
    print(compile_table())


if __name__ == "__main__":
    main()
