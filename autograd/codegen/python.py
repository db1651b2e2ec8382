"""Kernels in plain Python: always there, sample by sample."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from autograd import real
from autograd.codegen.kernel import Kernel, Part, inputs_of, parts, place_of
from autograd.codegen.language import Language, bare

MOST_LINES = 2_000
"""Lines of one part: more than elsewhere, for what a part keeps for others costs Python a list's
item, and its compiler takes no longer for a line of a long function.
"""


class Python(Language):
    """Expressions in Python, on floats."""

    forms = Language.forms | {"or": "{} or {}", "not": "not {}", "choose": "{1} if {0} else {2}"}
    del forms["div"]  # Python raises where IEEE has an answer: so it is a function
    functions: dict[str, str] = {"div": "divide", "pow": "power"}  # noqa: RUF012  # never changed
    """The function of each step whose name differs from it."""

    def function(self, step: str, inputs: Sequence[str]) -> str:
        """Return an elementary function of inputs."""
        return f"{self.functions.get(step, step)}({', '.join(map(bare, inputs))})"

    def assignment(self, name: str, expression: str) -> str:
        """Return the statement that gives a name to a result."""
        return f"{name} = {expression}"

    def constant(self, number: str) -> str:
        """Return a number that is known."""
        return f"({number})" if number.startswith("-") else number


def source(kernel: Kernel, found: Sequence[Part], language: Language) -> str:
    """Return a kernel as functions, one for each of its parts.

    They take the arrays that go in, what is kept from part to part, and where results go.
    """
    arrays = "".join(f"x{i}, " for i in range(len(kernel.inputs)))
    start = [0]
    for output in kernel.outputs:
        start.append(start[-1] + len(output.lines))
    text = []
    for number, part in enumerate(found):
        texts = {i: f"kept[{spot}]" for i, spot in part.loads.items()}
        for i in inputs_of(kernel, part):
            if kernel.lines[i].step == "input":
                array, position = place_of(kernel.lines[i])
                texts[i] = f"x{array}[{position}]"
            else:
                texts[i] = language.constant(kernel.lines[i].detail)
        uses = Counter(j for i in part.lines for j in kernel.lines[i].inputs)
        uses.update(part.stores)
        uses.update({i: len(spots) for i, spots in part.results.items()})
        text.append(f"def part{number}({arrays}kept, results):")
        lines = language.statements(kernel.lines, part.lines, texts, uses)
        lines += [f"kept[{spot}] = {bare(texts[i])}" for i, spot in part.stores.items()]
        lines += [
            f"results[{start[output] + position}] = {bare(texts[i])}"
            for i, spots in part.results.items()
            for output, position in spots
        ]
        text += [f"    {line}" for line in lines or ["pass"]] + ["", ""]
    return "\n".join(text[:-2]) + "\n"


def functions(text: str, names: dict[str, Any]) -> list[Callable[..., None]]:
    """Return the functions that a source defines, in order."""
    space = dict(names)
    exec(compile(text, "<compiled by autograd>", "exec"), space)  # noqa: S102  # written above
    return [thing for name, thing in space.items() if name not in names and name[:4] == "part"]


class PythonKernel:
    """A kernel that runs as plain Python.

    Args:
        kernel: what to run.
    """

    def __init__(self, kernel: Kernel) -> None:
        found, self._places = parts(kernel, MOST_LINES)
        self.source = source(kernel, found, Python())
        self._kernel = kernel
        made = functions(self.source, vars(real))
        self._once = [f for f, part in zip(made, found, strict=True) if part.once]
        self._functions = made[len(self._once) :]

    def run(self, count: int, arrays: Sequence[Any]) -> list[list[float]]:
        """Return the arrays that come out.

        Args:
            count: the number of samples.
            arrays: those that go in; of one with a row for each sample the rows, end to end.
        """
        arrays = [_floats(numbers) for numbers in arrays]
        inputs, outputs = self._kernel.inputs, self._kernel.outputs
        kept = [0.0] * self._places
        results = [0.0] * sum(len(output.lines) for output in outputs)
        nothing = -0.0 if count else 0.0  # -0.0 + x is x, whatever the sign of a zero
        totals = [[] if output.by_sample else [nothing] * len(output.lines) for output in outputs]
        if count:
            for function in self._once:
                function(*arrays, kept, results)
        for sample in range(count):
            rows = [
                numbers[sample * x.width : (sample + 1) * x.width] if x.by_sample else numbers
                for x, numbers in zip(inputs, arrays, strict=True)
            ]
            for function in self._functions:
                function(*rows, kept, results)
            start = 0
            for i, output in enumerate(outputs):
                row = results[start : start + len(output.lines)]
                start += len(output.lines)
                if output.by_sample:
                    totals[i] += row
                else:
                    totals[i] = list(map(operator.add, totals[i], row))
        return totals


def _floats(numbers: Any) -> list[float]:
    """The numbers as Python's floats: an array of bytes would compute in eight bits."""
    found: list[float] = numbers.astype(float).tolist() if hasattr(numbers, "astype") else numbers
    return found
