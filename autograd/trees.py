"""Structures of numbers: lists, tuples and dicts of them, nested as you like, and arrays.

Numbers are taken from left to right, and the numbers of a dict in the sorted order of its keys: two
dicts with the same keys match, in whatever order the keys were put in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from autograd.cleaning import message_of, name_of, one_line
from autograd.real import real

Node = Any
"""A `Value`, or a number that `compile` is recording: both have `op` and `parents`."""


def is_node(number: Any) -> bool:
    """Return whether a number is a node of a graph.

    >>> is_node(1.0)
    False
    """
    return hasattr(type(number), "parents")


def is_known(node: Node) -> bool:
    """Return whether a node is a Value: a number that is being recorded passes `isinstance`, too.

    >>> from autograd import Value
    >>> is_known(Value(1.0))
    True
    """
    return hasattr(type(node), "backward")


def number_of(number: Any) -> float:
    """Return a plain number as a float, and the number of a Value.

    >>> number_of(2)
    2.0
    """
    return real(number.data if is_node(number) else number)


def is_tree(structure: Any) -> bool:
    """Return whether this is a list, a tuple or a dict.

    >>> is_tree({"w": 1.0}), is_tree(1.0)
    (True, False)
    """
    return isinstance(structure, (list, tuple, dict))


@contextmanager
def arithmetic_on_items(function: Any, arguments: Iterable[Any]) -> Iterator[None]:
    """Say what to write where a function that is given a list takes it for a number or an array."""
    try:
        yield
    except (TypeError, AttributeError) as error:
        said = str(error)
        told = next((sentence for fault, sentence in _ON_LISTS if fault.search(said)), None)
        if told is None or _GIVEN in said or not any(map(is_tree, arguments)):
            raise
        name = name_of(function)
        kind = TypeError if isinstance(error, TypeError) else AttributeError
        raise kind(
            f"{name} {_GIVEN}, and {told.format(message_of(error))}, or give one number"
        ) from error


class Items(list[Any]):
    """The items of an array that a function is given, as a list that is not repeated or joined.

    `v * 2` of a list is the list twice over, and `v + v` one list after the other: whoever wrote
    it of an array meant its numbers.

    >>> Items([1.0, 2.0]) * 2  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    TypeError: arrays reach a function as lists, so that * and + would repeat and join them: ...
    """

    __slots__ = ()

    def _refuse(self, _: object) -> NoReturn:
        raise TypeError(
            "arrays reach a function as lists, so that * and + would repeat and join them: compute"
            " with their numbers, as [2.0 * x for x in values], dot(a, b) or sum(values)"
        )

    __mul__ = __rmul__ = __imul__ = __add__ = __radd__ = __iadd__ = _refuse


Items.__name__ = "list"  # Python's own sentences name it so, as readers know it

_GIVEN = "was given a list"
_ON_LISTS = (
    (
        re.compile(
            "can't multiply sequence|can only concatenate (list|tuple)"
            "|(unsupported operand|bad operand|not supported between).*'(list|tuple|dict)'"
            "|argument must be a string.*'(list|tuple|dict)'|must be real number, not (list|tuple)"
            "|type (list|tuple|dict) doesn't define"
        ),
        "computes with the list itself ({}): compute with its numbers, as [x * x for x in values]",
    ),
    (
        re.compile("'(list|tuple)' object has no attribute|(list|tuple) indices must be"),
        "takes the list for an array ({}): write sum(values), rows[0][1], [x * x for x in values]",
    ),
)
"""What Python says of arithmetic with a list, and of what arrays have; and what to write."""


def map_structure(function: Callable[[Any], Any], structure: Any) -> Any:
    """Return `structure`, its lists, tuples and dicts rebuilt, with `function` of each number.

    An array of one dimension or more counts as the list of its items.

    >>> map_structure(lambda number: -number, [1.0, (2.0, {"b": 3.0})])
    [-1.0, (-2.0, {'b': -3.0})]
    """
    if type(structure) is float:  # as nearly all are: the other questions take a while
        return function(structure)
    try:
        if isinstance(structure, dict):
            mapped = {
                key: map_structure(function, structure[key]) for key in sorted_keys(structure)
            }
            return {key: mapped[key] for key in structure}
        if isinstance(structure, (list, tuple)):
            make = getattr(structure, "_make", tuple if isinstance(structure, tuple) else list)
            if type(structure) is Items:
                make = Items
            return make([map_structure(function, item) for item in structure])
        if _is_array(structure):
            refuse_hidden(structure)
            return map_structure(function, items(structure.tolist()))
        return function(structure)
    except RecursionError:
        raise too_deep() from None


def _is_array(thing: Any) -> bool:
    """Whether this is an array of one dimension or more; the shape of a NumPy scalar is ()."""
    if hasattr(type(thing), "apply_primitive"):  # a node, which has advice in place of a shape
        return False
    shape = getattr(thing, "shape", ())  # first, for a plain number has none
    return bool(shape) and hasattr(thing, "tolist") and not isinstance(thing, type)


def refuse_hidden(array: Any) -> None:
    """Raise a ValueError if an array hides some of its numbers, as NumPy's masked arrays may.

    What stands in a hidden place is not meant to be computed with.
    """
    hides = getattr(getattr(array, "mask", None), "any", None)  # of pandas, `mask` is a method
    if hides is not None and hides():
        raise ValueError(
            "expected an array of which every number is known, received a masked array that hides"
            f" {int(array.mask.sum())} of {array.size}: write array.filled(0.0), or leave them out"
            " with array.compressed()"
        )


def items(listed: list[Any]) -> Items:
    """Return an array's lists of lists as `Items`."""
    return Items([items(item) if isinstance(item, list) else item for item in listed])


def flatten(structure: Any) -> list[Any]:
    """Return the numbers of `structure` from left to right, each a float or a node.

    Raises:
        TypeError: `structure` holds something that is not a number; the message says what, and
            where.

    >>> flatten([1, (2.0, {"b": 4.0, "a": 3.0})])
    [1.0, 2.0, 3.0, 4.0]
    """
    if type(structure) is float:
        return [structure]
    numbers: list[Any] = []
    map_structure(numbers.append, structure)
    try:
        return [number if is_node(number) else real(number) for number in numbers]
    except TypeError as error:
        raise TypeError(f"{message_of(error)}{where_no_number_is(structure)}") from None


def where_no_number_is(structure: Any, name: str = "") -> str:
    """Return where the first thing stands that is no number, as the end of a message about it.

    Args:
        structure: the structure; where it is that thing itself, nothing is to be said.
        name: what the structure is called.

    >>> where_no_number_is([1.0, {"b": None}])
    " (it stands at [1]['b'])"
    """
    numbers: list[Any] = []
    map_structure(numbers.append, structure)
    for path, number in zip(paths(structure, name), numbers, strict=True):
        try:
            number_of(number)
        except TypeError:
            return "" if path == name else f" (it stands at {path})"
    return ""


def rebuild(structure: Any, items: Iterable[Any]) -> Any:
    """Return `structure` with `items` in the place of its numbers, from left to right.

    >>> rebuild([1.0, (2.0, [3.0])], "abc")
    ['a', ('b', ['c'])]
    """
    remaining = iter(items)
    if type(structure) is float:
        return next(remaining)
    return map_structure(lambda _: next(remaining), structure)


def nodes_in(structure: Any) -> Iterator[Node]:
    """Yield the nodes in lists, tuples and dicts; all other items are left out.

    >>> from autograd import Value
    >>> [node.data for node in nodes_in([1.0, (Value(2.0), "x")])]
    [2.0]
    """
    if isinstance(structure, list) and {float, int}.issuperset(map(type, structure)):
        return  # seen at once, for a list may be long
    try:
        if is_tree(structure):
            for item in structure.values() if isinstance(structure, dict) else structure:
                yield from nodes_in(item)
        elif is_node(structure):
            yield structure
    except RecursionError:
        raise too_deep() from None


def paths(structure: Any, name: str) -> list[str]:
    """Return the path of each number, from left to right; a labelled number has its label instead.

    Args:
        structure: the structure.
        name: the name of the structure, with which each path begins.

    >>> paths([1.0, {"b": 2.0}], "x")
    ['x[0]', "x[1]['b']"]
    """
    if _is_array(structure):
        structure = structure.tolist()
    try:
        if isinstance(structure, dict):
            keys = sorted_keys(structure)
            return [
                p for key in keys for p in paths(structure[key], f"{name}[{one_line(repr(key))}]")
            ]
        if isinstance(structure, (list, tuple)):
            return [p for i, item in enumerate(structure) for p in paths(item, f"{name}[{i}]")]
        return [getattr(structure, "label", "") or name]
    except RecursionError:
        raise too_deep() from None


def shape_key(structure: Any, *, as_put_in: bool = False) -> Any:
    """Return a dict's key that is the same for structures which differ in their numbers alone.

    Args:
        structure: the structure.
        as_put_in: whether dicts whose keys were put in in another order differ too, for a function
            that goes through a dict meets them in that order.

    >>> shape_key([1.0, (2.0,)]) == shape_key([3.0, (4.0,)])
    True
    """
    try:
        if isinstance(structure, dict):
            keys = structure if as_put_in else sorted_keys(structure)
            return (dict, *((key, shape_key(structure[key], as_put_in=as_put_in)) for key in keys))
        if isinstance(structure, (list, tuple)):
            inner = (shape_key(item, as_put_in=as_put_in) for item in structure)
            return (list if type(structure) is Items else type(structure), *inner)
        return shape_key(structure.tolist()) if _is_array(structure) else None
    except RecursionError:
        raise too_deep() from None


def sorted_keys(structure: dict[Any, Any]) -> list[Any]:
    """Return the keys of a dict in the order in which its numbers are taken."""
    return sorted(structure, key=lambda key: (type(key).__name__, str(key)))


def too_deep() -> ValueError:
    """Return the error for a structure through which Python cannot go."""
    return ValueError(
        "expected numbers in lists, tuples and dicts, received some that are nested too deep to go"
        " through, or that hold themselves"
    )
