"""Activation functions, by Keras's names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import autograd
from autograd import Constant, relu, sigmoid, softmax, softplus, tanh
from autograd.cleaning import one_line, quoted
from autograd.languages import words
from autograd.options import choose, missing, warn
from nn.foreign import OF_ACTIVATIONS

Activation = Callable[[Any], Any]
"""A function of one number or Value; `softmax` alone is one of a whole layer's list of them."""


def linear(z: Any) -> Any:
    """Return z itself.

    >>> linear(-2.0)
    -2.0
    """
    return z


def step(z: Any) -> Any:
    """Return 1 where z >= 0, else 0: the perceptron's activation, for the forward pass only.

    The derivative is 0 everywhere but at 0, where there is none. So no gradient passes back to the
    layers before a step: networks have `sigmoid` in its place, and `fit` refuses a step.

    >>> step(0.0), step(-0.1)
    (1.0, 0.0)
    """
    return 1.0 - autograd.greater(0.0, z)


def leaky_relu(z: Any) -> Any:
    """Return z where z > 0, else 0.01 * z.

    The slope 0.01 is PyTorch's and the course notes'; Keras's own default is 0.2, and so a layer
    that is told "leaky_relu" warns. `nn.layers.LeakyReLU(0.2)` has any slope.

    >>> leaky_relu(-3.0)
    -0.03
    """
    return autograd.leaky_relu(z, 0.01)


ACTIVATIONS: dict[str, Activation] = {
    "linear": linear,
    "step": step,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "relu": relu,
    "leaky_relu": leaky_relu,
    "elu": autograd.elu,
    "exp": autograd.exp,
    "gelu": autograd.gelu,
    "selu": autograd.selu,
    "silu": autograd.silu,
    "mish": autograd.mish,
    "softplus": softplus,
    "softsign": autograd.softsign,
    "softmax": softmax,
}
"""Every activation by its name."""

ALIASES = {"exponential": "exp", "swish": "silu"}
"""Other names that Keras has for some of them."""


def get(activation: str | Activation | None) -> Activation:
    """Return an activation by name; a function is returned as it is, None is `linear`.

    Raises:
        ValueError: the name is unknown.
        TypeError: it is a layer.
    """
    if activation is None:
        return linear
    if hasattr(activation, "forward_batch"):
        raise TypeError(
            f"expected a function as the activation, received the layer {quoted(activation)}:"
            " put it behind this layer, as the next one"
        )
    if callable(activation):
        return activation
    name = ALIASES.get(activation, activation) if isinstance(activation, str) else activation
    return choose("activation", name, ACTIVATIONS)


def chosen(activation: str | Activation | None) -> Activation:
    """Return the activation of one of Keras's layers; "leaky_relu", another than Keras's, warns."""
    if activation == "leaky_relu":
        warn(
            words(
                "leaky_relu has the slope 0.01 here, and 0.2 in Keras: write"
                " nn.layers.LeakyReLU(0.2), a layer by itself, or"
                " activation=nn.activations.leaky_relu if 0.01 is meant"
            )
        )
    return get(activation)


def name_of(activation: Activation) -> str:
    """Return the name of an activation; of a function of the user's own, its `__name__`."""
    known = (name for name, function in ACTIVATIONS.items() if function is activation)
    return next(known, one_line(getattr(activation, "__name__", repr(activation))))


def apply(
    activation: Activation, values: Sequence[Any], told: set[object] | None = None
) -> list[Any]:
    """Return the activations of a whole layer's `values`; a softmax of one unit is warned of.

    The lines of the program that are in `told` have been warned already.

    >>> apply(step, [-1.0, 2.0])
    [0.0, 1.0]
    """
    if activation is softmax and len(values) == 1:
        said = words("softmax of one unit is always 1: take sigmoid, or one unit for each class")
        warn(said, told=told)
    return outputs_of(activation, values)


def outputs_of(activation: Activation, values: Sequence[Any]) -> list[Any]:
    """Return what `apply` does, without a warning."""
    return softmax(values) if activation is softmax else list(map(activation, values))


def undone(outputs: Sequence[Any]) -> tuple[Activation, list[Any]]:
    """Return an activation and numbers that `apply` makes these outputs of: scores, if known.

    The graph tells them where `sigmoid`, or `softmax` of exactly these shares, made the outputs.
    Any others are what `linear` makes of themselves.

    >>> activation, scores = undone(softmax([autograd.Value(1.0), autograd.Value(2.0)]))
    >>> name_of(activation), [score.data for score in scores]
    ('softmax', [1.0, 2.0])
    """
    operations = {getattr(output, "op", None) for output in outputs}
    if operations == {sigmoid}:
        return sigmoid, [output.parents[0] for output in outputs]
    if operations == {autograd.TABLE["softmax"]}:
        parents = [output.parents for output in outputs]
        rows = [[*p[1 : i + 1], p[0], *p[i + 1 :]] for i, p in enumerate(parents)]
        if all(len(row) == len(rows) and all(map(_is_same, row, rows[0])) for row in rows):
            return softmax, rows[0]
    if operations == {autograd.share} and (scores := _scores_of_many(outputs)):
        return softmax, scores
    return linear, list(outputs)


def _scores_of_many(shares: Sequence[Any]) -> list[Any]:
    """The scores whose softmax, of many, these shares are; [] where they are not."""
    powers = [share.parents[0] for share in shares]
    below = [power.parents[0] for power in powers if power.op is autograd.exp]
    pairs = [shifted.parents for shifted in below if shifted.op is autograd.shift]
    if len(pairs) < len(shares) or pairs[0][1].op is not autograd.stop_gradient:
        return []
    owns, largest = zip(*pairs, strict=True)
    of_all = largest[0].parents[0]
    scores = [*of_all.parents] if of_all.op is autograd.maximum else []
    is_whole = len(set(largest)) == 1 and len(scores) == len(owns)
    return scores if is_whole and all(map(_is_same, owns, scores)) else []


def _is_same(a: Any, b: Any) -> bool:
    """Whether two nodes are one, or of one plain number, which has a node in each share."""
    return a is b or (isinstance(a, Constant) and isinstance(b, Constant) and a.data == b.data)


def __getattr__(name: str) -> Activation:
    """Return an activation by Keras's name of its function: `activations.swish`."""
    known = ALIASES.get(name, name)
    if known in ACTIVATIONS:
        return ACTIVATIONS[known]
    raise missing("nn.activations", name, OF_ACTIVATIONS)
