"""Run every attack again and again, each for its share of some minutes, and print a table.

From the repository's root, `python -m tests.attacks`, it attacks what lies there, interpreted; from
the folder `tests`, `python -m attacks`, it attacks what is installed, compiled or not.
"""

import argparse
import importlib
import platform
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import autograd

if TYPE_CHECKING:
    from tests.attacks import Attack, kinds
else:
    sys.path.insert(0, str(Path(__file__).parents[1]))  # for the programs beside the tests
    kinds = importlib.import_module("attacks").kinds


def run(attack: "Attack", seconds: float, seed: int) -> tuple[int, list[str]]:
    """Return how many times an attack struck within some seconds, and what gave way."""
    count, failures = 0, []
    end = time.monotonic() + seconds
    while time.monotonic() < end or not count:
        draw = random.Random(seed)
        seed += 1
        try:
            count += attack(draw)
        except Exception as error:  # noqa: BLE001  # whatever it is, the library gave way
            count += 1
            failures.append(f"seed {seed - 1}: {type(error).__name__}: {error}")
    return count, failures


def table(minutes: float, seed: int) -> Iterator[tuple[str, int, list[str]]]:
    """Yield for each attack its name, how many times it struck, and what gave way."""
    attacks = [(f"{kind}: {name}", a) for kind, found in kinds().items() for name, a in found]
    for name, attack in attacks:
        yield name, *run(attack, 60 * minutes / len(attacks), seed)


def main() -> int:
    """Print the table; return 1 if anything gave way, 0 if all held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="for all attacks together")
    parser.add_argument("--seed", type=int, default=1, help="of the first round of each attack")
    options = parser.parse_args()
    held = True
    engine = "compiled" if autograd.__compiled__ else "interpreted"
    print(f"Python {platform.python_version()}, {engine}, seed {options.seed}")
    print(f"{'attack':60} {'count':>9} {'failures':>9}")
    for name, count, failures in table(options.minutes, options.seed):
        print(f"{name:60} {count:9,} {len(failures):9,}", flush=True)
        for failure in failures[:3]:
            print(f"    {failure:.300}")
        held = held and not failures
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
