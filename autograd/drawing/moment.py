"""Moment: what is known after some steps of both passes, and how much room all of it will take."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

from autograd.explaining.steps import (
    BackwardStep,
    ForwardStep,
    SeedStep,
    backward_steps,
    forward_steps,
)
from autograd.notation.names import factor, names, show_number
from autograd.value import Value

Step = ForwardStep | SeedStep | BackwardStep

_TO_COME = "…"
_LONGEST_LINE = 70


class Moment:
    """The state of both passes after a step, as texts, each with the room it needs in any frame.

    A number that is not there yet is "…", and a gradient that more will be added to "4 + …".
    Room is counted in columns, of the widest text that will ever stand in the same place: so a
    picture can keep it free, and nothing moves from frame to frame.

    Args:
        output: the result.
        step: how many steps have been taken, forward and then backward; or the last of them.
        digits: significant digits of the numbers shown.

    Attributes:
        caption: the step in words, on lines.
        caption_room: columns and lines of the longest caption.

    Raises:
        ValueError: there is no such step.
        TypeError: `step` is neither a number nor a step.

    >>> x = Value(3.0, label="x")
    >>> y = x * x + x
    >>> [Moment(y, step, 6).gradient(x) for step in (4, 5, 6, 7)]
    ['…', '1 + …', '4 + …', '7']
    """

    def __init__(self, output: Value, step: Step | int, digits: int) -> None:
        steps = every_step(output)
        taken = _number_taken(steps, step)
        self._digits = digits
        self._names = names(output)
        self._active = steps[taken - 1] if taken else None
        self._computed: set[Value] = set()
        self._gradients: dict[Value, str] = {}
        self._shares: dict[tuple[Value, int], tuple[str, str]] = {}
        self._room: dict[Value, int] = {}
        for i, past in enumerate(steps):
            node, text = self._outcome(past)
            self._room[node] = max(self._room.get(node, 0), len(text))
            if isinstance(past, BackwardStep):
                self._shares[past.node, past.position] = self._share(past)
            if i < taken:
                if isinstance(past, ForwardStep):
                    self._computed.add(node)
                else:
                    self._gradients[node] = text
        captions = list(_captions(steps))
        self.caption = captions[taken]
        self.caption_room = (
            max(columns(line) for lines in captions for line in lines),
            max(map(len, captions)),
        )

    def _outcome(self, step: Step) -> tuple[Value, str]:
        """Whose number or gradient a step changes, and to what."""
        if isinstance(step, ForwardStep):
            return step.node, show_number(step.result, self._digits)
        if isinstance(step, SeedStep):
            return step.node, show_number(step.gradient, self._digits)
        more = "" if step.complete else f" + {_TO_COME}"
        return step.parent, show_number(step.total, self._digits) + more

    def _share(self, step: BackwardStep) -> tuple[str, str]:
        upstream = show_number(step.upstream, self._digits)
        return (
            f"{upstream} × {factor(step.local, self._digits)}",
            f"= {show_number(step.contribution, self._digits)}",
        )

    def name(self, node: Value) -> str:
        """Return what the captions call an unlabelled node, where its operation does not say it."""
        name = self._names[node]
        return "" if node.label or not re.fullmatch(r"\w+", name) else name

    def is_known(self, node: Value) -> bool:
        """Return whether a node has its number: a leaf always has."""
        return node.op is None or node in self._computed

    def value(self, node: Value) -> str:
        """Return a node's number."""
        return show_number(node.data, self._digits) if self.is_known(node) else _TO_COME

    def gradient(self, node: Value) -> str:
        """Return what a node has received of its gradient."""
        return self._gradients.get(node, _TO_COME)

    def room(self, node: Value) -> int:
        """Return the columns that a node's number and gradient need."""
        return max(self._room.get(node, 0), len(show_number(node.data, self._digits)))

    def local(self, node: Value, position: int) -> str:
        """Return the local derivative on an edge: it is there once the node is computed."""
        return self._local(node, position) if self.is_known(node) else _TO_COME

    def local_room(self, node: Value, position: int) -> int:
        """Return the columns that this needs."""
        return len(self._local(node, position))

    def _local(self, node: Value, position: int) -> str:
        return show_number(node.partials[position], self._digits)

    def share(self, node: Value, position: int) -> tuple[str, str]:
        """Return upstream × local, and = what that makes, on the edge where it is handed down."""
        return self._shares[node, position] if self.hands_down(node, position) else ("", "")

    def share_room(self, node: Value, position: int) -> int:
        """Return the columns that these need."""
        return max(map(len, self._shares[node, position]))

    @property
    def is_backward(self) -> bool:
        """Whether the last step was one of the backward pass."""
        return isinstance(self._active, (SeedStep, BackwardStep))

    def changes(self, node: Value) -> bool:
        """Return whether the last step changed a node: its number or its gradient."""
        return self._active is not None and self._outcome(self._active)[0] is node

    def hands_down(self, node: Value, position: int) -> bool:
        """Return whether the last step went back along an edge."""
        step = self._active
        return isinstance(step, BackwardStep) and step.node is node and step.position == position

    def feeds(self, node: Value) -> bool:
        """Return whether the last step went forward along the edges to a node."""
        return isinstance(self._active, ForwardStep) and self._active.node is node


def every_step(output: Value) -> list[Step]:
    """Return the steps of both passes."""
    return [*forward_steps(output), *backward_steps(output)]


def columns(text: str) -> int:
    """Return how wide a text is: a sign of Chinese, Japanese or Korean is as wide as two others.

    >>> columns("ab"), columns("日本")
    (2, 4)
    """
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _number_taken(steps: Sequence[Step], step: Step | int) -> int:
    if isinstance(step, int) and not isinstance(step, bool):
        if not 0 <= step <= len(steps):
            raise ValueError(
                f"expected a step from 0, before the first, to {len(steps)}, after the last,"
                f" received {step}"
            )
        return step
    if not isinstance(step, (ForwardStep, SeedStep, BackwardStep)):
        raise TypeError(
            "expected step as a number, or as a step of forward_steps(output) or"
            f" backward_steps(output), received {type(step).__name__}: {step!r:.60}"
        )
    for i, known in enumerate(steps, start=1):
        if (known.node, known.index, known.sentence) == (step.node, step.index, step.sentence):
            return i
    raise ValueError(
        f"this output takes no such step: {step.sentence!r}; expected one of"
        " forward_steps(output) or backward_steps(output), with the numbers as they are now"
    )


def _captions(steps: Sequence[Step]) -> Iterator[list[str]]:
    """What is said before the first step, and after each."""
    yield [f"Step 0 of {len(steps)}: only what is given is known"]
    for i, step in enumerate(steps, start=1):
        way = "forward" if isinstance(step, ForwardStep) else "backward"
        heading = f"Step {i} of {len(steps)}, {way}:"
        yield [heading, *textwrap.wrap(step.sentence, _LONGEST_LINE)]
