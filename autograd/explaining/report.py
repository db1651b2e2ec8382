"""The worked example as tables: what `python -m autograd` prints."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import indent

from autograd.explaining.explanation import explain
from autograd.languages import spoken, words
from autograd.notation.numbers import show_decimals
from autograd.notation.text import in_columns
from autograd.value import Value
from autograd.worked_example import GRADIENTS, PARAMETERS, UPDATES, VALUES, Written

_FORWARD = ("x1", "x2", "x3", "z1", "g1", "z2", "g2", "y_pred", "y_act", "cost")


def print_report(students: Iterable[dict[str, Value]], *, language: str | None = None) -> None:
    """Print both passes, the updates, and all of it beside the numbers of the notes.

    Args:
        students: the nodes for each student, as `worked_example.build` gives them; for the
            first student, the backward pass has run.
        language: "en" or "es"; if None, the one that is spoken.

    Raises:
        ValueError: there is no such language.
    """
    spoken(language, _print_report, students)


def _print_report(students: Iterable[dict[str, Value]]) -> None:
    first, *_ = students = list(students)
    print(words("The worked example: hours studied for three subjects go in, a mark comes out."))
    print("\n\n" + words("Forward pass") + "\n")
    _print_forward(students)
    print("\n\n" + words("Backward pass for student 1: the chain rule"))
    for name in PARAMETERS:
        print(f"\n{indent(explain(first['cost'], first[name]).text, '  ')}\n")
    print("\n" + words("One step of gradient descent: new = old - rate * gradient") + "\n")
    _print_updates(first)
    print("\n\n" + words("Beside the numbers of the course notes") + "\n")
    _print_comparison(first)


def _print_forward(students: Iterable[dict[str, Value]]) -> None:
    rows = [["", *_FORWARD]]
    for i, nodes in enumerate(students, start=1):
        numbers = (show_decimals(nodes[name].data) for name in _FORWARD)
        rows.append([words("student {number}", number=i), *numbers])
    _print_table(rows)


def _print_updates(nodes: dict[str, Value]) -> None:
    rows = [["", words("old"), words("gradient"), words("rate"), words("new")]]
    for name, rate, _ in UPDATES:
        node = nodes[name]
        new = node.data - rate * node.grad
        numbers = map(show_decimals, (node.data, node.grad, rate, new))
        rows.append([name, *numbers])
    _print_table(rows)


def _print_comparison(nodes: dict[str, Value]) -> None:
    rows = [["", words("computed"), words("written"), words("how it was written")]]

    def compare(name: str, exact: float, written: Written) -> None:
        rows.append([name, show_decimals(exact), written.number, words(written.how)])

    for name, written in VALUES.items():
        compare(name, nodes[name].data, written)
    for name, written in GRADIENTS.items():
        compare(f"dcost/d{name}", nodes[name].grad, written)
    for name, rate, written in UPDATES:
        node = nodes[name]
        what = words("new {name}, rate {rate}", name=name, rate=show_decimals(rate))
        compare(what, node.data - rate * node.grad, written)
    _print_table(rows, "<>><")


def _print_table(rows: list[list[str]], sides: str = "<>") -> None:
    print(indent("\n".join(in_columns(rows, sides, between="   ")), "  "))
