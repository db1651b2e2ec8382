"""Names as Keras takes them: "Adam" and "adam", "GlorotUniform" and "glorot_uniform"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from autograd.options import choose

T = TypeVar("T")


def snake(name: str) -> str:
    """Return the name of a class as words, as Keras does: "simple_rnn" of "SimpleRNN".

    >>> snake("GlorotUniform"), snake("MSE"), snake("Conv2D")
    ('glorot_uniform', 'mse', 'conv2d')
    """
    apart = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", apart).lower()


def choose_spelled(kind: str, name: object, choices: Mapping[str, T]) -> T:
    """Return the choice called `name`, in small letters or as Keras's class is called.

    Raises:
        ValueError: there is no such choice; the message lists those that there are.

    >>> choose_spelled("optimizer", "Adam", {"adam": 1})
    1
    """
    if isinstance(name, str) and name not in choices:
        for spelling in (snake(name), name.lower()):
            if spelling in choices:
                return choices[spelling]
    return choose(kind, name, choices)
