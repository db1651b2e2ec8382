"""The course as a static site: Python runs in the browser, which reaches no other server."""

import functools
import http.server
import re
import runpy
import subprocess
import sys
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from selenium.webdriver.support.ui import WebDriverWait

if TYPE_CHECKING:
    from tests.browsing import PageDriver, chromium
else:
    from browsing import PageDriver, chromium

ROOT = Path(__file__).parent.parent
NOTEBOOK = "en/1-a-single-neuron.ipynb"
SHOWN: list[Any] = runpy.run_path(str(ROOT / "tests/course_answers/n1.py"))["SHOWN"]
START = 120  # seconds that Python may take to start in the browser of a busy machine


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(  # noqa: S603  # the project's own program
        [sys.executable, "notebooks/site.py", "--out", str(folder)], cwd=ROOT, check=True
    )
    return folder


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[PageDriver]:
    alone = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"  # no other server is found
    with chromium(1366, 900, alone) as driver:
        yield PageDriver(driver)


def wait(page: PageDriver, script: str, seconds: float = 20) -> Any:
    """What a script returns, once that is true."""
    return WebDriverWait(page.driver, seconds).until(lambda _: page.driver.execute_script(script))


def complaints(page: PageDriver) -> list[str]:
    log: list[dict[str, str]] = page.driver.get_log("browser")  # type: ignore[no-untyped-call]
    return [entry["message"] for entry in log if entry["level"] == "SEVERE"]


def test_a_notebook_runs_in_the_browser_and_shows_the_numbers_of_the_course_notes(
    browser: PageDriver, address: str
) -> None:
    browser.driver.get(f"{address}/jupyter/notebooks/index.html?path={NOTEBOOK}")
    wait(browser, "return document.querySelectorAll('.jp-CodeCell').length > 5", START)
    menu = "return [...document.querySelectorAll('.lm-MenuBar-item')].find(x => x.innerText=='Run')"
    wait(browser, menu).click()
    wait(browser, "return document.querySelector('[data-command=\"runmenu:run-all\"]')").click()
    done = (
        "return [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]"
        ".every(prompt => /\\[\\d+\\]/.test(prompt.textContent))"
    )
    wait(browser, done, START)
    wait(
        browser,
        "return document.querySelector('.jp-OutputArea-output svg, [src^=\"data:image/svg\"]')",
    )
    outputs: list[list[str]] = browser.driver.execute_script(
        "return [...document.querySelectorAll('.jp-OutputArea-output')]"
        ".map(output => [output.dataset.mimeType, output.textContent])"
    )
    kinds = [kind for kind, _ in outputs]
    assert [text for kind, text in outputs if re.search("stderr|error", kind)] == []
    assert kinds.count("image/svg+xml") > 3  # graphs by Graphviz, plots by the stand-in
    text = "\n".join(text for _, text in outputs)
    english = (shown if isinstance(shown, str) else shown[0] for shown in SHOWN)
    assert [shown for shown in english if shown not in text] == []
    assert complaints(browser) == []


@pytest.mark.parametrize(
    "name", ["index.html", "index.es.html", "playground.html", "training.html"]
)
def test_a_page_opens(browser: PageDriver, address: str, name: str) -> None:
    browser.driver.get(f"{address}/{name}")
    assert browser.find("h1").text
    assert complaints(browser) == []


def test_in_the_playground_a_formula_is_computed(browser: PageDriver, address: str) -> None:
    browser.driver.get(f"{address}/playground.html")
    numbers = "return [...document.querySelectorAll('[data-node]')].map(x => x.dataset.value)"
    assert len([number for number in wait(browser, numbers) if number]) > 3


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_notebook_to_read_has_its_formulas_typeset(
    browser: PageDriver, address: str, site: Path, language: str
) -> None:
    pages = sorted((site / "read" / language).glob("*.html"))
    assert pages
    for page in pages:
        browser.driver.get(f"{address}/read/{language}/{page.name}")
        assert wait(browser, "return document.querySelectorAll('.katex').length"), page
        left = "return document.querySelector('main').innerText.match(/\\$[^$\\n]*\\\\\\w+/g)"
        assert browser.driver.execute_script(left) is None, page
        assert (
            browser.driver.execute_script("return document.querySelector('.katex-error')") is None
        )
        assert complaints(browser) == [], page


@pytest.mark.parametrize("dark", [False, True])
def test_a_notebook_to_read_is_dark_where_its_reader_wants_that_and_cuts_nothing_off(
    browser: PageDriver, address: str, site: Path, *, dark: bool
) -> None:
    browser.resize(800, 900, dark=dark)
    for page in sorted(site.glob("read/es/*.html")):  # in Spanish lines are longer
        browser.driver.get(f"{address}/{page.relative_to(site)}")
        ground = "return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"
        assert (max(browser.driver.execute_script(ground)) < 60) == dark
        cut = """
            const cells = document.querySelectorAll(".jp-InputArea-editor, .jp-OutputArea-output");
            return [...cells].filter((cell) => cell.scrollWidth > cell.clientWidth + 1
              && getComputedStyle(cell).overflowX == "hidden").map((cell) => cell.innerText);"""
        assert browser.driver.execute_script(cut) == [], page
        wide = "return document.documentElement.scrollWidth - innerWidth"
        assert browser.driver.execute_script(wide) <= 0, page


class Addresses(HTMLParser):
    """The addresses that a page asks for or leads to."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, _tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attributes if name in {"href", "src"} and value]


def test_every_address_in_the_site_is_in_the_site(site: Path) -> None:
    pages = [*site.glob("*.html"), *site.glob("read/*/*.html")]
    assert len(pages) > 6
    for page in pages:
        for found in Addresses(page).found:
            parts = urlsplit(found)
            if parts.scheme == "data" or not parts.path:
                continue
            assert not parts.netloc, (page, found)
            target = page.parent / unquote(parts.path)
            assert target.exists(), (page, found)
            for path in parse_qs(parts.query).get("path", []):
                assert (site / "jupyter" / "files" / path).exists(), (page, found)


def test_every_notebook_of_the_course_is_on_the_first_page_of_its_language(site: Path) -> None:
    for language, name in ("en", "index.html"), ("es", "index.es.html"):
        page = (site / name).read_text(encoding="utf-8")
        for path in (ROOT / "notebooks" / language).glob("*.ipynb"):
            needs_numpy = path.stem.startswith("10-")
            assert page.count(f"{language}/{path.stem}.html") == 1, path
            assert page.count(f"{language}/{path.stem}.ipynb") == (not needs_numpy), path


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "notebooks")


@pytest.mark.usefixtures("programs")
def test_without_npm_the_build_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="found no npm, which brings Pyodide"):
        import_module("in_browser").npm(tmp_path)


@pytest.mark.usefixtures("programs")
def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SystemExit, match="expected a new or empty folder"):
        import_module("course_site").write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
