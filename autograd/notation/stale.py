"""Numbers that do not follow from their inputs any more: of a leaf that was changed afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isclose, isnan

from autograd import ops
from autograd.languages import words
from autograd.notation.names import name_and_number
from autograd.options import warn
from autograd.value import Value


def first_stale(order: Iterable[Value]) -> Value | None:
    """Return the first node whose number does not follow from its parents' numbers any more.

    Operations of a user's are not asked: they may do other things than compute.

    >>> x = Value(3.0)
    >>> y = x * x
    >>> x.data = 5.0
    >>> first_stale([x, y]) is y
    True
    """
    return next((node for node in order if _is_stale(node)), None)


def warn_of_stale(order: Sequence[Value]) -> None:
    """Warn a program that shows or checks a graph whose leaves were given other numbers since.

    Args:
        order: the nodes, parents before children.
    """
    node = first_stale(order)
    if node is not None:
        warn(
            words(
                "{node} does not follow from its inputs, which were given other numbers after it"
                " was computed: call recompute() on the output, or compute it again",
                node=name_and_number(node),
            )
        )


def _is_stale(node: Value) -> bool:
    op = node.op
    is_of_a_user = op is not None and op is ops.TABLE.get(op.name) and not op.is_of_the_table
    if op is None or is_of_a_user:
        return False
    try:
        number = op.value(*(parent.data for parent in node.parents))
    except TypeError:  # it was computed outside of the engine, of other numbers
        return True
    return not (isclose(node.data, number, rel_tol=1e-9) or isnan(node.data))
