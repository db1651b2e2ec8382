"""Explanations, steps, pictures and the report of the worked example, in Spanish."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import autograd
from autograd import Parameter, Value, backward_steps, draw, draw_steps, explain, forward_steps
from autograd.__main__ import main
from autograd.explaining.report import print_report
from autograd.languages import languages, set_language, words
from autograd.walks import check_size
from autograd.worked_example import STUDENTS, build

Graph = tuple[Value, Value]


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """Leave the language as it was."""
    yield
    set_language("en")


def leaf(label: str, number: float) -> Value:
    return Value(number, label=label)


def named(label: str, node: Value) -> Value:
    node.label = label
    return node


def meeting_twice() -> Graph:
    x = leaf("x", 3.0)
    y = named("y", x * x + x)
    y.backward()
    y.backward()
    return y, x


def without_gradient() -> Graph:
    x, a, b = leaf("x", 2.0), leaf("a", 0.0), leaf("b", -1.0)
    return named("y", named("u", a * x) + named("v", autograd.relu(b * x)) + x * x), x


def of_many_paths() -> Graph:
    h = x = leaf("x", 0.5)
    for i in range(6):
        h = named(f"h{i}", named(f"a{i}", autograd.tanh(h)) * named(f"b{i}", autograd.sigmoid(h)))
    return h, x


def parting() -> Graph:
    w = leaf("w", 2.0)
    z = named("z", named("p", autograd.sin(w)) * named("q", autograd.exp(w)))
    return named("y", autograd.exp(named("s", autograd.sin(z)))), w


def of_samples(count: int = 12) -> Graph:
    w, b = Parameter(0.5, label="w"), Parameter(0.1, label="b")
    losses = []
    for i in range(1, count + 1):
        p = named(f"p{i}", autograd.tanh(w * leaf(f"x{i}", i / 4) + b))
        losses.append(named(f"l{i}", (p - leaf(f"t{i}", 0.5)) ** 2))
    loss = named("L", autograd.mean(losses))
    loss.backward()
    return loss, w


def chosen() -> Graph:
    c, a, b, k = leaf("c", 0.0), leaf("a", 1.0), leaf("b", 4.0), leaf("k", 4.0)
    parts = (
        autograd.maximum(a, b),
        autograd.minimum(b, k),
        autograd.maximum(autograd.maximum(a, b), k),
        autograd.where(c, a, b),
        autograd.take([a, b], leaf("i", 1.0)),
        abs(b),
    )
    return named("y", autograd.sum(parts)), b


def of_three_classes() -> Graph:
    scores = [leaf(f"z{i}", float(i)) for i in (1, 2, 3)]
    return named("L", -autograd.log(autograd.softmax(scores)[1])), scores[0]


def of_a_layer() -> Graph:
    inputs = [leaf(f"x{i}", 0.1 * i) for i in range(1, 5)]
    hidden = []
    for k in range(16):
        weights = [Parameter(0.01 * (i + k), label=f"h{k}.w{i}") for i in range(4)]
        hidden.append(autograd.dot(weights, inputs, Parameter(0.1, label=f"h{k}.b")).tanh())
    y = autograd.dot([Parameter(0.2) for _ in hidden], hidden, Parameter(0.0))
    y.backward()
    return y, inputs[0]


def of_many_inputs() -> Graph:
    xs = [leaf(f"x{i}", float(i)) for i in range(30)]
    return named("y", autograd.sum(xs) * 2.0), xs[3]


def from_another_seed() -> Graph:
    x = leaf("x", 3.0)
    y = named("y", x * x)
    y.backward(2.0)
    return y, x


def of_an_earlier_pass() -> Graph:
    x = leaf("x", 3.0)
    y = named("y", x * x)
    y.backward()
    x.data = 4.0
    y.recompute()
    return y, x


def with_a_gradient_that_was_set() -> Graph:
    x = leaf("x", 3.0)
    y = named("y", x * x)
    y.backward()
    x.grad = 5.0
    return y, x


def of_a_student() -> Graph:
    nodes = build(STUDENTS[0])
    nodes["cost"].backward()
    return nodes["cost"], nodes["w1"]


GRAPHS: tuple[Callable[[], Graph], ...] = (
    *(meeting_twice, without_gradient, of_many_paths, parting, of_samples, chosen),
    *(of_three_classes, of_a_layer, of_many_inputs, from_another_seed, of_an_earlier_pass),
    *(with_a_gradient_that_was_set, of_a_student),
)
WITH_GRAPHS = pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.__name__)


# --------------------------------------------------------------------------------- sentences


def test_an_explanation() -> None:
    assert str(explain(*meeting_twice(), language="es")) == (
        "dy/dx = 2x + 1\n      = 2*3 + 1\n      = 7\n\n"
        "x.grad es 14: se acumula entre pasadas; esta pasada da 7; pon `x.grad = 0.0` entre"
        " pasadas."
    )


def test_paths_that_give_nothing_with_the_reason() -> None:
    text = str(explain(*without_gradient(), language="es"))
    assert "\nEl camino x -> u -> y da 0: du/dx = a = 0\n" in text
    assert "\nEl camino x -> v -> y da 0: dv/dx = 0, b*x < 0\n" in text
    latex = explain(*without_gradient(), language="es").latex
    assert r"&\text{El camino }x \to u \to y\text{ da 0: }\frac{\partial u}{\partial x}" in latex
    assert r"\right|_{\text{directa}}" in latex


def test_paths_listed_and_paths_told_of() -> None:
    listed = str(explain(*without_gradient(), form="paths", language="es"))
    assert listed.startswith("Hay 3 caminos; sus productos se suman.\n\nCamino 1: x -> u -> y\n")
    assert "\n  producto = 0\n" in listed
    assert str(explain(*of_many_paths(), language="es")).startswith(
        "Hay 64 caminos. Donde se juntan (en h4, h3, h2, h1, ...), sus partes se suman una sola"
        " vez."
    )
    assert str(explain(*parting(), language="es")).startswith(
        "Hay 2 caminos. Donde se separan (en z) y donde se juntan (en w), el gradiente se calcula"
        " una sola vez."
    )


def test_a_sum_over_samples() -> None:
    text = str(explain(*of_samples(), language="es"))
    assert text.startswith("dL/dw = suma sobre i = 1..12 de dL/dl_i * dl_i/dp_i * dp_i/dw\n")
    assert "\n  término 1 = " in text


def test_what_was_chosen() -> None:
    (line, *_) = str(explain(*chosen(), language="es")).splitlines()
    assert line == (
        "dy/db = 5  (b es el mayor: recibe el gradiente entero, b y k son iguales: partes"
        " iguales, maximum(a, b) y k son iguales: partes iguales, c es 0, i es 1: se toma b, b > 0)"
    )


def test_steps() -> None:
    y, _ = meeting_twice()
    steps = [*forward_steps(y, language="es"), *backward_steps(y, language="es")]
    assert [step.sentence for step in steps] == [
        "x*x = 3*3 = 9",
        "y = x*x + x = 9 + 3 = 12",
        "y empieza con 1: dy/dy = 1",
        "x*x recibe 1 * 1 = 1 de y",
        "x recibe 1 * 1 = 1 de y",
        "x recibe 1 * 3 = 3 de x*x (entrada 1), con lo que suma 4 hasta aquí",
        "x recibe 1 * 3 = 3 de x*x (entrada 2), con lo que suma 7 en total",
    ]
    first = next(backward_steps(y, 2.0, language="es"))
    assert first.sentence == "y empieza con el gradiente dado: 2"


def test_a_picture() -> None:
    y, _ = meeting_twice()
    picture = draw(y, language="es")
    assert shown(picture.source) >= {
        *("entrada", "valor", "gradiente", "14", "se acumula entre pasadas; esta"),
        "× en una entrada: la derivada local respecto a ella",
    }
    assert picture.facts.title == "Grafo de cálculo de y"
    assert picture.facts.description == (
        "x: entrada; valor 3; gradiente 14; se acumula entre pasadas; esta pasada da 7; pon"
        " `x.grad = 0.0` entre pasadas. x*x: ×; de x × 3, x × 3; valor 9; gradiente 1."
        " y: +; de x*x × 1, x × 1; valor 12; gradiente 1."
    )
    assert "<br/>entrada<br/>valor 3<br/>gradiente 14" in str(picture.pipe("mmd", encoding="utf-8"))
    assert repr(picture).startswith("<una imagen, ")
    assert "aún sin retropropagación" in shown(draw(without_gradient()[0], language="es").source)


def test_groups_on_a_slide() -> None:
    found = shown(draw(of_a_layer()[0], language="es", slide=True).source)
    assert found >= {"64 pesos", "4 entradas", "16 sesgos", "16 neuronas", "valor", "gradiente"}


def test_pictures_of_steps(tmp_path: Path) -> None:
    y, _ = meeting_twice()
    pictures = draw_steps(y, language="es")
    assert "Paso 0 de 7: solo se conoce lo dado" in shown(pictures[0].source)
    assert "Paso 1 de 7, hacia delante:" in shown(pictures[1].source)
    assert "Paso 3 de 7, hacia atrás:" in shown(pictures[3].source)
    assert draw(y, step=3, language="es").source == pictures[3].source
    file = tmp_path / "pasos.svg"
    autograd.animate(y, file, language="es")
    text = file.read_text(encoding="utf-8")
    assert "<title>Grafo de cálculo de y, paso a paso</title>" in text
    assert (
        "<desc>Una animación de 8 imágenes; se detiene bajo el puntero y al recibir el foco. La"
        " última: x: entrada; valor 3; gradiente 7." in text
    )


def test_the_report_of_the_worked_example(capsys: pytest.CaptureFixture[str]) -> None:
    students = [build(student) for student in STUDENTS]
    students[0]["cost"].backward()
    print_report(students, language="es")
    report = capsys.readouterr().out
    first, *lines = report.splitlines()
    assert first == (
        "El ejemplo resuelto: entran las horas de estudio de tres materias y sale una nota."
    )
    for line in (
        "Retropropagación para el estudiante 1: la regla de la cadena",
        "       antiguo     gradiente    tasa      nuevo",
        "                           calculado   escrito   cómo se escribió",
        "  w7 nuevo, tasa 0.01        12.4307             lo que daría la tasa que dicen",
    ):
        assert line in lines
    assert english(report) == []


def test_the_page_of_the_worked_example_has_its_lesson(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    main(["explore", "--language", "es", "--out", str(file)])
    assert '"note": "Los apuntes dicen una tasa de' in file.read_text(encoding="utf-8")


def test_warnings() -> None:
    set_language("es")
    x = leaf("x", 2.0)
    y = x * x
    x.data = 3.0
    with pytest.warns(UserWarning, match=r"^'x\*x' = 4 ya no corresponde a sus entradas, que"):
        explain(y, x)
    with pytest.warns(UserWarning, match="el grafo tiene 2 nodos y 2 aristas, así que una expli"):
        check_size([y], words("an explanation"), 1)
    z = leaf("z", 1.0)
    probability = named("p", z.sigmoid())
    autograd.softplus(-z).backward()
    with pytest.warns(UserWarning, match=r"^el gradiente de p es 0\.0, porque el camino no pasa"):
        assert probability.grad == 0.0


def test_texts_of_exceptions_stay_english() -> None:
    set_language("es")
    y, x = meeting_twice()
    with pytest.raises(autograd.GradcheckError, match="it adds up over passes; this pass gives 7"):
        autograd.assert_gradients(y, {x: 14.0})
    z = leaf("z", 1.0)
    probability = named("p", z.sigmoid())
    with pytest.raises(ValueError, match="a cross entropy goes back to the score before it"):
        explain(autograd.softplus(-z), probability)


# ------------------------------------------------------------------------ its own language


def test_what_was_made_in_a_language_keeps_to_it() -> None:
    y, x = meeting_twice()
    set_language("es")
    explanation, picture, steps = explain(y, x), draw(y), backward_steps(y)
    set_language("en")
    assert "se acumula" in explanation.text
    assert "se acumula" in explanation.latex
    assert "entrada; valor 3" in picture.facts.description
    assert "valor 3" in str(picture.pipe("mmd", encoding="utf-8"))
    assert "desc>x: entrada" in str(picture.pipe("svg", encoding="utf-8"))
    assert [step.sentence.split()[1] for step in steps] == ["empieza", *["recibe"] * 4]
    assert "it adds up" in explain(y, x).text


def test_an_explanation_of_an_older_version_speaks_the_language_of_now() -> None:
    explanation, picture = explain(*meeting_twice()), draw(meeting_twice()[0])
    del explanation.__dict__["_language"]
    del picture.facts.__dict__["language"]
    set_language("es")
    assert "se acumula" in explanation.text
    assert "valor 3" in picture.facts.description


def test_an_unknown_language_is_refused(tmp_path: Path) -> None:
    y, x = meeting_twice()
    for show in (
        lambda: explain(y, x, language="klingon"),
        lambda: y.explain(x, language="klingon"),
        lambda: forward_steps(y, language="klingon"),
        lambda: backward_steps(y, language="klingon"),
        lambda: draw(y, language="klingon"),
        lambda: draw_steps(y, language="klingon"),
        lambda: autograd.save_steps(y, tmp_path, language="klingon"),
        lambda: autograd.animate(y, tmp_path / "a.svg", language="klingon"),
        lambda: print_report([build(STUDENTS[0])], language="klingon"),
    ):
        with pytest.raises(ValueError, match="unknown language: 'klingon'"):
            show()


# ----------------------------------------------------------------------- no English is left

ENGLISH = re.compile(
    r"\b(the|of|is|are|and|or|which|for|from|to|at|in|by|with|it|this|that|than|not|so|far|all|on"
    r"|over|once|only|yet|pass|passes|path|paths|step|steps|sum over|term|product|receives|starts"
    r"|makes|gives|share|shares|taken|equal|input|inputs|parameter|parameters|value|gradient|weight"
    r"|weights|bias|biases|neurons|samples|nodes|result|derivative|local|picture|graph)\b",
    re.IGNORECASE,
)
SAME_IN_SPANISH = {"local"}


def english(text: str) -> list[str]:
    """The English words of a text, without commands of LaTeX, code and generated names."""
    plain = re.sub(r"`[^`]*`|\\\w+|\.render\(.*?\)", " ", text)
    return [word for word in ENGLISH.findall(plain) if word.lower() not in SAME_IN_SPANISH]


def shown(source: str) -> set[str]:
    """The texts in the labels of a DOT source."""
    texts = re.findall(r">([^<>]+)</", source)
    return {text.replace("&#x27;", "'").strip() for text in texts}


@WITH_GRAPHS
def test_no_english_is_left(graph: Callable[[], Graph]) -> None:
    set_language("es")
    y, x = graph()
    texts = [y.explain(x, numbers=numbers).text for numbers in (True, False)]
    texts += [explain(y, x, form="paths").text, explain(y, x).latex]
    if graph is of_a_layer:
        texts.append(explain(y, x, form="layers").text)
    texts += [step.sentence for step in (*forward_steps(y), *backward_steps(y, 2.0))]
    pictures = [draw(y), draw(y, slide=True), draw(y, detail="ops"), draw(y, derivatives=False)]
    if y.label:
        pictures.append(draw(y, detail="labels", highlight=x))
    if graph is not of_a_layer:
        pictures += [draw(y, step=step) for step in (0, 1, len(list(forward_steps(y))) + 1)]
    for picture in pictures:
        texts += [*shown(picture.source), picture.facts.title, picture.facts.description]
        texts += [repr(picture), *str(picture.pipe("mmd", encoding="utf-8")).splitlines()[1:]]
    assert [found for text in texts if (found := english(text))] == []


def test_the_words_of_english_are_found_in_english() -> None:
    y, x = meeting_twice()
    texts = (explain(y, x).text, draw(y).facts.description, *shown(draw(y).source))
    assert len([text for text in texts if english(text)]) >= 6


def test_numbers_are_the_same_in_every_language() -> None:
    y, x = of_samples()
    texts = [explain(y, x, language=name).text for name in languages()]
    first, *others = [re.findall(r"-?\d[\d.]*", text) for text in texts]
    assert len(first) > 30
    assert all(numbers == first for numbers in others)
