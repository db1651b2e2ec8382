"""All engines agree on random expressions; `python tests/engines.py` tries any number of them."""

import importlib
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

engines = importlib.import_module("engines")  # a program beside the tests, in no package

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("seed", range(20))
def test_every_engine_gives_the_same_numbers(seed: int) -> None:
    found = list(engines.compare(random.Random(seed), 10))  # noqa: S311  # no secret
    assert [case for case in found if case[1] == "no reason"] == []


def test_the_engine_compiled_or_not_gives_the_numbers_of_the_interpreted_one() -> None:
    interpreted = subprocess.run(  # this file's neighbour
        [sys.executable, "tests/engines.py", "--digest", "--count", "2000", "--seed", "3"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert interpreted.stdout.strip() == engines.digest(random.Random(3), 2000)  # noqa: S311  # no secret
