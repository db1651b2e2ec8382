"""Simulated hands: how often an honest one is called wrong, and how often a slip is found.

    python tests/hands.py --networks 500

A hand works a random 2-2-2 network out and rounds every number to 2 to 5 significant digits, those
that it writes and those that it does not. Its formulas are written here once more, with floats
alone, so that they are an oracle for the engine's.
"""

import argparse
import importlib
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from autograd import Parameter, Value, dot, label
from autograd.checking import HandCheck, check_by_hand

function_hands: Any = importlib.import_module("function_hands")  # modules in no package
batch_hands: Any = importlib.import_module("batch_hands")
reach: Any = importlib.import_module("reach")

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
    return of_numbers(numbers, draw.choice(list(ACTIVATIONS)))


def of_numbers(numbers: dict[str, float], activation: str) -> Network:
    """Return the network of given numbers, with its graph."""
    made = Network(numbers, activation)
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


def work(  # noqa: C901, PLR0912  # number by number
    made: Network,
    r: Round,
    slip: tuple[str, Callable[[dict[str, float]], float]] | None = None,
    write: Callable[[str, float], float] | None = None,
    value: Callable[[float], float] | None = None,
    slope: Callable[[float], float] | None = None,
) -> dict[str, float]:
    """Return all numbers of the calculation, each rounded by r and computed from rounded ones.

    Gradients are called "d z1", local derivatives "l h1 z1", new parameters "new w1".

    Args:
        made: the network.
        r: rounds a number.
        slip: the name of one number, and the wrong formula that gives it.
        write: takes a number's name and the number, and returns what the hand goes on with; by r.
        value: the activation, as the hand computes it.
        slope: its derivative from its value, as the hand computes it.
    """
    n = dict(made.numbers)
    plain, rule = ACTIVATIONS[made.activation]
    activation = value or plain
    by_value = slope or (lambda y: rule(y, r))

    def put(name: str, formula: Callable[..., float], *keys: str) -> None:
        x = slip[1](n) if slip and slip[0] == name else formula(*keys)
        n[name] = write(name, x) if write else r(x)

    def weighted(w: str, u: str, a: str, c: str, b: str) -> float:
        return r(r(n[w] * n[a]) + r(n[u] * n[c])) + n[b]

    for z, names in {"z1": "w1 w2 x1 x2 b1", "z2": "w3 w4 x1 x2 b2"}.items():
        put(z, weighted, *names.split())
    for h, z in (("h1", "z1"), ("h2", "z2")):
        put(h, lambda z: activation(n[z]), z)
    for z, names in {"z3": "w5 w6 h1 h2 b3", "z4": "w7 w8 h1 h2 b4"}.items():
        put(z, weighted, *names.split())
    for o, z in (("o1", "z3"), ("o2", "z4")):
        put(o, lambda z: activation(n[z]), z)
    for e, t, o in (("E1", "t1", "o1"), ("E2", "t2", "o2")):
        put(e, lambda t, o: 0.5 * r(r(n[t] - n[o]) ** 2), t, o)
    put("E", lambda: n["E1"] + n["E2"])
    for y, z in (("o1", "z3"), ("o2", "z4"), ("h1", "z1"), ("h2", "z2")):
        put(f"l {y} {z}", lambda y: by_value(n[y]), y)
    for o, t, z in (("o1", "t1", "z3"), ("o2", "t2", "z4")):
        put(f"d {o}", lambda o, t: n[o] - n[t], o, t)
        put(f"d {z}", lambda o, z: n[f"d {o}"] * n[f"l {o} {z}"], o, z)
    for w, z, h in (("w5", "z3", "h1"), ("w6", "z3", "h2"), ("w7", "z4", "h1"), ("w8", "z4", "h2")):
        put(f"d {w}", lambda z, h: n[f"d {z}"] * n[h], z, h)
    for b, z in (("b3", "z3"), ("b4", "z4")):
        put(f"d {b}", lambda z: n[f"d {z}"], z)
    for h, u, w in (("h1", "w5", "w7"), ("h2", "w6", "w8")):
        put(f"s {h} z3", lambda u: n["d z3"] * n[u], u)
        put(f"s {h} z4", lambda w: n["d z4"] * n[w], w)
        put(f"d {h}", lambda h: n[f"s {h} z3"] + n[f"s {h} z4"], h)
    for z, h in (("z1", "h1"), ("z2", "h2")):
        put(f"d {z}", lambda h, z: n[f"d {h}"] * n[f"l {h} {z}"], h, z)
    for w, z, x in (("w1", "z1", "x1"), ("w2", "z1", "x2"), ("w3", "z2", "x1"), ("w4", "z2", "x2")):
        put(f"d {w}", lambda z, x: n[f"d {z}"] * n[x], z, x)
    for b, z in (("b1", "z1"), ("b2", "z2")):
        put(f"d {b}", lambda z: n[f"d {z}"], z)
    for w in ("w1", "w5", "w8", "b3"):
        put(f"new {w}", lambda w: n[w] - r(RATE * n[f"d {w}"]), w)
    return n


def claims(
    made: Network, numbers: dict[str, float], names: list[str], text: Callable[[float], Any]
) -> dict[str, Any]:
    """Return the arguments of `check_by_hand` for some of the numbers.

    Args:
        made: the network.
        numbers: the numbers of a hand.
        names: which of them it writes.
        text: how a number is given: as text, or as a float.
    """
    found: dict[str, Any] = {
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
    names = [n for n in names if moves(made, numbers, n, text)]
    return check_by_hand(made.cost, **claims(made, numbers, names or ["z1"], text)), digits


def scattered(seed: int) -> HandCheck:
    """Return the report on an honest hand of two digits that writes a few lines far apart."""
    draw = random.Random(f"scattered {seed}")  # noqa: S311  # no secret
    made, text = network(draw), given(2)
    numbers = work(made, rounding(2))
    names = [n for n in computed_names(numbers, made) if moves(made, numbers, n, text)]
    lines = sorted(draw.sample(names, draw.randint(1, 4)), key=names.index)
    return check_by_hand(made.cost, **claims(made, numbers, lines, text))


def now_and_then(seed: int) -> HandCheck:
    """Return the report on an honest hand that rounds some steps, and goes on with some numbers."""
    draw = random.Random(f"now and then {seed}")  # noqa: S311  # no secret
    made, digits = network(draw), draw.choice((2, 3, 4))
    rounded, text = rounding(digits), given(digits)
    often, carries = draw.choice((0.3, 0.5, 0.7)), draw.choice((0.0, 0.0, 0.5, 1.0))
    shown: dict[str, float] = {}

    def write(name: str, number: float) -> float:
        shown[name] = rounded(number)
        return number if draw.random() < carries else shown[name]

    work(made, lambda x: rounded(x) if draw.random() < often else x, write=write)
    names = [name for name in shown if moves(made, shown, name, text)]
    return check_by_hand(made.cost, **claims(made, shown, names, text))


MAZUR = of_numbers(
    {"w1": 0.15, "w2": 0.20, "w3": 0.25, "w4": 0.30, "w5": 0.40, "w6": 0.45, "w7": 0.50}
    | {"w8": 0.55, "b1": 0.35, "b2": 0.35, "b3": 0.60, "b4": 0.60}
    | {"x1": 0.05, "x2": 0.10, "t1": 0.01, "t2": 0.99},
    "sigmoid",
)
"""The network of M. Mazur, A step by step backpropagation example, 2015."""


def named_alone(digits: int) -> tuple[int, int]:
    """Return how many of the planted slips are named in Mazur's network, and how many there are.

    Each is a sheet of one number, from unrounded ones; a new weight has two digits more.
    """
    right = work(MAZUR, lambda number: number)
    slips, named = planted(MAZUR), 0
    for slip in slips:
        count = digits + 2 * slip.place.startswith("new ")
        wrong = {slip.place: rounding(count)(slip.formula(right))}
        found = claims(MAZUR, wrong, [slip.place], given(count))
        wrong_step = check_by_hand(MAZUR.cost, **found).first_wrong
        name = wrong_step.slip.name if wrong_step and wrong_step.slip else ""
        named += name in slip.names.split("|")
    return named, len(slips)


def moves(
    made: Network, numbers: dict[str, float], name: str, text: Callable[[float], Any]
) -> bool:
    """Return whether one sees of a new parameter how far it moved: else it is no answer."""
    if not name.startswith("new "):
        return True
    unit = Decimal(str(text(numbers[name]))).as_tuple().exponent
    return abs(numbers[name] - made.numbers[name[4:]]) >= 5 * 10.0 ** int(unit)


Formula = Callable[[dict[str, float]], float]


@dataclass(frozen=True)
class Planted:
    """A slip planted in a calculation.

    Attributes:
        place: the number that is wrong.
        names: the names that are right for it.
        formula: what the hand computes in the number's place.
    """

    place: str
    names: str
    formula: Formula


def planted(made: Network) -> list[Planted]:
    """Return the slips that can be planted in a network: those that public threads show most."""
    derivative = {
        "sigmoid": (lambda y: y * (1 + y), lambda y: 1 - y * y),
        "tanh": (lambda y: 1 + y * y, lambda y: y * (1 - y)),
    }[made.activation]
    return [
        Planted("z1", "sign", lambda n: n["w1"] * n["x1"] + n["w2"] * n["x2"] - n["b1"]),
        Planted("z2", "term left out", lambda n: n["w3"] * n["x1"] + n["w4"] * n["x2"]),
        Planted(
            "z1",
            "wrong parent's number|transposed weights",
            lambda n: n["w1"] * n["x1"] + n["w3"] * n["x2"] + n["b1"],
        ),
        Planted(
            "z4", "transposed weights", lambda n: n["w6"] * n["h1"] + n["w8"] * n["h2"] + n["b4"]
        ),
        Planted("h1", "operation forgotten", lambda n: n["z1"]),
        Planted(
            "h2",
            "wrong function",
            lambda n: math.tanh(n["z2"]) if made.activation == "sigmoid" else logistic(n["z2"]),
        ),
        Planted(
            "o1",
            "sign",
            lambda n: logistic(-n["z3"]) if made.activation == "sigmoid" else math.tanh(-n["z3"]),
        ),
        Planted(
            "E1", "factor 2|term left out|operation forgotten", lambda n: (n["t1"] - n["o1"]) ** 2
        ),
        Planted("E", "term left out|operation forgotten", lambda n: n["E1"]),
        Planted("d o1", "sign", lambda n: n["t1"] - n["o1"]),
        Planted("d o2", "factor 2", lambda n: 2 * (n["o2"] - n["t2"])),
        Planted("d z3", "local derivative forgotten", lambda n: n["d o1"]),
        Planted("d z4", "activation derivative", lambda n: n["d o2"] * derivative[0](n["o2"])),
        Planted("d z3", "activation derivative", lambda n: n["d o1"] * derivative[1](n["o1"])),
        Planted(
            "d z4",
            "activation derivative",
            lambda n: (
                n["d o2"]
                * (n["z4"] * (1 - n["z4"]) if made.activation == "sigmoid" else 1 - n["z4"] ** 2)
            ),
        ),
        Planted("d w5", "local derivative forgotten", lambda n: n["d z3"]),
        Planted("d w6", "wrong parent's number", lambda n: n["d z3"] * n["h1"]),
        Planted("d w7", "wrong parent's number", lambda n: n["d z4"] * n["w7"]),
        Planted("d w8", "product for the derivative", lambda n: n["d z4"] * n["w8"] * n["h2"]),
        Planted("d h1", "path left out", lambda n: n["d z3"] * n["w5"]),
        Planted("d h2", "path left out", lambda n: n["d z4"] * n["w8"]),
        Planted("d h1", "sign", lambda n: n["d z3"] * n["w5"] - n["d z4"] * n["w7"]),
        Planted("d h1", "transposed weights", lambda n: n["d z3"] * n["w5"] + n["d z4"] * n["w6"]),
        Planted(
            "d h2",
            "updated weight",
            lambda n: (
                n["d z3"] * (n["w6"] - RATE * n["d z3"] * n["h2"])
                + n["d z4"] * (n["w8"] - RATE * n["d z4"] * n["h2"])
            ),
        ),
        Planted("d z1", "local derivative forgotten", lambda n: n["d h1"]),
        Planted("d z2", "activation derivative", lambda n: n["d h2"] * derivative[0](n["h2"])),
        Planted("d z2", "factor taken twice", lambda n: n["d h2"] * n["l h2 z2"] * n["l h2 z2"]),
        Planted("d w1", "wrong parent's number", lambda n: n["d z1"] * n["x2"]),
        Planted("d w2", "local derivative forgotten", lambda n: n["d z1"]),
        Planted("d w3", "decimal point", lambda n: 10 * n["d z2"] * n["x1"]),
        Planted("d w4", "decimal point", lambda n: n["d z2"] * n["x2"] / 10),
        Planted("d w4", "sign", lambda n: -n["d z2"] * n["x2"]),
        Planted("new w1", "sign", lambda n: n["w1"] + RATE * n["d w1"]),
        Planted("new w5", "learning rate", lambda n: n["w5"] - 0.1 * RATE * n["d w5"]),
        Planted("new w8", "learning rate", lambda n: n["w8"] - n["d w8"]),
        Planted("new b3", "operation forgotten", lambda n: RATE * n["d b3"]),
    ]


@dataclass
class Outcome:
    """What became of one planted slip: whether the sheet was right, and which name it got.

    Attributes:
        slip: the slip.
        digits: how many digits the hand wrote.
        visible: by how much the slip changes its number, as a part of it.
        report: the judge's report.
        is_told: whether no honest hand would have written that number; looked for only where the
            sheet was called right.
    """

    slip: Planted
    digits: int
    visible: float
    report: HandCheck
    is_told: bool

    @property
    def ok(self) -> bool:
        return self.report.ok

    @property
    def name(self) -> str:
        wrong = self.report.first_wrong
        return wrong.slip.name if wrong and wrong.slip else ""

    @property
    def at_place(self) -> bool:
        wrong = self.report.first_wrong
        first, *rest = self.slip.place.split()
        place = f"new {rest[0]}" if first == "new" else f"gradient of {rest[0]}" if rest else first
        return wrong is not None and wrong.claim.name == place


def slipped(seed: int, digits: int = 0, sheet: str = "whole") -> Outcome | None:
    """Return what becomes of a hand that makes one slip; None if the step cannot be seen.

    Args:
        seed: where the dice begin.
        digits: how many digits the hand writes; by the dice.
        sheet: "whole"; "some" of the lines before the slip; "lone", the wrong line alone.
    """
    draw = random.Random(seed)  # noqa: S311  # no secret
    made = network(draw)
    digits = digits or draw.choice((2, 3, 4, 5))
    slip = draw.choice(planted(made))
    r = rounding(digits)
    right = work(made, r)
    numbers = work(made, r, (slip.place, slip.formula))
    before, after = right[slip.place], numbers[slip.place]
    if slip.place.startswith("new"):
        old = made.numbers[slip.place[4:]]
        before, after = before - old, after - old
    visible = abs(after - before) / max(abs(after), abs(before), 1e-300)
    names = [n for n in computed_names(numbers, made) if moves(made, numbers, n, given(digits))]
    if slip.place not in names:
        return None
    place = names.index(slip.place)
    if sheet == "some":
        names = [n for k, n in enumerate(names) if k >= place or draw.random() < 0.3]
    if sheet == "lone":
        names = [slip.place]
    report = check_by_hand(made.cost, **claims(made, numbers, names, given(digits)))
    written = {name: numbers[name] for name in names[: names.index(slip.place) + 1]}
    is_told = not report.ok or not reach.is_reached(made, written, slip.place, digits)
    return Outcome(slip, digits, visible, report, is_told)


@dataclass
class OffByThree:
    """What became of a line that is off by 3 in its last digit, on a sheet with all lines before.

    Attributes:
        place: the line.
        report: the judge's report.
        is_told: whether no honest hand would have written that number; looked for only where the
            sheet was called right.
    """

    place: str
    report: HandCheck
    is_told: bool


def off_by_three(seed: int, digits: int) -> OffByThree:
    """Return what becomes of a whole sheet on which one line is off by 3 in its last digit.

    Args:
        seed: where the dice begin.
        digits: how many digits the hand writes.
    """
    draw = random.Random(f"{seed} {digits}")  # noqa: S311  # no secret
    made, r, text = network(draw), rounding(digits), given(digits)
    right = work(made, r)
    lines = [n for n in computed_names(right, made) if moves(made, right, n, text)]
    place = draw.choice([name for name in lines if right[name]])
    off = draw.choice((-3, 3))

    def write(name: str, number: float) -> float:
        unit = 10.0 ** (math.floor(math.log10(abs(number))) - digits + 1) if number else 0.0
        return r(r(number) + off * unit) if name == place else r(number)

    numbers = work(made, r, write=write)
    lines = lines[: lines.index(place) + 1]
    report = check_by_hand(made.cost, **claims(made, numbers, lines, text))
    shown = {name: numbers[name] for name in lines}
    is_told = not report.ok or not reach.is_reached(made, shown, place, digits)
    return OffByThree(place, report, is_told)


def other_sign(seed: int, digits: int) -> str:
    """Return the name of a gradient's other sign, from unrounded values beside rounded lines.

    Args:
        seed: where the dice begin.
        digits: how many digits the hand writes.
    """
    draw = random.Random(f"sign {seed}")  # noqa: S311  # no secret
    made = network(draw)
    numbers = work(made, rounding(digits))
    names = computed_names(numbers, made)
    place = draw.choice([name for name in names if name.startswith("d ")])
    numbers[place] = rounding(digits)(-work(made, lambda number: number)[place])
    lines = names[: names.index(place) + 1]
    wrong = check_by_hand(made.cost, **claims(made, numbers, lines, given(digits))).first_wrong
    return wrong.slip.name if wrong and wrong.slip else ""


def lone(seed: int, digits: int) -> list[HandCheck]:
    """Return reports on sheets of one wrong number: half of the right one, twice it, its negative.

    Args:
        seed: where the dice begin.
        digits: how many digits the hand writes.
    """
    made = network(random.Random(seed))  # noqa: S311  # no secret
    right = work(made, lambda number: number)
    reports = []
    for name in computed_names(right, made):
        old = right[name[4:]] if name.startswith("new ") else 0.0
        for factor in (0.5, 2.0, -1.0):
            wrong = rounding(digits + 2 * bool(old))(old + factor * (right[name] - old))
            found = claims(made, {name: wrong}, [name], given(digits + 2 * bool(old)))
            reports.append(check_by_hand(made.cost, **found))
    return reports


def lone_step(seed: int, weight: str) -> HandCheck:
    """Return the report on the new weight alone of an honest hand that rounds to two digits."""
    made = network(random.Random(f"one step {seed}"))  # noqa: S311  # no secret
    rounded, name = rounding(2), f"new {weight}"

    def write(name: str, number: float) -> float:
        return number if name.startswith("new ") else rounded(number)

    numbers = work(made, rounded, write=write)
    return check_by_hand(made.cost, **claims(made, numbers, [name], given(4)))


def by_chance(seed: int, digits: int) -> tuple[bool, str]:
    """Return whether a random number on a sheet is found wrong, and which slip's name it gets.

    Args:
        seed: where the dice begin.
        digits: how many digits the hand writes.
    """
    draw = random.Random(seed)  # noqa: S311  # no secret
    made = network(draw)
    numbers = work(made, rounding(digits))
    names = [n for n in computed_names(numbers, made) if moves(made, numbers, n, str)]
    place = draw.choice(names)
    size = math.exp(draw.uniform(-1.6, 1.6))
    numbers[place] = rounding(digits)(numbers[place] * size * draw.choice((1, 1, -1)))
    lines = names[: names.index(place) + 1]
    report = check_by_hand(made.cost, **claims(made, numbers, lines, given(digits)))
    wrong = report.first_wrong
    return wrong is not None, wrong.slip.name if wrong and wrong.slip else ""


def main() -> None:  # noqa: C901, PLR0912  # one figure after another
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    seeds = range(options.seed, options.seed + options.networks)
    bad = total = 0
    for seed in seeds:
        report, digits = honest(seed)
        total += len(report.findings)
        wrong = [f for f in report.findings if not f.ok]
        bad += bool(wrong)
        for f in wrong[:1]:
            print(f"  {seed} {digits} {f.claim.name} {f.claim.text} {f.verdict} {f.exact!r}")
    print(f"honest hands: {options.networks} sheets, {total} numbers, {bad} sheets not right")
    few = sum(not scattered(seed).ok for seed in seeds)
    print(f"a few lines of two digits: {options.networks} sheets, {few} not right")
    some = sum(not now_and_then(seed).ok for seed in seeds)
    print(f"hands that round some steps: {options.networks} sheets, {some} not right")
    print("slips named in Mazur's network, alone, 3 digits: {} of {}".format(*named_alone(3)))
    for sheet in ("whole", "some", "lone"):
        for digits in (2, 3, 4, 5):
            outcomes = [o for seed in seeds if (o := slipped(seed, digits, sheet)) is not None]
            right = [o for o in outcomes if o.ok]
            print(
                f"{sheet} sheets, {digits} digits: {len(outcomes)} slips,"
                f" {sum(o.is_told for o in right)} called right,"
                f" {sum(not o.is_told for o in right)} that no judge can tell from an honest hand"
            )
            if options.verbose:
                for o in right:
                    print("   RIGHT", o.slip.place, o.slip.names, o.visible, o.is_told)
    for digits in (2, 3, 4, 5):
        clear = [
            o for seed in seeds if (o := slipped(seed, digits)) is not None and o.visible > 0.1
        ]
        named = [o for o in clear if o.name]
        rightly = [o for o in clear if o.at_place and o.name and o.name in o.slip.names.split("|")]
        print(
            f"{digits} digits: {len(clear)} slips change over 10 %:"
            f" {sum(o.at_place for o in clear)} at the place,"
            f" {len(named)} named, {len(rightly)} rightly"
        )
        if options.verbose:
            for o in clear:
                if o not in rightly:
                    print("   ", o.slip.place, o.slip.names, "->", o.name, o.at_place)
    for digits in (2, 3, 4, 5):
        off = [found for seed in seeds if (found := off_by_three(seed, digits)).report.ok]
        print(
            f"{digits} digits: {options.networks} lines off by 3 in the last digit:"
            f" {sum(o.is_told for o in off)} called right,"
            f" {sum(not o.is_told for o in off)} that no judge can tell from an honest hand"
        )
    for digits in (2, 3):
        wrong_alone = [report for seed in seeds[::10] for report in lone(seed, digits)]
        print(
            f"{digits} digits: {len(wrong_alone)} lone numbers of half, twice or minus the right"
            f" one: {sum(report.ok for report in wrong_alone)} called right"
        )
        chances = [by_chance(seed, digits) for seed in seeds]
        print(
            f"{digits} digits: {sum(is_wrong for is_wrong, _ in chances)} random wrong numbers,"
            f" {sum(bool(name) for _, name in chances)} named"
        )
    batches = sum(not batch_hands.judged(seed, given).ok for seed in seeds)
    print(f"batches of three samples: {options.networks} sheets, {batches} not right")
    bad_functions = count = 0
    for way in function_hands.WAYS:
        for digits in (2, 3, 4, 5):
            for seed in range(options.seed, options.seed + max(1, options.networks // 50)):
                count += 1
                bad_functions += not function_hands.judged(way, digits, seed, given(digits)).ok
    print(f"hands that compute functions as books do: {count} sheets, {bad_functions} not right")


if __name__ == "__main__":
    main()
