"""Ways of running the engine: without recording, or watching for the first nan or inf."""

from __future__ import annotations

import math
from contextlib import ContextDecorator
from typing import TYPE_CHECKING

from autograd.notation.names import Names
from autograd.reach import Shares
from autograd.value import Constant, Value, topological_order, watchers

if TYPE_CHECKING:
    from types import TracebackType


class _Mode(ContextDecorator):
    """A watcher while a `with` block, or a decorated function, runs."""

    def __enter__(self) -> _Mode:  # noqa: PYI034  # typing.Self is of Python 3.11
        watchers.append(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        watchers.remove(self)

    def created(self, node: Value) -> None:
        """See each node as it is made."""

    def recomputed(self, node: Value) -> None:
        """See each node whose number was computed again."""

    def finished(self, order: list[Value]) -> None:
        """See the nodes of a backward pass, parents first, when it is done."""


class no_grad(_Mode):  # noqa: N801  # used as a function, and PyTorch's name for it
    """Compute numbers without recording a graph: all results are leaves.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.parents
    (9.0, ())
    """

    def created(self, node: Value) -> None:
        """Cut the edges of a new node."""
        node.become_leaf()


class detect_anomaly(_Mode):  # noqa: N801  # used as a function, and PyTorch's name for it
    """Raise at the node where a nan or an infinity is born, forward or backward.

    Compiled code has no nodes to watch, so `fit` and the other methods of a model use graphs while
    this is on.

    Raises:
        FloatingPointError: a nan or an infinity is born; the message says by which operation, on
            which numbers.

    >>> from autograd import Value, log
    >>> with detect_anomaly():
    ...     log(Value(0.0, label="p"))
    Traceback (most recent call last):
    FloatingPointError: log gave -inf in the forward pass, from p = 0.0
    """

    @staticmethod
    def is_on() -> bool:
        """Return whether a `detect_anomaly()` is on."""
        return any(isinstance(watcher, detect_anomaly) for watcher in watchers)

    def __enter__(self) -> _Mode:
        watchers.insert(0, self)  # to see a node before `no_grad` cuts its edges
        return self

    def created(self, node: Value) -> None:
        """Raise where a node's own operation made its number nan or infinite."""
        if isinstance(node, Constant) or math.isfinite(node.data):
            return
        bad = math.isnan if math.isnan(node.data) else _is_not_finite
        if any(bad(parent.data) for parent in node.parents):
            return  # the nan or infinity was born earlier
        if node.op is None:
            raise FloatingPointError(f"a leaf was given {node.data!r}; expected a finite number")
        raise FloatingPointError(
            f"{node.op.name} gave {node.data!r} in the forward pass, from {_inputs(node)}"
        )

    recomputed = created

    def finished(self, order: list[Value]) -> None:
        """Raise at the first node, from the output, where a gradient became nan or infinite."""
        shares = Shares(order)
        excused = {order[-1]}  # the output; parents of what had such a gradient
        for node in reversed(order):
            if not math.isfinite(node.grad):
                if node not in excused and not isinstance(node, Constant):
                    raise FloatingPointError(
                        f"the gradients that {Names(order).text(node)} received in the backward"
                        f" pass add up to {node.grad!r}"
                    )
                excused.update(node.parents)
                continue
            if node.op is None:
                continue
            for parent, partial, share in zip(
                node.parents, node.partials, shares(node, node.grad), strict=True
            ):
                if not math.isfinite(share) and not isinstance(parent, Constant):
                    raise FloatingPointError(
                        f"{node.op.name} gave the gradient {share!r} in the"
                        f" backward pass: local derivative {partial!r} * upstream {node.grad!r},"
                        f" from {_inputs(node)}"
                    )


def _is_not_finite(number: float) -> bool:
    return not math.isfinite(number)


def _inputs(node: Value) -> str:
    names = Names(topological_order(node))
    return ", ".join(
        f"{names.text(p)} = {p.data!r}" if p.label or p.op is not None else repr(p.data)
        for p in node.parents
    )
