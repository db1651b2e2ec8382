"""Elementary functions of vectors: C's for one lane after the other, or all lanes at once.

C's functions take one number. Networks spend most of their time in tanh and exp, so these two are
here for whole vectors, on processors that can multiply and add in one step with one rounding. Both
are within 1 unit in the last place of the true value. (That is within 1 of C's exp; but C's tanh
may itself be off by 2.)

The reduction: x = k ln 2 + r with a whole number k and |r| < 0.35, so that e**x = 2**k (1 + s) with
s = e**r - 1, for which a polynomial of degree 12 is enough.

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

_EXP = (
    *(2.0914686968086876e-09, 2.5105217004720745e-08, 2.75572736431103e-07, 2.7557255400206422e-06),
    *(2.4801587325547743e-05, 0.00019841269874820627, 0.0013888888888883748, 0.008333333333326136),
    *(0.04166666666666667, 0.1666666666666667, 0.5),
)
"""e**r = 1 + r + r**2 * _EXP(r) for |r| of at most ln 2 / 2, to 3e-19.

Source: Chebyshev's interpolation of (e**r - 1 - r) / r**2, in 60 digits.
"""

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
        more = self.step("mul", self.polynomial(_EXP, r), self.step("mul", r, r))
        return k, self.step("add", r, more)

    def scaled(self, x: str, k: str) -> str:
        """The product x 2**k, rounded once, also where 2**k is out of range and it is not."""
        if self.lanes == 8:  # AVX-512 has an instruction for it
            takes = f"{self.vector} {x}, {self.vector} {k}, {self.vector} poison, i8 -1, i32 4"
            return self.write(f"call {self.vector} @llvm.x86.avx512.mask.scalef.pd.512({takes})")
        (zero,) = struct.unpack("<q", struct.pack("<d", _MAGIC))
        shifted = self.step("add", k, constant(_MAGIC))
        bits = self.write(f"bitcast {self.vector} {shifted} to {self.integers}")
        whole = self.integer("sub", bits, f"splat (i64 {zero})")
        half = self.integer("ashr", whole, "splat (i64 1)")
        first = self.step("mul", x, self.power_of_2(half))
        return self.step("mul", first, self.power_of_2(self.integer("sub", whole, half)))

    def returning(self, result: str) -> list[str]:
        return [*self.lines, f"ret {self.vector} {result}", "}", ""]


def _exp(f: _Lines) -> list[str]:
    x = f.limited(f.limited("%a", "ogt", 710.0), "olt", -746.0)
    k, s = f.reduced(x)
    return f.returning(f.scaled(f.step("add", s, constant(1.0)), k))


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
