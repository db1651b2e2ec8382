"""How things are written for a reader: names, numbers, formulas, and text as a target takes it."""

from autograd.notation.composing import Composer, in_parentheses, inputs_past, within_others
from autograd.notation.names import label, show_label
from autograd.notation.numbers import show_number
from autograd.notation.text import escape_dot, in_columns, one_line, shortened

__all__ = [
    "Composer",
    "escape_dot",
    "in_columns",
    "in_parentheses",
    "inputs_past",
    "label",
    "one_line",
    "shortened",
    "show_label",
    "show_number",
    "within_others",
]
