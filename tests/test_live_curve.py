"""Losses that are shown while a model is trained: a line in a terminal, a plot in a notebook."""

import math
import sys
from typing import Any

import pytest

import nn
from nn import LiveCurve, plots
from nn.pictures import live_curve
from nn.pictures.live_curve import sparkline


def fitted(curve: LiveCurve, epochs: int = 5, **options: Any) -> Any:
    x, y = nn.datasets.xor()
    nn.set_random_seed(1)
    model = nn.Sequential([nn.Input(2), nn.Dense(3, "tanh"), nn.Dense(1, "sigmoid")])
    model.compile(nn.optimizers.SGD(0.5), "binary_crossentropy")
    return model.fit(x, y, epochs=epochs, verbose=0, callbacks=[curve], **options)


@pytest.mark.parametrize(
    ("numbers", "line"),
    [
        ([0.0, 7.0], "▁█"),
        ([7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0], "█▇▆▅▄▃▂▁"),
        ([2.0, 2.0], "▁▁"),
        ([math.nan, 1.0, math.inf, 0.0], " █ ▁"),
        ([], ""),
    ],
)
def test_numbers_as_bars(numbers: list[float], line: str) -> None:
    assert sparkline(numbers) == line


def test_many_numbers_are_means_of_neighbours() -> None:
    assert sparkline([0.0, 0.0, 7.0, 7.0], width=2) == "▁█"
    assert len(sparkline([float(i) for i in range(1001)])) <= 40


def test_a_logarithmic_line_is_even_where_losses_are_halved() -> None:
    assert sparkline([2.0**-i for i in range(8)], log=True) == "█▇▆▅▄▃▂▁"


def test_where_nobody_watches_one_line_is_written_at_the_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    history = fitted(LiveCurve(), validation_data=nn.datasets.xor())
    (line,) = capsys.readouterr().out.splitlines()
    bars, *said = line.split(" ", 1)
    assert len(bars) == 5
    latest = history.history["loss"][-1], history.history["val_loss"][-1]
    assert said == ["epoch 5/5: loss {:.4g}, val_loss {:.4g}".format(*latest)]


def test_in_a_terminal_the_line_grows(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(live_curve, "_PAUSE", 0.0)
    fitted(LiveCurve(every=2), epochs=4)
    lines = capsys.readouterr().out.split("\r")[1:]
    assert [line.split(": ")[0].split(" ", 1)[1] for line in lines] == [
        "epoch 2/4",
        "epoch 4/4",
        "epoch 4/4",
    ]
    assert lines[-1].endswith("\n")


def test_in_a_notebook_one_plot_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib", reason="needs the extra `plot`")
    display: Any = pytest.importorskip("IPython.display")
    shown: list[Any] = []

    class Handle:
        def update(self, figure: Any) -> None:
            shown.append(("update", figure))

    def show(figure: Any, *, display_id: bool) -> Handle:
        assert display_id
        shown.append(("display", figure))
        return Handle()

    monkeypatch.setattr(display, "display", show)
    monkeypatch.setattr(live_curve, "_is_notebook", lambda: True)
    monkeypatch.setattr(live_curve, "_PAUSE", 0.0)
    history = fitted(LiveCurve(log=True), epochs=3)
    assert [how for how, _ in shown] == ["display", "update", "update", "update"]
    panel = shown[-1][1].axes[0]
    assert panel.get_yscale() == "log"
    assert list(panel.get_lines()[0].get_ydata()) == history.history["loss"]


def test_a_measure_that_is_taken_now_and_then_keeps_its_number(
    capsys: pytest.CaptureFixture[str],
) -> None:
    curve = LiveCurve()
    fitted(curve, epochs=5, validation_data=nn.datasets.xor(), validation_freq=2)
    capsys.readouterr()
    losses, later = curve.measures["loss"], curve.measures["val_loss"]
    assert len(losses) == len(later) == 5
    assert math.isnan(later[0])
    assert later[1] == later[2]
    assert later[3] == later[4]


def test_a_loss_curve_has_a_logarithmic_scale_if_asked() -> None:
    pytest.importorskip("matplotlib", reason="needs the extra `plot`")
    figure = plots.loss_curve({"loss": [1.0, 0.1], "accuracy": [0.5, 1.0]}, log=True)
    assert [panel.get_yscale() for panel in figure.axes] == ["log", "linear"]
