"""The page's file: its parts from the folder of this module, put together into one HTML text."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Sequence
from importlib import resources

WRITING = (
    *("elements.js", "numbers.js", "algebra.js", "writer.js", "written.js"),
    *("ranks.js", "boxes.js", "arranging.js"),
)
"""The scripts that come before a graph, because graphs are made with them."""

SCRIPTS = (
    *("engine.js", "equations.js", "reading.js"),
    *("slips.js", "layers.js", "judge.js", "formulas.js", "usual.js"),
    *("spanish.js", "words.js", "address.js", "stride.js", "rate.js"),
    *("graph.js", "network.js", "map.js", "panels.js", "step.js", "leaves.js"),
    *("changing.js", "asking.js", "sharing.js", "page.js"),
)
"""The scripts of every page, in the order in which they run."""


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
    style = asset("page.css") + style
    script = "".join(['"use strict";\n', *scripts])
    policy = (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)};"
        " base-uri 'none'; form-action 'none'"
    )
    parts = {
        "policy": policy,
        "title": html.escape(title),
        "style": style,
        "field": field,
        "instead": ", so this is a still picture of it" if still else "",
        "still": still,
        # A `<` could begin the tag that ends the script, so JSON's escape stands for it.
        "data": data.replace("<", "\\u003c"),
        "script": script,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda place: parts[place[1]], asset(page))


def asset(name: str) -> str:
    """Return the text of a file of this folder."""
    return (resources.files("autograd.explorer") / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Return the hash by which a Content-Security-Policy allows one text, and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
