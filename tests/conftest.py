"""What tests share; and which run where: other people's graders need the extra `grading`."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browsing import PageDriver

collect_ignore = [] if find_spec("nbgrader") and find_spec("otter") else ["test_graders.py"]


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
