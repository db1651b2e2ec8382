"""Holds under fire: each kind of attack for a moment; the long run is `python -m tests.attacks`."""

import importlib
import random
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.attacks import Attack, kinds
else:
    kinds = importlib.import_module("attacks").kinds  # beside the tests, in no package

ALL = [
    (f"{kind}: {name}", attack)
    for kind, found in kinds().items()
    for name, attack in found
    if name != "a Dask cluster"  # which takes seconds to start: test_distributing kills a worker
]


@pytest.mark.parametrize("attack", [a for _, a in ALL], ids=[name for name, _ in ALL])
def test_it_holds(attack: "Attack") -> None:
    assert attack(random.Random(1)) > 0  # noqa: S311  # the same attack every time
