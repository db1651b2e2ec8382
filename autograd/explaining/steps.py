"""forward_steps and backward_steps: both passes one step at a time, as the engine takes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from autograd.languages import language as current
from autograd.languages import marked, spoken, words
from autograd.notation.algebra import Number, Product
from autograd.notation.equations import digits_for
from autograd.notation.names import Names
from autograd.notation.stale import warn_of_stale
from autograd.notation.writers import PRODUCT, Writer
from autograd.ops import Primitive
from autograd.options import wrong_kind
from autograd.reach import Shares
from autograd.real import real
from autograd.value import Constant, Value, topological_order
from autograd.walks import pull_back

_PLAIN = Writer()
_Step = TypeVar("_Step")


@dataclass(frozen=True)
class ForwardStep:
    """One node is computed from its inputs.

    Attributes:
        index: its place in the forward pass, from 0.
        node: the node that is computed.
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
        gradient: the gradient that it is given; 1 unless `backward_steps` received another.
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
        position: which of the node's parents receives, from 0; `x * x` has `x` twice.
        upstream: d(output)/d(node).
        local: d(node)/d(parent), the number on the edge.
        contribution: local * upstream.
        total: the parent's gradient so far in this pass, this contribution included.
        complete: whether the parent receives nothing more: then `total` is d(output)/d(parent).
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


def forward_steps(output: Value, *, language: str | None = None) -> Iterator[ForwardStep]:
    """Go through the forward pass: one step for each computed node, parents before children.

    Args:
        output: the result.
        language: of the sentences, "en" or "es"; if None, the one that is spoken.

    Returns:
        An iterator over the steps, in the engine's own order; the same on every run.

    Raises:
        TypeError: `output` is not a Value.
        ValueError: there is no such language.

    >>> z = Value(-0.5, label="z")
    >>> g = z.sigmoid()
    >>> g.label = "g"
    >>> for step in forward_steps(g):
    ...     print(step.sentence)
    g = sigmoid(z) = sigmoid(-0.5) = 0.377541
    """
    order = spoken(language, _order_of, output)
    return _in_language(language, forward(order, Names(order)))


def backward_steps(
    output: Value, gradient: float = 1.0, *, language: str | None = None
) -> Iterator[SeedStep | BackwardStep]:
    """Go through the backward pass: the seed, then one step for each edge.

    Steps come in the order in which `output.backward()` adds shares up: from the output back, and
    at each node from its first parent to its last. No step leads to a constant, because nothing is
    differentiated by a constant. `.grad` is neither read nor written, so this can be called before
    or after `backward()`. The last total of a node is, to the last bit, the number that
    `backward()` would add to the node's gradient.

    Args:
        output: the result to go back from.
        gradient: d(result)/d(output), where `output` is not the result itself; as for `backward`.
        language: of the sentences, "en" or "es"; if None, the one that is spoken.

    Returns:
        An iterator over the steps: a `SeedStep`, then `BackwardStep`s.

    Raises:
        TypeError: `output` is not a Value, or `gradient` not one real number.
        ValueError: there is no such language.

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
    seed = real(gradient)
    order = spoken(language, _order_of, output)
    return _in_language(language, backward(order, Names(order), seed=seed))


def _in_language(language: str | None, steps: Iterator[_Step]) -> Iterator[_Step]:
    """Return the steps, each told in the language that is spoken now, whenever it is taken."""
    step: Callable[[], _Step | None] = partial(spoken, language or current(), next, steps, None)
    return iter(step, None)


def forward(order: Sequence[Value], names: Names, writer: Writer = _PLAIN) -> Iterator[ForwardStep]:
    """Go through the forward pass of a graph that has been walked; see `forward_steps`.

    Args:
        order: the nodes, parents before children.
        names: the names of the nodes.
        writer: writes the sentences.
    """
    computed = (node for node in order if node.op is not None)
    for index, node in enumerate(computed):
        assert node.op is not None  # noqa: S101  # just seen
        numbers = tuple(parent.data for parent in node.parents)
        in_numbers = names.in_numbers(node, writer)
        # Of constants alone, the operation is in numbers itself, and its digits may be too few.
        is_plain = bool(in_numbers) and all(isinstance(x, Constant) for x in node.parents)
        written = (
            "" if is_plain and not node.label else names.text(node, writer),
            "" if is_plain else names.operation(node, writer),
            in_numbers,
            writer.number(node.data),
        )
        # An unlabelled node is its own formula.
        sentence = " = ".join(dict.fromkeys(filter(None, written)))
        yield ForwardStep(index, node, node.op, node.parents, numbers, node.data, sentence)


def backward(
    order: Sequence[Value], names: Names, writer: Writer = _PLAIN, seed: float = 1.0
) -> Iterator[SeedStep | BackwardStep]:
    """Go through the backward pass of a graph that has been walked; see `backward_steps`.

    Args:
        order: the nodes, parents before children; the last is the output.
        names: the names of the nodes.
        writer: writes the sentences.
        seed: d(result)/d(output).
    """
    output = order[-1]
    totals = dict.fromkeys(order, 0.0)
    totals[output] += seed
    yield SeedStep(0, output, totals[output], _seed_sentence(output, seed, names, writer))

    to_come = Counter(parent for node in order for parent in node.parents)
    received: set[Value] = set()
    shares = Shares(order)

    def times(node: Value, upstream: float) -> list[float | None]:
        found = zip(node.parents, shares(node, upstream), strict=True)
        return [None if isinstance(parent, Constant) else share for parent, share in found]

    given: list[tuple[int, float, float]] = []

    def tell(node: Value, position: int, share: float) -> None:
        given.append((position, share, totals[node.parents[position]]))

    index = 0
    for node in reversed(order):
        uses = Counter(node.parents)
        given.clear()
        pull_back([node], totals, times, tell=tell)
        for position, share, total in given:
            parent, local = node.parents[position], node.partials[position]
            index += 1
            to_come[parent] -= 1
            complete = not to_come[parent]
            written = (product(totals[node], local, share, writer), writer.number(share))
            giver = names.text(node, writer)
            if uses[parent] > 1:
                giver = words("{node} (input {number})", node=giver, number=position + 1)
            sentence = words(
                _RECEIVES[parent in received, complete],
                name=names.text(parent, writer),
                share=" = ".join(filter(None, written)),
                giver=giver,
                total=writer.number(total),
            )
            received.add(parent)
            yield BackwardStep(
                index,
                node,
                parent,
                position,
                upstream=totals[node],
                local=local,
                contribution=share,
                total=total,
                complete=complete,
                sentence=sentence,
            )


_ALONE = marked("{name} receives {share} from {giver}")
_RECEIVES = {
    (False, False): _ALONE,
    (False, True): _ALONE,
    (True, False): marked("{name} receives {share} from {giver}, which makes {total} so far"),
    (True, True): marked("{name} receives {share} from {giver}, which makes {total} in all"),
}
"""What is said of a share, by whether it is not the first, and whether it is the last."""


def product(upstream: float, local: float, share: float, writer: Writer, times: str = " * ") -> str:
    """Return upstream * local, in digits that make it give the share as it is written.

    Args:
        upstream: the gradient of the node that hands down.
        local: the local derivative on the edge.
        share: what the parent receives.
        writer: writes the numbers.
        times: the text between the two numbers.

    Returns:
        The text; "" where it is not the share, because the parent was not chosen.

    >>> product(-1369.02, -0.5, 684.51, Writer())
    '-1369.02 * (-0.5)'
    """
    formula = Product(1.0, (Number(upstream), Number(local)))
    digits = digits_for(formula, share, writer.digits)
    if digits is None:
        return ""
    writer = writer.with_numbers(digits)
    return f"{writer.number(upstream)}{times}{writer.operand(Number(local), PRODUCT)}"


def _seed_sentence(output: Value, seed: float, names: Names, writer: Writer) -> str:
    name = names.text(output, writer)
    if seed == 1:
        whole = names.operand(output, writer)
        return words("{name} starts with 1: {ratio} = 1", name=name, ratio=f"d{whole}/d{whole}")
    return words(
        "{name} starts with the gradient that was given: {gradient}",
        name=name,
        gradient=writer.number(seed),
    )


def _order_of(output: Value) -> list[Value]:
    if not isinstance(output, Value):
        raise wrong_kind("a Value to step through", output)
    order = topological_order(output)
    warn_of_stale(order)
    return order
