"""The first sixty seconds with a page: what is seen and found without help, at every size."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.actions.pointer_input import PointerInput
from selenium.webdriver.common.keys import Keys

from autograd import Parameter, Value, explore, relu, sigmoid
from autograd.worked_example import RATE_LESSON

if TYPE_CHECKING:
    from tests.browsing import PageDriver
else:
    from browsing import PageDriver

measured: Any = importlib.import_module("page_measures")  # a program beside the tests


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    return {
        name: Path(explore(make()).save(folder / f"{name}.html"))
        for name, make in measured.GRAPHS.items()
    }


def opened(page: PageDriver, path: Path, size: str = "laptop", link: str = "") -> PageDriver:
    page.resize(*measured.SIZES[size])
    page.open(path, link)
    return page


def nodes_in_view(page: PageDriver) -> list[str]:
    found: list[str] = page.driver.execute_script("""
        const frame = document.querySelector("#drawing").getBoundingClientRect();
        return [...document.querySelectorAll("[data-node]")].filter((node) => {
          const box = node.querySelector(".box").getBoundingClientRect();
          return box.left >= frame.left && box.right <= frame.right && box.top >= frame.top
            && box.bottom <= frame.bottom;
        }).map(({ dataset }) => NODES[dataset.node].name);""")
    return found


@pytest.mark.parametrize("name", measured.GRAPHS)
@pytest.mark.parametrize("size", measured.SIZES)
def test_text_is_readable_nothing_covers_the_graph_and_the_sentence_is_in_view(
    name: str, size: str, page: PageDriver, pages: dict[str, Path]
) -> None:
    found = measured.measures(opened(page, pages[name], size))
    assert found["letters"] >= 12
    assert (found["covered"], found["sentence"], found["step"], found["wide"]) == (
        0,
        True,
        True,
        False,
    )


def test_a_measure_finds_what_covers_the_graph_and_what_hides_the_sentence(
    page: PageDriver, pages: dict[str, Path]
) -> None:
    opened(page, pages["line"])
    page.driver.execute_script("""
        const cover = document.createElement("div");
        Object.assign(cover.style, { position: "fixed", inset: "0 0 50% 0" });
        document.body.append(cover); $("legend").style.fontSize = "7px";""")
    found = measured.measures(page)
    assert 30 < found["covered"] < 80
    assert found["letters"] == 7
    assert not found["sentence"]


@pytest.mark.parametrize("size", ["laptop", "phone"])
def test_it_opens_at_step_0_and_a_step_is_one_press_away(
    size: str, page: PageDriver, pages: dict[str, Path]
) -> None:
    opened(page, pages["worked"], size)
    assert page.record()["time"] == "0"
    assert not page.is_on("back")
    page.press("forth")
    assert page.find("#sentence").text == "z1 is computed: -0.5."


@pytest.mark.parametrize("height", [768, 650])  # of the screen, and without a browser's bars
def test_the_worked_example_is_seen_whole_on_a_laptop(
    height: int, page: PageDriver, pages: dict[str, Path]
) -> None:
    page.resize(1366, height)
    page.open(pages["worked"])
    assert len(nodes_in_view(page)) == 22
    assert not page.find("#map").is_displayed()
    assert page.find("#drag-tip").text == "drag a number ↔ to change it"
    assert page.find("#wheel-tip").text == "turn the wheel to zoom"


@pytest.mark.parametrize("size", ["notebook", "phone", "phone on its side"])
def test_where_the_whole_cannot_be_read_there_are_a_map_and_a_way_to_the_start(
    size: str, page: PageDriver, pages: dict[str, Path]
) -> None:
    opened(page, pages["worked"], size)
    assert page.find("#map").is_displayed()
    assert page.find("#start").text == "Start here: z1"
    assert "z1" in nodes_in_view(page)
    last = page.find("#map").rect["width"] / 2 - 12
    ActionChains(page.driver).move_to_element_with_offset(
        page.find("#map"), last, 0
    ).click().perform()
    assert "z1" not in nodes_in_view(page)
    page.press("start")
    assert "z1" in nodes_in_view(page)


def test_the_legend_stands_beside_the_map_and_no_entry_of_it_is_cut_off(
    page: PageDriver, pages: dict[str, Path]
) -> None:
    for width in (1366, 930):
        page.resize(width, 520 if width == 1366 else 720)
        page.open(pages["network"])
        assert page.find("#map").is_displayed()
        legend = page.find("#legend").rect
        entries = [
            found.rect for found in page.driver.find_elements("css selector", "#legend span")
        ]
        shown = [one for one in entries if one["y"] < legend["y"] + legend["height"] - 2]
        assert len([one for one in shown if one["width"]]) >= 2
        for one in shown:
            assert one["x"] + one["width"] <= legend["x"] + legend["width"] + 0.5
    page.driver.execute_script("$('keys').open = true;")
    assert page.texts("#keys b") == ["blue", "red", "violet"]


def test_the_panel_of_the_step_is_as_high_whatever_it_says(
    page: PageDriver, pages: dict[str, Path]
) -> None:
    opened(page, pages["worked"])
    heights, frames = set(), set()
    while page.is_on("forth"):
        page.press("forth")
        heights.add(page.find("#step").rect["height"])
        frames.add(tuple(page.find("#drawing").rect.values()))
    assert len(heights) == len(frames) == 1


def test_a_plain_wheel_zooms_where_nothing_is_to_be_scrolled(
    page: PageDriver, pages: dict[str, Path], tmp_path: Path
) -> None:
    def turn() -> float:
        width = "return $('drawing').viewBox.baseVal.width"
        before = page.driver.execute_script(width)
        page.driver.execute_script(
            "$('drawing').dispatchEvent("
            "new WheelEvent('wheel', { deltaY: -100, bubbles: true, cancelable: true }))"
        )
        return float(page.driver.execute_script(width) / before)

    opened(page, pages["line"])
    assert turn() < 0.9
    around = tmp_path / "around.html"
    around.write_text(f'<iframe src="{pages["line"].as_uri()}" width="1200" height="700"></iframe>')
    page.open(around)
    page.driver.switch_to.frame(page.find("iframe"))
    assert turn() == 1.0  # a notebook scrolls
    assert page.find("#wheel-tip").text == "Ctrl and the wheel zoom"
    page.driver.switch_to.default_content()


def swipe(page: PageDriver, selector: str, kind: str) -> None:
    # Selenium types none of these.
    actions: Any = ActionBuilder(page.driver, mouse=PointerInput(kind, kind))  # type: ignore[no-untyped-call]
    actions.pointer_action.move_to(page.find(selector)).pointer_down()
    actions.pointer_action.move_by(60, 2).pointer_up()
    actions.perform()


def test_a_swipe_never_changes_a_number_and_a_drag_by_mouse_does(
    page: PageDriver, pages: dict[str, Path]
) -> None:
    opened(page, pages["line"])
    assert page.find("#drag-tip").is_displayed()
    place = "[data-node='0']"
    number, spot = page.find(place).get_attribute("data-value"), page.find(place).rect
    swipe(page, place, "touch")
    assert page.find(place).get_attribute("data-value") == number
    assert page.find(place).rect["x"] > spot["x"] + 40  # the drawing has moved instead
    swipe(page, place, "mouse")
    assert page.find(place).get_attribute("data-value") != number


def test_where_a_finger_points_no_drag_of_numbers_is_promised(
    page: PageDriver, pages: dict[str, Path]
) -> None:
    page.resize(1366, 768)
    touch = "Emulation.setTouchEmulationEnabled"
    page.driver.execute_cdp_cmd(touch, {"enabled": True})
    page.open(pages["line"])
    assert not page.find("#drag-tip").is_displayed()
    assert page.find("#wheel-tip").text == "pinch to zoom"
    page.driver.execute_cdp_cmd(touch, {"enabled": False})


def test_ask_me_is_there_before_the_answer_is_seen(
    page: PageDriver, pages: dict[str, Path]
) -> None:
    opened(page, pages["worked"])
    page.press("quiz")
    assert " ".join(page.find("#asked").text.split()) == "What is dcost dw7 ?"
    assert page.find("#moment").text == "A question"
    assert "-43.07" not in page.find("body").text
    page.find("#answer").send_keys("-43.07" + Keys.ENTER)
    assert page.find("#verdict").text == "Right, to the digits given."
    page.press("quiz")  # the next one
    assert " ".join(page.find("#asked").text.split()) == "What is dcost dw8 ?"


def test_a_node_that_is_chosen_early_can_be_asked_for_at_once(
    page: PageDriver, pages: dict[str, Path]
) -> None:
    opened(page, pages["line"])
    page.find("[data-node='1']").click()
    assert page.find("#ask").text == "Ask me"
    page.press("ask")
    assert " ".join(page.find("#asked").text.split()) == "What is dy dx ?"


# ------------------------------------------------------------------ the learning rate


def test_the_suggested_rate_lowers_the_cost_and_saturates_nothing_in_forty_steps(
    page: PageDriver, pages: dict[str, Path]
) -> None:
    opened(page, pages["worked"])
    slope = "return NODES.map(({ name }, i) => [name, state.run.locals[i][0]]);"
    cost = 3253.8672407108816
    for _ in range(40):
        page.press("descend")
        found = float(page.driver.execute_script("return state.run.values[OUTPUT];"))
        assert found < cost
        cost = found
        slopes = dict(page.driver.execute_script(slope))
        assert slopes["g1"] > 7e-4  # sigmoid's at 7.2
        assert slopes["g2"] > 7e-4
        assert page.find("#lesson").text == ""


@pytest.mark.parametrize("rate", ["0.01", "0.001"])
def test_the_rates_of_the_notes_are_a_lesson(
    rate: str, page: PageDriver, pages: dict[str, Path]
) -> None:
    opened(page, pages["worked"])
    page.retype("#rate", rate)
    page.press("descend")
    lesson = page.find("#lesson").text
    assert lesson.startswith(f"Too far: with {rate}, w3 goes from 0.1 to ")
    assert "so g1 is 1, and its slope falls from 0.235004 to 0" in lesson
    assert lesson.endswith("Undo, and try 1e-06.")
    page.press("undo")
    assert page.find("#lesson").text == ""


def test_a_rate_at_which_the_output_rises_is_a_lesson_too(page: PageDriver, tmp_path: Path) -> None:
    w = measured.Parameter(3.0, label="w")
    cost: Value = w**2
    cost.label = "cost"
    opened(page, Path(explore(cost).save(tmp_path / "page.html")))
    page.retype("#rate", "2")
    page.press("descend")
    assert page.find("#lesson").text == (
        "Too far: with 2, cost rises from 9 to 81. Undo, and try 0.1."
    )
    page.retype("#rate", "half")
    assert "Expected the learning rate as a number" in page.find("#complaint").text
    page.press("reset")
    assert page.find("#rate").get_attribute("value") == "0.1"


def dead() -> Value:
    made: Value = relu(Parameter(1.0, label="w") * Value(-2.0, label="x"))
    return made


def saturated() -> Value:
    made: Value = sigmoid(Parameter(-5.0, label="w") * Value(30.0, label="x"))
    return made


def overflowing() -> Value:
    return Parameter(1e200, label="w") ** 2 * 1e10


@pytest.mark.parametrize("make", [dead, saturated, overflowing])
def test_where_no_rate_lowers_the_output_none_is_suggested_and_the_page_says_so(
    make: Callable[[], Value], page: PageDriver, tmp_path: Path
) -> None:
    output = make()
    output.label = "a"
    opened(page, Path(explore(output).save(tmp_path / "page.html")))
    why = (
        "the gradient by every parameter is 0, so a gradient step moves nothing."
        if make is dead
        else "no power of ten from 0.1 to 1e-12 lowers a as the gradient promises"
        " and takes no unit's slope away."
    )
    assert page.find("#suggested").text == f"No rate is suggested: {why}"
    page.press("last")
    cost = page.find("#cost").text
    assert page.find("#rate").get_attribute("value") == ""
    assert not page.is_on("descend")
    page.press("descend")
    assert page.find("#complaint").text == ""
    assert page.find("#cost").text == cost
    page.retype("#rate", "0.1")
    assert page.is_on("descend")


def test_a_suggestion_does_not_stand_above_the_lesson_of_a_step_that_saturates(
    page: PageDriver, pages: dict[str, Path]
) -> None:
    opened(page, pages["worked"])
    suggested = page.find("#suggested").text
    assert suggested == (
        "Suggested: 1e-06, the largest power of ten, up to 0.1, that lowers cost"
        " and takes no unit's slope away."
    )
    page.retype("#rate", "0.01")
    page.press("descend")
    page.press("forth")
    assert page.find("#lesson").text.endswith("Undo, and try 1e-06.")
    assert page.find("#suggested").text == ""
    page.press("undo")
    assert page.find("#suggested").text == suggested


@pytest.mark.parametrize("size", measured.SIZES)
def test_no_number_of_the_table_is_broken_over_two_lines(
    size: str, page: PageDriver, tmp_path: Path
) -> None:
    w = measured.Parameter(-0.0123456, label="hidden12.neuron12.w12")
    output = (w - 0.3) ** 2 * 1.23457e-100 + measured.Parameter(2.0, label="v") * -0.00287745
    opened(page, Path(explore(output).save(tmp_path / "page.html")), size)
    found = page.driver.execute_script("""
        goTo(END);
        const lines = (element, from, to) => {
          const range = document.createRange();
          range.setStart(element, from); range.setEnd(element, to);
          return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
        };
        const texts = [...document.querySelectorAll("#numbers td:last-child, #numbers .name span")]
          .map((cell) => cell.firstChild);
        const panel = document.querySelector("#panels");
        return [texts.map((text) => [text.data, lines(text, 0, text.length)]),
          [...document.querySelectorAll("#numbers input")]
            .map((field) => field.scrollWidth <= field.clientWidth),
          panel.scrollWidth <= panel.clientWidth];""")
    texts, whole, fits = found
    assert {"-7.71225e-101", "-0.00287745", "n12.", "w12"} <= {text for text, _ in texts}
    assert {lines for _, lines in texts} == {1}
    assert all(whole)
    assert fits


def test_a_teachers_note_stands_above_the_inputs(page: PageDriver, tmp_path: Path) -> None:
    output = measured.worked()
    opened(page, Path(explore(output, note=RATE_LESSON).save(tmp_path / "page.html")))
    assert page.find("#note").text == RATE_LESSON
    opened(page, Path(explore(output).save(tmp_path / "page.html")))
    assert not page.find("#note").is_displayed()


# ----------------------------------------------------------------------------- for all


def test_axe_finds_nothing_wrong_in_thirty_three_states(
    page: PageDriver, pages: dict[str, Path]
) -> None:
    axe = measured.axe_core()
    if axe is None:
        pytest.skip("axe-core is missing: npm install axe-core, and say where in NODE_PATH")
    found = {
        (window, state): measured.violations(page, axe)
        for window, state in measured.states(page, pages["worked"])
    }
    assert len(found) == 33
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


def test_axe_is_asked_in_earnest(page: PageDriver, pages: dict[str, Path]) -> None:
    axe = measured.axe_core()
    if axe is None:
        pytest.skip("axe-core is missing: npm install axe-core, and say where in NODE_PATH")
    opened(page, pages["line"])
    page.driver.execute_script("$('fit').textContent = '';")
    assert [wrong.partition(":")[0] for wrong in measured.violations(page, axe)] == ["button-name"]
