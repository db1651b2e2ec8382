"""Real numbers as IEEE 754 has them.

Python raises where IEEE arithmetic has an answer (`1 / 0`, `math.log(0)`, `math.exp(1000)`) and
turns complex where it has none (`(-8) ** (1 / 3)`). The engine follows IEEE, as PyTorch's doubles
do: a pole is an infinity, a point outside the domain is a nan, and nothing raises.

The functions also take a number that is not known yet, a symbol that has `elementary`: so the same
lines compute with floats, and write a program in another language when they are fed with symbols.
"""

import math
from collections.abc import Callable, Sequence
from functools import reduce
from numbers import Real
from operator import attrgetter
from typing import Any, Final

from autograd.cleaning import kind_of, name_of, quoted

inf = math.inf
nan = math.nan
pi = math.pi


def real(number: object) -> float:
    """Return `number` as a float; refuse anything but one real number.

    Args:
        number: an int, a float, any `numbers.Real`, a NumPy scalar or a 0-d array of reals.

    Raises:
        TypeError: `number` is of another kind; the message says of which.
        ValueError: a masked array hides it.
        OverflowError: `number` is an int too large for a double.

    >>> real(3)
    3.0
    >>> real("3")
    Traceback (most recent call last):
    TypeError: expected a real number, received str: '3'; write float(text)
    """
    if type(number) is float:
        return number
    if isinstance(number, int):
        try:
            return float(number)
        except OverflowError:
            raise _too_large(number) from None
    if isinstance(number, float):  # of a class derived from it, as NumPy's
        return float(number)
    if isinstance(number, Real):
        return _of_real(number)
    # NumPy is not a dependency: its scalars and 0-d arrays are recognised by shape and kind.
    _refuse_class(number)
    shape, dtype = getattr(number, "shape", None), getattr(number, "dtype", None)
    if shape == () and getattr(dtype, "kind", None) in {"b", "i", "u", "f"}:
        return _of_scalar(number)
    raise TypeError(f"expected a real number, received {kind_of(number)}{_advice(number, shape)}")


def _advice(number: Any, shape: Any) -> str:
    """What is said of something that is no real number: what it is, and what to write instead."""
    if shape and hasattr(number, "to_numpy"):
        return f" of shape {tuple(shape)}; write its .to_numpy()"
    if shape:
        return (
            f" of shape {tuple(shape)}; a Value is one number, so write a loop or a comprehension:"
            " [x * value for x in array]"
        )
    if hasattr(number, "has_grad"):
        return "; its number is its .data"
    if hasattr(number, "parents"):
        return (
            ", a number of a function that is being recorded, among Values, whose numbers would be"
            " frozen: pass these to the function as arguments, or use their .data; and write x, not"
            " Value(x)"
        )
    if isinstance(number, (list, tuple)) and any(hasattr(x, "parents") for x in number):
        return "; write a comprehension, as [exp(v) for v in values], or maximum(a, b) of several"
    return f": {quoted(number, 60)}{_ADVICE.get(type(number).__name__, '')}"


def _refuse_class(number: object) -> None:
    """Refuse a class: what it has, it has for its objects."""
    if isinstance(number, type):
        raise TypeError(f"expected a real number, received the class {name_of(number)}; call it")


def _of_real(number: Any) -> float:
    try:
        return float(number)
    except OverflowError:  # of a fraction
        raise _too_large(number) from None


def _of_scalar(number: Any) -> float:
    """A scalar of NumPy's as a float; a masked array's may hide its number, and would give nan."""
    if getattr(number, "mask", False):
        raise ValueError(
            "expected a number that is known, received one that a masked array hides: write"
            " array.filled(0.0), or leave it out with array.compressed()"
        )
    return float(number)


def _too_large(number: object) -> OverflowError:
    return OverflowError(
        f"expected a number that a double can hold, up to 1.8e308, received a larger"
        f" {kind_of(number)}; write float('inf') for infinity"
    )


_SEVERAL = (
    *("set", "frozenset", "range", "generator", "map", "zip", "filter"),
    *("dict_keys", "dict_values", "array", "deque"),
)

_ADVICE = {
    **dict.fromkeys(_SEVERAL, "; several numbers stand in a list: write list(numbers)"),
    "str": "; write float(text)",
    "NoneType": "; a gradient is cleared by 0.0, and a function without `return` gives None",
    "list": "; a Value is one number, so write a comprehension, as [Value(x) for x in numbers]",
    "tuple": "; a Value is one number, so write a comprehension, as [Value(x) for x in numbers]",
    "complex": "; its real part is its .real",
    "Decimal": "; write float(number)",
    "function": "; call it, or write grad(f) for its derivative",
    "builtin_function_or_method": "; call it",
    "method": "; call it",
}
"""What to write instead, by the name of a type."""


def _extended(function: Callable[[float], float], pole: float = nan) -> Callable[[Any], Any]:
    """`function` from `math`, with IEEE's answer where it would raise."""
    name = function.__name__

    def extended(a: Any) -> Any:
        if not isinstance(a, float) and hasattr(a, "elementary"):  # raising would take long
            return a.elementary(name, a)
        try:
            return function(a)
        except OverflowError:
            return math.copysign(inf, a)
        except ValueError:
            return -inf if a == pole else nan
        except TypeError:
            return symbolic(name, a)

    return extended


def symbolic(name: str, *inputs: Any) -> Any:
    """Return the function `name` of the inputs as a symbol among them writes it.

    Raises:
        TypeError: no input is a symbol.
    """
    for number in inputs:
        if hasattr(number, "elementary"):
            return number.elementary(name, *inputs)
    raise TypeError(f"expected numbers for {name}, received {quoted(inputs)}")


exp = _extended(math.exp)
expm1 = _extended(math.expm1)
log = _extended(math.log, pole=0.0)
log1p = _extended(math.log1p, pole=-1.0)
log2 = _extended(math.log2, pole=0.0)
log10 = _extended(math.log10, pole=0.0)
sqrt = _extended(math.sqrt)
sin = _extended(math.sin)
cos = _extended(math.cos)
tan = _extended(math.tan)
asin = _extended(math.asin)
acos = _extended(math.acos)
atan = _extended(math.atan)
sinh = _extended(math.sinh)
_cosh = _extended(math.cosh)
asinh = _extended(math.asinh)
acosh = _extended(math.acosh)
erf = _extended(math.erf)
erfc = _extended(math.erfc)
absolute = abs
_tanh: Final = math.tanh  # looked up once: compiled code would look in `math` at every call


def cosh(a: Any) -> Any:
    """(e**a + e**-a) / 2, even where it overflows."""
    return _cosh(abs(a))


def atanh(a: Any) -> Any:
    """ln((1 + a) / (1 - a)) / 2; infinite at -1 and 1."""
    try:
        return math.atanh(a)
    except ValueError:
        return math.copysign(inf, a) if abs(a) == 1.0 else nan
    except TypeError:
        return symbolic("atanh", a)


def tanh(a: Any) -> Any:
    """(e**a - e**-a) / (e**a + e**-a).

    A symbol gets the rest as well: machine code makes both of one exponential.
    """
    if not isinstance(a, float) and hasattr(a, "elementary"):  # as above
        return a.elementary("tanh", a, _rest_of_tanh(a))
    try:
        return _tanh(a)
    except TypeError:
        return symbolic("tanh", a, _rest_of_tanh(a))


def tanh_slope(a: Any) -> Any:
    """1 - tanh(a)**2: written so, it would lose all digits where tanh(a) rounds to 1."""
    if isinstance(a, float) and -354.0 < a < 354.0:  # a float for the compiler: no objects between
        rest = 2.0 / (math.exp(2.0 * abs(a)) + 1.0)
        return rest * (2.0 - rest)
    size = _rest_of_tanh(a)
    return size * (2.0 - size)


def _rest_of_tanh(a: Any) -> Any:
    """1 - |tanh(a)|."""
    return 2.0 / (exp(2.0 * abs(a)) + 1.0)


def floor(a: Any) -> Any:
    """The largest whole number that is not above a."""
    try:
        return float(math.floor(a)) or a * 0.0  # of -0.0 the sign is kept
    except (OverflowError, ValueError):  # infinite, or nan
        return a
    except TypeError:
        return symbolic("floor", a)


def atan2(a: Any, b: Any) -> Any:
    """The angle from the x axis to the point (b, a)."""
    try:
        return math.atan2(a, b)
    except TypeError:
        return symbolic("atan2", a, b)


def sign(a: Any) -> Any:
    """1, -1, or a itself, if a is a zero or nan."""
    return choose(a > 0.0, 1.0, choose(a < 0.0, -1.0, a))


def divide(a: Any, b: Any) -> Any:
    """Return a / b; a pole is an infinity, whose sign that of a zero decides too; 0 / 0 is nan."""
    try:
        return a / b
    except ZeroDivisionError:
        return nan if a == 0 or math.isnan(a) else math.copysign(inf, a) * math.copysign(1.0, b)


def power(a: Any, b: Any) -> Any:
    """a**b; outside the reals it is nan, never complex. A square is rounded as a product is."""
    if isinstance(b, float) and b == 2.0:
        return a * a
    try:
        return math.pow(a, b)
    except OverflowError:
        size = inf
    except ValueError:
        size = inf if a == 0 else nan
    except TypeError:
        return symbolic("pow", a, b)
    return math.copysign(size, a) if abs(math.fmod(b, 2.0)) == 1.0 else size  # b is odd


def power_by_base(a: Any, b: Any) -> Any:
    """Return b * a**(b - 1), but 0 where b is 0, and where b is infinite and the power is 0."""
    size = power(a, b - 1.0)
    slope = choose(size == 0.0, choose(abs(b) == inf, 0.0, b * size), b * size)
    return choose(b == 0.0, 0.0, slope)


def power_by_exponent(a: Any, b: Any) -> Any:
    """Return a**b * ln(a), but 0 where a is 0 and b is at least 0, and where a**-b is infinite."""
    size, logarithm = power(a, b), log(choose(a == 0.0, choose(b >= 0.0, 1.0, a), a))
    slope = size * logarithm
    return choose(size == 0.0, choose(logarithm == inf, 0.0, slope), slope)


def cbrt(a: Any) -> Any:
    """The real cube root: a power, and a Newton step, for no double is exactly 1/3."""
    size = power(abs(a), 1.0 / 3.0)
    size -= (size - divide(abs(a), size * size)) / 3.0
    # Zeros and infinities, of which a step makes nan, are their own roots.
    return choose(a + a == a, a, choose(a < 0.0, -size, size))


def sigmoid(a: Any) -> Any:
    """1 / (1 + e**-a), without overflow on either side."""
    if isinstance(a, float):  # a float for the compiler: no objects between
        falling = math.exp(-abs(a))
        return (1.0 if a >= 0.0 else falling) / (1.0 + falling)
    symbol = exp(-abs(a))
    return choose(a >= 0.0, 1.0, symbol) / (1.0 + symbol)


def sigmoid_slope(a: Any) -> Any:
    """s(1 - s) with s = sigmoid(a): written so, it would lose all digits where s rounds to 1."""
    if isinstance(a, float):
        falling = math.exp(-abs(a))
        return falling / ((1.0 + falling) * (1.0 + falling))
    symbol = exp(-abs(a))
    return symbol / ((1.0 + symbol) * (1.0 + symbol))


def softplus(a: Any) -> Any:
    """ln(1 + e**a), without overflow."""
    return maximum(a, 0.0) + log1p(exp(-abs(a)))


def maximum(*numbers: Any) -> Any:
    """The largest number; nan if any is nan."""
    return reduce(_larger, _at_least_one(numbers, "maximum"))


def minimum(*numbers: Any) -> Any:
    """The smallest number; nan if any is nan."""
    return reduce(_smaller, _at_least_one(numbers, "minimum"))


def _at_least_one(numbers: tuple[Any, ...], name: str) -> tuple[Any, ...]:
    if not numbers:
        raise TypeError(f"{name} takes at least 1 input, received 0")
    return numbers


def _larger(a: Any, b: Any) -> Any:
    return choose((a >= b) | (a != a), a, b)  # noqa: PLR0124  # only nan differs from itself


def _smaller(a: Any, b: Any) -> Any:
    return choose((a <= b) | (a != a), a, b)  # noqa: PLR0124  # as above


def choose(condition: Any, a: Any, b: Any) -> Any:
    """Return a where the condition holds, else b: an `if` that holds for symbols as well."""
    if condition.__class__ is bool:
        return a if condition else b
    return condition.choose(a, b)


def take(index: Any, *values: Any) -> Any:
    """The value whose place, counted from 0, is nearest to the index; nan beyond the ends."""
    end = len(values) - 0.5
    if isinstance(index, float):
        return values[math.floor(index + 0.5)] if -0.5 <= index < end else nan
    if not values:
        return nan
    has_none = (index < -0.5) | (index >= end) | (index != index)  # noqa: PLR0124  # as above
    return choose(has_none, nan, _nearest(index, values, 0))


def _nearest(index: Any, values: Sequence[Any], first: int) -> Any:
    """The value at an index by halves: one choice for each time that their number doubles."""
    if len(values) == 1:
        return values[0]
    half = len(values) // 2
    later = _nearest(index, values[half:], first + half)
    return choose(index >= first + half - 0.5, later, _nearest(index, values[:half], first))


def add_up(*terms: Any) -> Any:
    """The terms added from left to right (the built-in `sum` rounds differently since 3.12)."""
    total: Any = -0.0  # which changes nothing, not even the sign of a zero
    for term in terms:
        total += term
    return total


def dot(*inputs: Any) -> Any:
    """w1*x1 + ... + wn*xn + b from `w1, ..., wn, x1, ..., xn, b`, added from left to right."""
    half = len(inputs) // 2
    total: Any = -0.0  # as above
    for i in range(half):
        total += inputs[i] * inputs[half + i]
    return total + inputs[-1]


def multiply(*factors: Any) -> Any:
    """The factors multiplied from left to right."""
    product: Any = 1.0
    for factor in factors:
        product *= factor
    return product


def norm(*numbers: Any) -> Any:
    """sqrt(a1**2 + ... + an**2), in units of the largest size, so that no square overflows."""
    if not numbers:
        return 0.0
    largest = maximum(*map(abs, numbers))
    unit = choose((largest == 0.0) | (largest == inf), 1.0, largest)
    shares = [number / unit for number in numbers]
    return unit * sqrt(add_up(*(share * share for share in shares)))


def hypot(a: Any, b: Any) -> Any:
    """sqrt(a**2 + b**2); infinite if a or b is, though the other be nan."""
    return choose((abs(a) == inf) | (abs(b) == inf), inf, norm(a, b))


def xlogy(a: Any, b: Any) -> Any:
    """Return a ln(b), but 0 where a is 0 and b is not nan."""
    zero = choose(b != b, b, 0.0)  # noqa: PLR0124  # only nan differs from itself
    return choose(a == 0.0, zero, a * log(b))


def xdivy(a: Any, b: Any) -> Any:
    """Return a / b, but 0 where a is 0, whatever b is."""
    return choose(a == 0.0, 0.0, divide(a, b))


def gelu(a: Any) -> Any:
    """Return a times the part of a normal distribution that lies below a."""
    return _part(a, 0.5 * erfc(-a / math.sqrt(2.0)))


def silu(a: Any) -> Any:
    """Return a sigmoid(a)."""
    return _part(a, sigmoid(a))


def mish(a: Any) -> Any:
    """Return a tanh(softplus(a))."""
    return _part(a, tanh(softplus(a)))


def _part(a: Any, share: Any) -> Any:
    """Return a times a share that vanishes faster than a grows: -inf times 0 is 0 here."""
    return choose(share == 0.0, 0.0, a * share)


def elu(a: Any, alpha: Any) -> Any:
    """Return a where a > 0, else alpha (e**a - 1)."""
    return choose(a > 0.0, a, alpha * expm1(a))


def softsign(a: Any) -> Any:
    """Return a / (1 + |a|); 1 and -1 at the infinities."""
    below = 1.0 + abs(a)
    return choose(abs(a) == below, sign(a), a / below)


def shift(a: Any, b: Any) -> Any:
    """Return a - b, but 0 where they are equal, the infinities too."""
    return choose(a == b, 0.0, a - b)


def log_sum_exp(*scores: Any) -> Any:
    """ln(e**s1 + ... + e**sn), shifted by the largest score so that nothing overflows."""
    largest = maximum(*scores)
    return largest + _log_of_shifted(scores, largest)


def first_share(*scores: Any) -> Any:
    """e**s1 / (e**s1 + ... + e**sn), shifted by the largest score too."""
    exponentials = _shifted_exponentials(scores, maximum(*in_one_order(scores)))
    return exponentials[0] / add_up(*exponentials)


def log_first_share(*scores: Any) -> Any:
    """ln(e**s1 / (e**s1 + ... + e**sn)), shifted too."""
    largest = maximum(*in_one_order(scores))
    return shift(scores[0], largest) - _log_of_shifted(scores, largest)


def in_one_order(scores: Sequence[Any]) -> Sequence[Any]:
    """Return registers of a program in its order: all shares then have one line for the largest."""
    try:
        return sorted(scores, key=attrgetter("index"))
    except AttributeError:  # they are numbers
        return scores


def _shifted_exponentials(scores: Sequence[Any], largest: Any) -> list[Any]:
    return [exp(shift(score, largest)) for score in scores]


def _log_of_shifted(scores: Sequence[Any], largest: Any) -> Any:
    """The logarithm of what they add up to: beside the 1 of the largest the others are not lost."""
    exponentials = _shifted_exponentials(scores, largest)
    are_largest = [score == largest for score in scores]
    count = add_up(*(choose(is_largest, 1.0, 0.0) for is_largest in are_largest))
    others = add_up(*map(choose, are_largest, [0.0] * len(scores), exponentials))
    return log1p((count - 1.0) + others)
