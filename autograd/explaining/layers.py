"""The layers of a network between two nodes: weighted sums on the same inputs, and what follows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from autograd.notation.names import name_and_number
from autograd.reach import Shares
from autograd.value import Constant, Value
from autograd.walks import Edge, depending_on, edges_between, pull_back

_ADVICE = "; the vector form needs layer after layer, of one sample: leave out form='layers'"


@dataclass(frozen=True)
class Layer:
    """A layer of weighted sums z = W a + b, and the function behind each sum.

    Attributes:
        number: its number in the network, from 1.
        sums: the weighted sums z, one for each neuron.
        inputs: the layer's inputs a.
        activation: the name of the function behind the sums; "" where there is none.
        slopes: the function's derivative at each sum; 1 where there is none.
        after: for each sum, the place among the next layer's inputs that its function's result has.
        deltas: d(output)/d(sum) for each sum.
    """

    number: int
    sums: tuple[Value, ...]
    inputs: tuple[Value, ...]
    activation: str
    slopes: tuple[float, ...]
    after: tuple[int, ...]
    deltas: tuple[float, ...]

    @property
    def has_bias(self) -> bool:
        """Whether a sum has a bias; a weighted sum without one is recorded with a constant 0."""
        biases = [total.parents[-1] for total in self.sums]
        return any(not isinstance(bias, Constant) or bias.data != 0 for bias in biases)

    def weight(self, neuron: int, place: int) -> float:
        """Return the weight from an input to a neuron, both by their places from 0."""
        return self.sums[neuron].parents[place].data


def layers(output: Value, wrt: Value, order: Sequence[Value]) -> list[Layer]:
    """Return the layers from the first that depends on `wrt` up to the last.

    Args:
        output: the node to differentiate.
        wrt: the node to differentiate by.
        order: the nodes of the graph, parents before children.

    Raises:
        ValueError: between `wrt` and `output` there are no layers that follow one another.
    """
    sums = [node for node in order if node.op is not None and node.op.name == "dot"]
    dependent = depending_on([wrt], order)
    groups: dict[tuple[object, ...], list[Value]] = {}
    for node in sums:
        groups.setdefault(tuple(map(_identity, _inputs(node))), []).append(node)
    every = list(groups.values())
    found = [group for group in every if not dependent.isdisjoint(group)]
    users = [group for group in every if any(wrt in total.parents for total in group)]
    if len(users) > 1:
        raise ValueError(
            f"expected {name_and_number(wrt)} in one layer, found it in {len(users)}{_ADVICE}"
        )
    if not found:
        raise ValueError(
            "expected weighted sums, as autograd.dot and the layers of nn make them, found none"
            f" between {name_and_number(wrt)} and {name_and_number(output)}{_ADVICE}"
        )
    gradients = pull_back(order, {output: 1.0}, Shares(order))
    position = {node: i for i, node in enumerate(order)}
    result = []
    for group, above in zip(found, [*found[1:], []], strict=True):
        inputs = _inputs(above[0]) if above else ()
        stops = sorted({*group, *inputs}, key=position.__getitem__)
        edges = edges_between(stops, order)
        functions = [_function(total, group, inputs, edges) for total in group] if above else []
        names = {name for name, _, _ in functions}
        result.append(
            Layer(
                number=every.index(group) + 1,
                sums=tuple(group),
                inputs=tuple(_inputs(group[0])),
                activation=names.pop() if len(names) == 1 else "f" if names else "",
                slopes=tuple(slope for _, slope, _ in functions),
                after=tuple(place for _, _, place in functions),
                deltas=tuple(gradients.get(total, 0.0) for total in group),
            )
        )
    _check(result)
    return result


def _check(found: Sequence[Layer]) -> None:
    """Raise unless each layer's deltas come from the next layer alone: no layer is skipped."""
    for layer, above in pairwise(found):
        for total, slope, place, delta in zip(
            layer.sums, layer.slopes, layer.after, layer.deltas, strict=True
        ):
            shares = [above.weight(j, place) * other for j, other in enumerate(above.deltas)]
            size = sum(map(abs, shares)) * abs(slope)
            if not math.isclose(sum(shares) * slope, delta, rel_tol=1e-9, abs_tol=1e-12 * size):
                raise ValueError(
                    f"expected {name_and_number(total)} to reach the output through the next layer"
                    f" alone, found another way{_ADVICE}"
                )


def _function(
    total: Value, group: Sequence[Value], inputs: Sequence[Value], edges: dict[Value, list[Edge]]
) -> tuple[str, float, int]:
    """Return the function between a sum and the next layer: its name, derivative and place."""
    found = []
    for place, node in enumerate(inputs):
        if node is total:
            found.append(("", 1.0, place))
        elif node not in group:
            behind = [edge for edge in edges[node] if edge.parent in group]
            if any(edge.parent is total for edge in behind):
                is_plain = node.op is not None and node.parents[:1] == (total,)
                name = node.op.name if node.op is not None and is_plain else "f"
                found += [(name, behind[0].derivative, place)] * len(behind)
    if len(found) != 1:
        raise ValueError(
            f"expected a function of {name_and_number(total)} alone between its layer and the"
            f" next, found {len(found) or 'none'}{_ADVICE}"
        )
    return found[0]


def _inputs(total: Value) -> tuple[Value, ...]:
    half = len(total.parents) // 2
    return total.parents[half : 2 * half]


def _identity(node: Value) -> object:
    """Return what makes two inputs the same: a constant is its number."""
    return node.data if isinstance(node, Constant) else node
