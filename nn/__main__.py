"""The shell's way in: `python -m nn playground --data spiral --layers 8 8`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from autograd.console import Parser, plain_output
from autograd.languages import languages, spoken, words
from nn import datasets, optimizers
from nn.activations import ACTIVATIONS
from nn.layers import Dense, Input
from nn.models import Sequential
from nn.pictures.training_page import Choice, explore_training
from nn.randomness import set_random_seed
from nn.training.record import record

_DATA: dict[str, Callable[[int, float, int], datasets.Dataset]] = {
    "xor": lambda _count, noise, seed: datasets.xor(noise=noise, seed=seed),
    "moons": lambda count, noise, seed: datasets.moons(count, noise=noise, seed=seed),
    "circles": lambda count, noise, seed: datasets.circles(count, noise=noise, seed=seed),
    "spiral": lambda count, noise, seed: datasets.spiral(count, noise=noise, seed=seed),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0.

    What it says is in the language that `--language`, or else `GLASSGRAD_LANGUAGE`, asks for.
    """
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    with plain_output():
        first = Parser(add_help=False)  # the help is in that language too
        first.add_argument("--language", choices=languages(), default=None)
        asked, _ = first.parse_known_args(arguments)
        return spoken(asked.language, _run, arguments)


def _run(arguments: Sequence[str]) -> int:
    parser = Parser(prog="python -m nn", description=words("Networks from the shell."))
    commands = parser.add_subparsers(dest="command", required=True)
    playground = commands.add_parser(
        "playground", help=words("write a page in which a network is trained, as one HTML file")
    )
    playground.add_argument("--data", choices=sorted(_DATA), default="moons")
    playground.add_argument("--samples", type=int, default=100)
    playground.add_argument(
        "--noise", type=float, help=words("0.1 if not given, and 0 for the truth table of xor")
    )
    playground.add_argument(
        "--layers",
        type=int,
        nargs="*",
        default=[4, 4],
        metavar="UNITS",
        help=words("hidden layers"),
    )
    playground.add_argument(
        "--activation", choices=sorted(set(ACTIVATIONS) - {"softmax"}), default="tanh"
    )
    playground.add_argument("--optimizer", choices=sorted(optimizers.OPTIMIZERS), default="adam")
    playground.add_argument("--rate", type=float, default=0.03, help=words("the learning rate"))
    playground.add_argument(
        "--epochs", type=int, default=0, help=words("how many to train before the page is written")
    )
    playground.add_argument("--seed", type=int, default=0)
    playground.add_argument("--out", default="training.html")
    playground.add_argument("--language", choices=languages(), help=words("of the page"))
    asked = parser.parse_args(arguments)
    try:
        set_random_seed(asked.seed)
        if asked.noise is None:
            asked.noise = 0.0 if asked.data == "xor" else 0.1
        x, y = _made(asked.data, asked, asked.noise)
        hidden = [Dense(units, asked.activation) for units in asked.layers]
        model = Sequential([Input(2), *hidden, Dense(1, "sigmoid")])
        kind: Any = optimizers.OPTIMIZERS[asked.optimizer]
        model.compile(kind(learning_rate=asked.rate), "binary_crossentropy")
        kept = record(model, x, y)
        if asked.epochs:
            model.fit(x, y, epochs=asked.epochs, verbose=0, callbacks=[kept])
        layers = ", ".join(map(str, asked.layers)) or words("no hidden units")
        title = words("A network learns {data}: {layers}", data=asked.data, layers=layers)
        sets = {name: partial(_made, name, asked) for name in _DATA}
        page = explore_training(kept, title=title, choice=Choice(sets, asked.data, asked.noise))
        print(page.save(asked.out))  # noqa: T201  # what a command says
    except (ValueError, OSError) as error:
        parser.error(str(error))
    return 0


def _made(name: str, asked: argparse.Namespace, noise: float) -> datasets.Dataset:
    return _DATA[name](asked.samples, noise, asked.seed)


if __name__ == "__main__":
    sys.exit(main())
