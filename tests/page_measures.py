"""Measures of the page: what somebody who opens it sees first, and what a screen reader meets.

Run it as a program: `python tests/page_measures.py` opens the pages of four graphs in Chromium, in
windows of six sizes, and prints for each

- letters: the smallest text, in pixels of CSS;
- covered: how much of the drawing something else lies on, in percent;
- sentence: whether the sentence of the step is in view as a whole;
- step: whether the step forward can be pressed, and its button is in view;
- wide: whether the page is wider than its window.

Then it counts what axe-core finds wrong in each of 33 states: 11 of the page, in three windows.
`--pages FOLDER` measures pages that were saved before, by their names (worked.html and so on).
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import autograd
import nn
from autograd import Parameter, Value, explore
from autograd.worked_example import STUDENTS, build

if TYPE_CHECKING:
    from tests.browsing import PageDriver, chromium
else:
    from browsing import PageDriver, chromium

SIZES = {
    "laptop": (1366, 768),
    "notebook": (930, 720),
    "phone": (390, 844),
    "phone on its side": (844, 390),
    "laptop at 200 %": (683, 384),
    "small phone": (320, 568),
}

STATES = {
    "at first": "",
    "forward": "goTo(1)",
    "backward": "goTo(STARTS + 2)",
    "at the end": "goTo(END)",
    "by layer": "stride('layer'); goTo(stopFrom(STARTS, 1))",
    "a node": "goTo(END); choose(0)",
    "a question": "ask(0)",
    "a wrong answer": "ask(0); $('answer').value = '12345'; answered(); hint()",
    "too large a rate": "if (HAS_PARAMETERS) { state.rate = 1; $('rate').value = '1'; descend(); }",
    "for a class": "for (const part of document.querySelectorAll('details')) part.open = true;"
    "$('class').scrollIntoView(); speakIn('es')",
    "on a wall": "goTo(STARTS + 2); presentNow(true)",
}


def worked() -> Value:
    """Return the worked example's cost."""
    return build(STUDENTS[0])["cost"]


def network() -> Value:
    """Return the loss of a network with four hidden neurons."""
    random.seed(1)
    inputs = [Value(0.5, label="x1"), Value(-1.0, label="x2")]
    prediction = cast("Value", nn.MLP(2, [4, 1])(inputs))
    target = Value(1.0, label="y")
    loss: Value = (prediction - target) ** 2
    autograd.label(p=prediction, loss=loss)
    return loss


def softmax() -> Value:
    """Return the cross entropy of a softmax of three scores."""
    scores = [Value(score, label=f"z{i}") for i, score in enumerate((5.0, 6.0, 7.0), start=1)]
    chances = autograd.softmax(scores)
    for i, chance in enumerate(chances, start=1):
        chance.label = f"p{i}"
    loss: Value = -autograd.sum([y * p.log() for y, p in zip((0, 1, 0), chances, strict=True)])
    loss.label = "L"
    return loss


def line() -> Value:
    """Return w*x + b."""
    w, x, b = Parameter(0.5, label="w"), Value(2.0, label="x"), Parameter(-3.0, label="b")
    y: Value = w * x + b
    y.label = "y"
    return y


GRAPHS: dict[str, Callable[[], Value]] = {
    function.__name__: function for function in (worked, network, softmax, line)
}

MEASURE = """
const drawing = document.getElementById("drawing");
const view = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
const meets = (a, b) => a.left < b.right && b.left < a.right
  && a.top < b.bottom && b.top < a.bottom;
const contains = (a, b) => a.left <= b.left && a.top <= b.top
  && b.right <= a.right && b.bottom <= a.bottom;
const letters = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let text = walker.nextNode(); text; text = walker.nextNode()) {
  const element = text.parentElement;
  if (!text.data.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
  if (element.closest("script, style, option, title")) continue;
  const box = element.getBoundingClientRect();
  const frame = element.closest("svg")?.getBoundingClientRect() ?? view;
  if (!box.width || !meets(box, view) || !meets(box, frame)) continue;
  const scale = element.getScreenCTM?.().a ?? 1;
  letters.push(parseFloat(getComputedStyle(element).fontSize) * scale);
}
const box = drawing.getBoundingClientRect();
let [points, covered] = [0, 0];
for (let x = box.left + 2; x < Math.min(box.right, innerWidth) - 2; x += 9) {
  for (let y = box.top + 2; y < Math.min(box.bottom, innerHeight) - 2; y += 9) {
    points += 1;
    const top = document.elementFromPoint(x, y);
    if (!drawing.contains(top)) covered += 1;
  }
}
const seen = (element) => {
  const own = element.getBoundingClientRect();
  const frame = element.closest("#step")?.getBoundingClientRect() ?? view;
  const middle = [(own.left + own.right) / 2, (own.top + own.bottom) / 2];
  return own.width > 0 && contains(view, own) && contains(frame, own)
    && element.contains(document.elementFromPoint(...middle));
};
const button = document.getElementById("forth");
return {
  letters: Math.min(...letters),
  covered: 100 * covered / points,
  sentence: seen(document.getElementById("sentence")),
  step: button.getAttribute("aria-disabled") === "false" && seen(button),
  wide: document.documentElement.scrollWidth > innerWidth,
};
"""


def measures(page: PageDriver) -> dict[str, Any]:
    """Return what is measured of the page as it is now."""
    found: dict[str, Any] = page.driver.execute_script(MEASURE)
    return found | {"letters": round(found["letters"], 2), "covered": round(found["covered"], 1)}


def axe_core() -> str | None:
    """Return the source of axe-core; None where it is not installed."""
    for folder in os.environ.get("NODE_PATH", "").split(os.pathsep):
        source = Path(folder) / "axe-core" / "axe.min.js"
        if folder and source.exists():
            return source.read_text(encoding="utf-8")
    return None


def violations(page: PageDriver, axe: str) -> list[str]:
    """Return what axe-core finds wrong in the page as it is now, each with its first element."""
    page.driver.execute_script(axe)
    found: list[str] = page.driver.execute_async_script(
        "const done = arguments[0]; axe.run().then(({ violations }) => done(violations.map("
        "({ id, nodes }) => `${id}: ${nodes.length} such as ${nodes[0].target}`)));"
    )
    return found


def states(page: PageDriver, path: Path) -> Iterator[tuple[str, str]]:
    """Bring the page into each state in three windows, and yield the names of window and state."""
    for name, size, dark in (
        ("light", "laptop", False),
        ("dark", "laptop", True),
        ("phone", "phone", False),
    ):
        page.resize(*SIZES[size], dark=dark)
        for state, action in STATES.items():
            page.open(path)
            try:
                page.driver.execute_script(action)
            except Exception as error:  # noqa: BLE001  # an older page has no such state
                print(f"{name}, {state}: {str(error).splitlines()[0]}")
                continue
            yield name, state


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the measures of the four pages, and the violations of the worked example's."""
    parser = argparse.ArgumentParser(description="Measure the page of four graphs.")
    parser.add_argument("--pages", type=Path, metavar="FOLDER", help="pages that were saved before")
    parser.add_argument("--no-axe", action="store_true", help="count no violations")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, chromium() as driver:
        page = PageDriver(driver)
        pages = options.pages or Path(folder)
        if options.pages is None:
            for name, make in GRAPHS.items():
                explore(make()).save(pages / f"{name}.html")
        for i, (name, (size, (width, height))) in enumerate(
            itertools.product(GRAPHS, SIZES.items())
        ):
            page.resize(width, height)
            page.open(pages / f"{name}.html")
            found = measures(page)
            if i == 0:
                print(f"{'page':9}{'window':19}", *(f"{title:>9}" for title in found))
            print(f"{name:9}{size:19}", *(f"{number!s:>9}" for number in found.values()))
        axe = axe_core()
        if options.no_axe:
            return
        if axe is None:
            sys.exit("axe-core is missing: npm install axe-core, and say where in NODE_PATH")
        count = 0
        for window, state in states(page, pages / "worked.html"):
            count += 1
            found_wrong = violations(page, axe)
            print(f"{window:6}{state:18}{len(found_wrong)} {'; '.join(found_wrong)}")
        print(f"{count} states")


if __name__ == "__main__":
    main(sys.argv[1:])
