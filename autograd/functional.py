"""Derivatives as functions and as graphs.

`gradients` differentiates a graph that is there already. All others take a function, run it on new
leaves, and hand the graph to `gradients`. So derivatives of every order come from the rules of the
table alone.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import ContextVar
from math import nan
from typing import Any

from autograd import ops
from autograd.cleaning import kind_of, listing, message_of, name_of, quoted, received
from autograd.derivatives import derivatives
from autograd.elsewhere import advise_on_arguments
from autograd.given import varies
from autograd.options import whole_number
from autograd.order import check_graph
from autograd.passed_by import warn_of_passing_by
from autograd.reach import Reach
from autograd.trees import (
    Node,
    arithmetic_on_items,
    flatten,
    is_known,
    is_node,
    is_tree,
    nodes_in,
    number_of,
    rebuild,
)
from autograd.value import Constant, Value, topological_order, watchers
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
        TypeError: `output` is no node, or `inputs` is no list of nodes.

    >>> x = Value(3.0, label="x")
    >>> (first,) = gradients(x**3, [x])
    >>> (second,) = gradients(first, [x])
    >>> first.data, second.data
    (27.0, 18.0)
    """
    if not is_node(output) or is_node(inputs) or not all(map(is_node, inputs)):
        given = ", ".join(received(x, 40) for x in (output, inputs))
        raise TypeError(
            "expected one Value and a list of Values, as in gradients(y, [x]), received"
            f" {given}; of several outputs take the jacobian, or one call for each"
        )
    if is_known(output):
        check_graph(output)
    order = order_of([output])
    depends = depending_on(inputs, order)
    _tell_watchers(order, depends)
    reach = Reach.of(order, output, depends)

    def times(node: Node, upstream: Any) -> list[Any]:
        # Constants go into the rules as plain floats, by which nothing is differentiated.
        numbers = [p.data if isinstance(p, Constant) else p for p in node.parents]
        fixed = [p not in depends for p in node.parents]
        shares: list[Any] = []
        for i, local in enumerate(node.op.partials(node, numbers, fixed)):
            if not is_node(local) and not node.op.is_of_the_table and not fixed[i]:
                local = _as_differentiable(node, i, local)  # a rule of a user's
            if fixed[i] or (node.op.chooses and _is(local, 0.0)):
                shares.append(None)
            elif reach is None:
                shares.append(_product(local, upstream))
            else:
                shares.append(reach.share(node, i, local, upstream, _product))
        return shares

    upstream = pull_back(order, {output: 1.0}, times)
    for node in inputs:
        if node.op is not None and node not in upstream:
            warn_of_passing_by(node, set(order))
    results = [upstream.get(node, 0.0) for node in inputs]
    return [_as_node(result) for result in results]


@advise_on_arguments
def grad(f: Function, argnums: int | tuple[int, ...] = 0, *, has_aux: bool = False) -> Function:
    """Return the function that computes the gradient of `f`.

    grad(f)(x) = df/dx, in the structure of x: the gradient at a list of lists is a list of lists.
    The returned function takes the arguments of `f`, and can be differentiated again.

    Args:
        f: a function that returns one number. The arguments to differentiate by are numbers or
            Values, or lists, tuples and dicts of them, nested as you like; arrays reach `f` as
            lists. All other arguments are passed on unchanged.
        argnums: the position of the argument to differentiate by; or a tuple of positions, and
            the result is a tuple. The argument itself may be given by its name.
        has_aux: whether `f` returns a pair: its number, and something that is handed on beside
            the gradient, such as predictions. Then the result is a pair too.

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
    >>> grad(lambda weights, x: (weights[0] * x + weights[1]) ** 2)([3.0, 1.0], x=2.0)
    [28.0, 14.0]
    >>> grad(lambda x: (x**3, {"square": x * x}), has_aux=True)(2.0)
    (12.0, {'square': 4.0})
    """
    both = value_and_grad(f, argnums, has_aux=has_aux)

    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, found = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return _named("grad", f, gradient)


@advise_on_arguments
def value_and_grad(
    f: Function, argnums: int | tuple[int, ...] = 0, *, has_aux: bool = False
) -> Function:
    """Return the function that computes (f(x), df/dx): the number of `f`, and its gradient.

    Args:
        f: see `grad`.
        argnums: see `grad`.
        has_aux: see `grad`; the result is ((number, what is handed on), gradient).

    Raises:
        TypeError: see `grad`.
        RuntimeError: see `grad`.

    >>> value_and_grad(lambda x: x**3)(2.0)
    (8.0, 12.0)
    """
    _check(f, argnums)

    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        value, gradient, aux = _differentiate(f, argnums, args, kwargs, has_aux=has_aux)
        if is_tree(value):
            raise TypeError(
                f"expected {name_of(f)} to return one number, received {kind_of(value)}; of a"
                " function that returns several, take the jacobian; if it returns its number and"
                " something else, say has_aux=True"
            )
        return ((value, aux) if has_aux else value), gradient

    return _named("value_and_grad", f, value_and_gradient)


@advise_on_arguments
def jacobian(f: Function, argnums: int | tuple[int, ...] = 0, *, has_aux: bool = False) -> Function:
    """Return the function that computes the derivative of each of the numbers that `f` returns.

    jacobian(f)(x)[i][j] = df_i/dx_j: the structure of f's result, with each number replaced by its
    gradient, as `grad` would give it. The graph of `f` is made once; each row is one pass.

    Args:
        f: a function that returns a number, or a list, tuple or dict of numbers, nested as you
            like.
        argnums: see `grad`.
        has_aux: see `grad`.

    Raises:
        TypeError: see `grad`.
        RuntimeError: see `grad`.

    >>> jacobian(lambda x: [x[0] * x[1], x[0] + 3.0 * x[1]])([2.0, 5.0])
    [[5.0, 2.0], [1.0, 3.0]]
    """
    _check(f, argnums)

    def rows(*args: Any, **kwargs: Any) -> Any:
        _, derivative, aux = _differentiate(f, argnums, args, kwargs, has_aux=has_aux)
        return (derivative, aux) if has_aux else derivative

    return _named("jacobian", f, rows)


@advise_on_arguments
def hessian(f: Function, argnums: int | tuple[int, ...] = 0, *, has_aux: bool = False) -> Function:
    """Return the function that computes the second derivatives of `f`.

    hessian(f)(x)[i][j] = d²f / dx_i dx_j: the jacobian of the gradient.

    Args:
        f: a function that returns one number; see `grad`.
        argnums: see `grad`. With a tuple of n positions the result is n tuples of n blocks: block
            [i][j] is the derivative by the i-th of these arguments, then by the j-th.
        has_aux: see `grad`.

    Raises:
        TypeError: see `grad`.
        RuntimeError: see `grad`.

    >>> hessian(lambda x: x[0] ** 2 * x[1])([2.0, 5.0])
    [[10.0, 4.0], [4.0, 0.0]]
    """
    rows = jacobian(grad(f, argnums, has_aux=has_aux), argnums, has_aux=has_aux)

    def blocks(*args: Any, **kwargs: Any) -> Any:
        found = rows(*args, **kwargs)
        found, aux = found if has_aux else (found, None)
        # jacobian has the argument of the second derivative outside; blocks have it inside.
        found = tuple(zip(*found, strict=True)) if isinstance(argnums, tuple) else found
        return (found, aux) if has_aux else found

    return _named("hessian", f, blocks)


def vjp(f: Function, *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """Return the result of `f`, and the function that pulls a vector back to the arguments.

    pull_back(u) = u^T J, with the jacobian J of `f` at the primals: one pass, whatever f's size.

    Args:
        f: a function that returns a number, or a list, tuple or dict of numbers; see `jacobian`.
        primals: its arguments, each a number or a structure of numbers; by all of them it is
            differentiated.
        has_aux: whether `f` returns a pair, as for `grad`; what is handed on is a third result.

    Returns:
        The result of `f`; and `pull_back`, which takes numbers in the structure of that result,
        and returns a tuple with the products for each argument, in its structure.

    Raises:
        TypeError: see `grad`.
        RuntimeError: see `grad`.
        ValueError: `pull_back` was given more or fewer numbers than `f` returned.

    Source: JAX, for the name, the arguments and the results.

    >>> value, pull_back = vjp(lambda x, y: [x * y, x + y], 2.0, 5.0)
    >>> value, pull_back([1.0, 10.0])
    ([10.0, 7.0], (15.0, 12.0))
    """
    argnums = tuple(range(len(primals)))
    _check(f, argnums)
    run = _Run(f, argnums, primals, {}, has_aux=has_aux)
    run.connect(run.nodes)

    def pull_back(vector: Any) -> tuple[Any, ...]:
        weights = _as_many(vector, run.nodes, "pull_back", f"what {name_of(f)} returned")
        found = gradients(_as_node(ops.dot(weights, run.nodes)), run.own)
        known = run.is_number and not any(map(is_node, weights))
        return run.by_argument([node.data for node in found] if known else found)

    results = run.result(), pull_back
    return (*results, run.aux()) if has_aux else results


def jvp(
    f: Function, primals: Sequence[Any], tangents: Sequence[Any], *, has_aux: bool = False
) -> tuple[Any, ...]:
    """Return the result of `f`, and how fast it changes when the arguments move.

    (f(x), J v), with the jacobian J of `f` at the primals x, and the tangents v: two passes.

    Args:
        f: a function that returns a number, or a list, tuple or dict of numbers; see `jacobian`.
        primals: a tuple or list of its arguments.
        tangents: how fast each argument moves: numbers in the structure of the primals.
        has_aux: whether `f` returns a pair, as for `grad`; what is handed on is a third result.

    Returns:
        The result of `f`, and the product in the structure of that result.

    Raises:
        TypeError: see `grad`; or the primals or tangents are not a tuple or list of arguments.
        RuntimeError: see `grad`.
        ValueError: the primals and the tangents do not have as many numbers as each other.

    Source: JAX, for the name, the arguments and the results.

    >>> jvp(lambda x, y: [x * y, x + y], (2.0, 5.0), (1.0, 10.0))
    ([10.0, 7.0], [25.0, 11.0])
    """
    for name, arguments in (("primals", primals), ("tangents", tangents)):
        if not isinstance(arguments, (list, tuple)):
            raise TypeError(
                f"expected {name} as a tuple of arguments, received {kind_of(arguments)};"
                " of one argument x it is (x,)"
            )
    argnums = tuple(range(len(primals)))
    _check(f, argnums)
    run = _Run(f, argnums, primals, {}, has_aux=has_aux)
    direction = _as_many(tangents, run.own, "tangents", "primals")
    # u^T J is linear in u, so its product with the direction v has the derivative J v by u.
    weights = run.leaves([1.0] * len(run.nodes))
    pulled_back = gradients(_as_node(ops.dot(weights, run.nodes)), run.own)
    rates = gradients(_as_node(ops.dot(pulled_back, direction)), weights)
    run.connect([*run.nodes, *rates], direction, also_own=weights)
    results = run.result(), rebuild(run.output, map(run.number, rates))
    return (*results, run.aux()) if has_aux else results


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
        return [_as_node(number) for number in flatten(output)]
    except TypeError as error:
        raise TypeError(
            f"what {name_of(f)} returned has no derivative: {message_of(error)}"
        ) from None


def _as_node(number: Node | float) -> Node:
    return number if is_node(number) else Constant(number)


def _as_differentiable(node: Node, position: int, local: Any) -> Any:
    """A plain number that a rule gave for Values: constant, or a node that has no derivative.

    A rule that reads `.data` gives the right number, of which all derivatives would be 0.
    """
    if not is_known(node) or node.op is None:
        return local  # of a number that is being recorded no rule can read `.data`
    moving = [not isinstance(p, Constant) for p in node.parents]
    if not varies(node.op, position, [p.data for p in node.parents], moving):
        return local
    parents = [p for p, moves in zip(node.parents, moving, strict=True) if moves]
    name = f"the rule of {quoted(node.op.name)}"
    return Value(local, parents=parents, partials=[nan] * len(parents), op=name)


def _tell_watchers(order: list[Node], depends: set[Node]) -> None:
    for watcher in tuple(watchers):
        if is_known(order[-1]):  # not while a function is recorded
            watcher.differentiated(order, depends)


def check_recording() -> None:
    """Raise a RuntimeError if `no_grad()` is on: without a graph, all derivatives would be 0."""
    if (Constant(1.0) * Constant(1.0)).op is None:
        raise RuntimeError("no_grad() is on, so there is no graph to differentiate; leave it first")


class _Run:
    """One run of a function on new leaves, in the place of the arguments to differentiate by.

    Attributes:
        output: the numbers that the function returned, in their structure.
        nodes: the same, from left to right, as nodes.
        own: the leaves, argument by argument.
        is_number: whether results are plain numbers, for no Value takes part; after `connect`.
    """

    def __init__(
        self,
        f: Function,
        argnums: int | tuple[int, ...],
        args: Sequence[Any],
        kwargs: dict[str, Any],
        *,
        has_aux: bool,
    ) -> None:
        check_recording()
        places = _places(f, argnums, args, kwargs)
        given: dict[int | str, Any] = dict(enumerate(args))
        given.update(kwargs)
        self._arguments = [given[place] for place in places]
        self._unknown = unknown_leaf.get()
        # Perturbation confusion, which mixes an outer derivative's x up with an inner one's, cannot
        # happen: each call makes new leaves, which nothing else uses and which, while `f` runs, are
        # computed from nothing. So "by this leaf" means by this call's argument, and not by another
        # path to the Value that was passed: a closure of f's, or another argument.
        passed = {place: flatten(given[place]) for place in places}
        leaves = {place: self.leaves(passed[place]) for place in passed}
        self._passed = [number for numbers in passed.values() for number in numbers]
        given |= {place: rebuild(given[place], leaves[place]) for place in leaves}
        with arithmetic_on_items(f, given.values()):
            self.output = f(
                *(given[i] for i in range(len(args))), **{name: given[name] for name in kwargs}
            )
        self._aux: Any = None
        if has_aux:
            if not isinstance(self.output, tuple) or len(self.output) != 2:
                raise TypeError(
                    f"expected {name_of(f)} to return a pair, its result and what is handed on, for"
                    f" has_aux=True; received {kind_of(self.output)}"
                )
            self.output, self._aux = self.output
        self.nodes = nodes_of(f, self.output)
        self._distinct = [leaf for place in leaves for leaf in leaves[place]]
        self.own = [leaf for place in places for leaf in leaves[place]]
        self.is_number = True

    def leaves(self, numbers: Iterable[Any]) -> list[Node]:
        """Return a new leaf for each number; while a function is recorded, one without a number."""
        return [self._unknown() if self._unknown else Value(number_of(n)) for n in numbers]

    def connect(
        self, outputs: Sequence[Node], others: Sequence[Any] = (), also_own: Sequence[Node] = ()
    ) -> None:
        """Say what the leaves were computed from, if results are to be Values.

        Args:
            outputs: the results.
            others: numbers that came in besides the arguments.
            also_own: leaves of this run besides those of the arguments.
        """
        passed = [*self._passed, *others]
        own = {*self._distinct, *also_own}
        self.is_number = not (
            self._unknown or any(map(is_node, passed)) or _uses_others(outputs, own)
        )
        if not self.is_number:
            # Only now is each leaf computed from the number that was passed for it, as 1 * number:
            # so an outer derivative, or `backward()`, reaches a passed Value, and a float is
            # constant.
            for leaf, number in zip(self._distinct, self._passed, strict=True):
                depends = is_node(number)
                parent = number if depends else Constant(number)
                leaf._connect(ops.mul, (parent, Constant(1.0)), (1.0 if depends else 0.0, 0.0))

    def rows(self) -> list[list[Any]]:
        """Return the gradient of each result by the leaves, and `connect` if it is of Values."""
        numbers: list[list[float]] = []
        if not self._unknown and not any(map(is_node, self._passed)):
            for node in self.nodes:
                if watchers:
                    order = order_of([node])
                    _tell_watchers(order, depending_on(self.own, order))
                row = derivatives(node, self.own)
                if row is None:
                    break
                numbers.append(row)
            else:
                return numbers
        rows = [gradients(node, self.own) for node in self.nodes]
        self.connect(self.nodes)
        return [list(map(self.number, row)) for row in rows]

    def number(self, node: Node) -> Node | float:
        """Return a result: a number, or a node, if Values take part."""
        is_number = self.is_number or (self._unknown and isinstance(node, Constant))
        return node.data if is_number else node

    def result(self) -> Any:
        """Return what the function returned."""
        return rebuild(self.output, map(self.number, self.nodes))

    def by_argument(self, row: Iterable[Any]) -> tuple[Any, ...]:
        """Return the numbers of `row`, one for each leaf, in the structures of the arguments."""
        found = iter(row)  # each argument takes as many as it has
        return tuple(rebuild(x, found) for x in self._arguments)

    def aux(self) -> Any:
        """Return what the function handed on, its nodes as results are."""
        inner = list(nodes_in(self._aux))
        ours = depending_on(self._distinct, order_of(inner))
        return _with_nodes(self._aux, lambda n: self.number(n) if n in ours else n)


def _with_nodes(structure: Any, function: Callable[[Node], Any]) -> Any:
    """`structure` with `function` of each node in its lists, tuples and dicts."""
    if isinstance(structure, dict):
        return {key: _with_nodes(item, function) for key, item in structure.items()}
    if isinstance(structure, (list, tuple)):
        make = getattr(structure, "_make", type(structure))
        return make([_with_nodes(item, function) for item in structure])
    return function(structure) if is_node(structure) else structure


def _differentiate(
    f: Function,
    argnums: int | tuple[int, ...],
    args: Sequence[Any],
    kwargs: dict[str, Any],
    *,
    has_aux: bool,
) -> tuple[Any, Any, Any]:
    """The result of `f`; the same with each number replaced by its gradient; what is handed on."""
    run = _Run(f, argnums, args, kwargs, has_aux=has_aux)
    by_row = [run.by_argument(row) for row in run.rows()]
    if isinstance(argnums, tuple):
        every = range(len(argnums))
        derivative: Any = tuple(rebuild(run.output, [row[k] for row in by_row]) for k in every)
    else:
        derivative = rebuild(run.output, [row[0] for row in by_row])
    return run.result(), derivative, run.aux() if has_aux else None


def _places(
    f: Function, argnums: int | tuple[int, ...], args: Sequence[Any], kwargs: dict[str, Any]
) -> list[int | str]:
    """Where the arguments are: at which position, or under which name, if they are given so."""

    def place(i: int) -> int | str:
        if -len(args) <= i < len(args):
            return range(len(args))[i]  # counted from the left
        names = list(_positional(f)) if kwargs else []
        if 0 <= i < len(names) and names[i] in kwargs:
            return names[i]
        raise TypeError(
            f"expected arguments of {name_of(f)} at argnums={argnums}, received {len(args)}"
            " positional arguments" + (f" and {listing(kwargs)} by name" if kwargs else "")
        )

    return [place(i) for i in (argnums if isinstance(argnums, tuple) else (argnums,))]


def _positional(f: Function) -> Iterator[str]:
    """The names of the arguments that have a position."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):  # a function that Python knows no signature of
        return
    for parameter in parameters:
        if parameter.kind in {parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD}:
            yield parameter.name


def _as_many(numbers: Any, expected: Sequence[Node], name: str, others: str) -> list[Any]:
    found = flatten(numbers)
    if len(found) != len(expected):
        raise ValueError(
            f"expected as many numbers in {name} as in {others}, received {len(found)} for"
            f" {len(expected)}"
        )
    return found


def _uses_others(outputs: Iterable[Node], own: set[Node]) -> bool:
    """Whether any of `outputs` was computed from a leaf that is not in `own`."""
    return any(
        node.op is None and node not in own and not isinstance(node, Constant)
        for output in outputs
        for node in topological_order(output)
    )


def _check(f: Function, argnums: int | tuple[int, ...]) -> None:
    if not callable(f):
        raise TypeError(
            f"expected a function, received {kind_of(f)}; for a Value that is computed"
            " already there is gradients(output, inputs)"
        )
    try:
        for position in argnums if isinstance(argnums, tuple) else [argnums]:
            whole_number("argnums", position)
    except TypeError:
        advice = "; give the point in a second call, as grad(f)(x)" if is_node(argnums) else ""
        raise TypeError(
            f"expected argnums to be an int or a tuple of ints, received"
            f" {quoted(argnums, 60)}{advice}"
        ) from None


def _named(kind: str, f: Function, derivative: Function) -> Function:
    """`derivative` with the signature of `f`, and a name that says which derivative of which f."""
    derivative = functools.wraps(f, assigned=("__module__",), updated=())(derivative)
    derivative.__name__ = derivative.__qualname__ = f"{kind}_of_{name_of(f)}"
    derivative.__doc__ = f"The {kind} of {name_of(f)}."
    return derivative


def _is(number: Node | float, known: float) -> bool:
    return not is_node(number) and number == known


def _product(a: Node | float, b: Node | float) -> Node | float:
    """Return a * b, without a node where a factor is 1."""
    if _is(a, 1.0):
        return b
    return a if _is(b, 1.0) else a * b
