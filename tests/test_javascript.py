"""The table in JavaScript: the same numbers, from the same rows."""

import importlib
import math
from collections.abc import Callable, Iterator, Sequence
from itertools import product

import mpmath
import pytest

from autograd import TABLE, Primitive
from autograd.codegen.javascript import PRELUDE, operation_source

in_node = importlib.import_module("javascript").in_node  # a module beside the tests

NUMBERS = (
    0.0,
    -0.0,
    0.3,
    -0.7,
    1.0,
    -1.0,
    2.0,
    -3.0,
    5.5,
    40.0,
    -800.0,
    1e300,
    math.inf,
    -math.inf,
)
NUMBERS_OF_MANY = (0.0, -0.7, 2.0, 5.5, -800.0)

RUN = """
const read = (text) => Number(text.replace("inf", "Infinity"));
const write = (x) => Number.isNaN(x) ? "nan" : Object.is(x, -0) ? "-0.0" : String(x);
const questions = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(questions.map(([source, y, samples]) => {
  const op = eval("(" + source + ")");
  return samples.map((sample, i) => {
    const inputs = sample.map(read);
    const partials = op.partials(read(y[i]), ...inputs);
    return [op.value(...inputs), ...partials].map(write);
  });
})));
"""


def in_python(op: Primitive, sample: Sequence[float]) -> list[float]:
    y = op.value(*sample)
    partials = [
        op.partials(y, sample, [i != j for j in range(len(sample))])[i] for i in range(len(sample))
    ]
    return [y, *partials]


def samples(op: Primitive) -> Iterator[tuple[float, ...]]:
    if op.arity is None:
        return product(NUMBERS_OF_MANY, repeat=3)
    return product(NUMBERS, repeat=op.arity)


def test_every_row_gives_the_same_numbers_in_javascript() -> None:
    ops = list(TABLE.values())
    inputs = {op.name: list(samples(op)) for op in ops}
    expected = {op.name: [in_python(op, sample) for sample in inputs[op.name]] for op in ops}
    questions = [
        (
            operation_source(op, op.arity or 3),
            [repr(numbers[0]) for numbers in expected[op.name]],
            [[repr(number) for number in sample] for sample in inputs[op.name]],
        )
        for op in ops
    ]
    for op, answers in zip(ops, in_node(PRELUDE + RUN, questions), strict=True):
        for sample, answer, numbers in zip(
            inputs[op.name], answers, expected[op.name], strict=True
        ):
            found = [float(text.replace("Infinity", "inf")) for text in answer]
            assert found == pytest.approx(numbers, rel=1e-14, abs=1e-300, nan_ok=True), (op, sample)


def test_erf_and_erfc_lose_no_digits_between_their_series() -> None:
    points = [i / 64 for i in range(-320, 321)]
    program = """
    const points = JSON.parse(require("fs").readFileSync(0, "utf8"));
    console.log(JSON.stringify(points.map((a) => [erf(a), erfc(a)])));
    """
    for a, found in zip(points, in_node(PRELUDE + program, points), strict=True):
        expected = float(mpmath.erf(a)), float(mpmath.erfc(a))
        assert found == pytest.approx(expected, rel=4e-15, abs=0.0), a


@pytest.fixture
def own_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd.ops.TABLE", dict(TABLE))


def one(*_: float) -> float:
    return 1.0


@pytest.mark.usefixtures("own_table")
@pytest.mark.parametrize(
    ("value", "source"),
    [
        (lambda a: a * a * a, "(a) => (a * a) * a"),
        (lambda a: a if a > 1.0 else 0.0, "(a) => (a > 1) ? a : 0"),
        (lambda a: max(a, 0.0), "(a) => (0 > a) ? 0 : a"),
        (lambda a: 1.0 if a else 2.0, "(a) => (a === 0) ? 2 : 1"),
        (lambda a: 1.0 if not a > 2.0 else -1.0, "(a) => (a > 2) ? (-1) : 1"),
        (
            lambda a: (1.0 if a > 3.0 else 2.0) if a > 2.0 else 3.0,
            "(a) => (a > 2) ? ((a > 3) ? 1 : 2) : 3",
        ),
    ],
)
def test_an_operation_of_ones_own_is_written_with_both_ways_of_its_choices(
    value: Callable[[float], float], source: str
) -> None:
    op = Primitive("own", "own", value, (one,), "one's own")
    assert operation_source(op, 1) == f"{{value: {source},\npartials: (y, a) => [1]}}"


@pytest.mark.usefixtures("own_table")
def test_an_operation_that_needs_a_number_says_so() -> None:
    op = Primitive("own", "own", math.gamma, (one,), "one's own")
    with pytest.raises(TypeError, match=r"'own' cannot .* autograd's functions instead of math's"):
        operation_source(op, 1)


@pytest.mark.usefixtures("own_table")
def test_an_operation_with_too_many_choices_is_refused() -> None:
    def value(*inputs: float) -> float:
        return float(sum(1 for a in inputs if a > 0.0))

    op = Primitive("own", "own", value, lambda _, inputs: [0.0] * len(inputs), "one's own")
    assert "?" in operation_source(op, 3)
    with pytest.raises(TypeError, match="more than 10 choices"):
        operation_source(op, 12)


@pytest.mark.usefixtures("own_table")
def test_what_two_results_share_is_computed_once() -> None:
    op = Primitive(
        "own",
        "own",
        lambda a, b: a * b,
        (lambda _, a, b: a * b, lambda _, a, b: a * b + 1.0),
        "one's own",
    )
    assert operation_source(op, 2) == (
        "{value: (a, b) => a * b,\n"
        "partials: (y, a, b) => { const t0 = a * b; return [t0, t0 + 1]; }}"
    )
