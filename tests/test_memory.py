"""The memory of nodes: whatever is kept and in whatever order the rest goes, numbers stay."""

import gc
import os
import random
import subprocess
import sys
import sysconfig
from typing import Any

import pytest

import autograd
from autograd import Constant, Parameter, Value

KINDS: list[Any] = [Value, Parameter, Constant]


@pytest.mark.parametrize("seed", range(12))
def test_what_is_kept_of_many_graphs_has_its_numbers(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311  # no secret
    kept: dict[int, Value] = {}
    for step in range(60):
        x = draw.choice(KINDS)(float(step))
        nodes = [x]
        for i in range(draw.choice([3, 200, 2000])):
            nodes.append(nodes[-1] + 1.0 if i % 3 else x * 1.0 + float(i))
        of_this = draw.sample(nodes, min(len(nodes), draw.choice([0, 1, 5, 150])))
        nodes[-1].backward()
        for node in of_this:
            number = node.data
            # Some with their graphs, some alone.
            alone = Value(number) if draw.random() < 0.7 else node
            kept[len(kept)] = alone
            alone.label = str(number)
        for key in draw.sample([*kept], draw.randrange(len(kept) + 1)):
            assert kept[key].label == str(kept[key].data)
            if draw.random() < 0.6:
                del kept[key]
        kept = dict(enumerate(kept.values()))
    for node in kept.values():
        assert node.label == str(node.data)
        assert (node * 2.0).data == 2.0 * node.data


SPARSE = """
import sys
from autograd import Value

def megabytes():
    if sys.platform == "win32":
        return 0.0  # it does not tell in the same way
    import resource
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6

before = megabytes()
kept = []
for i in range(2_000_000):
    v = Value(1.0)
    if i % 100 == 0:
        kept.append(v)
print(megabytes() - before)
"""


def test_the_room_of_those_that_are_gone_is_filled_where_few_are_left() -> None:
    """20,000 nodes are kept, a hundred apart: their chunks would take 220 MB."""
    command = [sys.executable, "-c", SPARSE]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  # ours
    assert float(ran.stdout) < 60.0


GONE = """
import mmap
from pathlib import Path
from autograd import Value

def megabytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * mmap.PAGESIZE / 1e6

before = megabytes()
nodes = [Value(1.0) for _ in range(3_000_000)]
held = megabytes() - before
nodes.clear()
print(held, megabytes() - before)
"""


def test_memory_of_nodes_that_are_gone_goes_back_to_the_system() -> None:
    """3 million nodes take 360 MB, of which 128 may stay for the next graph."""
    if sys.platform == "linux":  # others do not tell what a process has now
        command = [sys.executable, "-c", GONE]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  # ours
        held, left = map(float, ran.stdout.split())
        assert held > 300.0
        assert left < 160.0


@pytest.mark.parametrize("kind", KINDS)
def test_a_node_that_is_made_while_another_is_freed_has_its_own_number(kind: Any) -> None:
    made = []

    class Text(str):
        __slots__ = ()

        def __del__(self) -> None:
            made.append(kind(5.0, "five"))

    x = kind(2.0, Text("a"))
    others = [kind(1.0) for _ in range(3)]
    del x
    gc.collect()
    assert [(node.data, node.label) for node in made] == [(5.0, "five")]
    assert [node.data for node in others] == [1.0] * 3


def test_a_long_chain_is_freed_whose_labels_make_nodes_when_they_go() -> None:
    made = 0

    class Text(str):
        __slots__ = ()

        def __del__(self) -> None:
            nonlocal made
            made += (Value(5.0) * 3.0 + 1.0).data == 16.0

    y = Value(1.0)
    for _ in range(100_000):
        y = y * 1.0
        y.label = Text("y")
    del y
    gc.collect()
    assert made == 100_000


def test_graphs_of_a_million_nodes_come_and_go() -> None:
    for _ in range(3):
        x = Value(1.0)
        y = x
        for _ in range(300_000):
            y = y * 1.0
        y.backward()
        assert (y.data, x.grad) == (1.0, 1.0)


def test_compiled_nodes_have_memory_of_their_own_but_on_windows() -> None:
    before = sys.getallocatedblocks()
    y = x = Value(1.0)
    for _ in range(100_000):
        y = y * x
    is_python_s = sys.getallocatedblocks() > before + 100_000
    has_lock = not sysconfig.get_config_var("Py_GIL_DISABLED")
    assert is_python_s != (autograd.__compiled__ and os.name == "posix" and has_lock)
    assert y.data == 1.0
