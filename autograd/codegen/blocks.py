"""Structures of arrays, such as a network's weights by name, and all their numbers in one array.

Going through such a structure number by number takes longer than most compiled functions run. So
its arrays, and the lists of plain numbers in it, are taken as they are: block by block.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from operator import setitem
from typing import Any, TypeAlias

from autograd.cleaning import kind_of, quoted
from autograd.trees import Items, refuse_hidden, sorted_keys, too_deep

Change: TypeAlias = tuple[Any, Any, Any]
"""What is changed, at which key, and what is put there."""


@dataclass(frozen=True)
class Block:
    """An array, or a list that could be one, in a structure.

    Attributes:
        shape: its shape.
        is_list: whether it is a list, of lists if the shape has several dimensions, or one number.
    """

    shape: tuple[int, ...]
    is_list: bool


class Layout:
    """Where the arrays of a structure are, kept to go through structures of the same form quickly.

    Args:
        outer: the structure's blocks.

    Attributes:
        outer: the same.
        key: a key for a dict, see `key`.
    """

    def __init__(self, outer: Any) -> None:
        self.outer = outer
        self.key = key(outer)
        self._arrays: list[tuple[tuple[Any, ...], tuple[int, ...]]] = []
        self._sizes: list[tuple[tuple[Any, ...], type, int]] = []
        self._has_lists = False
        self._enter((), outer)

    def _enter(self, path: tuple[Any, ...], outer: Any) -> None:
        if isinstance(outer, Block):
            self._arrays.append((path, outer.shape))
            self._has_lists = self._has_lists or outer.is_list
            return
        self._sizes.append((path, type(outer), len(outer)))
        names = sorted_keys(outer) if isinstance(outer, dict) else range(len(outer))
        for name in names:
            self._enter((*path, name), outer[name])

    @property
    def shapes(self) -> list[tuple[int, ...]] | None:
        """The shapes of the arrays, in order; None if there are lists among them."""
        return None if self._has_lists else [shape for _, shape in self._arrays]

    def found(self, structure: Any) -> list[Any]:
        """Return what a structure has in the places of the arrays; nothing if it is another."""
        try:
            for path, kind, size in self._sizes:
                part: Any = _at(structure, path)
                if len(part) != size or type(part) is not kind:
                    return []
            return [_at(structure, path) for path, _ in self._arrays]
        except (KeyError, IndexError, TypeError):
            return []

    def arrays(self, structure: Any) -> list[Any] | None:
        """Return the arrays of a structure like this one; None if it is another, or has lists.

        Args:
            structure: fits if it has an array of doubles, which can be written to, at every place.
        """
        import numpy as np  # noqa: PLC0415  # as below

        found = self.found(structure)
        if self._has_lists or not found:
            return None
        for array, (_, shape) in zip(found, self._arrays, strict=True):
            if type(array) is not np.ndarray or array.shape != shape:
                return None
            if array.dtype != np.float64 or not array.flags.writeable:
                return None
        return found


def _at(structure: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        structure = structure[name]
    return structure


NUMBER = Block((), is_list=True)
"""A number by itself."""


def blocks_of(structure: Any) -> tuple[Any, list[Any]] | None:
    """Return a structure with a `Block` for each array and list of numbers, and these as arrays.

    Args:
        structure: lists, tuples and dicts of arrays and of lists, nested as you like.

    Returns:
        None if there is anything else in it, such as a Value.
    """
    found: list[Any] = []
    try:
        outer = _outer(structure, found)
    except RecursionError:
        raise too_deep() from None
    return None if outer is None else (outer, found)


def _outer(structure: Any, found: list[Any]) -> Any:
    import numpy as np  # noqa: PLC0415  # not a dependency; whoever calls has seen that it is there

    if isinstance(structure, dict):
        inner = {name: _outer(structure[name], found) for name in sorted_keys(structure)}
        complete = bool(inner) and None not in inner.values()
        return {name: inner[name] for name in structure} if complete else None
    is_array = isinstance(structure, (np.ndarray, np.generic))
    if is_array:
        refuse_hidden(structure)
    if is_array or type(structure) in {float, int} or _is_plain(structure):
        try:
            block = np.asarray(structure)
        except ValueError:  # rows of different lengths
            return None
        if block.dtype.kind not in "biuf":
            return None
        found.append(block if is_array else block.astype(float))
        return Block(block.shape, is_list=not (is_array and block.shape))
    if type(structure) in {list, tuple}:
        listed = [_outer(item, found) for item in structure]
        return type(structure)(listed) if listed and None not in listed else None
    return None


def holders(structure: Any, outer: Any) -> Iterator[Any]:
    """Yield the arrays and the lists that hold a structure's numbers."""
    if not isinstance(outer, Block):
        for name in outer if isinstance(outer, dict) else range(len(outer)):
            yield from holders(structure[name], outer[name])
    elif outer.is_list and len(outer.shape) > 1:
        for row in structure:
            yield from holders(row, Block(outer.shape[1:], is_list=True))
    elif outer != NUMBER:
        yield structure


def are_apart(found: Sequence[Any]) -> bool:
    """Return whether no array or list stands in two places."""
    return len(set(map(id, found))) == len(found)


def overlap(found: Sequence[Any]) -> bool:
    """Return whether any two arrays have a number in common, as two views of one array may."""
    if not any(hasattr(array, "__array_interface__") for array in found):
        return False  # no array of NumPy, so no view
    import numpy as np  # noqa: PLC0415  # arrays came in, so it is there
    from numpy.lib.array_utils import byte_bounds  # noqa: PLC0415  # as above

    arrays = [np.asarray(array) for array in found if not isinstance(array, list)]
    bounds = [(*byte_bounds(array), i) for i, array in enumerate(arrays) if array.size]
    seen: list[Any] = []
    last = 0
    for start, end, i in sorted(bounds):
        if start < last and any(np.shares_memory(arrays[i], array) for array in seen):
            return True
        seen.append(arrays[i])
        last = max(last, end)
    return False


def refills(arrays: list[Any], numbers: Any) -> Iterator[Change]:
    """Yield what puts numbers in the place of those of some arrays, from left to right."""
    import numpy as np  # noqa: PLC0415  # as above

    numbers, start = np.asarray(numbers, dtype=float), 0
    for array in arrays:
        end = start + array.size
        yield array, ..., numbers[start:end].reshape(array.shape)
        start = end


def write(changes: Iterable[Change]) -> None:
    """Put things in their places, all of them or, where Ctrl-C comes before, none."""
    made = [*changes]
    if made:
        # No line of Python runs from the first to the last: only there would Ctrl-C be noticed.
        deque(map(setitem, *zip(*made, strict=True)), maxlen=0)


def is_fixed(outer: Any) -> bool:
    """Return whether a number stands in a tuple, where another cannot be put in its place."""
    if isinstance(outer, Block):
        return False
    items = outer.values() if isinstance(outer, dict) else outer
    return (isinstance(outer, tuple) and NUMBER in outer) or any(map(is_fixed, items))


def _is_plain(listed: Any) -> bool:
    """Whether this is a list of floats and ints alone, or of lists of such."""
    if type(listed) is not list:
        return False
    kinds = set(map(type, listed))
    if kinds == {list}:
        return all(map(_is_plain, listed))
    return bool(kinds) and kinds <= {float, int}


def template(outer: Any) -> Any:
    """Return the lists, tuples and dicts that a function is given, with 0.0 for each number."""
    return _map(lambda block: template_of(block.shape, is_list=block.is_list), outer)


def template_of(shape: tuple[int, ...], *, is_list: bool = False) -> Any:
    """Return the lists that an array of this shape is, with 0.0 for each number.

    Args:
        shape: the shape.
        is_list: whether it is no array, but lists of numbers.

    >>> template_of((2, 1))
    [[0.0], [0.0]]
    """
    template: Any = 0.0
    for size in reversed(shape):
        template = [template] * size if is_list else Items([template for _ in range(size)])
    return template


def key(outer: Any) -> Any:
    """Return a key for a dict: equal for equal structures of blocks, with names in equal order."""
    if isinstance(outer, Block):
        return outer
    if isinstance(outer, dict):
        return (dict, *((name, key(inner)) for name, inner in outer.items()))
    return (type(outer), *map(key, outer))


def difference(one: Any, other: Any, names: tuple[str, str], at: str = "") -> str:
    """Return where two structures of blocks first differ, in words; "" where they do not.

    Args:
        one: a structure.
        other: another.
        names: what they are called.
        at: where they are in larger ones, as in "['w']".

    >>> names = "the parameters", "the gradients"
    >>> difference({"w": Block((2,), False)}, {"w": Block((3,), False)}, names)
    "['w'] is an array of shape (2,) in the parameters, and an array of shape (3,) in the gradients"
    """
    if one == other:
        return ""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in (*one, *other):
            if name not in one or name not in other:
                return f"{at}[{quoted(name)}] is in {names[name in other]} alone"
            if found := difference(one[name], other[name], names, f"{at}[{quoted(name)}]"):
                return found
    elif type(one) is type(other) and not isinstance(one, Block) and len(one) == len(other):
        for i, (a, b) in enumerate(zip(one, other, strict=True)):
            if found := difference(a, b, names, f"{at}[{i}]"):
                return found
    here, there = names
    return f"{at or 'it'} is {_in_words(one)} in {here}, and {_in_words(other)} in {there}"


def _in_words(outer: Any) -> str:
    if isinstance(outer, Block):
        if outer == NUMBER:
            return "a number"
        return f"{'a list' if outer.is_list else 'an array'} of shape {outer.shape}"
    return f"a {kind_of(outer)} of length {len(outer)}"


def joined(arrays: list[Any]) -> Any:
    """Return the numbers of some arrays in one array of doubles, from left to right."""
    import numpy as np  # noqa: PLC0415  # as above

    return np.concatenate([array.ravel() for array in arrays], dtype=float, casting="unsafe")


def parted(outer: Any, numbers: Any) -> Any:
    """Return numbers as arrays and lists in the structure."""
    import numpy as np  # noqa: PLC0415  # as above

    numbers, start = np.asarray(numbers, dtype=float), 0

    def part(block: Block) -> Any:
        nonlocal start
        end = start + prod(block.shape)
        array, start = numbers[start:end].reshape(block.shape), end
        return array.tolist() if block.is_list else array

    return _map(part, outer)


def changes(structure: Any, outer: Any, numbers: Any) -> Iterator[Change]:
    """Yield what puts numbers in the place of those of a structure, from left to right."""
    return _changes(structure, outer, parted(outer, numbers))


def _changes(into: Any, outer: Any, new: Any) -> Iterator[Change]:
    if not isinstance(outer, Block):
        for name in outer if isinstance(outer, dict) else range(len(outer)):
            if outer[name] != NUMBER:
                yield from _changes(into[name], outer[name], new[name])
            elif getattr(into[name], "ndim", None) == 0 and hasattr(into[name], "__setitem__"):
                yield into[name], (), new[name]  # an array without axes
            else:
                yield into, name, new[name]
    elif outer.is_list and len(outer.shape) > 1:
        for old, listed in zip(into, new, strict=True):
            yield from _changes(old, Block(outer.shape[1:], is_list=True), listed)
    else:
        yield into, slice(None) if outer.is_list else ..., new


def _map(function: Any, outer: Any) -> Any:
    """The structure with a function of each block, called in the order of their numbers."""
    if isinstance(outer, Block):
        return function(outer)
    if isinstance(outer, dict):
        mapped = {name: _map(function, outer[name]) for name in sorted_keys(outer)}
        return {name: mapped[name] for name in outer}
    return type(outer)([_map(function, inner) for inner in outer])
