"""A network as a page: its circles hold the model's numbers, and open into their own graphs."""

import importlib
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import nn
from nn import MLP, Dense, Sequential
from nn.perceptron import Perceptron

if TYPE_CHECKING:
    from tests import pictures
    from tests.arrays import lists
    from tests.browsing import PageDriver, chromium
else:
    import pictures
    from arrays import lists
    from browsing import PageDriver, chromium

measured: Any = importlib.import_module("page_measures")  # a program beside the tests
SAMPLE = [0.5, -1.0]


@pytest.fixture(scope="module")
def browser() -> Iterator[PageDriver]:
    with chromium() as driver:
        yield PageDriver(driver)


@pytest.fixture
def page(browser: PageDriver) -> Iterator[PageDriver]:
    yield browser
    assert browser.errors() == []


def model() -> MLP:
    return MLP(2, [3, 1], seed=2)


def opened(page: PageDriver, folder: Path, *args: Any, **options: Any) -> None:
    page.open(Path(nn.explore(*args, **options).save(folder / "page.html")))


def circles(page: PageDriver) -> list[list[str]]:
    """The text, the number and the gradient in each circle."""
    found: list[list[str]] = page.driver.execute_script(
        "return [...document.querySelectorAll('.node')].filter((x) => x.querySelector('circle'))"
        ".map((x) => [...x.querySelectorAll('text:not(.sum)')].map((text) => text.textContent));"
    )
    return found


def sums(page: PageDriver) -> list[dict[str, float]]:
    """What stands in each circle about its weighted sum: b, z, and the gradient by z."""
    found: list[list[str]] = page.driver.execute_script(
        "return [...document.querySelectorAll('.node')].filter((x) => x.querySelector('circle'))"
        ".map((x) => [...x.querySelectorAll('.sum')].map((text) => text.textContent));"
    )
    pairs = [[text.split(" = ") for text in texts] for texts in found]
    return [{name: float(number) for name, number in texts} for texts in pairs]


def weights(page: PageDriver) -> list[tuple[str, str, str]]:
    """The weight on each line, what stands below it, and the look of the line."""
    found: list[list[str]] = page.driver.execute_script(
        "return drawing.edges.filter(({ beside }) => beside).map(({ beside, group }) =>"
        "[...beside.querySelectorAll('text')].map((text) => text.textContent)"
        ".concat(group.getAttribute('class')));"
    )
    return [(line[0], line[1], line[2]) for line in found]


def test_circles_and_lines_hold_the_numbers_of_both_passes(
    page: PageDriver, tmp_path: Path
) -> None:
    network = model()
    opened(page, tmp_path, network, SAMPLE, target=1.0)
    assert [text for text, *_ in circles(page)] == ["x1", "x2", *["relu"] * 3, "linear", "loss"]
    assert [value for _, value, _ in circles(page)] == ["0.5", "-1", *["…"] * 5]
    page.press("last")
    hidden: Any = network.layers[0](SAMPLE)
    output: Any = network(SAMPLE)
    loss = (output - 1.0) ** 2
    loss.backward()
    shown = [[float(value), float(gradient)] for _, value, gradient in circles(page)]
    assert [value for value, _ in shown[2:5]] == pytest.approx([h.data for h in hidden], rel=1e-3)
    assert shown[5] == pytest.approx([output.data, output.grad], rel=1e-3)
    assert shown[6] == pytest.approx([loss.data, 1.0], rel=1e-3)
    parameters = [w for layer in network.layers for n in layer.neurons for w in n.weights]
    expected = [(w.data, w.grad) for w in parameters]
    found = [(float(weight), float(below.removeprefix("∂ "))) for weight, below, _ in weights(page)]
    assert found == [pytest.approx(pair, rel=5e-3, abs=1e-9) for pair in expected]


def test_what_stands_at_the_lines_and_in_the_circles_adds_up(
    page: PageDriver, tmp_path: Path
) -> None:
    network = model()
    for k, neuron in enumerate(n for layer in network.layers for n in layer.neurons):
        assert neuron.bias is not None
        neuron.bias.data = 0.75 - 0.5 * k
    opened(page, tmp_path, network, SAMPLE, target=1.0)
    page.press("last")
    shown = [float(value) for _, value, _ in circles(page)]
    lines = [float(weight) for weight, *_ in weights(page)]
    about = sums(page)
    assert about[:2] + about[6:] == [{}, {}, {}]
    for k in (2, 3, 4):
        first, second = lines[2 * (k - 2) : 2 * (k - 2) + 2]
        z = first * shown[0] + second * shown[1] + about[k]["b"]
        assert about[k]["z"] == pytest.approx(z, abs=2e-5)
        assert shown[k] == pytest.approx(max(0.0, about[k]["z"]), abs=1e-9)
    gradients = [float(below.removeprefix("∂ ")) for _, below, _ in weights(page)]
    for k, of in enumerate(gradients[:6]):
        assert of == pytest.approx(about[2 + k // 2]["∂z"] * shown[k % 2], rel=1e-4)
    z = sum(w * h for w, h in zip(lines[6:], shown[2:5], strict=True)) + about[5]["b"]
    assert shown[5] == pytest.approx(z, abs=2e-5)
    assert set(about[5]) == {"b"}  # its output is the weighted sum itself
    button = page.driver.find_elements("css selector", ".node [data-node]")[2]
    page.press("first")
    assert str(button.get_attribute("aria-label")).endswith(
        "gradient not yet known; b = 0.75; z = not yet known; ∂z = not yet known"
    )


def test_long_columns_are_folded_and_open_into_their_neurons(
    page: PageDriver, tmp_path: Path
) -> None:
    network = MLP(20, [30, 20, 1], seed=2)
    sample = [0.1 * i for i in range(20)]
    opened(page, tmp_path, network, sample, target=1.0)
    page.press("last")
    found = circles(page)
    assert [text for text, *_ in found] == [
        *("20 inputs", "30 neurons", "20 neurons", "linear", "loss"),
    ]
    hidden: Any = network.layers[0](sample)
    outputs = [h.data for h in hidden]
    assert [float(x) for x in found[1][1].split(" … ")] == pytest.approx(
        [min(outputs), max(outputs)], rel=5e-3
    )
    first = [w.data for n in network.layers[0].neurons for w in n.weights]
    assert [float(x) for x in weights(page)[0][0].split(" … ")] == pytest.approx(
        [min(first), max(first)], rel=5e-3
    )
    page.driver.find_elements("css selector", "[data-group]")[1].click()
    assert len(page.driver.find_elements("css selector", ".node")) == 30
    page.driver.find_elements("css selector", ".node [data-node]")[4].click()
    assert "hidden1.neuron5.w20" in page.texts(".node .name")
    page.driver.execute_script(
        "choose(NODES.findIndex(({ name }) => name === 'output.neuron1.w3'));"
    )
    said = " ".join(page.find("#about").text.split())
    assert "∂output.neuron1.w3 = relu(hidden2.neuron3) = 1.09764" in said
    page.press("all")
    assert circles(page) == found


def test_no_line_is_seen_through_a_number_and_no_number_lies_on_a_circle(
    page: PageDriver, tmp_path: Path
) -> None:
    page.resize(1366, 768)
    for size, node in (([3, 1], None), ([4, 4, 1], "x1")):
        opened(page, tmp_path, MLP(3, size, seed=2), [0.5, -1.0, 2.0], target=1.0)
        page.press("last")
        page.press("fit")
        if node:
            page.driver.execute_script(
                "select(NODES.findIndex(({ name }) => name === arguments[0])); draw();", node
            )
        found = page.driver.execute_script(
            "const box = (x) => { const b = x.getBoundingClientRect();"
            " return [b.left, b.top, b.right, b.bottom]; };"
            "return { texts: drawing.edges.filter(({ text }) => text.textContent).flatMap("
            "({ text, below, plates }) => [text, below].map((x, k) => [box(x), box(plates[k])])),"
            "circles: [...document.querySelectorAll('circle.box')].map(box),"
            "above: [...document.querySelectorAll('.edge')].every((x) => drawing.beside"
            ".compareDocumentPosition(x) & Node.DOCUMENT_POSITION_PRECEDING) };"
        )
        assert len(found["texts"]) > 10
        assert found["above"]
        for (left, top, right, bottom), plate in found["texts"]:
            assert plate[0] <= left + 0.5
            assert plate[1] <= top + 3  # the box of a text has room for accents
            assert right - 0.5 <= plate[2]
            assert bottom - 3 <= plate[3]
            for x0, y0, x1, y1 in found["circles"]:
                x, y, radius = (x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2
                across = max(left - x, x - right, 0.0)
                down = max(top - y, y - bottom, 0.0)
                assert math.hypot(across, down) > radius - 3


@pytest.mark.parametrize("merge", [nn.Add, nn.Concatenate])
def test_a_line_past_a_layer_goes_between_its_circles(
    merge: Any, page: PageDriver, tmp_path: Path
) -> None:
    start = nn.Input(3)
    hidden = Dense(3, activation="tanh")(start)
    network = nn.Model(start, Dense(1)(merge()([start, hidden])))
    network.compile(loss="mean_squared_error", optimizer="sgd")
    opened(page, tmp_path, network, [0.5, -1.0, 2.0], target=1.0)
    found = page.driver.execute_script(
        "const at = (i) => (({ x, y, width }) => ({ x, y, width }))(drawing.nodes.get(i));"
        "const point = (line, share) => {"
        " const { x, y } = line.getPointAtLength(line.getTotalLength() * share); return [x, y]; };"
        "return drawing.edges.map(({ parent, child, line }) => ["
        "[...drawing.nodes.keys()].filter((i) => i !== parent && i !== child).map(at),"
        "Array.from({ length: 101 }, (_, k) => point(line, k / 100))]);"
    )
    assert len(found) > 12
    for circles, points in found:
        for circle in circles:
            far = min(math.dist((circle["x"], circle["y"]), point) for point in points)
            assert far > circle["width"] / 2


@pytest.mark.parametrize(("size", "text"), [([3, 1], "z = "), ([30, 20, 1], "30 neurons")])
def test_where_scripts_are_blocked_the_network_is_a_still_picture(
    size: list[int], text: str, browser: PageDriver, tmp_path: Path
) -> None:
    html = nn.explore(MLP(2, size, seed=2), SAMPLE, target=1.0).html
    blocked = tmp_path / "blocked.html"
    blocked.write_text(re.sub(r"script-src [^;]*;", "", html), encoding="utf-8")
    browser.open(blocked)
    assert "so this is a still picture of it" in browser.find("#still p").text
    assert any(text in shown for shown in browser.texts("#still svg text"))
    assert all("script" in error for error in browser.errors())


def test_numbers_run_forward_along_the_lines_of_a_neuron_and_gradients_back(
    page: PageDriver, tmp_path: Path
) -> None:
    opened(page, tmp_path, model(), SAMPLE, target=1.0)
    page.press("forth")
    looks = [look for *_, look in weights(page)]
    assert looks == [*["edge forward"] * 2, *["edge rest"] * 7]
    assert page.find(".node.active text").text == "relu"
    backward = set()
    while page.is_on("forth"):
        page.press("forth")
        lines = [k for k, (*_, look) in enumerate(weights(page)) if look == "edge backward"]
        assert len(lines) <= 2
        backward.update(lines)
    assert backward == set(range(9))


def test_dots_run_with_numbers_forward_and_with_gradients_back_unless_less_motion_is_asked_for(
    page: PageDriver, tmp_path: Path
) -> None:
    runners = (
        "return [...document.querySelectorAll('.runner')].map((dot) => {"
        " const [run] = dot.getAnimations(); run.pause();"
        " const at = (time) => { run.currentTime = time;"
        "  return new DOMMatrix(getComputedStyle(dot).transform).e; };"
        " return at(600) - at(100); });"
    )
    opened(page, tmp_path, model(), SAMPLE, target=1.0)
    page.press("forth")
    moved = page.driver.execute_script(runners)
    assert len(moved) == 2
    assert min(moved) > 10
    page.driver.execute_script("goTo(STARTS + 4);")
    back = page.driver.execute_script(runners)[len(moved) :]
    assert len(back) == 1
    assert max(back) < -10
    page.driver.execute_script(
        "for (const dot of document.querySelectorAll('.runner')) dot.getAnimations()[0].finish();"
    )
    page.wait(lambda: not page.driver.find_elements("css selector", ".runner"))
    still = {"name": "prefers-reduced-motion", "value": "reduce"}
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [still]})
    opened(page, tmp_path, model(), SAMPLE, target=1.0)
    page.press("forth")
    assert not page.driver.find_elements("css selector", ".runner")
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_a_neuron_opens_into_its_own_graph_and_the_map_leads_back(
    page: PageDriver, tmp_path: Path
) -> None:
    opened(page, tmp_path, model(), SAMPLE, target=1.0)
    page.driver.find_elements("css selector", ".node [data-node]")[3].click()
    names = page.texts(".node .name")
    assert {"hidden1.neuron2.w1", "hidden1.neuron2.w2", "hidden1.neuron2.b", "x1", "x2"} <= set(
        names
    )
    assert not page.driver.find_elements("css selector", "#drawing circle")
    page.press("all")
    assert len(circles(page)) == 7


def test_a_changed_weight_changes_its_line_and_what_lies_behind(
    page: PageDriver, tmp_path: Path
) -> None:
    opened(page, tmp_path, model(), SAMPLE, target=1.0)
    page.press("last")
    before = circles(page)
    page.retype("[aria-label='number of output.neuron1.w2']", "3")
    assert weights(page)[7][0] == "3"
    after = circles(page)
    assert [a[1] == b[1] for a, b in zip(before, after, strict=True)] == [*[True] * 5, False, False]


@pytest.mark.parametrize(
    ("network", "target", "count"),
    [
        (Dense(2, "softmax"), [1.0, 0.0], 4),
        (Sequential([Dense(3, "tanh"), Dense(1, "sigmoid")]), 1.0, 6),
        (nn.Neuron(2), None, 3),
        (Perceptron((3, 4), -10), None, 3),
    ],
)
def test_every_kind_of_model_is_shown(
    network: Any, target: Any, count: int, page: PageDriver, tmp_path: Path
) -> None:
    if isinstance(network, (Dense, Sequential)):
        network(SAMPLE)
    if isinstance(network, Sequential):
        network.compile("sgd", "mean_squared_error")
    opened(page, tmp_path, network, SAMPLE, target=target)
    page.press("last")
    found = circles(page)
    assert len(found) == count + (target is not None)
    assert not any("nan" in text for circle in found for text in circle)


@pytest.mark.parametrize(
    ("activation", "loss", "target"),
    [
        ("softmax", "categorical_crossentropy", [0, 1, 0]),
        ("sigmoid", "binary_crossentropy", [0, 1, 0]),
    ],
)
def test_a_circle_that_holds_the_score_is_not_called_by_the_activation(
    activation: str, loss: str, target: list[int], page: PageDriver, tmp_path: Path
) -> None:
    network = Sequential([Dense(3, input_dim=2, activation="relu"), Dense(3, activation)])
    network.compile(loss=loss, optimizer="sgd")
    opened(page, tmp_path, network, SAMPLE, target=target)
    page.press("last")
    before: Any = network.layers[0](SAMPLE)
    last_layer: Any = network.layers[1]
    sums = [
        sum((w.data * h.data for w, h in zip(n.weights, before, strict=True)), n.bias.data)
        for n in last_layer.neurons
    ]
    last = circles(page)[-4:-1]
    assert [text for text, *_ in last] == ["score"] * 3
    assert [float(value) for _, value, _ in last] == pytest.approx(sums, rel=1e-3, abs=1e-4)
    assert page.find("h1").text.endswith("the loss computed from the scores")
    # A loss that uses the shares shows the shares, by their name.
    opened(page, tmp_path, network, SAMPLE, target=target, loss="mean_squared_error")
    page.press("last")
    last = circles(page)[-4:-1]
    shares = [float(y) for y in lists(network.predict([SAMPLE]))[0]]
    assert [text for text, *_ in last] == [activation] * 3
    assert [float(value) for _, value, _ in last] == pytest.approx(shares, rel=1e-3)
    assert page.find("h1").text == "Sequential: both passes for one sample"


def test_lines_lead_to_a_loss_that_goes_past_a_layer_of_softmax_alone(
    page: PageDriver, tmp_path: Path
) -> None:
    network = Sequential([Dense(3, input_dim=2, activation="relu"), nn.Activation("softmax")])
    network.compile(loss="categorical_crossentropy", optimizer="sgd")
    opened(page, tmp_path, network, SAMPLE, target=[0, 1, 0])
    assert [text for text, *_ in circles(page)][2:] == ["relu"] * 3 + ["loss"]
    assert len(page.driver.find_elements("css selector", ".edge")) == 6 + 3


def test_the_legend_says_what_dash_and_thickness_mean_and_of_numbers_what_is_shown(
    page: PageDriver, tmp_path: Path
) -> None:
    page.resize(1366, 768)
    opened(page, tmp_path, model(), SAMPLE, target=1.0)
    look = "thick: a large weight; gray dashes: a negative one"
    assert page.find("#weight-key").text == look
    assert page.find("#line-key").text == "on a line: the weight, and below it its gradient"
    legend = page.find("#legend").rect
    assert page.find("#sum-key").text == "b: bias, z: weighted sum"
    for tip in ("#weight-key", "#line-key", "#sum-key", "#drag-tip", "#wheel-tip"):
        assert page.find(tip).rect["y"] < legend["y"] + legend["height"]
    opened(page, tmp_path, MLP(5, [5, 2], seed=1), [0.5] * 5, target=[1.0, 0.0])
    assert not any(weight for weight, *_ in weights(page))
    assert page.find("#weight-key").text == look
    assert page.find("#line-key").text == "on the lit lines: the weight, and below it its gradient"
    page.driver.find_elements("css selector", ".node [data-node]")[6].click()
    page.press("all")
    assert any(weight for weight, *_ in weights(page))
    opened(page, tmp_path, model(), SAMPLE, target=1.0)
    page.driver.find_elements("css selector", ".node [data-node]")[3].click()
    assert not page.find("#weight-key").is_displayed()
    assert page.find("#line-key").text == "× at an input: the local derivative by it"


@pytest.mark.parametrize(
    ("inputs", "size", "has_all"),
    [
        *((2, [3, 1], True), (2, [4, 1], True), (3, [4, 1], True), (3, [3, 2], True)),
        *((2, [3, 3, 1], True), (2, [4, 4, 1], False), (2, [5, 3], False)),
    ],
)
def test_numbers_at_lines_lie_beside_one_another_and_at_their_own_lines(
    inputs: int, size: list[int], has_all: bool, page: PageDriver, tmp_path: Path
) -> None:
    page.resize(1366, 768)
    target = [1.0] * size[-1]
    sample = [0.5, -1.0, 2.0][:inputs]
    opened(page, tmp_path, MLP(inputs, size, seed=1), sample, target=target)
    page.press("last")
    assert all(weight for weight, *_ in weights(page)) is has_all
    page.press("fit")
    found = measured.drawing_measures(page)
    assert (found["labels"], found["overlaps"]) == (0, 0)
    page.press("first")
    for _ in range(0 if has_all else 12):
        page.press("forth")
        page.driver.execute_script("drawing.badge.replaceChildren();")
        assert pictures.overlaps(measured.read_drawing(page)[0]) == []


def test_circles_and_sentences_say_the_same_names_and_numbers(
    page: PageDriver, tmp_path: Path
) -> None:
    opened(page, tmp_path, model(), SAMPLE, target=1.0)
    while page.is_on("forth"):
        page.press("forth")
        said = re.match(r"(\S+) is computed: (.*)\.$", page.find("#sentence").text)
        if not said:
            continue
        drawn = page.texts(".caption text") + page.texts(".node .name")
        if said[1] in drawn:
            assert said[2] in page.texts(".node.active .value")
    page.press("last")
    drawn = page.texts(".beside .local")
    shown = page.texts("#numbers td:last-child")
    assert {text.removeprefix("∂ ") for text in drawn if text.startswith("∂")} <= set(shown)


def test_nothing_of_the_model_is_changed() -> None:
    network = model()
    before = [(p.data, p.grad, p.has_grad, p.label) for p in network.parameters()]
    nn.explore(network, SAMPLE, target=1.0)
    assert [(p.data, p.grad, p.has_grad, p.label) for p in network.parameters()] == before


def test_several_outputs_need_a_target() -> None:
    with pytest.raises(ValueError, match=r"the model has 2 outputs, .* give the target"):
        nn.explore(MLP(2, [2], seed=1), SAMPLE)
