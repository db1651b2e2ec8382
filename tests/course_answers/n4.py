"""Notebook 4: the numbers of the worked example, computed from its formulas by another program."""

from typing import Any

# The nodes are the ones that the last cells build afresh.
NUMBERS: dict[str, Any] = {
    "nodes['cost'].backward() or 0": 0,
    "nodes['z1'].data": -0.5,
    "nodes['g1'].data": 0.3775406687981454,
    "nodes['g2'].data": 0.04742587317756678,
    "nodes['y_pred'].data": 24.957320884175846,
    "nodes['cost'].data": 3253.8672407108816,
    "nodes['y_pred'].grad": -114.08535823164831,
    "nodes['g1'].grad": -1369.0242987797797,
    "nodes['z1'].grad": -321.72579230743304,
    "nodes['g1'].partials[0]": 0.2350037122015945,
    "nodes['b1'].grad": -321.72579230743304,
    "nodes['b3'].grad": -114.08535823164831,
    "nodes['w7'].grad": -43.071862446852506,
    "nodes['w8'].grad": -5.4105977309114275,
    "nodes['w1'].grad": -19303.547538445982,
    "nodes['w3'].grad": -25738.063384594643,
    "nodes['w5'].grad": -1608.6289615371652,
    "12 - 0.001 * nodes['w7'].grad": 12.043071862446853,
    "12 - 0.01 * nodes['w7'].grad": 12.430718624468525,
    "0.1 - 0.01 * nodes['w1'].grad": 193.13547538445985,
    "second['z1'].data": 0.3,
    "second['g1'].data": 0.5744425168116591,
    "build(STUDENTS[2])['z1'].data": -4.9,
    "build(STUDENTS[2])['g1'].data": 0.007391541344281983,
    # What the notes' own rounded numbers give, of which the text tells.
    "12 * 0.37 + 9 * 0.047 + 20": 24.863,
    "2 * (24.95 - 82) * 0.37": -42.217,
    "round(2 * (24.95 - 82) * 12 * nodes['g1'].partials[0] * 60, 1)": -19306.0,
}

SHOWN: list[str] = [
    "-43.0719",
    "-114.085",
    "-19303.5",
    "w7 = 12.0431",
    "w7 = 12.4307",
    "w1 = 193.14",
    "3253.87 -> 3252.01",
]

_BY_HAND = """values = {{second["z1"]: {z1}, second["g1"]: {g1}, second["y_pred"]: {y}}}
gradients = {{second["w8"]: {w8}, second["b1"]: {b1}}}"""
_SLOPE = """def slope_of_w1(x1, x2, x3, y_act):
    g1 = sigmoid(0.1 * x1 + 0.1 * x2 + 0.1 * x3 - 15)
    g2 = sigmoid(0.2 * x1 + 0.2 * x2 + 0.2 * x3 - 32)
    y_pred = 12 * g1 + 9 * g2 + 20
    return {}"""

WRONG: list[tuple[str, str, str]] = [
    # The bias was left out; the output of the other neuron was taken; the sigmoid was jumped over.
    ("exercise-1", _BY_HAND.format(z1=15.3, g1=1.0, y=33.78, w8=-23.8, b1=0.0), "wrong step is z1"),
    (
        "exercise-1",
        _BY_HAND.format(z1=0.3, g1=0.5744, y=28.67, w8=-75.05, b1=-383.3),
        "wrong step is gradient of w8",
    ),
    (
        "exercise-1",
        _BY_HAND.format(z1=0.3, g1=0.5744, y=28.67, w8=-25.85, b1=-1568),
        "wrong step is gradient of b1",
    ),
    ("exercise-2-code", _SLOPE.format("(y_pred - y_act) * 12 * g1 * (1 - g1) * x1"), "half of it"),
    ("exercise-2-code", _SLOPE.format("2 * (y_act - y_pred) * 12 * g1 * (1 - g1) * x1"), "sign"),
    ("exercise-2-code", _SLOPE.format("2 * (y_pred - y_act) * 12 * x1"), "slope is missing"),
    ("exercise-2-code", _SLOPE.format("2 * (y_pred - y_act) * 12 * g1 * (1 - g1) * x2"), "of w3"),
    ("exercise-2-code", _SLOPE.format("-19303.547538445982"), "at 1 of 4"),
]
