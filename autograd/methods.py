"""Every operation of one input is a method of a Value too: `x.sin()` is `autograd.sin(x)`.

The methods come from the table, those aside that `Value` writes out for speed. Rows that a user
adds are functions only, so that no row can hide an attribute of all Values.
"""

from __future__ import annotations

from collections.abc import Callable

from autograd.ops import TABLE, Primitive
from autograd.value import Value


def _method(op: Primitive) -> Callable[[Value], Value]:
    def method(self: Value) -> Value:
        return Value.apply_primitive(op, (self,))

    method.__name__, method.__qualname__ = op.name, f"Value.{op.name}"
    method.__doc__ = f"Return autograd.{op.name} of this: {op.meaning}, where a is this."
    return method


for _op in TABLE.values():
    if _op.arity == 1 and not hasattr(Value, _op.name):
        setattr(Value, _op.name, _method(_op))
