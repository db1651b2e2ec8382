"""Gradient checking: is a derivative right, and if it is not, where?

- `gradcheck` and `check_grads` compare the rules of the table, or your own, with differences of
  the forward pass;
- `assert_gradients` compares the gradients of `backward()` with numbers worked out by hand.

A test of one gradient needs no more than pytest:

    y.backward()
    assert x.grad == pytest.approx(6.0)
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from typing import Any

from autograd.checking.differences import UNDECIDED, WRONG, Differences
from autograd.cleaning import listing, quoted, received
from autograd.functional import check_recording, jacobian, nodes_of
from autograd.languages import ENGLISH, spoken
from autograd.notation.accumulation import held
from autograd.notation.names import Names
from autograd.notation.numbers import show_number
from autograd.notation.text import in_columns
from autograd.options import whole_number, wrong_kind
from autograd.passed_by import why_passed_by
from autograd.real import divide, real
from autograd.trees import flatten, number_of, paths, rebuild
from autograd.value import Constant, Value, topological_order
from autograd.walks import order_of


class GradcheckError(AssertionError):
    """A derivative is wrong, or cannot be told from a wrong one; the message is a table of all."""


def gradcheck(
    func: Callable[..., Any],
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
) -> bool:
    """Check the gradients of `backward()` for `func` against differences of its forward pass.

    The derivative of an output by an input is right if all numbers are finite and

        |analytic - numeric| <= atol + rtol * |numeric|

    where numeric = (func(x + eps) - func(x - eps)) / (2 eps).

    At a kink the differences to the left and to the right disagree, however small eps is. Every
    number between the two differences is then a subgradient, and right. At a jump no number is
    right; so the check of a second derivative fails at a kink of the function.

    Rounding makes noise: each number on the way may be off by some units in its last place, which
    the output has times its derivative by that number. 32 units, divided by eps, are allowed. Where
    that could hide a mistake, a larger step decides, in which there is less noise. Where the
    function bends within the step, so that the three steps eps, eps / 2 and eps / 4 differ a
    little, their extrapolation decides. Where nothing can tell a right derivative from a wrong one,
    the verdict is CANNOT TELL: the check fails, and asks for a larger or a smaller eps.

    Args:
        func: takes the inputs as positional arguments; returns a number, or a list or tuple of
            numbers, nested as you like.
        inputs: a tuple or list of arguments: numbers, Values, or lists and tuples of them, nested
            as you like. A single number or Value stands for itself. `func` receives copies, and
            all gradients are left unchanged.
        eps: how far each input is moved; not scaled by its size.
        atol: absolute tolerance.
        rtol: relative tolerance.
        raise_exception: whether to raise if a derivative is wrong; if not, False is returned.

    Returns:
        True if all derivatives are right, kinks included; else, undecided ones included, False,
            if nothing is raised.

    Raises:
        GradcheckError: a derivative is wrong, or the differences cannot tell, and the message is a
            table of all; or `func` does not return the same numbers when it is called again.
        ValueError: there is no input, an input is not finite, or `eps` is too small for an input.
        RuntimeError: nothing is recorded, because of `no_grad()`.

    Source: the arguments, and what they mean, are those of torch.autograd.gradcheck.

    >>> gradcheck(lambda x, w: (w[0] * x + w[1]).tanh(), (0.5, [2.0, -1.0]))
    True
    """
    __tracebackhide__ = True
    if not callable(func):
        raise TypeError(
            f"expected a function to check, as in gradcheck(lambda x: x * x, [3.0]), received"
            f" {received(func)}"
        )
    return _conclude(_compare(func, inputs, eps, atol, rtol), raise_exception)


def check_grads(
    f: Callable[..., Any],
    args: Any,
    order: int = 2,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
) -> bool:
    """Check the derivatives of `f` of each order up to `order`, each by `gradcheck`.

    The first is checked against differences of `f`, the second against differences of the
    jacobian of `f`, and so on. For n inputs and m outputs, m * n**k derivatives have order k.

    Args:
        f: as for `gradcheck`.
        args: as for `gradcheck`.
        order: the highest order to check, at least 1.
        eps: as for `gradcheck`.
        atol: as for `gradcheck`.
        rtol: as for `gradcheck`.
        raise_exception: as for `gradcheck`.

    Returns:
        True if all derivatives are right.

    Raises:
        GradcheckError: a derivative is wrong; the message names the order.
        ValueError: as for `gradcheck`; or `order` is less than 1.
        RuntimeError: as for `gradcheck`.

    Source: the name is that of jax.test_util.check_grads and of autograd.test_util.check_grads.

    >>> check_grads(lambda x, y: x**3 * y, (2.0, 5.0), order=3)
    True
    """
    __tracebackhide__ = True
    whole_number("order", order, least=1)
    everything = tuple(range(len(_arguments(args))))
    for reached in range(1, order + 1):
        problem = _compare(f, args, eps, atol, rtol)
        if problem:
            return _conclude(f"derivatives of order {reached}: {problem}", raise_exception)
        f = jacobian(f, everything)
    return True


def assert_gradients(
    output: Value,
    expected: Mapping[Any, float] | None = None,
    /,
    *,
    rel: float = 1e-6,
    abs: float = 1e-12,  # noqa: A002  # pytest.approx has these two names for the tolerances
    **labelled: float,
) -> None:
    """Assert that the gradients of `output` are the numbers that were worked out by hand.

    The gradients are those of one backward pass that starts from zeros, whatever `.grad` holds;
    `.grad` is left unchanged. A gradient is right if it differs from the expected number by at most
    `rel` times the larger of the two, or by at most `abs`.

    Args:
        output: the node to differentiate.
        expected: the expected gradient by Value, by label, or by the name that steps and pictures
            show, such as "w#2" or "a*b"; of leaves or of inner nodes.
        rel: relative tolerance.
        abs: absolute tolerance.
        labelled: further expected gradients, by label.

    Raises:
        GradcheckError: a gradient is wrong; the message is a table of all.
        ValueError: no gradient is expected; or a label belongs to no node, or to more than one.
        TypeError: `output` is not a Value, or an expected gradient is not a number.

    >>> x, w = Value(3.0, label="x"), Value(-2.0, label="w")
    >>> assert_gradients(w * x**2, x=-12.0, w=9.0)
    >>> assert_gradients(w * x**2, {x: -12.0, w: 6.0})
    Traceback (most recent call last):
    autograd.checking.gradients.GradcheckError: 1 of 2 wrong: gradients (rel=1e-06, abs=1e-12)
    node  expected  got  difference  verdict
    x     -12       -12  0           right
    w     6         9    3           WRONG
    """
    __tracebackhide__ = True
    if not isinstance(output, Value):
        raise wrong_kind("a Value to differentiate", output)
    if not isinstance(expected or {}, Mapping):
        raise wrong_kind("gradients by node, as {w: 0.5}", expected)
    asked = {**(expected or {}), **labelled}
    if not asked:
        raise ValueError("expected at least one gradient to check: a mapping, or label=number")
    order = topological_order(output)
    nodes = [key if isinstance(key, Value) else _called(key, order) for key in asked]
    names = Names(order_of([output, *nodes]))
    rows = []
    for node, number, got in zip(nodes, asked.values(), _backward(output, nodes), strict=True):
        wanted = real(number)
        verdict = "right" if math.isclose(got, wanted, rel_tol=rel, abs_tol=abs) else "WRONG"
        if node not in order:
            why = why_passed_by(node, order)
            verdict += f", the output does not depend on it{why and f': {why}'}"
        elif verdict == "WRONG" and math.isclose(wanted, node.grad, rel_tol=rel, abs_tol=abs):
            told = spoken(ENGLISH, held, node, names.text(node), got, output).sentence
            verdict += f", {told}".removesuffix(", ")
        rows.append([names.text(node), *map(_shown, (wanted, got, got - wanted)), verdict])
    columns = "node, expected, got, difference, verdict"
    _conclude(_report(f"gradients ({rel=}, {abs=})", columns, rows), raise_exception=True)


def _compare(func: Callable[..., Any], inputs: Any, eps: float, atol: float, rtol: float) -> str:
    """Return what is wrong with the derivatives of `func`; "" if all are right."""
    check_recording()
    arguments = _arguments(inputs)
    point = [number_of(number) for number in flatten(arguments)]
    if not point or not all(map(math.isfinite, point)):
        raise ValueError(f"expected at least one input, and finite ones, received {point}")
    if not 0.0 < eps < math.inf:
        raise ValueError(f"expected an eps above 0, such as 1e-6, received {eps}")

    def run(numbers: list[float]) -> tuple[list[Value], list[str], list[Value]]:
        leaves = [Value(number) for number in numbers]
        output = func(*rebuild(arguments, leaves))
        return leaves, paths(output, "output"), nodes_of(func, output)

    leaves, outputs, nodes = run(point)
    values, analytic = _numbers(nodes), [_backward(node, leaves) for node in nodes]
    leaves, _, nodes = run(point)
    again = _numbers(nodes), [_backward(node, leaves) for node in nodes]
    if repr(again) != repr((values, analytic)):  # as text, so that a nan equals a nan
        return (
            "func is not deterministic: called twice with the same inputs, it gave the numbers"
            f" and gradients {(values, analytic)!s:.200} and then {again!s:.200}; give what is"
            " random in it a seed of its own in each call"
        )

    def forward(numbers: list[float]) -> list[float]:
        return _numbers(run(numbers)[2])

    rows, noises = [], [32.0 * _rounding(node) for node in nodes]
    for i, name in enumerate(paths(arguments, "inputs")):
        slopes = functools.cache(functools.partial(_slopes, forward, point, i))
        for j, output in enumerate(outputs):

            def slopes_of(step: float, slopes: Any = slopes, j: int = j) -> tuple[float, float]:
                found: tuple[float, float] = slopes(step)[j]
                return found

            exact, numeric = analytic[j][i], sum(slopes_of(eps)) / 2.0  # the central difference
            verdict = Differences(slopes_of, noises[j], eps, atol, rtol).verdict(exact)
            error = abs(exact - numeric)
            numbers = exact, numeric, error, divide(error, abs(numeric))
            rows.append([name, output, *map(_shown, numbers), verdict])
    columns = "input, output, analytic, numeric, absolute error, relative error, verdict"
    return _report(f"derivatives by backward() ({eps=}, {atol=}, {rtol=})", columns, rows)


def _rounding(output: Value) -> float:
    """Return by how much an output changes if each number on the way is off by a unit in its last.

    The changes have either sign, so they add up as the lengths of vectors at right angles do.

    Source: N. J. Higham, Accuracy and stability of numerical algorithms, 2002, chapters 2 and 3.
    """
    order = [node for node in topological_order(output) if node.op is not None]
    weights = _backward(output, order)
    changes = [abs(w) * math.ulp(n.data) for w, n in zip(weights, order, strict=True)]
    return math.hypot(*filter(math.isfinite, changes))


def _slopes(
    forward: Callable[[list[float]], list[float]], point: list[float], i: int, step: float
) -> list[tuple[float, float]]:
    """Return the slopes of each output to the left and to the right of input i."""
    x = point[i]
    below, above = x - step, x + step
    if not below < x < above:
        raise ValueError(f"a step of {step} does not change the input {x}; take a larger eps")
    low, middle, high = (forward([*point[:i], x, *point[i + 1 :]]) for x in (below, x, above))
    if not len(low) == len(middle) == len(high):
        raise ValueError(
            "expected as many outputs everywhere, received"
            f" {len(low)}, {len(middle)} and {len(high)} around the input {x}"
        )
    return [
        ((y - y_below) / (x - below), (y_above - y) / (above - x))
        for y_below, y, y_above in zip(low, middle, high, strict=True)
    ]


def _backward(output: Value, nodes: list[Value]) -> list[float]:
    """Return the gradients of `nodes` by a backward pass from zeros; `.grad` is left unchanged."""
    order = topological_order(output)
    before = [(node.grad, node.has_grad, node._left_partial) for node in order]
    try:
        for node in order:
            node.grad = 0.0
        output.backward()
        reached = {node: node.grad for node in order}
        return [reached.get(node, 0.0) for node in nodes]
    finally:
        for node, (gradient, has_gradient, kept) in zip(order, before, strict=True):
            # A leaf also keeps what it held before its latest pass: `held` tells of it.
            node.grad, node.has_grad, node._left_partial = gradient, has_gradient, kept


def _called(name: str, order: list[Value]) -> Value:
    """The node of a label, or of a name that is shown elsewhere, such as `w#2` or `a*b`."""
    found = [node for node in order if node.label and node.label == name]
    if len(found) == 1:
        return found[0]
    known = Names(order)
    if found:
        others = listing(quoted(known.text(node)) for node in found[1:])
        raise ValueError(
            f"{len(found)} nodes are labelled {quoted(name)}: give the Value itself; or the name"
            f" {others}, if that is the one"
        )
    for node in order:
        if known.text(node) == name and not isinstance(node, Constant):
            return node
    labels = listing(sorted({node.label for node in order if node.label})) or "none"
    raise ValueError(f"unknown label: {quoted(name)} (labels in the graph: {labels})")


def _arguments(inputs: Any) -> list[Any] | tuple[Any, ...]:
    return inputs if isinstance(inputs, (list, tuple)) else (inputs,)


def _numbers(nodes: list[Value]) -> list[float]:
    return [node.data for node in nodes]


def _report(what: str, columns: str, rows: list[list[str]]) -> str:
    """Return a table whose last column is verdicts; "" if none is WRONG, and all are decided."""
    counts = {
        kind: sum(row[-1].startswith(begin) for row in rows)
        for kind, begin in (("wrong", WRONG), ("undecided", UNDECIDED))
    }
    found = [f"{count} of {len(rows)} {kind}" for kind, count in counts.items() if count]
    if not found:
        return ""
    lines = in_columns([columns.split(", "), *rows])
    return "\n".join([f"{', '.join(found)}: {what}", *lines])


def _conclude(problem: str, raise_exception: bool) -> bool:
    __tracebackhide__ = True
    if problem and raise_exception:
        raise GradcheckError(problem)
    return not problem


def _shown(number: float) -> str:
    return show_number(number, 9)
