"""Where everything is in a network's picture: circles in columns, and the numbers on lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import autograd
from nn.pictures.network import Circle, Group, Network
from nn.pictures.numbers import LETTER, Lines, Texts, extent, radius, shown_name

LABELLED_EDGES = 30
"""On how many lines weights are written at the most, unless they are asked for."""

_LONGEST_LINE, _WIDEST_PITCH = 6.0, 4.0  # inches
_GROWTHS = (1.0, 1.1, 1.2, 1.3, 1.4, 1.5)


def columns_of(network: Network) -> list[list[Group]]:
    """Return the groups by depth: each in its column, or in the first after all of its sources.

    Numbers that skip columns get points to run through, which are added to the network, so that
    every line leads from one column to the next and none behind a circle.
    """
    columns: list[list[Group]] = []
    depth: dict[Circle, int] = {}
    relays: dict[tuple[Group, int], Group] = {}

    def relayed(source: Circle, column: int) -> Circle:
        """What stands for a source in the column before this one."""
        group = network.home(source)
        place = group.circles.index(source)
        for between in range(depth[source] + 1, column):
            if (group, between) not in relays:
                points = [Circle("", "relay", arrows=[(c, None)]) for c in group.circles]
                relays[group, between] = Group("", points)
                network.groups.append(relays[group, between])
                columns[between].append(relays[group, between])
                depth.update(dict.fromkeys(points, between))
            group = relays[group, between]
        return group.circles[place]

    for group in list(network.groups):
        sources = [source for circle in group.circles for source, _ in circle.arrows]
        column = group.column
        if column is None:
            column = 1 + max((depth[source] for source in sources), default=-1)
        for circle in group.circles:
            circle.arrows = [(relayed(source, column), weight) for source, weight in circle.arrows]
        if column == len(columns):
            columns.append([])
        columns[column].append(group)
        depth.update(dict.fromkeys(group.circles, column))
    return columns


class Layout:
    """Where circles and numbers are, in inches: along the way of the numbers, and across it.

    Neighbours in a column have one distance from centre to centre; where room is scarce, one gap
    between their circles. This, and the distance of the columns, are chosen such that no line runs
    behind a circle, and the numbers on the lines are clear of each other.

    Args:
        columns: the groups of each column, see `columns_of`.
        texts: what is written in the circles and on the lines.
        direction: "LR" or "TB".
        is_roomy: whether there is room for long lines, and for operations of one size.
    """

    def __init__(
        self, columns: list[list[Group]], texts: Texts, direction: str, *, is_roomy: bool
    ) -> None:
        self.direction, self._upright = direction, direction == "LR"
        self._is_roomy = is_roomy
        self.columns = columns
        circles = [circle for column in columns for group in column for circle in group.circles]
        self.names = {circle: f"n{i}" for i, circle in enumerate(circles)}
        self.arrows = [
            (source, circle, weight) for circle in circles for source, weight in circle.arrows
        ]
        lines = [circle for _, circle, _ in self.arrows if circle.kind != "relay"]
        self.is_small = len(lines) <= LABELLED_EDGES
        self.labels: dict[tuple[Circle, Circle], Lines] = {}
        if self.is_small if texts.numbers is None else texts.numbers:
            for source, circle, weight in self.arrows:
                weights = [weight] if weight is not None else circle.folded.get(source)
                if weights:
                    self.labels.setdefault((source, circle), []).extend(texts.weights(weights))
        self.radii = self._radii(texts)
        largest = max(self.radii.values())
        self._reach = dict.fromkeys(circles, largest) if is_roomy else self.radii
        extents = [extent(rows) for rows in self.labels.values()] or [(0.0, 0.0)]
        label = max(width for width, _ in extents), max(height for _, height in extents)
        self._label_along, self._label_across = label if self._upright else label[::-1]
        self._at: dict[Circle, tuple[float, float]] = {}
        self._fractions: dict[tuple[Circle, Circle], float] = {}

        self._growth = 0.0  # 0 where numbers may stand on the lines of others
        self._gap = 0.2 if self.is_small else 0.12
        stretch = 1.0
        shortage = self._place(stretch)
        widest = _WIDEST_PITCH if texts.numbers is None else math.inf
        while shortage > 1.0:
            if stretch * (2 * largest + self._gap) > widest:
                self.labels.clear()
                stretch = 1.0
            stretch *= min(shortage, 1.2) if self.labels else 1.0
            shortage = self._place(stretch)
        if is_roomy:
            self._keep_lines_off_numbers(stretch)
        else:  # neighbours further apart let lines be steeper, and columns nearer
            self._place(stretch * max(_GROWTHS, key=lambda growth: self._scale(stretch * growth)))

    def _scale(self, stretch: float) -> float:
        """Return how much larger than it is the picture would fit on a slide; 0: not at all."""
        return 0.0 if self._place(stretch) > 1.0 else min(autograd.Picture.scales_of(*self.size()))

    def _radii(self, texts: Texts) -> dict[Circle, float]:
        """Return the radius of each circle: one for all of a kind, or that do the same."""
        alike: dict[tuple[str, str], list[Circle]] = {}
        for circle in self.names:
            is_own = circle.kind == "operation" and not self._is_roomy
            alike.setdefault((circle.kind, circle.text if is_own else ""), []).append(circle)
        radii: dict[Circle, float] = {}
        for circles in alike.values():
            radii |= dict.fromkeys(circles, max(radius(texts.circle(circle)) for circle in circles))
        return radii

    def _keep_lines_off_numbers(self, stretch: float) -> None:
        """Move circles and numbers a little further apart, if then each line misses all others'."""
        for growth in _GROWTHS if self.labels else ():
            self._growth = growth
            if self._place(stretch * growth) <= 1.0:
                return
        self._growth = 0.0
        self._place(stretch)

    def _place(self, stretch: float) -> float:
        """Give everything its place; return how many times too close the closest numbers are.

        Args:
            stretch: how far neighbours in a column are from each other; 1.0 is the least.
        """
        along, shortage = 0.0, 0.0
        self._at.clear()
        spare = 0.7 if self._is_roomy else 0.18
        before: list[Circle] = []
        for column in self.columns:
            column.sort(key=self._mean_of_sources)  # branches beside what they come from
            places = self._across(column, stretch)
            circles = [circle for group in column for circle in group.circles]
            lines = {
                (source, circle): (self._at[source][1], place)
                for circle, place in zip(circles, places, strict=True)
                for source, _ in circle.arrows
            }
            if lines:
                rise = max(abs(end - start) for start, end in lines.values())
                slope = min(self._slope(before, stretch), self._slope(circles, stretch))
                nearer, further = (max(map(self._reach.__getitem__, c)) for c in (before, circles))
                distance = max(nearer + further + self._label_along + spare, rise / slope)
                written = [ends for pair, ends in lines.items() if pair in self.labels]
                end = max(nearer, further) + self._label_along / 2 + 0.15
                if written and not self._is_roomy:  # columns may differ: a number stands between
                    distance = max(distance, 2 * end)
                if len(written) > 1:
                    fewest = min(len({s for s, _ in written}), len({e for _, e in written}))
                    distance = max(distance, min(end * (fewest + 1), _LONGEST_LINE))
                distance *= self._growth or 1.0
                half = self._label_along / 2 / distance if self._growth else 0.0
                fraction, gap = _apart(written, end / distance, half)
                if gap * shortage < self._label_across + 0.03:
                    shortage = (self._label_across + 0.03) / max(gap, 1e-9)
                self._fractions.update(dict.fromkeys(lines, fraction))
                along += distance
            self._at.update((c, (along, p)) for c, p in zip(circles, places, strict=True))
            before = circles
        return shortage

    def _pitch(self, one: Circle, other: Circle, stretch: float) -> float:
        """Return how far from each other the centres of two neighbours in a column are."""
        return stretch * (self._reach[one] + self._reach[other] + self._gap)

    def _slope(self, circles: Sequence[Circle], stretch: float) -> float:
        """Return with how much of a slope lines still miss the circles beside those they join."""
        slopes = [math.inf]
        for one, other in pairwise(circles):
            clear = max(self._reach[one], self._reach[other]) + 0.05
            slopes.append(math.sqrt(self._pitch(one, other, stretch) ** 2 - clear**2) / clear)
        return min(slopes)

    def _mean_of_sources(self, group: Group) -> float:
        places = [self._at[s][1] for c in group.circles for s, _ in c.arrows]
        return sum(places) / len(places) if places else 0.0

    def _across(self, column: Sequence[Group], stretch: float) -> list[float]:
        """Where a column's circles are, about a middle of 0."""
        places: list[float] = []
        last: Circle | None = None
        for group in column:
            room = 0.3 if self._upright else LETTER * len(shown_name(group.title))
            for circle in group.circles:
                heading = room if group.title and circle is group.circles[0] else 0.0
                step = 0.0 if last is None else heading + self._pitch(last, circle, stretch)
                places.append(places[-1] + step if places else 0.0)
                last = circle
        middle = (places[0] + places[-1]) / 2
        return [place - middle for place in places]

    def size(self) -> tuple[float, float]:
        """Return the width and height of all circles together, in points."""
        sides = []
        for side in (0, 1):
            ends = [
                (self._at[c][side] - self.radii[c], self._at[c][side] + self.radii[c])
                for c in self.names
            ]
            starts, stops = zip(*ends, strict=True)
            sides.append(72 * (max(stops) - min(starts)))
        along, across = sides
        return (along, across) if self._upright else (across, along)

    def of_circle(self, circle: Circle) -> str:
        """A circle's position, as DOT has it."""
        return self._position(*self._at[circle])

    def of_label(self, source: Circle, circle: Circle) -> str:
        """The position of the numbers on a line."""
        share = self._fractions[source, circle]
        (x0, y0), (x1, y1) = self._at[source], self._at[circle]
        return self._position(x0 + share * (x1 - x0), y0 + share * (y1 - y0))

    def of_heading(self, group: Group) -> str:
        """The position of a group's name: above it, or on its left."""
        along, across = self._at[group.circles[0]]
        room = 0.2 if self._upright else LETTER * len(shown_name(group.title)) / 2 + 0.15
        return self._position(along, across - self.radii[group.circles[0]] - room)

    def _position(self, along: float, across: float) -> str:
        x, y = (along, -across) if self._upright else (across, -along)
        return f"{72 * x + 0.0:.1f},{72 * y + 0.0:.1f}"


def _apart(
    lines: Sequence[tuple[float, float]], nearest: float, half: float = 0.0
) -> tuple[float, float]:
    """At which part of their way lines are furthest from each other, and how far they are there.

    Each line is (start, end); the part is at least `nearest` from either of them. With `half`, the
    length of half a number as a part of the way, lines count as near as they come to the numbers of
    others, from both sides.
    """
    best = (0.5, math.inf if len(lines) < 2 else 0.0)
    for thousandth in range(500, 0, -5):
        for share in (thousandth / 1000, 1 - thousandth / 1000):
            if thousandth / 1000 >= nearest and len(lines) > 1:
                gap = min(b - a for a, b in pairwise(sorted(_at(lines, share))))
                if gap > best[1] + 1e-9 and half:
                    gap = min(gap, 2 * _clearance(lines, share, half))
                if gap > best[1] + 1e-9:
                    best = share, gap
    return best


def _at(lines: Sequence[tuple[float, float]], share: float) -> list[float]:
    return [(1 - share) * start + share * end for start, end in lines]


def _clearance(lines: Sequence[tuple[float, float]], share: float, half: float) -> float:
    """Return how near a line comes to the middle of another's number, over the number's length."""
    middles, first, last = (_at(lines, part) for part in (share, share - half, share + half))
    nearest = math.inf
    for i, middle in enumerate(middles):
        for j, (a, b) in enumerate(zip(first, last, strict=True)):
            if i != j:
                is_crossed = (a - middle) * (b - middle) <= 0
                nearest = min(nearest, 0.0 if is_crossed else min(abs(a - middle), abs(b - middle)))
    return nearest
