"""Every example in README, in docs/ and in a docstring runs, and gives what it says."""

import doctest
import importlib
import inspect
import math
import pkgutil
import pydoc
from collections.abc import Iterator
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import pytest

import autograd
import nn
from autograd import TABLE, Primitive
from autograd.documentation import documentation

ROOT = Path(__file__).parent.parent
TEXTS = [*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
MODULES = [
    found.name
    for package in (autograd, nn)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not found.name.endswith("__main__")
]


@pytest.fixture(autouse=True)
def leave_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Files go to a folder of the test's, new operations to its table; what is said is English."""
    monkeypatch.chdir(tmp_path)
    before = dict(autograd.TABLE)
    monkeypatch.setattr(autograd.ops, "TABLE", before)
    yield
    autograd.set_language("en")


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: str(text.relative_to(ROOT)))
def test_the_examples_of_a_text_hold(text: Path) -> None:
    failed, tried = doctest.testfile(
        str(text), module_relative=False, optionflags=doctest.ELLIPSIS, encoding="utf-8"
    )
    assert tried == text.read_text(encoding="utf-8").count("\n>>> ")
    assert failed == 0


@pytest.mark.parametrize("name", ["autograd", "nn", *MODULES])
def test_the_examples_of_a_module_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_every_public_name_says_what_it_is() -> None:
    undocumented = [
        name for name in autograd.__all__ if not getattr(getattr(autograd, name), "__doc__", "")
    ]
    assert undocumented == []


def shown_by_help(thing: object) -> str:
    return pydoc.plain(pydoc.render_doc(thing))


@pytest.mark.parametrize("name", sorted(TABLE))
def test_help_on_a_row_shows_its_own_formula_and_a_derivative_for_each_input(name: str) -> None:
    op = TABLE[name]
    text = shown_by_help(op)
    assert f"<operation {name}>" in text
    assert f"{name}(" in text
    assert op.meaning in text
    assert "cannot be written" not in text
    if op.arity is not None:
        assert text.count("    d/d") == op.arity
    assert "One row of the table" not in text  # that is the class
    assert inspect.getdoc(op) == op.__doc__


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("add", ["add(a, b) = a + b", "Local derivatives:", "d/da = 1", "d/db = 1"]),
        ("div", ["div(a, b) = a / b", ", where y is the result:", "d/da = 1/b", "d/db = -y/b"]),
        ("tanh", ["tanh(a) = (e**a - e**-a) / (e**a + e**-a)", "d/da = 1 - y^2"]),
        ("cbrt", ["its derivative at 0 is inf", "d/da = 1/(3y^2)"]),
        ("relu", ["derivative 0 at the kink 0", "d/da = [a > 0]", "is 1 where a > b, else 0"]),
        ("where", ["where(c, a, b) = a where c is not 0, else b", "d/dc = 0"]),
        ("leaky_relu", ["d/da = where([a > 0], 1, slope)", "d/dslope = where([a > 0], 0, a)"]),
        ("dot", ["dot(...) = w1*x1", "for w1, w2, x1, x2, b", "d/dw2 = x2", "d/db = 1"]),
        ("softmax", ["for s1, s2, where y is the result:", "d/ds1 = y(1 - y)"]),
    ],
)
def test_help_on_a_row_says(name: str, lines: list[str]) -> None:
    text = shown_by_help(TABLE[name])
    assert [line for line in lines if line not in text] == []


FUNCTIONS = sorted(
    name
    for name in TABLE
    if isinstance(getattr(autograd, name, None), BuiltinFunctionType | FunctionType)
)
"""The rows that users call by a function of its own, which takes lists or has defaults."""


def test_some_rows_have_a_function_of_their_own() -> None:
    assert {"where", "sum", "dot", "softmax", "clamp"} < {*FUNCTIONS}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_help_on_the_function_of_a_row_shows_the_derivatives_of_the_row(name: str) -> None:
    rules = documentation(TABLE[name]).partition("\n\n")[2].splitlines()
    shown = [line.strip() for line in shown_by_help(getattr(autograd, name)).splitlines()]
    start = next(i for i, line in enumerate(shown) if line.startswith("Local derivatives"))
    found = [line for line in shown[start + 1 :] if line.startswith(("d/d", "[a > b]"))]
    assert found == [line.strip() for line in rules[1:]]


def test_help_on_logaddexp_shows_the_derivatives_of_logsumexp() -> None:
    rules = documentation(TABLE["logsumexp"]).replace("s1", "a").replace("s2", "b")
    for line in rules.splitlines()[-2:]:
        assert line in shown_by_help(autograd.logaddexp)


@pytest.mark.parametrize("module", [nn.losses, nn.metrics, nn.initializers])
def test_help_on_each_public_name_of_a_module_says_something(module: ModuleType) -> None:
    public = {name: x for name, x in vars(module).items() if name[0].isupper() and callable(x)}
    own = {name: x for name, x in public.items() if x.__module__ == module.__name__}
    assert own
    assert [name for name, x in own.items() if not inspect.getdoc(x)] == []


def test_help_on_a_new_row_has_the_names_of_its_rules() -> None:
    op = Primitive("cube", "³", lambda x: x * x * x, (lambda _y, x: 3.0 * x * x,), "x**3")
    assert op.__doc__ == "cube(x) = x**3\n\nLocal derivatives:\n    d/dx = 3x^2"


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        ((lambda y, x, scale=2.0: y * x * scale,), "own(x) = of one's own"),
        ((autograd.ops.one, lambda y, left, right: y * left * right), "own(left, right) = "),
        ((autograd.ops.one,) * 2, "own(a, b) = "),
        ((lambda _y, _u, _v, _w: 1.0,) * 3, "own(a1, a2, a3) = "),
    ],
)
def test_inputs_of_a_row_are_called_as_its_rules_call_them_or_by_letters(
    rules: tuple[Any, ...], line: str
) -> None:
    op = Primitive("own", "own", math.hypot, rules, "of one's own")
    assert documentation(op).startswith(line)


def test_help_on_a_row_whose_rules_need_numbers_says_so() -> None:
    op = Primitive("lgamma", "lnΓ", math.lgamma, (lambda _y, a: math.cos(a),), "ln(gamma(a))")
    assert "cannot be written as formulas: the symbol a has no number yet" in shown_by_help(op)


def test_help_on_the_class_of_rows_is_about_the_class() -> None:
    assert "One row of the table: an operation that can be differentiated." in shown_by_help(
        Primitive
    )


@pytest.mark.parametrize("kind", [autograd.Value, autograd.Parameter, autograd.Constant])
def test_help_on_a_value_shows_the_arguments_that_are_for_users(kind: type) -> None:
    arguments = "(data, label='', *, parents=None, partials=None, op=None)"
    assert str(inspect.signature(kind)) == arguments
    text = shown_by_help(kind)
    assert f"{kind.__name__}{arguments}" in text
    assert "left_partial" not in text


def test_every_public_name_is_in_a_text_or_belongs_to_the_table() -> None:
    text = "".join(text.read_text(encoding="utf-8") for text in TEXTS)
    rows = {"add", "sub", "mul", "div", "neg", "pow"}  # written as + - * / ** and -x
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
