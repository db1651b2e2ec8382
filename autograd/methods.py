"""Every operation of one input is a method of a Value too: `x.sin()` is `autograd.sin(x)`.

So are `leaky_relu` and `elu`, whose second input may be left out. Those of one input come from the
table, aside from what `Value` writes out for speed. Rows that a user adds are functions only, so
that no row can hide an attribute of all Values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from autograd.ops import TABLE, Primitive, elu, leaky_relu
from autograd.value import Value


def _method(op: Primitive) -> Callable[[Value], Value]:
    def method(self: Value) -> Value:
        return Value.apply_primitive(op, (self,))

    method.__name__, method.__qualname__ = op.name, f"Value.{op.name}"
    method.__doc__ = f"Return autograd.{op.name} of this: {op.meaning}, where a is this."
    return method


def _method_with_more(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)  # a function that is compiled would not become a method by itself
    def method(self: Value, *more: Any, **named: Any) -> Any:
        return function(self, *more, **named)

    return method


METHODS: Mapping[str, Callable[..., Any]] = {
    **{name: op for name, op in TABLE.items() if op.arity == 1},
    "leaky_relu": leaky_relu,
    "elu": elu,
}
"""The functions that are methods, by their names."""

for _name, _function in METHODS.items():
    if not hasattr(Value, _name):
        if isinstance(_function, Primitive):
            setattr(Value, _name, _method(_function))
        else:
            setattr(Value, _name, _method_with_more(_function))
