"""What a number of a graph refuses, because its gradient would be lost, and what to write instead.

Python and NumPy turn an object into a float wherever they can, and a float has no gradient: all
that is computed from it would have a wrong one, in silence. The refusals are put on the classes
from here, so that the engine's own modules stay short: on `Value`, and on the numbers of a function
that is being recorded.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable
from operator import attrgetter
from typing import Any, NoReturn

from autograd import ops
from autograd.cleaning import name_of, quoted
from autograd.elsewhere import Absent, advise
from autograd.foreign import OF_VALUES
from autograd.value import OUTSIDE, Constant, Value

# Special methods by name; what calls them; what to write for the function, and for the number.
_REFUSED = (
    ("float", "float(v), which math's functions call,", "autograd.exp(v)", "v.data"),
    ("int trunc", "int(v)", "", "int(v.data)"),
    ("index", "v as a whole number, as in range(v) or items[v],", "", "int(v.data)"),
    ("complex", "complex(v)", "", "v.data"),
    ("round", "round(v)", "", "round(v.data, 2), f'{v:.2f}'"),
    ("floor", "math.floor(v)", "", "math.floor(v.data)"),
    ("ceil", "math.ceil(v)", "", "math.ceil(v.data)"),
    ("mod rmod", "v % w", "v - n * w with a fixed n", "v.data % w.data"),
    ("divmod rdivmod", "divmod(v, w)", "v / w", "divmod(v.data, w.data)"),
    ("floordiv rfloordiv", "v // w", "v / w", "v.data // w.data"),
    ("matmul rmatmul", "v @ w", "v * w, autograd.dot(weights, inputs)", "v.data * w.data"),
    ("xor rxor", "v ^ w, which is no power in Python,", "v ** w", "v.data ** w.data"),
    ("and rand or ror", "v & w or v | w", "autograd.where(v, w, 0)", "v > 0 and w > 0"),
    ("invert", "~v", "1 - v", "not v"),
    ("lshift rlshift rshift rrshift", "v << n or v >> n", "v * 2**n", "int(v.data) << n"),
)
_OF_NUMPY = (
    "NumPy's array or function of v",
    "autograd.exp(v), autograd.sum(values), autograd.dot(weights, inputs)",
    "v.data, [v.data for v in values]",
)

_OF_STATISTICS = (
    "a function of `statistics`",
    "m = autograd.mean(values), autograd.mean([(v - m) ** 2 for v in values])",
    "[v.data for v in values]",
)

_NO_ITEMS = (
    "list(v), sum(v) and loops over v need several numbers, and v is one: keep Values in a list, as"
    " values = [v, w]"
)


_NO_SEQUENCE = (
    "v[0] and len(v) need several numbers, and v is one: keep Values in a list, as"
    " values = [v, w], and write values[0]; v.data is the number"
)


def refuse(kind: type, unknown: str = "") -> None:
    """Let a class refuse what would leave the graph; methods that it has of its own stay.

    Args:
        kind: the class.
        unknown: of a class whose numbers cannot be had, the sentence that says why.
    """
    for names, *row in _REFUSED:
        refused = _refusal(_message(unknown, *row))
        for name in names.split():
            if f"__{name}__" not in vars(kind):
                setattr(kind, f"__{name}__", refused)
    for name in ("getitem", "setitem", "delitem", "len", "reversed"):
        setattr(kind, f"__{name}__", Absent(_NO_SEQUENCE))  # NumPy must not take v for a sequence
    kind.as_integer_ratio = _refusal(_message(unknown, *_OF_STATISTICS))  # type: ignore[attr-defined]
    kind.__iter__ = _refusal(_NO_ITEMS)  # type: ignore[attr-defined]  # Python asks for it
    to_numpy = _refusal(_message(unknown, *_OF_NUMPY))

    def array(self: object, dtype: object = None, copy: object = None) -> Any:
        import numpy as np  # noqa: PLC0415  # NumPy asks, so it is there

        if dtype is None or np.dtype(dtype).kind != "O":  # type: ignore[call-overload]
            to_numpy(copy)
        made = np.empty((), dtype=object)
        made[()] = self
        return made

    array.__doc__ = f"Make an array of objects, where one is asked for; else {to_numpy.__doc__}"
    kind.__array__ = array  # type: ignore[attr-defined]  # NumPy asks for it


def _message(unknown: str, written: str, function: str, number: str) -> str:
    if unknown:
        advice = f"write {function} instead" if function else "do so outside of the function"
        return f"{unknown}, and {written} needs it: {advice}"
    ways = [f"{number} for the number", f"{function} for the function"]
    return (
        f"{written} leaves the graph, so that no gradient comes back: write"
        f" {', '.join(ways if function else ways[:1])}"
    )


def _refusal(message: str) -> Callable[..., NoReturn]:
    def refused(*_: object, **__: object) -> NoReturn:
        raise TypeError(message)

    refused.__doc__ = f"refuse: {message}."
    return refused


def _equal(_: Value, other: object) -> Any:
    """Return whether both are one Value; with a number, which no Value is, `==` is refused."""
    if isinstance(other, numbers.Number) or hasattr(other, "dtype"):
        raise TypeError(
            "Values are equal if they are one and the same, and never equal to a number: write"
            f" v.data == {quoted(other, 30)} to compare numbers, or math.isclose(v.data, ...)"
        )
    return NotImplemented  # so that Python compares identities


def _not_equal(self: Value, other: object) -> Any:
    return _equal(self, other)


def _subtract_in_place(self: Value, other: Any) -> Any:
    """Return `self - other`; an update of a leaf that has a gradient is refused."""
    if self.op is None and self.has_grad and not isinstance(other, Value):
        raise TypeError(
            "v -= step makes another Value and leaves the leaf, which has the gradient, as it was:"
            " write v.data -= step to update it, and v.grad = 0.0 before the next backward pass; or"
            " u = v - step for a new Value"
        )
    return self - other


def _refuse_deletion(_: Value) -> NoReturn:
    raise AttributeError(
        "an attribute of a Value cannot be deleted: write v.grad = 0.0 to clear a gradient"
    )


def _refuse_subclass(kind: type) -> NoReturn:
    raise TypeError(
        f"Value cannot be subclassed, as {name_of(kind)} tries: results of operations are Values,"
        " and would be of no subclass. Write functions of Values; Value.name = function for a"
        " method; autograd.Primitive(...) for an operation; a dict by Value for further attributes"
    )


def _hand_down(node: Value) -> Callable[[], None]:
    def hand_down() -> None:
        for parent, partial in zip(node.parents, node.partials, strict=True):
            parent.grad += partial * node.grad

    return hand_down


def _refuse_hand_down(_: Value, function: object) -> NoReturn:  # noqa: ARG001  # a setter's
    raise AttributeError(f"the backward pass of a Value is not to be set: {OUTSIDE}")


def _alias(get: Callable[[Value], Any], doc: str) -> property:
    return property(get, _refuse_setting, doc=doc)


def _refuse_setting(_: Value, __: object) -> NoReturn:
    raise AttributeError(f"how a Value was computed is not to be set: {OUTSIDE}")


_OPS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "relu": "ReLU"}


def _op(node: Value) -> str:
    op = node.op
    if op is None:
        return ""
    if op is ops.pow and type(node.parents[1]) is Constant:
        return f"**{node.parents[1].data:g}"
    return _OPS.get(op.name, op.name) if op.is_of_the_table else op.symbol


# The names in micrograd and microgpt, for programs that draw or walk over a graph by themselves.
_ALIASES = {
    "_backward": property(
        _hand_down, _refuse_hand_down, doc="The step of a backward pass, by micrograd's name."
    ),
    "_prev": _alias(attrgetter("parents"), "The parents, by micrograd's name."),
    "_children": _alias(attrgetter("parents"), "The parents, by micrograd's name."),
    "_local_grads": _alias(attrgetter("partials"), "The local derivatives, by microgpt's name."),
    "_op": _alias(_op, "The operation as micrograd writes it, such as '*'; '' for a leaf."),
}


def _complete(kind: Any) -> None:
    special: dict[str, Callable[..., Any]] = {
        "__eq__": _equal,
        "__ne__": _not_equal,
        "__isub__": _subtract_in_place,
    }
    for name, method in special.items():
        setattr(kind, name, method)
    for name in ("data", "grad", "label", "op", "parents", "partials"):
        if isinstance(vars(kind)[name], property):  # compiled, setup.py sees to it
            setattr(kind, name, vars(kind)[name].deleter(_refuse_deletion))
    advise(kind, OF_VALUES, fixed=True)
    for name, alias in _ALIASES.items():
        setattr(kind, name, alias)
    kind.__init_subclass__ = classmethod(_refuse_subclass)


refuse(Value)
_complete(Value)
