"""boundary_lines: how the line of a perceptron moves from epoch to epoch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograd.languages import marked, words
from autograd.options import wrong_kind
from nn.data import as_rows
from nn.perceptron import Approach, Perceptron, Training
from nn.pictures.figures import DARK, Axes, Figure, make_panels
from nn.pictures.plane import Limits, around, classes_of, scatter, show_plane


def boundary_lines(
    lines: Training | Approach | Perceptron | Sequence[Perceptron],
    inputs: Sequence[Sequence[float]],
    targets: Sequence[float],
    *,
    axes: Axes | None = None,
    title: str = "",
) -> Figure:
    """Plot points of two classes and the perceptron's boundary line of every epoch.

    A line is where w1*x1 + w2*x2 + b = 0. The first is dashed, the last is bold, those between
    are thin and get stronger from epoch to epoch. The points set the view: the piece of each line
    within it is drawn, and the legend counts the lines that do not cross it.

    Args:
        lines: what `nn.perceptron.train` or `approach` returned, or perceptrons in their order.
        inputs: the points, each (x1, x2).
        targets: the class of each point, 0 or 1.
        axes: where to draw, if not in a figure of its own.
        title: text above.

    Raises:
        ValueError: there is no line, one has not two weights, the points are not in the plane, or
            there is not one target of 0 or 1 for each.
        TypeError: `lines` holds something else than perceptrons.
        ImportError: matplotlib is not installed; the message says how to get it.

    >>> from nn import datasets, perceptron
    >>> inputs, targets = datasets.and_gate()
    >>> training = perceptron.train(inputs, targets, rate=0.1, epochs=20)
    >>> figure = boundary_lines(training, inputs, targets)
    >>> [text.get_text() for text in figure.axes[0].get_legend().get_texts()][-1]
    'epoch 20, the last'
    """
    chain = _perceptrons(lines)
    points = as_rows(inputs, 2, "inputs")
    classes = classes_of(targets, len(points), highest=1)
    figure, (panel,) = make_panels(axes, 1, size=(6.4, 5.6))
    limits = around(points)
    one, many = _NAMES[isinstance(lines, Approach)]
    last = len(chain) - 1
    pieces = [clipped(line, limits) for line in chain]
    hidden = sum(piece is None for piece in pieces[1:-1])
    names = [words(one, number=i) for i in range(last + 1)]
    names[0] = words("start") + _why_hidden(chain[0], pieces[0])
    if last > 1:
        names[1] = names[1] if last == 2 else words(many, last=last - 1)
        names[1] += words(" ({count} not in view)", count=hidden) if hidden else ""
    if last:
        names[-1] = words("{name}, the last", name=names[-1]) + _why_hidden(chain[-1], pieces[-1])
    for i, piece in enumerate(pieces):
        style: dict[str, Any] = {"linewidth": 1.0, "alpha": 0.15 + 0.55 * i / max(1, last)}
        if i == 0:
            style = {"linewidth": 1.8, "linestyle": (0, (5, 3)), "zorder": 2.4}
        if i == last:
            style = {"linewidth": 3.5, "zorder": 2.5}
        if 1 < i < last:
            names[i] = "_" + names[i]  # a leading underscore keeps it out of the legend
        xs, ys = zip(*piece, strict=True) if piece else ((), ())
        panel.plot(xs, ys, color=DARK, label=names[i], **style)
    named = [line for line in panel.get_lines() if not str(line.get_label()).startswith("_")]
    show_plane(panel, limits, title, scatter(panel, points, classes) + named)
    return figure


_NAMES = {
    False: (marked("epoch {number}"), marked("epochs 1–{last}")),
    True: (marked("step {number}"), marked("steps 1–{last}")),
}
"""What a line and several are called: after an epoch, or after a step towards one point."""


def _perceptrons(lines: Any) -> list[Perceptron]:
    if isinstance(lines, (Training, Approach)):
        lines = lines.lines
    chain = list(lines) if hasattr(lines, "__iter__") else [lines]
    if not chain:
        raise ValueError("expected at least one line, received none")
    for line in chain:
        if not isinstance(line, Perceptron):
            raise wrong_kind("perceptrons", line)
        if len(line.weights) != 2:
            count = len(line.weights)
            raise ValueError(f"expected perceptrons with 2 weights, received one with {count}")
    return chain


def clipped(line: Perceptron, limits: Limits) -> list[tuple[float, float]] | None:
    """The two ends of the piece of a line that is in view; None where there is no such piece."""
    w1, w2, bias = (float(number) for number in (*line.weights, line.bias))
    size = math.hypot(w1, w2)
    if size == 0:
        return None
    # A point on the line, and the distances from it, along (-w2, w1), at which the view begins and
    # ends. The middle of the view is the origin, so that rounding is never seen.
    middle = [(low + high) / 2 for low, high in limits]
    score = (w1 * middle[0] + w2 * middle[1] + bias) / size
    normal = (w1 / size, w2 / size)
    foot = [m - score * n for m, n in zip(middle, normal, strict=True)]
    along = (-normal[1], normal[0])
    start, end = -math.inf, math.inf
    for at, pace, (low, high) in zip(foot, along, limits, strict=True):
        if pace == 0:
            if not low <= at <= high:
                return None
        else:
            enter, leave = sorted(((low - at) / pace, (high - at) / pace))
            start, end = max(start, enter), min(end, leave)
    if start >= end:
        return None
    return [(foot[0] + t * along[0], foot[1] + t * along[1]) for t in (start, end)]


def _why_hidden(line: Perceptron, piece: object) -> str:
    if piece is not None:
        return ""
    return words(" (not in view)") if any(line.weights) else words(" (no line)")
