"""A character-level transformer out of scalars: one step, beside micrograd's engine.

    pip install '.[bench]' && python benchmarks/transformer.py

Width 16, 4 heads, 1 layer, a sequence of 8 characters, squared ReLU: forward and backward of a
graph of about 65,000 nodes. The same lines run with both engines' Values: products, sums, relu,
powers, and exp and log, which are written here for micrograd's Value.
"""

from __future__ import annotations

import importlib
import math
import random
from collections.abc import Callable, Sequence
from functools import reduce
from operator import add
from typing import Any

from measure import Measurement, Worker, alternate, median, ratio, rounds_asked, serve, table, timed
from smallest import Number

TEXT = "glassgrad"
LETTERS = sorted(set("abcdefghijklmnopqrstuvwxyz."))
WIDTH, HEADS = 16, 4
LONGEST = 16
PARTS = {
    "letters": (len(LETTERS), WIDTH),
    "places": (LONGEST, WIDTH),
    **dict.fromkeys(("queries", "keys", "values", "join"), (WIDTH, WIDTH)),
    "widen": (4 * WIDTH, WIDTH),
    "narrow": (WIDTH, 4 * WIDTH),
    "scores": (len(LETTERS), WIDTH),
}
"""The matrices of the network: rows and columns."""

Vector = list[Any]


class Transformer:
    """The network, out of an engine's Values.

    Args:
        make: makes a Value of a number.
        exp: gives the exponential of a Value.
        log: gives the logarithm of a Value.
        dot: gives the dot product of two vectors of Values.
        softmax: gives the probabilities of scores, where the engine has an operation for it.
        take: gives an item of a vector, where its place is a number of the engine.
    """

    def __init__(
        self,
        make: Callable[[float], Any],
        exp: Callable[[Any], Any],
        log: Callable[[Any], Any],
        dot: Callable[[Vector, Vector], Any],
        softmax: Callable[[Vector], Vector] | None = None,
        take: Callable[[Vector, Any], Any] | None = None,
    ) -> None:
        chance = random.Random(1)  # noqa: S311  # nothing secret about it
        self.parts = {
            name: [[make(chance.gauss(0.0, 0.2)) for _ in range(columns)] for _ in range(rows)]
            for name, (rows, columns) in PARTS.items()
        }
        self._exp, self._log, self._dot = exp, log, dot
        self._softmax, self._take = (
            softmax or self._softmax_by_hand,
            take or (lambda v, place: v[place]),
        )

    def loss(self, letters: Sequence[Any]) -> Any:
        """Return the mean cross entropy at the next character: minus the log of its probability."""
        losses = self.losses(letters)
        return _sum(losses) / len(losses)

    def losses(self, letters: Sequence[Any]) -> Vector:
        """Return the cross entropy at each character but the first, of characters as places."""
        found = zip(self.probabilities(letters[:-1]), letters[1:], strict=True)
        return [
            -self._log(self._take(probabilities, following)) for probabilities, following in found
        ]

    def probabilities(self, letters: Sequence[Any]) -> list[Vector]:
        """Return the probabilities of what follows each character."""
        keys: list[Vector] = []
        values: list[Vector] = []
        found = []
        columns = [list(column) for column in zip(*self.parts["letters"], strict=True)]
        for letter, place in zip(letters, self.parts["places"], strict=False):
            x = _plus([self._take(column, letter) for column in columns], place)
            x = _plus(x, self._attention(self._normalised(x), keys, values))
            hidden = self._through("widen", self._normalised(x))
            x = _plus(x, self._through("narrow", [number.relu() ** 2 for number in hidden]))
            found.append(self._softmax(self._through("scores", self._normalised(x))))
        return found

    def _attention(self, x: Vector, keys: list[Vector], values: list[Vector]) -> Vector:
        """Return what each head reads in the characters up to this one."""
        query = self._through("queries", x)
        keys.append(self._through("keys", x))
        values.append(self._through("values", x))
        read: Vector = []
        size = WIDTH // HEADS
        for head in range(0, WIDTH, size):
            own = slice(head, head + size)
            matches = [self._dot(query[own], key[own]) * size**-0.5 for key in keys]
            weights = self._softmax(matches)
            read += [self._dot(weights, [value[head + j] for value in values]) for j in range(size)]
        return self._through("join", read)

    def _through(self, name: str, x: Vector) -> Vector:
        return [self._dot(row, x) for row in self.parts[name]]

    def _normalised(self, x: Vector) -> Vector:
        scale = (self._dot(x, x) / len(x) + 1e-5) ** -0.5
        return [number * scale for number in x]

    def _softmax_by_hand(self, scores: Vector) -> Vector:
        largest = max(score.data for score in scores)
        powers = [self._exp(score - largest) for score in scores]
        total = _sum(powers)
        return [power / total for power in powers]


def places_of(text: str) -> list[int]:
    """Return the places of a text's characters among all."""
    return [LETTERS.index(letter) for letter in text]


def _plus(a: Vector, b: Vector) -> Vector:
    return [x + y for x, y in zip(a, b, strict=True)]


def _sum(numbers: Sequence[Any]) -> Any:
    return reduce(add, numbers)


def by_products(a: Vector, b: Vector) -> Any:
    """Return a.b, a node for each product and sum."""
    return _sum([x * y for x, y in zip(a, b, strict=True)])


def make_network(engine: str) -> Transformer:
    """Return the network out of an engine's Values."""
    if engine.startswith("glassgrad"):
        library = importlib.import_module("autograd")
        dot = library.dot if "dot" in engine else by_products
        return Transformer(library.Value, library.exp, library.log, dot)
    if engine == "plain class":
        return Transformer(Number, Number.exp, Number.log, by_products)
    value: Any = importlib.import_module("micrograd.engine").Value

    def exp(number: Any) -> Any:
        result = value(math.exp(number.data), (number,), "exp")

        def backward() -> None:
            number.grad += result.data * result.grad

        result._backward = backward
        return result

    def log(number: Any) -> Any:
        result = value(math.log(number.data), (number,), "log")

        def backward() -> None:
            number.grad += result.grad / number.data

        result._backward = backward
        return result

    return Transformer(value, exp, log, by_products)


def work(engine: str) -> None:
    """Measure one engine in this process."""
    network, places = make_network(engine), places_of(TEXT)
    parameters = [p for rows in network.parts.values() for row in rows for p in row]

    def run() -> Any:
        for parameter in parameters:
            parameter.grad = 0.0
        loss = network.loss(places)
        loss.backward()
        return loss

    def step() -> Measurement:
        seconds, loss = timed(run)
        return {"step": seconds, "result": loss.data + sum(p.grad for p in parameters)}

    def nodes() -> Measurement:
        loss = network.loss(places)
        seen, stack = {loss}, [loss]
        while stack:
            node = stack.pop()
            parents: Any = node.parents if hasattr(node, "parents") else node._prev
            fresh = set(parents) - seen
            seen |= fresh
            stack.extend(fresh)
        return {"nodes": len(seen)}

    serve({"step": step, "nodes": nodes})


ENGINES = ("glassgrad", "glassgrad, by dot", "plain class", "micrograd")


def measure(rounds: int) -> tuple[dict[str, list[Measurement]], dict[str, int]]:
    """Return the measurements of each engine, and how many nodes its graph has.

    Raises:
        SystemExit: the engines do not agree on the result.
    """
    workers = [Worker(__file__, engine) for engine in ENGINES]
    try:
        found = alternate(workers, "step", rounds)
        nodes = {worker.engine: int(worker.ask("nodes")["nodes"]) for worker in workers}
    finally:
        for worker in workers:
            worker.__exit__()
    results = [measured[0]["result"] for measured in found.values()]
    if max(results) - min(results) > 1e-9 * abs(results[0]):
        raise SystemExit(f"they disagree: {results}")
    return found, nodes


def step_table(found: dict[str, list[Measurement]], nodes: dict[str, int]) -> str:
    """Return the table, with ratios to micrograd."""
    slowest = found[ENGINES[-1]]
    rows = [
        [
            engine,
            f"{nodes[engine]:,}",
            f"{1000 * median(measured, 'step'):.1f}",
            f"{ratio(slowest, measured, 'step'):.1f}",
        ]
        for engine, measured in found.items()
    ]
    return table(["transformer, one step", "nodes", "ms", "times as fast"], rows)


def main() -> None:
    """Measure, and print the table."""
    rounds = rounds_asked("A transformer out of scalars.", work)
    if rounds is None:
        return
    print()
    print(step_table(*measure(rounds)))


if __name__ == "__main__":
    main()
