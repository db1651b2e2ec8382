"""The page where little is allowed: without scripts, in a sandbox, under a strict policy."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import autograd
from autograd import Value, explain, explore
from autograd.explorer import playground
from autograd.worked_example import STUDENTS, build

if TYPE_CHECKING:
    from tests.browsing import PageDriver
else:
    from browsing import PageDriver

POLICIES = ("default-src 'none'", "script-src 'self'", "sandbox")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    return Path(explore(build(STUDENTS[0])["cost"]).save(folder / "page.html"))


@pytest.fixture(scope="module")
def server(path: Path) -> Iterator[str]:
    """A web server that sends the page with the policy that the address asks for by its number."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # as the library calls it
            self.send_response(200)
            number = self.path.strip("/")
            if number.isdigit():
                self.send_header("Content-Security-Policy", POLICIES[int(number)])
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(path.read_bytes() if number.isdigit() else b"")

        def log_message(self, *_: object) -> None:
            pass

    found = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=found.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{found.server_port}"
    finally:
        found.shutdown()
        thread.join()
        found.server_close()


def assert_is_still(page: PageDriver) -> None:
    assert page.find("#still p").text.startswith("This page is alive where scripts may run;")
    assert page.find("#still svg").rect["width"] > 300
    assert {"w1", "−0.5", "-0.5"} & set(page.texts("#still text"))
    for dead in ("main", "#quiz", "#theme", "#leave"):
        assert not page.find(dead).is_displayed()


@pytest.mark.parametrize("number", range(len(POLICIES)))
def test_where_a_policy_blocks_the_script_a_picture_and_a_sentence_are_there(
    number: int, browser: PageDriver, server: str
) -> None:
    browser.resize(1366, 768)
    browser.driver.get(f"{server}/{number}")
    assert_is_still(browser)
    assert any(
        "Content Security Policy" in error or "sandbox" in error for error in browser.errors()
    )


def test_where_scripts_are_switched_off_a_picture_and_a_sentence_are_there(
    page: PageDriver, path: Path
) -> None:
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.open(path)
        assert_is_still(page)
    finally:
        page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_of_a_larger_graph_the_still_picture_is_folded() -> None:
    inputs = [Value(0.001 * i) for i in range(700)]
    page = explore(autograd.sum([value.tanh() for value in inputs])).html
    still = page[page.index('id="still"') :].partition("</svg>")[0]
    assert "700 × tanh(v)" in still
    assert "700 inputs" in still
    assert "0 … 0.699" in still


def test_a_still_picture_scrolls_before_its_numbers_are_smaller_than_12_pixels(
    page: PageDriver, path: Path
) -> None:
    page.driver.set_window_size(500, 700)
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.open(path)
        shown = page.find("#still svg").rect["width"] / (4 / 3)  # in points
        whole = float((page.find("#still svg").get_attribute("width") or "").removesuffix("pt"))
        assert 14 * (4 / 3) * shown / whole >= 12
    finally:
        page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_where_there_is_no_picture_the_sentence_promises_none(
    page: PageDriver, tmp_path: Path
) -> None:
    small = Value(1.0)
    for _ in range(300):
        small = small * 1.5
    texts = {
        "typed.html": playground(f"{'sin(' * 90}a{')' * 90}"),
        "large.html": explore(small).html,
    }
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        for name, text in texts.items():
            path = tmp_path / name
            path.write_text(text, encoding="utf-8")
            page.open(path)
            assert not page.driver.find_elements("css selector", "#still svg")
            assert page.find("#still").text == (
                "This page is alive where scripts may run; here they may not."
                " Open the page's file in a browser to go through it step by step."
                " There is no still picture of it: it is too large to be read as one, and too few"
                " of its parts are alike to be folded."
            )
    finally:
        page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_in_a_frame_that_may_run_nothing_a_picture_and_a_sentence_are_there(
    browser: PageDriver, path: Path
) -> None:
    around = path.parent / "around.html"
    around.write_text(f'<iframe sandbox="" src="{path.name}" width="1000" height="700"></iframe>')
    browser.open(around)
    browser.driver.switch_to.frame(browser.find("iframe"))
    assert_is_still(browser)
    browser.driver.switch_to.default_content()
    browser.errors()


def test_where_the_script_runs_the_still_picture_is_gone(page: PageDriver, path: Path) -> None:
    page.open(path)
    assert page.driver.find_elements("css selector", "#still") == []
    assert page.find("main").is_displayed()


def test_the_policy_of_the_page_allows_no_network(
    page: PageDriver, server: str, path: Path
) -> None:
    page.open(path)
    refused = page.driver.execute_async_script(
        "const done = arguments[1]; const image = new Image();"
        "image.onload = image.onerror = () => fetch(arguments[0]).then(() => done('fetched'), "
        "() => done('refused')); image.src = arguments[0];",
        server,
    )
    assert refused == "refused"
    errors = page.errors()
    assert len([error for error in errors if "Content Security Policy" in error]) >= 2


@pytest.mark.parametrize("is_playground", [False, True])
def test_no_name_is_declared_twice_at_the_top_of_a_pages_script(
    *, is_playground: bool, path: Path
) -> None:
    html = playground() if is_playground else path.read_text(encoding="utf-8")
    script = html[html.rindex('"use strict";') :]
    declared = re.findall(r"^(?:const|let|class|(?:async )?function) (\w+)", script, re.MULTILINE)
    assert len(declared) > 200
    assert sorted({name for name in declared if declared.count(name) > 1}) == []


@pytest.mark.parametrize("name", ["w1", "w7", "b3", "x1"])
def test_local_derivatives_are_written_as_explain_writes_them(
    name: str, page: PageDriver, path: Path
) -> None:
    nodes = build(STUDENTS[0])
    written = explain(nodes["cost"], nodes[name], form="paths", numbers=False).text
    formulas = set(re.findall(r"^  \S+/\S+ += (.+)$", written, re.MULTILINE))
    assert len(formulas) >= 2
    page.open(path, f"#step=33&node={name}")
    shown = f"{' '.join(page.find('#about').text.split())} "
    assert [formula for formula in formulas if f"= {formula} " not in shown] == []


def test_long_labels_that_differ_at_their_end_are_told_apart(
    page: PageDriver, tmp_path: Path
) -> None:
    a, b = (Value(2.0, label=f"la_entrada_de_la_red_número_{i}") for i in (1, 2))
    page.open(Path(explore(a * b).save(tmp_path / "page.html")))
    shown = page.driver.execute_script("return NODES.map((node) => node.shown);")
    assert shown[:2] == ["la_entrada_…ed_número_1", "la_entrada_…ed_número_2"]


@pytest.mark.parametrize("base", [0.7, 0.0])
def test_of_a_guarded_derivative_the_case_that_holds_is_written(
    base: float, page: PageDriver, tmp_path: Path
) -> None:
    a, b = Value(base, label="a"), Value(2.0, label="b")
    y = a**b
    y.label = "y"
    page.open(Path(explore(y).save(tmp_path / "page.html")), "#node=b")
    page.press("last")
    shown = " ".join(page.find("#about").text.split())
    assert "where" not in shown
    assert ("= y*log(a) = 0.49*log(0.7) = -0.174771" in shown) is bool(base)


def test_what_stands_at_an_edge_is_right_as_an_answer(page: PageDriver, tmp_path: Path) -> None:
    """The page's judge takes each number of the drawing, as short as it is written there."""
    numbers = (-0.249972, 1234567.891, 123456789012.0, 1.23456789e-7, -1 / 3, 2.0**-30, 1e5)
    terms = [Value(1.0, label=f"x{i}") * number for i, number in enumerate(numbers)]
    output = terms[0]
    for term in terms[1:]:
        output = output + term
    page.open(Path(explore(output).save(tmp_path / "page.html")), f"#step={10**3}")
    page.press("last")
    shown = page.driver.execute_script("""
        return drawing.edges.filter(({ parent }) => isLeaf(parent) && !isConstant(parent))
          .map(({ parent, text }) => [NODES[parent].name, text.textContent,
            judge(state.run, parent, text.textContent.replace("× ", "")).right]);""")
    assert len(shown) == len(numbers)
    assert [found for found in shown if not found[2]] == []
