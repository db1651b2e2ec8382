"""Hand checks, exercise sheets, marks and the shell, as a reader of Spanish meets them."""

import importlib
import json
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import autograd
from autograd import ExerciseSheet, HandCheck, Parameter, Value, check_by_hand, grade, label, sheet
from autograd.__main__ import main
from autograd.checking import assert_by_hand
from autograd.exercises import (
    check_function,
    class_set,
    grade_class,
    nbgrader_notebook,
    otter_test,
)

slip_catalogue: Any = importlib.import_module("slip_catalogue")

ENGLISH = re.compile(
    r"(?<!\\)\b(the|of|is|are|and|or|which|for|in|to|by|with|that|this|was|not|from|an|it|right|wrong)\b",
    re.IGNORECASE,
)


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """Leave the language as it was."""
    yield
    autograd.set_language("en")


def neuron() -> dict[str, Value]:
    w, x, b = Parameter(0.5), Value(2.0), Parameter(0.1)
    z = w * x + b
    g = z.sigmoid()
    cost = (g - 1.0) ** 2
    label(w=w, x=x, b=b, z=z, g=g, J=cost)
    return {"w": w, "x": x, "b": b, "z": z, "g": g, "J": cost}


def exercise(**options: Any) -> ExerciseSheet:
    asked = ["z", "g", "dJ/dw", "nuevo w", "fórmula dJ/dw"]
    return sheet(neuron()["J"], asked, rate=0.1, language="es", **options)


# ------------------------------------------------------------------------ a report


def checked(**options: Any) -> HandCheck:
    n = neuron()
    return check_by_hand(
        n["J"],
        {n["z"]: "1,1", n["g"]: "0.75"},
        {n["w"]: "0.1875"},
        {n["w"]: ("0.6", 0.1)},
        language="es",
        **options,
    )


@pytest.mark.parametrize(
    ("hint", "told"),
    [
        (0, "Pasos correctos: 2 de 4."),
        (
            1,
            """\
z                  1,1  correcto
g                 0.75  correcto en las cifras escritas
gradiente de w  0.1875  INCORRECTO
nuevo w            0.6  INCORRECTO
El primer paso incorrecto es gradiente de w.""",
        ),
        (
            2,
            """\
z                  1,1  correcto
g                 0.75  correcto en las cifras escritas
gradiente de w  0.1875  INCORRECTO. signo: el signo es el contrario
nuevo w            0.6  INCORRECTO. Ningún error habitual da este número.
El primer paso incorrecto es gradiente de w.""",
        ),
    ],
)
def test_a_report_tells_in_spanish_as_much_as_its_hint_says(hint: int, told: str) -> None:
    assert str(checked(hint=hint)) == told


def test_the_strongest_hints_are_told_in_spanish() -> None:
    first = checked(hint=3).findings[2]
    assert checked(hint=3).reason(first) == (
        "INCORRECTO, se esperaba -0.1875 según las líneas anteriores. signo: el signo es el"
        " contrario"
    )
    rounded = checked(reveal=True).findings[1]
    assert checked(reveal=True).reason(rounded) == (
        "correcto en las cifras escritas: 0.75026 redondeado"
    )


def test_a_report_keeps_the_language_that_it_was_made_in() -> None:
    report = checked()
    assert autograd.languages.language() == "en"
    assert "El primer paso incorrecto" in str(report.with_hint(3))
    found = report.to_dict()
    assert found["claims"][2]["verdict"] == "wrong"
    assert found["claims"][2]["slip"] == "sign"
    assert found["claims"][2]["reason"] == "INCORRECTO. signo: el signo es el contrario"
    n = neuron()
    autograd.set_language("es")
    english = check_by_hand(n["J"], {n["z"]: 1.2}, language="en")
    assert str(english).endswith("The first wrong step is z.")
    assert str(check_by_hand(n["J"], {n["z"]: 1.2})).endswith("El primer paso incorrecto es z.")


def test_a_report_of_an_older_version_speaks_the_language_that_there_is() -> None:
    kept = HandCheck(())
    del kept.__dict__["language"]
    again = pickle.loads(pickle.dumps(kept))  # noqa: S301  # our own
    assert str(again) == "Nothing is claimed, so nothing is right."
    autograd.set_language("es")
    assert str(again) == "No se ha dado ningún número, así que nada es correcto."


def test_a_failed_assertion_has_the_report_in_spanish() -> None:
    n = neuron()
    with pytest.raises(AssertionError, match="El primer paso incorrecto es z"):
        assert_by_hand(n["J"], {n["z"]: 1.2}, language="es")


def test_no_slip_is_told_in_english() -> None:
    autograd.set_language("es")
    told = [
        str(slip_catalogue.judged(slip, 5)[0].with_hint(3, reveal=True))
        for slip in slip_catalogue.CATALOGUE[::4]
    ]
    assert len(told) > 40
    assert [text for text in told if ENGLISH.search(text)] == []


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2(g - 1", "columna 2: no se puede leer: '(' no se cerró"),
        ("2 q", "columna 3: nombre desconocido: 'q' (dados: w, x, b, z, g, J)"),
        ("dJ/dw", "eso es lo que se pregunta: escribe cuánto es"),
        ("J = g", "columna 3: escribe solo el lado derecho de la ecuación"),
    ],
)
def test_a_formula_that_cannot_be_read_is_told_in_spanish(written: str, told: str) -> None:
    n = neuron()
    report = check_by_hand(n["J"], formulas={(n["J"], n["w"]): written}, language="es")
    assert report.reason(report.findings[0]) == f"no se puede leer: {told}"
    english = check_by_hand(n["J"], formulas={(n["J"], n["w"]): written})
    assert english.reason(english.findings[0]).startswith("cannot be read: ")


def test_a_function_is_judged_in_spanish() -> None:
    report = check_function(lambda x: x, [(1, 1), (2, 4)], hints=["Prueba 2."], language="es")
    assert str(report).startswith("Correcta en 1 de 2 puntos.\n")
    assert str(report.with_hint(1)).endswith("Prueba 2.")
    autograd.set_language("es")
    english = check_function(lambda x: x, [(1, 1), (2, 4)], language="en")
    assert str(english).startswith("Right at 1 of 2 points.")


# ------------------------------------------------------------------------ a sheet and its marks


TASK = (
    "Calcula cada número y escribe al menos tres cifras significativas. Un número que se deduce de"
    " tus propios números anteriores cuenta como correcto. Los decimales van con punto o con coma,"
    " 0.5 o 0,5 (en un cuaderno de Python, la coma va entre comillas: '0,5'). Una fórmula se"
    " escribe con los nombres de arriba, por ejemplo 2(a - b) c^2. La tasa de aprendizaje es 0.1;"
    " un número nuevo necesita tantas cifras que en su paso, la diferencia con el anterior, se vean"
    " tres cifras significativas."
)


def test_a_sheet_is_in_spanish_and_says_how_decimals_are_written() -> None:
    assert exercise(student="Ana").markdown.splitlines() == [
        "# Ejercicio",
        "",
        "**Ana**",
        "",
        "Datos: $w = 0.5$, $x = 2$, $b = 0.1$",
        "",
        "Cálculo:",
        "",
        r"- $z = w \cdot x + b$",
        r"- $g = \sigma\left(z\right)$",
        r"- $J = \left(g - 1\right)^{2}$",
        "",
        TASK,
        "",
        r"1. $z$ = \_\_\_\_\_\_\_\_\_\_\_\_",
        r"2. $g$ = \_\_\_\_\_\_\_\_\_\_\_\_",
        r"3. $\frac{\partial J}{\partial w}$ (gradiente de w) = \_\_\_\_\_\_\_\_\_\_\_\_",
        r"4. $\text{nuevo } w$ = \_\_\_\_\_\_\_\_\_\_\_\_",
        r"5. $\frac{\partial J}{\partial w}$ (fórmula de dJ/dw) = \_\_\_\_\_\_\_\_\_\_\_\_",
    ]
    assert '<html lang="es">' in exercise().html
    assert "<p>Datos: w = 0.5" in exercise().html
    assert r"\text{nuevo } w" in exercise().latex
    assert exercise().questions[2:] == ("gradiente de w", "nuevo w", "fórmula de dJ/dw")
    assert exercise(title="Tarea").markdown.startswith("# Tarea\n")


@pytest.mark.parametrize(
    "options", [{}, {"digits": 1}, {"digits": 9}, {"decimals": 0}, {"tolerance": 0.01}]
)
def test_no_sheet_has_english(options: dict[str, Any]) -> None:
    found = sheet(neuron()["J"], rate=0.1, language="es", **options)
    for text in (found.markdown, repr(found), found.cell):
        assert ENGLISH.findall(text) == []


def test_a_sheet_keeps_its_language() -> None:
    found = ExerciseSheet.from_json(exercise().json)
    assert found.language == "es"
    assert found.markdown == exercise().markdown
    assert found.key == exercise().key
    data = json.loads(exercise().json)
    del data["language"]  # as a sheet of an older version
    assert ExerciseSheet.from_dict(data).questions[2] == "gradient of w"
    with pytest.raises(ValueError, match="unknown language"):
        ExerciseSheet.from_dict(data | {"language": "tlh"})


def test_marks_are_told_in_the_language_of_the_sheet_or_another() -> None:
    answers = exercise().key | {"z": "-1,1", "gradiente de w": "0,188"}
    told = str(grade(exercise(student="Ana"), answers))
    assert told.splitlines()[0] == "Ana: 3 de 5 puntos"
    assert "INCORRECTO. signo: el signo es el contrario" in told
    assert ENGLISH.findall(told) == []
    english = grade(exercise(), answers, language="en")
    assert english.hints["gradiente de w"] == "WRONG. sign: the sign is the other one"
    assert "gradient of w" in str(english)
    assert grade(exercise(), answers).to_gradescope()["output"] == "3 de 5 puntos"


def test_a_blank_may_be_called_by_its_english_name() -> None:
    answers = {"gradient of w": exercise().key["gradiente de w"], "new w": "7"}
    found = grade(exercise(), answers, points={"gradient of w": 3})
    assert found.marks["gradiente de w"] == 3
    assert found.marks["nuevo w"] == 0
    with pytest.raises(ValueError, match="no blank is called 'gradient of q'; the blanks are z"):
        grade(exercise(), {"gradient of q": 1})


ADVICE = (
    "Lo que se deduce de un número incorrecto tiene sus puntos: vuelve a calcularlo cuando ese"
    " número sea correcto."
)


def test_what_follows_from_a_wrong_number_is_told_in_spanish() -> None:
    key = exercise().key
    by_g = 2 * (0.9 - 1) * 0.9 * (1 - 0.9) * 2
    wrong = {"z": key["z"], "g": "0.900", "gradiente de w": f"{by_g:.6f}"}
    assert str(grade(exercise(), wrong)).splitlines()[3:] == [
        "gradiente de w    -0.036000  se deduce de un error anterior: g = 0.900",
        "nuevo w                      sin respuesta",
        "fórmula de dJ/dw             sin respuesta",
        "El primer paso incorrecto es g.",
        ADVICE,
    ]


def test_tests_for_graders_are_in_the_language_of_the_sheet() -> None:
    test = otter_test(exercise())
    assert test.startswith("# Quien puede leer este archivo puede calcular")
    assert r"gradiente de w" in test
    unknown = "ningún hueco se llama 'gradiente de v'"
    assert exercise().unknown({"gradiente de v": "1"}, lists=False).startswith(unknown)
    assert (
        '"gradiente de w": ...' in json.loads(nbgrader_notebook(exercise()))["cells"][1]["source"]
    )


def test_a_class_is_marked_in_spanish(tmp_path: Path) -> None:
    made = class_set(["Ana", "Luis"], lambda seed: exercise(seed=seed), language="es")
    made.save(tmp_path / "clase")
    table = (tmp_path / "clase" / "answers.csv").read_text(encoding="utf-8-sig")
    header = "hoja,nombre,z,g,gradiente de w,nuevo w,fórmula de dJ/dw"
    assert table.splitlines()[0] == header
    assert "<th>datos</th>" in (tmp_path / "clase" / "key.html").read_text(encoding="utf-8")
    z = made.sheets["Ana"].key["z"]
    (tmp_path / "a.csv").write_text(f"{header}\nAna,Anna,{z},,,,\n", encoding="utf-8")
    marked = grade_class(tmp_path / "clase" / "key.json", tmp_path / "a.csv")
    assert str(marked).splitlines() == [
        "Ana       1 de 5  el nombre es Anna",
        "Luis           -  no se entregó nada",
    ]
    marked.save(tmp_path / "notas")
    assert (
        (tmp_path / "notas" / "grades.csv")
        .read_text(encoding="utf-8-sig")
        .startswith("hoja,nombre,puntos,máximo,z,g,")
    )
    english = grade_class(tmp_path / "clase" / "key.json", tmp_path / "a.csv", language="en")
    assert str(english).splitlines()[1] == "Luis           -  nothing was handed in"


def test_notes_on_a_notebook_are_in_spanish(tmp_path: Path) -> None:
    made = class_set(["Ana"], lambda seed: exercise(seed=seed), language="es")
    cell = {"cell_type": "code", "source": "answers = {'z': 1,5}", "metadata": {}, "outputs": []}
    (tmp_path / "Ana.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    told = str(grade_class(made, tmp_path))
    assert "celda de código 1: la celda de las respuestas no se puede leer" in told
    assert "la coma decimal va entre comillas, como en '0,5'" in told


# ------------------------------------------------------------------------ the shell

WRONG = ["check", "(w*x - 1)^2", "w=2", "x=3", "--grad", "w=-30"]
TOLD = (
    "gradiente de w  -30  INCORRECTO. signo: el signo es el contrario\n"
    "El primer paso incorrecto es gradiente de w.\n"
)


@pytest.mark.parametrize(
    "arguments",
    [
        [*WRONG, "--language", "es"],
        [*WRONG, "--language=es"],
        ["--language", "es", *WRONG],
        [*WRONG[:3], "--language", "es", *WRONG[3:]],
    ],
)
def test_a_command_speaks_the_language_that_it_is_given(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    assert capsys.readouterr().out == TOLD
    assert main(WRONG) == 1
    assert capsys.readouterr().out.endswith("The first wrong step is gradient of w.\n")


def test_an_expression_that_begins_with_a_minus_is_no_option(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["check", "-w*x", "w=2", "x=3", "--grad", "w=-3"]
    assert main(["--language", "es", *arguments]) == 0
    assert capsys.readouterr().out == "gradiente de w  -3  correcto\n"


@pytest.mark.parametrize(
    "command", ["", "explain", "draw", "explore", "playground", "check", "sheet", "grade"]
)
def test_the_help_of_each_command_is_in_spanish(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in ([command], ["--language", "es", command]):
        with pytest.raises(SystemExit) as ended:
            main([word for word in [*arguments, "--help"] if word])
        assert ended.value.code == 0
    english, spanish = capsys.readouterr().out.split("uso: ")
    assert english.startswith("usage: python -m autograd")
    assert spanish.startswith("python -m autograd")
    assert "muestra esta ayuda y termina" in spanish
    told = re.sub(r"\S*=\S*|{[^}]*}|--[a-z-]+", "", spanish)
    assert ENGLISH.findall(told) == []


def test_an_unknown_language_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for given in (["--language", "tlh"], ["--language"]):
        with pytest.raises(SystemExit) as ended:
            main([*WRONG, *given])
        assert ended.value.code == 2
        assert "--language" in capsys.readouterr().err


def test_a_class_is_made_and_marked_from_the_shell_in_spanish(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "lista.csv").write_text("nombre\nAna\n", encoding="utf-8")
    asked = ["--ask", "fórmula dJ/dw", "--ask", "dJ/dw", "--students", str(tmp_path / "lista.csv")]
    out = ["--out", str(tmp_path / "clase")]
    assert main(["sheet", "J = (w*x - 1)^2", *asked, *out, "--language", "es"]) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("1 hoja para repartir en ")
    answers = tmp_path / "clase" / "answers.csv"
    assert main(["grade", str(tmp_path / "clase" / "key.json"), str(answers)]) == 0
    assert capsys.readouterr().out == "Ana      0 de 2\n"
    asked_for = ["grade", str(tmp_path / "clase" / "key.json"), str(answers), "--language", "en"]
    assert main(asked_for) == 0
    assert capsys.readouterr().out == "Ana      0 of 2\n"
