"""Where the page draws nodes, ports and lines: nothing that a reader of a drawing stumbles over."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import autograd
from autograd import Parameter, Value, explore, topological_order
from autograd.drawing.operations import with_scores_in_order, without_constants
from autograd.drawing.ranks import ranked
from autograd.walks import edges

if TYPE_CHECKING:
    from tests import pictures
    from tests.browsing import PageDriver
else:
    import pictures
    from browsing import PageDriver

measured: Any = importlib.import_module("page_measures")  # a program beside the tests


def opened(page: PageDriver, output: Value, folder: Path, **options: Any) -> PageDriver:
    page.resize(*measured.SIZES["laptop"])
    page.open(Path(explore(output, **options).save(folder / "page.html")))
    page.press("last")
    page.press("fit")
    return page


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("name", measured.DRAWN)
def test_multipliers_are_at_their_ports_and_inputs_in_declared_order(
    name: str, direction: str, page: PageDriver, tmp_path: Path
) -> None:
    opened(page, measured.DRAWN[name](), tmp_path, direction=direction)
    found = measured.drawing_measures(page)
    assert found.pop("disorder") <= (name == "ridge")  # whose weights are shared by all samples
    assert found == dict.fromkeys(found, 0)


def test_the_scores_of_a_share_stand_in_order_at_its_ports_and_in_the_table(
    page: PageDriver, tmp_path: Path
) -> None:
    opened(page, pictures.cross_entropy(), tmp_path)
    assert page.texts("#numbers th") == ["z1", "z2", "z3"]
    z1, z2, z3 = (0.23122389762214907, 0.6285317192117624, 0.14024438316608848)
    shares = page.driver.execute_script("""
        const share = NODES.findIndex(({ name }) => name === "p2");
        return drawing.edges.filter(({ child }) => child === share).map(({ parent, position }) =>
            [NODES[parent].name, state.run.locals[share][position]]);""")
    assert [name for name, _ in shares] == ["z1", "z2", "z3"]
    expected = [-z1 * z2, z2 * (1 - z2), -z3 * z2]
    assert [slope for _, slope in shares] == pytest.approx(expected)


def test_the_measures_find_a_label_at_another_line_and_nodes_out_of_order(
    page: PageDriver, tmp_path: Path
) -> None:
    opened(page, measured.worked(), tmp_path)
    page.driver.execute_script("""
        const [w1, w3] = [0, 2].map((i) => drawing.nodes.get(i).group);
        drawing.edges[0].text.setAttribute("y", 100);
        const [a, b] = [w1, w3].map((group) => group.getAttribute("transform"));
        w1.setAttribute("transform", b); w3.setAttribute("transform", a);""")
    found = measured.drawing_measures(page)
    assert found["labels"] >= 1
    assert found["undeclared"] >= 1


@pytest.mark.parametrize("make", (pictures.GRAPHS | measured.DRAWN).values())
def test_the_page_ranks_and_orders_nodes_as_pictures_do(
    make: Callable[[], Value], page: PageDriver, tmp_path: Path
) -> None:
    output = make()
    opened(page, output, tmp_path)
    found = page.driver.execute_script("""
        const { nodes, edges } = GRAPH.views[0];
        const graph = new Map(nodes.map(({ node }) => [node, []]));
        for (const edge of edges) graph.get(edge.child).push(edge);
        return ranked(graph).orders.map((order) => order.filter(Number.isInteger));""")
    order = topological_order(output)
    place = {node: i for i, node in enumerate(order)}
    expected, _ = ranked(with_scores_in_order(without_constants(edges(order), output)))
    assert found == [[place[node] for node in rank] for rank in expected]


def ports(page: PageDriver, place: int) -> list[str]:
    """The texts in the ports of a node, from the top."""
    found: list[tuple[float, str]] = page.driver.execute_script(
        "return drawing.edges.filter(({ child, port }) => port && child === arguments[0])"
        ".map(({ text }) => [Number(text.getAttribute('y')), text.textContent]);",
        place,
    )
    return [text for _, text in sorted(found)]


@pytest.mark.parametrize("label", ["", "y"])
def test_a_weighted_sum_without_a_bias_shows_none_and_constants_stand_in_their_ports(
    label: str, page: PageDriver, tmp_path: Path
) -> None:
    w = [Parameter(0.5, label="w1"), Parameter(-2.0, label="w2")]
    output = autograd.dot(w, [60.0, 80.0]) * w[0]
    output.parents[0].label = label
    opened(page, output, tmp_path)
    place = topological_order(output).index(output.parents[0])
    assert ports(page, place) == ["× 60", "× 80", "60", "80"]
    assert set(page.texts(".node.result .kind")) == {"Σ w·x", "×"}
    expected = {"y", "y*w1"} if label else {"w1*60 + w2*80", "(w1*60 + w2*80)*w1"}
    assert set(page.texts(".node.result .name")) == expected
    page.driver.execute_script(f"choose({place}); document.querySelector('#about summary').click()")
    assert page.texts("#about .products tr td:first-child") == ["w1 · 60", "w2 · 80", "sum"]


def test_boxes_make_room_for_numbers_that_grow(page: PageDriver, tmp_path: Path) -> None:
    w, x = Parameter(0.5, label="w"), Value(2.0, label="x")
    output = w * x
    opened(page, output, tmp_path)
    page.type_number(output, "x", "123456.789")
    assert ports(page, 2) == ["× 123456.789", "× 0.5"]
    page.type_number(output, "w", "-0.0000123456")
    assert ports(page, 2) == ["× 123456.789", "× -1.23456e-05"]
    found = measured.drawing_measures(page)
    assert found == dict.fromkeys(found, 0)


def test_the_share_that_is_passed_covers_no_box_of_the_worked_example(
    page: PageDriver, tmp_path: Path
) -> None:
    opened(page, measured.worked(), tmp_path)
    page.press("first")
    shares = 0
    while page.is_on("forth"):
        page.press("forth")
        covered = page.driver.execute_script("""
            const badge = document.querySelector(".badge rect")?.getBoundingClientRect();
            return badge && [...document.querySelectorAll(".box")]
              .map((element) => element.getBoundingClientRect())
              .filter((box) => badge.left < box.right && box.left < badge.right
                && badge.top < box.bottom && box.top < badge.bottom).length;""")
        shares += covered is not None
        assert not covered
    assert shares == 24
