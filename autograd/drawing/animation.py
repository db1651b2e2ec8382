"""Both passes as pictures of every step: a list, a folder of them, an animated GIF or SVG."""

from __future__ import annotations

import hashlib
import io
import os
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from autograd.cleaning import quoted
from autograd.drawing import engine
from autograd.drawing.diagram import Diagram, with_room
from autograd.drawing.frames import looks
from autograd.drawing.moment import Moment
from autograd.drawing.picture import Picture
from autograd.files import write_whole
from autograd.languages import spoken, words
from autograd.notation.text import one_line
from autograd.options import whole_number
from autograd.real import real
from autograd.value import Value

_LONGEST = 1000  # seconds that a step may be shown
_LAST = 3  # the last frame is shown this many times as long as each other frame
_DOTS_PER_INCH = 72  # of a GIF: letters are clear, and a worked example is not too large
_SVG = "http://www.w3.org/2000/svg"


def draw_steps(
    output: Value, *, max_frames: int = 200, language: str | None = None, **options: Any
) -> list[Picture]:
    """Draw the graph before the first step of both passes, and after every step.

    Args:
        output: the result.
        max_frames: how many pictures to draw at the most.
        language: of the words, "en" or "es"; if None, the one that is spoken.
        options: `direction`, `digits`, `max_nodes`, `title`, `derivatives`, `colors` and `slide`,
            as for `draw`; without derivatives the steps are those of the forward pass.

    Returns:
        Pictures of one size, one more than there are steps; a node has the same place in all.

    Raises:
        ValueError: there are more pictures than `max_frames`, or an option has no such value.
        TypeError: `output` is not a Value.

    >>> x = Value(3.0, label="x")
    >>> len(draw_steps(x * x))
    5
    """
    whole_number("max_frames", max_frames, least=1)

    def pictures(diagram: Diagram) -> list[Picture]:
        passes = diagram.passes()
        count = len(passes.steps) + 1
        if count > max_frames:
            raise ValueError(
                f"both passes take {count - 1} steps, {count} pictures, more than"
                f" max_frames={max_frames}; start from an inner node, draw single steps with"
                " draw(output, step=...), or raise max_frames"
            )
        return [diagram.picture(Moment(passes, taken)) for taken in range(count)]

    return spoken(language, partial(with_room, output, pictures, **options))


def save_steps(output: Value, folder: str | os.PathLike[str], **options: Any) -> list[str]:
    """Write the pictures of `draw_steps` as PNGs, for slides: frame-000.png, frame-001.png ...

    Args:
        output: the result.
        folder: the folder for the files; it is made if it is missing.
        options: as for `draw_steps`.

    Returns:
        The files' paths.

    Raises:
        ValueError: as for `draw_steps`.
        TypeError: as for `draw_steps`.
        OSError: the folder cannot be written to.
    """
    pictures = draw_steps(output, **options)
    return [
        picture.render(outfile=Path(folder, f"frame-{i:03}.png"))
        for i, picture in enumerate(pictures)
    ]


def animate(
    output: Value,
    file: str | os.PathLike[str],
    *,
    seconds: float = 1.5,
    language: str | None = None,
    **options: Any,
) -> str:
    """Write both passes as a moving picture that plays in a loop.

    A GIF plays anywhere. An SVG is sharp at any size and much smaller; it plays in browsers, as an
    image too, and holds no script. It pauses under the pointer and in focus, stands still at the
    last step for those who prefer less motion, and has a description for those who cannot see it.

    Args:
        output: the result.
        file: the file to write, ending in .gif or .svg.
        seconds: how long a step is shown; the last is shown three times as long.
        language: of the words, "en" or "es"; if None, the one that is spoken.
        options: as for `draw_steps`.

    Returns:
        The file's path.

    Raises:
        ValueError: the file ends in something else, `seconds` is not above 0 and at most 1000, or
            as for `draw_steps`.
        TypeError: `seconds` is not a number, or `output` is not a Value.
        ImportError: a GIF needs Pillow, and Pillow is not installed.
        OSError: the file cannot be written; an existing file is left unchanged.
    """
    path = Path(file)
    written = _WRITERS.get(path.suffix.lower())
    if written is None:
        raise ValueError(f"expected a file ending in .gif or .svg, received {quoted(str(path))}")
    if not 0 < real(seconds) <= _LONGEST:
        raise ValueError(
            f"expected seconds as a positive number of at most {_LONGEST}, received"
            f" {quoted(seconds)}"
        )
    pictures = draw_steps(output, language=language, **options)
    write_whole(path, spoken(language, written, pictures, seconds))
    return str(path)


def _gif(pictures: Sequence[Picture], seconds: float) -> bytes:
    try:
        from PIL import Image  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise ImportError(
            "an animated GIF needs Pillow: pip install 'glassgrad[animation]'; an .svg does not"
        ) from error
    images = []
    colours: Counter[Any] = Counter()
    for picture in pictures:
        data = engine.run(picture.source, "png", _DOTS_PER_INCH, picture.engine)
        image = Image.open(io.BytesIO(data)).convert("RGB")
        images.append(image)
        for count, colour in image.getcolors(image.width * image.height) or ():
            colours[colour] += count
    # One palette serves all frames, so that parts that stand still keep their colours. It holds the
    # most frequent colours, but one alone of several that are nearly equal: if a nearly white took
    # the place of white, the background would change.
    kept: dict[tuple[int, ...], Any] = {}
    for colour, _ in colours.most_common():
        kept.setdefault(tuple(part >> 3 for part in colour), colour)
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in list(kept.values())[:256] for part in colour])
    first, *rest = (image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images)
    milliseconds = round(1000 * seconds)
    file = io.BytesIO()
    first.save(
        file,
        "GIF",
        save_all=True,
        append_images=rest,
        duration=[*[milliseconds] * len(rest), _LAST * milliseconds],
        loop=0,
    )
    return file.getvalue()


def _svg(pictures: Sequence[Picture], seconds: float) -> str:
    """Return all frames as one drawing.

    An element that looks the same in several frames is written once, and shown in those frames.
    """
    ET.register_namespace("", _SVG)
    whole, shown_in = looks(pictures)
    graph = next(whole.iter(f"{{{_SVG}}}g"))
    changing = {frozenset(frames) for found in shown_in.values() for frames in found.values()}
    changing -= {frozenset(range(len(pictures)))}
    digest = hashlib.sha256(pictures[-1].source.encode()).hexdigest()
    scope = f"steps-{digest[:12]}"  # a page may hold several animations
    names = {
        frames: f"{scope}-{i}" for i, frames in enumerate(sorted(changing, key=sorted), start=1)
    }
    graph[:] = [
        _appearing(look, names.get(frozenset(frames), ""), len(pictures) - 1 in frames)
        for found in shown_in.values()
        for look, frames in found.items()
    ]
    whole.set("class", scope)
    whole.set("role", "img")
    whole.set("tabindex", "0")
    title, description, style = (ET.Element(f"{{{_SVG}}}{n}") for n in ("title", "desc", "style"))
    facts = pictures[-1].facts
    title.text = words("{title}, step by step", title=one_line(facts.title))
    description.text = one_line(
        words(
            "An animation of {count} pictures; it pauses under the pointer and in focus. The last"
            " of them: {description}",
            count=len(pictures),
            description=facts.description,
        )
    )
    style.text = _style(scope, names, len(pictures), seconds)
    whole[:0] = [title, description, style]
    return f"{ET.tostring(whole, encoding='unicode')}\n"


def _appearing(look: str, name: str, is_last: bool) -> ET.Element:
    """Return an element that is shown in some frames; a viewer without animation shows the last."""
    element = ET.fromstring(look)  # noqa: S314  # just written
    if name:
        element.set("class", f"{element.get('class', '')} {name}".strip())
    if not is_last:
        element.set("visibility", "hidden")
    return element


def _style(scope: str, names: Mapping[frozenset[int], str], count: int, seconds: float) -> str:
    """Return the style that shows elements in their frames, by names of sets of frames."""
    duration = seconds * (count - 1 + _LAST)
    rules = [
        f".{scope} [class*={scope}-]{{animation:{duration:.6g}s step-end infinite}}",
        f".{scope}:hover [class*={scope}-]{{animation-play-state:paused}}",
        f".{scope}:focus [class*={scope}-]{{animation-play-state:paused}}",
    ]
    for frames, name in names.items():
        stops = "".join(
            f"{100 * frame * seconds / duration:.6g}%"
            f"{{visibility:{'visible' if frame in frames else 'hidden'}}}"
            for frame in range(count)
            if frame == 0 or (frame in frames) != (frame - 1 in frames)
        )
        rules.append(f"@keyframes {name}{{{stops}}}")
        rules.append(f".{scope} .{name}{{animation-name:{name}}}")
    rules.append(
        f"@media (prefers-reduced-motion:reduce){{.{scope} [class*={scope}-]"
        "{animation:none!important}}"
    )
    return "\n".join(rules)


_WRITERS: dict[str, Callable[[Sequence[Picture], float], bytes | str]] = {
    ".gif": _gif,
    ".svg": _svg,
}
