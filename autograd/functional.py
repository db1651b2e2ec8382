"""Derivatives as functions and as graphs.

`gradients` differentiates a graph that is there already. All others take a function, run it on new
leaves, and hand the graph to `gradients`. So derivatives of every order come from the rules of the
table alone.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any

from autograd import ops
from autograd.options import whole_number
from autograd.order import check_graph
from autograd.reach import Reach
from autograd.trees import Node, flatten, is_node, is_tree, number_of, rebuild
from autograd.value import Constant, Value, topological_order
from autograd.walks import depending_on, order_of, pull_back

Function = Callable[..., Any]

unknown_leaf: ContextVar[Callable[[], Any] | None] = ContextVar("unknown_leaf", default=None)
"""The function that makes a leaf while `compile` records, when no number is known; else None."""


def is_compiling() -> bool:
    """Return whether `compile` is recording a function, whose numbers are not known then.

    >>> is_compiling()
    False
    """
    return unknown_leaf.get() is not None


def gradients(output: Node, inputs: Sequence[Node]) -> list[Node]:
    """Return d(output)/d(input) for each of `inputs`, as nodes of a graph.

    The same chain rule as `backward()`, with the rules of the table fed with Values instead of
    floats: so the derivatives can be drawn, recomputed, and differentiated again. They are taken at
    the leaves' present numbers: after changing one, call `output.recompute()` first.

    Args:
        output: the node to differentiate.
        inputs: the nodes to differentiate by; a node that `output` does not depend on gives 0.

    Raises:
        RuntimeError: `output` was computed under `no_grad()`.

    >>> x = Value(3.0, label="x")
    >>> (first,) = gradients(x**3, [x])
    >>> (second,) = gradients(first, [x])
    >>> first.data, second.data
    (27.0, 18.0)
    """
    if isinstance(output, Value):
        check_graph(output)
    order = order_of([output])
    depends = depending_on(inputs, order)
    reach = Reach.of(order, output, depends)

    def times(node: Node, upstream: Any) -> list[Any]:
        # Constants go into the rules as plain floats, by which nothing is differentiated.
        numbers = [p.data if isinstance(p, Constant) else p for p in node.parents]
        fixed = [p not in depends for p in node.parents]
        shares: list[Any] = []
        for i, local in enumerate(node.op.partials(node, numbers, fixed)):
            if fixed[i] or (node.op.chooses and _is(local, 0.0)):
                shares.append(None)
            elif reach is None:
                shares.append(_product(local, upstream))
            else:
                shares.append(reach.share(node, i, local, upstream, _product))
        return shares

    upstream = pull_back(order, {output: 1.0}, times)
    results = [upstream.get(node, 0.0) for node in inputs]
    return [result if is_node(result) else Constant(result) for result in results]


def grad(f: Function, argnums: int | tuple[int, ...] = 0) -> Function:
    """Return the function that computes the gradient of `f`.

    grad(f)(x) = df/dx, in the structure of x: the gradient at a list of lists is a list of lists.
    The returned function takes the arguments of `f`, and can be differentiated again.

    Args:
        f: a function that returns one number. The arguments to differentiate by are numbers or
            Values, or lists, tuples and dicts of them, nested as you like; arrays reach `f` as
            lists. All other arguments are passed on unchanged.
        argnums: the position of the argument to differentiate by; or a tuple of positions, and
            the result is a tuple.

    Returns:
        A function. Its results are floats, unless Values take part, as arguments or because `f`
        uses some, such as a model's parameters: then results are Values, connected to these.

    Raises:
        TypeError: `f` is not a function, or returns anything but one number; `argnums` are not
            positions of arguments.
        RuntimeError: nothing is recorded, because of `no_grad()`.

    Source: JAX and HIPS autograd, for the names and their meanings.

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
    """Return the function that computes (f(x), df/dx): the number of `f`, and its gradient.

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

    jacobian(f)(x)[i][j] = df_i/dx_j: the structure of f's result, with each number replaced by its
    gradient, as `grad` would give it. The graph of `f` is made once; each row is one pass.

    Args:
        f: a function that returns a number, or a list, tuple or dict of numbers, nested as you
            like.
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
        argnums: see `grad`. With a tuple of n positions the result is n tuples of n blocks: block
            [i][j] is the derivative by the i-th of these arguments, then by the j-th.

    Raises:
        TypeError: see `grad`.
        RuntimeError: see `grad`.

    >>> hessian(lambda x: x[0] ** 2 * x[1])([2.0, 5.0])
    [[10.0, 4.0], [4.0, 0.0]]
    """
    rows = jacobian(grad(f, argnums), argnums)

    def blocks(*args: Any, **kwargs: Any) -> Any:
        found = rows(*args, **kwargs)
        # jacobian has the argument of the second derivative outside; blocks have it inside.
        return tuple(zip(*found, strict=True)) if isinstance(argnums, tuple) else found

    return _named("hessian", f, blocks)


def hvp(f: Function, x: Any, v: Any) -> Any:
    """Return the product of the hessian of `f` at `x` with the vector `v`.

    H v = d/dx (df/dx . v): two passes, however many numbers x holds, and no hessian is formed.

    Args:
        f: a function of one argument that returns one number; see `grad`.
        x: the point; a number, or a list, tuple or dict of numbers, nested as you like.
        v: the vector; as many numbers as in x.

    Returns:
        The product, in the structure of x.

    Raises:
        ValueError: `v` and `x` do not have as many numbers as each other.
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
        TypeError: `output` holds something that is not a number.

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
    """The result of `f`; and the same structure with each number replaced by its gradient."""
    check_recording()
    try:
        chosen = argnums if isinstance(argnums, tuple) else (argnums,)
        positions = [range(len(args))[i] for i in chosen]  # counted from the left
    except IndexError:
        raise TypeError(
            f"expected arguments of {_name(f)} at argnums={argnums}, received {len(args)}"
            " positional arguments"
        ) from None

    # Perturbation confusion, which mixes an outer derivative's x up with an inner one's, cannot
    # happen: each call makes new leaves, which nothing else uses and which, while `f` runs, are
    # computed from nothing. So "by this leaf" means by this call's argument, and not by another
    # path to the Value that was passed: a closure of f's, or another argument.
    numbers = {i: flatten(args[i]) for i in positions}
    passed = [number for i in positions for number in numbers[i]]
    unknown = unknown_leaf.get()
    leaves = {
        i: [unknown() if unknown else Value(number_of(n)) for n in numbers[i]] for i in numbers
    }
    inputs = [rebuild(arg, leaves[i]) if i in leaves else arg for i, arg in enumerate(args)]
    output = f(*inputs, **kwargs)
    nodes = nodes_of(f, output)

    own = [leaf for i in positions for leaf in leaves[i]]
    rows = [gradients(node, own) for node in nodes]
    connected = bool(unknown) or any(map(is_node, passed)) or _uses_others(nodes, set(own))
    if connected:
        # Only now is each leaf computed from the number that was passed for it, as 1 * number: so
        # an outer derivative, or `backward()`, reaches a passed Value, and a float is constant.
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
    """Whether any of `outputs` was computed from a leaf that is not in `own`."""
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
    try:
        for position in argnums if isinstance(argnums, tuple) else [argnums]:
            whole_number("argnums", position)
    except TypeError:
        raise TypeError(
            f"expected argnums to be an int or a tuple of ints, received {argnums!r}"
        ) from None


def _name(f: Function) -> str:
    return getattr(f, "__name__", type(f).__name__)


def _named(kind: str, f: Function, derivative: Function) -> Function:
    """`derivative` with the signature of `f`, and a name that says which derivative of which f."""
    derivative = functools.wraps(f, assigned=("__module__",), updated=())(derivative)
    derivative.__name__ = derivative.__qualname__ = f"{kind}_of_{_name(f)}"
    derivative.__doc__ = f"The {kind} of {_name(f)}."
    return derivative


def _is(number: Node | float, known: float) -> bool:
    return not is_node(number) and number == known


def _product(a: Node | float, b: Node | float) -> Node | float:
    """Return a * b, without a node where a factor is 1."""
    if _is(a, 1.0):
        return b
    return a if _is(b, 1.0) else a * b
