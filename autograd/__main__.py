"""`python -m autograd`: the worked example, from the forward pass to the updated parameters."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

from autograd.drawing import draw
from autograd.graph import labelled_edges
from autograd.value import Value
from autograd.worked_example import CHAINS, GRADIENTS, STUDENTS, UPDATES, VALUES, Written, build

_FORWARD = ("x1", "x2", "x3", "z1", "g1", "z2", "g2", "y_pred", "y_act", "cost")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """End with one line that says what is wrong, and status 2."""
        self.exit(2, f"{self.prog}: error: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the worked example; return the exit status.

    Args:
        arguments: the command line's words; those of this process if None.
    """
    parser = _Parser(
        prog="python -m autograd",
        description="The worked example: three students and a 3-2-1 network. The forward pass,"
        " the chain rule for w7, b3 and w1, their updates, and three pictures.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("worked-example"),
        metavar="FOLDER",
        help="folder for the pictures; it is made if need be (default: %(default)s)",
    )
    out: Path = parser.parse_args(arguments).out

    students = [build(student) for student in STUDENTS]
    nodes = students[0]
    cost = nodes["cost"]
    pictures = {"forward": draw(cost, title="Forward pass")}
    cost.backward()
    pictures["backward"] = draw(cost, title="Forward and backward pass")
    product = " · ".join(f"{factor:.6g}" for _, factor in _factors(nodes, "w1"))
    pictures["path-of-w1"] = draw(
        cost,
        detail="labels",
        highlight=nodes["w1"],
        title=f"∂cost/∂w₁ = {product} = {nodes['w1'].grad:.6g}",
    )
    try:
        files = [
            picture.render(directory=out, outfile=f"{name}.{ending}")
            for name, picture in pictures.items()
            for ending in ("svg", "png")
        ]
    except OSError as error:
        parser.error(f"cannot write to the folder {str(out)!r}: {error.strerror}")
    except RuntimeError as error:
        parser.error(str(error))

    print("The worked example: hours studied for three subjects go in, a mark comes out.")
    print("\n\nForward pass\n")
    _print_forward(students)
    print("\n\nBackward pass for student 1: the chain rule")
    for parameter in CHAINS:
        print()
        _print_chain(nodes, parameter)
    print("\n\nOne step of gradient descent: new = old - rate * gradient\n")
    _print_updates(nodes)
    print("\n\nBeside the numbers of the course notes\n")
    _print_comparison(nodes)
    print(f"\n\nPictures, in {out}:\n")
    for file in files:
        print(f"  {file}")
    return 0


def _print_forward(students: Iterable[dict[str, Value]]) -> None:
    rows = [["", *_FORWARD]]
    for i, nodes in enumerate(students, start=1):
        rows.append([f"student {i}", *(_show(nodes[name].data) for name in _FORWARD)])
    _print_table(rows)


def _factors(nodes: dict[str, Value], parameter: str) -> list[tuple[str, float]]:
    """The factors of d(cost)/d(parameter), from the cost's end: their names and numbers."""
    graph = labelled_edges(nodes["cost"])
    return [
        (f"d{child}/d{parent}", dict(graph[nodes[child]])[nodes[parent]])
        for child, parent in pairwise(CHAINS[parameter])
    ]


def _print_chain(nodes: dict[str, Value], parameter: str) -> None:
    factors = [(name, _show(number)) for name, number in _factors(nodes, parameter)]
    widths = [max(map(len, factor)) for factor in factors]
    left = f"dcost/d{parameter}"
    for head, cells in zip((left, ""), zip(*factors, strict=True), strict=True):
        aligned = [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
        print(f"  {head:{len(left)}} = {' * '.join(aligned)}")
    print(f"  {'':{len(left)}} = {_show(nodes[parameter].grad)}")


def _print_updates(nodes: dict[str, Value]) -> None:
    rows = [["", "old", "gradient", "rate", "new"]]
    for name, rate, _ in UPDATES:
        node = nodes[name]
        new = node.data - rate * node.grad
        rows.append([name, _show(node.data), _show(node.grad), f"{rate:g}", _show(new)])
    _print_table(rows)


def _print_comparison(nodes: dict[str, Value]) -> None:
    rows = [["", "exact", "written", "how it was written"]]

    def compare(name: str, exact: float, written: Written) -> None:
        rows.append([name, _show(exact), written.number, written.how])

    for name, written in VALUES.items():
        compare(name, nodes[name].data, written)
    for name, written in GRADIENTS.items():
        compare(f"dcost/d{name}", nodes[name].grad, written)
    for name, rate, written in UPDATES:
        node = nodes[name]
        compare(f"new {name}, rate {rate:g}", node.data - rate * node.grad, written)
    _print_table(rows, left=(0, 3))


def _print_table(rows: list[list[str]], left: tuple[int, ...] = (0,)) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            text.ljust(width) if i in left else text.rjust(width)
            for i, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        print(f"  {'   '.join(cells)}".rstrip())


def _show(number: float) -> str:
    """Four decimals, or none for a short number: 60, -0.5, 24.9573."""
    short = f"{number:g}"
    return short if float(short) == round(number, 10) else f"{number:.4f}"


if __name__ == "__main__":
    sys.exit(main())
