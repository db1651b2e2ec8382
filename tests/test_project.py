"""What is said about the project in more than one file is the same in each."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent


def text_of(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


def content_of(file: str) -> Any:
    return yaml.safe_load(text_of(file))


def version() -> str:
    found = re.search(r'^version = "(.+)"$', text_of("pyproject.toml"), re.MULTILINE)
    assert found
    return found[1]


def test_the_oldest_dependencies_are_those_that_are_allowed() -> None:
    lines = text_of("constraints-oldest.txt").splitlines()
    oldest = {line for line in lines if "#" not in line}  # with a comment: of others' dependencies
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    asked = {
        re.sub(r" *(;.*|\[.*\])", "", one).replace(">=", "==")
        for one in [*project["dependencies"], *(x for found in extras.values() for x in found)]
        if ">=" in one
    }
    named = {line.partition("==")[0] for line in oldest}
    assert oldest == {one for one in asked if one.partition("==")[0] in named}
    needed = {one for group in ("test", "fast", "plot", "pdf") for one in extras[group]}
    assert {re.split("[>=[]", one)[0] for one in needed} - {"glassgrad", "micrograd"} <= named


def test_hooks_before_a_commit_are_the_lint_of_the_whole_check() -> None:
    (repository,) = content_of(".pre-commit-config.yaml")["repos"]
    assert {hook["language"] for hook in repository["hooks"]} == {"system"}  # pyproject's versions
    (job,) = re.findall(r'^ *in_fresh_environment lint "(.*)"$', text_of(".ci/run"), re.MULTILINE)
    assert [hook["entry"] for hook in repository["hooks"]] == job.split(" && ")[1:]


def test_the_workflow_runs_the_whole_check_and_the_tests_on_other_systems() -> None:
    jobs = content_of(".github/workflows/ci.yml")["jobs"]
    assert [step["run"] for step in jobs["everything"]["steps"] if "run" in step] == [".ci/run"]
    *_, default = jobs["everything"]["steps"][1]["with"]["python-version"].split()
    pythons = jobs["tests"]["strategy"]["matrix"]["python"]
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    assert [f">={default}", *pythons] == [project["requires-python"], "3.11", "3.13"]
    assert jobs["tests"]["strategy"]["matrix"]["os"] == ["macos-latest", "windows-latest"]
    assert jobs["tests"]["strategy"]["fail-fast"] is False
    assert jobs["tests"]["steps"][-1]["run"] == "pytest"
    used = [step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step]
    assert [action for action in used if not re.fullmatch(r"actions/[a-z-]+@v\d+", action)] == []


def test_the_citation_is_of_the_version_at_hand() -> None:
    citation = content_of("CITATION.cff")
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == version()
    assert 'authors = [{ name = "The glassgrad contributors" }]' in text_of("pyproject.toml")
    assert citation["authors"] == [{"name": "The glassgrad contributors"}]


def test_the_changelog_begins_with_what_is_unreleased_and_has_the_version_at_hand() -> None:
    headings = re.findall(r"^## (.*)$", text_of("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    assert headings[1].startswith(f"[{version()}] - ")
    kinds = set(re.findall(r"^### (.*)$", text_of("CHANGELOG.md"), re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


@pytest.mark.parametrize("file", ["CONTRIBUTING.md", "CHANGELOG.md"])
def test_files_that_are_named_are_there(file: str) -> None:
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", text_of(file))
    named += re.findall(r"\]\((?!https?:)([\w./-]+)", text_of(file))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
