"""HIPS autograd in the same folder: whoever came last, it is said what to type."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# Every file of HIPS autograd's wheel 1.9.1 that is not in a folder below.
HIPS = [
    *("__init__.py", "builtins.py", "core.py", "differential_operators.py", "extend.py"),
    *("test_util.py", "tracer.py", "util.py", "wrap_util.py"),
]
HIPS_FOLDERS = ["misc", "numpy", "scipy"]
REMEDY = "pip uninstall -y autograd glassgrad"


def folder_of(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a folder with copies of both packages, and nothing else."""
    for package in ("autograd", "nn"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(folder_of(package), tmp_path / package, ignore=ignored)
    return tmp_path


def add_hips(site: Path, *, last: bool) -> None:
    """Put HIPS autograd's files there, as pip does: over glassgrad's if they come last."""
    for name in [*HIPS, *(f"{folder}/__init__.py" for folder in HIPS_FOLDERS)]:
        path = site / "autograd" / name
        if last or not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_text("def grad(f): ...\n", encoding="utf-8")


def python(site: Path, code: str, *options: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *options, "-c", code]
    return subprocess.run(  # noqa: S603  # this very Python
        command, cwd=site, env=environment, capture_output=True, text=True, check=False
    )


def test_alone_glassgrad_is_imported_without_a_word(site: Path) -> None:
    run = python(site, "import autograd, nn; print(autograd.__file__)", "-W", "error")
    assert (run.stderr, run.returncode) == ("", 0)
    assert run.stdout.startswith(str(site))


def test_glassgrad_that_came_last_works_and_says_which_two_share_the_folder(site: Path) -> None:
    add_hips(site, last=False)
    run = python(site, "import nn\nprint(nn.MLP(1, [1], seed=1)([0.0]).data)")
    assert run.returncode == 0
    assert float(run.stdout) == 0.0
    assert run.stderr.count("Warning") == 1
    for part in ("glassgrad and HIPS autograd", str(site / "autograd"), REMEDY):
        assert part in run.stderr


def test_the_warning_is_of_the_line_that_imports(site: Path) -> None:
    add_hips(site, last=False)
    (site / "mine.py").write_text("import os\nimport autograd\n", encoding="utf-8")
    assert "mine.py:2: UserWarning: glassgrad and HIPS" in python(site, "import mine").stderr


@pytest.mark.parametrize("order", ["HIPS came last", "HIPS was removed with its files"])
def test_nn_without_glassgrad_s_engine_says_what_to_type(site: Path, order: str) -> None:
    add_hips(site, last=True)
    if order == "HIPS was removed with its files":
        for name in HIPS:
            (site / "autograd" / name).unlink()
    run = python(site, "import nn", "-S")  # a folder without __init__.py comes after any package
    last = run.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: expected glassgrad's package autograd, found another")
    for part in ("HIPS autograd", str(site / "autograd"), REMEDY):
        assert part in last


def test_a_student_s_own_file_of_the_name_is_told_from_the_package(site: Path) -> None:
    shutil.rmtree(site / "autograd")
    (site / "autograd.py").write_text("", encoding="utf-8")
    assert f"found another in {site / 'autograd.py'}" in python(site, "import nn").stderr


def test_the_two_have_no_other_file_in_common() -> None:
    own = {path.name for path in folder_of("autograd").iterdir()}
    assert own & {*HIPS, *HIPS_FOLDERS} == {"__init__.py"}
