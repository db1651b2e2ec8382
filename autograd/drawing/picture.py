"""Picture: a `graphviz.Digraph` that finds its own engine."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import graphviz

from autograd.cleaning import quoted
from autograd.drawing import engine, export
from autograd.files import write_whole
from autograd.languages import count, language, spoken, words
from autograd.options import choose

_PNG_DOTS_PER_INCH = 144  # sharp on a slide
_SCREEN_DOTS_PER_INCH = 96  # CSS's
_SCREEN_WIDTH = 900  # dots: the width of a notebook on a laptop
_SMALLEST_SCALE = 0.45  # smaller letters could not be read: a wider picture scrolls
_SLIDE, _MARGIN, _POINTS_AN_INCH = (960, 540), 6, 72  # points: 16:9, as presentations have it
_LARGEST_SCALE = 2.0
_COLOR = re.compile(r'(?<=[":;])(?:#[0-9a-f]{6}|white)(?=[":;]|[0-9a-f]{2}")')
"""A colour in DOT text; a label has no quotation mark of its own."""

_OF_PICTURES = {".svg", ".png", ".pdf", ".jpg", ".jpeg", ".gif", ".webp", ".eps", ".tex", ".mmd"}
"""How names of files with pictures end."""

COLORS: dict[str, dict[str, str]] = {
    "light": {},
    "dark": {
        "white": "#1c1c1c",
        "#ffffff": "#1c1c1c",
        "#1b1b1b": "#f2f2f2",
        "#595959": "#bdbdbd",
        "#8a8a8a": "#8f8f8f",
        "#0b4a8f": "#8ec9ff",
        "#a3270c": "#ff9d85",
        "#c2410c": "#ffb454",
        "#6b21a8": "#d9adff",
        "#e6f0fa": "#17324a",
        "#f4f4f4": "#2e2e2e",
        "#fff8e6": "#3a3322",
    },
    "print": {
        **dict.fromkeys(["#1b1b1b", "#0b4a8f", "#a3270c", "#c2410c", "#6b21a8"], "#000000"),
        **dict.fromkeys(["#595959", "#8a8a8a"], "#4d4d4d"),
        **dict.fromkeys(["#e6f0fa", "#f4f4f4", "#fff8e6"], "#ffffff"),
    },
}
"""For each choice of colours, what takes the place of the light ones."""

_SVG_SIZE = re.compile(r'(?<=<svg )width="([\d.]+)pt" height="([\d.]+)pt"')


class Picture(graphviz.Digraph):
    """A drawn graph: `.source`, `.render(...)` and `.pipe(...)` as in graphviz; shows in notebooks.

    Unlike a `graphviz.Digraph`, it needs no installed Graphviz (see `autograd.drawing.engine`), is
    SVG if no format is given, and leaves the old file where a new one cannot be written.
    """

    def __init__(self, *args: Any, colors: str = "light", **kwargs: Any) -> None:
        kwargs.setdefault("format", "svg")
        super().__init__(*args, **kwargs)
        self._palette = choose("colors", colors, COLORS)
        self.facts = export.Facts(words("A picture"), language=language())

    @property
    def source(self) -> str:
        """The DOT text."""
        return _COLOR.sub(lambda found: self._palette.get(found[0], found[0]), super().source)

    def scales_on_slide(self) -> tuple[float, float]:
        """Return how much larger than it is the picture would fit on a slide, across and down.

        Raises:
            EngineNotFoundError: there is no Graphviz engine.
        """
        if self.graph_attr.get("layout"):  # then "plain" leaves out what is around the nodes
            size = _SVG_SIZE.search(self._svg())
            assert size is not None  # noqa: S101  # Graphviz writes one
            sides = [float(points) - 2 * _MARGIN for points in size.groups()]
        else:
            head = engine.run(self.source, "plain", _POINTS_AN_INCH, self.engine).decode()
            _, _, *words = head.partition("\n")[0].split()
            sides = [_POINTS_AN_INCH * float(word) for word in words]
        return self.scales_of(*sides)

    @staticmethod
    def scales_of(width: float, height: float) -> tuple[float, float]:
        """Return how much larger than it is a picture would fit on a slide, across and down.

        Args:
            width: of the picture, in points, without its margin.
            height: of the picture, in points, without its margin.
        """
        across, down = (
            (most - 2 * _MARGIN) / (side + 2 * _MARGIN)
            for most, side in zip(_SLIDE, (width, height), strict=True)
        )
        return across, down

    def put_on_slide(self, scale: float) -> None:
        """Put the picture in the middle of a slide.

        Args:
            scale: how much larger than it is, see `scales_on_slide`; it is never doubled.
        """
        width, height = _SLIDE
        self.graph_attr["viewport"] = f"{width},{height},{min(scale, _LARGEST_SCALE):.4f}"

    def __repr__(self) -> str:
        return spoken(self.facts.language, self._in_words)

    def _in_words(self) -> str:
        return words(
            "<a picture, {count} characters of DOT; .render(outfile='graph.svg')>",
            count=count(len(self.source)),
        )

    def pipe(self, format: str | None = None, *, encoding: str | None = None) -> bytes | str:
        """Return the picture as bytes, or as text where an encoding is given.

        An SVG has a title and a description for those who cannot see it.

        Args:
            format: "svg", "png", "pdf"; "tex", a LaTeX document that draws with TikZ; "mmd", a
                flowchart of Mermaid; or another that the engine writes; `self.format` if None.
            encoding: such as "utf-8", to get text.

        Raises:
            ValueError: the engine cannot write that format, and for PDF, Typst is not installed.
            EngineNotFoundError: there is no Graphviz engine.
        """
        data = self._written(format or self.format)
        return data if encoding is None else data.decode(encoding)

    def _written(self, format: str) -> bytes:
        if format == "mmd":
            return export.mermaid(self.facts).encode()
        if format == "tex":
            return export.tikz(self._svg()).encode()
        if format == "svg":
            return self._svg().encode()
        try:
            return engine.run(self.source, format, _PNG_DOTS_PER_INCH, self.engine)
        except ValueError as error:
            if format != "pdf":
                raise
            try:
                return export.pdf(self._svg())
            except ImportError:
                raise ValueError(
                    f"{error}; or let Typst write it: pip install 'glassgrad[pdf]'"
                ) from error

    def _svg(self) -> str:
        svg = engine.run(self.source, "svg", _PNG_DOTS_PER_INCH, self.engine).decode()
        return export.described(svg, self.facts)

    def to_networkx(self) -> Any:
        """Return what is drawn as a `networkx.MultiDiGraph`, with what is shown as attributes.

        Raises:
            ImportError: NetworkX is not installed; the message says how to get it.
        """
        return export.networkx(self.facts)

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
            format: as for `pipe`; if None, by `outfile`'s ending, else `self.format`.
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
            ValueError: the file's name ends as those of pictures do.
            OSError: the file cannot be written; an existing file is left unchanged.
        """
        if filename is not None:
            if Path(filename).suffix.lower() in _OF_PICTURES:
                name = quoted(os.fspath(filename))
                raise ValueError(
                    f"expected the name of a file for the DOT text, received {name}: write the"
                    f" picture with .render(outfile={name})"
                )
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
            with suppress(ValueError):  # a web page's engine writes text alone
                data["image/png"] = engine.run(self.source, "png", dots_per_inch, self.engine)
        if "application/pdf" in wanted:
            data["application/pdf"] = self.pipe("pdf")
        return data, {"image/png": {"width": width, "height": height}}
