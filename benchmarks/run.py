"""All benchmarks, one after the other: tables in Markdown, and a plot.

    pip install '.[bench,peers]' && python benchmarks/run.py --plot benchmarks.png

A peer that is not installed is left out, and a line says so.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import microgpt
import moons
import network
import transformer
from measure import Measurement, machine, median


def draw(
    found: dict[str, list[Measurement]],
    widths: dict[int, dict[str, list[Measurement]]],
    filename: str,
) -> None:
    """Draw a step's time by engine, and by the width of the network."""
    from matplotlib.figure import Figure  # noqa: PLC0415  # only where a plot is wanted

    figure = Figure(figsize=(11, 4.2), layout="constrained")
    by_engine, by_width = figure.subplots(1, 2)
    engines = sorted(found, key=lambda engine: -median(found[engine], "step"))
    times = [median(found[engine], "step") for engine in engines]
    colors = ["tab:blue" if "glassgrad" in engine else "tab:gray" for engine in engines]
    bars = by_engine.barh(engines, times, color=colors)
    by_engine.bar_label(bars, [network.in_words(time) for time in times], padding=3)
    by_engine.set(xscale="log", xlim=(min(times) / 2, 8 * max(times)), xlabel="seconds, log scale")
    by_engine.set_title("One step of a 2-16-16-1 network, 100 points")
    for engine in next(iter(widths.values())):
        steps = [median(measured[engine], "step") for measured in widths.values()]
        by_width.plot(list(widths), steps, marker="o", label=engine)
    by_width.set(
        xscale="log", yscale="log", xlabel="neurons in each hidden layer", ylabel="seconds"
    )
    by_width.set_xticks(list(widths), [str(width) for width in widths])
    by_width.minorticks_off()
    by_width.set_title("One step of a 2-n-n-1 network, 100 points")
    by_width.legend()
    figure.savefig(filename, dpi=120)


def main() -> None:
    """Run all, print the tables, draw the plot."""
    parser = argparse.ArgumentParser(description="All benchmarks.")
    parser.add_argument("--rounds", type=int, default=9, help="default: %(default)s")
    parser.add_argument("--plot", metavar="FILE", help="draw the step times into this file")
    parser.add_argument("--quick", action="store_true", help="no race, narrow networks: a trial")
    arguments = parser.parse_args()
    rounds: int = arguments.rounds
    if rounds < 1:
        parser.error(f"expected at least 1 round, received {rounds}")
    if arguments.plot:  # a wrong file is refused now, not after all measurements
        from matplotlib.backend_bases import FigureCanvasBase  # noqa: PLC0415  # only for a plot

        kinds = FigureCanvasBase.get_supported_filetypes()
        path = Path(arguments.plot)
        if path.suffix[1:].lower() not in kinds or not path.absolute().parent.is_dir():
            parser.error(
                f"expected --plot as a file in a folder that exists, ending in one of"
                f" {', '.join(kinds)}, received {arguments.plot}"
            )
    print(f"{machine()}\n{rounds} rounds, medians.\n", flush=True)
    engine = str(Path(__file__).parent / "engine.py")
    subprocess.run([sys.executable, engine, "--rounds", str(rounds)], check=True)  # noqa: S603  # ours
    print(f"\n{transformer.step_table(*transformer.measure(rounds))}\n", flush=True)
    print(f"{microgpt.step_table(rounds)}\n", flush=True)

    found = network.compare(network.those_there(list(network.ENGINES)), rounds)
    widths = network.by_width(rounds, network.WIDTHS[: 2 if arguments.quick else None])
    print(f"{network.step_table(found)}\n\n{network.tanh_table(rounds)}\n")
    print(f"{network.width_table(widths)}\n", flush=True)
    if not arguments.quick:
        print(f"{microgpt.run_table(1000)}\n", flush=True)
        print(f"{network.compile_table()}\n\n{moons.race_table(moons.race(min(rounds, 3)))}")
    if arguments.plot:
        draw(found, widths, arguments.plot)


if __name__ == "__main__":
    main()
