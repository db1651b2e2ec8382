"""How a number is written: the same way in Python and in the page, and true to the number."""

import json
import math
import random
import struct
import subprocess
from pathlib import Path

import pytest

import autograd.explorer
from autograd.notation import show_number
from autograd.notation.numbers import DIGITS

SCRIPT = Path(autograd.explorer.__file__).with_name("numbers.js")


def samples() -> list[float]:
    rng = random.Random(5)  # noqa: S311  # no secret
    found = [0.0, -0.0, 1.0, -1.0, 0.1, 2 / 3, 1e5, 1e6, 1e21, 1e-4, 1e-5, 5e-324, 1.7e308]
    found += [0.9999999, 999999.5, 9999995.0, 1234567.0, 123456789.0, 24.957320884, -19303.547538]
    found += [0.000123456789, 1234567.5, 12345.67, 99999.95, 999999.9, 1e16, 123456.0, 100000.5]
    found += [rng.uniform(-10, 10) * 10.0 ** rng.randint(-12, 12) for _ in range(500)]
    found += [float(rng.randint(-(10**9), 10**9)) for _ in range(200)]
    found += [round(rng.uniform(-1000, 1000), rng.randint(0, 8)) for _ in range(300)]
    found += [struct.unpack("d", rng.randbytes(8))[0] for _ in range(200)]
    found += [rng.randint(-(10**6), 10**6) / 2.0 ** rng.randint(1, 20) for _ in range(300)]  # ties
    return [number for number in found if math.isfinite(number)]


def test_the_page_writes_every_number_as_python_does() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    start, end = text.index("const writeNumber"), text.index("// A number as it stands after")
    program = f"""const DIGITS = {DIGITS};
        {text[start:end]}
        const read = (number) => Number(number);
        const numbers = JSON.parse(require("fs").readFileSync(0, "utf8"));
        console.log(JSON.stringify(numbers.map((number) => show(read(number)))));"""
    numbers = samples()
    done = subprocess.run(  # noqa: S603  # node runs what the page says
        ["node", "-e", program],  # noqa: S607  # whichever node there is
        input=json.dumps([repr(number) for number in numbers]),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [show_number(number) for number in numbers]


@pytest.mark.parametrize("digits", [1, 2, 3, 6, 9, 17])
def test_a_number_is_off_by_half_of_its_last_digit_at_the_most(digits: int) -> None:
    for number in samples():
        shown = float(show_number(number, digits))
        assert shown == pytest.approx(number, rel=0.5000001 * 10.0 ** (1 - digits), abs=5e-324)


def test_a_short_number_is_not_written_as_another() -> None:
    numbers = [0.9999999, 1234567.0, 0.00012, 1e6, 1e-5, 123456.0, 9999995.0]
    assert [float(show_number(number)) for number in numbers] == numbers


def test_a_zero_has_no_sign_and_what_is_no_number_its_name() -> None:
    assert [show_number(x) for x in (-0.0, 0.0, math.inf, -math.inf, math.nan)] == [
        *("0", "0", "inf", "-inf", "nan"),
    ]
