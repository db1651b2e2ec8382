"""The engine beside micrograd: plain Python and compiled, in one run.

    pip install '.[bench]' && python benchmarks/engine.py

- Scalar graph: one training step, forward and backward, of a 2-16-16-1 network with ReLU on 100
  points, with its squared error summed; written with `*`, `+` and `relu` alone, so that the engines
  record the same graph of about 65,000 nodes.
- `nn.MLP`: one step of the same network on 100 points with mean squared error, each engine by its
  own `MLP`.
- Growth: the scalar graph on fewer and on more points, time and memory for each node. Time is taken
  twice, the second time with Python's garbage collector off: the collector looks at interpreted
  nodes more often the more there are, and without it only the engine's own growth is left.
- Operations: each of those that people write, with Values and with plain numbers, in ns and as a
  multiple of a product of two Values; and whole passes as multiples of what they replace.

Times are those of one machine and one run; the ratios are worth keeping.
"""

from __future__ import annotations

import gc
import importlib
import random
import resource
import statistics
import time
import timeit
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import pairwise
from typing import Any

from measure import (
    Measurement,
    Worker,
    alternate,
    interpret,
    median,
    ratio,
    rounds_asked,
    serve,
    table,
    timed,
)

ENGINES = ("micrograd", "plain", "compiled")
SIZES = (2, 16, 16, 1)
POINTS = 100
NODES = 650  # of the scalar graph, for each point
OPERATIONS = (
    *("v * w", "v + w", "v - w", "v / w", "v**w", "-v", "abs(v)"),
    *("v * 2.0", "2.0 * v", "v * 2", "v + 1.0", "1.0 + v", "v - 1", "1 - v"),
    *("v / 2.0", "2.0 / v", "v**2", "v**-0.5", "2.0**v"),
    *("v.exp()", "v.log()", "v.sqrt()", "v.tanh()", "v.sigmoid()", "v.relu()", "v.sin()", "exp(v)"),
    *("sum([v, w, v, w])", "dot(values, values)", "dot(values, floats)", "dot(floats, values)"),
)
"""What is timed alone; `sum` is Python's own, which starts at 0, and the lists have 10 numbers."""
GROWTH = (1_000, 10_000, 100_000, 1_000_000, 3_000_000)


def forward(make: Callable[[float], Any], points: int = POINTS) -> Any:
    """Return the loss of the network on all points, as a node of the engine behind `make`."""
    rng = random.Random(1)  # noqa: S311  # nothing secret about it
    layers = [
        [
            ([make(rng.uniform(-1, 1)) for _ in range(inputs)], make(rng.uniform(-1, 1)))
            for _ in range(neurons)
        ]
        for inputs, neurons in pairwise(SIZES)
    ]
    loss = make(0.0)
    for _ in range(points):
        signals = [make(rng.uniform(-1, 1)) for _ in range(SIZES[0])]
        minus_target = make(rng.choice([-1.0, 1.0]))
        for layer in layers:
            sums = [_weighted_sum(weights, signals, bias) for weights, bias in layer]
            signals = sums if layer is layers[-1] else [total.relu() for total in sums]
        error = signals[0] + minus_target
        loss = loss + error * error
    return loss


def _weighted_sum(weights: Sequence[Any], signals: Sequence[Any], bias: Any) -> Any:
    total = bias
    for weight, signal in zip(weights, signals, strict=True):
        total = total + weight * signal
    return total


def scalar_step(make: Callable[[float], Any], points: int = POINTS, times: int = 10) -> Measurement:
    """Time a step of the scalar graph."""

    def step() -> Any:
        loss = forward(make, points)
        loss.backward()
        return loss

    seconds, loss = timed(step, times)
    return {"step": seconds, "result": loss.data}


def network_step(mlp: Callable[..., Any]) -> Measurement:
    """Time one step of the engine's own `MLP`."""
    rng = random.Random(1)  # noqa: S311  # nothing secret about it
    model = mlp(SIZES[0], list(SIZES[1:]))
    for parameter in model.parameters():
        parameter.data = rng.uniform(-1, 1)
    inputs = [[rng.uniform(-1, 1) for _ in range(SIZES[0])] for _ in range(POINTS)]
    targets = [rng.choice([-1.0, 1.0]) for _ in range(POINTS)]

    def step() -> Any:
        model.zero_grad()
        errors = [(model(x) - target) ** 2 for x, target in zip(inputs, targets, strict=True)]
        loss = sum(errors) / POINTS
        loss.backward()
        return loss

    seconds, loss = timed(step)
    return {"step": seconds, "result": loss.data + sum(p.grad for p in model.parameters())}


def growth(make: Callable[[float], Any], nodes: int) -> Measurement:
    """Time a step of about `nodes` nodes, with and without the collector; measure its memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    loss = forward(make, nodes // NODES)
    taken = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    del loss
    times = max(1, GROWTH[-1] // nodes // 10)
    step = scalar_step(make, nodes // NODES, times)["step"]
    gc.disable()
    uncollected = scalar_step(make, nodes // NODES, times)["step"]
    gc.enable()
    return {"bytes": taken / nodes, "step": step / nodes, "uncollected": uncollected / nodes}


def operations(library: Any) -> Measurement:
    """Time each operation alone, its result thrown away, in seconds of this thread."""
    names = {
        "v": library.Value(1.5),
        "w": library.Value(0.7),
        "values": [library.Value(0.1 * i) for i in range(10)],
        "floats": [0.1 * i for i in range(10)],
        "exp": library.exp,
        "dot": library.dot,
    }
    empty = _fastest("v", names)
    return {written: _fastest(written, names) - empty for written in OPERATIONS}


def _fastest(written: str, names: dict[str, Any], times: int = 2000) -> float:
    timer = timeit.Timer(written, globals=names, timer=time.thread_time)
    return min(timer.repeat(20, times)) / times


def passes(library: Any) -> Measurement:
    """Time `grad` and `recompute` of a network beside the same by hand."""
    rng = random.Random(1)  # noqa: S311  # nothing secret about it
    weights = [[rng.uniform(-1, 1) for _ in range(20)] for _ in range(20)]
    point = [rng.uniform(-1, 1) for _ in range(20)]

    def function(x: list[Any]) -> Any:
        for _ in range(2):
            x = [sum(w * v for w, v in zip(row, x, strict=True)).tanh() for row in weights]
        return sum(v * v for v in x)

    def by_hand() -> list[float]:
        x = [library.Value(number) for number in point]
        function(x).backward()
        return [v.grad for v in x]

    gradient = library.grad(function)
    leaves = [library.Value(number) for number in point]
    output = function(leaves)
    return {
        "grad(f)(x)": timed(lambda: gradient(point))[0],
        "Values and backward()": timed(by_hand)[0],
        "recompute()": timed(output.recompute)[0],
        "the graph anew": timed(lambda: function(leaves))[0],
    }


def work(engine: str) -> None:
    """Measure one engine in this process."""
    if engine == "micrograd":
        library, network = importlib.import_module("micrograd.engine"), "micrograd.nn"
    else:
        if engine == "plain":
            interpret("autograd")
        library, network = importlib.import_module("autograd"), "nn"
    value = library.Value
    serve(
        {
            "is compiled": lambda: {"yes": library.__compiled__},
            "scalar graph": lambda: scalar_step(value),
            "nn.MLP": lambda: network_step(importlib.import_module(network).MLP),
            "growth": lambda nodes: growth(value, nodes),
            "operations": lambda: operations(library),
            "passes": lambda: passes(library),
        }
    )


def main() -> None:
    """Measure all engines and print the tables."""
    rounds = rounds_asked("The engine beside micrograd.", work)
    if rounds is None:
        return
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker(__file__, name)) for name in ENGINES]
        if not workers[-1].ask("is compiled")["yes"]:
            print("glassgrad is installed interpreted: nothing compiled is measured.")
            del workers[-1]
        for job in ("scalar graph", "nn.MLP"):
            compare(job, workers, rounds)
        for worker in workers[1:]:
            list_operations(worker, rounds)
    for worker in workers[1:]:
        # One round is a trial, for which the largest graphs take too long.
        grow(worker.engine, GROWTH if rounds > 1 else GROWTH[:3])


def compare(job: str, workers: Sequence[Worker], rounds: int) -> None:
    """Print the table of a job: each engine against the first.

    Raises:
        SystemExit: the engines do not agree on the result.
    """
    found = alternate(workers, job, rounds)
    first = found[workers[0].engine]
    rows = []
    for engine, measurements in found.items():
        result, expected = measurements[0]["result"], first[0]["result"]
        if abs(result - expected) > 1e-9 * abs(expected):
            raise SystemExit(f"{engine} disagrees about {job}: {result}, expected {expected}")
        step = 1000 * median(measurements, "step")
        rows.append([engine, f"{step:.1f}", f"{ratio(first, measurements, 'step'):.1f}"])
    print(f"\nOne step, {job}\n\n{table(['engine', 'ms', 'times as fast'], rows)}")


def list_operations(worker: Worker, rounds: int) -> None:
    """Print what operations and passes take, and the ratios within one run."""
    found = alternate([worker], "operations", rounds)[worker.engine]
    rows = []
    for written in OPERATIONS:
        share = statistics.median(one[written] / one["v * w"] for one in found)
        rows.append([f"`{written}`", f"{1e9 * median(found, written):.0f}", f"{share:.1f}"])
    print(f"\nOperations, {worker.engine}\n\n{table(['operation', 'ns', 'of `v * w`'], rows)}")
    found = alternate([worker], "passes", rounds)[worker.engine]
    rows = []
    for new, old in (("grad(f)(x)", "Values and backward()"), ("recompute()", "the graph anew")):
        share = statistics.median(one[new] / one[old] for one in found)
        rows.append([f"{new} of {old}", f"{share:.2f}"])
    print(f"\nPasses, {worker.engine}\n\n{table(['pass', 'ratio'], rows)}")


def grow(engine: str, sizes: Sequence[int]) -> None:
    """Print time and memory for each node as the graph of an engine grows."""
    rows = []
    for nodes in sizes:
        with Worker(__file__, engine) as worker:  # a new process: its peak of memory is still low
            found = worker.ask("growth", nodes)
        times = [f"{1e9 * found[name]:.0f}" for name in ("step", "uncollected")]
        rows.append([f"{nodes:,}", *times, f"{found['bytes']:.0f}"])
    header = ["nodes", "ns a node", "collector off", "bytes a node"]
    print(f"\nGrowth, {engine}\n\n{table(header, rows)}")


if __name__ == "__main__":
    main()
