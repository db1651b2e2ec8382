"""Data on its way in: lists and NumPy arrays, checked and made rows of floats."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain
from typing import Any

from autograd import Value
from autograd.cleaning import kind_of, quoted
from autograd.options import whole_number

Rows = list[list[float]]


def as_rows(data: Any, width: int | None, name: str, *, is_deep: bool = False) -> Rows:
    """Return data as a list of rows of floats.

    Args:
        data: a list of rows, a list of numbers where a row is one number, or a NumPy array or
            a DataFrame.
        width: how many numbers a row has; None to take the first row's.
        name: what the data are called in error messages.
        is_deep: whether a row may have rows itself, as a picture has; they are put end to end.

    >>> as_rows([1, 2], 1, "targets")
    [[1.0], [2.0]]
    """
    if type(data).__name__ == "ndarray" and data.dtype.kind in "fiu" and data.ndim == 2:
        rows = data.astype(float).tolist()
        if rows and width in {None, len(rows[0])} and all(map(math.isfinite, chain(*rows))):
            return rows  # type: ignore[no-any-return]  # the same as below, in less time
    numbers = listed(data)
    if isinstance(numbers, (str, bytes, dict)) or not hasattr(numbers, "__iter__"):
        raise TypeError(f"expected {name} as a list of rows, received {kind_of(data)}")
    rows = [_as_row(row, name, i, is_deep) for i, row in enumerate(numbers)]
    if not rows:
        raise ValueError(f"expected at least one row of {name}, received none")
    width = len(rows[0]) if width is None else width
    for i, row in enumerate(rows):
        if len(row) != width:
            alone = len(rows) == width and not hasattr(numbers[0], "__len__")
            advice = "; a sample by itself is a row in a list: [row]" if alone else ""
            raise ValueError(
                f"expected rows of {width} {name}, received {len(row)} in row {i}{advice}"
            )
    return rows


def listed(numbers: Any) -> Any:
    """Return an array's or a table's numbers as Python's own, in lists; anything else as it is."""
    if not hasattr(numbers, "tolist") and hasattr(numbers, "to_numpy"):  # a DataFrame
        numbers = numbers.to_numpy()
    return numbers.tolist() if hasattr(numbers, "tolist") else numbers


def arrayed(numbers: Any) -> Any:
    """Return lists of numbers as a NumPy array; as they are where NumPy is not installed.

    >>> print(arrayed([[1.0, 2.0]]))
    [[1. 2.]]
    """
    try:
        import numpy as np  # noqa: PLC0415  # it may be missing
    except ImportError:
        return numbers
    return np.array(numbers, dtype=float)


def nested(numbers: list[Any], dims: Sequence[int]) -> Any:
    """Return the numbers in lists of lists of these sizes; without sizes, the only number."""
    for size in reversed(dims[1:]):
        numbers = [numbers[i : i + size] for i in range(0, len(numbers), size)]
    return numbers if dims else numbers[0]


def objects(numbers: Sequence[Any]) -> Any:
    """Return Values, or rows of them, as a NumPy array of objects, for arithmetic on arrays.

    Raises:
        ImportError: NumPy is not installed.
    """
    import numpy as np  # noqa: PLC0415  # those who do arithmetic on arrays have it

    is_flat = not numbers or not isinstance(numbers[0], (list, tuple))
    made = np.empty(len(numbers) if is_flat else (len(numbers), len(numbers[0])), dtype=object)
    for place, number in enumerate(numbers):
        made[place] = number if is_flat else list(number)
    return made


def evenly(low: float, high: float, count: int) -> list[float]:
    """Return so many numbers from `low` to `high`, both included; of one number, `low`."""
    return [low + (high - low) * i / max(count - 1, 1) for i in range(count)]


def _as_row(row: Any, name: str, position: int, is_deep: bool) -> list[float]:
    numbers = listed(row)
    numbers = list(numbers) if isinstance(numbers, (list, tuple, range)) else [numbers]
    while numbers and isinstance(numbers[0], (list, tuple)) and is_deep:
        numbers = [number for part in numbers for number in part]
    for number in numbers:
        if isinstance(number, (str, bytes)) or not hasattr(number, "__float__"):
            received = f"{kind_of(number)} in row {position}: {quoted(number, 40)}"
            raise TypeError(f"expected {name} to be numbers, received {received}")
    try:
        floats = [float(n.data if isinstance(n, Value) else n) for n in numbers]
    except OverflowError:
        raise ValueError(f"expected finite {name}, received one beyond all doubles") from None
    for number in floats:
        if not math.isfinite(number):
            raise ValueError(f"expected finite {name}, received {quoted(number)} in row {position}")
    return floats


def to_categorical(x: Sequence[int], num_classes: int | None = None) -> Any:
    """Return the one-hot encoding of classes, a 1 at the place of the class, else 0, as an array.

    Args:
        x: classes, whole numbers from 0.
        num_classes: how many there are; if None, one more than the largest.

    Returns:
        a row for each class: a NumPy array, or lists where NumPy is not installed.

    Raises:
        ValueError: `num_classes` is below 1, or a class is not one of 0 to num_classes - 1.

    >>> print(to_categorical([0, 2, 1]))
    [[1. 0. 0.]
     [0. 0. 1.]
     [0. 1. 0.]]
    """
    classes = [row[0] for row in as_rows(x, 1, "classes")]
    most = max(int(max(classes)) + 1, 1) if num_classes is None else num_classes
    num_classes = whole_number("num_classes", most, least=1)
    for number in classes:
        if number != int(number) or not 0 <= number < num_classes:
            expected = f"expected classes to be whole numbers from 0 to {num_classes - 1}"
            raise ValueError(f"{expected}, received {number:g}")
    return arrayed([[float(i == number) for i in range(num_classes)] for number in classes])
