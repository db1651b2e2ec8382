"""The table's operations in JavaScript."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from autograd.cleaning import message_of, quoted
from autograd.codegen.kernel import Kernel, place_of
from autograd.codegen.language import Language, bare
from autograd.codegen.program import Program, Register
from autograd.ops import Primitive

PRELUDE = """\
const power = (a, b) =>
  a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : Math.pow(a, b);
const erf = (a) => {
  if (Number.isNaN(a)) return a; // no sum of it would ever settle
  if (Math.abs(a) >= 2) return Math.sign(a) * (1 - erfc(Math.abs(a)));
  let sum = 2 * a;
  for (let n = 3, term = sum; sum + (term *= 2 * a * a / n) !== sum; n += 2) sum += term;
  return Math.exp(-a * a) / Math.sqrt(Math.PI) * sum;
};
const erfc = (a) => {
  if (!(a >= 1)) return 1 - erf(a);
  let below = a;
  for (let k = 200; k > 0; k -= 1) below = a + k / 2 / below;
  return Math.exp(-a * a) / Math.sqrt(Math.PI) / below;
};
"""
"""What the functions below call: IEEE's power, where ECMAScript's differs; and erf with erfc.

Where |a| < 2, erf is the power series 7.1.6, whose terms have one sign; elsewhere it is computed
from erfc. That is 1 - erf(a) where a < 1, and the continued fraction 7.1.14 elsewhere. The relative
error is about 1e-15; from 1 on that of erfc grows with a*a, as that of e**(-a*a) does.

Source: M. Abramowitz and I. A. Stegun, Handbook of mathematical functions, 1964.
"""

_LETTERS = "abcdefgh"
"""Names of inputs, where there are no more than these."""

_MATH = {
    *("abs", "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cos", "cosh", "exp"),
    *("expm1", "floor", "log", "log10", "log1p", "log2", "sin", "sinh", "sqrt", "tan"),
    "tanh",
}
"""Elementary functions that JavaScript's Math has by the same name, and with IEEE's answers."""

_OF_PRELUDE = {"pow": "power", "erf": "erf", "erfc": "erfc"}
"""Elementary functions of the prelude, and what they are called there."""


class JavaScript(Language):
    """Expressions in JavaScript."""

    forms = Language.forms | {
        "equal": "{} === {}",
        "or": "{} || {}",
        "not": "!{}",
        "choose": "{} ? {} : {}",
    }

    def function(self, step: str, inputs: Sequence[str]) -> str:
        """Return an elementary function of inputs."""
        if step not in _MATH and step not in _OF_PRELUDE:
            raise KeyError(f"JavaScript has no function for {quoted(step)}")
        name = _OF_PRELUDE.get(step, f"Math.{step}")
        return f"{name}({', '.join(map(bare, inputs))})"

    def constant(self, number: str) -> str:
        """Return a number that is known."""
        text = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}.get(number, number)
        text = text.removesuffix(".0")
        return f"({text})" if text.startswith("-") else text

    def assignment(self, name: str, expression: str) -> str:
        """Return the statement that gives a name to a result."""
        return f"const {name} = {expression};"


def operation_source(op: Primitive, arity: int) -> str:
    """Return a row of the table as a JavaScript object: its value, and its local derivatives.

    `value` is a function of the inputs; `partials`, of the output y and the inputs, gives the list
    of the local derivatives by each input.

    Args:
        op: the row.
        arity: its number of inputs; a row that takes any number is written out for this one.

    Raises:
        TypeError: the row's functions need numbers, as those of `math` do.

    >>> from autograd.ops import row
    >>> print(operation_source(row("relu"), 1))
    {value: (a) => (0 > a) ? 0 : a,
    partials: (y, a) => [(a > 0) ? 1 : 0]}
    """
    few = arity <= len(_LETTERS)
    names = [*_LETTERS[:arity]] if few else [f"x[{i}]" for i in range(arity)]
    parameters = ", ".join(names) if few else "...x"
    try:
        program, result = _value(op, arity)
        value = _function(parameters, program, [result], names, "{}")
        partials = _function(f"y, {parameters}", *_partials(op, arity), names, "[{}]")
    except (TypeError, KeyError) as error:
        raise TypeError(
            f"the operation {quoted(op.name)} cannot be written in JavaScript: {message_of(error)}"
        ) from error
    return f"{{value: {value},\npartials: {partials}}}"


def formula_source(formula: Callable[[Any, Sequence[Any]], Any], arity: int) -> str:
    """Return arithmetic over an operation's output and inputs as a function in JavaScript.

    Args:
        formula: takes the output and the list of the inputs, and gives a number, as a rule of the
            table that takes any number of inputs does.
        arity: the number of inputs.

    Raises:
        TypeError: the formula's functions need numbers, as those of `math` do.

    >>> formula_source(lambda y, x: y * (1.0 + y), 1)
    '(y, a) => y * (1 + y)'
    """
    few = arity <= len(_LETTERS)
    names = [*_LETTERS[:arity]] if few else [f"x[{i}]" for i in range(arity)]
    program = Program()
    y = program.input("y")
    inputs = [program.input(f"x{i}") for i in range(arity)]
    result = program.number(program.explore(formula, [y, inputs]))
    return _function(f"y, {', '.join(names) if few else '...x'}", program, [result], names, "{}")


def kernel_source(kernel: Kernel) -> str:
    """Return a kernel, for one sample, as a function from its arrays to those that come out.

    Raises:
        TypeError: JavaScript has no function for a step.

    >>> from autograd.codegen.kernel import Input, kernel, place
    >>> program = Program()
    >>> w, x = (program.input(place(i, 0)) for i in range(2))
    >>> inputs = [Input(1, by_sample=False)] * 2
    >>> print(kernel_source(kernel(program, inputs, [([w * x], False), ([x], False)])))
    (x0, x1) => {
    return [[x0[0] * x1[0]], [x1[0]]];
    }
    """
    lines = kernel.lines
    texts: dict[int, str] = {}
    for i, line in enumerate(lines):
        if line.step == "input":
            array, position = place_of(line)
            texts[i] = f"x{array}[{position}]"
    uses = Counter(j for line in lines for j in line.inputs)
    uses.update(i for output in kernel.outputs for i in output.lines)
    try:
        statements = JavaScript().statements(lines, range(len(lines)), texts, uses)
    except KeyError as error:
        raise TypeError(
            f"the function cannot be written in JavaScript: {message_of(error)}"
        ) from error
    results = ", ".join(
        f"[{', '.join(bare(texts[i]) for i in output.lines)}]" for output in kernel.outputs
    )
    arrays = ", ".join(f"x{i}" for i in range(len(kernel.inputs)))
    return "\n".join([f"({arrays}) => {{", *statements, f"return [{results}];", "}"])


def _function(
    parameters: str, program: Program, results: Sequence[Register], names: Sequence[str], form: str
) -> str:
    known = {f"x{i}": name for i, name in enumerate(names)} | {"y": "y"}
    statements, expressions = JavaScript().write(program, results, known)
    answer = form.format(", ".join(expressions))
    if not statements:
        return f"({parameters}) => {answer}"
    return f"({parameters}) => {{ {' '.join(statements)} return {answer}; }}"


def _value(op: Primitive, arity: int) -> tuple[Program, Register]:
    """Return the program of one operation's number, from inputs named x0, x1, ..."""
    program = Program()
    inputs = [program.input(f"x{i}") for i in range(arity)]
    return program, program.explore(op.value, inputs)


def _partials(op: Primitive, arity: int) -> tuple[Program, list[Register]]:
    """Return the program of all local derivatives, from the operation's number y and x0, x1, ..."""
    program = Program()
    y = program.input("y")
    inputs = [program.input(f"x{i}") for i in range(arity)]
    partials = op.partials(y, inputs, [False] * arity)
    return program, [program.number(partial) for partial in partials]
