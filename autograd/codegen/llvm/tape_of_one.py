"""The machine code that runs tapes of one sample.

A vector holds neighbouring places of the buffer. An instruction goes on by a vector at a time, from
addresses that grow by a vector's size, or stay where they are for an operand that is one number for
all.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.codegen.kernel import Kernel
from autograd.codegen.llvm.language import FUNCTIONS, LLVM
from autograd.codegen.llvm.tape_text import OF_ALL, STEPS, TapeText, arity, result_of
from autograd.codegen.tape.groups import ADD_PRODUCT, TO_SUM, Ints
from autograd.codegen.tape.tape import (
    ADD_MULTIPLES,
    ADD_PRODUCTS,
    FIELDS,
    LONGEST,
    ONE,
    ROW,
    SCATTERED,
    Tape,
)

QUICK = (
    *(("add", kinds) for kinds in ((ROW, ROW), (ROW, ONE))),
    *((step, kinds) for step in ("mul", "div") for kinds in ((ROW, ROW), (ROW, ONE), (ONE, ROW))),
    *((ADD_PRODUCT, kinds) for kinds in ((ROW, ROW, ROW), (ROW, ROW, ONE))),
    ("choose", (ONE, ROW, ROW)),
)
"""What most instructions of a network are: steps, and how their operands lie.

Each has a number, behind those of `STEPS`, and code of its own that does not ask how operands lie:
most rows are short, so that such questions would take longer than the work.
"""

HEAD = ("bytes", *OF_ALL)
"""The numbers of a tape."""
_INPUT = ("width", "start")
_OUTPUT = ("runs", "runs.count")
_RUN = ("from", "to", "size")  # of results that lie side by side, in bytes


def text_of(lanes: int, steps: Collection[str], *, fused: bool) -> str:
    """Return a text that defines `run(unused, table of the arrays' addresses, tape)`.

    Args:
        lanes: numbers in a vector.
        steps: those of its tapes; it has all that are no elementary functions anyway.
        fused: whether the processor can multiply and add with one rounding.
    """
    text = TapeText(lanes)
    text.begin(steps, fused=fused)
    _write_instructions(text, steps)
    _write_run(text)
    return text.whole()


def head_of(kernel: Kernel, tape: Tape) -> dict[str, Any]:
    """Return what `HEAD` names of this machine alone, and what has to stay with it.

    Args:
        kernel: the kernel.
        tape: its tape.
    """
    runs = [_runs(places) for places in tape.outputs]
    widths = [array.width for array in kernel.inputs]
    inputs = np.array([*zip(widths, tape.inputs, strict=True)], dtype=np.int64)
    return {
        "bytes": 8 * tape.size,
        "inputs": inputs,
        "outputs": np.array([[run.ctypes.data, len(run)] for run in runs], dtype=np.int64),
        "runs": runs,
    }


def _runs(places: Ints) -> Ints:
    """Where results lie that are side by side in the buffer and in their array: rows of `_RUN`."""
    starts = np.flatnonzero(np.diff(places, prepend=-2) != 1)
    counts = np.diff(starts, append=len(places))
    return 8 * np.stack([places[starts], starts, counts], axis=1)


def _write_run(text: TapeText) -> None:
    """Write the function that takes numbers in, runs the tape, and puts results out."""
    text.add("define void @run(i64 %count, ptr %table, ptr %tape) #0 {")
    text.label("start")
    head = text.fields("%tape", HEAD)
    room = 3 * 8 * LONGEST
    text.reserve("%rooms", text.add_(head["bytes"], room))
    text.at("%buffer", "i8", "%rooms", room)
    text.put_constants("%buffer", head)
    with text.arrays("inputs", head, _INPUT) as (field, array):
        to = text.address("double", "%buffer", field["start"])
        text.copy(to, array, text.times(field["width"], 8))
    text.copy_places("%buffer", head)
    text.add("call void @instructions(ptr %buffer, ptr %rooms, ptr %tape)")
    with (
        text.arrays("outputs", head, _OUTPUT, head["inputs.count"]) as (field, array),
        text.loop("runs", field["runs.count"]) as j,
    ):
        at = text.address("i64", text.pointer(field["runs"]), text.times(j, len(_RUN)))
        run = text.fields(at, _RUN)
        begin = text.behind("%buffer", run["from"])
        text.copy(text.behind(array, run["to"]), begin, run["size"])
    text.free()
    text.add("ret void", "}", "")


def _write_instructions(text: TapeText, used: Collection[str]) -> None:
    """Write the function that runs the instructions over a buffer."""
    # At a multiple of 64: elsewhere its short loops lie as chance has it, and took 15 % longer.
    text.add(
        "define internal void @instructions(ptr %buffer, ptr %rooms, ptr %tape) noinline #0"
        " align 64 {"
    )
    text.label("start")
    head = text.fields("%tape", HEAD)
    code, places = text.pointer(head["code"]), text.pointer(head["places"])
    with text.loop("code", head["code.count"]) as i:
        at = text.address("i32", code, text.times(i, len(FIELDS)))
        field = text.fields(at, FIELDS, "i32")
        result = text.address("double", "%buffer", field["to"])
        quick = [*enumerate(QUICK, len(STEPS))]
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
            if (step in used or step not in FUNCTIONS) and step not in TO_SUM.values()
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
    text: TapeText, name: str, step: str, kinds: Sequence[int], field: dict[str, str], result: str
) -> None:
    """Write the loops over rows that do a step whose operands lie in these ways."""
    vector = text.vector
    length = text.times(field["n"], 8)
    starts = [text.address("double", "%buffer", field[f"p{k}"]) for k in range(len(kinds))]
    strides = [text.times(field[f"s{k}"], 8) for k in range(len(kinds))]
    with text.loop(f"{name}.rows", field["rows"]) as row:
        operands = []
        for kind, start, stride in zip(kinds, starts, strides, strict=True):
            at = text.behind(start, text.times(row, stride))
            operands.append(text.one(at) if kind == ONE else at)
        into = text.behind(result, text.times(row, length))
        with text.loop(f"{name}.loop", length, 8 * text.lanes) as j:
            inputs = [
                x if kind == ONE else text.load(vector, text.behind(x, j))
                for kind, x in zip(kinds, operands, strict=True)
            ]
            text.store(vector, result_of(text, step, inputs), text.behind(into, j))


def _write_rows(
    text: TapeText, step: str, field: dict[str, str], operands: Sequence[_Operand], result: str
) -> None:
    """Write the loops over rows that do a step."""
    vector, lanes = text.vector, text.lanes
    length = text.times(field["n"], 8)
    with text.loop(f"{step}.rows", field["rows"]) as row:
        starts = [
            text.behind(operand.start, text.times(row, operand.stride))
            for operand in operands[: arity(step)]
        ]
        into = text.behind(result, text.times(row, length))
        with text.loop(f"{step}.loop", length, 8 * lanes) as j:
            inputs = []
            for k, start in enumerate(starts):
                at = text.new(f"and i64 {j}, {operands[k].mask}")
                inputs.append(text.load(vector, text.behind(start, at)))
            text.store(vector, result_of(text, step, inputs), text.behind(into, j))


def _write_sums(
    text: TapeText, step: str, field: dict[str, str], operands: Sequence[_Operand], result: str
) -> None:
    """Write the loops over rows a, b, c that add up a + b * c + ..., term after term."""
    vector, size, forms = text.vector, 8 * text.lanes, LLVM(text.lanes).forms
    length = text.times(field["n"], 8)
    growths = [text.times(field[f"t{k}"], 8) for k in (1, 2)]
    with text.loop(f"{step}.rows", field["rows"]) as row:
        a, b, c = (text.behind(operand.place, text.times(row, operand.by)) for operand in operands)
        into = text.behind(result, text.times(row, length))
        with text.loop(f"{step}.loop", length, size) as j:
            before = text.load(vector, text.behind(a, j))
            begin = text.behind(b, j)
            total = f"%{step}.total"
            carried = [(total, vector, before)]
            with text.loop(f"{step}.terms", field["terms"], carried=carried) as term:
                x = text.load(vector, text.behind(begin, text.times(term, growths[0])))
                at = text.behind(c, text.times(term, growths[1]))
                y = text.load(vector, text.behind(at, j)) if step == ADD_PRODUCTS else text.one(at)
                product = text.new(forms["mul"].format(x, y))
                text.add(f"{total}.next = {forms['add'].format(total, product)}")
            text.store(vector, total, text.behind(into, j))


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


def _operand(text: TapeText, k: int, field: dict[str, str], places: str) -> _Operand:
    """Write how an operand is made ready: brought together, or spread over a vector."""
    vector, lanes, size = text.vector, text.lanes, 8 * text.lanes
    kind, place = field[f"k{k}"], field[f"p{k}"]
    direct = text.address("double", "%buffer", place)
    stride = text.times(field[f"s{k}"], 8)
    room = text.behind("%rooms", k * LONGEST * 8)
    text.add(
        f"switch i64 {kind}, label %row{k}"
        f" [i64 {ONE}, label %one{k} i64 {SCATTERED}, label %scattered{k}]"
    )
    text.label(f"row{k}")
    text.add(f"br label %operand{k}")
    text.label(f"one{k}")
    # A sum of several terms reads it where it lies.
    is_spread = text.compare("eq", field["terms"], 1)
    rows = text.choose("i64", is_spread, field["rows"], 0)
    with text.loop(f"spread{k}", rows) as row:
        number = text.load("double", text.behind(direct, text.times(row, stride)))
        text.store(vector, text.splat(number), text.behind(room, text.times(row, size)))
    text.add(f"br label %operand{k}")
    text.label(f"scattered{k}")
    with text.loop(f"gather{k}", field["n"], lanes) as j:
        numbers = text.load(f"<{lanes} x i32>", text.address("i32", places, text.add_(place, j)))
        at = text.new(f"getelementptr double, ptr %buffer, <{lanes} x i32> {numbers}")
        found = text.new(
            f"call {vector} @llvm.masked.gather.v{lanes}f64.v{lanes}p0(<{lanes} x ptr> {at},"
            f" i32 8, <{lanes} x i1> splat (i1 true), {vector} poison)"
        )
        text.store(vector, found, text.address("double", room, j))
    text.add(f"br label %operand{k}")
    text.label(f"operand{k}")
    ways = (
        (direct, stride, "-1", f"row{k}"),
        (room, str(size), "0", f"spread{k}.end"),
        (room, "0", "-1", f"gather{k}.end"),
    )
    start, by, mask = (
        text.new(f"phi {kind} " + ", ".join(f"[{way[i]}, %{way[3]}]" for way in ways))
        for i, kind in enumerate(("ptr", "i64", "i64"))
    )
    return _Operand(start, by, mask, direct, stride)
