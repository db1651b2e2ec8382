"""The page in a browser, as its user has it: what is seen, pressed and typed."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from autograd import Value, explore
from autograd.notation.names import names

ARGUMENTS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-quic"),
)


@contextmanager
def chromium(width: int = 1366, height: int = 768, *arguments: str) -> Iterator[Chrome]:
    options = Options()
    options.binary_location = _program("chromium", "google-chrome", "chrome")
    for argument in (*ARGUMENTS, f"--window-size={width},{height}", *arguments):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options=options, service=Service(_program("chromedriver")))
    try:
        yield driver
    finally:
        driver.quit()


def _program(*names: str) -> str:
    found = [path for name in names if (path := shutil.which(name))]
    if not found:
        pytest.skip(f"{names[0]} is missing: the page is tested in Chromium, by its driver")
    return found[0]


class PageDriver:
    """The page in a browser, as its user has it: what is seen, pressed and typed."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def open(self, path: Path, link: str = "") -> None:
        self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        self.driver.get("about:blank")  # so that another hash alone is a page anew too
        self.driver.get(path.resolve().as_uri() + link)

    def resize(self, width: int, height: int, *, dark: bool = False) -> None:
        """Make the page so many pixels of CSS wide and high, as on a phone where it is so small."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {
                "width": width,
                "height": height,
                "deviceScaleFactor": 1,
                "mobile": min(width, height) < 400,
            },
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        return [found.text for found in self.driver.find_elements(By.CSS_SELECTOR, selector)]

    def visible_texts(self) -> set[str]:
        """Return what stands on the page, with all that can be unfolded; no headings, no names."""
        found: list[str] = self.driver.execute_script("""
            const found = [];
            for (const part of document.querySelectorAll("details")) part.open = true;
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            for (let text = walker.nextNode(); text; text = walker.nextNode()) {
              const element = text.parentElement;
              if (element.closest("script, h1, textarea, svg, kbd, [lang]:not(html)")) continue;
              if (/[a-z]{2}/i.test(text.data)) found.push(text.data.replace(/\\s+/g, " ").trim());
            }
            return found;""")
        return set(found)

    def press(self, identifier: str) -> None:
        self.find(f"#{identifier}").click()

    def is_on(self, identifier: str) -> bool:
        return self.find(f"#{identifier}").get_attribute("aria-disabled") == "false"

    def key(self, key: str) -> None:
        self.find("body").send_keys(key)

    def wait(self, condition: Callable[[], bool]) -> None:
        WebDriverWait(self.driver, 20).until(lambda _: condition())

    def retype(self, selector: str, text: str) -> None:
        self.find(selector).send_keys(Keys.CONTROL + "a" + Keys.NULL, text + Keys.ENTER)

    def type_number(self, output: Value, name: str, text: str) -> None:
        """Type a number into the field of a leaf."""
        place = list(names(output).values()).index(name)
        self.retype(f"#leaf-{place}", text)

    def errors(self) -> list[str]:
        """Return the console's complaints since the last call."""
        log: list[dict[str, Any]] = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [entry["message"] for entry in log]

    def nodes(self, output: Value) -> dict[str, tuple[float | None, float | None]]:
        """The number and the gradient that each drawn node has now, to the last bit, by name."""
        found: list[list[str]] = self.driver.execute_script(
            "return [...document.querySelectorAll('[data-node]')]"
            ".map(({dataset}) => [dataset.node, dataset.value, dataset.gradient]);"
        )
        called = list(names(output).values())
        return {
            called[int(place)]: (_number(value), _number(gradient))
            for place, value, gradient in found
        }

    def node(self, output: Value, name: str) -> WebElement:
        """The drawn node of this name."""
        place = list(names(output).values()).index(name)
        return self.find(f"[data-node='{place}']")

    def record(self) -> dict[str, str]:
        """Return the content of the step's panel."""
        data: dict[str, str] = self.driver.execute_script(
            "return {...document.getElementById('step').dataset};"
        )
        return data


def _number(text: str) -> float | None:
    return float(text) if text else None


def shown(page: PageDriver, output: Value, folder: Path) -> PageDriver:
    """The page of a graph, opened at the start of the forward pass."""
    page.open(Path(explore(output).save(folder / "page.html")))
    page.press("first")
    return page
