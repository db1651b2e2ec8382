"""forward_steps and backward_steps: both passes one step at a time, as the engine takes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from autograd.notation.names import Term, factor, formula, show_number, terms, write
from autograd.notation.writers import _ATOM
from autograd.ops import Primitive
from autograd.real import real
from autograd.value import Constant, Value, topological_order


@dataclass(frozen=True)
class ForwardStep:
    """One node is computed from its inputs.

    Attributes:
        index: its place in the forward pass, from 0.
        node: what is computed.
        op: the operation.
        inputs: the node's parents, in order.
        input_data: their numbers.
        result: the node's number.
        sentence: the step in words.
    """

    index: int
    node: Value
    op: Primitive
    inputs: tuple[Value, ...]
    input_data: tuple[float, ...]
    result: float
    sentence: str


@dataclass(frozen=True)
class SeedStep:
    """The backward pass begins: the output is given its gradient.

    Attributes:
        index: 0.
        node: the output.
        gradient: what it is given; 1 unless `backward` is told otherwise.
        sentence: the step in words.
    """

    index: int
    node: Value
    gradient: float
    sentence: str


@dataclass(frozen=True)
class BackwardStep:
    """A node hands one of its parents its share of the gradient.

    Attributes:
        index: its place in the backward pass, from 1: the seed is 0.
        node: the node that hands down; its own gradient is complete.
        parent: the node that receives.
        position: which of the node's parents that is, from 0; `x * x` has `x` twice.
        upstream: d(output)/d(node).
        local: d(node)/d(parent), the number on the edge.
        contribution: local * upstream.
        total: what the parent has received so far in this pass, this included.
        complete: whether that is all that it gets: then `total` is d(output)/d(parent).
        sentence: the step in words.
    """

    index: int
    node: Value
    parent: Value
    position: int
    upstream: float
    local: float
    contribution: float
    total: float
    complete: bool
    sentence: str


def forward_steps(output: Value) -> Iterator[ForwardStep]:
    """Go through the forward pass: one step for each computed node, parents before children.

    Args:
        output: the result.

    Returns:
        An iterator over the steps, in the engine's own order; the same on every run.

    Raises:
        TypeError: `output` is not a Value.

    >>> z = Value(-0.5, label="z")
    >>> g = z.sigmoid()
    >>> g.label = "g"
    >>> for step in forward_steps(g):
    ...     print(step.sentence)
    g = sigmoid(z) = sigmoid(-0.5) = 0.377541
    """
    return _forward(_checked(output))


def backward_steps(output: Value, gradient: float = 1.0) -> Iterator[SeedStep | BackwardStep]:
    """Go through the backward pass: the seed, then one step for each edge.

    Steps come in the order in which `output.backward()` adds shares up: from the output back, and
    at each node from its first parent to its last. No step leads to a constant: no derivative is
    taken by it. Nothing is changed: `.grad` is neither read nor written, so this can be called
    before or after `backward()`, and the last total of a node is, to the last bit, what
    `backward()` would add to its gradient.

    Args:
        output: the result to go back from.
        gradient: d(result)/d(output), where that is not the result itself; as for `backward`.

    Returns:
        An iterator over the steps: a `SeedStep`, then `BackwardStep`s.

    Raises:
        TypeError: `output` is not a Value, or `gradient` not one real number.

    >>> x = Value(3.0, label="x")
    >>> y = x * x + x
    >>> y.label = "y"
    >>> for step in backward_steps(y):
    ...     print(step.sentence)
    y starts with 1: dy/dy = 1
    x*x receives 1 * 1 = 1 from y
    x receives 1 * 1 = 1 from y
    x receives 1 * 3 = 3 from x*x (input 1), which makes 4 so far
    x receives 1 * 3 = 3 from x*x (input 2), which makes 7 in all
    """
    return _backward(_checked(output), real(gradient))


def _checked(output: Value) -> Value:
    if not isinstance(output, Value):
        raise TypeError(
            f"expected a Value to step through, received {type(output).__name__}: {output!r:.60}"
        )
    return output


def _forward(output: Value) -> Iterator[ForwardStep]:
    order = topological_order(output)
    named = terms(order)
    index = 0
    for node in order:
        if node.op is None:
            continue
        inputs = node.parents
        numbers = tuple(parent.data for parent in inputs)
        written = (
            named[node].text,
            write(node.op, [named[parent] for parent in inputs]).text,
            formula(node.op, [show_number(number) for number in numbers]),
            show_number(node.data),
        )
        sentence = " = ".join(dict.fromkeys(written))  # an unlabelled node is its own formula
        yield ForwardStep(index, node, node.op, inputs, numbers, node.data, sentence)
        index += 1


def _backward(output: Value, seed: float) -> Iterator[SeedStep | BackwardStep]:
    order = topological_order(output)
    named = terms(order)
    waiting = dict.fromkeys(order, 0)
    for node in order:
        for parent in node.parents:
            waiting[parent] += 1
    totals = dict.fromkeys(order, 0.0)
    received: set[Value] = set()

    totals[output] += seed
    yield SeedStep(0, output, totals[output], _seed_sentence(named[output], seed))

    index = 1
    for node in reversed(order):
        upstream = totals[node]
        parents = node.parents
        times = Counter(parents)
        for position, (parent, local) in enumerate(zip(parents, node.partials, strict=True)):
            if isinstance(parent, Constant):
                continue
            contribution = local * upstream
            totals[parent] += contribution
            waiting[parent] -= 1
            complete = not waiting[parent]
            sentence = (
                f"{named[parent].text} receives {show_number(upstream)} * {factor(local)}"
                f" = {show_number(contribution)} from {named[node].text}"
            )
            if times[parent] > 1:
                sentence += f" (input {position + 1})"
            if parent in received:
                so_far = "in all" if complete else "so far"
                sentence += f", which makes {show_number(totals[parent])} {so_far}"
            received.add(parent)
            yield BackwardStep(
                index,
                node,
                parent,
                position,
                upstream,
                local,
                contribution,
                totals[parent],
                complete,
                sentence,
            )
            index += 1


def _seed_sentence(output: Term, seed: float) -> str:
    if seed == 1:
        whole = output.next(_ATOM)
        return f"{output.text} starts with 1: d{whole}/d{whole} = 1"
    return f"{output.text} starts with the gradient that was given: {show_number(seed)}"
