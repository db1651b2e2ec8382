"""Every number of the course notes, beside what the library computes.

`data/course_numbers.csv` has the numbers: `exact` was computed from the formulas of the notes by
another program, `written` is what the author wrote by hand, and `slip` says how the hand got there
where that is more than rounding.
"""

import csv
from fractions import Fraction
from pathlib import Path

import pytest

import autograd
from autograd import Value, check_by_hand
from autograd.worked_example import STUDENTS, build
from nn import Activation, Dense, Neuron, Sequential
from nn.losses import BinaryCrossentropy
from nn.perceptron import AND, NOT, OR, Perceptron, approach, trick, xor

with (Path(__file__).parent / "data" / "course_numbers.csv").open(encoding="utf-8") as _file:
    ROWS = list(csv.DictReader(_file))

INPUTS = [(0, 0), (0, 1), (1, 0), (1, 1)]
LINE = Perceptron((3, 4), -10)
MODELS = {"model 1": (0.6, 0.2, 0.1, 0.7), "model 2": (0.7, 0.9, 0.8, 0.6)}


def worked_example() -> dict[str, float]:
    """The numbers of document 003."""
    found: dict[str, float] = {}
    for i, student in enumerate(STUDENTS, start=1):
        nodes = build(student)
        found |= {f"{name} of student {i}": nodes[name].data for name in ("z1", "g1")}
    nodes = build(STUDENTS[0])
    nodes["cost"].backward()
    found |= {f"{name} of student 1": nodes[name].data for name in ("z2", "g2")}
    found |= {name: nodes[name].data for name in ("y_pred", "cost")}
    for name in ("y_pred", "b3", "w7", "w8", "g1", "z1", "b1", "w1", "w3", "w5"):
        found[f"d cost / d {name}"] = nodes[name].grad
    found["d g1 / d z1"] = nodes["g1"].partials[0]
    for name, rate in (("w7", 0.001), ("w7", 0.01), ("w1", 0.01)):
        after = nodes[name].data - rate * nodes[name].grad
        found[f"{name} after a step of rate {rate}"] = after
    return found


def perceptrons() -> dict[str, float]:
    """The numbers of document 002 up to the perceptron algorithm."""
    found: dict[str, float] = {}
    for name, gate in {"AND": AND, "OR": OR, "NOT": NOT}.items():
        for a, b in INPUTS:
            found[f"{name} of {a}, {b} before its step"] = gate.score((a, b))
    found |= {f"XOR of {a}, {b}": xor(a, b) for a, b in INPUTS}
    exact = approach(LINE, (1, 1), label=1, rate=Fraction(1, 10))
    lines = {
        "the trick with rate 1": trick(LINE, (4, 5), label=0, rate=1),
        "the trick with rate 0.1": trick(LINE, (4, 5), label=0, rate=0.1),
        "these applications": exact.line,
    }
    for name, line in lines.items():
        numbers = zip(("w1", "w2", "b"), (*line.weights, line.bias), strict=True)
        found |= {f"{number} after {name}": float(n) for number, n in numbers}
    found["applications until (1, 1) is right"] = exact.count
    found["applications in binary floats"] = approach(LINE, (1, 1), label=1, rate=0.1).count
    return found


def chances() -> dict[str, float]:
    """The numbers of document 002 from softmax on, and those of document 001."""
    shares = autograd.softmax([Value(score) for score in (5, 6, 7)])
    found = {
        f"share of {n} among 5, 6, 7": share.data
        for n, share in zip((5, 6, 7), shares, strict=True)
    }
    for name, model in MODELS.items():
        found[f"likelihood of {name}"] = autograd.prod([Value(p) for p in model]).data
        found[f"cross entropy of {name}"] = 4 * BinaryCrossentropy()([1] * 4, model)
        found |= {f"-ln {p}": (-Value(p).log()).data for p in model}
    found["cross entropy of the doors"] = 4 * BinaryCrossentropy()(
        [1, 0, 1, 1], [0.4, 0.6, 0.1, 0.5]
    )
    for name, weights in {"sum": (1, 1, 0), "weighted sum": (7, 5, -6)}.items():
        neuron = Neuron(2, "sigmoid")
        for parameter, number in zip(neuron.parameters(), weights, strict=True):
            parameter.data = number
        output = neuron([0.7, 0.8])
        found[f"{name} of two models"] = output.parents[0].data
        found[f"sigmoid of the {name}"] = output.data
    found["slope of leaky ReLU left of 0"] = autograd.grad(autograd.leaky_relu)(-3.0)
    summary = Sequential()
    summary.add(Dense(units=4, input_dim=3))
    summary.add(Activation("sigmoid"))
    summary.add(Dense(units=4))
    summary.add(Activation("sigmoid"))
    found["parameters of the summary's network"] = len(summary.parameters())
    return found


@pytest.fixture(scope="module")
def computed() -> dict[str, float]:
    return worked_example() | perceptrons() | chances()


@pytest.mark.parametrize("row", ROWS, ids=[row["quantity"] for row in ROWS])
def test_the_library_computes_the_number_of_the_notes(
    row: dict[str, str], computed: dict[str, float]
) -> None:
    right = pytest.approx(float(row["exact"]), rel=1e-12, abs=1e-15)
    assert computed[row["quantity"]] == right


def test_every_number_that_is_computed_is_one_of_the_notes(computed: dict[str, float]) -> None:
    assert sorted(row["quantity"] for row in ROWS) == sorted(computed)


def test_what_the_author_wrote_is_right_to_its_last_digit_but_for_the_slips() -> None:
    off = set()
    for row in ROWS:
        if row["written"]:
            decimals = len(row["written"].partition(".")[2])
            distance = abs(float(row["written"]) - float(row["exact"]))
            if distance >= 10.0**-decimals:  # cut off or rounded
                off.add(row["quantity"])
    assert off == {row["quantity"] for row in ROWS if row["slip"]} == {"d cost / d w7"}


def test_the_slip_of_the_notes_is_a_rounding_that_was_carried_on() -> None:
    assert round(2 * (24.95 - 82) * 0.37, 1) == -42.2
    nodes = build(STUDENTS[0])
    values = {nodes["g1"]: "0.37", nodes["y_pred"]: "24.95"}
    gradient = {nodes["w7"]: "-42.2"}
    assert check_by_hand(nodes["cost"], values, gradient).ok
    assert not check_by_hand(nodes["cost"], None, gradient).ok
