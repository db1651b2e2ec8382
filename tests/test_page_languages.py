"""Every page opens in the reader's language, and changes it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from selenium.webdriver.support.select import Select

import autograd
import nn
from autograd.explorer import playground

if TYPE_CHECKING:
    from tests.browsing import PageDriver
else:
    from browsing import PageDriver

ENGLISH = re.compile(r"\b(the|of|is|are|and|with|which|for|not|here|by|what|to be|cannot)\b")


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """Leave the language as it was."""
    yield
    autograd.set_language("en")


def training() -> str:
    nn.set_random_seed(1)
    x, y = nn.datasets.xor()
    model = nn.Sequential([nn.Input(2), nn.Dense(2, "tanh"), nn.Dense(1, "sigmoid")])
    model.compile("sgd", "binary_crossentropy")
    kept = nn.record(model, x, y)
    model.fit(x, y, epochs=2, verbose=0, callbacks=[kept])
    return nn.explore(kept).html


def network() -> str:
    nn.set_random_seed(1)
    model = nn.Sequential([nn.Input(2), nn.Dense(2, "tanh"), nn.Dense(1, "sigmoid")])
    model.compile("sgd", "binary_crossentropy")
    return nn.explore(model, [1.0, 0.5], target=[1.0]).html


PAGES = {"training": training, "network": network, "playground": playground}
LINKS = {
    "training": ["", "#weight=hidden1.neuron1.w1", "#sample=2", "#unit=h1"],
    "network": ["#step=3"],
    "playground": ["#step=4&node=w"],
}


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_that_is_made_in_spanish_opens_in_spanish(
    kind: str, page: PageDriver, tmp_path: Path
) -> None:
    english, spanish = tmp_path / "english.html", tmp_path / "spanish.html"
    english.write_text(PAGES[kind](), encoding="utf-8")
    autograd.set_language("es")
    spanish.write_text(PAGES[kind](), encoding="utf-8")
    for link in LINKS[kind]:
        page.open(english, link)
        said = page.visible_texts()
        assert len(said) > 10
        page.open(spanish, link)
        assert page.driver.execute_script("return document.documentElement.lang") == "es"
        both = said & page.visible_texts()
        assert {text for text in both if ENGLISH.search(text)} == set()
        assert {text for text in page.visible_texts() if ENGLISH.search(text)} == set()
        assert len(both) < len(said) / 2
        Select(page.find("#language")).select_by_value("en")
        # The loss has the name that it was given when the page was made.
        again = {text.replace("pérdida", "loss") for text in page.visible_texts()}
        assert again == said
    assert page.errors() == []


WRONG = ("x 2", "a >", "", "w*x +", "a == b", "sin", "sin(a, b)", "foo(a)", "a(b + 1)", "[1, 2]",
         "a.b", "softmax(a)", "a | b", "a if b else c", "1e999", "(a", "a; b", "p[a]")  # fmt: skip


def test_what_the_playground_refuses_it_says_in_spanish(page: PageDriver, tmp_path: Path) -> None:
    path = tmp_path / "playground.html"
    path.write_text(playground(language="es"), encoding="utf-8")
    page.open(path)
    for formula in WRONG:
        page.retype("#formula", formula)
        page.press("make")
        said = page.find("#refused").text.split("\n")[0]
        assert said, formula
        assert not ENGLISH.search(said), (formula, said)
