"""Pages of large graphs: small files that draw a part at a time."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autograd import Value, explore, topological_order

if TYPE_CHECKING:
    from tests.browsing import PageDriver, chromium
    from tests.page_speed import GRAPHS
else:
    from browsing import PageDriver, chromium
    from page_speed import GRAPHS

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
