"""Simulated hands: how often an honest one is called wrong, and how often a slip is found.

    python -m tests.hands --networks 500

A hand works a random 2-2-2 network out and rounds every number to 2 to 5 significant digits, those
that it writes and those that it does not. Its formulas are written here once more, with floats
alone, so that they are an oracle for the engine's.
"""

import argparse
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from autograd import Parameter, Value, dot, label
from autograd.checking import HandCheck, check_by_hand

Round = Callable[[float], float]

RATE = 0.5


def rounding(digits: int) -> Round:
    """Return the function that rounds to so many significant digits."""
    return lambda number: float(f"{number:.{digits - 1}e}")


def logistic(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z))


ACTIVATIONS: dict[str, tuple[Callable[[float], float], Callable[[float, Round], float]]] = {
    "sigmoid": (logistic, lambda y, r: r(y * r(1.0 - y))),
    "tanh": (math.tanh, lambda y, r: r(1.0 - r(y * y))),
}


@dataclass
class Network:
    """A random 2-2-2 network: its numbers by name, and its graph.

    Attributes:
        numbers: the given numbers.
        nodes: the nodes of the graph.
        activation: "sigmoid" or "tanh".
    """

    numbers: dict[str, float]
    activation: str
    nodes: dict[str, Value] = field(default_factory=dict)

    @property
    def cost(self) -> Value:
        return self.nodes["E"]


def network(draw: random.Random) -> Network:
    """Return a network with given numbers of two digits, as exercises have them."""
    names = [f"w{i}" for i in range(1, 9)]
    numbers = {name: round(draw.uniform(-1.5, 1.5), 2) or 0.1 for name in names}
    numbers |= {name: round(draw.uniform(-1.0, 1.0), 2) for name in ("b1", "b2", "b3", "b4")}
    numbers |= {name: round(draw.uniform(-2.0, 2.0), 2) or 0.5 for name in ("x1", "x2")}
    numbers |= {name: round(draw.uniform(0.05, 0.95), 2) for name in ("t1", "t2")}
    made = Network(numbers, draw.choice(list(ACTIVATIONS)))
    v: dict[str, Value] = {
        name: (Parameter if name[0] in "wb" else Value)(number) for name, number in numbers.items()
    }

    def squash(z: Value) -> Value:
        result: Value = getattr(z, made.activation)()
        return result

    v["z1"] = dot([v["w1"], v["w2"]], [v["x1"], v["x2"]], v["b1"])
    v["z2"] = dot([v["w3"], v["w4"]], [v["x1"], v["x2"]], v["b2"])
    v["h1"], v["h2"] = squash(v["z1"]), squash(v["z2"])
    v["z3"] = dot([v["w5"], v["w6"]], [v["h1"], v["h2"]], v["b3"])
    v["z4"] = dot([v["w7"], v["w8"]], [v["h1"], v["h2"]], v["b4"])
    v["o1"], v["o2"] = squash(v["z3"]), squash(v["z4"])
    v["E1"] = 0.5 * (v["t1"] - v["o1"]) ** 2
    v["E2"] = 0.5 * (v["t2"] - v["o2"]) ** 2
    v["E"] = v["E1"] + v["E2"]
    label(**v)
    made.nodes = v
    return made


def work(
    made: Network, r: Round, slip: tuple[str, Callable[[dict[str, float]], float]] | None = None
) -> dict[str, float]:
    """Return all numbers of the calculation, each rounded by r and computed from rounded ones.

    Gradients are called "d z1", local derivatives "l h1 z1", new parameters "new w1".

    Args:
        made: the network.
        r: rounds a number.
        slip: the name of one number, and the wrong formula that gives it.
    """
    n = dict(made.numbers)
    value, slope = ACTIVATIONS[made.activation]

    def put(name: str, formula: Callable[[], float]) -> None:
        n[name] = r(slip[1](n)) if slip and slip[0] == name else r(formula())

    def weighted(w: str, u: str, a: str, c: str, b: str) -> float:
        return r(r(n[w] * n[a]) + r(n[u] * n[c])) + n[b]

    for z, names in {"z1": "w1 w2 x1 x2 b1", "z2": "w3 w4 x1 x2 b2"}.items():
        put(z, lambda names=names: weighted(*names.split()))
    for h, z in (("h1", "z1"), ("h2", "z2")):
        put(h, lambda z=z: value(n[z]))
    for z, names in {"z3": "w5 w6 h1 h2 b3", "z4": "w7 w8 h1 h2 b4"}.items():
        put(z, lambda names=names: weighted(*names.split()))
    for o, z in (("o1", "z3"), ("o2", "z4")):
        put(o, lambda z=z: value(n[z]))
    for e, t, o in (("E1", "t1", "o1"), ("E2", "t2", "o2")):
        put(e, lambda t=t, o=o: 0.5 * r(r(n[t] - n[o]) ** 2))
    put("E", lambda: n["E1"] + n["E2"])
    for y, z in (("o1", "z3"), ("o2", "z4"), ("h1", "z1"), ("h2", "z2")):
        put(f"l {y} {z}", lambda y=y: slope(n[y], r))
    for o, t, z in (("o1", "t1", "z3"), ("o2", "t2", "z4")):
        put(f"d {o}", lambda o=o, t=t: n[o] - n[t])
        put(f"d {z}", lambda o=o, z=z: n[f"d {o}"] * n[f"l {o} {z}"])
    for w, z, h in (("w5", "z3", "h1"), ("w6", "z3", "h2"), ("w7", "z4", "h1"), ("w8", "z4", "h2")):
        put(f"d {w}", lambda z=z, h=h: n[f"d {z}"] * n[h])
    for b, z in (("b3", "z3"), ("b4", "z4")):
        put(f"d {b}", lambda z=z: n[f"d {z}"])
    for h, u, w in (("h1", "w5", "w7"), ("h2", "w6", "w8")):
        put(f"s {h} z3", lambda u=u: n["d z3"] * n[u])
        put(f"s {h} z4", lambda w=w: n["d z4"] * n[w])
        put(f"d {h}", lambda h=h: n[f"s {h} z3"] + n[f"s {h} z4"])
    for z, h in (("z1", "h1"), ("z2", "h2")):
        put(f"d {z}", lambda h=h, z=z: n[f"d {h}"] * n[f"l {h} {z}"])
    for w, z, x in (("w1", "z1", "x1"), ("w2", "z1", "x2"), ("w3", "z2", "x1"), ("w4", "z2", "x2")):
        put(f"d {w}", lambda z=z, x=x: n[f"d {z}"] * n[x])
    for b, z in (("b1", "z1"), ("b2", "z2")):
        put(f"d {b}", lambda z=z: n[f"d {z}"])
    for w in ("w1", "w5", "w8", "b3"):
        put(f"new {w}", lambda w=w: n[w] - r(RATE * n[f"d {w}"]))
    return n


def claims(
    made: Network, numbers: dict[str, float], names: list[str], text: Callable[[float], Any]
) -> dict[str, dict[Any, Any]]:
    """Return the arguments of `check_by_hand` for some of the numbers.

    Args:
        made: the network.
        numbers: the numbers of a hand.
        names: which of them it writes.
        text: how a number is given: as text, or as a float.
    """
    found: dict[str, dict[Any, Any]] = {
        kind: {} for kind in ("values", "gradients", "locals", "shares", "updates")
    }
    v = made.nodes
    for name in names:
        first, *rest = name.split()
        written = text(numbers[name])
        if not rest:
            found["values"][v[first]] = written
        elif first == "d":
            found["gradients"][v[rest[0]]] = written
        elif first == "l":
            found["locals"][v[rest[0]], v[rest[1]]] = written
        elif first == "s":
            found["shares"][v[rest[0]], v[rest[1]]] = written
        else:
            found["updates"][v[rest[0]]] = written, RATE
    return found


def given(digits: int) -> Callable[[float], str]:
    """Return the function that writes a number as text, with all its digits."""

    def text(number: float) -> str:
        mantissa, exponent = f"{number:.{digits - 1}e}".split("e")
        if -5 < int(exponent) < digits:
            return f"{number:.{max(0, digits - 1 - int(exponent))}f}"
        return f"{mantissa}e{int(exponent)}"

    return text


def computed_names(numbers: dict[str, float], made: Network) -> list[str]:
    return [name for name in numbers if name not in made.numbers]


def honest(seed: int) -> tuple[HandCheck, int]:
    """Return the report on an honest hand, and its number of digits."""
    draw = random.Random(seed)  # noqa: S311  # no secret
    made = network(draw)
    digits = draw.choice((2, 3, 4, 5))
    numbers = work(made, rounding(digits))
    names = computed_names(numbers, made)
    if draw.random() < 0.7:  # some of the numbers are not written
        names = sorted(draw.sample(names, draw.randint(1, len(names))), key=names.index)
    text = draw.choice((given(digits), float))
    names = [n for n in names if moves(made, numbers, n)]
    return check_by_hand(made.cost, **claims(made, numbers, names or ["z1"], text)), digits


def moves(made: Network, numbers: dict[str, float], name: str) -> bool:
    """Return whether a new parameter differs from the old one: else it is no answer."""
    return not name.startswith("new ") or numbers[name] != made.numbers[name[4:]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    bad = 0
    total = 0
    for seed in range(options.seed, options.seed + options.networks):
        report, digits = honest(seed)
        total += len(report.findings)
        wrong = [f for f in report.findings if not f.ok]
        if wrong:
            bad += 1
            for f in wrong[:1]:
                print(f"{seed} {digits} {f.claim.name} {f.claim.text} {f.verdict} {f.exact!r}")
    print(f"honest hands: {options.networks} sheets, {total} numbers, {bad} sheets not right")


if __name__ == "__main__":
    main()
