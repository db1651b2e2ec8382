"""Machine code called from Python like a built-in function, with arrays.

To call a C function through `ctypes`, and to get the addresses of its arrays, takes as long as a
small network's whole step. So one function is compiled that does what an extension module would: it
asks its arguments for their buffers, compares their shapes with those that were planned for, sees
that none is written over another, runs the kernels on them, and releases the buffers. For arguments
that do not fit it returns None.
"""

from __future__ import annotations

import ctypes
import sys
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

import llvmlite.binding as llvm
import numpy as np

from autograd.codegen.arguments import ROWS
from autograd.codegen.llvm.machine_code import LLVM_LOCK, machine_code

KNOWN_LAYOUT = sys.implementation.name == "cpython" and sys.maxsize == 2**63 - 1
"""Whether Python's buffers are as the code below expects them."""

MOST_DIMENSIONS = 6
MOST_ARRAYS = 1024
_READ, _WRITE = 0x0038 | 0x0004, 0x0038 | 0x0004 | 0x0001  # C-contiguous, format, writable


@dataclass(frozen=True)
class Array:
    """An array that is passed.

    Attributes:
        shape: its shape, with `ROWS` for the number of samples.
        is_written: whether it is written to.
    """

    shape: tuple[int, ...]
    is_written: bool = False


@dataclass(frozen=True)
class Run:
    """A kernel that is run.

    Attributes:
        address: of its function `run`.
        count: over how many samples; `ROWS` for as many as the arrays have.
        arrays: which of the arrays passed are its own, in its order.
        tape: of a kernel that runs as a tape, the tape's address; of a copy, the sizes'; else 0.
        unless_nan: whether this run and all later ones are left out if the number that the call
            returns is nan by then.
    """

    address: int
    count: int
    arrays: tuple[int, ...]
    tape: int = 0
    unless_nan: bool = False


class Copy:
    """The sizes of some arrays that are parts of a flat one, for runs that copy.

    Args:
        shapes: the parts' shapes, in order.
    """

    def __init__(self, shapes: Sequence[tuple[int, ...]]) -> None:
        sizes = [8 * prod(shape) for shape in shapes]
        self._sizes = (ctypes.c_int64 * (1 + len(sizes)))(len(sizes), *sizes)

    def run(self, flat: int, parts: Sequence[int], *, back: bool) -> Run:
        """Return the run that copies parts into a flat array, or back.

        Args:
            flat: which of the arrays passed is the flat one.
            parts: which are the parts.
            back: whether to copy from the flat one.
        """
        with LLVM_LOCK:
            address = _engine().get_function_address("copy")
        return Run(address, int(back), (flat, *parts), ctypes.addressof(self._sizes))


def function(
    arrays: Sequence[Array], runs: Sequence[Run], keep: object
) -> Callable[..., float | None] | None:
    """Return a function of these arrays that runs kernels on them.

    The function returns a number: what a run writes to the array `len(arrays)`, which is an array
    of one that nobody passes. Or it returns None, with nothing done, if an argument is no array of
    doubles, in C's order, of the shape that was planned for; if it is of a kind of its own, such as
    a masked array; or if one that is written to has memory in common with another. While kernels
    run, it releases the GIL.

    No function is made, and None returned, for too many arrays or in a Python of an unknown kind.

    Args:
        arrays: what it takes.
        runs: what it does, one after the other.
        keep: what has to live as long as the function: the kernels' machine code.
    """
    deepest = max((len(array.shape) for array in arrays), default=0)
    too_many = deepest > MOST_DIMENSIONS or max(len(run.arrays) for run in runs) > MOST_ARRAYS
    if too_many or not KNOWN_LAYOUT:
        return None
    spec = [len(arrays)]
    for taken in arrays:
        flags = _WRITE if taken.is_written else _READ
        padding = [0] * (MOST_DIMENSIONS - len(taken.shape))
        spec += [len(taken.shape), flags, *taken.shape, *padding]
    spec.append(len(runs))
    for run in runs:
        spec += [run.address, run.count, run.tape, run.unless_nan, len(run.arrays), *run.arrays]
    held = (ctypes.c_int64 * len(spec))(*spec)
    # The address of the specification is the function's `self`, and has to live as long as it.
    holder = _Address(ctypes.addressof(held))
    holder.held = held, keep
    with LLVM_LOCK:
        return _make()(holder)  # type: ignore[no-any-return]  # ctypes knows no functions


class _Address(int):
    """An address that keeps what is there alive."""

    held: Any


class _MethodDefinition(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("function", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("documentation", ctypes.c_char_p),
    )


_FASTCALL = 0x0080


@lru_cache(maxsize=1)
def _engine() -> Any:
    """Compile the function that all of them share, and the one that copies."""
    llvm.add_symbol("glassgrad.None", id(None))
    for kind in (np.ndarray, array, memoryview):
        llvm.add_symbol(f"glassgrad.{kind.__name__}", id(kind))
    for name in _PYTHONS:
        address = ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value
        llvm.add_symbol(f"glassgrad.{name}", address)
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return machine_code(SOURCE, 2)


@lru_cache(maxsize=1)
def _make() -> Callable[[_Address], Any]:
    """Return what makes a function, from its `self`."""
    method = _MethodDefinition(
        b"compiled", _engine().get_function_address("call"), _FASTCALL, b"Run kernels on arrays."
    )
    new = ctypes.pythonapi.PyCFunction_NewEx
    new.restype = ctypes.py_object
    new.argtypes = [ctypes.c_void_p, ctypes.py_object, ctypes.c_void_p]
    _kept.append(method)  # for good: functions made from it may live as long
    return lambda holder: new(ctypes.addressof(method), holder, None)


_kept: list[Any] = []
_PYTHONS = (
    "PyLong_AsVoidPtr",
    "PyObject_GetBuffer",
    "PyBuffer_Release",
    "PyErr_Clear",
    "PyEval_SaveThread",
    "PyEval_RestoreThread",
    "Py_IncRef",
    "PyFloat_FromDouble",
)

# An object has its type at 8. A Py_buffer takes 80 bytes: the address at 0, the length in bytes at
# 16, the number of dimensions at 36, the format at 40, the shape at 48. The specification is what
# `function` writes.
SOURCE = """
@glassgrad.None = external global i8
@glassgrad.ndarray = external global i8
@glassgrad.array = external global i8
@glassgrad.memoryview = external global i8
declare ptr @glassgrad.PyLong_AsVoidPtr(ptr)
declare i32 @glassgrad.PyObject_GetBuffer(ptr, ptr, i32)
declare void @glassgrad.PyBuffer_Release(ptr)
declare void @glassgrad.PyErr_Clear()
declare ptr @glassgrad.PyEval_SaveThread()
declare void @glassgrad.PyEval_RestoreThread(ptr)
declare void @glassgrad.Py_IncRef(ptr)
declare ptr @glassgrad.PyFloat_FromDouble(double)

define ptr @call(ptr %self, ptr %arguments, i64 %given) {
start:
  %spec = call ptr @glassgrad.PyLong_AsVoidPtr(ptr %self)
  %expected = load i64, ptr %spec
  %as.many = icmp eq i64 %given, %expected
  br i1 %as.many, label %prepare, label %none

prepare:
  %bytes = mul i64 %expected, 80
  %views = alloca i8, i64 %bytes, align 16
  %with.number = add i64 %expected, 1
  %addresses = alloca ptr, i64 %with.number
  %ends = alloca ptr, i64 %expected
  %number.p = alloca double
  store double 0.0, ptr %number.p
  %number.address.p = getelementptr ptr, ptr %addresses, i64 %expected
  store ptr %number.p, ptr %number.address.p
  %count.p = alloca i64
  store i64 -1, ptr %count.p
  %records = getelementptr i64, ptr %spec, i64 1
  br label %take

take:
  %i = phi i64 [0, %prepare], [%i.next, %taken]
  %i.more = icmp ult i64 %i, %expected
  br i1 %i.more, label %view, label %apart

view:
  %argument.p = getelementptr ptr, ptr %arguments, i64 %i
  %argument = load ptr, ptr %argument.p
  %view.offset = mul i64 %i, 80
  %view.p = getelementptr i8, ptr %views, i64 %view.offset
  %record.offset = mul i64 %i, 8
  %record = getelementptr i64, ptr %records, i64 %record.offset
  %flags.p = getelementptr i64, ptr %record, i64 1
  %flags.wide = load i64, ptr %flags.p
  %flags = trunc i64 %flags.wide to i32
  %kind.p = getelementptr i8, ptr %argument, i64 8
  %kind = load ptr, ptr %kind.p
  %is.ndarray = icmp eq ptr %kind, @glassgrad.ndarray
  %is.array = icmp eq ptr %kind, @glassgrad.array
  %is.view = icmp eq ptr %kind, @glassgrad.memoryview
  %is.either = or i1 %is.ndarray, %is.array
  %is.plain = or i1 %is.either, %is.view
  br i1 %is.plain, label %ask, label %release.none

ask:
  %got = call i32 @glassgrad.PyObject_GetBuffer(ptr %argument, ptr %view.p, i32 %flags)
  %is.buffer = icmp eq i32 %got, 0
  br i1 %is.buffer, label %format, label %clear

clear:
  call void @glassgrad.PyErr_Clear()
  br label %release.none

format:
  %i.next = add i64 %i, 1
  %address = load ptr, ptr %view.p
  %address.p = getelementptr ptr, ptr %addresses, i64 %i
  store ptr %address, ptr %address.p
  %length.p = getelementptr i8, ptr %view.p, i64 16
  %length = load i64, ptr %length.p
  %address.end = getelementptr i8, ptr %address, i64 %length
  %address.end.p = getelementptr ptr, ptr %ends, i64 %i
  store ptr %address.end, ptr %address.end.p
  %format.p = getelementptr i8, ptr %view.p, i64 40
  %format.text = load ptr, ptr %format.p
  %format.null = icmp eq ptr %format.text, null
  br i1 %format.null, label %release.none, label %doubles

doubles:
  %letter = load i8, ptr %format.text
  %end.p = getelementptr i8, ptr %format.text, i64 1
  %end = load i8, ptr %end.p
  %is.d = icmp eq i8 %letter, 100
  %is.end = icmp eq i8 %end, 0
  %is.double = and i1 %is.d, %is.end
  %dimensions.p = getelementptr i8, ptr %view.p, i64 36
  %dimensions.narrow = load i32, ptr %dimensions.p
  %dimensions = zext i32 %dimensions.narrow to i64
  %dimensions.wanted = load i64, ptr %record
  %is.deep = icmp eq i64 %dimensions, %dimensions.wanted
  %shape.p = getelementptr i8, ptr %view.p, i64 48
  %shape = load ptr, ptr %shape.p
  %fits = and i1 %is.double, %is.deep
  br i1 %fits, label %sizes, label %release.none

sizes:
  %j = phi i64 [0, %doubles], [%j.next, %size.fits]
  %j.more = icmp ult i64 %j, %dimensions
  br i1 %j.more, label %size, label %taken

size:
  %size.p = getelementptr i64, ptr %shape, i64 %j
  %size.is = load i64, ptr %size.p
  %j.record = add i64 %j, 2
  %size.wanted.p = getelementptr i64, ptr %record, i64 %j.record
  %size.wanted = load i64, ptr %size.wanted.p
  %count.before = load i64, ptr %count.p
  %is.count = icmp eq i64 %size.wanted, ROWS
  %is.first = icmp eq i64 %count.before, -1
  %count.now = select i1 %is.first, i64 %size.is, i64 %count.before
  %size.expected = select i1 %is.count, i64 %count.now, i64 %size.wanted
  %count.after = select i1 %is.count, i64 %count.now, i64 %count.before
  store i64 %count.after, ptr %count.p
  %size.right = icmp eq i64 %size.is, %size.expected
  br i1 %size.right, label %size.fits, label %release.none

size.fits:
  %j.next = add i64 %j, 1
  br label %sizes

taken:
  br label %take

apart:
  %a = phi i64 [0, %take], [%a.next, %is.apart]
  %a.more = icmp ult i64 %a, %expected
  br i1 %a.more, label %bounds, label %work

bounds:
  %a.start.p = getelementptr ptr, ptr %addresses, i64 %a
  %a.start = load ptr, ptr %a.start.p
  %a.end.p = getelementptr ptr, ptr %ends, i64 %a
  %a.end = load ptr, ptr %a.end.p
  %a.record.offset = mul i64 %a, 8
  %a.record = getelementptr i64, ptr %records, i64 %a.record.offset
  %a.flags.p = getelementptr i64, ptr %a.record, i64 1
  %a.flags = load i64, ptr %a.flags.p
  %a.flag = and i64 %a.flags, 1
  %a.is.written = icmp eq i64 %a.flag, 1
  br i1 %a.is.written, label %others, label %is.apart

others:
  %b = phi i64 [0, %bounds], [%b.next, %other]
  %b.more = icmp ult i64 %b, %expected
  br i1 %b.more, label %other, label %is.apart

other:
  %b.next = add i64 %b, 1
  %b.start.p = getelementptr ptr, ptr %addresses, i64 %b
  %b.start = load ptr, ptr %b.start.p
  %b.end.p = getelementptr ptr, ptr %ends, i64 %b
  %b.end = load ptr, ptr %b.end.p
  %is.other = icmp ne i64 %a, %b
  %begins.before = icmp ult ptr %a.start, %b.end
  %ends.behind = icmp ult ptr %b.start, %a.end
  %crosses = and i1 %begins.before, %ends.behind
  %overlaps = and i1 %crosses, %is.other
  br i1 %overlaps, label %release.none, label %others

is.apart:
  %a.next = add i64 %a, 1
  br label %apart

work:
  %count = load i64, ptr %count.p
  %runs.offset = mul i64 %expected, 8
  %runs.p = getelementptr i64, ptr %records, i64 %runs.offset
  %runs = load i64, ptr %runs.p
  %run.first = getelementptr i64, ptr %runs.p, i64 1
  %table = alloca ptr, i64 MOST_ARRAYS
  %state = call ptr @glassgrad.PyEval_SaveThread()
  br label %run

run:
  %k = phi i64 [0, %work], [%k.next, %go]
  %run.p = phi ptr [%run.first, %work], [%run.next, %go]
  %k.more = icmp ult i64 %k, %runs
  br i1 %k.more, label %one, label %end.of.work

one:
  %run.guard.p = getelementptr i64, ptr %run.p, i64 3
  %run.guard = load i64, ptr %run.guard.p
  %is.guarded = icmp ne i64 %run.guard, 0
  %number.now = load double, ptr %number.p
  %is.nan = fcmp uno double %number.now, 0.0
  %is.left.out = and i1 %is.guarded, %is.nan
  br i1 %is.left.out, label %end.of.work, label %prepare.run

prepare.run:
  %code.number = load i64, ptr %run.p
  %code = inttoptr i64 %code.number to ptr
  %run.count.p = getelementptr i64, ptr %run.p, i64 1
  %run.count.own = load i64, ptr %run.count.p
  %run.is.count = icmp eq i64 %run.count.own, ROWS
  %run.count = select i1 %run.is.count, i64 %count, i64 %run.count.own
  %run.tape.p = getelementptr i64, ptr %run.p, i64 2
  %run.tape.number = load i64, ptr %run.tape.p
  %run.tape = inttoptr i64 %run.tape.number to ptr
  %run.arrays.p = getelementptr i64, ptr %run.p, i64 4
  %run.arrays = load i64, ptr %run.arrays.p
  %run.list = getelementptr i64, ptr %run.p, i64 5
  br label %fill

fill:
  %m = phi i64 [0, %prepare.run], [%m.next, %filled]
  %m.more = icmp ult i64 %m, %run.arrays
  br i1 %m.more, label %filled, label %go

filled:
  %which.p = getelementptr i64, ptr %run.list, i64 %m
  %which = load i64, ptr %which.p
  %which.address.p = getelementptr ptr, ptr %addresses, i64 %which
  %which.address = load ptr, ptr %which.address.p
  %slot = getelementptr ptr, ptr %table, i64 %m
  store ptr %which.address, ptr %slot
  %m.next = add i64 %m, 1
  br label %fill

go:
  call void %code(i64 %run.count, ptr %table, ptr %run.tape)
  %run.next = getelementptr i64, ptr %run.list, i64 %run.arrays
  %k.next = add i64 %k, 1
  br label %run

end.of.work:
  call void @glassgrad.PyEval_RestoreThread(ptr %state)
  %number = load double, ptr %number.p
  %number.object = call ptr @glassgrad.PyFloat_FromDouble(double %number)
  br label %release

release.none:
  %held.none = phi i64 [%i, %view], [%i, %clear], [%i.next, %format], [%i.next, %doubles],
    [%i.next, %size], [%expected, %other]
  call void @glassgrad.Py_IncRef(ptr @glassgrad.None)
  br label %release

release:
  %held = phi i64 [%expected, %end.of.work], [%held.none, %release.none]
  %answer = phi ptr [%number.object, %end.of.work], [@glassgrad.None, %release.none]
  br label %let.go

let.go:
  %n = phi i64 [0, %release], [%n.next, %gone]
  %n.more = icmp ult i64 %n, %held
  br i1 %n.more, label %gone, label %return

gone:
  %n.offset = mul i64 %n, 80
  %n.p = getelementptr i8, ptr %views, i64 %n.offset
  call void @glassgrad.PyBuffer_Release(ptr %n.p)
  %n.next = add i64 %n, 1
  br label %let.go

return:
  ret ptr %answer

none:
  call void @glassgrad.Py_IncRef(ptr @glassgrad.None)
  ret ptr @glassgrad.None
}

declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)

define void @copy(i64 %back, ptr %table, ptr %sizes) {
start:
  %flat = load ptr, ptr %table
  %parts = load i64, ptr %sizes
  %is.back = icmp ne i64 %back, 0
  br label %part

part:
  %i = phi i64 [0, %start], [%i.next, %copied]
  %here = phi ptr [%flat, %start], [%here.next, %copied]
  %more = icmp ult i64 %i, %parts
  br i1 %more, label %copied, label %end

copied:
  %i.next = add i64 %i, 1
  %size.p = getelementptr i64, ptr %sizes, i64 %i.next
  %size = load i64, ptr %size.p
  %part.p = getelementptr ptr, ptr %table, i64 %i.next
  %part.is = load ptr, ptr %part.p
  %to = select i1 %is.back, ptr %part.is, ptr %here
  %from = select i1 %is.back, ptr %here, ptr %part.is
  call void @llvm.memmove.p0.p0.i64(ptr %to, ptr %from, i64 %size, i1 false)
  %here.next = getelementptr i8, ptr %here, i64 %size
  br label %part

end:
  ret void
}
""".replace("MOST_ARRAYS", str(MOST_ARRAYS)).replace("ROWS", str(ROWS))
