"""LaTeX that is tried: formulas by KaTeX, and documents by pdflatex."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest


def objections(formulas: Sequence[str]) -> list[str]:
    """Return what KaTeX objects to in some formulas; none if all can be typeset."""
    done = subprocess.run(  # noqa: S603  # no input of others
        ["node", str(Path(__file__).with_name("katex_check.js"))],  # noqa: S607  # any node
        input=json.dumps([[formula, "error"] for formula in formulas]),
        capture_output=True,
        text=True,
        check=False,
    )
    if "Cannot find module" in done.stderr:
        pytest.skip("KaTeX is missing: npm install katex, and say where in NODE_PATH")
    return [verdict for verdict in json.loads(done.stdout) if verdict]


def compiled(source: str, folder: Path) -> str:
    """Return what LaTeX says of a document; it is an error if it cannot be compiled."""
    (folder / "document.tex").write_text(source, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "document.tex"],  # noqa: S607
        cwd=folder,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    return done.stdout.decode(errors="replace")
