"""Arrays of every kind, and arrays that overlap: the same in every back end, or refused by all."""

import importlib
import random
import warnings
from array import array
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

import autograd

if TYPE_CHECKING:
    from tests.attacks.numbers import outcome
else:
    outcome = importlib.import_module("attacks.numbers").outcome  # beside the tests

_BACKENDS = ("python", "numpy", "llvm")


def matrix(numbers: Any) -> Any:
    """Return a matrix, of which NumPy warns that there are better ways."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        return np.matrix(numbers)


def hiding(numbers: Any) -> Any:
    """Return a masked array that hides one number."""
    mask = np.zeros(numbers.shape, dtype=bool)
    mask[(0,) * numbers.ndim] = True
    return np.ma.masked_array(numbers, mask)


_KINDS: dict[str, Callable[[Any], Any]] = {
    "memoryview": memoryview,
    "matrix": matrix,
    "array of Python": lambda x: array("d", x) if x.ndim == 1 else x,
    "masked": np.ma.masked_array,
    "hiding": hiding,
    "list of masked": lambda x: [list(row) if x.ndim == 2 else row for row in hiding(x)],
    "read only": lambda x: np.frombuffer(x.tobytes()).reshape(x.shape),
    "backwards": lambda x: x[::-1],
    "strided": lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
    "other end first": lambda x: x.astype(">f8"),
    "float32": lambda x: x.astype("f4"),
    "int": lambda x: (10 * x).astype(int),
    "bool": lambda x: x > 0,
    "complex": lambda x: x.astype(complex),
    "object": lambda x: x.astype(object),
    "text": lambda x: x.astype(str),
    "records": lambda x: np.zeros(x.shape, dtype=[("a", "f8")]),
}


def kinds(draw: random.Random) -> int:
    """Give arrays and buffers of every kind to all back ends, at a first and at a later call."""
    generator = np.random.default_rng(draw.randrange(2**30))
    weights, rows = generator.uniform(-1, 1, 3), generator.uniform(-1, 1, (4, 3))

    def loss(w: Any, x: Any) -> Any:
        return autograd.tanh(autograd.dot(w, x))

    for name, make in _KINDS.items():
        calls = [(make(weights), rows), (weights, make(rows))]
        for call in calls:
            found = []
            for backend in _BACKENDS:
                compiled = autograd.compile(loss, batch=1, reduce="sum", backend=backend)
                found.append(outcome(partial(compiled.value_and_grad, *call)))
                compiled.value_and_grad(weights, rows)
                found.append(outcome(partial(compiled.value_and_grad, *call)))
            flat: list[Any] = [x if isinstance(x, type) else np.array([x[0], *x[1]]) for x in found]
            for other in flat[1:]:
                is_error = isinstance(flat[0], type)
                same = other is flat[0] if is_error else np.allclose(other, flat[0], rtol=1e-13)
                assert same, f"{name}: {found}"
    return 12 * len(_KINDS)


def error(weights: Any, x: Any, y: Any) -> Any:
    """Return the squared error of a parabola, whose weights come in a list or in a dict."""
    a, b, c = [*weights["ab"], *weights["c"]] if isinstance(weights, dict) else weights
    return (a * x * x + b * x + c - y) ** 2


def descend(number: Any, slope: Any, kept: Any, settings: Any) -> Any:
    """Return what becomes of a parameter, and of the mean of its gradients."""
    return number - settings[0] * (slope + settings[1] * kept[0]), [0.5 * kept[0] + slope]


_SIZES = (3, 3, 3, 2, 4, 4)  # parameters, gradients, memory, settings, inputs, targets
_LENGTH = 16  # of the array that all may be views of


def views(draw: random.Random) -> list[slice]:
    """Draw for each argument of a step which numbers of one array it is."""
    found = []
    for size in _SIZES:
        start, stride = draw.randrange(_LENGTH - 2 * size), draw.choice([1, 1, 2])
        found.append(slice(start, start + stride * size, stride))
    return found


def after_steps(
    backend: str, numbers: Any, chosen: list[slice], alone: set[int], *, in_dicts: bool, later: bool
) -> list[Any]:
    """Return what two steps on views of one array give, and all numbers afterwards.

    Args:
        backend: of the step.
        numbers: of the array.
        chosen: the views.
        alone: the arguments that are copies instead.
        in_dicts: whether parameters and gradients are dicts of two arrays each.
        later: whether steps on arrays that are apart came before.
    """
    step = autograd.compile_step(error, descend, backend=backend)
    whole = numbers.copy()
    apart = [whole[view].copy() for view in chosen]
    mixed = [one if i in alone else whole[chosen[i]] for i, one in enumerate(apart)]

    def call(arguments: list[Any]) -> Any:
        if in_dicts:
            dicts = [{"ab": one[:2], "c": one[2:]} for one in arguments[:2]]
            return step(*dicts, *arguments[2:])
        return step(*arguments)

    if later:
        for _ in range(2):
            call([one.copy() for one in apart])
    found = [outcome(partial(call, mixed)) for _ in range(2)]
    return [*(one if isinstance(one, type) else one[0] for one in found), whole, *mixed]


def overlapping(draw: random.Random) -> int:
    """Give a step arrays that overlap, at a first and at a later call: the same everywhere."""
    numbers = np.array([draw.uniform(-1.0, 1.0) for _ in range(_LENGTH)])
    chosen, in_dicts = views(draw), draw.random() < 0.5
    alone = {i for i in range(len(chosen)) if draw.random() < 0.4}
    ways = [(backend, later) for backend in _BACKENDS for later in (False, True)]
    found = [
        after_steps(backend, numbers, chosen, alone, in_dicts=in_dicts, later=later)
        for backend, later in ways
    ]
    for way, other in zip(ways, found, strict=True):
        for a, b in zip(found[0], other, strict=True):
            is_error = isinstance(a, type) or isinstance(b, type)
            same = a is b if is_error else np.allclose(a, b, rtol=1e-9, equal_nan=True)
            assert same, f"{way}, {chosen}, {alone}, {in_dicts}: {a}, {b}"
    return len(ways)


ATTACKS = [("of every kind", kinds), ("that overlap", overlapping)]
