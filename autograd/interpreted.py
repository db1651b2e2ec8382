"""Results of operations are made faster where the engine is not compiled.

Python enters an `__init__` through C, which takes a third of the time of a product; so here a node
is made without it. Compiled, `Value` makes it, in some nanoseconds.
"""

from __future__ import annotations

from functools import wraps
from types import FunctionType
from typing import Any

from autograd import value
from autograd.ops import Primitive
from autograd.value import Value, tell_of, watchers

_new = object.__new__


@wraps(value.result_of)
def _result_of(
    op: Primitive,
    data: float,
    left: Value | None,
    left_partial: float,
    right: Value | None,
    right_partial: float,
    many: tuple[tuple[Any, ...], tuple[float, ...]] | None = None,
) -> Value:
    node = _new(Value)
    node._data, node._grad, node.has_grad = data, 0.0, False
    node._label, node._made_by, node._visit = "", op, 0
    node._left, node._left_partial = left, left_partial
    node._right, node._right_partial = right, right_partial
    node._many = many
    if watchers:
        tell_of(node)
    return node


if isinstance(value.result_of, FunctionType):
    vars(value)["result_of"] = _result_of
