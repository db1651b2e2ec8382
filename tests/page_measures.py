"""Measures of the page: what somebody who opens it sees first, and what a screen reader meets.

Run it as a program: `python tests/page_measures.py` opens the pages of four graphs in Chromium, in
windows of six sizes, and prints for each

- letters: the smallest text, in pixels of CSS;
- covered: how much of the drawing something else lies on, in percent;
- sentence: whether the sentence of the step is in view as a whole;
- step: whether the step forward can be pressed, and its button is in view;
- wide: whether the page is wider than its window.

Then it prints what a reader of each drawing would stumble over, of these graphs and of three more:

- labels: numbers at lines that are nearer to another line than to their own;
- overlaps, behind, saved, disorder: as in `pictures`, which measures the pictures of `draw`;
- undeclared: neighbours in a rank that are not in the order of the nodes, where that saves nothing.

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
    from tests import pictures
    from tests.browsing import PageDriver, chromium
else:
    import pictures
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


def lstm() -> Value:
    """Return the output of an LSTM cell of one unit."""
    x, h, c = (Value(n, label=name) for n, name in ((0.5, "x"), (0.1, "h"), (-0.2, "c")))
    gates = {}
    for name, numbers in {
        "i": (0.4, 0.1),
        "f": (0.3, -0.2),
        "o": (0.7, 0.5),
        "g": (-0.5, 0.6),
    }.items():
        w, u = (Parameter(n, label=f"{part}{name}") for n, part in zip(numbers, "wu", strict=True))
        z = autograd.dot([w, u], [x, h], Parameter(0.1, label=f"b{name}"))
        gates[name] = z.tanh() if name == "g" else z.sigmoid()
        autograd.label({f"z{name}": z, name: gates[name]})
    cell = gates["f"] * c + gates["i"] * gates["g"]
    output: Value = gates["o"] * cell.tanh()
    autograd.label({"c'": cell, "h'": output})
    return output


def convolution() -> Value:
    """Return the sum of the squares of a convolution in one dimension, without a bias."""
    x = [Value(0.5 * i - 1.0, label=f"x{i}") for i in range(1, 9)]
    w = [Parameter(number, label=f"w{i}") for i, number in enumerate((0.5, -1.0, 0.25), start=1)]
    y = [autograd.dot(w, x[i : i + 3]) for i in range(6)]
    for i, sum_ in enumerate(y, start=1):
        sum_.label = f"y{i}"
    loss: Value = autograd.sum([sum_**2 for sum_ in y])
    loss.label = "L"
    return loss


def ridge() -> Value:
    """Return the cost of a ridge regression with two weights and three samples."""
    w = [Parameter(number, label=f"w{i}") for i, number in enumerate((0.5, -1.0), start=1)]
    errors = []
    for i, (a, b, target) in enumerate(((1, 2, 3), (0.5, -1, 2), (2, 0.1, 1)), start=1):
        sample = [Value(float(a), label=f"x{i}1"), Value(float(b), label=f"x{i}2")]
        errors.append((autograd.dot(w, sample) - Value(float(target), label=f"y{i}")) ** 2)
    cost: Value = autograd.sum(errors) + 0.1 * autograd.sum([weight**2 for weight in w])
    cost.label = "cost"
    return cost


DRAWN = GRAPHS | {function.__name__: function for function in (lstm, convolution, ridge)}
"""The graphs whose drawings are measured."""

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


DRAWING = """
const box = (element) => {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  return [left, top, right, bottom];
};
const way = (line) => {
  const [length, screen] = [line.getTotalLength(), line.getScreenCTM()];
  return Array.from({ length: 41 }, (_, k) => {
    const point = line.getPointAtLength(length * k / 40).matrixTransform(screen);
    return [point.x, point.y];
  });
};
const lines = drawing.edges.filter(({ line }) => line.getAttribute("d"));
const shown = (element) => element?.textContent.trim() && element.isConnected;
return {
  upright: GRAPH.direction !== "TB", // as pictures call ranks that are columns
  nodes: [...drawing.nodes].map(([i, { button }]) => [i, box(button.querySelector(".box"))]),
  edges: lines.map(({ parent, child, position, line, text, below }) =>
    [parent, child, position, way(line), [text, below].filter(shown).map(box)]),
  texts: [...document.querySelectorAll("#drawing text")].filter(shown)
    .map((element) => [element.textContent, box(element)]),
};
"""


def read_drawing(page: PageDriver) -> tuple[pictures.Drawing, int]:
    """Return the drawing, and how many numbers at lines are nearer to another line."""
    found = page.driver.execute_script(DRAWING)
    drawing = pictures.Drawing((0.0, 0.0), is_upright=found["upright"])
    for i, box in found["nodes"]:
        drawing.nodes[str(i)] = pictures.Node(pictures.Box(*box), [])
    drawing.texts = [pictures.Text(text, pictures.Box(*box), 12.0) for text, box in found["texts"]]
    ports: dict[int, int] = {}
    for parent, child, position, way, _ in found["edges"]:
        ports[child] = ports.get(child, -1) + 1
        port = ports[child] if position is None else position
        drawing.edges.append(pictures.Edge(str(parent), str(child), port, [(x, y) for x, y in way]))
    lost = 0
    for edge, (*_, labels) in zip(drawing.edges, found["edges"], strict=True):
        for label in (pictures.Box(*box) for box in labels):
            distance = {id(e): min(map(label.distance, e.way)) for e in drawing.edges}
            own = distance.pop(id(edge))
            lost += any(other <= own for other in distance.values())
    return drawing, lost


def drawing_measures(page: PageDriver) -> dict[str, int]:
    """Return what a reader of the drawing would stumble over: 0 of each is wanted."""
    drawing, lost = read_drawing(page)
    return {
        "labels": lost,
        "overlaps": len(pictures.overlaps(drawing)),
        "behind": len(pictures.edges_behind_nodes(drawing)),
        "saved": pictures.Ranks(drawing).saved(),
        "disorder": len(pictures.disorder(drawing)),
        "undeclared": _undeclared(pictures.Ranks(drawing)),
    }


def _undeclared(ranks: pictures.Ranks) -> int:
    """Return how many neighbours could change places, into declared order, and cross no more.

    The order that an operation declares comes before that of the nodes' numbers.
    """
    count = 0
    for r, order in enumerate(ranks.orders):
        for k, (one, other) in enumerate(itertools.pairwise(order)):
            is_told = (one, other) in ranks.declared
            if one.isdigit() and other.isdigit() and int(one) > int(other) and not is_told:
                swapped = [*order[:k], other, one, *order[k + 2 :]]
                count += ranks.crossings(r, swapped) <= ranks.crossings(r)
    return count


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
            for name, make in DRAWN.items():
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
        page.resize(*SIZES["laptop"])
        for i, name in enumerate(DRAWN):
            page.open(pages / f"{name}.html")
            page.driver.execute_script("goTo(END); drawing.fit();")
            stumbles = drawing_measures(page)
            if i == 0:
                print(f"\n{'drawing':12}", *(f"{title:>10}" for title in stumbles))
            print(f"{name:12}", *(f"{number:10}" for number in stumbles.values()))
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
