"""Labels, names, paths and arguments with characters that a terminal would follow."""

import contextlib
import io
import random
import re
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import autograd
import nn
from autograd import Parameter, Value
from autograd.__main__ import main
from autograd.notation.names import names
from autograd.notation.reading import parse

RAW = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029"
    "\ud800-\udfff]"
)
"""What may not come out: control characters, marks of direction, and halves of characters."""

_PIECES = (
    *("\x1b[31m", "\x1b[2J", "\x1b]0;title\x07", "\x9b1m", "\x00", "\x08", "\r", "\x7f", "\u061c"),
    *("\u202e", "\u2066", "\u200f", "\u2028", "\ud800", "\udcff", "<b>", "&", '"', "'", "\\", "%s"),
    *("{}", "w", "x1", " ", "é", "层", "]]>", "</script>", "$", "`", "-- "),
)


def hostile(draw: random.Random) -> str:
    """Return a text that at least one reader would follow."""
    return "a" + "".join(draw.choices(_PIECES, k=draw.randrange(1, 6)))


def printed(work: Callable[[], Any]) -> str:
    """Return all that somebody sees of what something gives, says, warns of or raises."""
    out = io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(out),
        warnings.catch_warnings(record=True) as said,
    ):
        warnings.simplefilter("always")
        try:
            print(work())  # noqa: T201  # it is what is looked at
        except (Exception, SystemExit) as error:  # noqa: BLE001  # seen too
            print(error)  # noqa: T201  # as above
    return out.getvalue() + "".join(str(warning.message) for warning in said)


def sentences(output: Value) -> str:
    """Return the steps of both passes in words."""
    steps = [*autograd.forward_steps(output), *autograd.backward_steps(output)]
    return "\n".join(step.sentence for step in steps)


def labels(draw: random.Random) -> int:
    """Print all that the library says of nodes with hostile labels."""
    x, w = Value(2.0, label=hostile(draw)), Parameter(-3.0, label=hostile(draw))
    y = (x * w).tanh()
    y.label = hostile(draw)
    y.backward()
    text = hostile(draw)
    picture = partial(autograd.draw, y, title=text)
    works: list[Callable[[], Any]] = [
        *(partial(repr, x), partial(str, y), lambda: f"{x}", partial(sentences, y)),
        *(partial(y.explain, x, form=form) for form in ("nodes", "paths")),
        *(lambda: y.explain(x).latex, lambda: ", ".join(names(y).values())),
        partial(autograd.check_by_hand, y, gradients={x: 1.5, w: text}),
        partial(autograd.check_by_hand, y, formulas={(y, x): text}),
        partial(autograd.assert_gradients, y, {x: 9.0}),
        *(lambda: picture().source, lambda: picture().pipe("svg", encoding="utf-8")),
        *(partial(picture().pipe, kind, encoding="utf-8") for kind in ("mmd", "tex")),
        *(lambda: autograd.explore(y, title=text, note=text).html, lambda: parse(text, {"w": 1.0})),
        *(partial(autograd.draw, y, direction=text), partial(autograd.animate, y, text)),
        *(
            partial(autograd.Primitive, text, text, abs, (abs,), text, is_row=False),
            partial(Value, text),
        ),
        *(partial(nn.load_model, text), partial(getattr, autograd, text)),
        *(partial(nn.Dense, 1, text), partial(autograd.ops.row, text)),
    ]
    for work in works:
        found = RAW.findall(printed(work))
        assert not found, f"{work} printed {found}, of {x.label!r} {w.label!r} {y.label!r} {text!r}"
    return len(works)


def arguments(draw: random.Random) -> int:
    """Give hostile arguments and paths to the commands."""
    with TemporaryDirectory() as folder:
        text = hostile(draw)
        out = str(Path(folder, hostile(draw).replace("\x00", "").replace("/", "")))
        whole = ["y = a*b", "a=1", "b=2"]
        calls = [
            *([text], ["explain", text], ["explain", "y = " + text, "a=1"], ["sheet", text]),
            *(["grade", text], ["check", *whole, text], ["explain", *whole, "--form", text]),
            *(["draw", *whole, "--title", text, "--out", f"{out}.svg"], ["draw", *whole, text]),
            *(["explore", *whole, "--out", f"{out}.html"], ["playground", "--out", f"{out}.html"]),
        ]
        for call in calls:
            said = printed(partial(main, call)).replace(folder, "")
            found = RAW.findall(said)
            assert not found, f"{call} printed {said!r}"
    return len(calls)


def models(draw: random.Random) -> int:
    """Show, train and save models whose layers, metrics, functions and files have hostile names."""
    text = hostile(draw)
    argument: Any = {text: 1}

    def named(*numbers: Any) -> Any:
        return "no number" if len(numbers) == 1 else 0.0

    named.__name__ = named.__qualname__ = text
    chain = nn.Sequential(
        [nn.Dense(2, "tanh", input_dim=2, name=text), nn.layers.Lambda(named), nn.Dense(1)]
    )
    layers = [nn.Dense(2, named), *chain.layers]
    x, y = [[0.0, 1.0], [1.0, 0.0]], [0.0, 1.0]

    def fit(verbose: int) -> None:
        made = nn.Sequential([nn.Dense(1, input_dim=2, name=text)])
        made.compile("sgd", "mse", metrics=[named])
        with TemporaryDirectory() as folder:
            path = Path(folder, hostile(draw).translate(dict.fromkeys(map(ord, "\x00/\ud800{}"))))
            save = nn.callbacks.ModelCheckpoint(path, verbose=1)
            stop = nn.callbacks.EarlyStopping(monitor=text + "?")
            made.fit(x, y, epochs=2, verbose=verbose, callbacks=[save, stop])

    works: list[Callable[[], Any]] = [
        *(chain.summary, partial(fit, 2)),
        *(partial(repr, layer) for layer in layers),
        *(partial(nn.Dense, 2, **argument), partial(chain.compile, "sgd", "mse", **argument)),
        *(partial(autograd.grad(named), 1.0), partial(autograd.compile(named), 1.0)),
        *(partial(autograd.compile(named).grad, 1.0), partial(repr, autograd.compile(named))),
    ]
    for work in works:
        found = RAW.findall(printed(work))
        assert not found, f"{work} printed {found}, of {text!r}"
    return len(works)


ATTACKS = [("labels", labels), ("arguments and paths", arguments), ("models", models)]
