"""What tests share; and which run where: some need the extra `grading`, or `site`."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.browsing import PageDriver

_NEEDED = {"test_graders.py": ("nbgrader", "otter"), "test_site.py": ("jupyterlite_core",)}
collect_ignore = [name for name, needed in _NEEDED.items() if not all(map(find_spec, needed))]

# The same examples everywhere, so that a change is judged by itself. To look for new ones:
# `pytest --hypothesis-profile default`.
settings.register_profile("the same everywhere", derandomize=True)
settings.load_profile("the same everywhere")


@pytest.fixture(params=[0, 10**9], ids=["compiled", "on graphs"])
def run_both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test twice: with models that run on compiled code, and with models on graphs."""
    monkeypatch.setattr("nn.training.trainer.WORTH_COMPILING", request.param)


@pytest.fixture(scope="module")
def browser() -> Iterator["PageDriver"]:
    """Chromium, for the tests of a module."""
    # Beside the tests; it needs Selenium, which the tests of pages alone do.
    browsing = import_module("browsing")
    with browsing.chromium() as driver:
        yield browsing.PageDriver(driver)


@pytest.fixture
def page(browser: "PageDriver") -> Iterator["PageDriver"]:
    """The browser for one test, after which nobody has complained in the console."""
    yield browser
    assert browser.errors() == []
