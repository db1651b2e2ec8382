"""Graphs that are far too large to be shown: they are refused at once, not after a long while."""

import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import autograd
import nn
from autograd import Value

_KINDS = {"chain": 260_000, "sum": 510_000, "wide": 180_000}
"""Graphs, and how long they are that have more than 500,000 nodes and edges."""

_NODES = 50_000
_SECONDS = 2.0  # of computing, so that other programs do not count


def refused(show: Callable[[Value], Any], output: Value) -> None:
    """Assert that a graph is refused at once."""
    start = time.process_time()
    with pytest.raises(ValueError, match="the graph has"):
        show(output)
    taken = time.process_time() - start
    assert taken < _SECONDS, f"{show} took {taken:.1f} s to refuse"


def large(kind: str, count: int) -> Value:
    """Return the end of a large graph: a chain, a wide sum, or a sum of one input."""
    x = Value(2.0, label="x")
    if kind == "chain":
        for _ in range(count):
            x = x * 1.0001
        return x
    total: Value = autograd.sum([x if kind == "sum" else x * 2.0 for _ in range(count)])
    return total


SHOWN: dict[str, Callable[[Value], Any]] = {
    "draw": autograd.draw,
    "draw on a slide": lambda output: autograd.draw(output, slide=True),
    "draw a step": lambda output: autograd.draw(output, step=3),
    "unfolded": lambda output: autograd.draw(output, detail="ops"),
    "draw_steps": autograd.draw_steps,
    "animate": lambda output: autograd.animate(output, Path(tempfile.gettempdir(), "a.svg")),
    "explore": autograd.explore,
}


def pictures(draw: random.Random) -> int:
    """Ask for every kind of picture, and for a page, of a graph that is far too large."""
    output = large(draw.choice([*_KINDS]), _NODES)
    for show in SHOWN.values():
        refused(show, output)
    return len(SHOWN)


ASKED: dict[str, Callable[[Value], Any]] = {
    "draw labelled nodes": lambda output: autograd.draw(output, detail="labels"),
    "draw_network": nn.draw_network,
    "explain": lambda output: autograd.explain(output, output),
    "sheet": autograd.sheet,
    "check_by_hand": autograd.check_by_hand,
}


def answers(draw: random.Random) -> int:
    """Ask for what has no limit of a few nodes, of a graph that is too large for it as well."""
    kind = draw.choice([*_KINDS])
    output = large(kind, _KINDS[kind])
    for name, ask in ASKED.items():
        if kind == "sum" and name == "draw_network":
            continue  # one input and one result: a small network
        refused(ask, output)
    return len(ASKED)


def hands(draw: random.Random) -> int:
    """Ask for a verdict on a derivative of many terms: a formula as long as the sum itself."""
    is_one_label = draw.random() < 0.5  # the longest formula that is read has 2,000 of them
    count = draw.randrange(100, 1990 if is_one_label else 400)
    w = Value(0.7, label="w")
    xs = [Value(0.01 * i + 0.3, label=f"x{i}") for i in range(count)]
    if is_one_label:
        xs = [Value(0.3, label="x")] * count
    output = autograd.sum([w * x for x in xs])
    output.label = "y"
    is_right = draw.random() < 0.5
    formula = "+".join(x.label for x in xs[is_right ^ 1 :])
    start = time.process_time()
    check = autograd.check_by_hand(output, formulas={(output, w): formula})
    taken = time.process_time() - start
    assert check.ok == is_right
    assert taken < max(count * _SECONDS / 100, 6.0), f"{count} terms took {taken:.1f} s"
    return 1


ATTACKS = [
    ("pictures of large graphs", pictures),
    ("answers on large graphs", answers),
    ("hands of many terms", hands),
]
