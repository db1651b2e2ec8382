"""A transformer of 4,192 numbers that learns names, letter by letter, on scalars and on tensors.

    pip install '.[bench,peers]' xad && python benchmarks/microgpt.py

- Step: forward, backward and Adam's update on one name, for weights that live in Python's lists or
  in NumPy's arrays. Peers get one thread and doubles.
- Run: a whole program, from its import to the names that it makes up after so many steps.

The network is that of `transformer.py`, whose lines run with all scalar engines: nodes in Python,
XAD's tape in C++, and CasADi's graph, which is recorded once and run by its own machine. Of
tensors it is written once for PyTorch and JAX, and once by hand, backward pass and all, in NumPy.
"""

from __future__ import annotations

import argparse
import importlib
import math
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from functools import cache, partial, reduce
from importlib.util import find_spec
from typing import Any

import numpy as np
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
from transformer import (
    HEADS,
    LETTERS,
    LONGEST,
    PARTS,
    Transformer,
    by_products,
    make_network,
    places_of,
)

TEXT = """
ada alan albert alicia amelia ana anna antonio arthur beatriz benjamin blanca carlos carmen
charles clara daniel david diego edith elena elias emil emma enrique ernesto eva felix fernando
francisco gabriel george grace gustavo hannah helena henry hugo ignacio ines isaac isabel ivan
jaime james javier jean joaquin john jorge jose juan julia karl katherine laura leon leonardo
lidia lucia luis manuel marcos margarita maria marie mario martin max mercedes miguel niels nora
olga oscar pablo paul pedro pilar rafael ramon raquel richard roberto rosa rosalind samuel sara
sofia sonia teresa thomas vera victor william ximena
"""
NAMES = TEXT.split()
RATE, BETAS, TINY = 0.01, (0.85, 0.99), 1e-8
SHAPES = [PARTS[name] for name in sorted(PARTS)]
COUNT = sum(rows * columns for rows, columns in SHAPES)
PROGRAM = ExitStack()
"""What lasts to the program's end."""

Step = Callable[[Sequence[int], float], float]
"""Does one step on a name, as places of letters, at a rate, and returns the loss before it."""

Probabilities = Callable[[Sequence[int]], Sequence[float]]
"""Returns the probabilities of the letter that follows some letters."""


def padded(name: str) -> list[int]:
    """Return the places of a name between two full stops."""
    return places_of(f".{name}.")


def first_weights() -> dict[str, list[list[float]]]:
    """Return the weights that every engine starts from."""
    return Transformer(float, math.exp, math.log, lambda *_: None).parts


def filled(places: Sequence[int]) -> tuple[list[int], list[float]]:
    """Return places filled up to the longest name, and the weight of each letter in the mean."""
    count, rest = len(places) - 1, LONGEST + 1 - len(places)
    return [*places, *[0] * rest], [1 / count] * count + [0.0] * rest


class Adam:
    """Adam's update of an array of weights, in place."""

    def __init__(self, weights: Any) -> None:
        self._weights, self._number = weights, 0
        self._mean, self._square = np.zeros_like(weights), np.zeros_like(weights)

    def __call__(self, gradient: Any, rate: float) -> None:
        """Update the weights."""
        self._number += 1
        self._mean += (1 - BETAS[0]) * (gradient - self._mean)
        self._square += (1 - BETAS[1]) * (gradient * gradient - self._square)
        mean = self._mean / (1 - BETAS[0] ** self._number)
        square = self._square / (1 - BETAS[1] ** self._number)
        self._weights -= rate * mean / (np.sqrt(square) + TINY)


def flat(parts: dict[str, list[list[float]]]) -> Any:
    """Return all weights in one array."""
    return np.array([x for name in sorted(parts) for row in parts[name] for x in row])


def parts_of(numbers: Iterable[Any]) -> dict[str, list[list[Any]]]:
    """Return the matrices of the network, of numbers in the order of `flat`."""
    rest = iter(numbers)
    return {
        name: [[next(rest) for _ in range(columns)] for _ in range(rows)]
        for name, (rows, columns) in sorted(PARTS.items())
    }


# ------------------------------------------------------------------ scalars


def by_nodes(engine: str, *, plain: bool = False) -> tuple[Step, Probabilities]:
    """Return step and probabilities of an engine of nodes, with the update that its programs write.

    As in these programs, the last graph is there until the next one is: `loss` is not let go.

    Args:
        engine: which engine.
        plain: whether glassgrad runs interpreted, and without Python's garbage collector, which its
            graphs have no need of. Peers need it: a class whose `backward` has a recursive function
            inside leaves cycles behind, which would fill the memory.
    """
    if plain:
        interpret("autograd")
        PROGRAM.enter_context(importlib.import_module("autograd").without_collector())
    network = make_network(engine)
    names = sorted(network.parts)
    parameters = [p for name in names for row in network.parts[name] for p in row]
    means, squares, steps = [0.0] * COUNT, [0.0] * COUNT, 0
    loss: Any = None

    def step(places: Sequence[int], rate: float) -> float:
        nonlocal loss, steps
        loss = network.loss(places)
        loss.backward()
        steps += 1
        for i, p in enumerate(parameters):
            means[i] = BETAS[0] * means[i] + (1 - BETAS[0]) * p.grad
            squares[i] = BETAS[1] * squares[i] + (1 - BETAS[1]) * p.grad**2
            mean = means[i] / (1 - BETAS[0] ** steps)
            square = squares[i] / (1 - BETAS[1] ** steps)
            p.data -= rate * mean / (square**0.5 + TINY)
            p.grad = 0.0
        return float(loss.data)

    return step, lambda places: [
        probability.data for probability in network.probabilities(places)[-1]
    ]


def by_tape(backend: str = "auto", *, mask: bool = False) -> tuple[Step, Probabilities]:
    """Return step and probabilities of glassgrad's compiled steps.

    Args:
        backend: as for `compile_step`.
        mask: whether names are filled up to one length, so that all is recorded once.
    """
    autograd = importlib.import_module("autograd")
    network = Transformer(
        float, autograd.exp, autograd.log, autograd.dot, autograd.softmax, autograd.take
    )
    weights = {name: np.array(rows) for name, rows in network.parts.items()}
    gradients = {name: np.zeros_like(rows) for name, rows in weights.items()}
    memory = np.zeros(2 * COUNT)
    powers = [1.0, 1.0]

    def update(w: Any, gradient: Any, memory: Any, settings: Any) -> Any:
        rate, of_mean, of_square = settings
        mean = BETAS[0] * memory[0] + (1.0 - BETAS[0]) * gradient
        square = BETAS[1] * memory[1] + (1.0 - BETAS[1]) * gradient * gradient
        step = rate * (mean / of_mean) / (autograd.sqrt(square / of_square) + TINY)
        return w - step, [mean, square]

    def loss(parts: Any, places: Any) -> Any:
        network.parts = parts
        return network.loss(places)

    def masked(parts: Any, places: Any, counts: Any) -> Any:
        network.parts = parts
        return autograd.dot(counts, network.losses(places))

    compiled = autograd.compile_step(masked if mask else loss, update, backend=backend)

    def step(places: Sequence[int], rate: float) -> float:
        powers[:] = (power * beta for power, beta in zip(powers, BETAS, strict=True))
        data = [np.array([places], dtype=float)]
        if mask:
            data = [np.array([part], dtype=float) for part in filled(places)]
        settings = [rate, 1.0 - powers[0], 1.0 - powers[1]]
        found, _ = compiled(weights, gradients, memory, settings, *data)
        return float(found)

    def probabilities_of(parts: Any, places: Any) -> Any:
        network.parts = parts
        return network.probabilities(places)

    compiled_probabilities = autograd.compile(probabilities_of, backend=backend)

    def probabilities(places: Sequence[int]) -> Any:
        # What comes after a letter has no say in its probabilities.
        rest = [0] * (LONGEST - len(places)) if mask else []
        return compiled_probabilities(weights, np.array([*places, *rest], dtype=float))[
            len(places) - 1
        ]

    return step, probabilities


def by_xad() -> tuple[Step, Probabilities]:
    """Return step and probabilities of XAD, whose numbers of C++ are recorded at every step."""
    xad: Any = importlib.import_module("xad.adj_1st")
    functions: Any = importlib.import_module("xad.math")
    xad.Real.relu = lambda x: functions.max(x, 0.0)
    xad.Real.data = property(xad.Real.getValue)
    network = Transformer(float, functions.exp, functions.log, by_products)
    weights = flat(network.parts)
    adam = Adam(weights)
    tape = PROGRAM.enter_context(xad.Tape())

    def record() -> Any:
        network.parts = {}  # freed later, its numbers would be counted as the new tape's
        tape.clearAll()
        numbers = [xad.Real(x) for x in weights.tolist()]
        tape.registerInputs(numbers)
        tape.newRecording()
        network.parts = parts_of(numbers)
        return numbers

    def step(places: Sequence[int], rate: float) -> float:
        numbers = record()
        loss = network.loss(places)
        tape.registerOutput(loss)
        loss.derivative = 1.0
        tape.computeAdjoints()
        adam(np.array([x.derivative for x in numbers]), rate)
        return float(loss.getValue())

    def probabilities(places: Sequence[int]) -> Any:
        record()
        return [probability.getValue() for probability in network.probabilities(places)[-1]]

    return step, probabilities


def by_casadi(*, mask: bool = False) -> tuple[Step, Probabilities]:
    """Return step and probabilities of CasADi's scalars.

    Args:
        mask: as for `by_tape`.
    """
    casadi: Any = importlib.import_module("casadi")
    casadi.SX.relu = lambda x: casadi.fmax(x, 0.0)

    def softmax(scores: Sequence[Any]) -> list[Any]:
        largest = reduce(casadi.fmax, scores)
        powers = [casadi.exp(score - largest) for score in scores]
        total = sum(powers)
        return [power / total for power in powers]

    # A letter is a column of zeros with a 1 at its place, for no symbol can be a place.
    network = Transformer(float, casadi.exp, casadi.log, by_products, softmax, by_products)
    weights = flat(network.parts)
    adam = Adam(weights)
    numbers = casadi.SX.sym("weights", COUNT)
    network.parts = parts_of(casadi.vertsplit(numbers))
    columns = np.eye(len(LETTERS))

    def symbols_of(count: int) -> tuple[Any, list[Any]]:
        letters = casadi.SX.sym("letters", len(LETTERS), count)
        return letters, [casadi.vertsplit(letter) for letter in casadi.horzsplit(letters)]

    @cache
    def compiled_loss(count: int) -> Any:
        letters, places = symbols_of(count)
        counts = casadi.SX.sym("counts", count - 1)
        loss = by_products(casadi.vertsplit(counts), network.losses(places))
        results = [loss, casadi.gradient(loss, numbers)]
        return casadi.Function("loss", [numbers, letters, counts], results)

    @cache
    def compiled_probabilities() -> Any:
        letters, places = symbols_of(LONGEST)
        found = casadi.horzcat(*(casadi.vertcat(*row) for row in network.probabilities(places)))
        return casadi.Function("probabilities", [numbers, letters], [found])

    def step(places: Sequence[int], rate: float) -> float:
        count = len(places) - 1
        places, counts = filled(places) if mask else (places, [1 / count] * count)
        loss, gradient = compiled_loss(len(places))(weights, columns[places].T, counts)
        adam(gradient.toarray().ravel(), rate)
        return float(loss)

    def probabilities(places: Sequence[int]) -> Any:
        rest = [0] * (LONGEST - len(places))
        found = compiled_probabilities()(weights, columns[[*places, *rest]].T)
        return found.toarray()[:, len(places) - 1].tolist()

    return step, probabilities


# ------------------------------------------------------------------ tensors


def cross_entropy(library: Any, weights: Any, places: Any, mask: Any) -> Any:
    """Return the mean cross entropy, in the words that PyTorch and JAX have in common."""
    logs = library.log_softmax(scores_of(library, weights, places[:-1]))
    return -(logs[np.arange(len(places) - 1), places[1:]] * mask).sum() / mask.sum()


def scores_of(library: Any, weights: Any, places: Any) -> Any:
    """Return the scores of what follows each letter, of tensors."""
    count = len(places)
    x = weights["letters"][places] + weights["places"][:count]
    z = _normalised(x)
    heads = [
        (z @ weights[name].T).reshape(count, HEADS, -1) for name in ("queries", "keys", "values")
    ]
    queries, keys, values = (library.transpose(head, 0, 1) for head in heads)
    matches = queries @ library.transpose(keys, 1, 2) * queries.shape[-1] ** -0.5
    attention = library.softmax(library.causal(matches))
    read = library.transpose(attention @ values, 0, 1).reshape(count, -1)
    x = x + read @ weights["join"].T
    hidden = library.relu(_normalised(x) @ weights["widen"].T) ** 2
    x = x + hidden @ weights["narrow"].T
    return _normalised(x) @ weights["scores"].T


def _normalised(x: Any) -> Any:
    return x * ((x * x).mean(-1)[..., None] + 1e-5) ** -0.5


def by_torch() -> tuple[Step, Probabilities]:
    """Return step and probabilities of PyTorch, eager, one thread."""
    torch: Any = importlib.import_module("torch")
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)

    class Library:
        """PyTorch's names."""

        relu, transpose = staticmethod(torch.relu), staticmethod(torch.transpose)
        softmax = staticmethod(partial(torch.softmax, dim=-1))
        log_softmax = staticmethod(partial(torch.log_softmax, dim=-1))

        @staticmethod
        def causal(matches: Any) -> Any:
            later = torch.ones(matches.shape[-2:], dtype=torch.bool).triu(1)
            return matches.masked_fill(later, -math.inf)

    weights = {
        name: torch.tensor(rows, requires_grad=True) for name, rows in first_weights().items()
    }
    adam = torch.optim.Adam(weights.values(), lr=RATE, betas=BETAS, eps=TINY)

    def step(places: Sequence[int], rate: float) -> float:
        adam.param_groups[0]["lr"] = rate
        adam.zero_grad()
        loss = cross_entropy(Library, weights, torch.tensor(places), torch.ones(len(places) - 1))
        loss.backward()
        adam.step()
        return float(loss.detach())

    def probabilities(places: Sequence[int]) -> Any:
        with torch.no_grad():
            scores = scores_of(Library, weights, torch.tensor(places))
            return torch.softmax(scores[-1], -1).tolist()

    return step, probabilities


def by_jax() -> tuple[Step, Probabilities]:
    """Return step and probabilities of JAX, compiled once, for names filled up to one length."""
    jax: Any = importlib.import_module("jax")
    jnp: Any = importlib.import_module("jax.numpy")
    jax.config.update("jax_enable_x64", True)

    class Library:
        """JAX's names."""

        relu, softmax = staticmethod(jax.nn.relu), staticmethod(jax.nn.softmax)
        log_softmax, transpose = staticmethod(jax.nn.log_softmax), staticmethod(jnp.swapaxes)

        @staticmethod
        def causal(matches: Any) -> Any:
            return jnp.where(jnp.tril(jnp.ones(matches.shape[-2:], bool)), matches, -jnp.inf)

    weights = {name: jnp.array(rows) for name, rows in first_weights().items()}
    nothing = {name: jnp.zeros_like(rows) for name, rows in weights.items()}
    state = [weights, nothing, nothing]
    differentiated = jax.value_and_grad(partial(cross_entropy, Library))

    def whole_step(state: Any, places: Any, mask: Any, rate: Any, number: Any) -> Any:
        weights, means, squares = state
        loss, gradients = differentiated(weights, places, mask)
        mix = jax.tree_util.tree_map
        means = mix(lambda m, g: BETAS[0] * m + (1 - BETAS[0]) * g, means, gradients)
        squares = mix(lambda s, g: BETAS[1] * s + (1 - BETAS[1]) * g * g, squares, gradients)

        def update(w: Any, mean: Any, square: Any) -> Any:
            mean, square = mean / (1 - BETAS[0] ** number), square / (1 - BETAS[1] ** number)
            return w - rate * mean / (square**0.5 + TINY)

        return loss, [mix(update, weights, means, squares), means, squares]

    compiled = jax.jit(whole_step)
    number = 0

    def step(places: Sequence[int], rate: float) -> float:
        nonlocal number, state
        number += 1
        letters, counts = map(np.array, filled(places))
        loss, state = compiled(state, letters, counts, rate, float(number))
        return float(loss)

    all_probabilities = jax.jit(lambda *given: jax.nn.softmax(scores_of(Library, *given)))

    def probabilities(places: Sequence[int]) -> Any:
        filled = np.array([*places, *[0] * (LONGEST - len(places))])
        return np.asarray(all_probabilities(state[0], filled))[len(places) - 1].tolist()

    return step, probabilities


# ------------------------------------------------------------------ NumPy, by hand


def by_numpy() -> tuple[Step, Probabilities]:
    """Return step and probabilities of NumPy, whose backward pass is derived by hand."""
    weights = {name: np.array(rows) for name, rows in first_weights().items()}
    updates = {name: Adam(rows) for name, rows in weights.items()}

    def step(places: Sequence[int], rate: float) -> float:
        loss, gradients = loss_and_gradients(weights, np.array(places))
        for name, gradient in gradients.items():
            updates[name](gradient, rate)
        return float(loss)

    def probabilities(places: Sequence[int]) -> Any:
        return np.exp(_forward(weights, np.array(places))[0][-1]).tolist()

    return step, probabilities


def _forward(w: dict[str, Any], places: Any) -> tuple[Any, ...]:
    """The logarithms of the probabilities, and what the way back needs."""
    count = len(places)
    x = w["letters"][places] + w["places"][:count]
    z, by_z = _scaled(x)
    heads = [
        (z @ w[name].T).reshape(count, HEADS, -1).transpose(1, 0, 2)
        for name in ("queries", "keys", "values")
    ]
    queries, keys, values = heads
    matches = queries @ keys.transpose(0, 2, 1) * queries.shape[-1] ** -0.5
    matches = np.where(np.tri(count, dtype=bool), matches, -np.inf)
    attention = np.exp(matches - matches.max(-1, keepdims=True))
    attention /= attention.sum(-1, keepdims=True)
    read = (attention @ values).transpose(1, 0, 2).reshape(count, -1)
    x = x + read @ w["join"].T
    u, by_u = _scaled(x)
    wide = np.maximum(u @ w["widen"].T, 0.0)
    x = x + wide**2 @ w["narrow"].T
    last, by_last = _scaled(x)
    scores = last @ w["scores"].T
    scores = scores - scores.max(-1, keepdims=True)
    logs = scores - np.log(np.exp(scores).sum(-1, keepdims=True))
    return logs, z, by_z, queries, keys, values, attention, read, u, by_u, wide, last, by_last


def _scaled(x: Any) -> tuple[Any, Callable[[Any], Any]]:
    """Numbers over the root of their mean square, and the way back."""
    scale = ((x * x).mean(-1, keepdims=True) + 1e-5) ** -0.5

    def back(slope: Any) -> Any:
        return scale * slope - x * scale**3 * (x * slope).mean(-1, keepdims=True)

    return x * scale, back


def loss_and_gradients(w: dict[str, Any], places: Any) -> tuple[float, dict[str, Any]]:
    """Return the mean cross entropy and its gradients, by the chain rule on matrices."""
    letters, following = places[:-1], places[1:]
    count = len(letters)
    logs, z, by_z, queries, keys, values, attention, read, u, by_u, wide, last, by_last = _forward(
        w, letters
    )
    rows = np.arange(count)
    loss = -logs[rows, following].mean()
    slope = np.exp(logs)
    slope[rows, following] -= 1.0
    slope /= count
    g = {"scores": slope.T @ last}
    x = by_last(slope @ w["scores"])
    g["narrow"] = x.T @ wide**2
    slope = x @ w["narrow"] * 2.0 * wide
    g["widen"] = slope.T @ u
    x = x + by_u(slope @ w["widen"])
    g["join"] = x.T @ read
    slope = (x @ w["join"]).reshape(count, HEADS, -1).transpose(1, 0, 2)
    by_values = attention.transpose(0, 2, 1) @ slope
    slope = slope @ values.transpose(0, 2, 1)
    slope = attention * (slope - (slope * attention).sum(-1, keepdims=True))
    slope *= queries.shape[-1] ** -0.5
    of_z = np.zeros_like(z)
    for name, head in (
        ("queries", slope @ keys),
        ("keys", slope.transpose(0, 2, 1) @ queries),
        ("values", by_values),
    ):
        flat = head.transpose(1, 0, 2).reshape(count, -1)
        g[name] = flat.T @ z
        of_z += flat @ w[name]
    x = x + by_z(of_z)
    g["letters"], g["places"] = np.zeros_like(w["letters"]), np.zeros_like(w["places"])
    np.add.at(g["letters"], letters, x)
    g["places"][:count] = x
    return loss, g


# ------------------------------------------------------------------ measuring

ENGINES: dict[str, Callable[[], tuple[Step, Probabilities]]] = {
    "glassgrad, compile_step": by_tape,
    "glassgrad, compile_step, NumPy": partial(by_tape, "numpy"),
    "glassgrad, Value": partial(by_nodes, "glassgrad"),
    "glassgrad, Value, plain Python": partial(by_nodes, "glassgrad", plain=True),
    "NumPy by hand": by_numpy,
    "PyTorch": by_torch,
    "JAX, jit": by_jax,
    "CasADi, SX": by_casadi,
    "XAD": by_xad,
    "plain class": partial(by_nodes, "plain class"),
    "micrograd": partial(by_nodes, "micrograd"),
}
NEEDS = {"PyTorch": "torch", "JAX, jit": "jax", "CasADi, SX": "casadi", "XAD": "xad"}
RECORDED_ONCE: dict[str, Callable[[], tuple[Step, Probabilities]]] = {
    "glassgrad, compile_step": partial(by_tape, mask=True),
    "CasADi, SX": partial(by_casadi, mask=True),
}
"""Engines that record names of all lengths at once in a whole run."""
LENGTHS = {7: "beatriz", 15: "anamariateresas"}
SLOWEST = ("micrograd", "plain class")
SLOW = (
    *SLOWEST,
    *(
        "glassgrad, Value",
        "glassgrad, Value, plain Python",
        "glassgrad, compile_step, NumPy",
        "XAD",
    ),
)
"""Engines whose whole run is estimated from a shorter one."""


def work(engine: str) -> None:
    """Measure one engine in this process."""
    step, _ = ENGINES[engine]()
    # Of the plain class every third step or so waits for Python's garbage collector.
    times = {"micrograd": 1, "plain class": 3}.get(engine, 5 if engine in SLOW else 50)

    def measure(length: float) -> Measurement:
        places = padded(LENGTHS[int(length)])
        seconds, loss = timed(lambda: step(places, 0.0), times)
        return {"step": seconds, "loss": loss}

    serve({"step": measure})


def run(engine: str, steps: int) -> None:
    """Train from the beginning and print made-up names: a whole program, to be timed."""
    step, probabilities = RECORDED_ONCE.get(engine, ENGINES[engine])()
    chance = random.Random(42)  # noqa: S311  # nothing secret about it
    start = time.perf_counter()
    losses = [step(padded(NAMES[i % len(NAMES)]), RATE * (1.0 - i / steps)) for i in range(steps)]
    training = time.perf_counter() - start
    names = []
    for _ in range(5):
        places = padded("")[:1]
        while len(places) < LONGEST:
            (letter,) = chance.choices(range(len(LETTERS)), weights=probabilities(places))
            if LETTERS[letter] == ".":
                break
            places.append(letter)
        names.append("".join(LETTERS[place] for place in places[1:]))
    last = sum(losses[-50:]) / len(losses[-50:])
    print(f"{engine}: loss {last:.9f}, {' '.join(names)}\n{training}", flush=True)


def seconds_of_run(engine: str, steps: int) -> float:
    """Return the seconds of a whole program; of a slow engine by shorter ones.

    The names that are made up differ in length from program to program, so the seconds of a step
    are the difference of two trainings, not of two programs.
    """
    if engine not in SLOW:
        return _seconds(engine, steps)[0]
    few, more = (5, 15) if engine in SLOWEST else (20, 60)
    (whole, short), (_, longer) = _seconds(engine, few), _seconds(engine, more)
    return whole + (longer - short) / (more - few) * (steps - few)


def _seconds(engine: str, steps: int) -> tuple[float, float]:
    """Return the seconds of a program, and those of its training alone."""
    start = time.perf_counter()
    command = [sys.executable, __file__, "--run", engine, "--steps", str(steps)]
    said = subprocess.run(  # noqa: S603  # ours
        command,
        check=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    seconds = time.perf_counter() - start
    line, training = said.splitlines()
    print(line, flush=True)
    return seconds, float(training)


def those_there() -> list[str]:
    """Return the engines that are installed; of each other one, say that it is left out."""
    there = []
    for engine in ENGINES:
        if find_spec(NEEDS.get(engine, "autograd")) is None:
            print(f"{engine} is not installed and left out")
        else:
            there.append(engine)
    return there


def step_table(rounds: int) -> str:
    """Return the table of a step's time by length.

    Raises:
        SystemExit: the engines do not agree on the loss.
    """
    rows: dict[str, list[str]] = {}
    workers = [Worker(__file__, engine) for engine in those_there()]
    try:
        for length in LENGTHS:
            found = alternate(workers, "step", rounds, length)
            losses = [measured[0]["loss"] for measured in found.values()]
            if max(losses) - min(losses) > 1e-9:
                raise SystemExit(f"they disagree: {losses}")
            peer = found.get("PyTorch")
            for engine, measured in found.items():
                rows.setdefault(engine, [engine]).extend(
                    [
                        f"{1e3 * median(measured, 'step'):.3f}",
                        *(f"{ratio(found[x], measured, 'step'):,.0f}" for x in SLOWEST),
                        f"{ratio(peer, measured, 'step'):.2f}" if peer else "",
                    ]
                )
    finally:
        for worker in workers:
            worker.__exit__()
    header = ["one step"]
    for length in LENGTHS:
        header += [f"{length} letters, ms", *(f"times {x}" for x in (*SLOWEST, "PyTorch"))]
    return table(header, rows.values())


def run_table(steps: int) -> str:
    """Return the table of whole runs."""
    seconds = {engine: seconds_of_run(engine, steps) for engine in those_there()}
    rows = [
        [engine, f"{time:.1f}", *(f"{seconds[x] / time:,.0f}" for x in SLOWEST)]
        for engine, time in seconds.items()
    ]
    header = [f"{steps} steps, import to names", "seconds", *(f"times {x}" for x in SLOWEST)]
    return table(header, rows)


def main() -> None:
    """Measure, and print the tables; or be one of the programs that are measured."""
    if "--run" in sys.argv:
        parser = argparse.ArgumentParser()
        parser.add_argument("--run")
        parser.add_argument("--steps", type=int)
        arguments = parser.parse_args()
        run(arguments.run, arguments.steps)
        return
    rounds = rounds_asked("A transformer that learns names.", work)
    if rounds is not None:
        print(f"\n{step_table(rounds)}\n", flush=True)
        print(run_table(1000))


if __name__ == "__main__":
    main()
