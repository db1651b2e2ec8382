"""What a reader is told is in the catalogues, in every language, and a reader chooses one."""

import ast
import json
import operator
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import autograd
from autograd import languages
from autograd.explorer.table import for_every_page

if TYPE_CHECKING:
    from tests import catalogues
else:
    import catalogues

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """Leave the language as it was."""
    yield
    languages.set_language("en")


# ------------------------------------------------------------------------ choosing a language


def test_a_language_is_chosen_for_all_or_for_one_call() -> None:
    assert languages.words("sum") == "sum"
    assert languages.spoken("es", languages.words, "sum") == "suma"
    assert languages.words("sum") == "sum"
    autograd.set_language("es")
    assert languages.words("sum") == "suma"
    assert languages.spoken("en", languages.words, "sum") == "sum"
    assert languages.language() == "es"


def test_an_unknown_language_is_refused_and_none_changes() -> None:
    with pytest.raises(ValueError, match=r"unknown language: 'klingon' \(must be one of en, es\)"):
        autograd.set_language("klingon")
    with pytest.raises(ValueError, match="unknown language"):
        languages.spoken("klingon", languages.words, "sum")
    assert languages.language() == "en"


@pytest.mark.parametrize(
    ("asked", "said"), [("es", "suma"), ("en", "sum"), ("", "sum"), ("tlh", "sum")]
)
def test_the_environment_chooses_a_language(asked: str, said: str) -> None:
    code = "from autograd.languages import words; print(words('sum'))"
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code],
        env=os.environ | {"GLASSGRAD_LANGUAGE": asked, "PYTHONWARNINGS": "default"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == said
    assert ("one of en, es, received 'tlh'" in ran.stderr) == (asked == "tlh")


def test_places_are_filled_and_braces_kept() -> None:
    assert (
        languages.words("{a} of {b} in \\frac{1}{2}{c}", a="{b}", b=2)
        == "{b} of 2 in \\frac{1}{2}{c}"
    )
    assert languages.spoken("es", languages.count, 12345) == "12345"


# ------------------------------------------------------------------------ the catalogues


@pytest.mark.parametrize("path", catalogues.files(), ids=lambda path: path.stem)
def test_a_catalogue_has_every_text_and_no_other(path: Path) -> None:
    texts = {message.id for message in catalogues.template() if message.id}
    catalog = catalogues.read(path)
    there = {message.id for message in catalog if message.id}
    assert len(there) > 250
    assert there == texts, "run python tests/catalogues.py"
    assert [m.id for m in catalog if m.id and (m.fuzzy or not all(_forms(m.string)))] == []
    assert path.with_suffix(".mo").read_bytes() == catalogues.for_programs(catalog)


@pytest.mark.parametrize("path", catalogues.files(), ids=lambda path: path.stem)
def test_a_translation_has_the_places_of_its_text(path: Path) -> None:
    for message in filter(operator.attrgetter("id"), catalogues.read(path)):
        for text, said in zip(_forms(message.id), _forms(message.string), strict=True):
            places = [re.findall(r"\{\w+\}", form) for form in (text, said)]
            assert sorted(set(places[0])) == sorted(set(places[1])), text
            assert text[:1].isspace() == said[:1].isspace(), text
            assert text[-1:].isspace() == said[-1:].isspace(), text


def _forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


# ------------------------------------------------------------------------ texts beside them

SENTENCE = re.compile(r"[A-Za-z]{2,},? [a-z]{2,}")
"""Two words, the second small: what a person is meant to read."""

TRANSLATED = ("words", "plural", "marked")
OF_EXCEPTIONS = (
    *("check_length", "in_range", "whole_number", "wrong_kind", "missing", "read_whole"),
    *("check_sheet", "ContextVar"),
)
"""Functions whose texts end in exceptions, or in no place at all."""

CODED = ("attempt", "_slip", "_told", "Finding", "choose")
"""Functions that take a key of a table of texts, a verdict, or what an exception calls a choice."""

OUTSIDE = {
    "autograd.__init__": "names of what is imported when it is asked for",
    "autograd.__main__._finite": "texts of exceptions",
    "autograd.checking.accuracy._fits_span": "verdicts",
    "autograd.checking.differences": "texts of exceptions",
    "autograd.checking.gathering": "texts of exceptions",
    "autograd.checking.gradients": "texts of exceptions",
    "autograd.checking.walking": "verdicts",
    "autograd.codegen": "texts of exceptions, and source of other languages",
    "autograd.documentation": "docstrings",
    "autograd.drawing.animation._style": "CSS",
    "autograd.drawing.diagram": "texts of exceptions",
    "autograd.drawing.engine": "patterns of what the engine says",
    "autograd.drawing.export": "LaTeX and Typst",
    "autograd.drawing.fitting": "DOT",
    "autograd.drawing.ranks": "a type",
    "autograd.elsewhere": "docstrings and texts of exceptions",
    "autograd.exercises.graders": "source of tests",
    "autograd.exercises.writing.html_page": "HTML",
    "autograd.exercises.writing.page": "HTML",
    "autograd.explaining.explanation": "texts of exceptions",
    "autograd.explaining.layers": "texts of exceptions",
    "autograd.files.read_whole": "texts of exceptions",
    "autograd.foreign": "texts of exceptions",
    "autograd.functional": "texts of exceptions",
    "autograd.given": "docstrings and texts of exceptions",
    "autograd.languages": "what is said where no language is known",
    "autograd.methods": "docstrings",
    "autograd.modes": "texts of exceptions",
    "autograd.notation.documents": "LaTeX",
    "autograd.notation.parsing.is_of_digits": "a pattern of what Python says",
    "autograd.notation.spelling": "a kind",
    "autograd.notation.text": "names of letters",
    "autograd.ops": "docstrings of the table's rows",
    "autograd.options": "texts of exceptions",
    "autograd.real": "docstrings and texts of exceptions",
    "autograd.refusals": "texts of exceptions",
    "autograd.trees": "patterns of what Python says",
    "autograd.value": "texts of exceptions",
    "nn.foreign": "texts of exceptions",
    "autograd.explorer.assembling.assemble": "a word of JavaScript",
    "autograd.explorer.assembling._room_for": "CSS",
    "autograd.explorer.page.Page._framed": "HTML",
    "autograd.explorer.page._of_a_page": "texts of exceptions",
    "nn.data": "texts of exceptions",
    "nn.exchange": "texts of exceptions",
    "nn.layers.base": "texts of exceptions",
    "nn.models": "texts of exceptions",
    "nn.optimizers": "texts of exceptions",
    "nn.perceptron.Perceptron": "texts of exceptions",
    "nn.perceptron.train": "texts of exceptions",
    "nn.pictures.activation_functions": "a text of an exception, and where a legend stands",
    "nn.pictures.figures.legend_below": "where a legend stands",
    "nn.pictures.plane.classes_of": "texts of exceptions",
    "nn.pictures.training_curves.gradients_by_layer": "a unit",
    "nn.pictures.training_page": "what an optimizer calls a number",
    "nn.regularizers": "a type, and texts of exceptions",
    "nn.saving": "a mark of a file, and texts of exceptions",
    "nn.training.trainer.Trainer._compiled": "texts of exceptions",
    "nn.training.watching.Watch.lost": "texts of exceptions",
    "nn.utils": "texts of exceptions",
}
"""Modules whose texts are no reader's, and why; `module.function` for a part of one."""


def is_no_readers(node: ast.AST) -> bool:
    """Return whether what a part of a program says is translated, or no reader's text."""
    if isinstance(node, ast.Call):
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        known = (*TRANSLATED, *OF_EXCEPTIONS, *CODED)
        return called in known or called.lower().endswith("error")
    if isinstance(node, ast.keyword):
        return node.arg == "verdict"
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True  # a docstring
    if isinstance(node, ast.FunctionDef) and node.name == "__repr__":
        return True  # for programmers, as exceptions are
    return isinstance(node, (ast.Raise, ast.Assert, ast.Set))  # a set is looked into


def told(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the sentences that a module has beside the catalogues: where, and what."""
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)

    def visit(node: ast.AST, place: str) -> Iterator[tuple[str, str]]:
        if is_no_readers(node):
            return
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            place = f"{place}.{node.name}"
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if SENTENCE.search(node.value):
                yield place, node.value
            return
        parts = node.values if isinstance(node, ast.Dict) else ast.iter_child_nodes(node)
        is_key = isinstance(node, (ast.Compare, ast.Subscript))
        for part in parts:
            if not (is_key and isinstance(part, ast.Constant)):
                yield from visit(part, place)

    yield from visit(ast.parse(path.read_text(encoding="utf-8")), module)


@pytest.mark.parametrize("other", ["las muestras", "menos muestras", "pasos hacia", "local por"])
def test_a_term_has_one_spanish_word(other: str) -> None:
    """A sample is an ejemplo, a backward pass a pasada, a derivative one respecto a something."""
    spanish = catalogues.read(catalogues.LANGUAGES / "es.po")
    texts = [form for message in spanish for form in _forms(message.string)]
    assert [text for text in texts if other in text] == []


def test_no_sentence_for_readers_is_outside_the_catalogues() -> None:
    found = [
        (place, text)
        for path in catalogues.sources()
        if path.suffix == ".py"
        for place, text in told(path)
        if not any(place == outside or place.startswith(f"{outside}.") for outside in OUTSIDE)
    ]
    assert found == []


COMMENTS_OF_SCRIPTS = re.compile(r"^ *//.*$|(?<= )// .*$", re.MULTILINE)
TRANSLATED_IN_SCRIPTS = re.compile(r'\b(?:words|marked)\(\s*"(?:[^"\\]|\\.)*"')
TEXT_OF_SCRIPTS = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
NO_SENTENCES = {"local share", "cut off", "input, select, textarea", "button, summary"}
"""Texts of scripts that are no reader's; keys of the judge's tables are none either."""


def keys_of_the_judge() -> set[str]:
    """Return the keys of the tables that the pages get from Python."""
    found: set[str] = set()
    tables = [json.loads(re.findall(r"JUDGING = (.*);", for_every_page())[0])]
    while tables:
        table = tables.pop()
        found |= set(table)
        tables += [part for part in table.values() if isinstance(part, dict)]
    return found


def test_no_sentence_of_a_page_is_outside_the_catalogues() -> None:
    found = []
    known = NO_SENTENCES | keys_of_the_judge()
    for path in (ROOT / "autograd" / "explorer").glob("*.js"):
        source = COMMENTS_OF_SCRIPTS.sub("", path.read_text(encoding="utf-8"))
        for quoted, template in TEXT_OF_SCRIPTS.findall(TRANSLATED_IN_SCRIPTS.sub("", source)):
            text = quoted or template
            is_code = "${" in text or "<" in text
            if SENTENCE.search(text) and text not in known and not is_code:
                found.append((path.name, text))
    assert found == []


def test_no_word_that_a_page_chooses_is_outside_the_catalogues() -> None:
    """Catalogues are made of the texts that `words` is called with, not of what it may choose."""
    found = []
    for path in (ROOT / "autograd" / "explorer").glob("*.js"):
        source = TRANSLATED_IN_SCRIPTS.sub("", path.read_text(encoding="utf-8"))
        for given in re.findall(r"\bwords\(([^,()]*)", source):
            found += [(path.name, text) for text in re.findall(r'"([^"]+)"', given)]
    assert found == []


def test_each_exception_is_still_one() -> None:
    places = {
        place for path in catalogues.sources() if path.suffix == ".py" for place, _ in told(path)
    }
    for outside in OUTSIDE:
        assert any(place == outside or place.startswith(f"{outside}.") for place in places), outside
