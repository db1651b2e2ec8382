"""README, in both languages, and the guides in docs/: commands run, links lead somewhere."""

import itertools
import re
import runpy
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

import autograd.__main__
import nn.__main__

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
READMES = [ROOT / "README.md", ROOT / "README.es.md"]
GUIDES = sorted(DOCS.rglob("*.md"))
TEXTS = [*READMES, *GUIDES]
site = SimpleNamespace(**runpy.run_path(str(DOCS / "build.py")))


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def blocks(file: Path) -> list[tuple[str, str]]:
    """The fenced blocks of a text: the language, and what is in it."""
    return re.findall(r"^```(\w*)\n(.*?)^```", text_of(file), re.MULTILINE | re.DOTALL)


def prose(file: Path) -> str:
    """A text without its fenced blocks."""
    return re.sub(r"^```.*?^```", "", text_of(file), flags=re.MULTILINE | re.DOTALL)


# ------------------------------------------------------------------------------------- commands

LEFT_OUT = {
    "git clone": "nothing is at the intended address yet",
    "cd glassgrad": "nothing is cloned",
    "python3 -m venv": "the whole check makes an environment for each command of README",
    ". .venv/bin/activate": "there is none to enter",
    "pip install": "the whole check installs; here each extra is looked up",
    "pip uninstall": "it would take the library away",
    "apt install": "it changes the machine",
    "brew install": "it changes the machine",
    "jupyter lab": "it waits for its user",
    "pytest": "this is what runs",
    "python -m tests.attacks": "it takes half an hour; the whole check attacks for 90 seconds",
    "python tests/engines.py": "it takes minutes; tests of engines have the same expressions",
    "python tests/hands.py": "it takes minutes; tests of hands have a part of it",
    "python benchmarks/keras_table.py": "it needs Keras, and takes minutes",
    "python benchmarks/run.py": "it takes minutes; the whole check has the short run",
    "python notebooks/site.py": "it downloads Pyodide; tests of their own build that site",
    "python docs/build.py": "it needs the extra docs; the whole check builds the site",
}
"""Why a command that begins so is not run here."""

PROGRAMS = r"(python3?|pip|jupyter|git|apt|brew|npm|[A-Z_]+=\S+|\.) "


def commands(file: Path) -> list[str]:
    """Return a text's commands: lines of consoles, and what is code in its prose."""
    lines = [
        line for kind, block in blocks(file) if kind == "console" for line in block.splitlines()
    ]
    lines += [code for code in prose(file).split("`")[1::2] if re.match(PROGRAMS, code)]
    parts = [part for line in lines for part in line.split(" && ")]
    return [re.sub(r"^([A-Z_]+=\S+ )+", "", part) for part in parts]


def left_out(command: str) -> str | None:
    return next((start for start in LEFT_OUT if command.startswith(start)), None)


def first_seen() -> dict[Path, list[str]]:
    """Return the commands to be run for each text: those that no text before it has."""
    seen: set[str] = set()
    found: dict[Path, list[str]] = {}
    for text in TEXTS:
        found[text] = [c for c in commands(text) if c not in seen and not left_out(c)]
        seen.update(found[text])
    return {text: new for text, new in found.items() if new}


TO_RUN = first_seen()


@pytest.mark.parametrize("text", TO_RUN, ids=name_of)
def test_the_commands_of_a_text_run(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    (tmp_path / "list.csv").write_text("name\nAda\nEmmy\n", encoding="utf-8")
    for command in TO_RUN[text]:
        python, m, module, *words = shlex.split(command)
        assert (python, m) == ("python", "-m"), command
        if module == "ipykernel":
            done = [sys.executable, "-m", module, *words]
            subprocess.run(done, check=True, capture_output=True)  # noqa: S603  # this very Python
            continue
        main = {"autograd": autograd.__main__.main, "nn": nn.__main__.main}[module]
        assert main(words) == 0, command
        assert capsys.readouterr().out, command


def test_every_command_that_is_left_out_is_in_a_text() -> None:
    found = {left_out(command) for text in TEXTS for command in commands(text)}
    assert found - {None} == {*LEFT_OUT}


def test_every_extra_that_is_named_can_be_installed() -> None:
    extras = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]["optional-dependencies"]
    texts = "".join(map(text_of, TEXTS))
    named = re.findall(r"(?:glassgrad|\.)\[([\w,]+)\]'", texts)
    assert named
    assert {extra for names in named for extra in names.split(",")} <= {*extras}


def test_every_program_that_is_named_is_there() -> None:
    named = re.findall(r"`?python ([\w/]+\.py)", "".join(map(text_of, TEXTS)))
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []


# ---------------------------------------------------------------------------------------- links


def links(file: Path) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", prose(file))


def anchors(file: Path) -> set[str]:
    """The places in a text that can be linked to, as code hosts name them."""
    headings = re.findall(r"^#+ (.*)$", prose(file), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("text", [*TEXTS, ROOT / "CONTRIBUTING.md"], ids=name_of)
def test_every_link_leads_to_a_file_and_a_place_in_it(text: Path) -> None:
    for link in links(text):
        if not link.startswith("http"):
            path, _, place = link.partition("#")
            file = (text.parent / path).resolve() if path else text
            assert file.exists(), link
            assert not place or place in anchors(file), link


def test_every_guide_is_in_the_index_and_the_readme_leads_to_it() -> None:
    found = {(DOCS / link).resolve() for link in links(DOCS / "index.md")}
    assert {*GUIDES} - {DOCS / "index.md"} <= found
    assert "docs/index.md" in links(READMES[0])


def test_the_site_s_menu_has_every_guide() -> None:
    shown = [target for _, entries in site.menu(Path("out"), Path("out")) for _, target in entries]
    assert sorted(shown) == sorted(
        [
            "reference/index.html",
            *(
                guide.relative_to(DOCS).with_suffix(".html").as_posix()
                for guide in GUIDES
                if guide.name != "index.md"
            ),
        ]
    )


def test_a_link_of_the_site_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "guide.html").write_text(
        '<a href="api.html">1</a><a href="api.html#f">2</a><a href="api.html#g">3</a>'
        '<img src="no.png"><a href="#top">4</a><a id="top" href="https://example.org/no">5</a>',
        encoding="utf-8",
    )
    (tmp_path / "api.html").write_text('<a href="#g" id="f">1</a>', encoding="utf-8")
    assert site.broken_links(tmp_path, [tmp_path / "guide.html"]) == [
        "guide.html: api.html#g",
        "guide.html: no.png",
    ]


def test_links_of_guides_become_those_of_a_site(tmp_path: Path) -> None:
    guide = DOCS / "how-to" / "draw.md"
    assert site.target(guide, "../faq.md", tmp_path) == "../faq.html"
    assert site.target(guide, "../../CONTRIBUTING.md", tmp_path) == (
        "https://github.com/glassgrad/glassgrad/blob/main/CONTRIBUTING.md"
    )
    assert site.target(DOCS / "index.md", "../notebooks/page.png", tmp_path) == "images/page.png"
    assert (tmp_path / "images" / "page.png").is_file()


# -------------------------------------------------------------------------------- what is shown


@pytest.mark.parametrize("text", READMES, ids=name_of)
def test_a_readme_is_short_and_begins_with_a_picture_and_two_lines_that_run(text: Path) -> None:
    assert len(text_of(text).split()) <= 1200
    first = text_of(text).partition("\n## ")[0]
    picture, commands_ = first.index("]("), first.index("```console\n")
    assert picture < commands_
    assert "![" in first[:commands_]
    console = blocks(text)[0][1].splitlines()
    assert len(console) == 2
    assert console[0].startswith("git clone https://github.com/glassgrad/glassgrad && ")
    assert "python3 -m venv" in console[0]
    assert console[1] == "pip install . && python -m autograd"
    assert "<" not in "".join(console)  # a shell would take it for a redirection


@pytest.mark.parametrize("text", GUIDES, ids=name_of)
def test_a_guide_is_short(text: Path) -> None:
    assert len(text_of(text).split()) <= 1200


def typed(block: str) -> list[str]:
    """What is typed in a block: all of it, or of a doctest its inputs, but for the language."""
    lines = block.splitlines()
    if not block.startswith(">>>"):
        return lines
    return [
        line for line in lines if line.startswith((">>> ", "... ")) and "set_language" not in line
    ]


def test_both_readmes_have_the_same_code_and_links() -> None:
    english, spanish = map(blocks, READMES)
    language = "en"
    for (kind, here), (other_kind, there) in zip(english, spanish, strict=True):
        assert kind == other_kind
        assert typed(here) == typed(there)
        language = "es" if 'set_language("es")' in there else language
        assert language == "es" or here == there
    both = [[link for link in links(text) if not link.startswith("README")] for text in READMES]
    assert both[0] == both[1]
    headings = [re.findall("^#+ ", prose(text), re.MULTILINE) for text in READMES]
    assert headings[0] == headings[1]


def test_each_readme_leads_to_the_other() -> None:
    for text, other in itertools.permutations(READMES):
        assert other.name in links(text)
