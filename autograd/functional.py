"""Derivatives as functions and as graphs.

`gradients` differentiates a graph that is there already. The others take a function: they run it
on leaves of their own, and hand the graph to `gradients`. So all orders come from the rules of the
table, and from nowhere else.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any

from autograd import ops
from autograd.trees import Node, flatten, is_node, is_tree, rebuild
from autograd.value import Constant, Value, topological_order
from autograd.walks import order_of, pull_back

Function = Callable[..., Any]

unknown_leaf: ContextVar[Callable[[], Any] | None] = ContextVar("unknown_leaf", default=None)
"""What makes a leaf while `compile` records a function, when no number is known; else None."""


def is_compiling() -> bool:
    """Return whether `compile` is recording a function: its numbers are not known then.

    >>> is_compiling()
    False
    """
    return unknown_leaf.get() is not None


def gradients(output: Node, inputs: Sequence[Node]) -> list[Node]:
    """Return d(output)/d(input) for each of `inputs`, as nodes of a graph.

    The same chain rule as `backward()`, with the rules of the table fed with Values instead of
    floats: so the derivatives can be drawn, recomputed, and differentiated again. They are taken at
    the leaves' present numbers: after changing one, call `output.recompute()` first. A local
    derivative that is 0 whatever the numbers hands nothing on; `backward()` has nan there, where
    what comes from above is infinite.

    Args:
        output: the node to differentiate.
        inputs: nodes it was computed from; by any other the derivative is 0.

    >>> x = Value(3.0, label="x")
    >>> (first,) = gradients(x**3, [x])
    >>> (second,) = gradients(first, [x])
    >>> first.data, second.data
    (27.0, 18.0)
    """
    order = order_of([output])
    asked = set(inputs)
    depends: set[Node] = set()  # the nodes that any of `inputs` has a say in
    for node in order:
        if node in asked or not depends.isdisjoint(node.parents):
            depends.add(node)

    def times(node: Node, upstream: Any) -> list[Any]:
        # Constants go into the rules as plain floats: what is not a node has no derivative.
        numbers = [p.data if isinstance(p, Constant) else p for p in node.parents]
        fixed = [p not in depends for p in node.parents]
        return [
            None if is_fixed or _is(partial, 0.0) else _product(upstream, partial)
            for partial, is_fixed in zip(node.op.partials(node, numbers, fixed), fixed, strict=True)
        ]

    upstream = pull_back(order, {output: 1.0}, times)
    results = [upstream.get(node, 0.0) for node in inputs]
    return [result if is_node(result) else Constant(result) for result in results]


def grad(f: Function, argnums: int | tuple[int, ...] = 0) -> Function:
    """Return the function that computes the gradient of `f`.

    grad(f)(x) = df/dx, in the structure of x: the gradient at a list of lists is a list of lists.
    It takes what `f` takes, and can be differentiated again.

    Args:
        f: a function that returns one number. What it is to be differentiated by are numbers or
            Values, or lists and tuples of them, nested as you like; arrays reach it as lists. All
            other arguments are passed on as they are.
        argnums: the position of the argument to differentiate by; or a tuple of positions, and
            the result is a tuple.

    Returns:
        A function. Its results are floats, unless Values take part, as arguments or because `f`
        uses some, such as a model's parameters: then they are Values, connected to those.

    Raises:
        TypeError: `f` is no function, or returns something else than one number; `argnums` are
            not positions of arguments.
        RuntimeError: nothing is recorded, because of `no_grad()`.

    Source: the names, and what they mean, are those of JAX and of HIPS autograd.

    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> grad(grad(grad(lambda x: x**3)))(2.0)
    6.0
    >>> grad(lambda weights, x: (weights[0] * x + weights[1]) ** 2)([3.0, 1.0], 2.0)
    [28.0, 14.0]
    """
    both = value_and_grad(f, argnums)

    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return _named("grad", f, gradient)


def value_and_grad(f: Function, argnums: int | tuple[int, ...] = 0) -> Function:
    """Return the function that computes (f(x), df/dx): `grad`, and the number itself with it.

    Args:
        f: see `grad`.
        argnums: see `grad`.

    Raises:
        TypeError: see `grad`.
        RuntimeError: see `grad`.

    >>> value_and_grad(lambda x: x**3)(2.0)
    (8.0, 12.0)
    """
    _check(f, argnums)

    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        value, gradient = _differentiate(f, argnums, args, kwargs)
        if is_tree(value):
            raise TypeError(
                f"expected {_name(f)} to return one number, received {type(value).__name__}; of a"
                " function that returns several, take the jacobian"
            )
        return value, gradient

    return _named("value_and_grad", f, value_and_gradient)


def jacobian(f: Function, argnums: int | tuple[int, ...] = 0) -> Function:
    """Return the function that computes the derivative of each of the numbers that `f` returns.

    jacobian(f)(x)[i][j] = df_i/dx_j: the structure of f's result, and in the place of each number
    its gradient, as `grad` would give it. The graph of `f` is made once; each row is one pass.

    Args:
        f: a function that returns a number, or a list or tuple of numbers, nested as you like.
        argnums: see `grad`.

    Raises:
        TypeError: see `grad`.
        RuntimeError: see `grad`.

    >>> jacobian(lambda x: [x[0] * x[1], x[0] + 3.0 * x[1]])([2.0, 5.0])
    [[5.0, 2.0], [1.0, 3.0]]
    """
    _check(f, argnums)

    def rows(*args: Any, **kwargs: Any) -> Any:
        return _differentiate(f, argnums, args, kwargs)[1]

    return _named("jacobian", f, rows)


def hessian(f: Function, argnums: int | tuple[int, ...] = 0) -> Function:
    """Return the function that computes the second derivatives of `f`.

    hessian(f)(x)[i][j] = d²f / dx_i dx_j: the jacobian of the gradient.

    Args:
        f: a function that returns one number; see `grad`.
        argnums: see `grad`. With a tuple of n positions the result is n tuples of n blocks: the
            one at [i][j] is the derivative by the i-th of them, then by the j-th.

    Raises:
        TypeError: see `grad`.
        RuntimeError: see `grad`.

    >>> hessian(lambda x: x[0] ** 2 * x[1])([2.0, 5.0])
    [[10.0, 4.0], [4.0, 0.0]]
    """
    rows = jacobian(grad(f, argnums), argnums)

    def blocks(*args: Any, **kwargs: Any) -> Any:
        found = rows(*args, **kwargs)
        # By the argument of the second derivative, then of the first: for a tuple, turn them.
        return tuple(zip(*found, strict=True)) if isinstance(argnums, tuple) else found

    return _named("hessian", f, blocks)


def hvp(f: Function, x: Any, v: Any) -> Any:
    """Return the product of the hessian of `f` at `x` with the vector `v`.

    H v = d/dx (df/dx . v): two passes, however many numbers x holds; the hessian is not formed.

    Args:
        f: a function of one argument that returns one number; see `grad`.
        x: where; a number, or a list or tuple of numbers, nested as you like.
        v: the vector: as many numbers as in x.

    Returns:
        The product, in the structure of x.

    Raises:
        ValueError: there are not as many numbers in `v` as in `x`.
        TypeError: see `grad`.
        RuntimeError: see `grad`.

    Source: B. Pearlmutter, Fast exact multiplication by the Hessian, Neural Computation 6 (1994).

    >>> hvp(lambda x: x[0] ** 2 * x[1], [2.0, 5.0], [1.0, 0.0])
    [10.0, 4.0]
    """
    size, direction = len(flatten(x)), flatten(v)
    if len(direction) != size:
        raise ValueError(
            f"expected as many numbers in v as in x, received {len(direction)} for {size}"
        )
    gradient = grad(f)
    return grad(lambda x: ops.dot(flatten(gradient(x)), direction))(x)


def nodes_of(f: Function, output: Any) -> list[Node]:
    """Return the numbers of `output`, which `f` returned, each as a node.

    Raises:
        TypeError: there is something in it that is no number.

    >>> [node.data for node in nodes_of(max, [1.0, 2.0])]
    [1.0, 2.0]
    """
    try:
        return [n if is_node(n) else Constant(n) for n in flatten(output)]
    except TypeError as error:
        raise TypeError(f"what {_name(f)} returned has no derivative: {error}") from None


def check_recording() -> None:
    """Raise a RuntimeError if `no_grad()` is on: without a graph, all derivatives would be 0."""
    if (Constant(1.0) * Constant(1.0)).op is None:
        raise RuntimeError("no_grad() is on, so there is no graph to differentiate; leave it first")


def _differentiate(
    f: Function, argnums: int | tuple[int, ...], args: Sequence[Any], kwargs: dict[str, Any]
) -> tuple[Any, Any]:
    """What `f` returns; and the same with its gradient in the place of each number."""
    check_recording()
    try:
        chosen = argnums if isinstance(argnums, tuple) else (argnums,)
        positions = [range(len(args))[i] for i in chosen]  # counted from the left
    except IndexError:
        raise TypeError(
            f"expected arguments of {_name(f)} at argnums={argnums}, received {len(args)}"
            " positional arguments"
        ) from None

    # Perturbation confusion, the mixing up of an outer derivative's x with an inner one's, cannot
    # happen: each call has leaves of its own, which are nobody else's and, while `f` runs, are
    # computed from nothing. So "by this leaf" means this call's argument and no other path to
    # whatever was passed: not f's use of the same Value by closure or in another argument.
    numbers = {i: flatten(args[i]) for i in positions}
    passed = [number for i in positions for number in numbers[i]]
    unknown = unknown_leaf.get()
    leaves = {i: [unknown() if unknown else Value(float(n)) for n in numbers[i]] for i in numbers}
    inputs = [rebuild(arg, leaves[i]) if i in leaves else arg for i, arg in enumerate(args)]
    output = f(*inputs, **kwargs)
    nodes = nodes_of(f, output)

    own = [leaf for i in positions for leaf in leaves[i]]
    rows = [gradients(node, own) for node in nodes]
    connected = bool(unknown) or any(map(is_node, passed)) or _uses_others(nodes, set(own))
    if connected:
        # Only now is each leaf computed from what was passed for it: it is 1 * that, so that an
        # outer derivative, or `backward()`, goes through to a Value, and sees a float as constant.
        for leaf, number in zip(own, passed, strict=True):
            depends = is_node(number)
            parent = number if depends else Constant(number)
            leaf._connect(ops.mul, (parent, Constant(1.0)), (1.0 if depends else 0.0, 0.0))

    def result(node: Node) -> Node | float:
        is_number = not connected or (unknown and isinstance(node, Constant))
        return node.data if is_number else node

    def blocks(row: list[Node]) -> list[Any]:
        found = map(result, row)
        return [rebuild(args[i], [next(found) for _ in leaves[i]]) for i in positions]

    by_row = [blocks(row) for row in rows]
    by_argument = tuple(rebuild(output, [row[k] for row in by_row]) for k in range(len(positions)))
    derivative = by_argument if isinstance(argnums, tuple) else by_argument[0]
    return rebuild(output, map(result, nodes)), derivative


def _uses_others(outputs: list[Node], own: set[Node]) -> bool:
    """Whether any of `outputs` was computed from a leaf that is not one of `own`."""
    return any(
        node.op is None and node not in own and not isinstance(node, Constant)
        for output in outputs
        for node in topological_order(output)
    )


def _check(f: Function, argnums: int | tuple[int, ...]) -> None:
    if not callable(f):
        raise TypeError(
            f"expected a function, received {type(f).__name__}; for a Value that is computed"
            " already there is gradients(output, inputs)"
        )
    if not all(isinstance(i, int) for i in (argnums if isinstance(argnums, tuple) else [argnums])):
        raise TypeError(f"expected argnums to be an int or a tuple of ints, received {argnums!r}")


def _name(f: Function) -> str:
    return getattr(f, "__name__", type(f).__name__)


def _named(kind: str, f: Function, derivative: Function) -> Function:
    """`derivative` with the signature of `f`, and a name that says of what it is which one."""
    derivative = functools.wraps(f, assigned=("__module__",), updated=())(derivative)
    derivative.__name__ = derivative.__qualname__ = f"{kind}_of_{_name(f)}"
    derivative.__doc__ = f"The {kind} of {_name(f)}."
    return derivative


def _is(number: Node | float, known: float) -> bool:
    return not is_node(number) and number == known


def _product(a: Node | float, b: Node | float) -> Node | float:
    """Return a * b, but no node for a factor of 1."""
    if _is(a, 1.0):
        return b
    return a if _is(b, 1.0) else a * b
