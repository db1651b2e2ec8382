"""Plots where Matplotlib is not, drawn by what stands in for it: they say what Matplotlib's say."""

import ast
import io
import math
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import nn
from nn import plots

STAND_IN = Path(__file__).parent.parent / "notebooks" / "browser"
PI = 3.14159265


@contextmanager
def standing_in() -> Iterator[None]:
    """The stand-in is imported as `matplotlib`, as in the browser."""

    def loaded() -> dict[str, Any]:
        return {name: sys.modules[name] for name in [*sys.modules] if of_matplotlib.match(name)}

    of_matplotlib = re.compile(r"matplotlib(\.|$)")
    kept = loaded()
    sys.path.insert(0, str(STAND_IN))
    for name in kept:
        del sys.modules[name]
    try:
        yield
    finally:
        sys.path.remove(str(STAND_IN))
        for name in loaded():
            del sys.modules[name]
        sys.modules.update(kept)


def boundary() -> Any:
    x, y = nn.datasets.and_gate()
    return plots.boundary_lines(nn.perceptron.train(x, y, rate=0.1, epochs=20), x, y, title="<$>")


def gradients() -> Any:
    model: Any = nn.MLP(2, [2, 2, 1], "sigmoid", seed=1)
    model([1.0, 2.0]).backward()
    return plots.gradients_by_layer(model)


def largest() -> Any:
    points = [[0.0, 0.0], [1.0, 1.0], [-1.0, 1.0]]
    return plots.decision_map(lambda p: [p[0], -p[0], p[1]], points, [0, 1, 2], resolution=12)


def valley() -> Any:
    nn.set_random_seed(1)
    model = nn.Sequential([nn.Input(1), nn.Dense(1)])
    model.compile(nn.optimizers.SGD(0.1), "mse")
    record = nn.record(model, [[1.0], [2.0]], [3.0, 5.0])
    model.fit(record.x, record.y, epochs=9, verbose=0, callbacks=[record])
    return plots.loss_valley(record, *model.parameters(), resolution=12)


def neurons() -> Any:
    model = nn.Sequential([nn.Dense(2, "sigmoid", input_dim=2), nn.Dense(1, "sigmoid")])
    model.set_weights([[[-1, 2], [2, 1]], [-2, -2], [[7], [5]], [-6]])
    before = [1.5, 1.0, 0.0, 2.0, 1.0, -2.0, 7.0, 5.0, -6.0]
    view = ((-4, 4), (-4, 4))
    return plots.neuron_maps(model, [[1, 1]], [1], before=before, limits=view, resolution=12)


MEASURES = {"loss": [0.9, 0.5, 0.04], "val_loss": [1.0, 0.7, 0.7], "accuracy": [0.5, 0.5, 1.0]}
PLOTS: dict[str, Callable[[], Any]] = {
    "a map of a number": lambda: plots.decision_map(
        nn.perceptron.AND, *nn.datasets.and_gate(), resolution=12, title="AND"
    ),
    "a map of the largest": largest,
    "boundary lines": boundary,
    "a loss": lambda: plots.loss_curve(MEASURES, title="a $ and <b>"),
    "a loss on a logarithmic scale": lambda: plots.loss_curve(MEASURES, log=True),
    "gradients": gradients,
    "activations": lambda: plots.activation_functions(["sigmoid", "relu", "step"]),
    "a valley": valley,
    "maps of neurons": neurons,
}
every_plot = pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)


def said_by_matplotlib(figure: Any) -> set[str]:
    """The names, titles, legends and notes of a figure."""
    said = {figure.get_suptitle()}
    for panel in figure.axes:
        said |= {panel.get_xlabel(), panel.get_ylabel(), panel.get_title()}
        said |= {note.get_text() for note in panel.texts}
        if panel.get_legend():
            said |= {text.get_text() for text in panel.get_legend().get_texts()}
    return {text.replace(r"\$", "$") for text in said} - {""}


@every_plot
def test_a_plot_says_in_the_browser_what_matplotlibs_says(plot: Callable[[], Any]) -> None:
    expected = said_by_matplotlib(plot())
    with standing_in():
        figure = plot()
        assert "browser" in sys.modules[type(figure).__module__].__file__  # type: ignore[operator]
        svg = ET.fromstring(figure._repr_svg_())  # noqa: S314  # of our own making
    texts = [element for element in svg.iter() if element.tag.endswith("}text")]
    assert expected <= {element.text for element in texts}
    _, _, width, height = map(float, svg.attrib["viewBox"].split())
    for element in texts:
        assert 0 < float(element.attrib["x"]) < width, element.text
        assert 0 < float(element.attrib["y"]) < height, element.text


@every_plot
def test_no_number_of_a_plot_in_the_browser_is_none(plot: Callable[[], Any]) -> None:
    with standing_in():
        svg = plot()._repr_svg_()
    assert not re.search(r"\b(nan|inf|None)\b", svg)


def test_the_course_asks_for_nothing_that_is_not_there() -> None:
    """Names of `plt`, and of the panels that it makes, in the sources of the notebooks."""
    fences = re.compile(r"```\{code-cell\}[^\n]*\n(?:---.*?---\n|:[^\n]*\n)*(.*?)```", re.DOTALL)
    asked: dict[str, set[str]] = {"plt": set(), "panel": set()}
    for source in (STAND_IN.parent / "course").glob("*.md"):
        for code in fences.findall(source.read_text(encoding="utf-8")):
            for node in ast.walk(ast.parse(code)):
                if isinstance(node, ast.Attribute):
                    of = ast.unparse(node.value)
                    kind = "panel" if re.fullmatch(r"ax|axes|panels?(\[.*\])?", of) else of
                    asked.setdefault(kind, set()).add(node.attr)
    assert {"plot", "xlabel", "show"} <= asked["plt"]
    assert "plot" in asked["panel"]
    with standing_in():
        pyplot, axes = (import_module(f"matplotlib.{name}") for name in ("pyplot", "axes"))
        assert [name for name in asked["plt"] if not hasattr(pyplot, name)] == []
        assert [name for name in asked["panel"] if not hasattr(axes.Axes, name)] == []
        with pytest.raises(AttributeError, match=r"in this page has no pyplot\.polar"):
            pyplot.polar()


def test_pyplot_draws_into_the_figure_at_hand_until_it_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(import_module("IPython.display"), "display", shown.append)
    with standing_in():
        pyplot = import_module("matplotlib.pyplot")
        pyplot.plot([0, 1], [0, 2], "--", label="a line")
        pyplot.plot(1, 2, "o", label="a point")
        pyplot.ylim(0, 4)
        pyplot.xlabel("x")
        pyplot.legend()
        pyplot.show()
        pyplot.show()
        (figure,) = shown
        assert {"a line", "a point", "x"} <= set(
            re.findall(r"<text[^>]*>([^<]+)", figure._repr_svg_())
        )
        (panel,) = figure.axes
        assert panel.up(4.0) == pytest.approx(panel._box.top)
        assert [line.color for line in panel.get_lines()] == ["#1f77b4", "#ff7f0e"]
        _, (left, right) = pyplot.subplots(1, 2, sharey=True)
        left.plot([0, 1], [0, 100])
        right.plot([0, 1], [0, 1])
        assert left._found_ends()[1] == right._found_ends()[1]
        _, panel = pyplot.subplots()
        panel.axline((1, 1), (2, 3))
        panel.set(xlim=(0, 4), ylim=(-2, 8))
        panel.figure._repr_svg_()
        (line,) = panel.get_lines()
        assert panel._places(line)[0] == pytest.approx((panel.across(0.0), panel.up(-1.0)))
        assert panel._places(line)[1] == pytest.approx((panel.across(4.0), panel.up(7.0)))


def test_a_legend_is_in_a_corner_without_a_line() -> None:
    with standing_in():
        _, panel = import_module("matplotlib.pyplot").subplots()
        panel.plot([i / 10 for i in range(11)], [i / 10 for i in range(11)], label="up")
        panel.legend()
        svg = ET.fromstring(panel.figure._repr_svg_())  # noqa: S314  # of our own making
    (key,) = (one for one in svg.iter() if one.tag.endswith("}text") and one.text == "up")
    x, y, box = float(key.attrib["x"]), float(key.attrib["y"]), panel._box
    is_left, is_high = x < box.left + box.width / 2, y < box.top + box.height / 2
    assert is_left == is_high  # the line goes from the lower left to the upper right


def test_a_point_is_where_its_ticks_say() -> None:
    with standing_in():
        figure: Any = plots.loss_curve({"loss": [3.0, 1.0]})
        figure._repr_svg_()
        (panel,) = figure.axes
        (ends, _), marks = panel._ends, panel.xaxis.marks(*panel._ends[0])
        assert [said for _, said in marks] == ["1", "2"]
        assert ends == (0.5, 2.5)
        share = (panel.across(2.0) - panel._box.left) / panel._box.width
        assert share == pytest.approx(0.75)
        assert panel.up(1.0) > panel.up(3.0)  # from the top


def test_a_notebook_shows_such_a_plot_as_svg_and_asks_for_no_png() -> None:
    formatters = import_module("IPython.core.formatters")
    with standing_in():
        figure = plots.loss_curve({"loss": [3.0, 1.0]})
        data, _ = formatters.DisplayFormatter().format(figure)
        assert {*data} == {"image/svg+xml", "text/plain"}
        with pytest.raises(ValueError, match="written as 'svg', received 'png'"):
            figure.savefig("plot.png")
        written = io.BytesIO()
        figure.savefig(written, format="svg")
        assert written.getvalue().startswith(b"<svg")


def test_a_surface_in_perspective_is_refused() -> None:
    with standing_in(), pytest.raises(NotImplementedError, match="needs Matplotlib itself"):
        import_module("matplotlib.figure").Figure().add_subplot(projection="3d")


def test_levels_and_regions_are_those_of_a_circle() -> None:
    axis = [-1.5 + 3 * i / 60 for i in range(61)]
    grid = [[math.hypot(x, y) for x in axis] for y in axis]
    with standing_in():
        regions = import_module("matplotlib.regions")
        pieces = list(regions.level_lines(axis, axis, grid, 1.0))
        lines = list(regions.chained(pieces))
        shapes = list(regions.regions(axis, axis, grid, 0.5, 1.0))
    for start, end in pieces:
        assert math.hypot(*start[:2]) == pytest.approx(1.0, abs=2e-3)
        assert math.dist(start[:2], end[:2]) < 0.08
    assert sum(math.dist(a[:2], b[:2]) for a, b in pieces) == pytest.approx(2 * PI, rel=0.01)
    (line,) = lines
    assert line[0][:2] == pytest.approx(line[-1][:2])
    area = 0.0
    for shape in shapes:
        turned = zip(shape, shape[1:] + shape[:1], strict=True)
        area += abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in turned)) / 2
    assert area == pytest.approx(PI * (1 - 0.25), rel=0.01)
