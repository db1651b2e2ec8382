"""Fitting a picture to a slide: of the plans that fit, the one with the most to read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from autograd.drawing import engine
from autograd.drawing.moment import Moment
from autograd.drawing.picture import Picture
from autograd.drawing.plan import LOOKS, MOST_ROWS, Folding, Plan
from autograd.drawing.sketch import Sketch
from autograd.drawing.tables import FONT, SLIDE
from autograd.value import Value

_POINTS_AN_INCH = 72
_LABEL = re.compile(r"^\t(?:(n\d+) \[|fontsize=\d+ )label=(<.*>)", re.MULTILINE)
"""A line of DOT text with the label of a node, or with the caption."""

_NODE = re.compile(r"^node (\S+) \S+ \S+ (\S+) (\S+) ", re.MULTILINE)

Size = tuple[float, float]
"""Width and height, in points."""


class Fitting:
    """Finds the plan for a slide.

    To lay out all plans would take minutes. So the nodes are measured first, without their edges;
    a plan is laid out only where its columns of nodes would fit.

    Args:
        sketch: how the graph is drawn.
        moment: the moment of both passes to draw, if one is drawn.
        direction: "LR" or "TB".
    """

    def __init__(self, sketch: Sketch, moment: Moment | None, direction: str) -> None:
        self._sketch = sketch
        self._moment = moment
        self._is_upright = direction == "LR"
        self._known: dict[str, Size] = {"": (0.0, 0.0)}  # the sizes of labels

    def best(self, foldings: Iterable[Folding]) -> tuple[Plan, float] | None:
        """Return the first plan that fits on a slide, and how much larger than it is; else None.

        Names of numbers go first; then chains are wrapped, then the next folding is tried. A graph
        is wrapped where many edges lead on only if nothing else fits.

        Args:
            foldings: the graphs to draw, those with the most to read first.
        """
        tangled = []
        for folding in foldings:
            whole = Plan(*folding)
            sizes = self._sizes(whole)
            if min(Picture.scales_of(*sizes[0][None])) < 1:
                return None  # the caption alone is too wide
            plans = [replace(whole, rows=rows) for rows in range(1, MOST_ROWS + 1)]
            tangled.append((sizes, [plan for plan in plans if plan.is_tangled]))
            found = self._first(sizes, [plan for plan in plans if not plan.is_tangled])
            if found:
                return found
        return next(filter(None, (self._first(*one) for one in tangled)), None)

    def _first(
        self, sizes: Sequence[Mapping[Value | None, Size]], plans: Iterable[Plan]
    ) -> tuple[Plan, float] | None:
        for plan in plans:
            for look, known in zip(LOOKS, sizes, strict=True):
                plan = plan.looking(look)
                if self._may_fit(plan, known) and self._scale(plan) >= 1:
                    return self._spread_out(plan)
        return None

    def _spread_out(self, plan: Plan) -> tuple[Plan, float]:
        """Return a plan with its ranks further apart, if there is room for it on the slide."""
        plan.is_spread_out = True
        scale = self._scale(plan)
        if scale >= 1:
            return plan, scale
        plan.is_spread_out = False
        return plan, self._scale(plan)

    def _scale(self, plan: Plan) -> float:
        return min(self._sketch.sketch(plan, self._moment).scales_on_slide())

    def _sizes(self, plan: Plan) -> list[dict[Value | None, Size]]:
        """Return the sizes of the nodes in each look, and by None the size of the caption."""
        places: list[Value | None] = [n for n in plan.shown() if not plan.stands_in_port(n)]
        found = []
        for look in LOOKS:
            source = self._sketch.sketch(plan.looking(look), self._moment).source
            by_name = dict(_LABEL.findall(source))
            caption = by_name.pop("", "")
            found.append([*zip(places, by_name.values(), strict=True), (None, caption)])
        self._measure({label for labels in found for _, label in labels} - {*self._known})
        return [{place: self._known[label] for place, label in labels} for labels in found]

    def _measure(self, labels: Iterable[str]) -> None:
        """Find the sizes of labels by one run of the engine."""
        named = {f"n{i}": label for i, label in enumerate(sorted(labels))}
        if named:
            look = f"node [shape=plain fontname={FONT} fontsize={SLIDE.node}]"
            lines = [f"{name} [label={label}]" for name, label in named.items()]
            drawn = engine.run(
                "\n".join(["digraph {", look, *lines, "}"]), "plain", _POINTS_AN_INCH
            )
            for name, *sides in _NODE.findall(drawn.decode()):
                width, height = (_POINTS_AN_INCH * float(side) for side in sides)
                self._known[named[name]] = width, height

    def _may_fit(self, plan: Plan, sizes: Mapping[Value | None, Size]) -> bool:
        """Return whether columns as wide as their widest nodes, and the caption, would fit."""
        side = 0 if self._is_upright else 1
        along = sum(max(sizes[node][side] for node in column) for column in plan.columns)
        along += _POINTS_AN_INCH * self._sketch.rank_distance(plan) * (len(plan.columns) - 1)
        across = max(
            sum(sizes[node][1 - side] for node in column)
            + _POINTS_AN_INCH * self._sketch.node_distance(plan) * (len(column) - 1)
            for column in plan.columns
        )
        width, height = (along, across) if self._is_upright else (across, along)
        caption = sizes[None]
        return min(Picture.scales_of(max(width, caption[0]), height + caption[1])) >= 1
