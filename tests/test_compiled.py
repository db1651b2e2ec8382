"""The engine compiled and the engine interpreted: one source, and no difference to its users."""

import ast
import contextlib
import gc
import inspect
import os
import sys
from pathlib import Path
from typing import Any

import pytest

import autograd
from autograd import Constant, Parameter, Value

ENGINE = Path(__file__).parent.parent / "autograd"


def test_engine_is_compiled_if_and_only_if_the_environment_asks_for_it() -> None:
    is_so = str(int(autograd.__compiled__))
    assert os.environ.get("GLASSGRAD_COMPILE", is_so) == is_so


def test_nodes_are_outside_the_garbage_collector_when_compiled() -> None:
    nodes = [Value(1.0), Parameter(1.0), Constant(1.0), Value(1.0) + 2.0]
    assert [gc.is_tracked(node) for node in nodes] == [not autograd.__compiled__] * 4


def test_results_of_operations_have_all_that_a_node_has() -> None:
    # Interpreted, they are made without `__init__`.
    a, b = Value(3.0), Value(2.0)
    made, expected = a * b, Value(None, "", autograd.TABLE["mul"], 6.0, a, 2.0, b, 3.0)
    names = (*getattr(Value, "__slots__", ()), "data", "grad", "has_grad", "label", "op", "parents")
    for name in (*names, "partials"):
        assert getattr(made, name) == getattr(expected, name), name


def test_no_init_in_python_is_entered_for_the_result_of_an_operation() -> None:
    x, entered = Value(2.0), list[str]()
    sys.setprofile(lambda frame, *_: entered.append(frame.f_code.co_name))
    try:
        x * x
    finally:
        sys.setprofile(None)
    assert "__init__" not in entered


@pytest.mark.parametrize("name", ["real", "ops", "order", "value"])
def test_docstrings_are_those_of_the_source(name: str) -> None:
    module = sys.modules[f"autograd.{name}"]
    for node in ast.parse((ENGINE / f"{name}.py").read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and not node.name.startswith("_"):
            thing = getattr(module, node.name)
            assert inspect.getdoc(thing) == ast.get_docstring(node)
            for method in node.body if isinstance(node, ast.ClassDef) else []:
                is_setter = ".setter" in ast.unparse(method).partition("\n")[0]
                if isinstance(method, ast.FunctionDef) and not (
                    method.name.startswith("_") or is_setter  # the getter has the docstring
                ):
                    found = inspect.getdoc(getattr(thing, method.name))
                    assert found == ast.get_docstring(method)


@pytest.mark.parametrize("depth", [49, 50, 51, 1000])
def test_nodes_at_the_end_of_nested_lists_are_freed(depth: int) -> None:
    # CPython frees objects that are nested deeper than 50 later than the others.
    x = Value(1.0)
    before = sys.getrefcount(x)
    nested: object = x * x
    for _ in range(depth):
        nested = [nested, x * x]
    assert sys.getrefcount(x) == before + 2 * (depth + 1)
    del nested
    assert sys.getrefcount(x) == before


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"label": "x"},
        {"label": 5},
        {"data": "two"},
        {"data": None},
        {"parents": True, "partials": True, "op": "my op"},
        {"parents": True, "partials": (1.0,), "op": "my op"},
        {"parents": True},
        {"partials": (1.0,)},
        {"op": "my op"},
        *({name: thing} for name in ("requires_grad", "name") for thing in (None, "x")),
        *({name: thing} for name in ("_children", "_op") for thing in (None, "x")),
    ],
    ids=str,
)
def test_making_a_node_or_failing_to_keeps_no_reference_and_loses_none(
    given: dict[str, Any],
) -> None:
    x = Value(1.0)
    given = {"data": 2.5e300, **{k: (x,) if v is True else v for k, v in given.items()}}
    held = [None, "", x, *given.values()]

    def make() -> None:
        for _ in range(200):
            with contextlib.suppress(TypeError, ValueError):
                Value(**given)

    make()
    before = [sys.getrefcount(thing) for thing in held]
    make()
    after = [sys.getrefcount(thing) for thing in held]
    assert max(abs(a - b) for a, b in zip(after, before, strict=True)) < 50


@pytest.mark.parametrize("kind", [Value, autograd.Parameter, autograd.Constant])
def test_class_of_the_users_own_is_refused_with_advice(kind: type) -> None:
    with pytest.raises(TypeError, match=r"Value cannot be subclassed, as Mine tries: .*method; "):
        type("Mine", (kind,), {})
