"""Exercise sheets in other people's graders: nbgrader's, Otter's, and what Gradescope reads.

The graders run here as teachers run them, each in processes of its own. Their packages are in the
extra `grading`; `tests/conftest.py` leaves this file out where they are not installed.
"""

import csv
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograd import ExerciseSheet, grade, sheet
from autograd.exercises import nbgrader_notebook, otter_test

exercises = importlib.import_module("test_exercises")  # a module beside this one


@pytest.fixture(scope="module")
def exercise() -> ExerciseSheet:
    cost = exercises.neuron()["cost"]
    return sheet(cost, ["z", "g", "dcost/dw", "new b", "formula dcost/db"], seed=4, rate=0.1)


RIGHT: dict[str, str] = {}
TWO_MISTAKES = {"z": "9.9", "formula of dcost/db": "(g - y) g (1 - g)"}
EMPTY = dict.fromkeys(["z", "g", "gradient of w", "new b", "formula of dcost/db"], "")


def run(*words: str, folder: Path) -> str:
    """Run a program of the interpreter's environment in a folder; return what it printed."""
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(  # noqa: S603  # programs of the graders' packages
        [sys.executable, *words],
        cwd=folder,
        env=os.environ | {"PATH": programs, "PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_nbgrader_releases_the_notebook_and_gives_partial_credit(
    exercise: ExerciseSheet, tmp_path: Path
) -> None:
    (tmp_path / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.root = {str(tmp_path)!r}\n"
    )
    source = tmp_path / "source" / "ps1" / "exercise.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(nbgrader_notebook(exercise), encoding="utf-8")
    run("-m", "nbgrader", "generate_assignment", "ps1", folder=tmp_path)
    released = nbformat.read(tmp_path / "release" / "ps1" / "exercise.ipynb", as_version=4)
    text = nbformat.writes(released)
    for name in ("g", "gradient of w"):
        assert exercise.key[name] not in text
    assert "from_json" not in text  # the test is hidden

    for student, changes in (("ana", RIGHT), ("bo", TWO_MISTAKES), ("cy", EMPTY)):
        cells = [c for c in released.cells if c.metadata.get("nbgrader", {}).get("solution")]
        cells[0].source = f"answers = {exercise.key | changes!r}"
        submitted = tmp_path / "submitted" / student / "ps1" / "exercise.ipynb"
        submitted.parent.mkdir(parents=True)
        nbformat.write(released, submitted)
    run("-m", "nbgrader", "autograde", "ps1", "--create", folder=tmp_path)
    run("-m", "nbgrader", "export", folder=tmp_path)
    with (tmp_path / "grades.csv").open(encoding="utf-8") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    for student, changes in (("ana", RIGHT), ("bo", TWO_MISTAKES), ("cy", EMPTY)):
        expected = grade(exercise, exercise.key | changes)
        assert float(rows[student]["score"]) == expected.points
        assert float(rows[student]["max_score"]) == expected.most == 5.0
    marked = (tmp_path / "autograded" / "bo" / "ps1" / "exercise.ipynb").read_text(encoding="utf-8")
    assert "half of what it should be" in marked


OTTER = """
import json
import otter
grader = otter.Notebook(tests_dir="tests")
for answers in json.load(open("answers.json")):
    result = grader.check("exercise", global_env={"answers": answers})
    passed = [case.test_case.name for case in result.test_case_results if case.passed]
    print(json.dumps([result.score, result.possible, passed, repr(result)]))
"""


def test_otter_checks_each_blank_and_tells_the_hint(
    exercise: ExerciseSheet, tmp_path: Path
) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "exercise.py").write_text(otter_test(exercise), encoding="utf-8")
    answers = [exercise.key | changes for changes in (RIGHT, TWO_MISTAKES, EMPTY)]
    (tmp_path / "answers.json").write_text(json.dumps([*answers, {"q": 1}]))
    lines = run("-c", OTTER, folder=tmp_path).splitlines()
    results = [json.loads(line) for line in lines if line.startswith("[")]
    for (score, possible, passed, _), written in zip(results, answers, strict=False):
        expected = grade(exercise, written)
        assert (score, possible) == (expected.points, 5)
        assert passed == [name for name, mark in expected.marks.items() if mark == 1.0]
    assert "half of what it should be" in results[1][3]
    assert results[3][:3] == [0, 5, []]


def test_a_file_that_can_compute_the_answers_says_so(exercise: ExerciseSheet) -> None:
    for hint in (0, 1, 2, 3):
        first = otter_test(exercise, hint=hint).split("\n\n")[0]
        assert "compute every right answer" in first
        assert first.startswith("# ")
    with pytest.raises(ValueError, match=r"hint"):
        otter_test(exercise, hint=4)
    with pytest.raises(ValueError, match=r"hint"):
        nbgrader_notebook(exercise, hint=-1)
    assert "hint=1)" in nbgrader_notebook(exercise, hint=1)


GRADED_BY_OTTER = """
import json
from otter.api import grade_submission
from otter.run.run_autograder.autograder_config import AutograderConfig
results = grade_submission("submission.ipynb", ag_path="autograder.zip", quiet=True)
print(json.dumps(results.to_gradescope_dict(AutograderConfig())))
"""


@pytest.mark.parametrize("hint", [0, 2])
def test_results_are_those_that_otter_sends_to_gradescope(
    exercise: ExerciseSheet, tmp_path: Path, hint: int
) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "exercise.py").write_text(
        otter_test(exercise, hint=hint), encoding="utf-8"
    )
    answers = exercise.key | TWO_MISTAKES
    cell = nbformat.v4.new_code_cell(f"answers = {answers!r}")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    submission = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel})
    nbformat.write(submission, tmp_path / "submission.ipynb")
    otter = "from otter.cli import cli; cli()"
    run("-c", otter, "generate", "-t", "tests", "--no-environment", folder=tmp_path)
    (line,) = [
        line
        for line in run("-c", GRADED_BY_OTTER, folder=tmp_path).splitlines()
        if line.startswith("{")
    ]
    theirs = json.loads(line)
    ours = grade(exercise, answers, hint=hint).to_gradescope()
    scored = [test for test in theirs["tests"] if "score" in test]
    assert sum(test["score"] for test in scored) == ours["score"]
    assert sum(test["max_score"] for test in scored) == sum(t["max_score"] for t in ours["tests"])
    seen = [test["output"] for test in theirs["tests"] if test["visibility"] == "visible"]
    if hint == 0:
        assert not any("gradient of w" in output or "new b" in output for output in seen)
    for test in scored:  # whatever Otter tells Gradescope of a test, we tell it too
        assert set(test) - {"visibility"} <= set(ours["tests"][0])
