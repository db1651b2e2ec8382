"""What is imported when: at the start what every program needs, a module when it is first used."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import autograd

UNNEEDED = {
    *("autograd.checking", "autograd.codegen", "autograd.drawing", "autograd.exercises"),
    *("autograd.explaining", "autograd.explorer", "csv", "graphviz", "hashlib", "llvmlite"),
    *("matplotlib", "numpy", "sqlite3", "subprocess", "xml"),
}


def lines_for_type_checkers() -> dict[str, str]:
    """Return each name that is imported for type checkers alone, and the module that it is of."""
    source = Path(autograd.__file__).read_text(encoding="utf-8")
    (block,) = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "_typing.TYPE_CHECKING"
    ]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: str(node.module) for node in imports for alias in node.names}


LATER = lines_for_type_checkers()


def printed_by(program: str) -> set[str]:
    """Return the words that a program prints in a fresh Python."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)  # noqa: S603  # our own
    return set(done.stdout.decode().split())


def imported_by(program: str) -> set[str]:
    """Return what a fresh Python has imported after a program, and not before it."""
    return printed_by(
        f"import sys; before = {{*sys.modules}}\n{program}\nprint(*{{*sys.modules}} - before)"
    )


@pytest.mark.parametrize("package", ["autograd", "nn"])
def test_start_up_leaves_out_what_it_does_not_need(package: str) -> None:
    imported = imported_by(f"import {package}")
    assert {"autograd.value", package} <= imported
    assert imported & UNNEEDED == set()


def test_the_engine_and_its_compiler_need_no_notation_and_no_catalogue() -> None:
    imported = imported_by("import autograd; autograd.compile_step")
    assert "autograd.codegen" in imported
    assert imported & {"autograd.notation", "importlib.resources", "tempfile"} == set()


def test_names_bring_the_modules_that_they_need_and_no_others() -> None:
    imported = imported_by("import autograd; autograd.gradcheck")
    assert "autograd.checking.gradients" in imported
    assert imported & UNNEEDED == {"autograd.checking"}
    imported = imported_by("import autograd; autograd.animate, autograd.sheet, autograd.explore")
    assert {"csv", "graphviz", "subprocess", "xml", "autograd.explaining"} <= imported


@pytest.mark.parametrize("name", LATER)
def test_a_name_is_the_one_that_type_checkers_are_told(name: str) -> None:
    told = getattr(importlib.import_module(LATER[name]), name)
    assert getattr(autograd, name) is told
    assert vars(autograd)[name] is told  # looked up once


def test_type_checkers_are_told_of_every_name_that_is_imported_later() -> None:
    public = "{*autograd.__all__, 'compile'}"
    found = printed_by(f"import autograd; print(*{public} - vars(autograd).keys())")
    assert found == LATER.keys()


def test_every_name_is_there_for_dir_for_a_star_and_as_a_module() -> None:
    public = "{*autograd.__all__, 'compile', 'drawing', 'explorer', 'files', 'value'}"
    assert printed_by(f"import autograd; print(*{public} - {{*dir(autograd)}})") == set()
    star = "import autograd; from autograd import *; print(*{*autograd.__all__} - {*globals()})"
    assert printed_by(star) == set()
    modules = "autograd.drawing.Picture, autograd.explorer.page, autograd.files.write_whole"
    assert printed_by(f"import autograd; {modules}; print('found')") == {"found"}


def test_a_misspelt_name_is_told_as_python_tells_it() -> None:
    told = r"^module 'autograd' has no attribute 'gradchek'$"
    with pytest.raises(AttributeError, match=told) as raised:
        autograd.gradchek  # type: ignore[attr-defined]  # noqa: B018  # raises
    error = raised.value
    assert (error.name, error.obj) == ("gradchek", autograd)  # which Python needs to suggest a name
