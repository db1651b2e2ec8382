"""Machine code that is kept in a folder, for the next process."""

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograd import compile as compiled
from autograd import exp, files, sin, tanh
from autograd.codegen import backends
from autograd.codegen.llvm import machine_code as machine_code_module
from autograd.codegen.llvm import tape
from autograd.codegen.llvm.machine_code import VARIABLE, machine_code
from autograd.codegen.llvm.processor import processor

TEXT = "define double @run(double %x) {{\n  %y = fmul double %x, {}\n  ret double %y\n}}\n"


def answer(text: str, level: int = 1) -> float:
    processor()  # LLVM is ready for this machine
    engine = machine_code(text, level)
    run = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(engine.get_function_address("run"))
    value: float = run(3.0)
    return value


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folder is set; the files that were written, in order."""
    found: list[Path] = []

    def write_whole(path: Path, data: bytes) -> None:
        files.write_whole(path, data)
        found.append(path)

    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(machine_code_module, "write_whole", write_whole)
    return found


def test_a_text_is_compiled_once(written: list[Path]) -> None:
    assert [answer(TEXT.format(2.0)) for _ in range(3)] == [6.0, 6.0, 6.0]
    assert len(written) == 1


def test_another_text_or_level_is_other_code(written: list[Path]) -> None:
    assert [answer(TEXT.format(2.0)), answer(TEXT.format(4.0))] == [6.0, 12.0]
    assert answer(TEXT.format(4.0), level=2) == 12.0
    assert len(set(written)) == 3


@pytest.mark.parametrize("place", [0, 40, -1])
def test_a_damaged_file_is_compiled_and_written_again(written: list[Path], place: int) -> None:
    answer(TEXT.format(2.0))
    whole = written[0].read_bytes()
    damaged = bytearray(whole)
    damaged[place] ^= 1
    written[0].write_bytes(damaged)
    assert answer(TEXT.format(2.0)) == 6.0
    assert len(written) == 2
    written[0].write_bytes(whole[:20])
    assert answer(TEXT.format(2.0)) == 6.0
    assert len(written) == 3


def test_a_folder_that_cannot_be_made_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file"))
    assert answer(TEXT.format(2.0)) == 6.0


def test_without_the_variable_nothing_is_kept(
    written: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE)
    assert answer(TEXT.format(2.0)) == 6.0
    assert not written


@pytest.mark.parametrize("length", [6, 3000])
def test_numbers_are_those_of_code_just_compiled(written: list[Path], length: int) -> None:
    """Straight-line code, and the loop of a tape."""

    def f(x: Any) -> Any:
        for i in range(length):
            x = tanh(x * 0.9 + 0.01 * i)
        return x

    results = []
    for _ in range(2):
        backends.compiled.cache_clear()
        tape._MACHINES.clear()
        results.append(compiled(f, backend="llvm").value_and_grad(0.3))
    assert results[0] == results[1] == compiled(f, backend="python").value_and_grad(0.3)
    assert len(written) == len(set(written)) > 0


def test_tapes_share_the_code_that_has_their_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape, "_MACHINES", {})

    def made_of(*functions: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def f(x: Any) -> Any:
            for i in range(3000):
                x = functions[i % len(functions)](-0.1 * x + 0.0001 * i)
            return x

        return f

    counts = []
    for functions in [(tanh, exp), (tanh,), (sin,), (exp, tanh), (sin,)]:
        f = made_of(*functions)
        found = compiled(f, backend="llvm").value_and_grad(0.3)
        expected = compiled(f, backend="python").value_and_grad(0.3)
        assert found == pytest.approx(expected, rel=1e-12)
        counts.append(len(tape._MACHINES))
    assert counts == [1, 1, 2, 2, 2]
