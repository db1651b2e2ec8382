"""Pickling and deep copying of graphs of any depth.

By itself, pickle walks from a node to its parents by recursion, which ends a few hundred nodes
deep. Here a node is preceded by the list of its ancestors, parents before children, so that each
is written when its parents have been. Objects keep their identity: two outputs that share nodes
share them still when they are pickled together.
"""

from __future__ import annotations

import copyreg
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from autograd.value import Constant, Parameter, Value, topological_order

if TYPE_CHECKING:
    from autograd.ops import Primitive

_lists: list[set[Value]] = []  # being written now: the ancestors of a node in one are in it too


class _Ancestors:
    """The ancestors of a node; pickled as the list of them."""

    def __init__(self, node: Value) -> None:
        self.order = topological_order(node)[:-1]

    def __reduce__(self) -> tuple[type[list[Value]], tuple[()], None, Iterator[Value]]:
        return list, (), None, self._one_by_one()

    def _one_by_one(self) -> Iterator[Value]:
        nodes = set(self.order)
        _lists.append(nodes)
        try:
            yield from self.order
        finally:
            _lists.remove(nodes)


def _reduce(node: Value) -> tuple[Callable[..., Value], tuple[Any, ...]]:
    written = node.op is None or any(node in nodes for nodes in _lists)
    ancestors: _Ancestors | list[Value] = [] if written else _Ancestors(node)
    state = (node.data, node.label, node.grad, node.has_grad, node.op)
    return _restore, (ancestors, type(node), *state, node.parents, node.partials)


def _restore(
    ancestors: list[Value],  # noqa: ARG001  # restored by now, which is what it was for
    kind: type[Value],
    data: float,
    label: str,
    grad: float,
    has_grad: bool,  # called by pickle
    op: Primitive | None,
    parents: tuple[Value, ...],
    partials: tuple[float, ...],
) -> Value:
    node = kind(data, label)
    if op is not None:
        node._connect(op, parents, partials)
    node.grad, node.has_grad = grad, has_grad
    return node


for kind in (Value, Parameter, Constant):
    copyreg.pickle(kind, _reduce)
