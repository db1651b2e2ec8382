"""The page's file: its parts from the folder of this module, put together into one HTML text."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Sequence
from importlib import resources

from autograd.languages import language, translations, words

WRITING = (
    *("words.js", "elements.js", "numbers.js", "algebra.js", "writer.js", "written.js"),
    *("ranks.js", "boxes.js", "arranging.js"),
)
"""The scripts that come before a graph, because graphs are made with them."""

SCRIPTS = (
    *("engine.js", "equations.js", "reading.js"),
    *("slips.js", "layers.js", "judge.js", "formulas.js", "usual.js"),
    *("speaking.js", "address.js", "stride.js", "rate.js"),
    *("graph.js", "network.js", "map.js", "panels.js", "step.js", "leaves.js"),
    *("changing.js", "asking.js", "sharing.js", "page.js"),
)
"""The scripts of every page, in the order in which they run."""

_SMALLEST_SCALE = 0.65  # of a still picture: its numbers are then of 12 CSS pixels
_QUOTED = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_BETWEEN_TAGS = re.compile(r">([^<>]+)<")


def assemble(
    title: str,
    scripts: Sequence[str],
    data: str = "",
    field: str = "",
    still: str = "",
    style: str = "",
    page: str = "page.html",
) -> str:
    """Return a page; the policy in it lets it run its own script and style, and load nothing.

    Args:
        title: the heading.
        scripts: JavaScript, in the order of running.
        data: what the page shows, as JSON.
        field: HTML to stand above the graph.
        still: a picture as HTML, for where scripts are blocked; "" for none.
        style: CSS after that of every page.
        page: the file of its HTML.
    """
    style = asset("page.css") + style + _room_for(still)
    body = asset(page).replace("{{field}}", field)
    script = "".join(['"use strict";\n', _languages(body, scripts), *scripts])
    policy = (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)};"
        " img-src data:; base-uri 'none'; form-action 'none'"  # its own picture, for a PNG of it
    )
    parts = {
        "policy": policy,
        "title": html.escape(title),
        "style": style,
        "language": language(),
        "alive": html.escape(_alive(bool(still)), quote=False),
        "still": still,
        # A `<` could begin the tag that ends the script, so JSON's escape stands for it.
        "data": data.replace("<", "\\u003c"),
        "script": script,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda place: parts[place[1]], body)


def _room_for(still: str) -> str:
    """Return CSS by which a still picture wider than its page scrolls, before it is too small."""
    width = re.search(r'<svg width="([\d.]+)pt"', still)
    least = _SMALLEST_SCALE * float(width[1]) if width else 0.0
    return f"#still svg {{ min-width: {least:.0f}pt; }}\n"


def _alive(has_picture: bool) -> str:
    """Return what is said where scripts are blocked, in the reader's language."""
    if has_picture:
        return words(
            "This page is alive where scripts may run; here they may not, so this is a still"
            " picture of it. Open the page's file in a browser to go through it step by step."
        )
    return words(
        "This page is alive where scripts may run; here they may not. Open the page's file in a"
        " browser to go through it step by step. There is no still picture of it: it is too large"
        " to be read as one, and too few of its parts are alike to be folded."
    )


def _languages(body: str, scripts: Sequence[str]) -> str:
    """Return, in JavaScript, the reader's language and what a page's texts are in all languages."""
    texts = {text for source in (body, *scripts) for text in _QUOTED.findall(source)}
    texts |= {" ".join(text.split()) for text in _BETWEEN_TAGS.findall(body)}
    found = {
        name: {text: said for text, said in catalogue.items() if text in texts}
        for name, catalogue in translations().items()
    }
    return (
        f"const TRANSLATIONS = {json.dumps(found, ensure_ascii=False)};\n"
        f"const FIRST_LANGUAGE = {json.dumps(language())};\n"
    )


def asset(name: str) -> str:
    """Return the text of a file of this folder."""
    return (resources.files("autograd.explorer") / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Return the hash by which a Content-Security-Policy allows one text, and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
