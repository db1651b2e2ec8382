"""How things are written for a reader: names, numbers, formulas, and text as a target takes it."""

from autograd.notation.composing import (
    Composer,
    in_parentheses,
    inputs_past,
    is_wide,
    shape_of,
    symbol_of,
    within_others,
)
from autograd.notation.inputs import scores_of, tells_inputs_apart
from autograd.notation.names import Names, label, show_label
from autograd.notation.numbers import show_number
from autograd.notation.text import escape_dot, in_columns, one_line, shortened, told_apart

__all__ = [
    "Composer",
    "Names",
    "escape_dot",
    "in_columns",
    "in_parentheses",
    "inputs_past",
    "is_wide",
    "label",
    "one_line",
    "scores_of",
    "shape_of",
    "shortened",
    "show_label",
    "show_number",
    "symbol_of",
    "tells_inputs_apart",
    "told_apart",
    "within_others",
]
