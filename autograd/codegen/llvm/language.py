"""LLVM's language: its instructions on vectors of samples, and text that is written line by line.

Every number of a program is a vector that holds it for a few samples at once: one for each lane.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from autograd.cleaning import quoted
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
            "fence": f"call {vector} @llvm.arithmetic.fence.v{lanes}f64({vector} {{}})",
            "abs": f"call {vector} @llvm.fabs.v{lanes}f64({vector} {{}})",
            "sqrt": f"call {vector} @llvm.sqrt.v{lanes}f64({vector} {{}})",
        }

    def function(self, step: str, inputs: Sequence[str]) -> str:
        """Return an elementary function of inputs."""
        if FUNCTIONS.get(step) != len(inputs):
            raise KeyError(f"machine code has no function for {quoted(step)}")
        takes = ", ".join(f"{self.vector} {name}" for name in inputs)
        return f"call {self.vector} @lanes.{step}({takes})"

    def constant(self, number: str) -> str:
        """Return a number that is known."""
        return constant(float(number))

    def assignment(self, name: str, expression: str) -> str:
        """Return the instruction that gives a name to a result.

        LLVM takes 0 / 0 for 0, not nan, where it finds out while it folds that both are 0: its fold
        of vectors that are 0 forgets division. No fold looks behind a fence, which costs no code.
        """
        if not expression.startswith("fdiv"):
            return f"{name} = {expression}"
        fenced = self.forms["fence"].format(f"{name}.unfenced")
        return f"{name}.unfenced = {expression}\n{name} = {fenced}"


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
        """Name a copy of a vector that has another number in one lane."""
        self.add(f"{name} = insertelement {self.vector} {vector}, double {number}, i64 {lane}")

    def take(self, name: str, vector: str, lane: int) -> None:
        """Name the number in one lane of a vector."""
        self.add(f"{name} = extractelement {self.vector} {vector}, i64 {lane}")

    def load_lanes(self, name: str, start: str, apart: int) -> None:
        """Name a vector of the numbers that lie so far apart, from an address on."""
        result = "poison"
        for lane in range(self.lanes):
            before, result = result, name if lane == self.lanes - 1 else f"{name}.v{lane}"
            self.at(f"{name}.p{lane}", "double", start, lane * apart)
            self.add(f"{name}.n{lane} = load double, ptr {name}.p{lane}")
            self.put(result, before, f"{name}.n{lane}", lane)

    def store_lanes(self, vector: str, start: str, apart: int) -> None:
        """Put the numbers of a vector so far apart, from an address on."""
        for lane in range(self.lanes):
            self.take(f"{start}.n{lane}", vector, lane)
            self.at(f"{start}.p{lane}", "double", start, lane * apart)
            self.add(f"store double {start}.n{lane}, ptr {start}.p{lane}")

    def declare_memory(self) -> None:
        """Declare the functions that reserve, free and copy memory."""
        self.add(
            "declare ptr @malloc(i64)",
            "declare void @free(ptr)",
            "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)",
        )

    def reserve(self, name: str, size: object) -> None:
        """Name the address of memory that begins at a multiple of 64; it is freed by `free`."""
        self.add(
            f"%bytes = add i64 {size}, 64",
            "%raw = call ptr @malloc(i64 %bytes)",
            "%raw.number = ptrtoint ptr %raw to i64",
            "%raw.end = add i64 %raw.number, 63",
            "%raw.aligned = and i64 %raw.end, -64",
            f"{name} = inttoptr i64 %raw.aligned to ptr",
        )

    def free(self) -> None:
        """Free the memory that a function has reserved."""
        self.add("call void @free(ptr %raw)")

    def count_lanes(self, name: str, count: str) -> None:
        """Name a vector of conditions, which hold for the first so many lanes."""
        lanes = ", ".join(f"i64 {lane}" for lane in range(self.lanes))
        self.spread(f"{name}.count", "i64", count)
        self.add(f"{name} = icmp ult <{self.lanes} x i64> <{lanes}>, {name}.count")

    def if_counted(self, name: str, counted: str, vector: str) -> None:
        """Name a vector with -0.0, which changes no sum, in the lanes that are not counted."""
        conditions = f"<{self.lanes} x i1> {counted}"
        nothing = f"{self.vector} {constant(-0.0)}"
        self.add(f"{name} = select {conditions}, {self.vector} {vector}, {nothing}")

    def begin_sums(self, name: str, count: str) -> None:
        """Name the vector that sums begin at: -0.0, which changes none; of no samples, 0.0."""
        self.add(
            f"{name}.is.all = icmp eq i64 {count}, 0",
            f"{name}.number = select i1 {name}.is.all, double 0.0, double -0.0",
        )
        self.spread(name, "double", f"{name}.number")

    def add_lanes(self, vector: str) -> str:
        """Add one half of a vector to the other, until one number is left; return its name."""
        total, half = vector, self.lanes
        while half > 1:
            half //= 2
            whole = f"<{2 * half} x double> {total}, <{2 * half} x double> poison"
            for side, start in (("low", 0), ("high", half)):
                mask = ", ".join(f"i32 {start + lane}" for lane in range(half))
                taken = f"shufflevector {whole}, <{half} x i32> <{mask}>"
                self.add(f"{vector}.{side}{half} = {taken}")
            total = f"{vector}.sum{half}"
            self.add(f"{total} = fadd <{half} x double> {vector}.low{half}, {vector}.high{half}")
        self.add(f"{vector}.total = extractelement <1 x double> {total}, i64 0")
        return f"{vector}.total"

    def whole(self) -> str:
        """Return all that has been written, and the attributes of its functions."""
        width = 64 * self.lanes
        attributes = f'"prefer-vector-width"="{width}" "min-legal-vector-width"="{width}"'
        return "\n".join([*self.lines, f"attributes #0 = {{ nounwind {attributes} }}", ""])
