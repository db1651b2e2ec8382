"""Pictures for slides, for dark screens, for print and for a first lesson."""

import importlib
import itertools
import re
import struct
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

import autograd
from autograd import Value, draw, draw_steps, save_steps
from autograd.drawing.diagram import Diagram
from autograd.drawing.merging import merged
from autograd.drawing.plan import Folding, Plan, folded, foldings
from autograd.walks import edges, order_of
from nn import MLP

pictures = importlib.import_module("pictures")  # a program beside the tests, in no package

COLORED = re.compile("#(?!(?P<grey>[0-9a-f]{2})(?P=grey)(?P=grey))[0-9a-f]{6}")


def with_gradients(name: str) -> Value:
    output: Value = pictures.GRAPHS[name]()
    output.backward()
    return output


def shown(picture: autograd.Picture) -> list[str]:
    drawing = pictures.read(picture)
    in_nodes = [text.shown for node in drawing.nodes.values() for text in node.texts]
    return [*in_nodes, *(text.shown for text in drawing.texts)]


def chain(length: int) -> Value:
    node = Value(0.5, label="x")
    for _ in range(length):
        node = node.tanh()
    return node


# ---------------------------------------------------------------------------- slides


@pytest.mark.parametrize(
    ("rows", "columns", "row"),
    [
        (1, [[0], [1], [2], [3], [4], [5], [6], [7]], [0, 0, 0, 0, 0, 0, 0, 0]),
        (2, [[0, 4], [1, 5], [2, 6], [3, 7]], [0, 0, 0, 0, 1, 1, 1, 1]),
        (3, [[0, 3, 5], [1, 4, 6], [2, 7]], [0, 0, 0, 1, 1, 2, 2, 2]),
    ],
)
def test_a_chain_is_wrapped_into_rows_that_begin_in_one_column(
    rows: int, columns: list[list[int]], row: list[int]
) -> None:
    order = order_of([chain(7)])
    plan = Plan(edges(order), rows=rows)
    assert [[order.index(node) for node in column] for column in plan.columns] == columns
    assert [plan.row[node] for node in order] == row


def test_a_last_row_that_is_shorter_stands_in_the_middle() -> None:
    order = order_of([chain(6)])
    plan = Plan(edges(order), rows=2)
    columns = [[order.index(node) for node in column] for column in plan.columns]
    assert columns == [[0], [1, 4], [2, 5], [3, 6]]


@pytest.mark.parametrize(("start", "end", "cut"), [(2, 5, 6), (4, 7, 4), (1, 4, 5), (3, 6, 3)])
def test_a_graph_is_wrapped_near_its_middle_where_one_edge_leads_on(
    start: int, end: int, cut: int
) -> None:
    # Ten nodes in a chain, and an edge from `start` to `end`: between these, two edges lead on.
    nodes = [Value(0.5, label="x")]
    for i in range(1, 10):
        nodes.append(nodes[-1] * nodes[start] if i == end else nodes[-1].tanh())
    plan = Plan(edges(order_of([nodes[-1]])), rows=2)
    assert [plan.row[node] for node in nodes] == [int(i >= cut) for i in range(10)]


ON_A_SLIDE = [
    (name, direction)
    for name in pictures.GRAPHS
    for direction in autograd.drawing.diagram.DIRECTIONS
]


@pytest.mark.parametrize(("name", "direction"), ON_A_SLIDE)
def test_on_a_slide_no_text_is_smaller_than_14_points(name: str, direction: str) -> None:
    picture = draw(with_gradients(name), slide=True, direction=direction)
    drawing = pictures.read(picture)
    assert drawing.size == (960, 540)  # 13.33 by 7.5 inches
    found = pictures.measures(picture)
    assert found["points"] >= 14
    assert found["overlaps"] == found["behind"] == found["labels"] == 0
    assert found["saved"] == found["disorder"] == 0
    along, side = (0, 2) if direction == "LR" else (1, 3)
    for edge in drawing.edges:  # no edge leads back, across what is written
        assert drawing.nodes[edge.tail].box[side] < drawing.nodes[edge.head].box[along]
    for node in drawing.nodes.values():  # nothing is cut off
        assert (node.box.right - node.box.left) * drawing.scale < 960


def test_a_slide_has_16_by_9_dots_too() -> None:
    png = draw(with_gradients("diamond"), slide=True).pipe("png")
    assert isinstance(png, bytes)
    assert struct.unpack(">II", png[16:24]) == (1920, 1080)


def test_a_small_graph_keeps_its_words_and_a_large_one_drops_them_before_numbers() -> None:
    small = shown(draw(with_gradients("diamond"), slide=True))
    assert {"value", "gradient", "input"} <= set(small)
    large = shown(draw(with_gradients("worked"), slide=True))
    assert large.count("value") == large.count("gradient") == 1  # in the legend
    assert "input" not in large
    numbers = {"-114.1", "24.96", "0.3775", "× 0.235", "-43.07", "× 60", "× 12"}
    assert numbers <= set(large)


def test_a_chain_is_wrapped_into_rows() -> None:
    picture = draw(chain(23), slide=True)
    drawing = pictures.read(picture)
    tops = sorted({round(node.box.top / 30) for node in drawing.nodes.values()})
    assert 3 <= len(tops) <= 8
    assert len(drawing.nodes) == 24
    # From row to row no edge leads: both ends have one mark.
    texts = shown(picture)
    leaving = [text for text in texts if re.fullmatch(r"→ \[\d\]", text)]
    arriving = [text.partition(" × ")[0] for text in texts if re.match(r"\[\d\] → × ", text)]
    assert leaving == ["→ [1]", "→ [2]", "→ [3]", "→ [4]"][: len(leaving)]
    assert arriving == [f"{text[2:]} →" for text in leaving]
    assert len(drawing.edges) == 23 - len(leaving)


def test_what_a_further_row_takes_is_called_by_its_short_name() -> None:
    x = Value(0.5, label="x")
    node = x
    for i in range(5):
        node = node * x + Value(float(i), label=f"c{i}")
    output = node
    found = shown(draw(output, slide=True))
    assert [text for text in found if text.startswith("x → × ")]


def test_leaves_move_into_their_ports_with_their_numbers_before_anything_is_folded() -> None:
    output = with_gradients("recurrent")
    plan = next(p for p in foldings(Folding(edges(order_of([output])))) if len(p[0]) < 13)
    assert not plan[1]
    x = [node for node in order_of([output]) if node.label == "x2"]
    diagram = Diagram(output, slide=True)
    picture = diagram.sketch(Plan(*plan, "line"), None)
    assert "x₂" not in [n.texts[0].shown for n in pictures.read(picture).nodes.values() if n.texts]
    assert {"x₂", "2", f"{x[0].grad:.4g}"} <= set(shown(picture))
    assert picture.facts.description.count("x₂:") == 1


def test_a_layer_is_folded_into_one_node_with_the_range_of_its_numbers() -> None:
    model = MLP(2, [16, 16, 1], seed=1)
    output = model([Value(1.0, label="x1"), Value(-1.0, label="x2")])
    assert isinstance(output, Value)
    output.backward()
    found = shown(draw(output, slide=True))
    assert found.count("16 neurons") == 2
    assert {"32 weights", "256 weights"} <= set(found)
    assert found.count("16 biases") == 2
    weights = [w.data for neuron in model.layers[1].neurons for w in neuron.weights]
    assert f"{min(weights):.4g} … {max(weights):.4g}" in found


def test_samples_are_folded_and_what_they_share_is_not() -> None:
    w = autograd.Parameter(2.0, label="w")
    rows = [(w * Value(float(i)) - Value(i / 2)) ** 2 for i in range(64)]
    output = autograd.sum(rows)
    output.backward()
    found = shown(draw(output, slide=True))
    assert {"64 × (w × v)", "64 × (v − u)", "64 × v^2"} <= set(found)
    assert found.count("64 inputs") == 2
    assert "w" in found


@pytest.mark.parametrize("detail", autograd.drawing.diagram.DETAILS)
def test_each_detail_is_folded(detail: str) -> None:
    output = MLP(2, [8, 8, 1], seed=1)([Value(1.0, label="x1"), Value(-1.0, label="x2")])
    assert isinstance(output, Value)
    output.label = "y"
    found = shown(draw(output, slide=True, detail=detail))
    assert [text for text in found if re.match(r"\d+ (weights|parameters)", text)]


def test_only_nodes_that_are_alike_are_folded() -> None:
    x, w = Value(1.0, label="x"), [autograd.Parameter(float(i), label=f"w{i}") for i in range(4)]
    output = (x * w[0]).tanh() + (x * w[1]).tanh() + (x * w[2]).tanh() + (x * w[3]).exp()
    graph, members, parts = folded(edges(order_of([output])), 2)
    groups = sorted([node.label for node in group] for group in members.values())
    assert ["w0", "w1"] in groups  # the third is added later, and the fourth is no tanh
    assert all(
        len(edge.child.parents) >= 1 for many in parts.values() for edge in many if len(many) > 1
    )
    places = {node: i for i, node in enumerate(graph)}
    for node, found in graph.items():
        assert all(places[edge.parent] < places[node] for edge in found)


@pytest.mark.parametrize("least", [2, 3])
@pytest.mark.parametrize("name", pictures.GRAPHS)
def test_all_that_one_node_stands_for_leads_to_the_same_nodes(name: str, least: int) -> None:
    graph = edges(order_of([pictures.GRAPHS[name]()]))
    _, members, _ = folded(graph, least)
    stands = {node: first for first, nodes in members.items() for node in nodes}
    leads = dict.fromkeys(graph, frozenset[Value]())
    for edge in itertools.chain.from_iterable(graph.values()):
        leads[edge.parent] |= {stands.get(edge.child, edge.child)}
    for nodes in members.values():
        assert len({leads[node] for node in nodes}) == 1


def test_a_node_takes_in_all_parents_that_compute_the_same_or_none() -> None:
    found = shown(draw(pictures.batch(), slide=True, direction="TB"))
    assert {f"(w × x{i} + b − y{i})^2" for i in "₁₂₃"} <= set(found)
    assert "(· + · + ·)/3" in found


def test_steps_on_a_slide_stand_still_and_tell_the_share_in_words(tmp_path: Path) -> None:
    output = pictures.worked()
    steps = draw_steps(output, slide=True)
    drawings = [pictures.read(picture) for picture in steps]
    boxes = [{n: node.box for n, node in drawing.nodes.items()} for drawing in drawings]
    assert all(box == boxes[0] for box in boxes)
    assert "g₁ receives -114.1 * 12 = -1369 from y_pred" in shown(steps[14])
    assert min(pictures.smallest_points(drawing) for drawing in drawings) >= 14
    files = save_steps(pictures.diamond(), tmp_path, slide=True)
    assert struct.unpack(">II", Path(files[0]).read_bytes()[16:24]) == (1920, 1080)


def long_way() -> tuple[Value, Value]:
    inputs = [Value(float(i), label=f"a{i}") for i in range(40)]
    node = inputs[0]
    for i, one in enumerate(inputs[1:]):
        node = (node * one).tanh() if i % 2 else node + one
    return inputs[0], node


def test_what_does_not_fit_on_a_slide_is_drawn_with_some_of_its_results_alone() -> None:
    _, output = long_way()
    output.backward()
    picture = draw(output, slide=True)
    drawing = pictures.read(picture)
    assert 2 <= len(drawing.nodes) <= 60
    assert pictures.smallest_points(drawing) >= 14
    found = shown(picture)
    assert f"{output.data:.4g}" in found
    assert sum(int(text.split()[0]) for text in found if text.endswith(" inputs")) > 20


@pytest.mark.parametrize("detail", ["ops", "labels"])
def test_each_detail_of_what_is_larger_is_drawn_with_some_of_its_results_alone(detail: str) -> None:
    output = Value(0.5, label="x")
    for i in range(30):
        output = autograd.dot([autograd.Parameter(0.5, label=f"w{i}")], [output], 0.1)
        output.label = f"h{i}"
    assert pictures.smallest_points(pictures.read(draw(output, slide=True, detail=detail))) >= 14


def test_a_title_wider_than_a_slide_is_refused_with_what_to_do() -> None:
    with pytest.raises(ValueError, match="a shorter title"):
        draw(pictures.diamond(), slide=True, title="x" * 300)


def test_a_path_that_does_not_fit_on_a_slide_is_refused_with_what_to_do() -> None:
    start, output = long_way()
    with pytest.raises(ValueError, match=r"does not fit on a slide in letters of 14 pt.*detail="):
        draw(output, slide=True, highlight=start)


def test_a_result_is_drawn_in_the_operation_that_takes_it_with_the_derivative_of_both() -> None:
    x, w, b = Value(2.0, label="x"), autograd.Parameter(0.5, label="w"), Value(0.25, label="b")
    a = autograd.sigmoid(w * x + b)
    a.label = "a"
    y = -(a * a.log() + (1.0 - a) * (1.0 - a).log())
    y.backward()
    order = order_of([y])
    composer = Diagram(y)._composer
    graph, _, _, inside = merged(order, y, composer)
    assert [composer.text([node], inside.get(node, ())) for node in graph if node.op] == [
        "sigmoid(w × x + b)",
        "-(a × log(a) + (1 − a) × log(1 − a))",
    ]
    (by_x,) = [edge.derivative for edge in graph[a] if edge.parent is x]
    assert by_x == pytest.approx(a.data * (1 - a.data) * w.data)
    assert [edge.parent.label for edge in graph[a]] == ["w", "x", "b"]


def test_what_alike_nodes_compute_keeps_constants_and_what_they_share() -> None:
    t = [Value(i / 7, label=f"t{i}") for i in range(3)]
    w = autograd.Parameter(2.0, label="w")
    composer = Diagram(autograd.sum(t) * w)._composer
    assert composer.text([1.0 - one for one in t]) == "1 − v"
    assert composer.text([w * one for one in t]) == "w × v"
    assert composer.text([one**2 for one in t]) == "v^2"
    assert composer.text([one * other for one, other in itertools.pairwise(t)]) == "v × u"
    assert composer.text([one - k for k, one in enumerate(t)]) == "v − (0 … 2)"


def test_steps_within_a_node_are_framed_at_the_node() -> None:
    first, *steps = draw_steps(pictures.long_short_term_memory(), slide=True)
    assert len(pictures.read(first).nodes) < 28  # so some results are drawn within others
    framed = re.compile('<TABLE BORDER="2" COLOR="#(0b4a8f|a3270c)"')
    assert not framed.search(first.source)
    assert all(len(framed.findall(step.source)) == 1 for step in steps)


def test_digits_that_are_asked_for_are_kept_on_a_slide() -> None:
    assert "× 6.123456" in shown(draw(Value(3.061728) ** 2, slide=True, digits=7))


# --------------------------------------------------------- colours, and a first lesson


def test_a_dark_picture_has_light_text_on_a_dark_ground() -> None:
    root = ET.fromstring(draw(with_gradients("worked"), colors="dark").pipe("svg"))  # noqa: S314
    grounds = {e.get("fill") for e in root.iter(f"{pictures._SVG}polygon")}
    colors = {e.get("fill") for e in root.iter(f"{pictures._SVG}text")}
    assert min(
        contrast(c, g) for c in colors if c for g in grounds if g and g[0] == "#"
    ) >= 4.5 or (min(contrast(c, "#1c1c1c") for c in colors if c) >= 4.5)
    assert not colors & set(re.findall("#[0-9a-f]{6}", draw(pictures.worked()).source))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, as WCAG defines it."""

    def luminance(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("step", [None, 9])
def test_print_is_black_and_white_and_gradients_are_slanted(step: int | None) -> None:
    picture = draw(with_gradients("worked"), colors="print", step=step)
    svg = str(picture.pipe("svg", encoding="utf-8"))
    assert not COLORED.search(svg)
    root = ET.fromstring(svg)  # noqa: S314  # ours
    slanted = {
        "".join(e.itertext()).strip()
        for e in root.iter(f"{pictures._SVG}text")
        if e.get("font-style") == "italic"
    }
    assert "gradient" in slanted
    assert "value" not in slanted


def test_a_label_that_is_a_colour_stays_what_it_is() -> None:
    x = Value(2.0, label="#0b4a8f white")
    assert "#0b4a8f white" in shown(draw(x * 3.0, colors="print", title="white"))


def test_unknown_colors_are_refused() -> None:
    with pytest.raises(ValueError, match=r"unknown colors: 'red' \(must be one of light, dark, pr"):
        draw(Value(1.0), colors="red")


@pytest.mark.parametrize("options", [{}, {"slide": True}, {"detail": "labels"}, {"step": 3}])
def test_without_derivatives_a_picture_shows_values_alone(options: dict[str, Any]) -> None:
    found = shown(draw(with_gradients("worked"), derivatives=False, **options))
    assert not [text for text in found if text.startswith("× ") or "gradient" in text]
    assert "no backward pass yet" not in found
    assert "82" in found


def test_without_derivatives_there_are_the_forward_steps_alone() -> None:
    steps = draw_steps(pictures.worked(), derivatives=False)
    assert len(steps) == 8
    assert "Step 7 of 7, forward:" in shown(steps[-1])


def test_one_neuron_on_many_samples_is_folded_into_samples() -> None:
    w = [autograd.Parameter(0.5, label="w1"), autograd.Parameter(-0.25, label="w2")]
    rows = [autograd.dot(w, [Value(i / 10), Value(i / 5)], 0.5) ** 2 for i in range(16)]
    found = shown(draw(autograd.sum(rows), slide=True))
    assert "16 samples" in found
    assert not [text for text in found if "neurons" in text]


def test_without_derivatives_no_empty_ports_are_left_and_edges_keep_their_order() -> None:
    drawing = pictures.read(draw(with_gradients("worked"), derivatives=False))
    highest = max(node.box.bottom - node.box.top for node in drawing.nodes.values())
    assert highest < 50  # as high as its two lines of text; seven ports make it 150
    ends = [e.way[-1][1] for e in sorted(drawing.edges, key=lambda e: e.port) if e.head == "n9"]
    assert ends == sorted(ends)
    assert len(set(ends)) == len(ends) == 7


def test_a_group_of_weighted_sums_without_a_bias_shows_none() -> None:
    x = [Value(1.0, label="x1"), Value(2.0, label="x2")]
    w = [[autograd.Parameter(0.5 * i + j, label=f"w{i}{j}") for j in (1, 2)] for i in range(12)]
    found = shown(draw(autograd.sum([autograd.dot(row, x) for row in w]), slide=True))
    assert "12 neurons" in found
    assert "Σ w·x" in found
    assert "Σ w·x + b" not in found


@pytest.mark.parametrize("slide", [False, True])
def test_numbers_that_nearly_cancel_have_the_digits_that_make_their_difference_true(
    slide: bool,
) -> None:
    g = Value(10.0, label="x").sigmoid()
    g.label = "g"
    y = g * (1.0 - g)
    y.backward()
    for picture in (draw(y, slide=slide, digits=4), draw_steps(y, slide=slide, digits=4)[-1]):
        found = shown(picture)
        assert "4.54e-05" in found
        (number,) = [float(text) for text in found if re.fullmatch(r"0\.99995\d+", text)]
        assert f"{1 - number:.1e}" == "4.5e-05"


def test_shares_that_nearly_cancel_have_the_digits_that_make_their_sum_true() -> None:
    x = Value(1.0, label="x")
    y = x * 1000.25 - x * 1000.0
    y.backward()
    found = shown(draw(y, digits=4))
    assert {"× 1000.25", "× 1000"} <= set(found)
    assert "0.25" in found
    whole = shown(draw(with_gradients("batch"), digits=4))
    assert not [text for text in whole if len(text.strip("× -")) > 8 and text[-1].isdigit()]
