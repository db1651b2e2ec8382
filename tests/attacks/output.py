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
from autograd.cleaning import quoted
from autograd.notation.names import names
from autograd.notation.reading import parse
from nn.__main__ import main as nn_main

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


WHOLE = ["y = a*b", "a=1", "b=2"]


def arguments(draw: random.Random) -> int:
    """Give hostile arguments and paths to the commands."""
    with TemporaryDirectory() as folder:
        text = hostile(draw)
        students, key, answers = (
            Path(folder, name) for name in ("s.csv", "class/key.json", "a.csv")
        )
        students.write_text("Ana\nBo\n", encoding="utf-8")
        answers.write_text("name,y\nAna,2\n", encoding="utf-8")
        made = str(Path(folder, "class"))
        printed(partial(main, ["sheet", *WHOLE, "--students", str(students), "--out", made]))
        out = str(Path(folder, hostile(draw).replace("\x00", "").replace("/", "")))
        calls = [
            *([text], ["explain", text], ["explain", "y = " + text, "a=1"], ["sheet", text]),
            *(["grade", text], ["check", *WHOLE, text], ["explain", *WHOLE, "--form", text]),
            *(["draw", *WHOLE, "--title", text, "--out", f"{out}.svg"], ["draw", *WHOLE, text]),
            *(["explore", *WHOLE, "--out", f"{out}.html"], ["playground", "--out", f"{out}.html"]),
            ["sheet", *WHOLE, "--parameter", "a", "--out", f"{out}.md"],
            ["sheet", *WHOLE, "--students", str(students), "--out", out],
            ["grade", str(key), str(answers), "--gradescope", f"{out}.json"],
            ["grade", str(key), str(answers), "--out", out],
        ]
        works = [partial(main, call) for call in calls]
        page = ["playground", "--samples", "4", "--layers", "1", "--out", f"{out}.html"]
        works.append(partial(nn_main, page))
        for call, work in zip([*calls, page], works, strict=True):
            said = printed(work).replace(folder, "")
            found = RAW.findall(said)
            assert not found, f"{call} printed {said!r}"
    return len(works)


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


class Foreign:
    """What is not known here, with a repr of its own."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def thing(draw: random.Random) -> Any:
    """Return what no function expects, and no error may quote as it is."""
    text, deep, holds = hostile(draw), [], []  # type: tuple[str, list[Any], list[Any]]
    for _ in range(draw.choice((300, 900, 5000))):
        deep = [deep]
    holds.append(draw.choice((holds, {"a": holds})))
    kind = type("K", (), {})
    kind.__name__ = kind.__qualname__ = text.translate(dict.fromkeys([0, *range(0xD800, 0xE000)]))
    return draw.choice((Foreign(text), kind(), kind, deep, (holds,), "z" * 10**5))


def silent(work: Callable[[], Any]) -> str:
    """Do something, and leave out what it gives: of what is accepted, all may be shown."""
    work()
    return ""


def given(draw: random.Random) -> int:
    """Give what cannot be used: it is refused in a few words, none of which a terminal follows."""
    return sum(give(thing(draw), draw) for _ in range(20))


def give(x: Any, draw: random.Random) -> int:
    """Give one thing to what takes another."""
    a = Value(2.0, label="a")
    y = a * 3.0
    model = nn.Sequential([nn.Dense(1, input_dim=2, name=hostile(draw) if x else "")])
    model.compile("sgd", "mse")
    double = autograd.compile(lambda a: 2.0 * a)
    rows = [[1.0, 2.0]]
    works: list[Callable[[], Any]] = [
        *(partial(f, x) for f in (Value, autograd.draw, autograd.explore, autograd.softmax)),
        *(
            partial(f, x)
            for f in (autograd.set_language, autograd.grad, autograd.compile, a.__add__)
        ),
        *(partial(Value, 1.0, label=x), partial(setattr, a, "data", x), lambda: f"{a:\x1b[31m}"),
        *(partial(autograd.grad(abs), x), partial(double, x), partial(double.grad, x)),
        *(lambda: autograd.grad(lambda _: x)(1.0), lambda: autograd.compile(lambda _: x)(1.0)),
        *(lambda: autograd.vjp(lambda z: z, x), lambda: autograd.compile_step(lambda z: z, x)),
        *(partial(double.map_batches, x, [1.0]), partial(autograd.compile, abs, backend=x)),
        *(partial(autograd.draw, y, title=x), partial(autograd.draw, y, highlight=x)),
        *(partial(autograd.sheet, y, ask=[x]), partial(autograd.sheet, y, numbers=x)),
        *(partial(autograd.check_by_hand, y, values=x), partial(autograd.assert_gradients, y, x)),
        *(partial(autograd.check_by_hand, y, gradients={a: x}), partial(autograd.explain, y, x)),
        *(partial(nn.Dense, x), partial(nn.Dense, 1, x), partial(nn.Dense, 1, name=x)),
        *(partial(nn.Sequential, x), partial(nn.optimizers.SGD, x), partial(model.get_layer, x)),
        *(partial(model.compile, x, "mse"), partial(model.compile, "sgd", x)),
        *(partial(model.compile, "sgd", "mse", metrics=[x]), partial(model.predict, x)),
        *(partial(model.fit, x, [1.0], verbose=0), partial(model.fit, rows, [x], verbose=0)),
        partial(model.fit, rows, [1.0], callbacks=[x], verbose=0),
    ]
    if isinstance(x, str):
        argument: Any = {x: 1}
        works += [partial(nn.Dense, 3, **argument), partial(getattr, autograd, x)]
        works += [partial(autograd.draw(y).render, outfile=f"a.{x}")]
        works += [
            partial(main, ["explain", "y = a", f"a={x}"]),
            partial(main, ["explain", f"--{x}"]),
        ]
    for work in works:
        said, shown = printed(partial(silent, work)), quoted(work)
        found = RAW.findall(said)
        assert not found, f"{shown} printed {found}: {said!r:.300}"
        assert len(said) < 4000, f"{shown} printed {len(said)} characters"
        assert "recursion depth" not in said, f"{shown} went too deep"
    return len(works)


ATTACKS = [
    ("labels", labels),
    ("arguments and paths", arguments),
    ("models", models),
    ("what no function expects", given),
]
