"""Finding a Graphviz engine and running it.

Pictures need no installed Graphviz: the wheel `graphviz-pure` brings a binary of its own. An
engine is looked for in the environment variable GLASSGRAD_DOT, then as `dot` on PATH, then in
that wheel. Python in a browser starts no programs: there, the page that runs it has the engine.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import Any

from autograd.cleaning import quoted

VARIABLE = "GLASSGRAD_DOT"
LONGEST = 120.0
"""Seconds that the engine may take."""


IN_PAGE = "graphviz"
"""Where a page that runs Python keeps its Graphviz: a global of JavaScript, as Viz.js makes it."""


class EngineNotFoundError(RuntimeError):
    """No Graphviz engine was found, or not the one that was asked for."""


def find() -> str:
    """Return the path of the Graphviz engine.

    Raises:
        EngineNotFoundError: no engine was found; the message says how to get one.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen:
        path = shutil.which(chosen)
        if path is None:
            raise EngineNotFoundError(
                f"the environment variable {VARIABLE} names {quoted(chosen)}, which is no"
                " program here; set it to the path of Graphviz's dot, or unset it"
            )
        return path
    path = shutil.which("dot") or _from_wheel()
    if path is None:
        raise EngineNotFoundError(
            "found no Graphviz engine: run `pip install graphviz-pure`, or install Graphviz, or"
            f" set {VARIABLE} to the path of its dot. Without one, the picture's DOT text is its"
            " .source: any Graphviz, on any machine or web page, draws it"
        )
    return path


def _from_wheel() -> str | None:
    from importlib import metadata  # noqa: PLC0415  # a fifth of `import autograd`, seldom needed

    try:
        files = metadata.files("graphviz-pure") or []
    except metadata.PackageNotFoundError:
        return None
    for file in files:
        if file.stem == "graphviz-pure" and file.suffix in {"", ".exe"}:
            return shutil.which(os.path.realpath(str(file.locate())))
    return None


def run(source: str, file_format: str, dots_per_inch: int, layout: str = "dot") -> bytes:
    """Return `source`, a graph in DOT, laid out and written as `file_format`.

    Args:
        source: the graph.
        file_format: "svg", "png", "pdf" or another that the engine knows.
        dots_per_inch: resolution, for PNG.
        layout: "dot" or another of Graphviz's layouts.

    Raises:
        EngineNotFoundError: there is no engine.
        ValueError: the engine cannot write that format; the message lists those that it can.
        RuntimeError: the engine failed, and the message is its own; or it took too long.
    """
    if sys.platform == "emscripten":
        return _run_in_page(source, file_format, layout)
    command = [find(), "-q", f"-K{layout}", f"-T{file_format}"]
    if file_format == "png":  # an SVG or PDF has a size in points, which a resolution would enlarge
        command.append(f"-Gdpi={dots_per_inch}")
    try:
        done = subprocess.run(  # noqa: S603  # a list, no shell; the program is the user's choice
            command, input=source.encode(), capture_output=True, check=False, timeout=LONGEST
        )
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(
            f"{command[0]} was stopped after {LONGEST:g} seconds: draw a part of the graph from an"
            " inner node, fewer nodes with detail='labels', or without raising max_nodes"
        ) from error
    except OSError as error:
        raise RuntimeError(f"cannot run {command[0]}: {error.strerror}") from error
    message = done.stderr.decode(errors="replace").strip()
    unknown = re.search(r"Format: .* not recognized\. Use one of: (.*)", message)
    if unknown:
        raise ValueError(
            f"the Graphviz engine {command[0]} cannot write {quoted(file_format)} (must be one of"
            f" {unknown[1].strip()})"
            + (f"; Graphviz's own dot writes PDF: name it by {VARIABLE}" * (file_format == "pdf"))
        )
    if done.returncode != 0 or not done.stdout:
        raise RuntimeError(f"{command[0]} failed ({done.returncode}): {message}")
    return done.stdout


def _run_in_page(source: str, file_format: str, layout: str) -> bytes:
    """Run the engine of the page; it writes text alone, so no PNG and no PDF."""
    import js  # type: ignore[import-not-found]  # noqa: PLC0415  # JavaScript, in a browser alone

    engine: Any = getattr(js, IN_PAGE, None)
    if engine is None:
        raise EngineNotFoundError(
            "found no Graphviz engine in this page: expected that of Viz.js as its global"
            f" {IN_PAGE}, see notebooks/browser/start.mjs. Without one, the picture's DOT text is"
            " its .source: any Graphviz, on any machine or web page, draws it"
        )
    formats = [str(known) for known in engine.formats]
    if file_format not in formats:
        raise ValueError(
            f"the Graphviz engine of this page cannot write {quoted(file_format)} (must be one of"
            f" {' '.join(formats)})"
        )
    result = engine.render(source, format=file_format, engine=layout)
    if result.status != "success":
        said = "; ".join(str(error.message) for error in result.errors)
        raise RuntimeError(f"the Graphviz engine of this page failed: {said}")
    return str(result.output).encode()
