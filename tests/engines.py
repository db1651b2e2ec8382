"""The same expression in every engine: random expressions, at ordinary and at special points.

Run it as a program: `python tests/engines.py --count 100000 --seed 1`. For each expression the
number, the first derivatives and the second derivatives come from graphs of gradients, from
`backward()`, and from compiled code: Python, NumPy, LLVM, and the last two over a batch. They have
to agree to the last bit, signs of zero included, but for what `REASONS` lists. With `--digest` a
digest of all that the engine computes is printed: compiled and interpreted it has to be the same.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import random
import struct
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import autograd
from autograd import TABLE, Value, gradients
from autograd import compile as compiled
from autograd.codegen import backends

SPECIAL = (
    *(0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, math.inf, -math.inf, math.nan),
    *(1e-300, -1e300, 1e16, 709.0, -745.0, 5e-324),
)

GROUP = 10
"""Expressions that are compiled together, which takes less time for each."""


class Expression(NamedTuple):
    """Numbers to start with, and steps, each of them a row of the table on earlier numbers."""

    leaves: tuple[float, ...]
    steps: tuple[tuple[str, tuple[int, ...]], ...]

    def __call__(self, *leaves: Any) -> Any:
        """Return the result for some leaves."""
        numbers = list(leaves)
        for name, operands in self.steps:
            inputs = [numbers[i] if i >= 0 else CONSTANTS[i] for i in operands]
            numbers.append(TABLE[name](*inputs))
        return numbers[-1]

    def __str__(self) -> str:
        names = [f"x{i}" for i in range(len(self.leaves))]
        for name, operands in self.steps:
            shown = (names[i] if i >= 0 else repr(CONSTANTS[i]) for i in operands)
            names.append(f"{name}({', '.join(shown)})")
        return f"{names[-1]} at {', '.join(map(repr, self.leaves))}"


CONSTANTS = {-1: 0.0, -2: 1.0, -3: 2.0, -4: 0.5, -5: -0.0, -6: -1.0}
"""Plain numbers in an expression, by the place that stands for each."""


def expression(rng: random.Random) -> Expression:
    """Return a random expression of up to six operations, at an ordinary or a special point."""
    count = rng.randint(1, 3)
    leaves = numbers_of(rng, count)
    names, steps = sorted(TABLE), []
    for size in range(count, count + rng.randint(1, 6)):
        name = rng.choice(names)
        arity = TABLE[name].arity
        if arity is None:
            arity = rng.choice((3, 5)) if name == "dot" else rng.randint(1, 4)
        operands = tuple(
            rng.choice(list(CONSTANTS)) if rng.random() < 0.12 else rng.randrange(size)
            for _ in range(arity)
        )
        if all(i < 0 for i in operands):
            operands = (rng.randrange(size), *operands[1:])
        steps.append((name, operands))
    return Expression(leaves, tuple(steps))


def eager(f: Expression) -> list[float]:
    """The number; the first derivatives; and the second derivatives, row by row."""
    leaves = [Value(x) for x in f.leaves]
    y = f(*leaves)
    found = gradients(y, leaves)
    second = [g.data for first in found for g in gradients(first, leaves)]
    return [y.data, *(g.data for g in found), *second]


def backward(f: Expression) -> list[float]:
    """The first derivatives by `backward()`; the second by `backward()` of their graphs."""
    leaves = [Value(x) for x in f.leaves]
    y = f(*leaves)
    rows = [y, *gradients(y, leaves)]
    found = [y.data]
    for row in rows:
        for leaf in leaves:
            leaf.grad = 0.0
        row.backward()
        found += [leaf.grad for leaf in leaves]
    return found


def code(expressions: Sequence[Expression], backend: str, *, batch: bool) -> Callable[..., Any]:
    """Compile the same numbers of several expressions, each with leaves of its own."""

    def derivatives(*rows: Any) -> list[Any]:
        found = []
        for f, leaves in zip(expressions, rows, strict=True):
            y = f(*leaves)
            slopes = gradients(y, leaves)
            found += [y, *slopes]
            for slope in slopes:
                found += gradients(slope, leaves)
        return found

    over = tuple(range(len(expressions))) if batch else ()
    return compiled(derivatives, backend=backend, batch=over)


def results(expressions: Sequence[Expression], points: Sequence[Any]) -> dict[str, list[Any]]:
    """Return what each engine gives at each of the points: one row of numbers for each."""
    at = [
        [f._replace(leaves=x) for f, x in zip(expressions, point, strict=True)] for point in points
    ]
    found = {
        "graphs": [[x for f in row for x in eager(f)] for row in at],
        "backward": [[x for f in row for x in backward(f)] for row in at],
    }
    for backend in ("python", "numpy", "llvm"):
        run = code(expressions, backend, batch=False)
        found[backend] = [run(*point) for point in points]
        if backend != "python":
            run = code(expressions, backend, batch=True)
            rows = [[list(x) for x in column] for column in zip(*points, strict=True)]
            found[f"{backend} batch"] = [list(row) for row in run(*rows)]
    return found | tapes(expressions, points)


def tapes(expressions: Sequence[Expression], points: Sequence[Any]) -> dict[str, list[Any]]:
    """Return what the tape gives, which is for long programs: here for any."""
    found = {}
    longest = backends.LONG, backends.LONG_BY_SAMPLE
    backends.LONG = backends.LONG_BY_SAMPLE = 0
    backends.compiled.cache_clear()
    try:
        for backend in ("numpy", "llvm"):
            run = code(expressions, backend, batch=False)
            found[f"{backend} tape"] = [run(*point) for point in points]
            run = code(expressions, backend, batch=True)
            rows = [[list(x) for x in column] for column in zip(*points, strict=True)]
            found[f"{backend} tape batch"] = [list(row) for row in run(*rows)]
    finally:
        backends.LONG, backends.LONG_BY_SAMPLE = longest
        backends.compiled.cache_clear()
    return found


REASONS = {
    "digits": "elementary functions of NumPy and LLVM differ from C's library in the last digits",
    "amplified": "last digits that later operations make more of; each operation alone agrees",
    "dot": "infinite numbers or nan in a `dot` behind a choice: nan or -0.0 where graphs have 0",
    "take": "an index beyond the ends of a `take`, whose result is nan: derivatives are 0 or nan",
}
"""The differences that are known, and why there is no need for them to go."""


def bits(number: float) -> bytes:
    """A number to the last bit; all nan are one."""
    return struct.pack("d", number) if number == number else b"nan"  # noqa: PLR0124  # nan


def difference(f: Expression, engine: str, number: float, expected: float) -> str:
    """Return "" if two numbers agree, one of REASONS if there is one, else "no reason"."""
    is_zero = number == expected == 0.0
    if bits(number) == bits(expected) or (is_zero and engine == "backward"):
        return ""  # backward() adds to 0.0, so a derivative of -0.0 reads 0.0
    names = {name for name, _ in f.steps}
    is_nan = math.isnan(expected) != math.isnan(number)
    if is_nan and "take" in names and any(map(is_beyond, *evaluated(f))):
        return "take"
    if "dot" in names and (is_nan or is_zero):
        return "dot"
    size = max(abs(number), abs(expected))
    if engine not in {"backward", "python"} and size < math.inf:
        off = abs(number - expected)
        if off <= 1e-9 * size or off <= 1e-13:  # the latter where terms cancel
            return "digits"
    return "no reason"


def evaluated(f: Expression) -> tuple[list[str], list[tuple[float, ...]]]:
    """Return each step's operation, and the numbers that it is done to."""
    numbers, inputs = list(f.leaves), []
    for name, operands in f.steps:
        inputs.append(tuple(numbers[i] if i >= 0 else CONSTANTS[i] for i in operands))
        numbers.append(TABLE[name](*inputs[-1]))
    return [name for name, _ in f.steps], inputs


def is_beyond(name: str, inputs: Sequence[float]) -> bool:
    """Return whether a step takes a value at an index that there is not."""
    return name == "take" and not -0.5 <= inputs[0] < len(inputs) - 1.5


def steps_agree(f: Expression, engine: str) -> bool:
    """Return whether each operation agrees by itself, at the numbers that the graph has there."""
    for name, inputs in zip(*evaluated(f), strict=True):
        step = Expression(inputs, ((name, tuple(range(len(inputs)))),))
        found = results([step], [[inputs]])
        expected = found["graphs"][0]
        for number, wanted in zip(found[engine][0], expected, strict=True):
            if difference(step, engine, float(number), wanted) == "no reason":
                return False
    return True


def numbers_of(rng: random.Random, count: int) -> tuple[float, ...]:
    """Return a point of so many numbers, ordinary and special ones."""
    return tuple(
        rng.choice(SPECIAL) if rng.random() < 0.4 else rng.uniform(-3.0, 3.0) for _ in range(count)
    )


def compare(rng: random.Random, count: int, points: int = 4) -> Iterator[tuple[str, str, str]]:
    """Yield each difference of so many expressions: the engine, the kind, and the case in words."""
    expressions = [expression(rng) for _ in range(count)]
    at = [[f.leaves for f in expressions]]
    at += [[numbers_of(rng, len(f.leaves)) for f in expressions] for _ in range(points - 1)]
    found = results(expressions, at)
    expected = found.pop("graphs")
    for engine, rows in found.items():
        for point, row, right in zip(at, rows, expected, strict=True):
            pairs = iter(zip(row, right, strict=True))
            for f, leaves in zip(expressions, point, strict=True):
                here = f._replace(leaves=leaves)
                for _ in range(1 + len(leaves) + len(leaves) ** 2):
                    number, wanted = next(pairs)
                    kind = difference(here, engine, float(number), wanted)
                    if kind:
                        is_size = engine not in {"backward", "python"} and math.isfinite(
                            number + wanted
                        )
                        if kind == "no reason" and is_size and steps_agree(here, engine):
                            kind = "amplified"
                        yield engine, kind, f"{here}: {number!r}, not {wanted!r}"


def digest(rng: random.Random, count: int) -> str:
    """Return a digest of all that the engine computes for so many expressions."""
    seen = hashlib.sha256()
    for _ in range(count):
        f = expression(rng)
        for number in (*eager(f), *backward(f)):
            seen.update(bits(number))
    return seen.hexdigest()


def main() -> int:
    """Compare, print a table of the differences, and fail if one has no reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="expressions")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--digest", action="store_true", help="of the engine alone")
    options = parser.parse_args()
    rng = random.Random(options.seed)  # noqa: S311  # no secret
    if options.digest:
        print(digest(rng, options.count))
        return 0
    kinds: Counter[tuple[str, str]] = Counter()
    for start in range(0, options.count, GROUP):
        for engine, kind, case in compare(rng, min(GROUP, options.count - start)):
            kinds[engine, kind] += 1
            if kind == "no reason":
                print(f"{engine}: {case}", flush=True)
    engine_name = "compiled" if autograd.__compiled__ else "interpreted"
    print(f"{options.count} expressions, 4 points each, engine {engine_name}, seed {options.seed}")
    for (engine, kind), number in sorted(kinds.items()):
        print(f"{engine:16} {number:8} {REASONS.get(kind, kind)}")
    return int(any(kind == "no reason" for _, kind in kinds))


if __name__ == "__main__":
    sys.exit(main())
