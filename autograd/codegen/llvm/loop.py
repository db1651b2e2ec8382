"""The loop over the samples, block by block, and the sums at its end.

A block has as many samples as a vector has lanes. What is summed over the samples is added up lane
by lane, and the lanes at the end. A last block that is not full runs on copies of its rows, and
more copies of the last row fill it up, whose lanes are not counted. The long rows of a block are
turned into columns: a vector then has the same number of each sample. Those that come out are
turned back. A tape has a loop of its own over samples, in `tape_of_many.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd.codegen.kernel import Part
from autograd.codegen.llvm.arrays import Array
from autograd.codegen.llvm.language import Text


class Loop:
    """The function `run(count, table of the arrays' addresses, unused)`, which calls the parts.

    Args:
        text: where to write.
        arrays: the kernel's.
        parts: what is to be called, in order.
        places: how many results are kept from part to part.
    """

    def __init__(
        self, text: Text, arrays: Sequence[Array], parts: Sequence[Part], places: int
    ) -> None:
        self._text = text
        self._arrays = arrays
        self._parts = parts
        self._places = places
        self._rows = [array for array in arrays if array.has_rows]
        self._sums = [array for array in arrays if array.is_sum]

    def write(self) -> None:
        """Write it."""
        self._text.declare_memory()
        self._text.add(
            "",
            "define void @run(i64 %count, ptr %table, ptr %tape) #0 {",
            "start:",
        )
        self._reserve_space()
        for i, array in enumerate(self._arrays):
            self._text.at(f"%{array.name}.t", "ptr", "%table", i)
            self._text.add(f"%{array.name} = load ptr, ptr %{array.name}.t")
        self._call_parts({}, once=True)
        self._full_blocks()
        self._last_block()
        self._add_up()
        self._text.free()
        self._text.add("ret void", "}", "")

    def _reserve_space(self) -> None:
        """Room beside the arrays: sums of full blocks, then of the last, copies of its rows."""
        rooms = {f"{array.name}.sums": array.width for array in self._sums}
        rooms |= {f"{array.name}.rest": array.width for array in self._sums}
        sums = sum(rooms.values())
        rooms |= {f"{array.name}.copy": array.width for array in self._rows}
        rooms |= {f"{array.name}.turned": array.width for array in self._rows if array.is_turned}
        rooms["kept"] = self._places
        block = 8 * self._text.lanes
        self._text.reserve("%space", block * sum(rooms.values()))
        self._empty_sums(sums)
        start = 0
        for name, width in rooms.items():
            self._text.at(f"%{name}", "i8", "%space", start)
            start += block * width

    def _empty_sums(self, count: int) -> None:
        """Let each sum begin at the number that changes none."""
        if count:
            self._text.begin_sums("%nothing", "%count")
            self._text.add(
                "br label %empty",
                "empty:",
                "%sum = phi i64 [0, %start], [%sum.next, %empty]",
            )
            self._text.at("%sum.p", self._text.vector, "%space", "%sum")
            self._text.add(
                f"store {self._text.vector} %nothing, ptr %sum.p",
                "%sum.next = add i64 %sum, 1",
                f"%sum.more = icmp ult i64 %sum.next, {count}",
                "br i1 %sum.more, label %empty, label %ready",
            )
        else:
            self._text.add("br label %ready")
        self._text.add("ready:")

    def _full_blocks(self) -> None:
        """Write the loop itself: all parts are called for each full block of samples."""
        shift = self._text.lanes.bit_length() - 1
        self._text.add(
            f"%full = lshr i64 %count, {shift}",
            f"%rest = and i64 %count, {self._text.lanes - 1}",
            "%any = icmp ne i64 %full, 0",
            "br i1 %any, label %blocks, label %last",
            "blocks:",
            "%block = phi i64 [0, %ready], [%block.next, %blocks.end]",
            f"%first = shl i64 %block, {shift}",
        )
        for array in self._rows:
            self._text.add(f"%{array.name}.o = mul i64 %first, {array.width}")
            self._text.at(f"%{array.name}.block", "double", f"%{array.name}", f"%{array.name}.o")
        self._do_block(rows="block", sums="sums")
        self._text.add(
            "br label %blocks.end",
            "blocks.end:",
            "%block.next = add i64 %block, 1",
            "%more = icmp ult i64 %block.next, %full",
            "br i1 %more, label %blocks, label %last",
            "last:",
            f"%done = shl i64 %full, {shift}",
        )

    def _last_block(self) -> None:
        self._text.add(
            "%some = icmp ne i64 %rest, 0",
            "br i1 %some, label %copies, label %sums",
            "copies:",
            "%end = add i64 %rest, -1",
        )
        for array in self._rows:
            name = f"%{array.name}"
            self._text.add(f"{name}.d = mul i64 %done, {array.width}")
            self._text.at(f"{name}.last", "double", name, f"{name}.d")
            if not array.comes_out:
                self._copy_rows(array)
        self._do_block(rows="copy", sums="rest")
        for array in self._rows:
            if array.comes_out:
                name = f"%{array.name}"
                self._text.add(f"{name}.size = mul i64 %rest, {8 * array.width}")
                self._text.copy(f"{name}.last", f"{name}.copy", f"{name}.size")
        self._text.add("br label %sums", "sums:")

    def _copy_rows(self, array: Array) -> None:
        """Copy the rows that are left into a full block, the last of them as often as needed."""
        for lane in range(self._text.lanes):
            row = f"%{array.name}.l{lane}"
            self._text.add(
                f"{row}.is = icmp ult i64 {lane}, %rest",
                f"{row} = select i1 {row}.is, i64 {lane}, i64 %end",
                f"{row}.o = mul i64 {row}, {array.width}",
            )
            self._text.at(f"{row}.from", "double", f"%{array.name}.last", f"{row}.o")
            self._text.at(f"{row}.to", "double", f"%{array.name}.copy", lane * array.width)
            self._text.copy(f"{row}.to", f"{row}.from", 8 * array.width)

    def _do_block(self, *, rows: str, sums: str) -> None:
        """Call the parts for a block, with its rows and its sums in the places of these names."""
        turned = [array for array in self._rows if array.is_turned]
        where = {
            **{array.name: f"{array.name}.{rows}" for array in self._rows},
            **{array.name: f"{array.name}.turned" for array in turned},
            **{array.name: f"{array.name}.{sums}" for array in self._sums},
        }
        for array in turned:
            if not array.comes_out:
                self._turn(array, rows)
        self._call_parts(where)
        for array in turned:
            if array.comes_out:
                self._turn(array, rows)

    def _turn(self, array: Array, rows: str) -> None:
        """Write the loop that turns rows that go in, or turns rows that come out back."""
        name, vector = f"{array.name}.{rows}.turn", self._text.vector
        self._text.add(
            f"br label %{name}.start",
            f"{name}.start:",
            f"br label %{name}",
            f"{name}:",
            f"%{name}.i = phi i64 [0, %{name}.start], [%{name}.next, %{name}]",
        )
        self._text.at(f"%{name}.row", "double", f"%{array.name}.{rows}", f"%{name}.i")
        self._text.at(f"%{name}.column", vector, f"%{array.name}.turned", f"%{name}.i")
        if array.comes_out:
            self._text.add(f"%{name}.all = load {vector}, ptr %{name}.column")
            self._text.store_lanes(f"%{name}.all", f"%{name}.row", array.width)
        else:
            self._text.load_lanes(f"%{name}.all", f"%{name}.row", array.width)
            self._text.add(f"store {vector} %{name}.all, ptr %{name}.column")
        self._text.add(
            f"%{name}.next = add i64 %{name}.i, 1",
            f"%{name}.more = icmp ult i64 %{name}.next, {array.width}",
            f"br i1 %{name}.more, label %{name}, label %{name}.end",
            f"{name}.end:",
        )

    def _call_parts(self, where: Mapping[str, str], *, once: bool = False) -> None:
        names = ["kept", *(where.get(array.name, array.name) for array in self._arrays)]
        takes = ", ".join(f"ptr %{name}" for name in names)
        for number, part in enumerate(self._parts):
            if part.once == once:
                self._text.add(f"call void @part{number}({takes})")

    def _add_up(self) -> None:
        """Each sum: that of the full blocks, and of the last block those lanes that count."""
        vector = self._text.vector
        self._text.count_lanes("%counted", "%rest")
        label = "sums"
        for array in self._sums:
            if not array.width:
                continue
            name, s = array.name, f"%{array.name}.i"
            self._text.add(
                f"br label %{name}.loop",
                f"{name}.loop:",
                f"{s} = phi i64 [0, %{label}], [{s}.next, %{name}.loop]",
            )
            self._text.at(f"{s}.sum.p", vector, f"%{name}.sums", s)
            self._text.at(f"{s}.rest.p", vector, f"%{name}.rest", s)
            self._text.add(
                f"{s}.sum = load {vector}, ptr {s}.sum.p",
                f"{s}.rest = load {vector}, ptr {s}.rest.p",
            )
            self._text.if_counted(f"{s}.real", "%counted", f"{s}.rest")
            self._text.add(f"{s}.both = fadd {vector} {s}.sum, {s}.real")
            total = self._text.add_lanes(f"{s}.both")
            self._text.at(f"{s}.p", "double", f"%{name}", s)
            label = f"{name}.end"
            self._text.add(
                f"store double {total}, ptr {s}.p",
                f"{s}.next = add i64 {s}, 1",
                f"{s}.more = icmp ult i64 {s}.next, {array.width}",
                f"br i1 {s}.more, label %{name}.loop, label %{label}",
                f"{label}:",
            )
