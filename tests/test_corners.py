"""Corners: ends of the range, zeros, infinities, ties, and digits that must not cancel.

Each derivative is asked for in every way there is: an edge of the graph, `backward()`, a graph of
the derivative, and compiled code.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import mpmath
import pytest
from mpmath import mp

import autograd
from autograd import TABLE, Value, clamp, grad, gradients, hessian, jacobian, maximum, minimum
from autograd.codegen.backends import BACKENDS

inf, nan = math.inf, math.nan


@pytest.fixture(autouse=True)
def many_digits() -> Iterator[None]:
    with mp.workdps(400):
        yield


def in_every_way(f: Callable[..., Any], *point: float) -> Iterator[tuple[str, list[float]]]:
    """The gradient of f at a point, and the way in which it was computed."""
    leaves = [Value(number) for number in point]
    y = f(*leaves)
    y.backward()
    yield "backward", [leaf.grad for leaf in leaves]
    yield "graph", [node.data for node in gradients(f(*leaves), leaves)]
    everything = tuple(range(len(point)))
    for backend in BACKENDS:
        compiled = autograd.compile(f, everything, batch=everything, backend=backend)
        columns = compiled.grad(*([number] * 5 for number in point))
        for row in zip(*columns, strict=True):
            yield backend, list(row)


def same(a: float, b: float, units: float = 0.0) -> bool:
    """Whether two numbers are nan, or the same but for so many units in the last place."""
    return (math.isnan(a) and math.isnan(b)) or a == b or abs(a - b) <= units * math.ulp(b)


def check(f: Callable[..., Any], point: Sequence[float], expected: Sequence[float]) -> None:
    for way, found in in_every_way(f, *point):
        assert all(map(same, found, expected)), (way, point, found)


# -------------------------------------------------------- digits that must not cancel


def exact_sigmoid(a: Any) -> Any:
    return 1 / (1 + mp.exp(-a))


STEEP: dict[str, Any] = {
    "sigmoid": (autograd.sigmoid, exact_sigmoid),
    "tanh": (autograd.tanh, mp.tanh),
    "expm1": (autograd.expm1, mp.expm1),
    "softplus": (autograd.softplus, lambda a: mp.log1p(mp.exp(a))),
    "silu": (autograd.silu, lambda a: a * exact_sigmoid(a)),
    "mish": (autograd.mish, lambda a: a * mp.tanh(mp.log1p(mp.exp(a)))),
}
FAR = [1e-9, 0.3, 1.0, 3.0, 9.0, 18.5, 20.0, 36.0, 38.0, 40.0, 100.0, 300.0]


@pytest.mark.parametrize("x", [*FAR, *(-x for x in FAR)])
@pytest.mark.parametrize("name", STEEP)
def test_first_and_second_derivatives_keep_their_digits_however_flat_it_is(
    name: str, x: float
) -> None:
    f, exact = STEEP[name]
    first, second = (float(mpmath.diff(exact, mp.mpf(x), order)) for order in (1, 2))
    for way, (found,) in in_every_way(f, x):
        assert same(found, first, units=12), (way, found, first)
    for way, (found,) in in_every_way(grad(f), x):
        assert same(found, second, units=40), (way, found, second)


@pytest.mark.parametrize(
    ("f", "exact", "x"),
    [
        (f, exact, x)
        for f, exact in [
            (autograd.asin, lambda a: 1 / mp.sqrt(1 - a * a)),
            (autograd.acos, lambda a: -1 / mp.sqrt(1 - a * a)),
            (autograd.atanh, lambda a: 1 / (1 - a * a)),
        ]
        for x in (1e-9, 0.5, 0.51, 1 - 1e-9, 1 - 2**-53, -1 + 2**-53)
    ]
    + [(autograd.acosh, lambda a: 1 / mp.sqrt(a * a - 1), x) for x in (1 + 2**-52, 1.1, 1e9, 1e300)]
    + [
        (autograd.asinh, lambda a: 1 / mp.sqrt(a * a + 1), x)
        for x in (1e-300, -1e-9, 1.1, -1e9, 1e300)
    ],
)
def test_derivatives_of_arc_functions_keep_their_digits_at_the_ends(
    f: Any, exact: Any, x: float
) -> None:
    first, second = float(exact(mp.mpf(x))), float(mpmath.diff(exact, mp.mpf(x)))
    for way, (found,) in in_every_way(f, x):
        assert same(found, first, units=4), (way, found, first)
    if first < 1e8 and abs(second) > 1e-300:
        for way, (found,) in in_every_way(grad(f), x):
            assert same(found, second, units=12), (way, found, second)


@pytest.mark.parametrize("size", [1.0, 1e8, 1e16, -1e16, 1e300])
def test_two_equal_scores_share_by_halves_however_large_they_are(size: float) -> None:
    check(lambda a, b: autograd.logsumexp([a, b]), (size, size), (0.5, 0.5))
    check(autograd.logaddexp, (size, size), (0.5, 0.5))
    check(lambda a, b: autograd.softmax([a, b])[0], (size, size), (0.25, -0.25))
    check(lambda a, b: autograd.log_softmax([a, b])[0], (size, size), (0.5, -0.5))
    assert autograd.log_softmax([size, size]) == [-math.log(2.0)] * 2
    assert jacobian(autograd.softmax)([size, size]) == [[0.25, -0.25], [-0.25, 0.25]]
    assert hessian(autograd.logsumexp)([size, size]) == [[0.25, -0.25], [-0.25, 0.25]]


@pytest.mark.parametrize("gap", [20.0, 38.0, 300.0])
def test_a_share_near_one_has_a_derivative_with_all_digits(gap: float) -> None:
    expected = float(mp.exp(-gap) / (1 + mp.exp(-gap)) ** 2)
    for f in (
        lambda a: autograd.softmax([a, 0.0])[0],
        lambda a: -autograd.softmax([a, 0.0])[1],
        grad(lambda a: autograd.logsumexp([a, 0.0])),
        grad(lambda a: -autograd.log_softmax([a, 0.0])[0]),
    ):
        for way, (found,) in in_every_way(f, gap):
            assert same(found, expected, units=8), (way, found)


INFINITE = [
    ((inf, 0.0), inf, (1.0, 0.0)),
    ((0.0, -inf), 0.0, (1.0, 0.0)),
    ((inf, -inf), inf, (1.0, 0.0)),
    ((-inf, -inf), -inf, (0.5, 0.5)),
    ((inf, inf), inf, (0.5, 0.5)),
    ((nan, 0.0), nan, (nan, nan)),
    ((nan, inf), nan, (nan, nan)),
]


@pytest.mark.parametrize(("scores", "value", "shares"), INFINITE)
def test_infinite_scores_have_all_or_nothing_and_share_a_tie(
    scores: tuple[float, float], value: float, shares: tuple[float, float]
) -> None:
    assert same(autograd.logsumexp(scores), value)
    check(lambda a, b: autograd.logsumexp([a, b]), scores, shares)
    assert all(map(same, autograd.softmax(scores), shares))


# ------------------------------------------------------------------------- powers


def test_second_derivatives_of_a_power_are_right_at_zeros_of_base_and_exponent() -> None:
    def power(v: Any) -> Any:
        return v[0] ** v[1]

    log_2 = math.log(2.0)
    assert hessian(power)([2.0, 0.0]) == [[0.0, 0.5], [0.5, pytest.approx(log_2**2, rel=1e-15)]]
    assert hessian(power)([4.0, 0.0])[0] == [0.0, 0.25]
    for exponent in (2.0, 3.0, 7.5):
        expected = [[2.0 if exponent == 2.0 else 0.0, 0.0], [0.0, 0.0]]
        assert hessian(power)([0.0, exponent]) == expected
        for backend in BACKENDS:
            compiled = autograd.compile(hessian(power), backend=backend)
            assert compiled([0.0, exponent]) == expected, backend
            assert compiled([2.0, 0.0])[0] == [0.0, 0.5], backend


@pytest.mark.parametrize("exponent", [0.5, 1.0, 2.0, 7.5])
def test_a_power_of_zero_is_flat_in_its_exponent_at_any_order(exponent: float) -> None:
    check(lambda b: 0.0**b, (exponent,), (0.0,))
    check(grad(lambda b: 0.0**b), (exponent,), (0.0,))
    check(grad(grad(lambda b: 0.0**b)), (exponent,), (0.0,))


# --------------------------------------------------------------------------- ties


@pytest.mark.parametrize("choose", [maximum, minimum])
def test_all_that_tie_share_evenly(choose: Callable[..., Any]) -> None:
    third = 1.0 / 3.0
    check(choose, (1.5, 1.5, 1.5), (third, third, third))
    check(choose, (0.0, -0.0), (0.5, 0.5))
    check(choose, (1.5,), (1.0,))
    check(lambda x: choose(x, x, 1.5, 2.0 * x - 1.5), (1.5,), (1.0 / 4 * 4,))
    for i in range(4):
        beyond = [1.5, 1.5, 1.5]
        beyond.insert(i, 9.0 if choose is minimum else -9.0)
        check(choose, beyond, [0.0 if j == i else third for j in range(4)])


def test_largest_and_smallest_of_many_are_those_of_python() -> None:
    for numbers in itertools.permutations([0.5, -2.0, 3.0, 1.0]):
        assert maximum(*numbers) == max(numbers)
        assert minimum(*numbers) == min(numbers)
        node = maximum(*map(Value, numbers))
        assert node.partials == tuple(float(x == 3.0) for x in numbers)


@pytest.mark.parametrize("choose", [maximum, minimum])
def test_of_no_numbers_there_is_no_largest(choose: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match=f"^{choose.name} takes at least 1 input, received 0$"):  # type: ignore[attr-defined]
        choose()


def test_two_ties_one_in_the_other_share_twice_and_clamp_does_not() -> None:
    check(lambda x: minimum(maximum(x, 1.0), 1.0), (1.0,), (0.25,))
    check(lambda x: minimum(maximum(x, 1.0), 1.0), (2.0,), (0.0,))
    check(lambda x: clamp(x, 1.0, 1.0), (1.0,), (1.0,))
    check(grad(lambda x: minimum(maximum(x, 1.0), 1.0)), (1.0,), (0.0,))


@pytest.mark.parametrize(
    ("x", "low", "high", "value", "slopes"),
    [
        (-0.5, 0.0, 1.0, 0.0, (0.0, 1.0, 0.0)),
        (0.0, 0.0, 1.0, 0.0, (1.0, 0.0, 0.0)),
        (0.5, 0.0, 1.0, 0.5, (1.0, 0.0, 0.0)),
        (1.0, 0.0, 1.0, 1.0, (1.0, 0.0, 0.0)),
        (1.5, 0.0, 1.0, 1.0, (0.0, 0.0, 1.0)),
        (0.5, 1.0, 0.0, 0.0, (0.0, 0.0, 1.0)),
        (inf, 0.0, 1.0, 1.0, (0.0, 0.0, 1.0)),
        (-inf, 0.0, 1.0, 0.0, (0.0, 1.0, 0.0)),
        (nan, 0.0, 1.0, nan, (1.0, 0.0, 0.0)),
    ],
)
def test_clamp_has_slope_one_between_its_bounds_and_at_them(
    x: float, low: float, high: float, value: float, slopes: tuple[float, ...]
) -> None:
    assert same(clamp(x, low, high), value)
    check(clamp, (x, low, high), slopes)


def test_clamp_takes_one_bound_or_none() -> None:
    assert (clamp(-5.0, low=-1.0), clamp(5.0, low=-1.0), clamp(5.0, high=1.0)) == (-1.0, 5.0, 1.0)
    assert clamp(5.0) == 5.0


# ---------------------------------------------------------------- zeros and infinities

AT_ZERO = [
    (lambda x, y: autograd.hypot(x, y) ** 2, (0.0, 0.0), (0.0, 0.0)),
    (lambda x, y: autograd.norm([x, y]) ** 2, (0.0, 0.0), (0.0, 0.0)),
    (lambda x, y: autograd.norm([x, y, 0.0]), (0.0, 2.0), (0.0, 1.0)),
    (autograd.hypot, (0.0, -3.0), (0.0, -1.0)),
    (autograd.hypot, (3e200, -4e200), (0.6, -0.8)),
    (autograd.hypot, (3e-200, -4e-200), (0.6, -0.8)),
    (autograd.xlogy, (0.0, 0.0), (-inf, 0.0)),
    (autograd.xlogy, (0.0, 2.0), (math.log(2.0), 0.0)),
    (lambda t, p: -autograd.xlogy(0.0 * t, p), (1.0, 0.0), (inf * 0.0, 0.0)),
    (autograd.xlogy, (2.0, 0.0), (-inf, inf)),
    (lambda t, p: t + autograd.xlogy(0.0, p), (1.0, 0.0), (1.0, 0.0)),
    (autograd.atan2, (0.0, -2.0), (-0.5, 0.0)),
    (autograd.atan2, (3e200, 4e200), (1.6e-201, -1.2e-201)),
    (autograd.atan2, (0.0, 0.0), (nan, nan)),
]


@pytest.mark.parametrize(("f", "point", "slopes"), AT_ZERO)
def test_rows_have_derivatives_where_what_they_are_made_of_has_none(
    f: Any, point: tuple[float, ...], slopes: tuple[float, ...]
) -> None:
    for way, found in in_every_way(f, *point):
        assert all(same(a, b, units=3) for a, b in zip(found, slopes, strict=True)), (way, found)


def test_spelt_out_they_are_an_honest_nan() -> None:
    check(lambda x, y: autograd.sqrt(x * x + y * y) ** 2, (0.0, 0.0), (nan, nan))
    check(lambda x: x * x**0.5, (0.0,), (nan,))
    check(lambda x: x * autograd.log(x), (0.0,), (nan,))


ENDS = {
    "sigmoid": (0.0, 0.0),
    "tanh": (0.0, 0.0),
    "softplus": (0.0, 1.0),
    "silu": (0.0, 1.0),
    "gelu": (0.0, 1.0),
    "mish": (0.0, 1.0),
    "softsign": (0.0, 0.0),
    "selu": (0.0, autograd.ops.SELU_SCALE),
    "expm1": (0.0, inf),
    "exp2": (0.0, inf),
    "asinh": (0.0, 0.0),
    "erf": (0.0, 0.0),
    "erfc": (0.0, 0.0),
    "sign": (0.0, 0.0),
    "floor": (0.0, 0.0),
}


@pytest.mark.parametrize("name", ENDS)
def test_derivatives_at_the_infinities_are_their_limits(name: str) -> None:
    for x, slope in zip((-inf, inf), ENDS[name], strict=True):
        check(TABLE[name], (x,), (slope,))


VALUES = [
    ("gelu", -inf, 0.0),
    ("gelu", inf, inf),
    ("silu", -inf, 0.0),
    ("mish", -inf, 0.0),
    ("selu", -inf, -autograd.ops.SELU_SCALE * autograd.ops.SELU_ALPHA),
    ("softsign", -inf, -1.0),
    ("softsign", 1.7e308, 1.0),
    ("exp2", 1024.0, inf),
    ("exp2", -1074.0, 5e-324),
    ("exp2", 10.0, 1024.0),
    ("log2", 5e-324, -1074.0),
    ("log2", 0.0, -inf),
    ("log2", -1.0, nan),
    ("log10", 1e15, 15.0),
    ("log10", 0.0, -inf),
    ("acosh", 1.0, 0.0),
    ("acosh", 0.5, nan),
    ("acosh", -2.0, nan),
    ("atanh", -1.0, -inf),
    ("atanh", 1.0, inf),
    ("atanh", 1.5, nan),
    ("asinh", -inf, -inf),
    ("erfc", inf, 0.0),
    ("erfc", -inf, 2.0),
    ("floor", -0.5, -1.0),
    ("floor", -inf, -inf),
    ("floor", nan, nan),
    ("floor", 2.0**60 + 256.0, 2.0**60 + 256.0),
    ("sign", -5e-324, -1.0),
    ("sign", nan, nan),
]


@pytest.mark.parametrize(("name", "x", "expected"), VALUES)
def test_values_at_the_ends_are_their_limits_in_every_language(
    name: str, x: float, expected: float
) -> None:
    op = TABLE[name]
    assert same(op(x), expected)
    assert same(op(Value(x)).data, expected)
    for backend in BACKENDS:
        (found, *_) = autograd.compile(op, batch=0, backend=backend)([x] * 5)
        assert same(found, expected, units=2), backend


@pytest.mark.parametrize("x", [0.0, -0.0])
@pytest.mark.parametrize(
    "name", ["floor", "sign", "asinh", "atanh", "softsign", "gelu", "silu", "mish", "tanh", "selu"]
)
def test_a_zero_keeps_its_sign_in_every_language(name: str, x: float) -> None:
    found = [TABLE[name](x)]
    for backend in BACKENDS:
        found += autograd.compile(TABLE[name], batch=0, backend=backend)([x] * 5)
    assert {math.copysign(1.0, y) for y in found} == {math.copysign(1.0, x)}


def test_products_with_zeros_have_the_derivatives_of_the_others() -> None:
    check(lambda *v: autograd.prod(v), (0.0, 3.0, 5.0), (15.0, 0.0, 0.0))
    check(lambda *v: autograd.prod(v), (0.0, 0.0, 5.0), (0.0, 0.0, 0.0))
    assert hessian(autograd.prod)([0.0, 0.0, 5.0]) == [[0, 5, 0], [5, 0, 0], [0, 0, 0]]
    assert (autograd.prod([]), autograd.norm([])) == (1.0, 0.0)


def test_mean_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^mean expected at least one number, received none$"):
        autograd.mean([])
    with pytest.raises(ValueError, match=r"^log_softmax expected at least one score"):
        autograd.log_softmax([])


def test_norm_neither_overflows_nor_vanishes() -> None:
    assert autograd.norm([3e300, 4e300]) == pytest.approx(5e300, rel=1e-15)
    assert autograd.norm([3e-300, 4e-300]) == pytest.approx(5e-300, rel=1e-15)
    assert autograd.norm([5e-324]) == 5e-324
    assert autograd.norm([inf, 1.0]) == inf
    assert math.isnan(autograd.norm([nan, 1.0]))


# ------------------------------------------------------------------ a gradient that is stopped


def test_no_gradient_goes_through_stop_gradient() -> None:
    stop = autograd.stop_gradient
    check(lambda x: stop(x) * x, (3.0,), (3.0,))
    check(lambda x: stop(autograd.sqrt(x)) + x, (0.0,), (1.0,))
    check(lambda x: stop(autograd.sqrt(x)) + x, (-1.0,), (1.0,))
    assert stop(3.0) == 3.0
    x = Value(3.0)
    y = stop(x) * x
    x.data = 5.0
    y.recompute()
    assert y.data == 25.0


@pytest.mark.parametrize(
    ("name", "x", "bend"),
    [
        *[("asin", 1.0, inf), ("asin", -1.0, -inf), ("acos", 1.0, -inf), ("acos", -1.0, inf)],
        *[("atanh", 1.0, inf), ("atanh", -1.0, -inf), ("acosh", 1.0, -inf)],
    ],
)
def test_the_bend_at_the_end_of_an_inverse_function_is_its_limit(
    name: str, x: float, bend: float
) -> None:
    slope = autograd.grad(autograd.TABLE[name])
    inside = math.copysign(1.0, x) * (1.0 - 1e-9) if name != "acosh" else 1.0 + 1e-9
    assert math.copysign(1.0, autograd.grad(slope)(inside)) == math.copysign(1.0, bend)
    assert autograd.grad(slope)(x) == bend
    assert autograd.compile(autograd.grad(slope))(x) == bend
