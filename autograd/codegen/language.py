"""Languages: how the lines of a program are written as expressions and statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from autograd.codegen.lines import Lines
from autograd.codegen.program import Program, Register


class Language:
    """How a program is written, one expression after the other; a language says what differs.

    Attributes:
        forms: how a step is written, with {} for its inputs; all others are a `function`.
        takes: how many of a step's inputs are written, where it is not all of them.
    """

    forms: dict[str, str] = {  # noqa: RUF012  # never changed: a language has its own
        "add": "{} + {}",
        "sub": "{} - {}",
        "mul": "{} * {}",
        "div": "{} / {}",
        "neg": "-{}",
        "greater": "{} > {}",
        "greater_equal": "{} >= {}",
        "equal": "{} == {}",
    }
    takes: dict[str, int] = {"tanh": 1}  # noqa: RUF012  # never changed
    longest = 120
    """Characters of an expression that may still be part of another."""
    prefix = "t"
    """What the names of results start with."""

    def function(self, step: str, inputs: Sequence[str]) -> str:
        """Return an elementary function of inputs.

        Raises:
            KeyError: the language has none of this name.
        """
        raise NotImplementedError

    def constant(self, number: str) -> str:
        """Return a number that is known, from Python's text of it."""
        return number

    def assignment(self, name: str, expression: str) -> str:
        """Return the statement that gives a name to a result."""
        raise NotImplementedError

    def write(
        self, program: Program, outputs: Sequence[Register], names: dict[str, str]
    ) -> tuple[list[str], list[str]]:
        """Write the lines that the outputs need.

        A result that is used once stands in the expression that uses it, as one writes by hand.

        Args:
            program: the program.
            outputs: its results.
            names: how each input is written.

        Returns:
            The statements, and an expression for each output.
        """
        lines, live = program.lines, program.live(outputs)
        uses = Counter(j for i in live for j in lines[i].inputs)
        uses.update(output.index for output in outputs)
        texts = {i: names[lines[i].detail] for i in live if lines[i].step == "input"}
        statements = self.statements(lines, live, texts, uses)
        return statements, [bare(texts[output.index]) for output in outputs]

    def statements(
        self,
        lines: Lines,
        chosen: Iterable[int],
        texts: dict[int, str],
        uses: Mapping[int, int],
    ) -> list[str]:
        """Write the chosen lines of a program.

        Args:
            lines: the program's.
            chosen: which of them, in order.
            texts: how an earlier line's result is written as an operand: a name, or an expression
                in parentheses. The chosen lines' are added.
            uses: how often a line's result is used.
        """
        statements: list[str] = []
        for i in chosen:
            if i in texts:
                continue
            line = lines[i]
            if line.step == "constant":
                texts[i] = self.constant(line.detail)
                continue
            inputs = [texts[j] for j in line.inputs[: self.takes.get(line.step)]]
            form = self.forms.get(line.step)
            text = form.format(*inputs) if form else self.function(line.step, inputs)
            if uses[i] > 1 or len(text) > self.longest:
                texts[i] = f"{self.prefix}{len(statements)}"
                statements.append(self.assignment(texts[i], text))
            else:
                texts[i] = f"({text})" if form else text
        return statements


def bare(text: str) -> str:
    """Return an expression without parentheses around all of it."""
    if not text.startswith("("):
        return text
    depth = 0
    for i, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return text[1:-1] if i == len(text) - 1 else text
    return text
