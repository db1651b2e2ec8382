"""The state of both passes after some steps, and the room that each text needs."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

from autograd.cleaning import quoted, received
from autograd.drawing.digits import Digits
from autograd.explaining.steps import (
    BackwardStep,
    ForwardStep,
    SeedStep,
    backward,
    forward,
    product,
)
from autograd.languages import words
from autograd.notation.names import Names
from autograd.notation.writers import PictureWriter
from autograd.options import whole_number
from autograd.value import Value

Step = ForwardStep | SeedStep | BackwardStep

_TO_COME = "…"
_LONGEST_LINE = 84


class Passes:
    """Both passes over a graph, step by step, as texts, each with the room that it needs.

    The room of a text is the width, in columns, of the widest text that stands in the same place in
    any frame. A picture keeps that room free, so nothing moves from frame to frame.

    Args:
        order: the nodes, parents before children.
        digits: significant digits of the numbers shown.
        backwards: whether there is a backward pass.
        is_brief: whether a gradient that will still grow is written without " + …".

    Attributes:
        names: what the nodes are called.
        steps: the steps, forward and then backward.
        outcomes: for each step, the node that the step changes, and the node's new text.
        captions: the lines below the picture before the first step, and after every step.
        caption_room: columns and lines of the longest caption.
    """

    def __init__(
        self,
        order: Sequence[Value],
        digits: int,
        *,
        backwards: bool = True,
        is_brief: bool = False,
    ) -> None:
        self._growing = "" if is_brief else f" + {_TO_COME}"
        self.names = Names(order)
        self._writer = PictureWriter(digits=digits)
        self._finer = Digits(order, digits).values
        self.steps: list[Step] = [*forward(order, self.names, self._writer)]
        if backwards:
            self.steps += backward(order, self.names, self._writer)
        self.outcomes = [self._outcome(step) for step in self.steps]
        self.captions = list(_captions(self.steps))
        lines = [line for caption in self.captions for line in caption]
        self.caption_room = max(map(columns, lines)), max(map(len, self.captions))
        self._room: dict[Value, int] = {}
        for node, text in self.outcomes:
            self._room[node] = max(self._room.get(node, 0), len(text))
        self._shares = {
            (step.node, step.position): self._share(step)
            for step in self.steps
            if isinstance(step, BackwardStep)
        }

    def _share(self, step: BackwardStep) -> tuple[str, str]:
        """Return the two lines at an edge; one where the parent was not chosen."""
        share = self._writer.number(step.contribution)
        written = product(step.upstream, step.local, step.contribution, self._writer, " × ")
        return (written, f"= {share}") if written else ("", share)

    def _outcome(self, step: Step) -> tuple[Value, str]:
        """Return the node that a step changes, and the new text of its number or gradient."""
        if isinstance(step, ForwardStep):
            return step.node, self.number(step.node)
        if isinstance(step, SeedStep):
            return step.node, self._writer.number(step.gradient)
        more = "" if step.complete else self._growing
        return step.parent, self._writer.number(step.total) + more

    def number_taken(self, step: Step | int) -> int:
        """Return how many steps have been taken once `step` is done.

        Args:
            step: a step of either pass, or the number of steps itself.

        Raises:
            ValueError: there is no such step.
            TypeError: `step` is neither a number nor a step.
        """
        if not isinstance(step, (ForwardStep, SeedStep, BackwardStep)):
            try:
                taken = whole_number("step", step)
            except TypeError:
                raise TypeError(
                    "expected step as a number, or as a step of forward_steps(output) or"
                    f" backward_steps(output), received {received(step)}"
                ) from None
            if not 0 <= taken <= len(self.steps):
                raise ValueError(
                    f"expected a step from 0, before the first, to {len(self.steps)}, after the"
                    f" last, received {step}"
                )
            return taken
        for i, known in enumerate(self.steps, start=1):
            if _facts(known) == _facts(step):
                return i
        raise ValueError(
            f"this output takes no such step: {quoted(step.sentence)}; expected one of"
            " forward_steps(output) or backward_steps(output), with the numbers as they are now"
        )

    def number(self, node: Value) -> str:
        """Return a node's number."""
        return self._writer.with_numbers(self._finer.get(node, 0)).number(node.data)

    def room(self, node: Value) -> int:
        """Return the columns that a node's number and gradient need."""
        return max(self._room.get(node, 0), len(self.number(node)))

    def local(self, node: Value, position: int) -> str:
        """Return the local derivative on an edge."""
        return self._writer.number(node.partials[position])

    def share(self, node: Value, position: int) -> tuple[str, str]:
        """Return the two lines at an edge: "upstream × local", and "= contribution"."""
        return self._shares[node, position]


class Moment:
    """The state of both passes after a step.

    A number that is not known yet is "…", and a gradient that will still grow is "4 + …".

    Args:
        passes: both passes.
        taken: how many steps have been taken.

    Attributes:
        passes: both passes.
        caption: the lines below the picture.

    >>> x = Value(3.0, label="x")
    >>> y = x * x + x
    >>> passes = Passes([x, y.parents[0], y], digits=6)
    >>> [Moment(passes, taken).gradient(x) for taken in (5, 6, 7)]
    ['1 + …', '4 + …', '7']
    """

    def __init__(self, passes: Passes, taken: int) -> None:
        self.passes = passes
        self.caption = passes.captions[taken]
        past = list(zip(passes.steps[:taken], passes.outcomes[:taken], strict=True))
        self._active: Step | None = None
        self._changed: Value | None = None
        if past:
            self._active, (self._changed, _) = past[-1]
        self._computed = {node for step, (node, _) in past if isinstance(step, ForwardStep)}
        backward = [(step, *outcome) for step, outcome in past if not isinstance(step, ForwardStep)]
        self._gradients = {node: text for _, node, text in backward}
        self._complete = {
            n for step, n, _ in backward if isinstance(step, SeedStep) or step.complete
        }

    def is_known(self, node: Value) -> bool:
        """Return whether a node has its number: a leaf always has."""
        return node.op is None or node in self._computed

    def value(self, node: Value) -> str:
        """Return a node's number."""
        return self.passes.number(node) if self.is_known(node) else _TO_COME

    def gradient(self, node: Value) -> str:
        """Return the part of a node's gradient that the node has received so far."""
        return self._gradients.get(node, _TO_COME)

    def is_complete(self, node: Value) -> bool:
        """Return whether a node's gradient grows no more."""
        return node in self._complete

    def local(self, node: Value, position: int) -> str:
        """Return the local derivative on an edge; "…" until the node is computed."""
        return self.passes.local(node, position) if self.is_known(node) else _TO_COME

    def share(self, node: Value, position: int) -> tuple[str, str]:
        """Return the two lines at an edge if the last step went back along it; else empty texts."""
        return self.passes.share(node, position) if self.hands_down(node, position) else ("", "")

    @property
    def is_backward(self) -> bool:
        """Whether the last step was one of the backward pass."""
        return isinstance(self._active, (SeedStep, BackwardStep))

    def changes(self, node: Value) -> bool:
        """Return whether the last step changed a node: its number or its gradient."""
        return self._changed is node

    def hands_down(self, node: Value, position: int) -> bool:
        """Return whether the last step went back along an edge."""
        step = self._active
        return isinstance(step, BackwardStep) and step.node is node and step.position == position

    def feeds(self, node: Value) -> bool:
        """Return whether the last step went forward along the edges to a node."""
        return isinstance(self._active, ForwardStep) and self._active.node is node


def columns(text: str) -> int:
    """Return the width of a text: a Chinese, Japanese or Korean character takes two columns.

    >>> columns("ab"), columns("日本")
    (2, 4)
    """
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _facts(step: Step) -> tuple[object, ...]:
    """Return what tells a step from all others; numbers are texts, so that a nan equals a nan."""
    facts = (fact for name, fact in vars(step).items() if name != "sentence")
    return type(step), *(repr(fact) if isinstance(fact, float) else fact for fact in facts)


def _captions(steps: Sequence[Step]) -> Iterator[list[str]]:
    """Yield the caption before the first step, and after every step."""
    steps_in_all = len(steps)
    yield [words("Step 0 of {steps}: only what is given is known", steps=steps_in_all)]
    for i, step in enumerate(steps, start=1):
        heading = (
            words("Step {step} of {steps}, forward:", step=i, steps=steps_in_all)
            if isinstance(step, ForwardStep)
            else words("Step {step} of {steps}, backward:", step=i, steps=steps_in_all)
        )
        yield [heading, *textwrap.wrap(step.sentence, _LONGEST_LINE)]
