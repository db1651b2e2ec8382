"""Build the notebooks, run them, and keep copies with their outputs in `rendered/`.

    python notebooks/render.py               # all of them
    python notebooks/render.py en/1-*.ipynb  # some

A notebook is kept without outputs, so that its diff shows changes of the text alone. A copy has
outputs, for a code host to show. A copy does not depend on when or where it was made: cells tagged
`machine` tell the machine's speed, and an unchanged one keeps the outputs of the copy before.
"""

from __future__ import annotations

import base64
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

import build

FOLDER = Path(__file__).parent
RENDERED = FOLDER / "rendered"
MACHINE = "machine"
"""The tag of cells whose outputs differ from machine to machine."""

_SECONDS = 120
_COLORS = 48  # of a picture in a copy: enough for text and plots, a third of the size

Notebook = Any
"""An `nbformat.NotebookNode`, whose attributes are those of the format."""


def sources() -> list[Path]:
    """Return the notebooks in their order, language by language."""
    return [
        path
        for language in build.LANGUAGES
        for path in sorted((FOLDER / language).glob("*.ipynb"), key=build.number)
    ]


def run(notebook: Notebook) -> Notebook:
    """Run every cell from top to bottom in a fresh kernel; return the notebook with its outputs.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed.
        RuntimeError: a cell wrote to standard error, as every warning does.
    """
    client = NotebookClient(
        notebook,
        timeout=_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(FOLDER)}},
        extra_arguments=[
            "--IPKernelApp.exec_lines=import warnings; warnings.simplefilter('always')"
        ],
        record_timing=False,
        store_widget_state=False,
    )
    executed = client.execute()
    for cell, output in outputs(executed):
        if output.get("name") == "stderr":
            raise RuntimeError(f"expected no warnings, received from cell {cell.id}: {output.text}")
    return executed


def outputs(notebook: Notebook) -> Iterator[tuple[Notebook, Notebook]]:
    """Yield each output, with its cell."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield cell, output


def facts(notebook: Notebook) -> list[tuple[str, str, str]]:
    """Return the facts of a notebook, by cell: its sources, and its outputs without their looks.

    Two runs of one notebook have the same facts, on any machine. Other versions of Graphviz and
    Matplotlib draw other lines: so an SVG counts by its text, and a PNG or a page by its presence.
    """
    found = [(cell.id, cell.cell_type, cell.source) for cell in notebook.cells]
    for cell, output in outputs(notebook):
        if MACHINE in cell.metadata.get("tags", []):
            continue
        shown = output.get("data", {output.output_type: output.get("text", "")})
        for kind, said in sorted(shown.items()):
            if kind == "image/svg+xml":
                said = "\n".join(sorted(re.findall(r"<text[^>]*>(.*?)</text>", said)))
            elif kind != "text/markdown" and {"image/png", "text/html"} & {kind, *shown}:
                said = "shown"
            # What is printed comes in pieces, in however many a kernel sends it.
            if kind == "stream" and found and found[-1][:2] == (cell.id, kind):
                said = found.pop()[2] + said
            found.append((cell.id, kind, said))
    return found


def shrink(notebook: Notebook) -> None:
    """Make the pictures of a notebook small enough to be kept."""
    from PIL import Image  # noqa: PLC0415  # comes with matplotlib

    for _, output in outputs(notebook):
        png = output.get("data", {}).get("image/png")
        if png:
            image = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
            written = io.BytesIO()
            image.quantize(_COLORS, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
            output.data["image/png"] = base64.b64encode(written.getvalue()).decode()


def keep_times(executed: Notebook, before: Notebook) -> None:
    """Give each unchanged `machine` cell the outputs that it had before."""
    known = {(cell.id, cell.source): cell for cell in before.cells}
    for cell in executed.cells:
        old = known.get((cell.id, cell.source))
        if old is not None and MACHINE in cell.metadata.get("tags", []):
            cell.outputs = old.outputs


def copy_of(path: Path) -> Path:
    """Return the path of a notebook's copy with outputs."""
    return RENDERED / path.parent.name / path.name


def render(path: Path) -> Path:
    """Run one notebook, and write its copy with outputs; return the copy's path."""
    executed = run(nbformat.read(path, as_version=4))
    shrink(executed)
    copy = copy_of(path)
    if copy.exists():
        keep_times(executed, nbformat.read(copy, as_version=4))
    copy.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(executed, copy)
    return copy


if __name__ == "__main__":
    build.write(FOLDER)
    for path in [Path(name) for name in sys.argv[1:]] or sources():
        copy = render(path)
        print(f"{copy.relative_to(FOLDER)}  {copy.stat().st_size / 1e6:.2f} MB")
    import readme  # which asks this module for the copies

    readme.write()
