"""The page for a class: its state in a link, a picture of it, large on a wall, in Spanish."""

import html
import importlib
import json
import math
import struct
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

import autograd
from autograd import Value, explore
from autograd.notation.names import names

if TYPE_CHECKING:
    from tests.browsing import PageDriver
else:
    from browsing import PageDriver

measured: Any = importlib.import_module("page_measures")  # a program beside the tests
EXPLORER = Path(autograd.__file__).parent / "explorer"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(
        explore(measured.worked()).save(tmp_path_factory.mktemp("page") / "worked example.html")
    )


def opened(page: PageDriver, path: Path, link: str = "") -> PageDriver:
    page.resize(*measured.SIZES["laptop"])
    page.open(path, link)
    return page


def link_of(page: PageDriver) -> str:
    """The hash of the page's address, as soon as it has followed the state."""
    expected = page.driver.execute_script("return writeAddress();")
    page.wait(lambda: page.driver.execute_script("return location.hash;") == expected)
    return str(expected)


def state_of(page: PageDriver) -> tuple[Any, ...]:
    return (
        page.nodes(measured.worked()),
        page.record()["time"],
        page.find("#chosen-name").text,
        page.find("#question").is_displayed(),
        page.find("body").get_attribute("data-hide"),
        page.find("#stride").get_attribute("value"),
        page.driver.execute_script("return document.documentElement.lang;"),
    )


# ------------------------------------------------------------------------------ the link


def test_a_link_opens_the_page_as_it_was(page: PageDriver, path: Path) -> None:
    output = measured.worked()
    opened(page, path)
    page.type_number(output, "w7", "-0,125")
    page.type_number(output, "x1", "1e-300")
    Select(page.find("#stride")).select_by_value("node")
    for _ in range(9):
        page.press("forth")
    page.node(output, "g1").click()
    page.find("#class summary").click()
    page.find("#hiding input[value='leaves']").click()
    Select(page.find("#language")).select_by_value("es")
    link, state = link_of(page), state_of(page)
    assert "set.w7=-0.125" in link
    assert state[0]["w7"][0] == -0.125
    opened(page, path, link)
    assert state_of(page) == state
    assert link_of(page) == link


def test_a_link_keeps_the_path_that_is_lit_and_the_rate_that_was_typed(
    page: PageDriver, path: Path
) -> None:
    opened(page, path)
    page.retype("#rate", "0.0000123456789")
    page.press("last")
    page.node(measured.worked(), "x2").click()
    page.press("path-1")
    link = link_of(page)
    opened(page, path, link)
    assert page.find("#notice").text == ""
    assert page.find("#rate").get_attribute("value") == "0.0000123456789"
    assert page.find("#path-1").get_attribute("aria-pressed") == "true"
    assert page.find("#path-0").get_attribute("aria-pressed") == "false"
    assert link_of(page) == link
    opened(page, path, "#step=33&node=x2")
    assert page.find("#rate").get_attribute("value") == "1e-06"  # the suggested one


def test_a_link_with_a_question_hides_the_answer(page: PageDriver, path: Path) -> None:
    opened(page, path)
    page.driver.execute_script("ask(NODES.findIndex(({ name }) => name === 'w1'));")
    link = link_of(page)
    assert "ask=w1" in link
    opened(page, path, link)
    assert " ".join(page.find("#asked").text.split()) == "What is dcost dw1 ?"
    assert page.nodes(measured.worked())["w1"][1] is None
    page.find("#answer").send_keys("-19303.5" + Keys.ENTER)
    assert page.find("#verdict").text == "Right, to the digits given."
    assert "ask=" not in link_of(page)


def test_the_page_follows_a_link_within_it_and_undo_goes_back(page: PageDriver, path: Path) -> None:
    output = measured.worked()
    opened(page, path, "#step=33")
    page.driver.execute_script("location.hash = '#step=33&set.w7=5';")
    page.wait(lambda: page.nodes(output)["w7"][0] == 5.0)
    page.press("undo")
    assert page.nodes(output)["w7"][0] == 12.0


def test_labels_of_any_letters_come_back_from_a_link(page: PageDriver, tmp_path: Path) -> None:
    labels = ("a&b=c", "50%", "a+b#1", "ñ∂²", "<b>", "__proto__")
    leaves = [Value(float(i), label=label) for i, label in enumerate(labels)]
    output = autograd.sum(leaves)
    path = Path(explore(output).save(tmp_path / "page.html"))
    opened(page, path)
    for label in labels:
        page.type_number(output, label, "7.5")
    link = link_of(page)
    opened(page, path, link)
    page.press("last")
    assert page.find("#notice").text == ""
    found = page.nodes(output)
    assert [found[label][0] for label in labels] == [7.5] * len(labels)
    assert set(found) == set(names(output).values())


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("#step=999", "The link goes to step “999”; the steps are 0 to 33."),
        ("#step=-1", "The link goes to step “-1”"),
        ("#step=1e1", "The link goes to step “1e1”"),
        ("#step=", "The link goes to step “”"),
        ("#node=nobody", "The link chooses “nobody”, and no node has this name."),
        ("#node=__proto__", "The link chooses “__proto__”"),
        ("#node=x1&path=3", "The link lights path “3”, and the chosen node has no such path."),
        ("#node=w7&path=1", "The link lights path “1”"),
        ("#path=1&node=x1", "The link lights path “1”"),
        ("#rate=much", "The link says that the learning rate is “much”, which is no number."),
        ("#ask=cost", "The link asks for the gradient of “cost”, and there is none to ask for."),
        ("#ask=", "The link asks for the gradient of “”"),
        ("#set.w7=many", "The link gives w7 the number “many”, which is none."),
        ("#set.w7=", "The link gives w7 the number “”"),
        ("#set.cost=1", "The link gives “cost” a number, and there is no such input."),
        ("#set.=1", "The link gives “” a number"),
        ("#by=constructor", "The link says by=constructor, which has to be one of edge, node"),
        ("#theme=blue", "The link says theme=blue, which has to be one of dark, light."),
        ("#lang=xx", "The link says lang=xx, which has to be one of en, es."),
        ("#hide=everything", "The link hides “everything”, and the page has no such part."),
        ("#constructor=1", "The link says “constructor”, which this page does not know."),
        ("#toString", "The link says “toString”"),
        ("#%E0%A4%A=1", "The link says “"),
        ("#node=" + "w" * 100_000, "…”, and no node has this name."),
        ("#node=" + quote("<img src=x onerror=alert(1)>"), "The link chooses “<img src=x"),
        ("#lang=es&step=-1", "El enlace va al paso “-1”; los pasos son de 0 a 33."),
    ],
)
def test_what_is_wrong_in_a_link_is_told_and_the_page_is_alive(
    link: str, said: str, page: PageDriver, path: Path
) -> None:
    opened(page, path, link)
    assert said in page.find("#notice").text
    page.press("forth")
    assert "z1" in page.find("#sentence").text
    assert page.find("#notice").text == ""


@pytest.mark.parametrize("link", ["#", "#&&&", "#step=5", "#set.w7=inf&set.w8=nan&set.b3=-0"])
def test_a_link_that_is_right_is_not_complained_of(link: str, page: PageDriver, path: Path) -> None:
    opened(page, path, link)
    assert page.find("#notice").text == ""


def test_what_is_right_in_a_link_holds_beside_what_is_wrong(page: PageDriver, path: Path) -> None:
    opened(page, path, "#step=3&node=nobody&set.w7=5&what=that")
    assert page.record()["time"] == "3"
    assert page.find("#notice").text.count("The link ") == 2


# ----------------------------------------------------------------- to take it elsewhere


def test_the_link_is_copied_or_shown(page: PageDriver, path: Path) -> None:
    opened(page, path, "#step=4")
    page.find("#class summary").click()
    page.press("copy")
    page.wait(lambda: page.find("#shared").text != "")
    field = page.driver.find_elements("css selector", "#shared input")
    shown = field[0].get_attribute("value") if field else None
    assert shown == path.as_uri() + "#step=4" or page.find("#shared").text == "The link is copied."
    page.driver.execute_script(
        "Object.defineProperty(navigator, 'clipboard', { value: undefined });"
    )
    page.press("copy")
    page.wait(lambda: bool(page.driver.find_elements("css selector", "#shared input")))
    assert page.find("#shared input").get_attribute("value") == path.as_uri() + "#step=4"


def test_the_text_to_embed_is_the_page_as_it_is(page: PageDriver, path: Path) -> None:
    opened(page, path, "#step=4&node=g1")
    page.find("#class summary").click()
    snippet = page.find("#embed").get_attribute("value") or ""
    assert 'sandbox="allow-scripts"' in snippet
    around = path.parent / "around.html"
    around.write_text(f"<!DOCTYPE html><p>Before</p>{snippet}", encoding="utf-8")
    page.open(around)
    page.driver.switch_to.frame(page.find("iframe"))
    assert page.record()["time"] == "4"
    assert page.find("#chosen-name").text == "g1"
    page.press("forth")
    assert page.record()["time"] == "5"
    page.driver.switch_to.default_content()


def test_a_saved_picture_is_an_svg_that_needs_no_style(page: PageDriver, path: Path) -> None:
    opened(page, path, "#step=33&node=w7")
    text = page.driver.execute_script("return pictureOf($('drawing'), drawing.view.size);")
    picture = ET.fromstring(text)  # noqa: S314  # the page's own
    texts = [
        "".join(found.itertext()) for found in picture.iter("{http://www.w3.org/2000/svg}text")
    ]
    assert {"w7", "12", "-43.0719", "y_pred - y_act", "0.377541"} <= set(texts)
    assert "class=" not in text
    boxes = [found for found in picture.iter() if found.tag.endswith("rect")]
    assert all(box.get("fill") for box in boxes)
    assert 'fill="rgb(' in text


def test_the_picture_is_saved_as_a_file_by_the_name_of_the_output(
    page: PageDriver, path: Path, tmp_path: Path
) -> None:
    opened(page, path)
    page.driver.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)}
    )
    page.find("#class summary").click()
    page.press("picture")
    page.wait((tmp_path / "cost.svg").exists)
    assert page.find("#shared").text.startswith("The picture is saved as an SVG")
    page.press("png")
    page.wait((tmp_path / "cost.png").exists)
    assert page.find("#shared").text.startswith("The picture is saved as a PNG")
    head = (tmp_path / "cost.png").read_bytes()[:24]
    assert head[1:4] == b"PNG"
    size = page.driver.execute_script("return drawing.view.size;")
    assert struct.unpack(">II", head[16:]) == tuple(math.floor(3 * (side + 24)) for side in size)
    assert page.errors() == []


def test_a_link_keeps_the_theme_that_was_chosen(page: PageDriver, path: Path) -> None:
    opened(page, path)
    page.press("forth")
    assert "theme=" not in link_of(page)
    is_dark = "return document.documentElement.dataset.theme === 'dark';"
    page.press("theme")
    link, chosen = link_of(page), page.driver.execute_script(is_dark)
    assert f"theme={'dark' if chosen else 'light'}" in link
    page.press("theme")
    opened(page, path, link)
    assert page.driver.execute_script(is_dark) == chosen
    assert link_of(page) == link


def test_the_page_fills_the_screen_and_leaves_it(page: PageDriver, path: Path) -> None:
    opened(page, path)
    page.find("#class summary").click()
    is_full = "return document.fullscreenElement !== null;"
    assert not page.driver.execute_script(is_full)
    page.press("full")
    page.wait(lambda: bool(page.driver.execute_script(is_full)))
    page.press("full")
    page.wait(lambda: not page.driver.execute_script(is_full))


# --------------------------------------------------------------------------- on a wall


@pytest.mark.parametrize("size", ["laptop", "phone", "phone on its side"])
def test_a_presentation_has_large_type_and_no_controls_and_follows_the_keys(
    size: str, page: PageDriver, path: Path
) -> None:
    opened(page, path)
    page.resize(*measured.SIZES[size])
    page.key("p")
    page.key(Keys.ARROW_RIGHT)
    sentence = page.find("#sentence")
    assert sentence.text == "z1 is computed: -0.5."
    assert float(sentence.value_of_css_property("font-size")[:-2]) >= 19
    for hidden in ("#player", "#under", "#leaves", "#chosen", "#theme"):
        assert not page.find(hidden).is_displayed()
    found = measured.measures(page)
    assert found["letters"] >= 12 * 1.08
    assert found["sentence"]
    assert found["covered"] == 0
    page.key(Keys.ESCAPE)
    assert page.find("#player").is_displayed()


@pytest.mark.parametrize("link", ["#present=1", ""])
def test_the_worked_example_is_presented_as_a_whole_in_the_digits_of_its_sentence(
    link: str, page: PageDriver, path: Path
) -> None:
    opened(page, path, link)
    if not link:
        page.key("p")
    page.driver.execute_script("goTo(STARTS + 4);")
    cut = page.driver.execute_script("""
        const frame = $("drawing").getBoundingClientRect();
        return [...document.querySelectorAll("#drawing .box")].map((x) => x.getBoundingClientRect())
          .filter((box) => box.left < frame.left || box.right > frame.right
            || box.top < frame.top || box.bottom > frame.bottom).length;""")
    assert cut == 0
    assert "-114.1 × 0.3775 = -43.07" in page.find("#sentence").text
    assert {"-43.07", "× 0.3775"} <= set(page.texts("#drawing text"))
    page.key(Keys.ESCAPE)
    assert {"-43.0719", "× 0.377541"} <= set(page.texts("#drawing text"))


def test_what_a_teacher_hides_is_hidden(page: PageDriver, path: Path) -> None:
    opened(page, path, "#hide=player,under,header,chosen,leaves")
    for hidden in ("#player", "#under", "#quiz", "#chosen", "#leaves"):
        assert not page.find(hidden).is_displayed()
    page.find("#class summary").click()
    page.find("#hiding input[value='player']").click()
    assert page.find("#player").is_displayed()


# --------------------------------------------------------------------------- the stride


def moments(page: PageDriver) -> list[Any]:
    """At each step, the nodes that are computed and the edges that pass a share."""
    found = []
    while page.is_on("forth"):
        page.press("forth")
        found.append(
            page.driver.execute_script(
                "const { nodes, records } = acting(); return [nodes.map((i) => NODES[i].name),"
                " records.map(({ child, parent }) => [NODES[child].name, NODES[parent].name])];"
            )
        )
    return found


def test_steps_by_layer_compute_and_pass_on_side_by_side(page: PageDriver, path: Path) -> None:
    opened(page, path, "#by=layer")
    found = moments(page)
    assert [sorted(nodes) for nodes, _ in found if nodes] == [
        ["z1", "z2"],
        ["g1", "g2"],
        ["y_pred"],
        ["y_pred - y_act"],
        ["cost"],
    ]
    passing = [sorted({child for child, _ in shares}) for _, shares in found if shares]
    assert passing == [["cost"], ["y_pred - y_act"], ["y_pred"], ["g1", "g2"], ["z1", "z2"]]
    output = measured.worked()
    output.backward()
    drawn = page.nodes(output)
    for node, name in names(output).items():
        if not isinstance(node, autograd.Constant):
            assert drawn[name] == pytest.approx((node.data, node.grad), rel=1e-12)


def test_steps_by_node_pass_all_shares_of_one_node(page: PageDriver, path: Path) -> None:
    opened(page, path, "#by=node")
    found = moments(page)
    forward = [nodes for nodes, _ in found if nodes]
    assert [len(nodes) for nodes in forward] == [1] * 7
    backward = [shares for _, shares in found if shares]
    assert [len({child for child, _ in shares}) for shares in backward] == [1] * 7
    assert sum(map(len, backward)) == 24
    page.press("back")
    assert "passes its gradient on" in page.find("#sentence").text


def test_going_back_by_layer_and_then_by_edge_shows_pythons_order_again(
    page: PageDriver, path: Path
) -> None:
    opened(page, path)
    by_edge = moments(page)
    Select(page.find("#stride")).select_by_value("layer")
    page.press("first")
    moments(page)
    Select(page.find("#stride")).select_by_value("edge")
    page.press("first")
    assert moments(page) == by_edge


# --------------------------------------------------------------------------- in Spanish


def test_no_english_is_left_in_the_spanish_page(page: PageDriver, path: Path) -> None:
    opened(page, path, "#step=33&node=w7")
    english = page.visible_texts()
    opened(page, path, "#step=33&node=w7&lang=es")
    both = english & page.visible_texts()
    nodes = set(names(measured.worked()).values())
    kept = {text for text in both if not any(name in text for name in nodes)}
    assert kept <= {"Ctrl Z", "Esc", "dcost", "∂cost"}
    assert page.find("h1").text == "Cómo se calcula cost, y sus gradientes"
    assert page.find("#moment").text == "Las dos pasadas han terminado · 32 pasos"
    Select(page.find("#language")).select_by_value("en")
    assert page.visible_texts() == english


def test_the_judge_speaks_spanish_and_english_again(page: PageDriver, path: Path) -> None:
    opened(page, path, "#ask=w7&lang=es")
    told = []
    for answer in ("43.07", "-114.1", "-43.07"):
        page.retype("#answer", answer)
        if page.is_on("hint"):
            page.press("hint")
        told.append(f"{page.find('#verdict').text} {page.find('#hinted').text}".strip())
    assert told == [
        "Todavía no. signo: el signo es el contrario.",
        "Todavía no. derivada local olvidada: falta ∂y_pred/∂w7.",
        "Correcto, con las cifras dadas.",
    ]
    page.find("#class summary").click()
    Select(page.find("#language")).select_by_value("en")
    page.press("quiz")
    page.retype("#answer", "5.41")
    page.press("hint")
    assert page.find("#hinted").text == "sign: the sign is the other one."


def test_the_frame_in_a_notebook_has_what_a_link_would_say(page: PageDriver, path: Path) -> None:
    """In a sandbox without an address of its own the page works, and gives a link all the same."""
    frame = explore(measured.line())._repr_html_()
    around = path.parent / "notebook.html"
    around.write_text(f"<!DOCTYPE html>{frame}", encoding="utf-8")
    page.open(around)
    page.driver.switch_to.frame(page.find("iframe"))
    page.press("forth")
    time.sleep(0.5)  # until the address would be written
    assert page.driver.execute_script("return linkNow();").endswith("page.html#step=1")
    page.driver.switch_to.default_content()
    assert html.unescape(frame).count("<main") == 1
    assert json.dumps(frame)
