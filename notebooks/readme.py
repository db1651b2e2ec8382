"""Write the two tables of `README.md`: the notebooks, and where each heading of the notes is.

    python notebooks/readme.py    # `render.py` does it, too

`coverage.csv` says which cells cover a heading: a document's number, the heading, a notebook (the
name of its source) and the cell's id.
"""

from __future__ import annotations

import csv
from functools import cache
from itertools import groupby
from pathlib import Path

import build
import render

README = build.FOLDER / "README.md"
COVERAGE = build.FOLDER / "coverage.csv"
WITH_OUTPUTS = {"en": "with outputs", "es": "con resultados"}


def rows() -> list[dict[str, str]]:
    """Return the rows of the coverage, in the order of the documents."""
    with COVERAGE.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def name_and_title(source: Path, language: str) -> tuple[str, str]:
    """Return a notebook's name and its title, which begins with its number."""
    name, notebook = build.build(source, language)
    return name, notebook.cells[0].source.partition("\n")[0].removeprefix("# ")


def link(source: Path, language: str) -> str:
    """Return a link to a notebook, and to its copy with outputs if there is one."""
    name, title = name_and_title(source, language)
    found = f"[{title}]({language}/{name}.ipynb)"
    copy = render.copy_of(build.FOLDER / language / f"{name}.ipynb")
    if copy.exists():
        found += f" ([{WITH_OUTPUTS[language]}]({copy.relative_to(build.FOLDER).as_posix()}))"
    return found


def table_of_notebooks() -> str:
    """Return the notebooks in both languages, a row for each."""
    links = [[link(source, language) for language in build.LANGUAGES] for source in build.sources()]
    return "\n".join(["| English | Español |", "|---|---|", *(f"| {a} | {b} |" for a, b in links)])


def table_of_coverage() -> str:
    """Return the headings of the documents, each with the cells that cover it."""
    sources = {source.stem: source for source in build.sources()}
    lines = ["| Notes | Heading | Where |", "|---|---|---|"]
    for (document, heading), found in groupby(
        rows(), lambda row: (row["document"], row["heading"])
    ):
        places = []
        for notebook, cells in groupby(found, lambda row: row["notebook"]):
            ids = ", ".join(f"`{row['cell']}`" for row in cells)
            source = sources.get(notebook)
            shown = notebook.partition("-")[0]
            if source is not None:
                shown = f"[{shown}](en/{name_and_title(source, 'en')[0]}.ipynb)"
            places.append(f"{shown}: {ids}")
        lines.append(f"| {document} | {heading} | {'; '.join(places)} |")
    return "\n".join(lines)


def with_tables(text: str) -> str:
    """Return the README with the tables of today, each between the comments that name it."""
    for name, table in (("notebooks", table_of_notebooks()), ("coverage", table_of_coverage())):
        start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        before, _, rest = text.partition(start)
        _, _, after = rest.partition(end)
        text = f"{before}{start}\n\n{table}\n\n{end}{after}"
    return text


def write() -> None:
    """Bring the README up to date."""
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write()
