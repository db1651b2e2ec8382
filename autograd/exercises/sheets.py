"""Exercise sheets: a graph with numbers of its own, and blanks to be filled in by hand."""

from __future__ import annotations

import hashlib
import json
import math
import os
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from autograd.checking import HandCheck, Written, check_by_hand
from autograd.checking.accuracy import Accuracy
from autograd.checking.claims import claim_names
from autograd.cleaning import kind_of, quoted
from autograd.exercises.asking import KINDS, Asked, Asking, Question
from autograd.exercises.friendly import choose_numbers, friendly_numbers
from autograd.exercises.graphs import graph_from_data, graph_to_data
from autograd.exercises.naming import unknown_names
from autograd.exercises.notebooks import answers_cell, code_cell, notebook, text_cell
from autograd.exercises.solutions import derivative_as_formula, number_as_answer
from autograd.exercises.writing import Blank, Paper, html_page, latex, markdown
from autograd.files import write_whole
from autograd.forking import cached_property
from autograd.languages import ENGLISH, languages, spoken, words
from autograd.languages import language as language_now
from autograd.notation.names import Names
from autograd.options import choose, whole_number
from autograd.real import real
from autograd.value import Constant, Value, topological_order
from autograd.walks import MANY, check_size

DEFAULT = Accuracy(digits=3)
"""How exactly a sheet asks for numbers where nothing else is said."""

_VERSION = 1
"""The version of the data that a sheet is kept as."""

_PAPERS = {".md": markdown, ".html": html_page, ".tex": latex}


def sheet(
    output: Value,
    ask: Sequence[Asked] | None = None,
    *,
    seed: int | str | None = None,
    rate: float | None = None,
    numbers: Mapping[Any, Sequence[float]] | None = None,
    keep: Collection[Any] = (),
    digits: int = DEFAULT.digits,
    decimals: int | None = None,
    tolerance: float | None = None,
    title: str | None = None,
    student: str = "",
    language: str | None = None,
) -> ExerciseSheet:
    """Return an exercise sheet on a graph: blanks for numbers that a hand can work out.

    The sheet has a copy of the graph, which itself is left as it is.

    Args:
        output: the result, such as the cost.
        ask: what to ask for. A node asks for its number; a pair (a, b) for d(a)/d(b): the gradient
            if a is the output, else a local derivative. In words: "z", "dcost/dw"; "new w" for the
            number after a step of gradient descent; "formula dcost/dw" for a derivative written in
            names. If None, all that has a label: numbers, local derivatives, gradients, and with a
            `rate` the new numbers of parameters.
        seed: each seed draws numbers of its own for the leaves, always the same; None leaves the
            graph's numbers. They are drawn from numbers like the graph's, such that no unit
            saturates, and that nothing asked for is nearly 0 where this can be had.
        rate: the learning rate.
        numbers: for leaves, or their labels, the numbers to draw from instead.
        keep: leaves, or their labels, that keep their numbers.
        digits: how many significant digits the sheet asks for, and `grade` wants.
        decimals: how many decimals, instead.
        tolerance: how far off a number may be, instead; see `check_by_hand`.
        title: the heading; if None, "Exercise".
        student: the name that stands on the sheet.
        language: the language of the sheet, such as "es"; if None, the one that `set_language`
            chose.

    Returns:
        An `ExerciseSheet`: it shows itself in a notebook, `save` writes it as Markdown, HTML,
        LaTeX, a notebook or JSON, and `grade` marks answers to it.

    Warns:
        UserWarning: the graph is so large that an exercise may take minutes.

    Raises:
        ValueError: nothing is asked for, or for something that the graph does not have; or no
            numbers were found at which every unit learns; or the learning rate is not above 0; or
            `digits`, `decimals` or `tolerance` is out of range; or the graph is far too large.
        TypeError: `output` is not a Value.

    >>> w, x = Value(0.5, label="w"), Value(2.0, label="x")
    >>> y = (w * x - 3.0) ** 2
    >>> y.label = "y"
    >>> exercise = sheet(y, ["y", "dy/dw", "formula dy/dw"], seed=7)
    >>> exercise.numbers
    {'w': 0.7, 'x': 5.0}
    >>> exercise.key
    {'y': '0.25', 'gradient of w': '5', 'formula of dy/dw': '2(w*x - 3)*x'}
    """
    if not isinstance(output, Value):
        raise TypeError(f"expected a Value to ask about, received {kind_of(output)}")
    if rate is not None and not 0.0 < real(rate) < math.inf:
        raise ValueError(
            f"expected a learning rate above 0, such as rate=0.1, received {quoted(rate)}: a"
            " step of gradient descent is rate times gradient, downhill"
        )
    accuracy = Accuracy(digits, decimals, tolerance)
    spoken(language, lambda: check_size([output], words("an exercise"), MANY))
    order = topological_order(output)
    asking = Asking(order, rate)
    asked = asking.questions(ask)
    leaves = [node for node in order if node.op is None and not isinstance(node, Constant)]
    choices = dict(asking.choices(numbers or {}))
    choices |= {(leaf := asking.leaf(key)): [leaf.data] for key in keep}
    drawn: dict[Value, float] = {}
    if seed is not None:
        choices = {leaf: choices.get(leaf) or friendly_numbers(leaf) for leaf in leaves}
        digest = hashlib.sha256(str(seed).encode("utf-8", "surrogatepass")).digest()
        draw = random.Random(int.from_bytes(digest, "big"))  # noqa: S311  # no secret is made
        drawn = choose_numbers(order, choices, {order[places[-1]] for _, places in asked}, draw)
    elif numbers:
        raise ValueError("numbers are drawn by a seed: give one, as in seed=1")
    data = graph_to_data(output)
    for node, number in drawn.items():
        data[order.index(node)]["number"] = number
    heading = spoken(language, words, "Exercise") if title is None else title
    return ExerciseSheet(
        tuple(graph_from_data(data)),
        asked,
        rate,
        heading,
        student,
        accuracy=accuracy,
        language=spoken(language, language_now),
    )


def check_sheet(thing: object, call: str) -> None:
    """Refuse what is no exercise sheet.

    Args:
        thing: what was given for a sheet.
        call: how to call what was called.

    Raises:
        TypeError: it is of another kind.
    """
    if not isinstance(thing, ExerciseSheet):
        raise TypeError(
            "expected an exercise sheet, as autograd.sheet(y, [y]) makes it, received"
            f" {kind_of(thing)}; write {call}"
        )


@dataclass(frozen=True, eq=False, repr=False)
class ExerciseSheet:
    """An exercise: a graph with its numbers, and what is asked for. `sheet` makes it.

    Attributes:
        nodes: the graph, parents before children; the last node is the output.
        asked: what is asked for: the kind, and the places of the nodes.
        rate: the learning rate, or None.
        title: the heading.
        student: the name on the sheet, or "".
        code: what tells the sheet from the others of a class: the name of its file; or "".
        accuracy: how exactly numbers have to be written.
        language: the language of the sheet, and of the names of its blanks.
    """

    nodes: tuple[Value, ...]
    asked: tuple[Question, ...]
    rate: float | None = None
    title: str = "Exercise"
    student: str = ""
    code: str = ""
    accuracy: Accuracy = DEFAULT
    language: str = ENGLISH

    @property
    def questions(self) -> tuple[str, ...]:
        """The names of the blanks, in the order in which a hand works: answers go by these."""
        return tuple(blank.name for blank in self._blanks)

    @property
    def numbers(self) -> dict[str, float]:
        """The numbers that are given, by name."""
        return {self._names.text(leaf): leaf.data for leaf in self._paper().given()}

    @property
    def key(self) -> dict[str, str]:
        """The right answers by name: numbers in six digits or more, and formulas."""
        return {blank.name: blank.answer for blank in self._blanks}

    # ------------------------------------------------------------------------ judging

    def wanting(
        self, digits: int | None, decimals: int | None, tolerance: float | None
    ) -> ExerciseSheet:
        """Return the same sheet, wanting its numbers as exact as told; itself if all are None.

        Args:
            digits: as for `sheet`.
            decimals: as for `sheet`.
            tolerance: as for `sheet`.
        """
        if (digits, decimals, tolerance) == (None, None, None):
            return self
        least = DEFAULT.digits if digits is None else digits
        return replace(self, accuracy=Accuracy(least, decimals, tolerance))

    def check(
        self, answers: Mapping[str, Written], *, hint: int = 2, language: str | None = None
    ) -> HandCheck:
        """Judge answers; see `check_by_hand`.

        Args:
            answers: what was written, by the name of the blank, in any language. A blank that is
                missing, None, `...` or empty text is not answered.
            hint: how much the report tells; see `check_by_hand`.
            language: the language of the report; if None, that of the sheet.

        Raises:
            ValueError: answers belong to no blank; the message names these, and lists the blanks.
            TypeError: the answers are no mapping.
        """
        if not isinstance(answers, Mapping):
            raise TypeError(
                "expected the answers as a dict from the name of each blank to what was written,"
                f" such as {{{quoted(self.questions[0])}: '0.5'}}, received {kind_of(answers)}"
            )
        if unknown := self.unknown(answers, language=ENGLISH):
            raise ValueError(unknown)
        known = self.by_blank(answers)
        written = {blank: known.get(blank.name) for blank in self._blanks}
        return self._judge(written, hint, language or self.language)

    def unknown(
        self, answers: Mapping[str, Any], *, lists: bool = True, language: str | None = None
    ) -> str:
        """Return what to say of answers that belong to no blank; "" if all belong to one.

        Args:
            answers: the answers by name.
            lists: whether to list the blanks.
            language: the language of what is said; if None, that of the sheet.
        """
        names = [name for name in answers if name not in self._blank_of]

        def told() -> str:
            return unknown_names(names, self.questions, lists=lists)

        return spoken(language or self.language, told)

    def by_blank(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return answers by the names that the blanks have on the sheet, without any others.

        Args:
            answers: the answers; a blank may have its name in any language, as "gradient of w".
        """
        blank_of = self._blank_of
        own = {name: answer for name, answer in answers.items() if blank_of.get(name) == name}
        found = {blank_of[name]: text for name, text in answers.items() if name in blank_of}
        return found | own

    @cached_property
    def _blank_of(self) -> dict[str, str]:
        """The name of each blank on the sheet, by its name in each language."""
        found = {name: blank.name for blank in self._blanks for name in blank.names}
        return found | {name: name for name in self.questions}

    @cached_property
    def _names(self) -> Names:
        return Names(self.nodes)

    @cached_property
    def _blanks(self) -> tuple[Blank, ...]:
        """The blanks with their names and answers, which the judge of a hand calculation knows."""
        asked = [
            Blank(kind, tuple(self.nodes[place] for place in places)) for kind, places in self.asked
        ]
        blanks = []
        for finding in self._judge(dict.fromkeys(asked), 2, self.language).findings:
            kind, nodes = finding.claim.kind, finding.claim.nodes
            if kind == "formula":
                above, below = map(self._names.operand, nodes)
                called = f"d{above}/d{below}"
                answer = derivative_as_formula(self.nodes, self._names, *nodes)
            else:
                called = self._names.text(nodes[-1])
                moved = finding.exact - nodes[-1].data if kind == "update" else finding.exact
                answer = number_as_answer(finding.exact, moved, self.accuracy)
            name = finding.claim.name
            names = claim_names(kind, called) if kind in {"gradient", "update", "formula"} else ()
            blanks.append(Blank(kind, nodes, name, answer, names))
        return tuple(blanks)

    def _judge(self, written: Mapping[Blank, Written], hint: int, language: str) -> HandCheck:
        found: dict[str, dict[Any, Written]] = {kind: {} for kind in KINDS}
        for blank, answer in written.items():
            is_pair = blank.kind in {"local", "formula"}
            key = blank.nodes if is_pair else blank.nodes[-1]
            found[blank.kind][key] = (answer, self.rate) if blank.kind == "update" else answer
        return check_by_hand(
            self.nodes[-1],
            found["value"],
            found["gradient"],
            found["update"],
            locals=found["local"],
            formulas=found["formula"],
            **asdict(self.accuracy),
            hint=hint,
            language=language,
        )

    # --------------------------------------------------------------------- how it looks

    @property
    def markdown(self) -> str:
        """The sheet as Markdown, with formulas between dollar signs."""
        return self._written(markdown)

    @property
    def html(self) -> str:
        """The sheet as a page of HTML."""
        return self._written(html_page)

    @property
    def latex(self) -> str:
        """The sheet as a LaTeX document."""
        return self._written(latex)

    @property
    def cell(self) -> str:
        """The code of a notebook's cell for the answers, each of which is `...` at first."""
        return answers_cell(self.questions)

    @property
    def notebook(self) -> str:
        """The sheet as a notebook with a cell for the answers."""
        cells = [text_cell(self.markdown), code_cell(self.cell)]
        return notebook(cells, {"sheet": self.code, "student": self.student})

    @property
    def json(self) -> str:
        """The sheet as JSON, from which `ExerciseSheet.from_json` makes it again."""
        return json.dumps(self.to_dict())

    def save(self, path: str | os.PathLike[str], *, with_answers: bool = False) -> str:
        """Write the sheet to a file, whole or not at all; return the file's path.

        Args:
            path: the file; its ending says as what: .md, .html, .tex, .ipynb or .json.
            with_answers: whether to write the answer key instead, as .md, .html or .tex.

        Raises:
            ValueError: the ending is another.
            OSError: the file cannot be written.
        """
        write_whole(path, self.as_file(Path(path).suffix, with_answers=with_answers))
        return os.fspath(path)

    def as_file(self, ending: str, *, with_answers: bool = False) -> str:
        """Return the content of a file for the sheet; see `save`.

        Args:
            ending: the ending of the file's name, such as ".md".
            with_answers: as for `save`.
        """
        if with_answers:
            write = choose("ending of an answer key", ending, _PAPERS)
            return self._written(write, answers=True)
        others: dict[str, Callable[[Paper], str]] = {
            ".ipynb": lambda _: self.notebook,
            ".json": lambda _: self.json,
        }
        return self._written(choose("ending of a sheet", ending, {**_PAPERS, **others}))

    def _written(self, write: Callable[[Paper], str], *, answers: bool = False) -> str:
        return spoken(self.language, write, self._paper(answers=answers))

    def _paper(self, *, answers: bool = False) -> Paper:
        return Paper(
            self.nodes,
            self._names,
            self._blanks,
            self.rate,
            self.title,
            self.student,
            self.accuracy,
            self.code,
            answers,
        )

    def _repr_markdown_(self) -> str:
        return self.markdown

    def __repr__(self) -> str:
        return f"<{spoken(self.language, self._described)}>"

    def _described(self) -> str:
        blanks = ", ".join(self.questions)
        if not self.student:
            return words("exercise sheet: {blanks}", blanks=blanks)
        return words("exercise sheet for {student}: {blanks}", student=self.student, blanks=blanks)

    # -------------------------------------------------------------------- how it is kept

    def to_dict(self) -> dict[str, Any]:
        """Return the sheet as plain data, ready for JSON."""
        return {
            "version": _VERSION,
            "title": self.title,
            "student": self.student,
            "code": self.code,
            "language": self.language,
            "rate": self.rate,
            "accuracy": asdict(self.accuracy),
            "asked": [[kind, list(places)] for kind, places in self.asked],
            "graph": graph_to_data(self.nodes[-1]),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ExerciseSheet:
        """Return the sheet whose `to_dict` is given.

        Raises:
            ValueError: the data are not those of a sheet.
        """
        try:
            if data["version"] != _VERSION:
                raise KeyError  # noqa: TRY301  # as if it were another kind of file
            nodes = tuple(graph_from_data(data["graph"]))
            asked = tuple(
                (choose("kind of question", kind, KINDS), tuple(map(_place, places)))
                for kind, places in data["asked"]
            )
            rate = None if data["rate"] is None else real(data["rate"])
            title, student, code = (str(data[name]) for name in ("title", "student", "code"))
            accuracy = Accuracy(**data.get("accuracy", asdict(DEFAULT)))  # none in older files
            language = choose("language", data.get("language", ENGLISH), languages())
            found = cls(nodes, asked, rate, title, student, code, accuracy, language)
            found.questions  # noqa: B018  # places that are none, and pairs that do not belong
        except (KeyError, TypeError, IndexError) as error:
            raise ValueError(
                f"expected the data of an exercise sheet, received {quoted(data)}"
            ) from error
        return found

    @classmethod
    def from_json(cls, text: str) -> ExerciseSheet:
        """Return the sheet whose `json` is given.

        Raises:
            ValueError: the text is not the JSON of a sheet.
        """
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValueError(
                "expected the JSON of an exercise sheet, as its attribute json has it, received"
                f" {quoted(text) if text.strip() else 'none'}"
            ) from error
        return cls.from_dict(data)


def _place(place: Any) -> int:
    return whole_number("the place of a node", place, least=0)
