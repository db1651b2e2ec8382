"""The calls that a formula in a page may hold, in JavaScript, and the rows that they record.

The page reads the grammar of `notation.reading`. Which rows of the table a call records is found by
making the call: with probes in the place of numbers, and with lists of every length up to `MOST`.
"""

from __future__ import annotations

import json
import keyword
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from autograd.codegen.javascript import operation_source
from autograd.explorer.table import Rows
from autograd.notation import reading, spelling
from autograd.notation.usual import LONGEST
from autograd.ops import TABLE, Primitive
from autograd.value import Value

MOST = 8
"""Numbers in the longest list that a page reads."""


class Grammar:
    """The calls that a typed formula may hold, and the rows that they record.

    Attributes:
        rows: the rows.
    """

    def __init__(self) -> None:
        self.rows = Rows()
        self._calls = {name: dict(self._of_shapes(name)) for name in TABLE}

    @property
    def script(self) -> str:
        """The grammar in JavaScript; see typed.js."""
        data = {
            "longest": LONGEST,
            "most": MOST,
            "keywords": keyword.kwlist,
            "aliases": reading.OTHER_NAMES,
            "letters": list(reading.LETTERS),
            "unread": reading.NOT_READ,
            "unclearPowers": spelling.UNCLEAR_POWERS,
            "methods": [row for row in TABLE if callable(getattr(Value, row, None))],
            "calls": self._calls,
        }
        return f"const GRAMMAR = {json.dumps(data, ensure_ascii=False)};\n"

    def _of_shapes(self, name: str) -> Iterator[tuple[str, Any]]:
        """Yield what a function records, for each shape of its inputs that it takes.

        A shape such as "n" is a number, "3" a list of three, "2,2,n" two lists and a number.
        """
        function = reading.public_function(name)
        for shape in _SHAPES:
            probes = _Probe.many(shape)
            with suppress(TypeError, ValueError):
                yield ",".join(shape), self._recorded(function(*probes))

    def _recorded(self, result: Any) -> Any:
        """Return a result in terms of a call's inputs: a list, a row on inputs, or a number."""
        if isinstance(result, list):
            return [self._recorded(item) for item in result]
        if not isinstance(result, _Recorded):
            return repr(float(result))
        operation_source(result.op, len(result.inputs))  # refuses a row that needs Python
        inputs = [x.place if isinstance(x, _Probe) else repr(float(x)) for x in result.inputs]
        return {"row": self.rows.index(result.op, len(inputs)), "inputs": inputs}


class _Probe:
    """A number that a call is given, to see what the call does with it."""

    def __init__(self, place: int) -> None:
        self.place = place

    def apply_primitive(self, op: Primitive, inputs: Sequence[Any]) -> _Recorded:
        """Keep what is recorded."""
        if any(isinstance(x, list) for x in inputs):
            raise TypeError
        return _Recorded(op, inputs)

    @classmethod
    def many(cls, shape: Sequence[str]) -> list[Any]:
        """Return inputs of a shape."""
        inputs: list[Any] = []
        place = 0
        for part in shape:
            count = 1 if part == "n" else int(part)
            probes = [cls(place + i) for i in range(count)]
            inputs.append(probes[0] if part == "n" else probes)
            place += count
        return inputs


class _Recorded:
    """An operation on probes and plain numbers."""

    def __init__(self, op: Primitive, inputs: Sequence[Any]) -> None:
        self.op = op
        self.inputs = inputs


_LENGTHS = [str(length) for length in range(MOST + 1)]
_SHAPES: list[list[str]] = [
    *(["n"] * count for count in range(MOST + 1)),
    *([length] for length in _LENGTHS),
    *([length, "n"] for length in _LENGTHS),
    *([length, length] for length in _LENGTHS),
    *([length, length, "n"] for length in _LENGTHS),
]
"""The shapes of inputs that are tried."""
