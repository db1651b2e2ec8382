"""Results that were computed outside of the engine: a number, and its local derivatives.

Programs for other scalar engines make such nodes for functions that an engine lacks: a number from
`math`, the parents, and a derivative by each. They are drawn, explained and walked over like all
others. What their number would be elsewhere nobody knows, nor their second derivatives: both are
refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NoReturn

from autograd.cleaning import kind_of, quoted, received
from autograd.ops import TABLE, Primitive
from autograd.real import real
from autograd.trees import is_node

_EXAMPLE = "Value(math.sin(x.data), parents=(x,), partials=(math.cos(x.data),), op='sin')"


def given(
    kind: type, name: object, y: float, parents: object, partials: object
) -> tuple[Primitive, tuple[tuple[Any, ...], tuple[float, ...]]]:
    """Return the operation of a number that was computed outside, its inputs, and its derivatives.

    The operation has no rules yet, and the inputs' numbers and `y` stand behind the derivatives:
    programs make many such nodes, and ask few of them for more. `with_rules` makes the rest.

    Args:
        kind: the class of Values.
        name: what the operation is called, and how it is drawn; None for "given".
        y: the number.
        parents: the Values that it was computed from.
        partials: the local derivative by each of them.

    Raises:
        TypeError: these are not as many Values as derivatives, or no text.
    """
    if name is None:
        name = "given"
    elif not isinstance(name, str) or not name:
        raise TypeError(
            f"expected op as text to draw the operation by, received {quoted(name, 60)}"
        )
    for word, numbers in (("parents", parents), ("partials", partials)):
        if not isinstance(numbers, (list, tuple)):
            raise TypeError(
                f"expected {word} as a tuple, with as many derivatives as Values, received"
                f" {kind_of(numbers)}; write {_EXAMPLE}"
            )
    inputs: tuple[Any, ...] = tuple(parents)  # type: ignore[arg-type]  # seen above
    found = [real(partial) for partial in partials]  # type: ignore[attr-defined]
    count = len(found)
    for parent in inputs:
        if not isinstance(parent, kind):
            raise TypeError(
                f"expected Values as parents, received {received(parent)}; leave plain numbers out"
            )
        found.append(parent.data)  # type: ignore[attr-defined]  # seen above
    if len(inputs) != count or not inputs:
        raise TypeError(
            f"expected a local derivative for each of the parents, received {len(inputs)} parents"
            f" and {count} partials"
        )
    found.append(y)
    return _without_rules(name), (inputs, tuple(found))


@lru_cache(maxsize=1000)
def _without_rules(name: str) -> Primitive:
    called = f"{name} (given)" if name in TABLE else name
    meaning = "a number that was computed outside of the graph"
    return Primitive(called, name, _no_value, (), meaning, is_row=False)


def _no_value(*_: Any) -> NoReturn:
    raise AssertionError("the operation was not made before it was asked for a number")


def with_rules(op: Primitive, count: int, numbers: tuple[float, ...]) -> Primitive:
    """Return the operation with rules, of what `given` returned: without them, and the numbers.

    Args:
        op: the operation without rules.
        count: of how many inputs it is.
        numbers: the local derivatives, the inputs, and the number.
    """
    return operation(op.symbol, numbers[2 * count], numbers[count : 2 * count], numbers[:count])


def operation(name: str, y: float, at: Sequence[float], partials: Sequence[float]) -> Primitive:
    """Return the operation that gives `y` at the numbers `at`, and its derivatives there.

    Args:
        name: what it is called.
        y: its number.
        at: the inputs' numbers.
        partials: its local derivatives.
    """

    def refuse(what: str) -> NoReturn:
        raise TypeError(
            f"{name} was computed outside of the graph, {what}: write {name} with autograd's"
            " functions and without .data, or as an operation,"
            " autograd.Primitive(name, symbol, value, rules, ...)"
        )

    def value(*numbers: Any) -> Any:
        if list(map(repr, numbers)) != list(map(repr, at)):
            refuse(f"where its inputs were {list(at)}, and cannot be computed at other numbers")
        return y

    def rule(partial: float) -> Callable[..., float]:
        def local(_: Any, *numbers: Any) -> float:
            if any(map(is_node, numbers)):
                refuse("with local derivatives that are numbers, which have no derivative")
            return partial

        return local

    known = _without_rules(name)
    rules = tuple(map(rule, partials))
    op = Primitive(known.name, name, value, rules, known.meaning, is_row=False)
    op.remade = operation, (name, y, list(at), list(partials))
    return op


def varies(op: Primitive, position: int, at: Sequence[float], moving: Sequence[bool]) -> bool:
    """Return whether a local derivative changes with the inputs, as a trial nearby shows.

    It has to change on both sides: at a kink, a rule that is constant but for it changes on one. A
    side where the operation has no answer counts as a change.

    Args:
        op: the operation.
        position: by which of the inputs the derivative is.
        at: the inputs.
        moving: which of them move.
    """

    def derivative(steps: float) -> Any:
        moved = [
            x + steps / 1024.0 * (abs(x) or 1.0) * (1.0 + 0.1 * i) if moves else x
            for i, (x, moves) in enumerate(zip(at, moving, strict=True))
        ]
        return op.partials(op.value(*moved), moved, [False] * len(moved))[position]

    def is_changing(side: float) -> bool:
        try:
            return repr(derivative(side)) != repr(derivative(2.0 * side))
        except (ArithmeticError, ValueError):
            return True

    return is_changing(-1.0) and is_changing(1.0)
