"""A function recorded: run once, on numbers that are not known yet, it leaves its operations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar, NoReturn

from mypy_extensions import mypyc_attr

from autograd import ops
from autograd.cleaning import quoted
from autograd.contexts import called_with
from autograd.foreign import OF_VALUES
from autograd.functional import unknown_leaf
from autograd.methods import METHODS
from autograd.ops import Primitive
from autograd.real import real
from autograd.refusals import refuse
from autograd.trees import Node, map_structure
from autograd.value import Constant, Value


@mypyc_attr(acyclic=True)
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
    __array_priority__: ClassVar[float] = 1e3  # NumPy's scalars leave the arithmetic to this class

    def __init__(self, op: Primitive | None = None, parents: tuple[Node, ...] = ()) -> None:
        self.op = op
        self.parents = parents

    @property  # type: ignore[misc]  # read-only
    def __class__(self) -> type:  # so that isinstance(x, Value) holds, as in a graph
        return Value

    @property
    def label(self) -> str:
        """No name: pictures have Values alone."""
        return ""

    @label.setter
    def label(self, _: Any) -> None:
        pass

    @staticmethod
    def apply_primitive(op: Primitive, inputs: Sequence[Any]) -> Recorded:
        """Record an operation of the table."""
        return Recorded(op, tuple([_node(x) for x in inputs]))

    def _connect(self, op: Primitive, parents: tuple[Node, ...], _: Sequence[float]) -> None:
        self.op, self.parents = op, tuple([_node(x) for x in parents])

    def __add__(self, other: Any) -> Recorded:
        return Recorded(ops.add, (self, _node(other)))

    def __radd__(self, other: Any) -> Recorded:
        return Recorded(ops.add, (_node(other), self))

    def __sub__(self, other: Any) -> Recorded:
        return Recorded(ops.sub, (self, _node(other)))

    def __rsub__(self, other: Any) -> Recorded:
        return Recorded(ops.sub, (_node(other), self))

    def __mul__(self, other: Any) -> Recorded:
        return Recorded(ops.mul, (self, _node(other)))

    def __rmul__(self, other: Any) -> Recorded:
        return Recorded(ops.mul, (_node(other), self))

    def __truediv__(self, other: Any) -> Recorded:
        return Recorded(ops.div, (self, _node(other)))

    def __rtruediv__(self, other: Any) -> Recorded:
        return Recorded(ops.div, (_node(other), self))

    def __pow__(self, other: Any) -> Recorded:
        return Recorded(ops.pow, (self, _node(other)))

    def __rpow__(self, other: Any) -> Recorded:
        return Recorded(ops.pow, (_node(other), self))

    def __neg__(self) -> Recorded:
        return Recorded(ops.neg, (self,))

    def __pos__(self) -> Recorded:
        return self

    def __abs__(self) -> Recorded:
        return Recorded(ops.abs, (self,))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """The operations that are methods of a Value too, such as `x.tanh()`."""
        function = METHODS.get(name)
        if function is None:
            if name in {"data", "detach", "item"}:
                raise TypeError(
                    f"{_UNKNOWN}, so it has no {quoted(name)} yet: compute with it as it is, write"
                    " stop_gradient(x) for its number without its gradient,"
                    " where(greater(a, b), ..., ...) for a choice, and autograd's functions"
                )
            if name == "_data":  # of an operand: a Value computes with this number
                real(self)
            if name in _OF_A_NODE:
                raise TypeError(
                    f"{_UNKNOWN}, and it has no {quoted(name)}, which nodes of a graph have:"
                    " compute with the number itself, and take derivatives of functions by"
                    " autograd.grad"
                )
            advice = f": {OF_VALUES[name]}" if name in OF_VALUES else ""
            raise AttributeError(
                f"a number that is being recorded has no attribute {quoted(name)}{advice}"
            )
        return partial(function, self)

    def __getitem__(self, place: object) -> Any:
        # `refuse` replaces it; compiled, a class has no room for items without it.
        raise TypeError(place)

    def __format__(self, spec: str) -> str:
        raise TypeError(
            f"{_UNKNOWN}, and formatting needs it: format what the compiled function returns"
        )

    def __repr__(self) -> str:
        return "<a number that is being recorded>"


_UNKNOWN = "this number is not known while a function is recorded"
_OF_A_NODE = {"grad", "backward", "recompute", "explain", "partials", "_many"}


def _refuse_number(*_: object) -> NoReturn:
    raise TypeError(
        "this number is not known while a function is recorded, so no `if`, comparison or"
        " float() can depend on it: write a choice as where(greater(a, b), ..., ...), or"
        " maximum(a, b), and use autograd's functions, as autograd.exp(a), instead of math's"
    )


def _refuse_index(*_: object) -> NoReturn:
    raise TypeError(
        "this number is not known while a function is recorded, so it can be no index and no"
        " length: write take(values, index) for the value at an index, and give a whole number"
        " that is fixed, as for a range, by name"
    )


# Set once the class is made: an `__eq__` in its body, though it refuses, would take the hash away.
for _name in ("lt", "le", "gt", "ge", "eq", "ne", "bool", "float", "int"):
    setattr(Recorded, f"__{_name}__", lambda *_: _refuse_number())
setattr(Recorded, "__index__", lambda *_: _refuse_index())  # noqa: B010  # mypy knows no such method
refuse(Recorded, _UNKNOWN)


def record(function: Callable[..., Any], *args: Any) -> Any:
    """Return what a function returns of recorded numbers, derivatives that it takes included."""
    return called_with(unknown_leaf, Recorded, function, *args)


def recorded_numbers(output: Any) -> list[Node]:
    """Return the numbers of what a function returned, from left to right, each as a node.

    Raises:
        TypeError: there is something in it that is no number.
    """
    numbers: list[Any] = []
    map_structure(numbers.append, output)
    return [_node(x) for x in numbers]


def _node(number: Any) -> Node:
    if isinstance(number, (Recorded, Constant)):
        return number
    if isinstance(number, Value):
        raise TypeError(
            f"{quoted(number, 60)} takes part in a function that is being recorded, where its"
            " number would be frozen: pass it to the function as an argument, or use its .data"
        )
    return Constant(number)
