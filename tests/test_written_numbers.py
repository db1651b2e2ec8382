"""Written numbers: one reading in Python and in the page, held to one table of cases."""

import importlib
import math
import random
from typing import Any

import pytest

from autograd.checking.accuracy import Accuracy, fits, has_few_digits
from autograd.checking.reading import is_answer, readings
from autograd.checking.rounding import exactly

javascript = importlib.import_module("javascript")  # a module beside the tests

NUMBERS: dict[str, list[float]] = {
    "-42.2": [-42.2],
    "0,37": [0.37],
    ",5": [0.5],
    "1.234,5": [1234.5],
    "1,234.5": [1234.5],
    "-19,303": [-19303.0, -19.303],
    "1,234,567": [1234567.0],
    "1.234.567": [1234567.0],
    "19.303": [19.303],
    "19 303": [19303.0],
    "19\u202f303,5": [19303.5],
    "1'234.5": [1234.5],
    "2/3": [2 / 3],
    "-1 / 8": [-0.125],
    "0,5/2": [0.25],
    "1.2e-3": [0.0012],
    "1,2E-3": [0.0012],
    "1.2·10^-3": [0.0012],
    "1.2 × 10⁻³": [0.0012],
    "1.2x10^(-3)": [0.0012],
    "1.2*10**-3": [0.0012],
    "3·10^{2}": [300.0],
    "10^-3": [0.001],
    "-10⁴": [-10000.0],
    "−0.5": [-0.5],
    "‐0.5": [-0.5],  # a hyphen
    "\u20110.5": [-0.5],  # a hyphen where no line ends
    "1.2e‐3": [0.0012],
    "－5": [-5.0],
    "3∗10^2": [300.0],
    "3∕4": [0.75],
    "1.234": [1.234],
    "-1.000": [-1.0],
    "0.123": [0.123],
    "1,234": [1234.0, 1.234],
    "0,123": [0.123],
    "1.234.567,8": [1234567.8],
    "1.234,56": [1234.56],
    "1.23.456": [],
    "- 43.07": [-43.07],
    "+5": [5.0],
    " 5. ": [5.0],
    ".5": [0.5],
    "00,123": [0.123],
    "0": [0.0],
    "0.00": [0.0],
    "12,34.5": [],
    "1,23,456": [],
    "abc": [],
    "5 %": [0.05],
    "50%": [0.5],
    "12,5%": [0.125],
    "5%%": [],
    "1e3%": [],
    "1_000": [],
    "--1": [],
    "1e": [],
    "1e400": [],
    "1e-400": [],
    "1/0": [],
    "1/2/3": [],
    "0x10": [],
    "1 2": [],
    "10^": [],
    "e5": [],
    "٣": [],
    "½": [0.5],
    "-¾": [-0.75],
    "2½": [],
    "(1/3)": [1 / 3],
    "-(1/2)": [-0.5],
    "1/3 * 2": [2 / 3],
    "2·(1/3)": [2 / 3],
    "1/2*3/4": [0.375],
    "2(1/3)": [],
    "(1/3)2": [],
    "1/(3*2)": [],
    "2*(-3)": [-6.0],
    "√2": [math.sqrt(2.0)],
    "-√2/2": [-math.sqrt(2.0) / 2.0],
    "2√3": [2.0 * math.sqrt(3.0)],
    "√(2)": [math.sqrt(2.0)],
    "√(1/2)": [],
    "√-1": [],
    "√": [],
    "2e-3": [0.002],
    "-.5": [-0.5],
    "nan": [],
    "an infinity": [],
    "inf.": [],
    "infi": [],
    "2 inf": [],
    "--inf": [],
    "1/inf": [],
}
INFINITE = {
    **dict.fromkeys(
        ["inf", "Infinity", "+INF", "∞", "+∞", "infinito", " infinita", r"\infty"], math.inf
    ),
    **dict.fromkeys(["-inf", "−∞", "- ∞", "-Infinito", "–infinity", r"-\infty"], -math.inf),
}
BLANK = ["", "  ", "...", "…", "?", "_", "___", "-", "—", "−", "‐", "\u2011", "."]

JAVASCRIPT = """
const [written, pairs] = JSON.parse(require("fs").readFileSync(0, "utf8"));
const read = written.map((one) => [isAnswer(one),
  readings(one).map((r) => [r.text, r.value, r.unit, r.digits, r.zeros])]);
const judged = pairs.map(([one, exact]) => readings(one).map((answer) =>
  [fits(answer, exact), hasFewDigits(answer, exact)]));
console.log(JSON.stringify([read, judged]));
"""


def in_the_page(written: list[str], pairs: list[tuple[str, float]]) -> list[Any]:
    """Return what the page's scripts read and judge."""
    program = javascript.scripts("reading.js", "judge.js") + JAVASCRIPT
    found: list[Any] = javascript.in_node(program, [written, pairs])
    return found


def random_texts(count: int) -> list[str]:
    """Texts that are nearly numbers: pieces of numbers, put together at random."""
    draw = random.Random(1)  # noqa: S311  # no secret
    pieces = [*"0123456789", *"0123456789", ",", ".", ",", "-", "−", "+", "e", "E", "/", " ", "'"]
    pieces += [
        "·10^",
        "x10^",
        "10^",
        "e-",
        "⁻³",
        "²",
        ",123",
        ".456",
        "000",
        "_",
        "%",
        "a",
        "**",
        *("(", ")", "(", ")", "*", "√", "½"),
    ]
    texts = ["".join(draw.choices(pieces, k=draw.randint(1, 7))) for _ in range(count)]
    for _ in range(count):  # and numbers with one sign changed
        text = list(draw.choice([t for t, found in NUMBERS.items() if found]))
        text[draw.randrange(len(text))] = draw.choice(pieces)
        texts.append("".join(text))
    return texts


@pytest.mark.parametrize("text", NUMBERS)
def test_a_written_number_is_read_in_each_way_it_can_be_meant(text: str) -> None:
    assert [reading.number for reading in readings(text)] == NUMBERS[text]
    assert is_answer(text)


@pytest.mark.parametrize("text", INFINITE)
def test_an_infinite_number_is_read_in_words_and_signs(text: str) -> None:
    assert [reading.number for reading in readings(text)] == [INFINITE[text]]
    assert is_answer(text)
    assert readings(INFINITE[text]) == readings(text)


def test_an_infinite_number_stands_for_itself_alone_in_python_and_the_page() -> None:
    program = (
        javascript.scripts("reading.js", "judge.js")
        + """
const written = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(written.map((one) => readings(one).map((answer) =>
  [answer.text, String(answer.value), ...[Infinity, -Infinity, NaN, 5].map((exact) =>
    [fits(answer, exact), hasFewDigits(answer, exact)])]))));
"""
    )
    texts = [*INFINITE, "1e300", "0", "5"]
    for text, found in zip(texts, javascript.in_node(program, texts), strict=True):
        (reading,) = readings(text)
        exact = (math.inf, -math.inf, math.nan, 5.0)
        here = [fits(reading, Accuracy(), exactly(number)) for number in exact]
        few = [has_few_digits(reading, Accuracy(), number) for number in exact]
        assert found[0][2:] == [list(pair) for pair in zip(here, few, strict=True)]
        assert found[0][0] == reading.text
        assert here[:3] == ["right" if number == reading.number else "" for number in exact[:3]]
        for accuracy in (Accuracy(decimals=2), Accuracy(tolerance=0.1)):
            assert fits(reading, accuracy, exactly(math.inf)) == here[0]


@pytest.mark.parametrize("text", BLANK)
def test_a_blank_is_no_answer(text: str) -> None:
    assert not is_answer(text)
    assert readings(text) == ()


def test_python_and_the_page_read_alike() -> None:
    texts = [*NUMBERS, *BLANK, *random_texts(2500)]
    read, _ = in_the_page(texts, [])
    for text, (answer, found) in zip(texts, read, strict=True):
        here = [[r.text, r.number, r.unit, r.digits, r.zeros] for r in readings(text)]
        assert found == here, text
        assert answer is is_answer(text), text
    assert sum(bool(found) for _, found in read) > 1000


def test_python_and_the_page_agree_on_what_a_number_stands_for() -> None:
    draw = random.Random(2)  # noqa: S311  # no secret
    pairs = []
    for _ in range(4000):
        exact = draw.uniform(-1, 1) * 10.0 ** draw.randint(-6, 7)
        digits = draw.randint(1, 6)
        off = exact * (1 + draw.choice((0, 0, 0.3, 1)) * draw.uniform(-1, 1) * 10.0**-digits)
        text = draw.choice([f"{off:.{digits}g}", f"{off:.{digits}f}", f"{off:,.0f}", f"{off:.0f}"])
        pairs.append((text, exact))
    _, judged = in_the_page([], pairs)
    kinds = set()
    for (text, exact), found in zip(pairs, judged, strict=True):
        here = []
        for reading in readings(text):
            how = fits(reading, Accuracy(), exactly(exact))
            here.append([how, has_few_digits(reading, Accuracy(), exact)])
            kinds.add(how)
        assert found == here, (text, exact)
    assert kinds == {"", "right", "rounded", "cut off"}
