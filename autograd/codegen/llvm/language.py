"""LLVM's language: its instructions on vectors of samples, and text that is written line by line.

Every number of a program is a vector that holds it for a few samples at once: one for each lane.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from autograd.codegen.language import Language

FUNCTIONS = {
    **dict.fromkeys(("acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh"), 1),
    **dict.fromkeys(("erf", "erfc", "exp", "expm1", "floor", "log", "log10", "log1p", "log2"), 1),
    **dict.fromkeys(("sin", "sinh", "tan"), 1),
    **dict.fromkeys(("atan2", "pow", "tanh"), 2),
}
"""Elementary functions that are those of C's library, as Python's are, and their arity.

Of tanh the second input is the rest, 1 - |tanh|; C's function does without.
"""

CONDITIONS = {"greater", "greater_equal", "equal", "or", "not"}
"""Steps whose results are no numbers."""


class LLVM(Language):
    """Instructions on vectors.

    No instruction allows LLVM to round otherwise: none is marked `fast`, or `contract`.

    Args:
        lanes: numbers in a vector.
    """

    takes: dict[str, int] = {}  # noqa: RUF012  # all of them
    longest = -1  # each result has a name
    prefix = "%t"

    def __init__(self, lanes: int) -> None:
        self.vector = vector = f"<{lanes} x double>"
        bits = f"<{lanes} x i1>"
        self.forms = {
            **{step: f"f{step} {vector} {{}}, {{}}" for step in ("add", "sub", "mul", "div")},
            "neg": f"fneg {vector} {{}}",
            "greater": f"fcmp ogt {vector} {{}}, {{}}",
            "greater_equal": f"fcmp oge {vector} {{}}, {{}}",
            "equal": f"fcmp oeq {vector} {{}}, {{}}",
            "or": f"or {bits} {{}}, {{}}",
            "not": f"xor {bits} {{}}, splat (i1 true)",
            "choose": f"select {bits} {{}}, {vector} {{}}, {vector} {{}}",
            "abs": f"call {vector} @llvm.fabs.v{lanes}f64({vector} {{}})",
            "sqrt": f"call {vector} @llvm.sqrt.v{lanes}f64({vector} {{}})",
        }

    def function(self, step: str, inputs: Sequence[str]) -> str:
        """Return an elementary function of inputs."""
        if FUNCTIONS.get(step) != len(inputs):
            raise KeyError(f"machine code has no function for {step!r}")
        takes = ", ".join(f"{self.vector} {name}" for name in inputs)
        return f"call {self.vector} @lanes.{step}({takes})"

    def constant(self, number: str) -> str:
        """Return a number that is known."""
        return constant(float(number))

    def assignment(self, name: str, expression: str) -> str:
        """Return the instruction that gives a name to a result."""
        return f"{name} = {expression}"


def constant(number: float) -> str:
    """Return a vector of the same number, bit by bit.

    >>> constant(1.0)
    'splat (double 0x3FF0000000000000)'
    """
    (bits,) = struct.unpack("<Q", struct.pack("<d", number))
    return f"splat (double 0x{bits:016X})"


class Text:
    """A text in LLVM's language, from the first line to the last.

    Args:
        lanes: numbers in a vector: 1, 2, 4, ...

    Attributes:
        lines: what has been written.
        vector: the type of a vector of numbers.
    """

    def __init__(self, lanes: int) -> None:
        self.lanes = lanes
        self.vector = f"<{lanes} x double>"
        self.lines: list[str] = []

    def add(self, *lines: str) -> None:
        """Write lines."""
        self.lines.extend(lines)

    def at(self, name: str, kind: str, start: str, index: object) -> None:
        """Name the address of an item of an array."""
        self.add(f"{name} = getelementptr {kind}, ptr {start}, i64 {index}")

    def copy(self, to: str, start: str, size: object) -> None:
        """Copy bytes from one address to another."""
        self.add(f"call void @llvm.memcpy.p0.p0.i64(ptr {to}, ptr {start}, i64 {size}, i1 false)")

    def spread(self, name: str, kind: str, number: str) -> None:
        """Name a vector that has the same number in all lanes."""
        vector = f"<{self.lanes} x {kind}>"
        zeros = f"<{self.lanes} x i32> zeroinitializer"
        self.add(
            f"{name}.one = insertelement {vector} poison, {kind} {number}, i64 0",
            f"{name} = shufflevector {vector} {name}.one, {vector} poison, {zeros}",
        )

    def put(self, name: str, vector: str, number: str, lane: int) -> None:
        """Name a vector that is another but for the number in one lane."""
        self.add(f"{name} = insertelement {self.vector} {vector}, double {number}, i64 {lane}")

    def take(self, name: str, vector: str, lane: int) -> None:
        """Name the number in one lane of a vector."""
        self.add(f"{name} = extractelement {self.vector} {vector}, i64 {lane}")
