"""The page, driven in a real browser: it shows the numbers that Python computes."""

import base64
import importlib
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

import autograd
from autograd import Parameter, Value, backward_steps, explore, forward_steps
from autograd.drawing import engine
from autograd.explaining import BackwardStep
from autograd.notation.names import names
from autograd.worked_example import STUDENTS, build

EXACT = 1e-12
HOSTILE = "</script><img src=x onerror=document.title='hit'>"


# ------------------------------------------------------------------- the browser

if TYPE_CHECKING:
    from tests.browsing import PageDriver, chromium, shown
else:
    from browsing import PageDriver, chromium, shown


def answered(page: PageDriver, output: Value, name: str, answer: str, folder: Path) -> None:
    """Return the page after it asked for the gradient of a node, and was answered."""
    shown(page, output, folder)
    page.press("last")
    page.node(output, name).click()
    page.press("ask")
    page.find("#answer").send_keys(answer + Keys.ENTER)


def worked_example() -> Value:
    return build(STUDENTS[0])["cost"]


def diamond() -> Value:
    x = Value(3.0, label="x")
    left, right = x * x, autograd.sin(x)
    y: Value = left * right + x
    autograd.label(left=left, right=right, y=y)
    return y


def random_expression() -> Value:
    rng = random.Random(7)  # noqa: S311  # nothing secret about it
    nodes: list[Value] = [Parameter(rng.uniform(0.2, 2.0), label=f"p{i}") for i in range(4)]
    rows = [row for row in autograd.TABLE.values() if row.name not in {"where", "greater"}]
    for row in rng.sample(rows, len(rows)):
        inputs = [rng.choice(nodes) for _ in range(row.arity or 3)]
        nodes.append(row(*inputs) if row.name != "acos" else row(inputs[0] * 0.1))
    good = [node for node in nodes if abs(node.data) < 1e3]
    output: Value = autograd.sum([node.tanh() for node in good]) * good[0]
    return output


GRAPHS = [worked_example, diamond, random_expression]


def expected(output: Value) -> dict[str, tuple[float, float]]:
    """Return the numbers that Python computes for each node, from the leaves' present numbers."""
    output.recompute()
    for node in autograd.topological_order(output):
        node.grad = 0.0
    output.backward()
    return {name: (node.data, node.grad) for node, name in names(output).items()}


def assert_shows_what_python_reckons(page: PageDriver, output: Value) -> None:
    drawn = page.nodes(output)
    assert len(drawn) > 2
    reckoned = expected(output)
    for name, numbers in drawn.items():
        if name.replace(".", "").isdigit():
            continue  # a constant, which has no gradient
        assert numbers == pytest.approx(reckoned[name], rel=EXACT, abs=1e-300, nan_ok=True), name


# ------------------------------------------------------------------------- stepping


@pytest.mark.parametrize("graph", GRAPHS)
def test_the_numbers_after_every_step_are_those_of_pythons_records(
    graph: Callable[[], Value], page: PageDriver, tmp_path: Path
) -> None:
    output = graph()
    called = names(output)
    shown(page, output, tmp_path)
    for forward in forward_steps(output):
        assert page.nodes(output).get(called[forward.node], (None,))[0] is None
        page.press("forth")
        value, gradient = page.nodes(output)[called[forward.node]]
        assert value == pytest.approx(forward.result, rel=EXACT)
        assert gradient is None
    page.press("forth")
    assert page.nodes(output)[called[output]][1] == 1.0
    count = 0
    for step in backward_steps(output):
        if not isinstance(step, BackwardStep):
            continue
        page.press("forth")
        count += 1
        record = page.record()
        for name in ("upstream", "local", "contribution", "total"):
            number = getattr(step, name)
            assert float(record[name]) == pytest.approx(number, rel=EXACT, abs=1e-300), step
        assert f"{called[step.parent]} receives " in page.find("#sentence").text
        total = page.nodes(output)[called[step.parent]][1]
        assert total == pytest.approx(step.total, rel=EXACT, abs=1e-300)
    assert count > 3
    steps = len([*forward_steps(output), *backward_steps(output)])
    assert page.find("#moment").text == f"Backward · step {steps} of {steps}"
    page.press("forth")
    assert page.find("#moment").text == f"Both passes are done · {steps} steps"
    assert not page.is_on("forth")
    assert_shows_what_python_reckons(page, output)


@pytest.mark.parametrize(
    ("graph", "parent", "chain"),
    [
        (
            worked_example,
            "y_act",
            "The chain so far: dcost dy_act = ∂cost ∂(y_pred - y_act) · ∂(y_pred - y_act) ∂y_act",
        ),
        (diamond, "right", "The chain so far: dy dright = ∂y ∂(left*right) · ∂(left*right) ∂right"),
        (
            diamond,
            "x",
            "The chain on this path: ∂y ∂(left*right) · ∂(left*right) ∂left · ∂left ∂x (input 2)",
        ),
        (diamond, "left*right", None),
    ],
)
def test_the_chain_down_to_the_edge_at_hand_is_shown_factor_by_factor(
    graph: Callable[[], Value],
    parent: str,
    chain: str | None,
    page: PageDriver,
    tmp_path: Path,
) -> None:
    output = graph()
    called = names(output)
    shown(page, output, tmp_path)
    page.press("last")
    page.press("back")
    while not page.find("#sentence").text.startswith(f"{parent} receives"):
        page.press("back")
    assert parent in called.values()
    working = " ".join(page.find("#working").text.split())
    if chain is None:
        assert "The chain" not in working
    else:
        assert working.endswith(f" {chain}")


def test_stepping_back_restores_every_moment(page: PageDriver, tmp_path: Path) -> None:
    output = diamond()
    shown(page, output, tmp_path)
    moments = []
    while page.is_on("forth"):
        moments.append((page.nodes(output), page.find("#step").text))
        page.press("forth")
    assert len({text for _, text in moments}) == len(moments)
    for moment in reversed(moments):
        page.press("back")
        assert (page.nodes(output), page.find("#step").text) == moment


def test_nothing_moves_between_steps(page: PageDriver, tmp_path: Path) -> None:
    shown(page, diamond(), tmp_path)

    def places() -> list[dict[str, int]]:
        return [n.rect for n in page.driver.find_elements("css selector", "[data-node] .box")]

    before = places()
    while page.is_on("forth"):
        page.press("forth")
        assert places() == before


def test_it_plays_to_the_end_and_pauses(page: PageDriver, tmp_path: Path) -> None:
    shown(page, diamond(), tmp_path)
    page.find("#pace option[value='40']").click()
    page.press("play")
    page.wait(lambda: page.find("#play").text == "▶ Play")
    assert "done" in page.find("#moment").text
    page.press("play")
    page.press("play")
    assert page.find("#play").text == "▶ Play"


def test_keys_step_and_the_slider_scrubs(page: PageDriver, tmp_path: Path) -> None:
    shown(page, diamond(), tmp_path)
    page.key(Keys.ARROW_RIGHT)
    page.key(Keys.ARROW_RIGHT)
    page.key(Keys.ARROW_LEFT)
    assert "step 1 of" in page.find("#moment").text
    page.key(Keys.END)
    assert "done" in page.find("#moment").text
    slider = page.find("#time")
    slider.send_keys(Keys.ARROW_LEFT)
    last = int(page.record()["time"])
    page.key(Keys.HOME)
    assert page.record()["time"] == "0"
    assert last > 5


# ------------------------------------------------------------- other numbers, live


@pytest.mark.parametrize(
    ("right", "down", "changes"),
    [(40, 0, True), (40, 19, True), (40, 21, False), (-40, -19, True), (0, 40, False)],
)
def test_a_drag_changes_a_number_where_it_goes_along_and_moves_the_drawing_else(
    right: int, down: int, changes: bool, page: PageDriver, tmp_path: Path
) -> None:
    output = diamond()
    shown(page, output, tmp_path)
    page.press("last")
    node = page.node(output, "x")
    place = node.rect
    ActionChains(page.driver).drag_and_drop_by_offset(node, right, down).perform()
    assert (page.nodes(output)["x"][0] != 3.0) is changes
    assert (page.node(output, "x").rect == place) is changes


@pytest.mark.parametrize(
    ("graph", "leaf"), [(worked_example, "w7"), (diamond, "x"), (random_expression, "p2")]
)
def test_after_a_dragged_leaf_both_passes_are_those_of_python(
    graph: Callable[[], Value], leaf: str, page: PageDriver, tmp_path: Path
) -> None:
    output = graph()
    shown(page, output, tmp_path)
    page.press("last")
    page.find(f"[aria-label='number of {leaf}']").find_element("xpath", "./../..//button").click()
    node = page.node(output, leaf)  # in sight, because its name was chosen in the list
    before = page.nodes(output)
    ActionChains(page.driver).drag_and_drop_by_offset(node, 37, 0).perform()
    number = page.nodes(output)[leaf][0]
    assert number is not None
    assert number != before[leaf][0]
    (changed,) = [n for n, name in names(output).items() if name == leaf]
    changed.data = number
    assert_shows_what_python_reckons(page, output)
    page.press("undo")
    assert page.nodes(output) == before


def test_a_number_that_is_typed_is_reckoned_with_and_what_is_none_is_refused(
    page: PageDriver, tmp_path: Path
) -> None:
    nodes = build(STUDENTS[0])
    output = nodes["cost"]
    shown(page, output, tmp_path)
    page.press("last")
    before = page.nodes(output)
    page.type_number(output, "b3", "twenty")
    assert page.find("#complaint").text == (
        "Expected b3 as a number, such as 0.1; received “twenty”."
    )
    assert page.nodes(output) == before
    page.type_number(output, "b3", "77.5")
    assert page.find("#complaint").text == ""
    nodes["b3"].data = 77.5
    assert_shows_what_python_reckons(page, output)


def test_gradient_steps_change_the_parameters_alone_and_can_be_undone(
    page: PageDriver, tmp_path: Path
) -> None:
    nodes = build(STUDENTS[0])
    output = nodes["cost"]
    shown(page, output, tmp_path)
    page.press("last")
    before = page.nodes(output)
    page.retype("#rate", "0.001")
    page.press("descend")
    reckoned = expected(output)
    after = page.nodes(output)
    assert after["w7"][0] == pytest.approx(12.043071862446853, rel=EXACT)
    for name, (value, gradient) in reckoned.items():
        if isinstance(nodes.get(name), Parameter):
            assert after[name][0] == pytest.approx(value - 0.001 * gradient, rel=EXACT)
    assert after["x1"][0] == 60.0
    cost, start = after["cost"][0], before["cost"][0]
    assert cost is not None
    assert start is not None
    assert cost < start
    page.press("descend")
    page.press("undo")
    assert page.nodes(output) == after
    page.press("reset")
    assert page.nodes(output) == before


def test_without_parameters_there_is_no_gradient_step(page: PageDriver, tmp_path: Path) -> None:
    shown(page, diamond(), tmp_path)
    assert not page.is_on("descend")
    assert "Parameter(...)" in page.find("#no-parameters").text
    page.press("descend")
    assert not page.is_on("undo")


@pytest.mark.parametrize(("leaf", "exact"), [("w7", -43.071862446852506), ("x1", -41.4498)])
def test_a_leaf_is_checked_by_differences(
    leaf: str, exact: float, page: PageDriver, tmp_path: Path
) -> None:
    output = worked_example()
    shown(page, output, tmp_path)
    page.press("last")
    page.node(output, leaf).click()
    page.press("check")
    checked = page.find("#checked")
    assert float(checked.get_attribute("data-difference") or "nan") == pytest.approx(exact, 1e-5)
    assert "they agree." in checked.text


# ------------------------------------------------------------------------ asking


def test_a_chosen_node_shows_its_formula_and_every_path(page: PageDriver, tmp_path: Path) -> None:
    output = worked_example()
    shown(page, output, tmp_path)
    page.press("last")
    page.node(output, "z1").click()
    text = " ".join(page.find("#chosen").text.split())
    assert "z1 = w1*x1 + w3*x2 + w5*x3 + b1 = 0.1*60 + 0.1*80 + 0.1*5 + (-15) = -0.5" in text
    page.node(output, "x1").click()
    assert page.texts("#chosen .path") == [
        "Path 1: x1 → z1 → g1 → y_pred → y_pred - y_act → cost",
        "Path 2: x1 → z2 → g2 → y_pred → y_pred - y_act → cost",
    ]
    text = " ".join(page.find("#chosen").text.split())
    assert "-114.0854 · 12 · 0.2350037 · 0.1 = -32.1726" in text
    assert "-114.08536 · 9 · 0.04517666 · 0.2 = -9.27719" in text
    assert len(page.texts(".edge.lit")) == 8
    page.find("#chosen .path").click()
    assert len(page.texts(".edge.lit")) == 5


RIGHT = "Right, to the digits given."


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("-43.07", RIGHT),
        ("-43.071", RIGHT),  # cut off
        ("−43", RIGHT),  # a sign of minus
        ("- 43.07", RIGHT),
        ("-43,07", RIGHT),  # a comma, as in Spanish
        ("-43,071", f"{RIGHT} (read as -43.071)"),
        ("-4.307e1", RIGHT),
        ("-4.307·10^1", RIGHT),
        ("-43.06", RIGHT),  # 0.3775 times -114.1, say
        ("-86/2", "Not yet."),
        ("43.07", "Not yet. sign: the sign is the other one."),
        ("-43.56", "Not yet. No usual slip gives this number."),
        ("-114.1", "Not yet. local derivative forgotten: ∂y_pred/∂w7 is missing."),
        ("0.3775", "Not yet. local derivative forgotten: ∂cost/∂y_pred is missing."),
        ("-21.54", "Not yet. factor 2: half of what it should be."),
        ("-430.7", "Not yet. decimal point: ten times what it should be."),
        ("-516.8", "Not yet. product for the derivative: the whole product of w7 and its factor."),
        ("-4e1", "So far so good: give at least two digits."),
        ("0", "Not yet. No usual slip gives this number."),
        ("12e400", "Type a number, such as -0.25."),
        ("about 43", "Type a number, such as -0.25."),
        ("", "Type a number, such as -0.25."),
    ],
)
def test_the_quiz_judges_by_the_digits_and_names_the_slip(
    answer: str, verdict: str, page: PageDriver, tmp_path: Path
) -> None:
    output = worked_example()
    answered(page, output, "w7", answer, tmp_path)
    said = page.find("#verdict").text
    if page.is_on("hint"):
        page.press("hint")
        said += f" {page.find('#hinted').text}"
    assert said.startswith(verdict)


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("2(y_pred - y_act) g1", "Right, for all numbers."),
        ("2·(y_pred − y_act)·g₁", "Right, for all numbers."),
        ("(y_pred - y_act) g1", "Not yet. factor 2: half of what it should be."),
        ("2(y_pred - y_act)", "Not yet. local derivative forgotten: ∂y_pred/∂w7 is missing."),
        (
            "2(y_pred - y) g1",
            "Type a number, such as -0.25. As a formula it cannot be read: column",
        ),
        (
            "2(y_pred - y_act",
            "Type a number, such as -0.25. As a formula it cannot be read: column",
        ),
    ],
)
def test_the_quiz_takes_a_formula_for_an_answer(
    formula: str, verdict: str, page: PageDriver, tmp_path: Path
) -> None:
    answered(page, worked_example(), "w7", formula, tmp_path)
    said = page.find("#verdict").text
    is_right = page.find("#verdict").get_attribute("class") == "right"
    if not is_right:
        page.press("hint")
        said += f" {page.find('#hinted').text}"
    assert said.startswith(verdict)
    assert is_right is verdict.startswith("Right")


def test_hints_come_one_by_one_and_the_number_last(page: PageDriver, tmp_path: Path) -> None:
    answered(page, worked_example(), "w7", "43.07", tmp_path)
    told = [page.find("#question").text]
    while page.is_on("hint"):
        page.press("hint")
        told.append(page.find("#question").text)
    assert [("sign" in text, "-43.0719" in text) for text in told] == [
        (False, False),
        (True, False),
        (True, True),
    ]
    page.press("judge")
    assert page.find("#hinted").text == ""


@pytest.mark.parametrize(
    ("gradient", "answer", "right"),
    [
        (2.3, "2.3", True),
        (2.3, "2.2", False),
        (8.07, "8.06", False),
        (8.079, "8.07", True),
        (0.3, "0,300", True),
        (-19303.547538445982, "-19,303", True),
        (-19303.547538445982, "-19 303", True),
        (-19303.547538445982, "-19.303", False),
        (-19303.547538445982, "-19.303,5", True),
        (-19303.547538445982, "-19000", False),
        (-19303.547538445982, "-1.9e4", True),
        (2.0 / 3.0, "2/3", True),
        (2.0 / 3.0, "-2/3", False),
        (0.97, "1", False),
        (0.997, "1", True),
        (0.97, "0.97", True),
        (1234567.0, "1234570", True),
        (1234567.0, "1.23457e+06", True),
        (0.000123456, "0.00012", True),
        (0.000123456, "0.00013", False),
        (0.0, "0", True),
        (0.0, "0.1", False),
    ],
)
def test_an_answer_is_right_to_its_digits_and_not_beyond(
    gradient: float, answer: str, right: bool, page: PageDriver, tmp_path: Path
) -> None:
    output = Value(1.0, label="w") * gradient
    answered(page, output, "w", answer, tmp_path)
    assert page.find("#verdict").text.startswith(RIGHT) is right


def test_what_rounding_leaves_of_a_sum_is_nothing_to_be_asked_for(
    page: PageDriver, tmp_path: Path
) -> None:
    x = Value(1.0, label="x")
    output = x * 0.1 + x * 0.2 - x * 0.3  # 5.6e-17 by rounding; exactly, 0
    answered(page, output, "x", "0", tmp_path)
    assert page.find("#verdict").text == RIGHT


def test_the_quiz_hides_what_would_tell_the_answer_until_it_is_shown(
    page: PageDriver, tmp_path: Path
) -> None:
    output = worked_example()
    shown(page, output, tmp_path)
    page.press("last")
    page.node(output, "y_pred").click()
    assert "-114.085" in page.find("#chosen").text
    page.press("ask")
    hidden = {name for name, (_, gradient) in page.nodes(output).items() if gradient is None}
    assert {"y_pred", "b3", "w7", "g1", "w1", "x1"} <= hidden
    assert {"cost", "y_pred - y_act", "y_act"}.isdisjoint(hidden)
    assert page.find("#numbers").text.count("?") == 14
    page.node(output, "b3").click()  # to look around ends no question
    assert "hidden as long as" in page.find("#chosen").text
    page.node(output, "cost").click()
    assert "2" in page.find("#chosen").text
    assert page.find("#question").is_displayed()
    for control in ("back", "play", "first"):
        page.press(control)
    assert page.record()["time"] == str(last_time(page))
    page.find("#answer").send_keys("-114.1" + Keys.ENTER)
    assert page.find("#verdict").text == RIGHT
    assert page.nodes(output)["b3"][1] == pytest.approx(-114.08535823164831, rel=EXACT)
    page.press("reveal")
    assert not page.find("#question").is_displayed()


def last_time(page: PageDriver) -> int:
    return int(page.find("#time").get_attribute("max") or 0)


def test_the_quiz_knows_a_path_that_was_left_out(page: PageDriver, tmp_path: Path) -> None:
    output = worked_example()
    shown(page, output, tmp_path)
    page.press("last")
    page.node(output, "x1").click()
    page.press("ask")
    page.find("#answer").send_keys("-32.17")
    page.press("judge")
    page.press("hint")
    assert "path left out" in page.find("#hinted").text


def test_a_path_that_is_lit_does_not_outlive_its_node(page: PageDriver, tmp_path: Path) -> None:
    output = worked_example()
    shown(page, output, tmp_path)
    page.press("last")
    page.node(output, "x1").click()
    page.press("path-1")
    node = page.node(output, "w7")
    ActionChains(page.driver).drag_and_drop_by_offset(node, 37, 0).perform()
    assert page.find("#chosen-name").text == "w7"
    assert len(page.texts(".edge.lit")) == 3


def test_what_is_typed_stays_while_it_plays(page: PageDriver, tmp_path: Path) -> None:
    output = diamond()
    shown(page, output, tmp_path)
    page.find("#pace option[value='250']").click()
    page.press("play")
    field = page.find("[aria-label='number of x']")
    field.send_keys(Keys.CONTROL + "a" + Keys.NULL, "7")
    page.wait(lambda: "Backward" in page.find("#moment").text)
    field.send_keys(".5" + Keys.ENTER)
    page.wait(lambda: page.find("#play").text == "▶ Play")
    assert page.nodes(output)["x"][0] == 7.5


def test_a_comma_that_can_be_read_in_two_ways_is_refused_as_a_number(
    page: PageDriver, tmp_path: Path
) -> None:
    output = worked_example()
    shown(page, output, tmp_path)
    page.type_number(output, "b3", "1,234")
    assert "without a comma" in page.find("#complaint").text
    page.type_number(output, "b3", "0,125")
    assert page.nodes(output)["b3"][0] == 0.125


def test_the_keyboard_stays_where_it_is_when_the_panel_changes(
    page: PageDriver, tmp_path: Path
) -> None:
    output = worked_example()
    shown(page, output, tmp_path)
    page.press("last")
    node = page.node(output, "x1")
    node.click()
    page.find("#path-0").send_keys(Keys.ENTER)
    assert page.driver.switch_to.active_element.get_attribute("id") == "path-0"
    page.node(output, "z1").click()
    page.find("#about summary").click()
    page.press("back")
    assert page.find("#about details").get_attribute("open") is not None


@pytest.mark.parametrize(
    ("make", "verdict"),
    [
        (lambda x: x * 1e-5 + 3000.0, "they agree"),
        (lambda x: autograd.log(x * 1e-6), "they agree"),
        (lambda x: autograd.relu(x - 1.0), "there is a kink here, with slope 0 to the left and 1"),
        (lambda x: x / 0.0, "cannot be checked"),
    ],
)
def test_the_check_tells_rounding_kinks_and_infinities_from_mistakes(
    make: Callable[[Value], Value], verdict: str, page: PageDriver, tmp_path: Path
) -> None:
    x = Value(1.0, label="x")
    output = make(x)
    shown(page, output, tmp_path)
    page.press("last")
    page.node(output, "x").click()
    page.press("check")
    assert verdict in page.find("#checked").text


def test_the_whole_derivative_and_the_local_one_are_told_apart(
    page: PageDriver, tmp_path: Path
) -> None:
    x = Value(3.0, label="x")
    output = x * x
    output.label = "y"
    shown(page, output, tmp_path)
    page.press("last")
    page.node(output, "x").click()
    text = " ".join(page.find("#about").text.split())
    assert "Path 1: x → y (input 1) ∂y ∂x (input 1) = x = 3" in text
    assert "Path 2: x → y (input 2) ∂y ∂x (input 2) = x = 3" in text
    assert "dy dx = 6" in text
    page.press("back")
    page.press("back")
    assert "dy dx = 3" in " ".join(page.find("#working").text.split())


# ------------------------------------------------------------------ safe and offline


@pytest.mark.parametrize("label", ["{{script}}", "{{data}}", "{{style}}", "{{title}} $& $1 \\1"])
def test_no_label_is_taken_for_a_part_of_the_page(
    label: str, page: PageDriver, tmp_path: Path
) -> None:
    output = Value(2.0, label=label) * Value(3.0, label="b")
    output.label = f"y {label}"
    shown(page, output, tmp_path)
    assert page.find("h1").text == f"How y {label} is computed, and its gradients"
    assert page.nodes(output)[label][0] == 2.0


def test_a_hostile_label_is_text_and_nothing_more(page: PageDriver, tmp_path: Path) -> None:
    x = Value(2.0, label=HOSTILE)
    output = x * x
    output.label = "${alert(1)} & <b>'\"\\"
    shown(page, output, tmp_path)
    page.press("last")
    page.find("[data-node]").click()
    assert page.find("#chosen h2").text.startswith(HOSTILE)
    assert "${alert(1)} & <b>'\"\\" in page.find("h1").text
    assert page.driver.title.startswith("How ${alert(1)}")
    assert page.texts("img") == []


def test_the_page_asks_nothing_of_the_network_and_runs_no_text_as_code(
    page: PageDriver, tmp_path: Path
) -> None:
    output = worked_example()
    shown(page, output, tmp_path)
    html = explore(output).html
    assert re.findall(r"https?://[^\s\"')]+", html) == ["http://www.w3.org/2000/svg"]
    assert (
        re.findall(r"\b(eval|Function|innerHTML|document\.write|fetch|import)\s*[(=]", html) == []
    )
    assert page.driver.execute_script(  # the page's own policy refuses to run a text as code
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        "document.body.append(s); return [window.ran ?? 0,"
        " performance.getEntriesByType('resource').length];"
    ) == [0, 0]
    (refused,) = page.errors()
    assert "Content Security Policy" in refused


@pytest.mark.parametrize("width", [390, 820, 1366])
def test_it_fits_a_phone_and_a_laptop_light_and_dark(width: int, tmp_path: Path) -> None:
    with chromium(max(width, 500), 800) as driver:
        driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500},
        )
        page = shown(PageDriver(driver), worked_example(), tmp_path)
        for _ in range(2):
            page.press("theme")
            page.press("forth")
            wide = driver.execute_script("return document.documentElement.scrollWidth")
            assert wide <= width
        assert page.errors() == []


def test_everything_has_a_name_for_a_screen_reader(page: PageDriver, tmp_path: Path) -> None:
    output = worked_example()
    shown(page, output, tmp_path)
    assert page.node(output, "w7").accessible_name == (
        "w7, parameter: value 12, gradient not yet known"
    )
    page.press("last")
    assert page.node(output, "z1").accessible_name == (
        "z1, result of Σ w·x + b: value -0.5, gradient -321.726"
    )
    for control in page.driver.find_elements("css selector", "button, input, select"):
        assert control.accessible_name or not control.is_displayed(), control.get_attribute(
            "outerHTML"
        )
    assert page.find("#sentence").get_attribute("aria-live") == "polite"
    node = page.node(output, "g1")
    node.send_keys(Keys.ENTER)
    assert page.find("#chosen h2").text == "g1"


# -------------------------------------------------------------------- in notebooks


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook with the page, run in a kernel of its own and exported to HTML."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_code_cell(
            "from autograd import explore\n"
            "from autograd.worked_example import STUDENTS, build\n"
            "explore(build(STUDENTS[0])['cost'])"
        )
    ]
    NotebookClient(notebook, kernel_name="python3").execute()
    exporter = HTMLExporter()
    html, _ = exporter.from_notebook_node(notebook)
    path = tmp_path_factory.mktemp("exported") / "notebook.html"
    path.write_text(html, encoding="utf-8")
    return path


def test_the_page_is_alive_in_an_exported_notebook(browser: PageDriver, exported: Path) -> None:
    browser.open(exported)
    driver = browser.driver
    frame = browser.find("iframe")
    assert frame.get_attribute("sandbox") == "allow-scripts"
    driver.switch_to.frame(frame)
    browser.press("first")
    browser.press("forth")
    assert "z1 is computed: -0.5" in browser.find("#sentence").text
    browser.press("last")
    browser.find("[aria-label^='w7,']").click()
    browser.press("ask")
    browser.find("#answer").send_keys("-43.07" + Keys.ENTER)
    assert browser.find("#verdict").text == RIGHT
    driver.switch_to.default_content()


def test_a_frame_that_was_narrow_at_first_shows_the_whole_graph(
    browser: PageDriver, tmp_path: Path
) -> None:
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    page = explore((a * b + a).tanh() * b).save(tmp_path / "page.html")
    around = tmp_path / "around.html"
    around.write_text(f'<iframe src="{Path(page).name}" width="60" height="700"></iframe>')
    browser.open(around)
    driver = browser.driver
    driver.switch_to.frame(browser.find("iframe"))
    browser.find("[aria-label^='a,']")
    driver.switch_to.default_content()
    driver.execute_script("document.querySelector('iframe').width = 1300")
    driver.switch_to.frame(browser.find("iframe"))
    outside = """
        const frame = document.querySelector("#drawing").getBoundingClientRect();
        return [...document.querySelectorAll("[data-node]")].filter((node) => {
          const box = node.getBoundingClientRect();
          return box.left < frame.left || box.right > frame.right || box.top < frame.top ||
            box.bottom > frame.bottom;
        }).length"""
    WebDriverWait(driver, 5).until(lambda d: d.execute_script(outside) == 0)
    driver.switch_to.default_content()


def test_where_frames_are_stripped_a_still_picture_is_there(exported: Path) -> None:
    html = exported.read_text(encoding="utf-8")
    left = re.sub(r"<iframe[^>]*>.*?</iframe>", "", html, flags=re.DOTALL)
    (image,) = re.findall(r"<img [^>]*>", left)
    assert re.search(' alt="[^"]+"', image)
    (picture,) = re.findall(' src="data:image/png;base64,([^"]+)"', image)
    assert base64.b64decode(picture).startswith(b"\x89PNG")


def test_where_frames_are_shown_they_hide_the_still_picture(
    browser: PageDriver, exported: Path
) -> None:
    browser.open(exported)
    on_top = """
        const picture = document.querySelector("img").getBoundingClientRect();
        return [0.1, 0.5, 0.9].map((share) => document.elementFromPoint(
          picture.left + share * picture.width, picture.top + 5).tagName);"""
    assert browser.driver.execute_script(on_top) == ["IFRAME"] * 3
    frame, picture = (browser.find(kind).size for kind in ("iframe", "img"))
    assert picture["width"] <= frame["width"]


def test_where_no_html_is_shown_the_still_picture_is_an_output_beside_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = explore(Value(2.0, label="a") * 3.0)
    data = page._repr_mimebundle_()
    assert {*data} == {"text/html", "image/png"}
    assert data["text/html"] == page._repr_html_()
    run = engine.run

    def text_alone(source: str, file_format: str, *rest: object) -> bytes:
        if file_format == "png":
            raise ValueError("cannot write 'png'")
        return run(source, file_format, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "run", text_alone)
    data = page._repr_mimebundle_()
    assert {*data} == {"text/html", "image/svg+xml"}
    assert "<svg" in str(data["image/svg+xml"])
    assert 'src="data:image/svg+xml;base64,' in str(data["text/html"])


# -------------------------------------------------------------------- large graphs


def mlp_loss(samples: int) -> Value:
    rng = random.Random(3)  # noqa: S311  # nothing secret about it
    weights = [
        [Parameter(rng.uniform(-1, 1), label=f"neuron{j}.w{i}") for i in range(2)] for j in range(9)
    ]
    total = Value(0.0, label="start")
    for _ in range(samples):
        inputs = [Value(rng.uniform(-1, 1)), Value(rng.uniform(-1, 1))]
        hidden = [autograd.dot(row, inputs, 0.5).tanh() for row in weights]
        total = total + (autograd.sum(hidden) - 1.0) ** 2
    total.label = "loss"
    return total


def test_a_large_graph_begins_as_a_map_and_unfolds(page: PageDriver, tmp_path: Path) -> None:
    output = mlp_loss(30)
    count = len(names(output))
    shown(page, output, tmp_path)
    page.press("last")
    on_map = len(page.nodes(output))
    assert on_map < count / 4
    page.node(output, "loss").click()
    inside = len(page.nodes(output))
    assert page.find("#place").text == "inside loss"
    assert inside < 80
    page.press("all")
    assert len(page.nodes(output)) == on_map
    page.press("first")
    page.press("forth")
    assert page.find("#place").text.startswith("inside ")  # the view follows the steps
    page.press("last")
    assert_shows_what_python_reckons(page, output)


def test_a_step_of_a_large_graph_writes_only_what_it_changes(
    page: PageDriver, tmp_path: Path
) -> None:
    output = autograd.sum([Value(float(i), label=f"x{i}") for i in range(1900)])
    shown(page, output, tmp_path)
    page.press("forth")  # into the region with all of them
    page.press("forth")
    assert len(page.nodes(output)) == 1901
    changes = page.driver.execute_async_script(
        "const done = arguments[0]; let count = 0;"
        "const observer = new MutationObserver((changes) => { count += changes.length; });"
        "observer.observe(document.getElementById('drawing'),"
        " { subtree: true, attributes: true, characterData: true, childList: true });"
        "goTo(state.time + 1); setTimeout(() => { observer.disconnect(); done(count); }, 50);"
    )
    assert 5 < changes < 60


def test_more_than_two_thousand_nodes_are_refused_with_what_to_do() -> None:
    x = Value(1.0)
    y = autograd.sum([x * float(i) for i in range(1001)])
    with pytest.raises(ValueError, match=r"2,004 nodes, and .* 2,000: explore a part"):
        explore(y)


def test_what_is_no_value_or_direction_is_refused() -> None:
    with pytest.raises(TypeError, match="expected a Value to explore, received float"):
        explore(1.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"unknown direction: 'up' \(must be one of LR, TB\)"):
        explore(Value(1.0), direction="up")


def test_a_lone_leaf_has_a_page(page: PageDriver, tmp_path: Path) -> None:
    output = Value(1.0)
    shown(page, output, tmp_path)
    page.press("last")
    assert page.nodes(output) == {"input1": (1.0, 1.0)}


@pytest.mark.parametrize("number", [float("inf"), float("nan"), -0.0, 1e-300])
def test_numbers_that_are_no_common_ones_are_shown(
    number: float, page: PageDriver, tmp_path: Path
) -> None:
    output = Value(number, label="x") * Value(2.0, label="c")
    shown(page, output, tmp_path)
    page.press("last")
    assert_shows_what_python_reckons(page, output)


def test_a_long_number_in_a_port_has_the_digits_of_every_number(
    page: PageDriver, tmp_path: Path
) -> None:
    output = Value(123456789012.0, label="x") * Value(0.0000123456789, label="c")
    shown(page, output, tmp_path)
    page.press("last")
    assert {"× 1.23457e+11", "× 1.23457e-05"} <= set(page.texts("svg text.local"))


def test_an_edge_shows_the_number_that_the_quiz_accepts(page: PageDriver, tmp_path: Path) -> None:
    output = Value(-0.249972, label="x") * Value(2.0, label="c")
    shown(page, output, tmp_path)
    page.press("last")
    assert "× -0.249972" in page.texts("svg text.local")


def test_an_operation_of_ones_own_is_in_the_page_at_once(
    page: PageDriver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograd.ops.TABLE", dict(autograd.TABLE))
    cube = autograd.Primitive(
        "cube", "cube", lambda a: a * a * a, (lambda _, a: 3.0 * a * a,), "a**3"
    )
    x = Value(1.7, label="x")
    output = cube(x) + x
    shown(page, output, tmp_path)
    page.press("last")
    assert_shows_what_python_reckons(page, output)
    page.node(output, "x").click()
    assert "3x^2 = 3*1.7^2 = 8.67" in " ".join(page.find("#chosen").text.split())


def saturated() -> Value:
    """Numbers that nearly cancel, a saturated sigmoid, a third, and a choice."""
    x, w = Value(1000000.25, label="x"), Value(0.3, label="w")
    z = (x - 1e6) * 60 + w
    g = z.sigmoid()
    y: Value = -(w * g.log() + (1 - w) * (1 - g).log()) / 3 + autograd.maximum(w, g) ** 2
    autograd.label(z=z, g=g, y=y)
    return y


def rounding() -> Value:
    """Shares of which only rounding is left: exactly, their sum is 0."""
    x = Value(7.0, label="x")
    return x * 0.1 + x * 0.2 - x * 0.3


@pytest.mark.parametrize("graph", [worked_example, random_expression, saturated, rounding])
def test_every_equation_of_the_page_holds_as_it_is_written(
    graph: Callable[[], Value], page: PageDriver, tmp_path: Path
) -> None:
    oracle = importlib.import_module("written")  # a module beside the tests, in no package
    output = graph()
    shown(page, output, tmp_path)
    page.press("first")
    written = "return [...document.querySelectorAll('.formula, .badge')].map((e) => e.textContent);"
    texts: list[str] = []
    while page.is_on("forth"):
        page.press("forth")
        texts += page.driver.execute_script(written)
    for place in range(len(names(output))):
        page.driver.execute_script(f"choose({place})")  # whether it is in view or not
        texts += page.driver.execute_script(written)
    assert len([steps for text in texts for steps in oracle.equations(text)]) > 10
    assert [found for text in texts for found in oracle.false_equations(text)] == []


def test_the_page_says_what_an_operation_compared(page: PageDriver, tmp_path: Path) -> None:
    output = saturated()
    shown(page, output, tmp_path)
    page.press("last")
    page.driver.execute_script(f"choose({list(names(output).values()).index('g')})")
    text = " ".join(page.find("#chosen").text.split())
    assert "= 1 (w < g)" in text
    assert "[w > g]" not in text
