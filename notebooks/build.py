"""Build the notebooks of the course, in each language, from the one source of both.

    python notebooks/build.py                    # notebooks/en and notebooks/es, for students
    python notebooks/build.py --teacher FOLDER   # FOLDER/en and FOLDER/es, with the answers

A source is `course/N-name.md`, in MyST Markdown, whose header tells the notebook's name in each
language. In a source

- a cell of text has a language, `+++ {"lang": "en", "id": "rule"}`, and is followed by its twin in
  the other language, which is known by the same id; a text of formulas alone has no language;
- code is for both languages. `T("loss", "pérdida")` is the text of the reader's language, and a
  comment that is a line of its own is written twice, as `# en: ...` and `# es: ...` below it;
- a cell tagged `exercise` is what a student gets, and the cell tagged `answer` after it is what a
  teacher gets in its place; the cell of code after both is the check, which ends with its report.
  A text tagged `answer` is for the teacher alone. Lists of `hints` and `mistakes`, written in the
  call of `check_function`, are hidden in the notebook;
- a cell tagged `by-hand` is a program, for it is what the notebook is about; any other calls.

The line that leads to the next notebook is added here.
"""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jupytext
import nbformat

from autograd.exercises import hide

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "es")
SET_LANGUAGE = 'import autograd\n\nautograd.set_language("{}")'
"""The first cell of code of a notebook that is not in English."""
NEXT = {"en": "Next", "es": "Siguiente"}

Notebook = Any
"""An `nbformat.NotebookNode`, whose attributes are those of the format."""


def sources() -> list[Path]:
    """Return the sources in the order of the course."""
    return sorted((FOLDER / "course").glob("*.md"), key=number)


def number(path: Path) -> int:
    """Return the place of a source or a notebook in the course, by which its name begins."""
    return int(path.name.partition("-")[0])


def build(source: Path, language: str, *, teacher: bool = False) -> tuple[str, Notebook]:
    """Return the name of a notebook and the notebook.

    Args:
        source: the file of both languages.
        language: one of `LANGUAGES`.
        teacher: whether the answers are in the place of the exercises.

    Raises:
        ValueError: the source is not as this module says.
    """
    header, read = _read(source)
    try:
        cells = list(_cells(read, language, teacher=teacher))
    except ValueError as error:
        raise ValueError(f"{source.name}: {error}") from error
    if language != LANGUAGES[0]:
        first = next(i for i, cell in enumerate(cells) if cell.cell_type == "code")
        code = SET_LANGUAGE.format(language)
        cells.insert(first, nbformat.v4.new_code_cell(code, id="language"))
    every = sources()
    place = every.index(source) + 1 if source in every else len(every)
    for following in every[place : place + 1]:
        header_of_next, cells_of_next = _read(following)
        title = next(_cells(cells_of_next, language, teacher=teacher)).source
        title = title.partition("\n")[0].removeprefix("# ")
        link = f"{NEXT[language]}: [{title}]({header_of_next[language]}.ipynb)"
        cells.append(nbformat.v4.new_markdown_cell(link, id="next"))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return header[language], nbformat.v4.new_notebook(cells=cells, metadata=metadata)


@cache
def _read(source: Path) -> tuple[dict[str, str], list[Notebook]]:
    """Return the names of a source's notebooks, by their language, and its cells."""
    read = jupytext.reads(source.read_text(encoding="utf-8"), "md:myst")
    return read.metadata["course"], read.cells


def _cells(read: list[Notebook], language: str, *, teacher: bool) -> Iterator[Notebook]:
    """Yield the cells that one reader gets."""
    name, count = "start", 1
    for before, cell in zip([None, *read], read, strict=False):
        spoken = cell.metadata.get("lang")
        tags = cell.metadata.get("tags", [])
        if "id" in cell.metadata:
            name, count = cell.metadata["id"], 1
        elif not _is_twin(before, cell) and "answer" not in tags:
            count += 1
        has_answer = cell.cell_type == "code" and "exercise" in tags
        if spoken not in {None, language} or (has_answer if teacher else "answer" in tags):
            continue
        id_ = name if count == 1 else f"{name}-{count}"
        metadata = {"tags": tags} if tags else {}
        if cell.cell_type == "code":
            code = with_hidden_hints(in_language(cell.source, language))
            yield nbformat.v4.new_code_cell(code, id=id_, metadata=metadata)
        else:
            yield nbformat.v4.new_markdown_cell(cell.source, id=id_, metadata=metadata)


def _is_twin(before: Notebook | None, cell: Notebook) -> bool:
    """Return whether a text says in another language what the text before it says."""
    if before is None or {before.cell_type, cell.cell_type} != {"markdown"}:
        return False
    return (before.metadata.get("lang"), cell.metadata.get("lang")) == LANGUAGES


def in_language(code: str, language: str) -> str:
    """Return code with the texts and comments of one language.

    Args:
        code: Python, with `T("English", "español")` and comments such as `# en: a line`.
        language: one of `LANGUAGES`.

    Raises:
        ValueError: a text does not have each language, or the code is no Python.
    """
    try:
        tree = ast.parse(code)
    except SyntaxError as error:
        raise ValueError(f"{error.msg} in line {error.lineno} of the cell:\n{code}") from error
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and list(_texts(node)):
            raise ValueError(f"expected T(f'...', f'...'), received it within {ast.unparse(node)}")
    spoken = code
    for call in _texts(tree):
        if len(call.args) != len(LANGUAGES):
            raise ValueError(f"expected T(English, Spanish), received {ast.unparse(call)}")
        said = _segment(code, call.args[LANGUAGES.index(language)])
        spoken = spoken.replace(_segment(code, call), f"({said})" if "\n" in said else said)
    others = "|".join(other for other in LANGUAGES if other != language)
    lines = [
        re.sub(rf"^(\s*)# {language}: ", r"\1# ", line)
        for line in spoken.split("\n")
        if not re.match(rf"\s*# (?:{others}): ", line)
    ]
    return "\n".join(lines)


def with_hidden_hints(code: str) -> str:
    """Return code in which nobody reads the hints of an exercise at a glance.

    Raises:
        ValueError: hints are not written as a list in the call of `check_function`.
    """
    hidden = code
    for node in ast.walk(ast.parse(code)):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "check_function"):
            continue
        for keyword in node.keywords:
            if keyword.arg in {"hints", "mistakes"}:
                try:
                    told = f'"{hide(ast.literal_eval(keyword.value))}"'
                except ValueError as error:
                    raise ValueError(
                        f"{keyword.arg} have to be written as a list in the call of"
                        f" check_function, received {ast.unparse(keyword.value)}"
                    ) from error
                hidden = hidden.replace(_segment(code, keyword.value), told)
    return hidden


def _texts(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of T."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "T":
            yield node


def _segment(code: str, node: ast.AST) -> str:
    return ast.get_source_segment(code, node) or ""


def write(folder: Path, *, teacher: bool = False) -> list[Path]:
    """Write every notebook in every language; return the paths.

    Args:
        folder: where the folders of the languages are.
        teacher: as for `build`.
    """
    paths = []
    for language in LANGUAGES:
        (folder / language).mkdir(parents=True, exist_ok=True)
        for source in sources():
            name, notebook = build(source, language, teacher=teacher)
            paths.append(folder / language / f"{name}.ipynb")
            nbformat.write(notebook, paths[-1])
    return paths


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Build the notebooks of the course.")
    parser.add_argument("--teacher", metavar="FOLDER", type=Path, help="where to put the answers")
    teacher = parser.parse_args().teacher
    for path in write(teacher or FOLDER, teacher=teacher is not None):
        print(path)
