"""Picture: a `graphviz.Digraph` that finds its own engine."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import graphviz

from autograd.drawing import engine
from autograd.files import write_whole

_PNG_DOTS_PER_INCH = 144  # sharp on a slide
_SCREEN_DOTS_PER_INCH = 96  # CSS's
_SCREEN_WIDTH = 900  # dots: the width of a notebook on a laptop
_SMALLEST_SCALE = 0.45  # smaller letters could not be read: a wider picture scrolls
_SVG_SIZE = re.compile(r'(?<=<svg )width="([\d.]+)pt" height="([\d.]+)pt"')


class Picture(graphviz.Digraph):
    """A drawn graph: `.source`, `.render(...)` and `.pipe(...)` as in graphviz; shows in notebooks.

    Unlike a `graphviz.Digraph`, it needs no installed Graphviz (see `autograd.drawing.engine`), is
    SVG if no format is given, and leaves the old file where a new one cannot be written.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("format", "svg")
        super().__init__(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<a picture, {len(self.source):,} characters of DOT; .render(outfile='graph.svg')>"

    def pipe(self, format: str | None = None, *, encoding: str | None = None) -> bytes | str:
        """Return the picture as bytes, or as text where an encoding is given.

        Args:
            format: "svg", "png", "pdf" or another that the engine writes; `self.format` if None.
            encoding: such as "utf-8", to get text.

        Raises:
            ValueError: the engine cannot write that format.
            EngineNotFoundError: there is no Graphviz engine.
        """
        data = engine.run(self.source, format or self.format, _PNG_DOTS_PER_INCH, self.engine)
        return data if encoding is None else data.decode(encoding)

    def render(
        self,
        filename: str | os.PathLike[str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        view: bool = False,
        cleanup: bool = False,
        format: str | None = None,
        *,
        outfile: str | os.PathLike[str] | None = None,
    ) -> str:
        """Write the picture to a file and return its path.

        Args:
            filename: file for the DOT text; the picture is beside it, with the format appended.
            directory: folder for both; it is made if it is missing.
            view: whether to open the picture with the system's viewer.
            cleanup: whether to delete the DOT text afterwards.
            format: "svg", "png", "pdf" ...; if None, by `outfile`'s ending, else `self.format`.
            outfile: file for the picture, instead of `filename`: no DOT text is written.

        Raises:
            ValueError: the engine cannot write that format.
            EngineNotFoundError: there is no Graphviz engine.
            OSError: the file cannot be written; an existing file is left unchanged.
        """
        if outfile is not None:
            target = Path(directory or "", outfile)
            format = format or target.suffix.removeprefix(".").lower()
        else:
            format = format or self.format
            target = Path(directory or self.directory, f"{filename or self.filename}.{format}")
        data = self.pipe(format)
        if outfile is None:
            source_path = self.save(filename, directory=directory)
        write_whole(target, data)
        if outfile is None and cleanup:
            Path(source_path).unlink()
        if view:
            graphviz.view(target)
        return str(target)

    def save(
        self,
        filename: str | os.PathLike[str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        *,
        skip_existing: bool | None = False,
    ) -> str:
        """Write the DOT text to a file and return its path.

        Args:
            filename: the file; `self.filename` if None.
            directory: its folder, made if it is missing; `self.directory` if None.
            skip_existing: whether to leave a file that is there as it is.

        Raises:
            OSError: the file cannot be written; an existing file is left unchanged.
        """
        if filename is not None:
            self.filename = filename
        if directory is not None:
            self.directory = directory
        path = Path(self.filepath)
        if not (skip_existing and path.exists()):
            write_whole(path, self.source)
        return str(path)

    def view(
        self,
        filename: str | os.PathLike[str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        cleanup: bool = False,
    ) -> str:
        """Write the picture to a file, show it with the system's viewer, and return its path.

        Args:
            filename: as for `render`.
            directory: as for `render`.
            cleanup: as for `render`.
        """
        return self.render(filename, directory, view=True, cleanup=cleanup)

    def _repr_mimebundle_(
        self,
        include: Iterable[str] | None = None,
        exclude: Iterable[str] | None = None,
        **_: Any,
    ) -> tuple[dict[str, bytes | str], dict[str, dict[str, int]]]:
        """Return SVG and PNG: pages that strip SVG from a notebook show the PNG, at the same size.

        JupyterLab shows an SVG at the size written in it, however narrow the column; so a smaller
        size is written into a wide picture.
        """
        wanted = set(include or ("image/svg+xml", "image/png")) - set(exclude or ())
        svg = self.pipe("svg", encoding="utf-8")
        assert isinstance(svg, str)  # noqa: S101  # for an encoding was given
        size = _SVG_SIZE.search(svg)
        assert size is not None  # noqa: S101  # Graphviz writes one
        width, height = (float(points) * _SCREEN_DOTS_PER_INCH / 72 for points in size.groups())
        scale = min(1.0, max(_SMALLEST_SCALE, _SCREEN_WIDTH / width))
        width, height = round(scale * width), round(scale * height)
        data: dict[str, bytes | str] = {}
        if "image/svg+xml" in wanted:
            data["image/svg+xml"] = _SVG_SIZE.sub(f'width="{width}" height="{height}"', svg, 1)
        if "image/png" in wanted:
            dots_per_inch = round(scale * _PNG_DOTS_PER_INCH)
            data["image/png"] = engine.run(self.source, "png", dots_per_inch, self.engine)
        if "application/pdf" in wanted:
            data["application/pdf"] = self.pipe("pdf")
        return data, {"image/png": {"width": width, "height": height}}
