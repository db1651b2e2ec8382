"""Where a number that is known on a grid has a level: the lines, and the regions between levels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

Grid: TypeAlias = Sequence[Sequence[float]]
"""A number for each (row, column): of each y, of each x."""
Corner: TypeAlias = tuple[float, float, float]
"""A point (x, y), and the number there."""
Polygon: TypeAlias = list[Corner]


def level_lines(
    xs: Sequence[float], ys: Sequence[float], grid: Grid, level: float
) -> Iterator[tuple[Corner, Corner]]:
    """Yield the pieces of the line on which the number is `level`."""
    for cell in _triangles(xs, ys, grid):
        crossed = [
            _between(a, b, level)
            for a, b in zip(cell, cell[1:] + cell[:1], strict=True)
            if (a[2] < level) != (b[2] < level)
        ]
        if len(crossed) == 2:
            yield crossed[0], crossed[1]


def chained(pieces: Iterable[tuple[Corner, Corner]]) -> Iterator[Polygon]:
    """Yield the lines that pieces make where they meet, so that dashes run along them."""
    meeting: dict[tuple[float, float], list[tuple[Corner, Corner]]] = {}
    every = [(start, end) for start, end in pieces if _place(start) != _place(end)]
    for piece in every:
        for end in piece:
            meeting.setdefault(_place(end), []).append(piece)
    used: set[int] = set()

    def follow(line: Polygon) -> Polygon:
        while following := [p for p in meeting[_place(line[-1])] if id(p) not in used]:
            used.add(id(following[0]))
            start, end = following[0]
            line.append(start if _place(end) == _place(line[-1]) else end)
        return line

    for piece in every:
        if id(piece) not in used:
            used.add(id(piece))
            yield follow(follow(list(piece))[::-1])


def _place(corner: Corner) -> tuple[float, float]:
    return round(corner[0], 9), round(corner[1], 9)


def regions(
    xs: Sequence[float], ys: Sequence[float], grid: Grid, low: float, high: float
) -> Iterator[Polygon]:
    """Yield polygons in which the number is from `low` to `high`; together they are all of it."""
    for j in range(len(ys) - 1):
        start = None  # of a run of cells that are in the region as a whole
        for i in range(len(xs)):
            is_last = i == len(xs) - 1
            corners = [] if is_last else _corners(xs, ys, grid, i, j)
            if corners and all(low <= corner[2] <= high for corner in corners):
                start = i if start is None else start
                continue
            if start is not None:
                left, right, below, above = xs[start], xs[i], ys[j], ys[j + 1]
                yield [(x, y, 0.0) for x, y in ((left, below), (right, below), (right, above))] + [
                    (left, above, 0.0)
                ]
                start = None
            if corners:
                for cell in _split(corners):
                    piece = _cut(_cut(cell, low, 1.0), high, -1.0)
                    if piece:
                        yield piece


def _cut(polygon: Polygon, level: float, side: float) -> Polygon:
    """Return the part of a polygon above a level, or below it where `side` is negative."""
    kept: Polygon = []
    for a, b in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        a_in, b_in = (side * (corner[2] - level) >= 0 for corner in (a, b))
        kept += [a] * a_in
        if a_in != b_in:
            kept.append(_between(a, b, level))
    return kept


def _between(a: Corner, b: Corner, level: float) -> Corner:
    share = (level - a[2]) / (b[2] - a[2])
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), level


def _corners(xs: Sequence[float], ys: Sequence[float], grid: Grid, i: int, j: int) -> Polygon:
    places = ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1))
    return [(xs[column], ys[row], grid[row][column]) for column, row in places]


def _split(corners: Polygon) -> Iterator[Polygon]:
    """Yield the four triangles of a cell, around its middle."""
    middle = [sum(corner[k] for corner in corners) / 4 for k in range(3)]
    for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
        yield [a, b, (middle[0], middle[1], middle[2])]


def _triangles(xs: Sequence[float], ys: Sequence[float], grid: Grid) -> Iterator[Polygon]:
    for j in range(len(ys) - 1):
        for i in range(len(xs) - 1):
            corners = _corners(xs, ys, grid, i, j)
            numbers = [corner[2] for corner in corners]
            if min(numbers) != max(numbers):
                yield from _split(corners)
