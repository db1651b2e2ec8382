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
    "nodes['b3'].grad": -114.08535823164831,
    "nodes['w7'].grad": -43.071862446852506,
    "nodes['w8'].grad": -5.4105977309114275,
    "nodes['w1'].grad": -19303.547538445982,
    "nodes['w3'].grad": -25738.063384594643,
    "nodes['w5'].grad": -1608.6289615371652,
    "12 - 0.001 * nodes['w7'].grad": 12.043071862446853,
    "network.layers[1].neurons[0].weights[0].data": 12.043071862446853,
    "0.1 - 0.01 * nodes['w1'].grad": 193.13547538445985,
    "second['z1'].data": 0.3,
    "second['g1'].data": 0.5744425168116591,
    "build(STUDENTS[2])['z1'].data": -4.9,
    "build(STUDENTS[2])['g1'].data": 0.007391541344281983,
}

SHOWN = ["-43.0719", "-114.085", "-19303.5", "w7 = 12.0431", "w1 = 193.14"]

WRONG: list[tuple[str, str, str]] = []
