"""`python -m autograd`, as someone types it."""

import contextlib
import inspect
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograd import Value, animate, check_by_hand, draw, explain
from autograd.__main__ import main
from autograd.drawing.diagram import DETAILS, DIRECTIONS
from autograd.notation.reading import parse
from autograd.worked_example import GRADIENTS, STUDENTS, UPDATES, VALUES, build


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # the interpreter that runs this
        [sys.executable, "-W", "error", "-m", "autograd", *words],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"} | environment,
    )


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> str:
    assert main(["--out", str(tmp_path)]) == 0
    return capsys.readouterr().out


def test_it_writes_three_pictures_as_svg_and_png_and_ends(tmp_path: Path) -> None:
    done = run("--out", str(tmp_path / "new" / "folder"))
    assert (done.returncode, done.stderr) == (0, "")
    files = sorted((tmp_path / "new" / "folder").iterdir())
    names = [
        f"{name}.{e}" for name in ("backward", "forward", "path-of-w1") for e in ("png", "svg")
    ]
    assert [file.name for file in files] == names
    for file in files:
        assert str(file) in done.stdout
        start = b"\x89PNG" if file.suffix == ".png" else b"<?xml"
        assert file.read_bytes().startswith(start)


def test_the_gradients_of_w7_b3_and_w1_are_shown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = printed(capsys, tmp_path)
    for number in ("-43.0719", "-114.0854", "-19303.5475", "12.0431", "12.4307", "193.1355"):
        assert number in text


@pytest.mark.parametrize(
    ("parameter", "names"),
    [
        ("w7", "dcost/dy_pred * dy_pred/dw7"),
        ("b3", "dcost/dy_pred * dy_pred/db3"),
        ("w1", "dcost/dy_pred * dy_pred/dg1 * dg1/dz1 * dz1/dw1"),
    ],
)
def test_the_factors_shown_multiply_to_the_gradient_shown(
    parameter: str, names: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = printed(capsys, tmp_path)
    assert f"dcost/d{parameter} = {names}\n" in text
    shown = re.search(rf"dcost/d{parameter} = .*\n +=(.*)\n +=(.*)\n\n", text)
    assert shown is not None
    product = eval(re.sub(r"(?<=\d)\(", "*(", shown[1].strip()))  # noqa: S307  # our own numbers
    assert f"{product:.6g}" == shown[2].strip()


def test_all_three_students_are_in_the_forward_table(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = printed(capsys, tmp_path)
    for i, z1 in enumerate(("-0.5", "0.3", "-4.9"), start=1):
        (line,) = re.findall(rf"student {i} .*", text)
        assert z1 in line.split()


def test_the_notes_numbers_came_about_as_the_table_says() -> None:
    nodes = build(STUDENTS[0])
    nodes["cost"].backward()
    for name in ("g1", "y_pred"):  # cut off: not larger, and less than one digit away
        short = nodes[name].data - float(VALUES[name].number)
        assert 0 <= short < 0.01
        assert float(VALUES[name].number) != round(nodes[name].data, 2)
    assert pytest.approx(24.863) == 12 * 0.37 + 9 * 0.047 + 20
    assert pytest.approx(float(GRADIENTS["y_pred"].number)) == 2 * (24.95 - 82)
    assert pytest.approx(-42.217) == 2 * (24.95 - 82) * 0.37
    assert float(GRADIENTS["w7"].number) == round(-42.217, 1)
    from_cut = 2 * (24.95 - 82) * 12 * nodes["g1"].data * (1 - nodes["g1"].data) * 60
    assert round(from_cut) == -19306
    assert int(nodes["w1"].grad) == int(GRADIENTS["w1"].number.replace(",", ""))
    for name, rate, written in UPDATES:
        if written.number:
            new = nodes[name].data - rate * nodes[name].grad
            assert new == pytest.approx(float(written.number), rel=1e-3)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--colour",), "unrecognized arguments: --colour"),
        (("--out",), "argument --out: expected one argument"),
        (("extra",), "unrecognized arguments: extra"),
    ],
)
def test_a_bad_option_gives_one_clear_line(words: tuple[str, ...], complaint: str) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"python -m autograd: error: {complaint}\n"


def test_an_unwritable_folder_gives_one_clear_line(tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.write_text("precious")
    done = run("--out", str(taken))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert f"cannot write to the folder {str(taken)!r}" in done.stderr
    assert taken.read_text() == "precious"


def test_a_missing_engine_gives_one_clear_line(tmp_path: Path) -> None:
    done = run("--out", str(tmp_path), GLASSGRAD_DOT="no-such-program")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "GLASSGRAD_DOT names 'no-such-program'" in done.stderr


# ------------------------------------------------------- commands for an expression

NEURON = "z = w*x + b; g = sigmoid(z); cost = (g - y)**2"
NUMBERS = ("w=0.5", "x=2", "b=-3", "y=1")


def neuron() -> tuple[Value, dict[str, Value]]:
    return parse(NEURON, {"w": 0.5, "x": 2.0, "b": -3.0, "y": 1.0})


def complaint_of(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    start = f"python -m autograd {words[0]}: error: "
    assert printed.err.startswith(start)
    assert printed.err.endswith("\n")
    return printed.err.removeprefix(start).removesuffix("\n")


def test_explain_as_someone_types_it() -> None:
    done = run("explain", "(a*b + c).tanh()", "a=2", "b=-3", "c=10", "--wrt", "a")
    assert (done.returncode, done.stderr) == (0, "")
    output, nodes = parse("(a*b + c).tanh()", {"a": 2, "b": -3, "c": 10})
    assert done.stdout == f"{explain(output, nodes['a'])}\n"


def test_explain_takes_assigned_names_and_several(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", NEURON, *NUMBERS, "--wrt", "z", "--wrt", "w"]) == 0
    output, nodes = neuron()
    expected = "\n\n".join(explain(output, nodes[name]).text for name in "zw")
    assert capsys.readouterr().out == f"{expected}\n"


def test_explain_is_about_all_that_numbers_are_given_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", NEURON, *NUMBERS]) == 0
    output, nodes = neuron()
    expected = "\n\n".join(explain(output, nodes[name]).text for name in "wxby")
    assert capsys.readouterr().out == f"{expected}\n"


def test_names_are_read_as_python_reads_them(capsys: pytest.CaptureFixture[str]) -> None:
    lunate = "\N{GREEK LUNATE EPSILON SYMBOL}"
    assert main(["explain", f"{lunate}*a", f"{lunate}=2", "a=3"]) == 0
    assert "\N{GREEK SMALL LETTER EPSILON}" in capsys.readouterr().out


def test_explain_writes_latex(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--latex", NEURON, *NUMBERS, "--wrt", "w"]) == 0
    output, nodes = neuron()
    latex = explain(output, nodes["w"]).latex
    assert capsys.readouterr().out == f"\\[\n{latex}\n\\]\n"


@pytest.mark.parametrize(
    ("words", "look"),
    [
        (["--form", "paths"], {"form": "paths"}),
        (["--digits", "3"], {"digits": 3}),
        (["--symbols"], {"numbers": False}),
    ],
)
def test_explain_takes_the_look_of_an_explanation(
    words: list[str], look: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", NEURON, *NUMBERS, "--wrt", "w", *words]) == 0
    output, nodes = neuron()
    assert capsys.readouterr().out == f"{explain(output, nodes['w'], **look).text}\n"


def test_explain_writes_layers_as_vectors(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["z = dot([w], [x], b); (z - 1)**2", "w=0.5", "x=2", "b=-3", "--wrt", "w"]
    assert main(["explain", *words, "--form", "layers"]) == 0
    assert "delta(1) = " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--form", "layers"], "expected weighted sums"),
        (["--digits", "0"], "digits"),
        (["--form", "path"], "invalid choice"),
    ],
)
def test_explain_says_what_is_wrong_with_its_look(
    words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["explain", NEURON, *NUMBERS, "--wrt", "w", *words])
    (line,) = capsys.readouterr().err.splitlines()
    assert complaint in line


def test_an_expression_may_start_with_a_minus(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "-h*2", "h=-3"]) == 0
    assert "d(-h*2)/dh = -2" in capsys.readouterr().out


def test_names_and_options_come_in_any_order(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["a*b", "--wrt", "b", "a=2", "b=-3"], ["--wrt=b", "a*b", "b=-3", "a=2"]):
        assert main(["explain", *words]) == 0
        assert "d(a*b)/db = a\n" in capsys.readouterr().out


@pytest.mark.parametrize(("ending", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_draw_writes_a_picture_and_says_where(ending: str, start: bytes, tmp_path: Path) -> None:
    file = tmp_path / "new" / f"picture.{ending}"
    done = run("draw", NEURON, *NUMBERS, "--out", str(file))
    assert (done.returncode, done.stderr, done.stdout) == (0, "", f"{file}\n")
    assert file.read_bytes().startswith(start)


def test_draw_writes_graph_svg_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["draw", "a*b", "a=2", "b=-3"]) == 0
    assert capsys.readouterr().out == "graph.svg\n"
    assert [file.name for file in tmp_path.iterdir()] == ["graph.svg"]


def drawn(tmp_path: Path, *words: str) -> str:
    """The DOT text of a picture; it needs no engine."""
    file = tmp_path / "picture.dot"
    assert main(["draw", NEURON, *NUMBERS, "--out", str(file), *words]) == 0
    return file.read_text(encoding="utf-8")


def test_draw_shows_gradients_unless_told_not_to(tmp_path: Path) -> None:
    assert "no backward pass yet" not in drawn(tmp_path)
    assert "-0.369912" in drawn(tmp_path)
    assert "no backward pass yet" in drawn(tmp_path, "--no-backward")
    assert "-0.369912" not in drawn(tmp_path, "--no-backward")


def test_draw_passes_its_options_on(tmp_path: Path) -> None:
    output, nodes = neuron()
    output.backward()
    for detail in DETAILS:
        for direction in DIRECTIONS:
            words = ("--detail", detail, "--direction", direction)
            assert drawn(tmp_path, *words) == output_drawn(output, detail, direction)
    one = drawn(tmp_path, "--highlight", "z")
    assert one == output_drawn(output, "nodes", "LR", nodes["z"])
    several = drawn(tmp_path, "--highlight", "x", "--highlight", "g")
    assert several == output_drawn(output, "nodes", "LR", nodes["x"], nodes["g"])
    assert len({one, several, drawn(tmp_path)}) == 3


def output_drawn(output: Value, detail: str, direction: str, *stops: Value) -> str:
    picture = draw(output, detail=detail, direction=direction, highlight=stops or None)
    return str(picture.source)


@pytest.mark.parametrize(
    ("words", "look"),
    [
        ("--digits 3", {"digits": 3}),
        ("--no-derivatives", {"derivatives": False}),
        ("--derivatives", {"derivatives": True}),
        ("--colors dark", {"colors": "dark"}),
        ("--colors print", {"colors": "print"}),
        ("--slide", {"slide": True}),
        ("--slide --direction TB --digits 2", {"slide": True, "direction": "TB", "digits": 2}),
        ("--title Neuron", {"title": "Neuron"}),
        ("--max-nodes 14", {"max_nodes": 14}),
    ],
)
def test_each_option_of_draw_has_a_flag(words: str, look: dict[str, Any], tmp_path: Path) -> None:
    output, _ = neuron()
    output.backward()
    found = drawn(tmp_path, *words.split())
    assert found == draw(output, **look).source
    is_default = words in {"--derivatives", "--max-nodes 14"}
    assert (found == draw(output).source) is is_default


def test_draw_has_a_flag_for_each_option() -> None:
    help_text = run("draw", "--help").stdout
    options = [name for name in inspect.signature(draw).parameters if name != "output"]
    assert len(options) > 8
    for option in options:
        assert f"--{option.replace('_', '-')}" in help_text


@pytest.mark.parametrize(
    ("ending", "start"), [(".tex", b"\\documentclass"), (".mmd", b"flowchart"), (".svg", b"<?xml")]
)
def test_draw_writes_what_the_ending_says(ending: str, start: bytes, tmp_path: Path) -> None:
    file = tmp_path / f"picture{ending}"
    assert main(["draw", "a*b", "a=2", "b=-3", "--out", str(file)]) == 0
    assert start in file.read_bytes()[:400]


def test_draw_writes_pdf_or_says_what_it_takes(tmp_path: Path) -> None:
    file = tmp_path / "picture.pdf"
    done = run("draw", "a*b", "a=2", "b=-3", "--out", str(file))
    if done.returncode:  # no engine here writes PDF
        assert "glassgrad[pdf]" in done.stderr
    else:
        assert file.read_bytes().startswith(b"%PDF")


def test_draw_writes_a_moving_svg(tmp_path: Path) -> None:
    file = tmp_path / "steps.svg"
    words = ["--animate", "--seconds", "2", "--colors", "dark", "--out", str(file)]
    assert main(["draw", "a*b", "a=2", "b=-3", *words]) == 0
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    again = tmp_path / "again.svg"
    animate(a * b, again, seconds=2.0, colors="dark")
    assert file.read_bytes() == again.read_bytes()


def test_the_worked_example_is_drawn_as_is_asked(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path), "--slide", "--colors", "dark", "--no-derivatives"]) == 0
    svg = (tmp_path / "backward.svg").read_text(encoding="utf-8")
    assert "#1c1c1c" in svg
    assert re.search(r'<svg [^>]*viewBox="0\.00 0\.00 960\.00 540\.00"', svg)
    assert "×" not in svg  # no multipliers


def test_draw_marks_parameters(tmp_path: Path) -> None:
    assert "parameter" not in drawn(tmp_path)
    assert drawn(tmp_path, "--parameter", "w", "--parameter", "b").count(">parameter<") == 2


def test_draw_draws_the_moment_after_a_step(tmp_path: Path) -> None:
    output, _ = neuron()
    for step in range(12):
        assert drawn(tmp_path, "--step", str(step)) == draw(output, step=step).source


def test_draw_writes_an_animation_by_the_ending(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "steps.gif"
    assert main(["draw", NEURON, *NUMBERS, "--direction", "TB", "--out", str(file)]) == 0
    assert capsys.readouterr().out == f"{file}\n"
    assert file.read_bytes().startswith(b"GIF89a")


def test_check_says_what_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--value", "z=-2", "--value", "g=0.12", "--grad", "w=-0.37", "--grad", "g=-1.76"]
    assert main(["check", NEURON, *NUMBERS, *words]) == 0
    output, nodes = neuron()
    report = check_by_hand(
        output,
        {nodes["z"]: "-2", nodes["g"]: "0.12"},
        {nodes["w"]: "-0.37", nodes["g"]: "-1.76"},
    )
    assert report.ok
    assert capsys.readouterr().out == f"{report}\n"


def test_check_says_what_is_wrong() -> None:
    done = run("check", NEURON, *NUMBERS, "--grad", "b=0.185", "--value", "z=-2")
    assert (done.returncode, done.stderr) == (1, "")
    assert "WRONG" in done.stdout
    assert "gradient of b" in done.stdout


def test_check_goes_by_the_digits_that_were_written() -> None:
    assert main(["check", "q = a/b; q*1", "a=2", "b=3", "--value", "q=0.67"]) == 0
    assert main(["check", "q = a/b; q*1", "a=2", "b=3", "--value", "q=0.670"]) == 1


def test_check_takes_every_kind_of_claim(capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "--value",
        "z=-2",
        "--local",
        "dg/dz=0.105",
        "--grad",
        "w=-0.370",
        "--grad",
        "dg/dx=0.0525",
    ]
    words += ["--update", "w=0.537", "--rate", "0.1", "--formula", "dcost/dw=2(g - y) g(1 - g) x"]
    assert main(["check", NEURON, *NUMBERS, *words]) == 0
    output, nodes = neuron()
    report = check_by_hand(
        output,
        {nodes["z"]: "-2"},
        {nodes["w"]: "-0.370", (nodes["g"], nodes["x"]): "0.0525"},
        {nodes["w"]: ("0.537", 0.1)},
        locals={(nodes["g"], nodes["z"]): "0.105"},
        formulas={(output, nodes["w"]): "2(g - y) g(1 - g) x"},
    )
    assert report.ok
    assert len(report.findings) == 6
    assert capsys.readouterr().out == f"{report}\n"


def test_check_judges_several_outputs_and_names_that_none_uses() -> None:
    expression = "s = w*x; t = w + ln(x); 2*s"
    right = ["--value", "t=3.10", "--grad", "w=6", "--grad", "dt/dx=0.333"]
    assert main(["check", expression, "w=2", "x=3", "unused=1", *right]) == 0
    assert main(["check", expression, "w=2", "x=3", "--grad", "dt/dx=3"]) == 1


def test_check_tells_as_much_as_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    shown = []
    for hint in "0123":
        words = ["--grad", "w=0.37", "--hint", hint]
        assert main(["check", NEURON, *NUMBERS, *words]) == 1
        shown.append(capsys.readouterr().out)
    assert shown[0] == "0 of 1 steps are right.\n"
    assert ["sign" in text for text in shown] == [False, False, True, True]
    assert ["-0.36991" in text for text in shown] == [False, False, False, True]


@pytest.mark.parametrize("number", ["x", f"1e{'9' * 30}", "1,2,3"])
def test_a_number_that_cannot_be_read_is_reported(
    number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", NEURON, *NUMBERS, "--grad", f"w={number}", "--value", "z=-2"]) == 1
    good, bad = sorted(capsys.readouterr().out.splitlines(), key=lambda line: "gradient" in line)
    assert good.endswith("right")
    assert "not a number: write one such as" in bad


def test_expressions_are_read_as_mathematicians_write_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["--value", "y=25.2", "--grad", "a=4", "--grad", "b=7.39"]
    assert (
        main(
            [
                "check",
                "y = a^2 + e^b + 2*pi*max(c, 0, -1) + ln(d) + log10(100); 1*y",
                "a=2",
                "b=2",
                "c=1.7",
                "d=3",
                *words,
            ]
        )
        == 0
    )
    assert capsys.readouterr().out.count("right to the digits written") == 2


# ------------------------------------------------------------------------ sheet and grade


def test_a_sheet_and_its_key_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["sheet", NEURON, *NUMBERS, "--ask", "z", "--ask", "dcost/dw"]) == 0
    assert capsys.readouterr().out == "sheet.md\nsheet-key.md\n"
    text = (tmp_path / "sheet.md").read_text(encoding="utf-8")
    assert "$w = 0.5$, $x = 2$, $b = -3$, $y = 1$" in text
    assert "-0.369912" in (tmp_path / "sheet-key.md").read_text(encoding="utf-8")
    assert "-0.369912" not in text


@pytest.mark.parametrize("ending", ["md", "html", "tex", "ipynb"])
def test_sheets_come_in_every_form_and_numbers_by_seed(ending: str, tmp_path: Path) -> None:
    texts: list[str] = []
    for seed in "112":
        file = tmp_path / f"{len(texts)}.{ending}"
        assert main(["sheet", NEURON, "y=0,1", "--seed", seed, "--out", str(file)]) == 0
        texts.append(file.read_text(encoding="utf-8"))
    assert texts[0] == texts[1] != texts[2]


NAMES = "name\nAna\nBo\nCy\n"


def test_a_class_has_its_sheets_and_is_marked_from_a_table(tmp_path: Path) -> None:
    students, out, back = tmp_path / "list.csv", tmp_path / "set", tmp_path / "back.csv"
    students.write_text(NAMES)
    done = run("sheet", NEURON, "--students", str(students), "--out", str(out), "--rate", "0.1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"3 sheets to hand out in {out / 'sheets'}",
        f"key.html, key.json and answers.csv in {out}",
    ]
    files = ["answers.csv", "key.html", "key.json", "sheets"]
    assert sorted(file.name for file in out.iterdir()) == files
    sheets = ["Ana.md", "Bo.md", "Cy.md"]
    assert sorted(file.name for file in (out / "sheets").iterdir()) == sheets
    key = json.loads((out / "key.json").read_text(encoding="utf-8"))["sheets"]
    blanks = list(key["Ana"]["answers"])
    rows = [",".join(["name", *blanks])]
    rows += [",".join([code, *key[code]["answers"].values()]) for code in ("Ana", "Bo")]
    back.write_text("\n".join(rows).replace(key["Bo"]["answers"]["g"], "7.7"), encoding="utf-8")
    done = run("grade", str(out / "key.json"), str(back), "--out", str(tmp_path / "grades"))
    assert done.returncode == 1  # for Cy handed nothing in
    assert done.stdout.splitlines()[:3] == [
        f"Ana    {len(blanks)} of {len(blanks)}",
        f"Bo     {len(blanks) - 1} of {len(blanks)}",
        "Cy            -  nothing was handed in",
    ]
    assert "WRONG" in (tmp_path / "grades" / "reports" / "Bo.txt").read_text(encoding="utf-8")


def test_a_class_is_marked_from_notebooks_and_one_for_gradescope(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    students, out = tmp_path / "list.csv", tmp_path / "set"
    students.write_text(NAMES)
    words = ["--students", str(students), "--out", str(out), "--format", "ipynb"]
    assert main(["sheet", NEURON, *words]) == 0
    key = json.loads((out / "key.json").read_text(encoding="utf-8"))["sheets"]
    for code, entry in key.items():
        file = out / "sheets" / f"{code}.ipynb"
        notebook = json.loads(file.read_text(encoding="utf-8"))
        notebook["cells"][1]["source"] = f"answers = {entry['answers']!r}"
        file.write_text(json.dumps(notebook), encoding="utf-8")
    capsys.readouterr()
    assert main(["grade", str(out / "key.json"), str(out)]) == 0
    count = len(key["Ana"]["answers"])
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        [code, str(count), "of", str(count)] for code in key
    ]
    results = tmp_path / "results.json"
    words = [str(out / "key.json"), str(out / "sheets" / "Bo.ipynb"), "--gradescope", str(results)]
    assert main(["grade", *words]) == 0
    assert json.loads(results.read_text(encoding="utf-8"))["score"] == count


def test_a_list_with_semicolons_gives_tables_with_semicolons_and_decimal_commas(
    tmp_path: Path,
) -> None:
    students, out, grades = tmp_path / "list.csv", tmp_path / "set", tmp_path / "grades"
    students.write_bytes("Apellidos y nombre;Grupo\r\nNúñez, José;A\r\n".encode("cp1252"))
    words = ["w=0.5", "x=2", "b=-1.5", "y=1", "--ask", "z", "--ask", "g"]
    assert main(["sheet", NEURON, *words, "--students", str(students), "--out", str(out)]) == 0
    table = (out / "answers.csv").read_text(encoding="utf-8-sig")
    assert table.splitlines()[0] == "sheet;name;z;g"
    filled = table.replace("Núñez, José;;", "Núñez, José;-0,5;0,378")
    (out / "answers.csv").write_text(filled, encoding="utf-8")
    words = [str(out / "key.json"), str(out / "answers.csv"), "--out", str(grades)]
    assert main(["grade", *words]) == 0
    marks = (grades / "grades.csv").read_text(encoding="utf-8-sig").splitlines()
    assert marks[1] == "Núñez-José;Núñez, José;2,0;2,0;1,0;1,0;Núñez-José;"


def test_decimal_commas_are_told_from_lists(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sheet.md"
    assert main(["sheet", "y = w*x", "w=0,5", "x=1,2,3", "--out", str(out)]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        "note: for w one of 0 and 5 is drawn; for decimals, write a point: 0.5"
    ]
    for words, number in (
        (("explain", "w*x", "w=0,5", "x=2"), "0.5"),
        (("check", "w*x", "w=1", "x=2", "--update", "w=0,8", "--rate", "0,1"), "0.1"),
        (("check", "w*x", "w=1", "x=2", "--grad", "w=2", "--tolerance", ",01"), ".01"),
    ):
        assert f"; write {number}" in complaint_of(words, capsys)


def test_parameters_may_be_listed_with_commas(tmp_path: Path) -> None:
    for words in (["--parameter", "w,b"], ["--parameter", "w", "--parameter", " b "]):
        file = tmp_path / "sheet.md"
        assert main(["sheet", NEURON, "--rate", "0.1", *words, "--out", str(file)]) == 0
        assert file.read_text(encoding="utf-8").count(r"\text{new }") == 2
    for command, name in (("explore", "page.html"), ("draw", "graph.svg")):
        words = ["a=1", "b=2", "--parameter", "a,b", "--out", str(tmp_path / name)]
        assert main([command, "a*b", *words]) == 0


@pytest.mark.parametrize("parameter", [(), ("--parameter", "w")])
def test_a_number_that_is_given_to_a_class_is_kept(
    parameter: tuple[str, ...], tmp_path: Path
) -> None:
    students, out = tmp_path / "list.csv", tmp_path / "set"
    students.write_text(NAMES)
    words = ["w=3", "b=1,2", *parameter, "--students", str(students), "--out", str(out)]
    assert main(["sheet", NEURON, *words]) == 0
    key = json.loads((out / "key.json").read_text(encoding="utf-8"))["sheets"]
    assert [entry["given"]["w"] for entry in key.values()] == [3.0, 3.0, 3.0]
    assert {entry["given"]["b"] for entry in key.values()} <= {1.0, 2.0}
    assert len({entry["given"]["x"] for entry in key.values()}) > 1


@pytest.mark.parametrize(
    ("asked", "says", "loose", "ok"),
    [
        ([], "three significant digits", [], False),
        (["--digits", "2"], "two significant digits", [], True),
        (["--decimals", "3"], "three decimals", [], False),
        (["--tolerance", "0.01"], "within 1 % of its size", [], True),
        ([], "three significant digits", ["--digits", "2"], True),
        ([], "three significant digits", ["--tolerance", "0.01"], True),
    ],
)
def test_a_class_is_marked_by_the_digits_that_its_sheets_ask_for(
    asked: list[str], says: str, loose: list[str], ok: bool, tmp_path: Path
) -> None:
    students, out, back = tmp_path / "list.csv", tmp_path / "set", tmp_path / "back.csv"
    students.write_text("name\nAna\n")
    numbers = ["w=0.5", "x=2", "b=-1.5", "y=1", "--ask", "g", *asked]
    assert main(["sheet", NEURON, *numbers, "--students", str(students), "--out", str(out)]) == 0
    assert says in (out / "sheets" / "Ana.md").read_text(encoding="utf-8").replace("\\", "")
    back.write_text("name,g\nAna,0.38\n")
    grades = tmp_path / "grades"
    assert main(["grade", str(out / "key.json"), str(back), *loose, "--out", str(grades)]) == 0
    assert json.loads((grades / "grades.json").read_text(encoding="utf-8"))[0]["ok"] is ok


TWO_RESULTS = "z = a*b; y = 3*a"


@pytest.mark.parametrize(
    ("text", "claims", "told"),
    [
        (TWO_RESULTS, ["--grad", "a=3"], "dy/da  3  right\n"),
        (TWO_RESULTS, ["--grad", "b=1"], "dz/db  1  right\n"),
        (TWO_RESULTS, ["--value", "z=2", "--grad", "b=1"], "z      2  right\ndz/db  1  right\n"),
        (TWO_RESULTS, ["--grad", "dz/da=2", "--grad", "a=3"], "dy/da  3  right\ndz/da  2  right\n"),
        ("y = 3*a", ["--grad", "a=3"], "gradient of a  3  right\n"),
        ("p = softmax([a, a]); p[0]", ["--grad", "a=0"], "gradient of a  0  right\n"),
    ],
)
def test_the_result_whose_gradient_is_meant_is_chosen_and_named(
    text: str, claims: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", text, "a=1", "b=2", *claims]) == 0
    assert capsys.readouterr().out == told


def test_where_several_results_may_be_meant_a_sentence_asks_which(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("check", "z = a*b; v = 2*b; y = 3*a", "a=1", "b=2", "--grad", "b=1")
    assert "several results depend on b: say which, as --grad dz/db=... or --grad dv/db=..." in (
        complaint_of(words, capsys)
    )
    assert main([*words[:-1], "dv/db=2"]) == 0


def test_check_takes_the_digits_that_are_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["check", NEURON, "w=0.5", "x=2", "b=-1.5", "y=1", "--value", "g=0.38"]
    assert main(words) == 0
    assert main([*words, "--digits", "3"]) == 1
    assert "give three significant digits" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("sheet", "a*b", "--digits", "0"), "expected digits to be a whole number from 1 to 15"),
        (("sheet",), "the following arguments are required: EXPR"),
        (("sheet", "a*", "--ask", "a"), "column 3: cannot read this"),
        (("sheet", "a*b", "a=1,x"), "expected a finite number for a, received 'x'"),
        (("sheet", "a*b", "a=1", "a=2"), "'a' is given twice"),
        (("sheet", "a*b", "--ask", "da/dc"), "cannot ask for 'da/dc'"),
        (("sheet", "a*b", "--ask", "new a"), "'new a' needs a learning rate"),
        (("sheet", "a*b", "--out", "sheet.doc"), "unknown ending of a sheet: '.doc'"),
        (("sheet", "a*b", "--format", "doc"), "invalid choice: 'doc'"),
        (("sheet", "a*b", "--rate", "nan"), "expected a learning rate above 0"),
        (("sheet", "a*b", "--students", "none.csv"), "'none.csv': No such file"),
        (("sheet", "relu(a)", "a=-1,-2"), "no numbers were found at which every unit learns"),
        (("grade", "none.json", "back.csv"), "'none.json': No such file"),
        (("grade", "key.json"), "the following arguments are required: ANSWERS"),
    ],
)
def test_what_cannot_be_made_or_marked_gives_one_clear_line(
    words: tuple[str, ...], complaint: str, empty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert complaint in complaint_of(words, capsys).splitlines()[0]
    assert list(empty.iterdir()) == []


def test_a_set_never_overwrites_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    students, out = tmp_path / "list.csv", tmp_path / "set"
    students.write_text(NAMES)
    words: tuple[str, ...] = ("sheet", NEURON, "--students", str(students), "--out", str(out))
    assert main(words) == 0
    key = (out / "key.json").read_bytes()
    capsys.readouterr()
    assert "it is there already, and is not an empty folder" in complaint_of(words, capsys)
    assert (out / "key.json").read_bytes() == key
    words = ("grade", str(out / "key.json"), str(out / "key.html"))
    assert "expected a table with a column 'sheet'" in complaint_of(words, capsys)
    words = ("grade", str(out / "answers.csv"), str(out / "answers.csv"))
    assert complaint_of(words, capsys) == "this is not the key of a class, key.json"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("explain", "a*b", "a=2", "b"), "argument NAME=NUMBER: expected NAME=NUMBER, such as"),
        (("explain", "a*b", "a=2", "=3"), "argument NAME=NUMBER: expected NAME=NUMBER, such as"),
        (("explain", "a*b", "a=2", "b="), "argument NAME=NUMBER: expected NAME=NUMBER, such as"),
        (("explain", "a*b", "a=2", "b=x"), "argument NAME=NUMBER: expected a finite number for b"),
        (("explain", "a*b", "a=2", "b=nan"), "argument NAME=NUMBER: expected a finite number"),
        (("explain", "a*b", "a=2", "b=1e999"), "argument NAME=NUMBER: expected a finite number"),
        (("explain", "a*a", "a=2", "a=3"), "'a' is given twice"),
        (("explain", "a*a", "a=2", "--wrt", "d"), "unknown name 'd' (must be one of a)"),
        (("explain", "lambda*a", "a=2", "lambda=3"), "lambda is a word of Python's own"),
        (("draw", "a*b", "a=2", "b=1", "--highlight", "b", "--highlight", "a"), "path from b to a"),
        (("explain", "2*3"), "nothing to differentiate by: give a name a number"),
        (("explain", "a*a", "a=2", "c=3", "--wrt", "c"), "nothing to explain"),
        (("explain", "where(1, a, b)", "a=1", "b=2", "--wrt", "b"), "nothing to explain"),
        (("explain", "a*a", "a=2", "--colour"), "unrecognized arguments: --colour"),
        (("explain", "a*a", "a=2", "--late"), "unrecognized arguments: --late"),
        (("explain",), "the following arguments are required: EXPR"),
        (("draw", "a*a", "a=2", "--out", "graph.bmp"), "expected a file ending in .svg, .png"),
        (("draw", "a*a", "a=2", "--out", "graph"), "expected a file ending in .svg, .png"),
        (("draw", "a*a", "a=2", "--colors", "x"), "argument --colors: invalid choice: 'x'"),
        (("draw", "a*a", "a=2", "--digits", "0"), "expected digits to be a whole number from 1"),
        (("draw", "a*a", "a=2", "--digits", "x"), "argument --digits: invalid int value: 'x'"),
        (("draw", "a*a", "a=2", "--max-nodes", "1"), "2 nodes"),
        (("draw", "a*a", "a=2", "--seconds", "1"), "--seconds is for a moving picture"),
        (
            ("draw", "a*a", "a=2", "--animate", "--out", "a.png"),
            "--animate writes a .gif or an .svg",
        ),
        (("draw", "a*a", "a=2", "--seconds", "0", "--out", "a.gif"), "expected seconds"),
        (("draw", "a*a", "a=2", "--detail", "x"), "argument --detail: invalid choice: 'x'"),
        (("draw", "a*a", "a=2", "--direction", "x"), "argument --direction: invalid choice: 'x'"),
        (("draw", "a*a", "a=2", "--highlight", "d"), "unknown name 'd' (must be one of a)"),
        (("draw", "a*a", "a=2", "--parameter", "d"), "unknown parameter 'd' (given: a)"),
        (("draw", "a*a", "a=2", "--step", "x"), "argument --step: invalid int value: 'x'"),
        (("draw", "a*a", "a=2", "--step", "5"), "expected a step from 0, before the first, to 4"),
        (("draw", "a*a", "a=2", "--step", "1", "--no-backward"), "leave out --no-backward"),
        (("draw", "a*a", "a=2", "--step", "1", "--detail", "ops"), "leave out detail and"),
        (("draw", "a*a", "a=2", "--step", "1", "--out", "a.gif"), "leave out --step, or choose"),
        (("draw", "a*a", "a=2", "--highlight", "a", "--out", "a.gif"), "leave out detail and"),
        (("check", "a*a", "a=2"), "nothing to check: give --value NAME=NUMBER or --grad"),
        (("check", "a*a", "a=2", "--grad", "a"), "argument --grad: expected NAME=NUMBER"),
        (
            ("check", "a*a", "a=2", "--local", "a=1"),
            "expected a derivative dA/dB of names for --local",
        ),
        (
            ("check", "a*a", "a=2", "--formula", "da/db=1"),
            "expected a derivative dA/dB of names for",
        ),
        (
            ("check", "a*a", "a=2", "--update", "a=1"),
            "--update needs the learning rate: give --rate",
        ),
        (("check", "a*a", "a=2", "--grad", "a=1", "--hint", "4"), "invalid choice: 4"),
        (("check", "a*a", "a=2", "--grad", "d=1"), "unknown name 'd' (must be one of a)"),
        (("check", "a*a", "a=2", "--grad", "a=1", "--grad", "a=4"), "'a' is given twice"),
    ],
)
def test_what_a_command_cannot_do_gives_one_clear_line(
    words: tuple[str, ...], complaint: str, empty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = complaint_of(words, capsys)
    assert complaint in line
    assert "\n" not in line
    assert list(empty.iterdir()) == []


@pytest.mark.parametrize("command", ["explain", "draw", "check"])
def test_a_bad_expression_is_shown_with_a_caret(command: str, tmp_path: Path) -> None:
    extra = ("--out", str(tmp_path / "graph.svg")) if command == "draw" else ()
    done = run(command, "a*b + d", "a=2", "b=-3", *extra)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"python -m autograd {command}: error: column 7: unknown name 'd' (given: a, b)\n"
        "  a*b + d\n"
        "        ^\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ["svg", "dot"])
def test_an_unwritable_picture_gives_one_clear_line(
    ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = tmp_path / "file"
    taken.write_text("precious")
    out = taken / f"graph.{ending}"
    line = complaint_of(("draw", "a*a", "a=2", "--out", str(out)), capsys)
    assert line.startswith(f"cannot write {str(out)!r}: ")
    assert "\n" not in line
    assert taken.read_text() == "precious"


def test_a_picture_without_an_engine_gives_one_clear_line(tmp_path: Path) -> None:
    out = str(tmp_path / "graph.svg")
    done = run("draw", "a*a", "a=2", "--out", out, GLASSGRAD_DOT="no-such-program")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "GLASSGRAD_DOT names 'no-such-program'" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["explain", "draw", "check", "sheet"])
def test_help_names_the_commands_and_each_has_its_own(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, expected in ((["--help"], command), ([command, "--help"], "NAME=NUMBER")):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 0
        assert expected in capsys.readouterr().out


# ------------------------------------------------------------------------- explore


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ((), "How cost is computed"),
        (("(a*b + c).tanh()", "a=2", "b=-3", "c=10"), "How tanh(a*b + c) is computed"),
        (("-a*b", "a=2", "b=-3", "--parameter", "a", "--direction", "TB"), "How -a*b is computed"),
    ],
)
def test_explore_writes_a_page(
    words: tuple[str, ...], title: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "page.html"
    assert main(["explore", *words, "--out", str(file)]) == 0
    assert capsys.readouterr().out == f"{file}\n"
    assert f"<h1>{title}, and its gradients</h1>" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("a*b", "a=2"), "unknown name 'b'"),
        (("--parameter", "w"), "--parameter is for an expression"),
        (("a*2", "a=2", "--parameter", "b"), "unknown parameter 'b'"),
        (("a*2", "a=2", "--direction", "up"), "invalid choice: 'up'"),
        (("a*2", "a=2", "--out", "/dev/null/page.html"), "cannot write"),
    ],
)
def test_explore_says_in_one_line_what_is_wrong(
    words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["explore", *words])
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_no_verdict_is_lost_in_a_terminal_that_cannot_show_every_character(encoding: str) -> None:
    written = io.BytesIO()
    out = io.TextIOWrapper(written, encoding=encoding)
    with contextlib.redirect_stdout(out):
        status = main(["check", "y=a*b", "a=1", "b=2", "--local", "dy/da=2"])
    out.flush()
    said = written.getvalue().decode(encoding)
    assert status == 0
    assert "?" in said
    assert "right" in said
