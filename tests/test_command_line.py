"""`python -m autograd`, as someone types it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograd.__main__ import main
from autograd.worked_example import CHAINS, GRADIENTS, STUDENTS, UPDATES, VALUES, build


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # the interpreter that runs this
        [sys.executable, "-W", "error", "-m", "autograd", *words],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"} | environment,
    )


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


@pytest.mark.parametrize("parameter", CHAINS)
def test_the_factors_shown_multiply_to_the_gradient_shown(
    parameter: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = printed(capsys, tmp_path)
    names, numbers, product = re.search(
        rf"dcost/d{parameter} = (.*)\n +=(.*)\n +=(.*)\n", text
    ).groups()  # type: ignore[union-attr]  # no match is a failure too
    expected = [
        f"d{a}/d{b}" for a, b in zip(CHAINS[parameter], CHAINS[parameter][1:], strict=False)
    ]
    assert [name.strip() for name in names.split("*")] == expected
    shown = 1.0
    for number in numbers.split("*"):
        shown *= float(number)
    assert shown == pytest.approx(float(product), rel=2e-3)  # four decimals of each are shown


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
