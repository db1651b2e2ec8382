"""Arguments of compiled functions: their structure, and their numbers from left to right."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from math import prod
from typing import Any

from autograd.cleaning import message_of, quoted, received
from autograd.codegen import blocks
from autograd.codegen.blocks import template_of
from autograd.options import warn
from autograd.real import real
from autograd.trees import (
    flatten,
    is_tree,
    map_structure,
    rebuild,
    refuse_hidden,
    shape_key,
    where_no_number_is,
)

ROWS = -1
"""In a shape: the number of samples, which differs from call to call."""


@dataclass(frozen=True)
class Argument:
    """What is known of an argument, or of a result.

    Attributes:
        template: its structure, with 0.0 for each number; of one row, if it has rows.
        by_sample: whether it has a row for each sample.
        shape: of an array its shape, with `ROWS` for the number of rows; else None.
        outer: of a structure of arrays and lists its blocks, see `blocks_of`; else None.
    """

    template: Any
    by_sample: bool = False
    shape: tuple[int, ...] | None = None
    outer: Any = None

    @property
    def width(self) -> int:
        """How many numbers it has; of one row, if it has rows."""
        return len(flatten(self.template)) if self.shape is None else abs(prod(self.shape))

    @property
    def key(self) -> Any:
        """A key for a dict, which arguments of the same structure share."""
        if self.shape is not None:
            return self.by_sample, self.shape
        if self.outer is not None:
            return self.by_sample, blocks.key(self.outer)
        return self.by_sample, shape_key(self.template, as_put_in=True)

    def numbers(self, arg: Any) -> Any:
        """Return the numbers of such an argument, from left to right."""
        if self.outer is not None:
            return blocks.joined(blocks.blocks_of(arg)[1])  # type: ignore[index]  # it has some
        return [float(x) for x in flatten(arg)] if self.shape is None else arg.ravel()

    def restore(self, numbers: Any, count: int) -> Any:
        """Return numbers in the structure; where it is that of a row, `count` rows of it."""
        if self.shape is not None:
            import numpy as np  # noqa: PLC0415  # an array came in, so it is there

            shape = (count, *self.shape[1:]) if self.by_sample else self.shape
            return np.asarray(numbers, dtype=float).reshape(shape)
        if self.outer is not None:
            return blocks.parted(self.outer, numbers)
        floats = [float(number) for number in numbers]
        if not self.by_sample:
            return rebuild(self.template, floats)
        width = self.width
        return [rebuild(self.template, floats[i * width : (i + 1) * width]) for i in range(count)]


def plain(arg: Any) -> Any:
    """Return an argument as it is; a buffer, or a subclass of NumPy's array, as a plain array.

    The rows of a `numpy.matrix` would be matrices again; and machine code can read buffers that
    other back ends cannot.

    Raises:
        ValueError: it is a masked array that hides a number.
    """
    kind = type(arg)
    if kind in {list, tuple, float, int, dict}:
        return arg
    is_buffer = kind in {memoryview, array}
    if "numpy" not in sys.modules and not is_buffer:
        return arg
    if find_spec("numpy") is None:
        return arg.tolist()
    import numpy as np  # noqa: PLC0415  # an array came in, or a buffer

    is_own_kind = isinstance(arg, np.ndarray) and kind is not np.ndarray
    if is_own_kind:
        refuse_hidden(arg)
    return np.asarray(arg) if is_buffer or is_own_kind else arg


def doubles(arg: Any) -> Any:
    """Return an array of NumPy's as machine code reads it, of doubles in C's order; else `arg`.

    Tokens, for instance, come as whole numbers, with which each call would take the long way.
    """
    if "numpy" not in sys.modules:
        return arg
    import numpy as np  # noqa: PLC0415  # an array may have come in

    is_array = type(arg) is np.ndarray and arg.ndim and arg.dtype.kind in "biuf"
    return np.ascontiguousarray(arg, dtype=float) if is_array else arg


def describe(position: int, arg: Any, *, by_sample: bool, in_blocks: bool = False) -> Argument:
    """Return what is to be known of an argument.

    Args:
        position: which argument it is, for error messages.
        arg: a number; a list, tuple or dict of such, nested as you like; or an array.
        by_sample: whether it has a row for each sample.
        in_blocks: whether a structure may be taken block by block, for which NumPy has to be there.

    Raises:
        TypeError: there is something in it that is no number, or there are no rows.
        ValueError: its rows differ in structure, or there is no row to show their structure.

    >>> describe(0, [[1.0, 2.0], [3.0, 4.0]], by_sample=True).template
    [0.0, 0.0]
    """
    shape: tuple[int, ...] = getattr(arg, "shape", ())
    if shape:
        if not hasattr(arg, "dtype"):
            real(arg)  # says what to write
        if arg.dtype.kind not in "biuf":
            raise TypeError(
                f"expected argument {position} to be an array of real numbers, received one of"
                f" {arg.dtype}"
            )
        if by_sample:
            return Argument(template_of(shape[1:]), by_sample=True, shape=(ROWS, *shape[1:]))
        return Argument(template_of(shape), shape=shape)
    if not by_sample:
        found = blocks.blocks_of(arg) if in_blocks and is_tree(arg) else None
        if found is not None:
            return Argument(blocks.template(found[0]), outer=found[0])
        return Argument(_template(f"argument {position}", arg))
    check_rows(position, arg)
    if not arg:
        raise ValueError(
            f"expected at least one row in argument {position}, received none; an array of shape"
            " (0, n) says what its rows would be"
        )
    template = _template(f"argument {position}[0]", arg[0])
    expected = shape_key(template)
    for i, row in enumerate(arg):
        if shape_key(row) != expected:
            raise ValueError(
                f"expected rows of one structure in argument {position}, received another in row"
                f" {i}: {quoted(row, 60)}"
            )
    return Argument(template, by_sample=True)


def _template(name: str, arg: Any) -> Any:
    try:
        return map_structure(_zero, arg)
    except TypeError as error:
        if arg is not None and not isinstance(arg, str):
            raise TypeError(f"{message_of(error)}{where_no_number_is(arg, name)}") from None
        raise TypeError(
            f"{error}; what an `if` of a compiled function depends on is given by name, as in"
            " f(x, mode='fast')"
        ) from None


def warn_of_recordings(
    count: int, name: str, before: Sequence[Argument], now: Sequence[Argument], first: int = 0
) -> None:
    """Warn where something is recorded for the fourth time: most recordings can be avoided.

    Args:
        count: for how many structures it had been recorded before.
        name: what is recorded.
        before: the arguments of an earlier recording.
        now: the arguments.
        first: which argument of the call is the first of these.
    """
    difference = "what it changes, or its settings, are of another structure"
    if len(before) != len(now):
        difference = "it has another number of arguments"
    for i, (a, b) in enumerate(zip(before, now, strict=False), first):
        if a.key != b.key:
            difference = f"argument {i} is of another structure"
            if a.width != b.width:
                numbers = "number" if b.width == 1 else "numbers"
                difference = f"argument {i} has {b.width} {numbers}, and had {a.width}"
            break
    warn_of_fourth(
        count,
        name,
        f"{difference}. A function is recorded and compiled for each structure and length of its"
        " arguments. To record it once, fill up to one length, and multiply what that adds by 0;"
        " pass what decides as a number, as in take(values, index)",
    )


def warn_of_fourth(count: int, name: str, why: str) -> None:
    """Warn if something had been recorded three times before.

    Args:
        count: how often it had been.
        name: what is recorded.
        why: why it is, and how to avoid it.
    """
    if count == 3:
        warn(f"{name} is recorded for the fourth time: {why}", RuntimeWarning)


def check_rows(position: int, arg: Any) -> None:
    """Raise a TypeError if an argument is neither a list, a tuple nor an array."""
    if not isinstance(arg, (list, tuple)) and not getattr(arg, "shape", ()):
        advice = "; write a list of dicts, one for each sample" if isinstance(arg, dict) else ""
        raise TypeError(
            f"expected argument {position} to have a row for each sample, received"
            f" {received(arg)}{advice}"
        )


def _zero(number: Any) -> float:
    real(number)
    return 0.0
