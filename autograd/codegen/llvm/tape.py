"""The machine code that runs tapes, shared by all that need no other elementary functions.

With one sample, a vector holds neighbouring places of the buffer; with several, one place of
neighbouring samples. Either way an instruction goes on by a vector at a time, from addresses that
grow by a vector's size, or stay where they are for an operand that is one number for all.
"""

from __future__ import annotations

import ctypes
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd.codegen.kernel import Kernel
from autograd.codegen.llvm.functions import elementary
from autograd.codegen.llvm.kernel import RUN
from autograd.codegen.llvm.language import FUNCTIONS, LLVM, Text
from autograd.codegen.llvm.machine_code import machine_code
from autograd.codegen.llvm.processor import processor
from autograd.codegen.tape.groups import ADD_PRODUCT, MAXIMUM, Ints
from autograd.codegen.tape.tape import (
    ADD_MULTIPLES,
    ADD_PRODUCTS,
    COPY,
    FIELDS,
    KINDS,
    LONGEST,
    ONE,
    ROW,
    SCATTERED,
    STEP,
    Tape,
    make_tape,
)

STEPS = (
    *(COPY, ADD_PRODUCT, ADD_PRODUCTS, ADD_MULTIPLES, MAXIMUM),
    *("add", "sub", "mul", "div", "neg", "abs", "sqrt"),
    *("greater", "greater_equal", "equal", "or", "not", "choose"),
    *sorted(FUNCTIONS),
)
"""Every step that a tape may have, by its number in the code."""

QUICK = (
    *(("add", kinds) for kinds in ((ROW, ROW), (ROW, ONE))),
    *((step, kinds) for step in ("mul", "div") for kinds in ((ROW, ROW), (ROW, ONE), (ONE, ROW))),
    *((ADD_PRODUCT, kinds) for kinds in ((ROW, ROW, ROW), (ROW, ROW, ONE))),
    ("choose", (ONE, ROW, ROW)),
)
"""What most instructions of a network are: steps, and how their operands lie.

With one sample, each has a number, behind those of `STEPS`, and code of its own that does not ask
how operands lie: most rows are short, so that such questions would take longer than the work.
"""

_ARITY = {
    **dict.fromkeys((COPY, "neg", "abs", "sqrt", "not"), 1),
    "choose": 3,
    ADD_PRODUCT: 3,
    **FUNCTIONS,
}
_CONDITIONS = {"or": 2, "not": 1, "choose": 1}
"""How many operands, from the first on, are conditions: numbers in the buffer, 1.0 or 0.0."""
_IS_CONDITION = {"greater", "greater_equal", "equal", "or", "not"}

_HEAD = (
    *("bytes", "sums.size", "constants", "constants.to", "constants.size"),
    *("inputs", "inputs.count", "outputs", "outputs.count", "code", "code.count", "places"),
)
"""The numbers of a tape: sizes, and the addresses of its parts."""
_INPUT = ("width", "start", "rows")
_OUTPUT = ("width", "places", "rows", "sums", "runs", "runs.count")
_RUN = ("from", "to", "size")  # of results that lie side by side, in bytes


class _Tape(Text):
    """The text of the functions that run a tape.

    Args:
        lanes: numbers in a vector.
        by_sample: whether a vector holds one place for neighbouring samples.
    """

    def __init__(self, lanes: int, *, by_sample: bool) -> None:
        super().__init__(lanes)
        self.by_sample = by_sample
        self.place = 8 * lanes if by_sample else 8  # bytes of a place
        self._label = ""
        self._count = 0

    def label(self, name: str) -> None:
        """Begin a block."""
        self.add(f"{name}:")
        self._label = name

    def new(self, instruction: str) -> str:
        """Write an instruction; return a new name, its result's."""
        self._count += 1
        self.add(f"%v{self._count} = {instruction}")
        return f"%v{self._count}"

    def add_(self, a: object, b: object) -> str:
        """Return the sum of two whole numbers."""
        return self.new(f"add i64 {a}, {b}")

    def times(self, a: object, b: object) -> str:
        """Return the product of two whole numbers."""
        return self.new(f"mul i64 {a}, {b}")

    def address(self, kind: str, start: str, index: object) -> str:
        """Return the address of an item of an array."""
        return self.new(f"getelementptr {kind}, ptr {start}, i64 {index}")

    def at_place(self, start: str, place: object) -> str:
        """Return the address of a place of a buffer."""
        return self.address("i8", start, self.times(place, self.place))

    def load(self, kind: str, address: str) -> str:
        """Return what is at an address; vectors need not begin at multiples of their size."""
        return self.new(f"load {kind}, ptr {address}, align {4 if 'i32' in kind else 8}")

    def store(self, kind: str, value: str, address: str) -> None:
        """Put something at an address."""
        self.add(f"store {kind} {value}, ptr {address}, align 8")

    def fields(self, start: str, names: Sequence[str], kind: str = "i64") -> dict[str, str]:
        """Return the numbers that lie side by side from an address on, each as an i64."""
        found = {}
        for i, name in enumerate(names):
            number = self.load(kind, self.address(kind, start, i))
            found[name] = number if kind == "i64" else self.new(f"sext {kind} {number} to i64")
        return found

    def pointer(self, number: str) -> str:
        """Return a number as an address."""
        return self.new(f"inttoptr i64 {number} to ptr")

    @contextmanager
    def loop(
        self, name: str, end: object, step: int = 1, total: tuple[str, str, str] | None = None
    ) -> Iterator[str]:
        """Yield an index, and write the body once for all indices from 0 to below `end`.

        Args:
            name: what the names of the loop's blocks and numbers start with.
            end: the end.
            step: from one index to the next.
            total: a name that goes from turn to turn, its type, and its number at first; the body
                has to write its next number, under the name with ".next" behind it.
        """
        before = self._label
        self.add(f"br label %{name}")
        self.label(name)
        if total is not None:
            carried, kind, first = total
            self.add(f"{carried} = phi {kind} [{first}, %{before}], [{carried}.next, %{name}.go]")
        self.add(
            f"%{name}.i = phi i64 [0, %{before}], [%{name}.next, %{name}.go]",
            f"%{name}.is = icmp slt i64 %{name}.i, {end}",
            f"br i1 %{name}.is, label %{name}.body, label %{name}.end",
        )
        self.label(f"{name}.body")
        yield f"%{name}.i"
        self.add(f"br label %{name}.go")
        self.label(f"{name}.go")
        self.add(f"%{name}.next = add i64 %{name}.i, {step}", f"br label %{name}")
        self.label(f"{name}.end")

    @contextmanager
    def unless(self, name: str, number: str) -> Iterator[None]:
        """Write the body once, to be run where a number is 0."""
        is_zero = self.new(f"icmp eq i64 {number}, 0")
        with self.when(name, self.new(f"zext i1 {is_zero} to i64")):
            yield

    @contextmanager
    def when(self, name: str, number: str) -> Iterator[None]:
        """Write the body once, to be run where a number is not 0."""
        holds = self.new(f"icmp ne i64 {number}, 0")
        self.add(f"br i1 {holds}, label %{name}.then, label %{name}.else")
        self.label(f"{name}.then")
        yield
        self.add(f"br label %{name}.else")
        self.label(f"{name}.else")

    def one(self, address: str) -> str:
        """Return a vector of the one number of a place, for all that are computed at once."""
        if self.by_sample:
            return self.load(self.vector, address)
        return self.splat(self.load("double", address))

    def splat(self, number: str) -> str:
        """Return a vector that has a number in all lanes."""
        self._count += 1
        name = f"%v{self._count}"
        self.spread(name, "double", number)
        return name


def tape_text(lanes: int, functions: Collection[str], *, by_sample: bool, fused: bool) -> str:
    """Return a text that defines `run(count, table of the arrays' addresses, tape)`.

    Args:
        lanes: numbers in a vector.
        functions: the elementary functions that its tapes may have.
        by_sample: whether a vector holds one place for neighbouring samples.
        fused: whether the processor can multiply and add with one rounding.
    """
    text = _Tape(lanes, by_sample=by_sample)
    text.declare_memory()
    for step in functions:
        text.add(*elementary(step, lanes, fused=fused))
    _write_instructions(text, functions)
    _write_run(text)
    return text.whole()


def _write_run(text: _Tape) -> None:
    """Write the function that takes samples in, runs the tape, and puts results out."""
    text.add("define void @run(i64 %count, ptr %table, ptr %tape) #0 {")
    text.label("start")
    head = text.fields("%tape", _HEAD)
    room = 3 * LONGEST * text.place
    text.reserve("%rooms", text.add_(text.add_(head["bytes"], head["sums.size"]), room))
    text.at("%buffer", "i8", "%rooms", room)
    text.at("%sums", "i8", "%buffer", head["bytes"])
    constants = text.at_place("%buffer", head["constants.to"])
    text.copy(constants, text.pointer(head["constants"]), head["constants.size"])
    with (
        _arrays(text, "shared", head, "inputs") as (field, array),
        text.unless("is.shared", field["rows"]),
    ):
        to = text.at_place("%buffer", field["start"])
        if not text.by_sample:
            text.copy(to, array, text.times(field["width"], 8))
        else:
            with text.loop("spread", field["width"]) as j:
                number = text.load("double", text.address("double", array, j))
                text.store(text.vector, text.splat(number), text.at_place(to, j))
    if text.by_sample:
        _write_blocks(text, head)
    else:
        text.add("call void @instructions(ptr %buffer, ptr %rooms, ptr %tape)")
        with (
            _arrays(text, "outputs", head, "outputs") as (field, array),
            text.loop("runs", field["runs.count"]) as j,
        ):
            at = text.address("i64", text.pointer(field["runs"]), text.times(j, len(_RUN)))
            run = text.fields(at, _RUN)
            begin = text.address("i8", "%buffer", run["from"])
            text.copy(text.address("i8", array, run["to"]), begin, run["size"])
    text.free()
    text.add("ret void", "}", "")


def _write_blocks(text: _Tape, head: dict[str, str]) -> None:
    """Write the loop over the samples, a vector of them at once, and the sums at its end."""
    lanes, vector = text.lanes, text.vector
    text.begin_sums("%nothing", "%count")
    with text.loop("empty", text.new(f"sdiv i64 {head['sums.size']}, {text.place}")) as j:
        text.store(vector, "%nothing", text.at_place("%sums", j))
    last = text.add_("%count", -1)
    blocks = text.new(f"sdiv i64 {text.add_('%count', lanes - 1)}, {lanes}")
    with text.loop("blocks", blocks) as block:
        first = text.times(block, lanes)
        rest = text.new(f"sub i64 %count, {first}")
        text.count_lanes("%counted", rest)
        with (
            _arrays(text, "rows", head, "inputs") as (field, array),
            text.when("has.rows", field["rows"]),
            text.loop("places", field["width"]) as j,
        ):
            result = "poison"
            for lane in range(lanes):
                # A last block that is not full is filled up with its last sample.
                sample = text.new(
                    f"call i64 @llvm.smin.i64(i64 {text.add_(first, lane)}, i64 {last})"
                )
                index = text.add_(text.times(sample, field["width"]), j)
                number = text.load("double", text.address("double", array, index))
                result = text.new(f"insertelement {vector} {result}, double {number}, i64 {lane}")
            text.store(vector, result, text.at_place("%buffer", text.add_(field["start"], j)))
        text.add("call void @instructions(ptr %buffer, ptr %rooms, ptr %tape)")
        with (
            _arrays(text, "outputs", head, "outputs") as (field, array),
            _results(text, "results", field) as (j, address),
        ):
            result = text.load(vector, address)
            with text.unless("is.sum", field["rows"]):
                sums = text.at_place("%sums", text.add_(field["sums"], j))
                text.if_counted("%real", "%counted", result)
                total = text.new(f"fadd {vector} {text.load(vector, sums)}, %real")
                text.store(vector, total, sums)
            with text.when("is.row", field["rows"]):
                for lane in range(lanes):
                    is_there = text.new(f"icmp slt i64 {lane}, {rest}")
                    with text.when(f"lane{lane}", text.new(f"zext i1 {is_there} to i64")):
                        index = text.add_(text.times(text.add_(first, lane), field["width"]), j)
                        number = text.new(f"extractelement {vector} {result}, i64 {lane}")
                        text.store("double", number, text.address("double", array, index))
    with (
        _arrays(text, "totals", head, "outputs") as (field, array),
        text.unless("is.total", field["rows"]),
        text.loop("halves", field["width"]) as j,
    ):
        total = text.load(vector, text.at_place("%sums", text.add_(field["sums"], j)))
        text.store("double", text.add_lanes(total), text.address("double", array, j))


@contextmanager
def _arrays(
    text: _Tape, name: str, head: dict[str, str], kind: str
) -> Iterator[tuple[dict[str, str], str]]:
    """Yield an array's fields and address, and write the body once for all that go in, or out."""
    fields = _INPUT if kind == "inputs" else _OUTPUT
    start = text.pointer(head[kind])
    with text.loop(name, head[f"{kind}.count"]) as i:
        found = text.fields(text.address("i64", start, text.times(i, len(fields))), fields)
        index = i if kind == "inputs" else text.add_(i, head["inputs.count"])
        yield found, text.load("ptr", text.address("ptr", "%table", index))


@contextmanager
def _results(text: _Tape, name: str, field: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield a result's index and address, and write the body once for all of an array."""
    places = text.pointer(field["places"])
    with text.loop(name, field["width"]) as j:
        place = text.load("i64", text.address("i64", places, j))
        yield j, text.at_place("%buffer", place)


def _write_instructions(text: _Tape, functions: Collection[str]) -> None:
    """Write the function that runs the instructions over a buffer."""
    text.add("define internal void @instructions(ptr %buffer, ptr %rooms, ptr %tape) noinline #0 {")
    text.label("start")
    head = text.fields("%tape", _HEAD)
    code, places = text.pointer(head["code"]), text.pointer(head["places"])
    with text.loop("code", head["code.count"]) as i:
        at = text.address("i32", code, text.times(i, len(FIELDS)))
        field = text.fields(at, FIELDS, "i32")
        result = text.at_place("%buffer", field["to"])
        quick = [] if text.by_sample else [*enumerate(QUICK, len(STEPS))]
        choices = " ".join(f"i64 {number}, label %quick{number}" for number, _ in quick)
        text.add(f"switch i64 {field['step']}, label %any [{choices}]")
        for number, (step, kinds) in quick:
            text.label(f"quick{number}")
            _write_quick(text, f"quick{number}", step, kinds, field, result)
            text.add("br label %done")
        text.label("any")
        operands = [_operand(text, k, field, places) for k in range(3)]
        steps = {
            step: number
            for number, step in enumerate(STEPS)
            if step in functions or step not in FUNCTIONS
        }
        choices = " ".join(f"i64 {number}, label %{step}" for step, number in steps.items())
        text.add(f"switch i64 {field['step']}, label %done [{choices}]")
        for step in steps:
            text.label(step)
            write = _write_sums if step in (ADD_PRODUCTS, ADD_MULTIPLES) else _write_rows
            write(text, step, field, operands, result)
            text.add("br label %done")
        text.label("done")
    text.add("ret void", "}", "")


def _write_quick(
    text: _Tape, name: str, step: str, kinds: Sequence[int], field: dict[str, str], result: str
) -> None:
    """Write the loops over rows that do a step whose operands lie in these ways."""
    vector = text.vector
    length = text.times(field["n"], text.place)
    starts = [text.at_place("%buffer", field[f"p{k}"]) for k in range(len(kinds))]
    strides = [text.times(field[f"s{k}"], text.place) for k in range(len(kinds))]
    with text.loop(f"{name}.rows", field["rows"]) as row:
        operands = []
        for kind, start, stride in zip(kinds, starts, strides, strict=True):
            at = text.address("i8", start, text.times(row, stride))
            operands.append(text.one(at) if kind == ONE else at)
        into = text.address("i8", result, text.times(row, length))
        with text.loop(f"{name}.loop", length, 8 * text.lanes) as j:
            inputs = [
                x if kind == ONE else text.load(vector, text.address("i8", x, j))
                for kind, x in zip(kinds, operands, strict=True)
            ]
            text.store(vector, _result(text, step, inputs), text.address("i8", into, j))


def _write_rows(
    text: _Tape, step: str, field: dict[str, str], operands: Sequence[_Operand], result: str
) -> None:
    """Write the loops over rows that do a step."""
    vector, lanes = text.vector, text.lanes
    length = text.times(field["n"], text.place)
    with text.loop(f"{step}.rows", field["rows"]) as row:
        starts = [
            text.address("i8", operand.start, text.times(row, operand.stride))
            for operand in operands[: _ARITY.get(step, 2)]
        ]
        into = text.address("i8", result, text.times(row, length))
        with text.loop(f"{step}.loop", length, 8 * lanes) as j:
            inputs = []
            for k, start in enumerate(starts):
                at = text.new(f"and i64 {j}, {operands[k].mask}")
                inputs.append(text.load(vector, text.address("i8", start, at)))
            text.store(vector, _result(text, step, inputs), text.address("i8", into, j))


def _write_sums(
    text: _Tape, step: str, field: dict[str, str], operands: Sequence[_Operand], result: str
) -> None:
    """Write the loops over rows a, b, c that add up a + b * c + ..., term after term."""
    vector, size, forms = text.vector, 8 * text.lanes, LLVM(text.lanes).forms
    length = text.times(field["n"], text.place)
    growths = [text.times(field[f"t{k}"], text.place) for k in (1, 2)]
    with text.loop(f"{step}.rows", field["rows"]) as row:
        a, b, c = (
            text.address("i8", operand.place, text.times(row, operand.by)) for operand in operands
        )
        into = text.address("i8", result, text.times(row, length))
        with text.loop(f"{step}.loop", length, size) as j:
            before = text.load(vector, text.address("i8", a, j))
            begin = text.address("i8", b, j)
            total = f"%{step}.total"
            with text.loop(f"{step}.terms", field["terms"], total=(total, vector, before)) as term:
                x = text.load(vector, text.address("i8", begin, text.times(term, growths[0])))
                at = text.address("i8", c, text.times(term, growths[1]))
                if step == ADD_PRODUCTS:
                    y = text.load(vector, text.address("i8", at, j))
                else:
                    y = text.one(at)
                product = text.new(forms["mul"].format(x, y))
                text.add(f"{total}.next = {forms['add'].format(total, product)}")
            text.store(vector, total, text.address("i8", into, j))


def _result(text: _Tape, step: str, inputs: Sequence[str]) -> str:
    """Write how a vector of results is computed; conditions are 1.0 or 0.0 in it."""
    vector, language = text.vector, LLVM(text.lanes)
    if step == COPY:
        return inputs[0]
    if step == ADD_PRODUCT:
        product = text.new(language.forms["mul"].format(*inputs[1:]))
        return text.new(language.forms["add"].format(inputs[0], product))
    if step == MAXIMUM:
        a, b = inputs
        at_least = text.new(language.forms["greater_equal"].format(a, b))
        is_nan = text.new(f"fcmp uno {vector} {a}, {a}")
        condition = text.new(language.forms["or"].format(at_least, is_nan))
        return text.new(language.forms["choose"].format(condition, a, b))
    conditions = _CONDITIONS.get(step, 0)
    inputs = [
        *(text.new(f"fcmp une {vector} {x}, zeroinitializer") for x in inputs[:conditions]),
        *inputs[conditions:],
    ]
    form = language.forms.get(step)
    number = text.new(form.format(*inputs) if form else language.function(step, inputs))
    if step in _IS_CONDITION:
        number = text.new(f"uitofp <{text.lanes} x i1> {number} to {vector}")
    return number


@dataclass(frozen=True)
class _Operand:
    """Where an operand is read, in the names of the text.

    Attributes:
        start: the address of its first vector.
        stride: by how many bytes this grows from row to row.
        mask: -1 if the address grows within a row, 0 if one number is for all of the row.
        place: the address of its place in the buffer, where it is read as it lies.
        by: by how many bytes this grows from row to row.
    """

    start: str
    stride: str
    mask: str
    place: str
    by: str


def _operand(text: _Tape, k: int, field: dict[str, str], places: str) -> _Operand:
    """Write how an operand is made ready: brought together, or spread over a vector."""
    vector, lanes, size = text.vector, text.lanes, 8 * text.lanes
    kind, place = field[f"k{k}"], field[f"p{k}"]
    direct = text.at_place("%buffer", place)
    stride = text.times(field[f"s{k}"], text.place)
    room = text.address("i8", "%rooms", k * LONGEST * text.place)
    text.add(
        f"switch i64 {kind}, label %row{k}"
        f" [i64 {ONE}, label %one{k} i64 {SCATTERED}, label %scattered{k}]"
    )
    text.label(f"row{k}")
    text.add(f"br label %operand{k}")
    text.label(f"one{k}")
    one = direct, stride, f"one{k}"
    if not text.by_sample:
        one = room, str(size), f"spread{k}.end"
        # A sum of several terms reads it where it lies.
        is_spread = text.new(f"icmp eq i64 {field['terms']}, 1")
        rows = text.new(f"select i1 {is_spread}, i64 {field['rows']}, i64 0")
        with text.loop(f"spread{k}", rows) as row:
            number = text.load("double", text.address("i8", direct, text.times(row, stride)))
            text.store(vector, text.splat(number), text.address("i8", room, text.times(row, size)))
    text.add(f"br label %operand{k}")
    text.label(f"scattered{k}")
    with text.loop(f"gather{k}", field["n"], 1 if text.by_sample else lanes) as j:
        index = text.address("i32", places, text.add_(place, j))
        if text.by_sample:
            number = text.new(f"sext i32 {text.load('i32', index)} to i64")
            found = text.load(vector, text.at_place("%buffer", number))
        else:
            numbers = text.load(f"<{lanes} x i32>", index)
            at = text.new(f"getelementptr double, ptr %buffer, <{lanes} x i32> {numbers}")
            found = text.new(
                f"call {vector} @llvm.masked.gather.v{lanes}f64.v{lanes}p0(<{lanes} x ptr> {at},"
                f" i32 8, <{lanes} x i1> splat (i1 true), {vector} poison)"
            )
        text.store(vector, found, text.at_place(room, j))
    text.add(f"br label %operand{k}")
    text.label(f"operand{k}")
    ways = (
        (direct, stride, "-1", f"row{k}"),
        (*one[:2], "0", one[2]),
        (room, "0", "-1", f"gather{k}.end"),
    )
    start, by, mask = (
        text.new(f"phi {kind} " + ", ".join(f"[{way[i]}, %{way[3]}]" for way in ways))
        for i, kind in enumerate(("ptr", "i64", "i64"))
    )
    return _Operand(start, by, mask, direct, stride)


class LLVMTape:
    """A kernel that runs as a tape, in machine code.

    Args:
        kernel: what to run.

    Attributes:
        kernel: what to run.
        address: where the function `run(count, table of the arrays' addresses, tape)` is.
        tape: the address of its tape.
    """

    def __init__(self, kernel: Kernel) -> None:
        by_sample = any(array.by_sample for array in kernel.inputs)
        lanes, *_ = processor()
        tape = make_tape(kernel, 1 if by_sample else lanes)
        tape, functions = _renumbered(tape, by_sample=by_sample)
        self._engine, self.address = _machine(by_sample, functions)
        self._run = RUN(self.address)
        self.kernel = kernel
        self._tape = tape
        start, numbers = tape.constants
        numbers = np.repeat(numbers, lanes if by_sample else 1)
        inputs = [
            [x.width, first, x.by_sample]
            for x, first in zip(kernel.inputs, tape.inputs, strict=True)
        ]
        outputs, sums = [], 0
        runs = [_runs(places) for places in tape.outputs]
        for output, places, run in zip(kernel.outputs, tape.outputs, runs, strict=True):
            where = places.ctypes.data, output.by_sample, sums, run.ctypes.data, len(run)
            outputs.append([len(places), *where])
            sums += len(places)
        place = 8 * lanes if by_sample else 8
        parts = [np.asarray(x, dtype=np.int64) for x in (inputs, outputs)]
        self._kept = [*parts, *runs, numbers, tape]  # what has an address has to stay
        head = {
            "bytes": tape.size * place,
            "sums.size": sums * place,
            "constants": numbers.ctypes.data,
            "constants.to": start,
            "constants.size": numbers.nbytes,
            "inputs": parts[0].ctypes.data,
            "inputs.count": len(inputs),
            "outputs": parts[1].ctypes.data,
            "outputs.count": len(outputs),
            "code": tape.instructions.ctypes.data,
            "code.count": len(tape.instructions),
            "places": tape.places.ctypes.data,
        }
        self._head = np.array([head[name] for name in _HEAD], dtype=np.int64)
        self.tape: int = self._head.ctypes.data

    @property
    def source(self) -> str:
        """The tape, an instruction a line."""
        return str(self._tape)

    def run(self, count: int, arrays: Sequence[Any]) -> list[Any]:
        """Return the arrays that come out; see `PythonKernel.run`."""
        taken = [np.ascontiguousarray(numbers, dtype=float) for numbers in arrays]
        sizes = [len(y.lines) * (count if y.by_sample else 1) for y in self.kernel.outputs]
        given = [np.empty(size) for size in sizes]
        addresses = [numbers.ctypes.data for numbers in (*taken, *given)]
        table = (ctypes.c_void_p * len(addresses))(*addresses)
        self._run(count, table, self.tape)
        return given


def _runs(places: Ints) -> Ints:
    """Where results lie that are side by side in the buffer and in their array: rows of `_RUN`."""
    starts = np.flatnonzero(np.diff(places, prepend=-2) != 1)
    counts = np.diff(starts, append=len(places))
    return 8 * np.stack([places[starts], starts, counts], axis=1)


def _renumbered(tape: Tape, *, by_sample: bool) -> tuple[Tape, frozenset[str]]:
    """A tape with the numbers that steps have here, and which elementary functions it has.

    Its instructions are changed in place.
    """
    known = {step: i for i, step in enumerate(STEPS)}
    numbers = np.array([known.get(step, -1) for step in tape.steps])
    numbers = numbers[tape.instructions[:, STEP]]
    used = frozenset(STEPS[number] for number in np.unique(numbers))
    kinds = tape.instructions[:, KINDS]
    for number, (step, lie) in [] if by_sample else enumerate(QUICK, len(STEPS)):
        is_quick = (numbers == known[step]) & (kinds[:, : len(lie)] == lie).all(axis=1)
        numbers[is_quick] = number
    tape.instructions[:, STEP] = numbers
    return replace(tape, steps=(*STEPS, *(step for step, _ in QUICK))), used.intersection(FUNCTIONS)


_MACHINES: dict[tuple[bool, frozenset[str]], tuple[Any, int]] = {}
"""What `_machine` returned."""


def _machine(by_sample: bool, functions: frozenset[str]) -> tuple[Any, int]:
    """The machine code that runs tapes, and its address.

    Elementary functions take most of the time to compile, and a program has few of them.
    """
    for (kind, those_there), found in [*_MACHINES.items()]:  # other threads may add some
        if kind == by_sample and those_there >= functions:
            return found
    lanes, fused, cpu, features = processor()
    text = tape_text(lanes, sorted(functions), by_sample=by_sample, fused=fused)
    engine = machine_code(text, 2, cpu=cpu, features=features)
    _MACHINES[by_sample, functions] = made = engine, engine.get_function_address("run")
    return made
