"""Slips planted in many graphs: for each, the wrong number, and the names that are right for it.

Wrong numbers are computed here from the formulas of a hand, in floats.
"""

# ruff: noqa: ISC004  # an expression over two lines is one text

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from autograd.checking import HandCheck, check_by_hand
from autograd.notation.reading import parse

Numbers = dict[str, float]


class Slip(NamedTuple):
    """One planted slip.

    Attributes:
        graph: the name of the graph.
        place: "z" for a number, "d z" for a gradient.
        names: the names that are right for it.
        formula: the wrong number, from the numbers n and the gradients d of all named nodes.
    """

    graph: str
    place: str
    names: str
    formula: Callable[[Numbers, Numbers], float]


GRAPHS: dict[str, tuple[str, Numbers]] = {
    "student": (
        "z1 = w1*x1 + w3*x2 + w5*x3 + b1; g1 = sigmoid(z1); z2 = w2*x1 + w4*x2 + w6*x3 + b2;"
        " g2 = sigmoid(z2); p = w7*g1 + w8*g2 + b3; cost = (p - y)**2",
        {
            "x1": 60,
            "x2": 80,
            "x3": 5,
            "y": 82,
            "w1": 0.1,
            "w3": 0.1,
            "w5": 0.1,
            "b1": -15,
            "w2": 0.2,
            "w4": 0.2,
            "w6": 0.2,
            "b2": -32,
            "w7": 12,
            "w8": 9,
            "b3": 20,
        },
    ),
    "logistic": (
        "z = w1*x1 + w2*x2 + b; a = sigmoid(z); L = -(y*log(a) + (1 - y)*log(1 - a))",
        {"w1": 0.7, "x1": 1.3, "w2": -0.4, "x2": 2.1, "b": 0.25, "y": 1.0},
    ),
    "softmax": (
        "s1 = w1*x; s2 = w2*x; s3 = w3*x; e1 = exp(s1); e2 = exp(s2); e3 = exp(s3);"
        " t = e1 + e2 + e3; p1 = e1/t; p2 = e2/t; p3 = e3/t;"
        " L = -(y1*log(p1) + y2*log(p2) + y3*log(p3))",
        {"y1": 0.0, "y2": 1.0, "y3": 0.0, "w1": 0.6, "w2": -0.35, "w3": 0.2, "x": 1.7},
    ),
    "cubic": ("u = a*x**3; v = b*x**2; f = u - v + c*x", {"a": 1.3, "b": 2.7, "c": 0.6, "x": 1.9}),
    "quotient": ("n = x**2 + a; m = b*x; f = n/m", {"x": 2.3, "a": 1.1, "b": 0.7}),
    "angles": ("u = sin(a*x); v = cos(x); f = u*v", {"a": 0.8, "x": 1.2}),
    "mean": (
        "r1 = w*x1 - t1; r2 = w*x2 - t2; r3 = w*x3 - t3; S = r1**2 + r2**2 + r3**2; L = S/3",
        {"w": 1.4, "x1": 0.7, "x2": 1.9, "x3": -1.1, "t1": 0.2, "t2": 1.5, "t3": -2.3},
    ),
    "recurrent": (
        "a1 = u*x1 + v*h0; h1 = tanh(a1); a2 = u*x2 + v*h1; h2 = tanh(a2); L = (h2 - t)**2",
        {"u": 0.6, "v": -0.8, "x1": 1.1, "x2": 0.4, "h0": 0.3, "t": 0.9},
    ),
    "attention": (
        "s1 = q*k1; s2 = q*k2; e1 = exp(s1); e2 = exp(s2); m = e1 + e2; a1 = e1/m; a2 = e2/m;"
        " o = a1*v1 + a2*v2; L = (o - t)**2",
        {"q": 0.9, "k1": 0.5, "k2": -0.7, "v1": 1.6, "v2": -0.4, "t": 0.2},
    ),
    "deep": (
        "z1 = w1*x; h1 = tanh(z1); z2 = w2*h1; h2 = sigmoid(z2); z3 = w3*h2; L = 0.5*(z3 - t)**2",
        {"w1": 0.7, "x": 1.3, "w2": -1.6, "w3": 2.2, "t": 0.4},
    ),
    "net": (
        "z1 = w1*x1 + w2*x2 + b1; h1 = tanh(z1); z2 = w3*x1 + w4*x2 + b2; h2 = tanh(z2);"
        " z3 = w5*h1 + w6*h2 + b3; p1 = sigmoid(z3); z4 = w7*h1 + w8*h2 + b4; p2 = sigmoid(z4);"
        " L = ((p1 - t1)**2 + (p2 - t2)**2)/2",
        {
            "w1": 0.453,
            "x1": 0.812,
            "w2": -0.637,
            "x2": 1.729,
            "b1": 0.154,
            "w3": 1.127,
            "w4": 0.338,
            "b2": -0.359,
            "w5": 0.916,
            "w6": -1.343,
            "b3": 0.257,
            "w7": -0.521,
            "w8": 0.764,
            "b4": 0.118,
            "t1": 0.93,
            "t2": 0.21,
        },
    ),
    "rows": (
        "z1 = w*x1 + b; h1 = tanh(z1); p1 = sigmoid(v*h1); z2 = w*x2 + b; h2 = tanh(z2);"
        " p2 = sigmoid(v*h2); L = ((p1 - t1)**2 + (p2 - t2)**2)/2",
        {"w": 0.713, "b": -0.228, "v": 1.439, "x1": 0.617, "x2": -1.323, "t1": 0.97, "t2": 0.04},
    ),
}


def slope(a: float) -> float:
    return a * (1 - a)


def rise(a: float) -> float:
    return 1 - a * a


def squash(z: float) -> float:
    return 1 / (1 + math.exp(-z))


CATALOGUE = [
    # the worked example
    Slip("student", "d p", "factor 2", lambda n, d: n["p"] - n["y"]),
    Slip("student", "d p", "sign", lambda n, d: 2 * (n["y"] - n["p"])),
    Slip("student", "d w7", "local derivative forgotten", lambda n, d: d["p"]),
    Slip("student", "d w7", "wrong parent's number", lambda n, d: d["p"] * n["g2"]),
    Slip("student", "d w7", "product for the derivative", lambda n, d: d["p"] * n["w7"] * n["g1"]),
    Slip("student", "d w7", "wrong parent's number", lambda n, d: d["p"] * n["w7"]),
    Slip("student", "d w7", "decimal point", lambda n, d: d["w7"] / 10),
    Slip("student", "d z1", "local derivative forgotten", lambda n, d: d["g1"]),
    Slip(
        "student", "d z1", "activation derivative", lambda n, d: d["g1"] * n["g1"] * (1 + n["g1"])
    ),
    Slip("student", "d z1", "activation derivative", lambda n, d: d["g1"] * slope(n["z1"])),
    Slip("student", "d z1", "activation derivative", lambda n, d: d["g1"] * (1 - n["g1"] ** 2)),
    Slip("student", "d z1", "activation derivative", lambda n, d: d["g1"] * (1 - n["g1"])),
    Slip("student", "d z1", "factor taken twice", lambda n, d: d["g1"] * slope(n["g1"]) ** 2),
    Slip("student", "d w1", "local derivative forgotten", lambda n, d: d["g1"] * n["x1"]),
    Slip("student", "d w1", "wrong parent's number", lambda n, d: d["z1"] * n["x2"]),
    Slip("student", "d w1", "factor 2", lambda n, d: d["w1"] / 2),
    Slip("student", "d w1", "local derivative forgotten", lambda n, d: d["w1"] / d["p"]),
    Slip("student", "d w1", "wrong parent's number", lambda n, d: d["w1"] / n["w7"] * n["w8"]),
    Slip(
        "student",
        "d w1",
        "activation derivative",
        lambda n, d: d["g1"] * n["g1"] * (1 + n["g1"]) * n["x1"],
    ),
    Slip("student", "d w1", "two slips", lambda n, d: -d["g1"] * n["x1"]),
    Slip("student", "d w1", "two slips", lambda n, d: d["g1"] * n["x2"]),
    Slip("student", "d x1", "path left out", lambda n, d: d["z1"] * n["w1"]),
    Slip("student", "d x1", "path left out", lambda n, d: d["z2"] * n["w2"]),
    Slip("student", "d x1", "sign", lambda n, d: d["z1"] * n["w1"] - d["z2"] * n["w2"]),
    Slip("student", "d g1", "local derivative forgotten", lambda n, d: d["p"]),
    Slip("student", "d g1", "wrong parent's number", lambda n, d: d["p"] * n["w8"]),
    Slip("student", "z1", "sign", lambda n, d: n["z1"] - 2 * n["b1"]),
    Slip("student", "z1", "term left out", lambda n, d: n["z1"] - n["b1"]),
    Slip("student", "z1", "term left out", lambda n, d: n["z1"] - n["w5"] * n["x3"]),
    Slip("student", "g1", "sign", lambda n, d: 1 / (1 + math.exp(n["z1"]))),
    Slip("student", "g1", "operation forgotten", lambda n, d: n["z1"]),
    Slip("student", "g1", "wrong function", lambda n, d: math.tanh(n["z1"])),
    Slip("student", "p", "term left out", lambda n, d: n["p"] - n["b3"]),
    Slip(
        "student",
        "p",
        "wrong parent's number|term left out|operation forgotten",
        lambda n, d: n["w8"] * n["g1"] + n["w7"] * n["g2"] + n["b3"],
    ),
    Slip("student", "cost", "operation forgotten|power rule|sign", lambda n, d: n["p"] - n["y"]),
    Slip("student", "cost", "factor 2", lambda n, d: n["cost"] / 2),
    # logistic regression
    Slip("logistic", "d a", "cross entropy", lambda n, d: n["a"] - n["y"]),
    Slip("logistic", "d a", "sign", lambda n, d: 1 / n["a"]),
    Slip("logistic", "d z", "sign", lambda n, d: n["y"] - n["a"]),
    Slip(
        "logistic",
        "d z",
        "cross entropy|factor taken twice",
        lambda n, d: (n["a"] - n["y"]) * slope(n["a"]),
    ),
    Slip("logistic", "d z", "cross entropy", lambda n, d: n["a"]),
    Slip("logistic", "d z", "local derivative forgotten", lambda n, d: d["a"]),
    Slip(
        "logistic",
        "d w1",
        "cross entropy|factor taken twice",
        lambda n, d: (n["a"] - n["y"]) * slope(n["a"]) * n["x1"],
    ),
    Slip("logistic", "d w1", "local derivative forgotten", lambda n, d: n["a"] - n["y"]),
    Slip("logistic", "d w1", "wrong parent's number", lambda n, d: d["z"] * n["x2"]),
    Slip("logistic", "d w1", "wrong parent's number", lambda n, d: d["z"] * n["w1"]),
    Slip("logistic", "d w1", "product for the derivative", lambda n, d: d["z"] * n["w1"] * n["x1"]),
    Slip("logistic", "d w2", "sign", lambda n, d: -d["w2"]),
    Slip("logistic", "d b", "sign", lambda n, d: -d["b"]),
    Slip("logistic", "L", "log10", lambda n, d: -math.log10(n["a"])),
    Slip("logistic", "L", "sign", lambda n, d: math.log(n["a"])),
    Slip("logistic", "z", "term left out", lambda n, d: n["z"] - n["b"]),
    Slip("logistic", "z", "sign", lambda n, d: n["z"] - 2 * n["b"]),
    Slip("logistic", "a", "wrong function", lambda n, d: math.exp(-n["z"])),
    # softmax and cross entropy
    Slip("softmax", "d s2", "sign", lambda n, d: 1 - n["p2"]),
    Slip("softmax", "d s1", "sign", lambda n, d: -n["p1"]),
    Slip("softmax", "d w1", "local derivative forgotten", lambda n, d: n["p1"]),
    Slip("softmax", "d w2", "local derivative forgotten", lambda n, d: n["p2"] - 1),
    Slip("softmax", "d w3", "sign", lambda n, d: -n["p3"] * n["x"]),
    Slip("softmax", "p1", "operation forgotten|term left out", lambda n, d: n["e1"]),
    Slip("softmax", "L", "log10", lambda n, d: -math.log10(n["p2"])),
    Slip("softmax", "t", "term left out", lambda n, d: n["t"] - n["e3"]),
    Slip("softmax", "e1", "sign", lambda n, d: math.exp(-n["s1"])),
    Slip("softmax", "d p2", "sign", lambda n, d: 1 / n["p2"]),
    Slip("softmax", "d p2", "log10", lambda n, d: -1 / (n["p2"] * math.log(10))),
    Slip("softmax", "d p2", "logarithm", lambda n, d: -n["p2"]),
    # polynomials and quotients
    Slip("cubic", "d x", "path left out", lambda n, d: 3 * n["a"] * n["x"] ** 2 + n["c"]),
    Slip(
        "cubic", "d x", "sign", lambda n, d: 3 * n["a"] * n["x"] ** 2 + 2 * n["b"] * n["x"] + n["c"]
    ),
    Slip(
        "cubic",
        "d x",
        "power rule",
        lambda n, d: n["a"] * n["x"] ** 2 - 2 * n["b"] * n["x"] + n["c"],
    ),
    Slip(
        "cubic",
        "d x",
        "power rule",
        lambda n, d: 3 * n["a"] * n["x"] ** 3 - 2 * n["b"] * n["x"] + n["c"],
    ),
    Slip(
        "cubic",
        "d x",
        "power rule|path left out",
        lambda n, d: 3 * n["a"] * n["x"] ** 2 - n["b"] * n["x"] + n["c"],
    ),
    Slip(
        "cubic", "d x", "path left out", lambda n, d: 3 * n["a"] * n["x"] ** 2 - 2 * n["b"] * n["x"]
    ),
    Slip("cubic", "d a", "power rule", lambda n, d: 3 * n["x"] ** 2),
    Slip("cubic", "d b", "sign", lambda n, d: n["x"] ** 2),
    Slip("cubic", "u", "wrong operation", lambda n, d: n["a"] * 3 * n["x"]),
    Slip("cubic", "f", "sign", lambda n, d: n["u"] + n["v"] + n["c"] * n["x"]),
    Slip("cubic", "f", "term left out", lambda n, d: n["u"] - n["v"]),
    Slip("quotient", "d m", "sign", lambda n, d: n["n"] / n["m"] ** 2),
    Slip("quotient", "d m", "quotient rule", lambda n, d: -n["n"] / n["m"]),
    Slip("quotient", "d m", "quotient rule", lambda n, d: 1 / n["m"]),
    Slip("quotient", "d n", "quotient rule", lambda n, d: n["m"]),
    Slip("quotient", "d x", "path left out", lambda n, d: 2 * n["x"] / n["m"]),
    Slip(
        "quotient", "d x", "sign", lambda n, d: 2 * n["x"] / n["m"] + n["n"] / n["m"] ** 2 * n["b"]
    ),
    Slip("quotient", "f", "wrong operation", lambda n, d: n["m"] / n["n"]),
    Slip("quotient", "f", "wrong operation", lambda n, d: n["m"] * n["n"]),
    Slip("quotient", "n", "wrong operation", lambda n, d: 2 * n["x"] + n["a"]),
    # angles
    Slip("angles", "u", "degrees", lambda n, d: math.sin(math.radians(n["a"] * n["x"]))),
    Slip("angles", "v", "degrees", lambda n, d: math.cos(math.radians(n["x"]))),
    Slip("angles", "v", "wrong function", lambda n, d: math.sin(n["x"])),
    Slip(
        "angles",
        "d a",
        "degrees",
        lambda n, d: math.cos(math.radians(n["a"] * n["x"])) * n["x"] * n["v"],
    ),
    Slip(
        "angles",
        "d a",
        "derivative of sin|wrong parent's number",
        lambda n, d: n["u"] * n["x"] * n["v"],
    ),
    Slip("angles", "d a", "sign", lambda n, d: -d["a"]),
    Slip(
        "angles",
        "d a",
        "local derivative forgotten",
        lambda n, d: math.cos(n["a"] * n["x"]) * n["v"],
    ),
    Slip(
        "angles", "d x", "path left out", lambda n, d: math.cos(n["a"] * n["x"]) * n["a"] * n["v"]
    ),
    Slip(
        "angles",
        "d x",
        "sign",
        lambda n, d: math.cos(n["a"] * n["x"]) * n["a"] * n["v"] + math.sin(n["x"]) * n["u"],
    ),
    # a mean
    Slip("mean", "d w", "averaged twice", lambda n, d: d["w"] / 3),
    Slip("mean", "d w", "not averaged|local derivative forgotten", lambda n, d: d["w"] * 3),
    Slip("mean", "d w", "factor 2", lambda n, d: d["w"] / 2),
    Slip("mean", "d w", "path left out", lambda n, d: d["w"] - 2 * n["r2"] * n["x2"] / 3),
    Slip("mean", "d w", "= instead of +=", lambda n, d: 2 * n["r1"] * n["x1"] / 3),
    Slip("mean", "L", "operation forgotten|not averaged", lambda n, d: n["S"]),
    Slip("mean", "d r1", "factor 2", lambda n, d: n["r1"] / 3),
    # recurrent, attention, deep
    Slip("recurrent", "d u", "path left out", lambda n, d: d["a2"] * n["x2"]),
    Slip("recurrent", "d v", "path left out", lambda n, d: d["a2"] * n["h1"]),
    Slip("recurrent", "d a1", "activation derivative", lambda n, d: d["h1"] * (1 - n["a1"] ** 2)),
    Slip("recurrent", "d a1", "activation derivative", lambda n, d: d["h1"] * slope(n["h1"])),
    Slip("recurrent", "d a2", "local derivative forgotten", lambda n, d: d["h2"]),
    Slip("recurrent", "d a1", "local derivative forgotten", lambda n, d: d["h1"]),
    Slip("recurrent", "h1", "wrong function", lambda n, d: 1 / (1 + math.exp(-n["a1"]))),
    Slip("recurrent", "h2", "operation forgotten", lambda n, d: n["a2"]),
    Slip("attention", "d v1", "wrong parent's number", lambda n, d: d["o"] * n["a2"]),
    Slip("attention", "d v1", "local derivative forgotten", lambda n, d: d["o"]),
    Slip("attention", "d q", "path left out", lambda n, d: d["s1"] * n["k1"]),
    Slip("attention", "d o", "factor 2", lambda n, d: n["o"] - n["t"]),
    Slip("attention", "o", "term left out", lambda n, d: n["a1"] * n["v1"]),
    Slip("attention", "d k1", "wrong parent's number", lambda n, d: d["s1"] * n["k1"]),
    Slip("deep", "d w1", "local derivative forgotten", lambda n, d: d["w1"] / (1 - n["h1"] ** 2)),
    Slip("deep", "d w1", "local derivative forgotten", lambda n, d: d["w1"] / n["w2"]),
    Slip(
        "deep",
        "d w1",
        "activation derivative",
        lambda n, d: d["w1"] / slope(n["h2"]) * n["h2"] * (1 + n["h2"]),
    ),
    Slip(
        "deep",
        "d w1",
        "activation derivative",
        lambda n, d: d["w1"] / (1 - n["h1"] ** 2) * (1 - n["z1"] ** 2),
    ),
    Slip("deep", "d w1", "two slips", lambda n, d: -d["w1"] / slope(n["h2"])),
    Slip("deep", "d w2", "wrong parent's number", lambda n, d: d["z2"] * n["w2"]),
    Slip("deep", "d w3", "decimal point", lambda n, d: 10 * d["w3"]),
    Slip("deep", "d w3", "decimal point", lambda n, d: d["w3"] / 100),
    # a network of two layers, in single products; and two rows of data
    Slip("net", "d p1", "factor 2", lambda n, d: 2 * (n["p1"] - n["t1"])),
    Slip("net", "d p1", "sign", lambda n, d: n["t1"] - n["p1"]),
    Slip("net", "d z3", "local derivative forgotten", lambda n, d: d["p1"]),
    Slip("net", "d z3", "activation derivative", lambda n, d: d["p1"] * (1 - n["p1"] ** 2)),
    Slip("net", "d z3", "activation derivative", lambda n, d: d["p1"] * slope(n["z3"])),
    Slip("net", "d z3", "activation derivative", lambda n, d: d["p1"] * n["p1"] * (1 + n["p1"])),
    Slip("net", "d z3", "activation derivative", lambda n, d: d["p1"] * n["p1"]),
    Slip("net", "d z3", "activation derivative", lambda n, d: d["p1"] * (1 - n["p1"])),
    Slip(
        "net",
        "d z3",
        "activation derivative",
        lambda n, d: d["p1"] / (1 + math.exp(-n["p1"])) * (1 - 1 / (1 + math.exp(-n["p1"]))),
    ),
    Slip(
        "net", "d z3", "activation derivative", lambda n, d: d["p1"] * (1 - math.tanh(n["z3"]) ** 2)
    ),
    Slip("net", "d w5", "local derivative forgotten", lambda n, d: d["z3"]),
    Slip("net", "d w5", "wrong parent's number", lambda n, d: d["z3"] * n["h2"]),
    Slip(
        "net",
        "d w5",
        "wrong parent's number|derivative at the activation",
        lambda n, d: d["z3"] * n["z1"],
    ),
    Slip("net", "d w5", "product for the derivative", lambda n, d: d["z3"] * n["w5"] * n["h1"]),
    Slip("net", "d w5", "local derivative forgotten", lambda n, d: d["p1"] * n["h1"]),
    Slip("net", "d w5", "activation derivative", lambda n, d: d["p1"] * rise(n["p1"]) * n["h1"]),
    Slip("net", "d h1", "path left out", lambda n, d: d["z3"] * n["w5"]),
    Slip("net", "d h1", "path left out", lambda n, d: d["z4"] * n["w7"]),
    Slip("net", "d h1", "transposed weights", lambda n, d: d["z3"] * n["w5"] + d["z4"] * n["w6"]),
    Slip("net", "d h2", "transposed weights", lambda n, d: d["z3"] * n["w7"] + d["z4"] * n["w8"]),
    Slip("net", "d h1", "sign", lambda n, d: d["z3"] * n["w5"] - d["z4"] * n["w7"]),
    Slip(
        "net",
        "d h1",
        "wrong parent's number|local derivative forgotten",
        lambda n, d: d["z3"] + d["z4"],
    ),
    Slip(
        "net",
        "d h1",
        "activation derivative|local derivative forgotten",
        lambda n, d: d["p1"] * n["w5"] + d["p2"] * n["w7"],
    ),
    Slip("net", "d z1", "local derivative forgotten", lambda n, d: d["h1"]),
    Slip("net", "d z1", "activation derivative", lambda n, d: d["h1"] * slope(n["h1"])),
    Slip("net", "d z1", "activation derivative", lambda n, d: d["h1"] * (1 - n["z1"] ** 2)),
    Slip("net", "d z1", "activation derivative", lambda n, d: d["h1"] * (1 - n["h1"])),
    Slip("net", "d z1", "activation derivative", lambda n, d: d["h1"] * (1 + n["h1"] ** 2)),
    Slip(
        "net", "d z1", "activation derivative", lambda n, d: d["h1"] * (1 - math.tanh(n["h1"]) ** 2)
    ),
    Slip("net", "d w1", "local derivative forgotten", lambda n, d: d["h1"] * n["x1"]),
    Slip("net", "d w1", "wrong parent's number", lambda n, d: d["z1"] * n["x2"]),
    Slip("net", "d w1", "wrong parent's number", lambda n, d: d["z1"] * n["w1"]),
    Slip("net", "d w1", "path left out", lambda n, d: d["z3"] * n["w5"] * rise(n["h1"]) * n["x1"]),
    Slip("net", "d w1", "path left out", lambda n, d: d["z4"] * n["w7"] * rise(n["h1"]) * n["x1"]),
    Slip(
        "net",
        "d w1",
        "transposed weights",
        lambda n, d: (d["z3"] * n["w5"] + d["z4"] * n["w6"]) * rise(n["h1"]) * n["x1"],
    ),
    Slip("net", "d w1", "activation derivative", lambda n, d: d["h1"] * slope(n["h1"]) * n["x1"]),
    Slip("net", "d w1", "not averaged|factor 2", lambda n, d: 2 * d["w1"]),
    Slip(
        "net",
        "d w1",
        "local derivative forgotten",
        lambda n, d: (d["p1"] * n["w5"] + d["p2"] * n["w7"]) * rise(n["h1"]) * n["x1"],
    ),
    Slip(
        "net",
        "d w1",
        "activation derivative",
        lambda n, d: (
            (d["p1"] * rise(n["p1"]) * n["w5"] + d["p2"] * rise(n["p2"]) * n["w7"])
            * rise(n["h1"])
            * n["x1"]
        ),
    ),
    Slip("net", "d b1", "local derivative forgotten", lambda n, d: d["h1"]),
    Slip(
        "net",
        "d b1",
        "wrong parent's number|product for the derivative",
        lambda n, d: d["z1"] * n["b1"],
    ),
    Slip("net", "d b1", "wrong parent's number", lambda n, d: d["z1"] * n["x1"]),
    Slip("net", "d z1", "wrong parent's number", lambda n, d: d["h1"] * rise(n["h2"])),
    Slip("net", "d w1", "wrong parent's number", lambda n, d: d["z2"] * n["x1"]),
    Slip("rows", "d w", "path left out|= instead of +=", lambda n, d: d["z1"] * n["x1"]),
    Slip("rows", "d w", "path left out|= instead of +=", lambda n, d: d["z2"] * n["x2"]),
    Slip("rows", "d w", "not averaged|factor 2", lambda n, d: 2 * d["w"]),
    Slip("rows", "d w", "averaged twice|factor 2", lambda n, d: d["w"] / 2),
    Slip("rows", "d w", "wrong parent's number", lambda n, d: (d["z1"] + d["z2"]) * n["x1"]),
    Slip(
        "rows", "d w", "wrong parent's number", lambda n, d: d["z1"] * n["x2"] + d["z2"] * n["x1"]
    ),
    Slip("rows", "d b", "path left out|= instead of +=", lambda n, d: d["z1"]),
    Slip("rows", "d b", "wrong parent's number|local derivative forgotten", lambda n, d: d["w"]),
    Slip("rows", "d w", "local derivative forgotten", lambda n, d: d["z1"] + d["z2"]),
    Slip("rows", "d z1", "not averaged|factor 2", lambda n, d: 2 * d["z1"]),
    Slip("net", "z1", "term left out", lambda n, d: n["z1"] - n["b1"]),
    Slip("net", "z1", "sign", lambda n, d: n["z1"] - 2 * n["b1"]),
    Slip(
        "net",
        "z1",
        "transposed weights",
        lambda n, d: n["w1"] * n["x1"] + n["w3"] * n["x2"] + n["b1"],
    ),
    Slip(
        "net",
        "z1",
        "wrong parent's number",
        lambda n, d: n["w1"] * n["x2"] + n["w2"] * n["x1"] + n["b1"],
    ),
    Slip(
        "net",
        "z2",
        "transposed weights",
        lambda n, d: n["w2"] * n["x1"] + n["w4"] * n["x2"] + n["b2"],
    ),
    Slip(
        "net",
        "z2",
        "wrong parent's number",
        lambda n, d: n["w3"] * n["x1"] + n["w4"] * n["x2"] + n["b1"],
    ),
    Slip("net", "z1", "sign", lambda n, d: n["w1"] * n["x1"] - n["w2"] * n["x2"] + n["b1"]),
    Slip("net", "h1", "operation forgotten", lambda n, d: n["z1"]),
    Slip("net", "h1", "wrong function", lambda n, d: squash(n["z1"])),
    Slip("net", "h1", "sign", lambda n, d: -n["h1"]),
    Slip(
        "net",
        "z3",
        "operation forgotten",
        lambda n, d: n["w5"] * n["z1"] + n["w6"] * n["z2"] + n["b3"],
    ),
    Slip(
        "net",
        "z3",
        "operation forgotten",
        lambda n, d: n["w5"] * n["z1"] + n["w6"] * n["h2"] + n["b3"],
    ),
    Slip(
        "net",
        "z3",
        "transposed weights",
        lambda n, d: n["w5"] * n["h1"] + n["w7"] * n["h2"] + n["b3"],
    ),
    Slip(
        "net",
        "z3",
        "wrong parent's number",
        lambda n, d: n["w5"] * n["h2"] + n["w6"] * n["h1"] + n["b3"],
    ),
    Slip("net", "z3", "term left out", lambda n, d: n["z3"] - n["w6"] * n["h2"]),
    Slip("net", "p1", "wrong function", lambda n, d: math.tanh(n["z3"])),
    Slip("net", "p1", "sign", lambda n, d: squash(-n["z3"])),
    Slip("net", "p1", "operation forgotten|wrong function", lambda n, d: math.exp(n["z3"])),
    Slip("net", "p1", "wrong function", lambda n, d: 1 + math.exp(-n["z3"])),
    Slip("net", "p1", "wrong function", lambda n, d: slope(n["p1"])),
    Slip("net", "p1", "wrong function|sign", lambda n, d: 1 / (1 - math.exp(-n["z3"]))),
    Slip("net", "L", "not averaged|factor 2|operation forgotten", lambda n, d: 2 * n["L"]),
    Slip("net", "L", "averaged twice|factor 2", lambda n, d: n["L"] / 2),
    Slip("net", "L", "term left out", lambda n, d: (n["p1"] - n["t1"]) ** 2 / 2),
    Slip(
        "net",
        "L",
        "operation forgotten",
        lambda n, d: ((n["p1"] - n["t1"]) + (n["p2"] - n["t2"])) / 2,
    ),
    Slip(
        "net",
        "L",
        "wrong operation",
        lambda n, d: (abs(n["p1"] - n["t1"]) + abs(n["p2"] - n["t2"])) / 2,
    ),
    Slip(
        "net",
        "L",
        "wrong parent's number",
        lambda n, d: ((n["p1"] - n["t2"]) ** 2 + (n["p2"] - n["t1"]) ** 2) / 2,
    ),
    Slip("net", "L", "wrong operation", lambda n, d: math.sqrt(n["L"])),
    Slip("recurrent", "L", "wrong operation", lambda n, d: abs(n["h2"] - n["t"])),
    Slip(
        "deep", "L", "wrong operation|operation forgotten", lambda n, d: 0.5 * abs(n["z3"] - n["t"])
    ),
    Slip("deep", "L", "wrong operation", lambda n, d: abs(n["z3"] - n["t"])),
    Slip(
        "net", "L", "sign", lambda n, d: ((n["p1"] - n["t1"]) ** 2 - (n["p2"] - n["t2"]) ** 2) / 2
    ),
    Slip("rows", "z2", "wrong parent's number", lambda n, d: n["w"] * n["x1"] + n["b"]),
    Slip(
        "rows",
        "L",
        "wrong parent's number",
        lambda n, d: ((n["p1"] - n["t2"]) ** 2 + (n["p2"] - n["t1"]) ** 2) / 2,
    ),
    Slip("rows", "L", "term left out", lambda n, d: (n["p1"] - n["t1"]) ** 2 / 2),
    Slip("rows", "z1", "sign", lambda n, d: -n["w"] * n["x1"] + n["b"]),
]


def judged(slip: Slip, digits: int) -> tuple[HandCheck, float, float]:
    """Return the report on a lone wrong number, the right number, and the wrong one."""
    expression, numbers = GRAPHS[slip.graph]
    output, nodes = parse(expression, numbers)
    output.backward()
    n = {name: node.data for name, node in nodes.items()}
    d = {name: node.grad for name, node in nodes.items()}
    wrong = slip.formula(n, d)
    kind, _, name = slip.place.rpartition(" ")
    claims: dict[Any, str] = {nodes[name]: f"{wrong:.{digits}g}"}
    report = check_by_hand(output, {} if kind else claims, claims if kind else {})
    return report, (d if kind else n)[name], wrong
