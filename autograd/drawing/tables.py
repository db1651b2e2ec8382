"""Graphviz's HTML-like labels: the tables that nodes, edges and captions are made of.

A text that changes from step to step stands in a cell of fixed size, so that nothing moves.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from autograd.drawing.moment import Moment
from autograd.notation.text import escape_dot
from autograd.value import Value

TEXT, QUIET, FORWARD, BACKWARD, PATH = "#1b1b1b", "#595959", "#0b4a8f", "#a3270c", "#c2410c"
LOCAL, UNKNOWN = "#6b21a8", "#8a8a8a"
FONT = "Helvetica"
_COLUMN, _LINE = 0.56, 1.3  # width of a column and height of a line, as parts of the font size
_SPACE = 4  # points beside a text in a cell of fixed size


class Sizes(NamedTuple):
    """Sizes of text, in points: in a node, in its ports, of small print, and below the picture."""

    node: int
    port: int
    small: int
    caption: int


SCREEN, SLIDE = Sizes(13, 11, 10, 14), Sizes(14, 14, 14, 14)

PARAMETER = 'BGCOLOR="#e6f0fa" STYLE="ROUNDED" BORDER="2"'
INPUT = 'BGCOLOR="#f4f4f4" BORDER="1"'


def result(*, is_known: bool, is_output: bool) -> str:
    """Return the look of a node that was computed."""
    color = "#fff8e6" if is_known else "white"
    return f'BGCOLOR="{color}" BORDER="{3 if is_output else 1}"'


def node(
    name: str,
    kind: str,
    rows: Sequence[str],
    look: str,
    color: str,
    ports: Sequence[str],
    exits: int,
    direction: str,
    sizes: Sizes,
) -> str:
    """Return a node's table: its ports; its name, its kind or operation, the rows of its numbers.

    Args:
        name: the name, as markup; "" for a node without a name.
        kind: the kind or the operation, as markup.
        rows: the rows of numbers, from `row` or `note`.
        look: attributes of the table, such as `PARAMETER`.
        color: the colour of the border.
        ports: what stands in each port, as markup; if nothing does in any, only edges show them.
        exits: how many places there are where edges leave.
        direction: "LR", edges come from the left; "TB", they come from above.
        sizes: the sizes of text.
    """
    both = row(f"<B>{name}</B>", kind) if name and kind else ""
    head = both or f'<TR><TD COLSPAN="2">{f"<B>{name}</B>" if name else kind}</TD></TR>'
    # Graphviz would spread the rows over the height of the ports.
    heights = 1.2 * sizes.port + 8, 1.2 * sizes.node + 6.4
    height = round(heights[0] * len(ports) - heights[1] * (1 + len(rows)))
    is_taller = direction == "LR" and height > 0 and any(ports)
    filler = f'<TR><TD COLSPAN="2" HEIGHT="{height}"></TD></TR>' if is_taller else ""
    rule = "<HR/>" if name or kind else ""
    inside = f"{head if rule else ''}{rule}{''.join(rows)}{filler}</TABLE>"
    frame = f'<TABLE {look} COLOR="{color}" CELLBORDER="0" CELLSPACING="0" CELLPADDING='
    if not ports and exits < 2:
        return f'{frame}"3">{inside}'
    body = f'<TD><TABLE BORDER="0" CELLSPACING="0" CELLPADDING="3">{inside}</TD>'
    align = "LEFT" if direction == "LR" else "CENTER"
    ins = [_port(i, shown, align, sizes) for i, shown in enumerate(ports)]
    ins = ins if any(ports) else [f'<TD PORT="i{i}"></TD>' for i in range(len(ports))]
    outs = [f'<TD PORT="o{i}"></TD>' for i in range(exits)] if exits > 1 else []
    sides = [f"<TD>{bare(cells, direction)}</TD>" if cells else "" for cells in (ins, outs)]
    rule = ("<VR/>" if direction == "LR" else "<HR/>") if any(ports) else ""
    parts = [sides[0] + rule, body, sides[1]]
    if direction == "LR":
        return f'{frame}"0"><TR>{"".join(parts)}</TR></TABLE>'
    if ports:
        parts[0] = f"<TR>{sides[0]}</TR>{rule}"
    parts[1:] = [f"<TR>{part}</TR>" for part in parts[1:] if part]
    return f'{frame}"0">{"".join(parts)}</TABLE>'


def _port(place: int, shown: str, align: str, sizes: Sizes) -> str:
    """Return the cell of a port, where an edge ends."""
    text = font(shown, QUIET, sizes.port) if shown else ""
    padding = 4
    if sizes is SLIDE and align == "CENTER" and text and "<TABLE" not in text:
        text, padding = f"&#160;{text}&#160;", 2  # near its edge, and off those that pass
    top = ' VALIGN="TOP"' if align == "CENTER" else ""  # where the edge comes in
    return f'<TD PORT="i{place}" CELLPADDING="{padding}" ALIGN="{align}"{top}>{text}</TD>'


def note(text: str, sizes: Sizes) -> str:
    """Return a row of small print."""
    return f'<TR><TD COLSPAN="2">{font(text, QUIET, sizes.small)}</TD></TR>'


WITHIN = "w"
"""The port that a node is within its frame: lines begin there."""


def framed(table: str, nodes: Iterable[Value], moment: Moment, width: int) -> str:
    """Return a table in a frame, which shows if the last step changed one of its nodes."""
    within = table.replace("<TABLE ", f'<TABLE PORT="{WITHIN}" ', 1)
    color, style = "white", "SOLID"
    if any(map(moment.changes, nodes)):
        color, style = (BACKWARD, "DASHED") if moment.is_backward else (FORWARD, "SOLID")
    return (
        f'<TABLE BORDER="{width}" COLOR="{color}" STYLE="{style}" CELLBORDER="0" CELLSPACING="0"'
        f' CELLPADDING="{width - 2}"><TR><TD>{within}</TD></TR></TABLE>'
    )


def lines(
    shown: Sequence[tuple[str, str]], room: int, most: int, direction: str, sizes: Sizes
) -> str:
    """Return lines of text, each with its colour, in room that is kept for `most` of them."""
    align = "LEFT" if direction == "LR" else "CENTER"
    cells = [cell(text, room, sizes.port, color, align) for text, color in shown]
    return bare(cells + [cell("", room, sizes.port, QUIET)] * (most - len(cells)))


def caption(title: str, moment: Moment | None, legend: str, sizes: Sizes) -> str:
    """Return the text below the picture: its title, the step in words, what multipliers are."""
    cells = [f"<TD>{font(escape_dot(title), TEXT)}</TD>"] if title else []
    if moment:
        room, count = moment.passes.caption_room
        texts = [*moment.caption, *[""] * (count - len(moment.caption))]
        cells += [cell(line, room, sizes.caption, TEXT) for line in texts]
    cells += [f"<TD>{font(legend, QUIET, sizes.small)}</TD>"] if legend else []
    return bare(cells) if cells else ""


def bare(cells: Iterable[str], direction: str = "LR") -> str:
    """Return cells below one another, or side by side where ranks are rows."""
    rows = ("</TR><TR>" if direction == "LR" else "").join(cells)
    rows = f"<TR>{rows}</TR>"
    return f'<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="0">{rows}</TABLE>'


def cell(text: str, room: int, points: int, color: str, align: str = "CENTER") -> str:
    """Return a cell of fixed size, however wide its text is.

    Args:
        text: the text, plain.
        room: how many columns wide the cell is.
        points: the font size.
        color: the colour of the text.
        align: "LEFT", "CENTER" or "RIGHT".
    """
    return _cell(text, _fixed(room, points), color, align)


def _cell(text: str, size: str, color: str, align: str) -> str:
    shown = font(escape_dot(text), color) if text else ""
    return f'<TD {size} ALIGN="{align}">{shown}</TD>'


def _fixed(room: int, points: int, space: int = _SPACE) -> str:
    width = math.ceil(max(room, 2) * points * _COLUMN) + space  # "…" is as wide as two digits
    height = math.ceil(points * _LINE)
    return f'FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}"'


def row(name: str, shown: str, color: str = TEXT, room: int = 0, points: int = 0) -> str:
    """Return a row of a node: the name of a number on the left, the number on the right.

    Args:
        name: the name, as markup.
        shown: the number: as markup where `room` is 0, else as plain text.
        color: the colour of both.
        room: columns to keep free for other numbers in the same place; 0 for none.
        points: the font size, where room is kept.
    """
    number = font(shown, color)
    if room:  # in a table of its own: a cell of fixed size would leave a column that is wider
        look = f'ALIGN="RIGHT" BORDER="0" CELLSPACING="0" CELLPADDING="0" {_fixed(room, points, 0)}'
        number = _cell(shown, _fixed(room, points, -1), color, "RIGHT")
        number = f"<TABLE {look}><TR>{number}</TR></TABLE>"
    padding = f' CELLPADDING="{_SPACE // 2}"' if room else ""
    right = f'<TD ALIGN="RIGHT"{padding}>{number}</TD>'
    return f'<TR><TD ALIGN="LEFT">{font(name + "  ", color)}</TD>{right}</TR>'


def beside(numbers: Sequence[tuple[str, str, int]], points: int) -> str:
    """Return a row of numbers without their names, side by side.

    Args:
        numbers: the text of each, its colour, and columns to keep free, as for `row`.
        points: the font size, where room is kept.
    """
    span = "" if len(numbers) > 1 else ' COLSPAN="2"'
    cells = [
        cell(text, room, points, color) if room else f"<TD{span}>{font(text, color)}</TD>"
        for text, color, room in numbers
    ]
    return f"<TR>{''.join(cells)}</TR>"


def in_one_line(name: str, numbers: str) -> str:
    """Return a row of numbers, from `beside`, behind a name."""
    return numbers.replace("<TR>", f"<TR><TD><B>{name}</B></TD>")


def leaf(name: str, rows: Sequence[str], shown: str) -> str:
    """Return what stands in a port for a leaf: its name, its numbers, and the multiplier.

    Args:
        name: the name, as markup.
        rows: the rows of numbers, from `beside`: one, or several for a port that is narrow.
        shown: the multiplier, as markup.
    """
    name = font(name, TEXT)
    cells = f"<TD>{shown}</TD>" if shown else ""
    if len(rows) == 1:
        found = in_one_line(name, rows[0]).replace("</TR>", f"{cells}</TR>")
    else:
        found = f"<TR><TD><B>{name}</B></TD></TR>{''.join(rows)}" + f"<TR>{cells}</TR>" * bool(
            cells
        )
    return f'<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="2">{found}</TABLE>'


def font(text: str, color: str, points: int = 0) -> str:
    """Return text in a colour, and in a size of its own if `points` is not 0.

    Gradients are slanted too: in print they have no colour.
    """
    size = f' POINT-SIZE="{points}"' if points else ""
    shown = f'<FONT COLOR="{color}"{size}>{text}</FONT>'
    return f"<I>{shown}</I>" if color == BACKWARD else shown
