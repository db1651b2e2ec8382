"""SVG as text: elements, words, paths, markers, hatches, and pictures of coloured points."""

from __future__ import annotations

import base64
import html
import struct
import zlib
from collections.abc import Iterable, Sequence

from .colors import Rgb

# Each marker in a box from -1 to 1.
_MARKERS = {
    ".": "M-.5 0A.5 .5 0 1 1 .5 0A.5 .5 0 1 1 -.5 0Z",
    "o": "M-1 0A1 1 0 1 1 1 0A1 1 0 1 1 -1 0Z",
    "s": "M-.9-.9H.9V.9H-.9Z",
    "^": "M0-1L1 .9H-1Z",
    "v": "M0 1L1-.9H-1Z",
    "D": "M0-1.2L1.2 0L0 1.2L-1.2 0Z",
    "P": "M-.35-1H.35V-.35H1V.35H.35V1H-.35V.35H-1V-.35H-.35Z",
    "X": "M-.5-1L0-.5L.5-1L1-.5L.5 0L1 .5L.5 1L0 .5L-.5 1L-1 .5L-.5 0L-1-.5Z",
    "*": "M0-1L.25-.33L.95-.31L.4.12L.59.81L0 .42L-.59.81L-.4.12L-.95-.31L-.25-.33Z",
}
_HATCHES = {
    "..": "M4 4h1.6v1.6h-1.6z",
    "//": "M-2 2L2-2M0 10L10 0M8 12L12 8",
    "\\\\": "M-2 8L2 12M0 0L10 10M8-2L12 2",
    "--": "M0 5H10",
    "||": "M5 0V10",
    "xx": "M0 0L10 10M0 10L10 0",
    "++": "M0 5H10M5 0V10",
    "oo": "M2.5 5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0",
}


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """Return an element; a number is written short, and None leaves an attribute out."""
    written = "".join(
        f' {key.replace("_", "-")}="{html.escape(_short(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>"


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: float,
    anchor: str = "start",
    color: str = "#1b1b1b",
    turned: bool = False,
) -> str:
    """Return words at a place; `turned`, from the bottom to the top."""
    if not words:
        return ""
    turn = f"rotate(-90 {x:g} {y:g})" if turned else None
    look = {"font_size": size, "text_anchor": anchor, "fill": color, "transform": turn}
    return element("text", html.escape(words.replace(r"\$", "$")), x=x, y=y, **look)


def width_of(words: str, size: float) -> float:
    """Return about how wide words are."""
    return 0.61 * size * len(words)


def path(points: Iterable[Sequence[float]], *, closed: bool = False) -> str:
    """Return a path through points, each (x, y)."""
    found = "L".join(f"{point[0]:.2f} {point[1]:.2f}" for point in points)
    return f"M{found}{'Z' * closed}" if found else ""


def marker(kind: str, x: float, y: float, size: float, **look: object) -> str:
    """Return a marker, `size` from side to side."""
    place = f"translate({x:.2f} {y:.2f}) scale({size / 2:g})"
    look |= {"vector_effect": "non-scaling-stroke"}
    return element("path", d=_MARKERS[kind], transform=place, **look)


def hatch(name: str, kind: str, color: str) -> str:
    """Return a pattern, to fill with as `url(#name)`."""
    drawn = element("path", d=_HATCHES[kind], stroke=color, fill="none", stroke_width=1)
    size = {"width": 10, "height": 10, "patternUnits": "userSpaceOnUse"}
    return element("pattern", drawn, id=name, **size)


def image(rows: Sequence[Sequence[Rgb]], **place: object) -> str:
    """Return a picture of coloured points, the first row at the top, smooth between them."""
    lines = b"".join(
        b"\0" + bytes(round(255 * part) for color in row for part in color) for row in rows
    )
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    address = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    return element("image", href=address, preserveAspectRatio="none", **place)


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, (int, float)) else str(value)
