"""A probability that the gradient goes around: said where someone asks for its gradient.

A cross entropy goes back from what `sigmoid` or `softmax` made to the score before it. The graph of
the loss then holds the score and not the probability, whose gradient would read 0 in silence.
"""

from __future__ import annotations

import sys
from collections.abc import Container, Iterable, Sequence
from typing import Any

from autograd.cleaning import cut, one_line
from autograd.languages import ENGLISH, spoken, words
from autograd.options import OWN, warn

_LOSSES = {"sigmoid": "BinaryCrossentropy", "softmax": "CategoricalCrossentropy"}
"""The loss that goes around what an operation made, by the operation's name."""

_WAY_TO_ALL_SCORES = (("share", 0), ("exp", 0), ("shift", 1), ("stop_gradient", 0))
"""From a share of a large softmax back to all its scores: operation, and input to follow."""


def why_passed_by(node: Any, reached: Container[Any]) -> str:
    """Return why a gradient that goes around a probability does so; "" if it does not.

    The text is English, as exceptions are.

    Args:
        node: what someone asks for the gradient of.
        reached: the nodes that the gradient came to.
    """
    return spoken(ENGLISH, _why, node, reached)


def _why(node: Any, reached: Container[Any]) -> str:
    scores = _scores(node)
    if node in reached or not any(x in reached for x in scores):
        return ""
    name = node.op.name if node.op.name in _LOSSES else "softmax"
    if isinstance(reached, Iterable) and any(_is_other_share(node, x) for x in reached):
        return ""  # the result depends on another class alone
    # A program that reads `.grad` gives no graph: the loss may have taken another class's share.
    is_sure = name != "softmax" or isinstance(reached, Iterable)
    places = {"operation": name, "loss": f"nn.losses.{_LOSSES[name]}(textbook=True)"}
    if is_sure:
        return words(
            "the result of {operation} was passed by: a cross entropy goes back to the score before"
            " it, so that a saturated unit learns; {loss} goes through it",
            **places,
        )
    return words(
        "the result of {operation} was passed by: that is right where the share of another class"
        " was taken, and a cross entropy goes back to the score before it, so that a saturated unit"
        " learns; {loss} goes through it",
        **places,
    )


def _is_other_share(node: Any, other: Any) -> bool:
    """Whether two nodes are shares of the same scores."""
    return other.op is node.op and set(_scores(other)) == set(_scores(node))


def _scores(node: Any) -> Sequence[Any]:
    """The scores of a node that `sigmoid` or `softmax` made; () of any other node."""
    if node.op is not None and node.op.name in _LOSSES:
        return tuple(node.parents)
    for name, place in _WAY_TO_ALL_SCORES:
        if node.op is None or node.op.name != name:
            return ()
        node = node.parents[place]
    return tuple(node.parents)


def warn_of_passing_by(node: Any, reached: Container[Any]) -> None:
    """Warn that the gradient of a probability is 0 because it was passed by, if it was."""
    if why := _why(node, reached):
        name = cut(one_line(node.label)) or words("this number")
        warn(words("the gradient of {name} is 0.0, for {why}", name=name, why=why))


class _Reached:
    """The nodes that a backward pass came to."""

    def __contains__(self, node: Any) -> bool:
        return bool(node.has_grad)


_REACHED = _Reached()


def warn_reader(node: Any) -> None:
    """Warn a program that reads the gradient of a probability that a backward pass went around.

    This project's own modules, as those that draw, know which nodes a pass came to.
    """
    frame = sys._getframe(1)
    if frame.f_globals.get("__name__") == "autograd.value" and frame.f_back:
        frame = frame.f_back  # the property's own, which compiled code has not
    if not f"{frame.f_globals.get('__name__')}.".startswith(OWN):
        warn_of_passing_by(node, _REACHED)
