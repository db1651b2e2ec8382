"""The page's scripts, run by Node.js."""

from __future__ import annotations

import json
import re
import subprocess
from importlib import resources
from typing import Any

from autograd import Value, explore
from autograd.explorer.assembling import WRITING

JUDGE = (
    *(*WRITING, "recorded.js", "engine.js"),
    *("reading.js", "slips.js", "layers.js", "judge.js", "formulas.js", "usual.js"),
)
"""The files that judge an answer, in the order of the page."""


ENGLISH = """
const TRANSLATIONS = {}, FIRST_LANGUAGE = "en", location = { hash: "" };
"""
"""What `words.js` needs from the page, where a test has no page."""


def in_node(program: str, question: object = None) -> Any:
    """Return what a program prints, as JSON, after it has read a question from its input."""
    done = subprocess.run(  # noqa: S603  # node runs what the tests say
        ["node", "-e", program],  # noqa: S607  # whichever node there is
        input=json.dumps(question),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def scripts(*names: str) -> str:
    """Return files of the page's script, one after the other."""
    folder = resources.files("autograd.explorer")
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


def in_page(program: str, output: Value, **question: Any) -> Any:
    """Return what a program gives that runs with a graph's page.

    Args:
        program: JavaScript that returns its answer; `question` holds what is asked.
        output: the graph.
        question: what is asked, by name.
    """
    page = explore(output).html
    data = re.search(r'id="graph"[^>]*>(.*?)</script>', page, re.DOTALL)
    script = re.search(r'"use strict";(.*?\nconst CONSTANTS[^\n]*\n)', page, re.DOTALL)
    assert data is not None
    assert script is not None
    source = "\n".join([script[1], scripts(*JUDGE), program])
    run = """
    const { source, graph, question } = JSON.parse(require("fs").readFileSync(0, "utf8"));
    const document = { getElementById: () => ({ textContent: graph }) };
    const found = new Function("document", "location", "question", source);
    const answer = found(document, { hash: "" }, question);
    process.stdout.write(JSON.stringify(answer));
    """
    return in_node(run, {"source": source, "graph": data[1], "question": question})
