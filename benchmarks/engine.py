"""The engine beside micrograd: one training step of a small network, as a graph of scalars.

    pip install '.[bench]' && python benchmarks/engine.py

A 2-16-16-1 network with ReLU on 100 points, its squared error summed: forward and backward, written
with `*`, `+` and `relu` alone, so that both engines record the same graph of about 65,000 nodes.
Rounds alternate between the engines; the ratio is the one of medians. Times are those of one
machine and one run; only the ratio is worth keeping.
"""

from __future__ import annotations

import argparse
import gc
import platform
import random
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import pairwise
from typing import Any

import micrograd.engine

import autograd

SIZES = (2, 16, 16, 1)
POINTS = 100


def forward(make: Callable[[float], Any], seed: int = 1) -> Any:
    """Return the loss of the network on all points, as a node of the engine that `make` makes."""
    rng = random.Random(seed)  # noqa: S311  # nothing secret about it
    layers = [
        [
            ([make(rng.uniform(-1, 1)) for _ in range(inputs)], make(rng.uniform(-1, 1)))
            for _ in range(neurons)
        ]
        for inputs, neurons in pairwise(SIZES)
    ]
    loss = make(0.0)
    for _ in range(POINTS):
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


@dataclass
class Engine:
    """One engine, and what was measured of it (seconds, one number a round)."""

    name: str
    make: Callable[[float], Any]
    parents: Callable[[Any], Sequence[Any]]
    forwards: list[float] = field(default_factory=list)
    backwards: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)

    def measure(self) -> None:
        """Time one step, with no garbage left over from another."""
        gc.collect()
        start = time.perf_counter()
        loss = forward(self.make)
        middle = time.perf_counter()
        loss.backward()
        end = time.perf_counter()
        self.forwards.append(middle - start)
        self.backwards.append(end - middle)
        self.steps.append(end - start)

    def size(self) -> tuple[int, float]:
        """Return how many nodes the graph has, and how many bytes a node takes after a step."""
        gc.collect()
        tracemalloc.start()
        loss = forward(self.make)
        loss.backward()
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        seen, stack = {loss}, [loss]
        while stack:
            fresh = set(self.parents(stack.pop())) - seen
            seen |= fresh
            stack.extend(fresh)
        return len(seen), taken / len(seen)


def main() -> None:
    """Measure both engines and print the table."""
    parser = argparse.ArgumentParser(description="The engine beside micrograd.")
    parser.add_argument("--rounds", type=int, default=9, help="default: %(default)s")
    rounds: int = parser.parse_args().rounds
    if rounds < 1:
        parser.error(f"expected at least 1 round, received {rounds}")

    engines = (
        Engine(
            f"micrograd {version('micrograd')}", micrograd.engine.Value, lambda node: node._prev
        ),
        Engine(f"glassgrad {version('glassgrad')}", autograd.Value, lambda node: node.parents),
    )
    losses = [forward(engine.make).data for engine in engines]
    if losses[0] != losses[1]:
        raise SystemExit(f"the engines disagree: the losses are {losses}")
    for _ in range(rounds):
        for engine in engines:
            engine.measure()

    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()},")
    print(f"{rounds} rounds, medians. A 2-16-16-1 ReLU network on {POINTS} points, one step.\n")
    print("| engine | nodes | bytes a node | forward ms | backward ms | step ms | ratio |")
    print("|---|---|---|---|---|---|---|")
    slowest = statistics.median(engines[0].steps)
    for engine in engines:
        nodes, size = engine.size()
        step = statistics.median(engine.steps)
        times = (statistics.median(engine.forwards), statistics.median(engine.backwards), step)
        shown = " | ".join(f"{1000 * seconds:.1f}" for seconds in times)
        print(f"| {engine.name} | {nodes:,} | {size:.0f} | {shown} | {slowest / step:.1f}x |")


if __name__ == "__main__":
    main()
