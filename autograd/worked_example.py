"""The worked example: three students, a 3-2-1 network, and the gradients of w7, b3 and w1.

The network, its numbers and the student's hours and marks are from the course notes "Ejemplo
retropropagación" by Julián Loaiza, adapted from Bevan Smith's videos: hours studied for three
subjects go in, a mark comes out, and the cost is the square of its error.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograd import ops
from autograd.languages import marked
from autograd.notation.names import label
from autograd.value import Parameter, Value


@dataclass(frozen=True)
class Student:
    """Hours studied for each of three subjects, and the mark obtained (points of 100)."""

    hours: tuple[float, float, float]
    mark: float


STUDENTS = (
    Student((60.0, 80.0, 5.0), 82.0),
    Student((70.0, 75.0, 8.0), 94.0),
    Student((40.0, 51.0, 10.0), 45.0),
)


PARAMETERS = ("w7", "b3", "w1")
"""The parameters whose gradients the notes derive."""


@dataclass(frozen=True)
class Written:
    """A number as the notes write it, and in English how the notes got the number."""

    number: str
    how: str = ""


VALUES = {
    "z1": Written("-0.5"),
    "g1": Written("0.37", marked("cut off after two digits, not rounded")),
    "g2": Written("0.047"),
    "y_pred": Written("24.95", marked("cut off; g1 went in uncut, for 0.37 would give 24.863")),
}
"""The numbers of the notes for the forward pass of the first student."""

GRADIENTS = {
    "y_pred": Written("-114.1", "2 * (24.95 - 82)"),
    "w7": Written("-42.2", marked("2 * (24.95 - 82) * 0.37 = -42.217: here the cut g1 went in")),
    "b3": Written("-114.1", "2 * (24.95 - 82)"),
    "w1": Written("-19,303", marked("uncut all the way; from 24.95 it would be -19306")),
}
"""The numbers of the notes for d(cost)/d(node), by the name of the node."""

UPDATES = (
    ("w7", 0.001, Written("12.04", marked("the notes say rate 0.01, and compute with 0.001"))),
    ("w7", 0.01, Written("", marked("what the rate they say would give"))),
    ("b3", 0.01, Written("", marked("not in the notes"))),
    ("w1", 0.01, Written("193")),
)
"""One step of gradient descent: parameter, learning rate, the new number in the notes."""

RATE_LESSON = marked(
    "The notes say a learning rate of 0.01, and compute with 0.001. Type either, press Gradient"
    " step, and see what inputs as large as 80 make of it; then undo the step."
)
"""What a page of the first student's graph says of the rates: with both, the units saturate."""


def build(student: Student) -> dict[str, Value]:
    """Return the nodes of the forward pass for one student, by name, each labelled with its name.

    All weights and biases are from the notes, but for those of the second hidden neuron: the notes
    give only its output, 0.047, and every number in the notes fits z2 = -3 for the first student.
    Weights of 0.2 and a bias of -32 give z2 = -3.

    Args:
        student: the hours that go in, and the mark that the cost compares with.

    >>> build(STUDENTS[0])["z1"].data
    -0.5
    """
    x1, x2, x3 = (Value(hours) for hours in student.hours)
    y_act = Value(student.mark)
    w1, w3, w5, b1 = (Parameter(p) for p in (0.1, 0.1, 0.1, -15.0))
    w2, w4, w6, b2 = (Parameter(p) for p in (0.2, 0.2, 0.2, -32.0))
    w7, w8, b3 = (Parameter(p) for p in (12.0, 9.0, 20.0))

    z1 = ops.dot([w1, w3, w5], [x1, x2, x3], b1)
    g1 = z1.sigmoid()
    z2 = ops.dot([w2, w4, w6], [x1, x2, x3], b2)
    g2 = z2.sigmoid()
    y_pred = ops.dot([w7, w8], [g1, g2], b3)
    cost = (y_pred - y_act) ** 2

    nodes = {name: node for name, node in locals().items() if isinstance(node, Value)}
    label(**nodes)
    return nodes
