"""Each heading of the course notes is somewhere in the course, and its README says where."""

import sys
from collections import Counter
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent.parent / "notebooks"
sys.path.insert(0, str(FOLDER))
build, readme = map(import_module, ("build", "readme"))
ROWS: list[dict[str, str]] = readme.rows()
HEADINGS = {"000": 6, "001": 9, "002": 29, "003": 24}
"""How many headings each of the documents has."""


@cache
def cells(notebook: str, language: str) -> dict[str, Any]:
    """The cells of a notebook by their ids."""
    source = FOLDER / "course" / f"{notebook}.md"
    return {cell.id: cell for cell in build.build(source, language)[1].cells}


def test_every_heading_of_the_documents_has_a_row() -> None:
    headings = {(row["document"], row["heading"]) for row in ROWS}
    assert Counter(document for document, _ in headings) == HEADINGS
    places = [tuple(row.values()) for row in ROWS]
    assert len({*places}) == len(places)


@pytest.mark.parametrize("language", build.LANGUAGES)
def test_every_heading_is_covered_by_a_cell_that_exists(language: str) -> None:
    known = {source.stem: cells(source.stem, language) for source in build.sources()}
    assert [row for row in ROWS if row["cell"] not in known.get(row["notebook"], {})] == []


@pytest.mark.parametrize("figure", range(1, 10))
def test_each_figure_of_the_worked_example_has_its_picture(figure: int) -> None:
    for language in build.LANGUAGES:
        cell = cells("4-worked-example", language)[f"figure-{figure}"]
        assert cell.source.splitlines()[-1].startswith(("draw(", "nn.draw_network("))


def test_the_tables_of_the_readme_are_those_of_today() -> None:
    text = readme.README.read_text(encoding="utf-8")
    message = "run `python notebooks/readme.py`"
    assert readme.with_tables(text) == text, message
    for source in build.sources():
        for language in build.LANGUAGES:
            assert readme.link(source, language) in text, message
    assert text.count("\n| 00") == sum(HEADINGS.values())
