"""What was not chosen has no say: gradients of choices, whatever lies behind the other way.

The cases are the choices in the table of `test_true_at_the_edges.py`: what is expected are the
derivatives of the branch that is chosen, worked out by hand. Here they are gradients that add up,
are taken of graphs whose choice changes, and are shown by steps, explanations and pages.
"""

import importlib
import json
import math
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from autograd import (
    TABLE,
    BackwardStep,
    Primitive,
    Value,
    backward_steps,
    compile,  # noqa: A004  # autograd's
    detect_anomaly,
    dot,
    explain,
    explore,
    grad,
    gradients,
    greater,
    hessian,
    log,
    maximum,
    relu,
    softmax,
    sqrt,
    take,
    topological_order,
    where,
)
from autograd.explorer.assembling import WRITING
from autograd.reach import Reach

if TYPE_CHECKING:
    from tests import javascript
else:
    import javascript

inf = math.inf

edges: Any = importlib.import_module("test_true_at_the_edges")  # beside this, in no package


def cases() -> dict[str, tuple[Callable[[Any], Any], float, float, float]]:
    """The functions of x among the choices: a point, and the derivatives of order 1 and 2 there."""
    answers: dict[tuple[str, float], dict[str, Any]] = {}
    for case in edges.CHOICES:
        if case.point.keys() == {"x"}:
            answers.setdefault((case.expression, case.point["x"]), {})[case.asked] = case.answer
    return {
        f"{expression} at {x}": (edges.function(expression), x, found["x"], found["xx"])
        for (expression, x), found in answers.items()
    }


CASES = cases()
EACH = pytest.mark.parametrize(("f", "x", "first", "second"), CASES.values(), ids=CASES)
EACH_FIRST = pytest.mark.parametrize(
    ("f", "x", "first"), [case[:3] for case in CASES.values()], ids=CASES
)


def same(number: float, expected: float) -> bool:
    return math.isnan(number) if math.isnan(expected) else math.isclose(number, expected)


@EACH_FIRST
def test_backward_along_what_was_chosen(f: Callable[[Any], Any], x: float, first: float) -> None:
    leaf = Value(x)
    y = f(leaf)
    y.backward()
    assert same(leaf.grad, first)
    y.backward()  # a leaf's gradient adds up, in such a pass too
    assert same(leaf.grad, 2.0 * first)


@EACH
def test_graphs_of_gradients_follow_the_choice_when_it_changes(
    f: Callable[[Any], Any], x: float, first: float, second: float
) -> None:
    leaf = Value(x)
    (slope,) = gradients(f(leaf), [leaf])
    (curvature,) = gradients(slope, [leaf])
    assert same(slope.data, first)
    assert same(curvature.data, second)

    elsewhere = Value(0.75)  # the graph was made where another input was chosen
    (slope,) = gradients(f(elsewhere), [elsewhere])
    (curvature,) = gradients(slope, [elsewhere])
    elsewhere.data = x
    curvature.recompute()
    assert same(curvature.data, second)


@EACH
@pytest.mark.parametrize("backend", ["python", "numpy", "llvm"])
def test_compiled_code_agrees(
    f: Callable[[Any], Any], x: float, first: float, second: float, backend: str
) -> None:
    def slope(leaf: Any) -> Any:
        y = f(leaf)
        return gradients(y, [leaf])[0]

    assert same(compile(f, backend=backend).value_and_grad(x)[1], first)
    assert same(compile(slope, backend=backend)(x), first)
    assert same(compile(slope, backend=backend).value_and_grad(x)[1], second)


@EACH_FIRST
def test_compiled_over_a_batch_each_sample_chooses_for_itself(
    f: Callable[[Any], Any], x: float, first: float
) -> None:
    (expected,) = gradients(f(leaf := Value(0.75)), [leaf])
    compiled = compile(lambda w, x: f(w * x), batch=1, reduce="sum", backend="llvm")
    total = compiled.value_and_grad(1.0, [0.75, x])[1]
    assert same(total, expected.data * 0.75 + (first * x if first else 0.0))


@EACH_FIRST
def test_steps_and_explanations_agree(f: Callable[[Any], Any], x: float, first: float) -> None:
    leaf = Value(x, label="x")
    y = f(leaf)
    steps = [step for step in backward_steps(y) if isinstance(step, BackwardStep)]
    totals = {step.parent: step.total for step in steps}
    assert same(totals[leaf], first)
    assert same(explain(y, leaf).value, first)


@EACH_FIRST
def test_the_page_agrees(f: Callable[[Any], Any], x: float, first: float) -> None:
    leaf = Value(x, label="x")
    y = f(leaf)
    y.label = "y"
    html = explore(y).html
    data = re.search(r'<script[^>]*id="graph"[^>]*>(.*?)</script>', html, re.DOTALL)
    operations = re.search(
        r"const power = .*?\nconst RULES = \[.*?\n\];\nconst DIGITS.*?\n", html, re.DOTALL
    )
    assert data
    assert operations
    folder = resources.files("autograd.explorer")
    files = (*WRITING, "recorded.js", "engine.js")
    engine = "".join((folder / name).read_text(encoding="utf-8") for name in files)
    program = (
        f"const document = {{ getElementById: () => ({{ textContent: {json.dumps(data[1])} }}) }};"
        f"{javascript.ENGLISH}{operations[0]}{engine}"
        "const run = new Run(NODES.map((node) => readNumber(node.number)));"
        'const at = NODES.findIndex((node) => node.name === "x");'
        "console.log(writeNumber(run.gradients[at]));"
    )
    done = subprocess.run(  # noqa: S603  # node runs what the page says
        ["node", "-e", program],  # noqa: S607  # whichever node there is
        capture_output=True,
        text=True,
        check=True,
    )
    assert same(float(done.stdout), first)


def test_two_paths_share_a_choice_of_tied_inputs() -> None:
    a, b = Value(0.0), Value(0.0)
    sqrt(maximum(a, b)).backward()
    assert a.grad == b.grad == inf


def test_no_anomaly_where_nothing_was_chosen() -> None:
    x = Value(-1.0)
    with detect_anomaly():
        sqrt(relu(x) + 1.0).backward()
        log(relu(x) + 1.0).backward()
    y = where(greater(x, 0.0), sqrt(x), 0.0)  # whose forward pass has a nan, which is an anomaly
    with detect_anomaly():
        y.backward()
    assert x.grad == 0.0


def test_infinite_numbers_behind_a_choice() -> None:
    x, y = Value(-1.0), Value(inf)
    z = relu(x * y)
    z.backward()
    assert (x.grad, y.grad) == (0.0, 0.0)
    assert [g.data for g in gradients(z, [x, y])] == [0.0, 0.0]
    for backend in ("python", "numpy", "llvm"):
        slopes = compile(lambda x, y: relu(x * y), backend=backend).value_and_grad
        assert slopes(-1.0, inf)[1] == 0.0


@pytest.mark.parametrize("weight", [inf, -inf, math.nan, 1e300])
def test_infinite_weights_of_a_dot_behind_a_choice(weight: float) -> None:
    def unit(v: Any) -> Any:
        return where(greater(v[0], 0.0), relu(dot([v[1] * v[1], v[2]], [v[0], 3.0], 1.0)), 2.0)

    leaves = [Value(-1.0), Value(weight), Value(4.0)]
    y = unit(leaves)
    assert [slope.data for slope in gradients(y, leaves)] == [0.0, 0.0, 0.0]
    assert grad(unit)([-1.0, weight, 4.0]) == [0.0, 0.0, 0.0]
    assert hessian(unit)([-1.0, weight, 4.0]) == [[0.0] * 3] * 3
    y.backward()
    assert [leaf.grad for leaf in leaves] == [0.0, 0.0, 0.0]


def test_an_operation_of_the_user_chooses_if_it_says_so() -> None:
    rules = (lambda _, a: 0.0 * a,)
    step = Primitive("step", "½↑", lambda a: 0.5 if a > 0.0 else 0.0, rules, "", chooses=True)
    del TABLE["step"]
    x = Value(-1.0)
    sqrt(step(x)).backward()
    assert x.grad == 0.0


def test_networks_ask_for_no_conditions() -> None:
    """Weighted sums behind a relu are nine tenths of a network: nothing is added to these."""
    w, x = [Value(0.5) for _ in range(3)], [Value(1.0) for _ in range(3)]
    hidden = relu(dot(w, x, 0.1))
    y = dot([w[0], w[1]], [hidden, relu(hidden)], 0.0)
    slope = gradients(y, w)[0]
    wheres = [
        node for node in topological_order(slope) if node.op is not None and node.op.name == "where"
    ]
    assert len(wheres) == 2  # one for each relu
    assert Reach([*topological_order(y)], y, set(topological_order(y)))._asked == set()


@pytest.mark.parametrize(
    ("power", "is_asked"),
    [
        (lambda squares: (squares + 1e-5) ** -0.5, False),
        (lambda squares: (squares / 2.0 + 1.0) ** -1, False),
        (lambda squares: 1.0 / (0.5 + squares), False),
        (lambda squares: log(sqrt(squares) + 1.0), False),
        (lambda squares: squares**2, False),
        (lambda squares: squares**-0.5, True),
        (lambda squares: (squares + 0.0) ** -0.5, True),
        (lambda squares: (squares - 1e-5) ** -0.5, True),
        (lambda squares: (1e-5 * squares) ** -0.5, True),
        (log, True),
    ],
)
def test_only_what_may_be_infinite_is_asked_about(
    power: Callable[[Any], Any], is_asked: bool
) -> None:
    """At 0 the power is infinite there, and behind the relu it has no say all the same."""

    def f(w: Any, x: Any) -> Any:
        scale = power(dot(x, x))
        return relu(dot(w, [number * scale for number in x])) + dot(w, x)

    made = compile(f, 0, backend="python")
    for x in ([1.0, -2.0], [0.0, 0.0], [1e-3, 0.0]):
        for w in ([1.0, 0.75], [-1.0, 0.5]):
            leaves = [Value(number) for number in w]
            f(leaves, [Value(number) for number in x]).backward()
            assert made.value_and_grad(w, x)[1] == pytest.approx(
                [leaf.grad for leaf in leaves], rel=1e-12, nan_ok=True
            )
    made.grad([1.0, 0.75], [1.0, -2.0])
    assert (made.source.count(" if ") > 1) is is_asked  # one is the relu's


def test_shares_of_which_one_is_taken_are_not_asked_about() -> None:
    def surprise(scores: Any, place: Any) -> Any:
        return -log(take(softmax(scores), place))

    made = compile(surprise, 0, backend="python")
    assert made.grad([0.5, 0.25, -0.5, 1.0], 2.0) == pytest.approx(
        grad(lambda scores: surprise(scores, 2.0))([0.5, 0.25, -0.5, 1.0]), rel=1e-12
    )
    # The largest so far, each score less it, which one is taken or none, and what each is handed.
    assert made.source.count(" if ") == 3 + 4 + 4 + 4


def test_what_all_candidates_lead_to_is_sure_to_be_reached() -> None:
    """Whatever score is taken, its share depends on all scores: nothing is asked behind these."""
    x = [Value(0.5), Value(0.25), Value(-0.5)]
    scores = [log(a * a) for a in x]
    index = Value(1.0)
    y = log(take(softmax(scores), index))
    asked = Reach([*topological_order(y)], y, set(topological_order(y)))._asked
    assert asked.isdisjoint([*scores, *x])

    root, other = sqrt(x[0]), sqrt(x[1])
    for y in (where(x[2], root, other), maximum(root, other), where(x[2], root * 2.0, root + 1.0)):
        reach = Reach([*topological_order(y)], y, set(topological_order(y)))
        assert (root in reach._asked) == (other in topological_order(y))


@pytest.mark.parametrize("count", [2, 3, 7, 64, 65])
def test_whether_any_of_many_ways_is_open_is_asked_in_few_steps(count: int) -> None:
    """A root that only relus read receives nothing while all are shut, though its slope be inf."""

    def f(x: Any, w: Any) -> Any:
        root = sqrt(x)
        return sum(relu(number + root) for number in w)

    made = compile(f, 0, backend="python")
    for x, w, slope in (
        (0.0, [-1.0] * count, 0.0),
        (0.0, [*[-1.0] * (count - 1), 1.0], inf),
        (4.0, [*[-3.0] * (count - 1), 1.0], 0.25),
        (4.0, [1.0, *[-3.0] * (count - 1)], 0.25),
    ):
        assert made.grad(x, w) == slope == grad(f)(x, w)
    (plan,) = made._plans.values()
    depths: list[int] = []
    for line in plan.kernel.lines:
        before = max((depths[i] for i in line.inputs), default=0)
        depths.append(before + (line.step == "or"))
    steps = Counter(line.step for line in plan.kernel.lines)
    assert (steps["or"], max(depths)) == (count - 1, (count - 1).bit_length())
    assert steps["equal"] == 0


@pytest.mark.parametrize("backend", ["python", "numpy", "llvm"])
def test_a_candidate_that_is_not_taken_receives_nothing_though_others_share_its_inputs(
    backend: str,
) -> None:
    def f(c: Any, x: Any) -> Any:
        return where(c, sqrt(x) * 2.0, x * 3.0)

    def g(i: Any, x: Any) -> Any:
        return take([sqrt(x), 5.0 * x, x / x], i)

    for function, at, expected in ((f, 0.0, 3.0), (g, 1.0, 5.0)):
        for x in (0.0, -1.0):
            v, c = Value(x), Value(at)
            y = function(c, v)
            y.backward()
            assert v.grad == gradients(y, [v])[0].data == expected
            slope = compile(function, 1, backend=backend).grad(at, x)
            assert slope == expected
