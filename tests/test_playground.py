"""The page into which formulas are typed, driven in a browser without a network."""

import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from selenium.webdriver.common.keys import Keys

from autograd import backward_steps, forward_steps
from autograd.explaining import BackwardStep
from autograd.explorer import playground
from autograd.explorer.playground import EXAMPLES, PARAMETER_NAMES, _stem
from autograd.notation.names import names
from autograd.notation.reading import ExpressionError, parse

if TYPE_CHECKING:
    from tests.browsing import PageDriver, chromium
else:
    from browsing import PageDriver, chromium

measured: Any = importlib.import_module("page_measures")  # a program beside the tests
FORMULA = "z = w*x + b; g = sigmoid(z); (g - y)^2"
NUMBERS = {"w": 0.5, "x": 2.0, "b": -1.0, "y": 1.0}
EXACT = 1e-12


@pytest.fixture(scope="module")
def browser() -> Iterator[PageDriver]:
    with chromium() as driver:
        driver.execute_cdp_cmd("Network.enable", {})
        driver.execute_cdp_cmd(
            "Network.emulateNetworkConditions",
            {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0},
        )
        yield PageDriver(driver)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("playground") / "playground.html"
    command = [sys.executable, "-m", "autograd", "playground", "p*q + c", "--out", str(path)]
    done = subprocess.run(  # noqa: S603  # the command of this test
        command, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{path}\n"
    return path


@pytest.fixture
def page(browser: PageDriver, file: Path) -> Iterator[PageDriver]:
    browser.open(file)
    yield browser
    assert browser.errors() == []


def type_formula(page: PageDriver, text: str) -> None:
    before = page.find("html")
    page.retype("#formula", text)
    page.wait(lambda: page.find("html") != before or page.find("#refused").text != "")


def test_a_typed_formula_is_drawn_stepped_through_and_judged(page: PageDriver) -> None:
    type_formula(page, FORMULA)
    output, _ = parse(FORMULA, NUMBERS)
    called = names(output)
    drawn = set(called) - {node for node, name in called.items() if name == "2"}
    assert set(page.nodes(output)) == {called[node] for node in drawn}
    for forward in forward_steps(output):
        page.press("forth")
        assert page.nodes(output)[called[forward.node]][0] == pytest.approx(
            forward.result, rel=EXACT
        )
    page.press("forth")
    for step in backward_steps(output):
        if isinstance(step, BackwardStep):
            page.press("forth")
            record = page.record()
            for number in ("upstream", "local", "contribution", "total"):
                assert float(record[number]) == pytest.approx(getattr(step, number), rel=EXACT)
    assert "∂z ∂(w*x)" in " ".join(page.find("#working").text.split())
    page.press("last")
    page.node(output, "w").click()
    page.press("ask")
    page.find("#answer").send_keys("0.5" + Keys.ENTER)
    assert page.find("#verdict").get_attribute("class") == "wrong"
    page.press("hint")
    assert "sign" in page.find("#hinted").text
    page.retype("#answer", "-0.5")
    assert page.find("#verdict").get_attribute("class") == "right"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "x 2 + 1",
            "column 3: cannot read this: invalid syntax; a product needs its sign, as in 2*a",
        ),
        ("a + exp", "column 5: unknown name 'exp' (given: a); for the function, write exp(...)"),
        ("softmax([a, b])", "the result is a list; choose one of its numbers, as in p[0]"),
        ("+".join("a" * 300), "more than the 200 that this page draws; explore(...) in Python"),
        ("<img src=x onerror=alert(1)>", "column 1: cannot read this"),
    ],
)
def test_a_formula_that_cannot_be_read_is_refused_and_the_graph_stays(
    page: PageDriver, text: str, message: str
) -> None:
    before = page.find("#drawing")
    type_formula(page, text)
    assert message in page.find("#refused").text
    assert page.find("#formula").get_attribute("aria-invalid") == "true"
    assert page.find("#drawing") == before
    page.find("#formula").send_keys(" ")
    assert page.find("#refused").text == ""


def test_a_link_to_a_formula_that_cannot_be_read_says_so_above_the_first_graph(
    browser: PageDriver, file: Path
) -> None:
    browser.driver.get(f"{file.as_uri()}?formula=a%202&numbers=a:x,:3,b")
    assert browser.find("#refused").text.startswith("column 3: cannot read this")
    assert browser.find("#formula").get_attribute("value") == "a 2"
    output, _ = parse("p*q + c", {"p": 0.5, "q": 2.0, "c": -1.0})
    assert "p*q + c" in browser.nodes(output)
    assert browser.errors() == []


def test_names_keep_their_numbers_in_the_next_formula_and_in_its_link(page: PageDriver) -> None:
    page.find("[aria-label='number of q']").send_keys(
        Keys.CONTROL + "a" + Keys.NULL, "7" + Keys.ENTER
    )
    type_formula(page, "q^2 + d")
    assert "numbers=q%3A7%2Cd%3A2" in page.driver.current_url
    page.press("last")
    output, _ = parse("q^2 + d", {"q": 7.0, "d": 2.0})
    assert page.nodes(output)["q"] == (7.0, 14.0)
    link = page.driver.current_url
    page.driver.back()
    assert page.find("#formula").get_attribute("value") == "p*q + c"
    page.driver.get(link)
    assert page.find("#formula").get_attribute("value") == "q^2 + d"


def test_a_gradient_step_changes_the_names_in_its_field_alone(page: PageDriver) -> None:
    type_formula(page, FORMULA)
    assert page.find("#parameters").get_attribute("value") == "w, b"
    page.retype("#parameters", "x")
    page.wait(lambda: "parameters=x" in page.driver.current_url)
    output, nodes = parse(FORMULA, NUMBERS)
    output.backward()
    page.press("last")
    page.retype("#rate", "0.1")
    page.press("descend")
    after = page.nodes(output)
    assert after["x"][0] == pytest.approx(2.0 - 0.1 * nodes["x"].grad, rel=EXACT)
    assert (after["w"][0], after["b"][0]) == (0.5, -1.0)
    page.retype("#parameters", "q")
    page.wait(lambda: "'q'" in page.find("#refused").text)


def test_every_example_is_drawn_with_finite_numbers(page: PageDriver) -> None:
    examples = [text for text in page.texts("#examples option") if "…" not in text]
    assert len(examples) > 3
    for text in examples:
        type_formula(page, text)
        assert page.find("#refused").text == ""
        page.press("last")
        assert not re.search("nan|inf", page.find("#drawing").text)


def test_boxes_and_labels_do_not_cover_one_another(page: PageDriver) -> None:
    type_formula(page, "p = softmax([a, b, c]); h = tanh(u*a + v*b + c)*a; -ln(p[0])*h + h^2")
    page.press("last")
    found = measured.drawing_measures(page)
    assert found == dict.fromkeys(found, 0)


def test_inputs_of_every_example_are_in_declared_order(page: PageDriver) -> None:
    for text in EXAMPLES:
        type_formula(page, text)
        page.press("last")
        page.press("fit")
        found = measured.drawing_measures(page)
        assert found == dict.fromkeys(found, 0), text


def test_the_file_is_one_and_small() -> None:
    html = playground()
    assert len(html.encode()) < 600_000
    assert not re.search(r"""(?:src|href)=["']?https?:|@import|fetch\(|XMLHttpRequest""", html)


def test_where_scripts_are_blocked_the_first_graph_is_a_still_picture_with_its_numbers(
    page: PageDriver, tmp_path: Path
) -> None:
    assert page.find("#typing").is_displayed()
    assert page.driver.find_elements("css selector", "#still") == []
    page.press("last")
    numbers = page.texts("#drawing .value") + page.texts("#drawing .gradient")
    blocked = tmp_path / "blocked.html"
    html = playground("p*q + c")
    blocked.write_text(re.sub(r"script-src [^;]*;", "", html), encoding="utf-8")
    page.open(blocked)
    assert "so this is a still picture of it" in page.find("#still p").text
    assert not page.find("#typing").is_displayed()
    shown = page.texts("#still svg text")
    assert {"p", "q", "c"} <= set(shown)
    assert set(numbers) <= set(shown)
    assert all("script" in error for error in page.errors())


@pytest.mark.parametrize("name", ["w1", "b", "W_2", "weight3", "x", "bias_", "θ₁", "way", "1"])
def test_the_page_and_the_still_picture_know_the_same_parameters(
    name: str, page: PageDriver
) -> None:
    found = page.driver.execute_script("return isParameterName(arguments[0]);", name)
    assert found == (_stem(name) in PARAMETER_NAMES)


def test_a_message_shows_the_place_under_the_formula_whatever_the_width(page: PageDriver) -> None:
    page.resize(390, 844)
    type_formula(page, "a_long_name + another_long_name + yet_another_name + (b % 2)")
    place = page.find("#refused pre")
    formula, caret = place.text.split("\n")
    assert formula[len(caret) - 1] == "%"
    assert place.size["height"] < 50  # its two lines are not broken
    page.resize(1366, 768)


def test_what_it_opens_with_is_checked() -> None:
    with pytest.raises(ExpressionError, match="column 3"):
        playground("a 2")
    with pytest.raises(ValueError, match=r"received 'c' \(names: a, b\)"):
        playground("a*b", {"c": 1.0})
    with pytest.raises(ValueError, match="finite number for a"):
        playground("a*b", {"a": float("inf")})
