"""What a hand can claim: local derivatives, shares, deltas, steps of optimisers, differences."""

import json
import math
from typing import Any

import pytest

import autograd
from autograd import Parameter, Value, label
from autograd.checking import Answer, HandCheck, check_by_hand
from autograd.worked_example import STUDENTS, build
from nn.optimizers import SGD, Adam, Optimizer, RMSprop


def verdicts(report: HandCheck) -> list[str]:
    return [finding.verdict for finding in report.findings]


def names(report: HandCheck) -> list[str]:
    return [finding.claim.name for finding in report.findings]


@pytest.fixture
def student() -> dict[str, Value]:
    return build(STUDENTS[0])


# ---------------------------------------------------------------- local derivatives, shares


def test_a_rounded_local_derivative_is_followed(student: dict[str, Value]) -> None:
    n = student
    locals_ = {(n["g1"], n["z1"]): "0.24"}
    report = check_by_hand(
        n["cost"], gradients={n["g1"]: "-1369.0", n["z1"]: "-328.56"}, locals=locals_
    )
    assert verdicts(report) == ["rounded", "rounded", "follows"]
    assert not check_by_hand(n["cost"], gradients={n["g1"]: "-1369.0", n["z1"]: "-328.56"}).ok


def test_a_rounded_local_derivative_along_two_edges_is_followed_once() -> None:
    u = Value(1.0, label="u")
    x = u * 7.3 - 4.16
    square = x * x
    label(x=x, square=square)
    report = check_by_hand(square, locals={(square, x): "6.3"}, gradients={u: "45.99"})
    assert [finding.verdict for finding in report.findings] == ["rounded", "follows"]  # 6.3 * 7.3


def test_a_local_derivative_holds_other_labelled_nodes_fixed() -> None:
    x = Value(3.0, label="x")
    z = x * x
    y = x * z
    label(z=z, y=y)
    assert check_by_hand(y, locals={(y, x): "9.0", (z, x): "6.0", (y, z): "3.0"}).ok
    assert not check_by_hand(y, locals={(y, x): "27"}).ok
    assert check_by_hand(y, gradients={x: "27"}).ok


def test_a_local_derivative_spans_nodes_without_labels() -> None:
    t, o = Value(0.2, label="t"), Value(0.7, label="o")
    cost = 0.5 * (t - o) ** 2
    label(cost=cost)
    assert check_by_hand(cost, locals={(cost, o): "0.50"}).ok


def test_the_shares_of_a_gradient_are_claimed_path_by_path(student: dict[str, Value]) -> None:
    n = student
    shares = {(n["x1"], n["z1"]): "-32.17", (n["x1"], n["z2"]): "-9.277"}
    report = check_by_hand(n["cost"], gradients={n["x1"]: "-41.45"}, shares=shares)
    assert report.ok
    assert names(report)[0] == "share of x1 through z1"
    wrong = check_by_hand(
        n["cost"], gradients={n["x1"]: "-37.17"}, shares={**shares, (n["x1"], n["z2"]): "-5.0"}
    )
    assert verdicts(wrong) == ["rounded", "wrong", "follows from an error"]


def test_a_path_that_names_all_its_labelled_nodes_is_that_path_alone() -> None:
    p, q = Parameter(2.0, label="p"), Parameter(3.0, label="q")
    s = p * q
    t = p + s
    y = t * s
    label(s=s, t=t, y=y)
    shares = {(p, t, y): "6", (p, s, y): "24", (p, s, t, y): "18"}
    assert check_by_hand(y, shares=shares).ok
    report = check_by_hand(y, gradients={p: "48"}, shares=shares)
    assert report.ok, report
    for path, whole in (((p, t, y), "24"), ((p, s, y), "42")):
        assert not check_by_hand(y, shares={path: whole}).ok
    # A path that leaves all labelled nodes out stands for all paths, and so do the stops it has.
    assert check_by_hand(y, shares={(q, y): "28", (q, s, y): "16"}).ok


@pytest.mark.parametrize(
    ("top", "below", "ok"),
    [
        ("-0.18", "-0.19", False),
        ("-0.18", "-0.18", True),
        ("-0.184", "-0.18", True),
        ("-0.18", "-0.184", True),
        ("-0.18", "-0.17", False),
        ("-0.18", "-0.180", True),
    ],
)
def test_a_gradient_that_is_a_copy_is_rounded_once(top: str, below: str, ok: bool) -> None:
    w, b, c = (
        Parameter(number, label=name) for number, name in ((0.7, "w"), (0.2, "b"), (0.1, "c"))
    )
    z = w + b - c
    label(z=z)
    y = z * -0.184
    label(y=y)
    assert check_by_hand(y, gradients={z: top, b: below}).ok is ok
    assert check_by_hand(y, gradients={z: top, c: below.removeprefix("-")}).ok is ok


def test_a_derivative_beside_its_way_leaves_a_gradient_the_copy_that_it_is() -> None:
    w, b = Parameter(0.7, label="w"), Parameter(0.2, label="b")
    z = w + b
    q = z - 0.1
    y = q * -0.184
    label(z=z, q=q, y=y)
    for below, ok in (("-0.18", True), ("-0.17", False)):
        assert check_by_hand(y, gradients={q: "-0.18", b: below}, locals={(z, w): "1"}).ok is ok


def test_a_share_of_another_output_leaves_a_gradient_the_copy_that_it_is() -> None:
    w, b = Parameter(0.7, label="w"), Parameter(0.2, label="b")
    z = w + b
    y, other = z * -0.184, z * 3.0
    label(z=z, y=y, other=other)
    for below, ok in (("-0.17", False), ("-0.18", True)):
        gradients = {(y, z): "-0.18", (y, b): below}
        report = check_by_hand([other, y], gradients=gradients, shares={(b, z, other): "3.0"})
        assert report.ok is ok


def test_a_copy_of_a_wrong_gradient_follows_from_it_and_no_number_beside_does() -> None:
    w, b = Parameter(0.7, label="w"), Parameter(0.2, label="b")
    z = w + b
    label(z=z)
    y = z * -0.184
    label(y=y)
    for written, verdict in (("-0.253", "follows from an error"), ("-0.26", "wrong")):
        report = check_by_hand(y, gradients={z: "-0.253", b: written})
        assert verdicts(report) == ["wrong", verdict]
    rounded = check_by_hand(y, gradients={z: "-0.253", b: "-0.25"})
    assert verdicts(rounded) == ["wrong", "follows from an error"]


class Speechless:
    """An answer that cannot even be shown."""

    def __repr__(self) -> str:
        raise RuntimeError


def test_a_decimal_comma_without_quotes_is_told_how_python_reads_it() -> None:
    y = 2.0 * Parameter(0.37, label="w")
    y.label = "y"
    told = "(0, 74)  two numbers, to Python: write 0.37, or '0,37' in quotes"
    assert told in str(check_by_hand(y, values={y: (0, 74)}))
    assert "not a number" in str(check_by_hand(y, values={y: (0, 7, 4)}))
    assert check_by_hand(y, values={y: "0,74"}).ok


def test_an_answer_that_cannot_be_shown_does_not_lose_the_report() -> None:
    w = Parameter(3.0, label="w")
    y = 2.0 * w
    label(y=y)
    report = check_by_hand(y, {y: 6}, {w: Speechless()}, {w: (Speechless(), 0.1)})
    assert verdicts(report) == ["right", "unreadable", "unreadable"]
    assert "Speechless" in str(report)
    with pytest.raises(TypeError, match=r"learning rate.*received Speechless"):
        check_by_hand(y, updates={w: ("2.8", Speechless())})


@pytest.mark.parametrize("rate", ["0.1", "0,1", "1/10", "1e-1"])
def test_a_learning_rate_may_be_text(rate: str) -> None:
    w = Parameter(3.0, label="w")
    y = 2.0 * w
    label(y=y)
    assert check_by_hand(y, updates={w: ("2.8", rate)}).ok
    assert check_by_hand(y, differences={w: ("2.0", rate)}).ok
    assert not check_by_hand(y, updates={w: ("2.9", rate)}).ok


@pytest.mark.parametrize("rate", ["fast", "", "1,234"])
def test_a_learning_rate_that_cannot_be_read_is_told(rate: str) -> None:
    w = Parameter(3.0, label="w")
    with pytest.raises(ValueError, match=rf"learning rate, such as 0\.1, received '{rate}'"):
        check_by_hand(2.0 * w, updates={w: ("2.8", rate)})


def test_several_outputs_are_judged_at_once() -> None:
    w = Parameter(2.0, label="w")
    y, z = w * 3.0, w**2
    label(y=y, z=z)
    report = check_by_hand([y, z], {y: 6, z: 4}, {(y, w): 3, (z, w): 5})
    assert names(report) == ["y", "z", "dy/dw", "dz/dw"]
    assert [f.claim.name for f in report.findings if not f.ok] == ["dz/dw"]
    with pytest.raises(ValueError, match="several outputs"):
        check_by_hand([y, z], gradients={w: 3})
    inner = w * 2.0
    with pytest.raises(ValueError, match="several outputs"):
        check_by_hand([y, inner + 1.0], shares={(w, inner): 2})


def test_of_several_outputs_each_share_comes_down_from_its_own() -> None:
    w = Parameter(2.0, label="w")
    s = w * 3.0
    y, z = s * 5.0, s**2
    label(s=s, y=y, z=z)
    report = check_by_hand([y, z], shares={(w, s, y): "15", (w, s, z): "36"})
    assert verdicts(report) == ["right", "right"]
    swapped = check_by_hand([y, z], shares={(w, s, y): "36", (w, s, z): "15"})
    assert verdicts(swapped) == ["wrong", "wrong"]


def test_what_one_output_is_computed_from_follows_from_no_share_of_another() -> None:
    w = Parameter(2.0, label="w")
    s = w * 3.0
    y, z = s * 5.0, s**2
    label(s=s, y=y, z=z)
    report = check_by_hand([y, z], gradients={(z, s): "13", (z, w): "39"}, shares={(w, s, y): "17"})
    assert verdicts(report) == ["wrong", "wrong", "follows from an error"]
    assert [claim.name for claim in report.findings[-1].basis] == ["dz/ds"]


def test_what_one_node_receives_follows_from_no_share_of_another() -> None:
    v = Parameter(2.0, label="v")
    u = v * 0.5
    a = u * 1.5
    y = a * 5.0 + u * 4.0
    label(u=u, a=a, y=y)
    report = check_by_hand(y, gradients={u: "13", v: "6.5"}, shares={(u, a): "9"})
    share, above, below = report.findings
    assert (share.verdict, above.verdict) == ("wrong", "follows from an error")  # 9 + 4
    assert [claim.kind for claim in above.basis] == ["share"]
    assert (below.verdict, below.basis) == ("follows from an error", (above.claim,))  # 13 / 2


def test_a_local_derivative_follows_from_the_direct_way_and_a_whole_one_from_every_way() -> None:
    a, x = Value(2.0, label="a"), Value(3.0, label="x")
    m = a * x + 1.0
    y = m * x
    label(m=m, y=y)
    copied_wrongly: dict[Any, Any] = {a: "2.5", m: "8.5"}
    local = check_by_hand(5.0 * y, copied_wrongly, locals={(y, x): "8.5"})  # m
    whole = check_by_hand(5.0 * y, copied_wrongly, {(y, x): "16.0"})  # m + x * a
    for report, basis in ((local, ["m"]), (whole, ["a", "m"])):
        assert report.findings[-1].verdict == "follows from an error"
        assert [claim.name for claim in report.findings[-1].basis] == basis


def test_derivatives_of_an_inner_node_are_claimed_as_pairs(student: dict[str, Value]) -> None:
    n = student
    assert check_by_hand(n["cost"], gradients={(n["y_pred"], n["w1"]): "169.2"}).ok


# ------------------------------------------------------------------------------- deltas


@pytest.mark.parametrize("sign", [1, -1])
def test_deltas_may_have_either_sign_but_all_the_same(sign: int, student: dict[str, Value]) -> None:
    n = student
    deltas = {n["y_pred"]: f"{sign * -114.1:g}", n["z1"]: f"{sign * -321.7:g}"}
    assert check_by_hand(n["cost"], deltas=deltas).ok
    mixed = {**deltas, n["z1"]: f"{sign * 321.7:g}"}
    wrong = check_by_hand(n["cost"], deltas=mixed).first_wrong
    assert wrong is not None
    assert wrong.slip is not None
    assert wrong.slip.name == "sign"


# --------------------------------------------------------------------------------- kinks


@pytest.mark.parametrize("written", ["0", "1", "0.5", "0.3"])
def test_any_subgradient_at_a_kink_is_right(written: str) -> None:
    x = Value(0.0, label="x")
    y = autograd.relu(x)
    label(y=y)
    assert check_by_hand(y, locals={(y, x): written}, gradients={x: written}).ok
    assert check_by_hand(2.0 * y, gradients={x: f"{2 * float(written):g}"}).ok


@pytest.mark.parametrize("written", ["1.5", "-0.5"])
def test_no_other_number_is_a_subgradient(written: str) -> None:
    x = Value(0.0, label="x")
    assert not check_by_hand(autograd.relu(x), gradients={x: written}).ok


@pytest.mark.parametrize(("written", "ok"), [("-1", True), ("0", True), ("1", True), ("2", False)])
def test_the_absolute_value_has_every_slope_between_its_two(written: str, ok: bool) -> None:
    x = Value(0.0, label="x")
    assert check_by_hand(abs(x), gradients={x: written}).ok is ok


def test_away_from_the_kink_the_slope_is_one_number() -> None:
    x = Value(-2.0, label="x")
    assert check_by_hand(autograd.relu(x), gradients={x: "0"}).ok
    assert not check_by_hand(autograd.relu(x), gradients={x: "0.5"}).ok


@pytest.mark.parametrize(("of_a", "ok"), [("0", True), ("0.5", True), ("1", True), ("2", False)])
def test_at_a_tie_a_largest_number_may_give_all_to_one_input(of_a: str, ok: bool) -> None:
    a, b = Value(1.5, label="a"), Value(1.5, label="b")
    y = autograd.maximum(a, b)
    label(y=y)
    assert check_by_hand(3.0 * y, locals={(y, a): of_a}).ok is ok
    assert check_by_hand(3.0 * y, gradients={a: f"{3 * float(of_a):g}"}).ok is ok


@pytest.mark.parametrize(
    ("shares", "ok"),
    [
        (("0.5", "0.5"), True),
        (("0.9", "0.1"), True),
        (("1", "0"), True),
        (("0.90", "0.30"), False),
        (("1.0", "1.0"), False),
        (("0.0", "0.0"), False),
        (("7.0", "-6.0"), False),
        (("0.33", "0.33", "0.33"), True),
        (("0.50", "0.0", "0.50"), True),
        (("0.0", "1.0", "0.0"), True),
        (("0.50", "0.50", "0.50"), False),
    ],
)
def test_the_shares_of_a_tie_add_up_to_what_came_down(shares: tuple[str, ...], ok: bool) -> None:
    for upstream in (1.0, 3.0):
        tied = [Value(1.5, label=f"a{i}") for i in range(len(shares))]
        y = autograd.maximum(*tied)
        label(y=y)
        of = dict(zip(tied, shares, strict=True))
        gradients = {node: f"{upstream * float(share):.4g}" for node, share in of.items()}
        gradients = {n: g if "." in g or g == "0" else f"{g}.0" for n, g in gradients.items()}
        assert check_by_hand(upstream * y, gradients=gradients).ok is ok
        locals_ = {(y, node): share for node, share in of.items()}
        assert check_by_hand(upstream * y, locals=locals_).ok is ok


@pytest.mark.parametrize(("of_x", "ok"), [("1.3", True), ("1.5", False), ("2.0", False)])
def test_what_lies_below_a_tie_follows_from_the_shares_that_were_written(
    of_x: str, ok: bool
) -> None:
    x = Value(1.0, label="x")
    a, b = 2.0 * x, x + 1.0
    label(a=a, b=b)
    gradients = {a: "0.30", b: "0.70", x: of_x}
    assert check_by_hand(autograd.maximum(a, b), gradients=gradients).ok is ok


def test_a_value_that_repeats_the_line_before_is_not_excused_by_rounding() -> None:
    x = Value(0.56, label="x")
    z = 1.0 * x
    h = z.tanh()
    label(z=z, h=h)
    report = check_by_hand(h, values={z: "0.56", h: "0.56"})
    assert report.first_wrong is not None
    assert report.first_wrong.slip is not None
    assert report.first_wrong.slip.name == "operation forgotten"
    assert check_by_hand(h, values={z: "0.56", h: "0.51"}).ok


def test_a_gradient_that_repeats_the_one_above_is_not_excused_by_rounding() -> None:
    a, b = Value(2.72, label="a"), Value(0.36, label="b")
    z = a + b
    h = autograd.softplus(z)
    y = h**2
    label(z=z, h=h, y=y)
    # ln(1 + e^3.08) = 3.125, dy/dh = 6.25, and dh/dz = 1 / (1 + e^-3.08) = 0.956
    report = check_by_hand(y, values={h: "3.1"}, gradients={h: "6.2", z: "6.2"})
    assert report.first_wrong is not None
    assert report.first_wrong.slip is not None
    assert report.first_wrong.slip.name == "local derivative forgotten"
    assert check_by_hand(y, values={h: "3.1"}, gradients={h: "6.2", z: "5.9"}).ok


# ----------------------------------------------------------------------------- optimisers


def parabola() -> tuple[Value, Parameter]:
    x = Parameter(10.0, label="x")
    f = (x - 4.0) ** 2
    label(f=f)
    return f, x


def run(optimizer: Any, steps: int) -> list[float]:
    """The numbers of x that the optimiser itself gives, as an oracle for the judge."""
    f, x = parabola()
    found = []
    for _ in range(steps):
        x.grad = 0.0
        f.recompute()
        f.backward()
        optimizer.update([x])
        found.append(x.data)
    return found


class Inverse(Optimizer):
    """Goes down by rate / gradient; by nothing where the gradient is 0."""

    def decrease(self, data: float, grad: float, rate: float, memory: list[float]) -> float:
        del data, memory
        return 0.0 if grad == 0 else rate * (1.0 / grad)


class Square(Optimizer):
    """Goes down by rate * gradient**2; by 1 where the gradient is 0."""

    def decrease(self, data: float, grad: float, rate: float, memory: list[float]) -> float:
        del data, memory
        return rate * grad**2 if grad else 1.0


@pytest.mark.parametrize(
    ("optimizer", "at", "new"),
    [
        (Inverse, 9.0, "8.99"),
        (Inverse, 4.0, "4.0"),
        (Square, 9.0, "-1.0"),
        (Square, 4.0, "3.0"),
    ],
)
def test_a_step_of_an_optimiser_of_ones_own_is_judged(
    optimizer: type[Optimizer], at: float, new: str
) -> None:
    x = Parameter(at, label="x")
    f = (x - 4.0) ** 2  # at 9, its gradient is 10
    assert verdicts(check_by_hand(f, updates={x: (new, optimizer(0.1))})) == ["right"]
    assert verdicts(check_by_hand(f, updates={x: ("9.5", optimizer(0.1))})) == ["wrong"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: SGD(0.2),
        lambda: SGD(0.2, momentum=0.9),
        lambda: SGD(0.1, momentum=0.9, nesterov=True),
        lambda: RMSprop(0.1),
        lambda: Adam(0.1),
    ],
)
def test_several_steps_of_an_optimiser_are_judged(make: Any) -> None:
    f, x = parabola()
    numbers = [f"{number:.6g}" for number in run(make(), 3)]
    report = check_by_hand(f, updates={x: (numbers, make())})
    assert report.ok, report
    assert names(report) == [f"new x after step {k}" for k in (1, 2, 3)]
    numbers[1] = f"{float(numbers[1]) + 0.37:.6g}"
    assert check_by_hand(f, updates={x: (numbers, make())}).findings[1].verdict == "wrong"


@pytest.mark.parametrize("written", ["0.72", "0.65", "0.54"])
def test_the_errors_of_a_first_step_of_adam_cancel(written: str) -> None:
    w = Parameter(0.7, label="w")
    cost = (w * Value(1.3, label="x") - 1.1) ** 2  # rising: the step is the rate, whatever it is
    report = check_by_hand(-cost, updates={w: (written, Adam(0.1))})
    assert not report.ok
    assert check_by_hand(-cost, updates={w: ("0.60", Adam(0.1))}).ok


def test_an_optimiser_in_use_is_left_alone_and_not_gone_on_with() -> None:
    f, x = parabola()
    used = Adam(0.1)
    f.backward()
    used.update([x])
    x.data = 10.0
    assert check_by_hand(f, updates={x: ("9.9", used)}).ok
    assert used.iterations == 1


@pytest.mark.parametrize(
    ("numbers", "how", "slip"),
    [
        (["7.6", "6.16"], SGD(0.2, momentum=0.9), "plain gradient descent"),
        (["9.68377"], Adam(0.1), "the correction for the start at 0 is missing"),
        (["8.8"], Adam(0.1), "plain gradient descent"),
        (["12.4"], SGD(0.2, momentum=0.9), "a step uphill: the gradient was added"),
        # The next is 7.6 - (0.1 * 2.4 + 0.2 * 7.2).
        (["7.6", "5.92"], SGD(0.2, momentum=0.9), "momentum and 1 - momentum are swapped"),
        # The next is 10 - 0.1 * 12 / sqrt(0.9 * 144).
        (["9.89459"], RMSprop(0.1), "rho and 1 - rho are swapped"),
        # The next is 9.683772 - 0.1 * 11.367544 / sqrt(0.9 * 14.4 + 0.1 * 11.367544**2).
        (
            ["9.68377", "9.46033"],
            RMSprop(0.1, momentum=0.9),
            "the last step's velocity is missing",
        ),
        # The next are 10 - 0.1 * 12 / (0.1 * 144), and 10 - 0.1 * 12 / 144 of corrected numbers.
        (["9.91667"], RMSprop(0.1), "the root is missing"),
        (["9.99167"], Adam(0.1), "the root is missing"),
        # The next is 7.6 - 0.2 * 12, where 0.2 * 7.2 is right.
        (["7.6", "5.2"], 0.2, "the gradient of the step before was used once more"),
        # The next is 7.6 - 0.1 * 12, for the rate of the second step is 0.2 / 2.
        (
            ["7.6", "6.4"],
            SGD(lambda steps: 0.2 / (1 + steps)),
            "the gradient of the step before was used once more",
        ),
        # The next is 7.6 - 0.2 * (12 + 7.2).
        (
            ["7.6", "3.76"],
            0.2,
            "the gradients of the steps before were not set to zero, and are added",
        ),
    ],
)
def test_the_slip_of_an_optimiser_is_named(numbers: list[str], how: Any, slip: str) -> None:
    f, x = parabola()
    if slip.startswith("the correction"):  # 0.1 * m / sqrt(v) without it
        numbers = [f"{10 - 0.1 * (0.1 * 12) / (math.sqrt(0.001 * 144) + 1e-7):.6f}"]
    wrong = check_by_hand(f, updates={x: (numbers, how)}).first_wrong
    assert wrong is not None
    assert wrong.slip is not None
    assert wrong.slip.description == slip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-37.25", "the sign is the other one"),
        ("18.625", "half of what it should be"),
        ("74.50", "twice what it should be"),
        ("372.5", "ten times what it should be"),
        ("3.725", "a tenth of what it should be"),
        ("3725.0", "a hundred times what it should be"),
        ("0.3725", "a hundredth of what it should be"),
    ],
)
def test_a_slip_that_any_number_may_have_is_named(text: str, said: str) -> None:
    w = Value(37.25, label="w")
    wrong = check_by_hand(w * 2.0, values={w: text}).first_wrong
    assert wrong is not None
    assert wrong.slip is not None
    assert wrong.slip.description == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (10 + 2.4, "a step uphill: the gradient was added"),
        (-2.4, "this is the step, not the new number"),
        (2.4, "this is the step, not the new number"),
        (10 - 1.0 * 12, "1 was used instead of 0.2"),
        (10 - 0.02 * 12, "0.02 was used instead of 0.2"),
        (10 - 2.0 * 12, "2 was used instead of 0.2"),
        (10 - 0.002 * 12, "0.002 was used instead of 0.2"),
        (10 - 20.0 * 12, "20 was used instead of 0.2"),
        (12.0, "this is the gradient"),
        (10 - 1.2, "half of the step"),
        (10 - 4.8, "twice the step"),
    ],
)
def test_the_slip_of_a_step_is_named(number: float, said: str) -> None:
    f, x = parabola()
    wrong = check_by_hand(f, updates={x: (f"{number:.4f}", 0.2)}).first_wrong
    assert wrong is not None
    assert wrong.slip is not None
    assert wrong.slip.description == said


def test_an_unchanged_weight_is_no_update() -> None:
    w = Parameter(12.0, label="w")
    y = w * 0.001
    report = check_by_hand(y, updates={w: ("12.00", 0.1)})
    assert verdicts(report) == ["too few digits"]
    assert "the step has to show" in str(report)
    assert check_by_hand(y, updates={w: ("11.9999", 0.1)}).ok


@pytest.mark.parametrize("written", ["12", "12.0", "12.000"])
def test_an_unchanged_weight_earns_nothing(written: str) -> None:
    w = Parameter(12.0, label="w")
    y = w * 1.4
    report = check_by_hand(y, updates={w: (["11.986", "11.972"], 0.01)})
    assert report.ok
    assert check_by_hand(y, updates={w: (written, 0.01)}).score == 0
    assert check_by_hand(y, updates={w: (["11.986", "11.986"], 0.01)}).score == 0.5
    assert check_by_hand(y, updates={w: ("11.99", 0.01)}).score == 0.5  # so far so good


@pytest.mark.parametrize(
    ("old", "written"),
    [(3.0, "2.9"), (3.0, "2.99"), (3.0, "3"), (10.0, "9.9"), (100.0, "99"), (1.0, "0.99")],
)
def test_a_weight_cut_off_before_its_step_is_no_update(old: float, written: str) -> None:
    w = Parameter(old, label="w")
    y = 2.0 * w
    label(y=y)
    for how in (1e-6, SGD(1e-6)):
        report = check_by_hand(y, updates={w: (written, how)})
        assert verdicts(report) == ["too few digits"], report
        assert "the step has to show" in str(report)
        assert check_by_hand(y, updates={w: (f"{old - 2e-6:.6f}", how)}).ok
    twice = check_by_hand(y, updates={w: ([written, written], SGD(1e-6))})
    assert not any(finding.ok for finding in twice.findings)


def test_what_follows_from_an_error_has_to_show_its_step_too() -> None:
    w = Parameter(3.0, label="w")
    y = 2.0 * w
    label(y=y)
    for written in ("3.0", "2.9"):
        report = check_by_hand(y, gradients={w: "4"}, updates={w: (written, 1e-6)})
        assert verdicts(report) == ["wrong", "too few digits"], report
    follows = check_by_hand(y, gradients={w: "4"}, updates={w: ("2.999996", 1e-6)})
    assert verdicts(follows) == ["wrong", "follows from an error"]


@pytest.mark.parametrize(
    ("written", "verdict"),
    [
        ("3.01", "wrong"),
        ("3.02", "wrong"),
        ("2.9979", "wrong"),
        ("2.99801", "rounded"),
        ("2.998", "right"),
        ("3", "too few digits"),
        ("2.99", "too few digits"),
    ],
)
def test_a_tolerance_is_one_of_the_step(written: str, verdict: str) -> None:
    w = Parameter(3.0, label="w")
    y = 2.0 * w
    label(y=y)
    report = check_by_hand(y, updates={w: (written, 1e-3)}, tolerance=0.01)
    assert verdicts(report) == [verdict]
    if verdict == "too few digits":
        assert "the step has to show, within 0.01 of its size" in str(report)


def test_a_sheet_of_zeros_and_unchanged_weights_is_not_right(student: dict[str, Value]) -> None:
    n = student
    report = check_by_hand(
        n["cost"], {n["g1"]: "0", n["g2"]: "0"}, {n["b2"]: "0"}, {n["w7"]: ("12", 1e-6)}
    )
    assert not any(finding.ok for finding in report.findings)


# ------------------------------------------------------------------- difference quotients


@pytest.mark.parametrize("written", ["6.0", "6.10", "5.90"])
def test_a_difference_quotient_may_be_central_or_to_one_side(written: str) -> None:
    x = Value(3.0, label="x")
    assert check_by_hand(x**2, differences={x: (written, 0.1)}).ok
    assert not check_by_hand(x**2, differences={x: ("12", 0.1)}).ok
    assert not check_by_hand(x**2, differences={x: ("6.05", 0.1)}).ok


@pytest.mark.parametrize(
    ("below", "said"),
    [
        (0.01, ("difference quotient", "divided by h in the place of 2h")),
        (1.0, ("difference quotient", "not divided by 2h")),
        (0.04, ("factor 2", "half of what it should be")),
    ],
)
def test_what_stands_below_a_central_difference_is_told(
    below: float, said: tuple[str, str]
) -> None:
    x = Value(1.3, label="x")
    y = autograd.exp(x) * x
    written = (1.31 * math.exp(1.31) - 1.29 * math.exp(1.29)) / below
    (finding,) = check_by_hand(y, differences={x: (f"{written:.5g}", 0.01)}).findings
    assert finding.slip is not None
    assert (finding.slip.name, finding.slip.description) == said


def test_the_new_state_of_a_cell_in_the_place_of_the_old_one_is_told() -> None:
    numbers = {"f": 0.613, "i": 0.427, "g": 0.339, "c0": 0.871, "o": 0.55}
    f, i, g, c0, o = (Value(number, label=name) for name, number in numbers.items())
    c1 = f * c0 + i * g
    h1 = o * autograd.tanh(c1)
    cost = (h1 - 0.9) ** 2
    label(c1=c1, h1=h1, cost=cost)
    new = 0.613 * 0.871 + 0.427 * 0.339
    out = 0.55 * math.tanh(new)
    upstream = 2 * (out - 0.9) * 0.55 * (1 - math.tanh(new) ** 2)
    assert check_by_hand(cost, gradients={f: f"{upstream * 0.871:.5g}"}).ok
    (finding,) = check_by_hand(cost, gradients={f: f"{upstream * new:.5g}"}).findings
    assert finding.slip is not None
    assert finding.slip.description == "c1 in the place of ∂c1/∂f"


def test_a_difference_quotient_of_a_graph_that_begins_with_a_constant_is_judged() -> None:
    x = Value(3.0, label="x")
    assert check_by_hand(2.0 * x, differences={x: ("2.0", 0.1)}).ok


def test_a_step_of_nothing_is_refused() -> None:
    x = Value(3.0, label="x")
    with pytest.raises(ValueError, match="step above 0"):
        check_by_hand(x**2, differences={x: ("6", 0.0)})


# ------------------------------------------------------------------------- how exactly


@pytest.mark.parametrize(
    ("options", "written", "ok"),
    [
        ({}, "0.37754", True),
        ({}, "0.38", True),
        ({}, "0.4", False),
        ({"digits": 3}, "0.38", False),
        ({"digits": 3}, "0.378", True),
        ({"digits": 1}, "0.4", True),
        ({"decimals": 1}, "0.4", True),
        ({"decimals": 3}, "0.38", False),
        ({"decimals": 3}, "0.378", True),
        ({"tolerance": 0.05}, "0.39", True),
        ({"tolerance": 0.01}, "0.39", False),
    ],
)
def test_a_sheet_and_a_claim_say_how_exactly_to_write(
    options: dict[str, Any], written: str, ok: bool, student: dict[str, Value]
) -> None:
    cost, g1 = student["cost"], student["g1"]
    assert check_by_hand(cost, {g1: written}, **options).ok is ok
    assert check_by_hand(cost, {g1: Answer(written, **options)}).ok is ok


@pytest.mark.parametrize(
    "options", [{"digits": 0}, {"decimals": -1}, {"tolerance": 0.0}, {"tolerance": 2}, {"hint": 4}]
)
def test_an_option_out_of_range_is_refused(options: dict[str, Any]) -> None:
    x = Value(3.0, label="x")
    with pytest.raises(ValueError, match="expected"):
        check_by_hand(x * 1.0, {x: 3}, **options)


# ------------------------------------------------------------------ hints, score, data


def slip_after_right_lines() -> HandCheck:
    """Two wrong lines: 1.50 for 1.936, and from it 0.25 for half of (1.50 - 1.25)."""
    x = Value(1.1, label="x")
    a = x * 1.76
    b = a - 1.25
    c = 0.5 * b
    label(a=a, b=b, c=c)
    return check_by_hand(c, {a: "1.50", b: "0.25", c: "-0.125"})


def test_hints_come_in_stages_and_tell_no_answer_unasked() -> None:
    report = slip_after_right_lines()
    told = [str(report.with_hint(hint)) for hint in range(4)]
    assert told[0] == "1 of 3 steps are right." or told[0].endswith("of 3 steps are right.")
    assert "The first wrong step is a" in told[1]
    assert "sign" not in told[1]
    assert "sign" in told[2]
    assert "expected" not in told[2]
    assert "expected 0.125" in told[3]
    assert "0.343" not in told[3]  # what is exact, were the first line right
    assert "0.343" in str(report.with_hint(0, reveal=True))


def test_expected_follows_from_the_lines_before() -> None:
    last = slip_after_right_lines().findings[-1]
    assert last.verdict == "wrong"
    assert last.expected == pytest.approx(0.125)
    assert last.exact == pytest.approx(0.343)


def test_the_score_counts_what_follows_from_an_error(student: dict[str, Value]) -> None:
    n = student
    report = check_by_hand(
        n["cost"], {n["g1"]: "0.62", n["z1"]: "-0.50"}, {n["w8"]: "", n["b3"]: "-1e2", n["g1"]: "x"}
    )
    points = {f.claim.name: f.points for f in report.findings}
    assert points == {
        "z1": 1.0,
        "g1": 0.0,
        "gradient of g1": 0.0,
        "gradient of w8": 0.0,
        "gradient of b3": 0.5,
    }
    assert report.score == pytest.approx(1.5 / 5)


@pytest.mark.parametrize("filler", ["0", "1", "0.5", "1.0", "2.0", "-0.30"])
def test_one_number_in_every_blank_earns_nothing(filler: str, student: dict[str, Value]) -> None:
    n = student
    report = check_by_hand(
        n["cost"],
        {n[name]: filler for name in ("z1", "g1", "z2", "g2", "y_pred", "cost")},
        {n[name]: filler for name in ("y_pred", "w7", "w8", "b3", "g1", "z1", "w1", "b1")},
        {n["w7"]: (filler, 0.01)},
        locals={(n["g1"], n["z1"]): filler},
    )
    assert report.score == 0


def test_a_digit_of_a_number_that_follows_from_an_error_is_not_right_so_far() -> None:
    x = Value(2.0, label="x")
    a = x * 0.3
    y = a * 1.0
    label(a=a, y=y)
    report = check_by_hand(y, {a: "-0.34", y: "-0.3"})  # 0.6 is meant
    assert verdicts(report) == ["wrong", "wrong"]


def leaky_reports() -> list[HandCheck]:
    """Reports of every kind of claim and verdict, on numbers that are told from others."""
    x, w = Value(1.2345678912, label="x"), Parameter(0.7654321987, label="w")
    z = w * x
    y = autograd.tanh(z)
    cost = (y - 0.1) ** 2
    label(z=z, y=y, cost=cost)
    return [
        check_by_hand(
            cost,
            {z: text, y: text},
            {w: text, z: text},
            {w: (text, 0.1)},
            locals={(y, z): text},
            shares={(w, z): text},
            deltas={y: text},
            differences={w: (text, 0.01)},
            formulas={(y, z): text or None, (cost, y): "2*y" if text else None},
        )
        for text in ("3.21", "0.9", "", "what")
    ]


@pytest.mark.parametrize("hint", [0, 1, 2, 3])
def test_nothing_exact_is_told_unasked(hint: int) -> None:
    for report in leaky_reports():
        told = report.with_hint(hint)
        shown = "\n".join(
            [str(told), repr(told), json.dumps(told.to_dict()), *map(repr, told.findings)]
        )
        for finding in told.findings:
            assert f"{finding.exact:.8g}" not in shown, finding.claim.name
            if hint < 3 or finding.verdict not in {"wrong", "too few digits"}:
                assert f"{finding.exact:.4g}" not in shown or finding.claim.kind == "formula"
        formulas = [f for f in told.to_dict().get("claims", []) if f["kind"] == "formula"]
        assert not any("expected" in formula for formula in formulas)


def test_plain_data_tell_what_the_text_tells() -> None:
    report = slip_after_right_lines()
    data = [report.with_hint(hint).to_dict() for hint in range(4)]
    assert all(json.loads(json.dumps(one)) == one for one in data)
    assert "claims" not in data[0]
    assert {"slip", "expected", "exact"}.isdisjoint(data[1]["claims"][2])
    assert data[2]["claims"][2]["slip"] == "sign"
    assert "expected" not in data[2]["claims"][2]
    assert data[3]["claims"][2]["expected"] == pytest.approx(0.125)
    assert report.with_hint(0, reveal=True).to_dict()["claims"][2]["exact"] == pytest.approx(0.343)
    assert data[3]["first_wrong"] == "a"
    assert data[3]["score"] == pytest.approx(1 / 3)


def test_infinities_are_text_in_plain_data() -> None:
    x = Value(0.0, label="x")
    report = check_by_hand(x.log(), gradients={x: "1"}, reveal=True)
    (claim,) = report.to_dict()["claims"]
    assert claim["exact"] == "inf"
    assert json.dumps(claim, allow_nan=False)


def test_digits_shown_tell_a_number_apart_from_what_was_written() -> None:
    x = Value(1 / 3, label="x")
    report = check_by_hand(x * 1.0, {x: "0.33333300"}, hint=3)
    assert "expected 0.3333333" in str(report)


# ---------------------------------------------------------------------- large graphs


def test_a_sum_of_two_thousand_terms_is_judged_in_seconds() -> None:
    weights = [Parameter(0.001 * i - 0.9, label=f"w{i}") for i in range(1980)]
    inputs = [Value(math.sin(i), label=f"x{i}") for i in range(1980)]
    z = autograd.dot(weights, inputs, 0.5)
    y = (z - 1.0) ** 2
    label(z=z, y=y)
    y.backward()
    report = check_by_hand(y, {z: "123.4"}, {w: f"{w.grad:.4g}" for w in weights})
    assert not report.ok
    assert len(report.findings) == 1981


# -------------------------------------------------------------------- normalised inputs


def test_normalised_inputs_are_numbers_of_the_graph() -> None:
    hours = [Value(number, label=f"x{i}") for i, number in enumerate((60.0, 70.0, 40.0), 1)]
    mean = autograd.sum(hours) / 3.0
    variance = autograd.sum((x - mean) ** 2 for x in hours) / 3.0
    spread = variance.sqrt()
    z = (hours[0] - mean) / spread
    label(mean=mean, variance=variance, spread=spread, z=z)
    right = {mean: "56.67", variance: "155.6", spread: "12.47", z: "0.267"}
    assert check_by_hand(z, right).ok
    for node, wrong in ((spread, "155.6"), (z, "0.02143"), (z, "4.81"), (mean, "170")):
        report = check_by_hand(z, {**right, node: wrong})
        assert report.first_wrong is not None
        assert report.first_wrong.claim.node is node
        assert report.first_wrong.slip is not None


@pytest.mark.parametrize(
    ("function", "z", "written", "gradient", "is_right"),
    [
        # 1 - 0.999**2 is 0.001999, and 0.0010 of a square of 0.99866; exactly it is 0.00134.
        (autograd.tanh, 4.0, "0.999", "0.0020", True),
        (autograd.tanh, 4.0, "0.999", "0.00134", True),
        (autograd.tanh, 4.0, "0.999", "0.0030", False),
        (autograd.sigmoid, 6.0, "0.998", "0.0020", True),
        (autograd.sigmoid, 6.0, "0.998", "0.00247", True),
        (autograd.sigmoid, 6.0, "0.998", "0.0030", False),
    ],
)
def test_a_saturated_unit_leaves_no_room_for_other_slopes(
    function: Any, z: float, written: str, gradient: str, is_right: bool
) -> None:
    x = Value(z, label="z")
    y = function(x)
    assert check_by_hand(y, {y: written}, {x: gradient}).ok is is_right


def _product_with_a_saturated_unit(
    numbers: dict[str, float], function: Any, written: str
) -> tuple[Value, Value, dict[Value, str]]:
    """Return (h g + v - t)**2 of a tanh h and another unit, its weight w, and a hand's lines."""
    x, w, u, b, v, t = (Value(numbers[name], label=name) for name in "xwubvt")
    z, q = w * x + b, u * x - b
    h, g = autograd.tanh(z), function(q)
    s = h * g + v
    y = (s - t) ** 2
    label(z=z, q=q, h=h, g=g, s=s, y=y)
    y.backward()
    return y, w, dict(zip((z, h, q, g, s, y), written.split(), strict=True))


@pytest.mark.parametrize(
    ("gradient", "is_right"),
    [
        # With h = -0.999 as it is written it is 0.00505, with all digits 0.00315. Hands that round
        # on the way reach 0.0052, and 0.00665 lacks the factor g.
        *((text, True) for text in ("0.00315", "0.00504", "0.00505")),
        *((text, False) for text in ("0.00600", "0.00665", "0.00750", "0.00800", "-0.00315")),
    ],
)
def test_beside_a_saturated_unit_no_other_factor_can_be_forgotten(
    gradient: str, is_right: bool
) -> None:
    numbers = {"x": -1.57, "w": 1.82, "u": 0.82, "b": -1.18, "v": -0.66, "t": 0.57}
    lines = "-4.04 -0.999 -0.107 0.473 -1.13 2.90"
    y, w, written = _product_with_a_saturated_unit(numbers, autograd.sigmoid, lines)
    assert check_by_hand(y, written, {w: gradient}).ok is is_right


@pytest.mark.parametrize(
    ("gradient", "is_right"),
    [
        # Of -1.000 the slope is 0, and with all digits it is 0.0001: hands go on with the one or
        # with the other, and what is far from both is no hand's.
        ("-0.000929", True),
        ("-0.000465", False),
        ("0.000932", False),
        ("-0.00112", False),
        ("-0.00139", False),
    ],
)
def test_two_ways_to_go_on_leave_no_room_beyond_them_nor_between(
    gradient: str, is_right: bool
) -> None:
    numbers = {"x": 1.97, "w": -3.4, "u": -0.96, "b": 1.41, "v": 1.58, "t": 0.26}
    lines = "-5.29 -1.000 -3.30 -0.997 2.58 5.37"
    y, w, written = _product_with_a_saturated_unit(numbers, autograd.tanh, lines)
    assert check_by_hand(y, written, {w: gradient}).ok is is_right


class BySign(Optimizer):
    """A step of the learning rate, uphill or downhill, as plain Python chooses."""

    def decrease(self, data: float, grad: float, rate: float, memory: list[float]) -> float:  # noqa: ARG002  # an optimiser's arguments
        return rate if grad > 0 else -rate


class BySize(Optimizer):
    """A step that is smaller than the learning rate, however large the gradient is."""

    def decrease(self, data: float, grad: float, rate: float, memory: list[float]) -> float:  # noqa: ARG002  # an optimiser's arguments
        return rate * grad / (1.0 + abs(grad))


@pytest.mark.parametrize(
    ("rule", "written", "is_right"),
    [
        (BySign(0.1), "0.7", True),  # the gradient is 2.4
        (BySign(0.1), "0.9", False),
        (BySize(0.1), "0.729", True),  # 0.8 - 0.1 * 2.4 / 3.4
        (BySize(0.1), "0.756", False),
    ],
)
def test_an_optimiser_may_compare_gradients_and_take_their_size(
    rule: Optimizer, written: str, is_right: bool
) -> None:
    w = Value(0.8, label="w")
    assert check_by_hand((w * 2.0 - 1.0) ** 2, updates={w: (written, rule)}).ok is is_right


@pytest.mark.parametrize(
    ("written", "is_right"), [("15", True), ("15.0", True), ("14", False), ("16", False)]
)
def test_a_whole_number_that_something_is_multiplied_by_is_no_count_of_a_mean(
    written: str, is_right: bool
) -> None:
    w = Value(2.0, label="w")
    y = (w * 3) * 5
    assert check_by_hand(y, {}, {w: written}).ok is is_right


def test_a_path_needs_stops_that_are_computed_from_each_other() -> None:
    x = Value(0.5, label="x")
    z, u = 2.0 * x, 3.0 * x
    y = autograd.tanh(z) * autograd.tanh(u)
    autograd.label(z=z, u=u, y=y)
    with pytest.raises(ValueError, match=r"'z' = 1, from which 'u' = 1\.5 was not computed"):
        check_by_hand(y, shares={(x, z, u, y): "0.10"})


def test_an_optimiser_is_asked_for_where_its_class_is_given() -> None:
    w = Value(0.8, label="w")
    with pytest.raises(TypeError, match=r"received the class SGD: write SGD\(\)"):
        check_by_hand((w * 2.0 - 1.0) ** 2, updates={w: ("0.56", SGD)})


def test_the_last_velocity_may_be_that_of_the_numbers_that_were_written() -> None:
    def judged(*numbers: str) -> HandCheck:
        w = Value(0.8, label="w")
        cost = (w * 2.0 - 1.0) ** 2
        return check_by_hand(cost, updates={w: (list(numbers), SGD(0.1, momentum=0.9))})

    assert judged("0.56", "0.296").ok  # 0.8 - 0.24, then 0.56 - (0.9 * 0.24 + 0.1 * 0.48)
    uphill = judged("1.04", "0.824")  # 0.8 + 0.24, then 1.04 - (0.9 * -0.24 + 0.1 * 4.32)
    assert [finding.verdict for finding in uphill.findings] == ["wrong", "follows from an error"]
    assert [finding.ok for finding in judged("1.04", "0.9").findings] == [False, False]


@pytest.mark.parametrize(
    ("w", "lines", "gradients"),
    [
        # One sign is wrong, and the line is on the other side of the kink: all else follows.
        (-1.5, {"z": "3.0", "r": "3.0", "y": "3.50"}, {"r": "1", "z": "1", "w": "2.0"}),
        (1.5, {"z": "-3.0", "r": "0", "y": "0.50"}, {"r": "1", "z": "0", "w": "0"}),
        (1.5, {"z": "-3.0", "r": "0.0", "y": "0.50"}, {"z": "0.00", "w": "0.0"}),
    ],
)
def test_what_follows_on_the_wrong_side_of_a_relu_is_followed(
    w: float, lines: dict[str, str], gradients: dict[str, str]
) -> None:
    x, weight, bias = Value(2.0, label="x"), Value(w, label="w"), Value(0.5, label="b")
    z = weight * x
    r = z.relu()
    y = r + bias
    label(z=z, r=r, y=y)
    nodes = {"x": x, "w": weight, "z": z, "r": r, "y": y}
    report = check_by_hand(
        y,
        {nodes[name]: text for name, text in lines.items()},
        {nodes[name]: text for name, text in gradients.items()},
    )
    assert [finding.claim.name for finding in report.findings if finding.verdict == "wrong"] == [
        "z"
    ]
    assert not [f for f in report.findings if f.verdict == "too few digits"]


def test_a_branch_that_a_wrong_line_shut_follows_from_that_line() -> None:
    x, w, b = Value(2.0, label="x"), Value(1.5, label="w"), Value(0.5, label="b")
    z, q = w * x, x * b
    r = z.relu()
    y = r + q
    label(z=z, r=r, q=q, y=y)
    report = check_by_hand(y, {z: "-3.0", r: "0", q: "1.0", y: "1.0"}, {q: "1", x: "0.50"})
    found = {finding.claim.name: finding for finding in report.findings}
    assert found["gradient of x"].verdict == "follows from an error"
    assert [claim.name for claim in found["gradient of x"].basis] == ["z"]
    assert found["r"].verdict == "follows from an error"


@pytest.mark.parametrize(("number", "written"), [(1.09, "1"), (1.9, "1"), (0.247, "0")])
def test_a_digit_that_is_not_written_was_not_cut_off(number: float, written: str) -> None:
    x, w = Value(0.5, label="x"), Value(number, label="w")
    assert verdicts(check_by_hand(w * x, gradients={x: written})) == ["too few digits"]
    assert check_by_hand(w * x, gradients={x: f"{number:.2g}"}).ok


def test_a_zero_has_as_many_digits_as_the_lines_beside_it() -> None:
    a, b = Value(-3.65, label="a"), Value(-0.62, label="b")
    h = a.tanh()
    y = b * h
    label(h=h, y=y)
    # 1 - 0.999**2 is 0.002, and of no hand that writes three digits it is 0.
    for written, is_right in (
        ("0.000", False),
        ("0", False),
        ("-0.00124", True),
        ("-0.00167", True),
    ):
        assert check_by_hand(y, {h: "-0.999", y: "0.619"}, {h: "-0.620", a: written}).ok is is_right


@pytest.mark.parametrize(
    ("lines", "gradients", "basis"),
    [
        # p is 0.676, 0.292 and 0.0323, and the gradients are p - y.
        (("0.776", "0.292", "0.0323"), ("0.776", "-0.708", "0.0323"), {"gradient of z1": ["p1"]}),
        (("0.676", "0.392", "0.0323"), ("0.676", "-0.608", "0.0323"), {"gradient of z2": ["p2"]}),
        (("0.676", "0.292", "0.323"), ("0.676", "-0.708", "0.323"), {"gradient of z3": ["p3"]}),
    ],
)
def test_a_wrong_share_is_followed_into_the_gradient_of_its_own_score(
    lines: tuple[str, ...], gradients: tuple[str, ...], basis: dict[str, list[str]]
) -> None:
    scores = [Value(v, label=name) for name, v in (("z1", 1.21), ("z2", 0.37), ("z3", -1.83))]
    shares = autograd.softmax(scores)
    label(p1=shares[0], p2=shares[1], p3=shares[2])
    targets = [Value(v, label=f"y{k}") for k, v in enumerate((0.0, 1.0, 0.0), 1)]
    loss = -autograd.sum(y * p.log() for y, p in zip(targets, shares, strict=True))
    report = check_by_hand(
        loss,
        dict(zip(shares, lines, strict=True)),
        dict(zip(scores, gradients, strict=True)),
    )
    found = [f for f in report.findings if f.verdict == "follows from an error"]
    assert {f.claim.name: [claim.name for claim in f.basis] for f in found} == basis
    assert len([f for f in report.findings if f.verdict == "wrong"]) == 1


# ---------------------------------------------------------------- what a number follows from

BASES: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "values": (
        {"values": {"z": "3.7", "h": "0.80", "y": "2.96"}},
        {"z": "rounded", "h": "rounded", "y": "follows: z, h"},
    ),
    "gradients": (
        {"values": {"z": "3.66"}, "gradients": {"h": "3.66", "z": "1.2", "w": "2.81"}},
        {"gradient of z": "rounded", "gradient of w": "follows: gradient of z"},
    ),
    "local derivatives": (
        {
            "values": {"z": "3.7", "h": "0.80"},
            "locals": {("h", "z"): "0.11", ("z", "w"): "2.3"},
            "gradients": {"h": "3.7", "z": "1.207", "w": "2.776"},
        },
        {
            "gradient of z": "follows: h, ∂h/∂z, gradient of h",
            "gradient of w": "follows: ∂z/∂w, gradient of z",
        },
    ),
    "shares": (
        {
            "values": {"z": "3.7", "h": "0.80"},
            "shares": {("z", "h", "y"): "0.41", ("z", "y"): "0.80"},
            "gradients": {"z": "1.21"},
        },
        {
            "share of z through h → y": "follows: z, h",
            "share of z through y": "rounded",
            "gradient of z": "follows: z, h, share of z through h → y, share of z through y",
        },
    ),
    "a wrong value": (
        {"values": {"z": "3.9", "h": "0.825"}, "gradients": {"h": "3.9", "z": "1.2"}},
        {
            "z": "wrong",
            "h": "follows from an error: z",
            "gradient of h": "follows from an error: z",
            "gradient of z": "rounded",
        },
    ),
    "a wrong gradient": (
        {
            "gradients": {"z": "-1.201", "b": "-1.201", "w": "-2.817"},
            "updates": {"w": ("1.5162", 0.1)},
        },
        {
            "gradient of z": "wrong",
            "gradient of b": "follows from an error: gradient of z",
            "gradient of w": "follows from an error: gradient of z",
            "new w": "follows from an error: gradient of w",
        },
    ),
    "deltas": (
        {"deltas": {"z": "-1.20", "w": "-2.815"}},
        {"delta of z": "rounded", "delta of w": "follows: delta of z"},
    ),
}


@pytest.mark.parametrize("case", BASES)
def test_a_number_follows_from_the_nearest_lines_that_were_written(case: str) -> None:
    numbers = {"w": 1.2345, "x": 2.3456, "b": 0.7654}
    n = {name: Value(number, label=name) for name, number in numbers.items()}
    z = n["w"] * n["x"] + n["b"]
    h = autograd.tanh(z * 0.3)
    n |= {"z": z, "h": h, "y": h * z}
    label(**n)
    claims, right = BASES[case]
    named: Any = {
        kind: {
            tuple(n[x] for x in key) if isinstance(key, tuple) else n[key]: written
            for key, written in found.items()
        }
        for kind, found in claims.items()
    }
    found = {}
    for finding in check_by_hand(n["y"], **named).findings:
        basis = ", ".join(claim.name for claim in finding.basis)
        found[finding.claim.name] = f"{finding.verdict}: {basis}" if basis else finding.verdict
    assert {name: found[name] for name in right} == right


def test_a_pair_the_other_way_round_is_refused_whatever_is_claimed_of_it() -> None:
    w = Value(2.0, label="w")
    y = w * 3.0
    y.label = "y"
    for kind in ("gradients", "locals", "formulas"):
        claims: Any = {kind: {(w, y): "3"}}
        with pytest.raises(ValueError, match=r"where a is computed from b, received .*w.*, .*y"):
            check_by_hand(y, **claims)
    with pytest.raises(ValueError, match="expected a pair of nodes"):
        check_by_hand(y, locals={(y, w, w): "3"})  # type: ignore[dict-item]  # on purpose


def test_of_several_outputs_the_end_of_a_path_that_is_none_of_them_is_told() -> None:
    w = Value(2.0, label="w")
    a = w * 3.0
    b = a * 2.0
    y, z = b + 1.0, b * b
    label(a=a, b=b, y=y, z=z)
    with pytest.raises(ValueError, match=r"several outputs.*received only .*\bb\b"):
        check_by_hand([y, z], shares={(w, a, b): "6"})


@pytest.mark.parametrize("stop", ["h", ""])
@pytest.mark.parametrize(("written", "verdict"), [("0", "right"), ("5.0", "wrong")])
def test_the_share_of_a_path_that_gives_nothing_is_0(written: str, verdict: str, stop: str) -> None:
    x, a = Value(-1.3, label="x"), Value(3.0, label="a")
    z = a * x
    h = autograd.relu(z)
    y = h * 2.0 + a
    label(z=z, y=y)
    h.label = stop
    paths = [(z, h, y), (x, z, h, y)] if stop else [(z, y), (x, z, y)]
    for path in paths:
        assert verdicts(check_by_hand(y, shares={path: written})) == [verdict]
