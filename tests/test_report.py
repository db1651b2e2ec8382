"""The report of the worked example: each cell of its tables, computed here from the notes."""

import math
import re

import pytest

from autograd.explaining.report import print_report
from autograd.worked_example import STUDENTS, build

HOURS = ((60, 80, 5), (70, 75, 8), (40, 51, 10))
MARKS = (82, 94, 45)


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def forward(hours: tuple[int, ...], mark: int) -> list[float]:
    """The ten numbers of a student, by the formulas of the notes."""
    z1, z2 = 0.1 * sum(hours) - 15, 0.2 * sum(hours) - 32
    g1, g2 = sigmoid(z1), sigmoid(z2)
    answer = 12 * g1 + 9 * g2 + 20
    return [*hours, z1, g1, z2, g2, answer, mark, (answer - mark) ** 2]


_, _, _, Z1, G1, _, G2, ANSWER, MARK, _ = forward(HOURS[0], MARKS[0])
BY_ANSWER = BY_B3 = 2 * (ANSWER - MARK)
BY_W7, BY_W1 = BY_ANSWER * G1, BY_ANSWER * 12 * G1 * (1 - G1) * 60


def shown(*numbers: float) -> list[object]:
    """What cells hold: four decimals, or four digits of a number below a thousandth."""
    return [
        pytest.approx(n, rel=0.0, abs=5e-5 if abs(n) >= 1e-3 else 5e-4 * abs(n)) for n in numbers
    ]


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> str:
    students = [build(student) for student in STUDENTS]
    students[0]["cost"].backward()
    print_report(iter(students))
    return capsys.readouterr().out


def table(report: str, heading: str) -> list[str]:
    """The lines of the table below a heading."""
    _, below = report.split(f"{heading}\n\n")
    return below.split("\n\n")[0].splitlines()


def cells(line: str) -> list[str]:
    return re.split(r" {3,}", line.strip())


def numbers(line: str) -> list[float]:
    return [float(cell) for cell in cells(line)[1:]]


def test_forward_table_has_ten_numbers_for_each_student(report: str) -> None:
    head, *rows = table(report, "Forward pass")
    names = ["x1", "x2", "x3", "z1", "g1", "z2", "g2", "y_pred", "y_act", "cost"]
    assert cells(head) == names
    assert [cells(row)[0] for row in rows] == ["student 1", "student 2", "student 3"]
    for row, hours, mark in zip(rows, HOURS, MARKS, strict=True):
        assert numbers(row) == shown(*forward(hours, mark))


def test_table_of_updates_has_old_gradient_rate_and_new(report: str) -> None:
    head, *rows = table(report, "new = old - rate * gradient")
    assert cells(head) == ["old", "gradient", "rate", "new"]
    assert [cells(row)[0] for row in rows] == ["w7", "w7", "b3", "w1"]
    expected = [(12, BY_W7, 0.001), (12, BY_W7, 0.01), (20, BY_B3, 0.01), (0.1, BY_W1, 0.01)]
    for row, (old, gradient, rate) in zip(rows, expected, strict=True):
        assert numbers(row) == shown(old, gradient, rate, old - rate * gradient)


def test_chain_rule_is_written_out_for_three_parameters(report: str) -> None:
    chain, _ = report.split("One step of gradient descent")
    found = re.findall(r"\n\n  (dcost/d\w+) = [^\n]*dcost", chain)
    assert found == ["dcost/dw7", "dcost/db3", "dcost/dw1"]


def test_numbers_stand_beside_those_of_the_notes(report: str) -> None:
    head, *rows = table(report, "Beside the numbers of the course notes")
    assert cells(head) == ["computed", "written", "how it was written"]
    expected = [
        ("z1", Z1, "-0.5"),
        ("g1", G1, "0.37"),
        ("g2", G2, "0.047"),
        ("y_pred", ANSWER, "24.95"),
        ("dcost/dy_pred", BY_ANSWER, "-114.1"),
        ("dcost/dw7", BY_W7, "-42.2"),
        ("dcost/db3", BY_B3, "-114.1"),
        ("dcost/dw1", BY_W1, "-19,303"),
        ("new w7, rate 0.001", 12 - 0.001 * BY_W7, "12.04"),
        ("new w7, rate 0.01", 12 - 0.01 * BY_W7, "what the rate they say would give"),
        ("new b3, rate 0.01", 20 - 0.01 * BY_B3, "not in the notes"),
        ("new w1, rate 0.01", 0.1 - 0.01 * BY_W1, "193"),
    ]
    for row, (name, number, written) in zip(rows, expected, strict=True):
        first, computed, beside, *_ = cells(row)
        assert (first, beside) == (name, written)
        assert [float(computed)] == shown(number)


def test_words_begin_together_and_numbers_end_together(report: str) -> None:
    _, first, *_, b3, w1 = table(report, "Beside the numbers of the course notes")
    assert first == "  z1                          -0.5      -0.5"
    assert b3 == "  new b3, rate 0.01        21.1409             not in the notes"
    assert w1 == "  new w1, rate 0.01       193.1355       193"
