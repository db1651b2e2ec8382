"""The course as a site: notebooks to run in the browser and to read, and pages that are alive.

A web server serves the folder as it is, and nothing is fetched from elsewhere. `site.py` is the
program; see `in_browser` for how Python runs there.
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
import nbformat
from nbconvert import HTMLExporter

import build
import in_browser
import nn
import render
from autograd.explorer import playground

FOLDER = Path(__file__).parent
PAGES = {"en": "index.html", "es": "index.es.html"}
WORDS = {
    "en": {
        "title": "Backpropagation, made of glass",
        "about": "A course in notebooks of a quarter of an hour each. There is nothing to install:"
        " Python runs in your browser, and starts in about half a minute.",
        "course": "The course",
        "run": "run",
        "read": "read",
        "installed": "it runs where Python and NumPy are installed",
        "pages": "Pages to play with",
        "playground": "Type a formula and see its graph, both passes and the chain rule",
        "training": "Watch a small network learn XOR, moment by moment",
        "kept": "What you change in a notebook is kept in this browser alone. To hand it in,"
        " download it: File, Download.",
    },
    "es": {
        "title": "Retropropagación de cristal",
        "about": "Un curso en cuadernos de un cuarto de hora. No hay nada que instalar: Python se"
        " ejecuta en tu navegador y tarda alrededor de medio minuto en arrancar.",
        "course": "El curso",
        "run": "ejecutar",
        "read": "leer",
        "installed": "se ejecuta donde Python y NumPy estén instalados",
        "pages": "Páginas para experimentar",
        "playground": "Escribe una fórmula y mira su grafo, los dos pasos y la regla de la cadena",
        "training": "Observa cómo una red pequeña aprende XOR, momento a momento",
        "kept": "Lo que cambias en un cuaderno se guarda solo en este navegador. Para entregarlo,"
        " descárgalo: File, Download.",
    },
}
"""What the first page says, in each language."""

NEED_NUMPY = {10}
"""The notebooks that do not run in a page, where NumPy is not: they are there to be read."""

_OTHER = {"en": ("es", "En español"), "es": ("en", "In English")}
_KATEX = ("katex.min.css", "katex.min.js", "contrib/auto-render.min.js")
_LINK = re.compile(r"(\]\([^)\s:]+)\.ipynb\)")


def write(target: Path) -> None:
    """Write the site into a folder, which must be new or empty.

    Raises:
        SystemExit: the folder holds something, or a program of the build failed.
    """
    if target.exists() and any(target.iterdir()):
        raise SystemExit(f"expected a new or empty folder, received {target}: delete it first")
    target.mkdir(parents=True, exist_ok=True)
    notebooks = render.sources()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        contents = work / "contents"
        for path in notebooks:
            _copy(path, contents / path.parent.name / path.name)
        packages = in_browser.npm(work)
        in_browser.build(target / "jupyter", contents, packages, work)
        katex = packages["katex"] / "dist"
        for part in (*(katex / name for name in _KATEX), *katex.glob("fonts/*.woff2")):
            _copy(part, target / "katex" / part.relative_to(katex))
    shutil.copy(target / "jupyter" / "tree" / "favicon.ico", target)
    for path in notebooks:
        page = target / "read" / path.parent.name / f"{path.stem}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(readable(path), encoding="utf-8")
    for language, file in PAGES.items():
        chosen = [path for path in notebooks if path.parent.name == language]
        (target / file).write_text(first_page(language, chosen), encoding="utf-8")
    (target / "playground.html").write_text(playground(), encoding="utf-8")
    training().save(target / "training.html")


def readable(path: Path) -> str:
    """Return a notebook with its outputs as a page, whose formulas and pages need no network.

    The outputs are those of its copy in `rendered/`; without one, the notebook is run.
    """
    copy = render.copy_of(path)
    if copy.exists():
        notebook = nbformat.read(copy, as_version=4)
    else:
        notebook = render.run(nbformat.read(path, as_version=4))
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _LINK.sub(r"\1.html)", cell.source)
    template = (FOLDER / "browser" / "read.html.j2").read_text(encoding="utf-8")
    exporter = HTMLExporter(raw_template=template, language_code=path.parent.name)
    resources = {"metadata": {"name": _title(notebook)}}
    page, _ = exporter.from_notebook_node(notebook, resources=resources)
    return str(page)


def first_page(language: str, notebooks: Sequence[Path]) -> str:
    """Return the page that links all others."""
    template = (FOLDER / "browser" / "index.html.j2").read_text(encoding="utf-8")
    other, name = _OTHER[language]
    words = WORDS[language] | {
        "other": name,
        "other_language": other,
        "other_page": PAGES[other],
    }
    listed = [
        {
            "name": path.stem,
            "title": _title(nbformat.read(path, as_version=4)),
            "runs": build.number(path) not in NEED_NUMPY,
        }
        for path in notebooks
    ]
    environment = jinja2.Environment(autoescape=True)
    return environment.from_string(template).render(
        language=language, words=words, notebooks=listed
    )


def training() -> Any:
    """Return the page of a network that learns XOR."""
    x, y = nn.datasets.xor()
    nn.set_random_seed(3)
    model = nn.Sequential([nn.Input(2), nn.Dense(3, "tanh"), nn.Dense(1, "sigmoid")])
    model.compile(nn.optimizers.Adam(0.1), "binary_crossentropy")
    record = nn.record(model, x, y)
    model.fit(x, y, epochs=150, verbose=0, callbacks=[record])
    return nn.explore(record)


def _title(notebook: Any) -> str:
    """Return the first heading of a notebook."""
    found = re.search(r"^# (.+)", notebook.cells[0].source, re.MULTILINE)
    return found[1] if found else "?"


def _copy(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, target)


def main() -> None:
    """Read the command line and write the site."""
    parser = argparse.ArgumentParser(description="Build the course as a static site.")
    parser.add_argument("--out", metavar="FOLDER", type=Path, default=Path("site"))
    out = parser.parse_args().out
    write(out)
    print(f"{out}: serve it with python -m http.server --directory {out}, and open localhost:8000")
