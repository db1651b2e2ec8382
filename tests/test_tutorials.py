"""Keras's tutorials run with keras changed to nn in their imports."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import nn

if TYPE_CHECKING:
    from tests.tutorials import DATA, TUTORIALS, with_nn
else:
    from tutorials import DATA, TUTORIALS, with_nn


def run(name: str, folder: Path) -> None:
    if "pandas" in TUTORIALS[name][1]:
        pytest.importorskip("pandas")
    names: dict[str, Any] = {"folder": str(folder)}
    exec(DATA, names)  # noqa: S102  # our own
    exec(with_nn(TUTORIALS[name][1]), names)  # noqa: S102  # our own


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # so small, some trainings get nowhere
@pytest.mark.parametrize("name", TUTORIALS)
def test_a_tutorial_runs_with_its_imports_changed(name: str, tmp_path: Path) -> None:
    nn.set_random_seed(3)
    run(name, tmp_path)


def test_there_are_28_tutorials_of_28_sources() -> None:
    assert len(TUTORIALS) == 28
    assert len({source for source, _ in TUTORIALS.values()}) == 28
