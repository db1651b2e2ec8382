"""Pickling and deep copying of graphs of any depth.

Pickle alone would walk from a node to its parents by recursion, which ends a few hundred nodes
deep. Here a node is preceded by the list of its ancestors, parents before children, so that each
is written after its parents. Objects keep their identity: two outputs that share nodes still share
these nodes if both are pickled together.
"""

from __future__ import annotations

import copyreg
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any, ClassVar

from autograd.order import is_cut
from autograd.value import Constant, Parameter, Value, topological_order

if TYPE_CHECKING:
    from autograd.ops import Primitive


class _Ancestors:
    """The ancestors of a node; pickled as the list of them."""

    writing: ClassVar[list[_Ancestors]] = []

    def __init__(self, node: Value) -> None:
        self.order = topological_order(node)[:-1]
        self.nodes = set(self.order)
        self.reader: FrameType | None = None

    def __reduce__(self) -> tuple[type[list[Value]], tuple[()], None, Iterator[Value]]:
        return list, (), None, self._one_by_one()

    def _one_by_one(self) -> Iterator[Value]:
        self.writing.append(self)
        try:
            for node in self.order:
                self.reader = sys._getframe(1)
                yield node
        finally:
            self.reader = None
            self.writing.remove(self)

    def being_written(self) -> bool:
        """Whether the list is being read further up this thread's stack.

        After an error a list may stay unfinished, and one that another thread reads does not count.
        """
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame is not self.reader:
            frame = frame.f_back
        return frame is not None


def _reduce(node: Value) -> tuple[Callable[..., Value], tuple[Any, ...]]:
    done = node.op is None or any(
        node in ancestors.nodes and ancestors.being_written() for ancestors in _Ancestors.writing
    )
    ancestors: _Ancestors | list[Value] = [] if done else _Ancestors(node)
    state = (node.data, node.label, node.grad, node.has_grad, node.op)
    return _restore, (ancestors, type(node), *state, node.parents, node.partials, is_cut(node))


def _restore(
    ancestors: list[Value],  # noqa: ARG001  # passed only so that it is restored first
    kind: type[Value],
    data: float,
    label: str,
    grad: float,
    has_grad: bool,  # called by pickle
    op: Primitive | None,
    parents: tuple[Value, ...],
    partials: tuple[float, ...],
    cut: bool = False,  # older pickles do not say
) -> Value:
    node = kind(data, label)
    if op is not None:
        node._connect(op, parents, partials)
    if cut:
        node.forget()
    node.grad, node.has_grad = grad, has_grad
    return node


for kind in (Value, Parameter, Constant):
    copyreg.pickle(kind, _reduce)
