"""What a page holds before a browser sees it: views, layout, file, frame."""

import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import autograd.explorer
from autograd import Parameter, Value, explore, topological_order
from autograd.explorer.views import SMALL, View, views
from autograd.notation.names import names


def chain(length: int) -> Value:
    x = Value(0.5, label="x")
    y = x
    for _ in range(length):
        y = (y * x).tanh()
    return y


def test_a_small_graph_with_very_many_edges_has_a_page() -> None:
    numbers = [Value(1.0)]
    for _ in range(45):
        numbers.append(autograd.prod(numbers))
    assert explore(numbers[-1]).still == ""  # no picture of it could be read


def random_graph(seed: int, size: int) -> Value:
    rng = random.Random(seed)  # noqa: S311  # nothing secret about it
    nodes: list[Value] = [Parameter(rng.uniform(-1, 1), label=f"p{i}") for i in range(20)]
    while len(nodes) < size:
        a, b = rng.choice(nodes[-40:]), rng.choice(nodes)
        nodes.append((a * b + rng.choice(nodes)).tanh())
        if rng.random() < 0.05:
            nodes[-1].label = f"label {len(nodes)}"
    output: Value = autograd.sum(nodes)
    return output


def recorded(node: Value) -> set[tuple[Value, Value, int | None]]:
    return {
        (parent, child, i)
        for child in topological_order(node)
        for i, parent in enumerate(child.parents)
        if not isinstance(parent, autograd.Constant)
    }


def drawn(view: View) -> set[tuple[Value, Value, int | None]]:
    return {(edge.parent, edge.child, edge.position) for edge in view.edges}


def test_a_small_graph_is_one_view_with_every_edge() -> None:
    output = chain(SMALL // 2 - 1)
    (view,) = views(topological_order(output))
    assert drawn(view) == recorded(output)
    assert list(view.nodes) == topological_order(output)


@pytest.mark.parametrize("seed", range(5))
def test_every_edge_of_a_large_graph_is_in_some_region(seed: int) -> None:
    output = random_graph(seed, 400)
    overview, *regions = views(topological_order(output))
    assert set().union(*map(drawn, regions)) == recorded(output)
    assert {region.stop for region in regions} == {n for n in overview.nodes if n.op is not None}


@pytest.mark.parametrize("seed", range(5))
def test_the_map_has_every_labelled_result_and_the_output(seed: int) -> None:
    output = random_graph(seed, 400)
    overview, *_ = views(topological_order(output))
    labelled = {n for n in topological_order(output) if n.label and n.op is not None}
    assert labelled | {output} <= set(overview.nodes)


def test_regions_of_a_long_chain_are_of_a_size_that_can_be_read() -> None:
    overview, *regions = views(topological_order(chain(500)))
    assert max(len(region.nodes) for region in regions) <= 70
    assert len(overview.nodes) < 50


def test_a_neurons_own_weights_unfold_with_it() -> None:
    inputs = [Value(0.1 * i, label=f"x{i}") for i in range(4)]
    neurons = []
    for j in range(20):
        weights = [Parameter(0.1, label=f"neuron{j}.w{i}") for i in range(4)]
        neurons.append(autograd.dot(weights, inputs, Parameter(0.0, label=f"neuron{j}.b")).tanh())
    output = autograd.sum(neurons)
    overview, *regions = views(topological_order(output))
    assert not any(isinstance(node, Parameter) for node in overview.nodes)
    assert set(neurons) <= set(overview.nodes)
    assert sum(isinstance(n, Parameter) for n in regions[0].nodes) == 5


def test_names_of_neurons_are_what_their_parameters_share() -> None:
    weights = [Parameter(0.1, label=f"hidden1.neuron2.w{i}") for i in range(2)]
    first = autograd.dot(weights, [1.0, 2.0], 0.0)
    second = autograd.dot(weights, [3.0, 4.0], 0.0)
    called = names(first.tanh() + second)
    assert called[first] == "hidden1.neuron2"
    assert called[second] == "hidden1.neuron2#2"


def test_the_same_graph_gives_the_same_page() -> None:
    assert explore(chain(5)).html == explore(chain(5)).html


def test_numbers_in_the_page_are_exact() -> None:
    x = Value(0.1 + 0.2, label="x")
    data = re.search(r'id="graph">(.*?)</script>', explore(x * x).html, re.DOTALL)
    assert data is not None
    assert float(json.loads(data[1])["nodes"][0]["number"]) == 0.1 + 0.2


def test_exploring_changes_nothing() -> None:
    output = chain(3)
    output.backward()
    before = [(n.data, n.grad, n.label) for n in topological_order(output)]
    explore(output)
    assert [(n.data, n.grad, n.label) for n in topological_order(output)] == before


def test_a_page_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    page = explore(chain(1))
    old = tmp_path / "page.html"
    assert page.save(old) == str(old)
    with pytest.raises(OSError, match="page"):
        page.save(old / "inside.html")
    assert old.read_text(encoding="utf-8") == page.html
    assert "save it with" in repr(page)


def test_the_frame_has_the_height_asked_for_and_holds_the_page_as_text() -> None:
    frame = explore(chain(1), height=333, title="<b>")._repr_html_()
    assert 'height="333"' in frame
    assert "<b>" not in frame
    assert "&amp;lt;b&amp;gt;" in frame


@pytest.mark.parametrize("other", ["recorded.js", "typed.js", ""])
def test_no_name_is_defined_twice_in_the_scripts_of_the_page(other: str) -> None:
    """All scripts are one on the page, where a later function would take an earlier one's place.

    A page has its graph from Python, or from a formula; or it is that of a training.
    """
    folder = Path(autograd.explorer.__file__).parent
    of_training = set(folder.glob("training*.js"))
    files = {path for path in folder.glob("*.js") if path.name != other} - of_training
    if not other:
        files = {*of_training, folder / "elements.js", folder / "numbers.js"}
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    found = re.findall(r"^(?:function|const|let|class) (\w+)", text, re.MULTILINE)
    assert found
    assert [name for name, count in Counter(found).items() if count > 1] == []


@pytest.mark.parametrize("height", ["tall", 0, -720, 720.5])
def test_the_height_of_a_page_is_a_number_of_pixels(height: Any) -> None:
    with pytest.raises(ValueError, match="expected height to be a whole number of at least 1"):
        explore(Value(2.0) * 3.0, height=height)
