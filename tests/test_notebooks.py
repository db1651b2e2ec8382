"""The notebooks run from top to bottom, say what the course notes say, and are kept in order."""

import ast
import base64
import io
import json
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from autograd.exercises import hide

FOLDER = Path(__file__).parent.parent / "notebooks"
sys.path.insert(0, str(FOLDER))
build, render = map(import_module, ("build", "render"))
SOURCES: list[Path] = build.sources()
PATHS: list[Path] = render.sources()

every_source = pytest.mark.parametrize("source", SOURCES, ids=[path.stem for path in SOURCES])
every_notebook = pytest.mark.parametrize(
    "path", PATHS, ids=[f"{path.parent.name}/{path.stem}" for path in PATHS]
)

NODE = ["node"]


def expectations(path: Path) -> dict[str, Any]:
    """NUMBERS, SHOWN and WRONG of a source or a notebook; see `course_answers/README.md`."""
    file = Path(__file__).parent / "course_answers" / f"n{build.number(path)}.py"
    return runpy.run_path(str(file))


def source_of(path: Path) -> Path:
    [source] = [source for source in SOURCES if build.number(source) == build.number(path)]
    return source


def codes(notebook: Any) -> list[Any]:
    """The cells of code of a notebook."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def has_tag(cell: Any, *tags: str) -> bool:
    return bool({*tags} & {*cell.metadata.get("tags", [])})


def checks(notebook: Any) -> dict[str, Any]:
    """The check of each exercise, the next cell of code, by the exercise's cell."""
    cells = codes(notebook)
    return {
        cell.id: check for cell, check in pairwise(cells) if has_tag(cell, "exercise", "answer")
    }


class Verdict(NamedTuple):
    """What a check's report says."""

    ok: bool
    text: str


# What a cell shows last is `_`: of a check, that is its report.
PROBE = "import json as _json; print(_json.dumps([bool(_.ok), str(_)]))"


class Executed:
    """A notebook after a run in a fresh kernel.

    After the student's notebook, the same kernel runs the teacher's from the first exercise on, and
    then each wrong answer with its check.

    Attributes:
        notebook: the student's notebook, with its outputs.
        waiting: the verdict on each exercise of the student's notebook, by its cell.
        right: the same of the teacher's.
        numbers: the values of the expressions of NUMBERS after the teacher's.
        wrong: for each wrong answer its cell, its code, what has to be said, and the verdict.
    """

    def __init__(self, path: Path) -> None:
        expected = expectations(path)
        student = nbformat.read(path, as_version=4)
        _, teacher = build.build(source_of(path), path.parent.name, teacher=True)
        check_of = checks(student)
        exercise_of = {check.id: id_ for id_, check in check_of.items()}
        ids = [cell.id for cell in codes(teacher)]
        first = ids.index(next(iter(check_of), ids[-1]))

        script: list[Any] = []  # what to run: cells of the student, and code
        probed: list[tuple[str, int]] = []  # whose verdict a probe asks for, and its place

        def probe(what: str) -> None:
            probed.append((what, len(script)))
            script.append(PROBE)

        for cell in student.cells:
            script.append(cell)
            if cell.id in exercise_of:
                probe(f"waiting {exercise_of[cell.id]}")
        for cell in codes(teacher)[first:]:
            script.append(cell.source)
            if cell.id in exercise_of:
                probe(f"right {exercise_of[cell.id]}")
        place_of_numbers = len(script)
        script.append(f"import json\nprint(json.dumps([{', '.join(expected['NUMBERS'])}]))")
        for i, (id_, code, _) in enumerate(expected["WRONG"]):
            script += [code, check_of[id_].source]
            probe(f"wrong {i}")

        cells = [nbformat.v4.new_code_cell(c) if isinstance(c, str) else c for c in script]
        executed = render.run(nbformat.v4.new_notebook(cells=cells, metadata=student.metadata))
        found = {
            what: Verdict(*json.loads(executed.cells[place].outputs[0].text))
            for what, place in probed
        }
        self.waiting = {id_: found[f"waiting {id_}"] for id_ in check_of}
        self.right = {id_: found[f"right {id_}"] for id_ in check_of}
        self.wrong = [(*w, found[f"wrong {i}"]) for i, w in enumerate(expected["WRONG"])]
        self.numbers = json.loads(executed.cells[place_of_numbers].outputs[0].text)
        own = {cell.id for cell in student.cells}
        executed.cells = [cell for cell in executed.cells if cell.id in own]
        self.notebook = executed

    def outputs(self, *kinds: str) -> Iterator[tuple[str, str]]:
        """Each output of these kinds, with its cell's id."""
        for cell, output in render.outputs(self.notebook):
            for kind, data in output.get("data", {"text/plain": output.get("text", "")}).items():
                if kind in kinds:
                    yield cell.id, data


@pytest.fixture(
    scope="module", params=PATHS, ids=[f"{path.parent.name}/{path.stem}" for path in PATHS]
)
def executed(request: pytest.FixtureRequest) -> Executed:
    """Run each notebook once: no cell fails or warns."""
    return Executed(request.param)


@pytest.fixture
def path(executed: Executed, request: pytest.FixtureRequest) -> Path:
    assert executed is not None
    found = request.node.callspec.params["executed"]
    assert isinstance(found, Path)
    return found


# --------------------------------------------------------------------- what they compute and show


def test_the_numbers_are_those_of_the_course_notes(executed: Executed, path: Path) -> None:
    expected = expectations(path)["NUMBERS"]
    for expression, found in zip(expected, executed.numbers, strict=True):
        tolerance = 5e-5 if "math.log" in expression else 1e-12
        right = pytest.approx(expected[expression], rel=tolerance, abs=1e-12)
        assert found == right, expression


def test_a_reader_sees_the_numbers_of_the_course_notes(executed: Executed, path: Path) -> None:
    kinds = ("text/plain", "text/markdown", "image/svg+xml")
    text = "\n".join(data for _, data in executed.outputs(*kinds))
    expected = (
        shown if isinstance(shown, str) else shown[path.parent.name == "es"]
        for shown in expectations(path)["SHOWN"]
    )
    assert [shown for shown in expected if shown not in text] == []


def test_no_number_has_more_digits_than_anybody_reads(executed: Executed) -> None:
    texts = executed.outputs("text/plain", "text/markdown")
    assert [(where, text) for where, text in texts if re.search(r"\d\.\d{9}", text)] == []


def test_no_picture_is_empty(executed: Executed) -> None:
    from PIL import Image  # noqa: PLC0415

    pictures = list(executed.outputs("image/png"))
    assert pictures
    for where, data in pictures:
        image = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
        colors = image.getcolors(maxcolors=image.width * image.height)
        assert colors is not None
        assert min(image.size) > 100, where
        assert max(count for count, _ in colors) < 0.98 * image.width * image.height, where
    for where, data in executed.outputs("image/svg+xml"):
        assert data.count("<text") > 2, where


def test_both_exercises_wait_for_an_answer(executed: Executed) -> None:
    assert len(executed.waiting) == 2
    assert [id_ for id_, verdict in executed.waiting.items() if verdict.ok] == []


def test_the_teachers_answers_pass_their_checks(executed: Executed) -> None:
    assert {id_: verdict for id_, verdict in executed.right.items() if not verdict.ok} == {}


def test_wrong_answers_are_refused_with_a_hint_that_fits(executed: Executed, path: Path) -> None:
    for _, code, said, verdict in executed.wrong:
        assert not verdict.ok, code
        if path.parent.name == "en":
            assert said in verdict.text, (code, verdict.text)
    for id_ in executed.waiting:
        assert sum(id_ == one[0] for one in executed.wrong) >= 2, id_


def test_the_copy_with_outputs_is_current(executed: Executed, path: Path) -> None:
    message = "run `python notebooks/render.py`"
    assert render.copy_of(path).exists(), message
    copy = nbformat.read(render.copy_of(path), as_version=4)
    assert render.facts(copy) == render.facts(executed.notebook), message


# ------------------------------------------------------------------------------- how they are kept


def test_every_notebook_is_what_its_source_says(tmp_path: Path) -> None:
    built = {path.relative_to(tmp_path): path for path in build.write(tmp_path)}
    assert [path.relative_to(FOLDER) for path in PATHS] == list(built)
    stale = [
        name for name, path in built.items() if (FOLDER / name).read_bytes() != path.read_bytes()
    ]
    assert stale == [], "run `python notebooks/build.py`"


@every_source
def test_each_text_is_followed_by_its_twin_in_the_other_language(source: Path) -> None:
    _, cells = build._read(source)
    english, spanish = build.LANGUAGES
    spoken = [cell.metadata.get("lang") for cell in cells if cell.cell_type == "markdown"]
    kinds = [(cell.cell_type, cell.metadata.get("lang")) for cell in cells]
    assert english in spoken
    for (kind, language), following in zip(kinds, [*kinds[1:], ("", "")], strict=True):
        if (kind, language) == ("markdown", english):
            assert following == ("markdown", spanish)
    assert spoken.count(english) == spoken.count(spanish)
    assert {*spoken} <= {None, english, spanish}


@every_source
def test_a_teachers_copy_has_answers_where_a_students_has_exercises(source: Path) -> None:
    for language in build.LANGUAGES:
        student, teacher = (
            build.build(source, language, teacher=teacher)[1] for teacher in (False, True)
        )
        exercises, answers = (
            [cell.id for cell in codes(notebook) if has_tag(cell, tag)]
            for notebook, tag in ((student, "exercise"), (teacher, "answer"))
        )
        assert len(exercises) == 2
        assert exercises == answers
        assert [cell.id for cell in codes(student)] == [cell.id for cell in codes(teacher)]
        assert not [cell for cell in student.cells if has_tag(cell, "answer")]
        assert not [cell for cell in codes(teacher) if has_tag(cell, "exercise")]


def test_the_teachers_copies_are_written_where_a_teacher_asks(tmp_path: Path) -> None:
    command = [sys.executable, str(FOLDER / "build.py"), "--teacher", str(tmp_path)]
    said = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")  # noqa: S603
    written = [Path(line) for line in said.stdout.splitlines()]
    assert [path.relative_to(tmp_path) for path in written] == [
        path.relative_to(FOLDER) for path in PATHS
    ]
    for path in written:
        assert any(has_tag(cell, "answer") for cell in codes(nbformat.read(path, as_version=4)))


@every_source
def test_one_exercise_at_least_is_code_to_write_with_hints_in_stages(source: Path) -> None:
    cells = [cell.source for cell in build._read(source)[1] if "check_function(" in cell.source]
    assert cells
    for code in cells:
        calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
        [call] = [call for call in calls if ast.unparse(call.func) == "check_function"]
        told = {keyword.arg: keyword.value for keyword in call.keywords}
        assert isinstance(told["hints"], ast.List), code
        assert len(told["hints"].elts) >= 2, code


@every_notebook
def test_a_notebook_is_kept_without_outputs_and_in_one_form(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert [cell.id for cell in codes(notebook) if cell.outputs or cell.execution_count] == []


@every_notebook
def test_a_cell_is_known_by_a_word(path: Path) -> None:
    ids = [cell.id for cell in nbformat.read(path, as_version=4).cells]
    assert len(set(ids)) == len(ids)
    assert [id_ for id_ in ids if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", id_)] == []


@every_source
def test_a_cell_is_known_by_the_same_word_in_every_language(source: Path) -> None:
    english, spanish = (
        [(cell.id, cell.cell_type) for cell in build.build(source, language)[1].cells]
        for language in build.LANGUAGES
    )
    assert english == [cell for cell in spanish if cell != ("language", "code")]


def test_every_copy_with_outputs_has_a_notebook() -> None:
    copies = [
        path for language in build.LANGUAGES for path in (render.RENDERED / language).glob("*")
    ]
    assert {*copies} <= {*map(render.copy_of, PATHS)}


def test_every_link_leads_to_a_file() -> None:
    links = [
        (path, target)
        for path in [FOLDER / "README.md", *PATHS]
        for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
    ]
    assert len(links) > len(PATHS)
    assert [link for link in links if not (link[0].parent / link[1]).exists()] == []


@every_notebook
def test_a_cell_holds_calls_and_no_program(path: Path) -> None:
    """Logic belongs in the package, where tests check it, or is what the notebook is about."""
    for cell in codes(nbformat.read(path, as_version=4)):
        is_program = has_tag(cell, "exercise", "by-hand")
        tree = ast.parse(cell.source)
        loops = [n for n in ast.walk(tree) if isinstance(n, (ast.For, ast.While, ast.If))]
        assert len(loops) <= 1 or is_program, cell.source
        assert len(cell.source.splitlines()) <= (40 if is_program else 16), cell.source


# ---------------------------------------------------------------------------------- formulas


def formulas(notebook: Any) -> Iterator[str]:
    """The LaTeX of a notebook: between dollar signs, in its text and in what its cells show."""
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    texts += [
        o.data["text/markdown"]
        for _, o in render.outputs(notebook)
        if "text/markdown" in o.get("data", {})
    ]
    for text in texts:
        prose = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
        for shown, inline in re.findall(r"\$\$(.+?)\$\$|\$(.+?)\$", prose, re.DOTALL):
            yield shown or inline


def test_every_formula_can_be_typeset() -> None:
    copies = [path for path in map(render.copy_of, PATHS) if path.exists()]
    notebooks = [nbformat.read(path, as_version=4) for path in [*PATHS, *copies]]
    found = [formula for notebook in notebooks for formula in formulas(notebook)]
    assert len(found) > 100
    assert [formula for formula in found if "$" in formula] == []
    try:
        verdicts = subprocess.run(  # noqa: S603  # no input of others
            [*NODE, str(Path(__file__).with_name("katex_check.js"))],
            input=json.dumps([[formula, "error"] for formula in found]),
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
    except OSError:
        pytest.skip("there is no node here, which runs KaTeX")
    if "Cannot find module 'katex'" in verdicts.stderr:
        pytest.skip("KaTeX is missing: npm install katex, and say where in NODE_PATH")
    assert verdicts.returncode == 0, verdicts.stderr
    wrong = zip(found, json.loads(verdicts.stdout), strict=True)
    assert [(formula, said) for formula, said in wrong if said] == []


def test_a_copy_shows_stills_and_formulas_where_no_script_runs() -> None:
    pages = explanations = 0
    for path in map(render.copy_of, PATHS):
        for _, output in render.outputs(nbformat.read(path, as_version=4)):
            data = output.get("data", {})
            if "<iframe" in data.get("text/html", ""):
                left = re.sub(r"<iframe.*?</iframe>", "", data["text/html"], flags=re.DOTALL)
                assert '<img alt="' in left, path
                assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG"), path
                pages += 1
            if data.get("text/markdown", "").startswith("$$"):
                assert data["text/latex"] == data["text/markdown"], path
                explanations += 1
    assert pages
    assert explanations


# --------------------------------------------------------------- what would go wrong is noticed


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import warnings; warnings.warn('look out')", "expected no warnings, received from cell"),
        ("import sys; print('oh', file=sys.stderr)", "expected no warnings, received from cell"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_warning_an_error_or_a_word_on_standard_error_stops_the_run(
    source: str, said: str
) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    with pytest.raises((RuntimeError, CellExecutionError), match=said):
        render.run(notebook)


def test_facts_tell_sources_and_texts_apart_but_not_looks() -> None:
    def notebook(source: str, svg: str, text: str) -> Any:
        picture = {"image/svg+xml": svg, "image/png": text, "text/plain": text}
        outputs = [
            nbformat.v4.new_output("display_data", picture),
            nbformat.v4.new_output("stream", name="stdout", text=text),
        ]
        cell = nbformat.v4.new_code_cell(source, id="a", outputs=outputs)
        return nbformat.v4.new_notebook(cells=[cell])

    first = render.facts(notebook("draw(y)", '<svg width="1"><text x="1">y</text></svg>', "1"))
    moved = render.facts(notebook("draw(y)", '<svg width="2"><text x="2">y</text></svg>', "1"))
    other_node = render.facts(notebook("draw(y)", '<svg width="1"><text x="1">z</text></svg>', "1"))
    other_text = render.facts(notebook("draw(y)", '<svg width="1"><text x="1">y</text></svg>', "2"))
    other_cell = render.facts(notebook("draw(z)", '<svg width="1"><text x="1">y</text></svg>', "1"))
    assert first == moved
    assert first not in (other_node, other_text, other_cell)


def test_a_time_is_not_measured_anew_as_long_as_its_cell_is_the_same() -> None:
    def timed(source: str, seconds: str) -> Any:
        output = nbformat.v4.new_output("stream", name="stdout", text=seconds)
        cell = nbformat.v4.new_code_cell(
            source, id="a", metadata={"tags": ["machine"]}, outputs=[output]
        )
        return nbformat.v4.new_notebook(cells=[cell])

    same, changed = timed("run()", "2 s"), timed("run(1)", "2 s")
    for notebook in (same, changed):
        render.keep_times(notebook, timed("run()", "1 s"))
    assert [notebook.cells[0].outputs[0].text for notebook in (same, changed)] == ["1 s", "2 s"]
    assert render.facts(same) == render.facts(timed("run()", "3 s"))


@pytest.mark.parametrize(
    ("code", "english", "spanish"),
    [
        ('plot(T("loss", "pérdida"), x)', 'plot("loss", x)', 'plot("pérdida", x)'),
        ('T("á", "é"), T(f"{x}", f"{x}!")', '"á", f"{x}"', '"é", f"{x}!"'),
        ("# en: one\n# es: uno\nx = 1  # 1", "# one\nx = 1  # 1", "# uno\nx = 1  # 1"),
        ("if x:\n    # en: one\n    # es: uno\n    y()", "if x:\n    # one\n    y()", None),
        ('x = T(\n    "a"\n    "b",\n    "c",\n)', 'x = ("a"\n    "b")', 'x = "c"'),
    ],
)
def test_code_is_built_with_the_texts_of_one_language(
    code: str, english: str, spanish: str | None
) -> None:
    assert build.in_language(code, "en") == english
    if spanish is not None:
        assert build.in_language(code, "es") == spanish


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ('T("one")', "expected T\\(English, Spanish\\), received T\\('one'\\)"),
        ("f'{T(1, 2)}'", "expected T\\(f'...', f'...'\\), received it within"),
        ("x = (", "was never closed in line 1 of the cell"),
    ],
)
def test_code_that_cannot_be_built_is_refused(code: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        build.in_language(code, "en")


def test_hints_are_not_read_at_a_glance() -> None:
    code = 'check_function(f, [(1, 2)],\n    hints=["Twice.", "2 * x"], mistakes=[([1], "x")])'
    hidden = build.with_hidden_hints(code)
    assert "Twice" not in hidden
    assert "2 * x" not in hidden
    found = ast.parse(hidden, mode="eval").body
    assert isinstance(found, ast.Call)
    told = {keyword.arg: ast.literal_eval(keyword.value) for keyword in found.keywords}
    assert told == {"hints": hide(["Twice.", "2 * x"]), "mistakes": hide([([1], "x")])}
    with pytest.raises(ValueError, match="hints have to be written as a list in the call"):
        build.with_hidden_hints("check_function(f, [(1, 2)], hints=HINTS)")
