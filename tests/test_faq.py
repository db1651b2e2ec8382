"""Each message in docs/faq.md is what a reader sees: it is provoked here, and compared."""

import math
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

import autograd
import nn
from autograd import Value, animate, draw, no_grad

ROOT = Path(__file__).parent.parent
ENTRIES = {
    part.partition("\n")[0]: re.findall(r"```text\n(.*?)```", part, re.DOTALL)
    for part in re.split(
        "^###? ", (ROOT / "docs" / "faq.md").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
}


def told(action: Callable[[], Any]) -> str:
    """Return the last line that Python shows for what a call raises or warns of."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        try:
            action()
        except Exception as error:  # noqa: BLE001  # whichever it is
            return f"{type(error).__name__}: {error}"
    (warning,) = found
    return f"{warning.category.__name__}: {warning.message}"


def last_line(folder: Path, *words: str) -> str:
    """Return the last line that a fresh Python prints, started in a folder."""
    done = subprocess.run(  # noqa: S603  # this very Python
        [sys.executable, *words], cwd=folder, capture_output=True, encoding="utf-8", check=False
    )
    line = (done.stdout + done.stderr).strip().splitlines()[-1]
    return re.sub(r"^.*?: (?=UserWarning)", "", line)  # where the warning was


def beside_hips(folder: Path) -> str:
    """Return what `import autograd` says where HIPS autograd's files are in the same folder."""
    assert autograd.__file__
    ignored = shutil.ignore_patterns("__pycache__")
    copy = shutil.copytree(Path(autograd.__file__).parent, folder / "autograd", ignore=ignored)
    (copy / "core.py").touch()
    return last_line(folder, "-c", "import autograd")


def other_autograd(folder: Path, code: str) -> str:
    """Return what a line says where another package of the name is found first."""
    (folder / "autograd").mkdir()
    (folder / "autograd" / "__init__.py").touch()
    return last_line(folder, "-c", code)


def script(folder: Path, name: str, code: str) -> str:
    """Return what a script of this name says."""
    (folder / name).write_text(code, encoding="utf-8")
    return last_line(folder, name)


def changed() -> Value:
    """Return a node whose input was changed after it was computed."""
    x = Value(2.0)
    y = x * x
    y.label = "y"
    x.data = 3.0
    return y


def without_graph() -> Value:
    """Return a node that was computed under no_grad()."""
    with no_grad():
        return Value(2.0) * 3.0


def compiled_model() -> nn.Sequential:
    """Return a model of two inputs that can be trained."""
    model = nn.Sequential([nn.Input(2), nn.Dense(1)])
    model.compile(loss="mse")
    return model


v: Any = Value(2.0)  # any type: what is wrong here, types would say first
numbers: Any = [1, 2]

PROVOKED: dict[str, list[Callable[[Path], str]]] = {
    "The wrong Python, the wrong kernel": [
        lambda folder: last_line(folder, "-I", "-S", "-c", "import autograd")
    ],
    "HIPS autograd instead": [
        lambda folder: other_autograd(folder, "from autograd import Value"),
        lambda folder: other_autograd(folder, "import nn"),
    ],
    "HIPS autograd in the same folder": [beside_hips],
    "A script of yours called autograd.py or nn.py": [
        lambda folder: script(folder, "autograd.py", "from autograd import Value"),
        lambda folder: script(folder, "nn.py", "from nn import MLP"),
    ],
    "Compiled or not": [
        lambda _: (
            "autograd.__compiled__ is "
            + last_line(ROOT, "-c", "import autograd; print(autograd.__compiled__)")
        )
    ],
    "No Graphviz engine": [
        lambda folder: told(lambda: draw(Value(1.0)).render(outfile=str(folder / "y.svg")))
    ],
    "Something optional is missing": [
        lambda _: told(lambda: nn.plots.activation_functions(["tanh"])),
        lambda folder: told(lambda: animate(Value(1.0) * 2.0, folder / "y.gif")),
        lambda _: told(lambda: autograd.compile(autograd.exp, backend="llvm")),
    ],
    "A function of math or NumPy": [lambda _: told(lambda: math.exp(v))],
    "Comparing with a number": [lambda _: told(lambda: v == 2.0)],
    "A list of numbers": [lambda _: told(lambda: Value(numbers))],
    "Numbers that do not follow": [lambda _: told(lambda: draw(changed()))],
    "No graph under no_grad": [lambda _: told(lambda: without_graph().backward())],
    "Not compiled": [
        lambda _: told(lambda: nn.Sequential([nn.Input(2), nn.Dense(1)]).fit([[1.0, 2.0]], [1.0]))
    ],
    "Rows of another length": [
        lambda _: told(lambda: compiled_model().fit([[1.0, 2.0, 3.0]], [1.0], verbose=0))
    ],
    "A layer that is not here": [lambda _: told(lambda: getattr(nn.layers, "LSTM"))],  # noqa: B009
}
OTHERS = ["Externally managed environment"]
"""Entries whose message is pip's."""


def test_every_message_is_provoked() -> None:
    messages = {heading: len(found) for heading, found in ENTRIES.items() if found}
    provoked = {heading: len(actions) for heading, actions in PROVOKED.items()}
    assert messages == provoked | dict.fromkeys(OTHERS, 1)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide what is optional, and Graphviz."""

    def no_wheel(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("GLASSGRAD_DOT", raising=False)
    monkeypatch.setattr(metadata, "files", no_wheel)
    for module in ("matplotlib.figure", "PIL"):
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr(
        "autograd.codegen.backends.find_spec", lambda name: name != "llvmlite" or None
    )


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("heading", "index"),
    [(heading, index) for heading, actions in PROVOKED.items() for index in range(len(actions))],
)
def test_a_message_is_what_a_reader_sees(heading: str, index: int, tmp_path: Path) -> None:
    written = " ".join(ENTRIES[heading][index].split())
    seen = " ".join(PROVOKED[heading][index](tmp_path).split()).replace("\\", "/")
    pattern = ".*".join(map(re.escape, re.split(r"\.\.\.(?!\))", written)))
    assert re.fullmatch(pattern, seen), f"{seen}\nis not\n{written}"
