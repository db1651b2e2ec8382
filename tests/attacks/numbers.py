"""Numbers, rules and arrays of every kind: taken the same everywhere, or refused everywhere."""

import importlib
import math
import random
import warnings
from array import array
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import autograd
from autograd import Primitive, Value

_TAKEN: dict[str, Callable[[float], Any]] = {
    "float": float,
    "int": lambda x: int(x) * 2**40,
    "bool": bool,
    "int64": lambda x: np.int64(int(x) * 2**40),
    "float32": np.float32,
    "float16": np.float16,
    "longdouble": lambda x: np.longdouble(x) / 3,
    "array of no dimension": np.array,
}
_REFUSED: dict[str, Callable[[float], Any]] = {
    "complex": lambda x: complex(x, 1.0),
    "text": str,
    "None": lambda _: None,
    "list": lambda x: [x],
    "array": lambda x: np.array([x]),
    "Value": Value,
    "bytes": lambda x: str(x).encode(),
}


def outcome(work: Callable[[], Any]) -> Any:
    """Return what something gives, or the kind of its error."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001  # its kind is what is compared
        return type(error)


def put_in(draw: random.Random) -> int:
    """Put numbers of every kind into a Value, and into rules of one, two and many inputs."""
    x = draw.uniform(-9.0, 9.0)
    for kinds, right in ((_TAKEN, None), (_REFUSED, TypeError)):
        for name, make in kinds.items():
            given = make(x)
            value = Value(1.0)
            for attribute in ("data", "grad"):
                if kinds is _REFUSED and name == "Value":
                    continue
                found = outcome(partial(setattr, value, attribute, given))
                assert found is right, f"{name} as {attribute}: {found}"
            for count, place in ((1, 0), (2, 0), (2, 1), (3, 0), (1, -1), (2, -1), (3, -1)):
                found = outcome(partial(ruled, given, count, place))
                assert found == (float(given) if right is None else right), f"{name}: {found}"
    return 9 * len(_TAKEN | _REFUSED)


def ruled(given: Any, count: int, place: int) -> float:
    """Return what a rule gave, as the engine has it: the number if `place` is -1, else a slope."""

    def number(*inputs: float) -> Any:
        return given if place < 0 else inputs[0]

    def rule(i: int) -> Callable[..., Any]:
        return lambda *_: given if i == place else 1.0

    rules: Any = tuple(map(rule, range(count)))
    if count > 2:
        rules = lambda _y, inputs: [rule(i)() for i in range(len(inputs))]  # noqa: E731
    own = Primitive("own", "own", number, rules, "own", is_row=False)
    node = own(*[Value(2.0) for _ in range(count)])
    found: float = node.data if place < 0 else node.partials[place]
    assert type(found) is float
    return found


def matrix(numbers: Any) -> Any:
    """Return a matrix, of which NumPy warns that there are better ways."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        return np.matrix(numbers)


_KINDS: dict[str, Callable[[Any], Any]] = {
    "memoryview": memoryview,
    "matrix": matrix,
    "array of Python": lambda x: array("d", x) if x.ndim == 1 else x,
    "masked": np.ma.masked_array,
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


def arrays(draw: random.Random) -> int:
    """Give arrays and buffers of every kind to all back ends, at a first and at a later call."""
    generator = np.random.default_rng(draw.randrange(2**30))
    weights, rows = generator.uniform(-1, 1, 3), generator.uniform(-1, 1, (4, 3))

    def loss(w: Any, x: Any) -> Any:
        return autograd.tanh(autograd.dot(w, x))

    for name, make in _KINDS.items():
        calls = [(make(weights), rows), (weights, make(rows))]
        for call in calls:
            found = []
            for backend in ("python", "numpy", "llvm"):
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


def expressions(draw: random.Random) -> int:
    """Compute random expressions in every engine: each difference has a reason that is known."""
    engines: Any = importlib.import_module("engines")
    for engine, kind, case in engines.compare(draw, engines.GROUP):
        assert kind in engines.REASONS, f"{engine}: {case}"
    return 4 * int(engines.GROUP)


def large_scores(draw: random.Random) -> int:
    """Differentiate softmax and logsumexp at scores that are large and equal, twice."""
    score, count = draw.choice([1e16, 1e300, -1e16, 0.0, 700.0]), draw.randrange(2, 6)

    def first(x: Any) -> Any:
        return autograd.softmax([x[0], *x[1:]])[0]

    slopes = autograd.grad(first)([score] * count)
    share = 1.0 / count
    assert math.isclose(slopes[0], share * (1.0 - share), rel_tol=1e-14)
    assert all(math.isclose(slope, -share * share, rel_tol=1e-14) for slope in slopes[1:])
    curved = autograd.hessian(autograd.logsumexp)([score] * count)
    assert math.isclose(curved[0][0], share * (1.0 - share), rel_tol=1e-14)
    assert math.isclose(curved[0][1], -share * share, rel_tol=1e-14)
    return 1


ATTACKS = [
    ("of every kind", put_in),
    ("arrays of every kind", arrays),
    ("random expressions", expressions),
    ("large scores", large_scores),
]
