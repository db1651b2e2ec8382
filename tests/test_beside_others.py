"""The comparison with micrograd in the documentation, checked on both engines."""

from pathlib import Path
from typing import Any

import micrograd.engine
import pytest

import autograd
from autograd import TABLE

TABLE_OF_BOTH = Path(__file__).parent.parent / "docs" / "explanation" / "beside-others.md"


def row(name: str) -> list[str]:
    lines = TABLE_OF_BOTH.read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line.startswith(f"| {name}")]
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def cube(value: Any) -> float:
    """Return the gradient of 3 * 3 * 3 after two backward passes: 54, if leaves alone add up."""
    x = value(3.0)
    y = x * x * x
    y.backward()
    y.backward()
    gradient: float = x.grad
    return gradient


def test_a_second_backward_pass_adds_up_at_the_leaves_alone() -> None:
    assert row("a second `backward()`")[:2] == ["yes", "no: 72 where 54 is right"]
    assert (cube(autograd.Value), cube(micrograd.engine.Value)) == (54.0, 72.0)


def test_a_long_chain_does_not_end_here_by_recursion() -> None:
    assert row("a chain of a million nodes")[0] == "yes"  # tests of large graphs have one
    y: Any = micrograd.engine.Value(1.0)
    for _ in range(1000):
        y = y * 1.0
    with pytest.raises(RecursionError):
        y.backward()


def test_the_operations_are_counted() -> None:
    here, there, _ = row("operations")
    assert here == f"{len(TABLE)}, and your own in one row"
    assert there == "`+ * **` and `relu`"
    methods = {name for name in vars(micrograd.engine.Value) if not name.startswith("_")}
    assert methods == {"backward", "relu"}
