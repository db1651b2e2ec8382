"""What the benchmarks share: fair rounds, medians, the machine in words, and tables.

Each engine works in a process of its own, as it does for its users: no garbage of one engine is
collected in the time of another. The processes take turns, round by round, so that other work of
the machine slows all of them. Engines are compared by the median of the ratios within a round.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from pathlib import Path
from typing import Any

Measurement = dict[str, float]
"""Figures by name: seconds, bytes, or numbers of nodes."""


class Worker:
    """A process that measures one engine.

    Args:
        script: the program to run; it calls `serve` when its first argument is `--worker`.
        engine: the engine's name, its second argument.
    """

    def __init__(self, script: str, engine: str) -> None:
        self.engine = engine
        self._process = subprocess.Popen(  # noqa: S603  # a program of this folder
            [sys.executable, script, "--worker", engine],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, job: str, *arguments: float) -> Measurement:
        """Have a job done, and return its measurement.

        Raises:
            RuntimeError: the worker ended without an answer; its error is on the screen.
        """
        assert self._process.stdin is not None  # noqa: S101  # both are pipes
        assert self._process.stdout is not None  # noqa: S101
        print(json.dumps([job, *arguments]), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the worker for {self.engine} ended without an answer to {job!r}")
        measurement: Measurement = json.loads(answer)
        return measurement

    def __enter__(self) -> Worker:  # noqa: PYI034  # typing.Self is of Python 3.11
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()


def serve(jobs: Mapping[str, Callable[..., Measurement]]) -> None:
    """Do the jobs that `Worker.ask` asks for, until there are no more."""
    for line in sys.stdin:
        job, *arguments = json.loads(line)
        print(json.dumps(jobs[job](*arguments)), flush=True)


def interpret(package: str) -> None:
    """Import the modules of `package` from their sources from now on, compiled or not."""

    def sources_only(path: str) -> FileFinder:
        if Path(path).name != package:
            raise ImportError(path)
        return FileFinder(path, (SourceFileLoader, SOURCE_SUFFIXES))

    sys.path_hooks.insert(0, sources_only)


def timed(step: Callable[[], Any], times: int = 10) -> tuple[float, Any]:
    """Return the seconds that a step takes, and its result.

    Several steps are timed in a row, as in training, because a step also frees or collects the
    garbage of the step before. As many steps run untimed before: where garbage is collected, the
    first steps are cheap, because there is little garbage yet.
    """
    for _ in range(times):
        step()
    start = time.perf_counter()
    for _ in range(times):
        result = step()
    return (time.perf_counter() - start) / times, result


def alternate(
    workers: Sequence[Worker], job: str, rounds: int, *arguments: float
) -> dict[str, list[Measurement]]:
    """Return the measurements of each engine's worker, one for each round of a job."""
    found: dict[str, list[Measurement]] = {worker.engine: [] for worker in workers}
    for _ in range(rounds):
        for worker in workers:
            found[worker.engine].append(worker.ask(job, *arguments))
    return found


def median(measurements: Iterable[Measurement], name: str) -> float:
    """Return the median of one figure."""
    return statistics.median(measurement[name] for measurement in measurements)


def ratio(slow: Sequence[Measurement], fast: Sequence[Measurement], name: str) -> float:
    """Return the median over the rounds of slow / fast."""
    return statistics.median(a[name] / b[name] for a, b in zip(slow, fast, strict=True))


def rounds_asked(description: str, work: Callable[[str], None]) -> int | None:
    """Read a benchmark's command line, and print what is about to be measured.

    Args:
        description: the benchmark, for its help.
        work: measures one engine, where this process is a worker.

    Returns:
        How many rounds to measure; None if this process was a worker, which has done its work.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=9, help="default: %(default)s")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        work(arguments.worker)
        return None
    rounds: int = arguments.rounds
    if rounds < 1:
        parser.error(f"expected at least 1 round, received {rounds}")
    print(f"{machine()}\n{rounds} rounds, medians.")
    return rounds


def machine() -> str:
    """Return the machine that the figures are measured on, in one line."""
    name = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        lines = information.read_text(encoding="utf-8").splitlines()
        models = [line.split(": ")[1] for line in lines if line.startswith("model name")]
        name = models[0] if models else name
    python = f"Python {platform.python_version()}"
    return f"{python}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, {name}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown.

    >>> print(table(["engine", "ratio"], [["micrograd", "1"]]))
    | engine | ratio |
    |---|---|
    | micrograd | 1 |
    """
    lines = [f"| {' | '.join(line)} |" for line in (header, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(header), *lines[1:]])
