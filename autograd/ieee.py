"""Operations of a user's at poles: IEEE's answers, as the rows of the table have them.

Rules that are written `1 / a` raise in Python where compiled code and Values have an infinity, and
`a ** 0.5` turns complex. Such an operation is computed again, on numbers that do neither.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any

from autograd import real
from autograd.cleaning import message_of, quoted


class Ieee(float):
    """A float whose arithmetic has an answer everywhere.

    >>> 1 / Ieee(0.0), Ieee(-8.0) ** 0.5
    (inf, nan)
    """

    __slots__ = ()

    @staticmethod
    def apply_primitive(op: Any, inputs: Sequence[Any]) -> Ieee:
        """Compute a row of the table."""
        return Ieee(op.value(*map(float, inputs)))


def _of_two(function: Callable[[float, float], float], *, swapped: bool) -> Callable[..., Any]:
    def method(self: Ieee, other: Any) -> Any:
        if not isinstance(other, (int, float)):
            return NotImplemented
        a, b = float(self), float(other)
        return Ieee(function(b, a) if swapped else function(a, b))

    return method


_FUNCTIONS: dict[str, Callable[[float, float], float]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": real.divide,
    "pow": real.power,
}

for _name, _function in _FUNCTIONS.items():
    setattr(Ieee, f"__{_name}__", _of_two(_function, swapped=False))
    setattr(Ieee, f"__r{_name}__", _of_two(_function, swapped=True))
for _name in ("neg", "pos", "abs"):
    _of_one = getattr(float, f"__{_name}__")
    setattr(Ieee, f"__{_name}__", lambda self, function=_of_one: Ieee(function(self)))


def extended(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function with IEEE's answers where Python raises or turns complex.

    Args:
        name: the operation's name, for errors.
        function: of floats, or of a float and a list of floats; and of whatever else rules take.

    Raises:
        ArithmeticError, ValueError: it raises on such numbers too, for it calls `math`.

    >>> extended("inverse", lambda a: 1 / a)(-0.0)
    -inf
    """
    names = getattr(getattr(function, "__code__", None), "co_names", ())
    hides = not {"abs", "real", "imag"}.isdisjoint(names)  # that of a complex number is real again

    @functools.wraps(function)
    def with_poles(*inputs: Any) -> Any:
        try:
            if hides:
                return _mapped(float, function(*_mapped(Ieee, inputs)))
            found = function(*inputs)
        except (ArithmeticError, ValueError) as error:
            return _again(name, function, inputs, error)
        except AttributeError as error:
            if not isinstance(error.obj, float):
                raise
            raise TypeError(
                f"a rule of {quoted(name)} reads the {quoted(error.name)} of an input, which is"
                f" a plain number: write a, instead of a.{error.name}"
            ) from None
        except TypeError as error:
            if "complex" not in str(error):  # as of a comparison of one
                raise
            return _again(name, function, inputs, error)
        return _again(name, function, inputs, None) if isinstance(found, complex) else found

    return with_poles


def _again(
    name: str, function: Callable[..., Any], inputs: Sequence[Any], error: Exception | None
) -> Any:
    try:
        found = _mapped(float, function(*_mapped(Ieee, inputs)))
        if isinstance(found, complex):
            raise TypeError("it gave a complex number, and a real one was expected")  # noqa: TRY301
        return found  # noqa: TRY300  # it belongs to the line before
    except (ArithmeticError, ValueError, TypeError) as second:
        numbers = ", ".join(quoted(x, 40) for x in inputs)
        raise type(second)(
            f"the operation {quoted(name)} cannot be computed of {numbers}:"
            f" {message_of(error or second)}; use"
            " autograd's functions instead of math's: they are infinite or nan there"
        ) from None


def _mapped(kind: Callable[[float], float], numbers: Any) -> Any:
    """The numbers, alone or in a list, with each float as one of another kind."""
    if isinstance(numbers, (list, tuple)):
        return [_mapped(kind, x) for x in numbers]
    return kind(numbers) if isinstance(numbers, float) else numbers
