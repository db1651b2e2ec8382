"""Elementary functions of vectors: C's for one lane after the other, or all lanes at once.

C's functions take one number. Networks spend most of their time in tanh and exp, so these two are
here for whole vectors, on processors that can multiply and add in one step with one rounding. Both
are within 1 unit in the last place of the true value. (That is within 1 of C's exp; but C's tanh
may itself be off by 2.)

The reduction: x = k ln 2 + r with a whole number k and |r| < 0.35, so that e**x = 2**k (1 + s) with
s = e**r - 1, for which a polynomial of degree 13 is enough.

Source: W. J. Cody and W. Waite, Software manual for the elementary functions, 1980.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

from autograd.codegen.language import Language
from autograd.codegen.llvm.language import FUNCTIONS, Text, constant

PREFIX = "glassgrad."
"""What the names of C's functions start with here, so that they are ours to define."""
_LN2_HIGH = float.fromhex("0x1.62e42feep-1")
"""The first 32 bits of ln 2, so that its product with a small whole number is exact."""
_LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")
_MAGIC = 1.5 * 2.0**52
"""Added to a small number, it leaves the nearest whole number in the last bits."""

_TANH_ABOVE = (-9.64399179425052238628e-1, -9.92877231001918586564e1, -1.61468768441708447952e3)
_TANH_BELOW = (1.0, 1.12811678491632931402e2, 2.23548839060100448583e3, 4.84406305325125486048e3)
"""tanh(a) = a + a**3 * above(a**2) / below(a**2) for |a| of at most 0.625.

Source: S. L. Moshier, Cephes mathematical library, tanh.c, 1995.
"""
_TANH_REST = 2.0 / (math.exp(2.0 * 0.625) + 1.0)

VECTOR_FUNCTIONS = ("exp", "tanh")


def elementary(step: str, lanes: int, *, fused: bool) -> list[str]:
    """Return the lines of an elementary function of vectors.

    Args:
        step: which of `FUNCTIONS`.
        lanes: numbers in a vector.
        fused: whether the processor can multiply and add with one rounding.
    """
    if fused and lanes > 1 and step in VECTOR_FUNCTIONS:
        return vector_function(step, lanes)
    return by_lanes(step, lanes)


def by_lanes(step: str, lanes: int) -> list[str]:
    """Return the lines of a function that calls C's for one lane after the other.

    Args:
        step: which of `FUNCTIONS`.
        lanes: numbers in a vector.
    """
    text = Text(lanes)
    names = ["%a", "%b"][: FUNCTIONS[step]]
    takes = ", ".join(f"{text.vector} {name}" for name in names)
    names = names[: Language.takes.get(step)]
    text.add(
        f"declare double @{PREFIX}{step}({', '.join(['double'] * len(names))})",
        f"define internal {text.vector} @lanes.{step}({takes}) noinline #0 {{",
    )
    result = "poison"
    for lane in range(lanes):
        for name in names:
            text.take(f"{name}{lane}", name, lane)
        inputs = ", ".join(f"double {name}{lane}" for name in names)
        text.add(f"%y{lane} = call double @{PREFIX}{step}({inputs})")
        before, result = result, f"%r{lane}"
        text.put(result, before, f"%y{lane}", lane)
    return [*text.lines, f"ret {text.vector} {result}", "}", ""]


def vector_function(name: str, lanes: int) -> list[str]:
    """Return the lines of a function, one of `VECTOR_FUNCTIONS`, that does all lanes at once.

    Args:
        name: which.
        lanes: numbers in a vector.
    """
    return (_exp if name == "exp" else _tanh)(_Lines(name, lanes))


class _Lines:
    """The lines of one function of %a, or of %a and %b, which are written from first to last."""

    def __init__(self, name: str, lanes: int) -> None:
        self.lanes = lanes
        self.vector = f"<{lanes} x double>"
        takes = ", ".join(f"{self.vector} {x}" for x in ("%a", "%b")[: FUNCTIONS[name]])
        self.integers = f"<{lanes} x i64>"
        self._count = 0
        self.lines = [f"define internal {self.vector} @lanes.{name}({takes}) noinline #0 {{"]

    def write(self, instruction: str) -> str:
        """Write an instruction; return the name of its result."""
        self._count += 1
        name = f"%v{self._count}"
        self.lines.append(f"{name} = {instruction}")
        return name

    def step(self, what: str, a: str, b: str) -> str:
        return self.write(f"f{what} {self.vector} {a}, {b}")

    def integer(self, what: str, a: str, b: str) -> str:
        return self.write(f"{what} {self.integers} {a}, {b}")

    def call(self, function: str, *inputs: str) -> str:
        takes = ", ".join(f"{self.vector} {x}" for x in inputs)
        return self.write(f"call {self.vector} @llvm.{function}.v{self.lanes}f64({takes})")

    def limited(self, x: str, condition: str, limit: float) -> str:
        """x, or the limit where x is beyond it; a nan stays one."""
        beyond = self.step(f"cmp {condition}", x, constant(limit))
        bits = f"<{self.lanes} x i1>"
        return self.write(
            f"select {bits} {beyond}, {self.vector} {constant(limit)}, {self.vector} {x}"
        )

    def power_of_2(self, k: str) -> str:
        biased = self.integer("add", k, "splat (i64 1023)")
        bits = self.integer("shl", biased, "splat (i64 52)")
        return self.write(f"bitcast {self.integers} {bits} to {self.vector}")

    def polynomial(self, coefficients: Sequence[float], x: str) -> str:
        total = constant(coefficients[0])
        for coefficient in coefficients[1:]:
            total = self.call("fma", total, x, constant(coefficient))
        return total

    def reduced(self, x: str) -> tuple[str, str]:
        """The whole k and the number s of e**x = 2**k (1 + s)."""
        shifted = self.call("fma", x, constant(1.0 / math.log(2.0)), constant(_MAGIC))
        k = self.step("sub", shifted, constant(_MAGIC))
        minus_k = self.write(f"fneg {self.vector} {k}")
        r = self.call("fma", minus_k, constant(_LN2_HIGH), x)
        r = self.call("fma", minus_k, constant(_LN2_LOW), r)
        total = constant(1.0 / math.factorial(13))
        for i in range(12, 1, -1):
            total = self.call("fma", total, r, constant(1.0 / math.factorial(i)))
        more = self.step("mul", total, self.step("mul", r, r))
        s = self.step("add", r, more)
        (zero,) = struct.unpack("<q", struct.pack("<d", _MAGIC))
        bits = self.write(f"bitcast {self.vector} {shifted} to {self.integers}")
        return self.integer("sub", bits, f"splat (i64 {zero})"), s

    def returning(self, result: str) -> list[str]:
        return [*self.lines, f"ret {self.vector} {result}", "}", ""]


def _exp(f: _Lines) -> list[str]:
    x = f.limited(f.limited("%a", "ogt", 710.0), "olt", -746.0)
    k, s = f.reduced(x)
    # In two factors, for 2**k may be out of range where e**x is not.
    half = f.integer("ashr", k, "splat (i64 1)")
    rest = f.integer("sub", k, half)
    result = f.step("mul", f.step("add", s, constant(1.0)), f.power_of_2(half))
    return f.returning(f.step("mul", result, f.power_of_2(rest)))


def _tanh(f: _Lines) -> list[str]:
    """Return tanh of %a: its size is 1 - %b, or by a fraction where digits of that would cancel."""
    squared = f.step("mul", "%a", "%a")
    above, below = (f.polynomial(c, squared) for c in (_TANH_ABOVE, _TANH_BELOW))
    more = f.step("mul", f.step("mul", squared, "%a"), f.step("div", above, below))
    near = f.step("add", "%a", more)
    far = f.step("sub", constant(1.0), "%b")
    is_near = f.step("cmp ogt", "%b", constant(_TANH_REST))
    bits = f"<{f.lanes} x i1>"
    size = f.write(f"select {bits} {is_near}, {f.vector} {near}, {f.vector} {far}")
    return f.returning(f.call("copysign", size, "%a"))
