"""Graphviz's HTML-like labels: the tables that nodes, edges and captions are made of.

A text that changes from step to step stands in a cell of fixed size, so that nothing moves.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from autograd.drawing.moment import Moment
from autograd.notation.text import escape_dot
from autograd.value import Value

TEXT, QUIET, FORWARD, BACKWARD, PATH = "#1b1b1b", "#595959", "#0b4a8f", "#a3270c", "#c2410c"
UNKNOWN = "#8a8a8a"
FONT = "Helvetica"
CAPTION_POINTS, NODE_POINTS, EDGE_POINTS = 14, 13, 11
_COLUMN, _LINE = 0.62, 1.3  # width of a column and height of a line, as parts of the font size

PARAMETER = 'BGCOLOR="#e6f0fa" STYLE="ROUNDED" BORDER="2"'
INPUT = 'BGCOLOR="#f4f4f4" BORDER="1"'


def result(*, is_known: bool, is_output: bool) -> str:
    """Return the look of a node that was computed."""
    color = "#fff8e6" if is_known else "white"
    return f'BGCOLOR="{color}" BORDER="{3 if is_output else 1}"'


def node(name: str, kind: str, rows: Sequence[str], look: str, color: str) -> str:
    """Return a node's table: its name, its kind or operation, and the rows of its numbers.

    Args:
        name: the name, as markup; "" for a node without a name.
        kind: the kind or the operation, as markup.
        rows: the rows of numbers, from `row` or `note`.
        look: attributes of the table, such as `PARAMETER`.
        color: the colour of the border.
    """
    head = row(f"<B>{name}</B>", kind) if name else f'<TR><TD COLSPAN="2">{kind}</TD></TR>'
    return (
        f'<TABLE {look} COLOR="{color}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3">'
        f"{head}<HR/>{''.join(rows)}</TABLE>"
    )


def note(text: str) -> str:
    """Return a row of small print."""
    return f'<TR><TD COLSPAN="2">{font(text, QUIET, 10)}</TD></TR>'


def framed(table: str, node: Value, moment: Moment) -> str:
    """Return a node's table in a frame, which is visible only if the last step changed the node."""
    color, style = "white", "SOLID"
    if moment.changes(node):
        color, style = (BACKWARD, "DASHED") if moment.is_backward else (FORWARD, "SOLID")
    return (
        f'<TABLE BORDER="3" COLOR="{color}" STYLE="{style}" CELLBORDER="0" CELLSPACING="0"'
        f' CELLPADDING="2"><TR><TD>{table}</TD></TR></TABLE>'
    )


def clear_of_edge(shown: str) -> str:
    """Return a label in a cell whose padding keeps the label clear of its edge."""
    return f'<TABLE BORDER="0" CELLPADDING="3"><TR><TD>{shown}</TD></TR></TABLE>'


def caption(title: str, moment: Moment | None) -> str:
    """Return the text below the picture: its title, and the step in words."""
    if moment is None:
        return escape_dot(title)
    room, count = moment.passes.caption_room
    lines = [*moment.caption, *[""] * (count - len(moment.caption))]
    cells = [cell(line, room, CAPTION_POINTS, TEXT) for line in lines]
    return bare([f"<TD>{escape_dot(title)}</TD>", *cells] if title else cells)


def bare(cells: Iterable[str]) -> str:
    """Return cells below one another."""
    rows = "".join(f"<TR>{cell}</TR>" for cell in cells)
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
    width = math.ceil(room * points * _COLUMN) + 8
    height = math.ceil(points * _LINE)
    shown = font(escape_dot(text), color) if text else ""
    return f'<TD FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}" ALIGN="{align}">{shown}</TD>'


def row(name: str, shown: str, color: str = TEXT, room: int = 0) -> str:
    """Return a row of a node: the name of a number on the left, the number on the right.

    Args:
        name: the name, as markup.
        shown: the number: as markup where `room` is 0, else as plain text.
        color: the colour of both.
        room: columns to keep free for other numbers in the same place; 0 for none.
    """
    right = (
        cell(shown, room, NODE_POINTS, color, "RIGHT")
        if room
        else f'<TD ALIGN="RIGHT">{font(shown, color)}</TD>'
    )
    return f'<TR><TD ALIGN="LEFT">{font(name + "  ", color)}</TD>{right}</TR>'


def font(text: str, color: str, points: int = 0) -> str:
    """Return text in a colour, and in a size of its own if `points` is not 0."""
    size = f' POINT-SIZE="{points}"' if points else ""
    return f'<FONT COLOR="{color}"{size}>{text}</FONT>'
