"""Kernels written in LLVM's language: straight-line code on vectors of samples.

Every number of the program is a vector that holds it for a few samples at once, so a loop runs over
blocks of samples. What is summed over the samples is added up lane by lane, and the lanes at the
end. A last block that is not full runs on copies of its last sample, which are not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from autograd.codegen.kernel import Kernel, Part, inputs_of, parts, place_of
from autograd.codegen.llvm_functions import VECTOR_FUNCTIONS, constant, vector_function
from autograd.codegen.program import Language

FUNCTIONS = {
    **dict.fromkeys(("acos", "asin", "atan", "cos", "cosh", "exp", "expm1", "log", "log1p"), 1),
    **dict.fromkeys(("erf", "sin", "sinh", "tan", "tanh"), 1),
    "pow": 2,
}
"""Elementary functions that are those of C's library, as Python's are, and their arity."""

PREFIX = "glassgrad."
"""What their names start with, so that they are ours to define."""

CONDITIONS = {"greater", "greater_equal", "equal", "or", "not"}
"""Steps whose results are no numbers."""


class LLVM(Language):
    """Instructions of LLVM's, on vectors.

    No instruction allows LLVM to round otherwise: none is marked `fast`, or `contract`.

    Args:
        lanes: numbers in a vector.
    """

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


class KernelWriter:
    """A kernel as LLVM's text; its function is `run(count, table of the arrays' addresses)`.

    Args:
        kernel: what to write.
        lanes: numbers in a vector: 1, 2, 4, ...
        fused: whether the processor can multiply and add with one rounding.
    """

    def __init__(self, kernel: Kernel, lanes: int, *, fused: bool) -> None:
        self._kernel = kernel
        self._lanes = lanes
        self._fused = fused
        self._language = LLVM(lanes)
        self._vector = self._language.vector
        self._parts, self._places = parts(kernel)
        inputs, outputs = enumerate(kernel.inputs), enumerate(kernel.outputs)
        rows = {f"x{i}" for i, x in inputs if x.by_sample}
        self._rows = rows | {f"y{i}" for i, y in outputs if y.by_sample}
        self._arrays = [
            *(f"x{i}" for i in range(len(kernel.inputs))),
            *(f"y{i}" for i in range(len(kernel.outputs))),
        ]
        self._widths = {
            **{f"x{i}": x.width for i, x in enumerate(kernel.inputs)},
            **{f"y{i}": len(y.lines) for i, y in enumerate(kernel.outputs)},
        }
        self._sums = [name for name in self._arrays if name[0] == "y" and name not in self._rows]
        self._text: list[str] = []

    def write(self) -> str:
        """Return the text."""
        for step in sorted({line.step for line in self._kernel.lines} & FUNCTIONS.keys()):
            if step in VECTOR_FUNCTIONS and self._fused and self._lanes > 1:
                self._add(*vector_function(step, self._lanes))
            else:
                self._function_by_lanes(step)
        for number, part in enumerate(self._parts):
            self._part(number, part)
        self._run()
        width = 64 * self._lanes
        self._add(
            f'attributes #0 = {{ nounwind "prefer-vector-width"="{width}"'
            f' "min-legal-vector-width"="{width}" }}'
        )
        return "\n".join([*self._text, ""])

    def _add(self, *lines: str) -> None:
        self._text.extend(lines)

    def _at(self, name: str, kind: str, start: str, index: object) -> None:
        """Name the address of an item of an array."""
        self._add(f"{name} = getelementptr {kind}, ptr {start}, i64 {index}")

    def _copy(self, to: str, start: str, size: object) -> None:
        self._add(f"call void @llvm.memcpy.p0.p0.i64(ptr {to}, ptr {start}, i64 {size}, i1 false)")

    def _spread(self, name: str, kind: str, number: str) -> None:
        """Name a vector that has the same number in all lanes."""
        vector = f"<{self._lanes} x {kind}>"
        self._add(f"{name}.one = insertelement {vector} poison, {kind} {number}, i64 0")
        zeros = f"<{self._lanes} x i32> zeroinitializer"
        self._add(f"{name} = shufflevector {vector} {name}.one, {vector} poison, {zeros}")

    # ------------------------------------------------------- straight-line code

    def _function_by_lanes(self, step: str) -> None:
        """A function of C's, one lane after the other."""
        names = ["%a", "%b"][: FUNCTIONS[step]]
        takes = ", ".join(f"{self._vector} {name}" for name in names)
        self._add(
            f"declare double @{PREFIX}{step}({', '.join(['double'] * len(names))})",
            f"define internal {self._vector} @lanes.{step}({takes}) noinline #0 {{",
        )
        result = "poison"
        for lane in range(self._lanes):
            for name in names:
                self._add(f"{name}{lane} = extractelement {self._vector} {name}, i64 {lane}")
            inputs = ", ".join(f"double {name}{lane}" for name in names)
            self._add(f"%y{lane} = call double @{PREFIX}{step}({inputs})")
            before, result = result, f"%r{lane}"
            put = f"{self._vector} {before}, double %y{lane}, i64 {lane}"
            self._add(f"{result} = insertelement {put}")
        self._add(f"ret {self._vector} {result}", "}", "")

    def _part(self, number: int, part: Part) -> None:
        lines, vector = self._kernel.lines, self._vector
        # Arrays with rows may be the same that go in and come out; all others are apart.
        takes = ", ".join(
            f"ptr %{name}" if name in self._rows else f"ptr noalias %{name}"
            for name in ("kept", *self._arrays)
        )
        self._add(f"define internal void @part{number}({takes}) noinline #0 {{")
        texts: dict[int, str] = {}
        for i in inputs_of(self._kernel, part):
            if lines[i].step == "constant":
                texts[i] = self._language.constant(lines[i].detail)
            else:
                texts[i] = f"%i{i}"
                self._load_input(texts[i], *place_of(lines[i]))
        for i, spot in part.loads.items():
            texts[i] = f"%k{i}"
            self._at(f"%k{i}.p", vector, "%kept", spot)
            if lines[i].step in CONDITIONS:
                self._add(f"%k{i}.n = load {vector}, ptr %k{i}.p")
                self._add(f"%k{i} = fcmp une {vector} %k{i}.n, zeroinitializer")
            else:
                self._add(f"%k{i} = load {vector}, ptr %k{i}.p")
        self._add(*self._language.statements(lines, part.lines, texts, Counter()))
        for i, spot in part.stores.items():
            result = texts[i]
            if lines[i].step in CONDITIONS:
                result = f"%s{i}.n"
                self._add(f"{result} = uitofp <{self._lanes} x i1> {texts[i]} to {vector}")
            self._at(f"%s{i}.p", vector, "%kept", spot)
            self._add(f"store {vector} {result}, ptr %s{i}.p")
        for i, spots in part.results.items():
            for output, position in spots:
                self._store_result(texts[i], f"y{output}", position)
        self._add("ret void", "}", "")

    def _load_input(self, name: str, array: int, position: int) -> None:
        start, width = f"%x{array}", self._widths[f"x{array}"]
        if f"x{array}" not in self._rows:
            self._at(f"{name}.p", "double", start, position)
            self._add(f"{name}.n = load double, ptr {name}.p")
            self._spread(name, "double", f"{name}.n")
            return
        if width == 1:
            self._add(f"{name} = load {self._vector}, ptr {start}, align 8")
            return
        result = "poison"
        for lane in range(self._lanes):
            before, result = result, name if lane == self._lanes - 1 else f"{name}.v{lane}"
            self._at(f"{name}.p{lane}", "double", start, lane * width + position)
            self._add(f"{name}.n{lane} = load double, ptr {name}.p{lane}")
            put = f"{self._vector} {before}, double {name}.n{lane}, i64 {lane}"
            self._add(f"{result} = insertelement {put}")

    def _store_result(self, result: str, array: str, position: int) -> None:
        name, start, vector = f"%{array}.{position}", f"%{array}", self._vector
        if array not in self._rows:
            self._at(f"{name}.p", vector, start, position)
            self._add(
                f"{name}.before = load {vector}, ptr {name}.p",
                f"{name}.after = fadd {vector} {name}.before, {result}",
                f"store {vector} {name}.after, ptr {name}.p",
            )
            return
        width = self._widths[array]
        if width == 1:
            self._add(f"store {vector} {result}, ptr {start}, align 8")
            return
        for lane in range(self._lanes):
            self._add(f"{name}.n{lane} = extractelement {vector} {result}, i64 {lane}")
            self._at(f"{name}.p{lane}", "double", start, lane * width + position)
            self._add(f"store double {name}.n{lane}, ptr {name}.p{lane}")

    # ------------------------------------------------ the loop over the samples

    def _run(self) -> None:
        shift = self._lanes.bit_length() - 1
        self._add(
            "declare ptr @malloc(i64)",
            "declare void @free(ptr)",
            "declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)",
            "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)",
            "",
            "define void @run(i64 %count, ptr %table) #0 {",
            "start:",
        )
        self._reserve_space()
        for i, name in enumerate(self._arrays):
            self._at(f"%{name}.t", "ptr", "%table", i)
            self._add(f"%{name} = load ptr, ptr %{name}.t")
        self._call_parts({}, once=True)
        self._add(
            f"%full = lshr i64 %count, {shift}",
            f"%rest = and i64 %count, {self._lanes - 1}",
            "%any = icmp ne i64 %full, 0",
            "br i1 %any, label %blocks, label %last",
            "blocks:",
            "%block = phi i64 [0, %start], [%block.next, %blocks]",
            f"%first = shl i64 %block, {shift}",
        )
        for name in sorted(self._rows):
            self._add(f"%{name}.o = mul i64 %first, {self._widths[name]}")
            self._at(f"%{name}.block", "double", f"%{name}", f"%{name}.o")
        self._call_parts(
            {name: f"{name}.block" for name in self._rows}
            | {name: f"{name}.sums" for name in self._sums}
        )
        self._add(
            "%block.next = add i64 %block, 1",
            "%more = icmp ult i64 %block.next, %full",
            "br i1 %more, label %blocks, label %last",
            "last:",
            f"%done = shl i64 %full, {shift}",
            "%some = icmp ne i64 %rest, 0",
            "br i1 %some, label %copies, label %sums",
            "copies:",
            "%end = add i64 %rest, -1",
        )
        self._last_block()
        self._add("br label %sums", "sums:")
        self._add_up()
        self._add("call void @free(ptr %raw)", "ret void", "}", "")

    def _reserve_space(self) -> None:
        """Room beside the arrays: sums of full blocks, then of the last, copies of its rows."""
        rooms = {f"{name}.sums": self._widths[name] for name in self._sums}
        rooms |= {f"{name}.rest": self._widths[name] for name in self._sums}
        sums = sum(rooms.values())
        rooms |= {f"{name}.copy": self._widths[name] for name in sorted(self._rows)}
        rooms["kept"] = self._places
        block = 8 * self._lanes
        self._add(
            f"%raw = call ptr @malloc(i64 {block * sum(rooms.values()) + 64})",
            "%raw.number = ptrtoint ptr %raw to i64",
            "%raw.end = add i64 %raw.number, 63",
            "%raw.aligned = and i64 %raw.end, -64",
            "%space = inttoptr i64 %raw.aligned to ptr",
            f"call void @llvm.memset.p0.i64(ptr %space, i8 0, i64 {block * sums}, i1 false)",
        )
        start = 0
        for name, width in rooms.items():
            self._at(f"%{name}", "i8", "%space", start)
            start += block * width

    def _call_parts(self, where: Mapping[str, str], *, once: bool = False) -> None:
        takes = ", ".join(f"ptr %{where.get(name, name)}" for name in ("kept", *self._arrays))
        for number, part in enumerate(self._parts):
            if part.once == once:
                self._add(f"call void @part{number}({takes})")

    def _last_block(self) -> None:
        for name in sorted(self._rows):
            self._add(f"%{name}.d = mul i64 %done, {self._widths[name]}")
            self._at(f"%{name}.last", "double", f"%{name}", f"%{name}.d")
            if name[0] == "y":
                continue
            for lane in range(self._lanes):
                row = f"%{name}.l{lane}"
                self._add(
                    f"{row}.is = icmp ult i64 {lane}, %rest",
                    f"{row} = select i1 {row}.is, i64 {lane}, i64 %end",
                    f"{row}.o = mul i64 {row}, {self._widths[name]}",
                )
                self._at(f"{row}.from", "double", f"%{name}.last", f"{row}.o")
                self._at(f"{row}.to", "double", f"%{name}.copy", lane * self._widths[name])
                self._copy(f"{row}.to", f"{row}.from", 8 * self._widths[name])
        self._call_parts(
            {name: f"{name}.copy" for name in self._rows}
            | {name: f"{name}.rest" for name in self._sums}
        )
        for name in sorted(self._rows):
            if name[0] == "y":
                self._add(f"%{name}.size = mul i64 %rest, {8 * self._widths[name]}")
                self._copy(f"%{name}.last", f"%{name}.copy", f"%{name}.size")

    def _add_up(self) -> None:
        """Each sum: that of the full blocks, and of the last block those lanes that count."""
        lanes, vector = self._lanes, self._vector
        numbers = ", ".join(f"i64 {lane}" for lane in range(lanes))
        self._spread("%rests", "i64", "%rest")
        self._add(f"%counted = icmp ult <{lanes} x i64> <{numbers}>, %rests")
        label = "sums"
        for name in self._sums:
            if not self._widths[name]:
                continue
            s = f"%{name}.i"
            self._add(
                f"br label %{name}.loop",
                f"{name}.loop:",
                f"{s} = phi i64 [0, %{label}], [{s}.next, %{name}.loop]",
            )
            self._at(f"{s}.sum.p", vector, f"%{name}.sums", s)
            self._at(f"{s}.rest.p", vector, f"%{name}.rest", s)
            self._add(
                f"{s}.sum = load {vector}, ptr {s}.sum.p",
                f"{s}.rest = load {vector}, ptr {s}.rest.p",
                f"{s}.real = select <{lanes} x i1> %counted, {vector} {s}.rest, {vector} splat"
                " (double 0.0)",
                f"{s}.v{lanes} = fadd {vector} {s}.sum, {s}.real",
            )
            self._halve(f"{s}.v")
            self._add(f"{s}.total = extractelement <1 x double> {s}.v1, i64 0")
            self._at(f"{s}.p", "double", f"%{name}", s)
            self._add(
                f"store double {s}.total, ptr {s}.p",
                f"{s}.next = add i64 {s}, 1",
                f"{s}.more = icmp ult i64 {s}.next, {self._widths[name]}",
                f"br i1 {s}.more, label %{name}.loop, label %{name}.end",
                f"{name}.end:",
            )
            label = f"{name}.end"

    def _halve(self, name: str) -> None:
        """Add one half of a vector to the other, until one number is left."""
        half = self._lanes
        while half > 1:
            half //= 2
            whole = f"<{2 * half} x double> {name}{2 * half}, <{2 * half} x double> poison"
            for side, start in (("low", 0), ("high", half)):
                mask = ", ".join(f"i32 {start + lane}" for lane in range(half))
                self._add(f"{name}{half}.{side} = shufflevector {whole}, <{half} x i32> <{mask}>")
            self._add(f"{name}{half} = fadd <{half} x double> {name}{half}.low, {name}{half}.high")
