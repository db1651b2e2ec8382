"""The notebooks run from top to bottom, say what the course notes say, and are kept in order."""

import ast
import base64
import io
import json
import math
import re
import runpy
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

FOLDER = Path(__file__).parent.parent / "notebooks"
render = SimpleNamespace(**runpy.run_path(str(FOLDER / "render.py")))
NAMES = [path.stem for path in render.sources()]
WORKED_EXAMPLES = ["4-worked-example-en", "4-worked-example-es"]


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


# The numbers of the course notes, computed from the notes' formulas by another program. The worked
# example's nodes are the ones that its last cells build afresh.
WORKED_EXAMPLE: dict[str, Any] = {
    "nodes['cost'].backward() or 0": 0,
    "nodes['z1'].data": -0.5,
    "nodes['g1'].data": 0.3775406687981454,
    "nodes['g2'].data": 0.04742587317756678,
    "nodes['y_pred'].data": 24.957320884175846,
    "nodes['cost'].data": 3253.8672407108816,
    "nodes['y_pred'].grad": -114.08535823164831,
    "nodes['g1'].grad": -1369.0242987797797,
    "nodes['z1'].grad": -321.72579230743304,
    "nodes['g1'].partials[0]": 0.2350037122015945,
    "nodes['b3'].grad": -114.08535823164831,
    "nodes['w7'].grad": -43.071862446852506,
    "nodes['w8'].grad": -5.4105977309114275,
    "nodes['w1'].grad": -19303.547538445982,
    "nodes['w3'].grad": -25738.063384594643,
    "nodes['w5'].grad": -1608.6289615371652,
    "12 - 0.001 * nodes['w7'].grad": 12.043071862446853,
    "network.layers[1].neurons[0].weights[0].data": 12.043071862446853,
    "0.1 - 0.01 * nodes['w1'].grad": 193.13547538445985,
    "second['z1'].data": 0.3,
    "second['g1'].data": 0.5744425168116591,
    "build(STUDENTS[2])['z1'].data": -4.9,
    "build(STUDENTS[2])['g1'].data": 0.007391541344281983,
}
NUMBERS: dict[str, dict[str, Any]] = {
    "1-a-single-neuron": {
        "[*AND.weights, AND.bias]": [1, 1, -2],
        "[*OR.weights, OR.bias]": [2, 2, -2],
        "[*NOT.weights, NOT.bias]": [-1, -3, 2],
        "[xor(a, b) for a in (0, 1) for b in (0, 1)]": [0, 1, 1, 0],
        "[round(p) for [p] in network.predict(nn.datasets.xor().inputs)]": [0, 1, 1, 0],
    },
    "2-the-perceptron-trick": {
        "[*far.weights, far.bias]": [-1, -1, -11],
        "[*nearer.weights, nearer.bias]": [2.6, 3.5, -10.1],
        "steps.count": 10,
        "[float(n) for n in (*steps.line.weights, steps.line.bias)]": [4, 5, -9],
        "approach(line, (1, 1), label=1, rate=0.1).count": 11,
    },
    "3-logistic-regression": {
        "shares": [0.09003057317038046, 0.24472847105479764, 0.6652409557748219],
        "math.prod(first)": 0.0084,
        "math.prod(second)": 0.3024,
        "-sum(map(math.log, first))": 4.7795,
        "-sum(map(math.log, second))": 1.1960,
        "4 * mean": 4.828313737302301,
        "[g - f for g, f in zip(by_graph, by_formula)]": [0, 0, 0],
    },
    "4-worked-example-en": WORKED_EXAMPLE,
    "4-worked-example-es": WORKED_EXAMPLE,
    "6-networks": {
        "sigmoid(0.7 + 0.8)": 0.8175744761936437,
        "sigmoid(7 * 0.7 + 5 * 0.8 - 6)": 0.9478464369215823,
        "y.data": sigmoid(7 * sigmoid(1) + 5 * sigmoid(-11) - 6),
        "h.grad - (y.data - 1)": 0,
        "w11.grad / h.grad": 7 * sigmoid(1) * (1 - sigmoid(1)) * -1,
    },
}
SHOWN = {
    "2-the-perceptron-trick": ["Perceptron(weights=(2.6, 3.5), bias=-10.1)", "10", "11"],
    "3-logistic-regression": ["[0.09, 0.2447, 0.6652]", "(0.0084, 0.3024)", "[4.8, 1.2]", "4.8283"],
    "4-worked-example-en": ["-43.0719", "-114.085", "-19303.5", "w7 = 12.0431", "w1 = 193.14"],
    "4-worked-example-es": ["-43.0719", "-114.085", "-19303.5", "w7 = 12.0431", "w1 = 193.14"],
    "6-networks": ["0.82", "0.95"],
}
"""Texts that each notebook shows to its reader."""

NODE = ["node"]


def solutions(notebook: Any) -> list[str]:
    """The answers to the exercises, which the notebook keeps folded up."""
    blocks = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and "<details>" in cell.source:
            blocks += re.findall(r"```python\n(.*?)```", cell.source, re.DOTALL)
    return blocks


class Executed:
    """A notebook after a run in a fresh kernel.

    Attributes:
        notebook: the notebook, with its outputs.
        numbers: the values of the expressions of NUMBERS at the end of the run.
    """

    def __init__(self, name: str) -> None:
        notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
        count = len(notebook.cells)
        asked = ", ".join(NUMBERS.get(name, {}))
        after = ["import json", f"print(json.dumps([{asked}]))", *solutions(notebook)]
        notebook.cells += [nbformat.v4.new_code_cell(source) for source in after]
        executed = render.run(notebook)
        self.numbers = json.loads(executed.cells[count + 1].outputs[0].text)
        del executed.cells[count:]
        self.notebook = executed

    def outputs(self, *kinds: str) -> Iterator[tuple[str, str]]:
        """Each output of these kinds, with its cell's id."""
        for cell, output in render.outputs(self.notebook):
            for kind, data in output.get("data", {"text/plain": output.get("text", "")}).items():
                if kind in kinds:
                    yield cell.id, data


@pytest.fixture(scope="module", params=NAMES)
def executed(request: pytest.FixtureRequest) -> Executed:
    """Run each notebook once: no cell fails or warns, and every answer to an exercise is right."""
    return Executed(request.param)


@pytest.fixture
def name(executed: Executed, request: pytest.FixtureRequest) -> str:
    assert executed is not None
    return str(request.node.callspec.params["executed"])


# --------------------------------------------------------------------- what they compute and show


def test_the_numbers_are_those_of_the_course_notes(executed: Executed, name: str) -> None:
    expected = list(NUMBERS.get(name, {}).values())
    for expression, found, right in zip(
        NUMBERS.get(name, {}), executed.numbers, expected, strict=True
    ):
        tolerance = 5e-5 if "math.log" in expression else 1e-12
        assert found == pytest.approx(right, rel=tolerance, abs=1e-12), expression


def test_a_reader_sees_the_numbers_of_the_course_notes(executed: Executed, name: str) -> None:
    kinds = ("text/plain", "text/markdown", "image/svg+xml")
    text = "\n".join(data for _, data in executed.outputs(*kinds))
    assert [number for number in SHOWN.get(name, []) if number not in text] == []


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
    exercises = [c for c in executed.notebook.cells if "exercise" in c.metadata.get("tags", [])]
    assert len(exercises) == len(solutions(executed.notebook)) == 2
    for cell in exercises:
        [output] = cell.outputs
        said = output.get("text") or output.data["text/plain"]
        assert re.search(r"WRONG|Rows that are wrong: [1-4]|False", said), said


def test_the_copy_with_outputs_is_current(executed: Executed, name: str) -> None:
    copy = nbformat.read(render.RENDERED / f"{name}.ipynb", as_version=4)
    message = "run `python notebooks/render.py`"
    assert render.facts(copy) == render.facts(executed.notebook), message


# ------------------------------------------------------------------------------- how they are kept


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_kept_without_outputs_and_in_one_form(name: str) -> None:
    text = (FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    plain = nbformat.writes(render.strip(notebook))
    assert text == plain + "\n" * (not plain.endswith("\n")), "run `python notebooks/render.py`"


@pytest.mark.parametrize("name", NAMES)
def test_a_cell_is_known_by_a_word(name: str) -> None:
    cells = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells
    ids = [cell.id for cell in cells]
    assert len(set(ids)) == len(ids)
    assert [id_ for id_ in ids if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", id_)] == []


def test_every_notebook_has_a_copy_with_outputs_and_every_copy_a_notebook() -> None:
    assert sorted(path.stem for path in render.RENDERED.glob("*")) == NAMES


def test_the_worked_example_has_one_source_of_figures_in_two_languages() -> None:
    both = [nbformat.read(FOLDER / f"{name}.ipynb", as_version=4) for name in WORKED_EXAMPLES]
    english, spanish = [
        [(c.id, c.cell_type, c.source if c.cell_type == "code" else "") for c in notebook.cells]
        for notebook in both
    ]
    assert english == spanish


def test_every_link_leads_to_a_file() -> None:
    texts = [path.read_text(encoding="utf-8") for path in [FOLDER / "README.md", *render.sources()]]
    targets = [target for text in texts for target in re.findall(r"\]\(([^)\s]+)\)", text)]
    assert len(targets) > len(NAMES)
    assert [target for target in targets if not (FOLDER / target).exists()] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_cell_holds_calls_and_no_program(name: str) -> None:
    """Logic belongs in the package, where tests check it."""
    for cell in nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            tree = ast.parse(cell.source)
            loops = [n for n in ast.walk(tree) if isinstance(n, (ast.For, ast.While, ast.If))]
            assert len(loops) <= 1, cell.source
            assert len(cell.source.splitlines()) <= 13, cell.source


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
    notebooks = [nbformat.read(path, as_version=4) for path in render.RENDERED.glob("*.ipynb")]
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
