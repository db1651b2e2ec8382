"""An oracle for printed equations: reads their text, computes it, and compares both sides.

It knows nothing of how the package writes: it reads `0.7*sigmoid(1.4)(1 - sigmoid(1.4))` as a
person does, computes with fifty digits, and asks whether the right side is what comes out, rounded.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from decimal import Context, Decimal, localcontext

import autograd

_DIGITS = 50
_FUNCTIONS = dict(autograd.TABLE)


def false_equations(text: str) -> list[str]:
    """Return the equations of an explanation or a sentence that do not hold as they are written."""
    return [
        f"{step} = {steps[-1]}"
        for steps in equations(text)
        for step in steps[:-1]
        if not holds(step, steps[-1])
    ]


def equations(text: str) -> Iterator[list[str]]:
    """Yield the steps of each equation in numbers; the last is its result."""
    for block in joined_lines(text):
        steps = [part.strip() for part in block.split(" = ")]
        numbers = [step for step in steps if is_numeric(step)]
        if len(numbers) > 1 and steps[-1] == numbers[-1]:
            yield numbers


def joined_lines(text: str) -> Iterator[str]:
    """Yield equations, those over several lines in one; remarks in parentheses are left out."""
    whole = ""
    for line in text.splitlines():
        bare = re.sub(r"  \(.*\)$", "", line)
        if re.match(r" +[-+*=] ", bare):
            whole += " " + bare.strip()
        else:
            yield whole
            whole = bare
    yield whole


def is_numeric(step: str) -> bool:
    """Return whether a step has numbers and functions alone, and no name."""
    if "..." in step or not step:
        return False
    try:
        tree = ast.parse(python_of(step), mode="eval")
    except SyntaxError:
        return False
    known = _FUNCTIONS.keys() | {"inf", "nan"}
    return all(node.id in known for node in ast.walk(tree) if isinstance(node, ast.Name))


def python_of(step: str) -> str:
    """Return a step as Python writes it: with every sign of multiplication."""
    text = step.replace("^", "**").replace("×", "*").replace("·", "*").strip()
    text = re.sub(r"\b(inf|nan)\(", r"\1*(", text)
    text = re.sub(r"(?<![\w.])(\d[\d.]*(?:e[-+]\d+)?)\s*(?=\()", r"\1*", text)  # 2(3 - 1)
    text = re.sub(r"([)\]])\s*(?=[\w(])", r"\1*", text)
    return re.sub(r"(?<![\w.])(\d[\d.]*)(?=[a-df-z]\w*\()", r"\1*", text)


def holds(left: str, right: str) -> bool:
    """Return whether the left side, computed from its text, rounds to the right side."""
    with localcontext(Context(prec=_DIGITS, traps=[])):
        number, result = computed(left), Decimal(right.replace(" ", ""))
        if not result.is_finite() or not number.is_finite():
            return str(float(number)) == str(float(result))
        if result == 0:
            return abs(number) <= Decimal("1e-9")
        *_, exponent = result.as_tuple()
        unit = Decimal(1).scaleb(int(exponent) if "." in right or "e" in right else 0)
        return abs(number - result) <= unit / 2 * Decimal("1.000001")


def computed(step: str) -> Decimal:
    """Return the number that a step stands for."""
    return _value(ast.parse(python_of(step), mode="eval").body)


def _value(node: ast.AST) -> Decimal:  # noqa: PLR0911  # one for each kind of node
    match node:
        case ast.Constant(value=int() | float() as number):
            return Decimal(repr(number))
        case ast.Name(id=name):
            return Decimal(name)
        case ast.UnaryOp(op=ast.USub(), operand=part):
            return -_value(part)
        case ast.BinOp(left=a, op=op, right=b):
            return _operated(op, _value(a), _value(b))
        case ast.List(elts=[ast.Compare(left=a, ops=[ast.Gt()], comparators=[b])]):
            return Decimal(int(_value(a) > _value(b)))
        case ast.Subscript(
            value=ast.Call(func=ast.Name(id=name), args=[ast.List(elts=scores)]),
            slice=ast.Constant(value=int() as place),
        ):
            numbers = [float(_value(score)) for score in scores]
            return Decimal(repr(getattr(autograd, name)(numbers)[place]))
        case ast.Call(func=ast.Name(id=name), args=inputs):
            numbers = [float(_value(part)) for part in inputs]
            return Decimal(repr(float(_FUNCTIONS[name].value(*numbers))))
    raise AssertionError(f"no oracle for {ast.dump(node)}")


def _operated(op: ast.operator, a: Decimal, b: Decimal) -> Decimal:
    match op:
        case ast.Add():
            return a + b
        case ast.Sub():
            return a - b
        case ast.Mult():
            return a * b
        case ast.Div():
            return a / b
    assert isinstance(op, ast.Pow)
    if b == b.to_integral_value() and a != 0 and abs(b) < 1000:
        return a**b
    return Decimal(repr(float(autograd.TABLE["pow"].value(float(a), float(b)))))
