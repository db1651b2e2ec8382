"""Mutation testing knows which tests concern which file, and what it must not mutate."""

import doctest
import importlib

import pytest

mutation = importlib.import_module("mutation")  # a program beside the tests, in no package
what_concerns, TESTS, ROOT = mutation.what_concerns, mutation.TESTS, mutation.ROOT

MODULES = [
    path.relative_to(ROOT).as_posix()
    for package in ("autograd", "nn")
    for path in sorted((ROOT / package).rglob("*.py"))
]


@pytest.mark.parametrize("file", MODULES)
def test_every_module_has_tests_that_are_there(file: str) -> None:
    found = [name.split("::")[0] for name in what_concerns(file)]
    assert found
    assert [name for name in found if not (ROOT / name).is_file()] == []


def test_every_row_of_the_table_concerns_a_module() -> None:
    assert [start for start in TESTS if not any(file.startswith(start) for file in MODULES)] == []


def test_longest_beginning_decides_which_tests_concern_a_file() -> None:
    assert what_concerns("nn/plots.py")[1:] == ["tests/test_plots.py"]
    assert what_concerns("nn/novelty.py")[1:] == [
        f"tests/test_{s}.py" for s in TESTS["nn/"].split()
    ]


def test_file_without_tests_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(SystemExit, match=r"benchmarks/run\.py: give it a row in TESTS"):
        what_concerns("benchmarks/run.py")


def test_annotations_and_what_is_raised_are_silent_and_nothing_else_is() -> None:
    lines = [
        "def f(x: int | None, y=1 - 2) -> int | str:",
        "    z: int | str = x - 1",
        "    raise E(x - 1)",
    ]
    found = sorted(lines[a[0] - 1][a[1] : b[1]] for a, b in mutation.silent("\n".join(lines)))
    assert found == ["E(x - 1)", "int | None", "int | str", "int | str"]


def test_each_place_has_its_turn_before_any_has_a_second() -> None:
    found = [((1, 0), name, 0) for name in "abcdefghijk"] + [((2, 0), "a", 1)]
    for seed in range(20):
        first, second, *others = mutation.in_turn(found, seed)
        assert {first[0], second[0]} == {(1, 0), (2, 0)}
        assert sorted([first, second, *others]) == sorted(found)
    assert mutation.in_turn(found, 1) == mutation.in_turn(found, 1)


@pytest.mark.parametrize(
    ("text", "is_tried"),
    [
        *((f"found = a {sign} 'b'", True) for sign in ("==", "!=", "<", "in")),
        *((f"found = a {sign} 'b'", False) for sign in ("is", "is not", "+ in")),
        *((f"found = a {sign} None", True) for sign in ("is", "is not")),
        ("return 1", False),
    ],
)
def test_a_mutant_that_python_warns_of_is_not_tried(text: str, is_tried: bool) -> None:
    assert mutation.compiles(text) is is_tried


def test_its_examples_hold() -> None:
    assert doctest.testmod(mutation).failed == 0
