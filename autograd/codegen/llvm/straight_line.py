"""Straight-line code: each part of a kernel as a function that does one block of samples.

It loads what it needs, does its lines one after the other, and stores what others need.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from autograd.codegen.kernel import Kernel, Part, inputs_of, place_of
from autograd.codegen.llvm.arrays import Array
from autograd.codegen.llvm.language import CONDITIONS, LLVM, Text


def write_part(
    text: Text, kernel: Kernel, arrays: Sequence[Array], number: int, part: Part
) -> None:
    """Write the function `part0`, `part1`, ... of what is kept from part to part, and all arrays.

    Args:
        text: where to write.
        kernel: the whole kernel.
        arrays: its arrays.
        number: which part it is.
        part: what it does.
    """
    language = LLVM(text.lanes)
    inputs, outputs = arrays[: len(kernel.inputs)], arrays[len(kernel.inputs) :]
    lines = kernel.lines
    # Arrays with rows may be the same that go in and come out; all others are apart.
    takes = [f"ptr {'' if a.has_rows else 'noalias '}%{a.name}" for a in arrays]
    text.add(
        f"define internal void @part{number}({', '.join(['ptr noalias %kept', *takes])})"
        " noinline #0 {"
    )
    names: dict[int, str] = {}
    for i in inputs_of(kernel, part):
        if lines[i].step == "constant":
            names[i] = language.constant(lines[i].detail)
        else:
            array, position = place_of(lines[i])
            names[i] = f"%i{i}"
            _load_input(text, names[i], inputs[array], position)
    for i, spot in part.loads.items():
        names[i] = f"%k{i}"
        _load_kept(text, names[i], spot, is_condition=lines[i].step in CONDITIONS)
    text.add(*language.statements(lines, part.lines, names, Counter()))
    for i, spot in part.stores.items():
        _store_kept(text, f"%s{i}", names[i], spot, is_condition=lines[i].step in CONDITIONS)
    for i, spots in part.results.items():
        for output, position in spots:
            _store_result(text, names[i], outputs[output], position)
    text.add("ret void", "}", "")


def _load_input(text: Text, name: str, array: Array, position: int) -> None:
    if not array.has_rows:
        text.at(f"{name}.p", "double", f"%{array.name}", position)
        text.add(f"{name}.n = load double, ptr {name}.p")
        text.spread(name, "double", f"{name}.n")
        return
    if array.is_turned:
        text.at(f"{name}.p", text.vector, f"%{array.name}", position)
        text.add(f"{name} = load {text.vector}, ptr {name}.p")
        return
    if array.width == 1:
        text.add(f"{name} = load {text.vector}, ptr %{array.name}, align 8")
        return
    text.at(f"{name}.p", "double", f"%{array.name}", position)
    text.load_lanes(name, f"{name}.p", array.width)


def _load_kept(text: Text, name: str, spot: int, *, is_condition: bool) -> None:
    text.at(f"{name}.p", text.vector, "%kept", spot)
    number = f"{name}.n" if is_condition else name
    text.add(f"{number} = load {text.vector}, ptr {name}.p")
    if is_condition:
        text.add(f"{name} = fcmp une {text.vector} {number}, zeroinitializer")


def _store_kept(text: Text, name: str, result: str, spot: int, *, is_condition: bool) -> None:
    if is_condition:
        text.add(f"{name}.n = uitofp <{text.lanes} x i1> {result} to {text.vector}")
        result = f"{name}.n"
    text.at(f"{name}.p", text.vector, "%kept", spot)
    text.add(f"store {text.vector} {result}, ptr {name}.p")


def _store_result(text: Text, result: str, array: Array, position: int) -> None:
    name, start = f"%{array.name}.{position}", f"%{array.name}"
    if array.is_sum:
        text.at(f"{name}.p", text.vector, start, position)
        if text.lanes > 1:  # one lane is for one sample, whose number is the sum
            text.add(
                f"{name}.before = load {text.vector}, ptr {name}.p",
                f"{name}.after = fadd {text.vector} {name}.before, {result}",
            )
            result = f"{name}.after"
        text.add(f"store {text.vector} {result}, ptr {name}.p")
        return
    if array.is_turned:
        text.at(f"{name}.p", text.vector, start, position)
        text.add(f"store {text.vector} {result}, ptr {name}.p")
        return
    if array.width == 1:
        text.add(f"store {text.vector} {result}, ptr {start}, align 8")
        return
    text.at(f"{name}.p", "double", start, position)
    text.store_lanes(result, f"{name}.p", array.width)
