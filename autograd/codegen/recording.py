"""A function recorded: run once, on numbers that are not known yet, it leaves its operations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from autograd import ops
from autograd.functional import unknown_leaf
from autograd.ops import Primitive
from autograd.refusals import refuse
from autograd.trees import Node, map_structure
from autograd.value import Constant, Value


def _recorded(op: Primitive) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    """The methods of an operator: for a number to its left, and to its right."""

    def left(self: Recorded, other: Any) -> Any:
        return op(self, other)

    def right(self: Recorded, other: Any) -> Any:
        return op(other, self)

    return left, right


class Recorded:
    """A number of a function that is being recorded: what made it, and from what.

    It takes the place of a float in every operation of the table. Whatever asks for its number, as
    an `if` does, is refused: the answer would be frozen, and the other branch lost.

    >>> x = Recorded()
    >>> y = 2.0 * x
    >>> y.op, y.parents == (y.parents[0], x)
    (<operation mul>, True)
    >>> 1.0 if y > 0.0 else 2.0  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    TypeError: this number is not known while a function is recorded, so no `if`, comparison or ...
    """

    __slots__ = ("op", "parents")
    __array_priority__ = 1e3  # so that NumPy's scalars leave the arithmetic to this class
    label = property(lambda _: "", lambda _, __: None)  # for pictures, which have nodes alone

    def __init__(self, op: Primitive | None = None, parents: tuple[Node, ...] = ()) -> None:
        self.op = op
        self.parents = parents

    @staticmethod
    def apply_primitive(op: Primitive, inputs: Sequence[Any]) -> Recorded:
        """Record an operation of the table."""
        return Recorded(op, tuple([x if x.__class__ is Recorded else _known(x) for x in inputs]))

    def _connect(self, op: Primitive, parents: tuple[Node, ...], _: Sequence[float]) -> None:
        self.op, self.parents = op, self.apply_primitive(op, parents).parents

    __add__, __radd__ = _recorded(ops.add)
    __sub__, __rsub__ = _recorded(ops.sub)
    __mul__, __rmul__ = _recorded(ops.mul)
    __truediv__, __rtruediv__ = _recorded(ops.div)
    __pow__, __rpow__ = _recorded(ops.pow)

    def __neg__(self) -> Any:
        return ops.neg(self)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return ops.abs(self)

    def __getattr__(self, name: str) -> Callable[[], Any]:
        """The operations that are methods of a Value too, such as `x.tanh()`."""
        row = ops.TABLE.get(name)
        if row is None or row.arity != 1 or not hasattr(Value, name):
            if name in {"data", "grad", "item"}:
                self._no_number()
            if name in _OF_A_NODE:
                raise TypeError(
                    f"{_UNKNOWN}, and it has no {name!r}, which nodes of a graph have: compute with"
                    " the number itself, and take derivatives of functions by autograd.grad"
                )
            raise AttributeError(f"a number that is being recorded has no attribute {name!r}")
        return lambda: row(self)

    def _no_number(self, *_: object) -> NoReturn:
        raise TypeError(
            "this number is not known while a function is recorded, so no `if`, comparison or"
            " float() can depend on it: write a choice as where(greater(a, b), ..., ...), or"
            " maximum(a, b), and use autograd's functions, as autograd.exp(a), instead of math's"
        )

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _no_number
    __bool__ = __float__ = __int__ = __index__ = _no_number
    __hash__ = object.__hash__

    def __format__(self, spec: str) -> str:
        raise TypeError(
            f"{_UNKNOWN}, and formatting needs it: format what the compiled function returns"
        )

    def __repr__(self) -> str:
        return "<a number that is being recorded>"


_UNKNOWN = "this number is not known while a function is recorded"
_OF_A_NODE = {"detach", "backward", "recompute", "explain", "partials"}

refuse(Recorded, _UNKNOWN)


def record(function: Callable[..., Any], *args: Any) -> Any:
    """Return what a function returns of recorded numbers, derivatives that it takes included."""
    token = unknown_leaf.set(Recorded)
    try:
        return function(*args)
    finally:
        unknown_leaf.reset(token)


def recorded_numbers(output: Any) -> list[Node]:
    """Return the numbers of what a function returned, from left to right, each as a node.

    Raises:
        TypeError: there is something in it that is no number.
    """
    numbers: list[Any] = []
    map_structure(numbers.append, output)
    return [x if x.__class__ is Recorded else _known(x) for x in numbers]


def _known(number: Any) -> Constant:
    if isinstance(number, Constant):
        return number
    if isinstance(number, Value):
        raise TypeError(
            f"{number!r:.60} takes part in a function that is being recorded, where its number"
            " would be frozen: pass it to the function as an argument, or use its .data"
        )
    return Constant(number)
