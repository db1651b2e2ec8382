"""The machine code that runs tapes over a batch.

A vector holds a number of each of some neighbouring samples. `VECTORS` of them are a place: so many
sums are added up side by side, and what is one number for all samples is read once for all of them.
What is left over runs in places of one vector. A last vector that is not full is filled up with
the last sample, and those lanes are not counted.

The buffer has four parts. The first is shared: one number in a place, for all samples. The second
has the places of results. The third has the sums over the samples, one vector for each: some are
added up by instructions, the others when all instructions of some samples are done. The fourth has
the same sums for the last vector, where lanes are not counted. The buffer is kept when a run is
over, for the next one: the system would have to map a large one again, and fill it with zeros.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from autograd.codegen.kernel import Kernel
from autograd.codegen.llvm.language import LLVM
from autograd.codegen.llvm.tape_text import OF_ALL, STEPS, TapeText, arity, result_of
from autograd.codegen.tape.groups import TO_SUM, Ints
from autograd.codegen.tape.tape import (
    ADD_MULTIPLES,
    ADD_PRODUCTS,
    FIELDS,
    ROW,
    SCATTERED,
    Tape,
)

VECTORS = 4
"""Vectors in a place: as many sums as keep a processor busy, which waits 4 steps for each."""

HEAD = (
    *("shared.size", "own", "own.count", "sums", "sums.count", "late", "late.count"),
    *("code.once", "once", "once.to", "once.count", "memory", *OF_ALL),
)
"""The numbers of a tape: sizes, and the addresses of its parts."""
_INPUT = ("width", "start", "rows")
_OUTPUT = ("width", "rows", "places")
_LATE = ("place", "to")  # a sum that no instruction adds to

_GIVEN = "i64 %count, ptr %table, ptr %tape, ptr %shared, ptr %own"


def text_of(lanes: int, steps: Collection[str], *, fused: bool) -> str:
    """Return a text that defines `run(count, table of the arrays' addresses, tape)`.

    Args:
        lanes: numbers in a vector.
        steps: those that its tapes may have.
        fused: whether the processor can multiply and add with one rounding.
    """
    text = TapeText(lanes)
    text.begin(steps, fused=fused)
    for vectors in VECTORS, 1:
        _Instructions(text, vectors).write(steps)
    _write_block(text)
    _write_run(text)
    _write_forget(text)
    return text.whole()


def head_of(kernel: Kernel, tape: Tape) -> dict[str, Any]:
    """Return what `HEAD` names of this machine alone, and what has to stay with it.

    Args:
        kernel: the kernel.
        tape: its tape.
    """
    arrays = zip(kernel.inputs, tape.inputs, strict=True)
    inputs = [[array.width, place, array.by_sample] for array, place in arrays]
    outputs, ends, count = [], [], tape.size - tape.sums
    late: list[Ints] = [np.zeros((0, len(_LATE)), dtype=np.int64)]
    for output, places in zip(kernel.outputs, tape.outputs, strict=True):
        end = places
        if not output.by_sample:
            end, which = places - tape.sums, np.flatnonzero(places < tape.sums)
            end[which] = count + np.arange(len(which))
            late.append(np.stack([places[which], end[which]], axis=1))
            count += len(which)
        ends.append(end)
        outputs.append([len(end), output.by_sample, end.ctypes.data])
    return {
        "shared.size": 8 * tape.own,
        "own": tape.own,
        "own.count": tape.sums - tape.own,
        "sums": tape.sums,
        "sums.count": count,
        "inputs": np.array(inputs, dtype=np.int64),
        "outputs": np.array(outputs, dtype=np.int64),
        "ends": ends,
        "late": np.concatenate(late),
        "late.count": count - (tape.size - tape.sums),
        "code.once": tape.once,
        **dict(zip(("once", "once.to", "once.count"), tape.kept, strict=True)),
        "memory": 0,
    }


def _write_run(text: TapeText) -> None:
    """Write the function that goes through the samples, some at a time, and ends the sums."""
    lanes, vector, size = text.lanes, text.vector, 8 * text.lanes
    text.add("define void @run(i64 %count, ptr %table, ptr %tape) #0 {")
    text.label("start")
    head = text.fields("%tape", HEAD)
    shared_size = text.new(f"and i64 {text.add_(head['shared.size'], 63)}, -64")
    own_size = text.times(head["own.count"], size * VECTORS)
    sums_size = text.times(head["sums.count"], size)
    memory = _take_memory(text, reduce(text.add_, (shared_size, own_size, sums_size, sums_size)))
    text.at("%own", "i8", "%shared", shared_size)
    text.at("%sums", "i8", "%own", own_size)
    text.at("%rest", "i8", "%sums", sums_size)
    text.put_constants("%shared", head)
    with (
        text.arrays("inputs", head, _INPUT) as (field, array),
        text.when("shared", text.compare("eq", field["rows"], 0)),
    ):
        to = text.address("double", "%shared", field["start"])
        text.copy(to, array, text.times(field["width"], 8))
    text.copy_places("%shared", head)
    text.begin_sums("%nothing", "%count")
    _empty(text, "%sums", head["sums.count"], "%nothing")
    _write_once(text, head)
    done: object = 0
    for vectors in VECTORS, 1:
        many = vectors * lanes
        blocks = text.new(f"sdiv i64 {text.new(f'sub i64 %count, {done}')}, {many}")
        with text.loop(f"blocks{vectors}", blocks) as block:
            first = text.add_(done, text.times(block, many))
            text.add(f"call void @block({_GIVEN}, ptr %sums, i64 {first}, i64 {vectors})")
        done = text.add_(done, text.times(blocks, many))
    left = text.new(f"sub i64 %count, {done}")
    is_left, has_full = text.compare("ne", left, 0), text.compare("ne", done, 0)
    is_both = text.new(f"and i1 {is_left}, {has_full}")
    with text.when("left", is_left):
        with text.when("both", has_full):
            _empty(text, "%rest", head["sums.count"], "%nothing")
        sums = text.choose("ptr", has_full, "%rest", "%sums")
        text.add(f"call void @block({_GIVEN}, ptr {sums}, i64 {done}, i64 1)")
    is_only = text.new(f"xor i1 {is_both}, {is_left}")
    text.count_lanes("%counted", text.choose("i64", is_only, left, lanes))
    text.count_lanes("%counted.rest", text.choose("i64", is_both, left, 0))
    with (
        text.arrays("outputs.summed", head, _OUTPUT, head["inputs.count"]) as (field, array),
        text.when("summed", text.compare("eq", field["rows"], 0)),
        text.loop("numbers", field["width"]) as j,
    ):
        place = text.load("i64", text.address("i64", text.pointer(field["places"]), j))
        text.if_counted("%sum", "%counted", text.load(vector, text.address(vector, "%sums", place)))
        rest = text.choose("ptr", is_both, "%rest", "%sums")  # else %rest is not filled
        more = text.load(vector, text.address(vector, rest, place))
        text.if_counted("%more", "%counted.rest", more)
        total = text.new(f"fadd {vector} %sum, %more")
        text.store("double", text.add_lanes(total), text.address("double", array, j))
    _keep_memory(text, memory)
    text.add("ret void", "}", "")


def _take_memory(text: TapeText, size: str) -> str:
    """Name what a run has for its buffer, the last one's or new; return its address as a number."""
    kept = _exchange_memory(text, "0")
    text.add(
        f"br i1 {text.compare('eq', kept, 0)}, label %new, label %known",
        "known:",
        "br label %memory",
    )
    text.label("new")
    new = text.new(f"call ptr @malloc(i64 {text.add_(size, 64)})")
    number = text.new(f"ptrtoint ptr {new} to i64")
    text.add("br label %memory")
    text.label("memory")
    memory = text.new(f"phi i64 [{kept}, %known], [{number}, %new]")
    text.add(f"%shared = inttoptr i64 {text.new(f'and i64 {text.add_(memory, 63)}, -64')} to ptr")
    return memory


def _exchange_memory(text: TapeText, memory: str) -> str:
    """Put a buffer's address where the tape keeps it; return the address that was there, or 0."""
    place = text.address("i64", "%tape", HEAD.index("memory"))
    return text.new(f"atomicrmw xchg ptr {place}, i64 {memory} acq_rel")


def _keep_memory(text: TapeText, memory: str) -> None:
    """Keep a buffer with the tape, and free the one that another thread has put there meanwhile."""
    text.add(f"call void @free(ptr {text.pointer(_exchange_memory(text, memory))})")


def _write_forget(text: TapeText) -> None:
    """Write the function that frees the buffer that a tape keeps."""
    text.add("define void @forget(ptr %tape) #0 {")
    text.label("start")
    _keep_memory(text, "0")
    text.add("ret void", "}", "")


def _write_once(text: TapeText, head: Mapping[str, str]) -> None:
    """Write what computes the results that are the same for all samples, and shares one lane."""
    text.add(
        "call void @instructions1(ptr %shared, ptr %own, ptr %sums, ptr %tape,"
        f" i64 0, i64 {head['code.once']})"
    )
    start = text.address(text.vector, "%own", text.new(f"sub i64 {head['once']}, {head['own']}"))
    to = text.address("double", "%shared", head["once.to"])
    with text.loop("once", head["once.count"]) as i:
        number = text.load("double", text.address(text.vector, start, i))
        text.store("double", number, text.address("double", to, i))


def _empty(text: TapeText, sums: str, count: str, nothing: str) -> None:
    """Write the loop that lets sums begin."""
    with text.loop(text.new_label("empty"), count) as j:
        text.store(text.vector, nothing, text.address(text.vector, sums, j))


def _write_block(text: TapeText) -> None:
    """Write the function that takes some samples in, runs the tape, and puts results out."""
    vector, lanes, size = text.vector, text.lanes, 8 * text.lanes
    text.add(
        f"define internal void @block({_GIVEN}, ptr %sums, i64 %first, i64 %vectors) noinline #0 {{"
    )
    text.label("start")
    head = text.fields("%tape", HEAD)
    apart = text.times("%vectors", size)
    places = _Places(text, head["own"], apart)
    places.begin()
    last = text.add_("%count", -1)
    with (
        text.arrays("inputs", head, _INPUT) as (field, array),
        text.when("has.rows", text.compare("ne", field["rows"], 0)),
        text.loop("taken", "%vectors") as v,
    ):
        rows = []
        for i in range(lanes):
            sample = text.add_("%first", text.add_(text.times(v, lanes), i))
            taken = text.new(f"call i64 @llvm.smin.i64(i64 {sample}, i64 {last})")
            rows.append(text.address("double", array, text.times(taken, field["width"])))
        to = text.behind(places.own(field["start"]), text.times(v, size))
        with text.loop("numbers", field["width"]) as j:
            result = "poison"
            for lane, row in enumerate(rows):
                number = text.load("double", text.address("double", row, j))
                result = text.new(f"insertelement {vector} {result}, double {number}, i64 {lane}")
            text.store(vector, result, text.behind(to, text.times(j, apart)))
    some = f"i64 {head['code.once']}, i64 {head['code.count']}"
    takes = f"(ptr %shared, ptr %own, ptr %sums, ptr %tape, {some})"
    is_whole = text.compare("ne", "%vectors", 1)
    text.add(f"br i1 {is_whole}, label %whole, label %single")
    for name, vectors in ("whole", VECTORS), ("single", 1):
        text.label(name)
        text.add(f"call void @instructions{vectors}{takes}", "br label %done")
    text.label("done")
    late = text.pointer(head["late"])
    with text.loop("late", head["late.count"]) as k:
        entry = text.fields(text.address("i64", late, text.times(k, len(_LATE))), _LATE)
        at = text.address(vector, "%sums", entry["to"])
        carried = [("%total", vector, text.load(vector, at))]
        where = places.at(entry["place"])
        with text.loop("each", "%vectors", carried=carried) as v:
            (number,) = places.vectors("sum", *where, [text.times(v, size)])
            text.add(f"%total.next = fadd {vector} %total, {number}")
        text.store(vector, "%total", at)
    left = text.new("sub i64 %count, %first")
    with (
        text.arrays("outputs", head, _OUTPUT, head["inputs.count"]) as (field, array),
        text.when("is.row", text.compare("ne", field["rows"], 0)),
        text.loop("results", field["width"]) as j,
        text.loop("every", "%vectors") as v,
    ):
        place = text.load("i64", text.address("i64", text.pointer(field["places"]), j))
        (number,) = places.vectors("row", *places.at(place), [text.times(v, size)])
        for i in range(lanes):
            sample = text.add_(text.times(v, lanes), i)
            with text.when(f"lane{i}", text.compare("slt", sample, left)):
                index = text.times(text.add_("%first", sample), field["width"])
                one = text.new(f"extractelement {vector} {number}, i64 {i}")
                text.store("double", one, text.address("double", array, text.add_(index, j)))
    text.add("ret void", "}", "")


class _Places:
    """Where places are, in the names of a function's text.

    Args:
        text: where to write.
        first: the first place that has a number for each sample.
        size: how many bytes such a place has.
    """

    def __init__(self, text: TapeText, first: str, size: object) -> None:
        self._text = text
        self._first = first
        self._size = size

    def begin(self) -> None:
        """Name the address that place 0 would have if all places were as large as these."""
        before = self._text.times(self._first, self._size)
        self._text.at("%own.begin", "i8", "%own", self._text.new(f"sub i64 0, {before}"))

    def own(self, place: str) -> str:
        """Return the address of a place that has a number for each sample."""
        return self._text.behind("%own.begin", self._text.times(place, self._size))

    def shared(self, place: str) -> str:
        """Return the address of a place that has one number for all samples."""
        return self._text.address("double", "%shared", place)

    def at(self, place: str) -> tuple[str, str]:
        """Return the address of any place, and whether it has one number for all samples."""
        text = self._text
        is_shared = text.compare("slt", place, self._first)
        return text.choose("ptr", is_shared, self.shared(place), self.own(place)), is_shared

    def vectors(self, name: str, at: str, is_shared: str, offsets: Sequence[object]) -> list[str]:
        """Return the vectors so many bytes behind an address, or its number in each, if shared."""
        text = self._text
        text.add(f"br i1 {is_shared}, label %{name}.one, label %{name}.each")
        text.label(f"{name}.one")
        one = text.one(at)
        text.add(f"br label %{name}.read")
        text.label(f"{name}.each")
        each = [text.load(text.vector, text.behind(at, offset)) for offset in offsets]
        text.add(f"br label %{name}.read")
        text.label(f"{name}.read")
        ways = [f"[{one}, %{name}.one], [{x}, %{name}.each]" for x in each]
        return [text.new(f"phi {text.vector} {way}") for way in ways]


@dataclass(frozen=True)
class _Operand:
    """Where an operand lies in a row, in the names of the text.

    Attributes:
        at: the address of its first place.
        is_shared: whether its places have one number for all samples.
        size: how many bytes a place has.
        step: how many bytes the operand of the next result is behind it.
    """

    at: str
    is_shared: str
    size: str
    step: str


class _Instructions:
    """The function that runs instructions for so many samples at once.

    Args:
        text: where to write.
        vectors: how many vectors are a place.
    """

    def __init__(self, text: TapeText, vectors: int) -> None:
        self._text = text
        self._size = 8 * text.lanes
        self._place = self._size * vectors
        self._offsets = range(0, self._place, self._size)

    def write(self, steps: Collection[str]) -> None:
        """Write it.

        Args:
            steps: those that instructions may have.
        """
        text = self._text
        text.add(
            f"define internal void @instructions{len(self._offsets)}(ptr %shared, ptr %own,"
            " ptr %sums, ptr %tape, i64 %begin, i64 %end) noinline #0 {"
        )
        text.label("start")
        head = text.fields("%tape", HEAD)
        self._places = _Places(text, head["own"], self._place)
        self._places.begin()
        self._listed = text.pointer(head["places"])
        text.at("%sums.begin", "i8", "%sums", text.times(head["sums"], -self._size))
        code = text.pointer(head["code"])
        with text.loop("code", text.new("sub i64 %end, %begin")) as i:
            at = text.address("i32", code, text.times(text.add_(i, "%begin"), len(FIELDS)))
            field = text.fields(at, FIELDS, "i32")
            written = [(i, step) for i, step in enumerate(STEPS) if step in steps]
            labels = [f"i64 {i}, label %{_label(step)}" for i, step in written]
            text.add(f"switch i64 {field['step']}, label %done [{' '.join(labels)}]")
            for name in dict.fromkeys(_label(step) for _, step in written):
                text.label(name)
                with text.loop(f"{name}.rows", field["rows"]) as row:
                    to = text.add_(field["to"], text.times(row, field["n"]))
                    if name == "products":
                        self._write_products(field, row, to)
                    else:
                        self._write_row(name, field, row, to)
                text.add("br label %done")
            text.label("done")
        text.add("ret void", "}", "")

    def _read(self, at: str) -> list[str]:
        text = self._text
        return [text.load(text.vector, text.behind(at, offset)) for offset in self._offsets]

    def _operand(self, field: Mapping[str, str], k: int, row: str) -> _Operand:
        """Return where an operand lies in a row."""
        text = self._text
        place = text.add_(field[f"p{k}"], text.times(row, field[f"s{k}"]))
        at, is_shared = self._places.at(place)
        size = text.choose("i64", is_shared, 8, self._place)
        is_row = text.compare("eq", field[f"k{k}"], ROW)
        return _Operand(at, is_shared, size, text.choose("i64", is_row, size, 0))

    def _reader(self, field: Mapping[str, str], k: int, row: str) -> Callable[[str], list[str]]:
        """Return what writes how an operand of any result of a row is read."""
        text, operand = self._text, self._operand(field, k, row)
        is_scattered = text.compare("eq", field[f"k{k}"], SCATTERED)
        listed = text.address("i32", self._listed, field[f"p{k}"])

        def read(j: str) -> list[str]:
            name = text.new_label("operand")
            text.add(f"br i1 {is_scattered}, label %{name}.any, label %{name}.even")
            text.label(f"{name}.any")
            number = text.load("i32", text.address("i32", listed, j))
            found = self._places.at(text.new(f"sext i32 {number} to i64"))
            text.add(f"br label %{name}.at")
            text.label(f"{name}.even")
            even = text.behind(operand.at, text.times(j, operand.step)), operand.is_shared
            text.add(f"br label %{name}.at")
            text.label(f"{name}.at")
            at, is_shared = (
                text.new(f"phi {kind} [{x}, %{name}.any], [{y}, %{name}.even]")
                for kind, x, y in zip(("ptr", "i1"), found, even, strict=True)
            )
            return self._places.vectors(name, at, is_shared, self._offsets)

        return read

    def _write_row(self, step: str, field: Mapping[str, str], row: str, to: str) -> None:
        """Write the loop over a row that does a step."""
        text, vector = self._text, self._text.vector
        added = {to_sum: plain for plain, to_sum in TO_SUM.items()}
        read = [self._reader(field, k, row) for k in range(arity(step))]
        with text.loop(f"{step}.loop", field["n"]) as j:
            inputs = zip(*(operand(j) for operand in read), strict=True)
            to = text.add_(to, j)
            results = [result_of(text, added.get(step, step), given) for given in inputs]
            if step in added:
                at = text.behind("%sums.begin", text.times(to, self._size))
                total = text.load(vector, at)
                for result in results:
                    total = text.new(f"fadd {vector} {total}, {result}")
                text.store(vector, total, at)
            else:
                self._store(to, results)

    def _write_products(self, field: Mapping[str, str], row: str, to: str) -> None:
        """Write the loop over a row of a + b * c + ..., and over its terms.

        There is one for each number of factors that are shared, so that no term has to ask.
        """
        text, forms = self._text, LLVM(self._text.lanes).forms
        begin = self._reader(field, 0, row)
        b, c = (self._operand(field, k, row) for k in (1, 2))
        factors = [(x.at, x.step, text.times(field[f"t{k}"], x.size)) for k, x in ((1, b), (2, c))]
        kinds, is_first = ("ptr", "i64", "i64"), [b.is_shared] * 3
        # A factor that is shared comes first.
        first, second = (
            [text.choose(*either) for either in zip(kinds, is_first, *order, strict=True)]
            for order in (factors, factors[::-1])
        )
        shared = [text.new(f"zext i1 {x.is_shared} to i64") for x in (b, c)]
        labels = " ".join(f"i64 {i}, label %products{i}" for i in range(3))
        text.add(f"switch i64 {text.add_(*shared)}, label %products.done [{labels}]")
        for i in range(3):
            text.label(f"products{i}")
            with text.loop(f"products{i}.loop", field["n"]) as j:
                starts = [
                    (text.behind(at, text.times(j, step)), growth)
                    for at, step, growth in (first, second)
                ]
                carried = [
                    (f"%products{i}.total{v}", text.vector, x) for v, x in enumerate(begin(j))
                ]
                with text.loop(f"products{i}.terms", field["terms"], carried=carried) as term:
                    read = []
                    for k, (at, growth) in enumerate(starts):
                        x = text.behind(at, text.times(term, growth))
                        read.append([text.one(x)] * len(carried) if k < i else self._read(x))
                    for (total, *_), x, y in zip(carried, *read, strict=True):
                        found = text.new(forms["mul"].format(x, y))
                        text.add(f"{total}.next = {forms['add'].format(total, found)}")
                self._store(text.add_(to, j), [total for total, *_ in carried])
            text.add("br label %products.done")
        text.label("products.done")

    def _store(self, place: str, numbers: Sequence[str]) -> None:
        at = self._places.own(place)
        for offset, number in zip(self._offsets, numbers, strict=True):
            self._text.store(self._text.vector, number, self._text.behind(at, offset))


def _label(step: str) -> str:
    """The name of the code that does a step."""
    return "products" if step in (ADD_PRODUCTS, ADD_MULTIPLES) else step
