"""Pictures: what they show, what they refuse, and what they are written as."""

import html
import importlib
import itertools
import os
import random
import re
import shutil
import stat
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import (
    Parameter,
    Value,
    check_by_hand,
    draw,
    explain,
    forward_steps,
    topological_order,
)
from autograd.drawing import engine
from autograd.notation import show_label
from autograd.worked_example import STUDENTS, build

pictures = importlib.import_module("pictures")  # a program beside the tests, in no package

NASTY = [
    "</text><script>alert(1)</script>",
    "a & b < c > d",
    'say "x"',
    "it's",
    "back\\slash \\N \\G \\l",
    "two\nlines\tand a tab",
    "∂cost/∂w₁",
    "<B>bold</B>",
    "&amp;",
    "<",
    "\x00\x1b[31m",
    "half a pair \ud800",
    "日本語",
    "%s %d {x}",
    "]]>",
]


@pytest.fixture
def nodes() -> dict[str, Value]:
    return build(STUDENTS[0])


def texts(picture: autograd.Picture) -> list[str]:
    """Every piece of text in the rendered SVG, in order."""
    svg = picture.pipe("svg")
    assert isinstance(svg, bytes)
    elements = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")  # noqa: S314  # ours
    return [text for e in elements if (text := " ".join("".join(e.itertext()).split()))]


def test_a_node_shows_label_operation_value_and_gradient(nodes: dict[str, Value]) -> None:
    nodes["cost"].backward()
    shown = texts(draw(nodes["cost"]))
    start = shown.index("y_pred")
    assert shown[start : start + 6] == [
        *("y_pred", "Σ w·x + b"),
        *("value", "24.9573"),
        *("gradient", "-114.085"),
    ]


def ports(picture: autograd.Picture, name: str) -> list[str]:
    """What stands in the ports of the node that has this name or operation, in their order."""
    for node in pictures.read(picture).nodes.values():
        at_ports = [text.shown for text in node.texts if text.points == 11]
        if next(text.shown for text in node.texts if text.points != 11) == name:
            return at_ports
    raise AssertionError(name)


def test_each_input_has_its_local_derivative_as_a_multiplier_in_the_order_of_the_inputs(
    nodes: dict[str, Value],
) -> None:
    picture = draw(nodes["cost"])
    assert ports(picture, "z₁") == ["× 60", "× 80", "× 5", "× 0.1", "× 0.1", "× 0.1", "× 1"]
    assert ports(picture, "g₁") == ["× 0.235004"]
    assert ports(picture, "y_pred") == ["× 0.377541", "× 0.0474259", "× 12", "× 9", "× 1"]
    y_pred_minus_y_act = ports(picture, "y_pred − y_act")
    assert y_pred_minus_y_act == ["× 1", "× -1"]
    assert not [text for text in texts(picture) if "∂" in text]


def test_a_multiplier_has_a_colour_of_its_own(nodes: dict[str, Value]) -> None:
    nodes["cost"].backward()
    root = ET.fromstring(draw(nodes["cost"]).pipe("svg"))  # noqa: S314
    colors: dict[str, set[str]] = {}
    for element in root.iter("{http://www.w3.org/2000/svg}text"):
        text = "".join(element.itertext()).strip()
        kind = "multiplier" if re.match("× -?[0-9]", text) else text
        colors.setdefault(kind, set()).add(element.get("fill") or "")
    (multiplier,), (value,), (gradient,) = (
        colors[kind] for kind in ("multiplier", "value", "gradient")
    )
    assert len({multiplier, value, gradient}) == 3


@pytest.mark.parametrize("direction", autograd.drawing.diagram.DIRECTIONS)
@pytest.mark.parametrize("name", pictures.GRAPHS)
def test_nothing_in_a_picture_is_ambiguous(name: str, direction: str) -> None:
    output = pictures.GRAPHS[name]()
    output.backward()
    found = pictures.measures(draw(output, direction=direction))
    assert {measure: n for measure, n in found.items() if measure != "points" and n} == {}


def test_a_measure_finds_what_it_looks_for(nodes: dict[str, Value]) -> None:
    drawing = pictures.read(draw(nodes["cost"]))
    assert pictures.measures(draw(nodes["cost"]))["saved"] == 0
    order = [name for name, node in drawing.nodes.items() if node.box.left < 20]
    one, other = drawing.nodes[order[0]], drawing.nodes[order[-1]]
    one.box, other.box = other.box, one.box  # their edges stay in the picture's order
    assert pictures.Ranks(drawing).saved() > 0
    assert pictures.Ranks(drawing).disorder()
    one.box = other.box
    assert pictures.overlaps(drawing)
    for edge in drawing.edges:
        edge.way = drawing.edges[0].way
    assert len(pictures.labels_nearer_to_another_edge(drawing)) > 10
    assert pictures.edges_behind_nodes(drawing)


def test_inputs_stand_in_the_order_of_their_operation() -> None:
    inputs = [Value(float(i), label=f"a{i}") for i in range(1, 13)]
    drawing = pictures.read(draw(autograd.sum(inputs)))
    heights = {node.texts[0].shown: node.box.top for node in drawing.nodes.values()}
    tops = [heights[show_label(f"a{i}")] for i in range(1, 13)]
    assert tops == sorted(tops)


def test_a_weighted_sum_without_a_bias_shows_none() -> None:
    w, x = Parameter(2.0, label="w"), Value(3.0, label="x")
    without = draw(autograd.dot([w], [x]))
    assert "Σ w·x" in texts(without)
    assert ports(without, "Σ w·x") == ["× 3", "× 2"]
    with_bias = draw(autograd.dot([w], [x], Parameter(0.0, label="b")))
    assert ports(with_bias, "Σ w·x + b") == ["× 3", "× 2", "× 1"]


def test_a_constant_stands_in_its_port_and_is_no_node() -> None:
    w = Parameter(2.0, label="w")
    z = autograd.dot([w], [60.0], 1.5)
    picture = draw(z)
    assert ports(picture, "Σ w·x + b") == ["× 60", "60", "1.5"]
    assert len(pictures.read(picture).nodes) == 2


def test_an_unlabelled_input_or_result_has_the_name_that_sentences_use() -> None:
    a, b = Value(2.0), Parameter(3.0)
    shown = texts(draw(autograd.sum([a, b, a])))
    assert {"input1", "parameter1", "Σ"} <= set(shown)
    assert "sum1" not in shown  # its operation says as much


def test_long_names_that_differ_at_their_end_are_told_apart() -> None:
    stem = "the_weight_of_the_first_hidden_layer_of_unit"
    a, b = Value(2.0, label=f"{stem}_1"), Value(3.0, label=f"{stem}_2")
    shown = [text for text in texts(draw(a * b)) if text.startswith("the_")]
    assert shown == [
        "the_weight_of_the_f…den_layer_of_unit_1",
        "the_weight_of_the_f…den_layer_of_unit_2",
    ]


def test_nodes_before_any_backward_pass_say_so(nodes: dict[str, Value]) -> None:
    shown = texts(draw(nodes["cost"]))
    assert shown.count("no backward pass yet") == shown.count("value") == 22
    assert "gradient" not in shown


def test_a_gradient_of_zero_is_shown_once_a_pass_has_run() -> None:
    x = Value(-1.0, label="x")
    y = x.relu()
    y.backward()
    shown = texts(draw(y))
    assert "no backward pass yet" not in shown
    assert shown[shown.index("x") :][:6] == ["x", "input", "value", "-1", "gradient", "0"]


def test_parameters_inputs_and_results_differ_by_more_than_colour() -> None:
    w, x = Parameter(2.0, label="w"), Value(3.0, label="x")
    y = w * x
    y.label = "y"
    source = draw(y).source
    assert "parameter" in source
    assert "input" in source
    looks = re.findall(r'STYLE="ROUNDED" BORDER="2"|BORDER="[13]"', source)
    assert looks == ['STYLE="ROUNDED" BORDER="2"', 'BORDER="1"', 'BORDER="3"']


def test_x_times_x_has_two_edges() -> None:
    x = Value(3.0)
    assert draw(x * x).source.count("->") == 2


def test_constants_are_written_into_their_operation() -> None:
    x = Value(3.0, label="x")
    for y, operation in [
        (x**2, "x ^ 2"),
        (2 / x, "2 ÷ x"),
        (autograd.maximum(x, 0.5), "max(x, 0.5)"),
    ]:
        shown = texts(draw(y))
        assert operation in shown
        assert shown.count("value") == 2


def test_constants_of_a_longer_operation_are_nodes_without_gradient() -> None:
    w = Parameter(2.0, label="w")
    z = autograd.dot([w], [60.0], 1.5)
    z.backward()
    shown = texts(draw(z))
    assert {"60", "1.5"} <= set(shown)
    assert shown.count("gradient") == 2


def test_detail_ops_unfolds_a_weighted_sum_into_products(nodes: dict[str, Value]) -> None:
    nodes["cost"].backward()
    shown = texts(draw(nodes["cost"], detail="ops"))
    assert shown.count("×") == 8
    assert shown.count("Σ") == 3
    assert "Σ w·x + b" not in shown
    product = shown.index("×")
    w7_times_g1 = ["×", "value", "4.53049", "gradient", "-114.085"]
    assert shown[product : product + 5] == w7_times_g1


def test_detail_ops_has_the_product_of_a_number_too() -> None:
    w, v = Value(2.0, label="w"), Value(5.0, label="v")
    shown = texts(draw(autograd.dot([w, 3.0], [4.0, v], 1.0), detail="ops"))
    assert [shown[shown.index(made) + 2] for made in ("w × 4", "3 × v", "Σ")] == ["8", "15", "24"]


def test_detail_labels_leaves_out_unlabelled_nodes_and_keeps_their_derivative(
    nodes: dict[str, Value],
) -> None:
    nodes["cost"].backward()
    shown = texts(draw(nodes["cost"], detail="labels"))
    assert "−" not in shown
    assert "× -114.085" in shown
    assert shown[shown.index("cost") + 1] == "result"


@pytest.mark.parametrize("detail", autograd.drawing.diagram.DETAILS)
@pytest.mark.parametrize("direction", autograd.drawing.diagram.DIRECTIONS)
def test_the_dot_text_is_the_same_on_every_run(detail: str, direction: str) -> None:
    sources = {
        draw(build(STUDENTS[0])["cost"], detail=detail, direction=direction).source
        for _ in range(3)
    }
    assert len(sources) == 1
    assert f"rankdir={direction}" in sources.pop()


def bold_edges(picture: autograd.Picture) -> int:
    return str(picture.source).count("penwidth=3")


def test_a_highlighted_leaf_lights_up_all_its_paths(nodes: dict[str, Value]) -> None:
    assert bold_edges(draw(nodes["cost"])) == 0
    assert bold_edges(draw(nodes["cost"], highlight=nodes["w1"])) == 5
    assert bold_edges(draw(nodes["cost"], highlight=nodes["w1"], detail="labels")) == 4
    # x1 goes through both hidden neurons: three edges each, and the two they share
    assert bold_edges(draw(nodes["cost"], highlight=nodes["x1"])) == 8


def test_a_highlighted_list_lights_up_one_path(nodes: dict[str, Value]) -> None:
    path = [nodes[name] for name in ("x1", "g2", "cost")]
    assert bold_edges(draw(nodes["cost"], highlight=path)) == 5


def test_a_highlighted_node_must_be_in_the_picture(nodes: dict[str, Value]) -> None:
    with pytest.raises(ValueError, match=r"cannot highlight 'elsewhere' = 1:"):
        draw(nodes["cost"], highlight=Value(1.0, label="elsewhere"))
    with pytest.raises(ValueError, match="there is none"):
        draw(nodes["cost"], highlight=[nodes["g1"], nodes["g2"]])


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"direction": "RL"}, r"unknown direction: 'RL' \(must be one of LR, TB\)"),
        ({"detail": "all"}, r"unknown detail: 'all' \(must be one of ops, nodes, labels\)"),
        ({"digits": 0}, "expected digits to be a whole number from 1 to 17, received 0"),
        ({"max_nodes": 5}, "has 22 nodes and .* for max_nodes=5;.*detail='labels'"),
        ({"max_nodes": 5, "detail": "labels"}, "21 nodes .*; draw a part of it"),
    ],
)
def test_a_bad_option_says_what_would_be_right(
    nodes: dict[str, Value], options: dict[str, object], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        draw(nodes["cost"], **options)  # type: ignore[arg-type]


def test_only_a_value_is_drawn() -> None:
    with pytest.raises(TypeError, match=r"expected a Value to draw, received float: 3\.0"):
        draw(3.0)  # type: ignore[arg-type]


def test_labels_only_without_labels_says_how_to_name() -> None:
    with pytest.raises(ValueError, match=r"autograd\.label\(locals\(\)\)"):
        draw(Value(1.0) + Value(2.0), detail="labels")


def test_a_large_graph_is_refused_and_its_labels_are_drawn() -> None:
    x = Value(1.0, label="x")
    y = x
    for _ in range(100_000):
        y = y + x
    y.label = "y"
    with pytest.raises(ValueError, match="has 100001 nodes and 200000 edges"):
        draw(y)
    assert "× 100001" in texts(draw(y, detail="labels"))


def test_digits_are_significant_digits() -> None:
    x = Value(-19303.547538, label="x")
    assert "-1.93e+04" in texts(draw(x, digits=3))
    assert "-19303.54754" in texts(draw(x, digits=10))


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan"), 1e-300])
def test_any_number_is_drawn(number: float) -> None:
    x = Value(number, label="x")
    y = x * 2.0
    y.backward()
    assert f"{number:.6g}" in texts(draw(y))


@pytest.mark.parametrize("label", NASTY)
@pytest.mark.parametrize("detail", ["nodes", "labels"])
def test_a_label_is_text_and_nothing_else(label: str, detail: str) -> None:
    x = Value(2.0, label=label)
    y = x * x
    y.label = "y"
    picture = draw(y, detail=detail, title=label)
    shown = texts(picture)  # fails if the SVG is not well-formed
    readable = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]+", " ", label)
    assert " ".join(readable.split()) in shown
    svg = picture.pipe("svg", encoding="utf-8")
    assert isinstance(svg, str)
    assert "<script" not in svg


def test_a_long_label_is_shortened() -> None:
    assert "x" * 39 + "…" in texts(draw(Value(1.0, label="x" * 500)))


def test_a_letter_with_digits_gets_a_subscript() -> None:
    assert [show_label(name) for name in ("w1", "w_12", "β3", "layer1", "w", "3", "")] == [
        *("w₁", "w₁₂", "β₃", "layer1", "w", "3", ""),
    ]


def test_pipe_gives_bytes_or_text(nodes: dict[str, Value]) -> None:
    picture = draw(nodes["cost"])
    png, svg = picture.pipe("png"), picture.pipe(encoding="utf-8")
    assert isinstance(png, bytes)
    assert png.startswith(b"\x89PNG")
    assert isinstance(svg, str)
    assert svg.startswith("<?xml")


def test_render_writes_by_the_ending_and_makes_the_folder(tmp_path: Path) -> None:
    picture = draw(Value(1.0, label="x"))
    path = picture.render(outfile=tmp_path / "new" / "graph.png")
    assert path == str(tmp_path / "new" / "graph.png")
    assert Path(path).read_bytes().startswith(b"\x89PNG")
    assert [p.name for p in Path(path).parent.iterdir()] == ["graph.png"]


def test_render_by_filename_keeps_the_dot_text_beside_it(tmp_path: Path) -> None:
    picture = draw(Value(1.0, label="x"))
    assert picture.render("graph.gv", tmp_path) == str(tmp_path / "graph.gv.svg")
    assert (tmp_path / "graph.gv").read_text(encoding="utf-8") == picture.source
    picture.render("other.gv", tmp_path, format="png", cleanup=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        *("graph.gv", "graph.gv.svg", "other.gv.png"),
    ]


def test_a_format_the_engine_lacks_is_named_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "dot" else name)
    monkeypatch.setitem(sys.modules, "typst", None)  # as where it is not installed
    with pytest.raises(ValueError, match=r"cannot write 'pdf' \(must be one of .*png.*Graphviz's"):
        draw(Value(1.0)).render(outfile=tmp_path / "graph.pdf")
    with pytest.raises(ValueError, match=r"cannot write 'ps' \(must be one of .*png"):
        draw(Value(1.0)).render(outfile=tmp_path / "graph.ps")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_render_leaves_the_old_file(tmp_path: Path) -> None:
    old = tmp_path / "graph.nonsense"
    old.write_text("precious")
    with pytest.raises(ValueError, match="cannot write 'nonsense'"):
        draw(Value(1.0)).render(outfile=old)
    assert old.read_text() == "precious"


def test_a_notebook_gets_svg_and_png(nodes: dict[str, Value]) -> None:
    picture = draw(nodes["cost"])
    bundle, metadata = picture._repr_mimebundle_()
    assert sorted(bundle) == ["image/png", "image/svg+xml"]
    assert isinstance(bundle["image/svg+xml"], str)
    assert isinstance(bundle["image/png"], bytes)
    assert list(picture._repr_mimebundle_(include=["image/png"])[0]) == ["image/png"]
    assert list(picture._repr_mimebundle_(exclude=["image/png"])[0]) == ["image/svg+xml"]
    shown = re.findall(r'<svg width="(\d+)" height="(\d+)"', bundle["image/svg+xml"])
    assert shown == [(str(metadata["image/png"]["width"]), str(metadata["image/png"]["height"]))]


def chain(length: int) -> Value:
    node = Value(1.0)
    for _ in range(length):
        node = node.tanh()
    return node


@pytest.mark.parametrize(("length", "shown"), [(0, 1.0), (6, 900), (40, 0.45)])
def test_a_wide_picture_is_shrunk_for_a_notebook_but_not_beyond_reading(
    length: int, shown: float
) -> None:
    picture = draw(chain(length))
    svg = str(picture.pipe("svg", encoding="utf-8"))
    full = float(re.findall(r'<svg width="([0-9.]+)pt"', svg)[0])
    _, metadata = picture._repr_mimebundle_(include=["image/png"])
    expected = shown if shown > 1 else shown * full * 96 / 72
    assert metadata["image/png"]["width"] == pytest.approx(expected, abs=1)


def program(path: Path, script: str) -> str:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return str(path)


@pytest.mark.skipif(os.name == "nt", reason="the stand-in engines are shell scripts")
def test_the_engine_is_the_variables_then_dot_on_path_then_the_wheels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(engine.VARIABLE, raising=False)
    assert "graphviz-pure" in engine.find()
    dot = program(tmp_path / "dot", "echo picture")
    assert engine.find() == dot
    chosen = program(tmp_path / "chosen", "echo picture")
    monkeypatch.setenv(engine.VARIABLE, chosen)
    assert engine.find() == chosen
    monkeypatch.setenv(engine.VARIABLE, "missing")
    with pytest.raises(engine.EngineNotFoundError, match="names 'missing', which is no program"):
        engine.find()


def test_no_engine_at_all_is_an_error_that_says_the_ways_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(engine.VARIABLE, raising=False)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(engine.EngineNotFoundError, match=r"graphviz-pure.*GLASSGRAD_DOT.*\.source"):
        draw(Value(1.0)).pipe("svg")


class GraphvizOfPage:
    """Viz.js as Python in a browser sees it: text in, text out."""

    formats = ("dot", "svg")

    def render(self, source: str, *, format: str, engine: str) -> SimpleNamespace:  # noqa: A002
        if source == "broken":
            return SimpleNamespace(
                status="failure", errors=[SimpleNamespace(message="syntax error in line 1")]
            )
        drawn = f"<svg>{engine} {format} {source} ∂</svg>"
        return SimpleNamespace(status="success", output=drawn, errors=[])


@pytest.fixture
def page_of_browser(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Python as in a browser: the platform, and JavaScript's globals as the module `js`."""
    page = ModuleType("js")
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setitem(sys.modules, "js", page)
    return page


def test_in_a_browser_the_engine_is_the_pages(page_of_browser: ModuleType) -> None:
    vars(page_of_browser)[engine.IN_PAGE] = GraphvizOfPage()
    assert engine.run("digraph {}", "svg", 96, "neato").decode() == (
        "<svg>neato svg digraph {} ∂</svg>"
    )
    with pytest.raises(ValueError, match=r"cannot write 'png' \(must be one of dot svg\)"):
        engine.run("digraph {}", "png", 96)
    with pytest.raises(RuntimeError, match="page failed: syntax error in line 1"):
        engine.run("broken", "svg", 96)


def test_a_page_without_an_engine_is_an_error_that_says_the_way_out(
    page_of_browser: ModuleType,
) -> None:
    assert not hasattr(page_of_browser, engine.IN_PAGE)
    with pytest.raises(engine.EngineNotFoundError, match=r"global graphviz.*\.source"):
        engine.run("digraph {}", "svg", 96)


def test_where_no_png_can_be_drawn_a_notebook_shows_svg_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = engine.run

    def text_alone(source: str, file_format: str, *rest: Any) -> bytes:
        if file_format == "png":
            raise ValueError("cannot write 'png'")
        return run(source, file_format, *rest)

    monkeypatch.setattr(engine, "run", text_alone)
    picture = draw(Value(1.0, label="a") * 2.0)
    data, _ = picture._repr_mimebundle_()
    assert [*data] == ["image/svg+xml"]


@pytest.mark.skipif(os.name == "nt", reason="the stand-in engine is a shell script")
def test_an_engine_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = program(tmp_path / "broken", "echo out of paper >&2; exit 3")
    monkeypatch.setenv(engine.VARIABLE, broken)
    with pytest.raises(RuntimeError, match=r"failed \(3\): out of paper"):
        draw(Value(1.0)).pipe("svg")


def test_the_shown_title_is_escaped() -> None:
    picture = draw(Value(1.0), title="a < b & c")
    assert html.escape("a < b & c") in picture.source


def test_the_order_of_operands_can_be_read() -> None:
    a, b = Value(1.0, label="a"), Value(2.0, label="b")
    assert "b ÷ a" in texts(draw(b / a))
    assert "where(a, b, a)" in texts(draw(autograd.where(a, b, a)))
    unlabelled = texts(draw((a + b) ** (a * b)))
    assert {"(1)", "(2)"} <= set(unlabelled)
    assert not {"(1)", "(2)"} & set(texts(draw((a + b) + (a * b))))


def test_a_highlighted_list_of_one_is_that_node(nodes: dict[str, Value]) -> None:
    one = draw(nodes["cost"], highlight=[nodes["w1"]])
    assert one.source == draw(nodes["cost"], highlight=nodes["w1"]).source


@pytest.mark.parametrize("nothing", [[], "w1", {1}])
def test_what_is_no_node_cannot_be_highlighted(nothing: object) -> None:
    with pytest.raises(ValueError, match="expected a node to highlight, or a list of them"):
        draw(Value(1.0), highlight=nothing)  # type: ignore[arg-type]


def test_a_picture_of_a_graph_is_drawn_the_same_in_any_mode() -> None:
    z = autograd.dot([Parameter(1e308, label="w")], [Value(10.0, label="x")], 0.5)
    plain = draw(z, detail="ops").source
    with autograd.no_grad():
        assert draw(z, detail="ops").source == plain
    with autograd.detect_anomaly():
        assert draw(z, detail="ops").source == plain


def test_a_tangle_of_edges_is_refused() -> None:
    numbers = [Value(1.0)]
    for _ in range(45):  # each from all before it: no two are alike
        numbers.append(autograd.prod(numbers))
    with pytest.raises(ValueError, match="46 nodes and 1035 edges"):
        draw(numbers[-1])


def test_a_tangle_of_edges_that_are_alike_is_folded() -> None:
    scores = [Value(float(i)) for i in range(60)]
    shown = texts(draw(autograd.sum(autograd.softmax(scores))))
    assert len([text for text in shown if "60" in text]) == 2


def test_two_nodes_of_one_label_are_told_apart() -> None:
    x = Value(2.0, label="x")
    y = x * 3.0
    y.label = "x"
    assert [text for text in texts(draw(y)) if "x" in text] == [
        *("x", "x#2", "x × 3"),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("x", "x"),
        ("x1", "x_1"),
        ("x1", "x₁"),
        ("é", "e\u0301"),
        ("x", "x\u200b"),
        ("x", "\u202ex"),
        ("alpha", "α"),
        ("hidden1", "hidden_1"),
        ("ŷ", "y_hat"),
        ("w_1", "w_{1}"),
    ],
)
def test_labels_that_look_alike_are_told_apart_wherever_nodes_are_named(
    first: str, second: str
) -> None:
    a, b = Value(2.0, label=first), Value(3.0, label=second)
    y = a * b
    y.label = "y"
    y.backward()
    drawn = [text for text in texts(draw(y)) if text.endswith("#2")]
    assert len(drawn) == 1
    report = str(check_by_hand(y, {a: 2.0, b: 3.0}))
    sentence = next(forward_steps(y)).sentence
    for shown in (report, sentence, str(explain(y, b)), explain(y, a).latex):
        assert "#2" in shown


def test_two_long_labels_that_are_cut_are_told_apart() -> None:
    a, b = Value(2.0, label="L" * 500), Value(3.0, label="L" * 500)
    shown = [text for text in texts(draw(a * b)) if text.startswith("L")]
    assert shown[:2] == ["L" * 39 + "…", "L" * 37 + "…#2"]


def test_a_label_that_looks_like_a_formula_is_set_in_parentheses() -> None:
    a, b = Value(2.0, label="p - q"), Value(3.0, label="b")
    y = a * b
    y.label = "y"
    assert next(forward_steps(y)).sentence == "y = (p - q)*b = 2*3 = 6"
    assert str(explain(y, b)).startswith("dy/db = p - q\n")


def test_a_weighted_sum_of_many_inputs_has_a_name_that_is_no_description() -> None:
    inputs = [Value(float(i), label=f"a{i}") for i in range(30)]
    y = autograd.dot(inputs, [1.0] * 30) * autograd.dot(inputs, [2.0] * 30)
    first, second, last = forward_steps(y)
    assert first.sentence == "dot1 = Σ w·x + b of 61 inputs = 435"
    assert second.sentence == "dot2 = Σ w·x + b of 61 inputs = 870"
    assert last.sentence == "dot1*dot2 = 435*870 = 378450"


def test_dot_text_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "graph.gv"
    path.write_text("old", encoding="utf-8")
    picture = draw(Value(2.0) * 3.0)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(OSError, match=r"No space left on device: .*graph\.gv"):
            picture.save(path)
    assert path.read_text(encoding="utf-8") == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["graph.gv"]
    assert picture.save(path) == str(path)
    assert path.read_text(encoding="utf-8") == picture.source


@pytest.mark.parametrize("name", ["graph.png", "graph.SVG", "slides/graph.pdf", "graph.tex"])
def test_dot_text_does_not_take_the_name_of_a_picture(tmp_path: Path, name: str) -> None:
    picture = draw(Value(2.0) * 3.0)
    expected = rf"for the DOT text, received '.*{Path(name).name}': .*\.render\(outfile='"
    with pytest.raises(ValueError, match=expected):
        picture.save(tmp_path / name)
    with pytest.raises(ValueError, match=expected):
        picture.render(tmp_path / name)
    assert [*tmp_path.iterdir()] == []
    assert picture.save(tmp_path / "graph.png.gv")


@pytest.mark.parametrize("option", ["max_nodes", "digits", "step"])
def test_whole_numbers_of_any_kind_are_taken_and_others_refused(option: str) -> None:
    y = Value(2.0, label="x") * 3.0
    choices: dict[str, Any] = {option: np.int64(3)}
    assert draw(y, **choices).source
    for bad in (True, 2.5, "3"):
        choices[option] = bad
        with pytest.raises((TypeError, ValueError)):
            draw(y, **choices)


def lecture_loss(rng: random.Random) -> Value:
    """The network of Karpathy's lecture on micrograd, MLP(3, [4, 4, 1]), on its four samples."""
    sizes = (3, 4, 4, 1)
    layers = [
        [[Value(rng.uniform(-1, 1)) for _ in range(n + 1)] for _ in range(m)]
        for n, m in itertools.pairwise(sizes)
    ]
    loss: Any = 0
    samples = ([2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0])
    for sample, target in zip(samples, (1.0, -1.0, -1.0, 1.0), strict=True):
        x: list[Any] = sample
        for layer in layers:
            x = [
                sum((w * v for w, v in zip(row, x, strict=False)), row[-1]).tanh() for row in layer
            ]
        loss += (x[0] - target) ** 2
    assert isinstance(loss, Value)
    return loss


def test_a_graph_too_large_to_read_is_folded_and_says_of_how_many_nodes() -> None:
    loss = lecture_loss(random.Random(1))  # noqa: S311
    loss.backward()
    assert len(topological_order(loss)) > 341
    source = draw(loss).source
    assert source.count(" [label=<<TABLE BGCOLOR") < 50
    assert "<B>12 inputs</B>" in source  # the weights of a layer, one box with their range
    # Products with different constants do not claim one of them.
    assert "· × 2<" not in source
    for refused in ({"step": 3}, {"highlight": loss}):
        with pytest.raises(ValueError, match=r"too many to read for max_nodes=150"):
            draw(loss, **refused)


def test_a_long_chain_of_sums_is_drawn_as_one_sum_where_it_would_be_too_large() -> None:
    terms = [Value(float(i), label=f"x{i}") for i in range(100)]
    total = sum(terms[1:], terms[0])
    assert len(topological_order(total)) == 199
    source = draw(total).source
    assert source.count(":e -> ") == 100
    assert draw(total, max_nodes=90).source.count(":e -> ") == 1  # of the inputs as one group


def test_graphviz_swaps_no_nodes_across_one_that_no_edge_leads_to() -> None:
    x = [[Value(i + 3.0 * j, label=f"x{j}{i}") for i in range(3)] for j in range(3)]
    k = [Parameter(0.1 * i, label=f"k{i}") for i in range(4)]
    places = [(row, column) for row in range(2) for column in range(2)]
    window = {
        (r, c): k[0] * x[r][c] + k[1] * x[r][c + 1] + k[2] * x[r + 1][c] + k[3] * x[r + 1][c + 1]
        for r, c in places
    }
    output = autograd.sum([autograd.relu(window[place]) for place in places])
    drawing = pictures.read(draw(output, direction="TB"))
    assert pictures.Ranks(drawing).disorder() == []


def test_the_scores_of_a_share_stand_in_the_order_of_their_labels() -> None:
    scores = [Value(number, label=f"z{i}") for i, number in enumerate((1.0, 2.0, 0.5), start=1)]
    share = autograd.softmax(scores)[1]
    picture = draw(-autograd.log(share))
    names = {n: facts["name"] for n, facts in picture.facts.nodes.items()}
    taken = [(names[start], more["multiplier"]) for start, _, more in picture.facts.edges[:3]]
    assert taken == [
        ("z₁", share.partials[1]),
        ("z₂", share.partials[0]),
        ("z₃", share.partials[2]),
    ]
    assert "softmax(z₁, z₂, z₃)₂" in picture.source
    unnamed = autograd.softmax([Value(1.0, label="a"), Value(2.0, label="b")])[1]
    assert "softmax([a, b])[1]" in draw(unnamed).source
    many = [Value(float(i), label=f"z{i}") for i in range(12)]
    assert "softmax(z₀ … z₁₁)₁₁" in draw(autograd.softmax(many)[11]).source


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_every_text_of_a_moment_is_inside_its_node(direction: str) -> None:
    for output in (build(STUDENTS[0])["cost"], _three_inputs()):
        for step in (2, 8):
            picture = autograd.draw(output, step=step, direction=direction, max_nodes=60)
            svg = ET.fromstring(picture.pipe("svg", encoding="utf-8"))  # noqa: S314  # our own
            spaces = {"svg": "http://www.w3.org/2000/svg"}
            for node in svg.iterfind(".//svg:g[@class='node']", spaces):
                shapes = node.findall(".//svg:polygon", spaces)
                points = [
                    point.split(",") for shape in shapes for point in shape.attrib["points"].split()
                ]
                for axis, name in enumerate("xy"):
                    ends = [float(point[axis]) for point in points]
                    for text in node.iterfind(".//svg:text", spaces):
                        assert min(ends) <= float(text.attrib[name]) <= max(ends), text.text


def _three_inputs() -> Value:
    a, b, c = Value(2.0, label="a"), Value(-3.0, label="b"), Value(7.0, label="c")
    d = a * b
    d.label = "d"
    y = (d + c).tanh()
    y.backward()
    return y
