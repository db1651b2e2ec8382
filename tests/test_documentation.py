"""Every example in README and in a docstring runs, and gives what it says."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import autograd
import nn

README = Path(__file__).parent.parent / "README.md"
MODULES = [
    found.name
    for package in (autograd, nn)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not found.name.endswith("__main__")
]


@pytest.fixture(autouse=True)
def leave_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files go to a folder of the test's, new operations to a table of the test's."""
    monkeypatch.chdir(tmp_path)
    before = dict(autograd.TABLE)
    monkeypatch.setattr(autograd.ops, "TABLE", before)


def test_the_examples_of_readme_hold() -> None:
    failed, tried = doctest.testfile(
        str(README), module_relative=False, optionflags=doctest.ELLIPSIS
    )
    assert tried > 15
    assert failed == 0


@pytest.mark.parametrize("name", ["autograd", "nn", *MODULES])
def test_the_examples_of_a_module_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_every_public_name_says_what_it_is() -> None:
    undocumented = [
        name for name in autograd.__all__ if not getattr(getattr(autograd, name), "__doc__", "")
    ]
    assert undocumented == []


def test_every_public_name_is_in_readme_or_belongs_to_the_table() -> None:
    text = README.read_text(encoding="utf-8")
    rows = {"add", "sub", "mul", "div", "neg", "pow"}  # README has them as + - * / ** and -x
    others = {
        "TABLE",
        "Compiled",
        "CompiledStep",
        "Constant",
        "Explanation",
        "GradcheckError",
        "HandCheck",
        "Page",
        "Picture",
        "topological_order",
    }
    assert [n for n in autograd.__all__ if n not in text and n not in rows | others] == []
