"""A function that a student wrote is judged at several points, and told how to go on."""

import math
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd.exercises import check_function, hide
from autograd.languages import spoken

CASES = [((2, 3), 6), ((-1.5, 4), -6), ((0, 7), 0)]


def product(a: float, b: float) -> float:
    return a * b


def test_the_right_function_is_right_at_all_points() -> None:
    report = check_function(product, CASES, hints=["Look again."], hint=1)
    assert report.ok
    assert report
    assert report.right == 3
    assert str(report) == repr(report) == "Right at all 3 points."
    assert str(check_function(product, CASES[:1])) == "Right."


def test_a_report_speaks_the_readers_language() -> None:
    report = spoken("es", check_function, product, CASES)
    assert str(report) == "Correcta en los 3 puntos."
    wrong = check_function(lambda a, b: a + b, CASES, hints=["-"], language="es")
    assert str(wrong).splitlines() == [
        "Correcta en 0 de 3 puntos.",
        "f(2, 3) da 5; debería dar 6.",
        "Para ver una pista, escribe hint=1.",
    ]


def test_a_wrong_function_does_not_pass_at_a_lucky_point() -> None:
    report = check_function(lambda a, b: a + 2 * b - 2, CASES)  # 6 at the first point
    assert not report.ok
    assert report.right == 1
    assert str(report) == "Right at 1 of 3 points.\nf(-1.5, 4) is 4.5; it should be -6."


def given_up(a: float, b: float) -> None:
    a * b


@pytest.mark.parametrize(
    "answer",
    [
        None,
        ...,
        lambda _a, _b: ...,
        lambda a, _b: a * ...,
        lambda _a, _b: [..., 1.0],
    ],
)
def test_dots_are_not_answered_yet(answer: Any) -> None:
    report = check_function(answer, CASES, hints=["Multiply."])
    assert not report.ok
    assert not report.is_answered
    assert str(report) == "Not answered yet.\nFor a hint, write hint=1."


def test_a_function_that_gives_nothing_is_asked_for_its_return() -> None:
    report = check_function(given_up, CASES)
    assert not report.is_answered
    said = "given_up(2, 3) gives nothing back: is a return missing?"
    assert str(report) == f"Not answered yet.\n{said}"
    helper: Any = given_up
    calling = check_function(lambda a, b: helper(a, b) + 1, CASES)
    assert "'NoneType' and 'int'. Is a return missing?" in str(calling)


def test_an_error_is_told_in_a_sentence() -> None:
    def quotient(a: float, b: float) -> float:
        return b / a

    report = check_function(quotient, [((1, 2), 2), ((0, 1), 0)])
    assert str(report).splitlines()[1] == (
        "quotient(0, 1) stops: ZeroDivisionError: division by zero."
    )
    silent = check_function(lambda: next(iter(())), [((), 0)])
    assert str(silent).splitlines()[1] == "f() stops: StopIteration."


def test_a_way_through_the_function_without_a_return_is_named() -> None:
    def relu(x: float) -> float | None:
        return x if x > 0 else None

    report = check_function(relu, [(2, 2), (-1, 0)])
    assert report.is_answered
    assert str(report).splitlines()[1] == "relu(-1) gives nothing back: is a return missing?"


def test_hints_come_in_stages() -> None:
    report = check_function(lambda a, b: a + b, CASES, hints=["Not a sum.", "Multiply."])
    assert "Not a sum." not in str(report)
    assert str(report).endswith("For a hint, write hint=1.")
    assert str(report.with_hint(1)).endswith("Not a sum.\nFor a hint, write hint=2.")
    assert str(report.with_hint(2)).endswith("Not a sum.\nMultiply.")
    with pytest.raises(ValueError, match="expected hint to be a whole number of at least 0"):
        report.with_hint(-1)


def test_a_usual_mistake_is_named_if_it_explains_every_point() -> None:
    mistakes = [([5, 2.5, 7], "You added."), ([5, 2.5, 8], "Never.")]
    assert "You added." in str(check_function(lambda a, b: a + b, CASES, mistakes=mistakes))
    assert "You" not in str(check_function(lambda a, b: a - b, CASES, mistakes=mistakes))
    with pytest.raises(ValueError, match="at each of the 3 cases, received 2"):
        check_function(product, CASES, mistakes=[([5, 2.5], "You added.")])


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        (lambda x: [x, 2 * x], (3, 6)),
        (lambda x: (x, [2 * x]), [3, 6]),
        (lambda x: {"b": 2 * x, "a": x}, {"a": 3, "b": 6}),
        (lambda x: autograd.Value(x) * 2, 6),
        (lambda x: x == 3, True),
        (lambda x: math.inf * x, math.inf),
        (lambda x: 0.1 * x, 0.3),
    ],
)
def test_an_answer_is_compared_number_by_number(answer: Callable[..., Any], right: Any) -> None:
    assert check_function(answer, [(3, right)]).ok
    assert not check_function(lambda x: [answer(x), 0], [(3, right)]).ok


def test_numbers_are_compared_to_the_tolerance() -> None:
    assert check_function(lambda x: x, [(1e6, 1e6 + 0.9), (0, 9e-7)]).ok
    assert not check_function(lambda x: x, [(1e6, 1e6 + 1.1)]).ok
    assert not check_function(lambda x: x, [(0, 1.1e-6)]).ok
    assert check_function(lambda x: x, [(1, 1.04)], tolerance=0.05).ok


def test_a_function_may_change_what_it_is_given() -> None:
    def longer(numbers: list[float]) -> int:
        numbers.append(1.0)
        return len(numbers)

    cases = [([], 1), ([[2.0]], 2)]
    assert check_function(longer, [(numbers, right) for numbers, right in cases]).ok
    assert cases[0] == ([], 1)


def test_a_function_among_the_arguments_is_called_by_its_name() -> None:
    def twice(f: Callable[[float], float], x: float) -> float:
        return f(x)

    report = check_function(twice, [((math.exp, 0), 2), ((math.exp, 1), math.e)])
    assert str(report).splitlines()[1] == "twice(exp, 0) is 1; it should be 2."


def test_what_is_no_number_is_told() -> None:
    report = check_function(lambda x: f"{x}", [(1, 1)])
    assert "f(1) stops: TypeError" in str(report)


def test_at_least_one_case_is_needed() -> None:
    with pytest.raises(ValueError, match="expected at least one case"):
        check_function(product, [])


def test_hints_and_mistakes_may_be_hidden() -> None:
    hints, mistakes = ["Not a sum.", "¡Multiplica!"], [([5, 2.5, 7], "You added.")]
    for told in (hints, mistakes):
        assert not any(word in hide(told) for word in ("sum", "ultiplica", "added"))
    report = check_function(
        lambda a, b: a + b, CASES, hints=hide(hints), mistakes=hide(mistakes), hint=2
    )
    assert str(report).splitlines()[2:] == ["You added.", "Not a sum.", "¡Multiplica!"]
    with pytest.raises(ValueError, match=r"expected a list, or the text that hide\(list\) returns"):
        check_function(product, CASES, hints="Multiply.")
