"""A compiled function as one node of a graph: its number, and all its derivatives, in one run."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Any

from autograd.functional import value_and_grad
from autograd.ops import Primitive
from autograd.trees import flatten, is_node, nodes_in, rebuild


def one_node(
    compiled: Callable[[tuple[int, ...]], Any],
    function: Callable[..., Any],
    name: str,
    args: Sequence[Any],
) -> Any:
    """Return what a compiled function gives as one node, whose parents are the Values in `args`.

    Args:
        compiled: gives the function compiled to be differentiated by the arguments at some places.
        function: the same function for nodes, of which second derivatives are taken.
        name: how the node is drawn.
        args: the arguments.
    """
    places = tuple(i for i, arg in enumerate(args) if next(nodes_in([arg]), None) is not None)
    held = [flatten(args[i]) for i in places]
    parents = [number for numbers in held for number in numbers if is_node(number)]

    def filled(numbers: Sequence[Any]) -> list[Any]:
        """The arguments with these numbers in the places of the Values."""
        left = iter(numbers)
        found = list(args)
        for i, listed in zip(places, held, strict=True):
            found[i] = rebuild(args[i], [next(left) if is_node(x) else x for x in listed])
        return found

    def of_nodes(slopes: Sequence[Any]) -> list[Any]:
        """The derivatives by the Values, out of those by all numbers beside them."""
        return [
            slope
            for slope_of, listed in zip(slopes, held, strict=True)
            for slope, number in zip(flatten(slope_of), listed, strict=True)
            if is_node(number)
        ]

    latest: dict[bytes, tuple[float, list[float]]] = {}

    def at(numbers: Sequence[float]) -> tuple[float, list[float]]:
        key = array("d", numbers).tobytes()  # tells -0.0 from 0.0
        if key not in latest:  # asked for the value first, then for the derivatives
            value, slopes = compiled(places).value_and_grad(*filled(numbers))
            latest.clear()
            latest[key] = float(value), of_nodes(slopes)
        return latest[key]

    def rules(_: Any, inputs: Sequence[Any]) -> list[Any]:
        if any(map(is_node, inputs)):
            return of_nodes(value_and_grad(function, places)(*filled(inputs))[1])
        return at(inputs)[1]

    operation = Primitive(
        name,
        name,
        lambda *numbers: at(numbers)[0],
        rules,
        "a compiled function, as one node",
        is_row=False,
    )
    return operation(*parents)
