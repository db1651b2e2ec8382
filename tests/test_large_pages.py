"""Pages of large graphs: small files that draw a part at a time."""

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import autograd
import nn
from autograd import Value, explore, topological_order

if TYPE_CHECKING:
    from tests.browsing import PageDriver, chromium
    from tests.page_speed import GRAPHS
else:
    from browsing import PageDriver, chromium
    from page_speed import GRAPHS

measured: Any = importlib.import_module("page_measures")  # a program beside the tests
BYTES = 1_000_000
DRAWN = 3000
ROWS = 122


@pytest.fixture(scope="module")
def browser() -> Iterator[PageDriver]:
    with chromium() as driver:
        driver.set_script_timeout(120)
        yield PageDriver(driver)


@pytest.mark.parametrize("graph", GRAPHS)
def test_a_large_page_is_a_small_file_and_each_part_of_it_is_drawn_at_once(
    graph: Callable[[], Value], browser: PageDriver, tmp_path: Path
) -> None:
    output = graph()
    path = Path(explore(output).save(tmp_path / "page.html"))
    assert path.stat().st_size < BYTES
    browser.open(path)
    found: list[list[Any]] = browser.driver.execute_script(
        """const seen = [];
        GRAPH.views.forEach((view, k) => {
          enter(k);
          const boxes = [...document.querySelectorAll("#drawing .box")]
            .map((box) => box.getBoundingClientRect());
          const covers = boxes.flatMap((a, i) => boxes.slice(0, i).filter((b) =>
            a.left < b.right - 1 && b.left < a.right - 1
            && a.top < b.bottom - 1 && b.top < a.bottom - 1)).length;
          seen.push([document.querySelectorAll("#drawing *").length, covers,
            document.querySelectorAll("#numbers tr").length, drawing.nodes.size]);
        });
        return seen;"""
    )
    assert max(drawn for drawn, *_ in found) < DRAWN
    assert sum(covers for _, covers, *_ in found) == 0
    assert max(rows for _, _, rows, _ in found) <= ROWS
    assert sum(nodes for *_, nodes in found) > 0.7 * len(topological_order(output))
    assert browser.errors() == []


def test_a_leaf_that_is_chosen_has_a_row_wherever_it_is(
    browser: PageDriver, tmp_path: Path
) -> None:
    browser.open(Path(explore(GRAPHS[0]()).save(tmp_path / "page.html")))
    browser.driver.execute_script(
        "enter(1); select(NODES.findIndex((x) => x.name === 'h40.w3')); draw();"
    )
    assert browser.find("[aria-label='number of h40.w3']").is_displayed()
    browser.retype("[aria-label='number of h40.w3']", "7")
    assert browser.driver.execute_script("return state.run.leaves[state.chosen];") == 7
    assert "of 1859 are in this part" in browser.find("#numbers").text


def labelled_samples() -> Value:
    """The mean squared error of 60 samples, with labels wherever a teacher would have them."""
    model = nn.MLP(2, [4, 1], seed=1)
    errors = []
    for k in range(60):
        sample = [Value(0.01 * k, label=f"x{k}_1"), Value(1 - 0.02 * k, label=f"x{k}_2")]
        prediction: Any = model(sample)
        error = (prediction - Value(float(k % 2), label=f"y{k}")) ** 2
        prediction.label, error.label = f"p{k}", f"e{k}"
        errors.append(error)
    loss: Value = autograd.mean(errors)
    loss.label = "loss"
    return loss


@pytest.mark.parametrize(
    ("graph", "titles"),
    [
        (GRAPHS[0], ["59 neurons", "sum1"]),
        (GRAPHS[1], ["24 neurons", "24 neurons", "(output.neuron1 - 1)^2"]),
        (GRAPHS[2], ["100 terms", "mean1"]),
        (labelled_samples, ["60 neurons", "60 terms", "loss"]),
    ],
)
def test_layers_and_samples_are_folded_on_the_map_and_unfold_one_by_one(
    graph: Callable[[], Value], titles: list[str], browser: PageDriver, tmp_path: Path
) -> None:
    output = graph()
    browser.open(Path(explore(output).save(tmp_path / "page.html")))
    assert browser.texts("#drawing .name") == titles
    browser.driver.execute_script("goTo(END); enter(0);")
    first = browser.driver.execute_script("return GRAPH.views[0].nodes[0].group;")
    order = topological_order(output)
    output.backward()
    numbers = sorted(order[place].data for place in first)
    drawn = [browser.find(f".node {part}").text for part in (".value", ".gradient")]
    gradients = sorted(order[place].grad for place in first)
    for text, expected in zip(drawn, (numbers, gradients), strict=True):
        ends = [float(end) for end in text.split(" … ")]
        assert ends == pytest.approx(sorted({expected[0], expected[-1]}), rel=5e-3)
    label = browser.find("[data-group]").get_attribute("aria-label") or ""
    said = drawn[0].replace(" … ", " to ")
    assert label.startswith(f"{titles[0]}, folded: value {said}, gradient ")
    browser.find("[data-group]").click()
    assert len(browser.driver.find_elements("css selector", "[data-node]")) == len(first)
    size = browser.driver.execute_script("return drawing.camera.scale;")
    assert size >= 1  # its letters can be read
    browser.find("[data-node]").click()
    assert browser.find("#place").text.startswith("inside ")
    browser.press("all")
    assert browser.texts("#drawing .name") == titles


def test_a_number_that_changes_changes_the_smallest_and_the_largest_of_a_group(
    browser: PageDriver, tmp_path: Path
) -> None:
    browser.open(Path(explore(labelled_samples()).save(tmp_path / "page.html")))
    browser.driver.execute_script("goTo(END); enter(0);")
    before = browser.texts("#drawing .value")
    browser.driver.execute_script("change(state.run.with(LEAVES[0], 1000));")
    assert browser.texts("#drawing .value") != before
    overlaps = measured.drawing_measures(browser)["overlaps"]
    assert overlaps == 0
