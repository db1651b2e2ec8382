"""Python in a web page: JupyterLite with Pyodide, whole, in one folder that a web server serves.

Nothing is left on a server elsewhere: JupyterLite comes from the extra `site`, Pyodide and Graphviz
for the web from npm, and what Python itself needs there as pure wheels from PyPI, in the versions
that Pyodide was made with. NumPy and Matplotlib for Pyodide are on neither, so the notebooks do
without; the plots are drawn by `browser/matplotlib`, which stands in for the latter.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
EXTENSION = "@jupyterlite/pyodide-kernel-extension"
PACKAGES = {"katex": "0.16", "pyodide": "314", "@viz-js/viz": "3"}
"""The packages of npm that are served, with their versions."""

_CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
_LOCK = "pyodide-lock.json"
_OF_PYODIDE = ("micropip", "ipython", "jedi")  # of versions that Pyodide names
_OF_PYPI = ("comm", "graphviz", "ipython_pygments_lexers", "mypy_extensions")
_OF_KERNEL = ("ipykernel", "piplite", "pyodide_kernel")
_SOURCES = ("autograd", "nn", "pyproject.toml", "setup.py", "README.md", "LICENSE")


def npm(work: Path) -> dict[str, Path]:
    """Install the packages of npm into a folder; return where each is.

    Raises:
        SystemExit: npm is not here, or it failed.
    """
    program = shutil.which("npm")
    if program is None:
        raise SystemExit("found no npm, which brings Pyodide: install Node.js, then build again")
    wanted = [f"{name}@{version}" for name, version in PACKAGES.items()]
    _run(work, program, "install", "--silent", "--no-audit", "--no-fund", "--prefix", work, *wanted)
    return {name: work / "node_modules" / name for name in PACKAGES}


def build(target: Path, contents: Path, packages: Mapping[str, Path], work: Path) -> None:
    """Write JupyterLite into the folder `target`, with the notebooks that are in `contents`.

    Args:
        target: the folder, which is made.
        contents: the folder of notebooks.
        packages: the folder of each package of npm, see `npm`.
        work: a folder for what is needed meanwhile.
    """
    lock = json.loads((packages["pyodide"] / _LOCK).read_text(encoding="utf-8"))
    wheels = _wheels(lock["packages"], lock["info"]["python"], work)
    lock["packages"] = {wheel["name"]: wheel for wheel in map(_locked, wheels)}
    settings = {
        "pyodideUrl": "./python/start.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": sorted(lock["packages"])},
    }
    config = {
        "appName": "glassgrad",
        "appUrl": "./tree",
        "litePluginSettings": {f"{EXTENSION}:kernel": settings},
    }
    lite = work / "lite"
    lite.mkdir()
    written = {"jupyter-lite-schema-version": 0, "jupyter-config-data": config}
    (lite / "jupyter-lite.json").write_text(json.dumps(written), encoding="utf-8")
    # All of a notebook is on the page, so that the browser's search finds it.
    shown = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}
    (lite / "overrides.json").write_text(json.dumps(shown), encoding="utf-8")
    apps = ("--apps", "notebooks", "--apps", "tree", "--apps", "edit")
    less = ("--no-sourcemaps", "--no-unused-shared-packages")
    command = (sys.executable, "-m", "jupyterlite_core", "build", *apps, *less)
    _run(
        work, *command, "--lite-dir", lite, "--contents", contents, "--output-dir", target.resolve()
    )
    python = target / "python"
    python.mkdir()
    core = (packages["pyodide"] / name for name in _CORE)
    graphviz = packages["@viz-js/viz"] / "dist" / "viz.js"
    for file in (*core, graphviz, FOLDER / "browser" / "start.mjs", *wheels):
        shutil.copy(file, python)
    (python / _LOCK).write_text(json.dumps(lock), encoding="utf-8")


def _wheels(known: Mapping[str, Any], python: str, work: Path) -> list[Path]:
    """Return the wheels of all that is imported in the browser, made or downloaded into `work`."""
    chosen: dict[str, str] = {}
    waiting = list(_OF_PYODIDE)
    for name in waiting:
        if name not in chosen:
            chosen[name] = known[name]["version"]
            waiting += [other.replace("_", "-") for other in known[name]["depends"]]
    wanted = [f"{name}=={version}" for name, version in chosen.items()]
    folder = work / "wheels"
    pure = ("--no-deps", "--only-binary", ":all:", "--python-version", python)
    _pip(work, "download", *pure, "--dest", folder, *wanted, *_OF_PYPI)
    # In a copy: a build writes beside its sources.
    copy = work / "sources"
    copy.mkdir()
    for name in _SOURCES:
        source = FOLDER.parent / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy)
    _pip(work, "wheel", "--no-deps", "--wheel-dir", folder, copy)
    _write_stand_in(folder)
    extension = Path(sysconfig.get_path("data"), "share/jupyter/labextensions", EXTENSION)
    for name in _OF_KERNEL:
        for wheel in extension.glob(f"static/pypi/{name}-*.whl"):
            shutil.copy(wheel, folder)
    return sorted(folder.glob("*.whl"))


def _write_stand_in(folder: Path) -> None:
    """Write the wheel of what stands in for Matplotlib."""
    name, about = "matplotlib_stand_in", "matplotlib_stand_in-1.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1-py3-none-any.whl", "w") as wheel:
        for file in sorted((FOLDER / "browser" / "matplotlib").glob("*.py")):
            wheel.write(file, f"matplotlib/{file.name}")
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")


def _locked(wheel: Path) -> dict[str, Any]:
    """Return what Pyodide's lock says of a wheel."""
    with zipfile.ZipFile(wheel) as opened:
        (name,) = (name for name in opened.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = HeaderParser().parsestr(opened.read(name).decode())
    return {
        "name": metadata["Name"].lower().replace("_", "-"),
        "version": metadata["Version"],
        "file_name": wheel.name,
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "install_dir": "site",
        "package_type": "package",
        "imports": [],
        "depends": [],
        "unvendored_tests": False,
    }


def _pip(work: Path, *arguments: str | Path) -> None:
    _run(work, sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments)


def _run(work: Path, *command: str | Path) -> None:
    """Run a program in a folder, wheels being interpreted; show what it says if it fails."""
    done = subprocess.run(  # noqa: S603  # a list, no shell
        [str(word) for word in command],
        cwd=work,
        env=os.environ | {"GLASSGRAD_COMPILE": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\nfailed:\n{done.stdout}{done.stderr}")
