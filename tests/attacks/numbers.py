"""Numbers and rules of every kind: taken the same everywhere, or refused everywhere."""

import importlib
import math
import random
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
    ("random expressions", expressions),
    ("large scores", large_scores),
]
