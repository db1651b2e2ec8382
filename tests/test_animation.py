"""Pictures of every step: what they show, that nothing moves between them, and their files."""

import builtins
import io
import math
import re
import xml.etree.ElementTree as ET
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageSequence

import autograd
from autograd import (
    BackwardStep,
    Parameter,
    Picture,
    Value,
    animate,
    backward_steps,
    draw,
    draw_steps,
    forward_steps,
    save_steps,
)
from autograd.drawing import engine
from autograd.worked_example import STUDENTS, build

SVG = "{http://www.w3.org/2000/svg}"
NASTY = [
    "</text><script>alert(1)</script>",
    'say "x" & <B>bold</B>',
    "back\\slash \\N \\G \\l",
    "two\nlines\tand a tab",
    "\x00\x1b[31m half a pair \ud800",
    "日本語" * 9,
    "W" * 60,
    "]]> --> display none",
]


@pytest.fixture(scope="module")
def nodes() -> dict[str, Value]:
    return build(STUDENTS[0])


def diamond() -> tuple[Value, Value]:
    x = Value(3.0, label="x")
    y = x * x + x
    y.label = "y"
    return x, y


def parse(picture: Picture) -> ET.Element:
    svg = picture.pipe("svg")
    assert isinstance(svg, bytes)
    return ET.fromstring(svg)  # noqa: S314  # ours


def texts(element: ET.Element) -> list[str]:
    """Every piece of text, in order."""
    found = element.iter(f"{SVG}text")
    return [text for e in found if (text := " ".join("".join(e.itertext()).split()))]


def groups(drawing: ET.Element, kind: str) -> list[ET.Element]:
    return [e for e in drawing.iter(f"{SVG}g") if e.get("class") == kind]


def places(drawing: ET.Element) -> list[Any]:
    """Return the places of all that should not move: the sheet, the nodes' boxes, their names."""
    found: list[Any] = [drawing.get("viewBox")]
    for node in sorted(groups(drawing, "node"), key=lambda g: g[0].text or ""):
        boxes = [e.get("points") for e in node.iter(f"{SVG}polygon")]
        name = body(node)[0]
        names = [(name.text, name.get("x"), name.get("y"))]
        found.append((boxes, [e.get("d") for e in node.iter(f"{SVG}path")], names))
    return found


def lines(drawing: ET.Element) -> list[Any]:
    """Both ends of each line: the tip of its arrow at the one, where it begins at the other."""
    found: list[Any] = []
    for edge in groups(drawing, "edge"):
        way = [point for e in edge if e.tag == f"{SVG}path" for point in points(e)]
        ends = [way[0], way[-1]]
        for left, tip, *_ in (points(e) for e in edge if e.tag == f"{SVG}polygon"):
            nearer = min((0, 1), key=lambda k: math.dist(ends[k], left))
            ends[nearer] = tip
        found.append((edge[0].text, *ends))
    return sorted(found)


def assert_nothing_moves(first: ET.Element, other: ET.Element) -> None:
    assert places(other) == places(first)
    assert len(lines(other)) == len(lines(first))
    for name, start, end in lines(other):  # a thick line's arrow begins with a blunt tip
        assert any(
            name == same and math.dist(start, before) < 5 and math.dist(end, behind) < 5
            for same, before, behind in lines(first)
        )


def body(node: ET.Element) -> list[ET.Element]:
    """The texts of a node but for those at its ports, which are smaller."""
    return [e for e in node.iter(f"{SVG}text") if e.get("font-size") != "11.00"]


def points(drawn: ET.Element) -> list[tuple[float, float]]:
    found = re.findall(r"(-?[\d.]+),(-?[\d.]+)", drawn.get("d") or drawn.get("points") or "")
    return [(float(x), float(y)) for x, y in found]


def of_node(picture: Picture, name: str) -> list[str]:
    """The texts of the node that has this name at its head."""
    drawing = parse(picture)
    for node in groups(drawing, "node"):
        found = [" ".join("".join(e.itertext()).split()) for e in body(node)]
        if found[0] == name:
            return [text for text in found if text]
    raise AssertionError(name)


# --------------------------------------------------------------- the moment after a step


def test_before_the_first_step_only_what_is_given_is_shown() -> None:
    _, y = diamond()
    before = draw(y, step=0)
    assert of_node(before, "x") == ["x", "input", "value", "3", "gradient", "…"]
    assert of_node(before, "y") == ["y", "+", "value", "…", "gradient", "…"]
    assert "Step 0 of 7: only what is given is known" in texts(parse(before))
    assert texts(parse(before)).count("3") == 1  # the local derivatives are not there yet


def test_a_forward_step_shows_its_result_and_local_derivatives(nodes: dict[str, Value]) -> None:
    picture = draw(nodes["cost"], step=2)
    assert of_node(picture, "g₁") == ["g₁", "sigmoid", "value", "0.377541", "gradient", "…"]
    assert of_node(picture, "z₂")[3] == "…"
    shown = texts(parse(picture))
    assert {"× 0.235004", "× …"} <= set(shown)
    assert shown[:2] == [
        "Step 2 of 32, forward:",
        "g₁ = sigmoid(z₁) = sigmoid(-0.5) = 0.377541",
    ]


def test_a_backward_step_shows_upstream_times_local_at_its_port(nodes: dict[str, Value]) -> None:
    cost, z1 = nodes["cost"], nodes["z1"]
    (step,) = (s for s in backward_steps(cost) if isinstance(s, BackwardStep) and s.parent is z1)
    picture = draw(cost, step=step)
    (port,) = (found for g in groups(parse(picture), "node") if "g₁" in (found := texts(g)))
    assert port[:2] == ["-1369.024 × 0.2350037", "= -321.726"]
    assert of_node(picture, "z₁")[-1] == "-321.726"
    assert sum(" × " in text for text in texts(parse(picture))) == 1
    assert "× 0.235004" not in port


def test_a_gradient_grows_term_by_term_and_says_whether_more_is_to_come() -> None:
    _, y = diamond()
    shown = [of_node(picture, "x")[-1] for picture in draw_steps(y)]
    assert shown == ["…", "…", "…", "…", "…", "1 + …", "4 + …", "7"]


def test_a_local_derivative_that_is_negative_is_in_parentheses() -> None:
    y_pred, y_act = Value(2.0, label="a"), Value(5.0, label="b")
    assert "1 × (-1)" in texts(parse(draw(y_pred - y_act, step=4)))


def test_the_active_edge_is_solid_and_forward_or_dashed_and_back(nodes: dict[str, Value]) -> None:
    active = [
        re.findall(r"->.*setlinewidth.*", picture.source) for picture in draw_steps(nodes["cost"])
    ]
    assert [len(edges) for edges in active] == [0, 7, 1, 7, 1, 5, 2, 1, 0, *[1] * 24]
    for edge in chain.from_iterable(active[:8]):
        assert "dashed" not in edge
        assert "arrowtail=none" in edge
    for edge in chain.from_iterable(active[8:]):
        assert "dashed" in edge
        assert "arrowhead=none" in edge


def test_the_node_that_a_step_changes_has_the_only_frame_and_backward_it_is_dashed() -> None:
    _, y = diamond()
    pictures = draw_steps(y)
    frames = [re.findall(r'BORDER="3" COLOR="(#\w+)" STYLE="(\w+)"', p.source) for p in pictures]
    assert [[style for _, style in found] for found in frames] == [
        [],
        *[["SOLID"]] * 2,
        *[["DASHED"]] * 5,
    ]
    assert len({color for found in frames for color, _ in found}) == 2


def test_an_unlabelled_node_has_the_name_that_its_steps_use_where_its_operation_is_not_enough() -> (
    None
):
    a, b, w = Value(2.0), Value(3.0), Parameter(4.0)
    product = a * b + a * b * w
    heads = {body(g)[0].text for g in groups(parse(draw(product, step=0)), "node")}
    assert heads == {"input1", "input2", "parameter1", "×", "mul2", "add1"}
    assert {"input", "parameter"} <= set(texts(parse(draw(product))))


def test_a_record_and_its_number_give_the_same_picture() -> None:
    _, y = diamond()
    steps = [*forward_steps(y), *backward_steps(y)]
    for i, step in enumerate(steps, start=1):
        assert draw(y, step=step).source == draw(y, step=i).source


def test_the_pictures_are_the_same_before_and_after_a_backward_pass() -> None:
    _, y = diamond()
    before = [picture.source for picture in draw_steps(y)]
    y.backward()
    y.backward()
    assert [picture.source for picture in draw_steps(y)] == before


def test_a_picture_without_a_step_has_no_frame_and_no_caption(nodes: dict[str, Value]) -> None:
    source = draw(nodes["cost"]).source
    assert "FIXEDSIZE" not in source
    assert "Step" not in source


@pytest.mark.parametrize("step", [-1, 8])
def test_a_step_that_is_not_there_is_refused(step: int) -> None:
    _, y = diamond()
    with pytest.raises(ValueError, match=rf"from 0, before the first, to 7, .*received {step}$"):
        draw(y, step=step)


def test_a_step_of_another_graph_or_of_other_numbers_is_refused() -> None:
    x, y = diamond()
    (stranger,) = forward_steps(Value(1.0) + Value(2.0))
    _, given = forward_steps(y)
    x.data = 4.0
    y.recompute()
    for step in (stranger, given, next(backward_steps(y, 2.0))):
        with pytest.raises(ValueError, match="this output takes no such step: "):
            draw(y, step=step)


@pytest.mark.parametrize("step", ["1", 1.0, True])
def test_what_is_no_step_is_refused(step: Any) -> None:
    _, y = diamond()
    kind = type(step).__name__
    with pytest.raises(TypeError, match=f"^expected step as a number, or as .*received {kind}: "):
        draw(y, step=step)


def test_a_step_is_of_the_recorded_graph() -> None:
    x, y = diamond()
    with pytest.raises(ValueError, match="leave out detail and highlight"):
        draw(y, step=1, detail="labels")
    with pytest.raises(ValueError, match="leave out detail and highlight"):
        draw(y, step=1, highlight=x)


# -------------------------------------------------------------------- nothing moves


def graphs() -> list[Value]:
    x, w = Value(2.0, label="x"), Parameter(1e-7, label="w")
    unlabelled = (Value(1.0) + Value(2.0)) ** (Value(1.0) * Value(2.0)) - 5.0 * Value(-1.23456e-12)
    constants = autograd.dot([w, x], [60.0, -1e300], 1.5) / autograd.where(x, w, x)
    poles = autograd.log(Value(0.0, label="zero")) * x
    return [build(STUDENTS[0])["cost"], diamond()[1], unlabelled, constants, poles, x]


@pytest.mark.parametrize("direction", autograd.drawing.diagram.DIRECTIONS)
@pytest.mark.parametrize("output", graphs())
def test_nothing_moves_from_frame_to_frame(output: Value, direction: str) -> None:
    first, *rest = (parse(p) for p in draw_steps(output, direction=direction, title="All steps"))
    assert rest
    for drawing in rest:
        assert_nothing_moves(first, drawing)


@pytest.mark.parametrize("label", NASTY)
def test_a_label_is_text_and_moves_nothing(label: str, tmp_path: Path) -> None:
    x = Value(2.0, label=label)
    y = x * x
    y.label = "y"
    first, *rest = (parse(picture) for picture in draw_steps(y, title=label))
    for drawing in rest:
        assert_nothing_moves(first, drawing)
    svg = Path(animate(y, tmp_path / "steps.svg")).read_text(encoding="utf-8")
    assert "<script" not in svg
    assert {e.tag.removeprefix(SVG) for e in ET.fromstring(svg).iter()} <= {  # noqa: S314
        *("svg", "g", "title", "desc", "style", "polygon", "path", "polyline", "ellipse", "text"),
    }


def test_numbers_keep_clear_of_the_border_of_their_node(nodes: dict[str, Value]) -> None:
    """In Helvetica a digit is 0.556 of the font size wide; no character of a number is wider."""
    *_, last = draw_steps(nodes["cost"])
    for node in groups(parse(last), "node"):
        corners = [
            float(x)
            for e in node.iter(f"{SVG}polygon")
            for x in re.findall(r"(-?[\d.]+),", e.get("points") or "")
        ]
        for text in node.iter(f"{SVG}text"):
            start, size = float(text.get("x") or 0), float(text.get("font-size") or 0)
            if re.fullmatch(r"[-\d.e]+", text.text or ""):
                assert start > min(corners)
                assert start + len(text.text or "") * size * 0.556 < max(corners) + 1


# ------------------------------------------------------------------------ all steps


def test_there_is_a_picture_before_the_first_step_and_after_each(nodes: dict[str, Value]) -> None:
    assert len(draw_steps(nodes["cost"])) == 7 + 1 + 24 + 1


def test_too_many_steps_are_refused_with_what_to_do() -> None:
    _, y = diamond()
    with pytest.raises(
        ValueError, match=r"take 7 steps, 8 pictures, more than max_frames=7;.*draw\(output, step="
    ):
        draw_steps(y, max_frames=7)
    assert len(draw_steps(y, max_frames=8)) == 8


@pytest.mark.parametrize("function", [draw_steps, save_steps, animate])
def test_only_a_value_is_stepped_through(function: Any, tmp_path: Path) -> None:
    files = [] if function is draw_steps else [tmp_path / "steps.svg"]
    with pytest.raises(TypeError, match="expected a Value to draw, received float: 3"):
        function(3.0, *files)
    assert list(tmp_path.iterdir()) == []


def test_pngs_of_all_steps_have_one_size_and_sort_in_order(tmp_path: Path) -> None:
    _, y = diamond()
    files = save_steps(y, tmp_path / "new" / "slides")
    assert [Path(file).name for file in files] == [f"frame-00{i}.png" for i in range(8)]
    assert sorted(map(str, (tmp_path / "new" / "slides").iterdir())) == files
    sizes = set()
    for file in files:
        with Image.open(file) as image:
            sizes.add(image.size)
    assert len(sizes) == 1
    assert len({Path(file).read_bytes() for file in files}) == 8


# ----------------------------------------------------------------------- animations


def test_a_gif_has_a_frame_for_each_step_and_plays_for_ever(tmp_path: Path) -> None:
    _, y = diamond()
    path = animate(y, tmp_path / "new" / "steps.gif", seconds=0.5)
    assert path == str(tmp_path / "new" / "steps.gif")
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["steps.gif"]
    with Image.open(path) as gif:
        assert gif.info["loop"] == 0
        frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(gif)]
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(gif)]
    assert durations == [*[500] * 7, 1500]
    for frame, picture in zip(frames, draw_steps(y), strict=True):
        still = Image.open(io.BytesIO(picture.pipe("png"))).convert("RGB")  # type: ignore[arg-type]
        assert frame.width / frame.height == pytest.approx(still.width / still.height, rel=0.02)
        small = still.resize(frame.size, Image.Resampling.HAMMING)
        pairs = zip(frame.tobytes(), small.tobytes(), strict=True)
        assert math.fsum(abs(a - b) for a, b in pairs) / len(small.tobytes()) < 4
        assert frame.getpixel((1, 1)) == (255, 255, 255)


def rules(animation: ET.Element) -> dict[str, list[tuple[float, str]]]:
    """The keyframes of each animation by name: percent, and visible or hidden."""
    style = next(animation.iter(f"{SVG}style")).text or ""
    return {
        name: [(float(at), how) for at, how in re.findall(r"([\d.]+)%{visibility:(\w+)}", stops)]
        for name, stops in re.findall(r"@keyframes (\S+){((?:[\d.]+%{[^}]*})*)}", style)
    }


def duration(animation: ET.Element) -> float:
    style = next(animation.iter(f"{SVG}style")).text or ""
    (found,) = re.findall(r"animation:([\d.]+)s step-end infinite", style)
    return float(found)


def frame_at(animation: ET.Element, second: float) -> ET.Element:
    """Return the drawing as a browser shows it: without the parts that are hidden at that time."""
    stops, percent = rules(animation), 100 * second / duration(animation)
    parents = {child: parent for parent in animation.iter() for child in parent}
    for element in [*animation.iter()]:
        name = (element.get("class") or "").rpartition(" ")[2]
        if name not in stops:
            continue
        times = [at for at, _ in stops[name]]
        assert times == sorted(times)
        assert times[0] == 0
        if [how for at, how in stops[name] if at <= percent][-1] == "hidden":
            parents[element].remove(element)
        element.attrib.pop("visibility", None)
        element.set("class", (element.get("class") or "").removesuffix(name).strip())
    return animation


@pytest.mark.parametrize("seconds", [1.5, 0.1])
def test_an_svg_shows_at_each_time_what_the_picture_of_the_step_shows(
    nodes: dict[str, Value], tmp_path: Path, seconds: float
) -> None:
    path = animate(nodes["cost"], tmp_path / "steps.svg", seconds=seconds)
    svg = Path(path).read_text(encoding="utf-8")
    for i, picture in enumerate(draw_steps(nodes["cost"])):
        shown = frame_at(ET.fromstring(svg), (i + 0.5) * seconds)  # noqa: S314  # ours
        still = parse(picture)
        assert sorted(texts(shown)) == sorted(texts(still))
        assert (places(shown), lines(shown)) == (places(still), lines(still))
        for kind in ("node", "edge"):
            assert len(groups(shown, kind)) == len(groups(still, kind))
        for tag in ("polygon", "path"):
            drawn = [sorted(str(e.attrib) for e in d.iter(f"{SVG}{tag}")) for d in (shown, still)]
            assert drawn[0] == drawn[1]


def test_an_svg_is_the_last_picture_where_nothing_is_animated(tmp_path: Path) -> None:
    _, y = diamond()
    drawing = ET.parse(animate(y, tmp_path / "steps.svg")).getroot()  # noqa: S314  # ours
    for parent in [*drawing.iter()]:
        for child in [*parent]:
            if child.get("visibility") == "hidden":
                parent.remove(child)
    *_, last = draw_steps(y)
    assert sorted(texts(drawing)) == sorted(texts(parse(last)))


def test_an_svg_plays_for_ever_and_shows_the_last_step_three_times_as_long(tmp_path: Path) -> None:
    _, y = diamond()
    drawing = ET.parse(animate(y, tmp_path / "steps.svg", seconds=2)).getroot()  # noqa: S314  # ours
    assert duration(drawing) == 20
    assert rules(drawing)


def test_an_svg_pauses_respects_reduced_motion_and_has_words(tmp_path: Path) -> None:
    _, y = diamond()
    drawing = ET.parse(animate(y, tmp_path / "steps.svg", title="A diamond")).getroot()  # noqa: S314
    style = next(drawing.iter(f"{SVG}style")).text or ""
    scope = drawing.get("class")
    for state in ("hover", "focus"):
        assert f".{scope}:{state} [class*={scope}-]{{animation-play-state:paused}}" in style
    assert "@media (prefers-reduced-motion:reduce)" in style
    assert drawing.get("tabindex") == "0"
    assert drawing.get("role") == "img"
    assert [drawing[i].tag for i in range(2)] == [f"{SVG}title", f"{SVG}desc"]
    assert drawing[0].text == "A diamond, step by step"
    assert "y: +; from x*x × 1, x × 1; value 12; gradient 1." in (drawing[1].text or "")


def test_an_animation_draws_each_look_once_and_not_each_frame(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drawn = []
    run = engine.run

    def counted(source: str, *rest: Any) -> bytes:
        drawn.append(source.count("rankdir"))
        return run(source, *rest)

    monkeypatch.setattr(engine, "run", counted)
    state = Value(0.1, label="x")
    for _ in range(20):
        state = state.tanh()
    animate(state, tmp_path / "steps.svg")
    assert len(draw_steps(state)) == 42
    assert sum(drawn) <= 8


def test_an_animation_on_a_slide_stands_where_its_pictures_do(tmp_path: Path) -> None:
    _, y = diamond()
    path = animate(y, tmp_path / "steps.svg", slide=True, colors="dark", seconds=1)
    svg = Path(path).read_text(encoding="utf-8")
    for i, picture in enumerate(draw_steps(y, slide=True, colors="dark")):
        shown = frame_at(ET.fromstring(svg), i + 0.5)  # noqa: S314  # ours
        assert (places(shown), lines(shown)) == (places(parse(picture)), lines(parse(picture)))
        found = [
            sorted(
                (e.text or "", float(e.get("x") or 0), float(e.get("y") or 0))
                for e in drawing.iter(f"{SVG}text")
            )
            for drawing in (shown, parse(picture))
        ]
        for (one, *at), (other, *there) in zip(*found, strict=True):
            assert one == other
            assert at == pytest.approx(there, abs=1)


def test_an_svg_is_small_as_what_stays_is_there_once(
    nodes: dict[str, Value], tmp_path: Path
) -> None:
    size = Path(animate(nodes["cost"], tmp_path / "steps.svg")).stat().st_size
    frames = [len(p.pipe("svg")) for p in draw_steps(nodes["cost"])]
    assert size < sum(frames) / 4


def test_an_animation_is_the_same_on_every_run(tmp_path: Path) -> None:
    _, y = diamond()
    for ending in ("svg", "gif"):
        files = [animate(y, tmp_path / f"{i}.{ending}") for i in range(2)]
        assert len({Path(file).read_bytes() for file in files}) == 1


@pytest.mark.parametrize("name", ["steps.mp4", "steps", "steps.png"])
def test_another_ending_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=rf"ending in \.gif or \.svg, received '{name}'"):
        animate(Value(1.0), name)


@pytest.mark.parametrize("seconds", [0, -1.0, math.inf, math.nan])
def test_a_duration_that_is_none_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="expected seconds as a positive number of at most 1000"):
        animate(Value(1.0), "steps.svg", seconds=seconds)


def test_a_missing_pillow_is_named_with_the_way_out_and_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_import = builtins.__import__

    def without_pillow(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == "PIL":
            raise ImportError(name)
        return real_import(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_pillow)
    old = tmp_path / "steps.gif"
    old.write_text("precious")
    _, y = diamond()
    with pytest.raises(ImportError, match=r"pip install 'glassgrad\[animation\]'; an \.svg"):
        animate(y, old)
    assert old.read_text() == "precious"
    assert Path(animate(y, tmp_path / "steps.svg")).exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["steps.gif", "steps.svg"]
