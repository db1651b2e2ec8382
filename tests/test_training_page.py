"""A training as a page: what it was at each epoch, and how it goes on, in a browser."""

import math
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

import nn
from nn.__main__ import main
from nn.training.record import Record

if TYPE_CHECKING:
    from tests.browsing import PageDriver
else:
    from browsing import PageDriver

EPOCHS = 6
FURTHER = 20


def compiled(data: str, optimizer: Any, loss: str = "binary_crossentropy", seed: int = 4) -> Any:
    nn.set_random_seed(seed)
    x, y = nn.datasets.xor() if data == "xor" else nn.datasets.moons(40, noise=0.1, seed=2)
    model = nn.Sequential(
        [nn.Input(2), nn.Dense(4, "tanh"), nn.Dense(3, "relu"), nn.Dense(1, "sigmoid")]
    )
    model.compile(optimizer, loss)
    return model, x, y


def trained(data: str, optimizer: Any, **options: Any) -> tuple[Any, Record]:
    model, x, y = compiled(data, optimizer, **options)
    kept = nn.record(model, x, y)
    model.fit(x, y, epochs=EPOCHS, verbose=0, shuffle=False, callbacks=[kept])
    return model, kept


def opened(page: PageDriver, folder: Path, kept: Record, link: str = "") -> None:
    page.open(Path(nn.explore(kept).save(folder / "training.html")), link)


def now(page: PageDriver) -> dict[str, Any]:
    """The moment that the page shows."""
    found: dict[str, Any] = page.driver.execute_script("return training.now")
    return found


def typed(page: PageDriver, field: str, text: str) -> None:
    page.find(f"#{field}").clear()
    page.find(f"#{field}").send_keys(text, Keys.TAB)


@pytest.mark.parametrize("data", ["xor", "moons"])
@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: nn.optimizers.SGD(0.3, momentum=0.5),
        lambda: nn.optimizers.Adam(0.05),
        lambda: nn.optimizers.RMSprop(0.01),
    ],
)
def test_training_on_in_the_page_is_fit(
    page: PageDriver, tmp_path: Path, data: str, optimizer: Any
) -> None:
    model, kept = trained(data, optimizer())
    opened(page, tmp_path, kept)
    assert now(page)["weights"] == [p.data for p in model.parameters()]
    for _ in range(FURTHER):
        page.press("epoch")
    model.fit(kept.x, kept.y, epochs=FURTHER, verbose=0, shuffle=False)
    assert now(page)["epoch"] == EPOCHS + FURTHER
    assert now(page)["steps"] == model.optimizer.iterations
    assert now(page)["weights"] == pytest.approx([p.data for p in model.parameters()], rel=1e-9)
    memory = [number for p in model.parameters() for number in model.optimizer.memory(p)]
    assert now(page)["memory"] == pytest.approx(memory, rel=1e-9, abs=1e-12)
    assert page.driver.execute_script("return lossOf(training.now)") == pytest.approx(
        model.evaluate(kept.x, kept.y, verbose=0), rel=1e-9
    )


def test_going_back_restores_each_moment(page: PageDriver, tmp_path: Path) -> None:
    _, kept = trained("moons", nn.optimizers.Adam(0.05))
    opened(page, tmp_path, kept)
    page.press("epoch")
    for moment in reversed(kept.moments):
        page.press("back")
        assert now(page)["weights"] == moment.weights
        assert (now(page)["epoch"], now(page)["steps"]) == (moment.epoch, moment.steps)
        assert page.find("#moment").text.startswith(f"epoch {moment.epoch}: loss ")
    page.press("last")
    assert now(page)["epoch"] == EPOCHS + 1


def test_training_on_from_an_earlier_moment_is_that_training_again(
    page: PageDriver, tmp_path: Path
) -> None:
    _, kept = trained("moons", nn.optimizers.Adam(0.05))
    opened(page, tmp_path, kept)
    page.press("first")
    for moment in kept.moments[1:]:
        page.press("epoch")
        assert now(page)["weights"] == pytest.approx(moment.weights, rel=1e-9)
    assert page.driver.execute_script("return training.moments.length") == EPOCHS + 1


def test_steps_by_sample_and_by_batch(page: PageDriver, tmp_path: Path) -> None:
    _, kept = trained("moons", nn.optimizers.SGD(0.1))
    opened(page, tmp_path, kept)
    page.press("sample")
    assert page.find("#moment").text.startswith(f"epoch {EPOCHS}, 1 of 40 samples: loss ")
    page.press("batch")
    assert now(page)["sample"] == 1 + 32
    page.press("epoch")  # to its end
    assert (now(page)["epoch"], now(page)["sample"]) == (EPOCHS + 1, 0)


def test_the_rate_and_the_size_of_batches_can_be_changed(page: PageDriver, tmp_path: Path) -> None:
    model, kept = trained("moons", nn.optimizers.SGD(0.1))
    opened(page, tmp_path, kept)
    typed(page, "rate", "0.5")
    typed(page, "size", "10")
    page.press("epoch")
    model.optimizer.learning_rate = 0.5
    model.fit(kept.x, kept.y, epochs=1, batch_size=10, verbose=0, shuffle=False)
    assert now(page)["weights"] == pytest.approx([p.data for p in model.parameters()], rel=1e-9)
    for wrong in ("-1", "fast", ""):
        typed(page, "rate", wrong)
        page.press("epoch")
        assert "expected a learning rate of 0 or more" in page.find("#complaint").text
        assert now(page)["epoch"] == EPOCHS + 1


def test_a_chosen_weight_shows_the_gradient_that_backward_gives(
    page: PageDriver, tmp_path: Path
) -> None:
    model, kept = trained("moons", nn.optimizers.Adam(0.05))
    opened(page, tmp_path, kept)
    model.zero_grad()
    model.compute_loss(kept.x, kept.y).backward()
    for i, parameter in enumerate(model.parameters()):
        page.driver.execute_script(f"choose({{kind: 'weight', index: {i}}})")
        assert page.find("#chosen-name").text == parameter.label
        assert float(page.find("#weight-now").text) == pytest.approx(parameter.data, rel=1e-5)
        shown = float(page.find("#weight-slope").text)
        assert shown == pytest.approx(parameter.grad, rel=1e-5, abs=1e-12)
    exact = page.driver.execute_script("return training.gradient(every)")
    assert exact == pytest.approx([p.grad for p in model.parameters()], rel=1e-9, abs=1e-14)


def test_a_chosen_sample_shows_its_numbers_in_the_network(page: PageDriver, tmp_path: Path) -> None:
    model, kept = trained("moons", nn.optimizers.Adam(0.05))
    opened(page, tmp_path, kept, "#sample=3")
    assert page.find("#chosen-name").text == "Sample 3"
    output = model.predict([kept.x[2]])[0][0]
    (label,) = page.driver.execute_script(
        "return [...document.querySelectorAll('.unit')].map((unit) => unit.getAttribute("
        "'aria-label')).filter((label) => label.startsWith('output'))"
    )
    assert float(label.removeprefix("output: ")) == pytest.approx(output, rel=5e-3)


def test_the_loss_over_two_weights_has_the_way_of_the_training(
    page: PageDriver, tmp_path: Path
) -> None:
    model, kept = trained("xor", nn.optimizers.SGD(0.5))
    opened(page, tmp_path, kept)
    page.driver.execute_script("choose({kind: 'weight', index: 2})")
    Select(page.find("#second")).select_by_value("5")
    way = page.find("#valley path").get_attribute("d") or ""
    assert len(way.split("L")) == len(kept.moments)
    names = [model.parameters()[i].label for i in (2, 5)]
    label = page.find("#valley svg").get_attribute("aria-label") or ""
    assert label.startswith(f"the loss over {names[0]} from ")
    assert f"and {names[1]} from " in label


def test_a_point_is_chosen_by_a_click_and_by_keys(page: PageDriver, tmp_path: Path) -> None:
    _, kept = trained("xor", nn.optimizers.SGD(0.1))
    opened(page, tmp_path, kept)
    page.find("#points [data-sample='2']").click()
    assert page.find("#chosen-name").text == "Sample 3"


def test_the_link_opens_the_page_as_it_is(page: PageDriver, tmp_path: Path) -> None:
    model, kept = trained("moons", nn.optimizers.Adam(0.05))
    weight = model.parameters()[3].label
    opened(page, tmp_path, kept, f"#epoch=2&rate=0.25&size=5&weight={weight}")
    assert now(page)["epoch"] == 2
    assert page.find("#chosen-name").text == weight
    link = page.driver.execute_script("return location.hash")
    assert f"epoch=2&rate=0.25&size=5&weight={weight}" in link


@pytest.mark.parametrize("inputs", [1, 3])
def test_data_that_is_no_plane_is_a_table(page: PageDriver, tmp_path: Path, inputs: int) -> None:
    nn.set_random_seed(1)
    x = [[0.1 * i * (k + 1) for k in range(inputs)] for i in range(50)]
    y = [math.sin(row[0]) for row in x]
    model = nn.Sequential([nn.Input(inputs), nn.Dense(12, "tanh"), nn.Dense(1)])
    model.compile(nn.optimizers.Adam(0.01), "mse")
    opened(page, tmp_path, nn.record(model, x, y))
    assert not page.find("#plane").is_displayed()
    assert len(page.texts("#table tbody tr")) == 40
    assert "and 5 more" in page.texts(".more")
    page.press("epoch")
    model.fit(x, y, epochs=1, verbose=0, shuffle=False)
    assert now(page)["weights"] == pytest.approx([p.data for p in model.parameters()], rel=1e-9)


def test_data_of_one_input_have_a_line(page: PageDriver, tmp_path: Path) -> None:
    x = [[0.1 * i] for i in range(12)]
    model = nn.Sequential([nn.Input(1), nn.Dense(3, "tanh"), nn.Dense(1)])
    model.compile("sgd", "mse")
    opened(page, tmp_path, nn.record(model, x, [row[0] ** 2 for row in x]))
    before = page.find("#table .line path").get_attribute("d")
    page.press("epoch")
    assert page.find("#table .line path").get_attribute("d") != before
    page.find("#table .line [data-sample='4']").click()
    assert page.find("#chosen-name").text == "Sample 5"


def test_where_scripts_are_blocked_there_is_the_networks_picture() -> None:
    model, x, y = compiled("xor", nn.optimizers.SGD(0.1))
    shown = nn.explore(model, x, y)
    assert "<svg" in shown.html[: shown.html.index("<main")]
    assert 'alt="the graph, as a still picture"' in shown._repr_html_()


def test_a_unit_has_one_name_wherever_it_stands_and_in_each_language(
    page: PageDriver, tmp_path: Path
) -> None:
    nn.set_random_seed(1)
    model = nn.Sequential([nn.Input(2), nn.Dense(11, "tanh"), nn.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy")
    x, y = nn.datasets.xor()
    kept = nn.record(model, x, y)
    model.fit(x, y, epochs=1, verbose=0, callbacks=[kept])
    opened(page, tmp_path, kept, "#unit=output")
    for chosen, name, rest in (("es", "salida", "y 4 más"), ("en", "output", "and 4 more")):
        Select(page.find("#language")).select_by_value(chosen)
        captions = [one.text for one in page.driver.find_elements("css selector", ".caption")]
        assert captions[-1] == name
        assert page.find(".more").text == rest
        assert name in page.find("#data-name").text
        assert page.find("#chosen-name").text == f"{name}: sigmoid"
        assert page.find("#layers tr:last-child td").text == name
        assert f"{name} = sigmoid(z)" in page.find("#about").text


def test_what_the_axis_of_a_curve_means_is_not_cut_and_beside_no_number(
    page: PageDriver, tmp_path: Path
) -> None:
    opened(page, tmp_path, trained("xor", "adam")[1])
    boxes = page.driver.execute_script("""
        const frame = find("curve").getBoundingClientRect();
        const texts = [...find("curve").querySelectorAll("text")];
        return [frame, ...texts.map((text) => text.getBoundingClientRect())]
          .map(({ top, bottom, left, right }) => [top, bottom, left, right]);""")
    frame, *texts = boxes
    assert all(bottom <= frame[1] for _, bottom, _, _ in texts)
    for i, (top, bottom, left, right) in enumerate(texts):
        for above, below, before, behind in texts[:i]:
            assert below <= top + 1 or bottom <= above + 1 or behind <= left or right <= before


def test_several_classes(page: PageDriver, tmp_path: Path) -> None:
    nn.set_random_seed(1)
    x, y = nn.datasets.blobs(30, centers=3, seed=1)
    model = nn.Sequential([nn.Input(2), nn.Dense(5, "tanh"), nn.Dense(3, "softmax")])
    model.compile(nn.optimizers.Adam(0.05), "categorical_crossentropy")
    labels = nn.to_categorical([int(number) for number in y])
    opened(page, tmp_path, nn.record(model, x, labels))
    assert page.find("#data-name").text == "Which output is the largest"
    page.press("epoch")
    model.fit(x, labels, epochs=1, verbose=0, shuffle=False)
    assert now(page)["weights"] == pytest.approx([p.data for p in model.parameters()], rel=1e-9)


def test_layers_that_are_not_trained_stay(page: PageDriver, tmp_path: Path) -> None:
    model, x, y = compiled("xor", nn.optimizers.SGD(0.5))
    model.layers[0].trainable = False
    model.compile(nn.optimizers.SGD(0.5), "binary_crossentropy")
    opened(page, tmp_path, nn.record(model, x, y))
    before = [p.data for p in model.parameters()]
    page.press("epoch")
    weights = now(page)["weights"]
    count = len(model.layers[0].parameters())
    assert weights[:count] == before[:count]
    assert weights[count:] != before[count:]


def test_shuffled_epochs_are_the_same_each_time(page: PageDriver, tmp_path: Path) -> None:
    _, kept = trained("moons", nn.optimizers.SGD(0.1))
    found = []
    for _ in range(2):
        opened(page, tmp_path, kept, "#shuffle=1&size=7")
        page.press("epoch")
        found.append(now(page)["weights"])
    assert found[0] == found[1]
    opened(page, tmp_path, kept, "#size=7")
    page.press("epoch")
    assert now(page)["weights"] != found[0]


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (930, 720), (390, 844)])
def test_nothing_is_wider_than_the_window(
    page: PageDriver, tmp_path: Path, width: int, height: int
) -> None:
    page.resize(width, height)
    _, kept = trained("moons", nn.optimizers.SGD(0.1))
    opened(page, tmp_path, kept)
    wide = page.driver.execute_script("return document.documentElement.scrollWidth")
    assert wide <= width
    page.resize(1366, 768)


# ---------------------------------------------------------------------- what is kept


def test_a_record_keeps_the_network_at_the_start_and_after_each_epoch() -> None:
    model, x, y = compiled("moons", nn.optimizers.Adam(0.05))
    first = [p.data for p in model.parameters()]
    kept = nn.record(model, x, y)
    history = model.fit(x, y, epochs=4, verbose=0, callbacks=[kept])
    assert [moment.epoch for moment in kept.moments] == [0, 1, 2, 3, 4]
    assert kept.moments[0].weights == first
    assert kept.moments[-1].weights == [p.data for p in model.parameters()]
    assert [moment.logs["loss"] for moment in kept.moments[1:]] == history.history["loss"]
    model.fit(x, y, epochs=2, verbose=0, callbacks=[kept])
    assert kept.moments[-1].epoch == 6


@pytest.mark.parametrize(
    ("most", "epochs", "expected"),
    [
        (4, 3, [0, 1, 2, 3]),
        (4, 4, [0, 2, 4]),
        (4, 5, [0, 2, 4, 5]),
        (4, 8, [0, 4, 8]),
        (3, 2, [0, 1, 2]),
        (3, 3, [0, 2, 3]),
        (3, 5, [0, 4, 5]),  # 5 did not fit beside 0, 2 and 4
        (3, 6, [0, 4, 6]),
        (2, 1, [0, 1]),
        (2, 2, [0, 2]),
        (2, 3, [0, 3]),
    ],
)
def test_a_record_ends_with_the_network_as_it_has_become(
    most: int, epochs: int, expected: list[int]
) -> None:
    model, x, y = compiled("xor", nn.optimizers.SGD(0.5))
    kept = nn.record(model, x, y, most=most)
    model.fit(x, y, epochs=epochs, verbose=0, callbacks=[kept])
    assert [moment.epoch for moment in kept.moments] == expected
    assert kept.moments[-1].weights == [p.data for p in model.parameters()]
    assert kept.moments[-1].steps == epochs


def test_a_long_training_is_thinned() -> None:
    model, x, y = compiled("xor", nn.optimizers.SGD(0.05))
    kept = nn.record(model, x, y, most=10)
    model.fit(x, y, epochs=101, verbose=0, callbacks=[kept])
    epochs = [moment.epoch for moment in kept.moments]
    assert len(epochs) <= 11
    assert (epochs[0], epochs[-1]) == (0, 101)
    assert len({b - a for a, b in pairwise(epochs[:-1])}) == 1  # the last is kept as well


def test_a_restored_moment_goes_on_as_it_did() -> None:
    model, x, y = compiled("moons", nn.optimizers.Adam(0.05))
    kept = nn.record(model, x, y)
    model.fit(x, y, epochs=6, verbose=0, shuffle=False, callbacks=[kept])
    wanted = [p.data for p in model.parameters()]
    kept.restore(2)
    assert [p.data for p in model.parameters()] == kept.moments[2].weights
    model.fit(x, y, epochs=4, verbose=0, shuffle=False)
    assert [p.data for p in model.parameters()] == wanted


def test_predictions_are_those_of_the_moment() -> None:
    model, x, y = compiled("xor", nn.optimizers.SGD(0.5))
    before = model.predict(x, verbose=0)
    kept = nn.record(model, x, y)
    model.fit(x, y, epochs=3, verbose=0, callbacks=[kept])
    for found, wanted in zip(kept.predictions(0), before, strict=True):
        assert found == pytest.approx([float(number) for number in wanted], rel=1e-12)


def test_a_parameter_without_a_label_is_called_by_its_place() -> None:
    model, x, y = compiled("xor", "sgd")
    model.parameters()[1].label = ""
    assert '"hidden1.neuron1.w1", "p2", "hidden1.neuron1.b"' in nn.explore(model, x, y).html


def test_what_cannot_be_shown_is_refused() -> None:
    model = nn.Sequential([nn.Input(2), nn.Dense(1)])
    with pytest.raises(RuntimeError, match="call compile"):
        nn.record(model, [[0.0, 1.0]], [1.0])
    model.compile("sgd", lambda y, p: (y[0][0] - p[0][0]) ** 2)
    with pytest.raises(TypeError, match=r"a loss of nn\.losses"):
        nn.explore(model, [[0.0, 1.0]], [1.0])
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match="expected"):
        nn.explore(model, [[0.0, 1.0]], [1.0, 2.0])


def test_the_command_writes_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], page: PageDriver
) -> None:
    out = tmp_path / "spiral.html"
    asked = ["playground", "--data", "spiral", "--layers", "5", "3", "--epochs", "2"]
    assert main([*asked, "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    page.open(out)
    assert page.find("h1").text == "A network learns spiral: 5, 3"
    assert now(page)["epoch"] == 2


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for asked, said in [
        (["--layers", "0"], "units"),
        (["--samples", "0"], "samples"),
        (["--rate", "-1"], "learning_rate"),
        (["--out", str(tmp_path)], "folder"),
    ]:
        with pytest.raises(SystemExit):
            main(["playground", *asked])
        assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------- the playground's habits


def written_page(folder: Path, *asked: str) -> Path:
    out = folder / "playground.html"
    assert main(["playground", *asked, "--out", str(out)]) == 0
    return out


def test_another_data_set_begins_the_training_anew(page: PageDriver, tmp_path: Path) -> None:
    seed = ["--seed", "3", "--samples", "20"]
    page.open(written_page(tmp_path, *seed, "--layers", "3", "--epochs", "2"))
    begin = page.driver.execute_script("return training.moments[0].weights")
    Select(page.find("#set")).select_by_value("circles")
    page.driver.execute_script(
        "find('noise').value = 0.25; find('noise').dispatchEvent(new Event('input'))"
    )
    x, y = nn.datasets.circles(20, noise=0.25, seed=3)
    shown = page.driver.execute_script("return training.x")
    assert [number for row in shown for number in row] == pytest.approx(
        [number for row in x for number in row], abs=1e-14
    )
    assert now(page)["epoch"] == 0
    assert now(page)["weights"] == begin
    page.press("epoch")
    model = nn.Sequential([nn.Input(2), nn.Dense(3, "tanh"), nn.Dense(1, "sigmoid")])
    for parameter, number in zip(model.parameters(), begin, strict=True):
        parameter.data = number
    model.compile(nn.optimizers.Adam(0.03), "binary_crossentropy")
    model.fit(x, y, batch_size=20, verbose=0, shuffle=False)
    assert now(page)["weights"] == pytest.approx([p.data for p in model.parameters()], rel=1e-9)
    assert len(page.driver.execute_script("return POINTS_SHOWN")) == 20
    Select(page.find("#set")).select_by_value("xor")
    corners = page.driver.execute_script("return POINTS_SHOWN")
    shown = page.driver.execute_script("return training.x")
    assert shown == [
        pytest.approx(row, abs=1e-14) for row in nn.datasets.xor(noise=0.25, seed=3).inputs
    ]
    page.driver.execute_script(
        "find('noise').value = 0; find('noise').dispatchEvent(new Event('input'))"
    )
    assert page.driver.execute_script("return training.x") == nn.datasets.xor().inputs
    assert page.driver.execute_script("return POINTS_SHOWN") != corners
    assert len(corners) == 4


def test_the_truth_table_of_xor_is_exact_until_noise_is_asked_for(
    page: PageDriver, tmp_path: Path
) -> None:
    page.open(written_page(tmp_path, "--data", "xor"))
    assert page.find("#noise").get_attribute("value") == "0"
    assert page.driver.execute_script("return training.x") == nn.datasets.xor().inputs


def test_a_link_chooses_the_data_and_hides_controls(page: PageDriver, tmp_path: Path) -> None:
    out = written_page(tmp_path, "--samples", "20")
    page.open(out, "#data=spiral&noise=0.05&hide=choice,rate,nothing")
    x, _ = nn.datasets.spiral(20, noise=0.05, seed=0)
    shown = page.driver.execute_script("return training.x[7]")
    assert shown == pytest.approx(x[7], abs=1e-14)
    assert not page.find("#choice").is_displayed()
    assert not page.find("#rate").is_displayed()
    assert page.find("#size").is_displayed()
    assert page.find("#complaint").text == (
        "The link hides “nothing”, and the page has no such part."
    )
    page.driver.execute_script("noteAddress()")
    link = page.driver.execute_script("return location.hash")
    assert "data=spiral&noise=0.05&hide=choice%2Crate" in link


def test_a_page_of_ones_own_data_has_no_data_to_choose(page: PageDriver, tmp_path: Path) -> None:
    _, kept = trained("moons", nn.optimizers.Adam(0.05))
    opened(page, tmp_path, kept, "#data=xor&noise=0.2")
    assert not page.find("#choice").is_displayed()
    assert page.driver.execute_script("return training.x") == kept.x


def test_gradients_by_layer_and_dead_units_are_those_of_the_moment(
    page: PageDriver, tmp_path: Path
) -> None:
    model, x, y = compiled("moons", nn.optimizers.Adam(0.05))
    model.layers[1].neurons[1].bias.data = -50.0  # its relu gives 0 for every sample
    kept = nn.record(model, x, y)
    opened(page, tmp_path, kept)
    model.compute_loss(x, y).backward()
    rows = [text.split() for text in page.texts("#layers tbody tr")]
    assert [row[-1] for row in rows] == ["–", "h2.2", "–"]
    for layer, row in zip(model.layers, rows, strict=True):
        sizes = [abs(p.grad) for p in layer.parameters()]
        shown = next(part for part in row[1:] if part[0].isdigit())
        assert float(shown) == pytest.approx(sum(sizes) / len(sizes), rel=6e-3)
