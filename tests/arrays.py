"""Arrays as lists, so that a test compares all numbers at once, and not number by number."""

from typing import Any


def lists(numbers: Any) -> Any:
    """Return numbers with Python's lists in the place of NumPy's arrays, at any depth."""
    if hasattr(numbers, "tolist"):
        return numbers.tolist()
    return [lists(part) for part in numbers] if isinstance(numbers, (list, tuple)) else numbers
