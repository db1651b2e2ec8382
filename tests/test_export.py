"""Pictures as PDF, TikZ, Mermaid and graphs of NetworkX, and in words."""

import importlib
import re
import shutil
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

import autograd
from autograd import Picture, Value, draw, sigmoid
from autograd.drawing import engine
from autograd.worked_example import STUDENTS, build
from nn import MLP, draw_network

# A module beside the tests, in no package.
typesetting: Any = importlib.import_module("typesetting")

SVG = "{http://www.w3.org/2000/svg}"
NASTY = [
    "</title><script>alert(1)</script>",
    'say "x" & 50 % #1 $2$ ~ ^ _ {a} | `b`',
    "back\\slash \\N \\input{file}",
    "two\nlines",
    "\x00 half a pair \ud800",
    "日本語 “β₂” ∂é",
    "end",
]


def worked() -> Picture:
    cost = build(STUDENTS[0])["cost"]
    cost.backward()
    return draw(cost)


def text(picture: Picture, form: str) -> str:
    found = picture.pipe(form, encoding="utf-8")
    assert isinstance(found, str)
    return found


# ------------------------------------------------------------------- an SVG in words


def test_an_svg_has_a_role_a_title_and_a_description() -> None:
    root = ET.fromstring(text(worked(), "svg"))  # noqa: S314  # ours
    assert root.get("role") == "img"
    title, description = root[0], root[1]
    assert (title.tag, title.text) == (f"{SVG}title", "Computation graph of cost")
    assert description.tag == f"{SVG}desc"
    assert "g₁: sigmoid; from z₁ × 0.235004; value 0.377541; gradient -1369.02." in (
        description.text or ""
    )
    titled = ET.fromstring(text(draw(Value(1.0), title="a < b"), "svg"))  # noqa: S314  # ours
    assert titled[0].text == "a < b"


def test_the_words_tell_no_more_than_the_picture() -> None:
    y = Value(2.0, label="x") ** 2
    before = text(draw(y, step=0), "svg")
    assert "value …" in before
    assert "× 4" not in before
    y.backward()
    first_lesson = text(draw(y, derivatives=False), "svg")
    assert not re.search("gradient|× 4", first_lesson.partition("<g ")[0])


# ------------------------------------------------------------------------------- PDF


def without_pdf_in_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, *_: None if name == "dot" else name)


def test_a_pdf_needs_no_installed_graphviz(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("typst")
    without_pdf_in_the_engine(monkeypatch)
    path = worked().render(outfile=tmp_path / "graph.pdf")
    data = Path(path).read_bytes()
    assert data.startswith(b"%PDF-")
    assert data.count(b"/Type /Page\n") + data.count(b"/Type/Page/") <= 1


def test_without_typst_the_way_to_a_pdf_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    without_pdf_in_the_engine(monkeypatch)
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(ValueError, match=r"cannot write 'pdf'.*pip install 'glassgrad\[pdf\]'"):
        worked().pipe("pdf")


def test_an_engine_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "LONGEST", 0.0001)
    with pytest.raises(RuntimeError, match=r"was stopped after 0\.0001 seconds: draw a part"):
        worked().pipe("svg")


def test_the_engine_writes_a_pdf_where_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "run", lambda *_: b"%PDF-of-the-engine")
    assert worked().pipe("pdf") == b"%PDF-of-the-engine"


# ------------------------------------------------------------------------------ TikZ


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="LaTeX is not installed")
def test_tikz_compiles_to_one_page(tmp_path: Path) -> None:
    for source in (
        worked(),
        draw(build(STUDENTS[0])["cost"], slide=True, colors="dark", step=12),
        draw_network(MLP(2, [3, 1], seed=1), [1.0, 2.0], target=1.0),
    ):
        assert "(1 page" in typesetting.compiled(text(source, "tex"), tmp_path)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="LaTeX is not installed")
@pytest.mark.parametrize("label", NASTY)
def test_tikz_of_any_label_compiles(label: str, tmp_path: Path) -> None:
    typesetting.compiled(text(draw(Value(2.0, label=label) * 3.0, title=label), "tex"), tmp_path)


def test_in_tikz_signs_of_a_first_course_are_signs_of_latex() -> None:
    x = Value(0.5, label="y\u0302")
    y = autograd.prod([autograd.cbrt(x), autograd.sqrt(x), x])
    y.label = "∇ℓ"
    source = text(draw(y), "tex")
    for written in (r"\^{y}", r"$\surd$", r"${}^3\!\surd$", r"$\Pi$", r"$\nabla$$\ell$"):
        assert written in source
    assert "\\sign{" not in source.partition("begin{document}")[2]


def test_tikz_draws_each_text_and_each_edge() -> None:
    picture = worked()
    source = text(picture, "tex")
    root = ET.fromstring(text(picture, "svg"))  # noqa: S314  # ours
    written = [e for e in root.iter(f"{SVG}text") if "".join(e.itertext()).strip()]
    assert source.count("\\node[") == len(written)
    assert source.count(" .. controls ") >= len(picture.facts.edges)
    assert "{$\\times$ 0.235004}" in source


def test_in_tikz_spaces_part_a_ports_number_from_its_multiplier() -> None:
    y = Value(3.0, label="a") * 2.0 - Value(1.0, label="b") * 3.0
    y.backward()
    source = text(draw(y), "tex")
    assert source.count("{~~(1)}") == source.count("{~~(2)}") == 1
    assert " {(" not in source
    assert "$\\dots$ ~(1)" in text(draw(y, step=0), "tex")


# ----------------------------------------------------------------------------- Mermaid


def test_mermaid_has_each_node_and_each_edge() -> None:
    lines = text(worked(), "mmd").splitlines()
    assert lines[0] == "flowchart LR"
    assert '    n10["g₁<br/>sigmoid<br/>value 0.377541<br/>gradient -1369.02"]' in lines
    assert '    n9 -->|"× 0.235004"| n10' in lines
    assert '    n2(["w₁<br/>parameter<br/>value 0.1<br/>gradient -19303.5"])' in lines
    assert sum("-->" in line for line in lines) == 24
    assert len(lines) == 1 + 22 + 24


def test_mermaid_and_the_description_tell_of_gradients_that_have_added_up() -> None:
    x = Value(3.0, label="x")
    y = x * x
    y.backward()
    said = "it adds up over passes; this pass gives 6; set `x.grad = 0.0` between passes"
    assert "adds up" not in text(draw(y), "mmd")
    y.backward()
    signs = said.replace(";", "#59;").replace("`", "#96;")
    assert f"gradient 12<br/>{signs}" in text(draw(y), "mmd")
    assert f"gradient 12; {said}" in draw(y).facts.description
    assert "adds up" not in text(draw(y, derivatives=False), "mmd")


@pytest.mark.parametrize("label", NASTY)
def test_a_label_is_text_in_mermaid(label: str) -> None:
    lines = text(draw(Value(2.0, label=label) * 3.0), "mmd").splitlines()
    assert len(lines) == 4
    for line in lines[1:3]:
        assert re.fullmatch(r'    n\d(\(\[|\[)"[^"\\`{}|<>]*(<br/>[^"\\`{}|<>]*)*"(\]\)|\])', line)


def test_mermaid_is_written_by_its_ending(tmp_path: Path) -> None:
    path = draw(Value(1.0, label="x").exp(), direction="TB").render(outfile=tmp_path / "graph.mmd")
    assert Path(path).read_text(encoding="utf-8").startswith("flowchart TB\n")


# ---------------------------------------------------------------------------- NetworkX


def test_a_graph_of_networkx_has_the_numbers_as_attributes() -> None:
    networkx = pytest.importorskip("networkx")
    w, x = Value(0.5, label="w"), Value(2.0, label="x")
    y = sigmoid(w * x)
    y.label = "y"
    y.backward()
    graph = draw(y).to_networkx()
    assert networkx.is_directed_acyclic_graph(graph)
    by_name = {shown["name"]: (name, shown) for name, shown in graph.nodes(data=True)}
    assert by_name["w"][1]["gradient"] == w.grad
    product = by_name["w*x"][0]
    (multiplier,) = graph.get_edge_data(product, by_name["y"][0]).values()
    assert multiplier == {"multiplier": y.partials[0]}
    assert draw(w * w).to_networkx().number_of_edges() == 2


def test_without_networkx_the_way_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "networkx", None)
    with pytest.raises(ImportError, match=r"pip install 'glassgrad\[networkx\]'"):
        worked().to_networkx()
