"""An exercise on paper: as Markdown, HTML and LaTeX, with blanks or with the answers."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograd.checking.accuracy import Accuracy
from autograd.checking.claims import claim_name
from autograd.exercises.shares import as_in_books
from autograd.languages import language, words
from autograd.notation.algebra import Symbol, is_larger
from autograd.notation.documents import SIGN, document_formula, document_text
from autograd.notation.names import Names
from autograd.notation.numbers import show_number
from autograd.notation.text import one_line
from autograd.notation.writers import LatexWriter, PictureWriter, Writer
from autograd.value import Constant, Value

_LARGEST_FORMULA = 60
"""A formula with more parts than this is written in two."""


@dataclass(frozen=True)
class Blank:
    """One blank of an exercise.

    Attributes:
        kind: "value", "local", "gradient", "update" or "formula".
        nodes: the node asked about; for all kinds but "value" the two nodes a and b of d(a)/d(b).
        name: what a report calls the number, such as "gradient of w".
        answer: what belongs in the blank.
        names: what it is called in each language.
    """

    kind: str
    nodes: tuple[Value, ...]
    name: str = ""
    answer: str = ""
    names: tuple[str, ...] = ()

    @property
    def needs_its_name(self) -> bool:
        """Whether its formula leaves open what is asked for: ∂a/∂b may be a number or a formula."""
        return self.kind in {"gradient", "formula"}


@dataclass(frozen=True)
class Paper:
    """What an exercise says.

    Attributes:
        order: the nodes of the graph, parents before children.
        names: the names of the nodes.
        blanks: what is asked for.
        rate: the learning rate, where new numbers are asked for.
        title: the heading.
        student: whose sheet it is, or "".
        accuracy: how exactly numbers have to be written.
        code: the code of the sheet, or "".
        answers: whether the blanks are filled in.
    """

    order: Sequence[Value]
    names: Names
    blanks: Sequence[Blank]
    rate: float | None
    title: str
    student: str
    accuracy: Accuracy
    code: str = ""
    answers: bool = False

    @property
    def owner(self) -> str:
        """The student, and the sheet's code where it says more than the name."""
        return named_with_sheet(self.student, self.code) if self.code else self.student

    def given(self) -> list[Value]:
        """Return the leaves whose numbers are given, in the order in which steps need them."""
        needed: dict[Value, list[Value]] = {}  # by a node, if no step is between
        found: dict[Value, None] = {}
        for node in self.order:
            inputs = [leaf for parent in node.parents for leaf in needed[parent]]
            needed[node] = [node] if node.op is None else list(dict.fromkeys(inputs))
            if node.op is not None and (node.label or node is self.order[-1]):
                found |= dict.fromkeys(needed[node])
                needed[node] = []
        every = [*found, *(node for node in self.order if node.op is None)]
        return [leaf for leaf in dict.fromkeys(every) if not isinstance(leaf, Constant)]

    def computation(self) -> list[tuple[Symbol | None, Symbol]]:
        """Return the steps of the forward pass: the name of each result, and its formula.

        Results without a label are written where they are used, unless this makes a formula that
        nobody can read; the output alone may have no name.
        """
        folded = list(self._steps(is_folded=True))
        if any(is_larger(formula, _LARGEST_FORMULA) for _, formula in folded):
            return list(self._steps(is_folded=False))
        return folded

    def _steps(self, *, is_folded: bool) -> Iterator[tuple[Symbol | None, Symbol]]:
        names = self.names
        formulas: dict[Value, Symbol] = {}
        for node in self.order:
            formulas[node] = names[node]
            if node.op is None:
                continue
            formula = as_in_books(node.op, [formulas[parent] for parent in node.parents])
            if node.label or (not is_folded and names.is_generated(node)):
                yield names[node], formula
            elif node is self.order[-1]:
                yield None, formula
            elif is_folded and not is_larger(formula, _LARGEST_FORMULA):
                formulas[node] = formula
            elif is_folded:
                yield names[node], formula

    def task(self) -> str:
        """Return what is to be done, in words."""
        told = [
            _as_asked(self.accuracy),
            words("A number that follows from your own earlier numbers counts as right."),
        ]
        kinds = {blank.kind for blank in self.blanks}
        has_branch = any(" > " in b.answer for b in self.blanks if b.kind == "formula")
        if has_branch:
            told.append(
                words(
                    "A formula is written in the names above, such as 2(a - b) c^2, a choice as"
                    " c if a > b else 0."
                )
            )
        elif "formula" in kinds:
            told.append(words("A formula is written in the names above, such as 2(a - b) c^2."))
        if "update" in kinds and self.rate is not None:
            told.append(_of_step(self.accuracy, show_number(self.rate)))
        return " ".join(told)


def named_with_sheet(student: str, code: str) -> str:
    """Return a student's name with the code of the sheet."""
    return words("{student} (sheet {code})", student=student, code=code)


def _as_asked(accuracy: Accuracy) -> str:
    """Return what to compute, and how exactly it has to be written."""
    if accuracy.tolerance is not None:
        percent = show_number(100 * accuracy.tolerance)
        return words(
            "Compute each number, and write it to within {percent} % of its size.", percent=percent
        )
    if accuracy.decimals == 0:
        return words("Compute each number, and write it as a whole number at least.")
    return words("Compute each number, and write at least {accuracy}.", accuracy=accuracy)


def _of_step(accuracy: Accuracy, rate: str) -> str:
    """Return the learning rate, and what a new number has to show of its step."""
    if accuracy.tolerance is not None:
        return words(
            "The learning rate is {rate}; a new number needs so many digits that its step shows to"
            " within {percent} % of its size.",
            rate=rate,
            percent=show_number(100 * accuracy.tolerance),
        )
    if accuracy.decimals is not None:
        return words(
            "The learning rate is {rate}; a new number needs so many digits that one sees how far"
            " it moved.",
            rate=rate,
        )
    return words(
        "The learning rate is {rate}; a new number needs so many digits that its step, the"
        " difference from the old one, shows {accuracy}.",
        rate=rate,
        accuracy=accuracy,
    )


def _given(numbers: Sequence[str]) -> str:
    return words("Given: {numbers}", numbers=", ".join(numbers))


class _Form:
    """How formulas are set in one kind of file."""

    writer: Writer = PictureWriter()

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.names = paper.names

    def math(self, formula: str) -> str:
        """Return a formula as a part of a sentence."""
        return formula

    def equation(self, left: str, right: str) -> str:
        """Return an equation."""
        return self.math(f"{left} = {right}")

    def given(self) -> list[str]:
        """Return the numbers that are given, as equations."""
        called = self.names.text
        return [
            self.equation(called(leaf, self.writer), self.writer.number(leaf.data))
            for leaf in self.paper.given()
        ]

    def computation(self) -> list[str]:
        """Return the steps of the forward pass, as equations."""
        write = self.writer.write
        return [
            self.math(write(formula))
            if name is None
            else self.equation(write(name), write(formula))
            for name, formula in self.paper.computation()
        ]

    def derivative(self, above: str, below: str) -> str:
        """Return the name of a derivative."""
        return f"∂{above}/∂{below}"

    def new(self, name: str) -> str:
        """Return the name of a parameter's number after a step."""
        return claim_name("update", name)

    def asked(self, blank: Blank) -> str:
        """Return what a blank asks for, as a formula."""
        if blank.kind in {"value", "update"}:
            name = self.names.text(blank.nodes[-1], self.writer)
            return self.new(name) if blank.kind == "update" else name
        above, below = (self.names.operand(node, self.writer) for node in blank.nodes)
        return self.derivative(above, below)


class _Latex(_Form):
    """Formulas between dollar signs."""

    writer = LatexWriter()

    def math(self, formula: str) -> str:
        return f"${formula}$"

    def derivative(self, above: str, below: str) -> str:
        return rf"\frac{{\partial {above}}}{{\partial {below}}}"

    def new(self, name: str) -> str:
        parts = claim_name("update", "\n").split("\n")  # before the name, and after it
        before, after = (rf"\text{{{part}}}" if part else "" for part in parts)
        return f"{before} {name}{after}"


class _Document(_Latex):
    """Formulas of a LaTeX document."""

    def math(self, formula: str) -> str:
        return super().math(document_formula(formula))

    def derivative(self, above: str, below: str) -> str:
        return super().derivative(above, below).replace("frac", "dfrac", 1)  # large, to be read


def markdown(paper: Paper) -> str:
    """Return an exercise as Markdown with formulas between dollar signs, as notebooks show it."""
    form = _Latex(paper)
    lines = [f"# {_plain(paper.title)}", ""]
    if paper.owner:
        lines += [f"**{_plain(paper.owner)}**", ""]
    lines += [_given(form.given()), "", words("Computation:"), ""]
    lines += [f"- {step}" for step in form.computation()]
    lines += ["", _plain(paper.task()), ""]
    for i, blank in enumerate(paper.blanks, start=1):
        answer = f"**{_plain(blank.answer)}**" if paper.answers else r"\_" * 12
        note = f" ({_plain(blank.name)})" if blank.needs_its_name else ""
        lines.append(f"{i}. {form.math(form.asked(blank))}{note} = {answer}")
    return "\n".join(lines) + "\n"


def latex(paper: Paper) -> str:
    """Return an exercise as a LaTeX document."""
    form = _Document(paper)
    lines = [
        r"\documentclass{article}",
        r"\usepackage{amsmath}",
        r"\usepackage[T1]{fontenc}",
        SIGN,
        r"\setlength{\parindent}{0pt}",
        r"\begin{document}",
        rf"\section*{{{document_text(paper.title)}}}",
    ]
    if paper.owner:
        lines += [rf"\textbf{{{document_text(paper.owner)}}}", ""]
    lines += [_given(form.given()), "", document_text(words("Computation:")), r"\begin{itemize}"]
    lines += [rf"  \item {step}" for step in form.computation()]
    lines += [r"\end{itemize}", document_text(paper.task()), r"\begin{enumerate}"]
    for blank in paper.blanks:
        answer = r"\underline{\hspace{3cm}}"
        if paper.answers:
            answer = rf"\textbf{{{document_text(blank.answer)}}}"
        note = f" ({document_text(blank.name)})" if blank.needs_its_name else ""
        lines.append(rf"  \item {form.math(form.asked(blank))}{note} $=$ {answer}")
    lines += [r"\end{enumerate}", r"\end{document}"]
    return "\n".join(lines) + "\n"


def html_page(paper: Paper) -> str:
    """Return an exercise as a page of HTML: to print, or to type numbers into. It runs nothing."""
    form = _Form(paper)
    title = escaped(paper.title)
    rows = []
    for i, blank in enumerate(paper.blanks, start=1):
        name, asked = escaped(blank.name), escaped(form.asked(blank))
        answer = f'<input aria-label="{name}" autocomplete="off">'
        if paper.answers:
            answer = f"<b>{escaped(blank.answer)}</b>"
        note = f" ({name})" if blank.needs_its_name else ""
        rows.append(f"<tr><td>{i}.</td><td>{asked}{note} =</td><td>{answer}</td></tr>")
    student = f"<p><b>{escaped(paper.owner)}</b></p>\n" if paper.owner else ""
    steps = "\n".join(f"<li>{escaped(step)}</li>" for step in form.computation())
    body = (
        f"<h1>{title}</h1>\n{student}<p>{escaped(_given(form.given()))}</p>\n"
        f"<p>{escaped(words('Computation:'))}</p>\n<ul>\n{steps}\n</ul>\n<p>{escaped(paper.task())}</p>\n"
        f"<table>\n{chr(10).join(rows)}\n</table>"
    )
    return page(paper.title, body)


def page(title: str, body: str) -> str:
    """Return a page of HTML that runs nothing and loads nothing.

    Args:
        title: its title, as text.
        body: its content, as HTML.
    """
    return f"""\
<!DOCTYPE html>
<html lang="{language()}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escaped(title)}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2em }}
th, td {{ padding: .3em .8em .3em 0; text-align: left; vertical-align: top }}
input {{ font: inherit; width: 9em }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def _plain(text: str) -> str:
    """Return text that stands for itself in Markdown: no markup, no formula, no HTML."""
    return re.sub(r"([\\`*_\[\]<>|$~&])", r"\\\1", one_line(text).strip())


def escaped(text: str) -> str:
    """Return text that stands for itself in HTML."""
    return html.escape(one_line(text))
