"""How large and how fast pages of large graphs are.

    python tests/page_speed.py

For each graph it prints the size of the file; the seconds of computing that writing it takes; how
many elements the page draws at the most; and the milliseconds that a step computes, script and
layout, in the middle and at the 95th percentile of steps from both passes.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import autograd
import nn
from autograd import Parameter, Value, explore, topological_order

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

    from tests.browsing import chromium
else:
    from browsing import chromium

STEPS = 200

STEP = """
step(1);
document.body.getBoundingClientRect();
document.getElementById("drawing").getBBox();
return document.querySelectorAll("#drawing *").length;
"""
"""A step, with the layout that it asks for; it returns how many elements are drawn."""


def cost_of_steps(driver: Chrome, count: int) -> tuple[list[float], int]:
    """Return the milliseconds that each of some steps computes, and how many elements were drawn.

    Computing time is that of the page's own thread, so other programs do not count.
    """
    driver.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})

    def computed() -> float:
        metrics = driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
        return next(1e3 * float(m["value"]) for m in metrics if m["name"] == "TaskDuration")

    end = driver.execute_script("return END;")
    costs, drawn = [], 0
    for k in range(count):
        driver.execute_script("goTo(arguments[0]);", k * (end - 1) // count)
        start = computed()
        drawn = max(drawn, driver.execute_script(STEP))
        costs.append(computed() - start)
    driver.execute_cdp_cmd("Performance.disable", {})
    return costs, drawn


def wide() -> Value:
    """A layer of 59 neurons with 31 parameters each, and their sum."""
    inputs = [Value(0.1 * i, label=f"x{i}") for i in range(30)]
    neurons = []
    for j in range(59):
        weights = [Parameter(0.01 * (i - j % 7), label=f"h{j}.w{i}") for i in range(30)]
        neurons.append(autograd.dot(weights, inputs, Parameter(0.1, label=f"h{j}.b")).tanh())
    output: Value = autograd.sum(neurons)
    return output


def layers() -> Value:
    """The loss of a network with 8 inputs and two layers of 24 and 24 neurons."""
    loss: Value = (_output(nn.MLP(8, [24, 24, 1], seed=1), [0.1 * i for i in range(8)]) - 1.0) ** 2
    return loss


def batch() -> Value:
    """The loss of 100 samples of a small network."""
    model = nn.MLP(2, [4, 1], seed=1)
    losses = [(_output(model, [0.01 * k, 1 - 0.02 * k]) - k % 2) ** 2 for k in range(100)]
    output: Value = autograd.mean(losses)
    return output


def deep() -> Value:
    """A chain of 650 products."""
    x = Value(0.5, label="x")
    y: Value = x
    for _ in range(650):
        y = (y * x).tanh()
    return y


def _output(model: nn.MLP, sample: list[float]) -> Value:
    found = model(sample)
    return found[0] if isinstance(found, list) else found


GRAPHS: list[Callable[[], Value]] = [wide, layers, batch, deep]


def computing() -> float:
    """Return the seconds that this process, and those that it waited for, have computed."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> None:
    """Print the table."""
    print("graph    nodes   kB    written s   drawn   step ms: middle, 95 %")
    with chromium() as driver, tempfile.TemporaryDirectory() as folder:
        driver.set_script_timeout(300)
        for graph in GRAPHS:
            output = graph()
            start = computing()
            path = Path(explore(output).save(Path(folder) / "page.html"))
            seconds = computing() - start
            driver.get(path.as_uri())
            times, drawn = cost_of_steps(driver, STEPS)
            size = path.stat().st_size / 1e3
            print(
                f"{graph.__name__:8} {len(topological_order(output)):5,} {size:5.0f} {seconds:9.2f}"
                f" {drawn:10,} {statistics.median(times):12.1f}"
                f" {statistics.quantiles(times, n=20)[-1]:12.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
