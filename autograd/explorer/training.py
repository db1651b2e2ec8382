"""training_page: the page of a network's training, moment by moment, which goes on in the page.

What the page computes is compiled to JavaScript from the same layers, loss and optimizer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd.codegen.arguments import describe
from autograd.codegen.javascript import PRELUDE, kernel_source
from autograd.codegen.recorder import Recorder
from autograd.explorer.assembling import assemble, asset
from autograd.explorer.page import Page, svg_of
from autograd.languages import words
from autograd.notation.numbers import DIGITS
from autograd.notation.text import one_line

MOST_LINES = 60_000
"""Lines of the longest program with which a page stays fluent."""


def training_page(
    sample: Callable[..., Sequence[Any]],
    update: Callable[..., tuple[Any, Sequence[Any]]],
    data: Mapping[str, Any],
    *,
    title: str = "",
    height: int = 820,
    still: str = "",
) -> Page:
    """Return a page in which a training is gone through, and goes on.

    Args:
        sample: `(parameters, inputs, targets) -> [loss, ...]`: the loss of one sample, and after it
            whatever the page is to show of it, such as the output of each unit.
        update: `(parameter, gradient, memory, (rate, steps)) -> (parameter, memory)`: a step of one
            parameter.
        data: what the page shows; see training.js. Its "x", "y" and "moments" tell how many inputs,
            targets and parameters there are.
        title: heading of the page.
        height: the height of the page in a notebook, in pixels.
        still: the DOT text of a still picture for where scripts are blocked; "" for none.

    Raises:
        EngineNotFoundError: there is no Graphviz to draw the still picture with.
        TypeError: a function cannot be recorded, or written in JavaScript.
        ValueError: the network is too large.
    """
    weights = [0.0] * len(data["moments"][0]["weights"])
    arguments = [weights, [0.0] * len(data["x"][0]), [0.0] * len(data["y"][0])]
    recorder = Recorder(sample, [_described(i, a) for i, a in enumerate(arguments)])
    values, gradient = recorder.values(), recorder.gradients([0])
    slopes = recorder.kernel([(values, False), (gradient, False)])
    if len(slopes.lines) > MOST_LINES:
        raise ValueError(
            f"one sample takes {len(slopes.lines):,} operations, and a page stays fluent up to"
            f" {MOST_LINES:,}: show a smaller network"
        )
    step = Recorder(
        lambda *parts: _flat(update(parts[0][0], parts[1][0], [*parts[2]], parts[3])),
        [
            _described(i, a)
            for i, a in enumerate([[0.0], [0.0], [0.0] * data["memorySize"], [0.0] * 2])
        ],
    )
    moved, *kept = step.values()
    functions = {
        "FORWARD": recorder.kernel([(values, False)]),
        "SLOPES": slopes,
        "UPDATE": step.kernel([([moved], False), (kept, False)]),
    }
    code = [f"const {name} = {kernel_source(kernel)};\n" for name, kernel in functions.items()]
    data_there = "JSON.parse(document.getElementById('graph').textContent)"
    start = f"const DIGITS = {DIGITS};\nconst DATA = {data_there};\n"
    scripts = ("words.js", "elements.js", "numbers.js", "training_engine.js", "training_view.js")
    return Page(
        assemble(
            one_line(title) or words("A training"),
            [PRELUDE, *code, start, *map(asset, [*scripts, "speaking.js", "training.js"])],
            json.dumps(data),
            still=svg_of(still) if still else "",
            style=asset("training.css"),
            page="training.html",
        ),
        height,
        still,
    )


def _described(position: int, argument: Sequence[float]) -> Any:
    return describe(position, argument, by_sample=False)


def _flat(moved: tuple[Any, Sequence[Any]]) -> list[Any]:
    parameter, memory = moved
    return [parameter, *memory]
